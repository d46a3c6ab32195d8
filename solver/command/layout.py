"""How rows fit a terminal: as a table in which no word breaks, as cards, or with fewer columns."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from unicodedata import category, east_asian_width

# the narrowest column that prose is still read in, unless its longest word is longer
READABLE = 16
# the longest first column that keeps each of its names on one line
NAME = 30
# categories of characters that take no room of their own
MARKS = ("Mn", "Me", "Cf")
# the most lines of cards that are still read at one go
PAGE = 40


@dataclass(frozen=True)
class Column:
    """A column of a table as text.

    Attributes
    ----------
    name : str
    cells : tuple of str
    is_name : bool
        Whether its cells name the rows.
    """

    name: str
    cells: tuple[str, ...]
    is_name: bool = False

    @cached_property
    def natural(self) -> int:
        """The width at which nothing wraps."""
        return max(cell_width(text) for text in (self.name, *self.cells))

    @cached_property
    def longest_word(self) -> int:
        """The width below which a word would break."""
        return max(_longest(text) for text in (self.name, *self.cells))

    @cached_property
    def least(self) -> int:
        """The narrowest width at which the column is read with ease: no cell is a ragged strip."""
        whole = max(map(cell_width, self.cells))
        if self.is_name and whole <= NAME:
            return max(self.longest_word, whole)
        width = self.longest_word
        while width < READABLE and any(len(wrapped(cell, width)) > 2 for cell in self.cells):
            width += 1
        return width

    @property
    def is_numeric(self) -> bool:
        """Whether all cells are numbers, or stand for none."""
        known = [cell for cell in self.cells if cell != "-"]
        return bool(known) and all(map(_is_number, known))


def framed(widths: Sequence[int]) -> int:
    """Return the width of a table whose columns have `widths`: a line and two blanks each."""
    return sum(width + 3 for width in widths) + 1


def widths(columns: Sequence[Column], room: int) -> list[int] | None:
    """Return the width of each column of a table that fits `room`; None if none is read with ease.

    What is left over goes to the narrowest columns that still wrap.

    Examples
    --------
    >>> columns = [Column("ally", ("Samos",), True), Column("why", ("it lies nearest to Persia",))]
    >>> widths(columns, 80), widths(columns, 30), widths(columns, 20)
    ([5, 25], [5, 18], None)
    """
    found = [column.least for column in columns]
    spare = room - framed(found)
    if spare < 0:
        return None
    natural = [column.natural for column in columns]
    while spare and found != natural:
        narrow = [place for place, width in enumerate(found) if width < natural[place]]
        found[min(narrow, key=found.__getitem__)] += 1
        spare -= 1
    return found


def shown(columns: Sequence[Column], room: int) -> int:
    """Return how many columns a table shows that fits `room`; 0 if cards show the rows better.

    Cards leave nothing out, but many of them are too long to read.

    Examples
    --------
    >>> island = Column("island", ("Samos", "Chios"), True)
    >>> shown([island, island], 20), shown([island, island], 15)
    (2, 0)
    >>> many = Column("island", ("Samos",) * 20, True)
    >>> shown([many, many, many], 25)
    2
    """
    number = len(columns)
    fits = next((n for n in range(number, 0, -1) if widths(columns[:n], room) is not None), 0)
    cards = len(columns[0].cells) * (number + 1)
    return fits if fits == number or (fits > 1 and cards > PAGE) else 0


def wrapped(text: str, room: int) -> list[str]:
    """Return the lines of a text, which wraps at blanks alone: a longer word overflows.

    Examples
    --------
    >>> wrapped("hub-and-spoke with Samos", 10)
    ['hub-and-spoke', 'with Samos']
    """
    found = [""]
    for word in text.split():
        line = f"{found[-1]} {word}" if found[-1] else word
        if found[-1] and cell_width(line) > room:
            found.append(word)
        else:
            found[-1] = line
    return found


def to_digits(value: float) -> str:
    """Return a number to four significant digits, without an exponent if it is large.

    Examples
    --------
    >>> to_digits(-0.0048512), to_digits(0.25), to_digits(123456.7), to_digits(2e-16)
    ('-0.004851', '0.25', '123457', '2e-16')
    """
    text = f"{value:.4g}"
    return f"{value:.0f}" if "e+" in text and abs(value) < 1e12 else text


def apart(numbers: Sequence[float]) -> list[str]:
    """Return numbers to four significant digits, or to as many as tell neighbours apart.

    Examples
    --------
    >>> apart([0.3541893, 0.3568381]), apart([0.3541893, 0.3541911])
    (['0.3542', '0.3568'], ['0.354189', '0.354191'])
    """
    for digits in range(4, 17):
        texts = [f"{value:.{digits}g}" for value in numbers]
        pairs = zip(pairwise(numbers), pairwise(texts), strict=True)
        if all(one == other or said != told for (one, other), (said, told) in pairs):
            break
    return texts


def cell_width(text: str) -> int:
    """Return how many columns of a terminal a text takes.

    Examples
    --------
    >>> cell_width("Samos"), cell_width("\N{CJK UNIFIED IDEOGRAPH-65E5}")
    (5, 2)
    """
    if text.isascii():
        return len(text)
    return sum(
        0 if category(one) in MARKS else 2 if east_asian_width(one) in "WF" else 1 for one in text
    )


def _longest(text: str) -> int:
    return max(map(cell_width, text.split()), default=0)


def _is_number(text: str) -> bool:
    try:
        return not math.isinf(float(text))
    except ValueError:
        return False
