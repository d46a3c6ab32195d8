"""Global maxima over the agreements of a bargaining problem: a line, or shares of a pie.

Utilities may be convex in losses, so that criteria have several peaks: each search looks at all
of a grid, climbs from every peak that may be highest, and keeps all that are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations

import numpy as np

from games.arrays import Array

Function = Callable[[Array], Array]

# points of the grid on a line, and of each player's shares when there are three or more
LINE, CELLS = 2001, 400
# criteria are scaled to run over about 1; a peak this far below the highest is still climbed
SLACK = 0.05
# peaks whose criteria differ by less are equally high
LEVEL = 1e-9
# each zoom leaves a quarter of the interval
_TRIALS, _ZOOMS, _FEW = 9, 27, 10
_ROUNDS = 200
_MANY = 256


def zoom(function: Function, low: float, high: float, zooms: int = _ZOOMS) -> float:
    """Return a peak of `function` between two ends, by ever finer grids about the best point."""
    for _ in range(zooms):
        grid = np.linspace(low, high, _TRIALS)
        best = int(np.argmax(function(grid)))
        point = float(grid[best])
        low, high = float(grid[max(best - 1, 0)]), float(grid[min(best + 1, _TRIALS - 1)])
    return point


def peaks(values: Array, least: float) -> list[int]:
    """Return where `values`, not below `least`, are highest locally; of a plateau, its ends."""
    # rounding makes a plateau of equal values rough
    level = np.where(np.isfinite(values), np.round(values, 12), -np.inf)
    padded = np.concatenate([[-np.inf], level, [-np.inf]])
    left, here, right = padded[:-2], padded[1:-1], padded[2:]
    top = (here >= left) & (here >= right) & ((here > left) | (here > right))
    return np.flatnonzero(top & (level >= least)).tolist()


def apart(points: Sequence[Array], values: Sequence[float], distance: float) -> list[Array]:
    """Return the highest points, best first, of those closer than `distance` the better one."""
    kept: list[Array] = []
    best = max(values, default=-np.inf)
    for place in np.argsort(-np.asarray(values), kind="stable").tolist():
        far = all(np.abs(points[place] - other).max() > distance for other in kept)
        if values[place] >= best - LEVEL and far:
            kept.append(points[place])
    return kept


def line_maxima(
    function: Function, low: float, high: float, kinks: Sequence[float] = ()
) -> list[float]:
    """Return every point of an interval where `function` is highest; of a plateau, its ends.

    Parameters
    ----------
    function : callable
        Takes and returns an array of shape (m,); minus infinity where a point is not allowed.
    kinks : sequence of float
        Points that the grid must hold.
    """
    inside = [point for point in kinks if low < point < high]
    grid = np.unique(np.concatenate([np.linspace(low, high, LINE), inside]))
    values = function(grid)
    found, worth = [], []
    for place in peaks(values, values.max() - SLACK):
        ends = grid[max(place - 1, 0)], grid[min(place + 1, len(grid) - 1)]
        tried = np.array([grid[place], zoom(function, float(ends[0]), float(ends[1]))])
        best = int(np.argmax(function(tried)))
        found.append(tried[best : best + 1])
        worth.append(float(function(tried)[best]))
    return [float(point[0]) for point in apart(found, worth, 1e-6 * (high - low))]


def _starts(terms: Array) -> Iterator[list[int]]:
    """Yield divisions of the grid's cells that are locally best, given those before (max-plus)."""
    size, cells = terms.shape[0], terms.shape[1] - 1
    tails = [terms[-1]]
    for own in terms[-2:0:-1]:
        rest = tails[0]
        tails.insert(0, np.array([(own[: k + 1] + rest[k::-1]).max() for k in range(cells + 1)]))
    whole = (terms[0] + tails[0][::-1]).max()

    def extend(chosen: list[int], so_far: float, left: int) -> Iterator[list[int]]:
        player = len(chosen)
        if player == size - 1:
            yield [*chosen, left]
            return
        through = so_far + terms[player][: left + 1] + tails[player][left::-1]
        for k in peaks(through, whole - SLACK):
            yield from extend([*chosen, k], so_far + float(terms[player][k]), left - k)

    yield from extend([], 0.0, cells)


def exchange(terms: Sequence[Function], shares: Array, floors: Array, reach: float) -> Array:
    """Return shares that no trade between two players makes better for a sum of their terms.

    Where the terms are concave, these are the best. Trades of up to `reach` are tried at first.
    """
    point = shares.copy()
    enough = 1e-9 * reach
    for _ in range(_ROUNDS):
        before = point.copy()
        for i, j in combinations(range(len(point)), 2):
            most, least = point[i] + point[j] - floors[j], floors[i]

            def traded(own: Array, i: int = i, j: int = j, least: float = least) -> Array:
                rest = np.maximum(point[i] + point[j] - own, floors[j])
                return terms[i](np.maximum(own, least)) + terms[j](rest)

            own = zoom(traded, max(point[i] - reach, least), min(point[i] + reach, most), _FEW)
            here, there = traded(np.array([point[i], own]))
            if there > here:
                point[j] = max(point[i] + point[j] - own, floors[j])
                point[i] = own
        moved = float(np.abs(point - before).max())
        if moved <= enough:
            break
        reach = 4 * moved
    return point


def shares_maxima(
    terms: Sequence[Function], function: Function, floors: Array, surplus: float
) -> list[Array]:
    """Return all divisions of a pie at which a sum of functions of each share is highest.

    1. Dynamic programming over a grid finds divisions that are locally best.
    2. Trades between pairs of players improve each.

    Parameters
    ----------
    terms : sequence of n callables
        Each player's term, of an array of its shares.
    function : callable
        Their sum, of divisions of shape (m, n).
    floors : ndarray, shape (n,)
        Least shares; the pie is their sum and `surplus`.
    """
    steps = surplus * np.arange(CELLS + 1) / CELLS
    # minus infinity would spoil differences; this is as bad as need be
    table = np.stack(
        [np.maximum(term(floor + steps), -1e6) for term, floor in zip(terms, floors, strict=True)]
    )
    found = []
    for cells, _ in zip(_starts(table), range(_MANY), strict=False):
        start = floors + surplus * np.array(cells) / CELLS
        found.append(exchange(terms, start, floors, 2 * surplus / CELLS))
    worth = function(np.stack(found)).tolist()
    return apart(found, worth, 1e-5 * surplus)
