"""Interval arithmetic over many intervals at once, in floating point.

Every bound is widened by far more than the error of the arithmetic: numpy's powers, exponentials
and logarithms are right to a few units in the last place, the margin here is several hundred.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from games.arrays import Array

# share by which computed numbers are widened
RELATIVE = 1e-13


class Range(NamedTuple):
    """Lower and upper bounds, arrays of one shape."""

    low: Array
    high: Array

    def __mul__(self, other: object) -> Range:
        if not isinstance(other, Range):
            return NotImplemented
        a, b, c, d = (one * two for one in self for two in other)
        low = np.minimum(np.minimum(a, b), np.minimum(c, d))
        return widened(low, np.maximum(np.maximum(a, b), np.maximum(c, d)))


def widened(low: Array, high: Array) -> Range:
    """Return bounds moved apart by the margin of rounding."""
    return Range(low - RELATIVE * np.abs(low), high + RELATIVE * np.abs(high))


def power(base: Range, exponent: float) -> Range:
    """Return the range of x^exponent, for x > 0."""
    ends = base.low**exponent, base.high**exponent
    return widened(np.minimum(*ends), np.maximum(*ends))
