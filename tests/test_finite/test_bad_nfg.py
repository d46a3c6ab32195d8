"""Wrong or hostile strategic game files: one clear line, in bounded time and memory."""

import os
import random
import re
import time
import tracemalloc
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest
from known_games import HEAD, NINE, SELTEN

from games.errors import AllianceError, InvalidGameError
from games.finite import gambit_text, nfg
from games.finite.normal_form import NormalForm

TITLED = 'NFG 1 R "" '
TWO = TITLED + '{ "a" "b" } '

BAD = {
    "empty": ("", "line 1: expected NFG, which begins a strategic game file; got the end of the"),
    "another format": ("EFG 2 R", "line 1: expected NFG, which begins a strategic game"),
    "quoted mark": ('"NFG" 1 R', "line 1: expected NFG, which begins"),
    "version": ('NFG 2 R ""', "line 1: expected the version of the format 1; got '2'"),
    "no version": ('NFG R ""', "line 1: expected the version of the format; got 'R'"),
    "kind": ('NFG 1 X ""', "line 1: expected R or D, the kind of the numbers; got 'X'"),
    "quoted kind": ('NFG 1 "R" ""', "line 1: expected R or D, the kind"),
    "no title": ("NFG 1 R\n{", "line 2: expected the title in quotes; got '{'"),
    "bare title": ("NFG 1 R title", "line 1: expected the title in quotes; got 'title'"),
    "open title": ('NFG 1 R "title { "a" } { 1 } 1', "expected '{' before the names of the play"),
    "no closing quote": (
        'NFG 1 R\n"title\n\n',
        "line 2: expected the end of a quoted text; got",
    ),
    "no players": (TITLED + "{ }", "line 1: expected the name of a player in quotes; got '}'"),
    "bare player": (TITLED + "{ a }", "expected the name of a player in quotes; got 'a'"),
    "open players": (TITLED + '{ "a" { 2 }', "the name of a player in quotes, or '}'; got '{'"),
    "many players": (TITLED + "{" + '"" ' * 99 + "}", "expected '}' after at most 32 players; got"),
    "no actions": (TWO + "1 2", "expected '{' before the actions of the players; got '1'"),
    "few sizes": (TWO + "{ 2 }", "expected how many actions player 2 has; got '}'"),
    "many sizes": (TWO + "{ 2 2 2 }", "expected '}' after the actions of 2 players; got '2'"),
    "no action": (TWO + "{ 2 0 }", "expected how many actions player 2 has from 1 to 1048576; got"),
    "negative size": (
        TWO + "{ -2 2 }",
        "how many actions player 1 has from 1 to 1048576; got",
    ),
    "half an action": (TWO + "{ 2 1/2 }", "how many actions player 2 has from 1 to 1048576; got"),
    "huge size": (
        TWO + "{\n2\n99999999999 }",
        "line 3: expected how many actions player 2 has",
    ),
    "huge product": (
        TWO + "{ 2000\n2000 }",
        "line 2: expected actions that make at most 1048576 profiles of 2 players; got '2000'",
    ),
    "huge powers": (
        TITLED + "{" + '"" ' * 30 + "} {" + "2 " * 30 + "}",
        "expected actions that make at most 69905 profiles of 30 players; got '2'",
    ),
    "huge exponent": (
        TWO + "{ 1e999999999 1 }",
        "with an exponent of at most 400; got '1e99",
    ),
    "mixed sizes": (TWO + '{ 2 { "c" } }', "expected how many actions player 2 has; got '{'"),
    "mixed names": (TWO + '{ { "c" } 2 }', "'{' before the names of the actions of player 2; got"),
    "no names": (TWO + "{ { } }", "the name of an action of player 1 in quotes; got '}'"),
    "bare names": (TWO + '{ { "x" y } }', "of an action of player 1 in quotes, or '}'; got 'y'"),
    "few lists": (TWO + '{ { "x" } }', "'{' before the names of the actions of player 2; got '}'"),
    "no payoffs": (HEAD, "line 1: expected a payoff (8 in all); got the end of the file"),
    "few payoffs": (HEAD + "1 2 3 4\n5 6 7\n", "line 3: expected a payoff (8 in all); got the end"),
    "many payoffs": (
        HEAD + "1 2 3 4 5 6 7 8\n9",
        "line 2: expected the end of the file after 4",
    ),
    "two commas": (HEAD + "1,, 2", "expected a payoff (8 in all); got ','"),
    "braced payoffs": (HEAD + "{1 2 3 4 5 6 7 8}", "the name of an outcome in quotes, or '}'; got"),
    "a word": (HEAD + "1 2 3 4 5 six 7 8", "expected a payoff (8 in all); got 'six'"),
    "two comments": (HEAD + '"one" "two" 1 2', "expected a payoff (8 in all); got 'two'"),
    "infinite": (HEAD + "inf", "expected a payoff (8 in all); got 'inf'"),
    "nan": (HEAD + "nan", "expected a payoff (8 in all); got 'nan'"),
    "underscore": (HEAD + "1_000", "expected a payoff (8 in all); got '1_000'"),
    "spaced fraction": (HEAD + "1 / 2", "expected a payoff (8 in all); got '/'"),
    "decimal fraction": (HEAD + "1.5/2", "expected a payoff (8 in all); got '1.5/2'"),
    "other digits": (HEAD + "٣", "expected a payoff (8 in all); got '٣'"),
    "control character": (HEAD + "1\x1b2", r"expected a payoff (8 in all); got '1\x1b2'"),
    "over nothing": (HEAD + "1/0", "a payoff (8 in all) with a denominator above 0; got '1/0'"),
    "over nothing, whole": (
        TWO + "{ 0/0 1 }",
        "player 1 has with a denominator above 0; got",
    ),
    "beyond floats": (
        HEAD + "1e309",
        "(8 in all) within the range of floats; got '1e309'",
    ),
    "below floats": (HEAD + "-1e309", "within the range of floats; got '-1e309'"),
    "vast exponent": (HEAD + "1e-999999999", "an exponent of at most 400; got '1e-999999999'"),
    "vast digits": (HEAD + "9" * 5000, "a payoff (8 in all) of at most 1000 characters; got '9999"),
    "vast digits in an exponent": (
        HEAD + f"1e{'9' * 5000}",
        "of at most 1000 characters; got",
    ),
    "open comment": (HEAD + "\n/* 1 2 3", "line 2: expected the end of a comment; got the end of"),
    "open outcomes": (HEAD + '{ { "x" 1 2 }', "outcome in quotes, or '}'; got the end of the file"),
    "nameless outcome": (HEAD + "{ { 1 2 } }", "expected the name of an outcome in quotes, or '}'"),
    "short outcome": (HEAD + '{ { "x" 1 } }', "expected a payoff (2 in all); got '}'"),
    "long outcome": (HEAD + '{ { "x" 1 2 3 } }', "expected '}' after 2 payoffs; got '3'"),
    "no outcome 2": (
        HEAD + '{ { "x" 1 2 } } 0 1\n2 1',
        "line 2: expected the number of an outcome (4 in all) from 0 to 1; got '2'",
    ),
    "negative outcome": (HEAD + '{ { "x" 1 2 } } -1', "(4 in all) from 0 to 1; got '-1'"),
    "few outcomes": (HEAD + '{ { "x" 1 2 } } 1 1 1', "an outcome (4 in all); got the end of the"),
    "many outcomes": (HEAD + '{ { "x" 1 2 } } 1 1 1 1 1', "the end of the file after 4 profiles"),
}


def refused(call: Callable[[], object]) -> str:
    with pytest.raises(InvalidGameError) as caught:
        call()
    message = str(caught.value)
    assert "\n" not in message
    assert message.isprintable()
    return message


@pytest.mark.parametrize("fault", BAD)
def test_bad_texts(fault: str) -> None:
    text, expected = BAD[fault]
    message = refused(lambda: nfg.parse(text, "`x.nfg`"))
    assert message.startswith("`x.nfg` line ")
    assert expected in message


def test_too_many_of_what_is_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nfg, "MAX_PAYOFFS", 8)
    outcomes = '{ "" 0 0 } ' * 4
    assert nfg.parse(HEAD + "{" + outcomes + "} 4 4 4 4").payoffs.size == 8
    message = refused(lambda: nfg.parse(HEAD + "{" + outcomes + '{ "" 0 0 } } 0 0 0 0'))
    assert "expected '}' after at most 4 outcomes; got '{'" in message
    message = refused(lambda: nfg.parse(TWO + '{ { "1" "2" "3" "4" "5" } { "1" } }'))
    assert "expected '}' after at most 4 actions; got '5'" in message


def test_the_file_and_the_line_are_named(tmp_path: Path) -> None:
    path = tmp_path / "game.nfg"
    path.write_text(SELTEN.replace("0 3", "0 }"))
    assert refused(lambda: NormalForm.read(path)) == (
        f"`{path}` line 4: expected a payoff (12 in all); got '}}'"
    )


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"NFG 1\nR \0", "line 2: expected text in UTF-8; got the byte 0x00"),
        (SELTEN.encode("utf-16"), "line 1: expected text in UTF-8; got the byte 0xff"),
        (SELTEN.encode("utf-32-le"), "line 1: expected text in UTF-8; got the byte 0x00"),
        ("\nNFG é".encode("latin-1"), "line 2: expected text in UTF-8; got the byte 0xe9"),
        (b"\xef\xbb\xbf\nNFG \xe9", "line 2: expected text in UTF-8; got the byte 0xe9"),
        (b"\x7fELF\x02\x01\x01\0", "line 1: expected text in UTF-8; got the byte 0x00"),
        (b"\x80\n\0", "line 1: expected text in UTF-8; got the byte 0x80"),
    ],
)
def test_what_is_no_text(tmp_path: Path, content: bytes, expected: str) -> None:
    path = tmp_path / "game.nfg"
    path.write_bytes(content)
    assert refused(lambda: nfg.read(path)) == f"`{path}` {expected}"


def test_what_is_no_file(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    assert "must be a readable file; got no such file" in refused(
        lambda: nfg.read(tmp_path / "none.nfg")
    )
    assert "got a directory" in refused(lambda: nfg.read(tmp_path))
    assert "got something that is no file" in refused(lambda: nfg.read(pipe))
    assert "`path` must name a file; got 'a\\x00b'" in refused(lambda: nfg.read("a\0b"))
    assert r"a\nb" in refused(lambda: nfg.read("a\nb"))
    for wrong in (3, b"game.nfg", None):
        assert "`path` must be the path of a game file" in refused(lambda bad=wrong: nfg.read(bad))
        assert "`path` must be the path of a game file" in refused(
            lambda bad=wrong: nfg.write(bad, nfg.parse(SELTEN))
        )


def test_what_is_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "game.nfg"
    path.write_text(SELTEN)
    monkeypatch.setattr(gambit_text, "MAX_BYTES", len(SELTEN))
    assert nfg.read(path).players
    monkeypatch.setattr(gambit_text, "MAX_BYTES", len(SELTEN) - 1)
    assert refused(lambda: nfg.read(path)) == (
        f"`{path}`: must hold at most {len(SELTEN) - 1} bytes; got more"
    )


@pytest.mark.parametrize(
    "text",
    [
        TWO + "{ 1000000 1 } 1 2 3",
        TWO + "{ 1048576 1 }" + ' { { "" 1 2 } } 1 1',
        TWO + "{ 99999999999999999999 1 } 1",
        TITLED + "{" + '"" ' * 32 + "} {" + "2 " * 32 + "} 1",
        TITLED + "{" + '"" ' * 16 + "} {" + "2 " * 16 + "} 1",
        TWO + "{ 1e400 1 } 1",
        HEAD + "1e400000000000000000000",
        HEAD + "1/" + "3" * 100_000,
        "{" * 100_000,
        HEAD + "{" * 100_000,
        TITLED + "{" + '"' * 100_001,
    ],
    ids=lambda text: text[:40],
)
def test_declared_sizes_take_no_memory(text: str) -> None:
    tracemalloc.start()
    try:
        refused(lambda: nfg.parse(text))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 1_000_000 + 4 * len(text)


@pytest.mark.parametrize(
    "piece", ['"', '\\"', '"a', "/*", "/", "/ *", "*/", "\\", " ", "\n", "1/", "{ ", '"\\"" ', "//"]
)
def test_time_grows_with_length_only(piece: str) -> None:
    start = time.process_time()
    refused(lambda: nfg.parse(TITLED + '{ "' + piece * 200_000))
    refused(lambda: nfg.parse(piece * 200_000))
    assert time.process_time() - start < 5


STRAY = (
    *("{", "}", ",", '"', "\\", "/", "//", "/*", "*/", "\n", " ", "\t", "\r", "\0", "\x1b", "\x85"),
    *("-", "+", ".", "e", "1e5", "1/0", "-1/2", "0", "1", "2", "99999999999", "1e999999999", "nan"),
    *("NFG", "EFG", "R", "D", '"x"', '""', "{ }", '{ "a" }', "é", "\u2028", "\ufeff", "٣", "1.5.2"),
)
LABELLED = """NFG 1 D "A \\"quoted\\" title"
{ "Ann" "Bob" "Cyd" } { { "l" "r" } { "u" } { "b" "w" "w" } }
"with a comment"
1/2 -3 .5 1e2 0 0, 4 5 6 7 8 9
1 2 3 4 5 6
"""
BRACELESS = HEAD + '{ "x" 1 2, "y" 3, 4 } 1 2 0 1'
ALONE = TITLED + '{ "" } { 3 } 1 2 3'
VALID = (SELTEN, NINE, LABELLED, BRACELESS, ALONE)
PIECES = re.compile(r'"(?:[^"\\]|\\.)*"|[{},]|[^\s{},"]+|\s+')


def mutated(draw: random.Random, text: str) -> str:
    """Return a text with one to three faults."""
    for _ in range(draw.randint(1, 3)):
        pieces = PIECES.findall(text) or [""]
        one, other = draw.randrange(len(pieces)), draw.randrange(len(pieces))
        match draw.randrange(7):
            case 0:
                text = text[: draw.randrange(len(text) + 1)]
            case 1:
                pieces[one], pieces[other] = pieces[other], pieces[one]
                text = "".join(pieces)
            case 2:
                del pieces[one]
                text = "".join(pieces)
            case 3:
                pieces.insert(one, pieces[other])
                text = "".join(pieces)
            case 4:
                pieces[one] = draw.choice(STRAY)
                text = "".join(pieces)
            case 5:
                place = draw.randrange(len(text) + 1)
                text = text[:place] + draw.choice(STRAY) + text[place:]
            case 6:
                place = draw.randrange(len(text) + 1)
                text = text[:place] + text[place + 1 :]
    return text


def read_or_refused(text: str, path: Path, *, from_file: bool) -> nfg.Table | str:
    """Return the table in a text, or the message of the error."""
    try:
        if not from_file:
            return nfg.parse(text, f"`{path}`")
        path.write_bytes(text.encode())
        return nfg.read(path)
    except AllianceError as error:
        return str(error)


def test_mutations_are_read_or_refused(tmp_path: Path) -> None:
    draw, path, read = random.Random(1944), tmp_path / "game.nfg", 0
    message = re.compile(rf"`{re.escape(str(path))}` line [0-9]+: expected .+; got .+")
    start = time.process_time()
    for text in VALID:
        assert nfg.parse(text).payoffs.size
    for i in range(2000):
        text = mutated(draw, draw.choice(VALID))
        found = read_or_refused(text, path, from_file=i % 20 == 0)
        if isinstance(found, str):
            assert message.fullmatch(found), text
            assert found.isprintable()
        else:
            game = NormalForm(found.payoffs, players=found.players, actions=found.actions)
            assert all(type(number) is Fraction for number in game.exact_payoffs.ravel())
            read += 1
    assert 200 < read < 1800
    assert time.process_time() - start < 20
