"""Cases load whole: figures against the data set, what was sought beside what was signed."""

import pickle
from collections import Counter
from pathlib import Path

import pytest

import games
from games.alliance.parameters import Parameters
from games.alliance.scenario import CodedCase, CodedForm, Scenario
from games.alliance.structures import AllianceStructure, Form, count
from games.errors import InvalidGameError, UnknownNameError
from games.scenarios.cases import case_names, load_case, load_cases
from games.scenarios.loading import embedded, load, names

DATA = Path(games.__file__).parent / "data"
CALIBRATION = ("europe-1949", "asia-1951", "southeast-asia-1954")

# published: CINC of National Material Capabilities 6.0, the state's and the hegemon's
CINC = [
    ("rio-1947", "BRA", 0.012078462, 0.30994186),
    ("rio-1947", "GUA", 0.00066298281, 0.30994186),
    ("brussels-pact-1948", "FRN", 0.032588579, 0.075426005),
    ("soviet-bilateral-1948", "ROM", 0.0054891384, 0.16399956),
    ("pacific-pact-1949", "TAW", 0.017091511, 0.27316636),
    ("pacific-ocean-pact-1950", "JPN", 0.029540982, 0.28444302),  # of 1952
    ("soviet-asia-1950", "CHN", 0.11849532, 0.18059845),
    ("asia-pacific-september-1951", "JPN", 0.029540982, 0.31949946),  # of 1952
    ("nato-1952", "TUR", 0.0076160999, 0.31136742),
    ("rok-1953", "ROK", 0.0075857961, 0.31115836),
    ("roc-1954", "TAW", 0.006480237, 0.28094009),
    ("baghdad-pact-1955", "IRQ", 0.001481644, 0.26642248),
    ("nato-1955", "GFR", 0.037784725, 0.26642248),
    ("warsaw-pact-1955", "GDR", 0.010964268, 0.17916556),
    ("us-east-asia-2016", "JPN", 0.032967471, 0.13305758),
]
NATO_1952 = "BEL CAN DEN FRN GRC ITA LUX NOR NTH POR TUR UKG"
# case: what was sought, and the bloc and the spokes that were signed
RECORD = {
    "rio-1947": ("multilateral", "ARG BRA CHL COL CUB GUA MEX PER URU VEN", ""),
    "brussels-pact-1948": ("hub-and-spoke", "BEL FRN LUX NTH", ""),
    "soviet-bilateral-1948": ("hub-and-spoke", "", "BUL CZE FIN HUN POL ROM"),
    "europe-1949": ("multilateral", "BEL CAN DEN FRN ICE ITA LUX NOR NTH POR UKG", ""),
    "pacific-pact-1949": ("none", "", ""),
    "pacific-ocean-pact-1950": ("multilateral", "", ""),
    "soviet-asia-1950": ("hub-and-spoke", "", "CHN MON"),
    "asia-1951": ("hub-and-spoke", "AUL NEW", "JPN PHI ROK TAW"),
    "asia-pacific-september-1951": ("mixed", "AUL NEW", "JPN PHI"),
    "nato-1952": ("multilateral", NATO_1952, ""),
    "rok-1953": ("hub-and-spoke", "", "JPN ROK"),
    "roc-1954": ("hub-and-spoke", "", "JPN PHI ROK TAW"),
    "southeast-asia-1954": ("multilateral", "AUL FRN NEW PAK PHI THI UKG", ""),
    "baghdad-pact-1955": ("none", "", ""),
    "nato-1955": ("multilateral", NATO_1952.replace("NOR ", "GFR "), ""),
    "warsaw-pact-1955": ("multilateral", "ALB BUL CZE GDR HUN POL ROM", ""),
    "us-east-asia-2016": ("hub-and-spoke", "", "AUL JPN PHI ROK THI"),
}


def info(name: str) -> Scenario:
    found = load_case(name).scenario
    assert found is not None
    return found


def coded(name: str) -> CodedCase:
    found = info(name).case
    assert found is not None
    return found


def test_there_are_enough_cases_in_order() -> None:
    known = case_names()
    assert known == tuple(sorted(known, key=lambda name: (info(name).year, name)))
    samples = Counter(coded(name).sample for name in known)
    assert samples["calibration"] == 3
    assert samples["held-out"] == 14
    assert {name for name in known if coded(name).sample == "calibration"} == set(CALIBRATION)


def test_cases_and_scenarios_share_their_names_and_nothing_else() -> None:
    assert set(names()) & set(case_names()) == set(CALIBRATION)
    assert set(embedded()) == set(names()) | set(case_names())
    assert set(RECORD) == set(case_names())


@pytest.mark.parametrize("name", case_names())
def test_a_case_is_found_by_name_and_travels(name: str) -> None:
    game = load_case(name)
    assert game == load(name)
    sent = pickle.loads(pickle.dumps(game))
    assert sent == game
    assert hash(sent) == hash(game)
    assert sent.scenario == game.scenario


@pytest.mark.parametrize("name", case_names())
def test_a_copy_of_the_file_gives_the_same_case(name: str, tmp_path: Path) -> None:
    path = tmp_path / "my.toml"
    path.write_text(embedded()[name].read_text("utf-8"), encoding="utf-8")
    copy = load_case(path)
    assert copy == load_case(str(path)) == load_case(name)
    assert copy.scenario is not None
    assert copy.scenario.case == coded(name)


@pytest.mark.parametrize("name", case_names())
def test_every_figure_and_choice_has_a_source(name: str) -> None:
    game, found, case = load_case(name), info(name), coded(name)
    states = [*game.players, *found.adversary.split(", ")]
    assert set(found.labels) == set(states) <= set(found.figures)
    assert all(figure.source and figure.unit for figure in found.figures.values())
    assert all("Correlates of War" in found.figures[state].source for state in states)
    assert all(treaty.source for treaty in found.treaties)
    assert found.sources["preferred"] == case.preferred.coding == "inferred"
    assert (found.kind, found.threat.coding) == ("historical", "inferred")
    assert game.threat == found.threat.value
    assert game.parameters == Parameters(adversary=found.opposed())
    opposed = sum(found.figures[state].value for state in found.adversaries)
    assert game.parameters.adversary == pytest.approx(
        opposed / found.figures[game.hegemon].value, rel=1e-15
    )
    for reason in (found.threat.reason, case.preferred.reason):
        assert reason.endswith(".")
        assert reason.count(". ") == 0
    for text in (found.summary, found.threat.reason, case.preferred.reason, *found.notes):
        assert text.isprintable()
    for pair, value in game.affinity.items():
        assert value in (0.2, 0.5)
        assert found.figures[f"affinity[{pair[0]}, {pair[1]}]"].source.startswith("inferred: ")


@pytest.mark.parametrize("name", case_names())
def test_held_out_cases_say_so(name: str) -> None:
    held_out = coded(name).sample == "held-out"
    said = [note for note in info(name).notes if "looking at what the model predicts" in note]
    assert len(said) == held_out
    assert any("calibration and not a test" in note for note in info(name).notes) != held_out
    # the theatres of the calibration stay as they were
    assert held_out or not load_case(name).affinity


@pytest.mark.parametrize(("name", "state", "raw", "unit"), CINC)
def test_figures_are_those_of_the_data_set(name: str, state: str, raw: float, unit: float) -> None:
    game = load_case(name)
    assert info(name).figures[game.hegemon].value == unit
    assert info(name).figures[state].value == raw
    assert game.capabilities[state] == raw / unit


def test_figures_of_another_year_or_kind_say_so() -> None:
    for name in ("pacific-ocean-pact-1950", "asia-pacific-september-1951"):
        assert "is of 1952" in info(name).figures["JPN"].source
    assert "1952" not in info("rok-1953").figures["JPN"].source
    assert "missing" in info("warsaw-pact-1955").figures["GDR"].source


@pytest.mark.parametrize("name", RECORD)
def test_what_was_sought_and_what_was_signed(name: str) -> None:
    form, bloc, spokes = RECORD[name]
    game = load_case(name)
    assert coded(name).preferred.form is Form(form)
    recorded = info(name).recorded(game.candidates)
    assert recorded == AllianceStructure(game.hegemon, bloc.split(), spokes.split())
    assert game.check(recorded) is recorded


def test_september_1951_is_two_spokes_beside_a_bloc() -> None:
    game = load_case("asia-pacific-september-1951")
    recorded = info("asia-pacific-september-1951").recorded(game.candidates)
    assert recorded is not None
    assert recorded.form is Form.MIXED
    assert (recorded.blocs, recorded.spokes) == ((("AUL", "NEW"),), ("JPN", "PHI"))
    assert game.family == coded("asia-pacific-september-1951").family == "blocs"
    assert len(list(game.structures())) == count(4, "blocs") == 52


def test_a_pact_without_the_hegemon_is_on_record_and_ties_nobody() -> None:
    found = info("baghdad-pact-1955")
    assert [treaty.name for treaty in found.treaties] == ["Baghdad Pact"]
    assert "USA" not in found.treaties[0].members
    assert found.recorded(load_case("baghdad-pact-1955").candidates) == AllianceStructure("USA")


@pytest.mark.parametrize("name", case_names())
def test_dates_are_plausible(name: str) -> None:
    found = info(name)
    signed = [treaty.signed for treaty in found.treaties]
    assert signed == sorted(signed)
    # a treaty of the war or a later one of a candidate may stand beside the case's own
    assert all("1943" <= date[:4] <= str(found.year + 3) for date in signed)
    assert coded(name).sample == "calibration" or all(int(d[:4]) <= found.year for d in signed)


@pytest.mark.parametrize("name", case_names())
def test_cases_are_small_enough_for_exact_work(name: str) -> None:
    game = load_case(name)
    assert len(game.candidates) <= (6 if game.family == "blocs" else 12)
    assert game.family == coded(name).family


def test_threat_is_coded_by_theatre() -> None:
    threats = {name: load_case(name).threat for name in case_names()}
    assert threats["roc-1954"] < threats["southeast-asia-1954"]
    assert threats["rio-1947"] == min(threats.values())
    assert all(0.1 <= threat <= 0.7 for threat in threats.values())


def test_several_cases() -> None:
    assert [game.scenario and game.scenario.name for game in load_cases()] == list(case_names())
    some = load_cases(name for name in ("roc-1954", "europe-1949"))
    assert some == (load_case("roc-1954"), load_case("europe-1949"))
    assert load_cases([]) == ()
    with pytest.raises(InvalidGameError, match="`names` must be a list; got"):
        load_cases("roc-1954")


def test_unknown_names_list_the_cases() -> None:
    with pytest.raises(UnknownNameError, match=r"unknown case 'roc-1955' \(did you mean 'roc-1954"):
        load_case("roc-1955")
    with pytest.raises(UnknownNameError) as caught:
        load_case("zzz")
    assert str(caught.value) == f"unknown case 'zzz'; known: {', '.join(case_names())}"


def test_a_scenario_that_is_no_case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lacks = "`case` must be given for a case; got nothing"
    with pytest.raises(InvalidGameError) as caught:
        load_case("classic-athens")
    assert str(caught.value) == f"classic-athens: {lacks}"
    monkeypatch.chdir(tmp_path)
    text = (DATA / "classic-athens.toml").read_text("utf-8")
    Path("my.toml").write_text(text, encoding="utf-8")
    Path("a\nb.toml").write_text(text, encoding="utf-8")
    with pytest.raises(InvalidGameError, match=f"^my.toml: {lacks}$"):
        load_case(Path("my.toml"))
    with pytest.raises(InvalidGameError) as caught:
        load_case("a\nb.toml")
    assert str(caught.value) == rf"'a\nb.toml': {lacks}"
    found = load("classic-athens").scenario
    assert found is not None
    assert found.case is None
    assert found.recorded(("Samos",)) is None
    assert "preferred" not in found.sources


def test_what_is_no_name_or_path_is_refused() -> None:
    with pytest.raises(InvalidGameError, match="must be a scenario's name or a path; got 5"):
        load_case(5)  # type: ignore[arg-type]


def test_the_coding_is_kept_as_it_stands() -> None:
    assert coded("pacific-pact-1949") == CodedCase(
        sample="held-out",
        preferred=CodedForm(Form.NONE, "inferred", coded("pacific-pact-1949").preferred.reason),
        family="bloc_and_spokes",
        prior_ties=(("AUL", "NEW"),),
    )


def test_prior_ties_are_pairs_within_groups() -> None:
    # Correlates of War, Formal Alliances 4.1: the Brussels Treaty of 1948, and Portugal's
    found = coded("europe-1949").allied_before()
    assert len(found) == 11
    assert frozenset(("BEL", "NTH")) in found
    assert frozenset(("POR", "UKG")) in found
    assert frozenset(("POR", "FRN")) not in found
    assert coded("rok-1953").allied_before() == frozenset()
    source = info("europe-1949").sources["prior_ties"]
    assert "Formal Alliances 4.1" in source
    assert "1948" in source
