"""Scenarios: games with their figures and sources, embedded or from a file of the user's own."""

from __future__ import annotations

import os
import re
from functools import cache
from typing import TYPE_CHECKING, Any

from games import checks
from games.alliance import settings
from games.alliance.game import AllianceGame
from games.alliance.parameters import Parameters, meaning
from games.alliance.scenario import (
    CodedCase,
    CodedForm,
    CodedThreat,
    Figure,
    Scenario,
    SignedTreaty,
)
from games.alliance.specification import OVERRIDES
from games.alliance.structures import Form
from games.errors import InvalidGameError, UnknownNameError
from games.files import one_line, read_whole
from games.prospects.preferences import preference_named
from games.records import FrozenMapping

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    from games.scenarios.schema import CaseEntry, PreferredEntry, ScenarioEntry, StateEntry

MAX_BYTES = 1 << 20
# parts of a dotted key: reading takes time and room with their square
MOST_PARTS = 32
_PART = r"""(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')\s*+"""
_DEEP = re.compile(rf"""(?<![\w"'-]){_PART}(?:\.\s*+{_PART}){{{MOST_PARTS}}}""")
SUFFIX = ".toml"
CASES = "cases"


def names() -> tuple[str, ...]:
    """Return the names of the embedded scenarios, sorted.

    The cases in the folder `cases` are not among them: `games.scenarios.cases.case_names` lists
    those.

    Examples
    --------
    >>> names()
    ('asia-1951', 'classic-athens', 'europe-1949', 'nato-2024', 'southeast-asia-1954',
     'us-east-asia-2016')
    """
    return tuple(sorted(_files(_folder())))


@cache
def embedded() -> FrozenMapping[str, Traversable]:
    """Return the file of each embedded scenario and case, by name."""
    return FrozenMapping(_files(_folder()) | _files(_folder() / CASES))


def load(name_or_path: str | os.PathLike[str]) -> AllianceGame:
    """Return the game of a scenario, at its coded threat.

    Parameters
    ----------
    name_or_path : str or path
        The name of an embedded scenario or case; or a TOML file, if it is no `str`, holds a path
        separator or ends in ".toml". Figures in a file are raw: they are divided by the hegemon's.

    Returns
    -------
    AllianceGame
        Its `scenario` holds a `Figure` for each state, by name, in the file's own unit, and for
        each value that the file sets besides: "parameters.cohesion", "exposure[Samos]",
        "affinity[Chios, Samos]" (names sorted).

    Raises
    ------
    UnknownNameError
        If no embedded scenario or case has that name.
    InvalidGameError
        If the file cannot be read, is no TOML, or describes no game. The message is one line that
        names the file and all that is wrong: the field, what was expected and what was found.

    Examples
    --------
    >>> game = load("europe-1949")
    >>> len(game.candidates), game.threat, round(game.capabilities["UKG"], 6)
    (11, 0.7, 0.259137)
    """
    if isinstance(name_or_path, str) and not is_path(name_or_path):
        known = embedded()
        if name_or_path not in known:
            raise UnknownNameError("scenario", name_or_path, names(), meant_by(name_or_path))
        return _embedded_game(name_or_path)
    where = os.fspath(name_or_path) if isinstance(name_or_path, os.PathLike) else name_or_path
    if not isinstance(where, str):
        raise InvalidGameError(
            f"`name_or_path` must be a scenario's name or a path; got {name_or_path!r}"
        )
    label = one_line(where)
    content = read_whole(where, label, MAX_BYTES)
    return _parsed(label, os.path.splitext(os.path.basename(where))[0], content)


@cache
def _embedded_game(name: str) -> AllianceGame:
    """Return the game of an embedded scenario, read once: nobody can change a game."""
    return _parsed(name + SUFFIX, name, embedded()[name].read_bytes())


def scenario_info(name_or_path: str | os.PathLike[str]) -> Scenario:
    """Return the provenance of a scenario: title, summary, figures, treaties and sources.

    Raises as `load` does.

    Examples
    --------
    >>> scenario_info("classic-athens").kind
    'invented'
    """
    found = load(name_or_path).scenario
    assert found is not None, "load gives each game its scenario"
    return found


def is_path(text: str) -> bool:
    """Return whether `load` takes `text` for the path of a file, and not for a name."""
    separators = {"/", os.sep, os.altsep or os.sep}
    return text.lower().endswith(SUFFIX) or any(mark in text for mark in separators)


def meant_by(name: str) -> dict[str, str]:
    """Return what else may be meant by the name of a scenario: a case, or a file beside the user.

    The file counts where it has the name, without the suffix.
    """
    beside = {name: name + SUFFIX} if os.path.isfile(name + SUFFIX) else {}
    return {case: case for case in embedded()} | beside


def _folder() -> Traversable:
    from importlib import resources  # here, as most users of the package load no scenario

    return resources.files("games") / "data"


def _files(folder: Traversable) -> dict[str, Traversable]:
    return {
        file.name.removesuffix(SUFFIX): file
        for file in folder.iterdir()
        if file.name.endswith(SUFFIX)
    }


def _parsed(label: str, name: str, content: bytes) -> AllianceGame:
    import tomllib

    from games.scenarios import faults  # pydantic is slow to import, and only this needs it

    try:
        text = content.decode("utf-8-sig")
        if _DEEP.search(text):
            raise InvalidGameError(
                f"{label}: must not name keys of more than {MOST_PARTS} parts; got one that does"
            )
        document = tomllib.loads(text)
    except UnicodeDecodeError as error:
        found = f"byte 0x{content[error.start]:02x} at offset {error.start}"
        raise InvalidGameError(f"{label}: must be UTF-8 text; got {found}") from None
    except RecursionError:
        raise InvalidGameError(f"{label}: must be valid TOML; got too deep a nesting") from None
    except InvalidGameError:
        raise
    except ValueError as error:  # also what TOMLDecodeError is, which names line and column
        reason = " ".join(str(error).split())
        raise InvalidGameError(f"{label}: must be valid TOML; got: {reason}") from None
    try:
        return _game(faults.parse(document), name)
    except InvalidGameError as error:
        raise InvalidGameError(f"{label}: {error}") from None


def _game(entry: ScenarioEntry, name: str) -> AllianceGame:
    unit, scenario = entry.hegemon.capability, _scenario(entry, name)
    capabilities = {
        state.name: checks.number(f"capabilities[{state.name!r}]", state.capability / unit)
        for state in entry.candidates
    }
    singles: dict[str, Any] = {
        plural: {
            state.name: getattr(state, single)
            for state in entry.candidates
            if getattr(state, single) is not None
        }
        for plural, single in OVERRIDES.items()
    }
    game = AllianceGame(
        hegemon=entry.hegemon.name,
        capabilities=capabilities,
        threat=entry.threat.value,
        parameters=Parameters(**{"adversary": scenario.opposed()} | entry.overrides),
        affinity={(item.pair[0], item.pair[1]): item.value for item in entry.affinity},
        family=entry.case.family if entry.case else "bloc_and_spokes",
        scenario=scenario,
        **singles,
    )
    return settings.with_values(game, _rules(entry))


def _rules(entry: ScenarioEntry) -> dict[str, object]:
    """Return what the file says of who plays how, by name."""
    found = entry.rules_given
    for name in ("preference", "candidate_preference"):
        if name in found:
            found[name] = preference_named(found[name])
    return found


def _scenario(entry: ScenarioEntry, name: str) -> Scenario:
    states = [entry.hegemon, *entry.candidates, *entry.adversaries]
    remarks = tuple(f"{state.name}: {state.note}" for state in states if state.note)
    sources = {"capabilities": entry.measure.source, "threat": entry.threat.coding}
    if entry.treaties:
        sources["treaties"] = "; ".join(dict.fromkeys(item.source for item in entry.treaties))
    if entry.case:
        sources["preferred"] = entry.case.preferred.coding
        if entry.case.prior_source:
            sources["prior_ties"] = entry.case.prior_source
        if entry.case.status_quo_source:
            sources["status_quo"] = entry.case.status_quo_source
    return Scenario(
        name=name,
        title=entry.title,
        theatre=entry.theatre,
        year=entry.year,
        kind=entry.kind,
        summary=entry.summary,
        hegemon=entry.hegemon.name,
        adversaries=tuple(state.name for state in entry.adversaries),
        threat=CodedThreat(entry.threat.value, entry.threat.coding, entry.threat.reason),
        labels={state.name: state.label or state.name for state in states},
        figures=_figures(entry, states),
        treaties=tuple(
            SignedTreaty(
                item.name, item.form, item.signed.isoformat(), tuple(item.members), item.source
            )
            for item in entry.treaties
        ),
        sources=sources,
        notes=(*entry.notes, *remarks),
        case=_case(entry.case) if entry.case else None,
    )


def _case(entry: CaseEntry) -> CodedCase:
    def coded(form: PreferredEntry) -> CodedForm:
        return CodedForm(Form(form.form), form.coding, form.reason)

    return CodedCase(
        entry.sample,
        coded(entry.preferred),
        entry.family,
        entry.observed,
        tuple(tuple(group) for group in entry.prior_ties),
        tuple(tuple(group) for group in entry.status_quo),
        tuple(coded(item) for item in entry.readings),
    )


def _figures(entry: ScenarioEntry, states: list[StateEntry]) -> dict[str, Figure]:
    """Return each number of the file with its unit and source, by what it is the number of."""
    measure = entry.measure
    figures = {}
    for state in states:
        cited = state.source or measure.source
        source = f"{cited}. {state.note}" if state.note else cited
        figures[state.name] = Figure(state.capability, measure.unit, source)
    for state in entry.candidates:
        for single in OVERRIDES.values():
            value = getattr(state, single)
            if value is not None:
                source = state.reason or "set by the scenario"
                figures[f"{single}[{state.name}]"] = Figure(value, meaning(single).unit, source)
    for item in entry.affinity:
        first, second = sorted(item.pair)
        unit = meaning("affinity").unit
        figures[f"affinity[{first}, {second}]"] = Figure(item.value, unit, item.source)
    for name, value in entry.overrides.items():
        source = entry.override_sources.get(name, "set by the scenario")
        figures[f"parameters.{name}"] = Figure(value, meaning(name).unit, source)
    return figures
