"""Values of lotteries that a player's own mixing enters, and bounds of them over many cells.

A player who runs its own strategy as one lottery with the others' mixing values the product of
both: V(p, q) is the cumulative prospect theory value of the outcomes of a profile. Summed by parts,
V is a sum of rises of utility, each times the weighted chance of reaching it, and that chance is
linear in the own strategy p and in the other's q. So over a cell (a simplex of p times a polytope
of q) each chance takes its extremes at the corners, and each weight at those of the chance.

Rounding. Chances are sums of products of numbers of one sign: they are moved outward by 1e-14 of
themselves, some twenty times the error of their evaluation. Weights and slopes bring their own
margins (`solver.finite.own_curves`); sums of up to eight terms are moved by 1e-14 of the sum of the
terms' absolute values, sums of slopes by 1e-13.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from games import NormalForm, NotApplicableError, Weighting
from solver.finite.own_curves import Chances, Range, weight_range
from solver.finite.rigorous import PRECISION, ZERO, arb, bounds, ctx, terms

Array = NDArray[np.float64]
Ints = NDArray[np.int64]

RELATIVE = 1e-14
SUMMING = 1e-13
MOST_ACTIONS = 3


def spectator(game: NormalForm, player: int) -> NormalForm:
    """Return a game whose first player only watches, with the payoffs and tastes of `player`.

    To it the player's own mixing is one more move of others: what its one action is worth is the
    product-lottery value.
    """
    own = game.exact_payoffs[player]
    seats = 1 + game.number_of_players
    return NormalForm(
        np.broadcast_to(own, (seats, 1, *own.shape)).copy(),
        preferences=game.preferences[player],
        references=game.references[player],
    )


def values(game: NormalForm, profile: Sequence[ArrayLike]) -> tuple[float, ...]:
    """Return each player's value of the lottery over its outcomes that a profile induces.

    Examples
    --------
    >>> pennies = NormalForm([[[1, -1], [-1, 1]], [[-1, 1], [1, -1]]])
    >>> values(pennies, ([0.5, 0.5], [0.5, 0.5]))
    (0.0, 0.0)
    """
    mixed = game.profile(profile)
    watched = [spectator(game, i) for i in range(game.number_of_players)]
    return tuple(float(seen.action_values(([1.0], *mixed))[0][0]) for seen in watched)


@dataclass(frozen=True, eq=False)
class Lottery:
    """V of one of two players, as a sum over terms of `scale` times w(p' `hit` q).

    Attributes
    ----------
    linear : bool
        Whether the player does not weight probabilities.
    constant : arb
        What is won for certain, as a ball.
    scales : tuple of arb
        Balls around the rises of utility.
    functions : tuple of Weighting
        One for each term.
    hit : ndarray, shape (terms, m, m')
        1 where a pair of actions, the player's own first, reaches the term's outcome, else 0.
    """

    linear: bool
    constant: arb
    scales: tuple[arb, ...]
    functions: tuple[Weighting, ...]
    hit: Array

    @cached_property
    def miss(self) -> Array:
        """1 where a pair of actions does not reach the term's outcome."""
        return 1.0 - self.hit

    @cached_property
    def scale(self) -> Range:
        """Bounds of the scales, shape (terms,)."""
        ends = np.array([bounds(scale) for scale in self.scales]).reshape(-1, 2)
        return Range(ends[:, 0], ends[:, 1])

    @cached_property
    def groups(self) -> tuple[tuple[Weighting, Ints], ...]:
        """Each weighting function with the places of its terms."""
        return tuple(
            (one, np.flatnonzero([other == one for other in self.functions]))
            for one in dict.fromkeys(self.functions)
        )

    @cached_property
    def size(self) -> float:
        """The sum of the terms' absolute sizes: no value exceeds it."""
        return float(np.abs(self.scale.high).sum() + abs(bounds(self.constant)[1]))


def lotteries(game: NormalForm) -> tuple[Lottery, Lottery]:
    """Return the lotteries of both players.

    Raises
    ------
    NotApplicableError
        If there are not two players, or one has more than three actions.
    """
    if game.number_of_players != 2 or max(game.shape) > MOST_ACTIONS:
        raise NotApplicableError(
            f"own mixing is treated for two players with at most {MOST_ACTIONS} actions each;"
            f" got a game of shape {game.shape}"
        )
    return _lottery(game, 0), _lottery(game, 1)


def _lottery(game: NormalForm, player: int) -> Lottery:
    constant, scales, functions, masks = ZERO, [], [], []
    with ctx.workprec(PRECISION):
        for term in terms(spectator(game, player), 0, 0):
            hit = np.zeros(game.shape)
            hit[tuple(np.transpose(term.cells))] = 1.0
            if hit.all():
                constant = constant + term.scale
            elif not term.scale.is_zero():
                scales.append(term.scale)
                functions.append(term.weight)
                masks.append(hit if player == 0 else hit.T)
    own_first = game.shape if player == 0 else game.shape[::-1]
    return Lottery(
        game.preferences[player].weighs_linearly,
        constant,
        tuple(scales),
        tuple(functions),
        np.array(masks).reshape(-1, *own_first),
    )


@dataclass(frozen=True)
class Rows:
    """For each own action the chances of every term, at the corners of cells of the other's.

    Attributes
    ----------
    hit, miss : ndarray, shape (cells, terms, m, corners)
    """

    hit: Array
    miss: Array

    def __getitem__(self, places: Ints) -> Rows:
        return Rows(self.hit[places], self.miss[places])


def rows(lottery: Lottery, others: Array) -> Rows:
    """Return the rows of cells of the other's strategies, given by corners, shape (n, k, m')."""
    corners = np.swapaxes(others, 1, 2)[:, np.newaxis]
    return Rows(lottery.hit @ corners, lottery.miss @ corners)


def chances(own: Array, row: Rows) -> Chances:
    """Return the range of each term's chance over cells given by their corners.

    Parameters
    ----------
    own : ndarray, shape (n, k, m)
        Corners of cells of the own strategy.
    row : Rows
        Of n cells of the other's.
    """
    p, q = own[:, np.newaxis] @ row.hit, own[:, np.newaxis] @ row.miss
    return Chances(
        np.clip(p.min(axis=(2, 3)) * (1 - RELATIVE), 0.0, 1.0),
        np.clip(p.max(axis=(2, 3)) * (1 + RELATIVE), 0.0, 1.0),
        np.clip(q.min(axis=(2, 3)) * (1 - RELATIVE), 0.0, 1.0),
        np.clip(q.max(axis=(2, 3)) * (1 + RELATIVE), 0.0, 1.0),
    )


def value_range(lottery: Lottery, chance: Chances) -> Range:
    """Return bounds of V over cells, from the ranges of their chances, shape (n,)."""
    low, high = (np.full(chance.p_low.shape[0], end) for end in bounds(lottery.constant))
    for function, places in lottery.groups:
        weight = weight_range(function, Chances(*(end[:, places] for end in chance)))
        least, most = lottery.scale.low[places], lottery.scale.high[places]
        low = low + np.where(least > 0, least * weight.low, least * weight.high).sum(axis=1)
        high = high + np.where(most > 0, most * weight.high, most * weight.low).sum(axis=1)
    slack = RELATIVE * lottery.size
    return Range(low - slack, high + slack)
