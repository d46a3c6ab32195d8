"""The door to sqlite: a file that keeps the outcome of every cell, by the cell's key.

One process writes. Its lock is sqlite's own exclusive one, which the system drops with the process,
however that ends. Outcomes are added in transactions to a write-ahead log, so a process that is
killed leaves those that were added before, and a file that opens.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self
from zlib import crc32

from games import InvalidGameError, OutputError
from games.files import as_path
from games.tables import frame
from solver.studies.grid.keys import MODEL
from solver.studies.outcome import COLUMNS, COUNTS, FAILED, WORDS, Entry, Outcome

if TYPE_CHECKING:
    import pandas as pd

APPLICATION = 0x616C6C79  # "ally", in the file's head
# keys in one question; sqlite takes more variables than this in every version
KEYS_AT_ONCE = 500

_KINDS = {name: "TEXT" if name in WORDS else "REAL" for name in COLUMNS}
_KINDS |= dict.fromkeys(COUNTS, "INTEGER")
_TABLE = (
    "CREATE TABLE cells (key BLOB PRIMARY KEY, "
    + ", ".join(f"{name} {kind}" for name, kind in _KINDS.items())
    + ", checksum INTEGER) WITHOUT ROWID"
)
# stores of before there were checksums have rows without one, and get the column when written to
_WIDEN = "ALTER TABLE cells ADD COLUMN checksum INTEGER"
# what was asked of the store, in the words of whoever noted it
_NOTES = "CREATE TABLE IF NOT EXISTS asked (number INTEGER PRIMARY KEY, question TEXT)"
_ADD = f"INSERT OR REPLACE INTO cells VALUES ({', '.join('?' * (len(COLUMNS) + 2))})"

Path_ = str | os.PathLike[str]


class Store:
    """A store that is open for writing, by this process alone.

    Parameters
    ----------
    path : str or path
        Made if there is no such file.

    Raises
    ------
    OutputError
        If the file cannot be written, or another process writes it.
    InvalidGameError
        If it is another kind of file, or holds outcomes of another version of the model.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder, Store(f"{folder}/study.sqlite") as store:
    ...     store.add([(b"key", Outcome("failed", "no reason"))])
    ...     store.known([b"key", b"other"], failed_too=True)
    {b'key'}
    """

    def __init__(self, path: Path_) -> None:
        self.path = as_path(path)
        with _plainly(path):
            is_new = _is_new(self.path)
            self._base = _connect(path, isolation_level=None)
            try:
                self._open(is_new)
            except BaseException:
                self._base.close()
                raise

    def _open(self, is_new: bool) -> None:
        ask = self._base.execute
        ask("PRAGMA locking_mode = EXCLUSIVE")
        ask("BEGIN IMMEDIATE")
        if not is_new:
            check(self._base, self.path)
            if "checksum" not in _columns(self._base):
                ask(_WIDEN)
        else:
            ask(_TABLE)
            ask(f"PRAGMA application_id = {APPLICATION}")
            ask(f"PRAGMA user_version = {MODEL}")
        ask("COMMIT")
        ask("PRAGMA journal_mode = WAL")
        ask("PRAGMA synchronous = NORMAL")
        ask("BEGIN IMMEDIATE")  # takes the lock, which exclusive mode then keeps
        ask("COMMIT")

    def known(self, keys: Sequence[bytes], *, failed_too: bool) -> set[bytes]:
        """Return those of the `keys` that have an outcome; failed cells count if asked for.

        What is damaged does not count, and is solved anew.
        """
        found: set[bytes] = set()
        with _plainly(self.path):
            for some in _portions(keys):
                found.update(
                    key
                    for key, outcome in _rows(self._base, some)
                    if outcome is not None and (failed_too or outcome.status != FAILED)
                )
        return found

    def add(self, entries: Iterable[Entry]) -> None:
        """Keep outcomes, all of them or none; those of the same keys are replaced.

        Raises
        ------
        OutputError
            If they cannot be written, for lack of room for instance.
        """
        with _plainly(self.path):
            self._base.execute("BEGIN IMMEDIATE")
            try:
                rows = ((key, *outcome, _checksum(key, outcome)) for key, outcome in entries)
                self._base.executemany(_ADD, rows)
                self._base.execute("COMMIT")
            except BaseException:
                if self._base.in_transaction:
                    self._base.execute("ROLLBACK")
                raise

    def note(self, question: str) -> None:
        """Note what was asked, as the last of the questions."""
        with _plainly(self.path):
            self._base.execute(_NOTES)
            self._base.execute("DELETE FROM asked WHERE question = ?", (question,))
            self._base.execute("INSERT INTO asked (question) VALUES (?)", (question,))

    def close(self) -> None:
        """Give the file back, as one file; what could not be put in its place stays in the log."""
        with suppress(sqlite3.DatabaseError):
            self._base.execute("PRAGMA journal_mode = DELETE")
        self._base.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def outcomes(path: Path_, keys: Iterator[Sequence[bytes]]) -> Iterator[list[Outcome | None]]:
    """Yield the outcomes of each portion of `keys`, in their order; None where there is none.

    Raises
    ------
    InvalidGameError
        If there is no store at `path`.
    OutputError
        If an outcome is damaged.
    """
    with _plainly(path, "read"), closing(_reading(path)) as base:
        for portion in keys:
            found: dict[bytes, Outcome] = {}
            for some in _portions(portion):
                for key, outcome in _rows(base, some):
                    if outcome is None:
                        raise OutputError(
                            f"cannot read {os.fspath(path)!r}: the outcome of a cell is damaged;"
                            " run the study again, which solves it anew"
                        )
                    found[key] = outcome
            yield [found.get(key) for key in portion]


def read_store(path: Path_) -> pd.DataFrame:
    """Return every outcome in a store, of this version of the model or an earlier one.

    A cell's key is a digest of its question, from which that cannot be told: what the rows answer
    is known to who wrote them. To go on with a study, give `sweep` its store.

    Parameters
    ----------
    path : path
        Of a store that `sweep` wrote.

    Returns
    -------
    DataFrame
        A row for each cell, indexed by its key in hexadecimal digits; the column `model` is the
        version of the model, the others are those of `Study.to_dataframe` that are no axes. What is
        damaged has the status "damaged".

    Raises
    ------
    InvalidGameError
        If there is no store at `path`.
    OutputError
        If it cannot be read.
    """
    path = as_path(path)
    with _plainly(path, "read"), closing(_reading(path, any_version=True)) as base:
        model = version_of(base, path)
        keys = [key for (key,) in base.execute("SELECT key FROM cells ORDER BY key")]
        rows = dict(row for some in _portions(keys) for row in _rows(base, some))
    found = {key: rows[key] or Outcome("damaged") for key in keys}
    records = [{"key": k.hex(), "model": model, **o._asdict()} for k, o in found.items()]
    return frame(records, ("key", "model", *COLUMNS)).set_index("key")


def questions(path: Path_) -> list[str]:
    """Return what was noted as asked of a store, the last at the end.

    Raises as `read_store` does.
    """
    path = as_path(path)
    with _plainly(path, "read"), closing(_reading(path)) as base:
        known = base.execute("SELECT 1 FROM sqlite_master WHERE name = 'asked'").fetchone()
        if known is None:
            return []
        return [text for (text,) in base.execute("SELECT question FROM asked ORDER BY number")]


def check(base: sqlite3.Connection, path: Path_) -> None:
    """Raise `InvalidGameError` unless `base` is a store of this version of the model."""
    model = version_of(base, path)
    if model != MODEL:
        raise InvalidGameError(
            f"`store` must be of version {MODEL} of the model; {os.fspath(path)!r} is of version"
            f" {model}: name another file (solver.read_store reads that one)"
        )


def version_of(base: sqlite3.Connection, path: Path_) -> int:
    """Return the version of the model that a store is of; `InvalidGameError` if it is none."""
    (application,) = base.execute("PRAGMA application_id").fetchone()
    (model,) = base.execute("PRAGMA user_version").fetchone()
    if application != APPLICATION:
        raise InvalidGameError(
            f"`store` must be a store of studies or a new file; {os.fspath(path)!r} is another"
            " database"
        )
    return int(model)


def _is_new(path: Path) -> bool:
    """Return whether there is nothing at a path yet; what cannot be told is not."""
    try:
        return path.stat().st_size == 0
    except FileNotFoundError:
        return True
    except OSError:
        return False


def _connect(address: Path_, **options: Any) -> sqlite3.Connection:
    base: sqlite3.Connection = sqlite3.connect(address, timeout=0, **options)
    # damaged text is told by its checksum
    base.text_factory = lambda content: content.decode("utf-8", "replace")
    return base


def _columns(base: sqlite3.Connection) -> list[str]:
    return [name for _, name, *_ in base.execute("PRAGMA table_info(cells)")]


def _rows(
    base: sqlite3.Connection, keys: Sequence[bytes]
) -> Iterator[tuple[bytes, Outcome | None]]:
    """Yield the keys that there are, each with its outcome; None if that is damaged."""
    marks = ", ".join("?" * len(keys))
    for key, *row in base.execute(f"SELECT * FROM cells WHERE key IN ({marks})", keys):
        outcome = Outcome(*row[: len(COLUMNS)])
        kept = row[len(COLUMNS)] if len(row) > len(COLUMNS) else None
        yield key, outcome if kept is None or kept == _checksum(key, outcome) else None


def _checksum(key: bytes, outcome: Outcome) -> int:
    """Return what tells whether the outcome of a key is as it was written."""
    kinds = zip(outcome, _KINDS.values(), strict=True)
    plain = [None if value is None or value != value else _AS[kind](value) for value, kind in kinds]
    return crc32(repr((key, plain)).encode("utf-8", "replace"))


_AS: dict[str, Callable[[Any], object]] = {"TEXT": str, "REAL": float, "INTEGER": int}


def _reading(path: Path_, *, any_version: bool = False) -> sqlite3.Connection:
    address = as_path(path).resolve().as_uri()
    base = _connect(f"{address}?mode=ro", uri=True)
    try:
        (version_of if any_version else check)(base, path)
    except BaseException:
        base.close()
        raise
    return base


def _portions(keys: Sequence[bytes]) -> Iterator[Sequence[bytes]]:
    for start in range(0, len(keys), KEYS_AT_ONCE):
        yield keys[start : start + KEYS_AT_ONCE]


@contextmanager
def _plainly(path: Path_, verb: str = "write") -> Iterator[None]:
    """Turn what sqlite complains of into one line that says what to do."""
    shown = repr(os.fspath(path))
    try:
        yield
    except UnicodeDecodeError:  # names within a damaged file
        raise OutputError(f"cannot {verb} {shown}: the file is damaged") from None
    except sqlite3.DatabaseError as error:
        code = getattr(error, "sqlite_errorcode", None) or 0
        primary = code & 0xFF
        if primary == sqlite3.SQLITE_NOTADB:
            raise InvalidGameError(
                f"`store` must be a store of studies or a new file; {shown} is another file"
            ) from None
        if primary in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise OutputError(
                f"cannot {verb} {shown}: another process is at work on this store; wait for it, or"
                " name another file"
            ) from None
        advice = ""
        if primary in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR):
            advice = "; what was stored before is kept: make room, and run it again"
        raise OutputError(f"cannot {verb} {shown}: {error}{advice}") from None
