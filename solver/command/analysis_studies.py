"""What the command's analyses need around them: ranges as text, and files to write."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

import games
from games import InvalidGameError
from solver.command.studies import Targets
from solver.studies import tables
from solver.studies.framing import FramingMap, framing_map
from solver.studies.phase import POINTS, PhaseDiagram, phase_diagram
from solver.studies.robustness import Robustness, robustness
from solver.studies.sensitivity import Sensitivity, sensitivity
from solver.studies.surface import CriticalSurface, critical_surface

Progress = Callable[[str, int, int], None]
Grid = tuple[tuple[float, float] | None, int]


def parse_grid(option: str, text: str | None) -> Grid:
    """Return the range and the number of points that `first:last` or `first:last:points` asks for.

    Examples
    --------
    >>> parse_grid("y-range", "0.3:0.9:13"), parse_grid("x-range", None)
    (((0.3, 0.9), 13), (None, 25))
    """
    if text is None:
        return None, POINTS
    parts = text.split(":")
    try:
        if len(parts) in (2, 3):
            low, high = float(parts[0]), float(parts[1])
            return (low, high), int(parts[2]) if len(parts) == 3 else POINTS
    except ValueError:
        pass
    raise InvalidGameError(f"`{option}` must read first:last or first:last:points; got {text!r}")


def parse_ranges(option: str, texts: Sequence[str]) -> dict[str, Grid]:
    """Return ranges by name from texts such as `cohesion=0.4:0.7`.

    Examples
    --------
    >>> parse_ranges("range", ["cohesion=0.4:0.7"])
    {'cohesion': ((0.4, 0.7), 25)}
    """
    found: dict[str, Grid] = {}
    for text in texts:
        name, equals, span = text.partition("=")
        if not equals or name in found:
            raise InvalidGameError(
                f"`{option}` must read name=first:last, each name once; got {text!r}"
            )
        found[name] = parse_grid(option, span)
    return found


def _spans(texts: Sequence[str]) -> dict[str, tuple[float, float]]:
    """Return ranges by name, without numbers of points: there are none in random draws."""
    if not texts or any(text.count(":") != 1 for text in texts):
        raise InvalidGameError(
            "`range` must be given, once for each quantity, as name=first:last, such as"
            f" cohesion=0.4:0.7; got {', '.join(texts) or 'none'}"
        )
    found = parse_ranges("range", texts)
    return {name: span for name, (span, _) in found.items() if span is not None}


def phase(
    scenario: str,
    names: tuple[str, str],
    ranges: tuple[str | None, str | None],
    concept: str,
    targets: Targets,
    progress: Progress,
) -> PhaseDiagram:
    """Draw the phase diagram of a scenario, and write the targets."""
    (x_range, across), (y_range, down) = _grids(ranges)
    found = phase_diagram(
        games.load(scenario),
        *names,
        x_range,
        y_range,
        resolution=(across, down),
        concept=concept,
        progress=progress,
    )
    _write(found, targets)
    if targets.plot is not None:
        from solver.figures import comparison as figures
        from solver.figures import phase

        figures.save(phase.phase_figure(found), targets.plot)
    return found


def framing(
    scenario: str,
    names: tuple[str, str],
    ranges: tuple[str | None, str | None],
    targets: Targets,
    progress: Progress,
) -> FramingMap:
    """Map the framing effect in a scenario, and write the targets."""
    (x_range, across), (y_range, down) = _grids(ranges)
    found = framing_map(
        games.load(scenario),
        *names,
        x_range,
        y_range,
        resolution=(across, down),
        progress=progress,
    )
    _write(found, targets)
    if targets.plot is not None:
        from solver.figures import comparison as figures
        from solver.figures import phase

        figures.save(phase.framing_figure(found), targets.plot)
    return found


def surface(
    scenario: str,
    along: Sequence[str],
    resolution: float | None,
    targets: Targets,
    progress: Progress,
) -> CriticalSurface:
    """Find the critical threats of a scenario along other quantities, and write the target."""
    grids = parse_ranges("along", along)
    axes = {
        name: np.linspace(*span, points).tolist()
        for name, (span, points) in grids.items()
        if span is not None
    }
    found = critical_surface(games.load(scenario), axes, resolution=resolution, progress=progress)
    _write(found, targets)
    return found


def robust(
    scenario: str,
    threats: Sequence[float] | None,
    ranges: Sequence[str],
    spread: float | None,
    prediction: str,
    draws: int,
    seed: int,
    targets: Targets,
    progress: Progress,
) -> Robustness:
    """Count the draws that keep what a scenario predicts, and write them to the target."""
    if ranges and spread is not None:
        raise InvalidGameError("`spread` must not be given beside `range`: leave one out")
    found = robustness(
        games.load(scenario),
        _spans(ranges) if ranges else None,
        spread=spread,
        draws=draws,
        seed=seed,
        prediction=prediction,
        threats=threats,
        progress=progress,
    )
    if targets.out is not None:
        rows = found.draw_records()
        tables.write(rows, lambda: tables.by(rows, "draw"), targets.out)
    return found


def sensitive(
    scenario: str,
    ranges: Sequence[str],
    size: int,
    seed: int,
    targets: Targets,
    progress: Progress,
) -> Sensitivity:
    """Compute what a scenario's critical threat is sensitive to, and write the target."""
    found = sensitivity(games.load(scenario), _spans(ranges), size, seed, progress=progress)
    _write(found, targets)
    return found


def _grids(ranges: tuple[str | None, str | None]) -> tuple[Grid, Grid]:
    return parse_grid("x-range", ranges[0]), parse_grid("y-range", ranges[1])


def _write(
    found: PhaseDiagram | FramingMap | CriticalSurface | Sensitivity, targets: Targets
) -> None:
    """Write the table of what was found, where asked for."""
    if targets.out is not None:
        tables.write(found.records(), found.to_xarray, targets.out)
