"""The hegemon's value of every structure of many games: list atoms, weigh them, add them up.

Games are columns of numbers (`Ranked`), each with levels of its own: what stands against it, its
reference point, and the curvature of the taste that it is judged by. Loss aversion comes last, as
values are linear in it, so that cells which differ in nothing else share all the work. A chunk of
tasks (`solver.alliance.tasks`) goes through three steps, the outcomes of some levels at a time:

1. compiled: a table of gains by outcome and level; the atoms of each structure, worst first; the
   cumulative probabilities that its decision weights are made of;
2. numpy, whose powers are several times as fast as compiled ones: the weighted probabilities, and
   the powers of the gains;
3. compiled: differences of these are decision weights, times values, added up for each level.

What levels share is done once: what stands against the adversary ranks outcomes alike at every
level, so each atom has two decision weights, one as a gain and one as a loss, and which of the two
counts is the level's affair. The outcome of a state depends on who helped, on what the bloc does
and on the *number* of spokes (through the autonomy that they cost), so the table has about
2 * 3^n (n + 3) / 3 rows and not the 4 * 4^n of all atoms. No step depends on what else is in its
chunk, to the bit.
"""

from __future__ import annotations

import threading
from typing import Any, NamedTuple

import numpy as np

from games.alliance.payoffs import by_common_shock
from games.arrays import Array, Bools, Ints
from solver.alliance.columns import Columns
from solver.alliance.kernel import SpokeSets, list_states, set_of, spoke_sets
from solver.alliance.lattice import Lattice, popcounts, subset_sums
from solver.alliance.tasks import WORTH_THREADS, Tasks, chunks_of, in_threads, tasks_of
from solver.numerics.jit import jit
from solver.prospects.compiled import new_weights
from solver.prospects.weighting import Curve, function_of

# levels that are looked at together: what fits a processor's cache, with the atoms of a chunk
LEVELS = 16
# probabilities that are weighed together
WEIGHED = 2**13
# numbers in one array that a thread keeps room for
KEPT = 2**19


class Ranked(NamedTuple):
    """What decides the decision weights of each game, and how it ranks its outcomes.

    Attributes
    ----------
    sizes : ndarray of int, shape (2^n,)
        How many candidates each mask holds.
    sets : SpokeSets
    bloc_aid : ndarray, shape (games, 2^n)
        Aid of each set of candidates as a bloc that acts.
    cohesion, entrapment : ndarray, shape (games,)
        Probability that a bloc acts, and that it entraps.
    deployment, tied : ndarray, shape (games,)
        The hegemon's, and what an entrapping bloc ties down of it; 0 where none does.
    k_bilateral, k_multilateral, k_bloc : ndarray, shape (games,)
        Autonomy lost to each spoke, to each member, and to having a bloc.
    gains, losses : Curve
        Probability weighting of each game, shape (games,) each.
    """

    sizes: Ints
    sets: SpokeSets
    bloc_aid: Array
    cohesion: Array
    entrapment: Array
    deployment: Array
    tied: Array
    k_bilateral: Array
    k_multilateral: Array
    k_bloc: Array
    gains: Curve
    losses: Curve


def ranked_of(games: Columns) -> Ranked:
    """Return what decides the decision weights of each game."""
    shared, worth = games.shared, games.worth
    spoke_aid = shared.pledge_bilateral[:, np.newaxis] * worth
    honours = [
        by_common_shock(row, float(common))
        for row, common in zip(games.reliability, shared.common_reliability, strict=True)
    ]
    pledged = shared.pledge_multilateral[:, np.newaxis]
    tied = np.where(shared.entrapment > 0, shared.entrapment_share * shared.deployment, 0.0)
    return Ranked(
        popcounts(games.n),
        spoke_sets(subset_sums(spoke_aid), np.stack(honours), shared.common_reliability),
        pledged * subset_sums(worth),
        shared.cohesion,
        shared.entrapment,
        shared.deployment,
        tied,
        shared.k_bilateral,
        shared.k_multilateral,
        shared.k_bloc,
        games.taste.gains,
        games.taste.losses,
    )


class Cells(NamedTuple):
    """Where games are valued.

    Attributes
    ----------
    first_level : ndarray of int, shape (games + 1,)
        Where the levels of each game begin.
    power, reference, alpha, beta : ndarray, shape (levels,)
        The adversary's projected power, the reference point, and the exponents of v.
    first_cell : ndarray of int, shape (levels + 1,)
        Where the cells of each level begin.
    loss_aversion : ndarray, shape (cells,)
    """

    first_level: Ints
    power: Array
    reference: Array
    alpha: Array
    beta: Array
    first_cell: Ints
    loss_aversion: Array


class Chunk(NamedTuple):
    """What is known of some tasks between the steps.

    Attributes
    ----------
    own, lost : ndarray, shape (rows,)
        Of each outcome: what stands against the adversary, and the autonomy given up.
    games : ndarray of int, shape (rows,)
        Whose it is.
    may_lose, may_gain : ndarray of bool, shape (rows,)
        Whether it is a loss, and a gain, at any level.
    gains, exponents, sizes : ndarray, shape (rows, levels)
        The gain of each outcome at some levels of its game, the exponent of v for it, and room.
        After the second step gains are values v, but for loss aversion.
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

    own: Array
    lost: Array
    games: Ints
    may_lose: Bools
    may_gain: Bools
    gains: Array
    exponents: Array
    sizes: Array
    atoms: Ints
    up_to: Array
    below: Array
    from_on: Array
    above: Array
    structures: Ints
    ends: Ints


def new_chunk(ranked: Ranked, cells: Cells, tasks: Tasks, first: int, last: int) -> Chunk:
    """Return room for the tasks from `first` to before `last`."""
    atoms, structures = (int(a[first:last].sum()) for a in (tasks.atoms, tasks.structures))
    some = tasks.game[first], tasks.game[last - 1] + 1
    # where no bloc of a size stands before another with as many spokes
    runs = np.diff(tasks.run[first:last])
    shared = 1 + int(np.count_nonzero(runs))
    rows = int(tasks.rows[first:last].sum()) + 2 * shared * ranked.sizes.size
    levels = int(np.diff(cells.first_level[some[0] : some[1] + 1]).max(initial=0))
    width = min(levels, LEVELS)

    def table(name: str) -> Array:
        return _ROOM.floats(name, rows * width).reshape(rows, width)

    return Chunk(
        _ROOM.floats("own", rows),
        _ROOM.floats("lost", rows),
        _ROOM.numbers("games", rows),
        np.empty(rows, np.bool_),
        np.empty(rows, np.bool_),
        table("gains"),
        table("exponents"),
        table("sizes"),
        _ROOM.numbers("atoms", atoms),
        _ROOM.floats("up_to", atoms),
        _ROOM.floats("below", atoms),
        _ROOM.floats("from_on", atoms),
        _ROOM.floats("above", atoms),
        np.empty((structures, 5), np.int64),
        np.zeros((int(some[1] - some[0]) + 1, 2), np.int64),
    )


class _Room(threading.local):
    """Arrays that a thread uses for one chunk after the other: fresh memory is dear to touch."""

    def __init__(self) -> None:
        self._kept: dict[str, Array | Ints] = {}

    def floats(self, name: str, size: int) -> Array:
        found: Array = self._of(name, size, np.float64)
        return found

    def numbers(self, name: str, size: int) -> Ints:
        found: Ints = self._of(name, size, np.int64)
        return found

    def _of(self, name: str, size: int, kind: type) -> Any:  # either kind of array
        kept = self._kept.get(name)
        if kept is None or kept.size < size:
            if size > KEPT:
                return np.empty(size, kind)
            kept = self._kept[name] = np.empty(size, kind)
        return kept[:size]


_ROOM = _Room()


class Filled(NamedTuple):
    """How much of a chunk is filled."""

    rows: int
    structures: int
    losses: int
    gains: int


# The first step.


@jit
def chances_of(ranked: Ranked, game: int, size: int) -> Array:
    """Return the probability of each side of a bloc: see `solver.alliance.kernel.Blocs`."""
    acts, entraps = ranked.cohesion[game], ranked.entrapment[game]
    if size == 0:
        return np.ones(1)
    if ranked.tied[game] == 0.0:
        return np.array([1.0 - acts, acts])
    free = 1.0 - entraps
    return np.array([free * (1.0 - acts), free * acts, entraps * (1.0 - acts), entraps * acts])


@jit
def put_gains(cells: Cells, chunk: Chunk, first: int, last: int, start: int) -> None:
    """Fill rows of the table, from the level `start` of each game on."""
    owns, losts, games = chunk.own, chunk.lost, chunk.games
    gains, exponents, first_level = chunk.gains, chunk.exponents, cells.first_level
    power, reference, alpha, beta = cells.power, cells.reference, cells.alpha, cells.beta
    for row in range(first, last):
        own, lost, game = owns[row], losts[row], games[row]
        begin, end = first_level[game] + start, first_level[game + 1]
        for place in range(min(end - begin, gains.shape[1])):
            level = begin + place
            total = own + power[level]
            secured = own / total if total > 0.0 else 1.0
            gain = secured - lost - reference[level]
            gains[row, place] = gain
            exponents[row, place] = alpha[level] if gain >= 0.0 else beta[level]


# Arrays are taken out of their tuples before loops, and no function is called for each row or atom:
# either counts references to arrays, which takes longer than the work.


@jit
def put_rows(
    ranked: Ranked,
    cells: Cells,
    game: int,
    bloc: int,
    spokes: int,
    sides: int,
    again: bool,
    number: Ints,
    chunk: Chunk,
    first: int,
) -> int:
    """Write what the rows of one task are about, from `first` on; return the number after the last.

    Also whether each is a loss, and a gain, at any level: both, where there are more levels than
    are looked at together.

    Parameters
    ----------
    again : bool
        Whether the rows that all blocs of a size share stand there already: those on which they
        are idle.
    number : ndarray of int, shape (4 * 2^n,)
        Output: the row, by rank of the helpers and side of the bloc times 2^n.
    """
    sizes, starts = ranked.sizes, ranked.sets.starts
    ranked_sets, ranks = ranked.sets.ranked[game], ranked.sets.ranks[game]
    aid, deployment = ranked.sets.aid[game], ranked.deployment[game]
    owns, losts, games = chunk.own, chunk.lost, chunk.games
    size, width = sizes[bloc], sizes.size
    lost = ranked.k_bilateral[game] * spokes
    if size:
        lost += ranked.k_bloc[game] + ranked.k_multilateral[game] * size
    row = first
    for side in range(sides):
        acts = side % 2 == 1
        if again and not acts:
            continue
        more = ranked.bloc_aid[game, bloc] if acts else 0.0
        if side >= 2:
            more -= ranked.tied[game]
        pool = width - 1 - bloc if acts else width - 1
        for k in range(starts[pool], starts[pool + 1]):
            rank = ranks[k]
            if sizes[ranked_sets[rank]] <= spokes:
                own = deployment + (aid[rank] + more)
                owns[row], losts[row], games[row] = max(own, 0.0), lost, game
                number[side * width + rank] = row
                row += 1
    may_lose, may_gain = chunk.may_lose, chunk.may_gain
    power, reference = cells.power, cells.reference
    begin, end = cells.first_level[game], cells.first_level[game + 1]
    if end - begin == 1:  # apart, as a loop of one turn takes four times as long as its turn
        opposed, asked = power[begin], reference[begin]
        for one in range(first, row):
            total = owns[one] + opposed
            gain = (owns[one] / total if total > 0.0 else 1.0) - lost - asked
            may_lose[one], may_gain[one] = gain < 0.0, gain >= 0.0
        return row
    many = end - begin > chunk.gains.shape[1]
    for one in range(first, row):
        loses = rises = many
        for level in range(begin, begin if many else end):
            total = owns[one] + power[level]
            gain = (owns[one] / total if total > 0.0 else 1.0) - lost - reference[level]
            loses |= gain < 0.0
            rises |= gain >= 0.0
        may_lose[one], may_gain[one] = loses, rises
    return row


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
    rows, structures, ups, belows = chunk.atoms, chunk.structures, chunk.up_to, chunk.below
    froms, aboves = chunk.from_on, chunk.above
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
        row = put_rows(ranked, cells, game, bloc, spokes, chances.size, again, number, chunk, row)
        before = tasks.run[task]
        gift, tied = ranked.bloc_aid[game, bloc], ranked.tied[game]
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
    return Filled(row, listed, losing, gaining)


# The second step.


def weighed(curve: Curve, games: slice, ends: Ints, p: Array, q: Array) -> Array:
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


def raise_gains(chunk: Chunk, rows: int) -> None:
    """Raise each gain to its exponent in place, losses as negative numbers."""
    gains, sizes = chunk.gains[:rows], chunk.sizes[:rows]
    np.abs(gains, out=sizes)
    np.power(sizes, chunk.exponents[:rows], out=sizes)
    np.copysign(sizes, gains, out=gains)


# The third step.


@jit
def add_up(
    cells: Cells,
    chunk: Chunk,
    structures: int,
    start: int,
    as_loss: Array,
    as_gain: Array,
    column: Ints,
    values: Array,
) -> None:
    """Write the value of every structure of a chunk in every cell of some levels.

    Parameters
    ----------
    start : int
        The first of these levels, in each game.
    as_loss, as_gain : ndarray
        The weighted probabilities.
    column : ndarray of int, shape (structures,)
        Where the values of each structure go.
    values : ndarray, shape (cells, columns)
        Output.
    """
    v, atoms, listed = chunk.gains, chunk.atoms, chunk.structures
    lost, gained = np.empty(v.shape[1]), np.empty(v.shape[1])
    cell_starts, loss_aversion = cells.first_cell, cells.loss_aversion
    filled = losing = gaining = 0
    for s in range(structures):
        game, to, count = listed[s, 0], column[listed[s, 1]], listed[s, 2]
        ends, begins = listed[s, 3], listed[s, 4]
        first = cells.first_level[game] + start
        levels = max(0, min(cells.first_level[game + 1] - first, v.shape[1]))
        for level in range(levels):
            lost[level] = gained[level] = 0.0
        below = 0.0
        for k in range(count):
            row = atoms[filled + k]
            loss = gain = 0.0
            if k < ends:
                up_to = as_loss[losing + k]
                loss, below = up_to - below, up_to
            if k >= begins:
                back = gaining + count - 1 - k
                gain = as_gain[back] - (as_gain[back - 1] if k + 1 < count else 0.0)
            for level in range(levels):
                worth = v[row, level]
                lost[level] += loss * (worth if worth < 0.0 else 0.0)
                gained[level] += gain * (worth if worth >= 0.0 else 0.0)
        for level in range(levels):
            for cell in range(cell_starts[first + level], cell_starts[first + level + 1]):
                values[cell, to] = gained[level] + loss_aversion[cell] * lost[level]
        filled += count
        losing += ends
        gaining += count - begins


def value_all(
    ranked: Ranked, cells: Cells, grid: Lattice, wanted: Ints | None, column: Ints, values: Array
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
    """
    tasks = tasks_of(grid, cells.first_level.size - 1, wanted)

    def run(chunk: tuple[int, int]) -> None:
        value_chunk(ranked, cells, grid, tasks, *chunk, column, values)

    in_threads(run, chunks_of(tasks), grid.size >= WORTH_THREADS)


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
    chunk = new_chunk(ranked, cells, tasks, first, last)
    filled = list_tasks(ranked, cells, grid.blocs, grid.spoke_masks, tasks, first, last, chunk)
    games = slice(int(tasks.game[first]), int(tasks.game[last - 1]) + 1)
    losses, gains = slice(filled.losses), slice(filled.gains)
    as_loss = weighed(
        ranked.losses, games, chunk.ends[:, 0], chunk.up_to[losses], chunk.below[losses]
    )
    as_gain = weighed(
        ranked.gains, games, chunk.ends[:, 1], chunk.from_on[gains], chunk.above[gains]
    )
    levels = int(np.diff(cells.first_level[games.start : games.stop + 1]).max())
    curved = bool(((cells.alpha != 1) | (cells.beta != 1)).any())
    for start in range(0, levels, LEVELS):
        put_gains(cells, chunk, 0, filled.rows, start)
        if curved:
            raise_gains(chunk, filled.rows)
        add_up(cells, chunk, filled.structures, start, as_loss, as_gain, column, values)
