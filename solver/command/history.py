"""The commands `alliance history`, `rivals` and `threat`: the theory beside the record."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import games
import solver
from games import InvalidGameError
from games.measures.threat import OPERATIONALISATIONS
from solver.command.asked import AsJson, Out, Plot, Quiet, Wide, check_targets
from solver.command.show import Row, emit, lines, progress, table, wrote

if TYPE_CHECKING:
    from solver.accounts.accounts import Account
    from solver.accounts.codings import Codings
    from solver.accounts.historical import CaseResult
    from solver.accounts.scoring import Score
    from solver.accounts.threats import CaseThreat


# of the columns of a case, those that tell it apart and say whether it is a hit
CASE_COLUMNS = (
    *("name", "year", "sample", "threat", "predicted", "sought", "recorded"),
    *("sought_hit", "recorded_hit", "jaccard"),
)
FIRST_OF_CASES = ("name", "predicted", "sought", "sought_hit", "threat", "recorded")
FIRST_OF_SCORES = ("name", "hits", "cases", "loo", "difference", "se", "over_expected_utility")


def history(
    cases: Annotated[
        Path | None,
        typer.Option(help="A folder of case files of your own, .toml, instead of those embedded."),
    ] = None,
    draws: Annotated[
        int,
        typer.Option(
            help="Draws of the parameter prior and of noise in the codings; 0 for neither.",
            min=0,
            max=100_000,
        ),
    ] = 200,
    seed: Annotated[int, typer.Option(help="Of these draws.", min=0)] = 0,
    out: Out = None,
    plot: Plot = None,
    json: AsJson = False,
    wide: Wide = False,
    quiet: Quiet = False,
) -> None:
    """Test every account of alliance form on every historical case."""
    check_targets(out, plot)
    with progress(quiet or json) as advance:
        own = None if cases is None else cases_in(cases)
        found = solver.history(cases=own, draws=draws, seed=seed, progress=advance)
    if out is not None:
        found.write(out)
    if plot is not None:
        solver.plot.save(found.plot(), plot)
    if json:
        emit(history_facts(found))
        return
    rows = [case_row(result) for result in found.cases]
    table("Cases under prospect theory", [_ordered(row, FIRST_OF_CASES) for row in rows], wide)
    if found.codings is not None:
        table("Hits if all coded threats are moved alike", shift_rows(found.codings), wide)
        table("Hits if coded threats are blurred by noise", noise_rows(found.codings), wide)
    shares: list[Row] = [
        {"name": result.scenario.name, "share": result.prior_share}
        for result in found.cases
        if result.prior_share is not None
    ]
    if shares:
        table("Share of the parameter prior that predicts what was sought", shares, wide)
    _scores(found, wide)
    wrote(out, plot)


def rivals(json: AsJson = False, wide: Wide = False, quiet: Quiet = False) -> None:
    """Show what each account of alliance form says, and how it scores."""
    with progress(quiet or json) as advance:
        found = solver.history(draws=0, progress=advance)
    accounts = [account_row(account) for account in solver.ACCOUNTS]
    if json:
        emit({"accounts": accounts} | history_facts(found))
        return
    table("Accounts of alliance form", accounts, wide)
    _scores(found, wide)


def threat(
    scenario: Annotated[
        str | None, typer.Argument(help="One case, by name or path; all embedded ones by default.")
    ] = None,
    nmc: Annotated[Path | None, typer.Option(help="Your copy of COW NMC 6.0.")] = None,
    alliances: Annotated[Path | None, typer.Option(help="Your copy of COW or ATOP.")] = None,
    disputes: Annotated[Path | None, typer.Option(help="Your copy of dyadic COW MID.")] = None,
    intentions: Annotated[bool, typer.Option(help="Count disputes, where they are given.")] = True,
    json: AsJson = False,
    wide: Wide = False,
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
    table("Threat by each measure, and the form preferred at it", rows, wide)
    lines(*measure_lines([str(row["measure"]) for row in rows]))
    for item in found:
        for measure in item.measures.values():
            remarks = (*measure.missing, *measure.notes)
            lines(*(f"{item.scenario.name}, {measure.name}: {remark}." for remark in remarks))


def cases_in(folder: Path) -> tuple[games.AllianceGame, ...]:
    """Return the cases of all .toml files in a folder, by name.

    Raises
    ------
    InvalidGameError
        If there is no such folder, no such file in it, or a file that describes no case.
    """
    if not folder.is_dir():
        raise InvalidGameError(f"`cases` must be a folder of .toml files; got {str(folder)!r}")
    files = sorted(folder.glob("*.toml"))
    if not files:
        raise InvalidGameError(
            f"`cases` must be a folder of .toml files; there is none in {str(folder)!r}"
        )
    return tuple(map(games.load_case, files))


def _scores(found: solver.History, wide: bool) -> None:
    """Print all accounts' scores on each sample, and their misses on the held-out one."""
    for sample, ranked in found.scores.items():
        if ranked:
            scored = score_rows(ranked, found.yardsticks.get(sample))
            rows = [_ordered(row, FIRST_OF_SCORES) for row in scored]
            table(f"Accounts on the {sample} sample", rows, wide)
    if found.models:
        table("Log score by precision, held-out sample", precision_rows(found.models), wide)
        table("Misses on the held-out sample", miss_rows(found.models), wide)
    lines(*reading(found))


def _ordered(row: Row, first: Sequence[str]) -> Row:
    """Return a row with what says most in front, where a narrow terminal shows it."""
    return {name: row[name] for name in (*first, *row) if name in row}


def case_row(result: CaseResult) -> Row:
    """Return one case as a row."""
    row = result.record()
    return {name: row[name] for name in CASE_COLUMNS}


def case_facts(result: CaseResult) -> Row:
    """Return one case with every account's prediction."""
    return case_row(result) | {
        "other_readings": [str(form) for form in result.other_readings],
        "prior_share": result.prior_share,
        "status_quo": str(result.status_quo),
        "predicted_structure": str(result.predicted.structure),
        "recorded_structure": str(result.recorded),
        "accounts": {name: str(found.form) for name, found in result.predictions.items()},
    }


def model_row(found: Score) -> Row:
    """Return one account's scores as a row."""
    return {
        "name": found.account,
        "hits": found.hits,
        "recorded_hits": found.recorded_hits,
        "cases": found.cases,
        "log_score": found.log_score,
        "brier": found.brier,
        "loo": found.loo,
        "difference": found.over_base_rate and found.over_base_rate.mean,
        "se": found.over_base_rate and found.over_base_rate.se,
        "over_expected_utility": found.over_expected_utility and found.over_expected_utility.mean,
        "se_over_it": found.over_expected_utility and found.over_expected_utility.se,
    }


def score_rows(ranked: Sequence[Score], yardstick: Score | None) -> list[Row]:
    """Return accounts' scores as rows, the base rate last; of the calibration sample only hits."""
    if yardstick is None:
        names = ("name", "hits", "recorded_hits", "cases")
        return [{name: model_row(item)[name] for name in names} for item in ranked]
    return [model_row(item) for item in (*ranked, yardstick)]


def precision_rows(ranked: Sequence[Score]) -> list[Row]:
    """Return accounts' log scores at several precisions as rows."""
    return [
        {"name": item.account}
        | {f"{precision:g}": score for precision, score in (item.by_precision or {}).items()}
        for item in ranked
    ]


def model_facts(found: Score) -> Row:
    """Return one account's scores with the names of the cases that it misses."""
    scores = {f"{precision:g}": score for precision, score in (found.by_precision or {}).items()}
    return model_row(found) | {"by_precision": scores, "misses": list(found.misses)}


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
    noise = found.codings
    return {
        "cases": [case_facts(result) for result in found.cases],
        "models": [model_facts(item) for item in found.models],
        "other_readings": [model_facts(item) for item in found.other_readings],
        "calibration": [model_facts(item) for item in found.scores["calibration"]],
        "base_rate": {name: model_row(item) for name, item in found.yardsticks.items()},
        "shifted_codings": [vars(item) for item in noise.shifted] if noise else [],
        "blurred_codings": [vars(item) for item in noise.blurred] if noise else [],
        "caution": found.caution,
    }


def shift_rows(found: Codings) -> list[Row]:
    """Return the hits under shifted codings as rows, one for each shift."""
    rows: dict[float, Row] = {}
    for item in found.shifted:
        rows.setdefault(item.shift, {"shift": item.shift})[item.account] = item.hits
    return list(rows.values())


def noise_rows(found: Codings) -> list[Row]:
    """Return the hits under blurred codings as rows."""
    return [
        {
            "account": item.account,
            "noise": item.noise,
            "low": item.low,
            "mean": item.mean,
            "high": item.high,
        }
        for item in found.blurred
    ]


def miss_rows(scores: Sequence[Score]) -> list[Row]:
    """Return which cases each account misses, as rows."""
    return [{"account": found.account, "misses": ", ".join(found.misses)} for found in scores]


def reading(found: solver.History) -> list[str]:
    """Return lines that say what the scores are worth."""
    said = []
    for sample, yardstick in found.yardsticks.items():
        told = [(s.account, s.over_base_rate) for s in found.scores[sample]]
        better = [name for name, over in told if over and over.mean > 0]
        clearly = [name for name, over in told if over and over.mean > 2 * over.se]
        said.append(
            f"{sample}: the base rate of the other cases scores {yardstick.loo:.3f}; better than"
            f" that: {', '.join(better) or 'no account'}; by more than two standard errors:"
            f" {', '.join(clearly) or 'none'}."
        )
    return [*said, found.caution]


def threat_rows(found: CaseThreat) -> list[Row]:
    """Return one case's threats, and the form preferred at each, as rows."""
    rows: list[Row] = [
        {
            "case": found.scenario.name,
            "measure": "coded",
            "raw": None,
            "threat": found.scenario.threat.value,
            "cut": False,
            "form": str(found.forms["coded"]),
        }
    ]
    rows += [
        {
            "case": found.scenario.name,
            "measure": name,
            "raw": item.raw,
            "threat": item.normalised,
            "cut": item.cut,
            "form": str(found.forms[name]),
        }
        for name, item in found.measures.items()
    ]
    return rows


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
                "cut": item.cut,
                "intentions": item.intentions,
                "parts": dict(item.parts),
                "missing": list(item.missing),
                "notes": list(item.notes),
            }
            for name, item in found.measures.items()
        },
        "forms": {name: str(form) for name, form in found.forms.items()},
    }


def measure_lines(names: Sequence[str]) -> list[str]:
    """Return what each of some measures is: formula, normalisation and source."""
    return [
        f"{item.name}: {item.formula}. Normalised: {item.normalisation}. Source: {item.source}."
        for item in OPERATIONALISATIONS.values()
        if item.name in names
    ]
