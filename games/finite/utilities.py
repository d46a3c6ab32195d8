"""Outcomes as the utilities v(x - r) of the players who receive them."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from games.arrays import Array, Fractions
from games.preferences import Preference


def of_floats(
    payoffs: Array, preferences: Sequence[Preference], references: Sequence[float]
) -> Array:
    """Return the utilities of payoffs, read-only.

    Parameters
    ----------
    payoffs : ndarray, shape (n, ...)
        The outcomes of each player.
    preferences : sequence of Preference, length n
    references : sequence of float, length n

    Returns
    -------
    ndarray, shape (n, ...)
    """
    players = zip(payoffs, preferences, references, strict=True)
    values = np.stack(
        [preference.utility(outcomes - reference) for outcomes, preference, reference in players]
    )
    values.setflags(write=False)
    return values


def of_fractions(
    payoffs: Fractions, preferences: Sequence[Preference], references: Sequence[float]
) -> Fractions | None:
    """Return the utilities of exact payoffs exactly, None if a value function is curved.

    A value function with unit exponents is straight on either side of the reference point.
    """
    if any((one.alpha, one.beta) != (1.0, 1.0) for one in preferences):
        return None
    gains = payoffs.copy()
    for own, preference, reference in zip(gains, preferences, references, strict=True):
        own -= Fraction(reference)
        own[own < 0] *= Fraction(preference.loss_aversion)
    return gains
