"""Where a game's figures come from: the historical (or invented) scenario behind it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from itertools import combinations
from math import nan
from typing import Literal

from games import checks
from games.alliance.structures import AllianceStructure, Family, Form, from_groups
from games.records import Record, brief

Coding = Literal["inferred", "invented", "published"]
Sample = Literal["calibration", "held-out"]


class Told:
    """What a file or a user tells of a game: its texts are made fit to print."""

    def __post_init__(self) -> None:
        for part in fields(self):  # type: ignore[arg-type]
            object.__setattr__(self, part.name, _fit(part.name, getattr(self, part.name)))
        if isinstance(self, Record):
            Record.__post_init__(self)


def _fit(name: str, value: object) -> object:
    if type(value) is str:
        return checks.text(name, value)
    if type(value) is tuple:
        return tuple(_fit(name, item) for item in value)
    if isinstance(value, dict):
        return {key: _fit(name, item) for key, item in value.items()}
    return value


CALIBRATED = (
    "The default parameters were chosen in hindsight so that the three historical theatres come"
    " out: this is calibration, not a test."
)


@dataclass(frozen=True)
class Figure(Told):
    """A number with its unit and source."""

    value: float
    unit: str
    source: str


@dataclass(frozen=True)
class CodedThreat(Told):
    """A threat level, who coded it, and why: one sentence."""

    value: float
    coding: Coding
    reason: str


@dataclass(frozen=True)
class CodedForm(Told):
    """The form that a hegemon sought, who coded it, and why: one sentence."""

    form: Form
    coding: Coding
    reason: str


@dataclass(frozen=True)
class CodedCase:
    """What makes a scenario a case, one on which an account can be right or wrong.

    Parameters
    ----------
    sample : {"calibration", "held-out"}
        Whether the default parameters were chosen with this case in view.
    preferred : CodedForm
        What the hegemon sought, which is not always what was signed: see `Scenario.recorded`.
    family : {"bloc_and_spokes", "blocs"}
        The structures that the case's game admits.
    observed : int, optional
        The year in which predictors are read: the one before signature.
    prior_ties : tuple of tuple of str
        Groups of candidates that were all allied with one another in that year.
    status_quo : tuple of tuple of str
        The candidates in each treaty of the hegemon that was in force before.
    readings : tuple of CodedForm
        What others read the hegemon to have sought.
    """

    __repr__ = brief

    sample: Sample
    preferred: CodedForm
    family: Family = "bloc_and_spokes"
    observed: int | None = None
    prior_ties: tuple[tuple[str, ...], ...] = ()
    status_quo: tuple[tuple[str, ...], ...] = ()
    readings: tuple[CodedForm, ...] = ()

    def allied_before(self) -> frozenset[frozenset[str]]:
        """Return the pairs of candidates that were allied in the year before signature."""
        return frozenset(
            frozenset(pair) for group in self.prior_ties for pair in combinations(group, 2)
        )

    def standing(self, hegemon: str, candidates: Iterable[str]) -> AllianceStructure:
        """Return the status quo among some of the candidates, as a structure."""
        kept = frozenset(candidates)
        groups = [[name for name in group if name in kept] for group in self.status_quo]
        return from_groups(hegemon, [group for group in groups if group])


@dataclass(frozen=True)
class SignedTreaty(Told):
    """A treaty on record; dates as ISO text, members by abbreviation."""

    name: str
    form: str
    signed: str
    members: tuple[str, ...]
    source: str


@dataclass(frozen=True, eq=False)
class Scenario(Told, Record):
    """The provenance of a game: what was measured, what was coded, and what was signed."""

    name: str
    title: str
    theatre: str
    year: int
    kind: Literal["historical", "invented"]
    summary: str
    hegemon: str
    adversaries: tuple[str, ...]
    threat: CodedThreat
    labels: dict[str, str] = field(default_factory=dict)
    figures: dict[str, Figure] = field(default_factory=dict)
    treaties: tuple[SignedTreaty, ...] = ()
    sources: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    case: CodedCase | None = None

    @property
    def caveat(self) -> str:
        """What results for it are worth; empty if its figures are invented."""
        return CALIBRATED if self.kind == "historical" else ""

    @property
    def adversary(self) -> str:
        """The adversaries' names, with commas."""
        return ", ".join(self.adversaries)

    def opposed(self) -> float:
        """Return the adversaries' capability in all, in units of the hegemon's; NaN if it has none.

        Those without a figure do not count.
        """
        own = self.figures.get(self.hegemon)
        known = [self.figures[name].value for name in self.adversaries if name in self.figures]
        return sum(known) / own.value if own and own.value else nan

    def recorded(self, candidates: tuple[str, ...]) -> AllianceStructure | None:
        """Return the structure that was signed, or None if nothing is on record.

        Only treaties of the hegemon with the candidates count, each candidate in its newest. In a
        case the record is whole: what it does not name stays as it was in the status quo.
        """
        groups = [
            [name for name in treaty.members if name in candidates]
            for treaty in self.treaties
            if self.hegemon in treaty.members
        ]
        groups = [group for group in groups if group]
        if not groups and self.case is None:
            return None
        found = AllianceStructure(self.hegemon)
        if self.case is not None:
            found = self.case.standing(self.hegemon, candidates)
        for group in groups:
            found = found.with_treaty(group)
        return found

    @property
    def observed(self) -> int:
        """The year in which predictors are read: of a case the one before signature."""
        year = self.case.observed if self.case else None
        return self.year if year is None else year
