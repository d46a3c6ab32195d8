"""A question of the explorer: texts by name, as in an address, and the game they ask for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from games import (
    AllianceError,
    AllianceGame,
    ExpectedUtility,
    InvalidGameError,
    UnknownNameError,
    settings,
)
from games.prospects.preferences import CumulativeProspectTheory, preference_named

PREFERENCES = ("prospect-theory", "abdellaoui-2000", "booij-2010", "expected-utility")
# as many candidates as are searched while somebody waits: 4^n outcomes
MOST_CANDIDATES = 11
# those of `solver.CONCEPTS`, which takes a second to import
CONCEPTS = ("subgame_perfect", "nash", "pairwise", "coalition_proof")
# what is no quantity of the game; hosts add a client and its turn, and what it compares with
APART = ("scenario", "concept", "structure", "form", "first", "client", "turn", "pin")


@dataclass(frozen=True)
class Asked:
    """What is asked about.

    Attributes
    ----------
    scenario : str
        Name of the theatre.
    base : AllianceGame
        As it was loaded.
    concept : str
    changes : tuple of (str, str)
        Quantities that differ from `base`, by name, with their values as texts.
    """

    scenario: str
    base: AllianceGame
    concept: str
    changes: tuple[tuple[str, str], ...]

    @cached_property
    def game(self) -> AllianceGame:
        """The game with all that was changed."""
        changes = {name: value(name, text) for name, text in self.changes}
        return settings.with_values(self.base, changes)

    @property
    def preference(self) -> str:
        """Name of the preference that was chosen, whatever its dials; empty if it has none."""
        return dict(self.changes).get("preference") or preference_name(self.base) or ""

    @property
    def key(self) -> tuple[object, ...]:
        """What tells one question from another."""
        return self.scenario, self.concept, self.changes

    def rival(self) -> Asked:
        """Return the same question under the preference that this one is compared with.

        That is expected utility; where the question is about it, the preference that the theatre
        came with, or prospect theory.
        """
        parts = {name: text for name, text in self.changes if name not in settings.PREFERENCE}
        parts.pop("preference", None)
        if not isinstance(self.game.preference, ExpectedUtility):
            parts["preference"] = "expected-utility"
        elif isinstance(self.base.preference, ExpectedUtility):
            parts["preference"] = "prospect-theory"
        return replace(self, changes=_changed(self.base, parts))

    def everywhere(self) -> Asked:
        """Return the same question but for its threat."""
        return replace(self, changes=tuple(c for c in self.changes if c[0] != "threat"))


def read(theatres: Mapping[str, AllianceGame], query: Mapping[str, str]) -> Asked:
    """Return what a query asks.

    Parameters
    ----------
    theatres : mapping of str to AllianceGame
        The first is asked about if the query names none.
    query : mapping of str to str
        `scenario`, `concept`, and quantities by the names of `games.settings`.

    Raises
    ------
    AllianceError
        If there is no such theatre, quantity or value.

    Examples
    --------
    >>> import games
    >>> asked = read({"athens": games.load("classic-athens")}, {"threat": "0.3", "cohesion": "0.7"})
    >>> asked.changes, asked.game.threat  # cohesion is 0.7 anyway
    ((('threat', '0.3'),), 0.3)
    """
    scenario = query.get("scenario") or next(iter(theatres))
    if scenario not in theatres:
        raise UnknownNameError("scenario", scenario, theatres)
    concept = query.get("concept") or CONCEPTS[0]
    if concept not in CONCEPTS:
        raise UnknownNameError("concept", concept, CONCEPTS)
    base = theatres[scenario]
    given = {name: text for name, text in query.items() if name not in APART and text}
    asked = Asked(scenario, base, concept, _changed(base, given))
    _ = asked.game  # raises what is wrong with it
    return asked


def value(name: str, text: str) -> object:
    """Return the value of a quantity that a text gives.

    Raises
    ------
    InvalidGameError
        If it must be a number and is none.
    """
    if name in ("preference", "candidate_preference"):
        return preference_named(text)
    if name in ("family", "ratification", "burden_sharing"):
        return text
    if name == "reference":
        raise InvalidGameError("`reference` must be given by its parts here: base, slope or level")
    try:
        return float(text)
    except ValueError:
        raise InvalidGameError(f"`{name}` must be a number; got {text!r}") from None


def preference_name(game: AllianceGame) -> str | None:
    """Return the name of the set of values that a game's preference is, None if it has no name."""
    known = (name for name in PREFERENCES if preference_named(name) == game.preference)
    return next(known, None)


def preference_text(game: AllianceGame) -> str:
    """Return how a page calls the preference of a game."""
    if isinstance(game.preference, ExpectedUtility):
        return "expected utility"
    theory = isinstance(game.preference, CumulativeProspectTheory)
    return "prospect theory" if theory else type(game.preference).__name__


def _changed(base: AllianceGame, given: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Return the changes that change anything, in one order, numbers written in one way."""
    texts = {name: given[name] for name in sorted(given)}
    values = {name: value(name, text) for name, text in texts.items()}
    whole = settings.with_values(base, values)
    for name in texts:
        others = {other: kept for other, kept in values.items() if other != name}
        try:
            if settings.with_values(base, others) == whole:
                values = others
        except AllianceError:  # the others make no game without it
            continue
    return tuple(
        (name, repr(kept) if isinstance(kept, float) else texts[name])
        for name, kept in values.items()
    )
