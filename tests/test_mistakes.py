"""Natural mistakes: each is answered by one line that names the cure."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

import games
import solver
from games import AllianceGame, AllianceStructure, ExpectedUtility, settings

SIZES = {"Samos": 0.2, "Chios": 0.1}
GAME = AllianceGame(hegemon="Athens", capabilities=SIZES, threat=0.7)
TABLE = pd.DataFrame({"state": list(SIZES), "share": list(SIZES.values())})


def league(**fields: object) -> Callable[[], AllianceGame]:
    return lambda: AllianceGame(
        **{"hegemon": "Athens", "capabilities": SIZES, "threat": 0.7, **fields}
    )


MISTAKES: dict[str, tuple[Callable[[], object], str]] = {
    # numbers
    "a percentage": (league(threat=70), "`threat` must lie in [0, 1]; got 70 (70 % is 0.7)"),
    "a percentage as text": (league(threat="70%"), "got '70%' (a text; the number is 0.7)"),
    "a number as text": (lambda: GAME.at("0.5"), "got '0.5' (a text; the number is 0.5)"),
    "a percentage for a copy": (lambda: GAME.at(50), "(50 % is 0.5)"),
    "a percentage for the frame": (lambda: GAME.at(frame=50), "(50 % is 0.5)"),
    "a percentage for a parameter": (
        lambda: GAME.with_parameters(cohesion=55),
        "`cohesion` must lie in [0, 1]; got 55 (55 % is 0.55)",
    ),
    "a capability as text": (
        league(capabilities={"Samos": "0.2"}),
        "`capabilities['Samos']` must be a number; got '0.2' (a text; the number is 0.2)",
    ),
    "a level that is none, in a sweep": (
        lambda: solver.sweep(GAME, threat=[0.2, 70]),
        "`threat` must lie in [0, 1]; got 70 (70 % is 0.7)",
    ),
    "a negative loss aversion": (
        lambda: games.CumulativeProspectTheory(loss_aversion=-2.25),
        "`loss_aversion` must be above 0; got -2.25",
    ),
    # words
    "a family misspelt": (league(family="bloc_and_spoke"), "(did you mean 'bloc_and_spokes'?)"),
    "a ratification misspelt": (league(ratification="unanimos"), "(did you mean 'unanimous'?)"),
    "a channel with a blank": (
        lambda: GAME.without("loss aversion"),
        "(did you mean 'loss_aversion'?)",
    ),
    "a rule of bargaining by half": (league(burden_sharing="nash"), "split, nash_in_nash, "),
    "a form misspelt": (lambda: GAME.normal_form("announcment"), "(did you mean 'announcement'?)"),
    "a concept with a hyphen": (
        lambda: solver.solve(GAME, "subgame-perfect"),
        "(did you mean 'subgame_perfect'?)",
    ),
    "a parameter misspelt": (
        lambda: GAME.with_parameters(cohesoin=0.5),
        "unknown parameter 'cohesoin' (did you mean 'cohesion'?)",
    ),
    "a parameter misspelt where they are made": (
        lambda: games.Parameters(cohesoin=0.5),
        "unknown field of Parameters 'cohesoin' (did you mean 'cohesion'?)",
    ),
    "a field of a game misspelt": (
        league(afinity={}),
        "unknown field of AllianceGame 'afinity' (did you mean 'affinity'?)",
    ),
    "a part of a preference misspelt": (
        lambda: games.CumulativeProspectTheory(loss_avresion=2),
        "(did you mean 'loss_aversion'?)",
    ),
    "an axis misspelt": (
        lambda: solver.sweep(GAME, cohesoin=[0.5]),
        "unknown parameter 'cohesoin' (did you mean 'cohesion'?)",
    ),
    "a field for a parameter": (
        lambda: GAME.with_parameters(threat=0.5),
        "games.settings.with_value(game, 'threat', ...) sets it",
    ),
    # a name for a thing
    "a name for a game": (
        lambda: solver.solve("europe-1949"),
        "got 'europe-1949' (games.load('europe-1949') is one)",
    ),
    "a file for a game": (lambda: solver.solve("mine.toml"), "(games.load('mine.toml') is one)"),
    "a name for a game, swept": (
        lambda: solver.sweep("europe-1949"),
        "must be an AllianceGame or None; got 'europe-1949' (games.load('europe-1949') is one)",
    ),
    "a name for a game, compared": (
        lambda: solver.compare("europe-1949"),
        "(games.load('europe-1949') is one)",
    ),
    "a name for a preference": (
        lambda: GAME.with_preference("tk1992"),
        "got 'tk1992' (games.preset('tversky-kahneman-1992') or games.ExpectedUtility() is one)",
    ),
    "a name for a preference, by its setting": (
        lambda: settings.with_value(GAME, "preference", "expected-utility"),
        "games.ExpectedUtility() is one",
    ),
    "a class for a preference": (
        lambda: GAME.with_preference(ExpectedUtility),
        "(a class: ExpectedUtility() is one)",
    ),
    "a number for a reference": (
        lambda: GAME.with_reference(0.5),
        "(games.ConstantReference(0.5) is one)",
    ),
    "a number for a weighting": (
        lambda: games.CumulativeProspectTheory(weighting_gains=0.61),
        "such as TverskyKahneman(0.61)",
    ),
    "a map for the parameters": (
        league(parameters={"cohesion": 0.5}),
        "(games.Parameters(cohesion=0.5) is one)",
    ),
    "a file for the data": (
        lambda: games.scenario_from_data(
            hegemon="USA", adversary=["RUS"], candidates=["UKG"], year=1949, nmc="NMC.csv"
        ),
        "(games.load_nmc('NMC-60.csv') is one)",
    ),
    # a game for what is found in it
    "the network of a game": (
        lambda: solver.network.measures(GAME),
        "must be an AllianceStructure; got AllianceGame(",
    ),
    "the graph of a solution": (
        lambda: solver.network.graph(solver.solve(GAME)),
        "solver.solve(game).preferred.structure is one",
    ),
    "the figure of a game": (
        lambda: solver.plot.figure(GAME),
        "draw a result, such as solver.compare(game)",
    ),
    "a text for a structure": (
        lambda: GAME.value("Athens: spokes Samos"),
        "(game.structure(bloc=['A', 'B'])",
    ),
    # names of players
    "a candidate misspelt": (lambda: GAME.structure(spokes=["Samso"]), "(did you mean 'Samos'?)"),
    "a structure with a stranger": (
        lambda: GAME.value(AllianceStructure("Athens", spokes=["Melos"])),
        "known: Samos, Chios",
    ),
    "a structure of another hegemon": (
        lambda: GAME.value(AllianceStructure("Sparta", spokes=["Samos"])),
        "must have the hegemon 'Athens'; got 'Sparta'",
    ),
    "a structure without its hegemon": (
        lambda: AllianceStructure(["Samos", "Chios"]),
        "`hegemon` must be a non-empty name; got ['Samos', 'Chios']",
    ),
    "an exposure of nobody": (league(exposures={"Samso": 1}), "(did you mean 'Samos'?)"),
    "the hegemon among the candidates": (
        league(capabilities={"Athens": 1, "Samos": 0.2}),
        "must not name the hegemon 'Athens'",
    ),
    # lists and maps
    "a text for a list": (
        lambda: GAME.structure(bloc="Samos"),
        "`bloc` must be a list; got 'Samos' (one alone goes in brackets: ['Samos'])",
    ),
    "a name for names": (lambda: GAME.restricted_to("Samos"), "brackets: ['Samos'])"),
    "a rule for rules": (lambda: solver.burdens(GAME, rules="split"), "brackets: ['split'])"),
    "a game for games": (lambda: solver.history(GAME), "(one alone goes in brackets: [...])"),
    "a map for a list": (
        lambda: GAME.structure(bloc=SIZES),
        "`bloc` must be a list; got a map, {'Chios': 0.1, 'Samos': 0.2} (list(...) of it are its",
    ),
    "pairs for a map": (
        league(capabilities=list(SIZES.items())),
        "(dict(...) of it is such a map)",
    ),
    "numbers for a map": (league(capabilities=[0.2, 0.1]), "({name: value, ...} is such a map)"),
    "an array for a map": (league(exposures=np.ones(2)), "({name: value, ...} is such a map)"),
    "a table for a map": (
        league(capabilities=TABLE),
        "got a table (a column indexed by names is such a map: table.set_index('state')['share'])",
    ),
    "a table of one column for a map": (
        league(reliabilities=TABLE.set_index("state")),
        "such a map: table['share'])",
    ),
    "a table for a map of another kind": (
        lambda: games.game_of_kinds("Athens", TABLE, 0.5),
        "`kinds` must map kinds to pairs; got a table",
    ),
    "a table for levels": (
        lambda: solver.sweep(GAME, threat=TABLE, cohesion=[0.5]),
        "`threat` must be ",
    ),
    "a table for a list": (
        lambda: GAME.restricted_to(TABLE),
        "`names` must be a list; got a table (a column is one, table[...], of 'state', 'share')",
    ),
    "a column without names": (
        league(capabilities=TABLE["share"]),
        "`candidate` must be a non-empty name; got 0",
    ),
    "affinity in two steps": (
        league(affinity={"Samos": {"Chios": 0.5}}),
        "must be keyed by two candidates; got 'Samos' (as ('A', 'B') is)",
    ),
    # scenarios
    "a scenario misspelt": (lambda: games.load("europe-1948"), "(did you mean 'europe-1949'?)"),
    "a scenario by its title": (lambda: games.load("Europe 1949"), "mean 'europe-1949'?)"),
    "a case misspelt": (
        lambda: games.load("rok-1954"),
        "unknown scenario 'rok-1954' (did you mean 'rok-1953'?)",
    ),
    "a preset by half its name": (
        lambda: games.preset("tversky-kahneman"),
        "(did you mean 'tversky-kahneman-1992'?)",
    ),
}


@pytest.mark.parametrize(("call", "words"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_answered_by_the_cure(call: Callable[[], object], words: str) -> None:
    with pytest.raises(games.AllianceError) as caught:
        call()
    assert words in str(caught.value)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 700


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("measures", "did you mean solver.network.measures(structure)?"),
        ("figure", "did you mean solver.plot.figure(solver.compare(game))?"),
        ("load", "did you mean games.load(name)?"),
        ("shapley", "did you mean solver.values.shapley(game)?"),
        ("critical_threat", "did you mean solver.critical_threats?"),
        ("qqq", "module 'solver' has no attribute 'qqq'"),
    ],
)
def test_what_is_looked_for_in_the_wrong_place_is_found(name: str, words: str) -> None:
    with pytest.raises(AttributeError) as caught:
        getattr(solver, name)
    assert str(caught.value).endswith(words)


def test_what_is_named_in_the_cures_is_there() -> None:
    game = games.load("europe-1949")
    assert solver.solve(GAME).preferred.structure in GAME.structures()
    assert callable(solver.network.measures)
    assert callable(solver.plot.figure)
    assert callable(solver.values.shapley)
    assert callable(solver.values.nucleolus)
    assert games.preset("tversky-kahneman-1992") == game.preference
    by_column = league(capabilities=TABLE.set_index("state")["share"])()
    assert by_column == GAME


def test_a_file_that_is_there_is_meant_by_its_name(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "athens.toml").write_text(GAME.to_toml())
    with pytest.raises(games.UnknownNameError, match=r"did you mean 'athens.toml'\?"):
        games.load("athens")


def test_numbers_of_numpy_are_numbers() -> None:
    one = league(
        capabilities={"Samos": np.float32(0.25), "Chios": np.float64(0.125)},
        threat=np.float64(0.75),
        parameters=games.Parameters(cohesion=np.float16(0.5), friction=np.int64(1)),
        affinity={(np.str_("Samos"), "Chios"): np.int8(0)},
        frame=np.float32(0.5),
    )()
    other = league(
        capabilities=pd.Series({"Samos": 0.25, "Chios": 0.125}),
        threat=0.75,
        parameters=games.Parameters(cohesion=0.5, friction=1.0),
        affinity={("Samos", "Chios"): 0.0},
        frame=0.5,
    )()
    assert one == other
    assert one.to_toml() == other.to_toml()
    kinds = games.game_of_kinds("H", {"a": (np.float64(0.2), np.int64(3))}, np.float64(0.5))
    assert kinds == games.game_of_kinds("H", pd.Series({"a": (0.2, 3)}), 0.5)
    assert GAME.at(np.float64(0.2)).strongest(np.int64(1)).candidates == ("Samos",)
