"""The door to pandas and xarray: rows of plain values as frames, datasets and files."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from games import InvalidGameError, MissingDependencyError
from games.files import as_path, replace_whole
from games.records import Record

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

Records = Sequence[dict[str, object]]
Columns = Mapping[str, Sequence[object]]
Dimensions = Mapping[str, Mapping[str, str]]

WRITERS: dict[str, str] = {
    ".csv": "csv",
    ".json": "json",
    ".parquet": "parquet",
    ".nc": "netcdf",
}


class Tabled(Record):
    """A result that can be told in rows: it gives `records`, and has tables made of them."""

    # units of columns of numbers, by name
    _units: Mapping[str, str] = MappingProxyType({})

    def records(self) -> list[dict[str, object]]:
        """Return the result as flat rows of plain values."""
        raise NotImplementedError

    def _dimensions(self) -> Dimensions:
        """Return the columns that tell the rows apart; none to number them."""
        return {}

    def to_dataframe(self) -> pd.DataFrame:
        """Return `records` as a tidy frame."""
        return frame(self.records())

    def to_xarray(self) -> xr.Dataset:
        """Return `records` as a dataset over the columns that tell them apart, with units.

        Raises
        ------
        MissingDependencyError
            If xarray is not installed.
        """
        return dataset(self.records(), self._dimensions(), self._units)


def frame(records: Records, columns: Sequence[str] | None = None) -> pd.DataFrame:
    """Return `records` as a frame, one row each; `columns` for when there may be none."""
    import pandas as pd

    names = None if columns is None else list(columns)
    return pd.DataFrame.from_records(list(records), columns=names)


def dataset(
    records: Records, index: Dimensions, units: Mapping[str, str] = MappingProxyType({})
) -> xr.Dataset:
    """Return `records` as a dataset.

    Parameters
    ----------
    records : sequence of dict
        Of rows that agree in the columns of the index the first one counts.
    index : mapping of str to mapping
        The columns that become dimensions, each with its attributes; if there is none, rows are
        numbered from 1 along `row`.
    units : mapping of str to str
        Of the other columns, by name.

    Raises
    ------
    MissingDependencyError
        If xarray is not installed.
    """
    need("xarray", "tables")
    if not index:
        numbered = [{"row": number} | row for number, row in enumerate(records, start=1)]
        return dataset(numbered, {"row": {}}, units)
    keys = list(index)
    result: xr.Dataset = frame(records).drop_duplicates(keys).set_index(keys).to_xarray()
    for name, attributes in index.items():
        result[name].attrs.update(attributes)
    for name, unit in units.items():
        if name in result.data_vars:
            result[name].attrs["units"] = unit
    return result


# what a spreadsheet takes for the beginning of a formula
FORMULAS = ("=", "+", "-", "@")


def writer_for(path: str | os.PathLike[str]) -> str:
    """Return the kind of file that the suffix of `path` asks for.

    Raises
    ------
    InvalidGameError
        If the suffix is not one of .csv, .json, .parquet and .nc.
    MissingDependencyError
        If the library that writes it is not installed.
    """
    suffix = as_path(path).suffix.lower()
    if suffix not in WRITERS:
        raise InvalidGameError(
            f"`out` must end in one of {', '.join(WRITERS)}; got {os.fspath(path)!r}"
        )
    if suffix == ".parquet":
        need("pyarrow", "tables")
    if suffix == ".nc":
        need("xarray", "tables")
        need("netCDF4", "tables")
    return WRITERS[suffix]


def typed_frame(columns: Columns, counts: Sequence[str], words: Sequence[str]) -> pd.DataFrame:
    """Return columns as a frame whose types do not depend on what is missing.

    Parameters
    ----------
    columns : mapping of str to list
        None where a value is missing.
    counts, words : sequence of str
        Columns of whole numbers and of text; the others hold numbers.
    """
    import pandas as pd

    found: dict[str, object] = {}
    for name, values in columns.items():
        given: list[Any] = list(values)
        if name in words:
            found[name] = pd.Series(given, dtype="object")
        else:
            found[name] = (
                pd.array(given, dtype="Int64") if name in counts else np.array(given, float)
            )
    return pd.DataFrame(found)


def joined(frames: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Return frames of `typed_frame` as one; whole numbers are plain where none is missing."""
    import pandas as pd

    whole = pd.concat(frames, ignore_index=True)
    plain = [
        name
        for name, kind in whole.dtypes.items()
        if kind == "Int64" and not whole[name].isna().any()
    ]
    return whole.astype(dict.fromkeys(plain, "int64"))


def grid_dataset(
    frame: pd.DataFrame,
    coordinates: Mapping[str, tuple[str, Sequence[object]]],
    meanings: Mapping[str, tuple[str, str]],
    attributes: Mapping[str, object],
) -> xr.Dataset:
    """Return the rows of a full grid as a dataset.

    Parameters
    ----------
    frame : DataFrame
        One row for each cell, the last dimension fastest.
    coordinates : mapping of str to (str, sequence)
        Dimension and values of each coordinate, the dimensions in their order.
    meanings : mapping of str to (str, str)
        Text and unit of coordinates and columns.
    attributes : mapping
        Of the dataset.

    Raises
    ------
    MissingDependencyError
        If xarray is not installed.
    """
    need("xarray", "tables")
    import xarray as xr

    sizes = {dimension: len(values) for dimension, values in coordinates.values()}
    shape = tuple(sizes.values())
    result = xr.Dataset(
        {
            name: (tuple(sizes), _dense(frame[name]).reshape(shape))
            for name in frame.columns
            if name not in coordinates
        },
        coords={
            name: (dimension, np.array(list(values)))
            for name, (dimension, values) in coordinates.items()
        },
        attrs=dict(attributes),
    )
    for name, (text, unit) in meanings.items():
        if name in result.variables:
            result[name].attrs.update(long_name=text, units=unit)
    return result


def _dense(column: pd.Series) -> np.ndarray:
    """Return a column as an array that netCDF can hold: missing text is empty."""
    if column.dtype == object:
        return np.array([value or "" for value in column], dtype=str)
    return column.to_numpy(dtype=float, na_value=np.nan) if column.hasnans else column.to_numpy()


def write(records: Records, whole: Callable[[], xr.Dataset], path: str | os.PathLike[str]) -> Path:
    """Write `records` in the format of the suffix of `path`, or `whole()` if that is .nc.

    The file is written whole or not at all.

    Raises
    ------
    InvalidGameError
        If the suffix is unknown.
    MissingDependencyError
        If the library for the format is not installed.
    OutputError
        If the file cannot be written.
    """
    if writer_for(path) != "json":
        return write_frames((frame(rows) for rows in [records]), whole, path)

    def fill(target: Path) -> None:  # a frame would fill in what some rows lack
        target.write_text(json.dumps(list(records), indent=1) + "\n", encoding="utf-8")

    return replace_whole(path, fill)


def write_frames(
    frames: Iterable[pd.DataFrame], whole: Callable[[], xr.Dataset], path: str | os.PathLike[str]
) -> Path:
    """Write frames one after another, or `whole` for .nc, whole or not at all.

    Raises as `write` does.
    """
    kind = writer_for(path)

    def fill(target: Path) -> None:
        if kind == "netcdf":
            _named_for_netcdf(whole()).to_netcdf(target, engine="netcdf4")
        elif kind == "parquet":
            joined(frames).to_parquet(target, index=False)
        elif kind == "csv":
            for place, part in enumerate(frames):
                inert(part).to_csv(target, mode="a", header=place == 0, index=False)
        else:
            joined(frames).to_json(target, orient="records", double_precision=15, indent=1)

    return replace_whole(path, fill)


def _named_for_netcdf(data: xr.Dataset) -> xr.Dataset:
    """Return a dataset whose names the format can hold; the attribute `name` keeps what they were.

    A slash would make groups of it, and a blank ends a name in the list of coordinates.
    """
    changed: dict[Any, str] = {}
    for name in dict.fromkeys(map(str, [*data.variables, *data.dims])):
        plain = re.sub(r"[\s/]", "_", name)
        while plain != name and plain in {*map(str, data.variables), *changed.values()}:
            plain += "_"
        if plain != name:
            changed[name] = plain
    for name in set(changed) & set(data.variables):
        data[name].attrs["name"] = name
    return data.rename(changed)


def inert(rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows whose texts no spreadsheet takes for formulas: an apostrophe goes before them."""
    words = [name for name in rows if rows[name].dtype.kind in "OTUS"]
    plain = rows.assign(**{str(name): rows[name].map(_inert) for name in words})
    return plain.rename(columns=_inert)


def _inert(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULAS) else value


def need(library: str, extra: str) -> None:
    """Raise `MissingDependencyError` if `library` is not installed."""
    if find_spec(library) is None:
        raise MissingDependencyError(library, extra)
