"""The compiled kernel: the hegemon's value of every structure at many levels at once.

A *level* is a pair of adversary's power and reference point. What levels share is done once:

1. The aid of a set of spokes depends on neither bloc nor level, so the subsets of every spoke set
   are ranked by aid once.
2. What stands against the adversary, free deployment and aid, ranks outcomes alike at every level,
   so the decision weights of a structure are computed once, as gains and as losses; which of the
   two counts is the level's affair.
3. The value v of an outcome depends on who helped, on what the bloc does, on the *number* of spokes
   (through the autonomy that they cost) and on the level. It is tabulated over these, about
   2 * 3^n (n+3)/3 rows, and not over the 4 * 4^n atoms of all prospects.

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


@jit
def new_atoms(room: int) -> Atoms:
    """Return room for so many atoms."""
    return Atoms(np.empty(room, np.float64), np.empty(room, np.float64))


def spoke_sets(sums: Array, reliability: Array, common: float) -> SpokeSets:
    """Return the subsets of every set of spokes.

    Parameters
    ----------
    sums : ndarray, shape (2^n,)
        Aid of each set of candidates as spokes, by mask.
    reliability : ndarray, shape (n,)
        Probability that each spoke honours while their common shock spares them.
    common : float
        Probability that it does; else none honours.
    """
    ranked = np.argsort(sums, kind="stable")
    starts, ranks, chances = list_subsets(ranked, reliability, common)
    return SpokeSets(ranked, sums[ranked], starts, ranks, chances)


@jit
def list_subsets(ranked: Ints, reliability: Array, common: float) -> tuple[Ints, Ints, Array]:
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
                chance = common
                for i in range(n):
                    if spokes >> i & 1:
                        chance *= reliability[i] if subset >> i & 1 else 1.0 - reliability[i]
                if subset == 0:
                    chance += 1.0 - common
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


# what a bloc may do: stay idle or act, and leave the deployment free or tie it down
SIDES = 4


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
    chances : ndarray, shape (sides,)
        Probability of each side of a bloc: 0 idle, 1 acting, 2 idle and entrapping, 3 acting and
        entrapping. The last two are left out where no bloc entraps, and all but the first where
        there is no bloc.
    tied : float
        Deployment that a bloc ties down if it entraps.
    """

    masks: Ints
    starts: Ints
    aid: Array
    lost: Array
    size: int
    chances: Array
    tied: float


class Table(NamedTuple):
    """v by row and level, and whether a row is a gain (a loss) at any level."""

    v: Array
    is_gain: Bools
    is_loss: Bools


@jit
def added(blocs: Blocs, which: int, side: int) -> float:
    """Return what a side of a bloc adds to deployment and the spokes' aid."""
    aid = blocs.aid[which] if side % 2 == 1 else 0.0
    return aid - blocs.tied if side >= 2 else aid


@jit
def new_table(rows: int, levels: int) -> Table:
    """Return an empty table."""
    return Table(
        np.empty((rows, levels), np.float64), np.zeros(rows, np.bool_), np.zeros(rows, np.bool_)
    )


@jit
def put_gains(table: Table, row: int, aid: float, lost: float, levels: Levels) -> None:
    """Fill one row of the table with gains: the outcome with this aid less the reference."""
    own = max(levels.deployment + aid, 0.0)
    gains = losses = False
    for level in range(levels.power.size):
        total = own + levels.power[level]
        secured = own / total if total > 0.0 else 1.0
        gain = secured - lost - levels.reference[level]
        table.v[row, level] = gain
        gains |= gain >= 0.0
        losses |= gain < 0.0
    table.is_gain[row], table.is_loss[row] = gains, losses


@jit
def lift(table: Table, first: int, last: int, taste: Taste) -> None:
    """Turn the gains in rows of the table into their values v."""
    for row in range(first, last):
        for level in range(table.v.shape[1]):
            table.v[row, level] = utility(taste, table.v[row, level])


def lift_wide(gains: Array, taste: Taste) -> None:
    """Turn an array of gains into their values v: as `lift`, by numpy, whose powers are faster.

    They may differ from compiled ones in the last place, so that a game takes one of the two roads
    whatever else is asked of it.
    """
    sizes = np.abs(gains)
    if taste.alpha != taste.beta:
        np.power(sizes, np.where(gains < 0.0, taste.beta, taste.alpha), out=sizes)
    elif taste.alpha != 1.0:
        np.power(sizes, taste.alpha, out=sizes)
    put_signs(gains, sizes, taste.loss_aversion)


@jit
def put_signs(gains: Array, sizes: Array, loss_aversion: float) -> None:
    """Put v of the sizes in the place of gains: what is lost counts `loss_aversion` times."""
    for row in range(gains.shape[0]):
        for level in range(gains.shape[1]):
            size = sizes[row, level]
            gains[row, level] = size if gains[row, level] >= 0.0 else -loss_aversion * size


@jit
def tabulate(table: Table, row: int, aid: float, lost: float, levels: Levels, taste: Taste) -> None:
    """Fill one row of the table: v of the outcome with this aid at each level."""
    put_gains(table, row, aid, lost, levels)
    lift(table, row, row + 1, taste)


@jit
def list_atoms(
    sets: SpokeSets, spokes: int, blocs: Blocs, which: int, rows: Ints, atoms: Weights
) -> int:
    """List the atoms of a structure, worst first, and return their number.

    The spokes' states are ranked for each side of the bloc: merge the lists of all sides.

    Parameters
    ----------
    rows : ndarray of int, shape (sides, 2^n)
        Row of the table for each side and rank.
    """
    first, end = sets.starts[spokes], sets.starts[spokes + 1]
    sides = blocs.chances.size
    if sides == 1:
        for k in range(first, end):
            atoms.rows[k - first] = rows[0, sets.ranks[k]]
            atoms.odds[k - first] = sets.chances[k]
        return int(end - first)
    if sides == 2:
        return merge_sides(sets, first, end, blocs, which, rows, atoms)
    heads = np.full(sides, first)
    nexts = np.empty(sides)
    for side in range(sides):
        nexts[side] = sets.aid[sets.ranks[first]] + added(blocs, which, side)
    count = sides * (end - first)
    for filled in range(count):
        side = 0
        for other in range(1, sides):
            if nexts[other] < nexts[side]:
                side = other
        head = heads[side]
        atoms.rows[filled] = rows[side, sets.ranks[head]]
        atoms.odds[filled] = sets.chances[head] * blocs.chances[side]
        heads[side] = head + 1
        nexts[side] = (
            sets.aid[sets.ranks[head + 1]] + added(blocs, which, side) if head + 1 < end else np.inf
        )
    return int(count)


@jit
def merge_sides(
    sets: SpokeSets, first: int, end: int, blocs: Blocs, which: int, rows: Ints, atoms: Weights
) -> int:
    """List the atoms of a structure whose bloc is idle or acts; see `list_atoms`."""
    gift = blocs.aid[which]
    idle, acts, filled = first, first, 0
    while idle < end or acts < end:
        idle_next = acts == end or (
            idle < end and sets.aid[sets.ranks[idle]] <= sets.aid[sets.ranks[acts]] + gift
        )
        if idle_next:
            atoms.rows[filled] = rows[0, sets.ranks[idle]]
            atoms.odds[filled] = sets.chances[idle] * blocs.chances[0]
            idle += 1
        else:
            atoms.rows[filled] = rows[1, sets.ranks[acts]]
            atoms.odds[filled] = sets.chances[acts] * blocs.chances[1]
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


# The structures of some blocs with one number of spokes, in steps: rows of what all blocs share,
# rows of each bloc that acts, values. Between the steps gains become values v.


@jit
def wanted(blocs: Blocs, which: int, number: int, n: int, column: Ints) -> bool:
    """Return whether any structure with a bloc and this number of spokes is wanted."""
    start = blocs.starts[which]
    for packed in range(1 << (n - blocs.size)):
        if column[start + packed] >= 0 and popcount(packed) == number:
            return True
    return False


@jit
def shared_rows(
    blocs: Blocs, number: int, sets: SpokeSets, levels: Levels, rows: Ints, table: Table
) -> int:
    """Fill rows with what all blocs share, the sides on which they are idle; return how many."""
    filled = 0
    for side in range(0, blocs.chances.size, 2):
        for rank in range(sets.ranked.size):
            if popcount(sets.ranked[rank]) <= number:
                rows[side, rank] = filled
                aid = sets.aid[rank] + added(blocs, 0, side)
                put_gains(table, filled, aid, blocs.lost[number], levels)
                filled += 1
    return filled


@jit
def place_rows(
    blocs: Blocs, which: int, number: int, sets: SpokeSets, rows: Ints, first: int
) -> int:
    """Number the rows of a bloc that acts, from `first` on; return the number after the last."""
    bloc, row = blocs.masks[which], first
    for side in range(1, blocs.chances.size, 2):
        for rank in range(sets.ranked.size):
            helpers = sets.ranked[rank]
            if helpers & bloc == 0 and popcount(helpers) <= number:
                rows[side, rank] = row
                row += 1
    return row


@jit
def acting_rows(
    blocs: Blocs,
    which: int,
    number: int,
    sets: SpokeSets,
    levels: Levels,
    table: Table,
    first: int,
) -> int:
    """Fill rows with a bloc that acts, from `first` on; return the number after the last."""
    bloc, row = blocs.masks[which], first
    for side in range(1, blocs.chances.size, 2):
        more = added(blocs, which, side)
        for rank in range(sets.ranked.size):
            helpers = sets.ranked[rank]
            if helpers & bloc == 0 and popcount(helpers) <= number:
                put_gains(table, row, sets.aid[rank] + more, blocs.lost[number], levels)
                row += 1
    return row


class Scratch(NamedTuple):
    """Room for one structure: its atoms, and its value at each level."""

    atoms: Weights
    total: Array


@jit
def new_scratch(blocs: Blocs, sets: SpokeSets, levels: int) -> Scratch:
    """Return room for a structure with one of `blocs`."""
    return Scratch(new_weights(blocs.chances.size * sets.ranked.size), np.empty(levels, np.float64))


@jit
def structure_values(
    blocs: Blocs,
    which: int,
    number: int,
    sets: SpokeSets,
    taste: Taste,
    rows: Ints,
    table: Table,
    column: Ints,
    scratch: Scratch,
    values: Array,
) -> None:
    """Write the values of the wanted structures with a bloc and this number of spokes."""
    n = blocs.lost.size - 1
    bloc, start = blocs.masks[which], blocs.starts[which]
    for packed in range(1 << (n - blocs.size)):
        if popcount(packed) == number and column[start + packed] >= 0:
            spokes = unpack_bits(packed, ~bloc, n)
            count = list_atoms(sets, spokes, blocs, which, rows, scratch.atoms)
            decision_weights(taste, count, table.is_gain, table.is_loss, scratch.atoms)
            weighted_sums(count, table, scratch.atoms, scratch.total)
            values[:, column[start + packed]] = scratch.total


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
    n, subsets, sides = blocs.lost.size - 1, sets.ranked.size, blocs.chances.size
    table = new_table(sides * subsets, levels.power.size)
    rows = np.zeros((sides, subsets), np.int64)
    scratch = new_scratch(blocs, sets, levels.power.size)
    for number in range(n - blocs.size + 1):
        if not any_wanted(blocs, number, n, column):
            continue
        shared = shared_rows(blocs, number, sets, levels, rows, table)
        lift(table, 0, shared, taste)
        for which in range(blocs.masks.size):
            if wanted(blocs, which, number, n, column):
                place_rows(blocs, which, number, sets, rows, shared)
                after = acting_rows(blocs, which, number, sets, levels, table, shared)
                lift(table, shared, after, taste)
                structure_values(
                    blocs, which, number, sets, taste, rows, table, column, scratch, values
                )


@jit
def chunk_rows(
    blocs: Blocs,
    first: int,
    number: int,
    sets: SpokeSets,
    levels: Levels,
    column: Ints,
    starts: Ints,
    table: Table,
    shared: int,
    most: int,
) -> tuple[int, int]:
    """Fill rows with blocs that act, from the `first` on, while there is room for another.

    Returns
    -------
    int, int
        The place of the bloc after the last, and the number of rows that are filled.
    """
    n, row, which = blocs.lost.size - 1, shared, first
    while which < blocs.masks.size and row + most <= table.v.shape[0]:
        starts[which] = -1
        if wanted(blocs, which, number, n, column):
            starts[which] = row
            row = acting_rows(blocs, which, number, sets, levels, table, row)
        which += 1
    return which, row


@jit
def chunk_values(
    blocs: Blocs,
    first: int,
    last: int,
    number: int,
    sets: SpokeSets,
    taste: Taste,
    rows: Ints,
    table: Table,
    column: Ints,
    starts: Ints,
    scratch: Scratch,
    values: Array,
) -> None:
    """Write the values of the wanted structures with the blocs from `first` to before `last`."""
    for which in range(first, last):
        if starts[which] >= 0:
            place_rows(blocs, which, number, sets, rows, starts[which])
            structure_values(
                blocs, which, number, sets, taste, rows, table, column, scratch, values
            )


# numbers in a table: what a processor's cache holds of it
TABLE = 2**16


def wide_bloc_values(
    blocs: Blocs,
    sets: SpokeSets,
    levels: Levels,
    taste: Taste,
    column: Ints,
    values: Array,
) -> None:
    """Do what `bloc_values` does, many blocs at a time, with powers by numpy: for large games."""
    n, subsets, sides = blocs.lost.size - 1, sets.ranked.size, blocs.chances.size
    idle = (sides + 1) // 2 * subsets
    most = sides // 2 * 2 ** (n - blocs.size)
    size = levels.power.size
    table = new_table(idle + max(most, TABLE // size), size)
    rows = np.zeros((sides, subsets), np.int64)
    starts = np.empty(blocs.masks.size, np.int64)
    scratch = new_scratch(blocs, sets, size)
    for number in range(n - blocs.size + 1):
        if not any_wanted(blocs, number, n, column):
            continue
        shared = shared_rows(blocs, number, sets, levels, rows, table)
        lift_wide(table.v[:shared], taste)
        first = 0
        while first < blocs.masks.size:
            last, after = chunk_rows(
                blocs, first, number, sets, levels, column, starts, table, shared, most
            )
            lift_wide(table.v[shared:after], taste)
            chunk_values(
                blocs,
                first,
                last,
                number,
                sets,
                taste,
                rows,
                table,
                column,
                starts,
                scratch,
                values,
            )
            first = last
