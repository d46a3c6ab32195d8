"""The historical test end to end: every case, every account, calibration kept apart."""

import json
import math

import numpy as np
import pytest
from invented_cases import case

import games
from games import AllianceGame, AllianceStructure, Form, InvalidGameError
from games.scenarios.cases import coding_of
from solver.accounts.accounts import ACCOUNTS
from solver.accounts.choices import choice_of
from solver.accounts.codings import codings
from solver.accounts.historical import CALIBRATION, HELD_OUT, OTHER_READINGS, history
from solver.accounts.scoring import base_rates

SMALL = ("soviet-asia-1950", "dual-alliance-1879", "balkan-alliance-1954", "rok-1953")
FEW = tuple(found for found in ACCOUNTS if found.name in ("expected_utility", "prior_ties"))


@pytest.fixture(scope="module")
def full():
    """All cases under all accounts, without prior draws."""
    return history(draws=0)


@pytest.fixture(scope="module")
def small():
    return games.load_cases(SMALL)


@pytest.fixture(scope="module")
def found(small):
    return history(small, draws=0)


def named(full, name):
    (result,) = [result for result in full.cases if result.scenario.name == name]
    return result


def record(result):
    """Return one case as the command prints it."""
    return {
        "name": result.scenario.name,
        "year": result.scenario.year,
        "sample": result.sample,
        "threat": result.scenario.threat.value,
        "predicted": result.predicted.form.value,
        "sought": result.sought.value,
        "recorded": result.recorded_form.value,
        "sought_hit": result.sought_hit,
        "recorded_hit": result.recorded_hit,
        "jaccard": result.jaccard,
    }


def test_enough_cases_and_accounts(full):
    samples = [result.sample for result in full.cases]
    assert (samples.count(HELD_OUT), samples.count(CALIBRATION)) == (34, 3)
    assert len(full.models) == 9
    assert all(set(result.predictions) == {a.name for a in ACCOUNTS} for result in full.cases)


def test_everything_is_ready_for_json(full):
    cases = [record(result) for result in full.cases]
    models = [
        {
            "name": model.account,
            "log_score": model.log_score,
            "brier": model.brier,
            "loo": model.loo,
            "difference": list(model.over_base_rate),
            "misses": list(model.misses),
        }
        for model in full.models
    ]
    both = {"cases": cases, "models": models}
    assert json.loads(json.dumps(both, allow_nan=False)) == both
    assert {type(case["sought_hit"]) for case in cases} == {bool}


def test_scores_of_the_samples_are_apart(full):
    by_sample = {
        sample: {r.scenario.name for r in full.cases if r.sample == sample}
        for sample in (CALIBRATION, HELD_OUT)
    }
    by_sample[OTHER_READINGS] = by_sample[HELD_OUT]
    assert set(full.scores) == set(by_sample)
    # nothing can be left out of a sample to which the game was fitted
    assert set(full.yardsticks) == {HELD_OUT, OTHER_READINGS}
    for sample, names in by_sample.items():
        assert len(full.scores[sample]) == 9
        for score in full.scores[sample]:
            assert score.cases == len(names)
            assert score.hits == score.cases - len(score.misses)
            assert set(score.misses) <= names
    for score in full.scores[CALIBRATION]:
        assert {score.log_score, score.brier, score.loo, score.by_precision} == {None}
    assert full.models == full.scores[HELD_OUT]


def test_scores_come_best_first_and_in_range(full):
    hits = [one.hits for one in full.scores[CALIBRATION]]
    assert hits == sorted(hits, reverse=True)
    for sample in (HELD_OUT, OTHER_READINGS):
        ranked = full.scores[sample]
        assert [one.loo for one in ranked] == sorted((one.loo for one in ranked), reverse=True)
        # a lapse on the rarest form: one in a hundred on 1 of 33 + 5
        least = math.log(0.01 / 38)
        assert all(least <= s <= 0 for one in ranked for s in (one.log_score, one.loo))
        assert all(0 <= one.brier <= 2 for one in ranked)


def test_hits_are_those_of_the_first_account(full):
    for sample in (CALIBRATION, HELD_OUT):
        own = next(one for one in full.scores[sample] if one.account == ACCOUNTS[0].name)
        cases = [r for r in full.cases if r.sample == sample]
        assert list(own.misses) == [r.scenario.name for r in cases if not r.sought_hit]
        assert own.recorded_hits == sum(r.recorded_hit for r in cases)


def test_the_yardstick_is_the_base_rate_of_the_other_cases(full):
    """18 multilateral, 11 hub-and-spoke, 3 bilateral and 2 none: n in 33 + 5 for each of n."""
    sought = [r.sought for r in full.cases if r.sample == HELD_OUT]
    counts = {form: sought.count(form) for form in set(sought)}
    assert counts == {
        Form.MULTILATERAL: 18,
        Form.HUB_AND_SPOKE: 11,
        Form.BILATERAL: 3,
        Form.NONE: 2,
    }
    wanted = sum(n * math.log(n / 38) for n in counts.values()) / 34
    yardstick = full.yardsticks[HELD_OUT]
    assert yardstick.account == "base_rate"
    assert yardstick.loo == yardstick.log_score == pytest.approx(wanted)
    assert yardstick.hits == 18
    recorded = [r.recorded_form for r in full.cases if r.sample == HELD_OUT]
    assert yardstick.recorded_hits == recorded.count(Form.MULTILATERAL)


def test_other_readings_take_the_place_of_what_was_sought(full):
    held = [r for r in full.cases if r.sample == HELD_OUT]
    read = [next(iter(r.other_readings), r.sought) for r in held]
    assert sum(one is not r.sought for one, r in zip(read, held, strict=True)) == 10
    for score in full.scores[OTHER_READINGS]:
        hits = [r.predictions[score.account].form is one for one, r in zip(read, held, strict=True)]
        assert score.hits == sum(hits)
    wanted = [
        np.log(base_rates(read[:i] + read[i + 1 :])[list(Form).index(form)])
        for i, form in enumerate(read)
    ]
    assert full.yardsticks[OTHER_READINGS].loo == pytest.approx(np.mean(wanted))


def test_without_draws_there_is_no_prior_share_and_no_noise(full):
    assert {result.prior_share for result in full.cases} == {None}
    assert full.codings is None


def test_few_cases_are_said_to_be_few(full):
    assert "little power" in full.caution


def test_the_calibration_sample_comes_out_as_calibrated(full):
    """Computed by an independent program when the defaults were set: a fit, not a test."""
    fitted = {r.scenario.name: r.predicted.form for r in full.cases if r.sample == CALIBRATION}
    assert fitted == {
        "europe-1949": Form.MULTILATERAL,
        "southeast-asia-1954": Form.MULTILATERAL,
        "asia-1951": Form.HUB_AND_SPOKE,
    }


def test_case_results_by_hand(full):
    korea = named(full, "rok-1953")
    signed = AllianceStructure("USA", bloc=["AUL", "NEW"], spokes=["JPN", "PHI", "ROK"])
    assert korea.recorded == signed
    assert korea.status_quo == AllianceStructure("USA", ["AUL", "NEW"], ["JPN", "PHI"])
    # what is new is a spoke beside others
    assert korea.sought is korea.recorded_form is Form.HUB_AND_SPOKE
    assert signed.form is Form.MIXED
    assert korea.other_readings == (Form.MULTILATERAL,)
    allies = set(korea.predicted.structure.allies)
    shared, either = allies & set(signed.allies), allies | set(signed.allies)
    assert korea.jaccard == len(shared) / len(either)
    pacific = named(full, "pacific-pact-1949")
    assert pacific.recorded == AllianceStructure("USA")
    assert pacific.recorded_form is Form.NONE
    assert pacific.jaccard == 0
    # the British sought treaties one by one, and signed one of five
    brussels = named(full, "brussels-pact-1948")
    assert (brussels.sought, brussels.recorded_form) == (Form.HUB_AND_SPOKE, Form.MULTILATERAL)
    assert (brussels.predicted.form is Form.MULTILATERAL) is brussels.recorded_hit
    assert (brussels.predicted.form is Form.HUB_AND_SPOKE) is brussels.sought_hit


def test_predictions_are_those_of_the_accounts(full, small):
    for game in small:
        for account in ACCOUNTS:
            found = named(full, game.scenario.name).predictions[account.name]
            assert found == account.predict(choice_of(game))


def test_predictions_are_of_what_is_new(found):
    for result in found.cases:
        for prediction in result.predictions.values():
            assert prediction.structure.extends(result.status_quo)
            assert prediction.form is prediction.structure.form_beside(result.status_quo)
    mongolia = named(found, "soviet-asia-1950")
    assert mongolia.status_quo == AllianceStructure("RUS", spokes=["MON"])
    assert mongolia.recorded == AllianceStructure("RUS", spokes=["CHN", "MON"])


def test_scores_are_those_of_the_samples_alone(found, small):
    """The calibration has no part in base rates, precisions and scores of the held-out cases."""
    beside = history([*small, *games.load_cases(["asia-1951"])], draws=0)
    assert beside.scores[HELD_OUT] == found.scores[HELD_OUT]
    assert beside.yardsticks == found.yardsticks
    assert found.scores[CALIBRATION] == ()
    assert {score.cases for score in beside.scores[CALIBRATION]} == {1}


def test_hits_of_what_was_sought_and_of_what_was_signed_are_counted_apart():
    """Nothing was signed beside what stands, though a bloc was sought."""
    sizes = {"Samos": 0.3, "Chios": 0.25}
    cases = [
        case(sizes, 0.7, "multilateral", name="bloc"),
        case(sizes, 0.0, "multilateral", name="nothing"),
    ]
    (score,) = history(cases, ACCOUNTS[:1], draws=0).models
    assert (score.hits, score.recorded_hits, score.misses) == (1, 1, ("nothing",))
    results = history(cases, ACCOUNTS[:1], draws=0).cases
    assert [(r.sought_hit, r.recorded_hit) for r in results] == [(True, False), (False, True)]
    assert [r.recorded_form for r in results] == [Form.NONE, Form.NONE]
    assert [r.jaccard for r in results] == [0, 1]


def test_only_the_first_of_the_other_readings_is_scored():
    sizes = {"Samos": 0.3, "Chios": 0.25}
    cases = [
        case(sizes, 0.7, "none", name="contested", readings=["multilateral", "bilateral"]),
        case(sizes, 0.7, "multilateral", name="plain"),
    ]
    found = history(cases, ACCOUNTS[:2], draws=0)
    assert found.cases[0].other_readings == (Form.MULTILATERAL, Form.BILATERAL)
    assert [one.hits for one in found.scores[HELD_OUT]] == [1, 1]
    assert [one.hits for one in found.scores[OTHER_READINGS]] == [2, 2]
    # two multilateral cases: each has the other for its base rate
    assert found.yardsticks[OTHER_READINGS].loo == pytest.approx(math.log(2 / 6))
    assert found.yardsticks[HELD_OUT].loo == pytest.approx(math.log(1 / 6))
    uncontested = history(cases[1:], ACCOUNTS[:1], draws=0)
    assert OTHER_READINGS not in uncontested.scores


def test_custom_cases_and_accounts_and_what_is_done(small):
    done = []
    found = history(small, FEW, draws=3, progress=lambda *report: done.append(report))
    assert [r.scenario.name for r in found.cases] == list(SMALL)
    assert {score.account for score in found.models} == {"expected_utility", "prior_ties"}
    assert found.cases[0].predicted == FEW[0].predict(choice_of(small[0]))
    assert {r.prior_share for r in found.cases} <= {0.0, 1 / 3, 2 / 3, 1.0}
    assert found.codings == codings(small, 3)
    draws = [("prior draws", 3 * number, 3 * len(small)) for number in range(1, len(small) + 1)]
    accounts = [("accounts", number, 4) for number in (1, 2, 3, 4)]
    assert done == [*draws, *accounts, ("codings", 1, 2), ("codings", 2, 2)]


def test_a_sample_without_cases_has_no_scores(small):
    found = history(iter(small), FEW, draws=0)
    assert found.scores[CALIBRATION] == ()
    assert set(found.yardsticks) == {HELD_OUT, OTHER_READINGS}
    fitted = history(games.load_cases(["asia-1951"]), FEW[:1], draws=0)
    assert fitted.models == ()
    assert fitted.yardsticks == {}
    assert fitted.scores[CALIBRATION][0].hits == 1
    # a reading of a case of the calibration is told and not scored
    assert fitted.cases[0].other_readings == (Form.MIXED,)
    assert OTHER_READINGS not in fitted.scores


def test_the_calibration_alone_has_no_hits_under_other_codings():
    found = history(games.load_cases(["asia-1951"]), FEW[:1], draws=2)
    assert found.codings is not None
    assert {item.cases for item in found.codings.shifted} == {0}
    assert found.cases[0].prior_share in (0, 0.5, 1)


def test_every_run_is_the_same(small):
    one, other = (history(small, FEW, draws=3, seed=5) for _ in range(2))
    assert one == other
    assert one != history(small, FEW, draws=3, seed=6)


def test_scores_pair_the_accounts_case_by_case(found):
    (own,) = [one for one in found.models if one.account == "expected_utility"]
    assert own.over_expected_utility == (0, 0)
    for score in found.models:
        null = found.yardsticks[HELD_OUT].loo
        assert score.over_base_rate.mean == pytest.approx(score.loo - null)
        assert score.over_expected_utility.mean == pytest.approx(score.loo - own.loo, abs=1e-12)


def test_ties_before_are_those_of_the_case(small):
    for game in small:
        assert choice_of(game).prior_ties == game.scenario.case.allied_before()
    assert any(choice_of(game).prior_ties for game in games.load_cases(["nato-1952", "nato-1955"]))


def test_what_a_case_is(small):
    assert small[3].scenario.name == "rok-1953"
    assert coding_of(small[3]).preferred.form is Form.HUB_AND_SPOKE
    assert coding_of(small[3]).sample == "held-out"


@pytest.mark.parametrize("draws", [0, 3])
def test_a_game_without_a_coded_case_is_refused(draws):
    invented = AllianceGame(hegemon="Athens", capabilities={"Samos": 0.2}, threat=0.5)
    for game in (games.load("classic-athens"), invented):
        with pytest.raises(InvalidGameError, match="coded case"):
            history([game], draws=draws)


@pytest.mark.parametrize("given", [{"cases": []}, {"accounts": ()}])
def test_no_cases_or_no_accounts_are_refused(given):
    with pytest.raises(InvalidGameError, match="must not be empty"):
        history(**given)


@pytest.mark.parametrize("draws", [-1, 2.5])
def test_draws_are_a_whole_number(small, draws):
    with pytest.raises(InvalidGameError, match="`draws`"):
        history(small, FEW, draws=draws)
