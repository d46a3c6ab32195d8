"""A game at one threat level as arrays: what each structure is worth to each player."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from games import AllianceGame, AllianceStructure
from games.arrays import Array, Bools
from solver.alliance.candidates import candidate_payoffs
from solver.alliance.lattice import Lattice, lattice, to_masks, to_structure

ROUNDING = 1e-13


@dataclass(frozen=True, eq=False)
class Stage:
    """Payoffs of every structure of the family `bloc_and_spokes` at one threat level.

    A candidate's payoff depends on its own treaty alone, so three arrays hold all of them.

    Attributes
    ----------
    game : AllianceGame
    grid : Lattice
        The numbering of the structures.
    hegemon : ndarray, shape (structures,)
    outside, spoke : ndarray, shape (n,)
        Candidates' payoffs with no treaty and with a bilateral one.
    bloc : ndarray, shape (2^n, n)
        Payoff of each candidate in the bloc with that mask; of no meaning for who is outside it.
    tolerance : float
        Differences up to this are ties: `relative_tolerance` times the range of payoffs.
    """

    game: AllianceGame
    grid: Lattice
    hegemon: Array
    outside: Array
    spoke: Array
    bloc: Array
    tolerance: float

    def willing(self) -> int:
        """Mask of the candidates whom a spoke leaves no worse off than no treaty."""
        return mask_of(self.spoke >= self.outside - self.tolerance)

    def eager(self) -> int:
        """Mask of the candidates whom a spoke leaves better off than no treaty."""
        return mask_of(self.spoke > self.outside + self.tolerance)

    def members(self) -> Bools:
        """Whether each candidate is in each mask, shape (2^n, n)."""
        masks = np.arange(1 << self.grid.n)[:, np.newaxis]
        return (masks >> np.arange(self.grid.n) & 1).astype(np.bool_)

    def individually_rational(self) -> Bools:
        """Whether no candidate would rather be out of its treaty, shape (structures,)."""
        unhappy: Bools = (self.bloc < self.outside - self.tolerance) & self.members()
        stable: Bools = ~np.any(unhappy, axis=1)
        refused = self.grid.spoke_masks & ~self.willing()
        rational: Bools = stable[self.grid.bloc_masks] & (refused == 0)
        return rational

    def structure(self, index: int) -> AllianceStructure:
        """Return the structure with number `index`."""
        return to_structure(self.game.hegemon, self.game.candidates, *self.grid.masks(index))

    def index(self, structure: AllianceStructure) -> int:
        """Return the number of `structure`."""
        return self.grid.index(*to_masks(self.game.candidates, structure))


def mask_of(flags: Bools) -> int:
    """Return the mask of the places that are true."""
    return sum(1 << int(place) for place in np.flatnonzero(flags))


def stage_of(game: AllianceGame, hegemon: Array, relative_tolerance: float) -> Stage:
    """Return the stage of `game`, given the hegemon's value of every structure."""
    outside, spoke, bloc = candidate_payoffs(game)
    masks = np.arange(bloc.shape[0])
    payoffs = [hegemon]
    for i in range(outside.size):
        with_others = (masks >> i & 1 == 1) & (np.bitwise_count(masks) > 1)
        payoffs.append(np.concatenate([[outside[i], spoke[i]], bloc[with_others, i]]))
    return Stage(
        game,
        lattice(outside.size),
        hegemon,
        outside,
        spoke,
        bloc,
        tie_tolerance(payoffs, relative_tolerance),
    )


def tolerances(relative: float, widest: Array | float, largest: Array | float) -> Array:
    """Return `tie_tolerance` of games with those widest ranges and largest payoffs."""
    found: Array = np.maximum(relative * widest, ROUNDING * largest)
    return found


def tie_tolerance(payoffs: Iterable[Array], relative: float) -> float:
    """Return the difference up to which payoffs are equal.

    Parameters
    ----------
    payoffs : iterable of ndarray
        All payoffs of each player.
    relative : float
        Share of the widest range of any player. What comes of it is never less than rounding: if
        all payoffs are equal, they are so up to some 1e-16 only.
    """
    ranges = [(float(values.min()), float(values.max())) for values in payoffs]
    widest = max(high - low for low, high in ranges)
    largest = max(max(abs(low), abs(high)) for low, high in ranges)
    return float(tolerances(relative, widest, largest))
