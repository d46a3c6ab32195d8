"""The verbs of the alliance game: solve it, sweep it, compare preferences, analyse the networks.

Names are imported when they are first used, so that `import solver` stays fast.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from solver import network, plot, values
    from solver.acceptance import acceptance_equilibria
    from solver.accounts.estimation import Estimate, estimate
    from solver.accounts.historical import History, history
    from solver.accounts.rivals import ACCOUNTS
    from solver.analysis.diagram import PhaseDiagram
    from solver.analysis.framing import FramingMap, framing_map
    from solver.analysis.phase import phase_diagram
    from solver.analysis.robustness import Robustness, robustness
    from solver.analysis.sensitivity import Sensitivity, sensitivity
    from solver.analysis.surface import CriticalSurface, critical_surface
    from solver.burden_study import BurdenStudy, burdens
    from solver.changes import Change
    from solver.comparison import Comparison, FramingEffect, compare, variants
    from solver.critical import critical_threats
    from solver.crossing import CriticalThreat, CriticalThreats
    from solver.dispatch import solve
    from solver.finite import correlated
    from solver.finite.certificate import Certificate
    from solver.finite.logit import branch
    from solver.finite.logit_fit import LogitFit, fit_precision
    from solver.finite.notions import NOTIONS
    from solver.finite.profile_solution import ProfileEquilibrium, ProfileSolution
    from solver.finite.tree_solution import TreeEquilibrium, TreeSolution
    from solver.grid.study import Study
    from solver.large import binned
    from solver.large.types import types_of
    from solver.large.types_building import game_of_types
    from solver.large.types_solving import solve_types, sweep_types
    from solver.level import Level
    from solver.solution import Equilibrium, EquilibriumSet, Solution, Status
    from solver.solving import CONCEPTS
    from solver.sweeping import Sweep, sweep

_HOMES = {
    "acceptance": ("acceptance_equilibria",),
    "analysis.phase": ("phase_diagram",),
    "analysis.diagram": ("PhaseDiagram",),
    "analysis.surface": ("CriticalSurface", "critical_surface"),
    "analysis.sensitivity": ("Sensitivity", "sensitivity"),
    "analysis.robustness": ("Robustness", "robustness"),
    "analysis.framing": ("FramingMap", "framing_map"),
    "burden_study": ("BurdenStudy", "burdens"),
    "changes": ("Change",),
    "comparison": ("Comparison", "FramingEffect", "compare", "variants"),
    "critical": ("critical_threats",),
    "crossing": ("CriticalThreat", "CriticalThreats"),
    "accounts.estimation": ("Estimate", "estimate"),
    "accounts.historical": ("History", "history"),
    "accounts.rivals": ("ACCOUNTS",),
    "solution": ("Equilibrium", "EquilibriumSet", "Solution", "Status"),
    "dispatch": ("solve",),
    "finite.logit": ("branch",),
    "finite.logit_fit": ("LogitFit", "fit_precision"),
    "finite.notions": ("NOTIONS",),
    "finite.profile_solution": ("ProfileEquilibrium", "ProfileSolution"),
    "finite.certificate": ("Certificate",),
    "solving": ("CONCEPTS",),
    "finite.tree_solution": ("TreeEquilibrium", "TreeSolution"),
    "grid.study": ("Study",),
    "large.types": ("types_of",),
    "large.types_building": ("game_of_types",),
    "large.types_solving": ("solve_types", "sweep_types"),
    "level": ("Level",),
    "sweeping": ("Sweep", "sweep"),
}
_MODULE_OF = {name: module for module, names in _HOMES.items() for name in names}
_MODULES = {
    "binned": "solver.large.binned",
    "correlated": "solver.finite.correlated",
    "network": "solver.network",
    "plot": "solver.plot",
    "values": "solver.values",
}

__all__ = [
    "ACCOUNTS",
    "CONCEPTS",
    "NOTIONS",
    "BurdenStudy",
    "Certificate",
    "Change",
    "Comparison",
    "CriticalSurface",
    "CriticalThreat",
    "CriticalThreats",
    "Equilibrium",
    "EquilibriumSet",
    "Estimate",
    "FramingEffect",
    "FramingMap",
    "History",
    "Level",
    "LogitFit",
    "PhaseDiagram",
    "ProfileEquilibrium",
    "ProfileSolution",
    "Robustness",
    "Sensitivity",
    "Solution",
    "Status",
    "Study",
    "Sweep",
    "TreeEquilibrium",
    "TreeSolution",
    "acceptance_equilibria",
    "binned",
    "branch",
    "burdens",
    "compare",
    "correlated",
    "critical_surface",
    "critical_threats",
    "estimate",
    "fit_precision",
    "framing_map",
    "game_of_types",
    "history",
    "network",
    "phase_diagram",
    "plot",
    "robustness",
    "sensitivity",
    "solve",
    "solve_types",
    "sweep",
    "sweep_types",
    "types_of",
    "values",
    "variants",
]


def __getattr__(name: str) -> object:
    if name in _MODULES:
        return import_module(_MODULES[name])
    if name not in _MODULE_OF:
        raise AttributeError(f"module 'solver' has no attribute {name!r}")
    return getattr(import_module(f"solver.{_MODULE_OF[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
