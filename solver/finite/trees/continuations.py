"""All subgame-perfect continuations of every node of a game tree: counted, and built on demand.

A *continuation* of a node is a profile of strategies in its subgame that is subgame-perfect there.
Continuations that everybody who moves anywhere values alike form a *class*. A node has few classes
where there are few ties, however many profiles a class holds. Counts say at which place of a list
of all profiles each one would stand, so any of them can be built without the others.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import accumulate
from typing import Any, NamedTuple

from games.finite.extensive_form import ExtensiveForm
from games.finite.ranking import ranking_of
from games.finite.tree import Chance, Number, Terminal

# How the continuations of a node of a game tree come about, counted so that each can be found.


class Way(NamedTuple):
    """One way in which profiles of a class come about, and how many they are.

    At a decision node `place` is the action taken and `taken` the place, among the classes of its
    branch, of what follows. In a layer of a node of chance `place` is a class of the layer before
    and `taken` one of the node that follows.
    """

    place: int
    taken: int
    size: int


class Branch(NamedTuple):
    """The classes of the node that follows an action, in ascending order of the mover's ranks.

    `upto` says how many profiles the first 0, 1, 2, ... classes hold.
    """

    ranks: list[Number]
    classes: list[int]
    upto: list[int]

    def no_better(self, rank: Number) -> int:
        """Return how many profiles rank no higher than `rank`."""
        return self.upto[bisect_right(self.ranks, rank)]


class Fork(NamedTuple):
    """A decision node with several profiles to choose from: its branches, the ways to a class."""

    branches: list[Branch]
    ways: list[list[Way]]


def sizes_of(classes: Iterable[Sequence[Way]]) -> list[int]:
    """Return how many profiles each class holds, given the ways to it."""
    return [sum(way.size for way in ways) for ways in classes]


def branch_of(ranks: Sequence[Number], sizes: Sequence[int]) -> Branch:
    """Return the classes of what follows an action, given the rank and the size of each."""
    classes = sorted(range(len(ranks)), key=lambda place: ranks[place])
    upto = accumulate((sizes[place] for place in classes), initial=0)
    return Branch([ranks[place] for place in classes], classes, list(upto))


def way_at(ways: Sequence[Way], index: int) -> tuple[Way, int]:
    """Return the way to the profile with this number, and the profile's number among its own."""
    place = 0
    while index >= ways[place].size:
        index -= ways[place].size
        place += 1
    return ways[place], index


# counts end here: those of deep trees full of ties would have thousands of digits
MOST = 10**18
ROOM = 100

# what a class is worth: for each player who moves anywhere, its part as its ranking has it
Worth = tuple[Any, ...]
SINGLE = (1,)
ONE = Fraction(1)


class Continuations:
    """The classes of continuations of all nodes, from the ends up.

    At a decision node, an action and a continuation c of it are chosen against all continuations
    of the other actions that the player ranks no higher than c, ties included: these are counted,
    and not combined one by one. At a node of chance branches are joined one after another, and
    what is worth the same is merged after each.

    Parameters
    ----------
    game : ExtensiveForm
    tolerance : float
        Share of the range of a player's ranks that counts as a tie, where ranks are not exact.
    limit : int
        The most classes to keep of a node; 100 times as many are kept of all nodes, beyond one
        each.

    Attributes
    ----------
    sizes : sequence of int
        How many profiles each class of the root holds.
    complete : bool
        Whether no class had to be left out and no count was cut short.
    """

    def __init__(self, game: ExtensiveForm, tolerance: float, limit: int) -> None:
        self.game, self.limit, self.complete = game, limit, True
        movers = [player for player in range(game.number_of_players) if game.turns(player)]
        self.rankings = {
            player: ranking_of(
                game, player, game.preferences[player], game.references[player], tolerance
            )
            for player in movers
        }
        self._columns = {player: column for column, player in enumerate(movers)}
        self._room = ROOM * limit
        # most nodes have one class, brought about in one way: of these only the action is kept
        self._actions = array("i", [0]) * len(game.nodes)
        self._sizes: dict[int, Sequence[int]] = {}
        self._forks: dict[int, Fork] = {}
        self._layers: dict[int, list[list[list[Way]]]] = {}
        worths: list[list[Worth]] = [[]] * len(game.nodes)
        for number in reversed(range(len(game.nodes))):
            node, children = game.nodes[number], game.children(number)
            if isinstance(node, Terminal):
                ends = (way.end(node.outcomes[player]) for player, way in self.rankings.items())
                worths[number] = [tuple(ends)]
            else:
                fold = self._chance if isinstance(node, Chance) else self._decision
                worths[number] = fold(number, [worths[child] for child in children])
            for child in children:
                worths[child] = []  # a worth can be as large as the tree
        self.sizes = self._sizes_of(0)

    def profile(self, place: int, index: int) -> array[int]:
        """Return one profile of the root's class `place`: the action at each node, by its number.

        Parameters
        ----------
        index : int
            At least 0, below `sizes[place]`; each gives another profile.
        """
        chosen = array("i", self._actions)
        left = [(0, place, index)]
        while left:
            number, place, index = left.pop()
            children = self.game.children(number)
            if number in self._forks:
                fork = self._forks[number]
                way, index = way_at(fork.ways[place], index)
                chosen[number] = way.place
                bound = self._bound(number, fork.branches[way.place].ranks[way.taken])
                for action, (child, branch) in enumerate(zip(children, fork.branches, strict=True)):
                    low, high = 0, branch.no_better(bound)
                    if action == way.place:
                        low, high = branch.upto[way.taken], branch.upto[way.taken + 1]
                    index, own = divmod(index, high - low)
                    position = bisect_right(branch.upto, low + own) - 1
                    left.append(
                        (child, branch.classes[position], low + own - branch.upto[position])
                    )
            elif number in self._layers:
                layers = self._layers[number]
                for child, layer in zip(reversed(children), reversed(layers), strict=True):
                    way, index = way_at(layer[place], index)
                    index, own = divmod(index, self._sizes_of(child)[way.taken])
                    left.append((child, way.taken, own))
                    place = way.place
            else:
                for child in children:
                    index, own = divmod(index, self._sizes_of(child)[0])
                    left.append((child, 0, own))
        return chosen

    def _decision(self, number: int, worths: list[list[Worth]]) -> list[Worth]:
        player = self.game.movers[number]
        ranking, column = self.rankings[player], self._columns[player]
        ranks = [[ranking.rank(worth[column]) for worth in own] for own in worths]
        # the player can count on the best, over actions, of the worst that may follow
        assured = max(map(min, ranks))
        good = [
            action for action, own in enumerate(ranks) if self._bound(number, max(own)) >= assured
        ]
        if len(good) == 1 and all(len(own) == 1 for own in worths):
            self._actions[number] = good[0]
            self._keep_product(number)
            return worths[good[0]]
        branches = [
            branch_of(own, self._sizes_of(child))
            for own, child in zip(ranks, self.game.children(number), strict=True)
        ]

        def found() -> Iterator[tuple[Worth, Way]]:
            for action in good:
                branch = branches[action]
                for taken, rank in enumerate(branch.ranks):
                    bound = self._bound(number, rank)
                    if bound >= assured:
                        size = branch.upto[taken + 1] - branch.upto[taken]
                        others = (other for other in branches if other is not branch)
                        size = self._product((size, *(other.no_better(bound) for other in others)))
                        yield worths[action][branch.classes[taken]], Way(action, taken, size)

        classes = self._merged(found())
        self._forks[number] = Fork(branches, list(classes.values()))
        self._sizes[number] = sizes_of(classes.values())
        return list(classes)

    def _chance(self, number: int, worths: list[list[Worth]]) -> list[Worth]:
        chances = self.game.chances(number)
        if all(len(own) == 1 for own in worths):
            self._keep_product(number)
            columns = zip(*(own[0] for own in worths), strict=True)
            pairs = zip(self.rankings.values(), columns, strict=True)
            return [tuple(ranking.mix(chances, column) for ranking, column in pairs)]
        joined: list[Worth] = [()]
        sizes: Sequence[int] = SINGLE
        layers = []
        for child, chance, own in zip(self.game.children(number), chances, worths, strict=True):
            classes = self._merged(self._joined(joined, sizes, chance, own, self._sizes_of(child)))
            layers.append(list(classes.values()))
            joined, sizes = list(classes), sizes_of(classes.values())
        self._layers[number] = layers
        self._sizes[number] = sizes
        return joined

    def _joined(
        self,
        joined: list[Worth],
        sizes: Sequence[int],
        chance: Number,
        own: list[Worth],
        own_sizes: Sequence[int],
    ) -> Iterator[tuple[Worth, Way]]:
        """Yield what each class so far is worth with each class of one more branch of chance."""
        for place, (before, size) in enumerate(zip(joined, sizes, strict=True)):
            for taken, (worth, own_size) in enumerate(zip(own, own_sizes, strict=True)):
                both = before
                if chance > 0:
                    weights = (ONE, chance) if before else (chance,)
                    pairs = zip(*((before, worth) if before else (worth,)), strict=True)
                    both = tuple(
                        ranking.mix(weights, parts)
                        for ranking, parts in zip(self.rankings.values(), pairs, strict=True)
                    )
                yield both, Way(place, taken, self._product((size, own_size)))

    def _merged(self, found: Iterable[tuple[Worth, Way]]) -> dict[Worth, list[Way]]:
        """Return the ways to what is worth the same, as many as there is room for."""
        classes: dict[Worth, list[Way]] = {}
        for worth, way in found:
            if classes:
                if self._room == 0 or (worth not in classes and len(classes) == self.limit):
                    self.complete = False
                    break
                self._room -= 1
            classes.setdefault(worth, []).append(way)
        return classes

    def _keep_product(self, number: int) -> None:
        children = self.game.children(number)
        if any(child in self._sizes for child in children):
            self._sizes[number] = (self._product(self._sizes_of(child)[0] for child in children),)

    def _sizes_of(self, number: int) -> Sequence[int]:
        return self._sizes.get(number, SINGLE)

    def _bound(self, number: int, rank: Number) -> Number:
        """Return the highest rank that the player at a decision node takes for no better."""
        return rank + self.rankings[self.game.movers[number]].tolerance

    def _product(self, sizes: Iterable[int]) -> int:
        """Return the product of sizes of at least 1, cut short at `MOST`."""
        product = 1
        for size in sizes:
            product *= size
            if product > MOST:
                self.complete = False
                return MOST
        return product
