"""The alliance game as a normal form and as a tree has the solutions of the alliance game."""

import itertools

import brute_force
import numpy as np
import plain_model as model
import pytest
from hypothesis import given
from strategies import any_games, fixed

from games import AllianceGame, InvalidGameError, NotApplicableError
from games.alliance import reductions
from games.alliance.reductions import proposal_tree
from games.finite.tree import Terminal
from solver.alliance.concepts.subgame_perfect import acceptance_equilibria
from solver.alliance.solve import solve
from solver.finite.trees.solve import subgame_perfect

TOLERANCE = 1e-9
ISLANDS = ("Samos", "Chios", "Naxos", "Melos", "Thera", "Paros", "Delos", "Milos")


def islands(number, **given):
    """Return a game among so many candidates, each a little weaker than the one before."""
    sizes = {name: 0.3 - 0.02 * place for place, name in enumerate(ISLANDS[:number])}
    return AllianceGame(**{"hegemon": "Athens", "capabilities": sizes, "threat": 0.7} | given)


def settled(game):
    """Return the payoffs of a game and its tolerance, or None where rounding could decide."""
    payoffs = brute_force.Payoffs(game)
    tolerance = TOLERANCE * payoffs.reach()
    return None if payoffs.doubtful(tolerance, margin=1e-11) else (payoffs, tolerance)


# two players


@fixed(60)
@given(any_games(4, least=2))
def test_the_two_player_form_has_the_worth_of_three_structures(game):
    form = reductions.two_player(game)
    nothing, spokes, bloc = (
        game.structure(),
        game.structure(spokes=game.candidates),
        game.structure(bloc=game.candidates),
    )
    expected = [[nothing] * 3, [nothing, spokes, spokes], [nothing, nothing, bloc]]
    for row, column in itertools.product(range(3), repeat=2):
        structure = expected[row][column]
        worth = form.utilities[:, row, column]
        assert worth[0] == pytest.approx(game.value(structure), rel=1e-9, abs=1e-12)
        mean = np.mean([game.candidate_value(name, structure) for name in game.candidates])
        assert worth[1] == pytest.approx(mean, rel=1e-9, abs=1e-12)
    assert form.players == (game.hegemon, "candidates")
    assert form.actions == (
        ("none", "bilateral", "multilateral"),
        ("refuse", "bilateral only", "either"),
    )


def test_the_hegemon_may_be_called_candidates():
    assert reductions.two_player(islands(2, hegemon="candidates")).players == (
        "candidates",
        "the candidates",
    )


def test_two_players_need_two_candidates():
    with pytest.raises(InvalidGameError) as fault:
        reductions.two_player(islands(1))
    assert str(fault.value) == "`capabilities` must name two candidates or more; got ['Samos']"


# announcements


def outcomes_of(game, form, profiles):
    """Return what each profile of announcements brings about, by the names of its actions."""
    announced = {str(one): model.treaties_of(one) for one in game.structures()}
    found = []
    for profile in profiles:
        name, *answers = (names[at] for names, at in zip(form.actions, profile, strict=True))
        answer_of = dict(zip(game.candidates, answers, strict=True))
        signers = {
            name
            for treaty in announced[name]
            for name in treaty
            if answer_of[name]
            == ("spoke" if len(treaty) == 1 else f"bloc {{{', '.join(sorted(treaty))}}}")
        }
        found.append(brute_force.in_force(game, announced[name], signers))
    return found


def pure_nash(form, tolerance):
    """Return the profiles in which nobody gains by another action, by looking at every action."""
    best = [
        form.utilities[i] >= form.utilities[i].max(axis=i, keepdims=True) - tolerance
        for i in range(len(form.players))
    ]
    return map(tuple, np.argwhere(np.logical_and.reduce(best)).tolist())


@pytest.mark.parametrize("family", ["bloc_and_spokes", "blocs"])
def test_announcements_have_the_outcomes_of_the_concept_nash(family):
    seen = 0

    @fixed(25)
    @given(any_games(3, family))
    def compare(game):
        nonlocal seen
        known = settled(game)
        if known is None:
            return
        _, tolerance = known
        form = reductions.announcement(game)
        found = set(outcomes_of(game, form, pure_nash(form, tolerance)))
        assert found == set(map(model.treaties_of, solve(game, "nash").equilibria.structures))
        seen += len(found) > 1

    compare()
    assert seen


@fixed(25)
@given(any_games(3))
def test_announcements_have_the_payoffs_of_what_enters_into_force(game):
    form = reductions.announcement(game)
    values = {model.treaties_of(one): game.values(one) for one in game.structures()}
    profiles = list(itertools.islice(form.profiles(), 0, None, 7))
    expected = [list(values[agreed].values()) for agreed in outcomes_of(game, form, profiles)]
    found = [form.utilities[(slice(None), *profile)] for profile in profiles]
    assert np.allclose(found, expected, rtol=1e-9, atol=1e-12)


def test_if_any_bloc_were_signed_the_hegemon_could_leave_members_out():
    """Why candidates announce the members of a bloc: a structure that would be lost otherwise."""
    game = islands(3, capabilities={"Samos": 0.3, "Chios": 0.3, "Naxos": 0.0}, threat=1.0)
    game = game.with_parameters(k_bloc=0, k_multilateral=0.05, cohesion=0.9, basing=0, entrapment=0)
    everybody = game.structure(bloc=game.candidates)
    two = game.structure(bloc=["Samos", "Chios"])
    assert game.value(two) > game.value(everybody) > game.value(game.structure())
    form = reductions.announcement(game)
    found = outcomes_of(game, form, pure_nash(form, 0))
    assert {model.treaties_of(everybody), model.treaties_of(two)} <= set(found)


def test_announcements_of_many_candidates_are_refused():
    assert reductions.announcement(islands(4)).shape == (49, 9, 9, 9, 9)
    with pytest.raises(NotApplicableError) as fault:
        reductions.announcement(islands(5))
    assert str(fault.value) == (
        "the announcement game of 5 candidates has more than 500,000 profiles; take"
        " game.strongest(4), or solver.solve(game, 'nash') for the same outcomes up to 12"
    )


def test_a_lone_candidate_is_offered_a_spoke():
    form = reductions.announcement(islands(1))
    assert form.actions == (("Athens: no alliance", "Athens: spokes Samos"), ("refuse", "spoke"))


def test_forms_are_known_by_name():
    game = islands(2)
    assert reductions.normal_form(game, "two_player").shape == (3, 3)
    assert reductions.normal_form(game, "announcement").shape == (5, 3, 3)
    with pytest.raises(InvalidGameError, match="`form` must be one of announcement, two_player"):
        reductions.normal_form(game, "three_player")


# proposals


@fixed(30)
@given(any_games(4, "blocs"))
def test_what_enters_into_force_is_what_plain_sets_say(game):
    for structure in itertools.islice(game.structures(), 0, None, 3):
        for size in range(len(structure.allies) + 1):
            for names in itertools.combinations(structure.allies, size):
                agreed = model.treaties_of(game.in_force(structure, names))
                plain = brute_force.in_force(game, model.treaties_of(structure), set(names))
                assert agreed == plain


def last_node(tree, equilibrium):
    """Return the end that an equilibrium of a tree without chance leads to."""
    node, path = tree.root, ()
    while not isinstance(node, Terminal):
        path = (*path, equilibrium.strategies[node.player][path])
        node = tree.node(path)
    return node


@pytest.mark.parametrize("family", ["bloc_and_spokes", "blocs"])
def test_sequential_acceptance_assures_the_security_level_and_no_new_outcome(family):
    seen = 0

    @fixed(20)
    @given(any_games(3, family))
    def compare(game):
        nonlocal seen
        known = settled(game)
        if known is None:
            return
        payoffs, tolerance = known
        tree = proposal_tree(game)
        at_once = solve(game, "subgame_perfect")
        allowed = {str(structure) for structure in at_once.equilibria.structures}
        least = brute_force.assured(payoffs, tolerance)
        for equilibrium in itertools.islice(subgame_perfect(tree).equilibria, 20):
            assert last_node(tree, equilibrium).label in allowed
            assert equilibrium.values[game.hegemon] >= least - 2 * tolerance
            seen += 1
        if at_once.security_level is not None:
            assert at_once.security_level == pytest.approx(least, abs=1e-9)

    compare()
    assert seen


def test_answers_one_after_another_need_not_be_those_given_at_once():
    """A bloc that each refuses because all refuse does not outlive answers in turn."""
    game = islands(2, threat=0.9)
    bloc = game.structure(bloc=game.candidates)
    assert acceptance_equilibria(game, bloc) == [game.structure(), bloc]
    solution = subgame_perfect(proposal_tree(game))
    assert solution.number == 2  # the second answer does not matter after a refusal
    for equilibrium in solution.equilibria:
        assert equilibrium.strategies["Samos"][(str(bloc),)] == "accept"
        assert equilibrium.strategies["Chios"][(str(bloc), "accept")] == "accept"


def test_the_tree_of_proposals():
    game = islands(3)
    tree = proposal_tree(game)
    structures = list(game.structures())
    assert tree.root.player == "Athens"
    assert tree.root.actions == tuple(map(str, structures))
    assert len(tree.nodes) == 1 + sum(2 ** (len(one.allies) + 1) - 1 for one in structures)
    assert tree.depth == 4
    bloc = str(game.structure(bloc=["Samos", "Naxos"], spokes=["Chios"]))
    assert [tree.node([bloc, *["accept"] * size]).player for size in range(3)] == [
        "Samos",
        "Chios",
        "Naxos",
    ]
    end = tree.node([bloc, "accept", "refuse", "accept"])
    agreed = game.structure(bloc=["Samos", "Naxos"])
    assert end.label == str(agreed)
    assert end.outcomes[0] == game.appraise(agreed).certainty_equivalent
    assert tree.node([bloc, "refuse", "refuse", "accept"]).label == "Athens: no alliance"


def test_the_order_of_answers():
    game = islands(2)
    spokes = str(game.structure(spokes=game.candidates))
    assert proposal_tree(game).node([spokes]).player == "Samos"
    assert proposal_tree(game, ["Chios", "Samos"]).node([spokes]).player == "Chios"
    strong = islands(2, capabilities={"Chios": 0.1, "Samos": 0.2})
    assert proposal_tree(strong).node([spokes]).player == "Samos"
    for order in (["Chios"], ["Chios", "Chios"], ["Chios", "Samos", "Melos"]):
        with pytest.raises(InvalidGameError) as fault:
            proposal_tree(game, order)
        assert str(fault.value) == (
            f"`order` must name each of ['Samos', 'Chios'] once; got {order}"
        )


def test_trees_of_many_candidates_are_refused():
    with pytest.raises(NotApplicableError) as fault:
        proposal_tree(islands(8))
    assert str(fault.value) == (
        "the tree of proposals to 8 candidates has more than 200,000 nodes;"
        " take game.strongest(7), or solver.solve(game), with answers given at once"
    )
