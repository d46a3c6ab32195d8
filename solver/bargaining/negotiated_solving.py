"""Solve a game whose burdens are bargained over, and certify what is found."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from games import AllianceGame, AllianceStructure, NotApplicableError, payoffs
from solver.bargaining.nash_in_nash import bargaining_regret
from solver.bargaining.negotiated import SEARCHES, Negotiated, best_assured, negotiate_all
from solver.concept import Concept
from solver.ranking import LazyStructures, ranked
from solver.solution import Equilibrium, EquilibriumSet, Solution, Status
from solver.valuation import Valuation


class BargainedValuation(Valuation):
    """Payoffs by the formulas of `games`, at the burdens on which the bargains settled.

    The burdens come from the search; `bargaining_regret` checks those of each equilibrium.
    """

    def __init__(self, stage: Negotiated) -> None:
        super().__init__(stage.game, stage.tolerance)
        self.stage = stage

    def prime(self, structures: Iterable[AllianceStructure]) -> None:
        """Compute the hegemon's values of many structures in one batch."""
        missing = [s for s in dict.fromkeys(structures) if s not in self._hegemon]
        if missing:
            received = np.array([[sum(self.stage.burdens_of(s).values()) for s in missing]])
            threats = [self.game.threat]
            self.store(missing, payoffs.hegemon_values(self.game, missing, threats, received)[0])

    def candidate(self, name: str, structure: AllianceStructure) -> float:
        """Return what `structure` is worth to the candidate `name`, its burden paid."""
        prospect = payoffs.candidate_prospect(self.game, name, structure)
        if name in structure.allies:
            prospect = prospect.shifted(-self.stage.burdens_of(structure)[name])
        return self.game.candidate_preference.value(prospect, self.game.candidate_reference)


# bargains whose totals move by less, in units of security, have settled
SETTLED = 1e-8


def _status(stage: Negotiated, found: int) -> Status:
    """Return PARTIAL if the bargains of some structure did not settle: its worth is open."""
    if stage.residual.max() > SETTLED:
        return Status.PARTIAL
    return Status.SOLVED if found else Status.EMPTY


def solve(game: AllianceGame, concept: Concept, tolerance: float) -> Solution:
    """Return every structure that satisfies `concept` when burdens are bargained over.

    Each structure is worth what it is at the burdens on which its bargains settle from all that the
    allies are willing to pay; there may be other fixed points. If the bargains of a structure do
    not settle the status is PARTIAL.

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
    best = best_assured(stage) if concept.name == "subgame_perfect" else None
    if best is not None:
        values.assured = stage.structure(best)
    found = np.flatnonzero(SEARCHES[concept.name](stage))
    structures = LazyStructures(stage, ranked(stage, stage.hegemon, stage.tolerance, found))

    def certify(structure: AllianceStructure) -> Equilibrium:
        burdens = stage.burdens_of(structure)
        prospect = payoffs.prospect(game, structure, game.threat).shifted(sum(burdens.values()))
        appraisal = game.appraise_prospect(prospect)
        payments = {name: values.candidate(name, structure) for name in game.candidates}
        return Equilibrium(
            structure,
            {game.hegemon: appraisal.value} | payments,
            concept.regret(values, structure),
            appraisal,
            burdens,
            bargaining_regret(game, structure, burdens),
        )

    return Solution(
        game=game,
        concept=concept.name,
        status=_status(stage, len(structures)),
        equilibria=EquilibriumSet(structures, certify),
        tolerance=stage.tolerance,
        searched=stage.grid.size,
        security_level=None if best is None else float(stage.hegemon[best]),
    )
