"""Bargaining with loss aversion whose reference points are the agreement itself.

An agreement is self-supporting under a rule if the rule chooses it when each player's reference
point is its own share (Shalev 2002; Driesen, Perea & Peters 2011). Reference points that are
given belong to `BargainingProblem`, and every solver takes them from there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from games import ConvergenceError, CumulativeProspectTheory, Linear, NotApplicableError, checks
from games.arrays import Array
from games.bargaining import BargainingProblem, apply
from games.records import Record
from solver.bargaining import alternating_offers, audit
from solver.bargaining.alternating_offers import AlternatingOffers
from solver.bargaining.axiomatic import RULES, Rule, criterion_of
from solver.numerics import roots

_GRID, _HALVINGS = 201, 50
# sizes of moves, as shares of the longest, the best of which is looked at ever more closely
_MOVES = np.unique(
    np.concatenate(
        [
            np.geomspace(1e-100, 1e-7, 94),
            np.geomspace(1e-7, 1.0, 301),
            np.linspace(0.0, 1.0, 501)[1:],
        ]
    )
)
_ZOOM, _ZOOMS = 17, 8
# a criterion that rises by no more does not rise
_NO_GAIN = 1e-15
# intervals shorter than this share of the surplus are single points
_POINT = 1e-6
# a regret above this is no equilibrium but a jump of the best agreement
_CERTAIN = 1e-6


def loss_averse(coefficient: float) -> CumulativeProspectTheory:
    """Return the preference of Shalev (2002): v(y) = y for gains, (1 + coefficient) y for losses.

    Parameters
    ----------
    coefficient : float
        At least 0; 0 is no loss aversion.
    """
    aversion = 1 + checks.at_least("coefficient", coefficient, 0)
    return CumulativeProspectTheory(1.0, 1.0, aversion, Linear(), Linear())


@dataclass(frozen=True, eq=False)
class SelfSupporting(Record):
    """Agreements that a rule chooses when they are the reference points.

    Attributes
    ----------
    rule : str
    intervals : tuple of pairs of ndarray, shape (n,)
        The two ends of each interval of such agreements; the ends of a single one are the same.
    regret : float
        By how much another agreement raises the rule's criterion, with an end of an interval as
        reference point, at worst; in the units of `BargainingSolution.regret`. Ends of intervals
        are exact to about 1e-6 of the surplus.
    """

    rule: str
    intervals: tuple[tuple[Array, Array], ...]
    regret: float

    @property
    def is_unique(self) -> bool:
        """Whether there is one such agreement only."""
        return len(self.intervals) == 1 and bool(
            (self.intervals[0][0] == self.intervals[0][1]).all()
        )


def regret(problem: BargainingProblem, rule: Rule, agreement: Array) -> float:
    """Return by how much another agreement raises the criterion if `agreement` is the reference."""
    against = problem.with_references(agreement.tolist())
    return audit.shortfall(against, criterion_of(against, rule), agreement)


def solve(problem: BargainingProblem, rule: Rule = "nash") -> SelfSupporting:
    """Return the self-supporting agreements under a rule.

    Under Kalai-Smorodinsky, egalitarian and equal-loss rules there is one (for the first, Driesen,
    Perea & Peters 2011). Under the Nash rule loss aversion makes a kink at the reference point, so
    that there can be an interval of them; so can there be under the utilitarian rule. Where one
    player's gains have a lesser exponent than the other's losses the least of moves pay, and an
    interval is of agreements that no move betters by more than 1e-15 of the criterion.

    Parameters
    ----------
    problem : BargainingProblem
        Its own references are not used.
    rule : str
        Any of the rules but "ultimatum", whose agreement depends on no reference point.

    Raises
    ------
    InvalidGameError
        If there is no such rule.
    NotApplicableError
        If the rule is a sum over players and there are more than two; use `regret` to test an
        agreement.

    Examples
    --------
    >>> pie = BargainingProblem([loss_averse(1.25), loss_averse(0)], [0, 0])
    >>> print(solve(pie, "kalai_smorodinsky").intervals[0][0].round(6))
    [0.4 0.6]
    """
    checks.one_of("rule", rule, [name for name in RULES if name != "ultimatum"])
    if rule in ("nash", "utilitarian"):
        if len(problem.utilities) != 2:
            raise NotApplicableError(
                f"self-supporting agreements under {rule} are found for 2 players only;"
                f" got {len(problem.utilities)}"
            )
        found = _on_line(problem, rule)
    else:
        point = _levelled(problem, rule)
        found = [(point, point)]
    worst = max((regret(problem, rule, end) for pair in found for end in pair), default=0.0)
    return SelfSupporting(rule, tuple(found), worst)


def _level(problem: BargainingProblem, rule: Rule, player: int, shares: Array) -> Array:
    """Return a player's level under a rule if its share is its reference point; it rises."""
    utility = problem.utilities[player]
    base = apply(utility, problem.disagreement[player] - shares)
    here, ideal = apply(utility, 0 * shares), apply(utility, problem.tops[player] - shares)
    if rule == "kalai_smorodinsky":
        level = (here - base) / (ideal - base)
    elif rule == "egalitarian":
        level = (here - base) / np.asarray(problem.weights, dtype=np.float64)[player]
    else:
        level = here - ideal
    return np.asarray(level)


def _levelled(problem: BargainingProblem, rule: Rule) -> Array:
    """Return the shares at which all players stand at one level, each its own reference point."""
    floors, tops = problem.floors, problem.tops
    players = range(len(floors))

    def shares(level: float) -> Array:
        low, high = floors.copy(), tops.copy()
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            now = np.array([_level(problem, rule, i, middle[i : i + 1])[0] for i in players])
            low, high = np.where(now < level, middle, low), np.where(now < level, high, middle)
        return (low + high) / 2

    ends = [_level(problem, rule, i, np.array([floors[i], tops[i]])) for i in players]
    level = roots.crossing(
        lambda level: float(shares(level).sum()) - problem.pie,
        min(float(end[0]) for end in ends),
        max(float(end[1]) for end in ends),
    )
    found = shares(level)
    return np.asarray(found + (problem.pie - found.sum()) / len(found))


def _pull(problem: BargainingProblem, rule: Rule, share: float) -> float:
    """Return the best move from the first player's share as reference point; 0 if to stay.

    Moves of any size count: with gains of a lesser exponent than losses the least of them pay.
    So what is compared are the changes of utilities, which rounding does not swallow.
    """
    point = np.array([share, problem.pie - share])
    sides = np.array([1.0, -1.0])
    here = [apply(own, np.zeros(1))[0] for own in problem.utilities]
    gains = [
        own_here - apply(own, np.array([without - at]))[0]
        for own, own_here, without, at in zip(
            problem.utilities, here, problem.disagreement, point, strict=True
        )
    ]
    weights = np.asarray(problem.weights, dtype=np.float64)

    @np.errstate(divide="ignore", invalid="ignore")
    def worth(moves: Array) -> Array:
        total = np.zeros(moves.shape)
        for player in (0, 1):
            own = problem.utilities[player]
            change = apply(own, sides[player] * moves) - here[player]
            if rule == "nash":
                change = np.log1p(np.maximum(change / gains[player], -1.0))
            total += weights[player] * change
        # who gains from nothing to leave the other with nothing gains nothing
        return np.nan_to_num(total, nan=-np.inf, posinf=np.inf, neginf=-np.inf)

    best, most = 0.0, _NO_GAIN
    for side, room in zip(sides, (problem.tops[0] - share, share - problem.floors[0]), strict=True):
        if room <= 0:
            continue
        moves = side * room * _MOVES
        values = worth(moves)
        peaks = np.flatnonzero((values[1:-1] > values[:-2]) & (values[1:-1] >= values[2:])) + 1
        # that some move is better is known
        peaks = peaks[:0] if values.max() > most else peaks
        for low, high in zip(moves[peaks - 1], moves[peaks + 1], strict=True):
            for _ in range(_ZOOMS):
                finer = np.linspace(low, high, _ZOOM)
                place = int(np.argmax(worth(finer)))
                low, high = finer[max(place - 1, 0)], finer[min(place + 1, _ZOOM - 1)]
            moves = np.append(moves, (low + high) / 2)
        values = worth(moves)
        if values.max() > most:
            best, most = float(moves[np.argmax(values)]), float(values.max())
    return best


def _limits(holds: Callable[[float], bool], inside: float, outside: float) -> tuple[float, float]:
    """Return the last point on the way out at which a condition holds, and the first after it."""
    for _ in range(_HALVINGS):
        middle = (inside + outside) / 2
        if holds(middle):
            inside = middle
        else:
            outside = middle
    return inside, outside


def _on_line(problem: BargainingProblem, rule: Rule) -> list[tuple[Array, Array]]:
    """Return the intervals of two players' shares that the rule chooses as reference points."""
    low, high = float(problem.floors[0]), float(problem.tops[0])
    grid = np.linspace(low, high, _GRID)
    pulls = [_pull(problem, rule, share) for share in grid.tolist()]

    def edge(inner: float, outer: float) -> float:
        """Return the last share on the way out from a self-supporting one that is so too."""
        return _limits(lambda share: _pull(problem, rule, share) == 0, inner, outer)[0]

    def between(left: float, right: float) -> float:
        """Return where moves to the right give way to moves to the left."""
        return _limits(lambda share: _pull(problem, rule, share) > 0, left, right)[1]

    ends: list[list[float]] = []
    for k, pull in enumerate(pulls):
        before = pulls[k - 1] if k else None
        if pull == 0 and before != 0:
            ends.append([edge(grid[k], grid[k - 1]) if k else low])
        if pull != 0 and before == 0:
            ends[-1].append(edge(grid[k - 1], grid[k]))
        if pull < 0 and before is not None and before > 0:
            inner = between(grid[k - 1], grid[k])
            if _pull(problem, rule, inner) == 0:
                ends.append([inner, edge(inner, grid[k])])
            else:
                ends.append([inner, inner])
    if pulls[-1] == 0:
        ends[-1].append(high)
    found = []
    for first, last in ends:
        if last - first <= _POINT * problem.surplus:
            first = last = (first + last) / 2
        pair = (
            np.array([first, problem.pie - first]),
            np.array([last, problem.pie - last]),
        )
        if max(regret(problem, rule, end) for end in pair) <= _CERTAIN:
            found.append(pair)
    return found


# Alternating offers with loss aversion, each player's reference point its share of the outcome.


def solve_offers(
    problem: BargainingProblem, discounts: Sequence[float]
) -> tuple[AlternatingOffers, ...]:
    """Return equilibria of two players' alternating offers at self-supporting reference points.

    Each player's reference point is its share of the agreement that the first player proposes at
    once. Refusing multiplies a player's utility gain over disagreement by its discount factor, as
    talks may break down. Loss aversion l of the second player then acts like impatience: with
    linear utilities and one factor d the agreement is Rubinstein's for d and d / (1 + (1 - d) l).

    Parameters
    ----------
    problem : BargainingProblem
        Its own references are not used. The first player proposes first.
    discounts : pair of float
        Above 0 and below 1.

    Raises
    ------
    NotApplicableError
        If there are not two players.
    ConvergenceError
        If none is found.
    """
    if len(problem.utilities) != 2:
        raise NotApplicableError("alternating offers with loss aversion are for 2 players")
    first, second = alternating_offers.discount_factors(discounts, 2)

    def proposals(share: float) -> tuple[BargainingProblem, Array]:
        point = np.array([share, problem.pie - share])
        against = problem.with_references(point.tolist())
        base = against.disagreement_utilities[0]
        gain = against.utilities_at(point)[0] - base
        offered = float(against.share_at(0, np.array(base + first * gain)))
        return against, np.array([point, [offered, problem.pie - offered]])

    def gap(share: float) -> float:
        """Return how much better the second player does by refusing."""
        against, shares = proposals(share)
        gains = against.utilities_at(shares)[:, 1] - against.disagreement_utilities[1]
        return float(second * gains[1] - gains[0])

    grid = np.linspace(problem.floors[0], problem.tops[0], _GRID)
    gaps = np.array([gap(share) for share in grid.tolist()])
    found = list(roots.crossings(gap, grid, gaps))
    # where the least share binds, the second player accepts it though waiting is worth less
    if not found and gaps[-1] <= 0:
        found = [float(grid[-1])]
    if not found:
        raise ConvergenceError("no self-supporting alternating offers were found")
    return tuple(
        alternating_offers.certified(against, (first, second), 0, shares)
        for against, shares in map(proposals, found)
    )
