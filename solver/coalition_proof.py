"""Coalition-proof structures."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from games import AllianceStructure, Treaty
from games.arrays import Bools
from solver.concept import Concept, Consent
from solver.deviations import Deviation, Kind, after_leaving, regroupings
from solver.regroup import Numbering, Payoffs, blocked
from solver.stage import Stage
from solver.superset import best_within
from solver.valuation import Valuation
from solver.withdrawal import nobody_leaves


def deviations(values: Valuation, structure: AllianceStructure) -> Iterator[Deviation]:
    """Yield each ally's departure, and each regrouping that the hegemon is part of."""
    game = values.game
    for name in structure.allies:
        yield Deviation(Kind.LEAVE, (name,), after_leaving(game, structure, name))
    alone = AllianceStructure(game.hegemon)

    def agreeable(treaty: Treaty) -> bool:
        """Whether all candidates gain by the treaty: it can be part of a deviation."""
        group = treaty - {game.hegemon}
        outcome = alone.with_treaty(group)
        return all(
            values.candidate(name, outcome) > values.candidate(name, structure) for name in group
        )

    yield from regroupings(game, structure, agreeable)


def search(stage: Stage) -> Bools:
    """Return which structures are coalition-proof (Bernheim, Peleg & Whinston 1987).

    The definition for treaties that overlap in the hegemon. A coalition C moves from s to s' if
    every treaty of s' that is not in s has all its members in C, and every treaty of s that is not
    in s' has a member in C; a treaty ends when a member leaves. The move is a deviation if all of C
    gain. It is *self-enforcing* if no proper subset of C has a self-enforcing deviation from s'. A
    structure is coalition-proof if no coalition has a self-enforcing deviation from it.

    Here this is the same as that *no* coalition has a deviation (a strong equilibrium, Aumann
    1959). Let C deviate from s to s', and a subset D of C go on from there to s''. A treaty is of
    the hegemon's, so D either is one ally that would rather be out, or has the hegemon in it, who
    gains in both steps. Then the hegemon and those who have a treaty in s'' that is not in s can go
    there from s at once, and gain: who has it from s' gained by it then, who has it new is in D.
    This is a deviation from s that is better for the hegemon; as structures are finitely many, one
    that is self-enforcing is reached.

    So s is blocked just if an ally would rather be out, or the hegemon gains by a structure s' in
    which everybody with a treaty that is not in s gains.
    """
    grid = stage.grid
    best = best_within(stage.hegemon, grid.starts)
    prefer_spoke = (stage.spoke > stage.bloc + stage.tolerance) & stage.members()
    payoffs = Payoffs(
        stage.hegemon,
        best,
        stage.outside,
        stage.spoke,
        stage.bloc,
        stage.eager(),
        prefer_spoke @ (1 << np.arange(grid.n)),
        stage.tolerance,
    )
    numbering = Numbering(grid.bloc_masks, grid.spoke_masks, grid.packed, grid.blocs, grid.starts)
    top = best[grid.starts[1:] - 1]
    order = 1 + np.argsort(-top[1:], kind="stable")
    result = nobody_leaves(stage)
    doubtful = np.flatnonzero(result)
    result[doubtful] = ~blocked(doubtful, payoffs, numbering, order, top)
    return result


CONCEPT = Concept("coalition_proof", Consent.ALL_GAIN, deviations, search)
