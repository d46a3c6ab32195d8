"""Which figures of a game the critical threat depends on: variance-based sensitivity."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, NamedTuple

import numpy as np

from games import AllianceGame, InvalidGameError, checks, tables
from games.alliance import settings
from games.arrays import Array
from games.records import Record
from games.tabled import Dimensions, Tabled
from solver.results import Progress
from solver.studies.axes import Span, spans_of
from solver.studies.critical import Multilateral, critical_threats
from solver.studies.preferred import look, multilateral_spans

# The door to SALib: Saltelli's design and Sobol's indices.

RESAMPLES = 200
# values that differ by less, relative to the largest, differ by rounding alone
SAME = 1e-13


class Index(NamedTuple):
    """The sensitivity of a result to one input, with the half width of each interval.

    Attributes
    ----------
    name : str
    first, first_margin : float
        Share of the variance that this input explains alone.
    total, total_margin : float
        Share that it has a part in, alone or together with others.
    """

    name: str
    first: float
    first_margin: float
    total: float
    total_margin: float


def design(ranges: Mapping[str, tuple[float, float]], size: int, seed: int) -> Array:
    """Return the points at which a function must be known: Saltelli (2010)'s design.

    Parameters
    ----------
    ranges : mapping of str to pair of float
        Of independent, uniform inputs.
    size : int
        A power of 2, as Sobol's sequence is balanced at these only.

    Returns
    -------
    ndarray, shape (size * (inputs + 2), inputs)

    Raises
    ------
    MissingDependencyError
        If SALib is not installed.
    """
    tables.need("SALib", "sensitivity")
    checks.whole("seed", seed, 0)
    if checks.whole("size", size, 2) & (size - 1):
        raise InvalidGameError(f"`size` must be a power of 2, such as 256; got {size}")
    sobol = import_module("SALib.sample.sobol")
    points: Array = sobol.sample(_problem(ranges), size, calc_second_order=False, seed=seed)
    return points


def indices(
    ranges: Mapping[str, tuple[float, float]], values: Array, seed: int, level: float
) -> tuple[Index, ...]:
    """Return first-order and total indices (Sobol 2001; Saltelli et al. 2010; Jansen 1999).

    Parameters
    ----------
    values : ndarray, shape (size * (inputs + 2),)
        At the points of `design`. If they are all equal, to rounding, there is no variance to
        explain and the indices are NaN.
    level : float
        Of the intervals, from 200 bootstrap resamples, between 0 and 1.
    seed : int
        Of the resamples.
    """
    if np.ptp(values) <= SAME * np.abs(values).max():
        return tuple(Index(name, *[float("nan")] * 4) for name in ranges)
    sobol = import_module("SALib.analyze.sobol")
    # a resample whose values are all equal has no indices, so that its margins are NaN
    with np.errstate(invalid="ignore", divide="ignore"):
        found = sobol.analyze(
            _problem(ranges),
            values,
            calc_second_order=False,
            num_resamples=RESAMPLES,
            conf_level=level,
            seed=seed + 1,  # SALib takes 0 for no seed at all
        )
    keys = ("S1", "S1_conf", "ST", "ST_conf")
    return tuple(
        Index(name, *(float(found[key][place]) for key in keys))
        for place, name in enumerate(ranges)
    )


def _problem(ranges: Mapping[str, tuple[float, float]]) -> dict[str, Any]:
    return {
        "num_vars": len(ranges),
        "names": list(ranges),
        "bounds": [list(span) for span in ranges.values()],
    }


# How much of all threats the multilateral form takes.

RESOLUTION = 0.01
LEVELS = 33


def multilateral_share(game: AllianceGame, *, resolution: float = RESOLUTION) -> float:
    """Return the share of all threats in [0, 1] at which the preferred form is multilateral.

    This stands for the critical threat where one number is needed for every game. The critical
    threat itself is undefined where the form never turns, and to fill in a number for "never" (1,
    or more) makes every index or average depend on that number. The share is defined for every
    game, and where there is one turn from which on the form is multilateral it is 1 less the
    critical threat, so that both have the same variance and the same sensitivity indices.

    Parameters
    ----------
    resolution : float
        Of the critical threats that it is made of: no wider stretch of another form is missed. For
        the family `blocs` and with burden sharing nothing is proved, and 33 evenly spaced threats
        are looked at.

    Returns
    -------
    float
        In [0, 1].

    Examples
    --------
    >>> import games
    >>> round(multilateral_share(games.load("classic-athens")), 4)
    0.6432
    """
    if (game.family, game.burden_sharing) == ("bloc_and_spokes", "none"):
        return critical_threats(game, resolution=resolution).multilateral.share
    found = look(game, np.linspace(0, 1, LEVELS).tolist())
    return Multilateral(tuple(multilateral_spans(game, found)), (0.0, 1.0)).share


Quantity = Callable[[AllianceGame], float]

SIZE = 64
LEVEL = 0.95


@dataclass(frozen=True, eq=False)
class Sensitivity(Tabled, Record):
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

    _subject = "Sobol indices"
    _asked = ("game", "ranges", "size", "seed", "level")
    _units = {  # noqa: RUF012
        **dict.fromkeys(("low", "high"), "the parameter's own (games.settings)"),
        **dict.fromkeys(
            ("first", "first_margin", "total", "total_margin"), "share of the variance"
        ),
    }

    def __str__(self) -> str:
        told = ", ".join(f"{item.name} {item.total:.2g}" for item in self.indices)
        return f"mean {self.mean:.4g}; total indices: {told}"

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

    def _dimensions(self) -> Dimensions:
        return {"parameter": {}}


def sensitivity(
    game: AllianceGame,
    ranges: Mapping[str, Sequence[float]],
    size: int = SIZE,
    seed: int = 0,
    *,
    quantity: Quantity = multilateral_share,
    level: float = LEVEL,
    progress: Progress | None = None,
) -> Sensitivity:
    """Return Sobol indices of the critical threat, or of another quantity of the game.

    The quantity is by default the share of all threats at which the preferred form is multilateral:
    1 less the critical threat where there is one, and defined where there is none. Why no number is
    filled in for "never": `solver.studies.sensitivity.multilateral_share`.

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
        If a range is no range of a quantity of the game, or `quantity` gives no finite number in
        some draw.
    """
    checks.kind("game", game, AllianceGame)
    spans = spans_of(game, ranges)
    level = checks.inside("level", level, 0, 1)
    points = design(spans, size, seed)
    values = np.empty(len(points))
    for place, point in enumerate(points.tolist()):
        given = quantity(settings.with_values(game, dict(zip(spans, point, strict=True))))
        if not checks.is_number(given):
            raise InvalidGameError(
                f"`quantity` must give a number; got {checks.shown(given)} in draw {place + 1}"
                f" of {len(points)}"
            )
        values[place] = given
        if progress:
            progress("draws", place + 1, len(points))
    lost = int((~np.isfinite(values)).sum())
    if lost:
        raise InvalidGameError(
            f"`quantity` must be finite; it is not in {lost} of {len(points)} draws"
        )
    found = indices(spans, values, seed, level)
    return Sensitivity(game, spans, size, seed, level, found, values)
