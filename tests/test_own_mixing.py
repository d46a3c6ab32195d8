"""Players whose own mixing enters the lottery: black-box equilibria, and equilibria in beliefs."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import fixed
from untraced import untraced

from games import (
    CumulativeProspectTheory,
    ExpectedUtility,
    GoldsteinEinhorn,
    NormalForm,
    NotApplicableError,
    Prelec,
    Prelec2,
    Prospect,
)
from solver.finite import beliefs, black_box, two_player_nash
from solver.finite.certificate import Box
from solver.solution import Status

PROSPECT, EXPECTED = CumulativeProspectTheory(), ExpectedUtility()
SQUARE = CumulativeProspectTheory(1, 1, 1, Prelec2(1, 2), Prelec2(1, 2))
TASTES = (
    PROSPECT,
    EXPECTED,
    SQUARE,
    CumulativeProspectTheory(1, 1, 2, Prelec(0.7), Prelec(0.7)),
    CumulativeProspectTheory(0.9, 0.9, 1.5, GoldsteinEinhorn(0.8, 0.7), GoldsteinEinhorn(0.8, 0.7)),
)


def pennies(row=PROSPECT) -> NormalForm:
    return NormalForm([[[9, 0], [0, 1]], [[0, 1], [1, 0]]], preferences=[row, EXPECTED])


def product_value(game: NormalForm, player: int, profile) -> float:
    """The definition: the value of the lottery over own outcomes that both strategies induce."""
    chances = np.outer(*profile).ravel()
    kept = chances > 0
    prospect = Prospect(game.payoffs[player].ravel()[kept], chances[kept])
    return game.preferences[player].value(prospect, game.references[player])


@pytest.mark.untraced
def test_the_published_black_box_equilibrium() -> None:
    # computed: p = 1/2, q = .033622, a rival local maximum 3.8e-5 lower
    solution = black_box.solve(pennies())
    assert solution.status is Status.COMPLETE
    [found] = solution.equilibria
    assert found.profile[0][0] == pytest.approx(0.5, abs=1e-9)
    assert found.profile[1][0] == pytest.approx(0.033622, abs=1e-6)
    assert found.regret < 1e-9
    assert found.certificate.verify()
    assert max(found.certificate.bounds.values()) < 1e-8
    at = found.profile[1]
    curve = [product_value(pennies(), 0, [(p, 1 - p), at]) for p in np.linspace(0, 1, 2001)]
    inner = np.array(curve)
    peaks = np.flatnonzero((inner[1:-1] > inner[:-2]) & (inner[1:-1] > inner[2:])) + 1
    heights = sorted([*inner[peaks], inner[0], inner[-1]])[::-1]
    assert heights[0] == pytest.approx(found.values["1"], abs=1e-9)
    assert heights[0] - heights[1] == pytest.approx(3.8e-5, abs=2e-6)


def test_square_weights_have_no_black_box_equilibrium() -> None:
    solution = black_box.solve(pennies(SQUARE))
    assert solution.status is Status.EMPTY
    assert len(solution.equilibria) == 0
    assert solution.coverage.complete
    floor = black_box.least_regret(pennies(SQUARE))
    assert floor > 0.01
    # no profile of a grid has less regret than the proved bound
    game = pennies(SQUARE)
    grid = np.linspace(0, 1, 21)
    regrets = untraced(black_box.regrets)
    for p in grid:
        for q in grid:
            assert max(regrets(game, [(p, 1 - p), (q, 1 - q)])) >= floor
    assert black_box.verify(game)


def test_square_weights_have_an_equilibrium_in_beliefs() -> None:
    # derived: (1/2, 1/4); the row player's best replies are pure, and its belief mixes them
    solution = beliefs.solve(pennies(SQUARE))
    assert solution.status is Status.COMPLETE
    [found] = solution.equilibria
    assert found.profile[0].tolist() == pytest.approx([0.5, 0.5], abs=1e-9)
    assert found.profile[1].tolist() == pytest.approx([0.25, 0.75], abs=1e-9)
    assert found.regret < 1e-9
    assert found.certificate.verify()
    assert beliefs.verify(pennies(SQUARE))


@pytest.mark.untraced
def test_where_values_are_concave_beliefs_are_black_box_equilibria() -> None:
    one = black_box.solve(pennies()).equilibria[0].profile
    other = beliefs.solve(pennies()).equilibria[0].profile
    assert np.concatenate(one) == pytest.approx(np.concatenate(other), abs=1e-9)


@pytest.mark.parametrize("notion", [black_box, beliefs])
@pytest.mark.parametrize("seed", range(4))
def test_expected_utility_gives_nash(notion, seed) -> None:
    shape = (2, 2) if seed < 3 else (3, 2)
    game = NormalForm(np.random.default_rng(seed).normal(size=(2, *shape)))
    nash = [np.concatenate(e.profile) for e in two_player_nash.solve(game).equilibria]
    found = [np.concatenate(e.profile) for e in notion.solve(game).equilibria]
    assert len(found) == len(nash)
    for profile in found:
        assert min(np.abs(profile - one).max() for one in nash) < 1e-7


@st.composite
def two_by_two(draw: st.DrawFn) -> NormalForm:
    numbers = draw(st.lists(st.integers(-9, 9), min_size=8, max_size=8, unique=True))
    return NormalForm(
        np.array(numbers).reshape(2, 2, 2) / 4,
        preferences=[draw(st.sampled_from(TASTES)) for _ in range(2)],
        references=[draw(st.sampled_from([0.0, 0.3])) for _ in range(2)],
    )


@untraced
def least_gap(game: NormalForm, profile) -> float:
    """The largest gain of a player by a strategy on a grid: a lower bound of the regret."""
    gains = []
    for player in range(2):
        tried = []
        for p in np.linspace(0, 1, 61):
            changed = list(profile)
            changed[player] = (p, 1 - p)
            tried.append(product_value(game, player, changed))
        gains.append(max(tried) - product_value(game, player, profile))
    return max(gains)


@given(game=two_by_two())
@fixed(6)
def test_black_box_equilibria_are_some_and_a_grid_has_no_better(game: NormalForm) -> None:
    solution = black_box.solve(game, budget=2_000)
    for found in solution.equilibria:
        assert found.regret < 1e-7
        assert least_gap(game, found.profile) < 1e-7
        for player, name in enumerate(game.players):
            assert found.values[name] == pytest.approx(
                product_value(game, player, found.profile), abs=1e-9
            )
    for a in range(2):
        for b in range(2):
            profile = game.pure(a, b)
            if least_gap(game, profile) < -1e-9 or max(black_box.regrets(game, profile)) > 0:
                continue
            near = any(
                np.abs(np.concatenate(e.profile) - np.concatenate(profile)).max() < 1e-6
                for e in solution.equilibria
            )
            assert near or solution.status is Status.PARTIAL


def test_three_actions_within_a_budget() -> None:
    game = NormalForm(np.random.default_rng(5).normal(size=(2, 3, 3)), preferences=PROSPECT)
    for notion in (black_box, beliefs):
        solution = notion.solve(game, budget=400)
        assert solution.status in (Status.COMPLETE, Status.PARTIAL)
        assert (solution.status is Status.PARTIAL) == (not solution.coverage.complete)
        for found in solution.equilibria:
            assert found.regret < 1e-6


@pytest.mark.parametrize("notion", [black_box, beliefs])
def test_larger_games_are_refused(notion) -> None:
    with pytest.raises(NotApplicableError):
        notion.solve(NormalForm(np.zeros((2, 4, 2))))
    with pytest.raises(NotApplicableError):
        notion.solve(NormalForm(np.zeros((3, 2, 2, 2))))


def test_a_box_that_was_moved_is_not_confirmed() -> None:
    [found] = black_box.solve(pennies()).equilibria
    kept = found.certificate
    assert kept.box is not None
    wider = Box(tuple(own - 0.2 for own in kept.box.low), kept.box.high)
    assert not replace(kept, box=wider).verify()
