"""Compiled: a game at one threat as numbers, kind by kind, and who accepts which bloc."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from games.alliance.payoffs import by_common_shock, projected_power, security
from games.arrays import Array, Bools, Ints
from solver.alliance.bounded.kinds import Kinds
from solver.alliance.columns import secured
from solver.alliance.stage import outcomes_of
from solver.alliance.states import AtThreat, at_threat
from solver.numerics.jit import jit
from solver.prospects.compiled import Taste, taste_of, utility


class People(NamedTuple):
    """What decides whether candidates accept a bloc; shape (kinds,) but where said.

    Attributes
    ----------
    outside, spoke : ndarray
        What no treaty, and what a spoke, is worth to a candidate.
    protection, opposed, idle : ndarray
        A member's power without the help of others, what opposes it, and security by that alone.
    close, apart : ndarray, shape (kinds, kinds)
        Help that a member of the first kind has of one of the second, and what that costs it.
    cost, point : float
        Of being a member, and the reference point.
    weights : ndarray, shape (4,)
        Of the idle bloc's outcome as a gain and as a loss, then of the acting bloc's.
    """

    outside: Array
    spoke: Array
    protection: Array
    opposed: Array
    idle: Array
    close: Array
    apart: Array
    cost: float
    point: float
    weights: Array
    taste: Taste


class Problem(NamedTuple):
    """A game at one threat level; kinds stand strongest first.

    Attributes
    ----------
    sizes : ndarray of int, shape (kinds,)
    aid, gift : ndarray, shape (kinds,)
        Of a spoke that honours, and of a member of a bloc that acts.
    rates : ndarray, shape (rates,)
        The different chances that a spoke honours while the common shock spares it, ascending.
    rate : ndarray of int, shape (kinds,)
        Place in `rates` of each kind's.
    by_rate : ndarray of int, shape (kinds,)
        Kinds by that chance, the greatest first.
    chances : ndarray, shape (rates, most + 1, most + 1)
        Chance that j of k spokes honour, at [rate, k, j], for k up to the largest kind.
    costs : ndarray, shape (3,)
        k_bilateral, k_multilateral, k_bloc.
    trades : bool
        Whether a member pledges as large a share of its worth as a spoke.
    ties : float
        Payoffs that differ by no more are equal.
    sure : ndarray of bool, shape (kinds,)
        Whether candidates of the kind accept every bloc.
    willing : ndarray of bool, shape (kinds,)
        Whether candidates of the kind accept to be spokes.
    yields : ndarray of bool, shape (2, kinds, kinds)
        At [0, t, s]: whether a spoke of kind t is never better than one of kind s in its stead;
        at [1, t, s] the same for members. A best structure then leaves no s out beside a t.
    """

    sizes: Ints
    aid: Array
    gift: Array
    rates: Array
    rate: Ints
    by_rate: Ints
    chances: Array
    costs: Array
    trades: bool
    ties: float
    sure: Bools
    willing: Bools
    yields: Bools
    people: People
    level: AtThreat


@jit
def lost_by(problem: Problem, spokes: int, members: int) -> float:
    """Return the autonomy that so many spokes and members of a bloc cost."""
    lost = problem.costs[0] * spokes
    if members > 0:
        lost += problem.costs[2] + problem.costs[1] * members
    return float(lost)


@jit
def member_worth(people: People, kind: int, help_: float, idle: float, acting: float) -> float:
    """Return what a bloc is worth to a member.

    Parameters
    ----------
    help_ : float
        Of the others, if the bloc acts.
    idle, acting : float
        What differences with the others cost while the bloc is idle, and while it acts: the same,
        unless a bound is asked for.
    """
    cost = people.cost + people.point
    without = people.idle[kind] - cost - idle
    with_ = secured(people.protection[kind] + help_, people.opposed[kind]) - cost - acting
    worth = people.weights[0 if without >= 0.0 else 1] * utility(people.taste, without)
    worth += people.weights[2 if with_ >= 0.0 else 3] * utility(people.taste, with_)
    return float(worth)


@jit
def surplus(problem: Problem, bloc: Ints, kind: int) -> float:
    """Return what a member of a kind gains by a bloc, given by counts, over no treaty."""
    people = problem.people
    help_ = apart = 0.0
    for j in range(bloc.size):
        others = bloc[j] - (1 if j == kind else 0)
        if others > 0:
            help_ += others * people.close[kind, j]
            apart += others * people.apart[kind, j]
    return float(member_worth(people, kind, help_, apart, apart) - people.outside[kind])


@jit
def accepts(problem: Problem, bloc: Ints) -> bool:
    """Return whether all members of a bloc, given by counts, accept it."""
    for kind in range(bloc.size):
        asked = bloc[kind] > 0 and not problem.sure[kind]
        if asked and surplus(problem, bloc, kind) < -problem.ties:
            return False
    return True


def people_of(kinds: Kinds) -> People:
    """Return what decides whether candidates accept a bloc."""
    game, shared = kinds.game, kinds.game.parameters
    before = outcomes_of(game, np.empty(0, np.int64))
    first = [game.candidates.index(names[0]) for names in kinds.members]
    taste, point = game.candidate_preference, game.candidate_reference
    weights = taste.rank_weights(before.odds)
    opposed = kinds.exposure * projected_power(game, game.threat)
    protection = kinds.capability + shared.guarantee_multilateral * shared.deployment
    return People(
        taste.utility(before.outside[first] - point),
        taste.utility(before.spoke[first] - point),
        protection,
        opposed,
        security(protection, opposed),
        kinds.affinity * kinds.capability,
        shared.friction * (1 - kinds.affinity),
        shared.ally_cost_multilateral,
        point,
        np.stack([weights.gain, weights.loss], axis=1).ravel(),
        taste_of(taste),
    )


def problem_of(kinds: Kinds, ties: float) -> Problem:
    """Return a game, given by its kinds, as numbers.

    Parameters
    ----------
    ties : float
        Payoffs that differ by no more are equal.
    """
    game, shared, people = kinds.game, kinds.game.parameters, people_of(kinds)
    spared = by_common_shock(kinds.reliability, shared.common_reliability)
    rates, rate = np.unique(spared, return_inverse=True)
    sure = surely_content(kinds, people, ties)
    return Problem(
        kinds.sizes,
        shared.pledge_bilateral * kinds.worth,
        shared.pledge_multilateral * kinds.worth,
        rates,
        rate,
        np.argsort(-rate, kind="stable"),
        np.stack([binomials(int(kinds.sizes.max()), float(one)) for one in rates]),
        np.array([shared.k_bilateral, shared.k_multilateral, shared.k_bloc]),
        shared.pledge_multilateral >= shared.pledge_bilateral,
        ties,
        sure,
        people.spoke >= people.outside - ties,
        _yields(people, rate, sure),
        people,
        at_threat(game),
    )


def surely_content(kinds: Kinds, people: People, ties: float) -> Bools:
    """Return whether candidates of each kind accept every bloc that they can be in."""
    found = np.empty(len(kinds), np.bool_)
    for kind in range(len(kinds)):
        others = kinds.sizes - (np.arange(len(kinds)) == kind)
        least = people.close[kind][others > 0].min(initial=np.inf)
        apart = float(others @ people.apart[kind])
        worth = member_worth(people, kind, min(least, 1e300), apart, apart)
        found[kind] = worth >= people.outside[kind] - ties
    return found


def _yields(people: People, rate: Ints, sure: Bools) -> Bools:
    """Return `Problem.yields`, whoever is willing.

    A member yields to who is stronger, content in any bloc, and leaves nobody else discontent:
    since all the others are content anyway, or since it helps each as much and costs no more.
    """
    kinds = rate.size
    before = np.tril(np.ones((kinds, kinds), np.bool_), -1)  # [t, s]: s stands before t
    spokes = before & (rate >= rate[:, np.newaxis])
    members = before & sure
    for t, s in np.argwhere(members).tolist():
        third = np.flatnonzero(~sure)
        third = third[(third != s) & (third != t)]
        helps = (people.close[third, s] >= people.close[third, t]).all()
        costs = (people.apart[third, s] <= people.apart[third, t]).all()
        members[t, s] = helps and costs
    return np.stack([spokes, members])


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
