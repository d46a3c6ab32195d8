"""Compiled: which states of nature a structure has, ranked by what they bring.

The aid of a set of spokes depends on neither bloc nor level, so the subsets of every spoke set are
ranked by aid once for each game (`SpokeSets`); the states of a structure are a merge of that list,
once for each thing that its bloc may do.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from games.arrays import Array, Ints
from solver.alliance.lattice import popcount
from solver.numerics.jit import jit
from solver.prospects.compiled import Weights

# Compiled: which treaties are honoured, ranked by the aid that this brings.


class SpokeSets(NamedTuple):
    """The subsets of every set of spokes, least aid first; of many games, a row for each.

    Attributes
    ----------
    ranked : ndarray of int, shape (2^n,)
        All sets of candidates, as masks, by the aid they bring as spokes.
    aid : ndarray, shape (2^n,)
        That aid, in the same order.
    starts : ndarray of int, shape (2^n + 1,)
        Where the list of each spoke set, by mask, begins: the same in all games of n candidates.
    ranks : ndarray of int, shape (3^n,)
        Positions in `ranked` of the spoke set's subsets.
    helps : ndarray, shape (3^n,)
        Aid of these subsets.
    chances : ndarray, shape (3^n,)
        Probability that just this subset of the spoke set honours.
    """

    ranked: Ints
    aid: Array
    starts: Ints
    ranks: Ints
    helps: Array
    chances: Array


class Atoms(NamedTuple):
    """Room for aid, least first, and its odds."""

    aid: Array
    odds: Array


@jit
def new_atoms(room: int) -> Atoms:
    """Return room for so many atoms."""
    return Atoms(np.empty(room, np.float64), np.empty(room, np.float64))


def spoke_sets(sums: Array, reliability: Array, common: Array) -> SpokeSets:
    """Return the subsets of every set of spokes, in each of some games.

    Parameters
    ----------
    sums : ndarray, shape (games, 2^n)
        Aid of each set of candidates as spokes, by mask.
    reliability : ndarray, shape (games, n)
        Probability that each spoke honours while their common shock spares them.
    common : ndarray, shape (games,)
        Probability that it does; else none honours.
    """
    ranked = np.argsort(sums, axis=1, kind="stable")
    starts, ranks, chances = list_subsets(ranked, reliability, common)
    aid = np.take_along_axis(sums, ranked, axis=1)
    return SpokeSets(ranked, aid, starts, ranks, np.take_along_axis(aid, ranks, axis=1), chances)


@jit
def list_subsets(ranked: Ints, reliability: Array, common: Array) -> tuple[Ints, Ints, Array]:
    """Return `starts`, `ranks` and `chances` of `SpokeSets`, in each game."""
    games, width = ranked.shape
    starts = np.zeros(width + 1, np.int64)
    for spokes in range(width):
        starts[spokes + 1] = starts[spokes] + (1 << popcount(spokes))
    ranks = np.empty((games, starts[width]), np.int64)
    chances = np.empty((games, starts[width]), np.float64)
    for game in range(games):
        filled = starts[:-1].copy()
        for rank in range(width):
            subset = ranked[game, rank]
            # every set of spokes that holds the subset
            others = width - 1 - subset
            more = others
            while True:
                spokes = subset | more
                ranks[game, filled[spokes]] = rank
                chances[game, filled[spokes]] = chance_of(
                    subset, spokes, reliability[game], common[game]
                )
                filled[spokes] += 1
                if more == 0:
                    break
                more = (more - 1) & others
    return starts, ranks, chances


@jit
def chance_of(helpers: int, spokes: int, reliability: Array, common: float) -> float:
    """Return the probability that just these of the spokes honour."""
    chance = common
    for i in range(reliability.size):
        if spokes >> i & 1:
            chance *= reliability[i] if helpers >> i & 1 else 1.0 - reliability[i]
    return chance + (1.0 - common) if helpers == 0 else chance


@jit
def set_of(sets: SpokeSets, game: int) -> SpokeSets:
    """Return the subsets of every set of spokes in one game."""
    return SpokeSets(
        sets.ranked[game],
        sets.aid[game],
        sets.starts,
        sets.ranks[game],
        sets.helps[game],
        sets.chances[game],
    )


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


@jit
def added(blocs: Blocs, which: int, side: int) -> float:
    """Return what a side of a bloc adds to deployment and the spokes' aid."""
    aid = blocs.aid[which] if side % 2 == 1 else 0.0
    return aid - blocs.tied if side >= 2 else aid


@jit
def list_states(
    sets: SpokeSets, spokes: int, gift: float, tied: float, chances: Array, atoms: Weights
) -> int:
    """List the states of a structure, worst first, and return their number.

    Parameters
    ----------
    gift : float
        Aid of the bloc when it acts.
    tied : float
        Deployment that it ties down when it entraps.
    chances : ndarray, shape (sides,)
        As in `Blocs`.
    atoms : Weights
        Output: the odds of each state; and its row, which is the spokes' rank and as many times
        2^n more as its side.
    """
    first, end = sets.starts[spokes], sets.starts[spokes + 1]
    sides, width = chances.size, sets.ranked.size
    # taken out of their tuples, whose references would be counted in loops
    ranks, helps, honoured = sets.ranks, sets.helps, sets.chances
    rows, odds, places, own = atoms.rows, atoms.odds, atoms.places, atoms.up_to
    if sides == 1:
        for k in range(first, end):
            rows[k - first] = ranks[k]
            odds[k - first] = honoured[k]
        return int(end - first)
    # Both merges go without branches, which could not be predicted; what lags behind cannot end
    # before the other. The bloc idle or acting: places in the spokes' list, doubled, 1 if it acts.
    idle, acts, filled = first, first, 2 * (end - first)
    for k in range(filled):
        place = min(idle, end - 1)
        without, with_ = helps[place], helps[acts] + gift
        is_idle = (idle < end) & (without <= with_)
        own[k] = without if is_idle else with_
        places[k] = 2 * place if is_idle else 2 * acts + 1
        idle += 1 if is_idle else 0
        acts += 0 if is_idle else 1
    if sides == 2:
        for k in range(filled):
            at, side = places[k] >> 1, places[k] & 1
            rows[k] = side * width + ranks[at]
            odds[k] = honoured[at] * chances[side]
        return int(filled)
    # the same list once more, with less deployment
    entraps, free = 0, 0
    for k in range(2 * filled):
        low = min(entraps, filled - 1)
        does = (entraps < filled) & (own[low] - tied <= own[free])
        place = places[low] if does else places[free]
        side = (place & 1) + (2 if does else 0)
        at = place >> 1
        rows[k] = side * width + ranks[at]
        odds[k] = honoured[at] * chances[side]
        entraps += 1 if does else 0
        free += 0 if does else 1
    return int(2 * filled)


@jit
def list_atoms(sets: SpokeSets, spokes: int, blocs: Blocs, which: int, atoms: Weights) -> int:
    """List the states of a structure with one of `blocs`; see `list_states`."""
    return list_states(sets, spokes, blocs.aid[which], blocs.tied, blocs.chances, atoms)
