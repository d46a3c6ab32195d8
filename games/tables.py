"""The door to pandas and xarray: rows of plain values as frames and datasets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from importlib.util import find_spec
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from games.errors import MissingDependencyError

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

Records = Sequence[dict[str, object]]
Columns = Mapping[str, Sequence[object]]
Dimensions = Mapping[str, Mapping[str, str]]


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


def need(library: str, extra: str) -> None:
    """Raise `MissingDependencyError` if `library` is not installed."""
    if find_spec(library) is None:
        raise MissingDependencyError(library, extra)


def spreadsheet(file: BinaryIO) -> pd.ExcelWriter[Any]:
    """Return what writes frames as the sheets of a workbook."""
    import pandas as pd

    book: pd.ExcelWriter[Any] = pd.ExcelWriter(file, engine="openpyxl")
    return book
