"""Exact vertices: lexicographic pivoting, and the polytopes it runs on."""

from fractions import Fraction

import numpy as np
import plain_polytopes as plain
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import fixed

from games import CumulativeProspectTheory, InvalidGameError, Linear, NormalForm
from solver.finite.two_player.polytopes import (
    NOWHERE,
    best_response_polytopes,
    utilities_of,
)
from solver.numerics.linear import DependentError, solve_ones
from solver.numerics.pivoting import Dictionary, vertices


@st.composite
def matrices(draw, high=3, most=4):
    n, m = draw(st.integers(1, most)), draw(st.integers(1, most))
    entries = st.integers(1, high)
    return draw(st.lists(st.lists(entries, min_size=m, max_size=m), min_size=n, max_size=n))


def wholes(rows):
    return np.array(rows, dtype=object).reshape(len(rows), -1)


def labels(mask):
    return frozenset(label for label in range(mask.bit_length()) if mask >> label & 1)


@fixed(60)
@given(matrices())
def test_vertices_are_those_found_by_trying_every_set_of_equations(rows):
    expected = plain.vertices(rows)
    found = vertices(wholes(rows), 10_000)
    assert {labels(mask) for mask in found} == set(expected.values())
    directions = {tuple(Fraction(z, sum(v) or 1) for z in v) for v in found.values()}
    assert directions == {tuple(x / (sum(v) or 1) for x in v) for v in expected}


def test_a_cube_has_all_its_corners_and_no_more():
    cube = vertices(wholes(np.eye(4, dtype=int).tolist()), 100)
    assert len(cube) == 16
    assert all(mask.bit_count() == 4 for mask in cube)


def test_a_pyramid_is_degenerate_at_its_top_alone():
    # on a square base, with four sides that meet in (0, 0, 1): derived by hand
    found = vertices(wholes([[1, 0, 1], [0, 1, 1]]), 100)
    assert {labels(mask): z for mask, z in found.items()} == {
        frozenset({0, 1, 2}): (0, 0, 0),
        frozenset({1, 2, 3}): (1, 0, 0),
        frozenset({0, 2, 4}): (0, 1, 0),
        frozenset({2, 3, 4}): (1, 1, 0),
        frozenset({0, 1, 3, 4}): (0, 0, 1),
    }


def test_too_many_bases_are_not_listed():
    assert vertices(wholes(np.eye(3, dtype=int).tolist()), 7) is None
    assert len(vertices(wholes(np.eye(3, dtype=int).tolist()), 8)) == 8


@fixed(40)
@given(matrices(high=50), st.randoms(use_true_random=False))
def test_exchanges_keep_a_dictionary_true(rows, random):
    """Whatever the variables outside the basis are, those inside follow from them exactly."""
    dictionary = Dictionary(wholes(rows))
    m = len(rows[0])
    for _ in range(6):
        dictionary.enter(random.choice(dictionary.outside))
        values = {label: Fraction(random.randint(0, 9)) for label in dictionary.outside}
        for label, row in zip(dictionary.inside, dictionary.table.tolist(), strict=True):
            *rates, level = (Fraction(number, dictionary.determinant) for number in row)
            outside = zip(dictionary.outside, rates, strict=True)
            values[label] = level - sum(values[other] * rate for other, rate in outside)
        z = [values[i] for i in range(m)]
        assert [1 - sum(a * b for a, b in zip(row, z, strict=True)) for row in rows] == [
            values[m + j] for j in range(len(rows))
        ]
        assert min(dictionary.table[:, -1]) >= 0


def test_ties_are_broken_as_if_later_rows_gave_way_less():
    # rows that are equal are tied; e > e^2, so the last one has the least room
    dictionary = Dictionary(wholes([[1], [1], [1]]))
    assert dictionary.enter(0) == 3
    assert dictionary.tight() == 0b1110


@fixed(60)
@given(matrices(high=6))
def test_equations_are_solved_as_fractions_would_be(rows):
    k = min(len(rows), len(rows[0]))
    square = [row[:k] for row in rows[:k]]
    expected = plain.solved([[*row, 1] for row in square])
    if expected is None:
        try:
            assert solve_ones(square) is None
        except DependentError:
            assert np.linalg.matrix_rank(square) < k
        return
    values, determinant = solve_ones(square)
    assert determinant > 0
    assert tuple(Fraction(value, determinant) for value in values) == expected


def test_equations_that_contradict_each_other_differ_from_dependent_ones():
    assert solve_ones([[1, 1], [2, 2]]) is None
    assert solve_ones([[0, 1], [0, 2]]) is None
    with pytest.raises(DependentError):
        solve_ones([[1, 2], [1, 2]])
    with pytest.raises(DependentError):
        solve_ones([[0, 1], [0, 1]])


def test_a_polytope_has_no_corner_where_equations_contradict_each_other():
    # against both of the column player's actions alike, the row player's first is better
    first, second = best_response_polytopes(NormalForm([[[2, 2], [1, 1]], [[3, 4], [3, 5]]]))
    assert second.corner([0, 1], [0, 1]) is NOWHERE
    assert not NOWHERE.is_inside
    assert first.corner([0], [1]).is_inside


def test_a_polytope_keeps_its_numbers_small_and_its_floats_between_one_and_two():
    game = NormalForm([[[0, 0], [0, 0]], [[4e20, 1e20], [Fraction(1, 3), Fraction(2, 3)]]])
    first, second = best_response_polytopes(game)
    assert first.rows == [[2, 1], [1, 2]]
    assert first.floats.tolist() == [[2, 1], [1, 2]]
    assert second.rows == [[1, 1], [1, 1]]
    # the column player's payoffs were divided by 3e20 against the first action, by 1/3 against
    # the second
    assert first.factors == [1, 9 * 10**20]
    assert first.strategy([9 * 10**20, 1]) == (Fraction(1, 2), Fraction(1, 2))


def test_utilities_count_losses_exactly_and_curves_as_floats():
    aversion = CumulativeProspectTheory(1, 1, 2.25, Linear(), Linear())
    losses = NormalForm([[[-1, 1]], [[3, -3]]], preferences=aversion, references=0.5)
    assert utilities_of(losses).tolist() == [
        [[Fraction(-27, 8), Fraction(1, 2)]],
        [[Fraction(5, 2), Fraction(-63, 8)]],
    ]
    curved = losses.replace(preferences=CumulativeProspectTheory(0.5, 0.5, 2, Linear(), Linear()))
    assert utilities_of(curved)[0, 0, 1] == Fraction(0.5**0.5)
    steep = CumulativeProspectTheory(2, 2, 1, Linear(), Linear())
    with pytest.raises(InvalidGameError, match="utilities within the range of floats"):
        utilities_of(NormalForm([[[1e200]], [[0]]], preferences=steep))
