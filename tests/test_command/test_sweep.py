"""`alliance sweep`, `critical` and `compare`: the library's answers as tables, JSON and files."""

import json
import os
from dataclasses import asdict
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest

import games
import solver
from games import (
    AllianceGame,
    AllianceStructure,
    ExpectedUtility,
    InvalidGameError,
    UnknownNameError,
)
from solver.alliance.concepts.registry import CONCEPTS
from solver.command.app import app
from solver.command.game import game_facts, solution_facts
from solver.command.show import record_lines, structure_facts
from solver.command.sweep import (
    change_row,
    comparison_facts,
    critical_facts,
    critical_rows,
    prediction_lines,
    span_rows,
    sweep,
)
from solver.studies import grid
from solver.studies.comparison import Comparison, FramingEffect
from solver.studies.critical import changes_on_grid
from solver.studies.grid import run as grid_run

ATHENS = "classic-athens"
FEW = ("--threat", "0.2,0.6")
SWEEP = ("sweep", ATHENS, *FEW)
COMPARE = ("compare", ATHENS, *FEW)
FIGURE_SIGNS = {".png": b"\x89PNG\r\n\x1a\n", ".svg": b"<?xml", ".pdf": b"%PDF-"}


@pytest.fixture(scope="module")
def study(athens: AllianceGame) -> Comparison:
    both = {"prospect": athens.preference, "expected": ExpectedUtility()}
    return solver.compare(athens, both, threat=[0.2, 0.6])


@pytest.fixture(scope="module")
def all_variants(athens: AllianceGame) -> Comparison:
    return solver.compare(athens, threat=[0.2, 0.6])


def test_sweep(run, ask, study) -> None:
    facts = ask(*SWEEP)
    assert facts == comparison_facts(study)
    assert facts["rows"] == study.records()
    assert set(facts) == {"scenario", "rows", "critical", "framing_effects", "changes"}
    table = run(*SWEEP)
    assert f"{study.critical['prospect'][-1].threat:.4g}" in table
    assert "Who signs, leaves or changes treaty (prospect)" in table
    assert "spoke to bloc Chios, Lesbos, Naxos, Samos, Thasos" in table
    assert "Coded threat 0.6 (invented)" in table
    assert "Wrote" not in table


def test_a_sweep_without_a_change_has_no_table_of_changes(run) -> None:
    assert "Who signs" not in run("sweep", ATHENS, "--threat", "0.2")


def test_a_range_of_levels(ask) -> None:
    facts = ask("sweep", ATHENS, "--threat", "0.1:0.3:3")
    assert [row["threat"] for row in facts["rows"]] == [0.1, 0.2, 0.3] * 2
    facts = ask("sweep", ATHENS, "--threat", "0.3:0.95:14")
    assert [row["threat"] for row in facts["rows"]][:4] == [0.3, 0.35, 0.4, 0.45]


def test_levels_may_be_set_like_any_quantity(ask) -> None:
    assert ask("sweep", ATHENS, "--set", "threat=0.2,0.6") == ask(*SWEEP)


def test_the_usual_range_is_a_hundred_steps(ask) -> None:
    rows = ask("sweep", ATHENS)["rows"]
    path = solver.sweep(games.load(ATHENS), threat=[level / 100 for level in range(101)])
    assert rows[:101] == [{"preference": "prospect"} | level.record() for level in path.levels]
    assert len(rows) == 202


@pytest.mark.parametrize("concept", CONCEPTS)
def test_sweep_takes_every_concept(ask, concept: str) -> None:
    facts = ask(*SWEEP, "--concept", concept)
    path = solver.sweep(games.load(ATHENS), threat=[0.2, 0.6], concept=concept)
    assert facts["rows"][:2] == [
        {"preference": "prospect"} | level.record() for level in path.levels
    ]


@pytest.mark.long
def test_what_lies_between_levels_is_said_to_be_unseen(run) -> None:
    closer = "; `alliance critical` looks closer."
    unseen = "Changes of form narrower than 0.4 of threat are not seen"
    assert unseen + closer in run(*SWEEP)
    assert unseen + closer in run(*COMPARE)
    assert f"{unseen}.\n" in run(*SWEEP, "--concept", "nash")
    assert "are not seen" not in run("sweep", ATHENS, "--threat", "0.2")
    assert "narrower than 0.01 of threat" in run("sweep", ATHENS)


def test_critical_threats_on_disk(run, tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    assert f"Wrote {path}." in run("critical", ATHENS, "--resolution", "0.01", "--out", path)
    found = solver.critical_threats(games.load(ATHENS), resolution=0.01)
    rows = pd.read_csv(path, keep_default_na=False)
    assert rows.threat.tolist() == [item.threat for item in found]
    assert rows.above.tolist() == [str(item.above) for item in found]


def test_critical(run, ask) -> None:
    game = games.load(ATHENS)
    found = solver.critical_threats(game)
    assert ask("critical", ATHENS) == critical_facts(game, found)
    found = solver.critical_threats(game, resolution=0.01)
    table = run("critical", ATHENS, "--resolution", "0.01")
    assert all(f"{item.threat:.4g}" in table for item in found)
    assert f"no other change of form lasts longer than {found.resolution:.1e} of threat" in table


def test_critical_proves_the_resolution_asked_for(ask) -> None:
    facts = ask("critical", ATHENS, "--resolution", "0.01")
    assert 1e-4 < facts["resolution"] <= 0.01


def test_critical_without_any_change(run, ask, monkeypatch: pytest.MonkeyPatch) -> None:
    nothing = solver.CriticalThreats([], 1e-4, games.Form.NONE, games.Form.NONE)
    monkeypatch.setattr(solver, "critical_threats", lambda *_, **__: nothing, raising=False)
    table = run("critical", ATHENS)
    assert "Athens and the islands: none at every threat." in table
    assert ask("critical", ATHENS)["critical"] == []


def test_compare(run, ask, all_variants) -> None:
    study = all_variants
    assert ask(*COMPARE) == comparison_facts(study)
    table = run(*COMPARE)
    assert "Framing effect" in table
    assert all(name in table for name in study.sweeps)
    shift = {effect.preference: effect.shift for effect in study.framing_effects}
    assert f"{shift['no loss aversion']:.4g}" in table


@pytest.mark.usefixtures("no_equilibrium")
@pytest.mark.parametrize(
    "suffix", [".csv", ".json", ".parquet", ".nc", pytest.param(".png", marks=pytest.mark.long)]
)
def test_an_empty_sweep_is_an_answer(run, ask, tmp_path: Path, suffix: str) -> None:
    arguments = [*SWEEP, "--concept", "pairwise"]
    assert "no equilibrium" in run(*arguments)
    facts = ask(*arguments)
    assert {row["status"] for row in facts["rows"]} == {"empty"}
    target = tmp_path / f"empty{suffix}"
    run(*arguments, "--plot" if suffix == ".png" else "--out", str(target))
    assert target.stat().st_size > 0


@pytest.mark.parametrize(
    ("command", "suffix"),
    [("compare", ".csv"), *(("sweep", suffix) for suffix in (".csv", ".json", ".parquet", ".nc"))],
)
def test_rows_on_disk(run, study, all_variants, tmp_path: Path, command: str, suffix: str) -> None:
    target = tmp_path / f"rows{suffix}"
    table = run(command, ATHENS, *FEW, "--out", str(target))
    assert f"Wrote {target}." in table
    beside = [f"{target.name}-metadata.json"] if suffix in (".csv", ".json") else []
    assert sorted(os.listdir(tmp_path)) == [target.name, *beside]
    study = study if command == "sweep" else all_variants
    expected = study.to_dataframe()
    if suffix == ".nc":
        import xarray as xr

        with xr.open_dataset(target) as data:
            assert data["risk_premium"].attrs["units"]
            found = data.to_dataframe().reset_index()
        by = ["preference", "threat"]
        found, expected = (t.sort_values(by, ignore_index=True) for t in (found, expected))
        found = found[expected.columns]
    elif suffix == ".json":
        assert json.loads(target.read_text("utf-8")) == study.records()
        return
    else:
        found = pd.read_csv(target) if suffix == ".csv" else pd.read_parquet(target)
    pd.testing.assert_frame_equal(found, expected, check_dtype=False, rtol=1e-14, atol=1e-15)


@pytest.mark.parametrize("suffix", [".png", pytest.param(".svg", marks=pytest.mark.long)])
def test_a_figure_on_disk(run, tmp_path: Path, suffix: str) -> None:
    target = tmp_path / f"figure{suffix}"
    assert f"Wrote {target}." in run(*SWEEP, "--plot", str(target))
    content = target.read_bytes()
    assert content.startswith(FIGURE_SIGNS[suffix])
    assert os.listdir(tmp_path) == [target.name]
    if suffix == ".png":
        assert int.from_bytes(content[16:20], "big") == 2400


def test_rows_figure_and_json_at_once(run, ask, tmp_path: Path) -> None:
    out, plot = tmp_path / "a.csv", tmp_path / "a.svg"
    arguments = (*SWEEP, "--out", str(out), "--plot", str(plot))
    assert ask(*arguments)["rows"]
    first = out.read_bytes()
    out.write_text("old")
    table = run(*arguments)
    assert out.read_bytes() == first
    assert f"Wrote {out}.\nWrote {plot}." in table


@pytest.mark.long
def test_a_figure_shows_the_alliances_of_the_concept_asked_for(
    run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from solver.figures import comparison as pictures

    asked: list[str] = []

    def spy(game: games.AllianceGame, concept: str = "subgame_perfect") -> solver.Solution:
        asked.append(concept)
        return solver.solve(game, concept)

    monkeypatch.setattr(pictures, "solve", spy)
    run(*SWEEP, "--concept", "nash", "--plot", str(tmp_path / "a.svg"))
    assert set(asked) == {"nash"}


def test_a_level_asked_for_twice_can_be_written(run, tmp_path: Path) -> None:
    target = tmp_path / "a.nc"
    run("sweep", ATHENS, "--threat", "0.2,0.2", "--out", str(target))
    assert target.exists()


def test_a_sweep_over_threat_alone_is_as_before(run):
    out = run("sweep", ATHENS, "--threat", "0.2,0.6")
    assert "preferred form across threat" in out
    assert "expected" in out


def test_several_axes(run, ask, tmp_path):
    axes = ("--threat", "0:1:3", "--loss-aversion", "1:4:2", "--cohesion", "0.4,0.6")
    more = ("--set", "k_bloc=0,0.1", "--set", "capabilities.Samos=0.2")
    store, out = tmp_path / "study.sqlite", tmp_path / "study.csv"
    asked = ("sweep", ATHENS, *axes, *more, "--store", store)
    picture = tmp_path / "study.png"
    said = run(*asked, "--out", out, "--plot", picture, "--workers", "1")
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert said.startswith(
        "24 cells over threat (3), loss_aversion (2), cohesion (2), k_bloc (2),"
        " capabilities.Samos (1)."
    )
    assert f"0 of them were in {str(store)!r}, 24 were computed now." in said
    assert "Preferred forms" in said
    assert said.rstrip().endswith(f"Wrote {out}.\nWrote {picture}.")
    expected = grid.study(
        games.load(ATHENS),
        threat=[0.0, 0.5, 1.0],
        loss_aversion=[1.0, 4.0],
        cohesion=[0.4, 0.6],
        k_bloc=[0.0, 0.1],
        **{"capabilities.Samos": [0.2]},
    )
    assert pd.read_csv(out).structure.tolist() == expected.to_dataframe().structure.tolist()
    more = run(*asked, "--set", "alpha=0.8,0.88")
    assert f"24 of them were in {str(store)!r}, 24 were computed now." in more
    said = ask(*asked)
    assert said["cells"] == 24
    assert said["axes"]["k_bloc"] == 2
    assert said["forms"] == expected.tally()
    assert (said["errors"], said["out"]) == ({}, None)


def test_scenarios_concepts_preferences_and_designs(run):
    both = ("--preference", "expected-utility,prospect-theory", "--concept", "nash")
    said = run("sweep", f"{ATHENS},asia-1951", *both, "--loss-aversion", "2")
    assert "4 cells over scenario (2)" in said
    assert "Cells that failed (--retry solves them again)" in said
    box = ("--design", "sobol", "--size", "8", "--seed", "3", "--threat", "0:1", "--frame", "0:1")
    assert "8 cells over threat (8), frame (8)" in run("sweep", ATHENS, *box, "--quiet")
    one = ("sweep", ATHENS, "--workers", "1")
    assert "2 cells over threat (2)" in run(
        "sweep", ATHENS, "--threat", "0.2,0.4", "--workers", "1"
    )
    assert "1 cells over threat (1)" in run(*one, "--threat", "0.1")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--cohesion", "0:2:3"), r"`cohesion` must lie in \[0, 1\]; got 2"),
        (("--cohesion", "0:1"), "`cohesion` must read first:last:number"),
        (("--cohesion", "0:x:3"), "`cohesion` must be a number; got 'x'"),
        (("--cohesion", "0:1:0"), "`cohesion` must read first:last:number"),
        (
            ("--cohesion", "0:1:3", "--design", "sobol", "--size", "2"),
            "`cohesion` must read low:high",
        ),
        (("--set", "cohesion"), "`--set` must read name=values"),
        (("--set", "=1"), "`--set` must read name=values"),
        (("--set", "k_bloc=1", "--set", "k_bloc=2"), "`--set` must name each quantity once"),
        (("--reliability", "0.5", "--plot", "x.bmp"), "`plot` must end in one of"),
        (("--reliability", "0.5", "--out", "x.txt"), "`out` must end in one of"),
    ],
)
def test_what_cannot_be_read(arguments, message):
    with pytest.raises(InvalidGameError, match=message):
        app(args=["sweep", ATHENS, *arguments], standalone_mode=False)
    assert not Path("x.png").exists()


def test_names_that_are_unknown():
    with pytest.raises(UnknownNameError, match="did you mean 'cohesion'"):
        app(args=["sweep", ATHENS, "--set", "cohesions=0.5"], standalone_mode=False)


def test_ctrl_c(capsys, monkeypatch, tmp_path):
    def stopped(self, crew):
        raise KeyboardInterrupt

    monkeypatch.setattr(grid_run._Run, "all", stopped)
    store = tmp_path / "s.sqlite"
    with pytest.raises(grid.Stopped):
        sweep(ATHENS, cohesion="0.5", store=store)
    said = capsys.readouterr().err
    assert (
        said == f"at least 0 of 1 cells are in {str(store)!r}; the same call goes on from there\n"
    )


def test_facts_of_a_game_without_a_scenario(mine: AllianceGame) -> None:
    assert set(game_facts(mine)) == {"title", "quantities"}
    facts = solution_facts(solver.solve(mine), [])
    assert facts["scenario"] is None
    assert facts["listed"] == []
    assert critical_facts(mine, solver.critical_threats(mine))["scenario"] is None
    assert record_lines(mine) == []
    study = solver.compare(mine, {"expected": ExpectedUtility()}, threat=[0.5])
    assert comparison_facts(study)["scenario"] is None
    assert prediction_lines(study) == []


def test_spans_join_and_alternate(study: Comparison) -> None:
    for name, path in study.sweeps.items():
        rows = span_rows(study, name)
        assert {row["preference"] for row in rows} == {name}
        assert [row["form"] for row in (rows[0], rows[-1])] == [str(f) for f in path.forms]
        for before, after in pairwise(rows):
            assert before["to"] == after["from"]
            assert before["form"] != after["form"]


def test_spans_claim_nothing_beyond_the_sweep(study: Comparison) -> None:
    rows = span_rows(study, "prospect")
    assert (rows[0]["from"], rows[-1]["to"]) == (0.2, 0.6)


def test_spans_without_an_equilibrium(study: Comparison) -> None:
    found = AllianceStructure("Athens", spokes=("Samos",))
    gaps = changes_on_grid([0.0, 0.5, 1.0], [found, None, found])
    blank = Comparison(study.game, {"prospect": study.sweeps["prospect"]}, {"prospect": gaps})
    forms = [row["form"] for row in span_rows(blank, "prospect")]
    assert forms == ["bilateral", "no equilibrium", "bilateral"]


def test_change_row(study: Comparison) -> None:
    game = study.game
    change = study.sweeps["prospect"].changes()[0]
    row = change_row(game, change)
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
    effect = FramingEffect("expected", None, None, 0.5, 0.25, 0.125, -0.5)
    assert asdict(effect) == {
        "preference": "expected",
        "multilateral_from": None,
        "shift": None,
        "first": 0.5,
        "first_shift": 0.25,
        "share": 0.125,
        "share_shift": -0.5,
    }


def test_critical_rows_and_facts(carried, athens: AllianceGame) -> None:
    found = solver.critical_threats(athens)
    row = critical_rows(found)[-1]
    assert row["threat"] == f"{found[-1].threat:.4g}"
    record = found.records()[-1]
    assert (record["threat"], record["below"]) == (found[-1].threat, "mixed")
    assert record["above_structure"] == str(found[-1].above_structure)
    assert (row["below"], row["above"], row["cause"]) == ("mixed", "multilateral", "value")
    facts = critical_facts(athens, found)
    assert carried(facts) == facts
    assert (facts["first"], facts["last"]) == ("none", "multilateral")
    assert facts["multilateral_from"] == found[-1].threat
    listed = facts["critical"]
    assert isinstance(listed, list)
    assert [item["threat"] for item in listed] == [item.threat for item in found]
    assert all(0 <= item["width"] <= 1e-9 for item in listed)
    assert listed[0]["below"] == structure_facts(found[0].below_structure)


def test_critical_facts_without_an_equilibrium(carried, athens: AllianceGame) -> None:
    found = changes_on_grid([0.0, 1.0], [AllianceStructure("Athens"), None])
    facts = critical_facts(athens, found)
    assert carried(facts) == facts
    assert (facts["first"], facts["last"], facts["multilateral_from"]) == ("none", None, None)
    nothing = critical_facts(athens, changes_on_grid([0.0], [None]))
    assert (nothing["first"], nothing["critical"]) == (None, [])


def test_comparison_facts(carried, study: Comparison) -> None:
    facts = comparison_facts(study)
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
    assert facts["framing_effects"] == [asdict(effect) for effect in study.framing_effects]


def test_the_prediction_stands_beside_what_was_signed(
    study: Comparison, athens: AllianceGame
) -> None:
    assert prediction_lines(study) == [
        "Preferred at the coded threat: multilateral (prospect), multilateral (expected)."
        " Signed: nothing on record."
    ]
    low = solver.compare(athens, {"prospect": athens.preference}, threat=[0.2, 0.3])
    assert "Preferred at the coded threat: not in the sweep." in prediction_lines(low)[0]


def test_a_prediction_between_levels_is_not_told(athens: AllianceGame) -> None:
    wide = solver.compare(
        athens, {"prospect": athens.preference}, threat=[0.1, 0.9], concept="nash"
    )
    assert (
        "Preferred at the coded threat: hub-and-spoke or multilateral, between levels (prospect)."
        in prediction_lines(wide)[0]
    )
