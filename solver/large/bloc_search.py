"""Compiled: which structures of the family `blocs` stand up to which deviations.

What a candidate gets depends on its own treaty alone, so one table holds the candidates' payoffs:
`treaty[mask, i]` is what candidate i gets in the treaty of the candidates in `mask`, and
`treaty[0, i]` what it gets outside.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from games.arrays import Array, Bools, Ints
from solver._jit import jit
from solver.large.bloc_numbering import number_of, read_labels, read_treaties


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
def stable_treaties(payoffs: Payoffs) -> Bools:
    """Return, by mask, in which treaties no candidate would rather be outside."""
    treaty = payoffs.treaty
    stable = np.ones(treaty.shape[0], np.bool_)
    for mask in range(treaty.shape[0]):
        for i in range(treaty.shape[1]):
            if mask >> i & 1 and treaty[mask, i] < treaty[0, i] - payoffs.tolerance:
                stable[mask] = False
    return stable


@jit
def individually_rational(payoffs: Payoffs) -> Bools:
    """Return in which structures no candidate would rather be out of its treaty."""
    n = payoffs.treaty.shape[1]
    stable = stable_treaties(payoffs)
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
def security_level(payoffs: Payoffs, eager: int) -> float:
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
