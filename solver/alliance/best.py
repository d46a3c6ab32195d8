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
from games.alliance.payoffs import autonomy_given_up, by_common_shock
from games.arrays import Array, Bools, Ints
from solver.alliance.hegemon import EXACT_LIMIT
from solver.alliance.kernel import Atoms, merge, new_atoms
from solver.alliance.lattice import popcount, subset_sums
from solver.alliance.stage import candidate_payoffs, tolerances, traits_of
from solver.alliance.types.kernel import AtThreat, Ranked, level_of, struck, value_beside
from solver.numerics.jit import jit

Room = tuple[Atoms, Atoms]


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
    """

    level: AtThreat
    lost: Array
    aid: Array
    honours: Array
    gifts: Array
    order: Ints
    accepted: Bools
    ranked: Ints


class Best(NamedTuple):
    """The best structure: masks of its bloc and spokes, and whether another is worth as much."""

    value: float
    bloc: int
    spokes: int
    tied: bool


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
    room : pair of Atoms
        Scratch for 2^n states each.
    """
    now, then = room
    now.aid[0], now.odds[0] = 0.0, 1.0
    count, left = 1, spokes
    for i in setting.order:
        if left > 0 and free >> i & 1:
            count = merge(now, count, setting.aid[i], setting.honours[i], then)
            now, then = then, now
            left -= 1
    ranked = Ranked(*struck(now.aid[:count], now.odds[:count], setting.level.common))
    lost = setting.lost[members, spokes]
    return value_beside(ranked, ranked, gift if members else -1.0, lost, setting.level)


@jit
def search(setting: Setting, ties: float) -> Best:
    """Return the best structure that all its members accept.

    Parameters
    ----------
    ties : float
        Values that differ by no more are equal.
    """
    n = setting.aid.size
    room = new_atoms(1 << n), new_atoms(1 << n)
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


def covers(game: AllianceGame) -> bool:
    """Return whether `best_masks` is for such a game: one bloc, no burdens, not too large."""
    return (
        game.family == "bloc_and_spokes"
        and game.burden_sharing == "none"
        and len(game.candidates) <= EXACT_LIMIT
    )


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
    if not covers(game):
        raise NotApplicableError("the best structure alone is for games of one bloc, no burdens")
    shared, own = game.parameters, traits_of(game)
    payoffs = candidate_payoffs(game)
    aid = shared.pledge_bilateral * own.worth
    order = np.lexsort((-own.reliability, -aid))
    reliability = own.reliability[order]
    alike = (np.diff(aid[order]) == 0) & (np.diff(reliability) == 0)
    if np.any(np.diff(reliability) > 0) or np.any(alike):
        return None
    point = game.reference_point
    largest = max(payoffs.extent()[1], *np.abs(_ends(game, point)))
    ties = float(tolerances(0.0, 0.0, largest))
    accepted = payoffs.content(ties)
    masks = np.arange(1 << n)
    sizes = np.bitwise_count(masks)
    accepted[sizes < 2] = False
    gifts = shared.pledge_multilateral * subset_sums(own.worth)
    willing = payoffs.willing(ties)
    numbers = np.arange(n + 1)
    setting = Setting(
        level_of(game, point),
        autonomy_given_up(shared, numbers, [numbers[:, np.newaxis]]),
        aid,
        by_common_shock(own.reliability, shared.common_reliability),
        gifts,
        order[willing >> order & 1 == 1],
        accepted,
        np.lexsort((-gifts, sizes)),
    )
    found = search(setting, ties)
    return None if found.tied else (found.bloc, found.spokes)


def _ends(game: AllianceGame, point: float) -> tuple[float, float]:
    """Return bounds of the hegemon's values: an outcome is at most 1, and at least what is lost."""
    shared, n = game.parameters, len(game.candidates)
    lost = shared.k_bloc + max(shared.k_bilateral, shared.k_multilateral) * n
    low, high = game.preference.utility(np.array([-lost, 1.0]) - point).tolist()
    return low, high
