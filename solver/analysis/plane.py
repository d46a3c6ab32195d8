"""A plane of two quantities of a game: what is preferred at its points and along its lines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from games import AllianceGame, NotApplicableError, settings
from solver.analysis.cells import Cell, Drawing, Point, Side, paired, pairing, starred
from solver.analysis.lines import switches
from solver.analysis.preferred import Choice, form_of, preferred_structures
from solver.critical import critical_threats
from solver.crossing import CriticalThreats

LOCATED = 1e-9
THREAT = "threat"
# concept, family and burden sharing for which `solver.critical_threats` finds every change
PROVED = ("subgame_perfect", "bloc_and_spokes", "none")


class Plane:
    """Finds what is preferred in a plane, and remembers it.

    Parameters
    ----------
    game : AllianceGame
    names : pair of str
        Of the quantities that x and y stand for.
    lengths : pair of float
        Of the two axes: changes of form are located to 1e-9 of these.
    concept : str
    resolution : float
        To which lines along the threat are proved complete, as in `solver.critical_threats`.
    """

    def __init__(
        self,
        game: AllianceGame,
        names: tuple[str, str],
        lengths: tuple[float, float],
        concept: str,
        resolution: float,
    ) -> None:
        self.game, self.names, self.concept = game, names, concept
        self.resolution = resolution
        self._lengths = lengths
        self._found: dict[Point, Choice] = {}
        self._critical: dict[float, CriticalThreats] = {}
        self._sides: dict[tuple[Point, Point], Side] = {}

    @property
    def complete_axis(self) -> int | None:
        """0 or 1 if lines along x or along y are proved complete, None if neither are."""
        proved = (self.concept, self.game.family, self.game.burden_sharing) == PROVED
        return self.names.index(THREAT) if proved and THREAT in self.names else None

    def game_at(self, point: Point) -> AllianceGame:
        """Return the game at a point; its threat is set last."""
        game = self.game
        for name, value in sorted(
            zip(self.names, point, strict=True), key=lambda pair: pair[0] == THREAT
        ):
            game = settings.with_value(game, name, value)
        return game

    def look(self, points: Iterable[Point]) -> None:
        """Find what is preferred at points, those that differ in threat alone together."""
        missing = [point for point in dict.fromkeys(points) if point not in self._found]
        if THREAT not in self.names:
            for point in missing:
                game = self.game_at(point)
                self._found[point] = preferred_structures(game, [game.threat], self.concept)[0]
            return
        axis = self.names.index(THREAT)
        groups: dict[float, list[Point]] = defaultdict(list)
        for point in missing:
            groups[point[1 - axis]].append(point)
        for group in groups.values():
            levels = [point[axis] for point in group]
            found = preferred_structures(self.game_at(group[0]), levels, self.concept)
            self._found |= zip(group, found, strict=True)

    def choice(self, point: Point) -> Choice:
        """Return what is preferred at a point."""
        self.look([point])
        return self._found[point]

    def prove(self, value: float) -> None:
        """Find every change of form along the threat where the other quantity is `value`."""
        if value not in self._critical:
            axis = self.names.index(THREAT)
            game = settings.with_value(self.game, self.names[1 - axis], value)
            self._critical[value] = critical_threats(game, resolution=self.resolution)

    def proved_to(self) -> float | None:
        """Return the widest resolution of the lines that were proved complete, None without any."""
        return max((found.resolution for found in self._critical.values()), default=None)

    def side(self, start: Point, end: Point) -> Side:
        """Return what is known between two points that differ in one coordinate, which rises."""
        axis = 0 if start[1] == end[1] else 1
        if (start, end) not in self._sides:
            found = self._read(start, end) if axis == self.complete_axis else None
            self._sides[start, end] = found or self._search(start, end, axis)
        return self._sides[start, end]

    def _read(self, start: Point, end: Point) -> Side | None:
        """Return the side as the proved line has it, None without one or if its ends disagree."""
        axis = self.names.index(THREAT)
        critical = self._critical.get(start[1 - axis])
        if critical is None:
            return None
        inside = [item for item in critical if start[axis] < item.threat < end[axis]]
        first, last = form_of(self.choice(start)), form_of(self.choice(end))
        forms = (first, *(item.above for item in inside))
        if forms[-1] is not last or any(
            item.below is not form for item, form in zip(inside, forms, strict=False)
        ):
            return None
        points = (_moved(start, axis, item.threat) for item in inside)
        return Side(start, end, forms, tuple(points))

    def _search(self, start: Point, end: Point, axis: int) -> Side:
        found = switches(
            lambda place: self.game_at(_moved(start, axis, place)),
            (start[axis], end[axis]),
            (self.choice(start), self.choice(end)),
            lambda game: preferred_structures(game, [game.threat], self.concept)[0],
            LOCATED * self._lengths[axis],
        )
        forms = (form_of(self.choice(start)), *(switch.forms[1] for switch in found))
        return Side(start, end, forms, tuple(_moved(start, axis, item.place) for item in found))

    def drawings(self, cell: Cell, depth: int) -> list[Drawing]:
        """Return the drawing of a cell, or of its parts where its rim leaves it open."""
        rim = cell.rim()
        mates = pairing(rim)
        if mates is not None:
            return [paired(rim, mates)]
        if depth == 0:
            return [starred(rim)]
        return [
            drawing for part in self._quarters(cell) for drawing in self.drawings(part, depth - 1)
        ]

    def _quarters(self, cell: Cell) -> tuple[Cell, Cell, Cell, Cell]:
        """Return the four quarters; along the rim what was known of `cell` still holds."""
        x, y = cell.centre
        b1, b2 = cell.bottom.split((x, cell.bottom.start[1]))
        t1, t2 = cell.top.split((x, cell.top.start[1]))
        l1, l2 = cell.left.split((cell.left.start[0], y))
        r1, r2 = cell.right.split((cell.right.start[0], y))
        down, up = self._inner(b2, cell.centre), self._inner(t2, cell.centre)
        west, east = self._inner(l2, cell.centre), self._inner(r2, cell.centre)
        return (
            Cell(b1, down, west, l1),
            Cell(b2, r1, east, down),
            Cell(west, up, t1, l2),
            Cell(east, r2, t2, up),
        )

    def _inner(self, outer: Side, centre: Point) -> Side:
        """Return the side between the start of `outer`, on the rim, and the centre.

        If another form is preferred there than the rim has, the change is put on the rim.
        """
        rim, known = outer.start, outer.forms[0]
        if rim < centre:
            side = self.side(rim, centre)
            if side.forms[0] is known:
                return side
            return Side(rim, centre, (known, *side.forms), (rim, *side.points))
        side = self.side(centre, rim)
        if side.forms[-1] is known:
            return side
        return Side(centre, rim, (*side.forms, known), (*side.points, rim))


def _moved(point: Point, axis: int, place: float) -> Point:
    """Return `point` with one of its coordinates replaced."""
    return (place, point[1]) if axis == 0 else (point[0], place)


def check_names(names: tuple[str, str]) -> None:
    """Raise `NotApplicableError` if the two axes set one quantity, or undo each other."""
    clash = {"curvature": ("alpha", "beta"), "level": ("base", "slope")}
    one, other = names
    if one == other or other in clash.get(one, ()) or one in clash.get(other, ()):
        raise NotApplicableError(f"`x` and `y` must be independent; got {one!r} and {other!r}")
