"""How pictures look: the sheet, the colours of forms, the legend; and how they are saved."""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from pathlib import Path

from matplotlib import rc_context
from matplotlib.artist import Artist
from matplotlib.backend_bases import RendererBase
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.text import Text

from games import Form, InvalidGameError
from games.files import as_path, replace_whole

SUFFIXES = (".png", ".svg", ".pdf")

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
NO_EQUILIBRIUM = "#FFFFFF"
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
        result.suptitle(title, fontsize=11, fontweight="bold")
    return result


def colour_of(form: Form | None) -> str:
    """Return the colour of a form, or of no equilibrium."""
    return NO_EQUILIBRIUM if form is None else COLOURS[form]


def form_patches(used: Collection[Form | None]) -> list[Patch]:
    """Return what a legend shows of the forms that are `used`."""
    return [Patch(color=COLOURS[form], label=str(form)) for form in Form if form in used]


def framed(colour: str, words: str) -> Patch:
    """Return what a legend shows of an area of a map."""
    return Patch(facecolor=colour, edgecolor=INK, linewidth=0.5, label=words)


def legend_below(
    result: Figure, handles: Sequence[Artist], columns: int = 6, size: float = 8
) -> None:
    """Put a legend below all panels."""
    result.legend(
        handles=handles, loc="outside lower center", ncols=columns, fontsize=size, frameon=False
    )


def save(result: Figure, path: str | os.PathLike[str]) -> Path:
    """Write a figure to a .png, .svg or .pdf file, whole or not at all.

    Raises
    ------
    InvalidGameError
        If the suffix is another.
    OutputError
        If the file cannot be written.
    """
    check_suffix(path)
    return replace_whole(path, result.savefig)


def check_suffix(path: str | os.PathLike[str]) -> None:
    """Raise `InvalidGameError` if `path` does not end as a picture does."""
    if as_path(path).suffix.lower() not in SUFFIXES:
        raise InvalidGameError(
            f"`plot` must end in one of {', '.join(SUFFIXES)}; got {os.fspath(path)!r}"
        )
