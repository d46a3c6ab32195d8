"""Linear programmes: in floats by scipy's `linprog` (HiGHS; Huangfu & Hall 2018), and exactly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from games.arrays import Array
from games.errors import ConvergenceError, InvalidGameError, NotApplicableError
from games.finite.exact import exchanged
from games.records import Record

Bound = tuple[float | None, float | None]

_OPTIMAL, _INFEASIBLE, _UNBOUNDED = 0, 2, 3


@dataclass(frozen=True, eq=False)
class Optimum(Record):
    """The answer to a linear programme.

    Attributes
    ----------
    value : float
        The greatest value of the objective, to about 1e-7 times the size of the numbers given:
        infinite if it is unbounded, minus infinite if no point satisfies the constraints.
    point : ndarray, shape (k,), or None
        Where it is attained, if it is.
    prices : ndarray or None
        By how much `value` rises as an entry of `most` does, at least 0, and then as one of
        `equal` does, of either sign; None without a `point`.
    """

    value: float
    point: Array | None = None
    prices: Array | None = None


def maximise(
    objective: ArrayLike,
    rows: Any = None,
    most: ArrayLike | None = None,
    equal_rows: Any = None,
    equal: ArrayLike | None = None,
    *,
    bounds: Bound | Sequence[Bound] = (0, None),
) -> Optimum:
    """Maximise objective @ x subject to rows @ x <= most and equal_rows @ x == equal.

    Parameters
    ----------
    objective : array_like, shape (k,)
    rows, equal_rows : array_like or sparse matrix, shapes (p, k) and (q, k), optional
    most, equal : array_like, shapes (p,) and (q,), optional
    bounds : pair, or one pair for each entry of x
        The least and the greatest value of x, None for no bound; at least 0 by default.

    Raises
    ------
    InvalidGameError
        If the shapes do not fit together, or a number is not finite.
    ConvergenceError
        If the solver gives up.

    Examples
    --------
    >>> found = maximise([1, 2], [[1, 1], [1, 3]], [4, 6])
    >>> found.value, found.point.tolist(), found.prices.tolist()
    (5.0, [3.0, 1.0], [0.5, 0.5])
    """
    from scipy.optimize import linprog

    costs = -np.asarray(objective, dtype=np.float64)
    # presolving may leave open whether a programme is infeasible or unbounded
    for presolve in (True, False):
        try:
            found = linprog(
                costs,
                A_ub=rows,
                b_ub=_floats(most),
                A_eq=equal_rows,
                b_eq=_floats(equal),
                bounds=bounds,
                method="highs",
                options={"presolve": presolve},
            )
        except ValueError as error:
            raise InvalidGameError(f"the linear programme must be well formed; {error}") from None
        if found.status == _OPTIMAL:
            prices = 0.0 - np.concatenate([found.ineqlin.marginals, found.eqlin.marginals])
            point = np.asarray(found.x, dtype=np.float64)
            return Optimum(0.0 - float(costs @ point), point, prices)
        if found.status == _INFEASIBLE:
            return Optimum(-np.inf)
        if found.status == _UNBOUNDED:
            return Optimum(np.inf)
    raise ConvergenceError(f"the linear programme was not solved: {found.message}")


def _floats(values: ArrayLike | None) -> Array | None:
    return None if values is None else np.asarray(values, dtype=np.float64)


# In exact arithmetic, for what must be decided exactly, such as ties: the simplex method.


class ExactOptimum(NamedTuple):
    """The greatest value of an objective, and a point where it is attained."""

    value: Fraction
    point: tuple[Fraction, ...]


def maximise_exactly(objective: ArrayLike, rows: ArrayLike, most: ArrayLike) -> ExactOptimum:
    """Maximise objective @ x subject to rows @ x <= most and x >= 0, where most >= 0.

    x = 0 is then a corner to start from. All entries are whole numbers over one common divisor, so
    that no fraction is ever reduced; the smallest number of a variable breaks ties, so that no
    corner comes twice (Bland 1977).

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
        table, divisor = exchanged(table, row, column, divisor)
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
