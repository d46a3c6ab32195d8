"""Files that hold the text of a game: read whole within bounds, written whole or not at all."""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path

from games.errors import InvalidGameError, OutputError
from games.problems import shown

MAX_BYTES = 1 << 26


def label_of(path: str | os.PathLike[str]) -> str:
    """Return what messages call the file at `path`.

    Raises
    ------
    InvalidGameError
        If it is no path.
    """
    where = os.fspath(path) if isinstance(path, (str, os.PathLike)) else None
    if not isinstance(where, str):
        raise InvalidGameError(f"`path` must be the path of a game file; got {shown(path)}")
    return f"`{where}`" if where.isprintable() else f"`{where!r}`"


def read_text(path: str | os.PathLike[str]) -> str:
    r"""Return the text of a file, its lines ended by "\n".

    Parameters
    ----------
    path : str or path
        Of a file in UTF-8, at most `MAX_BYTES` (64 MB) long.

    Raises
    ------
    InvalidGameError
        If it cannot be read, is longer, or is no text.
    """
    label = label_of(path)
    try:
        mode = os.stat(path).st_mode
        if not stat.S_ISREG(mode):  # reading a device or a pipe might never end
            raise ValueError("a directory" if stat.S_ISDIR(mode) else "something that is no file")
        with open(path, "rb") as file:
            content = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = str(getattr(error, "strerror", None) or error).lower()
        raise InvalidGameError(f"{label}: must be a readable file; got {reason}") from None
    if len(content) > MAX_BYTES:
        raise InvalidGameError(f"{label}: must hold at most {MAX_BYTES} bytes; got more")
    fault = content.find(b"\0")
    text = ""
    try:
        text = content.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        fault = error.start if fault < 0 else min(fault, error.start)
    if fault >= 0:
        line = content.count(b"\n", 0, fault) + 1
        raise InvalidGameError(
            f"{label} line {line}: expected text in UTF-8; got the byte 0x{content[fault]:02x}"
        )
    return text.replace("\r\n", "\n").replace("\r", "\n")


def write_text(path: str | os.PathLike[str], text: str) -> None:
    """Write a file in UTF-8, whole or not at all.

    Raises
    ------
    InvalidGameError
        If `path` is no path.
    OutputError
        If the file cannot be written; what stood at `path` is then still there.
    """
    label_of(path)
    try:
        content = text.encode()
        if len(content) > MAX_BYTES:
            raise ValueError(f"it would be longer than {MAX_BYTES} bytes")
        target = Path(os.path.realpath(path))  # a link is followed, not replaced
        if target.exists() and not target.is_file():  # a device must not be replaced
            raise ValueError("it is no ordinary file")
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".alliance-") as folder:
            fresh = Path(folder) / target.name
            fresh.write_bytes(content)
            os.replace(fresh, target)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise OutputError(f"cannot write {os.fspath(path)!r}: {reason}") from None
