"""The families of probability weighting as arithmetic: the one place where `solver` states them.

A second statement of `games.prospects.weighting`, in four kinds of numbers: compiled for the
searches, in balls for proofs, over intervals for branch and prune, and by logarithms for following
curves to probabilities that no float holds. Each formula takes the two constants a, b of the
function as the family names them. Tests hold all of it together, for every family.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from games import (
    GoldsteinEinhorn,
    Linear,
    NotApplicableError,
    Prelec,
    Prelec2,
    TverskyKahneman,
    Weighting,
)
from games.arrays import Array, Bools
from solver.numerics.jit import jit
from solver.numerics.ranges import Range, power, widened

# a number enclosed by a ball, or a float
Ball = Any
# the logarithms of p, of 1 - p, of the smaller and of the larger of them, and which is smaller
Logs = tuple[Array, Array, Array, Array, Bools]

# where ln q is below this, -ln(1 - q) is q in floating point
TINY = -40.0
HALF = -np.log(2.0)


class Curve(NamedTuple):
    """A probability weighting: its code and constants as in `games.prospects.weighting`.

    Where games are columns, each is an array with one entry for each game.
    """

    code: Any
    first: Any
    second: Any


@lru_cache(maxsize=1024)
def function_of(code: int, first: float, second: float) -> Weighting:
    """Return the function that has this code and these constants."""
    if code == Linear.code:
        return Linear()
    if code == TverskyKahneman.code:
        return TverskyKahneman(first)
    return Prelec2(first, second) if code == Prelec.code else GoldsteinEinhorn(second, first)


@jit
def weight(curve: Curve, p: float, q: float) -> float:
    """Return the probability weight w(p), q = 1 - p."""
    if p <= 0.0:
        return 0.0
    if q <= 0.0:
        return 1.0
    if curve.code == 0:
        return p
    if curve.code == 1:
        powered = p**curve.first
        return float(powered / (powered + q**curve.first) ** (1.0 / curve.first))
    if curve.code == 2:
        minus_log = -np.log(p) if p < 0.5 else -np.log1p(-q)
        return float(np.exp(-curve.second * minus_log**curve.first))
    powered = curve.second * p**curve.first
    return float(powered / (powered + q**curve.first))


class Formulas(NamedTuple):
    """What is known of one family beside its compiled w; none of it is asked where w is linear.

    Attributes
    ----------
    weight, slope : callable
        w(p) and w'(p) of a ball inside (0, 1).
    slope_over : callable
        Bounds of w' over ranges of p and of 1 - p.
    by_logs : callable
        w(p), and min(p, 1 - p) w'(p), from `Logs`.
    """

    weight: Callable[[Ball, Ball, Ball], Ball]
    slope: Callable[[Ball, Ball, Ball], Ball]
    slope_over: Callable[[float, float, Range, Range], Range]
    by_logs: Callable[[float, float, Logs], tuple[Array, Array]]


# --- Tversky & Kahneman 1992: p^a / (p^a + q^a)^(1/a)


def _tversky_kahneman(a: Ball, b: Ball, p: Ball) -> Ball:
    return p**a / (p**a + (1 - p) ** a) ** (1 / a)


def _tversky_kahneman_slope(a: Ball, b: Ball, p: Ball) -> Ball:
    q = 1 - p
    total = p**a + q**a
    return total ** (-1 / a) * (a * p ** (a - 1) - p**a * (p ** (a - 1) - q ** (a - 1)) / total)


def _tversky_kahneman_slope_over(a: float, b: float, p: Range, q: Range) -> Range:
    own, other = power(p, a), power(q, a)
    total = widened(own.low + other.low, own.high + other.high)
    steep, flat = power(p, a - 1), power(q, a - 1)
    lag = Range(steep.low - flat.high, steep.high - flat.low)
    drag = own * lag * power(total, -1.0)
    bracket = Range(a * steep.low - drag.high, a * steep.high - drag.low)
    return widened(*bracket) * power(total, -1 / a)


def _tversky_kahneman_by_logs(a: float, b: float, logs: Logs) -> tuple[Array, Array]:
    log_p, log_q, low, high, small = logs
    log_total = np.logaddexp(a * log_p, a * log_q)
    found = np.exp(a * log_p - log_total / a)
    own, other = np.exp(a * log_p - log_total), np.exp(a * log_q - log_total)
    # w' is w times a / p - (p^(a-1) - q^(a-1)) / (p^a + q^a)
    ratio = np.exp(low - high)
    return found, found * np.where(small, a - own + other * ratio, (a - own) * ratio + other)


# --- Prelec 1998: exp(-b (-ln p)^a)


def _prelec(a: Ball, b: Ball, p: Ball) -> Ball:
    return (-b * (-p.log()) ** a).exp()


def _prelec_slope(a: Ball, b: Ball, p: Ball) -> Ball:
    minus_log = -p.log()
    return (-b * minus_log**a).exp() * b * a * minus_log ** (a - 1) / p


def _prelec_slope_over(a: float, b: float, p: Range, q: Range) -> Range:
    minus_log = widened(-np.log(p.high), -np.log(p.low))
    inner = power(minus_log, a)
    value = widened(np.exp(-b * inner.high), np.exp(-b * inner.low))
    rate = power(minus_log, a - 1) * power(p, -1.0)
    return value * widened(a * b * rate.low, a * b * rate.high)


def _prelec_by_logs(a: float, b: float, logs: Logs) -> tuple[Array, Array]:
    log_p, log_q, low, high, small = logs
    log_fall = np.where(small, np.log(-np.minimum(log_p, HALF / 2)), _log_minus_log(log_q))
    found = np.exp(-b * np.exp(a * log_fall))
    steep = np.where(small, 0.0, low - high) + (a - 1) * log_fall
    return found, found * a * b * np.exp(steep)


def _log_minus_log(log_q: Array) -> Array:
    """Return ln(-ln(1 - q)) for q up to 1/2."""
    q = np.exp(np.clip(log_q, TINY, HALF))
    return np.where(log_q < TINY, log_q, np.log(-np.log1p(-q)))


# --- Goldstein & Einhorn 1987: b p^a / (b p^a + q^a)


def _goldstein_einhorn(a: Ball, b: Ball, p: Ball) -> Ball:
    return b * p**a / (b * p**a + (1 - p) ** a)


def _goldstein_einhorn_slope(a: Ball, b: Ball, p: Ball) -> Ball:
    q = 1 - p
    return b * a * (p * q) ** (a - 1) / (b * p**a + q**a) ** 2


def _goldstein_einhorn_slope_over(a: float, b: float, p: Range, q: Range) -> Range:
    own, other = power(p, a), power(q, a)
    total = widened(b * own.low + other.low, b * own.high + other.high)
    top = power(p, a - 1) * power(q, a - 1)
    return widened(a * b * top.low, a * b * top.high) * power(total, -2.0)


def _goldstein_einhorn_by_logs(a: float, b: float, logs: Logs) -> tuple[Array, Array]:
    log_p, log_q, _, high, _ = logs
    odds = np.log(b) + a * (log_p - log_q)
    found, rest = np.exp(-np.logaddexp(0, -odds)), np.exp(-np.logaddexp(0, odds))
    return found, a * found * rest / np.exp(high)


_FORMULAS = {
    TverskyKahneman.code: Formulas(
        _tversky_kahneman,
        _tversky_kahneman_slope,
        _tversky_kahneman_slope_over,
        _tversky_kahneman_by_logs,
    ),
    Prelec.code: Formulas(_prelec, _prelec_slope, _prelec_slope_over, _prelec_by_logs),
    GoldsteinEinhorn.code: Formulas(
        _goldstein_einhorn,
        _goldstein_einhorn_slope,
        _goldstein_einhorn_slope_over,
        _goldstein_einhorn_by_logs,
    ),
}


def formulas_of(function: Weighting) -> Formulas:
    """Return the formulas of the family of a function that is not linear.

    Raises
    ------
    NotApplicableError
        If the family is none of the library's.
    """
    if function.code not in _FORMULAS:
        raise NotApplicableError(f"no arithmetic is known for the weighting {function!r}")
    return _FORMULAS[function.code]
