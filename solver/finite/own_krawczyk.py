"""Krawczyk's test for the conditions of players who mix on purpose, in balls."""

from __future__ import annotations

import numpy as np

from solver.finite.own_jets import Numbers
from solver.finite.own_mixing import Array
from solver.finite.own_system import Pattern
from solver.finite.rigorous import ball

TIGHTENINGS = 6


def is_concave(second: Numbers) -> bool:
    """Whether second derivatives are negative definite for changes that sum to 0."""
    tilted = second[:-1] - second[-1]
    tilted = tilted[:, :-1] - tilted[:, -1:]
    if len(tilted) == 1:
        return bool(tilted[0, 0] < 0)
    return bool(tilted[0, 0] < 0 and tilted[0, 0] * tilted[1, 1] > tilted[0, 1] ** 2)


def krawczyk(pattern: Pattern, middle: Array, box: Numbers) -> Numbers | None:
    """Return a tight box around the only zero of the equations in `box`, None if not proved."""
    if not len(middle):
        return box
    slopes = pattern.equations(middle)[1]
    if np.linalg.matrix_rank(slopes) < len(slopes):
        return None
    inverse = exact_matrix(np.linalg.inv(slopes))
    image = _image(pattern, inverse, box)
    if not all(
        inner.is_finite() and outer.contains_interior(inner)
        for outer, inner in zip(box, image, strict=True)
    ):
        return None
    for _ in range(TIGHTENINGS):
        image = _image(pattern, inverse, image)
    return image


def _image(pattern: Pattern, inverse: Numbers, box: Numbers) -> Numbers:
    middle = np.array([x.mid() for x in box], dtype=object)
    sides = pattern.equations(middle)[0]
    slopes = pattern.equations(box)[1]
    rest = exact_matrix(np.eye(len(box))) - inverse @ slopes
    image: Numbers = middle - inverse @ sides + rest @ (box - middle)
    return image


def exact_matrix(matrix: Array) -> Numbers:
    """Return a matrix of floats as balls of no width."""
    return np.array([[ball(x) for x in row] for row in matrix.tolist()], dtype=object)
