"""Games are written as scenario files that read back as equal games, or refused by name."""

from dataclasses import fields, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import any_games, fixed, number

from games import (
    AllianceGame,
    AllianceStructure,
    ConstantReference,
    CumulativeProspectTheory,
    ExpectationReference,
    ExpectedUtility,
    NotApplicableError,
    Prelec,
    ThreatReference,
    TverskyKahneman,
    load,
    rubinstein,
)
from games.alliance.scenario import CodedThreat, Scenario, SignedTreaty
from games.prospects.preferences import PREFERENCES, preference_named
from games.scenarios.loading import embedded

BARE = AllianceGame(hegemon="Athens", capabilities={"Samos": 0.2, "Chios": 0.1}, threat=0.7)


def again(game: AllianceGame, folder: Path) -> AllianceGame:
    path = folder / "again.toml"
    path.write_text(game.to_toml(), encoding="utf-8")
    return load(path)


@pytest.mark.parametrize("name", sorted(embedded()))
def test_every_scenario_and_case_reads_back_whole(name: str, tmp_path: Path) -> None:
    game = load(name)
    found = again(game, tmp_path)
    assert found == game
    assert found.scenario is not None
    assert replace(found.scenario, name=name) == game.scenario
    assert found.describe() == game.describe()


def theories() -> st.SearchStrategy[CumulativeProspectTheory]:
    exponents = st.builds(TverskyKahneman, number(0.28, 1.5))
    return st.builds(
        CumulativeProspectTheory,
        number(0.5, 1.5),
        number(0.5, 1.5),
        number(0.5, 4),
        exponents,
        exponents,
    )


NAMED = st.sampled_from([preference_named(name) for name in PREFERENCES])
REFERENCES = st.one_of(
    st.builds(ThreatReference, number(-1, 1), number(-2, 2)),
    st.builds(ConstantReference, number(-1, 2)),
)
GAMES = st.builds(
    replace,
    any_games(family="blocs"),
    family=st.sampled_from(["bloc_and_spokes", "blocs"]),
    preference=st.one_of(NAMED, theories()),
    reference=REFERENCES,
    candidate_preference=NAMED,
    burden_sharing=st.sampled_from(["none", "split", rubinstein(0.85)]),
)


@fixed(240)
@given(GAMES)
def test_games_without_a_scenario_read_back_equal(tmp_path_factory, game: AllianceGame) -> None:
    found = again(game, tmp_path_factory.getbasetemp())
    assert found == game
    assert found.scenario is not None
    assert found.scenario.kind == "invented"
    assert found.scenario.threat.coding == "invented"
    assert found.scenario.sources["capabilities"] == "unknown"
    assert any("sources of its figures are unknown" in note for note in found.scenario.notes)


ATHENS, EUROPE = load("classic-athens"), load("europe-1949")
CHANGED = {
    "threat and frame": EUROPE.at(0.3, frame=0.8),
    "a capability": replace(EUROPE, capabilities={**EUROPE.capabilities, "FRN": 0.1234567}),
    "another candidate": replace(EUROPE, capabilities={**EUROPE.capabilities, "SWE": 0.01}),
    "fewer candidates": EUROPE.strongest(4),
    "parameters": ATHENS.with_parameters(cohesion=0.55, adversary=1.25),
    "own values": replace(ATHENS, basings={"Samos": 0.5}, reliabilities={"Chios": 0.1}),
    "affinity": replace(ATHENS, affinity={("Chios", "Lesbos"): 0.25}),
    "expected utility": EUROPE.with_preference(ExpectedUtility()),
    "no weighting of gains": ATHENS.with_preference(
        CumulativeProspectTheory(weighting_gains=TverskyKahneman(1.0), loss_aversion=3)
    ),
    "no reference": EUROPE.without("reference"),
    "unanimous": replace(ATHENS, ratification="unanimous", burden_sharing="nash_in_nash"),
    "the other family": replace(load("rok-1953"), family="blocs"),
    "back from the family of the case": replace(
        load("soviet-bilateral-1948"), family="bloc_and_spokes"
    ),
    "an adversary by the name of none": replace(BARE, capabilities={"Adversary": 0.3}),
}


@pytest.mark.parametrize("game", CHANGED.values(), ids=CHANGED)
def test_changed_games_read_back_equal(game: AllianceGame, tmp_path: Path) -> None:
    assert again(game, tmp_path) == game


def told(game: AllianceGame) -> dict[str, str]:
    return {item.name: item.source for item in game.describe()}


def test_what_was_changed_is_told_from_what_was_not(tmp_path: Path) -> None:
    found = told(again(CHANGED["a capability"].at(0.3), tmp_path))
    assert found["capability[FRN]"].endswith(": given by the user")
    assert found["capability[UKG]"].endswith("Singer, Bremer & Stuckey 1972; Singer 1987)")
    assert found["threat"] == "coding: invented. given by the user"
    found = told(again(CHANGED["parameters"], tmp_path))
    assert found["cohesion"] == found["adversary"] == "given by the user"
    assert found["exposure[Samos]"].startswith("invented: ")


def test_treaties_of_states_that_left_are_left_out_and_a_note_says_so(tmp_path: Path) -> None:
    found = again(CHANGED["fewer candidates"], tmp_path).scenario
    assert found is not None
    assert (found.treaties, found.case) == ((), None)
    assert found.notes[-1].endswith("no longer there: North Atlantic Treaty, the case.")


def test_a_scenario_made_by_hand_is_written_as_far_as_it_tells(tmp_path: Path) -> None:
    told_by_hand = Scenario(
        name="mine",
        title="  ",
        theatre="Here",
        year=1900,
        kind="invented",
        summary="",
        hegemon="Athens",
        adversaries=("Persia",),
        threat=CodedThreat(0.7, "published", "By  hand."),
    )
    game = replace(BARE, scenario=told_by_hand)
    found = again(game, tmp_path)
    assert found == game
    assert found.scenario is not None
    assert found.scenario.title == found.scenario.summary == "unknown"
    assert found.scenario.threat == CodedThreat(0.7, "published", "By hand.")
    assert found.scenario.figures["Persia"].value == 0
    assert found.scenario.figures["Persia"].source == "no figure is known: counts as 0"


REFUSED = {
    "the preference": replace(
        BARE, preference=CumulativeProspectTheory(weighting_gains=Prelec(0.65))
    ),
    "the candidates' preference": replace(
        BARE, candidate_preference=CumulativeProspectTheory(loss_aversion=3)
    ),
    "the reference": replace(BARE, reference=ExpectationReference(AllianceStructure("Athens"))),
    "'early', when 'Pact' was signed": replace(
        EUROPE,
        scenario=replace(
            EUROPE.scenario, treaties=(SignedTreaty("Pact", "bilateral", "early", ("USA",), "-"),)
        ),
    ),
}


@pytest.mark.parametrize(("what", "game"), REFUSED.items(), ids=REFUSED)
def test_what_a_file_cannot_hold_is_refused_by_name(what: str, game: AllianceGame) -> None:
    with pytest.raises(NotApplicableError) as caught:
        game.to_toml()
    assert str(caught.value).startswith(f"a scenario file has no field for {what}")
    assert str(caught.value).endswith("; set it after loading")


def test_every_field_of_a_game_is_thought_of() -> None:
    """A new field has to be written, too: then it belongs in this list."""
    assert {field.name for field in fields(AllianceGame)} == {
        *("hegemon", "capabilities", "threat", "preference", "reference", "parameters"),
        *("exposures", "reliabilities", "basings", "affinity", "family", "ratification", "frame"),
        *("burden_sharing", "candidate_preference", "candidate_reference", "scenario"),
    }
