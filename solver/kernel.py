"""The compiled kernel: the hegemon's value of every structure at many levels at once.

A *level* is a pair of adversary's power and reference point. What levels share is done once:

1. The aid of a set of spokes depends on neither bloc nor level. The subsets of each spoke set are
   listed by rank of aid once, with the probability that just they honour (3^n entries).
2. Aid ranks outcomes at every level alike, so the decision weights of a structure are computed
   once, as gains and as losses: which of the two counts is the level's affair.
3. The value v of an outcome depends on who helped, on the bloc's and the spokes' *numbers* (through
   the autonomy they cost) and on the level. It is tabulated over these, which are about 3^n (n+3)/3
   states, and not over the 2 * 4^n atoms of all prospects.

What remains for each atom and level is one multiplication and one addition.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solver._jit import jit

Array = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@jit
def weight(code: int, first: float, second: float, p: float, q: float) -> float:
    """Return the probability weight w(p), q = 1 - p; codes as in `games.weighting`."""
    if p <= 0.0:
        return 0.0
    if q <= 0.0:
        return 1.0
    if code == 0:
        return p
    if code == 1:
        powered = p**first
        return float(powered / (powered + q**first) ** (1.0 / first))
    if code == 2:
        minus_log = -np.log(p) if p < 0.5 else -np.log1p(-q)
        return float(np.exp(-second * minus_log**first))
    powered = second * p**first
    return float(powered / (powered + q**first))


@jit
def utility(alpha: float, beta: float, loss_aversion: float, gain: float) -> float:
    """Return the value v of a gain or loss."""
    if gain >= 0.0:
        return gain if alpha == 1.0 else gain**alpha
    return loss_aversion * gain if beta == 1.0 else -loss_aversion * (-gain) ** beta


@jit
def list_subsets(ranked: Ints, odds: Array) -> tuple[Ints, Ints, Array]:
    """List the subsets of every set of spokes by rank of aid.

    Parameters
    ----------
    ranked : ndarray of int, shape (2^n,)
        All subsets of candidates, least aid first.
    odds : ndarray, shape (n,)
        Probability that each spoke honours.

    Returns
    -------
    starts : ndarray of int, shape (2^n + 1,)
        Where the list of each spoke set begins.
    ranks : ndarray of int, shape (3^n,)
        Positions in `ranked` of the spoke set's subsets, least aid first.
    chances : ndarray, shape (3^n,)
        Probability that just this subset of the spoke set honours.
    """
    n = odds.size
    total = 1
    for _ in range(n):
        total *= 3
    starts = np.zeros(ranked.size + 1, np.int64)
    ranks = np.empty(total, np.int64)
    chances = np.empty(total, np.float64)
    filled = 0
    for spokes in range(ranked.size):
        for rank in range(ranked.size):
            subset = ranked[rank]
            if subset & ~spokes == 0:
                chance = 1.0
                for i in range(n):
                    if spokes >> i & 1:
                        chance *= odds[i] if subset >> i & 1 else 1.0 - odds[i]
                ranks[filled] = rank
                chances[filled] = chance
                filled += 1
        starts[spokes + 1] = filled
    return starts, ranks, chances


@jit
def tabulate(
    table: Array,
    row: int,
    aid: float,
    lost: float,
    deployment: float,
    power: Array,
    reference: Array,
    shape: tuple[float, float, float],
) -> tuple[bool, bool]:
    """Write v of one outcome at each level; return whether it is ever a gain, ever a loss."""
    own = deployment + aid
    gains, losses = False, False
    for level in range(power.size):
        total = own + power[level]
        secured = own / total if total > 0.0 else 1.0
        gain = secured - lost - reference[level]
        table[row, level] = utility(shape[0], shape[1], shape[2], gain)
        if gain >= 0.0:
            gains = True
        else:
            losses = True
    return gains, losses


@jit
def merge(
    ranks: Ints,
    chances: Array,
    aid: Array,
    bloc_aid: float,
    cohesion: float,
    acting: Ints,
    rows: Ints,
    odds: Array,
) -> int:
    """List a structure's atoms, least aid first: with the bloc idle and with the bloc acting.

    `acting` gives the table row of a rank when the bloc acts. Returns the number of atoms, written
    to `rows` and `odds`.
    """
    count = ranks.size
    idle = acts = filled = 0
    while idle < count or acts < count:
        idle_first = acts == count or (
            idle < count and aid[ranks[idle]] <= aid[ranks[acts]] + bloc_aid
        )
        if idle_first:
            rows[filled] = ranks[idle]
            odds[filled] = chances[idle] * (1.0 - cohesion)
            idle += 1
        else:
            rows[filled] = acting[ranks[acts]]
            odds[filled] = chances[acts] * cohesion
            acts += 1
        filled += 1
    return filled


@jit
def decision_weights(
    count: int,
    odds: Array,
    rows: Ints,
    is_gain: Bools,
    is_loss: Bools,
    gains: tuple[int, float, float],
    losses: tuple[int, float, float],
    up_to: Array,
    from_on: Array,
    gain_weight: Array,
    loss_weight: Array,
) -> None:
    """Write the decision weights of atoms that stand least aid first.

    Gains are weighted from the best down as far as an atom is a gain at any level, losses from the
    worst up likewise. `up_to` and `from_on` are scratch of `count + 1` places.
    """
    up_to[0], from_on[count] = 0.0, 0.0
    for k in range(count):
        up_to[k + 1] = up_to[k] + odds[k]
    for k in range(count - 1, -1, -1):
        from_on[k] = from_on[k + 1] + odds[k]
    before = 0.0
    for k in range(count):
        loss_weight[k] = 0.0
        if is_loss[rows[k]]:
            after = weight(losses[0], losses[1], losses[2], up_to[k + 1], from_on[k + 1])
            loss_weight[k] = after - before
            before = after
    before = 0.0
    for k in range(count - 1, -1, -1):
        gain_weight[k] = 0.0
        if is_gain[rows[k]]:
            after = weight(gains[0], gains[1], gains[2], from_on[k], up_to[k])
            gain_weight[k] = after - before
            before = after


@jit
def bloc_values(
    members: Ints,
    size: int,
    n: int,
    wanted: Bools,
    ranked: Ints,
    aid: Array,
    starts: Ints,
    ranks: Ints,
    chances: Array,
    bloc_aid: Array,
    block_starts: Ints,
    lost: Array,
    cohesion: float,
    deployment: float,
    power: Array,
    reference: Array,
    shape: tuple[float, float, float],
    gains: tuple[int, float, float],
    losses: tuple[int, float, float],
    values: Array,
) -> None:
    """Write the values of all wanted structures whose bloc is one of `members`.

    Parameters
    ----------
    members : ndarray of int
        Masks of blocs of `size` candidates (one mask 0 for no bloc).
    wanted : ndarray of bool, shape (structures,)
    ranked, aid : ndarray, shape (2^n,)
        Spoke subsets by rank of aid, and their aid by rank.
    starts, ranks, chances : ndarray
        From `list_subsets`.
    bloc_aid, block_starts : ndarray, shape (members.size,)
        Aid when the bloc acts, and where its structures begin in the numbering.
    lost : ndarray, shape (n + 1,)
        Autonomy cost, by number of spokes, of a bloc of `size` with them.
    power, reference : ndarray, shape (levels,)
    values : ndarray, shape (levels, structures)
        Output.
    """
    levels = power.size
    subsets = ranked.size
    table = np.empty((2 * subsets, levels), np.float64)
    is_gain = np.zeros(2 * subsets, np.bool_)
    is_loss = np.zeros(2 * subsets, np.bool_)
    acting = np.zeros(subsets, np.int64)
    rows = np.empty(2 * subsets, np.int64)
    odds = np.empty(2 * subsets, np.float64)
    up_to = np.empty(2 * subsets + 1, np.float64)
    from_on = np.empty(2 * subsets + 1, np.float64)
    gain_weight = np.empty(2 * subsets, np.float64)
    loss_weight = np.empty(2 * subsets, np.float64)
    total = np.empty(levels, np.float64)
    place = np.empty(n, np.int64)
    for number in range(n - size + 1):
        for rank in range(subsets):
            if popcount(ranked[rank]) <= number:
                is_gain[rank], is_loss[rank] = tabulate(
                    table, rank, aid[rank], lost[number], deployment, power, reference, shape
                )
        for position in range(members.size):
            bloc = members[position]
            others = 0
            for i in range(n):
                if not bloc >> i & 1:
                    place[others] = i
                    others += 1
            block = block_starts[position]
            tabulated = False
            for packed in range(1 << others):
                if popcount(packed) != number or not wanted[block + packed]:
                    continue
                if size > 0 and not tabulated:
                    tabulated = True
                    row = subsets
                    for rank in range(subsets):
                        if ranked[rank] & bloc == 0 and popcount(ranked[rank]) <= number:
                            acting[rank] = row
                            is_gain[row], is_loss[row] = tabulate(
                                table,
                                row,
                                aid[rank] + bloc_aid[position],
                                lost[number],
                                deployment,
                                power,
                                reference,
                                shape,
                            )
                            row += 1
                spokes = 0
                for bit in range(others):
                    if packed >> bit & 1:
                        spokes |= 1 << place[bit]
                first, end = starts[spokes], starts[spokes + 1]
                if size > 0:
                    count = merge(
                        ranks[first:end],
                        chances[first:end],
                        aid,
                        bloc_aid[position],
                        cohesion,
                        acting,
                        rows,
                        odds,
                    )
                else:
                    count = end - first
                    rows[:count] = ranks[first:end]
                    odds[:count] = chances[first:end]
                decision_weights(
                    count,
                    odds,
                    rows,
                    is_gain,
                    is_loss,
                    gains,
                    losses,
                    up_to,
                    from_on,
                    gain_weight,
                    loss_weight,
                )
                total[:] = 0.0
                for k in range(count):
                    row = rows[k]
                    gained, lossed = gain_weight[k], loss_weight[k]
                    for level in range(levels):
                        v = table[row, level]
                        total[level] += (gained if v >= 0.0 else lossed) * v
                for level in range(levels):
                    values[level, block + packed] = total[level]


@jit
def popcount(mask: int) -> int:
    """Return the number of set bits."""
    count = 0
    while mask:
        mask &= mask - 1
        count += 1
    return count
