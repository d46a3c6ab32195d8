"""The compiled kernel: the hegemon's value of every structure at many levels at once.

A *level* is a pair of adversary's power and reference point. What levels share is done once:

1. The aid of a set of spokes depends on neither bloc nor level, so the subsets of every spoke set
   are ranked by aid once (`solver.alliance.kernel`).
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
from solver.alliance.lattice import popcount, unpack_bits
from solver.numerics.jit import jit
from solver.prospects.compiled import Taste, Weights, decision_weights, new_weights, utility

# Compiled: which treaties are honoured, ranked by the aid that this brings.


class SpokeSets(NamedTuple):
    """The subsets of every set of spokes, least aid first.

    Attributes
    ----------
    ranked : ndarray of int, shape (2^n,)
        All sets of candidates, as masks, by the aid they bring as spokes.
    aid : ndarray, shape (2^n,)
        That aid, in the same order.
    starts : ndarray of int, shape (2^n + 1,)
        Where the list of each spoke set, by mask, begins.
    ranks : ndarray of int, shape (3^n,)
        Positions in `ranked` of the spoke set's subsets.
    chances : ndarray, shape (3^n,)
        Probability that just this subset of the spoke set honours.
    """

    ranked: Ints
    aid: Array
    starts: Ints
    ranks: Ints
    chances: Array


class Atoms(NamedTuple):
    """Room for aid, least first, and its odds."""

    aid: Array
    odds: Array


def spoke_sets(sums: Array, reliability: Array) -> SpokeSets:
    """Return the subsets of every set of spokes.

    Parameters
    ----------
    sums : ndarray, shape (2^n,)
        Aid of each set of candidates as spokes, by mask.
    reliability : ndarray, shape (n,)
        Probability that each spoke honours.
    """
    ranked = np.argsort(sums, kind="stable")
    starts, ranks, chances = list_subsets(ranked, reliability)
    return SpokeSets(ranked, sums[ranked], starts, ranks, chances)


@jit
def list_subsets(ranked: Ints, reliability: Array) -> tuple[Ints, Ints, Array]:
    """Return `starts`, `ranks` and `chances` of `SpokeSets`."""
    n = reliability.size
    starts = np.zeros(ranked.size + 1, np.int64)
    ranks = np.empty(3**n, np.int64)
    chances = np.empty(3**n, np.float64)
    filled = 0
    for spokes in range(ranked.size):
        for rank in range(ranked.size):
            subset = ranked[rank]
            if subset & ~spokes == 0:
                chance = 1.0
                for i in range(n):
                    if spokes >> i & 1:
                        chance *= reliability[i] if subset >> i & 1 else 1.0 - reliability[i]
                ranks[filled] = rank
                chances[filled] = chance
                filled += 1
        starts[spokes + 1] = filled
    return starts, ranks, chances


@jit
def merge(source: Atoms, count: int, gift: float, chance: float, target: Atoms) -> int:
    """Write the states of `source` without and with a gift of that chance, and return how many."""
    idle, acts, filled = 0, 0, 0
    while acts < count:
        if idle < count and source.aid[idle] <= source.aid[acts] + gift:
            target.aid[filled] = source.aid[idle]
            target.odds[filled] = source.odds[idle] * (1.0 - chance)
            idle += 1
        else:
            target.aid[filled] = source.aid[acts] + gift
            target.odds[filled] = source.odds[acts] * chance
            acts += 1
        filled += 1
    return filled


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


# With burdens in closed form each structure has a shift of its own.
#
# Then the value of an outcome depends on who pays what, so that it cannot be tabulated over helpers
# and numbers of spokes as above: it is computed for each of the 2 * 4^n atoms at each level. What
# levels share is still done once: ranks and decision weights.


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
