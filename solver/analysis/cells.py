"""Cells of a plane: what is known along their four sides, and how it goes on inside."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import NamedTuple

from games import Form

Point = tuple[float, float]
Label = frozenset[Form | None]


@dataclass(frozen=True)
class Side:
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

    def split(self, middle: Point) -> tuple[Side, Side]:
        """Return the parts before and after a point of the side."""
        place = sum(point < middle for point in self.points)
        before = Side(self.start, middle, self.forms[: place + 1], self.points[:place])
        return before, Side(middle, self.end, self.forms[place:], self.points[place:])


class Node(NamedTuple):
    """A point on the rim of a cell, and the form on the rim from there to the next node."""

    point: Point
    before: Form | None
    after: Form | None

    @property
    def label(self) -> Label:
        """The two forms that meet here; one if this is no crossing."""
        return frozenset((self.before, self.after))


@dataclass(frozen=True)
class Cell:
    """A rectangle with its sides, each read in the direction of rising coordinates."""

    bottom: Side
    right: Side
    top: Side
    left: Side

    @property
    def centre(self) -> Point:
        """The middle of the rectangle."""
        return (
            (self.bottom.start[0] + self.bottom.end[0]) / 2,
            (self.left.start[1] + self.left.end[1]) / 2,
        )

    def rim(self) -> list[Node]:
        """Return corners and crossings counter-clockwise, from the lower left corner on."""
        nodes = []
        for side, forward in (
            (self.bottom, True),
            (self.right, True),
            (self.top, False),
            (self.left, False),
        ):
            forms = side.forms if forward else side.forms[::-1]
            points = side.points if forward else side.points[::-1]
            nodes.append(Node(side.start if forward else side.end, forms[0], forms[0]))
            nodes += [Node(p, a, b) for p, a, b in zip(points, forms, forms[1:], strict=False)]
        return nodes


class Piece(NamedTuple):
    """A polygon in which one form is preferred, as far as the rim of its cell tells."""

    form: Form | None
    polygon: tuple[Point, ...]


class Segment(NamedTuple):
    """A piece of the boundary between two forms."""

    start: Point
    end: Point
    forms: Label


class Drawing(NamedTuple):
    """What the rim of a cell tells about its inside."""

    pieces: list[Piece]
    segments: list[Segment]
    junction: Point | None


def pairing(rim: list[Node]) -> dict[int, int] | None:
    """Return which crossings on a rim one boundary joins, None if the rim does not tell.

    It does if each pair of forms meets twice, and the boundaries that join them do not cut each
    other. Then no drawing with fewer boundaries agrees with the rim.
    """
    places = [place for place, node in enumerate(rim) if len(node.label) > 1]
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


def paired(rim: list[Node], mates: dict[int, int]) -> Drawing:
    """Return the drawing of a cell whose crossings are joined in pairs."""
    segments = [
        Segment(rim[place].point, rim[mate].point, rim[place].label)
        for place, mate in mates.items()
        if place < mate
    ]
    return Drawing(_pieces(rim, mates, ()), segments, None)


def starred(rim: list[Node]) -> Drawing:
    """Return the drawing of a cell whose crossings all meet in one point, their mean."""
    places = [place for place, node in enumerate(rim) if len(node.label) > 1]
    points = [rim[place].point for place in places]
    centre = (
        sum(point[0] for point in points) / len(points),
        sum(point[1] for point in points) / len(points),
    )
    segments = [Segment(rim[place].point, centre, rim[place].label) for place in places]
    turns = dict(zip(places, [places[-1], *places[:-1]], strict=True))
    return Drawing(_pieces(rim, turns, (centre,)), segments, centre)


def _pieces(rim: list[Node], turns: dict[int, int], by: tuple[Point, ...]) -> list[Piece]:
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
