"""What a study found: one row for each cell, read back from its store a portion at a time."""

from __future__ import annotations

import os
import shutil
import weakref
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any, Self

from games import OutputError
from games.alliance.parameters import Meaning
from solver.studies.grid.keys import MODEL
from solver.studies.grid.plan import StudyPlan
from solver.studies.grid.store import outcomes
from solver.studies.outcome import COLUMNS, COUNTS, FAILED, MEANINGS, WORDS, Outcome

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

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


def _filled(files: dict[str, bytes]) -> Folder:
    folder = Folder()
    for name, content in files.items():
        (folder.path / name).write_bytes(content)
    return folder


def _unpacked(plan: StudyPlan, store: Path | None, computed: int, folder: Folder) -> Study:
    return Study(plan, folder.store if store is None else store, computed, folder)


@dataclass(frozen=True, eq=False, repr=False)
class Study:
    """The outcomes of many cells.

    Attributes
    ----------
    plan : StudyPlan
        The question.
    store : Path
        Where the outcomes are.
    computed : int
        How many cells were solved by this call; the others were in the store.
    """

    plan: StudyPlan
    store: Path
    computed: int
    folder: Folder

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
        own = self.store == self.folder.store
        return _unpacked, (self.plan, None if own else self.store, self.computed, self.folder)

    def __repr__(self) -> str:
        return f"<Study of {self}>"

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
        from solver.output import tables

        starts = range(0, len(self), portion)
        keys = (self.folder.portion(start, start + portion) for start in starts)
        words = (*WORDS, *self._words())
        for start, found in zip(starts, outcomes(self.store, keys), strict=True):
            rows = [self._kept(outcome) for outcome in found]
            columns: dict[str, Any] = dict(self.plan.labels(start, start + len(rows)))
            columns |= dict(zip(COLUMNS, zip(*rows, strict=True), strict=True))
            yield tables.typed_frame(columns, COUNTS, words)

    def to_dataframe(self) -> pd.DataFrame:
        """Return a tidy frame: one row for each cell, the axes first; see `meanings`."""
        from solver.output import tables

        return tables.joined(self.frames())

    def to_xarray(self) -> xr.Dataset:
        """Return a dataset over the axes, each documented; designs and rows are along `point`.

        Raises
        ------
        MissingDependencyError
            If xarray is not installed.
        """
        from solver.output import tables

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
        """Write the rows as .csv, .json, .parquet or .nc, whole or not at all.

        Raises
        ------
        InvalidGameError
            If the suffix is unknown.
        MissingDependencyError
            If the library for the format is not installed.
        OutputError
            If the file cannot be written.
        """
        from solver.output import tables

        return tables.write_frames(self.frames(), self.to_xarray, path)

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

    def _outcomes(self) -> Iterator[Outcome]:
        starts = range(0, len(self), PORTION)
        keys = (self.folder.portion(start, start + PORTION) for start in starts)
        for portion in outcomes(self.store, keys):
            yield from map(self._kept, portion)

    def _words(self) -> list[str]:
        return [
            name
            for name, axis in self.plan.by_column().items()
            if any(isinstance(label, str) for label in axis.labels)
        ]

    def _kept(self, outcome: Outcome | None) -> Outcome:
        if outcome is None:
            raise OutputError(
                f"{os.fspath(self.store)!r} does not hold the cells of this study any more"
            )
        return outcome
