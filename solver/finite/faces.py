"""Faces of the strategy space: all profiles in which each player uses one set of actions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, product
from math import prod
from typing import NamedTuple

import numpy as np

from games import NormalForm, Weighting
from games.arrays import Array, Ints
from games.preferences import Preference
from games.weighting import Linear

Support = tuple[int, ...]


class Terms(NamedTuple):
    """The values of one player's actions as sums of weighted chances.

    The value of action a is the sum over its terms of `scale` times w(chance), where the chance
    is linear in the probabilities of the others' profiles.

    Attributes
    ----------
    action : ndarray of int, shape (terms,)
    scale : ndarray, shape (terms,)
    chance : ndarray, shape (terms, m_1, ..., m_k)
        Coefficients of the others' pure profiles.
    weighting : tuple of Weighting
        The functions w in use.
    which : ndarray of int, shape (terms,)
        The place of each term's w.
    size : float
        A bound of the absolute value of any action.
    """

    action: Ints
    scale: Array
    chance: Array
    weighting: tuple[Weighting, ...]
    which: Ints
    size: float

    @property
    def is_linear(self) -> bool:
        """Whether no chance is weighted; then each action has one term, its expected utility."""
        return all(function.is_linear for function in self.weighting)


def terms_of(outcomes: Array, preference: Preference, reference: float) -> Terms:
    """Return the terms of a player whose own actions are the first axis of `outcomes`.

    Without weighting an action has one term, its expected utility. With weighting its value is
    summed by parts: each rise in utility from one outcome to the next better one counts with the
    weight of the chance of at least the better one (of at most the worse one for losses), which
    is cumulative prospect theory (Tversky & Kahneman 1992) with terms monotone in the chances.
    """
    utilities = preference.utility(outcomes - reference)
    m, size = outcomes.shape[0], float(np.abs(utilities).max())
    functions = (preference.weighting_gains, preference.weighting_losses)
    sides = ((utilities > 0).any(), (utilities < 0).any())
    if all(function.is_linear for function, occurs in zip(functions, sides, strict=True) if occurs):
        plain = np.zeros(m, dtype=np.int64)
        return Terms(np.arange(m), np.ones(m), utilities, (Linear(),), plain, size)
    action, scale, chance, which = [], [], [], []
    for a in range(m):
        worths = np.unique(utilities[a])
        gains, losses = worths[worths > 0], worths[worths < 0][::-1]
        for place, levels in enumerate((gains, losses)):
            before = np.concatenate([[0.0], levels])[:-1]
            for level, worth in zip(levels, before, strict=True):
                action.append(a)
                scale.append(level - worth)
                chance.append(utilities[a] >= level if level > 0 else utilities[a] <= level)
                which.append(place)
    used, places = np.unique(np.array(which, dtype=np.int64), return_inverse=True)
    return Terms(
        np.array(action, dtype=np.int64),
        np.array(scale),
        np.array(chance, dtype=np.float64).reshape(len(action), *outcomes.shape[1:]),
        tuple(functions[place] for place in used),
        places.astype(np.int64),
        size,
    )


def game_terms(game: NormalForm) -> tuple[Terms, ...]:
    """Return each player's terms; the axes of `chance` are the other players in their order."""
    return tuple(
        terms_of(np.moveaxis(game.payoffs[i], i, 0), game.preferences[i], game.references[i])
        for i in range(game.number_of_players)
    )


def faces(game: NormalForm) -> Iterator[tuple[Support, ...]]:
    """Yield every support profile, small supports first."""
    sets = [
        [chosen for k in range(1, m + 1) for chosen in combinations(range(m), k)]
        for m in game.shape
    ]
    return iter(sorted(product(*sets), key=lambda face: sum(map(len, face))))


@dataclass(frozen=True)
class Face:
    """The profiles in which each player mixes over a support.

    An equilibrium in its interior makes each player indifferent over its support; no other action
    may be better. One equation for each action of a support beyond the first, as many as there
    are free probabilities.
    """

    shape: tuple[int, ...]
    supports: tuple[Support, ...]
    terms: tuple[Terms, ...]

    @property
    def dimension(self) -> int:
        """How many free probabilities there are."""
        return sum(len(own) - 1 for own in self.supports)

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
