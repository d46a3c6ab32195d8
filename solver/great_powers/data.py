"""The user's own files for the large test, found in one folder and loaded."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from games import Disputes, InvalidGameError, NationalCapabilities, checks
from games.files import one_line
from games.measures.datasets import load_disputes, load_nmc
from games.measures.records import Pair
from games.measures.spells import (
    Sites,
    Spells,
    StateValues,
    load_capitals,
    load_contiguity,
    load_majors,
    load_rivalries,
    load_state_values,
)
from games.measures.treaties import Treaties, load_treaties
from solver.results import Progress


@dataclass(frozen=True)
class PowersData:
    """What the large test is made from.

    Attributes
    ----------
    treaties, nmc, disputes, rivalries, majors, contiguity, capitals
        As their loaders give them.
    dissimilar : StateValues
        The Leeds-Savun threat.
    democracy : StateValues or None
    """

    treaties: Treaties
    nmc: NationalCapabilities
    disputes: Disputes
    rivalries: Spells[Pair]
    majors: Spells[str]
    contiguity: Spells[Pair]
    capitals: Sites
    dissimilar: StateValues
    democracy: StateValues | None = None


# what must stand in the name of a file
NAMES = {
    "alliances": ("atop", "alliances"),
    "members": ("atop", "members"),
    "nmc": ("nmc",),
    "disputes": ("disputes",),
    "rivalries": ("rivalries",),
    "majors": ("majors",),
    "contiguity": ("contiguity",),
    "capitals": ("capitals",),
    "dissimilar": ("leeds", "savun"),
    "democracy": ("democracy",),
}
OPTIONAL = ("democracy",)


def find_files(folder: str | os.PathLike[str]) -> dict[str, Path]:
    """Return the path of each kind of file in a folder.

    A file's name must hold the words of its kind, in any case, and end in .csv or .csv.gz.

    Raises
    ------
    InvalidGameError
        If there is no such folder, or a kind has no file or several.
    """
    if not isinstance(folder, (str, os.PathLike)) or not isinstance(os.fspath(folder), str):
        raise InvalidGameError(f"`data` must be a folder of CSV files; got {checks.shown(folder)}")
    where = Path(folder)
    label = one_line(os.fspath(folder))
    if not where.is_dir():
        raise InvalidGameError(f"`data` must be a folder of CSV files; got {label!r}")
    files = sorted(
        file for file in where.iterdir() if file.name.lower().endswith((".csv", ".csv.gz"))
    )
    found = {}
    for kind, words in NAMES.items():
        fitting = [file for file in files if all(word in file.name.lower() for word in words)]
        pattern = "*".join(["", *words, ".csv[.gz]"])
        if len(fitting) > 1:
            several = ", ".join(one_line(file.name) for file in fitting)
            raise InvalidGameError(f"{label}: must hold one file {pattern}; got {several}")
        if fitting:
            found[kind] = fitting[0]
        elif kind not in OPTIONAL:
            raise InvalidGameError(f"{label}: must hold a file {pattern}; got none")
    return found


def load_powers_data(
    folder: str | os.PathLike[str], progress: Progress | None = None
) -> PowersData:
    """Return the data of the large test from the files in a folder of the user's own.

    Parameters
    ----------
    folder : path
        With one file each whose name holds "atop" and "alliances", "atop" and "members", "nmc",
        "disputes", "rivalries", "majors", "contiguity", "capitals", "leeds" and "savun", and, if
        there, "democracy".
    progress : callable, optional

    Raises
    ------
    InvalidGameError
        One line: file, line, column, what was expected and what was found.
    """
    files = find_files(folder)
    loaders: dict[str, Callable[[], Any]] = {
        "treaties": lambda: load_treaties(files["alliances"], files["members"]),
        "nmc": lambda: load_nmc(files["nmc"]),
        "disputes": lambda: load_disputes(files["disputes"]),
        "rivalries": lambda: load_rivalries(files["rivalries"]),
        "majors": lambda: load_majors(files["majors"]),
        "contiguity": lambda: load_contiguity(files["contiguity"]),
        "capitals": lambda: load_capitals(files["capitals"]),
        "dissimilar": lambda: load_state_values(files["dissimilar"], "lsthreat"),
    }
    if "democracy" in files:
        loaders["democracy"] = lambda: load_state_values(files["democracy"], "v2x_polyarchy")
    found = {}
    for number, (name, load) in enumerate(loaders.items(), start=1):
        found[name] = load()
        if progress:
            progress("files", number, len(loaders))
    return PowersData(**found)
