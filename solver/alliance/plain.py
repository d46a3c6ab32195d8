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
from solver.alliance.columns import Columns, Figures, figures_at, secured
from solver.alliance.lattice import popcount
from solver.numerics.arrays import order_of
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
def list_lottery(game: Figures, bloc: int, spokes: int, room: Lottery) -> int:
    """List the states of a structure with their weights, and return how many there are."""
    shared = game.shared
    n = game.capability.size
    deployment, common = shared.deployment, shared.common_reliability
    entraps, acts, pledged = 0.0, 0.0, 0.0
    tied = shared.entrapment_share * deployment
    if bloc:
        acts, entraps = shared.cohesion, shared.entrapment if tied > 0.0 else 0.0
        for i in range(n):
            if bloc >> i & 1:
                worth = game.capability[i] + game.basing[i]
                pledged += shared.pledge_multilateral * worth
    count = 0
    helpers = spokes
    while True:
        aid, chance = 0.0, common
        for i in range(n):
            if spokes >> i & 1:
                honours = game.reliability[i] / common if common > 0.0 else 0.0
                if helpers >> i & 1:
                    worth = game.capability[i] + game.basing[i]
                    aid += shared.pledge_bilateral * worth
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
    # least own power first; what the weights will hold is scratch meanwhile
    order = order_of(room.own[:count])
    for k in range(count):
        room.gain[k], room.loss[k] = room.own[order[k]], room.chance[order[k]]
    for k in range(count):
        room.own[k], room.chance[k] = room.gain[k], room.loss[k]
    chances = room.chance
    taste = game.taste
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
def autonomy(game: Figures, bloc: int, spokes: int) -> float:
    """Return the freedom of action that the hegemon gives up."""
    shared, size = game.shared, popcount(bloc)
    lost = shared.k_bilateral * popcount(spokes)
    if size:
        lost += shared.k_bloc + shared.k_multilateral * size
    return float(lost)


@jit
def worth(game: Figures, room: Lottery, count: int, lost: float) -> float:
    """Return the hegemon's value of a structure whose states are listed."""
    taste, total = game.taste, 0.0
    for k in range(count):
        gain = secured(room.own[k], game.power) - lost - game.reference
        total += (room.gain[k] if gain >= 0.0 else room.loss[k]) * utility(taste, gain)
    return total


@jit
def candidate(game: Figures, i: int, bloc: int, is_spoke: bool) -> float:
    """Return what its own treaty is worth to a candidate: a bloc, a spoke or none."""
    shared, taste = game.shared, game.candidate_taste
    deployment = shared.deployment
    point, own = game.candidate_reference, game.capability[i]
    opposed = game.exposure[i] * game.power
    if bloc >> i & 1 == 0:
        share = shared.guarantee_bilateral if is_spoke else shared.shelter
        cost = shared.ally_cost_bilateral if is_spoke else 0.0
        return utility(taste, secured(own + share * deployment, opposed) - cost - point)
    cost = shared.ally_cost_multilateral
    strength = own + shared.guarantee_multilateral * deployment
    aid = 0.0
    for j in range(game.capability.size):
        if j != i and bloc >> j & 1:
            aid += game.affinity[i, j] * game.capability[j]
            cost += shared.friction * (1.0 - game.affinity[i, j])
    acts = shared.cohesion
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
def never_worse_masks(game: Figures, better: Ints) -> None:
    """Write, for each candidate, the mask of those who are never worse as a spoke in its place.

    See `solver.alliance.stage.never_worse`.
    """
    n = better.size
    for i in range(n):
        better[i] = 0
        for j in range(n):
            mine = game.capability[i] + game.basing[i]
            other = game.capability[j] + game.basing[j]
            by = game.reliability[j] - game.reliability[i]
            if i != j and other >= mine and by >= 0.0:
                alike = other == mine and by == 0.0
                if not alike or j < i:
                    better[i] |= 1 << j


@jit
def appraise(game: Figures, room: Lottery, count: int, lost: float) -> tuple[float, float]:
    """Return the mean outcome of a structure whose states are listed, and what mass is below."""
    mean = below = 0.0
    for k in range(count):
        outcome = secured(room.own[k], game.power) - lost
        mean += room.chance[k] * outcome
        if outcome < game.reference:
            below += room.chance[k]
    # what is sure is exactly so
    least, most = secured(room.own[0], game.power), secured(room.own[count - 1], game.power)
    return least - lost if least == most else mean, min(1.0, below)


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
        one = figures_at(games, first)
        never_worse_masks(one, better)
        eager = np.zeros(last - first, np.int64)
        asked = 0
        for game in range(first, last):
            own, refused = figures_at(games, game), 0.0
            for i in range(n):
                alone = candidate(own, i, 0, False)
                if candidate(own, i, 0, True) - alone > tolerance[game]:
                    eager[game - first] |= 1 << i
                is_spoke = spokes[game] >> i & 1 == 1
                if is_spoke or blocs[game] >> i & 1:
                    refused = max(refused, alone - candidate(own, i, blocs[game], is_spoke))
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
                        count = list_lottery(one, 0, proposal, room)
                    own = figures_at(games, game)
                    value = worth(own, room, count, autonomy(own, 0, proposal))
                    assured[game - first] = max(assured[game - first], value)
        done = np.zeros(last - first, np.bool_)
        for start in range(first, last):
            if done[start - first]:
                continue
            bloc, who = blocs[start], spokes[start]
            count = list_lottery(one, bloc, who, room)
            for game in range(start, last):
                if blocs[game] == bloc and spokes[game] == who:
                    done[game - first] = True
                    own = figures_at(games, game)
                    lost = autonomy(own, bloc, who)
                    out.mean[game], out.mass_below[game] = appraise(own, room, count, lost)
                    out.value[game] = worth(own, room, count, lost)
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
