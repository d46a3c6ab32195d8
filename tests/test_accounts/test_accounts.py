"""Accounts as models: the logit rule over forms, and the structure that is predicted."""

from dataclasses import FrozenInstanceError
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import any_games, fixed

import games
from games import AllianceGame, ConstantReference, Form, Parameters
from solver.accounts.accounts import (
    ACCOUNTS,
    EQUAL_CHANCES,
    PRECISION,
    STRENGTH,
    Account,
    form_utilities,
    logit,
)
from solver.accounts.choices import FORMS, Choice

SMALL = ("rok-1953", "roc-1954", "soviet-asia-1950", "asia-pacific-september-1951")
NAMED = {found.name: found for found in ACCOUNTS}


@cache
def choice(name):
    game = games.load_case(name)
    return Choice(game, game.scenario.case.allied_before())


def account(utility):
    """Return an account whose utility is given by a function of the choice."""
    return Account("mine", "the tests", "u(s)", "(no term)", lambda choice, _: utility(choice))


def shuffled(seed):
    """Return an account whose utilities are different whole numbers in random order."""
    return account(lambda choice: np.random.default_rng(seed).permutation(len(choice)) * 1.0)


def test_the_logit_rule_by_hand():
    assert logit(np.array([0.0, 7.0]), np.log(3)) == pytest.approx([0.25, 0.75])
    assert logit(np.array([0.0, 1.0, 2.0]), np.log(4)) == pytest.approx([1 / 7, 2 / 7, 4 / 7])


@pytest.mark.parametrize("size", [1, 4])
def test_equal_utilities_have_equal_chances(size):
    assert logit(np.full(size, -3.0), 100.0) == pytest.approx(np.full(size, 1 / size))


@pytest.mark.parametrize("found", ACCOUNTS, ids=lambda found: found.name)
@pytest.mark.parametrize("name", SMALL)
def test_each_account_on_small_cases(name, found):
    prediction = found.predict(choice(name))
    admitted = {FORMS[code] for code in choice(name).features.form}
    utilities = found.utilities(choice(name))
    best = choice(name).structure(int(np.argmax(utilities)))
    assert set(prediction.probabilities) == admitted
    assert sum(prediction.probabilities.values()) == pytest.approx(1)
    assert all(type(chance) is float for chance in prediction.probabilities.values())
    assert prediction.structure == best
    assert prediction.form is best.form
    assert prediction.probabilities[best.form] == max(prediction.probabilities.values())


@fixed(30)
@given(any_games(most=3), st.integers(0, 10**6), st.floats(0, 50))
def test_the_best_structure_of_each_form_decides(game, seed, precision):
    offered = Choice(game)
    utilities = shuffled(seed).utilities(offered)
    by_form = {}
    for place, utility in enumerate(utilities):
        form = offered.structure(place).form
        by_form[form] = max(by_form.get(form, -np.inf), utility)
    best, places = form_utilities(offered, utilities)
    assert dict(zip(places, best, strict=True)) == by_form
    reach = max(by_form.values()) - min(by_form.values()) or 1.0
    odds = {form: np.exp(precision * utility / reach) for form, utility in by_form.items()}
    chances = shuffled(seed).predict(offered, precision).probabilities
    assert chances == pytest.approx({form: odd / sum(odds.values()) for form, odd in odds.items()})


@fixed(30)
@given(any_games(most=3), st.integers(0, 10**6))
def test_precision_runs_from_equal_chances_to_certainty(game, seed):
    offered, mine = Choice(game), shuffled(seed)
    none = mine.predict(offered, 0.0)
    assert list(none.probabilities.values()) == pytest.approx(
        [1 / len(none.probabilities)] * len(none.probabilities)
    )
    sharp = mine.predict(offered, 1e6)
    assert sharp.probabilities[sharp.form] == pytest.approx(1)
    assert none.structure == sharp.structure
    chances = [mine.predict(offered, p).probabilities[sharp.form] for p in (0, 0.5, 2, 8, 32)]
    assert chances == sorted(chances)


@fixed(30)
@given(any_games(most=3), st.integers(0, 10**6), st.integers(-1000, 1000), st.floats(0.01, 100))
def test_neither_zero_nor_unit_of_utility_matters(game, seed, zero, unit):
    offered, mine = Choice(game), shuffled(seed)
    moved = account(lambda choice: unit * mine.utilities(choice) + zero)
    assert moved.predict(offered).probabilities == pytest.approx(
        mine.predict(offered).probabilities
    )


def test_where_nothing_is_accepted_there_is_no_doubt():
    dear = Parameters(ally_cost_bilateral=2.0, ally_cost_multilateral=2.0)
    game = AllianceGame(
        hegemon="Athens", capabilities={"Samos": 0.1, "Chios": 0.2}, threat=0.5, parameters=dear
    )
    for found in (*ACCOUNTS, EQUAL_CHANCES):
        assert found.predict(Choice(game)).probabilities == {Form.NONE: 1.0}


def test_rounding_is_no_difference():
    """Where every structure gives the same for certain, prospect theory has no favourite."""
    free = dict.fromkeys(("k_bilateral", "k_multilateral", "k_bloc"), 0.0)
    free |= dict.fromkeys(("ally_cost_bilateral", "ally_cost_multilateral"), 0.0)
    game = AllianceGame(
        hegemon="Athens",
        capabilities={"Samos": 0.1, "Chios": 0.2},
        threat=0.0,
        reference=ConstantReference(0.3),
        parameters=Parameters(**free),
    )
    for name in ("prospect_theory", "expected_utility"):
        chances = NAMED[name].predict(Choice(game)).probabilities
        assert list(chances.values()) == pytest.approx([0.25] * 4)


def test_with_strength_changes_the_strength_alone():
    found = NAMED["powerplay"]
    stronger = found.with_strength(0.7)
    assert found.strength == STRENGTH
    assert stronger.strength == 0.7
    assert stronger.with_strength(STRENGTH) == found
    offered = choice("rok-1953")
    gain = stronger.utilities(offered) - found.utilities(offered)
    assert gain == pytest.approx((0.7 - STRENGTH) * offered.features.control)


def test_an_account_is_frozen_and_its_precision_is_the_one_set_in_advance():
    found = ACCOUNTS[0]
    with pytest.raises(FrozenInstanceError):
        found.strength = 2.0
    offered = choice("rok-1953")
    assert found.predict(offered) == found.predict(offered, PRECISION)
