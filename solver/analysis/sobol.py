"""The door to SALib: Saltelli's design and Sobol's indices."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any, NamedTuple

import numpy as np

from games import InvalidGameError, checks
from games.arrays import Array
from solver.tables import need

RESAMPLES = 200


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
    need("SALib", "sensitivity")
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
        At the points of `design`. If they are all equal there is no variance to explain and the
        indices are NaN.
    level : float
        Of the intervals, from 200 bootstrap resamples, between 0 and 1.
    seed : int
        Of the resamples.
    """
    if np.ptp(values) == 0:
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
