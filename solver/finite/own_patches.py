"""Boxes of mixed strategies in all probabilities but one, the last being what is left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import product

import numpy as np

from solver.finite.own_jets import Numbers, Support
from solver.finite.own_mixing import Array
from solver.finite.own_search import Bools
from solver.finite.rigorous import ONE, ZERO, arb, bounds, span


@dataclass(frozen=True, eq=False)
class Patch:
    """The strategies whose probabilities, but for one, lie between bounds.

    Attributes
    ----------
    low, high : ndarray, shape (m,)
        The entries of the dependent action are not used.
    dependent : int
        The action that takes what is left.
    """

    low: Array
    high: Array
    dependent: int

    @classmethod
    def around(cls, strategy: Array, support: Support, radius: float) -> Patch:
        """Return the patch within a radius of a strategy, its support's last action dependent.

        Actions outside the support have probabilities in [0, radius].
        """
        low, high = np.zeros_like(strategy), np.full_like(strategy, radius)
        used = list(support)
        low[used] = np.nextafter(strategy[used] - radius, -np.inf)
        high[used] = np.nextafter(strategy[used] + radius, np.inf)
        return cls(low, high, support[-1])

    @property
    def free(self) -> list[int]:
        """The actions but the dependent one."""
        return [a for a in range(len(self.low)) if a != self.dependent]

    def balls(self, support: Support | None = None) -> Numbers:
        """Return a ball around each probability, if none is positive outside `support`."""
        spans = [span(a, b) for a, b in zip(self.low.tolist(), self.high.tolist(), strict=True)]
        free = [a for a in self.free if support is None or a in support]
        result = np.full(len(self.low), ZERO, dtype=object)
        result[free] = [spans[a] for a in free]
        result[self.dependent] = ONE - sum((spans[a] for a in free), ZERO)
        return result

    @cached_property
    def corners(self) -> Array:
        """The extreme points, shape (2^(m-1), m); some may lie outside the simplex."""
        points = []
        for ends in product(*((self.low[a], self.high[a]) for a in self.free)):
            point = np.zeros_like(self.low)
            point[self.free] = ends
            point[self.dependent] = float(1 - sum(map(Fraction, ends), Fraction(0)))
            points.append(point)
        return np.array(points)

    @property
    def box(self) -> tuple[Array, Array]:
        """Bounds of all probabilities, the dependent one included."""
        ends = np.array([bounds(ball) for ball in self.balls()])
        return np.clip(ends[:, 0], 0.0, 1.0), np.clip(ends[:, 1], 0.0, 1.0)

    def holds(self, cells: Array) -> Bools:
        """Return which cells, given by corners (n, k, m), lie inside."""
        free = cells[:, :, self.free]
        low, high = self.low[self.free], self.high[self.free]
        inside: Bools = np.logical_and.reduce((free >= low) & (free <= high), axis=(1, 2))
        return inside


def weights(points: Sequence[Numbers], mean: Numbers) -> list[arb] | None:
    """Return balls around the weights, but the last, with which points average to a mean.

    None if the points may lie on a line, or in one place, where the weights are not unique.
    """
    if len(points) == 1:
        return []
    sides = [point - points[-1] for point in points[:-1]]
    aim = mean - points[-1]
    if len(sides) == 1:
        gaps: list[arb] = list(sides[0])
        place = max(range(len(gaps)), key=lambda a: abs(float(gaps[a].mid())))
        return None if gaps[place].contains(0) else [aim[place] / gaps[place]]
    (a, b), (c, d) = (side[:2] for side in sides)
    area = a * d - b * c
    if area.contains(0):
        return None
    return [(aim[0] * d - aim[1] * c) / area, (a * aim[1] - b * aim[0]) / area]
