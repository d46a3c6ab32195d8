"""Branch and prune: find every equilibrium in a face, and prove that there is no other.

1. Start with the whole face as one box (a product of simplices).
2. Drop the boxes where the equilibrium conditions are proved to fail (`conditions.may_hold`).
3. From the middle of those left look for a zero of the equations by Newton's method; around each
   new one prove by ball arithmetic that a box holds no other (`proofs.boxes`), and whether it
   is an equilibrium.
4. Set aside boxes that lie inside such a box; halve the others along their longest edge.

Each box ends as proved empty, as part of a proved box, or as unresolved when the budget is spent.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic

import numpy as np

from games.arrays import Array, Bools
from solver.finite.faces.conditions import Boxes, may_hold, newton, worths
from solver.finite.proofs.boxes import Zero
from solver.finite.proofs.faces import Face

# boxes worked on at once
BATCH = 2048
# boxes with every edge shorter than this are not halved any further
SMALLEST = 1e-9
# boxes with every edge shorter than this are small
SMALL = 0.1
# boxes of a batch from which Newton's method starts, and how far apart its ends count as two
STARTS = 64
SAME = 1e-9
# so many zeros without a proof are taken for a continuum, which no search of boxes exhausts
CONTINUUM = 40


@dataclass
class Outcome:
    """What a search of one face came to.

    Attributes
    ----------
    zeros : list of Zero
    unproved : list of ndarray
        Zeros around which no proof succeeded: multiple ones, or points of a continuum.
    share_empty : float
        Share of the face's volume proved to hold no equilibrium.
    unresolved : list of Boxes
        Boxes that may hold further ones.
    visited : int
        How many boxes were examined.
    """

    zeros: list[Zero] = field(default_factory=list)
    unproved: list[Array] = field(default_factory=list)
    share_empty: float = 0.0
    unresolved: list[Boxes] = field(default_factory=list)
    visited: int = 0

    @property
    def is_continuum(self) -> bool:
        """Whether so many zeros without a proof were met that they are taken for a continuum."""
        return len(self.unproved) >= CONTINUUM


Prover = Callable[[Face, Array], Zero | None]


def search(face: Face, prove: Prover, budget: int, until: float = math.inf) -> Outcome:
    """Search one face, examining at most `budget` boxes, and stop at a continuum.

    Parameters
    ----------
    face : Face
        With at least one free probability.
    prove : callable
        Takes the face and an approximate zero, and returns a proved box around it or None.
    budget : int
    until : float
        When to stop, by `time.monotonic`.
    """
    outcome = Outcome()
    queue = [(face.whole(), np.ones(1))]
    while queue:
        boxes, shares = queue.pop()
        outcome.visited += shares.size
        alive = may_hold(face, boxes, worths(face, boxes))
        outcome.share_empty += float(shares[~alive].sum())
        boxes, shares = _kept(boxes, shares, alive)
        if shares.size:
            _look_for_zeros(face, boxes, prove, outcome)
            barren = _inside(boxes, [zero for zero in outcome.zeros if not zero.is_equilibrium])
            outcome.share_empty += float(shares[barren].sum())
            boxes, shares = _kept(boxes, shares, ~barren & ~_inside(boxes, outcome.zeros))
        if not shares.size:
            continue
        small = np.max([_edges(own).max(axis=(1, 2)) for own in boxes], axis=0) < SMALLEST
        over = outcome.visited >= budget or outcome.is_continuum or monotonic() > until
        if over or small.any():
            outcome.unresolved.append(boxes)
            if over:
                outcome.unresolved.extend(left for left, _ in queue)
                break
            continue
        boxes, shares = _halved(face, boxes, shares)
        queue.extend(
            (tuple(own[start : start + BATCH] for own in boxes), shares[start : start + BATCH])
            for start in range(0, shares.size, BATCH)
        )
    return outcome


def _kept(boxes: Boxes, shares: Array, mask: Bools) -> tuple[Boxes, Array]:
    return tuple(own[mask] for own in boxes), shares[mask]


def _look_for_zeros(face: Face, boxes: Boxes, prove: Prover, outcome: Outcome) -> None:
    """Follow Newton's method from the middle of each box; prove what it ends at, if it is new.

    From small boxes without a zero it is followed again as to a continuum.
    """
    middles = [own[:STARTS].mean(axis=1) for own in boxes]
    points, done = newton(face, middles)
    found = points[done]
    if not done.all() and max(float(_edges(own[:STARTS]).max()) for own in boxes) < SMALL:
        points, again = newton(face, [own[~done] for own in middles], flat=True)
        found = np.concatenate([found, points[again]])
    for point in found:
        known = any(
            bool(((zero.low <= point) & (point <= zero.high)).all()) for zero in outcome.zeros
        )
        if known or _is_among(point, outcome.unproved):
            continue
        zero = prove(face, point)
        if zero is not None:
            outcome.zeros.append(zero)
        else:
            outcome.unproved.append(point)
            if outcome.is_continuum:
                return


def _is_among(point: Array, others: list[Array]) -> bool:
    return any(np.abs(point - other).max() < SAME for other in others)


def _inside(boxes: Boxes, zeros: list[Zero]) -> Bools:
    """Return which boxes lie wholly in the box of one zero."""
    free = [own[:, :, :-1] for own in boxes]
    low = np.concatenate([own.min(axis=1) for own in free], axis=1)
    high = np.concatenate([own.max(axis=1) for own in free], axis=1)
    found: Bools = np.zeros(low.shape[0], dtype=bool)
    for zero in zeros:
        found |= ((low >= zero.low) & (high <= zero.high)).all(axis=1)
    return found


def _edges(own: Array) -> Array:
    """Return the length of the edges of one player's simplices, shape (boxes, k, k)."""
    apart: Array = np.abs(own[:, :, np.newaxis, :] - own[:, np.newaxis, :, :]).max(axis=3)
    return apart


def _halved(face: Face, boxes: Boxes, shares: Array) -> tuple[Boxes, Array]:
    """Return both halves of every box, cut through the middle of its longest edge.

    Where a player has more equations than they have unknowns, its own strategy is not cut: its
    equations, which do not depend on it, are the ones to refute.
    """
    edges = [_edges(own) for own in boxes]
    longest = np.array([one.max(axis=(1, 2)) for one in edges])
    longest[list(face.overdetermined)] = 0.0
    player = np.argmax(longest, axis=0)
    first, second = ([own.copy() for own in boxes] for _ in range(2))
    for j, own in enumerate(boxes):
        rows = np.flatnonzero(player == j)
        k = own.shape[1]
        a, b = np.divmod(edges[j][rows].reshape(rows.size, k * k).argmax(axis=1), k)
        middle = (own[rows, a] + own[rows, b]) / 2
        first[j][rows, a] = middle
        second[j][rows, b] = middle
    both = tuple(np.concatenate(pair) for pair in zip(first, second, strict=True))
    return both, np.concatenate([shares, shares]) / 2
