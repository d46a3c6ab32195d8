"""Lemke and Howson's paths: published ends, ties, and what rounding cannot break."""

from fractions import Fraction

import numpy as np
import plain_polytopes as plain
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import fixed

from games import NormalForm
from solver.finite.two_player import lemke_howson
from solver.finite.two_player.lemke_howson import RoundedDictionary, ends, path
from solver.finite.two_player.polytopes import best_response_polytopes
from solver.numerics.pivoting import Dictionary

# von Stengel 2007, "Equilibrium computation for two-player games", example (3.7)
OWN, OTHER = [[3, 3], [2, 5], [0, 6]], [[3, 2], [2, 6], [3, 1]]
EQUILIBRIA = {
    "pure": ((1, 0, 0), (1, 0)),
    "early": ((Fraction(4, 5), Fraction(1, 5), 0), (Fraction(2, 3), Fraction(1, 3))),
    "late": ((0, Fraction(1, 3), Fraction(2, 3)), (Fraction(1, 3), Fraction(2, 3))),
}


def polytopes(own, other):
    return best_response_polytopes(NormalForm([own, other]))


def dictionaries(first, second, kind):
    if kind is Dictionary:
        return kind(first.matrix), kind(second.matrix)
    return kind(first.floats), kind(second.floats)


@pytest.mark.parametrize("kind", [Dictionary, RoundedDictionary])
def test_a_textbook_path(kind):
    """Dropping the row player's second action leads to the last equilibrium (derived by hand)."""
    first, second = polytopes(OWN, OTHER)
    for missing, end in [(0, "pure"), (1, "late"), (2, "pure"), (3, "pure"), (4, "late")]:
        one, two = dictionaries(first, second, kind)
        made = path(one, two, missing, 100)
        assert made > 0
        (pair,) = lemke_howson._equilibria(first, second, one, two)
        assert pair == EQUILIBRIA[end]
        assert path(*dictionaries(first, second, kind), missing, made - 1) is None


def test_ends_of_all_paths_are_found_once_each():
    found = ends(*polytopes(OWN, OTHER), 1000, 100)
    assert len(found) == len(set(found)) == 2
    assert set(found) == {EQUILIBRIA["pure"], EQUILIBRIA["late"]}


@st.composite
def small_games(draw):
    m, n = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    numbers = st.lists(st.integers(0, draw(st.sampled_from([1, 2, 9]))), min_size=n, max_size=n)
    return [draw(st.lists(numbers, min_size=m, max_size=m)) for _ in range(2)]


@fixed(60)
@given(small_games())
def test_ends_are_extreme_equilibria_ties_or_not(game):
    own, other = game
    expected = plain.extreme_equilibria(own, other)
    first, second = polytopes(own, other)
    found = ends(first, second, 1000, 100)
    assert found
    assert set(found) <= expected
    exact = dictionaries(first, second, Dictionary)
    assert path(*exact, 0, 100)
    assert set(lemke_howson._equilibria(first, second, *exact)) <= expected


def test_exact_arithmetic_steps_in_where_rounding_misleads(monkeypatch):
    def lost(self, column):
        raise ArithmeticError

    monkeypatch.setattr(RoundedDictionary, "leaving", lost)
    assert ends(*polytopes(OWN, OTHER), 1000, 100) == [EQUILIBRIA["pure"]]
    # not one exchange is allowed
    assert ends(*polytopes(OWN, OTHER), 1000, 0) == []


def test_an_end_that_is_no_equilibrium_is_not_returned():
    first, second = polytopes(OWN, OTHER)
    one, two = dictionaries(first, second, Dictionary)
    assert list(lemke_howson._equilibria(first, second, one, two)) == []  # the origins
    one.enter(1)
    two.enter(0)
    assert list(lemke_howson._equilibria(first, second, one, two)) == []  # no best responses
    # dependent equations
    same = polytopes([[1, 1], [1, 1]], [[1, 1], [1, 1]])
    one, two = dictionaries(*same, Dictionary)
    one.inside, one.outside = [0, 1], [2, 3]
    assert list(lemke_howson._equilibria(*same, one, two)) == []


def test_a_column_that_never_binds_is_an_error_of_rounding():
    with pytest.raises(ArithmeticError):
        RoundedDictionary(np.array([[-1.0]])).leaving(0)


def test_large_games_have_many_ends_and_paths_stop_at_the_limit():
    first, second = polytopes(*np.random.default_rng(1).random((2, 60, 60)))
    assert len(ends(first, second, 14_000, 700)) > 5
    lengths = [path(*dictionaries(first, second, RoundedDictionary), k, 9) for k in range(9)]
    assert None in lengths
    assert ends(first, second, 10, 1) == []
