"""Studies over many cells: each cell answers as `solve` does, whatever it was solved with."""

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from known_games import ATHENS
from strategies import any_games, fixed, games, number, ties, uncompiled

import games as nouns
from games import (
    AllianceGame,
    ConstantReference,
    CumulativeProspectTheory,
    ExpectationReference,
    ExpectedUtility,
    StatusQuoReference,
    ThreatReference,
)
from games.alliance import parameters
from games.alliance.payoffs import values_at
from solver import CONCEPTS, Solution, Status, solve
from solver.alliance import assurance, batch, plain
from solver.alliance.columns import Shared, columns_of, figures_at, figures_of
from solver.alliance.concepts.concept import Valuation
from solver.alliance.concepts.registry import TOLERANCE
from solver.alliance.concepts.subgame_perfect import SUBGAME_PERFECT
from solver.alliance.lattice import to_masks
from solver.alliance.stage import candidate_payoffs
from solver.studies.grid import solving, study
from solver.studies.grid.keys import key
from solver.studies.grid.solving import solve_columns, solve_portion
from solver.studies.grid.variation import Portion, Variation
from solver.studies.outcome import COLUMNS, Outcome, of_solution


def weighted(gains, losses):
    return CumulativeProspectTheory(weighting_gains=gains, weighting_losses=losses)


def outcomes(game, names, rows, concept="subgame_perfect", tolerance=TOLERANCE):
    """Solve the games in which quantities have the values of each row."""
    variation = Variation(game, names, concept, tolerance)
    values = np.array(rows, float).reshape(len(rows), len(names))
    return solve_portion(Portion(variation, values, tuple(b"" for _ in rows)))


def one_by_one(game, names, rows, concept="subgame_perfect", tolerance=TOLERANCE):
    return [
        of_solution(
            solve(
                nouns.settings.with_values(game, dict(zip(names, row, strict=True))),
                concept,
                tolerance=tolerance,
            )
        )
        for row in rows
    ]


def assert_same(found, expected):
    assert len(found) == len(expected)
    for mine, theirs in zip(found, expected, strict=True):
        for name, one, other in zip(COLUMNS, mine, theirs, strict=True):
            if isinstance(other, float):
                assert one == pytest.approx(other, rel=1e-11, abs=1e-12), name
            else:
                assert one == other, name


# --- one batch against `solve`

NAMES = ("cohesion", "threat", "loss_aversion", "curvature", "entrapment", "capabilities.Samos")
SOME = [number(0.1, 1), number(0, 1), number(1, 3), number(0.5, 1), number(0, 1), number(0.05, 1)]


@given(st.lists(st.tuples(*SOME), min_size=1, max_size=6))
@fixed(40)
def test_cells_equal_solve(rows):
    game = ATHENS.strongest(3)
    name = f"capabilities.{game.candidates[0]}"
    names = (*NAMES[:-1], name)
    assert_same(outcomes(game, names, rows), one_by_one(game, names, rows))


@given(st.one_of(any_games(most=4), ties(most=4)), st.lists(number(0, 1), min_size=1, max_size=4))
@fixed(60)
def test_cells_of_any_game_equal_solve(game, threats):
    rows = [[threat] for threat in threats]
    assert_same(outcomes(game, ["threat"], rows), one_by_one(game, ["threat"], rows))


@pytest.mark.parametrize("concept", [name for name in CONCEPTS if name != "subgame_perfect"])
@given(st.one_of(games(most=3), ties(most=3)), st.lists(number(0, 1), min_size=1, max_size=2))
@fixed(5)
def test_cells_of_other_concepts_equal_solve(concept, game, threats):
    rows = [[threat] for threat in threats]
    assert_same(
        outcomes(game, ["threat"], rows, concept), one_by_one(game, ["threat"], rows, concept)
    )


@pytest.mark.parametrize("tolerance", [0.0, 0.05])
def test_cells_with_a_tolerance_equal_solve(tolerance):
    names, rows = ("threat", "alpha"), [[t, a] for t in (0.0, 0.4, 0.52, 1.0) for a in (0.6, 1)]
    found = outcomes(ATHENS, names, rows, tolerance=tolerance)
    assert_same(found, one_by_one(ATHENS, names, rows, tolerance=tolerance))


STOOD = ATHENS.structure(spokes=ATHENS.candidates[:2])


@pytest.mark.parametrize(
    "rule",
    [ConstantReference(0.3), ExpectationReference(STOOD), StatusQuoReference(STOOD, 0.2, 0.4)],
    ids=["constant", "expectation", "status quo"],
)
def test_cells_under_other_rules_equal_solve(rule):
    game, names = ATHENS.with_reference(rule), ("threat", "cohesion", "frame")
    rows = [[0.2, 0.5, 0.6], [0.7, 0.5, 0.1], [0.7, 0.9, 0.9]]
    assert_same(outcomes(game, names, rows), one_by_one(game, names, rows))


@pytest.mark.parametrize("rule", ["ultimatum", "split", "nash_in_nash"])
def test_burdens_are_reported(rule):
    game = nouns.settings.with_value(ATHENS.strongest(3), "burden_sharing", rule)
    (found,) = outcomes(game, ["threat"], [[0.6]])
    best = solve(game.at(0.6)).preferred
    assert found.burdens == sum(best.burdens.values()) != 0
    assert found.bargaining_regret == best.bargaining_regret
    assert found.structure == str(best.structure)


def test_several_blocs_equal_solve():
    game = nouns.settings.with_value(ATHENS.strongest(3), "family", "blocs")
    rows = [[0.6], [0.2]]
    assert_same(outcomes(game, ["threat"], rows), one_by_one(game, ["threat"], rows))


def test_candidates_with_a_formula_of_their_own_equal_solve():
    class Bold(CumulativeProspectTheory):
        def utility(self, gain):
            return np.asarray(gain) ** 3

    game = replace(ATHENS.strongest(3), candidate_preference=Bold())
    with pytest.raises(nouns.NotApplicableError, match="Bold has its own `utility`"):
        figures_of(game)
    names, rows = ["threat", "cohesion"], [[0.6, 0.5], [0.2, 0.5], [0.6, 0.6]]
    assert_same(outcomes(game, names, rows), one_by_one(game, names, rows))


def test_an_empty_cell():
    game = AllianceGame(hegemon="Athens", capabilities={"Samos": 0.5, "Chios": 0.5}, threat=0.5)
    empty = Solution(game, "pairwise", Status.EMPTY, (), 1e-9, 5, security_level=0.25)
    assert of_solution(empty) == Outcome("empty", reference=0.5, equilibria=0, security_level=0.25)


# --- bits do not depend on the company


@given(st.lists(st.tuples(*SOME[:5]), min_size=2, max_size=7), st.randoms())
@fixed(25)
def test_bits_do_not_depend_on_the_batch(rows, random):
    names = NAMES[:5]
    rows = [*rows, (*rows[0][:2], 2.5, *rows[0][3:])]  # some that share their work
    together = outcomes(ATHENS, names, rows)
    assert [outcomes(ATHENS, names, [row])[0] for row in rows] == together
    order = random.sample(range(len(rows)), len(rows))
    assert outcomes(ATHENS, names, [rows[k] for k in order]) == [together[k] for k in order]


def test_bits_of_a_real_theatre_do_not_depend_on_the_batch():
    game = nouns.load("asia-1951")
    rows = [[float(t)] for t in np.linspace(0, 1, 23)]
    together = outcomes(game, ["threat"], rows)
    for place in range(0, 23, 5):
        assert outcomes(game, ["threat"], [rows[place]]) == [together[place]]


# --- columns, and what is read from them


def test_columns_name_every_parameter_in_order():
    assert Shared._fields == parameters.names()


@given(any_games(most=4), st.lists(st.tuples(*SOME[:5]), min_size=1, max_size=3))
@fixed(25)
def test_figures_put_in_place_are_those_of_the_games(game, rows):
    """Columns and keys written straight from the values are those of the games that are built."""
    names = NAMES[:5]
    if isinstance(game.preference, ExpectedUtility):
        game = game.with_preference(CumulativeProspectTheory())
    variation, values = Variation(game, names, "nash", 1e-9), np.array(rows)
    built = [variation.built(list(row)) for row in rows]
    assert variation.problems(values) == {}
    assert variation.table(values).tolist() == [figures_of(one).tolist() for one in built]
    assert variation.keys(values) == [key(one, "nash", 1e-9) for one in built]
    known = type(game.reference) in (ThreatReference, ConstantReference)
    assert (variation._found(values) is not None) == known


def test_problems_are_those_of_the_games():
    names = ("reliability", "common_reliability", "reliabilities.Samos", "threat")
    rows = np.array(
        [[0.9, 1.0, 0.9, 0.5], [0.9, 0.8, 0.7, 0.5], [0.5, 0.8, 0.9, 0.5], [0.5, 0.8, 0.7, 0.5]]
    )
    variation = Variation(ATHENS, names, "nash", 1e-9)
    found = variation.problems(rows)
    assert sorted(found) == [1, 2]
    assert str(found[1]).startswith("`common_reliability` must be at least each spoke's reliab")
    assert "0.9 for 'Samos'" in str(found[2])
    rows[3, 3] = 1.5
    assert sorted(variation.problems(rows)) == [1, 2, 3]
    assert str(variation.problems(rows)[3]) == "`threat` must lie in [0, 1]; got 1.5"
    rows[0, 0] = np.nan
    assert sorted(variation.problems(rows)) == [0, 1, 2, 3]


@given(st.one_of(any_games(most=4), ties(most=4)))
@fixed(40)
def test_payoffs_in_columns_are_those_of_the_stage(game):
    n = len(game.candidates)
    found = assurance.Payoffs(np.empty(n), np.empty(n), np.zeros((1 << n, n)))
    extent = assurance.put_payoffs(figures_at(columns_of([game]), 0), found)
    wanted = candidate_payoffs(game)
    assert found.outside == pytest.approx(wanted.outside, abs=1e-13)
    assert found.spoke == pytest.approx(wanted.spoke, abs=1e-13)
    for mask in range(1 << n):
        members = [i for i in range(n) if mask >> i & 1]
        if len(members) > 1:
            assert found.bloc[mask, members] == pytest.approx(wanted.bloc[mask, members], abs=1e-13)
    assert extent == pytest.approx(wanted.extent(), abs=1e-13)


@given(st.one_of(any_games(most=4), ties(most=4)), st.data())
@fixed(40)
def test_certificates_equal_those_of_the_game(game, data):
    """The plain statement in columns against that of `games`, for any structure."""
    structure = data.draw(st.sampled_from(list(game.structures())))
    bloc, spokes = to_masks(game.candidates, structure)
    columns = columns_of([game])
    found = plain.Certified(*(np.empty(1) for _ in plain.Certified._fields))
    tolerance = 1e-9
    one = np.array([0, 1]), np.array([tolerance]), np.array([bloc]), np.array([spokes])
    plain.certify(columns, *one, found)
    seen = game.appraise(structure)
    assert found.value[0] == pytest.approx(seen.value, rel=1e-11, abs=1e-11)
    assert found.mean[0] == pytest.approx(seen.mean, abs=1e-13)
    clear = np.abs(game.prospect(structure).outcomes - seen.reference).min() > 1e-9
    assert not clear or found.mass_below[0] == pytest.approx(seen.mass_below, abs=1e-13)
    wanted = SUBGAME_PERFECT.regret(Valuation(game, tolerance), structure)
    assert found.regret[0] == pytest.approx(wanted, rel=1e-9, abs=1e-10)


@given(any_games(most=3), st.lists(number(0, 1), min_size=1, max_size=2))
@fixed(8)
def test_columns_without_compiler(game, threats):
    table = np.stack([figures_of(game.at(threat)) for threat in threats])
    found = solve_columns(game, table, TOLERANCE)
    with pytest.MonkeyPatch.context() as patch:
        uncompiled(patch)
        again = solve_columns(game, table, TOLERANCE)
    assert_same(again, found)


# --- the certificate's own formulas


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
    (right,) = outcomes(ATHENS, ["threat"], [[0.9]])
    real = batch.subgame_perfect

    def wrong(*arguments):
        found, accepted = real(*arguments)
        return found._replace(preferred=np.zeros_like(found.preferred)), accepted  # no alliance

    monkeypatch.setattr(batch, "subgame_perfect", wrong)
    (found,) = outcomes(ATHENS, ["threat"], [[0.9]])
    assert right.regret == 0.0
    assert found.regret == pytest.approx(right.security_level - found.value)
    assert found.regret > 0.01


# --- cells that fail


def test_one_failing_cell_does_not_take_others_with_it():
    class Odd(ConstantReference):
        def point(self, threat, mean):
            if threat == 0.5:
                raise ValueError("no\npoint")
            return 0.5

    game, rows = ATHENS.with_reference(Odd(0.1)), [[0.4], [0.5]]
    for one in (game, nouns.settings.with_value(game.strongest(3), "burden_sharing", "split")):
        good, bad = outcomes(one, ["threat"], rows)
        assert good.status == "solved"
        assert bad == Outcome("failed", "ValueError: no point")


def test_games_that_are_too_large_fail_one_by_one():
    names = [f"c{place}" for place in range(13)]
    game = AllianceGame(hegemon="H", capabilities=dict.fromkeys(names, 0.1), threat=0.5)
    found = study(game, concept=["nash"], threat=[0.2, 0.8], workers=1)
    assert found.tally() == {"failed": 2}
    ((reason, number_),) = found.errors().items()
    assert number_ == 2
    assert "13 candidates are too many to list" in reason
    most = [solving.most_cells(Variation(one, (), "nash", 0.0)) for one in (ATHENS, game)]
    assert most == [solving.CELLS, 10]


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
