"""Compiled: boxes of type counts, and how far they shrink without loss.

A box holds a range of spokes and of bloc members of each type, and a range of all spokes and of
all members, as an array of shape (2, 2 types + 2): least and greatest number of spokes of each
type, of members of each type, of all spokes, of all members.
"""

from __future__ import annotations

from typing import NamedTuple

from games.arrays import Array, Bools, Ints
from solver._jit import jit

LOW, HIGH = 0, 1


class Problem(NamedTuple):
    """What a search over boxes is about; types stand strongest first.

    Attributes
    ----------
    sizes : ndarray of int, shape (types,)
    worth : ndarray, shape (types,)
    rates, kinds, odds
        As in `TypeValuer`.
    pledges : ndarray, shape (2,)
        Share of its worth that a spoke, and a member, pledges.
    costs : ndarray, shape (3,)
        k_bilateral, k_multilateral, k_bloc.
    strides : ndarray of int, shape (types,)
    accepted : ndarray of int, shape (product of sizes + 2,)
        At (m_1 + 1, m_2 + 1, ...): how many blocs of at most m_t of each type all members accept.
    most_gift : ndarray, shape (candidates + 1,)
        Greatest worth of an accepted bloc of that many members; -inf if there is none.
    best_bloc : ndarray of int, shape (candidates + 1, types)
        That bloc.
    yields : ndarray of bool, shape (2, types, types)
        At [0, t, s]: whether a spoke of type t is never better than one of type s in its stead;
        at [1, t, s] the same for members. The best structure then leaves no s out beside a t.
    """

    sizes: Ints
    worth: Array
    rates: Array
    kinds: Ints
    odds: Array
    pledges: Array
    costs: Array
    strides: Ints
    accepted: Ints
    most_gift: Array
    best_bloc: Ints
    yields: Bools


@jit
def any_accepted(problem: Problem, box: Ints) -> bool:
    """Return whether all members accept any of the blocs with counts within a box."""
    types = problem.sizes.size
    found = 0
    for corner in range(1 << types):
        place, sign = 0, 1
        for t in range(types):
            if corner >> t & 1:
                place += problem.strides[t] * box[LOW, types + t]
                sign = -sign
            else:
                place += problem.strides[t] * (box[HIGH, types + t] + 1)
        found += sign * problem.accepted[place]
    return found > 0


@jit
def total(box: Ints, side: int, start: int) -> int:
    """Return the sum of the limits of all types on one side of a box, of spokes or of members."""
    found = 0
    for place in range(start, start + (box.shape[1] - 2) // 2):
        found += box[side, place]
    return found


@jit
def leave_none_out(problem: Problem, box: Ints) -> bool:
    """Shrink a box to structures in which no ally yields to a candidate left out, if it changes."""
    types = problem.sizes.size
    changed = False
    for part in range(2):
        for t in range(types):
            place = part * types + t
            for s in range(types):
                if not problem.yields[part, t, s] or box[HIGH, place] == 0:
                    continue
                if box[HIGH, s] + box[HIGH, types + s] < problem.sizes[s]:
                    box[HIGH, place] = 0
                    changed = True
                elif box[LOW, place] > 0:
                    for own, other in ((s, types + s), (types + s, s)):
                        least = problem.sizes[s] - box[HIGH, other]
                        if box[LOW, own] < least:
                            box[LOW, own] = least
                            changed = True
    return changed


@jit
def tighten(problem: Problem, box: Ints) -> bool:
    """Shrink a box to what can be in it; return whether anything can.

    Parameters
    ----------
    box : ndarray of int, shape (2, 2 types + 2)
        Changed in place.
    """
    types = problem.sizes.size
    changed = True
    while changed:
        changed = False
        for t in range(types):
            for own, other in ((t, types + t), (types + t, t)):
                most = problem.sizes[t] - box[LOW, other]
                if box[HIGH, own] > most:
                    box[HIGH, own] = most
                    changed = True
        for part in range(2):
            start, every = part * types, 2 * types + part
            least, most = total(box, LOW, start), total(box, HIGH, start)
            if box[LOW, every] < least or box[HIGH, every] > most:
                box[LOW, every] = max(box[LOW, every], least)
                box[HIGH, every] = min(box[HIGH, every], most)
                changed = True
            if box[LOW, every] > box[HIGH, every]:
                return False
            for v in range(start, start + types):
                needed = box[LOW, every] - (most - box[HIGH, v])
                allowed = box[HIGH, every] - (least - box[LOW, v])
                if box[LOW, v] < needed or box[HIGH, v] > allowed:
                    least += max(needed - box[LOW, v], 0)
                    most -= max(box[HIGH, v] - allowed, 0)
                    box[LOW, v] = max(box[LOW, v], needed)
                    box[HIGH, v] = min(box[HIGH, v], allowed)
                    changed = True
                if box[LOW, v] > box[HIGH, v]:
                    return False
        changed |= leave_none_out(problem, box)
        members = 2 * types + 1
        while (
            0 < box[LOW, members] <= box[HIGH, members]
            and problem.most_gift[box[LOW, members]] < 0.0
        ):
            box[LOW, members] += 1
            changed = True
        while (
            box[HIGH, members] > 0
            and box[LOW, members] <= box[HIGH, members]
            and problem.most_gift[box[HIGH, members]] < 0.0
        ):
            box[HIGH, members] -= 1
            changed = True
        if box[LOW, members] > box[HIGH, members]:
            return False
    return box[HIGH, 2 * types + 1] == 0 or any_accepted(problem, box)
