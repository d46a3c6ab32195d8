"""Compiled: the hegemon's value of a structure given by type counts, exact and bounded from above.

The exact value needs all atoms, ranked by aid. A bound needs few: aid is rounded up to a grid, and
the thin lower tail of each binomial is moved up to where it stops to matter. Both give a prospect
that dominates the true one by the first order, and cumulative prospect theory respects that.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from games import AllianceGame
from games.alliance.payoffs import projected_power
from games.arrays import Array, Ints
from solver.numerics.jit import jit
from solver.prospects.compiled import Taste, taste_of, utility
from solver.prospects.weighting import weight

TAIL = 1e-17


class AtThreat(NamedTuple):
    """What turns aid into value: adversary's power, reference point, and what is fixed.

    `tied` is the deployment that the bloc ties down if it entraps, `common` the probability that
    spokes can honour at all.
    """

    power: float
    reference: float
    deployment: float
    cohesion: float
    entrapment: float
    tied: float
    common: float
    taste: Taste


def level_of(game: AllianceGame, reference: float) -> AtThreat:
    """Return what turns aid into value in `game`, given the reference point."""
    shared = game.parameters
    return AtThreat(
        projected_power(game, game.threat),
        reference,
        shared.deployment,
        shared.cohesion,
        shared.entrapment,
        shared.tied_down,
        shared.common_reliability,
        taste_of(game.preference),
    )


class Ranked(NamedTuple):
    """Aid of the spokes in each state, least first, and the chance of it; shape (atoms,)."""

    aid: Array
    odds: Array


@jit
def outcome(aid: float, lost: float, level: AtThreat) -> float:
    """Return security less autonomy less the reference point."""
    own = max(level.deployment + aid, 0.0)
    total = own + level.power
    return (own / total if total > 0.0 else 1.0) - lost - level.reference


@jit
def ranked_value(aid: Array, odds: Array, lost: float, level: AtThreat) -> float:
    """Return the value of a prospect over atoms that stand least aid first.

    A loss weighs w-(P(at least as bad)) - w-(P(worse)), a gain w+(P(at least as good)) -
    w+(P(better)) (Tversky & Kahneman 1992, eqs. 1-2). Both cumulative sums run from their own end,
    so that each is precise where it is small.
    """
    return value_within(aid, odds, aid.size, np.empty(aid.size + 1), lost, level)


@jit
def value_within(
    aid: Array, odds: Array, count: int, from_on: Array, lost: float, level: AtThreat
) -> float:
    """Return `ranked_value` of the first `count` atoms, with `from_on` as scratch."""
    taste = level.taste
    from_on[count] = 0.0
    for k in range(count - 1, -1, -1):
        from_on[k] = from_on[k + 1] + odds[k]
    value, up_to, before, k = 0.0, 0.0, 0.0, 0
    while k < count:
        gain = outcome(aid[k], lost, level)
        if gain >= 0.0:
            break
        if odds[k] > 0.0:
            up_to += odds[k]
            after = weight(taste.losses, up_to, from_on[k + 1])
            value += (after - before) * utility(taste, gain)
            before = after
        k += 1
    before = weight(taste.gains, from_on[k], up_to)
    while k < count:
        if odds[k] > 0.0:
            up_to += odds[k]
            after = weight(taste.gains, from_on[k + 1], up_to)
            value += (before - after) * utility(taste, outcome(aid[k], lost, level))
            before = after
        k += 1
    return value


@jit
def value_beside(idle: Ranked, acts: Ranked, gift: float, lost: float, level: AtThreat) -> float:
    """Return the value of spokes beside a bloc that gives `gift` if it acts.

    Parameters
    ----------
    idle, acts : Ranked
        The spokes while the bloc idles, and while it acts; the same unless a bound is asked for.
    gift : float
        Below 0 if there is no bloc.
    """
    if gift < 0.0:
        return ranked_value(idle.aid, idle.odds, lost, level)
    first, second = idle.aid.size, acts.aid.size
    both, chance = np.empty(first + second), np.empty(first + second)
    i, j = 0, 0
    for place in range(both.size):
        if j == second or (i < first and idle.aid[i] <= acts.aid[j] + gift):
            both[place], chance[place] = idle.aid[i], idle.odds[i] * (1.0 - level.cohesion)
            i += 1
        else:
            both[place], chance[place] = acts.aid[j] + gift, acts.odds[j] * level.cohesion
            j += 1
    if level.tied > 0.0:
        both, chance = entrapped(both, chance, level)
    return ranked_value(both, chance, lost, level)


@jit
def entrapped(aid: Array, odds: Array, level: AtThreat) -> tuple[Array, Array]:
    """Return atoms that stand least aid first, with a bloc's quarrels and without."""
    count = aid.size
    both, chance = np.empty(2 * count), np.empty(2 * count)
    i, j = 0, 0
    for place in range(2 * count):
        if j == count or (i < count and aid[i] - level.tied <= aid[j]):
            both[place], chance[place] = aid[i] - level.tied, odds[i] * level.entrapment
            i += 1
        else:
            both[place], chance[place] = aid[j], odds[j] * (1.0 - level.entrapment)
            j += 1
    return both, chance


@jit
def struck(aid: Array, odds: Array, common: float) -> tuple[Array, Array]:
    """Return the spokes' atoms with the common shock that leaves no aid, least aid first."""
    if common == 1.0:
        return aid, odds
    both, chance = np.zeros(aid.size + 1), np.empty(aid.size + 1)
    both[1:], chance[1:] = aid, common * odds
    chance[0] = 1.0 - common
    return both, chance


@jit
def values_beside(
    spokes: Ranked, gifts: Array, costs: Array, level: AtThreat, values: Array
) -> None:
    """Write the values of one set of spokes beside several blocs."""
    for place in range(gifts.size):
        values[place] = value_beside(spokes, spokes, gifts[place], costs[place], level)


@jit
def binned_spokes(
    numbers: Ints, unit: Array, kinds: Ints, odds: Array, bins: int, common: float
) -> Ranked:
    """Return atoms that dominate the aid of groups of spokes by the first order.

    Parameters
    ----------
    numbers : ndarray of int, shape (groups,)
        Spokes in each group.
    unit : ndarray, shape (groups,)
        Aid of one honouring spoke.
    kinds : ndarray of int, shape (groups,)
    odds : ndarray, shape (rates, m + 1, m + 1)
        Chance of j honouring spokes in a group of k, at [kind, k, j].
    bins : int
        Length of the grid; more than the groups.
    common : float
        Probability that spokes can honour at all.
    """
    groups = numbers.size
    cut, lump = np.zeros(groups, np.int64), np.zeros(groups)
    base, span = 0.0, 0.0
    for g in range(groups):
        lump[g] = odds[kinds[g], numbers[g], 0]
        while cut[g] < numbers[g] and lump[g] < TAIL:
            cut[g] += 1
            lump[g] += odds[kinds[g], numbers[g], cut[g]]
        base += unit[g] * cut[g]
        span += unit[g] * (numbers[g] - cut[g])
    step = span / (bins - groups - 1)
    dense = np.zeros(bins)
    dense[0] = 1.0
    length = 1
    for g in range(groups):
        if numbers[g] == 0:
            continue
        fresh = np.zeros(bins)
        offset = 0
        for number in range(cut[g], numbers[g] + 1):
            chance = lump[g] if number == cut[g] else odds[kinds[g], numbers[g], number]
            if step > 0.0:
                offset = int(np.ceil(unit[g] * (number - cut[g]) / step))
            for place in range(length):
                fresh[place + offset] += chance * dense[place]
        length += offset
        dense = fresh
    aid = np.empty(length)
    for place in range(length):
        aid[place] = base + step * place
    both, chances = struck(aid, dense[:length], common)
    return Ranked(both, chances)
