"""Checks of a bargaining solution by searches of their own: better agreements, better lotteries."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations, permutations

import numpy as np
from numpy.typing import NDArray

from games.arrays import Array
from games.bargaining import BargainingProblem, BurdenProblem
from games.records import Record

Bargain = BargainingProblem | BurdenProblem
# of utilities, shape (..., n); minus infinity where a player would rather disagree
Criterion = Callable[[Array], Array]

_POINTS, _NEAR, _FEW, _SEED = 1999, 200, 48, 20
_CHANCES = np.linspace(0.02, 0.98, 25)


@dataclass(frozen=True, eq=False)
class Lottery(Record):
    """A lottery between two agreements.

    Attributes
    ----------
    chance : float
        Probability of `first`.
    first, second : ndarray
        Agreements.
    """

    chance: float
    first: Array
    second: Array


def spread(problem: Bargain, count: int) -> Array:
    """Return about `count` agreements from all over the problem, its corners among them."""
    if isinstance(problem, BurdenProblem):
        return np.linspace(problem.low, problem.high, count)[:, None]
    size = len(problem.utilities)
    if size == 2:
        first = np.linspace(0.0, 1.0, count)
        parts = np.stack([first, 1 - first], axis=-1)
    else:
        random = np.random.default_rng(_SEED).dirichlet(np.ones(size), size=count)
        parts = np.concatenate([np.eye(size), np.full((1, size), 1 / size), random])
    return problem.floors + problem.surplus * parts


def _directions(problem: Bargain) -> Array:
    """Return the ways in which an agreement can move a little, one a row."""
    if isinstance(problem, BurdenProblem):
        return np.array([[1.0], [-1.0]])
    size = len(problem.utilities)
    eye = np.eye(size)
    return np.stack([eye[i] - eye[j] for i, j in permutations(range(size), 2)])


def _ends(problem: Bargain) -> tuple[Array, Array]:
    """Return the least and the greatest of each number of an agreement."""
    if isinstance(problem, BurdenProblem):
        return np.array([problem.low]), np.array([problem.high])
    return problem.floors, problem.tops


def _allowed(problem: Bargain, agreements: Array) -> NDArray[np.bool_]:
    """Return which agreements, shape (m, k), the problem offers."""
    low, high = _ends(problem)
    return np.asarray(((agreements >= low) & (agreements <= high)).all(axis=-1))


def _span(problem: Bargain) -> float:
    """Return the length of the range of an agreement's numbers."""
    return problem.high - problem.low if isinstance(problem, BurdenProblem) else problem.surplus


def shortfall(problem: Bargain, criterion: Criterion, agreement: Array) -> float:
    """Return by how much another agreement would raise the criterion, at least 0.

    It is the best of agreements from all over the problem, and of moves from `agreement` in each
    direction by steps from the whole range down to a part in 1e9 of it.
    """
    steps = np.geomspace(1e-9, 1.0, _NEAR)[:, None, None] * _span(problem)
    width = agreement.shape[-1]
    near = (agreement + steps * _directions(problem)).reshape(-1, width)
    tried = np.concatenate([spread(problem, _POINTS), near])
    tried = tried[_allowed(problem, tried)]
    here = float(criterion(problem.utilities_at(agreement[None]))[0])
    return max(float(criterion(problem.utilities_at(tried)).max()) - here, 0.0)


def better_lottery(
    problem: Bargain, criterion: Criterion, agreement: Array
) -> tuple[float, Lottery | None]:
    """Return by how much a lottery between two agreements raises the criterion, and the lottery.

    All pairs of some agreements are tried with some chances, and the best is then improved by
    ever smaller steps. The gain is a lower bound of what lotteries between two agreements bring.
    """
    pool = np.concatenate([spread(problem, _FEW), agreement[None]])
    pairs = np.array(list(combinations(range(len(pool)), 2)))
    first, second = pool[np.repeat(pairs.T, len(_CHANCES), axis=1)]
    chances = np.tile(_CHANCES, len(pairs))
    here = float(criterion(problem.utilities_at(agreement[None]))[0])

    def worth(chances: Array, first: Array, second: Array) -> Array:
        legal = _allowed(problem, first) & _allowed(problem, second)
        # utilities need not be defined beyond the ends
        sure = np.clip(first, *_ends(problem)), np.clip(second, *_ends(problem))
        values = criterion(problem.lottery_utilities(*sure, np.clip(chances, 0.0, 1.0)))
        return np.where(legal & (chances >= 0) & (chances <= 1), values, -np.inf)

    values = worth(chances, first, second)
    place = int(np.argmax(values))
    best, point = float(values[place]), (chances[place], first[place], second[place])
    ways = _directions(problem)
    still = np.zeros_like(ways)
    odds = np.concatenate([[1.0, -1.0], np.zeros(2 * len(ways))])
    none = np.zeros((2, ways.shape[1]))
    on_first, on_second = np.concatenate([none, ways, still]), np.concatenate([none, still, ways])
    step = 0.02
    while step > 1e-7:
        move = step * _span(problem)
        tried = (
            np.asarray(point[0] + step * odds),
            point[1] + move * on_first,
            point[2] + move * on_second,
        )
        values = worth(*tried)
        place = int(np.argmax(values))
        if values[place] > best:
            best = float(values[place])
            point = tried[0][place], tried[1][place], tried[2][place]
        else:
            step /= 2
    gain = max(best - here, 0.0)
    return gain, Lottery(float(point[0]), point[1], point[2]) if gain > 0 else None
