"""Arrays over the coalitions of n players: entry S stands for the players whose bits S has.

Player i has bit 2**i, so that the last player splits an array of length 2**n into halves: without
and with that player.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from games.arrays import Array
from games.errors import InvalidGameError

# a distance between indicators that counts as 0
SPANNED = 1e-9


def coalition_sums(amounts: ArrayLike) -> NDArray[Any]:
    """Return what the members of each coalition have together.

    Parameters
    ----------
    amounts : array_like, shape (n,)
        Of each player: floats, whole numbers or Fraction.

    Returns
    -------
    ndarray, shape (2**n,)

    Examples
    --------
    >>> coalition_sums([1, 10, 100]).tolist()
    [0, 1, 10, 11, 100, 101, 110, 111]
    """
    own = np.asarray(amounts)
    if own.ndim != 1:
        raise InvalidGameError(f"`amounts` must have one dimension; got {own.ndim}")
    sums = np.empty(1 << len(own), dtype=own.dtype)
    sums[0] = 0
    for player, amount in enumerate(own):
        half = 1 << player
        np.add(sums[:half], amount, out=sums[half : 2 * half])
    return sums


def coalition_sizes(players: int) -> NDArray[np.uint8]:
    """Return how many members each coalition has, shape (2**players,)."""
    return np.bitwise_count(np.arange(1 << players, dtype=np.uint32))


def memberships(players: int) -> NDArray[np.bool_]:
    """Return which player is in which coalition, shape (2**players, players)."""
    bits = np.arange(1 << players)[:, None] >> np.arange(players) & 1
    return bits.astype(np.bool_)


def totals_with_each(values: ArrayLike) -> Array:
    """Return for each player the sum of `values` over the coalitions that it is in.

    The last player's are the upper half; adding that to the lower half leaves an array over the
    coalitions of the others, so that all n sums take 2 * 2**n additions.

    Parameters
    ----------
    values : array_like, shape (2**n,)

    Returns
    -------
    ndarray, shape (n,)

    Examples
    --------
    >>> totals_with_each([0, 1, 10, 100]).tolist()
    [101.0, 110.0]
    """
    left = np.asarray(values, dtype=np.float64)
    n = len(left).bit_length() - 1
    totals = np.empty(n)
    for player in range(n - 1, -1, -1):
        half = 1 << player
        totals[player] = left[half:].sum()
        left = left[:half] + left[half:]
    return totals


def undetermined(rows: ArrayLike) -> NDArray[np.bool_]:
    """Return which coalitions' sums are not fixed by the sums of some coalitions.

    They are those whose indicator is no linear combination of the given ones. Indicators are 0 or
    1, so one that is none has, up to 20 players, a distance of 1e-8 or more from all of them: the
    distance is a ratio of determinants, and Hadamard's bound limits the lower one.

    Parameters
    ----------
    rows : array_like, shape (k, n)
        The indicators of the coalitions that are given.

    Returns
    -------
    ndarray of bool, shape (2**n,)

    Examples
    --------
    >>> np.flatnonzero(undetermined([[1, 1, 0], [1, 1, 1]])).tolist()
    [1, 2, 5, 6]
    """
    given = np.asarray(rows, dtype=np.float64)
    n = given.shape[1]
    _, sizes, across = np.linalg.svd(np.linalg.qr(given, mode="r"), full_matrices=True)
    rank = int((sizes > SPANNED).sum())
    free = np.zeros(1 << n, dtype=np.bool_)
    for direction in across[rank:]:
        free |= np.abs(coalition_sums(direction)) > SPANNED
    return free
