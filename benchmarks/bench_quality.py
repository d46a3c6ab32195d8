"""asv benchmarks of quality: what is found of what is known, predicted of what was signed."""

from __future__ import annotations

import numpy as np

import games
import solver
from benchmarks.bench_finite_games import random_game
from benchmarks.peer_questions import random_worths, tied_worths
from games import NormalForm
from solver.accounts.historical import History, history
from solver.finite import pure_nash
from solver.finite.faces import solve as faces
from solver.finite.two_player import solve as two_player
from solver.results import Status
from solver.values import nucleolus, nucleolus_certificate

RANDOM = 50


class Historical:
    """The historical cases: how many each account predicts."""

    timeout = 300
    params = tuple(account.name for account in solver.ACCOUNTS)
    param_names = ("account",)

    def setup_cache(self) -> History:
        return history(draws=0)

    def track_forms_predicted(self, found: History, account: str) -> int:
        return self._score(found, account).hits

    def track_log_score(self, found: History, account: str) -> float:
        return self._score(found, account).log_score

    def _score(self, found: History, account: str) -> solver.accounts.historical.Score:
        return next(model for model in found.models if model.account == account)


class Scenarios:
    """The scenarios: members of the recorded alliance that the preferred structure has, too."""

    def track_jaccard_of_the_signed_treaties(self) -> float:
        shares = []
        for name in games.scenario_names():
            game = games.load(name)
            record = game.scenario.recorded(game.candidates) if game.scenario else None
            best = solver.solve(game).preferred
            if record is not None and best is not None:
                shares.append(solver.accounts.historical.jaccard(best.structure, record))
        return float(np.mean(shares))


class Known:
    """Share of the equilibria found where their number is known."""

    params = (2, 3, 4, 6)
    param_names = ("actions",)

    def track_of_the_identity_game(self, actions: int) -> float:
        game = NormalForm([np.eye(actions), np.eye(actions)])
        return len(two_player.solve(game).equilibria) / (2**actions - 1)

    def track_pure_of_a_coordination_game(self, actions: int) -> float:
        payoffs = np.zeros((3, *(actions,) * 3))
        payoffs[:, range(actions), range(actions), range(actions)] = 1.0
        found = set(pure_nash.profiles(NormalForm(payoffs)))
        return sum((action,) * 3 in found for action in range(actions)) / actions


class Generic:
    """Random games: the share that is complete, with the odd number that a generic game has."""

    params = ([(3, 3), (5, 5), (2, 2, 2)],)
    param_names = ("shape",)
    timeout = 300

    def track_complete_and_odd(self, shape: tuple[int, ...]) -> float:
        search = two_player if len(shape) == 2 else faces
        count = RANDOM if len(shape) == 2 else RANDOM // 5
        good = 0
        for seed in range(count):
            payoffs = np.random.default_rng(seed).random((len(shape), *shape))
            found = search.solve(NormalForm(payoffs))
            good += found.status is Status.COMPLETE and len(found.equilibria) % 2 == 1
        return good / count

    def track_largest_regret(self, shape: tuple[int, ...]) -> float:
        search = two_player if len(shape) == 2 else faces
        return max(one.regret for one in search.solve(random_game(shape)).equilibria)


class Nucleoli:
    """The share of nucleoli that the certificate confirms, without and with ties."""

    params = (5, 8)
    param_names = ("players",)

    def track_certified(self, players: int) -> float:
        made = [random_worths(players), tied_worths(players)]
        return float(np.mean([nucleolus_certificate(one, nucleolus(one)).holds for one in made]))
