"""A game in extensive form, with perfect information and moves of chance."""

from __future__ import annotations

import math
from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from pathlib import Path as FilePath
from typing import Any, Self

import numpy as np

from games import checks, labels
from games.checks import shown
from games.errors import AllianceError, InvalidGameError, NotApplicableError, UnknownNameError
from games.finite import efg
from games.finite.normal_form import NormalForm, preferences_of, references_of
from games.finite.ranking import Part, has_library_formulas, ranking_of
from games.finite.tree import Chance, Decision, Node, Number, NumberedTree, Terminal
from games.prospects.preferences import Preference
from games.prospects.prospect import Prospect
from games.records import brief

Path = tuple[str, ...]


def _made(root: Node, players: Any, preferences: Any, references: Any, title: str) -> ExtensiveForm:
    return ExtensiveForm(
        root, players=players, preferences=preferences, references=references, title=title
    )


class Plan(Mapping[Path, str]):
    """A pure strategy: the action that one player takes at each of its decision nodes.

    A mapping from the path of a node (the actions that lead to it) to an action. It takes no more
    room than the nodes, however long their paths are: these are put together when asked for.

    Parameters
    ----------
    game : ExtensiveForm
    player : int
    choices : array of int
        For every node of the game, by its number, the place of the action taken there; of no
        meaning where this player does not decide.
    """

    __slots__ = ("choices", "game", "player")

    def __init__(self, game: ExtensiveForm, player: int, choices: array[int]) -> None:
        self.game, self.player, self.choices = game, player, choices

    def __getitem__(self, path: Path) -> str:
        try:
            number = self.game.number(path)
        except AllianceError:
            raise KeyError(path) from None
        node = self.game.nodes[number]
        if not isinstance(node, Decision) or self.game.movers[number] != self.player:
            raise KeyError(path)
        return node.actions[self.choices[number]]

    def __iter__(self) -> Iterator[Path]:
        return map(self.game.path, self.game.turns(self.player))

    def __len__(self) -> int:
        return len(self.game.turns(self.player))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Plan) or (self.game, self.player) != (other.game, other.player):
            return super().__eq__(other)
        turns = self.game.turns(self.player)
        return all(self.choices[number] == other.choices[number] for number in turns)

    def __hash__(self) -> int:
        return hash((self.player, len(self)))

    def __repr__(self) -> str:
        nodes = "node" if len(self) == 1 else "nodes"
        return f"<strategy of {self.game.players[self.player]} at {len(self)} decision {nodes}>"


@dataclass(frozen=True)
class JointLottery:
    """The outcomes that a profile of strategies leads to, with their probabilities.

    Attributes
    ----------
    outcomes : tuple of tuples of numbers
        One for each player; different ones, in ascending order.
    probabilities : tuple of numbers
        Above 0; they sum to 1.
    """

    __repr__ = brief

    outcomes: tuple[tuple[Number, ...], ...]
    probabilities: tuple[Number, ...]

    @classmethod
    def of(cls, chances: Mapping[tuple[Number, ...], Number]) -> JointLottery:
        """Return the lottery that gives each tuple of outcomes its probability."""
        likely = sorted(outcomes for outcomes, chance in chances.items() if chance > 0)
        return cls(tuple(likely), tuple(chances[outcomes] for outcomes in likely))

    def prospect(self, player: int) -> Prospect:
        """Return the lottery over the outcomes of one player, by its number, in floats."""
        return Prospect(
            [float(outcomes[player]) for outcomes in self.outcomes],
            [float(chance) for chance in self.probabilities],
        )

    @property
    def means(self) -> tuple[Number, ...]:
        """The expected outcome of each player, exact where the numbers are, and short enough."""
        return tuple(map(self._mean, zip(*self.outcomes, strict=True)))

    def _mean(self, outcomes: Sequence[Number]) -> Number:
        parts = [p * x for p, x in zip(self.probabilities, outcomes, strict=True)]
        # the common denominator of many long fractions is longer than all of them
        if sum(Fraction(part).denominator.bit_length() for part in parts) > MOST_BITS:
            return math.fsum(map(float, parts))
        return sum(parts, start=0 * self.probabilities[0])

    def __str__(self) -> str:
        pairs = zip(self.outcomes, self.probabilities, strict=True)
        return "; ".join(f"({', '.join(map(str, x))}) @ {p}" for x, p in pairs)


# who moves where no player does
CHANCE, END = -1, -2
# profiles of strategies for which a normal form is written out
MAX_PROFILES = 100_000
# in the denominators of an exact mean, together
MOST_BITS = 1 << 20

Strategies = Mapping[str, Mapping[Path, str]]


class ExtensiveForm(NumberedTree):
    """A finite game tree in which every player knows all that has happened when it moves.

    Outcomes at the ends are not utilities. At a node a player values what is to come as *one*
    lottery over its outcomes, the compound lottery reduced to simple form, by its own preference
    and against its own reference point. Trees may be deep: nothing here is recursive.

    Parameters
    ----------
    root : Decision, Chance or Terminal
        At most 1,000,000 nodes.
    players : sequence of str, optional
        In the order of the outcomes; "1", "2", ... by default.
    preferences : Preference or sequence of Preference, optional
        One for all players, or one each; expected utility by default.
    references : float or sequence of float, optional
        Reference points, in the units of the outcomes; 0 by default.
    title : str, optional

    Attributes
    ----------
    nodes : tuple of nodes
        By number, see `NumberedTree`.
    movers : array of int
        By the number of a node, the number of the player who decides there; -1 where chance
        moves, -2 at the ends.

    Raises
    ------
    InvalidGameError
        If the ends do not all have one outcome for each player, or names do not fit.
    UnknownNameError
        If a stranger decides at a node.
    NotApplicableError
        If there are too many nodes.

    Examples
    --------
    >>> entry = Decision("entrant", ["out", "in"], [
    ...     Terminal([0, 2]),
    ...     Decision("incumbent", ["fight", "share"], [Terminal([-1, -1]), Terminal([1, 1])])])
    >>> game = ExtensiveForm(entry, players=["entrant", "incumbent"])
    >>> game.node(["in", "share"])
    <Terminal: 1, 1>
    >>> game.regret({"entrant": {(): "in"}, "incumbent": {("in",): "fight"}})
    (1.0, 2.0)
    """

    def __init__(
        self,
        root: Node,
        *,
        players: Sequence[str] | None = None,
        preferences: Preference | Sequence[Preference] | None = None,
        references: float | Sequence[float] | None = None,
        title: str = "",
    ) -> None:
        super().__init__(root)
        last = self.nodes[-1]  # no node is deeper, so it is an end
        n = len(last.outcomes) if isinstance(last, Terminal) else 0
        if n == 0:
            raise InvalidGameError("`outcomes` must be one for each of one or more players")
        self.players = checks.distinct("players", players, n)
        self.preferences = preferences_of(preferences, self.players)
        self.references = references_of(references, self.players)
        self.title = checks.text("title", title)
        places = {name: place for place, name in enumerate(self.players)}
        self.movers = array("i", [_mover(node, places) for node in self.nodes])
        self._turns = tuple(array("l") for _ in self.players)
        for number, mover in enumerate(self.movers):
            if mover >= 0:
                self._turns[mover].append(number)

    @classmethod
    def read(cls, path: str | FilePath) -> ExtensiveForm:
        """Read a Gambit extensive game file (.efg) of perfect information.

        Raises
        ------
        InvalidGameError
            If the file cannot be read or is malformed; the message names the line.
        NotApplicableError
            If a player does not know at which of several nodes it is, or the tree is too large.
        """
        found = efg.read(path)
        return cls(found.root, players=found.players, title=found.title)

    def replace(self, **changes: Any) -> ExtensiveForm:
        """Return the game with some of the constructor's arguments changed."""
        names = ("root", "players", "preferences", "references", "title")
        return ExtensiveForm(**({name: getattr(self, name) for name in names} | changes))

    def _asked(self) -> tuple[Any, ...]:
        """Return the constructor's arguments, the root first."""
        return self.root, self.players, self.preferences, self.references, self.title

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ExtensiveForm):
            return NotImplemented
        return self is other or self._asked() == other._asked()

    def __hash__(self) -> int:
        return hash(self._asked())

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def __reduce__(self) -> tuple[Callable[..., ExtensiveForm], tuple[Any, ...]]:
        return _made, self._asked()

    def __repr__(self) -> str:
        title = f"{self.title!r} " if self.title else ""
        return f"<game tree {title}of {', '.join(self.players)}: {len(self.nodes)} nodes>"

    @property
    def number_of_players(self) -> int:
        """How many players there are."""
        return len(self.players)

    @property
    def number_of_decisions(self) -> int:
        """How many decision nodes there are."""
        return sum(map(len, self._turns))

    def player(self, name: str | int) -> int:
        """Return the number of a player given by name or number.

        Raises
        ------
        UnknownNameError
        """
        found = checks.place(name, self.players)
        if found is None:
            raise UnknownNameError("player", name, self.players)
        return found

    def turns(self, player: str | int) -> Sequence[int]:
        """Return the numbers of the nodes at which a player decides, ascending."""
        return self._turns[self.player(player)]

    def decision_nodes(self) -> Iterator[tuple[Path, Decision]]:
        """Yield the path of each decision node and the node, by depth."""
        for number, node in enumerate(self.nodes):
            if isinstance(node, Decision):
                yield self.path(number), node

    def choices(self, strategies: Strategies) -> array[int]:
        """Return the place of the action taken at each node, by number; 0 where nobody decides.

        Parameters
        ----------
        strategies : mapping of str to mapping of paths to str
            For each player the action at each of its decision nodes, by the path of the node.
            Who never decides may be left out.

        Raises
        ------
        UnknownNameError
            If there is no such player or action.
        InvalidGameError
            If a decision node is missing, or a path does not lead to one of the player.
        """
        found = labels.mapping("strategies", strategies, "players to strategies")
        chosen = array("i", [0]) * len(self.nodes)
        given = {self.player(name): strategy for name, strategy in found.items()}
        for player, name in enumerate(self.players):
            strategy, turns = given.get(player, {}), self.turns(player)
            if not isinstance(strategy, Mapping) or len(strategy) != len(turns):
                raise InvalidGameError(
                    f"`strategies` must map the paths of {name}'s decision nodes, {len(turns)} in"
                    f" all, to actions; got {shown(strategy)}"
                )
            for number in turns:
                chosen[number] = self._choice(strategy, player, number)
        return chosen

    def _choice(self, strategy: Mapping[Path, str], player: int, number: int) -> int:
        if isinstance(strategy, Plan) and (strategy.game, strategy.player) == (self, player):
            return strategy.choices[number]
        path, actions = self.path(number), self.nodes[number].actions
        if path not in strategy:
            raise InvalidGameError(
                f"`strategies` must hold an action of {self.players[player]} after {shown(path)}"
            )
        if strategy[path] not in actions:
            raise UnknownNameError("action", strategy[path], actions)
        return actions.index(strategy[path])

    def lottery(self, strategies: Strategies) -> JointLottery:
        """Return the lottery over outcomes that pure strategies lead to, given as to `choices`."""
        return self._lottery(self.choices(strategies))

    def _lottery(self, choices: array[int]) -> JointLottery:
        """Return the lottery over outcomes if at each node the action with that place is taken."""
        chances: dict[tuple[Number, ...], Number] = {}
        left: list[tuple[int, Number]] = [(0, Fraction(1))]
        while left:
            number, chance = left.pop()
            node, children = self.nodes[number], self.children(number)
            if isinstance(node, Terminal):
                outcomes = tuple(node.outcomes)
                chances[outcomes] = chances.get(outcomes, 0) + chance
            elif isinstance(node, Chance):
                left += [
                    (child, chance * p)
                    for child, p in zip(children, self.chances(number), strict=True)
                    if p > 0
                ]
            else:
                left.append((children[choices[number]], chance))
        return JointLottery.of(chances)

    def values(self, strategies: Strategies) -> tuple[float, ...]:
        """Return what the lottery of pure strategies is worth to each player at the root."""
        lottery = self.lottery(strategies)
        return tuple(
            preference.value(lottery.prospect(player), reference)
            for player, (preference, reference) in enumerate(
                zip(self.preferences, self.references, strict=True)
            )
        )

    def regret(self, strategies: Strategies) -> tuple[float, ...]:
        """Return the most that each player would gain by another action at one of its nodes.

        At each node, reached or not, and after each action there, the strategies bring about a
        lottery, which the player at the node values. Regret 0 of all players is subgame perfection
        in pure strategies: by the one-shot deviation principle under expected utility, and by
        definition for players who weight probabilities and decide anew at each node.
        """
        choices = self.choices(strategies)
        return tuple(self._regret(player, choices) for player in range(self.number_of_players))

    def _regret(self, player: int, choices: array[int]) -> float:
        if not self.turns(player):
            return 0.0
        ranking = ranking_of(self, player, self.preferences[player], self.references[player], 0.0)
        regret = 0.0
        parts: list[Part] = [None] * len(self.nodes)
        for number in reversed(range(len(self.nodes))):
            node, children = self.nodes[number], self.children(number)
            if isinstance(node, Terminal):
                parts[number] = ranking.end(node.outcomes[player])
            elif isinstance(node, Chance):
                parts[number] = ranking.mix(
                    self.chances(number), [parts[child] for child in children]
                )
            else:
                parts[number] = parts[children[choices[number]]]
                if self.movers[number] == player:
                    best = max((parts[child] for child in children), key=ranking.rank)
                    regret = max(regret, ranking.ahead(best, parts[number]))
            for child in children:
                parts[child] = None  # a lottery can be as large as the tree
        return regret

    def normal_form(self) -> NormalForm:
        """Return the game of strategies: the actions of a player are its strategies.

        A strategy says what to do at every decision node of the player, also at those that it makes
        unreachable itself. It is named by its actions, in the order of `game.turns`.

        A pure profile leads to a lottery if chance moves. The normal form has room for one outcome
        only, and a mean outcome can stand for a lottery just if all players value lotteries by it.

        Raises
        ------
        NotApplicableError
            If there are more than 100,000 profiles; or if chance moves and a player does not value
            lotteries by their mean.

        Examples
        --------
        >>> entry = Decision("1", ["out", "in"], [
        ...     Terminal([0, 2]), Decision("2", ["fight", "share"], [Terminal([-1, -1]),
        ...                                                          Terminal([1, 1])])])
        >>> form = ExtensiveForm(entry).normal_form()
        >>> form.actions, form.payoffs[0].tolist()
        ((('out', 'in'), ('fight', 'share')), [[0.0, 0.0], [-1.0, 1.0]])
        """
        _require_means(self)
        turns = [self.turns(player) for player in range(self.number_of_players)]
        sizes = [[len(self.nodes[number].actions) for number in own] for own in turns]
        total = 1
        for size in (size for own in sizes for size in own):
            total *= size
            if total > MAX_PROFILES:
                raise NotApplicableError(
                    f"the normal form of this tree has more than {MAX_PROFILES:,} profiles of"
                    " strategies; solver.solve needs none of them"
                )
        strategies = [list(product(*map(range, own))) for own in sizes]
        shape = (self.number_of_players, *map(len, strategies))
        rows: list[tuple[Number, ...]] = []
        choices = array("i", [0]) * len(self.nodes)
        for profile in product(*strategies):
            for own, plan in zip(turns, profile, strict=True):
                for number, choice in zip(own, plan, strict=True):
                    choices[number] = choice
            rows.append(self._lottery(choices).means)
        return NormalForm(
            np.array(rows, dtype=object).T.reshape(shape),
            players=self.players,
            actions=[
                _names(self, own, plans) for own, plans in zip(turns, strategies, strict=True)
            ],
            preferences=self.preferences,
            references=self.references,
            title=self.title,
        )


def _mover(node: Node, places: Mapping[str, int]) -> int:
    if isinstance(node, Decision):
        if node.player not in places:
            raise UnknownNameError("player", node.player, places)
        return places[node.player]
    if isinstance(node, Chance):
        return CHANCE
    if len(node.outcomes) != len(places):
        raise InvalidGameError(
            f"`outcomes` must be one for each of {len(places)} players; got {len(node.outcomes)}"
        )
    return END


def _require_means(game: ExtensiveForm) -> None:
    if not game.has_chance:
        return
    for name, preference in zip(game.players, game.preferences, strict=True):
        straight = preference.alpha == preference.beta == preference.loss_aversion == 1
        if not (straight and preference.weighs_linearly and has_library_formulas(preference)):
            raise NotApplicableError(
                "the normal form of a tree with moves of chance needs players who value a lottery"
                f" by its mean; {name} has {preference!r} (solver.solve takes any)"
            )


def _names(game: ExtensiveForm, turns: Sequence[int], plans: Sequence[Sequence[int]]) -> list[str]:
    if not turns:
        return ["-"]
    names = [
        " / ".join(
            game.nodes[number].actions[choice] for number, choice in zip(turns, plan, strict=True)
        )
        for plan in plans
    ]
    # names of actions may hold the very stroke that sets them apart
    distinct = len(set(names)) == len(names)
    return names if distinct else [str(place + 1) for place in range(len(plans))]
