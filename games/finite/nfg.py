"""Gambit strategic game files (.nfg), version 1, in their payoff and their outcome variant.

The grammar is that of Gambit's manual, "Game representation formats", and a little wider: commas
may stand between numbers and names, comments may stand anywhere, and the outcomes of the outcome
variant may do without their own braces. In both variants the first player's action changes
fastest from one profile to the next.
"""

from __future__ import annotations

from fractions import Fraction
from math import prod
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from games.errors import OutputError
from games.finite.gambit_text import (
    Reader,
    distinct,
    label_of,
    numeral,
    quoted,
    read_text,
    unexpected,
    write_text,
)

# of a file: its players, and its payoffs, those of all players counted
MAX_PLAYERS = 32
MAX_PAYOFFS = 1 << 21


class Table(NamedTuple):
    """What a strategic game file holds.

    Attributes
    ----------
    payoffs : ndarray of Fraction, shape (n, m_1, ..., m_n)
    players : tuple of str
    actions : tuple of tuples of str
    title : str
    """

    payoffs: NDArray[Any]
    players: tuple[str, ...]
    actions: tuple[tuple[str, ...], ...]
    title: str


def read(path: str | Path) -> Table:
    """Read a strategic game file.

    Numbers are kept exactly. Gambit lets names be empty or repeat; here an empty name becomes the
    number of its place, and the second and third of a name get "_2" and "_3" behind them.

    Raises
    ------
    InvalidGameError
        If the file cannot be read or is malformed, or has more than `MAX_PLAYERS` players or
        `MAX_PAYOFFS` payoffs; the message names the line.
    """
    return parse(read_text(path), label_of(path))


def parse(text: str, label: str = "`text`") -> Table:
    """Return what the text of a strategic game file holds; messages call the file `label`.

    Raises
    ------
    InvalidGameError
        As `read` does.

    Examples
    --------
    >>> table = parse('NFG 1 R "" { "Ann" "Bob" } { 2 1 }  1 2  3/4 .5')
    >>> table.payoffs[0, 1, 0], table.payoffs[1, 1, 0], table.actions
    (Fraction(3, 4), Fraction(1, 2), (('1', '2'), ('1',)))
    """
    reader = Reader(text, label)
    title = _opening(reader)
    players = _players(reader)
    actions = _actions(reader, len(players))
    reader.accept("text")  # a comment
    shape = tuple(own if isinstance(own, int) else len(own) for own in actions)
    flat = (_outcomes if reader.at("{") else _payoffs)(reader, len(players), prod(shape))
    reader.expect("end", f"the end of the file after {prod(shape)} profiles")
    return Table(
        np.array(flat, dtype=object).reshape((len(players), *shape), order="F"),
        distinct(players),
        tuple(distinct([""] * own if isinstance(own, int) else own) for own in actions),
        title,
    )


def write(path: str | Path, table: Table) -> None:
    """Write a strategic game file in the payoff variant, whole or not at all.

    Numbers are written as whole numbers or fractions, so that they are read again exactly.

    Raises
    ------
    OutputError
        If the file cannot be written, or something has no place in this format; what stood at
        `path` is then still there.
    """
    write_text(path, text_of(table))


def text_of(table: Table) -> str:
    """Return a table as the text of a strategic game file in the payoff variant.

    Raises
    ------
    OutputError
        If it is larger than what can be read again, or Gambit cannot quote a name.
    """
    n = len(table.players)
    if n > MAX_PLAYERS or table.payoffs.size > MAX_PAYOFFS:
        raise OutputError(
            f"cannot write {n} players and {table.payoffs.size} payoffs: a game file holds at most"
            f" {MAX_PLAYERS} and {MAX_PAYOFFS}"
        )
    actions = "\n  ".join(f"{{ {' '.join(map(quoted, own))} }}" for own in table.actions)
    numbers = [numeral(Fraction(number)) for number in table.payoffs.ravel(order="F").tolist()]
    lines = [" ".join(numbers[start : start + n]) for start in range(0, len(numbers), n)]
    return (
        f"NFG 1 R {quoted(table.title)}\n{{ {' '.join(map(quoted, table.players))} }}\n\n"
        f'{{ {actions}\n}}\n""\n\n' + "\n".join(lines) + "\n"
    )


def _opening(reader: Reader) -> str:
    if reader.token.text != "NFG" or not reader.at("word"):
        reader.refuse("NFG, which begins a strategic game file")
    reader.advance()
    reader.whole("the version of the format", 1, 1)
    if reader.token.text not in ("R", "D") or not reader.at("word"):
        reader.refuse("R or D, the kind of the numbers")
    reader.advance()
    return reader.expect("text", "the title in quotes").text


def _players(reader: Reader) -> list[str]:
    reader.expect("{", "'{' before the names of the players")
    names = [reader.expect("text", "the name of a player in quotes").text]
    while not reader.accept("}"):
        reader.accept(",")
        if len(names) == MAX_PLAYERS:
            reader.refuse(f"'}}' after at most {MAX_PLAYERS} players")
        names.append(reader.expect("text", "the name of a player in quotes, or '}'").text)
    return names


def _actions(reader: Reader, n: int) -> list[int] | list[list[str]]:
    """Return each player's number of actions or their names; the product is within bounds."""
    reader.expect("{", "'{' before the actions of the players")
    room = MAX_PAYOFFS // n
    sizes: list[int] = []
    names: list[list[str]] = []
    named = reader.at("{")
    for player in range(1, n + 1):
        first = reader.token
        if named:
            names.append(_names(reader, player, room))
            sizes.append(len(names[-1]))
        else:
            sizes.append(reader.whole(f"how many actions player {player} has", 1, room))
        if prod(sizes) > room:
            what = f"actions that make at most {room} profiles of {n} players"
            raise unexpected(reader.label, first, what)
        reader.accept(",")
    reader.expect("}", f"'}}' after the actions of {n} players")
    return names or sizes


def _names(reader: Reader, player: int, most: int) -> list[str]:
    what = f"the name of an action of player {player} in quotes"
    reader.expect("{", f"'{{' before the names of the actions of player {player}")
    names = [reader.expect("text", what).text]
    while not reader.accept("}"):
        reader.accept(",")
        if len(names) == most:
            reader.refuse(f"'}}' after at most {most} actions")
        names.append(reader.expect("text", f"{what}, or '}}'").text)
    return names


def _payoffs(reader: Reader, n: int, profiles: int) -> list[Fraction]:
    what = f"a payoff ({n * profiles} in all)"
    flat = []
    for _ in range(n * profiles):
        flat.append(reader.number(what))
        reader.accept(",")
    return flat


def _outcomes(reader: Reader, n: int, profiles: int) -> list[Fraction]:
    """Return the payoffs of each profile's outcome; number 0 is an outcome without payoffs."""
    outcomes = [[Fraction(0)] * n]
    reader.expect("{", "'{' before the outcomes")
    while not reader.accept("}"):
        if len(outcomes) > MAX_PAYOFFS // n:
            reader.refuse(f"'}}' after at most {MAX_PAYOFFS // n} outcomes")
        braced = reader.accept("{")
        reader.expect("text", "the name of an outcome in quotes, or '}'")
        reader.accept(",")
        outcomes.append(_payoffs(reader, n, 1))
        if braced:
            reader.expect("}", f"'}}' after {n} payoffs")
        reader.accept(",")
    flat: list[Fraction] = []
    what = f"the number of an outcome ({profiles} in all)"
    for _ in range(profiles):
        flat += outcomes[reader.whole(what, 0, len(outcomes) - 1)]
        reader.accept(",")
    return flat
