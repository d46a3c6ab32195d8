"""Games of 13 to 16 different candidates at one threat level, by bounds that are proved.

The search over every structure (`solver.alliance.solve`) ends at 12 candidates. Here structures are
not all valued: whole sets of them are ruled out by bounds (`solver.alliance.binned.kernel`), and
what is left is valued with a binned distribution of aid, with more bins as needed and with all its
states at last (`solver.alliance.binned.kernel`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from games import AllianceGame, AllianceStructure, Form, checks
from games.alliance.structures import count
from games.arrays import Array, Ints
from games.records import Record
from solver.alliance.binned.kernel import Nodes
from solver.alliance.binned.search import (
    BINS,
    Contender,
    Found,
    Interval,
    Search,
    all_bounds,
    bounds,
    checked,
    setting_of,
)
from solver.alliance.lattice import popcounts, to_structure
from solver.alliance.solution import preference_order
from solver.alliance.stage import CandidatePayoffs, candidate_payoffs, tie_tolerance

TOLERANCE = 1e-9
WORK = 2e9
# share of a value below which differences are rounding; a few times what bounds allow for it
ROUNDING = 1e-11


class Proof(Enum):
    """Whether the preferred structure is proved to be one; the text says what to do about it."""

    PROVED = "no structure that all its members accept is worth more to the hegemon, ties apart"
    OPEN = (
        "others may be worth more to the hegemon, by `regret_bound` at most; allow more work"
        " (`work`), or keep fewer candidates (game.strongest)"
    )

    def __str__(self) -> str:
        return self.name.lower()


@dataclass(frozen=True, eq=False)
class BinnedSolution(Record):
    """The hegemon's best structure among those that all members accept, with bounds.

    By fact 5 of docs/model.md this is what `subgame_perfect`, `nash` and `coalition_proof` prefer.
    The other equilibria are not searched.

    Attributes
    ----------
    game : AllianceGame
    status : Proof
    preferred : AllianceStructure
        The best that was found; of those that tie with it others may exist.
    value : Interval
        Bounds on what `preferred` is worth to the hegemon.
    regret_bound : float
        No structure that all its members accept is worth more than `preferred` by more than this.
    security_level : Interval
        Bounds on what the hegemon can make sure of by a proposal of its own.
    contenders : tuple of (AllianceStructure, Interval)
        Others that were valued with all their states and may be worth as much or more.
    unsettled : int
        How many sets of structures may have one that is worth more, and were not looked into.
    tolerance : float
        Differences of payoffs up to this counted as ties.
    structures : int
        How many structures the family has.
    refused : int
        How many of them some member would rather be out of.
    bounded : int
        How many times a set of structures was bounded, to rule out the others.
    states : float
        About how many states of structures were valued for that; `work` limits it.
    """

    game: AllianceGame
    status: Proof
    preferred: AllianceStructure
    value: Interval
    regret_bound: float
    security_level: Interval
    contenders: tuple[tuple[AllianceStructure, Interval], ...] = field(repr=False)
    unsettled: int
    tolerance: float
    structures: int
    refused: int
    bounded: int
    states: float

    @property
    def proved(self) -> bool:
        """Whether no structure that all its members accept is worth more, ties apart."""
        return self.status is Proof.PROVED

    @property
    def form(self) -> Form:
        """The form of the preferred structure."""
        return self.preferred.form

    def bounds(self, structure: AllianceStructure, bins: int = BINS) -> Interval:
        """Return bounds on what `structure` is worth to the hegemon."""
        return bounds(self.game, structure, bins)

    def all_bounds(self, bins: int = BINS) -> tuple[Array, Array]:
        """Return bounds on every structure, see `solver.alliance.binned.search.all_bounds`."""
        return all_bounds(self.game, bins)

    def __str__(self) -> str:
        low, high = self.value
        return (
            f"at threat {self.game.threat:g}: {self.preferred} ({self.form}),"
            f" worth {low:.9g} to {high:.9g}, {self.status}"
        )


def solve(
    game: AllianceGame, *, tolerance: float = TOLERANCE, work: float = WORK
) -> BinnedSolution:
    """Return the hegemon's best structure that all members accept, proved where possible.

    Parameters
    ----------
    game : AllianceGame
        Of the family `bloc_and_spokes`, with at most 16 candidates, at one threat level.
    tolerance : float
        Ties, as a share of the range of payoffs: of each candidate's, and of the hegemon's over
        three structures (no alliance, spokes with all, a bloc of all).
    work : float
        About how many states of structures may be valued before the search gives up on a proof;
        2e9 take a few minutes.

    Raises
    ------
    NotApplicableError
        If there are more than 16 candidates, for the family `blocs`, with burden sharing, or with
        preferences that follow formulas of their own.

    Examples
    --------
    >>> import games
    >>> solution = solve(games.load("europe-1949").at(threat=0.7))
    >>> print(solution.form, solution.status, solution.regret_bound < 1e-9)
    multilateral proved True
    """
    checks.kind("game", game, AllianceGame)
    checks.within("tolerance", tolerance, 0, 1)
    checks.above("work", work, 0)
    setting = setting_of(checked(game))
    candidates = candidate_payoffs(game)
    ties, close = _tolerances(game, candidates, tolerance)
    willing, eager = candidates.willing(ties), candidates.eager(ties)
    stable = candidates.content(ties) & (popcounts(len(game.candidates)) != 1)
    sure = Search(setting, close).run(roots(np.zeros(1, np.int64), eager), work)
    found = Search(setting, close).run(roots(np.flatnonzero(stable), willing), work)
    return _solution(game, found, sure, (ties, close), _accepted(stable, willing))


def roots(blocs: Ints, spokes: int) -> Nodes:
    """Return a node for each bloc and number of spokes, the spokes being among `spokes`."""
    parts = []
    for extra in range(spokes.bit_count() + 1):
        free = spokes & ~blocs
        number = np.bitwise_count(free).astype(np.int64)
        some, all_of = (extra < number) & (extra > 0), extra == number
        for which, chosen, left, more in (
            (all_of, free, 0 * free, 0),
            (some, 0 * free, free, extra),
            (~all_of & (extra == 0), 0 * free, 0 * free, 0),
        ):
            size = int(np.count_nonzero(which))
            parts.append((blocs[which], chosen[which], left[which], np.full(size, more)))
    return Nodes(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def _tolerances(
    game: AllianceGame, candidates: CandidatePayoffs, relative: float
) -> tuple[float, float]:
    """Return what counts as a tie, and what bounds on the hegemon's values can tell apart."""
    everybody = game.candidates
    three = [game.structure(), game.structure(spokes=everybody), game.structure(bloc=everybody)]
    hegemon = np.array([bounds(game, structure).lower for structure in three])
    ties = tie_tolerance([hegemon], relative, candidates.extent())
    return ties, max(ties, ROUNDING * float(np.abs(hegemon).max()))


def _accepted(stable: NDArray[np.bool_], willing: int) -> int:
    """Return how many structures no member would rather be out of."""
    free = np.bitwise_count(willing & ~np.flatnonzero(stable)).astype(np.int64)
    return int((1 << free).sum())


def _solution(
    game: AllianceGame, found: Found, sure: Found, ties: tuple[float, float], accepted: int
) -> BinnedSolution:
    tolerance, close = ties
    best = found.contenders[0].lower

    def named(known: Contender) -> tuple[AllianceStructure, Interval]:
        structure = to_structure(game.hegemon, game.candidates, known.bloc, known.spokes)
        return structure, Interval(known.lower, known.upper)

    tied = [named(known) for known in found.contenders if known.lower >= best - close]
    preferred, value = min(tied, key=lambda pair: preference_order(pair[0]))
    others = [
        (structure, interval)
        for structure, interval in map(named, found.contenders)
        if structure != preferred and interval.upper >= value.lower - close
    ]
    ceiling = max([found.ceiling, *(interval.upper for _, interval in others)])
    regret = max(0.0, ceiling - value.lower)
    structures = count(len(game.candidates))
    return BinnedSolution(
        game=game,
        status=Proof.PROVED if regret <= 3 * close else Proof.OPEN,
        preferred=preferred,
        value=value,
        regret_bound=regret,
        security_level=Interval(
            sure.contenders[0].lower, max(sure.ceiling, sure.contenders[0].upper)
        ),
        contenders=tuple(others),
        unsettled=found.unsettled,
        tolerance=tolerance,
        structures=structures,
        refused=structures - accepted,
        bounded=found.bounded + sure.bounded,
        states=found.states + sure.states,
    )
