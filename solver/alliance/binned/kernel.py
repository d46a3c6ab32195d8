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
from numpy.typing import NDArray

from games.arrays import Array, Ints
from solver.alliance.kernel import Atoms, merge, new_atoms
from solver.alliance.lattice import popcount
from solver.numerics.jit import jit
from solver.prospects.compiled import Taste, utility
from solver.prospects.weighting import weight

# What rounding can do. Sums of odds are compensated, so odds are right to some 60 units in the last
# place; steep weightings multiply that by some 40. Outcomes are right to some 20 units.
VALUE_ROUNDING = 1e-12
OUTCOME_ROUNDING = 1e-14


class Setting(NamedTuple):
    """A game at one threat level, as numbers; candidates in the order of the game.

    Attributes
    ----------
    lost : ndarray, shape (n + 1, n + 1)
        Autonomy given up, by the number of members of the bloc and of spokes.
    entrapment, tied : float
        Probability that a bloc entraps, and the deployment that it then ties down.
    common : float
        Probability that spokes can honour at all.
    aid, reliability : ndarray, shape (n,)
        Aid of each candidate as a spoke, and the probability that it honours while the common shock
        spares it.
    share : ndarray, shape (n,)
        Aid of each candidate as a member of a bloc that acts.
    by_aid, by_reliability, by_worth : ndarray of int, shape (n,)
        Candidates by `aid`, by `reliability` and by the product of both, the greatest first.
    """

    power: float
    reference: float
    deployment: float
    cohesion: float
    entrapment: float
    tied: float
    common: float
    lost: Array
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
    last: Atoms
    up_to: Array
    from_on: Array


@jit
def room_for(bins: int, n: int) -> Work:
    """Return scratch for lists of up to `bins` + 1 states of spokes."""
    room = 4 * bins + 8
    return Work(
        new_atoms(n),
        new_atoms(room),
        new_atoms(room),
        new_atoms(room),
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
def spread(spokes: int, bins: int, upward: bool, common: float, work: Work) -> int:
    """Write the states of the first `spokes` of `work.gifts` to `work.store`; return how many."""
    work.store.aid[0], work.store.odds[0] = 0.0, 1.0
    count = 1
    for k in range(spokes):
        count = merge(work.store, count, work.gifts.aid[k], work.gifts.odds[k], work.spare)
        count = cut_down(work.spare, count, bins, upward, work.store)
    if common < 1.0:
        # the first state has as little aid as none at all, or is counted as what has a little more
        for k in range(count):
            work.store.odds[k] *= common
        work.store.odds[0] += 1.0 - common
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
    own = max(setting.deployment + aid, 0.0)
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
        if setting.tied > 0.0:
            for k in range(count):
                work.spare.aid[k] -= setting.tied
            freed = 1.0 - setting.entrapment
            count = merge(work.spare, count, setting.tied, freed, work.last)
            atoms = work.last
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


# Compiled: bounds on whole sets of structures, and how to cut such a set in two.
#
# A *node* stands for the structures with one bloc whose spokes are all of `chosen` and `extra`
# more candidates of `free`. The autonomy that they cost is one and the same. Two facts bound what
# they are worth, both from first-order stochastic dominance:
#
# 1. Take the `extra` greatest aids among the free and pair them, greatest first, with the `extra`
#    greatest reliabilities. No choice of `extra` free candidates does better: to give the more
#    reliable of two spokes the greater aid raises the chance of every level of aid, and so does
#    raising an aid or a reliability. If the pairs are real candidates, the bound is attained.
# 2. If candidate j aids as much as i and is as reliable, a structure with the spoke i and without a
#    treaty with j is worth no more than the one with j in the place of i.


class Nodes(NamedTuple):
    """Sets of structures; masks over the game's candidates, shape (m,) each.

    Attributes
    ----------
    bloc, chosen, free : ndarray of int
    extra : ndarray of int
        How many of `free` join; fewer than there are, or 0 of none.
    """

    bloc: Ints
    chosen: Ints
    free: Ints
    extra: Ints


class Bounds(NamedTuple):
    """What is known of nodes, shape (m,) each.

    Attributes
    ----------
    upper : ndarray
        No structure of the node is worth more.
    lower : ndarray
        The structure with the spokes `spokes` is worth no less.
    spokes : ndarray of int
        A mask.
    real : ndarray of bool
        Whether no structure of the node is worth more than that one.
    """

    upper: Array
    lower: Array
    spokes: Ints
    real: NDArray[np.bool_]


@jit
def first_of(order: Ints, free: int, number: int) -> int:
    """Return the mask of the first `number` candidates of `free` in an order."""
    mask = 0
    for i in order:
        if number > 0 and free >> i & 1:
            mask |= 1 << i
            number -= 1
    return mask


@jit
def put_real(spokes: int, setting: Setting, work: Work) -> int:
    """Write aid and reliability of the spokes to `work.gifts`, least aid first; return how many."""
    count = 0
    for place in range(setting.by_aid.size - 1, -1, -1):
        i = setting.by_aid[place]
        if spokes >> i & 1:
            work.gifts.aid[count], work.gifts.odds[count] = setting.aid[i], setting.reliability[i]
            count += 1
    return count


@jit
def put_best(chosen: int, free: int, extra: int, setting: Setting, work: Work) -> int:
    """Write the `chosen` spokes and the best pairs of the free; return how many there are."""
    strong = first_of(setting.by_aid, free, extra)
    reliable = first_of(setting.by_reliability, free, extra)
    count = put_real(chosen | strong, setting, work)
    # aid stands least first, so give the least reliability of those left each time
    place, k = setting.by_reliability.size - 1, 0
    for rank in range(setting.by_aid.size - 1, -1, -1):
        i = setting.by_aid[rank]
        if strong >> i & 1:
            while not reliable >> setting.by_reliability[place] & 1:
                place -= 1
            work.gifts.odds[k] = setting.reliability[setting.by_reliability[place]]
            place -= 1
        k += (chosen | strong) >> i & 1
    return count


@jit
def is_real(spokes: int, chosen: int, count: int, setting: Setting, work: Work) -> bool:
    """Return whether the pairs in `work.gifts` are those of the candidates in `spokes`."""
    k = 0
    for place in range(setting.by_aid.size - 1, -1, -1):
        i = setting.by_aid[place]
        if spokes >> i & 1:
            same = work.gifts.aid[k] == setting.aid[i]
            if not same or work.gifts.odds[k] != setting.reliability[i]:
                return False
            k += 1
    return k == count


@jit
def bound_nodes(nodes: Nodes, bins: int, floor: float, setting: Setting, result: Bounds) -> None:
    """Write bounds of each node.

    Parameters
    ----------
    floor : float
        Lower bounds are written where the upper one is above this; else they are minus infinity.
    """
    work = room_for(bins, setting.aid.size)
    for k in range(nodes.bloc.size):
        bloc, chosen, free, extra = nodes.bloc[k], nodes.chosen[k], nodes.free[k], nodes.extra[k]
        spokes = chosen | first_of(setting.by_worth, free, extra)
        count = put_best(chosen, free, extra, setting, work)
        lost = setting.lost[popcount(bloc), count]
        result.spokes[k] = spokes
        result.real[k] = is_real(spokes, chosen, count, setting, work)
        states = spread(count, bins, True, setting.common, work)
        result.upper[k] = bound(states, bloc, lost, True, setting, work)
        result.lower[k] = -np.inf
        if result.upper[k] > floor:
            real = put_real(spokes, setting, work)
            states = spread(real, bins, False, setting.common, work)
            result.lower[k] = bound(states, bloc, lost, False, setting, work)


@jit
def dominated(by: int, free: int, setting: Setting) -> int:
    """Return the mask of the free candidates that `by` does as well as in aid and reliability."""
    mask = 0
    for i in range(setting.aid.size):
        less = (
            setting.aid[i] <= setting.aid[by] and setting.reliability[i] <= setting.reliability[by]
        )
        if less and i != by:
            mask |= 1 << i
    return mask & free


@jit
def split(nodes: Nodes, setting: Setting) -> Nodes:
    """Return the nodes cut in two each: with and without the most promising free candidate.

    Without it, no candidate that it does as well as is called upon either, by the second fact.
    """
    size = nodes.bloc.size
    bloc, chosen = np.empty(2 * size, np.int64), np.empty(2 * size, np.int64)
    free, extra = np.empty(2 * size, np.int64), np.empty(2 * size, np.int64)
    filled = 0
    for k in range(size):
        best = first_of(setting.by_worth, nodes.free[k], 1)
        place = 0
        while best >> place & 1 == 0:
            place += 1
        rest = nodes.free[k] & ~best
        worse = dominated(place, rest, setting)
        for joins in (True, False):
            members = nodes.chosen[k] | (best if joins else 0)
            left = rest if joins else rest & ~worse
            missing = nodes.extra[k] - (1 if joins else 0)
            if popcount(left) < missing:
                continue
            if popcount(left) == missing:
                members, left, missing = members | left, 0, 0
            if missing == 0:
                left = 0
            bloc[filled], chosen[filled] = nodes.bloc[k], members
            free[filled], extra[filled] = left, missing
            filled += 1
    return Nodes(bloc[:filled], chosen[:filled], free[:filled], extra[:filled])
