"""Strategic game files: both variants, exact numbers, and pygambit as the second reader."""

import io
import itertools
from fractions import Fraction
from math import prod
from pathlib import Path

import numpy as np
import pygambit
import pytest
from hypothesis import given
from hypothesis import strategies as st
from known_games import HEAD, NINE, SELTEN
from strategies import fixed

from games.errors import OutputError
from games.finite import gambit_text, nfg
from games.finite.gambit_text import Reader, distinct, quoted
from games.finite.nfg import Table
from games.finite.normal_form import NormalForm

numbers = st.one_of(
    st.integers(-9, 9).map(Fraction),
    st.fractions(-100, 100, max_denominator=60),
    st.floats(allow_nan=False, allow_infinity=False).map(Fraction),
)
texts = st.text(st.sampled_from('ab \\"{},/*é日\n'), max_size=5).map(
    lambda text: text.replace("  ", " ")
)


def is_small(shape: list[int]) -> bool:
    return prod(shape) <= 16


@st.composite
def tables(draw: st.DrawFn) -> Table:
    shape = draw(st.lists(st.integers(1, 3), min_size=1, max_size=4).filter(is_small))
    size = len(shape) * prod(shape)
    flat = draw(st.lists(numbers, min_size=size, max_size=size))
    return Table(
        np.array(flat, dtype=object).reshape(len(shape), *shape),
        names(draw, len(shape)),
        tuple(names(draw, m) for m in shape),
        draw(texts).rstrip("\\"),
    )


def names(draw: st.DrawFn, size: int) -> tuple[str, ...]:
    given = draw(st.lists(texts, min_size=size, max_size=size))
    # what Gambit cannot hold: a backslash at the end, two spaces in a row
    return distinct([f"{name.replace('  ', ' ')}." if "\\" in name else name for name in given])


def same(left: Table, right: Table) -> bool:
    return np.array_equal(left.payoffs, right.payoffs) and left[1:] == right[1:]


def by_gambit(text: str) -> tuple[list[list[str]], list[Fraction]]:
    """Return names of actions and payoffs, player by player in C order, as pygambit reads them."""
    game = pygambit.read_nfg(io.BytesIO(text.encode()))
    actions = [list(game.get_strategies(player)) for player in game.players]
    profiles = [
        game.get_payoffs(dict(zip(game.players, profile, strict=True)))
        for profile in itertools.product(*actions)
    ]
    flat = [Fraction(payoffs[player]) for player in game.players for payoffs in profiles]
    return actions, flat


def test_the_manual_s_sample() -> None:
    table = nfg.parse(SELTEN)
    assert table.players == ("Player 1", "Player 2")
    assert table.actions == (("1", "2", "3"), ("1", "2"))
    assert table.title == "Selten (IJGT, 75), Figure 2, normal form"
    assert table.payoffs.tolist() == [[[1, 1], [0, 0], [0, 2]], [[1, 1], [2, 3], [2, 0]]]
    assert all(isinstance(number, Fraction) for number in table.payoffs.ravel())


def test_the_outcome_variant() -> None:
    payoffs = nfg.parse(NINE).payoffs
    zero, both = [0, 0, 0], [3, 4, 6]
    cells = {(0, 0, 0): [9, 8, 12], (1, 1, 0): [9, 8, 2], (1, 0, 1): both, (0, 1, 1): both}
    for cell in itertools.product(range(2), repeat=3):
        assert payoffs[(slice(None), *cell)].tolist() == cells.get(cell, zero)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("1 2 3 4 5 6 7 8", [1, 2, 3, 4, 5, 6, 7, 8]),
        ("1, 2, 3, 4, 5, 6, 7, 8,", [1, 2, 3, 4, 5, 6, 7, 8]),
        ('"a comment" 1 2 3 4 5 6 7 8', [1, 2, 3, 4, 5, 6, 7, 8]),
        ("// one\n1 2 3 4 /* two\n */5 6 7 8//", [1, 2, 3, 4, 5, 6, 7, 8]),
        ("+1 -2/4 .5 -1.25 1. 1e2 12E-1 007", [1, "-1/2", ".5", "-1.25", 1, 100, "1.2", 7]),
        ('{ { "x" 1 2 } { "y" 3, 4 } } 1 2 0 1', [1, 2, 3, 4, 0, 0, 1, 2]),
        ('{ { "x", 1, 2 }, { "y" 3 4 }, } 1, 2, 0, 1', [1, 2, 3, 4, 0, 0, 1, 2]),
        ('{ "x" 1 2 "y" 3 4 } 1 2 0 1', [1, 2, 3, 4, 0, 0, 1, 2]),
        ("{ } 0 0 0 0", [0] * 8),
    ],
)
def test_ways_to_write_a_body(body: str, expected: list[object]) -> None:
    payoffs = nfg.parse(HEAD + body).payoffs
    assert payoffs.ravel(order="F").tolist() == [Fraction(str(number)) for number in expected]


@pytest.mark.parametrize(
    "actions", ["{ 2 1 }", "{ 2, 1 }", '{ { "1" "2" } { "1" } }', '{ {"1","2"}, {"1"}, }']
)
def test_ways_to_write_actions(actions: str) -> None:
    table = nfg.parse(f'NFG 1 D "" {{ "a", "b" }} {actions} 1 2 3 4')
    assert table.actions == (("1", "2"), ("1",))
    assert table.payoffs.tolist() == [[[1], [3]], [[2], [4]]]


def test_names_are_made_different() -> None:
    actions = '{ { "x" "x" "" "x_2" } { "\ty\n z" } { "" } }'
    table = nfg.parse(f'NFG 1 R "" {{ "" "Ann" "Ann" }} {actions} ' + "0 " * 12)
    assert table.players == ("1", "Ann", "Ann_2")
    assert table.actions == (("x", "x_3", "3", "x_2"), ("y z",), ("1",))
    game = NormalForm(table.payoffs, players=table.players, actions=table.actions)
    assert game.shape == (4, 1, 1)


@given(st.lists(st.text(st.sampled_from("12_ \n\0a"), max_size=4), max_size=8))
@fixed(100)
def test_distinct_names_are_names(given_names: list[str]) -> None:
    found = distinct(given_names)
    assert len(set(found)) == len(found) == len(given_names)
    assert all(name and name.isprintable() and name == name.strip() for name in found)
    plain = all(name and name.isprintable() and name == name.strip() for name in given_names)
    if plain and len(set(given_names)) == len(given_names):
        assert list(found) == given_names


@given(st.text(st.sampled_from('a\\" {'), max_size=8))
@fixed(150)
def test_quoting(text: str) -> None:
    if text.endswith("\\"):
        with pytest.raises(OutputError, match="ends in a backslash"):
            quoted(text)
    else:
        reader = Reader(f'{quoted(text)}"next"', "here")
        assert [reader.advance().text, reader.advance().text] == [text, "next"]


def test_doubled_backslashes_are_gambit_s_own() -> None:
    # what pygambit 17 writes for a name with one backslash
    game = pygambit.read_nfg(io.BytesIO(b'NFG 1 R "" { "a" } { { "x\\y" } } 1'))
    assert nfg.parse(game.to_nfg()).actions == (("x\\y",),)


def test_tokens_know_their_lines() -> None:
    reader = Reader('NFG\n"two\nlines" /*\n*/ 1\n\n}', "here")
    found = [reader.advance() for _ in range(5)]
    assert [(token.kind, token.line) for token in found] == [
        ("word", 1),
        ("text", 2),
        ("number", 4),
        ("}", 6),
        ("end", 6),
    ]
    assert reader.token == found[-1]
    assert reader.at("}", "end")
    assert not reader.at("}")


@given(tables())
@fixed(40)
def test_written_tables_are_read_again(table: Table) -> None:
    assert same(nfg.parse(nfg.text_of(table)), table)


@given(tables())
@fixed(40)
def test_pygambit_reads_what_is_written(table: Table) -> None:
    _, flat = by_gambit(nfg.text_of(table))
    assert flat == table.payoffs.ravel().tolist()


@given(tables())
@fixed(40)
def test_what_pygambit_writes_is_read(table: Table) -> None:
    plain = table._replace(
        players=tuple(f"p{i}" for i in range(len(table.players))),
        actions=tuple(tuple(f"a{i}" for i in range(len(own))) for own in table.actions),
        title="plain",
    )
    game = pygambit.read_nfg(io.BytesIO(nfg.text_of(plain).encode()))
    assert same(nfg.parse(game.to_nfg()), plain)


def test_pygambit_keeps_names() -> None:
    actions = (('a "b"', "c\\d"), ("é", "日 本"))
    table = Table(np.arange(8).reshape(2, 2, 2), ("Ann B.", "{"), actions, "x")
    assert by_gambit(nfg.text_of(table))[0] == [list(own) for own in actions]


def catalogue() -> list[Path]:
    return sorted((Path(pygambit.__file__).parent / "catalog_data").rglob("*.nfg"))


def test_the_games_that_come_with_pygambit() -> None:
    assert len(catalogue()) >= 5
    for path in catalogue():
        table = nfg.read(path)
        actions, flat = by_gambit(path.read_text(encoding="utf-8"))
        assert [list(own) for own in table.actions] == actions
        assert table.payoffs.ravel().tolist() == flat


def test_through_the_normal_form(tmp_path: Path) -> None:
    path = tmp_path / "game.nfg"
    game = NormalForm(
        [[[0.1, 1], [2, Fraction(1, 3)]], [[4, 5], [6, 7]]], title="x", players=["A", "B"]
    )
    game.write(path)
    again = NormalForm.read(path)
    assert np.array_equal(again.exact_payoffs, game.exact_payoffs)
    assert (again.players, again.actions, again.title) == (game.players, game.actions, "x")


def test_a_byte_order_mark_and_other_ends_of_lines(tmp_path: Path) -> None:
    path = tmp_path / "game.nfg"
    for text in (SELTEN, SELTEN.replace("\n", "\r\n"), SELTEN.replace("\n", "\r")):
        path.write_bytes(b"\xef\xbb\xbf" + text.encode())
        assert same(nfg.read(path), nfg.parse(SELTEN))


def test_a_failed_write_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "game.nfg"
    table = nfg.parse(SELTEN)
    nfg.write(path, table)
    before = path.read_bytes()
    for bad, reason in (
        (table._replace(title="\ud800"), "surrogates not allowed"),
        (table._replace(title="\\"), "ends in a backslash"),
        (table._replace(payoffs=table.payoffs + Fraction(1, 10**1000)), "more than 1000"),
        (table._replace(payoffs=table.payoffs + Fraction(1, 10**9999)), "more than 1000"),
    ):
        with pytest.raises(OutputError, match=reason):
            nfg.write(path, bad)
        assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["game.nfg"]


def test_bad_places_to_write(tmp_path: Path) -> None:
    table = nfg.parse(SELTEN)
    for place, reason in (
        (tmp_path, "it is a directory"),
        (tmp_path / "none" / "game.nfg", "there is no directory"),
        (Path("/dev/null"), "no ordinary file"),
    ):
        with pytest.raises(OutputError, match=reason):
            nfg.write(place, table)


def test_a_link_is_followed(tmp_path: Path) -> None:
    target, link = tmp_path / "game.nfg", tmp_path / "link.nfg"
    target.touch()
    link.symlink_to(target)
    nfg.write(link, nfg.parse(SELTEN))
    assert link.is_symlink()
    assert same(nfg.read(target), nfg.parse(SELTEN))


def test_what_cannot_be_read_again_is_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = nfg.parse(SELTEN)
    length = len(nfg.text_of(table))
    monkeypatch.setattr(gambit_text, "MAX_BYTES", length)
    nfg.write(tmp_path / "game.nfg", table)
    monkeypatch.setattr(gambit_text, "MAX_BYTES", length - 1)
    with pytest.raises(OutputError, match=f"longer than {length - 1} bytes"):
        nfg.write(tmp_path / "game.nfg", table)
    monkeypatch.setattr(nfg, "MAX_PAYOFFS", 11)
    with pytest.raises(OutputError, match="2 players and 12 payoffs: a game file holds at most"):
        nfg.text_of(table)


def test_bounds_of_numbers() -> None:
    longest = "1" * gambit_text.MAX_LENGTH
    for text in ("1e300", "-1e-400", longest[:300], "5e-324"):
        assert nfg.parse(f'NFG 1 R "" {{ "a" }} {{ 1 }} {text}').payoffs[0, 0] == Fraction(text)
