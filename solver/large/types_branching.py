"""Compiled: where to cut a box of type counts, so that its bound falls most."""

from __future__ import annotations

import numpy as np

from games.arrays import Array, Ints
from solver._jit import jit
from solver.large.types_boxes import HIGH, LOW, Problem, any_accepted
from solver.large.types_kernel import Level


@jit
def slope_of_security(
    problem: Problem, level: Level, spokes: Ints, bloc: Ints, lent: Ints
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
    problem: Problem, level: Level, box: Ints, spokes: Ints, bloc: Ints, lent: Ints
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
