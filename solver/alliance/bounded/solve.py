"""Games with more candidates than can be searched one by one, at one threat level.

The search over every structure (`solver.alliance.solve`) ends at 12 candidates. Here structures are
not all valued: sets of them are ruled out by bounds that are proved. What is returned is the
hegemon's best structure among those that all members accept: by fact 5 of docs/model.md what
`subgame_perfect`, `nash` and `coalition_proof` prefer. The other equilibria are not listed.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

import numpy as np

from games import AllianceGame, AllianceStructure, Appraisal, NotApplicableError
from games.alliance import payoffs
from games.alliance.structures import count
from solver.alliance.bounded.exact import value_bounds
from solver.alliance.bounded.kinds import Kinds, kinds_of
from solver.alliance.bounded.problem import Problem, problem_of
from solver.alliance.bounded.search import Found, Search
from solver.alliance.concepts.concept import Concept, Valuation
from solver.alliance.solution import EquilibriumSet, Solution
from solver.results import Status

MOST_KINDS = 64
MOST_OF_A_KIND = 1_000
# boxes of structures to bound at most: about a minute for 31 different candidates
BUDGET = 1_000_000
# share of a value below which differences are rounding; a few times what bounds allow for it
ROUNDING = 1e-10
# places of the grid on which a prospect with too many states is listed
PLACES = 2**16


class LargeValuation(Valuation):
    """What structures are worth, by the formulas of `games`, however many spokes there are.

    A prospect that has too many states to be listed is taken with aid rounded down to a grid: what
    it is worth bounds the value from below.
    """

    def prime(self, structures: Iterable[AllianceStructure]) -> None:
        """Compute the hegemon's values of some structures."""
        for structure in structures:
            if structure not in self._hegemon:
                self._hegemon[structure] = self.appraisal(structure).value

    def appraisal(self, structure: AllianceStructure) -> Appraisal:
        """Return how the hegemon sees `structure`, with less aid if its states are too many."""
        game = self.game
        try:
            return game.appraise(structure)
        except NotApplicableError:
            seen = payoffs.rounded_prospect(game, structure, game.threat, PLACES)
            return game.appraise_prospect(seen)


def payoffs_of(
    game: AllianceGame, structure: AllianceStructure
) -> tuple[dict[str, float], Appraisal]:
    """Return what a structure is worth to each player, and how the hegemon sees it.

    Where its states are too many to be listed, the hegemon's value is bounded from below.
    """
    try:
        return game.values(structure), game.appraise(structure)
    except NotApplicableError:
        values = LargeValuation(game, 0.0)
        appraisal = values.appraisal(structure)
        others = {name: values.candidate(name, structure) for name in game.candidates}
        return {game.hegemon: appraisal.value} | others, appraisal


def solve_bounded(
    game: AllianceGame,
    concept: Concept,
    tolerance: float,
    *,
    gap: float = 0.0,
    budget: int = BUDGET,
) -> Solution:
    """Return the hegemon's best structure that all members accept, proved where possible.

    Parameters
    ----------
    game : AllianceGame
        Of the family `bloc_and_spokes`, without burden sharing.
    concept : Concept
        "subgame_perfect".
    tolerance : float
        Ties, as a share of the range of payoffs over three structures: no alliance, spokes with
        all, a bloc of all.
    gap : float
        Where the search may stop: if no structure is better by more than this share of the range.
    budget : int
        Boxes of structures to bound at most, about.

    Returns
    -------
    Solution
        With one equilibrium, and the status PROVED or BOUNDED.

    Raises
    ------
    NotApplicableError
        For another concept or family, with burden sharing, a preference with formulas of its own,
        or with more than 64 candidates that differ or 1,000 that are alike.
    """
    _check(game, concept)
    kinds = kinds_of(game)
    if len(kinds) > MOST_KINDS or kinds.sizes.max() > MOST_OF_A_KIND:
        raise NotApplicableError(
            f"bounds are for up to {MOST_KINDS} candidates that differ and {MOST_OF_A_KIND} that"
            f" are alike; got {len(kinds)} and {kinds.sizes.max()}:"
            f" keep the strongest ones: game.strongest({MOST_KINDS})"
        )
    width, largest = _extent(kinds, problem_of(kinds, 0.0))
    ties = max(tolerance * width, ROUNDING * largest)
    problem = problem_of(kinds, ties)
    eager = problem.people.spoke > problem.people.outside + ties
    sure = Search(problem._replace(willing=eager), ties).run(False, budget, 0.0)
    found = Search(problem, ties, [sure.best]).run(True, budget, gap * width)
    return _solution(kinds, concept, found, sure, ties)


def _check(game: AllianceGame, concept: Concept) -> None:
    n = len(game.candidates)
    if concept.name != "subgame_perfect":
        raise NotApplicableError(
            f"{n} candidates are too many to list what is {concept.name}; ask for subgame_perfect,"
            " whose preferred structure is that of every concept, ties apart (docs/model.md)"
        )


def _extent(kinds: Kinds, problem: Problem) -> tuple[float, float]:
    """Return the widest range of any player's payoffs over three structures, and the largest."""
    none, every = np.zeros_like(kinds.sizes), kinds.sizes
    three = [(none, none), (every, none), (none, every)]
    hegemon = np.array([value_bounds(problem, *counts)[0] for counts in three])
    game, structures = kinds.game, [kinds.structure(*counts) for counts in three]
    values = Valuation(game, 0.0)
    others = [
        np.array([values.candidate(names[0], structure) for structure in structures])
        for names in kinds.members
    ]
    width = max(float(np.ptp(payoff)) for payoff in (hegemon, *others))
    largest = max(float(np.abs(payoff).max()) for payoff in (hegemon, *others))
    return width, max(1.0, largest)


def _solution(kinds: Kinds, concept: Concept, found: Found, sure: Found, ties: float) -> Solution:
    game = kinds.game
    structure, assured = (
        kinds.structure(np.array(one.best.spokes), np.array(one.best.bloc)) for one in (found, sure)
    )
    values = LargeValuation(game, ties)
    values.assured = assured
    gap = max(0.0, found.ceiling - found.best.lower)
    return Solution(
        game=game,
        concept=concept.name,
        status=Status.PROVED if gap <= ties else Status.BOUNDED,
        equilibria=EquilibriumSet([structure], partial(concept.certify, values)),
        tolerance=ties,
        searched=count(len(game.candidates)),
        security_level=sure.best.lower,
        gap=gap,
    )
