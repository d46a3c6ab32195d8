"""What holds for a time: major powers, rivalries, contiguity, capitals; and values by year.

All from a user's own files, as the Correlates of War project and others publish them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from games.measures import states
from games.measures.datasets import MISSING, Path, Row, Sheet, read
from games.measures.records import Pair
from games.measures.theatre import Location
from games.records import FrozenMapping

Key = TypeVar("Key", bound=Hashable)

# a year, which may be written as 1816.0, or the year of a date
_DATE = re.compile(r"(\d{1,4})(?:\.0|-\d\d-\d\d)?")


@dataclass(frozen=True)
class Spells(Generic[Key]):
    """From which year to which something holds of each key.

    Attributes
    ----------
    source : str
    spans : mapping of keys to tuples of (first year, last year)
        A last year of None stands for ever.
    """

    source: str
    spans: Mapping[Key, tuple[tuple[int, int | None], ...]]

    def holds(self, key: Key, year: int) -> bool:
        """Return whether it holds of `key` in `year`."""
        return any(
            first <= year and (last is None or year <= last)
            for first, last in self.spans.get(key, ())
        )

    def keys_in(self, year: int) -> tuple[Key, ...]:
        """Return all keys of which it holds in `year`, in the order of the file."""
        return tuple(key for key in self.spans if self.holds(key, year))


@dataclass(frozen=True)
class Sites:
    """Where each state's capital was, by year: (latitude, longitude) in degrees."""

    source: str
    sites: Mapping[str, tuple[tuple[int, int | None, Location], ...]]

    def at(self, year: int) -> dict[str, Location]:
        """Return the capitals of `year`, by abbreviation."""
        return {
            name: place
            for name, own in self.sites.items()
            for first, last, place in own
            if first <= year and (last is None or year <= last)
        }


@dataclass(frozen=True)
class StateValues:
    """A number for each state and year, where the file has one."""

    source: str
    values: Mapping[tuple[str, int], float]

    def get(self, state: str, year: int) -> float | None:
        """Return the number of a state, by abbreviation, in `year`."""
        return self.values.get((state, year))


def load_majors(path: Path) -> Spells[str]:
    """Return the major powers, from the Correlates of War list of the user's own.

    Columns: ccode, styear, endyear; a spell that reaches the last year of the file stands for ever.

    Raises
    ------
    InvalidGameError
        One line: file, line, column, what was expected and what was found.
    """
    sheet = read(path)
    return _open_ended(sheet, ("ccode",), ("styear", "endyear"))


def load_rivalries(path: Path) -> Spells[Pair]:
    """Return strategic rivalries, from a file of the user's own.

    Columns: ccode1, ccode2, start, end; what ended before 1816 is left out, and a spell that
    reaches the last year of the file stands for ever.

    Raises
    ------
    InvalidGameError
        One line: file, line, column, what was expected and what was found.

    References
    ----------
    Thompson, Sakuwa & Suhas 2021, Analyzing Strategic Rivalries in World Politics.
    """
    sheet = read(path)
    return _open_ended(sheet, ("ccode1", "ccode2"), ("start", "end"))


def load_contiguity(path: Path) -> Spells[Pair]:
    """Return which states are contiguous, from Direct Contiguity of the user's own.

    Columns: ccode1, ccode2, conttype (1, by land, to 5, by 400 miles of
    water; 0 is none), stdate
    and enddate as 1920-01-01.

    Raises
    ------
    InvalidGameError
        One line: file, line, column, what was expected and what was found.

    References
    ----------
    Stinnett et al. 2002, Conflict Management and Peace Science 19.
    """
    sheet = read(path)
    sheet.require(("conttype",))
    return _open_ended(
        sheet,
        ("ccode1", "ccode2"),
        ("stdate", "enddate"),
        lambda row: row.whole("conttype", 0, 5) > 0,
    )


def load_capitals(path: Path) -> Sites:
    """Return the capitals of states by year, from a file of the user's own.

    Columns: ccode, stdate and enddate as 1816-01-01, lat and lng in degrees.

    Raises
    ------
    InvalidGameError
        One line: file, line, column, what was expected and what was found.
    """
    sheet = read(path)
    sheet.require(("ccode", "stdate", "enddate", "lat", "lng"))
    sites: dict[str, list[tuple[int, int, Location]]] = {}
    for row in sheet.rows():
        place = row.real("lat", -90, 90), row.real("lng", -180, 180)
        first, last = _years(row, "stdate", "enddate")
        sites.setdefault(row.state("ccode"), []).append((first, last, place))
    end = max(last for own in sites.values() for _, last, _ in own)
    return Sites(
        sheet.label,
        FrozenMapping(
            {
                name: tuple((a, None if b == end else b, place) for a, b, place in own)
                for name, own in sites.items()
            }
        ),
    )


def load_state_values(path: Path, column: str) -> StateValues:
    """Return a column of a file of the user's own with one line for each state and year.

    Columns: ccode, year and `column`; missing is -9, "NA", "." or empty. Lines without a state are
    left out.

    Raises
    ------
    InvalidGameError
        One line: file, line, column, what was expected and what was found.
    """
    sheet = read(path)
    sheet.require(("ccode", "year", column))
    values: dict[tuple[str, int], float] = {}
    for row in sheet.rows():
        if row.cells["ccode"].lower() in MISSING:
            continue
        key = row.state("ccode"), row.whole("year", states.FIRST_YEAR, states.LAST_YEAR)
        if key in values:
            raise row.wrong("year", f"must come once for {key[0]}")
        amount = row.amount(column)
        if amount is not None:
            values[key] = amount
    return StateValues(sheet.label, FrozenMapping(values))


def _open_ended(
    sheet: Sheet,
    who: Sequence[str],
    when: tuple[str, str],
    counts: Callable[[Row], bool] = lambda row: True,
) -> Spells[Any]:
    """Return the spells of a sheet by state, or by pair of states."""
    sheet.require((*who, *when))
    found: dict[Any, list[tuple[int, int]]] = {}
    for row in sheet.rows():
        first, last = _years(row, *when)
        if last < states.FIRST_YEAR or not counts(row):
            continue
        names = [row.state(column) for column in who]
        if len(set(names)) != len(names):
            raise row.wrong(who[-1], f"must be another state than `{who[0]}`")
        key = names[0] if len(names) == 1 else frozenset(names)
        found.setdefault(key, []).append((first, last))
    end = max((last for own in found.values() for _, last in own), default=0)
    return Spells(
        sheet.label,
        FrozenMapping(
            {
                key: tuple((first, None if last == end else last) for first, last in own)
                for key, own in found.items()
            }
        ),
    )


def _years(row: Row, first: str, last: str) -> tuple[int, int]:
    """Return the first and last year of a spell, from two columns."""
    years = _year(row, first), _year(row, last)
    if years[1] < years[0]:
        raise row.wrong(last, f"must be no earlier than `{first}`")
    return years


def _year(row: Row, column: str) -> int:
    """Return the year of a cell that holds one, or a date as 1816-01-01."""
    found = _DATE.fullmatch(row.cells[column])
    if found is None:
        raise row.wrong(column, "must be a year or a date as 1816-01-01")
    year = int(found[1])
    if not 0 < year <= states.LAST_YEAR:
        raise row.wrong(column, f"must lie in [1, {states.LAST_YEAR}]")
    return year
