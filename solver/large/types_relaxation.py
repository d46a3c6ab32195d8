"""Compiled: bound the hegemon's value over a box of type counts from above.

The *relaxation* of a box takes as many spokes and members as it may, the strongest types first,
and pays for as few as it must. Spokes and bloc may want the same candidates in it, and a spoke of
a stronger type may be lent the reliability of a weaker one: the i-th strongest spoke of any choice
in the box is then surpassed by the i-th of the relaxation, in worth and in reliability. So its
prospect dominates that of every structure in the box by the first order. The states with the bloc
acting and those with it idle are bounded apart.
"""

from __future__ import annotations

import numpy as np

from games.arrays import Ints
from solver._jit import jit
from solver.large.types_boxes import HIGH, LOW, Problem, total
from solver.large.types_kernel import Level, Ranked, binned_spokes, value_beside


@jit
def fill(box: Ints, start: int, number: int, chosen: Ints) -> None:
    """Write the `number` strongest spokes (members) that a box allows to `chosen`."""
    free = number - total(box, LOW, start)
    for t in range(chosen.size):
        more = min(free, box[HIGH, start + t] - box[LOW, start + t])
        chosen[t] = box[LOW, start + t] + more
        free -= more


@jit
def strongest_bloc(problem: Problem, box: Ints, bloc: Ints) -> float:
    """Write the bloc of the relaxation to `bloc` and return its worth, below 0 if it is empty."""
    types = problem.sizes.size
    least, most = box[LOW, 2 * types + 1], box[HIGH, 2 * types + 1]
    inside = least == most
    for t in range(types):
        bloc[t] = problem.best_bloc[most, t]
        inside &= box[LOW, types + t] <= bloc[t] <= box[HIGH, types + t]
    if most == 0:
        return -1.0
    if inside:
        return float(problem.most_gift[most])
    fill(box, types, most, bloc)
    worth, greatest = 0.0, 0.0
    for t in range(types):
        worth += bloc[t] * problem.worth[t]
    for size in range(least, most + 1):
        greatest = max(greatest, problem.most_gift[size])
    return min(worth, greatest)


@jit
def spoke_atoms(problem: Problem, box: Ints, spokes: Ints, lent: Ints, bins: int) -> Ranked:
    """Return atoms that dominate the aid of `spokes`, those beyond the least as reliable as lent.

    Parameters
    ----------
    lent : ndarray of int, shape (types,)
        Place in `rates` of the reliability that each type's spokes beyond the least are given.
    """
    types = problem.sizes.size
    numbers = np.zeros(2 * types, np.int64)
    unit = np.zeros(2 * types)
    kinds = np.zeros(2 * types, np.int64)
    for t in range(types):
        fixed = spokes[t] if lent[t] == problem.kinds[t] else box[LOW, t]
        unit[t] = unit[types + t] = problem.pledges[0] * problem.worth[t]
        numbers[t], numbers[types + t] = fixed, spokes[t] - fixed
        kinds[t], kinds[types + t] = problem.kinds[t], lent[t]
    return binned_spokes(numbers, unit, kinds, problem.odds, bins)


@jit
def mean_aid(problem: Problem, box: Ints, spokes: Ints, lent: Ints) -> float:
    """Return the mean aid of what `spoke_atoms` stands for."""
    mean = 0.0
    for t in range(spokes.size):
        least = box[LOW, t]
        sure = least * problem.rates[problem.kinds[t]]
        mean += problem.worth[t] * (sure + (spokes[t] - least) * problem.rates[lent[t]])
    return float(problem.pledges[0] * mean)


@jit
def share_out(problem: Problem, box: Ints, spokes: Ints, lent: Ints) -> float:
    """Write the spokes that give most beside the strongest bloc; return that bloc's worth.

    While the bloc acts a member gives `pledge_multilateral` of its worth for sure. If that is at
    least `pledge_bilateral`, the strongest candidates give most as members and the next ones as
    spokes: to exchange a spoke with a weaker member never lowers aid in any state, if all spokes
    that are free to choose have one reliability, the greatest. Their limits by type are dropped.
    """
    types = problem.sizes.size
    members = box[HIGH, 2 * types + 1] - total(box, LOW, types)
    free = box[HIGH, 2 * types] - total(box, LOW, 0)
    best, worth = 0, 0.0
    for t in range(types):
        left = problem.sizes[t] - box[LOW, t] - box[LOW, types + t]
        joining = min(members, min(left, box[HIGH, types + t] - box[LOW, types + t]))
        more = min(free, left - joining)
        members -= joining
        free -= more
        worth += problem.worth[t] * (box[LOW, types + t] + joining)
        spokes[t] = box[LOW, t] + more
        if box[HIGH, t] > box[LOW, t]:
            best = max(best, problem.kinds[t])
    for t in range(types):
        lent[t] = best
    return worth


@jit
def relax(
    problem: Problem, level: Level, box: Ints, bins: int, spokes: Ints, bloc: Ints, lent: Ints
) -> float:
    """Return an upper bound of the value over a box; write the relaxation that gives it.

    Parameters
    ----------
    bins : int
        Length of the grid of aid.
    spokes, bloc : ndarray of int, shape (types,)
        Output: counts of the relaxation.
    lent : ndarray of int, shape (types,)
        Output: see `spoke_atoms`.
    """
    types = problem.sizes.size
    fill(box, 0, box[HIGH, 2 * types], spokes)
    best = 0
    for t in range(types - 1, -1, -1):
        if box[HIGH, t] > box[LOW, t]:
            best = max(best, problem.kinds[t])
        lent[t] = best if spokes[t] > box[LOW, t] else problem.kinds[t]
    idle = spoke_atoms(problem, box, spokes, lent, bins)
    lost = problem.costs[0] * box[LOW, 2 * types]
    worth = strongest_bloc(problem, box, bloc)
    if worth < 0.0:
        return value_beside(idle, idle, -1.0, lost, level)
    lost += problem.costs[2] + problem.costs[1] * box[LOW, 2 * types + 1]
    acts = idle
    if problem.pledges[1] >= problem.pledges[0]:
        others, shared = np.zeros(types, np.int64), np.zeros(types, np.int64)
        joint = share_out(problem, box, others, shared)
        apart = mean_aid(problem, box, spokes, lent) + problem.pledges[1] * worth
        if mean_aid(problem, box, others, shared) + problem.pledges[1] * joint < apart:
            acts = spoke_atoms(problem, box, others, shared, bins)
            worth = joint
    return value_beside(idle, acts, problem.pledges[1] * worth, lost, level)
