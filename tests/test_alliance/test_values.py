"""Payoffs, by the formulas of `games` and by the compiled kernel, against the plain model.

Computed by `plain_model`, an independent program. Differences of up to 1e-12, relative to the value
where that exceeds 1, are rounding. A value function with an exponent well below 1 is so steep at
the reference point that it magnifies rounding there: such games are drawn again if an outcome lies
next to their reference point.
"""

import sys

import numba
import numpy as np
import plain_model as model
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from strategies import any_games, fixed, number, uncompiled, weightings

from games import AllianceGame, CumulativeProspectTheory, ExpectedUtility, Prospect
from solver import solve
from solver.alliance import tasks, valuing
from solver.alliance.hegemon import Valuer, frame_of, hegemon_values
from solver.alliance.lattice import lattice, to_structure
from solver.alliance.stage import candidate_payoffs
from solver.prospects.weighting import Curve, weight

EXACT = 1e-12
STEEP, NEXT_TO = 0.8, 1e-7


def near(got, wanted):
    wanted = np.asarray(wanted)
    return np.all(np.abs(got - wanted) <= EXACT * np.maximum(1.0, np.abs(wanted)))


def magnifies(preference, prospects, reference):
    """Whether rounding of an outcome next to the reference point would show in a value."""
    if min(preference.alpha, preference.beta) >= STEEP:
        return False
    return any(abs(x - reference) < NEXT_TO for prospect in prospects for x, _ in prospect)


def numbered(game):
    """Return the structures in the order of `solver.alliance.lattice`."""
    grid = lattice(len(game.candidates))
    return [
        to_structure(game.hegemon, game.candidates, *grid.masks(index))
        for index in range(grid.size)
    ]


def plain_values(game, structures, threat):
    treaties = [model.treaties_of(structure) for structure in structures]
    prospects = [model.hegemon_prospect(game, s, threat) for s in treaties]
    point = model.reference_point(game, threat)
    assume(not magnifies(game.preference, prospects, point))
    return [model.value_of(game.preference, prospect, point) for prospect in prospects]


@given(any_games(), st.lists(number(0, 1), max_size=3), st.integers(0, 2**32 - 1))
@fixed(100)
def test_hegemon_values_agree_with_the_plain_model(game, threats, seed):
    structures = numbered(game)
    assert {model.treaties_of(s) for s in structures} == model.all_structures(game)
    assert len(set(structures)) == len(structures)
    threats = [game.threat, *threats]
    wanted = np.array([plain_values(game, structures, threat) for threat in threats])
    kernel = hegemon_values(game, frame_of(game, threats))
    assert kernel.shape == wanted.shape
    assert near(kernel, wanted)
    assert near(game.hegemon_values(structures, threats), wanted)
    assert near(game.hegemon_values(structures), wanted[0])
    assert near([game.value(structure) for structure in structures], wanted[0])

    rng = np.random.default_rng(seed)
    asked = rng.permutation(len(structures))[: rng.integers(len(structures) + 1)]
    assert np.array_equal(Valuer(game)(frame_of(game, threats), asked), kernel[:, asked])


@given(any_games(least=6, most=7), number(0, 1), st.integers(0, 2**32 - 1))
@fixed(15)
def test_larger_games_agree_with_the_plain_model_on_a_sample(game, threat, seed):
    grid = lattice(len(game.candidates))
    sample = np.random.default_rng(seed).permutation(grid.size)[:30]
    sample = np.append(sample, [0, grid.size - 1])  # nobody; everybody in one bloc
    structures = [to_structure(game.hegemon, game.candidates, *grid.masks(i)) for i in sample]
    threats = [game.threat, threat]
    wanted = np.array([plain_values(game, structures, level) for level in threats])
    assert near(hegemon_values(game, frame_of(game, threats))[:, sample], wanted)
    assert near(game.hegemon_values(structures, threats), wanted)


@given(any_games(most=4, family="blocs"), st.lists(number(0, 1), max_size=2))
@fixed(25)
def test_hegemon_values_with_several_blocs(game, threats):
    structures = list(game.structures())
    assert {model.treaties_of(s) for s in structures} == model.all_structures(game)
    threats = [game.threat, *threats]
    wanted = np.array([plain_values(game, structures, threat) for threat in threats])
    assert near(game.hegemon_values(structures, threats), wanted)
    assert near([game.value(structure) for structure in structures], wanted[0])


def plain_payoff(game, name, treaties):
    prospect = model.candidate_prospect(game, name, treaties)
    assume(not magnifies(game.candidate_preference, [prospect], game.candidate_reference))
    return model.candidate_value(game, name, treaties)


@given(any_games(most=4))
@fixed(50)
def test_candidates_values_agree_with_the_plain_model(game):
    outside, spoke, bloc = candidate_payoffs(game)
    some = np.arange(len(bloc))[::-2]
    assert near(candidate_payoffs(game, some)[2], bloc[some])
    for index, structure in enumerate(numbered(game)):
        treaties = model.treaties_of(structure)
        mask = lattice(len(game.candidates)).bloc_masks[index]
        values = game.values(structure)
        for i, name in enumerate(game.candidates):
            wanted = plain_payoff(game, name, treaties)
            assert near(values[name], wanted)
            if name in structure.spokes:
                assert near(spoke[i], wanted)
            elif name in structure.allies:
                assert near(bloc[mask, i], wanted)
            else:
                assert near(outside[i], wanted)


@given(any_games(most=4, family="blocs"))
@fixed(20)
def test_candidates_values_with_several_blocs(game):
    for structure in game.structures():
        treaties = model.treaties_of(structure)
        values = game.values(structure)
        assert list(values) == list(game.players)
        for name in game.candidates:
            assert near(values[name], plain_payoff(game, name, treaties))


@given(any_games(most=4), number(0, 1))
@fixed(30)
def test_reference_point_and_prospect(game, threat):
    level = game.at(threat)
    assert near(level.reference_point, model.reference_point(game, threat))
    for structure in numbered(game)[::7]:
        treaties = model.treaties_of(structure)
        wanted = Prospect(*zip(*model.hegemon_prospect(game, treaties, threat), strict=True))
        got = level.prospect(structure)
        assert near(got.mean, wanted.mean)
        for point in np.linspace(-1, 1, 41):
            # cumulative probabilities, away from where rounding could move an outcome
            if np.abs(wanted.outcomes - point).min() > 1e-9:
                assert near(got.mass_below(point), wanted.mass_below(point))


@given(weightings(), number(0, 0.5))
@fixed(200)
def test_weights_keep_their_precision_at_both_ends(weighting, p):
    # near 1 the distance from 1 is what counts, and 1 - p alone would not know it
    curve = Curve(weighting.code, *weighting.constants)
    for small in (p, p * 1e-8, p * 1e-100):
        for pair in ((small, 1 - small), (1 - small, small)):
            wanted = pytest.approx(model.weight(weighting, *pair), rel=1e-12, abs=1e-300)
            assert float(weighting.weight(*map(np.float64, pair))) == wanted
            assert weight(curve, *pair) == wanted


@pytest.mark.parametrize("sure", [0.0, 1.0])
def test_certain_treaties_leave_one_outcome(sure):
    game = AllianceGame(hegemon="Athens", capabilities={"Samos": 0.5, "Chios": 0.25}, threat=0.5)
    game = game.with_parameters(reliability=sure, cohesion=sure, entrapment=sure)
    for structure in game.structures():
        assert len(game.prospect(structure)) == 1
        assert near(game.value(structure), model.hegemon_value(game, model.treaties_of(structure)))


def test_nobody_against_nobody_is_safe():
    game = AllianceGame(hegemon="Athens", capabilities={"Samos": 0.0}, threat=0.5)
    game = game.with_parameters(deployment=0, adversary=0)
    assert game.prospect(game.structure()) == Prospect.sure(1)
    assert game.candidate_value("Samos", game.structure()) == 1
    assert hegemon_values(game, frame_of(game, [0.0]))[0, 0] == game.at(0).value(game.structure())


@given(any_games(most=4), st.lists(number(0, 1), max_size=2))
@fixed(15)
def test_kernel_without_compiler(game, threats):
    frame = frame_of(game, [game.threat, *threats])
    some = np.arange(lattice(len(game.candidates)).size)[::-3]
    compiled = hegemon_values(game, frame), Valuer(game)(frame, some)
    found = solve(game, "coalition_proof"), solve(game, "nash")
    with pytest.MonkeyPatch.context() as patch:
        uncompiled(patch)
        assert not uncompiled(patch)
        plain = hegemon_values(game, frame), Valuer(game)(frame, some)
        again = solve(game, "coalition_proof"), solve(game, "nash")
    for one, other in zip(compiled, plain, strict=True):
        assert np.allclose(one, other, rtol=1e-13, atol=1e-13)
    for one, other in zip(found, again, strict=True):
        assert set(one.equilibria.structures) == set(other.equilibria.structures)


@given(any_games(most=4), st.lists(number(0, 1), max_size=5), st.sampled_from([1, 40, 2**16]))
@fixed(40)
def test_chunks_and_levels_together_change_no_bit(game, threats, room):
    frame = frame_of(game, [game.threat, *threats])
    some = np.arange(lattice(len(game.candidates)).size)[::-3]
    whole = hegemon_values(game, frame), Valuer(game)(frame, some)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tasks, "ATOMS", room)
        patch.setattr(valuing, "WEIGHED", 7)
        patch.setattr(valuing, "LEVELS", 2)
        apart = hegemon_values(game, frame), Valuer(game)(frame, some)
    for one, other in zip(whole, apart, strict=True):
        assert one.tobytes() == other.tobytes()
    alone = [hegemon_values(game, frame_of(game, [level]))[0] for level in threats]
    assert all(np.array_equal(one, row) for one, row in zip(alone, whole[0][1:], strict=True))


def test_the_compiler_is_put_back(monkeypatch):
    before = vars(sys.modules["solver.alliance.kernel"])["list_states"]
    with pytest.MonkeyPatch.context() as patch:
        assert uncompiled(patch) > 10 or numba.config.DISABLE_JIT
    assert vars(sys.modules["solver.alliance.kernel"])["list_states"] is before


def test_expected_utility_of_a_hub_by_hand():
    # Derived: aid 0.2 * 0.5 with probability 0.8 on a deployment of 0.3 against 0.6 * 1.
    game = AllianceGame(
        hegemon="Athens", capabilities={"Samos": 0.2}, threat=0.6, preference=ExpectedUtility()
    ).with_parameters(
        adversary=1, projection=1, pledge_bilateral=0.5, basing=0, reliability=0.8, k_bilateral=0.01
    )
    wanted = 0.8 * 0.4 / 1.0 + 0.2 * 0.3 / 0.9 - 0.01 - 0.6
    assert game.value(game.structure(spokes=["Samos"])) == pytest.approx(wanted, abs=1e-15)
    assert model.hegemon_value(game, {frozenset({"Samos"})}) == pytest.approx(wanted, abs=1e-15)


def test_plain_model_against_the_published_die():
    # Published: the decision weights of the die of Tversky & Kahneman (1992, section 1), term by
    # term: win the pips if they are even, lose them if they are odd.
    taste = CumulativeProspectTheory()
    up, down = taste.weighting_gains, taste.weighting_losses
    third, sixth, half = 1 / 3, 1 / 6, 1 / 2
    wanted = (
        2**0.88 * (up(half) - up(third))
        + 4**0.88 * (up(third) - up(sixth))
        + 6**0.88 * up(sixth)
        - 2.25 * 5**0.88 * down(sixth)
        - 2.25 * 3**0.88 * (down(third) - down(sixth))
        - 2.25 * 1**0.88 * (down(half) - down(third))
    )
    die = [(x, 1 / 6) for x in (-5, -3, -1, 2, 4, 6)]
    assert model.value_of(taste, die, 0) == pytest.approx(float(wanted), abs=1e-14)
