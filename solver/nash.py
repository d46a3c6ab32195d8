"""Pure Nash outcomes of the announcement game."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from games import AllianceStructure
from solver.concept import Concept, Consent
from solver.deviations import Deviation, departures
from solver.stage import Stage
from solver.superset import best_within
from solver.valuation import Valuation


def deviations(values: Valuation, structure: AllianceStructure) -> Iterator[Deviation]:
    """Yield every way in which one player leaves treaties it is in."""
    return departures(values.game, structure)


def hegemon_stays(stage: Stage) -> NDArray[np.bool_]:
    """Return in which structures the hegemon gains by leaving no set of its treaties."""
    best = best_within(stage.hegemon, stage.grid.starts)
    after = np.maximum(best, best[stage.grid.spoke_masks])
    return stage.hegemon >= after - stage.tolerance


def search(stage: Stage) -> NDArray[np.bool_]:
    """Return which structures are outcomes of a Nash equilibrium in pure strategies.

    Each player announces treaties; one enters into force if all its members announce it (Myerson
    1991, 9.5). In an equilibrium that announces the treaties of s and no others nobody can bring
    about a new one, so s is an outcome just if no player gains by leaving any set of its treaties.
    """
    return stage.individually_rational() & hegemon_stays(stage)


CONCEPT = Concept("nash", Consent.ALL_GAIN, deviations, search)
