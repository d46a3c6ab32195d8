"""The shape of a scenario file: the one place that imports pydantic.

Ranges are checked by the validators that the rest of the package uses, so that a file and a call
with the same fault read the same.
"""

from __future__ import annotations

import datetime
import difflib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, create_model

from games import checks
from games.alliance import parameters
from games.alliance.scenario import Coding, Sample
from games.alliance.structures import Family
from games.checks import shown
from games.errors import InvalidGameError

# What can be wrong in a scenario file beyond a single entry, and how problems are worded.

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


TreatyForm = Literal["bilateral", "multilateral"]
Kind = Literal["historical", "invented"]
# the words of `games.alliance.structures.Form`
FormWord = Literal["none", "bilateral", "hub-and-spoke", "mixed", "blocs", "multilateral"]


def _number(check: Callable[[float], object]) -> BeforeValidator:
    def validate(value: object) -> float:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise ValueError("must be a number")
        try:
            check(value)
            return float(value)
        except OverflowError:  # a whole number beyond the range of floats
            raise ValueError("must be finite") from None

    return BeforeValidator(validate)


def _shared(name: str) -> BeforeValidator:
    """Return a validator with the range that `Parameters` gives to the parameter `name`."""
    return _number(lambda value: parameters.Parameters(**{name: value}))


def _name(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("must be a text")
    if not value.isprintable():
        raise ValueError("must be a single line of printable text")
    return checks.label("x", value)


def _prose(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("must be a text that is not empty")
    # a file may break long texts where it likes; reports and messages break them anew
    return " ".join(value.split())


def _word(words: object) -> BeforeValidator:
    allowed: tuple[str, ...] = get_args(words)

    def validate(value: object) -> str:
        if not isinstance(value, str) or value not in allowed:
            raise ValueError(f"must be one of {', '.join(allowed)}")
        return value

    return BeforeValidator(validate)


def _calendar_year(value: object) -> object:
    if isinstance(value, int) and abs(value) > 9999:
        raise ValueError("must lie in [-9999, 9999]")
    return value


Name = Annotated[str, BeforeValidator(_name)]
Prose = Annotated[str, BeforeValidator(_prose)]
Amount = Annotated[float, _number(lambda value: checks.at_least("x", value, 0))]
Unit = Annotated[float, _number(lambda value: checks.above("x", value, 0))]
Share = Annotated[float, _number(lambda value: checks.within("x", value, 0, 1))]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class MeasureEntry(_Table):
    """What the capability figures of the file measure, and where they were taken from."""

    unit: Prose
    source: Prose


class ThreatEntry(_Table):
    """The coded threat."""

    value: Share
    coding: Annotated[Coding, _word(Coding)]
    reason: Prose


class StateEntry(_Table):
    """A state and its raw figure, not yet divided by the hegemon's; an adversary has no more."""

    name: Name
    label: Name | None = None
    capability: Amount
    source: Prose | None = None
    note: Prose | None = None


class HegemonEntry(StateEntry):
    """The hegemon, whose figure divides all others."""

    capability: Unit


class CandidateEntry(StateEntry):
    """A candidate, with the parameters that it does not share with the others, and the reason."""

    exposure: Annotated[float, _shared("exposure")] | None = None
    reliability: Annotated[float, _shared("reliability")] | None = None
    basing: Annotated[float, _shared("basing")] | None = None
    reason: Prose | None = None


class AffinityEntry(_Table):
    """Affinity of two candidates."""

    pair: list[Name]
    value: Share
    source: Prose


class TreatyEntry(_Table):
    """A treaty that was signed."""

    name: Name
    form: Annotated[TreatyForm, _word(TreatyForm)]
    signed: datetime.date
    members: list[Name]
    source: Prose


class PreferredEntry(_Table):
    """The form that the hegemon sought, apart from what was signed."""

    form: Annotated[FormWord, _word(FormWord)]
    coding: Annotated[Coding, _word(Coding)]
    reason: Prose


class CaseEntry(_Table):
    """What makes a scenario a case of the history."""

    sample: Annotated[Sample, _word(Sample)]
    family: Annotated[Family, _word(Family)] = "bloc_and_spokes"
    observed: Annotated[int, BeforeValidator(_calendar_year)] | None = None
    status_quo: list[list[Name]] = []
    status_quo_source: Prose | None = None
    prior_ties: list[list[Name]] = []
    prior_source: Prose | None = None
    preferred: PreferredEntry
    readings: list[PreferredEntry] = []


# one field for each parameter of `games.Parameters`, so that the two cannot drift apart
_ranges: dict[str, Any] = {n: (Annotated[float, _shared(n)], 0.0) for n in parameters.names()}
_texts: dict[str, Any] = dict.fromkeys(parameters.names(), (Prose, ""))
ParametersEntry = create_model("ParametersEntry", __base__=_Table, **_ranges)
SourcesEntry = create_model("SourcesEntry", __base__=_Table, **_texts)


class ScenarioEntry(_Table):
    """A whole scenario file."""

    title: Prose
    theatre: Prose
    year: Annotated[int, BeforeValidator(_calendar_year)]
    kind: Annotated[Kind, _word(Kind)]
    summary: Prose
    notes: list[Prose] = []
    measure: MeasureEntry
    threat: ThreatEntry
    hegemon: HegemonEntry
    candidates: list[CandidateEntry] = Field(min_length=1)
    adversaries: list[StateEntry] = Field(min_length=1)
    affinity: list[AffinityEntry] = []
    treaties: list[TreatyEntry] = []
    case: CaseEntry | None = None
    parameters: ParametersEntry = ParametersEntry()  # type: ignore[valid-type]
    sources: SourcesEntry = SourcesEntry()  # type: ignore[valid-type]

    @property
    def overrides(self) -> dict[str, float]:
        """The shared parameters that the file sets."""
        return _given(self.parameters)

    @property
    def override_sources(self) -> dict[str, str]:
        """Where those come from, for those that say so."""
        return _given(self.sources)


def parse(document: Mapping[str, object]) -> ScenarioEntry:
    """Return `document`, a parsed TOML file, as checked entries.

    Raises
    ------
    InvalidGameError
        With one line: the first problem, and how many more there are.
    """
    try:
        entry = ScenarioEntry.model_validate(document)
    except ValidationError as error:
        found = [worded(item, _fields) for item in error.errors(include_url=False)]
    else:
        found = list(contradictions(entry))
        if not found:
            return entry
    more = len(found) - 1
    tail = f" (and {more} more problem{'s' if more > 1 else ''})" if more else ""
    raise InvalidGameError(found[0] + tail)


def _given(table: BaseModel) -> dict[str, Any]:
    return table.model_dump(exclude_unset=True)


def _fields(location: tuple[str | int, ...]) -> tuple[str, ...]:
    """Return the fields of the table at `location`."""
    model: Any = ScenarioEntry
    for part in location:
        if isinstance(part, str):
            kind = model.model_fields[part].annotation
            model = (get_args(kind) or (kind,))[0]
    return tuple(model.model_fields)
