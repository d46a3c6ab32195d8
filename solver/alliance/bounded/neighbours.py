"""Compiled: structures that are good, found by moving and exchanging candidates one at a time.

Nothing is proved here: what is found bounds the best from below, so that the search has less to
look into.
"""

from __future__ import annotations

from games.arrays import Ints
from solver.alliance.bounded.aid import Room, add_run, value_of
from solver.alliance.bounded.problem import Problem, accepts, lost_by, surplus
from solver.numerics.arrays import copy_to
from solver.numerics.jit import jit

# where a candidate can be: in no treaty, in a spoke, in the bloc
PLACES = 3


@jit
def worth_of(
    problem: Problem, spokes: Ints, bloc: Ints, upward: bool, bins: int, room: Room
) -> float:
    """Return a bound on the value of one structure, given by counts."""
    count, gift, members = 0, 0.0, bloc.sum()
    for t in range(spokes.size):
        if spokes[t] > 0:
            count = add_run(room.idle, count, problem.aid[t], problem.rate[t], spokes[t])
        gift += bloc[t] * problem.gift[t]
    if members == 0:
        gift = -1.0
    lost = lost_by(problem, spokes.sum(), members)
    return value_of(problem, count, -1, gift, lost, upward, bins, room)


@jit
def settle(problem: Problem, spokes: Ints, bloc: Ints) -> None:
    """Let members that are discontent leave, the most discontent first, until none is.

    Spokes who are not willing leave too, and candidates wanted twice are members.
    """
    kinds = spokes.size
    for t in range(kinds):
        if not problem.willing[t]:
            spokes[t] = 0
        spokes[t] = min(spokes[t], problem.sizes[t] - bloc[t])
    while True:
        worst, least = -1, -problem.ties
        for t in range(kinds):
            if bloc[t] > 0 and not problem.sure[t]:
                gain = surplus(problem, bloc, t)
                if gain < least:
                    worst, least = t, gain
        if worst < 0:
            break
        bloc[worst] -= 1
    if bloc.sum() == 1:
        for t in range(kinds):
            bloc[t] = 0


@jit
def shift(problem: Problem, spokes: Ints, bloc: Ints, kind: int, source: int, target: int) -> bool:
    """Move a candidate of a kind from one place to another; return whether there is one."""
    number = spokes[kind] if source == 1 else bloc[kind]
    if source == 0:
        number = problem.sizes[kind] - spokes[kind] - bloc[kind]
    if number == 0 or (target == 1 and not problem.willing[kind]):
        return False
    spokes[kind] += (1 if target == 1 else 0) - (1 if source == 1 else 0)
    bloc[kind] += (1 if target == 2 else 0) - (1 if source == 2 else 0)
    return True


@jit
def is_possible(problem: Problem, bloc: Ints) -> bool:
    """Return whether a bloc has no member or several, who all accept it."""
    return bloc.sum() != 1 and accepts(problem, bloc)


@jit
def improve(problem: Problem, spokes: Ints, bloc: Ints, bins: int, room: Room) -> float:
    """Move or exchange candidates as long as that helps; return a lower bound of the value.

    Parameters
    ----------
    spokes, bloc : ndarray of int, shape (kinds,)
        Of a structure that all members accept; changed in place.
    bins : int
        Places of the grid by which structures are compared.
    """
    kinds = spokes.size
    best = worth_of(problem, spokes, bloc, False, bins, room)
    near, group = spokes.copy(), bloc.copy()
    better = True
    while better:
        better = False
        # one candidate moves (kind == other), or two exchange their places
        for kind in range(kinds):
            for other in range(kind, kinds):
                for move in range(PLACES * PLACES):
                    source, target = move // PLACES, move % PLACES
                    if source == target:
                        continue
                    copy_to(near, spokes)
                    copy_to(group, bloc)
                    if not shift(problem, near, group, kind, source, target):
                        continue
                    if other != kind and not shift(problem, near, group, other, target, source):
                        continue
                    if not is_possible(problem, group):
                        continue
                    value = worth_of(problem, near, group, False, bins, room)
                    if value > best:
                        best, better = value, True
                        copy_to(spokes, near)
                        copy_to(bloc, group)
    return best
