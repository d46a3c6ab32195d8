"""Numbered structures, the hegemon's best first, each built when it is read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, overload

import numpy as np
from numpy.typing import NDArray

from games import AllianceError, AllianceGame, AllianceStructure
from games.arrays import Ints
from solver.solution import preference_order


class Numbered(Protocol):
    """Structures of one game by numbers."""

    @property
    def game(self) -> AllianceGame:
        """The game."""

    def structure(self, index: int) -> AllianceStructure:
        """Return the structure with number `index`."""

    def index(self, structure: AllianceStructure) -> int:
        """Return the number of `structure`."""


def ranked(numbered: Numbered, hegemon: NDArray[np.float64], tolerance: float, found: Ints) -> Ints:
    """Return the structures `found`, the hegemon's best first.

    Those that tie with the best stand first among equals by `preference_order`; further down, where
    nothing hangs on it, ties stand in the order of the numbering.

    Parameters
    ----------
    hegemon : ndarray, shape (structures,)
        Its value of every structure.
    tolerance : float
        Differences up to this are ties.
    found : ndarray of int, shape (m,)
    """
    order = found[np.argsort(-hegemon[found], kind="stable")]
    worth = hegemon[order]
    tied = int(np.count_nonzero(worth >= worth[0] - tolerance)) if worth.size else 0
    first = sorted(
        order[:tied].tolist(), key=lambda index: preference_order(numbered.structure(index))
    )
    return np.concatenate([np.array(first, dtype=np.int64), order[tied:]])


class LazyStructures(Sequence[AllianceStructure]):
    """Structures by their numbers."""

    def __init__(self, numbered: Numbered, numbers: Ints) -> None:
        self._numbered = numbered
        self._numbers = numbers

    @overload
    def __getitem__(self, index: int) -> AllianceStructure: ...
    @overload
    def __getitem__(self, index: slice) -> list[AllianceStructure]: ...
    def __getitem__(self, index: int | slice) -> AllianceStructure | list[AllianceStructure]:
        if isinstance(index, slice):
            return [self[place] for place in range(*index.indices(len(self)))]
        return self._numbered.structure(int(self._numbers[index]))

    def __contains__(self, structure: object) -> bool:
        try:
            known = self._numbered.game.check(structure)
        except AllianceError:  # a structure of another game, or no structure at all
            return False
        return self._numbered.index(known) in self._numbers

    def __len__(self) -> int:
        return int(self._numbers.size)
