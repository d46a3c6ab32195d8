"""Subgame-perfect equilibria of a game tree with perfect information, by backward induction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count, islice

from games.checks import whole, within
from games.errors import InvalidGameError
from games.finite.extensive_form import ExtensiveForm, JointLottery, Plan
from games.records import Record
from games.tabled import Dimensions, Tabled
from solver.finite.trees.continuations import MOST, Continuations
from solver.results import LazySequence, Status

# What a solver of game trees returns: equilibria with their regrets, and how many there are.


TREE_UNITS = dict.fromkeys(("value", "regret"), "the player's value function")


@dataclass(frozen=True, eq=False)
class TreeEquilibrium(Tabled, Record):
    """One subgame-perfect equilibrium in pure strategies.

    Attributes
    ----------
    strategies : dict of str to Plan
        For each player the action at each of its decision nodes, by the path of the node.
    lottery : JointLottery
        The outcomes that the equilibrium leads to, with their probabilities.
    values : dict of str to float
        What this lottery is worth to each player at the root, in units of its value function.
    regrets : dict of str to float
        The most that each player would gain by another action at one of its nodes, reached or
        not: computed anew from the game, at all nodes, and not from the search.
    """

    strategies: dict[str, Plan]
    lottery: JointLottery
    values: dict[str, float]
    regrets: dict[str, float]

    _subject = "a subgame-perfect equilibrium in pure strategies"
    _asked = ()
    _units = TREE_UNITS

    def records(self) -> list[dict[str, object]]:
        """Return a row for each player and decision node, with the action taken there."""
        return [
            {
                "player": name,
                "node": str(node),
                "action": action,
                "value": self.values[name],
                "regret": self.regrets[name],
            }
            for name, plan in self.strategies.items()
            for node, action in plan.items()
        ]

    def _dimensions(self) -> Dimensions:
        return {"player": {}, "node": {}}

    @property
    def regret(self) -> float:
        """The largest regret of any player."""
        return max(self.regrets.values())

    def __str__(self) -> str:
        return f"{self.lottery} (regret {self.regret:.1e})"


class TreeEquilibria(LazySequence[TreeEquilibrium]):
    """Equilibria of a tree, each built and checked when it is read.

    Those that differ in what they are worth to somebody who moves come first.
    """

    def __init__(self, game: ExtensiveForm, found: Continuations, size: int) -> None:
        self._game, self._found = game, found
        self._places = list(islice(_round_robin(found.sizes), size))

    def _build(self, place: int) -> TreeEquilibrium:
        game = self._game
        choices = self._found.profile(*self._places[place])
        strategies = {name: Plan(game, player, choices) for player, name in enumerate(game.players)}
        return TreeEquilibrium(
            strategies,
            game.lottery(strategies),
            dict(zip(game.players, game.values(strategies), strict=True)),
            dict(zip(game.players, game.regret(strategies), strict=True)),
        )

    def __len__(self) -> int:
        return len(self._places)


@dataclass(frozen=True, eq=False)
class TreeSolution(Tabled, Record):
    """The answer: which profiles of pure strategies are subgame-perfect in `game`.

    Attributes
    ----------
    status : Status
        COMPLETE if `equilibria` are all there are, every tie branched; PARTIAL if there are more
        than the limit.
    equilibria : TreeEquilibria
        The first of them, up to the limit.
    number : int
        How many there are in all; at least how many, unless `is_counted`.
    is_counted : bool
        Whether `number` is exact.
    tolerances : dict of str to float
        Differences up to this counted as ties of each player; 0 where comparisons were exact. In
        units of the outcomes if chance never moves, else of the player's value function.
    """

    game: ExtensiveForm = field(repr=False)
    status: Status
    equilibria: TreeEquilibria
    number: int
    is_counted: bool
    tolerances: dict[str, float]

    _asked = ()
    _units = TREE_UNITS

    @property
    def title(self) -> str:
        """The concept and the players."""
        return f"subgame-perfect equilibria: {' v '.join(self.game.players)}"

    def records(self) -> list[dict[str, object]]:
        """Return a row for each equilibrium that is listed, player and decision node."""
        return self._rows(self.equilibria)

    def head(self, most: int) -> list[dict[str, object]]:
        """Return the first of these rows; each equilibrium has one at least."""
        return self._rows(self.equilibria[:most])[:most]

    def _rows(self, some: Sequence[TreeEquilibrium]) -> list[dict[str, object]]:
        return [
            {"equilibrium": number} | row
            for number, one in enumerate(some, start=1)
            for row in one.records()
        ]

    def _dimensions(self) -> Dimensions:
        return {"equilibrium": {}, "player": {}, "node": {}}

    def __str__(self) -> str:
        least = "" if self.is_counted else "at least "
        listed = "" if self.status is Status.COMPLETE else f", {len(self.equilibria)} listed"
        return (
            f"subgame-perfect equilibria in pure strategies: {least}{self.number}{listed};"
            f" the first: {self.equilibria[0]}"
        )


def _round_robin(sizes: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield each class and each place in it, the first of every class first."""
    left = list(range(len(sizes)))
    for index in count():
        left = [place for place in left if index < sizes[place]]
        if not left:
            return
        yield from ((place, index) for place in left)


TOLERANCE = 1e-9


def subgame_perfect(
    game: ExtensiveForm, *, limit: int = 10_000, tolerance: float = TOLERANCE
) -> TreeSolution:
    """Return the subgame-perfect equilibria of `game` in pure strategies (Selten 1965).

    From the ends up, at each node the player who decides takes an action that is best given what
    follows (Zermelo 1913; Kuhn 1953); every tie is branched. There always is an equilibrium.

    What follows an action is a lottery if chance moves. The player compares the reduced lotteries
    seen from its node, by its own preference and reference point: it knows how everybody,
    itself included, will decide later, and decides anew at each node. For a player who weights
    probabilities this is the sophisticated rule (Karni & Safra 1990); what it takes at a node need
    not be what it would have wished for at an earlier one, as dynamic consistency is not implied.

    The work grows with the nodes. It does so too with the outcomes that each decision can still
    lead to, if a player who moves weights probabilities; and with the ties that matter to somebody.

    Parameters
    ----------
    game : ExtensiveForm
    limit : int
        The most equilibria to list, from 1 to 10^18. All are counted, unless there are more than
        10^18, or ties leave more different values than this at a node, or 100 times as many in
        all.
    tolerance : float
        Differences up to this share count as ties where they cannot be computed exactly: of the
        range of the player's outcomes if chance never moves, else of their values. They are exact
        for a player whose outcomes are fractions or whole numbers, if chance never moves, or if
        probabilities are exact too and the player's value function is straight on either side of
        the reference and weights no probabilities.

    Returns
    -------
    TreeSolution

    Raises
    ------
    InvalidGameError
        If an argument is out of range.

    Examples
    --------
    >>> from games.finite.tree import Decision, Terminal
    >>> entry = Decision("entrant", ["out", "in"], [
    ...     Terminal([0, 2]),
    ...     Decision("incumbent", ["fight", "share"], [Terminal([-1, -1]), Terminal([1, 1])])])
    >>> game = ExtensiveForm(entry, players=["entrant", "incumbent"])
    >>> solution = subgame_perfect(game)
    >>> print(solution)
    subgame-perfect equilibria in pure strategies: 1; the first: (1, 1) @ 1 (regret 0.0e+00)
    >>> dict(solution.equilibria[0].strategies["incumbent"])
    {('in',): 'share'}
    """
    if not isinstance(game, ExtensiveForm):
        raise InvalidGameError(f"`game` must be an ExtensiveForm; got {game!r}")
    if whole("limit", limit, 1) > MOST:
        raise InvalidGameError(f"`limit` must be at most {MOST}; got {limit}")
    found = Continuations(game, within("tolerance", tolerance, 0, 1), limit)
    number = sum(found.sizes)
    listed = found.complete and number <= limit
    return TreeSolution(
        game,
        Status.COMPLETE if listed else Status.PARTIAL,
        TreeEquilibria(game, found, limit),
        number,
        found.complete,
        {game.players[player]: float(way.tolerance) for player, way in found.rankings.items()},
    )
