"""Games with transferable utility as such: their arrays, their properties, the well-known ones."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from plain_coalitions import cooperative
from strategies import fixed

from games.cooperative.characteristic_function import CharacteristicFunction
from games.cooperative.coalitions import (
    coalition_sizes,
    coalition_sums,
    memberships,
    totals_with_each,
    undetermined,
)
from games.cooperative.examples import airport, bankruptcy, glove, unanimity, weighted_majority
from games.errors import InvalidGameError, UnknownNameError

NAMES = ["Samos", "Chios", "Naxos"]
GAME = CharacteristicFunction([0, 1, 2, 4, 3, 6, 7, 12], NAMES)


def coalitions(game):
    return range(len(game.values))


def test_worths_by_name_and_by_bit() -> None:
    assert GAME.n == 3
    assert GAME.worth(["Samos", "Naxos"]) == GAME.values[0b101] == 6
    assert GAME.worth("Chios") == 2
    assert GAME.worth([]) == 0
    assert GAME.coalition(["Naxos", "Chios"]) == 0b110
    assert GAME.members(0b110) == {"Naxos", "Chios"}
    assert GAME.total == 12
    assert GAME.singles.tolist() == [1, 2, 3]
    assert GAME.scale == 12
    assert CharacteristicFunction([0, 0]).scale == 1
    with pytest.raises(UnknownNameError, match="unknown player 'Melos'"):
        GAME.worth(["Melos"])


def test_it_cannot_change_and_can_be_compared() -> None:
    with pytest.raises(ValueError, match="read-only"):
        GAME.values[1] = 5
    same = CharacteristicFunction(GAME.values, NAMES)
    assert same == GAME
    assert hash(same) == hash(GAME)
    assert CharacteristicFunction(GAME.values) != GAME
    assert GAME != 3
    assert hash(CharacteristicFunction([0, -0.0])) == hash(CharacteristicFunction([0, 0.0]))
    source = np.zeros(2)
    game = CharacteristicFunction(source)
    source[1] = 1
    assert game.total == 0


def test_from_a_function_of_names() -> None:
    seen = []

    def worth(members):
        seen.append(members)
        return sum(len(name) for name in members)

    game = CharacteristicFunction.from_function(["a", "bcd"], worth)
    assert game.values.tolist() == [0, 1, 3, 4]
    assert sorted(map(sorted, seen)) == [["a"], ["a", "bcd"], ["bcd"]]
    assert CharacteristicFunction.from_function(2, len).players == ("1", "2")


@pytest.mark.parametrize(
    ("values", "players", "message"),
    [
        ([0, 1, 2], None, "of length 2\\*\\*n; got the shape \\(3,\\)"),
        ([0], None, "of length 2"),
        ([[0, 1]], None, "of length 2"),
        (["a", "b"], None, "must be numbers in a regular array"),
        ([0, np.nan], None, "`values` must be finite"),
        ([1, 1], None, "`values\\[0\\]` must be 0; got 1"),
        ([0, 1], ["a", "b"], "`players` must name 1 players; got 2"),
        ([0, 1, 1, 1], ["a", "a"], "must differ"),
        ([0, 1], "a", "must be a list"),
        ([0, 1], [""], "non-empty name"),
        (np.zeros(2**25), None, "may hold 24 players"),
    ],
)
def test_what_is_refused(values, players, message) -> None:
    with pytest.raises(InvalidGameError, match=message):
        CharacteristicFunction(values, players)


def test_too_many_or_no_players_are_refused() -> None:
    for players in (0, 25, [], 1.5, True):
        with pytest.raises(InvalidGameError, match="`players`"):
            CharacteristicFunction.from_function(players, len)


def test_a_worth_that_is_no_number_is_refused() -> None:
    with pytest.raises(InvalidGameError, match="`worth` must be a number"):
        CharacteristicFunction.from_function(2, str)


@given(cooperative())
@fixed(60)
def test_properties_are_their_definitions(game) -> None:
    v = game.values
    near = 1e-9
    pairs = [(s, t) for s in coalitions(game) for t in coalitions(game)]
    assert game.is_monotone == all(v[s] <= v[t] + near for s, t in pairs if s & t == s)
    assert game.is_superadditive == all(
        v[s] + v[t] <= v[s | t] + near for s, t in pairs if not s & t
    )
    assert game.is_convex == all(v[s] + v[t] <= v[s | t] + v[s & t] + near for s, t in pairs)


@pytest.mark.parametrize(
    ("game", "monotone", "superadditive", "convex"),
    [
        (glove(2, 1), True, True, False),
        (bankruptcy(200, [100, 200, 300]), True, True, True),
        (airport([1, 2, 3]), True, False, False),
        (weighted_majority(2, [1, 1, 1, 1]), True, False, False),
        (CharacteristicFunction([0, -1, -1, -2]), False, True, True),
    ],
)
def test_properties_of_known_games(game, monotone, superadditive, convex) -> None:
    assert game.is_monotone is monotone
    assert game.is_superadditive is superadditive
    assert game.is_convex is convex


def test_rounding_does_not_undo_a_property() -> None:
    additive = CharacteristicFunction(coalition_sums([0.1, 0.2, 0.7, 0.3]))
    assert additive.is_superadditive
    assert additive.is_convex


@given(cooperative())
@fixed(40)
def test_the_dual_of_the_dual_is_the_game(game) -> None:
    full = len(game.values) - 1
    for s in coalitions(game):
        assert game.dual.values[s] == game.total - game.values[full ^ s]
    assert game.dual.dual.values == pytest.approx(game.values, abs=1e-12)


def test_zero_normalised_and_restricted() -> None:
    assert GAME.zero_normalised.values.tolist() == [0, 0, 0, 1, 0, 2, 2, 6]
    assert GAME.zero_normalised.players == tuple(NAMES)
    without_chios = GAME.restricted(["Naxos", "Samos"])
    assert without_chios.players == ("Samos", "Naxos")
    assert without_chios.values.tolist() == [0, 1, 3, 6]
    with pytest.raises(InvalidGameError, match="at least one player"):
        GAME.restricted([])


@given(st.lists(st.integers(-9, 9), min_size=1, max_size=6))
@fixed(30)
def test_sums_over_coalitions(amounts) -> None:
    n = len(amounts)
    members = memberships(n)
    assert coalition_sums(amounts).tolist() == (members @ amounts).tolist()
    assert coalition_sizes(n).tolist() == members.sum(axis=1).tolist()
    values = np.arange(1 << n) ** 2
    assert totals_with_each(values).tolist() == (values @ members).tolist()


@given(st.integers(1, 5), st.data())
@fixed(40)
def test_what_sums_determine(n, data) -> None:
    members = memberships(n).astype(float)
    given_rows = data.draw(st.lists(st.sampled_from(range(1, 1 << n)), min_size=1, max_size=4))
    rank = np.linalg.matrix_rank(members[given_rows])
    free = [
        np.linalg.matrix_rank(np.vstack([members[given_rows], members[s]])) > rank
        for s in range(1 << n)
    ]
    assert undetermined(members[given_rows]).tolist() == free


def test_sums_of_a_table_are_refused() -> None:
    with pytest.raises(InvalidGameError, match="`amounts` must have one dimension; got 2"):
        coalition_sums([[1, 2]])


def test_known_games() -> None:
    # O'Neill (1982): creditors of 100, 200 and 300 and an estate of 200
    talmud = bankruptcy(200, [100, 200, 300], NAMES)
    assert talmud.worth(["Chios", "Naxos"]) == 100
    assert talmud.worth(["Samos", "Naxos"]) == 0
    assert talmud.values[-1] == 200
    assert airport([3, 1, 2]).values.tolist() == [0, 3, 1, 3, 2, 3, 2, 3]
    assert glove(1, 2).values.tolist() == [0, 0, 0, 1, 0, 1, 0, 1]
    assert glove(0, 2).values.tolist() == [0, 0, 0, 0]
    assert unanimity(NAMES, ["Samos", "Naxos"], 5).values.tolist() == [0] * 5 + [5, 0, 5]
    assert weighted_majority(51, [50, 49, 1]).values.tolist() == [0, 0, 0, 1, 0, 1, 0, 1]


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: glove(0, 0), "of length 2"),
        (lambda: glove(-1, 1), "`left` must be a whole number"),
        (lambda: airport([]), "`costs` must be a list"),
        (lambda: airport([1, -1]), "`costs` must be at least 0; got -1"),
        (lambda: airport(["a"]), "`costs` must be a number"),
        (lambda: bankruptcy(700, [100, 200, 300]), "`estate` must lie in \\[0, 600\\]; got 700"),
        (lambda: weighted_majority(0, [1, 1]), "`quota` must be above 0"),
        (lambda: weighted_majority(3, [1, 1]), "`quota` must be at most 2"),
        (lambda: unanimity(2, []), "`carrier` must name"),
        (lambda: unanimity(0, ["1"]), "`players` must be a whole number"),
    ],
)
def test_known_games_refuse(build, message) -> None:
    with pytest.raises(InvalidGameError, match=message):
        build()
