"""Hits under shifted and blurred codings, on small cases whose thresholds are known."""

import math
from dataclasses import replace
from statistics import NormalDist

import numpy as np
import pytest
from invented_cases import best_beside, case

from games import ExpectedUtility, Form
from solver.accounts.accounts import ACCOUNTS
from solver.accounts.codings import NOISES, RULES, SHIFTS, codings
from solver.accounts.historical import history

# at .5 and above prospect theory predicts a bloc of the two, expected utility from .25 on
TWO = {"Samos": 0.3, "Chios": 0.25}
LEVELS = [round(0.05 * step, 2) for step in range(21)]
THRESHOLD = {"prospect_theory": 0.5, "expected_utility": 0.25}


def multilateral(threat, **changes):
    return case(TWO, threat, "multilateral", name=f"bloc at {threat}", **changes)


def nothing(threat):
    return case(TWO, threat, "none", name=f"none at {threat}")


def shifted(cases, account="prospect_theory"):
    """Return the hits by shift."""
    found = codings(cases, 1).shifted
    return {item.shift: item.hits for item in found if item.account == account}


def blurred(cases, draws, account="prospect_theory", seed=0):
    return [item for item in codings(cases, draws, seed).blurred if item.account == account]


def test_the_thresholds_are_those_of_slow_enumeration():
    for rule, threshold in THRESHOLD.items():
        game = multilateral(0.5)
        if rule == "expected_utility":
            game = game.with_preference(ExpectedUtility())
        forms = [best_beside(game.at(level), game.structure()).form for level in LEVELS]
        assert [form is Form.MULTILATERAL for form in forms] == [
            level >= threshold for level in LEVELS
        ]
        assert [form is Form.NONE for form in forms] == [level == 0 for level in LEVELS]


def test_the_shifts_go_both_ways_in_steps_of_a_twentieth():
    assert pytest.approx(np.arange(-6, 7) * 0.05) == SHIFTS
    assert SHIFTS.index(0.0) == 6
    assert tuple(account.name for account in ACCOUNTS[:2]) == RULES


@pytest.mark.parametrize("coded", [0.3, 0.4, 0.5, 0.65, 0.95])
def test_a_case_is_a_hit_from_its_threshold_on(coded):
    for rule, threshold in THRESHOLD.items():
        found = shifted([multilateral(coded)], rule)
        assert found == {shift: int(coded + shift >= threshold - 1e-9) for shift in SHIFTS}


def test_threats_are_kept_within_0_and_1():
    assert shifted([nothing(0.1)]) == {shift: int(shift <= -0.1) for shift in SHIFTS}
    assert shifted([nothing(0.2)])[-0.3] == 1
    # at the top there is nowhere to go: 1 is a bloc as well
    assert shifted([multilateral(0.95)])[0.3] == 1


def test_hits_are_counted_over_the_cases():
    three = [multilateral(0.4), multilateral(0.6), nothing(0.05)]
    found = shifted(three)
    assert [found[shift] for shift in (-0.3, -0.1, -0.05, 0.0, 0.05, 0.1, 0.3)] == [
        *(1, 2, 2, 1, 1, 2, 2)
    ]
    assert {item.cases for item in codings(three, 1).shifted} == {3}


def test_no_shift_is_the_plain_hits():
    cases = [multilateral(0.45), multilateral(0.7), nothing(0.0), nothing(0.3)]
    plain = {score.account: score.hits for score in history(cases, ACCOUNTS[:2], draws=0).models}
    assert plain == {"prospect_theory": 2, "expected_utility": 3}
    for rule, hits in plain.items():
        assert shifted(cases, rule)[0.0] == hits


def test_treaties_in_force_stand_at_every_level():
    """Beside a spoke that stands, no threat at all leaves what is new at nothing."""
    bound = case(TWO, 0.3, "none", status_quo=[["Samos"]])
    before = bound.structure(spokes=["Samos"])
    forms = [best_beside(bound.at(level), before).form_beside(before) for level in LEVELS]
    assert {Form.NONE, Form.HUB_AND_SPOKE} <= set(forms)
    assert shifted([bound]) == {
        shift: int(forms[LEVELS.index(round(0.3 + shift, 2))] is Form.NONE) for shift in SHIFTS
    }


def test_only_held_out_cases_count():
    fitted = multilateral(0.7, sample="calibration")
    found = codings([fitted, multilateral(0.7)], 2)
    assert {item.cases for item in (*found.shifted, *found.blurred)} == {1}
    assert {item.hits for item in codings([fitted], 2).shifted} == {0}


def test_the_coded_threat_is_that_of_the_game():
    moved = multilateral(0.2).at(0.6)
    assert shifted([moved]) == shifted([multilateral(0.6)])


@pytest.mark.parametrize("coded", [0.46, 0.51])
def test_a_threat_between_the_steps_is_moved_from_where_it_is(coded):
    game = multilateral(coded)
    hits = {
        shift: best_beside(game.at(coded + shift), game.structure()).form is Form.MULTILATERAL
        for shift in SHIFTS
    }
    assert shifted([game]) == hits
    # were it rounded, the hits would be those of .45 and .55
    rounded = shifted([multilateral(round(20 * coded) / 20)])
    assert rounded != hits


def chance(coded, noise, account="prospect_theory"):
    """Return the chance that a blurred and rounded threat lies at or above the threshold."""
    return 1 - NormalDist(coded, noise).cdf(THRESHOLD[account] - 0.025)


@pytest.mark.parametrize("coded", [0.45, 0.6])
def test_the_mean_under_noise_is_the_chance_of_the_normal_law(coded):
    draws = 2000
    for account in RULES:
        for item in blurred([multilateral(coded)], draws, account):
            wanted = chance(coded, item.noise, account)
            margin = 4 * math.sqrt(wanted * (1 - wanted) / draws) + 1e-6
            assert item.mean == pytest.approx(wanted, abs=margin)


def test_the_ends_under_noise_are_quantiles_of_the_count():
    """Of eight independent cases; the counts' law is a convolution."""
    cases = [multilateral(coded) for coded in (0.4, 0.45, 0.5, 0.5, 0.55, 0.6, 0.65, 0.7)]
    for item in blurred(cases, 5000):
        law = np.ones(1)
        for game in cases:
            p = chance(game.threat, item.noise)
            law = np.convolve(law, [1 - p, p])
        below = np.cumsum(law)
        # where a tail is so near to 5 % that sampling decides, either neighbour will do
        low = {int(np.argmax(below >= level)) for level in (0.04, 0.06)}
        high = {int(np.argmax(below >= level)) for level in (0.94, 0.96)}
        assert item.low in low
        assert item.high in high
        assert item.cases == 8


def test_noise_is_blurred_for_both_accounts_alike():
    linear = [multilateral(0.3).with_preference(ExpectedUtility()), nothing(0.1)]
    linear[1] = linear[1].with_preference(ExpectedUtility())
    found = codings(linear, 50)
    first, second = (
        [replace(item, account="") for item in found.blurred if item.account == rule]
        for rule in RULES
    )
    assert first == second
    assert [item.noise for item in first] == list(NOISES)


def test_noise_depends_on_the_seed_alone():
    cases = [multilateral(0.45), multilateral(0.6)]
    assert codings(cases, 20, seed=3) == codings(cases, 20, seed=3)
    assert blurred(cases, 20, seed=3) != blurred(cases, 20, seed=4)
    assert codings(cases, 20, seed=3).shifted == codings(cases, 20, seed=4).shifted


def test_noise_far_from_any_threshold_does_no_harm():
    first, *_ = blurred([multilateral(0.9)], 200)
    assert (first.noise, first.low, first.mean, first.high) == (0.05, 1, 1, 1)


def test_what_is_done_is_told():
    told = []
    codings([multilateral(0.5)], 1, progress=lambda *news: told.append(news))
    assert told == [("codings", 1, 2), ("codings", 2, 2)]
