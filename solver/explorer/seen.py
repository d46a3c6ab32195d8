"""What is seen at one setting of the dials: the preferred alliance, its prospect, all equilibria.

Every number is the library's own, as `solver.solve` and `AllianceGame` give it; a page only draws.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from games import AllianceGame, AllianceStructure, Prospect
from games.arrays import Array
from solver.explorer.words import alliance, sentence

if TYPE_CHECKING:
    from solver.alliance.solution import EquilibriumSet, Solution

# equilibria that are listed, and outcomes that are drawn one by one
LISTED = 25
BARS = 48
# over which gains and losses the value function is drawn, and at how many places
SPAN, PLACES = 1.0, 81

Facts = dict[str, Any]


def point(solution: Solution) -> Facts:
    """Return what is seen of a solution: plain values, ready to be drawn.

    Returns
    -------
    dict
        `threat`, `reference`, `sentence`, `form`; `seen` (`view` of the preferred structure, None
        if there is none); `equilibria`: `count`, `searched`, `status`, `forms` and the first rows,
        the hegemon's best first.
    """
    game, found = solution.game, solution.equilibria
    best = found.structures[0] if len(found) else None
    seen = None if best is None else game.appraise(best)
    return {
        "threat": game.threat,
        "reference": game.reference_point,
        "sentence": sentence(game, best, seen),
        "form": None if best is None else str(best.form),
        "concept": solution.concept,
        "seen": None if best is None else view(game, best),
        "equilibria": {
            "count": len(found),
            "searched": solution.searched,
            "status": str(solution.status),
            "meaning": solution.meaning,
            "forms": {str(form): count for form, count in found.forms.items()},
            "rows": rows_of(solution, found),
        },
    }


def rows_of(solution: Solution, listed: EquilibriumSet) -> list[Facts]:
    """Return the first rows of some equilibria of a solution, the hegemon's best first.

    Returns
    -------
    list of dict
        `form`, `structure`, `text`, `value` and how far that is `behind` the best of all.
    """
    game = solution.game
    structures = [listed.structures[place] for place in range(min(LISTED, len(listed)))]
    if not structures:
        return []
    best = solution.equilibria.structures[0]
    most, *worth = game.hegemon_values([best, *structures]).tolist()
    return [
        {
            "form": str(structure.form),
            "structure": groups(structure),
            "text": text_of(structure),
            "value": value,
            "behind": most - value,
        }
        for structure, value in zip(structures, worth, strict=True)
    ]


def view(game: AllianceGame, structure: AllianceStructure) -> Facts:
    """Return how the players see one structure.

    Returns
    -------
    dict
        `structure`, `text`, `form`, `words`; of the hegemon `value`, `mean`,
        `certainty_equivalent`, `risk_premium`, `mass_below`, `domain`, `reference`; `bars` (see
        `bars_of`) and of how many `outcomes`; `payoffs` of every player by name.
    """
    prospect, reference = game.prospect(structure), game.reference_point
    seen = game.appraise_prospect(prospect)
    return {
        "structure": groups(structure),
        "text": text_of(structure),
        "form": str(structure.form),
        "words": alliance(game, structure),
        "value": seen.value,
        "mean": seen.mean,
        "reference": reference,
        "certainty_equivalent": seen.certainty_equivalent,
        "risk_premium": seen.risk_premium,
        "mass_below": seen.mass_below,
        "domain": str(seen.domain),
        "bars": bars_of(game, prospect),
        "outcomes": len(prospect),
        "payoffs": game.values(structure),
        "burdens": game.burdens(structure),
    }


def bars_of(game: AllianceGame, prospect: Prospect, most: int = BARS) -> list[Facts]:
    """Return the outcomes of a prospect with what they weigh, worst first.

    Parameters
    ----------
    most : int
        Neighbours are put together until no more are left; never a loss with a gain.

    Returns
    -------
    list of dict
        `outcome` (of several the mean), `low` and `high` (the range), `probability`, `weight` (the
        decision weight against the reference point), `value` (v of the outcome) and `gain`.
    """
    reference, taste = game.reference_point, game.preference
    weights = taste.decision_weights(prospect, reference)
    x, p = prospect.outcomes, prospect.probabilities
    return [
        {
            "outcome": float(x[some] @ p[some] / p[some].sum())
            if x[some].size > 1
            else float(x[low]),
            "low": float(x[low]),
            "high": float(x[high - 1]),
            "probability": float(p[some].sum()),
            "weight": float(weights[some].sum()),
            "value": float(taste.utility(x[some] - reference) @ weights[some] / weights[some].sum())
            if weights[some].sum()
            else 0.0,
            "gain": bool(x[low] >= reference),
        }
        for low, high in pairwise(_cuts(x, reference, most))
        for some in (slice(low, high),)
    ]


def _cuts(x: Array, reference: float, most: int) -> list[int]:
    """Return where bars begin, and where the last one ends: gaps that are widest part them."""
    if x.size <= most:
        return list(range(x.size + 1))
    turn = int(np.searchsorted(x, reference))
    widest = np.argsort(np.diff(x), kind="stable")[::-1][: most - 2] + 1
    return sorted({0, turn, x.size, *widest.tolist()})


def curves(game: AllianceGame) -> Facts:
    """Return the value function and the weighting functions of a hegemon, at places to draw.

    Returns
    -------
    dict
        `gains` (y) with `values` (v(y)); `probabilities` with `weights_gains` and
        `weights_losses`.
    """
    taste = game.preference
    y, p = np.linspace(-SPAN, SPAN, PLACES), np.linspace(0.0, 1.0, PLACES)
    return {
        "gains": y.tolist(),
        "values": taste.utility(y).tolist(),
        "probabilities": p.tolist(),
        "weights_gains": taste.weighting_gains.weight(p, 1 - p).tolist(),
        "weights_losses": taste.weighting_losses.weight(p, 1 - p).tolist(),
    }


def groups(structure: AllianceStructure) -> Facts:
    """Return the blocs and the spokes of a structure as lists."""
    return {"blocs": [list(bloc) for bloc in structure.blocs], "spokes": list(structure.spokes)}


def text_of(structure: AllianceStructure) -> str:
    """Return a structure as text, without the hegemon's name before it."""
    return str(structure).removeprefix(f"{structure.hegemon}: ")
