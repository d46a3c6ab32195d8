"""The key of a cell: a digest of all quantities of its game, the concept, the model's version."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import math
from collections.abc import Mapping
from typing import Any, NamedTuple

from games import (
    AllianceGame,
    AllianceStructure,
    ConstantReference,
    CumulativeProspectTheory,
    ExpectationReference,
    ExpectedUtility,
    InvalidGameError,
    Parameters,
    Preference,
    Reference,
    StatusQuoReference,
    ThreatReference,
)
from games.prospects.weighting import FAMILIES

# what keys call the home of each class: kept when a class moves, or every store would look empty
_HOMES: dict[type, str] = {
    Parameters: "games.parameters",
    **dict.fromkeys((CumulativeProspectTheory, ExpectedUtility), "games.preferences"),
    **dict.fromkeys(
        (ConstantReference, ExpectationReference, StatusQuoReference, ThreatReference),
        "games.references",
    ),
    AllianceStructure: "games.structures",
    **dict.fromkeys(FAMILIES, "games.weighting"),
}

# raise this whenever a formula, or an answer, changes: stores of another version are refused
MODEL = 2
# raise this where only burdens that are bargained over change: such cells are solved again
BARGAINS = 2

# texts of rules that are kept
REMEMBERED = 4096
_VARIED = ("preference", "reference", "threat", "frame")


class Situation(NamedTuple):
    """What a hegemon of given taste faces: threat, frame (None: the threat), reference rule."""

    threat: float
    frame: float | None
    reference: Reference

    def applied_to(self, game: AllianceGame) -> AllianceGame:
        """Return `game` in this situation."""
        return dataclasses.replace(game, **self._asdict())


def situation_of(game: AllianceGame) -> Situation:
    """Return the situation that `game` is in."""
    return Situation(game.threat, game.frame, game.reference)


class Keys:
    """The keys of cells that differ in preference and situation only.

    Parameters
    ----------
    game : AllianceGame
        Its preference, reference, threat and frame are not used.
    concept : str
    tolerance : float

    Examples
    --------
    >>> import games
    >>> game = games.load("classic-athens")
    >>> keys = Keys(game, "subgame_perfect", 1e-9)
    >>> keys.of(game.preference, situation_of(game)) == key(game, "subgame_perfect", 1e-9)
    True
    """

    def __init__(self, game: AllianceGame, concept: str, tolerance: float) -> None:
        shared = {
            item.name: plain(getattr(game, item.name))
            for item in dataclasses.fields(game)
            if item.compare and item.name not in _VARIED
        }
        shared["candidates"] = list(game.candidates)  # a mapping does not tell their order
        head = {"model": MODEL, "concept": concept, "tolerance": tolerance, "game": shared}
        if game.sharing.is_bargained:
            head["bargains"] = BARGAINS
        self._head = hashlib.sha256(_text(head).encode())
        self._texts: dict[object, bytes] = {}

    def of(self, preference: Preference, situation: Situation) -> bytes:
        """Return the key of a cell, 32 bytes."""
        digest = self._head.copy()
        digest.update(self._text(preference))
        digest.update(self._text(situation.reference))
        digest.update(f"{situation.threat!r} {situation.frame!r}".encode())
        return digest.digest()

    def _text(self, rule: Preference | Reference) -> bytes:
        if rule not in self._texts:
            if len(self._texts) >= REMEMBERED:
                self._texts.clear()
            self._texts[rule] = _text(plain(rule)).encode()
        return self._texts[rule]


def key(game: AllianceGame, concept: str, tolerance: float) -> bytes:
    """Return the key of one cell: SHA-256 over its canonical text, 32 bytes.

    The text is JSON with sorted keys and floats written exactly: the model's version, the concept,
    the tolerance and every field of the game, followed by the preference, the reference rule, the
    threat and the frame. The scenario, which holds sources and no quantity, does not enter.
    """
    return Keys(game, concept, tolerance).of(game.preference, situation_of(game))


def unsolvable_key(
    game: AllianceGame, settings: Mapping[str, object], concept: object, tolerance: float
) -> bytes:
    """Return the key of a cell whose game cannot be built: `settings` that `game` does not take."""
    head = {
        "settings": {name: plain(value) for name, value in settings.items()},
        "base": key(game, str(concept), tolerance).hex(),
    }
    return hashlib.sha256(_text(head).encode()).digest()


def plain(value: Any) -> Any:
    """Return `value` as what JSON holds, each class named.

    Raises
    ------
    InvalidGameError
        If it is an object that does not tell its quantities: no dataclass.
    """
    if isinstance(value, float) and not math.isfinite(value):
        return repr(value)  # of a setting that no game takes
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, Mapping):
        return sorted([plain(name), plain(item)] for name, item in value.items())
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if dataclasses.is_dataclass(value):
        kind = type(value)
        fields = {item.name: plain(getattr(value, item.name)) for item in dataclasses.fields(value)}
        home = _HOMES.get(kind, kind.__module__)
        return {"class": f"{home}.{kind.__qualname__}"} | fields
    raise InvalidGameError(
        f"a study must be able to tell games apart: make {type(value).__name__} a dataclass;"
        f" got {value!r}"
    )


def _text(value: object) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)
