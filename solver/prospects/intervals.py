"""Bounds of probability weighting functions over many intervals at once, in floating point.

Every bound is widened by far more than the error of the arithmetic: numpy's powers, exponentials
and logarithms are right to a few units in the last place, the margin here is several hundred.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from games import NotApplicableError, Weighting
from games.arrays import Array
from games.prospects import weighting

# share by which computed numbers are widened, and the least probability told apart from 0
RELATIVE = 1e-13
ABSOLUTE = 1e-14


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


def weight_range(function: Weighting, low: Array, high: Array) -> Range:
    """Return bounds of w(p) for p between `low` and `high`, within [0, 1].

    w rises, so that its values at the ends are bounds, however steep it is there. The ends are
    first moved apart by 1e-14: where w is infinitely steep, rounding of p is not rounding of w.
    """
    if function.is_linear:
        return Range(low - ABSOLUTE, high + ABSOLUTE)
    down = np.clip(low - ABSOLUTE, 0.0, 1.0)
    up = np.clip(high + ABSOLUTE, 0.0, 1.0)
    below, above = function.weight(down, 1 - down), function.weight(up, 1 - up)
    return Range(
        np.where(down > 0, below * (1 - RELATIVE) - ABSOLUTE, 0.0),
        np.where(up < 1, above * (1 + RELATIVE) + ABSOLUTE, 1.0),
    )


def slope_range(function: Weighting, low: Array, high: Array) -> Range:
    """Return bounds of w'(p) for p between `low` and `high`; infinite where these touch 0 or 1."""
    if function.is_linear:
        return Range(np.ones_like(low), np.ones_like(low))
    inside = (low > 10 * ABSOLUTE) & (high < 1 - 10 * ABSOLUTE)
    p = Range(np.where(inside, low - ABSOLUTE, 0.4), np.where(inside, high + ABSOLUTE, 0.6))
    found = _slope(function, p, Range(1 - p.high, 1 - p.low))
    return Range(np.where(inside, found.low, 0.0), np.where(inside, found.high, np.inf))


def _slope(function: Weighting, p: Range, q: Range) -> Range:
    """Return the range of w' by the formula of the family, an interval for each quantity."""
    a, b = function.constants
    if function.code == weighting.TverskyKahneman.code:
        own, other = power(p, a), power(q, a)
        total = widened(own.low + other.low, own.high + other.high)
        steep, flat = power(p, a - 1), power(q, a - 1)
        lag = Range(steep.low - flat.high, steep.high - flat.low)
        drag = own * lag * power(total, -1.0)
        bracket = Range(a * steep.low - drag.high, a * steep.high - drag.low)
        return widened(*bracket) * power(total, -1 / a)
    if function.code == weighting.Prelec.code:
        minus_log = widened(-np.log(p.high), -np.log(p.low))
        inner = power(minus_log, a)
        value = widened(np.exp(-b * inner.high), np.exp(-b * inner.low))
        rate = power(minus_log, a - 1) * power(p, -1.0)
        return value * widened(a * b * rate.low, a * b * rate.high)
    if function.code == weighting.GoldsteinEinhorn.code:
        own, other = power(p, a), power(q, a)
        total = widened(b * own.low + other.low, b * own.high + other.high)
        top = power(p, a - 1) * power(q, a - 1)
        return widened(a * b * top.low, a * b * top.high) * power(total, -2.0)
    raise NotApplicableError(f"no interval arithmetic for the weighting {function!r}")
