"""Burdens in closed form, against their definitions and against the plain formulas."""

from dataclasses import replace

import brute_force
import numpy as np
import plain_model as model
import pytest
from brute_force import plain_payoffs
from hypothesis import assume, given
from known_games import PAIR
from strategies import any_games, fixed, theatres, uncompiled

import games
import solver
from games import AllianceGame, CumulativeProspectTheory, ExpectedUtility
from games.alliance import burden_sharing
from solver.alliance.bargained.solve import negotiate_all
from solver.alliance.hegemon import frame_of, hegemon_values
from solver.alliance.network import graph
from solver.alliance.stage import stage_of

CLOSED = ("ultimatum", "split")


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("none", "none"),
        ("nash_in_nash", "nash_in_nash"),
        ("rubinstein", "rubinstein(0.9)"),
        (" rubinstein(.95) ", "rubinstein(0.95)"),
        (games.rubinstein(0.5), "rubinstein(0.5)"),
    ],
)
def test_rules_are_named(text: str, kept: str) -> None:
    game = replace(PAIR, burden_sharing=text)
    assert game.burden_sharing == kept
    assert str(game.sharing) == kept


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("nash", "must be one of none, ultimatum"),
        ("rubinstein(1)", "between 0 and 1"),
        ("rubinstein(nan)", "finite"),
        ("rubinstein(often)", "patience"),
        ("split(0.5)", "one of"),
        (None, "name of a rule"),
        (0.5, "name of a rule"),
    ],
)
def test_bad_rules(text: object, words: str) -> None:
    with pytest.raises(games.InvalidGameError, match=words) as caught:
        replace(PAIR, burden_sharing=text)
    assert "\n" not in str(caught.value)


def test_no_burden_sharing_changes_nothing() -> None:
    hub = PAIR.structure(spokes=PAIR.candidates)
    assert PAIR.burdens(hub) == {"Samos": 0.0, "Chios": 0.0}
    assert PAIR.prospect(hub) == games.alliance.payoffs.prospect(PAIR, hub, PAIR.threat)
    assert solver.solve(PAIR).preferred.burdens == {}
    assert "burdens" not in solver.sweep(PAIR, threat=[0.5]).records()[0]


@fixed(12)
@given(theatres(3))
def test_an_ultimatum_leaves_allies_indifferent(game: AllianceGame) -> None:
    taken = replace(game, burden_sharing="ultimatum")
    halved = replace(game, burden_sharing="split")
    for structure in game.structures():
        full, half = taken.burdens(structure), halved.burdens(structure)
        for name in structure.allies:
            alone = game.candidate_value(name, game.structure())
            assert taken.candidate_value(name, structure) == pytest.approx(alone, abs=1e-9)
            assert half[name] == full[name] / 2
        received = game.prospect(structure).shifted(sum(full.values()))
        assert taken.prospect(structure) == received


def test_willingness_by_hand() -> None:
    # a sure thing: what matters is the difference of outcomes, whoever values it
    sure, odds = np.array([[0.5]]), np.ones(1)
    for taste in (ExpectedUtility(), CumulativeProspectTheory()):
        found = burden_sharing.willingness(taste, 0.3, sure, odds, np.array([0.2]))
        assert found == pytest.approx(0.3, abs=1e-12)
    # 1 or 0 with equal odds, 1/4 outside: 1/4 for who values it evenly
    coin, even = np.array([0.0, 1.0]), np.full(2, 0.5)
    outside = np.array(0.25)
    assert burden_sharing.willingness(ExpectedUtility(), 0.0, coin, even, outside) == 0.25
    # with v(y) = y, 3y for losses, r = 1/4: (3/4 - b)/2 = 3 (1/4 + b)/2 at b = 0, and not above
    averse = CumulativeProspectTheory(1, 1, 3, games.Linear(), games.Linear())
    assert burden_sharing.willingness(averse, 0.25, coin, even, outside) == pytest.approx(0)


@fixed(12)
@given(theatres(4))
def test_the_kernel_agrees_with_the_plain_formulas(game: AllianceGame) -> None:
    for rule in CLOSED:
        shared = replace(game, burden_sharing=rule)
        threats = [game.threat, 0.3]
        values = hegemon_values(shared, frame_of(shared, threats))
        stage = stage_of(shared, values[0], 1e-9)
        structures = [stage.structure(number) for number in range(stage.grid.size)]
        plain = shared.hegemon_values(structures, threats)
        assert values == pytest.approx(plain, rel=1e-11, abs=1e-11)
        for number in range(0, len(structures), 5):
            one = structures[number]
            assert shared.value(one) == pytest.approx(values[0, number], rel=1e-11, abs=1e-11)
            for place, name in enumerate(game.candidates):
                own = stage.candidates.outside[place]
                if name in one.bloc:
                    own = stage.candidates.bloc[stage.grid.bloc_masks[number], place]
                elif name in one.spokes:
                    own = stage.candidates.spoke[place]
                found = shared.candidate_value(name, one)
                assert found == pytest.approx(own, rel=1e-9, abs=1e-9)


@fixed(8)
@given(any_games(3))
def test_concepts_by_their_definitions(game: AllianceGame) -> None:
    for rule in CLOSED:
        shared = replace(game, burden_sharing=rule)
        payoffs = plain_payoffs(shared)
        tolerance = solver.solve(shared, "nash", tolerance=1e-7).tolerance
        assume(not payoffs.doubtful(tolerance, 1e-11))
        for concept, definition in brute_force.CONCEPTS.items():
            solution = solver.solve(shared, concept, tolerance=1e-7)
            found = {model.treaties_of(s) for s in solution.equilibria.structures}
            assert found == definition(payoffs, tolerance), (rule, concept)
            for best in solution.equilibria[:1]:
                assert best.regret <= tolerance
                assert best.burdens == shared.burdens(best.structure)


def test_compiled_and_plain_kernels_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    shared = [replace(PAIR, burden_sharing=rule) for rule in burden_sharing.RULES[1:]]

    def values() -> list[np.ndarray]:
        closed = [hegemon_values(game, frame_of(game, [0.2, 0.9])) for game in shared[:2]]
        return closed + [negotiate_all(game, 1e-9).burdens for game in shared[2:]]

    compiled = values()
    assert uncompiled(monkeypatch) > 10
    for fast, plain in zip(compiled, values(), strict=True):
        assert plain == pytest.approx(fast, rel=1e-9, abs=1e-9)


def test_burdens_in_tables_and_networks() -> None:
    shared = replace(PAIR, burden_sharing="split")
    best = solver.solve(shared).preferred
    assert best.burdens.keys() == {"Samos", "Chios"}
    path = solver.sweep(shared, threat=[0.7])
    assert path.to_dataframe().burdens.tolist() == [sum(best.burdens.values())]
    assert path.levels[0].preferred.burdens == best.burdens
    compared = solver.compare(shared, {"v": shared.preference}, threat=[0.7]).to_dataframe()
    assert compared["burden[Samos]"].tolist() == [best.burdens["Samos"]]
    drawn = graph(best.structure, burdens=best.burdens)
    assert drawn.edges["Athens", "Chios"]["burden"] == best.burdens["Chios"]
    with pytest.raises(games.InvalidGameError, match="every ally"):
        graph(best.structure, burdens={"Samos": 1.0})


def test_what_is_not_searched_says_so() -> None:
    with pytest.raises(games.NotApplicableError, match="sweep"):
        solver.critical_threats(replace(PAIR, burden_sharing="split"))
    many = AllianceGame(
        hegemon="H",
        capabilities={f"c{i}": 0.1 for i in range(12)},
        threat=0.5,
        burden_sharing="nash_in_nash",
    )
    with pytest.raises(games.NotApplicableError, match=r"up to 11 candidates.*strongest"):
        solver.solve(many)
    with pytest.raises(games.NotApplicableError, match="own treaty"):
        frame_of(many, [0.5])
    few = many.strongest(2)
    with pytest.raises(games.NotApplicableError, match=r"coalition_proof.*subgame_perfect"):
        solver.solve(few, "coalition_proof")
    with pytest.raises(games.NotApplicableError, match="ExpectedUtility"):
        solver.solve(replace(few, candidate_preference=CumulativeProspectTheory()))
    with pytest.raises(games.InvalidGameError, match="in force"):
        few.bargain(few.structure(), frozenset({"H", "c0"}))
