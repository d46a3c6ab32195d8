"""Roots by scipy, with one way to fail: `ConvergenceError`."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import scipy.optimize
from numpy.typing import ArrayLike

from games import ConvergenceError
from games.arrays import Array


def crossing(
    function: Callable[[float], float], low: float, high: float, *, accuracy: float = 1e-12
) -> float:
    """Return where a function of one number is 0 between two ends of opposite sign (Brent 1973).

    Parameters
    ----------
    function : callable
        Continuous on [`low`, `high`].
    accuracy : float
        As a share of the length of the interval.

    Raises
    ------
    ConvergenceError
        If the ends have one sign, or no zero is reached.

    Examples
    --------
    >>> round(crossing(lambda x: x * x - 2, 0, 2), 9)
    1.414213562
    """
    try:
        found = scipy.optimize.brentq(function, low, high, xtol=accuracy * abs(high - low))
    except (ValueError, RuntimeError) as error:
        raise ConvergenceError(f"no zero found between {low:g} and {high:g}: {error}") from None
    return float(found)


def crossings(function: Callable[[float], float], grid: Array, values: Array) -> list[float]:
    """Return every zero that the values of a function on a grid tell of, in ascending order.

    Parameters
    ----------
    grid : ndarray, shape (m,)
        Ascending.
    values : ndarray, shape (m,)
        Those of the function there.
    """
    found = [float(point) for point in grid[values == 0]]
    found += [
        crossing(function, grid[k], grid[k + 1], accuracy=1e-14)
        for k in np.flatnonzero(values[:-1] * values[1:] < 0)
    ]
    return sorted(found)


def root(
    function: Callable[[Array], Array],
    start: ArrayLike,
    *,
    jacobian: Callable[[Array], Array] | None = None,
    tolerance: float = 1e-10,
) -> Array:
    """Return a common zero of as many functions as there are unknowns (MINPACK's hybrid method).

    Parameters
    ----------
    function : callable
        Takes and returns an array of shape (n,).
    start : array_like, shape (n,)
    jacobian : callable, optional
        Returns the derivatives, shape (n, n); differences are taken where it is not given.
    tolerance : float
        The largest absolute value that counts as 0.

    Raises
    ------
    ConvergenceError
        If no zero is reached.
    """
    done = scipy.optimize.root(function, np.asarray(start, dtype=np.float64), jac=jacobian)
    left = float(np.abs(done.fun).max(initial=0.0))
    if not left <= tolerance:
        raise ConvergenceError(f"no zero found: {left:.1e} is left; {done.message}")
    return np.asarray(done.x, dtype=np.float64)
