"""The axes of a study: names of quantities with the values that each takes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np

import games
from games import AllianceError, AllianceGame, InvalidGameError, checks, settings
from games.parameters import Meaning
from games.presets import preference_named
from solver.solving import concept_named

SCENARIO = Meaning("scenario that gives the figures", "name")
CONCEPT = Meaning("solution concept", "name")
RULES = ("preference", "candidate_preference", "reference")

# cells that differ in these only are solved together
TASTE = ("preference", *settings.PREFERENCE)
LEVEL = ("reference", *settings.REFERENCE, "threat", "frame")


@dataclass(frozen=True)
class Axis:
    """One quantity and the values that it takes.

    Attributes
    ----------
    name : str
    labels : tuple of float or str
        The values as tables show them; numbers are their own labels.
    values : tuple
        The values as the game takes them.
    meaning : Meaning
    """

    name: str
    labels: tuple[Any, ...]
    values: tuple[Any, ...]
    meaning: Meaning

    @property
    def column(self) -> str:
        """Its name in tables, where `reference` is the reference *point*."""
        return "reference_rule" if self.name == "reference" else self.name

    def __len__(self) -> int:
        return len(self.values)


def axis(name: str, given: object, *, repeated: bool = False) -> Axis:
    """Return the axis `name` over the values `given`, which may repeat themselves if `repeated`.

    A mapping gives values by their labels.

    Raises
    ------
    InvalidGameError
        If there is no value, a value stands twice, or it is no number, word or rule.
    """
    if isinstance(given, Mapping):
        labels: list[float | str] = [str(label) for label in given]
        values = list(given.values())
    else:
        listed = _listed(given)
        labels = [_label(name, item) for item in listed]
        values = [_value(name, item) for item in listed]
    if not labels:
        raise InvalidGameError(f"`{name}` must have at least one value; got none")
    twice = [] if repeated else [label for label, n in Counter(labels).items() if n > 1]
    if twice:
        raise InvalidGameError(f"`{name}` must have each value once; got {twice[0]} twice")
    return Axis(name, tuple(labels), tuple(values), Meaning("", ""))


def named(bases: Sequence[AllianceGame], found: Axis) -> Axis:
    """Return the axis with its meaning.

    Raises
    ------
    UnknownNameError
        If no game of `bases` has a quantity of that name.
    """
    if found.name in ("scenario", "concept"):
        return replace(found, meaning=SCENARIO if found.name == "scenario" else CONCEPT)
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
    if isinstance(given, str) or not isinstance(given, Iterable):
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
