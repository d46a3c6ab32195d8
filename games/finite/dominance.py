"""Dominated actions, and their elimination in rounds."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from games import checks
from games.arrays import Array, Fractions
from games.errors import NotApplicableError
from games.finite.exact import fractions_of
from games.finite.linear_programme import maximise, maximise_exactly
from games.finite.normal_form import NormalForm
from games.records import Record
from games.tabled import Tabled

# Whether some mixture of other actions is better than an action, whatever the others do.

# relative to the largest gain: floats decide no gain that is nearer to 0
MARGIN = 1e-9
# gains in a tie: with more of them, exact arithmetic could take minutes
EXACT_SIZE = 30_000
# a mixture is given with the first of these denominators for which it is better
DENOMINATORS = (10, 1000, 10**6, 10**12)


def better_mixture(gains: Fractions, *, strict: bool, exact: bool = True) -> Fractions | None:
    """Return a mixture of the rows of `gains` that is above 0 in every column, if there is one.

    Parameters
    ----------
    gains : ndarray of Fraction, shape (k, s)
        What each of k actions yields more than the action in question, in each of s cases.
    strict : bool
        False asks for a mixture that is nowhere below 0 and somewhere above it.
    exact : bool
        False if the gains carry rounding errors: then a mixture counts, strict or not, only if it
        is everywhere above `MARGIN` (1e-9) times the largest gain.

    Returns
    -------
    ndarray of Fraction, shape (k,), or None

    Raises
    ------
    NotApplicableError
        If a tie is too large to be decided in exact arithmetic.
    ConvergenceError
        If the linear programme is not solved.

    Notes
    -----
    1. A linear programme in floats finds the mixture whose least gain is greatest and the belief
       over cases that is worst for every mixture: optimal strategies of a zero-sum game.
    2. The mixture, turned into fractions, is better if its gains, computed exactly, say so. There
       is no better one if under that belief every row is expected below 0 (Pearce 1984, Lemma 3).
    3. Otherwise there is a tie, and the linear programme is solved again in exact arithmetic.
    """
    # leaving a row that is nowhere above 0 out of a mixture does the mixture good
    useful = np.flatnonzero((gains > 0).any(axis=1))
    if not useful.size:
        return None
    # scaled exactly: floats could not hold gains that are very large or very small
    rows = gains[useful] / abs(gains[useful]).max()
    guess, worst = _optimal_strategies(np.array(rows, dtype=np.float64))
    if worst < -MARGIN:
        return None
    found = _checked(guess, rows, strict=strict, exact=exact)
    if found is None and exact:
        found = _decided(rows, strict=strict)
    if found is None:
        return None
    mixture = np.full(len(gains), Fraction(0), dtype=object)
    mixture[useful] = found
    return mixture


def _optimal_strategies(gains: Array) -> tuple[Array, float]:
    """Return a row player's optimal strategy, and its best gain against the column player's."""
    k, s = gains.shape
    optimum = maximise(
        np.append(np.zeros(k), 1),
        np.hstack([-gains.T, np.ones((s, 1))]),
        np.zeros(s),
        [np.append(np.ones(k), 0)],
        [1],
        bounds=[(0, None)] * k + [(None, None)],
    )
    # a zero-sum game has a value
    assert optimum.point is not None
    assert optimum.prices is not None
    belief = np.maximum(optimum.prices[:s], 0)
    return np.maximum(optimum.point[:k], 0), float((gains @ belief).max() / belief.sum())


def _checked(guess: Array, gains: Fractions, *, strict: bool, exact: bool) -> Fractions | None:
    """Return the mixture found in floats as fractions, if it is better in exact arithmetic."""
    least = Fraction(0) if exact else Fraction(MARGIN)
    for denominator in DENOMINATORS:
        mixture = _rounded(guess, denominator)
        used = mixture > 0
        gain = mixture[used] @ gains[used]
        if (gain > least).all():
            return mixture
        if exact and not strict and (gain >= 0).all() and (gain > 0).any():
            return mixture
    return None


def _rounded(mixture: Array, denominator: int) -> Fractions:
    parts: Fractions = np.array(
        [Fraction(p).limit_denominator(denominator) for p in mixture.tolist()], dtype=object
    )
    return parts / (parts.sum() or 1)


def _decided(gains: Fractions, *, strict: bool) -> Fractions | None:
    """Return a better mixture, from exact arithmetic alone."""
    k, s = gains.shape
    if gains.size > EXACT_SIZE:
        raise NotApplicableError(
            f"a tie between mixtures of {k} actions in {s} cases is too large to be decided"
            f" exactly (at most {EXACT_SIZE} gains); leave mixtures out"
        )
    # strict: the last variable is the least gain; weak: the sum of gains, none of them below 0
    objective = np.append(np.zeros(k, dtype=int), 1) if strict else np.append(gains.sum(axis=1), 0)
    rows = np.full((s + 1, k + 1), Fraction(1), dtype=object)
    rows[:s, :k] = -gains.T
    rows[s, k] = Fraction(0)
    value, point = maximise_exactly(objective, rows, [0] * s + [1])
    return np.array(point[:k], dtype=object) if value > 0 else None


@dataclass(frozen=True, eq=False)
class Dominance(Tabled, Record):
    """An action that another action or a mixture of others dominates.

    Attributes
    ----------
    player, action : str
        Their names.
    by : dict of str to Fraction
        The dominating strategy: the actions that it takes, each with its exact probability.
    """

    player: str
    action: str
    by: dict[str, Fraction]

    _subject = "a dominated action"
    _units = {"probability": "probability"}  # noqa: RUF012
    _asked = ()

    def records(self) -> list[dict[str, object]]:
        """Return a row for each action of the dominating strategy."""
        return [
            {"player": self.player, "action": self.action, "by": name, "probability": float(p)}
            for name, p in self.by.items()
        ]

    def __str__(self) -> str:
        told = ", ".join(name if p == 1 else f"{name} {p}" for name, p in self.by.items())
        return f"{self.player}: {self.action} is dominated by {told}"


@dataclass(frozen=True, eq=False)
class Elimination(Tabled, Record):
    """What is left of a game when dominated actions are taken out until there are none.

    Attributes
    ----------
    game : NormalForm
        With the actions that are left.
    rounds : tuple of tuples of Dominance
        What was taken out, all of a round at once; `by` may name actions of the same round.
    """

    game: NormalForm
    rounds: tuple[tuple[Dominance, ...], ...]

    _subject = "dominated actions taken out"
    _units = {"probability": "probability"}  # noqa: RUF012
    _asked = ()

    def records(self) -> list[dict[str, object]]:
        """Return a row for each action of a dominating strategy, by round."""
        return [
            {"round": number} | row
            for number, one in enumerate(self.rounds, start=1)
            for found in one
            for row in found.records()
        ]

    def __str__(self) -> str:
        gone = ", ".join(str(len(found)) for found in self.rounds) or "none"
        left = " by ".join(str(len(own)) for own in self.game.actions)
        return f"actions taken out by round: {gone}; {left} left"


def dominated(
    game: NormalForm, player: str | int, *, strict: bool = True, mixed: bool = False
) -> list[Dominance]:
    """Return the dominated actions of a player, each with one strategy that dominates it.

    An action is strictly dominated if another one is better whatever the others do, weakly if
    another one is never worse and sometimes better.

    Parameters
    ----------
    game : NormalForm
    player : str or int
        Name or number.
    strict : bool
        False for weak dominance, which includes strict dominance.
    mixed : bool
        Whether mixtures of actions may dominate too.

    Raises
    ------
    UnknownNameError
        If there is no such player.
    NotApplicableError
        If mixtures are asked for and the player weights probabilities: its own mixing is no
        lottery that it values (Keskin 2016), so that no mixture of actions has a value to compare.
        Also if a tie between mixtures is too large to be decided exactly.
    ConvergenceError
        If a linear programme is not solved.

    Notes
    -----
    Dominance by an action is decided on exact outcomes, since every value function rises. It holds
    under prospect theory: what is better in every case is better as a lottery too, as decision
    weights are never negative (Tversky & Kahneman 1992), so an action that is strictly dominated
    is no best response to any mixing of the others.

    Dominance by mixtures is decided in exact utilities; the mixture reported has been checked in
    them. With a curved value function utilities are floats: a mixture then counts only if it is
    better in every case by 1e-9 of the largest difference, so that weak dominance by mixtures is
    reported only where it is strict.

    Examples
    --------
    >>> game = NormalForm([[[3, 0], [0, 3], [1, 1]], [[0, 0], [0, 0], [0, 0]]])
    >>> dominated(game, "1", mixed=True)
    [<Dominance: 1: 3 is dominated by 1 1/2, 2 1/2>]
    """
    checks.kind("game", game, NormalForm)
    strict, mixed = checks.flag("strict", strict), checks.flag("mixed", mixed)
    place = game.player(player)
    names = game.actions[place]
    if mixed and not game.preferences[place].weighs_linearly:
        raise NotApplicableError(
            f"player {game.players[place]!r} weights probabilities: mixtures of its actions are no"
            " lotteries to it and dominate nothing; leave mixtures out"
        )
    by_actions = _by_actions(game, place, strict=strict)
    utilities, exact = _utilities(game, place) if mixed else (None, False)
    found = []
    for action, name in enumerate(names):
        strategy = by_actions.get(action)
        if strategy is None and utilities is not None:
            strategy = better_mixture(utilities - utilities[action], strict=strict, exact=exact)
        if strategy is not None:
            by = {other: p for other, p in zip(names, strategy, strict=True) if p > 0}
            found.append(Dominance(game.players[place], name, by))
    return found


def eliminate(game: NormalForm, *, strict: bool = True, mixed: bool = False) -> Elimination:
    """Return the game without dominated actions, taken out round by round until none is left.

    In each round all players' dominated actions go at once. Strict elimination would leave the
    same game in any other order (Gilboa, Kalai & Zemel 1990). Weak elimination depends on the
    order: the one here, all at once, is that of Moulin (1979).

    Parameters
    ----------
    game : NormalForm
    strict, mixed : bool
        As in `dominated`.

    Raises
    ------
    NotApplicableError, ConvergenceError
        As in `dominated`.

    Examples
    --------
    >>> dilemma = NormalForm([[[2, 0], [3, 1]], [[2, 3], [0, 1]]])
    >>> eliminate(dilemma).game.actions
    (('2',), ('2',))
    """
    checks.kind("game", game, NormalForm)
    strict, mixed = checks.flag("strict", strict), checks.flag("mixed", mixed)
    rounds: list[tuple[Dominance, ...]] = []
    while True:
        gone = tuple(
            one
            for place in range(game.number_of_players)
            for one in dominated(game, place, strict=strict, mixed=mixed)
        )
        if not gone:
            return Elimination(game, tuple(rounds))
        rounds.append(gone)
        out = {(one.player, one.action) for one in gone}
        game = game.restricted_to(
            {
                player: [action for action in own if (player, action) not in out]
                for player, own in zip(game.players, game.actions, strict=True)
            }
        )


def _by_actions(game: NormalForm, place: int, *, strict: bool) -> dict[int, Fractions]:
    """Return for each action that another action dominates the first of these, as a strategy."""
    floats = _own(game.payoffs, place)
    outcomes = _own(game.exact_payoffs, place)
    found = {}
    for action, outcome in enumerate(outcomes):
        # rounding never turns an order round, so floats leave few to compare exactly
        for other in np.flatnonzero((floats >= floats[action]).all(axis=1)):
            better = outcomes[other] > outcome
            if better.all() or (not strict and better.any() and (outcomes[other] >= outcome).all()):
                found[action] = np.full(len(outcomes), Fraction(0), dtype=object)
                found[action][other] = Fraction(1)
                break
    return found


def _utilities(game: NormalForm, place: int) -> tuple[Fractions, bool]:
    """Return a player's utilities by action and case, and whether they are exact."""
    alike = game.replace(preferences=game.preferences[place])
    exact = alike.exact_utilities
    if exact is None:
        return fractions_of(_own(game.utilities, place)), False
    return _own(exact, place), True


def _own(numbers: NDArray[Any], place: int) -> NDArray[Any]:
    """Return a player's numbers, one row for each of its actions."""
    own: NDArray[Any] = np.moveaxis(numbers[place], place, 0)
    return own.reshape(len(own), -1)
