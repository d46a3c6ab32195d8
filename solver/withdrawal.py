"""Whether anybody gains by leaving treaties."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from games.arrays import Array, Bools
from solver.lattice import Lattice
from solver.stage import Stage
from solver.superset import best_within


class Payoffs(Protocol):
    """What every structure is worth to the hegemon, numbered by a lattice."""

    @property
    def grid(self) -> Lattice:
        """The numbering."""

    @property
    def hegemon(self) -> Array:
        """The values, shape (structures,)."""

    @property
    def tolerance(self) -> float:
        """Differences up to this are ties."""


def hegemon_stays(stage: Payoffs) -> Bools:
    """Return in which structures the hegemon gains by leaving no set of its treaties."""
    best = best_within(stage.hegemon, stage.grid.starts)
    after = np.maximum(best, best[stage.grid.spoke_masks])
    stays: Bools = stage.hegemon >= after - stage.tolerance
    return stays


def nobody_leaves(stage: Stage) -> Bools:
    """Return in which structures no player gains by leaving any set of its treaties."""
    return stage.individually_rational() & hegemon_stays(stage)
