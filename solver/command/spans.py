"""Axes as text, for the command line."""

from __future__ import annotations

import numpy as np

from games import InvalidGameError, checks

MOST_VALUES = 1_000_001


def parse_values(name: str, text: str) -> list[float] | list[str]:
    """Return the values that a text gives: `first:last:number`, or a list with commas.

    Raises
    ------
    InvalidGameError
        If the text reads otherwise.

    Examples
    --------
    >>> parse_values("cohesion", "0:1:3"), parse_values("family", "blocs,bloc_and_spokes")
    ([0.0, 0.5, 1.0], ['blocs', 'bloc_and_spokes'])
    """
    if ":" not in text:
        words = [part.strip() for part in text.split(",")]
        try:
            return [float(word) for word in words]
        except ValueError:
            return words
    parts = text.split(":")
    if len(parts) == 3 and parts[2].strip().isdecimal():
        count = int(parts[2])
        if 1 <= count <= MOST_VALUES:
            first, last = (_number(name, part) for part in parts[:2])
            return [float(value) for value in np.linspace(first, last, count)]
    raise InvalidGameError(
        f"`{name}` must read first:last:number, such as 0:1:11, or be a list, such as 0.2,0.7;"
        f" got {text!r}"
    )


def parse_range(name: str, text: str) -> tuple[float, float]:
    """Return the ends of a range, `low:high`.

    Examples
    --------
    >>> parse_range("cohesion", "0.2:0.9")
    (0.2, 0.9)
    """
    parts = text.split(":")
    if len(parts) != 2:
        raise InvalidGameError(f"`{name}` must read low:high with a design; got {text!r}")
    return _number(name, parts[0]), _number(name, parts[1])


def _number(name: str, text: str) -> float:
    try:
        return checks.number(name, float(text))
    except ValueError:
        raise InvalidGameError(f"`{name}` must be a number; got {text!r}") from None
