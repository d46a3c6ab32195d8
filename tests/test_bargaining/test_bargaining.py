"""Bargaining rules: known solutions, axioms, global searches where utilities are convex."""

from itertools import product
from math import sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import fixed

from games import CumulativeProspectTheory, ExpectedUtility, InvalidGameError, NotApplicableError
from games.bargaining import BargainingProblem, BurdenProblem
from solver.bargaining import audit
from solver.bargaining.axiomatic import RULES, criterion_of, solve

LINEAR = ExpectedUtility()
PROSPECT = CumulativeProspectTheory()
ROOT = BargainingProblem([lambda x: x, sqrt], [0, 0])
UNCERTAIN = BurdenProblem([lambda b: -b * b, lambda b: b - 1], [-1, -1])
seeds = st.integers(0, 2**32 - 1)


def problem_from(seed, size=None, curved=True):
    """Return a random problem of players with prospect theory or concave utilities."""
    random = np.random.default_rng(seed)
    size = size or int(random.integers(2, 4))
    utilities = []
    for _ in range(size):
        exponent = float(random.uniform(0.5, 1.0))
        if curved and random.random() < 0.6:
            utilities.append(CumulativeProspectTheory(exponent, exponent, random.uniform(1, 3)))
        else:
            utilities.append(lambda y, power=exponent: (y + 5) ** power)
    return BargainingProblem(
        utilities,
        random.uniform(-0.2, 0.2, size),
        references=random.uniform(0, 0.6, size),
        weights=random.uniform(0.5, 2.0, size),
    )


@pytest.mark.parametrize(
    ("problem", "rule", "expected"),
    [
        # derived: maximise x sqrt(1 - x), and x = sqrt(1 - x)
        (ROOT, "nash", [2 / 3, 1 / 3]),
        (ROOT, "kalai_smorodinsky", [(sqrt(5) - 1) / 2, (3 - sqrt(5)) / 2]),
        (ROOT, "egalitarian", [(sqrt(5) - 1) / 2, (3 - sqrt(5)) / 2]),
        (ROOT, "utilitarian", [3 / 4, 1 / 4]),
        (ROOT, "equal_loss", [(sqrt(5) - 1) / 2, (3 - sqrt(5)) / 2]),
        (ROOT, "ultimatum", [1, 0]),
        # derived: disagreement outcomes and .3, .7 of the surplus
        (BargainingProblem([LINEAR] * 2, [1, 2], 10, weights=[3, 7]), "nash", [3.1, 6.9]),
        (BargainingProblem([LINEAR] * 2, [1, 2], 10, weights=[3, 7]), "egalitarian", [3.1, 6.9]),
        (BargainingProblem([LINEAR] * 2, [1, 2], 10), "kalai_smorodinsky", [4.5, 5.5]),
        (BargainingProblem([LINEAR] * 3, [0, 0.1, 0.2]), "nash", [7 / 30, 1 / 3, 13 / 30]),
        (BargainingProblem([LINEAR] * 3, [-1] * 3, -1.5, least=-1), "equal_loss", [-0.5] * 3),
        # derived: min x1 = 2 x2 = 3 x3 for egalitarian gains of 1, 2 and 3 a unit
        (
            BargainingProblem([lambda x: x, lambda x: 2 * x, lambda x: 3 * x], [0] * 3),
            "egalitarian",
            [6 / 11, 3 / 11, 2 / 11],
        ),
        # derived, after Muthoo 1999, ch. 2 (bribery): of a theft of 1 whose fine is nu, nu / 2
        (BurdenProblem([lambda b: 1 - b, lambda b: b], [1 - 0.3, 0]), "nash", [0.15]),
        # derived: maximise (1 - b^2) b
        (UNCERTAIN, "nash", [1 / sqrt(3)]),
        (UNCERTAIN, "kalai_smorodinsky", [(sqrt(5) - 1) / 2]),
        (UNCERTAIN, "utilitarian", [1 / 2]),
        (UNCERTAIN, "ultimatum", [0]),
    ],
)
def test_known_solutions(problem, rule, expected):
    solution = solve(problem, rule)
    assert solution.is_unique
    assert solution.agreement == pytest.approx(expected, abs=1e-7)
    assert solution.regret <= 1e-12
    assert not solution.lotteries_help
    assert solution.lottery is None
    assert solution.utilities[0] == pytest.approx(problem.utilities_at(solution.agreement))


@pytest.mark.parametrize("power", [0.3, 0.5, 0.9])
def test_nash_with_constant_relative_risk_aversion(power):
    """Roth 1979: x^a against y is divided as a to 1, so that risk aversion costs."""
    solution = solve(BargainingProblem([lambda x: x**power, lambda x: x], [0, 0]))
    assert solution.agreement[0] == pytest.approx(power / (1 + power), abs=1e-7)
    assert str(solution).startswith("nash: (")


@pytest.mark.parametrize("proposer", [0, 1])
def test_the_proposer_of_an_ultimatum_takes_the_surplus(proposer):
    problem = BargainingProblem([LINEAR] * 2, [1, 2], 10)
    shares = solve(problem, "ultimatum", proposer=proposer).agreement
    assert shares.tolist() == [[8, 2], [1, 9]][proposer]
    burden = solve(UNCERTAIN, "ultimatum", proposer=proposer).agreement
    assert burden == pytest.approx([proposer], abs=1e-9)


def test_all_maximisers_are_returned():
    def step(x):
        return x + 5 * min(max((x - 0.55) / 0.05, 0.0), 1.0)

    two = solve(BargainingProblem([step, step], [0, 0]))
    assert [list(each.round(6)) for each in two.agreements] == [[0.4, 0.6], [0.6, 0.4]]
    assert two.lotteries_help
    # derived: a fair coin over the two peaks gives each (5.6 + .4) / 2 = 3, and 9 / 2.24 the
    # product; a better lottery may exist
    assert two.lottery_gain >= np.log(3 / sqrt(5.6 * 0.4)) - 1e-6
    lines = solve(BargainingProblem([LINEAR] * 2, [0, 0]), "utilitarian")
    assert sorted(each[0] for each in lines.agreements) == [0, 1]
    three = solve(BargainingProblem([step] * 3, [0] * 3))
    assert len(three.agreements) == 3
    assert all(sorted(each.round(4)) == [0.2, 0.2, 0.6] for each in three.agreements)


def test_losses_make_lotteries_help():
    problem = BargainingProblem([PROSPECT] * 2, [0, 0], references=[0.8, 0.8])
    solution = solve(problem)
    chosen = solution.lottery
    assert solution.lotteries_help
    values = problem.lottery_utilities(
        chosen.first[None], chosen.second[None], np.array([chosen.chance])
    )
    gains = values[0] - solution.disagreement
    sure = solution.utilities[0] - solution.disagreement
    assert np.log(gains / sure).mean() == pytest.approx(solution.lottery_gain, abs=1e-9)
    # the lottery dominates: both players prefer it
    assert (gains > sure).all()


def test_no_lottery_helps_where_utilities_are_concave():
    for seed in range(2):
        problem = problem_from(seed, 2, curved=False)
        for rule in RULES:
            assert solve(problem, rule).lottery_gain < 1e-9


@fixed(6)
@given(seeds)
def test_nash_and_utilitarian_match_a_brute_force_grid(seed):
    problem = problem_from(seed, 3)
    cells = 40
    parts = [
        (i, j, cells - i - j) for i, j in product(range(cells + 1), repeat=2) if i + j <= cells
    ]
    grid = problem.floors + problem.surplus * np.array(parts) / cells
    for rule in ("nash", "utilitarian"):
        solution = solve(problem, rule)
        value = criterion_of(problem, rule)
        best = float(value(solution.utilities[0][None])[0])
        assert best >= value(problem.utilities_at(grid)).max() - 1e-12
        assert solution.regret <= 1e-9


@fixed(6)
@given(seeds)
def test_efficiency_and_certificates(seed):
    problem = problem_from(seed)
    for rule in RULES:
        solution = solve(problem, rule)
        assert solution.regret <= 1e-8
        for shares in solution.agreements:
            assert shares.sum() == pytest.approx(problem.pie, abs=1e-9)
            assert (shares >= problem.floors).all()


@fixed(3)
@given(seeds)
def test_symmetry(seed):
    """Alike players get alike where the criterion has one peak."""
    problem = problem_from(seed, curved=False)
    size = len(problem.utilities)
    alike = BargainingProblem([problem.utilities[0]] * size, [problem.disagreement[0]] * size)
    for rule in ("nash", "kalai_smorodinsky", "egalitarian", "equal_loss"):
        assert solve(alike, rule).agreement == pytest.approx([1 / size] * size, abs=1e-6)


@fixed(4)
@given(seeds, st.floats(0.5, 4.0), st.floats(-2.0, 2.0))
def test_scale_covariance(seed, scale, shift):
    """Nash and Kalai-Smorodinsky do not depend on the scale or the origin of utilities."""
    one, two = problem_from(seed, 2, curved=False).utilities
    same = BargainingProblem([one, two], [0, 0.1])
    other = BargainingProblem([lambda x: scale * one(x) + shift, two], [0, 0.1])
    for rule in ("nash", "kalai_smorodinsky"):
        assert solve(same, rule).agreement == pytest.approx(solve(other, rule).agreement, abs=1e-6)


def test_utilitarian_is_not_scale_covariant():
    double = BargainingProblem([lambda x: 2 * x, sqrt], [0, 0])
    assert solve(double, "utilitarian").agreement[0] > solve(ROOT, "utilitarian").agreement[0] + 0.1


@fixed(6)
@given(seeds)
def test_independence_of_irrelevant_alternatives(seed):
    """Nash keeps its choice when other agreements are taken away; Kalai-Smorodinsky need not."""
    one, two = problem_from(seed, 2, curved=False).utilities
    utilities = [one, lambda b: two(1 - b)]
    at = [one(0), two(0)]
    whole = solve(BurdenProblem(utilities, at)).agreement[0]
    fewer = BurdenProblem(utilities, at, low=whole / 2, high=(1 + 2 * whole) / 3)
    assert solve(fewer).agreement[0] == pytest.approx(whole, abs=1e-6)
    cut = solve(BurdenProblem(utilities, at, high=whole), "kalai_smorodinsky").agreement[0]
    assert cut < solve(BurdenProblem(utilities, at), "kalai_smorodinsky").agreement[0] - 1e-3


@fixed(4)
@given(seeds, st.floats(0.05, 0.9))
def test_individual_monotonicity(seed, bend):
    """Kalai-Smorodinsky: more for player 1 at each utility of player 2 does not hurt player 1."""
    _, two = problem_from(seed, 2, curved=False).utilities
    # both players' ideals stay the same, and the frontier bulges for player 1
    plain = BargainingProblem([lambda x: x, two], [0, 0])
    better = BargainingProblem([lambda x: x ** (1 - bend), two], [0, 0])
    before, after = (solve(each, "kalai_smorodinsky").utilities[0][0] for each in (plain, better))
    assert after >= before - 1e-9


def test_the_audit_finds_what_is_wrong():
    value = criterion_of(ROOT, "nash")
    assert audit.shortfall(ROOT, value, np.array([0.5, 0.5])) == pytest.approx(
        0.5 * np.log((2 / 3) * sqrt(1 / 3) / (0.5 * sqrt(0.5))), abs=1e-6
    )


def test_no_agreement():
    never = BurdenProblem([lambda b: b, lambda b: -b], [0.9, -0.1])
    with pytest.raises(NotApplicableError, match="no agreement"):
        solve(never)
    touching = BurdenProblem([lambda b: b, lambda b: 1 - b], [1, 0])
    with pytest.raises(NotApplicableError, match="better than disagreement for every"):
        solve(touching)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([LINEAR], [0]), "at least 2 utilities"),
        (([LINEAR, 3], [0, 0]), "preferences or functions"),
        (([LINEAR] * 2, [0]), "one a player"),
        (([LINEAR] * 2, "ab"), "must be a list"),
        (([LINEAR] * 2, [0.5, 0.6]), "must be above the sum"),
        (([LINEAR, lambda x: -x], [0, 0]), "rise with the share; 2's"),
        (([LINEAR] * 2, [0, 0], 1, None, [1, 0]), "`weights` must be above 0"),
        (([LINEAR] * 2, [0, 0], 1, None, None, 0, ["a", "a"]), "different names"),
        (([LINEAR] * 2, [0, 0], 1, None, None, 0, "ab"), "must be a list"),
    ],
)
def test_bad_problems(arguments, message):
    with pytest.raises(InvalidGameError, match=message):
        BargainingProblem(*arguments)


def test_bad_burdens_and_rules():
    with pytest.raises(InvalidGameError, match="two functions"):
        BurdenProblem([LINEAR, LINEAR], [0, 0])
    with pytest.raises(InvalidGameError, match="`high` must be above"):
        BurdenProblem([abs, abs], [0, 0], 1, 1)
    with pytest.raises(InvalidGameError, match="must be finite"):
        BurdenProblem([abs, lambda b: float("nan")], [0, 0])
    with pytest.raises(InvalidGameError, match="`rule` must be one of"):
        solve(ROOT, "fair")
    with pytest.raises(InvalidGameError, match="`proposer` must lie in"):
        solve(ROOT, "ultimatum", proposer=2)
