"""Reading a user's own CSV files: bounded, checked, and with one clear line for each fault."""

from __future__ import annotations

import csv
import gzip
import io
import itertools
import math
import os
import stat
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from games.errors import InvalidGameError
from games.problems import shown

MAX_BYTES = 1 << 26
MISSING = ("", "NA", ".", "-9")

_GZIP = b"\x1f\x8b"


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
        if text in MISSING:
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
    """A CSV file: its header, in lower case, and its text, which is read line by line."""

    label: str
    header: tuple[str, ...]
    text: str

    def rows(self) -> Iterator[Row]:
        """Yield the lines below the header; lines without any text are left out."""
        empty = True
        for line, cells in itertools.islice(_lines(self.label, self.text), 1, None):
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
    label = where if where.isprintable() else repr(where)
    try:
        content = _bytes(where)
    except (OSError, EOFError, ValueError, zlib.error) as error:
        reason = str(getattr(error, "strerror", None) or error).lower()
        raise InvalidGameError(f"{label}: must be a readable file; got {reason}") from None
    if len(content) > MAX_BYTES:
        raise InvalidGameError(f"{label}: must hold at most {MAX_BYTES} bytes unpacked; got more")
    if b"\0" in content:
        line = content.count(b"\n", 0, content.index(b"\0")) + 1
        raise InvalidGameError(f"{label}: must be text; got a NUL byte in line {line}")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        # published files hold names of states in Latin-1; what is read here, codes and figures, is
        # ASCII in either
        text = content.decode("latin-1")
    return _sheet(label, text)


def _bytes(path: str) -> bytes:
    mode = os.stat(path).st_mode
    if not stat.S_ISREG(mode):  # reading a device or a pipe might never end
        raise ValueError("a directory" if stat.S_ISDIR(mode) else "something that is no file")
    with open(path, "rb") as file:
        packed = file.read(2) == _GZIP
        file.seek(0)
        if packed:
            with gzip.GzipFile(fileobj=file) as unpacked:
                return unpacked.read(MAX_BYTES + 1)
        return file.read(MAX_BYTES + 1)


def _sheet(label: str, text: str) -> Sheet:
    _, cells = next(_lines(label, text), (0, []))
    header = tuple(name.lower() for name in cells)
    if not header:
        raise InvalidGameError(f"{label}: must have a header and lines below it; got an empty file")
    for mark, word in ((";", "semicolons"), ("\t", "tabs"), ("|", "bars")):
        if len(header) == 1 and mark in header[0]:
            raise InvalidGameError(f"{label}: line 1 must be separated by commas; got {word}")
    double = next((name for i, name in enumerate(header) if name in header[:i]), None)
    if double is not None:
        raise InvalidGameError(
            f"{label}: line 1 must name each column once; got {shown(double)} twice"
        )
    return Sheet(label, header, text)


def _lines(label: str, text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the cells of each line that has any text, with the line's number."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        for cells in reader:
            stripped = [cell.strip() for cell in cells]
            if any(stripped):
                yield reader.line_num, stripped
    except csv.Error as error:
        line = reader.line_num
        raise InvalidGameError(f"{label}: line {line} must be valid CSV; got: {error}") from None
