"""The values of actions as sums of weighted chances."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from games import NormalForm, Weighting
from games.arrays import Array, Ints
from games.prospects.preferences import Preference
from games.prospects.weighting import Linear


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
