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
from solver.stopping import heed

# solutions that are remembered: each holds a value for every structure
SOLUTIONS = 4


# bytes of decision weights that are remembered at most, and how many there are for each outcome
ROOM, EACH = 2**29, 75


class Solver:
    """Solves games of which one follows another by the turn of a dial.

    Decision weights are kept: most dials do not change them. They are made when the dials rest; a
    turn before that goes without.
    """

    def __init__(self) -> None:
        self._solved: OrderedDict[tuple[AllianceGame, str], Solution] = OrderedDict()
        self._kept: list[KeptWeights] = []
        self._lock = Lock()

    def solution(self, game: AllianceGame, concept: str, *, rests: bool = False) -> Solution:
        """Return what `solver.solve` returns.

        Parameters
        ----------
        rests : bool
            Whether there is time to make what serves the turns to come.
        """
        kept = self._suiting(game)
        if kept is None and rests:
            kept = self._made(game)
        key = (game, concept)
        with self._lock:
            if key in self._solved:
                self._solved.move_to_end(key)
                return self._solved[key]
        found = solve(game, concept) if kept is None else solve_with(kept, game, concept)
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
            Whether to keep their decision weights.

        Returns
        -------
        ndarray, shape (games, structures)
        """
        heed()
        kept = self._suiting(games[0])
        if kept is None and keep:
            kept = self._made(games[0], heed)
        if kept is not None:
            return kept.values(games, heed)
        return Valuer(games[0])(frame_at(games), heed=heed)

    def _suiting(self, game: AllianceGame) -> KeptWeights | None:
        with self._lock:
            return next((kept for kept in self._kept if kept.suits(game)), None)

    def _made(self, game: AllianceGame, heed: Heed = heed) -> KeptWeights | None:
        """Make and keep the decision weights of a game, None if those of its kind are not kept."""
        if not KeptWeights.covers(game):
            return None
        free = ROOM - EACH * 4 ** len(game.candidates)
        with self._lock:  # the oldest make room
            while self._kept and sum(kept.size for kept in self._kept) > free:
                self._kept.pop(0)
        made = KeptWeights(game, heed)
        with self._lock:
            self._kept.append(made)
        return made
