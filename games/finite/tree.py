"""Nodes of a game tree: decisions of players, moves of chance, ends."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from fractions import Fraction
from functools import cached_property
from itertools import repeat
from math import lcm
from numbers import Rational
from typing import Any, Self, cast

from games import checks, labels
from games.checks import shown
from games.errors import InvalidGameError, NotApplicableError, UnknownNameError

# a `Fraction` where the number is known exactly, a float where it is not
Number = Fraction | float

SUM_TOLERANCE = 1e-9
ROUNDING = 1e-12


class TreeNode:
    """What nodes share: they are equal if what follows them is, and cannot change.

    Trees may be deep, so neither this nor pickling is recursive.
    """

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, TreeNode):
            return NotImplemented
        pairs, seen = [(cast("Node", self), cast("Node", other))], set[tuple[int, int]]()
        while pairs:
            one, same = pairs.pop()
            if one is same or (id(one), id(same)) in seen:
                continue
            if type(one) is not type(same) or one._own() != same._own():
                return False
            seen.add((id(one), id(same)))
            pairs.extend(zip(one.children, same.children, strict=True))
        return True

    def __hash__(self) -> int:
        return hash((type(self).__name__, self._own()))

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def __reduce__(self) -> tuple[Callable[[Any], Any], tuple[list[Any]]]:
        return _unfolded, (_folded(cast("Node", self)),)

    def _own(self) -> tuple[Any, ...]:
        """Return all that makes the node but what follows it; first how many nodes do."""
        rest = (getattr(self, part.name) for part in fields(self) if part.name != "children")  # type: ignore[arg-type]
        return len(cast("Node", self).children), *rest


def _folded(root: Node) -> list[tuple[type, dict[str, Any], list[int]]]:
    """Return the nodes of a tree in a list, each after those that follow it, which it numbers."""
    places: dict[int, int] = {}
    listed: list[tuple[type, dict[str, Any], list[int]]] = []
    waiting = [root]
    while waiting:
        node = waiting[-1]
        missing = [child for child in node.children if id(child) not in places]
        waiting.extend(missing)
        if missing:
            continue
        waiting.pop()
        if id(node) not in places:
            places[id(node)] = len(listed)
            names = [part.name for part in fields(node) if part.name != "children"]
            own = {name: getattr(node, name) for name in names}
            listed.append((type(node), own, [places[id(child)] for child in node.children]))
    return listed


def _unfolded(listed: list[tuple[type, dict[str, Any], list[int]]]) -> Any:
    nodes: list[Any] = []
    for kind, own, following in listed:
        after = {} if kind is Terminal else {"children": [nodes[place] for place in following]}
        nodes.append(kind(**own, **after))
    return nodes[-1]


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Terminal(TreeNode):
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
        given = checks.listed("outcomes", labels.plain("outcomes", self.outcomes))
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
class Decision(TreeNode):
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
class Chance(TreeNode):
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
        given = labels.plain("probabilities", self.probabilities, ("action", self.actions))
        chances = distribution(given)
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
    chances = tuple(_number("probabilities", one) for one in checks.listed("probabilities", given))
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
    actions = tuple(
        checks.label("actions", name) for name in checks.listed("actions", node.actions)
    )
    children = checks.listed("children", node.children)
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


def _number(name: str, value: object) -> Number:
    as_float = checks.number(name, value)
    if isinstance(value, Rational):
        return Fraction(int(value.numerator), int(value.denominator))
    return as_float


def _text(label: object) -> None:
    if not isinstance(label, str):
        raise InvalidGameError(f"`label` must be a text; got {shown(label)}")


# A game tree whose nodes are numbered, so that it can be walked without recursion.

MAX_NODES = 1_000_000
# where probabilities along a path have a longer common denominator, all count as floats
MAX_BITS = 4096


class NumberedTree:
    """The nodes of a tree, by number and by path.

    The number of a node counts by depth, and from left to right among those equally deep: every
    node has a greater number than the one before it, and the children of a node have numbers in a
    row. Its path is the names of the actions that lead to it.

    Parameters
    ----------
    root : Decision, Chance or Terminal
        At most 1,000,000 nodes.

    Attributes
    ----------
    nodes : tuple of nodes
        By number.

    Raises
    ------
    InvalidGameError
        If `root` is no node.
    NotApplicableError
        If there are too many nodes.
    """

    nodes: tuple[Node, ...]

    def __init__(self, root: Node) -> None:
        if not isinstance(root, Node):
            raise InvalidGameError(
                f"`root` must be a Decision, Chance or Terminal node; got {shown(root)}"
            )
        nodes, self._first, self._parents = [root], array("l"), array("l", [0])
        for number, node in enumerate(nodes):  # the list grows behind the node being read
            self._first.append(len(nodes))
            nodes.extend(node.children)
            self._parents.extend(repeat(number, len(node.children)))
            if len(nodes) > MAX_NODES:
                raise NotApplicableError(f"a game tree must have at most {MAX_NODES:,} nodes")
        self.nodes = tuple(nodes)

    @property
    def root(self) -> Node:
        """The node at which the game begins."""
        return self.nodes[0]

    @property
    def number_of_ends(self) -> int:
        """How many terminal nodes there are."""
        return sum(isinstance(node, Terminal) for node in self.nodes)

    @cached_property
    def depth(self) -> int:
        """How many actions the longest path has."""
        deepest, number = 0, len(self.nodes) - 1  # no node is deeper than the last one
        while number:
            deepest, number = deepest + 1, self._parents[number]
        return deepest

    def children(self, number: int) -> range:
        """Return the numbers of the nodes that follow the node with this number."""
        first = self._first[number]
        return range(first, first + len(self.nodes[number].children))

    def number(self, path: Sequence[str]) -> int:
        """Return the number of the node that the actions in `path` lead to.

        Raises
        ------
        UnknownNameError
            If there is no action of that name.
        InvalidGameError
            If the game ends before.
        """
        number = 0
        for step, name in enumerate(path):
            actions = self.nodes[number].actions
            if not actions:
                raise InvalidGameError(
                    f"`path` must lead to a node; got {shown(path)}, where the game ends after"
                    f" {step} actions"
                )
            if name not in actions:
                raise UnknownNameError("action", name, actions)
            number = self._first[number] + actions.index(name)
        return number

    def node(self, path: Sequence[str]) -> Node:
        """Return the node that the actions in `path` lead to; raises as `number` does."""
        return self.nodes[self.number(path)]

    def path(self, number: int) -> tuple[str, ...]:
        """Return the actions that lead to the node with this number."""
        names: list[str] = []
        while number:
            parent = self._parents[number]
            names.append(self.nodes[parent].actions[number - self._first[parent]])
            number = parent
        return tuple(reversed(names))

    @cached_property
    def has_chance(self) -> bool:
        """Whether at any node chance can take more than one action."""
        return any(
            isinstance(node, Chance) and sum(chance > 0 for chance in node.probabilities) > 1
            for node in self.nodes
        )

    @cached_property
    def has_exact_chances(self) -> bool:
        """Whether all probabilities are exact, and few enough on a path to stay so in products."""
        bits = array("l", [0]) * len(self.nodes)
        for number, node in enumerate(self.nodes):
            if number:
                bits[number] = bits[self._parents[number]]
            if isinstance(node, Chance):
                exact = [chance for chance in node.probabilities if isinstance(chance, Fraction)]
                bits[number] += lcm(*(chance.denominator for chance in exact)).bit_length()
                if len(exact) < len(node.probabilities) or bits[number] > MAX_BITS:
                    return False
        return True

    def chances(self, number: int) -> Sequence[Number]:
        """Return the probabilities at a node of chance: floats unless `has_exact_chances`."""
        node = self.nodes[number]
        given = node.probabilities if isinstance(node, Chance) else ()
        return given if self.has_exact_chances else [float(chance) for chance in given]
