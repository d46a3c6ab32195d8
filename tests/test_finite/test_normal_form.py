"""The noun: payoffs as outcomes, what actions are worth, regret, names."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import fixed

from games import (
    CumulativeProspectTheory,
    ExpectedUtility,
    InvalidGameError,
    NormalForm,
    Prospect,
    UnknownNameError,
)

PROSPECT = CumulativeProspectTheory()


def game(**changes) -> NormalForm:
    given = {
        "payoffs": [[[9, 0], [0, 1]], [[0, 1], [1, 0]]],
        "players": ["Row", "Column"],
        "actions": [["up", "down"], ["left", "right"]],
        "preferences": [PROSPECT, ExpectedUtility()],
        "references": [0.5, 0],
    }
    return NormalForm(**(given | changes))


def test_an_action_is_worth_the_lottery_that_the_other_brings() -> None:
    values = game().action_values([(0.5, 0.5), (0.3, 0.7)])
    up = PROSPECT.value(Prospect([9, 0], [0.3, 0.7]), 0.5)
    down = PROSPECT.value(Prospect([0, 1], [0.3, 0.7]), 0.5)
    assert values[0].tolist() == pytest.approx([up, down], abs=1e-14)
    assert values[1].tolist() == [0.5, 0.5]
    assert game().values([(0.5, 0.5), (0.3, 0.7)])[0] == pytest.approx((up + down) / 2)


@given(
    numbers=st.lists(st.integers(-9, 9), min_size=36, max_size=36),
    weights=st.lists(st.integers(1, 9), min_size=7, max_size=7),
    reference=st.integers(-3, 3),
)
@fixed(30)
def test_three_players_valued_as_prospects(numbers, weights, reference) -> None:
    """The value of each action beside the public value of the prospect it brings."""
    shape = (2, 3, 2)
    table = np.array(numbers).reshape(3, *shape)
    found = NormalForm(table, preferences=PROSPECT, references=reference)
    parts = np.split(np.array(weights, dtype=float), [2, 5])
    profile = [own / own.sum() for own in parts]
    values = found.action_values(profile)
    plain = NormalForm(table).action_values(profile)
    for i in range(3):
        others = [j for j in range(3) if j != i]
        for action in range(shape[i]):
            outcomes = np.moveaxis(table[i], i, 0)[action]
            chances = np.outer(profile[others[0]], profile[others[1]])
            prospect = Prospect(outcomes.ravel(), chances.ravel())
            assert values[i][action] == pytest.approx(
                PROSPECT.value(prospect, reference), abs=1e-12
            )
            assert plain[i][action] == pytest.approx(prospect.mean, abs=1e-12)


def test_regret_and_best_responses() -> None:
    plain = game(preferences=None, references=None)
    assert plain.regret([(1, 0), (1, 0)]) == (0.0, 1.0)
    assert plain.best_responses("Column", [(1, 0), (1, 0)]) == (1,)
    assert plain.best_responses(1, [(0.5, 0.5), (1, 0)]) == (0, 1)
    assert plain.best_responses(0, [(0.5, 0.5), (0.1, 0.9)], tolerance=1e-9) == (0, 1)


def test_pure_profiles_by_name_or_number() -> None:
    profile = game().pure("down", 0)
    assert [own.tolist() for own in profile] == [[0, 1], [1, 0]]
    assert len(list(game().profiles())) == 4
    with pytest.raises(UnknownNameError, match="unknown action 'sideways'"):
        game().pure("sideways", 0)
    with pytest.raises(UnknownNameError, match="unknown player 7"):
        game().player(7)
    with pytest.raises(InvalidGameError, match="must be one for each of 2 players; got"):
        game().pure(0)


def test_exact_numbers_are_kept() -> None:
    third = Fraction(1, 3)
    found = NormalForm([[[third, 0]], [[1, 2**60 + 1]]])
    assert found.exact_payoffs[0, 0, 0] == third
    assert found.exact_payoffs[1, 0, 1] == 2**60 + 1
    assert NormalForm([[[2**60 + 1, 0]], [[1, 2]]]).exact_payoffs[0, 0, 0] == 2**60 + 1
    assert NormalForm([[[0.1, 0]], [[1, 2]]]).exact_payoffs[0, 0, 0] == Fraction(0.1)
    part = found.restricted_to({"2": [1]})
    assert (part.shape, part.exact_payoffs[1, 0, 0]) == ((1, 1), 2**60 + 1)
    assert part.actions == (("1",), ("2",))


def test_utilities_exact_and_not() -> None:
    kinked = CumulativeProspectTheory(1, 1, 2.5).without("weighting")
    found = game(preferences=kinked, references=[Fraction(1, 2), 0.5])
    assert found.exact_utilities[0].tolist() == [
        [Fraction(17, 2), Fraction(-5, 4)],
        [Fraction(-5, 4), Fraction(1, 2)],
    ]
    assert found.utilities == pytest.approx(found.exact_utilities.astype(float))
    assert game().exact_utilities is None
    assert game().utilities[0, 0, 0] == pytest.approx(8.5**0.88)
    assert found.weighs_linearly
    assert not game().weighs_linearly
    with pytest.raises(ValueError, match="read-only"):
        game().payoffs[0] = 1


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"payoffs": [[1, 2], [3, 4]]}, "must have the shape"),
        ({"payoffs": [[[1, 2]], [[3]]]}, "must be a regular array"),
        ({"payoffs": [[[1, "x"]], [[3, 4]]]}, "must be numbers"),
        ({"payoffs": [[[1, None]], [[3, 4]]]}, "must be finite numbers"),
        ({"payoffs": [[[1, np.inf]], [[3, 4]]]}, "must be finite"),
        ({"payoffs": [[[1, 10**400]], [[3, 4]]]}, "range of floats"),
        ({"payoffs": np.zeros((2, 0, 2))}, "at least one action"),
        ({"players": ["Row"]}, "must be 2 different names"),
        ({"players": "RC"}, "`players` must be a list"),
        ({"players": ["Row", "Row"]}, "must be 2 different names"),
        ({"actions": [["up", "down"]]}, "must be one list of names for each of 2"),
        ({"actions": [["up", "up"], ["l", "r"]]}, "must be 2 different names"),
        ({"preferences": [PROSPECT]}, "must be one Preference, or one for each of 2"),
        ({"preferences": ["cpt", "eu"]}, "must be one Preference"),
        ({"references": [1.0]}, "must be one number, or one for each of 2"),
        ({"references": [1.0, float("nan")]}, "must be finite"),
        ({"title": 7}, "must be a text"),
    ],
)
def test_bad_games_are_refused_in_one_line(changes, message) -> None:
    with pytest.raises(InvalidGameError, match=message) as caught:
        game(**changes)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("profile", "message"),
    [
        ([(1, 0)], r"must hold \[2, 2\] numbers"),
        ([(1, 0, 0), (1, 0)], r"must hold \[2, 2\] numbers"),
        ([(0.5, 0.6), (1, 0)], "sum to 1"),
        ([(-0.5, 1.5), (1, 0)], "sum to 1"),
        ([(float("nan"), 1), (1, 0)], "sum to 1"),
        ([("a", "b"), (1, 0)], "must be numbers in a regular array"),
    ],
)
def test_bad_profiles_are_refused(profile, message) -> None:
    with pytest.raises(InvalidGameError, match=message):
        game().values(profile)


def test_a_single_player_decides_alone() -> None:
    alone = NormalForm([[1, 3, 2]])
    assert alone.regret([(0, 1, 0)]) == (0.0,)
    assert alone.regret([(1, 0, 0)]) == (2.0,)
