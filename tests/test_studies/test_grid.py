"""Studies over many cells: each cell answers as `solve` does, whatever it was solved with."""

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from known_games import ATHENS
from strategies import fixed, games, number, preferences, references, theatres, ties

import games as nouns
from games import (
    AllianceGame,
    ConstantReference,
    CumulativeProspectTheory,
    ExpectationReference,
    ExpectedUtility,
    ThreatReference,
)
from games.alliance.payoffs import values_at
from solver import CONCEPTS, Solution, Status, solve
from solver.alliance.concepts.registry import TOLERANCE
from solver.studies.grid import solving, study
from solver.studies.grid.keys import Situation, key
from solver.studies.grid.plan import Cell
from solver.studies.grid.solving import (
    PAYOFFS,
    Backdrops,
    CellGroup,
    candidate_values,
    solve_batch,
    subgame_perfect,
)
from solver.studies.outcome import COLUMNS, Outcome, of_solution


def weighted(gains, losses):
    return CumulativeProspectTheory(weighting_gains=gains, weighting_losses=losses)


def cells_of(game, tastes, situations, concept="subgame_perfect", tolerance=TOLERANCE):
    """Solve all combinations in one batch and return them by taste and situation."""
    named = {
        (taste, situation): f"{place} {i}".encode()
        for place, taste in enumerate(tastes)
        for i, situation in enumerate(situations)
    }
    cells = tuple(Cell(0, name, *pair) for pair, name in named.items())
    found = dict(solve_batch((CellGroup(game, concept, tolerance, cells),)))
    return {pair: found[name] for pair, name in named.items()}


def one_by_one(game, taste, situation, concept="subgame_perfect", tolerance=TOLERANCE):
    at = game.with_preference(taste).with_reference(situation.reference)
    at = nouns.settings.with_value(at, "threat", situation.threat)
    at = nouns.settings.with_value(at, "frame", situation.frame)
    return of_solution(solve(at, concept, tolerance=tolerance))


def assert_same(found: Outcome, expected: Outcome):
    for name, one, other in zip(COLUMNS, found, expected, strict=True):
        if name == "regret" and one is not None:
            assert one == pytest.approx(other, abs=1e-12)
        else:
            assert one == other, name


situations_of = st.builds(
    Situation, number(0, 1), st.one_of(st.none(), number(0, 1)), st.just(ThreatReference())
)


# --- one batch against `solve`


@given(theatres(most=4), st.lists(preferences(), min_size=1, max_size=2, unique=True), st.data())
@fixed(7)
def test_cells_equal_solve(game, tastes, data):
    situations = data.draw(st.lists(situations_of, min_size=1, max_size=4, unique=True))
    for (taste, situation), found in cells_of(game, tastes, situations).items():
        assert_same(found, one_by_one(game, taste, situation))


@given(st.one_of(games(most=4), ties(most=4)), st.data())
@fixed(12)
def test_cells_of_any_game_equal_solve(game, data):
    rules = [game.reference, *data.draw(st.lists(references(game.candidates, 1), max_size=2))]
    situations = [
        Situation(data.draw(number(0, 1)), game.frame, rule) for rule in dict.fromkeys(rules)
    ]
    for (taste, situation), found in cells_of(game, [game.preference], situations).items():
        assert_same(found, one_by_one(game, taste, situation))


@pytest.mark.parametrize("concept", [name for name in CONCEPTS if name != "subgame_perfect"])
@given(st.one_of(games(most=3), ties(most=3)), st.lists(number(0, 1), min_size=1, max_size=2))
@fixed(5)
def test_cells_of_other_concepts_equal_solve(concept, game, threats):
    situations = [
        Situation(threat, game.frame, game.reference) for threat in dict.fromkeys(threats)
    ]
    for (taste, situation), found in cells_of(game, [game.preference], situations, concept).items():
        assert_same(found, one_by_one(game, taste, situation, concept))


@pytest.mark.parametrize("tolerance", [0.0, 0.05])
def test_cells_with_a_tolerance_equal_solve(tolerance):
    situations = [Situation(threat, None, ThreatReference()) for threat in (0.0, 0.4, 0.52, 1.0)]
    tastes = [CumulativeProspectTheory(), ExpectedUtility()]
    for (taste, situation), found in cells_of(
        ATHENS, tastes, situations, tolerance=tolerance
    ).items():
        assert_same(found, one_by_one(ATHENS, taste, situation, tolerance=tolerance))


@pytest.mark.parametrize("rule", ["ultimatum", "split", "nash_in_nash"])
def test_burdens_are_reported(rule):
    game = nouns.settings.with_value(ATHENS.strongest(3), "burden_sharing", rule)
    situation = Situation(0.6, None, game.reference)
    (found,) = cells_of(game, [game.preference], [situation]).values()
    best = solve(game.at(0.6)).preferred
    assert found.burdens == sum(best.burdens.values()) != 0
    assert found.bargaining_regret == best.bargaining_regret
    assert found.structure == str(best.structure)


def test_several_blocs_equal_solve():
    game = nouns.settings.with_value(ATHENS.strongest(3), "family", "blocs")
    situation = Situation(0.6, None, game.reference)
    (found,) = cells_of(game, [game.preference], [situation]).values()
    assert_same(found, one_by_one(game, game.preference, situation))


def test_an_empty_cell():
    game = AllianceGame(hegemon="Athens", capabilities={"Samos": 0.5, "Chios": 0.5}, threat=0.5)
    empty = Solution(game, "pairwise", Status.EMPTY, (), 1e-9, 5, security_level=0.25)
    assert of_solution(empty) == Outcome("empty", reference=0.5, equilibria=0, security_level=0.25)


# --- bits do not depend on the company


@given(theatres(most=4), st.lists(situations_of, min_size=2, max_size=6, unique=True))
@fixed(5)
def test_bits_do_not_depend_on_the_batch(game, situations):
    tastes = [game.preference, ExpectedUtility(), CumulativeProspectTheory(loss_aversion=3.0)]
    together = cells_of(game, tastes, situations)
    for (taste, situation), found in together.items():
        assert cells_of(game, [taste], [situation]) == {(taste, situation): found}


def test_bits_of_a_real_theatre_do_not_depend_on_the_batch():
    game = nouns.load("asia-1951")
    situations = [Situation(float(t), None, game.reference) for t in np.linspace(0, 1, 23)]
    together = cells_of(game, [game.preference], situations)
    for situation in situations[::5]:
        assert cells_of(game, [game.preference], [situation]) == {
            (game.preference, situation): together[game.preference, situation]
        }


def test_backdrops_that_are_dropped_change_nothing(monkeypatch):
    situations = [Situation(threat, None, ThreatReference()) for threat in (0.1, 0.6, 0.9)]
    kept = cells_of(ATHENS, [ATHENS.preference], situations)
    monkeypatch.setattr("solver.studies.grid.solving.PAYOFFS", 1)
    other = nouns.settings.with_value(ATHENS, "threat", 0.123)  # another key of what is kept
    assert cells_of(other, [ATHENS.preference], situations) == kept
    assert len(Backdrops.of(other)._backdrops) == 1 < PAYOFFS


# --- the certificate's own formulas


@given(st.one_of(games(most=5), ties(most=5)), st.data())
@fixed(12)
def test_candidates_values_are_those_of_the_game(game, data):
    structures = list(game.structures())
    structure = data.draw(st.sampled_from(structures))
    threats = data.draw(st.lists(number(0, 1), min_size=1, max_size=3))
    for name in game.candidates:
        found = candidate_values(game, name, structure, np.array(threats))
        expected = [game.at(threat).candidate_value(name, structure) for threat in threats]
        assert found.tolist() == pytest.approx(expected, rel=1e-12, abs=1e-14)


@given(games(most=5), st.data())
@fixed(7)
def test_hegemons_values_are_those_of_the_game(game, data):
    structures = data.draw(st.lists(st.sampled_from(list(game.structures())), max_size=6))
    threats = data.draw(st.lists(number(0, 1), min_size=1, max_size=3))
    there = [game.at(threat) for threat in threats]
    power = np.array([threat * game.parameters.full_power for threat in threats])
    points = np.array([at.reference_point for at in there])
    found = values_at(game, structures, power, points)
    expected = game.hegemon_values(structures, threats)
    assert found.shape == (len(threats), len(structures))
    assert found == pytest.approx(expected, rel=1e-12, abs=1e-14)
    for row, at in zip(found, there, strict=True):
        assert row == pytest.approx([at.value(s) for s in structures], rel=1e-9, abs=1e-12)


def test_batches_of_atoms_change_nothing(monkeypatch):
    structures = list(ATHENS.structures())
    power, points = np.array([0.1, 0.7, 0.9]), np.array([0.2, 0.7, 0.5])
    whole = values_at(ATHENS, structures, power, points)
    monkeypatch.setattr("games.alliance.payoffs.BATCH_ATOMS", 64)
    assert (values_at(ATHENS, structures, power, points) == whole).all()


def test_a_regret_that_is_not_zero(monkeypatch):
    """A wrong search is found out: the certificate does not read its arrays."""
    situation = Situation(0.9, None, ThreatReference())
    right = cells_of(ATHENS, [ATHENS.preference], [situation])[ATHENS.preference, situation]

    def wrong(*arguments):
        found = subgame_perfect(*arguments)
        return found._replace(preferred=np.zeros_like(found.preferred))  # no alliance at all

    monkeypatch.setattr("solver.studies.grid.solving.subgame_perfect", wrong)
    found = cells_of(ATHENS, [ATHENS.preference], [situation])[ATHENS.preference, situation]
    assert right.regret == 0.0
    assert found.regret == pytest.approx(right.security_level - found.value)
    assert found.regret > 0.01


# --- cells that fail


def test_one_failing_cell_does_not_take_others_with_it(monkeypatch):
    class Odd(ConstantReference):
        def point(self, threat, mean):
            raise ValueError("no\npoint")

    good, bad = Situation(0.5, None, ThreatReference()), Situation(0.5, None, Odd(0.1))
    found = cells_of(ATHENS, [ATHENS.preference], [good, bad])
    assert found[ATHENS.preference, good].status == "solved"
    assert found[ATHENS.preference, bad] == Outcome("failed", "ValueError: no point")
    split = nouns.settings.with_value(ATHENS, "burden_sharing", "split")
    found = cells_of(split, [ATHENS.preference], [good, bad])
    assert [one.status for one in found.values()] == ["solved", "failed"]


def test_games_that_are_too_large_fail_one_by_one():
    names = [f"c{place}" for place in range(13)]
    game = AllianceGame(hegemon="H", capabilities=dict.fromkeys(names, 0.1), threat=0.5)
    found = study(game, threat=[0.2, 0.8], workers=1)
    assert found.tally() == {"failed": 2}
    ((reason, number_),) = found.errors().items()
    assert number_ == 2
    assert "13 candidates are too many" in reason
    assert solving.most_cells(ATHENS) == solving.CELLS
    assert solving.most_cells(game) == 10


# --- keys


@given(games(most=3), games(most=3))
@fixed(15)
def test_keys_tell_games_apart(one, other):
    assert (key(one, "nash", 1e-9) == key(other, "nash", 1e-9)) == (one == other)
    assert key(one, "nash", 1e-9) != key(one, "pairwise", 1e-9)
    assert key(one, "nash", 1e-9) != key(one, "nash", 1e-8)


def test_keys_see_every_field():
    game = AllianceGame(hegemon="H", capabilities={"A": 0.1, "B": 0.2}, threat=0.5)
    changed = {
        "hegemon": "G",
        "capabilities": {"B": 0.2, "A": 0.1},  # in another order
        "threat": 0.5000000000000001,
        "preference": ExpectedUtility(),
        "reference": ConstantReference(0.0),
        "parameters": nouns.Parameters(cohesion=0.6),
        "exposures": {"A": 1.5},
        "reliabilities": {"A": 0.5},
        "basings": {"A": 0.5},
        "affinity": {("A", "B"): 0.5},
        "family": "blocs",
        "ratification": "unanimous",
        "frame": 0.5,
        "burden_sharing": "split",
        "candidate_preference": CumulativeProspectTheory(),
        "candidate_reference": 0.1,
    }
    assert set(changed) == {item.name for item in fields(game) if item.compare}
    variants = [game, *(replace(game, **{name: value}) for name, value in changed.items())]
    assert len({key(one, "nash", 1e-9) for one in variants}) == len(variants)
    expectation = ExpectationReference(game.structure(bloc=["A", "B"]))
    assert len(key(game.with_reference(expectation), "nash", 1e-9)) == 32


# what the keys of the second edition begin with, one for each rule that can stand in a key
KEYS = {
    ATHENS: "75c3f719f54aef07",
    ATHENS.with_preference(ExpectedUtility()): "83668883cf4cd4b9",
    ATHENS.with_preference(weighted(nouns.Linear(), nouns.Prelec(0.6))): "d526f41460cf7e2b",
    ATHENS.with_preference(
        weighted(nouns.Prelec2(0.6, 0.9), nouns.GoldsteinEinhorn(0.7, 0.6))
    ): "74333c09a4bf6124",
    ATHENS.with_reference(ConstantReference(0.3)): "88b7a8cf0c8b7ef3",
    ATHENS.with_reference(
        ExpectationReference(ATHENS.structure(spokes=ATHENS.candidates[:1]))
    ): "51ce6c3cac89e009",
}


@pytest.mark.parametrize(("game", "begin"), KEYS.items())
def test_keys_stay_where_classes_move(game: AllianceGame, begin: str) -> None:
    assert key(game, "nash", 1e-9).hex().startswith(begin)


def test_a_whole_key() -> None:
    assert key(ATHENS, "nash", 1e-9).hex() == (
        "75c3f719f54aef078bfa538eda6c0daad27004257db6d45f68308a3b98a4a537"
    )
