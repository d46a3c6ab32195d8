"""Prospects: canonical form, what is refused, and the text form that loses nothing."""

import pickle
from itertools import product
from math import prod

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from games import (
    AllianceGame,
    CumulativeProspectTheory,
    Domain,
    ExpectationReference,
    ExpectedUtility,
    InvalidGameError,
    Parameters,
    Prospect,
    appraise,
)

DIE = Prospect([4, -1, 4], [0.25, 0.5, 0.25])
FINITE = st.floats(-1e6, 1e6)


@st.composite
def prospects(draw: st.DrawFn) -> Prospect:
    outcomes = draw(st.lists(FINITE, min_size=1, max_size=8))
    size = len(outcomes)
    shares = np.array(draw(st.lists(st.floats(0.001, 1), min_size=size, max_size=size)))
    return Prospect(outcomes, shares / shares.sum())


def test_equal_outcomes_are_merged_and_sorted() -> None:
    assert DIE.outcomes.tolist() == [-1.0, 4.0]
    assert DIE.probabilities.tolist() == [0.5, 0.5]
    assert len(DIE) == 2


def test_outcomes_of_probability_zero_are_dropped() -> None:
    assert Prospect([7, 1, 9, 2], [0, 0.5, 0, 0.5]) == Prospect([1, 2], [0.5, 0.5])


def test_sure() -> None:
    assert Prospect.sure(3) == Prospect([3], [1])
    assert Prospect.sure(3).mean == 3.0


def test_shifted() -> None:
    assert DIE.shifted(1) == Prospect([0, 5], [0.5, 0.5])


def test_probabilities_within_the_tolerance_are_scaled() -> None:
    nearly = Prospect([1, 2], [0.5, 0.5 + 5e-10])
    assert nearly.probabilities.sum() == pytest.approx(1, abs=1e-15)


@pytest.mark.parametrize(
    ("outcomes", "probabilities", "message"),
    [
        ([], [], "`outcomes` must be a non-empty list; got shape (0,)"),
        (1.0, 1.0, "`outcomes` must be a non-empty list; got shape ()"),
        ([[1, 2]], [[0.5, 0.5]], "`outcomes` must be a non-empty list; got shape (1, 2)"),
        ([1], [], "`probabilities` must be a non-empty list; got shape (0,)"),
        ([1, 2], [1.0], "`probabilities` must be as many as `outcomes`; got 1 and 2"),
        ([1, 2], [-0.5, 1.5], "`probabilities` must lie in [0, 1]; got [-0.5, 1.5]"),
        ([1, 2], [0.5, 0.4], "`probabilities` must sum to 1; got 0.9"),
        ([1, 2], [0.5, 0.5 + 2e-9], "`probabilities` must sum to 1; got 1.000000002"),
        ([1, float("nan")], [0.5, 0.5], "`outcomes` must be finite; got [1.0, nan]"),
        ([1, float("inf")], [0.5, 0.5], "`outcomes` must be finite; got [1.0, inf]"),
        ([1, 2], [0.5, float("nan")], "`probabilities` must be finite; got [0.5, nan]"),
        (["one"], [1], "`outcomes` must be numbers in a regular array; got ['one']"),
        ([[1], [1, 2]], [1, 0], "`outcomes` must be numbers in a regular array; got [[1], [1, 2]]"),
    ],
)
def test_invalid_prospects(outcomes: object, probabilities: object, message: str) -> None:
    with pytest.raises(InvalidGameError) as caught:
        Prospect(outcomes, probabilities)
    assert str(caught.value) == message


@pytest.mark.parametrize("text", ["", "1", "1 @ x", "1 @ 0.5 @ 0.5", "1 @ 0.5;", "1, 1"])
def test_unreadable_text(text: str) -> None:
    with pytest.raises(InvalidGameError, match="a prospect must read"):
        Prospect.parse(text)


def test_readable_text_still_has_to_be_a_prospect() -> None:
    with pytest.raises(InvalidGameError, match="must sum to 1"):
        Prospect.parse("1 @ 0.5; 2 @ 0.4")


def test_text() -> None:
    assert str(DIE) == "-1.0 @ 0.5; 4.0 @ 0.5"
    assert repr(DIE) == "Prospect([-1.0, 4.0], [0.5, 0.5])"
    assert Prospect.parse("4@.5 ; -1 @ .5") == DIE


# seven probabilities whose floating-point sum is not 1 even after they have been scaled
UNEVEN = [0.13465099531869576, 0.1299456297503048, 0.12355979882288115, 0.0770365101998369,
          0.20022430954449014, 0.19693654408675967, 0.13764621227703147]  # fmt: skip


@given(prospects())
@example(Prospect(range(7), UNEVEN))
def test_the_text_form_is_exact(prospect: Prospect) -> None:
    assert Prospect.parse(str(prospect)) == prospect


@given(prospects())
@example(Prospect(range(7), UNEVEN))
def test_pickle_is_exact(prospect: Prospect) -> None:
    again = pickle.loads(pickle.dumps(prospect))
    assert again == prospect
    assert hash(again) == hash(prospect)


@given(prospects())
def test_canonical_form(prospect: Prospect) -> None:
    assert (np.diff(prospect.outcomes) > 0).all()
    assert (prospect.probabilities > 0).all()
    assert prospect.probabilities.sum() == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize("name", ["outcomes", "probabilities", "colour"])
def test_attributes_cannot_be_set(name: str) -> None:
    with pytest.raises(AttributeError, match=f"a Prospect is immutable: cannot set '{name}'"):
        setattr(DIE, name, 1)


@pytest.mark.parametrize("array", [DIE.outcomes, DIE.probabilities])
def test_arrays_cannot_be_written(array: np.ndarray) -> None:
    with pytest.raises(ValueError, match="read-only"):
        array[0] = 9.0


def test_attributes_cannot_be_deleted() -> None:
    prospect = Prospect([1, 2], [0.5, 0.5])
    with pytest.raises(AttributeError):
        del prospect.outcomes
    assert prospect.outcomes.tolist() == [1.0, 2.0]


def test_the_given_arrays_are_copied() -> None:
    outcomes, probabilities = np.array([1.0, 2.0]), np.array([0.5, 0.5])
    prospect = Prospect(outcomes, probabilities)
    outcomes[0], probabilities[:] = 5.0, [0.1, 0.9]
    assert prospect == Prospect([1, 2], [0.5, 0.5])


def test_equality_and_hash() -> None:
    same = Prospect([-1, 4], [0.5, 0.5])
    assert same == DIE
    assert len({same, DIE}) == 1
    assert Prospect([-1, 4], [0.4, 0.6]) != DIE
    assert Prospect([-1, 5], [0.5, 0.5]) != DIE
    assert Prospect.sure(4) != DIE
    assert DIE != "-1.0 @ 0.5; 4.0 @ 0.5"


def test_zero_and_minus_zero_are_one_outcome() -> None:
    plus, minus = Prospect.sure(0.0), Prospect.sure(-0.0)
    assert plus == minus
    assert hash(plus) == hash(minus)
    assert len(Prospect([0.0, -0.0], [0.5, 0.5])) == 1


def test_mean_and_mass_below() -> None:
    prospect = Prospect([-2, 0, 3], [0.25, 0.25, 0.5])
    assert prospect.mean == 1.0
    # strictly below: an outcome at the reference is not counted
    assert [prospect.mass_below(r) for r in (-2, -1, 0, 0.5, 3, 4)] == [0, 0.25, 0.25, 0.5, 0.5, 1]


@given(prospects(), FINITE)
def test_mass_below_is_a_probability(prospect: Prospect, reference: float) -> None:
    assert 0 <= prospect.mass_below(reference) <= 1


@pytest.mark.parametrize(
    ("reference", "domain", "mass"),
    [(0.0, Domain.GAINS, 0.5), (1.5, Domain.NEUTRAL, 0.5), (2.0, Domain.LOSSES, 0.5)],
)
def test_appraisal_takes_its_domain_from_the_mean(
    reference: float, domain: Domain, mass: float
) -> None:
    seen = appraise(DIE, ExpectedUtility(), reference)
    assert (seen.domain, str(seen.domain)) == (domain, domain.value)
    assert (seen.mean, seen.reference, seen.mass_below) == (1.5, reference, mass)
    # an expected-utility player asks no premium
    assert seen.certainty_equivalent == pytest.approx(1.5)
    assert seen.risk_premium == pytest.approx(0)


@pytest.mark.parametrize(
    ("outcome", "probability", "domain", "averse"),
    [
        # the fourfold pattern of Tversky & Kahneman 1992, signs as the formula predicts them
        (100, 0.05, Domain.GAINS, False),
        (-100, 0.05, Domain.LOSSES, True),
        (100, 0.95, Domain.GAINS, True),
        (-100, 0.95, Domain.LOSSES, False),
    ],
)
def test_fourfold_pattern_of_the_risk_premium(
    outcome: float, probability: float, domain: Domain, averse: bool
) -> None:
    prospect = Prospect([outcome, 0], [probability, 1 - probability])
    seen = appraise(prospect, CumulativeProspectTheory(), 0.0)
    assert seen.domain is domain
    assert (seen.risk_premium > 0) is averse
    assert seen.risk_premium == pytest.approx(prospect.mean - seen.certainty_equivalent)
    assert seen.value == CumulativeProspectTheory().value(prospect)


def test_what_is_sure_is_exactly_so() -> None:
    # many ways to one outcome: their probabilities sum to 1 but for rounding
    for number, chance in product(range(1, 9), (0.9, 0.7, 0.3)):
        odds = [prod(pair) for pair in product((chance, 1 - chance), repeat=number)]
        found = Prospect([0.3] * len(odds), odds)
        assert found.probabilities.tolist() == [1.0]
        assert found.mean == 0.3


def test_a_sure_expectation_as_reference_is_worth_nothing() -> None:
    game = AllianceGame(
        hegemon="H",
        capabilities={"A": 0.0, "B": 0.0, "C": 0.0},
        threat=0.3,
        preference=CumulativeProspectTheory(alpha=0.2, beta=0.2),
        parameters=Parameters(basing=0.0, reliability=0.7),
    )
    structure = game.structure(spokes=["A", "B", "C"])
    expected = game.with_reference(ExpectationReference(structure))
    assert expected.value(structure) == 0
    assert expected.hegemon_values([structure]).tolist() == [0]
