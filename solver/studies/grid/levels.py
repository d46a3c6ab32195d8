"""Solve one game under one taste at many levels of threat, frame and reference at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from games import AllianceGame, AllianceStructure, Appraisal
from games.alliance.payoffs import projected_power, prospect, values_at
from games.arrays import Array, Ints
from solver.alliance.concepts.concept import Concept
from solver.alliance.concepts.registry import concept_named
from solver.alliance.concepts.subgame_perfect import SUBGAME_PERFECT
from solver.alliance.hegemon import Frame, grid_of, hegemon_values
from solver.alliance.lattice import Lattice
from solver.alliance.solution import preference_order
from solver.alliance.stage import Stage, tolerances
from solver.studies.grid.keys import Level
from solver.studies.grid.sides import SharedValuation, Side, Sides, proposals_of
from solver.studies.outcome import Outcome, of_solution, solved

# Certificates of preferred equilibria at many levels, from the formulas of `games` alone.
#
# The arrays of the search are not read. What levels share is computed once: the aid of each state
# of a structure's treaties, its rank and the decision weights depend on no level.


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

    The deviations are those of `solver.alliance.concepts.subgame_perfect`: an ally refuses, or the
    hegemon makes the best proposal that it can count on, a set of spokes whose members all gain by
    them.

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


# Subgame-perfect outcomes at many levels at once: `solver.alliance.concepts.subgame_perfect.search`
# in one go.


class Found(NamedTuple):
    """What a search found at each level.

    Attributes
    ----------
    tolerance : ndarray, shape (levels,)
        Payoffs that differ by no more are equal.
    equilibria : ndarray of int, shape (levels,)
    preferred : ndarray of int, shape (levels,)
        Number of the hegemon's best equilibrium; there always is one.
    security : ndarray, shape (levels,)
        What the hegemon can make sure of.
    """

    tolerance: Array
    equilibria: Ints
    preferred: Ints
    security: Array


def search(
    grid: Lattice,
    hegemon: Array,
    sides: Sequence[Side],
    relative: float,
    structure: Callable[[int], AllianceStructure],
) -> Found:
    """Return the subgame-perfect outcomes at each level.

    Parameters
    ----------
    hegemon : ndarray, shape (levels, structures)
    sides : sequence of Side
        The candidates' payoffs at each level.
    relative : float
        The tolerance as a share of the widest range of payoffs.
    structure : callable
        Gives the structure with a number; asked where several tie for the best.
    """
    tolerance = game_tolerances(hegemon, sides, relative)
    slack = tolerance[:, np.newaxis]
    pairs = [(side.candidates, ties) for side, ties in zip(sides, tolerance.tolist(), strict=True)]
    eager = np.array([own.eager(ties) for own, ties in pairs])
    masks = np.arange(1 << grid.n)
    assured = (masks & ~eager[:, np.newaxis]) == 0
    security = np.where(assured, hegemon[:, : masks.size], -np.inf).max(axis=1)
    found = hegemon >= (security - tolerance)[:, np.newaxis]
    found &= np.stack([own.rational(ties) for own, ties in pairs])
    worth = np.where(found, hegemon, -np.inf)
    preferred = worth.argmax(axis=1)
    tied = worth >= worth.max(axis=1, keepdims=True) - slack
    for level in np.flatnonzero(tied.sum(axis=1) > 1):
        preferred[level] = min(
            np.flatnonzero(tied[level]).tolist(),
            key=lambda number: preference_order(structure(number)),
        )
    return Found(tolerance, found.sum(axis=1), preferred, security)


def game_tolerances(hegemon: Array, sides: Sequence[Side], relative: float) -> Array:
    """Return `solver.alliance.stage.tie_tolerance` of each level."""
    widest, largest = np.array([side.extent for side in sides]).T
    low, high = hegemon.min(axis=1), hegemon.max(axis=1)
    widest = np.maximum(widest, high - low)
    largest = np.maximum(largest, np.maximum(np.abs(low), np.abs(high)))
    return tolerances(relative, widest, largest)


def solve_levels(
    game: AllianceGame,
    levels: Sequence[Level],
    concept: str,
    tolerance: float,
    sides: Sides,
) -> list[Outcome]:
    """Return the outcome at each level: what `solver.solve` finds there.

    Parameters
    ----------
    game : AllianceGame
        Of the family `bloc_and_spokes`, without burdens; its threat, frame and reference are not
        used.
    levels : sequence of Level
    concept : str
    tolerance : float
        As in `solver.solve`.
    sides : Sides
        Of `game`, whatever its preference.
    """
    wanted = concept_named(concept)
    frame = Frame(
        np.array([projected_power(game, level.threat) for level in levels]),
        np.array([_point(game, level) for level in levels]),
    )
    hegemon = hegemon_values(game, frame)
    if wanted is SUBGAME_PERFECT:
        threats = [level.threat for level in levels]
        return _subgame_perfect(game, threats, frame, hegemon, tolerance, sides)
    return [
        _outcome(game, level, row, wanted, tolerance, sides)
        for level, row in zip(levels, hegemon, strict=True)
    ]


def _point(game: AllianceGame, level: Level) -> float:
    """Return the hegemon's reference point at a level."""
    framed = level.threat if level.frame is None else level.frame
    return level.reference.point(
        framed, lambda structure: prospect(game, game.check(structure), framed).mean
    )


def _subgame_perfect(
    game: AllianceGame,
    threats: Sequence[float],
    frame: Frame,
    hegemon: Array,
    relative: float,
    sides: Sides,
) -> list[Outcome]:
    there = [sides.at(threat) for threat in threats]
    found = search(grid_of(game), hegemon, there, relative, sides.structures)
    preferred = [sides.structures(number) for number in found.preferred.tolist()]
    at = Levels(frame.power, frame.reference, there)
    certificates = certify(game, sides, at, found.tolerance, preferred)
    return [
        solved(structure, certificate.appraisal, equilibria, certificate.regret, security)
        for structure, certificate, equilibria, security in zip(
            preferred,
            certificates,
            found.equilibria.tolist(),
            found.security.tolist(),
            strict=True,
        )
    ]


def _outcome(
    game: AllianceGame,
    level: Level,
    hegemon: Array,
    concept: Concept,
    relative: float,
    sides: Sides,
) -> Outcome:
    at = replace(game, threat=level.threat, frame=level.frame, reference=level.reference)
    side = sides.at(level.threat)
    tolerance = float(game_tolerances(hegemon[np.newaxis], [side], relative)[0])
    stage = Stage(at, grid_of(game), hegemon, tolerance, side.candidates)
    values = SharedValuation(at, tolerance, side)
    return of_solution(concept.solution(stage, values, concept.search(stage)))
