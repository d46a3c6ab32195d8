"""All equilibria of n players, expected-utility or prospect-theory, face by face, with proof.

Notions: `nash` for players who do not weight probabilities, and `cpt_nash` for any (Keskin 2016):
each action in a player's support maximises the value of the lottery which the *others'* mixing
induces. Both are the same search, since an action's value depends on the others alone.

1. Every support profile is a face of the strategy space, and the faces' interiors partition it.
2. Faces of pure strategies are decided on outcomes, exactly: value functions rise.
3. Any other face is searched by branch and prune (`solver.finite.faces.branching`).
4. A face on which zeros without a proof abound holds a continuum: one of them stands for it.
5. Every finite game has an equilibrium (Nash 1951; for these players Keskin 2016). If none was
   found, the end of the branch of logit equilibria is offered (`solver.finite.faces.offers`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import partial
from itertools import combinations, islice
from math import log10, prod
from time import monotonic

import numpy as np

from games import NormalForm, NotApplicableError, checks
from games.finite.equivalence import levelled
from solver.finite import pure_nash
from solver.finite.certificate import Coverage
from solver.finite.faces import offers
from solver.finite.faces.branching import Outcome, search
from solver.finite.faces.conditions import singular
from solver.finite.proofs.boxes import Box, Zero, prove
from solver.finite.proofs.faces import Face, Support, spread
from solver.finite.reduction import choosing, one_chooses
from solver.finite.solution import Candidate, ProfileSolution, solution_of
from solver.prospects.terms import game_terms

# boxes examined in one game before the rest is left unresolved
BUDGET = 400_000
# and after so long; the rest is left too
SECONDS = 20.0
# boxes examined in a face whose equations can have no isolated zero, and the least in any other
SINGULAR_BUDGET = 500
LEAST = 64
MOST_PURE = 10_000


def solve(
    game: NormalForm,
    concept: str = "cpt_nash",
    *,
    budget: int = BUDGET,
    seconds: float = SECONDS,
) -> ProfileSolution:
    """Return all isolated equilibria of a game, each proved, and what was not settled.

    Parameters
    ----------
    game : NormalForm
    concept : {"nash", "cpt_nash"}
    budget : int
        How many boxes to examine at most.
    seconds : float
        How long to search at most, above 0.

    Returns
    -------
    ProfileSolution
        COMPLETE only if every box was proved to hold no equilibrium or exactly one. Where
        equilibria form a continuum, the boxes that cover it are `coverage.unresolved`, and one
        of it is listed, without a box. `coverage.method` says what stopped the search, and how
        many supports it had not come to.

    Raises
    ------
    NotApplicableError
        For `nash`, if a player weights probabilities.

    Examples
    --------
    >>> from games import CumulativeProspectTheory, ExpectedUtility
    >>> game = NormalForm(
    ...     [[[9, 0], [0, 1]], [[0, 1], [1, 0]]],
    ...     preferences=[CumulativeProspectTheory(), ExpectedUtility()])
    >>> solution = solve(game)
    >>> print(solution.status, round(float(solution.equilibria[0].profile[1][0]), 9))
    complete 0.040319445
    """
    check(game, concept)
    checks.whole("budget", budget, 1)
    until = monotonic() + checks.above("seconds", seconds, 0)
    if len(choosing(game)) <= 1:
        return one_chooses(game, concept)
    checks.finite("payoffs", game.payoffs)
    clear = levelled(game)
    terms = game_terms(clear)
    pure = list(islice(pure_nash.profiles(game), MOST_PURE + 1))
    found = [Candidate(game.pure(*actions)) for actions in pure[:MOST_PURE]]
    unresolved: list[Box] = []
    number, searched = prod(2**m - 1 for m in game.shape), prod(game.shape)
    empty, left, continua = float(searched - len(pure)), budget, 0
    for supports in _mixed(game.shape):
        if monotonic() > until:
            break
        searched += 1
        face = Face(game.shape, supports, terms)
        allowed = max(left, LEAST)
        if face.overdetermined or singular(face):
            allowed = SINGULAR_BUDGET
        outcome = search(face, partial(prove, clear), allowed, until)
        left -= outcome.visited
        continua += outcome.is_continuum
        empty += outcome.share_empty
        found.extend(_candidate(game, face, zero) for zero in outcome.zeros if zero.is_equilibrium)
        found.extend(
            Candidate(profile)
            for profile in islice(offers.settled(clear, face, outcome.unproved), 1)
        )
        unresolved.extend(_boxes(game, face, outcome))
    clauses = [f"branch and prune over {_said(number)} support profiles, {budget - left} boxes"]
    if len(pure) > MOST_PURE:
        clauses.append(f"there are more than {MOST_PURE} pure equilibria, which are not all listed")
    if continua:
        clauses.append(f"{continua} of them hold a continuum of equilibria or nearly so")
    if left <= 0:
        clauses.append("the budget of boxes was spent")
    if searched < number:
        clauses.append(
            f"after {seconds:g} seconds {_said(number - searched)} had not been searched"
        )
    if not found:
        profile, regret = offers.end_of_branch(clear, terms, monotonic() + seconds)
        found = [Candidate(profile)]
        clauses.append(
            "none found so: the end of the principal branch of logit equilibria, where nobody"
            f" gains more than {regret:.1e} of the range of its utilities"
        )
    found.sort(key=lambda one: tuple(-p for own in one.profile for p in own.tolist()))
    return solution_of(
        game,
        concept,
        found,
        Coverage(
            method="; ".join(clauses),
            complete=searched == number and len(pure) <= MOST_PURE and not unresolved,
            share_empty=float(Fraction(empty) / number),
            unresolved=tuple(unresolved),
        ),
    )


def check(game: NormalForm, concept: str) -> None:
    """Raise `NotApplicableError` if `concept` is not defined for the game's players."""
    if concept == "nash" and not game.weighs_linearly:
        raise NotApplicableError(
            "`nash` needs players who do not weight probabilities; use concept='cpt_nash'"
        )


def _mixed(shape: Sequence[int]) -> Iterator[tuple[Support, ...]]:
    """Yield every support profile in which somebody mixes.

    First those whose equations are not more than their unknowns for any player, as only they hold
    an equilibrium in a generic game; in each part small supports first.
    """
    for balanced in (True, False):
        for total in range(len(shape) + 1, sum(shape) + 1):
            for sizes in _sizes(total, shape):
                if (2 * max(sizes) <= total - len(shape) + 2) is balanced:
                    yield from _supports(sizes, shape)


def _said(number: int) -> str:
    return str(number) if number < 10**12 else f"some 10^{int(log10(number))}"


def _sizes(total: int, shape: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Yield every way to share `total` actions out, to each player at least one of its own."""
    if not shape:
        yield ()
        return
    first, *rest = shape
    for size in range(max(1, total - sum(rest)), min(first, total - len(rest)) + 1):
        for others in _sizes(total - size, rest):
            yield size, *others


def _supports(sizes: Sequence[int], shape: Sequence[int]) -> Iterator[tuple[Support, ...]]:
    if not sizes:
        yield ()
        return
    for own in combinations(range(shape[0]), sizes[0]):
        for others in _supports(sizes[1:], shape[1:]):
            yield own, *others


def _candidate(game: NormalForm, face: Face, zero: Zero) -> Candidate:
    profile, low, high = [], [], []
    for own, m, part in zip(face.supports, game.shape, face.parts, strict=True):
        point, below, above = zero.centre[part], zero.low[part], zero.high[part]
        profile.append(spread([*point, 1 - point.sum()], own, m))
        low.append(spread([*below, 1 - above.sum()], own, m))
        high.append(spread([*above, 1 - below.sum()], own, m))
    return Candidate(game.profile(profile), box=Box(tuple(low), tuple(high)))


def _boxes(game: NormalForm, face: Face, outcome: Outcome) -> list[Box]:
    found = []
    for boxes in outcome.unresolved:
        for place in range(boxes[0].shape[0]):
            ends = [
                [
                    spread(end(own[place], axis=0), support, m)
                    for own, support, m in zip(boxes, face.supports, game.shape, strict=True)
                ]
                for end in (np.min, np.max)
            ]
            found.append(Box(tuple(ends[0]), tuple(ends[1])))
    return found
