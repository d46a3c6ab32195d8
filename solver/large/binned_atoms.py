"""Compiled: bounds on the hegemon's value of one structure from a binned distribution of aid.

Cumulative prospect theory respects first-order stochastic dominance (Tversky & Kahneman 1992): who
gets less aid in every state values the prospect no more. So if states are put together in bins, and
every state of a bin is given the least aid in it, the value is a lower bound; with the greatest aid
it is an upper bound. Spokes join one after the other, and the list is cut down to `bins` bins of
equal width whenever it has grown longer. A list that never grew longer is exact up to rounding.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from games.arrays import Array, Ints
from solver._jit import jit
from solver.subsets import Atoms, merge
from solver.weights import Taste, utility, weight

# What rounding can do. Sums of odds are compensated, so odds are right to some 60 units in the last
# place; steep weightings multiply that by some 40. Outcomes are right to some 20 units.
VALUE_ROUNDING = 1e-12
OUTCOME_ROUNDING = 1e-14


class Setting(NamedTuple):
    """A game at one threat level, as numbers; candidates in the order of the game.

    Attributes
    ----------
    aid, reliability : ndarray, shape (n,)
        Aid of each candidate as a spoke, and the probability that it honours.
    share : ndarray, shape (n,)
        Aid of each candidate as a member of a bloc that acts.
    by_aid, by_reliability, by_worth : ndarray of int, shape (n,)
        Candidates by `aid`, by `reliability` and by the product of both, the greatest first.
    """

    power: float
    reference: float
    deployment: float
    cohesion: float
    k_bilateral: float
    k_bloc: float
    k_multilateral: float
    aid: Array
    reliability: Array
    share: Array
    by_aid: Ints
    by_reliability: Ints
    by_worth: Ints
    taste: Taste


class Work(NamedTuple):
    """Scratch for one structure."""

    gifts: Atoms
    store: Atoms
    spare: Atoms
    up_to: Array
    from_on: Array


@jit
def room_for(bins: int, n: int) -> Work:
    """Return scratch for lists of up to `bins` + 1 states of spokes."""
    room = 2 * bins + 4
    return Work(
        Atoms(np.empty(n, np.float64), np.empty(n, np.float64)),
        Atoms(np.empty(room, np.float64), np.empty(room, np.float64)),
        Atoms(np.empty(room, np.float64), np.empty(room, np.float64)),
        np.empty(room + 1, np.float64),
        np.empty(room + 1, np.float64),
    )


@jit
def cut_down(source: Atoms, count: int, bins: int, upward: bool, target: Atoms) -> int:
    """Write `source` in no more than `bins` + 1 bins, and return in how many.

    Parameters
    ----------
    upward : bool
        Whether a bin has the greatest aid of its states, and not the least.
    """
    width = (source.aid[count - 1] - source.aid[0]) / bins if count > bins else -1.0
    place, start, missing = -1, 0.0, 0.0
    for k in range(count):
        if k == 0 or source.aid[k] > start + width:
            place += 1
            start, missing = source.aid[k], 0.0
            target.aid[place], target.odds[place] = start, source.odds[k]
            continue
        if upward:
            target.aid[place] = source.aid[k]
        term = source.odds[k] - missing  # compensated sum (Kahan 1965)
        total = target.odds[place] + term
        missing = (total - target.odds[place]) - term
        target.odds[place] = total
    return place + 1


@jit
def spread(spokes: int, bins: int, upward: bool, work: Work) -> int:
    """Write the states of the first `spokes` of `work.gifts` to `work.store`; return how many."""
    work.store.aid[0], work.store.odds[0] = 0.0, 1.0
    count = 1
    for k in range(spokes):
        count = merge(work.store, count, work.gifts.aid[k], work.gifts.odds[k], work.spare)
        count = cut_down(work.spare, count, bins, upward, work.store)
    return count


@jit
def accumulate(odds: Array, count: int, up_to: Array, from_on: Array) -> None:
    """Write the sums of `odds` before each place and from it on, compensated (Kahan 1965)."""
    up_to[0], from_on[count] = 0.0, 0.0
    missing = 0.0
    for k in range(count):
        term = odds[k] - missing
        up_to[k + 1] = up_to[k] + term
        missing = (up_to[k + 1] - up_to[k]) - term
    missing = 0.0
    for k in range(count - 1, -1, -1):
        term = odds[k] - missing
        from_on[k] = from_on[k + 1] + term
        missing = (from_on[k] - from_on[k + 1]) - term


@jit
def gain_of(aid: float, lost: float, setting: Setting) -> float:
    """Return the outcome with this aid, less the reference."""
    own = setting.deployment + aid
    total = own + setting.power
    secured = own / total if total > 0.0 else 1.0
    return secured - lost - setting.reference


@jit
def bound(count: int, bloc: int, lost: float, upward: bool, setting: Setting, work: Work) -> float:
    """Return a bound on the value of the spokes' states in `work.store` beside a bloc.

    Parameters
    ----------
    bloc : int
        Mask of its members; 0 for none.
    lost : float
        Autonomy given up.
    upward : bool
        Whether the bound is from above.
    """
    taste, atoms = setting.taste, work.store
    if bloc:
        gift = 0.0
        for i in range(setting.share.size):
            if bloc >> i & 1:
                gift += setting.share[i]
        count = merge(work.store, count, gift, setting.cohesion, work.spare)
        atoms = work.spare
    accumulate(atoms.odds, count, work.up_to, work.from_on)
    sign = 1.0 if upward else -1.0
    nudge = sign * OUTCOME_ROUNDING * (1.0 + abs(setting.reference) + lost)
    value, missing, before = 0.0, 0.0, 0.0
    largest = 0.0
    k = 0
    while k < count:
        gain = gain_of(atoms.aid[k], lost, setting) + nudge
        if gain >= 0.0:
            break
        after = weight(taste.losses, work.up_to[k + 1], work.from_on[k + 1])
        worth = utility(taste, gain)
        largest = max(largest, abs(worth))
        term = (after - before) * worth - missing
        total = value + term
        missing = (total - value) - term
        value, before = total, after
        k += 1
    first_gain, before = k, 0.0
    for k in range(count - 1, first_gain - 1, -1):
        after = weight(taste.gains, work.from_on[k], work.up_to[k])
        worth = utility(taste, gain_of(atoms.aid[k], lost, setting) + nudge)
        largest = max(largest, abs(worth))
        term = (after - before) * worth - missing
        total = value + term
        missing = (total - value) - term
        value, before = total, after
    return value + sign * VALUE_ROUNDING * largest
