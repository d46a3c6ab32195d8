"""Bargaining over one number, such as the burden that one of two allies carries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from games import checks
from games.arrays import Array
from games.bargaining import Function, apply, functions, names_of, numbers, scaled_weights
from games.errors import InvalidGameError
from games.preferences import Preference

_PROBES = 65


@dataclass(frozen=True)
class BurdenProblem:
    """Two players who must agree on one number, such as a burden that one of them carries.

    Parameters
    ----------
    utilities : pair of callable
        Each player's utility of the number, continuous; neither need rise or fall throughout.
    disagreement : pair of float
        Utilities (not outcomes) without an agreement.
    low, high : float
        The number lies between these.
    weights : pair of float, optional
    players : pair of str, optional

    Raises
    ------
    InvalidGameError
        If a field is out of range, or a utility is not finite.
    """

    utilities: Sequence[Function]
    disagreement: Sequence[float]
    low: float = 0.0
    high: float = 1.0
    weights: Sequence[float] | None = None
    players: Sequence[str] | None = None

    def __post_init__(self) -> None:
        utilities = functions(self.utilities)
        if len(utilities) != 2 or any(isinstance(own, Preference) for own in utilities):
            raise InvalidGameError("`utilities` must be two functions of the burden")
        low = checks.number("low", self.low)
        for name, value in (
            ("utilities", utilities),
            ("disagreement", numbers("disagreement", self.disagreement, 2)),
            ("low", low),
            ("high", checks.above("high", self.high, low)),
            ("weights", scaled_weights(self.weights, 2)),
            ("players", names_of(self.players, 2)),
        ):
            object.__setattr__(self, name, value)
        if not np.isfinite(self.utilities_at(np.linspace(low, self.high, _PROBES)[:, None])).all():
            raise InvalidGameError("`utilities` must be finite between `low` and `high`")

    def utilities_at(self, agreements: Array) -> Array:
        """Return the utilities, shape (..., 2), of burdens, shape (..., 1)."""
        burdens = np.asarray(agreements, dtype=np.float64)[..., 0]
        return np.stack([apply(own, burdens) for own in self.utilities], axis=-1)

    @property
    def disagreement_utilities(self) -> Array:
        """The utilities without an agreement, shape (2,)."""
        return np.asarray(self.disagreement, dtype=np.float64)

    def lottery_utilities(self, first: Array, second: Array, chances: Array) -> Array:
        """Return the expected utilities, shape (m, 2), of lotteries between two burdens."""
        odds = chances[:, None]
        return odds * self.utilities_at(first) + (1 - odds) * self.utilities_at(second)
