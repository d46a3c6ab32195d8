"""Sweep a game over threat levels, or over any quantities: the preferred equilibrium at each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from numpy.typing import ArrayLike

from games import AllianceGame, checks
from solver.alliance.batch import certificates, is_batched, search_games, structures_of
from solver.alliance.concepts.concept import Concept
from solver.alliance.concepts.registry import TOLERANCE, concept_named
from solver.alliance.solution import Equilibrium
from solver.alliance.solve import solutions
from solver.results import Progress, Status, Steps
from solver.studies.axes import axis_of, named
from solver.studies.grid.plan import StudyPlan
from solver.studies.grid.run import study as solve_cells
from solver.studies.grid.study import Study
from solver.studies.levels import Level, threat_levels


def sweep(
    game: AllianceGame | None = None,
    *,
    threat: ArrayLike | None = None,
    concept: Any = "subgame_perfect",
    tolerance: float = TOLERANCE,
    progress: Steps | None = None,
    **study: Any,
) -> Study:
    """Return the preferred equilibrium of a game at many threat levels, or over any quantities.

    Cost: the value of every structure at all levels is computed together
    (`solver.alliance.valuing`), so a further level costs a small part of the first.

    Parameters
    ----------
    game : AllianceGame, optional
        Not given where there is an axis `scenario`.
    threat : array_like, shape (levels,), optional
        In [0, 1], in any order; 0, 0.01, ..., 1 by default.
    concept : str, or sequence of str for a study
        As in `solve`.
    progress : callable, optional
        Called with the number of levels done and to do.
    **study
        Further axes by the names of `games.settings` ("loss_aversion", "cohesion", ...), or
        `scenario`, `preference`, `burden_sharing`; and `store`, `executor`, `workers`, `design`,
        `size`, `seed`, `rows`, `retry`, all as in `solver.studies.grid.study`.

    Returns
    -------
    Study
        Where the threat alone varies it has `levels`, `forms` and `changes()`.

    Raises
    ------
    InvalidGameError
        If a threat lies outside [0, 1], or there is none.

    Examples
    --------
    >>> import games
    >>> game = games.AllianceGame(
    ...     hegemon="Athens", capabilities={"Samos": 0.2, "Chios": 0.2, "Naxos": 0.1}, threat=0.7)
    >>> [str(form) for form in sweep(game, threat=[0, 0.3, 1]).forms]
    ['none', 'hub-and-spoke', 'multilateral']
    >>> study = sweep(game, threat=[0, 1], loss_aversion=[1, 2.25])
    >>> study.to_dataframe().form.tolist()
    ['none', 'none', 'multilateral', 'multilateral']
    """
    checks.kind("game", game, AllianceGame, type(None))
    if game is None or study or not isinstance(concept, str):
        axes = study if threat is None else {"threat": threat, **study}
        return solve_cells(game, concept=concept, tolerance=tolerance, progress=progress, **axes)
    threats = threat_levels(threat)
    wanted = concept_named(concept)
    checks.within("tolerance", tolerance, 0, 1)
    axis = named([game], axis_of("threat", threats, repeated=True))
    plan = StudyPlan(game, (axis,), concept=concept, tolerance=tolerance)
    there = [game.at(level) for level in threats]
    road = _in_one_go if is_batched(game, wanted) else _in_turn
    levels: list[Level] = []
    for level in road(there, wanted, tolerance):
        levels.append(level)
        if progress:
            progress(len(levels), len(threats))
    return Study(plan, None, len(levels), None, tuple(levels))


def _in_turn(there: Sequence[AllianceGame], concept: Concept, tolerance: float) -> Iterator[Level]:
    for solution in solutions(there, concept, tolerance):
        game, number = solution.game, len(solution.equilibria)
        best, sure = solution.preferred, solution.security_level
        yield Level(game.threat, game.reference_point, best, number, solution.status, sure)


def _in_one_go(
    there: Sequence[AllianceGame], concept: Concept, tolerance: float
) -> Iterator[Level]:
    names = structures_of(there[0].hegemon, there[0].candidates)
    for games, solved in search_games(there, tolerance):
        regret, found = certificates(solved).regret, solved.found
        for game, place in zip(games, solved.places, strict=True):
            structure = names(int(found.preferred[place]))
            best = Equilibrium(
                structure, game.values(structure), float(regret[place]), game.appraise(structure)
            )
            number, sure = int(found.equilibria[place]), float(found.security[place])
            yield Level(game.threat, game.reference_point, best, number, Status.SOLVED, sure)


def named_progress(progress: Progress, name: str) -> Steps:
    """Return a progress of levels that tells a name along."""
    return lambda done, total: progress(name, done, total)
