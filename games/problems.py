"""What can be wrong in a scenario file beyond a single entry, and how problems are worded."""

from __future__ import annotations

import datetime
import re
import reprlib
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from games.schema import ScenarioEntry, StateEntry


def problem(path: str, expectation: str, got: object) -> str:
    """Return the line that says what the value at `path` must be, and what was found."""
    return f"`{path}` {expectation}; got {shown(got)}"


def dotted(location: tuple[str | int, ...]) -> str:
    """Return a location as `candidates[2].capability`."""
    path = ""
    for part in location:
        if isinstance(part, int):
            path += f"[{part}]"
        else:
            # a quoted key of TOML may hold any character, also the end of a line
            bare = re.fullmatch(r"[A-Za-z0-9_-]+", part)
            path += "." * bool(path) + (part if bare else shown(part))
    return path


def shown(value: object) -> str:
    """Return `value` for a message: one line, and short however long or deep it is."""
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    try:
        return reprlib.repr(value)
    except ValueError:  # a whole number with more digits than Python is willing to print
        return "a number too long to print"


def contradictions(entry: ScenarioEntry) -> Iterator[str]:
    """Yield what is wrong between entries that are each well formed."""
    named = {entry.hegemon.name: "hegemon.name"}
    groups: tuple[tuple[str, Sequence[StateEntry]], ...] = (
        ("candidates", entry.candidates),
        ("adversaries", entry.adversaries),
    )
    for group, states in groups:
        for i, state in enumerate(states):
            path = f"{group}[{i}].name"
            if named.setdefault(state.name, path) != path:
                yield problem(path, f"must differ from `{named[state.name]}`", state.name)
    candidates = {state.name for state in entry.candidates}
    yield from _wrong_pairs(entry, candidates)
    yield from _wrong_treaties(entry, candidates, set(named))
    for name, text in entry.override_sources.items():
        if name not in entry.overrides:
            yield problem(f"sources.{name}", "must belong to a parameter set in `parameters`", text)


def _wrong_pairs(entry: ScenarioEntry, candidates: set[str]) -> Iterator[str]:
    seen: dict[frozenset[str], str] = {}
    for i, item in enumerate(entry.affinity):
        path, pair = f"affinity[{i}].pair", frozenset(item.pair)
        if len(item.pair) != 2 or len(pair) != 2 or not pair <= candidates:
            yield problem(path, "must name two different candidates", item.pair)
        elif seen.setdefault(pair, path) != path:
            yield problem(path, f"must differ from `{seen[pair]}`", item.pair)


def _wrong_treaties(entry: ScenarioEntry, candidates: set[str], states: set[str]) -> Iterator[str]:
    tied: dict[str, str] = {}
    for i, treaty in enumerate(entry.treaties):
        path, members = f"treaties[{i}].members", set(treaty.members)
        if len(members) != len(treaty.members) or not members <= states:
            yield problem(path, "must name different states of this file", treaty.members)
        elif len(members) < 2 or (len(members) == 2) != (treaty.form == "bilateral"):
            size = "two states" if treaty.form == "bilateral" else "three states or more"
            yield problem(path, f"must name {size} ({treaty.form})", treaty.members)
        elif entry.hegemon.name in members:
            # a structure holds each candidate in one treaty at most
            for name in sorted(members & candidates):
                if tied.setdefault(name, path) != path:
                    yield problem(path, f"must not tie a candidate of `{tied[name]}` again", name)
