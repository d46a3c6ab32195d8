"""The historical test as plain values: each equals what the library holds, and JSON carries it."""

from dataclasses import replace
from typing import Any

import data_extracts as extracts
import pytest

import games
import solver
from games import AllianceStructure, Form
from games.measures.records import Pledges
from games.measures.threat import OPERATIONALISATIONS
from solver import ACCOUNTS, History
from solver.accounts.accounts import Prediction
from solver.accounts.codings import Blurred, Codings, Shifted
from solver.accounts.scoring import Difference, Score
from solver.accounts.threats import CaseThreat, case_threats
from solver.command import history as command

NAMES = ("dual-alliance-1879", "soviet-asia-1950", "asia-1951", "rok-1953")
POWERS = {
    **{"RUS": 0.17, "CHN": 0.1, "PRK": 0.004, "JPN": 0.03, "ROK": 0.006, "TAW": 0.006},
    **{"PHI": 0.003, "THI": 0.003, "AUL": 0.007, "NEW": 0.001},
}


@pytest.fixture(scope="module")
def found() -> History:
    return solver.history(games.load_cases(NAMES), draws=2)


@pytest.fixture(scope="module")
def threat() -> CaseThreat:
    (item,) = case_threats(
        games.load_cases(["rok-1953"]),
        nmc=extracts.capabilities({n: POWERS[n] for n in POWERS if n != "TAW"}, 1952),
        alliances=extracts.treaties({("RUS", "CHN"): Pledges(defense=True)}, 1952),
        disputes=extracts.quarrels({("PRK", "ROK"): 1}, 1952),
    )
    return item


def scored(name: str, loo: float, misses: tuple[str, ...] = (), **changes: Any) -> Score:
    fields = {"log_score": loo - 0.1, "brier": 0.5, "loo": loo, "misses": misses} | changes
    return Score(name, 3, 3 - len(misses), 1, **fields)


def test_case_row(found: History) -> None:
    rows = {row["name"]: row for row in map(command.case_row, found.cases)}
    assert list(rows) == list(NAMES)
    predicted = str(found.cases[3].predicted.form)
    allies = set(found.cases[3].predicted.structure.allies)
    signed = {"AUL", "NEW", "JPN", "PHI", "ROK"}
    assert rows["rok-1953"] == {
        "name": "rok-1953",
        "year": 1953,
        "sample": "held-out",
        "threat": 0.5,
        "predicted": predicted,
        "sought": "hub-and-spoke",
        "recorded": "hub-and-spoke",
        "sought_hit": predicted == "hub-and-spoke",
        "recorded_hit": predicted == "hub-and-spoke",
        "jaccard": len(allies & signed) / len(allies | signed),
    }
    asia = rows["asia-1951"]
    assert (asia["sought"], asia["recorded"]) == ("hub-and-spoke", "mixed")
    assert (asia["sample"], asia["sought_hit"], asia["recorded_hit"]) == (
        "calibration",
        True,
        False,
    )
    for row in rows.values():
        assert row["sought_hit"] is (row["predicted"] == row["sought"])
        assert row["recorded_hit"] is (row["predicted"] == row["recorded"])


def test_a_miss_is_no_hit(found: History) -> None:
    """Hits are those of the first account: a hub and spokes, or nothing new."""
    case = found.cases[-1]
    assert case.scenario.name == "rok-1953"
    hub = Prediction({}, case.recorded, Form.HUB_AND_SPOKE)
    hit = replace(case, predictions=dict(case.predictions) | {"prospect_theory": hub})
    row = command.case_row(hit)
    assert (row["predicted"], row["jaccard"]) == ("hub-and-spoke", 1)
    assert (row["sought_hit"], row["recorded_hit"]) == (True, True)
    nothing = Prediction({}, AllianceStructure("USA"), Form.NONE)
    missed = replace(case, predictions=dict(case.predictions) | {"prospect_theory": nothing})
    row = command.case_row(missed)
    assert (row["predicted"], row["jaccard"]) == ("none", 0)
    assert (row["sought_hit"], row["recorded_hit"]) == (False, False)


def test_case_facts(found: History) -> None:
    for result in found.cases:
        facts = command.case_facts(result)
        row = command.case_row(result)
        assert {name: facts.pop(name) for name in row} == row
        assert facts == {
            "other_readings": [str(form) for form in result.other_readings],
            "prior_share": result.prior_share,
            "status_quo": str(result.status_quo),
            "predicted_structure": str(result.predicted.structure),
            "recorded_structure": str(result.recorded),
            "accounts": {name: str(item.form) for name, item in result.predictions.items()},
        }
        assert facts["prior_share"] in (0, 0.5, 1)
        assert list(facts["accounts"]) == [account.name for account in ACCOUNTS]
        assert next(iter(facts["accounts"].values())) == row["predicted"]
    korea = command.case_facts(found.cases[-1])
    assert korea["other_readings"] == ["multilateral"]
    assert korea["status_quo"] == "USA: bloc {AUL, NEW}; spokes JPN, PHI"
    assert korea["recorded_structure"] == "USA: bloc {AUL, NEW}; spokes JPN, PHI, ROK"


def test_models(found: History) -> None:
    for item in found.models:
        row = command.model_row(item)
        assert item.over_base_rate is not None
        assert item.over_expected_utility is not None
        assert row == {
            "name": item.account,
            "hits": item.hits,
            "recorded_hits": item.recorded_hits,
            "cases": 3,
            "log_score": item.log_score,
            "brier": item.brier,
            "loo": item.loo,
            "difference": item.over_base_rate.mean,
            "se": item.over_base_rate.se,
            "over_expected_utility": item.over_expected_utility.mean,
            "se_over_it": item.over_expected_utility.se,
        }
        assert item.by_precision is not None
        by_precision = {"0": item.by_precision[0], "500": item.by_precision[500]}
        facts = command.model_facts(item)
        assert facts == row | {
            "by_precision": facts["by_precision"],
            "misses": list(item.misses),
        }
        assert by_precision.items() <= facts["by_precision"].items()
        assert list(facts["by_precision"]) == ["0", "10", "20", "50", "100", "200", "500"]
        assert row["hits"] == row["cases"] - len(item.misses)


def test_models_of_the_calibration_have_hits_alone(found: History) -> None:
    rows = command.score_rows(found.scores["calibration"], None)
    assert [row["name"] for row in rows] == [one.account for one in found.scores["calibration"]]
    for row, item in zip(rows, found.scores["calibration"], strict=True):
        assert row == {
            "name": item.account,
            "hits": item.hits,
            "recorded_hits": item.recorded_hits,
            "cases": 1,
        }
        assert command.model_facts(item)["by_precision"] == {}
        assert command.model_row(item)["difference"] is None


def test_score_rows_end_with_the_base_rate(found: History) -> None:
    yardstick = found.yardsticks["held-out"]
    *rows, last = command.score_rows(found.models, yardstick)
    assert rows == [command.model_row(item) for item in found.models]
    assert last == command.model_row(yardstick)
    assert (last["name"], last["difference"], last["over_expected_utility"]) == (
        *("base_rate", None, None),
    )


def test_precision_rows() -> None:
    scores = {0.0: -1.2, 10.0: -1.1, 500.0: -3.0}
    one, two = scored("one", -1, by_precision=scores), scored("two", -2)
    assert command.precision_rows([one, two]) == [
        {"name": "one", "0": -1.2, "10": -1.1, "500": -3.0},
        {"name": "two"},
    ]


def test_shift_rows_and_noise_rows() -> None:
    found = Codings(
        (
            Shifted("prospect_theory", -0.05, 3, 9),
            Shifted("prospect_theory", 0.0, 4, 9),
            Shifted("expected_utility", -0.05, 5, 9),
            Shifted("expected_utility", 0.0, 6, 9),
        ),
        (
            Blurred("prospect_theory", 0.1, 2.0, 3.5, 5.0, 9),
            Blurred("expected_utility", 0.1, 4.0, 5.5, 6.0, 9),
        ),
    )
    assert command.shift_rows(found) == [
        {"shift": -0.05, "prospect_theory": 3, "expected_utility": 5},
        {"shift": 0.0, "prospect_theory": 4, "expected_utility": 6},
    ]
    assert command.noise_rows(found) == [
        {"account": "prospect_theory", "noise": 0.1, "low": 2.0, "mean": 3.5, "high": 5.0},
        {"account": "expected_utility", "noise": 0.1, "low": 4.0, "mean": 5.5, "high": 6.0},
    ]


def test_account_row() -> None:
    for account in ACCOUNTS:
        assert command.account_row(account) == {
            "name": account.name,
            "source": account.source,
            "utility_of_a_structure": account.formula,
            "moves": account.moves,
        }


def test_history_facts(carried, found: History) -> None:
    facts = command.history_facts(found)
    assert carried(facts) == facts
    assert list(facts) == [
        *("cases", "models", "other_readings", "calibration", "base_rate", "shifted_codings"),
        *("blurred_codings", "caution"),
    ]
    assert facts["cases"] == [command.case_facts(result) for result in found.cases]
    assert facts["models"] == [command.model_facts(s) for s in found.scores["held-out"]]
    other = found.scores["held-out, other readings"]
    assert facts["other_readings"] == [command.model_facts(s) for s in other]
    calibration = found.scores["calibration"]
    assert facts["calibration"] == [command.model_facts(s) for s in calibration]
    assert {row["cases"] for row in facts["calibration"]} == {1}
    assert {name: row["cases"] for name, row in facts["base_rate"].items()} == {
        "held-out": 3,
        "held-out, other readings": 3,
    }
    assert found.codings is not None
    assert facts["shifted_codings"] == [vars(item) for item in found.codings.shifted]
    assert facts["blurred_codings"] == [vars(item) for item in found.codings.blurred]
    assert facts["shifted_codings"][0] == {
        "account": "prospect_theory",
        "shift": -0.3,
        "hits": found.codings.shifted[0].hits,
        "cases": 3,
    }
    assert facts["caution"] == found.caution
    names = {account.name for account in ACCOUNTS}
    assert {row["name"] for row in facts["models"]} == names
    scores = [row["loo"] for row in facts["models"]]
    assert scores == sorted(scores, reverse=True)


def test_the_misses_are_the_cases_predicted_otherwise(found: History) -> None:
    facts = command.history_facts(found)
    held_out = [case for case in facts["cases"] if case["sample"] == "held-out"]
    for row in facts["models"]:
        missed = [c["name"] for c in held_out if c["accounts"][row["name"]] != c["sought"]]
        assert row["misses"] == missed
        signed = [c for c in held_out if c["accounts"][row["name"]] == c["recorded"]]
        assert row["recorded_hits"] == len(signed)


def test_a_sample_without_cases() -> None:
    names = ["soviet-asia-1950", "balkan-alliance-1954"]
    alone = solver.history(games.load_cases(names), ACCOUNTS[:2], draws=0)
    facts = command.history_facts(alone)
    assert facts["calibration"] == facts["other_readings"] == []
    assert list(facts["base_rate"]) == ["held-out"]
    assert facts["shifted_codings"] == facts["blurred_codings"] == []
    assert facts["cases"][0]["prior_share"] is None
    assert len(facts["models"]) == 2
    assert len(command.reading(alone)) == 2


def test_miss_rows() -> None:
    scores = [scored("one", -1, ("a-1950", "b-1951")), scored("two", -2)]
    assert command.miss_rows(scores) == [
        {"account": "one", "misses": "a-1950, b-1951"},
        {"account": "two", "misses": ""},
    ]
    assert command.miss_rows([]) == []


def test_reading() -> None:
    yardstick = scored("base_rate", -1.1937)
    clearly, barely, worse = (
        scored(name, -1, over_base_rate=Difference(mean, 0.1))
        for name, mean in (("a", 0.21), ("b", 0.19), ("c", -0.5))
    )
    history = History(
        (),
        {"calibration": (), "held-out": (clearly, barely, worse)},
        {"held-out": yardstick},
    )
    start = "the base rate of the other cases scores -1.194; better than that:"
    assert command.reading(history) == [
        f"held-out: {start} a, b; by more than two standard errors: a.",
        history.caution,
    ]
    both = replace(
        history,
        scores={"held-out": (worse,), "held-out, other readings": (barely,)},
        yardsticks={"held-out": yardstick, "held-out, other readings": yardstick},
    )
    assert command.reading(both) == [
        f"held-out: {start} no account; by more than two standard errors: none.",
        f"held-out, other readings: {start} b; by more than two standard errors: none.",
        history.caution,
    ]
    assert command.reading(replace(history, yardsticks={})) == [history.caution]


def test_threat_rows(threat: CaseThreat) -> None:
    rows = command.threat_rows(threat)
    assert [row["measure"] for row in rows] == ["coded", *OPERATIONALISATIONS]
    assert rows[0] == {
        "case": "rok-1953",
        "measure": "coded",
        "raw": None,
        "threat": 0.5,
        "cut": False,
        "form": str(threat.forms["coded"]),
    }
    cut = {row["measure"]: row["cut"] for row in rows}
    # the gradient is above that of the reference case, the others are shares
    assert cut == dict.fromkeys(cut, False) | {"gradient": True}
    for row in rows[1:]:
        assert row["raw"] == threat.measures[row["measure"]].raw
        assert row["case"] == "rok-1953"
        assert row["threat"] == threat.measures[row["measure"]].normalised
        assert row["form"] == str(threat.forms[row["measure"]])


def test_threat_facts(carried, threat: CaseThreat) -> None:
    facts = command.threat_facts(threat)
    assert carried(facts) == facts
    assert {name: facts[name] for name in ("name", "year", "coded")} == {
        "name": "rok-1953",
        "year": 1953,
        "coded": 0.5,
    }
    assert facts["reason"] == threat.scenario.threat.reason
    assert facts["forms"] == {name: str(form) for name, form in threat.forms.items()}
    assert list(facts["measures"]) == list(OPERATIONALISATIONS)
    for name, item in facts["measures"].items():
        kept = threat.measures[name]
        assert item == {
            "raw": kept.raw,
            "normalised": kept.normalised,
            "cut": kept.cut,
            "intentions": True,
            "parts": dict(kept.parts),
            "missing": ["TAW: no figures for 1952 in nmc.csv"],
            "notes": [],
        }


def test_measure_lines() -> None:
    lines = command.measure_lines(["coded", "walt", "stake", "stake"])
    assert [line.split(":")[0] for line in lines] == ["stake", "walt"]
    for name, line in zip(("stake", "walt"), lines, strict=True):
        rule = OPERATIONALISATIONS[name]
        assert line == (
            f"{name}: {rule.formula}. Normalised: {rule.normalisation}. Source: {rule.source}."
        )
    assert command.measure_lines([]) == []
