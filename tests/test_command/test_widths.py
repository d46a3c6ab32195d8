"""What a person sees at any width: no number and no word is broken, and nothing is lost silently.

And what a person is told after a mistake: one line, which names the cure.
"""

import contextlib
import io
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.main import get_command

import games
import solver
from solver.command import layout
from solver.command.app import app, main

ATHENS = "classic-athens"
DATA = Path(games.__file__).parent / "data"
WIDTHS = (60, 80, 100, 140)
# of tables in ASCII and of tables with lines
FRAMES = re.compile(r"[|+\-=─│┃━╇┡┩┏┓┳└┘┴]+")
LEFT_OUT = re.compile(
    r"Not\s+shown\s+for\s+want\s+of\s+room:\s+(.*?)\s+\(--wide\s+shows\s+all\)\.", re.DOTALL
)

GAME = """NFG 1 R "Asymmetric pennies" { "Row" "Column" }
{ { "up-and-left" "down-and-right" } { "left" "right" } }
""

9 0 0 1 0 1 1 0
"""
TREE = """EFG 2 R "Entry" { "entrant" "incumbent" }
""

p "" 1 1 "" { "out-of-the-market" "in" } 0
t "" 1 "" { 0, 2 }
p "" 2 1 "" { "fight" "share" } 0
t "" 2 "" { -1, -1 }
t "" 3 "" { 1.23456789, 1 }
"""
SMALL = "small.toml"
COMMANDS: dict[str, tuple[str, ...]] = {
    "scenarios": ("scenarios",),
    "show": ("show", ATHENS),
    "show a case": ("show", "rok-1953"),
    "solve": ("solve", ATHENS),
    "solve with burdens": ("solve", ATHENS, "--burden-sharing", "split", "--concept", "nash"),
    "sweep": ("sweep", ATHENS, "--threat", "0.001,0.2,0.6"),
    "sweep of a study": ("sweep", ATHENS, "--cohesion", "0.5,0.6", "--threat", "0.2"),
    "critical": ("critical", ATHENS, "--resolution", "0.01"),
    "compare": ("compare", ATHENS, "--threat", "0.2,0.6"),
    "history": ("history", "--cases", "own", "--draws", "2"),
    "threat": ("threat", "rok-1953"),
    "burdens": ("burdens", SMALL, "--threat", "0.3,0.5"),
    "nash": ("nash", "game.nfg"),
    "nash of a tree": ("nash", "tree.efg"),
    "phase": ("phase", SMALL, "--x-range", "0.2:0.9:3", "--y-range", "0.4:0.9:2"),
    "framing": ("framing", SMALL, "--x-range", "0.2:1:3", "--y-range", "1:3:2"),
    "surface": ("surface", SMALL, "--along", "cohesion=0.3:0.9:2"),
    "robust": ("robust", SMALL, "--draws", "3", "--threat", "0.3"),
    "sensitivity": ("sensitivity", SMALL, "--range", "cohesion=0.4:0.9", "--size", "2"),
}
# their tables are built as those of the others
DEAR = {"compare", "framing", "phase", "sensitivity"}
# without tables, with data of the user's own, and with the tables of `history`
ELSEWHERE = {"explore", "new", "plot", "powers", "rivals"}


@pytest.fixture(autouse=True)
def _own_files(tmp_path: Path) -> None:
    text = (DATA / f"{ATHENS}.toml").read_text("utf-8")
    start, end = text.index('[[candidates]]\nname = "Lesbos"'), text.index("[[adversaries]]")
    pair = text.rindex("[[affinity]]")
    (tmp_path / SMALL).write_text(text[:start] + text[end:pair], encoding="utf-8")
    (tmp_path / "game.nfg").write_text(GAME, encoding="utf-8")
    (tmp_path / "tree.efg").write_text(TREE, encoding="utf-8")
    (tmp_path / "own").mkdir()
    for name in ("rok-1953", "roc-1954"):
        (tmp_path / "own" / f"{name}.toml").write_bytes(
            (DATA / "cases" / f"{name}.toml").read_bytes()
        )


def printed(arguments: tuple[str, ...], width: int, encoding: str = "utf-8") -> str:
    """Return what a call prints on a terminal of some width that knows an encoding."""
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stderr(io.StringIO()):
        patch.setenv("COLUMNS", str(width))
        patch.setenv("NO_COLOR", "1")
        patch.setattr(sys, "stdout", stream)
        assert main(arguments) == 0
        stream.flush()
        return stream.buffer.getvalue().decode(encoding)  # type: ignore[attr-defined]


def tokens(text: str) -> Iterator[str]:
    """Yield all between blanks and lines of tables; a heading of a card ends in a colon."""
    for part in re.split(r"[\s|│┃]+", text):
        if part and not FRAMES.fullmatch(part):
            yield part.removesuffix(":")


def test_every_command_is_tried() -> None:
    tried = {arguments[0] for arguments in COMMANDS.values()}
    assert tried | ELSEWHERE == set(get_command(app).commands)


def columns(text: str) -> dict[str, set[str]]:
    """Return all that stands in the columns of the tables of a text, by heading."""
    found: dict[str, set[str]] = {}
    headings: list[str] = []
    for line in text.splitlines():
        cells = [cell.strip() for cell in re.split("[┃│]", line)[1:-1]]
        if line.startswith("┃"):
            headings = cells
        for heading, cell in zip(headings, cells, strict=bool(cells)):
            found.setdefault(heading, set()).update(tokens(cell))
    return found


@pytest.fixture
def _solved_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let studies remember their answer: only the width changes from call to call."""

    def remembered(study: Callable[..., object]) -> Callable[..., object]:
        answers: list[object] = []

        def ask(*given: object, **named: object) -> object:
            answers.extend([study(*given, **named)] if not answers else [])
            return answers[0]

        return ask

    for name in ("solve", "compare", "critical_threats", "history", "burdens", "phase_diagram"):
        monkeypatch.setattr(solver, name, remembered(getattr(solver, name)), raising=False)
    for name in ("framing_map", "critical_surface", "robustness", "sensitivity"):
        monkeypatch.setattr(solver, name, remembered(getattr(solver, name)), raising=False)


@pytest.mark.usefixtures("_solved_once")
@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(words, id=name, marks=[pytest.mark.long] if name in DEAR else [])
        for name, words in COMMANDS.items()
    ],
)
def test_nothing_is_broken_at_any_width(arguments: tuple[str, ...]) -> None:
    whole = printed((*arguments, "--wide"), 400)
    assert "Not shown" not in whole
    known, of_columns = set(tokens(whole)), columns(whole)
    longest = max(map(len, known))
    for width in WIDTHS:
        text = printed(arguments, width, "ascii")
        assert text.isascii()
        assert "\x1b" not in text
        assert all(len(line) <= max(width, longest) for line in text.splitlines()), width
        left_out = [" ".join(names.split()) for names in LEFT_OUT.findall(text)]
        shown = set(tokens(LEFT_OUT.sub("", text)))
        # what ASCII has not is a question mark
        assert not {one for one in shown - known if "?" not in one}, width
        lost = {one for one in known - shown if one.isascii()}
        named = [of_columns[heading] for names in left_out for heading in names.split(", ")]
        assert lost <= set().union(*named, *(set(names.split()) for names in left_out)), width


@pytest.mark.parametrize("name", ["show", "solve", "threat", "nash"])
def test_wide_tables_are_the_same_at_any_width(name: str) -> None:
    narrow, broad = (printed((*COMMANDS[name], "--wide"), width) for width in (60, 400))
    frames = [[line for line in text.splitlines() if "│" in line] for text in (narrow, broad)]
    assert frames[0] == frames[1] != []


def test_a_table_too_wide_for_the_page_names_the_columns_it_leaves_out() -> None:
    text = printed(("scenarios",), 80)
    assert "Not shown for want of room: title (--wide shows all)." in text
    assert "Athens and the islands" not in text
    assert "Athens and the islands" in printed(("scenarios", "--wide"), 80)


def test_few_rows_become_cards() -> None:
    text = printed(COMMANDS["critical"], 60)
    assert "threat: 0.004241\nbelow:  none\nabove:  bilateral\ncause:  acceptance\n" in text


def test_digits_tell_neighbours_apart() -> None:
    assert layout.apart([0.1, 0.1, 0.2]) == ["0.1", "0.1", "0.2"]
    assert layout.apart([0.35418912, 0.35418917]) == ["0.3541891", "0.3541892"]
    assert layout.to_digits(1949.0) == "1949"
    assert layout.to_digits(1e300) == "1e+300"


MISTAKES: dict[str, tuple[tuple[str, ...], str]] = {
    "a scenario": (("solve", "europe1949"), "did you mean 'europe-1949'?"),
    "a case": (("show", "rok1953"), "did you mean 'rok-1953'?"),
    "a file without its suffix": (("solve", "small"), "did you mean 'small.toml'?"),
    "a capital": (("solve", "Europe-1949"), "did you mean 'europe-1949'?"),
    "a command": (("slove", ATHENS), "Did you mean 'solve'?"),
    "an option": (("solve", ATHENS, "--thread", "0.5"), "--threat"),
    "a threat in percent": (("solve", ATHENS, "--threat", "70%"), "write 0.7 for 70%"),
    "a threat of a hundred": (("solve", ATHENS, "--threat", "70"), "got 70: write 0.7"),
    "a threat with a comma": (("solve", ATHENS, "--threat", "0,7"), "must be a number; got '0,7'"),
    "levels in percent": (("sweep", ATHENS, "--threat", "0%:100%:5"), "write 0 for 0%"),
    "levels of a hundred": (("compare", ATHENS, "--threat", "0:100:5"), "got 100: write 1"),
    "a share in percent": (("critical", ATHENS, "--set", "cohesion=70%"), "write 0.7 for 70%"),
    "levels without a number": (("sweep", ATHENS, "--threat", "0:1"), "such as 0:1:101"),
    "a folder": (("solve", "own/"), "must be a readable file; got a directory"),
    "a folder of games": (("nash", "own"), "must be a readable file; got a directory"),
    "no such file": (("show", "smal.toml"), "must be a readable file; got no such file"),
    "a preset": (("solve", ATHENS, "--preference", "booij"), "did you mean 'booij-2010'?"),
    "a preference": (("compare", ATHENS, "--preference", "cpt"), "known: expected-utility, pros"),
    "nothing to compare": (
        ("compare", ATHENS, "--preference", "expected-utility"),
        "one of prospect theory, such as booij-2010",
    ),
    "a concept": (("solve", ATHENS, "--concept", "subgame"), "did you mean 'subgame_perfect'?"),
    "a concept in words": (("sweep", ATHENS, "--concept", "Pairwise"), "did you mean 'pairwise'?"),
    "a concept for trees": (("nash", "tree.efg", "--concept", "nash"), "gives its normal form"),
    "--set without =": (("solve", ATHENS, "--set", "cohesion"), "name=value, such as cohesion=0.8"),
    "--set twice": (
        ("solve", ATHENS, "--set", "k_bloc=1", "--set", "k_bloc=2"),
        "each quantity once",
    ),
    "--set of several": (("solve", ATHENS, "--set", "cohesion=0.2,0.3"), "`alliance sweep` takes"),
    "--set and its option": (("solve", ATHENS, "--threat", "0", "--set", "threat=1"), "once; got"),
    "--set of all threats": (
        ("critical", ATHENS, "--set", "threat=0.5"),
        "is for `alliance solve`",
    ),
    "a quantity": (("solve", ATHENS, "--set", "cohesions=0.5"), "did you mean 'cohesion'?"),
    "a state in words": (
        ("solve", "asia-1951", "--set", "capabilities.Japan=0.2"),
        "did you mean 'JPN'?",
    ),
    "a state alone": (
        ("solve", "asia-1951", "--set", "Japan=2"),
        "did you mean 'capabilities.JPN'?",
    ),
    "a value in words": (
        ("solve", ATHENS, "--set", "cohesion=high"),
        "must be a number; got 'high'",
    ),
    "a value out of range": (
        ("solve", ATHENS, "--set", "cohesion=1.5"),
        "must lie in [0, 1]; got 1.5",
    ),
    "a suffix": (
        ("solve", ATHENS, "--out", "a.sav"),
        "must end in one of .csv, .json, .parquet, .nc, .dta, .xlsx, .tex",
    ),
    "a folder of cases": (("history", "--cases", "small.toml"), "must be a folder of .toml files"),
    "a shell": (("--show-completion", "csh"), "'bash', 'zsh', 'fish'"),
}


@pytest.mark.parametrize(("arguments", "cure"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_answered_by_its_cure(refuse, arguments: tuple[str, ...], cure: str) -> None:
    assert cure in refuse(*arguments)
