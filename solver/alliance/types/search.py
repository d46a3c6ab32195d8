"""Find the structure that is worth most to the hegemon among all type counts, with proof.

Best first: the box with the greatest upper bound is cut, or its bound sharpened, until what is on
top is a structure whose exact value no bound surpasses.
"""

from __future__ import annotations

from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import count
from typing import NamedTuple

import numpy as np

from games import ConvergenceError
from games.arrays import Array, Bools, Ints
from solver.alliance.stage import ROUNDING
from solver.alliance.types.boxes import HIGH, LOW, Problem, place_to_cut, relax, tighten
from solver.alliance.types.payoffs import BlocTable, TypeValuer
from solver.alliance.types.types import TypeCounts

COARSE, FINE, FINEST = 256, 4_096, 65_536


class Found(NamedTuple):
    """The best structure, and how much work the proof took.

    Attributes
    ----------
    counts : TypeCounts
    value : float
    boxes : int
        Boxes that were bounded.
    valued : int
        Structures that were valued exactly.
    """

    counts: TypeCounts
    value: float
    boxes: int
    valued: int


@dataclass(frozen=True, eq=False)
class _Item:
    """A box, its relaxation, where to cut it (-1: it is settled), and the grid of its bound."""

    box: Ints
    spokes: Ints
    bloc: Ints
    cut: int
    bins: int

    @property
    def order(self) -> tuple[int, int]:
        """The least `TypeCounts.order` in the box."""
        allies = self.box[LOW, -2] + self.box[LOW, -1]
        return int(allies), int(self.box[LOW, -1] > 0)


# least first: minus the bound, the order, a serial number
Heap = list[tuple[float, tuple[int, int], int, _Item]]
# structures valued exactly: value, order, counts
Done = list[tuple[float, tuple[int, int], TypeCounts]]


class TypeSearch:
    """Searches the type counts of one game.

    Parameters
    ----------
    valuer : TypeValuer
    table : BlocTable
    tolerance : float
        Differences of payoffs up to this are ties.
    """

    def __init__(self, valuer: TypeValuer, table: BlocTable, tolerance: float) -> None:
        types = valuer.types
        shared = types.game.parameters
        self._valuer = valuer
        self._tolerance = tolerance
        self._rank = np.lexsort((-types.reliability, -types.worth))
        shape = np.array(types.sizes)[self._rank] + 2
        accepted = table.accepted(tolerance).reshape(table.shape).transpose(self._rank)
        accepted = accepted.copy()
        accepted[(0,) * len(types)] = False
        below = np.zeros(shape, dtype=np.int64)
        below[(slice(1, None),) * len(types)] = accepted
        for axis in range(len(types)):
            np.cumsum(below, axis=axis, out=below)
        gift, best = self._best_blocs(np.flatnonzero(accepted.ravel()), accepted.shape)
        self._problem = Problem(
            np.array(types.sizes)[self._rank],
            types.worth[self._rank],
            valuer.rates,
            valuer.kinds[self._rank],
            valuer.odds,
            np.array([shared.pledge_bilateral, shared.pledge_multilateral]),
            shared.common_reliability,
            np.array([shared.k_bilateral, shared.k_multilateral, shared.k_bloc]),
            np.array([int(np.prod(shape[t + 1 :])) for t in range(len(types))]),
            below.ravel(),
            gift,
            best,
            np.zeros((2, len(types), len(types)), dtype=np.bool_),
        )
        self._every_bloc = bool((accepted.sum() + 1 + len(types)) >= accepted.size)

    def _best_blocs(self, numbers: Ints, shape: tuple[int, ...]) -> tuple[Array, Ints]:
        """Return worth and counts of the best of the blocs with these numbers, for each size."""
        types = self._valuer.types
        worth, most = types.worth[self._rank], sum(types.sizes)
        blocs = np.stack(np.unravel_index(numbers, shape), axis=1).astype(np.int64)
        size, gift = blocs.sum(axis=1), blocs @ worth
        order = np.lexsort((-gift, size))
        sizes, first = np.unique(size[order], return_index=True)
        greatest = np.full(most + 1, -np.inf)
        best = np.zeros((most + 1, len(types)), dtype=np.int64)
        greatest[sizes], best[sizes] = gift[order][first], blocs[order][first]
        return greatest, best

    def best(self, allowed: Bools, *, blocs: bool, budget: int) -> Found:
        """Return the best structure with spokes of the types `allowed`.

        Among ties fewest allies come first, then structures without a bloc, then the greatest
        value.

        Parameters
        ----------
        allowed : ndarray of bool, shape (types,)
        blocs : bool
            Whether structures with a bloc, accepted by all its members, are searched too.
        budget : int
            Bounds to compute at most.

        Raises
        ------
        ConvergenceError
            If the budget is spent before the best is proved.
        """
        self._boxes, self._serial = 0, count()
        self._problem.yields[:] = self._yields(allowed[self._rank])
        heap: Heap = []
        done: Done = []
        for root in self._roots(allowed, blocs):
            self._push(heap, done, root, COARSE)
        greatest = -np.inf
        while heap and -heap[0][0] >= greatest - self._tolerance:
            bound, _, _, item = heappop(heap)
            if self._surpassed(done, -bound, item.order):
                continue
            if self._boxes > budget:
                raise ConvergenceError(
                    f"`budget` must allow more than {budget} bounds to prove the best structure;"
                    f" its value is at most {-bound:.9g}: raise `budget`"
                )
            if item.cut < 0 and item.bins == FINEST:
                counts = self._counts(item)
                value = self._valuer.value(counts)
                done.append((value, counts.order, counts))
                greatest = max(greatest, value)
            elif item.bins < (FINEST if item.cut < 0 else self._enough(item.box)):
                self._push(heap, done, item.box, FINE if item.bins == COARSE else FINEST)
            else:
                for half in _halves(item.box, item.cut):
                    self._push(heap, done, half, COARSE)
        tied = [found for found in done if found[0] >= greatest - self._tolerance]
        value, _, counts = min(tied, key=lambda found: (found[1], -found[0]))
        return Found(counts, value, self._boxes, len(done))

    def _yields(self, allowed: Bools) -> Bools:
        """Return `Problem.yields`, given which types may be spokes."""
        types = len(allowed)
        before = np.tril(np.ones((types, types), dtype=np.bool_), -1)
        kinds = self._problem.kinds
        spokes = before & (kinds[np.newaxis, :] >= kinds[:, np.newaxis]) & allowed[np.newaxis, :]
        return np.stack([spokes, before & self._every_bloc])

    def _enough(self, box: Ints) -> int:
        """Return how fine a grid to use before cutting a box."""
        settled = (box[LOW, -2:] == box[HIGH, -2:]).all()
        return FINE if settled else COARSE

    def _roots(self, allowed: Bools, blocs: bool) -> list[Ints]:
        """Return the boxes to begin with: without a bloc, and with one."""
        types, sizes = len(self._problem.sizes), self._problem.sizes
        high = np.where(allowed[self._rank], sizes, 0)
        without = np.zeros((2, 2 * types + 2), dtype=np.int64)
        without[HIGH, :types], without[HIGH, -2] = high, high.sum()
        if not blocs:
            return [without]
        beside = without.copy()
        beside[HIGH, types:-2], beside[LOW, -1], beside[HIGH, -1] = sizes, 2, sizes.sum()
        return [without, beside]

    def _push(self, heap: Heap, done: Done, box: Ints, bins: int) -> None:
        """Bound a box and put it on the heap, unless it is empty or of no interest any more."""
        problem, level = self._problem, self._valuer.level
        if not tighten(problem, box):
            return
        types = problem.sizes.size
        spokes, bloc = np.zeros(types, dtype=np.int64), np.zeros(types, dtype=np.int64)
        lent = np.zeros(types, dtype=np.int64)
        bound = relax(problem, level, box, bins, spokes, bloc, lent)
        self._boxes += 1
        cut = place_to_cut(problem, level, box, spokes, bloc, lent)
        item = _Item(box, spokes, bloc, cut, bins)
        if not self._surpassed(done, bound, item.order):
            heappush(heap, (-bound, item.order, next(self._serial), item))

    def _surpassed(self, done: Done, bound: float, order: tuple[int, int]) -> bool:
        """Whether a structure is known that is as good as any in a box, with no more allies."""
        slack = min(self._tolerance, ROUNDING * max(1.0, abs(bound)))
        return any(value >= bound - slack and found <= order for value, found, _ in done)

    def _counts(self, item: _Item) -> TypeCounts:
        back = np.argsort(self._rank)
        return TypeCounts(tuple(item.spokes[back].tolist()), tuple(item.bloc[back].tolist()))


def _halves(box: Ints, place: int) -> tuple[Ints, Ints]:
    """Return the two halves of a box along one of its ranges."""
    lower, upper = box.copy(), box.copy()
    middle = (box[LOW, place] + box[HIGH, place]) // 2
    lower[HIGH, place], upper[LOW, place] = middle, middle + 1
    return lower, upper
