"""The one choice rule: against its formula written out slowly, and where it reduces to others."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from plain_logit import nested_logit, with_lapses
from strategies import fixed

from solver.accounts.nested_logit import LAPSE, form_chances, inclusive, structure_chances

FORMS = 4


@st.composite
def nests(draw, most=8):
    """Draw values of some structures, the form of each, and base rates of all forms."""
    form = draw(st.lists(st.integers(0, FORMS - 1), min_size=1, max_size=most))
    value = st.floats(-1, 1)
    values = draw(st.lists(value, min_size=len(form), max_size=len(form)))
    counts = draw(st.lists(st.integers(1, 9), min_size=FORMS, max_size=FORMS))
    base = np.array(counts) / sum(counts)
    return np.array(values), np.array(form), base


@fixed(60)
@given(nests(), st.floats(0.1, 20), st.floats(0.2, 1))
def test_chances_are_those_of_the_formula(drawn, precision, nesting):
    values, form, base = drawn
    rates = dict(enumerate(base.tolist()))
    plain = values.tolist(), form.tolist(), rates, precision, nesting
    by_form, by_structure = nested_logit(*plain)
    nested = inclusive(values, form, FORMS, precision, nesting)
    wanted = list(with_lapses(by_form, rates).values())
    assert form_chances(nested, base) == pytest.approx(wanted, rel=1e-9)
    found = structure_chances(values, form, base, precision, nesting)
    assert found == pytest.approx(by_structure, rel=1e-9)


@fixed(40)
@given(nests(), st.floats(0, 1000), st.floats(0, 1))
def test_chances_sum_to_1_and_structures_to_their_forms(drawn, precision, nesting):
    values, form, base = drawn
    found = structure_chances(values, form, base, precision, nesting)
    assert found.sum() == pytest.approx(1)
    assert np.all(found >= 0)
    chances = form_chances(inclusive(values, form, FORMS, precision, nesting), base)
    assert chances.sum() == pytest.approx(1)
    summed = np.bincount(form, found, minlength=FORMS)
    assert (1 - LAPSE) * summed + LAPSE * base == pytest.approx(chances)


def test_by_hand_with_one_structure_a_form_it_is_the_plain_logit():
    values, form = np.array([0.0, math.log(3) / 20, math.log(4) / 20]), np.array([2, 0, 1])
    odds = np.array([3, 4, 1]) / 8
    nested = inclusive(values, form, 3, 20.0, 1.0)
    assert structure_chances(values, form, np.full(3, 1 / 3), 20.0, 1.0) == pytest.approx(
        [1 / 8, 3 / 8, 4 / 8]
    )
    assert form_chances(nested, np.full(3, 1 / 3)) == pytest.approx(0.99 * odds + 0.01 / 3)
    # base rates multiply the odds
    base = np.array([0.5, 0.25, 0.25])
    weighted = odds * base / (odds * base).sum()
    assert form_chances(nested, base) == pytest.approx(0.99 * weighted + 0.01 * base)


@fixed(30)
@given(nests(), st.floats(0, 30), st.floats(0.05, 1))
def test_with_one_structure_a_form_the_nesting_does_not_matter(drawn, precision, nesting):
    values, form, base = drawn
    form, first = np.unique(form, return_index=True)
    values = values[first]
    plain = base[form] * np.exp(precision * values)
    found = structure_chances(values, form, base, precision, nesting)
    assert found == pytest.approx(plain / plain.sum())


def test_by_hand_at_nesting_1_structures_of_a_form_compete_as_in_a_plain_logit():
    """The mean over three structures and one: as if each of the three counted a third."""
    values, form = np.array([0.0, math.log(2), math.log(3), math.log(6)]), np.array([0, 0, 0, 1])
    base = np.full(2, 0.5)
    # odds of the forms (1 + 2 + 3) / 3 = 2 and 6
    assert inclusive(values, form, 2, 1.0, 1.0) == pytest.approx([math.log(2), math.log(6)])
    assert structure_chances(values, form, base, 1.0, 1.0) == pytest.approx(
        [1 / 24, 2 / 24, 3 / 24, 18 / 24]
    )


def test_by_hand_between():
    """Nesting one half squares the terms inside, and takes the root of their mean."""
    values, form = np.array([0.0, math.log(7), math.log(5)]), np.array([0, 0, 1])
    found = inclusive(values, form, 2, 1.0, 0.5)
    assert np.exp(found) == pytest.approx([math.sqrt((1 + 49) / 2), 5])
    inner = structure_chances(values, form, np.full(2, 0.5), 1.0, 0.5)
    assert inner == pytest.approx([0.5 / 50, 0.5 * 49 / 50, 0.5])


@fixed(40)
@given(nests(), st.floats(0, 1))
def test_without_precision_the_base_rate_decides(drawn, nesting):
    values, form, base = drawn
    nested = inclusive(values, form, FORMS, 0.0, nesting)
    has = np.isin(np.arange(FORMS), form)
    assert np.array_equal(nested, np.where(has, 0.0, -np.inf))
    wanted = base * has / base[has].sum()
    chances = form_chances(nested, base)
    # the lapse falls on the base rate of all forms, also of those that nobody accepts
    assert chances == pytest.approx(0.99 * wanted + 0.01 * base)
    if has.all():
        assert chances == pytest.approx(base)


def test_by_hand_the_number_of_structures_does_not_matter_without_precision():
    nested = inclusive(np.zeros(101), np.array([0] * 100 + [1]), 2, 0.0, 0.5)
    assert form_chances(nested, np.array([0.3, 0.7])) == pytest.approx([0.3, 0.7])
    equal = inclusive(np.full(101, 0.4), np.array([0] * 100 + [1]), 2, 50.0, 0.5)
    assert form_chances(equal, np.array([0.3, 0.7])) == pytest.approx([0.3, 0.7])


@fixed(40)
@given(nests(), st.floats(0.1, 50))
def test_towards_nesting_0_the_best_of_each_form_stands_for_it(drawn, precision):
    values, form, base = drawn
    best = [max(values[form == one], default=-math.inf) for one in range(FORMS)]
    limit = inclusive(values, form, FORMS, precision, 0.0)
    assert limit == pytest.approx(precision * np.array(best))
    for nesting in (0.1, 1e-3, 1e-6):
        near = inclusive(values, form, FORMS, precision, nesting)
        has = np.isfinite(limit)
        # between the best and the best less nesting * log N
        assert np.all(near[has] <= limit[has] + 1e-12)
        assert np.all(near[has] >= limit[has] - nesting * math.log(len(form)) - 1e-12)
        assert np.all(near[~has] == -np.inf)
    inner = structure_chances(values, form, base, precision, 0.0)
    assert np.array_equal(inner > 0, values >= np.array(best)[form])


def test_the_best_of_a_form_share_its_chance_at_nesting_0():
    values, form = np.array([1.0, 1.0, 0.5, 1.0]), np.array([0, 0, 0, 1])
    found = structure_chances(values, form, np.array([0.5, 0.5]), 9.0, 0.0)
    assert found == pytest.approx([0.25, 0.25, 0, 0.5])


@fixed(30)
@given(nests(), st.floats(0, 50), st.floats(0.05, 1), st.floats(-100, 100))
def test_the_zero_of_values_does_not_matter(drawn, precision, nesting, zero):
    values, form, base = drawn
    found = structure_chances(values + zero, form, base, precision, nesting)
    assert found == pytest.approx(structure_chances(values, form, base, precision, nesting))
    moved = inclusive(values + zero, form, FORMS, precision, nesting)
    still = inclusive(values, form, FORMS, precision, nesting)
    assert form_chances(moved, base) == pytest.approx(form_chances(still, base))


@pytest.mark.parametrize("nesting", [0.0, 1e-9, 0.5, 1.0])
def test_great_precision_is_certainty_but_for_lapses(nesting):
    values, form = np.array([-1e3, 0.0, 1e3, 999.0]), np.array([0, 1, 1, 2])
    base = np.array([0.2, 0.3, 0.4, 0.1])
    nested = inclusive(values, form, 4, 1e9, nesting)
    assert form_chances(nested, base) == pytest.approx([0.002, 0.993, 0.004, 0.001])
    assert structure_chances(values, form, base, 1e9, nesting) == pytest.approx([0, 0, 1, 0])


def test_what_nobody_accepts_is_possible_by_a_lapse_alone():
    base = np.array([0.25, 0.75])
    nested = inclusive(np.array([3.0]), np.array([0]), 2, 5.0, 0.5)
    assert form_chances(nested, base) == pytest.approx([0.99 + 0.0025, 0.0075])


def test_where_what_is_accepted_has_no_base_rate_the_base_rate_stays():
    base = np.array([0.0, 1.0])
    found = form_chances(inclusive(np.array([3.0]), np.array([0]), 2, 5.0, 0.5), base)
    assert found.tolist() == [0, 1]
    assert found is not base
    # a form without a base rate is impossible, whatever it is worth
    both = inclusive(np.array([9.0, 0.0]), np.array([0, 1]), 2, 5.0, 0.5)
    assert form_chances(both, base).tolist() == [0, 1]
