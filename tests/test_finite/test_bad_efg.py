"""Each fault of an extensive game file is one line: the file, the line in it, what was found."""

import random

import pytest

from games import AllianceError, InvalidGameError, NotApplicableError
from games.finite import efg
from games.finite.extensive_form import ExtensiveForm

HEAD = 'EFG 2 R "game" { "A" "B" }\n'
GOOD = (
    HEAD + 'c "" 1 "" { "x" 1/2 "y" 1/2 } 1 "o" { 1 2 }\n'
    'p "" 1 1 "" { "a" "b" } 0\n'
    't "" 2 "" { 3 4 }\n'
    't "" 2\n'
    't "" 0\n'
)


def test_the_file_to_be_spoilt_is_good():
    assert efg.parse(GOOD).root.actions == ("x", "y")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "line 1: expected EFG, which begins an extensive game file; got the end of the file"),
        ("NFG 1 R", "line 1: expected EFG, which begins an extensive game file; got 'NFG'"),
        ("EFG 1 R", "line 1: expected the version of the format, 2; got '1'"),
        ("EFG 2 Q", "line 1: expected R or D, the kind of the numbers; got 'Q'"),
        ("EFG 2 R x", "line 1: expected the title in quotes; got 'x'"),
        ('EFG 2 R "g" "A"', "line 1: expected '{' before the name of a player; got 'A'"),
        ('EFG 2 R "g" { }', "line 1: expected the name of a player in quotes; got '}'"),
        ('EFG 2 R "g" { "A"', "line 1: expected the name of a player in quotes; got the end of"),
        (
            'EFG 2 R "g" { ' + '"A" ' * 33 + '}\nt "" 0',
            "line 2: expected at most 32 players before this; got 't'",
        ),
        (HEAD, "line 2: expected a node, which begins with c, p or t; got the end of the file"),
        (HEAD + "\nx", "line 3: expected a node, which begins with c, p or t; got 'x'"),
        (HEAD + "t 0", "line 2: expected the name of the node in quotes; got '0'"),
        (HEAD + 't "" 0\nt "" 0', "line 3: expected the end of the file, as the tree is complete;"),
        (HEAD + 't "" -1', "line 2: expected the number of an outcome from 0 to 1000000000; got"),
        (HEAD + 't "" 1', "line 2: expected '{' before the payoffs of outcome 1; got the end of"),
        (HEAD + 't "" 0 { 1 2 }', "line 2: expected an outcome above 0, as payoffs are given; got"),
        (HEAD + 't "" 1 { 1 }', "line 2: expected one of 2 payoffs; got '}'"),
        (HEAD + 't "" 1 { 1 2 3 }', "line 2: expected '}' after 2 payoffs; got '3'"),
        (HEAD + 't "" 1 { 1 x }', "line 2: expected one of 2 payoffs; got 'x'"),
        (
            HEAD + 't "" 1 { 1 1/0 }',
            "line 2: expected one of 2 payoffs with a denominator above 0;",
        ),
        (
            HEAD + 'p "" 1 1 "" { "a" "b" } 0\nt "" 1 { 1 2 }\nt "" 1 { 1 3 }',
            "line 4: expected the payoffs given to outcome 1 before; got '1'",
        ),
        (
            HEAD + 'p "" 1 1 "" { "a" } 1 { 1e308 0 }\nt "" 2 { 1e308 0 }',
            "line 3: expected payoffs that sum to floats; got more",
        ),
        (
            HEAD + 'p "" 3 1 "" { "a" } 0',
            "line 2: expected the number of a player from 1 to 2; got",
        ),
        (
            HEAD + 'p "" 0 1 "" { "a" } 0',
            "line 2: expected the number of a player from 1 to 2; got",
        ),
        (
            HEAD + 'p "" 1 0 "" { "a" } 0',
            "line 2: expected the number of an information set from 1 to 1000000000; got '0'",
        ),
        (HEAD + 'p "" 1 1 "" 0', "line 2: expected '{' before the name of an action; got '0'"),
        (HEAD + 'p "" 1 1 "" { } 0', "line 2: expected the name of an action in quotes; got '}'"),
        (HEAD + 'p "" 1 1 "" { a } 0', "line 2: expected the name of an action in quotes; got 'a'"),
        (HEAD + 'p "" 1 1 "" { "a" }', "line 2: expected the number of an outcome; got the end of"),
        (
            HEAD + 'p "" 1 1 "" { "a" "b" } 0\nt "" 0\n',
            "line 4: expected a node, which begins with c, p or t; got the end of the file",
        ),
        (HEAD + 'c "" 1 "" 0', "line 2: expected '{' before the actions of chance and their prob"),
        (HEAD + 'c "" 1 "" { } 0', "line 2: expected the name of an action in quotes; got '}'"),
        (HEAD + 'c "" 1 "" { "a" } 0', "line 2: expected a probability; got '}'"),
        (
            HEAD + 'c "" 1 "" { "a" 3/2 "b" -1/2 } 0',
            "line 2: expected a probability from 0 to 1; got '3/2'",
        ),
        (
            HEAD + 'c "" 1 "" { "a" 1/2\n"b" 0.49 } 0',
            "line 2: expected probabilities that sum to 1; got 99/100",
        ),
        (
            HEAD + 'c "" 1 "" { "a" 1/3 "b" 0.6666666666666666666667 } 0',
            "line 2: expected probabilities that sum to 1; got ",
        ),
        (
            HEAD + 'c "" 1 { "a" 1 } 0\nc "" 1 { "b" 1 } 0\nt "" 0',
            "line 3: expected the actions given to information set 1 before; got '{'",
        ),
        (HEAD + 't "never ends 0', "line 2: expected the end of a quoted text; got the end of the"),
    ],
)
def test_a_fault_is_named_with_its_line(text, message):
    with pytest.raises(InvalidGameError) as fault:
        efg.parse(text, "`game.efg`")
    assert str(fault.value).startswith(f"`game.efg` {message}")
    assert "\n" not in str(fault.value)


def test_sums_of_fractions_may_not_grow_without_bound():
    primes = [p for p in range(2, 20_000) if all(p % q for q in range(2, int(p**0.5) + 1))]
    odds = " ".join(f'"{p}" 1/{p}00000' for p in primes[:1000])
    with pytest.raises(InvalidGameError, match="line 2: expected probabilities with a common"):
        efg.parse(HEAD + f'c "" 1 "" {{ {odds} }} 0')
    lines = [f'p "" 1 {p} "" {{ "a" }} {p} {{ 1/{p} 0 }}' for p in primes]
    with pytest.raises(InvalidGameError) as fault:
        efg.parse(HEAD + "\n".join(lines))
    assert str(fault.value).endswith(
        "expected payoffs up to here with a common denominator of at most 8192 bits; got more"
    )


def test_imperfect_information_is_refused_with_both_lines_and_a_way_out():
    text = HEAD + 'p "" 1 1 "" { "a" "b" } 0\np "" 2 5 "" { "l" } 0\nt "" 0\np "" 2 5 "" { "l" } 0'
    with pytest.raises(NotApplicableError) as fault:
        efg.parse(text, "`game.efg`")
    assert str(fault.value) == (
        "`game.efg` line 5: information set 5 of B holds this node and that of line 3; trees of"
        " perfect information are supported, where each holds one node (NormalForm.read takes any"
        " game that Gambit has saved as .nfg)"
    )


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(InvalidGameError, match=r"none.efg`: must be a readable file; got no such"):
        ExtensiveForm.read(tmp_path / "none.efg")


def test_every_beginning_of_a_file_is_refused_by_its_last_line():
    words = GOOD.split(" ")
    for size in range(len(words) - 2):
        text = " ".join(words[:size])
        with pytest.raises(InvalidGameError) as fault:
            efg.parse(text)
        assert int(str(fault.value).split()[2].rstrip(":")) <= text.count("\n") + 1


def test_spoilt_files_raise_errors_of_the_package_only():
    chance = random.Random(5)
    pieces = ['"', "{", "}", "0", "1", "-1", "1/2", "t", "p", "c", '"x"', "1e999", "é", "\n", "2/0"]
    faults = []
    for _ in range(400):
        words = GOOD.split(" ")
        for _ in range(chance.randint(1, 3)):
            place = chance.randrange(len(words))
            words[place : place + chance.randint(0, 2)] = [chance.choice(pieces)]
        try:
            efg.parse(" ".join(words))
        except AllianceError as error:
            faults.append(str(error))
    assert len(faults) > 300
    assert all(fault.startswith("`text` line ") and "\n" not in fault for fault in faults)
