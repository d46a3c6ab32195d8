"""How the players of a game tree rank and value what follows a node.

A player who weights probabilities values the whole lottery that follows, the compound lottery
reduced to simple form. Whoever does not can average values from the ends up, which is faster and
stays exact where the numbers are.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from fractions import Fraction
from math import lcm
from typing import Any

from games.finite.tree import MAX_BITS, Number, NumberedTree, Terminal
from games.prospects.preferences import Preference
from games.prospects.prospect import Prospect

# what stands for all that follows a node: a number, or a lottery
Part = Any
# the outcomes of one player, ascending, each with its probability
Lottery = tuple[tuple[Number, Number], ...]

ROUNDING = 1e-13
FORMULAS = ("utility", "rank_weights", "weighted_value", "value")


class Ranking(ABC):
    """How one player ranks and values what follows a node, put together from the ends up.

    Attributes
    ----------
    tolerance : number
        Differences of `rank` up to this are ties. 0 if ranks are exact; else a share of the range
        of ranks over the outcomes of the player, and never less than rounding.
    """

    tolerance: Number = Fraction(0)

    def __init__(self, preference: Preference, reference: float) -> None:
        self.preference, self.reference = preference, reference

    @abstractmethod
    def end(self, outcome: Number) -> Part:
        """Return what stands for a sure outcome."""

    @abstractmethod
    def mix(self, chances: Sequence[Number], parts: Sequence[Part]) -> Part:
        """Return what stands for a lottery over `parts`."""

    def rank(self, part: Part) -> Number:
        """Return a number that is greater for what the player prefers: the part itself."""
        number: Number = part
        return number

    @abstractmethod
    def value(self, part: Part) -> float:
        """Return the value, in units of the player's value function."""

    def ahead(self, part: Part, other: Part) -> float:
        """Return by how much a part is worth more than another."""
        return self.value(part) - self.value(other)


class Sure(Ranking):
    """For a tree without chance: more is better, whatever the (rising) value function is."""

    def end(self, outcome: Number) -> Number:
        """Return the outcome."""
        return outcome

    def mix(self, chances: Sequence[Number], parts: Sequence[Number]) -> Number:
        """Return the part that is certain."""
        return next(part for chance, part in zip(chances, parts, strict=True) if chance > 0)

    def value(self, part: Number) -> float:
        """Return v(x - r)."""
        return float(self.preference.utility(float(part) - self.reference))


class Expected(Ranking):
    """For a player who does not weight probabilities: expectations of v(x - r).

    Parts are expectations less a constant `level`, which is 0 unless v is one straight line.
    """

    def __init__(
        self, preference: Preference, reference: float, exact: bool, level: Fraction
    ) -> None:
        super().__init__(preference, reference)
        self.exact, self.level = exact, level

    def end(self, outcome: Number) -> Number:
        """Return v(x - r), exactly if v is made of straight lines and x is exact."""
        if self.level:
            above = Fraction(outcome) - Fraction(self.reference) - self.level
            return above if self.exact else float(above)
        if not self.exact:
            return float(self.preference.utility(float(outcome) - self.reference))
        gain = outcome - Fraction(self.reference)
        return gain if gain >= 0 else gain * Fraction(self.preference.loss_aversion)

    def mix(self, chances: Sequence[Number], parts: Sequence[Number]) -> Number:
        """Return the expectation."""
        return sum((p * part for p, part in zip(chances, parts, strict=True)), start=0 * parts[0])

    def value(self, part: Number) -> float:
        """Return the expectation."""
        return float(part + (self.level if self.exact else float(self.level)))

    def ahead(self, part: Number, other: Number) -> float:
        """Return by how much an expectation is above another."""
        return float(part - other)


class Weighted(Ranking):
    """For any preference: the value of the whole lottery."""

    def __init__(self, preference: Preference, reference: float) -> None:
        super().__init__(preference, reference)
        self._known: dict[Number, float] = {}

    def end(self, outcome: Number) -> Lottery:
        """Return the lottery that gives the outcome for certain."""
        return ((outcome, Fraction(1)),)

    def mix(self, chances: Sequence[Number], parts: Sequence[Lottery]) -> Lottery:
        """Return the reduced lottery."""
        merged: dict[Number, Number] = {}
        for chance, part in zip(chances, parts, strict=True):
            if chance > 0:
                for outcome, p in part:
                    merged[outcome] = merged.get(outcome, 0) + chance * p
        return tuple(sorted(merged.items()))

    def rank(self, part: Lottery) -> float:
        """Return the value."""
        return self.value(part)

    def value(self, part: Lottery) -> float:
        """Return the value of the lottery against the reference."""
        if len(part) > 1:
            return self._value(part)
        outcome = part[0][0]
        if outcome not in self._known:
            self._known[outcome] = self._value(part)
        return self._known[outcome]

    def _value(self, part: Lottery) -> float:
        outcomes, chances = zip(*((float(x), float(p)) for x, p in part), strict=True)
        return self.preference.value(Prospect(outcomes, chances), self.reference)


def ranking_of(
    tree: NumberedTree,
    player: int,
    preference: Preference,
    reference: float,
    relative_tolerance: float,
) -> Ranking:
    """Return how a player values what follows a node, by the simplest means that are right.

    Parameters
    ----------
    player : int
        Its place in the outcomes.
    preference, reference : Preference, float
        The player's.
    relative_tolerance : float
        Share of the range of ranks that counts as a tie, where ranks are not exact.
    """
    outcomes = [node.outcomes[player] for node in tree.nodes if isinstance(node, Terminal)]
    exact = all(isinstance(outcome, Fraction) for outcome in outcomes)
    ranking, exact = _simplest(tree, player, preference, reference, exact)
    if not exact:
        low, high = (float(ranking.rank(ranking.end(x))) for x in (min(outcomes), max(outcomes)))
        rounding = ROUNDING * max(abs(low), abs(high))
        ranking.tolerance = max(relative_tolerance * abs(high - low), rounding)
    return ranking


def _simplest(
    tree: NumberedTree, player: int, preference: Preference, reference: float, exact: bool
) -> tuple[Ranking, bool]:
    """Return a ranking, and whether its ranks are exact, given whether the outcomes are."""
    if has_library_formulas(preference):
        if not tree.has_chance:
            return Sure(preference, reference), exact
        if preference.weighs_linearly:
            exact &= tree.has_exact_chances and preference.alpha == preference.beta == 1
            exact = exact and _is_short(tree, player)
            level = _level(tree, player, preference, reference)
            return Expected(preference, reference, exact, level), exact
    return Weighted(preference, reference), False


def _level(tree: NumberedTree, player: int, preference: Preference, reference: float) -> Fraction:
    """Return a player's least gain if v is one straight line and it is larger than their range."""
    outcomes = [node.outcomes[player] for node in tree.nodes if isinstance(node, Terminal)]
    low, high = Fraction(min(outcomes)), Fraction(max(outcomes))
    least = low - Fraction(reference)
    straight = preference.alpha == preference.beta == preference.loss_aversion == 1
    return least if straight and abs(least) > high - low else Fraction(0)


def _is_short(tree: NumberedTree, player: int) -> bool:
    """Whether sums of a player's outcomes, all exact, have no denominators beyond bounds."""
    common = 1
    for node in tree.nodes:
        if isinstance(node, Terminal):
            common = lcm(common, Fraction(node.outcomes[player]).denominator)
            if common.bit_length() > MAX_BITS:
                return False
    return True


def has_library_formulas(preference: Preference) -> bool:
    """Return whether a preference values prospects by the formulas of `Preference`."""
    kind = type(preference)
    return all(getattr(kind, name) is getattr(Preference, name) for name in FORMULAS)
