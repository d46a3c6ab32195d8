"""Ranges of probability weighting functions and of their slopes, sharp on wide intervals.

A weighting function rises, so its values at the ends of an interval are its range. Its slope is
monotone between inflections, so that its values at the ends and near the inflections inside are
its range: no interval arithmetic on the formula, which would be too wide to prune with.

Rounding. numpy's powers, exponentials and logarithms are right to a few units in the last place,
about 1e-15. A weight is moved outward by 1e-13: with powers of at most 20 and sums of two positive
numbers no error of evaluation comes near. Slopes are moved by 1e-12 of the sum of the absolute
values of what is added up.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from games import NotApplicableError, Weighting, weighting

Array = NDArray[np.float64]
Monomials = tuple[tuple[float, float, float], ...]

MARGIN = 1e-13
SLOPE_MARGIN = 1e-12
# below this a probability counts as 0 where its logarithm is taken, and slopes may underflow
LEAST = 1e-300
HALVINGS, MOST_PIECES = 26, 64


class Range(NamedTuple):
    """Lower and upper bounds, arrays of one shape."""

    low: Array
    high: Array


class Chances(NamedTuple):
    """Bounds of probabilities p and of their complements q = 1 - p, arrays of one shape."""

    p_low: Array
    p_high: Array
    q_low: Array
    q_high: Array


def weight_range(function: Weighting, chance: Chances) -> Range:
    """Return bounds of w(p); w(0) = 0 and w(1) = 1 exactly."""
    low = function.weight(chance.p_low, chance.q_high) - MARGIN
    high = function.weight(chance.p_high, chance.q_low) + MARGIN
    return Range(
        np.where(chance.p_low > 0, np.maximum(low, 0.0), 0.0),
        np.where(chance.q_low > 0, np.minimum(high, 1.0), 1.0),
    )


def slope_range(function: Weighting, chance: Chances) -> Range:
    """Return bounds of w'(p), where p = 0 and p = 1 stand for the limits, which may be infinite."""
    p_low, p_high, q_low, q_high = chance
    first = natural(function, Chances(p_low, p_low, q_high, q_high))
    last = natural(function, Chances(p_high, p_high, q_low, q_low))
    low, high = np.minimum(first.low, last.low), np.maximum(first.high, last.high)
    for start, end in inflections(function):
        within = (p_low <= end) & (p_high >= start)
        if within.any():
            p, q = (
                np.clip((p_low, p_high), start, end),
                np.clip((q_low, q_high), 1 - end, 1 - start),
            )
            spot = natural(function, Chances(p[0], p[1], q[0], q[1]))
            low = np.where(within, np.minimum(low, spot.low), low)
            high = np.where(within, np.maximum(high, spot.high), high)
    return Range(low, high)


@lru_cache(maxsize=256)
def inflections(function: Weighting) -> tuple[tuple[float, float], ...]:
    """Return intervals outside of which the slope of w is monotone.

    For Prelec's function w'' has the sign of b a L^a - L - (a - 1) with L = -ln p, which is concave
    in L for a < 1 and convex for a > 1, with one zero. For the two others w'' has the sign of a
    sum of monomials p^e q^f, bounded here on ever smaller pieces of [0, 1].
    """
    if function.is_linear:
        return ()
    a, b = function.constants
    if function.code == weighting.Prelec.code:
        return () if a == 1 else _where_prelec_bends(a, b)
    sum_of = _bend_tversky_kahneman(a)
    if function.code == weighting.GoldsteinEinhorn.code:
        sum_of = _bend_goldstein_einhorn(a, b)
    low, high = np.zeros(1), np.ones(1)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = np.concatenate([low, middle]), np.concatenate([middle, high])
        bend = _monomials(sum_of, low, high)
        open_ = (bend.low <= 0) & (bend.high >= 0)
        low, high = low[open_], high[open_]
        if low.size > MOST_PIECES:
            break
    pieces: list[tuple[float, float]] = []
    for start, end in sorted(zip(low.tolist(), high.tolist(), strict=True)):
        if pieces and pieces[-1][1] >= start:
            pieces[-1] = (pieces[-1][0], end)
        else:
            pieces.append((start, end))
    return tuple(pieces)


def lift(function: Weighting, chance: Chances) -> tuple[Array, Array]:
    """Return upper bounds of p w'(p) and of (1 - p) w'(p).

    The first is finite where p = 0 makes w' infinite, the second where p = 1 does.
    """
    a, b = function.constants
    p_low, p_high, q_low, q_high = chance
    own, other = _power(Range(p_low, p_high), a), _power(Range(q_low, q_high), a)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        if function.is_linear:
            near_0, near_1 = p_high, q_high
        elif function.code == weighting.Prelec.code:
            short = _minus_log(np.maximum(p_high, LEAST), q_low)
            long = _minus_log(np.maximum(p_low, LEAST), q_high)
            steep = _power(Range(short, long), a - 1).high
            near_0 = a * b * steep * np.exp(-b * short**a)
            near_1 = a * b * (other.high if a < 1 else q_high * steep) / p_low
        else:
            steep = p_low ** (a - 1) if a < 1 else p_high ** (a - 1)
            steep_q = q_low ** (a - 1) if a < 1 else q_high ** (a - 1)
            if function.code == weighting.TverskyKahneman.code:
                total = (own.low + other.low) ** (-1 / a - 1)
                flat = max(a - 1, 0.0) * own.high
                near_0 = own.high * (a * other.high + p_high * steep_q + flat) * total
                near_1 = steep * ((a * q_high + p_high) * other.high + flat * q_high) * total
            else:
                total = a * b * (b * own.low + other.low) ** -2.0
                near_0, near_1 = own.high * steep_q * total, steep * other.high * total
    most = [np.where(np.isnan(end), np.inf, end) * (1 + SLOPE_MARGIN) for end in (near_0, near_1)]
    return most[0] + LEAST, most[1] + LEAST


def natural(function: Weighting, chance: Chances) -> Range:
    """Return bounds of w' by its formula, with bounds put in for each quantity: sharp at a point.

    Tversky-Kahneman: p^(g-1) (g q^g + p q^(g-1) - (1-g) p^g) / (p^g + q^g)^(1/g + 1);
    Goldstein-Einhorn: d g (pq)^(g-1) / (d p^g + q^g)^2; Prelec: a b L^(a-1) exp(L - b L^a).
    """
    a, b = function.constants
    if function.is_linear:
        return Range(np.ones_like(chance.p_low), np.ones_like(chance.p_low))
    if function.code == weighting.Prelec.code:
        return _natural_prelec(a, b, chance)
    p, q = Range(chance.p_low, chance.p_high), Range(chance.q_low, chance.q_high)
    own, other = _power(p, a), _power(q, a)
    if function.code == weighting.TverskyKahneman.code:
        steep = _power(q, a - 1)
        drag = _scaled(a - 1, own)
        slack = SLOPE_MARGIN * abs(a - 1) * own.high
        low = (a * other.low + p.low * steep.low) * (1 - SLOPE_MARGIN) + drag.low - slack
        high = (a * other.high + p.high * steep.high) * (1 + SLOPE_MARGIN) + drag.high + slack
        total = Range(own.low + other.low, own.high + other.high)
        front, below = _power(p, a - 1), _power(total, -1 / a - 1)
    elif function.code == weighting.GoldsteinEinhorn.code:
        low, high = a * b * _power(q, a - 1).low, a * b * _power(q, a - 1).high
        total = Range(b * own.low + other.low, b * own.high + other.high)
        front, below = _power(p, a - 1), _power(total, -2.0)
    else:
        raise NotApplicableError(f"no interval arithmetic for the weighting {function!r}")
    low = np.maximum(low, 0.0)
    return _widened(front.low * low * below.low, front.high * high * below.high)


def _natural_prelec(a: float, b: float, chance: Chances) -> Range:
    p_low, p_high = np.maximum(chance.p_low, LEAST), np.maximum(chance.p_high, LEAST)
    long, short = _minus_log(p_low, chance.q_high), _minus_log(p_high, chance.q_low)
    front = _power(Range(short, long), a - 1)
    with np.errstate(over="ignore"):
        low = a * b * front.low * np.exp(short - b * long**a)
        high = a * b * front.high * np.exp(long - b * short**a)
    tiny = chance.p_low < LEAST
    if a < 1 or (a == 1 and b < 1):
        return _widened(low, np.where(tiny, np.inf, high))
    return _widened(np.where(tiny, 0.0, low), high)


def _minus_log(p: Array, q: Array) -> Array:
    return np.where(p < 0.5, -np.log(p), -np.log1p(-np.minimum(q, 0.5)))


def _power(base: Range, exponent: float) -> Range:
    """Return the range of x^exponent for x >= 0, infinite at 0 where the exponent is negative."""
    with np.errstate(divide="ignore"):
        ends = base.low**exponent, base.high**exponent
    return Range(*ends) if exponent >= 0 else Range(ends[1], ends[0])


def _scaled(factor: float, positive: Range) -> Range:
    ends = factor * positive.low, factor * positive.high
    return Range(*ends) if factor >= 0 else Range(ends[1], ends[0])


def _widened(low: Array, high: Array) -> Range:
    return Range(low * (1 - SLOPE_MARGIN), high * (1 + SLOPE_MARGIN) + LEAST)


def _monomials(terms: Monomials, low: Array, high: Array) -> Range:
    """Return bounds of the sum of c p^e q^f for p between `low` and `high`, e and f at least 0."""
    least, most = np.zeros_like(low), np.zeros_like(low)
    for c, e, f in terms:
        term = _scaled(c, Range(low**e * (1 - high) ** f, high**e * (1 - low) ** f))
        least, most = least + term.low, most + term.high
    slack = MARGIN * sum(abs(c) for c, _, _ in terms)
    return Range(least - slack, most + slack)


def _bend_tversky_kahneman(g: float) -> Monomials:
    """Return a sum with the sign of w'': w'' by the odds p / q, fractions cleared."""
    degree = max(2 + g, 2 * g)
    powers = (
        (-g * (1 - g), 0.0),
        (1 - 5 * g + 2 * g * g, g),
        (2 * g, 1.0),
        ((1 - g) * (2 - g), 2 * g),
        (-2.0, g + 1),
        (2.0, 2.0),
        (1 - g, g + 2),
    )
    return tuple((c, e, degree - e) for c, e in powers)


def _bend_goldstein_einhorn(g: float, d: float) -> Monomials:
    """Return a sum with the sign of w''."""
    powers = ((g - 1, 0.0), (g + 1, 1.0), (-(g + 1) * d, g), (-(g - 1) * d, g + 1))
    return tuple((c, e, g + 1 - e) for c, e in powers)


def _where_prelec_bends(a: float, b: float) -> tuple[tuple[float, float], ...]:
    low, high = -70.0, 10.0  # of ln L
    sign = np.sign(1 - a)
    for _ in range(100):
        middle = (low + high) / 2
        length = float(np.exp(middle))
        bends = b * a * length**a - length - (a - 1)
        low, high = (middle, high) if sign * bends > 0 else (low, middle)
    p = float(np.exp(-np.exp(low)))
    return ((p * (1 - 1e-6), min(1.0, p * (1 + 1e-6))),)
