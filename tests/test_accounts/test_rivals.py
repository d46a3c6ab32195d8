"""The rival accounts: each reduces to its stated limit and moves in its stated direction.

With utility EU + t * f, the f of the best structure cannot fall as the strength t rises: if s is
best at t and s' at t' > t, adding the two inequalities leaves (t' - t) (f(s') - f(s)) >= 0.
"""

from dataclasses import replace
from functools import cache
from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import any_games, either, fixed, number, one_from, some_of, theatres

import games
from games import AllianceGame, ConstantReference, Parameters, ThreatReference
from solver.accounts import accounts
from solver.accounts.accounts import ACCOUNTS, LEGITIMACY
from solver.accounts.choices import Choice

STRENGTHS = (0.0, 0.05, 0.2, 0.8, 3.0)
TERMS = {
    "power_disparity": accounts.power_disparity,
    "collective_identity": accounts.collective_identity,
    "powerplay": accounts.powerplay,
    "binding": accounts.binding,
    "prior_ties": accounts.prior_ties,
    "minimum_winning": accounts.minimum_winning,
    "autonomy": accounts.autonomy,
}
NAMED = {found.name: found for found in (*ACCOUNTS, LEGITIMACY)}
SLACK = 1e-9
WITHOUT_TERM = ("prospect_theory", "expected_utility")


@cache
@st.composite
def choices(draw, most=3):
    """Draw a random game as a choice, with ties before and legitimacy."""
    family = draw(one_from(("bloc_and_spokes", "blocs")))
    game = draw(either(theatres(most=most, family=family), any_games(most=most, family=family)))
    pairs = tuple(frozenset(pair) for pair in combinations(game.candidates, 2))
    prior = draw(some_of(pairs)) if pairs else set()
    return Choice(game, frozenset(prior), draw(number(0, 1)))


def best(account, choice):
    return int(np.argmax(account.utilities(choice)))


def by_structure(choice, numbers):
    return {choice.structure(place): value for place, value in enumerate(numbers)}


def utilities(name, choice):
    return NAMED[name].utilities(choice)


def test_the_accounts_are_whole():
    assert len(ACCOUNTS) == 9
    assert ACCOUNTS[0].name == "prospect_theory"
    assert len({found.name for found in ACCOUNTS}) == len(ACCOUNTS)
    assert {found.name for found in ACCOUNTS} == {*TERMS, *WITHOUT_TERM}
    assert {found.strength for found in NAMED.values()} == {0.1}
    for found in NAMED.values():
        assert found.source
        assert found.formula
        assert found.moves


@fixed(25)
@given(choices(), st.sampled_from(STRENGTHS))
def test_the_term_is_added_strength_times_to_the_expected_outcome(choice, strength):
    nested = utilities("expected_utility", choice)
    for name, term in TERMS.items():
        found = NAMED[name]
        assert np.array_equal(found.with_strength(0.0).utilities(choice), nested)
        added = found.with_strength(strength).utilities(choice) - nested
        assert added == pytest.approx(strength * term(choice), abs=1e-9)


@fixed(40)
@given(choices(most=4))
def test_more_strength_never_lowers_the_term_of_the_best(choice):
    for name, term in TERMS.items():
        worth = term(choice)
        found = [worth[best(NAMED[name].with_strength(t), choice)] for t in STRENGTHS]
        assert all(after >= before - SLACK for before, after in pairwise(found)), name


@fixed(40)
@given(choices())
def test_expected_outcome_is_the_mean_less_the_reference(choice):
    means = [choice.game.prospect(choice.structure(i)).mean for i in range(len(choice))]
    found = utilities("expected_utility", choice)
    assert found == pytest.approx(np.array(means) - choice.game.reference_point, abs=1e-9)


@fixed(20)
@given(choices())
def test_prospect_theory_is_the_value_of_the_game(choice):
    values = choice.game.hegemon_values([choice.structure(i) for i in range(len(choice))])
    assert utilities("prospect_theory", choice) == pytest.approx(values, rel=1e-9, abs=1e-6)


@fixed(25)
@given(choices())
def test_affinity_of_one_half_leaves_no_identity(choice):
    neutral = replace(choice.game, affinity={}).with_parameters(affinity=0.5)
    offered = Choice(neutral)
    found = utilities("collective_identity", offered)
    assert found == pytest.approx(utilities("expected_utility", offered))


@fixed(25)
@given(choices(), st.sampled_from(STRENGTHS))
def test_full_legitimacy_leaves_prospect_theory(choice, strength):
    offered = Choice(choice.game, legitimacy=1.0)
    found = NAMED["legitimacy_prospect"].with_strength(strength).utilities(offered)
    assert np.array_equal(found, utilities("prospect_theory", offered))


@fixed(20)
@given(choices())
def test_legitimacy_without_strength_leaves_prospect_theory(choice):
    found = NAMED["legitimacy_prospect"].with_strength(0.0).utilities(choice)
    assert np.array_equal(found, utilities("prospect_theory", choice))


@fixed(25)
@given(choices())
def test_without_ties_before_half_the_tied_pairs_count_against(choice):
    offered = Choice(choice.game)
    assert accounts.prior_ties(offered) == pytest.approx(-offered.features.tied_pairs / 2)


@fixed(25)
@given(choices())
def test_when_all_were_tied_before_half_the_tied_pairs_count_for(choice):
    pairs = frozenset(frozenset(pair) for pair in combinations(choice.game.candidates, 2))
    offered = Choice(choice.game, pairs)
    assert accounts.prior_ties(offered) == pytest.approx(offered.features.tied_pairs / 2)


@fixed(25)
@given(choices(), number(0, 0.5))
def test_more_affinity_raises_identity(choice, more):
    game = choice.game
    closer = {pair: min(1.0, value + more) for pair, value in game.affinity.items()}
    shared = min(1.0, game.parameters.affinity + more)
    warmer = Choice(replace(game, affinity=closer).with_parameters(affinity=shared))
    before = by_structure(choice, accounts.collective_identity(choice))
    after = by_structure(warmer, accounts.collective_identity(warmer))
    for structure in before.keys() & after.keys():
        assert after[structure] >= before[structure] - SLACK


@fixed(25)
@given(choices(), st.floats(1, 3))
def test_stronger_allies_favour_ties_by_power_and_not_by_binding(choice, factor):
    game = choice.game
    grown = {name: factor * size for name, size in game.capabilities.items()}
    later = Choice(replace(game, capabilities=grown))
    for term, sign in ((accounts.power_disparity, 1), (accounts.binding, -1)):
        before, after = by_structure(choice, term(choice)), by_structure(later, term(later))
        for structure in before.keys() & after.keys():
            assert sign * (after[structure] - before[structure]) >= -SLACK


@fixed(25)
@given(choices())
def test_disparity_turns_from_ties_at_half_the_power(choice):
    seen, term = choice.features, accounts.power_disparity(choice)
    tied = seen.tied_pairs > 0
    assert np.array_equal(np.sign(term), np.sign(seen.ally_power - 0.5) * tied)
    assert np.all(accounts.binding(choice) >= 0)
    assert np.all(accounts.binding(choice)[seen.ally_power >= 1] == 0)


@fixed(25)
@given(st.data())
def test_one_more_tie_before_keeps_the_structures_that_have_it(data):
    choice = data.draw(choices())
    pairs = [frozenset(pair) for pair in combinations(choice.game.candidates, 2)]
    if not pairs:
        return
    pair = data.draw(st.sampled_from(pairs))
    tied = Choice(choice.game, choice.prior_ties | {pair})
    untied = Choice(choice.game, choice.prior_ties - {pair})
    has_it = np.array(
        [any(pair <= t for t in tied.structure(i).treaties) for i in range(len(tied))]
    )
    gain = accounts.prior_ties(tied) - accounts.prior_ties(untied)
    assert gain == pytest.approx(has_it / len(pairs))
    account = NAMED["prior_ties"]
    if has_it[best(account, untied)]:
        assert has_it[best(account, tied)]


def test_control_in_the_end_makes_spokes_of_all():
    choice = Choice(games.load_case("southeast-asia-1954").at(0.7))
    offered = NAMED["powerplay"]
    assert offered.with_strength(0.0).predict(choice).form is games.Form.MULTILATERAL
    assert offered.with_strength(10.0).predict(choice).form is games.Form.HUB_AND_SPOKE


@fixed(25)
@given(choices())
def test_more_strength_is_more_control_less_autonomy_lost_and_less_power_to_spare(choice):
    game, seen = choice.game, choice.features
    opposed = game.threat * game.parameters.full_power
    falling = {
        "powerplay": -seen.control,
        "autonomy": seen.autonomy,
        "minimum_winning": np.maximum(seen.pledged - opposed, 0.0),
    }
    for name, what in falling.items():
        found = [what[best(NAMED[name].with_strength(t), choice)] for t in STRENGTHS]
        assert all(after <= before + SLACK for before, after in pairwise(found)), name


def test_weight_on_size_alone_leaves_out_whom_it_can():
    game = AllianceGame(
        hegemon="Athens", capabilities={"Samos": 0.3, "Chios": 0.3}, threat=0.1,
        parameters=Parameters(deployment=0.3, adversary=0.5, projection=2.0),
    )  # fmt: skip
    offered = NAMED["minimum_winning"].with_strength(1e6).predict(Choice(game))
    assert offered.structure.allies == ()


@fixed(40)
@given(choices(), number(0, 1))
def test_less_legitimacy_is_deeper_in_losses(choice, lower):
    game = choice.game
    if not isinstance(game.reference, ThreatReference):
        game = replace(game, reference=ThreatReference())
    low, high = sorted((lower, choice.legitimacy))
    account = NAMED["legitimacy_prospect"].with_strength(0.5)
    more, less = Choice(game, legitimacy=high), Choice(game, legitimacy=low)
    assert np.all(account.utilities(less) <= account.utilities(more) + SLACK)
    raised = [
        game.with_reference(
            replace(game.reference, base=game.reference.base + 0.5 * (1 - legitimacy))
        )
        for legitimacy in (high, low)
    ]
    for place in range(len(more)):
        before, after = (side.appraise(more.structure(place)) for side in raised)
        assert after.mass_below >= before.mass_below
    values = raised[1].hegemon_values([less.structure(i) for i in range(len(less))])
    assert account.utilities(less) == pytest.approx(values, rel=1e-9, abs=1e-6)


def test_legitimacy_moves_no_reference_but_that_of_the_threat():
    game = replace(games.load_case("rok-1953"), reference=ConstantReference(0.4))
    offered = Choice(game, legitimacy=0.0)
    found = NAMED["legitimacy_prospect"].with_strength(1.0).utilities(offered)
    assert np.array_equal(found, utilities("prospect_theory", offered))
