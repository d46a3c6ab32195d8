"""One account as a model of all cells: its likelihood with gradient, and its best parameters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from games.arrays import Array, Bools, Ints
from games.records import Record
from solver.accounts.nested_logit import LAPSE
from solver.alliance.tasks import in_threads
from solver.great_powers.cells import FORMS, Cell
from solver.great_powers.kernel import PARTS, fill
from solver.great_powers.tables import LEVELS, Table

BASE = "base_rate"
WITHOUT_TERM = ("prospect_theory", "expected_utility")
# intervals of the parameters; strengths are those of a term times the precision
PRECISION, STRENGTH, NESTING = (0.0, 400.0), (-400.0, 400.0), (0.1, 1.0)
CONSTANT, MIDDLE, SLOPE = (-12.0, 12.0), (-8.0, 8.0), (-6.0, 6.0)
WIDTHS = np.diff(LEVELS)
# units in which the search moves, so that all parameters have one size
UNIT = {"precision": 20.0, "strength": 20.0}
# the likelihood has several peaks
STARTS = (
    {"precision": 10.0, "middle": 0.0},
    {"precision": 60.0, "middle": 0.0, "slope": 0.5},
    {"precision": 60.0, "middle": -1.0, "slope": -0.5},
    {"precision": 20.0, "middle": -4.0, "slope": 0.3},
    {"precision": 150.0, "middle": -2.0, "slope": 0.0},
)
THREADS = 8
# a climb ends when the log likelihood gains less, or after so many steps
SETTLED, MOST_STEPS = 1e-4, 200
# of the damping, and what keeps a flat direction from dividing by nothing
LEAST_DAMPING, MOST_DAMPING, FLAT = 1e-6, 1e9, 1e-9


@dataclass(frozen=True, eq=False)
class Outcomes(Record):
    """What models are fitted to.

    Attributes
    ----------
    measures : ndarray, shape (cells, measures)
        Standardised over all cells.
    names : tuple of str
        Of the measures.
    form : ndarray of int, shape (cells,)
        Place in `FORMS`.
    """

    measures: Array
    names: tuple[str, ...]
    form: Ints


def outcomes_of(cells: Sequence[Cell], names: Sequence[str]) -> Outcomes:
    """Return the measures of some names, standardised, and the forms of cells."""
    raw = np.array([[cell.measures[name] for name in names] for cell in cells])
    spread = raw.std(axis=0)
    scaled = (raw - raw.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    return Outcomes(scaled, tuple(names), np.array([FORMS.index(cell.form) for cell in cells]))


@dataclass(frozen=True, eq=False)
class Fit(Record):
    """The best parameters of an account, and what it gives each cell.

    Attributes
    ----------
    account : str
    point : int
        Of the structural parameters.
    values : dict of str to float
    log_likelihood : float
        Over the cells to which it was fitted.
    """

    account: str
    point: int
    values: dict[str, float]
    log_likelihood: float


class Model:
    """An account's likelihood at one point of the structural parameters.

    P(f) in a cell, at its threat tau = logistic(b0 + b z), is interpolated between the two levels
    of threat about tau; at each it is the nested logit of `solver.accounts.nested_logit`, with
    lapses.

    Parameters
    ----------
    account : str
    table : Table
    outcomes : Outcomes
    point : int
        The number of the structural parameters.
    """

    def __init__(self, account: str, table: Table, outcomes: Outcomes, point: int = 0) -> None:
        self.account, self.table, self.outcomes, self.point = account, table, outcomes, point
        plain = account in WITHOUT_TERM
        self.values = table.values[account if plain else "expected_utility"]
        self.term = (
            np.zeros((1, table.form.size), dtype=self.values.dtype)
            if plain
            else table.terms[account]
        )
        shown = [f"constant_{form.value}" for form in FORMS[1:]]
        slopes = [f"slope_{name}" for name in outcomes.names]
        self.names = (*shown, "middle", *slopes, "precision", "nesting")
        self.names += () if plain else ("strength",)
        self.bounds = [_bounds(name) for name in self.names]
        self.units: Array = np.array([UNIT.get(name, 1.0) for name in self.names])

    def chances(self, values: dict[str, float]) -> Array:
        """Return the probability of each form in each cell, shape (cells, forms)."""
        return self._chances(self.vector(values))[0]

    def log_scores(self, values: dict[str, float]) -> Array:
        """Return log P of the form on record, shape (cells,)."""
        chances = self.chances(values)
        found: Array = np.log(chances[np.arange(len(chances)), self.outcomes.form])
        return found

    def threats(self, values: dict[str, float]) -> Array:
        """Return the threat of each cell, in (0, 1)."""
        slopes = np.array([values[f"slope_{name}"] for name in self.outcomes.names])
        return _logistic(np.array(values["middle"]) + self.outcomes.measures.dot(slopes))

    def vector(self, values: dict[str, float]) -> Array:
        """Return parameters as the search moves them."""
        moved: Array = np.array([values[name] for name in self.names]) / self.units
        return moved

    def natural(self, vector: Array) -> dict[str, float]:
        """Return parameters by name."""
        return dict(zip(self.names, (vector * self.units).tolist(), strict=True))

    def fit(
        self,
        among: Bools | None = None,
        starts: Sequence[dict[str, float]] = (),
        fixed: dict[str, float] | None = None,
        form: Ints | None = None,
    ) -> Fit:
        """Return the best parameters, by climbs from one start or several.

        Parameters
        ----------
        among : ndarray of bool, shape (cells,), optional
            The cells to fit to; all by default.
        starts : sequence of dict of str to float
            Where to begin, each; those of `STARTS` if there is none.
        fixed : dict of str to float, optional
            Parameters that are held.
        form : ndarray of int, shape (cells,), optional
            Other outcomes than those on record.
        """
        held = fixed or {}
        forms = self.outcomes.form if form is None else form
        weights = np.ones(forms.size) if among is None else among.astype(np.float64)
        low, high = np.array(self.bounds).T / self.units
        for name, value in held.items():
            place = self.names.index(name)
            low[place] = high[place] = value / self.units[place]
        given = list(starts) or [self.start(one, forms, weights) for one in STARTS]
        ends = [
            self._climb(np.clip(self.vector(one | held), low, high), low, high, forms, weights)
            for one in given
        ]
        vector, height = max(ends, key=lambda end: end[1])
        return Fit(self.account, self.point, self.natural(vector), height)

    def _climb(
        self, vector: Array, low: Array, high: Array, form: Ints, weights: Array
    ) -> tuple[Array, float]:
        """Return where a climb ends, and the log likelihood there.

        Newton's steps with the outer product of the cells' gradients for the Hessian (Berndt, Hall,
        Hall & Hausman 1974), damped until they gain (Levenberg 1944, Marquardt 1963), among the
        parameters that are not held at a bound.
        """
        height, gradient, curvature = self._slopes(vector, form, weights)
        damping = 1e-3
        for _ in range(MOST_STEPS):
            stuck = ((vector <= low) & (gradient < 0)) | ((vector >= high) & (gradient > 0))
            free = ~(stuck | (low == high))
            if not free.any():
                break
            own = curvature[np.ix_(free, free)]
            step = np.zeros(vector.size)
            gain = 0.0
            while damping < MOST_DAMPING:
                bent = own + np.diag(damping * own.diagonal() + FLAT)
                step[free] = np.linalg.solve(bent, gradient[free])
                tried = np.clip(vector + step, low, high)
                found = self._slopes(tried, form, weights)
                gain = found[0] - height
                if gain > 0:
                    break
                damping *= 6
            if gain <= 0:
                break
            moved = tried - vector
            hoped = float(gradient @ moved - moved @ curvature @ moved / 2)
            if gain > hoped / 2:
                damping = max(damping / 5, LEAST_DAMPING)
            elif gain < hoped / 4:
                damping *= 2
            vector = tried
            height, gradient, curvature = found
            if gain < SETTLED:
                break
        return vector, height

    def start(self, given: dict[str, float], form: Ints, weights: Array) -> dict[str, float]:
        """Return a start: `given` parameters, and constants that fit the shares of the forms."""
        counts = np.bincount(form, weights, minlength=len(FORMS)) + 0.5
        values = dict.fromkeys(self.names, 0.0)
        for place, one in enumerate(FORMS[1:], start=1):
            values[f"constant_{one.value}"] = float(np.log(counts[place] / counts[0]))
        values |= {"precision": given["precision"], "nesting": 0.5, "middle": given["middle"]}
        for name in self.outcomes.names:
            values[f"slope_{name}"] = given.get("slope", 0.0)
        return values

    def _slopes(self, vector: Array, form: Ints, weights: Array) -> tuple[float, Array, Array]:
        """Return the log likelihood, its gradient, and the outer product of the cells' own."""
        chances, slopes = self._chances(vector)
        rows = np.arange(form.size)
        own = chances[rows, form]
        each = slopes[rows, form] * (self.units / own[:, np.newaxis])
        value = float((weights * np.log(own)).sum())
        return value, weights @ each, (each.T * weights) @ each

    def _chances(self, vector: Array) -> tuple[Array, Array]:
        """Return P of each form, and its derivatives, shape (cells, forms, parameters)."""
        raw = vector * self.units
        forms, measures = len(FORMS), self.outcomes.measures
        constants = np.concatenate([[0.0], raw[: forms - 1]])
        slopes = raw[forms : forms + measures.shape[1]]
        precision, nesting = raw[forms + measures.shape[1] :][:2]
        strength = float(raw[-1]) if self.account not in WITHOUT_TERM else 0.0
        threat = _logistic(raw[forms - 1] + measures @ slopes)
        level, share = self._between(threat)
        found = np.empty((threat.size, 2, forms, PARTS))
        self._fill(level, float(precision), strength, float(nesting), found)
        base = np.exp(constants - constants.max())
        base /= base.sum()
        odds = constants + found[..., 0]
        odds -= odds.max(axis=2, keepdims=True)
        inner = np.exp(odds)
        inner /= inner.sum(axis=2, keepdims=True)
        weight = np.stack([1 - share, share], axis=1)[:, :, np.newaxis]
        chances = (1 - LAPSE) * (weight * inner).sum(axis=1) + LAPSE * base

        def through(part: Array) -> Array:
            """Return how P moves where the inclusive values move by `part`."""
            mean = (inner * part).sum(axis=2, keepdims=True)
            moved: Array = (1 - LAPSE) * (weight * inner * (part - mean)).sum(axis=1)
            return moved

        by_constant = []
        for place in range(1, forms):
            unit = np.zeros(forms)
            unit[place] = 1.0
            own = LAPSE * base * (unit - base[place])
            by_constant.append(through(np.broadcast_to(unit, inner.shape)) + own)
        by_threat = (1 - LAPSE) * (inner[:, 1] - inner[:, 0]) / WIDTHS[level][:, np.newaxis]
        by_middle = by_threat * (threat * (1 - threat))[:, np.newaxis]
        by_slope = [by_middle * measures[:, [column]] for column in range(measures.shape[1])]
        parts = [*by_constant, by_middle, *by_slope, through(found[..., 1])]
        parts.append(through(found[..., 3]))
        if self.account not in WITHOUT_TERM:
            parts.append(through(found[..., 2]))
        return chances, np.stack(parts, axis=2)

    @staticmethod
    def _between(threat: Array) -> tuple[Ints, Array]:
        """Return the level below each threat, and how far it lies towards the next."""
        level = np.clip(np.searchsorted(LEVELS, threat, side="right") - 1, 0, LEVELS.size - 2)
        return level, (threat - LEVELS[level]) / WIDTHS[level]

    @cached_property
    def _runs(self) -> list[tuple[int, int]]:
        ends = np.linspace(0, self.outcomes.form.size, THREADS + 1).astype(int).tolist()
        return [(first, last) for first, last in pairwise(ends) if last > first]

    def _fill(
        self, level: Ints, precision: float, strength: float, nesting: float, found: Array
    ) -> None:
        def run(ends: tuple[int, int]) -> None:
            fill(
                self.table.starts,
                self.table.form,
                self.values,
                self.term,
                level,
                precision,
                strength,
                nesting,
                *ends,
                found,
            )

        in_threads(run, self._runs, self.table.form.size > 10_000)


def base_rate(form: Ints, among: Bools | None = None) -> Array:
    """Return the log of each form's share among some cells, each counted half more than seen."""
    own = form if among is None else form[among]
    counts = np.bincount(own, minlength=len(FORMS)) + 0.5
    found: Array = np.log(counts / counts.sum())
    return found


def _bounds(name: str) -> tuple[float, float]:
    own = {"precision": PRECISION, "strength": STRENGTH, "nesting": NESTING, "middle": MIDDLE}
    if name in own:
        return own[name]
    return CONSTANT if name.startswith("constant_") else SLOPE


def _logistic(x: Array) -> Array:
    return np.asarray(1 / (1 + np.exp(-x)), dtype=np.float64)
