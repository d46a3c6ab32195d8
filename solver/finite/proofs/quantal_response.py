"""How nearly a profile is a logit quantal response equilibrium, and a proof of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from games import NormalForm
from games.finite.equivalence import levelled
from games.records import Record
from solver.prospects.balls import ZERO, action_values, ball, bounds, ctx
from solver.prospects.logs import ActionValues

# bits: steep weighting near 1 blows up the rounding of chances that are all but sure
BITS = 512


@dataclass(frozen=True, eq=False)
class QuantalResponse(Record):
    """The evidence that a profile is a logit equilibrium.

    Attributes
    ----------
    precision : float
    log_profile : tuple of ndarray, shapes (m_i,)
        Logarithms of the probabilities, which a float may be too small to hold.
    residual : float
        Largest distance of a probability from that of the logit reply to the profile.
    residual_bound : float
        An upper bound of it, proved by interval arithmetic.
    """

    precision: float
    log_profile: tuple[NDArray[np.float64], ...]
    residual: float
    residual_bound: float

    def confirmed(self, game: NormalForm) -> bool:
        """Return whether the residual and its bound come out the same from the game alone."""
        again = quantal_response(game, self.log_profile, self.precision)
        return (again.residual, again.residual_bound) == (self.residual, self.residual_bound)


def quantal_response(
    game: NormalForm, log_profile: Sequence[ArrayLike], precision: float
) -> QuantalResponse:
    """Return the evidence for a profile given by the logarithms of its probabilities."""
    logs = tuple(np.asarray(own, dtype=np.float64) for own in log_profile)
    return QuantalResponse(
        precision,
        logs,
        residual(game, logs, precision, logs=True),
        residual_bound(game, logs, precision, logs=True),
    )


def residual(
    game: NormalForm, profile: Sequence[ArrayLike], precision: float, *, logs: bool = False
) -> float:
    """Return the largest distance of a probability from that of the logit reply to the profile.

    In floats it cannot fall much below 1e-16 times the precision times the payoffs' range.

    Parameters
    ----------
    profile : sequence of array_like, shapes (m_i,)
        Probabilities, or with `logs` their logarithms, all finite. Under some weighting functions
        a probability too small for a float still weighs: Prelec's with alpha = 0.2 gives e^-1000 a
        weight of 0.019. Then the logarithms are an equilibrium and the probabilities are not.
    precision : float
    logs : bool

    Raises
    ------
    InvalidGameError
        If `profile` is no mixed profile of the game.

    Examples
    --------
    >>> pennies = NormalForm([[[1, -1], [-1, 1]], [[-1, 1], [1, -1]]])
    >>> round(residual(pennies, [[1, 0], [0.5, 0.5]], 0.5), 6)
    0.5
    """
    row = [np.asarray(own, dtype=np.float64) for own in profile]
    mixed = game.profile([np.exp(own) for own in row] if logs else row)
    clear = levelled(game, rescaled=False)
    worths = clear.action_values(mixed)
    if logs:
        values = ActionValues(clear)
        worths = values.split(values(np.concatenate(row))[0])
    gaps = []
    for own, worth in zip(mixed, worths, strict=True):
        reply = np.exp(precision * (worth - worth.max()))
        gaps.append(np.abs(own - reply / reply.sum()).max())
    return float(max(gaps))


def residual_bound(
    game: NormalForm, profile: Sequence[ArrayLike], precision: float, *, logs: bool = False
) -> float:
    """Return an upper bound of the residual, proved by interval arithmetic.

    The profile is that of the numbers given, or of their exponentials, each strategy divided by its
    sum: so it is exact, and the bound can be smaller than the residual computed in floats.

    Parameters
    ----------
    game, profile, precision, logs
        As for `residual`.

    Raises
    ------
    InvalidGameError
        If `profile` is no mixed profile of the game.
    NotApplicableError
        If there is no interval arithmetic for a player's weighting.
    """
    row = [np.asarray(own, dtype=np.float64) for own in profile]
    game.profile([np.exp(own) for own in row] if logs else row)
    with ctx.workprec(BITS):
        mixed = []
        for given in row:
            numbers = [ball(number).exp() if logs else ball(number) for number in given.tolist()]
            mixed.append([number / sum(numbers, ZERO) for number in numbers])
        gaps = []
        for own, worth in zip(mixed, action_values(game, mixed), strict=True):
            replies = [(ball(precision) * (value - worth[0])).exp() for value in worth]
            total = sum(replies, ZERO)
            gaps += [abs(p - reply / total) for p, reply in zip(own, replies, strict=True)]
        return min(1.0, max(bounds(gap)[1] for gap in gaps))
