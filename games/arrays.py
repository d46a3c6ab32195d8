"""Types of numpy arrays, named once for annotations."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Ints = NDArray[np.int64]
Indices = NDArray[np.intp]
Bools = NDArray[np.bool_]

# exact numbers, held as objects of Python
Fractions = NDArray[Any]
Wholes = NDArray[Any]
