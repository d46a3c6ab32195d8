"""Any quantity of a game by its name: set it, and say what it is.

Sweeps and other studies vary quantities by name. The names are those of the game's own fields.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from games import labels
from games.alliance import parameters
from games.alliance.parameters import Meaning
from games.alliance.references import (
    ConstantReference,
    Reference,
    StatusQuoReference,
    ThreatReference,
)
from games.alliance.specification import OVERRIDES, Specification
from games.errors import InvalidGameError, NotApplicableError, UnknownNameError
from games.prospects.preferences import CumulativeProspectTheory, Preference
from games.prospects.weighting import TverskyKahneman

Game = TypeVar("Game", bound=Specification)

NOT_NUMBERS = ("word", "rule")
_POWER = "hegemon's capability = 1"

FIELDS = {
    "threat": Meaning("share of its power that the adversary projects", "share, 0 to 1"),
    "frame": Meaning("threat at which the reference point is taken", "share, 0 to 1"),
    "candidate_reference": Meaning("the candidates' reference point", "security"),
    "family": Meaning("which structures can form", "word"),
    "ratification": Meaning("whether a bloc needs all of those it was proposed to", "word"),
    "burden_sharing": Meaning("how the members of a treaty settle who pays what", "word"),
    "preference": Meaning("the hegemon's preference", "rule"),
    "candidate_preference": Meaning("the candidates' preference", "rule"),
    "reference": Meaning("rule that gives the hegemon's reference point", "rule"),
}
PREFERENCE = {
    "alpha": Meaning("curvature of the value of gains; 1 is linear", "exponent"),
    "beta": Meaning("curvature of the value of losses; 1 is linear", "exponent"),
    "curvature": Meaning("curvature of the value of gains and of losses alike", "exponent"),
    "loss_aversion": Meaning("factor on losses; 1 is none", "ratio"),
    "gamma": Meaning("Tversky-Kahneman weighting of the probabilities of gains", "exponent"),
    "delta": Meaning("Tversky-Kahneman weighting of the probabilities of losses", "exponent"),
}
REFERENCE = {
    "base": Meaning("reference point at threat 0", "security"),
    "slope": Meaning("rise of the reference point from threat 0 to threat 1", "security"),
    "level": Meaning("reference point at every threat", "security"),
    "weight": Meaning("weight of the threat beside the status quo", "share, 0 to 1"),
}
SINGLES = {
    "capabilities": Meaning("capability", _POWER),
    **{plural: parameters.meaning(single) for plural, single in OVERRIDES.items()},
}


# what gives an object before what changes a part of it
_ORDER = (
    *("family", "ratification", "burden_sharing", "candidate_preference", "candidate_reference"),
    "preference",
    *("curvature", "alpha", "beta", "loss_aversion", "gamma", "delta"),
    *("reference", "level", "base", "slope", "weight"),
    *("threat", "frame"),
)


def names(game: Specification) -> tuple[str, ...]:
    """Return every name that `with_value` knows for `game`.

    Those of single candidates read "capabilities.Samos", "reliabilities.Samos" and so on.
    """
    singles = (f"{field}.{name}" for field in SINGLES for name in game.candidates)
    return (*FIELDS, *PREFERENCE, *REFERENCE, *parameters.names(), *singles)


def with_value(game: Game, name: str, value: Any) -> Game:
    """Return `game` with one quantity changed.

    Parameters
    ----------
    game : AllianceGame
    name : str
        A field of the game ("threat"), of its preference ("loss_aversion"), of its reference rule
        ("slope"), of its shared parameters ("cohesion"), or a candidate's ("capabilities.Samos").
    value : float, str or object
        What the quantity becomes.

    Raises
    ------
    UnknownNameError
        If there is no such quantity.
    InvalidGameError
        If the value is out of range.
    NotApplicableError
        If the game's preference or reference rule has no such quantity.

    Examples
    --------
    >>> from games import AllianceGame
    >>> game = AllianceGame(hegemon="Athens", capabilities={"Samos": 0.2}, threat=0.7)
    >>> with_value(with_value(game, "cohesion", 0.8), "capabilities.Samos", 0.3).capabilities
    {'Samos': 0.3}
    """
    if not isinstance(name, str):
        raise _unknown(game, name)
    field, _, single = name.partition(".")
    if single and field in SINGLES:
        game.check_candidate(single)
        given = dict(getattr(game, field))
        return _replaced(game, field, given | {single: value})
    if name in FIELDS:
        return _replaced(game, name, value)
    if name in PREFERENCE:
        return game.with_preference(_preference(game.preference, name, value))
    if name in REFERENCE:
        return game.with_reference(_reference(game.reference, name, value))
    if name in parameters.names():
        return game.with_parameters(**{name: value})
    raise _unknown(game, name)


def with_values(game: Game, changes: Mapping[str, Any]) -> Game:
    """Return `game` with several quantities changed, whatever their order.

    What gives a whole rule, such as `preference`, is set before its parts, such as
    `loss_aversion`.

    Raises
    ------
    As `with_value` does.

    Examples
    --------
    >>> from games import AllianceGame
    >>> game = AllianceGame(hegemon="Athens", capabilities={"Samos": 0.2}, threat=0.7)
    >>> with_values(game, {"loss_aversion": 3.0, "cohesion": 0.6}).preference.loss_aversion
    3.0
    """
    changes = labels.mapping("changes", changes, "names to values")
    shared = {name: value for name, value in changes.items() if name in parameters.names()}
    if shared:
        game = game.with_parameters(**shared)
    ordered = sorted(set(changes) - set(shared), key=lambda name: _rank(str(name)))
    for name in ordered:
        if name not in PREFERENCE and name not in REFERENCE:
            game = with_value(game, name, changes[name])
    # a game is checked whenever it is made: once for all parts of a rule
    taste, rule = game.preference, game.reference
    for name in ordered:
        if name in PREFERENCE:
            taste = _preference(taste, name, changes[name])
        elif name in REFERENCE:
            rule = _reference(rule, name, changes[name])
    if taste is game.preference and rule is game.reference:
        return game
    return replace(game, preference=taste, reference=rule)


def describe(game: Specification, name: str) -> Meaning:
    """Return what the quantity `name` of `game` means, and its unit.

    Raises
    ------
    UnknownNameError
        If there is no such quantity.
    """
    if not isinstance(name, str):
        raise _unknown(game, name)
    for known in _meanings():
        if name in known:
            return known[name]
    if name in parameters.names():
        return parameters.meaning(name)
    field, _, single = name.partition(".")
    if field in SINGLES and single in game.candidates:
        return Meaning(f"{SINGLES[field].text}: {single}", SINGLES[field].unit)
    raise _unknown(game, name)


def numeric(game: Specification, name: str) -> Meaning:
    """Return what a quantity whose values are numbers means.

    Raises
    ------
    UnknownNameError
        If there is no such quantity.
    InvalidGameError
        If its values are words or rules.
    """
    meaning = describe(game, name)
    if meaning.unit in NOT_NUMBERS:
        raise InvalidGameError(f"`{name}` must be a quantity with numbers; it is a {meaning.unit}")
    return meaning


def current(game: Specification, name: str) -> float:
    """Return the value that the quantity `name` has in `game`.

    Raises
    ------
    UnknownNameError
        If there is no such quantity.
    InvalidGameError
        If its values are words or rules.
    NotApplicableError
        If this game's is no number.

    Examples
    --------
    >>> from games import AllianceGame
    >>> current(AllianceGame(hegemon="Athens", capabilities={"Samos": 0.2}, threat=0.7), "frame")
    0.7
    """
    numeric(game, name)
    field, _, single = name.partition(".")
    if single:
        own = getattr(game, field)
        return float(own[single] if single in own else getattr(game.parameters, OVERRIDES[field]))
    if name in parameters.names():
        return float(getattr(game.parameters, name))
    if name == "frame":
        return game.threat if game.frame is None else game.frame
    if name in ("threat", "candidate_reference"):
        return float(getattr(game, name))
    found = _psychology(game, name)
    if found is None:
        raise NotApplicableError(f"`{name}` is no number of this game: give its range instead")
    return found


def _psychology(game: Specification, name: str) -> float | None:
    """Return a quantity of the hegemon's preference or reference rule, None if it has no such."""
    taste, rule = game.preference, game.reference
    if name in ("alpha", "beta", "loss_aversion"):
        return float(getattr(taste, name))
    if name == "curvature":
        return taste.alpha if taste.alpha == taste.beta else None
    if name in ("gamma", "delta"):
        weighting = taste.weighting_gains if name == "gamma" else taste.weighting_losses
        return weighting.gamma if isinstance(weighting, TverskyKahneman) else None
    if name == "level":
        return rule.level if isinstance(rule, ConstantReference) else None
    known = isinstance(rule, ThreatReference | StatusQuoReference) and hasattr(rule, name)
    return float(getattr(rule, name)) if known else None


def _unknown(game: Specification, name: object) -> UnknownNameError:
    """Return the error of a name that no quantity has, which may be in a candidate's words."""
    meant = {label: f"capabilities.{single}" for label, single in game.by_label.items()}
    meant |= {
        f"{field}.{label}": f"{field}.{single}"
        for field in SINGLES
        for label, single in game.by_label.items()
    }
    return UnknownNameError("parameter", name, names(game), meant)


def _rank(name: str) -> tuple[int, str]:
    return (_ORDER.index(name) if name in _ORDER else -1, name)


def _meanings() -> Iterator[dict[str, Meaning]]:
    yield from (FIELDS, PREFERENCE, REFERENCE)


def _replaced(game: Game, field: str, value: Any) -> Game:
    changes: dict[str, Any] = {field: value}
    return replace(game, **changes)


def _preference(own: Preference, name: str, value: Any) -> CumulativeProspectTheory:
    if not isinstance(own, CumulativeProspectTheory):
        raise NotApplicableError(
            f"`{name}` is a quantity of CumulativeProspectTheory; the preference is {own!r}"
        )
    changes: dict[str, Callable[[], dict[str, Any]]] = {
        "curvature": lambda: {"alpha": value, "beta": value},
        "gamma": lambda: {"weighting_gains": TverskyKahneman(value)},
        "delta": lambda: {"weighting_losses": TverskyKahneman(value)},
    }
    return replace(own, **changes.get(name, lambda: {name: value})())


def _reference(own: Reference, name: str, value: Any) -> Reference:
    if name == "level":
        return ConstantReference(value)
    changes: dict[str, Any] = {name: value}
    if isinstance(own, StatusQuoReference) or (
        isinstance(own, ThreatReference) and name != "weight"
    ):
        return replace(own, **changes)
    of = "StatusQuoReference" if name == "weight" else "ThreatReference"
    raise NotApplicableError(f"`{name}` is a quantity of {of}; the reference is {own!r}")
