"""Alliance treaties with their members, dates and pledges, from a user's own copy of ATOP."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from games.errors import InvalidGameError, UnknownNameError
from games.measures import states
from games.measures.datasets import Path, Row, read
from games.records import FrozenMapping

PLEDGES = ("defense", "offense", "neutral", "nonagg", "consul")


@dataclass(frozen=True)
class AllianceTreaty:
    """A treaty of ATOP.

    Attributes
    ----------
    number : int
        Its `atopid`.
    signed : int
        The year of signature.
    ended : int or None
        Its last year; None if it is in force.
    pledges : tuple of str
        Of "defense", "offense", "neutral", "nonagg" and "consul".
    wartime : bool
        Whether it was made in a war.
    joined, left : mapping of str to int
        The years in which its members, by abbreviation, signed or acceded, and left.
    """

    number: int
    signed: int
    ended: int | None
    pledges: tuple[str, ...]
    wartime: bool
    joined: Mapping[str, int]
    left: Mapping[str, int]

    def members(self, year: int) -> tuple[str, ...]:
        """Return who belongs to it in `year`, by the year's end; empty if it is not in force."""
        if year < self.signed or (self.ended is not None and self.ended <= year):
            return ()
        return tuple(
            name
            for name, since in self.joined.items()
            if since <= year and (name not in self.left or year < self.left[name])
        )


@dataclass(frozen=True)
class Treaties:
    """All treaties of a file, in the order of their numbers."""

    source: str
    treaties: tuple[AllianceTreaty, ...]

    def of(self, state: str) -> tuple[AllianceTreaty, ...]:
        """Return the treaties that a state ever belonged to."""
        return tuple(one for one in self.treaties if state in one.joined)


def load_treaties(alliances: Path, members: Path) -> Treaties:
    """Return alliance treaties from two files of the user's own, as ATOP publishes them.

    Columns of the first: atopid, begyr, endyr (0 if in force), wartime, and the pledges defense,
    offense, neutral, nonagg and consul. Of the second, one line for each member and phase: atopid,
    member, yrent, yrexit (0 if it stays). Members that are no states of the list are left out.

    Raises
    ------
    InvalidGameError
        One line: file, line, column, what was expected and what was found.

    References
    ----------
    Leeds, Ritter, Mitchell & Long 2002, International Interactions 28.
    """
    joined, left = _members(members)
    sheet = read(alliances)
    sheet.require(("atopid", "begyr", "endyr", "wartime", *PLEDGES))
    found: dict[int, AllianceTreaty] = {}
    for row in sheet.rows():
        number = row.whole("atopid", 1, 10**6)
        if number in found:
            raise row.wrong("atopid", "must come once")
        if number not in joined:
            raise row.wrong("atopid", "must have members, states of the list, in the other file")
        signed = row.whole("begyr", states.FIRST_YEAR - 1, states.LAST_YEAR)
        ended = _end(row, "endyr")
        if ended is not None and ended < signed:
            raise row.wrong("endyr", "must be no earlier than `begyr`, or 0")
        found[number] = AllianceTreaty(
            number,
            signed,
            ended,
            tuple(pledge for pledge in PLEDGES if row.amount(pledge) == 1),
            row.amount("wartime") == 1,
            # a member's line may tell of what it was in before
            FrozenMapping({name: max(year, signed) for name, year in joined[number].items()}),
            FrozenMapping(left.get(number, {})),
        )
    return Treaties(sheet.label, tuple(found[number] for number in sorted(found)))


def _members(path: Path) -> tuple[dict[int, dict[str, int]], dict[int, dict[str, int]]]:
    """Return when each member joined each treaty first, and when it left it last, if it did."""
    sheet = read(path)
    sheet.require(("atopid", "member", "yrent", "yrexit"))
    joined: dict[int, dict[str, int]] = {}
    left: dict[int, dict[str, int | None]] = {}
    for row in sheet.rows():
        number = row.whole("atopid", 1, 10**6)
        since = row.whole("yrent", states.FIRST_YEAR - 1, states.LAST_YEAR)
        until = _end(row, "yrexit")
        if until is not None and until < since:
            raise row.wrong("yrexit", "must be no earlier than `yrent`, or 0")
        name = _name(row)
        if name is None:
            continue
        own, ends = joined.setdefault(number, {}), left.setdefault(number, {})
        own[name] = min(since, own.get(name, since))
        before = ends.get(name, 0)
        ends[name] = None if until is None or before is None else max(until, before)
    if not joined:
        raise InvalidGameError(f"{sheet.label}: must name members; got none")
    return joined, {
        number: {name: year for name, year in own.items() if year is not None}
        for number, own in left.items()
    }


def _name(row: Row) -> str | None:
    """Return a member's abbreviation, or None if it is no state of the list."""
    number = row.whole("member", 1, 10**6)
    try:
        return states.find(number).abbreviation
    except UnknownNameError:
        return None


def _end(row: Row, column: str) -> int | None:
    """Return a last year, or None for 0 or a missing one."""
    year = row.amount(column)
    if year is None or year == 0:
        return None
    return row.whole(column, states.FIRST_YEAR - 1, states.LAST_YEAR)
