"""The hegemon's value of every structure of the family `blocs`, at many levels at once.

Structures form a tree: the parent of one is what is left without its last treaty, treaties taken in
the order of their first candidates. The states of a structure, least aid first, are those of its
parent twice, without and with the help of the last treaty: a merge of two lists that are in order
already. So nothing is sorted, and the lists along one branch fit in the processor's cache.

The deployment that entrapping blocs leave free depends on their number alone: the list of a
structure with b blocs is read b + 1 times at once, each time lower by what that many tie down.

With k treaties, b of them blocs, a structure has (b + 1) 2^k states: 300 million in all over 11
candidates.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from games import AllianceGame
from games.alliance.payoffs import autonomy_given_up, by_common_shock, free_deployment
from games.arrays import Array, Bools, Ints
from solver.alliance.blocs.search import Numbering, number_of
from solver.alliance.hegemon import Frame
from solver.alliance.kernel import Levels
from solver.alliance.lattice import popcounts, subset_sums
from solver.alliance.stage import traits_of
from solver.alliance.tasks import in_threads
from solver.numerics.arrays import copy_to
from solver.numerics.jit import jit
from solver.prospects.compiled import (
    Taste,
    Weights,
    decision_weights,
    new_weights,
    taste_of,
    utility,
)

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
        Probability that it is, of a spoke while the common shock spares it.
    cost : ndarray
        Autonomy that the hegemon gives up by it.
    is_bloc : ndarray of bool
    """

    aid: Array
    chance: Array
    cost: Array
    is_bloc: Bools


class Shocks(NamedTuple):
    """What strikes treaties together.

    Attributes
    ----------
    common : float
        Probability that spokes can honour at all.
    shift, chance : ndarray, shape (b + 1, b + 1)
        For each number of blocs (rows) what so many of them that entrap take from the deployment,
        and the probability of that, most first; of no meaning right of the diagonal.
    """

    common: float
    shift: Array
    chance: Array


class Branch(NamedTuple):
    """The treaties from the root of the tree to a structure, and its states.

    The states at a depth d stand at the places 2^d to 2^(d + 1). `spared` are their odds while the
    common shock spares the spokes, `struck` while it does not.
    """

    treaty: Ints
    cost: Array
    blocs: Ints
    aid: Array
    spared: Array
    struck: Array


class Table(NamedTuple):
    """v by state and level, and whether a state is a gain (a loss) at any level."""

    v: Array
    is_gain: Bools
    is_loss: Bools


class Scratch(NamedTuple):
    """Room for one structure; `heads` and `nexts` for merging lists."""

    heads: Ints
    nexts: Array
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
    chance[single] = by_common_shock(own.reliability, shared.common_reliability)
    cost = autonomy_given_up(shared, single.astype(np.int64), [np.where(single, 0, sizes)])
    return Treaties(aid, chance, cost, sizes > 1)


def shocks_of(game: AllianceGame) -> Shocks:
    """Return what strikes the treaties of `game` together."""
    shared = game.parameters
    most = len(game.candidates) // 2 if shared.tied_down else 0
    shift, chance = np.zeros((2, most + 1, most + 1))
    for blocs in range(most + 1):
        free = free_deployment(shared, blocs)
        shift[blocs, : blocs + 1] = free.own - shared.deployment
        chance[blocs, : blocs + 1] = free.chance
    return Shocks(shared.common_reliability, shift, chance)


def hegemon_values(game: AllianceGame, frame: Frame, numbering: Numbering) -> Array:
    """Return the hegemon's value of every structure, shape (levels, structures).

    Threads share the tree by its first treaties; results do not depend on their number.
    """
    treaties, shocks, taste = treaties_of(game), shocks_of(game), taste_of(game.preference)
    levels = Levels(frame.power, frame.reference, game.parameters.deployment)
    values = np.empty((frame.power.size, numbering.size))

    def run(share: Ints) -> None:
        tree_values(share, treaties, shocks, levels, taste, numbering.completions, values)

    # each an array of its own: a strided view would be compiled for once more
    shares = [np.arange(start, treaties.aid.size, SHARES) for start in range(SHARES)]
    in_threads(run, shares, numbering.size >= WORTH_THREADS)
    return values


@jit
def extend(branch: Branch, depth: int, treaty: int, treaties: Treaties) -> None:
    """Put `treaty` at `depth` of the branch, and merge the states without and with its help."""
    branch.treaty[depth] = treaty
    branch.cost[depth] = branch.cost[depth - 1] + treaties.cost[treaty]
    branch.blocs[depth] = branch.blocs[depth - 1] + treaties.is_bloc[treaty]
    half = 1 << (depth - 1)
    gift, chance = treaties.aid[treaty], treaties.chance[treaty]
    struck = chance if treaties.is_bloc[treaty] else 0.0
    idle, acts, end = half, half, 2 * half
    for filled in range(end, 2 * end):
        if idle < end and branch.aid[idle] <= branch.aid[acts] + gift:
            branch.aid[filled] = branch.aid[idle]
            branch.spared[filled] = branch.spared[idle] * (1.0 - chance)
            branch.struck[filled] = branch.struck[idle] * (1.0 - struck)
            idle += 1
        else:
            branch.aid[filled] = branch.aid[acts] + gift
            branch.spared[filled] = branch.spared[acts] * chance
            branch.struck[filled] = branch.struck[acts] * struck
            acts += 1


@jit
def tabulate(table: Table, row: int, aid: float, lost: float, levels: Levels, taste: Taste) -> None:
    """Fill one row of the table: v of the outcome with this aid at each level."""
    own = max(levels.deployment + aid, 0.0)
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
def weighted_sums(count: int, table: Table, atoms: Weights, total: Array) -> None:
    """Write the value of a structure at each level to `total`."""
    total[:] = 0.0
    for k in range(count):
        as_gain, as_loss = atoms.gain[k], atoms.loss[k]
        for level in range(total.size):
            v = table.v[k, level]
            total[level] += (as_gain if v >= 0.0 else as_loss) * v


@jit
def evaluate(
    branch: Branch, depth: int, shocks: Shocks, levels: Levels, taste: Taste, scratch: Scratch
) -> None:
    """Write the value at each level of the structure at the end of the branch."""
    start = 1 << depth
    blocs = branch.blocs[depth] if shocks.shift.shape[0] > 1 else 0
    shifts, chances = shocks.shift[blocs], shocks.chance[blocs]
    for j in range(blocs + 1):
        scratch.heads[j] = start
        scratch.nexts[j] = branch.aid[start] + shifts[j]
    count = (blocs + 1) * start
    for k in range(count):
        j = 0
        for other in range(1, blocs + 1):
            if scratch.nexts[other] < scratch.nexts[j]:
                j = other
        head = scratch.heads[j]
        odds = shocks.common * branch.spared[head] + (1.0 - shocks.common) * branch.struck[head]
        scratch.atoms.odds[k] = odds * chances[j]
        tabulate(scratch.table, k, scratch.nexts[j], branch.cost[depth], levels, taste)
        head += 1
        scratch.heads[j] = head
        scratch.nexts[j] = branch.aid[head] + shifts[j] if head < 2 * start else np.inf
    decision_weights(taste, count, scratch.table.is_gain, scratch.table.is_loss, scratch.atoms)
    weighted_sums(count, scratch.table, scratch.atoms, scratch.total)


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
    firsts: Ints,
    treaties: Treaties,
    shocks: Shocks,
    levels: Levels,
    taste: Taste,
    completions: Ints,
    values: Array,
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
    branch = Branch(
        np.zeros(n + 1, np.int64),
        np.zeros(n + 1, np.float64),
        np.zeros(n + 1, np.int64),
        np.zeros(2 << n, np.float64),
        np.ones(2 << n, np.float64),
        np.ones(2 << n, np.float64),
    )
    # two candidates a bloc: (b + 1) 2^(n - b) states are most with no bloc or with one
    room = 1 << n
    atoms = new_weights(room)
    for row in range(room):
        atoms.rows[row] = row
    scratch = Scratch(
        np.zeros(shocks.shift.shape[0], np.int64),
        np.zeros(shocks.shift.shape[0], np.float64),
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
            evaluate(branch, 0, shocks, levels, taste, scratch)
            copy_to(values[:, 0], scratch.total)
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
            evaluate(branch, depth, shocks, levels, taste, scratch)
            number = number_at(branch, depth, completions, scratch)
            copy_to(values[:, number], scratch.total)
            earliest = treaty & -treaty
            free[depth] = free[depth - 1] & ~treaty & ~(2 * earliest - 1)
            untried[depth] = free[depth]
