"""Run batches here, in processes of our own, or on any executor, whatever becomes of the workers.

A batch that was in flight when a worker died is sent again, alone, so that a batch that kills its
worker takes no other one with it; after `TRIES` deaths its cells count as failed.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Sequence
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    CancelledError,
    Executor,
    Future,
    ProcessPoolExecutor,
    wait,
)
from dataclasses import replace
from multiprocessing.connection import wait as wait_for
from typing import NamedTuple

from games import AllianceError, AllianceGame, InvalidGameError, Preference, checks
from games.alliance.structures import count
from solver.alliance.solve import solve
from solver.studies.grid.keys import Level
from solver.studies.grid.levels import solve_levels
from solver.studies.grid.sides import Sides
from solver.studies.outcome import Outcome, failed, of_solution

# Solve batches of cells: what a worker does, in whatever process it runs.

CELLS = 1024
# structures times cells in one batch: what their arrays take, and how long a batch lasts
VALUES = 2**24
# cells in a batch whose structures are solved one by one
ONE_BY_ONE = 8

Entry = tuple[bytes, Outcome]


class Question(NamedTuple):
    """One cell to solve: its key, and what it does not share with its part of the batch."""

    key: bytes
    preference: Preference
    level: Level


class Part(NamedTuple):
    """Cells that share a game but for preference, threat, frame and reference, and a concept."""

    game: AllianceGame
    concept: str
    tolerance: float
    questions: tuple[Question, ...]


class Batch(NamedTuple):
    """What is sent to a worker and comes back together."""

    parts: tuple[Part, ...]

    @property
    def keys(self) -> list[bytes]:
        """The keys of its cells."""
        return [question.key for part in self.parts for question in part.questions]


def is_shared(game: AllianceGame) -> bool:
    """Return whether cells of `game` are solved together: one bloc at most, no burdens."""
    return game.family == "bloc_and_spokes" and game.burden_sharing == "none"


def most_cells(game: AllianceGame) -> int:
    """Return how many cells of `game` a batch should hold."""
    if not is_shared(game):
        return ONE_BY_ONE
    return max(1, min(CELLS, VALUES // count(len(game.candidates))))


def solve_batch(batch: Batch) -> list[Entry]:
    """Return the outcome of each cell of a batch, by its key, in any order.

    No error of a cell comes out: it is the outcome of that cell.
    """
    return [entry for part in batch.parts for entry in _solve_part(part)]


def _solve_part(part: Part) -> Iterator[Entry]:
    tastes: dict[Preference, list[Question]] = {}
    for question in part.questions:
        tastes.setdefault(question.preference, []).append(question)
    sides = Sides.of(part.game) if is_shared(part.game) else None
    for taste, questions in tastes.items():
        game = part.game.with_preference(taste)
        yield from _solve_taste(game, part, sides, questions)


def _solve_taste(
    game: AllianceGame, part: Part, sides: Sides | None, questions: Sequence[Question]
) -> Iterator[Entry]:
    if sides is not None:
        levels = [question.level for question in questions]
        try:
            found = solve_levels(game, levels, part.concept, part.tolerance, sides)
        except Exception as error:
            if len(questions) == 1:
                yield questions[0].key, failed(error)
                return
            for question in questions:  # which of them it is
                yield from _solve_taste(game, part, sides, [question])
            return
        for question, outcome in zip(questions, found, strict=True):
            yield question.key, outcome
        return
    for question in questions:
        yield question.key, _alone(game, question.level, part)


def _alone(game: AllianceGame, level: Level, part: Part) -> Outcome:
    try:
        threat, frame, reference = level
        at = replace(game, threat=threat, frame=frame, reference=reference)
        return of_solution(solve(at, part.concept, tolerance=part.tolerance))
    except Exception as error:
        return failed(error)


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
    return [(key, failed(reason)) for key in batch.keys]


def _hopeless(error: BaseException) -> str:
    return (
        f"workers die before they answer ({type(error).__name__}: {error}); a script must start"
        " them under `if __name__ == '__main__':`, or use workers=1"
    )
