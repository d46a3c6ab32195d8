"""Print phase diagrams, maps of the framing effect, critical surfaces and shares of draws."""

from __future__ import annotations

from solver.command import plain_analysis as plain
from solver.command.plain import CALIBRATED
from solver.command.report import emit, lines, table
from solver.command.studies import Targets
from solver.studies.framing import FramingMap
from solver.studies.phase import PhaseDiagram
from solver.studies.robustness import Robustness, form_rows
from solver.studies.sensitivity import Sensitivity
from solver.studies.surface import CriticalSurface


def phase(found: PhaseDiagram, targets: Targets, *, as_json: bool) -> None:
    """Print the shares of a phase diagram and its boundaries."""
    if as_json:
        emit(plain.phase_facts(found))
        return
    table(f"{found.game.title}: {found.x.name} by {found.y.name}", plain.share_rows(found))
    if found.boundaries:
        table("Boundaries", plain.boundary_rows(found))
    lines(*plain.phase_lines(found))
    _wrote(targets)


def framing(found: FramingMap, targets: Targets, *, as_json: bool) -> None:
    """Print how often the preferred forms differ, and the shift of the turn."""
    if as_json:
        emit(plain.framing_facts(found))
        return
    heading = f"{found.game.title}: preferred forms, {found.x.name} by {found.y.name}"
    table(heading, plain.pair_rows(found))
    if found.effects:
        table("Framing effect", plain.effect_rows(found))
    _wrote(targets)


def surface(found: CriticalSurface, targets: Targets, *, as_json: bool) -> None:
    """Print the critical threats over a grid."""
    if as_json:
        emit(plain.surface_facts(found))
        return
    table(f"{found.game.title}: from which threat on multilateral", found.records())
    lines(
        f"Proved: no change of form wider than {found.resolution:.1e} of threat is missed."
        if found.proved
        else f"Not proved: looked at threats {found.resolution:.3g} apart."
    )
    _wrote(targets)


def robust(found: Robustness, targets: Targets, *, as_json: bool) -> None:
    """Print which share of draws keeps each prediction."""
    if as_json:
        emit(plain.robust_facts(found))
        return
    lines(plain.range_line(found))
    table(f"Share of draws, exact intervals of {found.level:.0%}", found.records())
    if not any(share.prediction.in_sequence for share in found.shares):
        table("Preferred forms among the draws", form_rows(found))
    if found.game.scenario and found.game.scenario.kind == "historical":
        lines(CALIBRATED)
    _wrote(targets)


def sensitivity(found: Sensitivity, targets: Targets, *, as_json: bool) -> None:
    """Print sensitivity indices with their margins."""
    if as_json:
        emit(plain.sensitivity_facts(found))
        return
    lines(plain.range_line(found))
    table(
        "Sobol indices of the share of threats with a multilateral alliance",
        plain.index_rows(found),
    )
    lines(
        f"Over {found.values.size} draws: mean {found.mean:.4g}, standard deviation"
        f" {found.variance**0.5:.4g}; {found.at_zero:.1%} never have a multilateral alliance.",
        f"Margins are half widths of bootstrap intervals of {found.level:.0%}.",
    )
    _wrote(targets)


def _wrote(targets: Targets) -> None:
    lines(*(f"Wrote {path}." for path in targets.paths), whole=True)
