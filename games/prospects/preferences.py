"""Preferences over prospects: cumulative prospect theory and, nested in it, expected utility."""

from __future__ import annotations

from abc import ABC
from dataclasses import dataclass, field, replace
from typing import ClassVar, Literal, NamedTuple

import numpy as np

from games import checks
from games.arrays import Array
from games.errors import InvalidGameError, UnknownNameError
from games.labels import unmasked
from games.prospects.prospect import Prospect
from games.prospects.weighting import GoldsteinEinhorn, Linear, TverskyKahneman, Weighting

Channel = Literal["curvature", "loss_aversion", "weighting"]
CHANNELS: tuple[Channel, ...] = ("curvature", "loss_aversion", "weighting")


class RankWeights(NamedTuple):
    """Decision weight of each outcome if it is a gain, and if it is a loss."""

    gain: Array
    loss: Array


class Preference(ABC):
    """Preference over prospects by a value function v and rank-dependent weights.

    The value of a prospect is the sum of decision weights times v(x - r), where r is the
    reference point. Subclasses fix or expose the attributes below.

    Attributes
    ----------
    alpha, beta : float
        Exponents of v for gains and for losses; 1 is linear.
    loss_aversion : float
        The factor lambda on losses; 1 is none.
    weighting_gains, weighting_losses : Weighting
        Probability weighting w+ and w-.
    """

    example: ClassVar[str] = "games.preset('tversky-kahneman-1992') or games.ExpectedUtility()"
    alpha: float
    beta: float
    loss_aversion: float
    weighting_gains: Weighting
    weighting_losses: Weighting

    @property
    def weighs_linearly(self) -> bool:
        """Whether decision weights are the probabilities, so that values are expectations of v."""
        return self.weighting_gains.is_linear and self.weighting_losses.is_linear

    def utility(self, gain: Array | float) -> Array:
        """Return v(y) for gains (y > 0) and losses (y < 0) relative to the reference."""
        y = np.asarray(unmasked("gain", gain), dtype=np.float64)
        up, down = np.maximum(y, 0.0), np.maximum(-y, 0.0)
        return up**self.alpha - self.loss_aversion * down**self.beta

    def inverse_utility(self, value: float) -> float:
        """Return the gain or loss y with v(y) = `value`."""
        if value >= 0:
            return float(value ** (1 / self.alpha))
        return -float((-value / self.loss_aversion) ** (1 / self.beta))

    def rank_weights(self, probabilities: Array) -> RankWeights:
        """Return decision weights of outcomes that stand worst first along the last axis.

        A gain weighs w+(P(at least as good)) - w+(P(better)), a loss w-(P(at least as bad)) -
        w-(P(worse)) (Tversky & Kahneman 1992, eqs. 1-2). Both are given for each outcome: which
        one counts depends on the reference point alone.

        Parameters
        ----------
        probabilities : ndarray, shape (..., m)
            Each row sums to 1.
        """
        zero = np.zeros((*probabilities.shape[:-1], 1))
        up_to = np.concatenate([zero, np.cumsum(probabilities, axis=-1)], axis=-1)
        tail = np.cumsum(probabilities[..., ::-1], axis=-1)[..., ::-1]
        from_on = np.concatenate([tail, zero], axis=-1)
        np.minimum(up_to, 1.0, out=up_to)
        np.minimum(from_on, 1.0, out=from_on)
        gain = self.weighting_gains.weight(from_on, up_to)
        loss = self.weighting_losses.weight(up_to, from_on)
        return RankWeights(gain[..., :-1] - gain[..., 1:], loss[..., 1:] - loss[..., :-1])

    def weighted_value(self, gains: Array, weights: RankWeights) -> Array:
        """Return the value of each row of `gains` (outcomes less reference), worst first.

        Parameters
        ----------
        gains : ndarray, shape (..., m)
            Sorted along the last axis.
        weights : RankWeights
            Arrays that broadcast with `gains`.
        """
        weight = np.where(gains >= 0, weights.gain, weights.loss)
        value: Array = (weight * self.utility(gains)).sum(axis=-1)
        return value

    def value(self, prospect: Prospect, reference: float = 0.0) -> float:
        """Return the value of `prospect` against `reference`.

        Examples
        --------
        >>> die = Prospect([-5, -3, -1, 2, 4, 6], [1 / 6] * 6)
        >>> round(CumulativeProspectTheory().value(die), 6)
        -1.436596
        """
        gains = prospect.outcomes - checks.number("reference", reference)
        return float(self.weighted_value(gains, self.rank_weights(prospect.probabilities)))

    def values(self, outcomes: Array, probabilities: Array, reference: Array | float) -> Array:
        """Return the values of many prospects at once.

        Parameters
        ----------
        outcomes, probabilities : ndarray, shape (..., m)
            One prospect a row, outcomes in any order; shorter prospects are padded with outcomes
            of probability 0.
        reference : float or ndarray, shape (...)
            Reference point of each row.

        Returns
        -------
        ndarray, shape (...)
        """
        order = np.argsort(outcomes, axis=-1)
        x = np.take_along_axis(outcomes, order, axis=-1)
        p = np.take_along_axis(probabilities, order, axis=-1)
        gains = x - np.asarray(reference, dtype=np.float64)[..., np.newaxis]
        return self.weighted_value(gains, self.rank_weights(p))

    def decision_weights(self, prospect: Prospect, reference: float = 0.0) -> Array:
        """Return the decision weight of each outcome of `prospect`, worst outcome first.

        The weights of a prospect with gains and losses need not sum to 1.
        """
        weights = self.rank_weights(prospect.probabilities)
        point = checks.number("reference", reference)
        return np.where(prospect.outcomes >= point, weights.gain, weights.loss)

    def certainty_equivalent(self, prospect: Prospect, reference: float = 0.0) -> float:
        """Return the sure outcome that is worth as much as `prospect`.

        Examples
        --------
        >>> long_shot = Prospect([100, 0], [0.05, 0.95])
        >>> round(CumulativeProspectTheory().certainty_equivalent(long_shot), 3)
        9.983
        """
        value = self.value(prospect, reference)
        return float(reference) + self.inverse_utility(value)


@checks.known_fields
@dataclass(frozen=True)
class CumulativeProspectTheory(Preference):
    """Cumulative prospect theory; the defaults are the medians of Tversky & Kahneman (1992).

    Raises
    ------
    InvalidGameError
        If an exponent or the loss aversion is not above 0.

    Examples
    --------
    >>> CumulativeProspectTheory().without("loss_aversion").loss_aversion
    1.0
    """

    alpha: float = 0.88
    beta: float = 0.88
    loss_aversion: float = 2.25
    weighting_gains: Weighting = field(default=TverskyKahneman(0.61))
    weighting_losses: Weighting = field(default=TverskyKahneman(0.69))

    def __post_init__(self) -> None:
        for name in ("alpha", "beta", "loss_aversion"):
            object.__setattr__(self, name, checks.above(name, getattr(self, name), 0))
        for name in ("weighting_gains", "weighting_losses"):
            if not isinstance(getattr(self, name), Weighting):
                raise InvalidGameError(
                    f"`{name}` must be a Weighting, such as TverskyKahneman(0.61);"
                    f" got {getattr(self, name)!r}"
                )

    def without(self, *channels: Channel) -> CumulativeProspectTheory:
        """Return this preference with some of its psychology switched off.

        Parameters
        ----------
        *channels : {"curvature", "loss_aversion", "weighting"}

        Raises
        ------
        InvalidGameError
            If a channel has another name.
        """
        result = self
        for channel in channels:
            checks.one_of("channel", channel, CHANNELS)
            if channel == "curvature":
                result = replace(result, alpha=1.0, beta=1.0)
            elif channel == "loss_aversion":
                result = replace(result, loss_aversion=1.0)
            else:
                result = replace(result, weighting_gains=Linear(), weighting_losses=Linear())
        return result


@dataclass(frozen=True)
class ExpectedUtility(Preference):
    """Expected value of the outcome less the reference: v(y) = y and w(p) = p, the nested null.

    Examples
    --------
    >>> ExpectedUtility().value(Prospect([0, 10], [0.5, 0.5]), reference=1)
    4.0
    """

    alpha: float = field(default=1.0, init=False)
    beta: float = field(default=1.0, init=False)
    loss_aversion: float = field(default=1.0, init=False)
    weighting_gains: Weighting = field(default=Linear(), init=False)
    weighting_losses: Weighting = field(default=Linear(), init=False)


# Published parameter sets of cumulative prospect theory, by name.

PRESETS: dict[str, tuple[CumulativeProspectTheory, str]] = {
    "tversky-kahneman-1992": (
        CumulativeProspectTheory(),
        "Tversky & Kahneman 1992, Journal of Risk and Uncertainty 5: medians",
    ),
    "abdellaoui-2000": (
        CumulativeProspectTheory(
            alpha=0.89,
            beta=0.92,
            weighting_gains=TverskyKahneman(0.60),
            weighting_losses=TverskyKahneman(0.70),
        ),
        "Abdellaoui 2000, Management Science 46: exponents and one-parameter weightings; loss"
        " aversion was not measured and is that of Tversky & Kahneman 1992",
    ),
    "booij-2010": (
        CumulativeProspectTheory(
            alpha=0.859,
            beta=0.826,
            loss_aversion=1.58,
            weighting_gains=GoldsteinEinhorn(0.772, 0.618),
            weighting_losses=GoldsteinEinhorn(1.022, 0.592),
        ),
        "Booij, van Praag & van de Kuilen 2010, Theory and Decision 68: representative sample"
        " (only the loss aversion, 1.6, was checked against the article's abstract)",
    ),
}


def preset(name: str) -> CumulativeProspectTheory:
    """Return a published parameter set.

    Parameters
    ----------
    name : {"tversky-kahneman-1992", "abdellaoui-2000", "booij-2010"}

    Raises
    ------
    UnknownNameError
        If there is no such set.

    Examples
    --------
    >>> preset("booij-2010").loss_aversion
    1.58
    """
    if not isinstance(name, str) or name not in PRESETS:
        raise UnknownNameError("preset", name, PRESETS)
    return PRESETS[name][0]


PREFERENCES = ("expected-utility", "prospect-theory", *PRESETS)


def preference_named(name: str) -> Preference:
    """Return a preference by its name: one of `PREFERENCES`.

    Raises
    ------
    UnknownNameError
        If there is none.

    Examples
    --------
    >>> preference_named("prospect-theory").loss_aversion
    2.25
    """
    if name == "expected-utility":
        return ExpectedUtility()
    if name == "prospect-theory":
        return CumulativeProspectTheory()
    if name not in PRESETS:
        raise UnknownNameError("preference", name, PREFERENCES)
    return preset(name)
