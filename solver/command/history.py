"""The commands `alliance history`, `rivals` and `threat`: the theory beside the record."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import games
import solver
from games.measures.threat import OPERATIONALISATIONS
from solver.command.asked import AsJson, Plot, Quiet, check_targets
from solver.command.show import Row, emit, lines, progress, table, wrote
from solver.results import name_of

if TYPE_CHECKING:
    from solver.accounts.accounts import Account
    from solver.accounts.historical import CaseResult, Score
    from solver.accounts.threats import CaseThreat


def history(
    draws: Annotated[
        int, typer.Option(help="Draws of the parameter prior; 0 for none.", min=0, max=100_000)
    ] = 200,
    seed: Annotated[int, typer.Option(help="Of these draws.", min=0)] = 0,
    plot: Plot = None,
    json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Test every account of alliance form on every historical case."""
    check_targets(None, plot)
    with progress(quiet or json) as advance:
        found = solver.history(draws=draws, seed=seed, progress=advance)
    if plot is not None:
        from solver.figures import history as pictures

        solver.plot.save(pictures.figure(found), plot)
    if json:
        emit(history_facts(found))
        return
    table("Cases under prospect theory", [case_row(result) for result in found.cases])
    shares: list[Row] = [
        {"name": result.scenario.name, "share": result.prior_share}
        for result in found.cases
        if result.prior_share is not None
    ]
    if shares:
        table("Share of the parameter prior that predicts what was sought", shares)
    _scores(found)
    wrote(plot)


def rivals(json: AsJson = False, quiet: Quiet = False) -> None:
    """Show what each account of alliance form says, and how it scores."""
    with progress(quiet or json) as advance:
        found = solver.history(draws=0, progress=advance)
    accounts = [account_row(account) for account in solver.ACCOUNTS]
    if json:
        emit({"accounts": accounts} | history_facts(found))
        return
    table("Accounts of alliance form", accounts)
    _scores(found)


def threat(
    scenario: Annotated[
        str | None, typer.Argument(help="One case, by name or path; all embedded ones by default.")
    ] = None,
    nmc: Annotated[Path | None, typer.Option(help="Your copy of COW NMC 6.0.")] = None,
    alliances: Annotated[Path | None, typer.Option(help="Your copy of COW or ATOP.")] = None,
    disputes: Annotated[Path | None, typer.Option(help="Your copy of dyadic COW MID.")] = None,
    intentions: Annotated[bool, typer.Option(help="Count disputes, where they are given.")] = True,
    json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Measure the threat of cases from data in several ways, and show where each leads."""
    from solver.accounts.threats import case_threats

    with progress(quiet or json) as advance:
        quarrels = games.load_disputes(disputes) if disputes else None
        found = case_threats(
            None if scenario is None else [games.load(scenario)],
            nmc=games.load_nmc(nmc) if nmc else None,
            alliances=games.load_alliances(alliances) if alliances else None,
            disputes=quarrels,
            intentions=intentions and quarrels is not None,
            progress=advance,
        )
    if json:
        emit({"cases": [threat_facts(item) for item in found]})
        return
    rows = [row for item in found for row in threat_rows(item)]
    table("Threat by each measure, and the form preferred at it", rows)
    lines(*measure_lines([str(row["measure"]) for row in rows]))
    for item in found:
        for measure in item.measures.values():
            remarks = (*measure.missing, *measure.notes)
            lines(*(f"{item.scenario.name}, {measure.name}: {remark}." for remark in remarks))


def _scores(found: solver.History) -> None:
    """Print all accounts' scores on both samples, and their misses on the held-out one."""
    for sample, ranked in found.scores.items():
        if ranked:
            table(f"Accounts on the {sample} sample", [model_row(item) for item in ranked])
    if found.models:
        table("Misses on the held-out sample", miss_rows(found.models))
    lines(*reading(found))


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


def history_facts(found: solver.History) -> Row:
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


def reading(found: solver.History) -> list[str]:
    """Return lines that say what the scores are worth."""
    said = []
    for sample, yardstick in found.yardsticks.items():
        better = [s.account for s in found.scores[sample] if s.log_score > yardstick.log_score]
        said.append(
            f"{sample}: equal chances for all forms score {yardstick.log_score:.3f} (Brier"
            f" {yardstick.brier:.3f}); better than that: {', '.join(better) or 'no account'}."
        )
    by_name = {item.account: item for item in found.models}
    if {"prospect_theory", "legitimacy_prospect"} <= set(by_name):
        said.append(
            "legitimacy_prospect says what prospect_theory says, as no case has the legitimacy of"
            " its leaders coded."
        )
    return [*said, found.caution]


def threat_rows(found: CaseThreat) -> list[Row]:
    """Return one case's threats, and the form preferred at each, as rows."""
    levels = {"coded": found.scenario.threat.value}
    levels |= {name: item.normalised for name, item in found.measures.items()}
    return [
        {
            "case": found.scenario.name,
            "measure": name,
            "threat": level,
            "form": name_of(form),
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
        "forms": {name: name_of(form) for name, form in found.forms.items()},
    }


def measure_lines(names: Sequence[str]) -> list[str]:
    """Return what each of some measures is: formula, normalisation and source."""
    return [
        f"{item.name}: {item.formula}. Normalised: {item.normalisation}. Source: {item.source}."
        for item in OPERATIONALISATIONS.values()
        if item.name in names
    ]
