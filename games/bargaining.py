"""Bargaining over a pie: what a share is worth to each player, and what each has without one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from games import checks, labels
from games.arrays import Array
from games.errors import InvalidGameError
from games.prospects.preferences import Preference
from games.records import brief

Function = Callable[[float], float]
Utility = Preference | Function

_PROBES = 65
_HALVINGS = 60


def numbers(name: str, values: object, players: Sequence[str]) -> tuple[float, ...]:
    """Return `values` as floats, one for each player, in order or by name."""
    size = len(players)
    listed = checks.listed(name, labels.plain(name, values, ("player", players)))
    if len(listed) != size:
        raise InvalidGameError(f"`{name}` must hold {size} numbers, one a player; got {values!r}")
    return tuple(checks.number(name, value) for value in listed)


def scaled_weights(values: object, players: Sequence[str]) -> tuple[float, ...]:
    """Return weights above 0 that sum to 1, equal ones where none are given."""
    if values is None:
        return (1 / len(players),) * len(players)
    weights = [checks.above("weights", value, 0) for value in numbers("weights", values, players)]
    return tuple(weight / sum(weights) for weight in weights)


def apply(utility: Utility, gains: Array) -> Array:
    """Return the utility of each gain."""
    if isinstance(utility, Preference):
        return utility.utility(gains)
    points, places = np.unique(gains, return_inverse=True)
    each = np.array([checks.number("utility", utility(point)) for point in points.tolist()])
    return each[places].reshape(gains.shape)


def functions(values: Iterable[Any]) -> tuple[Utility, ...]:
    """Return the players' utilities."""
    listed = checks.listed("utilities", values)
    if len(listed) < 2:
        raise InvalidGameError(f"`utilities` must hold at least 2 utilities; got {values!r}")
    for value in listed:
        if not isinstance(value, Preference) and not callable(value):
            raise InvalidGameError(
                f"`utilities` must be preferences or functions of a number; got {value!r}"
            )
    return listed


@dataclass(frozen=True)
class BargainingProblem:
    """Players who share a pie, or keep their disagreement outcomes if they do not agree.

    An agreement gives player i the share x_i, with x_i >= `least` and sum x_i = `pie`; a negative
    `least` with a negative pie shares a burden. Its utility is u_i(x_i - r_i).

    Parameters
    ----------
    utilities : sequence of Preference or callable, length n >= 2
        The value function of a preference, or any strictly rising function of one number.
    disagreement : sequence of float, length n
        Outcomes (not utilities) without an agreement.
    pie : float
    references : sequence of float, length n, optional
        Reference points r_i, in units of the outcome; 0 where none are given.
    weights : sequence of float, length n, optional
        Bargaining weights above 0, scaled to sum to 1; equal where none are given.
    least : float
        The least share that anyone can be given.
    players : sequence of str, length n, optional

    Raises
    ------
    InvalidGameError
        If a field is out of range, a utility does not rise, or there is nothing to gain.

    Examples
    --------
    >>> from games import ExpectedUtility
    >>> BargainingProblem([ExpectedUtility()] * 2, [1, 2], pie=10).surplus
    7.0
    """

    __repr__ = brief

    utilities: Sequence[Utility]
    disagreement: Sequence[float]
    pie: float = 1.0
    references: Sequence[float] | None = None
    weights: Sequence[float] | None = None
    least: float = 0.0
    players: Sequence[str] | None = None

    def __post_init__(self) -> None:
        utilities = functions(self.utilities)
        size = len(utilities)
        references = (0.0,) * size if self.references is None else self.references
        players = checks.distinct("players", self.players, size)
        for name, value in (
            ("utilities", utilities),
            ("disagreement", numbers("disagreement", self.disagreement, players)),
            ("pie", checks.number("pie", self.pie)),
            ("references", numbers("references", references, players)),
            ("weights", scaled_weights(self.weights, players)),
            ("least", checks.number("least", self.least)),
            ("players", players),
        ):
            object.__setattr__(self, name, value)
        if self.surplus <= 0:
            raise InvalidGameError(
                "`pie` must be above the sum of the least shares that the players accept,"
                f" {self.floors.sum():g}; got {self.pie:g}"
            )
        for player, name in enumerate(self.players or ()):
            values = self.utility(
                player, np.linspace(self.floors[player], self.tops[player], _PROBES)
            )
            if not (np.isfinite(values).all() and (np.diff(values) > 0).all()):
                raise InvalidGameError(
                    f"`utilities` must be finite and rise with the share; {name}'s is not so"
                )

    @property
    def floors(self) -> Array:
        """The least share that each player can be given and accepts, shape (n,)."""
        return np.maximum(self.disagreement, self.least)

    @property
    def surplus(self) -> float:
        """What is left of the pie when each player has its least acceptable share."""
        return float(self.pie - self.floors.sum())

    @property
    def tops(self) -> Array:
        """The most that each player gets if the others keep their least, shape (n,)."""
        return self.floors + self.surplus

    def utility(self, player: int, outcomes: Array) -> Array:
        """Return a player's utility of each outcome."""
        reference = np.asarray(self.references, dtype=np.float64)[player]
        return apply(
            self.utilities[player],
            np.asarray(labels.unmasked("outcomes", outcomes), dtype=np.float64) - reference,
        )

    def utilities_at(self, agreements: Array) -> Array:
        """Return the utilities of agreements, both of shape (..., n)."""
        shares = np.asarray(labels.unmasked("agreements", agreements), dtype=np.float64)
        return np.stack([self.utility(i, shares[..., i]) for i in range(shares.shape[-1])], axis=-1)

    @property
    def disagreement_utilities(self) -> Array:
        """The utilities without an agreement, shape (n,)."""
        return self.utilities_at(np.asarray(self.disagreement))

    @property
    def ideal(self) -> Array:
        """The utility of the best that each player can hope for, shape (n,)."""
        return self.utilities_at(self.tops)

    def share_at(self, player: int, utilities: Array) -> Array:
        """Return the shares with given utilities, within the player's acceptable shares."""
        aims = np.asarray(utilities, dtype=np.float64)
        low = np.full(aims.shape, self.floors[player])
        high = np.full(aims.shape, self.tops[player])
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            below = self.utility(player, middle) < aims
            low, high = np.where(below, middle, low), np.where(below, high, middle)
        found: Array = (low + high) / 2
        return found

    def lottery_utilities(self, first: Array, second: Array, chances: Array) -> Array:
        """Return the values of lotteries between two agreements, shape (m, n).

        A preference values them with its probability weights, a function by the expectation.

        Parameters
        ----------
        first, second : ndarray, shape (m, n)
        chances : ndarray, shape (m,)
            The probability of the first agreement.
        """
        values = []
        for i, utility in enumerate(self.utilities):
            outcomes = np.stack([first[:, i], second[:, i]], axis=-1)
            if isinstance(utility, Preference):
                reference = np.asarray(self.references, dtype=np.float64)[i]
                odds = np.stack([chances, 1 - chances], axis=-1)
                values.append(utility.values(outcomes, odds, np.full(len(chances), reference)))
            else:
                each = self.utility(i, outcomes)
                values.append(chances * each[:, 0] + (1 - chances) * each[:, 1])
        return np.stack(values, axis=-1)

    def with_references(self, references: Sequence[float]) -> BargainingProblem:
        """Return this problem with other reference points."""
        return replace(self, references=references)


# Bargaining over one number, such as the burden that one of two allies carries.


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

    __repr__ = brief

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
        players = checks.distinct("players", self.players, 2)
        for name, value in (
            ("utilities", utilities),
            ("disagreement", numbers("disagreement", self.disagreement, players)),
            ("low", low),
            ("high", checks.above("high", self.high, low)),
            ("weights", scaled_weights(self.weights, players)),
            ("players", players),
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
