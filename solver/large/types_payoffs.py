"""Payoffs of a structure given by type counts, in closed form.

`games.payoffs` lists 2^treaties states; here the number of honouring spokes of a type is binomial,
so that a structure has as many atoms as the product of (spokes of a type + 1), twice with a bloc.
These functions state the payoffs plainly: certificates are computed from them, not by the search.
"""

from __future__ import annotations

from math import comb

import numpy as np

from games import Prospect
from games.arrays import Array, Ints
from games.payoffs import security
from solver.formulas import require
from solver.large.types import TypeCounts, Types


def binomial(number: int, probability: float) -> Array:
    """Return the chance of each number of successes, shape (number + 1,); number at most 1000.

    Examples
    --------
    >>> binomial(2, 0.5).tolist()
    [0.25, 0.5, 0.25]
    """
    counts = np.arange(number + 1)
    ways = np.array([float(comb(number, int(count))) for count in counts])
    chances: Array = ways * probability**counts * (1 - probability) ** (number - counts)
    return chances


def prospect(types: Types, counts: TypeCounts, threat: float) -> Prospect:
    """Return the hegemon's prospect under a structure with these counts.

    Parameters
    ----------
    threat : float
        In [0, 1]; the game's own is not used.

    Examples
    --------
    >>> from solver.large.types import types_of
    >>> from solver.large.types_building import game_of_types
    >>> game = game_of_types("Athens", {"small": (0.02, 100)}, threat=0.5)
    >>> len(prospect(types_of(game), TypeCounts(spokes=(91,), bloc=(9,)), threat=0.5))
    184
    """
    shared = types.game.parameters
    types.check(counts)
    aid, chance = np.zeros(1), np.ones(1)
    for worth, p, number in zip(types.worth, types.reliability, counts.spokes, strict=True):
        gift = shared.pledge_bilateral * worth * np.arange(number + 1)
        aid = np.add.outer(aid, gift).ravel()
        chance = np.multiply.outer(chance, binomial(number, float(p))).ravel()
    lost = shared.k_bilateral * sum(counts.spokes)
    if sum(counts.bloc):
        gift = shared.pledge_multilateral * float(types.worth @ np.array(counts.bloc))
        aid = np.concatenate([aid, aid + gift])
        chance = np.concatenate([chance * (1 - shared.cohesion), chance * shared.cohesion])
        lost += shared.k_bloc + shared.k_multilateral * sum(counts.bloc)
    secured = security(shared.deployment + aid, threat * shared.adversary)
    return Prospect(secured - lost, chance)


def reference_point(types: Types) -> float:
    """Return the hegemon's reference point, `game.reference_point` for many candidates."""
    game = types.game
    framed = game.threat if game.frame is None else game.frame
    return game.reference.point(
        framed, lambda structure: prospect(types, types.counts(structure), framed).mean
    )


def hegemon_value(types: Types, counts: TypeCounts) -> float:
    """Return what a structure with these counts is worth to the hegemon."""
    seen = prospect(types, counts, types.game.threat)
    return types.game.preference.value(seen, reference_point(types))


def treaty_values(types: Types) -> tuple[Array, Array]:
    """Return what no treaty, and what a spoke, is worth to a candidate of each type.

    Returns
    -------
    outside, spoke : ndarray, shape (types,)
    """
    game, shared = types.game, types.game.parameters
    opposed = types.exposure * shared.adversary * game.threat
    sheltered = security(types.capability + shared.shelter * shared.deployment, opposed)
    guarded = security(types.capability + shared.guarantee_bilateral * shared.deployment, opposed)
    utility, point = game.candidate_preference.utility, game.candidate_reference
    return utility(sheltered - point), utility(guarded - shared.ally_cost_bilateral - point)


def bloc_values(types: Types, blocs: Ints) -> Array:
    """Return what a bloc is worth to a member of each type.

    Parameters
    ----------
    blocs : ndarray of int, shape (m, types)
        How many of each type are in the bloc.

    Returns
    -------
    ndarray, shape (m, types)
        Of no meaning for types that have no member in the bloc.

    Raises
    ------
    NotApplicableError
        If the candidates' preference values whole prospects by a formula of its own.
    """
    game, shared = types.game, types.game.parameters
    require(game.candidate_preference, ("weighted_value", "value"))
    own, ties = types.capability, types.affinity
    opposed = types.exposure * shared.adversary * game.threat
    others = np.maximum(blocs[:, np.newaxis, :] - np.eye(len(types), dtype=np.int64), 0)
    close = (others * (ties * own)).sum(axis=2)
    cost = shared.ally_cost_multilateral + shared.friction * (others * (1 - ties)).sum(axis=2)
    protection = own + shared.guarantee_multilateral * shared.deployment
    idle = security(np.broadcast_to(protection, close.shape), opposed) - cost
    acting = security(protection + close, opposed) - cost
    odds = np.array([1 - shared.cohesion, shared.cohesion])
    taste = game.candidate_preference
    outcomes = np.stack([idle, acting], axis=-1) - game.candidate_reference
    worth: Array = taste.weighted_value(outcomes, taste.rank_weights(odds))
    return worth
