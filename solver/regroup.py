"""Compiled: whether the hegemon and some candidates gain by another structure."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from games.arrays import Array, Bools, Ints
from solver._jit import jit


class Payoffs(NamedTuple):
    """Payoffs of a stage, and the best that the hegemon can have within each structure.

    Attributes
    ----------
    hegemon, best : ndarray, shape (structures,)
        `best` is the maximum over the structures with the same bloc and fewer spokes.
    outside, spoke, bloc : ndarray
        As in `solver.stage`.
    eager : int
        Mask of the candidates without treaty who gain by a spoke.
    leaving : ndarray of int, shape (2^n,)
        Mask of the members of each bloc who gain by a spoke instead.
    tolerance : float
    """

    hegemon: Array
    best: Array
    outside: Array
    spoke: Array
    bloc: Array
    eager: int
    leaving: Ints
    tolerance: float


class Numbering(NamedTuple):
    """The arrays of a lattice that the search reads."""

    bloc_masks: Ints
    spoke_masks: Ints
    packed: Ints
    blocs: Ints
    starts: Ints


@jit
def pack_bits(mask: int, outside: int, n: int) -> int:
    """Return the bits of `mask` at the set places of `outside`, moved together."""
    packed, place = 0, 0
    for i in range(n):
        if outside >> i & 1:
            packed |= (mask >> i & 1) << place
            place += 1
    return packed


@jit
def all_join(new: int, bloc: int, spokes: int, payoffs: Payoffs) -> bool:
    """Return whether every candidate in the bloc `new` gains by it."""
    for i in range(payoffs.outside.size):
        if new >> i & 1:
            now = payoffs.outside[i]
            if bloc >> i & 1:
                now = payoffs.bloc[bloc, i]
            elif spokes >> i & 1:
                now = payoffs.spoke[i]
            if payoffs.bloc[new, i] <= now + payoffs.tolerance:
                return False
    return True


@jit
def is_blocked(index: int, payoffs: Payoffs, numbering: Numbering, order: Ints, top: Array) -> bool:
    """Return whether a coalition with the hegemon gains by moving from structure `index`."""
    n = payoffs.outside.size
    bloc, spokes = numbering.bloc_masks[index], numbering.spoke_masks[index]
    enough = payoffs.hegemon[index] + payoffs.tolerance
    fresh = payoffs.eager & ~bloc & ~spokes
    start = index - numbering.packed[index]
    if payoffs.best[start + pack_bits(spokes | fresh, ~bloc, n)] > enough:
        return True
    without_bloc = spokes | fresh | (bloc & payoffs.leaving[bloc])
    if payoffs.best[without_bloc] > enough:
        return True
    for place in order:
        if top[place] <= enough:
            return False
        new = numbering.blocs[place]
        if new != bloc and all_join(new, bloc, spokes, payoffs):
            packed = pack_bits(without_bloc & ~new, ~new, n)
            if payoffs.best[numbering.starts[place] + packed] > enough:
                return True
    return False


@jit
def blocked(
    doubtful: Ints, payoffs: Payoffs, numbering: Numbering, order: Ints, top: Array
) -> Bools:
    """Return which of the structures `doubtful` are blocked.

    Parameters
    ----------
    order : ndarray of int
        Places of the blocs, the one in which the hegemon can have most first.
    top : ndarray, shape (blocs,)
        The most that the hegemon can have with each bloc.
    """
    result = np.empty(doubtful.size, np.bool_)
    for k in range(doubtful.size):
        result[k] = is_blocked(doubtful[k], payoffs, numbering, order, top)
    return result
