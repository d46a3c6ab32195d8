"""How steep weighting functions are near probabilities of 0 and 1, in ball arithmetic."""

from __future__ import annotations

from games import Weighting, weighting
from solver.finite.rigorous import ONE, ZERO, arb, ball, slope


def raised(base: arb, exponent: float) -> arb:
    """Return a ball around x^e for every x >= 0 in `base`, which is above 0 if e < 0."""
    if exponent == 0:
        return ONE
    low, high = base.lower(), base.upper()
    at_low = low ** ball(exponent) if low > 0 else ZERO
    return at_low.union(high ** ball(exponent))


def order_at_end(function: Weighting, at_one: bool) -> float | None:
    """Return g with w' = P^(g-1) times a bounded function where P, or 1 - P, is near 0.

    None for Prelec's function near 0, which rises faster than any power.
    """
    a, b = function.constants
    if function.is_linear:
        return 1.0
    if function.code != weighting.Prelec.code:
        return min(a, 1.0)
    if at_one or a > 1:
        return min(a, 1.0)
    return min(b, 1.0) if a == 1 else None


def end_slope(function: Weighting, at_one: bool, most: arb) -> arb | None:
    """Return a ball around w' / P^(g-1) for P, or 1 - P, in [0, most]; None if it is too wide."""
    if not most < 0.5:
        return None
    if function.is_linear:
        return ONE
    near, far = ZERO.union(most), (1 - most).union(ONE)
    p, q = (far, near) if at_one else (near, far)
    a, b = map(ball, function.constants)
    exponent, _ = function.constants
    steep = exponent < 1
    if function.code == weighting.Prelec.code:
        return _prelec_end(function, at_one, most)
    if function.code == weighting.TverskyKahneman.code:
        total = raised(p, exponent) + raised(q, exponent)
        front = total ** (-1 / a - 1)
        drag = (1 - a) * raised(p, exponent)
        if not steep:
            rest = a * raised(q, exponent) + p * raised(q, exponent - 1) - drag
            return raised(p, exponent - 1) * front * rest
        if at_one:
            rest = a * q + p - drag * raised(q, 1 - exponent)
            return raised(p, exponent - 1) * front * rest
        return front * (a * raised(q, exponent) + p * raised(q, exponent - 1) - drag)
    total = b * raised(p, exponent) + raised(q, exponent)
    outer = raised(far, exponent - 1) * (ONE if steep else raised(near, exponent - 1))
    return a * b * outer / total**2


def _prelec_end(function: Weighting, at_one: bool, most: arb) -> arb | None:
    a, b = map(ball, function.constants)
    exponent, elevation = function.constants
    if exponent < 1 and not at_one:
        return None
    if at_one:
        p = (1 - most).union(ONE)
        longest = -(1 - most).log()
        length = ZERO.union(longest)
        front = a * b * (-b * raised(length, exponent)).exp() / p
        if exponent < 1:
            return front * raised(ONE.union(1 / (1 - most)), exponent - 1)
        return front * raised(length, exponent - 1)
    if exponent == 1:
        return b * (ONE if elevation < 1 else raised(ZERO.union(most), elevation - 1))
    length = -most.log()
    # beyond its inflection, towards 0, the slope falls to 0
    if not b * a * length**a - length - (a - 1) > 0:
        return None
    return ZERO.union(slope(function, most))


def least_slope(function: Weighting, at_one: bool, most: arb) -> arb:
    """Return a lower bound of w' where P, or 1 - P, lies in (0, most]; 0 if nothing better."""
    g = order_at_end(function, at_one)
    if g is None:
        return slope(function, most).lower() if _is_before_bend(function, most) else ZERO
    front = end_slope(function, at_one, most)
    return ZERO if front is None else (front.lower() * raised(most, g - 1)).lower()


def elasticity(function: Weighting, most: arb) -> arb:
    """Return an upper bound of P w'(P) for P in (0, most], for Prelec's function with a < 1.

    It is a b L^(a-1) exp(-b L^a) with L = -ln P, both of whose factors rise as L falls.
    """
    a, b = map(ball, function.constants)
    length = -most.log()
    return (a * b * length ** (a - 1) * (-b * length**a).exp()).upper()


def _is_before_bend(function: Weighting, most: arb) -> bool:
    """Whether Prelec's function with a < 1 is concave up to `most`: w'' < 0 from there to 0."""
    a, b = map(ball, function.constants)
    length = -most.log()
    return bool(b * a * length**a - length - (a - 1) < 0)
