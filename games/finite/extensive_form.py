"""A game in extensive form, with perfect information and moves of chance."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path as FilePath
from typing import Any

from games.errors import InvalidGameError, UnknownNameError
from games.finite import efg, strategic_form, tree_values
from games.finite.normal_form import NormalForm
from games.finite.numbered_tree import NumberedTree
from games.finite.plans import JointLottery, Path, Plan
from games.finite.sides import player_names, preferences_of, references_of
from games.finite.tree import Chance, Decision, Node, Terminal
from games.preferences import Preference
from games.problems import shown

CHANCE, END = -1, -2

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
        self.players = player_names(players, n)
        self.preferences = preferences_of(preferences, n)
        self.references = references_of(references, n)
        if not isinstance(title, str):
            raise InvalidGameError(f"`title` must be a text; got {shown(title)}")
        self.title = title
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
        if isinstance(name, int) and not isinstance(name, bool) and 0 <= name < len(self.players):
            return name
        if name not in self.players:
            raise UnknownNameError("player", name, self.players)
        return self.players.index(str(name))

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
        if not isinstance(strategies, Mapping):
            raise InvalidGameError(
                f"`strategies` must map players to strategies; got {shown(strategies)}"
            )
        chosen = array("i", [0]) * len(self.nodes)
        given = {self.player(name): strategy for name, strategy in strategies.items()}
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
        return tree_values.lottery(self, self.choices(strategies))

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
        return tree_values.regrets(self, self.choices(strategies))

    def normal_form(self) -> NormalForm:
        """Return the game of strategies, by `games.finite.strategic_form`; raises as it does."""
        return strategic_form.strategic_form(self)


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
