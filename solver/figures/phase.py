"""Pictures of phase diagrams, critical surfaces and maps of the framing effect."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from games import AllianceGame, Form, NotApplicableError, settings
from solver.figures.look import INK, colour_of, framed, hatch_of, legend_below, panel, sheet, tiles
from solver.results import name_of
from solver.studies.axes import Axis
from solver.studies.framing import FramingMap
from solver.studies.phase import PhaseDiagram
from solver.studies.plane import Point
from solver.studies.preferred import code_of, form_of

SAME = "#EEEEEE"


def phase_figure(found: PhaseDiagram, ax: Axes | None = None) -> Figure:
    """Return the picture of a phase diagram: areas of forms, boundaries, and the game itself.

    Returns
    -------
    matplotlib.figure.Figure
        800 pixels wide.
    """
    result, axes = panel(ax, 5.6, found.game.title)
    polygons: dict[Form | None, list[tuple[Point, ...]]] = defaultdict(list)
    for piece in found.pieces:
        polygons[piece.form].append(piece.polygon)
    for form, group in polygons.items():
        colour = colour_of(form)
        # edges of their own colour and no blending, as seams would show between polygons
        axes.add_collection(
            PolyCollection(
                group, facecolors=colour, edgecolors=colour, linewidths=0.7, antialiaseds=False
            )
        )
        if hatch_of(form):
            axes.add_collection(
                PolyCollection(
                    group, facecolors="none", edgecolors=INK, linewidths=0, hatch=hatch_of(form)
                )
            )
    for line in found.boundaries:
        axes.plot(*line.points.T, color=INK, linewidth=1.1, solid_capstyle="round")
    _frame(axes, found.x, found.y)
    marked = _mark(axes, found.x, found.y, found.game)
    axes.set_title(
        f"Form of the hegemon's preferred alliance ({found.concept.replace('_', ' ')})",
        fontsize=9,
        loc="left",
    )
    shares = found.shares()
    handles = [
        framed(colour_of(form), f"{name_of(form)}, {share:.1%} of the plane", hatch_of(form))
        for form, share in sorted(shares.items(), key=lambda item: code_of(item[0]))
    ]
    legend_below(result, [*handles, *marked], columns=3, size=8.5)
    return result


def framing_figure(found: FramingMap, ax: Axes | None = None) -> Figure:
    """Return the picture of a map of the framing effect, in four panels.

    Above, the forms under the baseline and under the game's own preference, with the threat from
    which on the latter is multilateral as a line; below, the certainty equivalent gained and the
    aid gained, where the two differ in form.

    Parameters
    ----------
    ax : matplotlib.axes.Axes, optional
        Where to draw the forms under the game's own preference alone.

    Returns
    -------
    matplotlib.figure.Figure
        800 pixels wide.
    """
    if ax is not None:
        tiles(
            ax,
            found.x.values,
            found.y.values,
            [list(map(form_of, row)) for row in found.structures],
        )
        _frame(ax, found.x, found.y)
        return panel(ax, 0)[0]
    result = sheet(6.6, f"{found.game.title}: the framing effect")
    panels = result.subplots(2, 2, sharex=True, sharey=True)
    used: set[Form | None] = set()
    for axes, rows, words in (
        (panels[0, 0], found.baseline_structures, _baseline_words(found)),
        (panels[0, 1], found.structures, "own preference"),
    ):
        forms = [list(map(form_of, row)) for row in rows]
        used |= {form for row in forms for form in row}
        tiles(axes, found.x.values, found.y.values, forms)
        axes.set_title(f"preferred form, {words}", fontsize=9, loc="left")
    turns = [effect.multilateral_from for effect in found.effects]
    known = [
        (turn, at) for turn, at in zip(turns, found.y.values, strict=False) if turn is not None
    ]
    panels[0, 1].plot(*np.array(known).reshape(-1, 2).T, color=INK, linewidth=1.2, zorder=3)
    for axes, values, words in (
        (panels[1, 0], found.certainty_gain, "certainty equivalent gained (security)"),
        (panels[1, 1], found.extra_aid, "expected aid gained (hegemon = 1)"),
    ):
        shown = np.ma.masked_where(~found.differs | np.isnan(values), values)
        mesh = axes.pcolormesh(
            found.x.values, found.y.values, shown, cmap="cividis", rasterized=True
        )
        result.colorbar(mesh, ax=axes).ax.tick_params(labelsize=8)
        axes.set_facecolor(SAME)
        axes.set_title(words, fontsize=9, loc="left")
    for axes in panels.flat:
        _frame(axes, found.x, found.y)
        axes.label_outer()
    handles = [
        framed(colour_of(form), name_of(form), hatch_of(form)) for form in sorted(used, key=code_of)
    ]
    legend_below(result, [*handles, framed(SAME, "same form: not compared")], size=8.5)
    return result


def _mark(axes: Axes, x: Axis, y: Axis, game: AllianceGame) -> list[Line2D]:
    """Mark where the game itself stands, if it is in the plane; return the mark for the legend."""
    try:
        place = [settings.current(game, line.name) for line in (x, y)]
    except NotApplicableError:
        return []
    if any(
        not line.values[0] <= at <= line.values[-1] for line, at in zip((x, y), place, strict=True)
    ):
        return []
    words = ", ".join(
        f"{line.name.replace('_', ' ')} {at:.3g}" for line, at in zip((x, y), place, strict=True)
    )
    return axes.plot(
        *([at] for at in place),
        marker="o",
        linestyle="none",
        markersize=7,
        markerfacecolor="white",
        markeredgecolor=INK,
        clip_on=False,
        label=f"the game itself: {words}",
    )


def _baseline_words(found: FramingMap) -> str:
    name = type(found.baseline).__name__
    return "expected utility" if name == "ExpectedUtility" else f"baseline {name}"


def _frame(axes: Axes, x: Axis, y: Axis) -> None:
    axes.set(
        xlim=(x.values[0], x.values[-1]),
        ylim=(y.values[0], y.values[-1]),
    )
    axes.set_xlabel(x.title, fontsize=9)
    axes.set_ylabel(y.title, fontsize=9)
    axes.tick_params(labelsize=8.5)
