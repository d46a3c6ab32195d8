"""How pictures look: the sheet, the colours of forms, the legend; and how they are saved."""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from itertools import pairwise
from pathlib import Path
from textwrap import wrap
from typing import Literal

from matplotlib import rc_context
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle
from matplotlib.text import Text

from games import Form, InvalidGameError, NotApplicableError
from games.files import as_path, replace_whole

SUFFIXES = (".png", ".svg", ".pdf")
"""What `save` writes."""

INK = "#222222"
# Okabe & Ito's colours, told apart with any colour vision
ORANGE, SKY, GREEN, YELLOW = "#E69F00", "#56B4E9", "#009E73", "#F0E442"
BLUE, VERMILION, PURPLE = "#0072B2", "#D55E00", "#CC79A7"
COLOURS = {
    Form.NONE: "#DDDDDD",
    Form.BILATERAL: SKY,
    Form.HUB_AND_SPOKE: BLUE,
    Form.MIXED: YELLOW,
    Form.BLOCS: PURPLE,
    Form.MULTILATERAL: VERMILION,
}
"""The colour of each form, told apart with any colour vision."""
HATCHES = {
    Form.NONE: "",
    Form.BILATERAL: "...",
    Form.HUB_AND_SPOKE: "///",
    Form.MIXED: "xx",
    Form.BLOCS: "oo",
    Form.MULTILATERAL: "",
}
"""The hatch of each form, for grayscale, where some colours are alike."""
NO_EQUILIBRIUM = "#FFFFFF"
# next to one another, neither colours nor styles of lines are alike
LINE_COLOURS = (BLUE, VERMILION, GREEN, PURPLE, ORANGE, SKY)
LINE_STYLES: tuple[Literal["-", "--", ":"], ...] = ("-", "--", ":")
LINES = len(LINE_COLOURS) * len(LINE_STYLES)
# of what is written to a .png; 800 pixels wide on a screen
DPI = 300
TITLE_LINE = 88
THREAT = "threat (share of the adversary's full power)"


class Sheet(Figure):
    """A figure whose texts are what they say: names may hold a dollar sign, and none is TeX."""

    def draw(self, renderer: RendererBase) -> None:
        """Draw the figure, labels of ticks too that come about only now."""
        with rc_context({"text.parse_math": False}):
            for text in self.findobj(Text):
                text.set_parse_math(False)
            super().draw(renderer)


def sheet(height: float, title: str | None = None) -> Figure:
    """Return an empty figure, 800 pixels wide and `height` hundreds of them high."""
    result = Sheet(figsize=(8, height), dpi=100, layout="constrained")
    if title is not None:
        result.suptitle("\n".join(wrap(title, TITLE_LINE)), fontsize=11, fontweight="bold")
    return result


def panel(ax: Axes | None, height: float, title: str | None = None) -> tuple[Figure, Axes]:
    """Return the axes that were given, or those of a new sheet, with the figure they are on."""
    if ax is None:
        result = sheet(height, title)
        return result, result.add_subplot()
    result = ax.figure.figure
    if not isinstance(result, Figure):
        raise NotApplicableError("`ax` must be on a figure; got one that is not")
    if title is not None:
        ax.set_title(title, fontsize=9, loc="left")
    return result, ax


def colour_of(form: Form | None) -> str:
    """Return the colour of a form, or of no equilibrium."""
    return NO_EQUILIBRIUM if form is None else COLOURS[form]


def hatch_of(form: Form | None) -> str:
    """Return the hatch of a form, or of no equilibrium."""
    return "" if form is None else HATCHES[form]


def form_patches(used: Collection[Form | None]) -> list[Patch]:
    """Return what a legend shows of the forms that are `used`."""
    return [
        Patch(
            facecolor=COLOURS[form],
            hatch=HATCHES[form],
            edgecolor=INK,
            linewidth=0.4,
            label=str(form),
        )
        for form in Form
        if form in used
    ]


def bar(axes: Axes, form: Form, span: tuple[float, float], row: tuple[float, float]) -> None:
    """Draw a stretch of a form: from where to where across, and down."""
    axes.broken_barh(
        [(span[0], span[1] - span[0])],
        (row[0], row[1] - row[0]),
        facecolors=COLOURS[form],
        hatch=HATCHES[form],
        edgecolor=INK,
        linewidth=0,
    )


def tiles(
    axes: Axes, across: Sequence[float], up: Sequence[float], forms: Sequence[Sequence[Form | None]]
) -> None:
    """Draw a tile for each point of a grid, out to half way to its neighbours.

    Parameters
    ----------
    across, up : sequence of float
        Rising, in even or uneven steps.
    forms : sequence of sequence of Form or None, shape (up, across)
    """
    columns, rows = borders(across), borders(up)
    for row, (low, high) in zip(forms, pairwise(rows), strict=True):
        starts = [i for i, form in enumerate(row) if i == 0 or form is not row[i - 1]]
        for first, after in pairwise([*starts, len(row)]):
            form = row[first]
            axes.add_patch(
                Rectangle(
                    (columns[first], low),
                    columns[after] - columns[first],
                    high - low,
                    facecolor=colour_of(form),
                    hatch=hatch_of(form),
                    edgecolor=INK if hatch_of(form) else colour_of(form),
                    linewidth=0,
                )
            )
    axes.set(xlim=(columns[0], columns[-1]), ylim=(rows[0], rows[-1]))


def borders(values: Sequence[float]) -> list[float]:
    """Return where the tile of each value begins, and where the last one ends.

    Examples
    --------
    >>> borders([0.0, 1.0, 3.0])
    [-0.5, 0.5, 2.0, 4.0]
    """
    if len(values) == 1:
        return [values[0] - 0.5, values[0] + 0.5]
    middles = [(low + high) / 2 for low, high in pairwise(values)]
    return [2 * values[0] - middles[0], *middles, 2 * values[-1] - middles[-1]]


def line_look(place: int) -> tuple[str, Literal["-", "--", ":"]]:
    """Return the colour and the style of a line, by its number: no two of `LINES` are alike."""
    colours, styles = len(LINE_COLOURS), len(LINE_STYLES)
    return LINE_COLOURS[place % colours], LINE_STYLES[(place + place // colours) % styles]


def framed(colour: str, words: str, hatch: str = "") -> Patch:
    """Return what a legend shows of an area of a map."""
    return Patch(facecolor=colour, hatch=hatch, edgecolor=INK, linewidth=0.5, label=words)


def legend_below(
    result: Figure, handles: Sequence[Artist], columns: int = 6, size: float = 8
) -> None:
    """Put a legend below all panels."""
    result.legend(
        handles=handles, loc="outside lower center", ncols=columns, fontsize=size, frameon=False
    )


def save(result: Figure, path: str | os.PathLike[str], dpi: float = DPI) -> Path:
    """Write a figure to a .png, .svg or .pdf file, whole or not at all.

    The same figure gives the same file: none holds a date. Texts of a .pdf are in TrueType fonts,
    as journals ask for.

    Raises
    ------
    InvalidGameError
        If the suffix is another.
    OutputError
        If the file cannot be written.
    """
    check_suffix(path)
    dates: dict[str, dict[str, str | None]] = {
        ".svg": {"Date": None},
        ".pdf": {"CreationDate": None},
        ".png": {},
    }
    metadata = dates[as_path(path).suffix.lower()]

    def fill(target: Path) -> None:
        with rc_context({"pdf.fonttype": 42, "svg.hashsalt": "alliance"}):
            result.savefig(target, dpi=dpi, metadata=metadata)

    return replace_whole(path, fill)


def check_suffix(path: str | os.PathLike[str]) -> None:
    """Raise `InvalidGameError` if `path` does not end as a picture does."""
    if as_path(path).suffix.lower() not in SUFFIXES:
        raise InvalidGameError(
            f"`plot` must end in one of {', '.join(SUFFIXES)}; got {os.fspath(path)!r}"
        )
