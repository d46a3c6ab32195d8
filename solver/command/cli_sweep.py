"""The command `alliance sweep`: one scenario across threats, or a study over several axes."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from solver.command.cli_options import AsJson, Concept, Out, Plot, Quiet, Scenario

Values = Annotated[
    str | None, typer.Option(help="first:last:number, or a list 0.2,0.5,0.7; low:high in a design.")
]


def sweep(
    scenario: Scenario,
    threat: Annotated[
        str | None,
        typer.Option(help="Threat levels: first:last:number, or a list; 0:1:101 if none is given."),
    ] = None,
    loss_aversion: Values = None,
    cohesion: Values = None,
    reliability: Values = None,
    frame: Values = None,
    preference: Annotated[
        str | None,
        typer.Option(help="prospect-theory, expected-utility or a published set; or several."),
    ] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", help="Any other quantity: name=values. Repeatable."),
    ] = None,
    design: Annotated[
        str | None, typer.Option(help="sobol or latin_hypercube: fill ranges low:high with points.")
    ] = None,
    size: Annotated[int | None, typer.Option(help="Points of the design.", min=1)] = None,
    seed: Annotated[int, typer.Option(help="Of the design.", min=0)] = 0,
    store: Annotated[
        Path | None,
        typer.Option(help="Keep every cell in this file, and go on from what it holds."),
    ] = None,
    workers: Annotated[int | None, typer.Option(help="How many processes.", min=1)] = None,
    retry: Annotated[bool, typer.Option("--retry", help="Solve failed cells again.")] = False,
    concept: Concept = "subgame_perfect",
    out: Out = None,
    plot: Plot = None,
    json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Follow the preferred alliance across threat levels, or over any quantities.

    With threats alone: beside expected utility. With another axis, a design or a store: a study of
    every combination. `SCENARIO` may be several, with commas, and so may the concept.
    """
    from solver.command import from_text, report, report_study, studies
    from solver.studies.grid import Stopped

    given = {
        "threat": threat,
        "loss_aversion": loss_aversion,
        "cohesion": cohesion,
        "reliability": reliability,
        "frame": frame,
        "preference": preference,
    }
    texts = {name: text for name, text in given.items() if text is not None}
    texts |= from_text.parse_settings(settings or ())
    kept = (store, workers, design, size)
    if set(texts) <= {"threat"} and "," not in scenario + concept and kept == (None,) * 4:
        targets = studies.Targets(out, plot)
        with report.progress(quiet or json) as advance:
            levels = from_text.DEFAULT_THREATS if threat is None else threat
            pair = studies.beside_expected_utility(scenario, levels, concept, targets, advance)
        report.sweep(pair, targets, as_json=json)
        return
    from_text.check_alone(plot)
    studies.Targets(out, None)
    try:
        with report_study.progress(quiet or json, sys.stderr) as step:
            found = from_text.study_from_text(
                scenario,
                texts,
                concept=concept,
                design=design,
                size=size,
                seed=seed,
                store=store,
                workers=workers,
                retry=retry,
                progress=step,
            )
    except Stopped as stopped:
        print(stopped, file=sys.stderr)
        raise
    report_study.study(found, found.write(out) if out else None, as_json=json)
