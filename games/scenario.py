"""Where a game's figures come from: the historical (or invented) scenario behind it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from games.structures import AllianceStructure

Coding = Literal["inferred", "invented", "published"]


@dataclass(frozen=True)
class Figure:
    """A number with its unit and source."""

    value: float
    unit: str
    source: str


@dataclass(frozen=True)
class CodedThreat:
    """A threat level, who coded it, and why: one sentence."""

    value: float
    coding: Coding
    reason: str


@dataclass(frozen=True)
class SignedTreaty:
    """A treaty on record; dates as ISO text, members by abbreviation."""

    name: str
    form: str
    signed: str
    members: tuple[str, ...]
    source: str


@dataclass(frozen=True)
class Scenario:
    """The provenance of a game: what was measured, what was coded, and what was signed."""

    name: str
    title: str
    theatre: str
    year: int
    kind: Literal["historical", "invented"]
    summary: str
    hegemon: str
    adversary: str
    threat: CodedThreat
    labels: dict[str, str] = field(default_factory=dict)
    figures: dict[str, Figure] = field(default_factory=dict)
    treaties: tuple[SignedTreaty, ...] = ()
    sources: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def recorded(self, candidates: tuple[str, ...]) -> AllianceStructure | None:
        """Return the structure that was signed, or None if nothing is on record.

        Only treaties of the hegemon with the candidates count.
        """
        groups = [
            [name for name in treaty.members if name in candidates]
            for treaty in self.treaties
            if self.hegemon in treaty.members
        ]
        groups = [group for group in groups if group]
        if not groups:
            return None
        return AllianceStructure(self.hegemon, blocs=groups)
