"""The command `alliance powers`: the large test on a user's own files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

import solver
from games.files import check_writable
from solver.command.asked import AsJson, Out, Plot, Quiet, Wide, check_targets
from solver.command.show import Row, emit, lines, progress, table, wrote


def powers(
    data: Annotated[
        Path,
        typer.Option(
            help="Folder with your copies of ATOP, capabilities, disputes, rivalries, majors,"
            " contiguity, capitals and Leeds-Savun threat, as .csv or .csv.gz."
        ),
    ],
    years: Annotated[int, typer.Option(help="Length of a window.", min=1, max=50)] = 5,
    candidates: Annotated[int, typer.Option(help="Of a pool, at most.", min=2, max=9)] = 7,
    measures: Annotated[
        str, typer.Option(help="Of the threat, with commas: leader_hostility, pool_hostility, ...")
    ] = "leader_hostility,pool_hostility,pool_gradient",
    pledges: Annotated[
        str, typer.Option(help="What a treaty must hold, with commas: defense, offense, consul.")
    ] = "defense",
    structural: Annotated[
        int, typer.Option(help="Points of the structural parameters.", min=1, max=64)
    ] = 6,
    folds: Annotated[int, typer.Option(help="Of the cross-validation.", min=2, max=50)] = 5,
    simulations: Annotated[
        int, typer.Option(help="Data sets for the power, from each truth.", min=0, max=10_000)
    ] = 40,
    seed: Annotated[int, typer.Option(help="Of folds and simulations.", min=0)] = 0,
    store: Annotated[
        Path | None, typer.Option(help="Keep what is worked out in this file, and go on from it.")
    ] = None,
    out: Out = None,
    plot: Plot = None,
    json: AsJson = False,
    wide: Wide = False,
    quiet: Quiet = False,
) -> None:
    """Test the accounts on every alliance of a great power, from data of your own."""
    check_targets(out, plot)
    if store is not None:
        check_writable(store)
    with progress(quiet or json) as advance:
        found = solver.powers(
            data,
            years=years,
            candidates=candidates,
            measures=_words(measures),
            pledges=_words(pledges),
            structural=structural,
            folds=folds,
            simulations=simulations,
            seed=seed,
            store=store,
            progress=advance,
        )
    if out is not None:
        found.write(out)
    if plot is not None:
        solver.plot.save(found.plot(), plot)
    if json:
        emit(powers_facts(found))
        return
    table("Cells by form", form_rows(found), wide)
    table("Models, out of fold", found.model_records(), wide)
    table("Estimates", estimate_rows(found), wide)
    if any(logit.coefficients for logit in found.logits):
        table("Reduced forms", logit_rows(found), wide)
    lines(*(f"Reduced form, {one.question}: {one.note}." for one in found.logits if one.note))
    table("Primary tests", [dict(vars(row)) for row in found.primary], wide)
    if found.power:
        table("Power at 5 %", [row._asdict() for row in found.power], wide)
    lines(*count_lines(found), *found.answers, *found.cautions)
    wrote(out, plot)


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def powers_facts(found: solver.Powers) -> Row:
    """Return the whole test."""
    return {
        "cells": found.records(),
        "models": found.model_records(),
        "counts": dict(found.counts),
        "forms": form_rows(found),
        "estimates": estimate_rows(found),
        "logits": logit_rows(found),
        "tests": found.tests._asdict(),
        "primary": [dict(vars(row)) for row in found.primary],
        "power": [row._asdict() for row in found.power],
        "answers": list(found.answers),
        "cautions": list(found.cautions),
        "options": dict(found.options),
    }


def form_rows(found: solver.Powers) -> list[Row]:
    """Return how many cells have each form, and how many came after a status quo, as rows."""
    forms = dict.fromkeys(str(cell.form) for cell in found.cells)
    return [
        {
            "form": form,
            "cells": sum(str(cell.form) == form for cell in found.cells),
            "with_standing_treaties": sum(
                str(cell.form) == form and bool(cell.standing.treaties) for cell in found.cells
            ),
        }
        for form in sorted(forms)
    ]


def estimate_rows(found: solver.Powers) -> list[Row]:
    """Return the estimates of all accounts as rows, with intervals where there are any."""
    rows: list[Row] = []
    for model in found.models:
        if model.fit is None:
            continue
        for name, value in model.fit.values.items():
            own = model.intervals.get(name)
            rows.append(
                {
                    "model": model.name,
                    "parameter": name,
                    "value": value,
                    "low": own and own.low,
                    "high": own and own.high,
                    "open": bool(own and (own.low_is_open or own.high_is_open)),
                }
            )
    return rows


def logit_rows(found: solver.Powers) -> list[Row]:
    """Return the coefficients of the reduced forms as rows."""
    rows: list[Row] = []
    for logit in found.logits:
        rows += [
            {
                "question": logit.question,
                "cells": logit.cells,
                "events": logit.events,
                "coefficient": one.name,
                "value": one.value,
                "se": one.se,
                "p": one.p,
            }
            for one in logit.coefficients
        ]
    return rows


def count_lines(found: solver.Powers) -> Sequence[str]:
    """Return lines that say what became of the treaties."""
    counts = found.counts
    return (
        f"{counts['treaties']} treaties with a major power, {counts['multilateral']} of them"
        f" multilateral; {counts['counted']} count in a cell, {counts['outside_pools']} were signed"
        f" outside every pool, {counts['nobody_new_or_no_cell']} tied nobody new or fell in no"
        f" cell; {counts['cells_too_small']} cells had fewer than two candidates.",
    )
