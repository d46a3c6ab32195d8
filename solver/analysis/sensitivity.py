"""Which figures of a game the critical threat depends on: variance-based sensitivity."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from games import AllianceGame, checks, settings
from games.arrays import Array
from solver.analysis import sobol
from solver.analysis.axes import Span, spans_of
from solver.analysis.sobol import Index
from solver.analysis.turning import multilateral_share

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

Quantity = Callable[[AllianceGame], float]

SIZE = 64
LEVEL = 0.95


@dataclass(frozen=True, eq=False)
class Sensitivity:
    """Sobol indices of a quantity of a game.

    Attributes
    ----------
    game : AllianceGame
    ranges : dict of str to pair of float
    size, seed : int
    level : float
        Of the intervals.
    indices : tuple of Index
        In the order of `ranges`; NaN if the quantity is the same in all draws.
    values : ndarray, shape (size * (inputs + 2),)
        The quantity at each draw.
    """

    game: AllianceGame
    ranges: dict[str, Span]
    size: int
    seed: int
    level: float
    indices: tuple[Index, ...]
    values: Array = field(repr=False)

    @property
    def mean(self) -> float:
        """Mean of the quantity over all draws."""
        return float(self.values.mean())

    @property
    def variance(self) -> float:
        """Variance of the quantity over all draws."""
        return float(self.values.var())

    @property
    def at_zero(self) -> float:
        """Share of draws in which the quantity is 0: that never have a multilateral alliance."""
        return float((self.values == 0).mean())

    @property
    def interactions(self) -> float:
        """1 less the sum of the first-order indices: the share that no input explains alone."""
        return 1 - sum(item.first for item in self.indices)

    def records(self) -> list[dict[str, object]]:
        """Return one flat row of plain values for each input."""
        return [
            {
                "parameter": item.name,
                "low": self.ranges[item.name][0],
                "high": self.ranges[item.name][1],
                "first": item.first,
                "first_margin": item.first_margin,
                "total": item.total,
                "total_margin": item.total_margin,
            }
            for item in self.indices
        ]

    def to_dataframe(self) -> pd.DataFrame:
        """Return a tidy frame: one row for each input."""
        from solver.analysis import tables

        return tables.frame(self.records())

    def to_xarray(self) -> xr.Dataset:
        """Return a dataset over the inputs."""
        from solver.analysis import tables

        return tables.by(self.records(), "parameter")


def sensitivity(
    game: AllianceGame,
    ranges: Mapping[str, Sequence[float]],
    size: int = SIZE,
    seed: int = 0,
    *,
    quantity: Quantity = multilateral_share,
    level: float = LEVEL,
    progress: Callable[[str, int, int], None] | None = None,
) -> Sensitivity:
    """Return Sobol indices of the critical threat, or of another quantity of the game.

    The quantity is by default the share of all threats at which the preferred form is multilateral:
    1 less the critical threat where there is one, and defined where there is none. Why no number is
    filled in for "never": `solver.analysis.turning.multilateral_share`.

    Parameters
    ----------
    ranges : mapping of str to pair of float
        Of each quantity that varies: uniform and independent of the others.
    size : int
        A power of 2; the game is solved size * (inputs + 2) times.
    quantity : callable
        Gives the number that is analysed.
    level : float
        Of the bootstrap intervals, between 0 and 1.
    progress : callable, optional
        Called with the numbers of draws done and to do.

    Returns
    -------
    Sensitivity
        Estimates of indices may be a little below 0 or above 1; see their margins.

    Raises
    ------
    MissingDependencyError
        If SALib is not installed.
    InvalidGameError, UnknownNameError
        If a range is no range of a quantity of the game.
    """
    spans = spans_of(game, ranges)
    checks.inside("level", level, 0, 1)
    points = sobol.design(spans, size, seed)
    values = np.empty(len(points))
    for place, point in enumerate(points.tolist()):
        values[place] = quantity(settings.with_values(game, dict(zip(spans, point, strict=True))))
        if progress:
            progress("draws", place + 1, len(points))
    found = sobol.indices(spans, values, seed, level)
    return Sensitivity(game, spans, size, seed, level, found, values)
