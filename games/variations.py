"""Changed copies of a game that need more than one field replaced."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from games import checks
from games.preferences import CHANNELS, Channel, CumulativeProspectTheory
from games.references import ConstantReference
from games.specification import OVERRIDES

if TYPE_CHECKING:
    from games.alliance import AllianceGame

ALL_CHANNELS = (*CHANNELS, "reference")


def without_channel(game: AllianceGame, channel: str) -> AllianceGame:
    """Return `game` with one channel of the hegemon's psychology switched off."""
    checks.one_of("channel", channel, ALL_CHANNELS)
    if channel == "reference":
        return game.with_reference(ConstantReference(0.0))
    if isinstance(game.preference, CumulativeProspectTheory):
        return game.with_preference(game.preference.without(cast(Channel, channel)))
    return game


def restricted_to(game: AllianceGame, names: Sequence[str]) -> AllianceGame:
    """Return `game` among the hegemon and the candidates `names` only."""
    kept = {game.check_candidate(name): game.capabilities[name] for name in names}
    changes: dict[str, Any] = {
        field: {name: value for name, value in getattr(game, field).items() if name in kept}
        for field in OVERRIDES
    }
    pairs = {pair: value for pair, value in game.affinity.items() if set(pair) <= set(kept)}
    return replace(game, capabilities=kept, affinity=pairs, **changes)


def strongest(game: AllianceGame, number: int) -> AllianceGame:
    """Return `game` among the `number` candidates of the greatest capability."""
    checks.whole("number", number, 1)
    ranked = sorted(game.candidates, key=lambda name: -game.capabilities[name])[:number]
    return restricted_to(game, [name for name in game.candidates if name in ranked])
