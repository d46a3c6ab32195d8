"""Extreme equilibria as candidates, and the maximal sets of equilibria that they span."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from games.arrays import Array
from solver.finite.bicliques import maximal_bicliques
from solver.finite.extreme import Pair
from solver.finite.profile_solution import Candidate, Component


def candidates(pairs: Sequence[Pair]) -> list[Candidate]:
    """Return the pairs as profiles; those that play early actions most stand first."""
    arrays: dict[int, Array] = {}
    found = []
    for pair in pairs:
        for strategy in pair:
            if id(strategy) not in arrays:
                own = np.array([p.numerator / p.denominator for p in strategy])
                own.setflags(write=False)
                arrays[id(strategy)] = own
        found.append(Candidate((arrays[id(pair[0])], arrays[id(pair[1])]), exact=pair))
    found.sort(key=lambda one: [own.tolist() for own in one.profile], reverse=True)
    return found


def components(found: Sequence[Candidate], limit: int) -> list[Component] | None:
    """Return the maximal sets that extreme equilibria span, None if there are more than `limit`.

    They are the maximal complete bipartite graphs among the equilibria, each one an edge between
    its two strategies (Winkels 1979; Avis, Rosenberg, Savani and von Stengel 2010, section 3).
    """
    rows, own = _distinct([one.profile[0] for one in found])
    columns, other = _distinct([one.profile[1] for one in found])
    if len(rows) == len(columns) == len(found):
        return [Component((x,), (y,)) for x, y in zip(rows, columns, strict=True)]
    bicliques = maximal_bicliques(zip(own, other, strict=True), limit)
    if bicliques is None:
        return None
    return [
        Component(tuple(rows[i] for i in left), tuple(columns[j] for j in right))
        for left, right in bicliques
    ]


def _distinct(arrays: Sequence[Array]) -> tuple[list[Array], list[int]]:
    """Return the arrays that differ, and the place of each among them.

    Of strategies that are equal there is one array only.
    """
    known: dict[int, int] = {}
    places = [known.setdefault(id(own), len(known)) for own in arrays]
    return list(dict(zip(places, arrays, strict=True)).values()), places
