"""A recheck in ball arithmetic of the pairs of cells that a search dropped.

It repeats no step of the search: chances are summed as balls, slopes of weighting functions are
enclosed by their formulas on ever smaller pieces, and a pair that is not confirmed is cut in two.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from itertools import pairwise

import numpy as np

from games import Weighting
from solver.finite.own_cells import WORSE
from solver.finite.own_ends import elasticity, end_slope, least_slope, order_at_end, raised
from solver.finite.own_jets import Numbers
from solver.finite.own_leaves import direction
from solver.finite.own_mixing import Array, Lottery
from solver.finite.own_search import Leaves
from solver.finite.rigorous import ONE, PRECISION, ZERO, arb, ball, ctx, slope, weight

DEEPEST = 10
PIECES = 8
INFINITE = arb("inf")
Ends = tuple[arb, arb]


@dataclass
class Recheck:
    """Confirms the pairs shown to it.

    Attributes
    ----------
    pair : tuple of two Lottery
    passed : bool
        Whether all were confirmed.
    number : int
        How many there were.
    """

    pair: tuple[Lottery, Lottery]
    passed: bool = True
    number: int = 0

    def __call__(self, leaves: Leaves) -> None:
        """Check some pairs."""
        lottery = self.pair[leaves.player]
        self.number += len(leaves.verdict)
        with ctx.workprec(PRECISION):
            for own, others, reply, verdict in zip(
                leaves.own, leaves.others, leaves.reply, leaves.verdict, strict=True
            ):
                if self.passed:
                    self.passed = _is_confirmed(lottery, own, others, reply, int(verdict), DEEPEST)


def _is_confirmed(
    lottery: Lottery, own: Array, others: Array, reply: Array, verdict: int, depth: int
) -> bool:
    row = lottery.hit.astype(int).astype(object) @ _balls(others).T
    if verdict == WORSE:
        better = _value(lottery, reply[np.newaxis], row)[0]
        good = better > _value(lottery, own, row)[1]
    else:
        to, source = direction(verdict, own.shape[1])
        gain = _gain(lottery, own, row, to, source)
        good = gain is not None and gain > 0
    if good or depth == 0:
        return bool(good)
    cut_own = _length(own) >= _length(others)
    return all(
        _is_confirmed(
            lottery,
            part if cut_own else own,
            others if cut_own else part,
            reply,
            verdict,
            depth - 1,
        )
        for part in _halves(own if cut_own else others)
    )


def _balls(numbers: Array) -> Numbers:
    flat = [ball(x) for x in numbers.ravel().tolist()]
    return np.array(flat, dtype=object).reshape(numbers.shape)


def _ends(balls: Numbers) -> Ends:
    flat = balls.ravel().tolist()
    return min(x.lower() for x in flat), max(x.upper() for x in flat)


def _chances(own: Array, row: Numbers) -> list[Ends]:
    """Return bounds of each term's chance; not as balls, which would reach beyond 0 and 1."""
    corners = _balls(own)
    found = [_ends(corners @ each) for each in row]
    return [(max(low, ZERO), min(high, ONE)) for low, high in found]


def _value(lottery: Lottery, own: Array, row: Numbers) -> Ends:
    low, high = lottery.constant, lottery.constant
    for scale, function, ends in zip(
        lottery.scales, lottery.functions, _chances(own, row), strict=True
    ):
        parts = [scale * weight(function, end) for end in ends]
        low += parts[0] if scale > 0 else parts[1]
        high += parts[1] if scale > 0 else parts[0]
    return low.lower(), high.upper()


def _gain(lottery: Lottery, own: Array, row: Numbers, to: int, source: int) -> arb | None:
    """Return a lower bound of what moving probability gains, per unit, all over a pair of cells."""
    held = own.min(axis=0)
    total = ZERO
    for k, chance in enumerate(_chances(own, row)):
        hit = lottery.hit[k]
        if (hit[to] == hit[source]).all():
            continue
        change = _ends(row[k][to] - row[k][source])
        low, high, lifts = _slope(lottery.functions[k], *chance)
        least, most = (
            _times(end, flat if (end >= 0) == is_low else steep)
            for end, is_low, flat, steep in (
                (change[0], True, low, high),
                (change[1], False, low, high),
            )
        )
        caps = [
            [lift / ball(p) if p > 0 else INFINITE for lift in lifts]
            for p in (held[to], held[source])
        ]
        most = _least_finite(most, caps[0][0], caps[1][1])
        least = -_least_finite(-least, caps[1][0], caps[0][1])
        scale = lottery.scales[k]
        part = scale * least if scale > 0 else scale * most
        if not part.is_finite():
            return None
        total += part.lower()
    return total


def _times(change: arb, slope_: arb) -> arb:
    return ZERO if change == 0 else change * slope_


def _least_finite(*bounds: arb) -> arb:
    finite = [bound.upper() for bound in bounds if bound.is_finite()]
    return min(finite) if finite else INFINITE


def _slope(function: Weighting, low: arb, high: arb) -> tuple[arb, arb, tuple[arb, arb]]:
    """Return bounds of w'(P), and upper bounds of P w'(P) and (1 - P) w'(P)."""
    if low > 0 and high < 1:
        marks = [low + (high - low) * k / PIECES for k in range(PIECES)] + [high]
        found = reduce(
            arb.union,
            (slope(function, a.union(b)) for a, b in pairwise(marks)),
        )
        least = max(found.lower(), ZERO)
        return least, found.upper(), (high * found.upper(), (1 - low) * found.upper())
    if high < 1:
        return (
            least_slope(function, False, high),
            INFINITE,
            (_lift(function, False, high), INFINITE),
        )
    if low > 0:
        most = (1 - low).upper()
        return least_slope(function, True, most), INFINITE, (INFINITE, _lift(function, True, most))
    return ZERO, INFINITE, (INFINITE, INFINITE)


def _lift(function: Weighting, at_one: bool, most: arb) -> arb:
    g = order_at_end(function, at_one)
    if g is None:
        return elasticity(function, most)
    front = end_slope(function, at_one, most)
    return INFINITE if front is None else (front * raised(ZERO.union(most), g)).upper()


def _length(corners: Array) -> float:
    return float((corners.max(axis=0) - corners.min(axis=0)).max())


def _halves(corners: Array) -> list[Array]:
    """Return a simplex cut in two at the middle of its longest edge."""
    gaps = np.abs(corners[:, np.newaxis] - corners).max(axis=2)
    i, j = np.unravel_index(gaps.argmax(), gaps.shape)
    middle = (corners[i] + corners[j]) / 2
    parts = []
    for place in (i, j):
        part = corners.copy()
        part[place] = middle
        parts.append(part)
    return parts
