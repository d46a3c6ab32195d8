"""Shapley, Banzhaf, Owen and Myerson values and the core: known figures, axioms, twins.

"Published" figures were seen in a copy of the source or in what is named after "in"; "derived" ones
follow from the definition, for games that the source is known for. More are in
`test_published_bargaining`.
"""

from fractions import Fraction
from itertools import combinations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from plain_coalitions import by_size, cooperative, parts, plain_banzhaf, plain_owen, plain_shapley
from strategies import fixed

from games.cooperative.characteristic_function import CharacteristicFunction
from games.cooperative.coalitions import coalition_sums
from games.cooperative.examples import airport, bankruptcy, glove, unanimity, weighted_majority
from games.errors import InvalidGameError, NotApplicableError, UnknownNameError
from solver.values import (
    banzhaf,
    graph_restricted,
    in_core,
    least_core,
    myerson,
    nucleolus,
    owen,
    shapley,
)

COUNCIL = weighted_majority(39, [7] * 5 + [1] * 10)
# France, Germany and Italy; Belgium and the Netherlands; Luxembourg
EEC = weighted_majority(12, [4, 4, 4, 2, 2, 1])
# the three investors of Lemaire (1991, ASTIN Bulletin 21, 17-40)
INVESTORS = by_size([46125, 17437.5, 5812.5, 69187.5, 53812.5, 30750, 90000])


@pytest.mark.parametrize(
    ("game", "value"),
    [
        # derived, for the game of O'Neill (1982) and of Aumann & Maschler (1985)
        (bankruptcy(200, [100, 200, 300]), [100 / 3, 250 / 3, 250 / 3]),
        # derived by the rule of Littlechild & Owen (1973)
        (airport([1, 2, 3]), [1 / 3, 5 / 6, 11 / 6]),
        # derived, for the game of Shapley & Shubik (1969)
        (glove(2, 1), [1 / 6, 1 / 6, 2 / 3]),
        (INVESTORS, [51750, 25875, 12375]),
        # published: manual of the R package GameTheoryAllocation 1.0
        (by_size([1, 1, 2, 1, 2, 2, 2]), [1 / 3, 1 / 3, 4 / 3]),
        # published: 4/2145 each, in "Veto starting to sound really good", gonitsora.com; the
        # United Nations Security Council since 1965
        (COUNCIL, [421 / 2145] * 5 + [4 / 2145] * 10),
        # derived, and before: the council of Shapley & Shubik (1954, American Political Science
        # Review 48, 787-792)
        (weighted_majority(27, [5] * 5 + [1] * 6), [76 / 385] * 5 + [1 / 462] * 6),
        # derived, the Council of the European Economic Community of 1958; published: Luxembourg
        # has no power (Brams & Affuso 1976, in Games 2018, 9(2), 29)
        (EEC, [14 / 60] * 3 + [9 / 60] * 2 + [0]),
    ],
)
def test_known_shapley_values(game, value) -> None:
    assert shapley(game) == pytest.approx(value, rel=1e-12, abs=1e-15)


@pytest.mark.parametrize(
    ("game", "value"),
    [
        # derived: 848 and 84 swings
        (COUNCIL, [106 / 635] * 5 + [21 / 1270] * 10),
        (EEC, [5 / 21] * 3 + [1 / 7] * 2 + [0]),
        # published: Nassau County in 1958, three districts without power and three alike (Banzhaf
        # 1965, in Malkevitch, Voting Games: Part II, AMS Feature Column)
        (weighted_majority(16, [9, 9, 7, 3, 1, 1]), [1 / 3] * 3 + [0] * 3),
    ],
)
def test_known_banzhaf_indices(game, value) -> None:
    assert banzhaf(game, normalised=True) == pytest.approx(value, rel=1e-12, abs=1e-15)


def test_known_owen_values() -> None:
    # published: manual of the R package GameTheoryAllocation 1.0
    game = by_size([1, 1, 2, 1, 2, 2, 2])
    assert owen(game, [["1", "2"], ["3"]]) == pytest.approx([0.25, 0.25, 1.5], abs=1e-12)
    # derived: two of three who unite against the third take all (compare Hart & Kurz 1983)
    majority = weighted_majority(2, [1, 1, 1])
    assert owen(majority, [["3"], ["2", "1"]]) == pytest.approx([0.5, 0.5, 0], abs=1e-12)


@pytest.mark.parametrize(
    ("ties", "value"),
    [
        ([], [0, 0, 0]),
        (["12"], [6, 6, 0]),
        (["13"], [3, 0, 3]),
        (["23"], [0, 3, 3]),
        (["12", "13"], [7, 4, 1]),
        (["12", "23"], [4, 7, 1]),
        (["13", "23"], [3, 3, 6]),
        (["12", "13", "23"], [5, 5, 2]),
    ],
)
def test_myersons_example(ties, value) -> None:
    """Derived: players 1 and 2 earn 12 together, either of them earns 6 with player 3.

    The game of Myerson (1977); each value follows from those with one tie less, as both ends of a
    tie gain alike by it.
    """
    game = by_size([0, 0, 0, 12, 6, 6, 12])
    pairs = [tuple(tie) for tie in ties]
    assert myerson(game, pairs) == pytest.approx(value, abs=1e-12)
    graph = nx.Graph(pairs)
    assert myerson(game, graph) == pytest.approx(value, abs=1e-12)
    assert myerson(game, nx.MultiGraph(pairs)) == pytest.approx(value, abs=1e-12)


@given(cooperative(most=6))
@fixed(40)
def test_definitions(game) -> None:
    assert shapley(game) == pytest.approx(plain_shapley(game), abs=1e-9)
    assert banzhaf(game) == pytest.approx(plain_banzhaf(game), abs=1e-9)


@given(st.lists(st.integers(0, 20), min_size=1, max_size=8))
@fixed(30)
def test_each_stretch_of_a_runway_is_shared_by_those_who_need_it(costs) -> None:
    """The formula of Littlechild & Owen (1973)."""
    value, paid = dict.fromkeys(range(len(costs)), 0.0), 0
    for place, player in enumerate(sorted(value, key=costs.__getitem__)):
        for other in sorted(value, key=costs.__getitem__)[place:]:
            value[other] += (costs[player] - paid) / (len(costs) - place)
        paid = costs[player]
    assert shapley(airport(costs)) == pytest.approx(list(value.values()), abs=1e-9)


@given(cooperative(most=5), st.data())
@fixed(60)
def test_shapleys_axioms(game, data) -> None:
    value = shapley(game)
    assert value.sum() == pytest.approx(game.total, abs=1e-9)
    other = CharacteristicFunction(
        [0, *data.draw(st.permutations(game.values[1:].tolist()))], game.players
    )
    both = CharacteristicFunction(game.values + other.values)
    assert shapley(both) == pytest.approx(value + shapley(other), abs=1e-9)
    order = data.draw(st.permutations(range(game.n)))
    moved = CharacteristicFunction(game.values[coalition_sums(1 << np.array(order))])
    assert shapley(moved) == pytest.approx(value[order], abs=1e-9)
    # with a newcomer who adds what it is worth alone
    joined = CharacteristicFunction(np.concatenate([game.values, game.values + 2.5]))
    for concept in (shapley, banzhaf):
        assert concept(joined) == pytest.approx([*concept(game), 2.5], abs=1e-9)


@given(cooperative(most=5, least=2))
@fixed(30)
def test_contributions_are_balanced(game) -> None:
    """What i loses if j leaves is what j loses if i leaves (Myerson 1980)."""
    value = dict(zip(game.players, shapley(game), strict=True))
    for i, j in combinations(game.players, 2):
        left = {
            gone: dict(zip(rest, shapley(game.restricted(rest)), strict=True))
            for gone in (i, j)
            for rest in [[name for name in game.players if name != gone]]
        }
        assert value[i] - left[j][i] == pytest.approx(value[j] - left[i][j], abs=1e-9)


def test_unanimity_games_share_equally() -> None:
    game = unanimity(4, ["1", "3"], 6)
    assert shapley(game) == pytest.approx([3, 0, 3, 0], abs=1e-12)
    assert banzhaf(game) == pytest.approx([3, 0, 3, 0], abs=1e-12)


def test_banzhaf_values_of_sum_0_cannot_be_scaled() -> None:
    with pytest.raises(NotApplicableError, match="of sum 0"):
        banzhaf(CharacteristicFunction([0, 1, -1, 0]), normalised=True)


@given(cooperative(most=5, least=2), st.data())
@fixed(40)
def test_owen_values_are_means_over_orders_that_keep_unions_together(game, data) -> None:
    at = data.draw(st.lists(st.integers(0, 2), min_size=game.n, max_size=game.n))
    unions = [[i for i in range(game.n) if at[i] == place] for place in sorted(set(at))]
    names = [[game.players[i] for i in one] for one in unions]
    value = owen(game, names)
    assert value == pytest.approx(plain_owen(game, unions), abs=1e-9)
    # the unions get their Shapley values in the game among them (Owen 1977)
    masks = [sum(1 << i for i in one) for one in unions]
    quotient = CharacteristicFunction(game.values[coalition_sums(masks)])
    assert [value[one].sum() for one in unions] == pytest.approx(shapley(quotient), abs=1e-9)


@given(cooperative(most=5))
@fixed(20)
def test_unions_that_change_nothing(game) -> None:
    value = pytest.approx(shapley(game), abs=1e-9)
    assert owen(game, [game.players]) == value
    assert owen(game, [[name] for name in game.players]) == value


@pytest.mark.parametrize(
    ("unions", "error", "message"),
    [
        ([["1", "2"]], InvalidGameError, "must hold every player; got none with \\['3'\\]"),
        ([["1", "2"], ["2", "3"]], InvalidGameError, "must not overlap; got \\['2'\\]"),
        ([["1", "2", "3"], []], InvalidGameError, "an empty one"),
        ([["1", "2", "4"]], UnknownNameError, "unknown player '4'"),
    ],
)
def test_unions_that_are_none(unions, error, message) -> None:
    with pytest.raises(error, match=message):
        owen(glove(2, 1), unions)


@given(cooperative(most=5, least=2), st.data())
@fixed(40)
def test_myersons_axioms(game, data) -> None:
    possible = list(combinations(game.players, 2))
    ties = data.draw(st.lists(st.sampled_from(possible), min_size=1, unique=True))
    value = dict(zip(game.players, myerson(game, ties), strict=True))
    # a component shares what it is worth
    sets = [set(tie) for tie in ties]
    for part in parts(game.players, sets):
        assert sum(value[name] for name in part) == pytest.approx(game.worth(part), abs=1e-9)
    # both ends of a tie gain the same by it
    i, j = ties[0]
    less = dict(zip(game.players, myerson(game, ties[1:]), strict=True))
    assert value[i] - less[i] == pytest.approx(value[j] - less[j], abs=1e-9)
    # a coalition is worth what its connected parts are
    restricted = graph_restricted(game, ties)
    for s in range(1 << game.n):
        worth = sum(game.worth(part) for part in parts(game.members(s), sets))
        assert restricted.values[s] == pytest.approx(worth, abs=1e-9)


def test_ties_of_nobody_are_refused() -> None:
    with pytest.raises(UnknownNameError, match="unknown player '4'"):
        myerson(glove(2, 1), [("1", "4")])
    for bad in ("12", ("1",)):
        with pytest.raises(InvalidGameError, match="`graph` must consist of pairs"):
            myerson(glove(2, 1), [bad])


def test_in_core_by_its_definition() -> None:
    game = glove(2, 1)
    assert in_core(game, [0, 0, 1])
    assert not in_core(game, [0, 0, 0.9])
    assert not in_core(game, [0, 0, 1.1])
    assert not in_core(game, [0.1, 0, 0.9])
    assert not in_core(game, [-0.1, 0, 1.1])
    assert in_core(game, [0.1, 0, 0.9], tolerance=0.1 + 1e-12)
    assert in_core(game, [0, 0, 1 - 1e-10])
    assert not in_core(game, [0, 0, 1 - 1e-10], tolerance=0)


def test_in_core_in_exact_numbers() -> None:
    # thirds have no float, and their sum as floats hides the rest
    even = CharacteristicFunction([0, 0, 0, 0, 0, 0, 0, 1])
    third = Fraction(1, 3)
    assert in_core(even, [third] * 3, tolerance=0)
    assert not in_core(even, [third, third, third + Fraction(1, 10**30)], tolerance=0)
    assert in_core(even, [third, third, third + Fraction(1, 10**30)])


@pytest.mark.parametrize("payoff", [[0, 1], [[0, 0, 1]], 1])
def test_payoffs_of_the_wrong_shape_are_refused(payoff) -> None:
    with pytest.raises(InvalidGameError, match="`payoff` must"):
        in_core(glove(2, 1), payoff)
    with pytest.raises(InvalidGameError, match="`tolerance` must be at least 0"):
        in_core(glove(2, 1), [0, 0, 1], tolerance=-1)


def test_the_shapley_value_of_a_convex_game_is_in_its_core() -> None:
    """Shapley (1971); an airport's dual is convex."""
    for game in (bankruptcy(300, [100, 200, 300]), airport([1, 4, 4, 6]).dual):
        assert game.is_convex
        assert in_core(game, shapley(game))


@pytest.mark.parametrize(
    ("game", "epsilon"),
    [
        # derived: the mean of what the three pairs are short of is 1/3
        (weighted_majority(2, [1, 1, 1]), Fraction(1, 3)),
        # derived: a player without whom nobody wins can get everything
        (weighted_majority(3, [2, 1, 1]), Fraction(0)),
        (glove(2, 1), Fraction(0)),
        (by_size([0, 0, 0, 0, 0, 0, 1]), Fraction(-1, 3)),
        (CharacteristicFunction([0, 1, 2, 9]), Fraction(-3)),
    ],
)
def test_least_cores(game, epsilon) -> None:
    found = least_core(game)
    assert found.bound == epsilon
    assert found.epsilon == pytest.approx(float(epsilon), abs=1e-12)
    assert found.core_is_empty == (epsilon > 0)


@given(cooperative(most=5, least=2))
@fixed(80)
def test_the_least_core_is_proved_by_balanced_weights(game) -> None:
    found = least_core(game)
    excess = (game.values - coalition_sums(found.payoff))[1:-1]
    assert excess.max() == pytest.approx(found.epsilon, abs=1e-8)
    assert found.payoff.sum() == pytest.approx(game.total, abs=1e-8)
    assert sum(found.weights.values()) == 1
    assert min(found.weights.values()) > 0
    shares = {
        sum(weight for members, weight in found.weights.items() if name in members)
        for name in game.players
    }
    assert len(shares) == 1
    bound = sum(weight * Fraction(game.worth(s)) for s, weight in found.weights.items())
    assert found.bound == bound - shares.pop() * Fraction(game.total)
    assert float(found.bound) == pytest.approx(found.epsilon, abs=1e-8)
    assert found.core_is_empty == (found.bound > 1e-9 * game.scale)
    assert not found.payoff.flags.writeable
    if not found.core_is_empty:
        assert in_core(game, found.payoff)


def test_rounding_of_worths_shows_in_the_bound_only() -> None:
    found = least_core(CharacteristicFunction([0, 0.1, 0.2, 0.3]))
    assert found.bound == (Fraction(0.1) + Fraction(0.2) - Fraction(0.3)) / 2 > 0
    assert not found.core_is_empty
    assert in_core(found.game, found.payoff)


def test_one_player_has_a_core() -> None:
    found = least_core(CharacteristicFunction([0, 5]))
    assert found.payoff.tolist() == [5]
    assert not found.core_is_empty
    assert found.weights is None
    assert in_core(CharacteristicFunction([0, 5]), [5])


def test_weights_with_large_divisors_are_left_in_floats(monkeypatch) -> None:
    monkeypatch.setattr("solver.cooperative.core.MOST_DIVISOR", 2)
    found = least_core(weighted_majority(2, [1, 1, 1]))
    assert found.weights is None
    assert found.bound is None
    assert found.core_is_empty
    assert found.epsilon == pytest.approx(1 / 3)


def test_prices_in_a_market_of_gloves() -> None:
    """The scarce side gets all in the core, less in the Shapley value (Shapley & Shubik 1969)."""
    game = glove(3, 2)
    assert in_core(game, [0, 0, 0, 1, 1])
    assert nucleolus(game) == pytest.approx([0, 0, 0, 1, 1], abs=1e-12)
    assert 0.5 < shapley(game)[-1] < 1
