"""Values of actions from log probabilities, and how they move with the others' mixing."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import EACH_WEIGHTING, fixed, preferences, weightings

from games import (
    CumulativeProspectTheory,
    GoldsteinEinhorn,
    InvalidGameError,
    Linear,
    NormalForm,
    NotApplicableError,
    Prelec,
    Prelec2,
    TverskyKahneman,
    Weighting,
)
from solver.prospects.logs import ActionValues, slopes, weight

FAMILIES = [
    Linear(),
    TverskyKahneman(0.61),
    TverskyKahneman(1.4),
    Prelec(0.3),
    Prelec(1.7),
    Prelec2(1, 2),
    Prelec2(0.4, 0.7),
    GoldsteinEinhorn(0.7, 0.5),
    GoldsteinEinhorn(1.3, 1.6),
    *EACH_WEIGHTING,
]


@st.composite
def played(draw, most=4):
    """Draw a game of up to `most` players, of any preferences, and a mixed profile of it."""
    shape = tuple(draw(st.lists(st.integers(1, 3), min_size=1, max_size=most)))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    levels = draw(st.sampled_from([2, 5, 1000]))
    game = NormalForm(
        rng.integers(levels, size=(len(shape), *shape)) / levels - 0.4,
        preferences=[draw(preferences()) for _ in shape],
        references=rng.choice([0.0, 0.2, -1.0, 2.0], size=len(shape)).tolist(),
    )
    return game, [rng.dirichlet(np.ones(m)) for m in shape]


@given(played())
@fixed(50)
def test_values_are_those_of_the_game(case):
    game, profile = case
    values, _ = ActionValues(game)(np.log(np.concatenate(profile)))
    np.testing.assert_allclose(
        values, np.concatenate(game.action_values(profile)), rtol=1e-9, atol=1e-11
    )


@given(played(), st.integers(0, 2**32 - 1))
@fixed(50)
def test_slopes_are_the_limits_of_differences(case, seed):
    """Along any change that keeps every player's probabilities at a sum of 1."""
    game, profile = case
    rng = np.random.default_rng(seed)
    ways = [rng.normal(size=own.shape) for own in profile]
    ways = [(way - way.mean()) * own.min() for way, own in zip(ways, profile, strict=True)]
    step = 1e-5
    ahead, behind = (
        np.concatenate(
            game.action_values([p + by * way for p, way in zip(profile, ways, strict=True)])
        )
        for by in (step, -step)
    )
    expected = (ahead - behind) / (2 * step)
    found = slopes(game, profile) @ np.concatenate(ways)
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)


@given(played(most=3))
@fixed(20)
def test_slopes_by_logarithms_are_those_by_probabilities_times_these(case):
    game, profile = case
    row = np.concatenate(profile)
    _, by_logs = ActionValues(game)(np.log(row))
    np.testing.assert_allclose(by_logs, slopes(game, profile) * row, rtol=1e-9, atol=1e-12)


@given(played(most=3))
@fixed(20)
def test_what_a_player_does_itself_changes_none_of_its_values(case):
    game, profile = case
    found = slopes(game, profile)
    start = 0
    for m in game.shape:
        assert not found[start : start + m, start : start + m].any()
        start += m


def test_slopes_of_expected_utility_at_a_pure_profile_are_payoffs():
    """Derived: V_1(a) = sum over b of u(a, b) p_b, so that the slope by p_b is u(a, b)."""
    game = NormalForm([[[3, 0], [2, 2]], [[3, 2], [0, 2]]])
    found = slopes(game, game.pure(0, 1))
    np.testing.assert_allclose(found[:2, 2:], [[3, 0], [2, 2]], rtol=1e-12)
    np.testing.assert_allclose(found[2:, :2], [[3, 0], [2, 2]], rtol=1e-12)


def test_slopes_are_huge_where_weighting_is_infinitely_steep():
    game = NormalForm([[[9, 0], [0, 1]], [[0, 1], [1, 0]]], preferences=CumulativeProspectTheory())
    found = slopes(game, game.pure(0, 1))
    assert np.isfinite(found).all()
    assert found[0, 2] > 1e50


def test_slopes_need_a_profile():
    with pytest.raises(InvalidGameError, match="`profile` must hold"):
        slopes(NormalForm([[[1, 0], [0, 1]], [[1, 0], [0, 1]]]), [[0.5, 0.6], [0.5, 0.5]])


def logs_of(p):
    return np.log(p), np.log1p(-p)


@given(weightings(), st.floats(1e-9, 1 - 1e-9))
@fixed(100)
def test_weights_are_those_of_the_function(function, p):
    """And rises those of central differences, by the smaller of p and 1 - p."""
    found, rise = weight(function, *logs_of(np.array([p])))
    assert found[0] == pytest.approx(float(function(p)), rel=1e-8, abs=1e-12)
    small = min(p, 1 - p)
    step = 1e-5 * small
    ends = function.weight(np.array([p + step, p - step]), np.array([1 - p - step, 1 - p + step]))
    expected = small * (ends[0] - ends[1]) / (2 * step)
    assert rise[0] == pytest.approx(expected, rel=1e-4, abs=1e-8)


@pytest.mark.parametrize("function", FAMILIES, ids=repr)
def test_weights_far_below_the_smallest_float(function):
    """Where q = 1 - p is e^-2000, w(p) rises with -ln q, and w(e^-2000) with ln p."""
    far = np.array([-2000.0, -2000.01])
    near = np.zeros(2)
    for logs in ((far, near), (near, far)):
        found, rise = weight(function, *logs)
        assert np.isfinite(found).all()
        assert (np.diff(found) <= 0).all() if logs[0] is far else (np.diff(found) >= 0).all()
        assert (rise >= 0).all()


def test_weight_of_what_no_float_can_hold():
    """Derived: Prelec's w(e^-1000) = exp(-1000^0.2), which is 0.018666."""
    found, rise = weight(Prelec(0.2), np.array([-1000.0]), np.zeros(1))
    assert found[0] == pytest.approx(np.exp(-(1000**0.2)), rel=1e-14)
    assert found[0] == pytest.approx(0.018666, abs=1e-6)
    assert rise[0] == pytest.approx(found[0] * 0.2 * 1000**-0.8, rel=1e-12)


@pytest.mark.parametrize("function", FAMILIES, ids=repr)
def test_weight_of_the_sure_event_is_one(function):
    found, rise = weight(function, np.zeros(1), np.array([-np.inf]))
    assert (found[0], rise[0]) == (1.0, 0.0)


class Squared(Weighting):
    code = 99

    def weight(self, p, q):
        return p * p

    @property
    def constants(self):
        return 2.0, 1.0


def test_weightings_of_no_known_family_are_refused():
    with pytest.raises(NotApplicableError, match="no arithmetic is known for the weighting"):
        weight(Squared(), np.array([-1.0]), np.array([-0.4]))
