"""Gambit's extensive game files are read as Gambit reads them."""

from fractions import Fraction

import plain_tree as plain
import pytest
from hypothesis import given
from strategies import fixed

from games import NotApplicableError
from games.finite import efg
from games.finite.extensive_form import ExtensiveForm
from games.finite.tree import Chance, Decision, Terminal

TWO_STAGES = """\
EFG 2 R "Entry, with a \\"chance\\" move" { "Ann" "Bob" }
"a comment
on two lines"

p "start" 1 1 "(1,1)" { "out" "in" } 0
t "" 1 "Status quo" { 0, 2 }
c "weather" 1 "(0,1)" { "rain" 1/3 "sun" 0.666666666666666666666666666667 } 2 "cost" { -1/2 .25 }
p "wet" 2 1 "(2,1)" { "fight" "share" } 0
t "" 1 "Status quo"
t "" 3 "" { 1e1 -1 }
t "dry" 0
"""


def tree(text, players='"A" "B"'):
    return efg.parse(f'EFG 2 R "" {{ {players} }}\n{text}')


def test_a_file_with_everything(tmp_path):
    path = tmp_path / "entry.efg"
    path.write_text(TWO_STAGES.replace("0.666666666666666666666666666667", "2/3"))
    game = ExtensiveForm.read(path)
    assert game.players == ("Ann", "Bob")
    assert game.title == 'Entry, with a "chance" move'
    assert isinstance(game.root, Decision)
    assert (game.root.player, game.root.label) == ("Ann", "start")
    weather = game.node(["in"])
    assert isinstance(weather, Chance)
    assert weather.probabilities == (Fraction(1, 3), Fraction(2, 3))
    assert [
        game.node(["in", *path]).outcomes for path in (["rain", "fight"], ["rain", "share"])
    ] == [
        (-HALF, Fraction(9, 4)),
        (Fraction(19, 2), Fraction(-3, 4)),
    ]
    assert game.node(["in", "sun"]).outcomes == (-HALF, Fraction(1, 4))
    assert game.node(["in", "sun"]).label == "dry"
    assert game.node(["out"]).outcomes == (0, 2)


HALF = Fraction(1, 2)


def test_decimals_are_exact_too():
    root = tree('c "" 1 "" { "a" .1 "b" .2 "c" .7 } 0 t "" 0 t "" 0 t "" 1 "" { .1 1e-3 }').root
    assert root.probabilities == (Fraction(1, 10), Fraction(1, 5), Fraction(7, 10))
    assert root.children[2].outcomes == (Fraction(1, 10), Fraction(1, 1000))


def test_names_and_commas_may_be_left_out():
    root = tree('p "" 1 1 { "a", "b" } 0 t "" 1 { 1, 2, } t "" 1').root
    assert [child.outcomes for child in root.children] == [(1, 2), (1, 2)]


def test_a_chance_event_may_stand_at_several_nodes():
    events = '{ "x" 1/4 "y" 3/4 }'
    end = 't "" 0 '
    root = tree(
        f'c "" 7 "toss" {events} 0 c "" 7 0 {end * 2} c "" 7 "toss" {events} 0 {end * 2}'
    ).root
    assert [child.probabilities for child in root.children] == [root.probabilities] * 2
    assert root.children[0].actions == ("x", "y")


def test_players_may_number_their_information_sets_alike():
    root = tree('p "" 1 1 "" { "a" } 0 p "" 2 1 "" { "b" } 0 t "" 0').root
    assert root.children[0].player == "B"


def test_empty_and_repeated_names_are_told_apart():
    found = tree('p "" 1 1 "" { "" "" "a" "a" } 0' + ' t "" 0' * 4, players='"" "" "X" "X"')
    assert found.players == ("1", "2", "X", "X_2")
    assert found.root.actions == ("1", "2", "a", "a_2")


def test_a_tree_may_be_an_end_only():
    assert isinstance(tree('t "" 0').root, Terminal)
    assert tree('t "" 0').root.outcomes == (0, 0)


@pytest.mark.long
def test_deep_files_are_read():
    depth = 3000
    lines = [f'p "" 1 {step} "" {{ "a" "b" }} 0 t "" 1 "" {{ 1 2 }}' for step in range(1, depth)]
    root = tree("\n".join([*lines, 't "" 0'])).root
    assert ExtensiveForm(root, players=["A", "B"]).depth == depth - 1


def test_too_many_nodes_are_refused(monkeypatch):
    monkeypatch.setattr(efg, "MAX_NODES", 3)
    root = 'p "" 1 1 "" { "a" "b" } 0\nt "" 0\n'
    assert tree(root + 't "" 0').root.actions == ("a", "b")
    with pytest.raises(NotApplicableError) as fault:
        tree(root + 'p "" 1 2 "" { "a" } 0\nt "" 0')
    assert str(fault.value) == "`text` line 5: a game tree must have at most 3 nodes"


@fixed(20)
@given(tree=plain.trees(n=2, decisions=5))
def test_payoffs_are_those_that_gambit_reads(tmp_path_factory, tree):
    """With an outcome at every node on the way, which is added to what lies below."""
    path = tmp_path_factory.getbasetemp() / "paid.efg"
    theirs = plain.gambit_equilibria(tree, 2, path, '1000 "toll" { 1/3 -2.5 }')
    game = ExtensiveForm.read(path)
    owners = {path: node.player for path, node in game.decision_nodes()}
    assert theirs
    for profile, payoffs in theirs.items():
        strategies = {"1": {}, "2": {}}
        for at, action in profile:
            strategies[owners[at]][at] = action
        assert game.lottery(strategies).means == payoffs
