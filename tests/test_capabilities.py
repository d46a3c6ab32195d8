"""CINC from its components, against a slow literal definition."""

import data_extracts as extracts
import pytest
from hypothesis import given
from hypothesis import strategies as st

from games.capabilities import cinc, shares
from games.errors import InvalidGameError
from games.records import COMPONENTS, NationalCapabilities, StateYear, frozen

amounts = st.one_of(st.none(), st.just(0.0), st.floats(1e-3, 1e9))
systems = st.lists(st.tuples(*[amounts] * 6), min_size=1, max_size=6)


def table(rows: list[tuple[float | None, ...]]) -> NationalCapabilities:
    names = ["USA", "UKG", "FRN", "RUS", "CHN", "JPN"]
    records = {
        name: StateYear(name, 1949, *row, None) for name, row in zip(names, rows, strict=False)
    }
    return NationalCapabilities("nmc.csv", frozen({1949: records}))


@given(systems)
def test_cinc_is_as_defined(rows: list[tuple[float | None, ...]]) -> None:
    nmc = table(rows)
    found = cinc(nmc, 1949)
    for name, record in nmc.system(1949).items():
        parts = []
        for component in COMPONENTS:
            total = 0.0
            for other in nmc.system(1949).values():
                total += getattr(other, component) or 0.0
            own = getattr(record, component)
            if own is not None and total > 0:
                parts.append(own / total)
        assert (name in found) == bool(parts)
        if parts:
            assert found[name] == pytest.approx(sum(parts) / len(parts))


@given(st.lists(st.tuples(*[st.floats(1e-3, 1e9)] * 6), min_size=1, max_size=6))
def test_cinc_sums_to_one_where_nothing_is_missing(rows: list[tuple[float, ...]]) -> None:
    found = cinc(table(rows), 1949)
    assert sum(found.values()) == pytest.approx(1)
    assert all(0 < value <= 1 for value in found.values())


@given(st.lists(st.tuples(*[st.floats(1e-3, 1e6)] * 6), min_size=2, max_size=6))
def test_units_do_not_matter(rows: list[tuple[float, ...]]) -> None:
    other = [(row[0] * 7, *row[1:]) for row in rows]
    assert cinc(table(other), 1949) == pytest.approx(cinc(table(rows), 1949))


def test_shares_leave_out_what_is_missing() -> None:
    found = shares(table([(1.0, 0.0, None, 1.0, 1.0, 1.0), (3.0, 0.0, 2.0, None, 1.0, 1.0)]), 1949)
    assert found["USA"] == {"milex": 0.25, "pec": 1.0, "tpop": 0.5, "upop": 0.5}
    assert found["UKG"] == {"milex": 0.75, "irst": 1.0, "tpop": 0.5, "upop": 0.5}


def test_a_year_that_is_not_covered() -> None:
    with pytest.raises(
        InvalidGameError, match=r"nmc\.csv must cover the year 1950; got 1949 to 1949"
    ):
        cinc(extracts.capabilities({"USA": 1.0}), 1950)
    with pytest.raises(InvalidGameError, match="got no year at all"):
        cinc(NationalCapabilities("nmc.csv", frozen({})), 1950)
