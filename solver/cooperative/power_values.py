"""Values that weight what players add to coalitions: Shapley's and Banzhaf's."""

from __future__ import annotations

from functools import lru_cache
from math import comb

import numpy as np

from games.arrays import Array
from games.characteristic_function import CharacteristicFunction
from games.coalitions import coalition_sizes, memberships, totals_with_each
from games.errors import NotApplicableError

# up to so many players the coefficients of all coalitions are kept: 400 KB for the largest
FEW = 12


def shapley(game: CharacteristicFunction) -> Array:
    """Return what each player adds to those before it, on average over all orders (Shapley 1953).

    1. Player i adds v(S + i) - v(S) with weight s! (n-s-1)! / n! for each S without it. Gathered
       by coalition, it gets sum over S with i of c(s) v(S), less a number that is the same for all,
       where c(s) = (s-1)! (n-s-1)! / (n-1)! for s < n.
    2. As all get v(N) together, that number is the mean of the sums less v(N) / n (Ruiz, Valenciano
       & Zarzuelo 1998, Games and Economic Behavior 24, 109-130).
    3. The n sums take 2 * 2**n additions: see `games.coalitions.totals_with_each`.

    Returns
    -------
    ndarray, shape (n,)
        Their sum is v(N).

    Examples
    --------
    >>> from games.coalitional import glove
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
    >>> from games.coalitional import weighted_majority
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
