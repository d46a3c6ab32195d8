"""Whether the burdens of a structure are bargains that hold at once, and which others would.

The search for burdens is `games.alliance.negotiation` (and its compiled twin), piece by smooth
piece; here they are checked apart from it, one treaty at a time with the others' burdens as given,
by what needs no pieces: the hegemon's gain falls as the allies keep more. So in an interval the
Nash product is at most that on the line that falls from its low end by the least slope in it, and
alternating offers are not balanced where even the gain at the high end, one offer later, is worth
more than waiting at the low end. Intervals that this does not settle are halved.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from games import AllianceGame, AllianceStructure, InvalidGameError, checks
from games.alliance import negotiation
from games.alliance.burden_sharing import is_linear
from games.alliance.negotiation import TreatyBargain, bargain, paid_elsewhere, willingness
from games.arrays import Array
from games.records import Record
from solver.prospects.compiled import is_compiled

# burdens that differ by less are one fixed point
SAME = 1e-6
# a Nash product that is higher by less than this share is no better; how narrow an interval of
# offers is made, as a share of all; how many may be open
_BETTER, _HALVINGS, _MOST_OPEN = 1e-6, 40, 2**16


def bargaining_regret(
    game: AllianceGame, structure: AllianceStructure, burdens: Mapping[str, float]
) -> float:
    """Return how far the worst treaty of a structure is from its own bargain.

    Parameters
    ----------
    burdens : mapping of str to float
        Of every ally.

    Returns
    -------
    float
        For "nash_in_nash" the largest share by which a treaty's members could raise the geometric
        mean of their gains (and of the hegemon's), the other burdens as given; shares below 1e-6 of
        the product count as none. For the other rules the largest change that a treaty's total
        would still make, in units of security. Where a bound of work leaves it open, it is the most
        that it can be.

    Examples
    --------
    >>> game = AllianceGame(
    ...     hegemon="Athens", capabilities={"Samos": 0.2, "Chios": 0.2}, threat=0.7,
    ...     burden_sharing="nash_in_nash")
    >>> hub = game.structure(spokes=["Samos", "Chios"])
    >>> bargaining_regret(game, hub, game.burdens(hub)) < 1e-9
    True
    >>> round(bargaining_regret(game, hub, {"Samos": 0.0, "Chios": 0.0}), 2)
    0.04
    """
    worst = 0.0
    for treaty in structure.treaties:
        talks = bargain(game, structure, treaty, paid_elsewhere(structure, treaty, burdens))
        keeps = talks.willing - np.array([burdens[name] for name in talks.members])
        if game.sharing.rule == "nash_in_nash" and talks.most_kept > 0:
            worst = max(worst, _raised(talks, keeps))
            continue
        ends: tuple[float, ...] = (0.0,)
        if game.sharing.rule == "rubinstein" and talks.most_kept > 0:
            ends = first_offer(talks, game.sharing.patience)
        elif talks.most_kept > 0:
            ends = (negotiation.kept(game, talks),)
        worst = max(worst, *(float(np.abs(keeps - end / keeps.size).sum()) for end in ends))
    return worst


def _raised(talks: TreatyBargain, keeps: Array) -> float:
    """Return the share by which the geometric mean of all gains can be raised."""
    gain = float(talks.gain(keeps.sum()))
    even = gain * max(float(keeps.sum()), 0.0) ** keeps.size
    now = max(gain, 0.0) * float(np.prod(np.maximum(keeps, 0.0)))
    best = highest_product(talks, max(even, 0.0)) / keeps.size**keeps.size
    return max(0.0, 1.0 - float((now / best) ** (1 / (keeps.size + 1))))


def highest_product(talks: TreatyBargain, known: float) -> float:
    """Return the most of the hegemon's gain times what m allies keep in all to the power m.

    Parameters
    ----------
    known : float
        A product that is reached.

    Returns
    -------
    float
        At least `known`; no product is higher by more than a share of 1e-6.
    """
    power = len(talks.members)
    ends = np.linspace(0.0, talks.most_kept, 65)
    gains, slopes = talks.gain(ends), falls(talks, ends)
    lows, highs, gain = ends[:-1], ends[1:], gains[:-1]
    at_low, at_high = slopes[:-1], slopes[1:]
    while True:
        fall = np.minimum(at_low, at_high).sum(axis=1)
        # the gain lies below the line that falls like this from the low end
        top = gain + fall * lows
        best = np.divide(power * top, (power + 1) * fall, out=highs.copy(), where=fall > 0)
        best = np.clip(best, lows, highs)
        bound = (top - fall * best) * best**power
        left = bound > known * (1 + _BETTER)
        if not left.any() or left.sum() > _MOST_OPEN:
            return max(known, float(bound.max(where=left, initial=0.0)))
        lows, highs, gain = lows[left], highs[left], gain[left]
        at_low, at_high = at_low[left], at_high[left]
        middles = (lows + highs) / 2
        between, at_middle = talks.gain(middles), falls(talks, middles)
        known = max(known, float((between * middles**power).max()))
        lows, highs = np.concatenate([lows, middles]), np.concatenate([middles, highs])
        gain = np.concatenate([gain, between])
        at_low = np.concatenate([at_low, at_middle])
        at_high = np.concatenate([at_middle, at_high])


def falls(talks: TreatyBargain, kept: Array) -> Array:
    """Return how fast each outcome lets the hegemon's gain fall at least, by what allies keep.

    In an interval an outcome that is a gain throughout, or a loss, has its least slope at one of
    the ends, and one that crosses the reference point too if the value function is steepest there.
    If it is not, or has another form, the least that is known is 0.

    Parameters
    ----------
    kept : ndarray, shape (m,)

    Returns
    -------
    ndarray, shape (m, outcomes)
    """
    taste, prospect = talks.preference, talks.prospect
    if not is_compiled(taste) or taste.alpha > 1 or taste.beta > 1:
        return np.zeros((kept.size, prospect.outcomes.size))
    paid = talks.elsewhere + talks.willing.sum() - kept[:, np.newaxis]
    gains = prospect.outcomes + paid - talks.reference
    weights = taste.rank_weights(prospect.probabilities)
    size = np.maximum(np.abs(gains), np.finfo(np.float64).tiny)
    rising = weights.gain * taste.alpha * size ** (taste.alpha - 1)
    falling = weights.loss * taste.loss_aversion * taste.beta * size ** (taste.beta - 1)
    slope: Array = np.where(gains >= 0, rising, falling)
    return slope


def first_offer(talks: TreatyBargain, patience: float) -> tuple[float, float]:
    """Return two ends between which lies the least that the allies keep by alternating offers."""
    times = 1 + (1 / patience - 1) / len(talks.members)
    ends = np.linspace(0.0, talks.most_kept, 65)
    lows, highs, last = ends[:-1], ends[1:], talks.most_kept
    for _ in range(_HALVINGS):
        left = (lows < last) & (talks.gain(times * highs) <= patience * talks.gain(lows))
        lows, highs = lows[left], highs[left]
        middles = (lows + highs) / 2
        met = talks.gain(times * middles) <= patience * talks.gain(middles)
        last = float(middles.min(where=met, initial=last))
        lows, highs = np.concatenate([lows, middles]), np.concatenate([middles, highs])
        if lows.size > _MOST_OPEN:
            break
    return float(lows.min(initial=last)), last


@dataclass(frozen=True, eq=False)
class FixedPoints(Record):
    """Burdens at which every treaty's bargain holds, given the others.

    Attributes
    ----------
    burdens : tuple of dict
        Each fixed point found, those of the highest burdens first.
    regrets : tuple of float
        The `bargaining_regret` of each.
    starts : int
        From how many burdens the search set out.
    unsettled : int
        From how many of them it did not settle.
    complete : bool
        Whether it is proved that there are no others.
    method : str
        What was searched.
    """

    burdens: tuple[dict[str, float], ...]
    regrets: tuple[float, ...]
    starts: int
    unsettled: int
    complete: bool
    method: str


def fixed_points(
    game: AllianceGame, structure: AllianceStructure, *, starts: int = 12, seed: int = 0
) -> FixedPoints:
    """Return the burdens of a structure at which all bargains hold at once, from many starts.

    The first two starts are all that the allies are willing to pay and nothing; the others are
    drawn evenly between subsidies and burdens of twice what they are willing to pay.

    Parameters
    ----------
    game : AllianceGame
        Its rule of burden sharing is a bargain.
    structure : AllianceStructure
    starts : int
        At least 1.
    seed : int

    Raises
    ------
    InvalidGameError
        If the rule is no bargain, or `starts` is out of range.

    Notes
    -----
    Complete only where it is proved: without treaties; or with a hegemon who values each unit of
    outcome alike and the Nash or Kalai-Smorodinsky rule, as what it gains by one treaty then does
    not depend on its burdens under the others, and each bargain has one solution.
    """
    checks.whole("starts", starts, 1)
    if not game.sharing.is_bargained:
        raise InvalidGameError(
            f"`burden_sharing` must be a bargain, such as 'nash_in_nash'; got '{game.sharing}'"
        )
    willing = {name: willingness(game, name, structure) for name in structure.allies}
    draws = np.random.default_rng(seed).uniform(-2, 2, (starts, len(willing)))
    found: list[dict[str, float]] = []
    unsettled = 0
    for number in range(starts):
        scales = [1.0] * len(willing) if number == 0 else draws[number].tolist()
        if number == 1:
            scales = [0.0] * len(willing)
        start = {
            name: scale * most for (name, most), scale in zip(willing.items(), scales, strict=True)
        }
        ended = negotiation.negotiate(game, structure, start)
        if ended.residual > SAME:
            unsettled += 1
        elif not any(_same(ended.burdens, other) for other in found):
            found.append(ended.burdens)
    found.sort(key=lambda burdens: -sum(burdens.values()))
    linear = is_linear(game.preference) and game.sharing.rule != "rubinstein"
    complete = not structure.allies or linear
    method = (
        "each bargain has one solution that does not depend on the others"
        if complete
        else f"bargains in turn from {starts} starts; others are not excluded"
    )
    return FixedPoints(
        tuple(found),
        tuple(bargaining_regret(game, structure, burdens) for burdens in found),
        starts,
        unsettled,
        complete,
        method,
    )


def _same(one: Mapping[str, float], other: Mapping[str, float]) -> bool:
    return all(abs(one[name] - other[name]) <= SAME for name in one)
