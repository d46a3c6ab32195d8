"""Compiled: the burdens that all bargains of every structure settle on.

For each structure the hegemon's lottery, with and without each treaty, is listed once; then its
treaties bargain in turn until none changes (`games.negotiation`). The lists have
2^spokes * 2 (with a bloc) atoms, and a sweep over the treaties reads them some 150 times for each.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from games.arrays import Array, Bools, Ints
from solver._jit import jit
from solver.bargaining.bargain_kernel import Lottery, Talks, kept_by_allies, worth
from solver.burden_kernel import secure
from solver.kernel import Blocs, Levels, list_atoms, unpack_bits
from solver.subsets import SpokeSets, popcount
from solver.weights import Taste, Weights, decision_weights, new_weights

_SWEEPS, _DAMPED_FROM, _SETTLED = 120, 20, 1e-10


class Terms(NamedTuple):
    """What the bargains are about: one threat level of one game.

    Attributes
    ----------
    levels : Levels
        One level.
    taste : Taste
    spoke : ndarray, shape (n,)
        What each candidate is willing to pay as a spoke.
    bloc : ndarray, shape (2^n, n)
        In each bloc; 0 for who is outside it.
    rule : int
        A code of `solver.bargaining.bargain_kernel`.
    patience : float
    """

    levels: Levels
    taste: Taste
    spoke: Array
    bloc: Array
    rule: int
    patience: float


class Settled(NamedTuple):
    """Output for every structure.

    Attributes
    ----------
    values : ndarray, shape (structures,)
        The hegemon's.
    burdens : ndarray, shape (structures, n)
        0 for who has no treaty.
    residual : ndarray, shape (structures,)
        How far any treaty's total was still moving.
    """

    values: Array
    burdens: Array
    residual: Array


@jit
def list_lottery(
    sets: SpokeSets,
    spokes: int,
    blocs: Blocs,
    which: int,
    gains: Array,
    either: Bools,
    atoms: Weights,
    taste: Taste,
) -> Lottery:
    """Return the hegemon's lottery under a structure, before burdens."""
    acting = sets.ranked.size + np.arange(sets.ranked.size)
    count = list_atoms(sets, spokes, blocs, which, acting, atoms)
    decision_weights(taste, count, either, either, atoms)
    lost = blocs.lost[popcount(spokes)]
    listed = Lottery(np.empty(count), np.empty(count), np.empty(count))
    for k in range(count):
        listed.gains[k] = gains[atoms.rows[k], 0] - lost
        listed.as_gain[k] = atoms.gain[k]
        listed.as_loss[k] = atoms.loss[k]
    return listed


@jit
def settle(
    whole: Lottery, parts: list[Lottery], willing: Array, members: Ints, terms: Terms
) -> tuple[Array, float]:
    """Return each treaty's total of burdens, and how far any of them was still moving.

    Parameters
    ----------
    parts : list of Lottery
        The lottery without each treaty.
    willing : ndarray, shape (treaties,)
        What the members of each are willing to pay in all.
    members : ndarray of int, shape (treaties,)
    """
    totals = willing.copy()
    moved = 0.0
    for sweep in range(_SWEEPS):
        moved = 0.0
        for t in range(totals.size):
            elsewhere = totals.sum() - totals[t]
            talks = Talks(
                whole,
                terms.taste,
                elsewhere + willing[t],
                worth(parts[t], terms.taste, elsewhere),
                members[t],
                terms.rule,
                terms.patience,
            )
            change = willing[t] - kept_by_allies(talks) - totals[t]
            moved = max(moved, abs(change))
            # bargains that chase one another settle if they give way by half
            totals[t] += change if sweep < _DAMPED_FROM else change / 2.0
        if moved <= _SETTLED:
            break
    return totals, moved


@jit
def negotiated_values(
    blocs: Blocs, none: Blocs, sets: SpokeSets, terms: Terms, settled: Settled
) -> None:
    """Write what the bargains of all structures with one of `blocs` settle on.

    Parameters
    ----------
    none : Blocs
        The empty bloc alone.
    """
    subsets = sets.ranked.size
    n = blocs.lost.size - 1
    gains = np.empty((2 * subsets, 1), np.float64)
    either = np.ones(2 * subsets, np.bool_)
    atoms = new_weights(2 * subsets)
    for rank in range(subsets):
        secure(gains, rank, sets.aid[rank], terms.levels)
    for which in range(blocs.masks.size):
        bloc = blocs.masks[which]
        for rank in range(subsets):
            secure(gains, subsets + rank, sets.aid[rank] + blocs.aid[which], terms.levels)
        for packed in range(1 << (n - blocs.size)):
            spokes = unpack_bits(packed, ~bloc, n)
            whole = list_lottery(sets, spokes, blocs, which, gains, either, atoms, terms.taste)
            # a list is typed by what it first holds
            parts = [whole for _ in range(0)]
            treaties = popcount(spokes) + (1 if blocs.size else 0)
            willing = np.empty(treaties, np.float64)
            members = np.ones(treaties, np.int64)
            t = 0
            if blocs.size:
                willing[t], members[t] = terms.bloc[bloc].sum(), blocs.size
                parts.append(list_lottery(sets, spokes, none, 0, gains, either, atoms, terms.taste))
                t += 1
            for i in range(n):
                if spokes >> i & 1:
                    willing[t] = terms.spoke[i]
                    rest = spokes & ~(1 << i)
                    parts.append(
                        list_lottery(sets, rest, blocs, which, gains, either, atoms, terms.taste)
                    )
                    t += 1
            totals, moved = settle(whole, parts, willing, members, terms)
            place = blocs.starts[which] + packed
            settled.values[place] = worth(whole, terms.taste, totals.sum())
            settled.residual[place] = moved
            t = 0
            if blocs.size:
                each = (willing[0] - totals[0]) / blocs.size
                for i in range(n):
                    if bloc >> i & 1:
                        settled.burdens[place, i] = terms.bloc[bloc, i] - each
                t = 1
            for i in range(n):
                if spokes >> i & 1:
                    settled.burdens[place, i] = totals[t]
                    t += 1
