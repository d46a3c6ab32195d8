"""The one door to numba: compile a function on first use and keep the result on disk.

What numba keeps it renews when the function's own file changes, though functions of other files are
compiled into it. Here all compiled code is renewed when any file that holds compiled functions
changes, whatever way it was changed. What cannot be kept is compiled again in each process; what
was kept and is damaged is thrown away.
"""

from __future__ import annotations

import hashlib
import pickle
import warnings
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
from numba.core.caching import FunctionCache, IndexDataCacheFile
from numba.core.types import unliteral

Function = TypeVar("Function", bound=Callable[..., object])

_ROOT = Path(__file__).parents[1]
_SIZE = hashlib.sha256().digest_size


def jit(function: Function) -> Function:
    """Compile `function`, releasing the interpreter lock while it runs.

    What compiled functions call is compiled apart from what Python calls, without the wrapper that
    takes Python's objects to pieces, which is a fifth of all that there is to compile. Where numba
    is switched off (NUMBA_DISABLE_JIT), `function` stays what it is.
    """
    if numba.config.DISABLE_JIT:  # type: ignore[attr-defined]
        return function
    for_python = _compiled(function)
    for_compiled = _compiled(function, ".inner", no_cpython_wrapper=True)
    template = for_compiled.get_call_template

    def plain_template(args: tuple[Any, ...], kws: dict[str, Any]) -> object:
        plain = {name: unliteral(kind) for name, kind in kws.items()}
        return template(tuple(map(unliteral, args)), plain)

    # where one calls another with a 0 or True that is written out, it is no function of its own
    for_python.get_call_template = plain_template
    for_python.get_overload = for_compiled.get_overload
    return cast(Function, for_python)


def _compiled(function: Callable[..., object], kind: str = "", **options: Any) -> Any:
    """Return what numba makes of `function`, kept on disk apart from what is of another kind."""
    plain: Any = {"nogil": True, "error_model": "numpy", "no_cfunc_wrapper": True}
    compiled: Any = numba.njit(**plain, **options)(function)
    try:
        compiled._cache = _KeptCode(function, kind)
    except (RuntimeError, OSError):  # no folder that can be written to
        _say_once()
    return compiled


@cache
def sources() -> str:
    """Return a digest of every file that holds compiled functions."""
    digest = hashlib.sha256()
    for path in sorted(_ROOT.rglob("*.py")):
        text = path.read_bytes()
        if b"numerics.jit import jit" in text:
            digest.update(path.relative_to(_ROOT).as_posix().encode() + b"\0" + text)
    return digest.hexdigest()


class _Files(IndexDataCacheFile):
    """Compiled code behind its checksum: half a file must never run."""

    def _save_data(self, name: str, data: object) -> None:
        text = self._dump(data)
        with self._open_for_write(self._data_path(name)) as file:
            file.write(hashlib.sha256(text).digest() + text)

    def _load_data(self, name: str) -> object:
        whole = Path(self._data_path(name)).read_bytes()
        if hashlib.sha256(whole[_SIZE:]).digest() != whole[:_SIZE]:
            raise pickle.UnpicklingError("the checksum is another")
        return pickle.loads(whole[_SIZE:])


class _KeptCode(FunctionCache):
    """Numba's cache of one function, which neither trusts what it finds nor insists on a disk."""

    def __init__(self, function: Callable[..., object], kind: str) -> None:
        super().__init__(function)
        self._cache_file = _Files(self._cache_path, self._impl.filename_base + kind, sources())

    def load_overload(self, sig: Any, target_context: Any) -> object:
        try:
            return super().load_overload(sig, target_context)
        except Exception:  # whatever a damaged file leads to
            self._forget()
            return None

    def save_overload(self, sig: Any, data: Any) -> None:
        try:
            super().save_overload(sig, data)
        except OSError:  # a full disk
            _say_once()
        except Exception:  # a damaged index
            self._forget()

    def _forget(self) -> None:
        try:
            self.flush()
        except OSError:
            _say_once()


@cache
def _say_once() -> None:
    warnings.warn(
        "compiled code cannot be kept on disk, so every process compiles anew; set the environment"
        " variable NUMBA_CACHE_DIR to a folder that can be written to",
        RuntimeWarning,
        stacklevel=2,
    )
