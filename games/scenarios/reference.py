"""What may stand in a scenario file, table by table, as its schema says it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from games import toml


@dataclass(frozen=True)
class Field:
    """A field of a table.

    Attributes
    ----------
    name : str
    allowed : str
        Its kind and range in words, and its default.
    text : str
        What it is.
    required : bool
    default : object
        What it is if the file does not give it; None if it then is nothing.
    """

    name: str
    allowed: str
    text: str
    required: bool
    default: Any


@dataclass(frozen=True)
class Table:
    """A table of a file; the one without a path is the file itself.

    Attributes
    ----------
    path : str
        Such as "case.preferred".
    several : bool
        Whether there is one for each of several.
    required : bool
    text : str
    fields : tuple of Field
        Its own values, without the tables in it.
    """

    path: str
    several: bool
    required: bool
    text: str
    fields: tuple[Field, ...]

    @property
    def heading(self) -> str:
        """What stands above it in a file."""
        return toml.heading(self.path, several=self.several) if self.path else ""


def tables() -> tuple[Table, ...]:
    """Return the tables of a scenario file, in the order in which the schema has them.

    Examples
    --------
    >>> [table.heading for table in tables()][:5]
    ['', '[measure]', '[threat]', '[hegemon]', '[[candidates]]']
    >>> threat = tables()[2]
    >>> threat.fields[0].name, threat.fields[0].allowed
    ('value', 'number in [0, 1]')
    """
    from games.scenarios.schema import json_schema  # pydantic is slow to import

    whole = json_schema()
    return tuple(_tables(whole, whole["$defs"], "", several=False, required=True))


def _tables(
    own: dict[str, Any], known: dict[str, Any], path: str, *, several: bool, required: bool
) -> Iterator[Table]:
    inner, fields = {}, []
    needed = own.get("required", ())
    for name, item in own["properties"].items():
        # before 2.10 pydantic puts a reference that has a description beside it into a list
        (alone,) = item.get("allOf", [item])
        reference = alone.get("$ref") or item.get("items", {}).get("$ref")
        if reference:
            inner[name] = known[reference.removeprefix("#/$defs/")], "items" in item
        else:
            default = item.get("default") if item.get("default") != [] else None
            usual = "" if default is None else f" ({toml.value(default)} by default)"
            allowed, text = _allowed(item) + usual, item["description"]
            fields.append(Field(name, allowed, text, name in needed, default))
    yield Table(path, several, required, own["description"], tuple(fields))
    for name, (table, many) in inner.items():
        below = f"{path}.{name}" if path else name
        yield from _tables(table, known, below, several=many, required=name in needed)


def _allowed(item: dict[str, Any]) -> str:
    """Return what JSON Schema says of a field in words.

    Examples
    --------
    >>> _allowed({"type": "number", "exclusiveMinimum": 0})
    'number above 0'
    """
    if "enum" in item:
        return " or ".join(map(toml.value, item["enum"]))
    if item["type"] == "array":
        return re.sub("^(text|list)", r"list of \1s", _allowed(item["items"]))
    if item.get("format") == "date":
        return "date, such as 1949-04-04"
    kind = {"string": "text", "integer": "whole number"}.get(item["type"], item["type"])
    if "maximum" in item:
        return f"{kind} in [{item['minimum']:g}, {item['maximum']:g}]"
    if "minimum" in item:
        return f"{kind}, at least {item['minimum']:g}"
    return f"{kind} above {item['exclusiveMinimum']:g}" if "exclusiveMinimum" in item else kind
