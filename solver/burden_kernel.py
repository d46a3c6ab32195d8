"""The compiled kernel for burdens in closed form: each structure has a shift of its own.

As `solver.kernel`, but the value of an outcome depends on who pays what, so that it cannot be
tabulated over helpers and numbers of spokes: it is computed for each of the 2 * 4^n atoms at each
level. What levels share is still done once: ranks and decision weights.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from games.arrays import Array, Ints
from solver._jit import jit
from solver.kernel import Blocs, Levels, list_atoms, unpack_bits
from solver.subsets import SpokeSets, popcount
from solver.weights import Taste, decision_weights, new_weights, utility


class Burdens(NamedTuple):
    """What the hegemon receives at each level.

    Attributes
    ----------
    spoke : ndarray, shape (levels, n)
        From each candidate as a spoke.
    bloc : ndarray, shape (levels, 2^n)
        From all members of the bloc with each mask together.
    """

    spoke: Array
    bloc: Array


@jit
def secure(gains: Array, row: int, aid: float, levels: Levels) -> None:
    """Fill one row: security with this aid less the reference point, at each level."""
    own = levels.deployment + aid
    for level in range(levels.power.size):
        total = own + levels.power[level]
        gains[row, level] = (own / total if total > 0.0 else 1.0) - levels.reference[level]


@jit
def burdened_values(
    blocs: Blocs,
    sets: SpokeSets,
    levels: Levels,
    taste: Taste,
    burdens: Burdens,
    column: Ints,
    values: Array,
) -> None:
    """Write the values of all wanted structures that have one of `blocs`.

    Parameters
    ----------
    column : ndarray of int, shape (structures,)
        Where the values of each structure go; -1 if it is not wanted.
    values : ndarray, shape (levels, columns)
        Output.
    """
    subsets = sets.ranked.size
    n = blocs.lost.size - 1
    gains = np.empty((2 * subsets, levels.power.size), np.float64)
    either = np.ones(2 * subsets, np.bool_)
    atoms = new_weights(2 * subsets)
    acting = subsets + np.arange(subsets)
    shift = np.empty(levels.power.size, np.float64)
    total = np.empty(levels.power.size, np.float64)
    for rank in range(subsets):
        secure(gains, rank, sets.aid[rank], levels)
    for which in range(blocs.masks.size):
        bloc, start = blocs.masks[which], blocs.starts[which]
        for rank in range(subsets):
            secure(gains, subsets + rank, sets.aid[rank] + blocs.aid[which], levels)
        for packed in range(1 << (n - blocs.size)):
            place = column[start + packed]
            if place < 0:
                continue
            spokes = unpack_bits(packed, ~bloc, n)
            shift[:] = burdens.bloc[:, bloc] - blocs.lost[popcount(packed)]
            for i in range(n):
                if spokes >> i & 1:
                    shift += burdens.spoke[:, i]
            count = list_atoms(sets, spokes, blocs, which, acting, atoms)
            decision_weights(taste, count, either, either, atoms)
            total[:] = 0.0
            for k in range(count):
                for level in range(total.size):
                    gain = gains[atoms.rows[k], level] + shift[level]
                    weight = atoms.gain[k] if gain >= 0.0 else atoms.loss[k]
                    total[level] += weight * utility(taste, gain)
            values[:, place] = total
