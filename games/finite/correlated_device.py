"""A correlation device: a mediator draws a profile and tells each player its own action alone.

The device is a distribution over pure profiles that all players know. It is obeyed, and then a
correlated equilibrium, if after any advice obeying is best against what the advice tells of the
others' actions (Aumann 1974; 1987). An action is worth the value of the lottery that the
*conditional* distribution of the others' actions induces, by cumulative prospect theory too
(Keskin 2016, "Equilibrium notions for agents with cumulative prospect theory preferences").
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from games import checks, labels
from games.arrays import Array
from games.errors import InvalidGameError
from games.finite.normal_form import NormalForm

SUM_TOLERANCE = 1e-9


def device(game: NormalForm, chances: ArrayLike) -> Array:
    """Return a distribution over the profiles of a game as a read-only array.

    Parameters
    ----------
    chances : array_like, shape (m_1, ..., m_n)
        The probability of each profile; a sum off by rounding (1e-9) is accepted as it is. A table
        with labels is read by the actions' names.

    Raises
    ------
    InvalidGameError
        If the numbers are no distribution, or have another shape.
    """
    checks.kind("game", game, NormalForm)
    checks.finite("payoffs", game.payoffs)
    axes = [("action", names) for names in game.actions]
    distribution = labels.numbers("distribution", chances, *axes)
    if distribution.shape != game.shape:
        raise InvalidGameError(
            f"`distribution` must have the shape {game.shape}; got {distribution.shape}"
        )
    total = float(distribution.sum())
    if not (distribution >= 0).all() or not abs(total - 1) <= SUM_TOLERANCE:
        raise InvalidGameError(
            f"`distribution` must hold probabilities that sum to 1; got a sum of {total:.15g}"
        )
    distribution.setflags(write=False)
    return distribution


def obedience(game: NormalForm, distribution: ArrayLike) -> dict[str, dict[str, float]]:
    """Return by player and advice what the player would gain by its best action instead.

    Parameters
    ----------
    distribution : array_like, shape (m_1, ..., m_n)
        The probability of each profile.

    Returns
    -------
    dict of str to dict of str to float
        Regrets, at least 0, in units of the player's value function, of each action that is advised
        with positive probability.

    Raises
    ------
    InvalidGameError
        If `distribution` is none, or has another shape.

    Examples
    --------
    >>> chicken = NormalForm([[[6, 2], [7, 0]], [[6, 7], [2, 0]]], actions=[["C", "D"]] * 2)
    >>> obedience(chicken, [[0.5, 0.25], [0.25, 0]])["1"]
    {'C': 0.0, 'D': 0.0}
    """
    chances = device(game, distribution)
    regrets: dict[str, dict[str, float]] = {}
    for player, name in enumerate(game.players):
        rows = np.moveaxis(chances, player, 0).reshape(game.shape[player], -1)
        regrets[name] = {
            game.actions[player][advice]: _regret(game, player, advice, row / row.sum())
            for advice, row in enumerate(rows)
            if row.sum() > 0
        }
    return regrets


def is_correlated_equilibrium(
    game: NormalForm, distribution: ArrayLike, tolerance: float = 1e-9
) -> bool:
    """Return whether no advice leaves any player a regret above `tolerance`.

    Regrets, and `tolerance`, are shares of the range of the player's utilities, so that units do
    not matter.

    Raises
    ------
    InvalidGameError
        If `distribution` is none, or `tolerance` is negative.
    """
    bound = checks.at_least("tolerance", tolerance, 0)
    regrets = obedience(game, distribution)
    ranges = [float(np.ptp(own)) for own in game.utilities]
    return all(
        regret <= bound * size
        for own, size in zip(regrets.values(), ranges, strict=True)
        for regret in own.values()
    )


def _regret(game: NormalForm, player: int, advice: int, chances: Array) -> float:
    """Return the regret of obeying while the others' actions have these joint `chances`."""
    preference, reference = game.preferences[player], game.references[player]
    linear = preference.weighs_linearly
    own = (game.comparable_utilities if linear else game.payoffs)[player]
    outcomes = np.moveaxis(own, player, 0).reshape(game.shape[player], -1)
    if linear:
        worth = outcomes @ chances
    else:
        worth = preference.values(outcomes, np.broadcast_to(chances, outcomes.shape), reference)
    return max(0.0, float(worth.max() - worth[advice]))
