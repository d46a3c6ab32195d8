"""Scenarios load whole: figures against the data set they were copied from, treaties, sources."""

import pickle
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import games
from games.alliance.game import AllianceGame
from games.alliance.parameters import Parameters
from games.alliance.scenario import Figure
from games.alliance.structures import Form
from games.errors import InvalidGameError, UnknownNameError
from games.scenarios.loading import load, names, scenario_info

HISTORICAL = ("asia-1951", "europe-1949", "southeast-asia-1954")

# published: CINC of National Material Capabilities 6.0; the hegemon's in the same year below
USA = {1949: 0.27316636, 1951: 0.31949946, 1954: 0.28094009}
CINC = [
    ("europe-1949", 1949, "UKG", 0.070787571),
    ("europe-1949", 1949, "ITA", 0.01856897),
    ("europe-1949", 1949, "ICE", 1.2436592e-05),
    ("europe-1949", 1949, "RUS", 0.16791792),
    ("asia-1951", 1951, "JPN", 0.029540982),  # of 1952
    ("asia-1951", 1951, "NEW", 0.00068892352),
    ("asia-1951", 1951, "TAW", 0.0062187305),
    ("asia-1951", 1951, "RUS", 0.17316288),
    ("asia-1951", 1951, "CHN", 0.10362443),
    ("asia-1951", 1951, "PRK", 0.0022304102),
    ("southeast-asia-1954", 1954, "FRN", 0.032968372),
    ("southeast-asia-1954", 1954, "THI", 0.0028946137),
    ("southeast-asia-1954", 1954, "PAK", 0.010073845),
    ("southeast-asia-1954", 1954, "CHN", 0.094357274),
    ("southeast-asia-1954", 1954, "DRV", 0.0028113357),
    ("southeast-asia-1954", 1954, "RUS", 0.18452772),
]


def write(folder: Path, text: str) -> Path:
    path = folder / "my.toml"
    path.write_text(text, encoding="utf-8")
    return path


def embedded(name: str) -> str:
    return (Path(games.__file__).parent / "data" / f"{name}.toml").read_text("utf-8")


@pytest.mark.parametrize(("name", "year", "state", "raw"), CINC)
def test_figures_are_those_of_the_data_set(name: str, year: int, state: str, raw: float) -> None:
    game = load(name)
    info = scenario_info(name)
    assert info.year == year
    assert info.figures["USA"].value == USA[year]
    assert info.figures[state].value == raw
    if state in game.candidates:
        assert game.capabilities[state] == raw / USA[year]
    else:
        assert state in info.adversary


@pytest.mark.parametrize(
    ("name", "candidates"),
    [
        ("europe-1949", "UKG FRN ITA CAN NTH BEL LUX DEN NOR POR ICE"),
        ("asia-1951", "JPN PHI AUL NEW ROK TAW"),
        ("southeast-asia-1954", "UKG FRN AUL NEW PHI THI PAK"),
        ("classic-athens", "Samos Chios Lesbos Naxos Thasos"),
    ],
)
def test_candidates(name: str, candidates: str) -> None:
    assert load(name).candidates == tuple(candidates.split())


@pytest.mark.parametrize("name", names())
def test_every_figure_and_choice_has_a_source(name: str) -> None:
    game, info = load(name), scenario_info(name)
    adversaries = info.adversary.split(", ")
    states = [*game.players, *adversaries]
    assert set(info.labels) == set(states) <= set(info.figures)
    assert all(figure.source and figure.unit for figure in info.figures.values())
    assert all(info.labels.values())
    assert all(info.sources.values())
    assert all(treaty.source for treaty in info.treaties)
    assert info.name == name
    assert game.threat == info.threat.value
    assert info.threat.reason.endswith(".")
    assert info.threat.reason.count(". ") == 0
    assert game.parameters == Parameters(adversary=info.opposed())
    opposed = sum(info.figures[state].value for state in info.adversaries)
    assert game.parameters.adversary == pytest.approx(
        opposed / info.figures[game.hegemon].value, rel=1e-15
    )
    for text in (info.summary, info.threat.reason, *info.notes):
        assert text.isprintable()


@pytest.mark.parametrize("name", HISTORICAL)
def test_historical_scenarios_say_that_they_are_calibration(name: str) -> None:
    info = scenario_info(name)
    assert info.kind == "historical"
    assert info.threat.coding == "inferred"
    assert any("calibration and not a test" in note for note in info.notes)
    assert "Correlates of War" in info.figures["USA"].source


def test_coded_threats() -> None:
    assert {name: load(name).threat for name in HISTORICAL} == {
        "asia-1951": 0.4,
        "europe-1949": 0.7,
        "southeast-asia-1954": 0.6,
    }


@pytest.mark.parametrize(
    ("name", "form", "signed"),
    [
        ("europe-1949", Form.MULTILATERAL, ["1949-04-04"]),
        ("southeast-asia-1954", Form.MULTILATERAL, ["1954-09-08"]),
        (
            "asia-1951",
            Form.MIXED,
            ["1951-08-30", "1951-09-01", "1951-09-08", "1953-10-01", "1954-12-02"],
        ),
    ],
)
def test_treaties_signed_tie_every_candidate(name: str, form: Form, signed: list[str]) -> None:
    game, info = load(name), scenario_info(name)
    structure = info.recorded(game.candidates)
    assert structure is not None
    assert structure.allies == tuple(sorted(game.candidates))
    assert structure.form is form
    assert [treaty.signed for treaty in info.treaties] == signed


def test_japan_says_that_its_figure_is_of_another_year() -> None:
    info = scenario_info("asia-1951")
    assert "1952" in info.figures["JPN"].source
    assert "1952" not in info.figures["PHI"].source
    assert any(note.startswith("JPN: ") for note in info.notes)


def test_the_invented_case_says_so() -> None:
    game, info = load("classic-athens"), scenario_info("classic-athens")
    assert (info.kind, info.threat.coding, info.year) == ("invented", "invented", -477)
    assert info.recorded(game.candidates) is None
    assert all("invented" in figure.source for figure in info.figures.values())
    assert game.affinity[("Chios", "Samos")] == 0.7
    assert game.exposures["Samos"] == 1.2
    assert info.figures["exposure[Samos]"].value == 1.2
    assert info.figures["affinity[Chios, Samos]"].value == 0.7
    assert "treaties" not in info.sources


@pytest.mark.parametrize("name", names())
def test_an_embedded_game_is_read_once_and_travels(name: str) -> None:
    game = load(name)
    assert load(name) is game
    sent = pickle.loads(pickle.dumps(game))
    assert sent == game
    assert hash(sent) == hash(game)
    assert sent.scenario == game.scenario


@pytest.mark.parametrize("name", names())
def test_a_copy_of_an_embedded_file_gives_the_same_game(name: str, tmp_path: Path) -> None:
    path = write(tmp_path, embedded(name))
    assert load(path) == load(str(path)) == load(name)
    assert scenario_info(path).name == "my"


def test_a_byte_order_mark_and_foreign_line_ends_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "my.toml"
    text = embedded("classic-athens").replace("\n", "\r\n")
    path.write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert load(path) == load("classic-athens")


def test_a_path_object_needs_no_suffix(tmp_path: Path) -> None:
    path = tmp_path / "mine"
    path.write_text(embedded("classic-athens"), encoding="utf-8")
    assert load(path) == load(str(path)) == load("classic-athens")


def test_overrides_reach_the_game_with_their_sources(tmp_path: Path) -> None:
    text = embedded("classic-athens").replace(
        'name = "Naxos"',
        'name = "Naxos"\nlabel = "The island of Naxos"\nbasing = 0\nsource = "mine"',
    )
    text += '\n[parameters]\ncohesion = 0.5\nfriction = 1\n[sources]\ncohesion = "a guess"\n'
    path = write(tmp_path, text)
    game, info = load(path), scenario_info(path)
    assert game.parameters == Parameters(adversary=1.5, cohesion=0.5, friction=1)
    assert dict(game.basings) == {"Naxos": 0.0}
    assert info.labels["Naxos"] == "The island of Naxos"
    assert info.figures["Naxos"] == Figure(20, "warships", "mine")
    assert info.figures["parameters.cohesion"] == Figure(0.5, "probability", "a guess")
    assert info.figures["parameters.friction"].source == "set by the scenario"
    assert info.figures["basing[Naxos]"].source == "set by the scenario"


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(UnknownNameError) as caught:
        load("sparta")
    assert str(caught.value) == f"unknown scenario 'sparta'; known: {', '.join(names())}"


def test_a_near_name_is_suggested() -> None:
    with pytest.raises(UnknownNameError, match=r"did you mean 'europe-1949'\?"):
        scenario_info("europe-1948")


@pytest.mark.parametrize("thing", [5, None, b"my.toml"])
def test_what_is_no_name_or_path_is_refused(thing: object) -> None:
    with pytest.raises(InvalidGameError, match="must be a scenario's name or a path; got"):
        load(thing)  # type: ignore[arg-type]


def test_pydantic_is_imported_only_by_loading() -> None:
    code = (
        "import sys, games, games.scenarios.loading as s; s.names();"
        " assert 'pydantic' not in sys.modules;"
        " s.load('europe-1949'); assert 'pydantic' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_adversaries_figures_are_the_adversary(tmp_path: Path) -> None:
    text = embedded("southeast-asia-1954")
    game = load(write(tmp_path, text))
    figures = [item["capability"] for item in tomllib.loads(text)["adversaries"]]
    unit = tomllib.loads(text)["hegemon"]["capability"]
    assert game.parameters.adversary == pytest.approx(sum(figures) / unit, rel=1e-15)
    weaker = load(write(tmp_path, text.replace(f"{figures[0]}", f"{figures[0] / 4}")))
    assert weaker.parameters.adversary == pytest.approx(
        game.parameters.adversary - 0.75 * figures[0] / unit, rel=1e-12
    )
    bloc = game.structure(bloc=game.candidates)
    assert weaker.prospect(bloc).mean > game.prospect(bloc).mean
    assert weaker.candidate_value("UKG", bloc) > game.candidate_value("UKG", bloc)

    def told(game: AllianceGame) -> tuple[object, str]:
        (item,) = [item for item in game.describe() if item.name == "adversary"]
        return item.value, item.source

    value, source = told(game)
    assert value == game.parameters.adversary
    assert source.startswith("computed: CHN, DRV, RUS, (")
    assert " + " in source
    assert "Correlates of War" in source
    # what the file sets counts for more than its figures, and what the user sets for most
    text += '\n[parameters]\nadversary = 0.5\n[sources]\nadversary = "a guess"\n'
    chosen = load(write(tmp_path, text))
    assert told(chosen) == (0.5, "a guess")
    assert told(chosen.with_parameters(adversary=0.6)) == (0.6, "given by the user")
    assert told(game.with_parameters(adversary=0.75))[1] == "given by the user"
