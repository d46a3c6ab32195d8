"""Many games that differ in numbers alone, as columns, and which of them are none.

A game is built once, and once more for each quantity that varies, with another value of it. What
differs between the two rows of figures is where that value stands; all other games are rows in
which numbers are put there. Where a value does not come back as it was given, each game is built.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

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

# other values of a quantity that are tried where one makes no game
_TRIES = 3
_COMMON = "common_reliability"


class Places(NamedTuple):
    """Where the values of quantities stand.

    Attributes
    ----------
    row : ndarray, shape (width,)
        The figures of one game.
    columns : list of ndarray of int
        For each quantity, the columns in which its values stand.
    """

    row: Array
    columns: list[Ints]


class Varied:
    """Games that differ from one in the values of some quantities.

    Parameters
    ----------
    game : AllianceGame
    names : sequence of str
        Quantities whose values are numbers, by the names of `games.settings`.

    Examples
    --------
    >>> import games
    >>> varied = Varied(games.load("classic-athens"), ["threat", "cohesion"])
    >>> varied.built([0.2, 0.5]).threat, varied.table(np.array([[0.2, 0.5], [0.3, 0.6]])).shape[0]
    (0.2, 2)
    """

    def __init__(self, game: AllianceGame, names: Sequence[str]) -> None:
        self.game, self.names = game, tuple(names)
        self._sound: dict[str, tuple[float, float]] = {}
        self._places: list[Places | None] = []

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
        lows, highs = values.min(axis=0).tolist(), values.max(axis=0).tolist()
        if all(map(self._are_sound, self.names, lows, highs)):
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

    def check(self, values: Array) -> None:
        """Raise why the first of the games that cannot be cannot."""
        problems = self.problems(values)
        if problems:
            raise problems[min(problems)]

    def _are_sound(self, name: str, low: float, high: float) -> bool:
        """Return whether all values between two suit a quantity, whatever spokes share.

        What suits is an interval, for every quantity.
        """
        least, most = self._sound.get(name, (np.inf, -np.inf))
        try:
            for value in (low, high):
                if least <= value <= most:
                    continue
                if name == _COMMON:
                    Parameters(common_reliability=value)
                else:
                    settings.with_values(self.game, {_COMMON: 1.0, name: value})
        except AllianceError:
            return False
        self._sound[name] = min(least, low), max(most, high)
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

    def _found(self, values: Array) -> Places | None:
        if not self._places:
            self._places.append(self._look(values))
        return self._places[0]

    def _look(self, values: Array) -> Places | None:
        """Return where values stand, None if it cannot be told."""
        first = values[0].tolist()
        game = self.built(first)
        if type(game.reference) not in (ThreatReference, ConstantReference):
            return None  # what it asks may move with anything
        row = figures_of(game)
        columns = []
        for given, other in zip(first, self.others(values), strict=True):
            if other is None:
                return None
            value, changed = other
            theirs = figures_of(changed)
            at = np.flatnonzero(row != theirs)
            if (row[at] != given).any() or (theirs[at] != value).any():
                return None
            columns.append(at)
        return Places(row, columns)

    def others(self, values: Array) -> list[tuple[float, AllianceGame] | None]:
        """Return, for each quantity, another value than in the first row, and the game with it.

        None where none is found that makes a game.
        """
        first = values[0].tolist()
        return [self._other(first, place, values[:, place]) for place in range(len(self.names))]

    def _other(
        self, first: list[float], place: int, values: Array
    ) -> tuple[float, AllianceGame] | None:
        given = first[place]
        near = sorted(set(values.tolist()) - {given}, key=lambda value: abs(value - given))
        # a column of one value: any other number that makes a game will do
        for value in near[:_TRIES] or [given * 0.999, given + 0.001, given / 2 + 0.25]:
            if value == given:
                continue
            try:
                return value, self.built([*first[:place], value, *first[place + 1 :]])
            except AllianceError:
                continue
        return None
