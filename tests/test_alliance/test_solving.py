"""`solve`: what comes back, in which order, and what its certificates rest on."""

import itertools
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given
from known_games import TRIO, without_equilibrium
from strategies import fixed, theatres
from strategies import games as wide_games

import solver.alliance.solve
import solver.alliance.stage
from games import (
    AllianceGame,
    AllianceStructure,
    BargainingProblem,
    CumulativeProspectTheory,
    ExpectedUtility,
    Form,
    InvalidGameError,
    Linear,
    NotApplicableError,
    Preference,
    TverskyKahneman,
    UnknownNameError,
)
from games.alliance.structures import count, subsets
from solver import CONCEPTS, EquilibriumSet, Status, critical_threats, solve, sweep
from solver.alliance.hegemon import grid_of
from solver.alliance.stage import CandidatePayoffs

NAMED = [f"c{number}" for number in range(13)]


def crowd(n, family="bloc_and_spokes"):
    return AllianceGame(
        hegemon="Athens", capabilities=dict.fromkeys(NAMED[:n], 0.1), threat=0.5, family=family
    )


def in_family(game, family):
    return replace(game, family=family)


# --- what comes back


@pytest.mark.parametrize("concept", CONCEPTS)
def test_solution_remembers_its_question(concept):
    game = TRIO
    solution = solve(game, concept, tolerance=1e-6)
    assert (solution.game, solution.concept) == (game, concept)
    assert solution.status is Status.SOLVED
    assert solution.searched == count(3)
    payoffs = [game.values(structure) for structure in game.structures()]
    reach = max(np.ptp([row[player] for row in payoffs]) for player in game.players)
    assert solution.tolerance == pytest.approx(1e-6 * reach)
    assert (solution.security_level is None) == (concept != "subgame_perfect")
    assert f"{concept} at threat 0.8, {solution.status}: " in str(solution)


def test_subgame_perfect_is_the_default():
    assert solve(TRIO).concept == "subgame_perfect"


def test_equilibria_are_built_when_read_and_only_once():
    structures = list(TRIO.structures())
    solution = solve(TRIO, "nash")
    built = []

    def certify(structure):
        built.append(structure)
        return solution.equilibria[0]

    found = EquilibriumSet(structures, certify)
    assert len(found) == len(structures)
    assert found.forms == Counter(structure.form for structure in structures)
    assert built == []
    assert found[3] is found[3]
    assert found[-1] is not None
    assert built == [structures[3], structures[-1]]
    found[1:4]
    assert built == [structures[3], structures[-1], structures[1], structures[2]]


def test_equilibria_are_a_sequence():
    equilibria = solve(TRIO, "nash").equilibria
    read = list(equilibria)
    assert len(read) == len(equilibria) > 3
    assert [e.structure for e in read] == list(equilibria.structures)
    assert equilibria[-1] is read[-1]
    assert equilibria[:2] == read[:2]
    assert equilibria[::-1] == read[::-1]
    assert read[1] in equilibria
    with pytest.raises(IndexError):
        equilibria[len(read)]
    assert repr(equilibria).startswith(f"<EquilibriumSet: {len(read)} equilibria (")
    assert sum(equilibria.forms.values()) == len(read)
    assert equilibria.forms == Counter(e.form for e in read)


@pytest.mark.parametrize(
    ("family", "burdens"),
    [("bloc_and_spokes", "none"), ("bloc_and_spokes", "nash_in_nash"), ("blocs", "none")],
)
def test_equilibria_of_one_form(family, burdens):
    game = replace(TRIO, family=family, burden_sharing=burdens)
    equilibria = solve(game, "nash").equilibria
    assert len(equilibria.forms) > 2
    assert list(equilibria.forms) == list(dict.fromkeys(e.form for e in equilibria))
    for form in Form:
        expected = [e for e in equilibria if e.form is form]
        for found in (equilibria.of(form), equilibria.of(str(form))):
            assert list(found) == expected
            assert found.forms == ({form: len(expected)} if expected else {})
    assert list(EquilibriumSet(list(equilibria.structures), id).of("mixed").structures) == [
        e.structure for e in equilibria if e.form is Form.MIXED
    ]
    with pytest.raises(InvalidGameError, match=r"`form` must be one of none, .*'mixd'.*'mixed'\?"):
        equilibria.of("mixd")
    with pytest.raises(InvalidGameError, match="`form` must be one of"):
        equilibria.of(3)


@pytest.mark.parametrize("family", ["bloc_and_spokes", "blocs"])
def test_structures_can_be_sliced(family):
    game = AllianceGame(
        hegemon="Athens", capabilities={"Samos": 0.3, "Chios": 0.25}, threat=0.8, family=family
    )
    structures = solve(game, "nash").equilibria.structures
    assert list(structures[:2]) == [structures[0], structures[1]]


@pytest.mark.parametrize("family", ["bloc_and_spokes", "blocs"])
def test_membership_of_structures(family):
    game = in_family(TRIO, family)
    structures = solve(game).equilibria.structures
    found = [s for s in game.structures() if s in structures]
    assert len(found) == len(structures) < count(3)
    assert set(found) == set(structures)
    assert "Athens: no alliance" not in structures


def test_certified_values_are_the_games():
    game = TRIO
    for equilibrium in solve(game, "pairwise").equilibria:
        assert equilibrium.values == pytest.approx(game.values(equilibrium.structure), rel=1e-14)
        assert equilibrium.appraisal == game.appraise(equilibrium.structure)
        assert equilibrium.form is equilibrium.structure.form


# --- order


@given(theatres(most=4))
@fixed(25)
def test_the_hegemons_best_stands_first(game):
    worth = [game.value(structure) for structure in solve(game, "nash").equilibria.structures]
    assert all(better >= worse - 1e-9 for better, worse in itertools.pairwise(worth))


def sure(**changes):
    """Return a game of sure treaties that cost nothing: what is pledged alone counts."""
    values = {
        "reliability": 1,
        "cohesion": 1,
        "pledge_bilateral": 0.5,
        "pledge_multilateral": 0.5,
        "k_bilateral": 0,
        "k_multilateral": 0,
        "k_bloc": 0,
        "basing": 0,
        "ally_cost_bilateral": 0,
        "ally_cost_multilateral": 0,
    }
    return TRIO.with_parameters(**values | changes)


@pytest.mark.parametrize("family", ["bloc_and_spokes", "blocs"])
def test_ties_go_to_fewer_allies(family):
    game = AllianceGame(
        hegemon="Athens",
        capabilities={"Samos": 0.3, "Chios": 0, "Naxos": 0.2},
        threat=0.8,
        parameters=sure().parameters,
        family=family,
    )
    solution = solve(game, "nash")
    assert solution.preferred.structure == game.structure(spokes=["Naxos", "Samos"])
    helpless = game.structure(spokes=["Naxos", "Samos", "Chios"])
    assert game.value(helpless) == pytest.approx(game.value(solution.preferred.structure))
    assert helpless in solution.equilibria.structures


@pytest.mark.parametrize("family", ["bloc_and_spokes", "blocs"])
def test_ties_go_to_fewer_blocs(family):
    game = AllianceGame(
        hegemon="Athens",
        capabilities=TRIO.capabilities,
        threat=0.8,
        parameters=sure().parameters,
        family=family,
    )
    first, *others = solve(game, "nash").equilibria.structures
    assert first.form is Form.HUB_AND_SPOKE
    tied = [s for s in others if len(s.allies) == 3]
    assert {Form.MIXED, Form.MULTILATERAL} <= {structure.form for structure in tied}


def test_ties_go_to_the_alphabet():
    # A spoke costs freedom of action, so one of two equal allies is enough.
    game = AllianceGame(
        hegemon="Athens",
        capabilities={"Samos": 0.2, "Chios": 0.2},
        threat=0.5,
        preference=ExpectedUtility(),
        parameters=sure(k_bilateral=0.06, k_bloc=1).parameters,
    )
    worth = {str(s): game.value(s) for s in game.structures()}
    assert worth["Athens: spokes Samos"] == worth["Athens: spokes Chios"] == max(worth.values())
    assert solve(game).preferred.structure.spokes == ("Chios",)


# --- arguments


@pytest.mark.parametrize("family", ["bloc_and_spokes", "blocs"])
@pytest.mark.parametrize("tolerance", [-1e-9, 1.5, float("nan"), "small", None])
def test_tolerance_must_be_a_share(tolerance, family):
    with pytest.raises(InvalidGameError, match="`tolerance` must"):
        solve(crowd(2, family), tolerance=tolerance)


@pytest.mark.parametrize("concept", CONCEPTS)
def test_with_the_whole_range_as_tolerance_all_is_a_tie(concept):
    solution = solve(TRIO, concept, tolerance=1)
    assert len(solution.equilibria) == count(3)
    assert solution.preferred.structure == TRIO.structure()


def test_unknown_concept():
    with pytest.raises(UnknownNameError) as caught:
        solve(TRIO, "pairwize")
    assert str(caught.value) == (
        "unknown concept 'pairwize' (did you mean 'pairwise'?);"
        " known: subgame_perfect, nash, pairwise, coalition_proof"
    )
    assert isinstance(caught.value, LookupError)


@pytest.mark.parametrize("verb", [grid_of, critical_threats])
def test_too_many_candidates(verb):
    game = crowd(13)
    with pytest.raises(NotApplicableError, match=r"^13 candidates .* game\.strongest\(12\)") as e:
        verb(game)
    assert isinstance(e.value, NotImplementedError)
    kept = game.strongest(12)
    assert len(kept.candidates) == 12
    grid_of(kept)


def test_too_many_candidates_for_several_blocs():
    game = crowd(12, family="blocs")
    with pytest.raises(NotApplicableError, match=r"^12 candidates .*game\.strongest\(11\)"):
        solve(game)
    assert (
        count(6, "blocs")
        == 877
        <= solver.alliance.solve.ENUMERATED_LIMIT
        < count(7, "blocs")
        == 4140
    )
    assert solve(game.strongest(6), "nash").searched == 877
    assert solve(game.strongest(7), "nash").searched == 4140
    shared = replace(game.strongest(7), burden_sharing="split")
    with pytest.raises(NotApplicableError, match=r"^7 candidates have 4140 .*with burdens"):
        solve(shared)
    assert solve(replace(game.strongest(3), burden_sharing="split"), "nash").searched == 15


def test_a_sweep_of_several_blocs_is_that_of_its_levels():
    game = crowd(7, family="blocs")
    path = sweep(game, threat=[0.3, 0.9])
    for level in path.levels:
        best = solve(game.at(level.threat)).preferred
        assert level.preferred.structure == best.structure
        assert level.preferred.regret <= 1e-9


def test_bargains_are_solved_by_the_same_word():
    expected = ExpectedUtility()
    pie = BargainingProblem([expected, expected], [1, 2], pie=10)
    assert solve(pie).agreement.tolist() == pytest.approx([4.5, 5.5])
    assert solve(pie, "ultimatum", proposer=1).agreement.tolist() == [1, 9]
    with pytest.raises(InvalidGameError, match="`rule`"):
        solve(pie, "fair")


class Scaled(TverskyKahneman):
    def weight(self, p, q):
        return 0.9 * super().weight(p, q)


class Rooted(CumulativeProspectTheory):
    def utility(self, gain):
        return np.sign(gain) * np.abs(gain) ** 0.5


class Own(CumulativeProspectTheory):
    def value(self, prospect, reference=0.0):
        return prospect.mean - 10 * prospect.mass_below(reference)


@pytest.mark.parametrize(
    "preference",
    [
        CumulativeProspectTheory(weighting_gains=Scaled(0.61)),
        CumulativeProspectTheory(weighting_losses=Scaled(0.61)),
        Rooted(),
        Own(),
    ],
    ids=["weighting of gains", "weighting of losses", "utility", "value"],
)
@pytest.mark.parametrize("verb", [solve, sweep, critical_threats])
def test_formulas_that_compiled_code_does_not_know_are_refused(verb, preference):
    with pytest.raises(NotApplicableError, match="library's own value functions"):
        verb(TRIO.with_preference(preference))


class Relabelled(CumulativeProspectTheory):
    def utility(self, gain):
        return super().utility(gain)


def test_the_family_of_several_blocs_takes_any_utility():
    options = {"hegemon": "Athens", "capabilities": TRIO.capabilities, "threat": 0.8}
    own = AllianceGame(**options, preference=Relabelled(), family="blocs")
    known = AllianceGame(**options)
    for concept in CONCEPTS:
        found = set(solve(own, concept).equilibria.structures)
        assert found == set(solve(known, concept).equilibria.structures)


@given(theatres(most=3))
@fixed(20)
def test_a_candidates_own_utility_is_used(game):
    class Steep(Preference):
        alpha = beta = 3.0
        loss_aversion = 1.0
        weighting_gains = weighting_losses = Linear()

    class Cubed(Steep):
        alpha = beta = 1.0

        def utility(self, gain):
            return np.asarray(gain) ** 3

    def solved(taste):
        options = {field: getattr(game, field) for field in ("hegemon", "capabilities", "threat")}
        rest = {"parameters": game.parameters, "candidate_preference": taste}
        return solve(AllianceGame(**options, **rest), "nash").equilibria.structures

    assert list(solved(Steep())) == list(solved(Cubed()))


# --- several blocs


@pytest.mark.parametrize("concept", CONCEPTS)
@given(theatres(most=3) | wide_games(most=3))
@fixed(18)
def test_both_families_agree_where_two_blocs_cannot_form(concept, game):
    one = solve(in_family(game, "bloc_and_spokes"), concept)
    many = solve(in_family(game, "blocs"), concept)
    assume(one.tolerance > 1e-13)  # below, rounding decides what ties
    assert set(one.equilibria.structures) == set(many.equilibria.structures)
    assert (one.status, one.searched) == (many.status, many.searched)
    assert one.tolerance == pytest.approx(many.tolerance)
    assert one.security_level == pytest.approx(many.security_level)
    assert one.preferred.structure == many.preferred.structure
    assert one.preferred.values == pytest.approx(many.preferred.values)
    assert one.preferred.regret == pytest.approx(many.preferred.regret, abs=1e-12)


def test_two_blocs_can_be_best():
    # Derived: four allies who are friends in pairs and cannot bear the others, at a high threat.
    pairs = {("a", "b"), ("c", "d")}
    names = "abcd"
    game = AllianceGame(
        hegemon="Athens",
        capabilities=dict.fromkeys(names, 0.2),
        threat=0.9,
        family="blocs",
        affinity={(x, y): float((x, y) in pairs) for x in names for y in names if x < y},
    ).with_parameters(friction=1, reliability=0.1)
    solution = solve(game)
    assert solution.preferred.structure.blocs == (("a", "b"), ("c", "d"))
    assert solution.preferred.form is Form.BLOCS
    assert solution.preferred.regret <= solution.tolerance


# --- no equilibrium


@pytest.mark.parametrize("family", ["bloc_and_spokes", "blocs"])
def test_an_empty_answer_is_an_answer(family):
    game, tolerance = without_equilibrium()
    solution = solve(in_family(game, family), "pairwise", tolerance=tolerance)
    assert solution.status is Status.EMPTY
    assert "try a weaker one" in solution.status.value
    assert str(solution.status) == "empty"
    assert solution.preferred is None
    assert len(solution.equilibria) == 0
    assert solution.equilibria.forms == {}
    assert solution.searched == 5
    assert str(solution) == "pairwise at threat 1, empty: none"
    for weaker in ("nash", "subgame_perfect"):
        assert solve(game, weaker, tolerance=tolerance).status is Status.SOLVED


@given(theatres(most=4))
@fixed(18)
def test_all_concepts_prefer_the_same_structure(game):
    # Derived: take the structure that is the hegemon's best among those in which no candidate
    # would rather be out. A deviation from it in which nobody loses ends in another such structure,
    # which the hegemon likes less unless it is a tie.
    worth = sorted(game.hegemon_values(list(game.structures())))
    assume(np.diff(worth).min() > 1e-9)
    found = {solve(game, concept).preferred.structure for concept in CONCEPTS}
    assert len(found) == 1


# --- certificates


@given(theatres(most=4) | wide_games(most=4))
@fixed(25)
def test_security_level_is_the_best_set_of_eager_spokes(game):
    solution = solve(game)
    alone = AllianceStructure("Athens")
    eager = [
        name
        for name in game.candidates
        if game.candidate_value(name, AllianceStructure("Athens", spokes=[name]))
        > game.candidate_value(name, alone) + solution.tolerance
    ]
    offers = [AllianceStructure("Athens", spokes=spokes) for spokes in subsets(eager)]
    best = max(game.value(offer) for offer in offers)
    assert solution.security_level == pytest.approx(best, rel=1e-12, abs=1e-12)
    assert game.value(solution.preferred.structure) >= best - solution.tolerance - 1e-12


def worst_regret(game, concept):
    solution = solve(game, concept)
    return max(e.regret for e in solution.equilibria), solution


@pytest.mark.parametrize("concept", CONCEPTS)
def test_certificates_see_through_wrong_values_of_the_hegemon(concept, monkeypatch):
    game = TRIO.with_parameters(k_bilateral=0.05)
    honest, solution = worst_regret(game, concept)
    assert honest <= solution.tolerance
    rng = np.random.default_rng(1)

    def spoiled(games):
        for block, values in solver.alliance.hegemon.by_blocks(games):
            yield block, values * rng.uniform(0.5, 1.5, values.shape)

    monkeypatch.setattr(solver.alliance.solve, "by_blocks", spoiled)
    regret, wrong = worst_regret(game, concept)
    assert set(wrong.equilibria.structures) != set(solution.equilibria.structures)
    assert regret > 1000 * wrong.tolerance
    for equilibrium in wrong.equilibria:
        assert equilibrium.values == pytest.approx(game.values(equilibrium.structure), rel=1e-14)


@pytest.mark.parametrize("concept", CONCEPTS)
def test_certificates_see_through_wrong_values_of_candidates(concept, monkeypatch):
    # Without protection a spoke costs an ally and brings it nothing; the search is told otherwise.
    game = TRIO.with_parameters(guarantee_bilateral=0.1, shelter=0.2, k_bloc=1)
    true = solver.alliance.stage.candidate_payoffs

    def swapped(*arguments):
        outside, spoke, bloc = true(*arguments)
        return CandidatePayoffs(spoke, outside, bloc)

    assert solve(game).preferred.structure.spokes == ()
    monkeypatch.setattr(solver.alliance.stage, "candidate_payoffs", swapped)
    regret, wrong = worst_regret(game, concept)
    assert any(structure.spokes for structure in wrong.equilibria.structures)
    assert regret > 1000 * wrong.tolerance
