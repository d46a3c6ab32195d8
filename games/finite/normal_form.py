"""A game in normal form: outcomes of each profile, and how each player values them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from games import checks, labels
from games.arrays import Array, Fractions
from games.errors import InvalidGameError, UnknownNameError
from games.finite import nfg, strategies
from games.finite.exact import as_payoffs, fractions_of
from games.finite.strategies import Profile, Strategies
from games.prospects.preferences import ExpectedUtility, Preference
from games.records import Record, locked

# What each player of a normal form brings: names, a preference, a reference point.


def action_names(
    given: Sequence[Sequence[str] | None] | None, shape: Sequence[int]
) -> tuple[tuple[str, ...], ...]:
    """Return the names of each player's actions.

    Raises
    ------
    InvalidGameError
        If a player's are not as many different names as it has actions.
    """
    if given is None:
        given = [None] * len(shape)
    given = checks.listed("actions", given)
    if len(given) != len(shape):
        raise InvalidGameError(
            f"`actions` must be one list of names for each of {len(shape)} players"
        )
    return tuple(checks.distinct("actions", own, m) for own, m in zip(given, shape, strict=True))


def preferences_of(
    given: Preference | Sequence[Preference] | Mapping[str, Preference] | None,
    players: Sequence[str],
) -> tuple[Preference, ...]:
    """Return the preference of each player; expected utility by default."""
    chosen = ExpectedUtility() if given is None else given
    n = len(players)
    if isinstance(chosen, Preference):
        return (chosen,) * n
    listed = labels.plain("preferences", chosen, ("player", players))
    each = checks.listed("preferences", listed)
    if len(each) != n or not all(isinstance(one, Preference) for one in each):
        raise InvalidGameError(
            f"`preferences` must be one Preference, or one for each of {n} players; got {given!r}"
        )
    return each


def references_of(
    given: float | Sequence[float] | Mapping[str, float] | None, players: Sequence[str]
) -> tuple[float, ...]:
    """Return the reference point of each player; 0 by default."""
    n = len(players)
    if given is None or checks.is_number(given):
        return (checks.number("references", given or 0.0),) * n
    listed = checks.listed("references", labels.plain("references", given, ("player", players)))
    each = tuple(checks.number("references", one) for one in listed)
    if len(each) != n:
        raise InvalidGameError(
            f"`references` must be one number, or one for each of {n} players; got {len(each)}"
        )
    return each


def _labelled(
    payoffs: Any, players: Sequence[str] | None, actions: Sequence[Sequence[str] | None] | None
) -> tuple[Any, Sequence[str] | None, Sequence[Sequence[str] | None] | None]:
    """Return payoffs without labels, and the names that are given or that the labels are.

    Labels can be those of one table, players along its first axis, or of one for each player.
    """
    if isinstance(payoffs, Mapping):
        players = list(payoffs) if players is None else players
        payoffs = labels.plain("payoffs", payoffs, ("player", players))
    whole = labels.labels_of(payoffs) is not None
    each = [payoffs] if whole else payoffs if isinstance(payoffs, list | tuple) else []
    if all(labels.labels_of(one) is None for one in each):
        return labels.plain("payoffs", payoffs), players, actions
    n = len(payoffs)
    actions = None if actions is None else checks.listed("actions", actions)
    if actions is not None and len(actions) != n:
        return payoffs, players, actions  # which is refused
    if whole and players is None:
        players = labels.names_along(each, 0)
    named = [
        own or labels.names_along(each, place + whole)
        for place, own in enumerate(actions or [None] * n)
    ]
    axes = [("action", own) if own else labels.UNNAMED for own in named]
    side = ("player", players) if players else labels.UNNAMED
    if whole:
        return labels.plain("payoffs", payoffs, side, *axes), players, named
    return [labels.plain("payoffs", one, *axes) for one in each], players, named


@dataclass(frozen=True, eq=False, init=False)
class NormalForm(Record):
    """A finite game: every player picks an action at once, the profile decides everyone's outcome.

    Payoffs are *outcomes*, not utilities: each player's preference values them against its
    reference point. With the default preference, expected utility, they are utilities as well.

    Parameters
    ----------
    payoffs : array_like, shape (n, m_1, ..., m_n)
        Entry [i, a_1, ..., a_n] is the outcome of player i. Finite numbers; fractions are kept
        exactly, floats count as the binary fractions that they are. Tables with labels name the
        actions where `actions` does not, and are read by these names.
    players : sequence of str, optional
        Names, "1", "2", ... by default.
    actions : sequence of sequences of str, optional
        Names of each player's actions, "1", "2", ... by default.
    preferences : Preference, or sequence or mapping of Preference, optional
        One for all players, or one each, in order or by name; expected utility by default.
    references : float, or sequence or mapping of float, optional
        Reference points, in the units of the payoffs; 0 by default.
    title : str, optional

    Raises
    ------
    InvalidGameError
        If shapes or names do not fit together, or a payoff is not finite.

    Examples
    --------
    >>> pennies = NormalForm([[[1, -1], [-1, 1]], [[-1, 1], [1, -1]]])
    >>> pennies.shape
    (2, 2)
    >>> pennies.regret(([0.5, 0.5], [0.5, 0.5]))
    (0.0, 0.0)
    """

    payoffs: Array
    players: tuple[str, ...]
    actions: tuple[tuple[str, ...], ...]
    preferences: tuple[Preference, ...]
    references: tuple[float, ...]
    title: str
    _given: Fractions | None = field(repr=False)

    def __init__(
        self,
        payoffs: ArrayLike | Sequence[ArrayLike],
        *,
        players: Sequence[str] | None = None,
        actions: Sequence[Sequence[str]] | None = None,
        preferences: Preference | Sequence[Preference] | Mapping[str, Preference] | None = None,
        references: float | Sequence[float] | Mapping[str, float] | None = None,
        title: str = "",
    ) -> None:
        tables, players, named = _labelled(payoffs, players, actions)
        numbers, exact = as_payoffs("payoffs", tables)
        n, shape = numbers.shape[0] if numbers.ndim else 0, numbers.shape[1:]
        if n != len(shape) or n == 0 or numbers.size == 0:
            raise InvalidGameError(
                "`payoffs` must have the shape (n, m_1, ..., m_n) of n players with at least one"
                f" action each; got {numbers.shape}"
            )
        names = checks.distinct("players", players, n)
        for name, value in (
            ("payoffs", numbers),
            ("players", names),
            ("actions", action_names(named, shape)),
            ("preferences", preferences_of(preferences, names)),
            ("references", references_of(references, names)),
            ("title", checks.text("title", title)),
            ("_given", exact),
        ):
            object.__setattr__(self, name, locked(value))

    @classmethod
    def read(cls, path: str | Path) -> NormalForm:
        """Read a Gambit strategic game file (.nfg), in its payoff or its outcome variant.

        Raises
        ------
        InvalidGameError
            If the file cannot be read or is malformed; the message names the line.
        """
        table = nfg.read(path)
        return cls(table.payoffs, players=table.players, actions=table.actions, title=table.title)

    def write(self, path: str | Path) -> None:
        """Write the payoffs as a Gambit strategic game file; preferences have no place in it."""
        nfg.write(path, nfg.Table(self.exact_payoffs, self.players, self.actions, self.title))

    def _compared(self) -> tuple[Any, ...]:
        """Leave open whether numbers were given as floats or as the same fractions."""
        return self.as_given, *super()._compared()[1:-1]

    @property
    def shape(self) -> tuple[int, ...]:
        """How many actions each player has."""
        return self.payoffs.shape[1:]

    @property
    def number_of_players(self) -> int:
        """How many players there are."""
        return len(self.players)

    @cached_property
    def exact_payoffs(self) -> Fractions:
        """The payoffs as fractions, in an array of objects of the same shape."""
        exact = fractions_of(self.payoffs) if self._given is None else self._given
        exact.setflags(write=False)
        return exact

    @cached_property
    def utilities(self) -> Array:
        """v_i(x - r_i) of each payoff, read-only, in the shape of `payoffs`."""
        players = zip(self.payoffs, self.preferences, self.references, strict=True)
        values = np.stack([one.utility(outcomes - point) for outcomes, one, point in players])
        values.setflags(write=False)
        return values

    @cached_property
    def comparable_utilities(self) -> Array:
        """The utilities, less a constant for each player, so that floats tell them well apart.

        Counted from the player's least, if that is larger than their range; read-only.
        """
        rows = list(self.utilities)
        for player, own in enumerate(rows):
            if abs(own.min()) > np.ptp(own):
                # of expected utility they are the payoffs, which may be given more exactly
                plain = isinstance(self.preferences[player], ExpectedUtility)
                exact = self.as_given[player] if plain else own
                rows[player] = np.asarray(exact - exact.min(), dtype=np.float64)
        values = np.stack(rows)
        values.setflags(write=False)
        return values

    @cached_property
    def exact_utilities(self) -> Fractions | None:
        """The utilities as fractions, None if a value function is curved.

        With unit exponents it is straight on either side of the reference point.
        """
        if any((one.alpha, one.beta) != (1.0, 1.0) for one in self.preferences):
            return None
        gains = self.exact_payoffs.copy()
        for own, preference, reference in zip(
            gains, self.preferences, self.references, strict=True
        ):
            own -= Fraction(reference)
            own[own < 0] *= Fraction(preference.loss_aversion)
        return gains

    @property
    def as_given(self) -> Array | Fractions:
        """The payoffs as `Fraction`s if they were given so, else `payoffs`."""
        return self.payoffs if self._given is None else self._given

    @property
    def weighs_linearly(self) -> bool:
        """Whether no player weights probabilities, so that values are expectations."""
        return all(preference.weighs_linearly for preference in self.preferences)

    def player(self, name: str | int) -> int:
        """Return the number of a player given by name or number, or raise `UnknownNameError`."""
        found = checks.place(name, self.players)
        if found is None:
            raise UnknownNameError("player", name, self.players)
        return found

    def profile(self, strategies_given: Strategies) -> Profile:
        """Return a mixed profile as read-only arrays, checked.

        Parameters
        ----------
        strategies_given : sequence of array_like, or mapping of players to array_like
            For each player a probability for each action, shape (m_i,), or by the actions' names.
        """
        return strategies.mixed_profile(strategies_given, self.players, self.actions)

    def action_values(self, profile: Strategies) -> Profile:
        """Return what each action of each player is worth while the others play `profile`.

        The value of an action is that of the lottery over its outcomes which the *other* players'
        mixing induces (Keskin 2016); without weighting it is the expected utility.
        """
        mixed = self.profile(profile)
        return tuple(
            strategies.action_values(
                self.payoffs[i], i, mixed, self.preferences[i], self.references[i]
            )
            for i in range(len(self.players))
        )

    def comparable_values(self, profile: Strategies) -> Profile:
        """Return what `action_values` does, less a constant for each player who weighs linearly.

        Differences between actions are exact to the rounding of `comparable_utilities`.
        """
        mixed = self.profile(profile)
        found = []
        for i, (own, taste) in enumerate(zip(self.payoffs, self.preferences, strict=True)):
            if taste.weighs_linearly:
                worths = self.comparable_utilities[i]
                found.append(strategies.action_values(worths, i, mixed, ExpectedUtility(), 0.0))
            else:
                found.append(strategies.action_values(own, i, mixed, taste, self.references[i]))
        return tuple(found)

    def values(self, profile: Strategies) -> tuple[float, ...]:
        """Return each player's value of `profile`: its actions' values, averaged by its mixing."""
        mixed = self.profile(profile)
        return tuple(
            float(own @ worth) for own, worth in zip(mixed, self.action_values(mixed), strict=True)
        )

    def regret(self, profile: Strategies) -> tuple[float, ...]:
        """Return what each player would gain by the best of its actions, at least 0."""
        mixed = self.profile(profile)
        return tuple(
            max(0.0, float(worth.max() - own @ worth))
            for own, worth in zip(mixed, self.comparable_values(mixed), strict=True)
        )

    def best_responses(
        self, player: str | int, profile: Strategies, *, tolerance: float = 0.0
    ) -> tuple[int, ...]:
        """Return the numbers of the actions that are best against `profile`, within `tolerance`."""
        place = self.player(player)
        worth = self.comparable_values(profile)[place]
        checks.at_least("tolerance", tolerance, 0)
        return tuple(np.flatnonzero(worth >= worth.max() - tolerance).tolist())

    def profiles(self) -> Iterator[tuple[int, ...]]:
        """Yield every pure profile, as the number of each player's action."""
        return product(*map(range, self.shape))

    def pure(self, *actions: int | str) -> Profile:
        """Return the profile in which each player takes the action given for certain."""
        if len(actions) != len(self.players):
            number = len(self.players)
            raise InvalidGameError(
                f"`actions` must be one for each of {number} players; got {actions}"
            )
        return strategies.pure_profile(
            [self.action(i, action) for i, action in enumerate(actions)], self.shape
        )

    def action(self, player: str | int, name: str | int) -> int:
        """Return the number of an action given by name or number."""
        known = self.actions[self.player(player)]
        found = checks.place(name, known)
        if found is None:
            raise UnknownNameError("action", name, known)
        return found

    def restricted_to(self, kept: Mapping[str, Sequence[int | str]]) -> NormalForm:
        """Return the game in which the players named in `kept` have only those actions."""
        places = [list(range(m)) for m in self.shape]
        for name, chosen in labels.mapping("kept", kept, "players to actions").items():
            listed = checks.listed("kept", chosen)
            places[self.player(name)] = [self.action(name, one) for one in listed]
        return self.replace(
            payoffs=self.as_given[np.ix_(range(len(self.players)), *places)],
            actions=[
                [names[place] for place in own]
                for names, own in zip(self.actions, places, strict=True)
            ],
        )

    def replace(self, **changes: Any) -> NormalForm:
        """Return the game with some arguments of the constructor changed."""
        kept = ("players", "actions", "preferences", "references", "title")
        now = {name: getattr(self, name) for name in kept}
        return NormalForm(**({"payoffs": self.as_given} | now | changes))
