"""The game of strategies of a game tree: its normal form."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from games.errors import NotApplicableError
from games.finite import tree_values
from games.finite.measures import has_library_formulas
from games.finite.normal_form import NormalForm
from games.finite.tree import Number

if TYPE_CHECKING:
    from games.finite.extensive_form import ExtensiveForm

MAX_PROFILES = 100_000


def strategic_form(game: ExtensiveForm) -> NormalForm:
    """Return the normal form of a tree: the actions of a player are its strategies.

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
    >>> from games.finite.extensive_form import ExtensiveForm
    >>> from games.finite.tree import Decision, Terminal
    >>> entry = Decision("1", ["out", "in"], [
    ...     Terminal([0, 2]), Decision("2", ["fight", "share"], [Terminal([-1, -1]),
    ...                                                          Terminal([1, 1])])])
    >>> form = ExtensiveForm(entry).normal_form()
    >>> form.actions, form.payoffs[0].tolist()
    ((('out', 'in'), ('fight', 'share')), [[0.0, 0.0], [-1.0, 1.0]])
    """
    _require_means(game)
    turns = [game.turns(player) for player in range(game.number_of_players)]
    sizes = [[len(game.nodes[number].actions) for number in own] for own in turns]
    total = 1
    for size in (size for own in sizes for size in own):
        total *= size
        if total > MAX_PROFILES:
            raise NotApplicableError(
                f"the normal form of this tree has more than {MAX_PROFILES:,} profiles of"
                " strategies; solver.subgame_perfect needs none of them"
            )
    strategies = [list(product(*map(range, own))) for own in sizes]
    shape = (game.number_of_players, *map(len, strategies))
    rows: list[tuple[Number, ...]] = []
    choices = array("i", [0]) * len(game.nodes)
    for profile in product(*strategies):
        for own, plan in zip(turns, profile, strict=True):
            for number, choice in zip(own, plan, strict=True):
                choices[number] = choice
        rows.append(tree_values.lottery(game, choices).means)
    return NormalForm(
        np.array(rows, dtype=object).T.reshape(shape),
        players=game.players,
        actions=[_names(game, own, plans) for own, plans in zip(turns, strategies, strict=True)],
        preferences=game.preferences,
        references=game.references,
        title=game.title,
    )


def _require_means(game: ExtensiveForm) -> None:
    if not game.has_chance:
        return
    for name, preference in zip(game.players, game.preferences, strict=True):
        straight = preference.alpha == preference.beta == preference.loss_aversion == 1
        if not (straight and preference.weighs_linearly and has_library_formulas(preference)):
            raise NotApplicableError(
                "the normal form of a tree with moves of chance needs players who value a lottery"
                f" by its mean; {name} has {preference!r} (solver.subgame_perfect takes any)"
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
