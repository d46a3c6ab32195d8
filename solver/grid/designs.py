"""The door to scipy's designs: points that fill a box evenly, for studies of many parameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from games import InvalidGameError, checks

DESIGNS = ("sobol", "latin_hypercube")


def points(
    design: str, size: int, ranges: Mapping[str, tuple[float, float]], seed: int = 0
) -> NDArray[np.float64]:
    """Return the points of a design in a box.

    Parameters
    ----------
    design : {"sobol", "latin_hypercube"}
        A Sobol' sequence, scrambled (Sobol' 1967; Owen 1998), or a random Latin hypercube (McKay,
        Beckman & Conover 1979).
    size : int
        How many; a power of 2 for "sobol", whose balance hangs on it.
    ranges : mapping of str to pair of float
        Lowest and highest value of each quantity.
    seed : int
        Of the scrambling or the cube; the same seed gives the same points.

    Returns
    -------
    ndarray, shape (size, len(ranges))

    Raises
    ------
    InvalidGameError
        If there is no such design, or `size` or a range does not suit it.

    Examples
    --------
    >>> points("sobol", 2, {"cohesion": (0, 1), "threat": (0, 1)}).shape
    (2, 2)
    """
    checks.one_of("design", design, DESIGNS)
    checks.whole("size", size, 1)
    checks.whole("seed", seed, 0)
    if design == "sobol" and size & (size - 1):
        higher = 1 << size.bit_length()
        raise InvalidGameError(
            f"`size` must be a power of 2 for 'sobol', such as {higher}; got {size}"
            " (latin_hypercube takes any)"
        )
    if not ranges:
        raise InvalidGameError("`design` must have a quantity with a range (low, high); got none")
    low, high = np.array([_ends(name, given) for name, given in ranges.items()]).T
    from scipy.stats import qmc

    if design == "sobol":
        unit = qmc.Sobol(len(ranges), seed=seed).random(size)
    else:
        unit = qmc.LatinHypercube(len(ranges), seed=seed).random(size)
    found: NDArray[np.float64] = low + (high - low) * unit
    return found


def _ends(name: str, given: object) -> tuple[float, float]:
    if not isinstance(given, Sequence) or isinstance(given, str) or len(given) != 2:
        raise InvalidGameError(f"`{name}` must be a range (low, high); got {given!r}")
    first, last = (checks.number(name, end) for end in given)
    if first >= last:
        raise InvalidGameError(f"`{name}` must be a range (low, high), low first; got {given!r}")
    return first, last
