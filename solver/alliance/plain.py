"""The certificate of what is preferred, of many games at once, by the plain statement of the model.

It reads the games' columns and the structures in question, and nothing that the search computed:
states of nature are listed one by one and sorted, their weights taken from the formula of the
weighting, a candidate's payoff from its own treaty. `games.alliance.payoffs` says the same for one
game; tests hold the two together.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from games.arrays import Array, Ints
from solver.alliance.columns import Columns, secured, taste_at
from solver.alliance.lattice import popcount
from solver.numerics.jit import jit
from solver.prospects.compiled import utility
from solver.prospects.weighting import weight


class Lottery(NamedTuple):
    """Room for the states of one structure, least own power first.

    Attributes
    ----------
    own, chance : ndarray, shape (states,)
    gain, loss : ndarray, shape (states,)
        Decision weight as a gain, and as a loss.
    """

    own: Array
    chance: Array
    gain: Array
    loss: Array


@jit
def list_lottery(games: Columns, game: int, bloc: int, spokes: int, room: Lottery) -> int:
    """List the states of a structure with their weights, and return how many there are."""
    shared = games.shared
    n = games.capability.shape[1]
    deployment, common = shared.deployment[game], shared.common_reliability[game]
    entraps, acts, pledged = 0.0, 0.0, 0.0
    tied = shared.entrapment_share[game] * deployment
    if bloc:
        acts, entraps = shared.cohesion[game], shared.entrapment[game] if tied > 0.0 else 0.0
        for i in range(n):
            if bloc >> i & 1:
                worth = games.capability[game, i] + games.basing[game, i]
                pledged += shared.pledge_multilateral[game] * worth
    count = 0
    helpers = spokes
    while True:
        aid, chance = 0.0, common
        for i in range(n):
            if spokes >> i & 1:
                honours = games.reliability[game, i] / common if common > 0.0 else 0.0
                if helpers >> i & 1:
                    worth = games.capability[game, i] + games.basing[game, i]
                    aid += shared.pledge_bilateral[game] * worth
                    chance *= honours
                else:
                    chance *= 1.0 - honours
        if helpers == 0:
            chance += 1.0 - common
        for side in range(4):
            odds = (acts if side & 1 else 1.0 - acts) * (entraps if side & 2 else 1.0 - entraps)
            if chance * odds > 0.0:
                free = deployment - (tied if side & 2 else 0.0)
                room.own[count] = max(free + aid + (pledged if side & 1 else 0.0), 0.0)
                room.chance[count] = chance * odds
                count += 1
        if helpers == 0:
            break
        helpers = (helpers - 1) & spokes
    order = np.argsort(room.own[:count])
    own, chances = room.own[:count][order], room.chance[:count][order]
    room.own[:count], room.chance[:count] = own, chances
    taste = taste_at(games.taste, game)
    up_to = before = 0.0
    from_on = np.zeros(count + 1)
    for k in range(count - 1, -1, -1):
        from_on[k] = from_on[k + 1] + chances[k]
    for k in range(count):
        after_up = up_to + chances[k]
        after = 1.0 if k == count - 1 else weight(taste.losses, after_up, from_on[k + 1])
        room.loss[k] = after - before
        above = weight(taste.gains, from_on[k + 1], after_up)
        here = 1.0 if k == 0 else weight(taste.gains, from_on[k], up_to)
        room.gain[k] = here - above
        up_to, before = after_up, after
    return count


@jit
def autonomy(games: Columns, game: int, bloc: int, spokes: int) -> float:
    """Return the freedom of action that the hegemon gives up."""
    shared, size = games.shared, popcount(bloc)
    lost = shared.k_bilateral[game] * popcount(spokes)
    if size:
        lost += shared.k_bloc[game] + shared.k_multilateral[game] * size
    return float(lost)


@jit
def power(games: Columns, game: int) -> float:
    """Return what the adversary projects."""
    shared = games.shared
    return float(games.threat[game] * (shared.projection[game] * shared.adversary[game]))


@jit
def worth(games: Columns, game: int, room: Lottery, count: int, lost: float) -> float:
    """Return the hegemon's value of a structure whose states are listed."""
    taste, opposed = taste_at(games.taste, game), power(games, game)
    total = 0.0
    for k in range(count):
        gain = secured(room.own[k], opposed) - lost - games.reference[game]
        total += (room.gain[k] if gain >= 0.0 else room.loss[k]) * utility(taste, gain)
    return total


@jit
def candidate(games: Columns, game: int, i: int, bloc: int, is_spoke: bool) -> float:
    """Return what its own treaty is worth to a candidate: a bloc, a spoke or none."""
    shared, taste = games.shared, taste_at(games.candidate_taste, game)
    deployment = shared.deployment[game]
    point, own = games.candidate_reference[game], games.capability[game, i]
    opposed = games.exposure[game, i] * power(games, game)
    if bloc >> i & 1 == 0:
        share = shared.guarantee_bilateral[game] if is_spoke else shared.shelter[game]
        cost = shared.ally_cost_bilateral[game] if is_spoke else 0.0
        return utility(taste, secured(own + share * deployment, opposed) - cost - point)
    cost = shared.ally_cost_multilateral[game]
    strength = own + shared.guarantee_multilateral[game] * deployment
    aid = 0.0
    for j in range(games.capability.shape[1]):
        if j != i and bloc >> j & 1:
            aid += games.affinity[game, i, j] * games.capability[game, j]
            cost += shared.friction[game] * (1.0 - games.affinity[game, i, j])
    acts = shared.cohesion[game]
    low = secured(strength, opposed) - cost - point
    high = secured(strength + aid, opposed) - cost - point
    rest = 1.0 - acts
    as_low = (
        1.0 - weight(taste.gains, acts, rest) if low >= 0.0 else weight(taste.losses, rest, acts)
    )
    as_high = (
        weight(taste.gains, acts, rest) if high >= 0.0 else 1.0 - weight(taste.losses, rest, acts)
    )
    return as_low * utility(taste, low) + as_high * utility(taste, high)


class Certified(NamedTuple):
    """How the hegemon sees what it prefers in each game, and the regret of it; shape (games,).

    Attributes
    ----------
    value, mean : ndarray
    mass_below : ndarray
        Probability of an outcome below the reference point.
    regret : ndarray
        Largest gain of a refusal or of a proposal that the hegemon can count on; at least 0.
    """

    value: Array
    mean: Array
    mass_below: Array
    regret: Array


@jit
def never_worse_masks(games: Columns, game: int, better: Ints) -> None:
    """Write, for each candidate, the mask of those who are never worse as a spoke in its place.

    See `solver.alliance.stage.never_worse`.
    """
    n = better.size
    for i in range(n):
        better[i] = 0
        for j in range(n):
            mine = games.capability[game, i] + games.basing[game, i]
            other = games.capability[game, j] + games.basing[game, j]
            by = games.reliability[game, j] - games.reliability[game, i]
            if i != j and other >= mine and by >= 0.0:
                alike = other == mine and by == 0.0
                if not alike or j < i:
                    better[i] |= 1 << j


@jit
def appraise(
    games: Columns, game: int, room: Lottery, count: int, lost: float, out: Certified
) -> None:
    """Write how the hegemon sees a structure whose states are listed."""
    opposed, point = power(games, game), games.reference[game]
    mean = below = 0.0
    for k in range(count):
        outcome = secured(room.own[k], opposed) - lost
        mean += room.chance[k] * outcome
        if outcome < point:
            below += room.chance[k]
    # what is sure is exactly so
    least, most = secured(room.own[0], opposed), secured(room.own[count - 1], opposed)
    out.mean[game] = least - lost if least == most else mean
    out.mass_below[game] = min(1.0, below)
    out.value[game] = worth(games, game, room, count, lost)


@jit
def certify(
    games: Columns,
    starts: Ints,
    tolerance: Array,
    blocs: Ints,
    spokes: Ints,
    out: Certified,
) -> None:
    """Certify one structure of each game.

    The deviations are those of `solver.alliance.concepts.subgame_perfect`: an ally refuses, or the
    hegemon makes the best proposal that it can count on, a set of spokes whose members all gain by
    them. Only sets of which none is better by first-order dominance are valued.

    Parameters
    ----------
    games : Columns
    starts : ndarray of int, shape (groups + 1,)
        Where the games begin that share all but threat, reference, curvature and loss aversion, so
        that the states of a structure are listed once for all of them.
    tolerance : ndarray, shape (games,)
    blocs, spokes : ndarray of int, shape (games,)
        Masks of the structure in question.
    out : Certified
    """
    n = games.capability.shape[1]
    size = 1 << n
    room = Lottery(np.empty(4 * size), np.empty(4 * size), np.empty(4 * size), np.empty(4 * size))
    better = np.empty(n, np.int64)
    for group in range(starts.size - 1):
        first, last = starts[group], starts[group + 1]
        never_worse_masks(games, first, better)
        eager = np.zeros(last - first, np.int64)
        asked = 0
        for game in range(first, last):
            refused = 0.0
            for i in range(n):
                alone = candidate(games, game, i, 0, False)
                if candidate(games, game, i, 0, True) - alone > tolerance[game]:
                    eager[game - first] |= 1 << i
                is_spoke = spokes[game] >> i & 1 == 1
                if is_spoke or blocs[game] >> i & 1:
                    own = candidate(games, game, i, blocs[game], is_spoke)
                    refused = max(refused, alone - own)
            out.regret[game] = refused
            asked |= eager[game - first]
        assured = np.full(last - first, -np.inf)
        for proposal in range(size):
            if proposal & ~asked:
                continue
            count = 0
            for game in range(first, last):
                if is_asked(proposal, eager[game - first], better):
                    if count == 0:
                        count = list_lottery(games, first, 0, proposal, room)
                    lost = autonomy(games, game, 0, proposal)
                    value = worth(games, game, room, count, lost)
                    assured[game - first] = max(assured[game - first], value)
        done = np.zeros(last - first, np.bool_)
        for start in range(first, last):
            if done[start - first]:
                continue
            bloc, who = blocs[start], spokes[start]
            count = list_lottery(games, first, bloc, who, room)
            for game in range(start, last):
                if blocs[game] == bloc and spokes[game] == who:
                    done[game - first] = True
                    appraise(games, game, room, count, autonomy(games, game, bloc, who), out)
                    gain = assured[game - first] - out.value[game]
                    out.regret[game] = max(0.0, out.regret[game], gain)


@jit
def is_asked(proposal: int, eager: int, better: Ints) -> bool:
    """Return whether all of a proposal are eager, and with each all eager ones who are better."""
    if proposal & ~eager:
        return False
    for i in range(better.size):
        if proposal >> i & 1 and better[i] & eager & ~proposal:
            return False
    return True
