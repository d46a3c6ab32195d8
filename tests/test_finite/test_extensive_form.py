"""Game trees as nouns: what is accepted, how nodes are found, what strategies lead to."""

import math
from array import array
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
    NotApplicableError,
    Prospect,
    UnknownNameError,
)
from games.finite.extensive_form import CHANCE, END, ExtensiveForm, JointLottery, Plan
from games.finite.tree import MAX_NODES, Chance, Decision, Terminal

HALF = Fraction(1, 2)


def entry(**given):
    """Return the entry game: Osborne 2004, example 154.1, in other numbers."""
    reply = Decision("incumbent", ["fight", "share"], [Terminal([-1, -1]), Terminal([1, 1])], "in")
    root = Decision("entrant", ["out", "in"], [Terminal([0, 2]), reply])
    return ExtensiveForm(root, players=["entrant", "incumbent"], **given)


def coin(*players, odds=(HALF, HALF), **given):
    """Return a toss of a coin, after which player 1 moves if it is heads."""
    heads = Decision("1", ["l", "r"], [Terminal([4, 0]), Terminal([0, 4])])
    return ExtensiveForm(Chance(["heads", "tails"], odds, [heads, Terminal([2, 2])]), **given)


def test_nodes_are_numbered_by_depth_and_found_by_path():
    game = entry()
    assert list(game.movers) == [0, END, 1, END, END]
    assert [game.path(number) for number in range(5)] == [
        (),
        ("out",),
        ("in",),
        ("in", "fight"),
        ("in", "share"),
    ]
    assert all(game.number(game.path(number)) == number for number in range(5))
    assert game.node([]) is game.root
    assert game.node(["in"]).label == "in"
    assert list(game.children(0)) == [1, 2]
    assert list(game.children(4)) == []
    assert [path for path, _ in game.decision_nodes()] == [(), ("in",)]
    assert list(game.turns("incumbent")) == list(game.turns(1)) == [2]
    assert coin().movers[0] == CHANCE


def test_counts():
    game = entry(title="entry")
    assert (game.number_of_players, game.number_of_decisions) == (2, 2)
    assert (game.number_of_ends, game.depth, len(game.nodes)) == (3, 2, 5)
    assert not game.has_chance
    assert coin().has_chance
    assert repr(game) == "<game tree 'entry' of entrant, incumbent: 5 nodes>"
    assert repr(coin()) == "<game tree of 1, 2: 5 nodes>"
    assert repr(coin().root) == "<Chance: heads 1/2, tails 1/2>"
    assert repr(game.root) == "<Decision of entrant: out, in>"


def test_a_game_may_be_over_at_once():
    game = ExtensiveForm(Terminal([1, 2]))
    assert (game.depth, game.number_of_decisions) == (0, 0)
    assert game.lottery({}) == JointLottery(((1, 2),), (1,))
    assert game.regret({}) == (0.0, 0.0)
    assert game.normal_form().actions == (("-",), ("-",))


def test_a_node_that_stands_twice_counts_twice():
    end = Terminal([0])
    pair = Decision("1", ["a", "b"], [end, end])
    game = ExtensiveForm(Decision("1", ["a", "b"], [pair, pair]))
    assert (len(game.nodes), game.number_of_ends) == (7, 4)


def test_a_tree_that_unfolds_too_far_is_refused():
    node = Terminal([0])
    for _ in range(64):
        node = Decision("1", ["a", "b"], [node, node])
    with pytest.raises(NotApplicableError) as fault:
        ExtensiveForm(node)
    assert str(fault.value) == f"a game tree must have at most {MAX_NODES:,} nodes"


def test_exact_numbers_stay_exact():
    end = Terminal([1, Fraction(1, 3), 0.5, True + 1])
    assert end.outcomes == (1, Fraction(1, 3), 0.5, 2)
    assert list(map(type, end.outcomes)) == [Fraction, Fraction, float, Fraction]
    assert Chance(["a", "b"], [HALF, HALF], [end, end]).probabilities == (HALF, HALF)


def test_floats_as_probabilities_are_scaled_unless_off_by_rounding_only():
    ends = [Terminal([0])] * 3
    tenths = Chance(list("abc"), [0.1, 0.2, 0.7], ends).probabilities
    assert tenths == (0.1, 0.2, 0.7)
    rough = Chance(list("abc"), [0.1, 0.2, 0.7 + 1e-10], ends).probabilities
    assert rough[2] < 0.7 + 1e-10
    assert math.fsum(rough) == pytest.approx(1, abs=1e-15)
    mixed = Chance(["a", "b"], [HALF, 0.5], ends[:2]).probabilities
    assert list(map(type, mixed)) == [float, float]


END_OF_ONE = Terminal([0])


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: Terminal(["x"]), "`outcomes` must be a number; got 'x'"),
        (lambda: Terminal([math.inf]), "`outcomes` must be finite; got inf"),
        (lambda: Terminal([10**400]), "`outcomes` must be finite; got inf"),
        (lambda: Terminal("12"), "`outcomes` must be a list; got '12'"),
        (lambda: Terminal(3), "`outcomes` must be a list; got 3"),
        (lambda: Terminal([1], 7), "`label` must be a text; got 7"),
        (lambda: Decision("", ["a"], [END_OF_ONE]), "`player` must be a non-empty name; got ''"),
        (
            lambda: Decision("1", [], []),
            "`actions` must be one or more different names; got ()",
        ),
        (
            lambda: Decision("1", ["a", "a"], [END_OF_ONE] * 2),
            "`actions` must be one or more different names; got ('a', 'a')",
        ),
        (
            lambda: Decision("1", ["a", "b"], [END_OF_ONE]),
            "`children` must be as many as `actions`; got 1 and 2",
        ),
        (
            lambda: Decision("1", ["a"], [5]),
            "`children` must be Decision, Chance or Terminal nodes; got 5",
        ),
        (
            lambda: Chance(["a", "b"], [HALF], [END_OF_ONE] * 2),
            "`probabilities` must sum to 1; got Fraction(1, 2)",
        ),
        (
            lambda: Chance(["a", "b"], [1], [END_OF_ONE] * 2),
            "`probabilities` must be as many as `actions`; got 1 and 2",
        ),
        (
            lambda: Chance(["a", "b"], [HALF, HALF + Fraction(1, 10**400)], [END_OF_ONE] * 2),
            "`probabilities` must sum to 1; got ",
        ),
        (
            lambda: Chance(["a", "b"], [0.5, 0.6], [END_OF_ONE] * 2),
            "`probabilities` must sum to 1; got 1.1",
        ),
        (
            lambda: Chance(["a", "b"], [-1, 2], [END_OF_ONE] * 2),
            "`probabilities` must be at least 0; got [Fraction(-1, 1), Fraction(2, 1)]",
        ),
        (lambda: ExtensiveForm("x"), "`root` must be a Decision, Chance or Terminal node; got 'x'"),
        (
            lambda: ExtensiveForm(Terminal([])),
            "`outcomes` must be one for each of one or more players",
        ),
        (
            lambda: ExtensiveForm(Decision("1", ["a", "b"], [Terminal([0, 1]), END_OF_ONE])),
            "`outcomes` must be one for each of 1 players; got 2",
        ),
        (lambda: entry(title=4), "`title` must be a text; got 4"),
        (
            lambda: ExtensiveForm(END_OF_ONE, players=["a", "b"]),
            "`players` must be 1 different names; got ['a', 'b']",
        ),
        (
            lambda: entry().number(["in", "share", "more"]),
            "`path` must lead to a node; got ['in', 'share', 'more'], where the game ends after 2",
        ),
        (
            lambda: entry().lottery(None),
            "`strategies` must map players to strategies; got None",
        ),
        (
            lambda: entry().lottery({"entrant": {(): "in"}}),
            "`strategies` must map the paths of incumbent's decision nodes, 1 in all, to actions;",
        ),
        (
            lambda: entry().lottery({"entrant": ["in"], "incumbent": {("in",): "share"}}),
            "`strategies` must map the paths of entrant's decision nodes, 1 in all, to actions;",
        ),
        (
            lambda: entry().lottery({"entrant": {("in",): "in"}, "incumbent": {("in",): "share"}}),
            "`strategies` must hold an action of entrant after ()",
        ),
    ],
)
def test_what_is_no_game(build, message):
    with pytest.raises(InvalidGameError) as fault:
        build()
    assert str(fault.value).startswith(message)


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (
            lambda: ExtensiveForm(Decision("3", ["a"], [Terminal([0, 0])])),
            "unknown player '3'; known: 1, 2",
        ),
        (lambda: entry().player(2), "unknown player 2; known: entrant, incumbent"),
        (lambda: entry().player(True), "unknown player True; known: entrant, incumbent"),
        (
            lambda: entry().node(["shar"]),
            "unknown action 'shar'; known: out, in",
        ),
        (
            lambda: entry().lottery({"entrant": {(): "up"}, "incumbent": {("in",): "share"}}),
            "unknown action 'up'; known: out, in",
        ),
        (lambda: entry().lottery({"nobody": {}}), "unknown player 'nobody'; known: entrant, in"),
    ],
)
def test_unknown_names(build, message):
    with pytest.raises(UnknownNameError) as fault:
        build()
    assert str(fault.value).startswith(message)


def test_strategies_lead_to_a_lottery():
    left, right = ({"1": {("heads",): action}} for action in "lr")
    assert coin().lottery(left) == JointLottery(((2, 2), (4, 0)), (HALF, HALF))
    assert coin().lottery(right).means == (1, 3)
    assert str(coin().lottery(left)) == "(2, 2) @ 1/2; (4, 0) @ 1/2"
    assert coin().lottery(left).prospect(0) == Prospect([2, 4], [0.5, 0.5])
    assert coin(odds=(0, 1)).lottery(left) == JointLottery(((2, 2),), (1,))
    assert coin().values(left) == (3, 1)
    assert coin(references=[0, 5]).values(left) == (3, -4)


def test_equal_outcomes_are_merged():
    same = Chance(["a", "b"], [0.25, 0.75], [Terminal([1]), Terminal([1.0])])
    assert ExtensiveForm(same).lottery({}) == JointLottery(((1,),), (1.0,))


def test_a_plan_is_a_mapping_from_paths_to_actions():
    game = entry()
    plan = Plan(game, 1, game.choices({"entrant": {(): "in"}, "incumbent": {("in",): "share"}}))
    assert dict(plan) == {("in",): "share"}
    assert plan == {("in",): "share"}
    assert repr(plan) == "<strategy of incumbent at 1 decision node>"
    assert ("in",) in plan
    for path in [(), ("in", "share"), ("up",), ("in", "share", "on")]:
        assert path not in plan
    assert game.lottery({"entrant": {(): "in"}, "incumbent": plan}).outcomes == ((1, 1),)
    # a plan of another game is read by its paths
    assert entry().lottery({0: {(): "in"}, 1: plan}).outcomes == ((1, 1),)


def test_who_weighs_probabilities_values_one_lottery():
    theory = CumulativeProspectTheory()
    left = {"1": {("heads",): "l"}}
    value = theory.value(Prospect([2, 4], [0.5, 0.5]), 1)
    assert coin(preferences=theory, references=1).values(left)[0] == value


def test_regret_is_that_of_one_action_at_a_node_reached_or_not():
    plans = {"entrant": {(): "out"}, "incumbent": {("in",): "fight"}}
    assert entry().regret(plans) == (0.0, 2.0)
    kinked = CumulativeProspectTheory(alpha=1, beta=1)
    assert entry(preferences=[ExpectedUtility(), kinked]).regret(plans) == (0.0, 1 + 2.25)


@fixed(40)
@given(
    plain.trees(n=2, decisions=4, outcomes=(-1, 0, 2)),
    st.lists(preferences(), min_size=2, max_size=2),
    st.randoms(use_true_random=False),
)
def test_lotteries_values_and_regrets_against_the_plain_tree(tree, tastes, random):
    references = [0.0, 0.5]
    game = plain.game_of(tree, preferences=tastes, references=references)
    profile = random.choice(plain.profiles(tree))
    strategies = plain.named(profile, tree)
    odds = {}
    for outcomes, p in plain.lottery(tree, profile):
        odds[outcomes] = odds.get(outcomes, 0) + p
    found = game.lottery(strategies)
    assert dict(zip(found.outcomes, found.probabilities, strict=True)) == odds
    expected = [plain.worth(plain.lottery(tree, profile), i, tastes, references) for i in range(2)]
    assert game.values(strategies) == pytest.approx(expected, abs=1e-12)
    regrets = [0.0, 0.0]
    for path, node in plain.decision_nodes(tree):
        worths = [
            plain.worth(plain.lottery(child, profile, (*path, place)), node[1], tastes, references)
            for place, child in enumerate(node[2])
        ]
        regrets[node[1]] = max(regrets[node[1]], max(worths) - worths[profile[path]])
    assert game.regret(strategies) == pytest.approx(regrets, abs=1e-12)


@fixed(30)
@given(plain.trees(n=2, decisions=4))
def test_the_normal_form_has_the_mean_outcomes_of_all_profiles(tree):
    form = plain.game_of(tree).normal_form()
    every = plain.profiles(tree)
    assert form.payoffs[0].size == len(every)
    expected = [
        tuple(plain.mean(plain.lottery(tree, profile), i) for i in range(2)) for profile in every
    ]
    found = [
        tuple(form.exact_payoffs[(slice(None), *profile)].tolist()) for profile in form.profiles()
    ]
    assert sorted(found) == sorted(expected)


def test_the_normal_form_names_strategies_by_their_actions():
    third = Decision("1", ["x", "y"], [Terminal([5, 5]), Terminal([6, 6])])
    second = Decision("2", ["l", "r"], [third, Terminal([7, 7])])
    game = ExtensiveForm(Decision("1", ["in", "out"], [second, Terminal([0, 0])]), title="three")
    form = game.normal_form()
    assert form.actions == (("in / x", "in / y", "out / x", "out / y"), ("l", "r"))
    assert form.payoffs[0].tolist() == [[5, 7], [6, 7], [0, 0], [0, 0]]
    assert form.title == "three"


def test_names_that_would_clash_give_way_to_numbers():
    second = Decision("1", ["b / c", "c"], [Terminal([1]), Terminal([2])])
    game = ExtensiveForm(Decision("1", ["a", "a / b"], [second, Terminal([0])]))
    assert game.normal_form().actions == (("1", "2", "3", "4"),)


def test_a_normal_form_of_too_many_profiles_is_refused():
    node = Terminal([0, 0])
    for step in range(17):
        node = Decision(str(step % 2 + 1), ["a", "b"], [Terminal([step, 0]), node])
    with pytest.raises(
        NotApplicableError, match="more than 100,000 profiles of strategies; solver"
    ):
        ExtensiveForm(node).normal_form()


def test_a_lottery_has_no_place_in_a_normal_form_unless_its_mean_is_its_value():
    assert coin().normal_form().payoffs.tolist() == [[[3], [1]], [[1], [3]]]
    assert coin(references=7).normal_form().references == (7, 7)
    kinked = CumulativeProspectTheory(alpha=1, beta=1).without("weighting")
    with pytest.raises(
        NotApplicableError, match="needs players who value a lottery by its mean; 2"
    ):
        coin(preferences=[ExpectedUtility(), kinked]).normal_form()
    # without a lottery any preference will do
    assert coin(odds=(1, 0), preferences=kinked).normal_form().preferences == (kinked, kinked)
    assert entry(preferences=CumulativeProspectTheory()).normal_form().shape == (2, 2)


def test_replace_changes_what_is_named():
    game = entry(title="entry")
    other = game.replace(preferences=CumulativeProspectTheory(), references=[1, 2])
    assert (other.title, other.references) == ("entry", (1.0, 2.0))
    assert other.root is game.root
    assert game.references == (0.0, 0.0)


def test_deep_trees_are_built_walked_and_dropped():
    depth = 5000
    node = Terminal([depth])
    for step in range(depth):
        node = Decision("1", ["stop", "go"], [Terminal([step]), node])
    game = ExtensiveForm(node)
    assert game.depth == depth
    assert game.number(["go"] * 5) == 10
    assert game.path(len(game.nodes) - 1) == ("go",) * depth
    plan = Plan(game, 0, array("i", [1]) * len(game.nodes))
    assert game.lottery({"1": plan}).outcomes == ((depth,),)
    assert game.regret({"1": plan}) == (0.0,)
    assert len(plan) == depth
