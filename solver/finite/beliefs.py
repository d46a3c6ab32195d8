"""Equilibria in beliefs of players who value the lottery that their own mixing enters.

Beliefs, one mixed strategy about each player, are in equilibrium if what is believed of a player
lies in the convex hull of its best replies, among all mixed strategies, to what it believes of the
other (Crawford 1990, "Equilibrium without independence", J. Econ. Theory 50, 127-154). A player's
value of a strategy is that of the lottery over its own outcomes which the strategy and its belief
about the other, independent of it, induce. Others may believe in a mixture of best replies although
the player would not choose that mixture itself. There is always one. A black-box Nash equilibrium
is one; so is the average of a "mixed black-box strategy Nash equilibrium" of Phade & Anantharam
(2020, arXiv 2004.09592).

The regret of a player is the least average regret of strategies that average to what is believed of
it: the most that it can get less the concave envelope of V there. It is 0 just in equilibrium.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, product
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from games import NormalForm, checks
from solver.finite.certificate import Box, Coverage, Measures
from solver.finite.own_best import reply
from solver.finite.own_clusters import Cluster, clusters, together
from solver.finite.own_envelope import believed_regret
from solver.finite.own_hulls import search_beliefs
from solver.finite.own_jets import Support
from solver.finite.own_mixing import Array, Lottery, lotteries
from solver.finite.own_recheck import Recheck
from solver.finite.own_settling import Guess, Profile, Settler, confirmation, volume
from solver.finite.own_system import Pattern, State, newton
from solver.finite.profile_solution import ProfileSolution, solution_of

NAME = "equilibrium_in_beliefs"
BUDGET = 300_000
TOLERANCE = 1e-9
METHOD = (
    "branch and prune over pairs of cells of beliefs and over cells of replies, with bounds of"
    " values and of their slopes (shares are of the volume of all profiles)"
)
MOST_PLACES = 4
SAMPLES, APART, USED = 24, 0.05, 1e-7
LEAST_WEIGHT = 0.02


def solve(game: NormalForm, *, budget: int = BUDGET) -> ProfileSolution:
    """Return the equilibria in beliefs of a game of two players.

    Parameters
    ----------
    game : NormalForm
        Of two players with at most three actions each.
    budget : int
        How many pairs of cells are examined; the round in which they run out is finished.

    Raises
    ------
    NotApplicableError
        If the game is larger.
    """
    pair = lotteries(game)
    settler = _settler(pair)
    front = search_beliefs(pair, checks.whole("budget", budget, 1), settler)
    coverage = Coverage(
        METHOD,
        not front.size and settler.all_proved,
        1.0 - settler.share - volume(front.corners()),
        tuple(Box(cluster.low, cluster.high) for cluster in clusters(front)),
    )
    return solution_of(game, NAME, settler.candidates(), coverage, measures=MEASURES)


def values(game: NormalForm, profile: Sequence[ArrayLike]) -> tuple[float, ...]:
    """Return what each player's best replies to its belief about the other are worth."""
    mixed, pair = game.profile(profile), lotteries(game)
    return tuple(believed_regret(pair[i], mixed[i], mixed[1 - i]).best for i in range(2))


def regrets(game: NormalForm, profile: Sequence[ArrayLike]) -> tuple[float, ...]:
    """Return the least average regret of strategies that average to each player's own."""
    mixed, pair = game.profile(profile), lotteries(game)
    return tuple(believed_regret(pair[i], mixed[i], mixed[1 - i]).regret for i in range(2))


def regret_bounds(game: NormalForm, profile: Sequence[Any]) -> tuple[float, ...]:
    """Return an upper bound of each player's regret, proved but for the margins of rounding."""
    mixed, pair = game.profile(profile), lotteries(game)
    return tuple(believed_regret(pair[i], mixed[i], mixed[1 - i]).bound for i in range(2))


def verify(game: NormalForm, *, budget: int = BUDGET) -> bool:
    """Recheck in ball arithmetic all replies that a search drops, and prove its equilibria anew."""
    pair = lotteries(game)
    recheck = Recheck(pair)
    search_beliefs(pair, budget, _settler(pair), recheck)
    return recheck.passed


def _settler(pair: tuple[Lottery, Lottery]) -> Settler:
    def guesses(cluster: Cluster) -> Iterator[Guess]:
        return _guesses(pair, cluster)

    def accepts(profile: Profile) -> bool:
        return all(
            believed_regret(pair[i], profile[i], profile[1 - i]).bound
            <= TOLERANCE * max(1.0, pair[i].size)
            for i in range(2)
        )

    return Settler(guesses, accepts, hulls=True)


def _guesses(pair: tuple[Lottery, Lottery], cluster: Cluster) -> Iterator[Guess]:
    """Yield solutions of the conditions of equilibrium with the replies possible in a cluster."""
    options = [list(_mixtures(pair[i], cluster, i)) for i in (0, 1)]
    for first, second in product(*options):
        pattern = Pattern(pair, (first.supports, second.supports))
        state = State((first.points, second.points), (first.weights, second.weights))
        unknowns = newton(pattern, pattern.unknowns(state))
        if unknowns is not None:
            yield pattern, unknowns


class Mixture(NamedTuple):
    """Strategies of one player on their supports, the largest probability last, and weights."""

    points: tuple[Array, ...]
    supports: tuple[Support, ...]
    weights: Array


def _mixtures(lottery: Lottery, cluster: Cluster, player: int) -> Iterator[Mixture]:
    """Yield guesses at what mixture of replies a player is believed to play."""
    middle = cluster.middle(player)
    for support in cluster.supports(player):
        point, ordered = _on(middle, support)
        yield Mixture((point,), (ordered,), np.ones(1))
    if lottery.linear:
        return
    places = list(_places(lottery, cluster, player))
    for size in range(2, min(len(middle), len(places)) + 1):
        for chosen in combinations(places, size):
            weights = np.linalg.lstsq(np.array(chosen).T, middle, rcond=None)[0]
            weights = np.maximum(weights, LEAST_WEIGHT)
            found = [_on(reply_, tuple(np.flatnonzero(reply_ > USED))) for reply_ in chosen]
            yield Mixture(
                tuple(point for point, _ in found),
                tuple(ordered for _, ordered in found),
                weights / weights.sum(),
            )


def _places(lottery: Lottery, cluster: Cluster, player: int) -> Iterator[Array]:
    """Yield best replies to some beliefs in a cluster, one from each place where they gather."""
    low, high = cluster.low[1 - player], cluster.high[1 - player]
    drawn = np.random.default_rng(0).random((SAMPLES, low.size))
    beliefs = low + (high - low) * np.concatenate([np.full((1, low.size), 0.5), drawn])
    replies = np.array([reply(lottery, each / each.sum()) for each in beliefs])
    labels = together(replies, APART)
    number = labels.max() + 1
    for label in range(number if number <= MOST_PLACES else 0):
        yield replies[labels == label][0]


def _on(strategy: Array, support: Support) -> tuple[Array, Support]:
    """Return a strategy restricted to a support, and the support by rising probability."""
    ordered = tuple(sorted(support, key=lambda action: float(strategy[action])))
    point = strategy[list(ordered)]
    return point / point.sum(), ordered


confirms = confirmation(solve)
MEASURES = Measures(values, regrets, regret_bounds, confirms=confirms)
