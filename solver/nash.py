"""Pure Nash outcomes of the announcement game."""

from __future__ import annotations

from collections.abc import Iterator

from games import AllianceStructure
from games.arrays import Bools
from solver.concept import Concept, Consent
from solver.deviations import Deviation, departures
from solver.stage import Stage
from solver.valuation import Valuation
from solver.withdrawal import nobody_leaves


def deviations(values: Valuation, structure: AllianceStructure) -> Iterator[Deviation]:
    """Yield every way in which one player leaves treaties it is in."""
    return departures(values.game, structure)


def search(stage: Stage) -> Bools:
    """Return which structures are outcomes of a Nash equilibrium in pure strategies.

    Each player announces treaties; one enters into force if all its members announce it (Myerson
    1991, 9.5). In an equilibrium that announces the treaties of s and no others nobody can bring
    about a new one, so s is an outcome just if no player gains by leaving any set of its treaties.
    """
    return nobody_leaves(stage)


CONCEPT = Concept("nash", Consent.ALL_GAIN, deviations, search)
