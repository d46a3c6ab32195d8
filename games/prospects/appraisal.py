"""How a decision maker sees a prospect: its domain, its certainty equivalent, its risk premium."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from games import checks
from games.prospects.preferences import Preference
from games.prospects.prospect import Prospect


class Domain(Enum):
    """Where the mean outcome stands relative to the reference point."""

    GAINS = "gains"
    NEUTRAL = "neutral"
    LOSSES = "losses"

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True)
class Appraisal:
    """A prospect as a preference sees it.

    Attributes
    ----------
    value : float
        In units of the value function.
    mean, reference, certainty_equivalent : float
        In units of the outcome.
    mass_below : float
        Probability of an outcome below the reference, in [0, 1].
    """

    value: float
    mean: float
    reference: float
    certainty_equivalent: float
    mass_below: float

    @property
    def domain(self) -> Domain:
        """GAINS or LOSSES as the mean outcome lies above or below the reference."""
        if self.mean == self.reference:
            return Domain.NEUTRAL
        return Domain.GAINS if self.mean > self.reference else Domain.LOSSES

    @property
    def risk_premium(self) -> float:
        """Mean less certainty equivalent: above 0 for risk aversion, below 0 for risk seeking."""
        return self.mean - self.certainty_equivalent


def appraise(prospect: Prospect, preference: Preference, reference: float) -> Appraisal:
    """Return how `preference` sees `prospect` against `reference`.

    Examples
    --------
    >>> from games import CumulativeProspectTheory
    >>> likely_loss = Prospect([-100, 0], [0.95, 0.05])
    >>> seen = appraise(likely_loss, CumulativeProspectTheory(), 0.0)
    >>> str(seen.domain), round(seen.risk_premium, 3)
    ('losses', -11.876)
    """
    checks.kind("prospect", prospect, Prospect)
    checks.kind("preference", preference, Preference)
    reference = checks.number("reference", reference)
    return Appraisal(
        value=preference.value(prospect, reference),
        mean=prospect.mean,
        reference=reference,
        certainty_equivalent=preference.certainty_equivalent(prospect, reference),
        mass_below=prospect.mass_below(reference),
    )
