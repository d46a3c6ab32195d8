"""Equilibria of normal forms as rows and dictionaries of plain values."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from solver.command.plain import Row

if TYPE_CHECKING:
    from solver.finite.certificate import Certificate
    from solver.finite.solution import ProfileEquilibrium, ProfileSolution


def profile_row(place: int, found: ProfileEquilibrium) -> Row:
    """Return one equilibrium as a row: each player's mixing and value."""
    game = found.certificate.game
    row: Row = {"number": place}
    for name, actions, own in zip(game.players, game.actions, found.profile, strict=True):
        row[name] = mixing(actions, own.tolist())
    row |= {f"value of {name}": value for name, value in found.values.items()}
    return row


def mixing(actions: Sequence[str], chances: Sequence[float]) -> str:
    """Return a strategy as text: the actions used, each with its probability."""
    used = [(action, p) for action, p in zip(actions, chances, strict=True) if p > 0]
    if len(used) == 1:
        return used[0][0]
    return ", ".join(f"{action} {p:.6g}" for action, p in used)


def certificate_rows(evidence: Certificate) -> list[Row]:
    """Return what is proved about an equilibrium, a row for each player."""
    return [
        {
            "player": name,
            "support": ", ".join(evidence.support[name]),
            "regret": evidence.regrets[name],
            "proved at most": evidence.bounds[name],
            "slack of the best unused": "-"
            if math.isinf(evidence.slack[name])
            else evidence.slack[name],
        }
        for name in evidence.game.players
    ]


def certificate_lines(evidence: Certificate) -> list[str]:
    """Return what a certificate says beyond its numbers, in sentences."""
    lines = [f"Notion: {evidence.notion}; {evidence.reference_rule}."]
    if evidence.box is not None:
        lines.append(
            "A box of probabilities around it, of width"
            f" {evidence.box.width:.2g}, is proved to hold exactly one equilibrium."
        )
    if evidence.response is not None:
        lines.append(
            f"At precision {evidence.response.precision:g} each probability is within"
            f" {evidence.response.residual_bound:.2g} of that of the logit reply, as is proved;"
            " regrets are those of Nash's concept."
        )
    if evidence.exact is not None:
        profile = "; ".join(" ".join(map(str, own)) for own in evidence.exact)
        if len(profile) <= 200:
            lines.append(f"Exactly: {profile}.")
    reduced = "as it must" if evidence.reduces_to_expected_utility else "IT DOES NOT: distrust this"
    lines.append(f"With linear weights and exponents the values are expected utilities: {reduced}.")
    lines.append(f"Checked again from the game alone: {'holds' if evidence.verify() else 'FAILS'}.")
    return lines


def coverage_lines(found: ProfileSolution) -> list[str]:
    """Return what the search covered, in sentences."""
    covered = found.coverage
    lines = [f"{found.status}: {found.status.value}.", f"Searched: {covered.method}."]
    if covered.unresolved:
        widest = max(box.width for box in covered.unresolved)
        lines.append(
            f"{len(covered.unresolved)} boxes are not settled, the widest {widest:.2g} wide:"
            " a continuum of equilibria, or ties, or too little work allowed."
        )
    sets = [one for one in found.components if not one.is_point]
    lines.extend(
        f"Every mixture of the {len(one.rows)} row strategies and the {len(one.columns)} column"
        " strategies of a set is an equilibrium."
        for one in sets[:10]
    )
    return lines


def solution_facts(found: ProfileSolution, listed: Sequence[ProfileEquilibrium]) -> Row:
    """Return a solution as one dictionary."""
    game, covered = found.game, found.coverage
    return {
        "concept": found.concept,
        "status": str(found.status),
        "meaning": found.status.value,
        "players": list(game.players),
        "actions": [list(own) for own in game.actions],
        "count": len(found.equilibria),
        "searched": covered.method,
        "share_empty": covered.share_empty,
        "unresolved": len(covered.unresolved),
        "equilibria": [equilibrium_facts(one) for one in listed],
        "components": [
            {
                "rows": [own.tolist() for own in one.rows],
                "columns": [own.tolist() for own in one.columns],
            }
            for one in found.components
        ],
    }


def equilibrium_facts(found: ProfileEquilibrium) -> Row:
    """Return one equilibrium with its certificate."""
    evidence = found.certificate
    box = evidence.box
    return {
        "profile": [own.tolist() for own in found.profile],
        "values": found.values,
        "regret": found.regret,
        "certificate": {
            "reference_rule": evidence.reference_rule,
            "regrets": evidence.regrets,
            "bounds": evidence.bounds,
            "support": {name: list(used) for name, used in evidence.support.items()},
            "slack": {
                name: None if math.isinf(slack) else slack for name, slack in evidence.slack.items()
            },
            "exact": None
            if evidence.exact is None
            else [list(map(str, own)) for own in evidence.exact],
            "box": None
            if box is None
            else {end: [own.tolist() for own in getattr(box, end)] for end in ("low", "high")},
            "precision": evidence.response and evidence.response.precision,
            "residual_bound": evidence.response and evidence.response.residual_bound,
            "reduces_to_expected_utility": evidence.reduces_to_expected_utility,
            "verified": evidence.verify(),
        },
    }
