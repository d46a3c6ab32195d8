"""The compiled kernel: the hegemon's value of every structure at many levels at once.

A *level* is a pair of adversary's power and reference point. What levels share is done once:

1. The aid of a set of spokes depends on neither bloc nor level, so the subsets of every spoke set
   are ranked by aid once (`solver.subsets`).
2. Aid ranks outcomes alike at every level, so the decision weights of a structure are computed
   once, as gains and as losses; which of the two counts is the level's affair.
3. The value v of an outcome depends on who helped, on the bloc, on the *number* of spokes (through
   the autonomy that they cost) and on the level. It is tabulated over these, about 3^n (n+3)/3
   rows, and not over the 2 * 4^n atoms of all prospects.

What remains for each atom and level is one multiplication and one addition.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from games.arrays import Array, Bools, Ints
from solver._jit import jit
from solver.subsets import SpokeSets, popcount
from solver.weights import Taste, Weights, decision_weights, new_weights, utility


class Levels(NamedTuple):
    """Adversary's power and the reference point at each level, and the hegemon's deployment."""

    power: Array
    reference: Array
    deployment: float


class Blocs(NamedTuple):
    """Some blocs of equal size.

    Attributes
    ----------
    masks : ndarray of int, shape (m,)
    starts : ndarray of int, shape (m,)
        Where the structures of each bloc begin in the numbering.
    aid : ndarray, shape (m,)
        Aid when the bloc acts.
    lost : ndarray, shape (n + 1,)
        Autonomy that the bloc costs together with each number of spokes.
    size : int
    cohesion : float
    """

    masks: Ints
    starts: Ints
    aid: Array
    lost: Array
    size: int
    cohesion: float


class Table(NamedTuple):
    """v by row and level, and whether a row is a gain (a loss) at any level."""

    v: Array
    is_gain: Bools
    is_loss: Bools


@jit
def tabulate(table: Table, row: int, aid: float, lost: float, levels: Levels, taste: Taste) -> None:
    """Fill one row of the table: v of the outcome with this aid at each level."""
    own = levels.deployment + aid
    gains = losses = False
    for level in range(levels.power.size):
        total = own + levels.power[level]
        secured = own / total if total > 0.0 else 1.0
        gain = secured - lost - levels.reference[level]
        table.v[row, level] = utility(taste, gain)
        gains |= gain >= 0.0
        losses |= gain < 0.0
    table.is_gain[row], table.is_loss[row] = gains, losses


@jit
def list_atoms(
    sets: SpokeSets, spokes: int, blocs: Blocs, which: int, acting: Ints, atoms: Weights
) -> int:
    """List the atoms of a structure, least aid first, and return their number.

    The states with the bloc idle and those with the bloc acting are each ranked: merge the two.
    `acting` gives the table row of a rank when the bloc acts.
    """
    first, end = sets.starts[spokes], sets.starts[spokes + 1]
    if blocs.size == 0:
        atoms.rows[: end - first] = sets.ranks[first:end]
        atoms.odds[: end - first] = sets.chances[first:end]
        return int(end - first)
    gift = blocs.aid[which]
    idle, acts, filled = first, first, 0
    while idle < end or acts < end:
        idle_next = acts == end or (
            idle < end and sets.aid[sets.ranks[idle]] <= sets.aid[sets.ranks[acts]] + gift
        )
        if idle_next:
            atoms.rows[filled] = sets.ranks[idle]
            atoms.odds[filled] = sets.chances[idle] * (1.0 - blocs.cohesion)
            idle += 1
        else:
            atoms.rows[filled] = acting[sets.ranks[acts]]
            atoms.odds[filled] = sets.chances[acts] * blocs.cohesion
            acts += 1
        filled += 1
    return filled


@jit
def weighted_sums(count: int, table: Table, atoms: Weights, total: Array) -> None:
    """Write the value of a structure at each level to `total`."""
    total[:] = 0.0
    for k in range(count):
        row = atoms.rows[k]
        as_gain, as_loss = atoms.gain[k], atoms.loss[k]
        for level in range(total.size):
            v = table.v[row, level]
            total[level] += (as_gain if v >= 0.0 else as_loss) * v


@jit
def unpack_bits(packed: int, outside: int, n: int) -> int:
    """Return the mask whose bits at the set places of `outside` spell `packed`."""
    mask, bit = 0, 0
    for i in range(n):
        if outside >> i & 1:
            if packed >> bit & 1:
                mask |= 1 << i
            bit += 1
    return mask


@jit
def any_wanted(blocs: Blocs, number: int, n: int, column: Ints) -> bool:
    """Return whether any structure with one of `blocs` and this number of spokes is wanted."""
    for start in blocs.starts:
        for packed in range(1 << (n - blocs.size)):
            if column[start + packed] >= 0 and popcount(packed) == number:
                return True
    return False


@jit
def bloc_values(
    blocs: Blocs,
    sets: SpokeSets,
    levels: Levels,
    taste: Taste,
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
    room = 2 * subsets
    table = Table(
        np.empty((room, levels.power.size), np.float64),
        np.zeros(room, np.bool_),
        np.zeros(room, np.bool_),
    )
    atoms = new_weights(room)
    acting = np.zeros(subsets, np.int64)
    total = np.empty(levels.power.size, np.float64)
    for number in range(n - blocs.size + 1):
        if not any_wanted(blocs, number, n, column):
            continue
        lost = blocs.lost[number]
        for rank in range(subsets):
            if popcount(sets.ranked[rank]) <= number:
                tabulate(table, rank, sets.aid[rank], lost, levels, taste)
        for which in range(blocs.masks.size):
            bloc, start = blocs.masks[which], blocs.starts[which]
            tabulated = blocs.size == 0
            for packed in range(1 << (n - blocs.size)):
                if popcount(packed) != number or column[start + packed] < 0:
                    continue
                if not tabulated:
                    tabulated = True
                    row = subsets
                    for rank in range(subsets):
                        helpers = sets.ranked[rank]
                        if helpers & bloc == 0 and popcount(helpers) <= number:
                            acting[rank] = row
                            aid = sets.aid[rank] + blocs.aid[which]
                            tabulate(table, row, aid, lost, levels, taste)
                            row += 1
                spokes = unpack_bits(packed, ~bloc, n)
                count = list_atoms(sets, spokes, blocs, which, acting, atoms)
                decision_weights(taste, count, table.is_gain, table.is_loss, atoms)
                weighted_sums(count, table, atoms, total)
                values[:, column[start + packed]] = total
