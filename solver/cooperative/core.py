"""The core of a cooperative game: whether a payoff is in it, and how far it is from empty."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
from numpy.typing import ArrayLike

from games import checks, labels
from games.arrays import Array
from games.cooperative.characteristic_function import CharacteristicFunction
from games.cooperative.coalitions import coalition_sums
from games.errors import InvalidGameError
from games.records import Record
from solver.cooperative.nucleolus import tiers

# Multipliers are ratios of determinants of 0s and 1s; those with larger divisors are not made exact
MOST_DIVISOR = 10**5
# what coalitions may be short of, relative to the largest worth
FORGIVEN = 1e-9


@dataclass(frozen=True, eq=False)
class LeastCore(Record):
    """How much every coalition can be given up to what it is worth.

    Attributes
    ----------
    epsilon : float
        The least number such that some payoff leaves every coalition at most that much short.
    payoff : ndarray, shape (n,)
        One of the payoffs that do, read-only.
    weights : dict of frozenset to Fraction, or None
        Balanced weights of sum 1: for each player those of the coalitions that it is in have the
        same sum. Whatever the payoff, the weighted mean of what these coalitions are short of is
        `bound` or more (Bondareva 1963; Shapley 1967). None if they could not be made exact.
    bound : Fraction or None
        That number, exact for the worths as floats: a proof that `epsilon` is no less, and that the
        core is empty where it is above 0 by however little.
    """

    game: CharacteristicFunction = field(repr=False)
    epsilon: float
    payoff: Array
    weights: dict[frozenset[str], Fraction] | None
    bound: Fraction | None

    @property
    def core_is_empty(self) -> bool:
        """Whether `epsilon` is above what `in_core` forgives by default."""
        return self.epsilon > self.game.slack(FORGIVEN)


def in_core(
    game: CharacteristicFunction, payoff: ArrayLike, *, tolerance: float = FORGIVEN
) -> bool:
    """Return whether a payoff shares v(N) and no coalition gets less than it is worth.

    Gillies (1959); the comparison is exact if `payoff` holds Fractions and `tolerance` is 0.

    Parameters
    ----------
    payoff : array_like of float or Fraction, shape (n,)
    tolerance : float
        What coalitions may be short of, and v(N) be missed by, relative to the largest worth.

    Raises
    ------
    InvalidGameError
        If the payoff has not one number for each player, or the tolerance is negative.

    Examples
    --------
    >>> from games import glove
    >>> in_core(glove(2, 1), [0, 0, 1]), in_core(glove(2, 1), [0, 0.1, 0.9])
    (True, False)
    """
    slack = game.slack(checks.at_least("tolerance", tolerance, 0))
    plain = labels.plain("payoff", payoff, ("player", game.players))
    listed = checks.listed("payoff", plain)
    for own in listed:
        checks.number("payoff", own)
    given = np.array(listed)
    if given.shape != (game.n,):
        raise InvalidGameError(f"`payoff` must have the shape ({game.n},); got {given.shape}")
    if given.dtype == object:
        worths = np.array([Fraction(worth) for worth in game.values.tolist()], dtype=object)
        exact = coalition_sums(np.array([Fraction(own) for own in given], dtype=object)) - worths
        return bool(abs(exact[-1]) <= slack and min(exact) >= -slack)
    left = coalition_sums(given.astype(np.float64)) - game.values
    return bool(abs(left[-1]) <= slack and left.min() >= -slack)


def least_core(game: CharacteristicFunction) -> LeastCore:
    """Return the least epsilon for which the epsilon-core is not empty, and a payoff in it.

    Maschler, Peleg & Shapley (1979, Mathematics of Operations Research 4, 303-338); individual
    rationality is asked only up to epsilon, as from any coalition. It solves one linear programme,
    the first of those for the nucleolus.

    Raises
    ------
    ConvergenceError
        If the simplex method does not end.

    Examples
    --------
    >>> from games import weighted_majority
    >>> found = least_core(weighted_majority(2, [1, 1, 1]))
    >>> found.core_is_empty, found.bound, sorted(map(str, found.weights.values()))
    (True, Fraction(1, 3), ['1/3', '1/3', '1/3'])
    """
    first = next(tiers(game, individually_rational=False), None)
    if first is None:
        # a player alone has no coalition to fear
        return LeastCore(game, -np.inf, game.singles, None, None)
    weights = _balanced(first.weights, game.n)
    if weights is None:
        return LeastCore(game, first.excess, first.payoff, None, None)
    worths = {coalition: Fraction(float(game.values[coalition])) for coalition in weights}
    bound = sum((weight * worths[coalition] for coalition, weight in weights.items()), Fraction(0))
    bound -= Fraction(game.total) * _share(weights, 0)
    named = {game.members(coalition): weight for coalition, weight in weights.items()}
    return LeastCore(game, first.excess, first.payoff, named, bound)


def _balanced(weights: dict[int, float], players: int) -> dict[int, Fraction] | None:
    """Return weights in exact numbers, None if these are not balanced or not of sum 1."""
    exact = {
        coalition: Fraction(weight).limit_denominator(MOST_DIVISOR)
        for coalition, weight in weights.items()
    }
    shares = {_share(exact, player) for player in range(players)}
    return exact if sum(exact.values()) == 1 and len(shares) == 1 else None


def _share(weights: dict[int, Fraction], player: int) -> Fraction:
    """Return the sum of the weights of the coalitions that a player is in."""
    own = (weight for coalition, weight in weights.items() if coalition >> player & 1)
    return sum(own, Fraction(0))
