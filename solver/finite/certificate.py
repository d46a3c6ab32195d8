"""What is proved about an equilibrium of a normal form, and the means to check it again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from games import ExpectedUtility, NormalForm
from games.arrays import Array
from games.finite import strategies
from games.finite.strategies import Profile
from games.records import Record
from games.tabled import Dimensions, Tabled
from solver.finite.proofs import lines
from solver.finite.proofs.boxes import Box, holds_one
from solver.finite.proofs.quantal_response import QuantalResponse
from solver.prospects import balls

ExactProfile = tuple[tuple[Fraction, ...], ...]


@dataclass(frozen=True, eq=False)
class Coverage(Record):
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


def reduces_to_expected_utility(game: NormalForm, profile: Profile) -> bool:
    """Return whether the nested null holds at a profile.

    The lotteries that actions bring are valued by prospect theory with linear weights and unit
    exponents, and compared with expected outcomes, which are computed without any lottery.
    """
    for player, payoff in enumerate(game.payoffs):
        others = [own for j, own in enumerate(profile) if j != player]
        as_lotteries = strategies.lottery_values(
            np.moveaxis(payoff, player, 0), others, lines.PLAIN, 0.0
        )
        expected = strategies.action_values(payoff, player, profile, ExpectedUtility(), 0.0)
        if not np.allclose(as_lotteries, expected, rtol=1e-9, atol=1e-9 * np.abs(payoff).max()):
            return False
    return True


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
        What each player's actions are worth at a profile, up to a constant for each player; the
        slack is told by them.
    reduces : callable
        Whether the arithmetic behind the values passes the test of the nested null.
    confirms : callable
        Whether a box is proved to hold the profile and exactly one equilibrium.
    """

    values: Callable[[NormalForm, Profile], Sequence[float]]
    regrets: Callable[[NormalForm, Profile], Sequence[float]]
    bounds: Callable[[NormalForm, Profile | ExactProfile], Sequence[float]]
    reference_rule: Callable[[NormalForm], str] = fixed_references
    action_values: Callable[[NormalForm, Profile], Sequence[Array]] = NormalForm.comparable_values
    reduces: Callable[[NormalForm, Profile], bool] = reduces_to_expected_utility
    confirms: Callable[[NormalForm, Profile, Box], bool] = holds_one


# deviations to single actions, each valued by the lottery that the others' mixing induces
BY_ACTION = Measures(NormalForm.values, NormalForm.regret, balls.regret_bounds)
# the same from a pure profile: each player's own outcomes, not a pass over all payoffs
BY_LINE = Measures(
    lines.values,
    lines.regrets,
    lines.regret_bounds,
    action_values=lines.action_values,
    reduces=lines.reduces_to_expected_utility,
)


@dataclass(frozen=True, eq=False)
class Certificate(Tabled, Record):
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

    _subject = "the evidence for one equilibrium"
    _asked = ("game", "notion", "profile")
    _units = dict.fromkeys(("regret", "bound", "slack"), "the player's value function")

    def records(self) -> list[dict[str, object]]:
        """Return a row for each player: regret, its proved bound, support and slack."""
        return [
            {
                "player": name,
                "regret": self.regrets[name],
                "bound": self.bounds[name],
                "support": ", ".join(self.support[name]),
                "slack": self.slack[name],
            }
            for name in self.regrets
        ]

    def _dimensions(self) -> Dimensions:
        return {"player": {}}

    def __str__(self) -> str:
        return (
            f"{self.notion}: regret {max(self.regrets.values()):.1e}, proved at most"
            f" {max(self.bounds.values()):.1e}"
        )

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
        computed = ("regrets", "support", "slack", "reduces_to_expected_utility")
        same = all(getattr(again, name) == getattr(self, name) for name in computed)
        tight = all(again.bounds[name] <= bound for name, bound in self.bounds.items())
        replies = self.response is None or self.response.confirmed(self.game)
        if not (same and tight and replies):
            return False
        return self.box is None or self.measures.confirms(self.game, self.profile, self.box)


def certify(
    game: NormalForm,
    notion: str,
    profile: Profile,
    coverage: Coverage,
    *,
    measures: Measures = BY_ACTION,
    exact: ExactProfile | None = None,
    box: Box | None = None,
    response: QuantalResponse | None = None,
) -> Certificate:
    """Return the certificate of a profile, computed from the game and not from any search."""
    names, worths = game.players, measures.action_values(game, profile)
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
            for name, own, mask in zip(names, worths, used, strict=True)
        },
        reduces_to_expected_utility=measures.reduces(game, profile),
        coverage=coverage,
        measures=measures,
        exact=exact,
        box=box,
        response=response,
    )
