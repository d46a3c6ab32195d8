"""Well-known cooperative games, with transferable utility."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import ArrayLike

from games import checks
from games.arrays import Array
from games.cooperative.characteristic_function import CharacteristicFunction
from games.cooperative.coalitions import coalition_sums
from games.errors import InvalidGameError

Names = Sequence[str] | None


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


def airport(costs: ArrayLike, players: Names = None) -> CharacteristicFunction:
    """Return what each coalition's runway costs: what its neediest member alone would.

    Littlechild & Owen (1973, Management Science 20, 370-372). A game of costs: for the nucleolus
    or the core ask its `dual`, what each coalition has to pay at least.

    Parameters
    ----------
    costs : array_like, shape (n,)
        Of the runway that each player needs, at least 0.

    Examples
    --------
    >>> airport([1, 2]).values.tolist()
    [0.0, 1.0, 2.0, 2.0]
    """
    own = _amounts("costs", costs)
    values = np.zeros(1 << len(own))
    for player, cost in enumerate(own):
        half = 1 << player
        np.maximum(values[:half], cost, out=values[half : 2 * half])
    return CharacteristicFunction(values, players)


def bankruptcy(estate: float, claims: ArrayLike, players: Names = None) -> CharacteristicFunction:
    """Return what each coalition of creditors gets once it has paid all others their claims.

    O'Neill (1982, Mathematical Social Sciences 2, 345-371); its nucleolus is the Talmud's rule
    (Aumann & Maschler 1985, J. Econ. Theory 36, 195-213).

    Parameters
    ----------
    estate : float
        At least 0, at most all claims together.
    claims : array_like, shape (n,)
        At least 0.

    Examples
    --------
    >>> bankruptcy(200, [100, 200, 300]).values.tolist()
    [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 100.0, 200.0]
    """
    sums = coalition_sums(_amounts("claims", claims))
    left = checks.within("estate", estate, 0, float(sums[-1])) - sums[::-1]
    # all others are owed no less than the whole estate by the empty coalition
    return CharacteristicFunction(np.maximum(left, 0.0), players)


def weighted_majority(
    quota: float, weights: ArrayLike, players: Names = None
) -> CharacteristicFunction:
    """Return the game in which a coalition wins, and is worth 1, if its weights reach a quota.

    Von Neumann & Morgenstern (1944, chapter 10), written [quota; weights].

    Parameters
    ----------
    quota : float
        Above 0, at most all weights together.
    weights : array_like, shape (n,)
        At least 0.

    Examples
    --------
    >>> weighted_majority(3, [2, 1, 1]).values.tolist()
    [0.0, 0.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0]
    """
    sums = coalition_sums(_amounts("weights", weights))
    needed = checks.at_most("quota", checks.above("quota", quota, 0), float(sums[-1]))
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
    count = players if isinstance(players, int) else len(players)
    names = None if isinstance(players, int) else players
    empty = CharacteristicFunction(np.zeros(1 << checks.whole("players", count, 1)), names)
    group = empty.coalition(carrier)
    if not group:
        raise InvalidGameError("`carrier` must name at least one player; got none")
    held = np.arange(len(empty.values)) & group == group
    return CharacteristicFunction(held * checks.number("amount", amount), empty.players)


def _amounts(name: str, given: ArrayLike) -> Array:
    """Return one number of at least 0 for each player."""
    try:
        amounts = np.asarray(given, dtype=np.float64)
    except (TypeError, ValueError):
        raise InvalidGameError(f"`{name}` must be numbers; got {given!r}") from None
    if amounts.ndim != 1 or not amounts.size:
        raise InvalidGameError(f"`{name}` must be a list, one for each player; got {given!r}")
    if not (np.isfinite(amounts).all() and (amounts >= 0).all()):
        raise InvalidGameError(f"`{name}` must be finite and at least 0; got {given!r}")
    return amounts
