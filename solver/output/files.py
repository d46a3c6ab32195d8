"""Write files whole or not at all."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from games.errors import OutputError


def replace_whole(path: str | os.PathLike[str], fill: Callable[[Path], Any]) -> Path:
    """Let `fill` write a new file beside `path`, then put it in its place in one step.

    Raises
    ------
    OutputError
        If the file cannot be written; what stood at `path` is then still there.
    """
    check_writable(path)
    target = Path(os.path.realpath(path))  # a link is followed, not replaced
    try:
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".alliance-") as folder:
            fresh = Path(folder) / target.name
            fill(fresh)
            os.replace(fresh, target)
    except OSError as error:
        raise OutputError(f"cannot write {os.fspath(path)!r}: {error.strerror or error}") from None
    return target


def check_writable(path: str | os.PathLike[str]) -> None:
    """Raise `OutputError` if `path` is plainly no place for a file; ask before long work."""
    try:
        target = Path(os.path.realpath(path))
        mode = os.stat(target).st_mode
    except (FileNotFoundError, NotADirectoryError):
        mode = None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise OutputError(f"cannot write {os.fspath(path)!r}: {reason}") from None
    if mode is not None and not stat.S_ISREG(mode):
        kind = "a directory" if stat.S_ISDIR(mode) else "no ordinary file"
        raise OutputError(f"cannot write {os.fspath(path)!r}: it is {kind}")
    if not target.parent.is_dir():
        raise OutputError(
            f"cannot write {os.fspath(path)!r}: there is no directory {str(target.parent)!r}"
        )
    if not os.access(target.parent, os.W_OK):
        raise OutputError(f"cannot write {os.fspath(path)!r}: the directory is read-only")
