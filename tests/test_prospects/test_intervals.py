"""Bounds of weighting functions hold, and are tight enough to be of use."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import EACH_WEIGHTING, fixed

from games import GoldsteinEinhorn, Linear, NotApplicableError, Prelec, Prelec2, TverskyKahneman
from games.prospects.weighting import Weighting
from solver.prospects import balls
from solver.prospects.intervals import slope_range, weight_range

FUNCTIONS = [
    Linear(),
    TverskyKahneman(0.61),
    TverskyKahneman(1.4),
    Prelec(0.65),
    Prelec2(1.3, 0.7),
    GoldsteinEinhorn(0.8, 0.6),
    *EACH_WEIGHTING,
]


def at(number: float) -> np.ndarray:
    return np.array([number])


@pytest.mark.parametrize("function", FUNCTIONS)
@given(ends=st.tuples(st.floats(0, 1), st.floats(0, 1)), share=st.floats(0, 1))
@fixed(60)
def test_weights_between_two_chances_lie_between_the_bounds(function, ends, share) -> None:
    low, high = sorted(ends)
    middle = min(high, low + share * (high - low))
    found = weight_range(function, at(low), at(high))
    assert found.low[0] <= float(function(middle)) <= found.high[0]
    # the ends are moved by 1e-14 first, which counts where w is steep
    ends_apart = float(function(min(high + 1e-14, 1)) - function(max(low - 1e-14, 0)))
    assert found.high[0] - found.low[0] <= ends_apart + 1e-3


@pytest.mark.parametrize("function", FUNCTIONS)
@given(centre=st.floats(0.01, 0.99), width=st.floats(0, 0.02), share=st.floats(0, 1))
@fixed(60)
def test_slopes_lie_between_the_bounds(function, centre, width, share) -> None:
    low, high = max(centre - width, 1e-3), min(centre + width, 1 - 1e-3)
    p, step = low + share * (high - low), 1e-6
    slope = float(function(p + step) - function(p - step)) / (2 * step)
    found = slope_range(function, at(low), at(high))
    assert found.low[0] - 1e-5 * abs(slope) <= slope <= found.high[0] + 1e-5 * abs(slope)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_slope_bounds_close_in_on_the_slope(function: Weighting) -> None:
    with balls.ctx.workprec(128):
        true = float(balls.slope(function, balls.ball(0.3)).mid())
    found = slope_range(function, at(0.3 - 1e-9), at(0.3 + 1e-9))
    assert found.low[0] <= true <= found.high[0]
    assert found.high[0] - found.low[0] < 1e-6


def test_slopes_at_the_ends_are_unbounded() -> None:
    found = slope_range(TverskyKahneman(0.61), np.array([0.0, 0.5]), np.array([0.5, 1.0]))
    assert np.isinf(found.high).all()
    assert (found.low == 0).all()


@pytest.mark.parametrize("function", FUNCTIONS)
@given(low=st.floats(0, 1), high=st.floats(0, 1))
@fixed(40)
def test_balls_hold_the_weights(function, low, high) -> None:
    low, high = min(low, high), max(low, high)
    with balls.ctx.workprec(128):
        below, above = balls.bounds(balls.weight(function, balls.span(low, high)))
    for p in (low, (low + high) / 2, high):
        assert below - 1e-12 <= float(function(p)) <= above + 1e-12


class Square(Weighting):
    code = 99

    def weight(self, p, q):
        return p**2

    @property
    def constants(self) -> tuple[float, float]:
        return 2.0, 1.0


def test_a_weighting_that_is_not_known_is_refused() -> None:
    with pytest.raises(NotApplicableError, match="no arithmetic is known"):
        slope_range(Square(), at(0.2), at(0.3))
    with pytest.raises(NotApplicableError, match="no arithmetic is known"):
        balls.weight(Square(), balls.ball(0.5))
