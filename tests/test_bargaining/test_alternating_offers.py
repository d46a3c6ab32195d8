"""Alternating offers: closed forms, stationary equations, and the limit of quick offers."""

from math import exp, sqrt
from unittest.mock import Mock

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import fixed

from games import ConvergenceError, CumulativeProspectTheory, ExpectedUtility, InvalidGameError
from games.bargaining import BargainingProblem
from solver.bargaining import alternating_offers, loss_aversion
from solver.bargaining.alternating_offers import (
    limit,
    linear_proposals,
    rubinstein,
    solve,
    with_exit,
)

LINEAR = ExpectedUtility()
factors = st.floats(0.05, 0.98)


def pie(size):
    return BargainingProblem([LINEAR] * size, [0] * size)


def test_rubinstein():
    """(1 - d2) / (1 - d1 d2), which is 1 / (1 + d) for one factor (Rubinstein 1982)."""
    assert rubinstein(0.9, 0.8).agreement == pytest.approx([5 / 7, 2 / 7], abs=1e-15)
    assert rubinstein(0.5, 0.5, pie=3).agreement == pytest.approx([2, 1], abs=1e-15)
    assert rubinstein(0.9, 0.8).regret <= 1e-15


def test_three_players():
    """1, d and d^2 in proportion (Herrero 1985); 1, d, d with exit (Krishna & Serrano 1996)."""
    d = 0.9
    expected = np.array([1, d, d * d]) / (1 + d + d * d)
    assert linear_proposals([d] * 3)[0] == pytest.approx(expected, abs=1e-15)
    (found,) = solve(pie(3), [d] * 3)
    assert found.agreement == pytest.approx(expected, abs=1e-9)
    assert with_exit(3, d) == pytest.approx([1 / 2.8, 0.9 / 2.8, 0.9 / 2.8], abs=1e-15)
    assert with_exit(2, d) == pytest.approx(rubinstein(d, d).agreement, abs=1e-15)


@fixed(5)
@given(st.lists(factors, min_size=2, max_size=4), st.integers(0, 1))
def test_numbers_meet_the_closed_form(discounts, proposer):
    (found,) = solve(pie(len(discounts)), discounts, proposer=proposer)
    assert found.proposals == pytest.approx(linear_proposals(discounts), abs=1e-8)
    assert found.agreement == pytest.approx(found.proposals[proposer])
    assert found.regret <= 1e-8
    if len(discounts) == 2:
        assert found.proposals[0] == pytest.approx(rubinstein(*discounts).agreement, abs=1e-9)


@fixed(5)
@given(factors, factors, st.floats(0.4, 1.0), st.floats(0.4, 1.0))
def test_two_players_by_turns_of_a_long_game(first, second, one, two):
    """A finite game with many turns ends near the stationary equilibrium (Stahl 1972)."""
    found = solve(BargainingProblem([lambda x: x**one, lambda x: x**two], [0, 0]), [first, second])
    assert len(found) == 1
    share = 1.0  # the last proposer takes all
    for _ in range(2000):
        taken = 1 - second ** (1 / two) * (1 - first ** (1 / one) * share)
        if abs(taken - share) < 1e-12:
            break
        share = taken
    assert found[0].agreement[0] == pytest.approx(share, abs=1e-8)
    assert found[0].regret <= 1e-9


def test_the_limit_is_weighted_nash():
    """Binmore, Rubinstein & Wolinsky 1986: the gap falls in proportion to the time of a turn."""
    problem = BargainingProblem([lambda x: x, sqrt, LINEAR], [0, 0, 0.1])
    for size in (2, 3):
        part = BargainingProblem(problem.utilities[:size], problem.disagreement[:size])
        rates = [1.0, 2.0, 0.5][:size]
        goal = limit(part, rates).agreement
        gaps = []
        for time in (0.1, 0.01):
            (found,) = solve(part, [exp(-rate * time) for rate in rates])
            gaps.append(np.abs(found.agreement - goal).max())
        assert gaps[0] > 5 * gaps[1]
        assert gaps[1] < 1e-2
    assert limit(pie(2), [1, 3]).agreement == pytest.approx([0.75, 0.25], abs=1e-7)


def test_prospect_theory_players():
    prospect = CumulativeProspectTheory()
    for point in (0.2, 0.5, 0.8):
        problem = BargainingProblem([prospect, LINEAR], [0, 0], references=[point, 0])
        for found in solve(problem, [0.9, 0.9]):
            assert found.regret <= 1e-9
    (three,) = solve(
        BargainingProblem([prospect] * 3, [0] * 3, references=[0.3, 0.3, 0.5]), [0.9] * 3
    )
    assert three.regret <= 1e-8


def test_several_stationary_equilibria():
    """A utility with a steep part lets several divisions be self-enforcing."""

    def steep(start, rise):
        return lambda x: x + rise * min(max((x - start) / 0.02, 0.0), 1.0)

    problem = BargainingProblem([steep(0.45, 2.8), steep(0.7, 3.5)], [0, 0])
    found = solve(problem, [0.5, 0.5])
    # computed; each is checked by its regret, which takes no part in the search
    shares = [each.agreement[0] for each in found]
    assert shares == pytest.approx([0.2916, 0.4510, 0.7297], abs=1e-4)
    assert all(each.regret <= 1e-9 for each in found)


def test_a_least_share_above_what_waiting_brings():
    problem = BargainingProblem([LINEAR] * 2, [-5, 0], least=0.0)
    (found,) = solve(problem, [0.1, 0.9])
    # waiting is worth .1 (5 + y) - 5 < 0 to player 1, which is given 0
    assert found.proposals[1] == pytest.approx([0, 1], abs=1e-12)
    assert found.regret <= 1e-9


def test_regret_sees_a_wrong_proposal():
    shares = np.array([[0.7, 0.3], [0.5, 0.5]])
    assert alternating_offers.certified(pie(2), (0.9, 0.9), 0, shares).regret == pytest.approx(0.15)


def test_bad_arguments(monkeypatch):
    with pytest.raises(InvalidGameError, match="must hold 2 numbers"):
        solve(pie(2), [0.9])
    with pytest.raises(InvalidGameError, match="below 1"):
        solve(pie(2), [0.9, 1])
    with pytest.raises(InvalidGameError, match="above 0"):
        rubinstein(0, 0.5)
    with pytest.raises(InvalidGameError, match="`proposer` must lie in"):
        solve(pie(2), [0.9, 0.9], proposer=2)
    with pytest.raises(InvalidGameError, match="`rates` must be above 0"):
        limit(pie(2), [0, 1])
    monkeypatch.setattr(alternating_offers.roots, "root", Mock(side_effect=ConvergenceError("-")))
    with pytest.raises(ConvergenceError, match="no stationary equilibrium"):
        solve(pie(3), [0.9] * 3)


@pytest.mark.parametrize(
    ("disagreement", "patience", "agreement"),
    [
        # asked for all but its least share, the second player accepts
        ([0.2, 0], (0.9, 0.1), [0.9, 0.1]),
        # the second, patient player asks for all but the first one's least; .2 + .9 (.9 - .2) = .83
        ([0, 0.2], (0.1, 0.9), [0.17, 0.83]),
    ],
)
def test_a_least_share_that_binds(disagreement, patience, agreement):
    problem = BargainingProblem([ExpectedUtility()] * 2, disagreement, least=0.1)
    (found,) = solve(problem, patience)
    assert found.agreement == pytest.approx(agreement, abs=1e-9)
    assert found.regret <= 1e-9
    (supported,) = loss_aversion.solve_offers(problem, patience)
    assert supported.agreement == pytest.approx(agreement, abs=1e-9)
    assert supported.regret <= 1e-9
