"""An alliance game as the tables of a scenario file, which `games.load` reads back."""

from __future__ import annotations

import datetime
from typing import Any

from games.alliance import parameters
from games.alliance.description import GIVEN, describe
from games.alliance.references import ConstantReference, ThreatReference
from games.alliance.scenario import CodedCase, CodedForm, Scenario, SignedTreaty
from games.alliance.specification import OVERRIDES, Specification
from games.errors import NotApplicableError
from games.prospects.preferences import (
    PREFERENCES,
    CumulativeProspectTheory,
    Preference,
    preference_named,
)
from games.prospects.weighting import TverskyKahneman

Table = dict[str, Any]

UNKNOWN = "unknown"
# what loading says of a value that has no source of its own
UNSAID = "set by the scenario"
UNIT = "hegemon's capability = 1"
UNSOURCED = (
    "Written from a game without a scenario: the sources of its figures are unknown, and so are"
    " theatre, year (given as 0) and adversary."
)


def document(game: Specification) -> Table:
    """Return `game` as the tables of a scenario file.

    Raises
    ------
    NotApplicableError
        If a part of the game has no field there.

    Examples
    --------
    >>> from games import AllianceGame
    >>> game = AllianceGame(hegemon="Athens", capabilities={"Samos": 0.2}, threat=0.7)
    >>> document(game)["candidates"], document(game)["adversaries"]
    ([{'name': 'Samos', 'capability': 0.2}], [{'name': 'Adversary', 'capability': 0.75}])
    """
    said = {item.name: item.source for item in describe(game)}
    known = game.scenario
    states = _states(game, said)
    named = {game.hegemon, *game.candidates, *(state["name"] for state in states["adversaries"])}
    kept, left_out = _record(known, named)
    case = known.case if known and "the case" not in left_out else None
    for candidate in states["candidates"]:
        candidate |= _own_values(game, said, candidate["name"])
    shared = _parameters(game, states)
    found = {
        **_head(game),
        "notes": _notes(known, left_out),
        "measure": states.pop("measure"),
        "threat": _threat(game),
        **states,
        "affinity": [
            {"pair": list(pair), "value": value, "source": said[f"affinity[{', '.join(pair)}]"]}
            for pair, value in game.affinity.items()
        ],
        "treaties": [_treaty(treaty) for treaty in kept],
        "case": _case(case, known.sources) if known and case else {},
        "rules": _rules(game, case),
        "parameters": shared,
        "sources": {name: said[name] for name in shared if said[name] != UNSAID},
    }
    return {name: item for name, item in found.items() if item not in ([], {})}


def _head(game: Specification) -> Table:
    known = game.scenario
    if known is None:
        head: Table = {"title": game.title, "theatre": UNKNOWN, "year": 0, "kind": "invented"}
        return head | {"summary": f"{game.hegemon} and {', '.join(game.candidates)}."}
    texts = {name: getattr(known, name).strip() for name in ("title", "theatre", "summary")}
    return {
        "title": texts["title"] or UNKNOWN,
        "theatre": texts["theatre"] or UNKNOWN,
        "year": known.year,
        "kind": known.kind,
        "summary": texts["summary"] or UNKNOWN,
    }


def _notes(known: Scenario | None, left_out: list[str]) -> list[str]:
    if known is None:
        return [UNSOURCED]
    more = [f"Left out, as states of it are no longer there: {', '.join(left_out)}."]
    return [*known.notes, *more * bool(left_out)]


def _record(known: Scenario | None, named: set[str]) -> tuple[list[SignedTreaty], list[str]]:
    """Return the treaties on record among the states of the game, and what else there is."""
    if known is None:
        return [], []
    kept = [treaty for treaty in known.treaties if named.issuperset(treaty.members)]
    left_out = [treaty.name for treaty in known.treaties if treaty not in kept]
    if known.case and not named.issuperset(known.labels):
        left_out.append("the case")
    return kept, left_out


def _threat(game: Specification) -> Table:
    coded = game.scenario.threat if game.scenario else None
    if coded is None or coded.value != game.threat:
        return {"value": game.threat, "coding": "invented", "reason": GIVEN}
    return {"value": coded.value, "coding": coded.coding, "reason": coded.reason}


def _states(game: Specification, said: dict[str, str]) -> Table:
    """Return the measure and every state: raw figures where they still give the game's, or shares.

    Not every number is a quotient of two floats of which one is fixed, so that a game whose figures
    have been changed is written in units of the hegemon's capability.
    """
    known = game.scenario
    figures = known.figures if known else {}
    own = figures.get(game.hegemon)
    raw = own is not None and all(
        name in figures
        and figures[name].unit == own.unit
        and figures[name].value / own.value == game.capabilities[name]
        for name in game.candidates
    )
    unit = own.value if own else 1.0
    measured = {"unit": own.unit if own and raw else UNIT, "source": UNKNOWN}
    if known:
        measured["source"] = known.sources.get("capabilities", own.source if own else UNKNOWN)

    def state(name: str, share: float, source: str | None) -> Table:
        entry: Table = {"name": name}
        label = known.labels.get(name, name) if known else name
        if label != name:
            entry["label"] = label
        entry["capability"] = figures[name].value if raw and name in figures else share
        cited = figures[name].source if raw and name in figures else source
        if cited not in (None, measured["source"]):
            entry["source"] = cited
        return entry

    adversaries = [
        state(
            name,
            figures[name].value / unit if name in figures else 0.0,
            figures[name].source if name in figures else "no figure is known: counts as 0",
        )
        for name in (known.adversaries if known else ())
    ]
    if not adversaries:
        name = "Adversary"
        while name in game.players:
            name += "'"
        adversaries = [state(name, game.parameters.adversary, None)]
    return {
        "measure": measured,
        "hegemon": state(game.hegemon, 1.0, None),
        "candidates": [
            state(name, share, said[f"capability[{name}]"] if known else None)
            for name, share in game.capabilities.items()
        ],
        "adversaries": adversaries,
    }


def _own_values(game: Specification, said: dict[str, str], name: str) -> Table:
    """Return what of the parameters a candidate does not share, and why."""
    own = {
        single: getattr(game, plural)[name]
        for plural, single in OVERRIDES.items()
        if name in getattr(game, plural)
    }
    reasons = dict.fromkeys(said[f"{single}[{name}]"] for single in own)
    told = "; ".join(reason for reason in reasons if reason != UNSAID)
    return own | ({"reason": told} if told else {})


def _parameters(game: Specification, states: Table) -> Table:
    """Return the shared parameters that are not as by default, and those that the file set."""
    figures = game.scenario.figures if game.scenario else {}
    opposed = sum(state["capability"] for state in states["adversaries"])
    found = {}
    for name in parameters.names():
        value, default = getattr(game.parameters, name), parameters.default(name)
        if name == "adversary":
            default = opposed / states["hegemon"]["capability"]
        figure = figures.get(f"parameters.{name}")
        if value != default or (figure and figure.value == value):
            found[name] = value
    return found


def _treaty(treaty: SignedTreaty) -> Table:
    try:
        signed = datetime.date.fromisoformat(treaty.signed)
    except ValueError:
        raise _no_field(f"{treaty.signed!r}, when {treaty.name!r} was signed") from None
    return {
        "name": treaty.name,
        "form": treaty.form,
        "signed": signed,
        "members": list(treaty.members),
        "source": treaty.source,
    }


def _case(case: CodedCase, sources: dict[str, str]) -> Table:
    def coded(form: CodedForm) -> Table:
        return {"form": str(form.form), "coding": form.coding, "reason": form.reason}

    found: Table = {"sample": case.sample, "family": case.family}
    if case.observed is not None:
        found["observed"] = case.observed
    for name, source in (("status_quo", "status_quo"), ("prior_ties", "prior")):
        if groups := getattr(case, name):
            found[name] = [list(group) for group in groups]
            found[f"{source}_source"] = sources.get(name, UNKNOWN)
    found["preferred"] = coded(case.preferred)
    if case.readings:
        found["readings"] = [coded(reading) for reading in case.readings]
    return found


def _rules(game: Specification, case: CodedCase | None) -> Table:
    """Return who plays how, where it is not as by default."""
    ordinary = {
        "family": case.family if case else "bloc_and_spokes",
        **{"ratification": "open", "burden_sharing": "none"},
        **{"frame": None, "candidate_reference": 0.0},
    }
    found = {
        name: getattr(game, name)
        for name, usual in ordinary.items()
        if getattr(game, name) != usual
    }
    name, parts = _preference("the preference", game.preference)
    found |= {"preference": name} if name != "prospect-theory" else {}
    found |= parts | _reference(game)
    what = "the candidates' preference"
    name, parts = _preference(what, game.candidate_preference)
    if parts:
        raise _no_field(f"{what} {game.candidate_preference!r}")
    return found | ({"candidate_preference": name} if name != "expected-utility" else {})


def _preference(what: str, own: Preference) -> tuple[str, Table]:
    """Return the name of a preference, and the parts of it that differ from what is named so.

    Of several names it is the one with the fewest such parts.
    """
    # of those with as few the first: what stands in no name is a change of the defaults
    names = sorted(PREFERENCES, key=lambda name: name != "prospect-theory")
    found = [(name, _parts(own, preference_named(name))) for name in names]
    known = [(name, parts) for name, parts in found if parts is not None]
    if not known:
        raise _no_field(f"{what} {own!r}")
    return min(known, key=lambda pair: len(pair[1]))


def _parts(own: Preference, named: Preference) -> Table | None:
    """Return the numbers by which a preference differs from another; None if it does otherwise."""
    if own == named:
        return {}
    if type(own) is not type(named) or not isinstance(own, CumulativeProspectTheory):
        return None
    names = ("alpha", "beta", "loss_aversion")
    parts = {
        name: getattr(own, name) for name in names if getattr(own, name) != getattr(named, name)
    }
    for name, field in (("gamma", "weighting_gains"), ("delta", "weighting_losses")):
        weighting = getattr(own, field)
        if weighting != getattr(named, field):
            if not isinstance(weighting, TverskyKahneman):
                return None
            parts[name] = weighting.gamma
    return parts


def _reference(game: Specification) -> Table:
    rule = game.reference
    if isinstance(rule, ConstantReference):
        return {"level": rule.level}
    if not isinstance(rule, ThreatReference):
        raise _no_field(f"the reference {rule!r}")
    usual = ThreatReference()
    names = ("base", "slope")
    return {
        name: getattr(rule, name) for name in names if getattr(rule, name) != getattr(usual, name)
    }


def _no_field(what: str) -> NotApplicableError:
    return NotApplicableError(f"a scenario file has no field for {what}; set it after loading")
