"""What any solver says of its result."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import Any, Self, TypeVar, overload

from games import Form
from games.records import locked, same

Item = TypeVar("Item")

# what long work tells of: what is being done, and how much of it is done and to do
Progress = Callable[[str, int, int], None]
# the same where one thing alone is being done
Steps = Callable[[int, int], None]


@dataclass(frozen=True)
class Interval:
    """A profile-likelihood interval; an end at the parameter's bound is open.

    Where the likelihood has several peaks it is a union: `gaps` are the parts between `low` and
    `high` that the likelihood ratio rejects.
    """

    low: float
    high: float
    low_is_open: bool
    high_is_open: bool
    gaps: tuple[tuple[float, float], ...] = ()

    def contains(self, value: float) -> bool:
        """Whether `value` lies in the interval, and in none of its gaps."""
        rejected = any(low < value < high for low, high in self.gaps)
        return self.low <= value <= self.high and not rejected

    def __str__(self) -> str:
        ends = [self.low, *(end for gap in self.gaps for end in gap), self.high]
        return " or ".join(
            f"{low:.4g} to {high:.4g}" for low, high in zip(ends[::2], ends[1::2], strict=True)
        )


def summary(
    heading: str, columns: Sequence[str], rows: Sequence[Sequence[str]], notes: Sequence[str] = ()
) -> str:
    """Return a table of texts under a heading, words to the left and the rest to the right.

    Examples
    --------
    >>> print(summary("Two", ("name", "value"), [("a", "1.5"), ("long", "12")], ["A note."]))
    Two
    name  value
    ----  -----
    a       1.5
    long     12
    A note.
    """
    grid = [tuple(columns), *map(tuple, rows)]
    widths = [max(map(len, column)) for column in zip(*grid, strict=True)]

    def line(cells: Sequence[str]) -> str:
        first, *rest = zip(cells, widths, strict=True)
        told = [first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in rest)]
        return "  ".join(told).rstrip()

    rule = tuple("-" * width for width in widths)
    return "\n".join([heading, line(grid[0]), line(rule), *map(line, grid[1:]), *notes])


class Status(Enum):
    """How a search ended; the text says what to do about it."""

    SOLVED = "every structure was searched and the equilibria found are all there are"
    EMPTY = (
        "every structure was searched and none satisfies the concept;"
        " try a weaker one (nash, subgame_perfect)"
    )
    PROVED = (
        "the preferred equilibrium is proved to be the hegemon's best, ties apart; the others were"
        " not listed"
    )
    BOUNDED = (
        "the preferred equilibrium is the best that was found, and others may be worth more to the"
        " hegemon by no more than the gap; allow more work (`budget`), or keep fewer candidates"
        " (game.strongest)"
    )
    COMPLETE = "it is proved that the equilibria found are all there are"
    PARTIAL = (
        "there may be more equilibria than those listed; see what was not settled, allow more work"
        " (`budget`, `limit`), or ask for a smaller game (dominated actions removed)"
    )

    def __str__(self) -> str:
        return self.name.lower()


def name_of(form: Form | None) -> str:
    """Return the name of a form; None is that of no equilibrium."""
    return "no equilibrium" if form is None else str(form)


def counted(number: int) -> str:
    """Return a number of equilibria in words.

    Examples
    --------
    >>> counted(1), counted(2)
    ('1 equilibrium', '2 equilibria')
    """
    return f"{number} equilibri{'um' if number == 1 else 'a'}"


class LazySequence(Sequence[Item]):
    """A sequence whose items are built when they are read, and then remembered or not.

    It never changes: a copy is the sequence itself. A pickle leaves out what is remembered.
    """

    remembers = False

    @abstractmethod
    def _build(self, place: int) -> Item:
        """Return the item at `place`, in [0, length)."""

    @cached_property
    def _known(self) -> dict[int, Item]:
        return {}

    def _at(self, place: int) -> Item:
        if not self.remembers:
            return self._build(place)
        if place not in self._known:
            self._known[place] = self._build(place)
        return self._known[place]

    @overload
    def __getitem__(self, index: int) -> Item: ...
    @overload
    def __getitem__(self, index: slice) -> list[Item]: ...
    def __getitem__(self, index: int | slice) -> Item | list[Item]:
        places = range(len(self))[index]
        if isinstance(places, range):
            return [self._at(place) for place in places]
        return self._at(places)

    def __iter__(self) -> Iterator[Item]:
        return map(self._at, range(len(self)))

    def __repr__(self) -> str:
        return f"<{counted(len(self))}>"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, LazySequence):
            return NotImplemented
        return self is other or (len(self) == len(other) and all(map(same, self, other)))

    def __hash__(self) -> int:
        return hash((type(self).__name__, len(self)))

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if name != "_known"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update({name: locked(value) for name, value in state.items()})
