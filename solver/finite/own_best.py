"""The most that a player can make of its own mixing against one strategy, or a small set of them.

1. Cut the simplex into cells; bound V on each by its chances, and by its middle and its slopes.
2. Drop cells below the best value found.
3. Where moving probability from action b to action a gains all over a cell, no best reply in it
   uses b: keep only the part of the cell without b, if there is any.
4. Cut what is left and begin again, until the bounds meet.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from solver.finite.own_cells import WIDEST_STEP, Bools, grid, moved, split, value, whole, width
from solver.finite.own_climbs import climbs, moves, times
from solver.finite.own_curves import Chances, Range
from solver.finite.own_mixing import Array, Lottery, chances, rows, value_range

ROUNDS = 60
MOST_CELLS = 4096
ULP = 2.3e-16
MOST_STEPS, NOTHING = 100, 1e-13


@dataclass(frozen=True)
class Best:
    """Bounds of the value of best replies, and where they can lie.

    Attributes
    ----------
    low, high : float
        For every strategy of the other's in the set given, some reply is worth at least `low`, and
        none is worth more than `high`.
    point : ndarray, shape (m,)
        A reply worth at least `low`.
    cells : tuple of ndarray, shape (n, k, m)
        Cells that hold every best reply to any of the other's strategies, by number of corners.
    """

    low: float
    high: float
    point: Array
    cells: tuple[Array, ...]


def best(
    lottery: Lottery, others: Array, *, gap: float, least: float = 0.0, slack: float = 0.0
) -> Best:
    """Return bounds of the best value against the strategies spanned by some corners.

    Parameters
    ----------
    others : ndarray, shape (k, m')
        One strategy, or corners of a set of them.
    gap : float
        The search stops when the bounds are as close as that.
    least : float
        It stops also when all cells are as narrow as that.
    slack : float
        Cells are kept that may hold a locally best reply worth less than the best by that much.
    """
    m = lottery.hit.shape[1]
    points = grid(m)
    worth = _values(lottery, points[:, np.newaxis], others)
    place = int(worth.low.argmax())
    low, point = float(worth.low[place]), points[place]
    kept: tuple[Array, ...] = (whole(m),)
    for _ in range(ROUNDS):
        found: dict[int, list[Array]] = {}
        highs, widest = [low], max(map(width, kept))
        for cells in kept:
            middle = cells.mean(axis=1)
            centre = _values(lottery, middle[:, np.newaxis], others)
            place = int(centre.low.argmax())
            if centre.low[place] > low:
                low, point = float(centre.low[place]), middle[place]
            high, climb = _upper(lottery, cells, others, centre)
            alive = high >= low - slack
            highs.extend(high[high >= low].tolist())
            for part in _reduced(cells[alive], Range(*(end[alive] for end in climb))):
                found.setdefault(part.shape[1], []).append(part)
        kept = tuple(np.unique(np.concatenate(parts), axis=0) for parts in found.values())
        number = sum(map(len, kept))
        if max(highs) - low <= gap or number > MOST_CELLS or widest <= least:
            break
        kept = tuple(np.concatenate(split(cells)) for cells in kept)
    return Best(low, max(highs), point, kept)


def _values(lottery: Lottery, own: Array, others: Array) -> Range:
    return value_range(lottery, _chances(lottery, own, others))


def _chances(lottery: Lottery, own: Array, others: Array) -> Chances:
    return chances(own, rows(lottery, others[np.newaxis]))


def _upper(lottery: Lottery, cells: Array, others: Array, centre: Range) -> tuple[Array, Range]:
    """Return an upper bound of V on each cell, and the range of its derivatives."""
    chance = _chances(lottery, cells, others)
    n, m = len(cells), cells.shape[2]
    corners = np.broadcast_to(others, (n, *others.shape))
    climb = climbs(lottery, cells.min(axis=1), corners, chance)
    bounds = [value_range(lottery, chance).high]
    first, second = moves(m)
    away = cells - cells.mean(axis=1, keepdims=True)
    # a difference of coordinates near 1 may lose all that a small coordinate shows
    lost = ULP * cells.max(axis=1)
    for origin in range(m):
        rise = np.zeros((n, cells.shape[1]))
        for k, (a, b) in enumerate(zip(first.tolist(), second.tolist(), strict=True)):
            if origin in (a, b):
                shift = away[:, :, a] if origin == b else -away[:, :, b]
                slack = lost[:, (a if origin == b else b), np.newaxis]
                with np.errstate(invalid="ignore"):
                    rise += np.maximum.reduce(
                        [
                            times(shift + sign * slack, end[:, k : k + 1])
                            for sign in (-1, 1)
                            for end in climb
                        ]
                    )
        bounds.append(centre.high + np.where(np.isnan(rise), np.inf, rise).max(axis=1))
    return np.minimum.reduce(bounds), climb


def _reduced(cells: Array, climb: Range) -> list[Array]:
    """Return the parts of cells that can hold a best reply, given the derivatives there."""
    first, second = moves(cells.shape[2])
    useless = np.zeros((len(cells), cells.shape[2]), dtype=bool)
    for k, (a, b) in enumerate(zip(first.tolist(), second.tolist(), strict=True)):
        useless[:, b] |= climb.low[:, k] > 0
        useless[:, a] |= climb.high[:, k] < 0
    spoilt: Bools = np.logical_or.reduce((cells > 0) & useless[:, np.newaxis], axis=2)
    usable = ~spoilt
    number = usable.sum(axis=1)
    parts = []
    for count in range(1, cells.shape[1] + 1):
        chosen = number == count
        if chosen.any():
            own = cells[chosen][usable[chosen]]
            parts.append(own.reshape(-1, count, cells.shape[2]))
    return parts


def reply(lottery: Lottery, other: Array) -> Array:
    """Return a best reply to one strategy, as far as a grid and ever smaller moves find one."""
    points = grid(lottery.hit.shape[1])
    point = points[value(lottery, points, other).argmax()]
    step = WIDEST_STEP
    for _ in range(MOST_STEPS):
        tries = np.concatenate([point[np.newaxis], *moved(point[np.newaxis], np.array([step]))])
        place = int(value(lottery, tries, other).argmax())
        point = tries[place]
        if place == 0:
            step /= 2
    found: Array = point
    return found
