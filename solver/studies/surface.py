"""Critical surfaces: how the critical threats depend on one or two other quantities."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

import numpy as np

from games import AllianceGame, InvalidGameError, checks, labels
from games.alliance import settings
from games.arrays import Array
from games.records import Record
from games.tabled import Dimensions, Tabled
from solver.results import Progress, name_of
from solver.studies.axes import Axis, axis_at, dimensions_of
from solver.studies.critical import CriticalThreats, critical_threats, crossings_between
from solver.studies.outcome import THREAT
from solver.studies.preferred import form_of, preferred_structures

UNITS = {"multilateral_from": THREAT}
LEVELS = 65
MOST_AXES = 2


@dataclass(frozen=True, eq=False)
class CriticalSurface(Tabled, Record):
    """The critical threats of a game over a grid of one or two other quantities.

    Attributes
    ----------
    game : AllianceGame
    axes : tuple of Axis
    multilateral_from : ndarray, shape (values of the first axis, values of the second)
        The threat from which on, to threat 1, the preferred form is multilateral; NaN where the
        form at threat 1 is another.
    critical : tuple of CriticalThreats
        Every change of form at each point of the grid, the last axis running fastest.
    resolution : float
        A change of form and its reverse that lie closer together may be missed; see `proved`.
    proved : bool
        Whether `resolution` is proved. If not, it is the step between the threats looked at.
    """

    game: AllianceGame
    axes: tuple[Axis, ...]
    multilateral_from: Array = field(repr=False)
    critical: tuple[CriticalThreats, ...] = field(repr=False)
    resolution: float
    proved: bool

    _units = UNITS
    _subject = "the threat from which on the alliance is multilateral"
    _asked = ("game", "axes", "resolution")

    def __str__(self) -> str:
        names, known = " by ".join(line.name for line in self.axes), self.multilateral_from
        if np.isnan(known).all():
            return f"over {names}: never multilateral at threat 1"
        low, high = float(np.nanmin(known)), float(np.nanmax(known))
        return f"over {names}: multilateral from {low:.4g} to {high:.4g}"

    @property
    def crossings(self) -> Array:
        """Every critical threat, rising, filled up with NaN.

        Its shape is that of the grid, and the most that there are at a point.
        """
        most = max(len(found) for found in self.critical)
        rows = np.full((len(self.critical), most), np.nan)
        for row, found in zip(rows, self.critical, strict=True):
            row[: len(found)] = [item.threat for item in found]
        return rows.reshape(*self.multilateral_from.shape, most)

    def _points(self) -> list[dict[str, object]]:
        names = [line.name for line in self.axes]
        grid = product(*(line.values for line in self.axes))
        return [dict(zip(names, values, strict=True)) for values in grid]

    def records(self) -> list[dict[str, object]]:
        """Return one flat row of plain values for each point of the grid; None for no turn."""
        return [
            point
            | {
                "multilateral_from": found.multilateral_from,
                "changes": len(found),
                "first": name_of(found.first),
                "last": name_of(found.last),
            }
            for point, found in zip(self._points(), self.critical, strict=True)
        ]

    def _dimensions(self) -> Dimensions:
        return dimensions_of(*self.axes)

    def crossing_records(self) -> list[dict[str, object]]:
        """Return one flat row of plain values for each change of form at each point."""
        return [
            point
            | {
                "threat": item.threat,
                "below": name_of(item.below),
                "above": name_of(item.above),
                "cause": item.cause,
            }
            for point, found in zip(self._points(), self.critical, strict=True)
            for item in found
        ]


def critical_surface(
    game: AllianceGame,
    axes: Mapping[str, Sequence[float]],
    *,
    resolution: float | None = None,
    levels: int = LEVELS,
    progress: Progress | None = None,
) -> CriticalSurface:
    """Return the critical threats of `game` as a function of one or two other quantities.

    Parameters
    ----------
    game : AllianceGame
        Of the family `bloc_and_spokes`, without burden sharing; its own threat is not used.
    axes : mapping of str to sequence of float
        Values of each quantity, rising; one or two quantities.
    resolution : float, optional
        Prove each point complete to this, as `solver.critical_threats` does. Without it the form is
        looked at at `levels` threats and changes between them are located to 1e-9: a change and its
        reverse between two of them are missed, and nothing is proved. That is several times faster.
    levels : int
        Evenly spaced threats in [0, 1].
    progress : callable, optional
        Called with the numbers of points done and to do.

    Returns
    -------
    CriticalSurface

    Raises
    ------
    InvalidGameError, UnknownNameError
        If an axis is no quantity of the game, or "threat" itself.
    NotApplicableError
        For the family `blocs`, and with burden sharing.

    Examples
    --------
    >>> import games
    >>> athens = games.load("classic-athens")
    >>> found = critical_surface(athens, {"cohesion": [0.3, 0.55, 0.7]}, levels=33)
    >>> found.multilateral_from.round(4).tolist()
    [nan, 0.4019, 0.3568]
    """
    checks.kind("game", game, AllianceGame)
    given = labels.mapping("axes", axes, "names to values")
    if not 1 <= len(given) <= MOST_AXES or "threat" in given:
        raise InvalidGameError(
            f"`axes` must map one or two names other than 'threat' to values; got {axes!r}"
        )
    checks.whole("levels", levels, 2)
    lines = tuple(axis_at(game, name, values) for name, values in given.items())
    threats = np.linspace(0, 1, levels).tolist()
    found: list[CriticalThreats] = []
    grid = list(product(*(line.values for line in lines)))
    for place in grid:
        point = settings.with_values(game, dict(zip(given, place, strict=True)))
        if resolution is None:
            forms = [form_of(structure) for structure in preferred_structures(point, threats)]
            found.append(crossings_between(point, threats, forms))
        else:
            found.append(critical_threats(point, resolution=resolution))
        if progress:
            progress("critical threats", len(found), len(grid))
    turns = [item.multilateral_from for item in found]
    return CriticalSurface(
        game,
        lines,
        np.array([np.nan if turn is None else turn for turn in turns]).reshape(
            [len(line.values) for line in lines]
        ),
        tuple(found),
        max(item.resolution for item in found),
        resolution is not None,
    )
