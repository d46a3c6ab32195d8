"""Bounds of values and regrets in balls, beside the floats."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import EACH_WEIGHTING, fixed

from games import (
    CumulativeProspectTheory,
    ExpectedUtility,
    GoldsteinEinhorn,
    Linear,
    NormalForm,
    Prelec,
    Prelec2,
    TverskyKahneman,
)
from solver.prospects import balls

WEIGHTINGS = [
    Linear(),
    TverskyKahneman(0.61),
    Prelec(0.65),
    Prelec2(0.6, 1.2),
    GoldsteinEinhorn(0.8, 0.6),
    *EACH_WEIGHTING,
]


@given(
    numbers=st.lists(st.integers(-4, 4), min_size=24, max_size=24),
    weights=st.lists(st.integers(0, 5), min_size=6, max_size=6),
    function=st.sampled_from(WEIGHTINGS),
    reference=st.sampled_from([0, 1, -2]),
)
@fixed(40)
def test_balls_hold_the_values_and_the_regret(numbers, weights, function, reference) -> None:
    taste = CumulativeProspectTheory(weighting_gains=function, weighting_losses=function)
    game = NormalForm(
        np.array(numbers).reshape(3, 2, 2, 2), preferences=taste, references=reference
    )
    parts = [(p + 1 * (p + q == 0), q) for p, q in zip(weights[::2], weights[1::2], strict=True)]
    profile = [np.array(own) / sum(own) for own in parts]
    exact = [[Fraction(p, sum(own)) for p in own] for own in parts]
    with balls.ctx.workprec(128):
        worths = balls.action_values(game, [[balls.ball(p) for p in own] for own in exact])
        for worth, held in zip(game.action_values(profile), worths, strict=True):
            for value, ball in zip(worth, held, strict=True):
                low, high = balls.bounds(ball)
                assert low - 1e-12 <= value <= high + 1e-12
    bounds = balls.regret_bounds(game, profile)
    for regret, bound in zip(game.regret(profile), bounds, strict=True):
        assert regret <= bound + 1e-12
        assert bound <= regret + 1e-12


def test_a_chance_of_zero_is_no_hole_in_the_bound() -> None:
    # -ln 0 once made a ball of nothing, and that a regret of 0
    game = NormalForm(
        [[[0, -1], [-1, -1]], [[-1, 0], [-1, -1]]],
        preferences=[
            ExpectedUtility(),
            CumulativeProspectTheory(1, 1, 1, Linear(), Prelec(0.5)),
        ],
    )
    assert balls.regret_bounds(game, [(1, 0), (1, 0)])[1] == pytest.approx(1.0)


def test_a_ball_of_nothing_bounds_nothing(monkeypatch) -> None:
    nothing = [[balls.arb("nan")] * 2]
    monkeypatch.setattr(balls, "action_values", lambda game, profile: nothing)
    assert balls.regret_bounds(NormalForm([[1, 2]]), [(0.5, 0.5)]) == [np.inf]


def test_a_player_alone() -> None:
    game = NormalForm([[1, 3]], preferences=CumulativeProspectTheory())
    assert balls.regret_bounds(game, [(0, 1)])[0] < 1e-30
    assert balls.regret_bounds(game, [(1, 0)])[0] == pytest.approx(3**0.88 - 1)
