"""What compiled code asks of arrays often: numba's own takes seconds to compile, each time anew.

Compiled once, and kept, it is here. Copying into a slice (`a[:] = b`) is dear for the messages
about shapes that could come of it.
"""

from __future__ import annotations

import numpy as np

from games.arrays import Array, Ints
from solver.numerics.jit import jit


@jit
def order_of(values: Array) -> Ints:
    """Return what puts `values` into order, least first; equal ones in any order."""
    return np.argsort(values)


@jit
def copy_to(target: Array | Ints, values: Array | Ints) -> None:
    """Write `values` to `target`, which has as many."""
    for place in range(values.size):
        target[place] = values[place]
