"""Types of numpy arrays, named once for annotations; evenly spaced numbers."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Ints = NDArray[np.int64]
Indices = NDArray[np.intp]
Bools = NDArray[np.bool_]

# exact numbers, held as objects of Python
Fractions = NDArray[Any]
Wholes = NDArray[Any]


def spaced(first: float, last: float, number: int) -> list[float]:
    """Return evenly spaced numbers, each the nearest to what the ends mean as decimals.

    Examples
    --------
    >>> spaced(0.3, 0.95, 14)[2], spaced(0, 1, 101)[57]
    (0.4, 0.57)
    """
    low, high = (Fraction(repr(float(end))) for end in (first, last))
    if number == 1:
        return [float(low)]
    unit = low.denominator * high.denominator
    start, step = int(low * unit) * (number - 1), int((high - low) * unit)
    # a quotient of whole numbers is rounded once
    return [(start + place * step) / (unit * (number - 1)) for place in range(number)]
