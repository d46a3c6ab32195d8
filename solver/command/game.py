"""The commands `alliance scenarios`, `show` and `solve`: a game, its record and its equilibria."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from itertools import islice
from typing import Annotated

import typer

import games
import solver
from games.alliance import settings
from solver.command.asked import AsJson, Concept, Most, Scenario
from solver.command.show import (
    Row,
    emit,
    equilibria,
    lines,
    record_lines,
    scenario_name,
    structure_facts,
    table,
)


def scenarios(json: AsJson = False) -> None:
    """List the embedded scenarios."""
    rows = [scenario_row(games.scenario_info(name)) for name in games.scenario_names()]
    if json:
        emit(rows)
    else:
        table("Scenarios", rows)


def show(scenario: Scenario, json: AsJson = False) -> None:
    """Show every figure of a scenario with its unit and source."""
    game = games.load(scenario)
    if json:
        emit(game_facts(game))
        return
    info = game.scenario
    if info:
        lines(info.title, info.summary, *info.notes)
    rows: list[Row] = [
        {"name": item.name, "value": item.value, "unit": item.unit, "source": item.source}
        for item in game.describe()
    ]
    table("Quantities", rows)
    if info and info.treaties:
        table("Treaties on record", treaty_rows(info))


def solve(
    scenario: Scenario,
    threat: Annotated[
        float | None,
        typer.Option(help="Threat level in [0, 1]; the scenario's coded threat by default."),
    ] = None,
    concept: Concept = "subgame_perfect",
    burden_sharing: Annotated[
        str, typer.Option(help="none, ultimatum, split, nash_in_nash, kalai_smorodinsky, ...")
    ] = "none",
    most: Most = 10,
    json: AsJson = False,
) -> None:
    """Find the equilibria at one threat level."""
    game = settings.with_value(games.load(scenario), "burden_sharing", burden_sharing)
    found = solver.solve(game if threat is None else game.at(threat), concept)
    listed = list(islice(found.equilibria, most))
    if json:
        emit(solution_facts(found, listed))
        return
    game, count = found.game, len(found.equilibria)
    lines(
        f"{game.title}, threat {game.threat:g}: {found.concept},"
        f" {equilibria(count)} among {found.searched} structures",
        f"{found.status}: {found.meaning}.",
    )
    if not listed:
        return
    rows = [equilibrium_row(game, item) for item in listed]
    shown = ("form", "structure", "value", "certainty_equivalent", "regret")
    table(
        f"The hegemon's best {len(listed)} of {count}",
        [{name: row[name] for name in shown} for row in rows],
    )
    first = listed[0]
    seen = first.appraisal
    lines(
        f"The first as {game.hegemon} sees it: mean {seen.mean:.4g} against the reference"
        f" {seen.reference:.4g}, a domain of {seen.domain}; chance of a loss"
        f" {seen.mass_below:.3g}; risk premium {seen.risk_premium:.3g}."
    )
    if first.burdens:
        paid = ", ".join(f"{name} {paid:+.4f}" for name, paid in first.burdens.items())
        lines(f"Its burdens ({game.sharing}), in units of security: {paid}.")
    forms = ", ".join(f"{form} {number}" for form, number in found.equilibria.forms.items())
    lines(f"By form: {forms}.", *record_lines(game))


def scenario_row(info: games.Scenario) -> Row:
    """Return one scenario as a row."""
    return {
        "name": info.name,
        "year": info.year,
        "hegemon": info.hegemon,
        "adversary": info.adversary,
        "coded_threat": info.threat.value,
        "coding": info.threat.coding,
        "title": info.title,
    }


def treaty_rows(info: games.Scenario) -> list[Row]:
    """Return the treaties of a scenario as rows."""
    return [
        {
            "treaty": treaty.name,
            "form": treaty.form,
            "signed": treaty.signed,
            "members": ", ".join(treaty.members),
            "source": treaty.source,
        }
        for treaty in info.treaties
    ]


def game_facts(game: games.AllianceGame) -> Row:
    """Return every quantity of a game."""
    facts: Row = {"title": game.title}
    if game.scenario:
        info = game.scenario
        facts |= scenario_row(info) | {
            "summary": info.summary,
            "notes": list(info.notes),
            "reason": info.threat.reason,
            "treaties": treaty_rows(info),
        }
    return facts | {"quantities": [asdict(item) for item in game.describe()]}


def equilibrium_row(game: games.AllianceGame, found: solver.Equilibrium) -> Row:
    """Return an equilibrium as a row."""
    seen = found.appraisal
    row: Row = {
        "form": str(found.form),
        "structure": str(found.structure),
        "value": found.values[game.hegemon],
        "certainty_equivalent": seen.certainty_equivalent,
        "domain": str(seen.domain),
        "mass_below": seen.mass_below,
        "risk_premium": seen.risk_premium,
        "regret": found.regret,
    }
    if found.burdens:
        row["burdens"] = found.burdens
        row["bargaining_regret"] = found.bargaining_regret
    return row


def solution_facts(found: solver.Solution, listed: Sequence[solver.Equilibrium]) -> Row:
    """Return a solution as plain values, with the equilibria `listed`."""
    game = found.game
    return {
        "scenario": scenario_name(game),
        "threat": game.threat,
        "concept": found.concept,
        "status": str(found.status),
        "equilibria": len(found.equilibria),
        "searched": found.searched,
        "unsettled": found.unsettled,
        "tolerance": found.tolerance,
        "security_level": found.security_level,
        "forms": {str(form): number for form, number in found.equilibria.forms.items()},
        "listed": [
            equilibrium_row(game, item)
            | {"structure": structure_facts(item.structure), "values": item.values}
            for item in listed
        ],
    }
