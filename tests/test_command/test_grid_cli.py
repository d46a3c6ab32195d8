"""The command `alliance sweep` with several axes: the library's studies, asked for in text."""

import io
import json
from pathlib import Path

import pandas as pd
import pytest
import typer

import games
from games import InvalidGameError, UnknownNameError
from solver.command import cli_sweep, from_text, report_study
from solver.command.from_text import parse_settings, study_from_text
from solver.command.progress import Lines
from solver.command.spans import parse_range, parse_values
from solver.studies.grid import Stopped, run, study

ATHENS = "classic-athens"
app = typer.Typer(pretty_exceptions_enable=False)
app.command()(cli_sweep.sweep)


@pytest.fixture
def ask(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")

    def ask(*arguments):
        app(args=list(arguments), standalone_mode=False)
        out, err = capsys.readouterr()
        assert err == ""
        return out

    return ask


def test_a_sweep_over_threat_alone_is_as_before(ask):
    out = ask(ATHENS, "--threat", "0.2,0.6")
    assert "preferred form across threat" in out
    assert "expected" in out


def test_several_axes(ask, tmp_path):
    axes = ("--threat", "0:1:3", "--loss-aversion", "1:4:2", "--cohesion", "0.4,0.6")
    more = ("--set", "k_bloc=0,0.1", "--set", "capabilities.Samos=0.2")
    store, out = tmp_path / "study.sqlite", tmp_path / "study.csv"
    said = ask(ATHENS, *axes, *more, "--store", str(store), "--out", str(out), "--workers", "1")
    assert said.startswith(
        "24 cells over threat (3), loss_aversion (2), cohesion (2), k_bloc (2),"
        " capabilities.Samos (1)."
    )
    assert "Preferred forms" in said
    assert said.rstrip().endswith("study.csv.")
    expected = study(
        games.load(ATHENS),
        threat=[0.0, 0.5, 1.0],
        loss_aversion=[1.0, 4.0],
        cohesion=[0.4, 0.6],
        k_bloc=[0.0, 0.1],
        **{"capabilities.Samos": [0.2]},
    )
    assert pd.read_csv(out).structure.tolist() == expected.to_dataframe().structure.tolist()
    said = json.loads(ask(ATHENS, *axes, *more, "--store", str(store), "--json"))
    assert said["cells"] == 24
    assert said["axes"]["k_bloc"] == 2
    assert said["forms"] == expected.tally()
    assert (said["errors"], said["out"]) == ({}, None)


def test_scenarios_concepts_preferences_and_designs(ask):
    both = ("--preference", "expected-utility,prospect-theory", "--concept", "nash")
    said = ask(f"{ATHENS},asia-1951", *both, "--loss-aversion", "2")
    assert "4 cells over scenario (2)" in said
    assert "Cells that failed (--retry solves them again)" in said
    box = ("--design", "sobol", "--size", "8", "--seed", "3", "--threat", "0:1", "--frame", "0:1")
    assert "8 cells over threat (8), frame (8)" in ask(ATHENS, *box, "--quiet")
    assert "2 cells over threat (2)" in ask(ATHENS, "--threat", "0.2,0.4", "--workers", "1")


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
        (("--reliability", "0.5", "--plot", "x.png"), "`--plot` draws a sweep over threat alone"),
        (("--reliability", "0.5", "--out", "x.txt"), "`out` must end in one of"),
    ],
)
def test_what_cannot_be_read(arguments, message):
    with pytest.raises(InvalidGameError, match=message):
        app(args=[ATHENS, *arguments], standalone_mode=False)
    assert not Path("x.png").exists()


def test_names_that_are_unknown():
    with pytest.raises(UnknownNameError, match="did you mean 'cohesion'"):
        app(args=[ATHENS, "--set", "cohesions=0.5"], standalone_mode=False)


def test_texts():
    assert parse_values("threat", "0:1:3") == [0.0, 0.5, 1.0]
    assert parse_values("threat", "0.2, 0.7") == [0.2, 0.7]
    assert parse_values("family", "blocs") == ["blocs"]
    assert parse_range("threat", "0:0.5") == (0.0, 0.5)
    assert parse_settings(["a.B=1:2:3", "c=x=y"]) == {"a.B": "1:2:3", "c": "x=y"}
    assert len(study_from_text(ATHENS, {"threat": "0.1"})) == 1
    assert from_text.DEFAULT_THREATS == "0:1:101"


def test_ctrl_c(capsys, monkeypatch, tmp_path):
    def stopped(self, crew):
        raise KeyboardInterrupt

    monkeypatch.setattr(run._Run, "all", stopped)
    store = tmp_path / "s.sqlite"
    with pytest.raises(Stopped):
        cli_sweep.sweep(ATHENS, cohesion="0.5", store=store)
    said = capsys.readouterr().err
    assert (
        said == f"at least 0 of 1 cells are in {str(store)!r}; the same call goes on from there\n"
    )


# --- progress


def test_lines_for_logs():
    now = iter([0.0, 1.0, 11.0, 12.0, 31.0])
    stream = io.StringIO()
    lines = Lines(stream, 10, lambda: next(now))
    for done in (10, 110, 120, 310):
        lines(done, 310)
    assert stream.getvalue().splitlines() == [
        "110 of 310 cells, 10 a second, 20 s left",
        "310 of 310 cells, 10 a second, 0 s left",
    ]


def test_a_short_study_says_nothing():
    stream = io.StringIO()
    lines = Lines(stream, 10, lambda: 0.0)
    lines(5, 5)
    assert stream.getvalue() == ""


def test_progress_suits_the_stream(monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    seen = []
    with report_study.progress(True, Terminal()) as step:
        step(1, 2)
    with report_study.progress(False, io.StringIO()) as step:
        assert isinstance(step, Lines)

    class Bar:
        def __enter__(self):
            return lambda *given: seen.append(given)

        def __exit__(self, *given):
            return None

    monkeypatch.setattr(report_study.report, "progress", lambda quiet: Bar())
    with report_study.progress(False, Terminal()) as step:
        step(1, 2)
    assert seen == [("cells", 1, 2)]
