"""Payoffs of single structures, computed from the game when asked for and then remembered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from games import AllianceGame, AllianceStructure


class Valuation:
    """What structures are worth in one game, by the formulas of `games` and not by the kernel.

    Parameters
    ----------
    game : AllianceGame
    tolerance : float
        Differences of payoffs up to this count as ties.

    Attributes
    ----------
    assured : AllianceStructure or None
        The best structure that the hegemon can count on, once it has been asked for.
    """

    def __init__(self, game: AllianceGame, tolerance: float) -> None:
        self.game = game
        self.tolerance = tolerance
        self.assured: AllianceStructure | None = None
        self._hegemon: dict[AllianceStructure, float] = {}
        self._candidate: dict[tuple[str, object], float] = {}

    def prime(self, structures: Iterable[AllianceStructure]) -> None:
        """Compute the hegemon's values of many structures in one batch."""
        missing = [s for s in dict.fromkeys(structures) if s not in self._hegemon]
        if missing:
            self.store(missing, self.game.hegemon_values(missing))

    def store(self, structures: Sequence[AllianceStructure], values: NDArray[np.float64]) -> None:
        """Remember the hegemon's `values` of `structures`."""
        self._hegemon.update(zip(structures, values.tolist(), strict=True))

    def hegemon(self, structure: AllianceStructure) -> float:
        """Return what `structure` is worth to the hegemon."""
        self.prime([structure])
        return self._hegemon[structure]

    def candidate(self, name: str, structure: AllianceStructure) -> float:
        """Return what `structure` is worth to the candidate `name`.

        It depends on the candidate's own treaty alone, unless burdens are bargained over.
        """
        own: object = structure
        if not self.game.sharing.is_bargained:
            own = structure.partners(name) or (name in structure.spokes)
        if (name, own) not in self._candidate:
            self._candidate[name, own] = self.game.candidate_value(name, structure)
        return self._candidate[name, own]

    def eager(self) -> tuple[str, ...]:
        """Return the candidates whom a spoke leaves better off than no treaty."""
        alone = AllianceStructure(self.game.hegemon)
        return tuple(
            name
            for name in self.game.candidates
            if self.candidate(name, alone.with_treaty([name]))
            > self.candidate(name, alone) + self.tolerance
        )
