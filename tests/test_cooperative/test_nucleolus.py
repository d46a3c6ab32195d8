"""The nucleolus: known figures, closed forms, properties, a twin, another program."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from plain_coalitions import by_size, cooperative, plain_nucleolus, with_imputations
from strategies import fixed

from games.cooperative.characteristic_function import CharacteristicFunction
from games.cooperative.coalitions import coalition_sums
from games.cooperative.examples import airport, bankruptcy, glove, weighted_majority
from games.errors import ConvergenceError, InvalidGameError, NotApplicableError
from solver.cooperative import nucleolus as simplex
from solver.values import in_core, least_core, nucleolus, nucleolus_certificate

INVESTORS = by_size([46125, 17437.5, 5812.5, 69187.5, 53812.5, 30750, 90000])


def excesses(game, payoff):
    """Return the excesses of all coalitions but that of all, from the largest down."""
    return np.sort((game.values - coalition_sums(payoff))[1:-1])[::-1]


@pytest.mark.parametrize(
    ("game", "payoff"),
    [
        # published: the Talmud's three estates (Aumann & Maschler 1985, in Schecter, How the Talmud
        # divides an estate among creditors)
        (bankruptcy(100, [100, 200, 300]), [100 / 3] * 3),
        (bankruptcy(200, [100, 200, 300]), [50, 75, 75]),
        (bankruptcy(300, [100, 200, 300]), [50, 100, 150]),
        # derived: the core has no other point
        (glove(2, 1), [0, 0, 1]),
        # derived, for the game of Lemaire (1991, ASTIN Bulletin 21, 17-40)
        (INVESTORS, [52687.5, 24468.75, 12843.75]),
        # derived, for a game of Ferguson, Game Theory, part IV (lecture notes, Los Angeles)
        (by_size([-1, 0, 1, 3, 4, 2, 5]), [8 / 3, 2 / 3, 5 / 3]),
        # published: manual of the R package CoopGame 0.2.2
        (
            by_size([0, 0, 0, 0, 5, 5, 8, 9, 10, 8, 13, 15, 16, 17, 21]),
            [3.5, 4.5, 5.5, 7.5],
        ),
        # published: manual of the R package coopProductGame
        (by_size([68, 102, 0, 170, 710, 762, 992]), [149, 192, 651]),
        # derived: constant-sum homogeneous weighted majorities share by weight (Peleg 1968)
        (weighted_majority(3, [2, 1, 1, 1]), [2 / 5, 1 / 5, 1 / 5, 1 / 5]),
        (weighted_majority(5, [2, 2, 2, 1, 1, 1]), [2 / 9] * 3 + [1 / 9] * 3),
        # derived: every permanent member of the Security Council can block, and no one else
        (weighted_majority(39, [7] * 5 + [1] * 10), [1 / 5] * 5 + [0] * 10),
        (CharacteristicFunction([0, 4]), [4]),
    ],
)
def test_known_nucleoli(game, payoff) -> None:
    found = nucleolus(game)
    assert found == pytest.approx(payoff, rel=1e-12, abs=1e-12)
    assert nucleolus_certificate(game, found).holds


def test_individual_rationality_can_bind() -> None:
    # published: the prenucleolus (3, 3, -4), Peleg & Sudhölter 2007, example 5.5.12, in the manual
    # of the R package CoopGame; derived: the nucleolus, where the third is not made to pay
    game = by_size([0, 0, 0, 10, 0, 0, 2])
    assert nucleolus(game) == pytest.approx([1, 1, 0], abs=1e-12)
    free = nucleolus(game, individually_rational=False)
    assert free == pytest.approx([3, 3, -4], abs=1e-12)
    assert nucleolus_certificate(game, [1, 1, 0]).holds
    assert not nucleolus_certificate(game, [1, 1, 0], individually_rational=False).holds
    assert nucleolus_certificate(game, free, individually_rational=False).holds
    assert nucleolus_certificate(game, free).reason == "a player gets less than alone"


@given(st.lists(st.integers(1, 30), min_size=2, max_size=7), st.floats(0, 1))
@fixed(40)
def test_bankruptcy_is_settled_as_in_the_talmud(claims, share) -> None:
    """The rule of Aumann & Maschler (1985): equal awards up to half, then equal losses."""
    owed = np.array(claims, dtype=float)
    estate = share * owed.sum()
    low = min(estate, owed.sum() - estate)
    awards, left = np.zeros(len(owed)), low
    for place, player in enumerate(np.argsort(owed)):
        awards[player] = min(owed[player] / 2, left / (len(owed) - place))
        left -= awards[player]
    expected = awards if low == estate else owed - awards
    assert nucleolus(bankruptcy(estate, claims)) == pytest.approx(expected, abs=1e-9)


@given(st.lists(st.integers(0, 30), min_size=2, max_size=7))
@fixed(40)
def test_runways_are_shared_by_littlechilds_rule(costs) -> None:
    """Littlechild (1974), in the words of Sönmez: the least mean of what a group cannot avoid."""
    order, paid = np.argsort(costs, kind="stable"), np.zeros(len(costs))
    for place, player in enumerate(order[:-1]):
        paid[player] = min(
            (costs[order[last]] - paid.sum()) / (last - place + 2)
            for last in range(place, len(costs) - 1)
        )
    paid[order[-1]] = max(costs) - paid.sum()
    assert nucleolus(airport(costs).dual) == pytest.approx(paid, abs=1e-9)


@pytest.mark.long
@given(with_imputations(), st.booleans())
@fixed(25)
def test_a_programme_for_each_coalition_finds_the_same(game, individually_rational) -> None:
    found = nucleolus(game, individually_rational=individually_rational)
    expected = plain_nucleolus(game, individually_rational)
    assert found == pytest.approx(expected, abs=1e-5)


@given(with_imputations(most=6))
@fixed(60)
def test_it_is_certified_and_what_differs_is_not(game) -> None:
    found = nucleolus(game)
    assert nucleolus_certificate(game, found).holds
    assert found.sum() == pytest.approx(game.total, abs=1e-9)
    assert (found >= game.singles - 1e-9).all()
    if game.n > 1:
        other = found.copy()
        other[:2] += [0.01, -0.01]
        refused = nucleolus_certificate(game, other)
        assert not refused.holds
        if refused.side_payments is not None:
            # what it offers does make the excesses smaller, from the largest down
            better = other + 1e-4 * refused.side_payments
            change = excesses(game, better) - excesses(game, other)
            assert change[np.abs(change) > 1e-9][0] < 0


@given(cooperative(most=6, least=2))
@fixed(60)
def test_the_prenucleolus_is_in_the_least_core(game) -> None:
    found = nucleolus(game, individually_rational=False)
    assert nucleolus_certificate(game, found, individually_rational=False).holds
    least = least_core(game)
    assert excesses(game, found)[0] == pytest.approx(least.epsilon, abs=1e-8)
    if not least.core_is_empty:
        assert in_core(game, found)
        assert nucleolus(game) == pytest.approx(found, abs=1e-8)


@given(with_imputations(most=5, least=2), st.data())
@fixed(40)
def test_no_other_imputation_has_smaller_excesses(game, data) -> None:
    found = excesses(game, nucleolus(game))
    weights = data.draw(st.lists(st.integers(0, 9), min_size=game.n, max_size=game.n))
    shares = (np.array(weights) + 1e-3) / (sum(weights) + 1e-3 * game.n)
    other = game.singles + (game.total - game.singles.sum()) * shares
    change = excesses(game, other) - found
    differing = change[np.abs(change) > 1e-9]
    assert not differing.size or differing[0] > 0


@given(with_imputations(most=5), st.data())
@fixed(40)
def test_covariance_and_anonymity(game, data) -> None:
    found = nucleolus(game)
    shift = np.array(data.draw(st.lists(st.integers(-5, 5), min_size=game.n, max_size=game.n)))
    moved = CharacteristicFunction(2.5 * game.values + coalition_sums(shift))
    assert nucleolus(moved) == pytest.approx(2.5 * found + shift, abs=1e-8)
    order = data.draw(st.permutations(range(game.n)))
    renamed = CharacteristicFunction(game.values[coalition_sums(1 << np.array(order))])
    assert nucleolus(renamed) == pytest.approx(found[order], abs=1e-8)


@given(with_imputations(most=5))
@fixed(30)
def test_a_dummy_gets_what_it_is_worth_alone(game) -> None:
    joined = CharacteristicFunction(np.concatenate([game.values, game.values + 1.5]))
    assert nucleolus(joined)[-1] == pytest.approx(1.5, abs=1e-8)


@pytest.mark.parametrize("players", [10, 13])
def test_larger_games_are_certified(players) -> None:
    rng = np.random.default_rng(players)
    sizes = np.bitwise_count(np.arange(1 << players))
    for values in (
        sizes**2 + rng.random(1 << players),
        rng.integers(0, 4, 1 << players) * (sizes > 1) + 50.0 * (sizes == players),
    ):
        values[0] = 0
        game = CharacteristicFunction(values)
        assert nucleolus_certificate(game, nucleolus(game)).holds


@pytest.mark.parametrize("ignored", [0, -1e6, -1e9])
@pytest.mark.parametrize("unit", [1e-9, 1, 1e9])
def test_what_nobody_heeds_makes_no_wrong_payoff_right(ignored, unit) -> None:
    # a pair that nobody would join, and payoffs off by a thousandth
    game = CharacteristicFunction(np.array([0, 0, 0, ignored, 0, 4, 3, 6]) * unit)
    found = nucleolus(game)
    assert nucleolus_certificate(game, found).holds
    assert not nucleolus_certificate(game, found + np.array([1e-3, -1e-3, 0]) * unit).holds
    assert not nucleolus_certificate(game, found + np.array([0, 1e-4, -1e-4]) * unit).holds


def test_what_is_not_the_nucleolus_says_why() -> None:
    talmud = bankruptcy(200, [100, 200, 300])
    assert "share the worth" in nucleolus_certificate(talmud, [50, 75, 70]).reason
    assert "less than alone" in nucleolus_certificate(talmud, [-1, 101, 100]).reason
    refused = nucleolus_certificate(talmud, [40, 80, 80])
    assert refused.excesses == (-40,)
    assert refused.side_payments[0] > 0
    assert nucleolus_certificate(talmud, [50, 75, 75]).excesses == (-50, -75)
    # near enough
    assert nucleolus_certificate(talmud, [50 + 1e-9, 75, 75 - 1e-9]).holds


def test_steps_that_stand_still_let_the_smallest_number_break_ties(monkeypatch) -> None:
    """All coalitions of a size tie in a symmetric game, and most steps stand still."""
    monkeypatch.setattr(simplex, "PATIENCE", -1)
    for game in (weighted_majority(5, [2, 2, 2, 1, 1, 1]), by_size([0] * 4 + [1] * 6 + [2] * 5)):
        assert nucleolus_certificate(game, nucleolus(game)).holds
    binding = by_size([0, 0, 0, 10, 0, 0, 2])
    assert nucleolus(binding) == pytest.approx([1, 1, 0], abs=1e-12)


def test_games_that_are_refused(monkeypatch) -> None:
    with pytest.raises(NotApplicableError, match="takes 1 more than all are worth"):
        nucleolus(CharacteristicFunction([0, 1, 1, 1]))
    assert nucleolus(
        CharacteristicFunction([0, 1, 1, 1]), individually_rational=False
    ) == pytest.approx([0.5, 0.5])
    large = CharacteristicFunction(np.zeros(1 << 21))
    with pytest.raises(NotApplicableError, match="asked of 20 players; this game has 21"):
        nucleolus(large)
    with pytest.raises(InvalidGameError, match="`payoff` must be 3 finite numbers"):
        nucleolus_certificate(glove(2, 1), [0, 1])
    with pytest.raises(InvalidGameError, match="`tolerance` must be above 0"):
        nucleolus_certificate(glove(2, 1), [0, 0, 1], tolerance=0)
    monkeypatch.setattr(simplex, "MOST_STEPS", 1)
    with pytest.raises(ConvergenceError, match="still rises after 1 steps"):
        nucleolus(glove(2, 1))


def test_a_direction_in_which_nothing_blocks_is_an_error() -> None:
    search = simplex._Search(glove(2, 1).values, individually_rational=False)
    with pytest.raises(ConvergenceError, match="by rounding"):
        search._enter(3, np.zeros(4), by_number=False)


@pytest.mark.parametrize("seed", range(40))
def test_coopgame_finds_the_same(seed) -> None:
    """The program coopgame-py 0.3 in Rust, by constraint generation."""
    coopgame = pytest.importorskip("coopgame")
    rng = np.random.default_rng(seed)
    players = 2 + seed % 7
    values = rng.integers(0, 6, 1 << players) if seed % 2 else rng.normal(size=1 << players)
    values[0] = 0
    game = CharacteristicFunction(values)
    theirs = coopgame.Game(game.values[1:].tolist())
    expected = coopgame.prenucleolus(theirs)["allocation"]
    assert nucleolus(game, individually_rational=False) == pytest.approx(expected, abs=1e-8)
    if game.total >= game.singles.sum():
        assert nucleolus(game) == pytest.approx(coopgame.nucleolus(theirs)["allocation"], abs=1e-8)
