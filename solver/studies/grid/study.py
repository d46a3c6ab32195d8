"""What a study found: one row for each cell, read back from its store a portion at a time."""

from __future__ import annotations

import os
import shutil
import weakref
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any, Self

from games import AllianceGame, Form, InvalidGameError, OutputError, table_files, tables
from games.alliance.parameters import Meaning
from games.alliance.structures import parse
from games.tabled import Tabled
from solver.alliance.bounded.solve import payoffs_of
from solver.alliance.solution import Equilibrium
from solver.results import Status
from solver.studies.grid.keys import MODEL
from solver.studies.grid.plan import StudyPlan
from solver.studies.grid.store import outcomes
from solver.studies.levels import Change, Level, changes_between
from solver.studies.outcome import COLUMNS, COUNTS, FAILED, MEANINGS, WORDS, Outcome

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

Levels = tuple[Level, ...]

PORTION = 20_000
KEY_BYTES = 32


class Folder:
    """A temporary folder that goes when nothing needs it any more.

    It holds the key of each cell by position, and the store of a study that is given none.

    Raises
    ------
    OutputError
        If there can be no such folder.
    """

    def __init__(self) -> None:
        try:
            self.path = Path(mkdtemp(prefix="alliance-"))
        except OSError as error:
            reason = error.strerror or error
            raise OutputError(f"cannot write to the temporary folder: {reason}") from None
        weakref.finalize(self, shutil.rmtree, self.path, ignore_errors=True)

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def __reduce__(self) -> tuple[Callable[..., Folder], tuple[dict[str, bytes]]]:
        """Take what is in the folder along, as the folder itself goes with this process."""
        return _filled, ({one.name: one.read_bytes() for one in self.path.iterdir()},)

    @property
    def store(self) -> Path:
        """The store of a study that is given none."""
        return self.path / "study.sqlite"

    @property
    def keys(self) -> Path:
        """The file of keys."""
        return self.path / "keys"

    def portion(self, start: int, stop: int) -> list[bytes]:
        """Return the keys of the cells `start` to `stop`."""
        with self.keys.open("rb") as file:
            file.seek(KEY_BYTES * start)
            content = file.read(KEY_BYTES * (stop - start))
        return [content[i : i + KEY_BYTES] for i in range(0, len(content), KEY_BYTES)]


def _given(number: float | None) -> float:
    return 0.0 if number is None else number


def _filled(files: dict[str, bytes]) -> Folder:
    folder = Folder()
    for name, content in files.items():
        (folder.path / name).write_bytes(content)
    return folder


def _unpacked(
    plan: StudyPlan, store: Path | None, computed: int, folder: Folder | None, kept: Levels
) -> Study:
    if store is None and folder is not None:
        store = folder.store
    return Study(plan, store, computed, folder, kept)


@dataclass(frozen=True, eq=False)
class Study(Tabled):
    """The outcomes of many cells: at the levels of one threat, or over any quantities.

    Attributes
    ----------
    plan : StudyPlan
        The question.
    store : Path or None
        Where the outcomes are; None if they are the levels of a sweep and kept in memory.
    computed : int
        How many cells were solved by this call; the others were in the store.
    """

    plan: StudyPlan
    store: Path | None
    computed: int
    folder: Folder | None
    kept: Levels = ()

    _asked = ("plan",)

    @property
    def title(self) -> str:
        """The game, if there is one, and what varies."""
        names = " and ".join(name.replace("_", " ") for name in self.plan.by_column())
        one = "scenario" not in self.plan.by_column()
        return f"{self.plan.game.title if one else 'scenarios'}: preferred alliances over {names}"

    def units(self) -> dict[str, str]:
        """Return the unit of each column."""
        return {name: meaning.unit for name, meaning in self.meanings.items()}

    @property
    def caveat(self) -> str:
        """What results for the game are worth."""
        scenario = self.plan.game.scenario
        return scenario.caveat if scenario else ""

    def __len__(self) -> int:
        return self.plan.size

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Study):
            return NotImplemented
        if self.plan != other.plan:
            return False
        return all(a.equals(b) for a, b in zip(self.frames(), other.frames(), strict=True))

    def __hash__(self) -> int:
        return hash(self.plan)

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def __reduce__(self) -> tuple[Callable[..., Study], tuple[Any, ...]]:
        own = self.folder is not None and self.store == self.folder.store
        store = None if own else self.store
        return _unpacked, (self.plan, store, self.computed, self.folder, self.kept)

    @property
    def game(self) -> AllianceGame:
        """The game that is varied.

        Raises
        ------
        InvalidGameError
            If scenarios vary.
        """
        if "scenario" in self.plan.by_column():
            raise InvalidGameError(f"`game` must be asked of a study of one game; got {self}")
        return self.plan.game

    @property
    def concept(self) -> str:
        """The solution concept, where no axis gives one."""
        return self.plan.concept

    @cached_property
    def levels(self) -> tuple[Level, ...]:
        """The outcome at each threat level, in the order asked for.

        Raises
        ------
        InvalidGameError
            If more than the threat varies, or a level failed.
        """
        if self.kept:
            return self.kept
        return tuple(map(self._level, self.threats, self._outcomes()))

    @property
    def threats(self) -> tuple[float, ...]:
        """The threat levels; raises as `levels` does."""
        axes = [*self.plan.points, *self.plan.axes]
        if [axis.name for axis in axes] != ["threat"]:
            names = ", ".join(axis.name for axis in axes)
            raise InvalidGameError(
                "`levels` must be asked of a study of one game in which the threat alone varies;"
                f" got {names} (`to_dataframe` has every cell)"
            )
        return tuple(axes[0].values)

    @property
    def forms(self) -> tuple[Form | None, ...]:
        """The form of the preferred equilibrium at each level; raises as `levels` does."""
        return tuple(level.form for level in self.levels)

    def changes(self) -> tuple[Change, ...]:
        """Return who enters, leaves or changes its kind of treaty between levels, and who gains.

        One entry for each pair of neighbouring levels with different preferred structures; raises
        as `levels` does.
        """
        return self._changes

    @cached_property
    def _changes(self) -> tuple[Change, ...]:
        return changes_between(self.game, self.levels)

    def _level(self, threat: float, outcome: Outcome) -> Level:
        """Return the level of which a store keeps an outcome, its payoffs computed again."""
        if outcome.status == FAILED:
            raise InvalidGameError(f"`levels` must be solved; threat {threat:g}: {outcome.error}")
        game = self.game.at(threat)
        best = None
        if outcome.structure is not None:
            structure = parse(outcome.structure, game.hegemon, game.candidates)
            burdens = {} if game.burden_sharing == "none" else game.burdens(structure)
            values, appraisal = payoffs_of(game, structure)
            best = Equilibrium(
                structure,
                values,
                _given(outcome.regret),
                appraisal,
                burdens,
                _given(outcome.bargaining_regret),
            )
        return Level(
            threat,
            _given(outcome.reference),
            best,
            int(_given(outcome.equilibria)),
            Status[outcome.status.upper()],
            outcome.security_level,
        )

    def records(self) -> list[dict[str, object]]:
        """Return one flat row of plain values for each cell, the axes first."""
        return self._rows(len(self))

    def _rows(self, most: int) -> list[dict[str, object]]:
        rows: list[dict[str, object]] = []
        for start, found in self._portions(min(most, PORTION)):
            if start >= most:
                break
            labels = self.plan.labels(start, start + len(found))
            for place, outcome in enumerate(found):
                row: dict[str, object] = {name: column[place] for name, column in labels.items()}
                told = zip(COLUMNS, outcome, strict=True)
                rows.append(row | {name: value for name, value in told if value is not None})
        return rows

    def __str__(self) -> str:
        names = ", ".join(f"{name} ({len(axis)})" for name, axis in self.plan.by_column().items())
        return f"{len(self)} cells over {names}"

    def frames(self, portion: int = PORTION) -> Iterator[pd.DataFrame]:
        """Yield the rows in order, at most `portion` at a time.

        Raises
        ------
        OutputError
            If the store does not hold the cells any more.
        """
        words = (*WORDS, *self._words())
        for start, rows in self._portions(portion):
            columns: dict[str, Any] = dict(self.plan.labels(start, start + len(rows)))
            columns |= dict(zip(COLUMNS, zip(*rows, strict=True), strict=True))
            yield tables.typed_frame(columns, COUNTS, words)

    def to_dataframe(self) -> pd.DataFrame:
        """Return a tidy frame: one row for each cell, the axes first; see `meanings`."""
        found = tables.joined(self.frames())
        found.attrs.update(self.about())
        return found

    def to_xarray(self) -> xr.Dataset:
        """Return a dataset over the axes, each documented; designs and rows are along `point`.

        Raises
        ------
        MissingDependencyError
            If xarray is not installed.
        """
        tables.need("xarray", "tables")
        coordinates: dict[str, tuple[str, Any]] = {}
        for columns in self.plan.dimensions:
            together = columns is self.plan.points
            if together:
                coordinates["point"] = ("point", range(len(columns[0])))
            for axis in columns:
                coordinates[axis.column] = ("point" if together else axis.column, axis.labels)
        about: dict[str, object] = {"model_version": MODEL, "tolerance": self.plan.tolerance}
        about |= {} if "concept" in coordinates else {"concept": self.plan.concept}
        return tables.grid_dataset(self.to_dataframe(), coordinates, self.meanings, about)

    def write(self, path: str | os.PathLike[str]) -> Path:
        """Write the rows as `Tabled.write` does, a portion at a time where the format allows it."""
        return table_files.write_frames(self.frames(), self.to_xarray, path, self.about())

    def head(self, most: int) -> list[dict[str, object]]:
        """Return the first of the rows."""
        return self._rows(most)

    def tally(self) -> dict[str, int]:
        """Return how many cells prefer each form, and how many are empty or failed, most first."""
        found = Counter(outcome.form or outcome.status for outcome in self._outcomes())
        return dict(found.most_common())

    def errors(self) -> dict[str, int]:
        """Return the reasons why cells failed, each with the number of cells."""
        found = Counter(str(one.error) for one in self._outcomes() if one.status == FAILED)
        return dict(found.most_common())

    @property
    def meanings(self) -> dict[str, Meaning]:
        """What each column means, and its unit."""
        axes = {name: axis.meaning for name, axis in self.plan.by_column().items()}
        return {**axes, **MEANINGS, "point": Meaning("number of the point", "count")}

    def _portions(self, portion: int) -> Iterator[tuple[int, list[Outcome]]]:
        """Yield the place of the first of some outcomes, and these, in order."""
        starts = range(0, len(self), portion)
        if self.store is None or self.folder is None:
            for start in starts:
                yield start, [level.outcome() for level in self.kept[start : start + portion]]
            return
        folder = self.folder
        keys = (folder.portion(start, start + portion) for start in starts)
        for start, found in zip(starts, outcomes(self.store, keys), strict=True):
            yield start, [self._known(outcome) for outcome in found]

    def _outcomes(self) -> Iterator[Outcome]:
        for _, found in self._portions(PORTION):
            yield from found

    def _words(self) -> list[str]:
        return [
            name
            for name, axis in self.plan.by_column().items()
            if any(isinstance(label, str) for label in axis.labels)
        ]

    def _known(self, outcome: Outcome | None) -> Outcome:
        if outcome is None:
            raise OutputError(f"{str(self.store)!r} does not hold the cells of this study any more")
        return outcome
