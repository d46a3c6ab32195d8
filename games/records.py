"""What cannot change once it is made: maps that stay as they are, and records of such parts."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from typing import Any, NoReturn, Self, TypeVar

import numpy as np

Key = TypeVar("Key")
Value = TypeVar("Value")


class FrozenMapping(dict[Key, Value]):
    """A dict that cannot change, so that games can be compared, hashed and sent to workers.

    Examples
    --------
    >>> sizes = FrozenMapping({"Samos": 0.2, "Naxos": 0.1})
    >>> sizes["Naxos"], len(sizes)
    (0.1, 2)
    >>> sizes["Naxos"] = 0.3
    Traceback (most recent call last):
    ...
    TypeError: this map cannot be changed; `dict` of it can
    """

    __slots__ = ()

    def __init__(self, items: Mapping[Key, Value]) -> None:
        super().__init__(items)

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        raise TypeError("this map cannot be changed; `dict` of it can")

    __setitem__ = __delitem__ = __ior__ = _refuse
    clear = pop = popitem = setdefault = update = _refuse

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(frozenset((key, _hashed(value)) for key, value in self.items()))

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def __reduce__(self) -> tuple[type[Self], tuple[dict[Key, Value]]]:
        return type(self), (dict(self),)


class Record:
    """Base of dataclasses that hold arrays or maps: read-only, and equal if all their parts are.

    Declare them with `@dataclass(frozen=True, eq=False)`. Parts with `compare=False` do not count.
    A copy is the record itself, as nothing in it can change; pickling leaves out what is cached.
    """

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        one_repr(cls)

    def __post_init__(self) -> None:
        for part in fields(self):  # type: ignore[arg-type]
            object.__setattr__(self, part.name, locked(getattr(self, part.name)))

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return self is other or same(self._compared(), other._compared())

    def __hash__(self) -> int:
        return hash((type(self).__name__, _hashed(self._compared())))

    def _compared(self) -> tuple[Any, ...]:
        return tuple(
            getattr(self, part.name)
            for part in fields(self)  # type: ignore[arg-type]
            if part.compare
        )

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def __getstate__(self) -> dict[str, Any]:
        names = (part.name for part in fields(self))  # type: ignore[arg-type]
        return {name: getattr(self, name) for name in names}

    def __setstate__(self, state: dict[str, Any]) -> None:
        for name, value in state.items():
            object.__setattr__(self, name, locked(value))


def locked(value: Any) -> Any:
    """Return `value` with arrays read-only, dicts that cannot change, and tuples for lists."""
    if isinstance(value, np.ndarray):
        value.setflags(write=False)
    elif type(value) is dict:
        return FrozenMapping({key: locked(item) for key, item in value.items()})
    elif type(value) in (tuple, list):
        return tuple(map(locked, value))
    return value


def same(one: Any, other: Any) -> bool:
    """Return whether two values are equal, arrays and what holds them too; NaN equals NaN."""
    if isinstance(one, np.ndarray) or isinstance(other, np.ndarray):
        if np.shape(one) != np.shape(other) or type(one) is not type(other):
            return False
        floats = one.dtype.kind == other.dtype.kind == "f"
        return np.array_equal(one, other, equal_nan=floats)
    if isinstance(one, tuple | list) and type(one) is type(other):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if bool(one == other) or bool(one != one and other != other):
        return True
    if not is_dataclass(one) or type(one) is not type(other) or isinstance(one, Record):
        return False
    # parts that are no records may hold numbers that are none
    names = [part.name for part in fields(one) if part.compare]
    return all(same(getattr(one, name), getattr(other, name)) for name in names)


def _hashed(value: Any) -> Any:
    """Return what a value contributes to a hash: equal values the same, arrays their shape."""
    if isinstance(value, np.ndarray):
        return value.shape
    if isinstance(value, tuple | list):
        return tuple(map(_hashed, value))
    if isinstance(value, dict):
        return frozenset((key, _hashed(item)) for key, item in value.items())
    if isinstance(value, float) and value != value:
        return "nan"
    return value


# How a record shows itself: in one line, short whatever it holds.

LONGEST, LONGEST_PART, MOST_PARTS = 300, 60, 4


def one_repr(kind: type) -> None:
    """Give a class `brief` for its `repr`, unless it has one of its own; `@dataclass` keeps it."""
    if "__repr__" not in vars(kind):
        kind.__repr__ = brief  # type: ignore[assignment, method-assign]


def brief(record: object) -> str:
    """Return a record in one line, of some 300 characters at most: its `str`, or its fields.

    Fields that have their defaults are left out.

    Examples
    --------
    >>> from games import Prospect, appraise
    >>> brief(Prospect([0.0, 1.0], [0.5, 0.5]))[:10]
    '<Prospect:'
    """
    kind = type(record)
    if kind.__str__ is not object.__str__:
        return f"<{kind.__name__}: {_cut(str(record), LONGEST)}>"
    told = (
        f"{part.name}={_short(getattr(record, part.name))}"
        for part in fields(record)  # type: ignore[arg-type]
        if part.repr and not same(getattr(record, part.name), part.default)
    )
    return f"{kind.__name__}({_cut(', '.join(told), LONGEST)})"


def _short(value: object) -> str:
    if isinstance(value, np.ndarray):
        return f"array{value.shape}"
    if isinstance(value, tuple | list | Mapping) and len(value) > MOST_PARTS:
        return f"({len(value)} items)"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_short(key)}: {_short(value[key])}" for key in value) + "}"
    if type(value) is tuple:
        return f"({', '.join(map(_short, value))}{',' if len(value) == 1 else ''})"
    return _cut(repr(value), LONGEST_PART)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 3].rstrip() + "..."


# What a value is as JSON, to tell questions apart.


def plain(
    value: Any,
    home: Callable[[type], str] = lambda kind: kind.__module__,
    other: Callable[[object], object] = lambda value: type(value).__qualname__,
) -> Any:
    """Return `value` as what JSON holds, each class named, without fields that do not compare.

    Parameters
    ----------
    home : callable
        What a class's module is called.
    other : callable
        What stands for an object that does not tell what it is: no dataclass.
    """

    def inner(item: Any) -> Any:
        return plain(item, home, other)

    if isinstance(value, float) and not math.isfinite(value):
        return repr(value)  # of a setting that no game takes
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, np.ndarray | np.generic):
        return inner(value.tolist())
    if isinstance(value, Mapping):
        return sorted([inner(name), inner(item)] for name, item in value.items())
    if isinstance(value, list | tuple):
        return [inner(item) for item in value]
    if is_dataclass(value):
        kind = type(value)
        told = {
            part.name: inner(getattr(value, part.name)) for part in fields(value) if part.compare
        }
        return {"class": f"{home(kind)}.{kind.__qualname__}"} | told
    return other(value)


def as_json(facts: object, indent: int | None = None) -> str:
    """Return plain values as JSON, and null for numbers that are none.

    Examples
    --------
    >>> as_json({"value": float("nan"), "rows": (1, 2)})
    '{"value": null, "rows": [1, 2]}'
    """
    return json.dumps(_finite(facts), indent=indent, allow_nan=False)


def _finite(value: object) -> object:
    if isinstance(value, Mapping):
        return {name: _finite(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
