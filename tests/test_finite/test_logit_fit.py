"""Estimates of the logit precision: published data, another program, derived properties."""

import math

import numpy as np
import pygambit
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import fixed

from games import (
    ConvergenceError,
    CumulativeProspectTheory,
    ExpectedUtility,
    InvalidGameError,
    NormalForm,
)
from solver.finite.logit import branch as logit
from solver.finite.logit.branch import LogitEquations, between, first
from solver.finite.logit.fit import fit_precision
from solver.finite.logit.solve import branch, solve

OCHS = NormalForm([[[1.1141, 0], [0, 0.2785]], [[0, 1.1141], [1.1141, 0]]])
PENNIES = NormalForm([[[1, -1], [-1, 1]], [[-1, 1], [1, -1]]])
DILEMMA = NormalForm([[[3, 0], [5, 1]], [[3, 5], [0, 1]]])
# of three actions each, one with three local maxima of the likelihood on the branch
MANY = NormalForm(
    [
        [[1, 2, -3], [2, 0, 0], [1, -1, 3]],
        [[-3, -2, -1], [0, -1, -3], [-3, -3, -3]],
    ]
)
COUNTS = [[20, 17, 13], [13, 29, 8]]


def of_shape(seed, *shape, preferences=None):
    payoffs = np.random.default_rng(seed).normal(size=(len(shape), *shape))
    return NormalForm(payoffs, preferences=preferences)


def log_likelihood(counts, profile):
    return sum(float(np.dot(seen, np.log(own))) for seen, own in zip(counts, profile, strict=True))


def at(game, precision):
    return solve(game, precision=precision).points[0].profile


def test_the_data_of_ochs():
    """Ochs (1995), a block of 128 choices of each, as McKelvey & Palfrey (1995) fit them.

    Computed by pygambit, whose manual says that this replicates the published estimate, and the
    published log likelihood but for a factor of 10 in the article.
    """
    fit = fit_precision(OCHS, [[0.527, 0.473], [0.366, 0.634]], observations=128)
    assert fit.precision == pytest.approx(1.8456097, abs=1e-6)
    assert fit.log_likelihood == pytest.approx(-174.7645, abs=1e-4)
    assert fit.profile[0][0] == pytest.approx(0.6157, abs=1e-4)
    assert fit.profile[1][0] == pytest.approx(0.3833, abs=1e-4)
    assert fit.boundary == "none"
    assert fit.warnings == ()
    assert len(fit.local_maxima) == 1


@pytest.mark.parametrize("shape", [(2, 2), (3, 3), (2, 2, 2)])
def test_agrees_with_gambit(shape, tmp_path):
    for seed in range(2):
        game = of_shape(seed, *shape)
        rng = np.random.default_rng(seed)
        counts = [rng.multinomial(200, own).astype(float) for own in at(game, 1.5)]
        game.write(tmp_path / "game.nfg")
        theirs = pygambit.read_nfg(tmp_path / "game.nfg")
        # the search for further maxima takes pygambit minutes in some of these games
        data = theirs.mixed_strategy_profile(counts)
        found = pygambit.qre.logit_estimate(data, local_max=True)
        fit = fit_precision(game, counts)
        assert fit.precision == pytest.approx(found.lam, abs=1e-4)
        assert fit.log_likelihood == pytest.approx(found.log_like, abs=1e-5)


@given(
    st.integers(0, 2**32 - 1),
    st.sampled_from([(2, 2), (3, 2), (2, 2, 2)]),
    st.sampled_from([ExpectedUtility(), CumulativeProspectTheory()]),
    st.floats(0.2, 4),
)
@fixed(12)
def test_finds_the_precision_of_data_without_noise(seed, shape, preference, precision):
    """Derived: the sum of p ln p' is greatest at p' = p (Gibbs)."""
    game = of_shape(seed, *shape, preferences=preference)
    truth = at(game, precision)
    fit = fit_precision(game, truth, observations=1000)
    assert fit.log_likelihood >= 1000 * log_likelihood(truth, truth) - 1e-8
    for own, expected in zip(fit.profile, truth, strict=True):
        np.testing.assert_allclose(own, expected, atol=1e-6)
    assert fit.precision == pytest.approx(precision, rel=1e-5)


def peaks_on_a_fine_grid(game, counts, to):
    points = branch(game, to=to, spacing=0.005).points
    heights = np.array([log_likelihood(counts, point.profile) for point in points])
    tops = (heights[1:-1] > heights[:-2]) & (heights[1:-1] > heights[2:])
    places = [0] * int(heights[0] > heights[1]) + (1 + np.flatnonzero(tops)).tolist()
    return [points[place].precision for place in places], heights[places]


def test_every_local_maximum():
    fit = fit_precision(MANY, COUNTS)
    precisions, heights = peaks_on_a_fine_grid(MANY, COUNTS, 20)
    assert [one.precision for one in fit.local_maxima] == pytest.approx(precisions, abs=0.02)
    assert [one.log_likelihood for one in fit.local_maxima] == pytest.approx(heights, abs=1e-3)
    assert len(precisions) == 3
    assert fit.log_likelihood == max(one.log_likelihood for one in fit.local_maxima)
    assert fit.warnings == ("the likelihood has 3 local maxima on the branch",)


def test_the_interval_ends_where_the_likelihood_ratio_is_rejected():
    counts = [[67, 61], [47, 81]]
    fit = fit_precision(OCHS, counts, level=0.9)
    # half the 0.9 quantile of chi square with one degree of freedom
    least = fit.log_likelihood - 2.705543454 / 2
    assert fit.interval.low < fit.precision < fit.interval.high
    for end in (fit.interval.low, fit.interval.high):
        assert log_likelihood(counts, at(OCHS, end)) == pytest.approx(least, abs=1e-8)
    assert not fit.interval.low_is_open
    assert not fit.interval.high_is_open
    wider = fit_precision(OCHS, counts, level=0.99)
    assert wider.interval.low < fit.interval.low
    assert wider.interval.high > fit.interval.high


def test_the_standard_error_is_that_of_fisher():
    """Derived: 1 / information = 1 / sum of n p'^2 / p, here with p' by differences."""
    fit = fit_precision(OCHS, [[67, 61], [47, 81]])
    step = 1e-4
    information = 0.0
    for ahead, behind, own in zip(
        at(OCHS, fit.precision + step), at(OCHS, fit.precision - step), fit.profile, strict=True
    ):
        information += 128 * float((((ahead - behind) / (2 * step)) ** 2 / own).sum())
    assert fit.standard_error == pytest.approx(information**-0.5, rel=1e-6)


def test_more_data_say_more():
    once = fit_precision(OCHS, [[67, 61], [47, 81]])
    often = fit_precision(OCHS, [[67, 61], [47, 81]], observations=12_800)
    assert often.precision == pytest.approx(once.precision, rel=1e-9)
    assert often.standard_error == pytest.approx(once.standard_error / 10, rel=1e-9)


def test_play_more_often_against_the_payoffs_than_for_them():
    fit = fit_precision(DILEMMA, [[30, 20], [28, 22]])
    assert fit.boundary == "zero"
    assert fit.precision == 0
    assert fit.standard_error is None
    assert (fit.interval.low, fit.interval.low_is_open) == (0, True)
    assert 0 < fit.interval.high < 1
    np.testing.assert_allclose(fit.profile, 0.5)


def test_play_without_any_error():
    fit = fit_precision(DILEMMA, [[0, 20], [0, 20]])
    assert fit.boundary == "infinity"
    assert fit.precision == math.inf
    assert (fit.interval.high, fit.interval.high_is_open) == (math.inf, True)
    assert 0 < fit.interval.low < math.inf
    assert not fit.interval.low_is_open
    assert fit.log_likelihood == pytest.approx(0, abs=1e-12)
    assert fit.profile[0][1] == 1
    assert fit.followed_to >= 2000


def test_how_far_the_branch_is_followed():
    near = fit_precision(OCHS, [[50, 50], [20, 80]], to=0.5)
    assert near.boundary == "infinity"
    assert 0.5 <= near.followed_to < 2
    far = fit_precision(OCHS, [[50, 50], [20, 80]])
    assert far.precision > 2 or far.boundary == "infinity"


def test_games_in_which_the_precision_does_not_matter():
    fit = fit_precision(NormalForm(np.ones((2, 2, 2))), [[3, 4], [5, 6]])
    assert (fit.precision, fit.boundary) == (0, "zero")
    assert (fit.interval.low, fit.interval.high) == (0, math.inf)
    assert fit.warnings == ("the likelihood does not depend on the precision",)


def test_branches_that_meet():
    fit = fit_precision(NormalForm([np.eye(2), np.eye(2)]), [[9, 1], [9, 1]])
    assert fit.precision == 0
    assert "the branch meets others, on which other equilibria may be likelier" in fit.warnings


def test_shares_are_one_observation():
    fit = fit_precision(OCHS, [[0.527, 0.473], [0.366, 0.634]])
    assert fit.warnings == (
        "`frequencies` count as one observation of each player; give `observations`",
    )
    assert fit.log_likelihood == pytest.approx(-174.7645 / 128, abs=1e-5)
    assert not fit_precision(OCHS, [[1, 0], [0, 1]]).warnings


def test_a_player_of_whom_nothing_is_known():
    one = fit_precision(OCHS, [[67, 61], [0, 0]])
    expected = at(OCHS, one.precision)[0][0]
    assert expected == pytest.approx(67 / 128, abs=1e-6)
    same = fit_precision(OCHS, [[67, 61], [0, 0]], observations=128)
    assert same.precision == one.precision


@pytest.mark.parametrize(
    ("frequencies", "options", "message"),
    [
        ([[1, 2]], {}, r"`frequencies` must hold \[2, 2\] numbers; got shapes \[\(2,\)\]"),
        ([[1, 2], [1, 2, 3]], {}, "`frequencies` must hold"),
        ([[1, "x"], [1, 2]], {}, "`frequencies` must be numbers in a regular array"),
        (3, {}, "`frequencies` must be a list; got 3"),
        ([[1, -1], [1, 2]], {}, "`frequencies` must be at least 0, finite, and not all 0"),
        ([[1, math.nan], [1, 2]], {}, "`frequencies` must be at least 0"),
        ([[0, 0], [0, 0]], {}, "`frequencies` must be at least 0"),
        ([[1, 2], [1, 2]], {"level": 1}, r"`level` must lie in \[0.01, 0.999\]; got 1"),
        ([[1, 2], [1, 2]], {"to": 0}, "`to` must be above 0; got 0"),
        ([[1, 2], [1, 2]], {"observations": 0}, "`observations` must be above 0; got 0"),
    ],
)
def test_bad_questions(frequencies, options, message):
    with pytest.raises(InvalidGameError, match=message):
        fit_precision(OCHS, frequencies, **options)


def test_no_point_of_the_branch(monkeypatch):
    equations = LogitEquations(MANY)
    monkeypatch.setattr(logit, "CORRECTIONS", 0)
    with pytest.raises(ConvergenceError, match="no point of the branch found 3 after a node"):
        between(equations, first(equations), 3.0)
