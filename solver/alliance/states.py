"""Compiled: the hegemon's value of states of nature that are listed least aid first."""

from __future__ import annotations

from typing import NamedTuple

from games import AllianceGame
from games.alliance.payoffs import projected_power
from games.arrays import Array
from solver.alliance.kernel import Atoms, merge
from solver.numerics.jit import jit
from solver.prospects.compiled import Taste, taste_of, utility
from solver.prospects.weighting import weight


class AtThreat(NamedTuple):
    """What turns aid into value: adversary's power, reference point, and what is fixed.

    `tied` is the deployment that the bloc ties down if it entraps, `common` the probability that
    spokes can honour at all.
    """

    power: float
    reference: float
    deployment: float
    cohesion: float
    entrapment: float
    tied: float
    common: float
    taste: Taste


def at_threat(game: AllianceGame) -> AtThreat:
    """Return what turns aid into value in `game`."""
    shared = game.parameters
    return AtThreat(
        projected_power(game, game.threat),
        game.reference_point,
        shared.deployment,
        shared.cohesion,
        shared.entrapment,
        shared.tied_down,
        shared.common_reliability,
        taste_of(game.preference),
    )


@jit
def outcome(aid: float, lost: float, level: AtThreat) -> float:
    """Return security less autonomy less the reference point."""
    own = max(level.deployment + aid, 0.0)
    total = own + level.power
    return (own / total if total > 0.0 else 1.0) - lost - level.reference


@jit
def value_within(
    aid: Array, odds: Array, count: int, from_on: Array, lost: float, level: AtThreat
) -> float:
    """Return the value of the first `count` of some states, which stand least aid first.

    A loss weighs w-(P(at least as bad)) - w-(P(worse)), a gain w+(P(at least as good)) -
    w+(P(better)) (Tversky & Kahneman 1992, eqs. 1-2). Both cumulative sums run from their own end,
    so that each is precise where it is small.

    Parameters
    ----------
    aid, odds : ndarray, shape (count or more,)
    from_on : ndarray, shape (count + 1 or more,)
        Scratch.
    lost : float
        Autonomy given up.
    """
    taste = level.taste
    from_on[count] = 0.0
    for k in range(count - 1, -1, -1):
        from_on[k] = from_on[k + 1] + odds[k]
    value, up_to, before, k = 0.0, 0.0, 0.0, 0
    while k < count:
        gain = outcome(aid[k], lost, level)
        if gain >= 0.0:
            break
        if odds[k] > 0.0:
            up_to += odds[k]
            after = weight(taste.losses, up_to, from_on[k + 1])
            value += (after - before) * utility(taste, gain)
            before = after
        k += 1
    before = weight(taste.gains, from_on[k], up_to)
    while k < count:
        if odds[k] > 0.0:
            up_to += odds[k]
            after = weight(taste.gains, from_on[k + 1], up_to)
            value += (before - after) * utility(taste, outcome(aid[k], lost, level))
            before = after
        k += 1
    return value


@jit
def beside_bloc(
    spokes: Atoms, count: int, gift: float, level: AtThreat, beside: Atoms, both: Atoms
) -> tuple[Atoms, int]:
    """Return the states of spokes beside a bloc, least aid first, and how many they are.

    Parameters
    ----------
    spokes : Atoms
        `count` states, the common shock among them.
    gift : float
        Aid of the bloc if it acts.
    beside, both : Atoms
        Room for twice and four times as many.
    """
    count = merge(spokes, count, gift, level.cohesion, beside)
    if level.tied == 0.0:
        return beside, count
    # with less deployment if the bloc entraps, which is more if it does not
    for k in range(count):
        beside.aid[k] -= level.tied
    return both, merge(beside, count, level.tied, 1.0 - level.entrapment, both)
