"""Maps of the framing effect: where prospect theory chooses otherwise, and what it gains by it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

import numpy as np
from numpy.typing import NDArray

from games import AllianceGame, ExpectedUtility, Form, Preference, checks
from games.alliance import settings
from games.alliance.payoffs import expected_aid
from games.arrays import Array
from games.records import Record
from games.tabled import Dimensions, Tabled
from solver.results import Progress, name_of
from solver.studies.axes import Axis, axis, dimensions_of
from solver.studies.comparison import FramingEffect
from solver.studies.critical import Multilateral
from solver.studies.outcome import MEANINGS
from solver.studies.plane import check_names
from solver.studies.preferred import (
    Preferred,
    form_of,
    multilateral_spans,
    preferred_at,
    preferred_structures,
)

POINTS = 25
UNITS = {
    "certainty_gain": MEANINGS["certainty_equivalent"].unit,
    "mean_loss": MEANINGS["mean"].unit,
    "extra_aid": "hegemon's capability = 1",
}


@dataclass(frozen=True, eq=False)
class FramingMap(Tabled, Record):
    """What a preference makes of a plane of games, against a baseline preference.

    All arrays have shape (values of y, values of x). All differences are between the structure that
    the game's own preference prefers and the one that the baseline prefers in the same game.

    Attributes
    ----------
    game : AllianceGame
    baseline : Preference
    x, y : Axis
    structures, baseline_structures : tuple of tuple of AllianceStructure or None
    certainty_gain : ndarray
        The first's certainty equivalent less the second's, both as the game's own preference sees
        them, in units of the outcome: what the hegemon would pay, in security, to have its own
        choice. At least 0 without burden sharing.
    mean_loss : ndarray
        The second's mean outcome less the first's: what its own choice costs it on average. At
        least 0 if the baseline is expected utility and there is no burden sharing: burdens that
        are bargained over depend on the preference.
    extra_aid : ndarray
        The first's expected aid less the second's, in units of the hegemon's capability.
    effects : tuple of FramingEffect
        If x is the threat, for each value of y: the threat from which on the form is multilateral,
        and its shift against the baseline; located to 1e-6 between the values of x. Else empty.
    """

    game: AllianceGame
    baseline: Preference
    x: Axis
    y: Axis
    structures: tuple[tuple[Preferred, ...], ...] = field(repr=False)
    baseline_structures: tuple[tuple[Preferred, ...], ...] = field(repr=False)
    certainty_gain: Array = field(repr=False)
    mean_loss: Array = field(repr=False)
    extra_aid: Array = field(repr=False)
    effects: tuple[FramingEffect, ...]

    _units = UNITS
    _subject = "the framing effect"
    _asked = ("game", "baseline", "x", "y")

    def __str__(self) -> str:
        share = float(self.differs.mean())
        return f"framing effect over {self.x.name} and {self.y.name}: forms differ at {share:.1%}"

    @property
    def differs(self) -> NDArray[np.bool_]:
        """Whether the two preferred forms differ."""
        return np.array(
            [
                [form_of(one) is not form_of(other) for one, other in zip(*rows, strict=True)]
                for rows in zip(self.structures, self.baseline_structures, strict=True)
            ]
        )

    def pairs(self) -> dict[tuple[Form | None, Form | None], int]:
        """Return at how many points the baseline and the game's own preference have which forms."""
        found: dict[tuple[Form | None, Form | None], int] = {}
        for own, null in zip(self.structures, self.baseline_structures, strict=True):
            for one, other in zip(own, null, strict=True):
                key = form_of(other), form_of(one)
                found[key] = found.get(key, 0) + 1
        return found

    def records(self) -> list[dict[str, object]]:
        """Return one flat row of plain values for each point of the grid."""
        differs = self.differs
        return [
            {
                self.x.name: a,
                self.y.name: b,
                "form": name_of(form_of(self.structures[j][i])),
                "baseline_form": name_of(form_of(self.baseline_structures[j][i])),
                "differs": bool(differs[j, i]),
                "certainty_gain": float(self.certainty_gain[j, i]),
                "mean_loss": float(self.mean_loss[j, i]),
                "extra_aid": float(self.extra_aid[j, i]),
            }
            for j, b in enumerate(self.y.values)
            for i, a in enumerate(self.x.values)
        ]

    def _dimensions(self) -> Dimensions:
        return dimensions_of(self.y, self.x)


def framing_map(
    game: AllianceGame,
    x: str = "threat",
    y: str = "loss_aversion",
    x_range: Sequence[float] | None = None,
    y_range: Sequence[float] | None = None,
    *,
    resolution: int | tuple[int, int] = POINTS,
    baseline: Preference | None = None,
    concept: str = "subgame_perfect",
    progress: Progress | None = None,
) -> FramingMap:
    """Return where the game's own preference chooses another form than a baseline, and what of it.

    Parameters
    ----------
    x, y : str
        Names that `games.settings.with_value` knows.
    x_range, y_range : pair of float, optional
        0 to 1 by default, for shares and probabilities.
    resolution : int or pair of int
        Points of the grid along x and y.
    baseline : Preference, optional
        Expected utility by default.
    concept : str
        As in `solver.solve`.
    progress : callable, optional
        Called with the numbers of rows done and to do.

    Returns
    -------
    FramingMap
        Its figures hold at the points of the grid; nothing is said about what lies between.

    Examples
    --------
    >>> import games
    >>> athens = games.load("classic-athens")
    >>> found = framing_map(athens, y_range=(1, 3), resolution=(9, 2))
    >>> found.differs.sum(axis=1).tolist()
    [2, 3]
    """
    checks.kind("game", game, AllianceGame)
    check_names((x, y))
    across, down = resolution if isinstance(resolution, tuple) else (resolution, resolution)
    along_x, along_y = axis(game, x, x_range, across), axis(game, y, y_range, down)
    null = ExpectedUtility() if baseline is None else baseline

    @cache
    def preferred(line: AllianceGame) -> tuple[Preferred, ...]:
        return tuple(preferred_structures(line, along_x.values, concept))

    @cache
    def preferred_there(point: AllianceGame) -> Preferred:
        return preferred_at(point, concept)

    own: list[tuple[Preferred, ...]] = []
    other: list[tuple[Preferred, ...]] = []
    effects, figures = [], []
    for number, value in enumerate(along_y.values, start=1):
        line = settings.with_value(game, y, value)
        points = [settings.with_value(line, x, place) for place in along_x.values]
        if x == "threat":
            blind = line.with_preference(null)
            own.append(preferred(line))
            other.append(preferred(blind))
            effects.append(_effect(along_x.values, (line, own[-1]), (blind, other[-1])))
        else:
            own.append(tuple(preferred_there(point) for point in points))
            other.append(tuple(preferred_there(p.with_preference(null)) for p in points))
        figures.append([_figures(*found) for found in zip(points, own[-1], other[-1], strict=True)])
        if progress:
            progress("rows", number, down)
    gain, loss, aid = np.moveaxis(np.array(figures), -1, 0)
    return FramingMap(
        game, null, along_x, along_y, tuple(own), tuple(other), gain, loss, aid, tuple(effects)
    )


def _effect(
    threats: Sequence[float],
    own: tuple[AllianceGame, Sequence[Preferred]],
    null: tuple[AllianceGame, Sequence[Preferred]],
) -> FramingEffect:
    """Return where the form is multilateral, and how that shifts."""
    turn, base = (
        Multilateral(
            tuple(multilateral_spans(game, list(zip(threats, found, strict=True)))),
            (threats[0], threats[-1]),
        )
        for game, found in (own, null)
    )
    return FramingEffect.between("own", turn, base)


def _figures(game: AllianceGame, own: Preferred, null: Preferred) -> tuple[float, float, float]:
    """Return the gain of certainty equivalent, the loss of mean and the extra aid, or NaN."""
    if own is None or null is None:
        return np.nan, np.nan, np.nan
    first, second = game.appraise(own), game.appraise(null)
    return (
        first.certainty_equivalent - second.certainty_equivalent,
        second.mean - first.mean,
        expected_aid(game, own) - expected_aid(game, null),
    )
