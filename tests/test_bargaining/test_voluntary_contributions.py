"""Voluntary contributions: closed forms, neutrality, and best replies by search."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import fixed

from games import InvalidGameError
from solver.bargaining.contributions import solve, utility

seeds = st.integers(0, 2**32 - 1)


def test_known_contributions():
    """Derived from I_i - q_i = Q (1 - a) / a; the rest ride free in the second (corner) case."""
    all_pay = solve([10, 8, 7.5], 0.6)
    assert all_pay.amounts == pytest.approx([13 / 3, 7 / 3, 11 / 6], abs=1e-12)
    assert all_pay.free_riders == ()
    corner = solve([10, 4, 3.5], 0.6)
    assert corner.amounts == pytest.approx([6, 0, 0], abs=1e-12)
    assert corner.free_riders == (1, 2)
    assert corner.exploitation[0] == pytest.approx(1 - 10 / 17.5)
    for each in (all_pay, corner):
        assert each.regret <= 1e-12


@pytest.mark.parametrize("n", [1, 2, 5, 40])
def test_alike_allies(n):
    """Q = a n I / (n - a (n - 1)), below the efficient a n I (Cornes & Sandler 1986)."""
    found = solve([3.0] * n, 0.4)
    assert found.total == pytest.approx(0.4 * 3 * n / (n - 0.4 * (n - 1)))
    assert found.total <= 0.4 * 3 * n + 1e-12
    assert found.exploitation == pytest.approx(np.zeros(n), abs=1e-12)


def test_neutrality():
    """Transfers among contributors leave defence and consumption as they were (Warr 1983)."""
    before, after = solve([10, 8, 7.5], 0.6), solve([9, 9.5, 7], 0.6)
    assert after.total == pytest.approx(before.total, abs=1e-12)
    assert after.utilities == pytest.approx(before.utilities, abs=1e-12)
    # with joint products they do not (Cornes & Sandler 1984)
    assert solve([10, 8, 7.5], [0.6, 0.3, 0.6], private=0.5).total != pytest.approx(
        solve([9, 9, 7.5], [0.6, 0.3, 0.6], private=0.5).total, abs=1e-3
    )


def test_the_large_are_exploited_by_the_small():
    """Olson & Zeckhauser 1966: the largest ally's share of defence is above that of income."""
    found = solve([100, 20, 10], 0.9)
    assert found.exploitation[0] > 0 > found.exploitation[2]
    # less so the more private defence is (Sandler 1977), and not at all if it is wholly so
    sizes = [solve([100, 20, 10], 0.9, private=p).exploitation[0] for p in (0, 0.3, 0.6, 1)]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[-1] == pytest.approx(0, abs=1e-12)


@fixed(30)
@given(seeds)
def test_best_replies(seed):
    random = np.random.default_rng(seed)
    size, private = int(random.integers(1, 6)), float(random.choice([0, random.random(), 1]))
    incomes, tastes = random.uniform(1, 9, size), random.uniform(0.05, 0.95, size)
    found = solve(incomes.tolist(), tastes.tolist(), private=private)
    assert found.regret <= 1e-12
    replies = found.amounts.copy()
    for i in range(size):
        others = found.amounts.sum() - found.amounts[i]
        grid = np.linspace(0, incomes[i], 20001)
        replies[i] = grid[np.argmax(utility(incomes[i], tastes[i], grid, others, private))]
    assert replies == pytest.approx(found.amounts, abs=2e-3)
    rides = [i for i in range(size) if found.amounts[i] == 0]
    assert found.free_riders == tuple(rides)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([], 0.5), "at least 1 number"),
        (([1, 0], 0.5), "`incomes` must be above 0"),
        (([1, 2], [0.5]), "must hold 2 numbers"),
        (([1, 2], 1.0), "`tastes` must be below 1"),
        (([1, 2], 0), "`tastes` must be above 0"),
    ],
)
def test_bad_arguments(arguments, message):
    with pytest.raises(InvalidGameError, match=message):
        solve(*arguments)


def test_bad_private_share():
    with pytest.raises(InvalidGameError, match="`private` must lie in"):
        solve([1, 2], 0.5, private=2)
