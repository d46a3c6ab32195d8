"""The hegemon's best structure alone: what the search over all structures finds."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from known_games import ATHENS, TRIO
from strategies import fixed, games, ties, uncompiled

from games import (
    AllianceGame,
    CumulativeProspectTheory,
    InvalidGameError,
    NotApplicableError,
    Prelec,
    load,
    settings,
)
from solver import solve
from solver.alliance import best
from solver.alliance.best import best_masks
from solver.alliance.lattice import to_masks
from solver.alliance.stage import never_worse, traits_of
from solver.alliance.varied import Varied
from solver.studies.preferred import preferred_at, preferred_games, preferred_structures

SEVEN = load("southeast-asia-1954")


def check(game):
    """Compare with the search over all structures, and return whether an answer was told."""
    preferred = solve(game, tolerance=0).preferred
    masks = best_masks(game)
    if masks is None:
        return False
    assert masks == to_masks(game.candidates, preferred.structure)
    return True


@given(games(most=6))
@fixed(150)
def test_any_game(game):
    check(game)


@given(ties(most=4))
@fixed(90)
def test_games_in_which_much_is_equal(game):
    check(game)


@pytest.mark.parametrize("threat", [0.0, 0.15, 0.35, 0.39, 0.55, 1.0])
@pytest.mark.parametrize("changes", [{}, {"entrapment": 0.0}, {"common_reliability": 0.95}])
def test_a_theatre(threat, changes):
    assert check(SEVEN.at(threat).with_parameters(**changes))


@given(st.one_of(games(most=4), ties(most=3)))
@fixed(12)
def test_without_compiler(game):
    found = best_masks(game)
    with pytest.MonkeyPatch.context() as patch:
        uncompiled(patch)
        assert best_masks(game) == found


def test_many_games_and_one_agree():
    varied = Varied(SEVEN, ["threat", "cohesion", "common_reliability"])
    values = np.random.default_rng(3).uniform((0, 0.4, 0.9), (1, 0.9, 1), (40, 3))
    found = preferred_games(varied, values)
    assert found == [preferred_at(varied.built(row)) for row in values.tolist()]
    assert found == [
        solve(varied.built(row), tolerance=0).preferred.structure for row in values.tolist()
    ]
    assert preferred_games(varied, values[:0]) == []
    split = Varied(settings.with_value(TRIO, "burden_sharing", "split"), ["threat"])
    assert preferred_games(split, np.array([[0.6]])) == [preferred_at(split.built([0.6]))]


@given(games(most=5, least=3), st.randoms(use_true_random=False))
@fixed(60)
def test_draws_of_a_game_and_the_search_over_all_structures_agree(game, random):
    names = ["threat", "cohesion", "k_bloc", "ally_cost_multilateral", "guarantee_bilateral"]
    varied = Varied(game, names)
    values = np.array([[random.random() * most for most in (1, 1, 0.1, 0.3, 1)] for _ in range(6)])
    assert preferred_games(varied, values) == [
        solve(varied.built(row), tolerance=0).preferred.structure for row in values.tolist()
    ]


def valued(monkeypatch, game):
    """Return how many structures and bounds are valued, without a compiler."""
    uncompiled(monkeypatch)
    numbers, value = [], best.value_within

    def count(*args):
        numbers.append(1)
        return value(*args)

    monkeypatch.setattr(best, "value_within", count)
    assert best_masks(game) is not None
    return len(numbers)


def test_few_structures_are_valued(monkeypatch):
    # 8 numbers of spokes alone and 21 pairs have a bound; there are 1739 structures, and looking
    # at the blocs of a pair by their aid alone valued 203
    assert valued(monkeypatch, SEVEN.at(0.7)) < 100


def test_other_weightings_and_linear_utilities():
    for weighting in (Prelec(0.65), Prelec(1.0)):
        taste = CumulativeProspectTheory(1.0, 0.8, 2.0, weighting, weighting)
        for threat in (0.2, 0.5, 0.9):
            assert check(SEVEN.with_preference(taste).at(threat))


def test_candidates_who_are_alike_are_left_to_the_search():
    alike = AllianceGame(hegemon="H", capabilities=dict.fromkeys("ABC", 0.2), threat=0.6)
    assert best_masks(alike) is None
    assert preferred_at(alike) == solve(alike, tolerance=0).preferred.structure
    unlike = AllianceGame(
        hegemon="H", capabilities={"A": 0.3, "B": 0.2}, threat=0.6, reliabilities={"A": 0.5}
    )
    assert best_masks(unlike) is None


@pytest.mark.parametrize("concept", ["subgame_perfect", "nash", "pairwise", "coalition_proof"])
def test_every_concept_prefers_it(concept):
    for threat in (0.1, 0.3, 0.36, 0.7):
        game = ATHENS.at(threat).restricted_to(["Samos", "Lesbos", "Naxos"])
        assert preferred_at(game, concept) == solve(game, concept).preferred.structure


def test_few_levels_and_many_agree():
    levels = [0.05, 0.3, 0.45, 0.8]
    many = preferred_structures(TRIO, levels)
    assert [preferred_at(TRIO.at(level)) for level in levels] == many


def test_who_is_never_worse_in_the_place_of_another():
    # by hand: B aids as A does and is less reliable, C is weaker and more reliable, D is as A is
    game = AllianceGame(
        hegemon="H",
        capabilities={"A": 0.3, "B": 0.3, "C": 0.1, "D": 0.3},
        reliabilities={"A": 0.8, "B": 0.7, "C": 0.9, "D": 0.8},
        threat=0.5,
    )
    found = never_worse(traits_of(game))
    pairs = {("ABCD"[i], "ABCD"[j]) for i, j in np.argwhere(found)}
    assert pairs == {("B", "A"), ("B", "D"), ("D", "A")}


@given(games(most=4, least=2))
@fixed(60)
def test_nobody_regrets_a_spoke_that_is_never_worse(game):
    names = game.candidates
    for i, j in np.argwhere(never_worse(traits_of(game))).tolist():
        others = [name for place, name in enumerate(names) if place not in (i, j)]
        for beside in ([], others):
            one, other = (game.structure(spokes=[names[k], *beside]) for k in (i, j))
            size = max(1.0, abs(game.value(one)))
            # a utility may be steep at the reference point
            assert game.value(other) >= game.value(one) - 1e-7 * size


def test_games_that_it_is_not_for():
    for changes in ({"family": "blocs"}, {"burden_sharing": "split"}):
        with pytest.raises(NotApplicableError, match="one bloc, no burdens"):
            best_masks(AllianceGame(**vars(TRIO) | changes))
    with pytest.raises(InvalidGameError):
        preferred_structures(TRIO, [2.0])
