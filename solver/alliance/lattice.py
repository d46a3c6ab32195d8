"""The structures of the family `bloc_and_spokes`, numbered, so that arrays can hold them all.

Sets of candidates are bit masks over the game's order. The structures with bloc M stand together,
as an array over the subsets of the other candidates; a subset is written in as many bits as there
are others (its *packed* form).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from games import AllianceStructure
from games.arrays import Array, Bools, Ints
from solver.numerics.jit import jit


@dataclass(frozen=True, eq=False)
class Lattice:
    """All structures over n candidates.

    Attributes
    ----------
    n : int
        Number of candidates.
    blocs : ndarray of int, shape (2^n - n,)
        Masks of the possible blocs, by size and then by mask; the first is empty.
    starts : ndarray of int, shape (2^n - n + 1,)
        Where the structures of each bloc begin in the numbering.
    place : ndarray of int, shape (2^n,)
        Position of a mask in `blocs`; -1 for masks of one candidate, which are spokes.
    """

    n: int
    blocs: Ints
    starts: Ints
    place: Ints

    def __reduce__(self) -> tuple[Callable[[int], Lattice], tuple[int]]:
        return lattice, (self.n,)

    @cached_property
    def bloc_masks(self) -> Ints:
        """Mask of the bloc of each structure, shape (structures,)."""
        return np.repeat(self.blocs, np.diff(self.starts))

    @cached_property
    def packed(self) -> Ints:
        """Packed spokes of each structure, shape (structures,)."""
        return np.arange(self.size) - np.repeat(self.starts[:-1], np.diff(self.starts))

    @cached_property
    def spoke_masks(self) -> Ints:
        """Mask of the spokes of each structure, shape (structures,)."""
        masks = np.zeros(self.size, dtype=np.int64)
        for candidate in range(self.n):
            outside = (self.bloc_masks >> candidate & 1) == 0
            bit = self.packed >> self.rank_outside(self.bloc_masks, candidate) & 1
            masks |= np.where(outside, bit, 0) << candidate
        return masks

    @cached_property
    def form_codes(self) -> Ints:
        """A number for the form of each structure, equal just if forms are, shape (structures,)."""
        spokes = np.bitwise_count(self.spoke_masks)
        codes = np.where(self.bloc_masks > 0, 3 + np.minimum(spokes, 1), np.minimum(spokes, 2))
        return codes.astype(np.int64)

    def rank_outside(self, blocs: Ints, candidate: int) -> Ints:
        """Return the place of `candidate` among those outside each bloc, in packed form."""
        below = (1 << candidate) - 1
        rank: Ints = np.bitwise_count(~blocs & below).astype(np.int64)
        return rank

    @property
    def size(self) -> int:
        """Number of structures: 3^n - n 2^(n-1)."""
        return int(self.starts[-1])

    def index(self, bloc: int, spokes: int) -> int:
        """Return the number of the structure with these masks."""
        return int(self.starts[self.place[bloc]]) + pack_bits(spokes, ~bloc, self.n)

    def masks(self, index: int) -> tuple[int, int]:
        """Return the masks of bloc and spokes of the structure with number `index`."""
        position = int(np.searchsorted(self.starts, index, side="right")) - 1
        bloc = int(self.blocs[position])
        return bloc, unpack_bits(index - int(self.starts[position]), ~bloc, self.n)

    def made_of(self, blocs: Bools, spokes: int, structures: Ints | None = None) -> Bools:
        """Return which structures have a bloc that is allowed and no spokes but those allowed.

        Parameters
        ----------
        blocs : ndarray of bool, shape (2^n,)
            Whether a bloc is allowed, by mask.
        spokes : int
            Mask of the candidates whose spokes are allowed.
        structures : ndarray of int, shape (m,), optional
            Numbers of the structures; all by default.

        Returns
        -------
        ndarray of bool, shape (m,)
        """
        asked = slice(None) if structures is None else structures
        made: Bools = blocs[self.bloc_masks[asked]] & (self.spoke_masks[asked] & ~spokes == 0)
        return made


@lru_cache(maxsize=4)
def lattice(n: int) -> Lattice:
    """Return the lattice of `n` candidates."""
    masks = np.arange(1 << n)
    sizes = popcounts(n)
    order = np.lexsort((masks, sizes))
    blocs = masks[order][sizes[order] != 1]
    starts = np.concatenate([[0], np.cumsum(1 << (n - sizes[blocs]))])
    place = np.full(1 << n, -1)
    place[blocs] = np.arange(blocs.size)
    return Lattice(n, blocs, starts, place)


def popcounts(n: int) -> Ints:
    """Return the number of set bits of each mask of `n` bits."""
    return np.bitwise_count(np.arange(1 << n)).astype(np.int64)


def subset_sums(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the sum of `values` over each subset of their places, by mask.

    Parameters
    ----------
    values : ndarray, shape (..., n)

    Returns
    -------
    ndarray, shape (..., 2^n)
    """
    sums = np.zeros((*values.shape[:-1], 1))
    for place in range(values.shape[-1]):
        sums = np.concatenate([sums, sums + values[..., [place]]], axis=-1)
    return sums


@jit
def popcount(mask: int) -> int:
    """Return the number of set bits."""
    count = 0
    while mask:
        mask &= mask - 1
        count += 1
    return count


@jit
def pack_bits(mask: int, outside: int, n: int) -> int:
    """Return the bits of `mask` at the set places of `outside`, moved together."""
    packed, bit = 0, 0
    for i in range(n):
        if outside >> i & 1:
            packed |= (mask >> i & 1) << bit
            bit += 1
    return packed


@jit
def unpack_bits(packed: int, outside: int, n: int) -> int:
    """Return the mask whose bits at the set places of `outside` spell `packed`."""
    mask, bit = 0, 0
    for i in range(n):
        if outside >> i & 1:
            if packed >> bit & 1:
                mask |= 1 << i
            bit += 1
    return mask


def bits(mask: int) -> list[int]:
    """Return the places of the set bits of `mask`, lowest first."""
    return [place for place in range(mask.bit_length()) if mask >> place & 1]


def mask_of(flags: Bools) -> int:
    """Return the mask of the places that are true."""
    return sum(1 << int(place) for place in np.flatnonzero(flags))


def to_structure(
    hegemon: str, candidates: tuple[str, ...], bloc: int, spokes: int
) -> AllianceStructure:
    """Return the structure with these masks over `candidates`."""
    return AllianceStructure(
        hegemon, [candidates[i] for i in bits(bloc)], [candidates[i] for i in bits(spokes)]
    )


def to_masks(candidates: tuple[str, ...], structure: AllianceStructure) -> tuple[int, int]:
    """Return the masks of bloc and spokes of `structure` over `candidates`."""
    places = {name: 1 << place for place, name in enumerate(candidates)}
    return (
        sum(places[name] for name in structure.bloc),
        sum(places[name] for name in structure.spokes),
    )


# Compiled: the best value among the structures that leave out some of the spokes.


@jit
def best_within(values: Array, starts: Ints) -> Array:
    """Return, for each structure, the greatest value over it and those with fewer of its spokes.

    A maximum over subsets, one candidate at a time (the zeta transform of the lattice of subsets
    with max for sum): n 3^n steps rather than 5^n.

    Parameters
    ----------
    values : ndarray, shape (structures,)
    starts : ndarray of int
        Where the structures of each bloc begin.
    """
    best = values.copy()
    for block in range(starts.size - 1):
        start, size = starts[block], starts[block + 1] - starts[block]
        bit = 1
        while bit < size:
            for packed in range(size):
                if packed & bit:
                    fewer = best[start + packed - bit]
                    if fewer > best[start + packed]:
                        best[start + packed] = fewer
            bit <<= 1
    return best
