"""What the cells of one game share at each threat, whatever the hegemon's preference.

Without burdens a candidate's payoff depends on the threat and on its own treaty, and on nothing
that the hegemon prefers; nor do the outcomes that the hegemon has before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from games import AllianceGame, AllianceStructure, Prospect
from games.alliance.payoffs import candidate_outcomes
from games.alliance.structures import subsets
from games.arrays import Array
from solver.alliance.concepts.concept import Valuation, after_leaving
from solver.alliance.lattice import lattice, to_structure
from solver.alliance.stage import candidate_payoffs

# games whose sides a process keeps (batches of one game follow each other), and lists of proposals
KEPT = 4
# payoffs in blocs that are kept of one game, over all threats
VALUES = 2**22


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


class Side:
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
        own = structure.partners(name) or (name in structure.spokes)
        if (name, own) not in self.worth:
            self.worth[name, own] = self.game.candidate_value(name, structure)
        return self.worth[name, own]

    def prospect(self, structure: AllianceStructure) -> Prospect:
        """Return the hegemon's prospect under `structure`."""
        if structure not in self._prospects:
            self._prospects[structure] = self.game.prospect(structure)
        return self._prospects[structure]


class SharedValuation(Valuation):
    """A valuation that takes the candidates' payoffs from a side that others share."""

    def __init__(self, game: AllianceGame, tolerance: float, side: Side) -> None:
        super().__init__(game, tolerance)
        self._side = side

    def candidate(self, name: str, structure: AllianceStructure) -> float:
        """Return what `structure` is worth to the candidate `name`."""
        return self._side.candidate(name, structure)


class Sides:
    """The sides of one game by threat, each made when it is asked for."""

    def __init__(self, game: AllianceGame) -> None:
        self.game = game
        self.places = len(game.candidates)
        self._sides: dict[float, Side] = {}
        self._structures: dict[int, AllianceStructure] = {}

    @staticmethod
    def of(game: AllianceGame) -> Sides:
        """Return the sides of `game`, those that this process has already if it does."""
        return _kept(game)

    def at(self, threat: float) -> Side:
        """Return the side at a threat."""
        side = self._sides.get(threat)
        if side is None:
            if len(self._sides) * 2**self.places * self.places >= VALUES:
                self._sides.clear()
            side = self._sides[threat] = Side(self.game.at(threat))
        return side

    def structures(self, number: int) -> AllianceStructure:
        """Return the structure with a number in the lattice, the same object every time."""
        if number not in self._structures:
            masks = lattice(self.places).masks(number)
            self._structures[number] = to_structure(self.game.hegemon, self.game.candidates, *masks)
        return self._structures[number]

    def candidate(self, name: str, structure: AllianceStructure, sides: Sequence[Side]) -> Array:
        """Return what `structure` is worth to a candidate at each of some sides.

        By the formulas of `games`; what is missing is computed for all sides at once.
        """
        own = (name, structure.partners(name) or (name in structure.spokes))
        missing = [side for side in sides if own not in side.worth]
        if missing:
            threats = np.array([side.game.threat for side in missing])
            found = candidate_values(self.game, name, structure, threats).tolist()
            for side, value in zip(missing, found, strict=True):
                side.worth[own] = value
        return np.array([side.worth[own] for side in sides])

    def spoke_gains(self, sides: Sequence[Side]) -> Array:
        """Return what a spoke adds to no treaty, shape (sides, n)."""
        alone = AllianceStructure(self.game.hegemon)
        gains = [
            self.candidate(name, alone.with_treaty([name]), sides)
            - self.candidate(name, alone, sides)
            for name in self.game.candidates
        ]
        return np.stack(gains, axis=1)

    def refusals(self, structure: AllianceStructure, sides: Sequence[Side]) -> list[float]:
        """Return the most that an ally gains by refusing its treaty, and 0 if there is no ally."""
        missing = [side for side in sides if structure not in side.refusals]
        if missing:
            gains = [
                self.candidate(name, after_leaving(self.game, structure, name), missing)
                - self.candidate(name, structure, missing)
                for name in structure.allies
            ]
            most = np.max(gains, axis=0) if gains else np.zeros(len(missing))
            for side, value in zip(missing, most.tolist(), strict=True):
                side.refusals[structure] = value
        return [side.refusals[structure] for side in sides]


class Proposals(NamedTuple):
    """Sets of spokes, and who is in each: shape (proposals, candidates), 0 or 1."""

    structures: tuple[AllianceStructure, ...]
    members: NDArray[np.int64]


@lru_cache(maxsize=KEPT)
def proposals_of(hegemon: str, candidates: tuple[str, ...], names: tuple[str, ...]) -> Proposals:
    """Return every set of spokes with some of the candidates `names`, smaller ones first."""
    sets = list(subsets(names))
    members = np.array([[name in chosen for name in candidates] for chosen in sets], np.int64)
    structures = tuple(AllianceStructure(hegemon, spokes=spokes) for spokes in sets)
    return Proposals(structures, members)


@lru_cache(maxsize=KEPT)
def _kept(game: AllianceGame) -> Sides:
    return Sides(game)
