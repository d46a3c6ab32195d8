"""References that are the player's own expected utility, and what profiles are worth by them.

A player with loss aversion l >= 0 and reference r values an outcome x as u(x; r) = x if x >= r,
and x - l (r - x) otherwise. A profile is a (myopic) loss-aversion equilibrium if every player does
its best while the references are fixed, and every reference is the player's own expected utility
of the profile, E u(x; r) = r (Shalev 2000). In terms of the value function v(y) = y for gains and
(1 + l) y for losses, u(x; r) - r = v(x - r). So a reference is *consistent* with a lottery if the
lottery is worth 0 to a player whose `loss_aversion` is 1 + l.

1. A lottery has one consistent reference: E v(x - r) falls strictly and continuously in r, and is
   not below 0 at the worst outcome, not above 0 at the best (Shalev 2000, lemma 1).
2. As v is concave, it is the lesser of its two lines, so E v(x - r) is the least of the sums in
   which some outcomes count as losses. Hence the consistent reference is the least of the means in
   which the k worst outcomes weigh 1 + l times their probability, k = 0, 1, 2, ...
3. In a profile that is no equilibrium a player's reference is still the consistent one of its
   *whole* lottery, in which its own mixing counts too. The actions that it uses are then worth 0
   on average. Its regret is what its best action is worth, so at least 0.
4. A profile is an equilibrium just if no player has regret: then all actions in use are worth 0
   and the others no more. By 1 an action is worth 0, or less, at r just if its own consistent
   reference is r, or less: so the actions in use are those with the highest reference of all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from functools import reduce
from math import inf, nextafter
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from games import NormalForm, NotApplicableError
from games.arrays import Fractions
from games.finite.strategies import Profile

Numbers = Sequence[Iterable[Fraction | float]]


class Lotteries(NamedTuple):
    """What a player faces: its own mixing, the chances of the others' profiles, its outcomes.

    Attributes
    ----------
    own : ndarray of Fraction, shape (m,)
    chances : ndarray of Fraction, shape (k,)
    outcomes : ndarray of Fraction, shape (m, k)
    factor : Fraction
        On losses, 1 + l.
    """

    own: Fractions
    chances: Fractions
    outcomes: Fractions
    factor: Fraction


def loss_factors(game: NormalForm) -> list[Fraction]:
    """Return each player's factor on losses, 1 + l.

    Raises
    ------
    NotApplicableError
        If a player's value function is curved, it weights probabilities, or l is below 0.
    """
    for name, preference in zip(game.players, game.preferences, strict=True):
        curved = (preference.alpha, preference.beta) != (1.0, 1.0)
        if curved or not preference.weighs_linearly or preference.loss_aversion < 1:
            raise NotApplicableError(
                f"player {name!r} must have a loss aversion of at least 1 or expected utility, with"
                " neither curvature nor weighting, for references that are its own expectation"
            )
    return [Fraction(preference.loss_aversion) for preference in game.preferences]


def exact_references(game: NormalForm, profile: Numbers) -> tuple[Fraction, ...]:
    """Return each player's consistent reference of its whole lottery, in exact numbers.

    Parameters
    ----------
    game : NormalForm
        Of any number of players.
    profile : sequence of iterables of float or Fraction
        A strategy for each player, each divided by its sum.

    Raises
    ------
    NotApplicableError

    Examples
    --------
    >>> from games import CumulativeProspectTheory
    >>> averse = CumulativeProspectTheory(loss_aversion=2.25).without("curvature", "weighting")
    >>> pennies = NormalForm([[[1, -1], [-1, 1]], [[-1, 1], [1, -1]]], preferences=averse)
    >>> exact_references(pennies, [[0.5, 0.5], [0.5, 0.5]])
    (Fraction(-5, 13), Fraction(-5, 13))
    """
    return tuple(_consistent(faced) for faced in _lotteries(game, profile))


def references(game: NormalForm, profile: Numbers) -> tuple[float, ...]:
    """Return each player's consistent reference of its whole lottery, in units of the payoffs.

    It is the player's expected utility of the profile as well.
    """
    return tuple(map(float, exact_references(game, profile)))


def action_values(game: NormalForm, profile: Sequence[ArrayLike]) -> Profile:
    """Return the expected utility of each action at the references of the whole profile.

    Returns
    -------
    tuple of ndarray, shape (m_i,)
        In units of the payoffs.
    """
    points = references(game, game.profile(profile))
    worth = _counted(game, profile).action_values(profile)
    return tuple(point + own for point, own in zip(points, worth, strict=True))


def regrets(game: NormalForm, profile: Sequence[ArrayLike]) -> tuple[float, ...]:
    """Return what each player would gain by its best action at the references of the profile.

    In units of the payoffs, computed by the game itself in floats.
    """
    return _counted(game, profile).regret(profile)


def regret_bounds(game: NormalForm, profile: Numbers) -> list[float]:
    """Return a proved upper bound of each player's regret: its exact value, rounded up.

    Parameters
    ----------
    profile : sequence of iterables of float or Fraction
        A strategy for each player, each divided by its sum.
    """
    found = []
    for faced in _lotteries(game, profile):
        gains = faced.outcomes - _consistent(faced)
        gains[gains < 0] *= faced.factor
        found.append(_rounded_up((gains @ faced.chances).max()))
    return found


def _counted(game: NormalForm, profile: Sequence[ArrayLike]) -> NormalForm:
    """Return the game with outcomes counted from the references of a profile, before rounding."""
    points = np.array(exact_references(game, game.profile(profile)), dtype=object)
    ahead = game.exact_payoffs - points.reshape(-1, *(1,) * len(points))
    return game.replace(payoffs=ahead, references=0.0)


def reference_rule(game: NormalForm) -> str:
    """Return in words where the players' reference points come from."""
    return "each player's own expected utility of the profile, which is its value"


def _lotteries(game: NormalForm, profile: Numbers) -> Iterator[Lotteries]:
    """Yield what each player faces in a profile."""
    mixed = [np.array([Fraction(p) for p in own], dtype=object) for own in profile]
    mixed = [own / own.sum() for own in mixed]
    for i, (own, factor) in enumerate(zip(mixed, loss_factors(game), strict=True)):
        one = np.array([Fraction(1)], dtype=object)
        chances = reduce(np.multiply.outer, mixed[:i] + mixed[i + 1 :], one).ravel()
        outcomes = np.moveaxis(game.exact_payoffs[i], i, 0).reshape(len(own), -1)
        yield Lotteries(own, chances, outcomes, factor)


def _consistent(faced: Lotteries) -> Fraction:
    """Return the least mean in which the worst outcomes weigh more."""
    chances = np.multiply.outer(faced.own, faced.chances).ravel().tolist()
    ranked = sorted(zip(faced.outcomes.ravel().tolist(), chances, strict=True))
    weight = Fraction(1)
    total = sum(outcome * chance for outcome, chance in ranked)
    least: Fraction = total
    for outcome, chance in ranked:
        weight += (faced.factor - 1) * chance
        total += (faced.factor - 1) * chance * outcome
        least = min(least, total / weight)
    return least


def _rounded_up(number: Fraction) -> float:
    near = float(number)
    return near if near >= number else nextafter(near, inf)
