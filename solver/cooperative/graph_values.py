"""Values under a structure: Owen's for unions formed beforehand, Myerson's for a graph of ties."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import comb
from typing import Any

import numpy as np

from games.arrays import Array, Ints
from games.characteristic_function import CharacteristicFunction
from games.coalitions import coalition_sizes, coalition_sums
from games.errors import InvalidGameError
from solver.cooperative.power_values import shapley


def owen(game: CharacteristicFunction, unions: Sequence[Iterable[str]]) -> Array:
    """Return each player's value if unions bargain as one, then share inside (Owen 1977).

    1. For each part T of a union, the Shapley value of T is taken in the game among unions in which
       T stands for its own. That makes a game among the members of the union.
    2. Each member gets its Shapley value in that game.

    That is what a player adds on average over the orders in which no union is interrupted.

    Parameters
    ----------
    unions : sequence of iterables of str
        The members of each; every player is in exactly one.

    Returns
    -------
    ndarray, shape (n,)
        Their sum is v(N).

    Raises
    ------
    InvalidGameError
        If a union is empty, or a player is in none or in two.

    Examples
    --------
    >>> from games.coalitional import weighted_majority
    >>> owen(weighted_majority(2, [1, 1, 1]), [["1", "2"], ["3"]]).tolist()
    [0.5, 0.5, 0.0]
    """
    masks = _partition(game, unions)
    values = np.zeros(game.n)
    for place, union in enumerate(masks):
        others = coalition_sums(np.array(masks[:place] + masks[place + 1 :], dtype=np.int64))
        members = [player for player in range(game.n) if union >> player & 1]
        parts = coalition_sums(1 << np.array(members))
        inner = np.zeros(len(parts))
        for before, share in zip(others.tolist(), _shares(len(masks)).tolist(), strict=True):
            inner += share * (game.values[before + parts] - game.values[before])
        values[members] = shapley(CharacteristicFunction(inner))
    return values


def myerson(game: CharacteristicFunction, graph: Any) -> Array:
    """Return the Shapley values of the game in which only players with ties cooperate.

    Myerson (1977, Mathematics of Operations Research 2, 225-229).

    Parameters
    ----------
    graph : networkx.Graph or iterable of pairs of str
        The ties between players, by name; a player without ties stays alone.

    Returns
    -------
    ndarray, shape (n,)
        The sum in each component of the graph is what it is worth.

    Raises
    ------
    UnknownNameError
        If a tie has an end that is no player.
    InvalidGameError
        If a tie is no pair.

    Examples
    --------
    >>> from games.coalitional import weighted_majority
    >>> myerson(weighted_majority(2, [1, 1, 1]), [("1", "2"), ("2", "3")]).round(6).tolist()
    [0.166667, 0.666667, 0.166667]
    """
    return shapley(graph_restricted(game, graph))


def graph_restricted(game: CharacteristicFunction, graph: Any) -> CharacteristicFunction:
    """Return the game in which a coalition is worth what its connected parts are (Myerson 1977).

    Parameters
    ----------
    graph : networkx.Graph or iterable of pairs of str
        The ties between players, by name.
    """
    parts = _first_parts(_neighbours(game, graph))
    worth = np.zeros(len(game.values))
    left = np.arange(len(game.values))
    while left.any():
        worth += game.values[parts[left]]
        left &= ~parts[left]
    return CharacteristicFunction(worth, game.players)


def _partition(game: CharacteristicFunction, unions: Sequence[Iterable[str]]) -> list[int]:
    """Return unions as coalitions, checked."""
    masks, covered = [game.coalition(members) for members in unions], 0
    for mask in masks:
        if not mask:
            raise InvalidGameError("`unions` must have members; got an empty one")
        if twice := game.members(mask & covered):
            raise InvalidGameError(f"`unions` must not overlap; got {sorted(twice)} in two")
        covered |= mask
    if missing := game.members(len(game.values) - 1 & ~covered):
        raise InvalidGameError(f"`unions` must hold every player; got none with {sorted(missing)}")
    return masks


def _shares(unions: int) -> Array:
    """Return for each set of s of the other unions the share of orders with just it before one.

    Of the orders of m unions that are s! (m-s-1)! / m!.
    """
    by_size = np.array([1.0 / (unions * comb(unions - 1, size)) for size in range(unions)])
    shares: Array = by_size[coalition_sizes(unions - 1)]
    return shares


def _neighbours(game: CharacteristicFunction, graph: Any) -> list[int]:
    """Return for each player the coalition of those it has a tie with."""
    found = [0] * game.n
    for tie in getattr(graph, "edges", graph):
        if isinstance(tie, str) or len(tie) < 2:
            raise InvalidGameError(f"`graph` must consist of pairs of players; got {tie!r}")
        ends = [game.coalition([name]) for name in tie[:2]]
        for end, other in (ends, ends[::-1]):
            found[end.bit_length() - 1] |= other
    return found


def _first_parts(neighbours: Sequence[int]) -> Ints:
    """Return for each coalition the connected part of it that holds its first member."""
    reach = np.zeros(1 << len(neighbours), dtype=np.int64)
    for player, tied in enumerate(neighbours):
        half = 1 << player
        np.bitwise_or(reach[:half], tied, out=reach[half : 2 * half])
    coalitions = np.arange(len(reach))
    part = coalitions & -coalitions
    while True:
        wider = part | (reach[part] & coalitions)
        if np.array_equal(wider, part):
            return part
        part = wider
