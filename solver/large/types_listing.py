"""Value every structure up to relabelling, for games with few of them."""

from __future__ import annotations

from itertools import product
from math import comb, prod
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from games.arrays import Array, Bools, Ints
from solver.large.types import Types
from solver.large.types_kernel import values_beside
from solver.large.types_valuer import TypeValuer


class Listing(NamedTuple):
    """All structures up to relabelling.

    Attributes
    ----------
    spokes, blocs : ndarray of int, shape (structures, types)
    values : ndarray, shape (structures,)
        The hegemon's.
    """

    spokes: Ints
    blocs: Ints
    values: Array

    def rational(self, accepted: Bools, willing: Bools, shape: tuple[int, ...]) -> Bools:
        """Whether no ally would rather have no treaty, shape (structures,).

        Parameters
        ----------
        accepted : ndarray of bool, shape (blocs,)
            As `BlocTable.accepted` gives it, blocs numbered in the grid `shape`.
        willing : ndarray of bool, shape (types,)
        """
        stable = accepted[np.ravel_multi_index(tuple(self.blocs.T), shape)]
        content: Bools = stable & ~np.any((self.spokes > 0) & ~willing, axis=1)
        return content


def atoms_to_list(types: Types) -> int:
    """Return the outcomes of all prospects together: twice the product of comb(size + 3, 3).

    Examples
    --------
    >>> from solver.large.types import types_of
    >>> from solver.large.types_building import game_of_types
    >>> atoms_to_list(types_of(game_of_types("Athens", {"small": (0.02, 20)}, threat=0.5)))
    3542
    """
    return 2 * prod(comb(size + 3, 3) for size in types.sizes)


def list_structures(valuer: TypeValuer) -> Listing:
    """Return every structure up to relabelling with the hegemon's value of it."""
    types = valuer.types
    cost_of_spoke = types.game.parameters.k_bilateral
    sizes = np.array(types.sizes)
    chosen: list[NDArray[np.int64]] = []
    beside: list[NDArray[np.int64]] = []
    found: list[Array] = []
    for counts in product(*(range(size + 1) for size in types.sizes)):
        left = sizes - counts + 1
        blocs = np.stack(np.unravel_index(np.arange(left.prod()), tuple(left)), axis=1)
        blocs = blocs[blocs.sum(axis=1) != 1]
        gifts, costs = valuer.beside(blocs)
        worth = np.empty(len(blocs))
        lost = costs + cost_of_spoke * sum(counts)
        values_beside(valuer.ranked(counts), gifts, lost, valuer.level, worth)
        chosen.append(np.tile(counts, (len(blocs), 1)))
        beside.append(blocs)
        found.append(worth)
    return Listing(np.concatenate(chosen), np.concatenate(beside), np.concatenate(found))
