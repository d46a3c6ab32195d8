"""The commands `alliance phase`, `framing`, `surface`, `robust` and `sensitivity`."""

from __future__ import annotations

from typing import Annotated

import typer

from solver.command.cli_options import AsJson, Concept, Out, Plot, Quiet, Scenario

GRID = "first:last or first:last:points; 0:1:25 by default, for shares and probabilities."
X = Annotated[str, typer.Option("--x", help="Quantity that runs across.")]
Y = Annotated[str, typer.Option("--y", help="Quantity that runs up.")]
XRange = Annotated[str | None, typer.Option(help=f"Of --x: {GRID}")]
YRange = Annotated[str | None, typer.Option(help=f"Of --y: {GRID}")]
Seed = Annotated[int, typer.Option(help="Of the draws.", min=0)]
Ranges = Annotated[
    list[str] | None, typer.Option("--range", help="name=first:last of what varies. Repeatable.")
]


def phase(
    scenario: Scenario,
    x: X = "threat",
    y: Y = "cohesion",
    x_range: XRange = None,
    y_range: YRange = None,
    concept: Concept = "subgame_perfect",
    out: Out = None,
    plot: Plot = None,
    json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Draw which form is preferred where in a plane of two quantities."""
    from solver.command import analysis_studies, report, report_analysis
    from solver.command.studies import Targets

    targets = Targets(out, plot)
    with report.progress(quiet or json) as advance:
        found = analysis_studies.phase(
            scenario, (x, y), (x_range, y_range), concept, targets, advance
        )
    report_analysis.phase(found, targets, as_json=json)


def framing(
    scenario: Scenario,
    x: X = "threat",
    y: Y = "loss_aversion",
    x_range: XRange = None,
    y_range: YRange = "1:3.5",
    out: Out = None,
    plot: Plot = None,
    json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Map where prospect theory chooses another form than expected utility, and what it gains."""
    from solver.command import analysis_studies, report, report_analysis
    from solver.command.studies import Targets

    targets = Targets(out, plot)
    with report.progress(quiet or json) as advance:
        found = analysis_studies.framing(scenario, (x, y), (x_range, y_range), targets, advance)
    report_analysis.framing(found, targets, as_json=json)


def surface(
    scenario: Scenario,
    along: Annotated[
        list[str], typer.Option(help="name=first:last:points of one or two quantities. Repeatable.")
    ],
    resolution: Annotated[
        float | None, typer.Option(help="Prove that no change of form wider than this is missed.")
    ] = None,
    out: Out = None,
    json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Follow the critical threats as one or two other quantities vary."""
    from solver.command import analysis_studies, report, report_analysis
    from solver.command.studies import Targets

    targets = Targets(out, None)
    with report.progress(quiet or json) as advance:
        found = analysis_studies.surface(scenario, along, resolution, targets, advance)
    report_analysis.surface(found, targets, as_json=json)


def robust(
    scenario: Scenario,
    threat: Annotated[
        str | None, typer.Option(help="Threat levels: first:last:number, or a list 0.2,0.5,0.7.")
    ] = None,
    spread: Annotated[
        float | None,
        typer.Option(help="Vary each figure by this share of its value; 0.2 by default."),
    ] = None,
    ranges: Ranges = None,
    prediction: Annotated[
        str, typer.Option(help="forms (at --threat), sequence (across threat) or sought.")
    ] = "forms",
    draws: Annotated[int, typer.Option(help="How many.", min=1, max=1_000_000)] = 500,
    seed: Seed = 0,
    out: Out = None,
    json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Count the random draws of the figures that keep what the scenario predicts."""
    from solver.command import analysis_studies, report, report_analysis
    from solver.command.studies import Targets, parse_levels

    targets = Targets(out, None)
    levels = None if threat is None else parse_levels(threat)
    with report.progress(quiet or json) as advance:
        found = analysis_studies.robust(
            scenario, levels, ranges or (), spread, prediction, draws, seed, targets, advance
        )
    report_analysis.robust(found, targets, as_json=json)


def sensitivity(
    scenario: Scenario,
    ranges: Ranges = None,
    size: Annotated[
        int, typer.Option(help="A power of 2; the game is solved size * (ranges + 2) times.", min=2)
    ] = 64,
    seed: Seed = 0,
    out: Out = None,
    json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Say which figures the share of threats with a multilateral alliance depends on."""
    from solver.command import analysis_studies, report, report_analysis
    from solver.command.studies import Targets

    targets = Targets(out, None)
    with report.progress(quiet or json) as advance:
        found = analysis_studies.sensitive(scenario, ranges or (), size, seed, targets, advance)
    report_analysis.sensitivity(found, targets, as_json=json)
