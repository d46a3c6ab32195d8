"""A game from a user's own data."""

import data_extracts as extracts
import pytest

import games
from games.errors import InvalidGameError, UnknownNameError
from games.measures.records import NationalCapabilities, Pledges, frozen
from games.measures.scenario_from_data import scenario_from_data
from games.measures.threat import measure

NMC = extracts.capabilities(extracts.CINC_1949)
WHO = {"adversary": ["RUS"], "candidates": extracts.SIGNATORIES, "year": 1949}
PACT = extracts.treaties({("USA", "CAN"): Pledges(defense=True)})


def built(**changes: object) -> games.AllianceGame:
    given = {"hegemon": "USA", "nmc": NMC} | WHO | changes
    return scenario_from_data(**given)  # type: ignore[arg-type]


def later(cincs: dict[str, float], year: int) -> NationalCapabilities:
    """Return the table of 1949 with figures of another year beside it."""
    other = extracts.capabilities(cincs, year).system(year)
    return NationalCapabilities("nmc.csv", frozen({1949: NMC.system(1949), year: other}))


def test_the_game_of_1949_is_that_of_the_embedded_scenario() -> None:
    game, embedded = built(threat=0.7), games.load("europe-1949")
    assert game.hegemon == embedded.hegemon
    assert dict(game.capabilities) == dict(embedded.capabilities)
    assert game.threat == embedded.threat
    assert game.parameters == embedded.parameters


def test_the_scenario_says_where_figures_come_from() -> None:
    scenario = built().scenario
    assert scenario is not None
    assert (scenario.name, scenario.year, scenario.kind) == ("data-1949", 1949, "historical")
    assert scenario.title == "United States of America and 11 candidates, 1949"
    assert (scenario.hegemon, scenario.adversary) == ("USA", "RUS")
    assert scenario.labels["ICE"] == "Iceland"
    assert set(scenario.figures) == {"USA", "RUS", *extracts.SIGNATORIES}
    figure = scenario.figures["UKG"]
    assert figure.value == 0.070787571
    assert figure.unit == "CINC: mean share of the world total, 0 to 1"
    assert figure.source.endswith("nmc.csv, 1949")
    assert (scenario.notes, scenario.treaties) == ((), ())
    assert scenario.recorded(("UKG",)) is None


def test_described_capabilities_name_their_source() -> None:
    sources = {item.name: item.source for item in built().describe()}
    assert sources["capability[UKG]"].startswith("0.070787571 / 0.27316636 (CINC")
    assert "Measured as 'stake', raw value 0.744," in sources["threat"]
    assert "with disputes not counted" in sources["threat"]


@pytest.mark.parametrize("name", ["stake", "gradient", "leeds_savun", "walt"])
def test_threat_as_measured(name: str) -> None:
    quarrels = extracts.quarrels({("RUS", "UKG"): 1})
    data = {"nmc": NMC, "alliances": PACT, "disputes": quarrels}
    game = built(threat=name, **data)
    assert game.threat == measure(**WHO, **data)[name].normalised  # type: ignore[arg-type]
    assert game.scenario is not None
    assert game.scenario.threat.coding == "inferred"
    assert "with disputes counted" in game.scenario.threat.reason
    capped = "more than 1 before" in game.scenario.threat.reason
    # the reference case is at the top of that one, and disputes raise it further
    assert capped == (name == "gradient")
    off = built(threat=name, intentions=False, **data)
    without = built(threat=name, **data | {"disputes": None})
    assert off.threat == without.threat <= game.threat


def test_threat_defaults_to_the_stake_and_may_be_a_number() -> None:
    assert built().threat == built(threat="stake").threat
    game = built(threat=1)
    assert game.threat == 1.0
    assert game.scenario is not None
    assert game.scenario.threat.reason == "given by the user"


def test_the_nearest_year_is_noted() -> None:
    nmc = later({"JPN": 0.029540982}, 1952)
    game = built(nmc=nmc, candidates=["UKG", 740], nearest=True)
    assert game.scenario is not None
    assert game.scenario.notes == ("JPN: the figure is of 1952, the nearest year to 1949",)
    assert game.scenario.figures["JPN"].source.endswith("nmc.csv, 1952")
    assert game.capabilities["JPN"] == 0.029540982 / 0.27316636


def test_an_adversary_without_figures_is_left_out_and_noted() -> None:
    game = built(adversary=["RUS", "CHN"], candidates="UKG")
    assert game.scenario is not None
    assert game.scenario.notes == ("CHN: left out, no figures for 1949",)
    assert game.scenario.adversary == "RUS, CHN"
    assert game.scenario.title == "United States of America and 1 candidate, 1949"


def test_the_game_can_be_solved() -> None:
    import solver

    assert solver.solve(built(candidates=["UKG", "FRN", "BEL"])).status is solver.Status.SOLVED


def refused(match: str, error: type[Exception] = InvalidGameError, **changes: object) -> None:
    with pytest.raises(error, match=match) as caught:
        built(**changes)
    assert "\n" not in str(caught.value)


def test_states_without_figures() -> None:
    missing = r"`nmc` must have figures for 1949 in nmc\.csv; got none for"
    refused(f"{missing} JPN; `nearest=True` takes the nearest year", candidates=["UKG", "JPN"])
    refused(f"{missing} CHN", adversary=["CHN"])
    refused(f"{missing} CHN, JPN", hegemon="CHN", candidates=["JPN"])
    refused(
        r"figures within 4 years of 1960 in nmc\.csv; got none for USA", year=1960, nearest=True
    )


def test_wrong_arguments() -> None:
    refused("`hegemon` must be no candidate and no adversary; got UKG", hegemon=200)
    refused("`hegemon` must be no candidate and no adversary; got RUS", hegemon="RUS")
    refused("`candidates` must name each state once", candidates=["UKG", "UKG"])
    refused("unknown state 'XXX'", UnknownNameError, hegemon="XXX")
    refused("`year` must be a whole number", year="1949")
    refused(r"`threat` must lie in \[0, 1\]; got 1.4", threat=1.4)
    refused("`threat` must be a number; got True", threat=True)
    refused(
        "unknown operationalisation 'stakes' .*did you mean 'stake'",
        UnknownNameError,
        threat="stakes",
    )
    refused("`alliances` must be given for `threat='leeds_savun'`", threat="leeds_savun")
    refused("`disputes` must be given for `intentions=True`", intentions=True)
    refused("`candidates` must differ", adversary=["UKG"], candidates=["UKG"])
    nothing = extracts.capabilities(extracts.CINC_1949 | {"USA": 0.0})
    refused("`CINC of the hegemon` must be above 0; got 0", nmc=nothing)
    nmc = later({"JPN": 0.03}, 1952)
    changes = {"nmc": nmc, "candidates": ["JPN"], "nearest": True, "alliances": PACT}
    refused("`threat` must be measurable for a candidate at least", threat="leeds_savun", **changes)
