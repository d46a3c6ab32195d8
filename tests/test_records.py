"""What solvers return can be pickled and copied, equals its copy, and cannot be changed."""

import copy
import pickle
from dataclasses import dataclass, fields, is_dataclass
from functools import cache

import numpy as np
import pytest

import games
import solver
from games import (
    AllianceGame,
    BargainingProblem,
    Chance,
    CumulativeProspectTheory,
    Decision,
    ExpectedUtility,
    ExtensiveForm,
    Terminal,
)
from games.records import FrozenMapping, Record, same
from solver.bargaining import (
    alternating_offers,
    axiomatic,
    coalitions,
    contributions,
    legislative,
    loss_aversion,
)
from solver.results import LazySequence

GAME = AllianceGame(hegemon="H", capabilities={"A": 0.2, "B": 0.3}, threat=0.6)
SPOKES = GAME.structure(spokes=["A", "B"])
SEXES = games.NormalForm([[[3, 0], [0, 2]], [[2, 0], [0, 3]]])
CURVED = SEXES.replace(preferences=CumulativeProspectTheory(), references=1.0)
THREE = games.NormalForm(np.random.default_rng(1).integers(0, 5, (3, 2, 2, 2)))
GLOVES = games.glove(2, 1)
PIE = BargainingProblem([ExpectedUtility()] * 2, [0.1, 0.2])
BARGAINED = AllianceGame(
    hegemon="H", capabilities={"A": 0.2, "B": 0.3}, threat=0.6, burden_sharing="nash_in_nash"
)
RANGES = {"cohesion": (0.5, 0.6), "loss_aversion": (1.5, 2)}

MADE = {
    "alliance game": lambda: GAME,
    "scenario": lambda: games.load("europe-1949"),
    "normal form": lambda: SEXES,
    "exact normal form": lambda: games.NormalForm(SEXES.exact_payoffs / 3),
    "cooperative game": lambda: GLOVES,
    "bargain": lambda: PIE,
    "treaty": lambda: BARGAINED.bargain(SPOKES, frozenset({"H", "A"})),
    "elimination": lambda: games.eliminate(SEXES),
    "tree": lambda: GAME.extensive_form(),
    "tree solution": lambda: solver.solve(GAME.extensive_form()),
    "subgame-perfect": lambda: solver.solve(GAME),
    "coalition-proof": lambda: solver.solve(GAME, "coalition_proof"),
    "blocs": lambda: solver.solve(AllianceGame(**vars(GAME) | {"family": "blocs"})),
    "bargained": lambda: solver.solve(BARGAINED),
    "nash": lambda: solver.solve(SEXES),
    "pure": lambda: solver.solve(SEXES, "pure_nash"),
    "three players": lambda: solver.solve(THREE),
    "cpt": lambda: solver.solve(CURVED),
    "loss aversion": lambda: solver.solve(SEXES, "loss_aversion_equilibrium"),
    "logit": lambda: solver.solve(SEXES, "logit", precision=1.0),
    "branch": lambda: solver.branch(SEXES, to=1.0),
    "fit": lambda: solver.fit_precision(SEXES, [[7, 3], [4, 6]]),
    "correlated": lambda: solver.correlated.solve(SEXES),
    "axiomatic": lambda: axiomatic.solve(PIE),
    "self-supporting": lambda: loss_aversion.solve(PIE),
    "offers": lambda: alternating_offers.solve(PIE, [0.9, 0.8]),
    "legislature": lambda: legislative.solve([1, 1, 1], [0.9] * 3),
    "contributions": lambda: contributions.solve([3, 2, 1], 0.5),
    "coalition offers": lambda: coalitions.chatterjee([0, 0, 0, 3], 0.9),
    "least core": lambda: solver.values.least_core(GLOVES),
    "nucleolus": lambda: solver.values.nucleolus_certificate(GLOVES, [0, 0, 1]),
    "measures": lambda: solver.network.measures(SPOKES),
    "hypergraph": lambda: solver.network.hypergraph(SPOKES),
    "sweep": lambda: solver.sweep(GAME, threat=[0.2, 0.6]),
    "comparison": lambda: solver.compare(GAME, threat=[0.2, 0.6]),
    "critical": lambda: solver.critical_threats(GAME, resolution=0.01),
    "phase": lambda: solver.phase_diagram(GAME, resolution=4),
    "framing": lambda: solver.framing_map(GAME, "threat", "cohesion", resolution=4),
    "surface": lambda: solver.critical_surface(GAME, {"cohesion": [0.5, 0.6]}, levels=9),
    "burdens": lambda: solver.burdens(GAME, threat=[0.5]),
    "robustness": lambda: solver.robustness(GAME, RANGES, draws=4),
    "sensitivity": lambda: solver.sensitivity(GAME, RANGES, 4),
    "history": lambda: solver.history(games.load_cases(["nato-1952"])),
    "estimate": lambda: solver.estimate([GAME], ["loss_aversion"], [SPOKES], starts=1),
    "accounts": lambda: solver.ACCOUNTS,
}


@cache
def made(name):
    return MADE[name]()


def parts(value):
    """Yield a value and everything public that it is made of."""
    yield value
    if is_dataclass(value):
        inner = [getattr(value, part.name) for part in fields(value)]
    elif isinstance(value, dict):
        inner = list(value.values())
    elif isinstance(value, tuple | list | LazySequence):
        inner = list(value)
    else:
        inner = []
    for one in inner:
        yield from parts(one)


# they take seconds to make
DEAR = ("estimate", "history", "phase", "sensitivity", "three players")


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=[pytest.mark.long] if name in DEAR else []) for name in MADE],
)
def test_a_result_and_its_copies_are_equal_and_read_only(name):
    result = made(name)
    for again in (pickle.loads(pickle.dumps(result)), copy.deepcopy(result), copy.copy(result)):
        assert again == result
        assert hash(again) == hash(result)
        assert type(again) is type(result)
        for part in parts(again):
            assert not (isinstance(part, np.ndarray) and part.flags.writeable)
            assert type(part) not in (dict, list)


def test_what_is_pickled_can_be_asked_as_before():
    solution = pickle.loads(pickle.dumps(made("bargained")))
    assert [one.regret for one in solution.equilibria] == [
        one.regret for one in made("bargained").equilibria
    ]
    again = pickle.loads(pickle.dumps(made("nash")))
    assert all(one.certificate.verify() for one in again.equilibria)
    turned = copy.deepcopy(SEXES)
    with pytest.raises(ValueError, match="read-only"):
        turned.payoffs[0] = 7
    with pytest.raises(ValueError, match="read-only"):
        turned.exact_payoffs[0] = 7


def test_a_pickle_holds_nothing_that_can_be_computed_again():
    solution = solver.solve(games.load("classic-athens"))
    before = len(pickle.dumps(solution))
    assert len(pickle.dumps(list(solution.equilibria))) > before / 10
    assert len(pickle.dumps(solution)) < before * 1.05


def deep(moves):
    """Return a centipede of that many moves."""
    node = Terminal([0, 0])
    for place in range(moves):
        ends = [Terminal([place, -place]), node]
        node = Decision("AB"[place % 2], ["stop", "go"], ends)
    return node


@pytest.mark.long
def test_deep_trees_travel():
    root = deep(3_000)
    game = ExtensiveForm(root, players=["A", "B"])
    solution = solver.solve(game)
    for one in (root, game, solution):
        again = pickle.loads(pickle.dumps(one))
        assert again == one
        assert hash(again) == hash(one)
        assert copy.deepcopy(one) == one
    assert game != ExtensiveForm(deep(2_999), players=["A", "B"])
    assert deep(3) != deep(4)
    # a node that stands in several places is kept once
    twice = Chance(["l", "r"], [0.5, 0.5], [root.children[1]] * 2)
    assert len(pickle.dumps(twice)) < 1.1 * len(pickle.dumps(root))
    assert pickle.loads(pickle.dumps(twice)) == twice


@dataclass(frozen=True, eq=False)
class Pair(Record):
    numbers: object
    other: object = 0


def test_records_are_equal_by_their_parts():
    one = Pair(np.array([1.0, np.nan]), {"a": [np.zeros(2), 0.5]})
    assert one == Pair(np.array([1.0, np.nan]), {"a": [np.zeros(2), 0.5]})
    assert hash(one) == hash(Pair(np.array([2.0, 3.0]), {"a": [np.ones(2), 0.5]}))
    for different in (
        Pair(np.array([1.0, 2.0]), one.other),
        Pair(np.array([[1.0, np.nan]]), one.other),
        Pair((1.0, np.nan), one.other),
        Pair(one.numbers, {"b": one.other["a"]}),
        Pair(one.numbers, {"a": [np.zeros(2)]}),
        (one.numbers, one.other),
    ):
        assert one != different
    assert Pair(float("nan")) == Pair(float("nan"))
    assert hash(Pair(float("nan"))) == hash(Pair(-float("nan")))
    assert same([1, [2]], [1, [2]])
    assert not same([1], (1,))
    assert Pair([1, 2]).numbers == (1, 2)


def test_frozen_maps_are_dicts_that_cannot_change():
    sizes = FrozenMapping({"Samos": 0.2})
    assert sizes == {"Samos": 0.2}
    assert sizes | {"Naxos": 1} == {"Samos": 0.2, "Naxos": 1}
    assert copy.copy(sizes) is sizes
    assert type(pickle.loads(pickle.dumps(sizes))) is FrozenMapping
    for change in (
        lambda: sizes.update(Samos=1),
        lambda: sizes.pop("Samos"),
        lambda: sizes.__setitem__("Samos", 1),
        lambda: sizes.__ior__({"Naxos": 1}),
        sizes.clear,
    ):
        with pytest.raises(TypeError, match="cannot be changed"):
            change()
