"""Arguments that carry labels of their own: maps, and tables whose rows and columns have names.

Nothing here imports a library of tables: a pandas Series or DataFrame and an xarray DataArray are
known by what they offer. Labels are names of players, candidates or actions, or their numbers from
0, so that the labels 0, 1, 2, ... of an unnamed table put everything where it stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

import numpy as np

from games import checks
from games.arrays import Array
from games.errors import InvalidGameError, UnknownNameError

# the names along one axis, and what they are names of
Axis = tuple[str, Sequence[str]]
UNNAMED: Axis = ("place", ())

Given = TypeVar("Given")


def mapping(name: str, given: object, what: str) -> Mapping[Any, Any]:
    """Return what behaves as a map as one: a dict, a Series.

    Parameters
    ----------
    name, what : str
        The argument, and what it must map ("candidates to numbers"), for the message.

    Raises
    ------
    InvalidGameError
        If it has no keys, or one of them twice; or is a table of several columns.

    Examples
    --------
    >>> mapping("capabilities", {"Samos": 0.2}, "candidates to numbers")
    {'Samos': 0.2}
    """
    if isinstance(given, Mapping):
        return given
    if (columns := getattr(given, "columns", None)) is not None:
        *index, column = map(checks.shown, [*columns][:2] or ["value"])
        one = f"table{''.join(f'.set_index({name})' for name in index)}[{column}]"
        raise InvalidGameError(
            f"`{name}` must map {what}; got a table"
            f" (a column indexed by names is such a map: {one})"
        )
    if not (hasattr(given, "keys") and hasattr(given, "items")) or isinstance(given, type):
        hint = "dict(...) of it" if _is_pairs(given) else "{name: value, ...}"
        raise InvalidGameError(
            f"`{name}` must map {what}; got {checks.shown(given)} ({hint} is such a map)"
        )
    pairs = list(given.items())
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise InvalidGameError(f"`{name}` must have each key once; got {twice!r} twice")
    return found


def _is_pairs(given: object) -> bool:
    """Return whether a list holds names, each with what belongs to it."""
    return (
        isinstance(given, list | tuple)
        and bool(given)
        and all(isinstance(one, tuple) and len(one) == 2 for one in given)
    )


def plain(name: str, given: Any, *axes: Axis) -> Any:
    """Return a list, an array or a table without its labels, in the order of a game's names.

    Parameters
    ----------
    name : str
        Of the argument, for the message.
    given : array_like
        What has no labels is returned as it is. A map has labels along one axis.
    *axes : (str, sequence of str)
        What each axis of the argument is over ("player", "candidate", "action"), and the names. An
        axis that is not said has no names: it may be numbered, but not labelled otherwise.

    Raises
    ------
    UnknownNameError
        If a label is no name, and no number of one.
    InvalidGameError
        If a name is missing or stands twice, or a value is masked.

    Examples
    --------
    >>> plain("payoff", {"Bob": 1.0, "Ann": 2.0}, ("player", ["Ann", "Bob"]))
    [2.0, 1.0]
    """
    found = labels_of(unmasked(name, given))
    if found is None:
        return given
    if isinstance(given, Mapping):
        values = list(given.values())
        return [values[place] for place in _order(name, list(given), *(axes or (UNNAMED,))[0])]
    table = given.to_numpy()
    for axis, labels in enumerate(found):
        if labels is not None:
            kind, names = axes[axis] if axis < len(axes) else UNNAMED
            table = np.take(table, _order(name, labels, kind, names), axis)
    return table


def unmasked(name: str, given: Given) -> Given:
    """Return what is given.

    Raises
    ------
    InvalidGameError
        If a value is masked: numpy would read what lies under the mask.
    """
    if _is_masked(given):
        raise InvalidGameError(f"`{name}` must not be masked anywhere; it is")
    return given


def _is_masked(given: Any) -> bool:
    """Return whether a value is masked, in an array or in a list of such, however deep."""
    if isinstance(given, list | tuple):
        return any(map(_is_masked, given))
    return isinstance(given, np.ma.MaskedArray) and np.ma.is_masked(given)


def numbers(name: str, given: Any, *axes: Axis) -> Array:
    """Return numbers as a new array of floats, in the order of a game's names; raises as `plain`.

    Raises
    ------
    InvalidGameError
        If they are no numbers, or in no regular array.
    """
    listed = plain(name, given, *axes)
    try:
        return np.array(listed, dtype=np.float64)
    except (TypeError, ValueError):
        raise InvalidGameError(
            f"`{name}` must be numbers in a regular array; got {checks.shown(given)}"
        ) from None


def labels_of(given: Any) -> list[Sequence[Any] | None] | None:
    """Return the labels along each axis of a table, None for an axis, or a table, without any."""
    if isinstance(given, Mapping):
        return [list(given)]
    if not hasattr(given, "to_numpy"):
        return None
    if isinstance(axes := getattr(given, "axes", None), list):  # as pandas has it
        return [list(axis) for axis in axes]
    if isinstance(sides := getattr(given, "dims", None), tuple):  # as xarray has it
        return [list(given.indexes[side]) if side in given.indexes else None for side in sides]
    return None


def names_along(tables: Iterable[Any], axis: int) -> Sequence[str] | None:
    """Return the names that the first of some tables has along an axis, None if none has any."""
    for table in tables:
        labels = (labels_of(table) or [])[axis : axis + 1]
        if labels and labels[0] and all(isinstance(label, str) for label in labels[0]):
            return labels[0]
    return None


def agreeing(**given: Any) -> None:
    """Raise `InvalidGameError` if two lists, by their names, carry different labels.

    Each is read by position and has no names of a game, so that nothing else tells what belongs to
    whom.
    """
    labelled = {name: found for name, one in given.items() if (found := labels_of(one))}
    for name, found in labelled.items():
        first = next(iter(labelled))
        if found != labelled[first]:
            raise InvalidGameError(
                f"`{first}` and `{name}` must carry the same labels in one order"
            )


def _order(name: str, labels: Sequence[Any], kind: str, names: Sequence[str]) -> list[int]:
    """Return where each name stands among the labels."""
    if kind == UNNAMED[0]:
        if list(labels) != list(range(len(labels))):
            raise InvalidGameError(
                f"`{name}` is read by position and must not carry labels;"
                f" got {checks.shown(labels)}"
            )
        return list(range(len(labels)))
    where: dict[int, int] = {}
    for place, label in enumerate(labels):
        number = checks.place(label, names)
        if number is None:
            raise UnknownNameError(f"{kind} in `{name}`", label, names)
        if number in where:
            raise InvalidGameError(f"`{name}` must name each {kind} once; got {label!r} twice")
        where[number] = place
    missing = [own for number, own in enumerate(names) if number not in where]
    if missing:
        raise InvalidGameError(f"`{name}` must name every {kind}; {missing[0]!r} is missing")
    return [where[number] for number in range(len(names))]
