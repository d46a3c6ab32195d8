"""Equilibria at the ends of Lemke and Howson's paths: some of them, in games of any size."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from games.arrays import Array
from solver.finite.two_player.polytopes import Pair, Polytope
from solver.numerics.linear import DependentError
from solver.numerics.pivoting import Dictionary

# differences of rounded numbers up to this count as ties
TIE = 1e-10


class RoundedDictionary(Dictionary):
    """A dictionary in floats: fast, and right until rounding makes a wrong choice."""

    def __init__(self, matrix: Array) -> None:
        super().__init__(matrix)
        self.table = self.table.astype(np.float64)

    def leaving(self, column: int) -> int:
        """Return the row whose variable first falls to 0 when that of `column` rises.

        Raises
        ------
        ArithmeticError
            If none does, which only rounding can bring about.
        """
        rates = self.table[:, column]
        rows = np.flatnonzero(rates > TIE)
        if not rows.size:
            raise ArithmeticError
        for numbers in self._levels():
            ratios = np.asarray(numbers)[rows] / rates[rows]
            rows = rows[ratios <= ratios.min() + TIE]
            if rows.size == 1:
                break
        return int(rows[0])

    def exchange(self, row: int, column: int) -> None:
        """Let the variable of `column` enter the basis and that of `row` leave it."""
        pivot = self.table[row, column]
        top = self.table[row] / pivot
        side = self.table[:, column] / pivot
        self.table -= np.multiply.outer(self.table[:, column], top)
        self.table[row] = top
        self.table[:, column] = -side
        self.table[row, column] = 1.0 / pivot
        self.inside[row], self.outside[column] = self.outside[column], self.inside[row]


def path(first: Dictionary, second: Dictionary, missing: int, most: int) -> int | None:
    """Follow the path of pairs of vertices that carry all labels but `missing`, from the origins.

    The dictionaries are moved to the end of the path (Lemke and Howson 1964; the perturbation
    makes it unique, so that it cannot come back).

    Parameters
    ----------
    first, second : Dictionary
        Of the row player's and of the column player's polytope, at their origins.
    missing : int
        The label to drop: the row player's actions first, then the column player's.
    most : int
        How many exchanges to make at most.

    Returns
    -------
    int or None
        How many exchanges were made; None if `most` were too few.
    """
    m, n = len(first.outside), len(second.outside)
    turn = 0 if missing < m else 1
    label = missing
    for made in range(1, most + 1):
        if turn == 0:
            label = first.enter(label)
        else:
            left = second.enter((label - m) % (m + n))
            label = (left + m) % (m + n)
        if label == missing:
            return made
        turn = 1 - turn
    return None


def ends(first: Polytope, second: Polytope, most: int, most_exact: int) -> list[Pair]:
    """Return the equilibria at the ends of the paths of all labels, each once, exactly.

    Paths are followed in floats and their ends checked in exact arithmetic. Only if not one is an
    equilibrium are they followed in exact arithmetic, until one reaches its end.

    Parameters
    ----------
    first, second : Polytope
        Of the row player and of the column player.
    most, most_exact : int
        How many exchanges to make at most in floats, a tenth of them on one path, and in exact
        arithmetic.
    """
    found: dict[Pair, None] = {}
    seen = set()
    for one, two in _paths(
        lambda: (RoundedDictionary(first.floats), RoundedDictionary(second.floats)),
        most,
        most // 10,
    ):
        bases = frozenset(one.outside), frozenset(two.outside)
        if bases not in seen:
            seen.add(bases)
            found |= dict.fromkeys(_equilibria(first, second, one, two))
    if not found:
        exact = _paths(
            lambda: (Dictionary(first.matrix), Dictionary(second.matrix)), most_exact, most_exact
        )
        for one, two in exact:
            return list(_equilibria(first, second, one, two))
    return list(found)


def _paths(
    origins: Callable[[], tuple[Dictionary, Dictionary]], most: int, longest: int
) -> Iterator[tuple[Dictionary, Dictionary]]:
    """Yield the end of each label's path, until `most` exchanges are made."""
    missing, labels = 0, 1
    while missing < labels and most > 0:
        one, two = origins()
        labels = len(one.outside) + len(two.outside)
        try:
            made = path(one, two, missing, min(most, longest))
        except ArithmeticError:
            made = None
        if made is not None:
            yield one, two
        most -= min(most, longest) if made is None else made
        missing += 1


def _equilibria(
    first: Polytope, second: Polytope, one: Dictionary, two: Dictionary
) -> Iterator[Pair]:
    """Yield the equilibrium of two bases, if exact arithmetic finds it to be one."""
    corners = []
    for polytope, dictionary in ((first, one), (second, two)):
        m = polytope.dimension
        free = sorted(label for label in dictionary.inside if label < m)
        tight = sorted(label - m for label in dictionary.outside if label >= m)
        try:
            corners.append(polytope.corner(free, tight))
        except DependentError:
            return
    own, other = corners
    if own.is_inside and other.is_inside and any(own.weights) and any(other.weights):
        labels = zip(own.weights + own.slacks, other.slacks + other.weights, strict=True)
        if all(not mine or not theirs for mine, theirs in labels):
            yield first.strategy(own.weights), second.strategy(other.weights)
