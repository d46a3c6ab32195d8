"""Rules by which the members of a treaty settle who pays what, and what allies are willing to pay.

A burden is what an ally pays the hegemon for its treaty, in units of security; a negative one is a
subsidy. Two rules are in closed form: with `ultimatum` the hegemon makes an offer that the ally can
only take or leave, and takes all of the ally's gain (or makes good its loss); with `split` the ally
keeps half of it. The other rules are bargains, stated in `games.alliance.negotiation`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, get_args

import numpy as np

from games import checks
from games.arrays import Array
from games.errors import InvalidGameError, NotApplicableError
from games.prospects.preferences import Preference

Rule = Literal["none", "ultimatum", "split", "nash_in_nash", "kalai_smorodinsky", "rubinstein"]
RULES: tuple[Rule, ...] = get_args(Rule)

# share of its gain that an ally pays
SHARES: dict[Rule, float] = {"ultimatum": 1.0, "split": 0.5}
PATIENCE = 0.9
_HALVINGS = 100


@dataclass(frozen=True)
class BurdenSharing:
    """A rule of burden sharing.

    Attributes
    ----------
    rule : str
        One of `RULES`.
    patience : float
        For "rubinstein": what a player's gain is worth one offer later, in (0, 1).
    """

    rule: Rule
    patience: float = PATIENCE

    @property
    def share(self) -> float | None:
        """The share of its gain that each ally pays, if the rule fixes it."""
        return SHARES.get(self.rule)

    @property
    def is_bargained(self) -> bool:
        """Whether burdens come of bargains that depend on the whole structure."""
        return self.rule not in ("none", *SHARES)

    def __str__(self) -> str:
        return f"rubinstein({self.patience!r})" if self.rule == "rubinstein" else self.rule


def rubinstein(patience: float = PATIENCE) -> str:
    """Return the rule of alternating offers at a given patience, as `burden_sharing` takes it.

    Examples
    --------
    >>> rubinstein(0.95)
    'rubinstein(0.95)'
    """
    return str(BurdenSharing("rubinstein", checks.inside("patience", patience, 0, 1)))


def parse(text: object) -> BurdenSharing:
    """Return the rule that `text` names: one of `RULES`, with "rubinstein(0.95)" for its patience.

    Raises
    ------
    InvalidGameError
        If there is no such rule, or the patience does not lie between 0 and 1.
    """
    if not isinstance(text, str):
        raise InvalidGameError(f"`burden_sharing` must be the name of a rule; got {text!r}")
    return _parsed(text)


@lru_cache
def _parsed(text: str) -> BurdenSharing:
    with_patience = re.fullmatch(r"rubinstein\(([^()]*)\)", text.strip())
    if with_patience:
        try:
            patience = float(with_patience[1])
        except ValueError:
            raise InvalidGameError(
                f"`burden_sharing` must give a patience as in 'rubinstein(0.9)'; got {text!r}"
            ) from None
        return BurdenSharing("rubinstein", checks.inside("patience", patience, 0, 1))
    checks.one_of("burden_sharing", text, RULES)
    return BurdenSharing(next(rule for rule in RULES if rule == text))


def is_linear(preference: Preference) -> bool:
    """Return whether a preference values each unit of outcome alike: v(y) = y, w(p) = p."""
    curved = (preference.alpha, preference.beta, preference.loss_aversion) != (1.0, 1.0, 1.0)
    return preference.weighs_linearly and not curved


def require_linear(preference: Preference) -> None:
    """Raise unless a preference values each unit of burden alike, as bargains need.

    Raises
    ------
    NotApplicableError
        If it does not.
    """
    if not is_linear(preference):
        raise NotApplicableError(
            f"bargains over burdens are for candidates with ExpectedUtility; got {preference!r}"
            " (burden_sharing 'ultimatum' and 'split' are for all)"
        )


def willingness(
    preference: Preference, reference: float, outcomes: Array, odds: Array, outside: Array
) -> Array:
    """Return the burden that leaves a player as well off as a sure outcome outside the treaty.

    Parameters
    ----------
    preference : Preference
        The player's.
    reference : float
        Its reference point.
    outcomes : ndarray, shape (..., m)
        What the treaty brings without a burden, least first.
    odds : ndarray, shape (m,)
        Their probabilities.
    outside : ndarray, shape (...)
        The sure outcome without the treaty.

    Returns
    -------
    ndarray, shape (...)
        In units of the outcome; negative if the player is better off outside.
    """
    if is_linear(preference):
        mean: Array = outcomes @ odds - outside
        return mean
    weights = preference.rank_weights(odds)
    worth = preference.utility(outside - reference)
    low, high = outcomes[..., 0] - outside, outcomes[..., -1] - outside
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        left = preference.weighted_value(outcomes - middle[..., np.newaxis] - reference, weights)
        low, high = np.where(left > worth, middle, low), np.where(left > worth, high, middle)
    burden: Array = (low + high) / 2
    return burden
