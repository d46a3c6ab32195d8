"""A plane of two quantities of a game: what is preferred at its points and along its lines."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from games import AllianceGame, Form, InvalidGameError, NotApplicableError
from games.alliance import settings
from games.checks import shown
from games.records import Record
from solver.alliance.varied import Varied
from solver.results import name_of
from solver.studies.critical import CriticalThreats, critical_threats
from solver.studies.preferred import (
    Preferred,
    code_of,
    form_of,
    preferred_games,
    preferred_structures,
    switches,
)

# Tiles of a plane: what is known along their four edges, and how it goes on inside.

Point = tuple[float, float]
Label = frozenset[Form | None]


@dataclass(frozen=True)
class Edge:
    """A straight piece parallel to an axis: the forms along it, and where they change.

    Attributes
    ----------
    start, end : pair of float
        In the direction of rising coordinates.
    forms : tuple of Form or None
        One more than `points`.
    points : tuple of pair of float
        Where each form gives way to the next.
    """

    start: Point
    end: Point
    forms: tuple[Form | None, ...]
    points: tuple[Point, ...]

    def split(self, middle: Point) -> tuple[Edge, Edge]:
        """Return the parts before and after a point of the edge."""
        place = sum(point < middle for point in self.points)
        before = Edge(self.start, middle, self.forms[: place + 1], self.points[:place])
        return before, Edge(middle, self.end, self.forms[place:], self.points[place:])


class RimPoint(NamedTuple):
    """A point on the rim of a tile, and the form on the rim from there to the next such point."""

    point: Point
    before: Form | None
    after: Form | None

    @property
    def label(self) -> Label:
        """The two forms that meet here; one if this is no crossing."""
        return frozenset((self.before, self.after))


@dataclass(frozen=True)
class Tile:
    """A rectangle with its edges, each read in the direction of rising coordinates."""

    bottom: Edge
    right: Edge
    top: Edge
    left: Edge

    @property
    def centre(self) -> Point:
        """The middle of the rectangle."""
        return (
            (self.bottom.start[0] + self.bottom.end[0]) / 2,
            (self.left.start[1] + self.left.end[1]) / 2,
        )

    def rim(self) -> list[RimPoint]:
        """Return corners and crossings counter-clockwise, from the lower left corner on."""
        spots = []
        for edge, forward in (
            (self.bottom, True),
            (self.right, True),
            (self.top, False),
            (self.left, False),
        ):
            forms = edge.forms if forward else edge.forms[::-1]
            points = edge.points if forward else edge.points[::-1]
            spots.append(RimPoint(edge.start if forward else edge.end, forms[0], forms[0]))
            spots += [RimPoint(p, a, b) for p, a, b in zip(points, forms, forms[1:], strict=False)]
        return spots


class Piece(NamedTuple):
    """A polygon in which one form is preferred, as far as the rim of its tile tells."""

    form: Form | None
    polygon: tuple[Point, ...]


class Segment(NamedTuple):
    """A piece of the boundary between two forms."""

    start: Point
    end: Point
    forms: Label


class Drawing(NamedTuple):
    """What the rim of a tile tells about its inside."""

    pieces: list[Piece]
    segments: list[Segment]
    junction: Point | None


def pairing(rim: list[RimPoint]) -> dict[int, int] | None:
    """Return which crossings on a rim one boundary joins, None if the rim does not tell.

    It does if each pair of forms meets twice, and the boundaries that join them do not cut each
    other. Then no drawing with fewer boundaries agrees with the rim.
    """
    places = [place for place, spot in enumerate(rim) if len(spot.label) > 1]
    if any(number != 2 for number in Counter(rim[place].label for place in places).values()):
        return None
    mates: dict[int, int] = {}
    unpaired: list[int] = []
    for place in places:
        if unpaired and rim[unpaired[-1]].label == rim[place].label:
            other = unpaired.pop()
            mates |= {place: other, other: place}
        else:
            unpaired.append(place)
    return None if unpaired else mates


def paired(rim: list[RimPoint], mates: dict[int, int]) -> Drawing:
    """Return the drawing of a tile whose crossings are joined in pairs."""
    segments = [
        Segment(rim[place].point, rim[mate].point, rim[place].label)
        for place, mate in mates.items()
        if place < mate
    ]
    return Drawing(_pieces(rim, mates, ()), segments, None)


def starred(rim: list[RimPoint]) -> Drawing:
    """Return the drawing of a tile whose crossings all meet in one point, their mean."""
    places = [place for place, spot in enumerate(rim) if len(spot.label) > 1]
    points = [rim[place].point for place in places]
    centre = (
        sum(point[0] for point in points) / len(points),
        sum(point[1] for point in points) / len(points),
    )
    segments = [Segment(rim[place].point, centre, rim[place].label) for place in places]
    turns = dict(zip(places, [places[-1], *places[:-1]], strict=True))
    return Drawing(_pieces(rim, turns, (centre,)), segments, centre)


def _pieces(rim: list[RimPoint], turns: dict[int, int], by: tuple[Point, ...]) -> list[Piece]:
    """Return the polygons: along the rim, and at each crossing over to where `turns` says."""
    left = set(range(len(rim)))
    pieces = []
    while left:
        place = first = min(left)
        polygon: list[Point] = []
        while True:
            left.discard(place)
            polygon.append(rim[place].point)
            following = (place + 1) % len(rim)
            if following in turns:
                polygon += [rim[following].point, *by]
                following = turns[following]
            place = following
            if place == first:
                break
        pieces.append(Piece(rim[first].after, tuple(polygon)))
    return pieces


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
        self._found: dict[Point, Preferred] = {}
        self._critical: dict[float, CriticalThreats] = {}
        self._edges: dict[tuple[Point, Point], Edge] = {}

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
            if missing:
                varied, values = Varied(self.game, self.names), np.array(missing)
                varied.check(values)
                found = preferred_games(varied, values, self.concept)
                self._found |= zip(missing, found, strict=True)
            return
        axis = self.names.index(THREAT)
        groups: dict[float, list[Point]] = defaultdict(list)
        for point in missing:
            groups[point[1 - axis]].append(point)
        for group in groups.values():
            levels = [point[axis] for point in group]
            found = preferred_structures(self.game_at(group[0]), levels, self.concept)
            self._found |= zip(group, found, strict=True)

    def choice(self, point: Point) -> Preferred:
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

    def edge(self, start: Point, end: Point) -> Edge:
        """Return what is known between two points that differ in one coordinate, which rises."""
        axis = 0 if start[1] == end[1] else 1
        if (start, end) not in self._edges:
            found = self._proved_edge(start, end) if axis == self.complete_axis else None
            self._edges[start, end] = found or self._searched(start, end, axis)
        return self._edges[start, end]

    def _proved_edge(self, start: Point, end: Point) -> Edge | None:
        """Return the edge as the proved line has it, None without one or if its ends disagree."""
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
        return Edge(start, end, forms, tuple(points))

    def _searched(self, start: Point, end: Point, axis: int) -> Edge:
        found = switches(
            lambda place: self.game_at(_moved(start, axis, place)),
            (start[axis], end[axis]),
            (self.choice(start), self.choice(end)),
            lambda game: preferred_structures(game, [game.threat], self.concept)[0],
            LOCATED * self._lengths[axis],
        )
        forms = (form_of(self.choice(start)), *(switch.forms[1] for switch in found))
        return Edge(start, end, forms, tuple(_moved(start, axis, item.place) for item in found))

    def drawings(self, tile: Tile, depth: int) -> list[Drawing]:
        """Return the drawing of a tile, or of its parts where its rim leaves it open."""
        rim = tile.rim()
        mates = pairing(rim)
        if mates is not None:
            return [paired(rim, mates)]
        if depth == 0:
            return [starred(rim)]
        return [
            drawing for part in self._quarters(tile) for drawing in self.drawings(part, depth - 1)
        ]

    def _quarters(self, tile: Tile) -> tuple[Tile, Tile, Tile, Tile]:
        """Return the four quarters; along the rim what was known of `cell` still holds."""
        x, y = tile.centre
        b1, b2 = tile.bottom.split((x, tile.bottom.start[1]))
        t1, t2 = tile.top.split((x, tile.top.start[1]))
        l1, l2 = tile.left.split((tile.left.start[0], y))
        r1, r2 = tile.right.split((tile.right.start[0], y))
        down, up = self._inner(b2, tile.centre), self._inner(t2, tile.centre)
        west, east = self._inner(l2, tile.centre), self._inner(r2, tile.centre)
        return (
            Tile(b1, down, west, l1),
            Tile(b2, r1, east, down),
            Tile(west, up, t1, l2),
            Tile(east, r2, t2, up),
        )

    def _inner(self, outer: Edge, centre: Point) -> Edge:
        """Return the edge between the start of `outer`, on the rim, and the centre.

        If another form is preferred there than the rim has, the change is put on the rim.
        """
        rim, known = outer.start, outer.forms[0]
        if rim < centre:
            edge = self.edge(rim, centre)
            if edge.forms[0] is known:
                return edge
            return Edge(rim, centre, (known, *edge.forms), (rim, *edge.points))
        edge = self.edge(centre, rim)
        if edge.forms[-1] is known:
            return edge
        return Edge(centre, rim, (*edge.forms, known), (*edge.points, rim))


def _moved(point: Point, axis: int, place: float) -> Point:
    """Return `point` with one of its coordinates replaced."""
    return (place, point[1]) if axis == 0 else (point[0], place)


def check_names(names: tuple[str, str]) -> None:
    """Raise `NotApplicableError` if the two axes set one quantity, or undo each other."""
    for name in names:
        if not isinstance(name, str):
            raise InvalidGameError(f"`x` and `y` must be names of quantities; got {shown(name)}")
    clash = {"curvature": ("alpha", "beta"), "level": ("base", "slope")}
    one, other = names
    if one == other or other in clash.get(one, ()) or one in clash.get(other, ()):
        raise NotApplicableError(f"`x` and `y` must be independent; got {one!r} and {other!r}")


# Boundaries between forms: segments joined into lines.


@dataclass(frozen=True, eq=False)
class Boundary(Record):
    """A line between two regions of a plane in which different forms are preferred.

    Attributes
    ----------
    forms : pair of Form or None
        In the order of `games.Form`; None is no equilibrium.
    points : ndarray, shape (m, 2)
        x and y of its corners, in units of the axes.
    closed : bool
        Whether it returns to its first point.
    """

    forms: tuple[Form | None, Form | None]
    points: NDArray[np.float64] = field(repr=False)
    closed: bool

    def __str__(self) -> str:
        words = " | ".join(map(name_of, self.forms))
        return f"{words}: {len(self.points)} points{', closed' if self.closed else ''}"


def joined(segments: Iterable[Segment]) -> list[Boundary]:
    """Return the lines that segments between the same two forms make up.

    A line ends where it meets the edge of the plane, or where not exactly two of its segments meet.
    """
    neighbours: dict[Label, dict[Point, list[Point]]] = defaultdict(lambda: defaultdict(list))
    for start, end, label in segments:
        if start != end:
            neighbours[label][start].append(end)
            neighbours[label][end].append(start)
    lines = []
    for label, ties in neighbours.items():
        low, high = sorted(label, key=code_of)
        for chain in _chains(ties):
            closed = len(chain) > 2 and chain[0] == chain[-1]
            lines.append(Boundary((low, high), np.array(chain), closed))
    return lines


def _chains(ties: dict[Point, list[Point]]) -> list[list[Point]]:
    """Return the walks that use each tie once; open ones first, as closed ones start anywhere."""
    chains = []
    ends = [point for point, others in ties.items() if len(others) != 2]
    for start in [*ends, *ties]:
        while ties[start]:
            chain = [start]
            while True:
                here = chain[-1]
                following = ties[here].pop()
                ties[following].remove(here)
                chain.append(following)
                if following in ends or not ties[following]:
                    break
            chains.append(chain)
    return chains
