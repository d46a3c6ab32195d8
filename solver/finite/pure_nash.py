"""All pure Nash equilibria of n players, by comparing outcomes along each player's line.

Against certain actions of the others, each action of a player yields one certain outcome. Value
functions increase and a certain outcome has weight 1, so a pure profile is an equilibrium if and
only if no player has a better *outcome* on its line, the profiles that differ in its own action
alone: preferences and reference points do not matter.

1. Profiles are numbered with the last player's action fastest and taken in blocks that fit the
   cache. A block holds whole lines of the last, inner players; lines of outer players cross blocks.
2. In a block, profiles where an inner player has something better are struck out, player by player;
   then those where an outer player has: the best of its lines is kept for the blocks they cross.
3. Once few are left, only the lines of these are looked at.
4. Payoffs given as fractions are compared as such where floats call the profile an equilibrium:
   rounding keeps order, so it can hide a better outcome but not feign one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from math import prod
from typing import overload

import numpy as np

from games import NormalForm
from games.arrays import Array, Bools, Ints
from games.finite.strategies import pure_profile
from solver.finite.certificate import BY_LINE, Coverage, ExactProfile
from solver.finite.proofs import lines
from solver.finite.solution import Candidate, ProfileSolution, solution_of

# profiles a block holds at least, if the game has them: 512 kB of one player's payoffs
BLOCK = 2**16
# reading an outcome by its number costs as much as reading about so many in a row
SCATTERED = 8
# lines of up to so many actions are compared action by action, longer ones by numpy's reduction
FEW = 4
# numpy loops along the last axis: below this length it is better to loop along another
SHORT = 16
# profiles that are written out at a time
AT_ONCE = 64

METHOD = "every pure profile compared with the others on each player's line, exactly"


def profiles(game: NormalForm) -> Iterator[tuple[int, ...]]:
    """Yield every pure Nash equilibrium as the number of each player's action, in order.

    The first come before the whole game was read, if an early block holds them.

    Examples
    --------
    >>> stag_hunt = NormalForm([[[4, 0], [3, 3]], [[4, 3], [0, 3]]])
    >>> list(profiles(stag_hunt))
    [(0, 0), (1, 1)]
    """
    for numbers in _blocks(game):
        for start in range(0, numbers.size, AT_ONCE):
            yield from _actions(numbers[start : start + AT_ONCE], game.shape)


def solve(game: NormalForm) -> ProfileSolution:
    """Return all pure Nash equilibria, each built and certified when it is read.

    The share of the strategy space proved empty is that of the pure profiles.

    Examples
    --------
    >>> dilemma = NormalForm([[[3, 0], [5, 1]], [[3, 5], [0, 1]]], actions=[["C", "D"]] * 2)
    >>> print(solve(dilemma))
    pure_nash, complete: 1: D; 2: D (regret 0.0e+00)
    """
    numbers = np.concatenate([*_blocks(game), np.zeros(0, dtype=np.int64)])
    empty = 1 - numbers.size / prod(game.shape)
    coverage = Coverage(METHOD, complete=True, share_empty=empty)
    found = PureCandidates(numbers, game.shape)
    return solution_of(game, "pure_nash", found, coverage, measures=BY_LINE)


class PureCandidates(Sequence[Candidate]):
    """Pure profiles by their numbers, each built when it is read."""

    def __init__(self, numbers: Ints, shape: tuple[int, ...]) -> None:
        self.numbers = numbers
        self.shape = shape

    @overload
    def __getitem__(self, index: int) -> Candidate: ...
    @overload
    def __getitem__(self, index: slice) -> PureCandidates: ...
    def __getitem__(self, index: int | slice) -> Candidate | PureCandidates:
        if isinstance(index, slice):
            return PureCandidates(self.numbers[index], self.shape)
        (actions,) = _actions(self.numbers[[index]], self.shape)
        return Candidate(pure_profile(actions, self.shape), exact=_exactly(actions, self.shape))

    def __len__(self) -> int:
        return self.numbers.size


def _actions(numbers: Ints, shape: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    return zip(*(own.tolist() for own in np.unravel_index(numbers, shape)), strict=True)


def _exactly(actions: Sequence[int], shape: Sequence[int]) -> ExactProfile:
    return tuple(
        tuple(Fraction(place == action) for place in range(m))
        for action, m in zip(actions, shape, strict=True)
    )


def _blocks(game: NormalForm) -> Iterator[Ints]:
    """Yield the numbers of the equilibria in each block."""
    search = _Search(game.payoffs.reshape(game.number_of_players, -1), game.shape)
    for start in range(0, search.size, search.block):
        numbers = search.equilibria(start)
        if game.as_given is not game.payoffs:  # which are rounded
            actions = _actions(numbers, game.shape)
            exact = [lines.is_equilibrium(game, own) for own in actions]
            numbers = numbers[np.array(exact, dtype=np.bool_)]
        yield numbers


@dataclass
class _Search:
    """The search through the blocks of a game.

    Attributes
    ----------
    payoffs : ndarray, shape (n, number of profiles)
    shape : tuple of int
    size : int
        Number of profiles.
    block : int
        Number of profiles in a block.
    strides : list of int
        By how much a profile's number grows when a player takes its next action.
    order : list of int
        The players in the order of comparison: inner before outer, the slowest first.
    """

    payoffs: Array
    shape: tuple[int, ...]

    def __post_init__(self) -> None:
        self.size = prod(self.shape)
        self.strides = [prod(self.shape[i + 1 :]) for i in range(len(self.shape))]
        self.block = min((s for s in self.strides if s >= BLOCK), default=self.size)
        choosing = [i for i, m in enumerate(self.shape) if m > 1]
        self.order = sorted(choosing, key=lambda i: self.strides[i] >= self.block)
        self._across: dict[tuple[int, int], Bools] = {}
        self._tops: dict[tuple[int, int], Array] = {}

    def equilibria(self, start: int) -> Ints:
        """Return the numbers of the equilibria in the block from `start`."""
        alive = np.ones(self.block, dtype=np.bool_)
        players = iter(self.order)
        for player in players:
            self._strike(alive, start, player)
            if np.count_nonzero(alive) * max(self.shape) * SCATTERED < self.block:
                break
        left = np.flatnonzero(alive) + start
        for player in players:
            left = left[self._is_best(left, player)]
        return left

    def _strike(self, alive: Bools, start: int, player: int) -> None:
        """Strike out the profiles of a block where the player has something better."""
        own = self.payoffs[player, start : start + self.block]
        m, stride = self.shape[player], self.strides[player]
        if stride >= self.block:
            alive &= own >= self._top(start, player)
        elif m > FEW:
            _strike_long(own.reshape(-1, m, stride), alive.reshape(-1, m, stride))
        else:
            for step in range(1, m):
                across = self._crossing(player, step)
                low, high = own[: across.size], own[-across.size :]
                alive[: across.size] &= (low >= high) | across
                alive[-across.size :] &= (high >= low) | across

    def _crossing(self, player: int, step: int) -> Bools:
        """Return where the profile that is `step` of an inner player's strides on is off its line.

        Shape (block - step * stride,).
        """
        if (player, step) not in self._across:
            m, stride = self.shape[player], self.strides[player]
            across = np.zeros((self.block // (m * stride), m, stride), dtype=np.bool_)
            across[:, m - step :] = True
            self._across[player, step] = across.reshape(-1)[: -step * stride]
        return self._across[player, step]

    def _top(self, start: int, player: int) -> Array:
        """Return the best on each line of an outer player that meets the block, shape (block,)."""
        m, stride = self.shape[player], self.strides[player]
        first = start - start // stride % m * stride
        own: Array = self.payoffs[player]
        if m == 2:  # the other action is all there is to compare with
            other = first + stride if start == first else first
            return own[other : other + self.block]
        if (player, first) not in self._tops:
            begins = range(first, first + m * stride, stride)
            top: Array = reduce(np.maximum, (own[begin : begin + self.block] for begin in begins))
            self._tops[player, first] = top
        return self._tops[player, first]

    def _is_best(self, numbers: Ints, player: int) -> Bools:
        """Return where the player has nothing better than these profiles."""
        own, m, stride = self.payoffs[player], self.shape[player], self.strides[player]
        first = numbers - numbers // stride % m * stride
        lines = own[first[:, np.newaxis] + stride * np.arange(m)]
        best: Bools = own[numbers] >= lines.max(axis=1)
        return best


def _strike_long(lines: Array, alive: Bools) -> None:
    """Strike out what is not best along the middle axis.

    Both of shape (lines before, m, lines after).
    """
    after = lines.shape[2]
    parts: Sequence[int | slice] = range(after) if after < SHORT else [slice(None)]
    for part in parts:
        outcomes = lines[:, :, part]
        alive[:, :, part] &= outcomes >= outcomes.max(axis=1, keepdims=True)
