"""All equilibria of n players, expected-utility or prospect-theory, face by face, with proof.

Notions: `nash` for players who do not weight probabilities, and `cpt_nash` for any (Keskin 2016):
each action in a player's support maximises the value of the lottery which the *others'* mixing
induces. Both are the same search, since an action's value depends on the others alone.

1. Every support profile is a face of the strategy space, and the faces' interiors partition it.
2. A face of pure strategies is decided on outcomes, exactly: value functions rise.
3. Any other face is searched by branch and prune (`solver.finite.faces.branching`).
4. A face on which zeros without a proof abound holds a continuum: one of them stands for it.
5. Every finite game has an equilibrium (Nash 1951; for these players Keskin 2016). If none was
   found, the end of the branch of logit equilibria is offered, with its regret.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import partial
from itertools import combinations, islice, product
from time import monotonic

import numpy as np

from games import ConvergenceError, NormalForm, NotApplicableError, checks
from games.arrays import Array
from games.finite.equivalence import levelled
from solver.finite.certificate import Coverage
from solver.finite.faces.branching import Outcome, search
from solver.finite.faces.conditions import singular
from solver.finite.logit.branch import LogitEquations, nodes
from solver.finite.proofs import lines
from solver.finite.proofs.boxes import Box, Zero, prove
from solver.finite.proofs.faces import Face, Support
from solver.finite.reduction import choosing, one_chooses
from solver.finite.solution import Candidate, ProfileSolution, solution_of
from solver.prospects.terms import game_terms

# boxes examined in one game before the rest is left unresolved
BUDGET = 400_000
# and after so long; the rest is left unresolved too
SECONDS = 20.0
# boxes examined in a face whose equations can have no isolated zero, and the least in any other
SINGULAR_BUDGET = 500
LEAST = 64
MOST_FACES = 50_000
# how far the branch of logit equilibria is followed: the precision times the range of payoffs
END_OF_BRANCH = 1e6


# profiles offered without a proof that they are isolated have no larger regret, of their ranges
OFFERED = 1e-9


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
        of it is listed, without a box. `coverage.method` says what stopped the search.

    Raises
    ------
    NotApplicableError
        If the game has more than 50,000 support profiles, or, for `nash`, a player weights
        probabilities.

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
    number = int(np.prod([2.0**m - 1 for m in game.shape]))
    if number > MOST_FACES:
        raise NotApplicableError(
            f"a game of shape {game.shape} has {number} support profiles, the limit is"
            f" {MOST_FACES}; remove dominated actions, or ask for pure equilibria"
        )
    checks.finite("payoffs", game.payoffs)
    clear = levelled(game)
    terms = game_terms(clear)
    found: list[Candidate] = []
    unresolved: list[Box] = []
    empty, left, continua, late = 0.0, budget, 0, 0
    for supports in _faces(game):
        face = Face(game.shape, supports, terms)
        if not face.dimension:
            if lines.is_equilibrium(game, [own[0] for own in supports]):
                found.append(Candidate(game.pure(*(own[0] for own in supports))))
            else:
                empty += 1
            continue
        allowed = SINGULAR_BUDGET if singular(face) else max(left, LEAST)
        late += monotonic() > until
        outcome = search(face, partial(prove, clear), allowed, until)
        left -= outcome.visited
        continua += outcome.is_continuum
        empty += outcome.share_empty
        found.extend(_candidate(game, face, zero) for zero in outcome.zeros if zero.is_equilibrium)
        found.extend(islice(_offered(clear, face, outcome.unproved), 1))
        unresolved.extend(_boxes(game, face, outcome))
    clauses = [f"branch and prune over {number} support profiles, {budget - left} boxes"]
    if continua:
        clauses.append(f"{continua} of them hold a continuum of equilibria or nearly so")
    if left <= 0:
        clauses.append("the budget of boxes was spent")
    if late:
        clauses.append(f"after {seconds:g} seconds {late} of them had not been searched")
    if not found:
        found = [_end_of_branch(game, clear)]
        clauses.append("none found so: the end of the principal branch of logit equilibria")
    found.sort(key=lambda one: tuple(-p for own in one.profile for p in own.tolist()))
    return solution_of(
        game,
        concept,
        found,
        Coverage(
            method="; ".join(clauses),
            complete=not unresolved,
            share_empty=empty / number,
            unresolved=tuple(unresolved),
        ),
    )


def check(game: NormalForm, concept: str) -> None:
    """Raise `NotApplicableError` if `concept` is not defined for the game's players."""
    if concept == "nash" and not game.weighs_linearly:
        raise NotApplicableError(
            "`nash` needs players who do not weight probabilities; use concept='cpt_nash'"
        )


def _faces(game: NormalForm) -> Iterator[tuple[Support, ...]]:
    """Yield every support profile, small supports first."""
    sets = [
        [chosen for k in range(1, m + 1) for chosen in combinations(range(m), k)]
        for m in game.shape
    ]
    return iter(sorted(product(*sets), key=lambda face: sum(map(len, face))))


def _candidate(game: NormalForm, face: Face, zero: Zero) -> Candidate:
    profile, low, high = [], [], []
    for own, m, part in zip(face.supports, game.shape, face.parts, strict=True):
        point, below, above = zero.centre[part], zero.low[part], zero.high[part]
        profile.append(_spread([*point, 1 - point.sum()], own, m))
        low.append(_spread([*below, 1 - above.sum()], own, m))
        high.append(_spread([*above, 1 - below.sum()], own, m))
    return Candidate(game.profile(profile), box=Box(tuple(low), tuple(high)))


def _offered(clear: NormalForm, face: Face, points: Sequence[Array]) -> Iterator[Candidate]:
    """Yield the points of a face at which nobody gains, though they are not proved isolated."""
    for point in points:
        profile = tuple(
            _spread([*point[part], 1 - point[part].sum()], own, m)
            for own, m, part in zip(face.supports, clear.shape, face.parts, strict=True)
        )
        if _regret(clear, profile) <= OFFERED:
            yield Candidate(clear.profile(profile))


def _regret(game: NormalForm, profile: Sequence[Array]) -> float:
    """Return the largest regret of any player, as a share of the range of its utilities."""
    ranges = [float(np.ptp(own)) or 1.0 for own in game.utilities]
    return max(regret / range_ for regret, range_ in zip(game.regret(profile), ranges, strict=True))


def _end_of_branch(game: NormalForm, clear: NormalForm) -> Candidate:
    """Return the profile to which the branch of logit equilibria leads, as far as it is followed.

    Its least probabilities are put to 0 as long as that leaves less regret.
    """
    equations = LogitEquations(clear)
    point = equations.start
    with suppress(ConvergenceError):
        for node in nodes(equations, END_OF_BRANCH):
            point = node.point
    best = equations.profile(point)
    for least in (1e-9, 1e-6, 1e-4, 1e-2):
        kept = [np.where(own < least, 0.0, own) for own in best]
        tried = tuple(own / own.sum() for own in kept)
        if _regret(clear, tried) <= _regret(clear, best):
            best = tried
    return Candidate(game.profile(best))


def _boxes(game: NormalForm, face: Face, outcome: Outcome) -> list[Box]:
    found = []
    for boxes in outcome.unresolved:
        for place in range(boxes[0].shape[0]):
            ends = [
                [
                    _spread(end(own[place], axis=0), support, m)
                    for own, support, m in zip(boxes, face.supports, game.shape, strict=True)
                ]
                for end in (np.min, np.max)
            ]
            found.append(Box(tuple(ends[0]), tuple(ends[1])))
    return found


def _spread(strategy: Sequence[float] | Array, support: Support, m: int) -> Array:
    """Return a strategy on a support as probabilities of all `m` actions."""
    full = np.zeros(m)
    full[list(support)] = strategy
    return full
