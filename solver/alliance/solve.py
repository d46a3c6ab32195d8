"""Solve a game: find every structure that satisfies a solution concept."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from games import AllianceGame, AllianceStructure, NotApplicableError, checks
from games.alliance.structures import count
from solver.alliance.bargained import solve as bargained
from solver.alliance.blocs import solve as blocs
from solver.alliance.concepts import subgame_perfect
from solver.alliance.concepts.concept import Concept, Valuation
from solver.alliance.concepts.registry import TOLERANCE, concept_named
from solver.alliance.hegemon import frame_of, hegemon_values
from solver.alliance.solution import (
    Equilibrium,
    EquilibriumSet,
    LazyStructures,
    Solution,
    preference_order,
    ranked,
)
from solver.alliance.stage import Stage, stage_of, tie_tolerance
from solver.prospects.compiled import require
from solver.results import Status

ENUMERATED_LIMIT = 3_000


def solve(
    game: AllianceGame, concept: str = "subgame_perfect", *, tolerance: float = TOLERANCE
) -> Solution:
    """Return every structure that satisfies `concept` in `game`.

    Parameters
    ----------
    game : AllianceGame
        At one threat level.
    concept : {"subgame_perfect", "nash", "pairwise", "coalition_proof"}
    tolerance : float
        Payoffs that differ by no more than this, as a share of the range of payoffs in the game
        (the widest range of any player), count as equal.

    Returns
    -------
    Solution

    Raises
    ------
    UnknownNameError
        If there is no such concept.
    NotApplicableError
        If the game is too large to search every structure: more than 12 candidates; in the family
        `blocs` more than 11 (8 for `coalition_proof`, 6 with burdens); with burdens that are
        bargained over more than 9.

    Examples
    --------
    >>> import games
    >>> game = games.AllianceGame(
    ...     hegemon="Athens", capabilities={"Samos": 0.2, "Chios": 0.2, "Naxos": 0.1}, threat=0.7)
    >>> solution = solve(game)
    >>> print(solution.preferred.structure)
    Athens: spokes Chios, Naxos, Samos
    >>> solution.preferred.regret
    0.0
    """
    checks.within("tolerance", tolerance, 0, 1)
    wanted = concept_named(concept)
    if game.sharing.is_bargained:
        return bargained.solve(game, wanted, tolerance)
    if game.family == "blocs":
        if is_enumerated(game):
            return _solve_by_enumeration(game, wanted, tolerance)
        return blocs.solve(game, wanted, tolerance)
    stage = stage_of(game, hegemon_values(game, frame_of(game, [game.threat]))[0], tolerance)
    return solution_of(stage, wanted, Valuation(game, stage.tolerance))


def is_enumerated(game: AllianceGame) -> bool:
    """Return whether a game of the family `blocs` is solved by going through its structures."""
    few = count(len(game.candidates), game.family) <= ENUMERATED_LIMIT
    return few or game.burden_sharing != "none"


def solution_of(stage: Stage, concept: Concept, values: Valuation) -> Solution:
    """Return the solution of a stage; `values` certifies it."""
    found = np.flatnonzero(concept.search(stage))
    numbers = ranked(stage, stage.hegemon, stage.tolerance, found)
    structures = LazyStructures(stage, numbers)
    assured = None
    if concept is subgame_perfect.CONCEPT:
        assured = subgame_perfect.security_level(stage)
    return _solution(concept, values, structures, stage.grid.size, assured)


def _solve_by_enumeration(game: AllianceGame, concept: Concept, tolerance: float) -> Solution:
    """Solve by the definition: keep the structures without a deviation that gains."""
    size = count(len(game.candidates), game.family)
    if size > ENUMERATED_LIMIT:
        raise NotApplicableError(
            f"{len(game.candidates)} candidates have {size} structures in the family 'blocs';"
            f" the limit with burdens is {ENUMERATED_LIMIT}; keep the strongest candidates with"
            " game.strongest(6), or use family='bloc_and_spokes'"
        )
    require(game.preference, ("value", "values"))
    structures = list(game.structures())
    values = Valuation(game, 0.0)
    values.prime(structures)
    payoffs = [
        np.array([values.hegemon(s) for s in structures]),
        *(np.array([values.candidate(name, s) for s in structures]) for name in game.candidates),
    ]
    values.tolerance = tie_tolerance(payoffs, tolerance)
    kept = [s for s in structures if concept.regret(values, s) <= values.tolerance]
    best = max((values.hegemon(s) for s in kept), default=0.0)
    kept.sort(
        key=lambda s: (
            (0.0, *preference_order(s))
            if values.hegemon(s) >= best - values.tolerance
            else (best - values.hegemon(s), 0, 0, "")
        )
    )
    assured = None
    if concept is subgame_perfect.CONCEPT:
        assured = values.hegemon(subgame_perfect.find_assured([values])[0])
    return _solution(concept, values, kept, size, assured)


def _solution(
    concept: Concept,
    values: Valuation,
    structures: Sequence[AllianceStructure],
    searched: int,
    assured: float | None,
) -> Solution:
    def certify(structure: AllianceStructure) -> Equilibrium:
        appraisal = values.game.appraise(structure)
        worth = {values.game.hegemon: appraisal.value}
        worth |= {name: values.candidate(name, structure) for name in values.game.candidates}
        shared = values.game.burden_sharing != "none"
        burdens = values.game.burdens(structure) if shared else {}
        return Equilibrium(structure, worth, concept.regret(values, structure), appraisal, burdens)

    return Solution(
        game=values.game,
        concept=concept.name,
        status=Status.SOLVED if structures else Status.EMPTY,
        equilibria=EquilibriumSet(structures, certify),
        tolerance=values.tolerance,
        searched=searched,
        security_level=assured,
    )
