"""What a threat is measured on: adversaries and candidates, with their figures of one year."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from games import checks
from games.errors import InvalidGameError
from games.measures import states
from games.measures.records import Alliances, Disputes, NationalCapabilities, StateYear

# Distances between capitals, and the strength that is lost over them.

EQUATOR, FLATTENING = 6378.137, 1 / 298.257223563
"""The Earth's equatorial radius in km and its flattening: the ellipsoid of the World Geodetic
System 1984 (National Imagery and Mapping Agency 2000, Technical Report 8350.2)."""

HALF_STRENGTH = 5000.0
"""Distance in km at which half of a power's strength is lost: this project's choice."""

Location = tuple[float, float]
Capitals = Mapping[str, Location]


def distance(first: Location, second: Location) -> float:
    """Return the distance in km of two points, each (latitude, longitude) in degrees.

    Steps: (1) the central angle by the haversine formula (Sinnott 1984, Sky and Telescope 68), on
    latitudes reduced to the sphere; (2) Lambert's correction for the flattening of the Earth
    (Lambert 1942, Journal of the Washington Academy of Sciences 32). A sphere of the mean radius,
    6371.0088 km, would be off by up to 0.56 % along meridians near the equator; this stays within
    0.5 % of the geodesic everywhere, and within 0.01 % but for points nearly opposite each other.

    Examples
    --------
    >>> round(distance((51.51, -0.13), (55.75, 37.62)))
    2509
    """
    (north, east), (north2, east2) = _reduced(first), _reduced(second)
    middle, half = (north + north2) / 2, (north2 - north) / 2
    apart = math.sin(half) ** 2
    apart += math.cos(north) * math.cos(north2) * math.sin((east2 - east) / 2) ** 2
    angle = 2 * math.asin(math.sqrt(min(apart, 1.0)))
    longer, shorter = 0.0, 0.0
    if apart < 1:  # the two points do not lie opposite each other
        longer = (math.sin(middle) * math.cos(half)) ** 2 / (1 - apart)
    if apart > 0:  # nor are they the same
        shorter = (math.cos(middle) * math.sin(half)) ** 2 / apart
    excess = (angle - math.sin(angle)) * longer + (angle + math.sin(angle)) * shorter
    return EQUATOR * (angle - FLATTENING / 2 * excess)


def capital(state: object, year: int, capitals: Capitals | None = None) -> Location:
    """Return the latitude and longitude of a state's capital, in degrees.

    Parameters
    ----------
    capitals : mapping of str to (latitude, longitude), optional
        The user's own, by abbreviation; they come before the embedded ones, which reach back to
        1945, and before it for the states of the embedded cases.

    Raises
    ------
    InvalidGameError
        If neither has the capital in that year.
    """
    found = states.find(state)
    if capitals is not None and found.abbreviation in capitals:
        return _point(capitals[found.abbreviation])
    for city in found.capitals:
        if city.since <= year and (city.until is None or year <= city.until):
            return city.latitude, city.longitude
    raise InvalidGameError(
        f"`capitals` must give (latitude, longitude) of the capital of {found.abbreviation}"
        f" in {year}, which is not embedded; got none"
    )


def capital_distance(
    first: object, second: object, year: int, capitals: Capitals | None = None
) -> float:
    """Return the distance in km between two states' capitals in `year`.

    Examples
    --------
    >>> round(capital_distance("RUS", "JPN", 1951))
    7498
    """
    return distance(capital(first, year, capitals), capital(second, year, capitals))


def loss_of_strength(km: float) -> float:
    """Return the share of a power's strength that is left after `km`: 1 / (1 + km / 5000).

    Boulding 1962, Conflict and Defense, gives the idea of a gradient; the hyperbola, and its 5000
    km, are this project's.

    Examples
    --------
    >>> loss_of_strength(0), loss_of_strength(5000)
    (1.0, 0.5)
    """
    return 1 / (1 + checks.at_least("km", km, 0) / HALF_STRENGTH)


def _point(given: object) -> Location:
    if not isinstance(given, (tuple, list)) or len(given) != 2:
        raise InvalidGameError(f"a point must be (latitude, longitude); got {given!r}")
    latitude = checks.within("latitude", given[0], -90, 90)
    return latitude, checks.within("longitude", given[1], -180, 180)


def _reduced(given: object) -> Location:
    """Return reduced latitude and longitude, in radians."""
    latitude, longitude = _point(given)
    reduced = math.atan((1 - FLATTENING) * math.tan(math.radians(latitude)))
    return reduced, math.radians(longitude)


NEAREST_WITHIN = 4
"""How many years away, at most, a figure may be that stands for one of the year itself."""


@dataclass(frozen=True, eq=False)
class Theatre:
    """Adversaries and candidates in a year, with what is known of them.

    Attributes
    ----------
    adversaries, candidates : mapping of str to StateYear
        By abbreviation; those without figures are left out.
    disputes : Disputes or None
        None if intentions do not count.
    missing : tuple of str
        What was left out, in words.
    notes : tuple of str
        What stands in for something else, in words.
    """

    year: int
    adversaries: Mapping[str, StateYear]
    candidates: Mapping[str, StateYear]
    nmc: NationalCapabilities
    alliances: Alliances | None = None
    disputes: Disputes | None = None
    capitals: Capitals | None = None
    missing: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def strength(self, adversary: str, candidate: str) -> float:
        """Return the share of an adversary's strength that reaches a candidate's capital."""
        km = capital_distance(adversary, candidate, self.year, self.capitals)
        return loss_of_strength(km)

    def projected(self, candidate: str) -> float:
        """Return M_adv: the adversaries' CINC that reaches a candidate's capital, summed."""
        return sum(
            power(record) * self.strength(adversary, candidate)
            for adversary, record in self.adversaries.items()
        )

    def quarrel(self, candidate: str) -> float:
        """Return d / (1 + d), d the disputes of the adversaries with a candidate in the year.

        It lies in [0, 1), and is 0 if intentions do not count. A dispute of two adversaries with
        the same candidate counts once for each.
        """
        if self.disputes is None:
            return 0.0
        count = sum(
            self.disputes.between(adversary, candidate, self.year).disputes
            for adversary in self.adversaries
        )
        return count / (1 + count)


def power(record: StateYear) -> float:
    """Return a record's CINC; records without one do not enter a theatre."""
    return record.cinc or 0.0


def theatre(
    *,
    nmc: NationalCapabilities,
    adversary: Iterable[object] | str,
    candidates: Iterable[object],
    year: int,
    alliances: Alliances | None = None,
    disputes: Disputes | None = None,
    capitals: Capitals | None = None,
    nearest: bool = False,
) -> Theatre:
    """Return the theatre of some adversaries and candidates in `year`.

    Raises
    ------
    InvalidGameError
        If a state is named twice, or no adversary or no candidate has figures.
    UnknownNameError
        If there is no such state.
    """
    checks.whole("year", year, states.FIRST_YEAR)
    groups = {"adversary": names("adversary", adversary)}
    groups["candidates"] = names("candidates", candidates)
    both = sorted(set(groups["adversary"]) & set(groups["candidates"]))
    if both:
        raise InvalidGameError(f"`candidates` must differ from `adversary`; got {both[0]} in both")
    found: dict[str, dict[str, StateYear]] = {}
    missing: list[str] = []
    notes: list[str] = []
    for group, members in groups.items():
        found[group], lacking = nmc.find_all(members, year, NEAREST_WITHIN if nearest else 0)
        missing += [f"{name}: no figures for {year} in {nmc.source}" for name in lacking]
        notes += stand_ins(found[group], year)
        if not found[group]:
            raise InvalidGameError(no_figures(group, members, year, nmc, nearest))
    return Theatre(
        year,
        found["adversary"],
        found["candidates"],
        nmc,
        alliances,
        disputes,
        capitals,
        tuple(missing),
        tuple(notes),
    )


def names(argument: str, given: Iterable[object] | str) -> tuple[str, ...]:
    """Return the abbreviations of the states in `given`: one or more, each once."""
    one = isinstance(given, str) or checks.is_whole(given)
    listed = [given] if one else checks.listed(argument, given)
    found = tuple(states.find(item).abbreviation for item in listed)
    if not found:
        raise InvalidGameError(f"`{argument}` must name a state at least; got none")
    double = next((name for i, name in enumerate(found) if name in found[:i]), None)
    if double:
        raise InvalidGameError(f"`{argument}` must name each state once; got {double} twice")
    return found


def stand_ins(records: Mapping[str, StateYear], year: int) -> list[str]:
    """Return a line for each record that is of another year."""
    return [
        f"{name}: the figure is of {record.year}, the nearest year to {year}"
        for name, record in records.items()
        if record.year != year
    ]


def no_figures(
    group: str, members: Iterable[str], year: int, nmc: NationalCapabilities, nearest: bool
) -> str:
    """Return the line that says who has no figures in `year`, and the way out if there is one."""
    way = f"within {NEAREST_WITHIN} years of {year}" if nearest else f"for {year}"
    hint = "" if nearest else f"; `nearest=True` takes the nearest year within {NEAREST_WITHIN}"
    return (
        f"`{group}` must have figures {way} in {nmc.source}; got none for"
        f" {', '.join(members)}{hint}"
    )
