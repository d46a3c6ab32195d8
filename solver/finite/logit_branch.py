"""The principal branch of logit quantal response equilibria, traced as an arc.

The solutions of the logit equations that are connected with uniform play at precision 0 are
followed with arc length as parameter, so that the precision may turn back on the way (Turocy 2005).
Where it does, the turning point is found; a turn and a turn back within one step show by a waist
of the cubic through its ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

import numpy as np

from games import ConvergenceError
from games.arrays import Array
from solver import optimise
from solver.finite.logit_equations import LogitEquations
from solver.finite.logit_steps import Node, advance, between, first, length

FIRST_STEP = 0.1
MOST_STEPS = 20_000
# the rate of the precision along the arc is looked at where it falls below this share of its ends
WAIST = 0.5


def nodes(equations: LogitEquations, to: float) -> Iterator[Node]:
    """Yield nodes from uniform play on, up to the first at or beyond the scaled precision `to`.

    Raises
    ------
    ConvergenceError
        If steps become too short, or there are too many of them.
    """
    node, step = first(equations), FIRST_STEP
    yield node
    if to <= 0:
        return
    for _ in range(MOST_STEPS):
        following, step = advance(equations, node, step)
        for one in (*_turns(equations, node, following), following):
            yield one
            if one.scaled >= to:
                return
        node = following
    raise ConvergenceError(f"no end of the branch within {MOST_STEPS} steps")


def refined(equations: LogitEquations, nodes: Iterable[Node], spacing: float) -> Iterator[Node]:
    """Yield nodes, and more between them until no probability changes by more than `spacing`."""
    before: Node | None = None
    for node in nodes:
        if before is not None:
            yield from _middles(equations, before, node, spacing)
        yield node
        before = node


def passing(equations: LogitEquations, node: Node, following: Node, scaled: float) -> Array:
    """Return the point between two nodes at a scaled precision that lies between theirs.

    Newton's method at that precision starts from the chord. Where it ends outside the stretch of
    the arc between the nodes, as it may near a turning point, the arc is searched instead.
    """
    chord = following.point - node.point
    guess = node.point + chord * ((scaled - node.scaled) / chord[-1])
    guess[-1] = scaled
    try:
        found = equations.polished(guess)
    except ConvergenceError:
        found = node.point
    arc, aside = _along(node, found)
    end, widest = _along(node, following.point)
    if 0 < arc <= end and aside <= widest:
        return found
    arc = optimise.crossing(
        lambda arc: between(equations, node, arc).scaled - scaled, 0.0, end, accuracy=1e-9
    )
    point = between(equations, node, arc).point.copy()
    point[-1] = scaled
    return equations.polished(point)


def passings(
    equations: LogitEquations, arc: Sequence[Node], asked: Sequence[float]
) -> Iterator[tuple[float, Array]]:
    """Yield each precision asked, with the point, whenever the arc passes it, in its order.

    Parameters
    ----------
    arc : sequence of Node
    asked : sequence of float
        Precisions (not scaled) in ascending order.
    """
    if asked[0] == 0:
        yield 0.0, arc[0].point
    scaled = [(one, equations.scaled(one)) for one in asked]
    for node, following in pairwise(arc):
        low, high = node.scaled, following.scaled
        met = [(one, s) for one, s in scaled if low < s <= high or high <= s < low]
        for one, s in met if low < high else reversed(met):
            yield one, passing(equations, node, following, s)


def _along(node: Node, point: Array) -> tuple[float, float]:
    """Return how far a point lies along the tangent of a node, and how far from it."""
    move = point - node.point
    arc = float(node.tangent @ move)
    return arc, float(np.linalg.norm(move - arc * node.tangent))


def _middles(
    equations: LogitEquations, node: Node, following: Node, spacing: float
) -> Iterator[Node]:
    change = np.exp(following.point[:-1]) - np.exp(node.point[:-1])
    if np.abs(change).max() > spacing:
        middle = between(equations, node, length(node, following) / 2)
        yield from _middles(equations, node, middle, spacing)
        yield middle
        yield from _middles(equations, middle, following, spacing)


def _turns(equations: LogitEquations, node: Node, following: Node) -> list[Node]:
    """Return the turning points between two nodes, and the node between these if there are two."""
    ends = [node, following]
    waist = _waist(node, following)
    if waist is not None:
        middle = between(equations, node, waist)
        if middle.rate * node.rate < 0:
            ends.insert(1, middle)
    found = []
    for start, end in pairwise(ends):
        if start.rate * end.rate < 0:
            found.append(_turning_point(equations, start, end))
        found.append(end)
    return found[:-1]


def _waist(node: Node, following: Node) -> float | None:
    """Return where between two nodes the precision seems to rise, or fall, least, if by little.

    It is taken to be a cubic of the arc, fixed by its values and rates at the ends.
    """
    arc, a, b = length(node, following), node.rate, following.rate
    mean = (following.scaled - node.scaled) / arc
    bend = 6 * (2 * mean - a - b)
    if a * b <= 0 or bend == 0:
        return None
    x = (6 * mean - 4 * a - 2 * b) / bend
    least = 6 * x * (1 - x) * mean + (1 - 4 * x + 3 * x * x) * a + (3 * x * x - 2 * x) * b
    return arc * x if 0 < x < 1 and least / a < WAIST * min(1.0, b / a) else None


def _turning_point(equations: LogitEquations, node: Node, following: Node) -> Node:
    arc = optimise.crossing(
        lambda arc: between(equations, node, arc).rate, 0.0, length(node, following)
    )
    return between(equations, node, arc)._replace(turns=True)
