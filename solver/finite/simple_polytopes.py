"""All vertices of a simple polytope in floats, with a proof that there are no others; compiled.

Polytopes, labels and corners are those of `solver.finite.corners`.
"""

from __future__ import annotations

from functools import cache
from typing import TypeVar

import numpy as np

from games.arrays import Array, Bools, Ints
from solver._jit import jit
from solver.finite.corners import INSIDE, OUTSIDE, Corner, corner, place

Rows = TypeVar("Rows", Bools, Ints)

# how many vertices there is room for at first
START = 64

# how an enumeration ended
COMPLETE, OVER_BUDGET, UNPROVED = 0, 1, 2


@jit
def leaving(matrix: Array, label: int, k: int, at: Corner) -> int:
    """Return which inequality becomes tight first along the edge on which `label` is left."""
    n, m = matrix.shape
    entered = label < m
    for p in range(k):
        rate = 0.0
        for q in range(k):
            if entered:
                rate += at.inverse[p, q] * matrix[at.rows[q], label]
            elif at.rows[q] == label - m:
                rate = at.inverse[p, q]
        at.step[p] = rate
    found, best = -1, np.inf
    for p in range(k):
        if at.step[p] > 0.0 and at.solution[p] < best * at.step[p]:
            found, best = at.free[p], at.solution[p] / at.step[p]
    for r in range(k, n):
        rate = matrix[at.rows[r], label] if entered else 0.0
        for p in range(k):
            rate -= matrix[at.rows[r], at.free[p]] * at.step[p]
        if rate > 0.0 and at.slack[r] < best * rate:
            found, best = m + at.rows[r], at.slack[r] / rate
    return found


@jit
def lookup(row: Bools, code: int, rows: Bools, codes: Ints, table: Ints) -> int:
    """Return the slot of `table` that holds the place of `row` in `rows`, or where it would."""
    slot = code & (len(table) - 1)
    while table[slot] >= 0:
        place = table[slot]
        same = codes[place] == code
        for label in range(len(row)):
            same = same and rows[place, label] == row[label]
        if same:
            break
        slot = (slot + 1) & (len(table) - 1)
    return slot


@jit
def doubled(rows: Rows) -> Rows:
    """Return room for twice as many rows."""
    return np.concatenate((rows, np.zeros_like(rows)))


@jit
def walk(matrix: Array, keys: Ints, limit: int, most_unsure: int) -> tuple[int, Bools, Ints]:
    """Enumerate as `enumerate_vertices` does; `keys` are random numbers, one a label."""
    n, m = matrix.shape
    at = corner(n, m)
    room = START
    tight, walked = np.zeros((room, m + n), np.bool_), np.zeros((room, m + n), np.bool_)
    codes, table = np.zeros(room, np.int64), np.full(2 * room, -1)
    unsure = np.empty(most_unsure, np.int64)
    tight[0, :m], table[0] = True, 0
    count, head, doubts = 1, 0, 0
    while head < count:
        while count + m > room:
            tight, walked, codes = doubled(tight), doubled(walked), doubled(codes)
            room *= 2
            table = np.full(2 * room, -1)
            for i in range(count):
                table[lookup(tight[i], codes[i], tight, codes, table)] = i
        verdict, k = place(matrix, tight[head], at)
        if verdict != INSIDE:
            if verdict == OUTSIDE or k < 0 or doubts == most_unsure:
                return UNPROVED, tight[:count], unsure[:doubts]
            unsure[doubts] = head
            doubts += 1
        row = tight[head].copy()
        for label in range(m + n):
            if tight[head, label] and not walked[head, label]:
                other = leaving(matrix, label, k, at)
                if other < 0:
                    return UNPROVED, tight[:count], unsure[:doubts]
                row[label], row[other] = False, True
                code = codes[head] ^ keys[label] ^ keys[other]
                slot = lookup(row, code, tight, codes, table)
                if table[slot] < 0:
                    if count == limit:
                        return OVER_BUDGET, tight[:count], unsure[:doubts]
                    table[slot] = count
                    tight[count], codes[count] = row, code
                    count += 1
                # back from there along the same edge is here
                walked[table[slot], other] = True
                row[label], row[other] = True, False
        head += 1
    return COMPLETE, tight[:count], unsure[:doubts]


def enumerate_vertices(matrix: Array, limit: int, most_unsure: int) -> tuple[int, Bools, Ints]:
    """Walk over the vertices by the edges of each, from the origin, breadth first.

    Every corner that is reached is proved to be a vertex with no more tight inequalities than the
    polytope has dimensions (or is handed back as unsure). Such a vertex has one edge for each, and
    the other end of an edge is the one other vertex with the rest of them tight; so if all the
    corners reached are vertices they are all that the walk can reach, and the graph of a polytope
    is connected (Balinski 1961). Where the walk looks for the other end needs no proof.

    Parameters
    ----------
    matrix : ndarray, shape (n, m)
    limit : int
        How many vertices to list at most.
    most_unsure : int
        How many corners to leave unsure at most.

    Returns
    -------
    status : int
        COMPLETE, OVER_BUDGET or UNPROVED.
    tight : ndarray of bool, shape (v, m + n)
        Of each vertex, which inequalities are tight; the origin first.
    unsure : ndarray of int
        Of which vertices it is not proved that they are vertices, and simple.
    """
    return walk(matrix, _keys(sum(matrix.shape)), limit, most_unsure)


@cache
def _keys(count: int) -> Ints:
    return np.random.default_rng(0).integers(2**62, size=count)


@jit
def partners(matrix: Array, tight: Bools) -> Ints:
    """Return which vertices of one polytope may have a partner in the other.

    Parameters
    ----------
    matrix : ndarray, shape (m, n)
        Of the other polytope, whose label j is the row j here, and whose row i is the label i.
    tight : ndarray of bool, shape (v, m + n)
        Of this polytope's vertices, the origin first, which has none.

    Returns
    -------
    ndarray of int
        All but those whose missing labels are proved to be nowhere tight together.
    """
    m, n = matrix.shape
    at = corner(m, n)
    wanted = np.empty(m + n, np.bool_)
    found = np.empty(len(tight), np.int64)
    count = 0
    for v in range(1, len(tight)):
        for j in range(n):
            wanted[j] = not tight[v, m + j]
        for i in range(m):
            wanted[n + i] = not tight[v, i]
        if place(matrix, wanted, at)[0] != OUTSIDE:
            found[count] = v
            count += 1
    return found[:count]
