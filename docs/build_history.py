"""Make `docs/history.md` and its figures: `python docs/build_history.py`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import games
import solver
from solver.accounts.accounts import ACCOUNTS
from solver.accounts.priors import MOST_CANDIDATES, PRIOR, region
from solver.accounts.threats import case_threats
from solver.command.history import (
    account_row,
    case_row,
    measure_lines,
    miss_rows,
    model_row,
    reading,
    threat_rows,
)
from solver.figures import history

HERE = Path(__file__).parent
HEAD = """\
# Does the theory hold?

Made by `python docs/build_history.py`, which runs what `alliance history`, `alliance rivals` and
`alliance threat` print. The dates and members of treaties are public record, capabilities are from
the Correlates of War; **threats, sought forms and affinities are this project's own codings**, each
with its reason in `games/data/`. No coding and no result of He & Feng (2012) is used or claimed.

The default parameters of the game were chosen on the three calibration cases. Nothing was fitted to
a held-out case: the strengths of the accounts' terms (0.1) and the precision of the logit rule (5
over the range of utilities) were set before any held-out case was run.
"""
PREDICTIONS = """\
## Cases under prospect theory

*Predicted* is the form of the hegemon's best structure that all its members accept; *preferred* is
what the hegemon sought; *recorded* is what was signed. *Jaccard* is the overlap of the allies
predicted and recorded.
"""
SCORES = """\
An account gives each form the utility of its best accepted structure, and probabilities by a logit
rule. *Log score* is the mean log probability of the sought form (0 is perfect), *Brier* the mean
squared error (0 to 2), *loo* the log score with the precision fitted to the other cases.
"""


def main() -> None:
    """Write the page and its figures."""
    found = solver.history(draws=200)
    cases = games.load_cases()
    calibration = [game for game in cases if game.scenario.case.sample == "calibration"]
    plot = solver.plot
    plot.save(history.figure(found), HERE / "history.png")
    plot.save(history.region_figure(region(calibration, points=21)), HERE / "region.png")
    every = region(cases, points=13)
    most = int(every.hits.max())
    parts = [
        HEAD,
        "![Form predicted by each account, case by case](history.png)\n",
        PREDICTIONS,
        table([case_row(result) for result in found.cases]),
        "## Accounts\n",
        "The literature states these in words; the formulas are this project's.\n",
        table([account_row(account) for account in ACCOUNTS]),
        "## Scores\n",
        SCORES,
    ]
    for sample, scores in found.scores.items():
        parts += [f"### The {sample} sample\n", table(list(map(model_row, scores)))]
    parts += [
        "### Which held-out cases each account misses\n",
        table(miss_rows(found.models)),
        "### Reading\n",
        "\n".join(f"- {line}" for line in reading(found)) + "\n",
        "## How much of a prior predicts each case\n",
        "200 draws; parameters uniform and independent: "
        + ", ".join(f"{name} {low:g} to {high:g}" for name, (low, high) in PRIOR.items())
        + f". Cases of more than {MOST_CANDIDATES} candidates are cut to the strongest.\n",
        table([{"case": r.scenario.name, "share": r.prior_share} for r in found.cases]),
        "## Partial identification\n",
        "The parameters under which all three calibration cases are predicted (cases cut as above)."
        f" Over all {every.cases} cases no point of the same map predicts more than {most}.\n",
        "![Region that predicts all calibration cases](region.png)\n",
        "## Threat by other measures\n",
        "From the capability shares that the cases hold and the distances between capitals. With"
        " your own copies of the data sets `alliance threat --nmc ... --alliances ... --disputes"
        " ...` adds two more measures, and disputes as intentions.\n",
    ]
    threats = case_threats(cases)
    rows = [row for item in threats for row in threat_rows(item)]
    parts.append(table(rows))
    parts += [f"- {line}" for line in measure_lines([r["measure"] for r in rows])]
    (HERE / "history.md").write_text("\n".join(parts) + "\n", encoding="utf-8")


def table(rows: Sequence[dict[str, object]]) -> str:
    """Return rows as a Markdown table."""
    names = list(rows[0])
    lines = [
        "| " + " | ".join(name.replace("_", " ") for name in names) + " |",
        "|" + "---|" * len(names),
    ]
    lines += ["| " + " | ".join(cell(row[name]) for name in names) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def cell(value: object) -> str:
    """Return a value as a table's cell."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.3g}" if isinstance(value, float) else str(value)


if __name__ == "__main__":
    main()
