"""What actions are worth, and how that moves with the others' mixing, from log probabilities.

Probability weighting is infinitely steep at the probabilities 0 and 1. By the *logarithm* of a
probability it is not: p w'(p) and (1 - p) w'(p) stay finite at both ends in every family here. So
values and slopes are computed from log probabilities, which do not underflow either.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from games import NormalForm, Weighting
from games.arrays import Array, Bools
from solver.prospects.terms import Terms, game_terms
from solver.prospects.weighting import formulas_of

# stands in for the logarithm of probability 0 where one divides by the probability
LOG_OF_NOTHING = -600.0
# no logarithm here is told apart from those below this
LEAST = -1e12


class ActionValues:
    """The values of all players' actions as a function of log probabilities, given in one row.

    Parameters
    ----------
    game : NormalForm

    Attributes
    ----------
    starts : ndarray of int, shape (n,)
        Where each player's actions start in the row.
    owner : ndarray of int, shape (actions,)
        The player of each place in the row.

    Raises
    ------
    NotApplicableError
        When values are asked for and a player's weighting is of no known family.

    Examples
    --------
    >>> pennies = NormalForm([[[1, -1], [-1, 1]], [[-1, 1], [1, -1]]])
    >>> values, slopes = ActionValues(pennies)(np.log([0.5, 0.5, 0.25, 0.75]))
    >>> values.round(12).tolist()
    [-0.5, 0.5, 0.0, 0.0]
    >>> slopes[0].round(12).tolist()  # of the first row action, by each log probability
    [0.0, 0.0, 0.25, -0.75]
    """

    def __init__(self, game: NormalForm) -> None:
        self.shape = game.shape
        self.starts = np.concatenate([[0], np.cumsum(self.shape)[:-1]]).astype(np.int64)
        self.owner = np.repeat(np.arange(len(self.shape)), self.shape)
        self._players = tuple(
            (_Linear if terms.is_linear else _Weighted)(self._hits(i), terms, m)
            for i, (terms, m) in enumerate(zip(game_terms(game), game.shape, strict=True))
        )

    def __call__(self, logs: Array) -> tuple[Array, Array]:
        """Return the value of each action, and its derivatives by the log probabilities.

        Parameters
        ----------
        logs : ndarray, shape (actions,)
            The finite logarithm of each action's probability, player by player.

        Returns
        -------
        values : ndarray, shape (actions,)
        slopes : ndarray, shape (actions, actions)
            Entry [a, b] is the derivative of the value of a by the log probability of b, 0 where
            both are one player's. It holds for changes that keep the sum of each player's
            probabilities: where a chance is above 1/2, it is that of the complement which counts.
        """
        values, slopes = zip(*(player(logs) for player in self._players), strict=True)
        return np.concatenate(values), np.concatenate(slopes)

    def split(self, row: Array) -> tuple[Array, ...]:
        """Return the parts of a row that are each player's."""
        return tuple(np.split(row, self.starts[1:]))

    def _hits(self, player: int) -> Array:
        """Return which actions each profile of the others consists of, shape (cells, actions)."""
        others = [j for j in range(len(self.shape)) if j != player]
        sizes = [self.shape[j] for j in others]
        number = int(np.prod(sizes, dtype=np.int64))
        places = np.indices(sizes).reshape(len(others), number)
        hits = np.zeros((number, len(self.owner)))
        for j, actions in zip(others, places, strict=True):
            hits[np.arange(number), self.starts[j] + actions] = 1.0
        return hits


def slopes(game: NormalForm, profile: Sequence[ArrayLike]) -> Array:
    """Return the derivatives of all actions' values by all probabilities.

    Parameters
    ----------
    profile : sequence of array_like, shapes (m_i,)

    Returns
    -------
    ndarray, shape (actions, actions)
        Entry [a, b]: the value of action a by the probability of action b, actions numbered
        player by player; 0 where both are one player's. Moving the mass e from b to c changes
        the value of a by e times the difference of entries c and b. Where a weighting function
        is infinitely steep (at 0 and 1), the entries are very large instead of infinite.

    Raises
    ------
    InvalidGameError
        If `profile` is no mixed profile of the game.
    NotApplicableError
        If a player's weighting is of no known family.
    """
    with np.errstate(divide="ignore"):
        exact = np.log(np.concatenate(game.profile(profile)))
    logs = np.maximum(exact, LOG_OF_NOTHING)
    found: Array = ActionValues(game)(logs)[1] / np.exp(logs)
    return found


class _Linear:
    """The values of an expected-utility player's actions."""

    def __init__(self, hits: Array, terms: Terms, m: int) -> None:
        self._hits = hits
        self._utilities = terms.chance.reshape(m, len(hits))

    def __call__(self, logs: Array) -> tuple[Array, Array]:
        parts = self._utilities * np.exp(self._hits @ logs)
        return parts.sum(axis=1), parts @ self._hits


class _Weighted:
    """The values of the actions of a player who weights probabilities."""

    def __init__(self, hits: Array, terms: Terms, m: int) -> None:
        self._hits = hits
        self._inside = terms.chance.reshape(len(terms.action), len(hits)).astype(np.bool_)
        mine = [terms.which == place for place in range(len(terms.weighting))]
        self._functions = [
            pair for pair in zip(terms.weighting, mine, strict=True) if pair[1].any()
        ]
        self._scale = np.zeros((m, len(terms.action)))
        self._scale[terms.action, np.arange(len(terms.action))] = terms.scale

    def __call__(self, logs: Array) -> tuple[Array, Array]:
        cells = np.broadcast_to(self._hits @ logs, self._inside.shape)
        log_p = _log_sum(cells, self._inside)
        log_q = _log_sum(cells, ~self._inside)
        weights, rises = np.empty_like(log_p), np.empty_like(log_p)
        for function, mine in self._functions:
            weights[mine], rises[mine] = weight(function, log_p[mine], log_q[mine])
        small = log_p <= log_q
        counted = np.where(small[:, np.newaxis], self._inside, ~self._inside)
        shares = np.exp(np.where(counted, cells - np.minimum(log_p, log_q)[:, np.newaxis], -np.inf))
        moves = np.where(small, rises, -rises)[:, np.newaxis] * shares
        return self._scale @ weights, self._scale @ moves @ self._hits


def _log_sum(cells: Array, inside: Bools) -> Array:
    """Return ln of the summed exponentials of the cells inside, row by row; -inf for none."""
    total: Array = np.logaddexp.reduce(cells, axis=1, where=inside, initial=-np.inf)
    return total


def weight(function: Weighting, log_p: Array, log_q: Array) -> tuple[Array, Array]:
    """Return w(p), and how fast it rises with ln p, or falls with ln q where q is the smaller.

    Parameters
    ----------
    function : Weighting
    log_p, log_q : ndarray
        The logarithms of p and of q = 1 - p, either may be -inf.

    Returns
    -------
    weights, rises : ndarray
        w(p), and min(p, q) w'(p).

    Raises
    ------
    NotApplicableError
        If the function is of no known family.
    """
    log_p, log_q = np.maximum(log_p, LEAST), np.maximum(log_q, LEAST)
    small = log_p <= log_q
    low, high = np.minimum(log_p, log_q), np.maximum(log_p, log_q)
    if function.is_linear:
        return np.exp(log_p), np.exp(low)
    a, b = function.constants
    return formulas_of(function).by_logs(a, b, (log_p, log_q, low, high, small))
