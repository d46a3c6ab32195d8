"""The one door to numba: compile a function on first use and keep the result on disk.

What is kept is renewed when the function's own file changes, but not when a compiled function that
it calls from another file does. Whoever edits `weights.py` or `subsets.py` has to delete
`solver/__pycache__/*.nb?`, or the kernel goes on with the old ones.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

import numba

Function = TypeVar("Function", bound=Callable[..., object])


def jit(function: Function) -> Function:
    """Compile `function`, releasing the interpreter lock while it runs."""
    compiled = numba.njit(cache=True, nogil=True, error_model="numpy")(function)
    return cast(Function, compiled)
