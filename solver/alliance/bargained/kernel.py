"""Compiled: the burdens that all bargains of every structure settle on.

For each structure the hegemon's lottery, with and without each treaty, is listed once; then its
treaties bargain in turn until none changes (`games.alliance.negotiation`). The lists have
2^spokes * 2 (with a bloc) atoms, and a sweep over the treaties reads them some 150 times for each.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from games.arrays import Array, Bools, Ints
from solver.alliance.kernel import (
    Blocs,
    Levels,
    SpokeSets,
    list_atoms,
    secure,
)
from solver.alliance.lattice import popcount, unpack_bits
from solver.numerics.jit import jit
from solver.prospects.compiled import Taste, Weights, decision_weights, new_weights, utility

# One treaty's bargain over the total of its burdens: the second statement, for speed, of
# `games.alliance.negotiation`, where the rules are explained. Tests hold the two together.

NASH, KALAI_SMORODINSKY, RUBINSTEIN = 0, 1, 2

_GRID, _STEPS = 64, 80
_EXACT = 1e-12
# the slope of the value function has no bound at the reference point
_STEEP = 1e12


class Lottery(NamedTuple):
    """Some gains, least first, with the decision weights that they have as gains and as losses.

    All arrays have shape (count,).
    """

    gains: Array
    as_gain: Array
    as_loss: Array


class Talks(NamedTuple):
    """One treaty's bargain.

    Attributes
    ----------
    lottery : Lottery
        The hegemon's gains under the whole structure, before burdens.
    taste : Taste
    offered : float
        The other treaties' burdens and all that this one's members are willing to pay.
    without : float
        The value to the hegemon if the treaty fails.
    members : int
    rule : int
    patience : float
    """

    lottery: Lottery
    taste: Taste
    offered: float
    without: float
    members: int
    rule: int
    patience: float


@jit
def worth(lottery: Lottery, taste: Taste, received: float) -> float:
    """Return the value of a lottery when all its gains rise by `received`."""
    total = 0.0
    for k in range(lottery.gains.size):
        gain = lottery.gains[k] + received
        weight = lottery.as_gain[k] if gain >= 0.0 else lottery.as_loss[k]
        total += weight * utility(taste, gain)
    return total


@jit
def slope(lottery: Lottery, taste: Taste, received: float) -> float:
    """Return the derivative of `worth` by what is received."""
    total = 0.0
    for k in range(lottery.gains.size):
        gain = lottery.gains[k] + received
        if gain > 0.0:
            rise = taste.alpha * gain ** (taste.alpha - 1.0)
        elif gain < 0.0:
            rise = taste.loss_aversion * taste.beta * (-gain) ** (taste.beta - 1.0)
        else:
            rise = _STEEP
        weight = lottery.as_gain[k] if gain >= 0.0 else lottery.as_loss[k]
        total += weight * min(rise, _STEEP)
    return total


@jit
def gain_of(talks: Talks, kept: float) -> float:
    """Return what the hegemon gains by the treaty if its members keep that much in all."""
    return worth(talks.lottery, talks.taste, talks.offered - kept) - talks.without


@jit
def balance(talks: Talks, kept: float, most: float, best: float, which: int) -> float:
    """Return what is 0 where a rule is met, above 0 where the allies should keep more.

    `which` is a rule's code, or -1 for the hegemon's gain itself.
    """
    if which == NASH:
        own = gain_of(talks, kept)
        rise = slope(talks.lottery, talks.taste, talks.offered - kept)
        return talks.members * own - kept * rise
    if which == KALAI_SMORODINSKY:
        return gain_of(talks, kept) / best - kept / (talks.members * most)
    if which == RUBINSTEIN:
        later = kept * (1.0 + (1.0 / talks.patience - 1.0) / talks.members)
        return gain_of(talks, later) - talks.patience * gain_of(talks, kept)
    return gain_of(talks, kept)


@jit
def root(talks: Talks, low: float, high: float, most: float, best: float, which: int) -> float:
    """Return where `balance` falls to 0 between two ends, by the Illinois method with halving."""
    at_low = balance(talks, low, most, best, which)
    at_high = balance(talks, high, most, best, which)
    if at_low <= 0.0:
        return low
    if at_high >= 0.0:
        return high
    side = 0
    for step in range(_STEPS):
        if high - low <= _EXACT:
            break
        middle = (low * at_high - high * at_low) / (at_high - at_low)
        if step % 3 == 2 or not low < middle < high:
            middle = (low + high) / 2.0
        here = balance(talks, middle, most, best, which)
        if here > 0.0:
            low, at_low = middle, here
            if side == 1:
                at_high /= 2.0
            side = 1
        else:
            high, at_high = middle, here
            if side == -1:
                at_low /= 2.0
            side = -1
    return (low + high) / 2.0


@jit
def most_kept(talks: Talks) -> float:
    """Return the most that the allies can keep with the hegemon no worse off."""
    if gain_of(talks, 0.0) <= 0.0:
        return 0.0
    low, high = 0.0, max(abs(talks.offered), 1e-3)
    while gain_of(talks, high) > 0.0:
        low, high = high, 2.0 * high
    return root(talks, low, high, 0.0, 0.0, -1)


@jit
def kept_by_allies(talks: Talks) -> float:
    """Return what the allies of the treaty keep in all, under its rule."""
    most = most_kept(talks)
    if most <= 0.0:
        return 0.0
    best = gain_of(talks, 0.0)
    if talks.rule == KALAI_SMORODINSKY:
        return root(talks, 0.0, most, most, best, talks.rule)
    step = most / _GRID
    if talks.rule == RUBINSTEIN:
        k = 1
        while k < _GRID and balance(talks, k * step, most, best, talks.rule) > 0.0:
            k += 1
        return root(talks, (k - 1) * step, k * step, most, best, talks.rule)
    peak, top = 0, -np.inf
    for k in range(1, _GRID):
        share = k / _GRID
        product = gain_of(talks, k * step) * share**talks.members
        if product > top:
            peak, top = k, product
    return root(talks, (peak - 1) * step, (peak + 1) * step, most, best, talks.rule)


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
        A code of `solver.alliance.bargained.kernel`.
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
