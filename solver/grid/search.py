"""Subgame-perfect outcomes at many levels at once: `solver.subgame_perfect.search` in one go."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from games import AllianceStructure
from games.arrays import Array, Bools, Ints
from solver.grid.sides import Side
from solver.lattice import Lattice
from solver.solution import preference_order
from solver.stage import tolerances


class Found(NamedTuple):
    """What a search found at each level.

    Attributes
    ----------
    tolerance : ndarray, shape (levels,)
        Payoffs that differ by no more are equal.
    equilibria : ndarray of int, shape (levels,)
    preferred : ndarray of int, shape (levels,)
        Number of the hegemon's best equilibrium; there always is one.
    security : ndarray, shape (levels,)
        What the hegemon can make sure of.
    """

    tolerance: Array
    equilibria: Ints
    preferred: Ints
    security: Array


def search(
    grid: Lattice,
    hegemon: Array,
    sides: Sequence[Side],
    relative: float,
    structure: Callable[[int], AllianceStructure],
) -> Found:
    """Return the subgame-perfect outcomes at each level.

    Parameters
    ----------
    hegemon : ndarray, shape (levels, structures)
    sides : sequence of Side
        The candidates' payoffs at each level.
    relative : float
        The tolerance as a share of the widest range of payoffs.
    structure : callable
        Gives the structure with a number; asked where several tie for the best.
    """
    tolerance = game_tolerances(hegemon, sides, relative)
    slack = tolerance[:, np.newaxis]
    outside = np.stack([side.outside for side in sides])
    spoke = np.stack([side.spoke for side in sides])
    bits = 1 << np.arange(grid.n)
    eager = (spoke > outside + slack) @ bits
    willing = (spoke >= outside - slack) @ bits
    masks = np.arange(1 << grid.n)
    assured = (masks & ~eager[:, np.newaxis]) == 0
    security = np.where(assured, hegemon[:, : masks.size], -np.inf).max(axis=1)
    found = hegemon >= (security - tolerance)[:, np.newaxis]
    found &= _stable(sides, outside - slack)[:, grid.bloc_masks]
    found &= (grid.spoke_masks & ~willing[:, np.newaxis]) == 0
    worth = np.where(found, hegemon, -np.inf)
    preferred = worth.argmax(axis=1)
    tied = worth >= worth.max(axis=1, keepdims=True) - slack
    for level in np.flatnonzero(tied.sum(axis=1) > 1):
        preferred[level] = min(
            np.flatnonzero(tied[level]).tolist(),
            key=lambda number: preference_order(structure(number)),
        )
    return Found(tolerance, found.sum(axis=1), preferred, security)


def game_tolerances(hegemon: Array, sides: Sequence[Side], relative: float) -> Array:
    """Return `solver.stage.tie_tolerance` of each level."""
    widest, largest = np.array([side.ranges for side in sides]).T
    low, high = hegemon.min(axis=1), hegemon.max(axis=1)
    widest = np.maximum(widest, high - low)
    largest = np.maximum(largest, np.maximum(np.abs(low), np.abs(high)))
    return tolerances(relative, widest, largest)


def _stable(sides: Sequence[Side], bearable: Array) -> Bools:
    """Return from which blocs no member would rather be out, shape (levels, 2^n)."""
    n = bearable.shape[1]
    stable = np.ones((len(sides), 1 << n), dtype=np.bool_)
    bloc = np.stack([side.bloc for side in sides])
    masks = np.arange(1 << n)
    for i in range(n):
        stable &= (bloc[:, :, i] >= bearable[:, [i]]) | (masks >> i & 1 == 0)
    return stable
