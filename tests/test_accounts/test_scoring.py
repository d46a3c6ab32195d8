"""Scores by hand-worked examples, and leave-one-out against a slow definition of it."""

import itertools

import numpy as np
import pytest

from games import AllianceGame, AllianceStructure, Form
from solver.accounts.accounts import Account
from solver.accounts.choices import FORMS, Choice
from solver.accounts.historical import (
    FLOOR,
    PRECISIONS,
    Judged,
    brier,
    jaccard,
    leave_one_out,
    score,
)

# its four forms: none, bilateral, hub-and-spoke, multilateral
CHOICE = Choice(
    AllianceGame(hegemon="Athens", capabilities={"Samos": 0.1, "Chios": 0.2}, threat=0.3)
)
NINE = np.log(9)  # the best form is 9 times as likely as one that is worst


def liking(**worth):
    """Return an account whose utility depends on the form alone, by the form's name."""
    by_form = {Form[name.upper()]: value for name, value in worth.items()}

    def utility(choice, strength):
        return np.array([by_form.get(FORMS[code], 0.0) for code in choice.features.form])

    return Account("liking", "the tests", "u(form)", "(no term)", utility)


def judged(*sought):
    return [Judged(f"{place} {form}", CHOICE, form) for place, form in enumerate(sought)]


HUB = liking(hub_and_spoke=1.0)


def test_a_hit_by_hand():
    found = score(HUB, judged(Form.HUB_AND_SPOKE), NINE)
    assert (found.account, found.cases, found.hits, found.misses) == ("liking", 1, 1, ())
    assert found.log_score == pytest.approx(np.log(9 / 12))
    assert found.brier == pytest.approx((3 / 12) ** 2 + 3 * (1 / 12) ** 2)


def test_a_miss_by_hand():
    found = score(HUB, judged(Form.NONE), NINE)
    assert (found.hits, found.misses) == (0, ("0 none",))
    assert found.log_score == pytest.approx(np.log(1 / 12))
    assert found.brier == pytest.approx((9 / 12) ** 2 + (11 / 12) ** 2 + 2 * (1 / 12) ** 2)


def test_scores_are_means_over_cases():
    found = score(HUB, judged(Form.HUB_AND_SPOKE, Form.NONE, Form.MULTILATERAL), NINE)
    assert (found.cases, found.hits, found.misses) == (3, 1, ("1 none", "2 multilateral"))
    assert found.log_score == pytest.approx((np.log(9 / 12) + 2 * np.log(1 / 12)) / 3)
    assert found.brier == pytest.approx((12 / 144 + 2 * (81 + 121 + 2) / 144) / 3)


def test_a_perfect_account():
    found = score(HUB, judged(Form.HUB_AND_SPOKE, Form.HUB_AND_SPOKE), 1000.0)
    assert found.log_score == pytest.approx(0)
    assert found.brier == pytest.approx(0)
    assert found.loo == pytest.approx(0, abs=1e-9)


def test_the_worst_account():
    found = score(HUB, judged(Form.NONE, Form.NONE), 1000.0)
    assert found.log_score == pytest.approx(np.log(FLOOR))
    assert found.brier == pytest.approx(2)
    assert found.loo == pytest.approx(np.log(1 / 4))  # the others' best precision is 0


def test_a_form_that_the_case_does_not_admit_gets_the_floor():
    found = score(HUB, judged(Form.MIXED), NINE)
    assert found.misses == ("0 mixed",)
    assert found.log_score == pytest.approx(np.log(0.001))
    assert found.loo == pytest.approx(np.log(0.001))
    assert found.brier == pytest.approx((9 / 12) ** 2 + 3 * (1 / 12) ** 2 + 1)


def test_brier_is_of_all_forms():
    even = dict.fromkeys(Form, 1 / len(Form))
    assert brier(even, Form.BLOCS) == pytest.approx((5 / 6) ** 2 + 5 * (1 / 6) ** 2)
    assert brier({Form.NONE: 1.0}, Form.NONE) == 0
    assert brier({Form.NONE: 1.0}, Form.BLOCS) == 2


def test_one_case_left_out_alone_has_equal_chances():
    assert leave_one_out(HUB, judged(Form.HUB_AND_SPOKE)) == pytest.approx(np.log(1 / 4))


def test_left_out_by_hand():
    """Two hits that fit the other best at the greatest precision; two misses at precision 0."""
    sure = np.exp(PRECISIONS[-1]) / (np.exp(PRECISIONS[-1]) + 3)
    assert leave_one_out(HUB, judged(*[Form.HUB_AND_SPOKE] * 2)) == pytest.approx(np.log(sure))
    hit_and_miss = leave_one_out(HUB, judged(Form.HUB_AND_SPOKE, Form.NONE))
    assert hit_and_miss == pytest.approx((np.log(1 / 4) + np.log(FLOOR)) / 2)


def slow_leave_one_out(account, cases):
    """Return the score by its sentence: fit the precision to the others, score the one left out."""

    def log_score(case, precision):
        chances = account.predict(case.choice, precision).probabilities
        return np.log(max(chances.get(case.sought, 0.0), 0.001))

    total = 0.0
    for case in cases:
        others = [other for other in cases if other is not case]
        fits = [sum(log_score(other, precision) for other in others) for precision in PRECISIONS]
        total += log_score(case, PRECISIONS[fits.index(max(fits))])
    return total / len(cases)


@pytest.mark.parametrize("seed", range(6))
def test_leave_one_out_is_what_it_says(seed):
    rng = np.random.default_rng(seed)
    worth = {form.name.lower(): float(rng.uniform()) for form in Form}
    admitted = (Form.NONE, Form.BILATERAL, Form.HUB_AND_SPOKE, Form.MULTILATERAL)
    cases = judged(*(admitted[place] for place in rng.integers(4, size=5)))
    account = liking(**worth)
    assert leave_one_out(account, cases) == pytest.approx(slow_leave_one_out(account, cases))


@pytest.mark.parametrize("others", [1, 2])
def test_others_that_say_nothing_of_precision_leave_equal_chances(others):
    """No precision fits better than 0 if the others' forms are not admitted at any."""
    account = liking(hub_and_spoke=0.3, none=1.0)
    cases = judged(*[Form.BLOCS] * others, Form.HUB_AND_SPOKE)
    wanted = (others * np.log(FLOOR) + np.log(1 / 4)) / (others + 1)
    assert slow_leave_one_out(account, cases) == pytest.approx(wanted)
    assert leave_one_out(account, cases) == pytest.approx(wanted)


def test_jaccard_by_hand():
    nobody, hub = AllianceStructure("USA"), AllianceStructure("USA", spokes=["JPN", "PHI"])
    assert jaccard(nobody, nobody) == 1
    assert jaccard(nobody, hub) == 0
    assert jaccard(hub, AllianceStructure("USA", bloc=["JPN", "PHI"])) == 1
    assert jaccard(hub, AllianceStructure("USA", spokes=["JPN"])) == 0.5
    apart = AllianceStructure("USA", blocs=[["JPN", "ROK"], ["AUL", "NEW"]])
    assert jaccard(hub, apart) == jaccard(apart, hub) == 1 / 5


def test_jaccard_is_a_share():
    shapes = [
        AllianceStructure("USA", spokes=names)
        for size in range(4)
        for names in itertools.combinations(("JPN", "PHI", "ROK"), size)
    ]
    for one, other in itertools.product(shapes, repeat=2):
        assert 0 <= jaccard(one, other) <= 1
        assert (jaccard(one, other) == 1) == (one.allies == other.allies)
