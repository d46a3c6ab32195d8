"""`alliance phase`, `framing`, `surface`, `robust` and `sensitivity`."""

import pytest

SMALL = """
title = "Two islands"
theatre = "The Aegean"
year = -477
kind = "invented"
summary = "For tests."
[measure]
unit = "warships"
source = "invented"
[threat]
value = 0.6
coding = "invented"
reason = "For tests."
[hegemon]
name = "Athens"
capability = 200
[[candidates]]
name = "Samos"
capability = 60
[[candidates]]
name = "Chios"
capability = 50
[[adversaries]]
name = "Persia"
capability = 300
"""


@pytest.fixture
def small(tmp_path):
    """A scenario of two candidates, so that the commands are quick."""
    path = tmp_path / "small.toml"
    path.write_text(SMALL, encoding="utf-8")
    return path


def test_robust(run, ask, small, tmp_path) -> None:
    rows = tmp_path / "draws.nc"
    options = (small, "--threat", "0.3,0.9", "--range", "cohesion=0.2:0.9", "--draws", "9")
    facts = ask("robust", *options, "--out", rows)
    assert rows.exists()
    assert [share["prediction"] for share in facts["shares"]] == [
        *("threat 0.3", "threat 0.9", "all of these"),
    ]
    assert facts["ranges"] == {"cohesion": [0.2, 0.9]}
    text = run("robust", *options)
    assert "Preferred forms among the draws" in text
    text = run("robust", small, "--prediction", "sequence", "--draws", "2")
    assert "sequence of forms" in text
    assert "Preferred forms" not in text
    theatre = run("robust", "asia-1951", "--draws", "2", "--out", rows)
    assert "calibration, not a test" in theatre
    assert f"Wrote {rows}" in theatre


@pytest.mark.long
def test_phase(run, ask, small, tmp_path) -> None:
    rows, picture = tmp_path / "phase.csv", tmp_path / "phase.png"
    ranges = ("--x-range", "0.2:0.9:3", "--y-range", "0.4:0.9:2")
    files = ("--out", rows, "--plot", picture)
    facts = ask("phase", small, *ranges, *files)
    assert sum(facts["shares"].values()) == pytest.approx(1)
    assert (facts["x"]["name"], facts["y"]["values"]) == ("threat", [0.4, 0.9])
    assert rows.read_text("utf-8").startswith("threat,cohesion,form")
    assert picture.exists()
    text = run("phase", small, "--x-range", "0.2:0.9:2", *ranges[2:])
    assert "Boundaries" in text
    assert "Proved: lines of the grid along the threat" in text
    flat = ("--x", "cohesion", "--y", "alpha", "--x-range", "0.1:0.2:2", "--y-range", "0.8:0.9:2")
    text = run("phase", small, *flat)
    assert "No lines are proved complete" in text
    assert "Boundaries" not in text


@pytest.mark.long
def test_framing(run, ask, small, tmp_path) -> None:
    ranges = ("--x-range", "0.2:1:3", "--y-range", "1:3:2")
    files = ("--out", tmp_path / "framing.csv", "--plot", tmp_path / "framing.svg")
    facts = ask("framing", small, *ranges, *files)
    assert len(facts["rows"]) == 6
    assert len(facts["effects"]) == 2
    assert (tmp_path / "framing.svg").exists()
    text = run("framing", small, *ranges)
    assert "Framing effect" in text
    assert "Changes of form narrower than 0.4 of threat are not seen" in text
    other = ("--x", "cohesion", "--x-range", "0.3:0.9:2", "--y-range", "1:3:2")
    assert "Framing effect" not in run("framing", small, *other)


def test_surface(run, ask, small, tmp_path) -> None:
    rows = tmp_path / "surface.nc"
    along = ("--along", "cohesion=0.3:0.9:2")
    facts = ask("surface", small, *along, "--out", rows)
    assert len(facts["rows"]) == 2
    assert rows.exists()
    proved = run("surface", small, *along, "--resolution", "0.05")
    assert "Proved: no change of form" in proved


def test_a_surface_needs_points(refuse, small) -> None:
    line = refuse("surface", small, "--along", "cohesion=0.3:0.9:-2")
    assert line == "`points` must be a whole number, at least 1; got -2"


@pytest.mark.long
def test_sensitivity(run, ask, small, tmp_path) -> None:
    rows = tmp_path / "indices.csv"
    options = (small, "--range", "cohesion=0.4:0.9", "--size", "2")
    facts = ask("sensitivity", *options, "--out", rows)
    assert [row["parameter"] for row in facts["indices"]] == ["cohesion"]
    assert rows.exists()
    text = run("sensitivity", *options)
    assert "Sobol indices of the share of threats with a multilateral alliance" in text
