"""How likely observed actions are along the principal branch of logit equilibria."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise

import numpy as np

from games.arrays import Array
from solver import optimise
from solver.accounts.estimation import Interval
from solver.finite.logit_equations import LogitEquations
from solver.finite.logit_steps import Node, between, length

# slopes of the likelihood of one observation that count as 0
FLAT = 1e-11


class BranchLikelihood:
    """The log likelihood of observed actions along the branch.

    Parameters
    ----------
    equations : LogitEquations
    row : ndarray, shape (actions,)
        How often each action was observed, player by player.
    arc : list of Node
        The branch from uniform play on, close enough for one maximum at most between neighbours.

    Attributes
    ----------
    stations : list of Node
        The branch with the interior local maxima among its nodes.
    heights : list of float
        The log likelihood at each of them.
    peaks : list of int
        Places of the local maxima among them, that may be at the ends.
    is_flat : bool
        Whether the likelihood is the same everywhere.
    """

    def __init__(self, equations: LogitEquations, row: Array, arc: list[Node]) -> None:
        self._equations, self._row = equations, row
        slopes = [self._slope(node) for node in arc]
        flat = FLAT * float(row.sum())
        steep = [place for place, slope in enumerate(slopes) if abs(slope) > flat]
        self.is_flat = not steep
        self.stations, self.peaks = list[Node](), list[int]()
        if not steep or slopes[steep[0]] < 0:
            self.peaks.append(0)
        tops = {
            next(place for place in range(up, down) if slopes[place] > 0 >= slopes[place + 1])
            for up, down in pairwise(steep)
            if slopes[up] > 0 > slopes[down]
        }
        for place, node in enumerate(arc):
            self.stations.append(node)
            if place in tops:
                self.peaks.append(len(self.stations))
                self.stations.append(self._where(self._slope, node, arc[place + 1]))
        if steep and slopes[steep[-1]] > 0:
            self.peaks.append(len(self.stations) - 1)
        self.heights = [self._height(node) for node in self.stations]

    def precision(self, place: int) -> float:
        """Return the precision at a station, infinite at the last."""
        if place == len(self.stations) - 1:
            return math.inf
        return self.stations[place].scaled / self._equations.scale

    def interval(self, place: int, least: float) -> Interval:
        """Return the range of precisions around a station where heights reach `least`."""
        left = right = place
        while left > 0 and self.heights[left - 1] >= least:
            left -= 1
        while right < len(self.heights) - 1 and self.heights[right + 1] >= least:
            right += 1
        covered = [self.precision(one) for one in range(left, right + 1)]
        opens = left == 0, right == len(self.heights) - 1
        for start, is_open in ((left - 1, opens[0]), (right, opens[1])):
            if not is_open:
                end = self._where(
                    lambda node: self._height(node) - least, *self.stations[start : start + 2]
                )
                covered.append(end.scaled / self._equations.scale)
        return Interval(min(covered), max(covered), *opens)

    def _height(self, node: Node) -> float:
        return float(self._row @ np.concatenate(self._equations.logs(node.point)))

    def _slope(self, node: Node) -> float:
        return float(self._row @ node.tangent[:-1])

    def _where(self, function: Callable[[Node], float], node: Node, following: Node) -> Node:
        """Return the node between two at which a function is 0."""
        arc = optimise.crossing(
            lambda arc: function(between(self._equations, node, arc)),
            0.0,
            length(node, following),
        )
        return between(self._equations, node, arc)
