"""The keys of cells that differ in numbers alone: the text of one, and where the others differ."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from games import AllianceGame
from games.arrays import Array
from games.records import FrozenMapping
from solver.alliance.varied import Varied
from solver.studies.grid.keys import text_of, unsolvable_key

_BETWEEN = re.compile(r"([,:\[\]{} ])")


class Gaps(NamedTuple):
    """The text of a key with gaps for values.

    Attributes
    ----------
    text : tuple of str
        What stands before, between and after the values.
    order : tuple of int
        Which quantity stands in each gap.
    """

    text: tuple[str, ...]
    order: tuple[int, ...]


class Variation(Varied):
    """Games that differ from one in the values of some quantities, as cells of a study.

    Parameters
    ----------
    game, names
        As of `Varied`.
    concept : str
    tolerance : float
        With which the games are solved.
    refused : mapping of str to object
        What `game` does not take, where there are no such games.
    """

    def __init__(
        self,
        game: AllianceGame,
        names: Sequence[str],
        concept: str,
        tolerance: float,
        refused: Mapping[str, object] = FrozenMapping({}),
    ) -> None:
        super().__init__(game, names)
        self.concept, self.tolerance, self.refused = concept, tolerance, refused
        self._gaps: list[Gaps | None] = []

    def keys(self, values: Array) -> list[bytes]:
        """Return the key of each game: see `solver.studies.grid.keys`.

        Parameters
        ----------
        values : ndarray, shape (cells, names)
            Of games that can be.
        """
        if not self._gaps:
            self._gaps.append(self._gaps_in(values))
        gaps = self._gaps[0]
        if gaps is None:
            texts: Iterator[str] = (self._text(self.built(row)) for row in values.tolist())
        else:
            first, *rest = gaps.text
            between = list(zip(gaps.order, rest, strict=True))
            texts = (
                first + "".join([repr(row[which]) + after for which, after in between])
                for row in values.tolist()
            )
        return [hashlib.sha256(text.encode()).digest() for text in texts]

    def unsolvable(self, values: Array) -> bytes:
        """Return the key of a cell that has no game."""
        changes = {**self.refused, **dict(zip(self.names, values.tolist(), strict=True))}
        return unsolvable_key(self.game, changes, self.concept, self.tolerance)

    def _text(self, game: AllianceGame) -> str:
        return text_of(game, self.concept, self.tolerance)

    def _gaps_in(self, values: Array) -> Gaps | None:
        """Return the text of a key with gaps, None if it cannot be told where they are."""
        first = values[0].tolist()
        words = _BETWEEN.split(self._text(self.built(first)))
        gaps: dict[int, int] = {}
        for place, (given, other) in enumerate(zip(first, self.others(values), strict=True)):
            if other is None:
                return None
            value, changed = other
            again = _BETWEEN.split(self._text(changed))
            at = [k for k, pair in enumerate(zip(words, again, strict=False)) if len({*pair}) > 1]
            if (
                len(words) != len(again)
                or not at
                or any(k in gaps or words[k] != repr(given) or again[k] != repr(value) for k in at)
            ):
                return None
            gaps |= dict.fromkeys(at, place)
        ends = [-1, *sorted(gaps), len(words)]
        text = tuple("".join(words[a + 1 : b]) for a, b in pairwise(ends))
        return Gaps(text, tuple(gaps[k] for k in sorted(gaps)))


class Portion(NamedTuple):
    """Some cells of a variation: the values of its quantities, and the key of each."""

    variation: Variation
    values: Array
    keys: tuple[bytes, ...]
