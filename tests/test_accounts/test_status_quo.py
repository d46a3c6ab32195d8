"""Choices beside treaties in force, against slow enumeration by `game.candidate_value`.

A structure is in the choice if each treaty in force stands or has its members in a wider one, and
if each member of each new treaty gets no less from it than from the status quo.
"""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from invented_cases import case
from strategies import any_games, either, fixed, placements

import games
from games import (
    AllianceGame,
    AllianceStructure,
    ExpectedUtility,
    Form,
    InvalidGameError,
    NotApplicableError,
)
from solver.accounts import choices
from solver.accounts.choices import FORMS, Choice, choice_of, recorded_of, status_quo_of
from solver.alliance.lattice import lattice, to_structure

FAMILIES = ("bloc_and_spokes", "blocs")
ISLES = ("Samos", "Chios", "Naxos", "Melos")


@st.composite
def bound(draw, most=4, families=FAMILIES):
    """Draw a game and a status quo of its family."""
    game = draw(either(*(any_games(most=most, family=family) for family in families)))
    before = draw(placements(game.candidates, 1 if game.family == "bloc_and_spokes" else 2))
    return game, before


def listed(choice):
    return [choice.structure(place) for place in range(len(choice))]


def enumerated(game, before):
    """Return what extends the status quo and is accepted, unless rounding could decide."""
    found = set()
    for structure in game.structures():
        if not structure.extends(before):
            continue
        new = set(structure.treaties) - set(before.treaties)
        gains = [
            game.candidate_value(name, structure) - game.candidate_value(name, before)
            for treaty in new
            for name in treaty - {game.hegemon}
        ]
        assume(all(abs(gain) > 1e-12 or gain == 0 for gain in gains))
        if all(gain >= 0 for gain in gains):
            found.add(structure)
    return found


@fixed(90)
@given(bound())
def test_the_structures_are_those_of_enumeration(drawn):
    game, before = drawn
    wanted = enumerated(game, before)
    found = listed(Choice(game, status_quo=before))
    assert len(found) == len(set(found))
    assert set(found) == wanted
    assert before in wanted


@fixed(60)
@given(bound())
def test_forms_are_those_beside_the_status_quo(drawn):
    game, before = drawn
    choice = Choice(game, status_quo=before)
    wanted = [FORMS.index(one.form_beside(before)) for one in listed(choice)]
    assert choice.forms.tolist() == wanted
    assert choice.features.form.tolist() == wanted


@fixed(40)
@given(bound())
def test_values_are_those_of_the_game(drawn):
    game, before = drawn
    game = game.with_preference(ExpectedUtility())
    choice = Choice(game, status_quo=before)
    wanted = game.hegemon_values(listed(choice))
    assert choice.values(game) == pytest.approx(wanted, rel=1e-9, abs=1e-11)


@fixed(40)
@given(bound(families=("bloc_and_spokes",)))
def test_the_listing_for_many_candidates_agrees_with_the_numbering(drawn):
    game, before = drawn
    numbered = Choice(game, status_quo=before)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Choice, "_number", Choice._list)
        one_by_one = Choice(game, status_quo=before)
    with pytest.raises(NotApplicableError, match="have no numbers"):
        _ = one_by_one.numbers
    places = {structure: place for place, structure in enumerate(listed(one_by_one))}
    order = [places.pop(structure) for structure in listed(numbered)]
    assert not places
    assert one_by_one.forms[order].tolist() == numbered.forms.tolist()
    tolerance = 1e-6 if min(game.preference.alpha, game.preference.beta) < 0.8 else 1e-11
    values, plain = numbered.values(game), one_by_one.values(game)[order]
    assert values == pytest.approx(plain, rel=1e-9, abs=tolerance)
    for name in ("tied_pairs", "identity", "ally_power", "control", "pledged", "autonomy"):
        seen, found = getattr(numbered.features, name), getattr(one_by_one.features, name)
        assert found[order] == pytest.approx(seen, abs=1e-12), name


def test_too_many_candidates_outside_the_standing_bloc_are_refused(monkeypatch):
    game = AllianceGame(hegemon="H", capabilities=dict.fromkeys("ABCD", 0.1), threat=0.5)
    monkeypatch.setattr(choices, "EXACT_LIMIT", 2)
    with pytest.raises(NotApplicableError, match=r"^4 candidates outside the"):
        Choice(game)
    assert len(Choice(game, status_quo=game.structure(bloc=["A", "B"]))) > 0


@fixed(40)
@given(bound())
def test_whoever_is_not_asked_refuses_nothing(drawn):
    game, before = drawn
    found = listed(Choice(game, status_quo=before, asked=False))
    assert len(found) == len(set(found))
    assert set(found) == {one for one in game.structures() if one.extends(before)}


def isles(threat=0.6, family="bloc_and_spokes", **sizes):
    sizes = sizes or {"Samos": 0.3, "Chios": 0.25, "Naxos": 0.1}
    return AllianceGame(hegemon="Athens", capabilities=sizes, threat=threat, family=family)


def test_by_hand_one_spoke_stands():
    game = isles(Samos=0.3, Chios=0.25)
    before = AllianceStructure("Athens", spokes=["Samos"])
    assert set(listed(Choice(game, status_quo=before))) == {
        before,
        AllianceStructure("Athens", spokes=["Samos", "Chios"]),
        AllianceStructure("Athens", bloc=["Samos", "Chios"]),
    }


def test_who_would_lose_by_a_wider_pact_stays_out_of_it():
    """A spoke that is worth more to its ally than the bloc is kept; the bloc needs its consent."""
    dear = isles(Samos=0.3, Chios=0.25).with_parameters(ally_cost_multilateral=0.2)
    before = AllianceStructure("Athens", spokes=["Samos"])
    wide = AllianceStructure("Athens", bloc=["Samos", "Chios"])
    assert dear.candidate_value("Samos", wide) < dear.candidate_value("Samos", before)
    assert wide not in listed(Choice(dear, status_quo=before))
    # nobody is asked about what stands, however little it is worth
    assert dear.candidate_value("Samos", wide) < dear.candidate_value("Samos", dear.structure())
    assert listed(Choice(dear, status_quo=wide)) == [wide]


def test_without_a_status_quo_it_is_the_empty_one():
    game = isles()
    assert Choice(game).status_quo == AllianceStructure("Athens")
    empty = Choice(game, status_quo=AllianceStructure("Athens"))
    assert listed(Choice(game)) == listed(empty)
    assert [FORMS[code] for code in empty.forms] == [one.form for one in listed(empty)]


@pytest.mark.parametrize(
    "wrong",
    [
        AllianceStructure("Sparta"),
        AllianceStructure("Athens", spokes=["Corinth"]),
        AllianceStructure("Athens", blocs=[["Samos", "Chios"], ["Naxos", "Melos"]]),
    ],
    ids=str,
)
def test_a_status_quo_is_a_structure_of_the_game(wrong):
    game = isles(**dict.fromkeys(ISLES, 0.2))
    with pytest.raises((InvalidGameError, games.UnknownNameError)):
        Choice(game, status_quo=wrong)


# --- cases


def test_more_than_twelve_candidates_are_few_who_are_free():
    game = games.load_case("nato-1955")
    choice = choice_of(game)
    assert len(game.candidates) == 17
    assert len(choice.status_quo.bloc) == 13
    found = listed(choice)
    # each of the four who are free is outside, a spoke, or in the bloc
    assert len(set(found)) == len(found) <= 3**4
    old = choice.status_quo
    for structure in found:
        assert set(old.bloc) <= set(structure.bloc)
        new = set(structure.treaties) - set(old.treaties)
        for name in {name for treaty in new for name in treaty} - {"USA"}:
            gain = game.candidate_value(name, structure) - game.candidate_value(name, old)
            assert gain >= -1e-12
    assert {structure.form_beside(old) for structure in found} >= {Form.NONE, Form.MULTILATERAL}


def test_more_than_twelve_who_are_free_are_too_many():
    names = {f"ally {number}": 0.1 for number in range(14)}
    game = AllianceGame(hegemon="Athens", capabilities=names, threat=0.6)
    message = "^13 candidates outside the bloc of the status quo are too many for a choice; the li"
    with pytest.raises(NotApplicableError, match=message):
        Choice(game.strongest(13))
    pact = AllianceStructure("Athens", bloc=[f"ally {number}" for number in range(10)])
    choice = Choice(game, status_quo=pact)
    assert {structure.extends(pact) for structure in listed(choice)} == {True}
    assert len(choice) > 1


def test_a_case_is_a_choice_beside_what_stands():
    game = case({"Samos": 0.3, "Chios": 0.25}, 0.6, "none", status_quo=[["Chios"]])
    before = AllianceStructure("Athens", spokes=["Chios"])
    assert status_quo_of(game) == choice_of(game).status_quo == before
    # nothing was signed, so that what stands is on record
    assert recorded_of(game) == before
    alone = game.restricted_to(["Samos"])
    assert status_quo_of(alone) == AllianceStructure("Athens")


@pytest.mark.parametrize(("name", "leader"), [("rok-1953", "USA"), ("warsaw-pact-1955", "RUS")])
def test_a_coded_case_as_a_choice(name, leader):
    game = games.load_case(name)
    coded = game.scenario.case
    choice = choice_of(game)
    assert choice.prior_ties == coded.allied_before()
    assert choice.status_quo == status_quo_of(game) == coded.standing(leader, game.candidates)
    assert recorded_of(game) == game.scenario.recorded(game.candidates)
    assert recorded_of(game).extends(choice.status_quo)


def test_a_game_that_is_no_case_has_nothing_in_force():
    for game in (games.load("classic-athens"), isles()):
        assert choice_of(game).status_quo == status_quo_of(game) == recorded_of(game)
        assert status_quo_of(game) == game.structure()
        assert choice_of(game).prior_ties == frozenset()
    # a scenario without a coded case has a record and no status quo
    east_asia = games.load("us-east-asia-2016")
    assert status_quo_of(east_asia) == AllianceStructure("USA")
    assert recorded_of(east_asia).spokes == ("AUL", "JPN", "PHI", "ROK", "THI")


def test_numbers_are_those_of_the_lattice():
    game = isles()
    choice = Choice(game, status_quo=AllianceStructure("Athens", spokes=["Naxos"]))
    found = [
        to_structure("Athens", game.candidates, *lattice(3).masks(number))
        for number in choice.numbers.tolist()
    ]
    assert found == listed(choice)
    assert 1 < len(found) < lattice(3).size
