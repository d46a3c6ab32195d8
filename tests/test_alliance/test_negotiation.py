"""Bargains over burdens, all at once: derived values, twins, and one bargain at a time."""

from dataclasses import replace

import brute_force
import numpy as np
import plain_model as model
import pytest
from brute_force import plain_payoffs
from hypothesis import assume, given
from hypothesis import strategies as st
from known_games import PAIR
from strategies import fixed, theatres

import games
import solver
from games import (
    AllianceGame,
    ConstantReference,
    CumulativeProspectTheory,
    ExpectedUtility,
    edition_1,
)
from games.alliance import negotiation
from games.alliance.negotiation import willingness
from solver.alliance.bargained.fixed_points import bargaining_regret, falls, fixed_points
from solver.alliance.bargained.solve import negotiate_all
from solver.bargaining import axiomatic

RULES = ("nash_in_nash", "kalai_smorodinsky", "rubinstein(0.8)")
HUB = PAIR.structure(spokes=PAIR.candidates)
BLOC = PAIR.structure(bloc=PAIR.candidates)


def linear(game: AllianceGame, rule: str) -> AllianceGame:
    return replace(
        game, preference=ExpectedUtility(), reference=ConstantReference(0), burden_sharing=rule
    )


def test_linear_hegemon_and_spokes() -> None:
    """Derived: each pair splits what it gains, b = (W - gain of the hegemon) / 2."""
    game = linear(PAIR, "nash_in_nash")
    for name, other in (("Samos", "Chios"), ("Chios", "Samos")):
        own = PAIR.prospect(HUB).mean - PAIR.prospect(PAIR.structure(spokes=[other])).mean
        wanted = (willingness(PAIR, name, HUB) - own) / 2
        assert game.burdens(HUB)[name] == pytest.approx(wanted, abs=1e-7)
        assert linear(PAIR, "kalai_smorodinsky").burdens(HUB)[name] == pytest.approx(wanted)
        # who offers first keeps 1/(1 + patience) of the gains
        first = linear(PAIR, "rubinstein(0.8)").burdens(HUB)[name]
        total = willingness(PAIR, name, HUB) + own
        assert first == pytest.approx(willingness(PAIR, name, HUB) - total * 0.8 / 1.8)


def test_linear_hegemon_and_bloc() -> None:
    """Derived: of all gains each of the three keeps a third; as first of three, 1/(1 + 2 d)."""
    own = PAIR.prospect(BLOC).mean - PAIR.prospect(PAIR.structure()).mean
    willing = {name: willingness(PAIR, name, BLOC) for name in BLOC.allies}
    total = own + sum(willing.values())
    for rule, kept in (
        ("nash_in_nash", 1 / 3),
        ("kalai_smorodinsky", 1 / 3),
        ("rubinstein(0.8)", 0.8 / 2.6),
    ):
        paid = linear(PAIR, rule).burdens(BLOC)
        for name in BLOC.allies:
            assert paid[name] == pytest.approx(willing[name] - kept * total, abs=1e-7)


def test_patience_leads_to_the_nash_solution() -> None:
    """Binmore, Rubinstein & Wolinsky (1986): the limit of alternating offers."""
    for structure in (HUB, BLOC):
        nash = replace(PAIR, burden_sharing="nash_in_nash").burdens(structure)
        gaps = []
        for patience in (0.9, 0.99, 0.999):
            game = replace(PAIR, burden_sharing=games.rubinstein(patience))
            found = game.burdens(structure)
            gaps.append(max(abs(found[name] - nash[name]) for name in nash))
        assert gaps[0] > 5 * gaps[1] > 25 * gaps[2]
        assert gaps[2] < 2e-4


@pytest.mark.parametrize("rule", ["nash_in_nash", "kalai_smorodinsky"])
@pytest.mark.parametrize("structure", [HUB, BLOC])
def test_each_treaty_is_a_bargaining_problem(rule: str, structure: games.AllianceStructure) -> None:
    """The general solver of bargaining problems finds the same, by a search of its own."""
    game = replace(PAIR, burden_sharing=rule)
    talks = game.bargain(structure, structure.treaties[0])
    problem = talks.problem()
    assert problem.players == (talks.hegemon, *talks.members)
    word = "nash" if rule == "nash_in_nash" else rule
    found = axiomatic.solve(problem, word)
    paid = game.burdens(structure)
    assert -found.agreement[1:] == pytest.approx([paid[n] for n in talks.members], abs=1e-6)
    assert found.agreement.sum() == pytest.approx(0, abs=1e-9)


@fixed(18)
@given(theatres(3), st.sampled_from(RULES))
def test_the_kernel_settles_on_bargains_that_hold(game: AllianceGame, rule: str) -> None:
    shared = replace(game, burden_sharing=rule, candidate_preference=ExpectedUtility())
    stage = negotiate_all(shared, 1e-9)
    for number in range(0, stage.grid.size, 4):
        structure = stage.structure(number)
        burdens = stage.burdens_of(structure)
        if stage.residual[number] <= 1e-8:
            assert bargaining_regret(shared, structure, burdens) < 1e-6
        worth = shared.preference.value(
            games.alliance.payoffs.prospect(shared, structure, shared.threat).shifted(
                sum(burdens.values())
            ),
            shared.reference_point,
        )
        assert stage.hegemon[number] == pytest.approx(worth, rel=1e-10, abs=1e-10)
        for place, name in enumerate(game.candidates):
            own = games.alliance.payoffs.candidate_prospect(shared, name, structure)
            paid = own.shifted(-burdens.get(name, 0.0))
            value = ExpectedUtility().value(paid, shared.candidate_reference)
            assert stage.candidates[number, place] == pytest.approx(value, abs=1e-12)


@fixed(6)
@given(theatres(3), st.sampled_from(RULES))
def test_concepts_by_their_definitions(game: AllianceGame, rule: str) -> None:
    shared = replace(game, burden_sharing=rule, candidate_preference=ExpectedUtility())
    stage = negotiate_all(shared, 1e-5)
    # definitions read the payoffs that the plain bargains settle on, of an accuracy of 1e-8
    payoffs = plain_payoffs(shared)
    assume(stage.residual.max() < 1e-8)
    assume(not payoffs.doubtful(stage.tolerance, 1e-6))
    for concept in ("subgame_perfect", "nash", "pairwise"):
        solution = solver.solve(shared, concept, tolerance=1e-5)
        found = {model.treaties_of(s) for s in solution.equilibria.structures}
        assert found == brute_force.CONCEPTS[concept](payoffs, stage.tolerance), concept
        for best in solution.equilibria[:2]:
            assert best.regret <= solution.tolerance
            assert best.bargaining_regret < 1e-6
            assert best.values[shared.hegemon] == pytest.approx(best.appraisal.value)
        if concept == "subgame_perfect":
            assured = brute_force.assured(payoffs, stage.tolerance)
            assert solution.security_level == pytest.approx(assured, abs=1e-6)


@pytest.mark.parametrize(
    ("capabilities", "threat", "rule", "kept"),
    [
        # an outcome crosses the reference point: a short dip of the balance, a short peak
        ({"A": 0.04, "B": 0.43}, 0.387, "rubinstein(0.99)", 0.237208),
        ({"A": 0.27, "B": 0.03, "C": 0.27}, 0.573, "rubinstein(0.99)", 0.404291),
        ({"A": 0.47, "B": 0.36}, 0.547, "nash_in_nash", 0.227187),
    ],
)
def test_a_bargain_is_not_stepped_over(capabilities, threat, rule, kept) -> None:
    game = first_edition(capabilities=capabilities, threat=threat, burden_sharing=rule)
    bloc = game.structure(bloc=game.candidates)
    talks = game.bargain(bloc, bloc.treaties[0])
    for burdens in (game.burdens(bloc), negotiate_all(game, 1e-9).burdens_of(bloc)):
        assert talks.willing.sum() - sum(burdens.values()) == pytest.approx(kept, abs=1e-6)
        assert bargaining_regret(game, bloc, burdens) < 1e-6


def first_edition(**given: object) -> AllianceGame:
    """Return a game with the parameters under which the dips and peaks of below were found."""
    return AllianceGame(hegemon="H", parameters=edition_1(), **given)


def test_the_first_root_decides_the_form() -> None:
    game = first_edition(
        capabilities={"A": 0.04, "B": 0.43},
        threat=0.387,
        burden_sharing="rubinstein(0.99)",
    )
    best = solver.solve(game).preferred
    assert str(best.form) == "multilateral"
    assert best.values["H"] == pytest.approx(0.1291, abs=5e-5)


def test_the_certificate_sees_a_bargain_that_was_stepped_over() -> None:
    """A later root, and a lower peak, of the bargains above: where too coarse a search ends."""
    game = first_edition(
        capabilities={"A": 0.27, "B": 0.03, "C": 0.27},
        threat=0.573,
        burden_sharing="rubinstein(0.99)",
    )
    bloc = game.structure(bloc=game.candidates)
    talks = game.bargain(bloc, bloc.treaties[0])
    later = talks.burdens(0.4478)
    assert bargaining_regret(game, bloc, later) == pytest.approx(0.4478 - 0.404291, abs=1e-5)
    pair = first_edition(
        capabilities={"A": 0.47, "B": 0.36},
        threat=0.547,
        burden_sharing="nash_in_nash",
    )
    bloc = pair.structure(bloc=pair.candidates)
    assert bargaining_regret(pair, bloc, {"A": -0.0216, "B": 0.0136}) > 1e-4


def test_the_certificate_says_the_most_where_its_work_is_bounded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("solver.alliance.bargained.fixed_points._MOST_OPEN", 0)
    for rule in ("nash_in_nash", "rubinstein(0.8)"):
        game = replace(PAIR, burden_sharing=rule)
        assert bargaining_regret(game, BLOC, game.burdens(BLOC)) > 1e-6
        assert solver.solve(game).status is solver.Status.PARTIAL


@pytest.mark.parametrize(
    "rule",
    [
        "nash_in_nash",
        pytest.param("rubinstein(0.9)", marks=pytest.mark.long),
        pytest.param("rubinstein(0.99)", marks=pytest.mark.long),
    ],
)
def test_bargains_that_chase_one_another_settle(rule: str) -> None:
    """At this threat one treaty's burdens move another's bargain over a kink, and back."""
    game = replace(games.load("southeast-asia-1954").at(0.5), burden_sharing=rule).strongest(4)
    stage = negotiate_all(game, 1e-9)
    assert stage.residual.max() < 1e-9
    for number in range(0, stage.grid.size, 5):
        structure = stage.structure(number)
        settled = negotiation.negotiate(game, structure)
        assert settled.residual <= 1e-8
        assert settled.burdens == pytest.approx(stage.burdens_of(structure), abs=1e-7)
        assert bargaining_regret(game, structure, settled.burdens) < 1e-6


@pytest.mark.long
def test_seven_candidates_bargain_to_the_end() -> None:
    game = replace(games.load("warsaw-pact-1955"), burden_sharing="nash_in_nash")
    solution = solver.solve(game)
    assert solution.status is solver.Status.SOLVED
    assert "solved" in str(solution)
    assert solution.preferred.bargaining_regret < 1e-6


def test_a_treaty_without_a_common_gain() -> None:
    """The hegemon gives up more than the ally gains: it can get no more than all of it."""
    costly = PAIR.with_parameters(k_bilateral=0.9)
    for rule in RULES:
        game = replace(costly, burden_sharing=rule)
        alone = costly.structure(spokes=["Samos"])
        talks = game.bargain(alone, alone.treaties[0])
        assert talks.most_kept == 0
        assert game.burdens(alone)["Samos"] == talks.willing[0]
        assert negotiate_all(game, 1e-9).burdens_of(alone)["Samos"] == talks.willing[0]
        assert bargaining_regret(game, alone, game.burdens(alone)) == 0
        with pytest.raises(games.InvalidGameError, match="pie"):
            talks.problem()


def test_fixed_points_from_many_starts() -> None:
    shared = replace(PAIR, burden_sharing="nash_in_nash")
    found = fixed_points(shared, HUB, starts=4)
    assert len(found.burdens) == 1
    assert found.burdens[0] == pytest.approx(shared.burdens(HUB), abs=1e-6)
    assert max(found.regrets) < 1e-9
    assert (found.starts, found.unsettled, found.complete) == (4, 0, False)
    assert "not excluded" in found.method
    assert fixed_points(linear(PAIR, "nash_in_nash"), HUB, starts=1).complete
    assert fixed_points(shared, PAIR.structure(), starts=1).burdens == ({},)
    with pytest.raises(games.InvalidGameError, match="bargain"):
        fixed_points(PAIR, HUB)
    with pytest.raises(games.InvalidGameError, match="bargain"):
        negotiation.negotiate(PAIR, HUB)


def test_bargains_that_do_not_hold_are_seen() -> None:
    for rule in RULES:
        shared = replace(PAIR, burden_sharing=rule)
        paid = shared.burdens(BLOC)
        assert bargaining_regret(shared, BLOC, paid) < 1e-7
        moved = {name: paid[name] + shift for name, shift in zip(paid, (0.01, -0.01), strict=True)}
        assert bargaining_regret(shared, BLOC, moved) > 1e-4
        assert bargaining_regret(shared, BLOC, {n: b + 0.01 for n, b in paid.items()}) > 1e-4


def test_bargains_that_do_not_settle_leave_the_answer_open(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shared = replace(PAIR, burden_sharing="nash_in_nash")
    assert solver.solve(shared).status is solver.Status.SOLVED
    # the least threshold that rounding does not meet
    monkeypatch.setattr("solver.alliance.bargained.solve.SETTLED", -1.0)
    open_one = solver.solve(shared)
    assert open_one.status is solver.Status.PARTIAL
    assert open_one.unsettled == open_one.searched
    assert "partial" in str(open_one)
    assert f"in {open_one.searched} structures" in open_one.meaning
    assert "game.strongest" in open_one.meaning
    assert "budget" not in open_one.meaning


def test_a_sweep_with_bargains() -> None:
    shared = replace(PAIR, burden_sharing="nash_in_nash")
    path = solver.sweep(shared, threat=[0.2, 0.7])
    assert path.levels[1].preferred == solver.solve(shared).preferred
    assert path.to_dataframe()["bargaining_regret"].max() < 1e-6
    assert solver.compare(shared, {"own": shared}, threat=[0.2, 0.7]).critical["own"] is not None
    assert np.isfinite(solver.solve(shared).security_level)


@pytest.mark.parametrize("taste", [CumulativeProspectTheory(), CumulativeProspectTheory(0.5, 0.6)])
@pytest.mark.parametrize("threat", [0.2, 0.6, 0.9])
def test_the_hegemons_gain_falls_at_least_as_its_certificate_says(taste, threat) -> None:
    game = replace(games.load("southeast-asia-1954"), burden_sharing="nash_in_nash").strongest(5)
    game = game.at(threat).with_preference(taste)
    structure = game.structure(bloc=game.candidates[:3], spokes=game.candidates[3:])
    for treaty in structure.treaties:
        talks = game.bargain(structure, treaty)
        ends = np.linspace(0, talks.most_kept, 40)
        gain, slopes = talks.gain(ends), falls(talks, ends)
        for width in (1, 3, 10):
            fall = np.minimum(slopes[:-width], slopes[width:]).sum(axis=1)
            fell = gain[:-width] - gain[width:]
            assert (fell >= fall * (ends[width:] - ends[:-width]) - 1e-12).all()
            assert fall.min() > 0
    curved = game.with_preference(CumulativeProspectTheory(1.2, 0.8))
    assert not falls(curved.bargain(structure, treaty), ends).any()
