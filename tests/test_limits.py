"""Small files with large bills, and games that are too large: refused at once."""

import gzip
import time
from dataclasses import replace

import pytest

import games
import solver
from games import AllianceError, AllianceGame


def league(number, **fields):
    capabilities = {f"ally {place}": 0.1 for place in range(number)}
    return AllianceGame(hegemon="H", capabilities=capabilities, threat=0.5, **fields)


def unlike(game):
    capabilities = {name: 0.1 + place for place, name in enumerate(game.candidates)}
    return replace(game, capabilities=capabilities)


@pytest.fixture
def file(tmp_path):
    def write(name, content):
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return write


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.toml", ".".join(["a"] * 40_000).encode() + b" = 1", "keys of more than 32 parts"),
        ("a.toml", b"[" + b" . ".join([b'"a b"'] * 40_000) + b"]", "keys of more than 32 parts"),
        ("a.toml", b"a = " + b"[" * 300_000, "too deep a nesting"),
        ("a.toml", b"x" * 900_000, "must be valid TOML"),
        ("a.toml", b"\n".join(b"k%d=1" % n for n in range(20_000)), "more problems"),
        ("a.csv", b",".join(b"n%d" % n for n in range(100_000)) + b"\n1\n", "at most 1000 columns"),
        ("a.csv", b",".join(b"n%d" % n for n in range(300_000)) + b"\n1\n", "1048576 characters"),
        ("a.csv", gzip.compress(b"," * (1 << 26)), "1048576 characters"),
        ("a.csv", gzip.compress(b"year\n" + b"1\n" * (1 << 25)), "67108864 bytes unpacked"),
    ],
)
def test_small_files_with_large_bills(file, name, content, words):
    path = file(name, content)
    load = games.load if name.endswith(".toml") else games.load_nmc
    begun = time.perf_counter()
    with pytest.raises(AllianceError, match=words):
        load(path)
    assert time.perf_counter() - begun < 8


def test_dots_in_prose_and_few_in_keys_are_no_fault(file):
    with pytest.raises(AllianceError, match="must be given"):
        games.load(file("a.toml", b'a.b.c.d = "see a.b, c.d, www.e.f and so on..."'))


@pytest.mark.parametrize("number", [30, 512, 2000])
@pytest.mark.parametrize(
    "ask",
    [
        lambda game: solver.solve(game, "nash"),
        lambda game: solver.solve(AllianceGame(**vars(game) | {"family": "blocs"})),
        lambda game: solver.solve(AllianceGame(**vars(game) | {"burden_sharing": "split"})),
        lambda game: solver.solve(AllianceGame(**vars(game) | {"burden_sharing": "nash_in_nash"})),
        solver.critical_threats,
        solver.values.material,
        AllianceGame.normal_form,
        AllianceGame.extensive_form,
        lambda game: unlike(game).prospect(game.structure(spokes=game.candidates)),
    ],
)
def test_games_that_are_too_large_are_refused_at_once(ask, number):
    begun = time.perf_counter()
    with pytest.raises(games.NotApplicableError, match=str(number)):
        ask(league(number))
    assert time.perf_counter() - begun < 8


@pytest.mark.parametrize("missing", ["NaN", "N/A", "na", "NULL", "#N/A", "None", ".", "-9", ""])
def test_cells_that_are_missing(file, missing):
    header = b"stateabb,ccode,year,milex,milper,irst,pec,tpop,upop,cinc,version\n"
    row = f"USA,2,1949,{missing},1,1,1,1,1,0.3,2021\n".encode()
    found = games.load_nmc(file("nmc.csv", header + row)).find("USA", 1949)
    assert found.milex is None
    assert found.milper == 1
