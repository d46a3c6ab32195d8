"""Values that weight what players add to coalitions: Shapley's and Banzhaf's."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from math import comb
from typing import Any

import numpy as np

from games import checks
from games.arrays import Array, Ints
from games.cooperative.characteristic_function import CharacteristicFunction
from games.cooperative.coalitions import (
    coalition_sizes,
    coalition_sums,
    memberships,
    totals_with_each,
)
from games.errors import InvalidGameError, NotApplicableError

# up to so many players the coefficients of all coalitions are kept: 400 KB for the largest
FEW = 12


def shapley(game: CharacteristicFunction) -> Array:
    """Return what each player adds to those before it, on average over all orders (Shapley 1953).

    1. Player i adds v(S + i) - v(S) with weight s! (n-s-1)! / n! for each S without it. Gathered
       by coalition, it gets sum over S with i of c(s) v(S), less a number that is the same for all,
       where c(s) = (s-1)! (n-s-1)! / (n-1)! for s < n.
    2. As all get v(N) together, that number is the mean of the sums less v(N) / n (Ruiz, Valenciano
       & Zarzuelo 1998, Games and Economic Behavior 24, 109-130).
    3. The n sums take 2 * 2**n additions: see `games.cooperative.coalitions.totals_with_each`.

    Returns
    -------
    ndarray, shape (n,)
        Their sum is v(N).

    Examples
    --------
    >>> from games import glove
    >>> shapley(glove(2, 1)).round(6).tolist()  # one right glove is worth as much as four left ones
    [0.166667, 0.166667, 0.666667]
    """
    n = game.n
    if n <= FEW:
        few: Array = coefficients(n) @ game.values
        return few
    sums = totals_with_each(size_weights(n)[coalition_sizes(n)] * game.values)
    values: Array = sums - sums.mean() + game.total / n
    return values


def size_weights(n: int) -> Array:
    """Return c(s) of `shapley` for each size s from 0 to n, shape (n + 1,)."""
    weights = np.zeros(n + 1)
    for size in range(1, n):
        weights[size] = 1.0 / (size * comb(n - 1, size))
    return weights


@lru_cache(maxsize=FEW)
def coefficients(n: int) -> Array:
    """Return what the worth of each coalition counts in each Shapley value, shape (n, 2**n)."""
    counted = memberships(n).T * size_weights(n)[coalition_sizes(n)]
    matrix: Array = counted - counted.mean(axis=0)
    matrix[:, -1] += 1 / n
    return matrix


def banzhaf(game: CharacteristicFunction, *, normalised: bool = False) -> Array:
    """Return what each player adds to the coalitions of others, on average over all 2**(n-1).

    Banzhaf (1965, Rutgers Law Review 19, 317-343) for votes; Owen (1975, Naval Research Logistics
    Quarterly 22, 741-750) for all games.

    Parameters
    ----------
    normalised : bool
        Whether to scale them so that their sum is v(N), as it is of Shapley's.

    Raises
    ------
    NotApplicableError
        If they are to be scaled, but their sum is 0.

    Examples
    --------
    >>> from games import weighted_majority
    >>> banzhaf(weighted_majority(3, [2, 1, 1])).tolist()
    [0.75, 0.25, 0.25]
    """
    sums = totals_with_each(game.values)
    added: Array = (2.0 * sums - game.values.sum()) / 2.0 ** (game.n - 1)
    if not normalised:
        return added
    total = float(added.sum())
    if abs(total) <= 1e-12 * game.scale:
        raise NotApplicableError("Banzhaf values of sum 0 cannot be scaled to the worth of all")
    return game.total * (added / total)


# Values under a structure: Owen's for unions formed beforehand, Myerson's for a graph of ties.


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
    >>> from games import weighted_majority
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
    >>> from games import weighted_majority
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
    masks, covered = [game.coalition(members) for members in checks.listed("unions", unions)], 0
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
    for tie in checks.listed("graph", getattr(graph, "edges", graph)):
        if not isinstance(tie, tuple | list) or len(tie) < 2:
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
