"""The nouns of the prospect-threat alliance game: players, structures, prospects, preferences.

Nothing here searches for an equilibrium; that is what the package `solver` does.
"""

from games.alliance import settings
from games.alliance.burden_sharing import BurdenSharing, rubinstein
from games.alliance.description import Described
from games.alliance.game import AllianceGame
from games.alliance.kinds import game_of_kinds
from games.alliance.parameters import Parameters, edition_1
from games.alliance.references import (
    ConstantReference,
    ExpectationReference,
    Reference,
    StatusQuoReference,
    ThreatReference,
)
from games.alliance.scenario import (
    CodedCase,
    CodedForm,
    CodedThreat,
    Figure,
    Scenario,
    SignedTreaty,
)
from games.alliance.structures import AllianceStructure, Form, Treaty
from games.bargaining import BargainingProblem, BurdenProblem
from games.citation import cite
from games.cooperative.characteristic_function import CharacteristicFunction
from games.cooperative.examples import airport, bankruptcy, glove, unanimity, weighted_majority
from games.errors import (
    AllianceError,
    ConvergenceError,
    InvalidGameError,
    MissingDependencyError,
    NotApplicableError,
    OutputError,
    UnknownNameError,
)
from games.finite.conversions import (
    from_nashpy,
    from_pygambit,
    from_quantecon,
    to_nashpy,
    to_pygambit,
    to_quantecon,
)
from games.finite.correlated_device import is_correlated_equilibrium, obedience
from games.finite.dominance import Dominance, Elimination, dominated, eliminate
from games.finite.extensive_form import ExtensiveForm, JointLottery, Plan
from games.finite.normal_form import NormalForm
from games.finite.tree import Chance, Decision, Terminal
from games.measures.datasets import load_alliances, load_disputes, load_nmc
from games.measures.records import Alliances, Disputes, NationalCapabilities
from games.measures.scenario_from_data import scenario_from_data
from games.measures.threat import Operationalisation, ThreatMeasure
from games.prospects.appraisal import Appraisal, Domain, appraise
from games.prospects.preferences import (
    CumulativeProspectTheory,
    ExpectedUtility,
    Preference,
    preset,
)
from games.prospects.prospect import Prospect
from games.prospects.weighting import (
    GoldsteinEinhorn,
    Linear,
    Prelec,
    Prelec2,
    TverskyKahneman,
    Weighting,
)
from games.scenarios.cases import case_names, load_case, load_cases
from games.scenarios.loading import load, scenario_info
from games.scenarios.loading import names as scenario_names

__all__ = [
    "AllianceError",
    "AllianceGame",
    "AllianceStructure",
    "Alliances",
    "Appraisal",
    "BargainingProblem",
    "BurdenProblem",
    "BurdenSharing",
    "Chance",
    "CharacteristicFunction",
    "CodedCase",
    "CodedForm",
    "CodedThreat",
    "ConstantReference",
    "ConvergenceError",
    "CumulativeProspectTheory",
    "Decision",
    "Described",
    "Disputes",
    "Domain",
    "Dominance",
    "Elimination",
    "ExpectationReference",
    "ExpectedUtility",
    "ExtensiveForm",
    "Figure",
    "Form",
    "GoldsteinEinhorn",
    "InvalidGameError",
    "JointLottery",
    "Linear",
    "MissingDependencyError",
    "NationalCapabilities",
    "NormalForm",
    "NotApplicableError",
    "Operationalisation",
    "OutputError",
    "Parameters",
    "Plan",
    "Preference",
    "Prelec",
    "Prelec2",
    "Prospect",
    "Reference",
    "Scenario",
    "SignedTreaty",
    "StatusQuoReference",
    "Terminal",
    "ThreatMeasure",
    "ThreatReference",
    "Treaty",
    "TverskyKahneman",
    "UnknownNameError",
    "Weighting",
    "airport",
    "appraise",
    "bankruptcy",
    "case_names",
    "cite",
    "dominated",
    "edition_1",
    "eliminate",
    "from_nashpy",
    "from_pygambit",
    "from_quantecon",
    "game_of_kinds",
    "glove",
    "is_correlated_equilibrium",
    "load",
    "load_alliances",
    "load_case",
    "load_cases",
    "load_disputes",
    "load_nmc",
    "obedience",
    "preset",
    "rubinstein",
    "scenario_from_data",
    "scenario_info",
    "scenario_names",
    "settings",
    "to_nashpy",
    "to_pygambit",
    "to_quantecon",
    "unanimity",
    "weighted_majority",
]


def __getattr__(name: str) -> str:
    if name == "__version__":
        from games.citation import version

        return version()
    raise AttributeError(f"module 'games' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
