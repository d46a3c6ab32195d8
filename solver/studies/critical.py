"""Critical threats: where the form of the hegemon's preferred alliance changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from games import AllianceGame, AllianceStructure, Form, NotApplicableError, checks
from games.records import Record
from games.tabled import Dimensions, Tabled
from solver.results import name_of
from solver.studies.enclosure import Enclosure, Stretch
from solver.studies.outcome import THREAT

# Critical threats as objects: where the preferred form changes, and how surely.


@dataclass(frozen=True)
class CriticalThreat(Tabled):
    """A threat level at which the form of the preferred structure changes.

    Attributes
    ----------
    threat : float
        The middle of the bracket.
    below, above : Form
    below_structure, above_structure : AllianceStructure
        The preferred structures at the two ends of the bracket.
    cause : str
        "value" if the two structures' values cross; "acceptance" if a candidate starts or ceases
        to accept; "not located" for a change between two levels of a sweep that was not followed
        up (then a form may be None: no equilibrium).
    width : float
        Width of the bracket: at most 1e-9 if the change was located.
    """

    threat: float
    below: Form | None
    above: Form | None
    below_structure: AllianceStructure | None
    above_structure: AllianceStructure | None
    cause: str
    width: float

    _asked = ()
    _units = {"threat": THREAT, "width": THREAT}  # noqa: RUF012

    @property
    def title(self) -> str:
        """What changes at which threat."""
        return f"from {name_of(self.below)} to {name_of(self.above)} at threat {self.threat:.4g}"

    def record(self) -> dict[str, object]:
        """Return the change of form as a flat row of plain values."""
        return {
            "threat": self.threat,
            "below": name_of(self.below),
            "above": name_of(self.above),
            "below_structure": str(self.below_structure),
            "above_structure": str(self.above_structure),
            "cause": self.cause,
            "width": self.width,
        }

    def records(self) -> list[dict[str, object]]:
        """Return `record` alone."""
        return [self.record()]

    def __str__(self) -> str:
        return f"{self.threat:.9f}: {self.below} -> {self.above} ({self.cause})"


class Multilateral(NamedTuple):
    """At which threats the preferred form is multilateral.

    Attributes
    ----------
    spans : tuple of (float, float)
        Rising.
    interval : (float, float)
        The threats that were looked at.
    """

    spans: tuple[tuple[float, float], ...]
    interval: tuple[float, float]

    @property
    def first(self) -> float | None:
        """The lowest such threat, None if there is none."""
        return self.spans[0][0] if self.spans else None

    @property
    def to_the_end(self) -> float | None:
        """The threat from which on all are such, None if the highest is not."""
        ends = self.spans and self.spans[-1][1] == self.interval[1]
        return self.spans[-1][0] if ends else None

    @property
    def share(self) -> float:
        """The share of the threats that are such; of a single one, 0 or 1."""
        whole = self.interval[1] - self.interval[0]
        if whole == 0:
            return float(bool(self.spans))
        return min(1.0, sum(high - low for low, high in self.spans) / whole)


@dataclass(frozen=True, eq=False)
class CriticalThreats(Tabled, Record, Sequence[CriticalThreat]):
    """Every critical threat of a game, in rising order.

    Attributes
    ----------
    found : tuple of CriticalThreat
    resolution : float
        Proved: no other form is preferred anywhere on an interval longer than this, except between
        the critical threats that are listed.
    first, last : Form
        The form at the two ends of `interval`.
    interval : tuple of float
        The threats covered: from 0 to 1, or from the lowest to the highest level of a sweep.
    """

    found: Sequence[CriticalThreat]
    resolution: float
    first: Form | None
    last: Form | None
    interval: tuple[float, float] = (0.0, 1.0)

    def __getitem__(self, index: int | slice) -> CriticalThreat:  # type: ignore[override]
        return self.found[index]  # type: ignore[return-value]

    def __len__(self) -> int:
        return len(self.found)

    _subject = "threats at which the form of the preferred alliance changes"
    _asked = ()
    _units = dict.fromkeys(("threat", "width", "resolution"), THREAT)

    def records(self) -> list[dict[str, object]]:
        """Return a row for each critical threat."""
        return [change.record() | {"resolution": self.resolution} for change in self]

    def _dimensions(self) -> Dimensions:
        return {"threat": {}}

    def __str__(self) -> str:
        return f"[{', '.join(map(str, self))}]"

    @property
    def multilateral(self) -> Multilateral:
        """Where in `interval` the form is multilateral."""
        spans = ((low, high) for low, high, form in self.spans() if form is Form.MULTILATERAL)
        return Multilateral(tuple(spans), self.interval)

    @property
    def multilateral_from(self) -> float | None:
        """The threat from which on, to the end of `interval`, the form is multilateral; or None."""
        return self.multilateral.to_the_end

    def spans(self) -> list[tuple[float, float, Form | None]]:
        """Return the intervals of threat on which one form is preferred, with the form."""
        ends = [self.interval[0], *(change.threat for change in self), self.interval[1]]
        forms = [self.first, *(change.above for change in self)]
        return [(low, high, form) for (low, high), form in zip(pairwise(ends), forms, strict=True)]


def changes_on_grid(
    threats: Sequence[float], found: Sequence[AllianceStructure | None]
) -> CriticalThreats:
    """Return where the form changes between the levels of a sweep, no finer than its steps.

    For the concepts and families for which changes are not located further.

    Parameters
    ----------
    threats, found : sequence, shape (levels,)
        Levels, and the preferred structure at each, None where there is no equilibrium.
    """
    levels = sorted(zip(threats, found, strict=True), key=lambda level: level[0])
    changes = [
        CriticalThreat(
            threat=(low + high) / 2,
            below=_form(below),
            above=_form(above),
            below_structure=below,
            above_structure=above,
            cause="not located",
            width=high - low,
        )
        for (low, below), (high, above) in pairwise(levels)
        if _form(below) != _form(above)
    ]
    widest = max((high[0] - low[0] for low, high in pairwise(levels)), default=0.0)
    ends = levels[0], levels[-1]
    forms = _form(ends[0][1]), _form(ends[1][1])
    return CriticalThreats(changes, widest, *forms, (ends[0][0], ends[1][0]))


def _form(structure: AllianceStructure | None) -> Form | None:
    return structure.form if structure else None


PRECISION = 1e-9
RESOLUTION = 1e-4
FIRST_STRETCHES = 64
MOST_STRETCHES = 4_096


def critical_threats(
    game: AllianceGame,
    *,
    resolution: float = RESOLUTION,
    progress: Callable[[float], None] | None = None,
) -> CriticalThreats:
    """Return every threat in [0, 1] at which the form of the preferred structure changes.

    The preferred structure is the hegemon's best subgame-perfect outcome: the best structure that
    all its members accept. Ties count for nothing here; crossings are strict.

    1. Cut [0, 1] into stretches. On each, enclose the value of every structure and who may accept
       it: outcomes fall and the reference moves one way as the threat rises, and the value falls
       with the reference and rises with outcomes, so the ends of the stretch give both bounds.
    2. Drop the structures that some candidate surely refuses, and those whose upper bound lies
       below the greatest lower bound of one that all surely accept. If all that are left have one
       form, no change of form can lie in the stretch.
    3. Halve the other stretches and go on, until they are narrower than `resolution`, or 1e-9 if
       the forms preferred at their ends differ. The latter bracket the critical threats.

    Parameters
    ----------
    game : AllianceGame
        Of the family `bloc_and_spokes`; its own threat is not used.
    resolution : float
        In [1e-9, 0.1]. A change and its reverse that lie closer together may be missed.
    progress : callable, optional
        Called with the share of [0, 1] that is settled.

    Returns
    -------
    CriticalThreats
        Also tells the resolution that was proved: a wider one than asked for if structures are so
        close in value that more than 4,096 stretches would have had to be halved at once.

    Raises
    ------
    NotApplicableError
        For the family `blocs`, or more than 12 candidates.

    Examples
    --------
    >>> import games
    >>> found = critical_threats(games.load("classic-athens"))
    >>> print(found[-1].below, found[-1].above, round(found[-1].threat, 4))
    mixed multilateral 0.3568
    """
    checks.kind("game", game, AllianceGame)
    checks.within("resolution", resolution, PRECISION, 0.1)
    _check_family(game)
    enclosure = Enclosure(game)
    stretches = enclosure.stretches(list(pairwise(np.linspace(0, 1, FIRST_STRETCHES + 1).tolist())))
    first, last = stretches[0].ends()[0].form, stretches[-1].ends()[1].form
    found, proved = _crossings(enclosure, stretches, resolution, progress)
    return CriticalThreats(found, proved, first, last)


def crossings_between(
    game: AllianceGame,
    threats: Sequence[float],
    forms: Sequence[Form | None],
    *,
    progress: Callable[[float], None] | None = None,
) -> CriticalThreats:
    """Return the critical threats between the levels of a sweep, located to 1e-9.

    Cheaper than `critical_threats`: only intervals between neighbouring levels of different forms
    are searched, so the resolution is the widest step of the sweep.

    Parameters
    ----------
    threats, forms : sequence, shape (levels,)
        Levels, and the form preferred at each (never None for subgame-perfect outcomes).
    progress : callable, optional
        As in `critical_threats`: called as intervals are halved.
    """
    _check_family(game)
    levels = sorted(zip(threats, forms, strict=True), key=lambda level: level[0])
    steps = [(low, high) for low, high in pairwise(levels) if low[1] != high[1]]
    widest = max((high[0] - low[0] for low, high in pairwise(levels)), default=0.0)
    enclosure = Enclosure(game)
    stretches = enclosure.stretches([(low[0], high[0]) for low, high in steps])
    found, _ = _crossings(enclosure, stretches, 0.1, progress)
    ends = levels[0], levels[-1]
    return CriticalThreats(found, widest, ends[0][1], ends[1][1], (ends[0][0], ends[1][0]))


def _check_family(game: AllianceGame) -> None:
    if game.burden_sharing != "none":
        raise NotApplicableError(
            f"critical threats are for burden_sharing 'none'; got '{game.sharing}'; sweep the game"
            " over threat levels instead"
        )
    if game.family != "bloc_and_spokes":
        raise NotApplicableError(
            "critical threats are for the family 'bloc_and_spokes'; sweep a game of the family"
            " 'blocs' over threat levels instead"
        )


def _crossings(
    enclosure: Enclosure,
    stretches: list[Stretch],
    resolution: float,
    progress: Callable[[float], None] | None = None,
) -> tuple[list[CriticalThreat], float]:
    """Halve stretches until every change of form is bracketed; return them and what was proved."""
    found: list[CriticalThreat] = []
    proved = PRECISION
    while stretches:
        stretches = [stretch for stretch in stretches if not stretch.one_form]
        located = [
            stretch for stretch in stretches if stretch.crosses and stretch.width <= PRECISION
        ]
        found += [_located(stretch) for stretch in located]
        crossing = [
            stretch for stretch in stretches if stretch.crosses and stretch.width > PRECISION
        ]
        doubtful = [stretch for stretch in stretches if not stretch.crosses]
        wide = [stretch for stretch in doubtful if stretch.width > resolution]
        if len(wide) > MOST_STRETCHES:
            wide = []
        left = (
            doubtful
            if not wide
            else [stretch for stretch in doubtful if stretch.width <= resolution]
        )
        proved = max([proved, *(stretch.width for stretch in left)])
        if progress:
            progress(1 - sum(stretch.width for stretch in crossing + wide))
        stretches = enclosure.halves(crossing + wide)
    found.sort(key=lambda item: item.threat)
    return found, proved


def _located(stretch: Stretch) -> CriticalThreat:
    below, above = stretch.ends()
    return CriticalThreat(
        threat=(stretch.low.threat + stretch.high.threat) / 2,
        below=below.form,
        above=above.form,
        below_structure=below,
        above_structure=above,
        cause="value" if stretch.both_accepted() else "acceptance",
        width=stretch.width,
    )
