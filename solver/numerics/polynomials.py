"""Polynomials with rational coefficients and their real roots, exactly, by python-flint.

A real root is an irreducible polynomial and the place of the root among its real ones. What is
computed from it is a polynomial modulo that one, so that every sign can be decided: a value is 0
just if the remainder is, and any other is told from 0 by balls of growing precision.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from typing import Any

from flint import arb, ctx, fmpq, fmpq_poly, fmpz_poly

Ball = arb
Integral = fmpz_poly
Rational = fmpq_poly

# bits at which the sign of a value is tried first
FIRST_BITS = 64


@dataclass(frozen=True, eq=False)
class Root:
    """One real root of an irreducible polynomial.

    Attributes
    ----------
    modulus : fmpz_poly
        Irreducible and primitive, with a positive leading coefficient.
    place : int
        Which of its real roots, the lowest first.

    Examples
    --------
    >>> low, high = roots_within(integral([-2, 0, 1]), -2, 2)
    >>> low.sign(rational([Fraction(7, 5), 1])), high.sign(rational([-2, 0, 1]))
    (-1, 0)
    """

    modulus: Integral
    place: int
    _balls: dict[int, arb] = field(default_factory=dict, repr=False)

    @property
    def key(self) -> tuple[int, ...]:
        """What is the same just for equal roots."""
        return self.place, *map(int, self.modulus.coeffs())

    def value(self, function: Rational, bits: int) -> arb:
        """Return a ball around the value of a polynomial at the root, computed with `bits`."""
        with ctx.workprec(bits):
            if bits not in self._balls:
                self._balls[bits] = _real_roots(self.modulus)[self.place]
            ball: arb = function.numer()(self._balls[bits]) / function.denom()
            return ball

    def sign(self, function: Rational) -> int:
        """Return the sign of a polynomial at the root: 1, 0 or -1."""
        rest = self.reduced(function)
        if not rest:
            return 0
        bits = FIRST_BITS
        while (ball := self.value(rest, bits)).contains(0):
            bits *= 2
        return 1 if ball > 0 else -1

    def reduced(self, function: Rational) -> Rational:
        """Return the remainder of a polynomial, which has the same value at the root."""
        return function % Rational(self.modulus)

    def fractions(self, functions: Sequence[Rational]) -> tuple[Fraction, ...] | None:
        """Return the values of polynomials reduced at the root, None if one is irrational."""
        if any(function.degree() > 0 for function in functions):
            return None
        return tuple(Fraction(int(f[0].p), int(f[0].q)) for f in functions)


def integral(coefficients: Sequence[int]) -> Integral:
    """Return a polynomial by its whole coefficients, the constant first."""
    return Integral(list(coefficients))


def rational(coefficients: Sequence[Fraction | int]) -> Rational:
    """Return a polynomial by its rational coefficients, the constant first."""
    return Rational([fmpq(one.numerator, one.denominator) for one in map(Fraction, coefficients)])


def determinant(matrix: Sequence[Sequence[Integral]]) -> Integral:
    """Return the determinant of a square matrix of polynomials (Bareiss 1968).

    Examples
    --------
    >>> determinant([[integral([1, -1]), integral([3])], [integral([2]), integral([2, -1])]])
    x^2 + (-3)*x + (-4)
    """
    rows = [list(row) for row in matrix]
    size, previous, sign = len(rows), Integral([1]), 1
    for k in range(size - 1):
        pivot = next((i for i in range(k, size) if rows[i][k]), None)
        if pivot is None:
            return Integral([])
        if pivot != k:
            rows[k], rows[pivot] = rows[pivot], rows[k]
            sign = -sign
        for i in range(k + 1, size):
            for j in range(k + 1, size):
                crossed = rows[k][k] * rows[i][j] - rows[i][k] * rows[k][j]
                rows[i][j] = crossed // previous
        previous = rows[k][k]
    return rows[-1][-1] * sign


def roots_within(function: Integral, low: int, high: int) -> list[Root]:
    """Return the distinct real roots in [low, high), and `low` itself if `low` is `high`.

    Parameters
    ----------
    function : fmpz_poly
        Not 0.
    """
    if function(low) != 0 and (low == high or not _may_vanish(function, low, high)):
        return []
    if low == high:
        return [Root(Integral([-low, 1]), 0)]
    found = []
    for factor, _ in function.factor()[1]:
        with ctx.workprec(FIRST_BITS):
            balls = _real_roots(factor)
        found += [Root(factor, place, {FIRST_BITS: ball}) for place, ball in enumerate(balls)]
    above, below = rational([-low, 1]), rational([-high, 1])
    return [root for root in found if root.sign(above) >= 0 > root.sign(below)]


def null_space(matrix: Sequence[Sequence[Rational]], root: Root) -> list[list[Rational]]:
    """Return a basis of the vectors that a matrix of polynomials sends to 0 at a root.

    Gauss and Jordan's elimination in the field that the root generates: polynomials modulo its
    own, in which every remainder but 0 has an inverse.
    """
    rows = [[root.reduced(entry) for entry in row] for row in matrix]
    width = len(rows[0])
    pivots: list[int] = []
    for column in range(width):
        rank = len(pivots)
        place = next((i for i in range(rank, len(rows)) if rows[i][column]), None)
        if place is None:
            continue
        rows[rank], rows[place] = rows[place], rows[rank]
        inverse = _inverse(rows[rank][column], root)
        rows[rank] = [root.reduced(entry * inverse) for entry in rows[rank]]
        for i, row in enumerate(rows):
            if i != rank and row[column]:
                factor = row[column]
                rows[i] = [
                    root.reduced(entry - factor * lead)
                    for entry, lead in zip(row, rows[rank], strict=True)
                ]
        pivots.append(column)
    basis = []
    for column in (c for c in range(width) if c not in pivots):
        vector = [Rational([int(c == column)]) for c in range(width)]
        for row, pivot in zip(rows, pivots, strict=False):
            vector[pivot] = -row[column]
        basis.append(vector)
    return basis


def normalised(vector: Sequence[Rational], root: Root) -> list[Rational] | None:
    """Return a vector of polynomials divided by its sum at a root, None if that is 0."""
    total = root.reduced(sum(vector, Rational([])))
    if not total:
        return None
    inverse = _inverse(total, root)
    return [root.reduced(entry * inverse) for entry in vector]


def _inverse(entry: Rational, root: Root) -> Rational:
    return entry.xgcd(Rational(root.modulus))[1]


def _may_vanish(function: Integral, low: int, high: int) -> bool:
    """Return whether Descartes' rule of signs leaves room for a root between `low` and `high`."""
    stretched = function(Integral([low, high - low]))
    turned = Integral(stretched.coeffs()[::-1])(Integral([1, 1]))
    signs = [c > 0 for c in turned.coeffs() if c != 0]
    return any(one != other for one, other in pairwise(signs))


def _real_roots(function: Integral) -> list[arb]:
    """Return disjoint balls around the real roots of an irreducible polynomial, in their order."""
    roots: Any = function.complex_roots()
    return [root.real for root, _ in roots if root.imag == 0]
