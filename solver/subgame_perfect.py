"""Subgame-perfect outcomes of the proposal game."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from games import AllianceStructure
from games.arrays import Bools
from games.families import subsets
from solver.concept import Concept, Consent
from solver.deviations import Deviation, Kind, after_leaving
from solver.stage import Stage
from solver.valuation import Valuation


def deviations(values: Valuation, structure: AllianceStructure) -> Iterator[Deviation]:
    """Yield each ally's refusal, and the best proposal whose outcome the hegemon can count on."""
    game = values.game
    for name in structure.allies:
        yield Deviation(Kind.LEAVE, (name,), after_leaving(game, structure, name))
    best = values.assured or find_assured([values])[0]
    yield Deviation(Kind.PROPOSAL, (game.hegemon,), best)


def find_assured(valuations: Sequence[Valuation]) -> list[AllianceStructure]:
    """Return, and note in each valuation, the best structure that the hegemon can count on.

    These are the sets of spokes with candidates who gain by them.

    Parameters
    ----------
    valuations : sequence of Valuation
        Of one game at several threats.
    """
    game = valuations[0].game
    eager = [valuation.eager() for valuation in valuations]
    names = [name for name in game.candidates if any(name in group for group in eager)]
    proposals = [AllianceStructure(game.hegemon, spokes=spokes) for spokes in subsets(names)]
    threats = [valuation.game.threat for valuation in valuations]
    worth = game.hegemon_values(proposals, threats)
    found = []
    for valuation, group, row in zip(valuations, eager, worth, strict=True):
        open_ones = [set(proposal.spokes) <= set(group) for proposal in proposals]
        best = int(np.argmax(np.where(open_ones, row, -np.inf)))
        found.append(proposals[best])
        valuation.assured = proposals[best]
        valuation.store([proposals[best]], row[[best]])
    return found


def security_level(stage: Stage) -> float:
    """Return the most that the hegemon can make sure of: its best set of eager spokes."""
    spokes = np.arange(1 << stage.grid.n)
    return float(stage.hegemon[: spokes.size][spokes & ~stage.eager() == 0].max())


def search(stage: Stage) -> Bools:
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
    enough: Bools = stage.hegemon >= assured - stage.tolerance
    return stage.individually_rational() & enough


CONCEPT = Concept("subgame_perfect", Consent.ALL_GAIN, deviations, search)
