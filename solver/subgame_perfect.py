"""Subgame-perfect outcomes of the proposal game."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from games import AllianceStructure
from solver.concept import Concept, Consent
from solver.deviations import Deviation, Kind, after_leaving, assured_proposals
from solver.stage import Stage
from solver.valuation import Valuation


def deviations(values: Valuation, structure: AllianceStructure) -> Iterator[Deviation]:
    """Yield each ally's refusal, and each proposal whose outcome the hegemon can count on."""
    game = values.game
    for name in structure.allies:
        yield Deviation(Kind.LEAVE, (name,), after_leaving(game, structure, name))
    yield from assured_proposals(game, values.eager())


def assured_structures(values: Valuation) -> list[AllianceStructure]:
    """Return the structures that the hegemon can count on, by the payoffs of single structures."""
    return [proposal.outcome for proposal in assured_proposals(values.game, values.eager())]


def security_level(stage: Stage) -> float:
    """Return the most that the hegemon can make sure of: its best set of eager spokes."""
    spokes = np.arange(1 << stage.grid.n)
    return float(stage.hegemon[: spokes.size][spokes & ~stage.eager() == 0].max())


def search(stage: Stage) -> NDArray[np.bool_]:
    """Return which structures are subgame-perfect outcomes in pure strategies.

    A structure s is one if it is an acceptance equilibrium of some proposal, and if V_H(s) is at
    least the greatest, over proposals P, of the least V_H over the acceptance equilibria of P.

    Two facts reduce this to a filter (proved in `docs/model.md`, tested against enumeration):

    1. What a candidate gets by refusing does not depend on the others, so s is an acceptance
       equilibrium of some proposal just if nobody in it would rather be out; proposing s itself
       then serves.
    2. A bloc that all refuse stays refused, as a single acceptance does not bring it about. So no
       proposal of a bloc assures more than its spokes, and the least that spokes bring is got from
       candidates who gain strictly by theirs. Every proposal has an acceptance equilibrium.

    Both hold under either ratification, which therefore does not matter here.
    """
    assured = security_level(stage)
    return stage.individually_rational() & (stage.hegemon >= assured - stage.tolerance)


CONCEPT = Concept("subgame_perfect", Consent.ALL_GAIN, deviations, search)
