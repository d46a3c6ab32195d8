"""Validators for arguments: each returns the checked value or raises `InvalidGameError`."""

from __future__ import annotations

import datetime
import difflib
import math
import re
import reprlib
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import fields
from decimal import Decimal
from fractions import Fraction
from functools import wraps
from numbers import Integral, Rational, Real
from typing import Any, TypeGuard, TypeVar

import numpy as np

from games.arrays import Array
from games.errors import InvalidGameError, UnknownNameError

Item = TypeVar("Item")
Made = TypeVar("Made")

# numbers up to this size have sums and products that floats can hold
LARGEST = 1e150
# longer texts are no slip of a pen
_LONG = 100


def is_number(value: object) -> TypeGuard[Real | Decimal]:
    """Return whether `value` is a real number of any type: Python's, numpy's, exact ones too.

    Truth values are none, though Python counts them among the whole numbers.
    """
    # asked of every number: abstract classes answer slowly
    if type(value) is float or type(value) is int:
        return True
    return isinstance(value, Real | Decimal) and not isinstance(value, bool)


def is_whole(value: object) -> TypeGuard[Integral]:
    """Return whether `value` is a whole number by its type, Python's or numpy's."""
    return isinstance(value, Integral) and not isinstance(value, bool)


def number(name: str, value: object, most: float = LARGEST) -> float:
    """Return `value` as a float.

    Raises
    ------
    InvalidGameError
        If it is no real number, not finite, or larger than `most` in size.
    """
    if not is_number(value):
        raise InvalidGameError(f"`{name}` must be a number; got {shown(value)}{_meant(value)}")
    try:
        result = float(value)
    except OverflowError:
        result = math.inf
    except ValueError:  # a signalling NaN of `decimal`
        result = math.nan
    if not math.isfinite(result):
        raise InvalidGameError(f"`{name}` must be finite; got {result}")
    if abs(result) > most:
        raise InvalidGameError(f"`{name}` must be at most {most:g} in size; got {result:g}")
    return result


def _meant(value: object) -> str:
    """Return for a message the number that a text was meant as, a percentage too."""
    if not isinstance(value, str) or len(value) > _LONG:
        return ""
    try:
        given = float(value.strip().removesuffix("%"))
    except ValueError:
        return ""
    return f" (a text; the number is {given / 100 if '%' in value else given:g})"


def finite(name: str, numbers: Array) -> Array:
    """Return an array of numbers whose sums and products are finite too.

    Raises
    ------
    InvalidGameError
        If a number is not finite, or too large.
    """
    if not np.isfinite(numbers).all():
        raise InvalidGameError(f"`{name}` must be finite; got {shown(numbers.tolist())}")
    if numbers.size and (size := float(np.abs(numbers).max())) > LARGEST:
        raise InvalidGameError(f"`{name}` must be at most {LARGEST:g} in size; got {size:g}")
    return numbers


def exact(name: str, value: object) -> Fraction:
    """Return `value` exactly, a float as the shortest decimal that stands for it.

    So .1 + .2 is .3 here: sums that are compared with a threshold are of what was written, not of
    the binary fractions next to it.

    Examples
    --------
    >>> exact("quota", 0.1), exact("quota", 7)
    (Fraction(1, 10), Fraction(7, 1))
    """
    number(name, value, math.inf)
    return Fraction(value) if isinstance(value, Rational | Decimal) else Fraction(str(value))


def at_least(name: str, value: object, low: float) -> float:
    """Return `value` as a float that is not below `low`."""
    result = number(name, value)
    if result < low:
        raise InvalidGameError(f"`{name}` must be at least {low:g}; got {result:.15g}")
    return result


def above(name: str, value: object, low: float) -> float:
    """Return `value` as a float above `low`."""
    result = number(name, value)
    if result <= low:
        raise InvalidGameError(f"`{name}` must be above {low:g}; got {result:.15g}")
    return result


def at_most(name: str, value: object, high: float) -> float:
    """Return `value` as a float that is not above `high`."""
    result = number(name, value)
    if result > high:
        raise InvalidGameError(f"`{name}` must be at most {high:g}; got {result:.15g}")
    return result


def within(name: str, value: object, low: float, high: float) -> float:
    """Return `value` as a float in the closed interval [low, high]."""
    result = number(name, value)
    if not low <= result <= high:
        share = (low, high) == (0, 1) and 10 <= result <= 100
        meant = f" ({result:g} % is {result / 100:g})" if share else ""
        raise InvalidGameError(
            f"`{name}` must lie in [{low:g}, {high:g}]; got {result:.16g}{meant}"
        )
    return result


def whole(name: str, value: object, low: int) -> int:
    """Return `value` as an int, if it is a whole number of at least `low`."""
    if not is_whole(value) or int(value) < low:
        raise InvalidGameError(
            f"`{name}` must be a whole number, at least {low}; got {shown(value)}"
        )
    return int(value)


def place(value: object, names: Sequence[str]) -> int | None:
    """Return the place that `value`, a name or a number from 0, has in `names`; None if none."""
    if is_whole(value):
        return int(value) if 0 <= int(value) < len(names) else None
    return names.index(value) if isinstance(value, str) and value in names else None


def one_of(name: str, value: object, allowed: Iterable[str]) -> str:
    """Return `value` if it is one of the words in `allowed`."""
    words = list(allowed)
    if not isinstance(value, str) or value not in words:
        close = difflib.get_close_matches(str(value)[:_LONG], words, n=1)
        hint = f" (did you mean {close[0]!r}?)" if close else ""
        raise InvalidGameError(
            f"`{name}` must be one of {', '.join(words)}; got {shown(value)}{hint}"
        )
    return value


def label(name: str, value: object) -> str:
    """Return `value` if it can name a player: printable text without spaces at its ends."""
    if not isinstance(value, str) or not value.isprintable() or value != value.strip() or not value:
        raise InvalidGameError(f"`{name}` must be a non-empty name; got {value!r}")
    return value


def size(number: int) -> str:
    """Return a whole number of any length for a message.

    Examples
    --------
    >>> size(4**6), size(4**12), size(4**2000)
    ('4096', '1.7e+7', '1.3e+1204')
    """
    return str(number) if number < 10**6 else f"{Decimal(number):.1e}"


def text(name: str, value: object) -> str:
    """Return prose without what could command a terminal, turn its direction or break a format.

    Control characters, marks of direction and halves of characters become question marks in a
    diamond; line breaks and tabs become blanks.
    """
    if not isinstance(value, str):
        raise InvalidGameError(f"`{name}` must be a text; got {shown(value)}")
    return _UNSAFE.sub("\N{REPLACEMENT CHARACTER}", _BREAKS.sub(" ", value))


# ends of lines and tabs; controls, marks of direction, surrogates, and what no XML can hold
_BREAKS = re.compile("[\t\n\r\x0b\x0c\x85\u2028\u2029]")
_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)


def kind(name: str, value: object, *kinds: type[Item]) -> Item:
    """Return `value` if it is of one of some classes.

    If it is not, the message says how one of the first is made, if that class has an `example`.
    """
    if not isinstance(value, kinds):
        words = " or ".join(one.__name__.removesuffix("Type") for one in kinds)
        article = "an" if words[0] in "AEIOU" else "a"
        raise InvalidGameError(
            f"`{name}` must be {article} {words}; got {shown(value)}{_one(value, kinds[0])}"
        )
    return value


def _one(value: object, wanted: type[object]) -> str:
    """Return for a message what is one of a class, given what is none."""
    if isinstance(value, type) and issubclass(value, wanted):
        return f" (a class: {value.__name__}() is one)"
    example = getattr(wanted, "example", "")
    return f" ({example} is one)" if example else ""


def flag(name: str, value: object) -> bool:
    """Return `value` as a bool, if it is True or False."""
    if not isinstance(value, bool | np.bool_):
        raise InvalidGameError(f"`{name}` must be True or False; got {shown(value)}")
    return bool(value)


def listed(name: str, given: Iterable[Item]) -> tuple[Item, ...]:
    """Return the items of a list, an array, a series or whatever else has items but a string.

    A map is none, unless it is a set too: are its keys meant, or its values?
    """
    if isinstance(given, str | bytes) or not isinstance(given, Iterable):
        alone = f"[{shown(given)}]" if isinstance(given, str) else "[...]"
        hint = f" (one alone goes in brackets: {alone})" if given is not None else ""
        raise InvalidGameError(f"`{name}` must be a list; got {shown(given)}{hint}")
    if (columns := getattr(given, "columns", None)) is not None:
        names = ", ".join(map(shown, columns))
        raise InvalidGameError(
            f"`{name}` must be a list; got a table (a column is one, table[...], of {names})"
        )
    if isinstance(given, Mapping) and not isinstance(given, Set):
        raise InvalidGameError(
            f"`{name}` must be a list; got a map, {shown(given)} (list(...) of it are its keys)"
        )
    try:
        return tuple(given)
    except TypeError:  # an array without a dimension
        raise InvalidGameError(f"`{name}` must be a list; got {shown(given)}") from None


def distinct(name: str, given: Iterable[object] | None, size: int) -> tuple[str, ...]:
    """Return `size` different names; "1", "2", ... where none are given."""
    if given is None:
        return tuple(str(place + 1) for place in range(size))
    found = tuple(label(name, one) for one in listed(name, given))
    if len(found) != size or len(set(found)) != size:
        raise InvalidGameError(f"`{name}` must be {size} different names; got {list(found)}")
    return found


def inside(name: str, value: object, low: float, high: float) -> float:
    """Return `value` as a float in the open interval (low, high)."""
    result = number(name, value)
    if not low < result < high:
        raise InvalidGameError(
            f"`{name}` must lie between {low:g} and {high:g}, ends excluded; got {result:.16g}"
        )
    return result


def shown(value: object) -> str:
    """Return `value` for a message: one line, and short however long or deep it is."""
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    try:
        return reprlib.repr(value)
    except ValueError:  # a whole number with more digits than Python is willing to print
        return "a number too long to print"


def known_fields(kind: type[Made]) -> type[Made]:
    """Let a dataclass answer a field that it does not have with the one that was meant.

    Put it above `@dataclass`. Python itself says of `Parameters(cohesoin=0.5)` only that the
    argument is unexpected.
    """
    plain = kind.__init__
    known = dict.fromkeys(part.name for part in fields(kind) if part.init)  # type: ignore[arg-type]

    @wraps(plain)
    def init(self: Made, *given: Any, **named: Any) -> None:
        for name in named:
            if name not in known:
                raise UnknownNameError(f"field of {kind.__name__}", name, known)
        plain(self, *given, **named)

    kind.__init__ = init  # type: ignore[assignment]
    return kind
