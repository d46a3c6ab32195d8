"""Draw one alliance: the hegemon in the middle, blocs enclosed, everybody at a place of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import cos, pi, sin
from textwrap import wrap
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon
from matplotlib.patheffects import withStroke
from matplotlib.text import Annotation
from numpy.typing import NDArray

from games import AllianceStructure, Form, NotApplicableError, checks
from solver.figures.look import COLOURS, INK, legend_below, panel

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from solver.alliance.solution import Equilibrium, EquilibriumSet, Solution

FAINT = "#6E6E6E"
BLOC_FILL = COLOURS[Form.MULTILATERAL]
SPOKE_LINE = COLOURS[Form.HUB_AND_SPOKE]
# how far a bloc's outline runs beyond its members, and how near the hegemon it comes elsewhere
MARGIN, WAIST = 0.2, 0.3
# area of a node of capability 1, in square points, and the least
AREA, LEAST = 300.0, 14.0
SIZES = (0.1, 0.5)
# of the labels: size and distance from the outlines in points, characters to a line
FONT, PAD, LINE = 7.5, 4.0, 12
PASSES = 4
# a character is about so wide, and a line so high, in parts of the size of its font
WIDTH, HEIGHT = 0.62, 1.25

Place = NDArray[np.float64]


def draw(
    structure: AllianceStructure,
    axes: Axes,
    *,
    candidates: Sequence[str] = (),
    capabilities: Mapping[str, float] | None = None,
    labels: Mapping[str, str] | None = None,
) -> None:
    """Draw `structure` on `axes`.

    Places hang on `candidates` alone, so that the same candidates stand at the same places in
    every panel. A solid line is a treaty with the hegemon; in a bloc the members are tied to one
    another too.

    Parameters
    ----------
    candidates : sequence of str, optional
        Everybody, clockwise from the top; those without a treaty are drawn too, unconnected. The
        allies alone by default.
    capabilities : mapping of str to float, optional
        Areas of the nodes grow with these (the hegemon's is 1); equal areas by default.
    labels : mapping of str to str, optional
        Longer names; the names themselves by default.
    """
    ring = list(candidates) or [*(n for bloc in structure.blocs for n in bloc), *structure.spokes]
    ring += [name for name in structure.allies if name not in ring]
    places = {name: _on_ring(index, len(ring)) for index, name in enumerate(ring)}
    hub = np.zeros(2)
    for bloc in structure.blocs:
        outline = _petals([ring.index(name) for name in bloc], len(ring))
        axes.add_patch(
            Polygon(outline, closed=True, facecolor=BLOC_FILL, alpha=0.22, edgecolor=BLOC_FILL)
        )
        for place, name in enumerate(bloc):
            _line(axes, hub, places[name], BLOC_FILL, 1.4)
            for other in bloc[place + 1 :]:
                _line(axes, places[name], places[other], BLOC_FILL, 0.5)
    for name in structure.spokes:
        _line(axes, hub, places[name], SPOKE_LINE, 1.4)
    told = labels or {}
    texts = {name: _wrapped(told.get(name, name)) for name in ring}
    for name in ring:
        weight = AREA / 3 if capabilities is None else area_of(capabilities.get(name, 0.0))
        colour = INK if name in structure.allies else FAINT
        axes.scatter(places[name][0], places[name][1], s=weight, color=colour, zorder=3)
        _label(axes, texts[name], places[name], colour)
    axes.scatter(hub[0], hub[1], s=AREA, color=INK, zorder=3)
    axes.text(
        0.0,
        0.0,
        structure.hegemon,
        ha="center",
        va="center",
        color="w",
        fontsize=6,
        zorder=4,
        # a long name runs out of its node
        path_effects=[withStroke(linewidth=2, foreground=INK)],
    )
    fit(axes)
    axes.axis("off")


def structure_figure(
    structure: AllianceStructure,
    ax: Axes | None = None,
    *,
    candidates: Sequence[str] = (),
    capabilities: Mapping[str, float] | None = None,
    labels: Mapping[str, str] | None = None,
) -> Figure:
    """Return the picture of one alliance structure; options as in `draw`."""
    title = f"{structure} ({structure.form})"
    result, axes = panel(ax, 4.4, title if ax is None else None)
    draw(structure, axes, candidates=candidates, capabilities=capabilities, labels=labels)
    if ax is None:
        legend_below(result, [*tie_handles(), *(size_handles() if capabilities else [])])
        fitted(result, [axes])
    return result


def equilibrium_figure(found: Equilibrium, ax: Axes | None = None, **options: Any) -> Figure:
    """Return the picture of an equilibrium, with those who are outside; options as in `draw`."""
    everybody = [name for name in found.values if name != found.structure.hegemon]
    return structure_figure(found.structure, ax, **{"candidates": everybody} | options)


def equilibria_figure(
    found: EquilibriumSet, ax: Axes | None = None, *, equilibrium: int = 0, **options: Any
) -> Figure:
    """Return the picture of one of several equilibria, the hegemon's best by default.

    Raises
    ------
    NotApplicableError
        If there are not so many.
    """
    checks.whole("equilibrium", equilibrium, 0)
    if equilibrium >= len(found):
        raise NotApplicableError(f"there is no equilibrium {equilibrium} to draw: {found}")
    return equilibrium_figure(found[equilibrium], ax, **options)


def solution_figure(found: Solution, ax: Axes | None = None, **options: Any) -> Figure:
    """Return the picture of the preferred equilibrium, or of another; with the game's figures."""
    game = found.game
    told = {
        "candidates": game.candidates,
        "capabilities": game.capabilities,
        "labels": game.scenario.labels if game.scenario else None,
    }
    return equilibria_figure(found.equilibria, ax, **told | options)


def fitted(result: Figure, panels: Sequence[Axes]) -> None:
    """Lay a figure out, and draw its alliances as large as they then can be."""
    result.draw_without_rendering()
    for axes in panels:
        fit(axes)


def tie_handles() -> list[Line2D]:
    """Return what a legend shows of the ties."""
    return [
        Line2D([], [], color=SPOKE_LINE, linewidth=1.4, label="bilateral treaty"),
        Line2D([], [], color=BLOC_FILL, linewidth=1.4, label="treaty of a bloc"),
    ]


def size_handles() -> list[Line2D]:
    """Return what a legend shows of the areas of nodes."""
    return [
        Line2D(
            [],
            [],
            linestyle="none",
            marker="o",
            color=INK,
            markersize=area_of(size) ** 0.5,
            label=f"capability {size:g} of the hegemon's",
        )
        for size in SIZES
    ]


def area_of(capability: float) -> float:
    """Return the area of a node in square points: in proportion, but for the smallest."""
    return max(LEAST, AREA * capability)


def _on_ring(index: float, count: int) -> Place:
    angle = pi / 2 - 2 * pi * index / count
    return np.array([cos(angle), sin(angle)])


def _line(axes: Axes, start: Place, end: Place, colour: str, width: float) -> None:
    axes.plot(*zip(start, end, strict=True), color=colour, linewidth=width, zorder=2)


def _wrapped(name: str) -> str:
    return "\n".join(wrap(name, LINE, break_long_words=False, break_on_hyphens=False)) or name


def _size(text: str) -> tuple[float, float]:
    """Return about how wide and high a label is, in points."""
    lines = text.split("\n")
    return max(map(len, lines)) * WIDTH * FONT, len(lines) * HEIGHT * FONT


def _label(axes: Axes, text: str, place: Place, colour: str) -> None:
    """Write a label beyond the outlines; `fit` says how far."""
    along = place / np.hypot(*place)
    axes.annotate(
        text,
        (1 + MARGIN) * along,
        xytext=along,
        textcoords="offset points",
        ha="center",
        va="center",
        fontsize=FONT,
        color=colour,
        zorder=4,
        annotation_clip=False,
    )


def fit(axes: Axes) -> None:
    """Put the labels where they lie on nothing, and make room for them.

    Each stands beyond the tangent of the outlines at its node, all of which are within that circle,
    and further out where it would lie on another label. It runs in the room that the axes have now,
    which they get when the figure is laid out: see `fitted`.
    """
    labels = [text for text in axes.texts if isinstance(text, Annotation)]
    inches = axes.figure.figure.get_size_inches()
    place = axes.get_position(original=True)
    room = 72 * inches * (place.width, place.height)
    reach = 1 + MARGIN
    along = np.array([label.xy for label in labels]).reshape(-1, 2) / reach
    half = np.array([_size(label.get_text()) for label in labels]).reshape(-1, 2) / 2
    scale = float(room.min()) / 2 / reach
    # labels spread as the scale shrinks, and leave it less room
    for _ in range(PASSES):
        away = _apart(along, half, reach * scale)
        free = room / 2 - half - away[:, np.newaxis] * np.abs(along)
        bound = free / (reach * np.maximum(np.abs(along), 1e-9))
        scale = max(float(bound.min(initial=scale)), float(room.min()) / 8)
    for label, direction, distance in zip(labels, along, away, strict=True):
        label.set_position(tuple(distance * direction))
    limits = np.maximum(room / 2 / scale, reach)
    axes.set(xlim=(-limits[0], limits[0]), ylim=(-limits[1], limits[1]), aspect="equal")


def _apart(along: Place, half: Place, radius: float) -> Place:
    """Return how far beyond the outlines each label stands, in points."""
    away: Place = PAD + (half * np.abs(along)).sum(axis=1)
    centres = np.zeros_like(along)
    # those to the sides first: the ones above and below have room to give way
    order = np.argsort(-np.abs(along[:, 0]), kind="stable")
    for number, place in enumerate(order.tolist()):
        others = order[:number]
        while True:
            centres[place] = (radius + away[place]) * along[place]
            apart = np.abs(centres[others] - centres[place]) - half[others] - half[place]
            if not (apart < PAD / 2).all(axis=1).any():
                break
            away[place] += PAD
    return away


def _petals(members: Sequence[int], count: int) -> NDArray[np.float64]:
    """Return the outline of a bloc around the hegemon: out to its members, and in between others.

    Neighbours on the ring are joined, so that the outline encloses nobody else.
    """
    inside = set(members)
    reach = 1 + MARGIN
    half = min(0.5, MARGIN * count / (2 * pi))
    corners: list[Place] = []
    for slot in range(count):
        after = (slot + 1) % count
        if slot in inside:
            wide = np.linspace(slot - half, slot + half, 9).tolist()
            corners += [reach * _on_ring(part, count) for part in wide]
        joined = slot in inside and after in inside and count > 2
        if joined:
            arc = np.linspace(slot + half, slot + 1 - half, 7)[1:-1].tolist()
            corners += [reach * _on_ring(part, count) for part in arc]
        else:
            corners += [WAIST * _on_ring(slot + part, count) for part in (0.35, 0.5, 0.65)]
    return np.array(corners)
