"""Print the historical test, its accounts, and threats measured from data."""

from __future__ import annotations

from collections.abc import Sequence

from solver.accounts.accounts import ACCOUNTS
from solver.accounts.historical import History
from solver.accounts.threats import CaseThreat
from solver.command import plain_history as plain
from solver.command.report import emit, lines, table
from solver.command.studies import Targets


def history(found: History, targets: Targets, *, as_json: bool) -> None:
    """Print every case under prospect theory, and all accounts' scores."""
    if as_json:
        emit(plain.history_facts(found))
        return
    table("Cases under prospect theory", [plain.case_row(result) for result in found.cases])
    shares = [result for result in found.cases if result.prior_share is not None]
    if shares:
        table(
            "Share of the parameter prior that predicts what was sought",
            [{"name": r.scenario.name, "share": r.prior_share} for r in shares],
        )
    scores(found)
    lines(*(f"Wrote {path}." for path in targets.paths), whole=True)


def scores(found: History) -> None:
    """Print all accounts' scores on both samples, and their misses on the held-out one."""
    for sample, ranked in found.scores.items():
        if ranked:
            table(f"Accounts on the {sample} sample", [plain.model_row(item) for item in ranked])
    if found.models:
        table("Misses on the held-out sample", plain.miss_rows(found.models))
    lines(*plain.reading(found))


def rivals(found: History, *, as_json: bool) -> None:
    """Print what the accounts are, and their scores."""
    if as_json:
        accounts = [plain.account_row(account) for account in ACCOUNTS]
        emit({"accounts": accounts} | plain.history_facts(found))
        return
    table("Accounts of alliance form", [plain.account_row(account) for account in ACCOUNTS])
    scores(found)


def threats(found: Sequence[CaseThreat], *, as_json: bool) -> None:
    """Print the threats of cases under each measure."""
    if as_json:
        emit({"cases": [plain.threat_facts(item) for item in found]})
        return
    rows = [row for item in found for row in plain.threat_rows(item)]
    table("Threat by each measure, and the form preferred at it", rows)
    lines(*plain.measure_lines([str(row["measure"]) for row in rows]))
    for item in found:
        for measure in item.measures.values():
            remarks = (*measure.missing, *measure.notes)
            lines(*(f"{item.scenario.name}, {measure.name}: {remark}." for remark in remarks))
