"""Exact pivoting on whole numbers, with ties broken as if the right-hand side were perturbed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from games.arrays import Wholes
from games.finite.exact import exchanged


class Dictionary:
    """A basis of {z >= 0 : M z <= 1}, with every variable in it written by those outside.

    Labels name the variables: `i` is z_i, `m + j` the slack of row j. The variables outside the
    basis are 0. Entries are whole numbers over the common denominator `determinant` > 0, and stay
    so (`games.finite.exact.exchanged`). The right-hand side counts as
    (1 + e, 1 + e^2, ...) with e > 0 too small to matter but for ties (Charnes 1952; Dantzig, Orden
    and Wolfe 1955): so every basis reached is nondegenerate, and each exchange is unique.

    Parameters
    ----------
    matrix : ndarray of int, shape (n, m)
        Above 0, so that the polytope is bounded.
    """

    def __init__(self, matrix: Wholes) -> None:
        n, m = matrix.shape
        self.table = np.empty((n, m + 1), dtype=object)
        self.table[:, :m] = matrix
        self.table[:, m] = 1
        self.determinant = 1
        self.outside = list(range(m))
        self.inside = list(range(m, m + n))

    def copy(self) -> Dictionary:
        """Return a dictionary that can be exchanged without changing this one."""
        twin = object.__new__(Dictionary)
        twin.table, twin.determinant = self.table, self.determinant
        twin.outside, twin.inside = self.outside.copy(), self.inside.copy()
        return twin

    def leaving(self, column: int) -> int:
        """Return the row whose variable first falls to 0 when that of `column` rises."""
        rates = self.table[:, column].tolist()
        rows = [row for row, rate in enumerate(rates) if rate > 0]
        levels = self._levels()
        while len(rows) > 1:
            numbers = next(levels)
            least = rows[:1]
            for row in rows[1:]:
                gap = numbers[row] * rates[least[0]] - numbers[least[0]] * rates[row]
                if gap < 0:
                    least = [row]
                elif gap == 0:
                    least.append(row)
            rows = least
        return rows[0]

    def _levels(self) -> Iterator[Sequence[int]]:
        """Yield the value of each row, then its multiples of e, e^2, ..."""
        n, width = self.table.shape
        yield self.table[:, -1].tolist()
        for label in range(width - 1, width - 1 + n):
            if label in self.outside:
                yield self.table[:, self.outside.index(label)].tolist()
            else:
                unit = [0] * n
                unit[self.inside.index(label)] = self.determinant
                yield unit

    def exchange(self, row: int, column: int) -> None:
        """Let the variable of `column` enter the basis and that of `row` leave it."""
        self.table, self.determinant = exchanged(self.table, row, column, self.determinant)
        self.inside[row], self.outside[column] = self.outside[column], self.inside[row]

    def enter(self, label: int) -> int:
        """Let the variable `label` enter the basis; return the label of the one that leaves."""
        column = self.outside.index(label)
        row = self.leaving(column)
        left = self.inside[row]
        self.exchange(row, column)
        return left

    def tight(self) -> int:
        """Return the labels of all variables that are 0, as the bits of a number."""
        zero = [
            label
            for label, value in zip(self.inside, self.table[:, -1].tolist(), strict=True)
            if value == 0
        ]
        return sum(1 << label for label in [*self.outside, *zero])

    def weights(self) -> tuple[int, ...]:
        """Return z, times the determinant."""
        m = len(self.outside)
        found = [0] * m
        for label, value in zip(self.inside, self.table[:, -1].tolist(), strict=True):
            if label < m:
                found[label] = value
        return tuple(found)


def vertices(matrix: Wholes, limit: int) -> dict[int, tuple[int, ...]] | None:
    """Return all vertices of {z >= 0 : M z <= 1}, None if there are more than `limit` bases.

    The perturbed polytope is simple, and its graph is connected: a walk along every edge of every
    basis reaches them all. Each vertex of the polytope itself is where one of these goes as the
    perturbation vanishes.

    Returns
    -------
    dict
        Of each vertex the tight labels, as bits, and z up to a positive factor.
    """
    start = Dictionary(matrix)
    found: dict[int, tuple[int, ...]] = {}
    here = sum(1 << label for label in start.outside)
    seen = {here}
    # what is still to be done: a basis, and the exchange that leads from it to the next one
    waiting: list[tuple[int, Dictionary, int, int]] = []
    current = start
    while True:
        found.setdefault(current.tight(), current.weights())
        for column, entering in enumerate(current.outside):
            row = current.leaving(column)
            there = here ^ (1 << entering) ^ (1 << current.inside[row])
            if there not in seen:
                if len(seen) == limit:
                    return None
                seen.add(there)
                waiting.append((there, current, row, column))
        if not waiting:
            return found
        here, before, row, column = waiting.pop()
        current = before.copy()
        current.exchange(row, column)
