"""asv benchmarks of finite games: time of each search, and what it found beside it."""

from __future__ import annotations

import numpy as np

from games import CumulativeProspectTheory, NormalForm
from solver.finite import pure_nash
from solver.finite.faces import solve as faces
from solver.finite.logit import solve as logit
from solver.finite.two_player import solve as two_player
from solver.results import Status


def random_game(shape: tuple[int, ...], *, prospect: bool = False) -> NormalForm:
    """Return a game with uniform payoffs."""
    payoffs = np.random.default_rng(0).random((len(shape), *shape))
    return NormalForm(payoffs, preferences=CumulativeProspectTheory() if prospect else None)


class Pure:
    """Pure equilibria of players with two actions."""

    params = (8, 12, 16, 18)
    param_names = ("players",)

    def setup(self, players: int) -> None:
        self.game = random_game((2,) * players)

    def time_solve(self, players: int) -> None:
        len(pure_nash.solve(self.game).equilibria)

    def time_copy_of_the_payoffs(self, players: int) -> None:
        self.game.payoffs.copy()


class TwoPlayers:
    """All Nash equilibria of two players."""

    params = (3, 5, 8, 12)
    param_names = ("actions",)

    def setup(self, actions: int) -> None:
        self.game = random_game((actions, actions))
        two_player.solve(self.game)

    def time_solve(self, actions: int) -> None:
        two_player.solve(self.game)

    def track_equilibria(self, actions: int) -> int:
        return len(two_player.solve(self.game).equilibria)


class EveryFace:
    """All isolated equilibria of n players, without and with weighting."""

    params = ([(3, 3), (2, 2, 2), (3, 3, 2), (2, 2, 2, 2)], [False, True])
    param_names = ("shape", "prospect")

    def setup(self, shape: tuple[int, ...], prospect: bool) -> None:
        self.game = random_game(shape, prospect=prospect)

    def time_solve(self, shape: tuple[int, ...], prospect: bool) -> None:
        faces.solve(self.game)

    def track_proved_complete(self, shape: tuple[int, ...], prospect: bool) -> bool:
        return faces.solve(self.game).status is Status.COMPLETE


class Logit:
    """The principal branch to a high precision."""

    params = ([(2, 2), (5, 5), (3, 3, 3)], [False, True])
    param_names = ("shape", "prospect")

    def setup(self, shape: tuple[int, ...], prospect: bool) -> None:
        self.game = random_game(shape, prospect=prospect)

    def time_solve(self, shape: tuple[int, ...], prospect: bool) -> None:
        logit.solve(self.game, precision=100.0)
