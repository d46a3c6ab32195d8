"""The four solution concepts against enumeration by their definitions.

Expected sets are computed by `brute_force` from the payoffs of `plain_model`, independent programs.
Payoffs of the two programs differ by rounding, so a game in which a difference of payoffs lies
within 1e-13 of the tolerance has no answer that both must give, and another is drawn. (That leaves
exact ties in: the tolerance lies far above rounding, unless all payoffs are equal.)
"""

import itertools

import brute_force
import numpy as np
import plain_model as model
import pytest
from brute_force import Payoffs
from hypothesis import assume, given
from hypothesis import strategies as st
from strategies import COSTS, NAMES, any_games, fixed, theatres, ties, uncompiled

from games import AllianceGame, ConstantReference, CumulativeProspectTheory, ExpectedUtility
from games.alliance.structures import count
from solver import CONCEPTS, Status, acceptance_equilibria, solve
from solver.alliance.concepts.concept import Valuation
from solver.alliance.lattice import lattice
from solver.alliance.solution import preference_order
from solver.alliance.stage import CandidatePayoffs, Stage

ROUNDING = 1e-13
SLOW = ("subgame_perfect", "coalition_proof")


def tolerance_of(game, relative=1e-9):
    return solve(game, "nash", tolerance=relative).tolerance


def decided(game, relative=1e-9):
    """Return the plain payoffs of a game, or have another drawn if rounding could decide it."""
    payoffs = Payoffs(game)
    assume(not payoffs.doubtful(tolerance_of(game, relative), ROUNDING))
    return payoffs


def assert_solved(game, payoffs, rng, **options):
    """Compare all concepts with brute force, and regrets with membership."""
    solutions = {concept: solve(game, concept, **options) for concept in brute_force.CONCEPTS}
    (tolerance,) = {solution.tolerance for solution in solutions.values()}
    share = options.get("tolerance", 1e-9) * payoffs.reach()
    assert tolerance == pytest.approx(share, rel=1e-9) or share < tolerance < 1e-12
    valuation = Valuation(game, tolerance)
    for concept, solution in solutions.items():
        wanted = brute_force.CONCEPTS[concept](payoffs, tolerance)
        structures = list(solution.equilibria.structures)
        assert len(structures) == len(set(structures)) == len(solution.equilibria)
        assert {model.treaties_of(s) for s in structures} == wanted, concept
        assert solution.status is (Status.SOLVED if wanted else Status.EMPTY)
        assert solution.searched == len(payoffs.structures)
        assert_certified(solution, payoffs, rng)
        assert_preferred(solution, payoffs)
        assert_regrets(solution, payoffs, valuation, rng)
        if concept == "subgame_perfect":
            assert solution.security_level == pytest.approx(
                brute_force.assured(payoffs, tolerance), abs=1e-12
            )


def assert_certified(solution, payoffs, rng, sample=3):
    """Regrets are within the tolerance, and the values that are reported are the payoffs."""
    found = range(len(solution.equilibria))
    for place in rng.sample(found, min(sample, len(found))):
        equilibrium = solution.equilibria[place]
        assert 0 <= equilibrium.regret <= solution.tolerance
        treaties = model.treaties_of(equilibrium.structure)
        for player, worth in equilibrium.values.items():
            assert worth == pytest.approx(payoffs.of(player, treaties), rel=1e-12, abs=1e-12)


def assert_preferred(solution, payoffs):
    """The preferred one is the hegemon's best; ties go to fewer allies, blocs, then by name."""
    structures = solution.equilibria.structures
    if not structures:
        assert solution.preferred is None
        return
    worth = {s: payoffs.hegemon[model.treaties_of(s)] for s in structures}
    best = [s for s in structures if worth[s] >= max(worth.values()) - solution.tolerance]
    assert solution.preferred.structure == min(best, key=preference_order)
    ranked = [worth[s] for s in structures]
    for better, worse in itertools.pairwise(ranked):
        assert better >= worse - solution.tolerance - 1e-12


def assert_regrets(solution, payoffs, valuation, rng, sample=3):
    """A structure outside the set has a regret above the tolerance: regret *is* the concept."""
    found = {model.treaties_of(s) for s in solution.equilibria.structures}
    others = [s for s in payoffs.structures if s not in found]
    for treaties in rng.sample(others, min(sample, len(others))):
        structure = model.structure_of(solution.game, treaties)
        assert CONCEPTS[solution.concept].regret(valuation, structure) > solution.tolerance


@given(any_games(most=4), st.randoms(use_true_random=False))
@fixed(90)
def test_equilibria_of_any_games(game, rng):
    assert_solved(game, decided(game), rng)


@pytest.mark.long
@given(
    st.one_of(theatres(most=4, least=3), ties(most=4, least=3)), st.randoms(use_true_random=False)
)
@fixed(70)
def test_equilibria_of_larger_and_of_tied_games(game, rng):
    assert_solved(game, decided(game), rng)


@given(any_games(most=3, family="blocs", least=2), st.randoms(use_true_random=False))
@fixed(30)
def test_equilibria_with_several_blocs(game, rng):
    assert_solved(game, decided(game), rng)


@given(any_games(most=3, least=2), st.sampled_from([0.01, 0.1]), st.randoms(use_true_random=False))
@fixed(25)
def test_equilibria_under_a_wide_tolerance(game, tolerance, rng):
    assert_solved(game, decided(game, tolerance), rng, tolerance=tolerance)


@given(st.one_of(theatres(most=3, least=3), ties(most=3, least=2)))
@fixed(12)
def test_nash_outcomes_are_those_of_the_announcement_game(game):
    payoffs = decided(game)
    tolerance = tolerance_of(game)
    assert brute_force.announcement_outcomes(payoffs, tolerance) == brute_force.nash(
        payoffs, tolerance
    )


@pytest.mark.parametrize("family", ["bloc_and_spokes", "blocs"])
@given(data=st.data())
@fixed(35)
def test_acceptance_equilibria(family, data):
    most = 4 if family == "bloc_and_spokes" else 3
    game = data.draw(any_games(most=most, family=family))
    payoffs = decided(game)
    tolerance = tolerance_of(game)
    for proposal in payoffs.structures:
        structure = model.structure_of(game, proposal)
        found = acceptance_equilibria(game, structure, tolerance=tolerance)
        assert len(set(found)) == len(found) > 0
        wanted = brute_force.acceptance_outcomes(payoffs, proposal, tolerance)
        assert {model.treaties_of(s) for s in found} == wanted


def arbitrary_stage(rng, n):
    """Return a stage of made-up payoffs, each candidate's by its own treaty, and a table of them.

    The reductions of `search` ask no more of payoffs than that. Whole numbers with a tolerance of
    0.5 make for many ties; fractions with a tolerance of 0.2 for chains of near-ties.
    """
    game = AllianceGame(
        hegemon="Athens",
        capabilities=dict.fromkeys(NAMES[:n], 1.0),
        threat=0.5,
        ratification=rng.choice(["open", "unanimous"]),
    )
    grid = lattice(n)
    whole = bool(rng.integers(2))
    shape = {"hegemon": grid.size, "spoke": n, "bloc": (1 << n, n)}
    drawn = {name: rng.uniform(-1, 3, size) for name, size in shape.items()}
    if whole:
        drawn = {name: np.round(values) for name, values in drawn.items()}
    own = CandidatePayoffs(np.zeros(n), drawn["spoke"], drawn["bloc"])
    stage = Stage(game, grid, drawn["hegemon"], 0.5 if whole else 0.2, own)
    worth = {}
    for index in range(grid.size):
        bloc, spokes = grid.masks(index)
        row = {"Athens": float(stage.hegemon[index])}
        for i, name in enumerate(game.candidates):
            alone = own.spoke if spokes >> i & 1 else own.outside
            row[name] = float((own.bloc[bloc] if bloc >> i & 1 else alone)[i])
        worth[model.treaties_of(stage.structure(index))] = row
    return stage, Payoffs(game, worth)


@pytest.mark.parametrize(
    ("n", "runs", "left_out", "compiled"),
    [
        (3, 40, (), True),
        (3, 40, (), False),
        pytest.param(4, 60, (), True, marks=pytest.mark.long),
        (5, 15, SLOW, True),
    ],
)
def test_searches_on_arbitrary_payoffs(n, runs, left_out, compiled, monkeypatch):
    if not compiled:
        uncompiled(monkeypatch)
    rng = np.random.default_rng(n + compiled)
    for run in range(runs):
        stage, payoffs = arbitrary_stage(rng, n)
        for concept, search in brute_force.CONCEPTS.items():
            if concept not in left_out:
                found = np.flatnonzero(CONCEPTS[concept].search(stage)).tolist()
                got = {model.treaties_of(stage.structure(index)) for index in found}
                assert got == search(payoffs, stage.tolerance), (run, concept)


def test_definitions_do_not_all_say_the_same():
    # The comparison above would be empty if all concepts agreed on every game that is drawn.
    game = AllianceGame(
        hegemon="Athens",
        capabilities={"Samos": 0.3, "Chios": 0.3, "Naxos": 0.3, "Melos": 0.05},
        threat=0.9,
    )
    payoffs = Payoffs(game)
    found = {name: search(payoffs, 1e-9) for name, search in brute_force.CONCEPTS.items()}
    sizes = {name: len(structures) for name, structures in found.items()}
    assert len(payoffs.structures) == count(4) == 49
    assert found["coalition_proof"] < found["nash"]
    assert found["pairwise"] < found["nash"]
    assert found["subgame_perfect"] != found["nash"]
    assert len({frozenset(s) for s in found.values()}) == 4, sizes


@pytest.mark.parametrize("honoured", [1.0, 0.5])
@pytest.mark.parametrize("preference", [ExpectedUtility(), CumulativeProspectTheory()])
def test_all_payoffs_equal(honoured, preference):
    # Derived: without an adversary everybody is safe, and treaties cost nothing here. Nobody gains
    # by anything, so every structure satisfies every concept, whatever rounding makes of it.
    game = AllianceGame(
        hegemon="Athens",
        capabilities={"Samos": 0.2, "Chios": 0.3, "Naxos": 0.1, "Melos": 0.2},
        threat=0,
        preference=preference,
        reference=ConstantReference(0.6),
    ).with_parameters(**dict.fromkeys(COSTS, 0), reliability=honoured, cohesion=0.29)
    for concept in CONCEPTS:
        solution = solve(game, concept)
        assert len(solution.equilibria) == count(4) == 49, concept
        assert solution.preferred.structure == game.structure()
        assert max(found.regret for found in solution.equilibria) <= solution.tolerance
