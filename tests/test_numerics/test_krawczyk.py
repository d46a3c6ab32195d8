"""Krawczyk's test, on equations whose zeros are known."""

import pytest
from flint import arb

from solver.numerics.krawczyk import inverse_at, only_zero


def span(low, high):
    return arb(low).union(arb(high))


def circle(point):
    """The unit circle and the diagonal, which meet twice."""
    x, y = point
    return [x * x + y * y - 1, x - y]


def circle_slopes(point):
    x, y = point
    return [[2 * x, 2 * y], [arb(1), arb(-1)]]


@pytest.mark.parametrize("sign", [1, -1])
def test_the_only_zero_in_a_box_is_enclosed(sign):
    middle = [arb(sign * 0.7), arb(sign * 0.7)]
    inverse = inverse_at(circle_slopes, middle)
    zero = only_zero(circle, circle_slopes, inverse, [x + span(-0.1, 0.1) for x in middle])
    for x in zero:
        assert (x * x * 2).contains(1)
        assert float(x.rad()) < 1e-12


@pytest.mark.parametrize(
    "box",
    [
        [span(-1, 1), span(-1, 1)],  # holds both zeros
        [span(0.8, 0.9), span(0.8, 0.9)],  # holds none
        [span(0.5, 0.70710678), span(0.5, 0.9)],  # ends at one
    ],
)
def test_no_box_that_holds_another_number_of_zeros_passes(box):
    inverse = inverse_at(circle_slopes, [arb(0.7), arb(0.7)])
    assert only_zero(circle, circle_slopes, inverse, box) is None


def test_where_derivatives_have_no_inverse_there_is_none():
    assert inverse_at(circle_slopes, [arb(0), arb(0)]) is None
    assert inverse_at(lambda point: None, [arb(0), arb(0)]) is None
    assert only_zero(circle, lambda point: None, [[arb(1), arb(0)]] * 2, [arb(0), arb(0)]) is None
