"""Results as plain values: each equals what the library holds, and JSON can carry it."""

import json
from itertools import pairwise

import pytest

import games
import solver
from games import AllianceGame, AllianceStructure, ExpectedUtility
from solver.command import plain
from solver.studies.comparison import Comparison, FramingEffect
from solver.studies.critical import changes_on_grid


@pytest.fixture(scope="module")
def athens() -> AllianceGame:
    return games.load("classic-athens")


@pytest.fixture(scope="module")
def mine() -> AllianceGame:
    return AllianceGame(hegemon="H", capabilities={"A": 0.2, "B": 0.1}, threat=0.5)


@pytest.fixture(scope="module")
def study(athens: AllianceGame) -> Comparison:
    both = {"prospect": athens.preference, "expected": ExpectedUtility()}
    return solver.compare(athens, both, threat=[0.2, 0.6])


def carried(facts: object) -> object:
    return json.loads(json.dumps(facts, allow_nan=False))


def test_titles(athens: AllianceGame, mine: AllianceGame) -> None:
    assert athens.title == "Athens and the islands"
    assert mine.title == "Game of H"


@pytest.mark.parametrize("name", games.scenario_names())
def test_scenario_row(name: str) -> None:
    info = games.scenario_info(name)
    assert plain.scenario_row(info) == {
        "name": name,
        "year": info.year,
        "hegemon": info.hegemon,
        "adversary": info.adversary,
        "coded_threat": info.threat.value,
        "coding": info.threat.coding,
        "title": info.title,
    }


def test_treaty_rows() -> None:
    info = games.scenario_info("asia-1951")
    rows = plain.treaty_rows(info)
    assert [row["treaty"] for row in rows] == [treaty.name for treaty in info.treaties]
    assert len(rows) > 1
    assert rows[0]["members"] == ", ".join(info.treaties[0].members)
    assert all(row["source"] for row in rows)


@pytest.mark.parametrize("name", games.scenario_names())
def test_game_facts(name: str) -> None:
    game = games.load(name)
    facts = plain.game_facts(game)
    assert carried(facts) == facts
    assert game.scenario is not None
    assert facts["reason"] == game.scenario.threat.reason
    assert facts["notes"] == list(game.scenario.notes)
    quantities = facts["quantities"]
    assert isinstance(quantities, list)
    assert [item["name"] for item in quantities] == [item.name for item in game.describe()]
    assert all(item["unit"] and item["source"] for item in quantities)


def test_facts_of_a_game_without_a_scenario(mine: AllianceGame) -> None:
    assert set(plain.game_facts(mine)) == {"title", "quantities"}
    facts = plain.solution_facts(solver.solve(mine), [])
    assert facts["scenario"] is None
    assert facts["listed"] == []
    assert plain.critical_facts(mine, solver.critical_threats(mine))["scenario"] is None
    assert plain.record_lines(mine) == []
    study = solver.compare(mine, {"expected": ExpectedUtility()}, threat=[0.5])
    assert plain.comparison_facts(study)["scenario"] is None
    assert plain.prediction_lines(study) == []


def test_structure_facts() -> None:
    found = AllianceStructure("H", bloc=("A", "B"), spokes=("C",))
    assert plain.structure_facts(found) == {
        "text": "H: bloc {A, B}; spokes C",
        "form": "mixed",
        "blocs": [["A", "B"]],
        "spokes": ["C"],
    }
    assert plain.structure_facts(None) is None


def test_equilibrium_row(athens: AllianceGame) -> None:
    best = solver.solve(athens).preferred
    assert best is not None
    seen = athens.appraise(best.structure)
    assert plain.equilibrium_row(athens, best) == {
        "form": str(best.form),
        "structure": str(best.structure),
        "value": seen.value,
        "certainty_equivalent": seen.certainty_equivalent,
        "domain": str(seen.domain),
        "mass_below": seen.mass_below,
        "risk_premium": seen.risk_premium,
        "regret": best.regret,
    }


@pytest.mark.parametrize("concept", solver.CONCEPTS)
def test_solution_facts(athens: AllianceGame, concept: str) -> None:
    found = solver.solve(athens, concept)
    facts = plain.solution_facts(found, found.equilibria[:2])
    assert carried(facts) == facts
    assert facts["equilibria"] == len(found.equilibria)
    assert facts["status"] == "solved"
    assert facts["searched"] == 163  # derived: 3^5 - 5 * 2^4
    assert (facts["security_level"] is None) == (concept != "subgame_perfect")
    forms, listed = facts["forms"], facts["listed"]
    assert isinstance(forms, dict)
    assert isinstance(listed, list)
    assert sum(forms.values()) == len(found.equilibria)
    assert [item["values"] for item in listed] == [item.values for item in found.equilibria[:2]]
    assert listed[0]["structure"] == plain.structure_facts(found.equilibria[0].structure)


def test_spans_join_and_alternate(study: Comparison) -> None:
    for name, path in study.sweeps.items():
        rows = plain.span_rows(study, name)
        assert {row["preference"] for row in rows} == {name}
        assert [row["form"] for row in (rows[0], rows[-1])] == [str(f) for f in path.forms]
        for before, after in pairwise(rows):
            assert before["to"] == after["from"]
            assert before["form"] != after["form"]


def test_spans_claim_nothing_beyond_the_sweep(study: Comparison) -> None:
    rows = plain.span_rows(study, "prospect")
    assert (rows[0]["from"], rows[-1]["to"]) == (0.2, 0.6)


def test_spans_without_an_equilibrium(study: Comparison) -> None:
    found = AllianceStructure("Athens", spokes=("Samos",))
    gaps = changes_on_grid([0.0, 0.5, 1.0], [found, None, found])
    blank = Comparison(study.game, {"prospect": study.sweeps["prospect"]}, {"prospect": gaps})
    forms = [row["form"] for row in plain.span_rows(blank, "prospect")]
    assert forms == ["bilateral", "no equilibrium", "bilateral"]


def test_change_row(study: Comparison) -> None:
    game = study.game
    change = study.sweeps["prospect"].changes()[0]
    row = plain.change_row(game, change)
    allies = [gain for name, gain in change.gains.items() if name != "Athens"]
    assert row == {
        "from": 0.2,
        "to": 0.6,
        "change": "spoke to bloc Chios, Lesbos, Naxos, Samos, Thasos",
        "Athens_gains": change.gains["Athens"],
        "least_ally_gain": min(allies),
        "most_ally_gain": max(allies),
    }


def test_framing_row() -> None:
    effect = FramingEffect("expected", None, None)
    assert plain.framing_row(effect) == {
        "preference": "expected",
        "multilateral_from": None,
        "shift": None,
    }


def test_critical_rows_and_facts(athens: AllianceGame) -> None:
    found = solver.critical_threats(athens)
    row = plain.critical_row(found[-1])
    assert row["threat"] == f"{found[-1].threat:.9f}"
    assert (row["below"], row["above"], row["cause"]) == ("mixed", "multilateral", "value")
    facts = plain.critical_facts(athens, found)
    assert carried(facts) == facts
    assert (facts["first"], facts["last"]) == ("none", "multilateral")
    assert facts["multilateral_from"] == found[-1].threat
    listed = facts["critical"]
    assert isinstance(listed, list)
    assert [item["threat"] for item in listed] == [item.threat for item in found]
    assert all(0 <= item["width"] <= 1e-9 for item in listed)
    assert listed[0]["below"] == plain.structure_facts(found[0].below_structure)


def test_critical_facts_without_an_equilibrium(athens: AllianceGame) -> None:
    found = changes_on_grid([0.0, 1.0], [AllianceStructure("Athens"), None])
    facts = plain.critical_facts(athens, found)
    assert carried(facts) == facts
    assert (facts["first"], facts["last"], facts["multilateral_from"]) == ("none", None, None)
    nothing = plain.critical_facts(athens, changes_on_grid([0.0], [None]))
    assert (nothing["first"], nothing["critical"]) == (None, [])


def test_comparison_facts(study: Comparison) -> None:
    facts = plain.comparison_facts(study)
    assert carried(facts) == facts
    assert facts["scenario"] == "classic-athens"
    assert facts["rows"] == study.records()
    critical, changes = facts["critical"], facts["changes"]
    assert isinstance(critical, dict)
    assert isinstance(changes, dict)
    assert list(critical) == list(changes) == ["prospect", "expected"]
    assert critical["prospect"]["critical"][-1]["threat"] == study.critical["prospect"][-1].threat
    assert changes["expected"] == []
    assert changes["prospect"][0]["text"] == str(study.sweeps["prospect"].changes()[0])
    assert facts["framing_effects"] == [
        {"preference": effect.preference, "multilateral_from": turn, "shift": effect.shift}
        for effect in study.framing_effects
        for turn in [effect.multilateral_from]
    ]


def test_the_record_stands_beside_a_historical_game() -> None:
    lines = plain.record_lines(games.load("europe-1949"))
    assert lines[0].startswith("Coded threat 0.7 (inferred): ")
    assert any(line.startswith("On record: ") and "UKG" in line for line in lines)
    assert lines[-1] == plain.CALIBRATED
    assert "not a test" in plain.CALIBRATED


def test_the_prediction_stands_beside_what_was_signed(
    study: Comparison, athens: AllianceGame
) -> None:
    assert plain.prediction_lines(study) == [
        "Preferred at the coded threat: multilateral (prospect), hub-and-spoke (expected)."
        " Signed: nothing on record."
    ]
    low = solver.compare(athens, {"prospect": athens.preference}, threat=[0.2, 0.3])
    assert "Preferred at the coded threat: not in the sweep." in plain.prediction_lines(low)[0]


def test_an_invented_game_needs_no_word_on_calibration(athens: AllianceGame) -> None:
    assert plain.record_lines(athens) == [
        "Coded threat 0.6 (invented): Set above the middle of the scale, so that lowering it shows"
        " the form change."
    ]
