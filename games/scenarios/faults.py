"""What can be wrong in a scenario file, all of it in one line."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from games.checks import shown
from games.errors import LONGEST, InvalidGameError
from games.scenarios import schema
from games.scenarios.schema import CaseEntry, RulesEntry, ScenarioEntry, StateEntry

Location = tuple[str | int, ...]

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

# how many problems are told, and in how many characters: the name of the file needs some too
MOST, ROOM = 8, LONGEST - 60

# what of `[rules]` is a part of prospect theory
PARTS = ("alpha", "beta", "loss_aversion", "gamma", "delta")


def parse(document: Mapping[str, object]) -> ScenarioEntry:
    """Return `document`, a parsed TOML file, as checked entries.

    Raises
    ------
    InvalidGameError
        With one line that lists the problems, unknown fields first, and says how many more there
        are where they are many.
    """
    found = schema.validated(document)
    problems = _all_worded(found) if isinstance(found, list) else list(contradictions(found))
    if isinstance(found, list) or problems:
        raise InvalidGameError(_listed(problems))
    return found


def _listed(problems: Sequence[str]) -> str:
    """Return the first problems and the number of the others; the first one in any case."""
    told = list(problems[:MOST])
    while len(told) > 1 and len("; ".join(told)) > ROOM:
        told.pop()
    more = len(problems) - len(told)
    if more:
        told.append(f"and {more} more problem{'s' * (more > 1)}")
    return "; ".join(told)


def _all_worded(errors: Sequence[Any]) -> list[str]:
    """Return pydantic's errors in the words of this package, unknown fields first.

    A field that is missing because its name is misspelt is not told of again.
    """
    unknown = [error for error in errors if error["type"] == "extra_forbidden"]
    missing = {error["loc"] for error in errors if error["type"] == "missing"}
    meant = {}
    for error in unknown[:MOST]:
        *table, key = error["loc"]
        # a misspelt name of what is missing explains more than one of what is there
        lacking = [name for *where, name in missing if where == table]
        close = _close(key, lacking) or _close(key, schema.fields(tuple(table)))
        if close:
            meant[error["loc"]] = close
    explained = {(*location[:-1], name) for location, name in meant.items()}
    rest = [
        error
        for error in errors
        if error["type"] != "extra_forbidden" and error["loc"] not in explained & missing
    ]
    return [
        *(_unknown(error["loc"], meant.get(error["loc"])) for error in unknown),
        *map(_worded, rest),
    ]


def _close(name: str, known: Iterable[str]) -> str | None:
    return next(iter(difflib.get_close_matches(name, known, n=1)), None)


def _unknown(location: Location, meant: str | None) -> str:
    *table, key = location
    said = f"`{dotted(location)}` is no field of {_heading(tuple(table))}"
    if meant is not None:
        return f"{said}: did you mean `{meant}`?"
    if table and key in schema.fields(()):
        return f"{said}: `{key}` stands at the top of the file, before all tables"
    return f"{said}; known: {', '.join(schema.fields(tuple(table)))}"


def _heading(table: Location) -> str:
    """Return what stands above a table in a file: `[threat]`, `[[candidates]]`.

    Examples
    --------
    >>> _heading(("candidates", 2)), _heading(("case", "preferred")), _heading(())
    ('[[candidates]]', '[case.preferred]', 'a scenario')
    """
    if not table:
        return "a scenario"
    name = ".".join(part for part in table if isinstance(part, str))
    return f"[[{name}]]" if isinstance(table[-1], int) else f"[{name}]"


def problem(path: str, expectation: str, got: object) -> str:
    """Return the line that says what the value at `path` must be, and what was found."""
    return f"`{path}` {expectation}; got {shown(got)}"


def dotted(location: Location) -> str:
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


def _worded(error: Any) -> str:
    """Return one of pydantic's errors, a mapping, in the words of this package."""
    path = dotted(error["loc"])
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
    yield from _wrong_rules(entry.rules)
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


def _wrong_rules(rules: RulesEntry) -> Iterator[str]:
    """Yield what of the rules cannot stand beside another one."""
    given = schema.given(rules)
    if rules.preference == "expected-utility":
        for name in [name for name in PARTS if name in given]:
            expectation = "must not stand beside the preference 'expected-utility'"
            yield problem(f"rules.{name}", expectation, given[name])
    if "level" in given and ("base" in given or "slope" in given):
        yield problem("rules.level", "must not stand beside `base` or `slope`", rules.level)


def _wrong_case(case: CaseEntry, entry: ScenarioEntry) -> Iterator[str]:
    forms = {"case.preferred.form": case.preferred.form}
    forms |= {f"case.readings[{i}].form": item.form for i, item in enumerate(case.readings)}
    for path, form in forms.items():
        if NEEDED[form] > len(entry.candidates):
            found = f"{len(entry.candidates)} candidate{'s' * (len(entry.candidates) > 1)}"
            yield problem(path, f"must be a form that {found} can take", form)
        if form == "blocs" and case.family != "blocs":
            yield problem(path, "must be a form of the family 'bloc_and_spokes'", form)
    if case.observed is not None and case.observed > entry.year:
        yield problem("case.observed", f"must be no later than `year`, {entry.year}", case.observed)
    known = {state.name for state in entry.candidates}
    for i, group in enumerate(case.prior_ties):
        if len(group) < 2 or len(set(group)) != len(group) or not set(group) <= known:
            where = f"case.prior_ties[{i}]"
            yield problem(where, "must name two or more different candidates", group)
    if case.prior_ties and case.prior_source is None:
        yield problem("case.prior_source", "must say where `case.prior_ties` is from", None)
    yield from _wrong_status_quo(case, entry, known)
    if case.family == "blocs":
        return
    blocs = [
        f"treaties[{i}]"
        for i, treaty in enumerate(entry.treaties)
        if entry.hegemon.name in treaty.members and len(known & set(treaty.members)) > 1
    ]
    if len(blocs) > 1:
        expectation = f"must be 'blocs', as `{blocs[0]}` and `{blocs[1]}` are two blocs"
        yield problem("case.family", expectation, case.family)


def _wrong_status_quo(case: CaseEntry, entry: ScenarioEntry, known: set[str]) -> Iterator[str]:
    tied: dict[str, str] = {}
    for i, group in enumerate(case.status_quo):
        where = f"case.status_quo[{i}]"
        if not group or len(set(group)) != len(group) or not set(group) <= known:
            yield problem(where, "must name different candidates", group)
        for name in group:
            if tied.setdefault(name, where) != where:
                yield problem(where, f"must not tie a candidate of `{tied[name]}` again", name)
        for j, treaty in enumerate(entry.treaties):
            if entry.hegemon.name not in treaty.members:
                continue
            inside, members = set(group) & set(treaty.members), known & set(treaty.members)
            only_bloc = case.family != "blocs" and min(len(group), len(members)) > 1
            if inside != set(group) and (inside or only_bloc):
                expectation = f"must name all of `{where}`" + " or none" * (not only_bloc)
                yield problem(f"treaties[{j}].members", expectation, treaty.members)
    if case.status_quo and case.status_quo_source is None:
        where = "case.status_quo_source"
        yield problem(where, "must say where `case.status_quo` is from", None)
    if case.family != "blocs" and sum(len(group) > 1 for group in case.status_quo) > 1:
        where = "case.status_quo"
        yield problem(where, "must hold one bloc at most", case.status_quo)
