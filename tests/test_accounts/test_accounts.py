"""Accounts as models: the choice rule over forms, and the structure that is predicted."""

from dataclasses import FrozenInstanceError, replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from plain_logit import nested_logit, with_lapses
from strategies import any_games, fixed

import games
from games import AllianceGame, ConstantReference, Form, InvalidGameError, Parameters
from solver.accounts.accounts import (
    ACCOUNTS,
    LEGITIMACY,
    NESTING,
    PRECISION,
    STRENGTH,
    Account,
    slack,
)
from solver.accounts.choices import FORMS, Choice, choice_of

SMALL = ("rok-1953", "soviet-asia-1950", "balkan-alliance-1954", "dual-alliance-1879")
NAMED = {found.name: found for found in ACCOUNTS}


@cache
def choice(name):
    return choice_of(games.load_case(name))


def account(utility):
    """Return an account whose utility is given by a function of the choice."""
    return Account("mine", "the tests", "u(s)", "(no term)", lambda choice, _: utility(choice))


def shuffled(seed):
    """Return an account whose utilities are different whole numbers in random order."""
    return account(lambda choice: np.random.default_rng(seed).permutation(len(choice)) * 1.0)


def test_there_are_nine_accounts_and_one_apart():
    assert [found.name for found in ACCOUNTS] == [
        *("prospect_theory", "expected_utility", "power_disparity", "collective_identity"),
        *("powerplay", "binding", "prior_ties", "minimum_winning", "autonomy"),
    ]
    assert LEGITIMACY not in ACCOUNTS
    assert LEGITIMACY.name == "legitimacy_prospect"


@pytest.mark.parametrize("found", ACCOUNTS, ids=lambda found: found.name)
@pytest.mark.parametrize("name", SMALL)
def test_each_account_on_small_cases(name, found):
    offered = choice(name)
    prediction = found.predict(offered)
    utilities = found.utilities(offered).tolist()
    structures = [offered.structure(place) for place in range(len(offered))]
    forms = [structure.form_beside(offered.status_quo) for structure in structures]
    best = utilities.index(max(utilities))
    assert prediction.structure == structures[best]
    assert prediction.form is forms[best]
    equal = dict.fromkeys(forms, 1 / len(set(forms)))
    chances, _ = nested_logit(utilities, forms, equal, PRECISION, NESTING)
    assert prediction.probabilities == pytest.approx(with_lapses(chances, equal))
    assert all(type(chance) is float for chance in prediction.probabilities.values())


@fixed(30)
@given(
    any_games(most=3), st.integers(0, 10**6), st.floats(0, 20), st.sampled_from([0, 0.2, 0.5, 1])
)
def test_chances_are_those_of_the_nested_logit(game, seed, precision, nesting):
    offered, mine = Choice(game), shuffled(seed)
    utilities = (mine.utilities(offered) / len(offered)).tolist()
    scaled = account(lambda choice: np.array(utilities))
    forms = [offered.structure(place).form for place in range(len(offered))]
    rates = np.random.default_rng(seed).dirichlet(np.ones(len(FORMS)))
    base = dict(zip(FORMS, rates.tolist(), strict=True))
    chances, _ = nested_logit(utilities, forms, base, precision, nesting)
    found = scaled.predict(offered, precision, nesting, rates).probabilities
    assert found == pytest.approx(with_lapses(chances, base))
    assert scaled.predict(offered, precision, nesting).structure == offered.structure(
        utilities.index(max(utilities))
    )


def test_a_form_that_nobody_accepts_has_its_share_of_the_lapses():
    offered = choice("balkan-alliance-1954")
    base = np.array([0.1, 0.2, 0.2, 0.2, 0.1, 0.2])
    found = NAMED["prospect_theory"].predict(offered, base=base).probabilities
    assert found[Form.BLOCS] == pytest.approx(0.01 * 0.1)
    assert found[Form.MIXED] == pytest.approx(0.01 * 0.2)
    assert sum(found.values()) == pytest.approx(1)
    # without base rates such a form is not there at all
    assert Form.BLOCS not in NAMED["prospect_theory"].predict(offered).probabilities


@fixed(30)
@given(any_games(most=3), st.integers(0, 10**6))
def test_precision_runs_from_equal_chances_to_certainty(game, seed):
    offered, mine = Choice(game), shuffled(seed)
    none = mine.predict(offered, 0.0)
    number = len(none.probabilities)
    assert list(none.probabilities.values()) == pytest.approx([1 / number] * number)
    sharp = mine.predict(offered, 1e6)
    assert sharp.probabilities[sharp.form] == pytest.approx(0.99 + 0.01 / number)
    assert none.structure == sharp.structure
    # at nesting 0 the best form gains with every step
    chances = [mine.predict(offered, p, 0.0).probabilities[sharp.form] for p in (0, 0.5, 2, 8, 32)]
    assert chances == sorted(chances)


@fixed(30)
@given(any_games(most=3), st.integers(0, 10**6), st.integers(-1000, 1000), st.floats(0.01, 100))
def test_the_zero_of_utility_does_not_matter_and_its_unit_is_that_of_precision(
    game, seed, zero, unit
):
    offered, mine = Choice(game), shuffled(seed)
    moved = account(lambda choice: unit * mine.utilities(choice) + zero)
    found = moved.predict(offered, 0.3).probabilities
    assert found == pytest.approx(mine.predict(offered, 0.3 * unit).probabilities)


@pytest.mark.parametrize("wrong", [{"precision": -1.0}, {"nesting": 1.1}, {"nesting": -0.1}])
def test_wrong_settings_of_the_choice_rule(wrong):
    with pytest.raises(InvalidGameError, match=f"`{next(iter(wrong))}` must"):
        ACCOUNTS[0].predict(choice("dual-alliance-1879"), **wrong)


def test_of_equal_structures_the_first_is_predicted():
    offered = choice("balkan-alliance-1954")
    equal = account(lambda choice: np.full(len(choice), 0.3))
    assert equal.predict(offered).structure == offered.structure(0)
    # what differs by rounding is equal
    rising = account(lambda choice: 1.0 + 1e-15 * np.arange(len(choice)))
    assert rising.predict(offered).structure == offered.structure(0)
    assert slack(np.array([-4.0, 2.0])) == pytest.approx(4e-13)
    clear = account(lambda choice: 1.0 + 1e-12 * np.arange(len(choice)))
    assert clear.predict(offered).structure == offered.structure(len(offered) - 1)


def test_where_nothing_is_accepted_there_is_no_doubt():
    dear = Parameters(ally_cost_bilateral=2.0, ally_cost_multilateral=2.0)
    game = AllianceGame(
        hegemon="Athens", capabilities={"Samos": 0.1, "Chios": 0.2}, threat=0.5, parameters=dear
    )
    for found in (*ACCOUNTS, LEGITIMACY):
        assert found.predict(Choice(game)).probabilities == pytest.approx({Form.NONE: 1.0})


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
    assert found.predict(offered) == found.predict(offered, PRECISION, NESTING)
    assert found.predict(offered) != found.predict(offered, PRECISION + 1)
    assert found.predict(offered) != found.predict(offered, PRECISION, NESTING / 2)
    assert (PRECISION, NESTING) == (20, 0.5)


@pytest.mark.parametrize("name", SMALL)
def test_legitimacy_of_1_is_prospect_theory(name):
    offered = choice(name)
    assert offered.legitimacy == 1
    prospect = NAMED["prospect_theory"]
    assert np.array_equal(LEGITIMACY.utilities(offered), prospect.utilities(offered))
    assert LEGITIMACY.predict(offered) == prospect.predict(offered)
    game = games.load_case(name)
    less = Choice(game, legitimacy=0.5, status_quo=offered.status_quo)
    assert not np.array_equal(LEGITIMACY.utilities(less), prospect.utilities(less))
    raised = replace(game.reference, base=game.reference.base + STRENGTH * 0.5)
    wanted = game.with_reference(raised).hegemon_values(
        [less.structure(place) for place in range(len(less))]
    )
    assert LEGITIMACY.utilities(less) == pytest.approx(wanted)
