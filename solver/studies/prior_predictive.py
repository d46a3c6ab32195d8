"""How much of a prior over a model's figures meets a set of conditions, by preference.

Conditions say which form the hegemon is to prefer in which game at which threat. The more of a
prior under which they all hold, the less a preference leans on chosen figures to meet them. Every
preference has the same draws: the same structural freedom.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from games import (
    AllianceGame,
    ExpectedUtility,
    Form,
    InvalidGameError,
    Preference,
    checks,
    labels,
    load,
)
from games.alliance import settings
from games.alliance.structures import form_named
from games.records import FrozenMapping, Record
from games.tabled import Dimensions, Tabled
from solver.alliance.varied import Varied
from solver.results import Progress
from solver.studies.axes import ends_of
from solver.studies.preferred import form_of, preferred_games

DRAWS = 1000
# uniform on these intervals, independently
STRUCTURE: dict[str, tuple[float, float]] = {
    "deployment": (0.15, 0.6),
    "projection": (1.0, 3.0),
    "pledge_bilateral": (0.2, 0.8),
    "pledge_multilateral": (0.6, 1.0),
    "reliability": (0.7, 1.0),
    "k_bloc": (0.0, 0.06),
    "cohesion": (0.5, 1.0),
    "entrapment": (0.0, 1.0),
    "entrapment_share": (0.0, 1.0),
}


class Condition(NamedTuple):
    """That the hegemon prefers a form in a game at a threat."""

    game: AllianceGame
    threat: float
    form: Form

    def __repr__(self) -> str:
        return f"<Condition: {self}>"

    def __str__(self) -> str:
        return f"{self.game.title} at {self.threat:g}: {self.form}"


@dataclass(frozen=True)
class PriorShare(Tabled):
    """How much of a prior meets conditions under one preference.

    Attributes
    ----------
    preference : str
    share : float
        Of the draws, all conditions.
    standard_error : float
        Of that share.
    by_condition : tuple of float
        The share of each condition alone.
    """

    preference: str
    share: float
    standard_error: float
    by_condition: tuple[float, ...]

    _asked = ()
    _subject = "how much of the prior meets the conditions"
    _units = dict.fromkeys(("share", "standard_error", "condition"), "share of the draws")

    def records(self) -> list[dict[str, object]]:
        """Return one row: all conditions together, and each alone."""
        alone = {f"condition[{i}]": share for i, share in enumerate(self.by_condition, start=1)}
        told = (self.preference, self.share, self.standard_error)
        return [dict(zip(("preference", "share", "standard_error"), told, strict=True)) | alone]


@dataclass(frozen=True, eq=False)
class PriorPredictive(Tabled, Record):
    """How much of a prior meets a set of conditions, by preference.

    Attributes
    ----------
    conditions : tuple of Condition
    prior : mapping of str to (float, float)
        Uniform, independent.
    preferences : mapping of str to Preference
    seed : int
    held : mapping of str to ndarray of bool, shape (draws, conditions)
        What held in each draw.
    """

    conditions: tuple[Condition, ...]
    prior: Mapping[str, tuple[float, float]]
    preferences: Mapping[str, Preference]
    seed: int
    held: Mapping[str, NDArray[np.bool_]] = field(repr=False)

    _subject = "how much of the prior meets the conditions"
    _asked = ("conditions", "prior", "preferences", "seed", "draws")
    _units = dict.fromkeys(("share", "standard_error", "condition"), "share of the draws")

    def units(self) -> dict[str, str]:
        """Return the unit of each column of numbers: each condition has one."""
        alone = dict.fromkeys(map(str, self.conditions), "share of the draws")
        return {**super().units(), **alone}

    def __str__(self) -> str:
        told = ", ".join(f"{one.preference} {one.share:.1%}" for one in self.shares)
        return f"{len(self.conditions)} conditions in {self.draws} draws: {told}"

    @property
    def draws(self) -> int:
        """How many draws there are."""
        return len(next(iter(self.held.values())))

    def all_held(self, preference: str) -> NDArray[np.bool_]:
        """Return in which draws all conditions held under a preference, shape (draws,)."""
        name = checks.one_of("preference", preference, self.held)
        found: NDArray[np.bool_] = np.asarray(self.held[name].all(axis=1))
        return found

    @property
    def shares(self) -> tuple[PriorShare, ...]:
        """The share of each preference."""
        return tuple(
            PriorShare(
                name,
                share := float(self.all_held(name).mean()),
                float(np.sqrt(share * (1 - share) / self.draws)),
                tuple(held.mean(axis=0).tolist()),
            )
            for name, held in self.held.items()
        )

    def joint(self) -> tuple[float, float]:
        """Return the share of draws that meet all under every preference, and its error."""
        every = np.all([self.all_held(name) for name in self.held], axis=0)
        share = float(every.mean())
        return share, float(np.sqrt(share * (1 - share) / self.draws))

    def ratio(self, one: str, other: str) -> tuple[float, float]:
        """Return the share of one preference over that of another, and its standard error.

        The draws are the same for both, and so are paired: the error is that of the delta method.
        NaN where the second has no share.
        """
        a, b = self.all_held(one), self.all_held(other)
        top, below = float(a.mean()), float(b.mean())
        if below == 0 or top == 0:
            return (top / below if below else np.nan), np.nan
        ratio = top / below
        both = float((a & b).mean())
        spread = (1 / top - 1) + (1 / below - 1) - 2 * (both / (top * below) - 1)
        return ratio, float(ratio * np.sqrt(max(spread, 0.0) / self.draws))

    def records(self) -> list[dict[str, object]]:
        """Return one flat row of plain values for each preference."""
        return [
            {
                "preference": item.preference,
                "share": item.share,
                "standard_error": item.standard_error,
                **{str(c): p for c, p in zip(self.conditions, item.by_condition, strict=True)},
            }
            for item in self.shares
        ]

    def _dimensions(self) -> Dimensions:
        return {"preference": {}}


def prior_predictive(
    conditions: Iterable[tuple[AllianceGame | str, float, Form | str]],
    prior: Mapping[str, Sequence[float]] | None = None,
    *,
    preferences: Mapping[str, Preference] | None = None,
    draws: int = DRAWS,
    seed: int = 0,
    progress: Progress | None = None,
) -> PriorPredictive:
    """Return the share of a prior under which a set of conditions holds, by preference.

    Parameters
    ----------
    conditions : iterable of (game, threat, form)
        A game or the name of a scenario, a threat in [0, 1], and the form ("hub-and-spoke",
        "multilateral", ...) that the hegemon is to prefer there.
    prior : mapping of str to (float, float), optional
        Names that `games.settings.with_value` knows with the ends of their intervals, uniform and
        independent; by default the nine structural parameters of `STRUCTURE`. A draw under which a
        game cannot be is a draw that meets no condition.
    preferences : mapping of str to Preference, optional
        By default that of the first game and expected utility. All have the same draws.
    draws, seed : int
    progress : callable, optional
        Called with the numbers of draws done and to do, over all conditions and preferences.

    Returns
    -------
    PriorPredictive

    Raises
    ------
    InvalidGameError, UnknownNameError
        If there is no condition, one is no game, threat and form, or a name is not one of all games
        or is not structural: the threat, or a part of a preference.

    Examples
    --------
    >>> found = prior_predictive(
    ...     [("classic-athens", 0.2, "hub-and-spoke"), ("classic-athens", 0.7, "multilateral")],
    ...     {"cohesion": (0.5, 1.0), "entrapment": (0.0, 1.0)}, draws=40)
    >>> [(item.preference, item.share) for item in found.shares]
    [('prospect', 0.575), ('expected', 0.075)]
    """
    listed = tuple(map(_condition, checks.listed("conditions", conditions)))
    if not listed:
        raise InvalidGameError("`conditions` must have at least one; got none")
    given = labels.mapping("prior", STRUCTURE if prior is None else prior, "names to (low, high)")
    if not given:
        raise InvalidGameError("`prior` must name at least one quantity; got none")
    ranges = {name: ends_of(name, ends) for name, ends in given.items()}
    for name in ranges:
        if name in (*settings.PREFERENCE, "threat", "preference"):
            raise InvalidGameError(f"`prior` must name structural quantities; got {name!r}")
        for condition in listed:
            settings.describe(condition.game, name)
    usual = {"prospect": listed[0].game.preference, "expected": ExpectedUtility()}
    given_tastes = usual if preferences is None else preferences
    tastes = labels.mapping("preferences", given_tastes, "names to preferences")
    if not tastes:
        raise InvalidGameError("`preferences` must name at least one; got none")
    for name, taste in tastes.items():
        checks.label("preference", name)
        checks.kind("preference", taste, Preference)
    number = checks.whole("draws", draws, 1)
    points = np.random.default_rng(checks.whole("seed", seed, 0)).random((number, len(ranges)))
    low, high = np.array(list(ranges.values())).T
    held = {name: np.zeros((number, len(listed)), dtype=np.bool_) for name in tastes}
    values = low + points * (high - low)
    asked = [(name, column) for name in tastes for column in range(len(listed))]
    for done, (name, column) in enumerate(asked, start=1):
        condition = listed[column]
        game = condition.game.at(condition.threat).with_preference(tastes[name])
        varied = Varied(game, list(ranges))
        lost = list(varied.problems(values))
        rows = np.setdiff1d(np.arange(number), lost)
        found = preferred_games(varied, values[rows])
        held[name][rows, column] = [form_of(one) is condition.form for one in found]
        if progress:
            progress("prior draws", done * number, len(asked) * number)
    return PriorPredictive(
        listed, FrozenMapping(ranges), FrozenMapping(tastes), int(seed), FrozenMapping(held)
    )


def _condition(given: object) -> Condition:
    if not isinstance(given, tuple | list) or len(given) != 3:
        raise InvalidGameError(
            f"each of `conditions` must be a game, a threat and a form; got {checks.shown(given)}"
        )
    game, threat, form = given
    there = load(game) if isinstance(game, str) else checks.kind("game", game, AllianceGame)
    return Condition(there, checks.within("threat", threat, 0, 1), form_named(form))
