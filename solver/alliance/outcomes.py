"""The hegemon's outcomes in many games: a table of what they are at some levels, and their values.

An outcome is what stands against the adversary, less the autonomy that is lost. It depends on who
helped, on what the bloc does and on the number of spokes, and not on what else is agreed.
"""

from __future__ import annotations

import threading
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from games.arrays import Array, Ints
from solver.alliance.columns import secured
from solver.alliance.kernel import SpokeSets
from solver.alliance.ranked import Terms
from solver.numerics.jit import jit

# numbers in one array that a thread keeps room for
KEPT = 2**19


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


class Listed(NamedTuple):
    """The outcomes of some tasks.

    Attributes
    ----------
    tasks : ndarray of int, shape (tasks, 4)
        Of each: its game, how many candidates its bloc has, how many spokes there are, and the
        number of rows after its own.
    brought : ndarray, shape (rows,)
        What spokes and bloc add to the deployment, in each outcome.
    """

    tasks: Ints
    brought: Array


class Table(NamedTuple):
    """What outcomes are at some levels of their games, shape (rows, levels) each.

    Attributes
    ----------
    gains : ndarray
        Gains and losses; after `put_values` their values v, but for loss aversion.
    exponents : ndarray
        The exponent of v for each.
    sizes : ndarray
        Room.
    """

    gains: Array
    exponents: Array
    sizes: Array


def new_table(rows: int, levels: int) -> Table:
    """Return room for so many outcomes, at so many levels."""
    rooms = (ROOM.floats(name, rows * levels) for name in Table._fields)
    return Table(*(room.reshape(rows, levels) for room in rooms))


class _Room(threading.local):
    """Arrays that a thread uses for one chunk after the other: fresh memory is dear to touch."""

    def __init__(self) -> None:
        self._kept: dict[str, Any] = {}

    def floats(self, name: str, size: int) -> Array:
        found: Array = self._of(name, size, np.float64)
        return found

    def numbers(self, name: str, size: int) -> NDArray[np.uint32]:
        found: NDArray[np.uint32] = self._of(name, size, np.uint32)
        return found

    def _of(self, name: str, size: int, kind: type) -> Any:  # either kind of array
        kept = self._kept.get(name)
        if kept is None or kept.size < size:
            if size > KEPT:
                return np.empty(size, kind)
            kept = self._kept[name] = np.empty(size, kind)
        return kept[:size]


ROOM = _Room()


# Arrays are taken out of their tuples before loops, and no function that takes arrays is called for
# each row or atom: either counts references to arrays, which takes longer than the work. What is
# called for each task takes few arrays, for the same reason.


@jit
def list_rows(
    sizes: Ints,
    sets: SpokeSets,
    bloc: int,
    spokes: int,
    gift: float,
    tied: float,
    sides: int,
    again: bool,
    number: Ints,
    brought: Array,
    first: int,
) -> int:
    """Write what spokes and bloc bring in the outcomes of one task, from the row `first` on.

    Parameters
    ----------
    sizes : ndarray of int, shape (2^n,)
        As in `Ranked`.
    sets : SpokeSets
        Of the task's game.
    bloc, spokes : int
        Its mask, and how many spokes there are.
    gift, tied : float
        Aid of the bloc when it acts, and what it ties down when it entraps.
    sides : int
        How many things the bloc may do; see `solver.alliance.kernel.Blocs`.
    again : bool
        Whether the rows that all blocs of a size share stand there already: those on which they
        are idle.
    number : ndarray of int, shape (4 * 2^n,)
        Output: the row, by rank of the helpers and side of the bloc times 2^n.
    brought : ndarray
        Output, as in `Listed`.

    Returns
    -------
    int
        The number after the last row.
    """
    starts, ranked, ranks, aid = sets.starts, sets.ranked, sets.ranks, sets.aid
    row, width = first, sizes.size
    for side in range(sides):
        acts = side % 2 == 1
        if again and not acts:
            continue
        more = gift if acts else 0.0
        if side >= 2:
            more -= tied
        pool = width - 1 - bloc if acts else width - 1
        for k in range(starts[pool], starts[pool + 1]):
            rank = ranks[k]
            if sizes[ranked[rank]] <= spokes:
                brought[row] = aid[rank] + more
                number[side * width + rank] = row
                row += 1
    return row


@jit
def lost_to(size: int, spokes: int, each_spoke: float, each_member: float, bloc: float) -> float:
    """Return the autonomy lost to a bloc of so many candidates and to so many spokes."""
    lost = each_spoke * spokes
    if size:
        lost += bloc + each_member * size
    return float(lost)


@jit
def gain_of(brought: float, deployment: float, opposed: float, lost: float, asked: float) -> float:
    """Return an outcome less the reference point `asked`."""
    own = max(deployment + brought, 0.0)
    return secured(own, opposed) - lost - asked


@jit
def put_gains(terms: Terms, cells: Cells, listed: Listed, table: Table, start: int) -> None:
    """Fill the rows of the table, from the level `start` of each game on."""
    tasks, brought, gains, exponents = listed.tasks, listed.brought, table.gains, table.exponents
    power, reference, alpha, beta = cells.power, cells.reference, cells.alpha, cells.beta
    deployments, spoke, member, bloc = terms
    first = 0
    for task in range(len(tasks)):
        game, size, spokes, last = tasks[task]
        deployment = deployments[game]
        lost = lost_to(size, spokes, spoke[game], member[game], bloc[game])
        begin = cells.first_level[game] + start
        levels = min(cells.first_level[game + 1] - begin, gains.shape[1])
        if levels == 1:  # apart, as a loop of one turn takes four times as long as its turn
            opposed, asked = power[begin], reference[begin]
            rising, falling = alpha[begin], beta[begin]
            for row in range(first, last):
                gain = gain_of(brought[row], deployment, opposed, lost, asked)
                gains[row, 0] = gain
                exponents[row, 0] = rising if gain >= 0.0 else falling
        else:
            for row in range(first, last):
                for place in range(levels):
                    level = begin + place
                    gain = gain_of(brought[row], deployment, power[level], lost, reference[level])
                    gains[row, place] = gain
                    exponents[row, place] = alpha[level] if gain >= 0.0 else beta[level]
        first = last


def put_values(terms: Terms, cells: Cells, listed: Listed, table: Table, start: int) -> None:
    """Fill the rows of the table with values v, from the level `start` of each game on."""
    put_gains(terms, cells, listed, table, start)
    if ((cells.alpha != 1) | (cells.beta != 1)).any():
        rows = listed.brought.size
        gains, sizes = table.gains[:rows], table.sizes[:rows]
        np.abs(gains, out=sizes)
        # room that no level of a game fills holds anything, and is read by nobody
        with np.errstate(all="ignore"):
            np.power(sizes, table.exponents[:rows], out=sizes)
        np.copysign(sizes, gains, out=gains)
