"""Compiled: boxes of counts, and how far they shrink without loss.

A box holds a range of spokes and of bloc members of each kind, and a range of all spokes and of
all members, as an array of shape (2, 2 kinds + 2): least and greatest number of spokes of each
kind, of members of each kind, of all spokes, of all members.
"""

from __future__ import annotations

from games.arrays import Array, Ints
from solver.alliance.bounded.problem import Problem, member_worth
from solver.alliance.columns import secured
from solver.numerics.jit import jit

LOW, HIGH = 0, 1


@jit
def total(limits: Ints, start: int) -> int:
    """Return the sum of the limits of all kinds, of spokes or of members, on one side of a box."""
    found = 0
    for place in range(start, start + (limits.size - 2) // 2):
        found += limits[place]
    return found


@jit
def enlist(ranked: Array, listed: int, figure: float, number: float) -> None:
    """Put a figure, and how many have it, into a list of `listed` of them, the greatest first."""
    place = listed
    while place > 0 and ranked[place - 1, 0] < figure:
        ranked[place, 0], ranked[place, 1] = ranked[place - 1, 0], ranked[place - 1, 1]
        place -= 1
    ranked[place, 0], ranked[place, 1] = figure, number


@jit
def sum_of(ranked: Array, listed: int, least: float, most: float) -> float:
    """Return the greatest sum of at least `least` and at most `most` of some ranked figures."""
    found = 0.0
    for place in range(listed):
        figure, number = ranked[place, 0], ranked[place, 1]
        some = min(number, most if figure > 0.0 else least)
        if some > 0.0:
            found += some * figure
            least -= some
            most -= some
    return found


@jit
def hope(problem: Problem, box: Ints, kind: int, ranks: Array) -> float:
    """Return what a member of a kind can gain at most by a bloc in a box, over no treaty.

    It has the help of those who are members for sure. Of the others each brings no more than it
    would alone, less what it costs, as security rises ever more slowly with help; and together they
    bring no more than the most helpful ones at no cost. If more must join than do it good, those
    join who cost least.

    Parameters
    ----------
    ranks : ndarray, shape (3, kinds, 2)
        Scratch.
    """
    people, kinds = problem.people, problem.sizes.size
    helps, nets, costs = ranks[0], ranks[1], ranks[2]
    help_ = apart = 0.0
    slots = float(box[HIGH, 2 * kinds + 1])
    needed = float(box[LOW, 2 * kinds + 1])
    for j in range(kinds):
        least = max(box[LOW, kinds + j], 1 if j == kind else 0)
        slots -= least
        needed -= least
        others = least - (1 if j == kind else 0)
        if others > 0:
            help_ += others * people.close[kind, j]
            apart += others * people.apart[kind, j]
    protection, opposed = people.protection[kind], people.opposed[kind]
    sure = secured(protection + help_, opposed)
    listed = 0
    for j in range(kinds):
        least = max(box[LOW, kinds + j], 1 if j == kind else 0)
        free = float(box[HIGH, kinds + j] - least)
        if free > 0.0:
            more, cost = people.close[kind, j], people.apart[kind, j]
            gain = secured(protection + help_ + more, opposed) - sure
            enlist(helps, listed, more, free)
            enlist(nets, listed, gain - cost, free)
            enlist(costs, listed, -cost, free)
            listed += 1
    apiece = sum_of(nets, listed, needed, slots)
    most = help_ + sum_of(helps, listed, 0.0, slots)
    together = secured(protection + most, opposed) - sure
    idle = apart - sum_of(costs, listed, needed, slots)
    acting = apart - min(apiece, together)
    return float(member_worth(people, kind, help_, idle, acting) - people.outside[kind])


@jit
def can_join(problem: Problem, box: Ints, kind: int, ranks: Array) -> bool:
    """Return whether a bloc in a box may leave a member of a kind content."""
    return problem.sure[kind] or hope(problem, box, kind, ranks) >= -problem.ties


@jit
def leave_none_out(problem: Problem, box: Ints) -> bool:
    """Shrink a box to structures in which no ally yields to a candidate left out, if it changes."""
    kinds = problem.sizes.size
    changed = False
    for part in range(2):
        for t in range(kinds):
            place = part * kinds + t
            if box[HIGH, place] == 0:
                continue
            for s in range(t):
                if not problem.yields[part, t, s]:
                    continue
                if part == 0 and not problem.willing[s]:
                    continue
                if box[HIGH, s] + box[HIGH, kinds + s] < problem.sizes[s]:
                    box[HIGH, place] = 0
                    changed = True
                    break
                if box[LOW, place] > 0:
                    for own, other in ((s, kinds + s), (kinds + s, s)):
                        least = problem.sizes[s] - box[HIGH, other]
                        if box[LOW, own] < least:
                            box[LOW, own] = least
                            changed = True
    return changed


@jit
def tighten(problem: Problem, box: Ints, ranks: Array) -> bool:
    """Shrink a box to what can be in it; return whether anything can.

    Parameters
    ----------
    box : ndarray of int, shape (2, 2 kinds + 2)
        Changed in place.
    ranks : ndarray, shape (3, kinds, 2)
        Scratch.
    """
    kinds = problem.sizes.size
    changed = True
    while changed:
        changed = False
        for t in range(kinds):
            for own, other in ((t, kinds + t), (kinds + t, t)):
                most = problem.sizes[t] - box[LOW, other]
                if box[HIGH, own] > most:
                    box[HIGH, own] = most
                    changed = True
        for part in range(2):
            start, every = part * kinds, 2 * kinds + part
            least, most = total(box[LOW], start), total(box[HIGH], start)
            if box[LOW, every] < least or box[HIGH, every] > most:
                box[LOW, every] = max(box[LOW, every], least)
                box[HIGH, every] = min(box[HIGH, every], most)
                changed = True
            if box[LOW, every] > box[HIGH, every]:
                return False
            for v in range(start, start + kinds):
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
        for t in range(kinds):
            place = kinds + t
            if box[HIGH, place] > 0 and not can_join(problem, box, t, ranks):
                if box[LOW, place] > 0:
                    return False
                box[HIGH, place] = 0
                changed = True
    return True
