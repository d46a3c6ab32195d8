"""A game at one threat level as arrays: what each structure is worth to each player."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from games import AllianceGame, AllianceStructure
from games.arrays import Array, Bools
from solver.alliance.candidates import CandidatePayoffs, candidate_payoffs
from solver.alliance.lattice import Lattice, lattice, to_masks, to_structure

ROUNDING = 1e-13


@dataclass(frozen=True, eq=False)
class Valued:
    """What every structure of the family `bloc_and_spokes` is worth to the hegemon.

    Attributes
    ----------
    game : AllianceGame
        At one threat level.
    grid : Lattice
        The numbering of the structures.
    hegemon : ndarray, shape (structures,)
    tolerance : float
        Differences up to this are ties: a share of the range of payoffs.
    """

    game: AllianceGame
    grid: Lattice
    hegemon: Array
    tolerance: float

    def structure(self, index: int) -> AllianceStructure:
        """Return the structure with number `index`."""
        return to_structure(self.game.hegemon, self.game.candidates, *self.grid.masks(index))

    def index(self, structure: AllianceStructure) -> int:
        """Return the number of `structure`."""
        return self.grid.index(*to_masks(self.game.candidates, structure))


@dataclass(frozen=True, eq=False)
class Stage(Valued):
    """Payoffs of every structure, where a candidate's depends on its own treaty alone.

    Attributes
    ----------
    candidates : CandidatePayoffs
    """

    candidates: CandidatePayoffs

    def eager(self) -> int:
        """Mask of the candidates whom a spoke leaves better off than no treaty."""
        return self.candidates.eager(self.tolerance)

    def individually_rational(self) -> Bools:
        """Whether no candidate would rather be out of its treaty, shape (structures,)."""
        return self.candidates.rational(self.tolerance)


def stage_of(game: AllianceGame, hegemon: Array, relative_tolerance: float) -> Stage:
    """Return the stage of `game`, given the hegemon's value of every structure."""
    candidates = candidate_payoffs(game)
    tolerance = tie_tolerance([hegemon], relative_tolerance, candidates.extent())
    return Stage(game, lattice(candidates.outside.size), hegemon, tolerance, candidates)


def tolerances(relative: float, widest: Array | float, largest: Array | float) -> Array:
    """Return `tie_tolerance` of games with those widest ranges and largest payoffs."""
    found: Array = np.maximum(relative * widest, ROUNDING * largest)
    return found


def tie_tolerance(
    payoffs: Iterable[Array], relative: float, extent: tuple[float, float] = (0.0, 0.0)
) -> float:
    """Return the difference up to which payoffs are equal.

    Parameters
    ----------
    payoffs : iterable of ndarray
        All payoffs of some players, each.
    relative : float
        Share of the widest range of any player. What comes of it is never less than rounding: if
        all payoffs are equal, they are so up to some 1e-16 only.
    extent : pair of float
        The widest range and the largest size of the other players' payoffs.
    """
    ranges = [(float(values.min()), float(values.max())) for values in payoffs]
    widest = max(extent[0], *(high - low for low, high in ranges))
    largest = max(extent[1], *(max(abs(low), abs(high)) for low, high in ranges))
    return float(tolerances(relative, widest, largest))
