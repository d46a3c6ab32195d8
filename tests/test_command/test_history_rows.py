"""The historical test as plain values: each equals what the library holds, and JSON carries it."""

from dataclasses import replace

import data_extracts as extracts
import pytest

import games
import solver
from games import AllianceStructure
from games.measures.records import Pledges
from games.measures.threat import OPERATIONALISATIONS
from solver import ACCOUNTS, History
from solver.accounts.accounts import Prediction
from solver.accounts.historical import FEW, Score
from solver.accounts.threats import CaseThreat, case_threats
from solver.command import history as command

NAMES = ("soviet-asia-1950", "asia-1951", "asia-pacific-september-1951", "rok-1953")
POWERS = {"RUS": 0.17, "CHN": 0.1, "PRK": 0.004, "JPN": 0.03, "ROK": 0.008, "TAW": 0.007}


@pytest.fixture(scope="module")
def found() -> History:
    return solver.history(games.load_cases(NAMES), draws=2)


@pytest.fixture(scope="module")
def threat() -> CaseThreat:
    (item,) = case_threats(
        games.load_cases(["rok-1953"]),
        nmc=extracts.capabilities({n: POWERS[n] for n in POWERS if n != "TAW"}, 1953),
        alliances=extracts.treaties({("RUS", "CHN"): Pledges(defense=True)}, 1953),
        disputes=extracts.quarrels({("PRK", "ROK"): 1}, 1953),
    )
    return item


def scored(name: str, log_score: float, misses: tuple[str, ...] = ()) -> Score:
    return Score(name, 3, 3 - len(misses), log_score, 0.5, -0.7, misses)


def test_case_row(found: History) -> None:
    rows = {row["name"]: row for row in map(command.case_row, found.cases)}
    assert list(rows) == list(NAMES)
    assert rows["rok-1953"] == {
        "name": "rok-1953",
        "year": 1953,
        "sample": "held-out",
        "threat": 0.5,
        "predicted": "hub-and-spoke",
        "preferred": "hub-and-spoke",
        "recorded": "hub-and-spoke",
        "hit": True,
        "jaccard": pytest.approx(2 / 3),  # the Republic of China signed in the year after
    }
    september = rows["asia-pacific-september-1951"]
    assert (september["preferred"], september["recorded"]) == ("mixed", "mixed")
    assert rows["asia-1951"]["sample"] == "calibration"
    for row in rows.values():
        assert row["hit"] is (row["predicted"] == row["preferred"])


def test_a_miss_is_no_hit(found: History) -> None:
    case = found.cases[-1]
    nothing = Prediction({}, AllianceStructure("USA"))
    missed = replace(case, predictions={"prospect_theory": nothing} | dict(case.predictions))
    assert command.case_row(missed)["hit"] is True
    missed = replace(case, predictions=dict(case.predictions) | {"prospect_theory": nothing})
    row = command.case_row(missed)
    assert (row["predicted"], row["hit"], row["jaccard"]) == ("none", False, 0)


def test_case_facts(found: History) -> None:
    for result in found.cases:
        facts = command.case_facts(result)
        row = command.case_row(result)
        assert {name: facts.pop(name) for name in row} == row
        assert facts == {
            "prior_share": result.prior_share,
            "predicted_structure": str(result.predicted.structure),
            "recorded_structure": str(result.recorded),
            "accounts": {name: str(item.form) for name, item in result.predictions.items()},
        }
        assert facts["prior_share"] in (0, 0.5, 1)
        assert list(facts["accounts"]) == [account.name for account in ACCOUNTS]
        assert next(iter(facts["accounts"].values())) == row["predicted"]


def test_models(found: History) -> None:
    for item in found.models:
        row = command.model_row(item)
        assert row == {
            "name": item.account,
            "hits": item.hits,
            "cases": 3,
            "log_score": item.log_score,
            "brier": item.brier,
            "loo": item.loo,
        }
        assert command.model_facts(item) == row | {"misses": list(item.misses)}
        assert row["hits"] == row["cases"] - len(item.misses)


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
    assert list(facts) == ["cases", "models", "calibration", "equal_chances", "caution"]
    assert facts["cases"] == [command.case_facts(result) for result in found.cases]
    assert facts["models"] == [command.model_facts(s) for s in found.scores["held-out"]]
    calibration = found.scores["calibration"]
    assert facts["calibration"] == [command.model_facts(s) for s in calibration]
    assert {row["cases"] for row in facts["calibration"]} == {1}
    assert {name: row["cases"] for name, row in facts["equal_chances"].items()} == {
        "calibration": 1,
        "held-out": 3,
    }
    assert facts["caution"] == FEW
    names = {account.name for account in ACCOUNTS}
    assert {row["name"] for row in facts["models"]} == names
    scores = [row["log_score"] for row in facts["models"]]
    assert scores == sorted(scores, reverse=True)


def test_the_misses_are_the_cases_predicted_otherwise(found: History) -> None:
    facts = command.history_facts(found)
    held_out = [case for case in facts["cases"] if case["sample"] == "held-out"]
    for row in facts["models"]:
        missed = [c["name"] for c in held_out if c["accounts"][row["name"]] != c["preferred"]]
        assert row["misses"] == missed


def test_a_sample_without_cases() -> None:
    alone = solver.history(games.load_cases(["rok-1953"]), ACCOUNTS[:2], draws=0)
    facts = command.history_facts(alone)
    assert facts["calibration"] == []
    assert list(facts["equal_chances"]) == ["held-out"]
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
    level = scored("equal_chances", -1.3862)
    good, equal, bad = (scored(n, s) for n, s in (("a", -1), ("b", -1.3862), ("c", -2)))
    history = History(
        (),
        {"calibration": (good, equal, bad), "held-out": (equal, bad)},
        {"calibration": level, "held-out": level},
    )
    start = "equal chances for all forms score -1.386 (Brier 0.500); better than that:"
    assert command.reading(history) == [
        f"calibration: {start} a.",
        f"held-out: {start} no account.",
        FEW,
    ]
    both = replace(history, scores={"calibration": (), "held-out": (good, replace(good))})
    assert command.reading(both)[1] == f"held-out: {start} a, a."


def test_two_accounts_that_say_the_same_are_named(found: History) -> None:
    *lines, twins, few = command.reading(found)
    assert [line.split(":")[0] for line in lines] == ["calibration", "held-out"]
    assert twins.startswith("legitimacy_prospect says what prospect_theory says")
    assert few == FEW
    for case in found.cases:
        assert case.predictions["legitimacy_prospect"] == case.predictions["prospect_theory"]


def test_threat_rows(threat: CaseThreat) -> None:
    rows = command.threat_rows(threat)
    assert [row["measure"] for row in rows] == ["coded", *OPERATIONALISATIONS]
    assert rows[0] == {
        "case": "rok-1953",
        "measure": "coded",
        "threat": 0.5,
        "form": "hub-and-spoke",
    }
    for row in rows[1:]:
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
            "intentions": True,
            "parts": dict(kept.parts),
            "missing": ["TAW: no figures for 1953 in nmc.csv"],
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
