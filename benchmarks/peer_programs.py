"""How other programs are asked: each builds its own game first, and returns the work to measure."""

from __future__ import annotations

import importlib.util
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

import numpy as np

from games import NormalForm
from games.cooperative.characteristic_function import CharacteristicFunction

Work = Callable[[], Any]

# by the name to import, the name to install
PACKAGES = {
    "coopgame": "coopgame-py",
    "nashpy": "nashpy",
    "pygambit": "pygambit",
    "quantecon": "quantecon",
    "tucoopy": "tucoopy",
}


@dataclass(frozen=True)
class Peer:
    """Another program's way to an answer.

    Attributes
    ----------
    name : str
    library : str
        The name to import.
    prepare : callable
        From this project's game to the work that is measured.
    """

    name: str
    library: str
    prepare: Callable[[Any], Work]


def is_installed(library: str) -> bool:
    """Return whether a library can be imported."""
    return importlib.util.find_spec(library) is not None


def versions() -> str:
    """Return the peers that are installed, each with its version, and those that are not."""
    there = [f"{name} {version(name)}" for key, name in PACKAGES.items() if is_installed(key)]
    missing = [name for key, name in PACKAGES.items() if not is_installed(key)]
    return ", ".join(there or ["no peer"]) + (
        f"; not installed: {', '.join(missing)}" * bool(missing)
    )


def in_coopgame(game: CharacteristicFunction) -> Any:
    import coopgame

    return coopgame.Game(game.values[1:].tolist())


def in_tucoopy(game: CharacteristicFunction) -> Any:
    import tucoopy

    return tucoopy.Game(game.n, dict(enumerate(game.values.tolist())))


def coopgame_value(name: str) -> Callable[[CharacteristicFunction], Work]:
    """Return how to ask coopgame-py for the value `name`."""

    def prepare(game: CharacteristicFunction) -> Work:
        import coopgame

        built, value = in_coopgame(game), getattr(coopgame, name)
        return lambda: value(built)

    return prepare


def coopgame_nucleolus(game: CharacteristicFunction) -> Work:
    import coopgame

    built = in_coopgame(game)
    return lambda: coopgame.nucleolus(built)["allocation"]


def tucoopy_shapley(game: CharacteristicFunction) -> Work:
    import tucoopy

    built = in_tucoopy(game)
    return lambda: tucoopy.shapley_value(built)


def tucoopy_banzhaf(game: CharacteristicFunction) -> Work:
    from tucoopy.power.banzhaf import banzhaf_value

    built = in_tucoopy(game)
    return lambda: banzhaf_value(built)


def tucoopy_nucleolus(game: CharacteristicFunction) -> Work:
    import tucoopy

    built = in_tucoopy(game)
    return lambda: tucoopy.nucleolus(built).x


def in_gambit(payoffs: np.ndarray) -> Any:
    """Build a Gambit game from .nfg text, the fastest way there is in 17.0.0b2."""
    import pygambit

    n, shape = len(payoffs), payoffs.shape[1:]
    names = " ".join(f'"{place + 1}"' for place in range(n))
    # profiles with the first player's action fastest, all players' payoffs of each
    numbers = payoffs.transpose(*range(n, 0, -1), 0).ravel().tolist()
    text = f'NFG 1 R "" {{ {names} }} {{ {" ".join(map(str, shape))} }}\n\n'
    return pygambit.read_nfg(io.StringIO(text + " ".join(map(repr, numbers))))


def in_quantecon(payoffs: np.ndarray) -> Any:
    """Build a quantecon game; its players have their own actions first."""
    from quantecon.game_theory import NormalFormGame, Player

    n = len(payoffs)
    return NormalFormGame(
        [Player(own.transpose(*range(i, n), *range(i))) for i, own in enumerate(payoffs)]
    )


def from_gambit(found: Any, shape: Sequence[int]) -> list[list[list[float]]]:
    """Return Gambit's profiles as lists of probabilities."""
    return [
        [[float(one[str(i + 1)][str(j + 1)]) for j in range(m)] for i, m in enumerate(shape)]
        for one in found.equilibria
    ]


def nashpy_vertices(game: NormalForm) -> Work:
    import nashpy

    built = nashpy.Game(*game.payoffs)
    return lambda: list(built.vertex_enumeration())


def quantecon_vertices(game: NormalForm) -> Work:
    from quantecon.game_theory import vertex_enumeration

    built = in_quantecon(game.payoffs)
    return lambda: vertex_enumeration(built)


def gambit_solver(name: str, **options: Any) -> Callable[[NormalForm], Work]:
    """Return how to ask Gambit's solver `name`."""

    def prepare(game: NormalForm) -> Work:
        import pygambit

        built, solve = in_gambit(game.payoffs), getattr(pygambit.nash, name)
        return lambda: from_gambit(solve(built, **options), game.payoffs.shape[1:])

    return prepare


def pure(profiles: Any) -> list[tuple[int, ...]]:
    """Return the actions of profiles of sure strategies."""
    return sorted(tuple(own.index(1.0) for own in one) for one in profiles)


def gambit_pure(game: NormalForm) -> Work:
    def work() -> Any:
        import pygambit

        built = in_gambit(game.payoffs)
        return pure(from_gambit(pygambit.nash.enumpure_solve(built), game.payoffs.shape[1:]))

    return work


def quantecon_pure(game: NormalForm) -> Work:
    from quantecon.game_theory import pure_nash_brute

    return lambda: sorted(pure_nash_brute(in_quantecon(game.payoffs)))
