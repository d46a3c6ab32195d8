"""Gambit extensive game files (.efg), version 2, of perfect information.

The grammar is that of Gambit's manual, "Game representation formats": a heading, then the nodes
from the root down and from left to right, each before the nodes that follow it. Commas may stand
between numbers and names, and names of information sets and outcomes may be left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

from games.errors import InvalidGameError, NotApplicableError
from games.finite.gambit_text import Reader, Token, distinct, label_of, read_text, unexpected
from games.finite.tree import MAX_NODES, Chance, Decision, Node, Terminal

MAX_PLAYERS = 32
MAX_NUMBER = 10**9  # of an information set or an outcome
MAX_BITS = 1 << 13  # of the denominator of a sum
SHORT = f"with a common denominator of at most {MAX_BITS} bits"

Payoffs = tuple[Fraction, ...]
# names of actions of chance, and their probabilities
Events = tuple[tuple[str, ...], tuple[Fraction, ...]]


class Tree(NamedTuple):
    """What an extensive game file holds."""

    root: Node
    players: tuple[str, ...]
    title: str


class Branching(NamedTuple):
    """A node that is no end, before the nodes that follow it are known."""

    label: str
    player: str | None
    actions: tuple[str, ...]
    probabilities: Sequence[Fraction] = ()

    def over(self, children: Sequence[Node]) -> Node:
        """Return the node over its children."""
        if self.player is None:
            return Chance(self.actions, self.probabilities, children, self.label)
        return Decision(self.player, self.actions, children, self.label)


def read(path: str | Path) -> Tree:
    """Read an extensive game file.

    Numbers are kept exactly. Payoffs of an outcome on the way are added to those of all ends
    below. Gambit lets names be empty or repeat; here an empty name becomes the number of its
    place, and the second and third of a name get "_2" and "_3" behind them.

    Raises
    ------
    InvalidGameError
        If the file cannot be read or is malformed; the message names the line.
    NotApplicableError
        If an information set holds two nodes, or there are more than 1,000,000 nodes.
    """
    return parse(read_text(path), label_of(path))


def parse(text: str, label: str = "`text`") -> Tree:
    """Return what the text of an extensive game file holds; messages call the file `label`.

    Raises
    ------
    InvalidGameError, NotApplicableError
        As `read` does.

    Examples
    --------
    >>> tree = parse('EFG 2 R "" { "Ann" } p "" 1 1 "" { "l" "r" } 0 t "" 1 { 1/3 } t "" 0')
    >>> tree.root, tree.root.children
    (<Decision of Ann: l, r>, (<Terminal: 1/3>, <Terminal: 0>))
    """
    return _Parser(Reader(text, label)).tree()


class _Parser:
    """A file being read, and the information sets and outcomes that it has given so far."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.players: tuple[str, ...] = ()
        self.outcomes: dict[int, Payoffs] = {}
        self.events: dict[int, Events] = {}
        self.lines: dict[tuple[int, int], int] = {}  # of the information sets of players

    def tree(self) -> Tree:
        reader = self.reader
        self.word(("EFG",), "EFG, which begins an extensive game file")
        reader.whole("the version of the format,", 2, 2)
        self.word(("R", "D"), "R or D, the kind of the numbers")
        title = reader.expect("text", "the title in quotes").text
        names = self.names("the name of a player")
        if len(names) > MAX_PLAYERS:
            raise self.wrong(reader.token, f"at most {MAX_PLAYERS} players before this")
        self.players = distinct(names)
        reader.accept("text")  # a comment
        return Tree(_assembled(self.rows()), self.players, title)

    def rows(self) -> list[Branching | Terminal]:
        """Read all nodes, in the order of the file."""
        found: list[Branching | Terminal] = []
        # for each node with branches still to be read: what is paid on the way, and how many
        unfinished = [((Fraction(0),) * len(self.players), 1)]
        while unfinished:
            paid, left = unfinished.pop()
            if left > 1:
                unfinished.append((paid, left - 1))
            first = self.word(("c", "p", "t"), "a node, which begins with c, p or t")
            if len(found) == MAX_NODES:
                raise NotApplicableError(
                    f"{self.reader.label} line {first.line}: a game tree must have at most"
                    f" {MAX_NODES:,} nodes"
                )
            label = self.reader.expect("text", "the name of the node in quotes").text
            if first.text == "t":
                found.append(self.end(first, label, self.sum(first, paid)))
                continue
            row = self.chance(label) if first.text == "c" else self.decision(first, label)
            found.append(row)
            unfinished.append((self.sum(first, paid), len(row.actions)))
        self.reader.expect("end", "the end of the file, as the tree is complete")
        return found

    def chance(self, label: str) -> Branching:
        number = self.reader.whole("the number of an information set", 1, MAX_NUMBER)
        self.reader.accept("text")
        first = self.reader.token
        if not self.reader.at("{"):
            if number not in self.events:
                self.reader.refuse("'{' before the actions of chance and their probabilities")
            return Branching(label, None, *self.events[number])
        events = self.probabilities()
        if self.events.setdefault(number, events) != events:
            raise self.wrong(first, f"the actions given to information set {number} before")
        return Branching(label, None, *events)

    def probabilities(self) -> Events:
        reader = self.reader
        first = reader.expect("{", "'{'")
        names: list[str] = []
        chances: list[Fraction] = []
        while not (names and reader.accept("}")):
            names.append(reader.expect("text", "the name of an action in quotes").text)
            token = reader.token
            chances.append(reader.number("a probability"))
            if not 0 <= chances[-1] <= 1:
                raise self.wrong(token, "a probability from 0 to 1")
            reader.accept(",")
        for total in accumulate(chances):
            if total.denominator.bit_length() > MAX_BITS:
                raise self.fault(first, f"probabilities {SHORT}; got more")
        if total != 1:
            raise self.fault(first, f"probabilities that sum to 1; got {total}")
        return distinct(names), tuple(chances)

    def decision(self, first: Token, label: str) -> Branching:
        player = self.reader.whole("the number of a player", 1, len(self.players))
        number = self.reader.whole("the number of an information set", 1, MAX_NUMBER)
        name = self.players[player - 1]
        if (player, number) in self.lines:
            raise NotApplicableError(
                f"{self.reader.label} line {first.line}: information set {number} of {name} holds"
                f" this node and that of line {self.lines[player, number]}; trees of perfect"
                " information are supported, where each holds one node (NormalForm.read takes any"
                " game that Gambit has saved as .nfg)"
            )
        self.lines[player, number] = first.line
        self.reader.accept("text")
        return Branching(label, name, distinct(self.names("the name of an action")))

    def sum(self, first: Token, paid: Payoffs) -> Payoffs:
        """Read an outcome and return its payoffs on top of those paid on the way."""
        payoffs = self.outcome()
        if payoffs:
            paid = tuple(a + b for a, b in zip(paid, payoffs, strict=True))
            if max(total.denominator for total in paid).bit_length() > MAX_BITS:
                raise self.fault(first, f"payoffs up to here {SHORT}; got more")
        return paid

    def outcome(self) -> Payoffs:
        """Read an outcome; number 0 is an outcome without payoffs, the empty tuple."""
        reader, n = self.reader, len(self.players)
        first = reader.token
        number = reader.whole("the number of an outcome", 0, MAX_NUMBER)
        reader.accept("text")
        if reader.accept("{"):
            given = []
            for _ in range(n):
                given.append(reader.number(f"one of {n} payoffs"))
                reader.accept(",")
            payoffs = tuple(given)
            reader.expect("}", f"'}}' after {n} payoffs")
            if number == 0:
                raise self.wrong(first, "an outcome above 0, as payoffs are given")
            if self.outcomes.setdefault(number, payoffs) != payoffs:
                raise self.wrong(first, f"the payoffs given to outcome {number} before")
        if number and number not in self.outcomes:
            reader.refuse(f"'{{' before the payoffs of outcome {number}")
        return self.outcomes[number] if number else ()

    def end(self, first: Token, label: str, paid: Payoffs) -> Terminal:
        try:
            return Terminal(paid, label)
        except InvalidGameError:  # each payoff is within the range of floats, their sum is not
            raise self.fault(first, "payoffs that sum to floats; got more") from None

    def names(self, what: str) -> list[str]:
        reader = self.reader
        reader.expect("{", f"'{{' before {what}")
        names: list[str] = []
        while not (names and reader.accept("}")):
            names.append(reader.expect("text", f"{what} in quotes").text)
            reader.accept(",")
        return names

    def word(self, words: Sequence[str], expected: str) -> Token:
        token = self.reader.expect("word", expected)
        if token.text not in words:
            raise self.wrong(token, expected)
        return token

    def wrong(self, token: Token, expected: str) -> InvalidGameError:
        return unexpected(self.reader.label, token, expected)

    def fault(self, token: Token, expected: str) -> InvalidGameError:
        return InvalidGameError(f"{self.reader.label} line {token.line}: expected {expected}")


def _assembled(rows: list[Branching | Terminal]) -> Node:
    """Return the root of the tree whose nodes are `rows`, each before those that follow it."""
    built: list[Node] = []
    for row in reversed(rows):
        if isinstance(row, Terminal):
            built.append(row)
        else:
            built.append(row.over([built.pop() for _ in row.actions]))
    return built.pop()
