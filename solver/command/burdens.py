"""The command `alliance burdens`: who pays what under each rule of burden sharing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

import games
import solver
from solver.command.asked import (
    AsJson,
    Concept,
    Levels,
    Out,
    Plot,
    Quiet,
    Scenario,
    Wide,
    check_targets,
    parse_levels,
)
from solver.command.show import Row, emit, lines, progress, table, wrote
from solver.results import Status, name_of

if TYPE_CHECKING:
    from solver.studies.burden_study import BurdenLevel

# candidates that every rule of burden sharing can be searched with, quickly
FEW = 8


def burdens(
    scenario: Scenario,
    threat: Levels = "0.3,0.5,0.7",
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
    wide: Wide = False,
    quiet: Quiet = False,
) -> None:
    """Show which alliance forms, and who pays what, under each rule of burden sharing."""
    from solver.studies.burden_study import DEFAULT_RULES

    check_targets(out, plot)
    with progress(quiet or json) as advance:
        whole = games.load(scenario)
        game = whole.strongest(FEW if strongest is None else strongest)
        found = solver.burdens(
            game,
            threat=parse_levels(threat),
            rules=rule or DEFAULT_RULES,
            concept=concept,
            progress=advance,
        )
    if out is not None:
        found.write(out)
    if plot is not None:
        solver.plot.save(found.plot(), plot)
    if json:
        emit({"hegemon": game.hegemon, "rows": found.records()})
        return
    table(f"{game.title}: form (in bloc + spokes, burdens in all)", form_rows(found), wide)
    for level in found.threats:
        paid = ally_rows(found, level)
        if paid:
            table(
                f"Threat {level:g}: burden in units of security (share of what is paid)", paid, wide
            )
    lines(
        "A burden is what an ally pays the hegemon for its treaty; negative ones are subsidies."
        " Capability shares are among all candidates of the game."
    )
    left_out = len(whole.candidates) - len(game.candidates)
    if left_out:
        lines(
            f"Among the {len(game.candidates)} strongest candidates; {left_out} weaker ones"
            " are left out, as bargains over whole structures are for few (--strongest)."
        )
    wrote(out, plot)


def form_rows(study: solver.BurdenStudy) -> list[Row]:
    """Return a row for each rule: the form of the preferred alliance at each threat."""
    rows: list[Row] = []
    for rule in study.rules:
        levels = [level for level in study.levels if level.rule == rule]
        found = {f"threat {level.threat:g}": _summary(level) for level in levels}
        rows.append({"burden_sharing": rule, **found})
    return rows


def ally_rows(study: solver.BurdenStudy, threat: float) -> list[Row]:
    """Return a row for each ally at one threat: its burden, and shares, under each rule."""
    levels = [level for level in study.levels if level.threat == threat and level.rule != "none"]
    allies = [
        name for name in study.game.candidates if any(name in level.burdens for level in levels)
    ]
    capability = study.capability_shares(study.game.candidates)
    rows: list[Row] = []
    for name in allies:
        paid = {level.rule: _cell(level, name) for level in levels}
        rows.append({"ally": name, "capability": f"{capability[name]:.0%}", **paid})
    return rows


def _summary(level: BurdenLevel) -> str:
    if level.preferred is None:
        return name_of(None)
    structure = level.preferred.structure
    members = sum(len(bloc) for bloc in structure.blocs)
    total = f", {sum(level.burdens.values()):+.3f}" if level.burdens else ""
    unsettled = ", partial" if level.status is Status.PARTIAL else ""
    return f"{level.form} ({members}+{len(structure.spokes)}{total}{unsettled})"


def _cell(level: BurdenLevel, name: str) -> str | None:
    if name not in level.burdens:
        return None
    share = level.shares.get(name)
    return f"{level.burdens[name]:+.3f}" + ("" if share is None else f" ({share:.0%})")
