"""Subgame-perfect equilibria of a game tree with perfect information, by backward induction."""

from __future__ import annotations

from games.checks import whole, within
from games.errors import InvalidGameError
from games.finite.extensive_form import ExtensiveForm
from solver.finite.continuations import MOST, Continuations
from solver.finite.tree_solution import TreeEquilibria, TreeSolution
from solver.solution import Status

TOLERANCE = 1e-9


def subgame_perfect(
    game: ExtensiveForm, *, limit: int = 10_000, tolerance: float = TOLERANCE
) -> TreeSolution:
    """Return the subgame-perfect equilibria of `game` in pure strategies (Selten 1965).

    From the ends up, at each node the player who decides takes an action that is best given what
    follows (Zermelo 1913; Kuhn 1953); every tie is branched. There always is an equilibrium.

    What follows an action is a lottery if chance moves. The player compares the reduced lotteries
    seen from its node, by its own preference and reference point: it knows how everybody,
    itself included, will decide later, and decides anew at each node. For a player who weights
    probabilities this is the sophisticated rule (Karni & Safra 1990); what it takes at a node need
    not be what it would have wished for at an earlier one, as dynamic consistency is not implied.

    The work grows with the nodes. It does so too with the outcomes that each decision can still
    lead to, if a player who moves weights probabilities; and with the ties that matter to somebody.

    Parameters
    ----------
    game : ExtensiveForm
    limit : int
        The most equilibria to list, from 1 to 10^18. All are counted, unless there are more than
        10^18, or ties leave more different values than this at a node, or 100 times as many in
        all.
    tolerance : float
        Differences up to this share count as ties where they cannot be computed exactly: of the
        range of the player's outcomes if chance never moves, else of their values. They are exact
        for a player whose outcomes are fractions or whole numbers, if chance never moves, or if
        probabilities are exact too and the player's value function is straight on either side of
        the reference and weights no probabilities.

    Returns
    -------
    TreeSolution

    Raises
    ------
    InvalidGameError
        If an argument is out of range.

    Examples
    --------
    >>> from games.finite.tree import Decision, Terminal
    >>> entry = Decision("entrant", ["out", "in"], [
    ...     Terminal([0, 2]),
    ...     Decision("incumbent", ["fight", "share"], [Terminal([-1, -1]), Terminal([1, 1])])])
    >>> game = ExtensiveForm(entry, players=["entrant", "incumbent"])
    >>> solution = subgame_perfect(game)
    >>> print(solution)
    subgame-perfect equilibria in pure strategies: 1; the first: (1, 1) @ 1 (regret 0.0e+00)
    >>> dict(solution.equilibria[0].strategies["incumbent"])
    {('in',): 'share'}
    """
    if not isinstance(game, ExtensiveForm):
        raise InvalidGameError(f"`game` must be an ExtensiveForm; got {game!r}")
    if whole("limit", limit, 1) > MOST:
        raise InvalidGameError(f"`limit` must be at most {MOST}; got {limit}")
    found = Continuations(game, within("tolerance", tolerance, 0, 1), limit)
    number = sum(found.sizes)
    listed = found.complete and number <= limit
    return TreeSolution(
        game,
        Status.COMPLETE if listed else Status.PARTIAL,
        TreeEquilibria(game, found, limit),
        number,
        found.complete,
        {game.players[player]: float(way.tolerance) for player, way in found.measures.items()},
    )
