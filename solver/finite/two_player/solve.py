"""All Nash equilibria of a two-player game whose players do not weight probabilities."""

from __future__ import annotations

import warnings
from collections import defaultdict
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from games import NormalForm, NotApplicableError, checks
from games.arrays import Array, Fractions, Indices
from games.finite.strategies import Profile
from solver.finite.certificate import Coverage
from solver.finite.solution import Candidate, Component, ProfileSolution, solution_of
from solver.finite.two_player import lemke_howson
from solver.finite.two_player.extreme import Extreme, OverBudgetError, exactly, in_floats
from solver.finite.two_player.polytopes import (
    Pair,
    Polytope,
    Strategy,
    best_response_polytopes,
    is_curved,
    utilities_of,
)

ENGINES = ("auto", "exact", "nashpy", "lemke_howson")
# about five seconds' work
BUDGET = 200_000
# the tableau in which the budget is counted, and what exact arithmetic costs beside floats,
# with numbers of so many bits; with longer ones by the square
UNIT = 16 * 16
EXACT_COST = 20
SHORT = 200
# up to how many actions, of both players together, nashpy is asked unasked, and at most
SMALL, LARGEST_FOR_NASHPY = 6, 14
MOST_COMPONENTS = 10_000
# profiles of nashpy's nearer than this to one that is proved are the same
NEAR = 1e-6
# so many exchanges along Lemke and Howson's paths are made whatever the budget
LEAST_EXCHANGES = 2_000


def solve(game: NormalForm, *, engine: str = "auto", budget: int = BUDGET) -> ProfileSolution:
    """Return every extreme Nash equilibrium, and the maximal sets of equilibria that they span.

    An equilibrium is a pair of points of the two best-response polytopes that together carry every
    label; those that are vertices span all others (Winkels 1979; Jansen 1981; Avis, Rosenberg,
    Savani and von Stengel 2010).

    1. Vertices are enumerated in floats, each one proved; in exact arithmetic if the polytopes
       are not simple, as in degenerate games.
    2. Pairs that carry every label are solved exactly, so that they have no regret at all.
    3. The components are the maximal complete bipartite graphs among the pairs.

    Parameters
    ----------
    game : NormalForm
        Of two players. Floats count as the binary fractions that they are; utilities of curved
        value functions, as those that their floats are.
    engine : {"auto", "exact", "nashpy", "lemke_howson"}
        "exact" leaves out the floats. "nashpy" has nashpy's vertex enumeration compared with the
        result, which "auto" does up to 6 actions in all; `coverage.method` says what it missed.
        "lemke_howson" looks for some equilibria only.
    budget : int
        How many bases of a polytope to visit at most, those of tableaus above 256 entries counted
        as more in proportion, and those in exact arithmetic 20 times. Beyond it some equilibria
        are returned: pure ones, and ends of Lemke and Howson's paths.

    Raises
    ------
    NotApplicableError
        If there are not two players, a player weights probabilities, or nashpy is asked about
        more than 14 actions.

    Examples
    --------
    >>> game = NormalForm([[[3, 3], [2, 5], [0, 6]], [[3, 2], [2, 6], [3, 1]]])
    >>> for equilibrium in solve(game).equilibria:
    ...     print(equilibrium.certificate.exact[0])
    (Fraction(1, 1), Fraction(0, 1), Fraction(0, 1))
    (Fraction(4, 5), Fraction(1, 5), Fraction(0, 1))
    (Fraction(0, 1), Fraction(1, 3), Fraction(2, 3))
    """
    checks.one_of("engine", engine, ENGINES)
    checks.whole("budget", budget, 1)
    if game.number_of_players != 2:
        raise NotApplicableError(f"`game` must have two players here; got {game.number_of_players}")
    if not game.weighs_linearly:
        raise NotApplicableError(
            "a player weights probabilities, so best responses do not form polytopes;"
            " use the concept 'cpt_nash'"
        )
    actions = sum(game.shape)
    if engine == "nashpy" and actions > LARGEST_FOR_NASHPY:
        raise NotApplicableError(
            f"nashpy compares every pair of vertices: `engine` 'nashpy' goes up to"
            f" {LARGEST_FOR_NASHPY} actions in all; got {actions}"
        )
    first, second = best_response_polytopes(game)
    bases = _bases(first, second, budget)
    extreme = None if engine == "lemke_howson" else _extreme(first, second, engine, bases)
    if extreme is None:
        return _some(game, first, second, bases)
    found = candidates(extreme.pairs)
    sets = components(found, MOST_COMPONENTS)
    clauses = [extreme.proof, _exactness(game)]
    consistent = not extreme.regular or len(found) % 2 == 1
    if not consistent:
        clauses.append("yet the number of equilibria is even, which contradicts Wilson (1971)")
    elif extreme.regular:
        clauses.append("the number of equilibria is odd, as it must be here (Wilson 1971)")
    if sets is None:
        clauses.append(f"there are more than {MOST_COMPONENTS} components, which are not listed")
    if engine == "nashpy" or (engine == "auto" and actions <= SMALL):
        clauses.append(nashpy_on(game, [one.profile for one in found]))
    points = sets is not None and all(one.is_point for one in sets)
    coverage = Coverage("; ".join(clauses), consistent, float(consistent and points))
    return solution_of(game, "nash", found, coverage, components=sets or ())


class Bases(NamedTuple):
    """How many bases may be visited."""

    in_floats: int
    exactly: int


def _bases(first: Polytope, second: Polytope, budget: int) -> Bases:
    """Return how many bases `budget` allows for, given what each costs."""
    floats = max(1, budget * UNIT // (first.dimension * second.dimension))
    bits = max(number.bit_length() for one in (first, second) for row in one.rows for number in row)
    return Bases(floats, max(1, floats // (EXACT_COST * max(1, (bits // SHORT) ** 2))))


def _extreme(first: Polytope, second: Polytope, engine: str, bases: Bases) -> Extreme | None:
    """Return the extreme equilibria, None if there is more to visit than `bases`."""
    too_many = False
    if engine != "exact":
        # the fewer dimensions, the fewer vertices as a rule
        turned = first.dimension > second.dimension
        for swapped in (turned, not turned):
            one, other = (second, first) if swapped else (first, second)
            try:
                found = in_floats(one, other, bases.in_floats)
            except OverBudgetError:
                too_many = True
                continue
            if found is None or (found.regular and len(found.pairs) % 2 == 0):
                continue
            if swapped:
                found = found._replace(pairs=[(x, y) for y, x in found.pairs])
            return found
    if too_many:
        return None
    try:
        return exactly(first, second, bases.exactly)
    except OverBudgetError:
        return None


def _some(game: NormalForm, first: Polytope, second: Polytope, bases: Bases) -> ProfileSolution:
    """Return equilibria that are found without visiting all vertices."""
    pure = [
        (_pure(i, first.dimension), _pure(j, second.dimension))
        for i, j in zip(*_best_together(first, second), strict=True)
    ]
    pairs = dict.fromkeys(
        [
            *pure,
            *lemke_howson.ends(first, second, max(bases.in_floats, LEAST_EXCHANGES), bases.exactly),
        ]
    )
    coverage = Coverage(
        "every pure profile, and the ends of the paths of Lemke and Howson (1964), as many as the"
        f" budget allowed; {_exactness(game)}; there may be other equilibria: the vertices of the"
        " best-response polytopes were not all visited",
        complete=False,
    )
    return solution_of(game, "nash", candidates(list(pairs)), coverage)


def _best_together(first: Polytope, second: Polytope) -> tuple[Indices, Indices]:
    """Return the pure equilibria: the row player's actions, and the column player's."""
    own, other = second.matrix, first.matrix.T
    best = (own == own.max(axis=0)) & (other == other.max(axis=1, keepdims=True))
    rows, columns = best.astype(np.bool_).nonzero()
    return rows, columns


def _pure(action: int, size: int) -> Strategy:
    return tuple(Fraction(int(place == action)) for place in range(size))


def _exactness(game: NormalForm) -> str:
    if is_curved(game):
        return "strategies are exact for the utilities as rounded to floats"
    return "strategies are exact"


def candidates(pairs: Sequence[Pair]) -> list[Candidate]:
    """Return the pairs as profiles; those that play early actions most stand first."""
    arrays: dict[int, Array] = {}
    found = []
    for pair in pairs:
        for strategy in pair:
            if id(strategy) not in arrays:
                own = np.array([p.numerator / p.denominator for p in strategy])
                own.setflags(write=False)
                arrays[id(strategy)] = own
        found.append(Candidate((arrays[id(pair[0])], arrays[id(pair[1])]), exact=pair))
    found.sort(key=lambda one: [own.tolist() for own in one.profile], reverse=True)
    return found


def components(found: Sequence[Candidate], limit: int) -> list[Component] | None:
    """Return the maximal sets that extreme equilibria span, None if there are more than `limit`.

    They are the maximal complete bipartite graphs among the equilibria, each one an edge between
    its two strategies (Winkels 1979; Avis, Rosenberg, Savani and von Stengel 2010, section 3).
    """
    rows, own = _distinct([one.profile[0] for one in found])
    columns, other = _distinct([one.profile[1] for one in found])
    if len(rows) == len(columns) == len(found):
        return [Component(((x,), (y,))) for x, y in zip(rows, columns, strict=True)]
    bicliques = maximal_bicliques(zip(own, other, strict=True), limit)
    if bicliques is None:
        return None
    return [
        Component((tuple(rows[i] for i in left), tuple(columns[j] for j in right)))
        for left, right in bicliques
    ]


def _distinct(arrays: Sequence[Array]) -> tuple[list[Array], list[int]]:
    """Return the arrays that differ, and the place of each among them.

    Of strategies that are equal there is one array only.
    """
    known: dict[int, int] = {}
    places = [known.setdefault(id(own), len(known)) for own in arrays]
    return list(dict(zip(places, arrays, strict=True)).values()), places


def maximal_bicliques(
    pairs: Iterable[tuple[int, int]], limit: int
) -> list[tuple[list[int], list[int]]] | None:
    """Return every largest pair of sets of which each left member is tied to each right one.

    The right sides are the nonempty intersections of neighbourhoods of left nodes (the intents of
    formal concept analysis; Ganter and Wille 1999), so they are collected node by node.

    Parameters
    ----------
    pairs : iterable of (int, int)
        The ties, left node and right node.
    limit : int
        Give up, and return None, if there are more than this.

    Examples
    --------
    >>> maximal_bicliques([(0, 0), (0, 1), (1, 1)], 10)
    [([0], [0, 1]), ([0, 1], [1])]
    """
    neighbours: dict[int, set[int]] = defaultdict(set)
    for left, right in pairs:
        neighbours[left].add(right)
    # neighbourhoods that are equal are intersected with the others only once
    found: set[frozenset[int]] = set()
    for own in {frozenset(own) for own in neighbours.values()}:
        found |= {own} | {own & other for other in found}
        found.discard(frozenset())
        if len(found) > limit:
            return None
    return sorted(
        (sorted(left for left, own in neighbours.items() if own >= right), sorted(right))
        for right in found
    )


def nashpy_on(game: NormalForm, proved: Sequence[Profile]) -> str:
    """Return how far nashpy's vertex enumeration agrees with the equilibria `proved`.

    nashpy decides by floats which inequalities are tight; payoffs between 1 and 2 spare it most of
    the errors that large, small or negative ones lead it into.

    Parameters
    ----------
    game : NormalForm
        Of two players who do not weight probabilities.
    proved : sequence of profiles
        All extreme equilibria.

    Returns
    -------
    str
        A clause for the account of a search.
    """
    from games.finite.conversions import to_nashpy

    scaled = NormalForm([_between_one_and_two(own) for own in utilities_of(game)])
    try:
        # degenerate games make it warn, and games of one action make Qhull refuse
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            listed = [np.concatenate(profile) for profile in to_nashpy(scaled).vertex_enumeration()]
    except (ArithmeticError, RuntimeError, TypeError, ValueError) as error:
        return f"nashpy's vertex enumeration gave up ({type(error).__name__})"
    known = [np.concatenate(profile) for profile in proved]
    missed = sum(not any(_near(one, other) for other in listed) for one in known)
    wrong = sum(not any(_near(one, other) for other in known) for one in listed)
    return (
        f"nashpy's vertex enumeration found {len(known) - missed} of these {len(known)}"
        f" and {wrong} that are none"
    )


def _between_one_and_two(utilities: Fractions) -> Array:
    low = utilities.min()
    spread = utilities.max() - low or 1
    return np.array((utilities - low) / spread, dtype=np.float64) + 1.0


def _near(one: Array, other: Array) -> bool:
    return bool((abs(one - other) <= NEAR).all())
