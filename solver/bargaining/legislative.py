"""Legislative bargaining: a random member proposes, and a quota of votes passes the proposal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from games import ConvergenceError, InvalidGameError, checks, labels
from games.arrays import Array
from games.finite import linear_programme
from games.records import Record
from solver.numerics import roots


@dataclass(frozen=True, eq=False)
class Legislature(Record):
    """The stationary equilibrium of bargaining over a pie of 1 under the closed rule.

    Attributes
    ----------
    values : ndarray, shape (n,)
        Expected shares before a proposer is drawn; they are the same in every stationary
        equilibrium (Eraslan 2002).
    prices : ndarray, shape (n,)
        What buys each member's vote: its discounted value.
    proposer_shares : ndarray, shape (n,)
        What each member keeps when it proposes.
    inclusion : ndarray, shape (n, n)
        Row j: the chances with which proposer j buys each member's vote; 1 for its own.
    regret : float
        The larger of two errors: of the values against what `inclusion` brings, and of each
        proposer's coalition against the cheapest, as shares of the pie.
    """

    values: Array
    prices: Array
    proposer_shares: Array
    inclusion: Array
    regret: float


def proposer_share(members: int, discount: float = 1.0, quota: int | None = None) -> float:
    """Return the share that the proposer keeps if all members are alike.

    It is 1 - d (q - 1) / n: each of q - 1 votes costs the discounted value d / n. By a simple
    majority of an odd number this is 1 - d (n - 1) / (2 n) (Baron & Ferejohn 1989).

    Parameters
    ----------
    members : int
    discount : float
        From 0 to 1.
    quota : int, optional
        Votes needed, the proposer's own counted; a simple majority where none is given.

    Examples
    --------
    >>> round(proposer_share(3), 6), round(proposer_share(101, 0.9), 6)
    (0.666667, 0.554455)
    """
    checks.whole("members", members, 1)
    factor = checks.within("discount", discount, 0, 1)
    return 1 - factor * (_quota(quota, members) - 1) / members


def _quota(value: int | None, members: int) -> int:
    """Return the votes needed, a simple majority where none are given."""
    if value is None:
        return members // 2 + 1
    quota = checks.whole("quota", value, 1)
    checks.at_most("quota", quota, members)
    return quota


def _prices(rest: float, discounts: Array, recognition: Array) -> Array:
    """Return the prices of votes, if the marginal one costs 1 and `rest` is R (see `solve`).

    Those always bought have prices d p R / (1 - d), those never bought d p (1 + R), and those
    sometimes bought the marginal one, which lies between.
    """
    with np.errstate(divide="ignore"):
        always = rest * discounts * recognition / (1 - discounts)
    never = discounts * recognition * (1 + rest)
    prices: Array = np.minimum(always, np.maximum(1.0, never))
    return prices


def _bought(rest: float, discounts: Array, recognition: Array) -> Array:
    """Return how often each member's vote is bought by others, in the units of `_prices`."""
    wanted = 1 / discounts - recognition * (1 + rest)
    bought: Array = np.clip(wanted, 0.0, 1 - recognition)
    return bought


def _rest(discounts: Array, recognition: Array, quota: int) -> float:
    """Return R, in units of the marginal price, at which q - 1 votes are bought on average."""
    if quota == len(discounts):
        return float(((1 - discounts) / (discounts * recognition)).min())
    return roots.crossing(
        lambda rest: float(_bought(rest, discounts, recognition).sum()) - (quota - 1),
        0.0,
        float((1 / (discounts * recognition)).max()),
        accuracy=1e-15,
    )


def _inclusion(bought: Array, recognition: Array, quota: int) -> Array:
    """Return chances with which proposers buy q - 1 votes each, every vote as often as `bought`."""
    size = len(bought)
    other = (1 - np.eye(size)).ravel()
    each = np.kron(np.eye(size), np.ones(size)) * other
    often = np.kron(recognition, np.eye(size)) * other
    best = linear_programme.maximise(
        np.zeros(size * size),
        equal_rows=np.vstack([each, often]),
        equal=np.concatenate([np.full(size, quota - 1.0), bought]),
        bounds=(0, 1),
    )
    if best.point is None:
        raise ConvergenceError("no coalitions bear out the stationary values")
    chances = best.point.reshape(size, size).copy()
    np.fill_diagonal(chances, 1.0)
    return chances


def _certified(
    recognition: Array, discounts: Array, quota: int, values: Array, inclusion: Array
) -> Legislature:
    """Return the equilibrium with its regret, from the values and the coalitions alone."""
    size = len(values)
    prices = discounts * values
    bought = inclusion * (1 - np.eye(size))
    costs = bought @ prices
    cheapest = [np.sort(np.delete(prices, j))[: quota - 1].sum() for j in range(size)]
    brought = recognition * (1 - costs) + (recognition @ bought) * prices
    errors = np.abs(brought - values), np.abs(costs - cheapest)
    return Legislature(values, prices, 1 - costs, inclusion, float(np.max(errors)))


def solve(
    recognition: Sequence[float], discounts: Sequence[float], quota: int | None = None
) -> Legislature:
    """Return the stationary equilibrium of the closed rule with linear utilities.

    1. With c the price of the dearest vote bought and R what q votes at up to c leave of the pie,
       values are p R / (1 - d) for members always bought, p (R + c) for those never bought, and
       c / d for those between (from the equations of Baron & Ferejohn 1989; Eraslan 2002).
    2. How often votes are bought falls with R / c from n - 1 to 0 in all. It must be q - 1: one
       crossing gives the values.
    3. A linear programme finds whom each proposer buys, which proves that they are borne out.

    Parameters
    ----------
    recognition : sequence of float, length n
        Chances above 0 to propose, scaled to sum to 1.
    discounts : sequence of float, length n
        Above 0 and at most 1.
    quota : int, optional
        Votes needed, the proposer's own counted; a simple majority where none is given.

    Raises
    ------
    InvalidGameError
        If an argument is out of range.

    Examples
    --------
    >>> print(solve([1, 1, 1], [1, 1, 1]).proposer_shares.round(6))
    [0.666667 0.666667 0.666667]
    """
    labels.agreeing(recognition=recognition, discounts=discounts)
    chances = np.array(
        [
            checks.above("recognition", value, 0)
            for value in checks.listed("recognition", recognition)
        ]
    )
    factors = np.array(
        [checks.above("discounts", value, 0) for value in checks.listed("discounts", discounts)]
    )
    size = len(chances)
    if size < 2 or len(factors) != size:
        raise InvalidGameError(
            "`recognition` and `discounts` must hold as many numbers, at least 2;"
            f" got {size} and {len(factors)}"
        )
    checks.at_most("discounts", factors.max(), 1)
    chances = chances / chances.sum()
    votes = _quota(quota, size)
    if votes == size and factors.max() == 1:
        raise InvalidGameError("`discounts` must be below 1 where the quota is unanimity; got 1")
    if votes == 1:
        return _certified(chances, factors, votes, chances, np.eye(size))
    rest = _rest(factors, chances, votes)
    prices = _prices(rest, factors, chances)
    cheap = prices < 1
    # the pie is R and the price of q votes: the cheap ones, and marginal ones at 1
    pie = rest + float(prices[cheap].sum()) + votes - int(cheap.sum())
    included = _inclusion(_bought(rest, factors, chances), chances, votes)
    return _certified(chances, factors, votes, prices / (factors * pie), included)
