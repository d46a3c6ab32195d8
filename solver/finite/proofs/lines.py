"""Pure profiles, from each player's line alone.

When the others' actions are certain, each of a player's actions yields one certain outcome, so
its value is that of the outcome, whatever the weighting: w(1) = 1. A certificate then needs one
line of m_i outcomes a player, not the whole game. Whether the player has anything better is
decided by comparing outcomes exactly: value functions increase.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from games import CumulativeProspectTheory, InvalidGameError, Linear, NormalForm
from games.arrays import Array
from games.finite.strategies import pure_profile
from solver.prospects import balls

# prospect theory with all its psychology switched off
PLAIN = CumulativeProspectTheory(1.0, 1.0, 1.0, Linear(), Linear())

# of each player an array of floats, or a list of Fractions
PureProfile = Sequence[Any]


def pure_actions(profile: PureProfile) -> tuple[int, ...]:
    """Return the action that each player takes for certain.

    Raises
    ------
    InvalidGameError
        If a player mixes.

    Examples
    --------
    >>> pure_actions([[0, 1], [1.0, 0.0, 0.0]])
    (1, 0)
    """
    actions = []
    for own in map(np.asarray, profile):
        used = np.flatnonzero(own)
        if len(used) != 1 or own[used[0]] != 1:
            raise InvalidGameError(
                "`profile` must be pure here: one action of each player for certain"
            )
        actions.append(int(used[0]))
    return tuple(actions)


def is_equilibrium(game: NormalForm, actions: Sequence[int]) -> bool:
    """Return whether no player has a better outcome on its line, in exact numbers."""
    return all(_is_best(_outcomes(game, i, actions), action) for i, action in enumerate(actions))


def action_values(game: NormalForm, profile: PureProfile) -> tuple[Array, ...]:
    """Return what `game.action_values` does, if every player takes one action for certain."""
    return tuple(
        preference.utility(line - reference)
        for line, preference, reference in zip(
            _lines(game, profile), game.preferences, game.references, strict=True
        )
    )


def values(game: NormalForm, profile: PureProfile) -> tuple[float, ...]:
    """Return what `game.values` does, if every player takes one action for certain."""
    worth = action_values(game, profile)
    return tuple(
        float(own[action]) for own, action in zip(worth, pure_actions(profile), strict=True)
    )


def regrets(game: NormalForm, profile: PureProfile) -> tuple[float, ...]:
    """Return what `game.regret` does, if every player takes one action for certain."""
    worth = action_values(game, profile)
    best = (float(own.max()) for own in worth)
    return tuple(top - value for top, value in zip(best, values(game, profile), strict=True))


def regret_bounds(game: NormalForm, profile: PureProfile) -> list[float]:
    """Return a proved upper bound of each player's regret, 0 where it has nothing better."""
    actions = pure_actions(profile)
    return [
        0.0 if _is_best(_outcomes(game, i, actions), action) else _bound(game, i, actions)
        for i, action in enumerate(actions)
    ]


def reduces_to_expected_utility(game: NormalForm, profile: PureProfile) -> bool:
    """Return whether the nested null holds on every player's line.

    Each outcome is valued as the lottery that yields it for certain, by prospect theory with linear
    weights and unit exponents, and compared with the outcome itself.
    """
    for line in _lines(game, profile):
        worth = PLAIN.values(line[:, np.newaxis], np.ones((line.size, 1)), 0.0)
        if not np.allclose(worth, line, rtol=1e-9, atol=1e-9 * np.abs(line).max()):
            return False
    return True


def _lines(game: NormalForm, profile: PureProfile) -> list[Array]:
    """Return the outcomes of each player by its own action, the others' as in `profile`."""
    actions = pure_actions(profile)
    return [_line(game.payoffs, i, actions) for i in range(len(actions))]


def _outcomes(game: NormalForm, player: int, actions: Sequence[int]) -> list[Fraction]:
    """Return a player's exact outcome by its own action."""
    return [Fraction(outcome) for outcome in _line(game.as_given, player, actions).tolist()]


def _line(source: NDArray[Any], player: int, actions: Sequence[int]) -> NDArray[Any]:
    place: Any = (player, *actions[:player], slice(None), *actions[player + 1 :])
    line: NDArray[Any] = source[place]
    return line


def _is_best(line: Sequence[Fraction], action: int) -> bool:
    return line[action] == max(line)


def _bound(game: NormalForm, player: int, actions: Sequence[int]) -> float:
    """Return the bound in the game that is left to the player, with a bystander of one action."""
    line = _outcomes(game, player, actions)
    alone = NormalForm(
        np.array([line, [Fraction(0)] * len(line)], dtype=object)[..., np.newaxis],
        preferences=game.preferences[player],
        references=game.references[player],
    )
    taken = pure_profile((actions[player], 0), alone.shape)
    return balls.regret_bounds(alone, taken)[0]
