"""Solve a game in every cell of a grid or a design, and keep each outcome as it is found."""

from __future__ import annotations

import logging
import os
from collections.abc import Generator
from concurrent.futures import Executor
from contextlib import closing
from itertools import pairwise
from typing import BinaryIO

import numpy as np

from games import AllianceGame, OutputError
from games.arrays import Array, Bools, Ints
from games.files import as_path
from solver.alliance.concepts.registry import TOLERANCE
from solver.results import Steps
from solver.stopping import heed, stoppable
from solver.studies.grid.crew import Crew, answers, serially
from solver.studies.grid.plan import StudyPlan, plan_of
from solver.studies.grid.solving import Batch, most_cells
from solver.studies.grid.store import Store
from solver.studies.grid.study import KEY_BYTES, Folder, Study
from solver.studies.grid.variation import Portion, Variation
from solver.studies.outcome import Entry, failed

log = logging.getLogger(__name__)

# cells without a game that are looked up and noted together
CHUNK = 500
# what a group adds to a batch, as a share of it, however few its cells
GROUP = 1 / 64


class Stopped(KeyboardInterrupt):
    """A study was stopped, by Ctrl-C or SIGTERM; its message says what is kept, how to go on."""


def study(
    game: AllianceGame | None = None,
    *,
    store: str | os.PathLike[str] | None = None,
    executor: str | Executor = "threads",
    workers: int | None = None,
    design: str | None = None,
    size: int | None = None,
    seed: int = 0,
    rows: object = None,
    retry: bool = False,
    progress: Steps | None = None,
    concept: object = "subgame_perfect",
    tolerance: float = TOLERANCE,
    **axes: object,
) -> Study:
    """Return the preferred equilibrium in every cell of a grid, a design or a list of rows.

    On one machine the outcome of a cell is the same to the bit whatever the other cells, the
    executor, or what was in the store. Memory does not grow with the cells: batches of them are
    sent out as they are needed, and their outcomes go to the store.

    Parameters
    ----------
    game : AllianceGame, optional
        What is varied; not given where there is an axis `scenario`.
    store : path, optional
        A file that keeps the outcomes; only cells that it does not hold are solved. By default a
        temporary file, which goes when the study does.
    executor : {"threads", "processes"} or concurrent.futures.Executor
        Where cells are solved: of Dask, `client.get_executor()`. Processes serve where much is done
        in Python itself: with burdens, several blocs, or concepts other than "subgame_perfect".
        They run the calling script once more, which must start them under
        `if __name__ == "__main__":`.
    workers : int, optional
        How many threads or processes; 1 solves in this one. By default as many as there are cores.
    design : {"sobol", "latin_hypercube"}, optional
        Axes of numbers are ranges (low, high) then, and `size` points fill their box; axes of words
        and rules are crossed with the points.
    size, seed : int
        Of the design.
    rows : sequence of mapping, or DataFrame, optional
        Points given one by one.
    retry : bool
        Whether to solve cells again that failed before.
    progress : callable, optional
        Called with the number of cells done and to do.
    concept : str or sequence of str
        As in `solve`.
    tolerance : float
        As in `solve`.
    **axes
        Values of quantities by the names of `games.settings` ("threat", "cohesion",
        "capabilities.UKG", ...), a mapping where they are to have labels; or `scenario`.

    Returns
    -------
    Study

    Raises
    ------
    InvalidGameError, UnknownNameError
        If an axis is not one, or its values suit no game of the study. A combination of values
        that suits none is a cell that failed, and no error.
    OutputError
        If the store cannot be written, or another process is at work on it.
    AllianceError
        If workers die before they answer, the executor takes no work, or processes are asked for
        by a script that would run once more in each of them.
    Stopped
        On Ctrl-C, and on SIGTERM unless the caller handles it.

    Examples
    --------
    >>> import games
    >>> athens = games.load("classic-athens")
    >>> found = study(athens, threat=[0.2, 0.6], loss_aversion=[1.0, 2.25])
    >>> found.to_dataframe()[["threat", "loss_aversion", "form"]].values.tolist()
    [[0.2, 1.0, 'hub-and-spoke'], [0.2, 2.25, 'hub-and-spoke'],
     [0.6, 1.0, 'multilateral'], [0.6, 2.25, 'multilateral']]
    """
    plan = plan_of(
        game,
        axes,
        concept=concept,
        tolerance=tolerance,
        design=design,
        size=size,
        seed=seed,
        rows=rows,
    )
    crew = Crew(executor, workers)
    alone = isinstance(executor, str) and (crew.workers == 1 or plan.size == 1)
    folder = Folder()
    path = as_path(store) if store is not None else folder.store
    with stoppable(), Store(path) as opened, folder.keys.open("wb") as file:
        run = _Run(plan, opened, file, retry, progress)
        try:
            run.all(None if alone else crew)
        except KeyboardInterrupt:
            raise Stopped(_how_to_go_on(run, store)) from None
    log.info("%d cells: %d from the store, %d computed", plan.size, run.known, run.computed)
    return Study(plan, path, run.computed, folder)


class _Run:
    """One pass over a plan: what is known is passed over, the rest is solved and kept."""

    def __init__(
        self, plan: StudyPlan, store: Store, keys: BinaryIO, retry: bool, progress: Steps | None
    ) -> None:
        self.plan, self.store, self.keys = plan, store, keys
        self.retry, self.progress = retry, progress
        self.done = self.computed = 0

    def all(self, crew: Crew | None) -> None:
        batches = self._batches()
        found = serially(batches) if crew is None else answers(batches, crew)
        with closing(found):
            for entries in found:
                self._keep(entries)
        self.keys.flush()

    @property
    def known(self) -> int:
        """How many cells were in the store."""
        return self.done - self.computed

    def _keep(self, entries: list[Entry]) -> None:
        self.store.add(entries)
        heed()
        self.computed += len(entries)
        self._advance(len(entries))

    def _advance(self, number: int) -> None:
        self.done += number
        if self.progress:
            self.progress(self.done, self.plan.size)

    def _batches(self) -> Generator[Batch]:
        """Yield the cells to solve in batches; note those that are known or have no game."""
        batch: list[Portion] = []
        filled = 0.0
        for group in self.plan.groups():
            variation = group.variation
            most = CHUNK if group.problem else most_cells(variation)
            for positions, values in group.chunks(most):
                if group.problem:
                    problems = dict.fromkeys(range(len(values)), group.problem)
                else:
                    problems = variation.problems(values)
                lost = np.array([row in problems for row in range(len(values))])
                keys = self._keys(variation, values, lost)
                missing = self._missing(positions, keys)
                unsolvable = [row for row in np.flatnonzero(lost).tolist() if keys[row] in missing]
                if unsolvable:
                    self._keep([(keys[row], failed(problems[row])) for row in unsolvable])
                asked = [row for row in np.flatnonzero(~lost).tolist() if keys[row] in missing]
                if not asked:
                    continue
                if filled + len(asked) / most > 1:
                    yield tuple(batch)
                    batch, filled = [], 0.0
                wanted = tuple(keys[row] for row in asked)
                batch.append(Portion(variation, values[asked], wanted))
                filled += len(asked) / most + GROUP
        if batch:
            yield tuple(batch)

    @staticmethod
    def _keys(variation: Variation, values: Array, lost: Bools) -> list[bytes]:
        """Return the key of each cell."""
        found = [b""] * len(values)
        solvable = np.flatnonzero(~lost)
        named = variation.keys(values[solvable]) if solvable.size else []
        for row, name in zip(solvable.tolist(), named, strict=True):
            found[row] = name
        for row in np.flatnonzero(lost).tolist():
            found[row] = variation.unsolvable(values[row])
        return found

    def _missing(self, positions: Ints, keys: list[bytes]) -> set[bytes]:
        """Note the keys of cells, and return those that have no outcome yet."""
        try:
            ends = [0, *(np.flatnonzero(np.diff(positions) != 1) + 1).tolist(), len(keys)]
            for first, last in pairwise(ends):
                self.keys.seek(KEY_BYTES * int(positions[first]))
                self.keys.write(b"".join(keys[first:last]))
        except OSError as error:
            reason = error.strerror or error
            raise OutputError(f"cannot write to the temporary folder: {reason}") from None
        known = self.store.known(keys, failed_too=not self.retry)
        if known:
            self._advance(sum(key in known for key in keys))
        return set(keys) - known


def _how_to_go_on(run: _Run, store: str | os.PathLike[str] | None) -> str:
    if store is None:
        return "nothing is kept, as no `store` was given"
    return (
        f"at least {run.done} of {run.plan.size} cells are in {os.fspath(store)!r}; the same call"
        " goes on from there"
    )
