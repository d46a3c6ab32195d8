"""Every quantity of a game in one list: its value, unit, meaning and source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from games.alliance import parameters, payoffs, settings
from games.alliance.parameters import Meaning
from games.alliance.references import ThreatReference
from games.alliance.scenario import Figure
from games.alliance.specification import OVERRIDES, Specification
from games.prospects.preferences import CumulativeProspectTheory, ExpectedUtility, Preference

GIVEN = "given by the user"
DEFAULT = "project default"
MEDIANS = "median of Tversky & Kahneman 1992"
_POWER = "hegemon's capability = 1"

_FIELDS = {
    **{name: settings.PREFERENCE[name] for name in ("alpha", "beta", "loss_aversion")},
    "weighting_gains": Meaning("weighting of the probabilities of gains", "function"),
    "weighting_losses": Meaning("weighting of the probabilities of losses", "function"),
}


@dataclass(frozen=True)
class Described:
    """One quantity of a game.

    Attributes
    ----------
    name : str
        As in `AllianceGame`, with a candidate or a pair in brackets: "exposure[Samos]".
    value : float or str
    unit, meaning, source : str
    """

    name: str
    value: float | str
    unit: str
    meaning: str
    source: str


def describe(game: Specification) -> tuple[Described, ...]:
    """Return every quantity of `game`, each with its unit, meaning and source.

    A value that has been changed since its scenario was loaded is described as the user's.

    Examples
    --------
    >>> from games import AllianceGame
    >>> game = AllianceGame(hegemon="Athens", capabilities={"Samos": 0.2}, threat=0.7)
    >>> [item.source for item in describe(game) if item.name in ("threat", "preference.alpha")]
    ['given by the user', 'median of Tversky & Kahneman 1992']
    """
    return (
        *_rules(game),
        *_preference(
            "preference", "the hegemon's preference", game.preference, CumulativeProspectTheory
        ),
        *_candidates_preference(game),
        *_shared(game),
        *_singles(game),
    )


def _rules(game: Specification) -> Iterator[Described]:
    label = game.labelled(game.hegemon)
    figure = _figures(game).get(game.hegemon)
    source = figure.source if figure else GIVEN
    yield Described("hegemon", game.hegemon, "name", f"proposes the structure: {label}", source)
    case = game.scenario.case if game.scenario else None
    source = DEFAULT if game.family == "bloc_and_spokes" else GIVEN
    if case and case.family == game.family != "bloc_and_spokes":
        source = "set by the case"
    yield _field("family", game.family, source)
    for name, default in (("ratification", "open"), ("burden_sharing", "none")):
        value = getattr(game, name)
        yield _field(name, value, DEFAULT if value == default else GIVEN)
    yield _field("threat", game.threat, _threat_source(game))
    frame, source = (game.threat, "the threat") if game.frame is None else (game.frame, GIVEN)
    yield _field("frame", frame, source)
    source = GIVEN
    if game.reference == ThreatReference():
        source = (
            "after He & Feng 2012, who give the rule in words; its linear form is the project's"
        )
    meaning = "rule that gives the reference point"
    yield Described("reference", repr(game.reference), "rule", meaning, source)
    meaning = "outcome that divides gains from losses"
    point = payoffs.reference_point(game)
    yield Described("reference_point", point, "security", meaning, "computed: reference at frame")


def _field(name: str, value: float | str, source: str) -> Described:
    meaning = settings.FIELDS[name]
    return Described(name, value, meaning.unit, meaning.text, source)


def _preference(
    name: str, meaning: str, preference: Preference, default: type[Preference] | None
) -> Iterator[Described]:
    source = DEFAULT if type(preference) is default else GIVEN
    yield Described(name, type(preference).__name__, "rule", meaning, source)
    medians = CumulativeProspectTheory()
    for field, (text, unit) in _FIELDS.items():
        value = getattr(preference, field)
        if isinstance(preference, ExpectedUtility):
            source = "fixed by ExpectedUtility"
        elif isinstance(preference, CumulativeProspectTheory) and value == getattr(medians, field):
            source = MEDIANS
        else:
            source = GIVEN
        kept = value if isinstance(value, float) else repr(value)
        yield Described(f"{name}.{field}", kept, unit, text, source)


def _candidates_preference(game: Specification) -> Iterator[Described]:
    name, meaning = "candidate_preference", "the candidates' preference"
    if game.candidate_preference == ExpectedUtility():
        # its five fields say nothing that the name does not
        yield Described(name, "ExpectedUtility", "rule", meaning, DEFAULT)
    else:
        yield from _preference(name, meaning, game.candidate_preference, None)
    value = game.candidate_reference
    meaning = "the candidates' reference point"
    source = DEFAULT if value == 0 else GIVEN
    yield Described("candidate_reference", value, "security", meaning, source)


def _shared(game: Specification) -> Iterator[Described]:
    for name in parameters.names():
        value = getattr(game.parameters, name)
        meaning, unit = parameters.meaning(name)
        yield Described(name, value, unit, meaning, _shared_source(game, name, value))


def _shared_source(game: Specification, name: str, value: float) -> str:
    """Return whether a parameter is the file's, computed from its figures, or the default."""
    if f"parameters.{name}" in _figures(game):
        return _set_by(game, f"parameters.{name}", value)
    scenario = game.scenario
    if name == "adversary" and scenario:
        if value != scenario.opposed():
            return GIVEN
        each = [scenario.figures[own] for own in scenario.adversaries if own in scenario.figures]
        unit = scenario.figures[game.hegemon]
        raw = " + ".join(f"{figure.value:.9g}" for figure in each)
        sources = "; ".join(dict.fromkeys(figure.source for figure in each))
        return (
            f"computed: {scenario.adversary}, {raw if len(each) == 1 else f'({raw})'} /"
            f" {unit.value:.9g} ({unit.unit}): {sources}"
        )
    return parameters.CALIBRATED if value == parameters.default(name) else GIVEN


def _singles(game: Specification) -> Iterator[Described]:
    for name in game.candidates:
        meaning, source = f"capability of {game.labelled(name)}", _capability_source(game, name)
        yield Described(f"capability[{name}]", game.capabilities[name], _POWER, meaning, source)
    for plural, single in OVERRIDES.items():
        meaning, unit = parameters.meaning(single)
        for name, value in getattr(game, plural).items():
            key = f"{single}[{name}]"
            text = f"{meaning}: {game.labelled(name)}"
            yield Described(key, value, unit, text, _set_by(game, key, value))
    unit = parameters.meaning("affinity").unit
    for (first, second), value in game.affinity.items():
        key = f"affinity[{first}, {second}]"
        text = f"affinity of {game.labelled(first)} and {game.labelled(second)}"
        yield Described(key, value, unit, text, _set_by(game, key, value))


def _threat_source(game: Specification) -> str:
    coded = game.scenario.threat if game.scenario else None
    if coded is None or coded.value != game.threat:
        return GIVEN
    return f"coding: {coded.coding}. {coded.reason}"


def _figures(game: Specification) -> Mapping[str, Figure]:
    return game.scenario.figures if game.scenario else {}


def _capability_source(game: Specification, name: str) -> str:
    raw, unit = _figures(game).get(name), _figures(game).get(game.hegemon)
    if not raw or not unit or not unit.value or raw.value / unit.value != game.capabilities[name]:
        return GIVEN
    return f"{raw.value:.9g} / {unit.value:.9g} ({raw.unit}): {raw.source}"


def _set_by(game: Specification, key: str, value: float) -> str:
    """Return the source of the scenario's figure `key`, if the game still holds its value."""
    figure = _figures(game).get(key)
    return figure.source if figure and figure.value == value else GIVEN
