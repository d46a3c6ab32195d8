"""Published values of cooperative games and bargaining, each with its source.

The id of a case says where its figures come from: "published" were seen in the source that is
named, or in the second source named after "in"; "derived" follow from the formula of the source.
"""

import numpy as np
import pytest
from plain_coalitions import by_size

from games import ExpectedUtility
from games.bargaining import BargainingProblem, BurdenProblem
from games.cooperative.characteristic_function import CharacteristicFunction
from games.cooperative.examples import airport, glove, weighted_majority
from solver.bargaining import alternating_offers, axiomatic
from solver.bargaining.alternating_offers import linear_proposals, rubinstein, with_exit
from solver.bargaining.coalitions import by_size as alike
from solver.bargaining.coalitions import chatterjee, okada
from solver.bargaining.contributions import solve as contributions
from solver.bargaining.legislative import proposer_share
from solver.bargaining.legislative import solve as legislature
from solver.values import (
    banzhaf,
    in_core,
    least_core,
    myerson,
    nucleolus,
    nucleolus_certificate,
    owen,
    shapley,
)

LINEAR = ExpectedUtility()
# parties PP, PSOE, Podemos and Ciudadanos, 2015 to 2019
MADRID = weighted_majority(65, [48, 37, 27, 17])
# four physicians who share their hours
PHYSICIANS = by_size([0, 0, 0, 0, 4, 4, 3, 6, 2, 2, 10, 7, 7, 8, 13])
DUO = CharacteristicFunction([0, 100, 200, 700])
EXECUTIVE = weighted_majority(7, [3, 3, 1, 1, 1])
NASSAU_1964 = weighted_majority(58, [31, 31, 28, 21, 2, 2])


def case(source, *figures):
    """Return one line of a table, with its source as the name of the test."""
    return pytest.param(*figures, id=source)


@pytest.mark.parametrize(
    ("game", "value"),
    [
        case(
            "published: Stach 2011, Encyclopedia of Power, 603-606, in the manual of R CoopGame",
            weighted_majority(50, [10, 10, 20, 30]),
            [1 / 12, 1 / 12, 1 / 4, 7 / 12],
        ),
        case(
            "published: Aumann 2010, IJGT 39, 3-10 (Ibn Ezra's sons), in the manual of R CoopGame",
            airport([120, 60, 40, 30]),
            [80 + 5 / 6, 20 + 5 / 6, 10 + 5 / 6, 7.5],
        ),
        case(
            "published: Littlechild & Owen 1973, Management Science 20, in Wikipedia, Airport"
            " problem",
            airport([8, 11, 13, 18]),
            [2, 3, 4, 9],
        ),
        case(
            "published: Giménez & Puente 2019, ICORES, Owen values of the Madrid Assembly, table 1",
            MADRID,
            [1 / 2, 1 / 6, 1 / 6, 1 / 6],
        ),
        case(
            "published: Barron 2008, Game Theory, problem 5.19, in its Maple worksheet",
            PHYSICIANS,
            [10 / 3, 23 / 6, 23 / 6, 2],
        ),
        case("published: Moretti, slides LAMSADE, singer and pianist", DUO, [300, 400]),
        case(
            "derived: executive council, a small country is pivotal in 1 order of 30",
            EXECUTIVE,
            [9 / 20, 9 / 20, 1 / 30, 1 / 30, 1 / 30],
        ),
    ],
)
def test_shapley_values(game, value) -> None:
    assert shapley(game) == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize(
    ("game", "value", "normalised"),
    [
        case(
            "published: manual of R CoopGame, after Chakravarty, Mitra & Sarkar 2015, 118-119",
            weighted_majority(12, [8, 6, 4, 2]),
            [5 / 12, 1 / 4, 1 / 4, 1 / 12],
            True,
        ),
        case(
            "published: the same, not normalised",
            weighted_majority(12, [8, 6, 4, 2]),
            [0.625, 0.375, 0.375, 0.125],
            False,
        ),
        case(
            "published: apex game of four, in the manual of R CoopGame",
            weighted_majority(3, [1, 1, 2, 1]),
            [1 / 6, 1 / 6, 1 / 2, 1 / 6],
            True,
        ),
        case(
            "published: weights 50, 49, 1, in the manual of R CoopGame",
            weighted_majority(51, [50, 49, 1]),
            [0.6, 0.2, 0.2],
            True,
        ),
        case(
            "published: Nassau County 1964, Banzhaf 1965, in Malkevitch, AMS Feature Column: three"
            " without power",
            NASSAU_1964,
            [1 / 3, 1 / 3, 1 / 3, 0, 0, 0],
            True,
        ),
        case(
            "published: Giménez & Puente 2019, ICORES, table 1 (b)",
            MADRID,
            [3 / 4, 1 / 4, 1 / 4, 1 / 4],
            False,
        ),
    ],
)
def test_banzhaf_values(game, value, normalised) -> None:
    assert banzhaf(game, normalised=normalised) == pytest.approx(value, rel=1e-12, abs=1e-15)


@pytest.mark.parametrize(
    ("game", "unions", "value"),
    [
        case(
            "published: Giménez & Puente 2019, ICORES, table 1, the right",
            MADRID,
            [["1", "4"], ["2"], ["3"]],
            [2 / 3, 0, 0, 1 / 3],
        ),
        case(
            "published: Giménez & Puente 2019, ICORES, table 1, the left",
            MADRID,
            [["1"], ["2", "3", "4"]],
            [0, 1 / 3, 1 / 3, 1 / 3],
        ),
        case(
            "derived: the executive council, the small united: three vetoes",
            EXECUTIVE,
            [["1"], ["2"], ["3", "4", "5"]],
            [1 / 3, 1 / 3, 1 / 9, 1 / 9, 1 / 9],
        ),
        case(
            "derived: the same, the large united too: two vetoes of 2",
            EXECUTIVE,
            [["1", "2"], ["3", "4", "5"]],
            [1 / 4, 1 / 4, 1 / 6, 1 / 6, 1 / 6],
        ),
    ],
)
def test_owen_values(game, unions, value) -> None:
    assert owen(game, unions) == pytest.approx(value, abs=1e-12)


@pytest.mark.parametrize(
    ("ties", "value"),
    [
        case("derived: Myerson 1977: the only buyer's star", ["13", "23"], [1 / 6, 1 / 6, 2 / 3]),
        case("derived: Myerson 1977: a tie of two sellers", ["12", "23"], [1 / 6, 2 / 3, 1 / 6]),
    ],
)
def test_myerson_values(ties, value) -> None:
    game = glove(2, 1) if ties[0] == "13" else by_size([0, 0, 0, 1, 1, 1, 1])
    assert myerson(game, [tuple(tie) for tie in ties]) == pytest.approx(value, abs=1e-12)


@pytest.mark.parametrize(
    ("game", "payoff"),
    [
        case(
            "published: after Maschler, Solan & Zamir 2013, chapter 20, in a Mathematics Stack"
            " Exchange answer, 3709717",
            weighted_majority(4, [2, 2, 1, 1, 1]),
            [2 / 7, 2 / 7, 1 / 7, 1 / 7, 1 / 7],
        ),
        case("published: Moretti, slides LAMSADE, singer and pianist", DUO, [300, 400]),
        case(
            "derived: a majority of three who are alike",
            weighted_majority(2, [1, 1, 1]),
            [1 / 3, 1 / 3, 1 / 3],
        ),
        case(
            "derived: an apex player against three: 2 to 1 (Peleg 1968 for homogeneous weights)",
            weighted_majority(3, [1, 1, 2, 1]),
            [1 / 5, 1 / 5, 2 / 5, 1 / 5],
        ),
        case(
            "derived: the executive council: vetoes share, others get nothing",
            EXECUTIVE,
            [1 / 2, 1 / 2, 0, 0, 0],
        ),
    ],
)
def test_nucleoli(game, payoff) -> None:
    assert nucleolus(game) == pytest.approx(payoff, abs=1e-12)
    assert nucleolus_certificate(game, nucleolus(game)).holds


@pytest.mark.parametrize(
    ("individually_rational", "payoff"),
    [
        case(
            "published: Peleg & Sudhölter 2007, example 5.5.12, in the manual of R CoopGame",
            False,
            [3, 3, -4],
        ),
        case("derived: the third is left with what it is worth alone", True, [1, 1, 0]),
    ],
)
def test_nucleolus_and_prenucleolus_that_differ(individually_rational, payoff) -> None:
    game = by_size([0, 0, 0, 10, 0, 0, 2])
    found = nucleolus(game, individually_rational=individually_rational)
    assert found == pytest.approx(payoff, abs=1e-12)


def test_the_core_of_the_council_and_of_a_majority() -> None:
    """Derived: those with a veto can keep all; no division satisfies three majorities of two."""
    assert in_core(EXECUTIVE, [0.3, 0.7, 0, 0, 0])
    assert not in_core(EXECUTIVE, [0.3, 0.6, 0.1, 0, 0])
    found = least_core(weighted_majority(2, [1, 1, 1]))
    assert found.epsilon == pytest.approx(1 / 3)
    assert found.core_is_empty


def goods(gains, losses):
    """Return the utility of receiving goods one by one, each perhaps in part by a lottery."""
    steps = np.concatenate([[0.0], np.cumsum(np.add(gains, losses))])
    return lambda moved: np.interp(moved, np.arange(len(steps)), steps)


def test_nashs_own_example() -> None:
    """Published: Nash 1950, Econometrica 18, 155-162: Bill and Jack gain 12 and 5.

    Bill gives book, whip, ball and bat for pen, toy and knife. Along the efficient frontier goods
    pass to Bill in the order of what they are worth to him for each unit that they are worth to
    Jack: pen, toy, box, knife, ball, then whip, bat and hat, and the book last.
    """
    bill = goods([10, 4, 4, 6, 2, 2, 2, 2, 2], 0)
    jack = goods([-1, -1, -1, -2, -1, -2, -2, -2, -4], 0)
    start = 2 + 2 + 2 + 2 + 4, 1 + 1 + 2 + 2
    problem = BurdenProblem([bill, lambda moved: 16 + jack(moved)], start, high=9)
    found = axiomatic.solve(problem)
    assert found.is_unique
    assert found.agreement == pytest.approx([4], abs=1e-6)
    assert found.utilities[0] - start == pytest.approx([12, 5], abs=1e-5)


@pytest.mark.parametrize(
    ("problem", "rule", "agreement"),
    [
        case(
            "published: Muthoo 1999, chapter 2, in Public Choice 113 (2002), 491-495",
            BargainingProblem([LINEAR] * 2, [10, 70], 100),
            "nash",
            [20, 80],
        ),
        case(
            "derived: Nash 1950 for three: each gets a third of the gain",
            BargainingProblem([LINEAR] * 3, [1, 2, 3], 12),
            "nash",
            [3, 4, 5],
        ),
        case(
            "derived: Kalai & Smorodinsky 1975: gains in proportion to the ideals 30 and 60",
            BargainingProblem([lambda x: x, lambda x: 2 * x], [0, 0], 30),
            "kalai_smorodinsky",
            [15, 15],
        ),
        case(
            "derived: dividing 100 if u2 = sqrt(x2) (Cornell ORIE 4350, preliminary 2): 2 to 1",
            BargainingProblem([lambda x: x, np.sqrt], [0, 0], 100),
            "nash",
            [200 / 3, 100 / 3],
        ),
    ],
)
def test_bargaining_solutions(problem, rule, agreement) -> None:
    found = axiomatic.solve(problem, rule)
    assert found.is_unique
    assert found.agreement == pytest.approx(agreement, abs=1e-5)


def test_alternating_offers() -> None:
    """Rubinstein 1982, Econometrica 50, 97-109: what the first proposer gets.

    Published: 1 / (1 + d) for one factor (Wikipedia, Rubinstein bargaining model), and
    1 - v(d1, d2) = d2 v(d2, d1) for two.
    """
    for d in (0.25, 0.5, 0.9, 0.99):
        assert rubinstein(d, d).agreement[0] == pytest.approx(1 / (1 + d), rel=1e-12)
    for one, two in ((0.9, 0.5), (0.3, 0.8)):
        first, second = rubinstein(one, two).agreement[0], rubinstein(two, one).agreement[0]
        assert 1 - first == pytest.approx(two * second, rel=1e-12)
        assert first == pytest.approx((1 - two) / (1 - one * two), rel=1e-12)
    # published: 100 / (1 + d) and 100 d / (1 + d) of 100 (a wiki of LSE students, chapter 3)
    (found,) = alternating_offers.solve(BargainingProblem([LINEAR] * 2, [0, 0], 100), [0.6, 0.6])
    assert found.agreement == pytest.approx([62.5, 37.5], abs=1e-7)


def test_breakdown_leaves_the_outside_payoff() -> None:
    """Derived: Binmore, Rubinstein & Wolinsky 1986: with breakdown, split the surplus over it."""
    problem = BargainingProblem([LINEAR] * 2, [10, 70], 100)
    (found,) = alternating_offers.solve(problem, [0.8, 0.8])
    assert found.agreement == pytest.approx([10 + 20 / 1.8, 70 + 20 * 0.8 / 1.8], abs=1e-7)
    (quick,) = alternating_offers.solve(problem, [0.9999, 0.9999])
    assert quick.agreement == pytest.approx([20, 80], abs=1e-2)


@pytest.mark.parametrize("n", [2, 3, 5])
def test_many_proposers_in_turn(n) -> None:
    """Derived: the stationary division, 1, d, d^2, ... in proportion (Asheim 1992, GEB 4)."""
    d = 0.7
    powers = d ** np.arange(n)
    assert linear_proposals([d] * n)[0] == pytest.approx(powers / powers.sum(), rel=1e-12)
    # derived: Krishna & Serrano 1996, as many as may leave with d each
    assert with_exit(n, d)[0] == pytest.approx(1 / (1 + (n - 1) * d), rel=1e-12)


@pytest.mark.parametrize(
    ("members", "discount", "share"),
    [
        case(
            "published: Baron & Ferejohn 1989, 1 - d (n - 1) / (2 n), in edegan.com", 3, 1.0, 2 / 3
        ),
        case("published: the same formula for five", 5, 0.9, 0.64),
        case("derived: the limit of many, 1 - d / 2", 100_001, 0.8, 0.6),
    ],
)
def test_proposers_in_legislatures(members, discount, share) -> None:
    assert proposer_share(members, discount) == pytest.approx(share, abs=1e-5)
    if members < 10:
        found = legislature([1 / members] * members, [discount] * members)
        assert found.proposer_shares == pytest.approx([share] * members, abs=1e-9)
        # every member expects the same
        assert found.values == pytest.approx([1 / members] * members, abs=1e-9)


def test_coalitions_by_offers() -> None:
    """Published: Okada 1996, GEB 16, 97-108, abstract: the whole is divided equally near d = 1.

    The grand coalition forms if and only if it has the largest value a head. Derived: if those
    who reject propose next (Chatterjee, Dutta, Ray & Sengupta 1993), a proposer in a game of the
    whole alone gets 1 / (1 + d (n - 1)).
    """
    whole = okada(alike([0, 0.6, 1]), 0.999)
    assert whole.values == pytest.approx([1 / 3] * 3, abs=1e-12)
    assert whole.coalitions == (7, 7, 7)
    proposer = chatterjee(alike([0, 0, 0, 1]), 0.9).values[0]
    assert proposer == pytest.approx(1 / (1 + 0.9 * 3), rel=1e-12)


def test_warrs_neutrality() -> None:
    """Published: Warr 1983; Bergstrom, Blume & Varian 1986, J. Public Economics 29, 25-49.

    A transfer that leaves the contributors the same leaves the total; one that ends a contribution
    need not.
    """
    before = contributions([10, 8, 7.5], 0.6)
    small = contributions([10.5, 8.5, 6.5], 0.6)
    large = contributions([16, 8, 1.5], 0.6)
    assert small.total == pytest.approx(before.total, abs=1e-12)
    assert small.amounts != pytest.approx(before.amounts, abs=0.1)
    assert large.free_riders != before.free_riders
    assert large.total > before.total + 0.1
