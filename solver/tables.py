"""The door to pandas and xarray: rows of plain values as frames, datasets and files."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from games import InvalidGameError, MissingDependencyError
from solver.files import replace_whole

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

Records = Sequence[dict[str, object]]

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


def need(library: str, extra: str) -> None:
    """Raise `MissingDependencyError` if `library` is not installed."""
    if find_spec(library) is None:
        raise MissingDependencyError(library, extra)
