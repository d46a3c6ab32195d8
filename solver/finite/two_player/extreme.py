"""Extreme equilibria of a two-player game: pairs of vertices that carry every label."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from games.arrays import Bools
from solver.finite.two_player.polytopes import Corner, Pair, Polytope, Strategy
from solver.finite.two_player.vertices import OVER_BUDGET, UNPROVED, enumerate_vertices, partners
from solver.numerics.linear import DependentError
from solver.numerics.pivoting import vertices

# how many vertices are looked at again in exact arithmetic before all of them are
MOST_UNSURE = 64


class Extreme(NamedTuple):
    """All extreme equilibria, exactly.

    Attributes
    ----------
    pairs : list of pairs of strategies
        Strategies that are equal are the same object.
    regular : bool
        Whether it is proved that the number of equilibria must be odd: no equilibrium lies where
        more inequalities are tight than needed.
    proof : str
        What was searched, and why nothing else is there.
    """

    pairs: list[Pair]
    regular: bool
    proof: str


class OverBudgetError(Exception):
    """There are more vertices than may be visited."""


def in_floats(first: Polytope, second: Polytope, limit: int) -> Extreme | None:
    """Return the extreme equilibria by way of a proof that `first` is simple.

    If every vertex of `first` has just as many labels as dimensions, those it lacks are as many
    as the dimensions of `second`, and they are all tight in at most one point there, unless the
    equations are dependent. So one polytope is enumerated, and one system of equations solved for
    each of its vertices. What rounding leaves open is settled in exact arithmetic.

    Parameters
    ----------
    first, second : Polytope
        Of the one player and of the other, in either order; equilibria stand in the order given.
    limit : int
        How many vertices to visit.

    Returns
    -------
    Extreme or None
        None if `first` is not simple, or equations are dependent.

    Raises
    ------
    OverBudgetError
    """
    m = first.dimension
    status, tight, unsure = enumerate_vertices(first.floats, limit, MOST_UNSURE)
    if status == OVER_BUDGET:
        raise OverBudgetError
    if status == UNPROVED:
        return None
    try:
        if not all(_is_simple(first.corner(*_places(tight[v], m)), m) for v in unsure.tolist()):
            return None
        pairs, regular = _matched(first, second, tight)
    except DependentError:
        return None
    return Extreme(
        pairs,
        regular,
        f"{len(tight)} vertices of one best-response polytope ({m} dimensions), each proved simple"
        f" ({len(unsure)} of them in exact arithmetic, the others by bounds of the rounding), and"
        " each edge of each leads to another of them, so these are all; each was matched with the"
        " one point of the other polytope that has the labels it lacks",
    )


def _matched(first: Polytope, second: Polytope, tight: Bools) -> tuple[list[Pair], bool]:
    """Return the equilibria at the vertices of `first`, and whether each is at simple vertices."""
    m, n = first.dimension, second.dimension
    known: dict[tuple[bool, ...], Strategy] = {}
    pairs, regular = [], True
    for vertex in partners(second.floats, tight).tolist():
        free, equal = _places(tight[vertex], m)
        corner = second.corner(equal, free)
        if corner.is_inside:
            regular &= _is_simple(corner, n)
            # what is tight at a vertex is tight together nowhere else
            zeros = tuple(number == 0 for number in corner.weights + corner.slacks)
            if zeros not in known:
                known[zeros] = second.strategy(corner.weights)
            own = first.strategy(first.corner(free, equal).weights)
            pairs.append((own, known[zeros]))
    return pairs, regular


def exactly(first: Polytope, second: Polytope, limit: int) -> Extreme:
    """Return the extreme equilibria of any game, from all vertices of both polytopes.

    Parameters
    ----------
    first, second : Polytope
        Of the row player and of the column player.
    limit : int
        How many bases to visit in each.

    Raises
    ------
    OverBudgetError
    """
    m, n = first.dimension, second.dimension
    found = []
    for polytope in (first, second):
        listed = vertices(polytope.matrix, limit)
        if listed is None:
            raise OverBudgetError
        found.append(listed)
    rows, columns = found
    # the origins stand for no strategy
    own = [mask for mask in rows if any(rows[mask])]
    # from the column player's numbering of labels to the row player's, and back
    turned = {
        mask >> n | (mask & ((1 << n) - 1)) << m: mask for mask in columns if any(columns[mask])
    }
    matched = [(a, turned[b]) for a, b in _labelled(own, list(turned), m + n)]
    left = {a: first.strategy(rows[a]) for a, _ in matched}
    right = {b: second.strategy(columns[b]) for _, b in matched}
    return Extreme(
        [(left[a], right[b]) for a, b in matched],
        all(mask.bit_count() == m for mask in rows)
        and all(mask.bit_count() == n for mask in columns),
        f"all {len(rows)} and {len(columns)} vertices of the best-response polytopes by"
        " lexicographic pivoting in exact arithmetic, and each pair of them",
    )


def _places(tight: Bools, m: int) -> tuple[list[int], list[int]]:
    """Return which weights are positive, and which rows are tight."""
    return np.flatnonzero(~tight[:m]).tolist(), np.flatnonzero(tight[m:]).tolist()


def _is_simple(corner: Corner, dimension: int) -> bool:
    """Whether a corner is a vertex at which no inequality is tight that need not be."""
    zeros = corner.weights.count(0) + corner.slacks.count(0)
    return corner.is_inside and zeros == dimension


def _labelled(left: list[int], right: list[int], labels: int) -> Iterator[tuple[int, int]]:
    """Yield the pairs of sets of labels that together hold all of them."""
    width = 62
    words = range(0, labels, width)
    full = (1 << labels) - 1

    def cut(mask: int) -> list[int]:
        return [(mask >> start) & ((1 << width) - 1) for start in words]

    those = np.array([cut(mask) for mask in right], dtype=np.int64).reshape(-1, len(words))
    for mask in left:
        wanted = np.array(cut(full & ~mask), dtype=np.int64)
        for place in np.flatnonzero(((those & wanted) == wanted).all(axis=1)).tolist():
            yield mask, right[place]
