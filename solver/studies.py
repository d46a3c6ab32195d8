"""What the command's longer studies need around them: levels as text, targets checked first."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from games import AllianceGame, ExpectedUtility, InvalidGameError
from solver import files, tables
from solver.comparison import Comparison

MOST_LEVELS = 100_001


def parse_levels(text: str) -> list[float]:
    """Return threat levels from `first:last:number`, or from a list with commas.

    Raises
    ------
    InvalidGameError
        If the text reads otherwise.

    Examples
    --------
    >>> parse_levels("0:1:5"), parse_levels("0.2,0.7")
    ([0.0, 0.25, 0.5, 0.75, 1.0], [0.2, 0.7])
    """
    try:
        if ":" not in text:
            return [float(part) for part in text.split(",")]
        first, last, number = text.split(":")
        count = int(number)
        if 1 <= count <= MOST_LEVELS:
            return [float(level) for level in np.linspace(float(first), float(last), count)]
    except ValueError:
        pass
    raise InvalidGameError(
        "`threat` must read first:last:number, such as 0:1:101, or be a list, such as 0.2,0.7;"
        f" got {text!r}"
    )


def beside_expected_utility(game: AllianceGame) -> dict[str, AllianceGame]:
    """Return `game` and its expected-utility null, by name."""
    return {"prospect": game, "expected": game.with_preference(ExpectedUtility())}


def check_targets(out: Path | None, plot: Path | None) -> None:
    """Raise before any long work if `out` or `plot` is no place for a result."""
    if out is not None:
        tables.writer_for(out)
        files.check_writable(out)
    if plot is not None:
        tables.need("matplotlib", "plot")
        from solver import plot as pictures

        pictures.check_suffix(plot)
        files.check_writable(plot)


def write_targets(study: Comparison, out: Path | None, plot: Path | None) -> None:
    """Write the rows of `study` to `out` and its figure to `plot`, where they are given."""
    if out is not None:
        tables.write(study.records(), out)
    if plot is not None:
        from solver import plot as pictures

        pictures.save(pictures.figure(study), plot)
