"""Alternating offers with loss aversion, each player's reference point its share of the outcome."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from games import ConvergenceError, NotApplicableError
from games.arrays import Array
from games.bargaining import BargainingProblem
from solver import optimise
from solver.bargaining import alternating_offers
from solver.bargaining.alternating_offers import AlternatingOffers

_GRID = 201


def solve(problem: BargainingProblem, discounts: Sequence[float]) -> tuple[AlternatingOffers, ...]:
    """Return equilibria of two players' alternating offers at self-supporting reference points.

    Each player's reference point is its share of the agreement that the first player proposes at
    once. Refusing multiplies a player's utility gain over disagreement by its discount factor, as
    talks may break down. Loss aversion l of the second player then acts like impatience: with
    linear utilities and one factor d the agreement is Rubinstein's for d and d / (1 + (1 - d) l).

    Parameters
    ----------
    problem : BargainingProblem
        Its own references are not used. The first player proposes first.
    discounts : pair of float
        Above 0 and below 1.

    Raises
    ------
    NotApplicableError
        If there are not two players.
    ConvergenceError
        If none is found.
    """
    if len(problem.utilities) != 2:
        raise NotApplicableError("alternating offers with loss aversion are for 2 players")
    first, second = alternating_offers.discount_factors(discounts, 2)

    def proposals(share: float) -> tuple[BargainingProblem, Array]:
        point = np.array([share, problem.pie - share])
        against = problem.with_references(point.tolist())
        base = against.disagreement_utilities[0]
        gain = against.utilities_at(point)[0] - base
        offered = float(against.share_at(0, np.array(base + first * gain)))
        return against, np.array([point, [offered, problem.pie - offered]])

    def gap(share: float) -> float:
        """Return how much better the second player does by refusing."""
        against, shares = proposals(share)
        gains = against.utilities_at(shares)[:, 1] - against.disagreement_utilities[1]
        return float(second * gains[1] - gains[0])

    grid = np.linspace(problem.floors[0], problem.tops[0], _GRID)
    gaps = np.array([gap(share) for share in grid.tolist()])
    found = [float(grid[k]) for k in np.flatnonzero(gaps == 0)]
    found += [
        optimise.crossing(gap, grid[k], grid[k + 1], accuracy=1e-14)
        for k in np.flatnonzero(gaps[:-1] * gaps[1:] < 0)
    ]
    if not found:
        raise ConvergenceError("no self-supporting alternating offers were found")
    return tuple(
        alternating_offers.certified(against, (first, second), 0, shares)
        for against, shares in map(proposals, sorted(found))
    )
