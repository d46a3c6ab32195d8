"""Coalition-proof structures."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from games import AllianceStructure, Treaty
from games.arrays import Array, Bools, Ints
from solver.alliance.concepts.concept import (
    Concept,
    Consent,
    Deviation,
    Valuation,
    refusals,
    regroupings,
)
from solver.alliance.concepts.nash import nobody_leaves
from solver.alliance.lattice import best_within, pack_bits
from solver.alliance.stage import Stage, all_masks, is_member
from solver.numerics.jit import jit

# Compiled: whether the hegemon and some candidates gain by another structure.


class Payoffs(NamedTuple):
    """Payoffs of a stage, and the best that the hegemon can have within each structure.

    Attributes
    ----------
    hegemon, best : ndarray, shape (structures,)
        `best` is the maximum over the structures with the same bloc and fewer spokes.
    outside, spoke, bloc : ndarray
        As in `CandidatePayoffs`.
    eager : int
        Mask of the candidates without treaty who gain by a spoke.
    leaving : ndarray of int, shape (2^n,)
        Mask of the members of each bloc who gain by a spoke instead.
    tolerance : float
    """

    hegemon: Array
    best: Array
    outside: Array
    spoke: Array
    bloc: Array
    eager: int
    leaving: Ints
    tolerance: float


class Numbering(NamedTuple):
    """The arrays of a lattice that the search reads."""

    bloc_masks: Ints
    spoke_masks: Ints
    packed: Ints
    blocs: Ints
    starts: Ints


@jit
def all_join(new: int, bloc: int, spokes: int, payoffs: Payoffs) -> bool:
    """Return whether every candidate in the bloc `new` gains by it."""
    for i in range(payoffs.outside.size):
        if new >> i & 1:
            now = payoffs.outside[i]
            if bloc >> i & 1:
                now = payoffs.bloc[bloc, i]
            elif spokes >> i & 1:
                now = payoffs.spoke[i]
            if payoffs.bloc[new, i] <= now + payoffs.tolerance:
                return False
    return True


@jit
def is_blocked(index: int, payoffs: Payoffs, numbering: Numbering, order: Ints, top: Array) -> bool:
    """Return whether a coalition with the hegemon gains by moving from structure `index`."""
    n = payoffs.outside.size
    bloc, spokes = numbering.bloc_masks[index], numbering.spoke_masks[index]
    enough = payoffs.hegemon[index] + payoffs.tolerance
    fresh = payoffs.eager & ~bloc & ~spokes
    start = index - numbering.packed[index]
    if payoffs.best[start + pack_bits(spokes | fresh, ~bloc, n)] > enough:
        return True
    without_bloc = spokes | fresh | (bloc & payoffs.leaving[bloc])
    if payoffs.best[without_bloc] > enough:
        return True
    for place in order:
        if top[place] <= enough:
            return False
        new = numbering.blocs[place]
        if new != bloc and all_join(new, bloc, spokes, payoffs):
            packed = pack_bits(without_bloc & ~new, ~new, n)
            if payoffs.best[numbering.starts[place] + packed] > enough:
                return True
    return False


@jit
def blocked(
    doubtful: Ints, payoffs: Payoffs, numbering: Numbering, order: Ints, top: Array
) -> Bools:
    """Return which of the structures `doubtful` are blocked.

    Parameters
    ----------
    order : ndarray of int
        Places of the blocs, the one in which the hegemon can have most first.
    top : ndarray, shape (blocs,)
        The most that the hegemon can have with each bloc.
    """
    result = np.empty(doubtful.size, np.bool_)
    for k in range(doubtful.size):
        result[k] = is_blocked(doubtful[k], payoffs, numbering, order, top)
    return result


def deviations(values: Valuation, structure: AllianceStructure) -> Iterator[Deviation]:
    """Yield each ally's departure, and each regrouping that the hegemon is part of."""
    game = values.game
    yield from refusals(game, structure)
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
    outside, spoke, bloc = stage.candidates
    prefer_spoke = (spoke > bloc + stage.tolerance) & is_member(all_masks(grid.n), grid.n)
    payoffs = Payoffs(
        stage.hegemon,
        best,
        outside,
        spoke,
        bloc,
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


COALITION_PROOF = Concept("coalition_proof", Consent.ALL_GAIN, deviations, search)
