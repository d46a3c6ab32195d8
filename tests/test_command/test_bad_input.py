"""Bad input to the command: exit code 2, one line that names the fault, and nothing written."""

import errno
import os
from importlib import util
from pathlib import Path
from typing import Any

import pytest

import games
import solver
from games import tables
from solver.command.app import main
from solver.studies import comparison

ATHENS = "classic-athens"
SOURCE = (Path(games.__file__).parent / "data" / f"{ATHENS}.toml").read_text("utf-8")
FEW = ("--threat", "0.2")
KNOWN = "known: asia-1951, classic-athens, europe-1949, nato-2024, southeast-asia-1954"
LEVELS = (
    "`threat` must read first:last:number, such as 0:1:101, or be a list, such as 0.2,0.7; got "
)
SUFFIXES = "`out` must end in one of .csv, .json, .parquet, .nc, .dta, .xlsx, .tex; got "
PICTURES = "`plot` must end in one of .png, .svg, .pdf; got "
LIMIT = (
    "20 candidates are too many for exact work: 4 * 4^20 = 4.4e+12 outcomes, the limit is 12"
    " candidates; keep the strongest ones: game.strongest(12), or fewer [[candidates]] in the"
    " scenario's file (without burdens solver.solve finds the best structure of more)"
)


def swapped(old: str, new: str) -> str:
    assert old in SOURCE
    return SOURCE.replace(old, new, 1)


def candidates(number: int) -> str:
    start, end = SOURCE.index("[[candidates]]"), SOURCE.index("[[adversaries]]")
    named = [f'[[candidates]]\nname = "C{i}"\ncapability = 5\n' for i in range(number)]
    tail = SOURCE[end : SOURCE.index("[[affinity]]")]
    return ("" if number else "candidates = []\n") + SOURCE[:start] + "".join(named) + tail


ARGUMENTS = {
    "unknown scenario": (("solve", "sparta"), f"unknown scenario 'sparta'; {KNOWN}"),
    "near scenario": (
        ("show", "europe-1948"),
        f"unknown scenario 'europe-1948' (did you mean 'europe-1949'?); {KNOWN}",
    ),
    "empty scenario": (("critical", ""), f"unknown scenario ''; {KNOWN}"),
    "scenario of two lines": (("solve", "a\nb"), rf"unknown scenario 'a\nb'; {KNOWN}"),
    "unknown command": (("sovle", ATHENS), "No such command 'sovle'."),
    "missing argument": (("solve",), "Missing argument 'scenario'."),
    "one argument too many": (("solve", ATHENS, "x"), "Got unexpected extra argument"),
    "unknown option": (("solve", ATHENS, "--thread", "1"), "No such option: --thread"),
    "unknown option of all": (("--verbose",), "No such option: --verbose"),
    "option without value": (("solve", ATHENS, "--threat"), "Option '--threat' requires"),
    "threat above 1": (("solve", ATHENS, "--threat", "1.4"), "must lie in [0, 1]; got 1.4"),
    "threat below 0": (("solve", ATHENS, "--threat", "-0.1"), "must lie in [0, 1]; got -0.1"),
    "threat not a number": (("solve", ATHENS, "--threat", "nan"), "`threat` must be a number"),
    "threat infinite": (("solve", ATHENS, "--threat", "inf"), "`threat` must be a number"),
    "threat a word": (("solve", ATHENS, "--threat", "high"), "must be a number; got 'high'"),
    "levels beyond 1": (("sweep", ATHENS, "--threat", "0:2:5"), "`threat` must lie in [0, 1]"),
    "level beyond 1": (("sweep", ATHENS, "--threat", "0.2,1.4"), "must lie in [0, 1]; got 1.4"),
    "level not a number": (("compare", ATHENS, "--threat", "nan"), "`threat` must be finite"),
    "levels from infinity": (("sweep", ATHENS, "--threat", "inf:1:3"), "`threat` must be finite"),
    "levels too far apart": (("sweep", ATHENS, "--threat=-1e308:1e308:3"), "`threat` must "),
    "concept": (
        ("solve", ATHENS, "--concept", "nsah"),
        "unknown concept 'nsah' (did you mean 'nash'?); known: subgame_perfect, nash, pairwise",
    ),
    "concept of a sweep": (("sweep", ATHENS, *FEW, "--concept", "x"), "unknown concept 'x'; "),
    "resolution too coarse": (
        ("critical", ATHENS, "--resolution", "0.5"),
        "`resolution` must lie in [1e-09, 0.1]; got 0.5",
    ),
    "resolution negative": (
        ("critical", ATHENS, "--resolution", "-1"),
        "`resolution` must lie in [1e-09, 0.1]; got -1",
    ),
    "resolution not a number": (
        ("critical", ATHENS, "--resolution", "nan"),
        "`resolution` must be finite; got nan",
    ),
    "resolution a word": (
        ("critical", ATHENS, "--resolution", "fine"),
        "Invalid value for '--resolution'",
    ),
    "most 0": (("solve", ATHENS, "--most", "0"), "Invalid value for '--most'"),
    "most a word": (("solve", ATHENS, "--most", "all"), "Invalid value for '--most'"),
    "out suffix": (("sweep", ATHENS, *FEW, "--out", "a.xls"), SUFFIXES + "'a.xls'"),
    "out without suffix": (("compare", ATHENS, *FEW, "--out", "a"), SUFFIXES + "'a'"),
    "out empty": (("sweep", ATHENS, *FEW, "--out", ""), SUFFIXES),
    "out in no directory": (
        ("sweep", ATHENS, *FEW, "--out", "no/a.csv"),
        "cannot write 'no/a.csv': there is no directory",
    ),
    "out too long": (
        ("sweep", ATHENS, *FEW, "--out", "x" * 300 + ".csv"),
        "cannot write 'xxx",
    ),
    "plot suffix": (("sweep", ATHENS, *FEW, "--plot", "a.gif"), PICTURES + "'a.gif'"),
    "plot in no directory": (
        ("compare", ATHENS, *FEW, "--plot", "no/a.png"),
        "cannot write 'no/a.png': there is no directory",
    ),
    "plot suffix beside a good out": (
        ("sweep", ATHENS, *FEW, "--out", "a.csv", "--plot", "a.gif"),
        PICTURES + "'a.gif'",
    ),
    "missing file": (("solve", "no.toml"), "no.toml: must be a readable file; got no such file"),
    "directory as file": (("show", "./"), "./: must be a readable file; got a directory"),
}


@pytest.mark.parametrize(("arguments", "expected"), ARGUMENTS.values(), ids=ARGUMENTS)
def test_bad_arguments(refuse, arguments: tuple[str, ...], expected: str) -> None:
    assert expected in refuse(*arguments)


@pytest.mark.parametrize(
    "text",
    [
        *("", "low", "0.2,", "0.2,,0.3", "0.2;0.3", "0:1", ":", ":::", "0:1:5:7", "low:high:3"),
        *("0:1:x", "0:1:0", "0:1:-3", "0:1:2.5", "0:1:1e9", "0:1:100002"),
    ],
)
@pytest.mark.parametrize("command", ["sweep", "compare"])
def test_levels_that_read_otherwise(refuse, command: str, text: str) -> None:
    assert refuse(command, ATHENS, "--threat", text) == f"{LEVELS}{text!r}"


FILES = {
    "no toml": ("[measure", "my.toml: must be valid TOML; got: "),
    "empty": ("", "my.toml: `title` must be given; got nothing"),
    "capability negative": (
        swapped("capability = 30", "capability = -30"),
        "my.toml: `candidates[2].capability` must be at least 0; got -30",
    ),
    "capability not a number": (
        swapped("capability = 30", "capability = nan"),
        "my.toml: `candidates[2].capability` must be finite; got nan",
    ),
    "capability a word": (
        swapped("capability = 30", 'capability = "many"'),
        "my.toml: `candidates[2].capability` must be a number; got 'many'",
    ),
    "hegemon of nothing": (
        swapped("capability = 200", "capability = 0"),
        "my.toml: `hegemon.capability` must be above 0; got 0",
    ),
    "threat above 1": (
        swapped("value = 0.6", "value = 1.4"),
        "my.toml: `threat.value` must lie in [0, 1]; got 1.4",
    ),
    "name twice": (
        swapped('name = "Lesbos"', 'name = "Samos"'),
        "my.toml: `candidates[2].name` must differ from `candidates[0].name`; got 'Samos'",
    ),
    "no candidates": (candidates(0), "my.toml: `candidates` must name at least one; got []"),
    "affinity with a stranger": (
        swapped('pair = ["Samos", "Chios"]', 'pair = ["Samos", "Melos"]'),
        "my.toml: `affinity[0].pair` must name two different candidates; got ['Samos', 'Melos']",
    ),
    "affinity above 1": (
        swapped("value = 0.7", "value = 7"),
        "my.toml: `affinity[0].value` must lie in [0, 1]; got 7",
    ),
    "unknown parameter": (
        f"{SOURCE}\n[parameters]\nmorale = 1\n",
        "my.toml: `parameters.morale` is no field of [parameters]; known: deployment, ",
    ),
    "parameter out of range": (
        f"{SOURCE}\n[parameters]\ncohesion = 1.1\n",
        "my.toml: `parameters.cohesion` must lie in [0, 1]; got 1.1",
    ),
    "parameter not a number": (
        f"{SOURCE}\n[parameters]\nfriction = nan\n",
        "my.toml: `parameters.friction` must be finite; got nan",
    ),
    "unknown field": (
        f"colour = 1\n{SOURCE}",
        "my.toml: `colour` is no field of a scenario; known: title, ",
    ),
}


@pytest.mark.parametrize(("text", "expected"), FILES.values(), ids=FILES)
def test_a_bad_file_of_the_users_own(refuse, tmp_path: Path, text: str, expected: str) -> None:
    (tmp_path / "my.toml").write_text(text, encoding="utf-8")
    assert refuse("solve", "my.toml").startswith(expected)


@pytest.mark.parametrize("command", ["show", "sweep", "critical", "compare"])
def test_every_command_checks_the_file(refuse, tmp_path: Path, command: str) -> None:
    (tmp_path / "my.toml").write_text(FILES["threat above 1"][0], encoding="utf-8")
    assert refuse(command, "my.toml") == FILES["threat above 1"][1]


def test_a_game_too_large_for_exact_work(refuse, tmp_path: Path) -> None:
    (tmp_path / "my.toml").write_text(candidates(20), encoding="utf-8")
    assert refuse("critical", "my.toml") == LIMIT


@pytest.mark.parametrize("option", ["--out", "--plot"])
def test_a_target_that_is_a_directory(refuse, tmp_path: Path, option: str) -> None:
    target = "a.csv" if option == "--out" else "a.png"
    (tmp_path / target).mkdir()
    expected = f"cannot write {target!r}: it is a directory"
    assert refuse("sweep", ATHENS, *FEW, option, target) == expected


@pytest.mark.parametrize("option", ["--out", "--plot"])
def test_a_target_in_a_read_only_directory(
    refuse, monkeypatch: pytest.MonkeyPatch, option: str
) -> None:
    # permission bits do not stop an administrator, who may be running this
    monkeypatch.setattr(os, "access", lambda *_: False)
    target = "a.csv" if option == "--out" else "a.png"
    expected = f"cannot write {target!r}: the directory is read-only"
    assert refuse("sweep", ATHENS, *FEW, option, target) == expected


def test_targets_are_checked_before_the_work(refuse, monkeypatch: pytest.MonkeyPatch) -> None:
    def work(*_: Any, **__: Any) -> Any:
        raise AssertionError("the work had begun")

    monkeypatch.setattr(comparison, "sweep", work)
    for command in ("sweep", "compare"):
        with pytest.raises(AssertionError, match="the work had begun"):
            main((command, ATHENS, "--out", "a.csv"))
        refuse(command, ATHENS, "--out", "no/a.csv")
        refuse(command, ATHENS, "--plot", "a.gif")


@pytest.mark.parametrize(
    ("library", "extra", "arguments"),
    [
        ("matplotlib", "plot", ("--plot", "a.png")),
        ("pyarrow", "tables", ("--out", "a.parquet")),
        ("xarray", "tables", ("--out", "a.nc")),
        ("netCDF4", "tables", ("--out", "a.nc")),
    ],
)
def test_a_missing_library(
    refuse,
    monkeypatch: pytest.MonkeyPatch,
    library: str,
    extra: str,
    arguments: tuple[str, str],
) -> None:
    find = util.find_spec
    monkeypatch.setattr(tables, "find_spec", lambda name: None if name == library else find(name))
    assert refuse("sweep", ATHENS, *FEW, *arguments) == (
        f"`{library}` is needed for this and is not installed;"
        f" install it with: pip install 'alliance-solver[{extra}]'"
    )


OLD = {
    "bad levels": (("--out", "old.csv", "--threat", "0:2:3"), "`threat` must lie in [0, 1]"),
    "bad concept": (("--out", "old.csv", *FEW, "--concept", "x"), "unknown concept"),
    "bad plot": (("--out", "old.csv", *FEW, "--plot", "a.gif"), PICTURES),
}


@pytest.mark.parametrize(("arguments", "expected"), OLD.values(), ids=OLD)
def test_an_old_file_outlives_bad_input(
    refuse, tmp_path: Path, arguments: tuple[str, ...], expected: str
) -> None:
    (tmp_path / "old.csv").write_text("old")
    assert refuse("sweep", ATHENS, *arguments).startswith(expected)


@pytest.mark.parametrize(
    "suffix",
    [".csv", ".json", ".parquet", ".nc", ".png", pytest.param(".pdf", marks=pytest.mark.long)],
)
def test_an_old_file_outlives_a_full_disk(
    refuse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    target = f"old{suffix}"
    (tmp_path / target).write_text("old")
    monkeypatch.setattr(os, "replace", full)
    option = "--plot" if suffix in (".png", ".pdf") else "--out"
    expected = f"cannot write {target!r}: {os.strerror(errno.ENOSPC)}"
    assert refuse("sweep", ATHENS, *FEW, option, target) == expected


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "No space left on device")])
@pytest.mark.parametrize("flag", [(), ("--json",)])
def test_an_answer_that_cannot_be_printed(
    refuse, monkeypatch: pytest.MonkeyPatch, error: OSError, flag: tuple[str, ...]
) -> None:
    class Full:
        encoding = "utf-8"

        def write(self, _: str) -> int:
            raise error

        def flush(self) -> None:
            raise error

        def isatty(self) -> bool:
            return False

    with monkeypatch.context() as patch:
        patch.setattr("sys.stdout", Full())
        assert "No space left on device" in refuse("solve", ATHENS, *flag)


def test_stopping_while_solving(refuse, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: Any, **__: Any) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr(solver, "solve", stop, raising=False)
    assert refuse("solve", ATHENS, code=130) == "stopped"


@pytest.mark.parametrize("suffix", [".csv", ".png"])
def test_stopping_while_writing(
    refuse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    def stop(*_: Any) -> None:
        raise KeyboardInterrupt

    (tmp_path / f"old{suffix}").write_text("old")
    monkeypatch.setattr(os, "replace", stop)
    option = "--out" if suffix == ".csv" else "--plot"
    assert refuse("sweep", ATHENS, *FEW, option, f"old{suffix}", code=130) == "stopped"
