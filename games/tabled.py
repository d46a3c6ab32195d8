"""Results that people use: each is a line, a table, a card in a notebook, a picture and a file."""

from __future__ import annotations

import hashlib
import html
import json
import os
from base64 import b64encode
from collections.abc import Mapping, Sequence
from importlib import import_module
from io import BytesIO
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from games import records, table_files, tables
from games.citation import version
from games.errors import MissingDependencyError, NotApplicableError

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Dimensions = tables.Dimensions

# what draws: looked up by its name when a picture is asked for, as nouns know no verbs
PICTURES = "solver.figures.pictures"
# rows that a notebook shows, and digits of their numbers
SHOWN, DIGITS = 12, 4


class Tabled:
    """A result that can be told in rows: it gives `records`, and the rest is made of them.

    Whoever inherits gives `records` and, in words, `_subject`; `str` gives the one line.
    """

    # units of columns of numbers, by name; one such as payoff[Samos] has that of "payoff"
    _units: Mapping[str, str] = MappingProxyType({})
    # what the result is, for a title
    _subject = ""
    # the fields that say what was asked, for the digest; none where the result does not hold it
    _asked: tuple[str, ...] = ("game",)

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        records.one_repr(cls)

    def records(self) -> list[dict[str, object]]:
        """Return the result as flat rows of plain values."""
        raise NotImplementedError

    def head(self, most: int) -> list[dict[str, object]]:
        """Return the first of these rows, where there may be many."""
        return self.records()[:most]

    def _dimensions(self) -> Dimensions:
        """Return the columns that tell the rows apart; none to number them."""
        return {}

    @property
    def title(self) -> str:
        """What the result is of, in one line."""
        game = getattr(self, "game", None)
        own = getattr(game, "title", None)
        return f"{own}: {self._subject}" if own else self._subject.capitalize()

    @property
    def caveat(self) -> str:
        """What has to be borne in mind, empty if there is nothing."""
        scenario = getattr(getattr(self, "game", None), "scenario", None)
        return scenario.caveat if scenario else ""

    def units(self) -> dict[str, str]:
        """Return the unit of each column of numbers.

        A name stands for all columns that begin with it and go on with a bracket, as payoff[Samos].
        """
        axes = self._dimensions().items()
        return {**self._units, **{n: told["units"] for n, told in axes if "units" in told}}

    def about(self) -> dict[str, object]:
        """Return what a file says of itself: title, version, digest of the question, units.

        The digest is of the question as far as the result holds it, and of its rows where it holds
        nothing of it: the same question has the same digest, under one version.
        """
        parts = [getattr(self, name) for name in self._asked] if self._asked else [self.records()]
        asked = [type(self).__name__, *parts]
        text = json.dumps(records.plain(asked), sort_keys=True)
        told: dict[str, object] = {
            "title": self.title,
            "version": f"alliance-solver {version()}",
            "question": hashlib.sha256(text.encode()).hexdigest(),
        }
        if units := self.units():
            told["units"] = json.dumps(units)
        if self.caveat:
            told["caveat"] = self.caveat
        return told

    def to_dataframe(self) -> pd.DataFrame:
        """Return `records` as a tidy frame; its `attrs` are what `about` says."""
        found = tables.frame(self.records())
        found.attrs.update(self.about())
        return found

    def to_xarray(self) -> xr.Dataset:
        """Return `records` as a dataset over the columns that tell them apart, with units.

        Raises
        ------
        MissingDependencyError
            If xarray is not installed.
        """
        rows, units = self.records(), self.units()
        columns = dict.fromkeys(name for row in rows for name in row)
        whole = {name: name.partition("[")[0] for name in columns}
        known = {name: units[key] for name, key in whole.items() if key in units}
        return tables.dataset(rows, self._dimensions(), known)

    def write(self, path: str | os.PathLike[str]) -> Path:
        """Write the rows as .csv, .json, .parquet, .nc, .dta, .xlsx or .tex, whole or not at all.

        The file carries what `about` says; beside a .csv or .json, which have no place for it,
        `NAME-metadata.json` does.

        Raises
        ------
        InvalidGameError
            If the suffix is unknown.
        MissingDependencyError
            If the library for the format is not installed.
        OutputError
            If the file cannot be written.
        """
        return table_files.write(self.records(), self.to_xarray, path, self.about())

    def plot(self, ax: Axes | None = None, **options: Any) -> Figure:
        """Draw the result.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional
            Where to draw; of a figure of several panels the main one is drawn there alone. By
            default a new figure of 800 pixels' width.
        **options
            Of the picture: see the function of `solver.plot` that draws it.

        Returns
        -------
        matplotlib.figure.Figure
            The figure that it is on. `solver.plot.save(figure, path)` writes it.

        Raises
        ------
        NotApplicableError
            If there is no picture of such a result.
        MissingDependencyError
            If matplotlib is not installed.
        """
        return plot(self, ax, **options)

    def _repr_html_(self) -> str:
        """Return what a notebook shows: title, line, table, picture and caveat."""
        return card(self)


def plot(subject: object, ax: Axes | None = None, **options: Any) -> Figure:
    """Return the picture of a subject; see `Tabled.plot`."""
    tables.need("matplotlib", "plot")
    found: Figure = import_module(PICTURES).draw(subject, ax, **options)
    return found


def card(found: Tabled) -> str:
    """Return a result as HTML."""
    rows = found.head(SHOWN + 1)
    parts = [f"<strong>{html.escape(found.title)}</strong>"]
    if type(found).__str__ is not object.__str__:
        parts.append(f"<p>{html.escape(str(found))}</p>")
    if rows:
        parts.append(_table(rows))
    parts.append(picture(found))
    if found.caveat:
        parts.append(f"<p><em>{html.escape(found.caveat)}</em></p>")
    return f'<div class="alliance">{"".join(part for part in parts if part)}</div>'


def _table(rows: Sequence[Mapping[str, object]]) -> str:
    """Return the first rows as an HTML table, numbers short, and how many are left."""
    names = list(dict.fromkeys(name for row in rows[:SHOWN] for name in row))
    head = "".join(f"<th>{html.escape(name.replace('_', ' '))}</th>" for name in names)
    body = "".join(
        "<tr>" + "".join(f"<td>{_cell(row.get(name))}</td>" for name in names) + "</tr>"
        for row in rows[:SHOWN]
    )
    more = "<p>and more: <code>to_dataframe()</code></p>" if len(rows) > SHOWN else ""
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}"


def _cell(value: object) -> str:
    if value is None:
        return ""
    return f"{value:.{DIGITS}g}" if isinstance(value, float) else html.escape(str(value))


def picture(subject: object) -> str:
    """Return the picture of a subject as an HTML image; empty if it has none, or nothing draws."""
    try:
        figure = plot(subject)
    except (NotApplicableError, MissingDependencyError):
        return ""
    file = BytesIO()
    figure.savefig(file, format="png", dpi=100)
    data = b64encode(file.getvalue()).decode("ascii")
    return f'<img alt="picture" style="max-width:800px" src="data:image/png;base64,{data}">'
