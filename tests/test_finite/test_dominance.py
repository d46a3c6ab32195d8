"""Dominated actions: published examples, brute force, QuantEcon, pygambit and exact programmes."""

import itertools
import random
from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import pygambit
import pytest
from hypothesis import given
from hypothesis import strategies as st
from outside import game_theory, needs_quantecon
from scipy.optimize import OptimizeResult
from strategies import fixed, theories

from games.errors import ConvergenceError, InvalidGameError, NotApplicableError, UnknownNameError
from games.finite import dominance
from games.finite.conversions import to_pygambit
from games.finite.dominance import Dominance, better_mixture, dominated, eliminate
from games.finite.linear_programme import maximise, maximise_exactly
from games.finite.normal_form import NormalForm
from games.prospects.preferences import CumulativeProspectTheory

HALF = Fraction(1, 2)
LINEAR = CumulativeProspectTheory().without("curvature", "weighting")
CURVED = CumulativeProspectTheory().without("weighting")
# published: Gibbons (1992), section 1.1.B; each cell is (row player, column player)
GIBBONS = [[(1, 0), (1, 2), (0, 1)], [(0, 3), (0, 1), (2, 0)]]


def bimatrix(cells: Sequence[Sequence[tuple[object, object]]], **names: object) -> NormalForm:
    return NormalForm(np.moveaxis(np.array(cells, dtype=object), -1, 0), **names)


def names_of(found: list[Dominance]) -> list[str]:
    return [one.action for one in found]


@st.composite
def drawn(draw: st.DrawFn, most: int = 3, players: int = 3) -> NormalForm:
    """Draw a game with many ties."""
    shape = draw(st.lists(st.integers(1, 4), min_size=2, max_size=players))
    size = len(shape) * int(np.prod(shape))
    flat = draw(st.lists(st.integers(0, most), min_size=size, max_size=size))
    third = draw(st.sampled_from([1, 3]))
    payoffs = np.array([Fraction(number, third) for number in flat], dtype=object)
    return NormalForm(payoffs.reshape(len(shape), *shape))


@st.composite
def gains(draw: st.DrawFn) -> np.ndarray:
    k, s = draw(st.integers(1, 4)), draw(st.integers(1, 5))
    high = draw(st.sampled_from([1, 2, 9]))
    flat = draw(st.lists(st.integers(-high, high), min_size=k * s, max_size=k * s))
    return np.array([Fraction(number) for number in flat], dtype=object).reshape(k, s)


def rows_of(game: NormalForm, player: int) -> list[list[Fraction]]:
    own = np.moveaxis(game.exact_payoffs[player], player, 0)
    return [list(row.ravel()) for row in own]


def beats(better: Sequence[Fraction], worse: Sequence[Fraction], strict: bool) -> bool:
    pairs = list(zip(better, worse, strict=True))
    if strict:
        return all(b > w for b, w in pairs)
    return all(b >= w for b, w in pairs) and any(b > w for b, w in pairs)


def test_published_examples_of_elimination() -> None:
    found = eliminate(bimatrix(GIBBONS, actions=[["Up", "Down"], ["Left", "Middle", "Right"]]))
    assert found.game.actions == (("Up",), ("Middle",))
    assert [[(one.action, one.by) for one in gone] for gone in found.rounds] == [
        [("Right", {"Middle": 1})],
        [("Down", {"Up": 1})],
        [("Left", {"Middle": 1})],
    ]
    assert found.game.exact_payoffs.ravel().tolist() == [1, 2]
    # published: the prisoner's dilemma
    dilemma = bimatrix([[(-1, -1), (-9, 0)], [(0, -9), (-6, -6)]])
    assert eliminate(dilemma).game.actions == (("2",), ("2",))


def test_a_published_example_of_dominance_by_a_mixture() -> None:
    # published: Gibbons (1992), section 1.3.A: B is dominated by half T, half M, and by neither
    game = bimatrix(
        [[(3, 0), (0, 0)], [(0, 0), (3, 0)], [(1, 0), (1, 0)]],
        actions=[["T", "M", "B"], ["L", "R"]],
    )
    assert dominated(game, 0) == dominated(game, 0, strict=False) == []
    expected = [Dominance("1", "B", {"T": HALF, "M": HALF})]
    assert dominated(game, 0, mixed=True) == dominated(game, "1", mixed=True) == expected
    assert eliminate(game, mixed=True).rounds[0] == tuple(expected)


def test_a_best_response_to_a_belief_is_kept() -> None:
    # published: Gibbons (1992), section 1.3.A: with 2 in place of 1, B answers an even belief best
    game = bimatrix([[(3, 0), (0, 0)], [(0, 0), (3, 0)], [(2, 0), (2, 0)]])
    assert dominated(game, 0, mixed=True) == dominated(game, 0, strict=False, mixed=True) == []


def test_guessing_two_thirds_of_the_mean() -> None:
    # published: Moulin (1986): weak elimination leaves the lowest guess
    guesses = range(5)
    payoffs = np.zeros((3, 5, 5, 5))
    for profile in itertools.product(guesses, repeat=3):
        goal = Fraction(2, 3) * sum(profile) / 3
        miss = [abs(guess - goal) for guess in profile]
        nearest = [m == min(miss) for m in miss]
        payoffs[(slice(None), *profile)] = [won / sum(nearest) for won in nearest]
    game = NormalForm(payoffs, actions=[[str(guess) for guess in guesses]] * 3)
    assert eliminate(game).rounds == ()
    assert eliminate(game, strict=False).game.actions == (("0",),) * 3


def test_weak_elimination_takes_all_at_once() -> None:
    # published: Osborne & Rubinstein (1994), figure 63.1: the order decides who gets what
    cells = [[(1, 1), (0, 0)], [(1, 1), (2, 1)], [(0, 0), (2, 1)]]
    game = bimatrix(cells, actions=[["T", "M", "B"], ["L", "R"]])
    found = eliminate(game, strict=False)
    assert [names_of(list(gone)) for gone in found.rounds] == [["T", "B"]]
    assert found.game.actions == (("M",), ("L", "R"))
    for kept, out, left in ((["M", "B"], "L", "R"), (["T", "M"], "R", "L")):
        smaller = game.restricted_to({"1": kept})
        assert names_of(dominated(smaller, "2", strict=False)) == [out]
        smallest = smaller.restricted_to({"2": [left]})
        assert eliminate(smallest, strict=False).game.actions == (tuple(kept), (left,))


@given(drawn())
@fixed(60)
def test_dominance_by_actions_against_brute_force(game: NormalForm) -> None:
    for strict, (i, player) in itertools.product((True, False), enumerate(game.players)):
        rows = rows_of(game, i)
        expected = [
            Dominance(player, game.actions[i][worse], {game.actions[i][by[0]]: Fraction(1)})
            for worse in range(len(rows))
            if (by := [b for b in range(len(rows)) if beats(rows[b], rows[worse], strict)])
        ]
        assert dominated(game, player, strict=strict) == expected


@given(drawn())
@fixed(40)
def test_dominance_by_actions_against_pygambit(game: NormalForm) -> None:
    other = to_pygambit(game)
    full = other.strategy_support_profile()
    for strict in (True, False):
        kept = pygambit.supports.undominated_strategies_solve(full, strict=strict, external=True)
        for player, actions in zip(game.players, game.actions, strict=True):
            out = names_of(dominated(game, player, strict=strict))
            assert [name for name in actions if name not in out] == list(kept[player])


@needs_quantecon
@given(drawn(most=6))
@fixed(40)
def test_dominance_by_mixtures_against_quantecon(game: NormalForm) -> None:
    for i, m in enumerate(game.shape):
        if m > 1:
            own = np.moveaxis(game.payoffs[i], i, 0).reshape(m, -1)
            expected = game_theory.Player(own).dominated_actions()
            found = dominated(game, i, mixed=True)
            assert [game.action(i, one.action) for one in found] == expected


@given(drawn())
@fixed(60)
def test_mixtures_that_dominate_do(game: NormalForm) -> None:
    for strict, (i, player) in itertools.product((True, False), enumerate(game.players)):
        rows = dict(zip(game.actions[i], rows_of(game, i), strict=True))
        found = dominated(game, player, strict=strict, mixed=True)
        assert len(found) < len(rows)
        assert set(names_of(dominated(game, player, strict=strict))) <= set(names_of(found))
        for one in found:
            assert sum(one.by.values()) == 1
            assert min(one.by.values()) > 0
            mixed = [
                sum(p * rows[name][case] for name, p in one.by.items())
                for case in range(len(rows[one.action]))
            ]
            assert beats(mixed, rows[one.action], strict)


def is_dominated(given_gains: np.ndarray, strict: bool) -> bool:
    """Return whether a mixture is better, by exact arithmetic alone."""
    k, s = given_gains.shape
    total = [sum(row) for row in given_gains]
    objective = [0] * k + [1] if strict else [*total, 0]
    rows = [[*(-given_gains[:, case]), 1] for case in range(s)]
    return maximise_exactly(objective, [*rows, [1] * k + [0]], [0] * s + [1]).value > 0


@given(gains(), st.booleans(), st.booleans())
@fixed(160)
def test_better_mixtures_are_found_where_there_are_any(
    given_gains: np.ndarray, strict: bool, misled: bool
) -> None:
    """Floats guide the search and decide nothing: it is right with a useless guess, too."""

    def useless(numbers: np.ndarray) -> tuple[np.ndarray, float]:
        return np.zeros(len(numbers)), -1e-12

    with pytest.MonkeyPatch.context() as patch:
        if misled:
            patch.setattr(dominance, "_optimal_strategies", useless)
        found = better_mixture(given_gains, strict=strict)
    assert (found is not None) == is_dominated(given_gains, strict)
    if found is not None:
        assert found.sum() == 1
        assert (found >= 0).all()
        assert beats(found @ given_gains, [Fraction(0)] * given_gains.shape[1], strict)


@pytest.mark.parametrize("exact", [True, False])
def test_a_mixture_within_narrow_bounds(exact: bool) -> None:
    # derived: the first action must be taken with more than .61803 and less than .61804
    low, high = Fraction(61803, 100000), Fraction(61804, 100000)
    rows = np.array([[1 - low, high - 1], [-low, high]])
    found = better_mixture(rows, strict=True, exact=exact)
    assert found is not None
    assert low < found[0] < high


@given(drawn(), st.integers(0, 99), st.booleans())
@fixed(40)
def test_the_order_of_strict_elimination_does_not_matter(
    game: NormalForm, seed: int, mixed: bool
) -> None:
    draw, left = random.Random(seed), game
    while gone := [one for player in game.players for one in dominated(left, player, mixed=mixed)]:
        out = draw.choice(gone)
        own = left.actions[left.player(out.player)]
        left = left.restricted_to({out.player: [name for name in own if name != out.action]})
    found = eliminate(game, mixed=mixed)
    assert found.game.actions == left.actions
    assert np.array_equal(found.game.exact_payoffs, left.exact_payoffs)


@given(drawn(most=8), theories(), st.integers(0, 10**6))
@fixed(60)
def test_dominated_actions_are_no_best_responses_under_prospect_theory(
    game: NormalForm, preference: CumulativeProspectTheory, seed: int
) -> None:
    """First-order dominance: strictly dominated is worse, weakly dominated never better."""
    game = game.replace(preferences=preference, references=1.5)
    draw = np.random.default_rng(seed)
    profile = [draw.dirichlet(np.ones(m)) for m in game.shape]
    for i, worth in enumerate(game.action_values(profile)):
        for strict in (True, False):
            for one in dominated(game, i, strict=strict):
                (by,) = one.by
                gain = worth[game.action(i, by)] - worth[game.action(i, one.action)]
                assert gain > 0 if strict else gain > -1e-9


def test_elimination_keeps_preferences_and_equilibria() -> None:
    game = bimatrix(GIBBONS).replace(preferences=CumulativeProspectTheory(), references=[0.5, 1])
    found = eliminate(game).game
    assert found.actions == (("1",), ("2",))
    assert (found.preferences, found.references) == (game.preferences, game.references)
    assert max(game.regret(game.pure(0, 1))) == 0


def test_exact_numbers_decide() -> None:
    tiny = Fraction(1, 10**30)
    game = NormalForm([[[1 + tiny], [1]], [[0], [0]]])
    assert names_of(dominated(game, 0)) == ["2"]
    # half of each of the first two is better than the third by a hair, or worse by one
    for hair, expected in ((tiny, ["3"]), (Fraction(0), []), (-tiny, [])):
        game = bimatrix([[(3, 0), (0, 0)], [(0, 0), (3, 0)], [(Fraction(3, 2) - hair, 0)] * 2])
        assert names_of(dominated(game, 0, mixed=True)) == expected
        weakly = dominated(game, 0, strict=False, mixed=True)
        assert names_of(weakly) == expected


def test_a_weak_dominance_by_an_odd_mixture() -> None:
    # derived: only (1/7, 6/7) makes up for the first two cases
    rows = [[6, -1, 1], [-1, Fraction(1, 6), 0]]
    found = better_mixture(np.array([[Fraction(x) for x in row] for row in rows]), strict=False)
    assert found is not None
    assert found.tolist() == [Fraction(1, 7), Fraction(6, 7)]
    assert better_mixture(np.array(rows, dtype=object) * Fraction(1), strict=True) is None


def test_losses_weigh_more_in_mixtures() -> None:
    # derived: half of 4, half of -2 is 1, but 2 - 2.25 below 0 under loss aversion
    cells = [[(4, 0), (-2, 0)], [(-2, 0), (4, 0)], [(0, 0), (0, 0)]]
    game = bimatrix(cells)
    assert names_of(dominated(game, 0, mixed=True)) == ["3"]
    assert dominated(game.replace(preferences=LINEAR), 0, mixed=True) == []
    assert names_of(dominated(game.replace(preferences=LINEAR, references=-2), 0, mixed=True)) == [
        "3"
    ]


def test_another_player_s_curvature_leaves_exact_numbers() -> None:
    game = bimatrix([[(3, 0), (0, 1)], [(0, 2), (3, 5)], [(1.5, 1), (1.5, 1)]])
    game = game.replace(preferences=[LINEAR, CURVED])
    assert dominated(game, 0, mixed=True) == []
    by = {"1": HALF, "2": HALF}
    other = bimatrix([[(3, 0), (0, 1)], [(0, 2), (3, 5)], [(1.5 - 2**-40, 1), (1.5 - 2**-40, 1)]])
    other = other.replace(preferences=[LINEAR, CURVED])
    assert dominated(other, 0, mixed=True) == [Dominance("1", "3", by)]


def test_curved_utilities_are_decided_with_a_margin() -> None:
    def game(middle: float) -> NormalForm:
        cells = [[(3, 0), (0, 0)], [(0, 0), (3, 0)], [(middle, 0), (middle, 0)]]
        return bimatrix(cells).replace(preferences=CURVED)

    # derived: half of 3 and half of 0 are worth as much as this sure outcome
    even = 3 * 0.5 ** (1 / 0.88)
    assert names_of(dominated(game(even - 1e-6), 0, mixed=True)) == ["3"]
    for middle in (even - 1e-12, even, even + 1e-6):
        for strict in (True, False):
            assert dominated(game(middle), 0, strict=strict, mixed=True) == []
    assert game(1.4).exact_utilities is None
    # dominance by one action stays exact
    assert names_of(dominated(game(-1), 0, mixed=True)) == ["3"]


def test_who_weights_probabilities_compares_no_mixtures() -> None:
    game = bimatrix(GIBBONS, players=["Ann", "Bob"])
    game = game.replace(preferences=[CumulativeProspectTheory(), CURVED])
    with pytest.raises(NotApplicableError, match="player 'Ann' weights probabilities"):
        dominated(game, "Ann", mixed=True)
    assert names_of(dominated(game, "Bob", mixed=True)) == ["3"]
    with pytest.raises(NotApplicableError, match="leave mixtures out"):
        eliminate(game, mixed=True)
    assert eliminate(game).game.shape == (1, 1)


def test_unknown_players() -> None:
    with pytest.raises(UnknownNameError, match="unknown player 'Cyd'"):
        dominated(bimatrix(GIBBONS), "Cyd")


def test_players_alone_and_actions_alone() -> None:
    game = NormalForm([[1, 3, 2]])
    assert [one.by for one in dominated(game, 0, mixed=True)] == [{"2": 1}, {"2": 1}]
    assert eliminate(game, mixed=True).game.actions == (("2",),)
    assert dominated(NormalForm([[[1]], [[2]]]), 1, mixed=True) == []
    equal = NormalForm(np.ones((2, 3, 2)))
    for strict in (True, False):
        assert eliminate(equal, strict=strict, mixed=True).game is equal


def test_payoffs_at_the_ends_of_the_range() -> None:
    high = 1.7e308
    game = bimatrix([[(high, 0), (-high, 0)], [(-high, 0), (high, 0)], [(-1e300, 0), (-1e300, 0)]])
    assert names_of(dominated(game, 0, mixed=True)) == ["3"]
    small = NormalForm([[[3e-320], [1e-320]], [[0], [0]]])
    assert names_of(dominated(small, 0, mixed=True)) == ["2"]
    gain = Fraction(1, 10**400)
    cells = [[(1 + 3 * gain, 0), (1, 0)], [(1, 0), (1 + 3 * gain, 0)], [(1 + gain, 0)] * 2]
    assert names_of(dominated(bimatrix(cells), 0, mixed=True)) == ["3"]


def test_a_tie_that_is_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    tie = np.array([[Fraction(1), Fraction(-1)], [Fraction(-1), Fraction(1)]])
    assert better_mixture(tie, strict=True) is None
    monkeypatch.setattr(dominance, "EXACT_SIZE", 3)
    with pytest.raises(NotApplicableError, match="2 actions in 2 cases is too large"):
        better_mixture(tie, strict=True)


def test_exact_programmes_refuse_what_they_do_not_solve() -> None:
    with pytest.raises(InvalidGameError, match="`most` must be at least 0"):
        maximise_exactly([1], [[1]], [-1])
    with pytest.raises(NotApplicableError, match="unbounded"):
        maximise_exactly([1, 0], [[-1, 1]], [1])


def test_exact_programmes_do_not_cycle() -> None:
    # published: Beale (1955), on which the rule of the steepest column runs in a circle for ever
    rows = [["1/4", -60, "-1/25", 9], ["1/2", -90, "-1/50", 3], [0, 0, 1, 0]]
    found = maximise_exactly(
        np.array([Fraction("3/4"), -150, Fraction("1/50"), -6]),
        np.array([[Fraction(number) for number in row] for row in rows]),
        [0, 0, 1],
    )
    assert found.value == Fraction(1, 20)
    assert found.point == (Fraction(1, 25), 0, 1, 0)


@given(st.integers(1, 5), st.integers(1, 5), st.integers(0, 10**6))
@fixed(80)
def test_exact_programmes_against_floats(k: int, p: int, seed: int) -> None:
    draw = np.random.default_rng(seed)
    objective, rows = draw.integers(-4, 5, k), draw.integers(-3, 7, (p, k))
    most = draw.integers(0, 5, p)
    found = maximise(objective, rows, most)
    if found.point is None:
        with pytest.raises(NotApplicableError, match="unbounded"):
            maximise_exactly(objective, rows, most)
        return
    value, point = maximise_exactly(objective, rows, most)
    assert float(value) == pytest.approx(found.value, abs=1e-7)
    assert value == sum(int(c) * x for c, x in zip(objective, point, strict=True))
    assert min(point) >= 0
    assert (rows.astype(object) @ np.array(point, dtype=object) <= most).all()


def test_linear_programmes() -> None:
    found = maximise([1, 1], [[1, 2], [3, 1]], [4, 6])
    assert found.value == pytest.approx(2.8)
    assert found.point == pytest.approx([1.6, 1.2])
    assert found.prices == pytest.approx([0.4, 0.2])
    bounded = maximise([1, -1], equal_rows=[[1, 1]], equal=[3], bounds=[(0, 2), (None, None)])
    assert bounded.value == pytest.approx(1)
    assert bounded.prices == pytest.approx([-1])
    assert maximise([-1], bounds=(-5, None)).value == pytest.approx(5)


@pytest.mark.parametrize(
    ("arguments", "value"),
    [
        (([1], [[1]], [-1]), -np.inf),
        (([1, 1], [[1, -1]], [1]), np.inf),
        (([1, -1], [[1, -1]], [-1], [[1, -1]], [0]), -np.inf),
    ],
)
def test_linear_programmes_without_an_optimum(arguments: tuple[object, ...], value: float) -> None:
    found = maximise(*arguments)
    assert found.value == value
    assert found.point is found.prices is None


def test_malformed_linear_programmes() -> None:
    for arguments in (([1, 2], [[1]], [4]), ([np.nan],), ([1], [[1]], [np.inf - np.inf])):
        with pytest.raises(InvalidGameError, match="the linear programme must be well formed"):
            maximise(*arguments)


def test_a_solver_that_gives_up(monkeypatch: pytest.MonkeyPatch) -> None:
    tried = []

    def fail(*_: object, options: dict[str, bool], **__: object) -> OptimizeResult:
        tried.append(options["presolve"])
        return OptimizeResult(status=4, message="numerical\ndifficulties")

    monkeypatch.setattr("scipy.optimize.linprog", fail)
    with pytest.raises(ConvergenceError, match="was not solved: numerical difficulties"):
        maximise([1], [[1]], [1])
    assert tried == [True, False]
