"""All vertices of a simple polytope in floats, with a proof that there are no others; compiled.

The polytope is {z >= 0 : M z <= 1}, with entries of M in [1, 2] that are right to one part in 2^53.
Labels name the inequalities: `i` is z_i >= 0, `m + j` row j. A *corner* is where as many of them
hold with equality as there are dimensions, a vertex a corner that violates none.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple, TypeVar

import numpy as np

from games.arrays import Array, Bools, Ints
from solver.numerics.jit import jit

EPSILON = 2.0**-52

# what is proved of a corner
OUTSIDE, UNSURE, INSIDE = -1, 0, 1


@jit
def invert(block: Array, inverse: Array, swapped: Ints, k: int) -> bool:
    """Write the inverse of the first k rows and columns of `block`; return False if there is none.

    Gauss and Jordan's elimination, in place, the largest entry of each column as its pivot.
    """
    for i in range(k):
        for j in range(k):
            inverse[i, j] = block[i, j]
    for step in range(k):
        chosen = step
        for i in range(step + 1, k):
            if abs(inverse[i, step]) > abs(inverse[chosen, step]):
                chosen = i
        pivot = inverse[chosen, step]
        if pivot == 0.0:
            return False
        swapped[step] = chosen
        for j in range(k):
            inverse[chosen, j], inverse[step, j] = inverse[step, j], inverse[chosen, j] / pivot
        inverse[step, step] = 1.0 / pivot
        for i in range(k):
            if i != step:
                factor = inverse[i, step]
                inverse[i, step] = 0.0
                for j in range(k):
                    inverse[i, j] -= factor * inverse[step, j]
    for step in range(k - 1, -1, -1):
        chosen = swapped[step]
        if chosen != step:
            for i in range(k):
                inverse[i, step], inverse[i, chosen] = inverse[i, chosen], inverse[i, step]
    return True


@jit
def solve_block(block: Array, inverse: Array, k: int, solution: Array) -> float:
    """Write z with `block` z = 1; return a proved bound of its error, infinite if there is none.

    With R the inverse as computed, r = 1 - block z and a bound a < 1 of ||I - R block||, the block
    is regular and the error at most ||R|| ||r|| / (1 - a) in the maximum norm (Rump 2010, Acta
    Numerica 19, section 10). What is added covers the rounding of the sums here, and of the
    entries, which are at most 2.
    """
    away, norm, spread = 0.0, 0.0, 0.0
    for i in range(k):
        off, size, total = 0.0, 0.0, 0.0
        for j in range(k):
            entry = 1.0 if i == j else 0.0
            for p in range(k):
                entry -= inverse[i, p] * block[p, j]
            off += abs(entry)
            size += abs(inverse[i, j])
            total += inverse[i, j]
        solution[i] = total
        spread += abs(total)
        away = max(away, off)
        norm = max(norm, size)
    away += (k + 4) * EPSILON * (1.0 + 2.0 * k * norm)
    if not away < 0.5:
        return np.inf
    residual = 0.0
    for i in range(k):
        rest = 1.0
        for p in range(k):
            rest -= block[i, p] * solution[p]
        residual = max(residual, abs(rest))
    residual += (k + 4) * EPSILON * (1.0 + 2.0 * spread)
    return 1.01 * norm * residual / (1.0 - away)


class Scratch(NamedTuple):
    """Room for one corner of a polytope: where as many inequalities are tight as it has z.

    Of the z that are positive there, `free` holds the places, `solution` the values; `rows` holds
    the tight rows first, then the others, whose slack is in `slack`.
    """

    free: Ints
    rows: Ints
    block: Array
    inverse: Array
    swapped: Ints
    solution: Array
    slack: Array
    step: Array


@jit
def scratch(n: int, m: int) -> Scratch:
    """Return scratch for a polytope of n rows in m dimensions."""
    size = min(n, m)
    return Scratch(
        np.empty(m, np.int64),
        np.empty(n, np.int64),
        np.empty((size, size)),
        np.empty((size, size)),
        np.empty(size, np.int64),
        np.empty(size),
        np.empty(n),
        np.empty(size),
    )


@jit
def place(matrix: Array, tight: Bools, at: Scratch) -> tuple[int, int]:
    """Compute the corner at which the inequalities `tight` hold with equality.

    Returns
    -------
    verdict : int
        INSIDE if it is proved that the polytope has this corner and no other inequality is tight
        there; OUTSIDE if it is proved that it violates one; UNSURE otherwise.
    k : int
        How many z are positive; -1 if the equations have no solution that could be computed.
    """
    n, m = matrix.shape
    k, first, last = 0, 0, n
    for i in range(m):
        if not tight[i]:
            at.free[k] = i
            k += 1
    for j in range(n):
        if tight[m + j]:
            at.rows[first] = j
            first += 1
        else:
            last -= 1
            at.rows[last] = j
    for p in range(k):
        for q in range(k):
            at.block[p, q] = matrix[at.rows[p], at.free[q]]
    if not invert(at.block, at.inverse, at.swapped, k):
        return UNSURE, -1
    error = solve_block(at.block, at.inverse, k, at.solution)
    verdict, spread = INSIDE, 0.0
    for p in range(k):
        spread += abs(at.solution[p])
        if at.solution[p] < -error:
            return OUTSIDE, k
        if not at.solution[p] > error:
            verdict = UNSURE
    error = 2.0 * k * error + (k + 4) * EPSILON * (1.0 + 2.0 * spread)
    for r in range(k, n):
        slack = 1.0
        for p in range(k):
            slack -= matrix[at.rows[r], at.free[p]] * at.solution[p]
        at.slack[r] = slack
        if slack < -error:
            return OUTSIDE, k
        if not slack > error:
            verdict = UNSURE
    return verdict, k


Rows = TypeVar("Rows", Bools, Ints)

# how many vertices there is room for at first
START = 64

# how an enumeration ended
COMPLETE, OVER_BUDGET, UNPROVED = 0, 1, 2


@jit
def leaving(matrix: Array, label: int, k: int, at: Scratch) -> int:
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
    at = scratch(n, m)
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
    at = scratch(m, n)
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
