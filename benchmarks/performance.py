"""Measure all that `docs/performance.md` states and write it: `python -m benchmarks.performance`.

The first parts time this project alone (`benchmarks.timings`, `benchmarks.growth`), the last
compares it with the peers that are installed (`benchmarks.peers`). Every ratio in the documentation
comes from here.
"""

from __future__ import annotations

import os
import platform
import warnings
from pathlib import Path

from benchmarks import growth, large, peers, timings

PAGE = Path(__file__).parents[1] / "docs" / "performance.md"


def head() -> list[str]:
    """Return the title, and on what all was measured."""
    return [
        "# Speed",
        "",
        "Made by `python -m benchmarks.performance`. Medians of warm runs, each section in one"
        f" run, on {os.cpu_count()} cores, {platform.machine()}, Python"
        f" {platform.python_version()}."
        " Compare ratios, not times.",
        "",
    ]


def comparison(limit: float = peers.LIMIT) -> list[str]:
    """Return the section on other programs."""
    return [
        "## Beside other programs",
        "",
        "Both programs answer in turn, in one process, on the same games, each after a warm run;"
        " the ratio is their median time over ours: above 1 where the peer is slower. A peer that"
        f" takes longer than {limit:g} s is left out, and larger games with it. The same by hand:"
        " `pip install -e '.[test,peers]'`, `python -m benchmarks.peers`.",
        "",
        *peers.tables(limit),
        "",
        "Not all answers are of one kind. Ours come with certificates: exact rationals or proved"
        " bounds for equilibria, a check by linear programmes that took no part in the search for"
        " the nucleolus. `vertex_enumeration` and `enummixed_solve` in floats prove nothing, and"
        " `enumpoly_solve` can miss equilibria, which `all equilibria, with proof` does not.",
    ]


def main() -> None:
    """Measure and write the page."""
    warnings.simplefilter("ignore")  # of peers, on degenerate games and old numpy
    finite = ["## Finite games", "", *growth.sections()]
    lines = [
        *head(),
        *timings.sections(),
        "",
        *large.sections(),
        "",
        *finite,
        "",
        *comparison(),
        "",
    ]
    PAGE.write_text("\n".join(lines), encoding="utf-8")
    print(PAGE.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
