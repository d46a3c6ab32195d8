"""Cases load whole: figures against the data set, what was sought beside what was signed."""

import pickle
from collections import Counter
from pathlib import Path

import pytest

import games
from games.alliance.parameters import Parameters
from games.alliance.scenario import CodedCase, CodedForm, Scenario
from games.alliance.structures import AllianceStructure, Form
from games.errors import InvalidGameError, UnknownNameError
from games.scenarios.cases import case_names, load_case, load_cases
from games.scenarios.loading import embedded, load, names

DATA = Path(games.__file__).parent / "data"
CALIBRATION = ("europe-1949", "asia-1951", "southeast-asia-1954")

# what was sought and the form of what was signed, then the bloc and the spokes after signature
NATO_1949 = "BEL CAN DEN FRN ICE ITA LUX NOR NTH POR UKG"
ANDEAN = "ARG BRA CHL COL CUB MEX PER URU VEN"
HUB, MULTI, MIXED = "hub-and-spoke", "multilateral", "mixed"
RECORD = {
    "muenchengraetz-1833": (MULTI, MULTI, "AUH GMY", ""),
    "quadruple-alliance-1834": (MULTI, MULTI, "FRN POR SPN", ""),
    "crimean-coalition-1854": (MULTI, MULTI, "FRN TUR", ""),
    "south-german-treaties-1866": (HUB, HUB, "", "BAD BAV WRT"),
    "dual-alliance-1879": ("bilateral", "bilateral", "", "AUH"),
    "franco-russian-1891": ("bilateral", "bilateral", "", "RUS"),
    "anglo-japanese-1902": ("bilateral", "bilateral", "", "JPN"),
    "french-eastern-treaties-1926": (HUB, HUB, "", "BEL CZE POL ROM YUG"),
    "little-entente-1933": (MULTI, MULTI, "ROM YUG", ""),
    "balkan-pact-1934": (MULTI, MULTI, "GRC TUR YUG", ""),
    "franco-soviet-1935": (MULTI, HUB, "", "BEL CZE POL RUS"),
    "british-guarantees-1939": (HUB, HUB, "", "FRN GRC POL ROM TUR"),
    "pact-of-steel-1939": (MULTI, "bilateral", "", "ITA"),
    "soviet-baltic-1939": (HUB, HUB, "", "EST LAT LIT"),
    "tripartite-pact-1940": (MULTI, MULTI, "HUN ITA JPN ROM", ""),
    "rio-1947": (MULTI, MULTI, ANDEAN, ""),
    "brussels-pact-1948": (HUB, MULTI, "BEL FRN LUX NTH", ""),
    "soviet-bilateral-1948": (HUB, HUB, "", "BUL CZE FIN HUN POL ROM YUG"),
    "europe-1949": (MULTI, MULTI, NATO_1949, ""),
    "pacific-pact-1949": ("none", "none", "", ""),
    "arab-joint-defence-1950": (MULTI, MULTI, "LEB SAU SYR YAR", ""),
    "pacific-ocean-pact-1950": (MULTI, "none", "", ""),
    "soviet-asia-1950": (HUB, HUB, "", "CHN MON"),
    "asia-1951": (HUB, MIXED, "AUL NEW", "JPN PHI ROK TAW"),
    "nato-1952": (MULTI, MULTI, f"{NATO_1949} GRC TUR", ""),
    "rok-1953": (HUB, HUB, "AUL NEW", "JPN PHI ROK"),
    "balkan-alliance-1954": (MULTI, MULTI, "GRC YUG", ""),
    "nato-1955": (MULTI, MULTI, f"{NATO_1949} GRC TUR GFR", ""),
    "roc-1954": (HUB, HUB, "AUL NEW", "JPN PHI ROK TAW"),
    "southeast-asia-1954": (MULTI, MULTI, "AUL FRN NEW PAK PHI THI UKG", ""),
    "baghdad-pact-1955": ("none", "none", "", ""),
    "warsaw-pact-1955": (MULTI, MULTI, "ALB BUL CZE GDR HUN POL ROM", "FIN"),
    "bilateral-agreements-1959": (HUB, HUB, "", "IRN PAK TUR"),
    "five-power-1971": (MULTI, MULTI, "AUL MAL NEW SIN", ""),
    "soviet-treaties-1971": (HUB, HUB, "", "EGY IND IRQ MON"),
    "gulf-council-2000": (MULTI, MULTI, "BAH KUW OMA QAT UAE", ""),
    "aukus-2021": (MULTI, MULTI, "AUL UKG", "JPN PHI ROK"),
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
    assert samples == {"calibration": 3, "held-out": 34}
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


@pytest.mark.parametrize("name", RECORD)
def test_what_was_sought_and_what_was_signed(name: str) -> None:
    sought, signed, bloc, spokes = RECORD[name]
    game = load_case(name)
    assert coded(name).preferred.form is Form(sought)
    recorded = info(name).recorded(game.candidates)
    assert recorded == AllianceStructure(game.hegemon, bloc.split(), spokes.split())
    assert game.check(recorded) is recorded
    before = coded(name).standing(game.hegemon, game.candidates)
    assert game.check(before) is before
    assert recorded.extends(before)
    assert recorded.form_beside(before) is Form(signed)


def test_some_things_sought_were_not_signed() -> None:
    missed = {name for name, (sought, signed, *_) in RECORD.items() if sought != signed}
    assert missed == {
        *("franco-soviet-1935", "pact-of-steel-1939", "brussels-pact-1948"),
        *("pacific-ocean-pact-1950", "asia-1951"),
    }


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
    # the year of a case is that of its first treaty; a later one may stand beside it
    assert {int(date[:4]) for date in signed[:1]} <= {found.year}
    assert all(int(date[:4]) <= found.year + 3 for date in signed)


@pytest.mark.parametrize("name", case_names())
def test_cases_are_small_enough_for_exact_work(name: str) -> None:
    game = load_case(name)
    assert game.family == coded(name).family == "bloc_and_spokes"
    bound = {other for group in coded(name).status_quo for other in group}
    free = [other for other in game.candidates if other not in bound]
    assert len(free) <= (10 if coded(name).sample == "held-out" else 12)
    assert free


def test_threat_is_coded_by_theatre() -> None:
    threats = {name: load_case(name).threat for name in case_names()}
    assert threats["roc-1954"] < threats["southeast-asia-1954"]
    assert threats["rio-1947"] == min(threats.values())
    assert all(0.1 <= threat <= 0.9 for threat in threats.values())
    # the shifts of codings count in steps of 0.05
    assert all(20 * threat == pytest.approx(round(20 * threat)) for threat in threats.values())


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
    assert caught.value.known == list(case_names())
    # so many names do not fit the line, but those that stand there are whole
    listed, rest = str(caught.value).removeprefix("unknown case 'zzz'; known: ").split(", ... ")
    shown = listed.split(", ")
    assert tuple(shown) == case_names()[: len(shown)]
    assert len(shown) > 20
    assert rest == f"({len(case_names()) - len(shown)} more)"


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
    found = coded("rok-1953")
    assert found == CodedCase(
        sample="held-out",
        preferred=CodedForm(Form.HUB_AND_SPOKE, "inferred", found.preferred.reason),
        family="bloc_and_spokes",
        observed=1952,
        prior_ties=(("AUL", "NEW"),),
        status_quo=(("AUL", "NEW"), ("JPN",), ("PHI",)),
        readings=(CodedForm(Form.MULTILATERAL, "inferred", found.readings[0].reason),),
    )
    assert info("rok-1953").sources["status_quo"].startswith("public record: the treaties of 1951")
    assert "status_quo" not in info("pacific-pact-1949").sources


def test_prior_ties_are_pairs_within_groups() -> None:
    # Correlates of War, Formal Alliances 4.1: the Brussels Treaty of 1948, and Portugal's
    found = coded("europe-1949").allied_before()
    assert len(found) == 11
    assert frozenset(("BEL", "NTH")) in found
    assert frozenset(("POR", "UKG")) in found
    assert frozenset(("POR", "FRN")) not in found
    assert coded("soviet-asia-1950").allied_before() == frozenset()
    source = info("europe-1949").sources["prior_ties"]
    assert "Formal Alliances 4.1" in source
    assert "1948" in source


def test_the_status_quo_among_some_of_the_candidates() -> None:
    found = coded("rok-1953")
    assert found.standing("USA", ["AUL", "JPN", "ROK", "NEW"]) == AllianceStructure(
        "USA", bloc=["AUL", "NEW"], spokes=["JPN"]
    )
    # of a treaty with one of two, one is left: a bloc of one is a spoke
    assert found.standing("USA", ["NEW", "ROK"]) == AllianceStructure("USA", spokes=["NEW"])
    assert found.standing("USA", []) == AllianceStructure("USA")
    assert coded("europe-1949").standing("USA", ["UKG"]) == AllianceStructure("USA")


def test_the_record_of_some_of_the_candidates_stands_on_their_status_quo() -> None:
    found = info("warsaw-pact-1955")
    assert found.recorded(("FIN", "GDR", "POL")) == AllianceStructure(
        "RUS", bloc=["GDR", "POL"], spokes=["FIN"]
    )
    # the treaty of 1945 gives way to the pact, that of 1948 stands
    assert found.recorded(("POL", "FIN")) == AllianceStructure("RUS", spokes=["FIN", "POL"])
    assert found.recorded(("YUG",)) == AllianceStructure("RUS")
