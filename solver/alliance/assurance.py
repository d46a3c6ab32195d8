"""Subgame-perfect outcomes of many games at once: what candidates accept, what the hegemon prefers.

`solver.alliance.concepts.subgame_perfect.search`, compiled, for games that are columns.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from games.arrays import Array, Bools, Ints
from solver.alliance.columns import Columns, Figures, figures_at, secured
from solver.alliance.lattice import Lattice, pack_bits
from solver.alliance.stage import ROUNDING
from solver.numerics.jit import jit
from solver.prospects.compiled import utility
from solver.prospects.weighting import weight


class Payoffs(NamedTuple):
    """What treaties are worth to the candidates of one game, shapes (n,), (n,) and (2^n, n)."""

    outside: Array
    spoke: Array
    bloc: Array


@jit
def put_payoffs(game: Figures, payoffs: Payoffs) -> tuple[float, float]:
    """Write what treaties are worth to the candidates.

    Returns
    -------
    float, float
        The widest range of any candidate's payoffs, and the largest of them by size.
    """
    shared, own = game.shared, game.capability
    deployment = shared.deployment
    close, point = game.affinity, game.candidate_reference
    taste = game.candidate_taste
    cohesion = shared.cohesion
    idle_up = 1.0 - weight(taste.gains, cohesion, 1.0 - cohesion)
    acts_up = weight(taste.gains, cohesion, 1.0 - cohesion)
    idle_down = weight(taste.losses, 1.0 - cohesion, cohesion)
    acts_down = 1.0 - weight(taste.losses, 1.0 - cohesion, cohesion)
    cost_bilateral, friction = shared.ally_cost_bilateral, shared.friction
    cost_multilateral = shared.ally_cost_multilateral
    n = own.size
    widest = largest = 0.0
    for i in range(n):
        opposed = game.exposure[i] * game.power
        alone = secured(own[i] + shared.shelter * deployment, opposed)
        guarded = secured(own[i] + shared.guarantee_bilateral * deployment, opposed)
        payoffs.outside[i] = utility(taste, alone - point)
        payoffs.spoke[i] = utility(taste, guarded - cost_bilateral - point)
        low = min(payoffs.outside[i], payoffs.spoke[i])
        high = max(payoffs.outside[i], payoffs.spoke[i])
        protection = own[i] + shared.guarantee_multilateral * deployment
        idle = secured(protection, opposed)
        for bloc in range(payoffs.bloc.shape[0]):
            if bloc >> i & 1 == 0 or bloc & (bloc - 1) == 0:
                continue
            help_ = apart = 0.0
            for j in range(n):
                if j != i and bloc >> j & 1:
                    help_ += close[i, j] * own[j]
                    apart += 1.0 - close[i, j]
            cost = cost_multilateral + friction * apart
            without = idle - cost - point
            with_ = secured(protection + help_, opposed) - cost - point
            worth = (idle_up if without >= 0.0 else idle_down) * utility(taste, without)
            worth += (acts_up if with_ >= 0.0 else acts_down) * utility(taste, with_)
            payoffs.bloc[bloc, i] = worth
            low, high = min(low, worth), max(high, worth)
        widest = max(widest, high - low)
        largest = max(largest, abs(low), abs(high))
    return widest, largest


class Found(NamedTuple):
    """What was found in each game, shape (games,) each.

    Attributes
    ----------
    tolerance : ndarray
        Payoffs that differ by no more are equal.
    equilibria : ndarray of int
    preferred : ndarray of int
        Number of the hegemon's best equilibrium; there always is one.
    tied : ndarray of int
        How many are worth as much, that one included.
    security : ndarray
        What the hegemon can make sure of.
    """

    tolerance: Array
    equilibria: Ints
    preferred: Ints
    tied: Ints
    security: Array


def new_found(games: int) -> Found:
    """Return room for what is found in so many games."""
    return Found(
        np.empty(games),
        np.empty(games, np.int64),
        np.empty(games, np.int64),
        np.empty(games, np.int64),
        np.empty(games),
    )


@jit
def find(
    games: Columns,
    same: Bools,
    blocs: Ints,
    starts: Ints,
    hegemon: Array,
    relative: float,
    rounding: float,
    found: Found,
    accepted: Bools,
) -> None:
    """Write the subgame-perfect outcomes of each game.

    Parameters
    ----------
    same : ndarray of bool, shape (games,)
        Whether candidates are paid as in the game before.
    blocs, starts : ndarray of int
        Of the lattice.
    hegemon : ndarray, shape (games, structures)
    relative, rounding : float
        The tolerance as a share of the widest range of payoffs, and the least that it is, as a
        share of the largest of them.
    accepted : ndarray of bool, shape (games, structures)
        Output: which structures are equilibria.
    """
    n = games.capability.shape[1]
    payoffs = Payoffs(np.empty(n), np.empty(n), np.empty((1 << n, n)))
    widest = largest = 0.0
    for game in range(hegemon.shape[0]):
        if not same[game]:
            widest, largest = put_payoffs(figures_at(games, game), payoffs)
        low = high = hegemon[game, 0]
        for value in hegemon[game]:
            low, high = min(low, value), max(high, value)
        ties = max(relative * max(widest, high - low), rounding * max(largest, abs(low), abs(high)))
        willing = eager = 0
        for i in range(n):
            if payoffs.spoke[i] >= payoffs.outside[i] - ties:
                willing |= 1 << i
            if payoffs.spoke[i] > payoffs.outside[i] + ties:
                eager |= 1 << i
        # the structures without a bloc come first, numbered by their spokes' mask
        security = hegemon[game, 0]
        spokes = eager
        while spokes:
            security = max(security, hegemon[game, spokes])
            spokes = (spokes - 1) & eager
        number, best, place = 0, -np.inf, -1
        for b in range(blocs.size):
            content = True
            for i in range(n):
                if blocs[b] >> i & 1 and payoffs.bloc[blocs[b], i] < payoffs.outside[i] - ties:
                    content = False
            others = pack_bits(willing, ~blocs[b], n)
            for packed in range(starts[b + 1] - starts[b]):
                one = starts[b] + packed
                worth = hegemon[game, one]
                accepted[game, one] = content and packed & ~others == 0 and worth >= security - ties
                if accepted[game, one]:
                    number += 1
                    if worth > best:
                        best, place = worth, one
        tied = 0
        for one in range(hegemon.shape[1]):
            if accepted[game, one] and hegemon[game, one] >= best - ties:
                tied += 1
        found.tolerance[game], found.security[game] = ties, security
        found.equilibria[game], found.preferred[game], found.tied[game] = number, place, tied


def subgame_perfect(
    games: Columns, same: Bools, grid: Lattice, hegemon: Array, relative: float
) -> tuple[Found, Bools]:
    """Return the subgame-perfect outcomes of each game, and which structures are any.

    Parameters
    ----------
    As `find`, which fills them.
    """
    found = new_found(len(hegemon))
    accepted = np.empty(hegemon.shape, np.bool_)
    find(games, same, grid.blocs, grid.starts, hegemon, relative, ROUNDING, found, accepted)
    return found, accepted
