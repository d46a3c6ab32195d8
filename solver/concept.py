"""A solution concept: which deviations are allowed, and who must gain by them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum

from games import AllianceStructure
from games.arrays import Bools
from solver.deviations import Deviation
from solver.stage import Stage
from solver.valuation import Valuation


class Consent(Enum):
    """Who must gain by a deviation for it to take place."""

    ALL_GAIN = "every deviator gains"
    NONE_LOSES = "no deviator loses and one gains"

    def gain(self, gains: list[float], tolerance: float) -> float:
        """Return how much a deviation gains: 0 if those who must consent do not.

        Parameters
        ----------
        gains : list of float
            The gain of each deviator.
        tolerance : float
            Losses up to this count as none.
        """
        least = min(gains)
        if self is Consent.ALL_GAIN:
            return max(0.0, least)
        return max(0.0, *gains) if least >= -tolerance else 0.0


@dataclass(frozen=True)
class Concept:
    """A solution concept.

    Attributes
    ----------
    name : str
    consent : Consent
    deviations : callable
        Generates the deviations that are allowed from a structure.
    search : callable
        Returns, for a stage, which structures satisfy the concept, shape (structures,).
    """

    name: str
    consent: Consent
    deviations: Callable[[Valuation, AllianceStructure], Iterator[Deviation]]
    search: Callable[[Stage], Bools]

    def regret(self, game_values: Valuation, structure: AllianceStructure) -> float:
        """Return the largest gain of any allowed deviation, from the game's payoffs alone."""
        return self.best_deviation(game_values, structure)[0]

    def best_deviation(
        self, values: Valuation, structure: AllianceStructure
    ) -> tuple[float, Deviation | None]:
        """Return the largest gain of any allowed deviation, and one that brings it.

        The deviation is None if none brings a gain.
        """
        hegemon = values.game.hegemon
        open_ones: list[tuple[Deviation, list[float]]] = []
        for deviation in self.deviations(values, structure):
            gains = [
                values.candidate(name, deviation.outcome) - values.candidate(name, structure)
                for name in deviation.deviators
                if name != hegemon
            ]
            if not gains or self.consent.gain([*gains, math.inf], values.tolerance) > 0:
                open_ones.append((deviation, gains))
        values.prime([structure, *(deviation.outcome for deviation, _ in open_ones)])
        best: tuple[float, Deviation | None] = (0.0, None)
        for deviation, gains in open_ones:
            if hegemon in deviation.deviators:
                gains = [
                    *gains,
                    values.hegemon(deviation.outcome) - values.hegemon(structure),
                ]
            gain = self.consent.gain(gains, values.tolerance)
            if gain > best[0]:
                best = gain, deviation
        return best
