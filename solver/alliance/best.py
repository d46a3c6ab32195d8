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

from itertools import pairwise
from typing import NamedTuple

import numpy as np

from games import AllianceGame, AllianceStructure, NotApplicableError
from games.arrays import Array, Bools, Ints
from solver.alliance.assurance import Payoffs, put_payoffs
from solver.alliance.columns import (
    Columns,
    Figures,
    are_columns,
    columns_in,
    columns_of,
    figures_at,
)
from solver.alliance.hegemon import EXACT_LIMIT
from solver.alliance.kernel import Atoms, merge, new_atoms
from solver.alliance.lattice import popcount, to_structure
from solver.alliance.stage import ROUNDING
from solver.alliance.states import AtThreat, beside_bloc, value_within
from solver.alliance.tasks import WORTH_THREADS, in_threads
from solver.alliance.varied import Varied
from solver.numerics.jit import jit
from solver.prospects.compiled import utility

# pieces that threads take in turn, as games take differently long
PARTS = 16
# in the place of masks that are not told
UNTOLD = -1


class Room(NamedTuple):
    """Scratch for the states of one structure: allocated once, as what is large is dear to have.

    `now` and `then` hold 2^n + 1 states, `beside` twice and `both` four times as many.
    """

    now: Atoms
    then: Atoms
    beside: Atoms
    both: Atoms
    from_on: Array


@jit
def new_room(n: int) -> Room:
    """Return scratch for games of `n` candidates."""
    size = (1 << n) + 1
    return Room(
        new_atoms(size),
        new_atoms(size),
        new_atoms(2 * size),
        new_atoms(4 * size),
        np.empty(4 * size + 1),
    )


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
    listed : ndarray of int, shape (2^n,)
        The blocs by size, and of equal size by aid, the greatest first.
    ties : float
        Values that differ by no more are equal.
    ranked : bool
        Whether the candidates can be ranked by aid and reliability at once, no two alike.
    """

    level: AtThreat
    lost: Array
    aid: Array
    honours: Array
    gifts: Array
    order: Ints
    accepted: Bools
    listed: Ints
    ties: float
    ranked: bool


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
    room : Room
    """
    level = setting.level
    now, then = room.now, room.then
    now.aid[0], now.odds[0] = 0.0, 1.0
    count, left = 1, spokes
    for i in setting.order:
        if left > 0 and free >> i & 1:
            count = merge(now, count, setting.aid[i], setting.honours[i], then)
            now, then = then, now
            left -= 1
    if level.common < 1.0:  # the shock that leaves no aid
        then.aid[0], then.odds[0] = 0.0, 1.0 - level.common
        for k in range(count):
            then.aid[k + 1], then.odds[k + 1] = now.aid[k], level.common * now.odds[k]
        now, then = then, now
        count += 1
    if members:
        now, count = beside_bloc(now, count, gift, level, room.beside, room.both)
    lost = setting.lost[members, spokes]
    return value_within(now.aid, now.odds, count, room.from_on, lost, level)


@jit
def search(setting: Setting, ties: float, room: Room) -> Best:
    """Return the best structure that all its members accept.

    Parameters
    ----------
    ties : float
        Values that differ by no more are equal.
    room : Room
        Scratch.
    """
    n = setting.aid.size
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
    # the place in `listed` of the first bloc of each size that is accepted, and of the last
    first, last = np.full(n + 1, -1), np.full(n + 1, -1)
    for place in range(setting.listed.size):
        bloc = setting.listed[place]
        if setting.accepted[bloc]:
            size = popcount(bloc)
            if first[size] < 0:
                first[size] = place
            last[size] = place
    bounds = np.full((n + 1, n + 1), -np.inf)
    for size in range(2, n + 1):
        if first[size] < 0:
            continue
        gift = setting.gifts[setting.listed[first[size]]]
        for spokes in range(min(setting.order.size, n - size) + 1):
            bounds[size, spokes] = worth(setting, everybody, spokes, size, gift, room)
    for flat in np.argsort(-bounds.ravel()):
        size, spokes = flat // (n + 1), flat % (n + 1)
        if bounds[size, spokes] < best.value - ties:
            break
        looked = 0
        for place in range(first[size], last[size] + 1):
            bloc = setting.listed[place]
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


@jit
def setting_of(game: Figures, payoffs: Payoffs, rounding: float) -> Setting:
    """Return a game as what the search asks for.

    Parameters
    ----------
    payoffs : Payoffs
        Scratch.
    rounding : float
        Values that differ by no more, as a share of the largest, are equal.
    """
    shared, worth_of = game.shared, game.capability + game.basing
    n = worth_of.size
    taste, point = game.taste, game.reference
    common, reliability = shared.common_reliability, game.reliability
    aid = shared.pledge_bilateral * worth_of
    lost = np.empty((n + 1, n + 1))
    for size in range(n + 1):
        for spokes in range(n + 1):
            lost[size, spokes] = shared.k_bilateral * spokes
            if size:
                lost[size, spokes] += shared.k_bloc + shared.k_multilateral * size
    # an outcome is at most 1, and at least what is lost
    most = shared.k_bloc + max(shared.k_bilateral, shared.k_multilateral) * n
    _, largest = put_payoffs(game, payoffs)
    largest = max(largest, abs(utility(taste, -most - point)), abs(utility(taste, 1.0 - point)))
    ties = rounding * largest
    # by aid, then by reliability, the strongest first
    order = np.arange(n)
    for place in range(1, n):
        one, at = order[place], place
        while at > 0 and (
            aid[order[at - 1]] < aid[one]
            or (aid[order[at - 1]] == aid[one] and reliability[order[at - 1]] < reliability[one])
        ):
            order[at] = order[at - 1]
            at -= 1
        order[at] = one
    ranked = True
    for place in range(1, n):
        one, other = order[place - 1], order[place]
        alike = aid[one] == aid[other] and reliability[one] == reliability[other]
        if reliability[other] > reliability[one] or alike:
            ranked = False
    willing, number = np.empty(n, np.int64), 0
    for i in order:
        if payoffs.spoke[i] >= payoffs.outside[i] - ties:
            willing[number] = i
            number += 1
    gifts, accepted = np.zeros(1 << n), np.zeros(1 << n, np.bool_)
    for bloc in range(1, 1 << n):
        last = popcount((bloc & -bloc) - 1)
        gifts[bloc] = gifts[bloc & (bloc - 1)] + shared.pledge_multilateral * worth_of[last]
        accepted[bloc] = bloc & (bloc - 1) != 0
        for member in range(n):
            if bloc >> member & 1 and payoffs.bloc[bloc, member] < payoffs.outside[member] - ties:
                accepted[bloc] = False
    tied = shared.entrapment_share * shared.deployment
    if shared.entrapment == 0.0:
        tied = 0.0
    level = AtThreat(
        game.power,
        point,
        shared.deployment,
        shared.cohesion,
        shared.entrapment,
        tied,
        common,
        taste,
    )
    honours = reliability / common if common > 0.0 else np.zeros(n)
    return Setting(
        level,
        lost,
        aid,
        honours,
        gifts,
        willing[:number],
        accepted,
        by_size(gifts),
        ties,
        ranked,
    )


@jit
def by_size(gifts: Array) -> Ints:
    """Return the masks by size, and of equal size by gift, the greatest first."""
    order = np.argsort(-gifts, kind="mergesort")
    n = popcount(gifts.size - 1)
    found = np.empty(gifts.size, np.int64)
    filled = 0
    for size in range(n + 1):
        for mask in order:
            if popcount(mask) == size:
                found[filled] = mask
                filled += 1
    return found


@jit
def search_all(games: Columns, first: int, last: int, rounding: float, found: Ints) -> None:
    """Write the masks of bloc and spokes of the best structure of some games; see `best_of`."""
    n = games.capability.shape[1]
    payoffs = Payoffs(np.empty(n), np.empty(n), np.empty((1 << n, n)))
    room = new_room(n)
    for game in range(first, last):
        setting = setting_of(figures_at(games, game), payoffs, rounding)
        found[game, 0] = found[game, 1] = UNTOLD
        if setting.ranked:
            best = search(setting, setting.ties, room)
            if not best.tied:
                found[game, 0], found[game, 1] = best.bloc, best.spokes


def best_of(games: Columns) -> Ints:
    """Return the masks of bloc and spokes of the hegemon's best structure in each game.

    Of those that their members accept: what `solver.solve` prefers with `tolerance=0`, and every
    concept, but for ties. Threads share the games.

    Returns
    -------
    ndarray of int, shape (games, 2)
        `UNTOLD` where that is not told: candidates who cannot be ranked by aid and reliability at
        once, or several structures of equal value.
    """
    found = np.empty((games.threat.size, 2), np.int64)
    parts = min(len(found), PARTS) if len(found) << games.n >= WORTH_THREADS else 1
    ends = np.linspace(0, len(found), parts + 1).astype(int).tolist()

    def run(part: tuple[int, int]) -> None:
        search_all(games, *part, ROUNDING, found)

    in_threads(run, list(pairwise(ends)), parts > 1)
    return found


def covers(game: AllianceGame) -> bool:
    """Return whether the best structure is sought alone: in columns that are not too large."""
    return are_columns(game) and len(game.candidates) <= EXACT_LIMIT


def best_structures(varied: Varied, values: Array) -> list[AllianceStructure | None]:
    """Return `best_of` games that differ in numbers, None where it is not told.

    Parameters
    ----------
    values : ndarray, shape (games, names)
    """
    game = varied.game
    masks = best_of(columns_in(varied.table(values), len(game.candidates)))
    pairs, which = np.unique(masks, axis=0, return_inverse=True)
    made = [
        None if bloc == UNTOLD else to_structure(game.hegemon, game.candidates, bloc, spokes)
        for bloc, spokes in pairs.tolist()
    ]
    return [made[place] for place in which.ravel().tolist()]


def best_masks(game: AllianceGame) -> tuple[int, int] | None:
    """Return `best_of` one game, None where it is not told.

    Raises
    ------
    NotApplicableError
        If the game is of another family or with burdens, too large, or of a preference with
        formulas of its own.
    """
    if not covers(game):
        raise NotApplicableError(
            "the best structure alone is for games of one bloc, no burdens, up to"
            f" {EXACT_LIMIT} candidates and the library's own preferences"
        )
    bloc, spokes = best_of(columns_of([game]))[0].tolist()
    return None if bloc == UNTOLD else (bloc, spokes)
