"""The candidates as arrays: what they bring, and what every treaty is worth to them.

`games.alliance.payoffs` says both for one structure at a time.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from games import AllianceGame
from games.alliance import burden_sharing
from games.alliance.payoffs import affinity, security
from games.arrays import Array, Bools, Ints
from solver.alliance.lattice import lattice, mask_of
from solver.prospects.compiled import require


class Traits(NamedTuple):
    """What each candidate brings to a treaty, shape (n,) each, in the order of the game.

    Attributes
    ----------
    capability, exposure : ndarray
    worth : ndarray
        To the hegemon: capability and bases.
    reliability : ndarray
        Probability that it honours a bilateral treaty.
    """

    capability: Array
    exposure: Array
    worth: Array
    reliability: Array


class CandidatePayoffs(NamedTuple):
    """What treaties are worth to the candidates, burdens paid.

    A candidate's payoff depends on its own treaty alone, so three arrays hold all of them.

    Attributes
    ----------
    outside, spoke : ndarray, shape (n,)
        With no treaty and with a bilateral one.
    bloc : ndarray, shape (m, n)
        In each bloc; of no meaning for who is outside it.
    """

    outside: Array
    spoke: Array
    bloc: Array

    def willing(self, tolerance: float = 0.0) -> int:
        """Mask of the candidates whom a spoke leaves no worse off than no treaty."""
        return mask_of(self.spoke >= self.outside - tolerance)

    def eager(self, tolerance: float) -> int:
        """Mask of the candidates whom a spoke leaves better off than no treaty."""
        return mask_of(self.spoke > self.outside + tolerance)

    def content(self, tolerance: float = 0.0, masks: Ints | None = None) -> Bools:
        """Return in which blocs no member would rather have no treaty, shape (m,).

        `masks` are those of the blocs; all by default.
        """
        unhappy = self.bloc < self.outside - tolerance
        rows = all_masks(self.outside.size) if masks is None else masks
        content: Bools = ~np.any(unhappy & is_member(rows, self.outside.size), axis=1)
        return content

    def rational(self, tolerance: float = 0.0) -> Bools:
        """Return in which structures no candidate would rather be out of its treaty.

        Returns
        -------
        ndarray of bool, shape (structures,)
            Structures as numbered by `solver.alliance.lattice`.
        """
        grid = lattice(self.outside.size)
        return grid.made_of(self.content(tolerance), self.willing(tolerance))

    def extent(self) -> tuple[float, float]:
        """Return the widest range of any candidate's payoffs, and the largest of them by size."""
        n = self.outside.size
        masks = all_masks(n)
        joined = is_member(masks, n) & (np.bitwise_count(masks) > 1)[:, np.newaxis]
        alone = np.stack([self.outside, self.spoke])
        low = np.where(joined, self.bloc, np.inf).min(axis=0)
        high = np.where(joined, self.bloc, -np.inf).max(axis=0)
        low, high = np.minimum(low, alone.min(axis=0)), np.maximum(high, alone.max(axis=0))
        return float((high - low).max()), float(np.maximum(np.abs(low), np.abs(high)).max())


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


def is_member(masks: Ints, n: int) -> Bools:
    """Return whether each candidate is in each bloc, shape (m, n)."""
    inside: Bools = masks[:, np.newaxis] >> np.arange(n) & 1 == 1
    return inside


def traits_of(game: AllianceGame) -> Traits:
    """Return what each candidate of `game` brings."""
    shared, names = game.parameters, game.candidates
    capability = np.array([game.capabilities[name] for name in names])
    return Traits(
        capability,
        np.array([game.exposures.get(name, shared.exposure) for name in names]),
        capability + np.array([game.basings.get(name, shared.basing) for name in names]),
        np.array([game.reliabilities.get(name, shared.reliability) for name in names]),
    )


def outcomes_of(game: AllianceGame, masks: Ints) -> Outcomes:
    """Return the candidates' outcomes, with the blocs that have `masks`."""
    shared = game.parameters
    names = game.candidates
    own, exposure, *_ = traits_of(game)
    opposed = exposure * shared.adversary * game.threat
    ties = np.array([[0.0 if a == b else affinity(game, a, b) for b in names] for a in names])
    members = is_member(masks, len(names)).astype(np.float64)
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
    return Willingness(spoke, bloc * is_member(masks, spoke.size))


def candidate_payoffs(game: AllianceGame, masks: Ints | None = None) -> CandidatePayoffs:
    """Return what treaties are worth to the candidates, burdens paid by the rules in closed form.

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
    return CandidatePayoffs(
        taste.utility(outside - point),
        taste.utility(spoke - point),
        taste.weighted_value(bloc - point, taste.rank_weights(odds)),
    )
