"""States and their codes: Correlates of War numbers and abbreviations, Gleditsch-Ward numbers."""

from __future__ import annotations

import csv
import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from games import checks
from games.errors import InvalidGameError, UnknownNameError

FIRST_YEAR, LAST_YEAR = 1816, 2100


@dataclass(frozen=True)
class Capital:
    """A capital city: degrees north and east; `until` is its last year, or None if it stands.

    `since` is the first year for which it is given here, not always that of its choice.
    """

    name: str
    since: int
    until: int | None
    latitude: float
    longitude: float


@dataclass(frozen=True)
class State:
    """A state of the Correlates of War list, with its `capitals` in order of time."""

    ccode: int
    abbreviation: str
    name: str
    capitals: tuple[Capital, ...] = ()


def table() -> Mapping[str, State]:
    """Return all states by their Correlates of War abbreviation.

    The codes are those of the Correlates of War state list (Correlates of War Project 2017, State
    System Membership List). Capitals are of public record, to two decimals of a degree (about a
    kilometre), and given for the states of the embedded cases and their neighbourhoods only.

    Examples
    --------
    >>> table()["UKG"].ccode, table()["UKG"].capitals[0].name
    (200, 'London')
    """
    return _read()


def find(value: object) -> State:
    """Return the state with an abbreviation ("UKG") or a Correlates of War number (200, "200").

    Raises
    ------
    UnknownNameError
        If there is no such state.
    InvalidGameError
        If `value` is neither a text nor a whole number.

    Examples
    --------
    >>> find("UKG") is find(200) is find("200")
    True
    """
    if not isinstance(value, str) and not checks.is_whole(value):
        raise InvalidGameError(f"a state must be an abbreviation or a number; got {value!r}")
    found = _by_text().get(str(value).strip())
    if found is None:
        close = difflib.get_close_matches(str(value).upper(), table(), n=3)
        known = close or ["the abbreviations and numbers of the Correlates of War state list"]
        raise UnknownNameError("state", value, known)
    return found


def find_gw(number: object, year: int) -> State:
    """Return the state that Gleditsch & Ward (1999) number so in `year`.

    The numbers are those of the Correlates of War but for Germany since 1945 (260 throughout;
    Correlates of War: 260 to 1990, then 255), Yemen (678 throughout; 678 to 1990, then 679),
    Serbia since 2006 (340; 345), and Kiribati, Nauru, Tonga and Tuvalu (970 to 973; 946, 970, 955,
    947). States that only Gleditsch & Ward list (Tibet, for one) are unknown here.

    Examples
    --------
    >>> find_gw(260, 1960).abbreviation, find_gw(260, 2000).abbreviation
    ('GFR', 'GMY')
    """
    text = str(number).strip()
    if year > 1990 and text in _UNIFIED:
        text = _UNIFIED[text]
    return find(_RENUMBERED.get(text, text))


_UNIFIED = {"260": "255", "678": "679"}
_RENUMBERED = {"340": "345", "970": "946", "971": "970", "972": "955", "973": "947"}


def major_powers(year: int) -> tuple[str, ...]:
    """Return the major powers of `year`, from 1945 on, by abbreviation.

    The list of the Correlates of War Project (2017, State System Membership List): China since
    1950, Germany and Japan since 1991, the others throughout. Before 1945 none is given here.

    Examples
    --------
    >>> major_powers(1949)
    ('USA', 'UKG', 'FRN', 'RUS')
    """
    return tuple(name for name, since in _MAJOR.items() if year >= since)


_MAJOR = {
    "USA": 1945, "UKG": 1945, "FRN": 1945, "RUS": 1945, "CHN": 1950, "GMY": 1991, "JPN": 1991
}  # fmt: skip


@cache
def _read() -> Mapping[str, State]:
    from importlib import resources  # here, as most users of the package need no state

    text = (resources.files("games") / "data" / "states.csv").read_text(encoding="utf-8")
    states: dict[str, State] = {}
    for row in csv.DictReader(text.splitlines()):
        known = states.get(row["abbreviation"])
        capitals = known.capitals if known else ()
        if row["capital"]:
            place = float(row["latitude"]), float(row["longitude"])
            until = int(row["until"]) if row["until"] else None
            capitals = (*capitals, Capital(row["capital"], int(row["since"]), until, *place))
        state = State(int(row["ccode"]), row["abbreviation"], row["name"], capitals)
        states[state.abbreviation] = state
    return MappingProxyType(states)


@cache
def _by_text() -> Mapping[str, State]:
    by_number = {str(state.ccode): state for state in _read().values()}
    return MappingProxyType(by_number | dict(_read()))
