"""Progress as plain lines, for logs."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TextIO


class Lines:
    """Writes how far a study is, every so often, and at its end if that took as long.

    Parameters
    ----------
    stream : text stream
    seconds : float
        Least time between two lines.
    clock : callable
        Gives the time in seconds.

    Examples
    --------
    >>> import sys
    >>> now = iter([0.0, 4.0, 20.0])
    >>> lines = Lines(sys.stdout, 10, lambda: next(now))
    >>> lines(100, 1000)
    >>> lines(500, 1000)
    500 of 1000 cells, 25 a second, 20 s left
    """

    def __init__(
        self, stream: TextIO, seconds: float = 10.0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.stream, self.seconds, self.clock = stream, seconds, clock
        self.begun = self.last = clock()

    def __call__(self, done: int, total: int) -> None:
        """Take note that `done` of `total` cells have an outcome."""
        now = self.clock()
        soon = now - self.last < self.seconds
        if soon and (done < total or self.last == self.begun):
            return
        self.last = now
        rate = done / (now - self.begun) if now > self.begun else 0.0
        left = f", {rate:.0f} a second, {(total - done) / rate:.0f} s left" if rate else ""
        print(f"{done} of {total} cells{left}", file=self.stream, flush=True)
