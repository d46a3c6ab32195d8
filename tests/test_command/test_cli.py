"""The command `alliance`: the same answers as the library's, as tables, JSON, files and figures."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import redirect_stderr
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import games
import solver
from solver.alliance.concepts.registry import CONCEPTS
from solver.command import cli, plain, report, studies

ATHENS = "classic-athens"
FEW = ("--threat", "0.2,0.6")
COMMANDS: dict[str, tuple[str, ...]] = {
    "show": ("show", ATHENS),
    "solve": ("solve", ATHENS),
    "sweep": ("sweep", ATHENS, *FEW),
    "critical": ("critical", ATHENS, "--resolution", "0.01"),
    "compare": ("compare", ATHENS, *FEW),
}
LONG = {"sweep": "prospect", "critical": "threats settled", "compare": "prospect"}
FIGURE_SIGNS = {".png": b"\x89PNG\r\n\x1a\n", ".svg": b"<?xml", ".pdf": b"%PDF-"}
Run = Callable[..., str]


@pytest.fixture(autouse=True)
def _plain_surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FORCE_COLOR", "NO_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "300")


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*arguments: str) -> str:
        assert cli.main(arguments) == 0
        out, err = capsys.readouterr()
        assert err == ""
        assert out.strip()
        return out

    return run


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """A scenario of the user's own: the one of Athens, without Thasos."""
    source = Path(games.__file__).parent / "data" / f"{ATHENS}.toml"
    text = source.read_text("utf-8").replace("Athens and the islands", "My islands")
    start, end = text.index('[[candidates]]\nname = "Thasos"'), text.index("[[adversaries]]")
    pair = text.rindex("[[affinity]]")
    path = tmp_path / "mine.toml"
    path.write_text(text[:start] + text[end:pair], encoding="utf-8")
    return path


@pytest.fixture
def no_equilibrium(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let `pairwise` find nothing: no game without a pairwise stable structure is known to us."""
    nothing = replace(CONCEPTS["pairwise"], search=lambda stage: np.zeros(stage.grid.size, bool))
    monkeypatch.setitem(CONCEPTS, "pairwise", nothing)


def parsed(text: str) -> Any:
    def refuse(word: str) -> None:
        raise AssertionError(f"{word} is no JSON")

    return json.loads(text, parse_constant=refuse)


@cache
def pair() -> solver.Comparison:
    game = games.load(ATHENS)
    both = {"prospect": game, "expected": game.with_preference(games.ExpectedUtility())}
    return solver.compare(game, both, threat=[0.2, 0.6])


@cache
def all_variants() -> solver.Comparison:
    return solver.compare(games.load(ATHENS), threat=[0.2, 0.6])


def test_nothing_asked_is_answered_with_help(run: Run) -> None:
    help_text = run()
    assert "Usage: " in help_text
    assert all(command in help_text for command in ("scenarios", *COMMANDS))


def test_the_command_line_of_the_process_is_read(
    run: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["alliance", "scenarios", "--json"])
    assert cli.main() == 0
    assert capsys.readouterr().out == run("scenarios", "--json")


@pytest.mark.parametrize("command", ["scenarios", *COMMANDS])
def test_help_names_the_command(run: Run, command: str) -> None:
    assert f"{command} [OPTIONS]" in run(command, "--help")


def test_help_lists_every_concept(run: Run) -> None:
    for command in ("solve", "sweep"):
        text = run(command, "--help")
        assert all(concept in text for concept in CONCEPTS)


def test_scenarios(run: Run) -> None:
    table = run("scenarios")
    for name in games.scenario_names():
        assert name in table
        assert games.scenario_info(name).title in table
    rows = parsed(run("scenarios", "--json"))
    assert rows == [plain.scenario_row(games.scenario_info(n)) for n in games.scenario_names()]


def test_show(run: Run) -> None:
    table = run("show", "asia-1951")
    game = games.load("asia-1951")
    assert game.scenario is not None
    assert all(item.name in table for item in game.describe())
    assert all(treaty.name in table for treaty in game.scenario.treaties)
    assert parsed(run("show", "asia-1951", "--json")) == plain.game_facts(game)
    assert "Treaties" not in run("show", ATHENS)


@pytest.mark.parametrize("concept", CONCEPTS)
def test_solve(run: Run, concept: str) -> None:
    arguments = ("solve", ATHENS, "--threat", "0.55", "--concept", concept)
    found = solver.solve(games.load(ATHENS).at(0.55), concept)
    facts = parsed(run(*arguments, "--json"))
    assert facts == plain.solution_facts(found, found.equilibria[:10])
    assert set(facts) == {
        *("scenario", "threat", "concept", "status", "equilibria", "searched", "tolerance"),
        *("security_level", "forms", "listed"),
    }
    table = run(*arguments)
    assert f"Athens and the islands, threat 0.55: {concept}, {len(found.equilibria)} eq" in table
    assert "solved: every structure was searched" in table
    assert str(found.equilibria[0].structure) in table
    assert f"{found.equilibria[0].values['Athens']:.6g}" in table


def test_solve_at_the_coded_threat(run: Run) -> None:
    assert run("solve", ATHENS) == run("solve", ATHENS, "--threat", "0.6")


@pytest.mark.parametrize("most", [1, 1000])
def test_solve_lists_the_best(run: Run, most: int) -> None:
    found = solver.solve(games.load(ATHENS), "nash")
    facts = parsed(run("solve", ATHENS, "--concept", "nash", "--most", str(most), "--json"))
    assert len(found.equilibria) > 2
    assert facts["equilibria"] == len(found.equilibria)
    assert len(facts["listed"]) == min(most, len(found.equilibria))
    table = run("solve", ATHENS, "--concept", "nash", "--most", str(most))
    assert f"The hegemon's best {len(facts['listed'])} of {len(found.equilibria)}" in table


def test_one_equilibrium_is_no_plural(run: Run) -> None:
    assert ", 1 equilibrium among 163 structures" in run("solve", ATHENS, "--threat", "0.0")


def test_sweep(run: Run) -> None:
    study = pair()
    facts = parsed(run(*COMMANDS["sweep"], "--json"))
    assert facts == plain.comparison_facts(study)
    assert facts["rows"] == study.records()
    assert set(facts) == {"scenario", "rows", "critical", "framing_effects", "changes"}
    table = run(*COMMANDS["sweep"])
    assert f"{study.critical['prospect'][-1].threat:.6g}" in table
    assert "Who signs, leaves or changes treaty (prospect)" in table
    assert "spoke to bloc Chios, Lesbos, Naxos, Samos, Thasos" in table
    assert "Coded threat 0.6 (invented)" in table
    assert "Wrote" not in table


def test_a_sweep_without_a_change_has_no_table_of_changes(run: Run) -> None:
    assert "Who signs" not in run("sweep", ATHENS, "--threat", "0.2")


def test_a_range_of_levels(run: Run) -> None:
    facts = parsed(run("sweep", ATHENS, "--threat", "0.1:0.3:3", "--json"))
    assert [row["threat"] for row in facts["rows"]] == [0.1, 0.2, 0.3] * 2


def test_the_usual_range_is_a_hundred_steps(run: Run) -> None:
    rows = parsed(run("sweep", ATHENS, "--json"))["rows"]
    path = solver.sweep(games.load(ATHENS))
    assert rows[:101] == path.records()
    assert len(rows) == 202


@pytest.mark.parametrize("concept", CONCEPTS)
def test_sweep_takes_every_concept(run: Run, concept: str) -> None:
    facts = parsed(run(*COMMANDS["sweep"], "--concept", concept, "--json"))
    path = solver.sweep(games.load(ATHENS), threat=[0.2, 0.6], concept=concept)
    assert facts["rows"][:2] == path.records()


def test_critical(run: Run) -> None:
    game = games.load(ATHENS)
    found = solver.critical_threats(game)
    assert parsed(run("critical", ATHENS, "--json")) == plain.critical_facts(game, found)
    found = solver.critical_threats(game, resolution=0.01)
    table = run(*COMMANDS["critical"])
    assert all(f"{item.threat:.9f}" in table for item in found)
    assert f"no other change of form lasts longer than {found.resolution:.1e} of threat" in table


def test_critical_proves_the_resolution_asked_for(run: Run) -> None:
    facts = parsed(run("critical", ATHENS, "--resolution", "0.01", "--json"))
    assert 1e-4 < facts["resolution"] <= 0.01


def test_critical_without_any_change(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    nothing = solver.CriticalThreats([], 1e-4, games.Form.NONE, games.Form.NONE)
    monkeypatch.setattr(solver, "critical_threats", lambda *_, **__: nothing, raising=False)
    table = run("critical", ATHENS)
    assert "Athens and the islands: none at every threat." in table
    assert parsed(run("critical", ATHENS, "--json"))["critical"] == []


def test_compare(run: Run) -> None:
    study = all_variants()
    assert parsed(run(*COMMANDS["compare"], "--json")) == plain.comparison_facts(study)
    table = run(*COMMANDS["compare"])
    assert "Framing effect" in table
    assert all(name in table for name in study.sweeps)
    shift = {effect.preference: effect.shift for effect in study.framing_effects}
    assert f"{shift['no loss aversion']:.6g}" in table


def test_a_game_without_a_scenario_can_be_shown(capsys: pytest.CaptureFixture[str]) -> None:
    game = games.AllianceGame(hegemon="H", capabilities={"A": 0.2}, threat=0.5)
    report.scenario(game, as_json=False)
    assert "Quantities" in capsys.readouterr().out


def test_a_historical_answer_says_that_it_is_calibrated(run: Run) -> None:
    table = run("solve", "asia-1951")
    assert plain.CALIBRATED in table
    assert "On record: " in table


@pytest.mark.parametrize("command", COMMANDS)
def test_a_file_of_the_users_own(run: Run, mine: Path, command: str) -> None:
    arguments = [str(mine) if item == ATHENS else item for item in COMMANDS[command]]
    table = run(*arguments)
    assert "My islands" in table
    assert "Thasos" not in table
    facts = parsed(run(*arguments, "--json"))
    assert facts.get("scenario", facts.get("name")) == "mine"


@pytest.mark.usefixtures("no_equilibrium")
def test_an_empty_answer_is_an_answer(run: Run) -> None:
    arguments = ("solve", ATHENS, "--concept", "pairwise")
    table = run(*arguments)
    assert "0 equilibria among 163 structures" in table
    assert "empty: every structure was searched and none satisfies the concept" in table
    assert "best" not in table
    facts = parsed(run(*arguments, "--json"))
    assert (facts["status"], facts["equilibria"], facts["listed"]) == ("empty", 0, [])


@pytest.mark.usefixtures("no_equilibrium")
@pytest.mark.parametrize("suffix", [".csv", ".json", ".parquet", ".nc", ".png"])
def test_an_empty_sweep_is_an_answer(run: Run, tmp_path: Path, suffix: str) -> None:
    arguments = [*COMMANDS["sweep"], "--concept", "pairwise"]
    assert "no equilibrium" in run(*arguments)
    facts = parsed(run(*arguments, "--json"))
    assert {row["status"] for row in facts["rows"]} == {"empty"}
    target = tmp_path / f"empty{suffix}"
    run(*arguments, "--plot" if suffix == ".png" else "--out", str(target))
    assert target.stat().st_size > 0


@pytest.mark.parametrize(
    ("command", "suffix"),
    [("compare", ".csv"), *(("sweep", suffix) for suffix in (".csv", ".json", ".parquet", ".nc"))],
)
def test_rows_on_disk(run: Run, tmp_path: Path, command: str, suffix: str) -> None:
    target = tmp_path / f"rows{suffix}"
    table = run(*COMMANDS[command], "--out", str(target))
    assert f"Wrote {target}." in table
    assert os.listdir(tmp_path) == [target.name]
    study = pair() if command == "sweep" else all_variants()
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


@pytest.mark.parametrize("suffix", FIGURE_SIGNS)
def test_a_figure_on_disk(run: Run, tmp_path: Path, suffix: str) -> None:
    target = tmp_path / f"figure{suffix}"
    assert f"Wrote {target}." in run(*COMMANDS["sweep"], "--plot", str(target))
    content = target.read_bytes()
    assert content.startswith(FIGURE_SIGNS[suffix])
    assert os.listdir(tmp_path) == [target.name]
    if suffix == ".png":
        assert int.from_bytes(content[16:20], "big") == 800


def test_rows_figure_and_json_at_once(run: Run, tmp_path: Path) -> None:
    out, plot = tmp_path / "a.csv", tmp_path / "a.svg"
    arguments = (*COMMANDS["sweep"], "--out", str(out), "--plot", str(plot))
    assert parsed(run(*arguments, "--json"))["rows"]
    first = out.read_bytes()
    out.write_text("old")
    table = run(*arguments)
    assert out.read_bytes() == first
    assert f"Wrote {out}.\nWrote {plot}." in table


def test_a_figure_shows_the_alliances_of_the_concept_asked_for(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from solver import plot

    asked: list[str] = []

    def spy(game: games.AllianceGame, concept: str = "subgame_perfect") -> solver.Solution:
        asked.append(concept)
        return solver.solve(game, concept)

    monkeypatch.setattr(plot, "solve", spy)
    run(*COMMANDS["sweep"], "--concept", "nash", "--plot", str(tmp_path / "a.svg"))
    assert set(asked) == {"nash"}


def test_a_level_asked_for_twice_can_be_written(run: Run, tmp_path: Path) -> None:
    target = tmp_path / "a.nc"
    run("sweep", ATHENS, "--threat", "0.2,0.2", "--out", str(target))
    assert target.exists()


@pytest.mark.parametrize("command", ["scenarios", *COMMANDS])
def test_nothing_is_cut_on_a_narrow_terminal(
    run: Run, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert "…" not in run(*COMMANDS.get(command, (command,)))


def test_names_to_type_are_whole_on_a_narrow_terminal(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    table = run("scenarios")
    assert all(name in table for name in games.scenario_names())


def test_cells_are_complete_on_a_narrow_terminal(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    rows = [line.split("│")[1:-1] for line in run("solve", ATHENS).splitlines() if "│" in line]
    columns = ["".join(cell.strip() for cell in column) for column in zip(*rows, strict=True)]
    for found in solver.solve(games.load(ATHENS)).equilibria:
        row = plain.equilibrium_row(games.load(ATHENS), found)
        shown = ("form", "structure", "value", "certainty_equivalent", "regret")
        cells = [f"{v:.6g}" if isinstance(v, float) else str(v) for v in map(row.get, shown)]
        for cell, column in zip(cells, columns, strict=True):
            assert cell.replace(" ", "") in column.replace(" ", "")


def test_a_long_path_stays_in_one_piece(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    target = tmp_path / f"{'long ' * 20}.csv"
    assert f"Wrote {target}." in run(*COMMANDS["sweep"], "--out", str(target))


@pytest.mark.parametrize("command", COMMANDS)
def test_a_stream_that_knows_only_ascii(monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", stream)
    assert cli.main(COMMANDS[command]) == 0


def test_levels_as_text() -> None:
    assert studies.parse_levels("0:1:5") == [0, 0.25, 0.5, 0.75, 1]
    assert studies.parse_levels("1:0:3") == [1, 0.5, 0]
    assert studies.parse_levels("0.4:0.9:1") == [0.4]
    assert studies.parse_levels("0.2, 0.7") == [0.2, 0.7]
    assert studies.parse_levels("0.7") == [0.7]
    assert len(studies.parse_levels("0:1:101")) == 101
    assert len(studies.parse_levels(f"0:1:{studies.MOST_LEVELS}")) == studies.MOST_LEVELS


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.setenv("TERM", "xterm")
    return Terminal()


def test_progress_is_drawn_on_a_terminal(terminal: Terminal) -> None:
    with redirect_stderr(terminal), report.progress(quiet=False) as advance:
        for done in range(3):
            advance("prospect", done, 2)
        advance("expected", 1, 2)
    shown = terminal.getvalue()
    assert "prospect" in shown
    assert "expected" in shown
    assert "50%" in shown
    assert "100%" in shown


@pytest.mark.parametrize(("command", "task"), LONG.items())
def test_a_long_command_on_a_terminal(
    terminal: Terminal, capsys: pytest.CaptureFixture[str], command: str, task: str
) -> None:
    with redirect_stderr(terminal):
        assert cli.main(COMMANDS[command]) == 0
    assert task in terminal.getvalue()
    assert "100%" not in capsys.readouterr().out


@pytest.mark.parametrize("flag", ["--quiet", "--json"])
@pytest.mark.parametrize("command", LONG)
def test_quiet_on_a_terminal(terminal: Terminal, command: str, flag: str) -> None:
    with redirect_stderr(terminal):
        assert cli.main((*COMMANDS[command], flag)) == 0
    assert terminal.getvalue() == ""


def alliance(*arguments: str) -> list[str]:
    start = "import sys; from solver.command.cli import main; sys.exit(main())"
    return [sys.executable, "-c", start, *arguments]


def test_a_process_of_its_own() -> None:
    done = subprocess.run(alliance(*COMMANDS["sweep"], "--json"), capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert parsed(done.stdout) == plain.comparison_facts(pair())


def test_a_process_with_bad_input() -> None:
    done = subprocess.run(alliance("solve", "nato"), capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        f"alliance: unknown scenario 'nato'; known: {', '.join(games.scenario_names())}\n"
    )


def test_a_process_on_a_pseudo_terminal() -> None:
    pty = pytest.importorskip("pty", reason="needs pseudo-terminals")
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        alliance(*COMMANDS["sweep"]),
        stdout=subprocess.PIPE,
        stderr=theirs,
        env=os.environ | {"TERM": "xterm"},
    )
    os.close(theirs)
    shown = b""
    try:
        while piece := os.read(ours, 4096):
            shown += piece
    except OSError:  # how Linux tells that the other end is closed
        pass
    os.close(ours)
    out, _ = process.communicate()
    assert process.returncode == 0
    assert b"prospect" in shown
    assert b"\x1b[2K" in shown  # the bar is wiped when done
    assert b"\x1b" not in out
    assert b"hub-and-spoke" in out
