"""Linear programmes in exact arithmetic: the simplex method with integer pivoting.

Slow where `linear_programme` is fast; for what must be decided exactly, such as ties.
"""

from __future__ import annotations

from fractions import Fraction
from math import lcm
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from games.errors import InvalidGameError, NotApplicableError


class ExactOptimum(NamedTuple):
    """The greatest value of an objective, and a point where it is attained."""

    value: Fraction
    point: tuple[Fraction, ...]


def maximise_exactly(objective: ArrayLike, rows: ArrayLike, most: ArrayLike) -> ExactOptimum:
    """Maximise objective @ x subject to rows @ x <= most and x >= 0, where most >= 0.

    x = 0 is then a corner to start from. All entries are whole numbers over one common divisor,
    the last pivot, so that no fraction is ever reduced (Edmonds 1967; Bareiss 1968); the smallest
    number of a variable breaks ties, so that no corner comes twice (Bland 1977).

    Parameters
    ----------
    objective : array_like of numbers or Fraction, shape (k,)
    rows : array_like, shape (p, k)
    most : array_like, shape (p,)

    Raises
    ------
    InvalidGameError
        If an entry of `most` is negative.
    NotApplicableError
        If the objective is unbounded.

    Examples
    --------
    >>> maximise_exactly([1, 1], [[3, 1], [1, 2]], [1, 1])
    ExactOptimum(value=Fraction(3, 5), point=(Fraction(1, 5), Fraction(2, 5)))
    """
    costs = np.array([*map(Fraction, np.asarray(objective).tolist()), Fraction(0)], dtype=object)
    limits = [Fraction(limit) for limit in np.asarray(most).tolist()]
    if any(limit < 0 for limit in limits):
        raise InvalidGameError("`most` must be at least 0 in every row")
    k = len(costs) - 1
    table = np.empty((len(limits) + 1, k + 1), dtype=object)
    for place, (row, limit) in enumerate(zip(np.asarray(rows).tolist(), limits, strict=True)):
        table[place] = _whole([*map(Fraction, row), limit])
    table[-1] = _whole(-costs)
    free, basic = list(range(k)), list(range(k, k + len(limits)))
    divisor = 1
    while entering := [j for j in range(k) if table[-1, j] < 0]:
        column = min(entering, key=free.__getitem__)
        row = _leaving(table, column, basic)
        divisor = _pivot(table, row, column, divisor)
        free[column], basic[row] = basic[row], free[column]
    point = [Fraction(0)] * k
    for place, variable in enumerate(basic):
        if variable < k:
            point[variable] = Fraction(table[place, -1], divisor)
    value = sum((c * x for c, x in zip(costs, point, strict=False)), Fraction(0))
    return ExactOptimum(value, tuple(point))


def _whole(row: list[Fraction] | NDArray[Any]) -> list[int]:
    """Return a row times the least number that makes it whole."""
    scale = lcm(*(number.denominator for number in row))
    return [number.numerator * (scale // number.denominator) for number in row]


def _leaving(table: NDArray[Any], column: int, basic: list[int]) -> int:
    """Return the row whose limit is met first as the variable of `column` grows."""
    limiting = [row for row in range(len(basic)) if table[row, column] > 0]
    if not limiting:
        raise NotApplicableError("the objective of the linear programme is unbounded")
    return min(limiting, key=lambda row: (Fraction(table[row, -1], table[row, column]), basic[row]))


def _pivot(table: NDArray[Any], row: int, column: int, divisor: int) -> int:
    """Exchange the variables of a row and a column in place; return the new common divisor."""
    pivot = int(table[row, column])
    across, down = table[row].copy(), table[:, column].copy()
    # every entry is a minor of the first table, so the division leaves no rest
    table[:] = (table * pivot - np.multiply.outer(down, across)) // divisor
    table[row], table[:, column] = across, -down
    table[row, column] = divisor
    return pivot
