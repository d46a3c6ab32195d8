"""The value of one structure with all its states, or between bounds where they are too many."""

from __future__ import annotations

from math import prod

import numpy as np

from games.alliance.payoffs import struck
from games.arrays import Array, Ints
from solver.alliance.bounded.aid import VALUE_ROUNDING, new_room
from solver.alliance.bounded.neighbours import worth_of
from solver.alliance.bounded.problem import Problem, lost_by
from solver.alliance.kernel import Atoms, new_atoms
from solver.alliance.states import AtThreat, beside_bloc, value_within
from solver.numerics.jit import jit

# states of the spokes that are listed
MOST_STATES = 2**20
# places of the grid of aid where they are more
BINS = 2**20
# spokes' aid that differs by no more, as a share of all of it, is equal
SAME_AID = 1e-14


@jit
def listed_value(aid: Array, odds: Array, gift: float, lost: float, level: AtThreat) -> float:
    """Return the value of ranked states of spokes beside a bloc; none if `gift` is below 0."""
    now, count = Atoms(aid, odds), aid.size
    if gift >= 0.0:
        beside, both = new_atoms(2 * count), new_atoms(4 * count)
        now, count = beside_bloc(now, count, gift, level, beside, both)
    return value_within(now.aid, now.odds, count, np.empty(count + 1), lost, level)


def value_bounds(problem: Problem, spokes: Ints, bloc: Ints) -> tuple[float, float]:
    """Return bounds on what a structure is worth to the hegemon: rounding apart if it can be.

    Parameters
    ----------
    spokes, bloc : ndarray of int, shape (kinds,)
    """
    if prod((spokes + 1).tolist()) > MOST_STATES:
        room = new_room(problem, BINS)
        low, high = (worth_of(problem, spokes, bloc, up, BINS, room) for up in (False, True))
        return float(low), float(high)
    members = int(bloc.sum())
    lost = float(lost_by(problem, int(spokes.sum()), members))
    gift = float(problem.gift @ bloc) if members else -1.0
    value = float(listed_value(*ranked_spokes(problem, spokes), gift, lost, problem.level))
    rounding = 10 * VALUE_ROUNDING * max(1.0, abs(value))
    return value - rounding, value + rounding


def ranked_spokes(problem: Problem, spokes: Ints) -> tuple[Array, Array]:
    """Return the spokes' aid in each state, least first, and its chance; equal aid is merged."""
    aid, odds = np.zeros(1), np.ones(1)
    for unit, rate, number in zip(problem.aid, problem.rate, spokes.tolist(), strict=True):
        if number:
            chances = problem.chances[rate, number, : number + 1]
            aid = np.add.outer(aid, unit * np.arange(number + 1)).ravel()
            odds = np.multiply.outer(odds, chances).ravel()
            order = np.argsort(aid, kind="stable")
            aid, odds = aid[order], odds[order]
            first = np.flatnonzero(np.diff(aid, prepend=-1.0) > SAME_AID * aid[-1])
            aid, odds = aid[first], np.add.reduceat(odds, first)
    return aid, struck(odds, problem.level.common)
