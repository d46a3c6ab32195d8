"""Distances between capitals, and the strength that is lost over them."""

from __future__ import annotations

import math
from collections.abc import Mapping

from games import checks, states
from games.errors import InvalidGameError

EQUATOR, FLATTENING = 6378.137, 1 / 298.257223563
"""The Earth's equatorial radius in km and its flattening: the ellipsoid of the World Geodetic
System 1984 (National Imagery and Mapping Agency 2000, Technical Report 8350.2)."""

HALF_STRENGTH = 5000.0
"""Distance in km at which half of a power's strength is lost: this project's choice."""

Point = tuple[float, float]
Capitals = Mapping[str, Point]


def distance(first: Point, second: Point) -> float:
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


def capital(state: object, year: int, capitals: Capitals | None = None) -> Point:
    """Return the latitude and longitude of a state's capital, in degrees.

    Parameters
    ----------
    capitals : mapping of str to (latitude, longitude), optional
        The user's own, by abbreviation; they come before the embedded ones, which are those since
        1945.

    Raises
    ------
    InvalidGameError
        If neither has the capital in that year.
    """
    found = states.find(state)
    if capitals is not None and found.abbreviation in capitals:
        return _point(capitals[found.abbreviation])
    if year >= 1945:
        for city in found.capitals:
            if city.until is None or year <= city.until:
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


def _point(given: object) -> Point:
    if not isinstance(given, (tuple, list)) or len(given) != 2:
        raise InvalidGameError(f"a point must be (latitude, longitude); got {given!r}")
    latitude = checks.within("latitude", given[0], -90, 90)
    return latitude, checks.within("longitude", given[1], -180, 180)


def _reduced(given: object) -> Point:
    """Return reduced latitude and longitude, in radians."""
    latitude, longitude = _point(given)
    reduced = math.atan((1 - FLATTENING) * math.tan(math.radians(latitude)))
    return reduced, math.radians(longitude)
