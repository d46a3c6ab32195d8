"""Logit equilibria along the principal branch: published and derived values, other programs."""

from dataclasses import replace
from functools import partial

import numpy as np
import pygambit
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import fixed, preferences

from games import (
    ConvergenceError,
    CumulativeProspectTheory,
    ExpectedUtility,
    GoldsteinEinhorn,
    InvalidGameError,
    Linear,
    NormalForm,
    NotApplicableError,
    Prelec,
    TverskyKahneman,
)
from solver.finite.logit import branch as logit
from solver.finite.logit.branch import LogitEquations
from solver.finite.logit.solve import branch, solve
from solver.finite.proofs.quantal_response import residual, residual_bound
from solver.numerics import roots
from solver.results import Status

OCHS = NormalForm([[[1.1141, 0], [0, 0.2785]], [[0, 1.1141], [1.1141, 0]]])
THEORY = CumulativeProspectTheory()


def pennies(win, lose=1.0, preferences=None):
    """Return the game in which rows win `win` or `lose` by matching, and columns 1 otherwise."""
    return NormalForm([[[win, 0], [0, lose]], [[0, 1], [1, 0]]], preferences=preferences)


def common(matrix):
    """Return the game of two players in which both receive the entries of one matrix."""
    return NormalForm([matrix, matrix])


def firsts(game, precision):
    """Return the probability of each player's first action at a precision."""
    return [float(own[0]) for own in solve(game, precision=precision).points[0].profile]


@st.composite
def random_games(draw, most=3, actions=3, theory=None):
    shape = tuple(draw(st.lists(st.integers(1, actions), min_size=1, max_size=most)))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    levels = draw(st.sampled_from([3, 1000]))
    return NormalForm(
        rng.integers(levels, size=(len(shape), *shape)) / levels,
        preferences=[draw(preferences() if theory is None else theory) for _ in shape],
        references=rng.choice([0.0, 0.5], size=len(shape)).tolist(),
    )


def of_shape(seed, *shape, preferences=None):
    payoffs = np.random.default_rng(seed).normal(size=(len(shape), *shape))
    return NormalForm(payoffs, preferences=preferences)


# values from elsewhere


def test_the_game_of_ochs():
    """Ochs (1995) in the payoffs of McKelvey & Palfrey (1995); computed by pygambit."""
    assert firsts(OCHS, 1) == pytest.approx([0.586784, 0.451807], abs=5e-7)
    assert firsts(OCHS, 2) == pytest.approx([0.617522, 0.371982], abs=5e-7)


def test_prospect_theory_of_both_players():
    """Computed by an independent program: fixed-point iteration of the CPT-logit replies."""
    assert firsts(pennies(9, preferences=THEORY), 1) == pytest.approx(
        [0.881493, 0.380838], abs=5e-7
    )


def test_prospect_theory_against_expected_utility():
    """Derived: two equations in two unknowns, solved by bisection."""
    worth = THEORY.weighting_gains

    def excess(p):
        q = 1 / (1 + np.exp(2 * p - 1))
        return p - 1 / (1 + np.exp(float(worth(1 - q)) - 9**0.88 * float(worth(q))))

    p = roots.crossing(excess, 0.0, 1.0, accuracy=1e-14)
    found = firsts(pennies(9, preferences=[THEORY, ExpectedUtility()]), 1)
    assert found == pytest.approx([p, 1 / (1 + np.exp(2 * p - 1))], abs=1e-12)


@pytest.mark.parametrize(("win", "q"), [(9, 0.040319445), (4, 0.119213415), (2, 0.268951246)])
def test_the_limit_is_an_equilibrium_of_prospect_theory(win, q):
    """Derived: w(p) / w(1 - p) = (p / (1 - p))^gamma, so q / (1 - q) = win^(-alpha / gamma)."""
    found = firsts(pennies(win, preferences=[THEORY, ExpectedUtility()]), 1e6)
    assert found == pytest.approx([0.5, q], abs=1e-5)


def test_a_three_player_game_with_a_bifurcation():
    """The 2x2x2 game of McKelvey & McLennan (1997).

    Derived: players 1 and 2 stay at 1/2 and player 3 replies to payoffs 3.5 and 3. The branch is
    met by others where precision^2 (12 z - 3) (12 z - 4) = 4, z being player 3's first
    probability: at 0.5968, where Gambit's tracer of 2026 stops (its tutorial on QRE branches).
    """
    payoffs = np.zeros((3, 2, 2, 2))
    for cell, outcome in {
        (0, 0, 0): (9, 8, 12),
        (1, 1, 0): (9, 8, 2),
        (1, 0, 1): (3, 4, 6),
        (0, 1, 1): (3, 4, 6),
    }.items():
        payoffs[(slice(None), *cell)] = outcome
    game = NormalForm(payoffs)
    points = solve(game, precision=[0.6, 5, 25, 1000]).points
    for point in points:
        z = 1 / (1 + np.exp(-point.precision / 2))
        np.testing.assert_allclose(point.profile, [[0.5, 0.5], [0.5, 0.5], [z, 1 - z]], atol=1e-12)
    ((low, high),) = branch(game, to=10).bifurcations

    def distance(precision):
        z = 1 / (1 + np.exp(-precision / 2))
        return precision**2 * (12 * z - 3) * (12 * z - 4) - 4

    assert distance(low) < 0 < distance(high)
    assert (round(low, 4), round(high, 4)) == (0.5968, 0.5968)


# other programs


def gambit_game(game, folder):
    game.write(folder / "game.nfg")
    return pygambit.read_nfg(folder / "game.nfg")


def mixed(theirs, profile):
    """Return a profile of pygambit as arrays."""
    return [
        np.array([profile[player][own] for own in theirs.get_strategies(player)])
        for player in theirs.players
    ]


@pytest.mark.parametrize("shape", [(2, 2), (3, 3), (2, 4), (2, 2, 2), (3, 2, 3), (5, 5)])
def test_agrees_with_gambit(shape, tmp_path):
    """Computed by pygambit, whose own residuals are near 1e-9; ours must be at rounding."""
    precisions = [0.5, 2.0, 10.0]
    for seed in range(3):
        game = of_shape(seed, *shape)
        theirs = gambit_game(game, tmp_path)
        found = pygambit.qre.logit_solve_lambda(theirs, precisions)
        ours = solve(game, precision=precisions).points
        assert [point.precision for point in ours] == precisions
        for point, other in zip(ours, found, strict=True):
            for own, expected in zip(point.profile, mixed(theirs, other.profile), strict=True):
                np.testing.assert_allclose(own, expected, atol=1e-7)
            assert residual(game, point.profile, point.precision) < 1e-13


@pytest.mark.parametrize("shape", [(2, 2), (3, 3), (2, 2, 2)])
def test_goes_to_the_equilibrium_to_which_gambit_goes(shape, tmp_path):
    for seed in range(10, 13):
        game = of_shape(seed, *shape)
        theirs = gambit_game(game, tmp_path)
        limit = pygambit.nash.logit_solve(theirs).equilibrium
        ours = solve(game, precision=1e7).points[0].profile
        for own, expected in zip(ours, mixed(theirs, limit), strict=True):
            np.testing.assert_allclose(own, expected, atol=1e-5)


def continued(game, precision, steps):
    """Return the equilibrium that small steps of the precision from uniform play lead to."""

    def error(row, level):
        logits = np.split(row, np.cumsum(game.shape)[:-1])
        profile = [np.exp(own - own.max()) / np.exp(own - own.max()).sum() for own in logits]
        return row - level * np.concatenate(game.action_values(profile))

    row = np.zeros(sum(game.shape))
    for level in np.linspace(0, precision, steps + 1)[1:]:
        row = roots.root(partial(error, level=level), row, tolerance=1e-9)
    logits = np.split(row, np.cumsum(game.shape)[:-1])
    return [np.exp(own) / np.exp(own).sum() for own in logits]


@pytest.mark.parametrize("shape", [(2, 2), (3, 3), (2, 3, 2)])
@pytest.mark.parametrize("preference", [ExpectedUtility(), THEORY])
def test_agrees_with_small_steps_of_the_precision(shape, preference):
    """A slow twin without tangents, derivatives or log probabilities; none of these turns back."""
    for seed in range(2):
        game = of_shape(seed, *shape, preferences=preference)
        point = solve(game, precision=4.0).points[0]
        for own, expected in zip(point.profile, continued(game, 4.0, 12), strict=True):
            np.testing.assert_allclose(own, expected, atol=1e-8)


# the shape of the branch


def precision_of(x, bonus):
    """Return the precision at which both play their first action with probability x.

    Derived: in a pure coordination game of three actions, of which the first pays 1 + bonus and
    the others 1, the others share 1 - x, and ln(x / ((1 - x) / 2)) = precision * gain.
    """
    return np.log(2 * x / (1 - x)) / ((1 + bonus) * x - (1 - x) / 2)


def test_the_branch_turns_back_and_is_passed_three_times():
    game = common(np.diag([1.01, 1, 1]))
    grid = np.linspace(0.336, 0.9, 200_001)
    curve = precision_of(grid, 0.01)
    rising = np.diff(curve) > 0
    turns = curve[1:-1][rising[1:] != rising[:-1]]
    assert len(turns) == 2
    found = branch(game, to=4)
    assert found.turning_points == pytest.approx(turns, abs=1e-8)
    assert not found.bifurcations
    first = solve(game, precision=2.73)
    assert len(first.equilibria) == 1
    every = solve(game, precision=[2.73, 2.6, 0], trace_to=4)
    assert [point.precision for point in every.points] == [0, 2.6, 2.73, 2.73, 2.73]
    x = [float(point.profile[0][0]) for point in every.points[2:]]
    assert x == sorted(x)
    assert [precision_of(p, 0.01) for p in x] == pytest.approx([2.73] * 3, abs=1e-12)
    assert first.points[0].profile[0][0] == pytest.approx(x[0], abs=1e-13)
    assert "2 turning points" in every.coverage.method


def test_passings_on_the_way_back_come_in_the_order_of_the_branch():
    points = solve(common(np.diag([1.01, 1, 1])), precision=[2.71, 2.75], trace_to=4).points
    assert [point.precision for point in points] == [2.71, 2.75, 2.75, 2.71, 2.71, 2.75]
    x = [float(point.profile[1][0]) for point in points]
    assert x == sorted(x)


def test_a_precision_at_the_turning_point_itself():
    game = common(np.diag([1.01, 1, 1]))
    top = branch(game, to=4).turning_points[0]
    points = solve(game, precision=top * (1 - 1e-13), trace_to=4).points
    assert len(points) == 3
    assert points[0].profile[0][0] == pytest.approx(points[1].profile[0][0], abs=1e-5)
    assert all(residual(game, p.profile, p.precision) < 1e-11 for p in points)


@pytest.mark.parametrize(("actions", "at"), [(2, 2.0), (3, 3.0)])
def test_goes_straight_on_at_the_bifurcation_of_a_symmetric_game(actions, at):
    """Derived: uniform play loses its stability where precision / actions is 1."""
    game = common(np.eye(actions))
    found = branch(game, to=100)
    ((low, high),) = found.bifurcations
    assert low <= at <= high <= low + 2e-5
    np.testing.assert_allclose(found.points[-1].profile, 1 / actions, atol=1e-12)
    assert firsts(game, at) == pytest.approx([1 / actions] * 2, abs=1e-12)
    assert "1 bifurcations" in solve(game, precision=50).coverage.method


@pytest.mark.parametrize("bonus", [1e-2, 1e-6, 1e-10])
def test_follows_the_bend_near_a_bifurcation(bonus):
    found = branch(common(np.diag([1 + bonus, 1])), to=60)
    assert not found.bifurcations
    assert found.points[-1].profile[0][0] > 1 - 1e-12


def test_a_turn_and_a_turn_back_within_one_step(monkeypatch):
    """Computed by this program with steps thirty times as short: two turns 2e-4 of 7.69 apart."""
    rng = np.random.default_rng(2)
    shapes = [(2, 2), (3, 3), (2, 2, 2), (4, 4), (3, 3, 3), (5, 5), (2, 3, 4), (2, 2, 2, 2)]
    for place in range(59):
        shape = shapes[place % 8]
        payoffs = rng.normal(size=(len(shape), *shape))
    game = NormalForm(payoffs)
    found = branch(game, to=100).turning_points
    for name in ("CONTRACTION", "DISTANCE", "ANGLE"):
        monkeypatch.setattr(logit, name, 0.01)
    assert len(found) == 2
    assert found == pytest.approx(branch(game, to=100).turning_points, abs=1e-7)


def test_a_branch_is_a_table():
    found = branch(OCHS, to=5, spacing=0.02)
    table = found.table()
    assert list(table) == ["precision", "1: 1", "1: 2", "2: 1", "2: 2"]
    assert table["precision"][0] == 0
    assert table["precision"][-1] == 5
    assert (np.diff(table["precision"]) > 0).all()
    assert max(np.abs(np.diff(table[name])).max() for name in list(table)[1:]) <= 0.02
    assert len(found) == len(table["precision"]) == len(list(found))
    for point in found:
        assert residual(OCHS, point.profile, point.precision) < 1e-11


def test_the_branch_ends_at_the_first_passing():
    found = branch(common(np.diag([1.01, 1, 1])), to=2.75)
    assert not found.turning_points
    assert found.points[-1].profile[0][0] < 0.45


# what must hold in every game


@given(random_games())
@fixed(15)
def test_play_is_uniform_at_precision_0(game):
    found = solve(game, precision=0)
    assert found.status is Status.COMPLETE
    for own in found.points[0].profile:
        np.testing.assert_allclose(own, 1 / own.size, rtol=1e-14)


@given(random_games(), st.floats(0.01, 100))
@fixed(25)
def test_the_answer_is_an_equilibrium(game, precision):
    point = solve(game, precision=precision).points[0]
    assert residual(game, point.log_profile, precision, logs=True) < 1e-12
    assert residual_bound(game, point.log_profile, precision, logs=True) < 1e-12
    # derived: logit replies maximise precision * p V + entropy, which is at most ln m
    for own, regret in zip(point.profile, game.regret(point.profile), strict=True):
        assert regret <= np.log(own.size) / precision + 1e-9
    for own, logs in zip(point.profile, point.log_profile, strict=True):
        np.testing.assert_allclose(own, np.exp(logs), atol=1e-15)


@given(random_games(), st.integers(0, 2**32 - 1))
@fixed(15)
def test_relabelling_relabels(game, seed):
    rng = np.random.default_rng(seed)
    players = rng.permutation(len(game.shape))
    payoffs = game.payoffs
    orders = [rng.permutation(m) for m in game.shape]
    for i, order in enumerate(orders):
        payoffs = np.take(payoffs, order, axis=i + 1)
    payoffs = payoffs.transpose(0, *(players + 1))[players]
    other = NormalForm(
        payoffs,
        preferences=[game.preferences[i] for i in players],
        references=[game.references[i] for i in players],
    )
    ours, theirs = (solve(g, precision=3).points[0].profile for g in (game, other))
    for place, i in enumerate(players):
        np.testing.assert_allclose(theirs[place], ours[i][orders[i]], atol=1e-10)


@given(st.integers(0, 2**32 - 1), st.integers(2, 4), preferences(), st.floats(0.1, 50))
@fixed(15)
def test_symmetric_games_keep_symmetric_profiles(seed, actions, preference, precision):
    matrix = np.random.default_rng(seed).integers(4, size=(actions, actions)) / 2
    game = NormalForm([matrix, matrix.T], preferences=preference)
    mine, yours = solve(game, precision=precision).points[0].profile
    np.testing.assert_allclose(mine, yours, atol=1e-9)


@given(random_games(theory=st.just(ExpectedUtility())), st.sampled_from([0.01, 3.0, 1e4]))
@fixed(15)
def test_larger_payoffs_are_more_precision(game, factor):
    ours = solve(game, precision=2.0).points[0].profile
    scaled = game.replace(
        payoffs=factor * game.payoffs, references=[factor * r for r in game.references]
    )
    theirs = solve(scaled, precision=2.0 / factor).points[0].profile
    for own, other in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(own, other, atol=1e-10)


@given(random_games(theory=st.just(ExpectedUtility())))
@fixed(10)
def test_prospect_theory_without_psychology_is_expected_utility(game):
    plain = CumulativeProspectTheory(1, 1, 1, Linear(), Linear())
    # nearly linear weighting goes the long way round
    nearly = CumulativeProspectTheory(1, 1, 1, TverskyKahneman(1 - 1e-12), Prelec(1 + 1e-12))
    ours = solve(game, precision=5.0).points[0].profile
    for preference in (plain, nearly):
        theirs = solve(game.replace(preferences=preference), precision=5.0).points[0].profile
        for own, other in zip(ours, theirs, strict=True):
            np.testing.assert_allclose(own, other, atol=1e-9)


# large precisions


@pytest.mark.parametrize(
    "preference",
    [
        ExpectedUtility(),
        THEORY,
        CumulativeProspectTheory(weighting_gains=GoldsteinEinhorn(0.7, 0.4)),
        CumulativeProspectTheory(weighting_gains=Prelec(0.2), weighting_losses=Prelec(0.3)),
    ],
)
@pytest.mark.parametrize("shape", [(3, 3), (2, 2, 2)])
def test_large_precisions(shape, preference):
    """Errors stay those of rounding the payoffs; regrets fall as below."""
    game = of_shape(4, *shape, preferences=preference)
    for point in solve(game, precision=[1e3, 1e5, 1e7]).points:
        limit = 1e-15 * point.precision + 1e-13
        assert residual(game, point.log_profile, point.precision, logs=True) < limit
        assert residual_bound(game, point.log_profile, point.precision, logs=True) < limit
        if not isinstance(preference.weighting_gains, Prelec):
            assert max(game.regret(point.profile)) < np.log(3) / point.precision


def test_probabilities_below_the_least_float():
    """Prelec's weighting feels them: with p = 0 for e^-1000 the profile is no equilibrium."""
    steep = CumulativeProspectTheory(weighting_gains=Prelec(0.2), weighting_losses=Prelec(0.2))
    game = NormalForm([[[3, 1], [0, 0.5]], [[2, 1], [1, 0]]], preferences=steep)
    (point,) = solve(game, precision=5000).points
    assert point.profile[0][1] == 0
    assert point.log_profile[0][1] < -1000
    assert residual(game, point.log_profile, 5000, logs=True) < 1e-11


def test_residuals_of_what_is_no_equilibrium():
    """Derived: the reply to (1, 0) of the other is softmax(precision * own payoffs)."""
    game = pennies(2)
    expected = 1 - 1 / (1 + np.exp(-2 * 0.5))
    assert residual(game, [[0.5, 0.5], [1, 0]], 0.5) == pytest.approx(0.5)
    assert residual(game, [[1, 0], [1, 0]], 0.5) >= expected
    assert residual_bound(game, [[0.5, 0.5], [1, 0]], 0.5) == pytest.approx(0.5, abs=1e-15)
    assert residual_bound(game, game.pure(0, 0), 1e6) == 1.0
    with pytest.raises(InvalidGameError, match="`profile` must hold"):
        residual_bound(game, [[0.5, 0.6], [1, 0]], 0.5)


# what is returned and what is refused


def test_the_solution():
    found = solve(OCHS, precision=[2, 1, 1])
    assert found.concept == "logit"
    assert found.status is Status.PARTIAL
    assert [point.precision for point in found.points] == [1, 2]
    for point, equilibrium in zip(found.points, found.equilibria, strict=True):
        assert all(map(np.array_equal, point.profile, equilibrium.profile))
        assert equilibrium.certificate.notion == "logit"
        assert equilibrium.regret > 0.01
        assert not point.profile[0].flags.writeable
    assert str(found).startswith("logit, partial: 1: 1 0.586784, 2 0.413216;")


def test_games_without_choice():
    nothing = NormalForm(np.full((2, 2, 3), 7.0), preferences=THEORY, references=7)
    assert firsts(nothing, 10) == pytest.approx([1 / 2, 1 / 3])
    alone = NormalForm([[0.0, 1.0, 3.0]])
    expected = np.exp([0, 2, 6]) / np.exp([0, 2, 6]).sum()
    np.testing.assert_allclose(solve(alone, precision=2).points[0].profile[0], expected)
    assert firsts(NormalForm([[[5.0]], [[2.0]]]), 1) == [1.0, 1.0]


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda: solve(OCHS, precision=-1), "`precision` must be at least 0; got -1"),
        (lambda: solve(OCHS, precision=[]), "`precision` must hold at least one number; got none"),
        (lambda: solve(OCHS, precision="1"), "`precision` must be a number; got '1'"),
        (lambda: solve(OCHS, precision=1e12), "`precision` must be at most 8.97585e.09 in this"),
        (lambda: solve(OCHS, precision=1, trace_to="x"), "`trace_to` must be a number; got 'x'"),
        (lambda: branch(OCHS, to=0), "`to` must be above 0; got 0"),
        (lambda: branch(OCHS, to=1, spacing=0), "`spacing` must be above 0; got 0"),
        (lambda: branch(OCHS, to=1, spacing=2), r"`spacing` must be at most 1; got 2"),
    ],
)
def test_bad_questions(ask, message):
    with pytest.raises(InvalidGameError, match=message):
        ask()


def test_weightings_without_derivative_are_refused():
    class Squared(Linear):
        code = 99
        constants = 2.0, 1.0

    with pytest.raises(NotApplicableError, match="no arithmetic is known for the weighting"):
        solve(
            pennies(9, preferences=CumulativeProspectTheory(weighting_gains=Squared())), precision=1
        )


def test_the_arc_is_searched_where_newtons_method_fails(monkeypatch):
    expected = firsts(OCHS, 1)
    polished, calls = LogitEquations.polished, []

    def second_time(equations, point):
        calls.append(point)
        if len(calls) == 1:
            raise ConvergenceError("not yet")
        return polished(equations, point)

    monkeypatch.setattr(LogitEquations, "polished", second_time)
    assert firsts(OCHS, 1) == pytest.approx(expected, abs=1e-12)
    assert len(calls) == 2


def test_no_solution_near_a_point(monkeypatch):
    monkeypatch.setattr(logit, "MOST_CORRECTIONS", 0)
    equations = LogitEquations(OCHS)
    with pytest.raises(
        ConvergenceError, match=r"the logit equations hold to .* only at precision 4"
    ):
        equations.polished(np.append(equations.start[:-1], equations.scaled(4)))


def test_gives_up_after_too_many_steps(monkeypatch):
    monkeypatch.setattr(logit, "MOST_STEPS", 3)
    with pytest.raises(ConvergenceError, match="no end of the branch within 3 steps"):
        solve(OCHS, precision=100)


def test_gives_up_where_steps_become_too_short(monkeypatch):
    monkeypatch.setattr(logit, "SHORTEST_STEP", 1.0)
    with pytest.raises(ConvergenceError, match="the branch cannot be followed beyond precision 0"):
        solve(OCHS, precision=100)


def test_the_certificate_holds_the_residual() -> None:
    game = NormalForm([[[9, 0], [0, 1]], [[0, 1], [1, 0]]])
    [found] = solve(game, precision=2).equilibria
    evidence = found.certificate
    assert evidence.response is not None
    assert evidence.response.precision == 2
    assert evidence.response.residual_bound < 1e-14
    assert evidence.verify()
    forged = replace(evidence.response, residual_bound=0.0)
    assert not replace(evidence, response=forged).verify()
