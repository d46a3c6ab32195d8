"""Affinity between candidates: symmetric, in [0, 1]."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike

from games import checks
from games.errors import InvalidGameError, UnknownNameError
from games.frozen import FrozenMapping

Pair = tuple[str, str]
Affinity = Mapping[Pair, float]


def symmetric_affinity(
    given: Affinity | ArrayLike, candidates: Sequence[str]
) -> FrozenMapping[Pair, float]:
    """Return the affinity of the pairs that are named, each pair once and sorted.

    Parameters
    ----------
    given : mapping of (str, str) to float, or array_like of shape (n, n)
        An array follows the order of `candidates`; its diagonal is not read.

    Raises
    ------
    InvalidGameError
        If a value lies outside [0, 1], a pair is of one candidate with itself, or the two
        directions of a pair differ.
    UnknownNameError
        If a pair names somebody who is no candidate.
    """
    named = given if isinstance(given, Mapping) else _pairs_of_matrix(given, candidates)
    result: dict[Pair, float] = {}
    for pair, value in named.items():
        if not isinstance(pair, tuple) or len(pair) != 2 or pair[0] == pair[1]:
            raise InvalidGameError(f"`affinity` must be keyed by two candidates; got {pair!r}")
        for name in pair:
            if name not in candidates:
                raise UnknownNameError("candidate", name, candidates)
        number = checks.within(f"affinity{list(pair)}", value, 0, 1)
        key = (min(pair), max(pair))
        if result.setdefault(key, number) != number:
            raise InvalidGameError(
                f"`affinity` must be symmetric; got {result[key]:g} and {number:g} for {key}"
            )
    return FrozenMapping(result)


def _pairs_of_matrix(given: ArrayLike, candidates: Sequence[str]) -> dict[Pair, float]:
    n = len(candidates)
    try:
        matrix = np.asarray(given, dtype=np.float64)
    except (TypeError, ValueError):
        raise InvalidGameError(f"`affinity` must hold numbers; got {given!r}") from None
    if matrix.shape != (n, n):
        raise InvalidGameError(f"`affinity` must have shape {(n, n)}; got {matrix.shape}")
    return {
        (candidates[i], candidates[j]): float(matrix[i, j])
        for i in range(n)
        for j in range(n)
        if i != j
    }
