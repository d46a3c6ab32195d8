"""Sweep a game over threat levels: the preferred equilibrium at each, and what changes between."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, overload

import numpy as np
from numpy.typing import ArrayLike

from games import AllianceGame, AllianceStructure, Form, InvalidGameError, checks
from games.labels import unmasked
from games.records import Record
from solver.alliance.batch import certificates, is_batched, search_games, structures_of
from solver.alliance.concepts.concept import Concept
from solver.alliance.concepts.registry import TOLERANCE, concept_named
from solver.alliance.solution import Equilibrium
from solver.alliance.solve import solutions
from solver.output.tables import Dimensions, Tabled
from solver.results import Progress, Status, Steps
from solver.studies.outcome import MEANINGS, WORDS, of_equilibrium

if TYPE_CHECKING:
    from solver.studies.grid import Study


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
class Change(Record):
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
        stayed = game.at(above).values(old)
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
UNITS = {"threat": "share of the adversary's full power, 0 to 1"} | {
    name: MEANINGS[name].unit for name in COLUMNS if name not in WORDS
}
DIMENSIONS: Dimensions = {"preference": {}, "threat": {"units": UNITS["threat"]}}


@dataclass(frozen=True)
class Level:
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
    """

    threat: float
    reference: float
    preferred: Equilibrium | None
    equilibria: int
    status: Status

    @property
    def form(self) -> Form | None:
        """The form of the preferred equilibrium."""
        return self.preferred.form if self.preferred else None

    def record(self) -> dict[str, object]:
        """Return the level as a flat row of plain values."""
        found = of_equilibrium(self.reference, self.preferred, self.equilibria, self.status)
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


DEFAULT_LEVELS = 101


@dataclass(frozen=True, eq=False)
class Sweep(Tabled):
    """The outcomes of one game at many threat levels.

    Attributes
    ----------
    game : AllianceGame
        The question; its own threat is not used.
    concept : str
    label : str
        The name of the preference, for tables.
    levels : tuple of Level
        In the order of the threats asked for.
    """

    game: AllianceGame
    concept: str
    label: str
    levels: tuple[Level, ...] = field(repr=False)

    _units = UNITS

    @property
    def threats(self) -> tuple[float, ...]:
        """The threat levels."""
        return tuple(level.threat for level in self.levels)

    @property
    def forms(self) -> tuple[Form | None, ...]:
        """The form of the preferred equilibrium at each level."""
        return tuple(level.form for level in self.levels)

    def records(self) -> list[dict[str, object]]:
        """Return one flat row of plain values for each level."""
        return [{"preference": self.label} | level.record() for level in self.levels]

    def _dimensions(self) -> Dimensions:
        return DIMENSIONS

    @cached_property
    def _changes(self) -> tuple[Change, ...]:
        pairs = zip(self.levels, self.levels[1:], strict=False)
        return tuple(
            change(self.game, before.threat, after.threat, before.preferred, after.preferred)
            for before, after in pairs
            if _structure(before) != _structure(after)
        )

    def changes(self) -> tuple[Change, ...]:
        """Return who enters, leaves or changes its kind of treaty between levels, and who gains.

        One entry for each pair of neighbouring levels with different preferred structures.
        """
        return self._changes


@overload
def sweep(  # type: ignore[overload-overlap]
    game: AllianceGame,
    *,
    threat: ArrayLike | None = None,
    concept: str = "subgame_perfect",
    label: str = "prospect",
    tolerance: float = TOLERANCE,
    progress: Steps | None = None,
) -> Sweep: ...
@overload
def sweep(game: AllianceGame | None = None, **study: Any) -> Study: ...
def sweep(
    game: AllianceGame | None = None,
    *,
    threat: ArrayLike | None = None,
    concept: Any = "subgame_perfect",
    label: str = "prospect",
    tolerance: float = TOLERANCE,
    progress: Steps | None = None,
    **study: Any,
) -> Sweep | Study:
    """Return the preferred equilibrium of a game at many threat levels, or over any quantities.

    Cost: the value of every structure at all levels is computed together
    (`solver.alliance.valuing`), so a further level costs a small part of the first.

    Parameters
    ----------
    game : AllianceGame, optional
        Not given where there is an axis `scenario`.
    threat : array_like, shape (levels,), optional
        In [0, 1], in any order; 0, 0.01, ..., 1 by default.
    concept : str, or sequence of str for a study
        As in `solve`.
    label : str
        The name of the preference, for tables.
    progress : callable, optional
        Called with the number of levels done and to do.
    **study
        Further axes by the names of `games.settings` ("loss_aversion", "cohesion", ...), or
        `scenario`, `preference`, `burden_sharing`; and `store`, `executor`, `workers`, `design`,
        `size`, `seed`, `rows`, `retry`, all as in `solver.studies.grid.study`.

    Returns
    -------
    Sweep or Study
        A `Study` if there is more than the threat to vary, or a store or executor is given.

    Raises
    ------
    InvalidGameError
        If a threat lies outside [0, 1], or there is none.

    Examples
    --------
    >>> import games
    >>> game = games.AllianceGame(
    ...     hegemon="Athens", capabilities={"Samos": 0.2, "Chios": 0.2, "Naxos": 0.1}, threat=0.7)
    >>> [str(form) for form in sweep(game, threat=[0, 0.3, 1]).forms]
    ['none', 'hub-and-spoke', 'multilateral']
    >>> study = sweep(game, threat=[0, 1], loss_aversion=[1, 2.25])
    >>> study.to_dataframe().form.tolist()
    ['none', 'none', 'multilateral', 'multilateral']
    """
    checks.kind("game", game, AllianceGame, type(None))
    if game is None or study or not isinstance(concept, str):
        from solver.studies import grid

        axes = study if threat is None else {"threat": threat, **study}
        return grid.study(game, concept=concept, tolerance=tolerance, progress=progress, **axes)
    threats = threat_levels(threat)
    wanted = concept_named(concept)
    checks.within("tolerance", tolerance, 0, 1)
    there = [game.at(level) for level in threats]
    road = _in_one_go if is_batched(game, wanted) else _in_turn
    levels: list[Level] = []
    for level in road(there, wanted, tolerance):
        levels.append(level)
        if progress:
            progress(len(levels), len(threats))
    return Sweep(game, concept, label, tuple(levels))


def _in_turn(there: Sequence[AllianceGame], concept: Concept, tolerance: float) -> Iterator[Level]:
    for solution in solutions(there, concept, tolerance):
        game, number = solution.game, len(solution.equilibria)
        best = solution.preferred
        yield Level(game.threat, game.reference_point, best, number, solution.status)


def _in_one_go(
    there: Sequence[AllianceGame], concept: Concept, tolerance: float
) -> Iterator[Level]:
    names = structures_of(there[0].hegemon, there[0].candidates)
    for games, solved in search_games(there, tolerance):
        regret, found = certificates(solved).regret, solved.found
        for game, place in zip(games, solved.places, strict=True):
            structure = names(int(found.preferred[place]))
            best = Equilibrium(
                structure, game.values(structure), float(regret[place]), game.appraise(structure)
            )
            number = int(found.equilibria[place])
            yield Level(game.threat, game.reference_point, best, number, Status.SOLVED)


def named_progress(progress: Progress, name: str) -> Steps:
    """Return a progress of levels that tells a name along."""
    return lambda done, total: progress(name, done, total)


def threat_levels(threat: ArrayLike | None) -> list[float]:
    """Return `threat` as a list of levels, each checked to lie in [0, 1]."""
    if threat is None:
        return [float(level) for level in np.linspace(0, 1, DEFAULT_LEVELS)]
    given = unmasked("threat", threat)
    try:
        levels = np.atleast_1d(np.asarray(given))
    except ValueError:  # lists of unequal length
        raise InvalidGameError(f"`threat` must be a list of levels; got {threat!r}") from None
    if levels.ndim != 1 or levels.size == 0:
        raise InvalidGameError(f"`threat` must be a list of levels; got shape {levels.shape}")
    return [checks.within("threat", level, 0, 1) for level in levels.tolist()]


def _structure(level: Level) -> AllianceStructure | None:
    return level.preferred.structure if level.preferred else None
