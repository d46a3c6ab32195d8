"""Results as rows and dictionaries of plain values, ready to print or to write as JSON."""

from __future__ import annotations

from collections.abc import Sequence

from games import AllianceGame, AllianceStructure, Scenario
from solver.alliance.solution import Equilibrium, Solution
from solver.studies.comparison import Comparison, FramingEffect
from solver.studies.critical import CriticalThreat, CriticalThreats
from solver.studies.sweeping import Change, moves

Row = dict[str, object]

CALIBRATED = (
    "The default parameters were chosen in hindsight so that the three historical theatres come"
    " out: this is calibration, not a test."
)


def scenario_row(info: Scenario) -> Row:
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


def treaty_rows(info: Scenario) -> list[Row]:
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


def game_facts(game: AllianceGame) -> Row:
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
    facts["quantities"] = [
        {
            "name": item.name,
            "value": item.value,
            "unit": item.unit,
            "meaning": item.meaning,
            "source": item.source,
        }
        for item in game.describe()
    ]
    return facts


def structure_facts(structure: AllianceStructure | None) -> Row | None:
    """Return a structure as plain values."""
    if structure is None:
        return None
    return {
        "text": str(structure),
        "form": str(structure.form),
        "blocs": [list(bloc) for bloc in structure.blocs],
        "spokes": list(structure.spokes),
    }


def equilibrium_row(game: AllianceGame, found: Equilibrium) -> Row:
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


def solution_facts(found: Solution, listed: Sequence[Equilibrium]) -> Row:
    """Return a solution as plain values, with the equilibria `listed`."""
    game = found.game
    return {
        "scenario": game.scenario.name if game.scenario else None,
        "threat": game.threat,
        "concept": found.concept,
        "status": str(found.status),
        "equilibria": len(found.equilibria),
        "searched": found.searched,
        "tolerance": found.tolerance,
        "security_level": found.security_level,
        "forms": {str(form): number for form, number in found.equilibria.forms.items()},
        "listed": [
            equilibrium_row(game, item)
            | {"structure": structure_facts(item.structure), "values": item.values}
            for item in listed
        ],
    }


def span_rows(study: Comparison, name: str) -> list[Row]:
    """Return the intervals of threat on which one form is preferred, as rows."""
    return [
        {"preference": name, "from": low, "to": high, "form": str(form or "no equilibrium")}
        for low, high, form in study.critical[name].spans()
    ]


def change_row(game: AllianceGame, change: Change) -> Row:
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


def framing_row(effect: FramingEffect) -> Row:
    """Return a framing effect as a row."""
    return {
        "preference": effect.preference,
        "multilateral_from": effect.multilateral_from,
        "shift": effect.shift,
    }


def critical_row(item: CriticalThreat) -> Row:
    """Return a critical threat as a row."""
    return {
        "threat": f"{item.threat:.9f}",
        "below": str(item.below),
        "above": str(item.above),
        "cause": item.cause,
        "change": str(moves(item.below_structure, item.above_structure))
        if item.below_structure and item.above_structure
        else "-",
    }


def critical_facts(game: AllianceGame, found: CriticalThreats) -> Row:
    """Return critical threats as plain values."""
    return {
        "scenario": game.scenario.name if game.scenario else None,
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


def comparison_facts(study: Comparison) -> Row:
    """Return a comparison as plain values."""
    return {
        "scenario": study.game.scenario.name if study.game.scenario else None,
        "rows": study.records(),
        "critical": {
            name: critical_facts(study.sweeps[name].game, found)
            for name, found in study.critical.items()
        },
        "framing_effects": [framing_row(effect) for effect in study.framing_effects],
        "changes": {
            name: [{"text": str(change), "gains": change.gains} for change in path.changes()]
            for name, path in study.sweeps.items()
        },
    }


def prediction_lines(study: Comparison) -> list[str]:
    """Return a line that says which form is preferred at the coded threat, and which was signed."""
    info = study.game.scenario
    if info is None:
        return []
    record = info.recorded(study.game.candidates)
    coded = info.threat.value
    # of two spans that meet in the coded threat the one above it counts
    forms = {
        name: form
        for name, critical in study.critical.items()
        for low, high, form in critical.spans()
        if low <= coded <= high
    }
    preferred = ", ".join(f"{form or 'no equilibrium'} ({name})" for name, form in forms.items())
    return [
        f"Preferred at the coded threat: {preferred or 'not in the sweep'}."
        f" Signed: {record.form if record else 'nothing on record'}."
    ]


def record_lines(game: AllianceGame) -> list[str]:
    """Return lines that lay the record beside the game, and say what the figures are worth."""
    info = game.scenario
    if info is None:
        return []
    lines = [f"Coded threat {info.threat.value:g} ({info.threat.coding}): {info.threat.reason}"]
    lines += [
        f"On record: {treaty.name} ({treaty.form}, signed {treaty.signed}):"
        f" {', '.join(treaty.members)}."
        for treaty in info.treaties
    ]
    if info.kind == "historical":
        lines.append(CALIBRATED)
    return lines
