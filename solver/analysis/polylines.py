"""Boundaries between forms: segments joined into lines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from games import Form
from solver.analysis.cells import Label, Point, Segment
from solver.analysis.preferred import code_of, name_of


@dataclass(frozen=True, eq=False)
class Boundary:
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
