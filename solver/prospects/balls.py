"""Values of actions enclosed by interval arithmetic, by python-flint.

Every number here is a ball that is guaranteed to hold the true value (Johansson 2017, Arb).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import groupby, product
from math import inf, isnan, prod
from typing import NamedTuple

import numpy as np
from flint import arb, ctx, fmpq

from games import NormalForm, Weighting
from solver.prospects.weighting import formulas_of

__all__ = ["arb", "ball", "bounds", "ctx", "span", "terms", "weight"]

Balls = Sequence[arb]

PRECISION = 128
ZERO, ONE = arb(0), arb(1)


class Term(NamedTuple):
    """A part of an action's value: `scale` times w(the probability that others hit `cells`)."""

    scale: arb
    weight: Weighting
    cells: tuple[tuple[int, ...], ...]


def ball(number: Fraction | float | int) -> arb:
    """Return a ball that holds a number."""
    exact = Fraction(number)
    return arb(fmpq(exact.numerator, exact.denominator))


def span(low: float, high: float) -> arb:
    """Return a ball that holds the interval from `low` to `high`."""
    return arb(low).union(arb(high))


def bounds(value: arb) -> tuple[float, float]:
    """Return floats below and above a ball."""
    low, high = float(value.lower()), float(value.upper())
    return float(np.nextafter(low, -np.inf)), float(np.nextafter(high, np.inf))


def weight(function: Weighting, probability: arb) -> arb:
    """Return a ball that holds w(p) for every p in `probability` that lies in [0, 1].

    w rises, so its values at the two ends enclose it, however steep it is at 0 and 1.
    """
    low, high = probability.lower(), probability.upper()
    return _clipped(function, low).union(_clipped(function, high))


def slope(function: Weighting, probability: arb) -> arb:
    """Return a ball that holds w'(p) for every p in `probability`, which must lie inside (0, 1)."""
    if function.is_linear:
        return ONE
    a, b = map(ball, function.constants)
    found: arb = formulas_of(function).slope(a, b, probability)
    return found


def _clipped(function: Weighting, p: arb) -> arb:
    if p <= 0:
        return ZERO
    return _weight_at(function, p) if p < 1 else ONE


def _weight_at(function: Weighting, p: arb) -> arb:
    if function.is_linear:
        return p
    a, b = map(ball, function.constants)
    found: arb = formulas_of(function).weight(a, b, p)
    return found


def utility(game: NormalForm, player: int, outcome: Fraction) -> arb:
    """Return v(x - r) of an outcome x for a player."""
    preference, gain = game.preferences[player], outcome - Fraction(game.references[player])
    if gain == 0:
        return ZERO
    if gain > 0:
        return ball(gain) ** ball(preference.alpha)
    return -ball(preference.loss_aversion) * ball(-gain) ** ball(preference.beta)


def terms(game: NormalForm, player: int, action: int) -> list[Term]:
    """Return an action's value as a sum of increments of utility, each weighted.

    With outcomes x_1 < ... < x_k above the reference and v(x_0) = 0, gains are worth the sum of
    (v(x_j) - v(x_{j-1})) w+(P(X >= x_j)), and losses likewise from the worst up: cumulative
    prospect theory (Tversky & Kahneman 1992) summed by parts. Each term is monotone in P.
    """
    others = [range(m) for j, m in enumerate(game.shape) if j != player]
    own = np.asarray(game.exact_payoffs[player].take(action, axis=player))
    reference = Fraction(game.references[player])
    preference = game.preferences[player]
    cells = sorted(product(*others), key=lambda cell: own[cell])
    levels = [
        (utility(game, player, outcome), tuple(group), outcome >= reference)
        for outcome, group in groupby(cells, key=lambda cell: own[cell])
    ]
    gains = [level for level in levels if level[2]]
    losses = [level for level in reversed(levels) if not level[2]]
    found = []
    for side, function in (
        (gains, preference.weighting_gains),
        (losses, preference.weighting_losses),
    ):
        before = ZERO
        for place, (worth, _, _) in enumerate(side):
            rest = side[place:]
            found.append(
                Term(worth - before, function, tuple(c for level in rest for c in level[1]))
            )
            before = worth
    return found


def chance(cells: Sequence[tuple[int, ...]], others: Sequence[Balls]) -> arb:
    """Return the probability that independent players hit one of `cells`."""
    if len(cells) == prod(map(len, others)):
        return ONE
    return sum((chance_of(cell, others) for cell in cells), ZERO)


def chance_of(cell: tuple[int, ...], others: Sequence[Balls], but: int = -1) -> arb:
    """Return the probability that independent players hit a cell, the one at place `but` aside."""
    result = ONE
    for place, (own, action) in enumerate(zip(others, cell, strict=True)):
        if place != but:
            result *= own[action]
    return result


def action_values(game: NormalForm, profile: Sequence[Balls]) -> list[list[arb]]:
    """Return a ball around the value of each action of each player, the others mixing as given."""
    values = []
    for player, own in enumerate(profile):
        others = [strategy for j, strategy in enumerate(profile) if j != player]
        values.append(
            [
                sum(
                    (
                        term.scale * weight(term.weight, chance(term.cells, others))
                        for term in terms(game, player, action)
                    ),
                    ZERO,
                )
                for action in range(len(own))
            ]
        )
    return values


def regret_bounds(game: NormalForm, profile: Sequence[Iterable[Fraction | float]]) -> list[float]:
    """Return a proved upper bound of each player's regret.

    The profile is that of the numbers given, each strategy divided by its sum.
    """
    with ctx.workprec(PRECISION):
        exact = [[Fraction(p) for p in own] for own in profile]
        mixed = [[ball(p / sum(own)) for p in own] for own in exact]
        found = []
        for own, worth in zip(mixed, action_values(game, mixed), strict=True):
            mean = sum((p * value for p, value in zip(own, worth, strict=True)), ZERO)
            gains = [bounds(value - mean)[1] for value in worth]
            # a ball that came to nothing bounds nothing
            found.append(inf if any(map(isnan, gains)) else max(0.0, *gains))
        return found
