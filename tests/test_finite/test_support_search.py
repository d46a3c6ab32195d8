"""All equilibria of n players, face by face: against published and derived values, and twins."""

import time
from dataclasses import replace
from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import fixed

from games import (
    CumulativeProspectTheory,
    ExpectedUtility,
    Linear,
    NormalForm,
    NotApplicableError,
    Prelec2,
)
from solver.finite import pure_nash
from solver.finite.faces import offers
from solver.finite.faces import solve as faces
from solver.finite.proofs.boxes import Box
from solver.finite.proofs.faces import Face
from solver.prospects.terms import game_terms
from solver.results import Status

PROSPECT, EXPECTED = CumulativeProspectTheory(), ExpectedUtility()
PENNIES_COLUMN = [[0, 1], [1, 0]]


def ochs(stake: float, preference=PROSPECT) -> NormalForm:
    """Asymmetric matching pennies: the row player wins `stake` or 1."""
    return NormalForm([[[stake, 0], [0, 1]], PENNIES_COLUMN], preferences=[preference, EXPECTED])


@pytest.mark.parametrize(
    ("stake", "chance"), [(9, 0.040319445), (4, 0.119213415), (2, 0.268951246)]
)
def test_prospect_theory_in_asymmetric_pennies(stake: float, chance: float) -> None:
    # derived: q / (1 - q) = stake^-(alpha / gamma), the column player's odds, since only the ratio
    # w(p) / w(1 - p) = (p / (1 - p))^gamma matters
    solution = faces.solve(ochs(stake))
    assert solution.status is Status.COMPLETE
    [found] = solution.equilibria
    assert found.profile[0].tolist() == pytest.approx([0.5, 0.5], abs=1e-12)
    assert found.profile[1][0] == pytest.approx(chance, abs=1e-9)
    odds = stake ** -(0.88 / 0.61)
    assert found.profile[1][0] == pytest.approx(odds / (1 + odds), abs=1e-14)
    assert found.certificate.verify()
    assert max(found.certificate.bounds.values()) < 1e-14


def test_square_weights_have_an_equilibrium_in_actions() -> None:
    # derived: 9 q^2 = (1 - q)^2 at q = 1/4
    square = CumulativeProspectTheory(1, 1, 1, Prelec2(1, 2), Prelec2(1, 2))
    [found] = faces.solve(ochs(9, square)).equilibria
    assert found.profile[1][0] == pytest.approx(0.25, abs=1e-14)


def test_three_players_who_win_if_all_match() -> None:
    # derived: two strict equilibria, and totally mixed indifference p q = (1 - p)(1 - q) for all
    same = np.zeros((2, 2, 2))
    same[0, 0, 0] = same[1, 1, 1] = 1.0
    solution = faces.solve(NormalForm([same, same, same]), "nash")
    totally_mixed = [e for e in solution.equilibria if all((p > 0).all() for p in e.profile)]
    assert [e.profile[0].tolist() for e in totally_mixed] == [pytest.approx([0.5, 0.5])]


outcomes = st.integers(-20, 20)
tastes = st.sampled_from([PROSPECT, EXPECTED])


@st.composite
def small_games(draw: st.DrawFn, players: int = 2) -> NormalForm:
    size = players * 2**players
    numbers = draw(st.lists(outcomes, min_size=size, max_size=size))
    return NormalForm(
        np.array(numbers).reshape(players, *(2,) * players) / 20,
        preferences=[draw(tastes) for _ in range(players)],
        references=[draw(st.sampled_from([0.0, 0.25])) for _ in range(players)],
    )


@given(game=small_games())
@fixed(15)
def test_two_actions_by_the_definition(game: NormalForm) -> None:
    """A slow twin for 2x2: pure profiles by the definition, mixed ones by a sign change."""
    solution = faces.solve(game)
    for found in solution.equilibria:
        assert found.regret < 1e-12
        assert found.certificate.verify()
    if solution.status is not Status.COMPLETE:
        return
    pure = {cell for cell in game.profiles() if max(game.regret(game.pure(*cell))) == 0.0}
    assert {
        tuple(int(np.argmax(own)) for own in e.profile) for e in solution.equilibria if e.is_pure
    } == pure
    fine = np.linspace(0, 1, 101)
    crossings = []
    for player in range(2):
        gaps = []
        for p in fine:
            profile = [(0.5, 0.5), (0.5, 0.5)]
            profile[1 - player] = (p, 1 - p)
            worth = game.action_values(profile)[player]
            gaps.append(worth[0] - worth[1])
        signs = np.sign(gaps)
        crossings.append(fine[:-1][signs[:-1] * signs[1:] < 0])
    mixed = [e for e in solution.equilibria if not e.is_pure]
    assert len(mixed) >= len(crossings[0]) * len(crossings[1])
    for q, p in product(*crossings):
        assert any(
            abs(e.profile[1][0] - q) < 1.5e-2 and abs(e.profile[0][0] - p) < 1.5e-2 for e in mixed
        )


@given(game=small_games(players=3))
@fixed(8)
def test_three_players_every_equilibrium_verifies(game: NormalForm) -> None:
    solution = faces.solve(game, budget=20_000)
    for found in solution.equilibria:
        assert found.regret < 1e-10
        assert found.certificate.verify()


def test_linear_weights_make_the_two_notions_one() -> None:
    rng = np.random.default_rng(8)
    plain = CumulativeProspectTheory(1, 1, 1, Linear(), Linear())
    for shape in [(2, 2), (3, 2), (2, 2, 2)]:
        for _ in range(3):
            payoffs = rng.normal(size=(len(shape), *shape))
            one = faces.solve(NormalForm(payoffs), "nash")
            other = faces.solve(NormalForm(payoffs, preferences=plain))
            assert one.status is other.status is Status.COMPLETE
            assert len(one.equilibria) == len(other.equilibria)
            for a, b in zip(one.equilibria, other.equilibria, strict=True):
                assert np.concatenate(a.profile) == pytest.approx(np.concatenate(b.profile))


def test_a_generic_game_has_an_odd_number_of_equilibria() -> None:
    # Wilson 1971; Harsanyi 1973
    rng = np.random.default_rng(2)
    for shape in [(3, 3), (2, 2, 2), (3, 2, 2), (2, 2, 2, 2)]:
        solution = faces.solve(NormalForm(rng.random((len(shape), *shape))), "nash")
        assert solution.status is Status.COMPLETE
        assert len(solution.equilibria) % 2 == 1
        assert solution.coverage.unresolved == ()


def test_a_continuum_is_reported_and_not_called_complete() -> None:
    # the row player is indifferent throughout: every mixture against the column player's first
    game = NormalForm([[[1, 0], [1, 0]], [[1, 0], [1, 0]]])
    solution = faces.solve(game)
    assert solution.status is Status.PARTIAL
    # both ends, and a mixture that stands for all between
    assert [e.is_pure for e in solution.equilibria] == [True, False, True]
    assert max(e.regret for e in solution.equilibria) == 0
    low = min(box.low[0][0] for box in solution.coverage.unresolved)
    high = max(box.high[0][0] for box in solution.coverage.unresolved)
    assert (low, high) == (0.0, 1.0)
    assert all(box.high[1][0] == 1.0 for box in solution.coverage.unresolved)
    assert "budget" in solution.status.value


def test_a_spent_budget_leaves_boxes() -> None:
    rng = np.random.default_rng(0)
    game = NormalForm(rng.random((3, 3, 2, 2)), preferences=PROSPECT)
    solution = faces.solve(game, budget=5)
    assert solution.status is Status.PARTIAL
    assert solution.coverage.unresolved
    assert 0 < solution.coverage.share_empty < 1


def test_nash_is_refused_for_players_who_weight_chances() -> None:
    with pytest.raises(NotApplicableError, match="use concept='cpt_nash'"):
        faces.solve(ochs(9), "nash")


@pytest.mark.long
def test_games_of_many_supports_are_searched_as_long_as_time_allows() -> None:
    # 9,437,175 support profiles
    game = NormalForm(np.random.default_rng(1).normal(size=(3, 2, 2, 20)))
    begun = time.perf_counter()
    solution = faces.solve(game, seconds=1.0)
    assert time.perf_counter() - begun < 10
    assert solution.status is Status.PARTIAL
    assert "after 1 seconds 94" in solution.coverage.method
    pure = {e.certificate.exact for e in pure_nash.solve(game).equilibria}
    assert len([e for e in solution.equilibria if e.is_pure]) == len(pure) == 2
    assert all(e.certificate.verify() for e in solution.equilibria)


def test_supports_beyond_number_are_no_error() -> None:
    payoffs = np.random.default_rng(1).normal(size=(3, 2, 2, 1100))
    solution = faces.solve(NormalForm(payoffs), seconds=0.01)
    assert "over some 10^332 support profiles" in solution.coverage.method
    assert solution.coverage.share_empty == 0
    assert len(solution.equilibria) == 1


def test_every_support_is_searched_once_and_the_likely_ones_first() -> None:
    shape = (3, 2, 2, 1)
    subsets = [
        [chosen for k in range(1, m + 1) for chosen in combinations(range(m), k)] for m in shape
    ]
    expected = [face for face in product(*subsets) if max(map(len, face)) > 1]
    found = list(faces._mixed(shape))
    assert len(found) == len(expected) == 7 * 3 * 3 - 12
    assert set(found) == set(expected)
    hopeless = [bool(Face(shape, own).overdetermined) for own in found]
    assert hopeless == sorted(hopeless)
    assert 0 < sum(hopeless) < len(found)


def test_pure_equilibria_without_number_are_not_all_listed(monkeypatch) -> None:
    monkeypatch.setattr(faces, "MOST_PURE", 3)
    solution = faces.solve(NormalForm(np.zeros((3, 2, 2, 2))), budget=100)
    assert solution.status is Status.PARTIAL
    assert sum(e.is_pure for e in solution.equilibria) == 3
    assert "more than 3 pure equilibria" in solution.coverage.method


@pytest.mark.parametrize(
    "game",
    [
        NormalForm(np.random.default_rng(1).normal(size=(3, 2, 2, 2))),
        NormalForm(np.random.default_rng(3).normal(size=(4, 2, 2, 2, 2))),
        NormalForm(np.random.default_rng(1).normal(size=(2, 6, 6)), preferences=PROSPECT),
        ochs(9),
    ],
)
def test_the_end_of_the_branch_is_polished(game: NormalForm) -> None:
    profile, regret = offers.end_of_branch(game, game_terms(game), time.monotonic() + 10)
    assert max(game.regret(profile)) < 1e-14
    assert regret < 1e-14
    assert any(0 < p < 1 for own in profile for p in own.tolist())


def test_the_branch_is_left_when_time_is_over() -> None:
    game = ochs(9)
    profile, regret = offers.end_of_branch(game, game_terms(game), time.monotonic() - 1)
    assert [own.tolist() for own in profile] == [[0.5, 0.5], [0.5, 0.5]]
    # the row player's first action brings 9 half of the time, weighted
    half, value = float(PROSPECT.weighting_gains.weight(0.5, 0.5)), 9**0.88
    assert regret == pytest.approx((half * value - half * (value + 1) / 2) / value)


def test_certificates_that_were_tampered_with_do_not_verify() -> None:
    [found] = faces.solve(ochs(9)).equilibria
    kept = found.certificate
    assert kept.box is not None
    moved = Box(*(tuple(own + 0.3 for own in end) for end in (kept.box.low, kept.box.high)))
    assert not replace(kept, box=moved).verify()
    assert not replace(kept, bounds=dict.fromkeys(kept.bounds, 0.0)).verify()
    assert not replace(kept, slack=dict.fromkeys(kept.slack, 1.0)).verify()
    other = kept.game.pure(0, 0)
    assert not replace(kept, profile=other).verify()
