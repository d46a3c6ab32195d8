"""Every door takes what behaves as a number, a list or a map, and refuses the rest in one line.

Each argument of each public function and constructor is given everything that it is not. Nothing
but an error of the package may come of it. What is a number of another type
(numpy's, exact, decimal), another kind of list, or a series for a map is taken as usual.
"""

import inspect
from contextlib import suppress
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

import games
import solver
from games import (
    AllianceGame,
    AllianceStructure,
    BargainingProblem,
    BurdenProblem,
    Chance,
    CharacteristicFunction,
    CumulativeProspectTheory,
    Decision,
    ExpectedUtility,
    ExtensiveForm,
    GoldsteinEinhorn,
    Linear,
    NormalForm,
    Parameters,
    Prelec,
    Prelec2,
    Prospect,
    Terminal,
    ThreatReference,
    TverskyKahneman,
)
from games.measures.records import StateYear
from solver.bargaining import alternating_offers as alt
from solver.bargaining import coalitions as co
from solver.bargaining import contributions as con
from solver.bargaining import legislative as leg

g = AllianceGame(hegemon="H", capabilities={"A": 0.2, "B": 0.3}, threat=0.6)
nf = NormalForm([[[3, 0], [5, 1]], [[3, 5], [0, 1]]])
DATA = games.NationalCapabilities(
    "made up", {1949: {one: StateYear(one, 1949, *[0.2] * 7) for one in ("USA", "RUS", "UKG")}}
)
DOORS = {}


def door(title, function, /, **arguments):
    """Keep a call under a name for each of its arguments."""
    for name in arguments:
        DOORS[f"{title}({name}=)"] = (function, arguments, name)


door(
    "AllianceGame",
    AllianceGame,
    hegemon="H",
    capabilities={"A": 0.2},
    threat=0.5,
    preference=ExpectedUtility(),
    reference=ThreatReference(),
    parameters=Parameters(),
    exposures={},
    reliabilities={},
    basings={},
    affinity={},
    family="blocs",
    ratification="open",
    frame=0.5,
    burden_sharing="none",
    candidate_preference=ExpectedUtility(),
    candidate_reference=0.0,
    scenario=None,
)
door(
    "Structure",
    lambda hegemon="H", **k: AllianceStructure(hegemon, **k),
    hegemon="H",
    bloc=[],
    spokes=[],
    blocs=[],
)
door("structure", lambda **k: g.structure(**k), bloc=[], spokes=[])
door(
    "NF",
    lambda payoffs=[[[1, 2]], [[3, 4]]], **k: NormalForm(payoffs, **k),
    payoffs=[[[1, 2]], [[3, 4]]],
    players=None,
    actions=None,
    preferences=None,
    references=None,
    title="",
)
for m in ("regret", "values", "profile", "action_values"):
    door("nf." + m, lambda profile, m=m: getattr(nf, m)(profile), profile=[[1, 0], [1, 0]])
door(
    "nf.best",
    lambda player, profile, tolerance: nf.best_responses(player, profile, tolerance=tolerance),
    player=0,
    profile=[[1, 0], [1, 0]],
    tolerance=0,
)
door("nf.pure", lambda a: nf.pure(a, 0), a=0)
door("nf.restricted", lambda kept: nf.restricted_to(kept), kept={"1": [0]})
door("nf.player", lambda n: nf.player(n), n=0)
door("nf.action", lambda p, n: nf.action(p, n), p=0, n=0)
door("Prospect", Prospect, outcomes=[1, 2], probabilities=[0.5, 0.5])
door("parse", lambda t: Prospect.parse(t), t="1 @ 1")
door(
    "CPT",
    CumulativeProspectTheory,
    alpha=0.8,
    beta=0.8,
    loss_aversion=2,
    weighting_gains=Linear(),
    weighting_losses=Linear(),
)
for W in (TverskyKahneman, Prelec):
    door(W.__name__, W, **{next(iter(inspect.signature(W).parameters)): 0.7})
door("GE", GoldsteinEinhorn, delta=0.7, gamma=0.7)
door("P2", Prelec2, alpha=0.7, beta=0.7)
door(
    "CF",
    lambda values=[0, 1], players=None: CharacteristicFunction(values, players),
    values=[0, 1],
    players=["a"],
)
door(
    "CFf",
    lambda players, worth: CharacteristicFunction.from_function(players, worth),
    players=2,
    worth=len,
)
cf = games.glove(2, 1)
door("worth", lambda m: cf.worth(m), m=["1"])
door("restr", lambda m: cf.restricted(m), m=["1"])
for n in ("in_core", "nucleolus_certificate"):
    door(
        n,
        lambda payoff, tolerance, n=n: getattr(solver.values, n)(cf, payoff, tolerance=tolerance),
        payoff=[0, 0, 1],
        tolerance=1e-9,
    )
door("owen", lambda u: solver.values.owen(cf, u), u=[["1", "2"], ["3"]])
door("myerson", lambda u: solver.values.myerson(cf, u), u=[("1", "2")])
door("glove", games.glove, left=1, right=1, players=None)
door("airport", games.airport, costs=[1, 2], players=None)
door("bankruptcy", games.bankruptcy, estate=1, claims=[1, 2], players=None)
door("wm", games.weighted_majority, quota=1, weights=[1, 2], players=None)
door("unan", games.unanimity, players=2, carrier=["1"], amount=1)
door(
    "BP",
    BargainingProblem,
    utilities=[ExpectedUtility()] * 2,
    disagreement=[0, 0],
    pie=1,
    references=None,
    weights=None,
    least=0,
    players=None,
)
door(
    "BuP",
    BurdenProblem,
    utilities=[lambda x: x, lambda x: 1 - x],
    disagreement=[0, 0],
    low=0,
    high=1,
    weights=None,
    players=None,
)
door("Terminal", Terminal, outcomes=[1], label="")
door("Decision", Decision, player="1", actions=["a"], children=[Terminal([1])], label="")
door("Chance", Chance, actions=["a"], probabilities=[1], children=[Terminal([1])], label="")
door(
    "EF",
    lambda root, **k: ExtensiveForm(root, **k),
    root=Terminal([1]),
    players=None,
    preferences=None,
    references=None,
    title="",
)
door("obed", lambda d: games.obedience(nf, d), d=np.full((2, 2), 0.25))
door("fit", lambda f, o: solver.fit_precision(nf, f, observations=o), f=[[1, 2], [2, 1]], o=None)
door("solve", lambda game, concept: solver.solve(game, concept), game=g, concept="nash")
door("solvet", lambda t: solver.solve(g, tolerance=t), t=0)
door("sweep", lambda **k: solver.sweep(g, **k), threat=[0.5], concept="nash", tolerance=0)
door(
    "study",
    lambda **k: solver.sweep(g, **({"cohesion": [0.5]} | k)),
    threat=[0.5],
    cohesion=[0.5],
    design=None,
    size=None,
    rows=None,
    workers=None,
    store=None,
)
door(
    "compare",
    lambda **k: solver.compare(g, **k),
    preferences=None,
    threat=[0.2, 0.6],
    concept="nash",
)
door("crit", lambda r: solver.critical_threats(g, resolution=r), r=0.05)
door(
    "phase",
    lambda **k: solver.phase_diagram(g, **({"resolution": 3} | k)),
    x="threat",
    y="cohesion",
    x_range=None,
    y_range=None,
    resolution=3,
    concept="nash",
)
door(
    "robust",
    lambda **k: solver.robustness(g, **({"draws": 4} | k)),
    ranges={"cohesion": (0.5, 0.6)},
    spread=None,
    names=None,
    draws=4,
    seed=0,
    prediction="forms",
    threats=None,
    level=0.9,
)
door(
    "sens",
    lambda ranges, **k: solver.sensitivity(g, ranges, **({"size": 4} | k)),
    ranges={"cohesion": (0.5, 0.6)},
    size=4,
    seed=0,
    level=0.9,
)
door(
    "surface",
    lambda axes, **k: solver.critical_surface(g, axes, **({"levels": 5} | k)),
    axes={"cohesion": [0.5]},
    levels=5,
    resolution=None,
)
door(
    "burdens",
    lambda **k: solver.burdens(g, **({"threat": [0.5], "rules": ["split"]} | k)),
    threat=[0.5],
    rules=["split"],
    concept="nash",
)
door(
    "kinds",
    games.game_of_kinds,
    hegemon="H",
    kinds={"a": (0.2, 2)},
    threat=0.5,
    exposures=None,
    affinity=None,
)
door(
    "estimate",
    lambda cases, free, chosen, **k: solver.estimate(cases, free, chosen, **({"starts": 1} | k)),
    cases=[g],
    free=[],
    chosen=[g.structure()],
    level=0.9,
    starts=1,
)
door(
    "network",
    lambda **k: solver.network.graph(g.structure(spokes=["A"]), **k),
    capabilities={"H": 1, "A": 0.2},
    candidates=[],
    burdens={"A": 0.1},
)
door("elim", lambda p: games.dominated(nf, p), p=0)
door("acc", lambda p: solver.acceptance_equilibria(g, p), p=g.structure(spokes=["A"]))
door("restricted", lambda n: g.restricted_to(n), n=["A"])
door("strongest", lambda n: g.strongest(n), n=1)
door("at", lambda t: g.at(t), t=0.5)
door("wp", lambda v: g.with_parameters(cohesion=v), v=0.5)
door("without", lambda c: g.without(c), c="curvature")
door("value", lambda s: g.value(s), s=g.structure())
door("cv", lambda n, s: g.candidate_value(n, s), n="A", s=g.structure())
door("hv", lambda s, t: g.hegemon_values(s, t), s=[g.structure()], t=[0.5])
door("bargain", lambda s, t: g.bargain(s, t), s=g.structure(spokes=["A"]), t=frozenset({"H", "A"}))
door("inforce", lambda s, t: g.in_force(s, t), s=g.structure(spokes=["A"]), t=["A"])
door("nform", lambda f: g.normal_form(f), f="announcement")
door("eform", lambda o: g.extensive_form(o), o=None)
door("with_value", lambda n, v: games.settings.with_value(g, n, v), n="threat", v=0.5)
door("with_values", lambda v: games.settings.with_values(g, v), v={"threat": 0.5})
door("preset", games.preset, name="tversky-kahneman-1992")
door("contrib", con.solve, incomes=[1, 2], tastes=0.5, private=0)
door("leg", leg.solve, recognition=[1, 1, 1], discounts=[0.9] * 3, quota=None)
door("chat", co.chatterjee, values=[0, 0, 0, 1], discount=0.9)
door(
    "alt", lambda d: alt.solve(BargainingProblem([ExpectedUtility()] * 2, [0, 0]), d), d=[0.9, 0.9]
)


door("branch", lambda **k: solver.branch(nf, **k), to=1.0, spacing=0.5)
door(
    "framing",
    lambda **k: solver.framing_map(g, **({"y": "cohesion", "resolution": 3} | k)),
    x="threat",
    y="cohesion",
    x_range=None,
    y_range=None,
    baseline=None,
    concept="nash",
)
door(
    "premium",
    lambda **k: solver.framing_premium(g, **k),
    risky=g.structure(spokes=g.candidates),
    safe=g.structure(),
    threat=[0.5],
)
door(
    "pattern",
    lambda **k: solver.sign_pattern(g, **({"resolution": 2} | k)),
    x="entrapment",
    y="cohesion",
    x_range=None,
    y_range=None,
    low=0.2,
    high=0.6,
    risky=None,
    safe=None,
    resolution=2,
)
door(
    "predictive",
    lambda **k: solver.prior_predictive(**({"draws": 1} | k)),
    conditions=[(g, 0.5, "none")],
    prior={"cohesion": (0.5, 0.6)},
    preferences={"calm": ExpectedUtility()},
    draws=1,
    seed=0,
)
door("read_store", solver.read_store, path="none.sqlite")
door("history", solver.history, cases=[games.load("nato-1952")], accounts=solver.ACCOUNTS[:1])


def powers_of_no_files(**given):
    """Ask for the large test where there are no files: all else is checked before they are."""
    try:
        solver.powers(**given)
    except games.InvalidGameError as error:
        if "must be a folder" not in str(error):
            raise


door(
    "powers",
    powers_of_no_files,
    data="no folder",
    years=5,
    candidates=7,
    measures=["pool_gradient"],
    pledges=["defense"],
    structural=1,
    folds=2,
    simulations=0,
    seed=0,
    store=None,
)
door("variants", solver.variants, game=g)
door(
    "appraise",
    games.appraise,
    prospect=Prospect.sure(1),
    preference=ExpectedUtility(),
    reference=0.0,
)
door("eliminate", games.eliminate, game=nf, strict=True, mixed=False)
door(
    "correlated",
    games.is_correlated_equilibrium,
    game=nf,
    distribution=[[0, 0], [0, 1]],
    tolerance=0.0,
)
door("rubinstein", games.rubinstein, patience=0.5)
for convert in (games.from_nashpy, games.from_pygambit, games.from_quantecon):
    door(convert.__name__, convert, game=None)
for convert in (games.to_nashpy, games.to_pygambit, games.to_quantecon):
    door(convert.__name__, convert, game=nf)
for load in (games.load, games.load_case, games.scenario_info):
    door(load.__name__, load, name_or_path="nato-1952")
for load in (games.load_nmc, games.load_alliances, games.load_disputes):
    door(load.__name__, load, path="none.csv")
door("load_cases", games.load_cases, names=["nato-1952"])
door(
    "from_data",
    games.scenario_from_data,
    hegemon="USA",
    adversary=["RUS"],
    candidates=["UKG"],
    year=1949,
    nmc=DATA,
    threat=0.5,
    alliances=None,
    disputes=None,
)


for verb in (
    solver.sweep,
    solver.compare,
    solver.critical_threats,
    solver.phase_diagram,
    solver.framing_map,
    solver.framing_premium,
    solver.sign_pattern,
    lambda game: solver.prior_predictive([(game, 0.5, "none")]),
    solver.burdens,
    solver.solve,
):
    door(verb.__name__, verb, game=None)
for verb, second in (
    (solver.robustness, {"cohesion": (0.5, 0.6)}),
    (solver.sensitivity, {"cohesion": (0.5, 0.6)}),
    (solver.critical_surface, {"cohesion": [0.5]}),
    (solver.acceptance_equilibria, g.structure()),
):
    door(verb.__name__, lambda game, verb=verb, second=second: verb(game, second), game=None)


# doors with whole studies behind them
HEAVY = (
    "phase",
    "framing",
    "sens",
    "robust",
    "surface",
    "critical_",
    "estimate",
    "history",
    "study",
)
HEAVY = (*HEAVY, "compare", "burdens", "from_data", "CPT", "branch", "sweep")
NAMES = [pytest.param(name, marks=[pytest.mark.long] * name.startswith(HEAVY)) for name in DOORS]


def wrong_ones():
    """Yield what is nothing that any door asks for, or not always."""
    yield from (None, 3, "x", b"x", [], {}, [None], {"a": None}, object(), np.zeros((2, 2, 2)))
    yield from (float("nan"), True, (place for place in range(2)), {1, 2}, np.array(1.0), 1j)
    yield from ([[1, 2], [3]], [..., None], np.datetime64("2020"), {"A": "b"}, [b"x"], "\u00a0")
    yield from (pd.Series({"a": "b"}), pd.DataFrame({"a": [1]}), np.ma.masked_equal([1, 2], 1))


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """Some of the texts are names of files."""
    monkeypatch.chdir(tmp_path)


def test_every_public_function_is_tried():
    tried = inspect.getsource(inspect.getmodule(door))
    for package in (games, solver):
        for name in package.__all__:
            if inspect.isfunction(getattr(package, name)):
                assert name in tried or name in {
                    *("case_names", "cite", "edition_1", "preset", "scenario_names"),
                }


@pytest.mark.parametrize("name", NAMES)
def test_what_is_wrong_is_refused_by_an_error_of_the_package(name):
    function, arguments, argument = DOORS[name]
    for wrong in wrong_ones():
        with suppress(games.AllianceError):
            function(**(arguments | {argument: wrong}))


def alike(value):
    """Yield other kinds of what a value is."""
    if type(value) is int:
        yield from (np.int64(value), np.uint16(value))
    elif type(value) is float:
        yield from (np.float64(value), Decimal(str(value)), Fraction(str(value)))
    elif isinstance(value, dict):
        yield pd.Series(value, dtype=object)
    elif isinstance(value, list):
        yield tuple(value)
        if value and all(type(item) in (int, float) for item in value):
            yield from (np.array(value), pd.Series(value), [Fraction(str(item)) for item in value])


@pytest.mark.parametrize("name", NAMES)
def test_what_is_alike_is_taken(name):
    function, arguments, argument = DOORS[name]
    for other in alike(arguments[argument]):
        function(**(arguments | {argument: other}))
