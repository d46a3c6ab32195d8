"""Compiled: which structures of the family `blocs` stand up to which deviations.

What a candidate gets depends on its own treaty alone, so one table holds the candidates' payoffs:
`treaty[mask, i]` is what candidate i gets in the treaty of the candidates in `mask`, and
`treaty[0, i]` what it gets outside.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from games import AllianceGame, AllianceStructure
from games.alliance.structures import from_groups
from games.arrays import Array, Bools, Ints
from solver.numerics.jit import jit

# The structures of the family `blocs`, numbered, so that arrays can hold them all.
#
# A structure is written as a *label* for each candidate: 0 for no treaty, else the number of its
# treaty, treaties numbered by their first candidate. These are the restricted growth strings of
# Knuth (2011, *The Art of Computer Programming* 4A, 7.2.1.5) with a block for the outsiders before
# the others, and a structure's number is its place among them in the order of the alphabet.


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


class Payoffs(NamedTuple):
    """Payoffs of every structure at one threat level.

    Attributes
    ----------
    hegemon : ndarray, shape (structures,)
    treaty : ndarray, shape (2^n, n)
        Candidates' payoffs by treaty; of no meaning for who is not in it.
    completions : ndarray of int
        Of the numbering.
    tolerance : float
        Differences up to this are ties.
    """

    hegemon: Array
    treaty: Array
    completions: Ints
    tolerance: float


@jit
def individually_rational(stable: Bools, payoffs: Payoffs) -> Bools:
    """Return in which structures no candidate would rather be out of its treaty.

    Parameters
    ----------
    stable : ndarray of bool, shape (2^n,)
        In which treaties no candidate would rather be outside.
    """
    n = payoffs.treaty.shape[1]
    labels, treaties = np.zeros(n, np.int64), np.zeros(n + 1, np.int64)
    rational = np.ones(payoffs.hegemon.size, np.bool_)
    for number in range(rational.size):
        count = read_labels(number, payoffs.completions, labels)
        read_treaties(labels, treaties)
        for treaty in treaties[1 : count + 1]:
            rational[number] &= stable[treaty]
    return rational


@jit
def best_within(payoffs: Payoffs) -> Array:
    """Return the greatest value over each structure and those with fewer of its treaties.

    A structure comes after those with fewer of its treaties in the numbering, so one pass does.
    """
    n = payoffs.treaty.shape[1]
    labels, fewer = np.zeros(n, np.int64), np.zeros(n, np.int64)
    names = np.zeros(n + 2, np.int64)
    best = payoffs.hegemon.copy()
    for number in range(best.size):
        treaties = read_labels(number, payoffs.completions, labels)
        for ended in range(1, treaties + 1):
            for i in range(n):
                fewer[i] = 0 if labels[i] == ended else labels[i]
            other = number_of(fewer, payoffs.completions, names)
            best[number] = max(best[number], best[other])
    return best


@jit
def best_spokes(payoffs: Payoffs, eager: int) -> float:
    """Return the hegemon's greatest value over the sets of spokes with candidates in `eager`."""
    n = payoffs.treaty.shape[1]
    labels, names = np.zeros(n, np.int64), np.zeros(n + 2, np.int64)
    best = float(payoffs.hegemon[0])
    spokes = eager
    while spokes:
        for i in range(n):
            labels[i] = (i + 1) if spokes >> i & 1 else 0
        best = max(best, float(payoffs.hegemon[number_of(labels, payoffs.completions, names)]))
        spokes = (spokes - 1) & eager
    return best


@jit
def has_joiner(number: int, payoffs: Payoffs) -> bool:
    """Return whether an outsider's spoke or accession takes place: nobody loses and one gains."""
    n = payoffs.treaty.shape[1]
    labels, names = np.zeros(n, np.int64), np.zeros(n + 2, np.int64)
    masks = np.zeros(n + 1, np.int64)
    count = read_labels(number, payoffs.completions, labels)
    read_treaties(labels, masks)
    for newcomer in range(n):
        if labels[newcomer] > 0:
            continue
        for label in range(1, count + 2):
            before = masks[label] if label <= count else 0
            if before & (before - 1) == 0 and before > 0:
                continue  # a bilateral treaty is not open to accession
            after = before | 1 << newcomer
            labels[newcomer] = label
            outcome = number_of(labels, payoffs.completions, names)
            labels[newcomer] = 0
            least = most = payoffs.hegemon[outcome] - payoffs.hegemon[number]
            for i in range(n):
                if after >> i & 1:
                    now = before if i != newcomer else 0
                    gain = payoffs.treaty[after, i] - payoffs.treaty[now, i]
                    least, most = min(least, gain), max(most, gain)
            if least >= -payoffs.tolerance and most > payoffs.tolerance:
                return True
    return False


@jit
def unjoined(doubtful: Ints, payoffs: Payoffs) -> Bools:
    """Return which of the structures `doubtful` no outsider joins, by a spoke or by accession."""
    result = np.empty(doubtful.size, np.bool_)
    for k in range(doubtful.size):
        result[k] = not has_joiner(doubtful[k], payoffs)
    return result


@jit
def own_treaties(numbers: Ints, payoffs: Payoffs) -> NDArray[np.int16]:
    """Return the mask of each candidate's treaty, 0 outside, shape (structures, n)."""
    n = payoffs.treaty.shape[1]
    labels, masks = np.zeros(n, np.int64), np.zeros(n + 1, np.int64)
    own = np.empty((numbers.size, n), np.int16)
    for k in range(numbers.size):
        read_labels(numbers[k], payoffs.completions, labels)
        read_treaties(labels, masks)
        for i in range(n):
            own[k, i] = masks[labels[i]]
    return own


@jit
def unblocked(doubtful: Ints, rivals: Ints, payoffs: Payoffs) -> Bools:
    """Return from which of the structures `doubtful` no coalition moves to one of `rivals`.

    The hegemon moves to a rival with those who have a treaty there that they do not have yet, if
    all of them gain.

    Parameters
    ----------
    doubtful, rivals : ndarray of int
        Numbers of structures; rivals stand best first.
    """
    n, worth = payoffs.treaty.shape[1], payoffs.hegemon
    theirs, ours = own_treaties(rivals, payoffs), own_treaties(doubtful, payoffs)
    result = np.ones(doubtful.size, np.bool_)
    enough = np.empty(n, np.float64)
    for k in range(doubtful.size):
        for i in range(n):
            enough[i] = payoffs.treaty[ours[k, i], i] + payoffs.tolerance
        least = worth[doubtful[k]] + payoffs.tolerance
        for rival in range(rivals.size):
            if worth[rivals[rival]] <= least:
                break
            all_gain = True
            for i in range(n):
                new = theirs[rival, i]
                if new != ours[k, i] and new > 0 and payoffs.treaty[new, i] <= enough[i]:
                    all_gain = False
                    break
            if all_gain:
                result[k] = False
                break
    return result
