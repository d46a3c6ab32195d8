"""Well-known cooperative games, with transferable utility."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from math import lcm
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from games import checks, labels
from games.cooperative.characteristic_function import CharacteristicFunction
from games.cooperative.coalitions import coalition_sums
from games.errors import InvalidGameError

Names = Sequence[str] | None
# one for each player, in order or by name
Amounts = ArrayLike | Mapping[str, float]


def glove(left: int, right: int, players: Names = None) -> CharacteristicFunction:
    """Return the market for gloves: a pair is worth 1 (Shapley & Shubik 1969, J. Econ. Theory 1).

    Parameters
    ----------
    left, right : int
        How many players, the first ones, have a left glove, and how many a right one.

    Examples
    --------
    >>> glove(2, 1).values.tolist()
    [0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0]
    """
    counts = [checks.whole("left", left, 0), checks.whole("right", right, 0)]
    lefts = coalition_sums(np.repeat([1.0, 0.0], counts))
    rights = coalition_sums(np.repeat([0.0, 1.0], counts))
    return CharacteristicFunction(np.minimum(lefts, rights), players)


def airport(costs: Amounts, players: Names = None) -> CharacteristicFunction:
    """Return what each coalition's runway costs: what its neediest member alone would.

    Littlechild & Owen (1973, Management Science 20, 370-372). A game of costs: for the nucleolus
    or the core ask its `dual`, what each coalition has to pay at least.

    Parameters
    ----------
    costs : array_like, shape (n,), or mapping of players to float
        Of the runway that each player needs, at least 0.

    Examples
    --------
    >>> airport([1, 2]).values.tolist()
    [0.0, 1.0, 2.0, 2.0]
    """
    own, players = _amounts("costs", costs, players)
    values = np.zeros(1 << len(own))
    for player, cost in enumerate(own):
        half = 1 << player
        np.maximum(values[:half], float(cost), out=values[half : 2 * half])
    return CharacteristicFunction(values, players)


def bankruptcy(estate: float, claims: Amounts, players: Names = None) -> CharacteristicFunction:
    """Return what each coalition of creditors gets once it has paid all others their claims.

    O'Neill (1982, Mathematical Social Sciences 2, 345-371); its nucleolus is the Talmud's rule
    (Aumann & Maschler 1985, J. Econ. Theory 36, 195-213).

    Parameters
    ----------
    estate : float
        At least 0, at most all claims together.
    claims : array_like, shape (n,), or mapping of players to float
        At least 0.

    Examples
    --------
    >>> bankruptcy(200, [100, 200, 300]).values.tolist()
    [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 100.0, 200.0]
    """
    own, players = _amounts("claims", claims, players)
    sums, (wanted,), unit = _exact_sums("claims", own, checks.exact("estate", estate))
    if not 0 <= wanted <= sums[-1]:
        high = float(Fraction(int(sums[-1]), unit))
        raise InvalidGameError(f"`estate` must lie in [0, {high:g}]; got {estate}")
    # all others are owed no less than the whole estate by the empty coalition
    left = np.maximum(wanted - sums[::-1], 0)
    return CharacteristicFunction((left / unit).astype(np.float64), players)


def weighted_majority(
    quota: float, weights: Amounts, players: Names = None
) -> CharacteristicFunction:
    """Return the game in which a coalition wins, and is worth 1, if its weights reach a quota.

    Von Neumann & Morgenstern (1944, chapter 10), written [quota; weights].

    Parameters
    ----------
    quota : float
        Above 0, at most all weights together.
    weights : array_like, shape (n,), or mapping of players to float
        At least 0.

    Examples
    --------
    >>> weighted_majority(3, [2, 1, 1]).values.tolist()
    [0.0, 0.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0]
    """
    if checks.exact("quota", quota) <= 0:
        raise InvalidGameError(f"`quota` must be above 0; got {quota}")
    own, players = _amounts("weights", weights, players)
    sums, (needed,), unit = _exact_sums("weights", own, checks.exact("quota", quota))
    if needed > sums[-1]:
        high = float(Fraction(int(sums[-1]), unit))
        raise InvalidGameError(f"`quota` must be at most {high:g}; got {quota}")
    return CharacteristicFunction(sums >= needed, players)


def unanimity(
    players: int | Sequence[str], carrier: Iterable[str], amount: float = 1.0
) -> CharacteristicFunction:
    """Return the game in which only coalitions that hold a whole group are worth something.

    These games are a basis of all (Shapley 1953).

    Parameters
    ----------
    carrier : iterable of str
        The names of the group; not empty.

    Examples
    --------
    >>> unanimity(2, ["2"]).values.tolist()
    [0.0, 0.0, 1.0, 1.0]
    """
    empty = CharacteristicFunction.from_function(players, lambda members: 0.0)
    group = empty.coalition(carrier)
    if not group:
        raise InvalidGameError("`carrier` must name at least one player; got none")
    held = np.arange(len(empty.values)) & group == group
    return CharacteristicFunction(held * checks.number("amount", amount), empty.players)


def _exact_sums(
    name: str, given: Sequence[object], *thresholds: Fraction
) -> tuple[NDArray[Any], list[int], int]:
    """Return what coalitions have together, and thresholds to compare with, in whole units.

    The numbers are those that were written: .4 + .3 + .1 reaches .8.

    Returns
    -------
    sums, thresholds, unit : ndarray of int, shape (2**n,), list of int, int
        All times `unit`.
    """
    own = [checks.exact(name, amount) for amount in given]
    unit = lcm(*(number.denominator for number in (*own, *thresholds)))
    whole = [int(amount * unit) for amount in own]
    wanted = [int(threshold * unit) for threshold in thresholds]
    narrow = max(sum(whole), *wanted) < 2**62
    sums = coalition_sums(np.array(whole, dtype=np.int64 if narrow else object))
    return sums, wanted, unit


def _amounts(name: str, given: Amounts, players: Names) -> tuple[list[Any], Names]:
    """Return one number of at least 0 for each player, and the players' names, or the labels."""
    if players is None:
        players = labels.names_along([given], 0)
    axes = [("player", players)] if isinstance(players, Sequence) else []
    listed = labels.plain(name, given, *axes)
    amounts = list(checks.listed(name, listed))
    if not amounts:
        raise InvalidGameError(f"`{name}` must be a list, one for each player; got none")
    for amount in amounts:
        if checks.exact(name, amount) < 0:
            raise InvalidGameError(f"`{name}` must be at least 0; got {amount}")
    return amounts, players
