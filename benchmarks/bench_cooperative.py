"""asv benchmarks of cooperative games and of bargaining: time."""

from __future__ import annotations

from benchmarks.peer_questions import random_worths, tied_worths
from games import CumulativeProspectTheory
from games.bargaining import BargainingProblem
from solver.bargaining import alternating_offers, axiomatic
from solver.values import banzhaf, least_core, nucleolus, nucleolus_certificate, shapley


class Values:
    """Values that are sums over coalitions."""

    params = (10, 15, 20)
    param_names = ("players",)

    def setup(self, players: int) -> None:
        self.game = random_worths(players)

    def time_shapley(self, players: int) -> None:
        shapley(self.game)

    def time_banzhaf(self, players: int) -> None:
        banzhaf(self.game)


class Nucleolus:
    """Payoffs by linear programmes, without and with ties."""

    params = ([8, 12, 16], [False, True])
    param_names = ("players", "ties")

    def setup(self, players: int, ties: bool) -> None:
        self.game = (tied_worths if ties else random_worths)(players)
        self.payoff = nucleolus(self.game)

    def time_nucleolus(self, players: int, ties: bool) -> None:
        nucleolus(self.game)

    def time_certificate(self, players: int, ties: bool) -> None:
        nucleolus_certificate(self.game, self.payoff)

    def time_least_core(self, players: int, ties: bool) -> None:
        least_core(self.game)


class Bargaining:
    """Players with prospect theory who share a pie."""

    params = (2, 3)
    param_names = ("players",)

    def setup(self, players: int) -> None:
        taste = CumulativeProspectTheory()
        self.problem = BargainingProblem(
            [taste] * players, [0.0] * players, references=[0.3] * players
        )

    def time_nash(self, players: int) -> None:
        axiomatic.solve(self.problem)

    def time_alternating_offers(self, players: int) -> None:
        alternating_offers.solve(self.problem, [0.9] * players)
