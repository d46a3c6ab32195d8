"""A file that keeps what was worked out, line by line, so that long work goes on where it stopped.

The first line tells the question. A line that was cut by a crash is dropped; what stands before it
counts. One process writes.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from threading import Lock
from typing import Any

from games import InvalidGameError, OutputError
from games.files import as_path, one_line

KIND = "alliance-solver powers 1"


class Kept:
    """What is known of one question, in memory and, if a path is given, in a file.

    Parameters
    ----------
    path : str or path, optional
    question : str
        Whatever changes the answers is in it.

    Raises
    ------
    OutputError
        If the file cannot be read or written.
    InvalidGameError
        If it is another kind of file, or keeps answers to another question.
    """

    def __init__(self, path: str | os.PathLike[str] | None, question: str) -> None:
        self.path: Path | None = None if path is None else as_path(path)
        self._known: dict[str, Any] = {}
        self._lock = Lock()
        self.resumed = 0
        if self.path is None:
            return
        label = one_line(os.fspath(self.path))
        head = json.dumps({"kind": KIND, "question": question})
        try:
            text = self.path.read_text(encoding="utf-8") if self.path.exists() else ""
        except (OSError, UnicodeDecodeError) as error:
            raise OutputError(f"{label}: cannot be read as a store; got: {error}") from None
        whole = text[: text.rfind("\n") + 1]
        lines = whole.splitlines()
        if lines and lines[0] != head:
            what = "answers to another question (other data or options)"
            if KIND not in lines[0]:
                what = "another kind of file"
            raise InvalidGameError(f"{label}: must be a store of this question; got {what}")
        if text and not lines:
            raise InvalidGameError(
                f"{label}: must be a store of this question; got another kind of file"
            )
        for line in lines[1:]:
            try:
                key, value = json.loads(line)
            except ValueError:
                break  # what follows a damaged line is worked out anew
            self._known[key] = value
        self.resumed = len(self._known)
        if not lines or whole != text or self.resumed != len(lines) - 1:
            kept = [json.dumps([key, value]) for key, value in self._known.items()]
            self._write("w", "\n".join([head, *kept, ""]))

    def get(self, key: str) -> Any:
        """Return what is known under a key, or None."""
        return self._known.get(key)

    def put(self, key: str, value: Any) -> Any:
        """Keep a value that JSON can hold, and return it; threads may do so at once."""
        with self._lock:
            self._known[key] = value
            if self.path is not None:
                self._write("a", json.dumps([key, value]) + "\n")
        return value

    def _write(self, mode: str, text: str) -> None:
        assert self.path is not None
        try:
            with self.path.open(mode, encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            label = one_line(os.fspath(self.path))
            raise OutputError(f"{label}: cannot be written; got: {error.strerror}") from None
