"""The shape of a scenario file, with what each field means: the one place that imports pydantic.

Ranges are checked by the validators that the rest of the package uses, so that a file and a call
with the same fault read the same. `json_schema` states the same shape to other programs.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, create_model
from pydantic.json_schema import GenerateJsonSchema

from games import checks
from games.alliance import burden_sharing, parameters, settings
from games.alliance.parameters import Meaning
from games.alliance.references import ThreatReference
from games.alliance.scenario import Coding, Sample
from games.alliance.specification import RATIFICATIONS, Ratification
from games.alliance.structures import FAMILIES, Family
from games.prospects.preferences import PREFERENCES, CumulativeProspectTheory
from games.prospects.weighting import SHALLOWEST, STEEPEST

DIALECT = "https://json-schema.org/draft/2020-12/schema"
EARLIEST, LATEST = -9999, 9999
_USUAL = CumulativeProspectTheory()
MEANINGS = settings.FIELDS | settings.PREFERENCE | settings.REFERENCE

TreatyForm = Literal["bilateral", "multilateral"]
Kind = Literal["historical", "invented"]
# the words of `games.alliance.structures.Form`
FormWord = Literal["none", "bilateral", "hub-and-spoke", "mixed", "blocs", "multilateral"]


class _Checked:
    """What a value must be: a check in the words of the package, and its twin in JSON Schema."""

    def __init__(self, check: Callable[[Any], Any], **twin: object) -> None:
        self.check, self.twin = check, twin

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        return BeforeValidator(self.check).__get_pydantic_core_schema__(source, handler)

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> dict[str, Any]:
        return handler(schema) | self.twin  # type: ignore[no-any-return]


def _number(
    low: float | None = None, high: float | None = None, *, above: bool = False
) -> _Checked:
    """Return what a number in a range must be; `above` leaves `low` itself out."""

    def validate(value: object) -> float:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise ValueError("must be a number")
        if low is None:
            return checks.number("x", value)
        if high is not None:
            return checks.within("x", value, low, high)
        return checks.above("x", value, low) if above else checks.at_least("x", value, low)

    lowest = {} if low is None else {"exclusiveMinimum" if above else "minimum": low}
    return _Checked(validate, **lowest, **({} if high is None else {"maximum": high}))


def _shared(name: str) -> _Checked:
    """Return what the parameter `name` must be, with the range that `Parameters` gives to it."""
    return _number(0, parameters.highest(name))


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


def _one_of(allowed: Sequence[str]) -> _Checked:
    def validate(value: object) -> str:
        if not isinstance(value, str) or value not in allowed:
            raise ValueError(f"must be one of {', '.join(allowed)}")
        return value

    return _Checked(validate, enum=list(allowed))


def _word(words: object) -> _Checked:
    return _one_of(get_args(words))


def _rule(value: object) -> str:
    return str(burden_sharing.parse(value))


def _calendar_year(value: object) -> object:
    if isinstance(value, int) and not EARLIEST <= value <= LATEST:
        raise ValueError(f"must lie in [{EARLIEST}, {LATEST}]")
    return value


Name = Annotated[str, _Checked(_name, minLength=1)]
Prose = Annotated[str, _Checked(_prose, minLength=1)]
Year = Annotated[int, _Checked(_calendar_year, minimum=EARLIEST, maximum=LATEST)]
Amount = Annotated[float, _number(0)]
Unit = Annotated[float, _number(0, above=True)]
Share = Annotated[float, _number(0, 1)]
Level = Annotated[float, _number()]
Exponent = Annotated[float, _number(SHALLOWEST, STEEPEST)]
PreferenceName = Annotated[str, _one_of(PREFERENCES)]


def _told(meaning: Meaning) -> str:
    """Return what a quantity means, with its unit if that is not plain from its range."""
    plain = meaning.unit in ("word", "rule", "probability", "share, 0 to 1")
    return meaning.text if plain else f"{meaning.text} ({meaning.unit})"


def _shared_field(name: str) -> Any:
    """Return the field of a candidate's own value of a shared parameter."""
    return Field(None, description=f"of this candidate alone: {_told(parameters.meaning(name))}")


def _rule_field(name: str, default: object = None, more: str = "") -> Any:
    return Field(default, description=_told(MEANINGS[name]) + more)


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class MeasureEntry(_Table):
    """What the capability figures measure, and where they are from."""

    unit: Prose = Field(description="unit of every capability in the file")
    source: Prose = Field(description="where the figures are from, if a state says nothing else")


class ThreatEntry(_Table):
    """The coded threat."""

    value: Share = Field(description=MEANINGS["threat"].text)
    coding: Annotated[Coding, _word(Coding)] = Field(description="how the value was found")
    reason: Prose = Field(description="why this value: one sentence")


class StateEntry(_Table):
    """A state that threatens, and its raw figure."""

    name: Name = Field(description="abbreviation, unique in the file")
    label: Name | None = Field(None, description="full name, if `name` is short for it")
    capability: Amount = Field(description="raw figure, in the unit of [measure]")
    source: Prose | None = Field(None, description="where this figure is from, if elsewhere")
    note: Prose | None = Field(None, description="what a reader should know of this figure")


class HegemonEntry(StateEntry):
    """The hegemon, whose figure divides all others."""

    capability: Unit = Field(description="raw figure, in the unit of [measure]; divides all others")


class CandidateEntry(StateEntry):
    """A state that may sign, one table for each; what it does not say is as in [parameters]."""

    exposure: Annotated[float, _shared("exposure")] | None = _shared_field("exposure")
    reliability: Annotated[float, _shared("reliability")] | None = _shared_field("reliability")
    basing: Annotated[float, _shared("basing")] | None = _shared_field("basing")
    reason: Prose | None = Field(None, description="why these values of its own")


class AffinityEntry(_Table):
    """How well two candidates agree, one table for each pair; others as in [parameters]."""

    pair: list[Name] = Field(description="the names of two candidates")
    value: Share = Field(description=parameters.meaning("affinity").text)
    source: Prose = Field(description="where the value is from")


class TreatyEntry(_Table):
    """A treaty that was signed, one table for each; no equilibrium is computed from it."""

    name: Name = Field(description="what it is called")
    form: Annotated[TreatyForm, _word(TreatyForm)] = Field(
        description="bilateral of two states, multilateral of more"
    )
    signed: datetime.date = Field(description="day of signature")
    members: list[Name] = Field(description="names of states in this file")
    source: Prose = Field(description="where this is on record")


class PreferredEntry(_Table):
    """A form that the hegemon sought, apart from what was signed."""

    form: Annotated[FormWord, _word(FormWord)] = Field(description="form that was sought")
    coding: Annotated[Coding, _word(Coding)] = Field(description="how it was found")
    reason: Prose = Field(description="why this form: one sentence")


class CaseEntry(_Table):
    """What makes a scenario a case, on which an account can be right or wrong."""

    sample: Annotated[Sample, _word(Sample)] = Field(
        description="whether the default parameters were chosen with this case in view"
    )
    family: Annotated[Family, _word(Family)] = Field(
        "bloc_and_spokes", description=MEANINGS["family"].text
    )
    observed: Year | None = Field(
        None, description="year in which predictors are read; `year` if not given"
    )
    status_quo: list[list[Name]] = Field(
        [], description="the candidates in each treaty of the hegemon in force before"
    )
    status_quo_source: Prose | None = Field(None, description="where `status_quo` is from")
    prior_ties: list[list[Name]] = Field(
        [], description="groups of candidates that were all allied with one another before"
    )
    prior_source: Prose | None = Field(None, description="where `prior_ties` is from")
    preferred: PreferredEntry = Field(description="the form that the hegemon sought")
    readings: list[PreferredEntry] = Field(
        [], description="what others read the hegemon to have sought"
    )


class RulesEntry(_Table):
    """Who plays how, where it is not as by default; names as `games.settings` has them."""

    family: Annotated[Family, _word(Family)] = _rule_field("family", FAMILIES[0])
    ratification: Annotated[Ratification, _word(Ratification)] = _rule_field(
        "ratification", RATIFICATIONS[0]
    )
    burden_sharing: Annotated[str, _Checked(_rule, minLength=1)] = _rule_field(
        "burden_sharing",
        burden_sharing.RULES[0],
        f": {', '.join(burden_sharing.RULES)}, the last with its patience, as rubinstein(0.9)",
    )
    frame: Share | None = _rule_field("frame")
    preference: PreferenceName = _rule_field("preference", "prospect-theory")
    alpha: Unit = _rule_field("alpha", _USUAL.alpha)
    beta: Unit = _rule_field("beta", _USUAL.beta)
    loss_aversion: Unit = _rule_field("loss_aversion", _USUAL.loss_aversion)
    gamma: Exponent = _rule_field("gamma", _USUAL.weighting_gains.constants[0])
    delta: Exponent = _rule_field("delta", _USUAL.weighting_losses.constants[0])
    base: Level = _rule_field("base", ThreatReference.base)
    slope: Level = _rule_field("slope", ThreatReference.slope)
    level: Level | None = _rule_field("level")
    candidate_preference: PreferenceName = _rule_field("candidate_preference", "expected-utility")
    candidate_reference: Level = _rule_field("candidate_reference", 0)


# one field for each parameter of `games.Parameters`, so that the two cannot drift apart
_ranges: dict[str, Any] = {
    name: (
        Annotated[float, _shared(name)],
        Field(parameters.default(name), description=_told(parameters.meaning(name))),
    )
    for name in parameters.names()
}
_ranges["adversary"] = (
    _ranges["adversary"][0] | None,
    Field(None, description="computed from the figures of [[adversaries]] if it is not given"),
)
_texts: dict[str, Any] = {
    name: (Prose | None, Field(None, description="where the value of this parameter is from"))
    for name in parameters.names()
}
ParametersEntry = create_model(
    "ParametersEntry",
    __base__=_Table,
    __doc__="What all candidates share, where it is not as by default.",
    **_ranges,
)
SourcesEntry = create_model(
    "SourcesEntry",
    __base__=_Table,
    __doc__="Where the values in [parameters] are from.",
    **_texts,
)


class ScenarioEntry(_Table):
    """A scenario: a game with a source for every figure."""

    title: Prose = Field(description="what reports and figures are headed with")
    theatre: Prose = Field(description="where it plays")
    year: Year = Field(description="when it plays; 1 BC is year 0")
    kind: Annotated[Kind, _word(Kind)] = Field(description="whether the figures are of history")
    summary: Prose = Field(description="what is at stake, in two sentences")
    notes: list[Prose] = Field([], description="what a reader should know")
    measure: MeasureEntry = Field(description="of the capabilities")
    threat: ThreatEntry = Field(description="of the adversaries")
    hegemon: HegemonEntry = Field(description="who proposes the alliance")
    candidates: list[CandidateEntry] = Field(min_length=1, description="who may sign")
    adversaries: list[StateEntry] = Field(min_length=1, description="who threatens")
    affinity: list[AffinityEntry] = Field([], description="of pairs of candidates")
    treaties: list[TreatyEntry] = Field([], description="what was signed")
    case: CaseEntry | None = Field(None, description="what was sought")
    rules: RulesEntry = Field(RulesEntry(), description="who plays how")
    parameters: ParametersEntry = Field(  # type: ignore[valid-type]
        ParametersEntry(), description="what all candidates share"
    )
    sources: SourcesEntry = Field(  # type: ignore[valid-type]
        SourcesEntry(), description="of the parameters"
    )

    @property
    def rules_given(self) -> dict[str, Any]:
        """What the file says of who plays how."""
        return given(self.rules)

    @property
    def overrides(self) -> dict[str, float]:
        """The shared parameters that the file sets."""
        return given(self.parameters)

    @property
    def override_sources(self) -> dict[str, str]:
        """Where those come from, for those that say so."""
        return given(self.sources)


def given(table: BaseModel) -> dict[str, Any]:
    """Return what a file gives of a table, without defaults."""
    return table.model_dump(exclude_unset=True)


def validated(document: Mapping[str, object]) -> ScenarioEntry | list[Any]:
    """Return `document`, a parsed TOML file, as entries, or else the errors of pydantic."""
    try:
        return ScenarioEntry.model_validate(document)
    except ValidationError as error:
        return error.errors(include_url=False)


def fields(location: tuple[str | int, ...]) -> tuple[str, ...]:
    """Return the fields of the table at `location`."""
    model: Any = ScenarioEntry
    for part in location:
        if isinstance(part, str):
            kind = model.model_fields[part].annotation
            model = (get_args(kind) or (kind,))[0]
    return tuple(model.model_fields)


class _Plain(GenerateJsonSchema):
    """JSON Schema without what TOML has no word for: null, and titles that say the name again."""

    def nullable_schema(self, schema: Any) -> dict[str, Any]:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: Any) -> dict[str, Any]:
        if schema["default"] is None or isinstance(schema["default"], BaseModel):
            return self.generate_inner(schema["schema"])
        return super().default_schema(schema)

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def json_schema() -> dict[str, Any]:
    """Return the shape of a scenario file as JSON Schema; a date is a text such as "1949-04-04".

    What fields of a valid file may contradict each other in, `games.load` alone knows.

    Examples
    --------
    >>> json_schema()["properties"]["year"]["minimum"]
    -9999
    """
    return {"$schema": DIALECT} | ScenarioEntry.model_json_schema(schema_generator=_Plain)
