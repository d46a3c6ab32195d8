"""Mixed strategies and what actions are worth against them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from itertools import chain, islice, repeat

import numpy as np
from numpy.typing import ArrayLike

from games import checks, labels
from games.arrays import Array
from games.errors import InvalidGameError
from games.prospects.preferences import Preference

Profile = tuple[Array, ...]
# what is taken for one: lists, in the order of players and actions, or by their names
Strategies = Sequence[ArrayLike] | Mapping[str, ArrayLike]

SUM_TOLERANCE = 1e-9


def numbers_of_actions(
    name: str, given: Strategies, players: Sequence[str], actions: Sequence[Sequence[str]]
) -> list[Array]:
    """Return a number for each action of each player, as new arrays of shape (m_i,).

    Parameters
    ----------
    name : str
        Of the argument, for the message.
    given : sequence of array_like, or mapping of players to array_like
        A list for each player, in the order of its actions or by their names.

    Raises
    ------
    InvalidGameError
        If they are not as many numbers as there are actions.
    UnknownNameError
        If a label is no player or action.
    """
    each = checks.listed(name, labels.plain(name, given, ("player", players)))
    # more lists than players are refused below
    axes = [("action", names) for names in islice(chain(actions, repeat(())), len(each))]
    listed = [labels.plain(name, own, axis) for own, axis in zip(each, axes, strict=True)]
    found = [labels.numbers(name, own) for own in listed]
    shape = [len(names) for names in actions]
    if [own.shape for own in found] != [(m,) for m in shape]:
        raise InvalidGameError(
            f"`{name}` must hold {shape} numbers; got shapes {[own.shape for own in found]}"
        )
    return found


def mixed_profile(
    given: Strategies, players: Sequence[str], actions: Sequence[Sequence[str]]
) -> Profile:
    """Return a mixed profile as read-only arrays.

    Parameters
    ----------
    given : sequence of array_like, or mapping of players to array_like
        For each player a probability for each action, shape (m_i,), in order or by name; sums off
        by rounding (1e-9) are accepted as they are.

    Raises
    ------
    InvalidGameError
        If the numbers are no probability distributions, or do not fit the actions.
    UnknownNameError
        If a label is no player or action.
    """
    mixed = numbers_of_actions("profile", given, players, actions)
    for own in mixed:
        if not (own >= 0).all() or not abs(own.sum() - 1) <= SUM_TOLERANCE:
            raise InvalidGameError(
                f"`profile` must hold probabilities that sum to 1; got {own.tolist()}"
            )
        own.setflags(write=False)
    return tuple(mixed)


def pure_profile(actions: Sequence[int], shape: Sequence[int]) -> Profile:
    """Return the profile in which each player takes one action for certain."""
    profile = []
    for action, m in zip(actions, shape, strict=True):
        own = np.zeros(m)
        own[action] = 1.0
        own.setflags(write=False)
        profile.append(own)
    return tuple(profile)


def joint(profile: Sequence[Array]) -> Array:
    """Return the probability of each pure profile of independent players, shape (m_1, ..., m_k)."""
    return reduce(np.multiply.outer, profile, np.ones(()))


def action_values(
    outcomes: Array, player: int, profile: Profile, preference: Preference, reference: float
) -> Array:
    """Return what each of a player's actions is worth against the others' mixing.

    Parameters
    ----------
    outcomes : ndarray, shape (m_1, ..., m_n)
        The player's own.
    player : int
    profile : tuple of ndarray
        One strategy for each player; the player's own is not used.
    preference, reference : Preference, float
        The player's.

    Returns
    -------
    ndarray, shape (m_player,)
    """
    others = [own for j, own in enumerate(profile) if j != player]
    own_first = np.moveaxis(outcomes, player, 0)
    if preference.weighs_linearly:
        values = preference.utility(own_first - reference)
        for strategy in reversed(others):
            values = values @ strategy
        return np.asarray(values)
    return lottery_values(own_first, others, preference, reference)


def lottery_values(
    outcomes: Array, others: Sequence[Array], preference: Preference, reference: float
) -> Array:
    """Return what actions are worth as lotteries over their outcomes.

    Parameters
    ----------
    outcomes : ndarray, shape (m, m_1, ..., m_k)
        Of each action, for each profile of the k others.
    others : sequence of ndarray
        Their strategies.

    Returns
    -------
    ndarray, shape (m,)
    """
    lotteries = outcomes.reshape(outcomes.shape[0], -1)
    chances = np.broadcast_to(joint(others).ravel(), lotteries.shape)
    return preference.values(lotteries, chances, reference)
