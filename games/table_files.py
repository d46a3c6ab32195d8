"""Tables as files: csv, json, parquet, netCDF, Stata, a spreadsheet or LaTeX, by the suffix.

Each file tells what it is: the title, the version of the package and a digest of the question stand
in it, or in `NAME-metadata.json` beside one that has no place for it (csv and json).
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from games.errors import InvalidGameError
from games.files import as_path, replace_whole
from games.tables import Records, frame, joined, need, spreadsheet

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

About = Mapping[str, object]

WRITERS: dict[str, str] = {
    ".csv": "csv",
    ".json": "json",
    ".parquet": "parquet",
    ".nc": "netcdf",
    ".dta": "stata",
    ".xlsx": "spreadsheet",
    ".tex": "latex",
}
# what writes a kind, and the extra that has it
NEEDED: dict[str, tuple[str, ...]] = {
    "parquet": ("pyarrow",),
    "netcdf": ("xarray", "netCDF4"),
    "spreadsheet": ("openpyxl",),
    "latex": ("jinja2",),
}
EXTRA = "tables"
# what a spreadsheet takes for the beginning of a formula
FORMULAS = ("=", "+", "-", "@")
# what Stata allows: a name, a label, a text that is not a long one
STATA_NAME, STATA_LABEL, STATA_TEXT = 32, 80, 2045
NOTHING: About = MappingProxyType({})


def writer_for(path: str | os.PathLike[str]) -> str:
    """Return the kind of file that the suffix of `path` asks for.

    Raises
    ------
    InvalidGameError
        If the suffix is none of `WRITERS`.
    MissingDependencyError
        If the library that writes it is not installed.
    """
    suffix = as_path(path).suffix.lower()
    if suffix not in WRITERS:
        raise InvalidGameError(
            f"`out` must end in one of {', '.join(WRITERS)}; got {os.fspath(path)!r}"
        )
    kind = WRITERS[suffix]
    for library in NEEDED.get(kind, ()):
        need(library, EXTRA)
    return kind


def write(
    records: Records,
    whole: Callable[[], xr.Dataset],
    path: str | os.PathLike[str],
    about: About = NOTHING,
) -> Path:
    """Write `records` in the format of the suffix of `path`, or `whole()` if that is .nc.

    The file is written whole or not at all.

    Parameters
    ----------
    about : mapping of str to object, optional
        Plain values that the file carries: its title, and so on.

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
        return write_frames((frame(rows) for rows in [records]), whole, path, about)

    def fill(target: Path) -> None:  # a frame would fill in what some rows lack
        target.write_text(json.dumps(list(records), indent=1) + "\n", encoding="utf-8")

    return _beside(replace_whole(path, fill), about)


def write_frames(
    frames: Iterable[pd.DataFrame],
    whole: Callable[[], xr.Dataset],
    path: str | os.PathLike[str],
    about: About = NOTHING,
) -> Path:
    """Write frames one after another, or `whole` for .nc, whole or not at all.

    Raises as `write` does.
    """
    kind = writer_for(path)

    def fill(target: Path) -> None:
        if kind == "netcdf":
            data = _for_netcdf(whole())
            data.attrs.update({name: value for name, value in about.items() if value is not None})
            data.to_netcdf(target, engine="netcdf4")
        elif kind == "csv":
            for place, part in enumerate(frames):
                inert(part).to_csv(target, mode="a", header=place == 0, index=False)
        elif kind == "json":
            _json(joined(frames), target)
        else:
            WHOLE[kind](joined(frames), target, about)

    done = replace_whole(path, fill)
    return _beside(done, about) if kind in ("csv", "json") else done


def _beside(path: Path, about: About) -> Path:
    """Write what the file has no place for beside it."""
    if about:

        def fill(target: Path) -> None:
            target.write_text(json.dumps(dict(about), indent=1) + "\n", encoding="utf-8")

        replace_whole(path.with_name(f"{path.name}-metadata.json"), fill)
    return path


def _json(rows: pd.DataFrame, target: Path) -> None:
    """Write rows with every digit, which pandas would cut at 15."""
    known = rows.astype(object).where(rows.notna(), None)
    plain = known.to_dict("records")
    target.write_text(json.dumps(plain, indent=1, allow_nan=False) + "\n", encoding="utf-8")


def _parquet(rows: pd.DataFrame, target: Path, about: About) -> None:
    rows.attrs.update(about)
    rows.to_parquet(target, index=False)


def _stata(rows: pd.DataFrame, target: Path, about: About) -> None:
    names = _unique([str(name) for name in rows], _stata_name)
    long = []
    plain: dict[str, object] = {}
    for name, column in zip(names, (rows[old] for old in rows), strict=True):
        if column.dtype.kind in "OTUS":
            # a text that is missing is empty: Stata has no other
            plain[name] = ["" if _missing(value) else str(value) for value in column]
            if any(len(value.encode()) > STATA_TEXT for value in plain[name]):  # type: ignore[attr-defined]
                long.append(name)
        elif column.dtype.kind == "b":
            plain[name] = column.to_numpy(dtype="int8")
        else:
            plain[name] = column.to_numpy(dtype=float, na_value=float("nan"))
            if column.dtype.kind in "iu":
                plain[name] = column.to_numpy()
    labels = {
        name: str(old)[:STATA_LABEL] for name, old in zip(names, rows, strict=True) if name != old
    }
    type(rows)(plain).to_stata(
        target,
        write_index=False,
        version=118,
        data_label=_told(about)[:STATA_LABEL] or None,
        variable_labels=labels,
        convert_strl=long,
    )


def _spreadsheet(rows: pd.DataFrame, target: Path, about: About) -> None:
    told = inert(frame([{"what": name, "is": _text(value)} for name, value in about.items()]))
    with target.open("wb") as file, spreadsheet(file) as book:
        inert(rows).to_excel(book, sheet_name="data", index=False)
        told.to_excel(book, sheet_name="about", index=False)


def _latex(rows: pd.DataFrame, target: Path, about: About) -> None:
    told = {name: " ".join(_text(value).split()) for name, value in about.items()}
    notes = "".join(f"% {name}: {value}\n" for name, value in told.items())
    numbers = [column.dtype.kind in "iufb" for _, column in rows.items()]
    words = rows.rename(columns=lambda name: str(name).replace("_", " "))
    body = words.map(lambda value: "" if _missing(value) else value).to_latex(
        index=False,
        escape=True,
        float_format="%.6g",
        column_format="".join("r" if number else "l" for number in numbers),
        caption=_latex_text(str(about["title"])) if about.get("title") else None,
    )
    target.write_text(notes + body, encoding="utf-8")


WHOLE: dict[str, Callable[[pd.DataFrame, Path, About], None]] = {
    "parquet": _parquet,
    "stata": _stata,
    "spreadsheet": _spreadsheet,
    "latex": _latex,
}


def _told(about: About) -> str:
    """Return the title with the version and the beginning of the digest, for one short line."""
    parts = [about.get("version"), str(about.get("question", ""))[:12]]
    tail = " ".join(str(part) for part in parts if part)
    title = str(about.get("title", ""))
    room = STATA_LABEL - len(tail) - 1
    return f"{title[:room]} {tail}".strip()


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _missing(value: object) -> bool:
    return value is None or value != value


def _latex_text(text: str) -> str:
    return re.sub(r"([&%$#_{}])", r"\\\1", text)


def _stata_name(name: str) -> str:
    plain = re.sub(r"\W", "_", name, flags=re.ASCII)[:STATA_NAME] or "_"
    return plain if not plain[0].isdigit() else f"_{plain}"[:STATA_NAME]


def _unique(names: Sequence[str], plain: Callable[[str], str]) -> list[str]:
    """Return names made plain, numbered where two of them would be one."""
    found: list[str] = []
    for name in names:
        short, number = plain(name), 1
        while short in found:
            number += 1
            tail = f"_{number}"
            short = plain(name)[: STATA_NAME - len(tail)] + tail
        found.append(short)
    return found


def _for_netcdf(data: xr.Dataset) -> xr.Dataset:
    """Return a dataset as the format can hold it.

    A slash would make groups of a name, and a blank ends a name in the list of coordinates: the
    attribute `name` keeps what they were. A text that is missing is empty; a column of nothing but
    missing values holds numbers that are none.
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
    for variable, column in data.data_vars.items():
        if column.dtype == object:
            given = column.to_numpy().ravel().tolist()
            held = [value for value in given if not _missing(value)]
            if held and any(isinstance(value, str) for value in held):
                plain_values: list[object] = ["" if _missing(one) else str(one) for one in given]
            else:
                plain_values = [float("nan") if _missing(one) else float(one) for one in given]
            data[variable] = column.copy(data=np.array(plain_values).reshape(column.shape))
    return data.rename(changed)


def inert(rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows whose texts no spreadsheet takes for formulas: an apostrophe goes before them."""
    words = [name for name in rows if rows[name].dtype.kind in "OTUS"]
    plain = rows.assign(**{str(name): rows[name].map(_inert) for name in words})
    return plain.rename(columns=_inert)


def _inert(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULAS) else value
