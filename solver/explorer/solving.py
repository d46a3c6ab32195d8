"""Solving while somebody waits: what one question has worked out serves the next."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from threading import Lock

from games import AllianceGame
from games.arrays import Array
from solver.alliance.hegemon import Valuer, frame_at
from solver.alliance.solution import Solution
from solver.alliance.solve import solve

# solutions that are remembered: each holds a value for every structure
SOLUTIONS = 4


class Solver:
    """Solves games of which one follows another by the turn of a dial."""

    def __init__(self) -> None:
        self._solved: OrderedDict[tuple[AllianceGame, str], Solution] = OrderedDict()
        self._lock = Lock()

    def solution(self, game: AllianceGame, concept: str) -> Solution:
        """Return what `solver.solve` returns."""
        key = (game, concept)
        with self._lock:
            if key in self._solved:
                self._solved.move_to_end(key)
                return self._solved[key]
        found = solve(game, concept)
        with self._lock:
            self._solved[key] = found
            while len(self._solved) > SOLUTIONS:
                self._solved.popitem(last=False)
        return found

    def values(self, games: Sequence[AllianceGame], heed: Callable[[], None]) -> Array:
        """Return the hegemon's value of every structure in games that differ in their threat."""
        heed()
        return Valuer(games[0])(frame_at(games))
