"""The outcome at one threat level, and what changes between two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike

from games import AllianceGame, AllianceStructure, Form, InvalidGameError, checks
from games.arrays import spaced
from games.labels import unmasked
from games.records import Record
from games.tabled import Dimensions, Tabled
from solver.alliance.bounded.solve import payoffs_of
from solver.alliance.solution import Equilibrium
from solver.results import Status
from solver.studies.outcome import MEANINGS, THREAT, WORDS, Outcome, of_equilibrium

# What changes between two threat levels, and who gains by it.


@dataclass(frozen=True)
class Moves:
    """How candidates move from one structure to another.

    Attributes
    ----------
    entered, left : tuple of str
        Candidates that become allies, and that cease to be.
    into_bloc, into_spoke : tuple of str
        Allies whose bilateral treaty gives way to a bloc, and the reverse.
    """

    entered: tuple[str, ...]
    left: tuple[str, ...]
    into_bloc: tuple[str, ...]
    into_spoke: tuple[str, ...]

    def __str__(self) -> str:
        parts = [
            f"{word} {', '.join(names)}"
            for word, names in (
                ("enter", self.entered),
                ("leave", self.left),
                ("spoke to bloc", self.into_bloc),
                ("bloc to spoke", self.into_spoke),
            )
            if names
        ]
        return "; ".join(parts) or "blocs regroup"


@dataclass(frozen=True, eq=False)
class Change(Tabled, Record):
    """The change of the preferred structure between two neighbouring threat levels.

    Attributes
    ----------
    below, above : float
        The two levels.
    moves : Moves
        Who moves.
    gains : dict of str to float
        What each player gains at the level `above` by the new structure instead of the old; the
        hegemon's in units of its value function. Empty if one level has no equilibrium.
    """

    below: float
    above: float
    moves: Moves
    gains: dict[str, float]

    _asked = ()
    _subject = "who moves, and who gains"
    _units = {  # noqa: RUF012
        "below": THREAT,
        "above": THREAT,
        "gain": "the hegemon's in units of its value function, a candidate's of its payoff",
    }

    def records(self) -> list[dict[str, object]]:
        """Return a row for each player: how it moves, and what it gains."""
        move = {
            name: word
            for word, names in (
                ("enters", self.moves.entered),
                ("leaves", self.moves.left),
                ("spoke to bloc", self.moves.into_bloc),
                ("bloc to spoke", self.moves.into_spoke),
            )
            for name in names
        }
        return [
            {
                "below": self.below,
                "above": self.above,
                "player": name,
                "move": move.get(name, "stays"),
                "gain": self.gains.get(name),
            }
            for name in self.gains or move
        ]

    def __str__(self) -> str:
        words = str(self.moves) if self.gains else "one level has no equilibrium"
        return f"{self.below:g} to {self.above:g}: {words}"


def moves(old: AllianceStructure, new: AllianceStructure) -> Moves:
    """Return how candidates move from `old` to `new`."""
    kept = set(old.allies) & set(new.allies)
    return Moves(
        entered=_sorted(set(new.allies) - kept),
        left=_sorted(set(old.allies) - kept),
        into_bloc=_sorted(kept & set(old.spokes) - set(new.spokes)),
        into_spoke=_sorted(kept & set(new.spokes) - set(old.spokes)),
    )


def change(
    game: AllianceGame,
    below: float,
    above: float,
    before: Equilibrium | None,
    after: Equilibrium | None,
) -> Change:
    """Return the change from the equilibrium `before` at `below` to `after` at `above`."""
    empty = AllianceStructure(game.hegemon)
    old = before.structure if before else empty
    new = after.structure if after else empty
    gains: dict[str, float] = {}
    if before and after:
        stayed, _ = payoffs_of(game.at(above), old)
        gains = {name: worth - stayed[name] for name, worth in after.values.items()}
    return Change(below, above, moves(old, new), gains)


def _sorted(names: set[str]) -> tuple[str, ...]:
    return tuple(sorted(names))


# The outcome of a sweep at one threat level, as an object and as a row of a table.

COLUMNS = (
    *("reference", "status", "form", "structure", "allies", "bloc_members", "spokes", "value"),
    *("mean", "certainty_equivalent", "risk_premium", "domain", "mass_below", "equilibria"),
    "regret",
)
UNITS = {"threat": THREAT} | {name: MEANINGS[name].unit for name in COLUMNS if name not in WORDS}
DIMENSIONS: Dimensions = {"preference": {}, "threat": {"units": UNITS["threat"]}}


@dataclass(frozen=True)
class Level(Tabled):
    """The outcome at one threat level.

    Attributes
    ----------
    threat : float
    reference : float
        The hegemon's reference point.
    preferred : Equilibrium or None
        The hegemon's best equilibrium; None if there is no equilibrium.
    equilibria : int
        How many there are.
    status : Status
        PARTIAL if bargains over burdens did not settle, so that there may be others.
    security_level : float or None
        For `subgame_perfect`, what the hegemon can make sure of by a proposal of its own.
    """

    threat: float
    reference: float
    preferred: Equilibrium | None
    equilibria: int
    status: Status
    security_level: float | None = None

    _asked = ()
    _units = UNITS

    @property
    def title(self) -> str:
        """What is preferred at which threat."""
        return f"threat {self.threat:g}: {self.structure or 'no equilibrium'}"

    def __str__(self) -> str:
        return f"threat {self.threat:g}: {self.preferred or 'no equilibrium'}"

    def records(self) -> list[dict[str, object]]:
        """Return `record` alone."""
        return [self.record()]

    @property
    def form(self) -> Form | None:
        """The form of the preferred equilibrium."""
        return self.preferred.form if self.preferred else None

    @property
    def structure(self) -> AllianceStructure | None:
        """The preferred structure."""
        return self.preferred.structure if self.preferred else None

    def outcome(self) -> Outcome:
        """Return what a study keeps of the level."""
        return of_equilibrium(
            self.reference, self.preferred, self.equilibria, self.status, self.security_level
        )

    def record(self) -> dict[str, object]:
        """Return the level as a flat row of plain values."""
        found = self.outcome()
        row: dict[str, object] = {"threat": self.threat}
        row |= {name: value for name in COLUMNS if (value := getattr(found, name)) is not None}
        return row | burden_columns(self.preferred)


def burden_columns(best: Equilibrium | None) -> dict[str, object]:
    """Return the columns of burdens: nothing without burden sharing."""
    if best is None or not best.burdens:
        return {}
    row: dict[str, object] = {f"burden[{name}]": paid for name, paid in best.burdens.items()}
    row["burdens"] = sum(best.burdens.values())
    row["bargaining_regret"] = best.bargaining_regret
    return row


def changes_between(game: AllianceGame, levels: Sequence[Level]) -> tuple[Change, ...]:
    """Return one change for each pair of neighbouring levels with different structures."""
    return tuple(
        change(game, before.threat, after.threat, before.preferred, after.preferred)
        for before, after in pairwise(levels)
        if before.structure != after.structure
    )


DEFAULT_LEVELS = 101


def threat_levels(threat: ArrayLike | None) -> list[float]:
    """Return `threat` as a list of levels, each checked to lie in [0, 1]."""
    if threat is None:
        return spaced(0, 1, DEFAULT_LEVELS)
    given = unmasked("threat", threat)
    try:
        levels = np.atleast_1d(np.asarray(given))
    except ValueError:  # lists of unequal length
        raise InvalidGameError(f"`threat` must be a list of levels; got {threat!r}") from None
    if levels.ndim != 1 or levels.size == 0:
        raise InvalidGameError(f"`threat` must be a list of levels; got shape {levels.shape}")
    return [checks.within("threat", level, 0, 1) for level in levels.tolist()]
