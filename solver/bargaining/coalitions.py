"""Coalitional bargaining by offers: random proposers (Okada) and rejectors who propose next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from games import InvalidGameError, NotApplicableError, checks
from games.arrays import Array
from games.cooperative.coalitions import coalition_sizes, memberships
from games.records import Record

_MOST = 16


@dataclass(frozen=True, eq=False)
class CoalitionOffers(Record):
    """Stationary values of coalitional bargaining without delay.

    Attributes
    ----------
    values : ndarray, shape (n,)
        Each player's payoff as proposer (`chatterjee`), or before a proposer is drawn (`okada`).
    coalitions : tuple of int
        For each player a coalition that it proposes, as bits: player i counts 2^i.
    regret : float
        The largest gain of a proposer by another coalition, or error of a value.
    """

    values: Array
    coalitions: tuple[int, ...]
    regret: float


@dataclass(frozen=True, eq=False)
class SymmetricOffers(Record):
    """A stationary equilibrium of random proposers who are all alike (Okada 1996).

    Attributes
    ----------
    value : float
        Each player's expected payoff before a proposer is drawn.
    sizes : dict of int to float
        With what chance the first proposer proposes a coalition of each size.
    continuation : tuple of float
        The value with m players left, m = 0, ..., n.
    """

    value: float
    sizes: dict[int, float]
    continuation: tuple[float, ...]


def _worths(values: Sequence[float]) -> tuple[Array, int]:
    """Return a characteristic function by bits and its number of players."""
    worths = np.array([checks.number("values", value) for value in checks.listed("values", values)])
    players = max(len(worths).bit_length() - 1, 0)
    if players < 1 or len(worths) != 2**players or worths[0] != 0 or players > _MOST:
        raise InvalidGameError(
            f"`values` must hold 2^n numbers for n from 1 to {_MOST} players, the first of them 0;"
            f" got {len(worths)}"
        )
    if worths.min() < 0:
        raise InvalidGameError(f"`values` must be at least 0; got {worths.min():g}")
    return worths, players


def by_size(values: Sequence[float]) -> Array:
    """Return a characteristic function by bits from the worths of coalitions of 1, ..., n players.

    Examples
    --------
    >>> by_size([0, 3]).tolist()
    [0.0, 0.0, 0.0, 3.0]
    """
    worths = np.array([0.0, *(checks.number("values", value) for value in values)])
    return worths[coalition_sizes(len(values))]


def chatterjee(values: Sequence[float], discount: float) -> CoalitionOffers:
    """Return the proposers' payoffs where whoever rejects an offer proposes next.

    The payoffs solve x_i = max over S with i in S of v(S) - d sum x_j over the others in S, the
    conditions for stationary equilibria without delay (Chatterjee, Dutta, Ray & Sengupta 1993).
    The solution is unique: of coalitions with members not yet served, the one that gives these the
    most, each alike, serves them next. If all coalitions of a size are worth the same it is the
    maximum of v(s) / (1 + d (s - 1)).

    Parameters
    ----------
    values : sequence of float, length 2^n
        Worths at least 0 of coalitions by bits: player i counts 2^i.
    discount : float
        At least 0 and below 1.

    Examples
    --------
    >>> chatterjee(by_size([0, 3, 4]), 0.9).values.round(6).tolist()
    [1.578947, 1.578947, 1.578947]
    """
    worths, players = _worths(values)
    factor = _discount(discount)
    payoffs = np.full(players, np.nan)
    chosen = [0] * players
    members = memberships(players).astype(np.int64)
    while np.isnan(payoffs).any():
        served = ~np.isnan(payoffs)
        new = members[:, ~served].sum(axis=1)
        paid = factor * (members[:, served] @ payoffs[served])
        each = np.where(new > 0, (worths - paid) / (1 + factor * (new - 1)), -np.inf)
        best = int(np.argmax(each))
        for i in np.flatnonzero((members[best] > 0) & ~served).tolist():
            payoffs[i], chosen[i] = each[best], best
    left = worths[:, None] - factor * ((members @ payoffs)[:, None] - payoffs)
    most = np.where(members > 0, left, -np.inf).max(axis=0)
    regret = float(np.abs(most - payoffs).max())
    return CoalitionOffers(payoffs, tuple(chosen), regret)


def _discount(value: float) -> float:
    """Return a discount factor that is at least 0 and below 1."""
    factor = checks.at_least("discount", value, 0)
    if factor >= 1:
        raise InvalidGameError(f"`discount` must be below 1; got {factor:.15g}")
    return factor


def okada(values: Sequence[float], discount: float) -> CoalitionOffers:
    """Return the equilibrium of random proposers in which the grand coalition forms at once.

    Each player then expects v(N) / n. It is an equilibrium if no proposer gains by a smaller
    coalition whose members are paid d v(N) / n each; for d near 1 that means that the equal
    division lies in the core (Okada 1996).

    Parameters
    ----------
    values : sequence of float, length 2^n
        Worths at least 0 of coalitions by bits: player i counts 2^i.
    discount : float
        At least 0 and below 1.

    Raises
    ------
    NotApplicableError
        If some player would propose a smaller coalition; see `okada_symmetric`.
    """
    worths, players = _worths(values)
    factor = _discount(discount)
    equal = float(worths[-1]) / players
    sizes = coalition_sizes(players).astype(np.int64)
    left = (worths - factor * equal * (sizes - 1))[1:]
    if left.max() > left[-1] + 1e-12 * max(float(worths.max()), 1.0):
        raise NotApplicableError(
            f"a proposer gains {left.max() - left[-1]:.3g} by a smaller coalition, so that the"
            " grand coalition does not form at once"
        )
    whole = 2**players - 1
    # a proposer keeps what the others leave; a responder has its discounted value
    again = (left[-1] + (players - 1) * factor * equal) / players
    regret = max(float(left.max() - left[-1]), abs(float(again) - equal))
    return CoalitionOffers(np.full(players, equal), (whole,) * players, regret)


def okada_symmetric(values: Sequence[float], discount: float) -> tuple[SymmetricOffers, ...]:
    """Return stationary equilibria of random proposers if worths depend on the size alone.

    With m players left and value e, a proposer keeps the greatest v(s) - d (s - 1) e; members
    left out go on without those who formed a coalition. So e is a mixture over the best sizes of
    (v(s) + d (m - s) e_(m - s)) / m, with partners drawn at random (Okada 1996).

    Parameters
    ----------
    values : sequence of float, length n
        Worths at least 0 of coalitions of 1, ..., n players.
    discount : float
        At least 0 and below 1.

    Returns
    -------
    tuple of SymmetricOffers
        All those in which a proposer mixes over two sizes at most.

    Examples
    --------
    >>> [round(each.value, 6) for each in okada_symmetric([0, 0.5, 1], 0.9)]
    [0.333333]
    """
    worths = [checks.at_least("values", value, 0) for value in values]
    if not worths:
        raise InvalidGameError("`values` must hold at least 1 number; got none")
    factor = _discount(discount)
    found = [SymmetricOffers(0.0, {}, (0.0,))]
    for players in range(1, len(worths) + 1):
        found = [
            SymmetricOffers(value, sizes, (*each.continuation, value))
            for each in found
            for value, sizes in _stage(worths[:players], factor, each.continuation)
        ]
    return tuple(found)


def _stage(
    worths: Sequence[float], factor: float, later: Sequence[float]
) -> list[tuple[float, dict[int, float]]]:
    """Return the values with so many players left, and the sizes proposed, given later values."""
    players = len(worths)
    close = 1e-12 * max(*worths, 1.0)
    brings = {
        s: (worths[s - 1] + factor * (players - s) * later[players - s]) / players
        for s in range(1, players + 1)
    }

    def keeps(size: int, value: float) -> float:
        return worths[size - 1] - factor * (size - 1) * value

    def is_best(size: int, value: float) -> bool:
        return keeps(size, value) >= max(keeps(s, value) for s in brings) - close

    found = [(value, {s: 1.0}) for s, value in brings.items() if is_best(s, value)]
    if factor > 0:
        for few, many in combinations(brings, 2):
            value = (worths[many - 1] - worths[few - 1]) / (factor * (many - few))
            low, high = sorted((brings[few], brings[many]))
            if low + close < value < high - close and is_best(few, value):
                share = (value - brings[many]) / (brings[few] - brings[many])
                found.append((value, {few: share, many: 1 - share}))
    return found
