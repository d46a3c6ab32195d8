"""The command `alliance`: the library's words on the command line."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated

import typer
from typer import TyperException

from games.errors import AllianceError
from solver.command import cli_analysis, cli_burdens, cli_nash, cli_sweep
from solver.command.cli_options import AsJson, Concept, Levels, Out, Plot, Quiet, Scenario, Threat

STOPPED = 130

app = typer.Typer(
    name="alliance",
    help="Equilibria of the prospect-threat alliance game: when does a hegemon build a bloc, and"
    " when spokes?",
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.command()
def scenarios(json: AsJson = False) -> None:
    """List the embedded scenarios."""
    from solver.command import report

    report.scenarios(as_json=json)


@app.command()
def show(scenario: Scenario, json: AsJson = False) -> None:
    """Show every figure of a scenario with its unit and source."""
    import games
    from solver.command import report

    report.scenario(games.load(scenario), as_json=json)


@app.command()
def solve(
    scenario: Scenario,
    threat: Threat = None,
    concept: Concept = "subgame_perfect",
    burden_sharing: Annotated[
        str, typer.Option(help="none, ultimatum, split, nash_in_nash, kalai_smorodinsky, ...")
    ] = "none",
    most: Annotated[int, typer.Option(help="How many equilibria to list.", min=1)] = 10,
    json: AsJson = False,
) -> None:
    """Find the equilibria at one threat level."""
    import games
    import solver
    from games.alliance import settings
    from solver.command import report

    game = settings.with_value(games.load(scenario), "burden_sharing", burden_sharing)
    solution = solver.solve(game if threat is None else game.at(threat), concept)
    report.solution(solution, most, as_json=json)


app.command()(cli_sweep.sweep)


@app.command()
def critical(
    scenario: Scenario,
    resolution: Annotated[
        float, typer.Option(help="Prove that no change of form wider than this is missed.")
    ] = 1e-4,
    json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Locate every threat at which the form of the preferred alliance changes."""
    import games
    import solver
    from solver.command import report

    game = games.load(scenario)
    with report.progress(quiet or json) as advance:
        found = solver.critical_threats(
            game,
            resolution=resolution,
            progress=lambda share: advance("threats settled", round(1000 * share), 1000),
        )
    report.critical(game, found, as_json=json)


@app.command()
def compare(
    scenario: Scenario,
    threat: Levels = "0:1:101",
    out: Out = None,
    plot: Plot = None,
    json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Compare prospect theory with expected utility and with each channel switched off."""
    from solver.command import report, studies

    targets = studies.Targets(out, plot)
    with report.progress(quiet or json) as advance:
        study = studies.channel_by_channel(scenario, threat, targets, advance)
    report.comparison(study, targets, as_json=json)


@app.command()
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
    import solver
    from solver.command import report, report_history, studies

    targets = studies.Targets(None, plot)
    with report.progress(quiet or json) as advance:
        found = solver.history(draws=draws, seed=seed, progress=advance)
    studies.write_history(found, targets)
    report_history.history(found, targets, as_json=json)


@app.command()
def rivals(json: AsJson = False, quiet: Quiet = False) -> None:
    """Show what each account of alliance form says, and how it scores."""
    import solver
    from solver.command import report, report_history

    with report.progress(quiet or json) as advance:
        found = solver.history(draws=0, progress=advance)
    report_history.rivals(found, as_json=json)


@app.command()
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
    from solver.command import report, report_history, studies

    with report.progress(quiet or json) as advance:
        found = studies.threats(scenario, (nmc, alliances, disputes), intentions, advance)
    report_history.threats(found, as_json=json)


app.command()(cli_burdens.burdens)
app.command()(cli_nash.nash)
for command in (
    cli_analysis.phase,
    cli_analysis.framing,
    cli_analysis.surface,
    cli_analysis.robust,
    cli_analysis.sensitivity,
):
    app.command()(command)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code.

    0 for any answer, an empty one too; 2, with one line on the error stream, for bad input.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # one that lacks a character shows "?" for it
            stream.reconfigure(errors="replace")
    try:
        result = app(args=given or ["--help"], standalone_mode=False)
        if result == STOPPED:  # how typer tells of Ctrl-C
            raise KeyboardInterrupt
        sys.stdout.flush()
        return result if isinstance(result, int) else 0
    except AllianceError as error:
        return _complain(str(error))
    except TyperException as error:
        return _complain(error.format_message() if hasattr(error, "format_message") else str(error))
    except (KeyboardInterrupt, typer.Abort):
        print("alliance: stopped", file=sys.stderr)
        return STOPPED
    except OSError as error:
        return _complain(f"cannot print the answer: {error.strerror or error}")


def _complain(message: str) -> int:
    print(f"alliance: {' '.join(message.split())}", file=sys.stderr)
    return 2
