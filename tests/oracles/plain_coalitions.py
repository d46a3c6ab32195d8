"""Cooperative games for tests: random ones, and solutions by their definitions, slowly."""

from functools import cache
from itertools import combinations, permutations

import numpy as np
from hypothesis import strategies as st

from games.cooperative.characteristic_function import CharacteristicFunction
from games.finite.linear_programme import maximise


def by_size(worths):
    """Return the game of worths listed as books do: single players, pairs, ..., all."""
    n = (len(worths) + 1).bit_length() - 1
    values = [0.0] * (1 << n)
    coalitions = [c for size in range(1, n + 1) for c in combinations(range(n), size)]
    for coalition, worth in zip(coalitions, worths, strict=True):
        values[sum(1 << player for player in coalition)] = worth
    return CharacteristicFunction(values)


@cache
@st.composite
def cooperative(draw, most=4, least=1):
    """Draw a game: of small whole numbers, with many ties, or of floats."""
    n = draw(st.integers(least, most))
    worth = draw(st.sampled_from([st.integers(-2, 5), st.integers(0, 1), st.floats(-10, 10)]))
    values = draw(st.lists(worth, min_size=(1 << n) - 1, max_size=(1 << n) - 1))
    return CharacteristicFunction([0, *(round(float(value), 6) for value in values)])


@cache
@st.composite
def with_imputations(draw, most=4, least=1):
    """Draw a game in which all can get at least what they are worth alone."""
    game = draw(cooperative(most, least))
    values = game.values.copy()
    values[-1] = max(values[-1], game.singles.sum() + draw(st.sampled_from([0.0, 1.0, 3.5])))
    return CharacteristicFunction(values)


def ordered_mean(game, orders):
    """Return what each player adds to those before it, on average over orders."""
    total = np.zeros(game.n)
    for order in orders:
        before = 0
        for player in order:
            total[player] += game.values[before | 1 << player] - game.values[before]
            before |= 1 << player
    return total / len(orders)


def plain_shapley(game):
    return ordered_mean(game, list(permutations(range(game.n))))


def plain_owen(game, unions):
    """Average over the orders in which the members of each union come one after the other."""
    orders = [
        order
        for order in permutations(range(game.n))
        if all(np.ptp([order.index(player) for player in one]) == len(one) - 1 for one in unions)
    ]
    return ordered_mean(game, orders)


def plain_banzhaf(game):
    added = [
        np.mean([game.values[s | 1 << i] - game.values[s] for s in without(game.n, i)])
        for i in range(game.n)
    ]
    return np.array(added)


def without(players, player):
    return [s for s in range(1 << players) if not s >> player & 1]


def parts(members, ties):
    """Return the connected parts of a set of players."""
    left, found = set(members), []
    while left:
        part = {left.pop()}
        while more := {j for i in part for j in left if {i, j} in ties}:
            part |= more
            left -= more
        found.append(part)
    return found


def plain_nucleolus(game, individually_rational=True):
    """Solve one programme a level, and one for each coalition to see if its excess can fall."""
    n = game.n
    indicators = np.array([[s >> i & 1 for i in range(n)] for s in range(1 << n)], dtype=float)
    lows = game.singles if individually_rational else np.full(n, None)
    bounds = [*((low, None) for low in lows), (None, None)]
    fixed = {(1 << n) - 1: game.total}
    free = set(range(1, (1 << n) - 1))
    while free:
        best = level(game, indicators, free, fixed, bounds)
        for s in sorted(free):
            if level(game, indicators, free, fixed, bounds, least=best, own=s) - best < 1e-6:
                fixed[s] = game.values[s] + best
        free -= set(fixed)
    return np.linalg.lstsq(
        indicators[list(fixed)], np.array(list(fixed.values()), dtype=float), rcond=None
    )[0]


def level(game, indicators, free, fixed, bounds, least=None, own=None):
    """Return the greatest least surplus, or that of one coalition if none is below `least`."""
    n, places = game.n, sorted(free)
    if own is None:
        objective = np.append(np.zeros(n), 1.0)
    else:
        objective = np.append(indicators[own], 0.0)
        bounds = [*bounds[:-1], (least - 1e-9, least)]
    found = maximise(
        objective,
        np.hstack([-indicators[places], np.ones((len(places), 1))]),
        -game.values[places],
        np.hstack([indicators[list(fixed)], np.zeros((len(fixed), 1))]),
        np.array(list(fixed.values())),
        bounds=bounds,
    )
    return found.value - (0.0 if own is None else game.values[own])
