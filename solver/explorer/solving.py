"""Solving while somebody waits: the decision weights of one game are kept between questions."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from games import AllianceGame
from games.arrays import Array
from solver.alliance.hegemon import Valuer, frame_at
from solver.alliance.solution import Solution
from solver.alliance.solve import solve


class Solver:
    """Solves games of which one follows another by the turn of a dial."""

    def solution(self, game: AllianceGame, concept: str) -> Solution:
        """Return what `solver.solve` returns."""
        return solve(game, concept)

    def values(self, games: Sequence[AllianceGame], heed: Callable[[], None]) -> Array:
        """Return the hegemon's value of every structure in games that differ in their threat."""
        heed()
        return Valuer(games[0])(frame_at(games))
