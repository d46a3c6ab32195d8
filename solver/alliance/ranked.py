"""What decides the hegemon's decision weights in each of many games, and ranks its outcomes."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from games.alliance.payoffs import by_common_shock
from games.arrays import Array, Ints
from solver.alliance.columns import Columns
from solver.alliance.kernel import SpokeSets, spoke_sets
from solver.alliance.lattice import popcounts, subset_sums
from solver.numerics.jit import jit
from solver.prospects.weighting import Curve


class Terms(NamedTuple):
    """What outcomes hang on beside what treaties bring and the level, shape (games,) each.

    Attributes
    ----------
    deployment : ndarray
        The hegemon's.
    k_bilateral, k_multilateral, k_bloc : ndarray
        Autonomy lost to each spoke, to each member, and to having a bloc.
    """

    deployment: Array
    k_bilateral: Array
    k_multilateral: Array
    k_bloc: Array


class Ranked(NamedTuple):
    """What decides the decision weights of each game, and how it ranks its outcomes.

    Attributes
    ----------
    sizes : ndarray of int, shape (2^n,)
        How many candidates each mask holds.
    sets : SpokeSets
    bloc_aid : ndarray, shape (games, 2^n)
        Aid of each set of candidates as a bloc that acts.
    cohesion, entrapment : ndarray, shape (games,)
        Probability that a bloc acts, and that it entraps.
    tied : ndarray, shape (games,)
        The deployment that an entrapping bloc ties down; 0 where none does.
    gains, losses : Curve
        Probability weighting of each game, shape (games,) each.
    """

    sizes: Ints
    sets: SpokeSets
    bloc_aid: Array
    cohesion: Array
    entrapment: Array
    tied: Array
    gains: Curve
    losses: Curve
    terms: Terms


class Deciding(NamedTuple):
    """All that decision weights are made of, but for the numbering of structures.

    Where each of these is the same in two games, so is the weight of every atom, to the bit.

    Attributes
    ----------
    spoke_aid, honours : ndarray, shape (games, n)
        Aid of each candidate as a spoke, and how reliable it is while the common shock spares it.
    common : ndarray, shape (games,)
        Probability that it does.
    worth : ndarray, shape (games, n)
        What each candidate is worth to the hegemon.
    pledged, cohesion, entrapment, tied : ndarray, shape (games,)
        The share of its worth that a member pledges; the rest as in `Ranked`, but that no bloc
        entraps where none ties anything down.
    gains, losses : Curve
        As in `Ranked`.
    """

    spoke_aid: Array
    honours: Array
    common: Array
    worth: Array
    pledged: Array
    cohesion: Array
    entrapment: Array
    tied: Array
    gains: Curve
    losses: Curve


def deciding(games: Columns) -> Deciding:
    """Return what the decision weights of each game are made of."""
    shared, worth = games.shared, games.worth
    honours = [
        by_common_shock(row, float(common))
        for row, common in zip(games.reliability, shared.common_reliability, strict=True)
    ]
    tied = np.where(shared.entrapment > 0, shared.entrapment_share * shared.deployment, 0.0)
    return Deciding(
        shared.pledge_bilateral[:, np.newaxis] * worth,
        np.stack(honours),
        shared.common_reliability,
        worth,
        shared.pledge_multilateral,
        shared.cohesion,
        np.where(tied > 0, shared.entrapment, 0.0),
        tied,
        games.taste.gains,
        games.taste.losses,
    )


def ranked_of(games: Columns) -> Ranked:
    """Return what decides the decision weights of each game, and ranks its outcomes."""
    own, shared = deciding(games), games.shared
    return Ranked(
        popcounts(games.n),
        spoke_sets(subset_sums(own.spoke_aid), own.honours, own.common),
        own.pledged[:, np.newaxis] * subset_sums(own.worth),
        own.cohesion,
        own.entrapment,
        own.tied,
        own.gains,
        own.losses,
        Terms(shared.deployment, shared.k_bilateral, shared.k_multilateral, shared.k_bloc),
    )


@jit
def chances_of(ranked: Ranked, game: int, size: int) -> Array:
    """Return the probability of each side of a bloc: see `solver.alliance.kernel.Blocs`."""
    acts, entraps = ranked.cohesion[game], ranked.entrapment[game]
    if size == 0:
        return np.ones(1)
    if ranked.tied[game] == 0.0:
        return np.array([1.0 - acts, acts])
    free = 1.0 - entraps
    return np.array([free * (1.0 - acts), free * acts, entraps * (1.0 - acts), entraps * acts])
