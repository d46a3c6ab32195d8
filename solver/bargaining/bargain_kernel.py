"""Compiled: one treaty's bargain over the total of its burdens, by each rule.

A second statement, for speed, of `games.negotiation`, where the rules are explained; tests hold the
two together.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from games.arrays import Array
from solver._jit import jit
from solver.weights import Taste, utility

NASH, KALAI_SMORODINSKY, RUBINSTEIN = 0, 1, 2

_GRID, _STEPS = 64, 80
_EXACT = 1e-12
# the slope of the value function has no bound at the reference point
_STEEP = 1e12


class Lottery(NamedTuple):
    """Some gains, least first, with the decision weights that they have as gains and as losses.

    All arrays have shape (count,).
    """

    gains: Array
    as_gain: Array
    as_loss: Array


class Talks(NamedTuple):
    """One treaty's bargain.

    Attributes
    ----------
    lottery : Lottery
        The hegemon's gains under the whole structure, before burdens.
    taste : Taste
    offered : float
        The other treaties' burdens and all that this one's members are willing to pay.
    without : float
        The value to the hegemon if the treaty fails.
    members : int
    rule : int
    patience : float
    """

    lottery: Lottery
    taste: Taste
    offered: float
    without: float
    members: int
    rule: int
    patience: float


@jit
def worth(lottery: Lottery, taste: Taste, received: float) -> float:
    """Return the value of a lottery when all its gains rise by `received`."""
    total = 0.0
    for k in range(lottery.gains.size):
        gain = lottery.gains[k] + received
        weight = lottery.as_gain[k] if gain >= 0.0 else lottery.as_loss[k]
        total += weight * utility(taste, gain)
    return total


@jit
def slope(lottery: Lottery, taste: Taste, received: float) -> float:
    """Return the derivative of `worth` by what is received."""
    total = 0.0
    for k in range(lottery.gains.size):
        gain = lottery.gains[k] + received
        if gain > 0.0:
            rise = taste.alpha * gain ** (taste.alpha - 1.0)
        elif gain < 0.0:
            rise = taste.loss_aversion * taste.beta * (-gain) ** (taste.beta - 1.0)
        else:
            rise = _STEEP
        weight = lottery.as_gain[k] if gain >= 0.0 else lottery.as_loss[k]
        total += weight * min(rise, _STEEP)
    return total


@jit
def gain_of(talks: Talks, kept: float) -> float:
    """Return what the hegemon gains by the treaty if its members keep that much in all."""
    return worth(talks.lottery, talks.taste, talks.offered - kept) - talks.without


@jit
def balance(talks: Talks, kept: float, most: float, best: float, which: int) -> float:
    """Return what is 0 where a rule is met, above 0 where the allies should keep more.

    `which` is a rule's code, or -1 for the hegemon's gain itself.
    """
    if which == NASH:
        own = gain_of(talks, kept)
        rise = slope(talks.lottery, talks.taste, talks.offered - kept)
        return talks.members * own - kept * rise
    if which == KALAI_SMORODINSKY:
        return gain_of(talks, kept) / best - kept / (talks.members * most)
    if which == RUBINSTEIN:
        later = kept * (1.0 + (1.0 / talks.patience - 1.0) / talks.members)
        return gain_of(talks, later) - talks.patience * gain_of(talks, kept)
    return gain_of(talks, kept)


@jit
def root(talks: Talks, low: float, high: float, most: float, best: float, which: int) -> float:
    """Return where `balance` falls to 0 between two ends, by the Illinois method with halving."""
    at_low = balance(talks, low, most, best, which)
    at_high = balance(talks, high, most, best, which)
    if at_low <= 0.0:
        return low
    if at_high >= 0.0:
        return high
    side = 0
    for step in range(_STEPS):
        if high - low <= _EXACT:
            break
        middle = (low * at_high - high * at_low) / (at_high - at_low)
        if step % 3 == 2 or not low < middle < high:
            middle = (low + high) / 2.0
        here = balance(talks, middle, most, best, which)
        if here > 0.0:
            low, at_low = middle, here
            if side == 1:
                at_high /= 2.0
            side = 1
        else:
            high, at_high = middle, here
            if side == -1:
                at_low /= 2.0
            side = -1
    return (low + high) / 2.0


@jit
def most_kept(talks: Talks) -> float:
    """Return the most that the allies can keep with the hegemon no worse off."""
    if gain_of(talks, 0.0) <= 0.0:
        return 0.0
    low, high = 0.0, max(abs(talks.offered), 1e-3)
    while gain_of(talks, high) > 0.0:
        low, high = high, 2.0 * high
    return root(talks, low, high, 0.0, 0.0, -1)


@jit
def kept_by_allies(talks: Talks) -> float:
    """Return what the allies of the treaty keep in all, under its rule."""
    most = most_kept(talks)
    if most <= 0.0:
        return 0.0
    best = gain_of(talks, 0.0)
    if talks.rule == KALAI_SMORODINSKY:
        return root(talks, 0.0, most, most, best, talks.rule)
    step = most / _GRID
    if talks.rule == RUBINSTEIN:
        k = 1
        while k < _GRID and balance(talks, k * step, most, best, talks.rule) > 0.0:
            k += 1
        return root(talks, (k - 1) * step, k * step, most, best, talks.rule)
    peak, top = 0, -np.inf
    for k in range(1, _GRID):
        share = k / _GRID
        product = gain_of(talks, k * step) * share**talks.members
        if product > top:
            peak, top = k, product
    return root(talks, (peak - 1) * step, (peak + 1) * step, most, best, talks.rule)
