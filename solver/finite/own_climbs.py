"""Bounds of derivatives of V along moves of probability between own actions."""

from __future__ import annotations

import numpy as np

from solver.finite.own_curves import Chances, Range, lift, slope_range
from solver.finite.own_mixing import RELATIVE, SUMMING, Array, Ints, Lottery


def lifts(lottery: Lottery, chance: Chances) -> tuple[Array, Array]:
    """Return bounds of P w'(P) and (1 - P) w'(P) of each term over cells, shape (n, terms)."""
    near_0, near_1 = np.empty_like(chance.p_low), np.empty_like(chance.p_low)
    for function, places in lottery.groups:
        near_0[:, places], near_1[:, places] = lift(
            function, Chances(*(end[:, places] for end in chance))
        )
    return near_0, near_1


def slopes(lottery: Lottery, chance: Chances) -> Range:
    """Return bounds of w' of each term over cells, shape (n, terms)."""
    low, high = np.empty_like(chance.p_low), np.empty_like(chance.p_low)
    for function, places in lottery.groups:
        low[:, places], high[:, places] = slope_range(
            function, Chances(*(end[:, places] for end in chance))
        )
    return Range(low, high)


def climbs(lottery: Lottery, held: Array, others: Array, chance: Chances) -> Range:
    """Return bounds of the derivatives of V along moves of probability between own actions.

    Parameters
    ----------
    held : ndarray, shape (n, m)
        The least probability of each own action in the cells.
    others : ndarray, shape (n, k, m')
        Corners of the cells of the other's strategy.
    chance : Chances, shape (n, terms)
        Of the terms over the cells.

    Returns
    -------
    Range, shape (n, pairs)
        For each pair of actions a < b the gain per unit of probability moved from b to a. Infinite
        where a chance that changes comes to 0 or 1 and w is infinitely steep there.
    """
    first, second = moves(lottery.hit.shape[1])
    slope, (near_0, near_1) = slopes(lottery, chance), lifts(lottery, chance)
    change = lottery.hit[:, first] - lottery.hit[:, second]
    corners = np.swapaxes(others, 1, 2)[:, np.newaxis]
    up, down = np.maximum(change, 0.0) @ corners, np.maximum(-change, 0.0) @ corners
    # a difference of two sums can lose digits, a single sum cannot
    slack = RELATIVE * np.where((up > 0) & (down > 0), up + down, 0.0)
    least, most = (up - down - slack).min(axis=3), (up - down + slack).max(axis=3)
    flat, steep = slope.low[..., np.newaxis], slope.high[..., np.newaxis]
    low = np.minimum(times(least, flat), times(least, steep))
    high = np.maximum(times(most, flat), times(most, steep))
    # where w is infinitely steep: what only a hits is at most P / p_a, what only b hits P / p_b
    with np.errstate(divide="ignore"):
        a, b = 1 / held[:, np.newaxis, first], 1 / held[:, np.newaxis, second]
        most_0, most_1 = near_0[..., np.newaxis], near_1[..., np.newaxis]
        high = np.minimum(high, np.minimum(most_0 * a, most_1 * b))
        low = np.maximum(low, -np.minimum(most_0 * b, most_1 * a))
    scale = lottery.scale.high[:, np.newaxis]
    low, high = (
        np.where(scale > 0, times(scale, low), times(scale, high)),
        np.where(scale > 0, times(scale, high), times(scale, low)),
    )
    with np.errstate(invalid="ignore"):
        low = (low * np.where(low > 0, 1 - SUMMING, 1 + SUMMING)).sum(axis=1)
        high = (high * np.where(high > 0, 1 + SUMMING, 1 - SUMMING)).sum(axis=1)
    return Range(np.where(np.isnan(low), -np.inf, low), np.where(np.isnan(high), np.inf, high))


def moves(m: int) -> tuple[Ints, Ints]:
    """Return the actions of each pair a < b among `m` actions: first all a, then all b."""
    return np.triu_indices(m, k=1)


def times(factor: Array, slope: Array) -> Array:
    """Return a product of derivatives; a chance that does not change adds nothing."""
    with np.errstate(invalid="ignore"):
        return np.where(factor == 0, 0.0, factor * slope)
