"""Subgame-perfect equilibria against published games, enumeration from the definition, Gambit."""

import itertools
import math
from fractions import Fraction

import plain_tree as plain
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import fixed, preferences

from games import (
    CumulativeProspectTheory,
    ExpectedUtility,
    InvalidGameError,
    Linear,
    NotApplicableError,
    Preference,
)
from games.finite.extensive_form import ExtensiveForm
from games.finite.tree import Chance, Decision, Terminal
from solver.finite.trees import continuations
from solver.finite.trees.solve import subgame_perfect
from solver.results import Status

HALF = Fraction(1, 2)


def outcomes(solution):
    """Return what each equilibrium leads to, for trees without chance."""
    found = []
    for equilibrium in solution.equilibria:
        (only,) = equilibrium.lottery.outcomes
        found.append(tuple(map(float, only)))
    return sorted(found)


def key(strategies):
    return frozenset((name, frozenset(plan.items())) for name, plan in strategies.items() if plan)


# published games


def chain_store(towns, paid=(0, ())):
    """Return Selten's chain store game: out 1 and 5; in, then cooperation 2 and 2, or war 0 and 0.

    Outcomes of the chain store first, then of the towns.
    """
    store, potential = paid
    if not towns:
        return Terminal([store, *potential])

    def then(own, other):
        return chain_store(towns - 1, (store + own, (*potential, other)))

    reply = Decision("store", ["cooperative", "aggressive"], [then(2, 2), then(0, 0)])
    return Decision(f"town {len(potential) + 1}", ["out", "in"], [then(5, 1), reply])


def test_the_chain_store_gives_in_everywhere():
    # Selten 1978, "The chain store paradox": the induction argument for every town
    names = ["store", "town 1", "town 2", "town 3"]
    solution = subgame_perfect(ExtensiveForm(chain_store(3), players=names))
    assert (solution.status, solution.number, solution.is_counted) == (Status.COMPLETE, 1, True)
    (found,) = solution.equilibria
    assert found.lottery.outcomes == ((6, 2, 2, 2),)
    assert set(found.strategies["store"].values()) == {"cooperative"}
    assert found.regret == 0


def centipede(payoffs):
    """Return the game in which players take in turn; the last entry is for passing throughout."""
    *ends, last = payoffs
    node = Terminal(last)
    for step, end in reversed(list(enumerate(ends))):
        node = Decision(str(step % 2 + 1), ["take", "pass"], [Terminal(end), node])
    return node


def test_the_centipede_ends_at_once():
    # McKelvey & Palfrey 1992, four moves, in cents; the prediction is theirs
    payoffs = [(40, 10), (20, 80), (160, 40), (80, 320), (640, 160)]
    solution = subgame_perfect(ExtensiveForm(centipede(payoffs)))
    (found,) = solution.equilibria
    assert outcomes(solution) == [(40, 10)]
    assert [set(plan.values()) for plan in found.strategies.values()] == [{"take"}, {"take"}]
    assert found.values == {"1": 40, "2": 10}


def ultimatum(pie):
    offers = [
        Decision("2", ["yes", "no"], [Terminal([pie - gift, gift]), Terminal([0, 0])])
        for gift in range(pie + 1)
    ]
    return Decision("1", [str(gift) for gift in range(pie + 1)], offers)


@pytest.mark.parametrize("pie", [2, 10, 200])
def test_the_ultimatum_game_in_whole_units_has_two_equilibria(pie):
    # Osborne 2004, An Introduction to Game Theory, 6.1: nothing is offered and accepted, or nothing
    # is refused and one unit offered
    solution = subgame_perfect(ExtensiveForm(ultimatum(pie)))
    assert outcomes(solution) == [(pie - 1, 1), (pie, 0)]
    assert solution.number == 2


def test_nim_is_won_from_where_the_binary_sum_is_not_zero():
    # Bouton 1901
    def nim(heaps, mover):
        moves = [
            (f"{place}: {left}", (*heaps[:place], left, *heaps[place + 1 :]))
            for place, heap in enumerate(heaps)
            for left in range(heap)
        ]
        if not moves:
            return Terminal([1, -1] if mover == 1 else [-1, 1])
        after = [nim(then, 1 - mover) for _, then in moves]
        return Decision(str(mover + 1), [name for name, _ in moves], after)

    for heaps in itertools.product(range(3), repeat=3):
        wins = heaps[0] ^ heaps[1] ^ heaps[2] != 0
        found = subgame_perfect(ExtensiveForm(Decision("1", ["on"], [nim(heaps, 0)])), limit=1)
        assert found.equilibria[0].values["1"] == (1 if wins else -1)


# prospect theory: Kahneman & Tversky 1979, problems 3, 4 and 10; by hand, the 1992 parameters
# give v(3000) > w(.8) v(4000), and w(.2) v(4000) > w(.25) v(3000)

GAMBLE = Chance(
    ["4000", "nothing"], [Fraction(4, 5), Fraction(1, 5)], [Terminal([4000]), Terminal([0])]
)
LATER = Decision("1", ["gamble", "sure"], [GAMBLE, Terminal([3000])])
TWO_STAGES = Chance(["end", "go on"], [Fraction(3, 4), Fraction(1, 4)], [Terminal([0]), LATER])
SOONER = Decision(
    "1",
    ["gamble", "sure"],
    [
        Chance(
            ["4000", "nothing"], [Fraction(1, 5), Fraction(4, 5)], [Terminal([4000]), Terminal([0])]
        ),
        Chance(
            ["3000", "nothing"], [Fraction(1, 4), Fraction(3, 4)], [Terminal([3000]), Terminal([0])]
        ),
    ],
)


@pytest.mark.parametrize(
    ("root", "preference", "path", "taken"),
    [
        (LATER, CumulativeProspectTheory(), (), "sure"),
        (LATER, ExpectedUtility(), (), "gamble"),
        (SOONER, CumulativeProspectTheory(), (), "gamble"),
        (SOONER, ExpectedUtility(), (), "gamble"),
        # the choice is the same lottery as in SOONER seen from the root, but made at the node
        (TWO_STAGES, CumulativeProspectTheory(), ("go on",), "sure"),
        (TWO_STAGES, ExpectedUtility(), ("go on",), "gamble"),
    ],
)
def test_prospect_theory_decides_anew_at_each_node(root, preference, path, taken):
    solution = subgame_perfect(ExtensiveForm(root, preferences=preference))
    (found,) = solution.equilibria
    assert found.strategies["1"][path] == taken
    assert found.regret == 0


def test_what_follows_is_one_lottery_and_not_folded_by_stages():
    # 1/2 of 1/10 of 100 is 1/20 of 100, of certainty equivalent 9.983 (derived); folded by stages
    # it would be 100 v^-1(w(1/10)) first, and 100 v^-1(w(1/10)) v^-1(w(1/2)) = 5.31 in all
    inner = Chance(
        ["win", "lose"], [Fraction(1, 10), Fraction(9, 10)], [Terminal([100]), Terminal([0])]
    )
    outer = Chance(["on", "off"], [HALF, HALF], [inner, Terminal([0])])
    for sure, taken in [(9.98, "play"), (9.99, "keep"), (7, "play")]:
        root = Decision("1", ["keep", "play"], [Terminal([sure]), outer])
        game = ExtensiveForm(root, preferences=CumulativeProspectTheory())
        (found,) = subgame_perfect(game).equilibria
        assert found.strategies["1"] == {(): taken}


# ties


def test_ties_are_exact_where_numbers_are():
    third = Fraction(1, 3)
    thirds = Chance(list("abc"), [third] * 3, [Terminal([x]) for x in (0, 1, 2)])
    for sure, number in [(1, 2), (1 + Fraction(1, 10**30), 1)]:
        root = Decision("1", ["sure", "gamble"], [Terminal([sure]), thirds])
        solution = subgame_perfect(ExtensiveForm(root))
        assert (solution.number, solution.tolerances) == (number, {"1": 0})
    kinked = CumulativeProspectTheory(1, 1, 2.25, Linear(), Linear())
    losses = Chance(["up", "down"], [HALF, HALF], [Terminal([9]), Terminal([-4])])
    root = Decision("1", ["nothing", "gamble"], [Terminal([0]), losses])
    assert subgame_perfect(ExtensiveForm(root, preferences=kinked)).number == 2


def test_floats_tie_within_the_tolerance():
    ends = [Terminal([0.1 + 0.2]), Terminal([0.3]), Terminal([0.3 - 1e-3]), Terminal([10])]
    root = Decision("1", list("abc"), ends[:3])
    assert subgame_perfect(ExtensiveForm(root)).number == 2
    assert subgame_perfect(ExtensiveForm(root), tolerance=0).number == 2  # rounding is a tie
    assert subgame_perfect(ExtensiveForm(root), tolerance=1).number == 3
    wide = Decision("1", ["a", "b"], [root, Decision("1", ["c"], [ends[3]])])
    solution = subgame_perfect(ExtensiveForm(wide), tolerance=1e-3)
    assert solution.number == 3
    assert solution.tolerances == {"1": pytest.approx(1e-3 * 9.701)}


def test_without_chance_any_value_function_ranks_outcomes_exactly():
    close = Decision("1", ["a", "b"], [Terminal([10**15]), Terminal([10**15 + 1])])
    game = ExtensiveForm(close, preferences=CumulativeProspectTheory(alpha=0.1))
    solution = subgame_perfect(game)
    assert (solution.number, solution.tolerances) == (1, {"1": 0})
    certain = Chance(["a", "b"], [0, 1], [Terminal([5]), close])
    assert subgame_perfect(game.replace(root=certain)).tolerances == {"1": 0}


class Backward(Preference):
    """Prefers less: a value function of its own."""

    alpha = beta = loss_aversion = 1.0
    weighting_gains = weighting_losses = Linear()

    def utility(self, gain):
        return -super().utility(gain)


def test_a_preference_of_ones_own_is_taken_at_its_word():
    root = Decision("1", ["a", "b"], [Terminal([1]), Terminal([2])])
    (found,) = subgame_perfect(ExtensiveForm(root, preferences=Backward())).equilibria
    assert found.strategies["1"] == {(): "a"}
    assert found.values == {"1": -1}


def idle(places, then=None):
    """Return a tree with so many nodes at which the player does not care, all on one path."""
    node = then or Terminal([0])
    for _ in range(places):
        node = Decision("1", ["a", "b"], [Terminal([0]), node])
    return node


def test_more_equilibria_than_the_limit_are_counted_and_said_to_be_more():
    game = ExtensiveForm(idle(12))
    assert len(subgame_perfect(game, limit=2**12).equilibria) == 2**12
    solution = subgame_perfect(game, limit=100)
    assert (solution.status, solution.number) == (Status.PARTIAL, 2**12)
    assert solution.is_counted
    assert len({key(one.strategies) for one in solution.equilibria}) == 100
    assert str(solution).startswith("subgame-perfect equilibria in pure strategies: 4096, 100 lis")


def test_counts_stop_at_a_bound():
    solution = subgame_perfect(ExtensiveForm(idle(100)), limit=5)
    assert (solution.status, solution.is_counted) == (Status.PARTIAL, False)
    assert continuations.MOST <= solution.number < 2**100
    assert "at least" in str(solution)
    assert len({key(one.strategies) for one in solution.equilibria}) == 5
    assert all(one.regret == 0 for one in solution.equilibria)


def spread(places, values):
    """Return chance over nodes at which 1 is indifferent and 2 is not."""
    ends = [
        Decision("1", ["a", "b"], [Terminal([0, 0]), Terminal([0, values**place])])
        for place in range(places)
    ]
    names = [str(place) for place in range(places)]
    lots = Chance(names, [Fraction(1, places)] * places, ends)
    return Decision("2", ["in", "out"], [lots, Terminal([0, -1])])


def test_classes_that_are_worth_the_same_are_merged():
    # 2^40 equilibria, but only 41 different payoffs of player 2
    solution = subgame_perfect(ExtensiveForm(spread(40, 1)))
    assert (solution.number, solution.is_counted) == (2**40, True)
    first = [one.values["2"] for one in solution.equilibria[:41]]
    assert len(set(first)) == 41


@pytest.mark.parametrize("limit", [1, 7, 60])
def test_when_values_are_too_many_what_is_listed_is_right_and_said_not_to_be_all(limit):
    solution = subgame_perfect(ExtensiveForm(spread(10, 2)), limit=limit)
    assert (solution.status, solution.is_counted) == (Status.PARTIAL, False)
    assert limit <= solution.number <= 1024
    assert len(solution.equilibria) == min(limit, solution.number)
    assert len({key(one.strategies) for one in solution.equilibria}) == len(solution.equilibria)
    assert all(one.regret == 0 for one in solution.equilibria)
    assert subgame_perfect(ExtensiveForm(spread(10, 2))).number == 1024


# against enumeration


@fixed(40)
@given(plain.trees(n=2, decisions=6))
def test_all_equilibria_of_expected_utility(tree):
    solution = subgame_perfect(plain.game_of(tree))
    every = plain.one_shot_equilibria(tree, [None] * 2, [0] * 2, [0] * 2)
    check(solution, tree, every, 0)


@fixed(25)
@given(plain.trees(n=3, decisions=4))
def test_they_are_nash_in_every_subgame_and_nothing_else_is(tree):
    solution = subgame_perfect(plain.game_of(tree))
    check(solution, tree, plain.nash_in_every_subgame(tree, 3), 0)


@fixed(50)
@given(
    plain.trees(n=2, decisions=5, outcomes=(-1, 0, 1, 3)),
    st.lists(preferences(), min_size=2, max_size=2),
    st.lists(st.sampled_from([0.0, 1.0, 0.5]), min_size=2, max_size=2),
)
def test_all_equilibria_of_prospect_theory(tree, tastes, references):
    game = plain.game_of(tree, preferences=tastes, references=references)
    tolerances = [1e-9 * plain.reach(tree, i, tastes[i], references[i]) + 1e-13 for i in range(2)]
    every = plain.one_shot_equilibria(tree, tastes, references, tolerances)
    check(subgame_perfect(game), tree, every, max(tolerances))


def check(solution, tree, every, tolerance):
    found = [key(one.strategies) for one in solution.equilibria]
    assert len(found) == solution.number
    assert sorted(map(repr, found)) == sorted(map(repr, set(found)))
    assert set(found) == {key(plain.named(profile, tree)) for profile in every}
    assert all(one.regret <= tolerance for one in solution.equilibria)
    for one in solution.equilibria[:3]:
        assert math.isclose(sum(one.lottery.probabilities), 1)


@fixed(20)
@given(tree=plain.trees(n=2, decisions=5))
def test_gambit_finds_the_same_from_the_same_file(tmp_path_factory, tree):
    """Subgame-perfect is what Gambit finds an agent equilibrium of every subgame."""
    path = tmp_path_factory.getbasetemp() / "tree.efg"
    path.write_text(plain.efg_of(tree, 2))
    found = subgame_perfect(ExtensiveForm.read(path))
    subgames = [
        (plain.letters(root), plain.gambit_equilibria(node, 2, path))
        for root, node in plain.decision_nodes(tree)
    ]
    theirs = {
        profile
        for profile in plain.gambit_equilibria(tree, 2, path)
        if all(below(root, profile) in every for root, every in subgames)
    }
    ours = {
        frozenset(
            (path, action) for plan in one.strategies.values() for path, action in plan.items()
        )
        for one in found.equilibria
    }
    assert ours == theirs


def below(root, profile):
    return frozenset(
        (path[len(root) :], action) for path, action in profile if path[: len(root)] == root
    )


# size


def test_deep_trees_do_not_end_in_a_recursion():
    payoffs = [(step + 2 * (step % 2 == 0), step + 2 * (step % 2)) for step in range(2000)]
    solution = subgame_perfect(ExtensiveForm(centipede([*payoffs, (0, 0)])))
    (found,) = solution.equilibria
    assert found.lottery.outcomes == ((2, 0),)
    assert found.regret == 0


def test_chance_on_long_paths_is_counted_in_floats():
    def gambles(depth, odds):
        node = Terminal([depth])
        for step in range(depth):
            stop = Terminal([step])
            go = Chance(["on", "off"], [odds, 1 - odds], [node, stop])
            node = Decision("1", ["stop", "go"], [stop, go])
        return node

    exact, long = (ExtensiveForm(gambles(depth, HALF)) for depth in (50, 4200))
    assert (exact.has_exact_chances, long.has_exact_chances) == (True, False)
    assert subgame_perfect(exact).tolerances == {"1": 0}
    solution = subgame_perfect(long)
    assert solution.tolerances == {"1": pytest.approx(4.2e-6)}
    assert solution.equilibria[0].regret <= 4.2e-6


def test_fractions_of_too_many_kinds_are_counted_in_floats():
    def lots(number):
        ends = [Terminal([Fraction(1, 2**place + 1)]) for place in range(number)]
        names = [str(place) for place in range(number)]
        draw = Chance(names, [Fraction(1, number)] * number, ends)
        return ExtensiveForm(Decision("1", ["keep", "draw"], [Terminal([0]), draw]))

    assert subgame_perfect(lots(20)).tolerances == {"1": 0}
    assert subgame_perfect(lots(200)).tolerances == {"1": pytest.approx(5e-10)}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"game": None}, "`game` must be an ExtensiveForm; got None"),
        ({"limit": 0}, "`limit` must be a whole number, at least 1; got 0"),
        ({"limit": 10**19}, f"`limit` must be at most {10**18}; got {10**19}"),
        ({"tolerance": -1}, "`tolerance` must lie in [0, 1]; got -1"),
    ],
)
def test_wrong_arguments(arguments, message):
    with pytest.raises(InvalidGameError) as fault:
        subgame_perfect(**{"game": ExtensiveForm(idle(1))} | arguments)
    assert str(fault.value) == message


def test_equilibria_are_a_sequence():
    solution = subgame_perfect(ExtensiveForm(idle(2)))
    assert repr(solution.equilibria) == "<4 equilibria>"
    assert str(solution.equilibria[-1]) == "(0) @ 1 (regret 0.0e+00)"
    assert len(solution.equilibria[1:3]) == 2
    with pytest.raises(IndexError):
        solution.equilibria[4]


def test_selten_s_horse_is_refused(tmp_path):
    # Selten 1975, figure 1: player 3 does not know whether 1 or 2 has moved
    path = tmp_path / "horse.efg"
    path.write_text(
        'EFG 2 R "horse" { "1" "2" "3" }\n'
        'p "" 1 1 "" { "C" "D" } 0\n'
        'p "" 2 1 "" { "c" "d" } 0\n'
        't "" 1 "" { 1 1 1 }\n'
        'p "" 3 1 "" { "l" "r" } 0\n'
        't "" 2 "" { 4 4 0 }\n'
        't "" 3 "" { 0 0 1 }\n'
        'p "" 3 1 "" { "l" "r" } 0\n'
    )
    with pytest.raises(NotApplicableError, match=r"line 8: information set 1 of 3 holds .* line 5"):
        ExtensiveForm.read(path)
