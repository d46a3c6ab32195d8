"""Pictures of the framing premium: across threat by channel, and where its signs hold."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle

from games import Domain
from games.arrays import Array, Ints
from solver.figures.look import (
    BLUE,
    GREEN,
    INK,
    ORANGE,
    PURPLE,
    SKY,
    THREAT,
    VERMILION,
    borders,
    legend_below,
    panel,
    sheet,
)
from solver.studies.premium import FramingPremium, SignPattern

# own line styles beside the colours, which print in grey
LOOKS: dict[str, tuple[str, str]] = {
    "prospect": (INK, "-"),
    "no curvature": (BLUE, "--"),
    "no loss aversion": (VERMILION, "-."),
    "no weighting": (GREEN, ":"),
    "no reference": (PURPLE, (0, (5, 1, 1, 1, 1, 1))),  # type: ignore[dict-item]
}
GAINS, LOSSES = SKY, ORANGE
# colour and hatch of: both signs as claimed, the low one alone, the high one alone, neither
PATTERN = (
    (GREEN, "", "below 0 at the low threat, above 0 at the high one: as claimed"),
    ("#DDDDDD", "///", "below 0 at both: shunned"),
    (ORANGE, "...", "above 0 at both: sought"),
    ("#FFFFFF", "xx", "neither: the other way round"),
)


def premium_figure(found: FramingPremium, ax: Axes | None = None) -> Figure:
    """Return the picture of a premium across threat: a line for each channel, domains below.

    Parameters
    ----------
    ax : matplotlib.axes.Axes, optional
        Where to draw the lines alone.

    Returns
    -------
    matplotlib.figure.Figure
        800 pixels wide.
    """
    if ax is not None:
        _lines(found, ax)
        ax.set_xlabel(THREAT, fontsize=9)
        ax.legend(fontsize=8)
        return panel(ax, 0)[0]
    result = sheet(5.4, f"{found.game.title}: the framing premium")
    above, below = result.subplots(
        2, 1, sharex=True, gridspec_kw={"height_ratios": [5, 1]}, squeeze=True
    )
    _lines(found, above)
    levels = found.by_channel["prospect"]
    _domains(below, 1, [level.risky.domain for level in levels], found.threats)
    _domains(below, 0, [level.safe.domain for level in levels], found.threats)
    below.set_yticks([0, 1], ["safe", "risky"], fontsize=9)
    below.set_ylim(-0.5, 1.5)
    below.set_xlabel(THREAT, fontsize=9)
    for axes in (above, below):
        axes.tick_params(labelsize=8)
        axes.set_xlim(min(found.threats), max(found.threats))
    lines: list[Line2D | Patch] = list(above.get_lines()[:-1])
    bands = [
        Patch(facecolor=GAINS, label="mean outcome a gain"),
        Patch(facecolor=LOSSES, hatch="///", edgecolor=INK, linewidth=0, label="a loss"),
    ]
    legend_below(result, [*lines, *bands], columns=4)
    return result


def _lines(found: FramingPremium, above: Axes) -> None:
    """Draw the premium across threat, a line for each channel."""
    for channel, (colour, style) in LOOKS.items():
        if channel in found.by_channel:
            width = 2.2 if channel == "prospect" else 1.3
            above.plot(
                found.threats,
                found.premiums(channel),
                color=colour,
                linestyle=style,
                linewidth=width,
                label="all of prospect theory" if channel == "prospect" else channel,
            )
    above.axhline(0, color=INK, linewidth=0.7)
    above.set_ylabel("premium of the risky alliance (security)", fontsize=9)
    above.set_title(
        "above 0: the frame pushes towards it; below 0: the frame holds back from it",
        fontsize=9,
        loc="left",
    )


def _domains(axes: Axes, row: int, domains: list[Domain], threats: tuple[float, ...]) -> None:
    """Draw one bar: where the mean outcome of a structure is a gain, and where a loss."""
    ends = np.concatenate([[threats[0]], (np.array(threats[1:]) + threats[:-1]) / 2, threats[-1:]])
    for domain, low, high in zip(domains, ends[:-1], ends[1:], strict=True):
        is_loss = domain is Domain.LOSSES
        axes.barh(
            row,
            high - low,
            left=low,
            height=0.7,
            color=LOSSES if is_loss else GAINS,
            hatch="///" if is_loss else None,
            edgecolor=INK if is_loss else GAINS,
            linewidth=0,
        )


def pattern_figure(found: SignPattern, ax: Axes | None = None) -> Figure:
    """Return the picture of where over two quantities the premium has the signs of the article.

    Returns
    -------
    matplotlib.figure.Figure
        800 pixels wide.
    """
    title = f"{found.game.title}: where the framing premium has the claimed signs"
    result, axes = panel(ax, 5.2, title)
    codes = np.where(
        found.at_low < 0,
        np.where(found.at_high > 0, 0, 1),
        np.where(found.at_high > 0, 2, 3),
    )
    across, down = np.array(found.x.values), np.array(found.y.values)
    rows = borders(found.y.values)
    for row, (low, high) in zip(codes, pairwise(rows), strict=True):
        for code, left, right in _runs(row, across):
            colour, hatch, _ = PATTERN[code]
            axes.add_patch(
                Rectangle(
                    (left, low),
                    right - left,
                    high - low,
                    facecolor=colour,
                    hatch=hatch,
                    edgecolor=INK if hatch else colour,
                    linewidth=0,
                )
            )
    columns = borders(found.x.values)
    axes.set(xlim=(columns[0], columns[-1]), ylim=(rows[0], rows[-1]))
    if len(across) > 1 and len(down) > 1:
        lines = axes.contour(across, down, found.at_high, colors=INK, linewidths=0.8)
        axes.clabel(lines, fontsize=7, fmt="%.2g")
    for name, at, mark in (
        (found.x.name, found.x, axes.set_xlabel),
        (found.y.name, found.y, axes.set_ylabel),
    ):
        mark(f"{name.replace('_', ' ')} ({at.meaning.unit})", fontsize=9)
    axes.set_title(
        f"low threat {found.low:g}, high threat {found.high:g};"
        " lines: the premium at the high one (security)",
        fontsize=9,
        loc="left",
    )
    axes.tick_params(labelsize=8)
    handles = [
        Patch(facecolor=colour, hatch=hatch, edgecolor=INK, linewidth=0.4, label=words)
        for code, (colour, hatch, words) in enumerate(PATTERN)
        if (codes == code).any()
    ]
    legend_below(result, handles, columns=2)
    return result


def _runs(row: Ints, values: Array) -> Iterator[tuple[int, float, float]]:
    """Yield each code of a row that stands side by side, and where it begins and ends."""
    ends = borders(values.tolist())
    changes = np.flatnonzero(np.diff(row)) + 1
    for first, after in pairwise([0, *changes.tolist(), row.size]):
        yield int(row[first]), ends[first], ends[after]
