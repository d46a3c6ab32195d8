"""Compiled: which treaties are honoured, ranked by the aid that this brings."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from games.arrays import Array, Ints
from solver._jit import jit


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
def popcount(mask: int) -> int:
    """Return the number of set bits."""
    count = 0
    while mask:
        mask &= mask - 1
        count += 1
    return count


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
