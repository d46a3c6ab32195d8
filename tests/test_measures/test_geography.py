"""Distances between capitals, against the geodesic on the ellipsoid."""

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from games.errors import InvalidGameError, UnknownNameError
from games.measures import states, theatre
from games.scenarios.cases import case_names, load_case

points = st.tuples(st.floats(-90, 90), st.floats(-180, 180))
CITIES = {
    name: (state.capitals[-1].latitude, state.capitals[-1].longitude)
    for name, state in states.table().items()
    if state.capitals
}


def geodesic(first: theatre.Location, second: theatre.Location) -> float:
    library = pytest.importorskip("geographiclib.geodesic")
    return float(library.Geodesic.WGS84.Inverse(*first, *second)["s12"]) / 1000


@pytest.mark.long
def test_capitals_are_as_far_apart_as_on_the_ellipsoid() -> None:
    # computed: geographiclib (Karney 2013)
    for first, second in itertools.combinations(CITIES.values(), 2):
        exact = geodesic(first, second)
        # the antipodes apart, the correction is good to a ten-thousandth
        limit = 0.0001 if exact < 18_000 else 0.005
        assert theatre.distance(first, second) == pytest.approx(exact, rel=limit)


@given(points, points)
def test_within_half_a_percent_of_the_geodesic(
    first: theatre.Location, second: theatre.Location
) -> None:
    exact = geodesic(first, second)
    assert theatre.distance(first, second) == pytest.approx(exact, rel=0.005, abs=1e-6)


@given(points, points)
def test_distance_is_symmetric(first: theatre.Location, second: theatre.Location) -> None:
    assert theatre.distance(first, first) == 0
    there, back = theatre.distance(first, second), theatre.distance(second, first)
    assert 0 <= there <= math.pi * theatre.EQUATOR
    assert there == pytest.approx(back)


def test_known_distances() -> None:
    # derived: half the equator, which is where the correction vanishes
    assert theatre.distance((0, 0), (0, 90)) == pytest.approx(math.pi / 2 * theatre.EQUATOR)
    assert theatre.distance((0, 0), (0, 180)) == pytest.approx(math.pi * theatre.EQUATOR)
    # published: a meridian's quadrant, 10001.966 km (WGS 84)
    assert theatre.distance((0, 0), (90, 17)) == pytest.approx(10001.966, rel=1e-5)


def test_capitals_by_year() -> None:
    assert theatre.capital("CHN", 1948) == (32.06, 118.80)
    assert theatre.capital("CHN", 1949) == (39.90, 116.40)
    assert theatre.capital(770, 1963) == (33.60, 73.05)
    # Saint Petersburg until 1917, Turin before Rome, Constantinople until 1923
    assert theatre.capital("RUS", 1854) == theatre.capital("RUS", 1917) == (59.94, 30.31)
    assert theatre.capital("RUS", 1918) == (55.75, 37.62)
    assert theatre.capital("ITA", 1854) == (45.07, 7.69)
    assert theatre.capital("TUR", 1923) == (41.01, 28.98)
    assert theatre.capital("TUR", 1924) == (39.93, 32.86)
    assert theatre.capital("USA", 1800, {"USA": (39.95, -75.17)}) == (39.95, -75.17)
    assert theatre.capital("UKG", 1949, {"USA": (39.95, -75.17)}) == (51.51, -0.13)


@pytest.mark.parametrize(
    ("state", "year"), [("BHM", 1990), ("CAN", 1944), ("BAV", 1872), ("LIT", 1950), ("USA", 1815)]
)
def test_capitals_that_are_not_embedded(state: str, year: int) -> None:
    expected = rf"`capitals` must give \(latitude, longitude\) of the capital of {state} in {year}"
    with pytest.raises(InvalidGameError, match=expected):
        theatre.capital(state, year)


@pytest.mark.parametrize("name", case_names())
def test_every_state_of_a_case_has_a_capital_in_its_year(name: str) -> None:
    game = load_case(name)
    assert game.scenario is not None
    year = game.scenario.observed
    for state in (*game.players, *game.scenario.adversaries):
        north, east = theatre.capital(state, year)
        assert -42 < north < 65, state
        assert -123 < east < 179, state


@pytest.mark.parametrize("point", [3, "London", (1,), (1, 2, 3), (91, 0), (0, 181), (math.nan, 0)])
def test_wrong_points(point: object) -> None:
    with pytest.raises(InvalidGameError):
        theatre.distance(point, (0, 0))  # type: ignore[arg-type]
    with pytest.raises(InvalidGameError):
        theatre.capital("USA", 1949, {"USA": point})  # type: ignore[dict-item]


def test_unknown_states() -> None:
    with pytest.raises(UnknownNameError):
        theatre.capital_distance("USA", "XXX", 1949)


@given(st.floats(0, 2e4), st.floats(0, 2e4))
def test_strength_falls_with_distance(near: float, far: float) -> None:
    near, far = sorted((near, far))
    assert 0 < theatre.loss_of_strength(far) <= theatre.loss_of_strength(near) <= 1
    with pytest.raises(InvalidGameError):
        theatre.loss_of_strength(-1 - near)
