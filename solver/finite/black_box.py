"""Nash equilibria of players who run their own mixing as one lottery with the other's.

A profile is an equilibrium if each player's strategy maximises, over all its mixed strategies, the
cumulative prospect theory value of the lottery over its own outcomes which that strategy and the
other's, independent of it, induce together. So defined: Nash equilibrium of players with
preferences over lotteries in Crawford (1990, J. Econ. Theory 50, 127-154); "pure black-box strategy
Nash equilibrium" in Phade & Anantharam (2020, arXiv 2004.09592). There need not be any where values
are not quasi-concave in the own mixing. With expected utility they are the Nash equilibria.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from games import NormalForm, checks
from solver.finite.certificate import Box, Coverage, Measures
from solver.finite.own_best import Best, best
from solver.finite.own_cells import grid, value
from solver.finite.own_clusters import Cluster, clusters
from solver.finite.own_leaves import RegretFloor
from solver.finite.own_mixing import Array, Lottery, chances, lotteries, rows, value_range, values
from solver.finite.own_recheck import Recheck
from solver.finite.own_search import search
from solver.finite.own_settling import Guess, Profile, Settler, confirmation, volume
from solver.finite.own_system import Pattern, State, newton
from solver.finite.profile_solution import ProfileSolution, solution_of

__all__ = [
    "MEASURES",
    "NAME",
    "confirms",
    "least_regret",
    "regret_bounds",
    "regrets",
    "solve",
    "values",
    "verify",
]

NAME = "black_box_nash"
BUDGET = 300_000
# regrets up to that share of what utilities can differ by are rounding
TOLERANCE = 1e-9
GAP = 2e-12
CLEARLY = 1e-6
METHOD = (
    "branch and prune over pairs of cells of mixed strategies, with bounds of values and of their"
    " slopes (shares are of the volume of all profiles)"
)


def solve(game: NormalForm, *, budget: int = BUDGET) -> ProfileSolution:
    """Return the black-box Nash equilibria of a game of two players.

    Parameters
    ----------
    game : NormalForm
        Of two players with at most three actions each.
    budget : int
        How many pairs of cells are examined; the round in which they run out is finished.

    Returns
    -------
    ProfileSolution
        COMPLETE if every equilibrium is listed; EMPTY only if somebody's regret is proved to exceed
        a positive number at every profile, which `coverage.method` states.

    Raises
    ------
    NotApplicableError
        If the game is larger.
    """
    pair = lotteries(game)
    settler = _settler(pair)
    front = search(pair, checks.whole("budget", budget, 1), settler)
    complete, method = not front.size, METHOD
    if complete and not settler.tried:
        least = least_regret(game, budget=budget)
        complete, method = least > 0, f"{METHOD}; everywhere somebody's regret exceeds {least:.3g}"
    coverage = Coverage(
        method,
        complete and settler.all_proved,
        1.0 - settler.share - volume(front.corners()),
        tuple(Box(cluster.low, cluster.high) for cluster in clusters(front)),
    )
    return solution_of(game, NAME, settler.candidates(), coverage, measures=MEASURES)


def regrets(game: NormalForm, profile: Sequence[ArrayLike]) -> tuple[float, ...]:
    """Return what each player would gain by the best of its mixed strategies, at least 0."""
    mixed, pair = game.profile(profile), lotteries(game)
    worth = values(game, profile)
    return tuple(max(0.0, _best(pair[i], mixed[1 - i]).low - worth[i]) for i in range(2))


def regret_bounds(game: NormalForm, profile: Sequence[Any]) -> tuple[float, ...]:
    """Return an upper bound of each player's regret, proved but for the margins of rounding."""
    mixed, pair = game.profile(profile), lotteries(game)
    return tuple(_regret_bound(pair[i], mixed[i], mixed[1 - i]) for i in range(2))


def least_regret(game: NormalForm, *, budget: int = BUDGET) -> float:
    """Return a lower bound of the largest regret of any player, valid at every profile.

    It is 0 where there is an equilibrium, or the search did not settle whether there is one.
    """
    pair = lotteries(game)
    floor = RegretFloor(pair)
    front = search(pair, budget, lambda front: np.ones(front.size, dtype=bool), floor)
    return 0.0 if front.size else floor.least


def verify(game: NormalForm, *, budget: int = BUDGET) -> bool:
    """Recheck in ball arithmetic all that a search drops, and prove its equilibria anew."""
    pair = lotteries(game)
    recheck = Recheck(pair)
    search(pair, budget, _settler(pair), recheck)
    return recheck.passed


def _settler(pair: tuple[Lottery, Lottery]) -> Settler:
    def guesses(cluster: Cluster) -> Iterator[Guess]:
        return _guesses(pair, cluster)

    def accepts(profile: Profile) -> bool:
        return not _is_poor(pair, profile) and all(
            _regret_bound(pair[i], profile[i], profile[1 - i]) <= TOLERANCE * max(1.0, pair[i].size)
            for i in range(2)
        )

    return Settler(guesses, accepts, hulls=False)


def _is_poor(pair: tuple[Lottery, Lottery], profile: Profile) -> bool:
    """Whether a glance at a grid of replies shows a player who could do clearly better."""
    for i, lottery in enumerate(pair):
        replies = np.concatenate([profile[i][np.newaxis], grid(len(profile[i]))])
        worth = value(lottery, replies, profile[1 - i])
        if worth.max() - worth[0] > CLEARLY * lottery.size:
            return True
    return False


def _guesses(pair: tuple[Lottery, Lottery], cluster: Cluster) -> Iterator[Guess]:
    """Yield solutions of the first-order conditions on the supports possible in a cluster."""
    middle = cluster.middle(0), cluster.middle(1)
    for first, second in product(cluster.supports(0), cluster.supports(1)):
        supports = [
            tuple(sorted(own, key=middle[i].__getitem__)) for i, own in enumerate((first, second))
        ]
        pattern = Pattern(pair, ((supports[0],), (supports[1],)))
        points = [
            middle[i][list(own)] / middle[i][list(own)].sum() for i, own in enumerate(supports)
        ]
        state = State(((points[0],), (points[1],)), (np.ones(1), np.ones(1)))
        unknowns = newton(pattern, pattern.unknowns(state))
        if unknowns is not None:
            yield pattern, unknowns


def _best(lottery: Lottery, other: Array) -> Best:
    return best(lottery, other[np.newaxis] / other.sum(), gap=GAP * lottery.size)


def _regret_bound(lottery: Lottery, own: Array, other: Array) -> float:
    facing = rows(lottery, other[np.newaxis, np.newaxis] / other.sum())
    worth = value_range(lottery, chances(own[np.newaxis, np.newaxis] / own.sum(), facing))
    return max(0.0, _best(lottery, other).high - float(worth.low[0]))


confirms = confirmation(solve)
MEASURES = Measures(values, regrets, regret_bounds, confirms=confirms)
