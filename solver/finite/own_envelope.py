"""The regret of a belief about a player: how far the belief is from mixing best replies."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import combinations
from typing import NamedTuple

import numpy as np

from solver.finite.own_best import best
from solver.finite.own_cells import value
from solver.finite.own_clusters import together
from solver.finite.own_mixing import Array, Lottery, chances, rows, value_range

GAP = 2e-12
# replies worth less than the best by at most that share count as possibly best
SLACK = 1e-6
NARROW, APART = 1e-7, 1e-4


class Believed(NamedTuple):
    """What a player's best replies are worth, and the regret of what is believed of it.

    Attributes
    ----------
    best : float
        The value of the best reply found.
    regret : float
        The most that a reply is worth, less the concave envelope of V at what is believed.
    bound : float
        An upper bound of the regret.
    """

    best: float
    regret: float
    bound: float


def believed_regret(lottery: Lottery, own: Array, other: Array) -> Believed:
    """Return the regret of a belief `own` about a player who believes `other`."""
    facing = other[np.newaxis] / other.sum()
    top = best(lottery, facing, gap=GAP * lottery.size)
    points = np.unique(
        np.concatenate([own[np.newaxis], np.eye(len(own)), _good(lottery, facing)]), axis=0
    )
    row = rows(lottery, np.broadcast_to(facing, (len(points), *facing.shape)))
    low = value_range(lottery, chances(points[:, np.newaxis], row)).low
    worth = value(lottery, points, facing[0])
    mixed = [(places, shares) for places, shares in mixtures(points, own)]
    envelope = max(float(shares @ worth[places]) for places, shares in mixed)
    floor = max(float(shares @ low[places]) for places, shares in mixed)
    highest = max(top.low, float(worth.max()))
    return Believed(highest, max(0.0, highest - envelope), max(0.0, top.high - floor))


def _good(lottery: Lottery, facing: Array) -> Array:
    """Return the best replies up to the slack, one for each place where there are some."""
    if lottery.linear:
        return np.eye(lottery.hit.shape[1])
    found = best(lottery, facing, gap=0.0, least=NARROW, slack=SLACK * lottery.size)
    middles = np.concatenate([cells.mean(axis=1) for cells in found.cells])
    worth = value(lottery, middles, facing[0])
    labels = together(middles, APART)
    order = np.argsort(-worth)
    first = np.unique(labels[order], return_index=True)[1]
    return np.concatenate([middles[order[first]], found.point[np.newaxis]])


def mixtures(points: Array, mean: Array) -> Iterator[tuple[list[int], Array]]:
    """Yield sets of points, with weights with which they average exactly to a mean.

    Sets of as many points as there are coordinates are enough (Caratheodory 1907). Weights are
    solved for in fractions, so that none is negative by rounding.
    """
    exact = [[Fraction(x) for x in point] for point in points.tolist()]
    exact = [[x / sum(point) for x in point] for point in exact]
    target = [Fraction(x) for x in mean.tolist()]
    target = [x / sum(target) for x in target]
    for places in combinations(range(len(points)), len(mean)):
        shares = _solved([exact[k] for k in places], target)
        if shares is not None and min(shares) >= 0:
            yield list(places), np.array([float(share) for share in shares])


def _solved(points: Sequence[list[Fraction]], target: list[Fraction]) -> list[Fraction] | None:
    """Return the weights of the points by Cramer's rule, None if they are not unique."""
    whole = _determinant(points)
    if whole == 0:
        return None
    return [
        _determinant([target if j == k else point for j, point in enumerate(points)]) / whole
        for k in range(len(points))
    ]


def _determinant(rows_: Sequence[list[Fraction]]) -> Fraction:
    if len(rows_) == 1:
        return rows_[0][0]
    return sum(
        (
            (-1) ** k * rows_[0][k] * _determinant([row[:k] + row[k + 1 :] for row in rows_[1:]])
            for k in range(len(rows_))
        ),
        Fraction(0),
    )
