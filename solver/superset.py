"""Compiled: the best value among the structures that leave out some of the spokes."""

from __future__ import annotations

from games.arrays import Array, Ints
from solver._jit import jit


@jit
def best_within(values: Array, starts: Ints) -> Array:
    """Return, for each structure, the greatest value over it and those with fewer of its spokes.

    A maximum over subsets, one candidate at a time (the zeta transform of the lattice of subsets
    with max for sum): n 3^n steps rather than 5^n.

    Parameters
    ----------
    values : ndarray, shape (structures,)
    starts : ndarray of int
        Where the structures of each bloc begin.
    """
    best = values.copy()
    for block in range(starts.size - 1):
        start, size = starts[block], starts[block + 1] - starts[block]
        bit = 1
        while bit < size:
            for packed in range(size):
                if packed & bit:
                    fewer = best[start + packed - bit]
                    if fewer > best[start + packed]:
                        best[start + packed] = fewer
            bit <<= 1
    return best
