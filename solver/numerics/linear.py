"""Exact linear algebra on whole numbers, by python-flint."""

from __future__ import annotations

from flint import fmpz_mat


class DependentError(Exception):
    """Equations are dependent, and have many solutions."""


def solve_ones(rows: list[list[int]]) -> tuple[list[int], int] | None:
    """Solve rows z = (1, ..., 1), as many rows as z.

    Returns
    -------
    values, determinant : list of int, int
        z times the determinant, which is above 0 (both have changed their sign if it was not).
        None if there is no solution.

    Raises
    ------
    DependentError
        If there are many.

    Examples
    --------
    >>> solve_ones([[2, 1], [1, 3]])
    ([2, 1], 5)
    """
    if not rows:
        return [], 1
    matrix = fmpz_mat(rows)
    determinant = abs(matrix.det())
    if determinant:
        found = matrix.solve(fmpz_mat(len(rows), 1, [1] * len(rows)))
        return [int((value * determinant).p) for value in found.entries()], int(determinant)
    if fmpz_mat([[*row, 1] for row in rows]).rank() > matrix.rank():
        return None
    raise DependentError
