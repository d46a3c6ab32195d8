"""Make `docs/powers.md` and its figures: `python docs/build_powers.py DATA [--store FILE]`.

DATA is the folder of your own files; see the page itself. The runs of the sensitivity have no
simulations.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from build_history import cell, table

import solver
from solver.command.powers import count_lines, estimate_rows, form_rows, logit_rows
from solver.figures import powers as pictures

HERE = Path(__file__).parent
HEAD = """\
# Every alliance of a great power, 1817 to 2016

Made by `python docs/build_powers.py DATA`, which runs what `alliance powers --data DATA` prints.
What is tested, and how, was written down before: [preanalysis.md](preanalysis.md), with what was
changed after. The data are the user's own copies, and none is part of this project: alliances of
ATOP 4.01 (Leeds, Ritter, Mitchell & Long 2002), National Material Capabilities (Singer, Bremer &
Stuckey 1972; Singer 1987), Militarized Interstate Disputes 5 (Palmer et al. 2021), strategic
rivalries (Thompson, Sakuwa & Suhas 2021), major powers and Direct Contiguity (Correlates of War;
Stinnett et al. 2002), capitals (Correlates of War, geocoded by Miller 2022), the Leeds-Savun threat
(Leeds & Savun 2007) and V-Dem polyarchy for likeness in democracy.
"""
# at fewer points of the structural parameters, for time
OTHERS = {
    "windows of three years": {"years": 3, "structural": 2},
    "offence and consultation count too": {
        "pledges": ("defense", "offense", "consul"),
        "structural": 2,
    },
    "the Leeds-Savun sum as third measure": {
        "measures": ("leader_hostility", "pool_hostility", "pool_dissimilar"),
        "structural": 2,
    },
    "nine candidates": {"candidates": 9, "structural": 1},
}


def main() -> None:
    """Write the page and its figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--store", type=Path, help="the stores' common beginning")
    parser.add_argument("--simulations", type=int, default=100)
    parser.add_argument("--runs", type=int, default=len(OTHERS), help="of the sensitivity")
    asked = parser.parse_args()

    def store(number: int) -> Path | None:
        return None if asked.store is None else asked.store.with_suffix(f".{number}.jsonl")

    found = solver.powers(asked.data, simulations=asked.simulations, store=store(0))
    for name, picture in (
        ("forms", pictures.forms_over_time),
        ("differences", pictures.figure),
        ("calibration", pictures.calibration),
        ("threat", pictures.threat_and_form),
    ):
        solver.plot.save(picture(found), HERE / f"powers-{name}.png", dpi=100)
    others = {
        name: solver.powers(asked.data, simulations=0, store=store(number), **options)
        for number, (name, options) in enumerate(OTHERS.items(), start=1)
        if number <= asked.runs
    }
    (HERE / "powers.md").write_text(page(found, others), encoding="utf-8")


def page(found: solver.Powers, others: dict[str, solver.Powers]) -> str:
    """Return the page."""
    parts = [
        HEAD,
        "## Answers\n",
        "\n".join(f"{place}. {line}" for place, line in enumerate(found.answers, start=1)) + "\n",
        "\n".join(f"- {line}" for line in found.cautions) + "\n",
        "## For print\n",
        "> " + found.paragraph + "\n",
        "## Cells\n",
        count_lines(found)[0] + "\n",
        table(form_rows(found)),
        "![What great powers signed, by window](powers-forms.png)\n",
        "## Threat and form\n",
        "Bins of equally many cells, with 90 % intervals.\n",
        "![Threat, whether anything is signed, and its form](powers-threat.png)\n",
        "Logits with standard errors clustered by leader; measures and controls standardised.\n",
        table(logit_rows(found)),
        "## Models out of fold\n",
        "*Log score* is the mean log probability of the form on record, *difference* that over the"
        " base rate, both with standard errors clustered by leader and era.\n",
        "![Log score over the base rate](powers-differences.png)\n",
        table(found.model_records()),
        "![Calibration](powers-calibration.png)\n",
        "## Estimates\n",
        "Fitted to all cells; *strength* is that of the term times the precision; intervals of 90 %"
        " by profile likelihood, *open* where one ends at the bound of the search.\n",
        table(estimate_rows(found)),
        "## Tests\n",
        table([dict(vars(row)) for row in found.primary]),
        f"Vuong {found.tests.vuong:.3f} (p {found.tests.vuong_p:.3g}); Clarke: prospect theory"
        f" ahead in {found.tests.ahead} of {found.tests.cells} cells (p"
        f" {found.tests.clarke_p:.3g}).\n",
    ]
    if found.power:
        parts += [
            "### Power\n",
            "Shares of simulated data sets in which the likelihood ratio rejects, at 5 %.\n",
            table([row._asdict() for row in found.power]),
        ]
    rows = []
    for name, other in {"as above": found, **others}.items():
        prospect, expected = other.model("prospect_theory"), other.model("expected_utility")
        rows.append(
            {
                "run": name,
                "points": other.options["structural"],
                "cells": len(other.cells),
                "any_p": other.logits[0].wald_p,
                "multilateral_p": other.logits[1].wald_p,
                "slopes": ", ".join(
                    f"{one.value:+.2f}"
                    for one in other.logits[1].coefficients[: len(other.options["measures"])]
                ),
                "prospect_over_expected": difference(prospect.over_expected_utility),
                "prospect_over_base_rate": difference(prospect.over_base_rate),
                "expected_over_base_rate": difference(expected.over_base_rate),
                "best": other.models[0].name,
            }
        )
    parts += [
        "## Sensitivity\n",
        "The joint Wald tests of the reduced forms, and the paired differences with their standard"
        " errors, uncorrected; *slopes* are those of the measures of threat in the logit of a"
        " multilateral treaty: where its joint test rejects, most lie below 0, against the article,"
        " and none is above 0 by two standard errors. *Points* are those of the structural"
        " parameters that an account may choose among.\n",
        table(rows),
    ]
    left = [name for name in OTHERS if name not in others]
    if left:
        parts.append(f"Planned and not run yet: {', '.join(left)}.\n")
    return "\n".join(parts)


def difference(found: tuple[float, float]) -> str:
    """Return a difference with its standard error."""
    return f"{found[0]:+.4f} ({cell(found[1])})"


if __name__ == "__main__":
    main()
