"""The key of a cell: a digest of all quantities of its game, the concept, the model's version."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from typing import Any, NoReturn

from games import (
    AllianceGame,
    AllianceStructure,
    ConstantReference,
    CumulativeProspectTheory,
    ExpectationReference,
    ExpectedUtility,
    InvalidGameError,
    Parameters,
    StatusQuoReference,
    ThreatReference,
    records,
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

_VARIED = ("preference", "reference", "threat", "frame")


def text_of(game: AllianceGame, concept: str, tolerance: float) -> str:
    """Return the canonical text of a cell.

    JSON with sorted keys and floats written exactly: the model's version, the concept, the
    tolerance and every field of the game, followed by the preference, the reference rule, the
    threat and the frame. The scenario, which holds sources and no quantity, does not enter.
    """
    shared = {
        item.name: plain(getattr(game, item.name))
        for item in dataclasses.fields(game)
        if item.compare and item.name not in _VARIED
    }
    shared["candidates"] = list(game.candidates)  # a mapping does not tell their order
    head = {"model": MODEL, "concept": concept, "tolerance": tolerance, "game": shared}
    if game.sharing.is_bargained:
        head["bargains"] = BARGAINS
    rules = "".join(_text(plain(rule)) for rule in (game.preference, game.reference))
    return f"{_text(head)}{rules}{game.threat!r} {game.frame!r}"


def key(game: AllianceGame, concept: str, tolerance: float) -> bytes:
    """Return the key of one cell: SHA-256 over its canonical text, 32 bytes."""
    return hashlib.sha256(text_of(game, concept, tolerance).encode()).digest()


def unsolvable_key(
    game: AllianceGame, settings: Mapping[str, object], concept: object, tolerance: float
) -> bytes:
    """Return the key of a cell whose game cannot be built: `settings` that `game` does not take."""
    head = {
        "settings": {name: plain(value) for name, value in settings.items()},
        "base": key(game, str(concept), tolerance).hex(),
    }
    return hashlib.sha256(_text(head).encode()).digest()


def plain(value: object) -> Any:
    """Return `value` as what JSON holds, each class named.

    Raises
    ------
    InvalidGameError
        If it is an object that does not tell its quantities: no dataclass.
    """
    return records.plain(value, lambda kind: _HOMES.get(kind, kind.__module__), _refuse)


def _refuse(value: object) -> NoReturn:
    raise InvalidGameError(
        f"a study must be able to tell games apart: make {type(value).__name__} a dataclass;"
        f" got {value!r}"
    )


def _text(value: object) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)
