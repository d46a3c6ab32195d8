"""Files read whole, within bounds, and written whole or not at all; a clear line for each fault."""

from __future__ import annotations

import gzip
import os
import stat
import tempfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from games.checks import shown
from games.errors import InvalidGameError, OutputError

_GZIP = b"\x1f\x8b"


def one_line(path: str) -> str:
    """Return a path for a message: a file's name may hold any character, ends of lines too."""
    return path if path.isprintable() else repr(path)


def as_path(path: object) -> Path:
    """Return what names a file as a path.

    Raises
    ------
    InvalidGameError
        If it is no text and no path, or holds characters that no file's name can hold.
    """
    try:
        found = Path(path)  # type: ignore[arg-type]
        if b"\0" in os.fsencode(found):
            raise ValueError
    except (TypeError, ValueError):
        raise InvalidGameError(f"`path` must name a file; got {shown(path)}") from None
    return found


def read_whole(path: str, label: str, most: int, *, unpack: bool = False) -> bytes:
    """Return what a file holds.

    Parameters
    ----------
    label : str
        What messages call the file.
    most : int
        How many bytes it may hold.
    unpack : bool
        Whether to unpack what gzip packed. It is recognised by its first bytes, and never unpacked
        beyond that bound.

    Raises
    ------
    InvalidGameError
        If it cannot be read, or holds more.
    """
    as_path(path)
    try:
        content = _bytes(path, most + 1, unpack)
    except (OSError, EOFError, ValueError, zlib.error) as error:
        reason = str(getattr(error, "strerror", None) or error).lower()
        raise InvalidGameError(f"{label}: must be a readable file; got {reason}") from None
    if len(content) > most:
        packed = " unpacked" if unpack else ""
        raise InvalidGameError(f"{label}: must hold at most {most} bytes{packed}; got more")
    return content


def _bytes(path: str, number: int, unpack: bool) -> bytes:
    mode = os.stat(path).st_mode
    if not stat.S_ISREG(mode):  # reading a device or a pipe might never end
        raise ValueError("a directory" if stat.S_ISDIR(mode) else "something that is no file")
    with open(path, "rb") as file:
        packed = unpack and file.read(2) == _GZIP
        file.seek(0)
        if packed:
            with gzip.GzipFile(fileobj=file) as unpacked:
                return unpacked.read(number)
        return file.read(number)


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
    as_path(path)
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
