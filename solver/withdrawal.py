"""Whether anybody gains by leaving treaties."""

from __future__ import annotations

import numpy as np

from solver.stage import Bools, Stage
from solver.superset import best_within


def hegemon_stays(stage: Stage) -> Bools:
    """Return in which structures the hegemon gains by leaving no set of its treaties."""
    best = best_within(stage.hegemon, stage.grid.starts)
    after = np.maximum(best, best[stage.grid.spoke_masks])
    stays: Bools = stage.hegemon >= after - stage.tolerance
    return stays


def nobody_leaves(stage: Stage) -> Bools:
    """Return in which structures no player gains by leaving any set of its treaties."""
    return stage.individually_rational() & hegemon_stays(stage)
