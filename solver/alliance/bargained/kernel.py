"""Compiled: the burdens that all bargains of every structure settle on.

For each structure the hegemon's lottery, with and without each treaty, is listed once; then its
treaties bargain in turn until none changes (`games.alliance.negotiation`). The lists have
2^spokes * 4 (with a bloc) atoms.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from games.arrays import Array, Bools, Ints
from solver.alliance.bargained.treaty import (
    Lottery,
    Talks,
    is_unique,
    kept_by_allies,
    kept_of,
    look,
    new_rows,
    worth,
)
from solver.alliance.burdened import secure
from solver.alliance.kernel import (
    Blocs,
    Levels,
    SpokeSets,
    list_atoms,
)
from solver.alliance.lattice import popcount, unpack_bits
from solver.numerics.arrays import copy_to
from solver.numerics.jit import jit
from solver.prospects.compiled import Taste, Weights, decision_weights, new_weights

_SWEEPS, _WALKED_FROM, _SETTLED = 40, 5, 1e-10
_STRIDES, _LONGER = 20, 1.5
_STEPS, _EXACT = 200, 1e-13


class Terms(NamedTuple):
    """What the bargains are about: one threat level of one game.

    Attributes
    ----------
    levels : Levels
        One level.
    taste : Taste
    spoke : ndarray, shape (n,)
        What each candidate is willing to pay as a spoke.
    bloc : ndarray, shape (2^n, n)
        In each bloc; 0 for who is outside it.
    rule : int
        A code of `solver.alliance.bargained.kernel`.
    patience : float
    """

    levels: Levels
    taste: Taste
    spoke: Array
    bloc: Array
    rule: int
    patience: float


class Settled(NamedTuple):
    """Output for every structure.

    Attributes
    ----------
    values : ndarray, shape (structures,)
        The hegemon's.
    burdens : ndarray, shape (structures, n)
        0 for who has no treaty.
    residual : ndarray, shape (structures,)
        How far any treaty's total was still moving.
    """

    values: Array
    burdens: Array
    residual: Array


@jit
def list_lottery(
    sets: SpokeSets,
    spokes: int,
    blocs: Blocs,
    which: int,
    gains: Array,
    either: Bools,
    atoms: Weights,
    taste: Taste,
) -> Lottery:
    """Return the hegemon's lottery under a structure, before burdens."""
    count = list_atoms(sets, spokes, blocs, which, atoms)
    decision_weights(taste, count, either, either, atoms)
    lost = blocs.lost[popcount(spokes)]
    listed = Lottery(np.empty(count), np.empty(count), np.empty(count))
    for k in range(count):
        listed.gains[k] = gains[atoms.rows[k], 0] - lost
        listed.as_gain[k] = atoms.gain[k]
        listed.as_loss[k] = atoms.loss[k]
    return listed


class Treaties(NamedTuple):
    """The treaties of a structure.

    Attributes
    ----------
    whole : Lottery
        The hegemon's under the structure.
    parts : list of Lottery
        Without each treaty.
    willing : ndarray, shape (treaties,)
        What the members of each are willing to pay in all.
    members : ndarray of int, shape (treaties,)
    """

    whole: Lottery
    parts: list[Lottery]
    willing: Array
    members: Ints


@jit
def talks_of(treaties: Treaties, terms: Terms, t: int, elsewhere: float) -> Talks:
    """Return the bargain of one treaty when the others pay `elsewhere`."""
    return Talks(
        treaties.whole,
        terms.taste,
        elsewhere + treaties.willing[t],
        worth(treaties.parts[t], terms.taste, elsewhere),
        treaties.members[t],
        terms.rule,
        terms.patience,
    )


@jit
def sweep(treaties: Treaties, terms: Terms, totals: Array, in_turn: bool, rows: Array) -> float:
    """Let the treaties bargain in turn, or move that alone whose bargain moves its total most.

    Returns
    -------
    float
        How far that is.
    """
    farthest, place = 0.0, 0
    for t in range(totals.size):
        kept = treaties.willing[t] - totals[t]
        talks = talks_of(treaties, terms, t, totals.sum() - totals[t])
        change = kept - kept_by_allies(talks, kept, rows)
        if in_turn:
            totals[t] += change
        if abs(change) > abs(farthest):
            farthest, place = change, t
    if not in_turn and totals.size:
        totals[place] += farthest
    return abs(farthest)


@jit
def excess(treaties: Treaties, terms: Terms, total: float, totals: Array) -> tuple[float, float]:
    """Write what each treaty pays where its balance is 0 and `total` is what all pay together.

    Given that sum, a balance falls with what the allies keep: it is 0 at one amount.

    Returns
    -------
    float, float
        By how much the payments sum to more than `total`, and how fast that falls.
    """
    falls = 1.0
    now = look(treaties.whole, terms.taste, total, True)
    for t in range(totals.size):
        failed = Talks(
            treaties.parts[t],
            terms.taste,
            total,
            0.0,
            treaties.members[t],
            terms.rule,
            terms.patience,
        )
        guess = treaties.willing[t] - totals[t]
        kept, rise = kept_of(treaties.whole, now, failed, treaties.willing[t], guess)
        totals[t] -= kept - guess
        falls += rise
    return float(totals.sum() - total), falls


@jit
def walk(treaties: Treaties, terms: Terms, totals: Array) -> None:
    """Move totals to the next at which all balances are 0, if one is found in ever longer strides.

    A treaty's bargain depends on the others' burdens through their sum alone, so these lie on one
    line, that of the sum of all burdens.
    """
    trial = totals.copy()
    low = totals.sum()
    at_low, falls = excess(treaties, terms, low, trial)
    # Newton's method, as long as it comes nearer
    here, at_here = low, at_low
    for _ in range(_STRIDES):
        if abs(at_here) <= _EXACT:
            copy_to(totals, trial)
            return
        then = here + at_here / falls
        at_then, falls = excess(treaties, terms, then, trial)
        if not abs(at_then) < abs(at_here):
            break
        here, at_here = then, at_then
    stride, high, at_high = at_low, low, at_low
    for _ in range(_STRIDES):
        if at_low * at_high <= 0.0:
            break
        low, at_low = high, at_high
        high += stride
        stride *= _LONGER
        at_high, _ = excess(treaties, terms, high, trial)
    if at_low * at_high > 0.0:
        return
    for step in range(_STEPS):
        if abs(high - low) <= _EXACT:
            break
        middle = (low * at_high - high * at_low) / (at_high - at_low)
        if step % 3 == 2:
            middle = (low + high) / 2.0
        at_here, _ = excess(treaties, terms, middle, trial)
        # the end that stays counts half: otherwise it stays for ever
        if at_here * at_low > 0.0:
            low, at_low, at_high = middle, at_here, at_high / 2.0
        else:
            high, at_high, at_low = middle, at_here, at_low / 2.0
    copy_to(totals, trial)


@jit
def settle(treaties: Treaties, terms: Terms, rows: Array) -> tuple[Array, float]:
    """Return each treaty's total of burdens, and how far any of them was still moving.

    From all that the allies are willing to pay, all totals are moved together to where all balances
    are 0. If every treaty would have just that total, this is it. Else the treaties bargain in turn
    from the same start, until none moves. If they have not settled soon, all totals are moved
    together again; then the treaty that would rather have another total moves the sum to where it
    wants it, and so on.

    Parameters
    ----------
    rows : ndarray
        Scratch: `new_rows` of as many outcomes as the whole structure has, or more.
    """
    totals = treaties.willing.copy()
    moved = 0.0
    if not is_unique(terms.rule):
        walk(treaties, terms, totals)
        moved = sweep(treaties, terms, totals, True, rows)
        if moved <= _SETTLED:
            return totals, moved
        copy_to(totals, treaties.willing)
    for number in range(_SWEEPS):
        walks = not is_unique(terms.rule) and number >= _WALKED_FROM
        if walks:
            walk(treaties, terms, totals)
        moved = sweep(treaties, terms, totals, not walks, rows)
        if moved <= _SETTLED:
            break
    return totals, moved


@jit
def negotiated_values(
    blocs: Blocs, none: Blocs, sets: SpokeSets, terms: Terms, settled: Settled
) -> None:
    """Write what the bargains of all structures with one of `blocs` settle on.

    Parameters
    ----------
    none : Blocs
        The empty bloc alone.
    """
    n = blocs.lost.size - 1
    rows = blocs.chances.size * sets.ranked.size
    gains = np.empty((rows, 1), np.float64)
    either = np.ones(rows, np.bool_)
    atoms = new_weights(rows)
    slopes = new_rows(rows)
    for which in range(blocs.masks.size):
        bloc = blocs.masks[which]
        secure(gains, sets, blocs, which, terms.levels)
        for packed in range(1 << (n - blocs.size)):
            spokes = unpack_bits(packed, ~bloc, n)
            whole = list_lottery(sets, spokes, blocs, which, gains, either, atoms, terms.taste)
            # a list is typed by what it first holds
            parts = [whole for _ in range(0)]
            number = popcount(spokes) + (1 if blocs.size else 0)
            willing = np.empty(number, np.float64)
            members = np.ones(number, np.int64)
            t = 0
            if blocs.size:
                willing[t], members[t] = terms.bloc[bloc].sum(), blocs.size
                # without the bloc, what is idle and entraps nobody
                parts.append(list_lottery(sets, spokes, none, 0, gains, either, atoms, terms.taste))
                t += 1
            for i in range(n):
                if spokes >> i & 1:
                    willing[t] = terms.spoke[i]
                    rest = spokes & ~(1 << i)
                    parts.append(
                        list_lottery(sets, rest, blocs, which, gains, either, atoms, terms.taste)
                    )
                    t += 1
            totals, moved = settle(Treaties(whole, parts, willing, members), terms, slopes)
            place = blocs.starts[which] + packed
            settled.values[place] = worth(whole, terms.taste, totals.sum())
            settled.residual[place] = moved
            t = 0
            if blocs.size:
                each = (willing[0] - totals[0]) / blocs.size
                for i in range(n):
                    if bloc >> i & 1:
                        settled.burdens[place, i] = terms.bloc[bloc, i] - each
                t = 1
            for i in range(n):
                if spokes >> i & 1:
                    settled.burdens[place, i] = totals[t]
                    t += 1
