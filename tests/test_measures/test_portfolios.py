"""S scores, against a slow literal definition."""

import math
from statistics import median

import data_extracts as extracts
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from games.errors import InvalidGameError, UnknownNameError
from games.measures.portfolios import code, population_median, portfolios, s_scores
from games.measures.records import NationalCapabilities, Pledges, frozen

NAMES = ["BEL", "CAN", "CHN", "FRN", "RUS", "USA"]
PAIRS = [(a, b) for i, a in enumerate(NAMES) for b in NAMES[i + 1 :]]
pledges = st.builds(Pledges, *[st.booleans()] * 4)
pledged = st.dictionaries(st.sampled_from(PAIRS), pledges)
cincs = st.lists(st.floats(0.01, 0.3), min_size=6, max_size=6)


def slow_code(a: str, b: str, table: dict[tuple[str, str], Pledges]) -> int:
    if a == b:
        return 3
    found = table.get((a, b)) or table.get((b, a))
    if found is None:
        return 0
    candidates = [0]
    if found.defense:
        candidates.append(3)
    if found.neutrality:
        candidates.append(2)
    if found.nonaggression:
        candidates.append(2)
    if found.entente:
        candidates.append(1)
    return max(candidates)


def slow_s(
    a: str, b: str, table: dict[tuple[str, str], Pledges], weights: dict[str, float]
) -> float:
    """S = 1 - 2 d / d_max, both summed state by state (Signorino & Ritter 1999)."""
    apart = most = 0.0
    for other in NAMES:
        apart += weights[other] * abs(slow_code(a, other, table) - slow_code(b, other, table))
        most += weights[other] * 3
    return 1 - 2 * apart / most


@given(pledged, cincs)
def test_s_is_as_defined(table: dict[tuple[str, str], Pledges], powers: list[float]) -> None:
    weights = dict(zip(NAMES, powers, strict=True))
    nmc, alliances = extracts.capabilities(weights), extracts.treaties(table)
    for kind, given_weights in (("equal", dict.fromkeys(NAMES, 1.0)), ("cinc", weights)):
        found = s_scores(alliances, nmc, 1949, kind)
        slow = [[slow_s(a, b, table, given_weights) for b in NAMES] for a in NAMES]
        np.testing.assert_allclose(found.scores, slow, atol=1e-12)
        assert found.median == pytest.approx(
            median(slow_s(a, b, table, given_weights) for a, b in PAIRS)
        )


@given(pledged)
def test_s_is_symmetric_and_bounded(table: dict[tuple[str, str], Pledges]) -> None:
    nmc = extracts.capabilities(dict.fromkeys(NAMES, 0.1))
    found = s_scores(extracts.treaties(table), nmc, 1949)
    np.testing.assert_array_equal(found.scores, found.scores.T)
    np.testing.assert_array_equal(np.diag(found.scores), 1)
    assert found.scores.min() >= -1


def test_the_coding() -> None:
    assert [
        code(found)
        for found in (
            Pledges(defense=True, entente=True),
            Pledges(neutrality=True),
            Pledges(nonaggression=True),
            Pledges(entente=True),
            Pledges(),
        )
    ] == [3, 2, 2, 1, 0]


def test_derived_values() -> None:
    # derived: three states, a pact of two; their portfolios are equal, the third's differs
    # from each in three places by 3, of 3 * 3
    nmc = extracts.capabilities({"USA": 0.2, "CAN": 0.1, "RUS": 0.2})
    pact = extracts.treaties({("USA", "CAN"): Pledges(defense=True)})
    found = s_scores(pact, nmc, 1949)
    assert found.states == ("CAN", "RUS", "USA")
    assert found.between("USA", 20) == 1
    assert found.between("USA", "RUS") == -1
    # alliances with states outside the system do not count
    wider = extracts.treaties(
        {("USA", "CAN"): Pledges(defense=True), ("USA", "FRN"): Pledges(True)}
    )
    assert s_scores(wider, nmc, 1949).between("USA", "CAN") == 1
    assert portfolios(wider, nmc, 1949)[1].tolist() == [[3, 0, 3], [0, 3, 0], [3, 0, 3]]


def test_states_without_figures_weigh_nothing() -> None:
    nmc = extracts.capabilities({"USA": 0.2, "CAN": 0.1, "RUS": None})
    pact = extracts.treaties({("CAN", "RUS"): Pledges(defense=True)})
    found = s_scores(pact, nmc, 1949, "cinc")
    assert found.between("CAN", "RUS") == pytest.approx(1)
    assert found.between("USA", "RUS") == pytest.approx(-1)


def test_the_median_of_a_population() -> None:
    nmc = extracts.capabilities({"USA": 0.2, "CAN": 0.1, "RUS": 0.2})
    pact = extracts.treaties({("USA", "CAN"): Pledges(defense=True)})
    assert population_median(pact, nmc, [1949, 1949]) == -1
    with pytest.raises(InvalidGameError, match="`years` must hold a year with two states"):
        population_median(pact, nmc, [])
    alone = extracts.capabilities({"USA": 0.2})
    assert math.isnan(s_scores(pact, alone, 1949).median)


def test_errors() -> None:
    nmc = extracts.capabilities({"USA": 0.2, "CAN": 0.1})
    pact = extracts.treaties({("USA", "CAN"): Pledges(defense=True)})
    with pytest.raises(InvalidGameError, match=r"nmc\.csv must cover the year 1950"):
        s_scores(pact, nmc, 1950)
    with pytest.raises(InvalidGameError, match=r"treaties\.csv must cover the year 1949"):
        s_scores(extracts.treaties({}, 1950), nmc, 1949)
    with pytest.raises(InvalidGameError, match="`weights` must be one of equal, cinc"):
        s_scores(pact, nmc, 1949, "size")
    with pytest.raises(InvalidGameError, match="must give a CINC in 1949; got none above 0"):
        s_scores(pact, extracts.capabilities({"USA": None, "CAN": 0.0}), 1949, "cinc")
    with pytest.raises(UnknownNameError, match="unknown state of the system in 1949 'FRN'"):
        s_scores(pact, nmc, 1949).between("USA", "FRN")
    empty = NationalCapabilities("nmc.csv", frozen({}))
    with pytest.raises(InvalidGameError, match=r"nmc\.csv must cover"):
        s_scores(pact, empty, 1949)
