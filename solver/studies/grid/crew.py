"""Workers that batches of cells are sent to: threads, processes, Dask, whatever becomes of them.

A batch that was in flight when a worker died is sent again, alone, so that a batch that kills its
worker takes no other one with it; after `TRIES` deaths its cells count as failed.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    CancelledError,
    Executor,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
    wait,
)
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from multiprocessing.connection import wait as wait_for
from pathlib import Path
from typing import NamedTuple

from games import AllianceError, InvalidGameError, checks
from solver.studies.grid.solving import Batch, keys_of, solve_batch
from solver.studies.outcome import Entry, failed

OWN = ("threads", "processes")
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
    executor : {"threads", "processes"} or Executor
        Workers of our own; or of the caller, who closes them.
    workers : int, optional
        How many there are; as many as there are cores by default.

    Raises
    ------
    InvalidGameError
        If `executor` is none, or processes would run the whole of the script that calls once more.
    """

    def __init__(self, executor: str | Executor, workers: int | None) -> None:
        if executor not in OWN and not isinstance(executor, Executor):
            raise InvalidGameError(
                "`executor` must be 'threads', 'processes' or a concurrent.futures.Executor (of"
                f" Dask: client.get_executor()); got {checks.shown(executor)}"
            )
        if executor == "processes":
            _check_script()
        self.given = executor if isinstance(executor, Executor) else None
        self.threads = executor == "threads"
        self.workers = cores() if workers is None else checks.whole("workers", workers, 1)
        self._pool: Executor | None = None

    @property
    def ahead(self) -> int:
        """How many batches may be in flight."""
        return AHEAD * self.workers

    def submit(self, batch: Batch) -> Future[list[Entry]]:
        """Send a batch.

        Raises
        ------
        AllianceError
            If it cannot be pickled, or the executor takes none.
        """
        if self.threads:
            if self._pool is None:
                self._pool = ThreadPoolExecutor(self.workers, "alliance")
            return self._pool.submit(solve_batch, batch)
        work = _packed(batch)
        if self.given is not None:
            return _handed(self.given, work)
        with _safe_path():
            if self._pool is None:  # which starts a process of its own, to watch resources
                self._pool = ProcessPoolExecutor(
                    self.workers, multiprocessing.get_context("spawn"), settle
                )
            return self._pool.submit(pickle.loads, work)

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
    os.environ.pop(_SAFE, None)
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
    if isinstance(error, ImportError):
        advice = "install alliance-solver, and what the game is made of, where they run"
    else:
        advice = f"a script must start them {_GUARDED}"
    return f"workers die before they answer ({type(error).__name__}: {error}); {advice}"


# Executors of the caller.


class Work:
    """A batch as bytes that solve it when they are unpickled.

    So a worker needs nothing but Python to receive one, and if it lacks this package or has another
    version of it, that comes back as the error of the batch. (Dask's workers wait for ever for what
    they cannot read.)
    """

    def __init__(self, batch: Batch) -> None:
        # for what is defined in scripts and notebooks, if who made the executor has it
        dumps = getattr(sys.modules.get("cloudpickle"), "dumps", pickle.dumps)
        self.batch: bytes = dumps(batch)

    def __reduce__(self) -> tuple[Callable[..., list[Entry]], tuple[str, bytes]]:
        return solve_bytes, (_version(), self.batch)


def _version() -> str:
    try:
        return version("alliance-solver")
    except PackageNotFoundError:  # a source tree that is not installed
        return "of no version"


def solve_bytes(wanted: str, batch: bytes) -> list[Entry]:
    """Return the outcomes of a pickled batch, in a worker.

    Raises
    ------
    ImportError
        If this is another version than the `wanted` one.
    """
    if (here := _version()) != wanted:
        raise ImportError(f"a worker has alliance-solver {here}, and the caller {wanted}")
    return solve_batch(pickle.loads(batch))


def _packed(batch: Batch) -> bytes:
    try:
        return pickle.dumps(Work(batch))
    except Exception as error:
        raise InvalidGameError(
            f"the game cannot be sent to workers ({type(error).__name__}: {error}); define what it"
            " is made of at the top of a module, or use executor='threads'"
        ) from None


def _handed(executor: Executor, work: bytes) -> Future[list[Entry]]:
    try:
        future = executor.submit(pickle.loads, work)
    except BrokenExecutor:
        raise
    except Exception as error:
        raise AllianceError(
            f"`executor` takes no work ({type(error).__name__}: {error}); what is stored is kept:"
            " call again with one that is open and the same `store`"
        ) from None
    if not isinstance(future, Future):
        raise InvalidGameError(
            "`executor` must return a concurrent.futures.Future for what it is sent; got"
            f" {checks.shown(future)}"
        )
    return future


# Processes of our own: they are spawned, and so run the script that calls once more, up to the end
# if nothing keeps them from it.

_GUARDED = "under `if __name__ == '__main__':`, or use executor='threads'"
_SAFE = "PYTHONSAFEPATH"


def may_spawn() -> bool:
    """Return whether the script that calls has a place that spawned processes do not run."""
    script = getattr(sys.modules.get("__main__"), "__file__", None)
    try:
        return script is None or b"__main__" in Path(script).read_bytes()
    except (OSError, ValueError, TypeError):  # no file of source: frozen, zipped
        return True


def _check_script() -> None:
    if getattr(multiprocessing.current_process(), "_inheriting", False):
        # within a worker that has not begun, as the script asks for workers once more: the parent
        # is told by its end
        raise SystemExit(1)
    if not may_spawn():
        raise InvalidGameError(
            f"processes run this script once more: it must start them {_GUARDED}"
        )


@contextmanager
def _safe_path() -> Iterator[None]:
    """Keep processes that are started within from importing what lies in the current folder."""
    if _SAFE in os.environ:
        yield
        return
    os.environ[_SAFE] = "1"
    try:
        yield
    finally:
        os.environ.pop(_SAFE, None)
