"""Exact numbers: payoffs as fractions beside their floats, and tables of whole numbers."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from games.arrays import Array, Fractions, Wholes
from games.errors import InvalidGameError

# whole numbers up to this are exact as floats
EXACT_WHOLE = 2**53


def as_payoffs(name: str, values: ArrayLike) -> tuple[Array, Fractions | None]:
    """Return numbers as floats, and exactly where the floats are not exact.

    Parameters
    ----------
    name : str
        Of the argument, for the message of an error.
    values : array_like
        Floats, whole numbers, `Fraction`s or `Decimal`s, in any regular nesting.

    Raises
    ------
    InvalidGameError
        If the nesting is not regular, or something is no finite number.
    """
    try:
        given = np.asarray(values)
    except (ValueError, OverflowError):
        raise InvalidGameError(f"`{name}` must be a regular array of numbers") from None
    if given.dtype.kind == "O" or (given.dtype.kind in "iu" and _is_wide(given)):
        exact = _fractions(name, given)
        return _floats(name, exact), exact
    if given.dtype.kind not in "fiu":
        raise InvalidGameError(f"`{name}` must be numbers; got an array of {given.dtype}")
    numbers = np.array(given, dtype=np.float64, order="C")
    if not np.isfinite(numbers).all():
        raise InvalidGameError(f"`{name}` must be finite")
    return numbers, None


def fractions_of(numbers: Array) -> Fractions:
    """Return floats as the exact binary fractions that they are."""
    exact = np.empty(numbers.shape, dtype=object)
    exact.ravel()[:] = [Fraction(number) for number in numbers.ravel().tolist()]
    return exact


def exchanged(table: Wholes, row: int, column: int, divisor: int) -> tuple[Wholes, int]:
    """Return a tableau after its variables of a row and of a column have changed places.

    Its entries are whole numbers over one common divisor. So are those returned, over the second
    number returned: every entry is a minor of the first tableau, so that the division leaves no
    rest (Edmonds 1967; Bareiss 1968).
    """
    pivot = table[row, column]
    after = (table * pivot - np.multiply.outer(table[:, column], table[row])) // divisor
    after[row], after[:, column] = table[row], -table[:, column]
    after[row, column] = divisor
    return after, pivot


def _is_wide(whole: NDArray[Any]) -> bool:
    return whole.size > 0 and bool((whole > EXACT_WHOLE).any() or (whole < -EXACT_WHOLE).any())


def _fractions(name: str, given: NDArray[Any]) -> Fractions:
    exact = np.empty(given.shape, dtype=object)
    try:
        exact.ravel()[:] = [Fraction(number) for number in given.ravel().tolist()]
    except (TypeError, ValueError, OverflowError):
        raise InvalidGameError(f"`{name}` must be finite numbers in a regular array") from None
    return exact


def _floats(name: str, exact: Fractions) -> Array:
    try:
        return np.array(exact, dtype=np.float64)
    except OverflowError:
        raise InvalidGameError(f"`{name}` must lie within the range of floats") from None
