"""Games in which coalitions share what they are worth: the worth of every coalition, in one array.

Von Neumann & Morgenstern (1944) and, for the notions below, Peleg & Sudhölter (2007, Introduction
to the Theory of Cooperative Games, chapter 2).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from games import checks, labels
from games.arrays import Array
from games.cooperative.coalitions import coalition_sums
from games.errors import InvalidGameError, UnknownNameError
from games.records import Record

# an array of 2**24 floats takes 128 MB
MOST_PLAYERS = 24
# two sums of worths that differ by less, relative to the largest worth, count as equal
ROUNDING = 1e-12
# rounding of the sum of a coalition's payoffs, relative to the largest worth
SUMMED = 1e-14


@dataclass(frozen=True, eq=False)
class CharacteristicFunction(Record):
    """A cooperative game with transferable utility.

    Parameters
    ----------
    values : array_like, shape (2**n,)
        The worth of each coalition, in units that players can hand to each other. Entry S belongs
        to the players whose bits are set in S, player i having bit 2**i; `values[0]` is 0. At most
        24 players.
    players : sequence of str, optional
        Their names, in the order of the bits; "1", "2", ... if not given.

    Raises
    ------
    InvalidGameError
        If the length is no power of 2, a worth is not finite, the empty coalition is worth
        something, or names are not as many as players or come twice.

    Examples
    --------
    >>> gloves = CharacteristicFunction([0, 0, 0, 0, 0, 1, 1, 1], ["Ann", "Bob", "Cid"])
    >>> gloves.worth(["Ann", "Cid"]), gloves.worth(["Ann", "Bob"])
    (1.0, 0.0)
    """

    values: Array = field(repr=False)
    players: tuple[str, ...]

    def __init__(self, values: ArrayLike, players: Sequence[str] | None = None) -> None:
        object.__setattr__(self, "values", _checked(values))
        names = _names(self.n if players is None else players)
        if len(names) != self.n:
            raise InvalidGameError(f"`players` must name {self.n} players; got {len(names)}")
        object.__setattr__(self, "players", names)

    @classmethod
    def from_function(
        cls, players: int | Sequence[str], worth: Callable[[frozenset[str]], float]
    ) -> CharacteristicFunction:
        """Return the game whose coalitions are worth what a function says, called once for each.

        Parameters
        ----------
        players : int or sequence of str
            How many, or their names.
        worth : callable
            From the set of the members' names; not asked about the empty coalition. True and
            False, for coalitions that win and lose, count as 1 and 0.

        Examples
        --------
        >>> CharacteristicFunction.from_function(2, lambda members: len(members) ** 2).values
        array([0., 1., 1., 4.])
        """
        names = _names(players)
        if not callable(worth):
            raise InvalidGameError(f"`worth` must be a function; got {checks.shown(worth)}")
        values = [0.0]
        for coalition in range(1, 1 << len(names)):
            members = frozenset(name for i, name in enumerate(names) if coalition >> i & 1)
            found = worth(members)
            won = isinstance(found, bool | np.bool_)
            values.append(float(found) if won else checks.number("worth", found))
        return cls(values, names)

    @property
    def n(self) -> int:
        """The number of players."""
        return len(self.values).bit_length() - 1

    def coalition(self, members: Iterable[str]) -> int:
        """Return the place of a coalition in `values`, from its members' names.

        Raises
        ------
        UnknownNameError
            If there is no such player.
        """
        found = 0
        for name in [members] if isinstance(members, str) else checks.listed("members", members):
            if not isinstance(name, str) or name not in self.players:
                raise UnknownNameError("player", name, self.players)
            found |= 1 << self.players.index(name)
        return found

    def members(self, coalition: int) -> frozenset[str]:
        """Return the names of the members of the coalition at a place of `values`."""
        return frozenset(name for i, name in enumerate(self.players) if coalition >> i & 1)

    def worth(self, members: Iterable[str]) -> float:
        """Return what the coalition of these players is worth."""
        return float(self.values[self.coalition(members)])

    @property
    def total(self) -> float:
        """The worth of all players together."""
        return float(self.values[-1])

    @property
    def singles(self) -> Array:
        """What each player is worth alone, shape (n,)."""
        alone: Array = self.values[1 << np.arange(self.n)]
        return alone

    @cached_property
    def scale(self) -> float:
        """The largest worth in absolute value, 1 if all are 0: what tolerances are relative to."""
        return float(np.abs(self.values).max()) or 1.0

    def slack(self, tolerance: float, size: float | None = None) -> float:
        """Return how far sums may be off, relative to `size`, by default of the gains; 0 stays 0.

        What players are worth alone is a level that shifts every payoff and should not widen it;
        but sums of large worths are rounded.
        """
        if not tolerance:
            return 0.0
        size = self.zero_normalised.scale if size is None else size
        return max(tolerance * size, SUMMED * self.scale)

    @cached_property
    def dual(self) -> CharacteristicFunction:
        """The game in which a coalition is worth what the others, without it, fall short of all.

        The dual of a game of costs is the game of what each coalition has to pay at least.
        """
        return CharacteristicFunction(self.total - self.values[::-1], self.players)

    @cached_property
    def zero_normalised(self) -> CharacteristicFunction:
        """The game less what its players are worth alone: that of the gains from cooperation."""
        return CharacteristicFunction(self.values - coalition_sums(self.singles), self.players)

    def restricted(self, members: Iterable[str]) -> CharacteristicFunction:
        """Return the game among some of the players, who keep their order."""
        kept = self.coalition(members)
        bits = [1 << i for i in range(self.n) if kept >> i & 1]
        if not bits:
            raise InvalidGameError("`members` must name at least one player; got none")
        names = [name for i, name in enumerate(self.players) if kept >> i & 1]
        return CharacteristicFunction(self.values[coalition_sums(bits)], names)

    @cached_property
    def is_monotone(self) -> bool:
        """Whether no coalition loses worth by another member."""
        return all(
            bool((joined - alone >= -self._rounding).all())
            for alone, joined in (self._halves(self.values, i) for i in range(self.n))
        )

    @cached_property
    def is_convex(self) -> bool:
        """Whether a player adds the more, the larger the coalition it joins (Shapley 1971).

        It is enough to compare coalitions that differ by one player: n(n-1)/2 * 2**(n-2) sums.
        """
        for i in range(self.n):
            alone, joined = self._halves(self.values, i)
            gains = (joined - alone).ravel()
            for j in range(i):
                without, with_other = self._halves(gains, j)
                if (with_other - without < -self._rounding).any():
                    return False
        return True

    @cached_property
    def is_superadditive(self) -> bool:
        """Whether no two disjoint coalitions lose worth by joining: up to 3**n / 2 sums."""
        bits = 1 << np.arange(self.n)
        for coalition in range(1, len(self.values)):
            # the other coalition of a pair has its highest player below this one's
            below = bits[: coalition.bit_length() - 1]
            others = coalition_sums(below[coalition & below == 0])
            gains = self.values[coalition + others] - self.values[others]
            if (gains < self.values[coalition] - self._rounding).any():
                return False
        return True

    @property
    def _rounding(self) -> float:
        return ROUNDING * self.scale

    @staticmethod
    def _halves(values: Array, player: int) -> tuple[Array, Array]:
        """Return `values` of the coalitions without a player, and of the same with it."""
        split = values.reshape(-1, 2, 1 << player)
        return split[:, 0], split[:, 1]


def _checked(values: ArrayLike) -> Array:
    """Return worths as a read-only array."""
    given = labels.numbers("values", values)
    count = given.size
    if given.ndim != 1 or count < 2 or count & (count - 1):
        raise InvalidGameError(f"`values` must be of length 2**n; got the shape {given.shape}")
    if count > 1 << MOST_PLAYERS:
        raise InvalidGameError(f"`values` may hold {MOST_PLAYERS} players; got length {count}")
    checks.finite("values", given)
    if given[0] != 0:
        raise InvalidGameError(f"`values[0]` must be 0; got {given[0]:g}")
    given += 0.0  # -0.0 becomes 0.0, so that equal games have equal bytes
    given.setflags(write=False)
    return given


def _names(players: int | Sequence[str]) -> tuple[str, ...]:
    """Return the names of players, or numbers for that many of them."""
    if checks.is_whole(players):
        names = tuple(str(place + 1) for place in range(checks.whole("players", players, 1)))
    else:
        listed = checks.listed("players", players)  # type: ignore[arg-type]
        names = tuple(checks.label("players", name) for name in listed)
    if not 1 <= len(names) <= MOST_PLAYERS:
        raise InvalidGameError(f"`players` must be 1 to {MOST_PLAYERS}; got {len(names)}")
    if len(set(names)) < len(names):
        raise InvalidGameError(f"`players` must differ from each other; got {list(names)}")
    return names
