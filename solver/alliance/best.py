"""The hegemon's best structure that all its members accept, without valuing all the others.

Prospect theory and expected utility respect first-order stochastic dominance, so that among equally
many spokes beside one bloc those are best that aid most and are most reliable. Where candidates can
be ranked by both at once, one structure is left for each bloc and number of spokes. Blocs of equal
size differ, beside given spokes, in aid alone, of which more is better. And with the strongest
spokes of all, in the bloc or not, a structure is worth no less than any of its kind.

1. Bound what each pair (members of the bloc, spokes) can be worth: the strongest bloc of that size
   beside the strongest spokes.
2. Take the pairs from the greatest bound on, and of a pair the blocs from the most aid on, until
   neither can be better than what is known.

That is (n + 1)^2 / 2 bounds, and a few structures beyond them: of the 4 * 4^n states of all
prospects a small part is looked at.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from games import AllianceGame, NotApplicableError
from games.alliance.payoffs import autonomy_given_up, by_common_shock, projected_power
from games.arrays import Array, Bools, Ints
from solver.alliance.hegemon import EXACT_LIMIT, side_chances
from solver.alliance.lattice import popcount, subset_sums
from solver.alliance.stage import candidate_payoffs, tolerances, traits_of
from solver.numerics.jit import jit
from solver.prospects.compiled import Taste, taste_of, utility
from solver.prospects.weighting import weight


class Setting(NamedTuple):
    """A game at one threat as numbers.

    Attributes
    ----------
    lost : ndarray, shape (n + 1, n + 1)
        Autonomy given up, by the number of members of the bloc and of spokes.
    aid, honours : ndarray, shape (n,)
        Of each candidate as a spoke: its aid, and the chance of it while no common shock strikes.
    gifts : ndarray, shape (2^n,)
        Aid of the bloc with each mask, if it acts.
    order : ndarray of int, shape (w,)
        The candidates who accept a spoke, the strongest first.
    accepted : ndarray of bool, shape (2^n,)
        Which blocs all their members accept; not that of nobody.
    ranked : ndarray of int, shape (2^n,)
        The blocs by size, and of equal size by aid, the greatest first.
    chances : ndarray, shape (sides,)
        As in `solver.alliance.kernel.Blocs`.
    """

    power: float
    reference: float
    deployment: float
    common: float
    tied: float
    lost: Array
    aid: Array
    honours: Array
    gifts: Array
    order: Ints
    accepted: Bools
    ranked: Ints
    chances: Array
    taste: Taste


class Room(NamedTuple):
    """Scratch for one structure: its states, least own power first, and sums of their odds."""

    own: Array
    odds: Array
    spare_own: Array
    spare_odds: Array
    from_on: Array


class Best(NamedTuple):
    """The best structure: masks of its bloc and spokes, and whether another is worth as much."""

    value: float
    bloc: int
    spokes: int
    tied: bool


@jit
def room_for(n: int) -> Room:
    """Return scratch for structures of up to `n` spokes beside a bloc."""
    size = 4 << n
    return Room(
        np.empty(size, np.float64),
        np.empty(size, np.float64),
        np.empty(size, np.float64),
        np.empty(size, np.float64),
        np.empty(size + 1, np.float64),
    )


@jit
def add(count: int, gift: float, chance: float, room: Room) -> int:
    """Merge the states without and with a gift, at least 0, of that chance; return their number."""
    room.spare_own[:count], room.spare_odds[:count] = room.own[:count], room.odds[:count]
    idle, acts = 0, 0
    for filled in range(2 * count):
        if idle < count and room.spare_own[idle] <= room.spare_own[acts] + gift:
            room.own[filled] = room.spare_own[idle]
            room.odds[filled] = room.spare_odds[idle] * (1.0 - chance)
            idle += 1
        else:
            room.own[filled] = room.spare_own[acts] + gift
            room.odds[filled] = room.spare_odds[acts] * chance
            acts += 1
    return 2 * count


@jit
def worth(setting: Setting, free: int, spokes: int, members: int, gift: float, room: Room) -> float:
    """Return what the first `spokes` of the `free` candidates are worth beside a bloc.

    Parameters
    ----------
    free : int
        Mask of the candidates that are not in the bloc.
    members : int
        How many are in it; 0 for none.
    gift : float
        Its aid if it acts.
    """
    room.own[0], room.odds[0] = setting.deployment, 1.0
    count, left = 1, spokes
    for i in setting.order:
        if left > 0 and free >> i & 1:
            count = add(count, setting.aid[i], setting.honours[i], room)
            left -= 1
    if setting.common < 1.0:
        for k in range(count):
            room.odds[k] *= setting.common
        room.odds[0] += 1.0 - setting.common
    if members:
        acting = setting.chances[1] + (setting.chances[3] if setting.chances.size > 2 else 0.0)
        count = add(count, gift, acting, room)
        if setting.chances.size > 2:
            for k in range(count):
                room.own[k] = max(room.own[k] - setting.tied, 0.0)
            freed = setting.chances[0] + setting.chances[1]
            count = add(count, setting.tied, freed, room)
    return ranked_value(setting, count, setting.lost[members, spokes], room)


@jit
def ranked_value(setting: Setting, count: int, lost: float, room: Room) -> float:
    """Return the value of the states in `room` (Tversky & Kahneman 1992, eqs. 1-2)."""
    taste = setting.taste
    room.from_on[count] = 0.0
    for k in range(count - 1, -1, -1):
        room.from_on[k] = room.from_on[k + 1] + room.odds[k]
    value, up_to, before, k = 0.0, 0.0, 0.0, 0
    point = lost + setting.reference
    while k < count:
        total = room.own[k] + setting.power
        gain = (room.own[k] / total if total > 0.0 else 1.0) - point
        if gain >= 0.0:
            break
        up_to += room.odds[k]
        after = weight(taste.losses, min(up_to, 1.0), room.from_on[k + 1])
        value += (after - before) * utility(taste, gain)
        before = after
        k += 1
    before = weight(taste.gains, min(room.from_on[k], 1.0), up_to)
    while k < count:
        total = room.own[k] + setting.power
        gain = (room.own[k] / total if total > 0.0 else 1.0) - point
        up_to += room.odds[k]
        after = weight(taste.gains, room.from_on[k + 1], min(up_to, 1.0))
        value += (before - after) * utility(taste, gain)
        before = after
        k += 1
    return value


@jit
def search(setting: Setting, ties: float) -> Best:
    """Return the best structure that all its members accept.

    Parameters
    ----------
    ties : float
        Values that differ by no more are equal.
    """
    n = setting.aid.size
    room = room_for(n)
    everybody = (1 << n) - 1
    willing = 0
    for i in setting.order:
        willing |= 1 << i
    # spokes alone: the strongest of each number
    best = Best(-np.inf, 0, 0, False)
    for spokes in range(setting.order.size + 1):
        best = better(
            best, worth(setting, everybody, spokes, 0, 0.0, room), 0, spokes, setting, ties
        )
    # the place in `ranked` of the first bloc of each size that is accepted, and of the last
    first, last = np.full(n + 1, -1), np.full(n + 1, -1)
    for place in range(setting.ranked.size):
        bloc = setting.ranked[place]
        if setting.accepted[bloc]:
            size = popcount(bloc)
            if first[size] < 0:
                first[size] = place
            last[size] = place
    bounds = np.full((n + 1, n + 1), -np.inf)
    for size in range(2, n + 1):
        if first[size] < 0:
            continue
        gift = setting.gifts[setting.ranked[first[size]]]
        for spokes in range(min(setting.order.size, n - size) + 1):
            bounds[size, spokes] = worth(setting, everybody, spokes, size, gift, room)
    for flat in np.argsort(-bounds.ravel()):
        size, spokes = flat // (n + 1), flat % (n + 1)
        if bounds[size, spokes] < best.value - ties:
            break
        looked = 0
        for place in range(first[size], last[size] + 1):
            bloc = setting.ranked[place]
            if not setting.accepted[bloc]:
                continue
            free = everybody & ~bloc
            if popcount(free & willing) < spokes:
                continue
            looked += 1
            # bounds with this much aid are looked at now and then: at the 1st, 2nd, 4th, 8th ...
            if looked & (looked - 1) == 0:
                gift = setting.gifts[bloc]
                if worth(setting, everybody, spokes, size, gift, room) < best.value - ties:
                    break
            value = worth(setting, free, spokes, size, setting.gifts[bloc], room)
            best = better(best, value, bloc, spokes, setting, ties)
    return best


@jit
def better(best: Best, value: float, bloc: int, spokes: int, setting: Setting, ties: float) -> Best:
    """Return the better of what is known and the bloc with the strongest spokes that are free."""
    if value < best.value - ties:
        return best
    close = value <= best.value + ties
    if close and value <= best.value:
        return Best(best.value, best.bloc, best.spokes, True)
    mask, left = 0, spokes
    for i in setting.order:
        if left > 0 and not bloc >> i & 1:
            mask |= 1 << i
            left -= 1
    return Best(value, bloc, mask, close)


def best_masks(game: AllianceGame) -> tuple[int, int] | None:
    """Return the masks of bloc and spokes of the hegemon's best structure that members accept.

    It is what `solver.solve` prefers with `tolerance=0`: what every concept prefers, but for ties.

    Returns
    -------
    tuple of int, or None
        None where that is not told: candidates who cannot be ranked by aid and reliability at once,
        or several structures of equal value.

    Raises
    ------
    NotApplicableError
        If the game is of another family or with burdens, too large, or of a preference with
        formulas of its own.
    """
    n = len(game.candidates)
    if game.family != "bloc_and_spokes" or game.burden_sharing != "none" or n > EXACT_LIMIT:
        raise NotApplicableError("the best structure alone is for games of one bloc, no burdens")
    shared, own = game.parameters, traits_of(game)
    payoffs = candidate_payoffs(game)
    aid = shared.pledge_bilateral * own.worth
    order = np.lexsort((-own.reliability, -aid))
    reliability = own.reliability[order]
    alike = (np.diff(aid[order]) == 0) & (np.diff(reliability) == 0)
    if np.any(np.diff(reliability) > 0) or np.any(alike):
        return None
    point, power = game.reference_point, projected_power(game, game.threat)
    taste = taste_of(game.preference)
    largest = max(payoffs.extent()[1], *np.abs(_ends(game, taste, point)))
    ties = float(tolerances(0.0, 0.0, largest))
    accepted = payoffs.content(ties)
    masks = np.arange(1 << n)
    sizes = np.bitwise_count(masks)
    accepted[sizes < 2] = False
    gifts = shared.pledge_multilateral * subset_sums(own.worth)
    willing = payoffs.willing(ties)
    numbers = np.arange(n + 1)
    setting = Setting(
        power,
        point,
        shared.deployment,
        shared.common_reliability,
        shared.tied_down,
        autonomy_given_up(shared, numbers, [numbers[:, np.newaxis]]),
        aid,
        by_common_shock(own.reliability, shared.common_reliability),
        gifts,
        order[willing >> order & 1 == 1],
        accepted,
        np.lexsort((-gifts, sizes)),
        side_chances(shared, n),
        taste,
    )
    found = search(setting, ties)
    return None if found.tied else (found.bloc, found.spokes)


def _ends(game: AllianceGame, taste: Taste, point: float) -> tuple[float, float]:
    """Return bounds of the hegemon's values: an outcome is at most 1, and at least what is lost."""
    shared, n = game.parameters, len(game.candidates)
    lost = shared.k_bloc + max(shared.k_bilateral, shared.k_multilateral) * n
    return float(utility(taste, -lost - point)), float(utility(taste, 1.0 - point))
