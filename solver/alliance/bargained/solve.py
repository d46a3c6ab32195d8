"""Games whose burdens are bargained over: every structure's bargains, and what solves the game.

Under these rules an ally's payoff depends on the whole structure, so the facts that make concepts
quick for other games do not all hold. What does: an ally's payoff without a treaty is the same
whatever the others do, and a bargain leaves no member worse off than that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from games import AllianceGame, AllianceStructure, Appraisal, NotApplicableError
from games.alliance import payoffs
from games.alliance.burden_sharing import require_linear
from games.arrays import Array, Bools
from solver.alliance.bargained.fixed_points import bargaining_regret
from solver.alliance.bargained.kernel import Settled, Terms, negotiated_values
from solver.alliance.bargained.treaty import KALAI_SMORODINSKY, NASH, RUBINSTEIN
from solver.alliance.concepts import subgame_perfect
from solver.alliance.concepts.concept import Concept, Valuation
from solver.alliance.concepts.nash import nobody_leaves
from solver.alliance.hegemon import Valuer
from solver.alliance.kernel import Blocs, Levels
from solver.alliance.lattice import Lattice
from solver.alliance.solution import Solution
from solver.alliance.stage import Valued, all_masks, outcomes_of, tie_tolerance, willingness_of
from solver.alliance.tasks import WORTH_THREADS, in_threads
from solver.results import Status

LIMIT = 11
CODES = {
    "nash_in_nash": NASH,
    "kalai_smorodinsky": KALAI_SMORODINSKY,
    "rubinstein": RUBINSTEIN,
}


@dataclass(frozen=True, eq=False)
class Negotiated(Valued):
    """Payoffs of every structure at the burdens that its bargains settle on.

    Attributes
    ----------
    candidates : ndarray, shape (structures, n)
        Payoffs, burdens paid.
    outside : ndarray, shape (n,)
        Payoffs without a treaty.
    burdens : ndarray, shape (structures, n)
    residual : ndarray, shape (structures,)
        How far any treaty's total was still moving when the bargains were stopped.
    """

    candidates: Array
    outside: Array
    burdens: Array
    residual: Array

    def individually_rational(self) -> Bools:
        """Return in which structures no candidate would rather be out of its treaty."""
        content: Bools = self.candidates >= self.outside - self.tolerance
        rational: Bools = np.all(content, axis=1)
        return rational

    def security_level(self) -> float:
        """Return what `best_assured` is worth to the hegemon."""
        return float(self.hegemon[self.best_assured])

    @cached_property
    def best_assured(self) -> int:
        """The number of the best structure that the hegemon can count on.

        A bloc that all refuse stays refused, so no proposal of one assures more than its spokes.
        Of the spokes proposed a set accepts in equilibrium if none of the others would gain by
        joining it alone; the worst of these sets is what a proposal assures.
        """
        n = self.grid.n
        joiners = np.zeros(1 << n, dtype=np.int64)
        for i in range(n):
            free = np.flatnonzero(all_masks(n) >> i & 1 == 0)
            # the structures without a bloc come first, numbered by their spokes' mask
            gains = self.candidates[free + (1 << i), i] > self.outside[i] + self.tolerance
            joiners[free] |= np.where(gains, 1 << i, 0)
        rational = self.individually_rational()[: 1 << n]
        worst = np.full(1 << n, -1)
        for proposal in range(1 << n):
            accepting = proposal
            while True:
                settled = rational[accepting] and joiners[accepting] & proposal == 0
                known = worst[proposal]
                if settled and (known < 0 or self.hegemon[accepting] < self.hegemon[known]):
                    worst[proposal] = accepting
                if accepting == 0:
                    break
                accepting = (accepting - 1) & proposal
        return int(worst[np.argmax(self.hegemon[worst])])

    def burdens_of(self, structure: AllianceStructure) -> dict[str, float]:
        """Return what each ally pays."""
        row = dict(zip(self.game.candidates, self.burdens[self.index(structure)], strict=True))
        return {name: float(row[name]) for name in structure.allies}


def negotiate_all(game: AllianceGame, relative_tolerance: float) -> Negotiated:
    """Return what the bargains of every structure settle on.

    Raises
    ------
    NotApplicableError
        If the game has more than 11 candidates, several blocs, or candidates who do not value each
        unit of burden alike.
    """
    n = len(game.candidates)
    if game.family != "bloc_and_spokes" or n > LIMIT:
        raise NotApplicableError(
            f"burden_sharing '{game.sharing}' is for up to {LIMIT} candidates in the family"
            f" 'bloc_and_spokes'; got {n} in '{game.family}' (keep the strongest:"
            f" game.strongest({LIMIT}); 'ultimatum' and 'split' are for more)"
        )
    require_linear(game.candidate_preference)
    valuer = Valuer(game)
    willing = willingness_of(game, all_masks(n))
    grid = valuer.grid
    terms = Terms(
        Levels(*payoffs.levels_of([game]), game.parameters.deployment),
        valuer.taste,
        willing.spoke,
        willing.bloc,
        CODES[game.sharing.rule],
        game.sharing.patience,
    )
    settled = Settled(np.empty(grid.size), np.zeros((grid.size, n)), np.empty(grid.size))
    shares = valuer.shares()
    none = next(blocs for blocs in shares if blocs.size == 0)

    def run(blocs: Blocs) -> None:
        negotiated_values(blocs, none, valuer.sets, terms, settled)

    in_threads(run, shares, grid.size >= WORTH_THREADS)
    outside, candidates = _candidates(game, grid, settled.burdens)
    tolerance = tie_tolerance([settled.values, *candidates.T], relative_tolerance)
    return Negotiated(
        game,
        grid,
        settled.values,
        tolerance,
        candidates,
        outside,
        settled.burdens,
        settled.residual,
    )


def _candidates(game: AllianceGame, grid: Lattice, burdens: Array) -> tuple[Array, Array]:
    """Return the candidates' payoffs without a treaty, and in every structure."""
    n = grid.n
    before = outcomes_of(game, all_masks(n))
    in_bloc = (before.bloc @ before.odds)[grid.bloc_masks]
    places = np.arange(n)
    member = grid.bloc_masks[:, np.newaxis] >> places & 1 == 1
    spoke = grid.spoke_masks[:, np.newaxis] >> places & 1 == 1
    outcome = np.where(member, in_bloc, np.where(spoke, before.spoke, before.outside)) - burdens
    taste, point = game.candidate_preference, game.candidate_reference
    return taste.utility(before.outside - point), taste.utility(outcome - point)


def pairwise(stage: Negotiated) -> Bools:
    """Return which structures are pairwise stable; see the concept."""
    stable = nobody_leaves(stage)
    grid = stage.grid
    for number in np.flatnonzero(stable).tolist():
        bloc, spokes = grid.masks(number)
        for i in range(grid.n):
            if (bloc | spokes) >> i & 1:
                continue
            offers = [(grid.index(bloc, spokes | 1 << i), 1 << i)]
            if bloc:
                offers.append((grid.index(bloc | 1 << i, spokes), bloc | 1 << i))
            stable[number] &= not any(_blocks(stage, number, *offer) for offer in offers)
    return stable


def _blocks(stage: Negotiated, now: int, then: int, asked: int) -> bool:
    """Whether the hegemon and the candidates `asked` change structure: none loses, one gains."""
    members = asked >> np.arange(stage.grid.n) & 1 == 1
    gains = np.append(
        (stage.candidates[then] - stage.candidates[now])[members],
        stage.hegemon[then] - stage.hegemon[now],
    )
    return bool(gains.min() >= -stage.tolerance and gains.max() > stage.tolerance)


SEARCHES: dict[str, Callable[[Negotiated], Bools]] = {
    "subgame_perfect": subgame_perfect.search,
    "nash": nobody_leaves,
    "pairwise": pairwise,
}


# Solve a game whose burdens are bargained over, and certify what is found.


class BargainedValuation(Valuation):
    """Payoffs by the formulas of `games`, at the burdens on which the bargains settled.

    The burdens come from the search; `bargaining_regret` checks those of each equilibrium.
    """

    def __init__(self, stage: Negotiated) -> None:
        super().__init__(stage.game, stage.tolerance)
        self.stage = stage
        self._regrets: dict[AllianceStructure, float] = {}

    def prime(self, structures: Iterable[AllianceStructure]) -> None:
        """Compute the hegemon's values of many structures in one batch."""
        missing = [s for s in dict.fromkeys(structures) if s not in self._hegemon]
        if missing:
            received = np.array([[sum(self.burdens(s).values()) for s in missing]])
            level = payoffs.levels_of([self.game])
            self.store(missing, payoffs.values_at(self.game, missing, *level, received)[0])

    def candidate(self, name: str, structure: AllianceStructure) -> float:
        """Return what `structure` is worth to the candidate `name`, its burden paid."""
        prospect = payoffs.candidate_prospect(self.game, name, structure)
        if name in structure.allies:
            prospect = prospect.shifted(-self.burdens(structure)[name])
        return self.game.candidate_preference.value(prospect, self.game.candidate_reference)

    def appraisal(self, structure: AllianceStructure) -> Appraisal:
        """Return how the hegemon sees `structure`, its burdens received."""
        prospect = payoffs.prospect(self.game, structure, self.game.threat)
        return self.game.appraise_prospect(prospect.shifted(sum(self.burdens(structure).values())))

    def burdens(self, structure: AllianceStructure) -> dict[str, float]:
        """Return what each ally pays."""
        return self.stage.burdens_of(structure)

    def bargaining_regret(self, structure: AllianceStructure) -> float:
        """Return how far a treaty of `structure` is from its own bargain, recomputed."""
        if structure not in self._regrets:
            regret = bargaining_regret(self.game, structure, self.burdens(structure))
            self._regrets[structure] = regret
        return self._regrets[structure]


# bargains whose totals move by less, in units of security, have settled
SETTLED = 1e-8
# a greater bargaining regret leaves the answer open; so many of the best equilibria are looked at
AMISS, LOOKED_AT = 1e-6, 4


def solve_bargained(game: AllianceGame, concept: Concept, tolerance: float) -> Solution:
    """Return every structure that satisfies `concept` when burdens are bargained over.

    Each structure is worth what it is at the burdens on which its bargains settle from all that the
    allies are willing to pay; there may be other fixed points. The status is PARTIAL if the
    bargains of a structure do not settle, or if the `bargaining_regret` of one of the 4 best
    equilibria, or of the structure that the hegemon can count on, is above 1e-6.

    Raises
    ------
    NotApplicableError
        If the concept is not searched under these rules, or the game is too large.
    """
    if concept.name not in SEARCHES:
        raise NotApplicableError(
            f"concept {concept.name!r} is not searched with burden_sharing '{game.sharing}', where"
            f" an ally's payoff depends on the whole structure; use {', '.join(SEARCHES)}, or"
            " burden_sharing 'ultimatum' or 'split'"
        )
    stage = negotiate_all(game, tolerance)
    values = BargainedValuation(stage)
    values.assured = assured = stage.structure(stage.best_assured)
    solution = concept.solution(stage, values, SEARCHES[concept.name](stage))
    decisive = {assured, *solution.equilibria.structures[:LOOKED_AT]}
    amiss = {stage.index(s) for s in decisive if values.bargaining_regret(s) > AMISS}
    unsettled = len(amiss.union(np.flatnonzero(stage.residual > SETTLED).tolist()))
    if not unsettled:
        return solution
    return replace(solution, status=Status.PARTIAL, unsettled=unsettled)
