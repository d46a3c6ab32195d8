"""Solve games of the family `blocs`: any number of disjoint blocs beside spokes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from games import AllianceGame, NotApplicableError
from games.alliance.structures import size_of
from games.arrays import Array, Bools, Ints
from solver.alliance.blocs.search import (
    Numbering,
    Payoffs,
    best_spokes,
    best_within,
    individually_rational,
    numbering_of,
    unblocked,
    unjoined,
)
from solver.alliance.blocs.values import hegemon_values
from solver.alliance.concepts.concept import Concept, valuations
from solver.alliance.hegemon import BLOCK_VALUES, frame_at
from solver.alliance.solution import Solution, codes_of
from solver.alliance.stage import candidate_payoffs, tie_tolerance

LIMIT = 11
# the search goes on to 11, but a certificate reads every regrouping one at a time
COALITION_LIMIT = 8


def solve_blocs(
    games: Sequence[AllianceGame], concept: Concept, tolerance: float
) -> Iterator[Solution]:
    """Yield the solution of each game of the family `blocs`.

    The same answer as by enumeration from the definitions, by the facts of docs/model.md: they use
    that what a candidate gets depends on its own treaty alone, and that the hegemon is a party to
    every treaty, and hold for several blocs as for one. The hegemon's values are computed for many
    games at a time; a further one costs a part of the first, since decision weights are shared.

    Parameters
    ----------
    games : sequence of AllianceGame
        That differ in their threat, frame and reference alone.
    concept : Concept
        Of `solver.alliance.concepts.registry.CONCEPTS`.
    tolerance : float
        As in `solver.solve`.

    Raises
    ------
    NotApplicableError
        If there are more than 11 candidates (4,213,597 structures), more than 8 for
        `coalition_proof`, whose certificates take long; or a preference follows formulas of its
        own.

    Examples
    --------
    >>> import games
    >>> from solver.alliance.concepts.nash import NASH
    >>> game = games.AllianceGame(
    ...     hegemon="Athens", capabilities=dict.fromkeys("abcd", 0.2), threat=0.9, family="blocs")
    >>> solution = next(solve_blocs([game], NASH, 1e-9))
    >>> print(solution.preferred.structure, solution.searched)
    Athens: bloc {a, b, c, d} 52
    """
    numbering = numbering_of(checked(games[0], concept.name))
    at_once = max(1, BLOCK_VALUES // numbering.size)
    for start in range(0, len(games), at_once):
        block = games[start : start + at_once]
        rows = hegemon_values(games[0], frame_at(block), numbering)
        stages = [
            stage_of(game, row, numbering, tolerance) for game, row in zip(block, rows, strict=True)
        ]
        peers = valuations(block, [stage.tolerance for stage in stages])
        for stage, values in zip(stages, peers, strict=True):
            yield concept.solution(stage, values, search(stage, concept.name))


def checked(game: AllianceGame, concept: str) -> AllianceGame:
    """Return `game` if it is of the family `blocs` and small enough for the concept."""
    n = len(game.candidates)
    limit = COALITION_LIMIT if concept == "coalition_proof" else LIMIT
    if game.family != "blocs":
        raise NotApplicableError(
            f"this search is for the family 'blocs'; got {game.family!r}: use solver.solve"
        )
    if game.burden_sharing != "none":
        raise NotApplicableError(
            f"this search knows no burdens; got the rule {game.burden_sharing!r}:"
            " set burden_sharing='none'"
        )
    if n > limit:
        raise NotApplicableError(
            f"{n} candidates have {size_of(n, 'blocs')} structures in the family"
            f" 'blocs'; the limit for {concept} is {limit} candidates; keep the strongest ones:"
            f" game.strongest({limit}), or use family='bloc_and_spokes'"
        )
    return game


@dataclass(frozen=True, eq=False)
class BlocStage(Numbering):
    """Payoffs of every structure at one threat level.

    Attributes
    ----------
    payoffs : Payoffs
    content : ndarray of bool, shape (2^n,)
        In which treaties no candidate would rather be outside.
    eager : int
        Mask of the candidates whom a spoke leaves better off than no treaty.
    """

    payoffs: Payoffs
    content: Bools
    eager: int

    @property
    def hegemon(self) -> Array:
        """What each structure is worth to the hegemon, shape (structures,)."""
        return self.payoffs.hegemon

    @property
    def tolerance(self) -> float:
        """Differences of payoffs up to this are ties."""
        return self.payoffs.tolerance

    def form_codes(self, numbers: Ints) -> Ints:
        """Return a code of the form of each of the structures with these numbers."""
        return codes_of(self, numbers)

    def security_level(self) -> float:
        """Return what the hegemon's best set of eager spokes is worth to it."""
        return best_spokes(self.payoffs, self.eager)


def stage_of(game: AllianceGame, worth: Array, numbering: Numbering, relative: float) -> BlocStage:
    """Return the payoffs of all structures, given the hegemon's, and what counts as a tie.

    Parameters
    ----------
    relative : float
        Ties as a share of the widest range of payoffs of any player.
    """
    candidates = candidate_payoffs(game)
    outside, spoke, treaty = candidates
    ties = tie_tolerance([worth], relative, candidates.extent())
    treaty[0] = outside
    places = np.arange(outside.size)
    treaty[1 << places, places] = spoke
    return BlocStage(
        game,
        numbering.completions,
        Payoffs(worth, treaty, numbering.completions, ties),
        candidates.content(ties),
        candidates.eager(ties),
    )


def search(stage: BlocStage, concept: str) -> Bools:
    """Return which structures satisfy the concept of that name, shape (structures,).

    See the `search` of each concept's own file for why these filters are enough.
    """
    payoffs = stage.payoffs
    rational = individually_rational(stage.content, payoffs)
    if concept == "subgame_perfect":
        return rational & (payoffs.hegemon >= stage.security_level() - payoffs.tolerance)
    best = best_within(payoffs)
    stable: Bools = rational & (payoffs.hegemon >= best - payoffs.tolerance)
    if concept == "nash":
        return stable
    doubtful = np.flatnonzero(stable)
    if concept == "pairwise":
        stable[doubtful] = unjoined(doubtful, payoffs)
    else:
        stable[doubtful] = unblocked(doubtful, _rivals(payoffs, rational, best), payoffs)
    return stable


def _rivals(payoffs: Payoffs, rational: Bools, best: Array) -> Ints:
    """Return the structures that a coalition may move to, the hegemon's best first.

    Whoever moves from a structure in which nobody would rather be out, and gains, ends in another.
    If that has a better one with fewer treaties, the coalition had better move there.
    """
    rivals = np.flatnonzero(rational & (payoffs.hegemon >= best))
    return rivals[np.argsort(-payoffs.hegemon[rivals], kind="stable")]
