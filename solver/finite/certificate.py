"""What is proved about an equilibrium of a normal form, and the means to check it again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from games import CumulativeProspectTheory, ExpectedUtility, InvalidGameError, Linear, NormalForm
from games.arrays import Array
from games.finite import strategies
from games.finite.strategies import pure_profile
from solver.finite.faces.faces import Face
from solver.finite.faces.krawczyk import Prover
from solver.finite.logit.residual import QuantalResponse
from solver.prospects import balls
from solver.prospects.terms import game_terms

Profile = tuple[Array, ...]
ExactProfile = tuple[tuple[Fraction, ...], ...]


@dataclass(frozen=True)
class Box:
    """A box of profiles, proved to hold exactly one equilibrium with the given support.

    Attributes
    ----------
    low, high : tuple of ndarray, shape (m_i,)
        Bounds of each probability; they may reach beyond 0 and 1.
    """

    low: Profile
    high: Profile

    @property
    def width(self) -> float:
        """The widest side."""
        return max(float((high - low).max()) for low, high in zip(self.low, self.high, strict=True))


@dataclass(frozen=True)
class Coverage:
    """What a search covered of the strategy space.

    Attributes
    ----------
    method : str
        How the space was searched, and what proves that nothing else is there.
    complete : bool
        Whether it is proved that there are no other equilibria.
    share_empty : float
        Share of the strategy space proved to hold no equilibrium, the mean over supports.
    unresolved : tuple of Box
        Boxes that may hold further equilibria, a continuum of them too.
    """

    method: str
    complete: bool
    share_empty: float = 0.0
    unresolved: tuple[Box, ...] = ()


def fixed_references(game: NormalForm) -> str:
    """Return the rule of references that are given with the game."""
    points = ", ".join(
        f"{name} {point:g}" for name, point in zip(game.players, game.references, strict=True)
    )
    return f"fixed reference points: {points}"


@dataclass(frozen=True)
class Measures:
    """How a solution concept measures a profile, from the game alone.

    Attributes
    ----------
    values : callable
        Each player's value of a profile.
    regrets : callable
        What each player would gain by the best deviation that the concept allows.
    bounds : callable
        Proved upper bounds of the regrets.
    reference_rule : callable
        Says where the players' reference points come from.
    action_values : callable
        What each player's actions are worth at a profile; the slack is told by them.
    confirms : callable or None
        Whether a box holds the profile and exactly one equilibrium; None if Krawczyk's proof of
        the game with fixed references does.
    """

    values: Callable[[NormalForm, Profile], Sequence[float]]
    regrets: Callable[[NormalForm, Profile], Sequence[float]]
    bounds: Callable[[NormalForm, Profile | ExactProfile], Sequence[float]]
    reference_rule: Callable[[NormalForm], str] = fixed_references
    action_values: Callable[[NormalForm, Profile], Sequence[Array]] = NormalForm.action_values
    confirms: Callable[[NormalForm, Profile, Box], bool] | None = None


PLAIN = CumulativeProspectTheory(1.0, 1.0, 1.0, Linear(), Linear())

# deviations to single actions, each valued by the lottery that the others' mixing induces
BY_ACTION = Measures(NormalForm.values, NormalForm.regret, balls.regret_bounds)


@dataclass(frozen=True)
class Certificate:
    """The evidence for one equilibrium.

    Attributes
    ----------
    notion : str
        The solution concept.
    reference_rule : str
        Where the players' reference points come from.
    regrets : dict of str to float
        What each player would gain by its best action, from the game and not from the search.
    bounds : dict of str to float
        An upper bound of each regret, proved by interval arithmetic.
    support : dict of str to tuple of str
        The actions that each player takes with positive probability.
    slack : dict of str to float
        How much worse each player's best unused action is; infinite if all are used.
    exact : tuple of tuples of Fraction or None
        The profile in exact numbers, where it is known.
    box : Box or None
        Where exactly one equilibrium with this support lies, where that is proved.
    response : QuantalResponse or None
        For `logit`: how far each probability is from that of the logit reply.
    reduces_to_expected_utility : bool
        Whether prospect theory with linear weights and unit exponents gives the players' expected
        outcomes here: a check of the arithmetic behind the values, True unless that is wrong.
    coverage : Coverage
        What the search covered.
    """

    game: NormalForm = field(repr=False)
    notion: str
    reference_rule: str
    profile: Profile
    regrets: dict[str, float]
    bounds: dict[str, float]
    support: dict[str, tuple[str, ...]]
    slack: dict[str, float]
    reduces_to_expected_utility: bool
    coverage: Coverage = field(repr=False)
    measures: Measures = field(repr=False)
    exact: ExactProfile | None = None
    box: Box | None = None
    response: QuantalResponse | None = None

    def verify(self) -> bool:
        """Recheck every statement about this profile, from the game alone.

        Regrets, bounds, support and slack are computed anew; an exact profile is tested in exact
        arithmetic; the proof of existence and uniqueness in the box is done anew.
        """
        again = certify(
            self.game,
            self.notion,
            self.profile,
            self.coverage,
            measures=self.measures,
            exact=self.exact,
            box=self.box,
        )
        same = (again.regrets, again.support, again.slack, again.reduces_to_expected_utility) == (
            self.regrets,
            self.support,
            self.slack,
            self.reduces_to_expected_utility,
        )
        tight = all(again.bounds[name] <= bound for name, bound in self.bounds.items())
        replies = self.response is None or self.response.confirmed(self.game)
        return same and tight and replies and (self.box is None or self._box_holds_one(self.box))

    def _box_holds_one(self, box: Box) -> bool:
        """Return whether the box holds the profile, and, by a new proof, one equilibrium."""
        if self.measures.confirms is not None:
            return self.measures.confirms(self.game, self.profile, box)
        supports = tuple(tuple(np.flatnonzero(own).tolist()) for own in self.profile)
        face = Face(self.game.shape, supports, game_terms(self.game))
        low, high, point = (
            np.concatenate([own[list(used)][:-1] for own, used in zip(part, supports, strict=True)])
            for part in (box.low, box.high, self.profile)
        )
        inside = bool(((low <= point) & (point <= high)).all())
        return inside and Prover(self.game).confirms(face, low, high)


def reduces_to_expected_utility(game: NormalForm, profile: Profile) -> bool:
    """Return whether the nested null holds at a profile.

    The lotteries that actions bring are valued by prospect theory with linear weights and unit
    exponents, and compared with expected outcomes, which are computed without any lottery.
    """
    for player, payoff in enumerate(game.payoffs):
        others = [own for j, own in enumerate(profile) if j != player]
        as_lotteries = strategies.lottery_values(np.moveaxis(payoff, player, 0), others, PLAIN, 0.0)
        expected = strategies.action_values(payoff, player, profile, ExpectedUtility(), 0.0)
        if not np.allclose(as_lotteries, expected, rtol=1e-9, atol=1e-9 * np.abs(payoff).max()):
            return False
    return True


def certify(
    game: NormalForm,
    notion: str,
    profile: Profile,
    coverage: Coverage,
    *,
    measures: Measures = BY_ACTION,
    exact: ExactProfile | None = None,
    box: Box | None = None,
) -> Certificate:
    """Return the certificate of a profile, computed from the game and not from any search."""
    pass  # IMPORT GONE

    worth, reduces = measures.action_values, reduces_to_expected_utility
    # a pure profile needs each player's own outcomes only, not a pass over all payoffs
    by_line = measures in (BY_ACTION, BY_LINE)
    if by_line and pure_actions(profile) is not None:
        worth = action_values
        reduces = pure_reduces
    names = game.players
    used = [own > 0 for own in profile]
    return Certificate(
        game=game,
        notion=notion,
        reference_rule=measures.reference_rule(game),
        profile=profile,
        regrets=dict(zip(names, measures.regrets(game, profile), strict=True)),
        bounds=dict(zip(names, measures.bounds(game, exact or profile), strict=True)),
        support={
            name: tuple(np.array(actions)[mask].tolist())
            for name, actions, mask in zip(names, game.actions, used, strict=True)
        },
        slack={
            name: float(own.max() - own[~mask].max(initial=-np.inf))
            for name, own, mask in zip(names, worth(game, profile), used, strict=True)
        },
        reduces_to_expected_utility=reduces(game, profile),
        coverage=coverage,
        measures=measures,
        exact=exact,
        box=box,
    )


# Certificates of pure profiles, from each player's line alone.
#
# When the others' actions are certain, each of a player's actions yields one certain outcome, so
# its value is that of the outcome, whatever the weighting: w(1) = 1. A certificate then needs one
# line of m_i outcomes a player, not the whole game. Whether the player has anything better is
# decided by comparing outcomes exactly: value functions increase.

# of each player an array of floats, or a list of Fractions
PureProfile = Sequence[Any]


def pure_actions(profile: PureProfile) -> tuple[int, ...] | None:
    """Return the action that each player takes for certain, None if some player mixes.

    Examples
    --------
    >>> pure_actions([[0, 1], [1.0, 0.0, 0.0]])
    (1, 0)
    >>> pure_actions([[0, 1], [0.5, 0.5]]) is None
    True
    """
    taken = []
    for own in map(np.asarray, profile):
        used = np.flatnonzero(own)
        if len(used) != 1 or own[used[0]] != 1:
            return None
        taken.append(int(used[0]))
    return tuple(taken)


def are_rounded(game: NormalForm) -> bool:
    """Return whether the payoffs were given in exact numbers, of which the floats are rounded."""
    return game.as_given is not game.payoffs


def is_equilibrium(game: NormalForm, actions: Sequence[int]) -> bool:
    """Return whether no player has a better outcome on its line, in exact numbers."""
    return all(_is_best(_outcomes(game, i, actions), action) for i, action in enumerate(actions))


def action_values(game: NormalForm, profile: PureProfile) -> tuple[Array, ...]:
    """Return what `game.action_values` does, if every player takes one action for certain.

    Raises
    ------
    InvalidGameError
        If a player mixes.
    """
    return tuple(
        preference.utility(line - reference)
        for line, preference, reference in zip(
            _lines(game, profile), game.preferences, game.references, strict=True
        )
    )


def values(game: NormalForm, profile: PureProfile) -> tuple[float, ...]:
    """Return what `game.values` does, if every player takes one action for certain."""
    worth = action_values(game, profile)
    return tuple(float(own[action]) for own, action in zip(worth, _taken(profile), strict=True))


def regrets(game: NormalForm, profile: PureProfile) -> tuple[float, ...]:
    """Return what `game.regret` does, if every player takes one action for certain."""
    worth = action_values(game, profile)
    best = (float(own.max()) for own in worth)
    return tuple(top - value for top, value in zip(best, values(game, profile), strict=True))


def regret_bounds(game: NormalForm, profile: PureProfile) -> list[float]:
    """Return a proved upper bound of each player's regret, 0 where it has nothing better."""
    actions = _taken(profile)
    return [
        0.0 if _is_best(_outcomes(game, i, actions), action) else _bound(game, i, actions)
        for i, action in enumerate(actions)
    ]


def pure_reduces(game: NormalForm, profile: PureProfile) -> bool:
    """Return whether the nested null holds on every player's line.

    Each outcome is valued as the lottery that yields it for certain, by prospect theory with linear
    weights and unit exponents, and compared with the outcome itself.
    """
    for line in _lines(game, profile):
        worth = PLAIN.values(line[:, np.newaxis], np.ones((line.size, 1)), 0.0)
        if not np.allclose(worth, line, rtol=1e-9, atol=1e-9 * np.abs(line).max()):
            return False
    return True


# deviations to single actions from a pure profile
BY_LINE = Measures(values, regrets, regret_bounds)


def _taken(profile: PureProfile) -> tuple[int, ...]:
    actions = pure_actions(profile)
    if actions is None:
        raise InvalidGameError("`profile` must be pure here: one action of each player for certain")
    return actions


def _lines(game: NormalForm, profile: PureProfile) -> list[Array]:
    """Return the outcomes of each player by its own action, the others' as in `profile`."""
    actions = _taken(profile)
    return [_line(game.payoffs, i, actions) for i in range(len(actions))]


def _outcomes(game: NormalForm, player: int, actions: Sequence[int]) -> list[Fraction]:
    """Return a player's exact outcome by its own action."""
    source = game.as_given
    return [Fraction(outcome) for outcome in _line(source, player, actions).tolist()]


def _line(source: NDArray[Any], player: int, actions: Sequence[int]) -> NDArray[Any]:
    place: Any = (player, *actions[:player], slice(None), *actions[player + 1 :])
    line: NDArray[Any] = source[place]
    return line


def _is_best(line: Sequence[Fraction], action: int) -> bool:
    return line[action] == max(line)


def _bound(game: NormalForm, player: int, actions: Sequence[int]) -> float:
    """Return the bound in the game that is left to the player, with a bystander of one action."""
    line = _outcomes(game, player, actions)
    alone = NormalForm(
        np.array([line, [Fraction(0)] * len(line)], dtype=object)[..., np.newaxis],
        preferences=game.preferences[player],
        references=game.references[player],
    )
    taken = pure_profile((actions[player], 0), alone.shape)
    return balls.regret_bounds(alone, taken)[0]
