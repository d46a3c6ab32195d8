"""Alternating offers: players propose in turn, and a proposal needs everyone's consent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from games import ConvergenceError, ExpectedUtility, InvalidGameError, checks
from games.arrays import Array
from games.bargaining import BargainingProblem
from games.records import Record
from solver.bargaining import axiomatic
from solver.bargaining.axiomatic import BargainingSolution
from solver.numerics import roots

# a share this near the most there is, of the surplus, is that
BOUND = 1e-12
_GRID = 2001
# stationary equilibria of three or more players are sought from so many divisions of the pie
_STARTS, _SEED = 5, 20
_ACCURACY = 1e-9


@dataclass(frozen=True, eq=False)
class AlternatingOffers(Record):
    """A stationary subgame-perfect equilibrium without delay.

    Attributes
    ----------
    proposals : ndarray, shape (n, n)
        Row i: the shares that player i proposes, which all accept.
    utilities : ndarray, shape (n, n)
        Row i: the utilities of these shares.
    discounts : tuple of float
    proposer : int
        Who proposes first.
    regret : float
        The most that a player gains by one deviation, as a share of its ideal gain: by asking for
        more than the others' least, by offering what is refused, by refusing, by accepting less.
    """

    proposals: Array
    utilities: Array
    discounts: tuple[float, ...]
    proposer: int
    regret: float

    @property
    def agreement(self) -> Array:
        """The shares agreed at once, shape (n,)."""
        return np.array(self.proposals[self.proposer])


def discount_factors(values: Sequence[float], size: int) -> tuple[float, ...]:
    """Return discount factors above 0 and below 1, one for each player."""
    listed = checks.listed("discounts", values)
    if len(listed) != size:
        raise InvalidGameError(f"`discounts` must hold {size} numbers; got {values!r}")
    factors = tuple(checks.above("discounts", value, 0) for value in listed)
    if max(factors) >= 1:
        raise InvalidGameError(f"`discounts` must be below 1; got {max(factors):.15g}")
    return factors


def certified(
    problem: BargainingProblem, discounts: tuple[float, ...], proposer: int, proposals: Array
) -> AlternatingOffers:
    """Return the equilibrium with its regret, from the proposals alone."""
    size = len(discounts)
    base, floors = problem.disagreement_utilities, problem.utilities_at(problem.floors)
    utilities = problem.utilities_at(proposals)
    ideal = problem.ideal - base
    gains, least = (utilities - base) / ideal, (floors - base) / ideal
    worst = float(np.abs(proposals.sum(axis=1) - problem.pie).max()) / problem.surplus
    for turn in range(size):
        wait = np.asarray(discounts) * gains[(turn + 1) % size]
        others = np.arange(size) != turn
        # responders get what waiting brings, or more only where they cannot be given less
        gap = np.abs(gains[turn] - np.maximum(wait, least))[others].max()
        worst = max(worst, float(gap), float(wait[turn] - gains[turn, turn]))
    return AlternatingOffers(proposals, utilities, discounts, proposer, worst)


def rubinstein(first: float, second: float, pie: float = 1.0) -> AlternatingOffers:
    """Return the unique equilibrium of two players with linear utilities (Rubinstein 1982).

    The first proposer's share is (1 - second) / (1 - first second).

    Parameters
    ----------
    first, second : float
        Discount factors, above 0 and below 1.

    Examples
    --------
    >>> print(rubinstein(0.9, 0.8).agreement.round(6))
    [0.714286 0.285714]
    """
    discounts = discount_factors([first, second], 2)
    problem = BargainingProblem([ExpectedUtility()] * 2, [0, 0], pie=pie)
    return certified(problem, discounts, 0, pie * linear_proposals(discounts))


def linear_proposals(discounts: Sequence[float]) -> Array:
    """Return what each of n players with linear utilities proposes of a pie of 1, shape (n, n).

    In the stationary equilibrium player j is offered d_j^k times its own proposal's share when it
    is k turns from proposing (Herrero 1985; for n > 2 there are other, non-stationary equilibria).
    """
    factors = np.asarray(discounts)
    size = len(factors)
    turns = (np.arange(size)[None, :] - np.arange(size)[:, None]) % size
    faded = factors[None, :] ** turns
    own = np.linalg.solve(faded, np.ones(size))
    offers: Array = faded * own
    return offers


def with_exit(players: int, discount: float) -> Array:
    """Return the shares, first proposer first, if players who accept may leave with their share.

    The unique equilibrium of players with linear utilities and one discount factor d: the
    proposer has 1 / (1 + (n - 1) d) and each other d times as much (Krishna & Serrano 1996).
    """
    checks.whole("players", players, 2)
    (factor,) = discount_factors([discount], 1)
    shares = np.full(players, factor)
    shares[0] = 1.0
    divided: Array = shares / shares.sum()
    return divided


def _offers(problem: BargainingProblem, discounts: tuple[float, ...], own: Array) -> Array:
    """Return the proposals if each player's own proposal gives it `own`; others get their due.

    The diagonal is what the others leave, which in equilibrium is `own`.
    """
    size = len(discounts)
    base = problem.disagreement_utilities
    gains = problem.utilities_at(own) - base
    proposals = np.empty((size, size))
    for j in range(size):
        faded = discounts[j] ** ((j - np.arange(size)) % size) * gains[j]
        proposals[:, j] = problem.share_at(j, base[j] + faded)
    np.fill_diagonal(proposals, 0.0)
    np.fill_diagonal(proposals, problem.pie - proposals.sum(axis=1))
    return proposals


def _two(problem: BargainingProblem, discounts: tuple[float, ...]) -> list[Array]:
    """Return the own shares at all stationary equilibria of two players that a scan finds."""
    base = problem.disagreement_utilities

    def replies(asked: Array) -> tuple[Array, Array]:
        """Return what the first player is left with if it asks for a share, and the second."""
        own = [asked, asked]
        for player in (0, 1):
            gain = problem.utility(player, own[player]) - base[player]
            offered = problem.share_at(player, base[player] + discounts[player] * gain)
            own[1 - player] = np.maximum(problem.pie - offered, problem.floors[1 - player])
        return own[0], own[1]

    def gap(share: float) -> float:
        return float(replies(np.array(share))[0]) - share

    grid = np.linspace(problem.floors[0], problem.tops[0], _GRID)
    gaps = replies(grid)[0] - grid
    found = list(roots.crossings(gap, grid, gaps))
    # where the least share binds, the first player asks for all the rest
    if not found and gaps[-1] >= -BOUND * problem.surplus:
        found = [float(grid[-1])]
    return [np.array([share, float(replies(np.array(share))[1])]) for share in found]


def _many(problem: BargainingProblem, discounts: tuple[float, ...]) -> list[Array]:
    """Return the own shares at the stationary equilibria that searches from many starts find."""
    size = len(discounts)
    spare = np.random.default_rng(_SEED).dirichlet(np.ones(size), size=_STARTS - 1)
    first = np.diagonal(linear_proposals(discounts))
    found: list[Array] = []
    for start in [first, *spare]:
        own = problem.floors + problem.surplus * start

        def gap(own: Array) -> Array:
            inside = np.clip(own, problem.floors, problem.tops)
            return np.diagonal(_offers(problem, discounts, inside)) - own

        try:
            point = roots.root(gap, own, tolerance=_ACCURACY * problem.surplus)
        except ConvergenceError:
            continue
        if all(np.abs(point - other).max() > 1e-6 * problem.surplus for other in found):
            found.append(point)
    return found


def solve(
    problem: BargainingProblem, discounts: Sequence[float], *, proposer: int = 0
) -> tuple[AlternatingOffers, ...]:
    """Return stationary subgame-perfect equilibria in which players propose in turn.

    Waiting a turn multiplies player j's utility gain over disagreement by d_j: as it is impatient,
    or as talks break down with probability 1 - d_j (Binmore, Rubinstein & Wolinsky 1986). A
    proposal gives each responder what waiting brings it. With concave utilities there is one such
    equilibrium; with utilities convex in losses there can be several.

    Parameters
    ----------
    problem : BargainingProblem
    discounts : sequence of float, length n
        Above 0 and below 1.
    proposer : int
        Who proposes first; the players follow in their order.

    Returns
    -------
    tuple of AlternatingOffers
        For two players all that a scan of the first player's share finds; for more, those that
        searches from several starts find.

    Raises
    ------
    ConvergenceError
        If none is found.
    """
    size = len(problem.utilities)
    factors = discount_factors(discounts, size)
    checks.within("proposer", checks.whole("proposer", proposer, 0), 0, size - 1)
    found = _two(problem, factors) if size == 2 else _many(problem, factors)
    if not found:
        raise ConvergenceError("no stationary equilibrium of alternating offers was found")
    return tuple(
        certified(problem, factors, proposer, _offers(problem, factors, own)) for own in found
    )


def limit(problem: BargainingProblem, rates: Sequence[float]) -> BargainingSolution:
    """Return the agreement as the time between offers vanishes: a weighted Nash solution.

    With discount factors exp(-r_i t) and t to 0, player i's weight is in proportion to 1 / r_i
    (Binmore, Rubinstein & Wolinsky 1986), if utilities are concave.

    Parameters
    ----------
    rates : sequence of float, length n
        Rates of impatience r_i above 0.
    """
    powers = [1 / checks.above("rates", rate, 0) for rate in rates]
    return axiomatic.solve(replace(problem, weights=powers), "nash")
