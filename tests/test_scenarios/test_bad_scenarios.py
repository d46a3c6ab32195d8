"""Each fault of a user's file is one line that names the file, the field, and what was found."""

import datetime
import errno
import os
import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import fixed

from games.errors import LONGEST, InvalidGameError
from games.scenarios.faults import parse
from games.scenarios.loading import MAX_BYTES, load
from games.scenarios.template import template

GOOD = """\
title = "A case"
theatre = "Nowhere"
year = 1900
kind = "invented"
summary = "Made up."
[measure]
unit = "ships"
source = "made up"
[threat]
value = 0.5
coding = "invented"
reason = "Made up."
[hegemon]
name = "H"
capability = 10
[[candidates]]
name = "A"
capability = 4
[[candidates]]
name = "B"
capability = 2
[[candidates]]
name = "C"
capability = 1
[[adversaries]]
name = "Z"
capability = 9
"""
PAIR = '[[affinity]]\npair = ["A", "B"]\nvalue = 0.5\nsource = "made up"\n'
TREATY = """
[[treaties]]
name = "T"
form = "multilateral"
signed = 1900-01-01
members = ["H", "A", "B"]
source = "made up"
"""
CANDIDATE = "name, label, capability, source, note, exposure, reliability, basing, reason"
FIELDS = (
    "title, theatre, year, kind, summary, notes, measure, threat, hegemon, candidates,"
    " adversaries, affinity, treaties, case, rules, parameters, sources"
)


def message(path: Path | str) -> str:
    with pytest.raises(InvalidGameError) as caught:
        load(path)
    text = str(caught.value)
    assert text.isprintable()
    assert caught.value.__cause__ is None
    return text


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path / "my.toml"


def test_the_good_files_are_good(written: Path) -> None:
    written.write_text(GOOD + PAIR + TREATY)
    assert load("my.toml").capabilities["B"] == 0.2


SWAPS = {
    "below zero": (
        "capability = 1\n",
        "capability = -0.1\n",
        "`candidates[2].capability` must be at least 0; got -0.1",
    ),
    "hegemon of nothing": (
        "capability = 10",
        "capability = 0",
        "`hegemon.capability` must be above 0; got 0",
    ),
    "text for number": (
        "capability = 9",
        'capability = "9"',
        "`adversaries[0].capability` must be a number; got '9'",
    ),
    "date for number": (
        "capability = 9",
        "capability = 1900-01-01",
        "`adversaries[0].capability` must be a number; got 1900-01-01",
    ),
    "truth for number": (
        "value = 0.5",
        "value = true",
        "`threat.value` must be a number; got True",
    ),
    "not a number": (
        "capability = 9",
        "capability = nan",
        "`adversaries[0].capability` must be finite; got nan",
    ),
    "infinite": (
        "capability = 9",
        "capability = inf",
        "`adversaries[0].capability` must be finite; got inf",
    ),
    "beyond floats": (
        "capability = 9",
        f"capability = 1{'0' * 400}",
        "`adversaries[0].capability` must be finite; got 100000000000000000...0000000000000000000",
    ),
    "beyond digits": (
        "capability = 9",
        f"capability = 0x{'f' * 5000}",
        "`adversaries[0].capability` must be finite; got a number too long to print",
    ),
    "ratio beyond floats": (
        "capability = 10\n",
        "capability = 1e-320\n",
        "`capabilities['A']` must be finite; got inf",
    ),
    "threat above 1": ("value = 0.5", "value = 1.4", "`threat.value` must lie in [0, 1]; got 1.4"),
    "threat is no table": (
        '[threat]\nvalue = 0.5\ncoding = "invented"\nreason = "Made up."\n',
        "[x]\n",
        f"`x` is no field of a scenario; known: {FIELDS}; `threat` must be given; got nothing",
    ),
    "coding": (
        'coding = "invented"',
        'coding = "guessed"',
        "`threat.coding` must be one of inferred, invented, published; got 'guessed'",
    ),
    "coding missing": ('coding = "invented"\n', "", "`threat.coding` must be given; got nothing"),
    "reason empty": (
        'reason = "Made up."',
        'reason = " "',
        "`threat.reason` must be a text that is not empty; got ' '",
    ),
    "kind": ('kind = "invented"', "kind = 3", "`kind` must be one of historical, invented; got 3"),
    "year": ("year = 1900", 'year = "1900"', "`year` must be a whole number; got '1900'"),
    "year far": ("year = 1900", "year = 19000", "`year` must lie in [-9999, 9999]; got 19000"),
    "notes": ("year = 1900", 'year = 1900\nnotes = "one"', "`notes` must be an array; got 'one'"),
    "unknown field": (
        "year = 1900",
        "year = 1900\nsumary = 1",
        "`sumary` is no field of a scenario: did you mean `summary`?",
    ),
    "unknown field, none near": (
        "year = 1900",
        "year = 1900\nqqq = 1",
        f"`qqq` is no field of a scenario; known: {FIELDS}",
    ),
    "unknown field with a line end": (
        "year = 1900",
        'year = 1900\n"a\\nb" = 1',
        f"`'a\\nb'` is no field of a scenario; known: {FIELDS}",
    ),
    "unknown field in a list": (
        "capability = 2",
        "capability = 2\nexposur = 1",
        "`candidates[1].exposur` is no field of [[candidates]]: did you mean `exposure`?",
    ),
    "deep": (
        "year = 1900",
        f"year = 1900\na{'.a' * 20} = 1",
        f"`a` is no field of a scenario; known: {FIELDS}",
    ),
    "deep number": (
        "capability = 9",
        f"capability{'.a' * 20} = 9",
        "`adversaries[0].capability` must be a number;"
        " got {'a': {'a': {'a': {'a': {'a': {'a': {...}}}}}}}",
    ),
    "name twice": (
        'name = "B"',
        'name = "A"',
        "`candidates[1].name` must differ from `candidates[0].name`; got 'A'",
    ),
    "hegemon among candidates": (
        'name = "C"',
        'name = "H"',
        "`candidates[2].name` must differ from `hegemon.name`; got 'H'",
    ),
    "candidate as adversary": (
        'name = "Z"',
        'name = "C"',
        "`adversaries[0].name` must differ from `candidates[2].name`; got 'C'",
    ),
    "name empty": (
        'name = "B"',
        'name = ""',
        "`candidates[1].name` must be a non-empty name; got ''",
    ),
    "name of two lines": (
        'name = "B"',
        'name = "B\\nb"',
        "`candidates[1].name` must be a single line of printable text; got 'B\\nb'",
    ),
    "name a number": ('name = "B"', "name = 7", "`candidates[1].name` must be a text; got 7"),
    "reliability": (
        "capability = 2",
        "capability = 2\nreliability = 1.1",
        "`candidates[1].reliability` must lie in [0, 1]; got 1.1",
    ),
    "exposure": (
        "capability = 2",
        "capability = 2\nexposure = -1",
        "`candidates[1].exposure` must be at least 0; got -1",
    ),
    "unknown field in a list, none near": (
        "capability = 2",
        "capability = 2\nfleet = 1",
        f"`candidates[1].fleet` is no field of [[candidates]]; known: {CANDIDATE}",
    ),
    "field of the top in a table": (
        'reason = "Made up."',
        'reason = "Made up."\nnotes = ["one"]',
        "`threat.notes` is no field of [threat]: `notes` stands at the top of the file, before all"
        " tables",
    ),
    "misspelt and so missing": (
        "capability = 2",
        "capabilty = 2",
        "`candidates[1].capabilty` is no field of [[candidates]]: did you mean `capability`?",
    ),
    "misspelt, of what is missing first": (
        'coding = "invented"\nreason',
        'coding = "invented"\nvaleu = 0.5\nraeson',
        "`threat.valeu` is no field of [threat]: did you mean `value`?; `threat.raeson` is no"
        " field of [threat]: did you mean `reason`?",
    ),
    "two problems, what is unknown first": (
        "value = 0.5",
        "value = 2\ncodin = 1",
        "`threat.codin` is no field of [threat]: did you mean `coding`?; `threat.value` must lie in"
        " [0, 1]; got 2",
    ),
    "three problems": (
        "value = 0.5",
        "value = 2\nx = 1\ny = 1",
        "`threat.x` is no field of [threat]; known: value, coding, reason; `threat.y` is no field"
        " of [threat]; known: value, coding, reason; `threat.value` must lie in [0, 1]; got 2",
    ),
    "ten problems": (
        "value = 0.5",
        "value = 2\n" + "\n".join(f"reason{i} = 1" for i in range(9)),
        "; ".join(
            f"`threat.reason{i}` is no field of [threat]: did you mean `reason`?" for i in range(8)
        )
        + "; and 2 more problems",
    ),
}


@pytest.mark.parametrize(("old", "new", "expected"), SWAPS.values(), ids=SWAPS)
def test_a_fault_in_an_entry(written: Path, old: str, new: str, expected: str) -> None:
    assert GOOD.count(old) == 1
    written.write_text(GOOD.replace(old, new))
    assert message("my.toml") == f"my.toml: {expected}"


ADDED = {
    "parameter unknown": (
        "[parameters]\ncohesoin = 1",
        "`parameters.cohesoin` is no field of [parameters]: did you mean `cohesion`?",
    ),
    "rule unknown": (
        "[rules]\nratificaton = 1",
        "`rules.ratificaton` is no field of [rules]: did you mean `ratification`?",
    ),
    "rule out of its words": (
        '[rules]\nfamily = "hub"',
        "`rules.family` must be one of bloc_and_spokes, blocs; got 'hub'",
    ),
    "burden sharing of no rule": (
        '[rules]\nburden_sharing = "fair"',
        "`rules.burden_sharing` must be one of none, ultimatum, split, nash_in_nash,"
        " kalai_smorodinsky, rubinstein; got 'fair'",
    ),
    "part of a preference that has none": (
        '[rules]\npreference = "expected-utility"\nloss_aversion = 2\ngamma = 0.7',
        "`rules.loss_aversion` must not stand beside the preference 'expected-utility'; got 2.0;"
        " `rules.gamma` must not stand beside the preference 'expected-utility'; got 0.7",
    ),
    "reference twice": (
        "[rules]\nlevel = 0\nslope = 2",
        "`rules.level` must not stand beside `base` or `slope`; got 0.0",
    ),
    "weighting that is not monotone": (
        "[rules]\ngamma = 0.2",
        "`rules.gamma` must lie in [0.28, 20]; got 0.2",
    ),
    "parameter out of range": (
        "[parameters]\ncohesion = 1.5",
        "`parameters.cohesion` must lie in [0, 1]; got 1.5",
    ),
    "parameters no table": (
        "[[parameters]]\ncohesion = 1",
        "`parameters` must be a table; got [{'cohesion': 1}]",
    ),
    "source of nothing": (
        '[sources]\ncohesion = "me"',
        "`sources.cohesion` must belong to a parameter set in `parameters`; got 'me'",
    ),
    "pair of a stranger": (
        PAIR.replace('"B"', '"X"'),
        "`affinity[0].pair` must name two different candidates; got ['A', 'X']",
    ),
    "pair with the hegemon": (
        PAIR.replace('"B"', '"H"'),
        "`affinity[0].pair` must name two different candidates; got ['A', 'H']",
    ),
    "pair of one": (
        PAIR.replace('"B"', '"A"'),
        "`affinity[0].pair` must name two different candidates; got ['A', 'A']",
    ),
    "pair of three": (
        PAIR.replace('"B"', '"B", "A"'),
        "`affinity[0].pair` must name two different candidates; got ['A', 'B', 'A']",
    ),
    "pair twice": (
        PAIR + PAIR.replace('["A", "B"]', '["B", "A"]'),
        "`affinity[1].pair` must differ from `affinity[0].pair`; got ['B', 'A']",
    ),
    "affinity above 1": (PAIR.replace("0.5", "2"), "`affinity[0].value` must lie in [0, 1]; got 2"),
    "affinity without source": (
        PAIR.replace('source = "made up"', ""),
        "`affinity[0].source` must be given; got nothing",
    ),
    "treaty's form": (
        TREATY.replace("multi", "pluri"),
        "`treaties[0].form` must be one of bilateral, multilateral; got 'plurilateral'",
    ),
    "treaty's date a text": (
        TREATY.replace("1900-01-01", '"1900-01-01"'),
        "`treaties[0].signed` must be a date such as 1949-04-04; got '1900-01-01'",
    ),
    "treaty of three is bilateral": (
        TREATY.replace("multi", "bi"),
        "`treaties[0].members` must name two states (bilateral); got ['H', 'A', 'B']",
    ),
    "treaty of two is multilateral": (
        TREATY.replace(', "B"', ""),
        "`treaties[0].members` must name three states or more (multilateral); got ['H', 'A']",
    ),
    "treaty of one": (
        TREATY.replace(', "A", "B"', ""),
        "`treaties[0].members` must name three states or more (multilateral); got ['H']",
    ),
    "treaty with a stranger": (
        TREATY.replace('"B"', '"X"'),
        "`treaties[0].members` must name different states of this file; got ['H', 'A', 'X']",
    ),
    "treaty with one twice": (
        TREATY.replace('"B"', '"A"'),
        "`treaties[0].members` must name different states of this file; got ['H', 'A', 'A']",
    ),
    "tied twice": (
        TREATY + TREATY.replace('"B"', '"C"'),
        "`treaties[1].members` must not tie a candidate of `treaties[0].members` again; got 'A'",
    ),
}


@pytest.mark.parametrize(("added", "expected"), ADDED.values(), ids=ADDED)
def test_a_fault_in_what_is_added(written: Path, added: str, expected: str) -> None:
    written.write_text(GOOD + added)
    assert message("my.toml") == f"my.toml: {expected}"


def test_a_treaty_without_the_hegemon_ties_nobody(written: Path) -> None:
    others = TREATY.replace('"H"', '"C"')
    written.write_text(GOOD + TREATY + others)
    scenario = load(written).scenario
    assert scenario is not None
    assert len(scenario.treaties) == 2


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "[[candidates]]",
            "[[canditates]]",
            "`canditates` is no field of a scenario: did you mean `candidates`?",
        ),
        (
            "[[adversaries]]",
            "[adversaries]",
            "`adversaries` must be an array; got {'capability': 9, 'name': 'Z'}",
        ),
    ],
)
def test_a_fault_in_the_outline(written: Path, old: str, new: str, expected: str) -> None:
    written.write_text(GOOD.replace(old, new))
    assert message("my.toml") == f"my.toml: {expected}"


def test_no_candidates(written: Path) -> None:
    start, end = GOOD.index("[[candidates]]"), GOOD.index("[[adversaries]]")
    written.write_text("candidates = []\n" + GOOD[:start] + GOOD[end:])
    assert message("my.toml") == "my.toml: `candidates` must name at least one; got []"


def test_candidates_that_are_no_tables(written: Path) -> None:
    start, end = GOOD.index("[[candidates]]"), GOOD.index("[[adversaries]]")
    written.write_text("candidates = [1]\n" + GOOD[:start] + GOOD[end:])
    assert message("my.toml") == "my.toml: `candidates[0]` must be a table; got 1"


def test_an_empty_file(written: Path) -> None:
    written.write_text("")
    needed = ("title", "theatre", "year", "kind", "summary", "measure", "threat", "hegemon")
    told = "; ".join(f"`{name}` must be given; got nothing" for name in needed)
    assert message("my.toml") == f"my.toml: {told}; and 2 more problems"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"title = ", "must be valid TOML; got: .*at end of document"),
        (b"a = 1\nb = = 2\n", "must be valid TOML; got: .*at line 2, column 5"),
        (b"a = 1\na = 2\n", "must be valid TOML; got: .*at line 2, column 6"),
        (b"a = " + b"[" * 50_000, "must be valid TOML; got too deep a nesting"),
        (b"a = 1" + b"0" * 5000, "must be valid TOML; got: Exceeds the limit"),
        (b"a = '\xff'", "must be UTF-8 text; got byte 0xff at offset 5"),
        (b"#" * (MAX_BYTES + 1), "must hold at most 1048576 bytes; got more"),
    ],
    ids=["cut", "malformed", "key twice", "deep", "long number", "not UTF-8", "too big"],
)
def test_what_is_no_toml(written: Path, content: bytes, expected: str) -> None:
    written.write_bytes(content)
    assert re.match(f"my.toml: {expected}", message("my.toml"))


def test_a_file_of_the_greatest_size_is_read(written: Path) -> None:
    written.write_text(GOOD + "#" * (MAX_BYTES - len(GOOD)))
    assert load(written).hegemon == "H"


def test_files_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder.toml").mkdir()
    readable = "must be a readable file; got"
    missing = f"{readable} {os.strerror(errno.ENOENT).lower()}"
    assert message("no.toml") == f"no.toml: {missing}"
    assert message("a/b") == f"a/b: {missing}"
    assert message("a\nb.toml") == rf"'a\nb.toml': {missing}"
    assert message("folder.toml") == f"folder.toml: {readable} a directory"
    assert message(tmp_path) == f"{tmp_path}: {readable} a directory"
    assert message("a\0.toml") == r"`path` must name a file; got 'a\x00.toml'"
    long = "x" * 5000 + ".toml"
    assert message(long).startswith("xxxx")
    assert message(long).endswith(f".toml: {readable} file name too long")
    assert len(message(long)) < 610


def test_what_is_no_ordinary_file() -> None:
    expected = f"{os.devnull}: must be a readable file; got something that is no file"
    assert message(Path(os.devnull)) == expected


def test_a_file_that_may_not_be_read(written: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written.write_text(GOOD)

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    # permission bits do not stop an administrator, who may be running this
    monkeypatch.setattr("builtins.open", refuse)
    assert message("my.toml") == "my.toml: must be a readable file; got permission denied"


JUNK = st.sampled_from(
    [
        *(None, 0, -1, 0.5, 7, True, "", " ", "x", "a\nb", float("nan"), 10**400, [], {}),
        *([[]], [1], ["A"], [{}], [{"x": 1}], {"x": 1}, {"a\nb": {"c": []}}, "\u202e"),
        *(datetime.date(1900, 1, 1), datetime.time(1), datetime.datetime(1900, 1, 1, 1)),
    ]
)


@st.composite
def damaged(draw):
    """Draw a whole document in which a few values, at any depth, are others or elsewhere."""
    document = tomllib.loads(re.sub(r"^#(?=[\[a-z])", "", template("mine"), flags=re.M))
    del document["rules"]["level"]
    for _ in range(draw(st.integers(1, 4))):
        place = document
        while True:
            keys = list(place) if isinstance(place, dict) else list(range(len(place)))
            if not keys:
                break
            key = draw(st.sampled_from(keys))
            if isinstance(place[key], dict | list) and place[key] and draw(st.booleans()):
                place = place[key]
                continue
            junk = draw(JUNK)
            if isinstance(place, dict) and draw(st.booleans()):
                place[draw(st.sampled_from([f"{key}s", key[:-1], "x", "a b", ""]))] = place.pop(key)
            elif junk is None:
                del place[key]
            else:
                place[key] = junk
            break
    return document


def complaint(document: dict[str, object]) -> str:
    """Return what is said of a document; of one that happens to be whole what begins alike."""
    try:
        parse(document)
    except InvalidGameError as error:
        return str(error)
    return "`"


@fixed(240)
@given(damaged())
def test_whatever_is_wrong_is_one_line(document) -> None:
    line = complaint(document)
    assert line.isprintable()
    assert len(line) <= LONGEST
    assert line.startswith("`")
