"""A game tree whose nodes are numbered, so that it can be walked without recursion."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from fractions import Fraction
from functools import cached_property
from itertools import repeat
from math import lcm

from games.errors import InvalidGameError, NotApplicableError, UnknownNameError
from games.finite.tree import Chance, Node, Number, Terminal
from games.problems import shown

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
