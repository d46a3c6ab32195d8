"""The likelihood of chosen alliances under a logit rule, by parameters."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from games import AllianceGame, AllianceStructure
from games.arrays import Array
from solver.accounts.design import Design
from solver.accounts.priors import with_values

# wider than any estimate that we know of; the precision is that of the logit rule
BOUNDS: dict[str, tuple[float, float]] = {
    "alpha": (0.2, 1.5),
    "loss_aversion": (0.2, 8.0),
    "gamma": (0.28, 1.5),
    "delta": (0.28, 1.5),
    "cohesion": (0.01, 0.99),
    "reliability": (0.01, 0.999),
    "pledge_bilateral": (0.01, 1.0),
    "pledge_multilateral": (0.01, 1.0),
    "k_bloc": (0.0, 0.3),
    "deployment": (0.01, 1.5),
    "adversary": (0.1, 6.0),
}
PRECISION = "precision"
PRECISION_BOUNDS = (0.1, 2000.0)


class Likelihood:
    """The log likelihood of chosen structures, by a logit rule over all structures of each case.

    P(s) is proportional to exp(precision * V_H(s)).

    Parameters
    ----------
    cases : sequence of AllianceGame
    free : sequence of str
        Names of the free parameters, besides the precision.
    chosen : sequence of AllianceStructure
        The structure chosen in each case.
    """

    def __init__(
        self,
        cases: Sequence[AllianceGame],
        free: Sequence[str],
        chosen: Sequence[AllianceStructure],
    ) -> None:
        self.design = Design(cases)
        self.names = (*free, PRECISION)
        places = [self.design.place(i, structure) for i, structure in enumerate(chosen)]
        self.chosen = np.array(places)
        bounds = [(*BOUNDS[name],) for name in free] + [np.log(PRECISION_BOUNDS)]
        self._low, self._high = np.array(bounds).T

    def natural(self, point: Array) -> dict[str, float]:
        """Return parameters from a point of the unit cube; the precision runs on a log scale."""
        raw = self._low + np.clip(point, 0, 1) * (self._high - self._low)
        raw[-1] = np.exp(raw[-1])
        return dict(zip(self.names, raw.tolist(), strict=True))

    def point(self, values: dict[str, float]) -> Array:
        """Return the point of the unit cube of some parameters."""
        raw = np.array([values[name] for name in self.names])
        raw[-1] = np.log(raw[-1])
        return np.asarray((raw - self._low) / (self._high - self._low))

    def worth(self, values: dict[str, float]) -> Array:
        """Return precision times the hegemon's value, for each structure of the design."""
        changes = {name: value for name, value in values.items() if name != PRECISION}
        return values[PRECISION] * self.design.values(lambda game: with_values(game, changes))

    def __call__(self, point: Array) -> float:
        """Return the log likelihood at a point of the unit cube."""
        worth = self.worth(self.natural(point))
        starts = np.array(self.design.starts[:-1])
        normal = np.logaddexp.reduceat(worth, starts)
        return float((worth[self.chosen] - normal).sum())
