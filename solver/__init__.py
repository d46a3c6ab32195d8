"""The verbs of the alliance game: solve it, sweep it, compare preferences, analyse the networks.

Names are imported when they are first used, so that `import solver` stays fast.
"""

from __future__ import annotations

from difflib import get_close_matches
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from solver import values
    from solver.accounts.accounts import ACCOUNTS
    from solver.accounts.estimation import Estimate, estimate
    from solver.accounts.historical import History, history
    from solver.alliance import network
    from solver.alliance.concepts.registry import CONCEPTS
    from solver.alliance.concepts.subgame_perfect import acceptance_equilibria
    from solver.alliance.solution import Equilibrium, EquilibriumSet, Solution
    from solver.dispatch import solve
    from solver.figures import pictures as plot
    from solver.finite import correlated
    from solver.finite.certificate import Certificate
    from solver.finite.logit.fit import LogitFit, fit_precision
    from solver.finite.logit.solve import branch
    from solver.finite.notions import NOTIONS
    from solver.finite.solution import ProfileEquilibrium, ProfileSolution
    from solver.finite.trees.solve import TreeEquilibrium, TreeSolution
    from solver.great_powers.result import Powers
    from solver.great_powers.study import powers
    from solver.results import Status
    from solver.studies.burden_study import BurdenStudy, burdens
    from solver.studies.comparison import Comparison, FramingEffect, compare, variants
    from solver.studies.critical import CriticalThreat, CriticalThreats, critical_threats
    from solver.studies.framing import FramingMap, framing_map
    from solver.studies.grid.store import read_store
    from solver.studies.grid.study import Study
    from solver.studies.levels import Change, Level
    from solver.studies.phase import PhaseDiagram, phase_diagram
    from solver.studies.premium import FramingPremium, SignPattern, framing_premium, sign_pattern
    from solver.studies.prior_predictive import (
        Condition,
        PriorPredictive,
        PriorShare,
        prior_predictive,
    )
    from solver.studies.robustness import Robustness, robustness
    from solver.studies.sensitivity import Sensitivity, sensitivity
    from solver.studies.surface import CriticalSurface, critical_surface
    from solver.studies.sweeping import sweep

_HOMES = {
    "accounts.accounts": ("ACCOUNTS",),
    "accounts.estimation": ("Estimate", "estimate"),
    "accounts.historical": ("History", "history"),
    "alliance.concepts.registry": ("CONCEPTS",),
    "alliance.concepts.subgame_perfect": ("acceptance_equilibria",),
    "alliance.solution": ("Equilibrium", "EquilibriumSet", "Solution"),
    "dispatch": ("solve",),
    "finite.certificate": ("Certificate",),
    "finite.logit.fit": ("LogitFit", "fit_precision"),
    "finite.logit.solve": ("branch",),
    "finite.notions": ("NOTIONS",),
    "finite.solution": ("ProfileEquilibrium", "ProfileSolution"),
    "finite.trees.solve": ("TreeEquilibrium", "TreeSolution"),
    "great_powers.result": ("Powers",),
    "great_powers.study": ("powers",),
    "results": ("Status",),
    "studies.burden_study": ("BurdenStudy", "burdens"),
    "studies.comparison": ("Comparison", "FramingEffect", "compare", "variants"),
    "studies.critical": ("CriticalThreat", "CriticalThreats", "critical_threats"),
    "studies.framing": ("FramingMap", "framing_map"),
    "studies.grid.store": ("read_store",),
    "studies.grid.study": ("Study",),
    "studies.phase": ("PhaseDiagram", "phase_diagram"),
    "studies.premium": ("FramingPremium", "SignPattern", "framing_premium", "sign_pattern"),
    "studies.prior_predictive": (
        "Condition",
        "PriorPredictive",
        "PriorShare",
        "prior_predictive",
    ),
    "studies.robustness": ("Robustness", "robustness"),
    "studies.sensitivity": ("Sensitivity", "sensitivity"),
    "studies.surface": ("CriticalSurface", "critical_surface"),
    "studies.levels": ("Change", "Level"),
    "studies.sweeping": ("sweep",),
}
_MODULE_OF = {name: module for module, names in _HOMES.items() for name in names}
_MODULES = {
    "correlated": "solver.finite.correlated",
    "network": "solver.alliance.network",
    "plot": "solver.figures.pictures",
    "values": "solver.values",
}

# what is looked for here and stands elsewhere
_ELSEWHERE = {
    "figure": "solver.plot.figure(solver.compare(game))",
    "graph": "solver.network.graph(structure)",
    "load": "games.load(name)",
    "measures": "solver.network.measures(structure)",
    "nucleolus": "solver.values.nucleolus(game)",
    "shapley": "solver.values.shapley(game)",
}

__all__ = [
    "ACCOUNTS",
    "CONCEPTS",
    "NOTIONS",
    "BurdenStudy",
    "Certificate",
    "Change",
    "Comparison",
    "Condition",
    "CriticalSurface",
    "CriticalThreat",
    "CriticalThreats",
    "Equilibrium",
    "EquilibriumSet",
    "Estimate",
    "FramingEffect",
    "FramingMap",
    "FramingPremium",
    "History",
    "Level",
    "LogitFit",
    "PhaseDiagram",
    "Powers",
    "PriorPredictive",
    "PriorShare",
    "ProfileEquilibrium",
    "ProfileSolution",
    "Robustness",
    "Sensitivity",
    "SignPattern",
    "Solution",
    "Status",
    "Study",
    "TreeEquilibrium",
    "TreeSolution",
    "acceptance_equilibria",
    "branch",
    "burdens",
    "compare",
    "correlated",
    "critical_surface",
    "critical_threats",
    "estimate",
    "fit_precision",
    "framing_map",
    "framing_premium",
    "history",
    "network",
    "phase_diagram",
    "plot",
    "powers",
    "prior_predictive",
    "read_store",
    "robustness",
    "sensitivity",
    "sign_pattern",
    "solve",
    "sweep",
    "values",
    "variants",
]


def __getattr__(name: str) -> object:
    if name == "__version__":
        from games.citation import version

        return version()
    if name in _MODULES:
        found: object = import_module(_MODULES[name])
    elif name in _MODULE_OF:
        found = getattr(import_module(f"solver.{_MODULE_OF[name]}"), name)
    else:
        close = get_close_matches(name, __all__, n=1)
        meant = _ELSEWHERE.get(name) or (f"solver.{close[0]}" if close else None)
        hint = f"; did you mean {meant}?" if meant else ""
        raise AttributeError(f"module 'solver' has no attribute {name!r}{hint}")
    globals()[name] = found  # the next time it is simply there
    return found


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
