"""All Nash equilibria of two players: published counts, brute force, pygambit, and the traps."""

import re
from fractions import Fraction

import numpy as np
import plain_polytopes as plain
import pygambit
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import fixed

from games import CumulativeProspectTheory, InvalidGameError, Linear, NormalForm, NotApplicableError
from games.finite.conversions import to_pygambit
from solver import Status
from solver.finite.two_player import solve as two_player
from solver.finite.two_player.extreme import Extreme
from solver.finite.two_player.solve import solve

# von Stengel 1999, "New maximal numbers of equilibria in bimatrix games": 75 equilibria of 6 x 6
STENGEL_OWN = [
    [9504, -660, 19976, -20526, 1776, -8976],
    [-111771, 31680, -130944, 168124, -8514, 52764],
    [397584, -113850, 451176, -586476, 29216, -178761],
    [171204, -45936, 208626, -263076, 14124, -84436],
    [1303104, -453420, 1227336, -1718376, 72336, -461736],
    [737154, -227040, 774576, -1039236, 48081, -300036],
]
STENGEL_OTHER = [
    [72336, 48081, 29216, 14124, 1776, -8514],
    [-461736, -300036, -178761, -84436, -8976, 52764],
    [1227336, 774576, 451176, 208626, 19976, -130944],
    [-1718376, -1039236, -586476, -263076, -20526, 168124],
    [1303104, 737154, 397584, 171204, 9504, -111771],
    [-453420, -227040, -113850, -45936, -660, 31680],
]


def exact(solution):
    return {equilibrium.certificate.exact for equilibrium in solution.equilibria}


def by_pygambit(game):
    gambit = to_pygambit(game)
    found = pygambit.nash.enummixed_solve(gambit, rational=True).equilibria
    return {
        tuple(
            tuple(
                Fraction(int(one[player][own].numerator), int(one[player][own].denominator))
                for own in gambit.get_strategies(player)
            )
            for player in gambit.players
        )
        for one in found
    }


def assert_certified(solution):
    for equilibrium in solution.equilibria:
        certificate = equilibrium.certificate
        assert max(certificate.regrets.values()) <= 1e-12
        assert max(certificate.bounds.values()) <= 1e-30
        for strategy, own in zip(certificate.exact, equilibrium.profile, strict=True):
            assert sum(strategy) == 1
            assert [float(p) for p in strategy] == own.tolist()


def assert_complete(solution, regular=None):
    assert solution.status is Status.COMPLETE
    assert solution.concept == "nash"
    assert len(exact(solution)) == len(solution.equilibria)
    if regular is not None:
        assert ("odd" in solution.coverage.method) == regular


# published and derived counts


@pytest.mark.parametrize("engine", ["auto", "exact"])
def test_the_textbook_game_has_three_equilibria(engine):
    """von Stengel 2007, example (3.7): published."""
    solution = solve(
        NormalForm([[[3, 3], [2, 5], [0, 6]], [[3, 2], [2, 6], [3, 1]]]), engine=engine
    )
    third = Fraction(1, 3)
    assert [equilibrium.certificate.exact for equilibrium in solution.equilibria] == [
        ((1, 0, 0), (1, 0)),
        ((Fraction(4, 5), Fraction(1, 5), 0), (2 * third, third)),
        ((0, third, 2 * third), (third, 2 * third)),
    ]
    assert_complete(solution, regular=True)
    assert_certified(solution)
    assert all(component.is_point for component in solution.components)
    assert solution.coverage.share_empty == 1.0


@pytest.mark.parametrize("engine", ["auto", "exact"])
def test_a_dual_cyclic_game_has_seventy_five_equilibria(engine):
    solution = solve(NormalForm([STENGEL_OWN, STENGEL_OTHER]), engine=engine)
    assert_complete(solution, regular=True)
    assert len(solution.equilibria) == len(solution.components) == 75
    assert all(max(one.certificate.bounds.values()) <= 1e-20 for one in solution.equilibria[::10])


@pytest.mark.parametrize("n", [1, 2, 3, 6])
def test_a_coordination_game_has_one_equilibrium_for_each_set_of_actions(n):
    """2^n - 1 in the identity game: each set of actions, mixed evenly by both (derived)."""
    solution = solve(NormalForm([np.eye(n), np.eye(n)]))
    assert_complete(solution, regular=True)
    assert len(solution.equilibria) == 2**n - 1
    for equilibrium in solution.equilibria:
        own, other = equilibrium.certificate.exact
        assert own == other
        assert set(own) <= {Fraction(0), 1 / Fraction(sum(p > 0 for p in own))}


def test_a_degenerate_textbook_game_has_a_point_and_a_line():
    """von Stengel 2007, game (3.7) with the tie (3, 3): published."""
    solution = solve(NormalForm([[[3, 3], [2, 5], [0, 6]], [[3, 3], [2, 6], [3, 1]]]))
    assert_complete(solution, regular=False)
    first, third = (1, 0, 0), Fraction(1, 3)
    assert exact(solution) == {
        (first, (1, 0)),
        (first, (2 * third, third)),
        ((0, third, 2 * third), (third, 2 * third)),
    }
    line, point = sorted(solution.components, key=lambda one: one.is_point)
    assert [own.tolist() for own in line.rows] == [[1, 0, 0]]
    assert [own.tolist() for own in line.columns] == [[1, 0], [2 / 3, 1 / 3]]
    assert point.is_point
    assert solution.coverage.share_empty == 0.0


def test_winkels_game_agrees_with_pygambit():
    """Winkels 1979: ties in every row; its extreme equilibria are computed by pygambit."""
    own = [[1, 3], [1, 3], [3, 1], [3, 1], [2.5, 2.5], [2.5, 2.5]]
    other = [[1, 2], [0, -1], [-2, 2], [4, -1], [-1, 6], [6, -1]]
    solution = solve(NormalForm([own, other]))
    assert_complete(solution, regular=False)
    assert exact(solution) == by_pygambit(solution.game)
    assert any(not component.is_point for component in solution.components)
    assert_certified(solution)


# against brute force and pygambit


@st.composite
def small_games(draw, most=3):
    m, n = draw(st.integers(1, most)), draw(st.integers(1, most))
    high = draw(st.sampled_from([1, 2, 30]))
    numbers = st.lists(st.integers(-high, high), min_size=n, max_size=n)
    return NormalForm([draw(st.lists(numbers, min_size=m, max_size=m)) for _ in range(2)])


@fixed(60)
@given(small_games(), st.sampled_from(["exact", "auto", "exact"]))
def test_small_games_agree_with_brute_force(game, engine):
    solution = solve(game, engine=engine)
    assert exact(solution) == plain.extreme_equilibria(*game.exact_payoffs.tolist())
    assert_complete(solution)


@fixed(30)
@given(small_games(), st.data())
def test_mixtures_within_a_component_are_equilibria_and_no_two_components_fit(game, data):
    solution = solve(game)
    shares = st.integers(0, 5)
    for component in solution.components:
        mixed = []
        for extreme in (component.rows, component.columns):
            weights = [1 + data.draw(shares) for _ in extreme]
            mixed.append(np.average(extreme, axis=0, weights=weights))
        assert max(game.regret(mixed)) <= 1e-12 * (1 + abs(game.payoffs).max())
    sides = [
        (set(map(bytes, one.rows)), set(map(bytes, one.columns))) for one in solution.components
    ]
    assert not any(a <= c and b <= d for a, b in sides for c, d in sides if (a, b) != (c, d))
    spanned = {(x, y) for rows, columns in sides for x in rows for y in columns}
    assert spanned == {tuple(map(bytes, one.profile)) for one in solution.equilibria}


def random_payoffs(kind, generator):
    # pygambit takes seconds over larger games in floats
    shape = (2, *generator.integers(2, 6 if kind in ("floats", "large") else 8, 2))
    if kind == "wholes":
        return generator.integers(-100, 101, shape)
    if kind == "ones":
        return generator.integers(0, 2, shape)
    if kind == "twos":
        return generator.integers(0, 3, shape)
    return generator.random(shape) * (1e6 if kind == "large" else 1.0)


@pytest.mark.parametrize(
    "kind",
    [
        "wholes",
        *(pytest.param(k, marks=pytest.mark.long) for k in ("ones", "floats", "large", "twos")),
    ],
)
def test_sixty_games_agree_with_pygambit(kind):
    generator = np.random.default_rng(7)
    for _ in range(12):
        game = NormalForm(random_payoffs(kind, generator))
        solution = solve(game)
        assert_complete(solution)
        assert exact(solution) == by_pygambit(game)


@pytest.mark.parametrize("shape", [(8, 8), (3, 40), (18, 4), (2, 80)])
def test_floats_and_exact_arithmetic_agree_on_larger_games(shape):
    game = NormalForm(np.random.default_rng(2).random((2, *shape)))
    solution = solve(game)
    assert "each proved simple" in solution.coverage.method
    assert_complete(solution, regular=True)
    if max(shape) < 40:
        assert exact(solution) == exact(solve(game, engine="exact", budget=10**6))
    assert_certified(solve(game))


def test_last_bits_are_told_apart():
    """Payoffs equal but for the last bit: floats cannot decide, exact arithmetic does."""
    generator = np.random.default_rng(4)
    for _ in range(15):
        base = generator.integers(1, 3, (2, *generator.integers(2, 6, 2))).astype(float)
        bent = np.nextafter(base, generator.choice([-np.inf, np.inf], base.shape))
        game = NormalForm(bent)
        assert exact(solve(game)) == exact(solve(game, engine="exact"))


# scales, shapes and preferences


@pytest.mark.parametrize("scale", [1e-300, 1e-9, 1e9, 1e300])
def test_scales_do_not_matter(scale):
    payoffs = np.random.default_rng(3).integers(-50, 50, (2, 4, 5))
    plain_solution = solve(NormalForm(payoffs))
    scaled = [[[Fraction(scale) * x for x in row] for row in own] for own in payoffs.tolist()]
    solution = solve(NormalForm(scaled))
    assert exact(solution) == exact(plain_solution)
    raised = NormalForm(payoffs + np.array([10**6, -3]).reshape(2, 1, 1))
    assert exact(solve(raised)) == exact(plain_solution)


def test_payoffs_of_very_different_scales_are_solved_exactly():
    generator = np.random.default_rng(8)
    for _ in range(10):
        numbers, powers = (
            generator.standard_normal((2, 3, 4)),
            generator.integers(-300, 300, (2, 3, 4)),
        )
        game = NormalForm(numbers * 10.0**powers)
        assert exact(solve(game)) == plain.extreme_equilibria(*game.exact_payoffs.tolist())


@pytest.mark.parametrize("shape", [(1, 1), (1, 4), (4, 1), (3, 3), (9, 8)])
def test_constant_payoffs_make_all_profiles_equilibria(shape):
    solution = solve(NormalForm(np.full((2, *shape), 7.5)))
    assert solution.status is Status.COMPLETE
    (component,) = solution.components
    assert (len(component.rows), len(component.columns)) == shape
    assert len(solution.equilibria) == shape[0] * shape[1]


def test_one_action_leaves_the_other_player_to_its_best():
    solution = solve(NormalForm([[[0, 0, 0, 0]], [[1, 3, 3, 2]]]))
    assert exact(solution) == {((1,), (0, 1, 0, 0)), ((1,), (0, 0, 1, 0))}
    turned = solve(NormalForm([[[1], [3], [3], [2]], [[0]] * 4]))
    assert exact(turned) == {(y, x) for x, y in exact(solution)}


def test_equal_actions_span_a_component():
    game = NormalForm([[[3, 0], [3, 0], [0, 2]], [[2, 0], [2, 0], [0, 3]]])
    solution = solve(game)
    assert exact(solution) == plain.extreme_equilibria(*game.exact_payoffs.tolist())
    assert {len(component.rows) for component in solution.components} == {1, 2}


def test_losses_loom_and_curves_bend():
    """Matching pennies in which a gain of the row player is 4, losses counted 3 times (derived)."""
    aversion = CumulativeProspectTheory(1, 1, 3, Linear(), Linear())
    game = NormalForm([[[4, -1], [-1, 1]], [[-1, 1], [1, -1]]], preferences=aversion)
    # row: 4 y - 3 (1 - y) = -3 y + (1 - y), so y = 4 / 11
    ((own, other),) = exact(solve(game))
    assert (own, other) == ((Fraction(1, 2),) * 2, (Fraction(4, 11), Fraction(7, 11)))
    root = CumulativeProspectTheory(0.5, 0.5, 3, Linear(), Linear())
    solution = solve(game.replace(preferences=root))
    # row: 2 y - 3 (1 - y) = -3 y + (1 - y), so y = 4 / 9
    ((own, other),) = exact(solution)
    assert other == (Fraction(4, 9), Fraction(5, 9))
    assert "as rounded to floats" in solution.coverage.method


def test_certificates_can_be_checked_again():
    solution = solve(NormalForm(np.random.default_rng(0).random((2, 3, 4))))
    assert all(one.certificate.verify() for one in solution.equilibria)


# beyond the budget


def test_beyond_the_budget_some_equilibria_are_returned():
    game = NormalForm(np.random.default_rng(1).random((2, 40, 40)))
    solution = solve(game, budget=20_000)
    assert solution.status is Status.PARTIAL
    assert "Lemke and Howson" in solution.coverage.method
    assert len(solution.equilibria) > 1
    assert solution.equilibria[0].regret < 1e-12
    assert solution.components == ()


def test_a_small_budget_ends_the_search_in_floats_and_in_exact_arithmetic():
    generic = NormalForm(np.random.default_rng(1).random((2, 8, 8)))
    everything = exact(solve(generic))
    some = solve(generic, budget=20)
    assert some.status is Status.PARTIAL
    assert 0 < len(exact(some)) < len(everything)
    assert exact(some) < everything
    ties = NormalForm(np.random.default_rng(1).integers(0, 3, (2, 7, 7)))
    assert exact(solve(ties, budget=100)) < exact(solve(ties))
    assert solve(ties, engine="exact", budget=100).status is Status.PARTIAL


def test_pure_equilibria_are_always_found():
    game = NormalForm([np.eye(8), np.eye(8)])
    solution = solve(game, engine="lemke_howson", budget=1)
    assert exact(solution) >= {
        (tuple(map(int, row)), tuple(map(int, row))) for row in np.eye(8).tolist()
    }
    assert solution.status is Status.PARTIAL


def test_too_many_components_are_not_listed(monkeypatch):
    monkeypatch.setattr(two_player, "MOST_COMPONENTS", 1)
    solution = solve(NormalForm([[[3, 0], [3, 0], [0, 2]], [[2, 0], [2, 0], [0, 3]]]))
    assert solution.components == ()
    assert "more than 1 components" in solution.coverage.method
    assert solution.status is Status.COMPLETE


def test_an_even_number_where_it_must_be_odd_is_no_proof(monkeypatch):
    half = Fraction(1, 2)
    even = Extreme([((1, 0), (1, 0)), ((half, half), (half, half))], True, "by mistake")
    monkeypatch.setattr(two_player, "in_floats", lambda *_: even)
    game = NormalForm([np.eye(2), np.eye(2)])
    assert len(solve(game).equilibria) == 3
    monkeypatch.setattr(two_player, "exactly", lambda *_: even)
    solution = solve(game)
    assert solution.status is Status.PARTIAL
    assert "contradicts Wilson" in solution.coverage.method


# nashpy


def test_nashpy_is_asked_about_small_games_and_where_told():
    small = NormalForm(np.random.default_rng(1).random((2, 3, 3)))
    found = len(solve(small).equilibria)
    clause = f"nashpy's vertex enumeration found {found} of these {found} and 0 that are none"
    assert clause in solve(small).coverage.method
    assert "nashpy" not in solve(small, engine="exact").coverage.method
    larger = NormalForm(np.random.default_rng(1).random((2, 4, 3)))
    assert "nashpy" not in solve(larger).coverage.method
    assert "nashpy" in solve(larger, engine="nashpy").coverage.method


def test_what_nashpy_misses_and_makes_up_is_counted():
    # ties but for one part in 10^12, which nashpy takes for ties
    bit = 1e-12
    own, other = [[1, 1 + bit, 5], [1 + bit, 1, 0]], [[1 + bit, 1, 0], [1, 1 + bit, 0]]
    solution = solve(NormalForm([own, other]))
    assert exact(solution) == plain.extreme_equilibria(own, other)
    counts = re.search(r"found (\d) of these (\d) and (\d+) that", solution.coverage.method)
    found, all_there_are, wrong = map(int, counts.groups())
    assert all_there_are == len(solution.equilibria)
    assert found < all_there_are
    assert wrong > 0


def test_nashpy_giving_up_is_said():
    solution = solve(NormalForm([[[1, 2, 3]], [[1, 2, 3]]]))
    assert "nashpy's vertex enumeration gave up (QhullError)" in solution.coverage.method
    assert solution.status is Status.COMPLETE


# errors


def test_what_cannot_be_answered_is_said_in_one_line():
    game = NormalForm(np.zeros((2, 2, 2)))
    with pytest.raises(InvalidGameError, match=r"`engine` must be one of auto, exact, .*; got 'x'"):
        solve(game, engine="x")
    with pytest.raises(InvalidGameError, match="`budget` must be a whole number"):
        solve(game, budget=0)
    with pytest.raises(NotApplicableError, match="two players here; got 3"):
        solve(NormalForm(np.zeros((3, 2, 2, 2))))
    with pytest.raises(NotApplicableError, match="use the concept 'cpt_nash'"):
        solve(game.replace(preferences=CumulativeProspectTheory()))
    with pytest.raises(NotApplicableError, match="up to 14 actions in all; got 16"):
        solve(NormalForm(np.zeros((2, 8, 8))), engine="nashpy")
