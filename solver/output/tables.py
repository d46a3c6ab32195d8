"""The door to pandas and xarray: rows of plain values as frames, datasets and files."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from games import InvalidGameError, MissingDependencyError
from solver.output.files import replace_whole

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

Records = Sequence[dict[str, object]]
Columns = Mapping[str, Sequence[object]]

UNITS = {
    "threat": "share of the adversary's full power, 0 to 1",
    "reference": "outcome: security less autonomy cost",
    "allies": "candidates",
    "bloc_members": "candidates",
    "spokes": "candidates",
    "value": "units of the hegemon's value function",
    "mean": "outcome: security less autonomy cost",
    "certainty_equivalent": "outcome: security less autonomy cost",
    "risk_premium": "outcome: security less autonomy cost",
    "mass_below": "probability",
    "equilibria": "structures",
    "regret": "units of the hegemon's value function or of a candidate's payoff",
}
WRITERS: dict[str, str] = {
    ".csv": "csv",
    ".json": "json",
    ".parquet": "parquet",
    ".nc": "netcdf",
}


def frame(records: Records) -> pd.DataFrame:
    """Return `records` as a frame, one row each."""
    import pandas as pd

    return pd.DataFrame.from_records(list(records))


def dataset(records: Records) -> xr.Dataset:
    """Return `records` as a dataset over preference and threat.

    Raises
    ------
    MissingDependencyError
        If xarray is not installed.
    """
    need("xarray", "tables")

    keys = ["preference", "threat"]
    table = frame(records).drop_duplicates(keys).set_index(keys)
    result: xr.Dataset = table.to_xarray()
    for name, unit in UNITS.items():
        if name in result.variables:
            result[name].attrs["units"] = unit
    return result


def writer_for(path: str | os.PathLike[str]) -> str:
    """Return the kind of file that the suffix of `path` asks for.

    Raises
    ------
    InvalidGameError
        If the suffix is not one of .csv, .json, .parquet and .nc.
    MissingDependencyError
        If the library that writes it is not installed.
    """
    suffix = Path(path).suffix.lower()
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


def write(records: Records, path: str | os.PathLike[str]) -> Path:
    """Write `records` in the format of the suffix of `path`, whole or not at all.

    Raises
    ------
    InvalidGameError
        If the suffix is unknown.
    MissingDependencyError
        If the library for the format is not installed.
    OutputError
        If the file cannot be written.
    """
    kind = writer_for(path)

    def fill(target: Path) -> None:
        if kind == "csv":
            frame(records).to_csv(target, index=False)
        elif kind == "json":
            target.write_text(json.dumps(list(records), indent=1) + "\n", encoding="utf-8")
        elif kind == "parquet":
            frame(records).to_parquet(target, index=False)
        else:
            dataset(records).to_netcdf(target, engine="netcdf4")

    return replace_whole(path, fill)


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


def write_frames(
    frames: Iterable[pd.DataFrame], whole: Callable[[], xr.Dataset], path: str | os.PathLike[str]
) -> Path:
    """Write frames one after another, or `whole` for .nc, whole or not at all.

    Raises as `write` does.
    """
    kind = writer_for(path)

    def fill(target: Path) -> None:
        if kind == "netcdf":
            whole().to_netcdf(target, engine="netcdf4")
        elif kind == "parquet":
            joined(frames).to_parquet(target, index=False)
        elif kind == "csv":
            for place, part in enumerate(frames):
                part.to_csv(target, mode="a", header=place == 0, index=False)
        else:
            joined(frames).to_json(target, orient="records", double_precision=15, indent=1)

    return replace_whole(path, fill)


def need(library: str, extra: str) -> None:
    """Raise `MissingDependencyError` if `library` is not installed."""
    if find_spec(library) is None:
        raise MissingDependencyError(library, extra)
