"""Faces of the strategy space: all profiles in which each player uses one set of actions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise
from math import prod

import numpy as np

from games.arrays import Array
from solver.prospects.terms import Terms

Support = tuple[int, ...]


@dataclass(frozen=True)
class Face:
    """The profiles in which each player mixes over a support.

    An equilibrium in its interior makes each player indifferent over its support; no other action
    may be better. One equation for each action of a support beyond the first, as many as there
    are free probabilities.

    Attributes
    ----------
    shape : tuple of int
        How many actions each player has.
    supports : tuple of tuples of int
    terms : tuple of Terms
        What actions are worth, in floats: for a search, no proof needs them.
    """

    shape: tuple[int, ...]
    supports: tuple[Support, ...]
    terms: tuple[Terms, ...] = ()

    @property
    def dimension(self) -> int:
        """How many free probabilities there are."""
        return sum(len(own) - 1 for own in self.supports)

    @cached_property
    def parts(self) -> list[slice]:
        """Where each player's free probabilities stand among all: those of its support but one."""
        ends = list(accumulate((len(own) - 1 for own in self.supports), initial=0))
        return [slice(*pair) for pair in pairwise(ends)]

    @cached_property
    def overdetermined(self) -> tuple[int, ...]:
        """Players with more equations than the others have free probabilities to meet them."""
        free = [len(own) - 1 for own in self.supports]
        return tuple(i for i, own in enumerate(free) if own > sum(free) - own)

    @cached_property
    def chances(self) -> tuple[Array, ...]:
        """Each player's coefficients on the others' supports, flat: shape (terms, profiles)."""
        return tuple(_on(self.others(i), terms.chance) for i, terms in enumerate(self.terms))

    def others(self, player: int) -> list[Support]:
        """Return the supports of the other players."""
        return [own for j, own in enumerate(self.supports) if j != player]

    def unused(self, player: int) -> list[int]:
        """Return the actions outside a player's support."""
        return [a for a in range(self.shape[player]) if a not in self.supports[player]]

    def whole(self) -> tuple[Array, ...]:
        """Return the face as one box: for each player its vertices, shape (1, k_i, k_i)."""
        return tuple(np.eye(len(own))[np.newaxis] for own in self.supports)


def _on(supports: Sequence[Support], coefficients: Array) -> Array:
    """Return coefficients of profiles on supports, flat: shape (terms, profiles)."""
    for axis, own in enumerate(supports, start=1):
        coefficients = coefficients.take(own, axis=axis)
    return coefficients.reshape(coefficients.shape[0], prod(map(len, supports)))


def spread(strategy: Sequence[float] | Array, support: Support, m: int) -> Array:
    """Return a strategy on a support as probabilities of all `m` actions."""
    full = np.zeros(m)
    full[list(support)] = strategy
    return full
