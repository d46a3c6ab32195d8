"""Solve games of the family `blocs`: any number of disjoint blocs beside spokes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from games import AllianceGame, AllianceStructure, NotApplicableError
from games.alliance.structures import count
from games.arrays import Bools, Ints
from solver.alliance.blocs.search import (
    Numbering,
    Payoffs,
    best_within,
    individually_rational,
    numbering_of,
    security_level,
    unblocked,
    unjoined,
)
from solver.alliance.blocs.values import hegemon_values
from solver.alliance.candidates import candidate_payoffs
from solver.alliance.concepts.concept import Concept, Valuation
from solver.alliance.concepts.subgame_perfect import find_assured
from solver.alliance.hegemon import BLOCK_VALUES, frame_of
from solver.alliance.solution import Equilibrium, EquilibriumSet, LazyStructures, Solution, ranked
from solver.alliance.stage import mask_of, tie_tolerance
from solver.results import Status

LIMIT = 11
# the search goes on to 11, but a certificate reads every regrouping one at a time
COALITION_LIMIT = 8


def solve(game: AllianceGame, concept: Concept, tolerance: float) -> Solution:
    """Return every structure of a game of the family `blocs` that satisfies `concept`.

    The same answer as by enumeration from the definitions, by the facts of docs/model.md: they use
    that what a candidate gets depends on its own treaty alone, and that the hegemon is a party to
    every treaty, and hold for several blocs as for one.

    Parameters
    ----------
    game : AllianceGame
        At one threat level.
    concept : Concept
        Of `solver.alliance.solve.CONCEPTS`.
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
    >>> from solver.alliance.concepts.nash import CONCEPT
    >>> game = games.AllianceGame(
    ...     hegemon="Athens", capabilities=dict.fromkeys("abcd", 0.2), threat=0.9, family="blocs")
    >>> solution = solve(game, CONCEPT, 1e-9)
    >>> print(solution.preferred.structure, solution.searched)
    Athens: bloc {a, b, c, d} 52
    """
    return next(solutions(game, [game.threat], concept, tolerance))


def solutions(
    game: AllianceGame, threats: Sequence[float], concept: Concept, tolerance: float
) -> Iterator[Solution]:
    """Yield the solution at each threat, the hegemon's values computed for many at a time.

    Parameters are as in `solve`; the game's own threat is not used. A further level costs a part of
    the first, since decision weights are shared.
    """
    numbering = numbering_of(checked(game, concept.name))
    at_once = max(1, BLOCK_VALUES // numbering.size)
    for start in range(0, len(threats), at_once):
        block = threats[start : start + at_once]
        rows = hegemon_values(game, frame_of(game, block), numbering)
        levels = [
            payoffs_of(game.at(threat), row, numbering, tolerance)
            for threat, row in zip(block, rows, strict=True)
        ]
        valuations = [
            Valuation(game.at(threat), level.tolerance)
            for threat, level in zip(block, levels, strict=True)
        ]
        if concept.name == "subgame_perfect":
            find_assured(valuations)
        for valuation, level in zip(valuations, levels, strict=True):
            yield _solution(valuation, level, numbering, concept)


def _solution(
    values: Valuation, payoffs: Payoffs, numbering: Numbering, concept: Concept
) -> Solution:
    game = values.game
    found = np.flatnonzero(search(payoffs, concept.name))
    numbers = ranked(numbering, payoffs.hegemon, payoffs.tolerance, found)

    def certify(structure: AllianceStructure) -> Equilibrium:
        appraisal = game.appraise(structure)
        each = {game.hegemon: appraisal.value}
        each |= {name: values.candidate(name, structure) for name in game.candidates}
        return Equilibrium(structure, each, concept.regret(values, structure), appraisal)

    return Solution(
        game=game,
        concept=concept.name,
        status=Status.SOLVED if found.size else Status.EMPTY,
        equilibria=EquilibriumSet(LazyStructures(numbering, numbers), certify),
        tolerance=payoffs.tolerance,
        searched=numbering.size,
        security_level=assured(payoffs) if concept.name == "subgame_perfect" else None,
    )


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
            f"{n} candidates have {float(count(n, 'blocs')):.1e} structures in the family 'blocs';"
            f" the limit for {concept} is {limit} candidates; keep the strongest ones:"
            f" game.strongest({limit}), or use family='bloc_and_spokes'"
        )
    return game


def payoffs_of(
    game: AllianceGame, worth: NDArray[np.float64], numbering: Numbering, relative: float
) -> Payoffs:
    """Return the payoffs of all structures, given the hegemon's, and what counts as a tie.

    Parameters
    ----------
    relative : float
        Ties as a share of the widest range of payoffs of any player.
    """
    outside, spoke, treaty = candidate_payoffs(game)
    treaty[0] = outside
    places = np.arange(outside.size)
    treaty[1 << places, places] = spoke
    masks = np.arange(treaty.shape[0])
    own = [treaty[(masks >> i & 1 == 1) | (masks == 0), i] for i in places]
    return Payoffs(worth, treaty, numbering.completions, tie_tolerance([worth, *own], relative))


def search(payoffs: Payoffs, concept: str) -> Bools:
    """Return which structures satisfy the concept of that name, shape (structures,).

    See the `search` of each concept's own file for why these filters are enough.
    """
    rational = individually_rational(payoffs)
    if concept == "subgame_perfect":
        return rational & (payoffs.hegemon >= assured(payoffs) - payoffs.tolerance)
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


def assured(payoffs: Payoffs) -> float:
    """Return the most that the hegemon can make sure of: its best set of eager spokes."""
    alone = payoffs.treaty[0]
    places = np.arange(alone.size)
    spoke = payoffs.treaty[1 << places, places]
    return security_level(payoffs, mask_of(spoke > alone + payoffs.tolerance))


def _rivals(payoffs: Payoffs, rational: Bools, best: NDArray[np.float64]) -> Ints:
    """Return the structures that a coalition may move to, the hegemon's best first.

    Whoever moves from a structure in which nobody would rather be out, and gains, ends in another.
    If that has a better one with fewer treaties, the coalition had better move there.
    """
    rivals = np.flatnonzero(rational & (payoffs.hegemon >= best))
    return rivals[np.argsort(-payoffs.hegemon[rivals], kind="stable")]
