"""Which picture belongs to which result: `solver.plot`, and what `plot` of a result calls."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from games import NotApplicableError, checks
from solver.figures.alliance import draw as draw_structure
from solver.figures.alliance import structure_figure
from solver.figures.comparison import alliance_at, clusters, forms, losses
from solver.figures.look import COLOURS, HATCHES, SUFFIXES, check_suffix, save

__all__ = [  # `solver.plot`
    "COLOURS",
    "HATCHES",
    "SUFFIXES",
    "alliance_at",
    "check_suffix",
    "clusters",
    "draw",
    "draw_structure",
    "figure",
    "forms",
    "losses",
    "save",
    "structure",
]

# the function that draws a result, by its class; files are read when something of theirs is drawn
HOMES = {
    "AllianceStructure": "alliance.structure_figure",
    "Branch": "strategies.branch_figure",
    "BurdenStudy": "burdens.figure",
    "Comparison": "comparison.figure",
    "CriticalSurface": "shares.surface",
    "CriticalThreats": "comparison.critical_figure",
    "Equilibrium": "alliance.equilibrium_figure",
    "EquilibriumSet": "alliance.equilibria_figure",
    "Estimate": "shares.estimate",
    "FramingMap": "phase.framing_figure",
    "FramingPremium": "premium.premium_figure",
    "History": "history.figure",
    "Level": "comparison.level_figure",
    "LogitFit": "shares.fit",
    "LogitSolution": "strategies.solution_figure",
    "PhaseDiagram": "phase.phase_figure",
    "Powers": "powers.figure",
    "PriorPredictive": "shares.prior",
    "ProfileEquilibrium": "strategies.profile_figure",
    "ProfileSolution": "strategies.solution_figure",
    "Robustness": "shares.robustness",
    "Sensitivity": "shares.sensitivity",
    "SignPattern": "premium.pattern_figure",
    "Solution": "alliance.solution_figure",
    "Study": "study.figure",
}


def draw(subject: object, ax: Axes | None = None, **options: Any) -> Figure:
    """Return the picture of a result or of an alliance structure.

    Parameters
    ----------
    ax : matplotlib.axes.Axes, optional
        Where to draw; of a figure of several panels the main one is drawn there alone. A new figure
        by default.
    **options
        Of the function that draws such a result.

    Raises
    ------
    NotApplicableError
        If there is no picture of such a thing.
    """
    if ax is not None:
        checks.kind("ax", ax, Axes)
    name = type(subject).__name__
    if name not in HOMES:
        raise NotApplicableError(
            f"there is no picture of {name}; draw a result, such as solver.compare(game)"
        )
    module, function = HOMES[name].split(".")
    found: Figure = getattr(import_module(f"solver.figures.{module}"), function)(
        subject, ax, **options
    )
    return found


figure = draw
structure = structure_figure
