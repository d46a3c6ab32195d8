"""Being told to stop: SIGTERM ends what runs as Ctrl-C does, so that nothing is left behind."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

# the signals that have come since the outermost `stoppable` began
_come: list[int] = []


def heed() -> None:
    """Raise `KeyboardInterrupt` if a signal has come: long work asks now and then.

    What a handler raises is lost where it strikes code that lets no exception out, such as a
    finalizer; the work would go on to its end.
    """
    if _come:
        raise KeyboardInterrupt


@contextmanager
def stoppable() -> Iterator[list[int]]:
    """Let SIGTERM raise `KeyboardInterrupt` within, unless the caller sees to it otherwise.

    Yields
    ------
    list of int
        The signals that have come so far.

    Examples
    --------
    >>> with stoppable() as signals:
    ...     try:
    ...         signal.raise_signal(signal.SIGTERM)
    ...     except KeyboardInterrupt:
    ...         signals == [signal.SIGTERM]
    True
    """

    def stop(number: int, frame: FrameType | None) -> None:
        _come.append(number)
        raise KeyboardInterrupt

    main = threading.current_thread() is threading.main_thread()  # others may set no handler
    if not main or signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL:
        yield _come
        return
    signal.signal(signal.SIGTERM, stop)
    try:
        yield _come
    finally:
        _come.clear()
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
