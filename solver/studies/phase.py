"""A phase diagram as an object: areas, boundaries, and what is known of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from games import AllianceGame, Form, checks
from games.records import Record
from games.tabled import Dimensions, Tabled
from solver.alliance.concepts.registry import concept_named
from solver.results import Progress, name_of
from solver.studies.axes import Axis, axis, dimensions_of
from solver.studies.plane import Boundary, Drawing, Piece, Plane, Point, Tile, check_names, joined
from solver.studies.preferred import Preferred, code_of, form_of

DEPTH = 4


@dataclass(frozen=True, eq=False)
class PhaseDiagram(Tabled, Record):
    """Which form is preferred where in a plane.

    Attributes
    ----------
    game : AllianceGame
    x, y : Axis
    concept : str
    structures : tuple of tuple of AllianceStructure or None
        What is preferred at the points of the grid, one row for each value of y.
    boundaries : tuple of Boundary
        Corners lie on lines of the grid, or of finer ones in tiles where boundaries meet. They are
        located to 1e-9 of the axis (of threat, on lines that are proved complete), but for the
        middles of smallest tiles in which boundaries lie closer together than `blur`: these are
        off by as much. Between corners a boundary is drawn straight.
    pieces : tuple of Piece
        The same as areas: polygons that fill the plane.
    junctions : ndarray, shape (m, 2)
        Where more than two forms meet, or boundaries that were not told apart, to `blur`.
    blur : pair of float
        Size of the smallest tiles that are looked at, along x and y.
    proved : float or None
        Lines of the grid along the threat miss no change of form wider than this; None if no lines
        are proved complete. Nothing is proved between the lines of the grid, nor along the other
        axis: there a form may hide that no line meets.
    """

    game: AllianceGame
    x: Axis
    y: Axis
    concept: str
    structures: tuple[tuple[Preferred, ...], ...] = field(repr=False)
    boundaries: tuple[Boundary, ...]
    pieces: tuple[Piece, ...] = field(repr=False)
    junctions: NDArray[np.float64] = field(repr=False)
    blur: tuple[float, float]
    proved: float | None
    plane: Plane = field(repr=False, compare=False)

    _subject = "which form is preferred where"
    _asked = ("game", "x", "y", "concept")

    def __str__(self) -> str:
        told = ", ".join(f"{name_of(form)} {share:.1%}" for form, share in self.shares().items())
        return f"{self.x.name} by {self.y.name}: {told}"

    @property
    def forms(self) -> tuple[tuple[Form | None, ...], ...]:
        """The form at each point of the grid, one row for each value of y."""
        return tuple(tuple(map(form_of, row)) for row in self.structures)

    @property
    def codes(self) -> NDArray[np.int64]:
        """Places of the forms in `tuple(games.Form)`, -1 for no equilibrium; shape (y, x)."""
        return np.array([[code_of(form) for form in row] for row in self.forms])

    def shares(self) -> dict[Form | None, float]:
        """Return the share of the plane in which each form is preferred, largest first."""
        whole = self.x.length * self.y.length
        sums: dict[Form | None, float] = {}
        for piece in self.pieces:
            sums[piece.form] = sums.get(piece.form, 0.0) + _area(piece.polygon) / whole
        return dict(sorted(sums.items(), key=lambda item: -item[1]))

    def unseen(self, draws: int = 100, seed: int = 0) -> list[tuple[float, float, Form | None]]:
        """Return random points whose form differs from all that is known on the rim of their tile.

        None found is no proof that none are there: with a share p of the plane hidden, `draws`
        points miss it with probability (1 - p)^draws. `refined` then shows what was found only if
        one of its new lines meets it.

        Returns
        -------
        list of (x, y, form)
        """
        checks.whole("draws", draws, 1)
        places = np.random.default_rng(seed).uniform(size=(draws, 2))
        points = [
            (self.x.values[0] + a * self.x.length, self.y.values[0] + b * self.y.length)
            for a, b in places.tolist()
        ]
        self.plane.look(points)
        found = []
        for point in points:
            i = int(np.searchsorted(self.x.values, point[0])) - 1
            j = int(np.searchsorted(self.y.values, point[1])) - 1
            tile = _tile(self.plane, self.x.values, self.y.values, max(i, 0), max(j, 0))
            form = form_of(self.plane.choice(point))
            if form not in {spot.after for spot in tile.rim()}:
                found.append((*point, form))
        return found

    def refined(self, times: int = 1, progress: Progress | None = None) -> PhaseDiagram:
        """Return the diagram with the tiles of the grid halved `times` times in both directions.

        What was found before is not computed again. A form hidden from the old grid is found if a
        new line of the grid meets it.
        """
        checks.whole("times", times, 1)
        finer = [_halved(np.array(line.values), times) for line in (self.x, self.y)]
        x, y = (
            replace(line, values=tuple(values.tolist()))
            for line, values in zip((self.x, self.y), finer, strict=True)
        )
        return drawn(self.plane, x, y, progress)

    def records(self) -> list[dict[str, object]]:
        """Return one flat row of plain values for each point of the grid."""
        return [
            {
                self.x.name: a,
                self.y.name: b,
                "form": name_of(form_of(found)),
                "structure": str(found) if found else "",
            }
            for b, row in zip(self.y.values, self.structures, strict=True)
            for a, found in zip(self.x.values, row, strict=True)
        ]

    def _dimensions(self) -> Dimensions:
        return dimensions_of(self.y, self.x)

    def boundary_records(self) -> list[dict[str, object]]:
        """Return one flat row of plain values for each corner of each boundary."""
        return [
            {
                "boundary": number,
                "one": name_of(line.forms[0]),
                "other": name_of(line.forms[1]),
                self.x.name: a,
                self.y.name: b,
            }
            for number, line in enumerate(self.boundaries)
            for a, b in line.points.tolist()
        ]


def drawn(plane: Plane, x: Axis, y: Axis, progress: Progress | None) -> PhaseDiagram:
    """Return the diagram on a grid."""
    report = progress or (lambda what, done, total: None)
    complete = plane.complete_axis
    lines = (y, x)[complete].values if complete is not None else ()
    for number, value in enumerate(lines, start=1):
        plane.prove(value)
        report("lines proved", number, len(lines))
    plane.look((a, b) for b in y.values for a in x.values)
    drawings: list[Drawing] = []
    for j in range(len(y.values) - 1):
        for i in range(len(x.values) - 1):
            drawings += plane.drawings(_tile(plane, x.values, y.values, i, j), DEPTH)
        report("rows drawn", j + 1, len(y.values) - 1)
    junctions = [drawing.junction for drawing in drawings if drawing.junction]
    return PhaseDiagram(
        plane.game,
        x,
        y,
        plane.concept,
        tuple(tuple(plane.choice((a, b)) for a in x.values) for b in y.values),
        tuple(joined(piece for drawing in drawings for piece in drawing.segments)),
        tuple(piece for drawing in drawings for piece in drawing.pieces),
        np.array(junctions, dtype=np.float64).reshape(-1, 2),
        (x.length / (len(x.values) - 1) / 2**DEPTH, y.length / (len(y.values) - 1) / 2**DEPTH),
        plane.proved_to(),
        plane,
    )


def _tile(plane: Plane, xs: Sequence[float], ys: Sequence[float], i: int, j: int) -> Tile:
    low_left, low_right = (xs[i], ys[j]), (xs[i + 1], ys[j])
    up_left, up_right = (xs[i], ys[j + 1]), (xs[i + 1], ys[j + 1])
    return Tile(
        plane.edge(low_left, low_right),
        plane.edge(low_right, up_right),
        plane.edge(up_left, up_right),
        plane.edge(low_left, up_left),
    )


def _area(polygon: tuple[Point, ...]) -> float:
    x, y = np.array(polygon).T
    return abs(float(x @ np.roll(y, -1) - y @ np.roll(x, -1))) / 2


def _halved(values: NDArray[np.float64], times: int) -> NDArray[np.float64]:
    for _ in range(times):
        values = np.sort(np.concatenate([values, (values[1:] + values[:-1]) / 2]))
    return values


# Draw phase diagrams: which form is preferred where in a plane of two quantities of a game.

POINTS = 25
LINE_RESOLUTION = 5e-3


def phase_diagram(
    game: AllianceGame,
    x: str = "threat",
    y: str = "cohesion",
    x_range: Sequence[float] | None = None,
    y_range: Sequence[float] | None = None,
    *,
    resolution: int | tuple[int, int] = POINTS,
    concept: str = "subgame_perfect",
    line_resolution: float = LINE_RESOLUTION,
    progress: Progress | None = None,
) -> PhaseDiagram:
    """Return which form is preferred where in a plane of two quantities of `game`.

    1. Find what is preferred at the points of a grid, values at many threats together.
    2. Find where the form changes along the lines of the grid, by root search. Lines along the
       threat are proved complete by `solver.critical_threats` (`subgame_perfect`, in the family
       `bloc_and_spokes`, without burden sharing). Along other lines, changes between points of
       different forms are found.
    3. Draw the boundaries through each tile that the changes on its rim imply (marching squares,
       the plane case of Lorensen & Cline 1987, for any number of forms). Where these leave it open,
       as where three forms meet, cut the tile in four and go on, down to a sixteenth of its sides;
       there let all boundaries meet in one point.
    4. Join the pieces.

    Ties count for nothing: values that differ by more than rounding are no ties.

    Parameters
    ----------
    x, y : str
        Names that `games.settings.with_value` knows.
    x_range, y_range : pair of float, optional
        0 to 1 by default, for shares and probabilities.
    resolution : int or pair of int
        Points of the grid along x and y.
    concept : str
        As in `solver.solve`.
    line_resolution : float
        As `resolution` of `solver.critical_threats`, for the lines along the threat. Their proof
        takes most of the time.
    progress : callable, optional
        Called with what is being done, and the numbers of lines done and to do.

    Returns
    -------
    PhaseDiagram

    Raises
    ------
    InvalidGameError, UnknownNameError, NotApplicableError
        If an axis is no quantity of the game, or a range is out of its range.

    Examples
    --------
    >>> import games
    >>> athens = games.load("classic-athens")
    >>> found = phase_diagram(athens, "threat", "cohesion", (0.3, 0.5), (0.5, 0.7), resolution=3)
    >>> [[str(form) for form in row] for row in found.forms]
    [['hub-and-spoke', 'mixed', 'multilateral'],
     ['hub-and-spoke', 'multilateral', 'multilateral'],
     ['hub-and-spoke', 'multilateral', 'multilateral']]
    """
    checks.kind("game", game, AllianceGame)
    check_names((x, y))
    concept_named(concept)
    across, down = resolution if isinstance(resolution, tuple) else (resolution, resolution)
    along_x, along_y = axis(game, x, x_range, across), axis(game, y, y_range, down)
    lengths = along_x.length, along_y.length
    plane = Plane(game, (x, y), lengths, concept, line_resolution)
    return drawn(plane, along_x, along_y, progress)
