"""Linear programmes in floats: the one place that calls scipy's `linprog`.

The solver behind it is HiGHS (Huangfu & Hall 2018).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from games.arrays import Array
from games.errors import ConvergenceError, InvalidGameError

Bound = tuple[float | None, float | None]

_OPTIMAL, _INFEASIBLE, _UNBOUNDED = 0, 2, 3


@dataclass(frozen=True)
class Optimum:
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
