"""Whether some mixture of other actions is better than an action, whatever the others do."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from games.arrays import Array, Fractions
from games.errors import NotApplicableError
from games.finite.exact_programme import maximise_exactly
from games.finite.linear_programme import maximise

# relative to the largest gain: floats decide no gain that is nearer to 0
MARGIN = 1e-9
# gains in a tie: with more of them, exact arithmetic could take minutes
EXACT_SIZE = 30_000
# a mixture is given with the first of these denominators for which it is better
DENOMINATORS = (10, 1000, 10**6, 10**12)


def better_mixture(gains: Fractions, *, strict: bool, exact: bool = True) -> Fractions | None:
    """Return a mixture of the rows of `gains` that is above 0 in every column, if there is one.

    Parameters
    ----------
    gains : ndarray of Fraction, shape (k, s)
        What each of k actions yields more than the action in question, in each of s cases.
    strict : bool
        False asks for a mixture that is nowhere below 0 and somewhere above it.
    exact : bool
        False if the gains carry rounding errors: then a mixture counts, strict or not, only if it
        is everywhere above `MARGIN` (1e-9) times the largest gain.

    Returns
    -------
    ndarray of Fraction, shape (k,), or None

    Raises
    ------
    NotApplicableError
        If a tie is too large to be decided in exact arithmetic.
    ConvergenceError
        If the linear programme is not solved.

    Notes
    -----
    1. A linear programme in floats finds the mixture whose least gain is greatest and the belief
       over cases that is worst for every mixture: optimal strategies of a zero-sum game.
    2. The mixture, turned into fractions, is better if its gains, computed exactly, say so. There
       is no better one if under that belief every row is expected below 0 (Pearce 1984, Lemma 3).
    3. Otherwise there is a tie, and the linear programme is solved again in exact arithmetic.
    """
    # leaving a row that is nowhere above 0 out of a mixture does the mixture good
    useful = np.flatnonzero((gains > 0).any(axis=1))
    if not useful.size:
        return None
    # scaled exactly: floats could not hold gains that are very large or very small
    rows = gains[useful] / abs(gains[useful]).max()
    guess, worst = _optimal_strategies(np.array(rows, dtype=np.float64))
    if worst < -MARGIN:
        return None
    found = _checked(guess, rows, strict=strict, exact=exact)
    if found is None and exact:
        found = _decided(rows, strict=strict)
    if found is None:
        return None
    mixture = np.full(len(gains), Fraction(0), dtype=object)
    mixture[useful] = found
    return mixture


def _optimal_strategies(gains: Array) -> tuple[Array, float]:
    """Return a row player's optimal strategy, and its best gain against the column player's."""
    k, s = gains.shape
    optimum = maximise(
        np.append(np.zeros(k), 1),
        np.hstack([-gains.T, np.ones((s, 1))]),
        np.zeros(s),
        [np.append(np.ones(k), 0)],
        [1],
        bounds=[(0, None)] * k + [(None, None)],
    )
    # a zero-sum game has a value
    assert optimum.point is not None
    assert optimum.prices is not None
    belief = np.maximum(optimum.prices[:s], 0)
    return np.maximum(optimum.point[:k], 0), float((gains @ belief).max() / belief.sum())


def _checked(guess: Array, gains: Fractions, *, strict: bool, exact: bool) -> Fractions | None:
    """Return the mixture found in floats as fractions, if it is better in exact arithmetic."""
    least = Fraction(0) if exact else Fraction(MARGIN)
    for denominator in DENOMINATORS:
        mixture = _rounded(guess, denominator)
        used = mixture > 0
        gain = mixture[used] @ gains[used]
        if (gain > least).all():
            return mixture
        if exact and not strict and (gain >= 0).all() and (gain > 0).any():
            return mixture
    return None


def _rounded(mixture: Array, denominator: int) -> Fractions:
    parts: Fractions = np.array(
        [Fraction(p).limit_denominator(denominator) for p in mixture.tolist()], dtype=object
    )
    return parts / (parts.sum() or 1)


def _decided(gains: Fractions, *, strict: bool) -> Fractions | None:
    """Return a better mixture, from exact arithmetic alone."""
    k, s = gains.shape
    if gains.size > EXACT_SIZE:
        raise NotApplicableError(
            f"a tie between mixtures of {k} actions in {s} cases is too large to be decided"
            f" exactly (at most {EXACT_SIZE} gains); leave mixtures out"
        )
    # strict: the last variable is the least gain; weak: the sum of gains, none of them below 0
    objective = np.append(np.zeros(k, dtype=int), 1) if strict else np.append(gains.sum(axis=1), 0)
    rows = np.full((s + 1, k + 1), Fraction(1), dtype=object)
    rows[:s, :k] = -gains.T
    rows[s, k] = Fraction(0)
    value, point = maximise_exactly(objective, rows, [0] * s + [1])
    return np.array(point[:k], dtype=object) if value > 0 else None
