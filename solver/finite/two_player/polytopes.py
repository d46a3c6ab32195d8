"""Best-response polytopes of a two-player game, in whole numbers and in floats."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import gcd, lcm
from typing import NamedTuple

import numpy as np

from games import InvalidGameError, NormalForm
from games.arrays import Array, Fractions, Wholes
from games.finite.exact import fractions_of
from solver.numerics.linear import solve_ones

Strategy = tuple[Fraction, ...]
Pair = tuple[Strategy, Strategy]

ZERO = Fraction(0)


class Corner(NamedTuple):
    """Where as many inequalities are tight as there are dimensions, times a positive factor."""

    weights: list[int]
    slacks: list[int]

    @property
    def is_inside(self) -> bool:
        """Whether no inequality is violated, so that this is a vertex."""
        return min(self.weights) >= 0 and min(self.slacks) >= 0


# no point at all, and so none of the polytope
NOWHERE = Corner([-1], [-1])


@dataclass(frozen=True)
class Polytope:
    """A player's weights z >= 0 for which no action of the opponent is worth more than 1: M z <= 1.

    A strategy is a vector of weights divided by its sum. Labels name the inequalities: `i` is
    z_i >= 0, `m + j` the opponent's action j (von Stengel 2002, section 2.3).

    Attributes
    ----------
    rows : list of list of int, shape (n, m)
        M, by the opponent's n actions and the player's m.
    factors : list of int
        What each z is multiplied with to give weights in the units of the game.
    floats : ndarray, shape (n, m)
        M with each column divided so that it lies in [1, 2], right to rounding.
    """

    rows: list[list[int]]
    factors: list[int]
    floats: Array

    @property
    def dimension(self) -> int:
        """How many actions the player has."""
        return len(self.factors)

    @cached_property
    def matrix(self) -> Wholes:
        """M as an array of Python ints."""
        return np.array(self.rows, dtype=object).reshape(self.floats.shape)

    def corner(self, free: Sequence[int], tight: Sequence[int]) -> Corner:
        """Return where only `free` weights are positive and the rows `tight` are equal to 1.

        `NOWHERE` if the equations contradict each other.

        Raises
        ------
        DependentError
            If that is at many points.
        """
        solved = solve_ones([[self.rows[j][i] for i in free] for j in tight])
        if solved is None:
            return NOWHERE
        values, determinant = solved
        weights = [0] * self.dimension
        for i, value in zip(free, values, strict=True):
            weights[i] = value
        slacks = [
            determinant - sum(row[i] * value for i, value in zip(free, values, strict=True))
            for row in self.rows
        ]
        return Corner(weights, slacks)

    def strategy(self, weights: Sequence[int]) -> Strategy:
        """Return the mixed strategy that weights of the polytope stand for."""
        scaled = [z * factor for z, factor in zip(weights, self.factors, strict=True)]
        total = sum(scaled)
        return tuple(Fraction(part, total) if part else ZERO for part in scaled)


def is_curved(game: NormalForm) -> bool:
    """Whether a value function is curved, so that utilities are known as floats only."""
    return any((p.alpha, p.beta) != (1.0, 1.0) for p in game.preferences)


def utilities_of(game: NormalForm) -> Fractions:
    """Return the utilities as fractions, up to a constant added to each player's.

    Where a value function is curved, the floats count as the binary fractions that they are.

    Raises
    ------
    InvalidGameError
        If such a utility is too large for a float.
    """
    if all((p.alpha, p.beta, p.loss_aversion) == (1.0, 1.0, 1.0) for p in game.preferences):
        return game.exact_payoffs
    if game.exact_utilities is not None:
        return game.exact_utilities
    with np.errstate(over="ignore"):
        floats = game.utilities
    if not np.isfinite(floats).all():
        raise InvalidGameError("`payoffs` must have utilities within the range of floats")
    return fractions_of(floats)


def best_response_polytopes(game: NormalForm) -> tuple[Polytope, Polytope]:
    """Return the polytopes of the row player's and of the column player's weights."""
    own, other = utilities_of(game)
    return _polytope(other.tolist()), _polytope(own.T.tolist())


def _polytope(payoffs: list[list[Fraction]]) -> Polytope:
    """Return the polytope of a player's weights, from the *opponent's* payoffs.

    What the opponent gets against each of the player's actions is raised by a constant, which
    changes no best response, and then divided, which only changes the unit of that weight.

    Parameters
    ----------
    payoffs : list of list of Fraction, shape (m, n)
        By the player's actions and the opponent's.
    """
    columns, factors, floats = [], [], []
    for own in payoffs:
        unit = lcm(*[payoff.denominator for payoff in own])
        whole = [payoff.numerator * (unit // payoff.denominator) for payoff in own]
        low = min(whole)
        spread = max(whole) - low or 1
        raised = [number - low + spread for number in whole]
        divisor = gcd(*raised)
        columns.append([number // divisor for number in raised])
        floats.append([number / spread for number in raised])
        factors.append(Fraction(unit, divisor))
    common = lcm(*[factor.denominator for factor in factors])
    return Polytope(
        [list(row) for row in zip(*columns, strict=True)],
        [int(factor * common) for factor in factors],
        np.ascontiguousarray(np.array(floats).T),
    )
