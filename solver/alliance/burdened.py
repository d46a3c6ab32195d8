"""The compiled kernel with burdens in closed form, where each structure has a shift of its own.

The value of an outcome then depends on who pays what, so that it cannot be tabulated over helpers
and numbers of spokes as in `solver.alliance.valuing`: it is computed for each of the 4 * 4^n atoms
at each level. What levels share is still done once: ranks and decision weights.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from games.arrays import Array, Ints
from solver.alliance.kernel import Blocs, Levels, SpokeSets, added, list_atoms
from solver.alliance.lattice import popcount, unpack_bits
from solver.numerics.arrays import copy_to
from solver.numerics.jit import jit
from solver.prospects.compiled import Taste, decision_weights, new_weights, utility


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
def secure(gains: Array, sets: SpokeSets, blocs: Blocs, which: int, levels: Levels) -> None:
    """Fill the rows of all sides of a bloc: security less the reference point, at each level.

    They are numbered as `solver.alliance.kernel.list_states` numbers them.
    """
    width = sets.ranked.size
    for side in range(blocs.chances.size):
        for rank in range(width):
            aid = sets.aid[rank] + added(blocs, which, side)
            secure_row(gains, side * width + rank, aid, levels)


@jit
def secure_row(gains: Array, row: int, aid: float, levels: Levels) -> None:
    """Fill one row: security with this aid less the reference point, at each level."""
    own = max(levels.deployment + aid, 0.0)
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
    n = blocs.lost.size - 1
    rows = blocs.chances.size * sets.ranked.size
    gains = np.empty((rows, levels.power.size), np.float64)
    either = np.ones(rows, np.bool_)
    atoms = new_weights(rows)
    shift = np.empty(levels.power.size, np.float64)
    total = np.empty(levels.power.size, np.float64)
    for which in range(blocs.masks.size):
        bloc, start = blocs.masks[which], blocs.starts[which]
        secure(gains, sets, blocs, which, levels)
        for packed in range(1 << (n - blocs.size)):
            place = column[start + packed]
            if place < 0:
                continue
            spokes = unpack_bits(packed, ~bloc, n)
            copy_to(shift, burdens.bloc[:, bloc] - blocs.lost[popcount(packed)])
            for i in range(n):
                if spokes >> i & 1:
                    shift += burdens.spoke[:, i]
            count = list_atoms(sets, spokes, blocs, which, atoms)
            decision_weights(taste, count, either, either, atoms)
            total[:] = 0.0
            for k in range(count):
                for level in range(total.size):
                    gain = gains[atoms.rows[k], level] + shift[level]
                    weight = atoms.gain[k] if gain >= 0.0 else atoms.loss[k]
                    total[level] += weight * utility(taste, gain)
            copy_to(values[:, place], total)
