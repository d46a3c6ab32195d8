"""Accounts of alliance form, each a model: a case in, the probability of each form out.

All accounts choose among the structures that the candidates accept, and all but the two of prospect
theory start from the expected outcome (security less autonomy) of a structure and add one term. The
literature states these accounts in words; the formulas are this project's, and so is the common
strength of the added terms, 0.1 in units of security, set in advance and not fitted to any case.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from games import AllianceStructure, Form, checks
from games.arrays import Array
from solver.accounts.choices import FORMS, Choice

STRENGTH = 0.1
PRECISION = 5.0
ROUNDING = 1e-13


@dataclass(frozen=True)
class Prediction:
    """What an account says of one case.

    Attributes
    ----------
    probabilities : dict of Form to float
        Of each form that the case admits; they sum to 1.
    structure : AllianceStructure
        The structure of greatest utility.
    """

    probabilities: dict[Form, float]
    structure: AllianceStructure

    @property
    def form(self) -> Form:
        """The form predicted: that of the structure of greatest utility."""
        return self.structure.form


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

    def predict(self, choice: Choice, precision: float = PRECISION) -> Prediction:
        """Return the probability of each form, by a logit rule.

        The utility of a form is that of its best structure, so that forms of many structures are
        not favoured. Differences count in units of their range over the forms of the case:
        P(form) is proportional to exp(precision * utility / range).

        Parameters
        ----------
        precision : float
            At least 0; at 0 all forms are equally likely.
        """
        checks.at_least("precision", precision, 0)
        best, places = form_utilities(choice, self.utilities(choice))
        chances = logit(best, precision)
        return Prediction(
            {form: float(p) for form, p in zip(places, chances, strict=True)},
            choice.structure(
                list(places.values())[int(np.argmax(best >= best.max() - slack(best)))]
            ),
        )


def form_utilities(choice: Choice, utilities: Array) -> tuple[Array, dict[Form, int]]:
    """Return the utility of the best structure of each form, and its place in the choice."""
    places = {}
    for code in np.unique(choice.features.form).tolist():
        own = np.flatnonzero(choice.features.form == code)
        places[FORMS[code]] = int(own[np.argmax(utilities[own])])
    return utilities[list(places.values())], places


def slack(utilities: Array) -> float:
    """Return the difference up to which utilities are equal: that of rounding."""
    return ROUNDING * float(np.abs(utilities).max())


def logit(utilities: Array, precision: float) -> Array:
    """Return logit probabilities of `utilities`, scaled to a range of 1."""
    spread = utilities.max() - utilities.min()
    if spread <= slack(utilities):
        return np.full(utilities.size, 1 / utilities.size)
    weights = np.exp(precision * (utilities - utilities.max()) / spread)
    chances: Array = weights / weights.sum()
    return chances
