"""The exact value of structures given by type counts, and who accepts which bloc."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from math import comb, prod

import numpy as np

from games import AllianceStructure, NotApplicableError, Prospect
from games.alliance.payoffs import by_common_shock, free_deployment, security
from games.arrays import Array, Bools, Ints
from solver.alliance.stage import ROUNDING
from solver.alliance.types.kernel import Ranked, level_of, struck, value_beside
from solver.alliance.types.types import TypeCounts, Types
from solver.prospects.compiled import require

# Payoffs of a structure given by type counts, in closed form.
#
# `games.alliance.payoffs` lists 2^treaties states; here the number of honouring spokes of a type is
# binomial, so that a structure has as many atoms as the product of (spokes of a type + 1), twice
# with a bloc. These functions state the payoffs plainly: certificates are computed from them, not
# by the search.


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
    >>> from solver.alliance.types.types import types_of
    >>> from solver.alliance.types.types import game_of_types
    >>> game = game_of_types("Athens", {"small": (0.02, 100)}, threat=0.5)
    >>> len(prospect(types_of(game), TypeCounts(spokes=(91,), bloc=(9,)), threat=0.5))
    249
    """
    shared = types.game.parameters
    types.check(counts)
    common = shared.common_reliability
    spared = by_common_shock(types.reliability, common)
    aid, chance = np.zeros(1), np.ones(1)
    for worth, p, number in zip(types.worth, spared, counts.spokes, strict=True):
        gift = shared.pledge_bilateral * worth * np.arange(number + 1)
        aid = np.add.outer(aid, gift).ravel()
        chance = np.multiply.outer(chance, binomial(number, float(p))).ravel()
    chance *= common
    chance[0] += 1 - common
    lost = shared.k_bilateral * sum(counts.spokes)
    blocs = 1 if sum(counts.bloc) else 0
    if blocs:
        gift = shared.pledge_multilateral * float(types.worth @ np.array(counts.bloc))
        aid = np.concatenate([aid, aid + gift])
        chance = np.concatenate([chance * (1 - shared.cohesion), chance * shared.cohesion])
        lost += shared.k_bloc + shared.k_multilateral * sum(counts.bloc)
    free = free_deployment(shared, blocs)
    own = np.add.outer(aid, free.own).ravel()
    secured = security(own, threat * shared.full_power)
    return Prospect(secured - lost, np.multiply.outer(chance, free.chance).ravel())


def reference_point(types: Types) -> float:
    """Return the hegemon's reference point, `game.reference_point` for many candidates."""
    game = types.game
    framed = game.threat if game.frame is None else game.frame

    def mean(structure: AllianceStructure, threat: float = framed) -> float:
        return prospect(types, types.counts(structure), threat).mean

    return game.reference.point(framed, mean)


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
    opposed = types.exposure * shared.full_power * game.threat
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
    opposed = types.exposure * shared.full_power * game.threat
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


MOST_TYPES = 6
MOST_STATES = 5_000_000
MOST_OF_A_TYPE = 1_000
SAME_AID = 1e-14
CHUNK = 2**17


class TypeValuer:
    """Values structures of one game by their counts.

    Attributes
    ----------
    types : Types
    level : AtThreat
    rates : ndarray, shape (rates,)
        The different reliabilities while the common shock spares the spokes, ascending.
    kinds : ndarray of int, shape (types,)
        Place in `rates` of each type's reliability.
    odds : ndarray, shape (rates, m + 1, m + 1)
        Chance that j of k spokes honour, at [rate, k, j], for k up to the largest type.

    Raises
    ------
    NotApplicableError
        If there are too many types or candidates, or the preference has formulas of its own.
    """

    def __init__(self, types: Types) -> None:
        _check_size(types)
        game, shared = types.game, types.game.parameters
        self.types = types
        self.level = level_of(game, reference_point(types))
        spared = by_common_shock(types.reliability, shared.common_reliability)
        self.rates, self.kinds = np.unique(spared, return_inverse=True)
        self.odds = np.stack([binomials(max(types.sizes), float(rate)) for rate in self.rates])
        self.unit = shared.pledge_bilateral * types.worth
        self.ranked = lru_cache(maxsize=2)(self._ranked)

    def _ranked(self, spokes: tuple[int, ...]) -> Ranked:
        """Return the states of a set of spokes, those of equal aid merged."""
        aid, odds = np.zeros(1), np.ones(1)
        for unit, kind, number in zip(self.unit, self.kinds, spokes, strict=True):
            if number:
                aid = np.add.outer(aid, unit * np.arange(number + 1)).ravel()
                odds = np.multiply.outer(odds, self.odds[kind, number, : number + 1]).ravel()
                aid, odds = _merged(aid, odds)
        return Ranked(*struck(aid, odds, self.level.common))

    def beside(self, bloc: Ints) -> tuple[Array, Array]:
        """Return the aid of blocs if they act, and the autonomy that they cost; aid -1 if empty.

        Parameters
        ----------
        bloc : ndarray of int, shape (..., types)
        """
        shared, size = self.types.game.parameters, bloc.sum(axis=-1)
        gift = shared.pledge_multilateral * (bloc @ self.types.worth)
        cost = np.where(size > 0, shared.k_bloc + shared.k_multilateral * size, 0.0)
        return np.where(size > 0, gift, -1.0), cost

    def value(self, counts: TypeCounts) -> float:
        """Return what a structure is worth to the hegemon."""
        spokes = self.ranked(counts.spokes)
        gift, cost = self.beside(np.array(counts.bloc))
        lost = float(cost) + self.types.game.parameters.k_bilateral * sum(counts.spokes)
        return float(value_beside(spokes, spokes, float(gift), lost, self.level))


@dataclass(frozen=True, eq=False)
class BlocTable:
    """Who accepts which bloc.

    Attributes
    ----------
    shape : tuple of int
        Sizes of the types, plus 1: blocs are numbered in this grid, the last type fastest.
    outside, spoke : ndarray, shape (types,)
        What no treaty and a spoke are worth to a candidate.
    surplus : ndarray, shape (blocs,)
        Least gain of a member over no treaty; infinite for no bloc, -infinite for a bloc of one.
    ranges : tuple of (float, float)
        Least and greatest payoff of each type over all structures.
    """

    shape: tuple[int, ...]
    outside: Array = field(repr=False)
    spoke: Array = field(repr=False)
    surplus: Array = field(repr=False)
    ranges: tuple[tuple[float, float], ...] = field(repr=False)

    def accepted(self, tolerance: float) -> Bools:
        """Whether no member of a bloc would rather have no treaty, shape (blocs,)."""
        return self.surplus >= -tolerance

    def willing(self, tolerance: float) -> Bools:
        """Whether a spoke leaves a candidate no worse off than no treaty, shape (types,)."""
        return self.spoke >= self.outside - tolerance

    def eager(self, tolerance: float) -> Bools:
        """Whether a spoke leaves a candidate better off than no treaty, shape (types,)."""
        return self.spoke > self.outside + tolerance


def bloc_table(types: Types) -> BlocTable:
    """Return who accepts which bloc, over all blocs; refuse what is too large."""
    _check_size(types)
    outside, spoke = treaty_values(types)
    shape = tuple(size + 1 for size in types.sizes)
    low, high = np.minimum(outside, spoke), np.maximum(outside, spoke)
    surplus = np.empty(prod(shape))
    for start in range(0, surplus.size, CHUNK):
        numbers = np.arange(start, min(start + CHUNK, surplus.size))
        blocs = np.stack(np.unravel_index(numbers, shape), axis=1).astype(np.int64)
        worth, size = bloc_values(types, blocs), blocs.sum(axis=1)
        inside = (blocs > 0) & (size > 1)[:, np.newaxis]
        low = np.minimum(low, np.where(inside, worth, np.inf).min(axis=0))
        high = np.maximum(high, np.where(inside, worth, -np.inf).max(axis=0))
        gains = np.where(inside, worth - outside, np.inf).min(axis=1)
        surplus[numbers] = np.where(size == 1, -np.inf, gains)
    ranges = tuple(zip(low.tolist(), high.tolist(), strict=True))
    return BlocTable(shape, outside, spoke, surplus, ranges)


def tolerance_of(ranges: list[tuple[float, float]], relative: float) -> float:
    """Return the difference up to which payoffs are equal, as `tie_tolerance` does."""
    widest = max(high - low for low, high in ranges)
    return max(relative * widest, ROUNDING * max(abs(end) for ends in ranges for end in ends))


def binomials(most: int, probability: float) -> Array:
    """Return the chance of j successes in k trials at [k, j], shape (most + 1, most + 1).

    Each row comes of the one above by sums of positive terms, so that all entries are precise.
    """
    table = np.zeros((most + 1, most + 1))
    table[0, 0] = 1.0
    for k in range(most):
        table[k + 1] = table[k] * (1 - probability)
        table[k + 1, 1:] += table[k, :-1] * probability
    return table


def _merged(aid: Array, odds: Array) -> tuple[Array, Array]:
    """Return atoms least aid first, those of equal aid merged."""
    order = np.argsort(aid, kind="stable")
    aid, odds = aid[order], odds[order]
    first = np.flatnonzero(np.diff(aid, prepend=-1.0) > SAME_AID * aid[-1])
    return aid[first], np.add.reduceat(odds, first)


def _check_size(types: Types) -> None:
    """Refuse games too large for exact work by type counts."""
    if len(types) > MOST_TYPES:
        raise NotApplicableError(
            f"exact work by type counts must have at most {MOST_TYPES} types; got {len(types)}:"
            " round capabilities so that candidates fall into fewer"
        )
    if max(types.sizes) > MOST_OF_A_TYPE:
        raise NotApplicableError(
            f"exact work by type counts must have at most {MOST_OF_A_TYPE} candidates of a type;"
            f" got {max(types.sizes)}: split the type by slightly different capabilities"
        )
    states = prod(size + 1 for size in types.sizes)
    if states > MOST_STATES:
        raise NotApplicableError(
            f"exact work by type counts must have at most {MOST_STATES} states of the spokes; got"
            f" {states} with types of {', '.join(map(str, types.sizes))}: take fewer types or"
            " candidates"
        )
