"""A scenario file to begin with: every field, what it is, what values are allowed."""

from __future__ import annotations

import datetime
import textwrap
from collections.abc import Iterator
from typing import Any

from games import toml
from games.alliance import parameters
from games.files import one_line
from games.scenarios.reference import Table, tables

HEAD = """\
# {name}: a scenario of one's own. Every figure here is invented: put yours in their place.
# A line such as #label = "..." is optional: take its mark away to use it, and that of the heading
# above it. Then, in a shell:
#   alliance show {name}.toml      every figure with its source, and what else the game has
#   alliance sweep {name}.toml     the preferred alliance across threat
"""
_SOURCE, _CODED = "invented", {"coding": "invented", "reason": "An example."}


def template(name: str) -> str:
    """Return a small invented scenario that loads and solves as it is, every field explained.

    Parameters
    ----------
    name : str
        Of the file, without its suffix.

    Examples
    --------
    >>> template("mine").splitlines()[6:8]
    ['# text: what reports and figures are headed with', 'title = "mine"']
    """
    blocks = [HEAD.format(name=one_line(name)).rstrip()]
    example = _example(name)
    optional: tuple[str, ...] = ()
    for table in tables():
        if not table.required:
            optional += (table.path,)
        mark = "" if table.required and not table.path.startswith(optional) else "#"
        blocks += _blocks(table, _found(example, table.path), mark)
    return "\n\n".join(blocks) + "\n"


def _found(example: dict[str, Any], path: str) -> list[dict[str, Any]]:
    """Return the example's tables at a path."""
    found: Any = example
    for part in path.split(".") if path else ():
        found = found[part]
    return found if isinstance(found, list) else [found]


def _blocks(table: Table, entries: list[dict[str, Any]], mark: str) -> Iterator[str]:
    """Yield each table of the same name as text; what it is stands in the first only."""
    above = [mark + table.heading] if table.path else []
    first, *others = entries
    yield "\n".join([*_comment(table.text) * bool(above), *above, *_lines(table, first, mark)])
    for entry in others:
        own = [mark + toml.entry(name, item) for name, item in entry.items()]
        yield "\n".join([*above, *own])


def _lines(table: Table, entry: dict[str, Any], mark: str) -> Iterator[str]:
    before: list[str] = []
    for field in table.fields:
        comment = _comment(f"{field.allowed}: {field.text}")
        if comment != before:
            yield from comment
        before = comment
        text = toml.entry(field.name, entry.get(field.name, field.default))
        optional = mark or "#" * (not field.required)
        yield from (optional + line for line in text.split("\n"))


def _comment(text: str) -> list[str]:
    return textwrap.wrap(text, 98, initial_indent="# ", subsequent_indent="# ")


def _example(name: str) -> dict[str, Any]:
    """Return a scenario with a value for each field that has no default."""
    return {
        "title": name,
        "theatre": "Nowhere",
        "year": 2000,
        "kind": "invented",
        "summary": "A great power weighs one pact against a treaty with each of three neighbours.",
        "notes": ["Every figure is invented."],
        "measure": {"unit": "ships", "source": _SOURCE},
        "threat": {"value": 0.7, **_CODED},
        "hegemon": _state("H", "The Great Power", 100),
        "candidates": [
            _state("A", "Atlantis", 20)
            | {"exposure": 1.2, "reliability": 0.8, "basing": 0.03, "reason": "An example."},
            {"name": "B", "capability": 15},
            {"name": "C", "capability": 10},
        ],
        "adversaries": [_state("Z", "The Rival", 80)],
        "affinity": [{"pair": ["A", "B"], "value": 0.5, "source": _SOURCE}],
        "treaties": [
            {
                "name": "Pact of an Example",
                "form": "multilateral",
                "signed": datetime.date(2000, 5, 1),
                "members": ["H", "A", "B"],
                "source": _SOURCE,
            }
        ],
        "case": {
            "sample": "held-out",
            "observed": 1999,
            "status_quo": [["C"]],
            "status_quo_source": _SOURCE,
            "prior_ties": [["A", "B"]],
            "prior_source": _SOURCE,
            "preferred": {"form": "multilateral", **_CODED},
            "readings": [{"form": "hub-and-spoke", **_CODED}],
        },
        "rules": {"frame": 0.5, "level": 0},
        "parameters": {"adversary": parameters.default("adversary")},
        "sources": dict.fromkeys(parameters.names(), _SOURCE),
    }


def _state(name: str, label: str, capability: float) -> dict[str, Any]:
    texts = {"source": _SOURCE, "note": "An example."}
    return {"name": name, "label": label, "capability": capability} | texts
