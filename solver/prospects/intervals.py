"""Bounds of probability weighting functions over many intervals at once, in floating point."""

from __future__ import annotations

import numpy as np

from games import Weighting
from games.arrays import Array
from solver.numerics.ranges import RELATIVE, Range
from solver.prospects.weighting import formulas_of

# the least probability told apart from 0
ABSOLUTE = 1e-14


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
    rule, (a, b) = formulas_of(function), function.constants
    found = rule.slope_over(a, b, p, Range(1 - p.high, 1 - p.low))
    return Range(np.where(inside, found.low, 0.0), np.where(inside, found.high, np.inf))
