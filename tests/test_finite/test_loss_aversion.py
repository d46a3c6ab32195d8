"""Loss-aversion equilibria (Shalev 2000): derived values, Nash as a special case, two twins."""

import io
from fractions import Fraction
from itertools import pairwise, permutations, product
from math import prod, sqrt

import numpy as np
import pygambit
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import brentq
from strategies import fixed, one_from

from games import (
    CumulativeProspectTheory,
    ExpectedUtility,
    InvalidGameError,
    NormalForm,
    NotApplicableError,
    Prelec,
)
from solver.finite.loss_aversion import references
from solver.finite.loss_aversion import solve as loss_aversion
from solver.finite.loss_aversion.indifference import Indifference
from solver.finite.proofs.boxes import Box
from solver.numerics import polynomials
from solver.numerics.polynomials import integral, rational
from solver.results import Status

HALF = Fraction(1, 2)
PENNIES = [[[1, -1], [-1, 1]], [[-1, 1], [1, -1]]]
SEXES = [[[2, 0], [0, 1]], [[1, 0], [0, 2]]]
DILEMMA = [[[3, 0], [5, 1]], [[3, 5], [0, 1]]]
SCISSORS = [[[0, -1, 1], [1, 0, -1], [-1, 1, 0]], [[0, 1, -1], [-1, 0, 1], [1, -1, 0]]]


def averse(factor):
    """Return the preference with `loss_aversion` 1 + l and nothing else."""
    return CumulativeProspectTheory(loss_aversion=factor).without("curvature", "weighting")


def game_of(payoffs, *factors):
    return NormalForm(payoffs, preferences=[averse(float(factor)) for factor in factors])


def profiles(solution):
    """Return the equilibria, exactly where they are rational."""
    return [
        one.certificate.exact or tuple(tuple(own.tolist()) for own in one.profile)
        for one in solution.equilibria
    ]


def worst_bound(game, profile):
    return max(references.regret_bounds(game, profile))


def reference_by_bisection(outcomes, chances, aversion):
    """Return the r with E u(x; r) = r, from the definition of u.

    Of many lotteries over the same outcomes, if the `chances` of each outcome are an array.
    """
    chances = np.array(chances)
    low, high = (np.full(chances.shape[1:], float(end(outcomes))) for end in (min, max))
    x = np.array(outcomes, dtype=float).reshape(-1, *[1] * low.ndim)
    for _ in range(52):
        r = (low + high) / 2
        worth = (chances * np.where(x >= r, x, x - aversion * (r - x))).sum(axis=0)
        low, high = np.where(worth > r, r, low), np.where(worth > r, high, r)
    return (low + high) / 2


def exact_reference(outcomes, chances, factor):
    """Return the r with E v(x - r) = 0: the mean that makes losses of just the worst outcomes."""
    for top in sorted(set(outcomes)):
        weights = [p * (factor if x <= top else 1) for x, p in zip(outcomes, chances, strict=True)]
        r = sum(w * x for w, x in zip(weights, outcomes, strict=True)) / sum(weights)
        if top <= r and all(x >= r for x in outcomes if x > top):
            return r
    raise AssertionError


# Derived values


@pytest.mark.parametrize("stake", [1, 3, Fraction(1, 7)])
def test_matching_pennies(stake):
    """With l = 1.25, (1 - r) = 2.25 (1 + r): r is -5/13 of the stake."""
    game = game_of(np.array(PENNIES, dtype=object) * stake, 2.25, 2.25)
    solution = loss_aversion.solve(game)
    assert solution.status is Status.COMPLETE
    assert profiles(solution) == [((HALF, HALF), (HALF, HALF))]
    exact = references.exact_references(game, profiles(solution)[0])
    assert exact == (-Fraction(5, 13) * stake,) * 2
    assert references.references(game, profiles(solution)[0]) == tuple(map(float, exact))
    assert worst_bound(game, profiles(solution)[0]) == 0


@pytest.mark.parametrize("payoffs", [PENNIES, SEXES])
def test_more_loss_aversion_costs_the_player_itself_alone(payoffs):
    """What Shalev (2000, section 5) says of the mixed equilibria of these two games."""
    mixed, found = [], []
    for factor in (1, 1.5, 2.25, 4):
        game = game_of(payoffs, factor, 2)
        solution = loss_aversion.solve(game)
        assert solution.status is Status.COMPLETE
        (profile,) = [one for one in profiles(solution) if 0 < one[0][0] < 1]
        mixed.append(profile)
        found.append(references.exact_references(game, profile))
    own, other = zip(*found, strict=True)
    assert all(after < before for before, after in pairwise(own))
    assert np.ptp(np.array(other, dtype=float)) < 1e-15
    assert len({first for first, _ in mixed}) == 1


def test_an_irrational_equilibrium():
    """For the rows (3, 0) and (1, 2) with 1 + l = 2: (3 - r)(2 - r) = 4 r (r - 1)."""
    game = game_of([[[3, 0], [1, 2]], [[-1, 1], [1, -1]]], 2, 1)
    solution = loss_aversion.solve(game)
    r = (sqrt(73) - 1) / 6
    (found,) = solution.equilibria
    assert found.certificate.exact is None
    assert found.profile[0].tolist() == [0.5, 0.5]
    assert found.profile[1][0] == pytest.approx(2 * r / (3 + r), abs=1e-15)
    assert references.references(game, found.profile)[0] == pytest.approx(r, abs=1e-15)
    assert references.regrets(game, found.profile) == pytest.approx([0, 0], abs=1e-15)
    assert 0 < worst_bound(game, found.profile) < 1e-14
    box = found.certificate.box
    assert box.width < 1e-15
    for low, own, high in zip(box.low, found.profile, box.high, strict=True):
        assert ((low < own) & (own < high)).all()
    assert found.certificate.verify()
    # between the ends of the box the first player's preference turns
    for low, high in ((box.low[1], box.high[1]), (box.high[1], box.low[1])):
        ends = (Fraction(low[0]), 1 - Fraction(low[0]))
        first = references.exact_references(game, ((1, 0), ends))[0]
        second = references.exact_references(game, ((0, 1), ends))[0]
        assert (first > second) == (low[0] > high[0])


def test_what_the_certificate_says():
    game = game_of(PENNIES, 2.25, 1)
    (one,) = loss_aversion.solve(game).equilibria
    assert one.values == {"1": -5 / 13, "2": 0}
    assert one.certificate.bounds == {"1": 0, "2": 0}
    assert one.regret == pytest.approx(0, abs=1e-15)
    assert one.certificate.notion == "loss_aversion_equilibrium"
    assert "own expected utility" in one.certificate.reference_rule
    assert one.certificate.verify()
    assert one.certificate.slack == {"1": np.inf, "2": np.inf}
    strict = loss_aversion.solve(game_of(DILEMMA, 2, 2)).equilibria[0]
    # the first player's reference is 1, and 0 is a loss from there
    assert strict.certificate.slack == {"1": 2, "2": 2}


def test_a_box_is_confirmed_only_with_one_equilibrium_inside():
    game = game_of([[[3, 0], [1, 2]], [[-1, 1], [1, -1]]], 2, 1)
    (found,) = loss_aversion.solve(game).equilibria
    half, (q, _) = found.profile
    near = 2.0**-40

    def confirmed(low, high, profile=found.profile):
        ends = [
            (half - near, np.array([one, 1 - other])) for one, other in ((low, high), (high, low))
        ]
        return loss_aversion.confirms(game, profile, Box(ends[0], (half + near, ends[1][1])))

    assert confirmed(q - near, q + near)
    assert not confirmed(q + near, q + 2 * near)
    assert not confirmed(q, q + near)
    assert not confirmed(q - near, q)
    away = (half, np.array([q + 2 * near, 1 - q - 2 * near]))
    assert not confirmed(q - near, q + near, away)
    pure = (np.array([1.0, 0.0]), np.array([1.0, 0.0]))
    assert not loss_aversion.confirms(game, pure, Box(pure, pure))
    uneven = (half, np.array([1.0, 0.0]))
    assert not loss_aversion.confirms(game, uneven, Box(uneven, uneven))
    idle = game_of(np.zeros((2, 2, 2)), 2, 2)
    even = (half, half)
    assert not loss_aversion.confirms(idle, even, Box(even, even))


def test_pure_nash_equilibria_stay_for_any_loss_aversion():
    for factors in ((1, 1), (2, 5)):
        solution = loss_aversion.solve(game_of(DILEMMA, *factors))
        assert profiles(solution) == [((0, 1), (0, 1))]
        assert solution.status is Status.COMPLETE


def test_the_references_of_the_game_play_no_part():
    game = game_of(SEXES, 2, 3)
    there = NormalForm(SEXES, preferences=game.preferences, references=[7, -7])
    assert profiles(loss_aversion.solve(there)) == profiles(loss_aversion.solve(game))


# Nash equilibrium as a special case, and pygambit


def nash_by_pygambit(payoffs):
    """Return all extreme Nash equilibria, by vertex enumeration in rational numbers."""
    m, n = payoffs.shape[1:]
    names = ["{ " + " ".join(f'"{k + 1}"' for k in range(size)) + " }" for size in (m, n)]
    cells = (f"{payoffs[0, i, j]} {payoffs[1, i, j]}" for j in range(n) for i in range(m))
    text = f'NFG 1 R "g" {{ "1" "2" }}\n{{ {" ".join(names)} }}\n""\n\n{" ".join(cells)}\n'
    found = pygambit.nash.enummixed_solve(pygambit.read_nfg(io.StringIO(text)), rational=True)
    return {
        tuple(
            tuple(Fraction(str(profile[player][str(k + 1)])) for k in range(size))
            for player, size in (("1", m), ("2", n))
        )
        for profile in found.equilibria
    }


@pytest.mark.parametrize("preferences", [ExpectedUtility(), averse(1)])
@pytest.mark.parametrize(
    ("payoffs", "count"), [(PENNIES, 1), (SEXES, 3), (DILEMMA, 1), (SCISSORS, 1)]
)
def test_without_loss_aversion_it_is_nash(payoffs, count, preferences):
    game = NormalForm(payoffs, preferences=preferences)
    solution = loss_aversion.solve(game)
    assert solution.status is Status.COMPLETE
    assert set(profiles(solution)) == nash_by_pygambit(game.payoffs.astype(int))
    assert len(solution.equilibria) == count
    for profile in profiles(solution):
        assert game.regret(profile) == pytest.approx([0, 0], abs=1e-15)


@st.composite
def payoff_tables(draw, most, levels):
    """Draw payoffs of two players among few numbers, so that there are ties."""
    m, n, high = draw(st.integers(1, most)), draw(st.integers(1, most)), draw(one_from(levels))
    seed = draw(st.integers(0, 2**32 - 1))
    return np.random.default_rng(seed).integers(high, size=(2, m, n))


@given(payoff_tables(4, (2, 3, 6, 50)))
@fixed(60)
def test_without_loss_aversion_it_is_nash_with_ties_too(payoffs):
    found = profiles(loss_aversion.solve(NormalForm(payoffs)))
    assert set(found) == nash_by_pygambit(payoffs)
    assert len(found) == len(set(found))


# Two twins


def mixed_by_bisection(rows, aversion):
    """Return where the better of two lotteries over two outcomes changes, on a fine grid."""

    def lead(q):
        first, second = (
            reference_by_bisection(row, np.array([q, 1 - q]), aversion) for row in rows
        )
        return first - second

    grid = (np.arange(400) + 0.5) / 400
    signs = np.sign(lead(grid))
    changes = np.flatnonzero(signs[:-1] != signs[1:])
    return [brentq(lead, grid[k], grid[k + 1], xtol=1e-12) for k in changes]


@given(st.permutations(range(8)), one_from((0, 0.5, 1.25, 6)), one_from((0, 1.25, 3)))
@fixed(25)
def test_two_by_two_games_by_bisection(order, first, second):
    """All outcomes differ, so pure equilibria are strict and the mixed ones use both actions."""
    payoffs = np.array(order, dtype=float).reshape(2, 2, 2)
    expected = [
        ((1.0 - i, float(i)), (1.0 - j, float(j)))
        for i, j in product(range(2), repeat=2)
        if payoffs[0, i, j] > payoffs[0, 1 - i, j] and payoffs[1, i, j] > payoffs[1, i, 1 - j]
    ]
    expected += [
        ((p, 1 - p), (q, 1 - q))
        for p in mixed_by_bisection(payoffs[1].T.tolist(), second)
        for q in mixed_by_bisection(payoffs[0].tolist(), first)
    ]
    game = game_of(payoffs, 1 + first, 1 + second)
    solution = loss_aversion.solve(game)
    assert solution.status is Status.COMPLETE
    found = [np.concatenate(one.profile).tolist() for one in solution.equilibria]
    assert np.allclose(sorted(found), sorted([*p, *q] for p, q in expected), atol=1e-9)
    for profile in profiles(solution):
        assert worst_bound(game, profile) < 1e-13


def simplex(m, parts):
    """Return the strategies whose probabilities are multiples of 1 / `parts`."""
    return [
        tuple(Fraction(k, parts) for k in counts)
        for counts in product(range(parts + 1), repeat=m)
        if sum(counts) == parts
    ]


def highest(rows, chances, factor):
    """Return which lotteries have the highest consistent reference."""
    own = [exact_reference(row, chances, Fraction(factor)) for row in rows.tolist()]
    return {a for a, r in enumerate(own) if r == max(own)}


@given(payoff_tables(3, (2, 3)), one_from((1, 1.5, 2, 3)), one_from((1, 2, 2.5)))
@fixed(25)
def test_every_equilibrium_on_a_grid_is_found_or_said_to_be_open(payoffs, first, second):
    solution = loss_aversion.solve(game_of(payoffs, first, second))
    found = profiles(solution)
    open_faces = [
        tuple(frozenset(np.flatnonzero(high)) for high in box.high)
        for box in solution.coverage.unresolved
    ]
    rows, columns = (simplex(m, 4) for m in payoffs.shape[1:])
    best_rows = {q: highest(payoffs[0], q, first) for q in columns}
    best_columns = {p: highest(payoffs[1].T, p, second) for p in rows}
    for p, q in product(rows, columns):
        face = tuple(frozenset(np.flatnonzero(own)) for own in (p, q))
        if face[0] <= best_rows[q] and face[1] <= best_columns[p]:
            assert (p, q) in found or face in open_faces
    assert solution.coverage.complete == (not open_faces)
    assert found


@given(st.integers(0, 2**32 - 1), st.integers(2, 4), st.integers(2, 4))
@fixed(15)
def test_games_without_ties_have_an_odd_number_all_found(seed, m, n):
    """The index of equilibria adds up to 1, as it does for l = 0."""
    rng = np.random.default_rng(seed)
    game = game_of(rng.normal(size=(2, m, n)), *rng.choice([1, 1.5, 2.25, 5], size=2))
    solution = loss_aversion.solve(game)
    assert solution.coverage.complete
    assert solution.coverage.share_empty == 1
    assert len(solution.equilibria) % 2 == 1
    for one in solution.equilibria:
        assert (one.certificate.exact is None) == (one.certificate.box is not None)
        assert max(references.regrets(game, one.profile)) < 1e-13
        assert worst_bound(game, one.profile) < 1e-13


# Invariance


@given(payoff_tables(3, (4, 30)), one_from((1.5, 2.25, 4)))
@fixed(25)
def test_a_constant_shifts_the_reference_and_a_factor_scales_it(payoffs, factor):
    game = game_of(payoffs, factor, 2)
    moved = np.array(payoffs, dtype=object)
    moved[0] = moved[0] * Fraction(3, 7) - Fraction(11, 3)
    other = game_of(moved, factor, 2)
    before, after = loss_aversion.solve(game), loss_aversion.solve(other)
    assert after.status is before.status
    assert len(before.equilibria) == len(after.equilibria)
    for one, two in zip(profiles(before), profiles(after), strict=True):
        for own, same in zip(one, two, strict=True):
            assert np.array(own, dtype=float) == pytest.approx(np.array(same, dtype=float))
        own, same = references.exact_references(game, one)
        scaled, still = references.exact_references(other, one)
        assert (scaled, still) == (own * Fraction(3, 7) - Fraction(11, 3), same)


def test_the_order_of_actions_and_players_plays_no_part():
    payoffs = np.random.default_rng(3).integers(-9, 9, size=(2, 3, 3))
    game = game_of(payoffs, 3, 1.5)
    found = {tuple(map(tuple, one)) for one in profiles(loss_aversion.solve(game))}
    for order in permutations(range(3)):
        turned = game_of(payoffs[::-1, :, order].swapaxes(1, 2), 1.5, 3)
        assert found == {
            (tuple(p), tuple(q[order.index(k)] for k in range(3)))
            for q, p in profiles(loss_aversion.solve(turned))
        }


# Profiles that are no equilibrium


def test_the_regret_of_a_profile_counts_its_own_mixing_in_the_reference():
    game = game_of(PENNIES, 2.25, 1)
    profile = [[0.5, 0.5], [0.75, 0.25]]
    # heads wins with chance 1/2 whatever the other does, as the first player mixes evenly
    assert references.exact_references(game, profile) == (-Fraction(5, 13), 0)
    # heads: 3/4 (1 + 5/13) - 1/4 (2.25) (1 - 5/13); the second player is indifferent
    worth = Fraction(3, 4) * Fraction(18, 13) - Fraction(1, 4) * Fraction(9, 4) * Fraction(8, 13)
    assert references.regrets(game, profile) == pytest.approx([float(worth), 0], abs=1e-15)
    bounds = references.regret_bounds(game, profile)
    assert bounds[0] == np.nextafter(float(worth), 2) or bounds[0] == float(worth) >= worth
    assert bounds[1] == 0
    values = references.action_values(game, profile)
    assert values[0] == pytest.approx([float(worth) - 5 / 13, -float(worth) - 5 / 13], abs=1e-15)
    assert references.references(game, profile) == (-5 / 13, 0)


@given(
    st.integers(0, 2**32 - 1),
    st.lists(st.integers(1, 3), min_size=1, max_size=3),
    one_from((1, 2, 3.5)),
)
@fixed(40)
def test_references_of_any_number_of_players_by_bisection(seed, shape, factor):
    rng = np.random.default_rng(seed)
    game = NormalForm(rng.normal(size=(len(shape), *shape)), preferences=averse(factor))
    profile = [rng.dirichlet(np.ones(m)) for m in shape]
    chances = [prod(map(float, cell)) for cell in product(*profile)]
    points = references.references(game, profile)
    for i, (own, reference) in enumerate(zip(profile, points, strict=True)):
        outcomes = game.payoffs[i].ravel().tolist()
        assert reference == pytest.approx(
            reference_by_bisection(outcomes, chances, factor - 1), abs=1e-12
        )
        assert own @ references.action_values(game, profile)[i] == pytest.approx(
            reference, abs=1e-12
        )
    regrets = references.regrets(game, profile)
    assert references.regret_bounds(game, profile) == pytest.approx(regrets, abs=1e-12)


# Games with a continuum of equilibria, and limits


def test_a_continuum_is_said_to_be_open():
    """The first player is indifferent whatever happens, the second has a best action."""
    game = game_of([[[1, 1], [1, 1]], [[1, 0], [1, 0]]], 2, 2)
    solution = loss_aversion.solve(game)
    assert solution.status is Status.PARTIAL
    assert profiles(solution) == [((1, 0), (1, 0)), ((0, 1), (1, 0))]
    (box,) = solution.coverage.unresolved
    assert [own.tolist() for own in box.high] == [[1, 1], [1, 0]]
    assert [own.tolist() for own in box.low] == [[0, 0], [0, 0]]
    assert solution.coverage.share_empty == pytest.approx(8 / 9)
    assert "not isolated" in solution.coverage.method


@pytest.mark.parametrize("factor", [1, 2])
def test_ties_without_a_continuum(factor):
    """Where both actions of one player would be mixed, the other has a better one than its own."""
    game = game_of([[[1, 0], [1, 1]], [[0, 0], [0, 1]]], factor, factor)
    solution = loss_aversion.solve(game)
    assert profiles(solution) == [((1, 0), (1, 0)), ((0, 1), (0, 1))]
    assert solution.status is Status.COMPLETE


def test_a_game_without_any_difference(monkeypatch):
    game = game_of(np.zeros((2, 2, 3)), 2, 2)
    solution = loss_aversion.solve(game)
    assert len(solution.equilibria) == 6
    assert len(solution.coverage.unresolved) == 3 * 7 - 6
    monkeypatch.setattr(loss_aversion, "MOST_FACES", 10)
    solution = loss_aversion.solve(game)
    assert len(solution.equilibria) == 6
    assert solution.status is Status.PARTIAL
    assert "more than 10 such faces" in solution.coverage.method
    (box,) = solution.coverage.unresolved
    assert [own.tolist() for own in box.high] == [[1, 1], [1, 1, 1]]
    assert solution.coverage.share_empty == 0


def test_beyond_the_budget_small_supports_are_returned():
    game = game_of(SEXES, 2, 2)
    solution = loss_aversion.solve(game, budget=8)
    assert solution.status is Status.PARTIAL
    assert profiles(solution) == [((1, 0), (1, 0)), ((0, 1), (0, 1))]
    assert "budget was spent" in solution.coverage.method
    irrational = game_of([[[3, 0], [1, 2]], [[-1, 1], [1, -1]]], 2, 1)
    for budget in range(1, 30):
        solution = loss_aversion.solve(irrational, budget=budget)
        for one in solution.equilibria:
            assert (one.certificate.box is not None) == solution.coverage.complete
    assert solution.status is Status.COMPLETE


def test_what_it_does_not_answer():
    with pytest.raises(NotApplicableError, match="two players here; got 1"):
        loss_aversion.solve(NormalForm([[1, 2]]))
    with pytest.raises(NotApplicableError, match="at most 100 actions a player here; got 101"):
        loss_aversion.solve(NormalForm(np.zeros((2, 1, 101))))
    with pytest.raises(InvalidGameError, match="`budget` must be a whole number"):
        loss_aversion.solve(NormalForm(PENNIES), budget=0)
    for preference in (
        averse(0.5),
        CumulativeProspectTheory().without("weighting"),
        CumulativeProspectTheory(weighting_gains=Prelec(0.5)).without("curvature"),
    ):
        game = NormalForm(PENNIES, players=["Row", "Col"], preferences=[averse(2), preference])
        for ask in (loss_aversion.solve, lambda g: references.references(g, [[1, 0], [1, 0]])):
            with pytest.raises(NotApplicableError, match="player 'Col' must have a loss aversion"):
                ask(game)


def itself(root):
    """Return a root as a fraction, None if it is irrational."""
    known = root.fractions([root.reduced(rational([0, 1]))])
    return known and known[0]


def test_more_indifferent_actions_than_equations():
    """At r = 0 the first three rows are worth multiples of (2, -1, 0); only the last tells more."""
    rows = np.array([[4, -1, 0], [-2, 2, 0], [8, -2, 0], [6, 0, -1]], dtype=object) * HALF
    side = Indifference(rows, Fraction(2))
    side.search((0, 1, 2), (0, 1, 2))
    assert not side.is_finite((0, 1, 2), (0, 1, 2))
    (vertex,) = side.vertices
    assert itself(vertex.root) == 0
    assert vertex.root.fractions(vertex.weights) == (Fraction(1, 6), Fraction(1, 3), HALF)
    assert vertex.best == {0, 1, 2, 3}


# Polynomials


def at(matrix, x):
    return np.array([[int(entry(x)) for entry in row] for row in matrix], dtype=object)


def by_permutations(matrix):
    """Return a determinant from its definition."""
    size = len(matrix)
    return sum(
        (-1) ** sum(one[i] > one[j] for j in range(size) for i in range(j))
        * prod(matrix[i, one[i]] for i in range(size))
        for one in permutations(range(size))
    )


@given(st.integers(1, 4), st.integers(0, 2**32 - 1), one_from((1, 2, 9)))
@fixed(40)
def test_determinants(size, seed, high):
    entries = np.random.default_rng(seed).integers(-high, high, size=(size, size, 2)).tolist()
    matrix = [[integral(entry) for entry in row] for row in entries]
    determinant = polynomials.determinant(matrix)
    assert determinant.degree() <= size
    for x in range(size + 1):
        assert int(determinant(x)) == by_permutations(at(matrix, x))


def test_a_determinant_that_vanishes_early():
    matrix = [[integral([]), integral([first, 1]), integral([2])] for first in range(3)]
    assert polynomials.determinant(matrix) == 0


def test_roots_within_an_interval_that_is_open_above():
    double = integral([-2, 0, 1]) ** 2 * integral([-1, 3]) * integral([-3, 1]) * integral([1, 0, 1])
    found = polynomials.roots_within(double, -3, 3)
    assert [itself(root) for root in found].count(Fraction(1, 3)) == 1
    irrational = [root for root in found if itself(root) is None]
    assert sorted(float(root.value(rational([0, 1]), 64)) for root in irrational) == pytest.approx(
        [-sqrt(2), sqrt(2)], abs=1e-15
    )
    assert len(found) == 3
    assert [itself(root) for root in polynomials.roots_within(double, 3, 4)] == [3]
    assert [itself(root) for root in polynomials.roots_within(double, 3, 3)] == [3]
    assert polynomials.roots_within(double, 2, 2) == []
    assert polynomials.roots_within(double, 2, 3) == []
    # the rule of signs leaves room for two roots there, and there is none
    assert polynomials.roots_within(integral([3, -6, 4]), 0, 2) == []


def test_signs_at_a_root_however_near_to_zero():
    (root,) = polynomials.roots_within(integral([-2, 0, 1]), 0, 2)
    below = Fraction(int(polynomials.Integral([2 * 10**120]).coeffs()[0].isqrt()), 10**60)
    assert root.sign(rational([-below, 1])) == 1
    assert root.sign(rational([-below - Fraction(1, 10**60), 1])) == -1
    assert root.sign(rational([2, 1, -1])) == 1
    assert root.sign(rational([0, -2, 0, 1])) == 0
    assert root.fractions([rational([0, 1])]) is None
    other = polynomials.roots_within(integral([-2, 0, 1]) * integral([-5, 1]), 0, 2)[0]
    assert other.key == root.key


def test_null_spaces_in_the_field_of_a_root():
    (root,) = polynomials.roots_within(integral([-2, 0, 1]), 0, 2)
    # (1, r) and (r, 2) are in proportion just if r r = 2
    matrix = [[rational([1]), rational([0, 1])], [rational([0, 1]), rational([2])]]
    ((first, second),) = polynomials.null_space(matrix, root)
    assert root.sign(first + second * rational([0, 1])) == 0
    weights = polynomials.normalised([-first, second], root)
    assert root.sign(sum(weights, rational([-1]))) == 0
    assert float(root.value(weights[0], 64)) == pytest.approx(sqrt(2) / (1 + sqrt(2)), abs=1e-15)
    assert polynomials.normalised([rational([1]), rational([1, 1, -1])], root) is not None
    assert polynomials.normalised([rational([1]), rational([-1])], root) is None
    zeros = [[rational([-2, 0, 1])] * 3] * 2
    assert len(polynomials.null_space(zeros, root)) == 3
