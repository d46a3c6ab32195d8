"""`alliance scenarios`, `show` and `solve`, and what they say as plain values."""

import pytest

import games
import solver
from games import AllianceGame, AllianceStructure
from games.alliance.scenario import CALIBRATED
from solver.alliance.concepts.registry import CONCEPTS
from solver.command import game as command
from solver.command.show import record_lines, structure_facts

ATHENS = "classic-athens"


def test_scenarios(run, ask) -> None:
    table = run("scenarios")
    for name in games.scenario_names():
        assert name in table
        assert games.scenario_info(name).title in table
    assert all(name in table for name in games.case_names())
    rows = ask("scenarios")
    assert len(rows) == len({row["name"] for row in rows})
    assert {row["name"] for row in rows} == {*games.scenario_names(), *games.case_names()}
    assert [row["name"] for row in rows if row["sample"] is None] == [
        *("classic-athens", "nato-2024", "us-east-asia-2016"),
    ]
    for row in rows:
        info = games.scenario_info(row["name"])
        assert row == command.scenario_row(info) | {"sample": info.case and info.case.sample}


def test_show(run, ask) -> None:
    table = run("show", "asia-1951")
    game = games.load("asia-1951")
    assert game.scenario is not None
    assert all(item.name in table for item in game.describe())
    assert all(treaty.name in table for treaty in game.scenario.treaties)
    assert ask("show", "asia-1951") == command.game_facts(game)
    assert "Treaties" not in run("show", ATHENS)


def test_show_says_each_source_once_and_what_quantities_mean(run) -> None:
    table = run("show", "asia-1951")
    described = games.load("asia-1951").describe()
    assert all(item.meaning in table for item in described)
    shown, sources = table.split("Sources:\n")
    for source in {item.source for item in described}:
        assert sources.count(source.split("): ")[-1]) >= 1
    assert table.count("project default, calibrated in hindsight") == 1
    marks = [line.split("]")[0] + "]" for line in sources.splitlines()]
    assert marks == [f"[{number}]" for number in range(1, len(marks) + 1)]
    assert all(mark in shown for mark in marks)
    (row,) = (line for line in shown.splitlines() if "k_bloc " in line)
    (source,) = (line for line in sources.splitlines() if "calibrated" in line)
    assert f"autonomy lost to having a bloc {source.split()[0]} " in row


def test_show_names_the_adversary_with_its_figure(run) -> None:
    assert "Adversary: Persia 300 (warships); 1.5 times what Athens has." in run("show", ATHENS)
    assert "Soviet Union 0.1732, People's Republic of China 0.1036" in run("show", "asia-1951")


def test_a_game_is_varied(ask, run, tmp_path) -> None:
    changed = ("--set", "cohesion=0.8", "--set", "loss_aversion=3", "--preference", "booij-2010")
    facts = ask("solve", ATHENS, "--threat", "0.3", *changed)
    game = games.load(ATHENS).at(0.3).with_parameters(cohesion=0.8)
    game = games.settings.with_values(
        game, {"preference": games.preset("booij-2010"), "loss_aversion": 3}
    )
    found = solver.solve(game)
    assert facts == command.solution_facts(found, found.equilibria[:10])
    assert ask("solve", ATHENS, "--set", "threat=0.3")["threat"] == 0.3
    split = ask("solve", ATHENS, "--set", "burden_sharing=split", "--most", "1")
    assert split == ask("solve", ATHENS, "--burden-sharing", "split", "--most", "1")
    coarse = ("critical", ATHENS, "--resolution", "0.01")
    turn = ask(*coarse, *changed)["multilateral_from"]
    assert turn == solver.critical_threats(game, resolution=0.01).multilateral_from
    assert turn != ask(*coarse)["multilateral_from"]
    compared = ask("compare", ATHENS, "--threat", "0.3", "--set", "cohesion=0.8")
    other = solver.solve(games.load(ATHENS).at(0.3).with_parameters(cohesion=0.8))
    assert other.preferred is not None
    assert compared["rows"][0]["value"] == other.preferred.values["Athens"]


def test_equilibria_on_disk(run, ask, tmp_path) -> None:
    import pandas as pd

    path = tmp_path / "found.csv"
    asked = ("solve", ATHENS, "--burden-sharing", "split", "--most", "3")
    assert f"Wrote {path}." in run(*asked, "--out", path)
    rows = pd.read_csv(path)
    listed = ask(*asked)["listed"]
    assert rows.structure.tolist() == [one["structure"]["text"] for one in listed]
    assert rows.value.tolist() == [one["value"] for one in listed]
    assert rows["payoff[Samos]"].tolist() == [one["values"]["Samos"] for one in listed]
    assert rows["burden[Chios]"][0] == listed[0]["burdens"]["Chios"]


@pytest.mark.parametrize("concept", CONCEPTS)
def test_solve(run, ask, concept: str) -> None:
    arguments = ("solve", ATHENS, "--threat", "0.55", "--concept", concept)
    found = solver.solve(games.load(ATHENS).at(0.55), concept)
    facts = ask(*arguments)
    assert facts == command.solution_facts(found, found.equilibria[:10])
    assert set(facts) == {
        *("scenario", "threat", "concept", "status", "equilibria", "searched", "unsettled"),
        "tolerance",
        *("security_level", "forms", "listed"),
    }
    table = run(*arguments)
    assert f"Athens and the islands, threat 0.55: {concept}, {len(found.equilibria)} eq" in table
    assert "solved: every structure was searched" in table
    assert str(found.equilibria[0].structure) in table
    assert f"{found.equilibria[0].values['Athens']:.4g}" in table
    assert ("Of so many, `--concept coalition_proof`" in table) == (len(found.equilibria) > 100)


def test_solve_at_the_coded_threat(run) -> None:
    assert run("solve", ATHENS) == run("solve", ATHENS, "--threat", "0.6")


@pytest.mark.parametrize("most", [1, 1000])
def test_solve_lists_the_best(run, ask, most: int) -> None:
    found = solver.solve(games.load(ATHENS), "nash")
    facts = ask("solve", ATHENS, "--concept", "nash", "--most", str(most))
    assert len(found.equilibria) > 2
    assert facts["equilibria"] == len(found.equilibria)
    assert len(facts["listed"]) == min(most, len(found.equilibria))
    table = run("solve", ATHENS, "--concept", "nash", "--most", str(most))
    assert f"The hegemon's best {len(facts['listed'])} of {len(found.equilibria)}" in table


def test_one_equilibrium_is_no_plural(run) -> None:
    assert ", 1 equilibrium among 163 structures" in run("solve", ATHENS, "--threat", "0.0")


def test_a_game_without_a_scenario_can_be_shown(run, mine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(games, "load", lambda name: mine)
    assert "Quantities" in run("show", "mine")


def test_a_historical_answer_says_that_it_is_calibrated(run) -> None:
    table = run("solve", "asia-1951")
    assert CALIBRATED in table
    assert "On record: " in table


@pytest.mark.usefixtures("no_equilibrium")
def test_an_empty_answer_is_an_answer(run, ask) -> None:
    arguments = ("solve", ATHENS, "--concept", "pairwise")
    table = run(*arguments)
    assert "0 equilibria among 163 structures" in table
    assert "empty: every structure was searched and none satisfies the concept" in table
    assert "best" not in table
    facts = ask(*arguments)
    assert (facts["status"], facts["equilibria"], facts["listed"]) == ("empty", 0, [])


def test_titles(athens: AllianceGame, mine: AllianceGame) -> None:
    assert athens.title == "Athens and the islands"
    assert mine.title == "Game of H"


@pytest.mark.parametrize("name", games.scenario_names())
def test_scenario_row(name: str) -> None:
    info = games.scenario_info(name)
    assert command.scenario_row(info) == {
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
    rows = command.treaty_rows(info)
    assert [row["treaty"] for row in rows] == [treaty.name for treaty in info.treaties]
    assert len(rows) > 1
    assert rows[0]["members"] == ", ".join(info.treaties[0].members)
    assert all(row["source"] for row in rows)


@pytest.mark.parametrize("name", games.scenario_names())
def test_game_facts(carried, name: str) -> None:
    game = games.load(name)
    facts = command.game_facts(game)
    assert carried(facts) == facts
    assert game.scenario is not None
    assert facts["reason"] == game.scenario.threat.reason
    assert facts["notes"] == list(game.scenario.notes)
    quantities = facts["quantities"]
    assert isinstance(quantities, list)
    assert [item["name"] for item in quantities] == [item.name for item in game.describe()]
    assert all(item["unit"] and item["source"] for item in quantities)


def test_structure_facts() -> None:
    found = AllianceStructure("H", bloc=("A", "B"), spokes=("C",))
    assert structure_facts(found) == {
        "text": "H: bloc {A, B}; spokes C",
        "form": "mixed",
        "blocs": [["A", "B"]],
        "spokes": ["C"],
    }
    assert structure_facts(None) is None


def test_equilibrium_row(athens: AllianceGame) -> None:
    best = solver.solve(athens).preferred
    assert best is not None
    seen = athens.appraise(best.structure)
    assert command.equilibrium_row(athens, best) == {
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
def test_solution_facts(carried, athens: AllianceGame, concept: str) -> None:
    found = solver.solve(athens, concept)
    facts = command.solution_facts(found, found.equilibria[:2])
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
    assert listed[0]["structure"] == structure_facts(found.equilibria[0].structure)


def test_the_record_stands_beside_a_historical_game() -> None:
    lines = record_lines(games.load("europe-1949"))
    assert lines[0].startswith("Coded threat 0.7 (inferred): ")
    assert any(line.startswith("On record: ") and "UKG" in line for line in lines)
    assert lines[-1] == CALIBRATED
    assert "not a test" in CALIBRATED


def test_an_invented_game_needs_no_word_on_calibration(athens: AllianceGame) -> None:
    assert record_lines(athens) == [
        "Coded threat 0.6 (invented): Set above the middle of the scale, so that lowering it shows"
        " the form change."
    ]
