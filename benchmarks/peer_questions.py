"""What this project and its peers are asked: the games, and whether the answers agree."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks import peer_programs as programs
from benchmarks.peer_programs import Peer
from games import NormalForm
from games.cooperative.characteristic_function import CharacteristicFunction
from games.cooperative.examples import weighted_majority
from solver import values
from solver.finite import pure_nash
from solver.finite.faces import solve as faces
from solver.finite.two_player import solve as two_player

# payoffs, relative to the largest worth, and probabilities that differ by less agree
NEAR = 1e-6


@dataclass(frozen=True)
class Question:
    """What is asked of this project and of its peers.

    Attributes
    ----------
    name : str
    unit : str
        Of the sizes.
    sizes : sequence
        Small ones first.
    build : callable
        From a size to the game.
    ours : callable
        From the game to our answer.
    agreement : callable
        From the game, our answer and theirs to a word on whether they agree.
    peers : tuple of Peer
    """

    name: str
    unit: str
    sizes: Sequence[Any]
    build: Callable[[Any], Any]
    ours: Callable[[Any], Any]
    agreement: Callable[[Any, Any, Any], str]
    peers: tuple[Peer, ...]
    tiny: Any = 3


def random_worths(players: int) -> CharacteristicFunction:
    """Return a game whose worths grow with the square of size, at random: without ties."""
    rng = np.random.default_rng(players)
    worths = rng.random(1 << players) * np.bitwise_count(np.arange(1 << players)) ** 2
    worths[-1] = players**2
    return CharacteristicFunction(worths)


def small_worths(seed: int) -> CharacteristicFunction:
    """Return a game of three to six players with normal worths, in which all can gain together."""
    players = 3 + seed % 4
    worths = np.random.default_rng(seed).normal(size=1 << players)
    worths[0] = 0
    worths[-1] = max(worths[-1], worths[1 << np.arange(players)].sum() + 1)
    return CharacteristicFunction(worths)


def tied_worths(players: int) -> CharacteristicFunction:
    """Return a weighted majority game of random weights: most excesses tie."""
    weights = np.random.default_rng(players).integers(1, 10, players)
    return weighted_majority(int(weights.sum()) // 2 + 1, weights)


def random_payoffs(shape: Sequence[int]) -> NormalForm:
    """Return a game of payoffs uniform in [0, 1]."""
    return NormalForm(np.random.default_rng(sum(shape)).random((len(shape), *shape)))


def same_payoffs(game: CharacteristicFunction, mine: Any, theirs: Any) -> str:
    """Return by how much two payoffs differ, relative to the largest worth."""
    gap = float(np.abs(np.asarray(mine) - np.asarray(theirs, dtype=float)).max()) / game.scale
    return "same" if gap <= NEAR else f"DIFFERENT by {gap:.1e}"


def same_nucleolus(game: CharacteristicFunction, mine: Any, theirs: Any) -> str:
    """Return whether payoffs agree, and which of them the certificate confirms."""
    proved = [bool(values.nucleolus_certificate(game, own).holds) for own in (mine, theirs)]
    said = same_payoffs(game, mine, theirs)
    return said + ("" if all(proved) else f"; certified: ours {proved[0]}, theirs {proved[1]}")


def shared(game: NormalForm, mine: Any, theirs: Any) -> str:
    """Return how many of our equilibria are among theirs."""
    flat = [np.concatenate([np.asarray(own, dtype=float) for own in one]) for one in theirs]
    ours = [np.concatenate(one.profile) for one in mine.equilibria]
    found = sum(any(np.abs(one - other).max() < NEAR for other in flat) for one in ours)
    return f"{found} of our {len(ours)} among their {len(flat)}"


def same_pure(game: NormalForm, mine: Any, theirs: Any) -> str:
    """Return whether the pure equilibria are the same."""
    ours = list(pure_nash.profiles(game))
    return f"same {len(ours)}" if ours == [tuple(map(int, one)) for one in theirs] else "DIFFERENT"


def built_pure(game: NormalForm) -> Any:
    """Solve a game of these payoffs from the start, as the peers do."""
    return pure_nash.solve(NormalForm(game.payoffs))


SHAPLEY = (
    Peer("coopgame-py", "coopgame", programs.coopgame_value("shapley")),
    Peer("tucoopy", "tucoopy", programs.tucoopy_shapley),
)
BANZHAF = (
    Peer("coopgame-py", "coopgame", programs.coopgame_value("banzhaf")),
    Peer("tucoopy", "tucoopy", programs.tucoopy_banzhaf),
)
NUCLEOLUS = (
    Peer("coopgame-py", "coopgame", programs.coopgame_nucleolus),
    Peer("tucoopy", "tucoopy", programs.tucoopy_nucleolus),
)
MIXED = (
    Peer("nashpy `vertex_enumeration`", "nashpy", programs.nashpy_vertices),
    Peer("quantecon `vertex_enumeration`", "quantecon", programs.quantecon_vertices),
    Peer(
        "Gambit `enummixed_solve`, floats",
        "pygambit",
        programs.gambit_solver("enummixed_solve", rational=False),
    ),
    Peer(
        "Gambit `enummixed_solve`, rationals",
        "pygambit",
        programs.gambit_solver("enummixed_solve", rational=True),
    ),
)
SEVERAL = (Peer("Gambit `enumpoly_solve`", "pygambit", programs.gambit_solver("enumpoly_solve")),)
PURE = (
    Peer("Gambit, .nfg and `enumpure_solve`", "pygambit", programs.gambit_pure),
    Peer("quantecon `pure_nash_brute`", "quantecon", programs.quantecon_pure),
)

MANY, FEW = (10, 15, 20), (8, 12, 16)
COALITIONS = (
    Question(
        "Shapley value", "players", MANY, random_worths, values.shapley, same_payoffs, SHAPLEY
    ),
    Question(
        "Banzhaf value", "players", MANY, random_worths, values.banzhaf, same_payoffs, BANZHAF
    ),
    Question(
        "nucleolus, no ties",
        "players",
        FEW,
        random_worths,
        values.nucleolus,
        same_nucleolus,
        NUCLEOLUS,
    ),
    Question(
        "nucleolus, many ties",
        "players",
        FEW,
        tied_worths,
        values.nucleolus,
        same_nucleolus,
        NUCLEOLUS,
    ),
)
EQUILIBRIA = (
    Question(
        "all equilibria of two players",
        "actions",
        ((5, 5), (8, 8), (12, 12)),
        random_payoffs,
        two_player.solve,
        shared,
        MIXED,
        (2, 2),
    ),
    Question(
        "all equilibria, with proof",
        "actions",
        ((2, 2, 2), (3, 2, 2), (2, 2, 2, 2)),
        random_payoffs,
        faces.solve,
        shared,
        SEVERAL,
        (2, 2),
    ),
    Question(
        "pure equilibria, built and solved",
        "players of two actions",
        ((2,) * 8, (2,) * 12, (2,) * 16),
        random_payoffs,
        built_pure,
        same_pure,
        PURE,
        (2, 2),
    ),
)
