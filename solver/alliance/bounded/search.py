"""Branch and bound: the structure that is worth most to the hegemon, and a bound on all others.

Best first: the boxes with the greatest upper bounds are cut in two, or bounded on a finer grid,
until no bound surpasses the value of the best structure that was found, or the work is spent. What
is left then says by how much another structure may be better.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from games.arrays import Array, Bools, Ints
from solver.alliance.bounded.aid import new_room
from solver.alliance.bounded.boxes import HIGH, LOW
from solver.alliance.bounded.exact import value_bounds
from solver.alliance.bounded.neighbours import improve, settle, worth_of
from solver.alliance.bounded.problem import Problem
from solver.alliance.bounded.relaxation import bound_boxes, fill
from solver.alliance.tasks import in_threads

# places of the grid of aid; a structure is then valued with all its states, if they can be listed
LADDER = (256, 2_048, 16_384)
# boxes bounded in one round: this share of those that are open, and no fewer or more than these
SHARE, FEWEST, MOST = 8, 64, 8_192
# boxes that a thread takes at once
PIECE = 32
# what open boxes may take in memory
BYTES = 600_000_000
# structures that are looked for near the best relaxations of a round
TRIED = 2


class Structure(NamedTuple):
    """Counts of spokes and members of each kind, and bounds on what they are worth."""

    spokes: tuple[int, ...]
    bloc: tuple[int, ...]
    lower: float
    upper: float

    @property
    def order(self) -> tuple[int, int]:
        """Key that orders structures of equal worth: fewer allies first, then no bloc."""
        return sum(self.spokes) + sum(self.bloc), int(sum(self.bloc) > 0)


class Found(NamedTuple):
    """What a search found.

    Attributes
    ----------
    best : Structure
    ceiling : float
        No structure is worth more.
    """

    best: Structure
    ceiling: float


class Frontier(NamedTuple):
    """Boxes that are open, shape (m,) each but the first.

    Attributes
    ----------
    boxes : ndarray of int, shape (m, 2, 2 kinds + 2)
    upper : ndarray
        No structure of the box is worth more.
    cut : ndarray of int
        Which range to halve; -1 if the bound is that of one structure.
    stage : ndarray of int
        Place in `LADDER` of the bound's grid.
    """

    boxes: Ints
    upper: Array
    cut: Ints
    stage: Ints

    def part(self, which: Bools) -> Frontier:
        """Return some of the boxes."""
        boxes, upper, cut, stage = self
        return Frontier(boxes[which], upper[which], cut[which], stage[which])

    def joined(self, other: Frontier) -> Frontier:
        """Return the boxes of both."""
        return Frontier(
            np.concatenate([self.boxes, other.boxes]),
            np.concatenate([self.upper, other.upper]),
            np.concatenate([self.cut, other.cut]),
            np.concatenate([self.stage, other.stage]),
        )


class Search:
    """Searches the structures of one game.

    Parameters
    ----------
    problem : Problem
    tolerance : float
        Differences of value up to this are ties.
    known : sequence of Structure
        Structures that are among those to be searched.
    """

    def __init__(self, problem: Problem, tolerance: float, known: Sequence[Structure] = ()) -> None:
        self._problem = problem
        self._tolerance = tolerance
        self._kinds = problem.sizes.size
        self._known = {(one.spokes, one.bloc): one for one in known}
        self._best = max((one.lower for one in known), default=-np.inf)
        self._settled = -np.inf
        self._boxes = 0
        # how much finer grids have lowered bounds of the coarsest one, at most
        self._slack = 0.0

    def run(self, blocs: bool, budget: int, gap: float) -> Found:
        """Search the structures that all their members accept.

        1. Find good structures by exchanging candidates.
        2. Bound all structures without a bloc, and all with one.
        3. Take the boxes with the greatest bounds. Where the grid may be what keeps a bound above
           the best value, take a finer grid; else cut the box in two. Drop what cannot be better.
           Value what is left as one structure with all its states.

        Parameters
        ----------
        blocs : bool
            Whether there may be a bloc.
        budget : int
            Boxes to bound at most, about.
        gap : float
            Where to stop: if no structure can be better by more.
        """
        kinds, sizes = self._kinds, self._problem.sizes
        none, spokes = np.zeros(kinds, np.int64), np.where(self._problem.willing, sizes, 0)
        self._keep(none, none)
        for bloc in (none, sizes) if blocs else (none,):
            self._improve(none, bloc)
            self._improve(spokes, bloc)
        without = np.zeros((2, 2 * kinds + 2), np.int32)
        without[HIGH, :kinds], without[HIGH, -2] = spokes, spokes.sum()
        roots = [without]
        if blocs and sizes.sum() > 1:
            beside = without.copy()
            beside[HIGH, kinds:-2] = sizes
            beside[LOW, -1], beside[HIGH, -1] = 2, sizes.sum()
            roots.append(beside)
        stages = np.zeros(len(roots), np.int64)
        frontier = self._bounded(np.stack(roots), stages)
        self._learn(frontier)
        limit = BYTES // (8 * (2 * kinds + 2) + 24)
        while frontier.upper.size:
            top = float(frontier.upper.max())
            if top <= max(self._settled, self._best + gap):
                break
            if self._boxes > budget or frontier.upper.size > limit:
                break
            frontier = self._open(self._step(frontier))
        ceiling = max(self._settled, float(frontier.upper.max(initial=-np.inf)))
        best = self._preferred()
        return Found(best, max(ceiling, best.lower))

    def _improve(self, spokes: Ints, bloc: Ints) -> None:
        """Look for good structures from one on, and keep the best."""
        spokes, bloc = spokes.astype(np.int64), bloc.astype(np.int64)
        settle(self._problem, spokes, bloc)
        room = new_room(self._problem, LADDER[1])
        improve(self._problem, spokes, bloc, LADDER[0], room)
        improve(self._problem, spokes, bloc, LADDER[1], room)
        self._keep(spokes, bloc)

    def _keep(self, spokes: Ints, bloc: Ints) -> Structure:
        """Value a structure as precisely as can be, and keep it."""
        key = tuple(spokes.tolist()), tuple(bloc.tolist())
        if key not in self._known:
            self._known[key] = Structure(*key, *value_bounds(self._problem, spokes, bloc))
            self._best = max(self._best, self._known[key].lower)
        return self._known[key]

    def _preferred(self) -> Structure:
        """Return the best structure that is known; ties go to fewer allies, then to no bloc."""
        close = self._best - self._tolerance
        tied = [known for known in self._known.values() if known.lower >= close]
        return min(tied, key=lambda known: (known.order, -known.lower))

    def _step(self, frontier: Frontier) -> Frontier:
        """Return the frontier with its most promising boxes looked into."""
        size = frontier.upper.size
        number = min(size, max(FEWEST, min(MOST, size // SHARE)))
        chosen = np.zeros(size, np.bool_)
        chosen[np.argpartition(-frontier.upper, number - 1)[:number]] = True
        batch, rest = frontier.part(chosen), frontier.part(~chosen)
        wanted = self._stage_for(batch.upper)
        last = len(LADDER) - 1
        one = batch.cut < 0
        wanted[one] = np.minimum(batch.stage[one] + 1, last)
        settled = one & (batch.stage == last)
        for place in np.flatnonzero(settled):
            self._settle(batch.boxes[place], float(batch.upper[place]))
        finer = ~settled & (batch.stage < wanted)
        halved = ~settled & ~finer
        boxes = np.concatenate(
            [batch.boxes[finer], *halves(batch.boxes[halved], batch.cut[halved])]
        )
        stages = np.concatenate(
            [wanted[finer], np.repeat([np.maximum(wanted, batch.stage)[halved]], 2, axis=0).ravel()]
        )
        before = batch.upper[finer]
        found = self._bounded(boxes, stages)
        coarse = batch.stage[finer] == 0
        fall = before - found.upper[: before.size]
        falls = fall[coarse & np.isfinite(fall)]
        self._slack = max(self._slack, float(falls.max(initial=0.0)))
        return rest.joined(found)

    def _stage_for(self, upper: Array) -> Ints:
        """Return the stage whose grid can hardly be what keeps bounds above the best value."""
        excess = np.maximum(upper - self._best, 0.0)
        errors = self._slack * LADDER[0] / np.array(LADDER)
        coarse: Ints = (4 * errors > excess[:, np.newaxis]).sum(axis=1)
        return np.minimum(coarse, len(LADDER) - 1)

    def _settle(self, box: Ints, upper: float) -> None:
        """Value the one structure that a box's bound stands for, and keep it."""
        spokes, bloc = np.zeros(self._kinds, np.int64), np.zeros(self._kinds, np.int64)
        fill(box, 0, box[HIGH, -2], spokes)
        fill(box, self._kinds, box[HIGH, -1], bloc)
        found = self._keep(spokes, bloc)
        self._settled = max(self._settled, min(upper, found.upper))

    def _learn(self, frontier: Frontier) -> None:
        """Take the roots' bounds on two grids as a first measure of what grids do."""
        boxes = frontier.boxes.copy()
        finer = self._bounded(boxes, np.ones(len(boxes), np.int64))
        falls = frontier.upper - finer.upper
        self._slack = float(falls[np.isfinite(falls)].max(initial=0.0))

    def _open(self, frontier: Frontier) -> Frontier:
        """Return the boxes that may hold something better, or as good with fewer allies."""
        upper, boxes = frontier.upper, frontier.boxes
        least = boxes[:, LOW, -2].astype(np.int64) + boxes[:, LOW, -1]
        best = self._preferred()
        close = np.abs(self._best) * 1e-13
        after = 2 * least + (boxes[:, LOW, -1] > 0) >= 2 * best.order[0] + best.order[1]
        surpassed = (upper <= self._best - self._tolerance) | (
            (upper <= best.lower + close) & after
        )
        surpassed |= upper <= self._settled
        return frontier.part(~surpassed)

    def _bounded(self, boxes: Ints, stages: Ints) -> Frontier:
        """Bound boxes, in threads that share them; results do not depend on their number."""
        size = len(boxes)
        upper, cut = np.empty(size), np.empty(size, np.int64)
        spokes = np.empty((size, self._kinds), np.int64)
        blocs = np.empty((size, self._kinds), np.int64)
        bins = np.array(LADDER)[stages]

        def run(first: int) -> None:
            last = min(first + PIECE, size)
            bound_boxes(self._problem, boxes, bins, first, last, upper, cut, spokes, blocs)

        pieces = list(range(0, size, PIECE))
        in_threads(run, pieces, len(pieces) > 1)
        self._boxes += size
        for place in np.argsort(-upper)[:TRIED]:
            if upper[place] > self._best + self._tolerance:
                self._try(spokes[place].copy(), blocs[place].copy())
        return Frontier(boxes, upper, cut, stages).part(upper > -np.inf)

    def _try(self, spokes: Ints, bloc: Ints) -> None:
        """Keep the structure next to a relaxation if it seems better than the best."""
        settle(self._problem, spokes, bloc)
        room = new_room(self._problem, LADDER[1])
        if worth_of(self._problem, spokes, bloc, True, LADDER[1], room) > self._best:
            self._keep(spokes, bloc)


def halves(boxes: Ints, cut: Ints) -> tuple[Ints, Ints]:
    """Return the two halves of each box along one of its ranges."""
    lower, upper, rows = boxes.copy(), boxes.copy(), np.arange(len(boxes))
    middle = (boxes[rows, LOW, cut] + boxes[rows, HIGH, cut]) // 2
    lower[rows, HIGH, cut], upper[rows, LOW, cut] = middle, middle + 1
    return lower, upper
