"""The historical test end to end: every case, every account, calibration kept apart."""

import json

import numpy as np
import pytest

import games
from games import AllianceGame, AllianceStructure, Form, InvalidGameError
from games.scenarios.cases import coding_of
from solver.accounts.accounts import ACCOUNTS
from solver.accounts.historical import choice_of, history

SMALL = ("soviet-asia-1950", "asia-pacific-september-1951", "rok-1953", "roc-1954")
FEW = tuple(found for found in ACCOUNTS if found.name in ("expected_utility", "prior_ties"))


@pytest.fixture(scope="module")
def full():
    """All cases under all accounts, without prior draws."""
    return history(draws=0)


@pytest.fixture(scope="module")
def small():
    return games.load_cases(SMALL)


def record(result):
    """Return one case as the command prints it."""
    return {
        "name": result.scenario.name,
        "year": result.scenario.year,
        "sample": result.sample,
        "threat": result.scenario.threat.value,
        "predicted": result.predicted.form.value,
        "preferred": result.sought.value,
        "recorded": result.recorded.form.value,
        "hit": result.hit,
        "jaccard": result.jaccard,
    }


@pytest.mark.long
def test_enough_cases_and_accounts(full):
    samples = [result.scenario.case.sample for result in full.cases]
    assert len(samples) >= 12
    assert samples.count("held-out") >= 8
    assert samples.count("calibration") == 3
    assert len(full.models) >= 7
    assert all(set(result.predictions) == {a.name for a in ACCOUNTS} for result in full.cases)


@pytest.mark.long
def test_everything_is_ready_for_json(full):
    cases = [record(result) for result in full.cases]
    models = [
        {
            "name": model.account,
            "log_score": model.log_score,
            "brier": model.brier,
            "loo": model.loo,
            "misses": list(model.misses),
        }
        for model in full.models
    ]
    both = {"cases": cases, "models": models}
    assert json.loads(json.dumps(both, allow_nan=False)) == both
    assert {type(case["hit"]) for case in cases} == {bool}


@pytest.mark.long
def test_scores_of_the_samples_are_apart(full):
    by_sample = {
        sample: {r.scenario.name for r in full.cases if r.scenario.case.sample == sample}
        for sample in ("calibration", "held-out")
    }
    assert set(full.scores) == set(full.yardsticks) == set(by_sample)
    for sample, names in by_sample.items():
        for found in (*full.scores[sample], full.yardsticks[sample]):
            assert found.cases == len(names)
            assert found.hits == found.cases - len(found.misses)
            assert set(found.misses) <= names
    assert full.models == full.scores["held-out"]


@pytest.mark.long
def test_scores_come_best_first_and_in_range(full):
    for found in full.scores.values():
        scores = [one.log_score for one in found]
        assert scores == sorted(scores, reverse=True)
        assert all(np.log(0.001) <= s <= 0 for one in found for s in (one.log_score, one.loo))
        assert all(0 <= one.brier <= 2 for one in found)


@pytest.mark.long
def test_hits_are_those_of_the_first_account(full):
    for sample, found in full.scores.items():
        (own,) = [one for one in found if one.account == ACCOUNTS[0].name]
        missed = [
            r.scenario.name for r in full.cases if coding_of(r.game).sample == sample and not r.hit
        ]
        assert list(own.misses) == missed


@pytest.mark.long
def test_the_yardstick_has_equal_chances(full):
    forms = [
        len(r.predicted.probabilities) for r in full.cases if coding_of(r.game).sample == "held-out"
    ]
    yardstick = full.yardsticks["held-out"]
    assert yardstick.account == "equal_chances"
    assert yardstick.log_score == pytest.approx(np.mean(np.log(1 / np.array(forms))))


@pytest.mark.long
def test_without_draws_there_is_no_prior_share(full):
    assert {result.prior_share for result in full.cases} == {None}


@pytest.mark.long
def test_few_cases_are_said_to_be_few(full):
    assert "little power" in full.caution


@pytest.mark.long
def test_the_calibration_sample_comes_out_as_calibrated(full):
    """Computed by an independent program when the defaults were set: a fit, not a test."""
    fitted = {
        r.scenario.name: r.predicted.form
        for r in full.cases
        if coding_of(r.game).sample == "calibration"
    }
    assert fitted == {
        "europe-1949": Form.MULTILATERAL,
        "southeast-asia-1954": Form.MULTILATERAL,
        "asia-1951": Form.HUB_AND_SPOKE,
    }


@pytest.mark.long
def test_a_case_result_by_hand(full):
    (korea,) = [r for r in full.cases if r.scenario.name == "rok-1953"]
    signed = AllianceStructure("USA", spokes=["JPN", "ROK"])
    assert korea.recorded == signed
    assert korea.sought is Form.HUB_AND_SPOKE
    allies = set(korea.predicted.structure.allies)
    shared, either = allies & set(signed.allies), allies | set(signed.allies)
    assert korea.jaccard == len(shared) / len(either)
    (pacific,) = [r for r in full.cases if r.scenario.name == "pacific-pact-1949"]
    assert pacific.recorded == AllianceStructure("USA")
    assert pacific.jaccard == 0


@pytest.mark.long
def test_predictions_are_those_of_the_accounts(full, small):
    by_name = {result.scenario.name: result for result in full.cases}
    for game in small:
        for account in ACCOUNTS:
            found = by_name[game.scenario.name].predictions[account.name]
            assert found == account.predict(choice_of(game))


def test_custom_cases_and_accounts_and_what_is_done(small):
    done = []
    found = history(small, FEW, draws=3, progress=lambda *report: done.append(report))
    assert [r.scenario.name for r in found.cases] == list(SMALL)
    assert {score.account for score in found.models} == {"expected_utility", "prior_ties"}
    assert found.cases[0].predicted == FEW[0].predict(choice_of(small[0]))
    assert {r.prior_share for r in found.cases} <= {0.0, 1 / 3, 2 / 3, 1.0}
    draws = [("prior draws", 3 * number, 3 * len(small)) for number in range(1, len(small) + 1)]
    assert done == draws + [("accounts", number, 4) for number in (1, 2, 3, 4)]


def test_a_sample_without_cases_has_no_scores(small):
    found = history(iter(small), FEW, draws=0)
    assert found.scores["calibration"] == ()
    assert set(found.yardsticks) == {"held-out"}
    fitted = history(games.load_cases(["asia-1951"]), FEW[:1], draws=0)
    assert fitted.models == ()
    assert set(fitted.yardsticks) == {"calibration"}


def test_every_run_is_the_same(small):
    one, other = (history(small, FEW, draws=3, seed=5) for _ in range(2))
    assert one == other


def test_ties_before_are_those_of_the_case(small):
    for game in small:
        assert choice_of(game).prior_ties == game.scenario.case.allied_before()
    assert any(choice_of(game).prior_ties for game in games.load_cases(["nato-1952", "nato-1955"]))


def test_what_a_case_is(small):
    assert small[2].scenario.name == "rok-1953"
    assert coding_of(small[2]).preferred.form is Form.HUB_AND_SPOKE
    assert coding_of(small[2]).sample == "held-out"


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
