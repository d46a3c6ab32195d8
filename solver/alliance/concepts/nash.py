"""Pure Nash outcomes of the announcement game."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from games import AllianceStructure
from games.arrays import Bools
from solver.alliance.concepts.concept import Concept, Consent, Deviation, Valuation, departures
from solver.alliance.lattice import best_within
from solver.alliance.stage import Valued


def hegemon_stays(stage: Valued) -> Bools:
    """Return in which structures the hegemon gains by leaving no set of its treaties."""
    best = best_within(stage.hegemon, stage.grid.starts)
    after = np.maximum(best, best[stage.grid.spoke_masks])
    stays: Bools = stage.hegemon >= after - stage.tolerance
    return stays


def nobody_leaves(stage: Valued) -> Bools:
    """Return in which structures no player gains by leaving any set of its treaties."""
    return stage.individually_rational() & hegemon_stays(stage)


def deviations(values: Valuation, structure: AllianceStructure) -> Iterator[Deviation]:
    """Yield every way in which one player leaves treaties it is in."""
    return departures(values.game, structure)


def search(stage: Valued) -> Bools:
    """Return which structures are outcomes of a Nash equilibrium in pure strategies.

    Each player announces treaties; one enters into force if all its members announce it (Myerson
    1991, 9.5). In an equilibrium that announces the treaties of s and no others nobody can bring
    about a new one, so s is an outcome just if no player gains by leaving any set of its treaties.
    """
    return nobody_leaves(stage)


NASH = Concept("nash", Consent.ALL_GAIN, deviations, search)
