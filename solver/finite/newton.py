"""Newton's method for the equilibrium conditions of a face, from many profiles at once.

It only proposes: what it ends at is proved, or not, by `solver.finite.krawczyk`.
"""

from __future__ import annotations

import numpy as np

from games.arrays import Array, Bools
from solver.finite.boxes import equations, values_at_vertices
from solver.finite.faces import Face

STEPS = 12
# the change of a probability across which slopes are taken
REACH = 1e-7
# profiles at which a face is tested for a singular derivative
SAMPLES = 3


def newton(face: Face, middles: list[Array]) -> tuple[Array, Bools]:
    """Return where Newton's method leads from profiles on a face, and which of these are roots.

    Parameters
    ----------
    middles : list of ndarray, shape (starts, k_i)

    Returns
    -------
    points : ndarray, shape (starts, d)
        Free probabilities.
    done : ndarray of bool, shape (starts,)
        Whether the method converged to a point inside the face.
    """
    points = np.concatenate([own[:, :-1] for own in middles], axis=1)
    done = np.zeros(points.shape[0], dtype=bool)
    going = np.arange(points.shape[0])
    for _ in range(STEPS):
        step, valid = _newton_step(face, points[going])
        points[going] -= step
        inside = valid & _interior(face, points[going])
        settled = inside & (np.abs(step).max(axis=1) < 1e-13)
        done[going[settled]] = True
        going = going[inside & ~settled]
        if not going.size:
            break
    return points, done


def singular(face: Face) -> bool:
    """Return whether the equations of a face seem to have no isolated zero: a singular derivative.

    It is a guess from a few profiles, which decides how much work a face is given and no more.
    """
    draws = np.random.default_rng(0)
    points = np.concatenate(
        [draws.dirichlet(np.ones(len(own)), SAMPLES)[:, :-1] for own in face.supports], axis=1
    )
    _, slope = _system_at(face, points)
    ranks = np.linalg.matrix_rank(slope, tol=1e-9 * max(np.abs(slope).max(), 1e-300))
    return bool((ranks < face.dimension).all())


def _newton_step(face: Face, points: Array) -> tuple[Array, Bools]:
    value, slope = _system_at(face, points)
    with np.errstate(all="ignore"):
        determinant = np.linalg.det(slope)
        valid = np.isfinite(determinant) & (np.abs(determinant) > 0)
        step = np.zeros_like(points)
        if valid.any():
            step[valid] = np.linalg.solve(slope[valid], value[valid][..., np.newaxis])[..., 0]
    return step, valid & np.isfinite(step).all(axis=1)


def _system_at(face: Face, points: Array) -> tuple[Array, Array]:
    """Return the equations at points and their slope, taken across a tiny box."""
    boxes, start = [], 0
    for own in face.supports:
        k = len(own)
        centre = np.concatenate(
            [points[:, start : start + k - 1], np.zeros((points.shape[0], 1))], axis=1
        )
        centre[:, -1] = 1 - centre.sum(axis=1)
        corner = np.repeat(centre[:, np.newaxis, :], k, axis=1)
        for t in range(1, k):  # vertex t moves `REACH` from the last action to action t - 1
            corner[:, t, t - 1] += REACH
            corner[:, t, -1] -= REACH
        boxes.append(corner)
        start += k - 1
    system = equations(face, tuple(boxes), values_at_vertices(face, tuple(boxes)))
    return system.values[:, 0], system.jacobian / REACH


def _interior(face: Face, points: Array) -> Bools:
    inside: list[Bools] = [points.min(axis=1) > 0]
    start = 0
    for own in face.supports:
        inside.append(points[:, start : start + len(own) - 1].sum(axis=1) < 1)
        start += len(own) - 1
    everywhere: Bools = np.logical_and.reduce(inside)
    return everywhere
