"""The command `alliance nash`: equilibria of a game file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from solver.command.cli_options import AsJson


def nash(
    file: Annotated[Path, typer.Argument(help="A strategic game in Gambit's .nfg format.")],
    concept: Annotated[
        str | None,
        typer.Option(
            help="pure_nash, nash, cpt_nash, loss_aversion_equilibrium or logit; nash by default,"
            " cpt_nash if somebody weights probabilities."
        ),
    ] = None,
    preference: Annotated[
        list[str] | None,
        typer.Option(
            help="expected-utility, prospect-theory or a published set such as"
            " tversky-kahneman-1992, for all players; or player=name for one. Repeatable."
        ),
    ] = None,
    reference: Annotated[
        list[str] | None,
        typer.Option(help="Reference point of all players, or player=number. Repeatable."),
    ] = None,
    precision: Annotated[
        float | None, typer.Option(help="Precision of choice, for logit.", min=0)
    ] = None,
    budget: Annotated[
        int | None, typer.Option(help="How much work a search may do.", min=1)
    ] = None,
    most: Annotated[int, typer.Option(help="How many equilibria to list.", min=1)] = 10,
    json: AsJson = False,
) -> None:
    """Find the equilibria of a game file, each with its certificate."""
    import solver
    from solver.command import report_profiles, strategic_studies

    game = strategic_studies.read_game(file, preference or (), reference or ())
    given = {"precision": precision, "budget": budget}
    options = {name: value for name, value in given.items() if value is not None}
    found = solver.solve(game, concept, **options)
    report_profiles.profiles(found, most, as_json=json)
