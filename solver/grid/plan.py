"""The cells of a study, listed one group at a time: who shares a game but for taste and level."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

from games import AllianceError, AllianceGame, Preference, settings
from solver.grid.axes import LEVEL, TASTE, Axis
from solver.grid.canonical import Keys, Level, unsolvable_key

Settings = dict[str, Any]

# tastes and levels of a group that are kept built
REMEMBERED = 4096


class Cell(NamedTuple):
    """A cell of a group: where it stands in the study, its key, and what it does not share.

    `problem` says why the cell has no game; it is None for cells that can be solved.
    """

    position: int
    key: bytes
    preference: Preference | None
    level: Level | None
    problem: AllianceError | None = None


class Group(NamedTuple):
    """Cells that share all but preference, threat, frame and reference.

    `game` is None if no cell of the group has one.
    """

    game: AllianceGame | None
    concept: str
    cells: Iterator[Cell]


@dataclass(frozen=True, eq=False)
class Plan:
    """All cells of a study, in the order of its rows: points first, then the axes crossed.

    Attributes
    ----------
    game : AllianceGame or None
        The game that is varied; None if there is an axis of scenarios.
    axes : tuple of Axis
        Crossed with each other and with the points; the last one varies fastest.
    points : tuple of Axis
        Columns of a design or of rows given one by one, all of one length; none for a grid.
    concept : str
        Where no axis gives one.
    tolerance : float
    """

    game: AllianceGame | None
    axes: tuple[Axis, ...]
    points: tuple[Axis, ...] = ()
    concept: str = "subgame_perfect"
    tolerance: float = 1e-9

    @cached_property
    def dimensions(self) -> tuple[tuple[Axis, ...], ...]:
        """What varies together: the points' columns, then each axis alone."""
        alone = tuple((axis,) for axis in self.axes)
        return (self.points, *alone) if self.points else alone

    @cached_property
    def shape(self) -> tuple[int, ...]:
        """The number of places along each dimension."""
        return tuple(len(columns[0]) for columns in self.dimensions)

    @property
    def size(self) -> int:
        """The number of cells."""
        return math.prod(self.shape)

    def by_column(self) -> dict[str, Axis]:
        """Return each axis and each column of the points by its name in tables."""
        return {axis.column: axis for columns in self.dimensions for axis in columns}

    def labels(self, start: int, stop: int) -> dict[str, list[float | str]]:
        """Return the labels of the cells `start` to `stop`, by column."""
        found: dict[str, list[float | str]] = {}
        stride = self.size
        for columns, length in zip(self.dimensions, self.shape, strict=True):
            stride //= length
            places = [position // stride % length for position in range(start, stop)]
            for axis in columns:
                found[axis.column] = [axis.labels[place] for place in places]
        return found

    def groups(self) -> Iterator[Group]:
        """Yield the groups; their cells are to be read before the next group is."""
        shared = [not _varies_within(columns) for columns in self.dimensions]
        strides = [math.prod(self.shape[place + 1 :]) for place in range(len(self.shape))]
        parts = list(zip(self.dimensions, strides, strict=True))
        outer = [part for part, apart in zip(parts, shared, strict=True) if apart]
        inner = [part for part, apart in zip(parts, shared, strict=True) if not apart]
        # levels move fastest, as a further level of one taste costs least
        inner.sort(key=lambda part: all(axis.name in LEVEL for axis in part[0]))
        for start, changes in _combinations(outer):
            yield self._group(start, changes, inner)

    def _group(
        self, start: int, chosen: Settings, inner: Sequence[tuple[Sequence[Axis], int]]
    ) -> Group:
        within = {name: value for name, value in chosen.items() if name in (*TASTE, *LEVEL)}
        apart = {name: value for name, value in chosen.items() if name not in within}
        base: AllianceGame = apart.pop("scenario", self.game)
        concept = apart.pop("concept", self.concept)
        combined = ((start + offset, within | changes) for offset, changes in _combinations(inner))
        try:
            game = replace(settings.with_values(base, apart), scenario=None)
        except AllianceError as error:
            problem = error

            def unsolvable() -> Iterator[Cell]:
                for position, changes in combined:
                    yield self._unsolvable(position, base, apart | changes, concept, problem)

            return Group(None, concept, unsolvable())
        return Group(game, concept, self._cells(game, concept, combined))

    def _cells(
        self, game: AllianceGame, concept: str, combined: Iterator[tuple[int, Settings]]
    ) -> Iterator[Cell]:
        keys = Keys(game, concept, self.tolerance)
        tastes: dict[object, Preference | AllianceError] = {}
        levels: dict[object, Level | AllianceError] = {}
        for position, changes in combined:
            taste = _remembered(tastes, game, changes, TASTE, lambda g: g.preference)
            level = _remembered(levels, game, changes, LEVEL, _level_of)
            if isinstance(taste, AllianceError):
                yield self._unsolvable(position, game, changes, concept, taste)
            elif isinstance(level, AllianceError):
                yield self._unsolvable(position, game, changes, concept, level)
            else:
                yield Cell(position, keys.of(taste, level), taste, level)

    def _unsolvable(
        self,
        position: int,
        game: AllianceGame,
        changes: Settings,
        concept: str,
        problem: AllianceError,
    ) -> Cell:
        name = unsolvable_key(game, changes, concept, self.tolerance)
        return Cell(position, name, None, None, problem)


def _varies_within(columns: Sequence[Axis]) -> bool:
    return all(axis.name in TASTE or axis.name in LEVEL for axis in columns)


def _combinations(
    dimensions: Sequence[tuple[Sequence[Axis], int]],
) -> Iterator[tuple[int, Settings]]:
    """Yield each combination of places as its offset and its settings, the last one fastest."""
    if not dimensions:
        yield 0, {}
        return
    (columns, stride), *rest = dimensions
    for place in range(len(columns[0])):
        chosen = {axis.name: axis.values[place] for axis in columns}
        for offset, others in _combinations(rest):
            yield place * stride + offset, chosen | others


def _level_of(game: AllianceGame) -> Level:
    return Level(game.threat, game.frame, game.reference)


def _remembered(
    known: dict[object, Any],
    game: AllianceGame,
    changes: Mapping[str, Any],
    names: Sequence[str],
    read: Any,
) -> Any:
    """Return what `read` finds in `game` once the changes of `names` are made, or the error."""
    chosen = {name: changes[name] for name in names if name in changes}
    mark = tuple(chosen.items())
    if mark not in known:
        if len(known) >= REMEMBERED:
            known.clear()
        try:
            known[mark] = read(settings.with_values(game, chosen))
        except AllianceError as error:
            known[mark] = error
    return known[mark]
