"""What treaties are worth to the candidates: `games.alliance.payoffs` for every bloc at once."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from games import AllianceGame
from games.alliance import burden_sharing
from games.alliance.payoffs import affinity, security
from games.arrays import Array, Ints
from solver.prospects.compiled import require


class Outcomes(NamedTuple):
    """Outcomes of the candidates before burdens.

    Attributes
    ----------
    outside, spoke : ndarray, shape (n,)
        With no treaty and with a bilateral one.
    bloc : ndarray, shape (m, n, 2)
        In each bloc, when it is idle and when it acts; of no meaning for who is outside it.
    odds : ndarray, shape (2,)
        Of the two.
    """

    outside: Array
    spoke: Array
    bloc: Array
    odds: Array


class Willingness(NamedTuple):
    """The burdens that take all of the candidates' gains; see `games.alliance.burden_sharing`.

    Attributes
    ----------
    spoke : ndarray, shape (n,)
    bloc : ndarray, shape (m, n)
        0 for who is outside the bloc.
    """

    spoke: Array
    bloc: Array


def all_masks(n: int) -> Ints:
    """Return the mask of every bloc over `n` candidates."""
    return np.arange(1 << n)


def membership(masks: Ints, n: int) -> Array:
    """Return 1 where a candidate is in a bloc and 0 elsewhere, shape (m, n)."""
    return (masks[:, np.newaxis] >> np.arange(n) & 1).astype(np.float64)


def outcomes_of(game: AllianceGame, masks: Ints) -> Outcomes:
    """Return the candidates' outcomes, with the blocs that have `masks`."""
    shared = game.parameters
    names = game.candidates
    own = np.array([game.capabilities[name] for name in names])
    exposure = np.array([game.exposures.get(name, shared.exposure) for name in names])
    opposed = exposure * shared.adversary * game.threat
    ties = np.array([[0.0 if a == b else affinity(game, a, b) for b in names] for a in names])
    members = membership(masks, len(names))
    close = members @ (ties * own).T
    apart = members @ ((1 - ties) * (1 - np.eye(len(names)))).T
    cost = shared.ally_cost_multilateral + shared.friction * apart
    protection = own + shared.guarantee_multilateral * shared.deployment
    idle = security(np.broadcast_to(protection, close.shape), opposed) - cost
    acting = security(protection + close, opposed) - cost
    guarded = security(own + shared.guarantee_bilateral * shared.deployment, opposed)
    return Outcomes(
        security(own + shared.shelter * shared.deployment, opposed),
        guarded - shared.ally_cost_bilateral,
        np.stack([idle, acting], axis=-1),
        np.array([1 - shared.cohesion, shared.cohesion]),
    )


def willingness_of(game: AllianceGame, masks: Ints) -> Willingness:
    """Return what the candidates would pay at most, with the blocs that have `masks`."""
    before = outcomes_of(game, masks)
    taste, point = game.candidate_preference, game.candidate_reference
    sure = np.ones(1)
    spoke = burden_sharing.willingness(
        taste, point, before.spoke[:, np.newaxis], sure, before.outside
    )
    bloc = burden_sharing.willingness(taste, point, before.bloc, before.odds, before.outside)
    return Willingness(spoke, bloc * membership(masks, spoke.size))


def candidate_payoffs(game: AllianceGame, masks: Ints | None = None) -> tuple[Array, Array, Array]:
    """Return `outside`, `spoke` and `bloc` of a `Stage`, burdens paid by the rules in closed form.

    Parameters
    ----------
    masks : ndarray of int, shape (m,), optional
        The blocs to value; all by default.

    Raises
    ------
    NotApplicableError
        If the candidates' preference values whole prospects by a formula of its own.
    """
    require(game.candidate_preference, ("weighted_value", "value"))
    rows = all_masks(len(game.candidates)) if masks is None else masks
    outside, spoke, bloc, odds = outcomes_of(game, rows)
    share = game.sharing.share
    if share is not None:
        willing = willingness_of(game, rows)
        spoke = spoke - share * willing.spoke
        bloc = bloc - share * willing.bloc[..., np.newaxis]
    taste, point = game.candidate_preference, game.candidate_reference
    return (
        taste.utility(outside - point),
        taste.utility(spoke - point),
        taste.weighted_value(bloc - point, taste.rank_weights(odds)),
    )
