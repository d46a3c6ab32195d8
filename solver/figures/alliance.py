"""Draw one alliance: the hegemon in the middle, each bloc enclosed, outsiders at the rim."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import cos, pi, sin
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.patches import Polygon
from numpy.typing import NDArray

from games import AllianceStructure, Form
from solver.figures.look import COLOURS, INK

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FAINT = "#9a9a9a"
BLOC_FILL = COLOURS[Form.MULTILATERAL]
SPOKE_LINE = COLOURS[Form.HUB_AND_SPOKE]
HULL_MARGIN = 0.2

Place = NDArray[np.float64]


def draw(
    structure: AllianceStructure,
    axes: Axes,
    *,
    candidates: Sequence[str] = (),
    capabilities: Mapping[str, float] | None = None,
) -> None:
    """Draw `structure` on `axes`.

    Parameters
    ----------
    candidates : sequence of str, optional
        Those of them without a treaty are drawn too, unconnected.
    capabilities : mapping of str to float, optional
        Areas of the nodes grow with these (the hegemon's is 1); equal areas by default.
    """
    groups = [*structure.blocs, structure.spokes]
    outsiders = tuple(name for name in candidates if name not in structure.allies)
    ring = [name for group in (*groups, outsiders) for name in group]
    places = {name: _on_ring(index, len(ring)) for index, name in enumerate(ring)}
    hub = np.zeros(2)
    for bloc in structure.blocs:
        hull = _rounded_hull([hub, *(places[name] for name in bloc)])
        axes.add_patch(
            Polygon(hull, closed=True, facecolor=BLOC_FILL, alpha=0.22, edgecolor=BLOC_FILL)
        )
        for name in bloc:
            _line(axes, hub, places[name], BLOC_FILL)
    for name in structure.spokes:
        _line(axes, hub, places[name], SPOKE_LINE)
    for name in ring:
        weight = 1.0 if capabilities is None else capabilities.get(name, 0.0)
        colour = FAINT if name in outsiders else INK
        _node(axes, name, places[name], 24 + 220 * weight**0.5 * 0.5, colour)
    axes.scatter(hub[0], hub[1], s=300, color=INK, zorder=3)
    axes.text(
        hub[0], hub[1], structure.hegemon, ha="center", va="center", color="w", fontsize=6, zorder=4
    )
    axes.set(xlim=(-1.55, 1.55), ylim=(-1.45, 1.45), aspect="equal")
    axes.axis("off")


def _on_ring(index: int, count: int) -> Place:
    angle = pi / 2 - 2 * pi * index / count
    return np.array([cos(angle), sin(angle)])


def _line(axes: Axes, start: Place, end: Place, colour: str) -> None:
    axes.plot(*zip(start, end, strict=True), color=colour, linewidth=1.4, zorder=2)


def _node(axes: Axes, name: str, place: Place, area: float, colour: str) -> None:
    axes.scatter(place[0], place[1], s=area, color=colour, zorder=3)
    axes.text(
        1.27 * place[0],
        1.27 * place[1],
        name,
        ha="center",
        va="center",
        fontsize=7.5,
        color=colour,
        zorder=4,
    )


def _rounded_hull(points: Sequence[Place]) -> NDArray[np.float64]:
    """Return the corners of the convex hull of circles around `points`."""
    angles = np.linspace(0, 2 * pi, 48, endpoint=False)
    circle = HULL_MARGIN * np.column_stack([np.cos(angles), np.sin(angles)])
    cloud = np.vstack([point + circle for point in points])
    # the point furthest in each direction traces the hull
    directions = np.linspace(0, 2 * pi, 180, endpoint=False)
    rays = np.column_stack([np.cos(directions), np.sin(directions)])
    corners: NDArray[np.float64] = cloud[np.argmax(cloud @ rays.T, axis=0)]
    return corners
