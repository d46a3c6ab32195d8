"""Threat from data: known values, directions, and the switch for intentions."""

import data_extracts as extracts
import pytest
from hypothesis import given
from hypothesis import strategies as st

from games.errors import InvalidGameError, UnknownNameError
from games.measures import states
from games.measures.portfolios import s_scores
from games.measures.records import Disputes, NationalCapabilities, Pledges, frozen
from games.measures.theatre import Location, theatre
from games.measures.threat import (
    OPERATIONALISATIONS,
    ThreatMeasure,
    dissimilar_power,
    leeds_savun,
    measure,
)

ALLIES = ("UKG", "BEL", "NOR")
POWERS = {"USA": 0.27, "UKG": 0.07, "BEL": 0.01, "NOR": 0.002, "RUS": 0.17, "POL": 0.02}
PACT = extracts.treaties(
    {
        ("UKG", "BEL"): Pledges(defense=True),
        ("RUS", "POL"): Pledges(defense=True),
        ("USA", "CAN"): Pledges(defense=True),
    }
)
counts = st.dictionaries(
    st.sampled_from([(a, b) for a in ("RUS", "POL") for b in ALLIES]), st.integers(0, 9)
)


def measured(
    nmc: NationalCapabilities | None = None,
    disputes: Disputes | None = None,
    capitals: dict[str, Location] | None = None,
    intentions: bool | None = None,
) -> dict[str, ThreatMeasure]:
    return measure(
        nmc=nmc or extracts.capabilities(POWERS),
        adversary=["RUS", "POL"],
        candidates=ALLIES,
        year=1949,
        disputes=disputes,
        alliances=PACT,
        capitals=capitals,
        intentions=intentions,
    )


def test_europe_in_1949() -> None:
    # computed: an independent program found a sum of 0.1221 with these figures
    found = measure(
        nmc=extracts.capabilities(extracts.CINC_1949),
        adversary="RUS",
        candidates=extracts.SIGNATORIES,
        year=1949,
    )
    weight = sum(extracts.CINC_1949[name] for name in extracts.SIGNATORIES)
    assert found["stake"].raw * weight == pytest.approx(0.1221, abs=5e-5)
    assert sum(found["stake"].parts.values()) == pytest.approx(found["stake"].raw)
    assert found["stake"].normalised == found["stake"].raw
    assert found["gradient"].raw == pytest.approx(0.1096, abs=5e-5)
    # the reference case is 1 by its own rule
    assert found["gradient"].normalised == pytest.approx(1, abs=1e-3)
    assert set(found) == {"stake", "gradient", "walt"}  # without alliances no S scores


@pytest.mark.parametrize(("factor", "cut"), [(0.5, False), (0.99, False), (1.01, True), (2, True)])
def test_what_is_cut_at_1_says_so_and_keeps_its_raw_value(factor: float, cut: bool) -> None:
    scaled = extracts.CINC_1949 | {"RUS": factor * extracts.CINC_1949["RUS"]}
    found = measure(
        nmc=extracts.capabilities(scaled),
        adversary="RUS",
        candidates=extracts.SIGNATORIES,
        year=1949,
    )
    gradient = found["gradient"]
    # M_j is proportional to the adversary's figure
    assert gradient.raw == pytest.approx(factor * 0.1096, rel=5e-4)
    assert gradient.cut is cut
    assert gradient.normalised == (1 if cut else pytest.approx(factor, rel=1e-3))
    # a mean of shares is below 1 by itself
    assert not found["stake"].cut
    assert not found["walt"].cut


def test_disputes_can_lift_a_mean_of_shares_above_1() -> None:
    here = {"UKG": (50.0, 0.0), "RUS": (50.0, 0.0)}
    nmc = extracts.capabilities({"UKG": 0.001, "RUS": 0.2})
    many = extracts.quarrels({("RUS", "UKG"): 9})
    found = measure(
        nmc=nmc, adversary="RUS", candidates=["UKG"], year=1949, disputes=many, capitals=here
    )
    assert found["stake"].raw == pytest.approx(0.2 / 0.201 * 1.9)
    assert (found["stake"].normalised, found["stake"].cut) == (1, True)


def test_derived_values() -> None:
    # derived: the adversary stands next to the only candidate, and is as strong
    nmc = extracts.capabilities({"UKG": 0.1, "RUS": 0.1})
    here = {"UKG": (50.0, 0.0), "RUS": (50.0, 0.0)}
    one = extracts.quarrels({("RUS", "UKG"): 1})
    found = measure(
        nmc=nmc, adversary="RUS", candidates=["UKG"], year=1949, disputes=one, capitals=here
    )
    assert found["stake"].raw == pytest.approx(0.5 * 1.5)
    assert found["gradient"].raw == pytest.approx(0.1 * 1.5)
    assert dict(found["walt"].parts) == pytest.approx(
        {
            "aggregate power": 0.5,
            "proximity": 1.0,
            "offensive power": 0.5,
            "aggressive intentions": 0.5,
        }
    )
    assert found["walt"].raw == pytest.approx(2.5 / 4)


def test_the_stake_is_a_mean_weighted_by_power() -> None:
    # derived: one candidate beside the adversary, the other a quarter of the equator away
    nmc = extracts.capabilities({"UKG": 0.3, "BEL": 0.1, "RUS": 0.1})
    places = {"RUS": (0.0, 0.0), "BEL": (0.0, 0.0), "UKG": (0.0, 90.0)}
    found = measure(
        nmc=nmc, adversary="RUS", candidates=["UKG", "BEL"], year=1949, capitals=places
    )["stake"]
    reaching = 0.1 / (1 + 10018.754 / 5000)  # km, published: half of the equator's half
    shares = {"UKG": reaching / (reaching + 0.3), "BEL": 0.1 / (0.1 + 0.1)}
    weighted = {"UKG": 0.75 * shares["UKG"], "BEL": 0.25 * shares["BEL"]}
    assert dict(found.parts) == pytest.approx(weighted)
    assert found.raw == found.normalised == pytest.approx(sum(weighted.values()))
    assert shares["UKG"] < found.raw < shares["BEL"]
    # the unweighted mean would be another number
    assert found.raw != pytest.approx(sum(shares.values()) / 2, rel=0.1)


figures = st.dictionaries(st.sampled_from(sorted(POWERS)), st.floats(0.001, 0.3))


@given(figures, st.sampled_from([0.25, 2.0, 7.0]), counts)
def test_the_stake_is_blind_to_the_unit_of_power(
    powers: dict[str, float], factor: float, disputes: dict[tuple[str, str], int]
) -> None:
    """Twice the strength of all, candidates and adversaries, is the same threat to them."""
    once = POWERS | powers
    many = {name: factor * cinc for name, cinc in once.items()}
    quarrels = extracts.quarrels(disputes)
    before, after = (
        measured(extracts.capabilities(cincs), quarrels)["stake"] for cincs in (once, many)
    )
    assert after.raw == pytest.approx(before.raw, rel=1e-12)
    assert dict(after.parts) == pytest.approx(dict(before.parts), rel=1e-12)


@given(st.floats(0.001, 0.3), st.integers(1, 3))
def test_more_candidates_like_the_first_do_not_raise_the_stake(cinc: float, number: int) -> None:
    """The sum over partners would grow with their number, and so predict large pacts."""
    names = ("UKG", "BEL", "NOR")[:number]
    nmc = extracts.capabilities({"RUS": 0.17} | dict.fromkeys(names, cinc))
    places = dict.fromkeys(names, (51.5, 0.0)) | {"RUS": (55.8, 37.6)}
    found = measure(nmc=nmc, adversary="RUS", candidates=names, year=1949, capitals=places)
    alone = measure(nmc=nmc, adversary="RUS", candidates=names[:1], year=1949, capitals=places)
    assert found["stake"].raw == pytest.approx(alone["stake"].raw)


def test_the_leeds_savun_sum() -> None:
    nmc = extracts.capabilities(POWERS)
    similarity = s_scores(PACT, nmc, 1949)
    # derived: Norway has no ally, and differs from Britain by two pledges of 3 and their own
    # entries: S(NOR, UKG) = 1 - 2 (3 + 3 + 3) / 18 = 0, and S(NOR, USA) = 1 - 2 * 6 / 18
    assert similarity.between("NOR", "UKG") == pytest.approx(0)
    assert similarity.between("NOR", "USA") == pytest.approx(1 / 3)
    assert dissimilar_power(similarity, nmc, "NOR", cutoff=0.1) == pytest.approx(0.27)
    assert dissimilar_power(similarity, nmc, "NOR", cutoff=-1) == 0
    only = dissimilar_power(similarity, nmc, "NOR", among=["UKG", "NOR", 200, "FRN"], cutoff=0.1)
    assert only == pytest.approx(0.07)
    assert dissimilar_power(similarity, nmc, "NOR", cutoff=1) == pytest.approx(0.54)
    own = dissimilar_power(similarity, nmc, "NOR")
    assert own == dissimilar_power(similarity, nmc, "NOR", cutoff=similarity.median)
    with pytest.raises(InvalidGameError, match=r"`cutoff` must lie in \[-1, 1\]"):
        dissimilar_power(similarity, nmc, "NOR", cutoff=2)
    parts = measured()["leeds_savun"].parts
    among = (*states.major_powers(1949), "RUS", "POL")
    for name in ALLIES:
        assert parts[name] == dissimilar_power(similarity, nmc, name, among=among)


@given(st.sampled_from(["RUS", "POL"]), st.floats(0, 0.3), st.floats(0, 0.3), counts, st.booleans())
def test_threat_never_falls_as_an_adversary_grows(
    name: str, weak: float, strong: float, disputes: dict[tuple[str, str], int], intentions: bool
) -> None:
    weak, strong = sorted((weak, strong))
    quarrels = extracts.quarrels(disputes)
    before, after = (
        measured(extracts.capabilities(POWERS | {name: cinc}), quarrels, intentions=intentions)
        for cinc in (weak, strong)
    )
    for key in OPERATIONALISATIONS:
        assert after[key].raw >= before[key].raw - 1e-12
        assert after[key].normalised >= before[key].normalised - 1e-12


def test_threat_rises_with_an_adversary() -> None:
    before, after = (measured(extracts.capabilities(POWERS | {"RUS": cinc})) for cinc in (0.1, 0.2))
    for key in OPERATIONALISATIONS:
        assert after[key].raw > before[key].raw


@given(st.floats(0, 170), st.floats(0, 170))
def test_threat_falls_with_distance(near: float, far: float) -> None:
    """Candidates stand on a meridian, the adversaries along the equator from it."""
    near, far = sorted((near, far))
    places = dict.fromkeys(ALLIES, (0.0, 0.0))
    close, remote = (
        measured(capitals=places | dict.fromkeys(("RUS", "POL"), (0.0, east)))
        for east in (near, far)
    )
    for key in OPERATIONALISATIONS:
        assert remote[key].raw <= close[key].raw + 1e-9
        if far > near + 1 and key != "leeds_savun":
            assert remote[key].raw < close[key].raw


@given(counts)
def test_disputes_never_lower_a_threat(disputes: dict[tuple[str, str], int]) -> None:
    quarrels = extracts.quarrels(disputes)
    without, counted, off = (
        measured(),
        measured(disputes=quarrels),
        measured(disputes=quarrels, intentions=False),
    )
    for key in OPERATIONALISATIONS:
        assert counted[key].intentions
        assert counted[key].raw >= without[key].raw
        assert counted[key].normalised >= without[key].normalised
        # switched off, disputes have no influence at all
        assert off[key] == without[key]
        assert not off[key].intentions


@given(st.dictionaries(st.sampled_from(sorted(POWERS)), st.floats(0, 1)), counts)
def test_normalised_threat_lies_between_0_and_1(
    powers: dict[str, float], disputes: dict[tuple[str, str], int]
) -> None:
    nmc = extracts.capabilities(POWERS | powers)
    for found in measured(nmc, extracts.quarrels(disputes)).values():
        assert 0 <= found.normalised <= 1
        assert found.raw >= 0
        rule = OPERATIONALISATIONS[found.name]
        assert found.normalised == min(1, found.raw / rule.scale)
        assert found.cut is (found.raw > rule.scale)


def test_each_operationalisation_is_documented() -> None:
    assert tuple(OPERATIONALISATIONS) == ("stake", "gradient", "leeds_savun", "walt")
    for name, rule in OPERATIONALISATIONS.items():
        assert rule.name == name
        assert rule.scale > 0
        for text in (rule.formula, rule.source, rule.normalisation):
            assert len(text.split()) > 5
        assert "this project" in rule.source


def test_what_is_missing_is_named() -> None:
    found = measure(
        nmc=extracts.capabilities(POWERS, military=None),
        adversary=["RUS", "CHN"],
        candidates=["UKG", 740],
        year=1949,
        alliances=PACT,
    )
    lines = ("CHN: no figures for 1949 in nmc.csv", "JPN: no figures for 1949 in nmc.csv")
    assert found["stake"].missing == lines
    lines += tuple(f"{name}: missing for a whole side" for name in ("milex", "milper"))
    assert found["walt"].missing == lines
    assert found["walt"].parts["offensive power"] == 0


def test_the_nearest_year_stands_in() -> None:
    now = {"UKG": 0.07, "RUS": 0.17}
    years = {1949: now, 1952: {"JPN": 0.03}}
    tables = {y: extracts.capabilities(cincs, y).system(y) for y, cincs in years.items()}
    nmc = NationalCapabilities("nmc.csv", frozen(tables))

    def found(*candidates: str) -> dict[str, ThreatMeasure]:
        return measure(
            nmc=nmc,
            adversary="RUS",
            candidates=candidates,
            year=1949,
            alliances=PACT,
            nearest=True,
        )

    both = found("UKG", "JPN")
    assert both["stake"].missing == ()
    assert both["stake"].notes == ("JPN: the figure is of 1952, the nearest year to 1949",)
    assert set(both["stake"].parts) == {"UKG", "JPN"}
    # who is not in the system has no portfolio
    assert set(both["leeds_savun"].parts) == {"UKG"}
    assert both["leeds_savun"].missing == ("JPN: not in the system of 1949, so without S scores",)
    assert "leeds_savun" not in found("JPN")


def test_nobody_has_strength() -> None:
    nothing = extracts.capabilities(dict.fromkeys(POWERS, 0.0))
    found = measured(nothing)
    assert found["stake"].raw == found["gradient"].raw == found["leeds_savun"].raw == 0
    assert found["walt"].parts["aggregate power"] == 0


def test_errors() -> None:
    nmc = extracts.capabilities(POWERS)

    def refused(match: str, error: type[Exception] = InvalidGameError, **changes: object) -> None:
        given = {"nmc": nmc, "adversary": "RUS", "candidates": ALLIES, "year": 1949} | changes
        with pytest.raises(error, match=match):
            measure(**given)  # type: ignore[arg-type]

    refused("`disputes` must be given for `intentions=True`; got None", intentions=True)
    refused("`candidates` must differ from `adversary`; got UKG in both", adversary=["UKG"])
    refused("`candidates` must name each state once; got UKG twice", candidates=["UKG", 200])
    refused("`candidates` must name a state at least; got none", candidates=[])
    refused("`candidates` must be a list; got None", candidates=None)
    refused("unknown state 'XXX'", UnknownNameError, candidates=["XXX"])
    refused("`year` must be a whole number, at least 1816", year=1949.0)
    refused(
        "`adversary` must have figures for 1949 in nmc.csv; got none for CHN; `nearest=True` takes",
        adversary=["CHN"],
    )
    refused("figures within 4 years of 1960 in nmc.csv; got none for RUS$", year=1960, nearest=True)
    refused(
        "`capitals` must give", candidates=["BHM"], nmc=extracts.capabilities(POWERS | {"BHM": 0})
    )
    alone = theatre(nmc=nmc, adversary=365, candidates=ALLIES, year=1949)
    with pytest.raises(InvalidGameError, match="`alliances` must be given"):
        leeds_savun(alone)
