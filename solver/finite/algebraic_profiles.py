"""Profiles of two players whose probabilities are algebraic numbers: exact ones, or boxes."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from games.arrays import Array
from solver.finite.certificate import Box, ExactProfile
from solver.finite.indifference import Vertex
from solver.finite.polynomials import Ball
from solver.finite.profile_solution import Candidate
from solver.finite.rigorous import PRECISION, bounds

# the first player's strategy, which makes the second indifferent, and the second's
Pair = tuple[Vertex, Vertex]


def candidates(
    pairs: Sequence[Pair], settled: Sequence[bool], shape: Sequence[int]
) -> list[Candidate]:
    """Return equilibria as profiles, those that play early actions most first.

    A profile that is not rational comes with a box instead of exact numbers: it holds no other
    equilibrium, if all of those with the same supports are known.

    Parameters
    ----------
    pairs : sequence of pairs of Vertex
    settled : sequence of bool
        Whether all equilibria with the supports of a pair are known.
    shape : sequence of int
        How many actions each player has.
    """
    boxes = [enclosure(pair, shape) for pair in pairs]
    low = [np.concatenate(box.low) for box in boxes]
    high = [np.concatenate(box.high) for box in boxes]
    found = []
    for place, pair in enumerate(pairs):
        exact = _exact(pair, shape)
        if exact is not None:
            profile = tuple(_fixed(np.array(own, dtype=np.float64)) for own in exact)
            found.append(Candidate(profile, exact=exact))
            continue
        meeting = (low[place] <= high) & (low <= high[place])
        alone = settled[place] and np.count_nonzero(meeting.all(axis=1)) == 1
        near = tuple(
            _spread(list(map(float, _balls(vertex))), vertex, m)
            for vertex, m in zip(pair, shape, strict=True)
        )
        found.append(Candidate(near, box=boxes[place] if alone else None))
    found.sort(key=lambda one: [own.tolist() for own in one.profile], reverse=True)
    return found


def _exact(pair: Pair, shape: Sequence[int]) -> ExactProfile | None:
    """Return a profile in fractions, None if it is irrational."""
    strategies = []
    for vertex, m in zip(pair, shape, strict=True):
        weights = vertex.root.fractions(vertex.weights)
        if weights is None:
            return None
        chances = dict(zip(vertex.support, weights, strict=True))
        strategies.append(tuple(chances.get(action, Fraction(0)) for action in range(m)))
    return tuple(strategies)


def enclosure(pair: Pair, shape: Sequence[int]) -> Box:
    """Return the box of floats around a profile that balls of 128 bits give."""
    low, high = [], []
    for vertex, m in zip(pair, shape, strict=True):
        ends = [bounds(ball) for ball in _balls(vertex)]
        low.append(_spread([end[0] for end in ends], vertex, m))
        high.append(_spread([end[1] for end in ends], vertex, m))
    return Box(tuple(low), tuple(high))


def _balls(vertex: Vertex) -> list[Ball]:
    return [vertex.root.value(weight, PRECISION) for weight in vertex.weights]


def _spread(chances: Sequence[float], vertex: Vertex, m: int) -> Array:
    strategy = np.zeros(m)
    strategy[list(vertex.support)] = chances
    return _fixed(strategy)


def _fixed(strategy: Array) -> Array:
    strategy.setflags(write=False)
    return strategy
