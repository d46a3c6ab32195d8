"""Branch and bound: the structure that is worth most to the hegemon among those of some nodes."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from games.arrays import Array, Bools, Ints
from solver.large.binned_atoms import Setting
from solver.large.binned_nodes import Bounds, Nodes, bound_nodes, split

# bins at each stage of refinement; the last is exact for as many as 16 spokes
LADDER = (16, 128, 1024, 8192, 65536)
# a node of several structures is cut in two once it has been bounded at this stage
SPLIT_AT = 1
BATCH = 4096
SHARES = 32


class Contender(NamedTuple):
    """A structure that may be worth most: masks of bloc and spokes, and bounds on its value."""

    bloc: int
    spokes: int
    lower: float
    upper: float


@dataclass(frozen=True)
class Found:
    """What a search found.

    Attributes
    ----------
    contenders : tuple of Contender
        Structures that may be worth most and were looked into, by their lower bounds, the greatest
        first. The first is the best that was found.
    ceiling : float
        No structure of the nodes that was not looked into is worth more.
    unsettled : int
        How many nodes may have a structure that is worth more, and were not looked into for lack
        of work.
    bounded : int
        How many times a node was bounded.
    states : float
        About how many states of structures were valued for that.
    """

    contenders: tuple[Contender, ...]
    ceiling: float
    unsettled: int
    bounded: int
    states: float


class Frontier(NamedTuple):
    """Nodes that are not settled yet; shape (m,) each.

    Attributes
    ----------
    nodes : Nodes
    upper : ndarray
        No structure of the node is worth more.
    stage : ndarray of int
        The place in `LADDER` of the bins of that bound.
    real : ndarray of bool
        Whether the bound is that of one structure.
    """

    nodes: Nodes
    upper: Array
    stage: Ints
    real: Bools

    def part(self, which: Bools) -> Frontier:
        """Return some of the nodes."""
        nodes = Nodes(*(column[which] for column in self.nodes))
        return Frontier(nodes, self.upper[which], self.stage[which], self.real[which])

    def joined(self, other: Frontier) -> Frontier:
        """Return the nodes of both."""
        pairs = zip(self.nodes, other.nodes, strict=True)
        return Frontier(
            Nodes(*(np.concatenate(pair) for pair in pairs)),
            np.concatenate([self.upper, other.upper]),
            np.concatenate([self.stage, other.stage]),
            np.concatenate([self.real, other.real]),
        )


class Search:
    """Bounds nodes, and keeps account of the work and of the best structures so far."""

    def __init__(self, setting: Setting, tolerance: float) -> None:
        self._setting = setting
        self._tolerance = tolerance
        self._kept: dict[tuple[int, int], Contender] = {}
        self._best = -np.inf
        self._ceiling = -np.inf
        self._bounded = 0
        self._states = 0.0

    def run(self, roots: Nodes, limit: float) -> Found:
        """Search the structures of `roots`.

        1. Bound every root with the fewest bins.
        2. Take the most promising nodes. Bound them with more bins; but cut those in two that
           stand for several structures still, and have been refined enough, and bound the halves.
        3. Drop the nodes that are worth no more than the best structure so far (ties apart), and
           those whose one structure has been valued with all its states. Go on until no node is
           left, or the work has come to `limit`.

        Parameters
        ----------
        limit : float
            States of structures to value, about; the first two rounds are not cut short.
        """
        result = self._bound(roots, 0, np.inf)
        frontier = Frontier(roots, result.upper, np.zeros_like(roots.bloc), result.real)
        while frontier.upper.size and (not self._kept or self._states <= limit):
            most = min(BATCH, frontier.upper.size)
            promising = np.zeros(frontier.upper.size, np.bool_)
            promising[np.argpartition(-frontier.upper, most - 1)[:most]] = True
            better = self._step(frontier.part(promising))
            frontier = frontier.part(~promising).joined(better)
            open_ones = frontier.upper > self._best + self._tolerance
            self._ceiling = max(self._ceiling, frontier.upper[~open_ones].max(initial=-np.inf))
            frontier = frontier.part(open_ones)
        self._ceiling = max(self._ceiling, frontier.upper.max(initial=-np.inf))
        return Found(
            self._contenders(),
            float(self._ceiling),
            int(frontier.upper.size),
            self._bounded,
            self._states,
        )

    def _step(self, batch: Frontier) -> Frontier:
        """Return nodes with better bounds for all structures of the batch that are not settled."""
        cut = ~batch.real & (batch.stage >= SPLIT_AT)
        result = batch.part(np.zeros(cut.size, np.bool_))
        if cut.any():
            halves = split(batch.part(cut).nodes, self._setting)
            result = result.joined(self._refine(halves, SPLIT_AT))
        for stage in np.unique(batch.stage[~cut]).tolist():
            nodes = batch.part(~cut & (batch.stage == stage)).nodes
            result = result.joined(self._refine(nodes, stage + 1))
        return result

    def _refine(self, nodes: Nodes, stage: int) -> Frontier:
        """Bound nodes from both sides, keep the best structures, return the nodes not settled."""
        result = self._bound(nodes, stage, self._best)
        self._best = max(self._best, float(result.lower.max()))
        exact = result.real & (1 << sizes(result.spokes) <= LADDER[stage])
        enough = self._best - self._tolerance
        for k in np.flatnonzero((result.lower >= enough) | (exact & (result.upper > enough))):
            key = int(nodes.bloc[k]), int(result.spokes[k])
            self._kept[key] = Contender(*key, float(result.lower[k]), float(result.upper[k]))
        stages = np.full_like(nodes.bloc, stage)
        return Frontier(nodes, result.upper, stages, result.real).part(~exact)

    def _contenders(self) -> tuple[Contender, ...]:
        """Return the best structures that were found, valued with all their states."""
        kept = [
            known for known in self._kept.values() if known.upper > self._best - self._tolerance
        ]
        bloc, spokes = (np.array([known[k] for known in kept], np.int64) for k in (0, 1))
        none = np.zeros_like(bloc)
        exact = self._bound(Nodes(bloc, spokes, none, none), len(LADDER) - 1, -np.inf)
        found = [
            Contender(*masks)
            for masks in zip(
                bloc.tolist(),
                spokes.tolist(),
                exact.lower.tolist(),
                exact.upper.tolist(),
                strict=True,
            )
        ]
        return tuple(sorted(found, key=lambda known: -known.lower))

    def _bound(self, nodes: Nodes, stage: int, floor: float) -> Bounds:
        """Bound nodes, in threads that share them; results do not depend on their number."""
        bins, size = LADDER[stage], nodes.bloc.size
        spokes = sizes(nodes.chosen) + nodes.extra
        states = np.minimum(1 << spokes, bins) * np.where(nodes.bloc > 0, 2, 1)
        result = Bounds(
            np.empty(size), np.empty(size), np.empty(size, np.int64), np.empty(size, np.bool_)
        )

        def run(share: Ints) -> None:
            mine = Nodes(*(column[share] for column in nodes))
            known = Bounds(
                result.upper[share], result.lower[share], result.spokes[share], result.real[share]
            )
            bound_nodes(mine, bins, floor, self._setting, known)
            for column, own in zip(result, known, strict=True):
                column[share] = own

        shares = [np.arange(start, size, SHARES) for start in range(min(SHARES, size))]
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            for _ in pool.map(run, shares):
                pass
        self._bounded += size
        self._states += float((states * np.where(result.upper > floor, 2, 1)).sum())
        return result


def sizes(masks: Ints) -> Ints:
    """Return the number of set bits of each mask."""
    return np.bitwise_count(masks).astype(np.int64)
