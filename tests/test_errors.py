"""Bad input gives one of our errors, which is also the built-in it is, in one line."""

import pickle
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from known_games import PAIR

import games
from games import (
    AllianceError,
    AllianceStructure,
    ConstantReference,
    ConvergenceError,
    CumulativeProspectTheory,
    ExpectationReference,
    ExpectedUtility,
    InvalidGameError,
    MissingDependencyError,
    NotApplicableError,
    OutputError,
    Parameters,
    Prospect,
    ThreatReference,
    TverskyKahneman,
    UnknownNameError,
)

NONE = AllianceStructure("Athens")
NAN, INF = float("nan"), float("inf")
KNOWN = "known: Samos, Chios"
PREFERENCE = "games.preset('tversky-kahneman-1992') or games.ExpectedUtility() is one"


def game(**changes: object) -> Callable[[], object]:
    return lambda: replace(PAIR, **changes)


def given(**values: float) -> Callable[[], object]:
    return lambda: Parameters(**values)


INVALID: list[tuple[Callable[[], object], str]] = [
    # numbers
    (game(threat=1.4), "`threat` must lie in [0, 1]; got 1.4"),
    (game(threat=-0.1), "`threat` must lie in [0, 1]; got -0.1"),
    (game(threat=NAN), "`threat` must be finite; got nan"),
    (game(threat=INF), "`threat` must be finite; got inf"),
    (game(threat=10**400), "`threat` must be finite; got inf"),
    (game(threat=True), "`threat` must be a number; got True"),
    (game(threat=np.True_), "`threat` must be a number; got np.True_"),
    (
        game(threat="0.7"),
        "`threat` must be a number; got '0.7' (a text; the number is 0.7)",
    ),
    (game(threat=None), "`threat` must be a number; got None"),
    (game(threat=0.7j), "`threat` must be a number; got 0.7j"),
    (lambda: PAIR.at(2), "`threat` must lie in [0, 1]; got 2"),
    (lambda: PAIR.at(frame=-1), "`frame` must lie in [0, 1]; got -1"),
    (lambda: PAIR.hegemon_values([], [0.2, 1.4]), "`threat` must lie in [0, 1]; got 1.4"),
    (game(candidate_reference=NAN), "`candidate_reference` must be finite; got nan"),
    (given(cohesion=1.2), "`cohesion` must lie in [0, 1]; got 1.2"),
    (given(friction=-0.1), "`friction` must be at least 0; got -0.1"),
    (given(deployment=-1), "`deployment` must be at least 0; got -1"),
    (given(adversary=INF), "`adversary` must be finite; got inf"),
    (given(reliability=True), "`reliability` must be a number; got True"),
    (lambda: PAIR.with_parameters(cohesion=1.2), "`cohesion` must lie in [0, 1]; got 1.2"),
    (lambda: TverskyKahneman(0.2), "`gamma` must be at least 0.28; got 0.2"),
    (lambda: ThreatReference(slope=NAN), "`slope` must be finite; got nan"),
    (lambda: ThreatReference(base="low"), "`base` must be a number; got 'low'"),
    (lambda: ConstantReference(INF), "`level` must be finite; got inf"),
    # capabilities and names
    (game(capabilities={}), "`capabilities` must name at least one candidate; got none"),
    (
        game(capabilities=["Samos"]),
        "`capabilities` must map each candidate to a number; got ['Samos']"
        " ({name: value, ...} is such a map)",
    ),
    (game(capabilities={"Samos": -1}), "`capabilities['Samos']` must be at least 0; got -1"),
    (game(capabilities={"Samos": NAN}), "`capabilities['Samos']` must be finite; got nan"),
    (game(capabilities={"Samos": "big"}), "`capabilities['Samos']` must be a number; got 'big'"),
    (game(capabilities={"Athens": 0.2}), "`capabilities` must not name the hegemon 'Athens'"),
    # values of single candidates
    (game(exposures={"Samos": -1}), "`exposure` must be at least 0; got -1"),
    (game(reliabilities={"Samos": 1.2}), "`reliability` must lie in [0, 1]; got 1.2"),
    (game(basings={"Samos": NAN}), "`basing` must be finite; got nan"),
    # affinity
    (
        game(affinity={("Samos", "Chios"): 1.4}),
        "`affinity['Samos', 'Chios']` must lie in [0, 1]; got 1.4",
    ),
    (
        game(affinity={("Samos", "Chios"): 0.2, ("Chios", "Samos"): 0.3}),
        "`affinity` must be symmetric; got 0.2 and 0.3 for ('Chios', 'Samos')",
    ),
    (
        game(affinity=[[1, 0.2], [0.3, 1]]),
        "`affinity` must be symmetric; got 0.2 and 0.3 for ('Chios', 'Samos')",
    ),
    (game(affinity=np.ones((2, 3))), "`affinity` must have shape (2, 2); got (2, 3)"),
    (game(affinity=None), "`affinity` must have shape (2, 2); got ()"),
    (
        game(affinity=[["a", "b"], ["c", "d"]]),
        "`affinity` must be numbers in a regular array; got [['a', 'b'], ['c', 'd']]",
    ),
    (
        game(affinity={("Samos", "Samos"): 1}),
        "`affinity` must be keyed by two candidates; got ('Samos', 'Samos') (as ('A', 'B') is)",
    ),
    (
        game(affinity={"Samos": 1}),
        "`affinity` must be keyed by two candidates; got 'Samos' (as ('A', 'B') is)",
    ),
    # words and parts
    (game(family="rings"), "`family` must be one of bloc_and_spokes, blocs; got 'rings'"),
    (game(family=None), "`family` must be one of bloc_and_spokes, blocs; got None"),
    (
        game(ratification="majority"),
        "`ratification` must be one of open, unanimous; got 'majority'",
    ),
    (game(preference="cpt"), f"`preference` must be a Preference; got 'cpt' ({PREFERENCE})"),
    (
        game(preference=ExpectedUtility),
        "`preference` must be a Preference; got <class 'games...ectedUtility'> (a class:"
        " ExpectedUtility() is one)",
    ),
    (
        game(candidate_preference=None),
        f"`candidate_preference` must be a Preference; got None ({PREFERENCE})",
    ),
    (
        game(reference=0.5),
        "`reference` must be a Reference; got 0.5 (games.ConstantReference(0.5) is one)",
    ),
    (
        game(parameters={"cohesion": 0.5}),
        "`parameters` must be a Parameters; got {'cohesion': 0.5}"
        " (games.Parameters(cohesion=0.5) is one)",
    ),
    (
        lambda: PAIR.without("fear"),
        "`channel` must be one of curvature, loss_aversion, weighting, reference; got 'fear'",
    ),
    (
        lambda: CumulativeProspectTheory(loss_aversion=-1),
        "`loss_aversion` must be above 0; got -1",
    ),
    # structures
    (
        lambda: PAIR.structure(bloc=["Samos", "Athens"]),
        "the hegemon must not be named as a candidate; got 'Athens'",
    ),
    (
        lambda: PAIR.structure(bloc=["Samos", "Chios"], spokes=["Samos"]),
        "a candidate must be in one treaty at most; got ['Samos'] twice",
    ),
    (
        lambda: PAIR.structure(spokes="Samos"),
        "`spokes` must be a list; got 'Samos' (one alone goes in brackets: ['Samos'])",
    ),
    (
        lambda: PAIR.value(AllianceStructure("Sparta")),
        "`structure` must have the hegemon 'Athens'; got 'Sparta'",
    ),
    (lambda: PAIR.restricted_to([]), "`capabilities` must name at least one candidate; got none"),
    # prospects
    (lambda: Prospect([1, 2], [0.5, 0.6]), "`probabilities` must sum to 1; got 1.1"),
]

UNKNOWN: list[tuple[Callable[[], object], str]] = [
    (lambda: PAIR.structure(spokes=["Thera"]), f"unknown candidate 'Thera'; {KNOWN}"),
    (
        lambda: PAIR.structure(bloc=["Chios", "Same"]),
        f"unknown candidate 'Same' (did you mean 'Samos'?); {KNOWN}",
    ),
    (
        lambda: PAIR.candidate_value("Athens", PAIR.structure()),
        f"unknown candidate 'Athens'; {KNOWN}",
    ),
    (lambda: PAIR.restricted_to(["Thera"]), f"unknown candidate 'Thera'; {KNOWN}"),
    (game(exposures={"Thera": 1}), f"unknown candidate 'Thera'; {KNOWN}"),
    (game(reliabilities={"Thera": 1}), f"unknown candidate 'Thera'; {KNOWN}"),
    (game(basings={"Thera": 1}), f"unknown candidate 'Thera'; {KNOWN}"),
    (game(affinity={("Samos", "Thera"): 1}), f"unknown candidate 'Thera'; {KNOWN}"),
    (
        lambda: PAIR.with_parameters(cohesoin=0.5),
        "unknown parameter 'cohesoin' (did you mean 'cohesion'?); known: deployment, adversary,"
        " projection, pledge_bilateral, pledge_multilateral, basing, reliability,"
        " common_reliability, cohesion, entrapment, entrapment_share, k_bilateral,"
        " k_multilateral, k_bloc, shelter, guarantee_bilateral, guarantee_multilateral, exposure,"
        " ally_cost_bilateral, ally_cost_multilateral, friction, affinity",
    ),
]


def check(build: Callable[[], object], kind: type[Exception], builtin: type, message: str) -> None:
    with pytest.raises(AllianceError) as caught:
        build()
    assert type(caught.value) is kind
    assert isinstance(caught.value, builtin)
    assert str(caught.value) == message
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("build", "message"), INVALID, ids=[text for _, text in INVALID])
def test_invalid_game(build: Callable[[], object], message: str) -> None:
    check(build, InvalidGameError, ValueError, message)


@pytest.mark.parametrize(("build", "message"), UNKNOWN, ids=[text for _, text in UNKNOWN])
def test_unknown_name(build: Callable[[], object], message: str) -> None:
    check(build, UnknownNameError, LookupError, message)


@pytest.mark.parametrize("name", ["", " Samos", "Samos\n", "Sa\nmos", 7, None, ("Samos",)])
def test_names_of_players(name: object) -> None:
    for build in (game(hegemon=name), game(capabilities={name: 0.2})):
        with pytest.raises(InvalidGameError) as caught:
            build()
        where, _, found = str(caught.value).partition(" must be a non-empty name")
        assert where in ("`hegemon`", "`candidate`")
        assert found.endswith(f"; got {name!r}")
        assert "\n" not in found


TABLE = np.array([[1.0, 2.0], [3.0, 4.0]])


@pytest.mark.parametrize(
    "build",
    [
        game(threat=TABLE),
        game(preference=TABLE),
        game(family=TABLE),
        game(capabilities=TABLE),
        game(affinity=np.array([["a", "b"], ["c", "d"]])),
        lambda: TverskyKahneman(0.61)(TABLE),
        lambda: Prospect(np.array([["a"], ["b"]]), [1.0]),
        lambda: Prospect.parse("1 @ 1\n2"),
        lambda: AllianceStructure("Athens", spokes=[TABLE]),
        lambda: PAIR.at(frame=TABLE),
    ],
    ids=["threat", "preference", "family", "capabilities", "affinity", "weighting", "prospect",
         "parse", "structure", "frame"],
)  # fmt: skip
def test_one_line_whatever_was_given(build: Callable[[], object]) -> None:
    with pytest.raises(AllianceError) as caught:
        build()
    assert "\n" not in str(caught.value)


def test_a_threat_just_above_one_is_not_shown_as_one() -> None:
    with pytest.raises(InvalidGameError) as caught:
        PAIR.at(1 + 1e-9)
    assert not str(caught.value).endswith("got 1")


@pytest.mark.parametrize(
    "build",
    [
        game(exposures=["Samos"]),
        game(reliabilities=None),
        game(basings=0.5),
        game(reference=ExpectationReference("hub")),
        lambda: PAIR.value("hub"),
        lambda: PAIR.hegemon_values(["hub"]),
        lambda: TverskyKahneman(0.61)("half"),
    ],
    ids=["exposures", "reliabilities", "basings", "reference", "value", "values", "weighting"],
)  # fmt: skip
def test_things_of_the_wrong_kind(build: Callable[[], object]) -> None:
    with pytest.raises(InvalidGameError):
        build()


# the errors themselves


@pytest.mark.parametrize(
    ("kind", "builtin"),
    [
        (InvalidGameError, ValueError),
        (UnknownNameError, LookupError),
        (NotApplicableError, NotImplementedError),
        (ConvergenceError, RuntimeError),
        (MissingDependencyError, ImportError),
        (OutputError, OSError),
    ],
)
def test_each_error_is_the_builtin_it_is(kind: type[Exception], builtin: type[Exception]) -> None:
    assert issubclass(kind, AllianceError)
    assert issubclass(kind, builtin)
    assert getattr(games, kind.__name__) is kind


@pytest.mark.parametrize(
    "error",
    [InvalidGameError("a"), NotApplicableError("b"), ConvergenceError("c"), OutputError("d")],
    ids=repr,
)
def test_plain_errors_are_pickled(error: AllianceError) -> None:
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error)
    assert str(again) == str(error)


@pytest.mark.parametrize(
    ("name", "hint"),
    [("Samso", " (did you mean 'Samos'?)"), ("Sparta", ""), (5, ""), (None, "")],
)
def test_unknown_name_error(name: object, hint: str) -> None:
    error = UnknownNameError("island", name, ("Samos", "Chios"))
    assert str(error) == f"unknown island {name!r}{hint}; known: Samos, Chios"
    assert (error.kind, error.name, error.known) == ("island", name, ["Samos", "Chios"])
    again = pickle.loads(pickle.dumps(error))
    assert str(again) == str(error)
    assert (again.kind, again.name, again.known) == (error.kind, error.name, error.known)


def test_what_is_meant_by_other_words() -> None:
    asia = games.load("asia-1951")
    with pytest.raises(
        UnknownNameError, match=r"'japan' \(did you mean 'JPN'\?\); known: JPN, PHI"
    ):
        asia.check_candidate("japan")
    with pytest.raises(UnknownNameError, match=r"\(did you mean 'capabilities.AUL'\?\)"):
        games.settings.with_value(asia, "Australia", 0.1)
    with pytest.raises(
        UnknownNameError, match=r"\(did you mean 'rok-1953'\?\); known: asia-1951, "
    ):
        games.load("rok1953")
    error = UnknownNameError("island", "Samian", ["Chios"], {"Samians": "Samos"})
    assert str(error) == "unknown island 'Samian' (did you mean 'Samos'?); known: Chios"
    assert str(pickle.loads(pickle.dumps(error))) == str(error)


def test_a_file_beside_is_meant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.toml").write_text("")
    for load in (games.load, games.load_case):
        with pytest.raises(UnknownNameError, match=r"'mine' \(did you mean 'mine.toml'\?\); known"):
            load("mine")


def test_known_names_are_listed_whole() -> None:
    names = [f"island number {number}" for number in range(1000)]
    told = str(UnknownNameError("island", "x" * 5000, names))
    assert len(told) <= 600
    listed = told.split("; known: ")[1].split(", ")
    assert listed[:-1] == names[: len(listed) - 1]
    assert listed[-1] == f"... ({1001 - len(listed)} more)"
    assert len(listed) > 5


def test_missing_dependency_error() -> None:
    error = MissingDependencyError("matplotlib", "plot")
    assert str(error) == (
        "`matplotlib` is needed for this and is not installed;"
        " install it with: pip install 'alliance-solver[plot]'"
    )
    again = pickle.loads(pickle.dumps(error))
    assert str(again) == str(error)
    assert (again.library, again.extra) == ("matplotlib", "plot")
