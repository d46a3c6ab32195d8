"""Solve a game: find every structure that satisfies a solution concept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from games import AllianceGame, AllianceStructure, NotApplicableError, checks
from games.alliance.structures import count, size_of
from games.arrays import Array, Ints
from solver.alliance.bargained.solve import solve_bargained
from solver.alliance.blocs.solve import solve_blocs
from solver.alliance.bounded.solve import BUDGET, solve_bounded
from solver.alliance.concepts.concept import Concept, Valuation, valuations
from solver.alliance.concepts.registry import TOLERANCE, concept_named
from solver.alliance.concepts.subgame_perfect import find_assured
from solver.alliance.hegemon import EXACT_LIMIT, by_blocks
from solver.alliance.kept import KeptWeights
from solver.alliance.solution import Solution, codes_of
from solver.alliance.stage import stage_of, tie_tolerance
from solver.alliance.tasks import Heed
from solver.prospects.compiled import require
from solver.stopping import heed

ENUMERATED_LIMIT = 3_000
# candidates that are certainly too many for it
LISTED = 30


def solve(
    game: AllianceGame,
    concept: str = "subgame_perfect",
    *,
    tolerance: float = TOLERANCE,
    gap: float = 0.0,
    budget: int = BUDGET,
) -> Solution:
    """Return every structure that satisfies `concept` in `game`; of a large game the best one.

    With more than 12 candidates the hegemon's best equilibrium alone is searched for, by bounds
    that rule out sets of structures (`solver.alliance.bounded`): the solution's `status` says
    whether it is proved to be the best, and its `gap` by how much others may be better.

    Parameters
    ----------
    game : AllianceGame
        At one threat level.
    concept : {"subgame_perfect", "nash", "pairwise", "coalition_proof"}
    tolerance : float
        Payoffs that differ by no more than this, as a share of the range of payoffs in the game
        (the widest range of any player), count as equal. With more than 12 candidates the range
        is that over three structures: no alliance, spokes with all, and a bloc of all.
    gap : float
        With more than 12 candidates, where the search may stop: if no structure can be better by
        more than this share of the range.
    budget : int
        With more than 12 candidates, sets of structures to bound at most, about: a million take
        about a minute for 31 that differ.

    Returns
    -------
    Solution

    Raises
    ------
    UnknownNameError
        If there is no such concept.
    NotApplicableError
        If the game is too large: more than 64 candidates that differ, or 1,000 that are alike
        (12 for other concepts than `subgame_perfect`, or with burdens); in the family `blocs` more
        than 11 (8 for `coalition_proof`, 6 with burdens); with burdens that are bargained over more
        than 11.

    Examples
    --------
    >>> import games
    >>> game = games.AllianceGame(
    ...     hegemon="Athens", capabilities={"Samos": 0.2, "Chios": 0.2, "Naxos": 0.1}, threat=0.7)
    >>> solution = solve(game)
    >>> print(solution.preferred.structure)
    Athens: bloc {Chios, Naxos, Samos}
    >>> solution.preferred.regret
    0.0
    """
    checks.within("tolerance", tolerance, 0, 1)
    checks.within("gap", gap, 0, 1)
    checks.whole("budget", budget, 1)
    wanted = concept_named(concept)
    if is_bounded(game):
        return solve_bounded(game, wanted, tolerance, gap=gap, budget=budget)
    return next(solutions([game], wanted, tolerance))


def solve_with(
    kept: KeptWeights,
    game: AllianceGame,
    concept: str = "subgame_perfect",
    *,
    tolerance: float = TOLERANCE,
    heed: Heed = heed,
) -> Solution:
    """Return what `solve` returns of a game that suits the decision weights that are kept.

    Parameters
    ----------
    kept : KeptWeights
    game, concept, tolerance
        As in `solve`.
    heed : callable
        Called before each part of the valuing; what it raises ends it.

    Raises
    ------
    UnknownNameError
        If there is no such concept.
    NotApplicableError
        If the game has other decision weights.
    """
    checks.within("tolerance", tolerance, 0, 1)
    wanted = concept_named(concept)
    return next(_solve_stages([game], kept.values([game], heed), wanted, tolerance))


def is_bounded(game: AllianceGame) -> bool:
    """Return whether a game is too large to search every structure, and bounds are known for it."""
    one_bloc = game.family == "bloc_and_spokes" and game.burden_sharing == "none"
    return one_bloc and len(game.candidates) > EXACT_LIMIT


def solutions(
    games: Sequence[AllianceGame], concept: Concept, tolerance: float
) -> Iterator[Solution]:
    """Yield the solution of each game, with the work that they share done once.

    Parameters
    ----------
    games : sequence of AllianceGame
        At least one; they differ in their threat, frame and reference alone.
    concept : Concept
    tolerance : float
        As in `solve`.
    """
    if games[0].sharing.is_bargained:
        yield from (solve_bargained(game, concept, tolerance) for game in games)
    elif is_bounded(games[0]):
        yield from (solve_bounded(game, concept, tolerance) for game in games)
    elif games[0].family == "bloc_and_spokes":
        for block, values in by_blocks(games):
            yield from _solve_stages(block, values, concept, tolerance)
    elif is_enumerated(games[0]):
        yield from (solve_by_enumeration(game, concept, tolerance) for game in games)
    else:
        yield from solve_blocs(games, concept, tolerance)


def _solve_stages(
    games: Sequence[AllianceGame], values: Array, concept: Concept, tolerance: float
) -> Iterator[Solution]:
    stages = [stage_of(game, row, tolerance) for game, row in zip(games, values, strict=True)]
    peers = valuations(games, [stage.tolerance for stage in stages])
    for stage, certifier in zip(stages, peers, strict=True):
        yield concept.solution(stage, certifier, concept.search(stage))


def is_enumerated(game: AllianceGame) -> bool:
    """Return whether a game of the family `blocs` is solved by going through its structures."""
    n = len(game.candidates)
    few = n <= LISTED and count(n, game.family) <= ENUMERATED_LIMIT
    return few or game.burden_sharing != "none"


@dataclass(frozen=True, eq=False)
class Enumerated:
    """The structures of a game in a list, with what they are worth to the hegemon."""

    values: Valuation
    structures: list[AllianceStructure]
    hegemon: Array

    @property
    def game(self) -> AllianceGame:
        """The game."""
        return self.values.game

    @property
    def tolerance(self) -> float:
        """Differences of payoffs up to this are ties."""
        return self.values.tolerance

    def security_level(self) -> float:
        """Return the most that the hegemon can make sure of by a proposal of its own."""
        return self.values.hegemon(find_assured(self.values))

    def structure(self, index: int) -> AllianceStructure:
        """Return the structure with number `index`."""
        return self.structures[index]

    def index(self, structure: AllianceStructure) -> int:
        """Return the number of `structure`."""
        return self.structures.index(structure)

    def form_codes(self, numbers: Ints) -> Ints:
        """Return a code of the form of each of the structures with these numbers."""
        return codes_of(self, numbers)


def solve_by_enumeration(game: AllianceGame, concept: Concept, tolerance: float) -> Solution:
    """Solve by the definition: keep the structures without a deviation that gains."""
    n = len(game.candidates)
    if n > LISTED or count(n, game.family) > ENUMERATED_LIMIT:
        raise NotApplicableError(
            f"{n} candidates have {size_of(n, game.family)} structures in the family 'blocs';"
            f" the limit with burdens is {ENUMERATED_LIMIT}; keep the strongest candidates with"
            " game.strongest(6), or use family='bloc_and_spokes'"
        )
    require(game.preference, ("value", "values"))
    structures = list(game.structures())
    values = Valuation(game, 0.0)
    values.prime(structures)
    hegemon = np.array([values.hegemon(s) for s in structures])
    others = [np.array([values.candidate(i, s) for s in structures]) for i in game.candidates]
    values.tolerance = tie_tolerance([hegemon, *others], tolerance)
    found = np.array([concept.regret(values, s) <= values.tolerance for s in structures])
    return concept.solution(Enumerated(values, structures, hegemon), values, found)
