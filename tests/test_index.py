"""Every concept, notion, rule, weighting, preset, verb and command stands where it must."""

import importlib
import inspect
import re
from pathlib import Path

import brute_force
import pytest
from typer.main import get_command

import games
import solver
from games.alliance.burden_sharing import RULES
from games.prospects.preferences import PRESETS
from games.prospects.weighting import FAMILIES
from solver.command.app import app

DOCS = Path(__file__).parents[1] / "docs"
COMMANDS = get_command(app).commands
VERBS = [name for name in solver.__all__ if inspect.isfunction(getattr(solver, name))]
# they belong to a row on another verb
HELPERS = {"variants"}


def rows(page):
    """Return the rows of the tables of a page, each a list of cells."""
    text = (DOCS / page).read_text(encoding="utf-8")
    return [line.strip("|").split("|") for line in text.splitlines() if line.startswith("|")]


def named(page, column=0):
    """Return what stands as code in a column of the tables of a page, options left out."""
    cells = " ".join(row[column] for row in rows(page) if len(row) > column)
    return {re.split(r"[\s(]", name)[0] for name in re.findall(r"`([^`]+)`", cells)}


def options_of(command, option):
    """Return the help text of one option of a command."""
    [found] = [item for item in COMMANDS[command].params if f"--{option}" in item.opts]
    return found.help


@pytest.mark.parametrize("row", [row for row in rows("limits.md") if "`" in row[2]])
def test_limits(row: list[str]) -> None:
    home, name = row[2].strip(" `").rsplit(".", 1)
    limit = getattr(importlib.import_module(home), name)
    assert row[1].strip() == (f"{limit:,}" if isinstance(limit, int) else f"{limit:g}")


@pytest.mark.parametrize("concept", solver.CONCEPTS)
def test_concepts(concept: str) -> None:
    assert concept in brute_force.CONCEPTS
    assert concept in named("model.md")
    assert concept in options_of("solve", "concept")


@pytest.mark.parametrize("notion", solver.NOTIONS)
def test_notions(notion: str) -> None:
    assert notion in named("finite_games.md")
    assert notion in options_of("nash", "concept")
    assert any(notion in row[1] for row in rows("questions.md"))


@pytest.mark.parametrize("rule", RULES)
def test_rules_of_burden_sharing(rule: str) -> None:
    assert rule in named("model.md")
    assert rule in options_of("burdens", "rule")
    assert rule in inspect.getdoc(games.AllianceGame)


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.__name__)
def test_weightings(family: type) -> None:
    assert family.__name__ in named("model.md")
    assert getattr(games, family.__name__) is family


@pytest.mark.parametrize("name", PRESETS)
def test_presets(name: str) -> None:
    assert name in named("model.md")
    assert f'"{name}"' in inspect.getdoc(games.preset)


@pytest.mark.parametrize("verb", VERBS)
def test_verbs(verb: str) -> None:
    assert verb in HELPERS or f"solver.{verb}" in named("questions.md", 1)


@pytest.mark.parametrize("command", COMMANDS)
def test_commands(command: str) -> None:
    words = {
        cell for row in rows("questions.md") for cell in re.findall(r"`alliance (\w+)", row[2])
    }
    assert command in words
