"""The commands `alliance phase`, `framing`, `surface`, `robust` and `sensitivity`."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, Any

import typer

import games
import solver
from games import InvalidGameError, checks, table_files, tables
from games.arrays import spaced
from solver.command.asked import (
    LEVELS,
    RESOLUTION,
    AsJson,
    Concept,
    Out,
    Plot,
    Quiet,
    Scenario,
    Wide,
    check_targets,
    parse_grid,
    parse_grids,
    parse_levels,
    parse_ranges,
)
from solver.command.show import (
    Row,
    emit,
    lines,
    progress,
    scenario_name,
    table,
    unseen,
    wrote,
)
from solver.results import name_of

if TYPE_CHECKING:
    from solver.studies.axes import Axis

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
    wide: Wide = False,
    quiet: Quiet = False,
) -> None:
    """Draw which form is preferred where in a plane of two quantities."""
    check_targets(out, plot)
    plane = _plane(x, y, x_range, y_range)
    with progress(quiet or json) as advance:
        found = solver.phase_diagram(
            games.load(scenario), **plane, concept=concept, progress=advance
        )
    if out is not None:
        found.write(out)
    if plot is not None:
        solver.plot.save(found.plot(), plot)
    shares = {name_of(form): share for form, share in found.shares().items()}
    if json:
        emit(
            {
                "scenario": scenario_name(found.game),
                "concept": found.concept,
                "x": _axis(found.x),
                "y": _axis(found.y),
                "proved": found.proved,
                "blur": list(found.blur),
                "shares": shares,
                "forms": [[name_of(form) for form in row] for row in found.forms],
                "boundaries": [
                    {
                        "forms": [name_of(form) for form in line.forms],
                        "closed": line.closed,
                        "points": line.points.tolist(),
                    }
                    for line in found.boundaries
                ],
                "junctions": found.junctions.tolist(),
            }
        )
        return
    table(
        f"{found.game.title}: {found.x.name} by {found.y.name}",
        [{"form": form, "share_of_the_plane": share} for form, share in shares.items()],
        wide,
    )
    if found.boundaries:
        table("Boundaries", _boundary_rows(found), wide)
    if found.proved is None:
        lines(
            "No lines are proved complete: changes between points of different forms were found.",
            "A form that no line meets may hide.",
        )
    else:
        lines(
            "Proved: lines of the grid along the threat miss no change of form wider than"
            f" {found.proved:.1e}.",
            "Between lines of the grid, and along the other axis, a form may hide: not searched.",
        )
    wrote(out, plot)


def framing(
    scenario: Scenario,
    x: X = "threat",
    y: Y = "loss_aversion",
    x_range: XRange = None,
    y_range: YRange = "1:3.5",
    out: Out = None,
    plot: Plot = None,
    json: AsJson = False,
    wide: Wide = False,
    quiet: Quiet = False,
) -> None:
    """Map where prospect theory chooses another form than expected utility, and what it gains."""
    check_targets(out, plot)
    plane = _plane(x, y, x_range, y_range)
    with progress(quiet or json) as advance:
        found = solver.framing_map(games.load(scenario), **plane, progress=advance)
    if out is not None:
        found.write(out)
    if plot is not None:
        solver.plot.save(found.plot(), plot)
    effects: list[Row] = [
        {
            found.y.name: value,
            "multilateral_from": effect.multilateral_from,
            "shift": effect.shift,
            "first": effect.first,
            "share": effect.share,
        }
        for value, effect in zip(found.y.values, found.effects, strict=False)
    ]
    if json:
        emit(
            {
                "scenario": scenario_name(found.game),
                "baseline": repr(found.baseline),
                "x": _axis(found.x),
                "y": _axis(found.y),
                "rows": found.records(),
                "effects": effects,
            }
        )
        return
    pairs: list[Row] = [
        {
            "baseline": name_of(null),
            "own_preference": name_of(own),
            "points": number,
            "share": number / found.differs.size,
        }
        for (null, own), number in sorted(found.pairs().items(), key=lambda item: -item[1])
    ]
    table(f"{found.game.title}: preferred forms, {found.x.name} by {found.y.name}", pairs, wide)
    if effects:
        table("Framing effect", effects, wide)
        steps = [above - below for below, above in pairwise(found.x.values)]
        lines(*unseen(max(steps, default=0.0)))
    wrote(out, plot)


def surface(
    scenario: Scenario,
    along: Annotated[
        list[str], typer.Option(help="name=first:last:points of one or two quantities. Repeatable.")
    ],
    resolution: Annotated[float | None, RESOLUTION] = None,
    out: Out = None,
    json: AsJson = False,
    wide: Wide = False,
    quiet: Quiet = False,
) -> None:
    """Follow the critical threats as one or two other quantities vary."""
    check_targets(out)
    axes = {
        name: spaced(*span, checks.whole("points", points, 1))
        for name, (span, points) in parse_grids("along", along).items()
    }
    with progress(quiet or json) as advance:
        found = solver.critical_surface(
            games.load(scenario), axes, resolution=resolution, progress=advance
        )
    if out is not None:
        found.write(out)
    if json:
        emit(
            {
                "scenario": scenario_name(found.game),
                "axes": [_axis(line) for line in found.axes],
                "resolution": found.resolution,
                "proved": found.proved,
                "rows": found.records(),
                "crossings": found.crossing_records(),
            }
        )
        return
    table(f"{found.game.title}: from which threat on multilateral", found.records(), wide)
    lines(
        f"Proved: no change of form wider than {found.resolution:.1e} of threat is missed."
        if found.proved
        else f"Not proved: looked at threats {found.resolution:.3g} apart."
    )
    wrote(out)


def robust(
    scenario: Scenario,
    threat: Annotated[str | None, LEVELS] = None,
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
    wide: Wide = False,
    quiet: Quiet = False,
) -> None:
    """Count the random draws of the figures that keep what the scenario predicts."""
    from solver.studies.robustness import form_rows

    check_targets(out)
    levels = None if threat is None else parse_levels(threat)
    if ranges and spread is not None:
        raise InvalidGameError("`spread` must not be given beside `range`: leave one out")
    with progress(quiet or json) as advance:
        found = solver.robustness(
            games.load(scenario),
            parse_ranges(ranges) if ranges else None,
            spread=spread,
            draws=draws,
            seed=seed,
            prediction=prediction,
            threats=levels,
            progress=advance,
        )
    if out is not None:
        drawn = found.draw_records()
        table_files.write(drawn, lambda: tables.dataset(drawn, {"draw": {}}), out)
    if json:
        emit(
            {
                "scenario": scenario_name(found.game),
                "seed": found.seed,
                "level": found.level,
                "ranges": found.ranges,
                "shares": found.records(),
                "forms": form_rows(found),
            }
        )
        return
    lines(_range_line(found))
    table(f"Share of draws, exact intervals of {found.level:.0%}", found.records(), wide)
    if not any(share.prediction.in_sequence for share in found.shares):
        table("Preferred forms among the draws", form_rows(found), wide)
    if found.caveat:
        lines(found.caveat)
    wrote(out)


def sensitivity(
    scenario: Scenario,
    ranges: Ranges = None,
    size: Annotated[
        int, typer.Option(help="A power of 2; the game is solved size * (ranges + 2) times.", min=2)
    ] = 64,
    seed: Seed = 0,
    out: Out = None,
    json: AsJson = False,
    wide: Wide = False,
    quiet: Quiet = False,
) -> None:
    """Say which figures the share of threats with a multilateral alliance depends on."""
    check_targets(out)
    with progress(quiet or json) as advance:
        found = solver.sensitivity(
            games.load(scenario), parse_ranges(ranges or ()), size, seed, progress=advance
        )
    if out is not None:
        found.write(out)
    indices = [_without_nan(row) for row in found.records()]
    if json:
        emit(
            {
                "scenario": scenario_name(found.game),
                "size": found.size,
                "seed": found.seed,
                "level": found.level,
                "mean": found.mean,
                "variance": found.variance,
                "at_zero": found.at_zero,
                "indices": indices,
            }
        )
        return
    lines(_range_line(found))
    table("Sobol indices of the share of threats with a multilateral alliance", indices, wide)
    lines(
        f"Over {found.values.size} draws: mean {found.mean:.4g}, standard deviation"
        f" {found.variance**0.5:.4g}; {found.at_zero:.1%} never have a multilateral alliance.",
        f"Margins are half widths of bootstrap intervals of {found.level:.0%}.",
    )
    wrote(out)


def _plane(x: str, y: str, x_range: str | None, y_range: str | None) -> dict[str, Any]:
    """Return the plane of two quantities that is asked for, as arguments of its study."""
    from solver.studies.phase import POINTS

    x_span, across = (None, POINTS) if x_range is None else parse_grid("x-range", x_range)
    y_span, down = (None, POINTS) if y_range is None else parse_grid("y-range", y_range)
    return {
        "x": x,
        "y": y,
        "x_range": x_span,
        "y_range": y_span,
        "resolution": (across, down),
    }


def _axis(line: Axis) -> Row:
    return {"name": line.name, "unit": line.meaning.unit, "values": list(line.values)}


def _boundary_rows(found: solver.PhaseDiagram) -> list[Row]:
    """Return what each boundary divides, and where it runs, as rows."""
    rows: list[Row] = []
    for line in found.boundaries:
        low, high = line.points.min(axis=0), line.points.max(axis=0)
        rows.append(
            {
                "between": " | ".join(name_of(form) for form in line.forms),
                found.x.name: f"{low[0]:.4g} to {high[0]:.4g}",
                found.y.name: f"{low[1]:.4g} to {high[1]:.4g}",
                "points": len(line.points),
                "closed": "yes" if line.closed else "no",
            }
        )
    return rows


def _range_line(found: solver.Robustness | solver.Sensitivity) -> str:
    """Return a line that says what varies."""
    spans = (f"{name} {low:.4g} to {high:.4g}" for name, (low, high) in found.ranges.items())
    return f"{found.game.title}: uniform and independent, {', '.join(spans)}."


def _without_nan(row: Row) -> Row:
    """Return a row with None for what JSON has no word for."""
    return {
        key: None if isinstance(value, float) and math.isnan(value) else value
        for key, value in row.items()
    }
