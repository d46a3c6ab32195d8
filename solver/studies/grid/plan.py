"""The cells of a study, listed one group at a time: games that differ in numbers alone."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from games import AllianceError, AllianceGame, InvalidGameError, checks
from games.alliance import settings
from games.arrays import Array, Ints
from games.records import Record
from solver.alliance.concepts.registry import concept_named
from solver.studies.axes import Axis, axis_of, check, ends_of, named
from solver.studies.grid.variation import Variation

# what changes neither decision weights nor how outcomes are ranked
LEVEL = (
    *("alpha", "beta", "curvature", "loss_aversion", "base", "slope", "level", "weight"),
    *("threat", "frame"),
)
_RULES = ("scenario", "concept", "preference", "candidate_preference", "reference")

# The door to scipy's designs: points that fill a box evenly, for studies of many parameters.

DESIGNS = ("sobol", "latin_hypercube")


def design_points(
    design: str, size: int, ranges: Mapping[str, tuple[float, float]], seed: int = 0
) -> NDArray[np.float64]:
    """Return the points of a design in a box.

    Parameters
    ----------
    design : {"sobol", "latin_hypercube"}
        A Sobol' sequence, scrambled (Sobol' 1967; Owen 1998), or a random Latin hypercube (McKay,
        Beckman & Conover 1979).
    size : int
        How many; a power of 2 for "sobol", whose balance hangs on it.
    ranges : mapping of str to pair of float
        Lowest and highest value of each quantity.
    seed : int
        Of the scrambling or the cube; the same seed gives the same points.

    Returns
    -------
    ndarray, shape (size, len(ranges))

    Raises
    ------
    InvalidGameError
        If there is no such design, or `size` or a range does not suit it.

    Examples
    --------
    >>> design_points("sobol", 2, {"cohesion": (0, 1), "threat": (0, 1)}).shape
    (2, 2)
    """
    checks.one_of("design", design, DESIGNS)
    checks.whole("size", size, 1)
    checks.whole("seed", seed, 0)
    if design == "sobol" and size & (size - 1):
        higher = 1 << size.bit_length()
        raise InvalidGameError(
            f"`size` must be a power of 2 for 'sobol', such as {higher}; got {size}"
            " (latin_hypercube takes any)"
        )
    if not ranges:
        raise InvalidGameError("`design` must have a quantity with a range (low, high); got none")
    low, high = np.array([ends_of(name, given) for name, given in ranges.items()]).T
    from scipy.stats import qmc

    if design == "sobol":
        unit = qmc.Sobol(len(ranges), seed=seed).random(size)
    else:
        unit = qmc.LatinHypercube(len(ranges), seed=seed).random(size)
    found: NDArray[np.float64] = low + (high - low) * unit
    return found


Settings = dict[str, Any]


class Group(NamedTuple):
    """Cells that share a concept and a game but for the values of numbers.

    Attributes
    ----------
    variation : Variation
        The game, and what varies.
    problem : AllianceError or None
        Why there is no such game, so that none of the cells has one.
    axes : sequence of pairs of sequence of Axis and int
        What varies together, and how far apart its neighbours are in the study.
    start : int
        The position of the first cell in the study.
    """

    variation: Variation
    problem: AllianceError | None
    axes: Sequence[tuple[Sequence[Axis], int]]
    start: int

    def chunks(self, most: int) -> Iterator[tuple[Ints, Array]]:
        """Yield positions in the study and values, shape (cells, names), `most` cells at a time."""
        shape = [len(columns[0]) for columns, _ in self.axes]
        size = math.prod(shape)
        listed = [
            [np.array(axis.values, np.float64) for axis in columns] for columns, _ in self.axes
        ]
        for first in range(0, size, most):
            cells = np.arange(first, min(first + most, size))
            places = np.unravel_index(cells, shape) if shape else ()
            positions = np.full(cells.size, self.start)
            values: list[Array] = []
            for place, columns, (_, stride) in zip(places, listed, self.axes, strict=True):
                positions += place * stride
                values += [column[place] for column in columns]
            yield positions, np.stack(values, axis=1) if values else np.empty((cells.size, 0))


@dataclass(frozen=True, eq=False)
class StudyPlan(Record):
    """All cells of a study, in the order of its rows: points first, then the axes crossed.

    Attributes
    ----------
    game : AllianceGame
        The game that is varied; of scenarios the first.
    axes : tuple of Axis
        Crossed with each other and with the points; the last one varies fastest.
    points : tuple of Axis
        Columns of a design or of rows given one by one, all of one length; none for a grid.
    concept : str
        Where no axis gives one.
    tolerance : float
    """

    game: AllianceGame
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
        """Yield the groups: combinations of words and rules; numbers vary within them."""
        strides = [math.prod(self.shape[place + 1 :]) for place in range(len(self.shape))]
        parts = list(zip(self.dimensions, strides, strict=True))
        outer = [part for part in parts if not _is_numbers(part[0])]
        # what takes least for a further value moves fastest
        inner = sorted((part for part in parts if _is_numbers(part[0])), key=_cost, reverse=True)
        for start, changes in _combinations(outer):
            yield self._group(start, changes, inner)

    def _group(
        self, start: int, chosen: Settings, inner: Sequence[tuple[Sequence[Axis], int]]
    ) -> Group:
        changes = dict(chosen)
        game: AllianceGame = changes.pop("scenario", self.game)
        concept = changes.pop("concept", self.concept)
        names = [axis.name for columns, _ in inner for axis in columns]
        try:
            game = replace(settings.with_values(game, changes), scenario=None)
        except AllianceError as error:
            none = Variation(game, names, concept, self.tolerance, refused=changes)
            return Group(none, error, inner, start)
        return Group(Variation(game, names, concept, self.tolerance), None, inner, start)


def _is_numbers(columns: Sequence[Axis]) -> bool:
    """Return whether all values are numbers, and none of them puts a rule in another's place."""
    return all(
        axis.name not in _RULES and all(map(checks.is_number, axis.values)) for axis in columns
    )


def _cost(part: tuple[Sequence[Axis], int]) -> int:
    """Return 0 where a further value is another level of the same game, 1 where another game."""
    return int(any(axis.name not in LEVEL for axis in part[0]))


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


# From what a caller asks for to the plan of a study, everything checked first.

# axes of words and rules are crossed with the points of a design
CROSSED = (*_RULES, "family", "ratification", "burden_sharing")


def plan_of(
    game: AllianceGame | None,
    axes: Mapping[str, object],
    *,
    concept: object,
    tolerance: float,
    design: str | None = None,
    size: int | None = None,
    seed: int = 0,
    rows: object = None,
) -> StudyPlan:
    """Return the plan of a study.

    Parameters
    ----------
    game : AllianceGame or None
    axes : mapping of str to values
        By the names of `games.settings`, "scenario" or "concept".
    concept : str or sequence of str
    tolerance : float
    design, size, seed
        As in `solver.studies.grid.plan.design_points`; axes that are no words or rules are ranges
        then.
    rows : sequence of mapping, or DataFrame
        Points given one by one; they are crossed with `axes`.

    Raises
    ------
    InvalidGameError, UnknownNameError
        If there is no game, or a value suits no game of the study.
    """
    given = dict(axes)
    if isinstance(concept, str):
        concept_named(concept)
    else:
        given["concept"] = concept
    checks.within("tolerance", tolerance, 0, 1)
    if design is not None and rows is not None:
        raise InvalidGameError("`rows` must not be given together with `design`")
    columns = _columns(rows) if rows is not None else {}
    if design is not None:
        ranges = {name: given.pop(name) for name in list(given) if name not in CROSSED}
        if size is None:
            raise InvalidGameError("`size` must be given with `design`: how many points")
        found = design_points(design, size, ranges, seed)  # type: ignore[arg-type]
        columns = dict(zip(ranges, found.T.tolist(), strict=True))
    both = sorted(set(given) & set(columns))
    if both:
        raise InvalidGameError(f"`{both[0]}` must not be given beside `rows` that hold it")
    crossed = [axis_of(name, values) for name, values in given.items()]
    points = [axis_of(name, values, repeated=True) for name, values in columns.items()]
    if not crossed and not points:
        raise InvalidGameError("a study must have an axis, such as threat=[0.2, 0.5]; got none")
    bases = _bases(game, [*crossed, *points])
    crossed, points = ([named(bases, one) for one in some] for some in (crossed, points))
    for one in crossed:
        check(bases, one.name, one.values)
    for one in points if design is not None else ():
        check(bases, one.name, (min(one.values), max(one.values)))
    usual = concept if isinstance(concept, str) else "subgame_perfect"
    return StudyPlan(
        game if game is not None else bases[0], tuple(crossed), tuple(points), usual, tolerance
    )


def _columns(rows: Any) -> dict[str, list[Any]]:
    """Return rows as columns by name."""
    listed = rows.to_dict("records") if hasattr(rows, "columns") else rows
    if not isinstance(listed, Sequence) or not all(isinstance(row, Mapping) for row in listed):
        raise InvalidGameError(
            "`rows` must be a list of mappings such as {'threat': 0.5}, or a DataFrame;"
            f" got {type(rows).__name__}"
        )
    if not listed or not listed[0]:
        raise InvalidGameError("`rows` must hold at least one row with a value; got none")
    names = list(listed[0])
    for place, row in enumerate(listed):
        if set(row) != set(names):
            raise InvalidGameError(
                f"`rows` must all hold {', '.join(map(str, names))}; row {place} holds"
                f" {', '.join(map(str, row)) or 'nothing'}"
            )
    return {str(name): [row[name] for row in listed] for name in names}


def _bases(game: AllianceGame | None, axes: Iterable[Axis]) -> list[AllianceGame]:
    """Return the games that the axes may vary: each scenario under each rule that has parts."""
    by_name = {one.name: one for one in axes}
    if "scenario" in by_name:
        if game is not None:
            raise InvalidGameError("`game` must be None where `scenario` gives the games")
        bases = list(dict.fromkeys(by_name["scenario"].values))
    elif isinstance(game, AllianceGame):
        bases = [game]
    else:
        raise InvalidGameError(f"`game` must be an AllianceGame, or `scenario` given; got {game!r}")
    for rule, parts in (("preference", settings.PREFERENCE), ("reference", settings.REFERENCE)):
        if rule in by_name and set(parts) & set(by_name):
            choices = dict.fromkeys(by_name[rule].values)
            check(bases, rule, choices)
            bases = [
                settings.with_values(base, {rule: choice}) for base in bases for choice in choices
            ]
    return bases
