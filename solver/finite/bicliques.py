"""Maximal complete bipartite subgraphs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable


def maximal_bicliques(
    pairs: Iterable[tuple[int, int]], limit: int
) -> list[tuple[list[int], list[int]]] | None:
    """Return every largest pair of sets of which each left member is tied to each right one.

    The right sides are the nonempty intersections of neighbourhoods of left nodes (the intents of
    formal concept analysis; Ganter and Wille 1999), so they are collected node by node.

    Parameters
    ----------
    pairs : iterable of (int, int)
        The ties, left node and right node.
    limit : int
        Give up, and return None, if there are more than this.

    Examples
    --------
    >>> maximal_bicliques([(0, 0), (0, 1), (1, 1)], 10)
    [([0], [0, 1]), ([0, 1], [1])]
    """
    neighbours: dict[int, set[int]] = defaultdict(set)
    for left, right in pairs:
        neighbours[left].add(right)
    # neighbourhoods that are equal are intersected with the others only once
    found: set[frozenset[int]] = set()
    for own in {frozenset(own) for own in neighbours.values()}:
        found |= {own} | {own & other for other in found}
        found.discard(frozenset())
        if len(found) > limit:
            return None
    return sorted(
        (sorted(left for left, own in neighbours.items() if own >= right), sorted(right))
        for right in found
    )
