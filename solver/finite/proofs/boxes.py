"""Proof that a box of profiles holds exactly one equilibrium, in ball arithmetic.

Inside a face an equilibrium is a zero of as many equations as there are free probabilities, so that
Krawczyk's test tells whether a box holds exactly one (`solver.numerics.krawczyk`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from games import NormalForm
from games.arrays import Array
from games.finite.equivalence import levelled
from games.finite.strategies import Profile
from games.records import Record
from solver.finite.proofs.faces import Face, Support
from solver.numerics.krawczyk import Balls, inverse_at, only_zero
from solver.prospects.balls import (
    ONE,
    PRECISION,
    ZERO,
    Term,
    arb,
    ball,
    chance_of,
    ctx,
    slope,
    span,
    terms,
    utility,
    weight,
)

# half the side of the boxes tried, the widest first: a wide box settles much of the search
RADII = (0.2, 0.05, 0.02, 5e-3, 1e-3, 1e-4, 1e-6, 1e-8, 1e-10, 1e-12)

Cell = tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Box(Record):
    """A box of profiles, proved to hold exactly one equilibrium with the given support.

    Attributes
    ----------
    low, high : tuple of ndarray, shape (m_i,)
        Bounds of each probability; they may reach beyond 0 and 1.
    """

    low: Profile
    high: Profile

    @property
    def width(self) -> float:
        """The widest side."""
        return max(float((high - low).max()) for low, high in zip(self.low, self.high, strict=True))


@dataclass(frozen=True, eq=False)
class Zero(Record):
    """A zero of a face's equations, and a box in free probabilities proved to hold no other.

    Attributes
    ----------
    centre : ndarray, shape (d,)
        Where it is, to rounding: each player's probabilities on its support but the last.
    low, high : ndarray, shape (d,)
        The box.
    is_equilibrium : bool
        Whether the zero is an equilibrium; if not, the box holds none, and that is proved too.
    """

    centre: Array
    low: Array
    high: Array
    is_equilibrium: bool


def holds_one(game: NormalForm, profile: Profile, box: Box) -> bool:
    """Return whether a box is proved to hold a profile and exactly one equilibrium.

    Its support is that of the profile.
    """
    supports = tuple(tuple(np.flatnonzero(own).tolist()) for own in profile)
    face = Face(game.shape, supports)
    low, high, point = (
        np.concatenate([own[list(used)][:-1] for own, used in zip(part, supports, strict=True)])
        for part in (box.low, box.high, profile)
    )
    if not ((low <= point) & (point <= high)).all():
        return False
    with ctx.workprec(PRECISION):
        conditions = Conditions(levelled(game), face)
        inverse = inverse_at(conditions.slopes, _balls((low + high) / 2))
        if inverse is None:
            return False
        zero = only_zero(conditions.values, conditions.slopes, inverse, _spans(low, high))
        return zero is not None and conditions.hold_at(zero) is True


def prove(game: NormalForm, face: Face, point: Array) -> Zero | None:
    """Return a box around `point` proved to hold exactly one zero of the equations, or None.

    It is an equilibrium if its probabilities are positive and every unused action is proved
    worse than those used, it is none if the contrary is proved; else the answer is None.
    """
    with ctx.workprec(PRECISION):
        conditions = Conditions(game, face)
        inverse = inverse_at(conditions.slopes, _balls(point))
        if inverse is None:
            return None
        for radius in RADII:
            low, high = point - radius, point + radius
            zero = only_zero(conditions.values, conditions.slopes, inverse, _spans(low, high))
            if zero is not None:
                verdict = conditions.hold_at(zero)
                if verdict is None:
                    return None
                return Zero(np.array([float(x.mid()) for x in zero]), low, high, verdict)
    return None


def _balls(point: Array) -> Balls:
    return list(map(ball, point.tolist()))


def _spans(low: Array, high: Array) -> Balls:
    return list(map(span, low.tolist(), high.tolist()))


class Conditions:
    """The conditions of equilibrium on a face, by balls around its free probabilities."""

    def __init__(self, game: NormalForm, face: Face) -> None:
        self.face = face
        self._worths = [
            [worth_of(game, face.supports, player, action) for action in range(m)]
            for player, m in enumerate(game.shape)
        ]

    def values(self, free: Balls) -> Balls:
        """Return what each action of a support is worth less the first, player by player."""
        mixed = self._mixed(free)
        found: Balls = []
        for worths, own in zip(self._worths, self.face.supports, strict=True):
            values = [worths[action].value(mixed) for action in own]
            found.extend(value - values[0] for value in values[1:])
        return found

    def slopes(self, free: Balls) -> list[Balls] | None:
        """Return their derivatives, None where a weighting function may be infinitely steep."""
        mixed = self._mixed(free)
        rows = []
        for worths, own in zip(self._worths, self.face.supports, strict=True):
            gradients = [worths[action].gradient(mixed) for action in own]
            for gradient in gradients[1:]:
                if gradient is None or gradients[0] is None:
                    return None
                row: Balls = []
                for ours, first in zip(gradient, gradients[0], strict=True):
                    ahead = [a - b for a, b in zip(ours, first, strict=True)]
                    row.extend(each - ahead[-1] for each in ahead[:-1])
                rows.append(row)
        return rows

    def hold_at(self, zero: Balls) -> bool | None:
        """Return whether a zero of `values` is an equilibrium, None if that stays open."""
        mixed = self._mixed(zero)
        signs = [p for own in mixed for p in own]
        for player, (worths, own) in enumerate(zip(self._worths, self.face.supports, strict=True)):
            used = worths[own[0]].value(mixed)
            signs += [used - worths[a].value(mixed) for a in self.face.unused(player)]
        if any(sign < 0 for sign in signs):
            return False
        return True if all(sign > 0 for sign in signs) else None

    def _mixed(self, free: Balls) -> list[Balls]:
        """Return each player's probabilities on its support."""
        return [[*free[part], ONE - sum(free[part], ZERO)] for part in self.face.parts]


@dataclass(frozen=True)
class Worth:
    """The value of one action as a function of the others' strategies on their supports.

    Attributes
    ----------
    player : int
        Whose action it is.
    cells : tuple of Cell
        Pure profiles of the others, as places in their supports.
    utilities : tuple of arb, optional
        With linear weighting, what each cell is worth.
    terms : tuple of Term, optional
        With weighting, the increments of utility and the cells that bring each; the cells are
        places in `cells`.
    """

    player: int
    cells: tuple[Cell, ...]
    utilities: tuple[arb, ...] = ()
    terms: tuple[tuple[Term, tuple[int, ...]], ...] = ()

    def value(self, mixed: Sequence[Balls]) -> arb:
        """Return the value of the action against strategies given on their supports."""
        others = self._others(mixed)
        chances = [chance_of(cell, others) for cell in self.cells]
        if not self.terms:
            pairs = zip(self.utilities, chances, strict=True)
            return sum((worth * chance for worth, chance in pairs), ZERO)
        value = ZERO
        for term, hit in self.terms:
            value += term.scale * weight(term.weight, self._total(chances, hit))
        return value

    def gradient(self, mixed: Sequence[Balls]) -> list[Balls] | None:
        """Return the derivative for each probability of each player, None if it may be infinite."""
        others = self._others(mixed)
        rates = self._rates(others)
        if rates is None:
            return None
        found: list[Balls] = []
        place = 0
        for j, own in enumerate(mixed):
            if j == self.player:
                found.append([ZERO] * len(own))
                continue
            row = [ZERO] * len(own)
            for cell, rate in zip(self.cells, rates, strict=True):
                row[cell[place]] += rate * chance_of(cell, others, but=place)
            found.append(row)
            place += 1
        return found

    def _rates(self, others: Sequence[Balls]) -> Sequence[arb] | None:
        """Return the derivative of the value for the chance of each cell."""
        if not self.terms:
            return self.utilities
        chances = [chance_of(cell, others) for cell in self.cells]
        rates = [ZERO] * len(self.cells)
        for term, hit in self.terms:
            if len(hit) == len(self.cells):  # certain: its weight does not change
                continue
            chance = self._total(chances, hit)
            if not (chance > 0 and chance < 1):
                return None
            steep = term.scale * slope(term.weight, chance)
            for place in hit:
                rates[place] += steep
        return rates

    def _others(self, mixed: Sequence[Balls]) -> list[Balls]:
        return [own for j, own in enumerate(mixed) if j != self.player]

    def _total(self, chances: Balls, hit: tuple[int, ...]) -> arb:
        """Return the chance of the cells `hit`."""
        if len(hit) == len(self.cells):
            return ONE
        return sum((chances[place] for place in hit), ZERO)


def worth_of(game: NormalForm, supports: Sequence[Support], player: int, action: int) -> Worth:
    """Return the value of an action while the others mix over `supports`."""
    others = [own for j, own in enumerate(supports) if j != player]
    cells = tuple(product(*(range(len(own)) for own in others)))
    actual = [tuple(own[k] for own, k in zip(others, cell, strict=True)) for cell in cells]
    if game.preferences[player].weighs_linearly:
        outcomes = game.exact_payoffs[player].take(action, axis=player)
        return Worth(
            player,
            cells,
            utilities=tuple(utility(game, player, outcomes[cell]) for cell in actual),
        )
    found = []
    for term in terms(game, player, action):
        wanted = set(term.cells)
        hit = tuple(place for place, cell in enumerate(actual) if cell in wanted)
        if hit:
            found.append((term, hit))
    return Worth(player, cells, terms=tuple(found))
