"""Cases as choices: which structures are accepted, what they are worth, what sets them apart.

Acceptance is checked against enumeration by `game.candidate_value`, features against the sentences
of their docstrings, written out slowly.
"""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from strategies import any_games, either, fixed, some_of

import games
from games import (
    AllianceGame,
    AllianceStructure,
    ConstantReference,
    CumulativeProspectTheory,
    ExpectedUtility,
    Form,
    InvalidGameError,
    Parameters,
)
from solver.accounts.choices import FORMS, Choice

FAMILIES = ("bloc_and_spokes", "blocs")
STEEP = 0.8


def any_family(most=4):
    return either(*(any_games(most=most, family=family) for family in FAMILIES))


def ties_of(draw_from):
    """Draw a set of pairs of names."""
    pairs = tuple(frozenset(pair) for pair in combinations(draw_from, 2))
    return some_of(pairs) if pairs else st.just(set())


def listed(choice):
    return [choice.structure(place) for place in range(len(choice))]


def enumerated(game):
    """Return the structures that nobody would rather be out of, unless rounding could decide."""
    alone = game.structure()
    found = set()
    for structure in game.structures():
        gains = [
            game.candidate_value(name, structure) - game.candidate_value(name, alone)
            for name in structure.allies
        ]
        assume(all(abs(gain) > 1e-12 or gain == 0 for gain in gains))
        if all(gain >= 0 for gain in gains):
            found.add(structure)
    return found


def tolerance_of(preference):
    """Return the error by rounding: steep value functions magnify it at the reference point."""
    return 1e-6 if min(preference.alpha, preference.beta) < STEEP else 1e-11


@fixed(40)
@given(any_family())
def test_the_accepted_structures_are_those_of_enumeration(game):
    wanted = enumerated(game)
    found = listed(Choice(game))
    assert len(found) == len(set(found))
    assert set(found) == wanted


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("cohesion", [0.1, 0.35, 0.55, 0.9])
def test_who_gains_nothing_accepts(family, cohesion):
    costs = {"ally_cost_bilateral": 0.0, "ally_cost_multilateral": 0.0, "cohesion": cohesion}
    game = AllianceGame(
        hegemon="Athens",
        capabilities={"Samos": 0.1, "Chios": 0.2, "Naxos": 0.3},
        threat=0.0,
        parameters=Parameters(**costs),
        family=family,
    )
    assert set(listed(Choice(game))) == set(game.structures())


def test_nobody_accepts_what_costs_too_much():
    dear = Parameters(ally_cost_bilateral=2.0, ally_cost_multilateral=2.0)
    game = AllianceGame(hegemon="Athens", capabilities={"Samos": 0.1}, threat=0.5, parameters=dear)
    assert listed(Choice(game)) == [AllianceStructure("Athens")]


@fixed(25)
@given(any_family())
def test_values_are_those_of_the_game(game):
    choice = Choice(game)
    wanted = game.hegemon_values(listed(choice))
    assert choice.values(game) == pytest.approx(wanted, rel=1e-9, abs=tolerance_of(game.preference))


@fixed(25)
@given(any_family(), st.floats(-1, 1))
def test_values_under_another_preference_and_reference(game, level):
    choice = Choice(game)
    choice.values(game)
    for preference in (ExpectedUtility(), CumulativeProspectTheory(loss_aversion=4)):
        other = game.with_preference(preference).with_reference(ConstantReference(level))
        wanted = other.hegemon_values(listed(choice))
        assert choice.values(other) == pytest.approx(wanted, rel=1e-9, abs=1e-11)


def test_values_are_remembered():
    game = games.load_case("rok-1953")
    choice = Choice(game)
    assert choice.values(game) is choice.values(game)
    assert choice.values(game) is not choice.values(game.with_preference(ExpectedUtility()))


def slow_features(game, prior, structure):
    """Return the features of one structure by name, each as its docstring has it."""
    names, shared = game.candidates, game.parameters
    pairs = [frozenset(pair) for pair in combinations(names, 2)]
    tied = [pair for pair in pairs if any(pair <= treaty for treaty in structure.treaties)]

    def affinity(pair):
        return game.affinity.get(tuple(sorted(pair)), shared.affinity)

    def worth(name):
        return game.capabilities[name] + game.basings.get(name, shared.basing)

    in_blocs = [name for bloc in structure.blocs for name in bloc]
    controlled = [max(0.0, 1 - game.capabilities[name]) for name in structure.spokes]
    return {
        "form": FORMS.index(structure.form),
        "tied_pairs": len(tied) / max(1, len(pairs)),
        "identity": sum(affinity(pair) - 0.5 for pair in tied) / max(1, len(pairs)),
        "prior": sum(pair in prior for pair in tied) / max(1, len(pairs)),
        "ally_power": sum(game.capabilities[name] for name in structure.allies),
        "control": sum(controlled) / len(names),
        "pledged": shared.deployment
        + sum(shared.pledge_bilateral * worth(name) for name in structure.spokes)
        + sum(shared.pledge_multilateral * worth(name) for name in in_blocs),
        "autonomy": shared.k_bilateral * len(structure.spokes)
        + sum(shared.k_bloc + shared.k_multilateral * len(bloc) for bloc in structure.blocs),
    }


@fixed(25)
@given(st.data())
def test_features_are_what_their_docstrings_say(data):
    game = data.draw(any_family())
    prior = frozenset(data.draw(ties_of(game.candidates)))
    choice = Choice(game, prior)
    seen = choice.features
    for place, structure in enumerate(listed(choice)):
        for name, wanted in slow_features(game, prior, structure).items():
            assert getattr(seen, name)[place] == pytest.approx(wanted, abs=1e-12), name
    shares = (seen.tied_pairs, seen.prior, seen.control, seen.identity + 0.5)
    assert all(np.all((share >= -1e-12) & (share <= 1 + 1e-12)) for share in shares)


@pytest.mark.parametrize("family", FAMILIES)
def test_all_forms_of_a_family_are_told_apart(family):
    game = AllianceGame(
        hegemon="Athens",
        capabilities=dict.fromkeys(("Samos", "Chios", "Naxos", "Melos"), 0.1),
        threat=0.0,
        parameters=Parameters(ally_cost_bilateral=0.0, ally_cost_multilateral=0.0),
        family=family,
    )
    forms = {FORMS[code] for code in Choice(game).features.form}
    assert forms == (set(Form) if family == "blocs" else set(Form) - {Form.BLOCS})


@pytest.mark.parametrize("legitimacy", [-0.1, 1.1, float("nan"), "high"])
def test_legitimacy_is_a_share(legitimacy):
    with pytest.raises(InvalidGameError, match="`legitimacy`"):
        Choice(games.load_case("rok-1953"), legitimacy=legitimacy)
