"""Families of alliance structures: which structures a game admits, and how many there are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from math import comb
from typing import Literal

from games import checks
from games.structures import AllianceStructure, from_groups

Family = Literal["bloc_and_spokes", "blocs"]
FAMILIES: tuple[Family, ...] = ("bloc_and_spokes", "blocs")


def structures(
    hegemon: str, candidates: Sequence[str], family: Family = "bloc_and_spokes"
) -> Iterator[AllianceStructure]:
    """Yield each structure of a family once, lazily, the empty one first.

    Parameters
    ----------
    family : {"bloc_and_spokes", "blocs"}
        One bloc at most, beside spokes; or any number of disjoint blocs and spokes.

    Examples
    --------
    >>> [str(s) for s in structures("Athens", ["Samos", "Chios"])]  # doctest: +NORMALIZE_WHITESPACE
    ['Athens: no alliance', 'Athens: spokes Samos', 'Athens: spokes Chios',
     'Athens: spokes Chios, Samos', 'Athens: bloc {Chios, Samos}']
    """
    checks.one_of("family", family, FAMILIES)
    if family == "blocs":
        for allies in subsets(candidates):
            for groups in partitions(allies):
                yield from_groups(hegemon, groups)
        return
    for bloc in subsets(candidates):
        if len(bloc) != 1:
            rest = [name for name in candidates if name not in bloc]
            for spokes in subsets(rest):
                yield AllianceStructure(hegemon, bloc, spokes)


def count(n: int, family: Family = "bloc_and_spokes") -> int:
    """Return how many structures a family has over `n` candidates.

    3^n - n 2^(n-1) for `bloc_and_spokes`; the Bell number B(n + 1) for `blocs`.

    Examples
    --------
    >>> count(11), count(11, "blocs")
    (165883, 4213597)
    """
    checks.one_of("family", family, FAMILIES)
    if family == "bloc_and_spokes":
        return 3**n - n * 2 ** (n - 1) if n else 1
    bell = [1]
    for m in range(n + 1):
        bell.append(sum(comb(m, k) * bell[k] for k in range(m + 1)))
    return bell[n + 1]


def subsets(names: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Yield each subset of `names`, smaller ones first."""
    for size in range(len(names) + 1):
        yield from combinations(names, size)


def partitions(names: Sequence[str]) -> Iterator[list[tuple[str, ...]]]:
    """Yield each partition of `names` into groups."""
    if not names:
        yield []
        return
    first, rest = names[0], names[1:]
    for others in subsets(rest):
        left = [name for name in rest if name not in others]
        for groups in partitions(left):
            yield [(first, *others), *groups]
