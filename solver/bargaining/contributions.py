"""Voluntary contributions to a common defence, with Cobb-Douglas tastes (Olson & Zeckhauser)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from games import InvalidGameError, checks, labels
from games.arrays import Array
from games.records import Record
from solver.bargaining import maxima

_GRID = 2001


@dataclass(frozen=True, eq=False)
class Contributions(Record):
    """The Nash equilibrium of a voluntary-contributions game, which is unique.

    Attributes
    ----------
    amounts : ndarray, shape (n,)
        What each ally contributes, in units of income.
    total : float
    utilities : ndarray, shape (n,)
        Cobb-Douglas utilities.
    free_riders : tuple of int
        Allies that contribute nothing.
    exploitation : ndarray, shape (n,)
        Share of the contributions less share of the incomes: above 0, the ally carries more than
        in proportion (Olson & Zeckhauser 1966).
    exploitation_by_benefit : ndarray, shape (n,)
        Share of the contributions less share of the benefits a_i I_i, what each ally would pay
        for defence if it stood alone.
    regret : float
        The most that an ally gains by another contribution, as a share of its utility, by a
        search of all of them.
    """

    amounts: Array
    total: float
    utilities: Array
    free_riders: tuple[int, ...]
    exploitation: Array
    exploitation_by_benefit: Array
    regret: float


def utility(income: float, taste: float, amounts: Array, others: float, private: float) -> Array:
    """Return (I - q)^(1 - a) Z^a for contributions q, with Z = q + (1 - private) times the others'.

    Parameters
    ----------
    income, taste : float
        I and a.
    amounts : ndarray, shape (m,)
        The ally's own contribution q, each from 0 to I.
    others : float
        The sum of the others' contributions.
    private : float
        The share of a contribution's defence that is its contributor's alone.
    """
    defence = amounts + (1 - private) * others
    worth: Array = (income - amounts) ** (1 - taste) * defence**taste
    return worth


def _total(incomes: Array, tastes: Array, spill: Array) -> float:
    """Return the sum of contributions that best replies to it add up to.

    Each reply max(0, (a I - k Q) / (1 - k)) falls in the total Q in one straight piece: those who
    stop contributing last are added first, until one more would not contribute.
    """
    with np.errstate(divide="ignore"):
        ends = np.where(spill > 0, tastes * incomes / spill, np.inf)
    order = np.argsort(-ends)
    top = slope = total = 0.0
    for i in order.tolist():
        if total >= ends[i]:
            break
        top += tastes[i] * incomes[i] / (1 - spill[i])
        slope += spill[i] / (1 - spill[i])
        total = top / (1 + slope)
    return float(total)


def solve(
    incomes: Sequence[float], tastes: float | Sequence[float], *, private: float = 0.0
) -> Contributions:
    """Return the equilibrium contributions to a common defence.

    Ally i has utility (I_i - q_i)^(1 - a_i) Z_i^a_i, where Z_i = q_i + (1 - private) sum of the
    others' q_j. With `private` = 0 defence is a pure public good (Olson & Zeckhauser 1966), and
    q_i = max(0, I_i - Q (1 - a_i) / a_i); above 0 it is a joint product, of which a share serves
    the contributor alone (Sandler 1977; Cornes & Sandler 1984). With k_i = (1 - a_i)(1 - private)
    the best reply to the total Q is max(0, (a_i I_i - k_i Q) / (1 - k_i)).

    Parameters
    ----------
    incomes : sequence of float, length n
        Above 0.
    tastes : float or sequence of float, length n
        Weight a_i of defence, above 0 and below 1; one number serves all.
    private : float
        From 0 to 1.

    Raises
    ------
    InvalidGameError
        If an argument is out of range.

    Examples
    --------
    >>> print(solve([10, 8, 7.5], 0.6).amounts.round(2))
    [4.33 2.33 1.83]
    """
    labels.agreeing(incomes=incomes, tastes=tastes)
    wealth = np.array(
        [checks.above("incomes", income, 0) for income in checks.listed("incomes", incomes)]
    )
    if not len(wealth):
        raise InvalidGameError("`incomes` must hold at least 1 number; got none")
    one = not isinstance(tastes, Iterable) or getattr(tastes, "ndim", 1) == 0
    listed = [tastes] * len(wealth) if one else list(checks.listed("tastes", tastes))  # type: ignore[arg-type]
    if len(listed) != len(wealth):
        raise InvalidGameError(f"`tastes` must hold {len(wealth)} numbers; got {tastes!r}")
    taste = np.array([checks.above("tastes", value, 0) for value in listed])
    if taste.max() >= 1:
        raise InvalidGameError(f"`tastes` must be below 1; got {taste.max():.15g}")
    own = checks.within("private", private, 0, 1)
    spill = (1 - taste) * (1 - own)
    total = _total(wealth, taste, spill)
    amounts = np.maximum((taste * wealth - spill * total) / (1 - spill), 0.0)
    worth, regret = np.empty(len(wealth)), 0.0
    for i, income in enumerate(wealth.tolist()):
        others = float(amounts.sum() - amounts[i])

        def value(
            tried: Array, income: float = income, a: float = taste[i], others: float = others
        ) -> Array:
            return utility(income, a, tried, others, own)

        worth[i] = value(amounts[i : i + 1])[0]
        grid = np.linspace(0.0, income, _GRID)
        best = int(np.argmax(value(grid)))
        ends = grid[max(best - 1, 0)], grid[min(best + 1, _GRID - 1)]
        point = maxima.zoom(value, float(ends[0]), float(ends[1]))
        regret = max(regret, float(value(np.array([point]))[0] / worth[i] - 1))
    burden = amounts / amounts.sum()
    return Contributions(
        amounts=amounts,
        total=float(amounts.sum()),
        utilities=worth,
        free_riders=tuple(np.flatnonzero(amounts == 0).tolist()),
        exploitation=burden - wealth / wealth.sum(),
        exploitation_by_benefit=burden - taste * wealth / (taste * wealth).sum(),
        regret=regret,
    )
