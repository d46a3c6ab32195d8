"""What can be wrong in a scenario file beyond a single entry, and how problems are worded."""

from __future__ import annotations

import datetime
import difflib
import re
import reprlib
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from games.schema import CaseEntry, ScenarioEntry, StateEntry

EXPECTATIONS = {
    "model_type": "must be a table",
    "list_type": "must be an array",
    "too_short": "must name at least one",
    "int_type": "must be a whole number",
    "date_type": "must be a date such as 1949-04-04",
}

# how many candidates a form needs at least
NEEDED = {
    "none": 0,
    "bilateral": 1,
    "hub-and-spoke": 2,
    "multilateral": 2,
    "mixed": 3,
    "blocs": 4,
}


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


def worded(error: Any, fields: Callable[[tuple[str | int, ...]], Sequence[str]]) -> str:
    """Return one of pydantic's errors in the words of this package.

    Parameters
    ----------
    error : mapping
        As `pydantic.ValidationError.errors` gives it.
    fields : callable
        The fields of the table at a location.
    """
    path = dotted(error["loc"])
    if error["type"] == "extra_forbidden":
        known = fields(error["loc"][:-1])
        close = difflib.get_close_matches(error["loc"][-1], known, n=1)
        hint = f" (did you mean {close[0]!r}?)" if close else ""
        return f"unknown field `{path}`{hint}; known: {', '.join(known)}"
    if error["type"] == "missing":
        return f"`{path}` must be given; got nothing"
    if error["type"] == "value_error":
        # validators of the package name the argument and its value, which are put anew here
        raised = str(error["ctx"]["error"])
        expectation = re.sub(r"^`[^`]*` |; got .*$", "", raised)
    else:
        expectation = EXPECTATIONS[error["type"]]
    return problem(path, expectation, error["input"])


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
    if entry.case:
        yield from _wrong_case(entry.case, entry)
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


def _wrong_case(case: CaseEntry, entry: ScenarioEntry) -> Iterator[str]:
    path, form = "case.preferred.form", case.preferred.form
    if NEEDED[form] > len(entry.candidates):
        found = f"{len(entry.candidates)} candidate{'s' * (len(entry.candidates) > 1)}"
        yield problem(path, f"must be a form that {found} can take", form)
    known = {state.name for state in entry.candidates}
    for i, group in enumerate(case.prior_ties):
        if len(group) < 2 or len(set(group)) != len(group) or not set(group) <= known:
            where = f"case.prior_ties[{i}]"
            yield problem(where, "must name two or more different candidates", group)
    if case.prior_ties and case.prior_source is None:
        yield problem("case.prior_source", "must say where `case.prior_ties` is from", None)
    if case.family == "blocs":
        return
    if form == "blocs":
        yield problem(path, "must be a form of the family 'bloc_and_spokes'", form)
    blocs = [
        f"treaties[{i}]"
        for i, treaty in enumerate(entry.treaties)
        if entry.hegemon.name in treaty.members and len(known & set(treaty.members)) > 1
    ]
    if len(blocs) > 1:
        expectation = f"must be 'blocs', as `{blocs[0]}` and `{blocs[1]}` are two blocs"
        yield problem("case.family", expectation, case.family)
