"""Bounds of the equilibrium conditions over many boxes of one face at once.

A box is a product of simplices, one for each player, inside a face. What an action is worth is
linear in each other player's strategy, apart from probability weighting; a function that is linear
in each player's strategy takes its extremes over a box where each player plays a vertex. So ranges
come from the vertices, exactly but for rounding; a weighting function is replaced by its chord over
the range of chances, with a bound of the difference.
"""

from __future__ import annotations

from math import prod
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from games.arrays import Array, Bools
from solver.finite.proofs.faces import Face
from solver.numerics.ranges import RELATIVE, Range
from solver.prospects.intervals import ABSOLUTE, slope_range, weight_range

# for each player its vertices, shape (boxes, k_i, k_i): vertex, then probability on the support
Boxes = tuple[Array, ...]

ROUNDING = 1e-14


class Worths(NamedTuple):
    """What a player's actions are worth on boxes.

    Attributes
    ----------
    chord : ndarray, shape (boxes, m, combinations)
        Values at each combination of the others' vertices, weighting replaced by its chord.
    error : ndarray, shape (boxes, m)
        Bound of what the chord and rounding can be off anywhere in the box.
    span : Range, shapes (boxes, m)
        Bounds of the true value over the box.
    """

    chord: Array
    error: Array
    span: Range


def worths(face: Face, boxes: Boxes) -> list[Worths]:
    """Return what each player's actions are worth on each box."""
    return [_worth(face, player, boxes) for player in range(len(boxes))]


def values_at_vertices(face: Face, boxes: Boxes) -> list[Worths]:
    """Return what actions are worth where the others play vertices, without any bounds between."""
    found = []
    for player in range(len(boxes)):
        terms, chance = face.terms[player], _chances(face, player, boxes)
        for place, function in enumerate(terms.weighting):
            mine = terms.which == place
            p = np.clip(chance[:, mine], 0.0, 1.0)
            chance[:, mine] = chance[:, mine] if function.is_linear else function.weight(p, 1 - p)
        values = np.einsum("at,btc->bac", _scales(face, player), chance)
        zero = np.zeros(values.shape[:2])
        found.append(Worths(values, zero, Range(zero, zero)))
    return found


def _chances(face: Face, player: int, boxes: Boxes) -> Array:
    """Return the chance of each term of a player at each combination of the others' vertices."""
    number = boxes[0].shape[0]
    corners = np.ones((number, 1, 1))
    for j, own in enumerate(boxes):
        if j != player:
            k = own.shape[1]
            size = corners.shape[1] * k
            corners = (
                corners[:, :, np.newaxis, :, np.newaxis] * own[:, np.newaxis, :, np.newaxis, :]
            ).reshape(number, size, size)
    return face.chances[player] @ np.swapaxes(corners, 1, 2)


def _scales(face: Face, player: int) -> Array:
    """Return the scale of each term in the row of its action, shape (m, terms)."""
    terms = face.terms[player]
    scaled = np.zeros((face.shape[player], terms.action.size))
    scaled[terms.action, np.arange(terms.action.size)] = terms.scale
    return scaled


def _worth(face: Face, player: int, boxes: Boxes) -> Worths:
    terms, coefficients = face.terms[player], face.chances[player]
    number = boxes[0].shape[0]
    chance = _chances(face, player, boxes)
    m = face.shape[player]
    margin = ROUNDING * (1 + coefficients.shape[1]) * max(terms.size, np.finfo(float).tiny)
    if terms.is_linear:
        span = Range(chance.min(axis=2) - margin, chance.max(axis=2) + margin)
        return Worths(chance, np.full((number, m), margin), span)
    low, high = chance.min(axis=2), chance.max(axis=2)
    weight, slope = _weighted(face, player, low, high)
    width = high - low
    rise = np.divide(weight.high - weight.low, width, out=np.zeros_like(width), where=width > 0)
    bend = np.maximum(slope.high - rise, rise - slope.low)
    # the chord meets w at both ends, but for the margins by which these were moved apart
    moved = 4 * (ABSOLUTE * np.maximum(slope.high, 1.0) + RELATIVE)
    finite = np.isfinite(bend)
    arc = np.where(finite, bend, 0.0) * width / 2 + np.where(finite, moved, 0.0)
    gap = weight.high - weight.low
    off = np.where(finite, np.minimum(arc, gap), gap) + ROUNDING
    chords = weight.low[:, :, np.newaxis] + rise[:, :, np.newaxis] * (
        chance - low[:, :, np.newaxis]
    )
    scaled = _scales(face, player)
    rises, falls = np.maximum(scaled, 0.0), np.minimum(scaled, 0.0)
    return Worths(
        np.einsum("at,btc->bac", scaled, chords),
        off @ np.abs(scaled).T + margin,
        Range(
            weight.low @ rises.T + weight.high @ falls.T - margin,
            weight.high @ rises.T + weight.low @ falls.T + margin,
        ),
    )


def _weighted(face: Face, player: int, low: Array, high: Array) -> tuple[Range, Range]:
    """Return the ranges of w and of its slope for each term of a player."""
    terms = face.terms[player]
    shape = low.shape
    weight = Range(np.zeros(shape), np.zeros(shape))
    slope = Range(np.zeros(shape), np.zeros(shape))
    for place, function in enumerate(terms.weighting):
        mine = terms.which == place
        for target, ranges in (
            (weight, weight_range(function, low[:, mine], high[:, mine])),
            (slope, slope_range(function, low[:, mine], high[:, mine])),
        ):
            target.low[:, mine], target.high[:, mine] = ranges
    return weight, slope


def may_hold(face: Face, boxes: Boxes, worth: list[Worths]) -> Bools:
    """Return which boxes may hold an equilibrium with the face's supports, shape (boxes,).

    False is proved: some player's values of two actions of its support differ throughout the box,
    or an action outside is better than one inside, or (after a change of basis that makes the
    equations nearly independent) one combination of the equations has no zero.
    """
    alive = np.ones(boxes[0].shape[0], dtype=bool)
    for player, own in enumerate(worth):
        inside = list(face.supports[player])
        first = own.chord[:, inside[:1], :]
        ahead = own.chord - first
        slack = own.error + own.error[:, inside[:1]]
        alive &= (ahead.min(axis=2) <= slack).all(axis=1)
        alive &= (ahead[:, inside].max(axis=2) >= -slack[:, inside]).all(axis=1)
        least = own.span.high[:, inside].min(axis=1)
        alive &= least >= own.span.low.max(axis=1)
    rest = np.flatnonzero(alive)
    if rest.size:
        system = equations(face, tuple(own[rest] for own in boxes), _chosen(worth, rest))
        alive[rest] = system.may_vanish(square=not face.overdetermined)
    return alive


class System(NamedTuple):
    """The equations of a face at the vertices of boxes.

    Attributes
    ----------
    values : ndarray, shape (boxes, combinations, d)
        At each combination of all players' vertices.
    error : ndarray, shape (boxes, d)
    sizes : tuple of int
        How many vertices each player has.
    """

    values: Array
    error: Array
    sizes: tuple[int, ...]

    @property
    def jacobian(self) -> Array:
        """Mean derivative along the edges from each player's first vertex, shape (boxes, d, d)."""
        d = self.values.shape[2]
        grid = self.values.reshape(-1, *self.sizes, d)
        columns: list[Array] = []
        for player, k in enumerate(self.sizes):
            rest = tuple(j + 1 for j in range(len(self.sizes)) if j != player)
            means = grid.mean(axis=rest) if rest else grid
            columns.extend(means[:, t] - means[:, 0] for t in range(1, k))
        return np.stack(columns, axis=2)

    def may_vanish(self, *, square: bool) -> Bools:
        """Return whether each box may hold a common zero of the equations.

        Combinations of the equations are tried: by the inverse of the mean derivative, which
        leaves one unknown in each, or, if the system is not `square` (some equations too many for
        their unknowns), by its left singular vectors, some of which leave none.
        """
        jacobian = self.jacobian
        if square:
            try:
                inverse = np.linalg.inv(jacobian)
            except np.linalg.LinAlgError:
                square = False
        if not square:
            inverse = np.swapaxes(np.linalg.svd(jacobian)[0], 1, 2)
        turned = np.einsum("bed,bcd->bce", inverse, self.values)
        scale = np.abs(self.values).max(axis=1)
        slack = np.einsum("bed,bd->be", np.abs(inverse), self.error + ROUNDING * scale)
        usable = np.isfinite(turned).all(axis=1) & np.isfinite(slack)
        gone = (turned.min(axis=1) > slack) | (turned.max(axis=1) < -slack)
        refuted: Bools = (gone & usable).any(axis=1)
        return ~refuted


def equations(face: Face, boxes: Boxes, worth: list[Worths]) -> System:
    """Return the equations at the vertices of boxes: values of actions less that of the first."""
    number = boxes[0].shape[0]
    sizes = tuple(own.shape[1] for own in boxes)
    values, errors = [], []
    for player, own in enumerate(worth):
        inside = list(face.supports[player])
        ahead = own.chord[:, inside[1:], :] - own.chord[:, inside[:1], :]
        others = [k for j, k in enumerate(sizes) if j != player]
        grid = np.expand_dims(ahead.reshape(number, len(inside) - 1, *others), 2 + player)
        full = np.broadcast_to(grid, (number, len(inside) - 1, *sizes))
        values.append(full.reshape(number, len(inside) - 1, prod(sizes)))
        errors.append(own.error[:, inside[1:]] + own.error[:, inside[:1]])
    return System(
        np.moveaxis(np.concatenate(values, axis=1), 1, 2), np.concatenate(errors, axis=1), sizes
    )


def _chosen(worth: list[Worths], places: NDArray[np.int64]) -> list[Worths]:
    return [
        Worths(own.chord[places], own.error[places], Range(*(end[places] for end in own.span)))
        for own in worth
    ]


# Newton's method for the equilibrium conditions of a face, from many profiles at once.
#
# It only proposes: what it ends at is proved, or not, by `solver.finite.proofs.boxes`.

STEPS = 12
# the change of a probability across which slopes are taken
REACH = 1e-7
# derivatives whose determinant is smaller, of that of rows of their lengths, count as singular
SINGULAR = 1e-8
# and their singular values below this share of the largest are left out of the step
FLAT = 1e-2
# profiles at which a face is tested for a singular derivative
SAMPLES = 3


def newton(face: Face, middles: list[Array], *, flat: bool = False) -> tuple[Array, Bools]:
    """Return where Newton's method leads from profiles on a face, and which of these are zeros.

    Parameters
    ----------
    middles : list of ndarray, shape (starts, k_i)
    flat : bool
        Whether to leave small singular values out of every step. Near a continuum of zeros this
        leads straight to it, where plain steps are drawn along it; isolated zeros it may miss.

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
        step, valid = _newton_step(face, points[going], flat)
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


def _newton_step(face: Face, points: Array, flat: bool) -> tuple[Array, Bools]:
    value, slope = _system_at(face, points)
    with np.errstate(all="ignore"):
        determinant = np.linalg.det(slope)
        valid = np.isfinite(determinant) & np.isfinite(value).all(axis=1)
        size = np.linalg.norm(slope, axis=2).prod(axis=1)
        regular = valid & (np.abs(determinant) > SINGULAR * size) & (not flat)
        step = np.zeros_like(points)
        if regular.any():
            step[regular] = np.linalg.solve(slope[regular], value[regular][..., np.newaxis])[..., 0]
        # the shortest step: on a continuum it leads to one of its points
        if (left := valid & ~regular).any():
            inverse = np.linalg.pinv(slope[left], rcond=FLAT)
            step[left] = np.einsum("bij,bj->bi", inverse, value[left])
    return step, valid & np.isfinite(step).all(axis=1)


def _system_at(face: Face, points: Array) -> tuple[Array, Array]:
    """Return the equations at points and their slope, taken across a tiny box."""
    boxes = []
    for own, part in zip(face.supports, face.parts, strict=True):
        k = len(own)
        centre = np.concatenate([points[:, part], np.zeros((points.shape[0], 1))], axis=1)
        centre[:, -1] = 1 - centre.sum(axis=1)
        corner = np.repeat(centre[:, np.newaxis, :], k, axis=1)
        for t in range(1, k):  # vertex t moves `REACH` from the last action to action t - 1
            corner[:, t, t - 1] += REACH
            corner[:, t, -1] -= REACH
        boxes.append(corner)
    system = equations(face, tuple(boxes), values_at_vertices(face, tuple(boxes)))
    return system.values[:, 0], system.jacobian / REACH


def _interior(face: Face, points: Array) -> Bools:
    inside: list[Bools] = [points.min(axis=1) > 0]
    inside += [points[:, part].sum(axis=1) < 1 for part in face.parts]
    everywhere: Bools = np.logical_and.reduce(inside)
    return everywhere
