"""Axes of a study: quantities of a game by name, with their values and units."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np

import games
from games import (
    AllianceError,
    AllianceGame,
    InvalidGameError,
    NotApplicableError,
    checks,
    labels,
)
from games.alliance import settings
from games.alliance.parameters import Meaning
from games.arrays import spaced
from games.prospects.preferences import preference_named
from games.tables import Dimensions
from solver.alliance.concepts.registry import concept_named

SHARES = ("share, 0 to 1", "probability")
LEAST_POINTS = 2
MOST_POINTS = 2_001

Span = tuple[float, float]


@dataclass(frozen=True)
class Axis:
    """A quantity that a study varies.

    Attributes
    ----------
    name : str
        As `games.settings.with_value` knows it; in a grid also "scenario" or "concept".
    values : tuple
        As the game takes them. Rising numbers in a plane or a surface; in a grid in any order, and
        words and rules too.
    meaning : Meaning
        In words, and its unit.
    labels : tuple of float or str
        The values as tables show them: the values themselves, if they are numbers.
    """

    name: str
    values: tuple[Any, ...]
    meaning: Meaning
    labels: tuple[Any, ...] = ()

    def __len__(self) -> int:
        return len(self.values)

    @property
    def length(self) -> float:
        """The last value less the first."""
        return float(self.values[-1] - self.values[0])

    @property
    def title(self) -> str:
        """The name in words, with the unit."""
        return f"{self.name.replace('_', ' ')} ({self.meaning.unit})"

    @property
    def column(self) -> str:
        """Its name in tables of a grid, where `reference` is the reference *point*."""
        return "reference_rule" if self.name == "reference" else self.name


def dimensions_of(*axes: Axis) -> Dimensions:
    """Return the columns of tables that hold `axes`, with their units and meanings."""
    return {
        line.name: {"units": line.meaning.unit, "long_name": line.meaning.text} for line in axes
    }


# Evenly spaced and given values of a number, for planes and surfaces.


def axis(game: AllianceGame, name: str, span: Sequence[float] | None, points: int) -> Axis:
    """Return the axis of `points` evenly spaced values over `span`.

    Parameters
    ----------
    span : pair of float, optional
        First and last value; 0 and 1 by default, for shares and probabilities.
    points : int
        From 2 to 2,001.

    Raises
    ------
    InvalidGameError
        If the span is none, or one of its ends is out of the quantity's range.
    UnknownNameError, NotApplicableError
        If the game has no such quantity.

    Examples
    --------
    >>> import games
    >>> game = games.AllianceGame(hegemon="Athens", capabilities={"Samos": 0.2}, threat=0.7)
    >>> axis(game, "cohesion", (0.4, 0.6), 3).values
    (0.4, 0.5, 0.6)
    """
    low, high = span_of(game, name, span)
    checks.whole("points", points, LEAST_POINTS)
    checks.at_most("points", points, MOST_POINTS)
    return axis_at(game, name, spaced(low, high, points))


def axis_at(game: AllianceGame, name: str, values: Sequence[float]) -> Axis:
    """Return the axis of given `values`, which must rise."""
    meaning = settings.numeric(game, name)
    kept = tuple(checks.number(name, value) for value in values)
    if not kept or any(low >= high for low, high in pairwise(kept)):
        raise InvalidGameError(f"`{name}` must have values that rise; got {list(values)}")
    for end in (kept[0], kept[-1]):
        settings.with_value(game, name, end)
    return Axis(name, kept, meaning)


def span_of(game: AllianceGame, name: str, span: Sequence[float] | None) -> Span:
    """Return the ends of a range of the quantity `name`, checked."""
    unit = settings.numeric(game, name).unit
    if span is None:
        if unit not in SHARES:
            raise InvalidGameError(
                f"`{name}` must have a range, such as (0.5, 1.5): its unit is {unit}"
            )
        return 0.0, 1.0
    low, high = ends_of(name, span)
    for end in (low, high):
        settings.with_value(game, name, end)
    return low, high


def ends_of(name: str, given: object) -> Span:
    """Return the two numbers of a range, low first, whatever the quantity `name` admits."""
    ends = _listed(given)
    if len(ends) != 2:
        raise InvalidGameError(
            f"a range (low, high) of `{name}` must be two numbers; got {given!r}"
        )
    low, high = (checks.number(name, end) for end in ends)
    if low >= high:
        raise InvalidGameError(
            f"a range of `{name}`, low first, must rise; got {low:g} to {high:g}"
        )
    return low, high


def spans_of(game: AllianceGame, ranges: Mapping[str, Sequence[float]]) -> dict[str, Span]:
    """Return several ranges by name, checked; there must be at least one."""
    given = labels.mapping("ranges", ranges, "names to pairs of numbers")
    if not given:
        raise InvalidGameError(f"`ranges` must map names to pairs of numbers; got {ranges!r}")
    return {name: span_of(game, name, span) for name, span in given.items()}


# Values of any quantity, numbers or not, for grids.

NAMES = {
    "scenario": Meaning("scenario that gives the figures", "name"),
    "concept": Meaning("solution concept", "name"),
}
RULES = ("preference", "candidate_preference", "reference")


def axis_of(name: str, given: object, *, repeated: bool = False) -> Axis:
    """Return the axis `name` over the values `given`, which may repeat themselves if `repeated`.

    A mapping gives values by their labels.

    Raises
    ------
    InvalidGameError
        If there is no value, a value stands twice, or it is no number, word or rule.
    """
    if isinstance(given, Mapping):
        words: list[float | str] = [str(label) for label in given]
        values = list(given.values())
    else:
        listed = _listed(given)
        words = [_label(name, item) for item in listed]
        values = [_value(name, item) for item in listed]
    if not words:
        raise InvalidGameError(f"`{name}` must have at least one value; got none")
    twice = [] if repeated else [label for label, n in Counter(words).items() if n > 1]
    if twice:
        raise InvalidGameError(f"`{name}` must have each value once; got {twice[0]} twice")
    return Axis(name, tuple(values), Meaning("", ""), tuple(words))


def named(bases: Sequence[AllianceGame], found: Axis) -> Axis:
    """Return the axis with its meaning.

    Raises
    ------
    UnknownNameError
        If no game of `bases` has a quantity of that name.
    """
    if found.name in NAMES:
        return replace(found, meaning=NAMES[found.name])
    problem: AllianceError | None = None
    for game in bases:
        try:
            return replace(found, meaning=settings.describe(game, found.name))
        except AllianceError as error:  # it may name a candidate of another scenario
            problem = problem or error
    assert problem is not None, "there is a game"
    raise problem


def check(bases: Sequence[AllianceGame], name: str, values: Iterable[Any]) -> None:
    """Raise what is wrong with a value that suits none of the games `bases`."""
    for value in values:
        if name == "concept":
            concept_named(value)
        elif name != "scenario":
            problems = [_problem(game, name, value) for game in bases]
            if all(problems):
                raise problems[0] or AssertionError


def _problem(game: AllianceGame, name: str, value: object) -> AllianceError | None:
    try:
        settings.with_value(game, name, value)
    except AllianceError as error:
        return error
    return None


def _listed(given: object) -> list[Any]:
    if isinstance(given, str) or not isinstance(given, Iterable) or getattr(given, "ndim", 1) == 0:
        return [given]
    return list(given)


def _label(name: str, item: object) -> float | str:
    if isinstance(item, str):
        return item
    if name in (*RULES, "scenario"):
        return repr(item) if name in RULES else str(item)
    return checks.number(name, item.item() if isinstance(item, np.generic) else item)


def _value(name: str, item: Any) -> Any:
    if name == "scenario":
        return _loaded(item)
    if isinstance(item, str):
        return preference_named(item) if name in RULES[:2] else item
    return item if name in RULES else _label(name, item)


@cache
def _loaded(name: object) -> AllianceGame:
    return games.load(name)  # type: ignore[arg-type]


# Ranges around the values that a game has.

SPREAD = 0.2

# what the choice of form hangs on most, as in `solver.accounts.priors.PRIOR`
VARIED = (
    "alpha",
    "beta",
    "loss_aversion",
    "gamma",
    "delta",
    "cohesion",
    "entrapment",
    "entrapment_share",
    "reliability",
    "pledge_bilateral",
    "pledge_multilateral",
    "k_bloc",
    "deployment",
    "projection",
)


def spread_ranges(
    game: AllianceGame, spread: float | None = None, names: Sequence[str] | None = None
) -> dict[str, Span]:
    """Return a range for each name: its value less and plus `spread` of it.

    Parameters
    ----------
    spread : float, optional
        Above 0; 0.2 by default. Shares and probabilities end at 1.
    names : sequence of str, optional
        By default those of `VARIED` that are numbers of the game, and not 0.

    Raises
    ------
    InvalidGameError
        If a named quantity is 0, so that no share of it varies it.

    Examples
    --------
    >>> import games
    >>> athens = games.load("classic-athens")
    >>> spread_ranges(athens, 0.5, ["reliability", "adversary"])
    {'reliability': (0.45, 1.0), 'adversary': (0.75, 2.25)}
    """
    share = checks.above("spread", SPREAD if spread is None else spread, 0)
    if isinstance(names, str):
        raise InvalidGameError(f"`names` must be a list of names; got the string {names!r}")
    ranges = {}
    for name in VARIED if names is None else names:
        try:
            value = settings.current(game, name)
        except NotApplicableError:
            if names is not None:
                raise
            continue
        if value == 0:
            if names is None:
                continue
            raise InvalidGameError(f"`{name}` must not be 0 for a relative spread; give its range")
        ends = sorted((value * (1 - share), value * (1 + share)))
        if settings.describe(game, name).unit in SHARES:
            ends[1] = min(1.0, ends[1])
        ranges[name] = span_of(game, name, ends)
    if not ranges:
        raise InvalidGameError("`names` must name at least one quantity; got none")
    return ranges
