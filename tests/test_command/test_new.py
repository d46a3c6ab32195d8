"""The command `alliance new`, and the six commands of the tutorial that begin with it."""

import json
import re
import shlex
import subprocess
from pathlib import Path

import games
from games.scenarios.schema import json_schema
from games.scenarios.template import template

TUTORIAL = Path(__file__).parents[2] / "docs/tutorial.md"


def test_a_template_is_written_under_its_name(run, tmp_path: Path) -> None:
    assert run("new", "mine") == "Wrote mine.toml.\n"
    assert (tmp_path / "mine.toml").read_text(encoding="utf-8") == template("mine")
    (tmp_path / "folder").mkdir()
    run("new", "folder/other.toml")
    assert games.load("folder/other.toml").title == "other"


def test_a_copy_of_a_scenario_is_the_same_game(run) -> None:
    run("new", "copy", "--from", "rok-1953")
    assert games.load("copy.toml") == games.load("rok-1953")
    run("new", "again", "--from", "copy.toml")
    assert Path("again.toml").read_text("utf-8") == Path("copy.toml").read_text("utf-8")


def test_the_schema_is_printed_and_no_file_written(run, tmp_path: Path) -> None:
    assert json.loads(run("new", "--schema")) == json_schema()
    assert list(tmp_path.iterdir()) == []


def test_what_is_there_stays(refuse, tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text("mine")
    for name in ("mine", "mine.toml"):
        assert refuse("new", name).startswith("`mine.toml` is there already")
    (tmp_path / "folder.toml").mkdir()
    assert refuse("new", "folder") == "cannot write 'folder.toml': it is a directory"


def test_what_cannot_be_written_is_refused(refuse) -> None:
    assert refuse("new").startswith("`NAME` must be given")
    assert refuse("new", "").startswith("`NAME` must be given")
    assert refuse("new", ".toml").startswith("`NAME` must be given")
    assert "there is no directory" in refuse("new", "none/mine")
    assert "did you mean 'europe-1949'" in refuse("new", "mine", "--from", "europe-1948")
    assert refuse("new", "x" * 300).startswith("cannot write ")
    assert refuse("new", "a\0").startswith("`path` must name a file")


def test_from_a_clone_to_a_figure_in_six_commands(run, tmp_path: Path) -> None:
    section = TUTORIAL.read_text("utf-8").split("## A scenario of your own")[1]
    block = re.search(r"```sh\n(.*?)```", section, re.S)
    assert block is not None
    install, packages, *others = block[1].splitlines()
    assert len(others) == 4
    assert install == "python3 -m venv .venv"
    assert packages == ".venv/bin/pip install -q -e '.[plot]'"
    said = []
    for line in others:
        if line.startswith(".venv/bin/alliance "):
            said.append(run(*shlex.split(line)[1:]))
        else:
            subprocess.run(line, shell=True, check=True, cwd=tmp_path)
    assert "0.4" in next(line for line in said[1].splitlines() if "capability[A]" in line)
    assert (tmp_path / "mine.png").read_bytes().startswith(b"\x89PNG")
    assert "Wrote mine.png." in said[2]
