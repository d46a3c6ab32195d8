"""How cases are coded: nothing is read after signature, and threats are sums by a written rule.

The facts are those of the sources: National Material Capabilities 6.0 (and its update to 2022),
Correlates of War Formal Alliances 4.1 and ATOP 5.1; `docs/coding.md` has the rules.
"""

import re
from collections import Counter, defaultdict
from pathlib import Path

import pytest

import games
from games import Form, Scenario
from games.alliance.scenario import CodedCase
from games.scenarios.cases import case_names, load_case, load_cases

RULES = Path(__file__).parents[2] / "docs" / "coding.md"

# published: CINC in the observed year, of the theatres of the calibration in their own
CINC = [
    ("muenchengraetz-1833", 1832, "RUS 0.15701972 AUH 0.083548717 FRN 0.14152753"),
    ("quadruple-alliance-1834", 1833, "UKG 0.3034555 FRN 0.13856739 RUS 0.1573244"),
    ("crimean-coalition-1854", 1853, "UKG 0.28743204 FRN 0.13097121 RUS 0.13541539"),
    ("south-german-treaties-1866", 1865, "GMY 0.064812467 BAV 0.0074228854 FRN 0.11067817"),
    ("dual-alliance-1879", 1878, "GMY 0.099859565 AUH 0.045858972 FRN 0.10080682"),
    ("franco-russian-1891", 1890, "FRN 0.095301703 RUS 0.095077723 ITA 0.036450621"),
    ("anglo-japanese-1902", 1901, "UKG 0.17421079 JPN 0.028882319 FRN 0.073027797"),
    ("french-eastern-treaties-1926", 1925, "FRN 0.06017074 YUG 0.0081369216 GMY 0.081592843"),
    ("little-entente-1933", 1932, "CZE 0.012639793 ROM 0.0092499778 HUN 0.0049017575"),
    ("balkan-pact-1934", 1933, "ROM 0.0088727809 ALB 0.00052178389 BUL 0.0016856346"),
    ("franco-soviet-1935", 1934, "FRN 0.057531592 RUS 0.16452362 GMY 0.089128353"),
    ("british-guarantees-1939", 1938, "UKG 0.077787034 BEL 0.010377872 ITA 0.031848751"),
    ("pact-of-steel-1939", 1938, "GMY 0.15422215 BUL 0.0015646182 FRN 0.045568597"),
    ("soviet-baltic-1939", 1938, "RUS 0.16435921 EST 0.00061112206 GMY 0.15422215"),
    ("tripartite-pact-1940", 1939, "GMY 0.1779559 YUG 0.0054650684 USA 0.18197109"),
    ("rio-1947", 1946, "USA 0.36398837 CAN 0.015643977 RUS 0.12254112"),
    ("brussels-pact-1948", 1947, "UKG 0.091218181 FRN 0.034978829 RUS 0.14521742"),
    ("soviet-bilateral-1948", 1947, "RUS 0.14521742 POL 0.024601864 FRN 0.034978829"),
    ("europe-1949", 1949, "USA 0.27316636 UKG 0.070787571 RUS 0.16791792"),
    ("pacific-pact-1949", 1948, "USA 0.2946597 NEW 0.00087585952 PRK 0.0036133602"),
    ("arab-joint-defence-1950", 1949, "EGY 0.0056364695 YAR 0.00053415901 ISR 0.0012883125"),
    ("pacific-ocean-pact-1950", 1950, "USA 0.28444302 NEW 0.00072836166 PRK 0.0026701791"),
    ("soviet-asia-1950", 1949, "RUS 0.16791792 CHN 0.10405039 USA 0.27316636"),
    ("asia-1951", 1951, "USA 0.31949946 TAW 0.0062187305 PRK 0.0022304102"),
    ("nato-1952", 1950, "USA 0.28444302 UKG 0.061348703 RUS 0.18059845"),
    ("rok-1953", 1952, "USA 0.31136742 JPN 0.029540982 PRK 0.0031201367"),
    ("balkan-alliance-1954", 1953, "TUR 0.0069248159 YUG 0.0065920944 BUL 0.0028966931"),
    ("nato-1955", 1953, "USA 0.31115836 UKG 0.0560323 RUS 0.17312087"),
    ("roc-1954", 1953, "USA 0.31115836 JPN 0.030228069 PRK 0.0035672861"),
    ("southeast-asia-1954", 1954, "USA 0.28094009 PAK 0.010073845 RUS 0.18452772"),
    ("baghdad-pact-1955", 1954, "USA 0.28094009 LEB 0.0003691735 RUS 0.18452772"),
    ("warsaw-pact-1955", 1954, "RUS 0.18452772 GDR 0.012099718 FRN 0.032968372"),
    ("bilateral-agreements-1959", 1958, "USA 0.23446997 TUR 0.0075132144 RUS 0.17095339"),
    ("five-power-1971", 1970, "UKG 0.030100347 SIN 0.0012102643 INS 0.013141602"),
    ("soviet-treaties-1971", 1970, "RUS 0.17143483 IND 0.052315813 CHN 0.11265954"),
    ("gulf-council-2000", 1999, "SAU 0.010809306 OMA 0.0008484436 IRQ 0.0061609265"),
    ("aukus-2021", 2020, "USA 0.12438105 IND 0.096076407 CHN 0.23796764"),
]
# states without a figure in the observed year, and the year that stands in
STAND_INS = {
    ("pacific-pact-1949", "TAW"): 1949,
    ("pacific-pact-1949", "ROK"): 1949,
    ("pacific-ocean-pact-1950", "JPN"): 1952,
    ("asia-1951", "JPN"): 1952,
    ("nato-1955", "GFR"): 1955,
    ("warsaw-pact-1955", "GFR"): 1955,
}


def info(name: str) -> Scenario:
    found = load_case(name).scenario
    assert found is not None
    return found


def coded(name: str) -> CodedCase:
    found = info(name).case
    assert found is not None
    return found


HELD_OUT = [name for name in case_names() if coded(name).sample == "held-out"]


def tied(name: str, *pair: str) -> bool:
    assert set(pair) <= set(load_case(name).candidates)
    return frozenset(pair) in coded(name).allied_before()


# --- nothing is read after signature


@pytest.mark.parametrize("name", HELD_OUT)
def test_predictors_are_of_the_year_before_the_first_treaty(name: str) -> None:
    found = info(name)
    signed = [int(t.signed[:4]) for t in found.treaties if found.hegemon in t.members]
    if signed:
        assert found.observed == min(signed) - 1
    else:  # the year before the decision: it fell in 1949, in early 1951 and in 1955
        decided = {"pacific-pact-1949": 1949, "pacific-ocean-pact-1950": 1951}
        assert found.observed == (decided | {"baghdad-pact-1955": 1955})[name] - 1
    assert found.observed == coded(name).observed <= found.year


def test_without_a_coded_case_the_year_itself_is_observed() -> None:
    for name in ("classic-athens", "nato-2024"):
        assert games.scenario_info(name).observed == games.scenario_info(name).year


@pytest.mark.parametrize("name", HELD_OUT)
def test_what_stands_and_who_was_tied_is_dated_before(name: str) -> None:
    found = info(name)
    for date in re.findall(r"\b\d{4}-\d\d-\d\d\b", found.sources.get("status_quo", "")):
        assert int(date[:4]) <= found.observed
        assert all(date < treaty.signed for treaty in found.treaties)
    assert bool(coded(name).prior_ties) is ("prior_ties" in found.sources)
    for text in filter(None, [found.sources.get("prior_ties")]):
        assert f"defence pledges among the candidates in {found.observed}, in either" in text
        assert "Formal Alliances 4.1" in text
        assert "ATOP 5.1" in text


def test_the_protocol_of_1951_ties_nobody_before_it_was_signed() -> None:
    found = coded("nato-1952").allied_before()
    newcomers = {"GRC", "TUR", "SPN", "SWD", "YUG"}
    assert not any(pair & newcomers for pair in found)
    assert not tied("nato-1952", "GRC", "CAN")
    # the eleven of 1949 and nobody else: 11 * 10 / 2 pairs
    assert len(found) == 55
    assert tied("nato-1952", "ICE", "CAN")


def test_the_federal_republic_is_tied_to_nobody_before_1954() -> None:
    found = coded("nato-1955").allied_before()
    assert not any("GFR" in pair for pair in found)
    assert len(found) == 13 * 12 // 2
    assert tied("nato-1955", "GRC", "CAN")
    # Yugoslavia's pact of Bled with two of them followed in August 1954
    assert not tied("nato-1955", "YUG", "TUR")


def test_the_treaties_of_1947_to_1949_stand_before_the_warsaw_pact() -> None:
    for pair in ("BUL ROM", "BUL CZE", "ALB BUL", "HUN POL"):
        assert tied("warsaw-pact-1955", *pair.split())
    for pair in ("GDR POL", "ALB ROM", "FIN HUN", "YUG BUL"):
        assert not tied("warsaw-pact-1955", *pair.split())


def test_ties_before_the_baghdad_pact() -> None:
    # the Manila Pact of 1954, the North Atlantic Treaty, British treaties and the Arab League's
    arabs = ("EGY", "IRQ", "JOR", "LEB", "SAU", "SYR")
    wanted = {frozenset((one, other)) for one in arabs for other in arabs if one != other}
    wanted |= {frozenset(("UKG", other)) for other in ("IRQ", "JOR", "PAK", "TUR")}
    assert coded("baghdad-pact-1955").allied_before() == wanted
    assert tied("baghdad-pact-1955", "PAK", "UKG")
    # what the pact itself and the Turkish-Pakistani agreement on consultation made is not there
    assert not tied("baghdad-pact-1955", "IRQ", "TUR")
    assert not tied("baghdad-pact-1955", "PAK", "TUR")


# --- one decision counts once, contested readings stand beside


def test_september_1951_counts_once() -> None:
    assert not any("september" in name for name in (*case_names(), *games.scenario_names()))
    asia = coded("asia-1951")
    assert asia.preferred.form is Form.HUB_AND_SPOKE
    assert [reading.form for reading in asia.readings] == [Form.MIXED]
    # no other case has the United States choose in the Pacific in that year
    assert [name for name in case_names() if info(name).year == 1951] == ["asia-1951", "nato-1952"]


def test_a_stock_of_treaties_is_a_scenario_and_no_case() -> None:
    assert "us-east-asia-2016" in games.scenario_names()
    assert "us-east-asia-2016" not in case_names()
    found = games.scenario_info("us-east-asia-2016")
    assert found.case is None
    assert (found.year, len(found.treaties)) == (2016, 5)


READINGS = {
    "muenchengraetz-1833": Form.MIXED,
    "quadruple-alliance-1834": Form.BILATERAL,
    "dual-alliance-1879": Form.MULTILATERAL,
    "anglo-japanese-1902": Form.MULTILATERAL,
    "franco-soviet-1935": Form.HUB_AND_SPOKE,
    "british-guarantees-1939": Form.MULTILATERAL,
    "asia-1951": Form.MIXED,
    "rok-1953": Form.MULTILATERAL,
    "roc-1954": Form.MULTILATERAL,
    "soviet-treaties-1971": Form.MULTILATERAL,
    "aukus-2021": Form.HUB_AND_SPOKE,
}


@pytest.mark.parametrize("name", case_names())
def test_contested_readings_stand_beside_what_was_sought(name: str) -> None:
    readings = coded(name).readings
    assert [reading.form for reading in readings] == [READINGS[n] for n in READINGS if n == name]
    for reading in readings:
        assert reading.form is not coded(name).preferred.form
        assert reading.coding == "inferred"
        assert reading.reason.endswith(".")
        assert reading.reason != coded(name).preferred.reason


# --- figures


@pytest.mark.parametrize(("name", "year", "figures"), CINC, ids=[name for name, *_ in CINC])
def test_figures_are_those_of_the_data_set(name: str, year: int, figures: str) -> None:
    game, found = load_case(name), info(name)
    words = figures.split()
    raw = dict(zip(words[::2], map(float, words[1::2]), strict=True))
    assert year == (found.observed if name in HELD_OUT else found.year)
    assert next(iter(raw)) == game.hegemon
    for state, value in raw.items():
        assert found.figures[state].value == value
        if state in game.candidates:
            assert game.capabilities[state] == value / raw[game.hegemon]
    assert set(raw) & set(found.adversaries)


def test_the_table_of_figures_is_whole() -> None:
    assert [name for name, *_ in CINC] == list(case_names())


def test_figures_of_another_year_or_kind_say_so() -> None:
    seen = {}
    for name in case_names():
        for state, figure in info(name).figures.items():
            said = re.search(r"figure is of (\d{4})", figure.source)
            if said:
                seen[name, state] = int(said[1])
    assert seen == STAND_INS
    assert "missing" in info("warsaw-pact-1955").figures["GDR"].source


@pytest.mark.long
def test_a_state_has_one_figure_a_year() -> None:
    """All files copy one data set: whoever is in several has the same figure in a year."""
    found = defaultdict(set)
    for name in case_names():
        game = load_case(name)
        year = info(name).observed if name in HELD_OUT else info(name).year
        for state in (*game.players, *info(name).adversaries):
            key = state, STAND_INS.get((name, state), year)
            found[key].add(info(name).figures[state].value)
    assert {key: values for key, values in found.items() if len(values) > 1} == {}
    figures = sum(len(info(name).labels) for name in case_names())
    assert len(found) < figures - 20  # some are in several files


# --- threats by the written rule


def weights() -> dict[str, float]:
    """Return what each part adds, read from the table of the rules."""
    rows = re.findall(r"^\| (\w+) \| (0\.\d\d) \|", RULES.read_text("utf-8"), re.MULTILINE)
    return {part: float(added) for part, added in rows}


def by_rule(name: str) -> bool:
    return any("the rule stands in docs/coding.md" in note for note in info(name).notes)


BY_RULE = [name for name in case_names() if by_rule(name)]


def test_the_rule_has_a_base_and_five_answers() -> None:
    assert weights() == {
        "base": 0.15,
        "force": 0.2,
        "reach": 0.15,
        "claim": 0.15,
        "strength": 0.15,
        "home": 0.1,
    }
    # all yes: what is left to 1 is for war itself
    assert sum(weights().values()) == pytest.approx(0.9)


def test_the_episodes_outside_1947_to_1955_are_coded_by_the_rule() -> None:
    outside = [name for name in HELD_OUT if not 1947 <= info(name).year <= 1955]
    assert len(outside) >= 15
    assert {1866, 1939, 1959} <= {info(name).year for name in outside}
    assert set(BY_RULE) == {*outside, "arab-joint-defence-1950", "balkan-alliance-1954"}
    assert Counter(info(name).year for name in outside)[1939] == 3


def answers(name: str) -> tuple[dict[str, float], list[str]]:
    """Return the parts that a reason adds, with their weights, and those that it denies."""
    start = r"By the written rule: ([^();]+)(?:; not ([a-z, ]+))? \("
    told = re.match(start, info(name).threat.reason)
    assert told is not None
    added = dict(part.split() for part in told[1].split(", "))
    return {part: float(value) for part, value in added.items()}, (told[2] or "").split(", ")


@pytest.mark.parametrize("name", BY_RULE)
def test_the_threat_is_the_sum_of_the_rule(name: str) -> None:
    added, denied = answers(name)
    assert added == {part: value for part, value in weights().items() if part in added}
    assert sorted([*added, *filter(None, denied)]) == sorted(weights())
    assert info(name).threat.value == pytest.approx(sum(added.values()), abs=1e-12)
    assert load_case(name).threat == info(name).threat.value
    if "home" in added:  # who borders on the leader borders on one of them
        assert "reach" in added


@pytest.mark.parametrize("name", BY_RULE)
def test_strength_is_answered_by_the_figures(name: str) -> None:
    found = info(name)
    opposed = sum(found.figures[state].value for state in found.adversaries)
    assert ("strength" in answers(name)[0]) is (opposed > found.figures[found.hegemon].value)


# Correlates of War, Direct Contiguity by land (Stinnett et al. 2002) in the observed year, and
# public record after 2016: the case without any such border, and an adversary on the leader's own
WITHOUT_BORDER = {"tripartite-pact-1940"}
LEADERS_BORDER = {
    "south-german-treaties-1866": "FRN",
    "dual-alliance-1879": "FRN",
    "franco-russian-1891": "GMY",
    "french-eastern-treaties-1926": "GMY",
    "little-entente-1933": "HUN",
    "balkan-pact-1934": "BUL",
    "franco-soviet-1935": "GMY",
    "pact-of-steel-1939": "FRN",
    "arab-joint-defence-1950": "ISR",
    "balkan-alliance-1954": "RUS",
    "soviet-treaties-1971": "CHN",
    "gulf-council-2000": "IRQ",
}
# Militarized Interstate Disputes 5 (Palmer et al. 2021), hostility 4 or 5 in the two years before,
# and public record after 2014: an adversary, the leader or a candidate, and a year
FORCE = {
    "muenchengraetz-1833": ("FRN", "GMY", 1832),
    "quadruple-alliance-1834": ("GMY", "FRN", 1832),
    "crimean-coalition-1854": ("RUS", "TUR", 1853),
    "franco-russian-1891": ("GMY", "UKG", 1889),
    "british-guarantees-1939": ("GMY", "UKG", 1938),
    "pact-of-steel-1939": ("FRN", "GMY", 1938),
    "soviet-baltic-1939": ("GMY", "RUS", 1938),
    "tripartite-pact-1940": ("UKG", "GMY", 1939),
    "arab-joint-defence-1950": ("ISR", "EGY", 1948),
    "balkan-alliance-1954": ("BUL", "GRC", 1952),
    "bilateral-agreements-1959": ("RUS", "TUR", 1957),
    "soviet-treaties-1971": ("CHN", "RUS", 1969),
    "gulf-council-2000": ("IRQ", "KUW", 1999),
    "aukus-2021": ("CHN", "IND", 2020),
}


@pytest.mark.parametrize("name", BY_RULE)
def test_reach_is_answered_by_the_map(name: str) -> None:
    assert ("reach" in answers(name)[0]) is (name not in WITHOUT_BORDER)


@pytest.mark.parametrize("name", BY_RULE)
def test_home_is_answered_by_the_map(name: str) -> None:
    assert LEADERS_BORDER.get(name, info(name).adversaries[0]) in info(name).adversaries
    assert ("home" in answers(name)[0]) is (name in LEADERS_BORDER)


@pytest.mark.parametrize("name", BY_RULE)
def test_force_is_answered_by_the_disputes(name: str) -> None:
    if name in FORCE:
        one, other, year = FORCE[name]
        assert one in info(name).adversaries
        assert other in load_case(name).players
        assert info(name).year - 2 <= year <= info(name).observed
    assert ("force" in answers(name)[0]) is (name in FORCE)


def test_all_cases_load_at_once() -> None:
    assert tuple(info(name) for name in case_names()) == tuple(g.scenario for g in load_cases())
