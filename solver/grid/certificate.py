"""Certificates of preferred equilibria at many levels, from the formulas of `games` alone.

The arrays of the search are not read. What levels share is computed once: the aid of each state of
a structure's treaties, its rank and the decision weights depend on no level.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from games import AllianceGame, AllianceStructure, Appraisal
from games.arrays import Array
from games.payoffs import values_at
from solver.grid.sides import Side, Sides, proposals_of


class Certificate(NamedTuple):
    """How the hegemon sees its preferred equilibrium, and what the best deviation gains."""

    appraisal: Appraisal
    regret: float


class Levels(NamedTuple):
    """Where certificates are wanted: power, reference point and candidates at each level."""

    power: Array
    reference: Array
    sides: Sequence[Side]


def certify(
    game: AllianceGame,
    shared: Sides,
    levels: Levels,
    tolerances: Array,
    preferred: Sequence[AllianceStructure],
) -> list[Certificate]:
    """Return the certificate of the subgame-perfect outcome preferred at each level.

    The deviations are those of `solver.subgame_perfect`: an ally refuses, or the hegemon makes the
    best proposal that it can count on, a set of spokes whose members all gain by them.

    Parameters
    ----------
    game : AllianceGame
        Its threat, frame and reference are not used.
    shared : Sides
        Of `game`, whatever its preference.
    levels : Levels
    tolerances : ndarray, shape (levels,)
    preferred : sequence of AllianceStructure
    """
    assured = _assured(game, shared, levels, tolerances)
    found: list[Certificate | None] = [None] * len(preferred)
    places: dict[AllianceStructure, list[int]] = defaultdict(list)
    for place, structure in enumerate(preferred):
        places[structure].append(place)
    for structure, at in places.items():
        own = values_at(game, [structure], levels.power[at], levels.reference[at])[:, 0]
        there = [levels.sides[place] for place in at]
        seen = _appraisals(game, structure, there, levels.reference[at])
        gains = np.maximum(assured[at] - own, shared.refusals(structure, there))
        for place, gain, appraisal in zip(at, gains.tolist(), seen, strict=True):
            found[place] = Certificate(appraisal, max(0.0, gain))
    return [certificate for certificate in found if certificate is not None]


def _assured(game: AllianceGame, shared: Sides, at: Levels, tolerances: Array) -> Array:
    """Return the value of the best set of spokes whose members all gain, at each level."""
    eager = shared.spoke_gains(at.sides) > tolerances[:, np.newaxis]
    ever = tuple(name for name, gains in zip(game.candidates, eager.T, strict=True) if gains.any())
    proposals = proposals_of(game.hegemon, game.candidates, ever)
    worth = values_at(game, proposals.structures, at.power, at.reference)
    unsure = (~eager).astype(np.int64) @ proposals.members.T > 0
    best: Array = np.where(unsure, -np.inf, worth).max(axis=1)
    return best


def _appraisals(
    game: AllianceGame, structure: AllianceStructure, sides: Sequence[Side], reference: Array
) -> list[Appraisal]:
    """Return how the hegemon sees one structure at several levels, as `game.appraise` does."""
    preference = game.preference
    prospects = [side.prospect(structure) for side in sides]
    found: list[Appraisal | None] = [None] * len(sides)
    sizes: dict[int, list[int]] = defaultdict(list)
    for place, item in enumerate(prospects):
        sizes[len(item)].append(place)
    for at in sizes.values():
        outcomes = np.stack([prospects[place].outcomes for place in at])
        odds = np.stack([prospects[place].probabilities for place in at])
        gains = outcomes - reference[at, np.newaxis]
        worth = preference.weighted_value(gains, preference.rank_weights(odds))
        for place, value in zip(at, worth.tolist(), strict=True):
            item, point = prospects[place], float(reference[place])
            found[place] = Appraisal(
                value=value,
                mean=item.mean,
                reference=point,
                certainty_equivalent=point + preference.inverse_utility(value),
                mass_below=item.mass_below(point),
            )
    return [appraisal for appraisal in found if appraisal is not None]
