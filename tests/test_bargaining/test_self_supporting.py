"""Bargaining whose reference points are the agreement: closed forms, and what aversion costs."""

from math import sqrt
from unittest.mock import Mock

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import fixed

from games import (
    ConvergenceError,
    CumulativeProspectTheory,
    ExpectedUtility,
    InvalidGameError,
    Linear,
    NotApplicableError,
)
from games.bargaining import BargainingProblem
from solver.bargaining import axiomatic, loss_aversion
from solver.bargaining.alternating_offers import rubinstein
from solver.bargaining.loss_aversion import loss_averse, regret, solve

coefficients = st.floats(0.1, 3.0)


def pie(*aversions, disagreement=None):
    return BargainingProblem(
        [loss_averse(each) for each in aversions], disagreement or [0] * len(aversions)
    )


@pytest.mark.parametrize("aversion", [0.5, 1.25, 3.0])
def test_kalai_smorodinsky(aversion):
    """Derived from z1 (1 + l) / (1 + l z1) = 1 - z1 (Driesen, Perea & Peters 2011)."""
    found = solve(pie(aversion, 0), "kalai_smorodinsky")
    share = (sqrt(1 + aversion) - 1) / aversion
    assert found.is_unique
    assert found.intervals[0][0] == pytest.approx([share, 1 - share], abs=1e-9)
    assert found.regret <= 1e-9


@fixed(3)
@given(coefficients, coefficients)
def test_the_nash_rule_supports_an_interval(one, two):
    """Derived: z2 <= (1 + l1) z1 and z1 <= (1 + l2) z2, as each would lose at the kink."""
    found = solve(pie(one, two))
    ((low, high),) = found.intervals
    assert low[0] == pytest.approx(1 / (2 + one), abs=2e-6)
    assert high[0] == pytest.approx((1 + two) / (2 + two), abs=2e-6)
    assert not found.is_unique
    assert found.regret <= 1e-9
    middle = (low + high) / 2
    assert regret(pie(one, two), "nash", middle) <= 1e-12
    outside = low[0] / 2
    assert regret(pie(one, two), "nash", np.array([outside, 1 - outside])) > 1e-3


@pytest.mark.parametrize(
    "utility",
    [
        ExpectedUtility(),
        pytest.param(lambda y: -np.exp(-3 * y), marks=pytest.mark.long),
        pytest.param(lambda y: (y + 2) ** 0.5, marks=pytest.mark.long),
    ],
)
def test_without_kinks_there_is_one(utility):
    found = solve(BargainingProblem([utility] * 2, [0, 0]))
    assert found.is_unique
    assert found.intervals[0][0] == pytest.approx([0.5, 0.5], abs=1e-6)


def test_a_point_between_grid_points():
    # derived: linear utilities leave x - d, whatever the reference, of which one gets a third
    found = solve(BargainingProblem([ExpectedUtility()] * 2, [0.1, 0.3], weights=[1, 2]))
    assert found.is_unique
    assert found.intervals[0][0] == pytest.approx([0.3, 0.7], abs=1e-6)
    # derived: an interval of .01 / 2.01 about .5 shifted by the weights
    narrow = solve(BargainingProblem([loss_averse(0.01)] * 2, [0, 0], weights=[1, 2]))
    ((low, high),) = narrow.intervals
    assert low[0] == pytest.approx(1 / (1 + 2 * 1.01), abs=2e-6)
    assert high[0] == pytest.approx(1.01 / (1.01 + 2), abs=2e-6)


def test_gain_seekers_support_nothing():
    """Derived: with losses weighing half, z2 <= z1 / 2 and z1 <= z2 / 2 cannot both hold."""
    seeker = CumulativeProspectTheory(1.0, 1.0, 0.5, Linear(), Linear())
    found = solve(BargainingProblem([seeker] * 2, [0, 0]))
    assert found.intervals == ()
    assert not found.is_unique


def test_utilitarian_supports_everything():
    found = solve(pie(1, 1), "utilitarian")
    ((low, high),) = found.intervals
    assert (low[0], high[0]) == (0, 1)


@pytest.mark.parametrize("rule", ["kalai_smorodinsky", "egalitarian", "equal_loss"])
def test_three_players(rule):
    problem = pie(1.0, 0.0, 0.5, disagreement=[0, 0.1, 0])
    found = solve(problem, rule)
    assert found.is_unique
    agreement = found.intervals[0][0]
    assert agreement.sum() == pytest.approx(1, abs=1e-12)
    # the same, by the solver for given reference points
    again = axiomatic.solve(problem.with_references(agreement.tolist()), rule)
    assert again.agreement == pytest.approx(agreement, abs=1e-7)


@pytest.mark.parametrize("rule", ["nash", "kalai_smorodinsky", "egalitarian"])
def test_loss_aversion_is_a_disadvantage(rule):
    """Shalev 2002: the least self-supporting share falls as the player grows more loss averse."""
    shares = [solve(pie(each, 0.5), rule).intervals[0][0][0] for each in (0, 1, 2)]
    assert shares == sorted(shares, reverse=True)
    assert shares[0] > shares[-1] + 0.05


def test_prospect_theory():
    prospect = CumulativeProspectTheory()
    found = solve(BargainingProblem([prospect, prospect.without("loss_aversion")], [0, 0]))
    for low, high in found.intervals:
        assert low[0] < high[0]
    assert found.regret <= 1e-9


@pytest.mark.parametrize(("one", "two"), [(0.0, 0.0), (2.0, 0.0), (0.0, 2.0), (1.0, 0.5)])
def test_offers(one, two):
    """Derived: the responder's loss aversion acts as impatience; the proposer's has no effect."""
    d = 0.9
    (found,) = loss_aversion.solve_offers(pie(one, two), [d, d])
    expected = rubinstein(d, d / (1 + (1 - d) * two)).agreement
    assert found.agreement == pytest.approx(expected, abs=1e-9)
    assert found.regret <= 1e-9


def test_quick_offers_end_at_the_end_of_the_nash_interval():
    (found,) = loss_aversion.solve_offers(pie(1.0, 0.5), [0.9999] * 2)
    ((_, high),) = solve(pie(1.0, 0.5)).intervals
    assert found.agreement == pytest.approx(high, abs=1e-3)


def test_bad_arguments(monkeypatch):
    with pytest.raises(InvalidGameError, match="`coefficient` must be at least 0"):
        loss_averse(-1)
    with pytest.raises(InvalidGameError, match="`rule` must be one of nash"):
        solve(pie(1, 1), "ultimatum")
    with pytest.raises(NotApplicableError, match="2 players only"):
        solve(pie(1, 1, 1))
    with pytest.raises(NotApplicableError, match="for 2 players"):
        loss_aversion.solve_offers(pie(1, 1, 1), [0.9] * 3)
    monkeypatch.setattr(loss_aversion.np, "flatnonzero", Mock(return_value=[]))
    with pytest.raises(ConvergenceError, match="no self-supporting"):
        loss_aversion.solve_offers(pie(1, 1), [0.9] * 2)


@pytest.mark.parametrize(
    ("first", "second"),
    [((0.9, 0.8, 3.0), (0.9, 0.8, 2.0)), ((0.8, 0.7, 2.25), (0.85, 0.75, 2.25))],
)
def test_the_ends_of_an_interval_of_unlike_exponents(first, second):
    """Just inside no move raises the product of gains, just outside one does: all sizes tried."""
    utilities = [CumulativeProspectTheory(*each, Linear(), Linear()) for each in (first, second)]
    ((low, high),) = solve(BargainingProblem(utilities, [0, 0])).intervals

    def best_move(share):
        best = -np.inf
        for side, room in ((1.0, 1 - share), (-1.0, share)):
            moves = side * room * np.geomspace(1e-12, 1.0, 100_001)[:-1]
            raised = 0.0
            for own, move, kept in zip(utilities, (moves, -moves), (share, 1 - share), strict=True):
                raised = raised + np.log1p(own.utility(move) / -own.utility(-kept))
            best = max(best, raised.max())
        return best

    for end, inward in ((low[0], 1e-8), (high[0], -1e-8)):
        assert best_move(end + inward) <= 0
        assert best_move(end - inward) > 0
