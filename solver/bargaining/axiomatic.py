"""Axiomatic bargaining solutions, searched globally: Nash, Kalai-Smorodinsky and others."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from games import checks
from games.arrays import Array
from games.bargaining import BargainingProblem
from solver import optimise
from solver.bargaining import audit, maxima
from solver.bargaining.audit import Bargain, Criterion, Lottery
from solver.bargaining.rules import RULES, Rule, criterion_of, ideal_utilities, on_line

# a lottery that raises a criterion by no more than this does not help
HELPS = 1e-7


@dataclass(frozen=True)
class BargainingSolution:
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

    level = optimise.crossing(
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
