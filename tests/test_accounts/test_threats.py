"""Threats of cases: what is measured with and without data, and the form that each leads to."""

from dataclasses import replace
from pathlib import Path

import data_extracts as extracts
import pytest
from invented_cases import best_beside

import games
from games import AllianceGame, Form, InvalidGameError, UnknownNameError
from games.alliance.scenario import Figure, Scenario
from games.measures import theatre
from games.measures.records import NationalCapabilities, Pledges
from games.measures.threat import OPERATIONALISATIONS, measure
from solver.accounts import threats
from solver.accounts.choices import FORMS, status_quo_of
from solver.accounts.priors import predict
from solver.accounts.threats import case_threats, shares_of, states_of

NAMES = ("soviet-asia-1950", "rok-1953", "roc-1954")
KOREA = games.load_case("rok-1953")
POWERS = {
    "USA": 0.311,
    "JPN": 0.03,
    "ROK": 0.0062,
    "TAW": 0.0058,
    "PHI": 0.0031,
    "THI": 0.0029,
    "AUL": 0.0067,
    "NEW": 0.0007,
    "RUS": 0.17,
    "CHN": 0.096,
    "PRK": 0.0031,
}
# predictors of the treaty of 1953 are read in the year before
NMC = extracts.capabilities(POWERS, 1952)
PACTS = extracts.treaties(
    {("USA", "JPN"): Pledges(defense=True), ("RUS", "CHN"): Pledges(defense=True)}, 1952
)
QUARRELS = extracts.quarrels({("RUS", "JPN"): 1, ("PRK", "ROK"): 2, ("CHN", "ROK"): 1}, 1952)


def scenario(game: AllianceGame) -> Scenario:
    assert game.scenario is not None
    return game.scenario


def test_all_embedded_cases_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    cases = games.load_cases(NAMES)
    monkeypatch.setattr(games, "load_cases", lambda: cases)
    found = case_threats()
    assert [item.scenario.name for item in found] == list(NAMES)
    assert found == case_threats(iter(cases))


def test_the_scenario_alone_serves_for_two_measures() -> None:
    for name in NAMES:
        game = games.load_case(name)
        (found,) = case_threats([game])
        assert found.scenario is game.scenario
        assert tuple(found.measures) == threats.FROM_SHARES
        assert tuple(found.forms) == ("coded", *threats.FROM_SHARES)


def test_measures_on_the_scenarios_figures() -> None:
    figures = {name: figure.value for name, figure in scenario(KOREA).figures.items()}
    reaching = {
        name: sum(
            figures[other] / (1 + theatre.capital_distance(other, name, 1952) / 5000)
            for other in ("RUS", "CHN", "PRK")
        )
        for name in KOREA.candidates
    }
    (found,) = case_threats([KOREA])
    assert dict(found.measures["gradient"].parts) == pytest.approx(reaching)
    whole = sum(figures[name] for name in KOREA.candidates)
    stakes = {n: figures[n] / whole * m / (m + figures[n]) for n, m in reaching.items()}
    assert dict(found.measures["stake"].parts) == pytest.approx(stakes)
    assert found.measures["stake"].raw == pytest.approx(sum(stakes.values()))
    # more power reaches them on average than did the Europe of 1949
    gradient = found.measures["gradient"]
    assert gradient.raw == pytest.approx(sum(reaching.values()) / len(reaching))
    assert gradient.raw > 0.1096
    assert (gradient.cut, gradient.normalised) == (True, 1)


@pytest.mark.parametrize("name", ["soviet-asia-1950", "little-entente-1933", "dual-alliance-1879"])
def test_forms_are_those_preferred_at_each_level(name: str) -> None:
    """Of what is new beside the treaties in force, by slow enumeration."""
    game = games.load_case(name)
    (found,) = case_threats([game])
    levels = {"coded": game.threat}
    levels |= {name: item.normalised for name, item in found.measures.items()}
    before = status_quo_of(game)
    wanted = {
        name: best_beside(game.at(level), before).form_beside(before)
        for name, level in levels.items()
    }
    assert found.forms == wanted
    assert len(set(levels.values())) == 3


def test_every_measure_has_its_form() -> None:
    (found,) = case_threats([KOREA], nmc=NMC, alliances=PACTS)
    assert tuple(found.forms) == ("coded", *OPERATIONALISATIONS)
    for name, item in found.measures.items():
        place = predict(KOREA, [{"threat": item.normalised}])[0]
        assert found.forms[name] is FORMS[place]


def test_the_coded_level_is_not_that_of_the_game() -> None:
    (found,) = case_threats([KOREA.at(0)])
    assert found.forms == case_threats([KOREA])[0].forms


def test_no_threat_no_alliance() -> None:
    nobody = extracts.capabilities(POWERS | dict.fromkeys(("RUS", "CHN", "PRK"), 0.0), 1952)
    (found,) = case_threats([KOREA], nmc=nobody)
    assert found.measures["stake"].normalised == 0
    assert found.forms["stake"] is Form.NONE


def test_the_measures_are_those_of_the_library() -> None:
    (found,) = case_threats([KOREA], nmc=NMC, alliances=PACTS, disputes=QUARRELS)
    assert found.measures == measure(
        nmc=NMC,
        adversary=["RUS", "CHN", "PRK"],
        candidates=["JPN", "ROK", "TAW", "PHI", "THI", "AUL", "NEW"],
        year=1952,
        alliances=PACTS,
        disputes=QUARRELS,
    )
    assert tuple(found.measures) == tuple(OPERATIONALISATIONS)
    (without,) = case_threats([KOREA], nmc=NMC)
    assert set(OPERATIONALISATIONS) - set(without.measures) == {"leeds_savun"}


def test_disputes_and_the_switch_for_them() -> None:
    plain, counted, off = (
        case_threats([KOREA], nmc=NMC, alliances=PACTS, disputes=disputes, intentions=switch)[0]
        for disputes, switch in ((None, None), (QUARRELS, True), (QUARRELS, False))
    )
    assert off == plain
    for name, item in counted.measures.items():
        assert item.intentions
        assert item.raw > plain.measures[name].raw
    before, after = (found.measures["stake"].parts for found in (plain, counted))
    ratios = {name: after[name] / before[name] for name in after}
    quarrelling = {"JPN": 1 + 1 / 2, "ROK": 1 + 3 / 4}
    assert ratios == pytest.approx(dict.fromkeys(KOREA.candidates, 1) | quarrelling)


def test_disputes_count_on_the_scenarios_figures_too() -> None:
    (found,) = case_threats([KOREA], disputes=QUARRELS)
    (without,) = case_threats([KOREA])
    assert tuple(found.measures) == threats.FROM_SHARES
    assert found.measures["gradient"].raw > without.measures["gradient"].raw


def test_the_nearest_year_of_a_file_stands_in() -> None:
    (found,) = case_threats([KOREA], nmc=extracts.capabilities(POWERS, 1955))
    note = "TAW: the figure is of 1955, the nearest year to 1952"
    assert note in found.measures["stake"].notes
    with pytest.raises(InvalidGameError, match="must have figures within 4 years of 1952"):
        case_threats([KOREA], nmc=extracts.capabilities(POWERS, 1957))


def test_progress_is_told() -> None:
    told: list[tuple[str, int, int]] = []
    case_threats(games.load_cases(NAMES), progress=lambda *news: told.append(news))
    assert told == [("threats", done, 3) for done in (1, 2, 3)]


def test_no_cases_no_threats() -> None:
    assert case_threats([]) == []


def test_errors() -> None:
    mine = AllianceGame(hegemon="H", capabilities={"A": 0.2}, threat=0.5)
    with pytest.raises(InvalidGameError, match="`cases` must have a scenario each; got H's game"):
        case_threats([KOREA, mine])
    with pytest.raises(InvalidGameError, match="`disputes` must be given for `intentions=True`"):
        case_threats([KOREA], intentions=True)
    strange = replace(KOREA, scenario=replace(scenario(KOREA), adversaries=("Persia",)))
    with pytest.raises(UnknownNameError, match="unknown state 'Persia'"):
        case_threats([strange])


def test_figures_in_another_unit_are_not_taken_for_shares() -> None:
    dollars = {name: Figure(1000.0, "million USD", "-") for name in scenario(KOREA).labels}
    with pytest.raises(InvalidGameError):
        case_threats([replace(KOREA, scenario=replace(scenario(KOREA), figures=dollars))])


@pytest.mark.parametrize("nmc", [None, NMC])
def test_alliances_of_other_years_leave_the_other_measures(
    nmc: NationalCapabilities | None,
) -> None:
    """The lists of alliances end years before those of capabilities do."""
    earlier = extracts.treaties({("RUS", "CHN"): Pledges(defense=True)}, 1950)
    (found,) = case_threats([KOREA], nmc=nmc, alliances=earlier)
    assert set(found.measures) == set(case_threats([KOREA], nmc=nmc)[0].measures)


def test_shares_of_a_scenario() -> None:
    info = scenario(KOREA)
    found = shares_of(info)
    assert found.source == "the scenario 'rok-1953'"
    assert set(found.years) == {1952}
    assert set(found.system(1952)) == set(POWERS)
    for name, record in found.system(1952).items():
        assert record.cinc == info.figures[name].value
        assert (record.state, record.year) == (name, 1952)
        assert {record.milex, record.milper, record.irst, record.pec} == {None}
        assert (record.tpop, record.upop) == (None, None)


def test_a_state_without_a_figure_has_no_share() -> None:
    info = scenario(KOREA)
    figures = {name: item for name, item in info.figures.items() if name != "TAW"}
    bare = replace(info, figures=figures)
    assert "TAW" not in shares_of(bare).system(1952)
    (found,) = case_threats([replace(KOREA, scenario=bare)])
    line = "TAW: no figures for 1952 in the scenario 'rok-1953'"
    assert found.measures["stake"].missing == (line,)


def test_states_of_an_adversary() -> None:
    assert states_of("RUS, CHN, PRK") == ["RUS", "CHN", "PRK"]
    assert states_of("RUS") == ["RUS"]
    for name in games.case_names():
        assert states_of(games.scenario_info(name).adversary)


def test_a_loaded_file_serves_in_the_observed_year(tmp_path: Path) -> None:
    # of 1949, the year before the treaties; what stands for 1950 is not read
    text = extracts.NMC + "CHN,710,1949,1,1,1,1,1,1,0.104,2021\n"
    text += "CHN,710,1950,1,1,1,1,1,1,0.118,2021\nUSA,2,1950,1,1,1,1,1,1,0.9,2021\n"
    nmc = games.load_nmc(extracts.write(tmp_path, text))
    (found,) = case_threats(games.load_cases(["soviet-asia-1950"]), nmc=nmc)
    assert set(found.measures) == {"stake", "gradient", "walt"}
    assert set(found.measures["stake"].parts) == {"CHN"}
    assert found.measures["stake"].missing == tuple(
        f"{name}: no figures for 1949 in {nmc.source}" for name in ("MON", "PRK")
    )
    reaching = 0.27316636 / (1 + theatre.capital_distance("USA", "CHN", 1949) / 5000)
    assert found.measures["gradient"].raw == pytest.approx(reaching)
