"""Numbers of every type are taken at every door, and sums are compared as they were written."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from known_games import ATHENS

import games
import solver
from games import AllianceGame, InvalidGameError, Parameters, checks
from solver.values import shapley

HALF = [0.5, Fraction(1, 2), Decimal("0.5"), np.float32(0.5), np.float64(0.5), np.float16(0.5)]
TWO = [2, np.int64(2), np.int8(2), np.uint32(2)]


@pytest.mark.parametrize("half", HALF, ids=lambda number: type(number).__name__)
def test_numbers(half: object) -> None:
    assert checks.number("half", half) == 0.5
    assert checks.exact("half", half) == Fraction(1, 2)
    assert ATHENS.at(threat=half).threat == 0.5
    assert games.NormalForm([[[1, 2]], [[3, 4]]], references=half).references == (0.5, 0.5)


@pytest.mark.parametrize("two", TWO, ids=lambda number: type(number).__name__)
def test_whole_numbers(two: int) -> None:
    assert type(checks.whole("two", two, 1)) is int
    assert len(ATHENS.strongest(two).candidates) == 2
    game = games.NormalForm([[[1, 2, 3]], [[3, 4, 5]]])
    assert game.action(1, two) == 2
    assert game.player(two - 1) == 1
    assert games.unanimity(two, ["1"]).n == 2


@pytest.mark.parametrize("value", [True, np.True_, "1", None, 1j, Decimal("sNaN"), Decimal("inf")])
def test_what_is_no_number(value: object) -> None:
    with pytest.raises(InvalidGameError, match="`it` must be"):
        checks.number("it", value)
    with pytest.raises(InvalidGameError, match="`it` must be a whole number"):
        checks.whole("it", value, 0)
    assert checks.place(value, ("a", "b")) is None


@pytest.mark.parametrize("kind", [float, np.float32, np.float64, lambda x: Decimal(str(x))])
def test_sums_of_decimals_reach_a_quota(kind) -> None:
    """.4 + .3 + .1 is .7999999999999999 in binary."""
    weights = [kind(number) for number in (0.4, 0.3, 0.1, 0.2)]
    game = games.weighted_majority(kind(0.8), weights)
    assert np.array_equal(game.values, games.weighted_majority(8, [4, 3, 1, 2]).values)
    assert shapley(game) == pytest.approx([5 / 12, 5 / 12, 1 / 12, 1 / 12])


def test_all_together_reach_what_they_sum_to() -> None:
    assert games.weighted_majority(1.0, [0.1] * 10).values.sum() == 1
    assert games.weighted_majority(Fraction(1), [Fraction(1, 10)] * 10).values.sum() == 1
    estate = games.bankruptcy(0.8, [0.1] * 8)
    assert estate.total == 0.8
    # without one creditor all others are owed what is left to the last unit
    assert estate.singles.tolist() == [0.1] * 8


def test_thresholds_out_of_reach_are_refused() -> None:
    with pytest.raises(InvalidGameError, match=r"`quota` must be at most 1; got 1\.0000001"):
        games.weighted_majority(1.0000001, [0.1] * 10)
    with pytest.raises(InvalidGameError, match=r"`estate` must lie in \[0, 0.8\]; got 0.81"):
        games.bankruptcy(0.81, [0.1] * 8)


def test_numbers_beyond_machine_integers_are_summed_exactly() -> None:
    game = games.weighted_majority(1e300, [1e300, 1e-300])
    assert game.values.tolist() == [0, 1, 0, 1]


def test_what_a_function_of_the_user_returns_is_looked_at() -> None:
    game = games.CharacteristicFunction.from_function(2, lambda members: len(members) == 2)
    assert game.values.tolist() == [0, 0, 0, 1]
    with pytest.raises(InvalidGameError, match="`worth` must be a number; got None"):
        games.CharacteristicFunction.from_function(2, lambda members: None)
    with pytest.raises(InvalidGameError, match="`utility` must be"):
        solver.solve(games.BargainingProblem([lambda share: None, lambda share: share], [0, 0]))
    with pytest.raises(InvalidGameError, match="`utility` must be finite; got nan"):
        solver.solve(
            games.BargainingProblem([lambda share: float("nan"), lambda share: share], [0, 0])
        )


@pytest.mark.parametrize(
    "make",
    [
        lambda: AllianceGame(hegemon="H", capabilities={"A": 1e308, "B": 1e308}, threat=0.5),
        lambda: Parameters(deployment=1e308),
        lambda: games.ThreatReference(slope=-1e200),
        lambda: games.ConstantReference(1e308),
        lambda: games.CumulativeProspectTheory(loss_aversion=1e308),
        lambda: games.CharacteristicFunction([0, 1e308, 1e308, -1e308]),
        lambda: games.Prospect([1e308, -1e308], [0.5, 0.5]),
        lambda: games.BargainingProblem([games.ExpectedUtility()] * 2, [0, 0], pie=1e308),
        lambda: solver.solve(games.NormalForm(np.full((3, 2, 2, 2), 1e308))),
        lambda: solver.solve(games.NormalForm(np.full((2, 2, 2), 1e308)), "logit", precision=1.0),
        lambda: solver.correlated.solve(games.NormalForm(np.full((2, 2, 2), -1e308))),
    ],
)
def test_numbers_whose_sums_overflow_are_refused(make):
    with pytest.raises(InvalidGameError, match=r"must be at most 1e\+150 in size; got"):
        make()


def test_a_message_is_one_short_line_however_long_what_was_given():
    with pytest.raises(InvalidGameError) as caught:
        AllianceGame(hegemon="H", capabilities={"A": 0.2}, threat="x\n" * 10**6)
    assert len(str(caught.value)) < 610
    for known in (["a"], ["x" * 10**6] * 3):
        error = games.UnknownNameError("player", "y" * 10**7, known)
        assert len(str(error)) < 610
        assert "\n" not in str(error)
