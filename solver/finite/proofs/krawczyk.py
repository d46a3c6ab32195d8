"""Proof that a box of a face holds exactly one equilibrium, by Krawczyk's test in ball arithmetic.

For equations f = 0 on a box X with middle x, and any matrix Y, let
K(X) = x - Y f(x) + (I - Y f'(X)) (X - x). If K(X) lies in the interior of X, then f has exactly one
zero in X, and it lies in K(X) (Krawczyk 1969; Neumaier 1990, section 5.1).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from games import NormalForm
from games.arrays import Array
from solver.finite.proofs.faces import Face, Support
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

# What an action is worth on a face and how that changes with the others' mixing, in balls.

Balls = list[arb]
Cell = tuple[int, ...]


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


@dataclass(frozen=True)
class Root:
    """A box in free probabilities that is proved to hold exactly one zero of a face's equations.

    Attributes
    ----------
    centre : ndarray, shape (d,)
        The zero, to rounding: each player's probabilities on its support but the last.
    low, high : ndarray, shape (d,)
        The box.
    is_equilibrium : bool
        Whether the zero is an equilibrium; if not, the box holds none, and that is proved too.
    """

    centre: Array
    low: Array
    high: Array
    is_equilibrium: bool


# half the side of the boxes tried, the widest first: a wide box settles much of the search
RADII = (0.2, 0.05, 0.02, 5e-3, 1e-3, 1e-4, 1e-6, 1e-8, 1e-10, 1e-12)
TIGHTENINGS = 6


@dataclass(frozen=True)
class Prover:
    """Proves boxes of one game's faces."""

    game: NormalForm

    def __call__(self, face: Face, point: Array) -> Root | None:
        """Return a box around `point` proved to hold exactly one zero of the equations, or None.

        It is an equilibrium if its probabilities are positive and every unused action is proved
        worse than those used, it is none if the contrary is proved; else the answer is None.
        """
        with ctx.workprec(PRECISION):
            worths = self._worths(face)
            inverse = _inverse(face, worths, point)
            if inverse is None:
                return None
            for radius in RADII:
                low, high = point - radius, point + radius
                zero = _only_zero(face, worths, inverse, _balls(low, high))
                if zero is None:
                    continue
                verdict = _is_equilibrium(face, worths, zero)
                if verdict is None:
                    return None
                return Root(np.array([float(x.mid()) for x in zero]), low, high, verdict)
        return None

    def confirms(self, face: Face, low: Array, high: Array) -> bool:
        """Return whether the box is proved to hold exactly one equilibrium of the face."""
        with ctx.workprec(PRECISION):
            worths = self._worths(face)
            inverse = _inverse(face, worths, (low + high) / 2)
            if inverse is None:
                return False
            zero = _only_zero(face, worths, inverse, _balls(low, high))
            return zero is not None and _is_equilibrium(face, worths, zero) is True

    def _worths(self, face: Face) -> list[list[Worth]]:
        return [
            [worth_of(self.game, face.supports, player, action) for action in range(m)]
            for player, m in enumerate(self.game.shape)
        ]


def _balls(low: Array, high: Array) -> Balls:
    return [span(a, b) for a, b in zip(low.tolist(), high.tolist(), strict=True)]


def _only_zero(
    face: Face, worths: list[list[Worth]], inverse: list[Balls], box: Balls
) -> Balls | None:
    """Return a tight box around the only zero in `box`, None if there may be none or several."""
    image = _image(face, worths, inverse, box)
    if image is None or not _within(image, box):
        return None
    for _ in range(TIGHTENINGS):
        image = _image(face, worths, inverse, image) or image
    return image


def strategies(face: Face, free: Sequence[arb]) -> list[Balls]:
    """Return each player's probabilities on its support from the free ones."""
    result, start = [], 0
    for own in face.supports:
        part = list(free[start : start + len(own) - 1])
        result.append([*part, ONE - sum(part, ZERO)])
        start += len(own) - 1
    return result


def _differences(face: Face, worths: list[list[Worth]], free: Balls) -> Balls:
    """Return f: for each player the worth of each action of its support less that of the first."""
    mixed = strategies(face, free)
    found: Balls = []
    for player, own in enumerate(face.supports):
        values = [worths[player][action].value(mixed) for action in own]
        found.extend(value - values[0] for value in values[1:])
    return found


def _slopes(face: Face, worths: list[list[Worth]], free: Balls) -> list[Balls] | None:
    """Return f', None where a weighting function may be infinitely steep."""
    mixed = strategies(face, free)
    rows = []
    for player, own in enumerate(face.supports):
        gradients = [worths[player][action].gradient(mixed) for action in own]
        for gradient in gradients[1:]:
            if gradient is None or gradients[0] is None:
                return None
            row: Balls = []
            for ours, first in zip(gradient, gradients[0], strict=True):
                ahead = [a - b for a, b in zip(ours, first, strict=True)]
                row.extend(each - ahead[-1] for each in ahead[:-1])
            rows.append(row)
    return rows


def _inverse(face: Face, worths: list[list[Worth]], point: Array) -> list[Balls] | None:
    slopes = _slopes(face, worths, [ball(x) for x in point.tolist()])
    if slopes is None:
        return None
    middle = np.array([[float(entry.mid()) for entry in row] for row in slopes])
    if not np.isfinite(middle).all() or np.linalg.matrix_rank(middle) < len(middle):
        return None
    return [[arb(entry) for entry in row] for row in np.linalg.inv(middle).tolist()]


def _image(face: Face, worths: list[list[Worth]], inverse: list[Balls], box: Balls) -> Balls | None:
    """Return K(X) for the box X."""
    slopes = _slopes(face, worths, box)
    if slopes is None:
        return None
    middle = [x.mid() for x in box]
    residual = _differences(face, worths, middle)
    offset = [x - m for x, m in zip(box, middle, strict=True)]
    image = []
    for r, row in enumerate(inverse):
        value = middle[r] - _dot(row, residual)
        for c, reach in enumerate(offset):
            product = _dot(row, [slopes[k][c] for k in range(len(slopes))])
            value += ((ONE if r == c else ZERO) - product) * reach
        image.append(value)
    return image


def _dot(a: Balls, b: Balls) -> arb:
    return sum((x * y for x, y in zip(a, b, strict=True)), ZERO)


def _within(image: Balls, box: Balls) -> bool:
    return all(outer.contains_interior(inner) for inner, outer in zip(image, box, strict=True))


def _is_equilibrium(face: Face, worths: list[list[Worth]], free: Balls) -> bool | None:
    """Return whether the zero in the box is an equilibrium, None if that stays open."""
    mixed = strategies(face, free)
    signs = [p for own in mixed for p in own]
    for player, own in enumerate(face.supports):
        used = worths[player][own[0]].value(mixed)
        signs += [used - worths[player][a].value(mixed) for a in face.unused(player)]
    if any(sign < 0 for sign in signs):
        return False
    return True if all(sign > 0 for sign in signs) else None
