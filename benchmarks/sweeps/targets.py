"""Where the studies write to: the current directory, or the one given as first argument."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def target(name: str) -> Path:
    """Return the path of a picture in the directory asked for."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path.cwd()
    return folder / name


@contextmanager
def timed(what: str) -> Iterator[None]:
    """Print how long something took."""
    start = time.perf_counter()
    yield
    print(f"{what}: {time.perf_counter() - start:.1f} s")
