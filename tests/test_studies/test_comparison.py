"""Comparisons: what a preference changes, and by how much it moves the critical threats."""

from dataclasses import replace

import pytest
from known_games import ATHENS_1 as ATHENS

from games import (
    AllianceGame,
    AllianceStructure,
    ConstantReference,
    CumulativeProspectTheory,
    ExpectedUtility,
    Form,
    InvalidGameError,
    NotApplicableError,
    UnknownNameError,
)
from solver import Comparison, FramingEffect, compare, critical_threats, sweep, variants
from solver.studies.critical import CriticalThreats, changes_on_grid

THREATS = [0.0, 0.25, 0.5, 0.515, 0.75, 1.0]
PAIR = {"prospect": ATHENS.preference, "expected": ExpectedUtility()}


@pytest.fixture(scope="module")
def study():
    return compare(ATHENS, PAIR, threat=THREATS)


# --- variants


def test_variants_switch_off_one_channel_each():
    found = variants(ATHENS)
    assert list(found) == [
        *("prospect", "expected", "no curvature", "no loss aversion"),
        *("no weighting", "no reference"),
    ]
    assert found["prospect"] is ATHENS
    assert found["expected"].preference == ExpectedUtility()
    assert found["no loss aversion"] == ATHENS.without("loss_aversion")
    assert found["no reference"].reference == ConstantReference(0)
    assert found["no reference"].preference == ATHENS.preference


def test_variants_of_another_preference():
    game = ATHENS.with_preference(ExpectedUtility())
    assert list(variants(game)) == ["prospect", "expected"]


def test_variants_are_the_default():
    found = compare(ATHENS, threat=[0.6])
    assert list(found.sweeps) == list(found.critical) == list(variants(ATHENS))
    assert {name: path.game for name, path in found.sweeps.items()} == variants(ATHENS)


# --- sweeps


def test_a_comparison_sweeps_each_preference(study):
    assert isinstance(study, Comparison)
    assert study.game is ATHENS
    assert list(study.sweeps) == ["prospect", "expected"]
    for name, taste in PAIR.items():
        wanted = sweep(ATHENS.with_preference(taste), threat=THREATS)
        assert study.sweeps[name] == wanted


def test_whole_games_can_be_compared():
    weaker = ATHENS.with_parameters(cohesion=0.3)
    found = compare(ATHENS, {"as it is": ATHENS, "weaker": weaker, "null": ExpectedUtility()})
    assert found.sweeps["weaker"].game is weaker
    assert found.sweeps["null"].game == ATHENS.with_preference(ExpectedUtility())
    assert Form.MULTILATERAL in found.sweeps["as it is"].forms
    assert Form.MULTILATERAL not in found.sweeps["weaker"].forms


@pytest.mark.parametrize("entry", ["prospect", 2.25, None, CumulativeProspectTheory])
def test_entries_must_be_preferences_or_games(entry):
    with pytest.raises(InvalidGameError) as caught:
        compare(ATHENS, {"good": ExpectedUtility(), "bad": entry}, threat=[0.5])
    assert str(caught.value).startswith(
        "`preferences['bad']` must be a Preference or an AllianceGame; got "
    )


def test_progress_names_the_preference():
    seen = []
    compare(ATHENS, PAIR, threat=[0.2, 0.6], progress=lambda *step: seen.append(step))
    assert seen == [("prospect", 1, 2), ("prospect", 2, 2), ("expected", 1, 2), ("expected", 2, 2)]


def test_concept_is_passed_on():
    found = compare(ATHENS, PAIR, threat=THREATS, concept="coalition_proof")
    path = found.sweeps["prospect"]
    assert path == sweep(ATHENS, threat=THREATS, concept="coalition_proof")
    preferred = [level.preferred.structure for level in path.levels]
    critical = found.critical["prospect"]
    assert list(critical) == list(changes_on_grid(THREATS, preferred))
    assert {item.cause for item in critical} == {"not located"}
    with pytest.raises(UnknownNameError, match="unknown concept 'best'"):
        compare(ATHENS, PAIR, threat=[0.5], concept="best")


def test_several_blocs_are_compared_on_the_grid():
    game = AllianceGame(
        hegemon="Athens", capabilities={"Samos": 0.3, "Chios": 0.3}, threat=0.5, family="blocs"
    )
    found = compare(game, {"prospect": game.preference}, threat=[0, 0.5, 1])
    assert {item.cause for item in found.critical["prospect"]} <= {"not located"}
    assert found.critical["prospect"].first is Form.NONE
    with pytest.raises(NotApplicableError):
        compare(game, {"prospect": game.preference}, threat=[0, 1], resolution=1e-2)


# --- critical threats


def test_changes_between_levels_are_located(study):
    exact = critical_threats(ATHENS)
    found = study.critical["prospect"]
    seen = [exact[place] for place in (0, 1, 4, 5)]
    assert [item.threat for item in found] == pytest.approx([i.threat for i in seen], abs=2e-9)
    assert found.resolution == 0.25
    assert [str(item.above) for item in study.critical["expected"]][-1] == "hub-and-spoke"


@pytest.mark.long
def test_resolution_asks_for_proof():
    found = compare(ATHENS, PAIR, threat=[0, 1], resolution=1e-3)
    exact = critical_threats(ATHENS, resolution=1e-3)
    assert list(found.critical["prospect"]) == list(exact)
    assert found.critical["prospect"].resolution == exact.resolution <= 1e-3
    with pytest.raises(InvalidGameError, match="`resolution` must"):
        compare(ATHENS, PAIR, threat=[0, 1], resolution=0.5)


@pytest.mark.parametrize(
    ("game", "concept"),
    [(ATHENS, "pairwise"), (replace(ATHENS, family="blocs"), "subgame_perfect")],
)
def test_resolution_is_refused_where_nothing_can_be_proved(game, concept):
    with pytest.raises(NotApplicableError, match="`resolution` is for the concept"):
        compare(game.strongest(2), threat=[0.5], concept=concept, resolution=1e-3)


# --- framing effects


def turning(*threats):
    """Return critical threats of preferences that turn multilateral at these, or never (None)."""
    item = critical_threats(ATHENS, resolution=0.1)[-1]
    hub, bloc = Form.HUB_AND_SPOKE, Form.MULTILATERAL
    return {
        f"taste {place}": CriticalThreats([], 1e-4, hub, hub)
        if threat is None
        else CriticalThreats([replace(item, threat=threat)], 1e-4, hub, bloc)
        for place, threat in enumerate(threats)
    }


@pytest.mark.parametrize(
    ("threats", "shifts"),
    [
        ((0.5, 0.75, 0.25), (0.0, 0.25, -0.25)),
        ((0.5, None), (0.0, None)),
        ((None, 0.5), (None, None)),
        ((None,), (None,)),
    ],
)
def test_framing_effects_are_taken_against_the_first(threats, shifts):
    effects = Comparison(ATHENS, {}, turning(*threats)).framing_effects
    assert [(one.multilateral_from, one.shift) for one in effects] == list(
        zip(threats, shifts, strict=True)
    )
    assert [(one.first, one.first_shift) for one in effects] == list(
        zip(threats, shifts, strict=True)
    )
    shares = [0.0 if threat is None else 1 - threat for threat in threats]
    assert [one.share for one in effects] == shares
    assert [one.share_shift for one in effects] == [share - shares[0] for share in shares]


def test_one_refusal_at_the_top_leaves_the_share_and_the_first_threat():
    item = critical_threats(ATHENS, resolution=0.1)[-1]
    hub, bloc = Form.HUB_AND_SPOKE, Form.MULTILATERAL
    there_and_back = [
        replace(item, threat=0.4, below=hub, above=bloc),
        replace(item, threat=0.5, below=bloc, above=hub),
        replace(item, threat=0.75, below=hub, above=bloc),
        replace(item, threat=0.9, below=bloc, above=hub),
    ]
    found = CriticalThreats(there_and_back, 1e-4, hub, hub)
    effect = Comparison(ATHENS, {}, {"one": found}).framing_effects[0]
    assert (effect.multilateral_from, effect.first) == (None, 0.4)
    assert effect.share == pytest.approx(0.25)
    assert found.multilateral.spans == ((0.4, 0.5), (0.75, 0.9))


def test_framing_effects_of_athens(study):
    prospect, expected = study.framing_effects
    assert prospect.multilateral_from == study.critical["prospect"][-1].threat
    assert (prospect.preference, prospect.shift) == ("prospect", 0.0)
    assert expected == FramingEffect("expected", None, None, None, None, 0.0, -prospect.share)
    assert prospect.share == pytest.approx(1 - prospect.multilateral_from)


# --- tables


def test_tables_hold_every_preference(study):
    records = study.records()
    assert records == [
        {"preference": name} | level.record()
        for name, path in study.sweeps.items()
        for level in path.levels
    ]
    assert [row["preference"] for row in records] == ["prospect"] * 6 + ["expected"] * 6
    assert study.to_dataframe().to_dict("records") == records
    data = study.to_xarray()
    assert dict(data.sizes) == {"preference": 2, "threat": 6}
    for row in records:
        place = data.sel(preference=row["preference"], threat=row["threat"])
        assert place["form"].item() == row["form"]
        assert place["value"].item() == row["value"]
    assert data["value"].attrs["units"] == "units of the hegemon's value function"


def test_structures_of_a_comparison_belong_to_its_game(study):
    for path in study.sweeps.values():
        for level in path.levels:
            assert isinstance(level.preferred.structure, AllianceStructure)
            ATHENS.check(level.preferred.structure)
