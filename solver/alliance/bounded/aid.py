"""Compiled: bounds on the hegemon's value of one structure from aid on a grid.

Cumulative prospect theory respects first-order stochastic dominance (Tversky & Kahneman 1992): who
gets less aid in every state values the prospect no more. So with the aid of every state rounded up
to a grid the value is bounded from above, and with aid rounded down from below. Spokes are taken
several at a time and rounded once for all of them, as errors add up.

A bound from above stays one if the spokes' aid while the bloc acts, and while it idles, is that of
two different sets: the prospect is a mixture of both.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from games.arrays import Array, Ints
from solver.alliance.bounded.problem import Problem
from solver.alliance.states import AtThreat, outcome, value_within
from solver.numerics.jit import jit
from solver.prospects.compiled import utility

# states of spokes that are listed before they are rounded
BUNDLE = 16
# what rounding can do: to a value, with some 40 times that by steep weightings, and to an outcome
VALUE_ROUNDING = 1e-12
SUM_ROUNDING = 4e-15
OUTCOME_ROUNDING = 1e-14


class Runs(NamedTuple):
    """Spokes in groups of equals, shape (room,) each: aid of one, place of its chance, how many."""

    aid: Array
    rate: Ints
    number: Ints


@jit
def add_run(runs: Runs, count: int, aid: float, rate: int, number: int) -> int:
    """Write one more group after `count` of them; return how many there are then."""
    runs.aid[count], runs.rate[count], runs.number[count] = aid, rate, number
    return count + 1


class Room(NamedTuple):
    """Scratch.

    Attributes
    ----------
    idle, acts : Runs
        Spokes while the bloc idles, and while it acts.
    sums, chances, more, odds : ndarray
        Aid of some spokes and its chance; twice.
    aid, now, then, spoken, whole : ndarray, shape (twice the bins and some,)
        The grid, and chances on it.
    from_on : ndarray
        As many and one more.
    ranks : ndarray, shape (3, kinds, 2)
    """

    idle: Runs
    acts: Runs
    sums: Array
    chances: Array
    more: Array
    odds: Array
    aid: Array
    now: Array
    then: Array
    spoken: Array
    whole: Array
    from_on: Array
    ranks: Array


@jit
def new_room(problem: Problem, bins: int) -> Room:
    """Return scratch for grids of up to `bins` places."""
    kinds, most = problem.sizes.size, problem.chances.shape[1]
    places = 3 * kinds
    length = 2 * bins + places + 64
    listed = BUNDLE * most + 1
    return Room(
        Runs(np.empty(places), np.empty(places, np.int64), np.empty(places, np.int64)),
        Runs(np.empty(places), np.empty(places, np.int64), np.empty(places, np.int64)),
        np.empty(listed),
        np.empty(listed),
        np.empty(listed),
        np.empty(listed),
        np.empty(length),
        np.empty(length),
        np.empty(length),
        np.empty(length),
        np.empty(length),
        np.empty(length + 1),
        np.empty((3, kinds, 2)),
    )


@jit
def rounded(aid: float, step: float, upward: bool) -> int:
    """Return the place of some aid on the grid."""
    return int(np.ceil(aid / step)) if upward else int(np.floor(aid / step))


@jit
def place_listed(
    sums: Array, chances: Array, listed: int, now: Array, then: Array, length: int, steps: Array
) -> int:
    """Write to `then` the chances `now` with some listed aid beside; return how many places.

    Parameters
    ----------
    steps : ndarray, shape (2,)
        The grid's, and above 0 if aid is rounded up.
    """
    most = 0
    for k in range(listed):
        most = max(most, rounded(sums[k], steps[0], steps[1] > 0.0))
    for place in range(length + most):
        then[place] = 0.0
    for k in range(listed):
        offset, chance = rounded(sums[k], steps[0], steps[1] > 0.0), chances[k]
        for place in range(length):
            then[offset + place] += chance * now[place]
    return length + most


@jit
def spread(problem: Problem, acting: bool, count: int, steps: Array, room: Room) -> int:
    """Write the chances of the spokes' aid on the grid to `room.spoken`; return how many places.

    Parameters
    ----------
    acting : bool
        Whether the spokes are those of `room.acts`, and not of `room.idle`.
    """
    runs = room.acts if acting else room.idle
    sums, chances, more, odds = room.sums, room.chances, room.more, room.odds
    now, then = room.now, room.then
    now[0], length = 1.0, 1
    sums[0], chances[0], listed = 0.0, 1.0, 1
    for run in range(count):
        number = runs.number[run]
        table = problem.chances[runs.rate[run], number]
        if listed * (number + 1) > BUNDLE and listed > 1:
            length = place_listed(sums, chances, listed, now, then, length, steps)
            now, then = then, now
            sums[0], chances[0], listed = 0.0, 1.0, 1
        for j in range(number + 1):
            for k in range(listed):
                more[j * listed + k] = sums[k] + j * runs.aid[run]
                odds[j * listed + k] = chances[k] * table[j]
        listed *= number + 1
        sums, more = more, sums
        chances, odds = odds, chances
    length = place_listed(sums, chances, listed, now, then, length, steps)
    common = problem.level.common
    for place in range(length):
        room.spoken[place] = common * then[place]
    room.spoken[0] += 1.0 - common
    return length


@jit
def span_of(runs: Runs, count: int) -> float:
    """Return the aid of all spokes together."""
    span = 0.0
    for run in range(count):
        span += runs.aid[run] * runs.number[run]
    return span


@jit
def value_of(
    problem: Problem,
    idle: int,
    acts: int,
    gift: float,
    lost: float,
    upward: bool,
    bins: int,
    room: Room,
) -> float:
    """Return a bound on the value of the spokes in `room` beside a bloc.

    Parameters
    ----------
    idle, acts : int
        How many runs there are in `room.idle` and `room.acts`; -1 if both are those of `idle`.
    gift : float
        What the bloc gives if it acts; below 0 if there is none.
    lost : float
        Autonomy given up.
    upward : bool
        Whether the bound is from above.
    """
    level = problem.level
    tied = level.tied if gift >= 0.0 else 0.0
    span = span_of(room.idle, idle)
    if acts >= 0:
        span = max(span, span_of(room.acts, acts))
    step = (span + tied + max(gift, 0.0)) / bins
    if step == 0.0:
        step = 1.0
    # places by which power is higher if the deployment is not tied down
    free = 1 if upward and tied > 0.0 else 0
    if tied >= step:
        free = 1 + int(tied / step)
        step = tied / free
    steps = np.array([step, 1.0 if upward else -1.0])
    whole, length, reach = room.whole, 0, 0
    for place in range(whole.size):
        whole[place] = 0.0
    for acting in range(2 if gift >= 0.0 else 1):
        beside = acting == 1 and acts >= 0
        if acting == 0 or beside:
            length = spread(problem, beside, acts if beside else idle, steps, room)
        chance = 1.0
        if gift >= 0.0:
            chance = level.cohesion if acting == 1 else 1.0 - level.cohesion
        given = rounded(gift, step, upward) if acting == 1 else 0
        for entrapped in range(2 if tied > 0.0 else 1):
            offset = given if entrapped == 1 else given + free
            odds = chance
            if tied > 0.0:
                odds *= level.entrapment if entrapped == 1 else 1.0 - level.entrapment
            for place in range(length):
                whole[offset + place] += odds * room.spoken[place]
            reach = max(reach, offset + length)
    return weighed(level, tied, step, reach, lost, upward, room)


@jit
def weighed(
    level: AtThreat, tied: float, step: float, count: int, lost: float, upward: bool, room: Room
) -> float:
    """Return the value of chances on the grid that begins with `tied` less than no aid."""
    aid, sign = room.aid, 1.0 if upward else -1.0
    for k in range(count):
        aid[k] = k * step - tied
    nudge = sign * OUTCOME_ROUNDING * (1.0 + abs(level.reference) + lost)
    value = value_within(aid, room.whole, count, room.from_on, lost - nudge, level)
    least, most = outcome(aid[0], lost, level), outcome(aid[count - 1], lost, level)
    largest = max(abs(utility(level.taste, least)), abs(utility(level.taste, most)))
    return value + sign * (VALUE_ROUNDING + SUM_ROUNDING * count) * largest
