"""How the searches of finite games grow with the game: `python -m benchmarks.growth`."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import numpy as np

from games import CumulativeProspectTheory, NormalForm
from solver.finite import pure_nash
from solver.finite.faces import solve as faces
from solver.finite.two_player import solve as two_player
from solver.results import Status

PLAYERS = (8, 12, 16, 18)
ACTIONS = (4, 6, 8, 10, 12)
# how many actions a game may have whose payoffs are 0 and 1: ties are worked out in fractions
MOST_TIED = 6
SHAPES = ((2, 2, 2), (3, 2, 2), (3, 3, 2), (2, 2, 2, 2))
WEIGHTED = ((2, 2), (3, 3), (2, 2, 2))
GAMES = 8
RUNS = 5


def median(work: Callable[[], object]) -> float:
    """Return the median time of `work` in seconds, after one warm-up."""
    work()
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def pure_rows() -> list[str]:
    """Return how long pure equilibria take beside a copy of the payoffs."""
    rows = [
        "| players of two actions | payoffs, MB | a copy, ms | random payoffs / copy"
        " | all payoffs equal / copy |",
        "|---|---|---|---|---|",
    ]
    for n in PLAYERS:
        payoffs = np.random.default_rng(n).random((n, *(2,) * n))
        copy = median(payoffs.copy)
        games = NormalForm(payoffs), NormalForm(np.zeros_like(payoffs))
        ratios = [median(lambda game=game: pure_nash.solve(game)) / copy for game in games]
        cells = " | ".join(f"{ratio:.2f}" for ratio in ratios)
        rows.append(f"| {n} | {payoffs.nbytes / 1e6:.3g} | {1e3 * copy:.2g} | {cells} |")
    return rows


def two_player_rows() -> list[str]:
    """Return how long all equilibria of two players take, without and with ties."""
    rows = [
        "| actions | equilibria | ms | growth | payoffs 0 and 1, ties / none |",
        "|---|---|---|---|---|",
    ]
    before: float | None = None
    for m in ACTIONS:
        rng = np.random.default_rng(m)
        game = NormalForm(rng.random((2, m, m)))
        tied = NormalForm(rng.integers(0, 2, (2, m, m)).astype(float))
        plain = median(lambda game=game: two_player.solve(game))
        found = len(two_player.solve(game).equilibria)
        growth = f"{plain / before:.2f}" if before else "-"
        ties = (
            f"{median(lambda tied=tied: two_player.solve(tied)) / plain:.3g}"
            if m <= MOST_TIED
            else "-"
        )
        rows.append(f"| {m} x {m} | {found} | {1e3 * plain:.3g} | {growth} | {ties} |")
        before = plain
    return rows


def searched(shape: tuple[int, ...], *, prospect: bool) -> tuple[list[float], int]:
    """Return the times of complete searches of random games, and how many were complete."""
    times, complete = [], 0
    taste = CumulativeProspectTheory() if prospect else None
    for seed in range(GAMES):
        payoffs = np.random.default_rng(seed).random((len(shape), *shape))
        game = NormalForm(payoffs, preferences=taste)
        start = time.perf_counter()
        found = faces.solve(game)
        times.append(time.perf_counter() - start)
        complete += found.status is Status.COMPLETE
    return times, complete


def several_rows() -> list[str]:
    """Return how long every face takes, and how often the list is proved complete."""
    rows = [
        "| players and actions | preferences | mean, s | longest, s | proved complete |",
        "|---|---|---|---|---|",
    ]
    for prospect, shapes in ((False, SHAPES), (True, WEIGHTED)):
        for shape in shapes:
            times, complete = searched(shape, prospect=prospect)
            name = "prospect theory" if prospect else "expected utility"
            size = " x ".join(map(str, shape))
            mean, longest = statistics.mean(times), max(times)
            rows.append(f"| {size} | {name} | {mean:.3g} | {longest:.3g} | {complete} of {GAMES} |")
    return rows


def sections() -> list[str]:
    """Measure, and return the sections as lines of markdown."""
    return [
        "### Pure equilibria",
        "",
        *pure_rows(),
        "",
        "### All equilibria of two players",
        "",
        *two_player_rows(),
        "",
        f"### All equilibria, every face, {GAMES} random games of each kind",
        "",
        *several_rows(),
    ]


if __name__ == "__main__":
    print("\n".join(sections()))
