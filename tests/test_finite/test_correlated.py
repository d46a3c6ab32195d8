"""Correlated equilibria: the best by linear programme, and obedience under prospect theory."""

from fractions import Fraction
from itertools import product
from math import exp, log, sqrt
from unittest.mock import Mock

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog
from strategies import fixed, preferences

from games import (
    ConvergenceError,
    CumulativeProspectTheory,
    InvalidGameError,
    Linear,
    NormalForm,
    NotApplicableError,
    Prelec,
    Prospect,
    TverskyKahneman,
    UnknownNameError,
)
from games.finite.linear_programme import Optimum
from games.finite.strategies import joint
from solver.finite import correlated, pure_nash
from solver.finite.correlated import is_correlated_equilibrium, obedience, solve

CHICKEN = NormalForm([[[6, 2], [7, 0]], [[6, 7], [2, 0]]], actions=[["C", "D"]] * 2)
PENNIES = NormalForm([[[1, -1], [-1, 1]], [[-1, 1], [1, -1]]])
BETA = 1 / exp(-sqrt(log(2)))  # 1 / w(1/2) of Prelec's w with exponent 1/2


def curved_but_linear(preference):
    """Return the preference without its weighting."""
    return CumulativeProspectTheory(
        preference.alpha, preference.beta, preference.loss_aversion, Linear(), Linear()
    )


@st.composite
def some_games(draw, weighted):
    shape = tuple(draw(st.lists(st.integers(1, 3), min_size=1, max_size=3)))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    chosen = [draw(preferences()) for _ in shape]
    return NormalForm(
        random.integers(-4, 5, size=(len(shape), *shape)),
        preferences=chosen if weighted else [curved_but_linear(own) for own in chosen],
        references=[draw(st.sampled_from([0.0, 1.0])) for _ in shape],
    )


def drawn(shape, seed):
    """Return a random distribution in which some profiles are never drawn."""
    random = np.random.default_rng(seed)
    weights = random.random(shape) * (random.random(shape) < 0.7)
    weights.flat[random.integers(weights.size)] += 1
    return weights / weights.sum()


def brute_obedience(game, distribution):
    """Return all regrets, by prospects of the game's outcomes one at a time."""
    found = {}
    for i, name in enumerate(game.players):
        found[name] = {}
        for advice, label in enumerate(game.actions[i]):
            told = [profile for profile in game.profiles() if profile[i] == advice]
            mass = sum(distribution[profile] for profile in told)
            if mass > 0:
                worth = [
                    game.preferences[i].value(
                        Prospect(
                            [game.payoffs[(i, *p[:i], action, *p[i + 1 :])] for p in told],
                            [distribution[p] / mass for p in told],
                        ),
                        game.references[i],
                    )
                    for action in range(game.shape[i])
                ]
                found[name][label] = max(worth) - worth[advice]
    return found


def best_by_scipy(game, worth):
    """Return the highest mean of `worth`, by a programme written out constraint by constraint."""
    profiles = list(game.profiles())
    rows = [
        [
            game.utilities[(i, *p[:i], action, *p[i + 1 :])] - game.utilities[(i, *p)]
            if p[i] == advice
            else 0.0
            for p in profiles
        ]
        for i, m in enumerate(game.shape)
        for advice, action in product(range(m), range(m))
    ]
    found = linprog(
        [-worth[p] for p in profiles],
        A_ub=rows,
        b_ub=[0.0] * len(rows),
        A_eq=[[1.0] * len(profiles)],
        b_eq=[1.0],
        method="highs-ipm",
    )
    return -found.fun


def test_chicken():
    """Derived: half on (C, C) is what obedience allows, 2 P(C, D) >= P(C, C); sum 10.5."""
    found = solve(CHICKEN)
    assert found.distribution == pytest.approx(np.array([[0.5, 0.25], [0.25, 0]]), abs=1e-9)
    assert found.values == pytest.approx({"1": 5.25, "2": 5.25})
    assert found.bound == pytest.approx(10.5)
    assert found.regret < 1e-9
    assert str(found).startswith("best for sum: 0.5 on C, C; 0.25 on C, D; 0.25 on D, C (regret ")
    with pytest.raises(ValueError, match="read-only"):
        found.distribution[0, 0] = 1


def test_chicken_for_one_player():
    """Derived: nothing is better for the first player than its better pure equilibrium."""
    for objective in ("1", 0):
        found = solve(CHICKEN, objective=objective)
        assert found.objective == "1"
        assert found.values == pytest.approx({"1": 7, "2": 2})
    assert solve(CHICKEN, objective=1).values == pytest.approx({"1": 2, "2": 7})


def test_a_third_each_is_obeyed_in_chicken():
    """Published: one third on each profile but (D, D), 5 for each (Aumann 1987)."""
    third = np.array([[1, 1], [1, 0]]) / 3
    assert obedience(CHICKEN, third) == {"1": {"C": 0, "D": 0}, "2": {"C": 0, "D": 0}}
    assert is_correlated_equilibrium(CHICKEN, third, tolerance=0)
    half = np.array([[0.6, 0.2], [0.2, 0]])
    # told C, the other is told C with 3/4: 5 by C and 5.25 by D
    assert obedience(CHICKEN, half)["1"] == pytest.approx({"C": 0.25, "D": 0})
    assert not is_correlated_equilibrium(CHICKEN, half)
    assert is_correlated_equilibrium(CHICKEN, half, tolerance=0.26)


def test_matching_pennies_has_one():
    """Derived: a game of strict conflict leaves no room for correlation."""
    assert solve(PENNIES).distribution == pytest.approx(np.full((2, 2), 0.25))
    assert solve(PENNIES, objective="2").values == pytest.approx({"1": 0, "2": 0})


def test_constant_payoffs_are_always_obeyed():
    found = solve(NormalForm(np.zeros((3, 2, 2, 2))))
    assert found.distribution.sum() == pytest.approx(1)
    assert found.regret == 0


@given(some_games(weighted=False))
@fixed(50)
def test_the_best_is_obeyed_and_best(game):
    for objective, worth in (("sum", game.utilities.sum(axis=0)), (0, game.utilities[0])):
        found = solve(game, objective=objective)
        scale = max(1.0, float(np.abs(game.utilities).max()))
        value = sum(found.values.values()) if objective == "sum" else found.values["1"]
        assert found.value == pytest.approx(value, rel=1e-12)
        assert value == pytest.approx(best_by_scipy(game, worth), abs=1e-6 * scale)
        assert value == pytest.approx(found.bound, abs=1e-6 * scale)
        assert value <= found.bound + 1e-12 * scale
        assert value == pytest.approx((found.distribution * worth).sum(), abs=1e-9 * scale)
        assert found.regret <= 1e-7 * scale
        assert found.regrets == obedience(game, found.distribution)
        for profile in pure_nash.profiles(game):
            assert value >= worth[profile] - 1e-7 * scale


def test_payoffs_of_any_size():
    for factor in (1e-9, 1e9):
        found = solve(NormalForm(CHICKEN.payoffs * factor))
        assert found.distribution == pytest.approx(np.array([[0.5, 0.25], [0.25, 0]]), abs=1e-9)


@given(some_games(weighted=True), st.integers(0, 2**32 - 1))
@fixed(50)
def test_obedience_is_that_of_prospects_taken_one_by_one(game, seed):
    distribution = drawn(game.shape, seed)
    expected = brute_obedience(game, distribution)
    regrets = obedience(game, distribution)
    assert {name: set(own) for name, own in regrets.items()} == {
        name: set(own) for name, own in expected.items()
    }
    for name, own in regrets.items():
        assert own == pytest.approx(expected[name], rel=1e-9, abs=1e-9)
    ranges = [float(np.ptp(own)) or 1.0 for own in game.utilities]
    worst = max(
        max(own.values()) / size for own, size in zip(expected.values(), ranges, strict=True)
    )
    assert is_correlated_equilibrium(game, distribution, worst + 1e-6 * (1 + worst))
    if worst > 1e-6:
        assert not is_correlated_equilibrium(game, distribution, worst * (1 - 1e-6))


@given(some_games(weighted=True))
@fixed(50)
def test_pure_nash_profiles_are_obeyed(game):
    for profile in pure_nash.profiles(game):
        assert is_correlated_equilibrium(game, joint(game.pure(*profile)))


@pytest.mark.parametrize(
    ("payoff", "chance"), [((9, 1), 0.040319445), ((4, 1), 0.119213415), ((2, 1), 0.268951246)]
)
def test_mixed_nash_profiles_under_prospect_theory_are_obeyed(payoff, chance):
    """Derived: row (X, 0; 0, Y), q / (1 - q) = (Y / X)^(alpha / gamma)."""
    preference = CumulativeProspectTheory(weighting_gains=TverskyKahneman(0.61))
    game = NormalForm(
        [[[payoff[0], 0], [0, payoff[1]]], [[0, 1], [1, 0]]], preferences=[preference] * 2
    )
    nash = np.multiply.outer([0.5, 0.5], [chance, 1 - chance])
    assert is_correlated_equilibrium(game, nash, tolerance=1e-7)
    assert not is_correlated_equilibrium(game.replace(preferences=None), nash, tolerance=1e-2)
    other = np.multiply.outer([0.5, 0.5], [chance + 0.01, 0.99 - chance])
    assert not is_correlated_equilibrium(game, other, tolerance=1e-3)


def phade_anantharam():
    """Return a game with obeyed distributions whose mixture is not obeyed, and the two.

    Of the kind that Phade & Anantharam (2019) study; the second player is indifferent. Derived:
    for the first, either lottery is worth 2 and their mixture w(3/4) + w(1/2) BETA + w(1/4)
    (BETA - 1) = 1.98512, while its other action is worth 1.99 for certain.
    """
    weighting = CumulativeProspectTheory(1.0, 1.0, 1.0, Prelec(0.5), Prelec(0.5))
    game = NormalForm(
        [[[2 * BETA, BETA + 1, 0, 1], [1.99] * 4], [[1] * 4, [0] * 4]],
        preferences=[weighting, weighting],
    )
    odd, even = np.zeros((2, 4)), np.zeros((2, 4))
    odd[0, [0, 2]] = even[0, [1, 3]] = 0.5
    return game, odd, even


def test_the_set_need_not_be_convex():
    game, odd, even = phade_anantharam()
    assert is_correlated_equilibrium(game, odd)
    assert is_correlated_equilibrium(game, even)
    mixture = (odd + even) / 2
    assert not is_correlated_equilibrium(game, mixture)
    regrets = obedience(game, mixture)
    assert regrets["1"] == pytest.approx({"1": 1.99 - 1.9851204552})
    assert set(regrets["2"].values()) == {0}
    with pytest.raises(NotApplicableError, match="convex"):
        solve(game)


def test_without_weighting_it_is_convex():
    game, odd, even = phade_anantharam()
    plain = game.replace(preferences=None)
    for share in (0, 0.3, 1):
        assert is_correlated_equilibrium(plain, share * odd + (1 - share) * even)


def test_a_larger_game():
    game = NormalForm(np.random.default_rng(2).random((2, 12, 12)))
    found = solve(game)
    assert found.regret < 1e-9
    assert found.value == pytest.approx(found.bound, abs=1e-6)
    for profile in pure_nash.profiles(game):
        assert found.value >= game.utilities[(slice(None), *profile)].sum() - 1e-6


def test_a_player_named_like_the_sum():
    game = CHICKEN.replace(players=["A", "sum"])
    assert solve(game).value == pytest.approx(10.5)
    assert solve(game, objective=1).value == pytest.approx(7)


def test_games_too_large_are_refused(monkeypatch):
    monkeypatch.setattr(correlated, "MOST_ENTRIES", 15)
    with pytest.raises(NotApplicableError, match="may have 15 entries; this game's has 16"):
        solve(CHICKEN)


@given(some_games(weighted=False))
@fixed(40)
def test_floats_and_exact_numbers_agree(game):
    for objective in ("sum", 0):
        floats = solve(game, objective=objective)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(correlated, "_in_floats", lambda *_: None)
            found = solve(game, objective=objective)
        scale = max(1.0, float(np.abs(game.utilities).max()))
        assert floats.exact is None
        assert found.exact.sum() == 1
        assert found.exact.min() >= 0
        assert found.bound == pytest.approx(floats.bound, abs=1e-6 * scale)
        assert found.value == pytest.approx(floats.value, abs=1e-6 * scale)
        assert found.regret <= 1e-13 * scale


def test_payoffs_of_many_orders_of_magnitude():
    """Floats alone give distributions that are not obeyed, or not best, or none."""
    exact = 0
    for seed in range(40):
        payoffs = 10.0 ** np.random.default_rng(seed).uniform(-4, 4, (3, 3, 2, 2))
        found = solve(NormalForm(payoffs))
        assert found.regret <= 1e-9 * np.ptp(payoffs)
        assert found.value <= found.bound * (1 + 1e-12)
        assert found.value == pytest.approx(found.bound, abs=3e-6 * np.ptp(payoffs))
        exact += found.exact is not None
    assert 0 < exact < 40


@pytest.mark.parametrize(
    "failing", [lambda *_: Optimum(-np.inf), Mock(side_effect=ConvergenceError("it gave up"))]
)
def test_programmes_that_fail_in_floats_are_solved_exactly(monkeypatch, failing):
    monkeypatch.setattr(correlated, "maximise", failing)
    found = solve(CHICKEN)
    assert found.exact.tolist() == [[Fraction(1, 2), Fraction(1, 4)], [Fraction(1, 4), 0]]
    assert found.regret == 0
    monkeypatch.setattr(correlated, "MOST_EXACT_ENTRIES", 15)
    with pytest.raises(ConvergenceError, match="16 entries, at most 15"):
        solve(CHICKEN)


@pytest.mark.parametrize(
    ("distribution", "message"),
    [
        ([[0.5, 0.5]], r"must have the shape \(2, 2\); got \(1, 2\)"),
        ([[0.5, 0.5], [0.5]], "regular array"),
        ([["a", 0], [0, 1]], "regular array"),
        ([[0.5, 0.6], [0, 0]], "sum to 1; got a sum of 1.1"),
        ([[1.5, -0.5], [0, 0]], "probabilities"),
        ([[np.nan, 1], [0, 0]], "probabilities"),
    ],
)
def test_what_is_no_distribution(distribution, message):
    for ask in (obedience, is_correlated_equilibrium):
        with pytest.raises(InvalidGameError, match=message):
            ask(CHICKEN, distribution)


def test_bad_arguments():
    with pytest.raises(UnknownNameError, match="unknown player 'Athens'"):
        solve(CHICKEN, objective="Athens")
    with pytest.raises(InvalidGameError, match="`tolerance` must be at least 0"):
        is_correlated_equilibrium(CHICKEN, np.full((2, 2), 0.25), tolerance=-1)
