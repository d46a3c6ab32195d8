"""Many blocs at once: the compiled search against enumeration from the definitions."""

from dataclasses import replace

import numpy as np
import plain_model
import pytest
from hypothesis import given
from known_games import without_equilibrium
from strategies import any_games, fixed, theatres, ties, uncompiled

from games import AllianceGame, AllianceStructure, NotApplicableError, Preference
from games.alliance.structures import count
from solver import CONCEPTS, Status
from solver.alliance.blocs.search import completions_of, numbering_of
from solver.alliance.blocs.solve import solve_blocs
from solver.alliance.blocs.values import hegemon_values
from solver.alliance.hegemon import frame_of
from solver.alliance.solve import solve_by_enumeration

NAMES = [f"c{number}" for number in range(12)]


def crowd(n, family="blocs"):
    capabilities = {name: 0.1 + 0.01 * place for place, name in enumerate(NAMES[:n])}
    return AllianceGame(hegemon="Athens", capabilities=capabilities, threat=0.8, family=family)


def search(game, concept, tolerance):
    return next(solve_blocs([game], concept, tolerance))


def same_answer(game, concept, tolerance=1e-9):
    wanted = solve_by_enumeration(game, CONCEPTS[concept], tolerance)
    found = search(game, CONCEPTS[concept], tolerance)
    assert set(found.equilibria.structures) == set(wanted.equilibria.structures)
    assert len(found.equilibria) == len(wanted.equilibria)
    assert (found.status, found.searched) == (wanted.status, wanted.searched)
    assert (found.concept, found.game) == (concept, game)
    assert found.tolerance == pytest.approx(wanted.tolerance, rel=1e-9)
    if wanted.security_level is None:
        assert found.security_level is None
    else:
        assert found.security_level == pytest.approx(wanted.security_level, rel=1e-12, abs=1e-12)
    if wanted.preferred:
        assert found.preferred.structure == wanted.preferred.structure
        assert found.preferred.regret == pytest.approx(wanted.preferred.regret, abs=1e-13)
        assert found.preferred.values == pytest.approx(wanted.preferred.values, abs=1e-12)
    return found


# --- the numbering


def test_every_structure_has_one_number():
    game = crowd(4)
    numbering = numbering_of(game)
    structures = [numbering.structure(number) for number in range(numbering.size)]
    assert set(structures) == set(game.structures())
    assert len(structures) == count(4, "blocs") == 52
    assert [numbering.index(structure) for structure in structures] == list(range(52))


def test_fewer_treaties_come_first():
    # what the maximum over subsets in one pass rests on
    game = crowd(4)
    numbering = numbering_of(game)
    for number in range(numbering.size):
        structure = numbering.structure(number)
        for treaty in structure.treaties:
            rest = set(structure.treaties) - {treaty}
            assert numbering.index(structure.restricted_to(rest)) < number


def test_completions_are_bell_numbers():
    # published: OEIS A000110
    found = [int(completions_of(n)[n, 0]) for n in range(1, 12)]
    assert found == [2, 5, 15, 52, 203, 877, 4140, 21147, 115975, 678570, 4213597]


# --- values


@given(any_games(most=5, family="blocs"))
@fixed(20)
def test_values_are_those_of_the_game(game):
    numbering = numbering_of(game)
    structures = [numbering.structure(number) for number in range(numbering.size)]
    threats = [game.threat, 0.35]
    wanted = game.hegemon_values(structures, threats)
    found = hegemon_values(game, frame_of(game, threats), numbering)
    assert np.abs(found - wanted).max() <= 1e-13 * max(1, np.abs(wanted).max())


@given(any_games(most=4, family="blocs"))
@fixed(10)
def test_values_are_those_of_the_plain_model(game):
    numbering = numbering_of(game)
    found = hegemon_values(game, frame_of(game, [game.threat]), numbering)[0]
    for number in range(numbering.size):
        treaties = plain_model.treaties_of(numbering.structure(number))
        wanted = plain_model.hegemon_value(game, treaties)
        assert found[number] == pytest.approx(wanted, rel=1e-9, abs=1e-9)


def test_threads_change_nothing(monkeypatch):
    game = crowd(6)
    numbering, frame = numbering_of(game), frame_of(game, [0.2, 0.9])
    alone = hegemon_values(game, frame, numbering)
    monkeypatch.setattr("solver.alliance.blocs.values.WORTH_THREADS", 0)
    assert np.array_equal(hegemon_values(game, frame, numbering), alone)
    structures = [numbering.structure(number) for number in range(numbering.size)]
    assert alone == pytest.approx(game.hegemon_values(structures, [0.2, 0.9]), abs=1e-13)


def test_no_bloc_beside_another_is_the_other_family():
    # derived: structures with one bloc at most are worth the same in both families
    game, other = crowd(6), crowd(6, "bloc_and_spokes")
    numbering = numbering_of(game)
    values = hegemon_values(game, frame_of(game, [game.threat]), numbering)[0]
    structures = list(other.structures())
    found = [values[numbering.index(structure)] for structure in structures]
    assert found == pytest.approx(other.hegemon_values(structures), abs=1e-13)


# --- searches


@pytest.mark.parametrize("concept", CONCEPTS)
@given(game=any_games(most=4, family="blocs"))
@fixed(8)
def test_searches_find_what_enumeration_finds(concept, game):
    same_answer(game, concept)


@pytest.mark.parametrize("concept", CONCEPTS)
@given(game=ties(most=4, family="blocs"))
@fixed(8)
def test_searches_find_ties(concept, game):
    same_answer(game, concept)


@pytest.mark.parametrize("concept", CONCEPTS)
@given(game=theatres(most=4, least=3, family="blocs"))
@fixed(12)
def test_searches_with_a_wide_tolerance(concept, game):
    found = same_answer(game, concept, tolerance=0.02)
    assert all(equilibrium.regret <= found.tolerance for equilibrium in found.equilibria[:5])


def test_two_blocs_at_once():
    # derived: friends in pairs, strangers across; one bloc of all would cost each two frictions
    names = ["a", "b", "c", "d"]
    friends = {("a", "b"), ("c", "d")}
    game = AllianceGame(
        hegemon="Athens",
        capabilities=dict.fromkeys(names, 0.2),
        threat=0.9,
        family="blocs",
        affinity={(x, y): float((x, y) in friends) for x in names for y in names if x < y},
    ).with_parameters(friction=1, reliability=0.1)
    for concept in CONCEPTS:
        solution = same_answer(game, concept)
        assert solution.preferred.structure.blocs == (("a", "b"), ("c", "d"))


@pytest.mark.parametrize("at_once", [1, 2**20])
def test_many_levels_are_solved_like_one(at_once, monkeypatch):
    monkeypatch.setattr("solver.alliance.blocs.solve.BLOCK_VALUES", at_once)
    game, threats = crowd(4), [0.1, 0.5, 0.9]
    for concept in ("subgame_perfect", "nash"):
        found = list(solve_blocs([game.at(t) for t in threats], CONCEPTS[concept], 1e-9))
        assert [solution.game.threat for solution in found] == threats
        for solution in found:
            alone = search(solution.game, CONCEPTS[concept], 1e-9)
            assert solution.equilibria.structures[:] == alone.equilibria.structures[:]
            assert solution.preferred == alone.preferred
            assert solution.security_level == alone.security_level


def test_an_empty_answer_is_an_answer():
    game, tolerance = without_equilibrium()
    game = AllianceGame(
        hegemon="Athens",
        capabilities=game.capabilities,
        threat=1,
        family="blocs",
        preference=game.preference,
        parameters=game.parameters,
    )
    assert same_answer(game, "pairwise", tolerance).status is Status.EMPTY


def test_structures_are_read_when_asked_for():
    game = crowd(4)
    structures = search(game, CONCEPTS["pairwise"], 1e-9).equilibria.structures
    assert list(structures[:2]) == [structures[0], structures[1]]
    assert structures[0] in structures
    assert AllianceStructure("Sparta") not in structures
    assert "no structure" not in structures
    found = set(structures)
    assert all((structure in structures) == (structure in found) for structure in game.structures())
    assert 0 < len(found) < count(4, "blocs")


def test_seven_candidates_go_beyond_enumeration():
    # derived: the preferred outcome is the same under every concept (docs/model.md, fact 5)
    game = crowd(7)
    found = [search(game, CONCEPTS[concept], 1e-9) for concept in ("nash", "pairwise")]
    assert found[0].searched == 4140
    assert found[0].preferred.structure == found[1].preferred.structure
    assert all(solution.preferred.regret <= solution.tolerance for solution in found)


# --- limits


@pytest.mark.parametrize(("concept", "limit"), [("nash", 11), ("coalition_proof", 8)])
def test_too_many_candidates(concept, limit):
    with pytest.raises(NotApplicableError, match=rf"limit for {concept} is {limit} candidates;"):
        search(crowd(limit + 1), CONCEPTS[concept], 1e-9)


def test_another_family():
    with pytest.raises(NotApplicableError, match="for the family 'blocs'; got 'bloc_and_spokes'"):
        search(crowd(3, "bloc_and_spokes"), CONCEPTS["nash"], 1e-9)


def test_burdens_are_not_for_this_search():
    game = replace(crowd(3), burden_sharing="split")
    with pytest.raises(NotApplicableError, match=r"'split'.*burden_sharing='none'"):
        search(game, CONCEPTS["nash"], 1e-9)


def test_a_preference_with_formulas_of_its_own():
    class Own(Preference):
        def utility(self, gain):
            return np.asarray(gain) * 2

    game = crowd(3).with_preference(Own())
    with pytest.raises(NotApplicableError, match="own"):
        search(game, CONCEPTS["nash"], 1e-9)


@pytest.mark.parametrize("changes", [{}, {"friction": 0.2, "affinity": 0.9, "shelter": 0.4}])
def test_compiled_and_plain_python_agree(changes, monkeypatch):
    game = crowd(4).with_parameters(**changes)
    compiled = {
        concept: search(game, CONCEPTS[concept], 1e-9).equilibria.structures[:]
        for concept in CONCEPTS
    }
    assert uncompiled(monkeypatch) > 10
    for concept, structures in compiled.items():
        again = search(game, CONCEPTS[concept], 1e-9)
        assert again.equilibria.structures[:] == structures
