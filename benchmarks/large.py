"""Measure the search of large games: `python -m benchmarks.large [games of each kind]`.

Random games of 16, 20 and 31 candidates that differ, at random threats, and `nato-2024` at ten
threats: seconds, proofs, gaps. Then as many games of up to 9 candidates as asked for on the command
line times ten are compared with the search of every structure.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Sequence
from statistics import median

import numpy as np

import games
import solver
from solver.alliance.bounded.solve import solve_bounded
from solver.alliance.concepts.subgame_perfect import SUBGAME_PERFECT

# sets of structures to bound at most: about half a minute for 31 candidates
BUDGET = 300_000
KINDS = ("capability", "all figures", "all figures and affinities")


def drawn(n: int, kind: str, random: np.random.Generator) -> games.AllianceGame:
    """Return a random game of `n` candidates that differ in what `kind` says."""
    names = [f"c{place:02}" for place in range(n)]

    def each(low: float, high: float) -> dict[str, float]:
        return dict(zip(names, random.uniform(low, high, n).tolist(), strict=True))

    capabilities = {name: float(np.exp(log)) for name, log in each(-5.8, -1.4).items()}
    pairs = [(a, b) for a in names for b in names if a < b]
    threat = float(random.uniform(0.1, 1))
    if kind == KINDS[0]:
        return games.AllianceGame(hegemon="A", capabilities=capabilities, threat=threat)
    close = random.uniform(0.5, 1, len(pairs)).tolist()
    return games.AllianceGame(
        hegemon="A",
        capabilities=capabilities,
        threat=threat,
        reliabilities=each(0.5, 1),
        exposures=each(0.5, 1.5),
        basings=each(0, 0.04),
        affinity=dict(zip(pairs, close, strict=True)) if kind == KINDS[2] else {},
    )


def row(name: str, some: Sequence[games.AllianceGame]) -> str:
    """Return a row of the table: how these games are solved."""
    seconds, gaps = [], []
    for game in some:
        begun = time.perf_counter()
        found = solver.solve(game, budget=BUDGET)
        seconds.append(time.perf_counter() - begun)
        width = found.tolerance / 1e-9
        gaps.append(0.0 if found.status is solver.Status.PROVED else found.gap / width)
    proved = sum(gap == 0 for gap in gaps)
    return (
        f"| {name} | {proved} of {len(gaps)} | {median(seconds):.2g} | {max(seconds):.2g}"
        f" | {max(gaps):.1e} |"
    )


def sections(number: int = 10, sizes: Sequence[int] = (16, 20, 31)) -> list[str]:
    """Return the section of the page on speed."""
    random = np.random.default_rng(0)
    solver.solve(drawn(13, KINDS[2], random))  # compile
    nato = games.load("nato-2024")
    rows = [
        row(f"{n}, {kind}", [drawn(n, kind, random) for _ in range(number)])
        for n in sizes
        for kind in KINDS
    ]
    rows.append(row("nato-2024, ten threats", [nato.at(k / 10) for k in range(1, 11)]))
    return [
        "## More candidates than can be searched one by one",
        "",
        f"Random games of candidates that differ, at random threats, with `budget={BUDGET}`; the"
        " gap is a share of the range of payoffs.",
        "",
        "| candidates, and what they differ in | proved | median, s | longest, s | widest gap |",
        "|---|---|---|---|---|",
        *rows,
        "",
        "The hegemon's best structure, with a bound on all others. The work hangs on how many"
        " structures are nearly as good, and so on the game more than on its size: a few hundred"
        " sets of structures are bounded where one form is clearly best, and all that is allowed"
        " where members of a bloc can hardly be told from spokes.",
    ]


def compared(number: int) -> str:
    """Return in how many of some random games the best structure is that of the full search."""
    random = np.random.default_rng(1)
    same = within = 0
    for place in range(number):
        game = drawn(int(random.integers(1, 10)), KINDS[place % 3], random)
        full, found = solver.solve(game).preferred, solve_bounded(game, SUBGAME_PERFECT, 1e-9)
        best = found.preferred
        assert full is not None
        assert best is not None
        same += best.structure == full.structure
        reached, worth = best.values[game.hegemon], full.values[game.hegemon]
        within += reached - 1e-12 <= worth <= reached + found.gap + 1e-12
    return f"{same} of {number} equal to the search of every structure; {within} bounds hold"


def main() -> None:
    """Measure and print."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    print("\n".join(sections(number)))
    print(compared(50 * number))
    print(f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3:.0f} MB at most")


if __name__ == "__main__":
    main()
