"""Pairwise stable structures."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from games import AllianceStructure
from games.arrays import Array, Bools
from solver.alliance.concepts.concept import (
    Concept,
    Consent,
    Deviation,
    Valuation,
    accessions,
    departures,
    spoke_offers,
)
from solver.alliance.concepts.nash import nobody_leaves
from solver.alliance.stage import Stage, all_masks, is_member


def deviations(values: Valuation, structure: AllianceStructure) -> Iterator[Deviation]:
    """Yield every departure of one player, every new spoke and every accession to a bloc."""
    yield from departures(values.game, structure)
    yield from spoke_offers(values.game, structure)
    yield from accessions(values.game, structure)


def search(stage: Stage) -> Bools:
    """Return which structures are pairwise stable.

    Nobody gains by leaving any set of its treaties; no candidate without a treaty and the hegemon
    both gain by a spoke; no such candidate and every member of the bloc (the hegemon too) gain by
    its accession. To gain together is that none loses and one gains. The condition of Jackson &
    Wolinsky (1996) with departures from several treaties at once, as in pairwise Nash stability
    (Calvo-Armengol & Ilkilic 2009), and with accession to a treaty of many members.
    """
    stable = nobody_leaves(stage)
    for candidate in range(stage.grid.n):
        stable &= ~_spoke_blocks(stage, candidate)
        stable &= ~_accession_blocks(stage, candidate)
    return stable


def _blocks(least: Array, most: Array, tolerance: float) -> Bools:
    """Whether a deviation takes place in which the gains lie between `least` and `most`."""
    return (least >= -tolerance) & (most > tolerance)


def _outside(stage: Stage, candidate: int) -> Bools:
    held = (stage.grid.bloc_masks | stage.grid.spoke_masks) >> candidate & 1
    free: Bools = held == 0
    return free


def _spoke_blocks(stage: Stage, candidate: int) -> Bools:
    grid = stage.grid
    free = np.flatnonzero(_outside(stage, candidate))
    after = free + (1 << grid.rank_outside(grid.bloc_masks[free], candidate))
    gain = stage.hegemon[after] - stage.hegemon[free]
    own = stage.candidates.spoke[candidate] - stage.candidates.outside[candidate]
    blocked = np.zeros(grid.size, dtype=np.bool_)
    blocked[free] = _blocks(np.minimum(gain, own), np.maximum(gain, own), stage.tolerance)
    return blocked


def _accession_blocks(stage: Stage, candidate: int) -> Bools:
    grid = stage.grid
    free = np.flatnonzero(_outside(stage, candidate) & (grid.bloc_masks > 0))
    bloc = grid.bloc_masks[free]
    rank = grid.rank_outside(bloc, candidate)
    packed = grid.packed[free]
    # the candidate's own bit is 0 and goes, the bits above it move down
    fewer = packed & ((1 << rank) - 1) | packed >> rank + 1 << rank
    after = grid.starts[grid.place[bloc | 1 << candidate]] + fewer
    gain = stage.hegemon[after] - stage.hegemon[free]
    least, most = _members_gains(stage, candidate)
    blocked = np.zeros(grid.size, dtype=np.bool_)
    blocked[free] = _blocks(
        np.minimum(gain, least[bloc]), np.maximum(gain, most[bloc]), stage.tolerance
    )
    return blocked


def _members_gains(stage: Stage, candidate: int) -> tuple[Array, Array]:
    """Return the least and the greatest gain, by bloc, of its candidates and the newcomer."""
    masks = all_masks(stage.grid.n)
    outside, _, bloc = stage.candidates
    gains = bloc[masks | 1 << candidate] - bloc
    gains[:, candidate] = bloc[masks | 1 << candidate, candidate] - outside[candidate]
    involved = is_member(masks, stage.grid.n)
    involved[:, candidate] = True
    least = np.where(involved, gains, np.inf).min(axis=1)
    most = np.where(involved, gains, -np.inf).max(axis=1)
    return least, most


PAIRWISE = Concept("pairwise", Consent.NONE_LOSES, deviations, search)
