"""The nouns of the prospect-threat alliance game: players, structures, prospects, preferences.

Nothing here searches for an equilibrium; that is what the package `solver` does.
"""

from games.alliance import AllianceGame
from games.appraisal import Appraisal, Domain, appraise
from games.description import Described
from games.errors import (
    AllianceError,
    ConvergenceError,
    InvalidGameError,
    MissingDependencyError,
    NotApplicableError,
    OutputError,
    UnknownNameError,
)
from games.parameters import Parameters
from games.preferences import CumulativeProspectTheory, ExpectedUtility, Preference
from games.prospects import Prospect
from games.references import (
    ConstantReference,
    ExpectationReference,
    Reference,
    ThreatReference,
)
from games.scenario import CodedThreat, Figure, Scenario, SignedTreaty
from games.scenarios import load, scenario_info
from games.scenarios import names as scenario_names
from games.structures import AllianceStructure, Form, Treaty
from games.weighting import (
    GoldsteinEinhorn,
    Linear,
    Prelec,
    Prelec2,
    TverskyKahneman,
    Weighting,
)

__all__ = [
    "AllianceError",
    "AllianceGame",
    "AllianceStructure",
    "Appraisal",
    "CodedThreat",
    "ConstantReference",
    "ConvergenceError",
    "CumulativeProspectTheory",
    "Described",
    "Domain",
    "ExpectationReference",
    "ExpectedUtility",
    "Figure",
    "Form",
    "GoldsteinEinhorn",
    "InvalidGameError",
    "Linear",
    "MissingDependencyError",
    "NotApplicableError",
    "OutputError",
    "Parameters",
    "Preference",
    "Prelec",
    "Prelec2",
    "Prospect",
    "Reference",
    "Scenario",
    "SignedTreaty",
    "ThreatReference",
    "Treaty",
    "TverskyKahneman",
    "UnknownNameError",
    "Weighting",
    "appraise",
    "load",
    "scenario_info",
    "scenario_names",
]
