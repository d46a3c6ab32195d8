"""Solve a game in every cell of a grid or a design, and keep each outcome as it is found."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Generator, Iterable
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    CancelledError,
    Executor,
    Future,
    ProcessPoolExecutor,
    wait,
)
from contextlib import closing
from itertools import islice
from multiprocessing.connection import wait as wait_for
from typing import BinaryIO, NamedTuple

from games import AllianceError, AllianceGame, InvalidGameError, OutputError, checks
from games.files import as_path
from solver.alliance.concepts.registry import TOLERANCE
from solver.results import Steps
from solver.studies.grid.plan import Cell, StudyPlan, Unsolvable, plan_of
from solver.studies.grid.solving import Batch, CellGroup, keys_of, most_cells, solve_batch
from solver.studies.grid.store import Store
from solver.studies.grid.study import KEY_BYTES, Folder, Study
from solver.studies.outcome import Entry, failed

# cells without a game that are looked up and noted together
CHUNK = 500
# what a group adds to a batch, as a share of it, however few its cells
GROUP = 1 / 64
# fewer cells than this are solved before processes have started
WORTH_WORKERS = 2_000


class Stopped(KeyboardInterrupt):
    """A study was stopped by Ctrl-C; its message says what is kept, and how to go on."""


def study(
    game: AllianceGame | None = None,
    *,
    store: str | os.PathLike[str] | None = None,
    executor: Executor | None = None,
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
    executor : concurrent.futures.Executor, optional
        Where cells are solved: of Dask, `client.get_executor()`. Processes of our own by default;
        see `workers`.
    workers : int, optional
        How many processes; 1 solves in this one. By default as many as there are cores if there
        are more than a few thousand cells, else 1.
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
        If workers die before they answer.
    Stopped
        On Ctrl-C.

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
    if workers is not None:
        checks.whole("workers", workers, 1)
    if executor is None and (workers or _worthwhile(plan)) == 1:
        crew = None
    else:
        crew = Crew(executor, workers)
    folder = Folder()
    path = as_path(store) if store is not None else folder.store
    with Store(path) as opened, folder.keys.open("wb") as file:
        run = _Run(plan, opened, file, retry, progress)
        try:
            run.all(crew)
        except KeyboardInterrupt:
            raise Stopped(_how_to_go_on(run, store)) from None
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

    def _keep(self, entries: list[Entry]) -> None:
        self.store.add(entries)
        self.computed += len(entries)
        self._advance(len(entries))

    def _advance(self, number: int) -> None:
        self.done += number
        if self.progress:
            self.progress(self.done, self.plan.size)

    def _batches(self) -> Generator[Batch]:
        """Yield the cells to solve in batches; note those that are known or have no game."""
        batch: list[CellGroup] = []
        filled = 0.0
        for game, concept, cells in self.plan.groups():
            most = CHUNK if game is None else most_cells(game)
            while chunk := list(islice(cells, most)):
                missing = self._missing(chunk)
                lost = [cell for cell in missing if isinstance(cell, Unsolvable)]
                if lost:
                    self._keep([(cell.key, failed(cell.problem)) for cell in lost])
                asked = tuple(cell for cell in missing if isinstance(cell, Cell))
                if game is None or not asked:
                    continue
                if filled + len(asked) / most > 1:
                    yield tuple(batch)
                    batch, filled = [], 0.0
                batch.append(CellGroup(game, concept, self.plan.tolerance, asked))
                filled += len(asked) / most + GROUP
        if batch:
            yield tuple(batch)

    def _missing(self, cells: list[Cell | Unsolvable]) -> list[Cell | Unsolvable]:
        """Note the keys of cells, and return those that have no outcome yet."""
        try:
            for cell in cells:
                self.keys.seek(KEY_BYTES * cell.position)
                self.keys.write(cell.key)
        except OSError as error:
            reason = error.strerror or error
            raise OutputError(f"cannot write to the temporary folder: {reason}") from None
        known = self.store.known([cell.key for cell in cells], failed_too=not self.retry)
        missing = [cell for cell in cells if cell.key not in known]
        if known:
            self._advance(len(cells) - len(missing))
        return missing


def _worthwhile(plan: StudyPlan) -> int:
    """Return how many processes are worth their start for a plan."""
    return 1 if plan.size < WORTH_WORKERS else cores()


def _how_to_go_on(run: _Run, store: str | os.PathLike[str] | None) -> str:
    if store is None:
        return "nothing is kept, as no `store` was given"
    return (
        f"at least {run.done} of {run.plan.size} cells are in {os.fspath(store)!r}; the same call"
        " goes on from there"
    )


# Batches run here, in processes of our own, or on any executor, whatever becomes of the workers.
#
# A batch that was in flight when a worker died is sent again, alone, so that a batch that kills its
# worker takes no other one with it; after `TRIES` deaths its cells count as failed.

TRIES = 3
# batches sent ahead for each worker: one at work, one at hand
AHEAD = 2


class Sent(NamedTuple):
    """A batch on its way, and how often a worker has died with it."""

    batch: Batch
    deaths: int = 0


class Crew:
    """Workers that batches are sent to.

    Parameters
    ----------
    executor : Executor, optional
        Of the caller, who closes it; processes of our own by default.
    workers : int, optional
        How many processes, or how many workers `executor` has; as many as there are cores by
        default.
    """

    def __init__(self, executor: Executor | None, workers: int | None) -> None:
        if executor is not None and not isinstance(executor, Executor):
            raise InvalidGameError(
                "`executor` must be a concurrent.futures.Executor (of Dask:"
                f" client.get_executor()); got {executor!r}"
            )
        self.given = executor
        self.workers = cores() if workers is None else checks.whole("workers", workers, 1)
        self._pool: ProcessPoolExecutor | None = None

    @property
    def ahead(self) -> int:
        """How many batches may be in flight."""
        return AHEAD * self.workers

    def submit(self, batch: Batch) -> Future[list[Entry]]:
        """Send a batch."""
        if self.given is not None:
            return self.given.submit(solve_batch, batch)
        if self._pool is None:
            self._pool = ProcessPoolExecutor(
                self.workers, multiprocessing.get_context("spawn"), settle
            )
        return self._pool.submit(solve_batch, batch)

    def renew(self) -> None:
        """Have new workers in the place of those that are gone.

        Raises
        ------
        AllianceError
            If the executor is the caller's.
        """
        if self.given is not None:
            raise AllianceError(
                "the workers of `executor` are gone; what is stored is kept: call again with a new"
                " executor and the same `store`"
            )
        self.close()
        self._pool = None

    def close(self) -> None:
        """Dismiss workers of our own, once they have finished what they are at."""
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)


def cores() -> int:
    """Return on how many cores this process may run."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def settle() -> None:
    """Prepare a worker process: it leaves Ctrl-C to its parent, and does not outlive it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_follow, args=(parent.sentinel,), daemon=True).start()


def _follow(sentinel: int) -> None:
    wait_for([sentinel])
    os._exit(1)


def serially(batches: Iterable[Batch]) -> Generator[list[Entry]]:
    """Yield the outcomes of each batch, computed here and now."""
    for batch in batches:
        yield solve_batch(batch)


def answers(batches: Iterable[Batch], crew: Crew) -> Generator[list[Entry]]:
    """Yield the outcomes of each batch as they come in; batches are read as workers need them.

    On Ctrl-C what the workers are at is still yielded before `KeyboardInterrupt` is raised.

    Raises
    ------
    AllianceError
        If workers die before they have answered anything, or the caller's executor breaks.
    """
    fresh = (Sent(batch) for batch in batches)
    again: deque[Sent] = deque()
    flight: dict[Future[list[Entry]], Sent] = {}
    answered = False
    try:
        while True:
            alone = bool(again) or any(sent.deaths for sent in flight.values())
            while len(flight) < (1 if alone else crew.ahead):
                sent = again.popleft() if again else next(fresh, None)
                if sent is None:
                    break
                try:
                    flight[crew.submit(sent.batch)] = sent
                except BrokenExecutor:  # found out before any of its futures was
                    again.appendleft(sent)
                    break
            if not flight and not again:
                return
            done, _ = wait(flight, return_when=FIRST_COMPLETED)
            broken = not flight
            for future in done:
                error = _error_of(future)
                sent = flight.pop(future)
                if error is None:
                    answered = True
                    yield future.result()
                elif sent.deaths + 1 < TRIES:
                    again.append(Sent(sent.batch, sent.deaths + 1))
                elif answered:
                    yield _lost(sent.batch, error)
                else:
                    raise AllianceError(_hopeless(error))
                broken |= isinstance(error, BrokenExecutor)
            if broken and all(future.done() for future in flight):
                crew.renew()
    except KeyboardInterrupt:
        for future in wait([future for future in flight if not future.cancel()]).done:
            if _error_of(future) is None:
                yield future.result()
        raise
    finally:
        crew.close()


def _error_of(future: Future[list[Entry]]) -> BaseException | None:
    try:
        return future.exception()
    except CancelledError as error:
        return error


def _lost(batch: Batch, error: BaseException) -> list[Entry]:
    reason = f"its worker died {TRIES} times ({type(error).__name__})"
    return [(key, failed(reason)) for key in keys_of(batch)]


def _hopeless(error: BaseException) -> str:
    return (
        f"workers die before they answer ({type(error).__name__}: {error}); a script must start"
        " them under `if __name__ == '__main__':`, or use workers=1"
    )
