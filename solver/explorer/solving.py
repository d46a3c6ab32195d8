"""Solving while somebody waits: what one question has worked out serves the next."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock

from games import AllianceGame
from games.arrays import Array
from solver.alliance.hegemon import Valuer, frame_at
from solver.alliance.kept import KeptWeights
from solver.alliance.solution import Solution
from solver.alliance.solve import solve, solve_with
from solver.alliance.tasks import Heed

# solutions that are remembered: each holds a value for every structure
SOLUTIONS = 4


class Solver:
    """Solves games of which one follows another by the turn of a dial.

    The decision weights of one game are kept: most dials do not change them. They are made when the
    dials rest, and all threats are solved; a turn before that goes without.
    """

    def __init__(self) -> None:
        self._solved: OrderedDict[tuple[AllianceGame, str], Solution] = OrderedDict()
        self._lock = Lock()
        self._kept: KeptWeights | None = None

    def solution(self, game: AllianceGame, concept: str) -> Solution:
        """Return what `solver.solve` returns."""
        key = (game, concept)
        with self._lock:
            if key in self._solved:
                self._solved.move_to_end(key)
                return self._solved[key]
        kept = self._kept
        if kept is not None and kept.suits(game):
            found = solve_with(kept, game, concept)
        else:
            found = solve(game, concept)
        with self._lock:
            self._solved[key] = found
            while len(self._solved) > SOLUTIONS:
                self._solved.popitem(last=False)
        return found

    def values(self, games: Sequence[AllianceGame], heed: Heed, *, keep: bool) -> Array:
        """Return the hegemon's value of every structure in games that differ in their threat.

        Parameters
        ----------
        games : sequence of AllianceGame
        heed : callable
            Called now and then; what it raises ends the work.
        keep : bool
            Whether to keep the decision weights of these games instead of those before.

        Returns
        -------
        ndarray, shape (games, structures)
        """
        heed()
        kept, first = self._kept, games[0]
        if (kept is None or not kept.suits(first)) and keep and KeptWeights.covers(first):
            self._kept = None  # what is no longer wanted makes room
            kept = self._kept = KeptWeights(first, heed)
        if kept is not None and kept.suits(first):
            return kept.values(games, heed)
        return Valuer(first)(frame_at(games), heed=heed)
