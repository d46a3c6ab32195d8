"""What strategies in a game tree lead to, and what a player would gain by other actions."""

from __future__ import annotations

from array import array
from fractions import Fraction
from typing import TYPE_CHECKING

from games.finite.measures import Part, measure_of
from games.finite.plans import JointLottery
from games.finite.tree import Chance, Number, Terminal

if TYPE_CHECKING:
    from games.finite.extensive_form import ExtensiveForm


def lottery(game: ExtensiveForm, choices: array[int]) -> JointLottery:
    """Return the lottery over outcomes if at each node the action with that place is taken."""
    chances: dict[tuple[Number, ...], Number] = {}
    left: list[tuple[int, Number]] = [(0, Fraction(1))]
    while left:
        number, chance = left.pop()
        node, children = game.nodes[number], game.children(number)
        if isinstance(node, Terminal):
            outcomes = tuple(node.outcomes)
            chances[outcomes] = chances.get(outcomes, 0) + chance
        elif isinstance(node, Chance):
            left += [
                (child, chance * p)
                for child, p in zip(children, game.chances(number), strict=True)
                if p > 0
            ]
        else:
            left.append((children[choices[number]], chance))
    return JointLottery.of(chances)


def regrets(game: ExtensiveForm, choices: array[int]) -> tuple[float, ...]:
    """Return the most that each player gains by another action at one of its nodes, at least 0."""
    return tuple(_regret(game, player, choices) for player in range(game.number_of_players))


def _regret(game: ExtensiveForm, player: int, choices: array[int]) -> float:
    if not game.turns(player):
        return 0.0
    measure = measure_of(game, player, 0.0)
    regret = 0.0
    parts: list[Part] = [None] * len(game.nodes)
    for number in reversed(range(len(game.nodes))):
        node, children = game.nodes[number], game.children(number)
        if isinstance(node, Terminal):
            parts[number] = measure.end(node.outcomes[player])
        elif isinstance(node, Chance):
            parts[number] = measure.mix(game.chances(number), [parts[child] for child in children])
        else:
            parts[number] = parts[children[choices[number]]]
            if game.movers[number] == player:
                best = max(measure.value(parts[child]) for child in children)
                regret = max(regret, best - measure.value(parts[number]))
        for child in children:
            parts[child] = None  # a lottery can be as large as the tree
    return regret
