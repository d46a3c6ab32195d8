"""Games of nashpy, pygambit and QuantEcon: there and back, and what cannot go."""

import io
import sys
from collections.abc import Callable
from fractions import Fraction
from math import prod
from types import SimpleNamespace
from typing import Any

import nashpy
import numpy as np
import pygambit
import pytest
from hypothesis import given
from hypothesis import strategies as st
from outside import NEEDS_QUANTECON, game_theory, needs_quantecon
from strategies import fixed

from games.errors import InvalidGameError, MissingDependencyError, NotApplicableError
from games.finite import conversions
from games.finite.conversions import (
    from_nashpy,
    from_pygambit,
    from_quantecon,
    to_nashpy,
    to_pygambit,
    to_quantecon,
)
from games.finite.normal_form import NormalForm
from games.prospects.preferences import CumulativeProspectTheory

LINEAR = CumulativeProspectTheory().without("curvature", "weighting")
CURVED = CumulativeProspectTheory().without("weighting")


def is_small(shape: list[int]) -> bool:
    return prod(shape) <= 16


@st.composite
def games(draw: st.DrawFn, most: int = 4) -> NormalForm:
    shape = draw(st.lists(st.integers(1, 3), min_size=1, max_size=most).filter(is_small))
    size = len(shape) * prod(shape)
    numbers = st.fractions(-50, 50, max_denominator=30)
    flat = draw(st.lists(numbers, min_size=size, max_size=size))
    return NormalForm(
        np.array(flat, dtype=object).reshape(len(shape), *shape),
        players=[f"player {i}" for i in range(len(shape))],
        actions=[[f"{i}-{k}" for k in range(m)] for i, m in enumerate(shape)],
        title="drawn",
    )


def profile_of(game: NormalForm, seed: int) -> list[list[float]]:
    draw = np.random.default_rng(seed)
    return [draw.dirichlet(np.ones(m)).tolist() for m in game.shape]


@given(games())
@fixed(40)
def test_pygambit_there_and_back(game: NormalForm) -> None:
    again = from_pygambit(to_pygambit(game))
    assert np.array_equal(again.exact_payoffs, game.exact_payoffs)
    assert (again.players, again.actions, again.title) == (game.players, game.actions, "drawn")


@needs_quantecon
@given(games(), st.integers(0, 99))
@fixed(40)
def test_quantecon_there_and_back(game: NormalForm, seed: int) -> None:
    other = to_quantecon(game)
    again = from_quantecon(other)
    assert np.array_equal(again.payoffs, game.payoffs)
    mixed = profile_of(game, seed)
    for i, worth in enumerate(game.action_values(mixed)):
        others = [*mixed[i + 1 :], *mixed[:i]]
        if others:
            played = others[0] if len(others) == 1 else others
            assert np.allclose(other.players[i].payoff_vector(played), worth)


@given(games(most=2).filter(lambda game: game.number_of_players == 2), st.integers(0, 99))
@fixed(40)
def test_nashpy_there_and_back(game: NormalForm, seed: int) -> None:
    other = to_nashpy(game)
    assert np.array_equal(from_nashpy(other).payoffs, game.payoffs)
    mixed = profile_of(game, seed)
    assert np.allclose(other[mixed[0], mixed[1]], game.values(mixed))


def test_a_zero_sum_game_of_nashpy() -> None:
    game = from_nashpy(nashpy.Game([[1, 2], [3, 4]]))
    assert game.payoffs.tolist() == [[[1, 2], [3, 4]], [[-1, -2], [-3, -4]]]


@needs_quantecon
def test_quantecon_s_order_of_payoffs() -> None:
    # a game of QuantEcon lists the payoffs of a profile under the profile
    other = game_theory.NormalFormGame((2, 2, 2))
    other[0, 1, 0] = 1, 2, 3
    assert from_quantecon(other).payoffs[:, 0, 1, 0].tolist() == [1, 2, 3]
    assert from_quantecon(other).payoffs.sum() == 6


def test_a_tree_of_pygambit_becomes_its_normal_form() -> None:
    tree = b"""EFG 2 R "tree" { "Ann" "Bob" }
        p "" 1 1 "" { "l" "r" } 0
        p "" 2 1 "" { "L" "R" } 0
        t "" 1 "" { 1/3 2 }
        t "" 2 "" { 3 4 }
        t "" 3 "" { 5 6 }"""
    game = from_pygambit(pygambit.read_efg(io.BytesIO(tree)))
    assert game.players == ("Ann", "Bob")
    assert game.exact_payoffs.tolist() == [[[Fraction(1, 3), 3], [5, 5]], [[2, 4], [6, 6]]]


def test_equilibria_of_a_game_handed_over() -> None:
    game = NormalForm([[[2, 0], [0, 1]], [[1, 0], [0, 2]]], players=["Ann", "Bob"])
    found = pygambit.nash.enummixed_solve(to_pygambit(game)).equilibria
    profiles = [[[one[p][s] for s in "12"] for p in ("Ann", "Bob")] for one in found]
    assert [[Fraction(2, 3), Fraction(1, 3)], [Fraction(1, 3), Fraction(2, 3)]] in profiles
    assert len(profiles) == len(list(to_nashpy(game).support_enumeration())) == 3


@pytest.mark.parametrize("preference", [LINEAR, CURVED])
def test_utilities_are_handed_over(preference: CumulativeProspectTheory) -> None:
    game = NormalForm(
        [[[4, -2], [1, Fraction(1, 3)]], [[0, 1], [2, 3]]],
        preferences=[preference, LINEAR],
        references=[1, 0],
    )
    assert np.array_equal(to_nashpy(game).payoff_matrices, game.utilities)
    again = from_pygambit(to_pygambit(game))
    assert np.allclose(again.payoffs, game.utilities, rtol=1e-15, atol=1e-15)
    if preference is LINEAR:
        assert again.exact_payoffs[0].tolist() == [[3, Fraction(-27, 4)], [0, Fraction(-3, 2)]]
    else:
        assert np.array_equal(again.payoffs, game.utilities)


@needs_quantecon
def test_utilities_are_handed_to_quantecon() -> None:
    game = NormalForm([[[4, -2], [1, 0.5]], [[0, 1], [2, 3]]], preferences=[CURVED, LINEAR])
    assert np.array_equal(from_quantecon(to_quantecon(game)).payoffs, game.utilities)


@pytest.mark.parametrize(
    "convert", [to_nashpy, to_pygambit, pytest.param(to_quantecon, marks=NEEDS_QUANTECON)]
)
def test_weighting_cannot_be_handed_over(convert: Callable[[NormalForm], Any]) -> None:
    game = NormalForm([[[1, 2], [3, 4]]] * 2, preferences=[LINEAR, CumulativeProspectTheory()])
    library = convert.__name__.removeprefix("to_")
    with pytest.raises(NotApplicableError, match=f"^{library} knows expected utility only"):
        convert(game)


def test_nashpy_takes_two_players() -> None:
    with pytest.raises(NotApplicableError, match="have two players; this one has 3"):
        to_nashpy(NormalForm(np.zeros((3, 1, 2, 1))))


@pytest.mark.parametrize(
    ("convert", "kind"),
    [
        (from_nashpy, r"nashpy\.Game"),
        (from_pygambit, r"pygambit\.Game"),
        pytest.param(from_quantecon, "quantecon NormalFormGame", marks=NEEDS_QUANTECON),
    ],
)
def test_what_is_no_game(convert: Callable[[Any], NormalForm], kind: str) -> None:
    for wrong in (None, [[1, 2], [3, 4]], NormalForm([[1, 2]])):
        with pytest.raises(InvalidGameError, match=f"`game` must be a {kind}; got"):
            convert(wrong)


@pytest.mark.parametrize(
    ("library", "extra", "there", "back"),
    [
        ("pygambit", "gambit", to_pygambit, from_pygambit),
        pytest.param("quantecon", "quantecon", to_quantecon, from_quantecon, marks=NEEDS_QUANTECON),
    ],
)
def test_a_missing_library(
    library: str,
    extra: str,
    there: Callable[[NormalForm], Any],
    back: Callable[[Any], NormalForm],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    game = NormalForm([[1, 2]])
    given_back = there(game)
    for name in [name for name in sys.modules if name.split(".")[0] == library]:
        monkeypatch.setitem(sys.modules, name, None)
    for call in (lambda: there(game), lambda: back(given_back)):
        with pytest.raises(MissingDependencyError, match=rf"alliance-solver\[{extra}\]") as caught:
            call()
        assert caught.value.library == library


def test_a_name_that_pygambit_does_not_take() -> None:
    game = NormalForm([[1, 2]], actions=[["two  spaces", "one"]])
    with pytest.raises(NotApplicableError, match=r"^pygambit does not take this game: .*label"):
        to_pygambit(game)


def test_a_broken_answer_of_pygambit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    class Game:
        def to_nfg(self) -> str:
            return 'NFG 1 R "" { "a" }\n{ 2 } 1'

    monkeypatch.setattr(conversions, "_pygambit", lambda: SimpleNamespace(Game=Game))
    with pytest.raises(InvalidGameError, match=r"^`game` line 2: expected a payoff \(2 in all\)"):
        from_pygambit(Game())
