"""Files with mistakes in them: answered, or refused in one line, in little time and room.

`python tests/test_mutations.py 5000` tries as many, and says what the slowest took.
"""

import resource
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import TypeVar

import numpy as np
import pytest
from known_games import ATHENS

import games
import solver
from games import AllianceError, scenario_from_data
from solver.command.app import main
from solver.studies.grid import study

DATA = Path(games.__file__).parent / "data"
SCENARIOS = [DATA / f"{name}.toml" for name in ("classic-athens", "asia-1951")]
CASES = sorted((DATA / "cases").glob("*.toml"))[:3]

NMC = """stateabb,ccode,year,milex,milper,irst,pec,tpop,upop,cinc,version
USA,2,1949,13580000,1615,70740,1233366,149188,40700,0.2890,2021
UKG,200,1949,2836000,770,15803,273640,50312,27100,0.0640,2021
FRN,220,1949,1512000,591,9152,114000,41180,8600,.0342,2021
RUS,365,1949,13422000,3900,23300,329000,181000,29000,0.1750,2021
RUS,365,1950,-9,3900,27300,359000,NA,31000,0.1800,2021
"""
ALLIANCES = """version4id,ccode1,state_name1,ccode2,state_name2,dyad_st_day,dyad_st_month,\
dyad_st_year,dyad_end_day,dyad_end_month,dyad_end_year,left_censor,right_censor,defense,neutrality,\
nonaggression,entente,year,version
210,200,United Kingdom,220,France,4,3,1947,,,,0,1,1,0,0,1,1949,4.1
213,200,United Kingdom,210,Netherlands,17,3,1948,,,,0,1,1,0,1,1,1949,4.1
"""
DISPUTES = """dyindex,disno,statea,stateb,namea,nameb,strtday,strtmnth,strtyr,year,\
hihost,mid21hib,fatlev
1,27,2,365,USA,RUS,24,6,1948,1948,3,0,0
2,27,365,2,RUS,USA,24,6,1948,1948,4,0,-9
"""
NFGS = [
    'NFG 1 R "A game" { "Row" "Column" } { 2 2 }\n\n3 2/3 0 0 0 0 2.5 3\n',
    'NFG 1 R "Three" { "A" "B" "C" } { { "u" "d" } { "l" "r" } { "x" "y" } } ""\n'
    "1 2 3 0 0 0 0 0 0 1 1 1 0 0 0 2 2 2 1 0 1 0 1 0\n",
    'NFG 1 R "Outcomes" { "Row" "Column" }\n{ { "U" "D" } { "L" "R" } }\n""\n{\n'
    '{ "first" 1, 2 }\n{ "second" 3/7, -4.5e-1 }\n}\n1 2 0 1\n',
]
EFGS = [
    'EFG 2 R "Entry" { "Entrant" "Incumbent" }\n"says"\n'
    'p "" 1 1 "" { "in" "out" } 0\np "" 2 1 "" { "fight" "share" } 0\n'
    't "" 1 "war" { -1, -1 }\nt "" 2 "peace" { 1/3, 1 }\nt "" 3 "out" { 0, 2.5 }\n',
    'EFG 2 R "Chance" { "A" "B" }\n'
    'c "" 1 "" { "heads" 1/2 "tails" 0.5 } 0\np "" 1 1 "" { "l" "r" } 0\n'
    't "" 1 "" { 1 2 }\nt "" 2 "" { 3 0 }\np "" 2 1 "" { "l" "r" } 0\n'
    't "" 3 "" { 5 1e1 }\nt "" 4 "" { -3 0 }\n',
]
Answer = TypeVar("Answer")

WORDS = [
    *("nan", "inf", "-1", "0", "1e400", "1e-400", "-0.0", "9" * 400, "1" * 5000, "1/0", "0/0"),
    *("{", "}", "[", "]", "[[", '"', "'", '"""', "#", "\\", "\\u0000", ",", "=", "\n", "\r", "\t"),
    *("\x00", "\x1b[2J", "\u202e", "\ufeff", "\u00e9", "true", "null", "1979-05-27", "a.b.c"),
    *("{ " * 300, "[" * 300, ", " * 300, "=HYPERLINK(1)", "$x^$", "0x10", "1_0", "\u0661"),
]


def mutated(draws: np.random.Generator, whole: bytes, others: list[bytes]) -> bytes:
    """Return a file with one to six mistakes."""
    found = bytearray(whole)
    for _ in range(int(draws.integers(1, 7))):
        size = max(len(found), 1)
        start = int(draws.integers(size))
        stop = min(size, start + int(2 ** draws.uniform(0, 8)))
        match int(draws.integers(8)):
            case 0:
                found[start : start + 1] = bytes([int(draws.integers(256))])
            case 1:
                del found[start:stop]
            case 2:
                found[start:start] = found[start:stop] * int(2 ** draws.uniform(0, 6))
            case 3:
                word = WORDS[int(draws.integers(len(WORDS)))].encode()
                found[start : start if draws.random() < 0.5 else stop] = word
            case 4:
                rows = found.split(b"\n")
                one, two = draws.integers(len(rows), size=2)
                rows[one], rows[two] = rows[two], rows[one]
                found = bytearray(b"\n".join(rows))
            case 5:
                del found[start:]
            case 6:
                number = str(draws.choice([0, 1, -1, 0.5, 7, 1e9, 1e-9, 1e200])).encode()
                digits = [place for place, one in enumerate(found) if chr(one).isdigit()]
                if digits:
                    place = digits[int(draws.integers(len(digits)))]
                    found[place : place + 1] = number
            case 7:
                other = others[int(draws.integers(len(others)))]
                left = int(draws.integers(len(other)))
                found[start:stop] = other[left : left + int(2 ** draws.uniform(0, 8))]
    return bytes(found)


def command(*words: str) -> None:
    """Run the command, which answers, or refuses in one line."""
    answer, complaint = StringIO(), StringIO()
    with redirect_stdout(answer), redirect_stderr(complaint):
        code = main(words)
    assert code in (0, 2)
    if code == 2:
        assert complaint.getvalue().startswith("alliance: ")
        assert complaint.getvalue().count("\n") == 1


def scenario(path: Path) -> None:
    command("show", str(path))
    command("solve", str(path), "--json")


def case(path: Path) -> None:
    command("threat", str(path), "--quiet")


def answered(ask: Callable[[], Answer]) -> Answer | None:
    """Return an answer, None where it is refused in one line."""
    try:
        return ask()
    except AllianceError as error:
        if "\n" in str(error):
            raise ValueError("more than a line") from error
        return None


def tables(path: Path) -> None:
    for load in (games.load_alliances, games.load_disputes):
        repr(answered(lambda load=load: load(path)))
    found = answered(lambda: games.load_nmc(path))
    if found is not None:
        words = {"hegemon": "USA", "candidates": ["UKG", "FRN"], "adversary": ["RUS"], "year": 1949}
        game = answered(lambda: scenario_from_data(nmc=found, **words))
        answered(lambda: game and solver.solve(game))


def matrix(path: Path) -> None:
    command("nash", str(path))


def store(path: Path) -> None:
    axes = {"threat": [0.2, 0.6], "loss_aversion": [1.0, 2.25]}
    expected = study(ATHENS, **axes).to_dataframe()
    found = answered(lambda: study(ATHENS, store=path, **axes).to_dataframe())
    assert found is None or found.equals(expected)


def kept_store() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.sqlite"
        study(ATHENS, threat=[0.2, 0.6], loss_aversion=[1.0, 2.25], store=path)
        return path.read_bytes()


KINDS = {
    "scenario": (".toml", lambda: [path.read_bytes() for path in SCENARIOS], scenario),
    "case": (".toml", lambda: [path.read_bytes() for path in CASES], case),
    "table": (".csv", lambda: [text.encode() for text in (NMC, ALLIANCES, DISPUTES)], tables),
    "nfg": (".nfg", lambda: [text.encode() for text in NFGS], matrix),
    "efg": (".efg", lambda: [text.encode() for text in EFGS], matrix),
    "store": (".sqlite", lambda: [kept_store()], store),
}


def attempt(kind: str, number: int, seed: int, folder: Path) -> list[tuple[float, bytes]]:
    """Return how long each mutated file took, with the file."""
    suffix, seeds, door = KINDS[kind]
    wholes = seeds()
    draws = np.random.default_rng([seed, *kind.encode()])
    taken = []
    for _ in range(number):
        content = mutated(draws, wholes[int(draws.integers(len(wholes)))], wholes)
        path = folder / f"a{suffix}"
        path.write_bytes(content)
        begun = time.perf_counter()
        try:
            door(path)
        except BaseException:
            shutil.copy(path, folder / f"fault{suffix}")
            raise
        taken.append((time.perf_counter() - begun, content))
        for left in folder.glob("a.*"):
            left.unlink()
    return taken


@pytest.mark.long
@pytest.mark.parametrize("kind", KINDS)
def test_files_with_mistakes(kind, tmp_path):
    for seconds, _ in attempt(kind, 60, 1, tmp_path):
        assert seconds < 10


if __name__ == "__main__":
    total = int(sys.argv[1])
    first = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    for one in KINDS:
        faults: Counter[str] = Counter()
        place = Path(tempfile.mkdtemp())
        begun, slowest = time.perf_counter(), 0.0
        for start in range(0, -(-total // len(KINDS)), 10):
            try:
                slowest = max(slowest, *(s for s, _ in attempt(one, 10, first + start, place)))
            except BaseException as error:
                if isinstance(error, KeyboardInterrupt):
                    raise
                faults[f"{type(error).__name__}: {str(error)[:150]}"] += 1
                for left in place.glob("fault.*"):
                    left.rename(place / f"{start}-{left.name}")
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(
            f"{one}: slowest {slowest:.1f} s, {time.perf_counter() - begun:.0f} s in all,"
            f" at most {most} MB; faults {dict(faults)} in {place}",
            flush=True,
        )
