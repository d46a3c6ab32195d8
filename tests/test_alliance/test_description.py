"""A game describes each of its quantities, and tells the scenario's values from the user's."""

import math
from dataclasses import fields, replace

import pytest

from games.alliance import parameters
from games.alliance.description import GIVEN, MEDIANS, Described, describe
from games.alliance.game import AllianceGame
from games.alliance.references import ConstantReference
from games.prospects.preferences import CumulativeProspectTheory, ExpectedUtility
from games.scenarios.loading import load, names

BARE = AllianceGame(hegemon="Athens", capabilities={"Samos": 0.2, "Chios": 0.1}, threat=0.7)


def by_name(game: AllianceGame) -> dict[str, Described]:
    items = describe(game)
    found = {item.name: item for item in items}
    assert len(found) == len(items), "each quantity stands once"
    return found


@pytest.mark.parametrize("game", [BARE, *map(load, names())])
def test_each_item_is_whole(game: AllianceGame) -> None:
    found = by_name(game)
    for item in found.values():
        assert all(getattr(item, field.name) != "" for field in fields(item)), item
        assert isinstance(item.value, str) or math.isfinite(item.value)
    assert set(parameters.names()) < set(found)
    assert {f"capability[{name}]" for name in game.candidates} < set(found)
    assert {"hegemon", "family", "ratification", "threat", "frame", "reference"} < set(found)
    assert found["reference_point"].value == game.reference_point


def test_a_bare_game_is_the_users_where_it_is_no_default() -> None:
    found = by_name(BARE)
    given = {name for name, item in found.items() if item.source == GIVEN}
    assert given == {"hegemon", "threat", "capability[Samos]", "capability[Chios]"}
    assert found["capability[Samos]"].value == 0.2
    assert found["frame"].value == 0.7
    assert found["frame"].source == "the threat"
    assert found["preference.alpha"] == Described(
        "preference.alpha",
        0.88,
        "exponent",
        "curvature of the value of gains; 1 is linear",
        MEDIANS,
    )
    assert found["preference.weighting_gains"].value == "TverskyKahneman(gamma=0.61)"
    text, unit = parameters.meaning("cohesion")
    assert found["cohesion"] == Described("cohesion", 0.7, unit, text, parameters.CALIBRATED)


def test_a_scenario_gives_its_sources() -> None:
    found = by_name(load("europe-1949"))
    assert found["hegemon"].meaning.endswith(": USA (United States of America)")
    assert found["hegemon"].source.startswith("Correlates of War")
    assert found["threat"].source.startswith("coding: inferred. High, since")
    uk = found["capability[UKG]"]
    assert uk.value == 0.070787571 / 0.27316636
    assert uk.meaning == "capability of UKG (United Kingdom)"
    assert uk.source.startswith("0.070787571 / 0.27316636 (CINC: mean share of the world total")
    assert uk.source.endswith("(Singer, Bremer & Stuckey 1972; Singer 1987)")


def test_an_invented_scenario_gives_reasons_of_single_values() -> None:
    found = by_name(load("classic-athens"))
    assert found["exposure[Samos]"].value == 1.2
    assert found["exposure[Samos]"].source.startswith("invented: ")
    assert found["affinity[Chios, Samos]"].meaning == "affinity of Chios and Samos"
    assert found["affinity[Chios, Samos]"].source.startswith("invented: ")


def test_values_changed_after_loading_are_the_users() -> None:
    game = load("classic-athens")
    changed = replace(
        game.at(threat=0.3, frame=0.9).with_parameters(cohesion=0.5),
        capabilities={**game.capabilities, "Samos": 0.3},
        exposures={"Samos": 1.5},
        affinity={("Samos", "Chios"): 0.1, ("Naxos", "Thasos"): 0.5},
        family="blocs",
        ratification="unanimous",
        reference=ConstantReference(0.2),
        candidate_reference=0.1,
    )
    before = by_name(game)
    after = by_name(changed)
    given = {name for name, item in after.items() if item.source == GIVEN}
    assert given == {
        "threat", "frame", "cohesion", "capability[Samos]", "exposure[Samos]",
        "affinity[Chios, Samos]", "family", "ratification", "reference", "candidate_reference",
    }  # fmt: skip
    assert after["affinity[Naxos, Thasos]"] == before["affinity[Naxos, Thasos]"]
    assert after["frame"].value == 0.9
    assert after["reference_point"].value == 0.2


def test_a_hegemon_of_capability_zero_on_record_is_no_source() -> None:
    game = load("classic-athens")
    assert game.scenario is not None
    nothing = replace(game.scenario.figures["Athens"], value=0.0)
    figures = {**game.scenario.figures, "Athens": nothing}
    broken = replace(game, scenario=replace(game.scenario, figures=figures))
    assert by_name(broken)["capability[Samos]"].source == GIVEN


def test_preferences_of_both_sides() -> None:
    steep = CumulativeProspectTheory(loss_aversion=3.0)
    game = replace(BARE, preference=ExpectedUtility(), candidate_preference=steep)
    found = by_name(game)
    assert found["preference"].value == "ExpectedUtility"
    assert found["preference"].source == GIVEN
    assert found["preference.alpha"].source == "fixed by ExpectedUtility"
    assert found["candidate_preference"].value == "CumulativeProspectTheory"
    assert found["candidate_preference"].source == GIVEN
    assert found["candidate_preference.loss_aversion"].source == GIVEN
    assert found["candidate_preference.alpha"].source == MEDIANS
