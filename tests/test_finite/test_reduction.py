"""What of a game does not matter: players of one action, level and unit of payoffs."""

import time
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import games
import solver
from games import CumulativeProspectTheory, ExpectedUtility, NormalForm
from games.finite.equivalence import levelled
from solver.finite.faces import branching
from solver.finite.faces import solve as faces
from solver.results import Status

ZERO_SUM = np.array([[0, 0, 0], [0, 0, 0], [-1, 1, 0]])


def with_singles(payoffs):
    """Put a player of one action between two players."""
    first, second = payoffs
    third = np.arange(first.size).reshape(first.shape)
    return np.stack([first, third, second])[:, :, np.newaxis, :]


def signs(function):
    """Return the 2x2x2 game whose payoffs are a function of three signs."""
    payoffs = np.zeros((3, 2, 2, 2))
    for cell in product(range(2), repeat=3):
        payoffs[(slice(None), *cell)] = function(*(1 - 2 * a for a in cell))
    return NormalForm(payoffs)


# equal chances of two players make the third indifferent: zeros along three axes, to which plain
# steps of Newton's method do not lead
CONTINUUM = signs(lambda x, y, z: (x * y * z,) * 3)


def test_a_player_of_one_action_does_not_hide_equilibria():
    plain = solver.solve(NormalForm([ZERO_SUM, -ZERO_SUM]))
    found = solver.solve(NormalForm(with_singles([ZERO_SUM, -ZERO_SUM])))
    assert found.status is Status.COMPLETE
    assert len(found.equilibria) == len(plain.equilibria) == 6
    for one, other in zip(found.equilibria, plain.equilibria, strict=True):
        assert np.array_equal(one.profile[0], other.profile[0])
        assert one.profile[1].tolist() == [1]
        assert np.array_equal(one.profile[2], other.profile[1])
        assert one.certificate.exact[1] == (Fraction(1),)
        assert one.certificate.verify()
        assert one.regret == 0
    sizes = [tuple(map(len, one.strategies)) for one in found.components]
    assert sizes == [(len(one.rows), 1, len(one.columns)) for one in plain.components]


def test_without_weighting_both_notions_are_solved_exactly():
    straight = CumulativeProspectTheory(loss_aversion=1).without("curvature", "weighting")
    plain = NormalForm([ZERO_SUM, -ZERO_SUM])
    for game in (
        plain,
        plain.replace(preferences=straight),
        NormalForm(with_singles(plain.payoffs)),
    ):
        found, same = solver.solve(game, "cpt_nash"), solver.solve(game, "nash")
        assert found.status is same.status is Status.COMPLETE
        assert found.concept == found.equilibria[0].certificate.notion == "cpt_nash"
        exact = [one.certificate.exact for one in found.equilibria]
        assert len(exact) == 6
        assert exact == [one.certificate.exact for one in same.equilibria]
        assert found.components == same.components


@given(st.integers(0, 2**32 - 1))
def test_games_with_and_without_players_of_one_action_agree(seed):
    draws = np.random.default_rng(seed)
    tables = draws.integers(0, 4, (2, *draws.integers(1, 4, 2)))
    plain, hidden = solver.solve(NormalForm(tables)), solver.solve(NormalForm(with_singles(tables)))
    assert hidden.status is plain.status is Status.COMPLETE
    assert {one.certificate.exact[::2] for one in hidden.equilibria} == {
        one.certificate.exact for one in plain.equilibria
    }


@pytest.mark.parametrize("preference", [ExpectedUtility(), CumulativeProspectTheory()])
@pytest.mark.parametrize("payoffs", [[[1, 2, 2]], np.array([[0] * 3, [1, 2, 2]])[:, None, :]])
def test_one_player_with_a_tie_has_a_set_of_equilibria(preference, payoffs):
    found = solver.solve(NormalForm(payoffs, preferences=preference))
    assert found.status is Status.COMPLETE
    assert [one.profile[-1].tolist() for one in found.equilibria] == [[0, 1, 0], [0, 0, 1]]
    (component,) = found.components
    assert [own.tolist() for own in component.strategies[-1]] == [[0, 1, 0], [0, 0, 1]]
    assert all(one.regret == 0 and one.certificate.verify() for one in found.equilibria)


def test_nobody_has_a_choice():
    found = solver.solve(NormalForm(np.zeros((3, 1, 1, 1))))
    assert found.status is Status.COMPLETE
    assert str(found.equilibria[0]) == "1: 1; 2: 1; 3: 1 (regret 0.0e+00)"


# zeros along the diagonal
CYCLE = signs(lambda x, y, z: (x * (y - z), y * (z - x), z * (x - y)))


@pytest.mark.long
@pytest.mark.parametrize("game", [CONTINUUM, CYCLE])
def test_a_continuum_ends_early_and_is_represented(game):
    found = solver.solve(game)
    assert found.status is Status.PARTIAL
    assert "1 of them hold a continuum" in found.coverage.method
    assert 0 < len(found.coverage.unresolved) < 2_000
    assert max(one.regret for one in found.equilibria) == 0
    mixed = [one.profile for one in found.equilibria if not one.is_pure]
    assert any(min(p for own in profile for p in own) > 0.4 for profile in mixed)
    # none that belongs to another support
    assert min(p for profile in mixed for own in profile for p in own if p > 0) > 1e-6


def test_the_search_ends_in_time_and_says_what_was_left():
    draws = np.random.default_rng(5)
    game = NormalForm(draws.integers(0, 3, (4, 2, 2, 2, 2)))
    begun = time.perf_counter()
    found = solver.solve(game, seconds=1e-6)
    assert time.perf_counter() - begun < 10
    assert found.status is Status.PARTIAL
    assert "had not been searched" in found.coverage.method
    with pytest.raises(games.InvalidGameError, match="`seconds` must be above 0"):
        solver.solve(game, seconds=0)
    with pytest.raises(games.InvalidGameError, match="`budget` must be a whole number"):
        solver.solve(game, budget=0)


@pytest.mark.parametrize("seed", range(4))
def test_a_finite_game_always_has_an_equilibrium_to_show(seed, monkeypatch):
    # with no work allowed nothing but pure equilibria can be found
    monkeypatch.setattr(faces, "LEAST", 1)
    monkeypatch.setattr(branching, "STARTS", 0)
    draws = np.random.default_rng(seed)
    game = NormalForm(draws.normal(size=(3, 2, 2, 2)))
    found = solver.solve(game, budget=1, seconds=1e-6)
    assert found.equilibria
    assert max(one.regret for one in found.equilibria) < 1e-14
    assert found.equilibria[0].certificate.verify()
    assert "no equilibrium" not in str(found)


@pytest.mark.parametrize("seed", range(6))
def test_units_and_levels_do_not_change_what_is_found(seed):
    game = NormalForm(np.random.default_rng(seed).normal(size=(3, 2, 2, 2)))
    own = np.array([1e8, 1, 1e-8])[:, None, None, None]
    plain = solver.solve(game)
    for payoffs in (game.payoffs * own, game.payoffs * own + 1e5 * own, game.payoffs - 1e6):
        found = solver.solve(NormalForm(payoffs))
        assert found.status is plain.status is Status.COMPLETE
        assert len(found.equilibria) == len(plain.equilibria)
        for one, other in zip(found.equilibria, plain.equilibria, strict=True):
            apart = np.concatenate(one.profile) - np.concatenate(other.profile)
            assert np.abs(apart).max() < 1e-5
            assert one.certificate.verify()


@pytest.mark.parametrize("level", [0.0, 1e6, 1e12, -1e15])
def test_logit_does_not_depend_on_the_level(level):
    game = NormalForm(np.array([[[2, 0], [0, 1]]] * 2) + level)
    (found,) = solver.solve(game, "logit", precision=1.0).equilibria
    for own in found.profile:
        assert own[0] == pytest.approx(0.804153954, abs=1e-9)
    assert found.certificate.response.residual < 1e-12


def test_what_is_levelled_is_the_same_game():
    plain = NormalForm([[[3, 0], [0, 2]], [[2, 0], [0, 3]]])
    assert levelled(plain) is plain
    far = NormalForm(plain.exact_payoffs * Fraction(1, 3) + 10**12)
    near = levelled(far, rescaled=False)
    least = far.exact_payoffs.min()
    assert np.array_equal(near.exact_payoffs, far.exact_payoffs - least)
    small = levelled(NormalForm(plain.payoffs * 2.0**-40))
    assert 0.25 <= small.payoffs.max() <= 2
    assert np.array_equal(small.payoffs * 3, plain.payoffs * small.payoffs.max())
    curved = NormalForm(
        plain.payoffs * 2.0**40, preferences=CumulativeProspectTheory(), references=2.0**40
    )
    ratio = levelled(curved).payoffs.max() / curved.payoffs.max()
    assert levelled(curved).references == (2.0**40 * ratio,) * 2
    bent = curved.replace(preferences=CumulativeProspectTheory(alpha=0.5, beta=0.9))
    assert levelled(bent) is bent


CHICKEN = np.array([[[6, 2], [7, 0]], [[6, 7], [2, 0]]])


@pytest.mark.parametrize("unit", [1e-10, 1.0, 1e9])
def test_units_do_not_make_or_break_a_correlated_equilibrium(unit):
    game = NormalForm(CHICKEN * unit)
    assert not games.is_correlated_equilibrium(game, [[0, 0], [0, 1]])
    assert games.is_correlated_equilibrium(game, [[0.5, 0.25], [0.25, 0]])
    best = solver.correlated.solve(game)
    assert games.is_correlated_equilibrium(game, best.distribution)


BATTLE = np.array([[[3, 0], [0, 2]], [[2, 0], [0, 3]]])
LEVELS = [0, 10**6, 10**12, -(10**14)]
AVERSE = CumulativeProspectTheory(loss_aversion=2.25).without("curvature", "weighting")
STRAIGHT = CumulativeProspectTheory(loss_aversion=1).without("curvature", "weighting")


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("preference", [ExpectedUtility(), STRAIGHT])
def test_levels_do_not_blur_regret_slack_or_best_replies(level, preference):
    game = NormalForm(BATTLE + level, preferences=preference)
    found = solver.solve(game)
    assert found.status is Status.COMPLETE
    assert [one.regret for one in found.equilibria] == pytest.approx([0, 0, 0], abs=1e-15)
    assert found.equilibria[0].certificate.slack == {"1": 3, "2": 2}
    mixture = ([0.5, 0.5], [0.5, 0.5])
    assert game.regret(mixture) == pytest.approx((0.25, 0.25), abs=1e-15)
    assert game.best_responses(0, mixture) == (0,)
    assert game.values(mixture)[0] == pytest.approx(1.25 + level, rel=1e-15)


def test_fractions_are_counted_from_the_least_before_they_are_rounded():
    thirds = BATTLE * Fraction(1, 3)
    assert NormalForm(thirds + 10**15).regret(([0.5, 0.5], [0.5, 0.5])) == pytest.approx(
        (1 / 12, 1 / 12), abs=1e-16
    )


@pytest.mark.parametrize("level", LEVELS)
def test_levels_do_not_matter_to_correlated_equilibria(level):
    game = NormalForm(CHICKEN + level)
    assert games.is_correlated_equilibrium(game, [[0.5, 0.25], [0.25, 0]])
    assert games.is_correlated_equilibrium(game, [[1 / 3, 1 / 3], [1 / 3, 0]])
    assert not games.is_correlated_equilibrium(game, [[0.5 + 1e-6, 0.25], [0.25 - 1e-6, 0]])


@pytest.mark.parametrize("level", LEVELS)
def test_levels_do_not_matter_to_references_that_are_expectations(level):
    game = NormalForm(BATTLE + level, preferences=AVERSE)
    found = solver.solve(game, "loss_aversion_equilibrium")
    assert len(found.equilibria) == 3
    assert max(one.regret for one in found.equilibria) < 1e-15


@pytest.mark.parametrize("preference", [ExpectedUtility(), STRAIGHT])
@pytest.mark.parametrize("number", [float, Fraction])
@pytest.mark.parametrize("level", LEVELS)
def test_levels_do_not_matter_to_trees(level, number, preference):
    # "on" is worth 2 to A
    def end(*outcomes):
        return games.Terminal([number(x + level) for x in outcomes])

    third = 1 / 3 if number is float else Fraction(1, 3)
    on = games.Chance(["l", "r"], [third, 1 - third], [end(0, 0), end(3, 1)])
    off = games.Decision("B", ["x", "y"], [end(1, 1), end(2, 1)])
    game = games.ExtensiveForm(
        games.Decision("A", ["on", "off"], [on, off]), players=["A", "B"], preferences=preference
    )
    found = solver.solve(game)
    assert found.number == 3  # B is indifferent; after y so is A
    assert max(one.regret for one in found.equilibria) < 1e-15
    (regret, _) = game.regret({"A": {(): "off"}, "B": {("off",): "x"}})
    assert regret == pytest.approx(1, abs=1e-15)
    values = found.equilibria[0].values
    assert values["A"] == pytest.approx(2 + level, rel=1e-15)
