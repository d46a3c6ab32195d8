"""Estimate parameters of prospect theory and of the game from the alliances that were chosen."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq, minimize
from scipy.stats import chi2

from games import (
    AllianceGame,
    AllianceStructure,
    InvalidGameError,
    UnknownNameError,
    checks,
)
from games.arrays import Array
from games.records import Record
from games.tabled import Dimensions, Tabled
from solver.accounts.accounts import NESTING
from solver.accounts.choices import choice_of
from solver.accounts.design import Design
from solver.accounts.nested_logit import LAPSE
from solver.accounts.priors import with_values
from solver.results import Interval, Progress, summary

log = logging.getLogger(__name__)

# wider than any estimate that we know of; precision and nesting are those of the choice rule
BOUNDS: dict[str, tuple[float, float]] = {
    "alpha": (0.2, 1.5),
    "loss_aversion": (0.2, 8.0),
    "gamma": (0.28, 1.5),
    "delta": (0.28, 1.5),
    "cohesion": (0.01, 0.99),
    "entrapment": (0.0, 1.0),
    "entrapment_share": (0.0, 1.0),
    "reliability": (0.01, 0.999),
    "pledge_bilateral": (0.01, 1.0),
    "pledge_multilateral": (0.01, 1.0),
    "k_bloc": (0.0, 0.3),
    "deployment": (0.01, 1.5),
    "projection": (0.1, 8.0),
    "nesting": (0.05, 1.0),
}
PRECISION = "precision"
PRECISION_BOUNDS = (0.1, 2000.0)
# log likelihoods that differ by less are those of one peak
AGREED = 1e-4
# places at which a profile is looked at, over the whole range of its parameter
SCANNED = 25
# peaks of a profile that come so near the best are climbed to their tops
NEAR = 1.0
# a climb begins anew where it ended until that gains less, or so often
SETTLED, MOST_CLIMBS = 1e-6, 5


class Groups(NamedTuple):
    """The structures that are accepted, case by case and form by form.

    Attributes
    ----------
    rows : ndarray of int, shape (m,)
        Their places in the design; those of a case and a form stand together.
    starts : ndarray of int, shape (groups,)
        Where each case's structures of a form begin.
    sizes : ndarray of int, shape (groups,)
    first : ndarray of int, shape (cases,)
        The first group of each case.
    """

    rows: NDArray[np.int64]
    starts: NDArray[np.int64]
    sizes: NDArray[np.int64]
    first: NDArray[np.int64]


def groups_of(design: Design) -> Groups:
    """Return the accepted structures of the design's games, by case and form.

    Consent is that of each game as it is given, whatever parameters are tried: a candidate who came
    and went with them would make the likelihood jump.
    """
    rows: list[NDArray[np.int64]] = []
    sizes: list[int] = []
    first: list[int] = []
    for index, game in enumerate(design.games):
        choice = choice_of(game)
        places = design.places(index, choice)
        order = np.argsort(choice.forms, kind="stable")
        first.append(len(sizes))
        sizes += np.unique(choice.forms, return_counts=True)[1].tolist()
        rows.append(places[order])
    widths = np.array(sizes, dtype=np.int64)
    return Groups(
        np.concatenate(rows), np.cumsum(widths) - widths, widths, np.array(first, dtype=np.int64)
    )


class Likelihood:
    """The log likelihood of chosen structures, by the nested logit of `nested_logit`.

    Forms have equal base rates; a lapse falls on all structures of the case alike.

    Parameters
    ----------
    cases : sequence of AllianceGame
    free : sequence of str
        Names of the free parameters, besides the precision.
    chosen : sequence of AllianceStructure
        The structure chosen in each case.
    """

    def __init__(
        self,
        cases: Sequence[AllianceGame],
        free: Sequence[str],
        chosen: Sequence[AllianceStructure],
    ) -> None:
        self.design = Design(cases)
        self.names = (*free, PRECISION)
        self.groups = groups_of(self.design)
        places = [self.design.place(i, structure) for i, structure in enumerate(chosen)]
        row_of = np.full(self.design.size, -1)
        row_of[self.groups.rows] = np.arange(self.groups.rows.size)
        self._row = row_of[places]
        self._lapse = LAPSE / np.diff(self.design.starts)
        bounds = [(*BOUNDS[name],) for name in free] + [np.log(PRECISION_BOUNDS)]
        self._low, self._high = np.array(bounds).T

    def natural(self, point: Array) -> dict[str, float]:
        """Return parameters from a point of the unit cube; the precision runs on a log scale."""
        raw = self._low + np.clip(point, 0, 1) * (self._high - self._low)
        raw[-1] = np.exp(raw[-1])
        return dict(zip(self.names, raw.tolist(), strict=True))

    def point(self, values: dict[str, float]) -> Array:
        """Return the point of the unit cube of some parameters."""
        raw = np.array([values[name] for name in self.names])
        raw[-1] = np.log(raw[-1])
        return np.asarray((raw - self._low) / (self._high - self._low))

    def log_chances(self, values: dict[str, float]) -> Array:
        """Return log P of each accepted structure, without lapses, in the order of `groups`."""
        changes = {n: value for n, value in values.items() if n not in (PRECISION, "nesting")}
        worth = self.design.values(lambda game: with_values(game, changes))[self.groups.rows]
        return log_chances(worth * values[PRECISION], self.groups, values.get("nesting", NESTING))

    def __call__(self, point: Array) -> float:
        """Return the log likelihood at a point of the unit cube."""
        chances = self.log_chances(self.natural(point))[self._row]
        kept = np.where(self._row >= 0, (1 - LAPSE) * np.exp(chances), 0.0)
        return float(np.log(kept + self._lapse).sum())


def log_chances(worth: Array, groups: Groups, nesting: float) -> Array:
    """Return log P of structures by the nested logit, many cases at once.

    Parameters
    ----------
    worth : ndarray, shape (m,)
        Precision times value, in the order of `groups`.
    nesting : float
        In (0, 1].
    """
    top = np.maximum.reduceat(worth, groups.starts)
    inner = (worth - np.repeat(top, groups.sizes)) / nesting
    mass = np.log(np.add.reduceat(np.exp(inner), groups.starts))
    nested = top + nesting * (mass - np.log(groups.sizes))
    normal = np.logaddexp.reduceat(nested, groups.first)
    forms = np.diff(np.append(groups.first, groups.sizes.size))
    outer = nested - np.repeat(normal, forms)
    found: Array = inner + np.repeat(outer - mass, groups.sizes)
    return found


@dataclass(frozen=True, eq=False)
class Estimate(Tabled, Record):
    """Maximum-likelihood estimates.

    Attributes
    ----------
    values : dict of str to float
        Of each free parameter, and the precision of the choice rule.
    intervals : dict of str to Interval
    level : float
        Of the intervals.
    log_likelihood : float
    starts_that_agree : int
        How many of the starts of the search came within 1e-4 of the best likelihood.
    warnings : tuple of str
        What these cases do not identify.
    """

    values: dict[str, float]
    intervals: dict[str, Interval]
    level: float
    log_likelihood: float
    starts_that_agree: int
    warnings: tuple[str, ...]

    _subject = "maximum-likelihood estimates"
    _asked = ()
    _units = dict.fromkeys(("estimate", "low", "high"), "the parameter's own (games.settings)")

    @property
    def caveat(self) -> str:
        """The warnings."""
        return " ".join(self.warnings)

    def records(self) -> list[dict[str, object]]:
        """Return a row for each parameter, with the ends of its interval."""
        return [
            {
                "parameter": name,
                "estimate": value,
                "low": self.intervals[name].low,
                "high": self.intervals[name].high,
                "low_is_open": self.intervals[name].low_is_open,
                "high_is_open": self.intervals[name].high_is_open,
                "gaps": len(self.intervals[name].gaps),
            }
            for name, value in self.values.items()
        ]

    def _dimensions(self) -> Dimensions:
        return {"parameter": {}}

    def summary(self) -> str:
        """Return the estimates with their intervals as text, warnings below."""
        return summary(
            f"Maximum likelihood: log likelihood {self.log_likelihood:.4f},"
            f" {self.starts_that_agree} starts agree",
            ("parameter", "estimate", f"{self.level:.0%} interval"),
            [
                (name, f"{value:.4g}", str(self.intervals[name]))
                for name, value in self.values.items()
            ],
            self.warnings,
        )

    def __str__(self) -> str:
        told = ", ".join(
            f"{name} {value:.4g} ({self.intervals[name]})" for name, value in self.values.items()
        )
        return f"{told}; log likelihood {self.log_likelihood:.4f}"


def estimate(
    cases: Sequence[AllianceGame],
    free: Sequence[str],
    chosen: Sequence[AllianceStructure] | None = None,
    *,
    level: float = 0.9,
    starts: int = 5,
    seed: int = 0,
    progress: Progress | None = None,
) -> Estimate:
    """Return maximum-likelihood estimates of `free` from the structures chosen in `cases`.

    Parameters
    ----------
    cases : sequence of AllianceGame
        What is free is the same in all; the rest is each case's own.
    free : sequence of str
        Names in `BOUNDS`: "loss_aversion", "cohesion", ...
    chosen : sequence of AllianceStructure, optional
        By default the structures on record in the cases' scenarios.
    level : float
        Of the profile-likelihood intervals, in (0, 1).
    starts : int
        Random starts of the search; the scan of each profile adds its own.
    seed : int
    progress : callable, optional
        Called with "starts" or "profiles" and the numbers done and to do; where a higher peak is
        found, profiles begin anew.

    Returns
    -------
    Estimate
        Each interval comes from a scan of the parameter's whole range: where the likelihood has
        several peaks it is a union, and a higher peak that the scan comes upon becomes the
        estimate.

    Raises
    ------
    InvalidGameError
        If there are no cases, or not one structure for each.
    UnknownNameError
        If a name is not one that can be free.
    """
    level = checks.within("level", level, 0.01, 0.999)
    checks.whole("starts", starts, 1)
    cases, free = checks.listed("cases", cases), checks.listed("free", free)
    for case in cases:
        if not isinstance(case, AllianceGame):
            raise InvalidGameError(f"`cases` must be alliance games; got {checks.shown(case)}")
    for name in free:
        if not isinstance(name, str) or name not in BOUNDS:
            raise UnknownNameError("parameter", name, BOUNDS)
    if len(set(free)) != len(free):
        raise InvalidGameError(f"`free` must name each parameter once; got {list(free)}")
    observed = (
        [_record(game) for game in cases]
        if chosen is None
        else list(checks.listed("chosen", chosen))
    )
    if not cases or len(observed) != len(cases):
        raise InvalidGameError(
            f"`chosen` must be one structure for each case; got {len(observed)} for {len(cases)}"
        )
    likelihood = Likelihood(cases, free, observed)
    rng = np.random.default_rng(seed)
    found = []
    for start in rng.uniform(size=(starts, len(free) + 1)):
        found.append(climb(likelihood, start, ()))
        if progress:
            progress("starts", len(found), starts)
    best = max(found, key=lambda item: item[1])
    profiles: dict[str, Profile] = {}
    while len(profiles) < len(likelihood.names):
        name = likelihood.names[len(profiles)]
        profiles[name] = _profile(likelihood, len(profiles), best[0])
        tried = [climb(likelihood, point, ()) for point in profiles[name].peaks(best[1] - NEAR)]
        higher = max(tried, key=lambda item: item[1])
        if higher[1] > best[1] + AGREED:
            log.info("a higher peak on the profile of %s: %.4f", name, higher[1])
            best, profiles = higher, {}
        if progress:
            progress("profiles", len(profiles), len(likelihood.names))
    drop = chi2.ppf(level, 1) / 2
    intervals = {
        name: _interval(likelihood, place, own, best[1] - drop)
        for place, (name, own) in enumerate(profiles.items())
    }
    values = likelihood.natural(best[0])
    return Estimate(
        values,
        intervals,
        level,
        best[1],
        sum(item[1] > best[1] - AGREED for item in found),
        tuple(_warnings(intervals)),
    )


def simulate(
    cases: Sequence[AllianceGame],
    precision: float,
    rng: np.random.Generator,
    nesting: float = NESTING,
) -> list[AllianceStructure]:
    """Return a structure for each case, drawn by the choice rule of `Likelihood`."""
    checks.at_least("precision", precision, 0)
    checks.within("nesting", nesting, BOUNDS["nesting"][0], 1)
    design = Design(cases)
    groups = groups_of(design)
    worth = precision * design.values(lambda game: game)[groups.rows]
    chances = np.exp(log_chances(worth, groups, nesting))
    ends = np.append(groups.starts[groups.first], groups.rows.size)
    drawn = []
    for index, (start, end) in enumerate(pairwise(ends.tolist())):
        first, after = design.starts[index], design.starts[index + 1]
        if rng.random() < LAPSE:
            place = int(rng.integers(after - first))
        else:
            own = chances[start:end]
            row = int(rng.choice(end - start, p=own / own.sum()))
            place = int(groups.rows[start + row]) - first
        drawn.append(design.structure(index, place))
    return drawn


def profile_at(likelihood: Likelihood, name: str, value: float, start: Array) -> float:
    """Return the greatest log likelihood with one parameter held at `value`."""
    place = likelihood.names.index(name)
    point = likelihood.point(likelihood.natural(start) | {name: value})
    return climb(likelihood, point, (place,))[1]


def _record(game: AllianceGame) -> AllianceStructure:
    found = game.scenario.recorded(game.candidates) if game.scenario else None
    if found is None:
        raise InvalidGameError("`chosen` must be given for cases without a record; got none")
    return found


def climb(likelihood: Likelihood, start: Array, fixed: tuple[int, ...]) -> tuple[Array, float]:
    """Return the best point reached from `start`, some coordinates held, and its likelihood."""
    moving = [place for place in range(start.size) if place not in fixed]

    def loss(part: Array) -> float:
        point = start.copy()
        point[moving] = part
        return -likelihood(point)

    if not moving:
        return start, likelihood(start)
    part, height = start[moving], -np.inf
    for _ in range(MOST_CLIMBS):
        done = minimize(
            loss,
            part,
            method="L-BFGS-B",
            bounds=[(0, 1)] * len(moving),
            options={"eps": 1e-6, "ftol": 1e-10, "gtol": 1e-6},
        )
        # values bend where an outcome meets the reference, and there the search may stop early
        part, gain, height = done.x, -float(done.fun) - height, -float(done.fun)
        if gain < SETTLED:
            break
    point = start.copy()
    point[moving] = part
    return point, height


class Profile(NamedTuple):
    """The greatest log likelihood with one parameter held at each of some places.

    Attributes
    ----------
    points : list of ndarray
        Where it is reached, in the unit cube, by rising places.
    heights : ndarray
    """

    points: list[Array]
    heights: Array

    def peaks(self, least: float) -> Iterator[Array]:
        """Yield the points that are no lower than their neighbours, and than `least`."""
        walls = np.concatenate([[-np.inf], self.heights, [-np.inf]])
        beside = np.maximum(walls[:-2], walls[2:])
        for place in np.flatnonzero(self.heights >= np.maximum(beside, least)).tolist():
            yield self.points[place]


def _profile(likelihood: Likelihood, place: int, best: Array) -> Profile:
    """Return the profile of a parameter over its range, climbed from both neighbours and `best`."""
    places = np.union1d(np.linspace(0, 1, SCANNED), best[place])
    found: list[tuple[Array, float]] = [(best, -np.inf)] * len(places)
    for order in (range(len(places)), range(len(places) - 1, -1, -1)):
        beside = best
        for number in order:
            starts = [beside] if found[number][1] > -np.inf else [beside, best]
            for start in starts:
                tried = climb(likelihood, _with(start, place, float(places[number])), (place,))
                found[number] = max(found[number], tried, key=lambda item: item[1])
            beside = found[number][0]
    return Profile([point for point, _ in found], np.array([height for _, height in found]))


def _interval(likelihood: Likelihood, place: int, profile: Profile, least: float) -> Interval:
    """Return where a profile is no lower than `least`, its ends located between the places."""

    def excess(value: float, starts: Sequence[Array]) -> float:
        return -least + max(
            climb(likelihood, _with(start, place, value), (place,))[1] for start in starts
        )

    name = likelihood.names[place]
    inside = profile.heights >= least
    ends: list[float] = [0.0] if inside[0] else []
    for number in np.flatnonzero(inside[1:] != inside[:-1]).tolist():
        pair = profile.points[number : number + 2]
        low, high = (float(point[place]) for point in pair)
        ends.append(float(brentq(excess, low, high, args=(pair,), xtol=1e-4)))
    if inside[-1]:
        ends.append(1.0)
    natural = [likelihood.natural(_with(profile.points[0], place, end))[name] for end in ends]
    gaps = tuple(zip(natural[1:-1:2], natural[2:-1:2], strict=True))
    return Interval(natural[0], natural[-1], bool(inside[0]), bool(inside[-1]), gaps)


def _with(point: Array, place: int, value: float) -> Array:
    changed = point.copy()
    changed[place] = value
    return changed


def _warnings(intervals: dict[str, Interval]) -> list[str]:
    found = []
    for name, interval in intervals.items():
        if interval.low_is_open and interval.high_is_open:
            found.append(f"`{name}` is not identified: its interval is its whole range")
        elif interval.low_is_open or interval.high_is_open:
            side = "below" if interval.low_is_open else "above"
            found.append(f"`{name}` is identified on one side only: unbounded {side}")
    return found
