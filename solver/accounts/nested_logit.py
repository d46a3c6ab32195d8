"""The one choice rule: a nested logit of forms, and of structures within a form.

With values V_s of the structures s that are accepted, and N_f of them of the form f,

    I_f = nesting * log( sum over s in f of exp(precision V_s / nesting) / N_f )
    P(f) proportional to base_f exp(I_f),    P(s | f) proportional to exp(precision V_s / nesting)

(McFadden 1978, "Modelling the Choice of Residential Location"; the mean in the place of his sum is
this project's). At nesting 1 structures of a form compete as in a plain logit, towards nesting 0
the best of each form stands for it. The mean over N_f makes precision 0 the base rate itself,
whatever the number of structures, so that every account has the same null. One choice in a hundred
is taken to be made without regard to value or consent: it falls on the base rate of all forms, or,
where structures and not forms are observed, on all of a game alike, so that nothing is impossible.
"""

from __future__ import annotations

import numpy as np

from games.arrays import Array, Ints

LAPSE = 0.01


def inclusive(values: Array, form: Ints, forms: int, precision: float, nesting: float) -> Array:
    """Return I_f, minus infinity for forms without a structure.

    Parameters
    ----------
    values : ndarray, shape (m,)
    form : ndarray of int, shape (m,)
        Of each structure, in [0, forms).
    precision : float
        At least 0.
    nesting : float
        In [0, 1]; at 0 the limit.

    Returns
    -------
    ndarray, shape (forms,)

    Examples
    --------
    >>> inclusive(np.array([1.0, 3.0, 2.0]), np.array([0, 0, 1]), 3, 2.0, 0.0)
    array([  6.,   4., -inf])
    """
    best = np.full(forms, -np.inf)
    np.maximum.at(best, form, values)
    has = np.isfinite(best)
    found = np.full(forms, -np.inf)
    found[has] = precision * best[has]
    if nesting > 0 and precision > 0:
        weights = np.exp(precision / nesting * (values - best[form]))
        total = np.bincount(form, weights, minlength=forms)
        number = np.bincount(form, minlength=forms)
        found[has] += nesting * np.log(total[has] / number[has])
    return found


def form_chances(inclusive_values: Array, base: Array) -> Array:
    """Return the probability of each form, lapses among them.

    Parameters
    ----------
    inclusive_values : ndarray, shape (forms,)
        As `inclusive` gives them; one at least must be finite.
    base : ndarray, shape (forms,)
        Base rates; they sum to 1.

    Examples
    --------
    >>> form_chances(np.array([0.0, -np.inf]), np.array([0.5, 0.5]))
    array([0.995, 0.005])
    """
    with np.errstate(divide="ignore"):
        odds = np.log(base) + inclusive_values
    top = odds.max()
    if not np.isfinite(top):  # what is accepted has no base rate
        return base.copy()
    weights = np.exp(odds - top)
    chances: Array = (1 - LAPSE) * weights / weights.sum() + LAPSE * base
    return chances


def structure_chances(
    values: Array, form: Ints, base: Array, precision: float, nesting: float
) -> Array:
    """Return the probability of each structure that is accepted, without lapses; they sum to 1."""
    nested = inclusive(values, form, base.size, precision, nesting)
    with np.errstate(divide="ignore"):
        odds = np.log(base) + nested
    outer = np.exp(odds - odds.max())
    outer /= outer.sum()
    best = np.full(base.size, -np.inf)
    np.maximum.at(best, form, values)
    if nesting > 0:
        weights = np.exp(precision / nesting * (values - best[form]))
    else:
        weights = (values >= best[form]).astype(np.float64)
    inner = np.bincount(form, weights, minlength=base.size)
    chances: Array = outer[form] * weights / inner[form]
    return chances
