"""Wrong or hostile data files: one clear line for where, what was expected, what was found."""

import gzip
import os
from collections.abc import Callable
from pathlib import Path

import data_extracts as extracts
import pytest

from games.errors import InvalidGameError
from games.measures import datasets
from games.measures.datasets import load_alliances, load_disputes, load_nmc

NMC = extracts.NMC
USA = "USA,2,1949,13503000,1615,70740,1199344,149767.0,43216.0,0.27316636,2021"
# National Material Capabilities 4.0: its order of columns, and its version
NMC_4 = """"stateabb","ccode","year","irst","milex","milper","pec","tpop","upop","cinc","version"
"USA",2,1949,70740,13503000,1615,1199344,149767,43216,0.2731664,4
"""


def swapped(old: str, new: str) -> str:
    assert old in NMC
    return NMC.replace(old, new)


BAD_NMC: dict[str, tuple[str | bytes, str]] = {
    "empty": ("", "must have a header and lines below it; got an empty file"),
    "blank": ("\n \n,,\n", "must have a header and lines below it; got an empty file"),
    "header only": (extracts.NMC_HEADER, "must have lines below its header; got none"),
    "missing columns": (
        swapped(",milex,milper", ",a,b"),
        "line 1 must have the columns year, milex, milper, irst, pec, tpop, upop, cinc; got a"
        " header without milex, milper (National Material Capabilities 6.0 has them",
    ),
    "no state": (swapped("stateabb,ccode", "a,b"), "without ccode; stateabb or gwcode serves too"),
    "double column": (swapped("milper,irst", "milex,irst"), "name each column once; got 'milex'"),
    "word for number": (
        swapped("2,1949,13503000", "2,1949,much"),
        "line 2, column `milex` must be a number, or -9 where it is missing; got 'much'",
    ),
    "comma in number": (swapped("13503000", '"13,503"'), "`milex` must be a number"),
    "infinite": (swapped("13503000", "inf"), "column `milex` must be finite; got 'inf'"),
    "not a number": (swapped("13503000", "inf"), "column `milex` must be finite; got 'inf'"),
    "negative": (
        swapped("13503000", "-8"),
        "`milex` must be at least 0, or -9 where it is missing",
    ),
    "share above 1": (swapped("0.27316636", "27.3"), "line 2, column `cinc` must lie in [0, 1]"),
    "duplicate": (
        NMC + USA,
        "line 7 must not tell of USA in 1949 again; got it in line 2",
    ),
    "version 4.0": (NMC_4, "column `version` must be 6.0 or later (National Material"),
    "version 4.1": (swapped(",2021", ",4.1"), "column `version` must be 6.0 or later"),
    "version 2017": (swapped(",2021", ",2017"), "column `version` must be 6.0 or later"),
    "no version": (swapped(",2021", ","), "column `version` must be 6.0 or later"),
    "early year": (swapped("UKG,200,1949", "UKG,200,1648"), "line 3, column `year` must lie in"),
    "late year": (swapped("UKG,200,1949", "UKG,200,19490"), "`year` must lie in [1816, 2100]"),
    "half a year": (swapped("UKG,200,1949", "UKG,200,1949.5"), "`year` must be a whole number"),
    "no year": (swapped("UKG,200,1949", "UKG,200,"), "`year` must be a whole number; got ''"),
    "unknown state": (
        swapped("UKG,200", "UKG,999"),
        "line 3, column `ccode` must be a state of the Correlates of War list; got '999'",
    ),
    "two states": (swapped("UKG,200", "FRN,200"), "`stateabb` must be UKG, as its `ccode` says"),
    "too many values": (NMC + USA + ",1", "line 7 must have 11 values, as the header has; got 12"),
    "too few values": (NMC + "USA,2", "line 7 must have 11 values, as the header has; got 2"),
    "semicolons": (NMC.replace(",", ";"), "line 1 must be separated by commas; got semicolons"),
    "tabs": (NMC.replace(",", "\t"), "line 1 must be separated by commas; got tabs"),
    "bars": (NMC.replace(",", "|"), "line 1 must be separated by commas; got bars"),
    "NUL": (NMC.replace("RUS", "R\0S"), "must be text; got a NUL byte in line 4"),
    "UTF-16": (NMC.encode("utf-16"), "must be text; got a NUL byte in line 1"),
    "latin-1": (
        NMC.replace("RUS", "RÜS").encode("latin-1"),
        "line 4, column `stateabb` must be RUS, as its `ccode` says; got 'RÜS'",
    ),
    "open quote": (NMC + '"USA,2', "must be valid CSV; got: unexpected end of data"),
    "stray quote": (swapped("UKG,200", '"UKG"x,200'), "line 3 must be valid CSV; got: "),
    "huge field": (NMC + "x" * 200_000, "must be valid CSV; got: field larger than field limit"),
    "cut gzip": (gzip.compress(NMC.encode())[:-20], "must be a readable file; got "),
    "false gzip": (b"\x1f\x8bno gzip at all", "must be a readable file; got "),
    "broken gzip": (
        gzip.compress(NMC.encode())[:12] + b"\xff" * 60,
        "must be a readable file; got ",
    ),
}


def refused(load: Callable[[Path], object], path: Path) -> str:
    with pytest.raises(InvalidGameError) as caught:
        load(path)
    text = str(caught.value)
    assert "\n" not in text
    assert len(text) < 500
    return text


@pytest.mark.parametrize("kind", BAD_NMC)
def test_bad_capabilities(tmp_path: Path, kind: str) -> None:
    content, expected = BAD_NMC[kind]
    path = extracts.write(tmp_path, content)
    text = refused(load_nmc, path)
    assert text.startswith(f"{path}: ")
    assert expected in text


HEAD = "ccode1,ccode2,year,defense,neutrality,nonaggression,entente\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            HEAD.replace("year,", "") + "2,20,1,0,0,0",
            "without year (take the file by dyad and year)",
        ),
        (HEAD.replace("entente", "x") + "2,20,1949,1,0,0,0", "got a header without entente"),
        (HEAD.replace("ccode1", "x") + "2,20,1949,1,0,0,0", "without ccode1; mem, state, gwcode"),
        (HEAD + "2,20,1949,2,0,0,0", "line 2, column `defense` must lie in [0, 1]; got '2'"),
        (HEAD + "2,20,1949,0.5,0,0,0", "`defense` must be 0 or 1, or -9 where it is missing"),
        (HEAD + "2,2,1949,1,0,0,0", "column `ccode2` must be another state than `ccode1`"),
        (HEAD + "2,711,1949,1,0,0,0", "`ccode2` must be a state of the Correlates of War list"),
        (HEAD.replace("cc", "gwc") + "2,711,1949,1,0,0,0", "of the Gleditsch-Ward list; got '711'"),
    ],
)
def test_bad_alliances(tmp_path: Path, text: str, expected: str) -> None:
    assert expected in refused(load_alliances, extracts.write(tmp_path, text))


DISPUTES = "state1,state2,year,disputes,highest_hostility\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (DISPUTES.replace("disputes", "x") + "RUS,USA,1949,1,4", "got a header without disputes"),
        (DISPUTES + "RUS,USA,1949,-1,4", "column `disputes` must lie in [0, 1000]; got '-1'"),
        (DISPUTES + "RUS,USA,1949,some,4", "column `disputes` must be a whole number; got 'some'"),
        (DISPUTES + "RUS,USA,1949,1,6", "column `highest_hostility` must lie in [0, 5]; got '6'"),
        (DISPUTES + "RUS,USA,1949,1,4\n" * 2, "must not tell of RUS and USA in 1949 again"),
        ("disno,statea,stateb,year\nx,365,2,1949", "column `disno` must be a whole number"),
    ],
)
def test_bad_disputes(tmp_path: Path, text: str, expected: str) -> None:
    assert expected in refused(load_disputes, extracts.write(tmp_path, text))


@pytest.mark.parametrize("load", [load_nmc, load_alliances, load_disputes])
def test_what_is_no_file(tmp_path: Path, load: Callable[[Path], object]) -> None:
    assert "got no such file" in refused(load, tmp_path / "none.csv")
    assert "got a directory" in refused(load, tmp_path)
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    assert "got something that is no file" in refused(load, pipe)
    for wrong in (3, b"nmc.csv", None):
        assert "`path` must be the path of a CSV file" in refused(load, wrong)  # type: ignore[arg-type]
    assert "must name a file" in refused(load, Path("a\0b"))


def test_a_name_with_a_line_break_stays_on_one_line(tmp_path: Path) -> None:
    path = extracts.write(tmp_path, "", "a\nb.csv")
    assert "a\\nb.csv" in refused(load_nmc, path)


def test_what_is_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(datasets, "MAX_BYTES", len(NMC))
    assert load_nmc(extracts.write(tmp_path, NMC)).years
    text = refused(load_nmc, extracts.write(tmp_path, NMC + " "))
    assert f"must hold at most {len(NMC)} bytes unpacked; got more" in text


def test_a_gzip_bomb_is_not_unpacked(tmp_path: Path) -> None:
    bomb = gzip.compress(b"0" * (datasets.MAX_BYTES + (1 << 20)), compresslevel=1)
    assert len(bomb) < 1 << 20
    path = extracts.write(tmp_path, bomb, "bomb.csv.gz")
    assert "bytes unpacked; got more" in refused(load_nmc, path)
