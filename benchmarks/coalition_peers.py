"""Compare with coopgame-py and tucoopy: `python -m benchmarks.coalition_peers`.

Prints a markdown table of Shapley values and nucleoli of random games. Everything is measured in
one process on the same games, as the best of several runs, from a game that each program has built
beforehand. Ratios are what to compare: above 1 where the peer takes longer. A peer that is not
installed is named below the table. A nucleolus is checked by its certificate, too. tucoopy is asked
for Shapley values only: its nucleoli are often wrong.
"""

from __future__ import annotations

import importlib.util
import platform
import time
from collections.abc import Callable, Sequence
from importlib.metadata import version

import numpy as np

from games.characteristic_function import CharacteristicFunction
from games.coalitional import weighted_majority
from solver.values import nucleolus, nucleolus_certificate, shapley

SHAPLEY_PLAYERS = (10, 15, 20)
NUCLEOLUS_PLAYERS = (8, 12, 16)
# seconds; slower work is measured once
SLOW = 2.0
RUNS = 5
# payoffs that differ by less, relative to the largest worth, agree
NEAR = 1e-7

# by the name to import, the name to install
PACKAGES = {"coopgame": "coopgame-py", "tucoopy": "tucoopy"}

Work = Callable[[], Sequence[float]]


def best(work: Work) -> tuple[float, np.ndarray]:
    """Return the shortest time of several runs in seconds, and the answer."""
    times: list[float] = []
    while not times or (len(times) < RUNS and times[0] < SLOW):
        start = time.perf_counter()
        answer = work()
        times.append(time.perf_counter() - start)
    return min(times), np.asarray(answer, dtype=np.float64)


def random_game(players: int) -> CharacteristicFunction:
    """Return a game whose worths grow with the square of size, at random: without ties."""
    rng = np.random.default_rng(players)
    values = rng.random(1 << players) * np.bitwise_count(np.arange(1 << players)) ** 2
    values[-1] = players**2
    return CharacteristicFunction(values)


def tied_game(players: int) -> CharacteristicFunction:
    """Return a weighted majority game of random weights: most excesses tie."""
    weights = np.random.default_rng(players).integers(1, 10, players)
    return weighted_majority(int(weights.sum()) // 2 + 1, weights)


def coopgame_shapley(game: CharacteristicFunction) -> Work:
    import coopgame

    built = coopgame.Game(game.values[1:].tolist())
    return lambda: coopgame.shapley(built)


def coopgame_nucleolus(game: CharacteristicFunction) -> Work:
    import coopgame

    built = coopgame.Game(game.values[1:].tolist())
    return lambda: coopgame.nucleolus(built)["allocation"]


def tucoopy_shapley(game: CharacteristicFunction) -> Work:
    import tucoopy

    built = tucoopy.Game(game.n, dict(enumerate(game.values.tolist())))
    return lambda: tucoopy.shapley_value(built)


# the question, our answer, and by peer what builds its game and returns the work to measure
QUESTIONS = (
    ("Shapley, random", SHAPLEY_PLAYERS, random_game, shapley, "coopgame", coopgame_shapley),
    ("Shapley, random", SHAPLEY_PLAYERS, random_game, shapley, "tucoopy", tucoopy_shapley),
    (
        "nucleolus, random",
        NUCLEOLUS_PLAYERS,
        random_game,
        nucleolus,
        "coopgame",
        coopgame_nucleolus,
    ),
    ("nucleolus, ties", NUCLEOLUS_PLAYERS, tied_game, nucleolus, "coopgame", coopgame_nucleolus),
)


def compared(
    game: CharacteristicFunction,
    mine: Callable[[CharacteristicFunction], np.ndarray],
    theirs: Work,
) -> list[str]:
    """Return the cells of a line: players, both times, their ratio, whether they agree."""
    own, answer = best(lambda: mine(game))
    other, given = best(theirs)
    agree = np.abs(answer - given).max() <= NEAR * game.scale
    if mine is nucleolus:
        agree &= nucleolus_certificate(game, answer).holds
    return [
        str(game.n),
        f"{1e3 * own:.3g}",
        f"{1e3 * other:.3g}",
        f"{other / own:.2f}",
        "yes" if agree else "NO",
    ]


def main() -> None:
    installed = [name for name in PACKAGES if importlib.util.find_spec(name)]
    versions = ", ".join(f"{PACKAGES[name]} {version(PACKAGES[name])}" for name in installed)
    print(f"Python {platform.python_version()}, numpy {np.__version__}, {versions or 'no peer'}.\n")
    print("| question | peer | players | ours, ms | peer, ms | peer / ours | same answer |")
    print("|---|---|---|---|---|---|---|")
    for question, sizes, build, mine, peer, prepare in QUESTIONS:
        for players in sizes if peer in installed else ():
            game = build(players)
            cells = [question, PACKAGES[peer], *compared(game, mine, prepare(game))]
            print(f"| {' | '.join(cells)} |", flush=True)
    for name in PACKAGES.keys() - set(installed):
        print(f"\n{PACKAGES[name]} is not installed: skipped.")


if __name__ == "__main__":
    main()
