"""Plain values of a study of burdens, for tables and JSON."""

from __future__ import annotations

from solver.command.plain import Row
from solver.studies.burden_study import BurdenLevel, BurdenStudy


def form_rows(study: BurdenStudy) -> list[Row]:
    """Return a row for each rule: the form of the preferred alliance at each threat."""
    rows: list[Row] = []
    for rule in study.rules:
        levels = [level for level in study.levels if level.rule == rule]
        found = {f"threat {level.threat:g}": _summary(level) for level in levels}
        rows.append({"burden_sharing": rule, **found})
    return rows


def ally_rows(study: BurdenStudy, threat: float) -> list[Row]:
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


def facts(study: BurdenStudy) -> Row:
    """Return the whole study as plain values."""
    return {"hegemon": study.game.hegemon, "rows": study.records()}


def _summary(level: BurdenLevel) -> str:
    if level.preferred is None:
        return "no equilibrium"
    structure = level.preferred.structure
    members = sum(len(bloc) for bloc in structure.blocs)
    total = f", {sum(level.burdens.values()):+.3f}" if level.burdens else ""
    return f"{level.form} ({members}+{len(structure.spokes)}{total})"


def _cell(level: BurdenLevel, name: str) -> str | None:
    if name not in level.burdens:
        return None
    share = level.shares.get(name)
    return f"{level.burdens[name]:+.3f}" + ("" if share is None else f" ({share:.0%})")
