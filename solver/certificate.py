"""What is proved about an equilibrium of a normal form, and the means to check it again."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from games import NormalForm
from solver import rigorous

Array = NDArray[np.float64]
Profile = tuple[Array, ...]
ExactProfile = tuple[tuple[Fraction, ...], ...]


@dataclass(frozen=True)
class Box:
    """A box of profiles that is proved to hold exactly one equilibrium with the given support.

    Attributes
    ----------
    low, high : tuple of ndarray, shape (m_i,)
        Bounds of each probability.
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
        Share of the strategy space proved to hold no equilibrium: the mean over supports of the
        share of each support's volume; 1 up to the boxes of the equilibria when all is settled.
    unresolved : tuple of Box
        Boxes that may hold further equilibria, a continuum of them too.
    """

    method: str
    complete: bool
    share_empty: float = 0.0
    unresolved: tuple[Box, ...] = ()


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
    linear : bool
        Whether the value of every action is, to rounding, its expected utility: so it must be
        when no player weights probabilities.
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
    linear: bool
    coverage: Coverage = field(repr=False)
    exact: ExactProfile | None = None
    box: Box | None = None

    def verify(self) -> bool:
        """Recheck every statement about this profile, from the game alone.

        Regrets, bounds, support and slack are computed anew; an exact profile is tested in exact
        arithmetic; the proof of existence and uniqueness in the box is done anew.
        """
        again = certify(
            self.game, self.notion, self.profile, self.coverage, exact=self.exact, box=self.box
        )
        same = (
            again.regrets == self.regrets
            and again.support == self.support
            and again.slack == self.slack
            and again.linear == self.linear
            and all(again.bounds[name] <= bound for name, bound in self.bounds.items())
        )
        return same


def certify(
    game: NormalForm,
    notion: str,
    profile: Profile,
    coverage: Coverage,
    *,
    exact: ExactProfile | None = None,
    box: Box | None = None,
) -> Certificate:
    """Return the certificate of a profile, computed from the game and not from any search."""
    worth = game.action_values(profile)
    expected = game.replace(preferences=None, references=0.0).action_values(profile)
    names = game.players
    used = [own > 0 for own in profile]
    return Certificate(
        game=game,
        notion=notion,
        reference_rule=_rule(game),
        profile=profile,
        regrets=dict(zip(names, game.regret(profile), strict=True)),
        bounds=dict(zip(names, rigorous.regret_bounds(game, exact or profile), strict=True)),
        support={
            name: tuple(np.array(actions)[mask].tolist())
            for name, actions, mask in zip(names, game.actions, used, strict=True)
        },
        slack={
            name: float(own.max() - own[~mask].max(initial=-np.inf))
            for name, own, mask in zip(names, worth, used, strict=True)
        },
        linear=all(map(np.allclose, worth, expected)),
        coverage=coverage,
        exact=exact,
        box=box,
    )


def _rule(game: NormalForm) -> str:
    points = ", ".join(
        f"{name} {point:g}" for name, point in zip(game.players, game.references, strict=True)
    )
    return f"fixed reference points: {points}"
