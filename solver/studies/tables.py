"""Tables of studies: frames and datasets over the axes of a study, and files of them."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from solver.output import tables
from solver.output.files import replace_whole
from solver.studies.axes import Axis

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

OUTCOME = "outcome: security less autonomy cost"
UNITS = {
    "multilateral_from": "share of the adversary's full power, 0 to 1",
    "multilateral_share": "share of all threats",
    "certainty_gain": OUTCOME,
    "mean_loss": OUTCOME,
    "extra_aid": "hegemon's capability = 1",
    "shift": "share of the adversary's full power, 0 to 1",
}


def frame(records: tables.Records) -> pd.DataFrame:
    """Return `records` as a frame, one row each."""
    return tables.frame(records)


def dataset(records: tables.Records, axes: Sequence[Axis]) -> xr.Dataset:
    """Return `records` as a dataset over `axes`, with units.

    Raises
    ------
    MissingDependencyError
        If xarray is not installed.
    """
    tables.need("xarray", "tables")
    result: xr.Dataset = tables.frame(records).set_index([line.name for line in axes]).to_xarray()
    for line in axes:
        result[line.name].attrs |= {"units": line.unit, "long_name": line.meaning}
    for name, unit in UNITS.items():
        if name in result.data_vars:
            result[name].attrs["units"] = unit
    return result


def by(records: tables.Records, key: str) -> xr.Dataset:
    """Return `records` as a dataset over one column.

    Raises
    ------
    MissingDependencyError
        If xarray is not installed.
    """
    tables.need("xarray", "tables")
    result: xr.Dataset = tables.frame(records).set_index(key).to_xarray()
    return result


def write(
    records: tables.Records, data: Callable[[], xr.Dataset], path: str | os.PathLike[str]
) -> Path:
    """Write `records`, or `data()` if the suffix is .nc, whole or not at all.

    Raises as `solver.output.tables.write` does.
    """
    if tables.writer_for(path) != "netcdf":
        return tables.write(records, path)
    found = data()
    return replace_whole(path, lambda target: found.to_netcdf(target, engine="netcdf4"))
