"""Rows as frames, datasets and files: what is read back is what the sweep found."""

import json
import math
from collections.abc import Callable
from importlib import util
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import games
import solver
from games import table_files, tables
from games.errors import InvalidGameError, MissingDependencyError, OutputError
from solver.studies.comparison import Comparison
from solver.studies.levels import DIMENSIONS, UNITS

THREATS = [0.6, 0.0, 0.2]  # out of order on purpose
NUMBERS = [
    *("threat", "reference", "allies", "bloc_members", "spokes", "value", "mean"),
    *("certainty_equivalent", "risk_premium", "mass_below", "equilibria", "regret"),
]
WORDS = ["preference", "status", "form", "structure", "domain"]


@pytest.fixture(scope="module")
def study() -> Comparison:
    game = games.load("classic-athens")
    both = {"prospect": game.preference, "expected": games.ExpectedUtility()}
    return solver.compare(game, both, threat=THREATS)


EMPTY = {"preference": "prospect", "threat": 0.4, "reference": 0.4, "status": "empty"}


@pytest.fixture
def with_a_gap(study: Comparison) -> list[dict[str, object]]:
    """Rows of which one has no equilibrium."""
    return [*study.records()[: len(THREATS)], EMPTY | {"equilibria": 0}]


def without(monkeypatch: pytest.MonkeyPatch, library: str) -> None:
    find = util.find_spec
    monkeypatch.setattr(tables, "find_spec", lambda name: None if name == library else find(name))


def write(rows: tables.Records, path: Path) -> Path:
    return table_files.write(rows, lambda: tables.dataset(rows, DIMENSIONS), path)


def test_a_frame_holds_each_row(study: Comparison) -> None:
    table = study.to_dataframe()
    assert sorted(table.columns) == sorted(WORDS + NUMBERS)
    assert table.to_dict("records") == study.records()
    assert len(table) == 6
    assert table["threat"].tolist() == THREATS * 2
    alone = study.sweeps["prospect"].to_dataframe()
    both = [name for name in table.columns if name in alone]
    assert set(table.columns) - set(both) == {"preference"}
    first = table[table["preference"] == "prospect"]
    pd.testing.assert_frame_equal(alone[both], first[both], check_dtype=False)


def test_a_frame_of_nothing() -> None:
    assert len(tables.frame([])) == 0


def test_a_frame_leaves_what_is_empty_blank(with_a_gap: list[dict[str, object]]) -> None:
    last = tables.frame(with_a_gap).iloc[-1]
    assert last["status"] == "empty"
    assert last["equilibria"] == 0
    assert math.isnan(last["value"])


def test_each_row_agrees_with_the_game(study: Comparison) -> None:
    for path in study.sweeps.values():
        for row in path.records():
            level = path.game.at(threat=row["threat"])
            best = solver.solve(level).preferred
            assert best is not None
            seen = level.appraise(best.structure)
            assert row["structure"] == str(best.structure)
            assert row["value"] == pytest.approx(seen.value, abs=1e-12)
            assert row["mass_below"] == pytest.approx(seen.mass_below, abs=1e-12)
            assert row["reference"] == level.reference_point


def test_a_dataset_over_preference_and_threat(study: Comparison) -> None:
    data = study.to_xarray()
    assert dict(data.sizes) == {"preference": 2, "threat": 3}
    for row in study.records():
        here = data.sel(preference=row["preference"], threat=row["threat"])
        assert {name: here[name].item() for name in row} == row


def test_every_number_of_a_dataset_has_a_unit(study: Comparison) -> None:
    data = study.to_xarray()
    for name in NUMBERS:
        assert data[name].attrs["units"] == UNITS[name]
    assert set(UNITS) == set(NUMBERS)
    assert all("units" not in data[name].attrs for name in WORDS)


def test_a_level_asked_for_twice(study: Comparison) -> None:
    rows = study.records()
    assert tables.dataset(rows + rows, DIMENSIONS).identical(tables.dataset(rows, DIMENSIONS))


def read_csv(path: Path) -> pd.DataFrame:
    table = pd.read_csv(path, dtype=str)  # pandas rounds, Python does not
    return table.astype(dict.fromkeys(NUMBERS, float))


def read_json(path: Path) -> pd.DataFrame:
    return tables.frame(json.loads(path.read_text("utf-8")))


READERS: dict[str, Callable[[Path], pd.DataFrame]] = {
    ".csv": read_csv,
    ".json": read_json,
    ".parquet": pd.read_parquet,
    ".CSV": read_csv,
}


@pytest.mark.parametrize("suffix", READERS)
def test_a_table_is_read_back_to_the_last_bit(
    study: Comparison, tmp_path: Path, suffix: str
) -> None:
    target = tmp_path / f"rows{suffix}"
    assert write(study.records(), target) == target.resolve()
    pd.testing.assert_frame_equal(
        READERS[suffix](target), study.to_dataframe(), check_dtype=False, check_exact=True
    )


def test_a_netcdf_file_is_read_back(study: Comparison, tmp_path: Path) -> None:
    import xarray as xr

    target = tmp_path / "rows.nc"
    study.write(target)
    with xr.open_dataset(target) as data:
        assert data["value"].attrs["units"] == UNITS["value"]
        expected = study.to_xarray()
        assert set(data.variables) == set(expected.variables)
        for name in expected.variables:
            np.testing.assert_array_equal(data[name].values, expected[name].values)


@pytest.mark.parametrize("suffix", [*READERS, ".nc"])
def test_a_row_without_an_equilibrium_can_be_written(
    with_a_gap: list[dict[str, object]], tmp_path: Path, suffix: str
) -> None:
    target = tmp_path / f"rows{suffix}"
    write(with_a_gap, target)
    assert target.stat().st_size > 0
    if suffix in READERS:
        last = READERS[suffix](target).iloc[-1]
        assert (last["status"], last["equilibria"]) == ("empty", 0)
        assert math.isnan(last["value"])


def test_json_on_disk_is_the_records(study: Comparison, tmp_path: Path) -> None:
    text = write(study.records(), tmp_path / "rows.json").read_text("utf-8")
    assert json.loads(text) == study.records()
    assert text.endswith("]\n")


@pytest.mark.parametrize("name", ["rows.xls", "rows", "rows.csv.gz", ".csv"])
def test_an_unknown_suffix(tmp_path: Path, name: str) -> None:
    target = tmp_path / name
    with pytest.raises(InvalidGameError) as caught:
        write([EMPTY], target)
    known = ".csv, .json, .parquet, .nc, .dta, .xlsx, .tex"
    assert str(caught.value) == f"`out` must end in one of {known}; got {str(target)!r}"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "library"), [("a.parquet", "pyarrow"), ("a.nc", "xarray"), ("a.nc", "netCDF4")]
)
def test_a_missing_library_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, library: str
) -> None:
    without(monkeypatch, library)
    with pytest.raises(MissingDependencyError, match=rf"`{library}` .*alliance-solver\[tables\]"):
        write([EMPTY], tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_a_dataset_needs_xarray(monkeypatch: pytest.MonkeyPatch, study: Comparison) -> None:
    without(monkeypatch, "xarray")
    with pytest.raises(MissingDependencyError, match="`xarray` is needed"):
        study.to_xarray()


def test_csv_needs_no_further_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "find_spec", lambda name: None)
    write([EMPTY], tmp_path / "a.csv")
    write([EMPTY], tmp_path / "a.json")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.csv", "a.json"]


@pytest.mark.parametrize("suffix", table_files.WRITERS)
def test_a_bad_place(tmp_path: Path, suffix: str) -> None:
    with pytest.raises(OutputError, match="there is no directory"):
        write([EMPTY], tmp_path / "no" / f"a{suffix}")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("suffix", table_files.WRITERS)
def test_a_fault_while_writing_keeps_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    target = tmp_path / f"a{suffix}"
    target.write_text("old")

    def stumble(*_: Any, **__: Any) -> Any:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(table_files, "frame", stumble)
    monkeypatch.setattr(table_files.json, "dumps", stumble)
    monkeypatch.setattr(tables, "frame", stumble)
    with pytest.raises(OutputError, match="No space left on device"):
        write([EMPTY], target)
    assert target.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == [target.name]
