"""Branch and bound: the structure that is worth most to the hegemon among those of some nodes."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from games import AllianceGame, AllianceStructure, InvalidGameError, NotApplicableError, checks
from games.alliance.payoffs import autonomy_given_up, by_common_shock, projected_power
from games.alliance.structures import count
from games.arrays import Array, Bools, Ints
from solver.alliance.binned.kernel import (
    Bounds,
    Nodes,
    Setting,
    bound,
    bound_nodes,
    put_real,
    room_for,
    split,
    spread,
)
from solver.alliance.lattice import lattice, pack_bits, popcount, to_masks, unpack_bits
from solver.alliance.stage import traits_of
from solver.numerics.jit import jit
from solver.prospects.compiled import taste_of

# Bounds on what structures are worth to the hegemon, from a binned distribution of aid.

LIMIT = 16
# all structures of 13 candidates, from below and from above, take 25 MB and a minute or so
ALL_LIMIT = 13
BINS = 1024
MOST_BINS = 2**LIMIT
BOUND_SHARES = 64


class Interval(NamedTuple):
    """Bounds on a value; the value lies between them, both included."""

    lower: float
    upper: float

    @property
    def width(self) -> float:
        """How far apart they are."""
        return self.upper - self.lower


def checked(game: AllianceGame, limit: int = LIMIT) -> AllianceGame:
    """Return `game` if it is of the kind and size that bounds are for."""
    n = len(game.candidates)
    if game.family != "bloc_and_spokes":
        raise NotApplicableError(
            f"bounds are for the family 'bloc_and_spokes'; got {game.family!r}: use solver.solve"
        )
    if game.burden_sharing != "none":
        raise NotApplicableError(
            f"bounds know no burdens; got the rule {game.burden_sharing!r}:"
            " set burden_sharing='none'"
        )
    if n > limit:
        raise NotApplicableError(
            f"{n} candidates have {checks.size(count(n))} structures; the limit here is {limit}"
            f" candidates; keep the strongest ones: game.strongest({limit}), or give counts of"
            " candidates that are alike (solver.large)"
        )
    return game


def setting_of(game: AllianceGame) -> Setting:
    """Return `game` at its threat level as numbers."""
    shared, own = game.parameters, traits_of(game)
    aid = shared.pledge_bilateral * own.worth
    reliability = by_common_shock(own.reliability, shared.common_reliability)
    numbers = np.arange(len(game.candidates) + 1)
    return Setting(
        projected_power(game, game.threat),
        game.reference_point,
        shared.deployment,
        shared.cohesion,
        shared.entrapment,
        shared.tied_down,
        shared.common_reliability,
        autonomy_given_up(shared, numbers, [numbers[:, np.newaxis]]),
        aid,
        reliability,
        shared.pledge_multilateral * own.worth,
        # of equals the first comes first in each, so that the orders agree on them
        np.lexsort((-reliability, -aid)),
        np.lexsort((-aid, -reliability)),
        np.lexsort((-reliability, -aid, -aid * reliability)),
        taste_of(game.preference),
    )


def bounds(game: AllianceGame, structure: AllianceStructure, bins: int = BINS) -> Interval:
    """Return bounds on what `structure` is worth to the hegemon.

    Parameters
    ----------
    bins : int
        In [1, 65536]. If there are no more states of the spokes than bins, the bounds differ by
        rounding only.

    Examples
    --------
    >>> import games
    >>> game = games.load("europe-1949")
    >>> low, high = bounds(game, game.structure(spokes=game.candidates), bins=64)
    >>> low <= game.value(game.structure(spokes=game.candidates)) <= high, high - low < 0.05
    (True, True)
    """
    setting = setting_of(checked(game))
    bloc, spokes = to_masks(game.candidates, game.check(structure))
    result = np.empty((2, 1))
    structure_bounds(np.array([bloc]), spokes, _bins(bins), setting, np.zeros(1, np.int64), result)
    return Interval(float(result[0, 0]), float(result[1, 0]))


def all_bounds(game: AllianceGame, bins: int = BINS) -> tuple[Array, Array]:
    """Return lower and upper bounds on what every structure is worth to the hegemon.

    Returns
    -------
    lower, upper : ndarray, shape (structures,)
        In the numbering of `solver.alliance.lattice`.

    Raises
    ------
    NotApplicableError
        If there are more than 13 candidates (1,541,075 structures).
    """
    setting = setting_of(checked(game, ALL_LIMIT))
    grid = lattice(len(game.candidates))
    result = np.empty((2, grid.size))
    number = _bins(bins)
    every = np.arange(1 << grid.n)

    def run(share: Ints) -> None:
        spoke_set_bounds(share, number, setting, grid.starts, grid.place, result)

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for _ in pool.map(run, [every[start::BOUND_SHARES] for start in range(BOUND_SHARES)]):
            pass
    return result[0], result[1]


def _bins(bins: int) -> int:
    if checks.whole("bins", bins, 1) > MOST_BINS:
        raise InvalidGameError(f"`bins` must be at most {MOST_BINS}; got {bins}")
    return bins


@jit
def structure_bounds(
    blocs: Ints, spokes: int, bins: int, setting: Setting, columns: Ints, result: Array
) -> None:
    """Write bounds on the structures with one of `blocs` each and the same spokes.

    Parameters
    ----------
    columns : ndarray of int, shape (m,)
        Where the bounds of each go.
    result : ndarray, shape (2, structures)
        Lower and upper bounds.
    """
    work = room_for(bins, setting.aid.size)
    number = put_real(spokes, setting, work)
    for row in range(2):
        upward = row == 1
        states = spread(number, bins, upward, setting.common, work)
        for k in range(blocs.size):
            lost = setting.lost[popcount(blocs[k]), number]
            result[row, columns[k]] = bound(states, blocs[k], lost, upward, setting, work)


@jit
def spoke_set_bounds(
    spoke_sets: Ints, bins: int, setting: Setting, starts: Ints, place: Ints, result: Array
) -> None:
    """Write bounds on all structures whose spokes are one of `spoke_sets`."""
    n = setting.aid.size
    for spokes in spoke_sets:
        others = ~spokes & ((1 << n) - 1)
        room = 1 << popcount(others)
        blocs, columns = np.empty(room, np.int64), np.empty(room, np.int64)
        filled = 0
        for packed in range(room):
            bloc = unpack_bits(packed, others, n)
            if place[bloc] >= 0:
                blocs[filled] = bloc
                columns[filled] = starts[place[bloc]] + pack_bits(spokes, ~bloc, n)
                filled += 1
        structure_bounds(blocs[:filled], spokes, bins, setting, columns, result)


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
