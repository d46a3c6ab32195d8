"""Solve games with hundreds of candidates of a few types, exactly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from games import AllianceGame, AllianceStructure, NotApplicableError, checks
from solver.large.types import TypeCounts, Types, types_of
from solver.large.types_listing import atoms_to_list, list_structures
from solver.large.types_payoffs import hegemon_value
from solver.large.types_search import TypeSearch
from solver.large.types_solution import TypeEquilibria, TypeSolution, TypeStatus
from solver.large.types_valuer import BlocTable, TypeValuer, bloc_table, tolerance_of
from solver.solving import TOLERANCE, concept_named

MOST_ATOMS = 5_000_000
BUDGET = 1_000_000


def solve_types(
    game: AllianceGame,
    concept: str = "subgame_perfect",
    *,
    tolerance: float = TOLERANCE,
    most_atoms: int = MOST_ATOMS,
    budget: int = BUDGET,
) -> TypeSolution:
    """Return the hegemon's best subgame-perfect outcome, exact for hundreds of candidates.

    Structures that differ only in who of a type is where are worth the same to everybody in the
    same place, so that counts by type say all. What is a subgame-perfect outcome is proved in
    `docs/model.md`: a structure that no ally would rather leave, worth no less to the hegemon than
    the best set of spokes to candidates who gain by them.

    1. If all prospects together have at most `most_atoms` outcomes, value every structure and
       return all equilibria.
    2. Else search best first over boxes of counts. A box's bound is the value of a prospect that
       dominates all in it by the first order (`solver.large.types_relaxation`), which cumulative
       prospect theory respects. The structure returned has an exact value that no bound of what
       is left surpasses.

    Parameters
    ----------
    game : AllianceGame
        Of the family `bloc_and_spokes`, without burden sharing; at one threat level.
    concept : {"subgame_perfect"}
    tolerance : float
        Payoffs that differ by no more than this, as a share of the widest range of payoffs of any
        player, count as equal. The hegemon's range is searched if structures are listed, and
        bounded from above if not: equality is then a few times wider than in `solver.solve`.
    most_atoms : int
        Outcomes up to which all structures are listed.
    budget : int
        Bounds to compute at most in a search.

    Returns
    -------
    TypeSolution

    Raises
    ------
    NotApplicableError
        For another concept or family, with burden sharing, a preference with formulas of its own,
        more than 6 types, 1,000 candidates of a type, or 5,000,000 states of the spokes.
    ConvergenceError
        If the budget is spent before the best is proved.

    Examples
    --------
    >>> from solver.large.types_building import game_of_types
    >>> game = game_of_types("Athens", {"large": (0.2, 3), "small": (0.02, 4)}, threat=0.7)
    >>> solution = solve_types(game)
    >>> str(solution.status), str(solution.form), solution.preferred.bloc, solution.regret
    ('listed', 'multilateral', (3, 4), 0.0)
    """
    checks.within("tolerance", tolerance, 0, 1)
    checks.whole("most_atoms", most_atoms, 0)
    checks.whole("budget", budget, 1)
    return _solve(types_of(game), concept, tolerance, most_atoms, budget)


def sweep_types(
    game: AllianceGame,
    threats: Sequence[float],
    *,
    tolerance: float = TOLERANCE,
    most_atoms: int = MOST_ATOMS,
    budget: int = BUDGET,
) -> list[TypeSolution]:
    """Return the solution at each of several threats, in the order given.

    Each threat is searched anew: bounds at one say nothing of another. Parameters are those of
    `solve_types`.
    """
    types = types_of(game)
    levels = [replace(types, game=game.at(float(threat))) for threat in threats]
    return [_solve(level, "subgame_perfect", tolerance, most_atoms, budget) for level in levels]


def regret(types: Types, counts: TypeCounts, assured: TypeCounts) -> float:
    """Return the largest gain of a refusal, or of proposing `assured`, by the plain payoffs."""
    game, structure = types.game, types.structure(counts)
    alone = AllianceStructure(game.hegemon)
    deviators = [
        names[place]
        for names, k, m in zip(types.members, counts.spokes, counts.bloc, strict=True)
        for place, number in ((0, m), (m, k))
        if number
    ]
    refusals = [
        game.candidate_value(name, alone) - game.candidate_value(name, structure)
        for name in deviators
    ]
    proposal = hegemon_value(types, assured) - hegemon_value(types, counts)
    return max(0.0, proposal, *refusals)


def _solve(
    types: Types, concept: str, tolerance: float, most_atoms: int, budget: int
) -> TypeSolution:
    if concept_named(concept).name != "subgame_perfect":
        raise NotApplicableError(
            f"type counts need `concept` 'subgame_perfect'; got {concept!r}: its preferred outcome"
            " is the same, ties apart (docs/model.md)"
        )
    table, valuer = bloc_table(types), TypeValuer(types)
    if atoms_to_list(types) <= most_atoms:
        return _listed(valuer, table, tolerance)
    ties = tolerance_of([*table.ranges, _range(valuer)], tolerance)
    search = TypeSearch(valuer, table, ties)
    assured = search.best(table.eager(ties), blocs=False, budget=budget)
    best = search.best(table.willing(ties), blocs=True, budget=budget)
    return TypeSolution(
        types,
        TypeStatus.PROVED,
        best.counts,
        best.value,
        regret(types, best.counts, assured.counts),
        assured.value,
        assured.counts,
        ties,
        types.structures,
        best.valued,
        best.boxes + assured.boxes,
        None,
    )


def _listed(valuer: TypeValuer, table: BlocTable, tolerance: float) -> TypeSolution:
    """Return the solution of a game all of whose structures are valued."""
    types, listing = valuer.types, list_structures(valuer)
    values = listing.values
    ends = float(values.min()), float(values.max())
    ties = tolerance_of([*table.ranges, ends], tolerance)
    bilateral = listing.blocs.sum(axis=1) == 0
    uneager = np.any((listing.spokes > 0) & ~table.eager(ties), axis=1)
    assured = int(np.argmax(np.where(bilateral & ~uneager, values, -np.inf)))
    rational = listing.rational(table.accepted(ties), table.willing(ties), table.shape)
    found = np.flatnonzero(rational & (values >= values[assured] - ties))
    order = found[np.argsort(-values[found], kind="stable")]
    tied = int(np.count_nonzero(values[order] >= values[order[0]] - ties))

    def counts(place: int) -> TypeCounts:
        return TypeCounts(
            tuple(listing.spokes[place].tolist()), tuple(listing.blocs[place].tolist())
        )

    def rank(place: int) -> tuple[int, int, str]:
        return *counts(place).order, str(types.structure(counts(place)))

    order[:tied] = sorted(order[:tied].tolist(), key=rank)
    best = counts(int(order[0]))
    return TypeSolution(
        types,
        TypeStatus.LISTED,
        best,
        float(values[order[0]]),
        regret(types, best, counts(assured)),
        float(values[assured]),
        counts(assured),
        ties,
        types.structures,
        values.size,
        0,
        TypeEquilibria(types.sizes, listing.spokes[order], listing.blocs[order], values[order]),
    )


def _range(valuer: TypeValuer) -> tuple[float, float]:
    """Return bounds of the hegemon's value: no aid at all costs, all aid for sure at none."""
    types, shared = valuer.types, valuer.types.game.parameters
    power, number = valuer.level.power, sum(types.sizes)
    pledge = max(shared.pledge_bilateral, shared.pledge_multilateral)
    most = pledge * float(types.worth @ np.array(types.sizes))
    cost = shared.k_bloc + max(shared.k_bilateral, shared.k_multilateral) * number
    own = shared.deployment + np.array([0.0, most])
    secured = np.divide(own, own + power, out=np.ones(2), where=own + power > 0)
    gains = secured - np.array([cost, 0.0]) - valuer.level.reference
    low, high = types.game.preference.utility(gains).tolist()
    return low, high
