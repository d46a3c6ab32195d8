"""The commands `alliance sweep`, `critical` and `compare`: what is preferred across threat."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import asdict
from itertools import pairwise
from pathlib import Path
from typing import Annotated

import typer

import games
import solver
from games import InvalidGameError
from solver.command.asked import (
    DEFAULT_THREATS,
    RESOLUTION,
    AsJson,
    Concept,
    Levels,
    Out,
    Plot,
    PreferenceName,
    Quiet,
    Scenario,
    Settings,
    Wide,
    check_targets,
    parse_levels,
    parse_settings,
    varied,
)
from solver.command.layout import apart
from solver.command.show import (
    Row,
    emit,
    lines,
    progress,
    record_lines,
    scenario_name,
    structure_facts,
    table,
    unseen,
    wrote,
)
from solver.command.stored import Question
from solver.results import name_of

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
    workers: Annotated[int | None, typer.Option(help="How many threads.", min=1)] = None,
    retry: Annotated[bool, typer.Option("--retry", help="Solve failed cells again.")] = False,
    concept: Concept = "subgame_perfect",
    out: Out = None,
    plot: Plot = None,
    json: AsJson = False,
    wide: Wide = False,
    quiet: Quiet = False,
) -> None:
    """Follow the preferred alliance across threat levels, or over any quantities.

    With threats alone: beside expected utility. With another axis, a design or a store: a study of
    every combination. `SCENARIO` may be several, with commas, and so may the concept.
    """
    given = {
        "threat": threat,
        "loss_aversion": loss_aversion,
        "cohesion": cohesion,
        "reliability": reliability,
        "frame": frame,
        "preference": preference,
    }
    texts = {name: text for name, text in given.items() if text is not None}
    texts |= parse_settings(settings or ())
    kept = (store, workers, design, size)
    if set(texts) <= {"threat"} and "," not in scenario + concept and kept == (None,) * 4:
        check_targets(out, plot)
        game, levels = games.load(scenario), texts.get("threat", DEFAULT_THREATS)
        beside = _compared(game, levels, out, plot, concept, null_alone=True, quiet=quiet or json)
        name, path = next(iter(beside.sweeps.items()))
        changes = [change_row(beside.game, change) for change in path.changes()]
        heading = f"Who signs, leaves or changes treaty ({name})"
        _show(beside, heading, changes, out, plot, as_json=json, wide=wide)
        return
    check_targets(out, plot)
    question = Question(scenario, concept, texts, design, size, seed)
    found = question.solved(store, workers=workers, retry=retry, quiet=quiet or json)
    target = found.write(out) if out else None
    if plot is not None:
        solver.plot.save(found.plot(), plot)
    tally, failures = found.tally(), found.errors()
    if json:
        emit(
            {
                "cells": len(found),
                "axes": {name: len(axis) for name, axis in found.plan.by_column().items()},
                "forms": tally,
                "errors": failures,
                "out": None if target is None else os.fspath(target),
            }
        )
        return
    lines(f"{found}.")
    if store is not None:
        old = len(found) - found.computed
        lines(f"{old} of them were in {os.fspath(store)!r}, {found.computed} were computed now.")
    rows: list[Row] = [
        {"preferred form": form, "cells": count, "share": count / len(found)}
        for form, count in tally.items()
    ]
    table("Preferred forms", rows, wide)
    if failures:
        table(
            "Cells that failed (--retry solves them again)",
            [{"cells": count, "error": error} for error, count in failures.items()],
            wide,
        )
    wrote(target, plot)


def critical(
    scenario: Scenario,
    resolution: Annotated[float, RESOLUTION] = 1e-4,
    preference: PreferenceName = None,
    settings: Settings = None,
    out: Out = None,
    plot: Plot = None,
    json: AsJson = False,
    wide: Wide = False,
    quiet: Quiet = False,
) -> None:
    """Locate every threat at which the form of the preferred alliance changes."""
    check_targets(out, plot)
    game = _all_threats(scenario, preference, settings)
    with progress(quiet or json) as advance:
        found = solver.critical_threats(
            game,
            resolution=resolution,
            progress=lambda share: advance("threats settled", round(1000 * share), 1000),
        )
    if out is not None:
        found.write(out)
    if plot is not None:
        solver.plot.save(found.plot(), plot)
    if json:
        emit(critical_facts(game, found))
        return
    rows = critical_rows(found)
    if rows:
        table(f"{game.title}: critical threats", rows, wide)
    else:
        lines(f"{game.title}: {found.first} at every threat.")
    lines(
        f"Proved: no other change of form lasts longer than {found.resolution:.1e} of threat.",
        *record_lines(game),
    )
    wrote(out, plot)


def compare(
    scenario: Scenario,
    threat: Levels = DEFAULT_THREATS,
    preference: PreferenceName = None,
    settings: Settings = None,
    out: Out = None,
    plot: Plot = None,
    json: AsJson = False,
    wide: Wide = False,
    quiet: Quiet = False,
) -> None:
    """Compare prospect theory with expected utility and with each channel switched off."""
    check_targets(out, plot)
    game = _all_threats(scenario, preference, settings)
    if isinstance(game.preference, games.ExpectedUtility):
        raise InvalidGameError(
            "`--preference` must be one of prospect theory, such as booij-2010: it is compared with"
            " expected utility"
        )
    found = _compared(game, threat, out, plot, quiet=quiet or json)
    effects = [asdict(effect) for effect in found.framing_effects]
    _show(found, "Framing effect", effects, out, plot, as_json=json, wide=wide)


def _all_threats(
    scenario: str, preference: str | None, settings: Sequence[str] | None
) -> games.AllianceGame:
    """Return the game of a scenario, changed in what is not the threat."""
    if any(text.partition("=")[0] == "threat" for text in settings or ()):
        raise InvalidGameError(
            "`--set threat` is for `alliance solve`: here all threats are looked at (`--set frame`"
            " holds the reference point)"
        )
    return varied(scenario, {"preference": preference}, settings or ())


def _compared(
    game: games.AllianceGame,
    threat: str,
    out: Path | None,
    plot: Path | None,
    concept: str = "subgame_perfect",
    *,
    null_alone: bool = False,
    quiet: bool,
) -> solver.Comparison:
    """Return a game compared across threat, with its rows and figure written.

    `null_alone` compares it with its expected-utility null and with nothing else.
    """
    with progress(quiet) as advance:
        null = game.with_preference(games.ExpectedUtility())
        found = solver.compare(
            game,
            {"prospect": game, "expected": null} if null_alone else None,
            threat=parse_levels(threat),
            concept=concept,
            progress=advance,
        )
    if out is not None:
        found.write(out)
    if plot is not None:
        solver.plot.save(solver.plot.figure(found), plot)
    return found


def _show(
    found: solver.Comparison,
    heading: str,
    rows: Sequence[Row],
    out: Path | None,
    plot: Path | None,
    *,
    as_json: bool,
    wide: bool,
) -> None:
    """Print the forms preferred across threat, a table of `rows`, and the record."""
    if as_json:
        emit(comparison_facts(found))
        return
    spans = [row for name in found.sweeps for row in _told_apart(span_rows(found, name))]
    table(f"{found.game.title}: preferred form across threat", spans, wide)
    if rows:
        table(heading, rows, wide)
    widest = max(one.resolution for one in found.critical.values())
    followed = all(path.concept == "subgame_perfect" for path in found.sweeps.values())
    lines(*unseen(widest, followed), *record_lines(found.game), *prediction_lines(found))
    wrote(out, plot)


def span_rows(study: solver.Comparison, name: str) -> list[Row]:
    """Return the intervals of threat on which one form is preferred, as rows."""
    return [
        {"preference": name, "from": low, "to": high, "form": name_of(form)}
        for low, high, form in study.critical[name].spans()
    ]


def _told_apart(spans: Sequence[Row]) -> list[Row]:
    """Return intervals of threat with ends that read differently."""
    ends = [spans[0]["from"], *(row["to"] for row in spans)]
    texts = pairwise(apart([float(str(end)) for end in ends]))
    return [row | {"from": low, "to": high} for row, (low, high) in zip(spans, texts, strict=True)]


def change_row(game: games.AllianceGame, change: solver.Change) -> Row:
    """Return a change as a row."""
    allies = [gain for name, gain in change.gains.items() if name != game.hegemon]
    return {
        "from": change.below,
        "to": change.above,
        "change": str(change).split(": ", 1)[1],
        f"{game.hegemon}_gains": change.gains.get(game.hegemon),
        "least_ally_gain": min(allies, default=None),
        "most_ally_gain": max(allies, default=None),
    }


def critical_rows(found: solver.CriticalThreats) -> list[Row]:
    """Return critical threats as rows, their numbers as short as tells them apart."""
    from solver.studies.levels import moves

    return [
        {
            "threat": threat,
            "below": str(item.below),
            "above": str(item.above),
            "cause": item.cause,
            "change": str(moves(item.below_structure, item.above_structure))
            if item.below_structure and item.above_structure
            else "-",
        }
        for item, threat in zip(found, apart([item.threat for item in found]), strict=True)
    ]


def critical_facts(game: games.AllianceGame, found: solver.CriticalThreats) -> Row:
    """Return critical threats as plain values."""
    return {
        "scenario": scenario_name(game),
        "resolution": found.resolution,
        "first": str(found.first) if found.first else None,
        "last": str(found.last) if found.last else None,
        "multilateral_from": found.multilateral_from,
        "critical": [
            {
                "threat": item.threat,
                "width": item.width,
                "cause": item.cause,
                "below": structure_facts(item.below_structure),
                "above": structure_facts(item.above_structure),
            }
            for item in found
        ],
    }


def comparison_facts(study: solver.Comparison) -> Row:
    """Return a comparison as plain values."""
    return {
        "scenario": scenario_name(study.game),
        "rows": study.records(),
        "critical": {
            name: critical_facts(study.sweeps[name].game, found)
            for name, found in study.critical.items()
        },
        "framing_effects": [asdict(effect) for effect in study.framing_effects],
        "changes": {
            name: [{"text": str(change), "gains": change.gains} for change in path.changes()]
            for name, path in study.sweeps.items()
        },
    }


def prediction_lines(study: solver.Comparison) -> list[str]:
    """Return a line that says which form is preferred at the coded threat, and which was signed."""
    info = study.game.scenario
    if info is None:
        return []
    record = info.recorded(study.game.candidates)
    coded = info.threat.value
    # of two spans that meet in the coded threat the one above it counts
    forms = {
        name: name_of(form)
        for name, critical in study.critical.items()
        for low, high, form in critical.spans()
        if low <= coded <= high
    }
    for name, critical in study.critical.items():
        for change in critical:
            if change.cause == "not located" and 2 * abs(coded - change.threat) < change.width:
                forms[name] = f"{name_of(change.below)} or {name_of(change.above)}, between levels"
    preferred = ", ".join(f"{form} ({name})" for name, form in forms.items())
    return [
        f"Preferred at the coded threat: {preferred or 'not in the sweep'}."
        f" Signed: {record.form if record else 'nothing on record'}."
    ]
