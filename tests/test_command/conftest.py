"""How tests ask the command: in a folder of their own, on a wide terminal without colours."""

import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import games
from games import AllianceGame
from solver.alliance.concepts.registry import CONCEPTS
from solver.command.app import main


@pytest.fixture(autouse=True)
def _plain_surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FORCE_COLOR", "NO_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "300")
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]):
    """Return what a call prints; it must print something, and no error."""

    def run(*arguments: object) -> str:
        assert main([str(part) for part in arguments]) == 0
        out, err = capsys.readouterr()
        assert err == ""
        assert out.strip()
        return out

    return run


@pytest.fixture
def ask(run):
    """Return what a call prints as JSON, read."""

    def refuse(word: str) -> None:
        raise AssertionError(f"{word} is no JSON")

    def ask(*arguments: object) -> Any:
        return json.loads(run(*arguments, "--json"), parse_constant=refuse)

    return ask


@pytest.fixture
def refuse(capsys: pytest.CaptureFixture[str], tmp_path: Path):
    """Return the one line of complaint about a call, which must leave the folder as it is."""

    def refuse(*arguments: object, code: int = 2) -> str:
        before = contents(tmp_path)
        assert main([str(part) for part in arguments]) == code
        out, err = capsys.readouterr()
        assert out == ""
        assert err.startswith("alliance: ")
        assert err.endswith("\n")
        line = err.removeprefix("alliance: ").removesuffix("\n")
        assert line.strip()
        assert line.isprintable()
        assert "Traceback" not in line
        assert contents(tmp_path) == before
        return line

    return refuse


def contents(folder: Path) -> dict[str, bytes | None]:
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None
        for path in folder.rglob("*")
    }


@pytest.fixture(scope="session")
def athens() -> AllianceGame:
    return games.load("classic-athens")


@pytest.fixture(scope="session")
def mine() -> AllianceGame:
    """A game without a scenario."""
    return AllianceGame(hegemon="H", capabilities={"A": 0.2, "B": 0.1}, threat=0.5)


@pytest.fixture
def no_equilibrium(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let `pairwise` find nothing: no game without a pairwise stable structure is known to us."""
    nothing = replace(CONCEPTS["pairwise"], search=lambda stage: np.zeros(stage.grid.size, bool))
    monkeypatch.setitem(CONCEPTS, "pairwise", nothing)


@pytest.fixture(scope="session")
def carried():
    """Return plain values as JSON carries them."""
    return lambda facts: json.loads(json.dumps(facts, allow_nan=False))


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.setenv("TERM", "xterm")
    return Terminal()
