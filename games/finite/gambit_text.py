"""Text of Gambit's game files: words, numbers, quoted texts and braces, each with its line.

Both formats, .nfg and .efg, are made of these tokens (Gambit's manual, "Game representation
formats"). Numbers are read exactly. Nothing here takes more than a multiple of the file's size.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Literal, NamedTuple, NoReturn

from games.checks import shown
from games.errors import InvalidGameError, OutputError
from games.files import one_line, read_whole, replace_whole

# Files that hold the text of a game: read whole within bounds, written whole or not at all.

MAX_BYTES = 1 << 26


def label_of(path: str | os.PathLike[str]) -> str:
    """Return what messages call the file at `path`.

    Raises
    ------
    InvalidGameError
        If it is no path.
    """
    where = os.fspath(path) if isinstance(path, (str, os.PathLike)) else None
    if not isinstance(where, str):
        raise InvalidGameError(f"`path` must be the path of a game file; got {shown(path)}")
    return f"`{one_line(where)}`"


def read_text(path: str | os.PathLike[str]) -> str:
    r"""Return the text of a file, its lines ended by "\n".

    Parameters
    ----------
    path : str or path
        Of a file in UTF-8, at most `MAX_BYTES` (64 MB) long.

    Raises
    ------
    InvalidGameError
        If it cannot be read, is longer, or is no text.
    """
    label = label_of(path)
    content = read_whole(os.fspath(path), label, MAX_BYTES)
    fault = content.find(b"\0")
    text = ""
    try:
        text = content.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        fault = error.start if fault < 0 else min(fault, error.start)
    if fault >= 0:
        line = content.count(b"\n", 0, fault) + 1
        raise InvalidGameError(
            f"{label} line {line}: expected text in UTF-8; got the byte 0x{content[fault]:02x}"
        )
    return text.replace("\r\n", "\n").replace("\r", "\n")


def write_text(path: str | os.PathLike[str], text: str) -> None:
    """Write a file in UTF-8, whole or not at all.

    Raises
    ------
    InvalidGameError
        If `path` is no path.
    OutputError
        If the file cannot be written; what stood at `path` is then still there.
    """
    label_of(path)
    try:
        content = text.encode()
    except UnicodeEncodeError as error:
        raise OutputError(f"cannot write {os.fspath(path)!r}: {error}") from None
    if len(content) > MAX_BYTES:
        raise OutputError(
            f"cannot write {os.fspath(path)!r}: it would be longer than {MAX_BYTES} bytes"
        )
    replace_whole(path, lambda fresh: fresh.write_bytes(content))


Kind = Literal["word", "number", "text", "{", "}", ",", "end"]

# characters of one number: the exact form of any float is shorter
MAX_LENGTH = 1000
# a power of ten takes few characters and fills many digits; none is read beyond floats
MAX_EXPONENT = 400

# white space, and what may follow it; a backslash keeps a quote from ending its text
_PIECE = re.compile(
    r"""\s*+(?: //[^\n]*+ | /\*.*?\*/
      | (?P<run>(?:[^\s{},"/]|/(?![/*]))++)
      | "(?P<text>(?:[^"\\]++|\\.)*+)"
      | (?P<mark>[{},])
      | (?P<open>"|/)
      | \Z)""",
    re.VERBOSE | re.DOTALL,
)
_NUMBER = re.compile(
    r"[-+]?(?:[0-9]+/[0-9]+|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE](?P<exponent>[-+]?[0-9]+))?)"
)
# a backslash stands for itself unless one of these follows it
_ESCAPED = re.compile(r'\\(["\\])')
_MARKS: dict[str, Kind] = {"{": "{", "}": "}", ",": ","}


class Token(NamedTuple):
    """A piece of a file: its kind, its text (that of a quoted text without quotes), its line."""

    kind: Kind
    text: str
    line: int


class Reader:
    """Walk through the tokens of a file; `token` is the one to be read next.

    Every method raises an `InvalidGameError` that names the line, what was expected there and
    what was found, if the file is not as it must be. The last token, of kind "end", stays.

    Parameters
    ----------
    text : str
        Of the whole file.
    label : str
        What messages call the file.

    Examples
    --------
    >>> reader = Reader('{ "up" 1/2, .5 }', "example.nfg")
    >>> reader.expect("{", "'{'").line, reader.expect("text", "a name").text
    (1, 'up')
    >>> reader.number("a payoff"), reader.accept(","), reader.number("a payoff")
    (Fraction(1, 2), True, Fraction(1, 2))
    """

    def __init__(self, text: str, label: str) -> None:
        self.label = label
        self._tokens = _tokens(text, label)
        self.token = next(self._tokens)

    def advance(self) -> Token:
        """Return the next token and go on to the one after it."""
        passed = self.token
        self.token = next(self._tokens, passed)
        return passed

    def at(self, *kinds: Kind) -> bool:
        """Return whether the next token is of one of these kinds."""
        return self.token.kind in kinds

    def accept(self, kind: Kind) -> bool:
        """Go past the next token if it is of this kind; return whether it was."""
        found = self.token.kind == kind
        if found:
            self.advance()
        return found

    def expect(self, kind: Kind, expected: str) -> Token:
        """Return the next token and go on; `expected` says in a message what it must be."""
        if self.token.kind != kind:
            self.refuse(expected)
        return self.advance()

    def number(self, expected: str) -> Fraction:
        """Return the next number, exactly, and go on; it lies within the range of floats."""
        if self.token.kind != "number":
            self.refuse(expected)
        try:
            value = _exact(self.token.text)
        except ValueError as fault:
            self.refuse(f"{expected} {fault}")
        self.advance()
        return value

    def whole(self, expected: str, low: int, high: int) -> int:
        """Return the next whole number, which lies in [low, high], and go on."""
        token = self.token
        value = self.number(expected)
        if value.denominator != 1 or not low <= value <= high:
            span = f"{low}" if low == high else f"from {low} to {high}"
            raise unexpected(self.label, token, f"{expected} {span}")
        return value.numerator

    def refuse(self, expected: str) -> NoReturn:
        """Raise the error that the next token is not what was expected."""
        raise unexpected(self.label, self.token, expected)


def unexpected(label: str, token: Token, expected: str) -> InvalidGameError:
    """Return the error that `token` stands where something else was expected."""
    found = "the end of the file" if token.kind == "end" else shown(token.text)
    return InvalidGameError(f"{label} line {token.line}: expected {expected}; got {found}")


def distinct(names: Sequence[str]) -> tuple[str, ...]:
    """Return names that are different, not empty and printable, changed as little as they can be.

    What cannot be printed becomes a space or "?". An empty name becomes the number of its place;
    the second of a name gets "_2" behind it, the third "_3", unless those are taken.

    Examples
    --------
    >>> distinct(["up", "", "up", "up_2"])
    ('up', '2', 'up_3', 'up_2')
    """
    given = [_printable(name) for name in names]
    reserved = set(given)
    latest: dict[str, int] = {}
    chosen: dict[str, None] = {}
    for place, name in enumerate(given, 1):
        base = free = name or str(place)
        while free in chosen or (free != name and free in reserved):
            latest[base] = latest.get(base, 1) + 1
            free = f"{base}_{latest[base]}"
        chosen[free] = None
    return tuple(chosen)


def quoted(text: str) -> str:
    """Return `text` as Gambit quotes it.

    Raises
    ------
    OutputError
        If it ends in a backslash: Gambit has no way to write that.
    """
    if text.endswith("\\"):
        raise OutputError(f"cannot write {shown(text)} in Gambit's format: it ends in a backslash")
    # Gambit reads a lone backslash as one and two as three, so only those are doubled that must be
    escaped = re.sub(r'\\(?=["\\])', r"\\\\", text).replace('"', '\\"')
    return f'"{escaped}"'


def numeral(number: Fraction) -> str:
    """Return a number as Gambit writes it: whole, or `a/b`.

    Raises
    ------
    OutputError
        If it takes more than `MAX_LENGTH` characters, which are not read again.
    """
    # above so many bits it is too long for certain, and Python may refuse to print it
    bits = max(abs(number.numerator), number.denominator).bit_length()
    text = str(number) if bits <= 4 * MAX_LENGTH else ""
    if not 0 < len(text) <= MAX_LENGTH:
        raise OutputError(f"cannot write a number of more than {MAX_LENGTH} characters")
    return text


def _printable(name: str) -> str:
    kept = name if name.isprintable() else " ".join(name.split())
    return "".join(c if c.isprintable() else "?" for c in kept).strip()


def _tokens(text: str, label: str) -> Iterator[Token]:
    line, counted = 1, 0
    for piece in _PIECE.finditer(text):
        group = piece.lastgroup
        if group is None:
            continue
        start = piece.start(group)
        line += text.count("\n", counted, start)
        counted = start
        found = piece[group]
        if group == "mark":
            yield Token(_MARKS[found], found, line)
        elif group == "run":
            yield Token("number" if _NUMBER.fullmatch(found) else "word", found, line)
        elif group == "text":
            yield Token("text", _ESCAPED.sub(r"\1", found), line)
        else:
            what = "a quoted text" if found == '"' else "a comment"
            raise InvalidGameError(
                f"{label} line {line}: expected the end of {what}; got the end of the file"
            )
    yield Token("end", "", line + text.count("\n", counted))


@lru_cache(maxsize=4096)
def _exact(text: str) -> Fraction:
    """Return the number that `text` is, or raise a ValueError that says what it must be."""
    if len(text) > MAX_LENGTH:
        raise ValueError(f"of at most {MAX_LENGTH} characters")
    parts = _NUMBER.fullmatch(text)
    exponent = parts and parts["exponent"]
    if exponent and abs(int(exponent)) > MAX_EXPONENT:
        raise ValueError(f"with an exponent of at most {MAX_EXPONENT}")
    try:
        value = Fraction(text)
        float(value)
    except ZeroDivisionError:
        raise ValueError("with a denominator above 0") from None
    except OverflowError:
        raise ValueError("within the range of floats") from None
    return value
