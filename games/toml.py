"""TOML, written: the standard library reads it only."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Value = str | int | float | datetime.date | Sequence["Value"]
# of values, tables and lists of tables
Table = Mapping[str, Any]

WIDTH = 100
# floats below it that are whole are written as whole numbers, without loss
_WHOLE = 1e15
# a blank between two words: what stands there may become the end of a line
_BLANK = re.compile(r"(?<=\S) (?=\S)")


def document(content: Table) -> str:
    """Return a document whose keys are bare: a table's own values first, then the tables in it.

    Examples
    --------
    >>> print(document({"threat": {"value": 0.7}, "year": 1949, "candidates": [{"name": "UKG"}]}))
    year = 1949
    <BLANKLINE>
    [threat]
    value = 0.7
    <BLANKLINE>
    [[candidates]]
    name = "UKG"
    """
    return "\n\n".join(filter(None, _tables(content, ""))) + "\n"


def _tables(content: Table, path: str) -> Iterator[str]:
    inner = {name: item for name, item in content.items() if _is_table(item) or _is_tables(item)}
    yield "\n".join(entry(name, item) for name, item in content.items() if name not in inner)
    for name, item in inner.items():
        for one in [item] if _is_table(item) else item:
            own, *below = _tables(one, f"{path}{name}.")
            yield f"{heading(path + name, several=one is not item)}\n{own}".rstrip()
            yield from below


def heading(path: str, *, several: bool) -> str:
    """Return what stands above a table, of which there may be several of the same name."""
    return f"[[{path}]]" if several else f"[{path}]"


def entry(name: str, item: Value) -> str:
    """Return a key with its value, over several lines if they do not fit in one.

    Examples
    --------
    >>> print(entry("members", ["USA", "UKG"]))
    members = ["USA", "UKG"]
    """
    line = f"{name} = {value(item)}"
    if len(line) <= WIDTH:
        return line
    if isinstance(item, Sequence) and not isinstance(item, str):
        inside = "".join(f"  {_broken(one, WIDTH - 3)},\n" for one in item)
        return f"{name} = [\n{inside}]"
    return f"{name} = {_broken(item)}"


def value(item: Value) -> str:
    """Return a value in one line.

    Examples
    --------
    >>> value(200.0), value(1e-05), value('a "b"'), value(datetime.date(1949, 4, 4))
    ('200', '1e-05', '"a \\\\"b\\\\""', '1949-04-04')
    """
    if isinstance(item, str):
        return f'"{_escaped(item)}"'
    if isinstance(item, datetime.date):
        return item.isoformat()
    if isinstance(item, Sequence):
        return f"[{', '.join(map(value, item))}]"
    return str(int(item)) if float(item).is_integer() and abs(item) < _WHOLE else repr(item)


def _broken(item: Value, width: int = 0) -> str:
    """Return a value, if it is a text of more than `width` characters over several lines.

    The ends of lines are escaped, so that they are no part of it.
    """
    # a blank at the start would go with the end of the line before it
    if not isinstance(item, str) or len(item) + 2 <= width or item.startswith(" "):
        return value(item)
    lines = [""]
    for word in _BLANK.split(_escaped(item)):
        longer = f"{lines[-1]} {word}" if lines[-1] else word
        if lines[-1] and len(longer) > WIDTH - 2:
            lines.append(word)
        else:
            lines[-1] = longer
    return '"""\\\n' + " \\\n".join(lines) + '"""'


def _escaped(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1].replace("\x7f", "\\u007f")


def _is_table(item: object) -> bool:
    return isinstance(item, Mapping)


def _is_tables(item: object) -> bool:
    return (
        isinstance(item, Sequence)
        and bool(item)
        and not isinstance(item, str)
        and _is_table(item[0])
    )
