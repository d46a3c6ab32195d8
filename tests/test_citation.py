"""How to cite, which version, and what one sees of the packages."""

import logging
import logging.handlers
import re
from importlib import metadata
from pathlib import Path

import pytest

import games
import solver
from games import citation

ROOT = Path(__file__).parents[1]


def test_the_version_is_that_of_the_package():
    assert games.__version__ == solver.__version__ == metadata.version("alliance-solver")
    assert f"version: {games.__version__}" in (ROOT / "CITATION.cff").read_text("utf-8")


def test_without_an_installed_package_the_version_is_unknown(monkeypatch):
    def lack(name):
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "version", lack)
    assert citation.version.__wrapped__() == "unknown"


def test_the_citation_is_that_of_the_citation_file():
    told = (ROOT / "CITATION.cff").read_text("utf-8")
    text = games.cite()
    assert games.__version__ in text.splitlines()[0]
    for part in ("title", "journal", "volume", "year", "doi"):
        value = citation.ARTICLE[part]
        assert value in text
        assert value in told
    assert citation.TITLE in told


def test_bibtex_has_two_entries_with_balanced_braces():
    text = games.cite("bibtex")
    assert re.findall(r"@(\w+)\{(\w+),", text) == [
        ("software", "alliance_solver"),
        ("article", "he_feng_2012"),
    ]
    assert text.count("{") == text.count("}")
    assert "doi = {10.1177/1354066110377124}," in text
    with pytest.raises(games.InvalidGameError, match="`style` must be one of text, bibtex"):
        games.cite("apa")


@pytest.mark.parametrize("package", [games, solver])
def test_dir_shows_the_public_names_alone(package):
    assert dir(package) == sorted([*package.__all__, "__version__"])
    assert all(hasattr(package, name) for name in dir(package))
    with pytest.raises(AttributeError, match="has no attribute 'luck'"):
        package.luck  # noqa: B018


def test_a_study_tells_the_log_what_came_from_the_store(tmp_path, monkeypatch):
    game = games.load("classic-athens")
    asked = {"threat": [0.2, 0.6], "cohesion": [0.5, 0.7], "store": tmp_path / "a.sqlite"}
    log, heard = logging.getLogger("solver"), logging.handlers.BufferingHandler(100)
    monkeypatch.setattr(log, "handlers", [heard])
    before = log.level
    log.setLevel(logging.INFO)  # the attribute alone would leave what loggers remember of it
    try:
        solver.sweep(game, **asked)
        solver.sweep(game, **asked)
    finally:
        log.setLevel(before)
    assert [record.getMessage() for record in heard.buffer] == [
        "4 cells: 0 from the store, 4 computed",
        "4 cells: 4 from the store, 0 computed",
    ]
