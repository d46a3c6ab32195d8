"""Many games that differ in numbers alone: their columns, their keys, and which of them are none.

A game is built and described once, and once more for each quantity that varies, with another value
of it. What differs between the two, in the row of figures and in the text of the key, is where that
value stands; all other games are rows in which numbers are put there. Where a value does not come
back as it was given (the mean that a reference rule asks for moves with it), each game is built.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from games import (
    AllianceError,
    AllianceGame,
    ConstantReference,
    Parameters,
    ThreatReference,
)
from games.alliance import settings
from games.arrays import Array, Ints
from solver.alliance.columns import figures_of
from solver.studies.grid.keys import text_of, unsolvable_key

_BETWEEN = re.compile(r"([,:\[\]{} ])")
# other values of a quantity that are tried where one makes no game
_TRIES = 3
_COMMON = "common_reliability"


class Places(NamedTuple):
    """Where the values of quantities stand.

    Attributes
    ----------
    row : ndarray, shape (width,)
        The figures of one game.
    columns : tuple of ndarray of int
        For each quantity, its columns.
    text : tuple of str
        What stands before, between and after the values in the text of a key.
    order : tuple of int
        Which quantity stands in each gap.
    """

    row: Array
    columns: tuple[Ints, ...]
    text: tuple[str, ...]
    order: tuple[int, ...]


class Variation:
    """Games that differ from one in the values of some quantities.

    Parameters
    ----------
    game : AllianceGame
    names : sequence of str
        Quantities whose values are numbers, by the names of `games.settings`.
    concept : str
    tolerance : float
        With which the games are solved: for keys.
    """

    def __init__(
        self, game: AllianceGame, names: Sequence[str], concept: str, tolerance: float
    ) -> None:
        self.game, self.names = game, tuple(names)
        self.concept, self.tolerance = concept, tolerance
        self._sound: dict[str, tuple[float, float]] = {}
        self._places: Places | bool | None = False

    def built(self, values: Sequence[float]) -> AllianceGame:
        """Return the game with these values, which must be Python's own numbers.

        Raises
        ------
        AllianceError
            If they make no game.
        """
        return settings.with_values(self.game, dict(zip(self.names, values, strict=True)))

    # Which are games.

    def problems(self, values: Array) -> dict[int, AllianceError]:
        """Return, by row, why some of the games cannot be.

        Parameters
        ----------
        values : ndarray, shape (cells, names)
        """
        spans = zip(
            self.names, values.min(axis=0).tolist(), values.max(axis=0).tolist(), strict=True
        )
        if all(self._are_sound(name, low, high) for name, low, high in spans):
            suspects = self._unreliable(values)
        else:
            suspects = np.arange(len(values))
        found: dict[int, AllianceError] = {}
        for row in suspects.tolist():
            try:
                self.built(values[row].tolist())
            except AllianceError as error:
                found[row] = error
        return found

    def _are_sound(self, name: str, low: float, high: float) -> bool:
        """Return whether all values between two suit a quantity, whatever spokes share.

        What suits is an interval, for every quantity.
        """
        known = self._sound.get(name, (np.inf, -np.inf))
        try:
            for value in (low, high):
                if known[0] <= value <= known[1]:
                    continue
                if name == _COMMON:
                    Parameters(common_reliability=value)
                else:
                    settings.with_values(self.game, {_COMMON: 1.0, name: value})
        except AllianceError:
            return False
        self._sound[name] = min(known[0], low), max(known[1], high)
        return True

    def _unreliable(self, values: Array) -> Ints:
        """Return the rows in which a spoke is more reliable than the common shock lets it be."""
        by_name = dict(zip(self.names, values.T, strict=True))
        shared = self.game.parameters
        common = by_name.get(_COMMON, np.full(len(values), shared.common_reliability))
        most = np.zeros(len(values))
        for name in self.game.candidates:
            usual = by_name.get("reliability", np.full(len(values), shared.reliability))
            own = self.game.reliabilities.get(name)
            given = usual if own is None else np.full(len(values), own)
            most = np.maximum(most, by_name.get(f"reliabilities.{name}", given))
        return np.flatnonzero(most > common)

    # Where values stand.

    def table(self, values: Array) -> Array:
        """Return the figures of games, shape (cells, width): see `solver.alliance.columns`.

        Parameters
        ----------
        values : ndarray, shape (cells, names)
            Of games that can be.
        """
        places = self._found(values)
        if places is None:
            return np.stack([figures_of(self.built(row)) for row in values.tolist()])
        table = np.tile(places.row, (len(values), 1))
        for columns, column in zip(places.columns, values.T, strict=True):
            table[:, columns] = column[:, np.newaxis]
        return table

    def keys(self, values: Array) -> list[bytes]:
        """Return the key of each game: see `solver.studies.grid.keys`."""
        places = self._found(values)
        if places is None:
            texts: Iterator[str] = (
                text_of(self.built(row), self.concept, self.tolerance) for row in values.tolist()
            )
        else:
            first, *rest = places.text
            between = list(zip(places.order, rest, strict=True))
            texts = (
                first + "".join([repr(row[which]) + after for which, after in between])
                for row in values.tolist()
            )
        return [hashlib.sha256(text.encode()).digest() for text in texts]

    def unsolvable(self, values: Array) -> bytes:
        """Return the key of a cell that has no game."""
        changes = dict(zip(self.names, values.tolist(), strict=True))
        return unsolvable_key(self.game, changes, self.concept, self.tolerance)

    def _found(self, values: Array) -> Places | None:
        if self._places is False:
            self._places = self._look(values)
        assert not isinstance(self._places, bool)
        return self._places

    def _look(self, values: Array) -> Places | None:
        """Return where values stand, None if it cannot be told."""
        first = values[0].tolist()
        game = self.built(first)
        if type(game.reference) not in (ThreatReference, ConstantReference):
            return None  # what it asks may move with anything
        row, words = figures_of(game), self._words(game)
        columns: list[Ints] = []
        gaps: dict[int, int] = {}
        for place in range(len(self.names)):
            other = self._other(first, place, np.unique(values[:, place]))
            if other is None:
                return None
            value, changed = other
            theirs, again = figures_of(changed), self._words(changed)
            at = np.flatnonzero(row != theirs)
            in_text = [k for k, (a, b) in enumerate(zip(words, again, strict=False)) if a != b]
            if (
                len(words) != len(again)
                or (row[at] != first[place]).any()
                or (theirs[at] != value).any()
                or any(words[k] != repr(first[place]) for k in in_text)
                or any(again[k] != repr(value) for k in in_text)
                or any(k in gaps for k in in_text)
                or not in_text
            ):
                return None
            columns.append(at)
            gaps |= dict.fromkeys(in_text, place)
        ends = [-1, *sorted(gaps), len(words)]
        text = tuple("".join(words[a + 1 : b]) for a, b in pairwise(ends))
        return Places(row, tuple(columns), text, tuple(gaps[k] for k in sorted(gaps)))

    def _words(self, game: AllianceGame) -> list[str]:
        return _BETWEEN.split(text_of(game, self.concept, self.tolerance))

    def _other(
        self, first: list[float], place: int, values: NDArray[np.float64]
    ) -> tuple[float, AllianceGame] | None:
        """Return another value of a quantity, and the game with it."""
        given = first[place]
        near = sorted(set(values.tolist()) - {given}, key=lambda value: abs(value - given))
        # a column of one value: any other number that makes a game will do
        others = near[:_TRIES] or [given * 0.999, given + 0.001, given / 2 + 0.25]
        for value in others:
            if value == given:
                continue
            try:
                return value, self.built([*first[:place], value, *first[place + 1 :]])
            except AllianceError:
                continue
        return None


class Portion(NamedTuple):
    """Some cells of a variation: the values of its quantities, and the key of each."""

    variation: Variation
    values: Array
    keys: tuple[bytes, ...]
