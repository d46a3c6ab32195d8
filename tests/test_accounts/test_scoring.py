"""Scores by hand-worked examples, and leave-one-out against a slow definition of it."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from plain_logit import nested_logit, with_lapses
from strategies import fixed

from games import AllianceGame, AllianceStructure, Form, InvalidGameError
from solver.accounts.accounts import NESTING, PRECISION, Account
from solver.accounts.choices import FORMS, Choice
from solver.accounts.historical import jaccard
from solver.accounts.scoring import (
    BASE_RATE,
    PRECISIONS,
    SHOWN,
    base_rates,
    brier,
    difference,
    hits_only,
    judged,
    left_out,
    scores,
)

NONE, BILATERAL, HUB, MIXED, BLOCS, MULTI = Form
# its four forms: none, bilateral (two structures), hub-and-spoke, multilateral
CHOICE = Choice(
    AllianceGame(hegemon="Athens", capabilities={"Samos": 0.1, "Chios": 0.2}, threat=0.3)
)
NINE = math.log(9) / PRECISION  # what makes the best form 9 times as likely as one worth nothing


def liking(name="liking", **worth):
    """Return an account whose utility depends on the form alone, by the form's name."""
    by_form = {Form[form.upper()]: value for form, value in worth.items()}

    def utility(choice, strength):
        return np.array([by_form.get(FORMS[code], 0.0) for code in choice.features.form])

    return Account(name, "the tests", "u(form)", "(no term)", utility)


def cases(account, *sought, recorded=NONE):
    return [
        judged(f"{place} {form}", account, CHOICE, form, recorded)
        for place, form in enumerate(sought)
    ]


HUBS = liking(hub_and_spoke=NINE)


# --- base rates


def test_base_rates_count_each_form_once_more():
    assert base_rates([]).tolist() == pytest.approx([0.2, 0.2, 0.2, 0.2, 0, 0.2])
    assert base_rates([MULTI, MULTI, HUB]).tolist() == pytest.approx(
        [1 / 8, 1 / 8, 2 / 8, 1 / 8, 0, 3 / 8]
    )
    # two blocs count only where they were sought: few cases can take them
    assert base_rates([BLOCS]).tolist() == pytest.approx([1 / 6] * 6)


def test_the_base_rate_left_out_over_the_sample_of_the_first_edition():
    """5 multilateral, 6 hub-and-spoke, 2 none, 1 mixed: ln(n / 18) each, and -1.449 in the mean."""
    sample = [MULTI] * 5 + [HUB] * 6 + [NONE] * 2 + [MIXED]
    wanted = sum(n * math.log(n / 18) for n in (5, 6, 2, 1)) / 14
    assert wanted == pytest.approx(-1.449, abs=5e-4)
    _, yardstick = scores({"liking": cases(HUBS, *sample)})
    assert yardstick.account == BASE_RATE
    assert yardstick.log_score == yardstick.loo == pytest.approx(wanted)
    # whoever is left out, the others' most frequent form is hub-and-spoke, or of 5 and 5 the first
    assert yardstick.hits == 6
    assert yardstick.cases == 14


def test_the_brier_score_of_the_base_rate_by_hand():
    _, yardstick = scores({"liking": cases(HUBS, MULTI, MULTI, NONE)})
    # others of a multilateral case: (2, 1, 1, 1, 0, 2) / 7; of the other: (1, 1, 1, 1, 0, 3) / 7
    multi = (4 + 1 + 1 + 1 + 0 + 25) / 49
    none = (36 + 1 + 1 + 1 + 0 + 9) / 49
    assert yardstick.brier == pytest.approx((2 * multi + none) / 3)
    assert yardstick.log_score == pytest.approx((2 * math.log(2 / 7) + math.log(1 / 7)) / 3)
    # of two forms that were seen equally often the first counts
    assert yardstick.hits == 0


# --- scores by hand


def test_scores_by_hand():
    """Two cases: the base rates of each come from the other."""
    (found,), _ = scores({"liking": cases(HUBS, HUB, NONE, recorded=HUB)})
    hub = 0.99 * 9 / 13 + 0.01 / 6  # odds 2, 1, 9, 1 of none, bilateral, hub, multilateral
    none = 0.99 * 1 / 21 + 0.01 / 6  # odds 1, 1, 18, 1
    assert (found.account, found.cases, found.hits) == ("liking", 2, 1)
    assert found.misses == ("1 none",)
    assert found.recorded_hits == 2
    assert found.log_score == pytest.approx((math.log(hub) + math.log(none)) / 2)
    assert found.by_precision[PRECISION] == found.log_score
    assert found.by_precision[0.0] == pytest.approx(
        (math.log(0.99 * 1 / 5 + 0.01 / 6) + math.log(0.99 * 1 / 5 + 0.01 / 6)) / 2
    )


def test_the_brier_score_by_hand():
    (found,), _ = scores({"liking": cases(HUBS, HUB, NONE)})

    def chances(odds, base):
        return [0.99 * odd / sum(odds) + 0.01 * rate for odd, rate in zip(odds, base, strict=True)]

    first = chances([2, 1, 9, 0, 0, 1], [2 / 6, 1 / 6, 1 / 6, 1 / 6, 0, 1 / 6])
    second = chances([1, 1, 18, 0, 0, 1], [1 / 6, 1 / 6, 2 / 6, 1 / 6, 0, 1 / 6])
    wanted = sum(p**2 for p in first) - 2 * first[2] + 1
    wanted += sum(p**2 for p in second) - 2 * second[0] + 1
    assert found.brier == pytest.approx(wanted / 2)


def test_a_form_that_the_case_does_not_admit_has_the_lapse_alone():
    (found,), _ = scores({"liking": cases(HUBS, MIXED, MIXED, HUB)})
    # the others of a mixed case are one mixed and one hub: base rates (1, 1, 2, 2, 0, 1) / 7
    mixed = math.log(0.01 * 2 / 7)
    hub = math.log(0.99 * 9 / (1 + 1 + 9 + 1) + 0.01 / 7)
    assert found.log_score == pytest.approx((2 * mixed + hub) / 3)
    assert found.misses == ("0 mixed", "1 mixed")


def test_one_case_left_out_alone_has_the_base_rate_of_nothing():
    (found,), yardstick = scores({"liking": cases(HUBS, HUB)})
    assert yardstick.loo == pytest.approx(math.log(1 / 5))
    # there are no others to fit the precision to, and it is 0: of four forms each has a quarter
    assert found.loo == pytest.approx(math.log(0.99 / 4 + 0.01 / 5))
    assert math.isnan(found.over_base_rate.se)
    assert found.over_base_rate.mean == pytest.approx(found.loo - yardstick.loo)


def test_sure_hits_are_left_out_at_the_greatest_precision():
    (found,), _ = scores({"liking": cases(liking(hub_and_spoke=1.0), HUB, HUB)})
    assert found.loo == pytest.approx(math.log(0.99 + 0.01 * 2 / 6))
    assert (found.hits, found.misses) == (2, ())


def test_sure_misses_are_left_out_at_precision_0():
    (found,), yardstick = scores({"liking": cases(liking(hub_and_spoke=1.0), NONE, NONE)})
    assert found.log_score == pytest.approx(math.log(0.01 * 2 / 6), abs=1e-5)
    # odds of none, bilateral, hub, multilateral: 2, 1, 1, 1
    assert found.loo == pytest.approx(math.log(0.99 * 2 / 5 + 0.01 * 2 / 6))
    assert yardstick.loo == pytest.approx(math.log(2 / 6))


# --- against slow definitions


def test_the_precisions_are_the_shown_ones_and_a_finer_range():
    assert set(SHOWN) <= set(PRECISIONS)
    assert PRECISION in SHOWN
    assert list(PRECISIONS) == sorted(set(PRECISIONS))
    assert (PRECISIONS[0], PRECISIONS[1], PRECISIONS[-1]) == (0, 1, pytest.approx(1000))


def slow_log_scores(account, sought):
    """Return log P(sought) of each case (a row) at each of the precisions."""
    utilities = account.utilities(CHOICE).tolist()
    forms = [FORMS[code] for code in CHOICE.features.form]
    rows = []
    for left, form in enumerate(sought):
        others = [other for place, other in enumerate(sought) if place != left]
        counts = {one: (one is not BLOCS) + others.count(one) for one in Form}
        base = {one: count / sum(counts.values()) for one, count in counts.items()}
        chances = [
            with_lapses(nested_logit(utilities, forms, base, precision, NESTING)[0], base)
            for precision in PRECISIONS
        ]
        rows.append([math.log(chance[form]) for chance in chances])
    return rows


def slow_left_out(rows):
    """Return each case's score at the precision that is best for the sum over all others."""
    found = []
    for place, row in enumerate(rows):
        others = [other for number, other in enumerate(rows) if number != place]
        fits = [math.fsum(column) for column in zip(*others, strict=True)] or [0.0] * len(row)
        found.append(row[fits.index(max(fits))])
    return found


def slow_difference(one, other):
    apart = [mine - yours for mine, yours in zip(one, other, strict=True)]
    mean = sum(apart) / len(apart)
    variance = sum((value - mean) ** 2 for value in apart) / (len(apart) - 1)
    return mean, math.sqrt(variance / len(apart))


ADMITTED = (NONE, BILATERAL, HUB, MULTI, MIXED)


@pytest.mark.parametrize("seed", range(6))
def test_scores_are_what_they_say(seed):
    rng = np.random.default_rng(seed)
    sought = [ADMITTED[place] for place in rng.integers(5, size=6)]
    rivals = {
        name: liking(name, **{form.name.lower(): 0.1 * float(rng.uniform()) for form in Form})
        for name in ("one", "expected_utility", "other")
    }
    found, yardstick = scores({name: cases(one, *sought) for name, one in rivals.items()})
    slow = {name: slow_log_scores(account, sought) for name, account in rivals.items()}
    loo = {name: slow_left_out(rows) for name, rows in slow.items()}
    null = [
        math.log(base_rates(sought[:i] + sought[i + 1 :])[FORMS.index(form)])
        for i, form in enumerate(sought)
    ]
    assert yardstick.loo == pytest.approx(sum(null) / 6)
    for one in found:
        rows = slow[one.account]
        assert one.loo == pytest.approx(sum(loo[one.account]) / 6)
        for precision, score in one.by_precision.items():
            column = PRECISIONS.index(precision)
            assert score == pytest.approx(sum(row[column] for row in rows) / 6)
        assert one.over_base_rate == pytest.approx(slow_difference(loo[one.account], null))
        over = slow_difference(loo[one.account], loo["expected_utility"])
        assert one.over_expected_utility == pytest.approx(over)
        assert tuple(one.by_precision) == SHOWN
    assert [one.loo for one in found] == sorted((one.loo for one in found), reverse=True)
    assert {one.account for one in found} == set(rivals)


def test_without_expected_utility_nothing_is_compared_with_it():
    (found,), yardstick = scores({"liking": cases(HUBS, HUB, NONE)})
    assert found.over_expected_utility is None
    assert (yardstick.over_base_rate, yardstick.by_precision) == (None, None)


@fixed(60)
@given(st.integers(1, 6), st.integers(1, 5), st.randoms(use_true_random=False))
def test_left_out_is_what_it_says(number, precisions, random):
    # whole numbers add up without rounding, and tie often
    rows = [[float(random.randint(-3, 0)) for _ in range(precisions)] for _ in range(number)]
    assert left_out(np.array(rows)).tolist() == slow_left_out(rows)


def test_left_out_by_hand():
    logs = np.array([[-1.0, -2.0, -5.0], [-3.0, -1.0, -5.0], [-4.0, -5.0, -1.0]])
    # the others of the first sum to -7, -6, -6, of the second to -5, -7, -6, of the third -4, -3
    assert left_out(logs).tolist() == [-2.0, -3.0, -5.0]
    assert left_out(logs[:1]).tolist() == [-1.0]


def test_a_paired_difference_by_hand():
    found = difference(np.array([1.0, 2.0, 4.0]), np.array([0.0, 1.0, 0.0]))
    assert found.mean == pytest.approx(2)
    # the deviations are -1, -1 and 2: a variance of 6 / 2 over 3 cases
    assert found.se == pytest.approx(1)
    assert difference(np.array([0.5, 0.5]), np.array([0.5, 0.5])) == (0, 0)
    alone = difference(np.array([1.0]), np.array([0.25]))
    assert alone.mean == 0.75
    assert math.isnan(alone.se)


def test_pairing_takes_out_what_is_common_to_the_cases():
    hard_and_easy = np.array([-5.0, -0.1, -3.0, -0.2])
    found = difference(hard_and_easy + 0.3, hard_and_easy)
    assert found == (pytest.approx(0.3), pytest.approx(0, abs=1e-12))


def test_brier_is_of_all_forms():
    even = np.full(6, 1 / 6)
    assert brier(even, FORMS.index(BLOCS)) == pytest.approx((5 / 6) ** 2 + 5 * (1 / 6) ** 2)
    assert brier(np.array([1.0, 0.0]), 0) == 0
    assert brier(np.array([1.0, 0.0]), 1) == 2


# --- hits


def test_hits_without_scores():
    found = hits_only("liking", cases(HUBS, HUB, NONE, HUB, recorded=NONE))
    assert (found.cases, found.hits, found.recorded_hits) == (3, 2, 0)
    assert found.misses == ("1 none",)
    assert {found.log_score, found.brier, found.loo, found.over_base_rate} == {None}
    assert (found.over_expected_utility, found.by_precision) == (None, None)
    with pytest.raises(InvalidGameError, match="`cases` must not be empty; got none"):
        hits_only("liking", [])


def test_hits_are_those_of_the_prediction():
    likes = liking(none=0.2, multilateral=0.3)
    (case,) = cases(likes, MULTI)
    assert case.prediction == likes.predict(CHOICE)
    assert case.prediction.structure == AllianceStructure("Athens", bloc=["Samos", "Chios"])
    assert hits_only("liking", [case]).hits == 1


@pytest.mark.parametrize("precision", [0.0, 10.0, 20.0, 500.0])
def test_a_judged_case_holds_the_chances_of_the_account(precision):
    likes = liking(none=0.02, multilateral=0.03, bilateral=-0.01)
    (case,) = cases(likes, MULTI)
    base = base_rates([HUB, MULTI])
    found = likes.predict(CHOICE, precision, base=base).probabilities
    chances = case.chances(PRECISIONS.index(precision), base)
    assert dict(zip(FORMS, chances, strict=True)) == pytest.approx({BLOCS: 0.0} | found)
    assert case.inclusive.shape == (len(PRECISIONS), len(FORMS))


# --- overlap of allies


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
