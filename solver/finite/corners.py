"""Corners of a polytope in floats, with a proof of whether each is a vertex; compiled.

The polytope is {z >= 0 : M z <= 1}, with entries of M in [1, 2] that are right to one part in 2^53.
Labels name the inequalities: `i` is z_i >= 0, `m + j` row j. A corner is where as many of them hold
with equality as there are dimensions.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from games.arrays import Array, Bools, Ints
from solver._jit import jit

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
def solve(block: Array, inverse: Array, k: int, solution: Array) -> float:
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


class Corner(NamedTuple):
    """Scratch for one corner of a polytope: where as many inequalities are tight as it has z.

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
def corner(n: int, m: int) -> Corner:
    """Return scratch for a polytope of n rows in m dimensions."""
    size = min(n, m)
    return Corner(
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
def place(matrix: Array, tight: Bools, at: Corner) -> tuple[int, int]:
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
    error = solve(at.block, at.inverse, k, at.solution)
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
