"""The shape of a scenario file: the one place that imports pydantic.

Ranges are checked by the validators that the rest of the package uses, so that a file and a call
with the same fault read the same.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, create_model

from games import checks, parameters, problems
from games.errors import InvalidGameError
from games.families import Family
from games.scenario import Coding, Sample

TreatyForm = Literal["bilateral", "multilateral"]
Kind = Literal["historical", "invented"]
# the words of `games.structures.Form`
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
    prior_ties: list[list[Name]] = []
    prior_source: Prose | None = None
    preferred: PreferredEntry


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
        found = [problems.worded(item, _fields) for item in error.errors(include_url=False)]
    else:
        found = list(problems.contradictions(entry))
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
