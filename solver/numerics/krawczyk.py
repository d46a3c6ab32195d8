"""Krawczyk's test in ball arithmetic: whether equations have exactly one common zero in a box.

For equations f = 0 on a box X with middle x, and any matrix Y, let
K(X) = x - Y f(x) + (I - Y f'(X)) (X - x). If K(X) lies in the interior of X, then f has exactly one
zero in X, and it lies in K(X) (Krawczyk 1969; Neumaier 1990, section 5.1).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from flint import arb

Balls = list[arb]
# the values of as many equations as there are unknowns
Values = Callable[[Balls], Balls]
# their derivatives, an equation a row; None where one may be infinite
Slopes = Callable[[Balls], list[Balls] | None]

TIGHTENINGS = 6


def inverse_at(slopes: Slopes, point: Balls) -> list[Balls] | None:
    """Return the inverse of the derivatives near a point, None if they seem to have none.

    It need not be right: Y above may be any matrix, and the test passes the sooner the nearer to
    this it is.
    """
    found = slopes(point)
    if found is None:
        return None
    middle = np.array([[float(entry.mid()) for entry in row] for row in found])
    if not np.isfinite(middle).all() or np.linalg.matrix_rank(middle) < len(middle):
        return None
    return [[arb(entry) for entry in row] for row in np.linalg.inv(middle).tolist()]


def only_zero(values: Values, slopes: Slopes, inverse: list[Balls], box: Balls) -> Balls | None:
    """Return a tight box around the only zero in `box`, None if there may be none or several."""
    image = _image(values, slopes, inverse, box)
    if image is None or not all(map(arb.contains_interior, box, image)):
        return None
    for _ in range(TIGHTENINGS):
        image = _image(values, slopes, inverse, image) or image
    return image


def _image(values: Values, slopes: Slopes, inverse: list[Balls], box: Balls) -> Balls | None:
    """Return K(X) for the box X."""
    steep = slopes(box)
    if steep is None:
        return None
    middle = [x.mid() for x in box]
    residual = values(middle)
    image = []
    for r, row in enumerate(inverse):
        value = middle[r] - _dot(row, residual)
        for c, (x, m) in enumerate(zip(box, middle, strict=True)):
            product = _dot(row, [own[c] for own in steep])
            value += (int(r == c) - product) * (x - m)
        image.append(value)
    return image


def _dot(a: Balls, b: Balls) -> arb:
    return sum((x * y for x, y in zip(a, b, strict=True)), arb(0))
