"""Pure Nash equilibria of n players, and certificates from each player's line."""

import tracemalloc
from fractions import Fraction
from itertools import islice, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from outside import game_theory, needs_quantecon
from strategies import fixed, preferences

from games import CumulativeProspectTheory, InvalidGameError, NormalForm, Prelec
from games.finite.strategies import pure_profile
from solver.finite import certificate, pure_nash
from solver.finite.certificate import Coverage
from solver.finite.proofs import lines
from solver.finite.proofs.boxes import Box
from solver.results import Status

COVERAGE = Coverage("none", complete=False)
PENNIES = NormalForm([[[1, -1], [-1, 1]], [[-1, 1], [1, -1]]])
THIRD, MORE = Fraction(1, 3), Fraction(1, 3) + Fraction(1, 10**30)


def by_line(game, notion, profile, coverage, **known):
    return certificate.certify(
        game, notion, profile, coverage, measures=certificate.BY_LINE, **known
    )


def brute(game):
    """Return all pure equilibria by trying every deviation, in exact numbers."""
    exact = game.exact_payoffs
    return [
        profile
        for profile in product(*map(range, game.shape))
        if all(
            exact[(i, *profile[:i], other, *profile[i + 1 :])] <= exact[(i, *profile)]
            for i, m in enumerate(game.shape)
            for other in range(m)
        )
    ]


@st.composite
def some_games(draw, least=1, most=4, actions=6):
    """Draw games of `least` to `most` players; few different payoffs, so that there are ties."""
    shape = tuple(draw(st.lists(st.integers(1, actions), min_size=least, max_size=most)))
    seed = draw(st.integers(0, 2**32 - 1))
    levels = draw(st.sampled_from([1, 2, 3, 1000]))
    payoffs = np.random.default_rng(seed).integers(levels, size=(len(shape), *shape))
    return NormalForm(
        payoffs - levels // 2,
        preferences=[draw(preferences()) for _ in shape],
        references=[draw(st.sampled_from([0.0, 1.5])) for _ in shape],
    )


@given(some_games(), st.sampled_from([1, 4, 30, 2**16]), st.sampled_from([1, 4]))
@fixed(120)
def test_finds_what_trying_every_deviation_finds(game, block, few):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pure_nash, "BLOCK", block)
        patch.setattr(pure_nash, "FEW", few)
        assert list(pure_nash.profiles(game)) == brute(game)


@pytest.mark.parametrize("scattered", [1e-9, 1e9], ids=["line by line", "block by block"])
@pytest.mark.parametrize("shape", [(2,) * 9, (3, 1, 4, 2, 5, 2), (2, 20, 3, 2), (40, 30), (7,)])
def test_either_way_of_reading_lines_agrees(monkeypatch, scattered, shape):
    monkeypatch.setattr(pure_nash, "BLOCK", 16)
    monkeypatch.setattr(pure_nash, "SCATTERED", scattered)
    for levels in (1, 2, 10**6):
        payoffs = np.random.default_rng(levels).integers(levels, size=(len(shape), *shape))
        game = NormalForm(payoffs)
        assert list(pure_nash.profiles(game)) == brute(game)


@given(some_games(least=2, most=3, actions=3))
@fixed(40)
def test_every_equilibrium_is_certified(game):
    solution = pure_nash.solve(game)
    for equilibrium in solution.equilibria:
        assert equilibrium.regret <= 1e-9 * max(1, np.abs(game.utilities).max())
        assert equilibrium.is_pure
        assert equilibrium.certificate.exact is not None
    assert solution.status is (Status.COMPLETE if brute(game) else Status.EMPTY)


@pytest.mark.parametrize(
    ("payoffs", "expected"),
    [
        ([[[3, 0], [5, 1]], [[3, 5], [0, 1]]], [(1, 1)]),  # prisoner's dilemma
        ([[[2, 0], [0, 1]], [[1, 0], [0, 2]]], [(0, 0), (1, 1)]),  # battle of the sexes
        ([[[6, 2], [7, 0]], [[6, 7], [2, 0]]], [(0, 1), (1, 0)]),  # chicken
        ([[[1, -1], [-1, 1]], [[-1, 1], [1, -1]]], []),  # matching pennies
    ],
)
def test_textbook_games(payoffs, expected):
    assert list(pure_nash.profiles(NormalForm(payoffs))) == expected


@needs_quantecon
def test_agrees_with_quantecon_and_gambit():
    """Computed by quantecon's `pure_nash_brute` and Gambit's `enumpure_solve`."""
    pygambit = pytest.importorskip("pygambit")
    for seed, shape in enumerate([(3, 3), (2, 3, 4), (2, 2, 2, 2), (3, 2, 3)]):
        payoffs = np.random.default_rng(seed).integers(3, size=(len(shape), *shape)).astype(float)
        mine = list(pure_nash.profiles(NormalForm(payoffs)))
        players = [
            game_theory.Player(np.transpose(own, [*range(i, len(shape)), *range(i)]))
            for i, own in enumerate(payoffs)
        ]
        assert mine == game_theory.pure_nash_brute(game_theory.NormalFormGame(players))
        game = pygambit.StrategicGame.from_arrays(*payoffs)
        theirs = [
            tuple(
                next(place for place in range(m) if profile[str(i + 1)][str(place + 1)] == 1)
                for i, m in enumerate(shape)
            )
            for profile in pygambit.nash.enumpure_solve(game).equilibria
        ]
        assert sorted(theirs) == mine


def test_fractions_that_floats_merge_are_told_apart():
    assert float(THIRD) == float(MORE)
    column = [[0, 0], [0, 0]]
    game = NormalForm([[[THIRD, THIRD], [MORE, THIRD]], column])
    assert list(pure_nash.profiles(game)) == [(0, 1), (1, 0), (1, 1)]
    assert list(pure_nash.profiles(NormalForm(game.payoffs))) == list(product(range(2), range(2)))


def test_all_fractions_may_fail():
    """Matching pennies whose stakes floats cannot tell apart."""
    game = NormalForm([[[MORE, THIRD], [THIRD, MORE]], [[THIRD, MORE], [MORE, THIRD]]])
    solution = pure_nash.solve(game)
    assert solution.status is Status.EMPTY
    assert solution.coverage.share_empty == 1


def test_preferences_do_not_matter():
    payoffs = np.random.default_rng(5).normal(size=(3, 3, 3, 3))
    found = list(pure_nash.profiles(NormalForm(payoffs)))
    prospect = NormalForm(payoffs, preferences=CumulativeProspectTheory(), references=0.3)
    assert list(pure_nash.profiles(prospect)) == found == brute(prospect)
    assert found
    for profile in found:
        assert max(prospect.regret(prospect.pure(*profile))) == 0


def test_relabelling_actions_relabels_equilibria():
    game = NormalForm(np.random.default_rng(8).integers(4, size=(3, 3, 4, 2)))
    turned = NormalForm(game.payoffs[:, ::-1])
    found = {(2 - first, *others) for first, *others in pure_nash.profiles(turned)}
    assert found == set(pure_nash.profiles(game))
    assert found


def test_first_equilibria_come_early(monkeypatch):
    monkeypatch.setattr(pure_nash, "BLOCK", 4)
    starts = []
    search = pure_nash._Search.equilibria
    monkeypatch.setattr(
        pure_nash._Search,
        "equilibria",
        lambda self, start: starts.append(start) or search(self, start),
    )
    game = NormalForm(np.zeros((5, 2, 2, 2, 2, 2)))
    assert list(islice(pure_nash.profiles(game), 4)) == list(product([0], [0], [0], *[(0, 1)] * 2))
    assert starts == [0]


def test_a_million_equilibria_are_built_when_read(monkeypatch):
    built = []
    monkeypatch.setattr(
        pure_nash, "pure_profile", lambda *given: built.append(1) or pure_profile(*given)
    )
    game = NormalForm(np.broadcast_to(1.0, (16, *(2,) * 16)))
    solution = pure_nash.solve(game)
    assert len(solution.equilibria) == 2**16
    assert solution.coverage.share_empty == 0
    assert not built
    candidates = pure_nash.PureCandidates(np.arange(2**16), game.shape)
    assert [own.argmax() for own in candidates[-2].profile] == [1] * 15 + [0]
    assert candidates[-2].exact[-1] == (1, 0)
    assert len(candidates[2:5]) == 3
    assert len(built) == 2
    with pytest.raises(IndexError):
        candidates[2**16]


@given(some_games(least=2, most=3, actions=4), st.data())
@fixed(80)
def test_certificates_agree_with_what_the_game_says_of_any_profile(game, data):
    actions = tuple(data.draw(st.integers(0, m - 1)) for m in game.shape)
    profile = game.pure(*actions)
    worth = game.action_values(profile)
    found = by_line(game, "pure_nash", profile, COVERAGE)
    # the same formula, with the outcomes added up in another order
    assert tuple(found.regrets.values()) == pytest.approx(game.regret(profile), rel=1e-14)
    assert lines.values(game, profile) == game.values(profile)
    assert all(map(np.array_equal, lines.action_values(game, profile), worth))
    assert found.reduces_to_expected_utility
    assert found.verify()
    for i, name in enumerate(game.players):
        assert found.bounds[name] == pytest.approx(found.regrets[name], rel=1e-12)
        # a regret in floats is a difference of values, each right to a few units in the last place
        rounding = 8 * np.finfo(float).eps * np.abs(worth[i]).max()
        assert found.bounds[name] >= found.regrets[name] - rounding
        others = [own for place, own in enumerate(worth[i]) if place != actions[i]]
        assert found.slack[name] == max(worth[i]) - max(others, default=-np.inf)
        assert found.support[name] == (game.actions[i][actions[i]],)


@pytest.mark.parametrize("actions", [*product(range(2), range(2))])
def test_certificates_agree_with_the_general_one(actions):
    game = NormalForm(
        [[[3, -1], [5, 1]], [[3, 5], [-1, 1]]],
        actions=[["C", "D"]] * 2,
        preferences=CumulativeProspectTheory(),
        references=[0.5, 2],
    )
    profile = game.pure(*actions)
    mine = by_line(game, "pure_nash", profile, COVERAGE)
    general = certificate.certify(game, "pure_nash", profile, COVERAGE)
    alike = ("regrets", "slack", "support", "reduces_to_expected_utility", "reference_rule")
    for name in (*alike, "notion", "profile", "coverage"):
        assert getattr(mine, name) == getattr(general, name)
    for name in game.players:
        assert mine.bounds[name] <= general.bounds[name]
        assert mine.bounds[name] == pytest.approx(general.bounds[name], abs=1e-15)


def test_bounds_are_exact_where_nothing_is_better():
    dilemma = NormalForm([[[3, 0], [5, 1]], [[3, 5], [0, 1]]])
    assert lines.regret_bounds(dilemma, dilemma.pure(1, 1)) == [0.0, 0.0]
    bounds = lines.regret_bounds(dilemma, dilemma.pure(0, 0))
    assert bounds == pytest.approx([2, 2], abs=1e-12)
    assert min(bounds) >= 2


def test_a_hidden_regret_is_bounded():
    """What floats cannot see has a bound above 0: no equilibrium is claimed."""
    game = NormalForm([[[THIRD], [MORE]], [[0], [0]]])
    certified = by_line(game, "pure_nash", game.pure(0, 0), COVERAGE)
    assert certified.regrets["1"] == 0
    assert 1e-30 <= certified.bounds["1"] < 1e-29
    assert not lines.is_equilibrium(game, (0, 0))
    assert lines.is_equilibrium(game, (1, 0))


def test_a_certificate_keeps_what_it_is_given():
    exact = ((Fraction(1), Fraction(0)), (Fraction(0), Fraction(1)))
    box = Box(PENNIES.pure(0, 1), PENNIES.pure(0, 1))
    profile = PENNIES.pure(0, 1)
    found = by_line(PENNIES, "nash", profile, COVERAGE, exact=exact, box=box)
    assert (found.exact, found.box, found.notion) == (exact, box, "nash")
    assert found.regrets == {"1": 2.0, "2": 0.0}


def test_a_large_game_needs_lines_only():
    """Certified without its fractions, which would fill the memory."""
    game = NormalForm(
        np.broadcast_to(2.0, (16, *(2,) * 16)),
        preferences=CumulativeProspectTheory(weighting_gains=Prelec(0.5)),
    )
    profile = game.pure(*(1,) * 16)
    found = by_line(game, "pure_nash", profile, COVERAGE)
    assert set(found.bounds.values()) == {0.0}
    assert set(found.slack.values()) == {0.0}
    assert found.reduces_to_expected_utility
    assert set(lines.values(game, profile)) == {2.0**0.88}
    assert "exact_payoffs" not in vars(game)


@pytest.mark.parametrize(
    ("profile", "expected"),
    [
        ([[1.0, 0.0], [0, 0, 1]], (0, 2)),
        ([np.array([0.0, 1.0])], (1,)),
        ([[Fraction(1)], [Fraction(0), Fraction(1)]], (0, 1)),
        ([[1.0, 0.0], [0.5, 0.5]], None),
        ([[1.0, 1e-300]], None),
        ([[1 - 1e-10, 0.0]], None),
    ],
)
def test_which_profiles_are_pure(profile, expected):
    if expected is None:
        with pytest.raises(InvalidGameError, match="must be pure"):
            lines.pure_actions(profile)
    else:
        assert lines.pure_actions(profile) == expected


def test_mixed_profiles_have_no_lines():
    mixed = PENNIES.profile([[0.5, 0.5], [1, 0]])
    for measure in (lines.values, lines.regret_bounds):
        with pytest.raises(InvalidGameError, match="must be pure"):
            measure(PENNIES, mixed)


def test_a_wrong_arithmetic_is_noticed(monkeypatch):
    wrong = CumulativeProspectTheory(1.0, 1.0, 2.0)
    monkeypatch.setattr(lines, "PLAIN", wrong)
    assert not lines.reduces_to_expected_utility(PENNIES, PENNIES.pure(0, 0))


def test_memory_does_not_grow_with_the_equilibria():
    game = NormalForm(np.zeros((16, *(2,) * 16)))
    tracemalloc.start()
    solution = pure_nash.solve(game)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(solution.equilibria) == 2**16
    assert peak < game.payoffs.nbytes / 2
