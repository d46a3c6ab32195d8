"""The command `alliance burdens`: who pays what under each rule of burden sharing."""

from __future__ import annotations

from typing import Annotated

import typer

from solver.command.cli_options import AsJson, Concept, Out, Plot, Quiet, Scenario


def burdens(
    scenario: Scenario,
    threat: Annotated[
        str, typer.Option(help="Threat levels: first:last:number, or a list 0.2,0.5,0.7.")
    ] = "0.3,0.5,0.7",
    rule: Annotated[
        list[str] | None,
        typer.Option(
            help="none, ultimatum, split, nash_in_nash, kalai_smorodinsky or rubinstein(0.9);"
            " all by default. Repeatable."
        ),
    ] = None,
    concept: Concept = "subgame_perfect",
    strongest: Annotated[
        int | None,
        typer.Option(help="Only the strongest candidates; all up to 8 by default.", min=1),
    ] = None,
    out: Out = None,
    plot: Plot = None,
    json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Show which alliance forms, and who pays what, under each rule of burden sharing."""
    from solver.command import report, report_burdens, studies

    targets = studies.Targets(out, plot)
    with report.progress(quiet or json) as advance:
        study, left_out = studies.who_pays(
            scenario, threat, rule, concept, strongest, targets, advance
        )
    report_burdens.burdens(study, left_out, targets, as_json=json)
