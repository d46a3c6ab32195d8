"""Accounts of alliance form, each a model: a case in, the probability of each form out.

All accounts choose among the structures that the candidates accept, and all but the two of prospect
theory start from the expected outcome (security less autonomy) of a structure and add one term. The
literature states these accounts in words; the formulas are this project's, and so is the common
strength of the added terms, 0.1 in units of security, set in advance and not fitted to any case.
Nine are scored: the tenth, `LEGITIMACY`, says what prospect theory says until the legitimacy of
leaders is coded.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from games import AllianceStructure, ExpectedUtility, Form, ThreatReference, checks
from games.alliance.payoffs import projected_power
from games.arrays import Array
from games.records import Record
from solver.accounts.choices import FORMS, Choice
from solver.accounts.nested_logit import form_chances, inclusive

STRENGTH = 0.1
# a difference of .05 in security multiplies the odds by e
PRECISION = 20.0
NESTING = 0.5
ROUNDING = 1e-13


@dataclass(frozen=True, eq=False)
class Prediction(Record):
    """What an account says of one case.

    Attributes
    ----------
    probabilities : dict of Form to float
        Of each form that can be; they sum to 1.
    structure : AllianceStructure
        The structure of greatest utility.
    form : Form
        The form predicted: that of what is new in this structure.
    """

    probabilities: dict[Form, float]
    structure: AllianceStructure
    form: Form


@dataclass(frozen=True)
class Account:
    """One account of alliance form.

    Attributes
    ----------
    name : str
    source : str
        Who argues it.
    formula : str
        The utility of a structure.
    moves : str
        Which way the strength moves the prediction.
    utility : callable
        Returns the utility of each structure of a choice, given the strength; at strength 0 it is
        that of the account in which this one is nested.
    strength : float
    """

    name: str
    source: str
    formula: str
    moves: str
    utility: Callable[[Choice, float], Array]
    strength: float = STRENGTH

    def utilities(self, choice: Choice) -> Array:
        """Return the utility of each structure of `choice`."""
        return self.utility(choice, self.strength)

    def with_strength(self, strength: float) -> Account:
        """Return the account with another strength of its term."""
        return replace(self, strength=strength)

    def predict(
        self,
        choice: Choice,
        precision: float = PRECISION,
        nesting: float = NESTING,
        base: Array | None = None,
    ) -> Prediction:
        """Return the probability of each form, by the nested logit of `nested_logit`.

        Parameters
        ----------
        precision : float
            At least 0, in units of 1 / security; at 0 the base rate decides.
        nesting : float
            In [0, 1]; at 0 each form has the utility of its best structure.
        base : ndarray, shape (forms,), optional
            Base rates of `FORMS`; equal by default for all that the choice has structures of.
        """
        checks.at_least("precision", precision, 0)
        checks.within("nesting", nesting, 0, 1)
        utilities, form = self.utilities(choice), choice.features.form
        if base is None:
            base = np.minimum(np.bincount(form, minlength=len(FORMS)), 1.0)
            base /= base.sum()
        nested = inclusive(utilities, form, len(FORMS), precision, nesting)
        chances = form_chances(nested, base)
        best = int(np.argmax(utilities >= utilities.max() - slack(utilities)))
        return Prediction(
            {one: float(p) for one, p in zip(FORMS, chances, strict=True) if p > 0},
            choice.structure(best),
            FORMS[form[best]],
        )


def slack(utilities: Array) -> float:
    """Return the difference up to which utilities are equal: that of rounding."""
    return ROUNDING * float(np.abs(utilities).max())


# The rival accounts of alliance form, on the same footing.

Utility = Callable[[Choice, float], Array]

PARITY = 0.5


def prospect_theory(choice: Choice, strength: float) -> Array:
    """Return the hegemon's value under the case's own preference and reference."""
    return choice.values(choice.game)


def expected_outcome(choice: Choice, strength: float) -> Array:
    """Return the expected outcome less the reference point."""
    return choice.values(choice.game.with_preference(ExpectedUtility()))


def legitimacy_prospect(choice: Choice, strength: float) -> Array:
    """Return prospect theory's value with the reference raised by strength * (1 - legitimacy)."""
    reference = choice.game.reference
    if isinstance(reference, ThreatReference):
        raised = reference.base + strength * (1 - choice.legitimacy)
        reference = replace(reference, base=raised)
    return choice.values(choice.game.with_reference(reference))


@dataclass(frozen=True)
class Plus:
    """The expected outcome plus the strength times a term."""

    term: Callable[[Choice], Array]

    def __call__(self, choice: Choice, strength: float) -> Array:
        """Return the utility of each structure of a choice."""
        return expected_outcome(choice, 0.0) + strength * self.term(choice)


def power_disparity(choice: Choice) -> Array:
    """Tied pairs, the more worth the nearer the allies come to the hegemon in power."""
    seen = choice.features
    return seen.tied_pairs * (seen.ally_power - PARITY)


def collective_identity(choice: Choice) -> Array:
    """Tied pairs, each by its affinity less one half."""
    return choice.features.identity


def powerplay(choice: Choice) -> Array:
    """Spokes to weak allies, who can be controlled one by one."""
    return choice.features.control


def binding(choice: Choice) -> Array:
    """Tied pairs, the more worth the more the hegemon outweighs its allies."""
    seen = choice.features
    worth: Array = seen.tied_pairs * (1 - np.minimum(seen.ally_power, 1))
    return worth


def prior_ties(choice: Choice) -> Array:
    """Tied pairs that were allied before, less half the pairs that are tied."""
    seen = choice.features
    balance: Array = seen.prior - 0.5 * seen.tied_pairs
    return balance


def minimum_winning(choice: Choice) -> Array:
    """Power beyond what the adversary projects, as a loss."""
    game = choice.game
    return -surplus(choice.features.pledged, projected_power(game, game.threat))


def surplus(pledged: Array, opposed: float) -> Array:
    """Return what is pledged beyond the power that an adversary projects."""
    beyond: Array = np.maximum(pledged - opposed, 0.0)
    return beyond


def autonomy(choice: Choice) -> Array:
    """Autonomy given up, counted once more for each tenth of strength."""
    return -choice.features.autonomy / STRENGTH


ACCOUNTS: tuple[Account, ...] = (
    Account(
        "prospect_theory",
        "He & Feng 2012; Tversky & Kahneman 1992",
        "V_H(s) against r = threat",
        "(no term)",
        prospect_theory,
    ),
    Account(
        "expected_utility",
        "the nested null",
        "E[outcome(s)] - r",
        "(no term)",
        expected_outcome,
    ),
    Account(
        "power_disparity",
        "Crone 1993; Press-Barnathan 2003",
        "EU + strength * tied pairs * (power of the allies - 1/2)",
        "stronger allies: towards multilateral",
        Plus(power_disparity),
    ),
    Account(
        "collective_identity",
        "Hemmer & Katzenstein 2002",
        "EU + strength * sum over tied pairs (affinity - 1/2) / all pairs",
        "more affinity: towards multilateral",
        Plus(collective_identity),
    ),
    Account(
        "powerplay",
        "Cha 2010, 2016",
        "EU + strength * sum over spokes (1 - capability) / n",
        "more control wanted: towards bilateral",
        Plus(powerplay),
    ),
    Account(
        "binding",
        "Ikenberry 2001",
        "EU + strength * tied pairs * (1 - power of the allies)",
        "weaker allies: towards multilateral",
        Plus(binding),
    ),
    Account(
        "prior_ties",
        "prior ties among clients",
        "EU + strength * (tied pairs allied before - half of tied pairs)",
        "more ties before: towards multilateral",
        Plus(prior_ties),
    ),
    Account(
        "minimum_winning",
        "Fordham & Poast 2016",
        "EU - strength * max(0, power pledged and deployed - adversary's power)",
        "more weight on size: towards less power to spare",
        Plus(minimum_winning),
    ),
    Account(
        "autonomy",
        "Morrow 1991",
        "EU - (strength / 0.1) * autonomy given up",
        "more weight on autonomy: towards fewer and looser treaties",
        Plus(autonomy),
    ),
)
"""The accounts of alliance form that `history` compares, each with its source and its formula."""
LEGITIMACY = Account(
    "legitimacy_prospect",
    "He & Feng 2013",
    "V_H(s) against r = threat + strength * (1 - legitimacy)",
    "less legitimacy: deeper in losses",
    legitimacy_prospect,
)
"""Not among `ACCOUNTS`: with legitimacy uncoded, which is 1, it is prospect theory."""
