"""Proof that no equilibrium near a face lies off it, by slopes in units of an infinite slope.

Let p_b be the probability of an own action b which is 0 on the face. At an equilibrium with p_b > 0
no move of probability from b to a used action a gains. Near chances P of 0 or 1 the slope of a
weighting function is P^(g-1) h with h bounded, infinite at 0 if g < 1. If p_b is the largest of
all probabilities, of both players, that are 0 on the face, then p_b^(1-g) times the gain of the
move stays bounded: P is at least p_b times a number, and no other small probability exceeds p_b. If
that product is positive for every p_b in (0, r], then p_b > 0 is impossible. Any of the small
probabilities may be the largest: if the proof succeeds for each of them, all are 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import numpy as np

from games import Weighting
from solver.finite.own_ends import elasticity, end_slope, least_slope, order_at_end, raised
from solver.finite.own_jets import Numbers, Support, ball_slope
from solver.finite.own_mixing import Lottery
from solver.finite.rigorous import ZERO, arb


@dataclass(frozen=True)
class Edge:
    """A player's lottery near a face.

    Attributes
    ----------
    lottery : Lottery
    own, other : Support
        The face: the actions that have positive probabilities.
    point, facing : ndarray of balls, shapes (m,), (m',)
        Enclosures of all probabilities near the face; those off it lie in [0, reach], or are 0.
    reach : float
    largest : bool
        Whether only the case counts in which no probability off the face is larger.
    """

    lottery: Lottery
    own: Support
    other: Support
    point: Numbers
    facing: Numbers
    reach: float
    largest: bool

    def repels(self, unused: int) -> bool:
        """Whether an own action off the face is proved to have probability 0."""
        orders = {1.0}
        if self.largest:
            for function in self.lottery.functions:
                ends = order_at_end(function, False), order_at_end(function, True)
                orders |= {order for order in ends if order is not None}
        return any(
            self._gains(used, unused, order) for used in self.own for order in sorted(orders)
        )

    def _gains(self, used: int, unused: int, order: float) -> bool:
        """Whether p_b^(1 - order) times the gain of moving from b to a is positive."""
        total = ZERO
        for k, function in enumerate(self.lottery.functions):
            hit, scale = self.lottery.hit[k].astype(int), self.lottery.scales[k]
            if (hit[used] == hit[unused]).all():
                continue
            face = hit[np.ix_(self.own, self.other)]
            if face.any() and not face.all():
                least = self._inside(scale, hit, function, used, unused, order)
            else:
                at_one = bool(face.any())
                end = End(self, 1 - hit if at_one else hit, function, at_one, used, unused, order)
                least = end.least(-scale if at_one else scale)
            if least is None:
                return False
            total += least.lower()
        return bool(total > 0)

    def _inside(
        self, scale: arb, hit: Numbers, function: Weighting, used: int, unused: int, order: float
    ) -> arb | None:
        """Return the part of a term whose chance stays inside (0, 1)."""
        chance = self.point @ hit.astype(object) @ self.facing
        if not (chance > 0 and chance < 1):
            return None
        change = (hit[used] - hit[unused]).astype(object) @ self.facing
        part: arb = scale * ball_slope(function, chance) * change * self.small(1 - order)
        return part

    def small(self, exponent: float) -> arb:
        """Return a ball around x^exponent for every x in [0, reach], exponent at least 0."""
        return raised(ZERO.union(arb(self.reach)), exponent)


@dataclass(frozen=True)
class End:
    """A term whose chance P of a hit is 0 on the face, and a move of probability from a to b.

    Per unit of probability the move adds w'(P) (n + the q_d that only b hits - the q_d that only a
    hits), where n is what b hits among the other's used actions, d are its unused ones. P is at
    least p_b n, at least p_b q_d where b hits, and p_a q_d where a does.
    """

    edge: Edge
    hit: Numbers
    function: Weighting
    at_one: bool
    used: int
    unused: int
    order: float

    def least(self, scale: arb) -> arb | None:
        """Return a lower bound of p_b^(1-order) times what a move from b to a gains, if finite."""
        if scale < 0:
            return -scale * (self._least_hit() - self._most_lost())
        most = self._most_hit()
        return None if most is None else -scale * most

    @property
    def n(self) -> arb | None:
        """What b hits among the other's used actions, None if nothing."""
        seen = list(self.edge.other)
        row = self.hit[self.unused, seen]
        if not row.any():
            return None
        return cast(arb, row.astype(object) @ self.edge.facing[seen])

    @property
    def chance(self) -> arb:
        """An upper bound of P."""
        chance: arb = self.edge.point @ self.hit.astype(object) @ self.edge.facing
        return chance.upper()

    @property
    def front(self) -> arb | None:
        """A ball around w'(P) / P^(g-1)."""
        return end_slope(self.function, self.at_one, self.chance)

    def _away(self, hitting: int, other: int) -> int:
        """Return how many unused actions of the other's one own action hits and another not."""
        edge = self.edge
        return sum(
            bool(self.hit[hitting, d] > self.hit[other, d])
            for d in range(self.hit.shape[1])
            if d not in edge.other and not edge.facing[d].is_zero()
        )

    def _least_hit(self) -> arb:
        """Return a lower bound of p_b^(1-order) w'(P) n."""
        n, g = self.n, order_at_end(self.function, self.at_one)
        if n is None:
            return ZERO
        found = [ZERO]
        if self.order == 1:
            found.append(least_slope(self.function, self.at_one, self.chance) * n.lower())
        front = self.front
        if self.edge.largest and g is not None and g <= self.order and front is not None:
            # where g < order this part tends to infinity, and its least value will do
            found.append(front.lower() * raised(self._reached(n), g - 1).lower() * n.lower())
        return max(bound.lower() for bound in found)

    def _reached(self, n: arb) -> arb:
        """Return an upper bound of P / p_b where p_b is the largest small probability."""
        mask, edge, seen = self.hit.astype(object), self.edge, list(self.edge.other)
        total = n
        for d in range(mask.shape[1]):
            if d not in seen and not edge.facing[d].is_zero():
                total += mask[:, d] @ edge.point
        for i in range(len(mask)):
            if i != self.unused and i not in edge.own and not edge.point[i].is_zero():
                total += mask[i, seen] @ edge.facing[seen]
        return total.upper()

    def _most_lost(self) -> arb:
        """Return an upper bound of p_b^(1-order) w'(P) times the q_d that only a hits."""
        number = self._away(self.used, self.unused)
        if not number:
            return ZERO
        p, rest = self.edge.point[self.used], self.edge.small(1 - self.order)
        g, front = order_at_end(self.function, self.at_one), self.front
        if g is None:
            each = elasticity(self.function, self.chance) / p * rest
        elif front is None:
            return arb("inf")
        else:
            each = front * raised(p, g - 1) * self.edge.small(g) * rest
        bound: arb = number * each.upper()
        return bound

    def _most_hit(self) -> arb | None:
        """Return an upper bound of p_b^(1-order) w'(P) times n and the q_d that only b hits."""
        n, number = self.n, self._away(self.unused, self.used)
        if n is None and not number:
            return ZERO
        g, front = order_at_end(self.function, self.at_one), self.front
        if g is None or front is None:
            return None
        most = ZERO
        if n is not None:
            if g < self.order:
                return None
            most += front * self.edge.small(g - self.order) * raised(n, g)
        if number:
            exponent = 2 * g - self.order
            if g < self.order and not (self.edge.largest and exponent >= 0):
                return None
            most += number * front * self.edge.small(exponent)
        return most.upper()
