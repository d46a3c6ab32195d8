"""How the continuations of a node of a game tree come about, counted so that each can be found."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import NamedTuple

from games.finite.tree import Number


class Way(NamedTuple):
    """One way in which profiles of a class come about, and how many they are.

    At a decision node `place` is the action taken and `taken` the place, among the classes of its
    branch, of what follows. In a layer of a node of chance `place` is a class of the layer before
    and `taken` one of the node that follows.
    """

    place: int
    taken: int
    size: int


class Branch(NamedTuple):
    """The classes of the node that follows an action, in ascending order of the mover's ranks.

    `upto` says how many profiles the first 0, 1, 2, ... classes hold.
    """

    ranks: list[Number]
    classes: list[int]
    upto: list[int]

    def no_better(self, rank: Number) -> int:
        """Return how many profiles rank no higher than `rank`."""
        return self.upto[bisect_right(self.ranks, rank)]


class Fork(NamedTuple):
    """A decision node with several profiles to choose from: its branches, the ways to a class."""

    branches: list[Branch]
    ways: list[list[Way]]


def sizes_of(classes: Iterable[Sequence[Way]]) -> list[int]:
    """Return how many profiles each class holds, given the ways to it."""
    return [sum(way.size for way in ways) for ways in classes]


def branch_of(ranks: Sequence[Number], sizes: Sequence[int]) -> Branch:
    """Return the classes of what follows an action, given the rank and the size of each."""
    classes = sorted(range(len(ranks)), key=lambda place: ranks[place])
    upto = accumulate((sizes[place] for place in classes), initial=0)
    return Branch([ranks[place] for place in classes], classes, list(upto))


def way_at(ways: Sequence[Way], index: int) -> tuple[Way, int]:
    """Return the way to the profile with this number, and the profile's number among its own."""
    place = 0
    while index >= ways[place].size:
        index -= ways[place].size
        place += 1
    return ways[place], index
