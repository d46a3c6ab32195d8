"""The hegemon's best structure that all its members accept, without valuing all the others.

Prospect theory and expected utility respect first-order stochastic dominance, so that among equally
many spokes beside one bloc those are best that aid most and are most reliable. Where candidates can
be ranked by both at once, one structure is left for each bloc and number of spokes. Blocs of equal
size differ, beside given spokes, in aid alone, of which more is better. And with the strongest
spokes of all, in the bloc or not, a structure is worth no less than any of its kind.

1. Bound what each pair (members of the bloc, spokes) can be worth: the strongest bloc of that size
   beside the strongest spokes.
2. Take the pairs from the greatest bound on. Of a pair, decide of one candidate after the other,
   the strongest first, whether it is in the bloc. What is left is bounded: the bloc of most aid
   among them, beside the strongest spokes that are not in it yet. Leave what cannot be as good as
   what is known; where all is decided, the bound is what the structure is worth.

That is (n + 1)^2 / 2 bounds, and a few structures beyond them: of the 4 * 4^n states of all
prospects a small part is looked at.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np

from games import AllianceGame, AllianceStructure, NotApplicableError
from games.arrays import Array, Ints
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
from solver.numerics.arrays import order_of
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
    """A game at one threat as numbers. Candidates stand by strength here, the strongest first.

    Attributes
    ----------
    lost : ndarray, shape (n + 1, n + 1)
        Autonomy given up, by the number of members of the bloc and of spokes.
    aid, honours : ndarray, shape (n,)
        Of each candidate as a spoke: its aid, and the chance of it while no common shock strikes.
    willing : int
        Mask of the candidates who accept a spoke.
    gifts : ndarray, shape (2^(n + 1), n + 1)
        By node and size, the most aid of a bloc that all its members accept; minus infinity where
        none is. Node 2^k + m stands for the blocs that have, of the k strongest candidates, those
        in the mask m.
    order : ndarray of int, shape (n,)
        Which candidate of the game each is.
    ties : float
        Values that differ by no more are equal.
    ranked : bool
        Whether the candidates can be ranked by aid and reliability at once, no two alike.
    """

    level: AtThreat
    lost: Array
    aid: Array
    honours: Array
    willing: int
    gifts: Array
    order: Ints
    ties: float
    ranked: bool


class Best(NamedTuple):
    """The best structure: masks of its bloc and spokes, and whether another is worth as much."""

    value: float
    bloc: int
    spokes: int
    tied: bool


@jit
def strongest(free: int, number: int) -> int:
    """Return the mask of so many of the free candidates, the strongest."""
    rest = free
    for _ in range(number):
        rest &= rest - 1
    return free ^ rest


@jit
def worth(setting: Setting, spokes: int, members: int, gift: float, room: Room) -> float:
    """Return what spokes are worth beside a bloc.

    Parameters
    ----------
    spokes : int
        Mask.
    members : int
        How many are in the bloc; 0 for none.
    gift : float
        Its aid if it acts.
    room : Room
    """
    level = setting.level
    now, then = room.now, room.then
    now.aid[0], now.odds[0] = 0.0, 1.0
    count = 1
    for i in range(setting.aid.size):
        if spokes >> i & 1:
            count = merge(now, count, setting.aid[i], setting.honours[i], then)
            now, then = then, now
    if level.common < 1.0:  # the shock that leaves no aid
        then.aid[0], then.odds[0] = 0.0, 1.0 - level.common
        for k in range(count):
            then.aid[k + 1], then.odds[k + 1] = now.aid[k], level.common * now.odds[k]
        now, then = then, now
        count += 1
    if members:
        now, count = beside_bloc(now, count, gift, level, room.beside, room.both)
    lost = setting.lost[members, popcount(spokes)]
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
    best = Best(-np.inf, 0, 0, False)
    bounds = np.full((n + 1, n + 1), -np.inf)
    for number in range(popcount(setting.willing) + 1):
        spokes = strongest(setting.willing, number)
        best = better(best, worth(setting, spokes, 0, 0.0, room), 0, spokes, ties)
        for size in range(2, n - number + 1):
            gift = setting.gifts[1, size]
            if gift > -np.inf:
                bounds[size, number] = worth(setting, spokes, size, gift, room)
    for flat in order_of(-bounds.ravel()):
        size, number = flat // (n + 1), flat % (n + 1)
        if bounds[size, number] < best.value - ties:
            break
        best = search_pair(setting, size, number, bounds[size, number], best, ties, room)
    return best


@jit
def search_pair(
    setting: Setting, size: int, number: int, bound: float, best: Best, ties: float, room: Room
) -> Best:
    """Return the better of what is known and the structures with so many members and spokes.

    Parameters
    ----------
    bound : float
        On what these are worth.
    """
    n = setting.aid.size
    # to be looked at: of how many candidates it is decided, who of them is in the bloc, a bound
    decided, blocs, bounds = np.empty(n + 1, np.int64), np.empty(n + 1, np.int64), np.empty(n + 1)
    decided[0], blocs[0], bounds[0], left = 0, 0, bound, 1
    while left:
        left -= 1
        one, bloc, bound = decided[left], blocs[left], bounds[left]
        if bound < best.value - ties:
            continue
        spokes = strongest(setting.willing & ~bloc, number)
        if one == n:
            best = better(best, bound, bloc, spokes, ties)
            continue
        gift = setting.gifts[(1 << one) + bloc, size]
        for inside in range(2):
            wider = bloc | inside << one
            free = setting.willing & ~wider
            own = setting.gifts[(2 << one) + wider, size]
            if own == -np.inf or popcount(free) < number:
                continue
            beside = strongest(free, number)
            if own < gift or beside != spokes:
                bounds[left] = worth(setting, beside, size, own, room)
            else:
                bounds[left] = bound
            decided[left], blocs[left] = one + 1, wider
            left += 1
    return best


@jit
def better(best: Best, value: float, bloc: int, spokes: int, ties: float) -> Best:
    """Return the better of what is known and a structure."""
    if value < best.value - ties:
        return best
    close = value <= best.value + ties
    if close and value <= best.value:
        return Best(best.value, best.bloc, best.spokes, True)
    return Best(value, bloc, spokes, close)


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
    willing = 0
    for place in range(n):
        if payoffs.spoke[order[place]] >= payoffs.outside[order[place]] - ties:
            willing |= 1 << place
    aids = np.zeros(1 << n)
    for bloc in range(1, 1 << n):
        last = popcount((bloc & -bloc) - 1)
        aids[bloc] = aids[bloc & (bloc - 1)] + shared.pledge_multilateral * worth_of[last]
    gifts = np.full((2 << n, n + 1), -np.inf)
    for ranks in range(1 << n):
        bloc, size = masked(ranks, order), popcount(ranks)
        accepted = size > 1
        for member in range(n):
            if bloc >> member & 1 and payoffs.bloc[bloc, member] < payoffs.outside[member] - ties:
                accepted = False
        if accepted:
            gifts[(1 << n) + ranks, size] = aids[bloc]
    for k in range(n - 1, -1, -1):
        for ranks in range(1 << k):
            without, within = (2 << k) + ranks, (3 << k) + ranks
            for size in range(n + 1):
                gifts[(1 << k) + ranks, size] = max(gifts[without, size], gifts[within, size])
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
    return Setting(level, lost, aid[order], honours[order], willing, gifts, order, ties, ranked)


@jit
def masked(ranks: int, order: Ints) -> int:
    """Return the mask over the game's candidates of a mask over those by strength."""
    mask = 0
    for place in range(order.size):
        if ranks >> place & 1:
            mask |= 1 << order[place]
    return mask


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
                found[game, 0] = masked(best.bloc, setting.order)
                found[game, 1] = masked(best.spokes, setting.order)


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
