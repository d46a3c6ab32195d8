"""Extreme equilibria once more, by trying every set of equations, in fractions throughout."""

from fractions import Fraction
from itertools import combinations


def solved(rows):
    """Return the solution of equations given as coefficients and right-hand side, None if not one.

    There may be more equations than unknowns.
    """
    table = [[Fraction(number) for number in row] for row in rows]
    unknowns = len(table[0]) - 1
    for column in range(unknowns):
        pivot = next((i for i in range(column, len(table)) if table[i][column]), None)
        if pivot is None:
            return None
        table[column], table[pivot] = table[pivot], table[column]
        table[column] = [number / table[column][column] for number in table[column]]
        for i, row in enumerate(table):
            if i != column and row[column]:
                factor = row[column]
                table[i] = [a - factor * b for a, b in zip(row, table[column], strict=True)]
    if any(row[-1] for row in table[unknowns:]):
        return None
    return tuple(row[-1] for row in table[:unknowns])


def vertices(matrix):
    """Return the vertices of {z >= 0 : M z <= 1}, each with the labels of what is tight there."""
    m = len(matrix[0])
    rows = [[int(i == j) for i in range(m)] + [0] for j in range(m)]
    rows += [[*row, 1] for row in matrix]
    found = {}
    for chosen in combinations(rows, m):
        z = solved(chosen)
        if z is None or z in found or min(z) < 0:
            continue
        slacks = [1 - sum(a * b for a, b in zip(row, z, strict=True)) for row in matrix]
        if min(slacks) >= 0:
            found[z] = frozenset(label for label, x in enumerate([*z, *slacks]) if x == 0)
    return found


def extreme_equilibria(own, other):
    """Return the extreme equilibria of payoffs given as lists of rows, as a set of pairs."""
    m, n = len(own), len(own[0])
    own = [[1 + Fraction(x) - min(map(min, own)) for x in row] for row in own]
    other = [[1 + Fraction(x) - min(map(min, other)) for x in row] for row in other]
    turned = {z: {(label + m) % (m + n) for label in tight} for z, tight in vertices(own).items()}
    return {
        (tuple(p / sum(x) for p in x), tuple(p / sum(y) for p in y))
        for x, tight in vertices([list(column) for column in zip(*other, strict=True)]).items()
        for y, missing in turned.items()
        if any(x) and any(y) and len(tight | missing) == m + n
    }
