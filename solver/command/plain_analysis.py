"""Analyses as rows and dictionaries of plain values, ready to print or to write as JSON."""

from __future__ import annotations

import math

from games import AllianceGame
from solver.command.plain import Row
from solver.studies.axes import Axis
from solver.studies.framing import FramingMap
from solver.studies.phase import PhaseDiagram
from solver.studies.preferred import name_of
from solver.studies.robustness import Robustness, form_rows
from solver.studies.sensitivity import Sensitivity
from solver.studies.surface import CriticalSurface


def phase_facts(found: PhaseDiagram) -> Row:
    """Return a phase diagram as plain values."""
    return {
        "scenario": _name(found.game),
        "concept": found.concept,
        "x": _axis(found.x),
        "y": _axis(found.y),
        "proved": found.proved,
        "blur": list(found.blur),
        "shares": {name_of(form): share for form, share in found.shares().items()},
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


def share_rows(found: PhaseDiagram) -> list[Row]:
    """Return the share of the plane of each form, as rows."""
    return [
        {"form": name_of(form), "share_of_the_plane": share}
        for form, share in found.shares().items()
    ]


def boundary_rows(found: PhaseDiagram) -> list[Row]:
    """Return what each boundary divides, and where it runs, as rows."""
    rows: list[Row] = []
    for line in found.boundaries:
        low, high = line.points.min(axis=0), line.points.max(axis=0)
        rows.append(
            {
                "between": " | ".join(map(name_of, line.forms)),
                found.x.name: f"{low[0]:.4g} to {high[0]:.4g}",
                found.y.name: f"{low[1]:.4g} to {high[1]:.4g}",
                "points": len(line.points),
                "closed": "yes" if line.closed else "no",
            }
        )
    return rows


def phase_lines(found: PhaseDiagram) -> list[str]:
    """Return lines that say what is proved of a phase diagram."""
    proof = (
        f"Proved: lines of the grid along the threat miss no change of form wider than"
        f" {found.proved:.1e}."
        if found.proved is not None
        else "No lines are proved complete: changes between points of different forms were found."
    )
    between = "Between lines of the grid, and along the other axis, a form may hide: not searched."
    return [proof, between if found.proved is not None else "A form that no line meets may hide."]


def framing_facts(found: FramingMap) -> Row:
    """Return a map of the framing effect as plain values."""
    return {
        "scenario": _name(found.game),
        "baseline": repr(found.baseline),
        "x": _axis(found.x),
        "y": _axis(found.y),
        "rows": [_without_nan(row) for row in found.records()],
        "effects": effect_rows(found),
    }


def effect_rows(found: FramingMap) -> list[Row]:
    """Return from which threat on the form is multilateral, for each value of y, as rows."""
    return [
        {
            found.y.name: value,
            "multilateral_from": effect.multilateral_from,
            "shift": effect.shift,
        }
        for value, effect in zip(found.y.values, found.effects, strict=False)
    ]


def pair_rows(found: FramingMap) -> list[Row]:
    """Return how often each pair of forms is preferred, as rows."""
    points = found.differs.size
    return [
        {
            "baseline": name_of(null),
            "own_preference": name_of(own),
            "points": number,
            "share": number / points,
        }
        for (null, own), number in sorted(found.pairs().items(), key=lambda item: -item[1])
    ]


def surface_facts(found: CriticalSurface) -> Row:
    """Return a critical surface as plain values."""
    return {
        "scenario": _name(found.game),
        "axes": [_axis(line) for line in found.axes],
        "resolution": found.resolution,
        "proved": found.proved,
        "rows": found.records(),
        "crossings": found.crossing_records(),
    }


def robust_facts(found: Robustness) -> Row:
    """Return shares of draws as plain values."""
    return {
        "scenario": _name(found.game),
        "seed": found.seed,
        "level": found.level,
        "ranges": {name: list(span) for name, span in found.ranges.items()},
        "shares": found.records(),
        "forms": form_rows(found),
    }


def sensitivity_facts(found: Sensitivity) -> Row:
    """Return sensitivity indices as plain values, None where they are not defined."""
    return {
        "scenario": _name(found.game),
        "size": found.size,
        "seed": found.seed,
        "level": found.level,
        "mean": found.mean,
        "variance": found.variance,
        "at_zero": found.at_zero,
        "indices": index_rows(found),
    }


def index_rows(found: Sensitivity) -> list[Row]:
    """Return sensitivity indices as rows, None where they are not defined."""
    return [_without_nan(row) for row in found.records()]


def range_line(found: Robustness | Sensitivity) -> str:
    """Return a line that says what varies."""
    spans = (f"{name} {low:.4g} to {high:.4g}" for name, (low, high) in found.ranges.items())
    return f"{found.game.title}: uniform and independent, {', '.join(spans)}."


def _axis(line: Axis) -> Row:
    return {"name": line.name, "unit": line.unit, "values": list(line.values)}


def _without_nan(row: Row) -> Row:
    """Return a row with None for what JSON has no word for."""
    return {
        key: None if isinstance(value, float) and math.isnan(value) else value
        for key, value in row.items()
    }


def _name(game: AllianceGame) -> str | None:
    return game.scenario.name if game.scenario else None
