"""The hegemon's value of every structure of the family `blocs`, at many levels at once.

Structures form a tree: the parent of one is what is left without its last treaty, treaties taken in
the order of their first candidates. The states of a structure, least aid first, are those of its
parent twice, without and with the help of the last treaty: a merge of two lists that are in order
already. So nothing is sorted, and the lists along one branch fit in the processor's cache.

With k treaties a structure has 2^k states: 137 million in all over 11 candidates.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np

from games import AllianceGame
from games.alliance.payoffs import autonomy_given_up
from games.arrays import Array, Ints
from solver.alliance.blocs.search import Numbering, number_of
from solver.alliance.hegemon import Frame
from solver.alliance.kernel import Atoms, Levels, Table, merge, tabulate, weighted_sums
from solver.alliance.lattice import popcounts, subset_sums
from solver.alliance.stage import traits_of
from solver.numerics.jit import jit
from solver.prospects.compiled import Taste, Weights, decision_weights, new_weights, taste_of

SHARES = 64
# structures below which starting threads takes longer than the work
WORTH_THREADS = 20_000


class Treaties(NamedTuple):
    """Every treaty that can be, by the mask of its candidates; shape (2^n,) each.

    Attributes
    ----------
    aid : ndarray
        Aid if it is honoured.
    chance : ndarray
        Probability that it is.
    cost : ndarray
        Autonomy that the hegemon gives up by it.
    """

    aid: Array
    chance: Array
    cost: Array


class Branch(NamedTuple):
    """The treaties from the root of the tree to a structure, and its states.

    The states at a depth d stand at the places 2^d to 2^(d + 1).
    """

    treaty: Ints
    cost: Array
    aid: Array
    odds: Array


class Scratch(NamedTuple):
    """Room for one structure."""

    table: Table
    atoms: Weights
    labels: Ints
    names: Ints
    total: Array


def treaties_of(game: AllianceGame) -> Treaties:
    """Return every treaty of `game` as a source of aid, by the mask of its candidates."""
    shared, own = game.parameters, traits_of(game)
    sizes = popcounts(own.worth.size)
    single = sizes == 1
    aid = shared.pledge_multilateral * subset_sums(own.worth)
    aid[single] = shared.pledge_bilateral * own.worth
    chance = np.full(sizes.size, shared.cohesion)
    chance[single] = own.reliability
    cost = autonomy_given_up(shared, single.astype(np.int64), [np.where(single, 0, sizes)])
    return Treaties(aid, chance, cost)


def hegemon_values(game: AllianceGame, frame: Frame, numbering: Numbering) -> Array:
    """Return the hegemon's value of every structure, shape (levels, structures).

    Threads share the tree by its first treaties; results do not depend on their number.
    """
    treaties, taste = treaties_of(game), taste_of(game.preference)
    levels = Levels(frame.power, frame.reference, game.parameters.deployment)
    values = np.empty((frame.power.size, numbering.size))
    firsts = np.arange(treaties.aid.size)

    def run(share: Ints) -> None:
        tree_values(share, treaties, levels, taste, numbering.completions, values)

    if numbering.size < WORTH_THREADS:
        run(firsts)
        return values
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for _ in pool.map(run, [firsts[start::SHARES] for start in range(SHARES)]):
            pass
    return values


@jit
def extend(branch: Branch, depth: int, treaty: int, treaties: Treaties) -> None:
    """Put `treaty` at `depth` of the branch, and merge the states without and with its help."""
    branch.treaty[depth] = treaty
    branch.cost[depth] = branch.cost[depth - 1] + treaties.cost[treaty]
    half = 1 << (depth - 1)
    before = Atoms(branch.aid[half : 2 * half], branch.odds[half : 2 * half])
    after = Atoms(branch.aid[2 * half : 4 * half], branch.odds[2 * half : 4 * half])
    merge(before, half, treaties.aid[treaty], treaties.chance[treaty], after)


@jit
def evaluate(branch: Branch, depth: int, levels: Levels, taste: Taste, scratch: Scratch) -> None:
    """Write the value at each level of the structure at the end of the branch."""
    start = 1 << depth
    for k in range(start):
        scratch.atoms.odds[k] = branch.odds[start + k]
        tabulate(scratch.table, k, branch.aid[start + k], branch.cost[depth], levels, taste)
    decision_weights(taste, start, scratch.table.is_gain, scratch.table.is_loss, scratch.atoms)
    weighted_sums(start, scratch.table, scratch.atoms, scratch.total)


@jit
def number_at(branch: Branch, depth: int, completions: Ints, scratch: Scratch) -> int:
    """Return the number of the structure at the end of the branch."""
    scratch.labels[:] = 0
    for place in range(1, depth + 1):
        for i in range(scratch.labels.size):
            if branch.treaty[place] >> i & 1:
                scratch.labels[i] = place
    return number_of(scratch.labels, completions, scratch.names)


@jit
def tree_values(
    firsts: Ints, treaties: Treaties, levels: Levels, taste: Taste, completions: Ints, values: Array
) -> None:
    """Write the values of all structures whose first treaty is one of `firsts`.

    Parameters
    ----------
    firsts : ndarray of int
        Masks; 0 stands for the structure without treaties.
    values : ndarray, shape (levels, structures)
        Output.
    """
    n = completions.shape[0] - 1
    room = 1 << n
    branch = Branch(
        np.zeros(n + 1, np.int64),
        np.zeros(n + 1, np.float64),
        np.zeros(2 * room, np.float64),
        np.ones(2 * room, np.float64),
    )
    atoms = new_weights(room)
    atoms.rows[:] = np.arange(room)
    scratch = Scratch(
        Table(
            np.empty((room, levels.power.size), np.float64),
            np.zeros(room, np.bool_),
            np.zeros(room, np.bool_),
        ),
        atoms,
        np.zeros(n, np.int64),
        np.zeros(n + 2, np.int64),
        np.empty(levels.power.size, np.float64),
    )
    # candidates that later treaties may have, and the next of their sets to try, by depth
    free, untried = np.zeros(n + 1, np.int64), np.zeros(n + 1, np.int64)
    for first in firsts:
        depth = 0
        if first == 0:
            evaluate(branch, 0, levels, taste, scratch)
            values[:, 0] = scratch.total
            continue
        free[0], untried[0] = room - 1, first
        while depth >= 0:
            treaty = untried[depth]
            if treaty == 0:
                depth -= 1
                continue
            untried[depth] = 0 if depth == 0 else (treaty - 1) & free[depth]
            depth += 1
            extend(branch, depth, treaty, treaties)
            evaluate(branch, depth, levels, taste, scratch)
            values[:, number_at(branch, depth, completions, scratch)] = scratch.total
            earliest = treaty & -treaty
            free[depth] = free[depth - 1] & ~treaty & ~(2 * earliest - 1)
            untried[depth] = free[depth]
