"""Compiled: boxes of type counts, and how far they shrink without loss.

A box holds a range of spokes and of bloc members of each type, and a range of all spokes and of
all members, as an array of shape (2, 2 types + 2): least and greatest number of spokes of each
type, of members of each type, of all spokes, of all members.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from games.arrays import Array, Bools, Ints
from solver.alliance.types.kernel import AtThreat, Ranked, binned_spokes, value_beside
from solver.numerics.jit import jit

LOW, HIGH = 0, 1


class Problem(NamedTuple):
    """What a search over boxes is about; types stand strongest first.

    Attributes
    ----------
    sizes : ndarray of int, shape (types,)
    worth : ndarray, shape (types,)
    rates, kinds, odds
        As in `TypeValuer`.
    pledges : ndarray, shape (2,)
        Share of its worth that a spoke, and a member, pledges.
    common : float
        Probability that spokes can honour at all.
    costs : ndarray, shape (3,)
        k_bilateral, k_multilateral, k_bloc.
    strides : ndarray of int, shape (types,)
    accepted : ndarray of int, shape (product of sizes + 2,)
        At (m_1 + 1, m_2 + 1, ...): how many blocs of at most m_t of each type all members accept.
    most_gift : ndarray, shape (candidates + 1,)
        Greatest worth of an accepted bloc of that many members; -inf if there is none.
    best_bloc : ndarray of int, shape (candidates + 1, types)
        That bloc.
    yields : ndarray of bool, shape (2, types, types)
        At [0, t, s]: whether a spoke of type t is never better than one of type s in its stead;
        at [1, t, s] the same for members. The best structure then leaves no s out beside a t.
    """

    sizes: Ints
    worth: Array
    rates: Array
    kinds: Ints
    odds: Array
    pledges: Array
    common: float
    costs: Array
    strides: Ints
    accepted: Ints
    most_gift: Array
    best_bloc: Ints
    yields: Bools


@jit
def any_accepted(problem: Problem, box: Ints) -> bool:
    """Return whether all members accept any of the blocs with counts within a box."""
    types = problem.sizes.size
    found = 0
    for corner in range(1 << types):
        place, sign = 0, 1
        for t in range(types):
            if corner >> t & 1:
                place += problem.strides[t] * box[LOW, types + t]
                sign = -sign
            else:
                place += problem.strides[t] * (box[HIGH, types + t] + 1)
        found += sign * problem.accepted[place]
    return found > 0


@jit
def total(box: Ints, side: int, start: int) -> int:
    """Return the sum of the limits of all types on one side of a box, of spokes or of members."""
    found = 0
    for place in range(start, start + (box.shape[1] - 2) // 2):
        found += box[side, place]
    return found


@jit
def leave_none_out(problem: Problem, box: Ints) -> bool:
    """Shrink a box to structures in which no ally yields to a candidate left out, if it changes."""
    types = problem.sizes.size
    changed = False
    for part in range(2):
        for t in range(types):
            place = part * types + t
            for s in range(types):
                if not problem.yields[part, t, s] or box[HIGH, place] == 0:
                    continue
                if box[HIGH, s] + box[HIGH, types + s] < problem.sizes[s]:
                    box[HIGH, place] = 0
                    changed = True
                elif box[LOW, place] > 0:
                    for own, other in ((s, types + s), (types + s, s)):
                        least = problem.sizes[s] - box[HIGH, other]
                        if box[LOW, own] < least:
                            box[LOW, own] = least
                            changed = True
    return changed


@jit
def tighten(problem: Problem, box: Ints) -> bool:
    """Shrink a box to what can be in it; return whether anything can.

    Parameters
    ----------
    box : ndarray of int, shape (2, 2 types + 2)
        Changed in place.
    """
    types = problem.sizes.size
    changed = True
    while changed:
        changed = False
        for t in range(types):
            for own, other in ((t, types + t), (types + t, t)):
                most = problem.sizes[t] - box[LOW, other]
                if box[HIGH, own] > most:
                    box[HIGH, own] = most
                    changed = True
        for part in range(2):
            start, every = part * types, 2 * types + part
            least, most = total(box, LOW, start), total(box, HIGH, start)
            if box[LOW, every] < least or box[HIGH, every] > most:
                box[LOW, every] = max(box[LOW, every], least)
                box[HIGH, every] = min(box[HIGH, every], most)
                changed = True
            if box[LOW, every] > box[HIGH, every]:
                return False
            for v in range(start, start + types):
                needed = box[LOW, every] - (most - box[HIGH, v])
                allowed = box[HIGH, every] - (least - box[LOW, v])
                if box[LOW, v] < needed or box[HIGH, v] > allowed:
                    least += max(needed - box[LOW, v], 0)
                    most -= max(box[HIGH, v] - allowed, 0)
                    box[LOW, v] = max(box[LOW, v], needed)
                    box[HIGH, v] = min(box[HIGH, v], allowed)
                    changed = True
                if box[LOW, v] > box[HIGH, v]:
                    return False
        changed |= leave_none_out(problem, box)
        members = 2 * types + 1
        while (
            0 < box[LOW, members] <= box[HIGH, members]
            and problem.most_gift[box[LOW, members]] < 0.0
        ):
            box[LOW, members] += 1
            changed = True
        while (
            box[HIGH, members] > 0
            and box[LOW, members] <= box[HIGH, members]
            and problem.most_gift[box[HIGH, members]] < 0.0
        ):
            box[HIGH, members] -= 1
            changed = True
        if box[LOW, members] > box[HIGH, members]:
            return False
    return box[HIGH, 2 * types + 1] == 0 or any_accepted(problem, box)


# Compiled: where to cut a box of type counts, so that its bound falls most.


@jit
def slope_of_security(
    problem: Problem, level: AtThreat, spokes: Ints, bloc: Ints, lent: Ints
) -> float:
    """Return how much security a unit of aid brings at the mean aid of a relaxation."""
    aid = 0.0
    for t in range(spokes.size):
        aid += problem.pledges[0] * problem.rates[lent[t]] * spokes[t] * problem.worth[t]
        aid += problem.pledges[1] * level.cohesion * bloc[t] * problem.worth[t]
    total = level.deployment + aid + level.power
    return float(level.power / total**2) if total > 0.0 else 0.0


@jit
def accepts(problem: Problem, bloc: Ints) -> bool:
    """Return whether all members of a bloc accept it."""
    single = np.zeros((2, 2 * bloc.size + 2), np.int64)
    for t in range(bloc.size):
        single[LOW, bloc.size + t] = single[HIGH, bloc.size + t] = bloc[t]
    return any_accepted(problem, single)


@jit
def place_to_cut(
    problem: Problem, level: AtThreat, box: Ints, spokes: Ints, bloc: Ints, lent: Ints
) -> int:
    """Return which of the box's ranges to halve; -1 if the relaxation is the best in the box.

    It is so if all counts of spokes and members are settled, no candidate is wanted twice, no
    spoke is lent a reliability, and the bloc is accepted. Otherwise the range is halved that is to
    blame for the greatest part of the bound, by a first-order estimate: costs not paid, candidates
    in two places, reliability lent, a bloc that is refused.
    """
    types = problem.sizes.size
    width = np.zeros(2 * types + 2)
    for place in range(width.size):
        width[place] = box[HIGH, place] - box[LOW, place]
    slope = slope_of_security(problem, level, spokes, bloc, lent)
    per_spoke = slope * problem.pledges[0]
    per_member = slope * problem.pledges[1] * level.cohesion
    blame = np.zeros(width.size)
    exact = width[2 * types] == 0.0 and width[2 * types + 1] == 0.0
    for part in range(2):
        blame[2 * types + part] = width[2 * types + part] * problem.costs[part]
    refused = box[HIGH, 2 * types + 1] > 0 and not accepts(problem, bloc)
    for t in range(types):
        twice = spokes[t] + bloc[t] - problem.sizes[t]
        if twice > 0:
            exact = False
            wider = t if width[t] > width[types + t] else types + t
            per_ally = min(per_spoke * problem.rates[problem.kinds[t]], per_member)
            blame[wider] += twice * problem.worth[t] * per_ally
        extra = spokes[t] - box[LOW, t]
        loan = problem.rates[lent[t]] - problem.rates[problem.kinds[t]]
        if extra > 0 and loan > 0.0:
            exact = False
            blame[t] += per_spoke * extra * problem.worth[t] * loan
        if refused:
            exact = False
            blame[types + t] += per_member * width[types + t] * problem.worth[t]
    if exact:
        return -1
    place = most_of(blame)
    if blame[place] > 0.0 and width[place] > 0.0:
        return place
    for every in range(2 * types, 2 * types + 2):
        if width[every] > 0.0:
            return every
    return most_of(width)


@jit
def most_of(figures: Array) -> int:
    """Return the place of the greatest of `figures`."""
    best = 0
    for place in range(figures.size):
        if figures[place] > figures[best]:
            best = place
    return best


# Compiled: bound the hegemon's value over a box of type counts from above.
#
# The *relaxation* of a box takes as many spokes and members as it may, the strongest types first,
# and pays for as few as it must. Spokes and bloc may want the same candidates in it, and a spoke
# of a stronger type may be lent the reliability of a weaker one: the i-th strongest spoke of any
# choice in the box is then surpassed by the i-th of the relaxation, in worth and in reliability.
# So its prospect dominates that of every structure in the box by the first order. The states with
# the bloc acting and those with it idle are bounded apart.


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
    return binned_spokes(numbers, unit, kinds, problem.odds, bins, problem.common)


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
    problem: Problem, level: AtThreat, box: Ints, bins: int, spokes: Ints, bloc: Ints, lent: Ints
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
