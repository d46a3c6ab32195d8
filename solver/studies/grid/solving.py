"""Solve cells that share a game but for preference and situation, many situations at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from games import (
    AllianceGame,
    AllianceStructure,
    Appraisal,
    CumulativeProspectTheory,
    ExpectedUtility,
    Preference,
    Prospect,
)
from games.alliance.payoffs import candidate_outcomes, point_of, projected_power, values_at
from games.alliance.structures import count, subsets
from games.arrays import Array, Bools, Ints
from solver.alliance.concepts.concept import Concept, Valuation, after_leaving
from solver.alliance.concepts.registry import concept_named
from solver.alliance.concepts.subgame_perfect import SUBGAME_PERFECT
from solver.alliance.hegemon import Frame, grid_of, hegemon_values
from solver.alliance.lattice import Lattice, lattice, mask_of, to_structure
from solver.alliance.solution import preference_order
from solver.alliance.solve import solve
from solver.alliance.stage import (
    Stage,
    candidate_payoffs,
    never_worse,
    tolerances,
    traits_of,
)
from solver.studies.grid.keys import Situation
from solver.studies.grid.plan import Cell
from solver.studies.outcome import Entry, Outcome, failed, of_solution, solved

# What cells of one game share at each threat, whatever the hegemon's preference.
#
# Without burdens a candidate's payoff depends on the threat and on its own treaty, and on nothing
# that the hegemon prefers; nor do the outcomes that the hegemon has before it.

# games whose backdrops a process keeps, as batches of one game follow each other, and lists of
# proposals
KEPT, PROPOSALS = 4, 64
# payoffs in blocs that are kept of one game over all threats, and threats: what is kept of one are
# objects of some 10 kB, however few the payoffs
PAYOFFS, THREATS = 2**22, 1024


class Backdrop:
    """One game at one threat: the candidates' payoffs, and the hegemon's prospects.

    Parameters
    ----------
    game : AllianceGame
        At the threat; its preference, reference and frame are not used.

    Attributes
    ----------
    candidates : CandidatePayoffs
        For the search.
    extent : pair of float
        Of them: the widest range, and the largest by size.
    worth : dict
        What certificates have asked for already: by candidate and its own treaty.
    refusals : dict of AllianceStructure to float
    """

    def __init__(self, game: AllianceGame) -> None:
        self.game = game
        self.candidates = candidate_payoffs(game)
        self.extent = self.candidates.extent()
        self.worth: dict[tuple[str, object], float] = {}
        self.refusals: dict[AllianceStructure, float] = {}
        self._prospects: dict[AllianceStructure, Prospect] = {}

    def candidate(self, name: str, structure: AllianceStructure) -> float:
        """Return what `structure` is worth to a candidate, by the formulas of `games`."""
        own = _own_treaty(name, structure)
        if own not in self.worth:
            self.worth[own] = self.game.candidate_value(name, structure)
        return self.worth[own]

    def prospect(self, structure: AllianceStructure) -> Prospect:
        """Return the hegemon's prospect under `structure`."""
        if structure not in self._prospects:
            self._prospects[structure] = self.game.prospect(structure)
        return self._prospects[structure]


class Backdrops:
    """The backdrops of one game by threat, each made when it is asked for."""

    def __init__(self, game: AllianceGame) -> None:
        self.game = game
        self.places = len(game.candidates)
        self._backdrops: dict[float, Backdrop] = {}
        self._structures: dict[int, AllianceStructure] = {}

    @staticmethod
    def of(game: AllianceGame) -> Backdrops:
        """Return the backdrops of `game`, those that this process has already if it does."""
        return _kept(game)

    def at(self, threat: float) -> Backdrop:
        """Return the backdrop at a threat."""
        found = self._backdrops.get(threat)
        if found is None:
            kept = len(self._backdrops)
            if kept >= THREATS or kept * 2**self.places * self.places >= PAYOFFS:
                self._backdrops.clear()
            found = self._backdrops[threat] = Backdrop(self.game.at(threat))
        return found

    def structure(self, number: int) -> AllianceStructure:
        """Return the structure with a number in the lattice, the same object every time."""
        if number not in self._structures:
            masks = lattice(self.places).masks(number)
            self._structures[number] = to_structure(self.game.hegemon, self.game.candidates, *masks)
        return self._structures[number]

    def candidate(
        self, name: str, structure: AllianceStructure, there: Sequence[Backdrop]
    ) -> Array:
        """Return what `structure` is worth to a candidate before each of some backdrops.

        By the formulas of `games`; what is missing is computed for all of them at once.
        """
        own = _own_treaty(name, structure)
        missing = [backdrop for backdrop in there if own not in backdrop.worth]
        if missing:
            threats = np.array([backdrop.game.threat for backdrop in missing])
            found = candidate_values(self.game, name, structure, threats).tolist()
            for backdrop, value in zip(missing, found, strict=True):
                backdrop.worth[own] = value
        return np.array([backdrop.worth[own] for backdrop in there])

    def spoke_gains(self, there: Sequence[Backdrop]) -> Array:
        """Return what a spoke adds to no treaty, shape (backdrops, n)."""
        alone = AllianceStructure(self.game.hegemon)
        gains = [
            self.candidate(name, alone.with_treaty([name]), there)
            - self.candidate(name, alone, there)
            for name in self.game.candidates
        ]
        return np.stack(gains, axis=1)

    def refusals(self, structure: AllianceStructure, there: Sequence[Backdrop]) -> list[float]:
        """Return the most that an ally gains by refusing its treaty, and 0 if there is no ally."""
        missing = [backdrop for backdrop in there if structure not in backdrop.refusals]
        if missing:
            gains = [
                self.candidate(name, after_leaving(self.game, structure, name), missing)
                - self.candidate(name, structure, missing)
                for name in structure.allies
            ]
            most = np.max(gains, axis=0) if gains else np.zeros(len(missing))
            for backdrop, value in zip(missing, most.tolist(), strict=True):
                backdrop.refusals[structure] = value
        return [backdrop.refusals[structure] for backdrop in there]


class BackdropValuation(Valuation):
    """A valuation that takes the candidates' payoffs from a backdrop that others share."""

    def __init__(self, game: AllianceGame, tolerance: float, backdrop: Backdrop) -> None:
        super().__init__(game, tolerance)
        self._backdrop = backdrop

    def candidate(self, name: str, structure: AllianceStructure) -> float:
        """Return what `structure` is worth to the candidate `name`."""
        return self._backdrop.candidate(name, structure)


def candidate_values(
    game: AllianceGame, name: str, structure: AllianceStructure, threats: Array
) -> Array:
    """Return what `structure` is worth to the candidate `name` at each threat.

    Parameters
    ----------
    game : AllianceGame
        Without burdens; its threat is not used.
    threats : ndarray, shape (levels,)

    Returns
    -------
    ndarray, shape (levels,)

    Examples
    --------
    >>> import games
    >>> athens = games.load("classic-athens")
    >>> spoke = athens.structure(spokes=["Samos"])
    >>> found = candidate_values(athens, "Samos", spoke, np.array([0.3, 0.5]))
    >>> float(found[1]) == athens.at(0.5).candidate_value("Samos", spoke)
    True
    """
    outcomes, odds = candidate_outcomes(game, name, structure, threats)
    taste = game.candidate_preference
    return taste.weighted_value(outcomes - game.candidate_reference, taste.rank_weights(odds))


def _own_treaty(name: str, structure: AllianceStructure) -> tuple[str, object]:
    """Return a candidate with its partners in a bloc, or with whether it has a spoke."""
    return name, structure.partners(name) or (name in structure.spokes)


@lru_cache(maxsize=KEPT)
def _kept(game: AllianceGame) -> Backdrops:
    return Backdrops(game)


# Subgame-perfect outcomes in many situations: `solver.alliance.concepts.subgame_perfect.search` in
# one go.


class SubgamePerfect(NamedTuple):
    """What was found in each situation.

    Attributes
    ----------
    tolerance : ndarray, shape (situations,)
        Payoffs that differ by no more are equal.
    equilibria : ndarray of int, shape (situations,)
    preferred : ndarray of int, shape (situations,)
        Number of the hegemon's best equilibrium; there always is one.
    security : ndarray, shape (situations,)
        What the hegemon can make sure of.
    """

    tolerance: Array
    equilibria: Ints
    preferred: Ints
    security: Array


def subgame_perfect(
    grid: Lattice,
    hegemon: Array,
    there: Sequence[Backdrop],
    relative: float,
    structure: Callable[[int], AllianceStructure],
) -> SubgamePerfect:
    """Return the subgame-perfect outcomes in each situation.

    Parameters
    ----------
    hegemon : ndarray, shape (situations, structures)
    there : sequence of Backdrop
        What stands behind each situation.
    relative : float
        The tolerance as a share of the widest range of payoffs.
    structure : callable
        Gives the structure with a number; asked where several tie for the best.
    """
    tolerance = game_tolerances(hegemon, there, relative)
    slack = tolerance[:, np.newaxis]
    pairs = [(own.candidates, ties) for own, ties in zip(there, tolerance.tolist(), strict=True)]
    eager = np.array([own.eager(ties) for own, ties in pairs])
    masks = np.arange(1 << grid.n)
    assured = (masks & ~eager[:, np.newaxis]) == 0
    security = np.where(assured, hegemon[:, : masks.size], -np.inf).max(axis=1)
    found = hegemon >= (security - tolerance)[:, np.newaxis]
    found &= np.stack([own.rational(ties) for own, ties in pairs])
    worth = np.where(found, hegemon, -np.inf)
    preferred = worth.argmax(axis=1)
    tied = worth >= worth.max(axis=1, keepdims=True) - slack
    for row in np.flatnonzero(tied.sum(axis=1) > 1):
        preferred[row] = min(
            np.flatnonzero(tied[row]).tolist(),
            key=lambda number: preference_order(structure(number)),
        )
    return SubgamePerfect(tolerance, found.sum(axis=1), preferred, security)


def game_tolerances(hegemon: Array, there: Sequence[Backdrop], relative: float) -> Array:
    """Return `solver.alliance.stage.tie_tolerance` in each situation."""
    widest, largest = np.array([own.extent for own in there]).T
    low, high = hegemon.min(axis=1), hegemon.max(axis=1)
    widest = np.maximum(widest, high - low)
    largest = np.maximum(largest, np.maximum(np.abs(low), np.abs(high)))
    return tolerances(relative, widest, largest)


# Certificates of what is preferred in many situations, from the formulas of `games` alone.
#
# The arrays of the search are not read. What situations share is computed once: the aid of each
# state of a structure's treaties, its rank and the decision weights depend on none of them.


def certify(
    game: AllianceGame,
    shared: Backdrops,
    frame: Frame,
    there: Sequence[Backdrop],
    tolerances: Array,
    preferred: Sequence[AllianceStructure],
) -> list[tuple[Appraisal, float]]:
    """Return how the hegemon sees what it prefers in each situation, and the regret of that.

    The deviations are those of `solver.alliance.concepts.subgame_perfect`: an ally refuses, or the
    hegemon makes the best proposal that it can count on, a set of spokes whose members all gain by
    them.

    Parameters
    ----------
    game : AllianceGame
        Its threat, frame and reference are not used.
    shared : Backdrops
        Of `game`, whatever its preference.
    frame : Frame
        The power and the reference point in each situation.
    there : sequence of Backdrop
    tolerances : ndarray, shape (situations,)
    preferred : sequence of AllianceStructure
    """
    assured = _assured(game, shared, frame, there, tolerances)
    found: dict[int, tuple[Appraisal, float]] = {}
    places: dict[AllianceStructure, list[int]] = defaultdict(list)
    for place, structure in enumerate(preferred):
        places[structure].append(place)
    for structure, at in places.items():
        own = values_at(game, [structure], frame.power[at], frame.reference[at])[:, 0]
        behind = [there[place] for place in at]
        seen = _appraisals(game.preference, structure, behind, frame.reference[at])
        gains = np.maximum(assured[at] - own, shared.refusals(structure, behind))
        for place, gain, appraisal in zip(at, gains.tolist(), seen, strict=True):
            found[place] = appraisal, max(0.0, gain)
    return [found[place] for place in range(len(preferred))]


def _assured(
    game: AllianceGame,
    shared: Backdrops,
    frame: Frame,
    there: Sequence[Backdrop],
    tolerances: Array,
) -> Array:
    """Return the value of the best set of spokes whose members all gain, in each situation."""
    eager = shared.spoke_gains(there) > tolerances[:, np.newaxis]
    best = np.empty(tolerances.size)
    patterns, which = np.unique(eager, axis=0, return_inverse=True)
    for number, pattern in enumerate(patterns):
        at = np.flatnonzero(which.ravel() == number)
        names = tuple(np.array(game.candidates)[pattern].tolist())
        proposals = _proposals(game.hegemon, names, _betters(game, pattern))
        worth = values_at(game, proposals, frame.power[at], frame.reference[at])
        best[at] = worth.max(axis=1)
    return best


def _betters(game: AllianceGame, eager: Bools) -> tuple[int, ...]:
    """Return for each eager candidate the mask of those who are never worse in its place.

    Of a preference with formulas of its own nothing is known.
    """
    if type(game.preference) not in (CumulativeProspectTheory, ExpectedUtility):
        return (0,) * int(eager.sum())
    return tuple(mask_of(row) for row in never_worse(traits_of(game))[np.ix_(eager, eager)])


@lru_cache(maxsize=PROPOSALS)
def _proposals(
    hegemon: str, names: tuple[str, ...], betters: tuple[int, ...]
) -> tuple[AllianceStructure, ...]:
    """Return sets of spokes among `names` of which one is best: with who is in, all who are better.

    Smaller ones come first.
    """
    places = {name: place for place, name in enumerate(names)}
    found = []
    for chosen in subsets(names):
        mask = sum(1 << places[name] for name in chosen)
        if all(betters[places[name]] & ~mask == 0 for name in chosen):
            found.append(AllianceStructure(hegemon, spokes=chosen))
    return tuple(found)


def _appraisals(
    preference: Preference,
    structure: AllianceStructure,
    there: Sequence[Backdrop],
    reference: Array,
) -> list[Appraisal]:
    """Return how the hegemon sees one structure in several situations, as `game.appraise` does."""
    prospects = [backdrop.prospect(structure) for backdrop in there]
    found: dict[int, Appraisal] = {}
    sizes: dict[int, list[int]] = defaultdict(list)
    for place, item in enumerate(prospects):
        sizes[len(item)].append(place)
    for at in sizes.values():
        outcomes = np.stack([prospects[place].outcomes for place in at])
        odds = np.stack([prospects[place].probabilities for place in at])
        gains = outcomes - reference[at, np.newaxis]
        worth = preference.weighted_value(gains, preference.rank_weights(odds))
        for place, value in zip(at, worth.tolist(), strict=True):
            item, point = prospects[place], float(reference[place])
            found[place] = Appraisal(
                value=value,
                mean=item.mean,
                reference=point,
                certainty_equivalent=point + preference.inverse_utility(value),
                mass_below=item.mass_below(point),
            )
    return [found[place] for place in range(len(prospects))]


# One game under one taste in many situations.


def solve_situations(
    game: AllianceGame,
    situations: Sequence[Situation],
    concept: str,
    tolerance: float,
    shared: Backdrops,
) -> list[Outcome]:
    """Return the outcome in each situation: what `solver.solve` finds there.

    Parameters
    ----------
    game : AllianceGame
        Of the family `bloc_and_spokes`, without burdens; its threat, frame and reference are not
        used.
    situations : sequence of Situation
    concept : str
    tolerance : float
        As in `solver.solve`.
    shared : Backdrops
        Of `game`, whatever its preference.
    """
    wanted = concept_named(concept)
    frame = Frame(
        np.array([projected_power(game, situation.threat) for situation in situations]),
        np.array([_point(game, situation) for situation in situations]),
    )
    hegemon = hegemon_values(game, frame)
    there = [shared.at(situation.threat) for situation in situations]
    if wanted is SUBGAME_PERFECT:
        return _subgame_perfect_outcomes(game, frame, hegemon, there, tolerance, shared)
    return [
        _outcome(situation.applied_to(game), row, behind, wanted, tolerance)
        for situation, row, behind in zip(situations, hegemon, there, strict=True)
    ]


def _point(game: AllianceGame, situation: Situation) -> float:
    """Return the hegemon's reference point in a situation."""
    framed = situation.threat if situation.frame is None else situation.frame
    return point_of(game, situation.reference, framed)


def _subgame_perfect_outcomes(
    game: AllianceGame,
    frame: Frame,
    hegemon: Array,
    there: Sequence[Backdrop],
    relative: float,
    shared: Backdrops,
) -> list[Outcome]:
    found = subgame_perfect(grid_of(game), hegemon, there, relative, shared.structure)
    preferred = [shared.structure(number) for number in found.preferred.tolist()]
    certificates = certify(game, shared, frame, there, found.tolerance, preferred)
    return [
        solved(structure, appraisal, equilibria, regret, security)
        for structure, (appraisal, regret), equilibria, security in zip(
            preferred,
            certificates,
            found.equilibria.tolist(),
            found.security.tolist(),
            strict=True,
        )
    ]


def _outcome(
    game: AllianceGame, hegemon: Array, behind: Backdrop, concept: Concept, relative: float
) -> Outcome:
    tolerance = float(game_tolerances(hegemon[np.newaxis], [behind], relative)[0])
    stage = Stage(game, grid_of(game), hegemon, tolerance, behind.candidates)
    values = BackdropValuation(game, tolerance, behind)
    return of_solution(concept.solution(stage, values, concept.search(stage)))


# Batches of cells: what a worker does, in whatever process it runs.

CELLS = 1024
# structures times cells in one batch: what their arrays take, and how long a batch lasts
VALUES = 2**24
# cells in a batch whose structures are solved one by one
ONE_BY_ONE = 8


class CellGroup(NamedTuple):
    """Cells that share a concept and, but for preference and situation, a game."""

    game: AllianceGame
    concept: str
    tolerance: float
    cells: tuple[Cell, ...]


# what is sent to a worker and comes back together
Batch = tuple[CellGroup, ...]


def keys_of(batch: Batch) -> list[bytes]:
    """Return the keys of the cells of a batch."""
    return [cell.key for group in batch for cell in group.cells]


def is_shared(game: AllianceGame) -> bool:
    """Return whether cells of `game` are solved together: one bloc at most, no burdens."""
    return game.family == "bloc_and_spokes" and game.burden_sharing == "none"


def most_cells(game: AllianceGame) -> int:
    """Return how many cells of `game` a batch should hold."""
    if not is_shared(game):
        return ONE_BY_ONE
    return max(1, min(CELLS, VALUES // count(len(game.candidates))))


def solve_batch(batch: Batch) -> list[Entry]:
    """Return the outcome of each cell of a batch, by its key, in any order.

    No error of a cell comes out: it is the outcome of that cell.
    """
    return [entry for group in batch for entry in _solve_group(group)]


def _solve_group(group: CellGroup) -> Iterator[Entry]:
    tastes: dict[Preference, list[Cell]] = defaultdict(list)
    for cell in group.cells:
        tastes[cell.preference].append(cell)
    shared = Backdrops.of(group.game) if is_shared(group.game) else None
    for taste, cells in tastes.items():
        game = group.game.with_preference(taste)
        if shared is None:
            yield from ((cell.key, _solve_alone(game, group, cell)) for cell in cells)
        else:
            yield from _solve_together(game, group, shared, cells)


def _solve_together(
    game: AllianceGame, group: CellGroup, shared: Backdrops, cells: Sequence[Cell]
) -> Iterator[Entry]:
    situations = [cell.situation for cell in cells]
    try:
        found = solve_situations(game, situations, group.concept, group.tolerance, shared)
    except Exception as error:
        if len(cells) == 1:
            yield cells[0].key, failed(error)
            return
        for cell in cells:  # which of them it is
            yield from _solve_together(game, group, shared, [cell])
        return
    for cell, outcome in zip(cells, found, strict=True):
        yield cell.key, outcome


def _solve_alone(game: AllianceGame, group: CellGroup, cell: Cell) -> Outcome:
    try:
        at = cell.situation.applied_to(game)
        return of_solution(solve(at, group.concept, tolerance=group.tolerance))
    except Exception as error:
        return failed(error)
