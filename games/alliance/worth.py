"""What a structure is worth to everybody, burdens paid and received."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from games.alliance import negotiation, payoffs
from games.alliance.specification import Specification
from games.alliance.structures import AllianceStructure
from games.arrays import Array
from games.prospects.prospect import Prospect


def burdens(game: Specification, structure: AllianceStructure) -> dict[str, float]:
    """Return what each ally pays under the game's rule of burden sharing; nothing with `none`."""
    game.check(structure)
    sharing = game.sharing
    if sharing.is_bargained:
        return negotiation.negotiate(game, structure).burdens
    if sharing.share is None:
        return dict.fromkeys(structure.allies, 0.0)
    return {
        name: sharing.share * negotiation.willingness(game, name, structure)
        for name in structure.allies
    }


def prospect(game: Specification, structure: AllianceStructure) -> Prospect:
    """Return the hegemon's prospect."""
    received = sum(burdens(game, structure).values())
    return _shifted(payoffs.prospect(game, structure, game.threat), received)


def prospects(game: Specification, structure: AllianceStructure) -> dict[str, Prospect]:
    """Return the prospect of every player."""
    paid = burdens(game, structure)
    own = payoffs.prospect(game, structure, game.threat)
    return {game.hegemon: _shifted(own, sum(paid.values()))} | {
        name: _shifted(payoffs.candidate_prospect(game, name, structure), -paid.get(name, 0.0))
        for name in game.candidates
    }


def values(game: Specification, structure: AllianceStructure) -> dict[str, float]:
    """Return what `structure` is worth to each player, by name."""
    seen = prospects(game, structure)
    own = game.preference.value(seen[game.hegemon], payoffs.reference_point(game))
    taste, point = game.candidate_preference, game.candidate_reference
    return {game.hegemon: own} | {name: taste.value(seen[name], point) for name in game.candidates}


def hegemon_values(
    game: Specification, structures: Sequence[AllianceStructure], threats: Sequence[float]
) -> Array:
    """Return the hegemon's value of many structures, shape (len(threats), len(structures))."""
    levels = [game.at(float(threat)) for threat in threats]
    received = None
    if game.burden_sharing != "none":
        received = np.array([[sum(burdens(at, s).values()) for s in structures] for at in levels])
    return payoffs.values_at(game, structures, *payoffs.levels_of(levels), received)


def candidate_value(game: Specification, name: str, structure: AllianceStructure) -> float:
    """Return what `structure` is worth to the candidate `name`."""
    paid = burdens(game, structure).get(name, 0.0)
    seen = _shifted(payoffs.candidate_prospect(game, name, structure), -paid)
    return game.candidate_preference.value(seen, game.candidate_reference)


def _shifted(prospect: Prospect, amount: float) -> Prospect:
    return prospect.shifted(amount) if amount else prospect
