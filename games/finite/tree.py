"""Nodes of a game tree: decisions of players, moves of chance, ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from numbers import Rational
from typing import TypeVar

from games import checks
from games.errors import InvalidGameError
from games.problems import shown

# a `Fraction` where the number is known exactly, a float where it is not
Number = Fraction | float
Item = TypeVar("Item")

SUM_TOLERANCE = 1e-9
ROUNDING = 1e-12


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Terminal:
    """An end of the game.

    Parameters
    ----------
    outcomes : sequence of numbers, shape (n,)
        One for each player; whole numbers and fractions are kept exactly. They are outcomes and
        not utilities: each player's preference values them.
    label : str, optional

    Raises
    ------
    InvalidGameError
        If something is no finite number.
    """

    outcomes: Sequence[Number]
    label: str = ""

    def __post_init__(self) -> None:
        given = _items("outcomes", self.outcomes)
        object.__setattr__(self, "outcomes", tuple(_number("outcomes", one) for one in given))
        _text(self.label)

    @property
    def actions(self) -> tuple[str, ...]:
        """None: the game is over."""
        return ()

    @property
    def children(self) -> tuple[Node, ...]:
        """None: the game is over."""
        return ()

    def __repr__(self) -> str:
        return f"<Terminal: {', '.join(map(str, self.outcomes))}>"


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Decision:
    """A node at which a player knows all that has happened and picks an action.

    Parameters
    ----------
    player : str
    actions : sequence of str
        Different names, one or more.
    children : sequence of nodes
        What follows each action. A node that stands in several places counts once for each.
    label : str, optional

    Raises
    ------
    InvalidGameError
        If the parts do not fit together.
    """

    player: str
    actions: Sequence[str]
    children: Sequence[Node]
    label: str = ""

    def __post_init__(self) -> None:
        checks.label("player", self.player)
        _keep_branches(self)
        _text(self.label)

    def __repr__(self) -> str:
        return f"<Decision of {self.player}: {', '.join(self.actions)}>"


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Chance:
    """A node at which chance picks an action.

    Parameters
    ----------
    actions : sequence of str
        Different names, one or more.
    probabilities : sequence of numbers
        One for each action, in [0, 1]. Exact ones (fractions, whole numbers) must sum to 1;
        floats within 1e-9, and sums off by more than rounding are scaled to 1.
    children : sequence of nodes
        What follows each action.
    label : str, optional

    Raises
    ------
    InvalidGameError
        If the parts do not fit together, or the probabilities are none.
    """

    actions: Sequence[str]
    probabilities: Sequence[Number]
    children: Sequence[Node]
    label: str = ""

    def __post_init__(self) -> None:
        _keep_branches(self)
        chances = distribution(self.probabilities)
        if len(chances) != len(self.actions):
            raise InvalidGameError(
                "`probabilities` must be as many as `actions`;"
                f" got {len(chances)} and {len(self.actions)}"
            )
        object.__setattr__(self, "probabilities", chances)
        _text(self.label)

    def __repr__(self) -> str:
        pairs = zip(self.probabilities, self.actions, strict=True)
        return f"<Chance: {', '.join(f'{name} {p}' for p, name in pairs)}>"


Node = Decision | Chance | Terminal


def distribution(given: Sequence[Number]) -> tuple[Number, ...]:
    """Return probabilities, checked, all exact or all floats.

    Raises
    ------
    InvalidGameError
        If one is no number or below 0, or they do not sum to 1.
    """
    chances = tuple(_number("probabilities", one) for one in _items("probabilities", given))
    if any(one < 0 for one in chances):
        raise InvalidGameError(f"`probabilities` must be at least 0; got {shown(list(chances))}")
    total: Number = sum(chances, start=Fraction(0))
    exact = all(isinstance(one, Fraction) for one in chances)
    if total != 1 if exact else abs(float(total) - 1) > SUM_TOLERANCE:
        raise InvalidGameError(f"`probabilities` must sum to 1; got {shown(total)}")
    if exact:
        return chances
    scale = float(total) if abs(float(total) - 1) > ROUNDING else 1.0
    return tuple(float(one) / scale for one in chances)


def _keep_branches(node: Decision | Chance) -> None:
    actions = tuple(checks.label("actions", name) for name in _items("actions", node.actions))
    children = _items("children", node.children)
    if not actions or len(set(actions)) != len(actions):
        raise InvalidGameError(
            f"`actions` must be one or more different names; got {shown(actions)}"
        )
    if len(children) != len(actions):
        raise InvalidGameError(
            f"`children` must be as many as `actions`; got {len(children)} and {len(actions)}"
        )
    for child in children:
        if not isinstance(child, Node):
            raise InvalidGameError(
                f"`children` must be Decision, Chance or Terminal nodes; got {shown(child)}"
            )
    object.__setattr__(node, "actions", actions)
    object.__setattr__(node, "children", children)


def _items(name: str, given: Sequence[Item]) -> tuple[Item, ...]:
    if isinstance(given, str):
        raise InvalidGameError(f"`{name}` must be a list; got the string {shown(given)}")
    try:
        return tuple(given)
    except TypeError:
        raise InvalidGameError(f"`{name}` must be a list; got {shown(given)}") from None


def _number(name: str, value: object) -> Number:
    as_float = checks.number(name, value)
    if isinstance(value, Rational):
        return Fraction(int(value.numerator), int(value.denominator))
    return as_float


def _text(label: object) -> None:
    if not isinstance(label, str):
        raise InvalidGameError(f"`label` must be a text; got {shown(label)}")
