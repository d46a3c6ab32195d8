"""Files of the user's own: read whole, within bounds, and with one clear line for each fault."""

from __future__ import annotations

import gzip
import os
import stat
import zlib

from games.errors import InvalidGameError

_GZIP = b"\x1f\x8b"


def one_line(path: str) -> str:
    """Return a path for a message: a file's name may hold any character, ends of lines too."""
    return path if path.isprintable() else repr(path)


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
