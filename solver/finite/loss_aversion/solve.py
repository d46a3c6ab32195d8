"""Loss-aversion equilibria of two players, by exact polynomials (Shalev 2000).

What they are, and what profiles are worth by their own references, stands in
`solver.finite.loss_aversion.references`; where a player is indifferent, in `indifference`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import combinations

import numpy as np

from games import NormalForm, NotApplicableError, checks
from games.arrays import Array
from games.finite.strategies import Profile
from solver.finite.certificate import Coverage, ExactProfile, Measures
from solver.finite.loss_aversion import references
from solver.finite.loss_aversion.indifference import Indifference, Support, Vertex
from solver.finite.proofs.boxes import Box
from solver.finite.solution import Candidate, ProfileSolution, solution_of
from solver.numerics.polynomials import Ball
from solver.prospects.balls import PRECISION, bounds

# the first player's strategy, which makes the second indifferent, and the second's
Pair = tuple[Vertex, Vertex]
Face = tuple[Support, Support]
Sides = tuple[Indifference, Indifference]

NOTION = "loss_aversion_equilibrium"
# about ten seconds' work
BUDGET = 20_000
MOST_ACTIONS = 100
# how many faces of the strategy space around an equilibrium are looked into
MOST_FACES = 4096


def solve(game: NormalForm, *, budget: int = BUDGET) -> ProfileSolution:
    """Return the loss-aversion equilibria of a two-player game, exactly.

    1. For each player and pair of supports of equal size, the points at which it is indifferent
       are found among the roots of polynomials (`solver.finite.loss_aversion.indifference`).
    2. Two of these points that fit each other are an equilibrium. All isolated equilibria are
       found so, and with them all there are unless payoffs happen to coincide.
    3. An equilibrium that is none of these belongs to a continuum with the same supports. They lie
       between the supports of an equilibrium of step 2 and its best actions, and stand in
       `coverage.unresolved` where they are not excluded.

    Parameters
    ----------
    game : NormalForm
        Of two players, each with expected utility, or with loss aversion of at least 1 and neither
        curvature nor weighting. The game's `references` are not used.
    budget : int
        How many steps to take at most: one for each set of actions that the other mixes, and one
        for each pair of supports and interval between outcomes. About 7 actions each are within
        the default. Beyond it only equilibria with small supports are returned.

    Raises
    ------
    NotApplicableError
        If there are not two players, their preferences are others, or a player has more than 100
        actions.

    Examples
    --------
    >>> from games import CumulativeProspectTheory
    >>> averse = CumulativeProspectTheory(loss_aversion=2.25).without("curvature", "weighting")
    >>> pennies = NormalForm([[[1, -1], [-1, 1]], [[-1, 1], [1, -1]]], preferences=averse)
    >>> [equilibrium.profile[0].tolist() for equilibrium in solve(pennies).equilibria]
    [[0.5, 0.5]]
    >>> solve(pennies).equilibria[0].values["1"] == -5 / 13  # its reference
    True
    """
    checks.whole("budget", budget, 1)
    if game.number_of_players != 2:
        raise NotApplicableError(f"`game` must have two players here; got {game.number_of_players}")
    if max(game.shape) > MOST_ACTIONS:
        raise NotApplicableError(
            f"`game` must have at most {MOST_ACTIONS} actions a player here; got {max(game.shape)}"
        )
    sides = _sides(game)
    searched = _search(sides, budget)
    pairs = _fitting(sides)
    unresolved = _unresolved(sides, pairs) if searched else None
    coverage = _coverage(game, searched, unresolved)
    settled = [unresolved is not None and _face(pair) not in unresolved for pair in pairs]
    found = candidates(pairs, settled, game.shape)
    return solution_of(game, NOTION, found, coverage, measures=MEASURES)


def confirms(game: NormalForm, profile: Profile, box: Box) -> bool:
    """Return whether a box holds a profile and, by a new proof, exactly one equilibrium.

    The equilibria with the supports of the profile are found anew: just one may meet the box, and
    all of its enclosure must lie within.
    """
    rows, columns = (tuple(np.flatnonzero(own).tolist()) for own in profile)
    first, second = sides = _sides(game)
    if len(rows) != len(columns) or not _may_hold(sides, rows, columns):
        return False
    first.search(rows, columns)
    second.search(columns, rows)
    if not (first.is_finite(rows, columns) and second.is_finite(columns, rows)):
        return False
    found = [enclosure(pair, game.shape) for pair in _fitting(sides)]
    meeting = [one for one in found if _below(box.low, one.high) and _below(one.low, box.high)]
    return (
        len(meeting) == 1
        and _below(box.low, meeting[0].low)
        and _below(meeting[0].high, box.high)
        and _below(box.low, profile)
        and _below(profile, box.high)
    )


def _below(low: Profile, high: Profile) -> bool:
    return all(bool((a <= b).all()) for a, b in zip(low, high, strict=True))


def _sides(game: NormalForm) -> Sides:
    factors = references.loss_factors(game)
    first, second = game.exact_payoffs
    return Indifference(first, factors[0]), Indifference(second.T, factors[1])


def _fitting(sides: Sides) -> list[Pair]:
    """Return the vertices of both players that are equilibria together."""
    return [
        (x, y)
        for x in sides[1].vertices
        for y in sides[0].vertices
        if y.best.issuperset(x.support) and x.best.issuperset(y.support)
    ]


def _search(sides: Sides, budget: int) -> bool:
    """Find the vertices of both players; return whether the budget sufficed for all."""
    return all(sum(side.work for side in sides) <= budget for _ in _steps(sides))


def _steps(sides: Sides) -> Iterator[None]:
    """Search one pair of supports after the other, small ones first."""
    for size in range(1, min(sides[0].shape) + 1):
        for side in sides:
            for columns in combinations(range(side.shape[1]), size):
                yield
                for rows in combinations(side.undominated(columns), size):
                    side.search(rows, columns)
                    yield


def _face(pair: Pair) -> Face:
    return pair[0].support, pair[1].support


def _unresolved(sides: Sides, pairs: Sequence[Pair]) -> set[Face] | None:
    """Return the faces that may hold equilibria besides `pairs`, None if there are too many.

    Where a face holds any, the sets of each player's agreeing points on it have vertices x and y;
    their supports lie within those of the face, and the face's within their best actions, so that
    they are a pair themselves.
    """
    first, second = sides
    seen: set[Face] = set()
    for x, y in pairs:
        for rows in _between(x.support, y.best):
            for columns in _between(y.support, x.best):
                seen.add((rows, columns))
                if len(seen) > MOST_FACES:
                    return None
    return {
        (rows, columns)
        for rows, columns in seen
        if not (first.is_finite(rows, columns) and second.is_finite(columns, rows))
        and _may_hold(sides, rows, columns)
    }


def _may_hold(sides: Sides, rows: Support, columns: Support) -> bool:
    """Return whether no action of a face is dominated there."""
    first, second = sides
    return set(rows) <= set(first.undominated(columns)) and set(columns) <= set(
        second.undominated(rows)
    )


def _between(inner: Support, outer: frozenset[int]) -> Iterator[Support]:
    """Yield every set that includes `inner` and lies within `outer`."""
    others = sorted(outer.difference(inner))
    for size in range(len(others) + 1):
        for more in combinations(others, size):
            yield tuple(sorted(inner + more))


def _coverage(game: NormalForm, searched: bool, unresolved: set[Face] | None) -> Coverage:
    method = (
        "all points at which a player is indifferent over as many actions as the other mixes, by"
        " the real roots of exact polynomials; two that fit each other are an equilibrium, and any"
        " other one lies in a face around such an equilibrium"
    )
    everywhere = tuple(tuple(range(m)) for m in game.shape)
    faces = np.prod([2.0**m - 1 for m in game.shape])
    if not searched:
        method += "; larger supports were left out as the budget was spent"
    elif unresolved is None:
        method += f"; there are more than {MOST_FACES} such faces, which are not listed"
    elif unresolved:
        method += "; the faces left may hold others, which are not isolated"
    open_faces = [everywhere] if unresolved is None else sorted(unresolved)
    return Coverage(
        method,
        complete=unresolved is not None and not unresolved,
        share_empty=0.0 if unresolved is None else float(1 - len(unresolved) / faces),
        unresolved=tuple(_whole(face, game.shape) for face in open_faces),
    )


def _whole(face: tuple[Support, ...], shape: Sequence[int]) -> Box:
    """Return the box of all profiles with the supports given."""
    high = tuple(
        np.isin(np.arange(m), own).astype(np.float64) for own, m in zip(face, shape, strict=True)
    )
    return Box(tuple(np.zeros(m) for m in shape), high)


# Profiles of two players whose probabilities are algebraic numbers: exact ones, or boxes.


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


# a player's value of a profile is its reference
MEASURES = Measures(
    references.references,
    references.regrets,
    references.regret_bounds,
    references.reference_rule,
    references.action_values,
    confirms=confirms,
)
