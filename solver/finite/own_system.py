"""First-order conditions of players who mix on purpose: values, derivatives, and equations.

A pattern says with which supports each player mixes: one support where it replies with one
strategy, several where others believe that it replies with one of several strategies, each as good
as the next. The unknowns are the probabilities on each support but the last, then the weights of a
player's strategies but the last. The equations: no move of probability within a support gains, and
all strategies of a player are worth the same. All formulas hold for floats and for balls.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from solver.finite.own_jets import Numbers, Support, jet, within
from solver.finite.own_mixing import Array, Lottery
from solver.finite.rigorous import ONE, ZERO

CONVERGED = 1e-13
STEPS, MOST_HALVINGS = 15, 6


class State(NamedTuple):
    """Unknowns sorted out: for each player its strategies on their supports, and their weights."""

    points: tuple[tuple[Numbers, ...], tuple[Numbers, ...]]
    weights: tuple[Numbers, Numbers]


@dataclass(frozen=True, eq=False)
class Pattern:
    """The supports of each player's strategies.

    Attributes
    ----------
    lotteries : tuple of two Lottery
    supports : tuple of two tuples of Support
        For each player one support or more.
    """

    lotteries: tuple[Lottery, Lottery]
    supports: tuple[tuple[Support, ...], tuple[Support, ...]]

    @cached_property
    def means(self) -> tuple[Support, Support]:
        """The support of what is believed of each player."""
        joined = [tuple(sorted(set().union(*own))) for own in self.supports]
        return joined[0], joined[1]

    @cached_property
    def restricted(self) -> tuple[tuple[Lottery, ...], tuple[Lottery, ...]]:
        """The lottery of each strategy on its support."""
        found = [
            tuple(within(lottery, support, self.means[1 - i]) for support in self.supports[i])
            for i, lottery in enumerate(self.lotteries)
        ]
        return found[0], found[1]

    @cached_property
    def sizes(self) -> tuple[int, int]:
        """How many unknowns each player brings."""
        first, second = (sum(map(len, own)) - 1 for own in self.supports)
        return first, second

    def state(self, unknowns: Numbers) -> State:
        """Return the strategies and weights that the unknowns stand for."""
        points: list[tuple[Numbers, ...]] = []
        weights: list[Numbers] = []
        start = 0
        for own in self.supports:
            found = []
            for support in own:
                found.append(_completed(unknowns[start : start + len(support) - 1]))
                start += len(support) - 1
            points.append(tuple(found))
            weights.append(_completed(unknowns[start : start + len(own) - 1]))
            start += len(own) - 1
        return State((points[0], points[1]), (weights[0], weights[1]))

    def mean(self, player: int, state: State) -> Numbers:
        """Return what is believed of a player, on the support of its mean."""
        total = sum(
            share * _placed(point, support, self.means[player])
            for point, support, share in zip(
                state.points[player], self.supports[player], state.weights[player], strict=True
            )
        )
        return np.asarray(total)

    def full(self, player: int, state: State) -> tuple[Array, ...]:
        """Return a player's strategies as probabilities of all its actions."""
        among = tuple(range(self.lotteries[player].hit.shape[1]))
        return tuple(
            _placed(point, support, among)
            for point, support in zip(state.points[player], self.supports[player], strict=True)
        )

    def full_mean(self, player: int, state: State) -> Array:
        """Return what is believed of a player, as probabilities of all its actions."""
        total = np.zeros(self.lotteries[player].hit.shape[1])
        for share, point in zip(state.weights[player], self.full(player, state), strict=True):
            total = total + share * point
        return total

    def unknowns(self, state: State) -> Numbers:
        """Return the unknowns of a state."""
        return np.concatenate(
            [
                part
                for points, weights in zip(state.points, state.weights, strict=True)
                for part in (*(point[:-1] for point in points), weights[:-1])
            ]
        )

    def equations(self, unknowns: Numbers) -> tuple[Numbers, Numbers]:
        """Return the equations' left sides and their derivatives, shapes (n,) and (n, n)."""
        state = self.state(unknowns)
        means = self.mean(0, state), self.mean(1, state)
        spread = self._spread(0, state), self._spread(1, state)
        sides: list[Numbers] = []
        slopes: list[Numbers] = []
        for i, points in enumerate(state.points):
            jets = [
                jet(lottery, point, means[1 - i])
                for lottery, point in zip(self.restricted[i], points, strict=True)
            ]
            start, places = 0, []
            for support in self.supports[i]:
                places.append(slice(start, start + len(support) - 1))
                start += len(support) - 1
            for own, place in zip(jets, places, strict=True):
                sides.append(own.own[:-1] - own.own[-1])
                block = _zeros((len(own.own) - 1, self.sizes[i]), unknowns)
                tilted = own.own_own[:-1] - own.own_own[-1]
                block[:, place] = tilted[:, :-1] - tilted[:, -1:]
                cross = (own.own_other[:-1] - own.own_other[-1]) @ spread[1 - i]
                slopes.append(_joined(i, block, cross))
            last = jets[-1]
            for own, place in zip(jets[:-1], places[:-1], strict=True):
                sides.append(np.array([own.value - last.value]))
                block = _zeros((1, self.sizes[i]), unknowns)
                block[0, place] = own.own[:-1] - own.own[-1]
                block[0, places[-1]] = -(last.own[:-1] - last.own[-1])
                cross = (own.other - last.other)[np.newaxis] @ spread[1 - i]
                slopes.append(_joined(i, block, cross))
        return np.concatenate(sides), np.concatenate(slopes)

    def _spread(self, player: int, state: State) -> Numbers:
        """Return the derivative of a player's mean by its unknowns."""
        points, weights = state.points[player], state.weights[player]
        mean = self.means[player]
        columns = []
        for support, share in zip(self.supports[player], weights, strict=True):
            for place in range(len(support) - 1):
                tilt = np.zeros(len(support), dtype=int).astype(points[0].dtype)
                tilt[place], tilt[-1] = 1, -1
                columns.append(share * _placed(tilt, support, mean))
        placed = [
            _placed(point, support, mean)
            for point, support in zip(points, self.supports[player], strict=True)
        ]
        columns.extend(point - placed[-1] for point in placed[:-1])
        empty = _zeros((len(mean), 0), points[0])
        return np.stack(columns, axis=1) if columns else empty


def _completed(free: Numbers) -> Numbers:
    """Return probabilities of which all but the last are given."""
    one = ONE if free.dtype == object else 1.0
    rest: Any = one - free.sum() if free.size else one
    return np.append(free, rest)


def _placed(values: Numbers, support: Support, among: Support) -> Numbers:
    full = _zeros((len(among),), values)
    full[[among.index(action) for action in support]] = values
    return full


def _zeros(shape: tuple[int, ...], like: Numbers) -> Numbers:
    if like.dtype == object:
        return np.full(shape, ZERO, dtype=object)
    return np.zeros(shape)


def _joined(player: int, own: Numbers, other: Numbers) -> Numbers:
    return np.concatenate([own, other] if player == 0 else [other, own], axis=1)


def newton(pattern: Pattern, start: Array) -> Array | None:
    """Return a zero of the equations near `start`, None if Newton's method finds none soon."""
    point, change = start, np.full(start.shape, np.inf)
    for _ in range(STEPS):
        with np.errstate(all="ignore"):
            sides, slopes = pattern.equations(point)
            usable = np.isfinite(sides).all() and np.isfinite(slopes).all()
        if not usable or np.linalg.matrix_rank(slopes) < len(point):
            return None
        change = np.linalg.solve(slopes, -sides)
        halvings = 0
        while not _inside(pattern.state(point + change)):
            change, halvings = change / 2, halvings + 1
            if halvings > MOST_HALVINGS:
                return None
        point = point + change
        if np.abs(change).max(initial=0.0) < CONVERGED:
            return point
    return None


def _inside(state: State) -> bool:
    return all((own > 0).all() for own in (*state.points[0], *state.points[1], *state.weights))
