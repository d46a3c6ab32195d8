"""The command `alliance` as a whole: help, files of one's own, narrow terminals, processes."""

import io
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterable
from contextlib import redirect_stderr
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

import games
import solver
from solver.alliance.concepts.registry import CONCEPTS
from solver.command.app import app, main
from solver.command.game import equilibrium_row
from solver.command.sweep import comparison_facts

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


def soon(names: Iterable[str]) -> list[Any]:
    """Return commands to try; a comparison, two sweeps with critical threats, in the long run."""
    return [pytest.param(name, marks=[pytest.mark.long] * (name == "compare")) for name in names]


@pytest.fixture
def my_file(tmp_path: Path) -> Path:
    """A scenario of the user's own: the one of Athens, without Thasos."""
    source = Path(games.__file__).parent / "data" / f"{ATHENS}.toml"
    text = source.read_text("utf-8").replace("Athens and the islands", "My islands")
    start, end = text.index('[[candidates]]\nname = "Thasos"'), text.index("[[adversaries]]")
    pair = text.rindex("[[affinity]]")
    path = tmp_path / "mine.toml"
    path.write_text(text[:start] + text[end:pair], encoding="utf-8")
    return path


def test_nothing_asked_is_answered_with_help(run) -> None:
    help_text = run()
    assert "Usage: " in help_text
    assert all(command in help_text for command in ("scenarios", *COMMANDS))


def test_the_command_line_of_the_process_is_read(
    run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["alliance", "scenarios", "--json"])
    assert main() == 0
    assert capsys.readouterr().out == run("scenarios", "--json")


@pytest.mark.parametrize("command", get_command(app).commands)
def test_help_names_the_command(run, command: str) -> None:
    assert f"{command} [OPTIONS]" in run(command, "--help")
    assert command in run()


def test_the_version(run) -> None:
    assert run("--version") == f"alliance-solver {version('alliance-solver')}\n"


@pytest.mark.parametrize(
    ("shell", "says"),
    [("bash", "complete -o default -F"), ("zsh", "#compdef alliance"), ("fish", "complete --comm")],
)
def test_completion(run, monkeypatch: pytest.MonkeyPatch, shell: str, says: str) -> None:
    script = run("--show-completion", shell)
    assert says in script
    assert f"_ALLIANCE_COMPLETE=complete_{shell}" in script
    # what the script asks when Tab is pressed
    monkeypatch.setenv("_ALLIANCE_COMPLETE", f"complete_{shell}")
    monkeypatch.setenv("_TYPER_COMPLETE_FISH_ACTION", "get-args")
    for typed, offered in (("alliance crit", "critical"), ("alliance show rok", "rok-1953")):
        monkeypatch.setenv("_TYPER_COMPLETE_ARGS", typed)
        monkeypatch.setenv("COMP_WORDS", typed)
        monkeypatch.setenv("COMP_CWORD", str(len(typed.split()) - 1))
        assert offered in run()


def test_completion_is_installed(run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert "bash completion installed in" in run("--install-completion", "bash")
    assert "alliance" in (tmp_path / ".bash_completions" / "alliance.sh").read_text()


def test_help_lists_every_concept(run) -> None:
    for command in ("solve", "sweep"):
        text = run(command, "--help")
        assert all(concept in text for concept in CONCEPTS)


@pytest.mark.parametrize("command", soon(COMMANDS))
def test_a_file_of_the_users_own(run, ask, my_file: Path, command: str) -> None:
    arguments = [str(my_file) if item == ATHENS else item for item in COMMANDS[command]]
    table = run(*arguments)
    assert "My islands" in table
    assert "Thasos" not in table
    facts = ask(*arguments)
    assert facts.get("scenario", facts.get("name")) == "mine"


@pytest.mark.parametrize("command", ["scenarios", *COMMANDS])
def test_nothing_is_cut_on_a_narrow_terminal(
    run, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert "…" not in run(*COMMANDS.get(command, (command,)))


def test_names_to_type_are_whole_on_a_narrow_terminal(run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    table = run("scenarios")
    assert all(name in table for name in games.scenario_names())


def test_cells_are_complete_on_a_narrow_terminal(run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    rows = [line.split("│")[1:-1] for line in run("solve", ATHENS).splitlines() if "│" in line]
    columns = ["".join(cell.strip() for cell in column) for column in zip(*rows, strict=True)]
    for found in solver.solve(games.load(ATHENS)).equilibria[:10]:
        row = equilibrium_row(games.load(ATHENS), found)
        shown = ("form", "structure", "value", "certainty_equivalent", "regret")
        cells = [f"{v:.4g}" if isinstance(v, float) else str(v) for v in map(row.get, shown)]
        for cell, column in zip(cells, columns, strict=True):
            assert cell.replace(" ", "") in column.replace(" ", "")


def test_a_long_path_stays_in_one_piece(
    run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    target = tmp_path / f"{'long ' * 20}.csv"
    assert f"Wrote {target}." in run(*COMMANDS["sweep"], "--out", str(target))


@pytest.mark.parametrize("command", soon(COMMANDS))
def test_a_stream_that_knows_only_ascii(monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", stream)
    assert main(COMMANDS[command]) == 0


@pytest.mark.parametrize(("command", "task"), LONG.items())
def test_a_long_command_on_a_terminal(
    terminal, capsys: pytest.CaptureFixture[str], command: str, task: str
) -> None:
    with redirect_stderr(terminal):
        assert main(COMMANDS[command]) == 0
    assert task in terminal.getvalue()
    assert "100%" not in capsys.readouterr().out


@pytest.mark.parametrize("flag", ["--quiet", "--json"])
@pytest.mark.parametrize("command", soon(LONG))
def test_quiet_on_a_terminal(terminal, command: str, flag: str) -> None:
    with redirect_stderr(terminal):
        assert main((*COMMANDS[command], flag)) == 0
    assert terminal.getvalue() == ""


def alliance(*arguments: str) -> list[str]:
    start = "import sys; from solver.command.app import app, main; sys.exit(main())"
    return [sys.executable, "-c", start, *arguments]


def test_a_process_of_its_own() -> None:
    game = games.load(ATHENS)
    both = {"prospect": game, "expected": game.with_preference(games.ExpectedUtility())}
    pair = solver.compare(game, both, threat=[0.2, 0.6])
    done = subprocess.run(alliance(*COMMANDS["sweep"], "--json"), capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == comparison_facts(pair)


@pytest.mark.long
def test_a_process_that_is_terminated(tmp_path: Path) -> None:
    (tmp_path / "temporary").mkdir()
    words = alliance("sweep", "asia-1951", "--threat", "0:1:9001", "--loss-aversion", "1:4:9")
    process = subprocess.Popen(
        [*words, "--workers", "1", "--store", "a.sqlite"],
        cwd=tmp_path,
        env={**os.environ, "TMPDIR": os.fspath(tmp_path / "temporary")},
        stderr=subprocess.PIPE,
        text=True,
    )
    while not list((tmp_path / "temporary").glob("alliance-*/keys")):
        time.sleep(0.05)
    process.terminate()
    _, complaints = process.communicate(timeout=60)
    assert process.returncode == 143
    assert complaints.splitlines()[-1] == "alliance: stopped"
    assert "cells are in 'a.sqlite'" in complaints
    assert list((tmp_path / "temporary").iterdir()) == []


def test_a_process_with_bad_input() -> None:
    done = subprocess.run(alliance("solve", "sparta"), capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        f"alliance: unknown scenario 'sparta'; known: {', '.join(games.scenario_names())}\n"
    )


@pytest.mark.long
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


@pytest.mark.parametrize(
    ("streams", "arguments", "code", "says"),
    [
        (">&-", ("scenarios",), 2, "cannot print the answer: standard output is closed"),
        ("2>&-", ("scenarios",), 0, ""),
        *(
            pytest.param(*one, marks=pytest.mark.long)
            for one in (
                ("2>&-", ("solve", "sparta"), 2, ""),
                (">&- 2>&-", ("scenarios",), 2, ""),
                ("2>/dev/full", ("solve", "sparta"), 2, ""),
                ("2>/dev/full", ("scenarios",), 0, ""),
            )
        ),
        (">/dev/full", ("scenarios",), 2, "cannot print the answer: No space left on device"),
    ],
)
def test_streams_that_are_closed_or_full(streams, arguments, code, says) -> None:
    words = ["sh", "-c", f'exec "$@" {streams}', "sh", *alliance(*arguments)]
    done = subprocess.run(words, capture_output=True, text=True)
    assert done.returncode == code
    assert done.stderr == (f"alliance: {says}\n" if says else "")
    assert bool(done.stdout) == (code == 0)  # no error ends up among the answers
