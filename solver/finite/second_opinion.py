"""What nashpy finds in a small two-player game, beside what is proved."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np

from games import NormalForm
from games.arrays import Array, Fractions
from solver.finite.polytopes import utilities_of

Profile = tuple[Array, ...]

# profiles nearer to each other than this are the same
NEAR = 1e-6


def nashpy_on(game: NormalForm, proved: Sequence[Profile]) -> str:
    """Return how far nashpy's vertex enumeration agrees with the equilibria `proved`.

    nashpy decides by floats which inequalities are tight; payoffs between 1 and 2 spare it most of
    the errors that large, small or negative ones lead it into.

    Parameters
    ----------
    game : NormalForm
        Of two players who do not weight probabilities.
    proved : sequence of profiles
        All extreme equilibria.

    Returns
    -------
    str
        A clause for the account of a search.
    """
    from games.finite.conversions import to_nashpy

    scaled = NormalForm([_between_one_and_two(own) for own in utilities_of(game)])
    try:
        # degenerate games make it warn, and games of one action make Qhull refuse
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            listed = [np.concatenate(profile) for profile in to_nashpy(scaled).vertex_enumeration()]
    except (ArithmeticError, RuntimeError, TypeError, ValueError) as error:
        return f"nashpy's vertex enumeration gave up ({type(error).__name__})"
    known = [np.concatenate(profile) for profile in proved]
    missed = sum(not any(_near(one, other) for other in listed) for one in known)
    wrong = sum(not any(_near(one, other) for other in known) for one in listed)
    return (
        f"nashpy's vertex enumeration found {len(known) - missed} of these {len(known)}"
        f" and {wrong} that are none"
    )


def _between_one_and_two(utilities: Fractions) -> Array:
    low = utilities.min()
    spread = utilities.max() - low or 1
    return np.array((utilities - low) / spread, dtype=np.float64) + 1.0


def _near(one: Array, other: Array) -> bool:
    return bool((abs(one - other) <= NEAR).all())
