"""Clusters of cells that hang together, and starting points inside them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from solver.finite.own_jets import Support
from solver.finite.own_mixing import Array, Ints
from solver.finite.own_search import Front

MOST_KEYS = 400


@dataclass(frozen=True)
class Cluster:
    """A box around pairs of cells that touch each other.

    Attributes
    ----------
    low, high : tuple of two ndarray, shape (m_i,)
    """

    low: tuple[Array, Array]
    high: tuple[Array, Array]

    @property
    def width(self) -> float:
        """The widest side."""
        return max(float((b - a).max()) for a, b in zip(self.low, self.high, strict=True))

    def holds(self, profile: tuple[Array, Array]) -> bool:
        """Whether a profile lies in the box."""
        return all(
            bool(((own >= low) & (own <= high)).all())
            for own, low, high in zip(profile, self.low, self.high, strict=True)
        )

    def supports(self, player: int) -> list[Support]:
        """Return the supports that strategies of a player in the box can have."""
        low, high = self.low[player], self.high[player]
        needed = set(np.flatnonzero(low > 0).tolist())
        possible = np.flatnonzero(high > 0).tolist()
        return [
            chosen
            for size in range(1, len(possible) + 1)
            for chosen in combinations(possible, size)
            if needed <= set(chosen)
        ]

    def middle(self, player: int) -> Array:
        """Return a strategy of a player in the middle of the box."""
        middle = (self.low[player] + self.high[player]) / 2
        return np.asarray(middle / middle.sum())


def clusters(front: Front) -> list[Cluster]:
    """Return boxes around the pairs left, one for each set of pairs that hang together."""
    corners = front.corners()
    lows = [own.min(axis=1) for own in corners]
    highs = [own.max(axis=1) for own in corners]
    labels = together(
        np.concatenate([(a + b) / 2 for a, b in zip(lows, highs, strict=True)], 1), front.width
    )
    found = []
    for label in range(labels.max(initial=-1) + 1):
        chosen = labels == label
        low = [own[chosen].min(axis=0) for own in lows]
        high = [own[chosen].max(axis=0) for own in highs]
        found.append(Cluster((low[0], low[1]), (high[0], high[1])))
    return found


def together(points: Array, size: float) -> Ints:
    """Return a label for each point, the same where a chain of steps of about `size` connects them.

    Points are sorted into a grid; neighbouring places of the grid are connected. The grid is made
    coarser while more than a few hundred of its places are taken.
    """
    if not len(points):
        return np.zeros(0, dtype=np.int64)
    while True:
        keys, place = np.unique(
            np.floor(points / size).astype(np.int64), axis=0, return_inverse=True
        )
        if len(keys) <= MOST_KEYS:
            break
        size *= 2
    near = np.abs(keys[:, np.newaxis] - keys).max(axis=2) <= 1
    labels = np.arange(len(keys))
    while True:
        least = np.where(near, labels, len(keys)).min(axis=1)
        if (least == labels).all():
            break
        labels = least
    return np.unique(labels, return_inverse=True)[1][place.ravel()]
