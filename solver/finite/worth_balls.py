"""What an action is worth on a face and how that changes with the others' mixing, in balls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

from games import NormalForm
from solver.finite.faces import Support
from solver.finite.rigorous import ZERO, Term, arb, slope, terms, utility, weight

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
        chances = [_product(cell, others) for cell in self.cells]
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
                row[cell[place]] += rate * _product(cell, others, but=place)
            found.append(row)
            place += 1
        return found

    def _rates(self, others: Sequence[Balls]) -> Sequence[arb] | None:
        """Return the derivative of the value for the chance of each cell."""
        if not self.terms:
            return self.utilities
        chances = [_product(cell, others) for cell in self.cells]
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
            return arb(1)
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


def _product(cell: Cell, others: Sequence[Balls], but: int = -1) -> arb:
    """Return the chance of a cell, the player at place `but` left out."""
    result = arb(1)
    for place, (own, k) in enumerate(zip(others, cell, strict=True)):
        if place != but:
            result *= own[k]
    return result
