"""Pieces of work: one bloc of one game with one number of spokes, chunks of them, and threads."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple, TypeVar

import numpy as np

from games.arrays import Ints
from solver.alliance.lattice import Lattice
from solver.stopping import heed

Work = TypeVar("Work")
# what long work calls now and then, and what may end it by raising
Heed = Callable[[], None]

# atoms that a chunk holds: what fits a processor's cache
ATOMS = 2**16
# structures below which starting threads takes longer than the work
WORTH_THREADS = 5_000


class Tasks(NamedTuple):
    """Pieces of work: a bloc of one game with one number of spokes; shape (tasks,) each but one.

    In the order of games, then of the bloc's size, then of the number of spokes.

    Attributes
    ----------
    game : ndarray of int
    place : ndarray of int
        Of the bloc in the lattice.
    spokes : ndarray of int
        How many there are.
    first, structures : ndarray of int
        Where the structures of a task begin in `listing`, and how many there are.
    atoms, rows : ndarray of int
        What a task takes at most: atoms, and rows of the table of its own.
    run : ndarray of int
        Tasks of one number here share rows beside their own: those of a bloc of a size that is
        idle.
    listing : ndarray of int, shape (structures,)
        Numbers of the structures that are wanted, by bloc's size, number of spokes and bloc.
    """

    game: Ints
    place: Ints
    spokes: Ints
    first: Ints
    structures: Ints
    atoms: Ints
    rows: Ints
    run: Ints
    listing: Ints


def tasks_of(grid: Lattice, games: int, wanted: Ints | None = None) -> Tasks:
    """Return the tasks of some games, those of one game after those of another.

    Parameters
    ----------
    grid : Lattice
    games : int
        How many there are.
    wanted : ndarray of int, optional
        Numbers of the structures to value; all by default.
    """
    n = grid.n
    some = np.arange(grid.size) if wanted is None else np.sort(wanted)
    where = np.searchsorted(grid.starts, some, side="right") - 1
    size = np.bitwise_count(grid.blocs[where]).astype(np.int64)
    number = np.bitwise_count(some - grid.starts[where]).astype(np.int64)
    order = np.lexsort((some, where, number, size))
    marks = np.stack([where, number], axis=1)[order]
    first = np.flatnonzero(np.any(marks[1:] != marks[:-1], axis=1)) + 1
    first = np.concatenate([[0], first])[: some.size]
    place, spokes = marks[first].T
    sizes, structures = size[order][first], np.diff(np.append(first, some.size))
    sides = np.where(sizes > 0, 4, 1)
    rows = sides // 2 * np.cumsum(_choose(n), axis=1)[n - sizes, spokes]

    def each(once: Ints) -> Ints:
        return np.tile(once, games)

    run = (np.repeat(np.arange(games), place.size) * (n + 1) + each(sizes)) * (n + 1)
    return Tasks(
        np.repeat(np.arange(games), place.size),
        each(place),
        each(spokes),
        each(first),
        each(structures),
        each(sides * structures << spokes),
        each(rows),
        run + each(spokes),
        some[order],
    )


def _choose(n: int) -> Ints:
    """Return the number of ways to choose j of i, shape (n + 1, n + 1)."""
    ways = np.zeros((n + 1, n + 1), np.int64)
    ways[:, 0] = 1
    for i in range(1, n + 1):
        ways[i, 1:] = ways[i - 1, 1:] + ways[i - 1, :-1]
    return ways


def chunks_of(tasks: Tasks) -> list[tuple[int, int]]:
    """Return tasks as pairs of the first of a chunk and the first after it."""
    load = np.cumsum(tasks.atoms)
    found, first = [], 0
    while first < load.size:
        done = load[first - 1] if first else 0
        last = max(int(np.searchsorted(load, done + ATOMS, side="right")), first + 1)
        found.append((first, last))
        first = last
    return found


def in_threads(
    run: Callable[[Work], None], parts: Sequence[Work], worthwhile: bool, heed: Heed = heed
) -> None:
    """Call `run` with each part of some work, in threads if that is worth it.

    Parameters
    ----------
    heed : callable
        Called before each part, in the thread that takes it; what it raises ends the work. Parts
        that run by then are waited for, the others are never begun. It heeds signals by default.
    """
    waiting = iter(list(parts))  # of a list, so that threads may share it

    def end() -> None:
        deque(waiting, maxlen=0)

    def work(_: int = 0) -> None:
        try:
            for part in waiting:
                heed()
                run(part)
        finally:  # what ends one thread leaves nothing to the others
            end()

    threads = os.cpu_count() or 1
    if not worthwhile or len(parts) < 2 or threads == 1:
        work()
        return
    with ThreadPoolExecutor(threads) as pool:
        try:
            for _ in pool.map(work, range(threads)):
                pass
        finally:
            end()
