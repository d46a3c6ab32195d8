"""The hegemon's value of every structure of many games: list atoms, weigh them, add them up.

Games are columns of numbers (`Ranked`), each with levels of its own: what stands against it, its
reference point, and the curvature of the taste that it is judged by. Loss aversion comes last, as
values are linear in it, so that cells which differ in nothing else share all the work. A chunk of
tasks (`solver.alliance.tasks`) goes through three steps, the outcomes of some levels at a time:

1. compiled: a table of gains by outcome and level; the atoms of each structure, worst first; the
   cumulative probabilities that its decision weights are made of;
2. numpy, whose powers are several times as fast as compiled ones: the weighted probabilities, and
   the powers of the gains;
3. compiled: differences of the former are decision weights; times values, added up for each level.

What levels share is done once: what stands against the adversary ranks outcomes alike at every
level, so each atom has two decision weights, one as a gain and one as a loss, and which of the two
counts is the level's affair. The outcome of a state depends on who helped, on what the bloc does
and on the *number* of spokes (through the autonomy that they cost), so the table has about
2 * 3^n (n + 3) / 3 rows and not the 4 * 4^n of all atoms. No step depends on what else is in its
chunk, to the bit.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from games.arrays import Array, Bools, Ints
from solver.alliance.kernel import list_states, set_of
from solver.alliance.lattice import Lattice
from solver.alliance.outcomes import (
    ROOM,
    Cells,
    Listed,
    Table,
    gain_of,
    list_rows,
    lost_to,
    new_table,
    put_values,
)
from solver.alliance.ranked import Ranked, Terms, chances_of
from solver.alliance.tasks import WORTH_THREADS, Heed, Tasks, chunks_of, in_threads, tasks_of
from solver.numerics.jit import jit
from solver.prospects.compiled import new_weights
from solver.prospects.weighting import Curve, function_of
from solver.stopping import heed

# levels that are looked at together: what fits a processor's cache, with the atoms of a chunk
LEVELS = 16
# probabilities that are weighed together
WEIGHED = 2**13


class Chunk(NamedTuple):
    """What is known of some tasks between the steps.

    Attributes
    ----------
    listed : Listed
        With room for more rows than there are.
    may_lose, may_gain : ndarray of bool, shape (rows,)
        Whether it is a loss, and a gain, at any level.
    atoms : ndarray of int, shape (atoms,)
        The row of each atom.
    up_to, below, from_on, above : ndarray, shape (atoms,)
        Probabilities to weigh, each with its complement: up to and including each atom that is a
        loss at any level; from each atom on that is a gain at any, the best atom first.
    structures : ndarray of int, shape (structures, 5)
        Of each structure: its game, its number, how many atoms it has, how many of them are losses
        at any level, how many come before the first that is a gain at any.
    ends : ndarray of int, shape (games + 1, 2)
        Where the losses, and the gains, of each game in the chunk end; the first row holds zeros.
    """

    listed: Listed
    may_lose: Bools
    may_gain: Bools
    atoms: NDArray[np.uint32]
    up_to: Array
    below: Array
    from_on: Array
    above: Array
    structures: Ints
    ends: Ints


def new_chunk(ranked: Ranked, tasks: Tasks, first: int, last: int) -> Chunk:
    """Return room for the tasks from `first` to before `last`."""
    atoms, structures = (int(a[first:last].sum()) for a in (tasks.atoms, tasks.structures))
    some = tasks.game[first], tasks.game[last - 1] + 1
    # where no bloc of a size stands before another with as many spokes
    runs = np.diff(tasks.run[first:last])
    shared = 1 + int(np.count_nonzero(runs))
    rows = int(tasks.rows[first:last].sum()) + 2 * shared * ranked.sizes.size
    return Chunk(
        Listed(np.empty((last - first, 4), np.int64), ROOM.floats("brought", rows)),
        np.empty(rows, np.bool_),
        np.empty(rows, np.bool_),
        ROOM.numbers("atoms", atoms),
        ROOM.floats("up_to", atoms),
        ROOM.floats("below", atoms),
        ROOM.floats("from_on", atoms),
        ROOM.floats("above", atoms),
        np.empty((structures, 5), np.int64),
        np.zeros((int(some[1] - some[0]) + 1, 2), np.int64),
    )


class Filled(NamedTuple):
    """How much of a chunk is filled."""

    rows: int
    structures: int
    atoms: int
    losses: int
    gains: int


# The first step.


# Arrays are taken out of their tuples before loops, and no function is called for each row or atom:
# either counts references to arrays, which takes longer than the work.


@jit
def mark_signs(
    power: Array,
    reference: Array,
    deployment: float,
    lost: float,
    brought: Array,
    may_lose: Bools,
    may_gain: Bools,
) -> None:
    """Note whether each outcome of a task is a loss, and a gain, at any level of its game.

    Both, where there are more levels than are looked at together, or none is known as yet.

    Parameters
    ----------
    power, reference : ndarray, shape (levels,)
        Of the game, as in `Cells`.
    brought : ndarray, shape (rows,)
    may_lose, may_gain : ndarray of bool, shape (rows,)
        Output.
    """
    levels, rows = power.size, brought.size
    if levels == 1:  # apart, as a loop of one turn takes four times as long as its turn
        for row in range(rows):
            gain = gain_of(brought[row], deployment, power[0], lost, reference[0])
            may_lose[row], may_gain[row] = gain < 0.0, gain >= 0.0
        return
    if levels == 0 or levels > LEVELS:
        may_lose[:] = may_gain[:] = True
        return
    for row in range(rows):
        loses = rises = False
        for level in range(levels):
            gain = gain_of(brought[row], deployment, power[level], lost, reference[level])
            loses |= gain < 0.0
            rises |= gain >= 0.0
        may_lose[row], may_gain[row] = loses, rises


@jit
def list_tasks(
    ranked: Ranked,
    cells: Cells,
    blocs: Ints,
    spoke_masks: Ints,
    tasks: Tasks,
    first: int,
    last: int,
    chunk: Chunk,
) -> Filled:
    """List rows and atoms of the tasks from `first` to before `last`.

    Parameters
    ----------
    blocs, spoke_masks : ndarray of int
        Of the lattice.
    """
    width = ranked.sizes.size
    atoms = new_weights(4 * width)
    number = np.empty(4 * width, np.int64)
    listed_rows, odds, sums = atoms.rows, atoms.odds, atoms.up_to
    listing, may_lose, may_gain = tasks.listing, chunk.may_lose, chunk.may_gain
    about, brought = chunk.listed.tasks, chunk.listed.brought
    rows, structures, ups, belows = chunk.atoms, chunk.structures, chunk.up_to, chunk.below
    froms, aboves = chunk.from_on, chunk.above
    deployment, spoke_cost, member_cost, bloc_cost = ranked.terms
    row = listed = filled = losing = gaining = 0
    before = last_game = last_size = -1
    sets, chances = set_of(ranked.sets, 0), np.ones(1)
    for task in range(first, last):
        game, place, spokes = tasks.game[task], tasks.place[task], tasks.spokes[task]
        bloc = blocs[place]
        size = ranked.sizes[bloc]
        if game != last_game:
            sets = set_of(ranked.sets, game)
        if game != last_game or size != last_size:
            chances = chances_of(ranked, game, size)
        last_game, last_size = game, size
        again = tasks.run[task] == before
        gift, tied, start = ranked.bloc_aid[game, bloc], ranked.tied[game], row
        row = list_rows(
            ranked.sizes, sets, bloc, spokes, gift, tied, chances.size, again, number, brought, row
        )
        # one by one, as a tuple takes two seconds more to compile
        about[task - first, 0], about[task - first, 1] = game, size
        about[task - first, 2], about[task - first, 3] = spokes, row
        lost = lost_to(size, spokes, spoke_cost[game], member_cost[game], bloc_cost[game])
        begin, end = cells.first_level[game], cells.first_level[game + 1]
        mark_signs(
            cells.power[begin:end],
            cells.reference[begin:end],
            deployment[game],
            lost,
            brought[start:row],
            may_lose[start:row],
            may_gain[start:row],
        )
        before = tasks.run[task]
        for at in range(tasks.first[task], tasks.first[task] + tasks.structures[task]):
            one = listing[at]
            count = list_states(sets, spoke_masks[one], gift, tied, chances, atoms)
            # all is written, and what is neither loss nor gain written over
            ends, begins = 0, count
            up_to = from_on = 0.0
            for k in range(count):
                up_to += odds[k]
                its = number[listed_rows[k]]
                sums[k + 1], ups[losing + k] = up_to, up_to
                rows[filled + k] = its
                ends = k + 1 if may_lose[its] else ends
            sums[0] = 0.0
            for k in range(count - 1, -1, -1):
                belows[losing + k] = from_on
                from_on += odds[k]
                back = gaining + count - 1 - k
                froms[back], aboves[back] = from_on, sums[k]
                begins = k if may_gain[rows[filled + k]] else begins
            structures[listed, 0], structures[listed, 1] = game, one
            structures[listed, 2], structures[listed, 3] = count, ends
            structures[listed, 4] = begins
            listed += 1
            filled += count
            losing += ends
            gaining += count - begins
        chunk.ends[game - tasks.game[first] + 1, 0] = losing
        chunk.ends[game - tasks.game[first] + 1, 1] = gaining
    return Filled(row, listed, filled, losing, gaining)


# The second step.


def weighed_odds(curve: Curve, games: slice, ends: Ints, p: Array, q: Array) -> Array:
    """Return the weighted probabilities of some games.

    Parameters
    ----------
    curve : Curve
        Of all games.
    games : slice
        Those in question.
    ends : ndarray of int, shape (games + 1,)
        Where the probabilities of each begin and end.
    p, q : ndarray
        The probabilities, and their complements.
    """
    found = np.empty_like(p)
    first = 0
    constants = np.stack([part[games] for part in curve], axis=1)
    changes = np.flatnonzero((constants[1:] != constants[:-1]).any(axis=1)) + 1
    for last in (*changes.tolist(), len(constants)):
        code, *own = constants[first].tolist()
        function = function_of(int(code), *own)
        for start in range(ends[first], ends[last], WEIGHED):
            some = slice(start, min(start + WEIGHED, ends[last]))
            found[some] = function.weight(p[some], q[some])
        first = last
    return found


# The third step.


class Weighed(NamedTuple):
    """Structures whose atoms are weighed; in their order, and in that of their atoms, worst first.

    Attributes
    ----------
    structures : ndarray of int, shape (structures, ...)
        Of each: its game, its number, and how many atoms it has.
    atoms : ndarray of int, shape (atoms,)
        The row of each atom.
    loss, gain : ndarray, shape (atoms,)
        Its decision weight as a loss, and as a gain; 0 where it is never one.
    """

    structures: Ints
    atoms: NDArray[np.uint32]
    loss: Array
    gain: Array


@jit
def put_weights(listed: Ints, as_loss: Array, as_gain: Array, loss: Array, gain: Array) -> None:
    """Write the decision weight of each atom of a chunk, as a loss and as a gain.

    Parameters
    ----------
    listed : ndarray of int, shape (structures, 5)
        As in `Chunk`.
    as_loss, as_gain : ndarray
        The weighted probabilities.
    loss, gain : ndarray, shape (atoms,)
        Output.
    """
    filled = losing = gaining = 0
    for s in range(len(listed)):
        count, ends, begins = listed[s, 2], listed[s, 3], listed[s, 4]
        below = 0.0
        for k in range(count):
            if k < ends:
                up_to = as_loss[losing + k]
                loss[filled + k], below = up_to - below, up_to
            else:
                loss[filled + k] = 0.0
        above = 0.0
        for k in range(count - 1, -1, -1):
            if k >= begins:
                from_on = as_gain[gaining + count - 1 - k]
                gain[filled + k], above = from_on - above, from_on
            else:
                gain[filled + k] = 0.0
        filled += count
        losing += ends
        gaining += count - begins


@jit
def add_up(
    cells: Cells,
    table: Table,
    weighed: Weighed,
    start: int,
    column: Ints,
    values: Array,
) -> None:
    """Write the value of every structure that is weighed in every cell of some levels.

    Parameters
    ----------
    start : int
        The first of these levels, in each game.
    column : ndarray of int, shape (structures,)
        Where the values of each structure go.
    values : ndarray, shape (cells, columns)
        Output.
    """
    v, listed, atoms = table.gains, weighed.structures, weighed.atoms
    losses, gains = weighed.loss, weighed.gain
    lost, gained = np.empty(v.shape[1]), np.empty(v.shape[1])
    cell_starts, loss_aversion = cells.first_cell, cells.loss_aversion
    first_atom = 0
    for s in range(len(listed)):
        game, to, count = listed[s, 0], column[listed[s, 1]], listed[s, 2]
        first = cells.first_level[game] + start
        levels = max(0, min(cells.first_level[game + 1] - first, v.shape[1]))
        last_atom = first_atom + count
        if levels == 1:  # apart, as above
            worse = better = 0.0
            for k in range(first_atom, last_atom):
                worth = v[atoms[k], 0]
                if worth < 0.0:
                    worse += losses[k] * worth
                else:
                    better += gains[k] * worth
            lost[0], gained[0] = worse, better
        else:
            for level in range(levels):
                lost[level] = gained[level] = 0.0
            for k in range(first_atom, last_atom):
                row, loss, gain = atoms[k], losses[k], gains[k]
                for level in range(levels):
                    worth = v[row, level]
                    lost[level] += loss * (worth if worth < 0.0 else 0.0)
                    gained[level] += gain * (worth if worth >= 0.0 else 0.0)
        for level in range(levels):
            for cell in range(cell_starts[first + level], cell_starts[first + level + 1]):
                values[cell, to] = gained[level] + loss_aversion[cell] * lost[level]
        first_atom = last_atom


def value_all(
    ranked: Ranked,
    cells: Cells,
    grid: Lattice,
    wanted: Ints | None,
    column: Ints,
    values: Array,
    heed: Heed = heed,
) -> None:
    """Write the values of structures in every cell; threads share large games.

    Parameters
    ----------
    wanted : ndarray of int, optional
        Numbers of the structures, without repetition; all by default.
    column : ndarray of int, shape (structures,)
        Where the values of each structure go.
    values : ndarray, shape (cells, columns)
        Output.
    heed : callable
        Called before each chunk of the work; what it raises ends the work.
    """
    tasks = tasks_of(grid, cells.first_level.size - 1, wanted)

    def run(chunk: tuple[int, int]) -> None:
        value_chunk(ranked, cells, grid, tasks, *chunk, column, values)

    in_threads(run, chunks_of(tasks), grid.size >= WORTH_THREADS, heed)


def value_chunk(
    ranked: Ranked,
    cells: Cells,
    grid: Lattice,
    tasks: Tasks,
    first: int,
    last: int,
    column: Ints,
    values: Array,
) -> None:
    """Write the values of the structures of some tasks in every cell of their games."""
    chunk = new_chunk(ranked, tasks, first, last)
    filled = list_tasks(ranked, cells, grid.blocs, grid.spoke_masks, tasks, first, last, chunk)
    games = slice(int(tasks.game[first]), int(tasks.game[last - 1]) + 1)
    weighed = weigh(ranked, games, chunk, filled)
    levels = int(np.diff(cells.first_level[games.start : games.stop + 1]).max())
    listed = Listed(chunk.listed.tasks, chunk.listed.brought[: filled.rows])
    value_weighed(ranked.terms, cells, listed, weighed, levels, column, values)


def value_weighed(
    terms: Terms,
    cells: Cells,
    listed: Listed,
    weighed: Weighed,
    levels: int,
    column: Ints,
    values: Array,
) -> None:
    """Write the values of structures whose atoms are weighed in every cell of their games.

    Parameters
    ----------
    levels : int
        The most that any of their games has.
    """
    table = new_table(listed.brought.size, min(levels, LEVELS))
    for start in range(0, levels, LEVELS):
        put_values(terms, cells, listed, table, start)
        add_up(cells, table, weighed, start, column, values)


def weigh(ranked: Ranked, games: slice, chunk: Chunk, filled: Filled) -> Weighed:
    """Return the decision weights of a chunk's atoms, in room of the chunk's own.

    Parameters
    ----------
    games : slice
        Those whose tasks the chunk holds.
    """
    losses, gains = slice(filled.losses), slice(filled.gains)
    as_loss = weighed_odds(
        ranked.losses, games, chunk.ends[:, 0], chunk.up_to[losses], chunk.below[losses]
    )
    as_gain = weighed_odds(
        ranked.gains, games, chunk.ends[:, 1], chunk.from_on[gains], chunk.above[gains]
    )
    # the probabilities are done with
    loss, gain = chunk.up_to, chunk.from_on
    put_weights(chunk.structures, as_loss, as_gain, loss, gain)
    some = slice(filled.atoms)
    return Weighed(chunk.structures, chunk.atoms[some], loss[some], gain[some])
