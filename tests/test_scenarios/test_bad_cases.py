"""Each fault of a case's table is one line that names the file, the field, and what was found."""

from pathlib import Path

import pytest

from games.alliance.structures import AllianceStructure, Form
from games.errors import InvalidGameError
from games.scenarios.cases import load_case
from games.scenarios.faults import NEEDED

HEAD = """\
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
[[adversaries]]
name = "Z"
capability = 9
"""
CASE = """
[case]
sample = "held-out"
family = "blocs"
[case.preferred]
form = "blocs"
coding = "invented"
reason = "Made up."
"""
SPOKES = 'family = "bloc_and_spokes"'
SOURCE = 'status_quo_source = "made up"'


def text(case: str = CASE, candidates: str = "ABCD", treaties: tuple[str, ...] = ()) -> str:
    states = "".join(f'[[candidates]]\nname = "{name}"\ncapability = 1\n' for name in candidates)
    signed = "".join(
        f'[[treaties]]\nname = "T"\nform = "{"multi" if len(members) > 2 else "bi"}lateral"\n'
        f'signed = 1900-01-01\nmembers = {list(members)}\nsource = "made up"\n'
        for members in treaties
    )
    return HEAD + states + case + signed


def message(path: str) -> str:
    with pytest.raises(InvalidGameError) as caught:
        load_case(path)
    found = str(caught.value)
    assert found.isprintable()
    assert caught.value.__cause__ is None
    return found


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_good_file_is_good() -> None:
    Path("my.toml").write_text(text(treaties=("HAB", "HCD")))
    game = load_case("my.toml")
    assert game.family == "blocs"
    assert game.scenario is not None
    recorded = game.scenario.recorded(game.candidates)
    assert recorded is not None
    assert recorded.form is Form.BLOCS


def test_the_family_may_be_left_out() -> None:
    Path("my.toml").write_text(
        text(CASE.replace('family = "blocs"\n', "").replace('"blocs"', '"mixed"'))
    )
    assert load_case("my.toml").family == "bloc_and_spokes"


def test_every_form_needs_some_candidates() -> None:
    assert list(NEEDED) == sorted(NEEDED, key=NEEDED.__getitem__)
    assert {Form(word) for word in NEEDED} == set(Form)


SWAPS = {
    "sample": (
        '"held-out"',
        '"heldout"',
        "`case.sample` must be one of calibration, held-out; got 'heldout'",
    ),
    "sample a truth": (
        '"held-out"',
        "true",
        "`case.sample` must be one of calibration, held-out; got True",
    ),
    "sample missing": ('sample = "held-out"\n', "", "`case.sample` must be given; got nothing"),
    "family": (
        'family = "blocs"',
        'family = "bloc"',
        "`case.family` must be one of bloc_and_spokes, blocs; got 'bloc'",
    ),
    "family empty": (
        'family = "blocs"',
        'family = ""',
        "`case.family` must be one of bloc_and_spokes, blocs; got ''",
    ),
    "form": (
        'form = "blocs"',
        'form = "hub"',
        "`case.preferred.form` must be one of none, bilateral, hub-and-spoke, mixed, blocs,"
        " multilateral; got 'hub'",
    ),
    "form a number": (
        'form = "blocs"',
        "form = 3",
        "`case.preferred.form` must be one of none, bilateral, hub-and-spoke, mixed, blocs,"
        " multilateral; got 3",
    ),
    "form in capitals": (
        'form = "blocs"',
        'form = "NONE"',
        "`case.preferred.form` must be one of none, bilateral, hub-and-spoke, mixed, blocs,"
        " multilateral; got 'NONE'",
    ),
    "form missing": ('form = "blocs"\n', "", "`case.preferred.form` must be given; got nothing"),
    "coding": (
        'coding = "invented"',
        'coding = "felt"',
        "`case.preferred.coding` must be one of inferred, invented, published; got 'felt'",
    ),
    "coding missing": (
        'coding = "invented"\n',
        "",
        "`case.preferred.coding` must be given; got nothing",
    ),
    "reason empty": (
        'reason = "Made up."',
        'reason = " "',
        "`case.preferred.reason` must be a text that is not empty; got ' '",
    ),
    "reason a list": (
        'reason = "Made up."',
        'reason = ["a"]',
        "`case.preferred.reason` must be a text that is not empty; got ['a']",
    ),
    "reason missing": (
        'reason = "Made up."\n',
        "",
        "`case.preferred.reason` must be given; got nothing",
    ),
    "unknown field": (
        'sample = "held-out"',
        'sample = "held-out"\nsampel = 1',
        "`case.sampel` is no field of [case]: did you mean `sample`?",
    ),
    "ties of a stranger": (
        'sample = "held-out"',
        'sample = "held-out"\nprior_source = "x"\nprior_ties = [["A", "Melos"]]',
        "`case.prior_ties[0]` must name two or more different candidates; got ['A', 'Melos']",
    ),
    "ties of one": (
        'sample = "held-out"',
        'sample = "held-out"\nprior_source = "x"\nprior_ties = [["A"]]',
        "`case.prior_ties[0]` must name two or more different candidates; got ['A']",
    ),
    "ties without a source": (
        'sample = "held-out"',
        'sample = "held-out"\nprior_ties = [["A", "B"]]',
        "`case.prior_source` must say where `case.prior_ties` is from; got None",
    ),
    "observed after signature": (
        'sample = "held-out"',
        'sample = "held-out"\nobserved = 1901',
        "`case.observed` must be no later than `year`, 1900; got 1901",
    ),
    "observed a word": (
        'sample = "held-out"',
        'sample = "held-out"\nobserved = "1899"',
        "`case.observed` must be a whole number; got '1899'",
    ),
    "status quo of a stranger": (
        'sample = "held-out"',
        f'sample = "held-out"\n{SOURCE}\nstatus_quo = [["A"], ["Melos"]]',
        "`case.status_quo[1]` must name different candidates; got ['Melos']",
    ),
    "status quo of the hegemon": (
        'sample = "held-out"',
        f'sample = "held-out"\n{SOURCE}\nstatus_quo = [["H", "A"]]',
        "`case.status_quo[0]` must name different candidates; got ['H', 'A']",
    ),
    "status quo of nobody": (
        'sample = "held-out"',
        f'sample = "held-out"\n{SOURCE}\nstatus_quo = [[]]',
        "`case.status_quo[0]` must name different candidates; got []",
    ),
    "status quo of one twice": (
        'sample = "held-out"',
        f'sample = "held-out"\n{SOURCE}\nstatus_quo = [["B", "A"], ["A"]]',
        "`case.status_quo[1]` must not tie a candidate of `case.status_quo[0]` again; got 'A'",
    ),
    "status quo without a source": (
        'sample = "held-out"',
        'sample = "held-out"\nstatus_quo = [["A", "B"]]',
        "`case.status_quo_source` must say where `case.status_quo` is from; got None",
    ),
    "unknown field below": (
        'form = "blocs"',
        'form = "blocs"\nwhy = 1',
        "`case.preferred.why` is no field of [case.preferred]; known: form, coding, reason",
    ),
    "two faults": (
        'sample = "held-out"',
        "sample = 1\nx = 1",
        "`case.x` is no field of [case]; known: sample, family, observed, status_quo,"
        " status_quo_source, prior_ties, prior_source, preferred, readings; `case.sample` must be"
        " one of calibration, held-out; got 1",
    ),
    "a form of the other family": (
        'family = "blocs"',
        SPOKES,
        "`case.preferred.form` must be a form of the family 'bloc_and_spokes'; got 'blocs'",
    ),
}


@pytest.mark.parametrize(("old", "new", "expected"), SWAPS.values(), ids=SWAPS)
def test_a_fault_in_an_entry(old: str, new: str, expected: str) -> None:
    assert CASE.count(old) == 1
    Path("my.toml").write_text(text(CASE.replace(old, new)))
    assert message("my.toml") == f"my.toml: {expected}"


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        ("case = 3\n", "`case` must be a table; got 3"),
        ("[[case]]\nx = 1\n", "`case` must be a table; got [{'x': 1}]"),
        (
            "[case]\n",
            "`case.sample` must be given; got nothing; `case.preferred` must be given; got nothing",
        ),
        (
            '[case]\nsample = "held-out"\npreferred = "none"\n',
            "`case.preferred` must be a table; got 'none'",
        ),
        ('[case]\nsample = "held-out"\n', "`case.preferred` must be given; got nothing"),
        ("", "`case` must be given for a case; got nothing"),
    ],
)
def test_a_fault_in_the_outline(case: str, expected: str) -> None:
    content = case + text("") if case.startswith("case") else text(case)
    Path("my.toml").write_text(content)
    assert message("my.toml") == f"my.toml: {expected}"


@pytest.mark.parametrize(
    ("form", "candidates", "found"),
    [
        ("hub-and-spoke", "A", "1 candidate"),
        ("multilateral", "A", "1 candidate"),
        ("mixed", "AB", "2 candidates"),
        ("blocs", "ABC", "3 candidates"),
    ],
)
def test_a_form_that_too_few_candidates_cannot_take(form: str, candidates: str, found: str) -> None:
    Path("my.toml").write_text(text(CASE.replace('form = "blocs"', f'form = "{form}"'), candidates))
    expected = f"`case.preferred.form` must be a form that {found} can take; got {form!r}"
    assert message("my.toml") == f"my.toml: {expected}"


def test_two_blocs_signed_need_the_family_of_blocs() -> None:
    case = CASE.replace('family = "blocs"', SPOKES).replace('form = "blocs"', 'form = "none"')
    Path("my.toml").write_text(text(case, treaties=("ABC", "HAB", "HCD")))
    assert message("my.toml") == (
        "my.toml: `case.family` must be 'blocs', as `treaties[1]` and `treaties[2]` are two blocs;"
        " got 'bloc_and_spokes'"
    )
    Path("my.toml").write_text(text(case, treaties=("HAB", "HC", "CDZ")))
    assert load_case("my.toml").family == "bloc_and_spokes"


READING = """
[[case.readings]]
form = "none"
coding = "invented"
reason = "Read otherwise."
"""


def test_other_readings_are_kept_in_their_order() -> None:
    Path("my.toml").write_text(text(CASE + READING + READING.replace("none", "mixed")))
    scenario = load_case("my.toml").scenario
    assert scenario is not None
    assert scenario.case is not None
    assert [str(reading.form) for reading in scenario.case.readings] == ["none", "mixed"]
    assert scenario.case.readings[0].reason == "Read otherwise."


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('form = "none"', 'form = "non"', "form` must be one of none, bilateral, hub-and-spoke, "),
        ('reason = "Read otherwise."\n', "", "reason` must be given; got nothing"),
        ('form = "none"', 'form = "none"\nwhy = 1', "why` is no field of [[case.readings]]; "),
    ],
)
def test_a_fault_in_a_reading(old: str, new: str, expected: str) -> None:
    Path("my.toml").write_text(text(CASE + READING + READING.replace(old, new)))
    assert f"`case.readings[1].{expected}" in message("my.toml")


@pytest.mark.parametrize(
    ("form", "candidates", "family", "expected"),
    [
        ("mixed", "AB", "", "a form that 2 candidates can take; got 'mixed'"),
        ("blocs", "ABCD", "", "a form of the family 'bloc_and_spokes'; got 'blocs'"),
    ],
)
def test_a_reading_is_a_form_that_the_case_can_take(
    form: str, candidates: str, family: str, expected: str
) -> None:
    case = CASE.replace('family = "blocs"\n', family).replace('form = "blocs"', 'form = "none"')
    reading = READING.replace('"none"', f'"{form}"')
    Path("my.toml").write_text(text(case + READING + reading, candidates))
    assert message("my.toml") == f"my.toml: `case.readings[1].form` must be {expected}"


def with_status_quo(groups: str, family: str = SPOKES) -> str:
    """Return a case with treaties in force, such as "AB C"."""
    lists = [list(group) for group in groups.split()]
    case = CASE.replace('family = "blocs"', family).replace('form = "blocs"', 'form = "none"')
    return case.replace("[case.preferred]", f"status_quo = {lists}\n{SOURCE}\n[case.preferred]")


@pytest.mark.parametrize(
    ("groups", "treaties"),
    [
        ("A B", ("HA",)),  # renewed
        ("A B", ("HABC",)),  # both in a wider pact
        ("A B", ("HBC", "HD")),
        ("AB", ("HC",)),  # a spoke beside the bloc
        ("AB", ("HABC", "HD")),
        ("AB", ("CDZ",)),  # none of the hegemon's
    ],
)
def test_treaties_that_extend_the_status_quo(groups: str, treaties: tuple[str, ...]) -> None:
    Path("my.toml").write_text(text(with_status_quo(groups), treaties=treaties))
    game = load_case("my.toml")
    assert game.scenario is not None
    assert game.scenario.case is not None
    recorded = game.scenario.recorded(game.candidates)
    assert recorded is not None
    assert game.check(recorded).extends(game.scenario.case.standing("H", game.candidates))


@pytest.mark.parametrize(
    ("groups", "treaty", "family", "expected"),
    [
        ("C AB", "HA", SPOKES, "all of `case.status_quo[1]` or none; got ['H', 'A']"),
        ("AB", "HAC", SPOKES, "all of `case.status_quo[0]`; got ['H', 'A', 'C']"),
        ("AB", "HCD", SPOKES, "all of `case.status_quo[0]`; got ['H', 'C', 'D']"),
        ("AB", "HAC", 'family = "blocs"', "all of `case.status_quo[0]` or none; got ['H', 'A', 'C"),
    ],
)
def test_treaties_that_do_not_extend_it(
    groups: str, treaty: str, family: str, expected: str
) -> None:
    Path("my.toml").write_text(text(with_status_quo(groups, family), treaties=(treaty,)))
    assert message("my.toml").startswith(f"my.toml: `treaties[0].members` must name {expected}")


def test_a_second_bloc_is_for_the_family_of_blocs() -> None:
    Path("my.toml").write_text(text(with_status_quo("AB", 'family = "blocs"'), treaties=("HCD",)))
    game = load_case("my.toml")
    assert game.scenario is not None
    assert game.scenario.recorded(game.candidates) == AllianceStructure(
        "H", blocs=[["A", "B"], ["C", "D"]]
    )
    Path("my.toml").write_text(text(with_status_quo("AB CD")))
    expected = "`case.status_quo` must hold one bloc at most; got [['A', 'B'], ['C', 'D']]"
    assert message("my.toml") == f"my.toml: {expected}"
    Path("my.toml").write_text(text(with_status_quo("AB CD", 'family = "blocs"')))
    assert load_case("my.toml").family == "blocs"
