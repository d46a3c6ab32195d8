"""`alliance burdens`: who pays what."""

from pathlib import Path

import pandas as pd
import pytest
import xarray as xr


def test_the_command(run, ask, refuse, tmp_path: Path) -> None:
    out, plot = tmp_path / "b.csv", tmp_path / "b.png"
    words = ["burdens", "europe-1949", "--strongest", "3", "--threat", "0.3,0.9", "--quiet"]
    words += ["--rule", "split", "--rule", "kalai_smorodinsky"]
    printed = run(*words, "--out", out, "--plot", plot)
    assert "3 strongest candidates; 8 weaker ones" in " ".join(printed.split())
    assert "multilateral (3+0" in printed
    assert out.read_text().startswith("burden_sharing,threat,form,status,ally")
    assert plot.stat().st_size > 10_000
    facts = ask(*words)
    assert facts["hegemon"] == "USA"
    assert {row["burden_sharing"] for row in facts["rows"]} == {"split", "kalai_smorodinsky"}
    solved = ("solve", "classic-athens", "--burden-sharing", "split")
    assert "Its burdens (split), in units of security" in run(*solved)
    assert ask(*solved)["listed"][0]["burdens"]
    refuse("burdens", "europe-1949", "--rule", "fair")


def test_rows_of_every_kind(run, tmp_path: Path) -> None:
    words = ("burdens", "classic-athens", "--threat", "0,0.5", "--rule", "none", "--rule", "split")
    for suffix in (".csv", ".json", ".parquet", ".nc"):
        run(*words, "--out", tmp_path / f"b{suffix}")
    with xr.open_dataset(tmp_path / "b.nc") as data:
        found = data.to_dataframe()
    expected = pd.read_csv(tmp_path / "b.csv")
    # older readers of text are off by the last bit
    assert found["burden"].tolist()[-5:] == pytest.approx(
        expected["burden"].tolist()[-5:], rel=1e-15
    )
    assert len(found) == len(expected)
