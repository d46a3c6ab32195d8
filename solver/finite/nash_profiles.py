"""Nash equilibria of any number of players: the right engine for each."""

from __future__ import annotations

from games import NormalForm
from solver.finite import support_search, two_player_nash
from solver.finite.profile_solution import ProfileSolution


def solve(game: NormalForm, *, budget: int | None = None) -> ProfileSolution:
    """Return the Nash equilibria of a game whose players do not weight probabilities.

    Two players: all extreme equilibria and the sets that they span, in exact arithmetic. Others:
    all isolated equilibria, each proved, by branch and prune.

    Parameters
    ----------
    game : NormalForm
    budget : int, optional
        Bases (two players) or boxes (others) to examine at most.

    Raises
    ------
    NotApplicableError
        If a player weights probabilities, or there are too many supports.
    """
    if game.number_of_players == 2:
        return two_player_nash.solve(game, budget=budget or two_player_nash.BUDGET)
    return support_search.solve(game, "nash", budget=budget or support_search.BUDGET)
