"""The structures of the family `blocs`, numbered, so that arrays can hold them all.

A structure is written as a *label* for each candidate: 0 for no treaty, else the number of its
treaty, treaties numbered by their first candidate. These are the restricted growth strings of
Knuth (2011, *The Art of Computer Programming* 4A, 7.2.1.5) with a block for the outsiders before
the others, and a structure's number is its place among them in the order of the alphabet.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from games import AllianceGame, AllianceStructure
from games.arrays import Ints
from games.structures import from_groups
from solver._jit import jit


def completions_of(n: int) -> Ints:
    """Return how many ways there are to label the candidates that are left.

    Returns
    -------
    ndarray of int, shape (n + 1, n + 1)
        By the number of candidates left and of treaties so far: each joins one of the treaties,
        stays outside or begins a treaty. Places that no structure over n candidates asks for are 0.

    Examples
    --------
    >>> [int(completions_of(n)[n, 0]) for n in (1, 2, 3, 11)]
    [2, 5, 15, 4213597]
    """
    ways = np.zeros((n + 1, n + 1), np.int64)
    ways[0] = 1
    for left in range(1, n + 1):
        for treaties in range(n - left + 1):
            stay = (treaties + 1) * ways[left - 1, treaties]
            ways[left, treaties] = stay + ways[left - 1, treaties + 1]
    return ways


@jit
def number_of(labels: Ints, completions: Ints, names: Ints) -> int:
    """Return the number of the structure with these labels, whatever the treaties are called.

    Parameters
    ----------
    labels : ndarray of int, shape (n,)
        0 for no treaty, else any name of the treaty in 1..n + 1.
    names : ndarray of int, shape (n + 2,)
        Scratch.
    """
    n = labels.size
    names[:] = 0
    number, treaties = 0, 0
    for i in range(n):
        label, ways = labels[i], completions[n - 1 - i, treaties]
        if label > 0 and names[label] == 0:
            treaties += 1
            names[label] = treaties
        number += names[label] * ways
    return number


@jit
def read_labels(number: int, completions: Ints, labels: Ints) -> int:
    """Write the labels of the structure with this number, and return how many treaties it has."""
    n = labels.size
    treaties = 0
    for i in range(n):
        ways = completions[n - 1 - i, treaties]
        label = min(number // ways, treaties + 1)
        number -= label * ways
        labels[i] = label
        treaties = max(treaties, label)
    return treaties


@jit
def read_treaties(labels: Ints, treaties: Ints) -> None:
    """Write the mask of each treaty, by its label; that of the outsiders is left at 0."""
    treaties[:] = 0
    for i in range(labels.size):
        if labels[i] > 0:
            treaties[labels[i]] |= 1 << i


@dataclass(frozen=True, eq=False)
class Numbering:
    """The numbers of the structures of a game of the family `blocs`.

    Attributes
    ----------
    game : AllianceGame
    completions : ndarray of int
        As from `completions_of`.
    """

    game: AllianceGame
    completions: Ints

    @property
    def n(self) -> int:
        """Number of candidates."""
        return len(self.game.candidates)

    @property
    def size(self) -> int:
        """Number of structures: the Bell number B(n + 1)."""
        return int(self.completions[self.n, 0])

    def structure(self, number: int) -> AllianceStructure:
        """Return the structure with this number."""
        labels = np.empty(self.n, np.int64)
        treaties = read_labels(number, self.completions, labels)
        groups = [np.flatnonzero(labels == label) for label in range(1, treaties + 1)]
        names = self.game.candidates
        return from_groups(self.game.hegemon, [[names[i] for i in group] for group in groups])

    def index(self, structure: AllianceStructure) -> int:
        """Return the number of a structure of this game."""
        groups = [*structure.blocs, *((name,) for name in structure.spokes)]
        label = {name: 1 + place for place, group in enumerate(groups) for name in group}
        labels = np.array([label.get(name, 0) for name in self.game.candidates])
        return number_of(labels, self.completions, np.zeros(self.n + 2, np.int64))


def numbering_of(game: AllianceGame) -> Numbering:
    """Return the numbering of a game's structures."""
    return Numbering(game, completions_of(len(game.candidates)))
