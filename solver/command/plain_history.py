"""The historical test as rows and dictionaries of plain values."""

from __future__ import annotations

from collections.abc import Sequence

from games.measures.threat import OPERATIONALISATIONS
from solver.accounts.accounts import Account
from solver.accounts.historical import CaseResult, History
from solver.accounts.scoring import Score
from solver.accounts.threats import CaseThreat
from solver.command.plain import Row

NO_FORM = "no equilibrium"


def case_row(result: CaseResult) -> Row:
    """Return one case as a row."""
    scenario = result.scenario
    return {
        "name": scenario.name,
        "year": scenario.year,
        "sample": result.sample,
        "threat": scenario.threat.value,
        "predicted": str(result.predicted.form),
        "preferred": str(result.sought),
        "recorded": str(result.recorded.form),
        "hit": result.hit,
        "jaccard": result.jaccard,
    }


def case_facts(result: CaseResult) -> Row:
    """Return one case with every account's prediction."""
    return case_row(result) | {
        "prior_share": result.prior_share,
        "predicted_structure": str(result.predicted.structure),
        "recorded_structure": str(result.recorded),
        "accounts": {name: str(found.form) for name, found in result.predictions.items()},
    }


def model_row(found: Score) -> Row:
    """Return one account's scores as a row."""
    return {
        "name": found.account,
        "hits": found.hits,
        "cases": found.cases,
        "log_score": found.log_score,
        "brier": found.brier,
        "loo": found.loo,
    }


def model_facts(found: Score) -> Row:
    """Return one account's scores with the names of the cases that it misses."""
    return model_row(found) | {"misses": list(found.misses)}


def account_row(account: Account) -> Row:
    """Return what an account is, as a row."""
    return {
        "name": account.name,
        "source": account.source,
        "utility_of_a_structure": account.formula,
        "moves": account.moves,
    }


def history_facts(found: History) -> Row:
    """Return the whole historical test; `models` are scored on the held-out sample."""
    return {
        "cases": [case_facts(result) for result in found.cases],
        "models": [model_facts(item) for item in found.models],
        "calibration": [model_facts(item) for item in found.scores["calibration"]],
        "equal_chances": {name: model_row(item) for name, item in found.yardsticks.items()},
        "caution": found.caution,
    }


def miss_rows(scores: Sequence[Score]) -> list[Row]:
    """Return which cases each account misses, as rows."""
    return [{"account": found.account, "misses": ", ".join(found.misses)} for found in scores]


def reading(found: History) -> list[str]:
    """Return lines that say what the scores are worth."""
    lines = []
    for sample, yardstick in found.yardsticks.items():
        better = [s.account for s in found.scores[sample] if s.log_score > yardstick.log_score]
        lines.append(
            f"{sample}: equal chances for all forms score {yardstick.log_score:.3f} (Brier"
            f" {yardstick.brier:.3f}); better than that: {', '.join(better) or 'no account'}."
        )
    by_name = {item.account: item for item in found.models}
    if {"prospect_theory", "legitimacy_prospect"} <= set(by_name):
        lines.append(
            "legitimacy_prospect says what prospect_theory says, as no case has the legitimacy of"
            " its leaders coded."
        )
    return [*lines, found.caution]


def threat_rows(found: CaseThreat) -> list[Row]:
    """Return one case's threats, and the form preferred at each, as rows."""
    levels = {"coded": found.scenario.threat.value}
    levels |= {name: item.normalised for name, item in found.measures.items()}
    return [
        {
            "case": found.scenario.name,
            "measure": name,
            "threat": level,
            "form": str(form or NO_FORM),
        }
        for (name, level), form in zip(levels.items(), found.forms.values(), strict=True)
    ]


def threat_facts(found: CaseThreat) -> Row:
    """Return one case's threats with what they are made of."""
    return {
        "name": found.scenario.name,
        "year": found.scenario.year,
        "coded": found.scenario.threat.value,
        "reason": found.scenario.threat.reason,
        "measures": {
            name: {
                "raw": item.raw,
                "normalised": item.normalised,
                "intentions": item.intentions,
                "parts": dict(item.parts),
                "missing": list(item.missing),
                "notes": list(item.notes),
            }
            for name, item in found.measures.items()
        },
        "forms": {name: str(form or NO_FORM) for name, form in found.forms.items()},
    }


def measure_lines(names: Sequence[str]) -> list[str]:
    """Return what each of some measures is: formula, normalisation and source."""
    return [
        f"{item.name}: {item.formula}. Normalised: {item.normalisation}. Source: {item.source}."
        for item in OPERATIONALISATIONS.values()
        if item.name in names
    ]
