"""Time this project alone: `python -m benchmarks.timings`; `benchmarks.performance` writes it down.

Times are medians of several warm runs in one process; ratios are what to compare between machines.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np

import games
import solver
from benchmarks.cells import axes
from benchmarks.theatres import europe_of
from games.alliance.structures import count
from solver.alliance.hegemon import frame_of, hegemon_values
from solver.alliance.kept import KeptWeights
from solver.alliance.solve import solve_with

SIZES = (8, 10, 11, 12)
COMMAND = Path(sys.executable).with_name("alliance")


def seconds(work: Callable[[], object]) -> float:
    """Return the time that `work` takes once."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def median(work: Callable[[], object], runs: int = 5) -> float:
    """Return the median time of `work` in seconds, after one warm-up."""
    work()
    return statistics.median(seconds(work) for _ in range(runs))


def values(candidates: int, levels: int) -> float:
    """Return the time of valuing all structures at some levels."""
    game = europe_of(candidates)
    frame = frame_of(game, np.linspace(0.3, 0.9, levels).tolist())
    return median(lambda: hegemon_values(game, frame), 3)


def value_rows() -> list[str]:
    """Return the table of value times by size."""
    rows = [
        "| candidates | structures | one level, s | growth | 4^n grows | each further level, s |",
        "|---|---|---|---|---|---|",
    ]
    before: tuple[int, float] | None = None
    for n in SIZES:
        single, many = values(n, 1), values(n, 41)
        further = (many - single) / 40
        growth = f"{single / before[1]:.1f}" if before else "-"
        four = f"{4.0 ** (n - before[0]):.0f}" if before else "-"
        size = 3**n - n * 2 ** (n - 1)
        rows.append(f"| {n} | {size:,} | {single:.3f} | {growth} | {four} | {further:.4f} |")
        before = n, single
    return rows


def concept_rows() -> list[str]:
    """Return the table of solving times at 11 candidates."""
    game = europe_of(11)
    rows = ["| concept | search and the preferred one certified, s |", "|---|---|"]
    for concept in solver.CONCEPTS:
        seconds = median(lambda concept=concept: solver.solve(game, concept).preferred, 3)
        rows.append(f"| {concept} | {seconds:.2f} |")
    return rows


def burden_rows(sizes: Sequence[int] = (7, 9)) -> list[str]:
    """Return the times of solving games whose burdens are bargained over, once each."""
    rows = ["| candidates | structures | threat 0.3, s | threat 0.6, s |", "|---|---|---|---|"]
    solver.solve(replace(europe_of(3), burden_sharing="nash_in_nash"))
    for n in sizes:
        game = replace(europe_of(n), burden_sharing="nash_in_nash")
        times = []
        for threat in (0.3, 0.6):
            begun = time.perf_counter()
            solver.solve(game.at(threat))
            times.append(f"{time.perf_counter() - begun:.2g}")
        rows.append(f"| {n} | {count(n):,} | {' | '.join(times)} |")
    return rows


def process(*command: str) -> float:
    """Return the median wall time of a command as a whole process."""
    return median(lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL), 5)


def import_rows() -> list[str]:
    """Return the table of start-up times."""
    nothing = process(sys.executable, "-c", "pass")
    base = process(sys.executable, "-c", "import numpy, networkx") - nothing
    rows = ["| start | s | against `import numpy, networkx` |", "|---|---|---|"]
    rows.append(f"| `import numpy, networkx` | {base:.3f} | 1 |")
    for line in ("import games", "import solver", "import games, solver; solver.solve"):
        seconds = process(sys.executable, "-c", line) - nothing
        rows.append(f"| `{line}` | {seconds:.3f} | {seconds / base:.2f} |")
    rows.append(f"| `alliance --help` (whole process) | {process(str(COMMAND), '--help'):.3f} | |")
    return rows


def first_rows() -> list[str]:
    """Return the table of first runs, which compile what the next ones find on disk."""
    rows = ["| whole process | first, s | next, s | first / next |", "|---|---|---|---|"]
    for line in (
        "solve europe-1949",
        "sweep europe-1949 --quiet",
        "burdens southeast-asia-1954 --rule nash_in_nash --threat 0.7",
    ):
        with tempfile.TemporaryDirectory() as folder:
            places = os.environ | {"NUMBA_CACHE_DIR": folder}
            command = (str(COMMAND), *line.split())
            run = partial(
                subprocess.run, command, check=True, stdout=subprocess.DEVNULL, env=places
            )
            first, again = seconds(run), median(run, 3)
        rows.append(f"| `alliance {line}` | {first:.1f} | {again:.1f} | {first / again:.1f} |")
    return rows


def command_rows() -> list[str]:
    """Return the times of whole commands on Europe 1949, 11 candidates."""
    game = europe_of(11)
    swept = median(lambda: solver.sweep(game), 3)
    critical = median(lambda: solver.critical_threats(game), 3)
    whole = process(str(COMMAND), "sweep", "europe-1949", "--quiet")
    return [
        "| work, Europe 1949, 11 candidates | s |",
        "|---|---|",
        f"| `solver.sweep`, 101 levels, every level certified | {swept:.1f} |",
        f"| `solver.critical_threats`, proved to 1e-4 | {critical:.1f} |",
        "| `alliance sweep europe-1949`, whole process: two sweeps, changes located"
        f" | {whole:.1f} |",
    ]


def cell_rows() -> list[str]:
    """Return how many cells a second studies solve, certified and stored."""
    lines = [
        "| study | candidates | cells | cells a second |",
        "|---|---|---|---|",
    ]
    for scenario in ("asia-1951", "southeast-asia-1954"):
        game = games.load(scenario)
        for kind, cells in (("grid", 20_000), ("design", 2_048)):
            asked = axes(cells, kind)
            solver.sweep(game, **axes(100, kind))
            begun = time.perf_counter()
            found = solver.sweep(game, **asked)
            speed = len(found) / (time.perf_counter() - begun)
            words = "threat x loss aversion x cohesion" if kind == "grid" else "Sobol over 12"
            lines.append(
                f"| {scenario}, {words} | {len(game.candidates)} | {len(found):,} | {speed:,.0f} |"
            )
    return lines


def kept_rows() -> list[str]:
    """Return the table of what a further turn of a dial takes with weights that are kept."""
    rows = [
        "| candidates | kept, MB | keeping, s | solve, s | solve with kept weights, s |",
        "|---|---|---|---|---|",
    ]
    for n in (8, 10, 11):
        game = europe_of(n)
        kept = KeptWeights(game)
        keeping = median(partial(KeptWeights, game), 3)
        anew = median(partial(solver.solve, game.at(0.6)), 5)
        again = median(partial(solve_with, kept, game.at(0.6)), 5)
        rows.append(f"| {n} | {kept.size / 1e6:.3g} | {keeping:.3f} | {anew:.3f} | {again:.3f} |")
    return rows


def sections() -> list[str]:
    """Measure, and return the sections as lines of markdown."""
    return [
        "## The hegemon's value of every structure",
        "",
        *value_rows(),
        "",
        "A structure with b spokes has 2^b outcomes, 4 * 2^b with a bloc that may entrap:"
        " about 4 * 4^n over all structures. Their decision weights are computed once, whatever the"
        " number of levels, and bound the first level; the value function is tabulated over"
        " 2 * 3^n (n + 3) / 3 rows, and each further level is a multiplication and an addition an"
        " outcome.",
        "",
        "## Concepts, 11 candidates, one threat level",
        "",
        *concept_rows(),
        "",
        "## Weights that are kept",
        "",
        *kept_rows(),
        "",
        "A game that differs in its threat, reference point, curvature, loss aversion or price of"
        " autonomy has the same decision weights (`solver.alliance.kept`): `solve_with` values it"
        " again to the bit, without certificate here. Where no bloc entraps half as much is kept.",
        "",
        "## Whole studies",
        "",
        *command_rows(),
        "",
        "## Studies of many cells",
        "",
        *cell_rows(),
        "",
        "Games that differ in numbers are columns. Cells of the grid share decision weights, those"
        " of the design share nothing; the cost of a cell grows as that of one level above.",
        "",
        "## Burdens that are bargained over",
        "",
        *burden_rows(),
        "",
        "`nash_in_nash`, Europe 1949, the strongest candidates: every structure's bargains are"
        " settled, the best certified. Where outcomes lie about the reference point, bargains have"
        " kinks, and take longer.",
        "",
        "## Start-up",
        "",
        *import_rows(),
        "",
        *first_rows(),
        "",
        "What is compiled is kept on disk, and compiled again where a compiled file changes.",
    ]


def main() -> None:
    """Measure and print."""
    print("\n".join(sections()))


if __name__ == "__main__":
    main()
