"""V with its derivatives at a pair of strategies, in floats or in balls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import reduce
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from games import Weighting, weighting
from solver.finite.own_curves import inflections
from solver.finite.own_mixing import Lottery
from solver.finite.rigorous import ONE, ZERO, arb, ball, slope, span, weight

PIECES = 8

Support = tuple[int, ...]
# arrays of floats, or of balls
Numbers = NDArray[Any]


class Jet(NamedTuple):
    """V at a pair of strategies, with its first derivatives and two blocks of the second."""

    value: Any
    own: Numbers
    other: Numbers
    own_own: Numbers
    own_other: Numbers


def jet(lottery: Lottery, own: Numbers, other: Numbers) -> Jet:
    """Return the jet at strategies whose chances lie inside (0, 1), as floats or as balls."""
    exact = own.dtype == object
    hit = lottery.hit.astype(int).astype(object) if exact else lottery.hit
    scale = np.array(lottery.scales, dtype=object) if exact else lottery.scale.high
    mine, theirs = hit @ other, np.tensordot(hit, own, axes=([1], [0]))
    chance = mine @ own
    if exact:
        bent = [_ball_bend(f, p) for f, p in zip(lottery.functions, chance, strict=True)]
        bends = np.array(bent, dtype=object).reshape(-1, 3)
    else:
        bends = np.empty((len(chance), 3))
        for function, places in lottery.groups:
            p = chance[places]
            bends[places] = np.stack(_bend(function, p, function.constants, -np.log(p)), axis=1)
    level, first, second = (scale * column for column in bends.T)
    constant = lottery.constant if exact else float(lottery.constant.mid())
    return Jet(
        constant + level.sum(),
        first @ mine,
        first @ theirs,
        (second[:, np.newaxis] * mine).T @ mine,
        (second[:, np.newaxis] * mine).T @ theirs + np.tensordot(first, hit, axes=([0], [0])),
    )


def _ball_bend(function: Weighting, p: arb) -> tuple[arb, arb, arb]:
    constants = tuple(map(ball, function.constants))
    if function.is_linear:
        return p, ONE, ZERO
    low, high = p.lower(), p.upper()
    marks = [low + (high - low) * k / PIECES for k in range(PIECES)] + [high]
    pieces = [a.union(b) for a, b in pairwise(marks)]
    # the formula for w'' uses p many times: taken piece by piece its bounds are far sharper
    bends = [_bend(function, piece, constants, -piece.log())[2] for piece in pieces]
    return weight(function, p), ball_slope(function, p), reduce(arb.union, bends)


def ball_slope(function: Weighting, p: arb) -> arb:
    """Return a ball around w'(p), which is monotone but at the inflections."""
    found = slope(function, p.lower()).union(slope(function, p.upper()))
    for start, end in inflections(function):
        spot = span(start, end)
        if p.overlaps(spot):
            found = found.union(slope(function, p.intersection(spot)))
    return found


def _bend(function: Weighting, p: Any, constants: Sequence[Any], minus_log: Any) -> Sequence[Any]:
    """Return w, w' and w'' at p inside (0, 1): w' = w l and w'' = w (l^2 + l') with l = (ln w)'."""
    a, b = constants
    if function.is_linear:
        return p, 0 * p + 1, 0 * p
    if function.code == weighting.Prelec.code:
        w = np.exp(-b * minus_log**a) if isinstance(p, np.ndarray) else (-b * minus_log**a).exp()
        rate = b * a * minus_log ** (a - 1) / p
        change = -rate / p * ((a - 1) / minus_log + 1)
    else:
        q = 1 - p
        is_tk = function.code == weighting.TverskyKahneman.code
        power = 1 / a if is_tk else 1 + 0 * a
        total = b * p**a + q**a
        w = b * p**a / total**power
        lean = a * (b * p ** (a - 1) - q ** (a - 1)) / total
        bend = a * (a - 1) * (b * p ** (a - 2) + q ** (a - 2)) / total
        rate = a / p - power * lean
        change = -a / (p * p) - power * (bend - lean * lean)
    return w, w * rate, w * (rate * rate + change)


def within(lottery: Lottery, own: Support, other: Support) -> Lottery:
    """Return the lottery of players who mix within supports only, without idle terms."""
    hit = lottery.hit[:, list(own)][:, :, list(other)]
    certain, idle = hit.all(axis=(1, 2)), ~hit.any(axis=(1, 2))
    places = np.flatnonzero(~certain & ~idle)
    return replace(
        lottery,
        constant=sum((lottery.scales[k] for k in np.flatnonzero(certain)), lottery.constant),
        scales=tuple(lottery.scales[k] for k in places),
        functions=tuple(lottery.functions[k] for k in places),
        hit=hit[places],
    )
