"""What each bargaining rule maximises, and where it is highest along a line of agreements."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np

from games import NotApplicableError
from games.arrays import Array
from games.bargaining import BargainingProblem
from games.burdens import BurdenProblem
from solver.bargaining import maxima
from solver.bargaining.audit import Bargain, Criterion

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
