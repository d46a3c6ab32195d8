"""Families of alliance structures: which structures a game admits, and how many there are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations
from math import comb
from typing import Literal, TypeVar

from games import checks
from games.structures import AllianceStructure, from_groups

Item = TypeVar("Item")
Group = tuple[str, ...]
Family = Literal["bloc_and_spokes", "blocs"]
FAMILIES: tuple[Family, ...] = ("bloc_and_spokes", "blocs")


def structures(
    hegemon: str,
    candidates: Sequence[str],
    family: Family = "bloc_and_spokes",
    admits: Callable[[Group], bool] = lambda group: True,
) -> Iterator[AllianceStructure]:
    """Yield each structure of a family once, lazily, the empty one first.

    Parameters
    ----------
    family : {"bloc_and_spokes", "blocs"}
        One bloc at most, beside spokes; or any number of disjoint blocs and spokes.
    admits : callable
        Whether a group of candidates may have a treaty with the hegemon; all may by default.

    Examples
    --------
    >>> [str(s) for s in structures("Athens", ["Samos", "Chios"])]
    ['Athens: no alliance', 'Athens: spokes Samos', 'Athens: spokes Chios',
     'Athens: spokes Chios, Samos', 'Athens: bloc {Chios, Samos}']
    """
    checks.one_of("family", family, FAMILIES)
    if family == "blocs":
        for allies in subsets(candidates):
            for groups in partitions(allies, admits):
                yield from_groups(hegemon, groups)
        return
    single = [name for name in candidates if admits((name,))]
    for bloc in subsets(candidates):
        if not bloc or (len(bloc) > 1 and admits(bloc)):
            for spokes in subsets([name for name in single if name not in bloc]):
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
    checks.whole("n", n, 0)
    if family == "bloc_and_spokes":
        return 3**n - n * 2 ** (n - 1) if n else 1
    bell = [1]
    for m in range(n + 1):
        bell.append(sum(comb(m, k) * bell[k] for k in range(m + 1)))
    return bell[n + 1]


def subsets(items: Sequence[Item]) -> Iterator[tuple[Item, ...]]:
    """Yield each subset of `items`, smaller ones first."""
    for size in range(len(items) + 1):
        yield from combinations(items, size)


def partitions(names: Group, admits: Callable[[Group], bool]) -> Iterator[list[Group]]:
    """Yield each partition of `names` into groups that are admitted."""
    if not names:
        yield []
        return
    first, rest = names[0], names[1:]
    for others in subsets(rest):
        if admits((first, *others)):
            left = tuple(name for name in rest if name not in others)
            for groups in partitions(left, admits):
                yield [(first, *others), *groups]
