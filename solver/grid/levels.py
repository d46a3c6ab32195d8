"""Solve one game under one taste at many levels of threat, frame and reference at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from games import AllianceGame
from games.arrays import Array
from games.payoffs import prospect
from solver.concept import Concept
from solver.grid.canonical import Level
from solver.grid.certificate import Levels, certify
from solver.grid.outcome import Outcome, of_solution, solved
from solver.grid.search import game_tolerances, search
from solver.grid.sides import SharedValuation, Sides
from solver.solving import concept_named, solution_of
from solver.stage import Stage
from solver.subgame_perfect import CONCEPT as SUBGAME_PERFECT
from solver.valuer import Frame, grid_of, hegemon_values


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
        np.array([level.threat * game.parameters.adversary for level in levels]),
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
    stage = Stage(at, grid_of(game), hegemon, side.outside, side.spoke, side.bloc, tolerance)
    return of_solution(solution_of(stage, concept, SharedValuation(at, tolerance, side)))
