"""Results of the whole project over all subjects, as plain data.

A change of form, such as a move of files, must leave every number as it was. Each function marked
`group` computes results of one subject through public names and returns numbers, texts, lists and
dictionaries. `python tests/oracles/results.py` prints an exact digest of each group, to be compared
before and after a change on one machine; `--write` keeps the values in `results.json`, with which
`test_results.py` compares on any machine, up to rounding.

Left out are figures, which are no numbers.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import math
import os
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any
from unittest import mock

import data_extracts
import numpy as np

import games
import solver

# where the subjects live that have no public name
HOMES = {
    "settings": "games.alliance.settings",
    "threat": "games.measures.threat",
    "accounts": "solver.accounts.accounts",
    "estimation": "solver.accounts.estimation",
    "alternating_offers": "solver.bargaining.alternating_offers",
    "coalition_bargaining": "solver.bargaining.coalitions",
    "legislative": "solver.bargaining.legislative",
    "nash_in_nash": "solver.alliance.bargained.fixed_points",
    "self_supporting": "solver.bargaining.loss_aversion",
    "voluntary_contributions": "solver.bargaining.contributions",
}
VALUES = Path(__file__).with_name("results.json")

GROUPS: dict[str, Callable[[], Any]] = {}
# groups that take a third of a second or more
LONG = frozenset(
    {
        *(
            "theatres_solved",
            "blocs_solved",
            "burden_sharing",
            "treaty_bargains",
            "large_games",
            "game_files",
        ),
        *("sweep_of_threats", "sweep_of_many_quantities", "critical_threats", "phase_diagram"),
        *("critical_surface", "sensitivity", "estimation", "bargaining_rules"),
        *("alternating_offers", "command_sweeps", "command_maps", "command_draws"),
        *("history_table", "history_json", "rivals_table", "rivals_json"),
    }
)

ATHENS = "classic-athens"
SHARING = ("ultimatum", "split", "nash_in_nash", "kalai_smorodinsky", "rubinstein(0.9)")
PROSPECT, EXPECTED = games.CumulativeProspectTheory(), games.ExpectedUtility()
# loss aversion without curvature and weighting, as some notions ask for
AVERSE = PROSPECT.without("curvature", "weighting")


def group(function: Callable[[], Any]) -> Callable[[], Any]:
    """Count a function among the groups, by its name."""
    GROUPS[function.__name__] = function
    return function


def home(subject: str) -> Any:
    """Return the module of a subject without a public name."""
    return import_module(HOMES[subject])


# --- plain data


def plain(value: Any) -> Any:
    """Return `value` as JSON data: arrays as lists; fractions, words and structures as text."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else str(float(value))
    if isinstance(value, np.ndarray | np.generic):
        return plain(value.tolist())
    if isinstance(value, Mapping):
        return {_key(key): plain(one) for key, one in value.items()}
    if isinstance(value, frozenset):
        return sorted(map(plain, value))
    if isinstance(value, Iterable) and not isinstance(value, games.Prospect):
        return [plain(one) for one in value]
    if type(value).__str__ is object.__str__:  # what it shows would be the name of a class
        raise TypeError(f"no plain data: {value!r}")
    return str(value)


def _key(key: Any) -> str:
    if isinstance(key, tuple | frozenset):
        return ", ".join(map(str, key if isinstance(key, tuple) else sorted(key)))
    return str(key)


def pick(found: Any, *names: str) -> dict[str, Any]:
    """Return some attributes of an object, by name."""
    return {name: plain(getattr(found, name)) for name in names}


def table(frame: Any) -> Any:
    """Return the columns of a data frame, by name; what is missing is None."""
    return plain(frame.astype(object).where(frame.notna(), None).to_dict("list"))


def numbers(data: Any) -> int:
    """Return how many numbers there are in plain data."""
    if isinstance(data, dict | list):
        return sum(map(numbers, data.values() if isinstance(data, dict) else data))
    return int(isinstance(data, int | float) and not isinstance(data, bool))


def digest(data: Any) -> str:
    """Return the SHA-256 of plain data, to the last bit of each number and in its order."""
    text = json.dumps(_exact(data), separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _exact(data: Any) -> Any:
    if isinstance(data, dict):
        return {key: _exact(value) for key, value in data.items()}
    if isinstance(data, list):
        return [_exact(value) for value in data]
    return data.hex() if isinstance(data, float) else data


# --- games and answers that several groups share


def islands(**changes: Any) -> games.AllianceGame:
    """Return an invented game with affinities and reliabilities, with some fields changed."""
    fields: dict[str, Any] = {
        "hegemon": "Athens",
        "capabilities": {"Samos": 0.3, "Chios": 0.25, "Naxos": 0.15, "Melos": 0.1},
        "threat": 0.7,
        "affinity": {("Samos", "Chios"): 0.4, ("Naxos", "Melos"): 0.8},
        "reliabilities": {"Samos": 0.7, "Melos": 0.95},
    }
    return games.AllianceGame(**(fields | changes))


def typical(game: games.AllianceGame) -> list[games.AllianceStructure]:
    """Return one structure of each form that the game has."""
    names = game.candidates
    return [
        game.structure(),
        game.structure(spokes=names[:1]),
        game.structure(spokes=names),
        game.structure(bloc=names[:2], spokes=names[2:]),
        game.structure(bloc=names),
    ]


def scenarios() -> dict[str, games.AllianceGame]:
    """Return the embedded scenarios by name, with seven candidates at most."""
    return {name: games.load(name).strongest(7) for name in games.scenario_names()}


def seen(appraisal: games.Appraisal) -> dict[str, Any]:
    names = ("value", "mean", "reference", "certainty_equivalent", "mass_below")
    return pick(appraisal, *names, "domain", "risk_premium")


def solved(game: games.AllianceGame, *names: str) -> dict[str, Any]:
    """Return what satisfies some concepts or all, with each preferred structure in full, once."""
    found = {name: solver.solve(game, name) for name in names or solver.CONCEPTS}
    preferred = {str(one.preferred.structure): one.preferred for one in found.values()}
    return {name: solution(one) for name, one in found.items()} | {
        "preferred": {
            text: pick(one, "values", "burdens") | seen(one.appraisal)
            for text, one in preferred.items()
        }
    }


def solution(found: solver.Solution) -> dict[str, Any]:
    return pick(found, "status", "tolerance", "searched", "security_level") | {
        "forms": plain(found.equilibria.forms),
        "structures": plain(found.equilibria.structures[:3]),
        "certified": [pick(one, "regret", "bargaining_regret") for one in found.equilibria[:3]],
    }


def threats(found: solver.CriticalThreats) -> dict[str, Any]:
    names = ("threat", "below", "above", "below_structure", "above_structure", "cause", "width")
    return pick(found, "resolution", "first", "last", "interval", "multilateral_from") | {
        "changes": [pick(change, *names) for change in found],
        "spans": plain(found.spans()),
    }


def profiles(found: solver.ProfileSolution) -> dict[str, Any]:
    """Return the profiles of a solution, each with its certificate checked anew."""
    coverage = pick(found.coverage, "method", "complete", "share_empty")
    return pick(found, "concept", "status") | {
        "coverage": coverage | {"unresolved": _boxes(found.coverage.unresolved[:3])},
        "equilibria": [
            pick(one, "profile", "values", "regret", "is_pure")
            | {"certificate": certificate(one.certificate)}
            for one in found.equilibria
        ],
        "components": [pick(one, "rows", "columns") for one in found.components],
    }


def certificate(found: solver.Certificate) -> dict[str, Any]:
    names = ("notion", "reference_rule", "regrets", "bounds", "support", "slack", "exact")
    return pick(found, *names, "reduces_to_expected_utility") | {
        "box": _boxes([found.box] if found.box else []),
        "verified": found.verify(),
    }


def _boxes(boxes: Iterable[Any]) -> list[dict[str, Any]]:
    return [pick(box, "low", "high") for box in boxes]


# rows of 1952 are round numbers but for the shares; columns and rows are as in the sources
NMC = f"""{data_extracts.NMC}USA,2,1952,490,3500,90,1100,160,55,0.31136742,2021
RUS,365,1952,250,4700,38,360,188,40,0.17019856,2021
CHN,710,1952,60,3200,2,60,580,30,0.096398018,2021
PRK,731,1952,1,300,0,2,8,1,0.0031201367,2021
ROK,732,1952,2,600,0,2,21,4,0.0061631282,2021
TAW,713,1952,2,400,0,3,8,2,0.0058161099,2021
PHI,840,1952,1,50,0,2,21,3,0.0031128977,2021
AUL,900,1952,4,60,2,30,9,5,0.0067069177,2021
NEW,920,1952,1,10,0,4,2,1,0.00069283985,2021
THI,800,1953,1,60,0,1,20,1,0.0029603411,2021
"""
ALLIANCES = """ccode1,ccode2,year,defense,neutrality,nonaggression,entente
2,200,1949,1,0,0,1
2,395,1949,1,0,0,1
200,365,1949,0,0,1,0
2,740,1952,1,0,0,1
365,710,1952,1,0,1,1
"""
DISPUTES = """disno,statea,stateb,year,hihost
1,365,200,1949,4
2,365,200,1949,2
3,731,732,1952,5
"""
PENNIES = """NFG 1 R "Asymmetric pennies" { "Row" "Column" }
{ { "up" "down" } { "left" "right" } }
""

9 0 0 1 0 1 1 0
"""
ENTRY = """EFG 2 R "Entry" { "entrant" "incumbent" }
p "" 1 1 "first" { "out" "in" } 0
t "" 1 "stay" { 0, 2 }
c "" 1 "" { "calm" 1/3 "storm" 2/3 } 0
p "" 2 1 "second" { "fight" "share" } 0
t "" 2 "war" { -1, -1 }
t "" 3 "peace" { 1, 1 }
t "" 4 "wreck" { -0.5, 5/2 }
"""


@contextlib.contextmanager
def data_files() -> Iterator[None]:
    """Work in a folder that holds extracts of data and game files, so that names are no paths."""
    contents = {
        "nmc.csv": NMC,
        "alliances.csv": ALLIANCES,
        "disputes.csv": DISPUTES,
        "pennies.nfg": PENNIES,
        "entry.efg": ENTRY,
    }
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        for name, text in contents.items():
            Path(name).write_text(text, encoding="utf-8")
        yield


# --- prospects, preferences and what structures are worth


@group
def prospects() -> Any:
    """A prospect under every preference, channel and published set, in gains and in losses."""
    chances = np.array([0, 1e-12, 1e-3, 0.05, 0.25, 0.5, 0.75, 0.95, 1 - 1e-9, 1])
    lottery = games.Prospect([-4, -1, 0.5, 2, 6], [0.1, 0.3, 0.25, 0.2, 0.15])
    preferences = {"prospect": PROSPECT, "expected": EXPECTED}
    preferences |= {
        f"no {channel}": PROSPECT.without(channel)
        for channel in ("curvature", "loss_aversion", "weighting")
    }
    preferences |= {
        name: games.preset(name)
        for name in ("tversky-kahneman-1992", "abdellaoui-2000", "booij-2010")
    }
    preferences |= {name: replace(PROSPECT, weighting_gains=w) for name, w in weightings().items()}
    return {
        "text": str(lottery),
        "parsed": str(games.Prospect.parse("3 @ 0.25; -1 @ 0.5; 3 @ 0.25")),
        "mean": lottery.mean,
        "shifted": str(lottery.shifted(-0.1)),
        "weighted": {name: plain(weighting(chances)) for name, weighting in weightings().items()},
        "seen": {
            name: {
                str(reference): seen(games.appraise(lottery, preference, reference))
                | {"weights": plain(preference.decision_weights(lottery, reference))}
                for reference in (0.0, 1.5)
            }
            for name, preference in preferences.items()
        },
    }


def weightings() -> dict[str, games.Weighting]:
    """Return every weighting function, by name."""
    return {
        "linear": games.Linear(),
        "tversky-kahneman": games.TverskyKahneman(0.5),
        "prelec": games.Prelec(0.65),
        "prelec with elevation": games.Prelec2(0.6, 1.2),
        "goldstein-einhorn": games.GoldsteinEinhorn(0.77, 0.44),
    }


@group
def structures() -> Any:
    """Every structure of a small game of each family, and what proposals lead to."""
    names = ("form", "tied_pairs", "multilateral_share")
    listed = {
        family: [
            {"text": str(structure), **pick(structure, *names)}
            for structure in islands(family=family).strongest(number).structures()
        ]
        for family, number in (("bloc_and_spokes", 3), ("blocs", 4))
    }
    return listed | {
        rule: {
            str(proposal): plain(solver.acceptance_equilibria(game, proposal))
            for game in [islands(ratification=rule)]
            for proposal in typical(game)
        }
        for rule in ("open", "unanimous")
    }


@group
def hegemon_values() -> Any:
    """The hegemon's prospects and values: every channel, reference rule and threat."""
    everyone = {"islands": islands(), **scenarios()}
    hub = islands().structure(spokes=islands().candidates)
    references = {
        "constant": games.ConstantReference(0.2),
        "expectation": games.ExpectationReference(hub),
        "threat": games.ThreatReference(0.1, 0.5),
    }
    return {
        "appraised": {
            name: {
                str(structure): {"prospect": str(game.prospect(structure))}
                | seen(game.appraise(structure))
                for structure in typical(game.strongest(3))
            }
            for name, game in everyone.items()
        },
        "across threat": {
            name: plain(game.hegemon_values(typical(game), [0.0, 0.3, 0.6, 1.0]))
            for name, game in everyone.items()
        },
        "channels": {
            channel: [islands().without(channel).value(s) for s in typical(islands())]
            for channel in ("curvature", "loss_aversion", "weighting", "reference")
        },
        "references": {
            name: [game.reference_point, *map(game.value, typical(game))]
            for name, game in (
                (name, islands(reference=rule, frame=0.4)) for name, rule in references.items()
            )
        },
    }


@group
def candidate_values() -> Any:
    """What structures are worth to candidates, of expected utility and of prospect theory."""
    framed = islands(candidate_preference=PROSPECT, candidate_reference=0.4)
    everyone = {"islands": islands(), "framed": framed, **scenarios()}
    return {
        name: {
            str(structure): {
                "values": plain(game.values(structure)),
                "prospects": plain(game.prospects(structure)),
            }
            for structure in typical(game.strongest(4))[1:4:2]
        }
        for name, game in everyone.items()
    }


# --- equilibria of alliance games


@group
def theatres_solved() -> Any:
    """Each concept in each embedded scenario, at several threats."""
    return {
        name: {str(threat): solved(game.at(threat)) for threat in (0.3, 0.7)}
        for name, game in scenarios().items()
    }


@group
def invented_solved() -> Any:
    """Each concept in small games: ties, ratification, references, frames, other figures."""
    hub = games.AllianceStructure("Athens", spokes=("Samos", "Chios", "Naxos", "Melos"))
    alike = dict.fromkeys(("A", "B", "C", "D"), 0.2)
    variants = {
        "plain": islands(),
        "expected utility": islands(preference=EXPECTED),
        "ties": islands(capabilities=alike, affinity={}, reliabilities={}),
        "no threat": islands(threat=0.0),
        "unanimous": islands(ratification="unanimous"),
        "constant reference": islands(reference=games.ConstantReference(0.2)),
        "expectation as reference": islands(reference=games.ExpectationReference(hub)),
        "frame apart": islands(frame=0.2),
        "framed candidates": islands(candidate_preference=PROSPECT, candidate_reference=0.4),
        "other parameters": islands(parameters=games.Parameters(cohesion=0.8, friction=0.2)),
        "exposed": islands(exposures={"Samos": 2.0}, basings={"Melos": 0.1}),
    }
    return {name: solved(game) for name, game in variants.items()}


@group
def blocs_solved() -> Any:
    """The family of several blocs: small games by enumeration, a larger one by search."""
    game = islands(family="blocs", affinity={("Samos", "Chios"): 0.0, ("Naxos", "Melos"): 0.0})
    larger = replace(games.load("southeast-asia-1954").at(0.7), family="blocs")
    return {
        "small": {str(threat): solved(game.at(threat)) for threat in (0.4, 0.7)},
        "larger": solved(larger),
        "swept": plain(solver.sweep(game, threat=[0.3, 0.6, 0.9]).records()),
        "paid": solved(replace(game, burden_sharing="split"), "subgame_perfect"),
    }


@group
def burden_sharing() -> Any:
    """Each rule of burden sharing: burdens and equilibria, and all rules side by side."""
    study = solver.burdens(games.load(ATHENS).strongest(3), threat=[0.3, 0.7])
    found: dict[str, Any] = {"study": plain(study.records())}
    for rule in (*SHARING, games.rubinstein(0.5)):
        game = islands(burden_sharing=rule).strongest(3)
        mixed = game.structure(bloc=["Samos", "Chios"], spokes=["Naxos"])
        found[rule] = {
            "burdens": {str(s): plain(game.burdens(s)) for s in typical(game)},
            "values": plain(game.values(mixed)),
            "solved": solved(game, "subgame_perfect", "pairwise"),
            "regret without burdens": home("nash_in_nash").bargaining_regret(
                game, mixed, dict.fromkeys(mixed.allies, 0.0)
            ),
        }
    return found


@group
def treaty_bargains() -> Any:
    """One treaty of an alliance game by other rules, and all fixed points of its burdens."""
    game = islands(burden_sharing="nash_in_nash").strongest(3)
    mixed = game.structure(bloc=["Samos", "Chios"], spokes=["Naxos"])
    points = home("nash_in_nash").fixed_points(game, mixed, starts=3)
    return {
        "treaties": [
            {
                rule: bargained(solver.solve(game.bargain(mixed, treaty).problem(), rule))
                for rule in ("nash", "kalai_smorodinsky", "egalitarian")
            }
            for treaty in mixed.treaties
        ],
        "fixed points": pick(points, "burdens", "regrets", "starts", "unsettled", "complete"),
    }


# --- studies of alliance games


@group
def sweep_of_threats() -> Any:
    """The preferred equilibrium across threat: rows, a frame, a data set, and what changes."""
    game = games.load(ATHENS)
    path = solver.sweep(game, threat=np.linspace(0, 1, 11))
    shared = replace(game.strongest(3), burden_sharing="split")
    return {
        "records": plain(path.records()),
        "frame": table(solver.sweep(game, threat=[0.7, 0.1], concept="nash").to_dataframe()),
        "data set": plain(solver.sweep(game, threat=[0.2, 0.8]).to_xarray().to_dict()),
        "changes": [pick(c, "below", "above", "gains") | {"text": str(c)} for c in path.changes()],
        "with burdens": plain(solver.sweep(shared, threat=[0.4, 0.9]).records()),
    }


@group
def sweep_of_two_quantities() -> Any:
    """A study kept in a file: its table, and what the file holds under which keys."""
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder, "study.sqlite")
        study = solver.sweep(
            games.load(ATHENS),
            threat=[0.2, 0.5, 0.6, 0.9],
            cohesion=[0.4, 0.55, 0.8],
            store=store,
            workers=1,
        )
        again = solver.sweep(
            games.load(ATHENS), threat=[0.6, 0.2], cohesion=[0.55], store=store, workers=1
        )
        return {
            "table": table(study.to_dataframe()),
            "tally": study.tally(),
            "meanings": plain(study.meanings),
            "solved": [study.computed, again.computed],
            "stored": stored(store),
        }


def stored(path: Path) -> dict[str, Any]:
    """Return what the file of a study holds: its kind and version, its rows with keys in hex."""
    heads = ("application_id", "user_version")
    columns = "hex(key), status, structure, value"
    with contextlib.closing(sqlite3.connect(path)) as base:
        return {
            **{head: base.execute(f"PRAGMA {head}").fetchone()[0] for head in heads},
            "rows": plain(base.execute(f"SELECT {columns} FROM cells ORDER BY key").fetchall()),
        }


@group
def sweep_of_many_quantities() -> Any:
    """Designs, single rows, words and rules as axes, and cells that fail."""
    game = games.load(ATHENS)
    studies = {
        "sobol": solver.sweep(
            game, design="sobol", size=8, seed=3, threat=(0.2, 0.9), cohesion=(0.4, 0.8)
        ),
        "latin hypercube": solver.sweep(
            game, design="latin_hypercube", size=5, seed=3, threat=(0.2, 0.9), gamma=(0.5, 1.0)
        ),
        "rows": solver.sweep(
            game, rows=[{"threat": 0.2, "slope": 1.0}, {"threat": 0.6, "slope": 0.5}]
        ),
        "words": solver.sweep(
            scenario=[ATHENS, "asia-1951"],
            threat=[0.6],
            preference=["prospect-theory", "expected-utility"],
            ratification=["open", "unanimous"],
            concept=["subgame_perfect", "pairwise"],
        ),
        "failures": solver.sweep(
            game, preference=["expected-utility"], threat=[0.5], burden_sharing=SHARING[:2]
        ),
    }
    return {
        name: {"table": table(study.to_dataframe()), "errors": study.errors()}
        for name, study in studies.items()
    }


@group
def critical_threats() -> Any:
    return {
        name: threats(solver.critical_threats(game.strongest(4)))
        for name, game in scenarios().items()
    } | {"islands": threats(solver.critical_threats(islands(), resolution=1e-3))}


@group
def comparison() -> Any:
    """What framing and each channel change, for two concepts."""
    game = games.load(ATHENS)
    default = solver.compare(game, threat=[0.2, 0.6])
    pair = {"prospect": PROSPECT, "expected": EXPECTED}
    nash = solver.compare(game, pair, threat=[0.2, 0.6], concept="nash")
    return {
        "variants": {name: one.reference_point for name, one in solver.variants(game).items()},
        "records": plain(default.records()),
        "critical": {name: threats(found) for name, found in default.critical.items()},
        "effects": [
            pick(effect, "preference", "multilateral_from", "shift")
            for effect in default.framing_effects
        ],
        "nash": {name: threats(found) for name, found in nash.critical.items()},
    }


@group
def phase_diagram() -> Any:
    """Forms over two planes: with the threat as an axis, proved, and without."""
    game = games.load(ATHENS)
    planes = {
        "threat": solver.phase_diagram(
            game, "threat", "cohesion", (0.4, 0.6), (0.5, 0.6), resolution=4
        ),
        "no threat": solver.phase_diagram(
            game, "loss_aversion", "cohesion", (1.0, 3.0), (0.5, 0.6), resolution=3
        ),
    }
    return {
        name: pick(found, "forms", "codes", "junctions", "blur", "proved")
        | {
            "shares": plain(found.shares()),
            "records": plain(found.records()),
            "boundaries": plain(found.boundary_records()),
            "unseen": plain(found.unseen(20)),
        }
        for name, found in planes.items()
    }


@group
def critical_surface() -> Any:
    game = games.load(ATHENS)
    line = solver.critical_surface(game, {"cohesion": [0.5, 0.55, 0.7]}, resolution=1e-3)
    plane = solver.critical_surface(
        game, {"cohesion": [0.5, 0.7], "loss_aversion": [1.0, 2.25]}, levels=17
    )
    return [
        pick(found, "multilateral_from", "crossings", "resolution", "proved")
        | {"records": plain(found.records()), "changes": plain(found.crossing_records())}
        for found in (line, plane)
    ]


@group
def framing_map() -> Any:
    game = games.load(ATHENS)
    found = solver.framing_map(game, y_range=(1, 3), resolution=(5, 3))
    other = solver.framing_map(
        game.at(0.6), "cohesion", "loss_aversion", (0.5, 0.6), (1, 3), resolution=3
    )
    return {
        "threat": plain(found.records()),
        "effects": [pick(one, "multilateral_from", "shift") for one in found.effects],
        "pairs": plain(found.pairs()),
        "cohesion": plain(other.records()),
    }


@group
def robustness() -> Any:
    """Shares of draws that keep what is predicted, for each kind of prediction."""
    game, cohesion = games.load(ATHENS), {"cohesion": (0.4, 0.7)}
    found = {
        "forms": solver.robustness(game, draws=8, threats=[0.2, 0.7]),
        "sequence": solver.robustness(game, cohesion, draws=4, prediction="sequence"),
        "sought": solver.robustness(
            games.load_case("baghdad-pact-1955"), spread=0.1, draws=10, prediction="sought"
        ),
    }
    return {
        name: pick(one, "ranges", "forms", "values") | {"shares": plain(one.records())}
        for name, one in found.items()
    }


@group
def sensitivity() -> Any:
    ranges = {"cohesion": (0.4, 0.7), "k_bloc": (0.0, 0.06)}
    found = solver.sensitivity(games.load(ATHENS).strongest(3), ranges, 16)
    return pick(found, "mean", "variance", "at_zero", "interactions", "values") | {
        "records": plain(found.records())
    }


# --- larger games


@group
def large_games() -> Any:
    """The best structure of more candidates than can be searched one by one."""
    few = games.game_of_kinds("Athens", {"small": (0.01, 40), "large": (0.2, 3)}, threat=0.8)
    capabilities = {f"c{place}": 0.01 * (place + 1) for place in range(13)}
    thirteen = games.AllianceGame(hegemon="Athens", capabilities=capabilities, threat=0.8)
    found = {}
    nato = games.load("nato-2024")
    for name, game in (("of kinds", few), ("thirteen", thirteen), ("nato", nato)):
        solution = solver.solve(game)
        names = ("status", "searched", "security_level", "tolerance")
        found[name] = pick(solution, *names) | {
            "structure": str(solution.preferred.structure),
            "values": plain(solution.preferred.values),
            "regret": solution.preferred.regret,
        }
    return found


# --- cases, accounts and data


@group
def cases() -> Any:
    """What is coded of each case, and what was signed."""
    found = {}
    for game in games.load_cases():
        info = game.scenario
        before = info.case.standing(game.hegemon, game.candidates)
        signed = info.recorded(game.candidates)
        found[info.name] = pick(game, "hegemon", "threat", "family", "capabilities") | {
            "sample": info.case.sample,
            "observed": info.observed,
            "sought": str(info.case.preferred.form),
            "other readings": [str(reading.form) for reading in info.case.readings],
            "in force before": str(before),
            "signed": str(signed),
            "new": str(signed.form_beside(before)),
            "allied before": plain(info.case.allied_before()),
        }
    return found


@group
def accounts() -> Any:
    """Every account on the smaller cases, with draws of the prior, and their scores."""
    small = [game for game in games.load_cases() if len(game.candidates) <= 4]
    found = solver.history(small, draws=4)
    scores = (
        *("account", "cases", "hits", "recorded_hits", "log_score", "brier", "loo", "misses"),
        *("over_base_rate", "over_expected_utility", "by_precision"),
    )
    told = ("sought_hit", "recorded_hit", "jaccard", "prior_share", "recorded", "recorded_form")
    return {
        "cases": {
            result.scenario.name: pick(result, *told)
            | {
                name: pick(one, "form", "structure", "probabilities")
                for name, one in result.predictions.items()
            }
            for result in found.cases
        },
        "scores": {
            sample: [pick(one, *scores) for one in ranked]
            for sample, ranked in found.scores.items()
        },
        "yardsticks": {
            sample: pick(one, "hits", "recorded_hits", "log_score", "brier", "loo")
            for sample, one in found.yardsticks.items()
        },
        "codings": {
            "shifted": [plain(vars(one)) for one in found.codings.shifted],
            "blurred": [plain(vars(one)) for one in found.codings.blurred],
        },
        "accounts": [
            pick(one, "name", "source", "formula", "moves", "strength") for one in solver.ACCOUNTS
        ],
        "apart": pick(home("accounts").LEGITIMACY, "name", "formula"),
    }


@group
def estimation() -> Any:
    """Parameters estimated from simulated choices."""
    sizes = np.random.default_rng(0).uniform(0.05, 0.4, (20, 2))
    theatres = [
        games.AllianceGame(hegemon="H", capabilities={"A": a, "B": b}, threat=0.3 + 0.03 * place)
        for place, (a, b) in enumerate(sizes)
    ]
    chosen = home("estimation").simulate(theatres, precision=100, rng=np.random.default_rng(1))
    fitted = solver.estimate(theatres, ["cohesion"], chosen, starts=2)
    ends = ("low", "high", "low_is_open", "high_is_open")
    return pick(fitted, "values", "log_likelihood", "starts_that_agree", "warnings") | {
        "chosen": plain(chosen),
        "intervals": {name: pick(one, *ends) for name, one in fitted.intervals.items()},
    }


@group
def threats_from_data() -> Any:
    """Measures of a threat, and a game, from small extracts of data files."""
    states: dict[str, Any] = {"adversary": ["RUS"], "candidates": ["UKG", "ICE"], "year": 1949}
    with data_files():
        nmc = games.load_nmc("nmc.csv")
        pacts, quarrels = games.load_alliances("alliances.csv"), games.load_disputes("disputes.csv")
    data = {"nmc": nmc, "alliances": pacts, "disputes": quarrels}
    names = ("raw", "normalised", "cut", "intentions", "parts", "missing", "notes")
    measured = {
        word: home("threat").measure(**states, **data, intentions=word == "counted")
        for word in ("counted", "not counted")
    }
    made = {
        str(threat): games.scenario_from_data(hegemon="USA", **states, nmc=nmc, threat=threat)
        for threat in (None, "walt", 0.35)
    }
    return {
        "measured": {
            word: {name: pick(one, *names) for name, one in found.items()}
            for word, found in measured.items()
        },
        "made": {
            word: pick(game, "threat", "capabilities", "title")
            | {"reason": game.scenario.threat.reason, "notes": plain(game.scenario.notes)}
            for word, game in made.items()
        },
    }


@group
def descriptions() -> Any:
    """Every quantity of games with its unit, meaning and source; scenarios in words."""
    names = ("name", "value", "unit", "meaning", "source")
    invented = islands(reference=games.ConstantReference(0.1), preference=EXPECTED)
    return {
        "islands": [list(pick(item, *names).values()) for item in invented.describe()],
        "scenarios": {
            name: pick(info, "title", "theatre", "year", "kind", "summary", "notes", "labels")
            for name, info in ((name, games.scenario_info(name)) for name in games.scenario_names())
        },
    }


@group
def settings() -> Any:
    """Every quantity by name, and what some of them do to a game."""
    known, game = home("settings"), islands()
    changes = {"loss_aversion": 3.0, "gamma": 0.8, "slope": 0.5, "capabilities.Samos": 0.4}
    changed = known.with_values(game, changes | {"cohesion": 0.7, "reliabilities.Chios": 0.5})
    return {
        "meanings": {name: plain(known.describe(game, name)) for name in known.names(game)},
        "one by one": {
            name: known.with_value(game, name, value).value(typical(game)[4])
            for name, value in changes.items()
        },
        "at once": plain(changed.values(typical(game)[3])),
    }


@group
def networks() -> Any:
    """Graph, hypergraph, measures and GraphML of alliances."""
    mixed = games.AllianceStructure("Athens", bloc=("Samos", "Chios"), spokes=("Naxos",))
    several = games.AllianceStructure("Athens", blocs=[("A", "B", "C"), ("D", "E")], spokes=["F"])
    network, burdens = solver.network, dict.fromkeys(mixed.allies, 0.1)
    graph = network.graph(mixed, islands().capabilities, ["Melos"], burdens)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "athens.graphml")
        network.write_graphml(mixed, path, islands().capabilities, ["Melos"], burdens)
        text = path.read_text("utf-8").splitlines()
    return {
        "nodes": plain(dict(graph.nodes(data=True))),
        "edges": [[*ends, plain(facts)] for *ends, facts in graph.edges(data=True)],
        "graphml": text,
        "measures": [plain(network.measures(one).to_dict()) for one in (mixed, several)],
        "hypergraph": [
            [plain(found.players), plain(found.treaties), plain(found.matrix)]
            for found in map(network.hypergraph, (mixed, several))
        ],
    }


@group
def reductions() -> Any:
    """The alliance game as normal forms and as a tree, and what solves them."""
    game = islands().strongest(2)
    announced, pair = game.normal_form("announcement"), game.normal_form("two_player")
    tree = game.extensive_form()
    exact = islands(preference=EXPECTED).strongest(2).normal_form("two_player")
    return {
        "announcement": pick(announced, "players", "actions", "payoffs"),
        "two players": pick(pair, "players", "actions", "payoffs"),
        "tree": [tree.number_of_decisions, len(tree.nodes)],
        "pure": profiles(solver.solve(pair, "pure_nash")),
        "nash": profiles(solver.solve(exact)),
        "perfect": tree_solution(solver.solve(tree), 2),
    }


# --- finite games


def bimatrix(rows: Any, columns: Any, **facts: Any) -> games.NormalForm:
    return games.NormalForm([rows, columns], **facts)


def pennies(**facts: Any) -> games.NormalForm:
    """Return matching pennies in which one match is worth nine times the other."""
    return bimatrix([[9, 0], [0, 1]], [[0, 1], [1, 0]], players=["Row", "Column"], **facts)


def random_game(*shape: int, seed: int = 0) -> games.NormalForm:
    """Return a game with whole outcomes that are drawn."""
    drawn = np.random.default_rng(seed).integers(-9, 10, (len(shape), *shape))
    return games.NormalForm(drawn)


@group
def two_player_nash() -> Any:
    """All equilibria of two players: exact, degenerate with sets of them, with fractions."""
    third = Fraction(1, 3)
    found = {
        "pennies": pennies(),
        "drawn": random_game(4, 4, seed=2),
        "degenerate": bimatrix([[3, 3], [2, 5], [0, 6]], [[3, 3], [2, 6], [3, 1]]),
        "constant": bimatrix([[1, 1], [1, 1]], [[1, 1], [1, 1]]),
        "fractions": bimatrix([[third, 0], [0, 1]], [[1, 0], [0, third]]),
        "loss averse": pennies(preferences=AVERSE, references=[4, 0.5]),
    }
    return {name: profiles(solver.solve(game, "nash")) for name, game in found.items()}


@group
def many_player_nash() -> Any:
    """Isolated equilibria of three players, and a budget that does not suffice."""
    game = random_game(2, 2, 2, seed=4)
    return {
        "drawn": profiles(solver.solve(game, "nash")),
        "loss averse": profiles(solver.solve(game.replace(preferences=AVERSE, references=1))),
        "stopped": profiles(solver.solve(game, "nash", budget=40)),
    }


@group
def pure_nash() -> Any:
    return {
        str(shape): profiles(solver.solve(random_game(*shape, seed=1), "pure_nash"))
        for shape in ((3, 4), (2, 3, 2), (2, 2, 2, 2))
    }


@group
def dominance() -> Any:
    """Dominated actions of each kind, and what elimination leaves."""
    game = bimatrix(
        [[3, 0, 2], [0, 3, 2], [1, 1, 2], [3, 0, 1]], [[1, 2, 0], [1, 0, 0], [3, 1, 2], [1, 1, 1]]
    )
    kinds = [(strict, mixed) for strict in (True, False) for mixed in (True, False)]
    found = {}
    for strict, mixed in kinds:
        left = games.eliminate(game, strict=strict, mixed=mixed)
        found[f"strict {strict}, mixed {mixed}"] = {
            "dominated": [
                pick(one, "player", "action", "by")
                for player in game.players
                for one in games.dominated(game, player, strict=strict, mixed=mixed)
            ],
            "left": pick(left.game, "actions", "payoffs"),
            "rounds": [[pick(one, "player", "action", "by") for one in r] for r in left.rounds],
        }
    return found


@group
def cpt_nash() -> Any:
    """Equilibria of players who weight probabilities, against several reference points."""
    found = {
        "one weights": pennies(preferences=[PROSPECT, EXPECTED]),
        "both weight": pennies(preferences=PROSPECT, references=[2.0, 0.5]),
        "published": pennies(preferences=games.preset("booij-2010")),
        "three players": random_game(2, 2, 2, seed=4).replace(preferences=PROSPECT),
    }
    return {name: profiles(solver.solve(game)) for name, game in found.items()}


@group
def loss_aversion_equilibrium() -> Any:
    found = {
        "pennies": pennies(preferences=AVERSE),
        "one averse": pennies(preferences=[AVERSE, EXPECTED]),
        "drawn": random_game(3, 3, seed=5).replace(preferences=AVERSE),
    }
    return {
        name: profiles(solver.solve(game, "loss_aversion_equilibrium"))
        for name, game in found.items()
    }


@group
def logit() -> Any:
    """Quantal responses: at given precisions, along the branch, and fitted to counts."""
    game, hunt = pennies(), bimatrix([[3, 0], [2, 2]], [[3, 2], [0, 2]])
    weighting = pennies(preferences=[PROSPECT, EXPECTED])
    solved = solver.solve(game, "logit", precision=[0, 0.5, 2])
    fit = solver.fit_precision(game, [[60, 40], [20, 80]])
    branches = [solver.branch(one, to=4, spacing=0.1) for one in (game, weighting, hunt)]
    names = ("precision", "profile", "log_likelihood", "standard_error", "boundary", "warnings")
    return {
        "solved": profiles(solved),
        "points": [pick(point, "precision", "profile", "log_profile") for point in solved.points],
        "branches": [
            pick(one, "bifurcations", "turning_points") | {"table": plain(one.table())}
            for one in branches
        ],
        "fit": pick(fit, *names)
        | {"interval": pick(fit.interval, "low", "high", "low_is_open", "high_is_open")}
        | {"maxima": [pick(one, "precision", "log_likelihood") for one in fit.local_maxima]},
    }


@group
def correlated() -> Any:
    """The best that a mediator can have obeyed, and whether prospect theory would obey it."""
    chicken = bimatrix([[6, 2], [7, 0]], [[6, 7], [2, 0]])
    names = ("objective", "distribution", "values", "value", "bound", "regrets", "exact")
    found = {}
    for name, game in (("chicken", chicken), ("drawn", random_game(3, 2, 2, seed=6))):
        weighting = game.replace(preferences=PROSPECT)
        best = {str(aim): solver.correlated.solve(game, objective=aim) for aim in ("sum", "2")}
        found[name] = {
            aim: pick(one, *names)
            | {
                "under weighting": plain(games.obedience(weighting, one.distribution)),
                "obeyed": games.is_correlated_equilibrium(weighting, one.distribution),
            }
            for aim, one in best.items()
        }
    return found


def tree_solution(found: solver.TreeSolution, most: int = 4) -> dict[str, Any]:
    return pick(found, "status", "number", "is_counted", "tolerances") | {
        "equilibria": [
            {
                "strategies": {
                    name: {" > ".join(path): action for path, action in plan.items()}
                    for name, plan in one.strategies.items()
                },
                "lottery": str(one.lottery),
            }
            | pick(one, "values", "regrets")
            for one in found.equilibria[:most]
        ]
    }


def entry(chance: Fraction | float = Fraction(1, 3)) -> games.Decision:
    """Return a market that may be entered, in which chance decides a fight; sharing may tie."""
    fight = games.Chance(
        ["win", "lose"],
        [chance, 1 - chance],
        [games.Terminal([4, -2]), games.Terminal([-3, Fraction(5, 2)])],
    )
    share = games.Terminal([1, 1])
    inside = games.Decision("incumbent", ["fight", "share"], [fight, share])
    return games.Decision("entrant", ["out", "in"], [games.Terminal([1, 3]), inside])


@group
def trees() -> Any:
    """Backward induction: exact, with chance under prospect theory, and with ties."""
    market = games.ExtensiveForm(entry(), players=["entrant", "incumbent"])
    found = {
        "expected": market,
        "prospect": market.replace(preferences=PROSPECT, references=[0.5, 0]),
        "floats": games.ExtensiveForm(entry(0.6), players=["entrant", "incumbent"]),
    }
    return {name: tree_solution(solver.solve(tree)) for name, tree in found.items()} | {
        "normal form": plain(market.normal_form().payoffs)
    }


@group
def game_files() -> Any:
    """Gambit's files read and written, and games handed to other libraries and back."""
    with data_files():
        read, tree = games.NormalForm.read("pennies.nfg"), games.ExtensiveForm.read("entry.efg")
        random_game(2, 3, 2).write("drawn.nfg")
        written = Path("drawn.nfg").read_text("utf-8").splitlines()
    named = ("players", "actions", "title", "exact_payoffs")
    back = {
        "nashpy": games.from_nashpy(games.to_nashpy(read)),
        "pygambit": games.from_pygambit(games.to_pygambit(read)),
        "quantecon": games.from_quantecon(games.to_quantecon(random_game(2, 3, 2))),
    }
    return {
        "nfg": pick(read, *named),
        "written": written,
        "efg": tree_solution(solver.solve(tree)) | {"nodes": plain(map(repr, tree.nodes))},
        "back": {name: pick(game, *named) for name, game in back.items()},
    }


# --- sharing what coalitions are worth, and bargaining


@group
def cooperative_values() -> Any:
    """Every value of well-known games and of an alliance game's material payoffs."""
    names = ["Reuben", "Simeon", "Levi", "Judah"]
    found = {
        "bankruptcy": games.bankruptcy(200, [100, 200, 300, 50], names),
        "airport": games.airport([1, 2, 4, 7], names).dual,
        "gloves": games.glove(2, 2, names),
        "votes": games.weighted_majority(4, [3, 2, 1, 1], names),
        "unanimity": games.unanimity(names, names[:2]),
        "alliance": solver.values.material(islands().strongest(3)),
    }
    return {name: shared(game) for name, game in found.items()}


def shared(game: games.CharacteristicFunction) -> dict[str, Any]:
    """Return every value of a cooperative game of four players."""
    values, (first, second, third, fourth) = solver.values, game.players
    ties = [(first, second), (second, third), (third, fourth)]
    nucleolus, least = values.nucleolus(game), values.least_core(game)
    proof = values.nucleolus_certificate(game, nucleolus)
    return pick(game, "values", "is_monotone", "is_convex", "is_superadditive") | {
        "shapley": plain(values.shapley(game)),
        "banzhaf": plain(values.banzhaf(game)),
        "owen": plain(values.owen(game, [[first, second], [third], [fourth]])),
        "myerson": plain(values.myerson(game, ties)),
        "restricted": plain(values.graph_restricted(game, ties).values),
        "nucleolus": plain(nucleolus),
        "prenucleolus": plain(values.nucleolus(game, individually_rational=False)),
        "certificate": pick(proof, "holds", "reason", "excesses"),
        "in core": values.in_core(game, nucleolus),
        "least core": pick(least, "epsilon", "payoff", "weights", "core_is_empty"),
    }


def bargained(found: Any) -> dict[str, Any]:
    names = ("rule", "agreements", "utilities", "disagreement", "ideal", "regret")
    return pick(found, *names, "lotteries_help")


def pies() -> dict[str, Any]:
    """Return bargaining problems of each kind, by name."""
    problem = games.BargainingProblem
    return {
        "linear": problem([EXPECTED, EXPECTED], [1, 2], pie=10),
        "framed": problem([PROSPECT, EXPECTED], [0, 0], references=[0.6, 0]),
        "weighted": problem([EXPECTED, np.sqrt], [0, 0], weights=[1, 3]),
        "three": problem([EXPECTED, np.sqrt, AVERSE], [0, 0.1, 0], references=[0, 0, 0.3]),
    }


@group
def bargaining_rules() -> Any:
    """Every rule on pies and on a burden, and agreements that are their own reference."""
    burden = games.BurdenProblem([lambda x: 2 - x, lambda x: x**0.5], [0.5, 0.2], 0.0, 2.0)
    rules = ("nash", "kalai_smorodinsky", "egalitarian", "utilitarian", "equal_loss", "ultimatum")
    own = home("self_supporting")
    averse = games.BargainingProblem([own.loss_averse(1.25), own.loss_averse(0.5)], [0, 0])
    return {
        "rules": {
            name: {rule: bargained(solver.solve(problem, rule)) for rule in rules}
            for name, problem in {**pies(), "burden": burden}.items()
        },
        "self-supporting": {
            rule: pick(own.solve(averse, rule), "intervals", "regret") for rule in rules[:3]
        },
    }


@group
def alternating_offers() -> Any:
    """Offers in turn: two and three players, framed ones, the limit, exit, own references."""
    offers, names = home("alternating_offers"), ("proposals", "utilities", "regret")
    own = home("self_supporting").solve_offers(pies()["linear"], [0.9, 0.8])
    return {
        "rubinstein": pick(offers.rubinstein(0.9, 0.8, 2.0), *names),
        "linear": plain(offers.linear_proposals([0.9, 0.8, 0.7])),
        "exit": plain(offers.with_exit(3, 0.9)),
        "solved": {
            name: [pick(one, *names) for one in offers.solve(problem, [0.9] * len(problem.players))]
            for name, problem in pies().items()
        },
        "limit": bargained(offers.limit(pies()["linear"], [0.1, 0.3])),
        "own references": [pick(one, *names) for one in own],
    }


@group
def legislatures() -> Any:
    laws = home("legislative")
    names = ("values", "prices", "proposer_shares", "inclusion", "regret")
    return {
        "alike": laws.proposer_share(5, 0.9),
        "three": pick(laws.solve([1, 1, 1], [1, 1, 1]), *names),
        "five": pick(laws.solve([1, 2, 3, 1, 1], [0.9, 0.8, 0.95, 0.7, 1.0], 4), *names),
    }


@group
def coalitional_bargaining() -> Any:
    """Who forms a coalition: rejecters or random players propose next."""
    offers, names = home("coalition_bargaining"), ("values", "coalitions", "regret")
    worths = offers.by_size([0, 3, 4])
    return {
        "by size": plain(worths),
        "chatterjee": pick(offers.chatterjee(worths, 0.9), *names),
        "unequal": pick(offers.chatterjee([0, 0, 1, 3, 0, 2, 4, 6], 0.8), *names),
        "okada": pick(offers.okada(offers.by_size([0, 1, 3]), 0.9), *names),
        "symmetric": [
            pick(one, "value", "sizes", "continuation")
            for one in offers.okada_symmetric([0, 0.6, 0.8, 1], 0.95)
        ],
    }


@group
def voluntary_contributions() -> Any:
    """Defence as a public good, and as a joint product."""
    solve = home("voluntary_contributions").solve
    names = ("amounts", "total", "utilities", "free_riders", "exploitation")
    found = [
        solve([10, 8, 7.5], 0.6),
        solve([10, 4, 3.5], [0.6, 0.5, 0.7], private=0.3),
    ]
    return [pick(one, *names, "exploitation_by_benefit", "regret") for one in found]


# --- the command


def printed(*arguments: str) -> str:
    """Return what the command prints on a wide terminal without colours."""
    (command,) = entry_points(group="console_scripts", name="alliance")
    unset = ("FORCE_COLOR", "NO_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE")
    kept = {name: value for name, value in os.environ.items() if name not in unset}
    out = io.StringIO()
    with (
        mock.patch.dict(os.environ, kept | {"COLUMNS": "300"}, clear=True),
        contextlib.redirect_stdout(out),
    ):
        status = command.load()(arguments)
    assert status == 0, arguments
    return out.getvalue()


def answers(*calls: str) -> dict[str, Any]:
    """Return what each call of the command prints: the lines of its tables, and its JSON."""
    return {
        call: {
            "lines": printed(*call.split()).splitlines(),
            "json": json.loads(printed(*call.split(), "--json")),
        }
        for call in calls
    }


@group
def command_shows() -> Any:
    return answers("scenarios", f"show {ATHENS}")


@group
def command_threat() -> Any:
    data = "--nmc nmc.csv --alliances alliances.csv --disputes disputes.csv"
    with data_files():
        return answers("threat rok-1953", f"threat rok-1953 {data}")


@group
def command_solves() -> Any:
    return answers(
        f"solve {ATHENS}",
        f"solve {ATHENS} --threat 0.55 --concept pairwise --burden-sharing split --most 1",
        f"burdens {ATHENS} --strongest 3 --threat 0.6 --rule none --rule split",
    )


@group
def command_sweeps() -> Any:
    return answers(
        f"sweep {ATHENS} --threat 0.2,0.6",
        f"sweep {ATHENS} --threat 0.2,0.6 --cohesion 0.5:0.6:3",
        f"critical {ATHENS} --resolution 0.01",
        f"compare {ATHENS} --threat 0.6",
    )


@group
def command_maps() -> Any:
    return answers(
        f"phase {ATHENS} --x-range 0.4:0.6:3 --y-range 0.5:0.6:3",
        f"framing {ATHENS} --x-range 0:1:5 --y-range 1:3:2",
        f"surface {ATHENS} --along cohesion=0.5:0.7:3",
    )


@group
def command_draws() -> Any:
    return answers(
        f"robust {ATHENS} --draws 20 --threat 0.3,0.7",
        f"sensitivity {ATHENS} --size 4 --range cohesion=0.4:0.7 --range k_bloc=0:0.06",
    )


@group
def command_nash() -> Any:
    """A game file; where tables show what is rounding, as JSON alone."""
    calls = (
        "--preference Row=prospect-theory --reference Row=4.5",
        "--concept logit --precision 1",
    )
    with data_files():
        return answers("nash pennies.nfg") | {
            call: json.loads(printed("nash", "pennies.nfg", *call.split(), "--json"))
            for call in calls
        }


@group
def history_table() -> Any:
    return printed("history", "--draws", "0").splitlines()


@group
def history_json() -> Any:
    return json.loads(printed("history", "--draws", "0", "--json"))


@group
def rivals_table() -> Any:
    return printed("rivals").splitlines()


@group
def rivals_json() -> Any:
    """What `history` does not print as JSON, too."""
    found = json.loads(printed("rivals", "--json"))
    return {"accounts": found["accounts"], "parts": list(found)}


def main(arguments: list[str]) -> None:
    """Print a digest of each group; with `--write` keep all values, one group a line."""
    found = {}
    for name, compute in GROUPS.items():
        found[name] = compute()
        print(f"{name:26} {digest(found[name])[:16]} {numbers(found[name]):6}", flush=True)
    if arguments == ["--write"]:
        lines = (
            f"{json.dumps(name)}:{json.dumps(data, separators=(',', ':'), ensure_ascii=False)}"
            for name, data in found.items()
        )
        VALUES.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
