"""Each fault of a case's table is one line that names the file, the field, and what was found."""

from pathlib import Path

import pytest

from games.alliance.structures import Form
from games.errors import InvalidGameError
from games.scenarios.cases import load_case
from games.scenarios.schema import NEEDED

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
        "unknown field `case.sampel` (did you mean 'sample'?); known: sample, family,"
        " prior_ties, prior_source, preferred",
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
    "unknown field below": (
        'form = "blocs"',
        'form = "blocs"\nwhy = 1',
        "unknown field `case.preferred.why`; known: form, coding, reason",
    ),
    "two faults": (
        'sample = "held-out"',
        "sample = 1\nx = 1",
        "`case.sample` must be one of calibration, held-out; got 1 (and 1 more problem)",
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
        ("[case]\n", "`case.sample` must be given; got nothing (and 1 more problem)"),
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
