"""Subgame-perfect outcomes of the proposal game."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import numpy as np

from games import AllianceGame, AllianceStructure, checks
from games.alliance.structures import subsets
from games.arrays import Bools
from solver.alliance.concepts.concept import (
    Concept,
    Consent,
    Deviation,
    Kind,
    Valuation,
    refusals,
)
from solver.alliance.stage import Valued

# The acceptance stage: which structures can come of a proposal.


def acceptance_equilibria(
    game: AllianceGame, proposal: AllianceStructure, *, tolerance: float = 1e-9
) -> list[AllianceStructure]:
    """Return every outcome of a Nash equilibrium, in pure strategies, of the acceptance stage.

    Each candidate named in the proposal accepts or refuses, simultaneously. With `open`
    ratification a bloc enters into force among those who accept, if they are two or more; with
    `unanimous` ratification only if all accept. Spokes are treaties of their own.

    There is always one: a bloc that all refuse stays refused, whatever one of them does.

    Parameters
    ----------
    proposal : AllianceStructure
    tolerance : float
        Gains up to this are none, in units of the candidates' payoffs.

    Returns
    -------
    list of AllianceStructure
        Without repetition, those of the fewest acceptances first.

    Examples
    --------
    >>> game = AllianceGame(
    ...     hegemon="Athens", capabilities={"Samos": 0.2, "Chios": 0.2}, threat=0.7)
    >>> bloc = game.structure(bloc=["Samos", "Chios"])
    >>> for outcome in acceptance_equilibria(game, bloc):
    ...     print(outcome)
    Athens: no alliance
    Athens: bloc {Chios, Samos}
    """
    checks.kind("game", game, AllianceGame)
    values = Valuation(game, tolerance)
    named = game.check(proposal).allies
    outcomes: dict[AllianceStructure, None] = {}
    for accepting in subsets(named):
        outcome = game.in_force(proposal, accepting)
        if all(
            _content(values, outcome, game.in_force(proposal, _switched(accepting, name)), name)
            for name in named
        ):
            outcomes[outcome] = None
    return list(outcomes)


def _content(
    values: Valuation, now: AllianceStructure, otherwise: AllianceStructure, name: str
) -> bool:
    """Whether `name` is no better off in the structure that its other answer would bring."""
    gain = values.candidate(name, otherwise) - values.candidate(name, now)
    return gain <= values.tolerance


def _switched(accepting: tuple[str, ...], name: str) -> tuple[str, ...]:
    if name in accepting:
        return tuple(other for other in accepting if other != name)
    return (*accepting, name)


def deviations(values: Valuation, structure: AllianceStructure) -> Iterator[Deviation]:
    """Yield each ally's refusal, and the best proposal whose outcome the hegemon can count on."""
    game = values.game
    yield from refusals(game, structure)
    best = values.assured or find_assured(values)
    yield Deviation(Kind.PROPOSAL, (game.hegemon,), best)


def find_assured(values: Valuation) -> AllianceStructure:
    """Return, and note for it and its peers, the best structure that the hegemon can count on.

    These are the sets of spokes with candidates who gain by them.
    """
    game, peers = values.game, values.peers or [values]
    eager = [peer.eager() for peer in peers]
    names = [name for name in game.candidates if any(name in group for group in eager)]
    proposals = [_hub(game.hegemon, spokes) for spokes in subsets(names)]
    worth = game.hegemon_values(proposals, [peer.game.threat for peer in peers])
    for peer, group, row in zip(peers, eager, worth, strict=True):
        open_ones = [set(proposal.spokes) <= set(group) for proposal in proposals]
        best = int(np.argmax(np.where(open_ones, row, -np.inf)))
        peer.assured = proposals[best]
        peer.store([proposals[best]], row[[best]])
    assert values.assured is not None
    return values.assured


@lru_cache(maxsize=2**12)
def _hub(hegemon: str, spokes: tuple[str, ...]) -> AllianceStructure:
    # building one takes as long as valuing it, and certificates of one theatre ask for the same
    return AllianceStructure(hegemon, spokes=spokes)


def search(stage: Valued) -> Bools:
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
    enough: Bools = stage.hegemon >= stage.security_level() - stage.tolerance
    return stage.individually_rational() & enough


SUBGAME_PERFECT = Concept("subgame_perfect", Consent.ALL_GAIN, deviations, search)
