"""Compiled: one treaty's bargain over the total of its burdens.

The second statement, for speed, of `games.alliance.negotiation`, where the rules are explained;
tests hold the two together.

Between two kinks, where an outcome crosses the reference point, the hegemon's gain is smooth, and
the slopes of the outcomes that are gains there, and of those that are losses, each only rise or
only fall. So the two ends of an interval bound slopes within it, which tells whether the rule can
be met there, and how often; where not, the interval is cut, at a kink if there is one.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from games.arrays import Array
from solver.numerics.arrays import copy_to, order_of
from solver.numerics.jit import jit
from solver.prospects.compiled import Taste, utility

NASH, KALAI_SMORODINSKY, RUBINSTEIN = 0, 1, 2

# how near a root is found, in units of security, and in at most how many steps
_EXACT, _STEPS = 1e-13, 200
# intervals that wait, at most
DEPTH = 192
# an outcome as near to the reference point, but for its size, stands on it: as near as this
_KINK, _NEAREST = 1e-15, 1e-100


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


class Look(NamedTuple):
    """What a lottery is worth at one total of burdens, and how.

    Attributes
    ----------
    value : float
    gains_slope, losses_slope : float
        What gains and losses add to the first derivative by what is received.
    gains_bend, losses_bend : float
        To the second.
    """

    value: float
    gains_slope: float
    losses_slope: float
    gains_bend: float
    losses_bend: float


class Point(NamedTuple):
    """What the allies may keep in all.

    Attributes
    ----------
    kept : float
    gain : float
        What the hegemon gains by the treaty.
    balance : float
        0 where the rule is met, above 0 where the allies should keep more.
    slope : float
        Of the balance.
    now, later : Look
        Where the allies keep that much, and what they would keep as proposers.
    """

    kept: float
    gain: float
    balance: float
    slope: float
    now: Look
    later: Look


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
def gain_of(talks: Talks, kept: float) -> float:
    """Return what the hegemon gains by the treaty if its members keep that much in all."""
    return worth(talks.lottery, talks.taste, talks.offered - kept) - talks.without


@jit
def slope_at(
    as_gain: float, as_loss: float, gain: float, near: float, below: bool, taste: Taste
) -> tuple[bool, float, float]:
    """Return what a gain counts as, its size, and what it adds to the slope of the value.

    Parameters
    ----------
    near : float
        Within this of the reference point a gain stands on it: it counts as a gain if `below`.
    """
    size, is_gain = abs(gain), gain > 0.0
    if size <= near:
        size, is_gain = _NEAREST, below
    if is_gain:
        return True, size, taste.alpha * as_gain * utility(taste, size) / size
    return False, size, -taste.beta * as_loss * utility(taste, -size) / size


@jit
def look(lottery: Lottery, taste: Taste, received: float, below: bool) -> Look:
    """Return `worth` and its derivatives.

    On a kink they are those where the allies keep less (`below`), or those where they keep more.
    """
    value = gains_slope = losses_slope = gains_bend = losses_bend = 0.0
    near = _KINK * (1.0 + abs(received))
    for k in range(lottery.gains.size):
        gain = lottery.gains[k] + received
        is_gain, size, slope = slope_at(
            lottery.as_gain[k], lottery.as_loss[k], gain, near, below, taste
        )
        if is_gain:
            value += slope * size / taste.alpha
            gains_slope += slope
            gains_bend += (taste.alpha - 1.0) * slope / size
        else:
            value -= slope * size / taste.beta
            losses_slope += slope
            losses_bend += (1.0 - taste.beta) * slope / size
    return Look(value, gains_slope, losses_slope, gains_bend, losses_bend)


@jit
def slopes_of(lottery: Lottery, taste: Taste, received: float, below: bool, slopes: Array) -> None:
    """Write what each gain adds to the first derivative of `worth`; `below` as in `look`."""
    near = _KINK * (1.0 + abs(received))
    for k in range(lottery.gains.size):
        gain = lottery.gains[k] + received
        _, _, slopes[k] = slope_at(lottery.as_gain[k], lottery.as_loss[k], gain, near, below, taste)


@jit
def proposer(talks: Talks) -> float:
    """Return how many times what they are offered the allies keep when one of them proposes."""
    return 1.0 + (1.0 / talks.patience - 1.0) / talks.members


@jit
def point(talks: Talks, kept: float, even: float, below: bool) -> Point:
    """Return how the rule is met where the allies keep that much.

    Parameters
    ----------
    even : float
        For KALAI_SMORODINSKY, the hegemon's gain for each unit kept when all gain the same share.
    below : bool
        As in `look`.
    """
    now = look(talks.lottery, talks.taste, talks.offered - kept, below)
    gain, rise = now.value - talks.without, now.gains_slope + now.losses_slope
    if talks.rule == NASH:
        slope = kept * (now.gains_bend + now.losses_bend) - (talks.members + 1) * rise
        return Point(kept, gain, talks.members * gain - kept * rise, slope, now, now)
    if talks.rule == KALAI_SMORODINSKY:
        return Point(kept, gain, gain - even * kept, -rise - even, now, now)
    times = proposer(talks)
    later = look(talks.lottery, talks.taste, talks.offered - times * kept, below)
    balance = later.value - talks.without - talks.patience * gain
    slope = talks.patience * rise - times * (later.gains_slope + later.losses_slope)
    return Point(kept, gain, balance, slope, now, later)


@jit
def root(talks: Talks, low: float, high: float, even: float) -> float:
    """Return where the balance falls to 0 between two ends, by Newton's method with halving."""
    here = point(talks, (low + high) / 2.0, even, True)
    before = high - low
    for _ in range(_STEPS):
        if here.balance > 0.0:
            low = here.kept
        else:
            high = here.kept
        if high - low <= _EXACT:
            break
        # a little too far, so that the root comes to lie between two ends
        step = -here.balance / here.slope
        step += np.copysign(_EXACT / 4.0, step)
        kept = here.kept + step
        if not low < kept < high or abs(step) > before / 2.0:
            kept = (low + high) / 2.0
        before = abs(kept - here.kept)
        here = point(talks, kept, even, True)
    return here.kept


@jit
def range_of(one: float, other: float, more: float, most: float) -> tuple[float, float]:
    """Return the least and the most that two numbers, each between two ends, sum to."""
    return min(one, other) + min(more, most), max(one, other) + max(more, most)


@jit
def slopes(left: Look, right: Look) -> tuple[float, float]:
    """Return the least and the most slope on a smooth piece."""
    return range_of(left.gains_slope, right.gains_slope, left.losses_slope, right.losses_slope)


@jit
def bends(left: Look, right: Look, low: float, high: float) -> tuple[float, float]:
    """Return the least and the most of bend times what is kept on such a piece."""
    least, most = range_of(left.gains_bend, right.gains_bend, left.losses_bend, right.losses_bend)
    return min(low * least, high * least), max(low * most, high * most)


@jit
def bounds(
    talks: Talks, left: Point, right: Point, together: bool
) -> tuple[float, float, float, float]:
    """Return the least and the most of the balance, and of its slope, on a smooth piece.

    Parameters
    ----------
    together : bool
        Whether there is no kink from `left` to what is kept later at `right`, either.
    """
    flat, steep = slopes(left.now, right.now)
    if talks.rule == NASH:
        m = talks.members
        least, most = bends(left.now, right.now, left.kept, right.kept)
        return (
            m * right.gain - right.kept * steep,
            m * left.gain - left.kept * flat,
            least - (m + 1) * steep,
            most - (m + 1) * flat,
        )
    times, patience = proposer(talks), talks.patience
    low = right.later.value - talks.without - patience * left.gain
    flat_later, steep_later = slopes(left.later, right.later)
    falls, rises = patience * flat - times * steep_later, patience * steep - times * flat_later
    if together:
        # the more patient the players, the less the two offers differ: bound the difference
        flat, steep = slopes(left.now, right.later)
        least, most = bends(left.now, right.later, left.kept, right.kept)
        low = max(low, (1.0 - patience) * right.gain - (times - 1.0) * right.kept * steep)
        falls = max(falls, patience * (times - 1.0) * least - (times - patience) * steep)
        rises = min(rises, patience * (times - 1.0) * most - (times - patience) * flat)
    return low, np.inf, falls, rises


@jit
def inside(cuts: Array, low: float, high: float) -> tuple[int, int]:
    """Return where those of the sorted `cuts` that lie strictly between two ends begin and end."""
    return int(np.searchsorted(cuts, low, "right")), int(np.searchsorted(cuts, high, "left"))


@jit
def new_rows(outcomes: int) -> Array:
    """Return scratch for `highest`: room for the slopes of so many outcomes at each end."""
    return np.empty((DEPTH, outcomes))


@jit
def least_fall(talks: Talks, left: Array, right: Array, start: int, end: int) -> float:
    """Return how much the hegemon's gain falls at least for each unit that the allies keep more.

    What one outcome adds to the slope only rises or only falls as long as it is a gain, or a loss.
    Where it crosses the reference point it passes through infinity, or through 0 if the value
    function is convex in gains or concave in losses.

    Parameters
    ----------
    left, right : ndarray, shape (outcomes,)
        `slopes_of` the two ends of an interval.
    start, end : int
        Which outcomes cross the reference point within it.
    """
    through_zero = talks.taste.alpha > 1.0 or talks.taste.beta > 1.0
    least = 0.0
    for k in range(left.size):
        if not (through_zero and start <= k < end):
            least += min(left[k], right[k])
    return least


@jit
def most_product(left: Point, high: float, fall: float, members: int) -> float:
    """Return a bound on the Nash product from `left` to where the allies keep `high`.

    The hegemon's gain falls by `fall` at least for each unit that the allies keep more.
    """
    top = left.gain + fall * left.kept
    kept = high
    if fall > 0.0:
        kept = min(max(members * top / ((members + 1) * fall), left.kept), high)
    return float((top - fall * kept) * kept**members)


@jit
def highest(talks: Talks, high: float, guess: float, rows: Array) -> float:
    """Return what the allies keep at the highest Nash product.

    Intervals are gone through from the left. One is done with where the product is lower than one
    that is known, by the least that the hegemon's gain falls in it; where the balance does not fall
    to 0; and where it only falls, once that is found.

    Parameters
    ----------
    high : float
        The hegemon gains nothing there.
    guess : float
        What they may keep; the higher its product, the faster.
    rows : ndarray
        Scratch: `new_rows` of as many outcomes or more.
    """
    lottery, taste, m = talks.lottery, talks.taste, talks.members
    count = lottery.gains.size
    kinks = lottery.gains + talks.offered
    known = gain_of(talks, guess) * guess**m
    reached, found = -np.inf, guess
    # the slopes of `left` stand in the first row, those of `ends` in the rows after it
    left = point(talks, 0.0, 0.0, False)
    slopes_of(lottery, taste, talks.offered, False, rows[0])
    ends = [point(talks, high, 0.0, True)]
    slopes_of(lottery, taste, talks.offered - high, True, rows[1])
    while ends:
        right, last = ends[-1], len(ends)
        start, end = inside(kinks, left.kept, right.kept)
        falls = right.kept - left.kept <= _EXACT
        fall = least_fall(talks, rows[0, :count], rows[last, :count], start, end)
        done = most_product(left, right.kept, fall, m) <= known
        if start == end and not done and not falls:
            least, most, slope_least, slope_most = bounds(talks, left, right, False)
            falls = slope_most < 0.0
            done = least > 0.0 or most < 0.0 or slope_least > 0.0
        if falls and not done and left.balance > 0.0 >= right.balance:
            kept = root(talks, left.kept, right.kept, 0.0)
            product = gain_of(talks, kept) * kept**m
            if product > reached:
                found, reached, known = kept, product, max(product, known)
        if done or falls or last + 2 >= DEPTH:
            left = ends.pop()
            copy_to(rows[0, :count], rows[last, :count])
            continue
        kept = kinks[(start + end) // 2] if start < end else (left.kept + right.kept) / 2.0
        if start < end:
            ends.append(point(talks, kept, 0.0, False))
            slopes_of(lottery, taste, talks.offered - kept, False, rows[len(ends)])
        ends.append(point(talks, kept, 0.0, True))
        slopes_of(lottery, taste, talks.offered - kept, True, rows[len(ends)])
        known = max(known, ends[-1].gain * kept**m)
    return found


@jit
def first_balance(talks: Talks, high: float) -> float:
    """Return the least that the allies keep where alternating offers are balanced.

    Intervals are gone through from the left, as in `highest`; one is done with where even the gain
    at its high end, one offer later, is worth more than waiting at its low end.

    Parameters
    ----------
    high : float
        The hegemon gains nothing there.
    """
    kinks = talks.lottery.gains + talks.offered
    cuts = np.concatenate((kinks, kinks / proposer(talks)))
    cuts = cuts[order_of(cuts)]
    left = point(talks, 0.0, 0.0, False)
    ends = [point(talks, high, 0.0, True)]
    while ends:
        right = ends[-1]
        start, end = inside(cuts, left.kept, right.kept)
        falls = right.kept - left.kept <= _EXACT
        done = right.later.value - talks.without > talks.patience * left.gain
        if start == end and not done and not falls:
            first, last = inside(kinks, left.kept, proposer(talks) * right.kept)
            least, most, slope_least, slope_most = bounds(talks, left, right, first == last)
            falls = slope_most < 0.0
            done = least > 0.0 or most < 0.0 or slope_least > 0.0
        if falls and not done and left.balance > 0.0 >= right.balance:
            return root(talks, left.kept, right.kept, 0.0)
        if done or falls:
            left = ends.pop()
            continue
        kept = cuts[(start + end) // 2] if start < end else (left.kept + right.kept) / 2.0
        if start < end:
            ends.append(point(talks, kept, 0.0, False))
        ends.append(point(talks, kept, 0.0, True))
    return high


@jit
def kept_by_allies(talks: Talks, guess: float, rows: Array) -> float:
    """Return what the allies of the treaty keep in all, under its rule; see `highest`."""
    best = gain_of(talks, 0.0)
    if best <= 0.0:
        return 0.0
    high = max(abs(talks.offered), 1e-3)
    while gain_of(talks, high) > 0.0:
        high *= 2.0
    if talks.rule == NASH:
        return highest(talks, high, min(guess, high), rows)
    if talks.rule == RUBINSTEIN:
        return first_balance(talks, high)
    most = root(talks, 0.0, high, 0.0)
    return root(talks, 0.0, most, best / (talks.members * most))


@jit
def is_unique(rule: int) -> bool:
    """Return whether a rule is met at one amount, which moves little by little with the others'."""
    return rule == KALAI_SMORODINSKY


@jit
def kept_of(
    whole: Lottery, now: Look, failed: Talks, willing: float, guess: float
) -> tuple[float, float]:
    """Return what the allies keep where the balance is 0 and what is paid in all is given.

    The more they keep, the more the others pay, the better the hegemon stands if the treaty fails:
    the balance falls, and is 0 at one amount.

    Parameters
    ----------
    now : Look
        At the whole lottery, with all that is paid.
    failed : Talks
        Their lottery is that without the treaty, what is offered the sum of all burdens.
    willing : float
        What the members are willing to pay in all.

    Returns
    -------
    float, float
        That amount, and how fast it rises with what is paid in all.
    """
    taste, total, m = failed.taste, failed.offered, failed.members
    rise = now.gains_slope + now.losses_slope
    low, high, before, slope = 0.0, np.inf, np.inf, 1.0
    kept, moves = max(guess, 1e-3), 0.0
    for _ in range(_STEPS):
        without = look(failed.lottery, taste, total - willing + kept, True)
        gain, fall = now.value - without.value, without.gains_slope + without.losses_slope
        if failed.rule == NASH:
            balance, slope = m * gain - kept * rise, m * fall + rise
            moves = m * (rise - fall) - kept * (now.gains_bend + now.losses_bend)
        else:
            more = proposer(failed) - 1.0
            later = look(whole, taste, total - more * kept, True)
            balance = later.value - without.value - failed.patience * gain
            waits = (1.0 - failed.patience) * fall
            slope = waits + more * (later.gains_slope + later.losses_slope)
            moves = later.gains_slope + later.losses_slope - failed.patience * rise - waits
        if balance > 0.0:
            low = kept
        else:
            high = kept
        then = kept + balance / slope
        if not low < then < high or abs(then - kept) > before / 2.0:
            then = 2.0 * kept if high == np.inf else (low + high) / 2.0
        before = abs(then - kept)
        kept = then
        if before <= _EXACT:
            break
    return kept, moves / slope
