"""Solve games with hundreds of candidates of a few types, exactly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from itertools import product
from math import comb, prod
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from games import AllianceGame, AllianceStructure, Appraisal, Form, NotApplicableError, checks
from games.arrays import Array, Bools, Ints
from games.prospects.appraisal import appraise
from games.records import Record, locked
from solver.alliance.concepts.registry import TOLERANCE, concept_named
from solver.alliance.types.kernel import values_beside
from solver.alliance.types.payoffs import (
    BlocTable,
    TypeValuer,
    bloc_table,
    hegemon_value,
    prospect,
    reference_point,
    tolerance_of,
)
from solver.alliance.types.search import TypeSearch
from solver.alliance.types.types import TypeCounts, Types, types_of
from solver.results import LazySequence

# Value every structure up to relabelling, for games with few of them.


class Listing(NamedTuple):
    """All structures up to relabelling.

    Attributes
    ----------
    spokes, blocs : ndarray of int, shape (structures, types)
    values : ndarray, shape (structures,)
        The hegemon's.
    """

    spokes: Ints
    blocs: Ints
    values: Array

    def rational(self, accepted: Bools, willing: Bools, shape: tuple[int, ...]) -> Bools:
        """Whether no ally would rather have no treaty, shape (structures,).

        Parameters
        ----------
        accepted : ndarray of bool, shape (blocs,)
            As `BlocTable.accepted` gives it, blocs numbered in the grid `shape`.
        willing : ndarray of bool, shape (types,)
        """
        stable = accepted[np.ravel_multi_index(tuple(self.blocs.T), shape)]
        content: Bools = stable & ~np.any((self.spokes > 0) & ~willing, axis=1)
        return content


def atoms_to_list(types: Types) -> int:
    """Return the outcomes of all prospects together: twice the product of comb(size + 3, 3).

    Examples
    --------
    >>> from solver.alliance.types.types import types_of
    >>> from solver.alliance.types.types import game_of_types
    >>> atoms_to_list(types_of(game_of_types("Athens", {"small": (0.02, 20)}, threat=0.5)))
    3542
    """
    return 2 * prod(comb(size + 3, 3) for size in types.sizes)


def list_structures(valuer: TypeValuer) -> Listing:
    """Return every structure up to relabelling with the hegemon's value of it."""
    types = valuer.types
    cost_of_spoke = types.game.parameters.k_bilateral
    sizes = np.array(types.sizes)
    chosen: list[NDArray[np.int64]] = []
    beside: list[NDArray[np.int64]] = []
    found: list[Array] = []
    for counts in product(*(range(size + 1) for size in types.sizes)):
        left = sizes - counts + 1
        blocs = np.stack(np.unravel_index(np.arange(left.prod()), tuple(left)), axis=1)
        blocs = blocs[blocs.sum(axis=1) != 1]
        gifts, costs = valuer.beside(blocs)
        worth = np.empty(len(blocs))
        lost = costs + cost_of_spoke * sum(counts)
        values_beside(valuer.ranked(counts), gifts, lost, valuer.level, worth)
        chosen.append(np.tile(counts, (len(blocs), 1)))
        beside.append(blocs)
        found.append(worth)
    return Listing(np.concatenate(chosen), np.concatenate(beside), np.concatenate(found))


# What a solver by type counts returns.


class TypeStatus(Enum):
    """What was proved; the text says how."""

    LISTED = "every structure was valued up to relabelling; the equilibria are all there are"
    PROVED = (
        "the preferred outcome is proved to be the best equilibrium; no others were listed"
        " (raise `most_atoms` to list them)"
    )

    def __str__(self) -> str:
        return self.name.lower()


class TypeEquilibrium(NamedTuple):
    """An equilibrium up to relabelling.

    Attributes
    ----------
    counts : TypeCounts
    value : float
        What it is worth to the hegemon.
    multiplicity : int
        How many labelled structures it stands for, all of them equilibria.
    """

    counts: TypeCounts
    value: float
    multiplicity: int


class TypeEquilibria(LazySequence[TypeEquilibrium]):
    """All equilibria up to relabelling, the hegemon's best first, each built when it is read.

    Parameters
    ----------
    sizes : tuple of int
        Of the types.
    spokes, blocs : ndarray of int, shape (equilibria, types)
    values : ndarray, shape (equilibria,)
    """

    def __init__(self, sizes: tuple[int, ...], spokes: Ints, blocs: Ints, values: Array) -> None:
        self._sizes = sizes
        self._spokes, self._blocs, self._values = map(locked, (spokes, blocs, values))

    def _build(self, place: int) -> TypeEquilibrium:
        counts = TypeCounts(tuple(self._spokes[place].tolist()), tuple(self._blocs[place].tolist()))
        return TypeEquilibrium(counts, float(self._values[place]), counts.multiplicity(self._sizes))

    def __len__(self) -> int:
        return int(self._values.size)

    @property
    def labelled(self) -> int:
        """How many labelled structures are equilibria: the sum of the multiplicities."""
        return sum(found.multiplicity for found in self)

    def __repr__(self) -> str:
        return f"<{len(self)} equilibria up to relabelling>"


@dataclass(frozen=True, eq=False)
class TypeSolution(Record):
    """The subgame-perfect outcome that the hegemon prefers, by type counts.

    Attributes
    ----------
    types : Types
    status : TypeStatus
    preferred : TypeCounts
        Its best equilibrium. Ties go to fewer allies, then to no bloc.
    value : float
        What that is worth to the hegemon.
    regret : float
        Largest gain of any deviation: of an ally that refuses, or of the hegemon that proposes
        `assured`. Computed from the game's payoffs and not from the search; at most `tolerance`.
    security_level : float
        What the hegemon can make sure of by a proposal of its own.
    assured : TypeCounts
        The proposal that makes sure of it: the best set of eager spokes.
    tolerance : float
        Differences of payoffs up to this counted as ties.
    structures : int
        How many structures there are up to relabelling; all of them are valued or surpassed.
    valued : int
        How many were valued exactly, in the search for the best.
    bounded : int
        How many boxes of structures were bounded, in both searches; 0 if all were listed.
    equilibria : TypeEquilibria or None
        All of them; None if they were not listed.
    """

    types: Types = field(repr=False)
    status: TypeStatus
    preferred: TypeCounts
    value: float
    regret: float
    security_level: float
    assured: TypeCounts
    tolerance: float
    structures: int
    valued: int
    bounded: int
    equilibria: TypeEquilibria | None = field(repr=False)

    @property
    def form(self) -> Form:
        """The form of the preferred structure."""
        return self.preferred.form

    @property
    def multiplicity(self) -> int:
        """How many labelled structures are equal to the preferred one up to relabelling."""
        return self.preferred.multiplicity(self.types.sizes)

    @property
    def pruned(self) -> int:
        """How many structures were ruled out by bounds alone."""
        return self.structures - self.valued

    @property
    def structure(self) -> AllianceStructure:
        """The preferred structure, its allies the first by name of each type."""
        return self.types.structure(self.preferred)

    @property
    def appraisal(self) -> Appraisal:
        """How the hegemon sees the preferred structure."""
        game = self.types.game
        seen = prospect(self.types, self.preferred, game.threat)
        return appraise(seen, game.preference, reference_point(self.types))

    def __str__(self) -> str:
        placed = zip(self.types.members, self.preferred.spokes, self.preferred.bloc, strict=True)
        parts = [f"{names[0]} and alike: {k} spokes, {m} in the bloc" for names, k, m in placed]
        return f"{self.form} at threat {self.types.game.threat:g} ({'; '.join(parts)})"


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
       dominates all in it by the first order (`solver.alliance.types.boxes`), which cumulative
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
    >>> from solver.alliance.types.types import game_of_types
    >>> game = game_of_types("Athens", {"large": (0.2, 3), "small": (0.02, 4)}, threat=0.7)
    >>> solution = solve_types(game)
    >>> str(solution.status), str(solution.form), solution.preferred.bloc, solution.regret
    ('listed', 'multilateral', (3, 4), 0.0)
    """
    checks.kind("game", game, AllianceGame)
    tolerance = checks.within("tolerance", tolerance, 0, 1)
    most_atoms = checks.whole("most_atoms", most_atoms, 0)
    budget = checks.whole("budget", budget, 1)
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
    checks.kind("game", game, AllianceGame)
    listed = checks.listed("threats", threats)
    threats = [checks.within("threat", level, 0, 1) for level in listed]
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
    """Return bounds of the hegemon's value: no aid and quarrels at all costs, all aid at none."""
    types, shared = valuer.types, valuer.types.game.parameters
    power, number = valuer.level.power, sum(types.sizes)
    pledge = max(shared.pledge_bilateral, shared.pledge_multilateral)
    most = pledge * float(types.worth @ np.array(types.sizes))
    cost = shared.k_bloc + max(shared.k_bilateral, shared.k_multilateral) * number
    own = shared.deployment + np.array([-shared.tied_down, most])
    secured = np.divide(own, own + power, out=np.ones(2), where=own + power > 0)
    gains = secured - np.array([cost, 0.0]) - valuer.level.reference
    low, high = types.game.preference.utility(gains).tolist()
    return low, high
