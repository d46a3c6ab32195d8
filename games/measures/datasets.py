"""A user's own copies of capability, alliance and dispute data, read and checked."""

from __future__ import annotations

import csv
import io
import itertools
import math
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from games.checks import shown
from games.errors import InvalidGameError, UnknownNameError
from games.files import one_line, read_whole
from games.measures import states
from games.measures.records import (
    COMPONENTS,
    Alliances,
    Disputes,
    NationalCapabilities,
    Pair,
    Pledges,
    Quarrel,
    StateYear,
    frozen,
)

# Reading a user's own CSV files: bounded, checked, and with one clear line for each fault.

MAX_BYTES = 1 << 26
# columns of a file, and characters of a line of it
MOST_COLUMNS, MOST_IN_LINE = 1000, 1 << 20
# what a cell that is missing reads, in any case
MISSING = ("", "na", "n/a", "#n/a", "nan", "null", "none", ".", "-9")


@dataclass(frozen=True)
class Row:
    """A line of a CSV file, whose cells are read by the names of their columns."""

    label: str
    line: int
    cells: dict[str, str]

    def wrong(self, column: str, expectation: str) -> InvalidGameError:
        """Return the error that says what the cell in `column` must be."""
        return InvalidGameError(
            f"{self.label}: line {self.line}, column `{column}` {expectation};"
            f" got {shown(self.cells[column])}"
        )

    def amount(self, column: str, high: float = math.inf) -> float | None:
        """Return a number in [0, high], or None if the cell says that it is missing."""
        text = self.cells[column]
        if text.lower() in MISSING:
            return None
        try:
            value = float(text)
        except ValueError:
            raise self.wrong(column, "must be a number, or -9 where it is missing") from None
        if value == -9:
            return None
        if not math.isfinite(value):
            raise self.wrong(column, "must be finite")
        if value < 0:
            raise self.wrong(column, "must be at least 0, or -9 where it is missing")
        if value > high:
            raise self.wrong(column, f"must lie in [0, {high:g}]")
        return value

    def real(self, column: str, low: float, high: float) -> float:
        """Return a number in [low, high]."""
        try:
            value = float(self.cells[column])
        except ValueError:
            raise self.wrong(column, "must be a number") from None
        if not low <= value <= high:
            raise self.wrong(column, f"must lie in [{low:g}, {high:g}]")
        return value

    def state(self, column: str) -> str:
        """Return the abbreviation of a state of the Correlates of War list."""
        try:
            # numbers may be written as 200.0
            return states.find(self.cells[column].removesuffix(".0")).abbreviation
        except UnknownNameError:
            raise self.wrong(column, "must be a state of the Correlates of War list") from None

    def whole(self, column: str, low: int, high: int) -> int:
        """Return a whole number in [low, high]; "5.0" is one too."""
        try:
            value = float(self.cells[column])
        except ValueError:
            value = math.nan
        if not (math.isfinite(value) and value == math.floor(value)):
            raise self.wrong(column, "must be a whole number")
        if not low <= value <= high:
            raise self.wrong(column, f"must lie in [{low}, {high}]")
        return int(value)


@dataclass(frozen=True)
class Sheet:
    """A CSV file: its header, in lower case, and its content, which is read line by line."""

    label: str
    header: tuple[str, ...]
    content: bytes
    encoding: str

    def rows(self) -> Iterator[Row]:
        """Yield the lines below the header; lines without any text are left out."""
        empty = True
        for line, cells in itertools.islice(
            _lines(self.label, self.content, self.encoding), 1, None
        ):
            if len(cells) != len(self.header):
                raise InvalidGameError(
                    f"{self.label}: line {line} must have {len(self.header)} values, as the"
                    f" header has; got {len(cells)}"
                )
            empty = False
            yield Row(self.label, line, dict(zip(self.header, cells, strict=True)))
        if empty:
            raise InvalidGameError(f"{self.label}: must have lines below its header; got none")

    def first_of(self, names: Sequence[str]) -> str | None:
        """Return the first of `names` that is a column, if any is."""
        return next((name for name in names if name in self.header), None)

    def require(self, names: Sequence[str], hint: str = "") -> None:
        """Raise an error if one of the columns `names` is missing; `hint` ends its line."""
        missing = [name for name in names if name not in self.header]
        if missing:
            raise InvalidGameError(
                f"{self.label}: line 1 must have the columns {', '.join(names)};"
                f" got a header without {', '.join(missing)}{hint}"
            )


def read(path: str | os.PathLike[str]) -> Sheet:
    """Return a CSV file, or one packed by gzip, as a `Sheet`.

    Parameters
    ----------
    path : str or path
        UTF-8 or Latin-1 text separated by commas, with a header; at most `MAX_BYTES` when unpacked.
        What is packed is recognised by its first bytes, and never unpacked beyond that bound.

    Raises
    ------
    InvalidGameError
        One line that names the file, the line and the column, what was expected and what was found.
    """
    where = os.fspath(path) if isinstance(path, (str, os.PathLike)) else None
    if not isinstance(where, str):
        raise InvalidGameError(f"`path` must be the path of a CSV file; got {shown(path)}")
    label = one_line(where)
    content = read_whole(where, label, MAX_BYTES, unpack=True)
    if b"\0" in content:
        line = content.count(b"\n", 0, content.index(b"\0")) + 1
        raise InvalidGameError(f"{label}: must be text; got a NUL byte in line {line}")
    encoding = "utf-8-sig"
    try:
        content.decode(encoding)
    except UnicodeDecodeError:
        # published files hold names of states in Latin-1; what is read here, codes and figures, is
        # ASCII in either
        encoding = "latin-1"
    return _sheet(label, content, encoding)


def _sheet(label: str, content: bytes, encoding: str) -> Sheet:
    _, cells = next(_lines(label, content, encoding), (0, []))
    header = tuple(name.lower() for name in cells)
    if len(header) > MOST_COLUMNS:
        raise InvalidGameError(
            f"{label}: line 1 must name at most {MOST_COLUMNS} columns; got {len(header)}"
        )
    if not header:
        raise InvalidGameError(f"{label}: must have a header and lines below it; got an empty file")
    for mark, word in ((";", "semicolons"), ("\t", "tabs"), ("|", "bars")):
        if len(header) == 1 and mark in header[0]:
            raise InvalidGameError(f"{label}: line 1 must be separated by commas; got {word}")
    double = next((name for name, number in Counter(header).items() if number > 1), None)
    if double is not None:
        raise InvalidGameError(
            f"{label}: line 1 must name each column once; got {shown(double)} twice"
        )
    return Sheet(label, header, content, encoding)


def _short(label: str, text: io.TextIOBase) -> Iterator[str]:
    """Yield lines, none of which takes long to cut into cells."""
    for line, content in enumerate(iter(partial(text.readline, MOST_IN_LINE + 1), ""), start=1):
        if len(content) > MOST_IN_LINE:
            raise InvalidGameError(
                f"{label}: line {line} must hold at most {MOST_IN_LINE} characters; got more"
            )
        yield content


def _lines(label: str, content: bytes, encoding: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the cells of each line that has any text, with the line's number."""
    text = io.TextIOWrapper(io.BytesIO(content), encoding, newline="")
    reader = csv.reader(_short(label, text), strict=True)
    try:
        for cells in reader:
            stripped = [cell.strip() for cell in cells]
            if any(stripped):
                yield reader.line_num, stripped
    except csv.Error as error:
        line = reader.line_num
        raise InvalidGameError(f"{label}: line {line} must be valid CSV; got: {error}") from None


Path = str | os.PathLike[str]

_PAIRS = (  # what the columns of two states are called, and whether their numbers are GW's
    ("ccode1", "ccode2", False),
    ("gwcode1", "gwcode2", True),
    ("mem1", "mem2", False),
    ("statea", "stateb", False),
    ("state1", "state2", False),
)
_PLEDGES = {  # COW; ATOP; the two as joined by the R package peacesciencer
    "defense": ("defense", "cow_defense", "atop_defense"),
    "neutrality": ("neutrality", "neutral", "cow_neutral", "atop_neutral"),
    "nonaggression": ("nonaggression", "nonagg", "cow_nonagg", "atop_nonagg"),
    "entente": ("entente", "consul", "cow_entente", "atop_consul"),
}
_OFFENSE = ("offense", "atop_offense")


def load_nmc(path: Path) -> NationalCapabilities:
    """Return National Material Capabilities 6.0 from a file of the user's own.

    Columns, in any order: ccode, stateabb or gwcode; year; milex, milper, irst, pec, tpop, upop,
    cinc; and version if there is one, which must be 6 or later, or 2021 or later if it is a year.
    Others are not read. Version 4.0 is known by its version, 4. Missing is -9, "NA", "." or empty.

    Raises
    ------
    InvalidGameError
        One line: file, line, column, what was expected and what was found.

    References
    ----------
    Singer, Bremer & Stuckey 1972; Singer 1987, International Interactions 14.
    """
    sheet = read(path)
    hint = " (National Material Capabilities 6.0 has them; older versions may not)"
    sheet.require(("year", *COMPONENTS, "cinc"), hint)
    column = sheet.first_of(("ccode", "stateabb", "gwcode")) or "ccode"
    sheet.require((column,), "; stateabb or gwcode serves too")
    years: dict[int, dict[str, StateYear]] = {}
    lines: dict[tuple[int, str], int] = {}
    for row in sheet.rows():
        if "version" in sheet.header:
            _check_version(row)
        year = _year(row)
        state = _state(row, column, year, column == "gwcode")
        _check_abbreviation(row, column, state)
        _once(row, lines, (year, state), f"{state} in {year}")
        parts = {name: row.amount(name) for name in COMPONENTS}
        found = StateYear(state, year, **parts, cinc=row.amount("cinc", high=1))
        years.setdefault(year, {})[state] = found
    return NationalCapabilities(sheet.label, frozen(years))


def load_alliances(path: Path) -> Alliances:
    """Return alliances by pair and year, from Correlates of War 4.1 or ATOP 5 of the user's own.

    Columns, in any order: two states (ccode1 and ccode2; mem1 and mem2; statea and stateb;
    gwcode1 and gwcode2; or state1 and state2); year; and one column for each pledge: defense;
    neutrality or neutral; nonaggression or nonagg; entente or consul; each also with the prefix
    `cow_` or `atop_`. Several treaties of a pair, and the two directions of a directed file, are
    joined: a pledge that stands anywhere stands. ATOP's offense, if there, counts as defense.

    Raises
    ------
    InvalidGameError
        One line: file, line, column, what was expected and what was found.

    References
    ----------
    Gibler 2009, International Military Alliances 1648-2008. Leeds, Ritter, Mitchell & Long 2002,
    International Interactions 28.
    """
    sheet = read(path)
    sheet.require(("year",), " (take the file by dyad and year)")
    columns = {name: sheet.first_of(known) for name, known in _PLEDGES.items()}
    sheet.require([columns[name] or known[0] for name, known in _PLEDGES.items()])
    offense = sheet.first_of(_OFFENSE)
    years: dict[int, dict[Pair, set[str]]] = {}
    for row, first, second, year in _dyads(sheet):
        made = {name for name, column in columns.items() if column and _pledged(row, column)}
        if offense and _pledged(row, offense):
            made.add("defense")
        years.setdefault(year, {}).setdefault(frozenset((first, second)), set()).update(made)
    tables = {
        year: {pair: Pledges(**dict.fromkeys(made, True)) for pair, made in pairs.items()}
        for year, pairs in years.items()
    }
    return Alliances(sheet.label, frozen(tables))


def load_disputes(path: Path) -> Disputes:
    """Return militarised disputes by pair and year, from a file of the user's own.

    Columns, in any order: two states as for `load_alliances`; year; and either

    - disno (or dispnum), one line for each dispute, pair and year; hihost, or hostlev1 and hostlev2
      of which the higher counts, if there: the dyadic Militarized Interstate Disputes, in which a
      pair may stand in either or both orders;
    - or disputes, the count of the year, one line for each pair; highest_hostility if there.

    Raises
    ------
    InvalidGameError
        One line: file, line, column, what was expected and what was found.

    References
    ----------
    Palmer et al. 2021, Conflict Management and Peace Science 39. Maoz et al. 2019, Journal of
    Conflict Resolution 63.
    """
    sheet = read(path)
    number = sheet.first_of(("disno", "dispnum"))
    sheet.require(("year", *(() if number else ("disputes",))))
    level = sheet.first_of(("hihost", "highest_hostility", "hostlev1"))
    sides = [level] if level else []
    if level == "hostlev1" and "hostlev2" in sheet.header:
        sides.append("hostlev2")
    lines: dict[tuple[int, str], int] = {}
    named: dict[int, dict[Pair, set[str]]] = {}
    counts: dict[int, dict[Pair, int]] = {}
    worst: dict[tuple[int, Pair], float | None] = {}
    for row, first, second, year in _dyads(sheet):
        pair = frozenset((first, second))
        if number:
            known = named.setdefault(year, {}).setdefault(pair, set())
            known.add(str(row.whole(number, 0, 10**9)))
            count = len(known)
        else:
            _once(row, lines, (year, f"{first} {second}"), f"{first} and {second} in {year}")
            count = row.whole("disputes", 0, 1000)
        table = counts.setdefault(year, {})
        table[pair] = max(count, table.get(pair, 0))  # both orders tell of the same disputes
        levels = (worst.get((year, pair)), *(row.amount(side, high=5) for side in sides))
        worst[year, pair] = max((x for x in levels if x is not None), default=None)
    tables = {
        year: {pair: Quarrel(count, worst[year, pair]) for pair, count in table.items()}
        for year, table in counts.items()
    }
    return Disputes(sheet.label, frozen(tables))


def _dyads(sheet: Sheet) -> Iterator[tuple[Row, str, str, int]]:
    """Yield each line with the abbreviations of its two states, which differ, and its year."""
    named = (names for names in _PAIRS if set(names[:2]) <= set(sheet.header))
    one, two, is_gw = next(named, _PAIRS[0])
    sheet.require((one, two), "; mem, state, gwcode with 1 and 2, or statea and stateb, serve too")
    for row in sheet.rows():
        year = _year(row)
        first, second = _state(row, one, year, is_gw), _state(row, two, year, is_gw)
        if first == second:
            raise row.wrong(two, f"must be another state than `{one}`")
        yield row, first, second, year


def _year(row: Row) -> int:
    return row.whole("year", states.FIRST_YEAR, states.LAST_YEAR)


def _state(row: Row, column: str, year: int, is_gw: bool) -> str:
    if not is_gw:
        return row.state(column)
    try:
        return states.find_gw(row.cells[column].removesuffix(".0"), year).abbreviation
    except UnknownNameError:
        raise row.wrong(column, "must be a state of the Gleditsch-Ward list") from None


def _pledged(row: Row, column: str) -> bool:
    value = row.amount(column, high=1)
    if value not in (None, 0, 1):
        raise row.wrong(column, "must be 0 or 1, or -9 where it is missing")
    return value == 1


def _once(row: Row, lines: dict[tuple[int, str], int], key: tuple[int, str], what: str) -> None:
    before = lines.setdefault(key, row.line)
    if before != row.line:
        raise InvalidGameError(
            f"{row.label}: line {row.line} must not tell of {what} again; got it in line {before}"
        )


def _check_version(row: Row) -> None:
    value = row.amount("version")
    if value is None or value < 6 or 1000 < value < 2021:
        raise row.wrong("version", "must be 6.0 or later (National Material Capabilities)")


def _check_abbreviation(row: Row, column: str, state: str) -> None:
    if column == "ccode" and row.cells.get("stateabb", state) != state:
        raise row.wrong("stateabb", f"must be {state}, as its `ccode` says")
