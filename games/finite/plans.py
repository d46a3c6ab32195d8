"""What players do in a game tree, and the lottery over outcomes that comes of it."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from games.errors import AllianceError
from games.finite.tree import Decision, Number
from games.prospects import Prospect

if TYPE_CHECKING:
    from games.finite.extensive_form import ExtensiveForm

Path = tuple[str, ...]


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
        """The expected outcome of each player, exact where the numbers are."""
        columns = zip(*self.outcomes, strict=True)
        return tuple(
            sum(
                (p * x for p, x in zip(self.probabilities, column, strict=True)),
                start=0 * self.probabilities[0],
            )
            for column in columns
        )

    def __str__(self) -> str:
        pairs = zip(self.outcomes, self.probabilities, strict=True)
        return "; ".join(f"({', '.join(map(str, x))}) @ {p}" for x, p in pairs)
