"""Axiomatic bargaining solutions, searched globally: Nash, Kalai-Smorodinsky and others."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, get_args

import numpy as np

from games import NotApplicableError, checks
from games.arrays import Array
from games.bargaining import BargainingProblem, BurdenProblem
from games.records import Record
from solver.bargaining import audit, maxima
from solver.bargaining.audit import Bargain, Criterion, Lottery
from solver.numerics import roots

# What each bargaining rule maximises, and where it is highest along a line of agreements.

Rule = Literal["nash", "kalai_smorodinsky", "egalitarian", "utilitarian", "equal_loss", "ultimatum"]
RULES: tuple[Rule, ...] = get_args(Rule)


def ideal_utilities(problem: Bargain) -> Array:
    """Return the most that each player can have with everyone at least as well off as without."""
    if isinstance(problem, BargainingProblem):
        return problem.ideal
    return np.array([on_line(problem, _for_one(problem, i))[1][i] for i in range(2)])


def _for_one(problem: Bargain, player: int) -> Criterion:
    """Return a player's utility where nobody would rather disagree."""
    base = problem.disagreement_utilities
    scale = max(float(np.abs(base).max()), 1.0)

    def criterion(utilities: Array) -> Array:
        fair = (utilities >= base - 1e-12 * scale).all(axis=-1)
        return np.where(fair, utilities[..., player] / scale, -np.inf)

    return criterion


def criterion_of(problem: Bargain, rule: Rule, proposer: int = 0) -> Criterion:
    """Return what a rule maximises, as a function of utilities of shape (..., n).

    With gains g over disagreement, ideal gains G and weights w (Thomson 1994 surveys the rules):
    Nash sum w log(g / G); Kalai-Smorodinsky min g / G; egalitarian min g / w (Kalai 1977);
    utilitarian sum w g; equal loss -max(G - g) (Chun 1988); ultimatum g of the proposer. All but
    the first two are divided by sum G.
    """
    base = problem.disagreement_utilities
    ideal = ideal_utilities(problem) - base
    weights = np.asarray(problem.weights, dtype=np.float64)
    if not (ideal > 0).all():
        raise NotApplicableError("no agreement is better than disagreement for every player")
    total, size = float(ideal.sum()), len(base)
    slack = 1e-12 * max(total, float(np.abs(base).max()))

    def criterion(utilities: Array) -> Array:
        gains = utilities - base
        fair = (gains >= -slack).all(axis=-1)
        if rule == "nash":
            with np.errstate(divide="ignore"):
                value = (weights * np.log(np.maximum(gains, 0.0) / ideal)).sum(axis=-1)
        elif rule == "kalai_smorodinsky":
            value = (gains / ideal).min(axis=-1)
        elif rule == "egalitarian":
            value = (gains / (size * weights)).min(axis=-1) / total
        elif rule == "utilitarian":
            value = size * (gains * weights).sum(axis=-1) / total
        elif rule == "equal_loss":
            value = -(ideal - gains).max(axis=-1) / total
        else:
            value = gains[..., proposer] / total
        return np.where(fair, value, -np.inf)

    return criterion


def on_line(problem: Bargain, criterion: Criterion) -> tuple[list[Array], Array]:
    """Return the agreements of two players where a criterion is highest, utilities of the first."""
    if isinstance(problem, BurdenProblem):
        low, high, kinks = problem.low, problem.high, []

        def agreements(numbers: Array) -> Array:
            return numbers[:, None]
    else:
        low, high = float(problem.floors[0]), float(problem.tops[0])
        points = np.asarray(problem.references, dtype=np.float64)
        kinks = [float(points[0]), float(problem.pie - points[1])]

        def agreements(numbers: Array) -> Array:
            shares = np.stack([numbers, problem.pie - numbers], axis=-1)
            return np.maximum(shares, problem.floors)

    found = maxima.line_maxima(
        lambda numbers: criterion(problem.utilities_at(agreements(numbers))), low, high, kinks
    )
    if not found:
        raise NotApplicableError("no agreement is as good as disagreement for every player")
    best = list(agreements(np.array(found)))
    return best, problem.utilities_at(best[0])


# a lottery that raises a criterion by no more than this does not help
HELPS = 1e-7


@dataclass(frozen=True, eq=False)
class BargainingSolution(Record):
    """The agreements that a rule chooses.

    Attributes
    ----------
    rule : str
    agreements : tuple of ndarray
        Every agreement at which the rule's criterion is highest; of a continuum, its ends. Shares,
        shape (n,), or a burden, shape (1,).
    utilities : tuple of ndarray, shape (n,)
        Of each agreement.
    disagreement : ndarray, shape (n,)
        Utilities without an agreement.
    ideal : ndarray, shape (n,)
        The most that each player could have with everyone at least as well off as without.
    regret : float
        By how much some other agreement raises the criterion, at the worst of `agreements`, by a
        search apart. For Nash it is a share of the product of gains, for other rules a share of
        the sum of the players' ideal gains (Kalai-Smorodinsky: a share of each ideal gain).
    proposer : int
        Who proposes, for "ultimatum".
    """

    problem: Bargain = field(repr=False)
    rule: Rule
    agreements: tuple[Array, ...]
    utilities: tuple[Array, ...]
    disagreement: Array
    ideal: Array
    regret: float
    proposer: int = 0

    @property
    def lottery_gain(self) -> float:
        """By how much, at least, a lottery between two agreements raises the rule's criterion.

        It is in the units of `regret`, and found when it is first read.
        """
        return self._better[0]

    @property
    def lotteries_help(self) -> bool:
        """Whether a lottery does better, as it can where utilities are convex in losses."""
        return self.lottery_gain > HELPS

    @property
    def lottery(self) -> Lottery | None:
        """The lottery that does better, if one is found."""
        return self._better[1] if self.lotteries_help else None

    @cached_property
    def _better(self) -> tuple[float, Lottery | None]:
        criterion = criterion_of(self.problem, self.rule, self.proposer)
        return audit.better_lottery(self.problem, criterion, self.agreement)

    @property
    def agreement(self) -> Array:
        """The first agreement."""
        return self.agreements[0]

    @property
    def is_unique(self) -> bool:
        """Whether the rule chooses one agreement."""
        return len(self.agreements) == 1

    def __str__(self) -> str:
        texts = ["(" + ", ".join(f"{x:.6g}" for x in each) + ")" for each in self.agreements]
        return f"{self.rule}: {'; '.join(texts)} (regret {self.regret:.1e})"


def _separable(problem: BargainingProblem, rule: Rule, criterion: Criterion) -> list[Array]:
    """Return the shares of three or more players where a sum over players is highest."""
    base = problem.disagreement_utilities
    ideal = problem.ideal - base
    weights = np.asarray(problem.weights, dtype=np.float64)

    def term(player: int) -> maxima.Function:
        def value(shares: Array) -> Array:
            gains = np.maximum(problem.utility(player, shares) - base[player], 0.0)
            if rule == "utilitarian":
                return np.asarray(len(base) * weights[player] * gains / ideal.sum())
            with np.errstate(divide="ignore"):
                return np.asarray(weights[player] * np.log(gains / ideal[player]))

        return value

    return maxima.shares_maxima(
        [term(i) for i in range(len(base))],
        lambda shares: criterion(problem.utilities_at(shares)),
        problem.floors,
        problem.surplus,
    )


def _levelled(problem: BargainingProblem, rule: Rule) -> Array:
    """Return the shares at which all players stand at one level, which is the highest possible.

    A player whose least acceptable share stands above that level keeps this share.
    """
    base, ideal = problem.disagreement_utilities, problem.ideal
    weights = np.asarray(problem.weights, dtype=np.float64)
    # each player's utility rises in the level from where all have their least to their most
    slope = {
        "kalai_smorodinsky": ideal - base,
        "egalitarian": weights,
        "equal_loss": np.ones_like(base),
    }[rule]
    start = ideal if rule == "equal_loss" else base
    floors = problem.utilities_at(problem.floors)
    low, high = float(((floors - start) / slope).min()), float(((ideal - start) / slope).max())

    def shares(level: float) -> Array:
        aims = start + level * slope
        return np.array([problem.share_at(i, aim) for i, aim in enumerate(aims)])

    level = roots.crossing(
        lambda level: float(shares(level).sum()) - problem.pie, low, high, accuracy=1e-15
    )
    found = shares(level)
    even = found + (problem.pie - found.sum()) / len(found)
    return np.asarray(np.maximum(even, problem.floors))


def solve(problem: Bargain, rule: Rule = "nash", *, proposer: int = 0) -> BargainingSolution:
    """Return the agreements that a rule chooses, among those at least as good as disagreement.

    Parameters
    ----------
    problem : BargainingProblem or BurdenProblem
        Its weights count for "nash", "egalitarian" (proportional) and "utilitarian".
    rule : str
        "nash" (Nash 1950), "kalai_smorodinsky" (1975), "egalitarian" (Kalai 1977), "utilitarian",
        "equal_loss" (Chun 1988) or "ultimatum".
    proposer : int
        For "ultimatum", who takes all that the others do not need to accept.

    Raises
    ------
    InvalidGameError
        If `rule` or `proposer` is not one of those possible.
    NotApplicableError
        If no agreement is better than disagreement for every player.

    Examples
    --------
    >>> problem = BargainingProblem([lambda x: x, lambda x: x**0.5], [0, 0])
    >>> print(solve(problem).agreement.round(6))
    [0.666667 0.333333]
    """
    checks.one_of("rule", rule, RULES)
    checks.within("proposer", checks.whole("proposer", proposer, 0), 0, len(problem.utilities) - 1)
    criterion = criterion_of(problem, rule, proposer)
    if isinstance(problem, BargainingProblem) and rule == "ultimatum":
        shares = problem.floors.copy()
        shares[proposer] = problem.tops[proposer]
        found = [shares]
    elif isinstance(problem, BargainingProblem) and rule not in ("nash", "utilitarian"):
        found = [_levelled(problem, rule)]
    elif len(problem.utilities) == 2:
        found, _ = on_line(problem, criterion)
    else:
        assert isinstance(problem, BargainingProblem)
        found = _separable(problem, rule, criterion)
    return BargainingSolution(
        problem=problem,
        rule=rule,
        agreements=tuple(found),
        utilities=tuple(problem.utilities_at(each) for each in found),
        disagreement=problem.disagreement_utilities,
        ideal=ideal_utilities(problem),
        regret=max(audit.shortfall(problem, criterion, each) for each in found),
        proposer=proposer,
    )
