"""Compiled: bound the hegemon's value over a box of counts from above, and say where to cut it.

The *relaxation* of a box takes as many spokes and members as it may, the strongest first, and pays
for as few as it must. Spokes and bloc may want the same candidates in it, and of the spokes that
are free to choose the one with the most aid is lent the greatest reliability of any that is free,
the next one the next: to give the more reliable of two spokes the greater aid raises the chance of
every level of aid. So its prospect dominates that of every structure in the box by the first order.
The states with the bloc acting and those with it idle are bounded apart.
"""

from __future__ import annotations

import numpy as np

from games.arrays import Array, Ints
from solver.alliance.bounded.aid import Room, Runs, add_run, new_room, value_of
from solver.alliance.bounded.boxes import tighten, total
from solver.alliance.bounded.problem import Problem, accepts, lost_by
from solver.numerics.jit import jit


@jit
def fill(box: Ints, start: int, number: int, chosen: Ints) -> None:
    """Write the `number` strongest spokes (members) that a box allows to `chosen`."""
    low, high = box[0], box[1]
    free = number - total(low, start)
    for t in range(chosen.size):
        more = min(free, high[start + t] - low[start + t])
        chosen[t] = low[start + t] + more
        free -= more


@jit
def put_spokes(problem: Problem, box: Ints, spokes: Ints, runs: Runs) -> tuple[int, int]:
    """Write spokes as runs, those beyond the least of each kind as reliable as any that are free.

    Returns
    -------
    int, int
        How many runs there are, and the kind whose spokes gain most by the reliability that they
        are lent: -1 if none is lent one.
    """
    low, high = box[0], box[1]
    kinds, count = problem.sizes.size, 0
    for t in range(kinds):
        if low[t] > 0:
            count = add_run(runs, count, problem.aid[t], problem.rate[t], low[t])
    blamed, most = -1, 0.0
    place, used = 0, 0
    for t in range(kinds):
        left = spokes[t] - low[t]
        while left > 0 and place < kinds:
            lender = problem.by_rate[place]
            some = min(left, high[lender] - low[lender] - used)
            if some <= 0:
                place, used = place + 1, 0
                continue
            rate = problem.rate[lender]
            same = count > 0 and runs.rate[count - 1] == rate
            same = same and runs.aid[count - 1] == problem.aid[t]
            if same and runs.number[count - 1] + some < problem.chances.shape[1]:
                runs.number[count - 1] += some
            else:
                count = add_run(runs, count, problem.aid[t], rate, some)
            loan = problem.aid[t] * abs(problem.rates[rate] - problem.rates[problem.rate[t]])
            if loan * some > most:
                blamed, most = t, loan * some
            left -= some
            used += some
    return count, blamed


@jit
def share_out(problem: Problem, box: Ints, spokes: Ints) -> float:
    """Write the spokes that give most beside the strongest bloc; return what that bloc gives.

    While the bloc acts a member gives `pledge_multilateral` of its worth for sure. If that is at
    least `pledge_bilateral`, the strongest candidates give most as members and the next ones as
    spokes: to exchange a spoke with a weaker member never lowers aid in any state, whatever the
    reliability of the spoke, which whoever comes next is lent. Spokes have no limits by kind here.
    """
    low, high = box[0], box[1]
    kinds = problem.sizes.size
    members = high[2 * kinds + 1] - total(low, kinds)
    free = high[2 * kinds] - total(low, 0)
    gift = 0.0
    for t in range(kinds):
        left = problem.sizes[t] - low[t] - low[kinds + t]
        joining = min(members, min(left, high[kinds + t] - low[kinds + t]))
        more = min(free, left - joining)
        members -= joining
        free -= more
        gift += problem.gift[t] * (low[kinds + t] + joining)
        spokes[t] = low[t] + more
    return gift


@jit
def mean_aid(problem: Problem, runs: Runs, count: int) -> float:
    """Return the mean aid of spokes while the common shock spares them."""
    mean = 0.0
    for run in range(count):
        mean += runs.number[run] * runs.aid[run] * problem.rates[runs.rate[run]]
    return mean


@jit
def relax(
    problem: Problem, box: Ints, bins: int, room: Room, spokes: Ints, bloc: Ints, other: Ints
) -> tuple[float, int]:
    """Return an upper bound of the value over a box, and which of its ranges to halve.

    Parameters
    ----------
    bins : int
        Places of the grid of aid.
    spokes, bloc : ndarray of int, shape (kinds,)
        Output: counts of the relaxation.
    other : ndarray of int, shape (kinds,)
        Scratch.

    Returns
    -------
    float, int
        The range is -1 if the relaxation is a structure of the box, and so the best in it.
    """
    low, high = box[0], box[1]
    kinds = problem.sizes.size
    fill(box, 0, high[2 * kinds], spokes)
    idle, blamed = put_spokes(problem, box, spokes, room.idle)
    lost = lost_by(problem, low[2 * kinds], low[2 * kinds + 1])
    members = high[2 * kinds + 1]
    acts, gift = -1, -1.0
    for t in range(kinds):
        bloc[t] = 0
    if members > 0:
        fill(box, kinds, members, bloc)
        gift = 0.0
        for t in range(kinds):
            gift += bloc[t] * problem.gift[t]
        if problem.trades:
            shared = share_out(problem, box, other)
            acts, _ = put_spokes(problem, box, other, room.acts)
            apart = mean_aid(problem, room.idle, idle) + gift
            if mean_aid(problem, room.acts, acts) + shared < apart:
                gift = shared
            else:
                acts = -1
    bound = value_of(problem, idle, acts, gift, lost, True, bins, room)
    return bound, place_to_cut(problem, box, spokes, bloc, blamed)


@jit
def place_to_cut(problem: Problem, box: Ints, spokes: Ints, bloc: Ints, blamed: int) -> int:
    """Return which of the box's ranges to halve; -1 if the relaxation is a structure of the box.

    It is so if the numbers of spokes and members are settled, no candidate is wanted twice, no
    spoke is lent a reliability, and the bloc is accepted. Otherwise the range is halved that is to
    blame for the greatest part of the bound, by a first-order estimate: costs not paid, candidates
    in two places, reliability lent, a bloc that is refused.
    """
    low, high = box[0], box[1]
    kinds, level = problem.sizes.size, problem.level
    aid = gift = 0.0
    for t in range(kinds):
        aid += spokes[t] * problem.aid[t] * problem.rates[problem.rate[t]]
        gift += bloc[t] * problem.gift[t]
    power = level.deployment + aid + level.cohesion * gift + level.power
    slope = level.power / power**2 if power > 0.0 else 0.0
    best, most, exact = -1, 0.0, blamed < 0
    widest, width = -1, 0
    for place in range(2 * kinds + 2):
        wide = high[place] - low[place]
        if place >= 2 * kinds and wide > 0:
            exact = False
            blame = wide * problem.costs[place - 2 * kinds]
            if blame > most:
                best, most = place, blame
        if wide > width:
            widest, width = place, wide
    if blamed >= 0 and high[blamed] > low[blamed]:
        lent = problem.rates[problem.rates.size - 1] - problem.rates[problem.rate[blamed]]
        blame = slope * problem.aid[blamed] * spokes[blamed] * lent
        if blame > most:
            best, most = blamed, blame
    refused = high[2 * kinds + 1] > 0 and not accepts(problem, bloc)
    exact = exact and not refused
    for t in range(kinds):
        spoke_width = high[t] - low[t]
        member_width = high[kinds + t] - low[kinds + t]
        member = slope * level.cohesion * problem.gift[t]
        twice = spokes[t] + bloc[t] - problem.sizes[t]
        if twice > 0:
            exact = False
            spoke = slope * problem.aid[t] * problem.rates[problem.rate[t]]
            blame = twice * min(spoke, member)
            if blame > most:
                best, most = (t if spoke_width > member_width else kinds + t), blame
        if refused and member_width > 0:
            blame = member * member_width
            if blame > most:
                best, most = kinds + t, blame
    if exact:
        return -1
    if best >= 0 and high[best] > low[best]:
        return best
    for every in range(2 * kinds, 2 * kinds + 2):
        if high[every] > low[every]:
            return every
    return widest


@jit
def bound_boxes(
    problem: Problem,
    boxes: Ints,
    bins: Ints,
    first: int,
    last: int,
    upper: Array,
    cut: Ints,
    spokes: Ints,
    blocs: Ints,
) -> None:
    """Shrink some boxes and bound them.

    Parameters
    ----------
    boxes : ndarray of int, shape (m, 2, 2 kinds + 2)
        Changed in place.
    bins : ndarray of int, shape (m,)
        Places of the grid of aid for each.
    first, last : int
        Which of them: from `first` up to `last`, that one not.
    upper : ndarray, shape (m,)
        Output: minus infinity for a box that is empty.
    cut : ndarray of int, shape (m,)
        Output: see `relax`.
    spokes, blocs : ndarray of int, shape (m, kinds)
        Output: counts of the relaxations.
    """
    most = 1
    for k in range(first, last):
        most = max(most, bins[k])
    room = new_room(problem, most)
    other = np.empty(problem.sizes.size, np.int64)
    for k in range(first, last):
        upper[k] = -np.inf
        if tighten(problem, boxes[k], room.ranks):
            upper[k], cut[k] = relax(problem, boxes[k], bins[k], room, spokes[k], blocs[k], other)
