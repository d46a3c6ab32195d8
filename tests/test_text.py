"""Text from files and users, in the places that it reaches: a terminal, pictures, tables, XML."""

import csv
from dataclasses import replace
from fractions import Fraction
from xml.etree import ElementTree

import pandas as pd
import pytest
import xarray as xr

import games
import solver
from games import AllianceGame, ExtensiveForm, InvalidGameError, NormalForm, Terminal, checks
from games.table_files import write
from solver.command.app import main

ESCAPE = "\x1b[2Jred\u202e alert\x07"
SCENARIO = games.load("classic-athens").scenario


@pytest.mark.parametrize(
    "text", [ESCAPE, "\x9b2J", "\u2066x", "\ud800", "\ufffe", "a\x00b", "\u061c"]
)
def test_controls_and_marks_of_direction_are_replaced(text):
    plain = checks.text("title", text)
    assert "\N{REPLACEMENT CHARACTER}" in plain
    assert not any(character in plain for character in "\x1b\x07\x9b\u202e\u2066\ud800\ufffe\x00")
    assert plain.encode("utf-8")


@pytest.mark.parametrize("text", ["plain", "Ελλάδα, 日本", "naïve “quoted”", "zero\u200cwidth", ""])
def test_other_text_is_left_alone(text):
    assert checks.text("title", text) == text


def test_lines_become_one():
    assert checks.text("title", "a\nb\tc\u2028d") == "a b c d"
    with pytest.raises(InvalidGameError, match="`title` must be a text"):
        checks.text("title", 3)


def test_titles_and_provenance_are_fit_to_print():
    assert "\x1b" not in NormalForm([[[1]], [[1]]], title=ESCAPE).title
    assert "\x1b" not in ExtensiveForm(Terminal([1]), title=ESCAPE).title
    told = replace(
        SCENARIO,
        title=ESCAPE,
        summary=ESCAPE,
        notes=(ESCAPE,),
        sources={"threat": ESCAPE},
        threat=replace(SCENARIO.threat, reason=ESCAPE),
        figures={"Samos": games.Figure(1.0, ESCAPE, ESCAPE)},
    )
    assert "\\x1b" not in repr(told)
    assert "\\u202e" not in repr(told)


def test_no_control_of_a_file_reaches_the_terminal(tmp_path, capsys):
    path = tmp_path / "game.nfg"
    path.write_text(f'NFG 1 R "{ESCAPE}" {{ "Row" "Column" }} {{ 1 1 }}\n\n1 1\n', encoding="utf-8")
    assert main(["nash", str(path)]) == 0
    out = capsys.readouterr().out
    assert "red" in out
    assert "\x1b" not in out
    assert "\u202e" not in out


def league(*names):
    capabilities = {name: 0.2 + 0.1 * place for place, name in enumerate(names)}
    return AllianceGame(hegemon="$H_1$", capabilities=capabilities, threat=0.6)


@pytest.mark.long
def test_dollars_are_no_mathematics(tmp_path):
    game = league("$A^2$", "$\\frac$", "US$")
    game = replace(game, scenario=replace(SCENARIO, title="50 $ or 60 $ \\alpha"))
    result = solver.plot.figure(solver.compare(game, threat=[0.2, 0.6, 0.9]))
    path = solver.plot.save(result, tmp_path / "picture.svg")
    drawn = path.read_text(encoding="utf-8")
    assert "<!-- $\\frac$ -->" in drawn
    ElementTree.fromstring(drawn)


def test_names_are_no_formulas_in_a_table(tmp_path):
    rows = [
        {"name": "=HYPERLINK(1)", "@cost": "-x", "value": -1.5},
        {"name": "plain", "@cost": "+y", "value": 2.0},
    ]
    path = write(rows, lambda: None, tmp_path / "table.csv")
    with path.open(encoding="utf-8", newline="") as file:
        assert list(csv.reader(file)) == [
            ["name", "'@cost", "value"],
            ["'=HYPERLINK(1)", "'-x", "-1.5"],
            ["plain", "'+y", "2.0"],
        ]
    assert pd.read_csv(path)["value"].tolist() == [-1.5, 2.0]


def test_any_name_goes_into_a_netcdf_file_and_is_told_there(tmp_path):
    game = league("South Korea", "USSR/Russia", "USSR_Russia")
    axes = {f"capabilities.{name}": (0.1, 0.3) for name in game.candidates}
    for study in (
        solver.sweep(game, threat=(0.2, 0.6), design="sobol", size=2, **axes),
        solver.sweep(game, threat=[0.2], **{name: list(ends) for name, ends in axes.items()}),
    ):
        path = study.write(tmp_path / "study.nc")
        with xr.open_dataset(path) as found:
            told = {found[name].attrs.get("name", name): name for name in map(str, found.coords)}
            assert set(axes) <= set(told)
            for name in axes:
                kept = found[told[name]].to_numpy()
                assert sorted(kept) == sorted(study.to_xarray()[name].to_numpy())


def test_games_are_equal_however_their_numbers_were_written():
    plain = NormalForm([[[1.0, 0.5]], [[3, 4]]])
    exact = NormalForm([[[Fraction(1), Fraction(1, 2)]], [[3, 4]]])
    assert plain == exact
    assert hash(plain) == hash(exact)
    assert NormalForm([[[1 / 3]], [[1]]]) != NormalForm([[[Fraction(1, 3)]], [[1]]])
