"""Cells of mixed strategies, and proofs that a cell holds no best reply to a cell of the other's.

A cell is a simplex inside the simplex of a player's strategies. Halving edges keeps its corners
dyadic, so that the chances at corners are exact until cells are as small as 1e-8.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from solver.finite.own_climbs import climbs, moves
from solver.finite.own_curves import Chances, Range
from solver.finite.own_mixing import Array, Ints, Lottery, chances, rows, value_range

Bools = NDArray[np.bool_]

BATCH = 4096
GRID = {1: 1, 2: 8, 3: 4}
# what a test came to: ALIVE, WORSE than another reply, or RISING along a move of probability;
# RISING + 2 k for the k-th pair of actions and a move to its first, one more for the contrary
ALIVE, WORSE, RISING = 0, 1, 2
WIDEST_STEP = 0.25


def whole(m: int) -> Array:
    """Return the simplex of strategies over `m` actions as one cell, shape (1, m, m)."""
    return np.eye(m)[np.newaxis]


def split(cells: Array) -> Array:
    """Return the cells cut at the middles of their edges, shape (parts, n, m, m).

    Points stay as they are, segments fall into two, triangles into four of the same shape.
    """
    corners = cells.shape[1]
    if corners == 1:
        return cells[np.newaxis]
    middle = (cells + np.roll(cells, -1, axis=1)) / 2
    if corners == 2:
        return np.stack([np.stack([cells[:, i], middle[:, 0]], axis=1) for i in range(2)])
    outer = [
        np.stack([cells[:, i], middle[:, i], middle[:, i - 1]], axis=1) for i in range(corners)
    ]
    return np.stack([*outer, middle])


def width(cells: Array) -> float:
    """Return the largest side of any cell, in its widest coordinate."""
    return float((cells.max(axis=1) - cells.min(axis=1)).max(initial=0.0))


@dataclass(frozen=True)
class Bar:
    """What a best reply to each of n cells is worth at least.

    Attributes
    ----------
    low : ndarray, shape (n,)
        A bound valid for the whole cell.
    reply : ndarray, shape (n, m)
        The reply that is worth as much.
    """

    low: Array
    reply: Array


def bar(lottery: Lottery, others: Array, near: Array) -> Bar:
    """Return a bar for each cell of the other's: the best of some replies at the cell's middle.

    Parameters
    ----------
    others : ndarray, shape (n, k, m')
    near : ndarray, shape (n, m)
        Replies thought good; moves from them by the width of the cell are tried, and a grid.
    """
    m = near.shape[1]
    step = np.minimum((others.max(axis=1) - others.min(axis=1)).max(axis=1), WIDEST_STEP)
    fixed = np.broadcast_to(grid(m), (len(near), *grid(m).shape))
    replies = np.concatenate([fixed, near[:, np.newaxis], moved(near, step)], axis=1)
    worth = value(lottery, replies, others.mean(axis=1)[:, np.newaxis])
    best = replies[np.arange(len(replies)), worth.argmax(axis=1)]
    held = chances(best[:, np.newaxis], rows(lottery, others))
    return Bar(value_range(lottery, held).low, best)


def moved(points: Array, step: Array) -> Array:
    """Return strategies a step and a quarter of it away from some, along every pair of actions.

    Parameters
    ----------
    points : ndarray, shape (n, m)
    step : ndarray, shape (n,)

    Returns
    -------
    ndarray, shape (n, tries, m)
    """
    m = points.shape[1]
    tries = np.repeat(points[:, np.newaxis], 2 * m * (m - 1), axis=1)
    ways = [(to, source) for to, source in product(range(m), repeat=2) if to != source]
    for k, ((to, source), share) in enumerate(product(ways, (1.0, 0.25))):
        shift = np.minimum(points[:, source], share * step)
        tries[:, k, to] += shift
        tries[:, k, source] -= shift
    return tries


def grid(m: int) -> Array:
    """Return a grid of strategies over `m` actions, the pure ones included."""
    steps = GRID[m]
    points = [c for c in product(range(steps + 1), repeat=m) if sum(c) == steps]
    return np.array(points) / steps


def value(lottery: Lottery, own: Array, other: Array) -> Array:
    """Return V without error bounds, for arrays of strategies that broadcast together."""
    chance = [
        np.clip(
            ((mask @ other[..., np.newaxis, :, np.newaxis])[..., 0] @ own[..., np.newaxis])[..., 0],
            0.0,
            1.0,
        )
        for mask in (lottery.hit, lottery.miss)
    ]
    total = np.full(chance[0].shape[:-1], float(lottery.constant.mid()))
    for function, places in lottery.groups:
        weight = function.weight(chance[0][..., places], chance[1][..., places])
        total = total + weight @ lottery.scale.high[places]
    return total


def tests(lottery: Lottery, own: Array, others: Array, low: Array) -> Ints:
    """Return for pairs of cells why the own cell holds no best reply, ALIVE if it may.

    WORSE: all it is worth lies below the bar. RISING: somewhere probability could be moved with
    gain all over the cell, from an action that no strategy of the cell does without.

    Parameters
    ----------
    own, others : ndarray, shape (n, k, m), (n, k', m')
    low : ndarray, shape (n,)
        Bars of the other's cells.
    """
    chance = chances(own, rows(lottery, others))
    verdict = np.where(value_range(lottery, chance).high < low, WORSE, ALIVE)
    rest = np.flatnonzero(verdict == ALIVE)
    if rest.size and own.shape[2] > 1:
        least = own[rest].min(axis=1)
        some = Chances(*(end[rest] for end in chance))
        verdict[rest] = _rising(climbs(lottery, least, others[rest], some), least)
    return verdict


def _rising(climb: Range, least: Array) -> Ints:
    first, second = moves(least.shape[1])
    found = np.stack([(climb.low > 0) & (least[:, second] > 0)], axis=2)
    found = np.concatenate([found, ((climb.high < 0) & (least[:, first] > 0))[..., None]], axis=2)
    flat = found.reshape(len(found), -1)
    return np.where(flat.any(axis=1), RISING + flat.argmax(axis=1), ALIVE)


def verdicts(
    lottery: Lottery, own: Array, others: Array, pairs: tuple[Ints, Ints], low: Array
) -> Ints:
    """Return the tests of many pairs of cells.

    Parameters
    ----------
    own, others : ndarray, shapes (n, k, m), (n', k', m')
        Cells of both players.
    pairs : tuple of two ndarray of int, shape (pairs,)
        Numbers of the own cells, and of the other's.
    low : ndarray, shape (n',)
    """
    mine, theirs = pairs
    found = [
        tests(lottery, own[mine[part]], others[theirs[part]], low[theirs[part]])
        for part in (slice(i, i + BATCH) for i in range(0, mine.size, BATCH))
    ]
    return np.concatenate([np.empty(0, dtype=np.int64), *found])
