"""A game at one threat level as arrays: what candidates bring, and what structures are worth.

`games.alliance.payoffs` says it for one structure at a time.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from games import AllianceGame, AllianceStructure
from games.alliance import burden_sharing
from games.alliance.payoffs import security
from games.arrays import Array, Bools, Ints
from solver.alliance.lattice import Lattice, lattice, mask_of, to_masks, to_structure
from solver.prospects.compiled import require

ROUNDING = 1e-13


def all_masks(n: int) -> Ints:
    """Return the mask of every bloc over `n` candidates."""
    return np.arange(1 << n)


def is_member(masks: Ints, n: int) -> Bools:
    """Return whether each candidate is in each bloc, shape (m, n)."""
    inside: Bools = masks[:, np.newaxis] >> np.arange(n) & 1 == 1
    return inside


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


def affinities_of(game: AllianceGame) -> Array:
    """Return the affinity of each pair of candidates, 0 on the diagonal, shape (n, n)."""
    places = {name: place for place, name in enumerate(game.candidates)}
    ties = np.full((len(places), len(places)), game.parameters.affinity)
    for (one, other), value in game.affinity.items():
        ties[places[one], places[other]] = ties[places[other], places[one]] = value
    np.fill_diagonal(ties, 0.0)
    return ties


def never_worse(own: Traits) -> Bools:
    """Return whether each candidate (a column) as a spoke is never worse in the place of another.

    Whoever aids as much and is as reliable makes the hegemon's prospect no worse by the first
    order, which cumulative prospect theory and expected utility respect; of two who are alike the
    first counts as better.

    Returns
    -------
    ndarray of bool, shape (n, n)
    """
    worth, honours = own.worth, own.reliability
    as_good = (worth >= worth[:, np.newaxis]) & (honours >= honours[:, np.newaxis])
    places = np.arange(worth.size)
    better: Bools = as_good & (~as_good.T | (places < places[:, np.newaxis]))
    return better


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


def outcomes_of(game: AllianceGame, masks: Ints) -> Outcomes:
    """Return the candidates' outcomes, with the blocs that have `masks`."""
    shared = game.parameters
    names = game.candidates
    own, exposure, *_ = traits_of(game)
    opposed = exposure * shared.full_power * game.threat
    ties = affinities_of(game)
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

    @property
    def rounding(self) -> float:
        """Differences up to this are none, where no larger tolerance is asked for."""
        largest = max(float(np.abs(own).max(initial=0.0)) for own in self)
        return float(tolerances(0.0, 0.0, largest))

    def willing(self, tolerance: float | None = None) -> int:
        """Mask of the candidates whom a spoke leaves no worse off than no treaty.

        Differences up to `tolerance`, that of rounding by default, are none.
        """
        ties = self.rounding if tolerance is None else tolerance
        return mask_of(self.spoke >= self.outside - ties)

    def eager(self, tolerance: float) -> int:
        """Mask of the candidates whom a spoke leaves better off than no treaty."""
        return mask_of(self.spoke > self.outside + tolerance)

    def content(self, tolerance: float | None = None, masks: Ints | None = None) -> Bools:
        """Return in which blocs no member would rather have no treaty, shape (m,).

        `masks` are those of the blocs; all by default. The tolerance is that of `willing`.
        """
        ties = self.rounding if tolerance is None else tolerance
        unhappy = self.bloc < self.outside - ties
        rows = all_masks(self.outside.size) if masks is None else masks
        content: Bools = ~np.any(unhappy & is_member(rows, self.outside.size), axis=1)
        return content

    def rational(self, tolerance: float | None = None) -> Bools:
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


@dataclass(frozen=True, eq=False)
class Valued(ABC):
    """What every structure of the family `bloc_and_spokes` is worth to the hegemon.

    Attributes
    ----------
    game : AllianceGame
        At one threat level.
    grid : Lattice
        The numbering of the structures.
    hegemon : ndarray, shape (structures,)
    tolerance : float
        Differences up to this are ties: a share of the range of payoffs.
    """

    game: AllianceGame
    grid: Lattice
    hegemon: Array
    tolerance: float

    @abstractmethod
    def individually_rational(self) -> Bools:
        """Return in which structures no candidate would rather be out of its treaty."""

    @abstractmethod
    def security_level(self) -> float:
        """Return the most that the hegemon can make sure of by a proposal of its own."""

    def structure(self, index: int) -> AllianceStructure:
        """Return the structure with number `index`."""
        return to_structure(self.game.hegemon, self.game.candidates, *self.grid.masks(index))

    def index(self, structure: AllianceStructure) -> int:
        """Return the number of `structure`."""
        return self.grid.index(*to_masks(self.game.candidates, structure))

    def form_codes(self, numbers: Ints) -> Ints:
        """Return a code of the form of each of the structures with these numbers."""
        codes: Ints = self.grid.form_codes[numbers]
        return codes


@dataclass(frozen=True, eq=False)
class Stage(Valued):
    """Payoffs of every structure, where a candidate's depends on its own treaty alone.

    Attributes
    ----------
    candidates : CandidatePayoffs
    """

    candidates: CandidatePayoffs

    def eager(self) -> int:
        """Mask of the candidates whom a spoke leaves better off than no treaty."""
        return self.candidates.eager(self.tolerance)

    def individually_rational(self) -> Bools:
        """Return in which structures no candidate would rather be out of its treaty."""
        return self.candidates.rational(self.tolerance)

    def security_level(self) -> float:
        """Return what the hegemon's best set of eager spokes is worth to it."""
        # the structures without a bloc come first, numbered by their spokes' mask
        spokes = all_masks(self.grid.n)
        return float(self.hegemon[spokes][spokes & ~self.eager() == 0].max())


def stage_of(game: AllianceGame, hegemon: Array, relative_tolerance: float) -> Stage:
    """Return the stage of `game`, given the hegemon's value of every structure."""
    candidates = candidate_payoffs(game)
    tolerance = tie_tolerance([hegemon], relative_tolerance, candidates.extent())
    return Stage(game, lattice(candidates.outside.size), hegemon, tolerance, candidates)


def tie_tolerance(
    payoffs: Iterable[Array], relative: float, extent: tuple[float, float] = (0.0, 0.0)
) -> float:
    """Return the difference up to which payoffs are equal.

    Parameters
    ----------
    payoffs : iterable of ndarray
        All payoffs of some players, each.
    relative : float
        Share of the widest range of any player. What comes of it is never less than rounding: if
        all payoffs are equal, they are so up to some 1e-16 only.
    extent : pair of float
        The widest range and the largest size of the other players' payoffs.
    """
    ranges = [(float(values.min()), float(values.max())) for values in payoffs]
    widest = max(extent[0], *(high - low for low, high in ranges))
    largest = max(extent[1], *(max(abs(low), abs(high)) for low, high in ranges))
    return float(tolerances(relative, widest, largest))


def tolerances(relative: float, widest: Array | float, largest: Array | float) -> Array:
    """Return `tie_tolerance` of games with those widest ranges and largest payoffs."""
    found: Array = np.maximum(relative * widest, ROUNDING * largest)
    return found
