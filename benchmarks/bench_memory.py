"""asv benchmarks: peak memory of sweeps, of searches of finite games and of cooperative games."""

from __future__ import annotations

import numpy as np

import solver
from benchmarks.bench_finite_games import random_game
from benchmarks.peer_questions import random_worths
from benchmarks.theatres import europe_of
from solver.finite import pure_nash
from solver.finite.two_player import solve as two_player
from solver.values import nucleolus, shapley


class Alliances:
    """Whole studies of one theatre."""

    params = (8, 10)
    param_names = ("candidates",)

    def setup(self, candidates: int) -> None:
        self.game = europe_of(candidates)

    def peakmem_solve(self, candidates: int) -> None:
        solver.solve(self.game, "coalition_proof")

    def peakmem_sweep(self, candidates: int) -> None:
        solver.sweep(self.game, threat=np.linspace(0, 1, 101))

    def peakmem_critical_threats(self, candidates: int) -> None:
        solver.critical_threats(self.game)


class Pure:
    """Pure equilibria: beside the payoffs, 8 n 2^n bytes, little should be needed."""

    params = (12, 16, 18)
    param_names = ("players",)

    def setup(self, players: int) -> None:
        self.game = random_game((2,) * players)

    def peakmem_payoffs_alone(self, players: int) -> None:
        assert self.game.payoffs.size

    def peakmem_solve(self, players: int) -> None:
        len(pure_nash.solve(self.game).equilibria)


class TwoPlayers:
    """All equilibria of two players."""

    params = (5, 8, 12)
    param_names = ("actions",)

    def setup(self, actions: int) -> None:
        self.game = random_game((actions, actions))

    def peakmem_solve(self, actions: int) -> None:
        two_player.solve(self.game)


class Coalitions:
    """Values of games of 2^n worths."""

    params = (12, 16)
    param_names = ("players",)

    def setup(self, players: int) -> None:
        self.game = random_worths(players)

    def peakmem_shapley(self, players: int) -> None:
        shapley(self.game)

    def peakmem_nucleolus(self, players: int) -> None:
        nucleolus(self.game)
