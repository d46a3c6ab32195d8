"""The command `alliance explore`: a page within two seconds, or one file."""

import json
import re
import subprocess
import sys
import time
import urllib.request

import pytest

from solver.command import explore as command

COMMAND = "from solver.command.app import main; main()"


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch):
    """Return what the command would serve, without serving it."""
    found: list[tuple] = []

    def serve(desk, bound, ready) -> None:
        bound.close()
        found.append((desk, bound))
        ready()

    monkeypatch.setattr("solver.explorer.server.serve", serve)
    return found


def test_the_page_s_address_is_told(run, served) -> None:
    out = run("explore", "classic-athens", "--no-browser")
    assert re.search(r"http://127\.0\.0\.1:\d+/", out)
    desk, _ = served[0]
    assert next(iter(desk.room.theatres)) == "classic-athens"
    assert "classic-athens" in desk.room.embedded
    assert desk.answer("python", {})["text"].count("games.load('classic-athens')") == 1


def test_the_browser_is_opened(run, served, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(command.webbrowser, "open", opened.append)
    out = run("explore", "--port", "0")
    assert opened == [re.search(r"http://\S+", out)[0]]


def test_what_was_set_is_where_it_begins(run, served) -> None:
    run("explore", "asia-1951", "--set", "cohesion=0.9", "--no-browser")
    desk, _ = served[0]
    assert desk.answer("meta", {})["scenario"] == "asia-1951"
    assert desk.room.theatres["asia-1951"].parameters.cohesion == 0.9
    assert "asia-1951" not in desk.room.embedded  # `games.load` would give another game


def test_a_file_is_explored_by_its_name(run, served, tmp_path) -> None:
    run("new", "mine", "--from", "classic-athens")
    run("explore", tmp_path / "mine.toml", "--no-browser")
    desk, _ = served[0]
    assert desk.answer("meta", {})["scenario"] == "mine"
    assert "mine" not in desk.room.embedded


@pytest.mark.long
def test_one_file_is_written(run, tmp_path) -> None:
    run("new", "mine", "--from", "classic-athens")
    out = run("explore", "mine.toml", "--export", "page.html")
    assert "Wrote page.html" in out
    text = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "<title>Alliance explorer: " in text


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["sparta"], "sparta"),
        (["nato-2024"], "31 candidates; the explorer takes 11 at most"),
        (["--set", "cohesion=1"], "`--set` changes a scenario"),
        (["classic-athens", "--set", "cohesion=2"], "`cohesion` must lie in [0, 1]"),
        (["classic-athens", "--port", "70000"], "`port` 70000 cannot be had"),
        (["classic-athens", "--export", "page.pdf"], "`export` must end in .html"),
        (["classic-athens", "--export", "nowhere/page.html"], "there is no directory"),
    ],
)
def test_bad_input(refuse, arguments: list[str], message: str) -> None:
    assert message in refuse("explore", *arguments)


def test_a_missing_library_is_named(refuse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "starlette", None)
    find = command.tables.find_spec
    monkeypatch.setattr(
        command.tables, "find_spec", lambda name: None if name == "starlette" else find(name)
    )
    assert "pip install 'alliance-solver[explore]'" in refuse("explore")


@pytest.mark.long
def test_the_page_comes_before_anything_compiles(tmp_path) -> None:
    """A new process shows its page, and answers with all dials, before numba is imported."""
    begun = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-c", COMMAND, "explore", "europe-1949", "--no-browser", "--port", "0"],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        address = re.search(r"http://\S+", process.stdout.readline())[0]
        with urllib.request.urlopen(address, timeout=30) as answer:
            assert b"alliance-explorer" in answer.read()
        with urllib.request.urlopen(f"{address}api/meta", timeout=30) as answer:
            meta = json.loads(answer.read())
        shown = time.monotonic() - begun
        assert meta["scenario"] == "europe-1949"
        assert shown < 10, "two seconds on a quiet machine"
    finally:
        process.terminate()
        process.wait(30)
        process.stdout.close()
