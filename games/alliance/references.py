"""Reference points: the outcome that divides gains from losses."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar, Protocol

from games import checks
from games.alliance.structures import AllianceStructure


class Mean(Protocol):
    """The mean outcome of structures; at the threat that frames the choice, if at no other."""

    def __call__(self, structure: AllianceStructure, threat: float = ..., /) -> float:
        """Return the hegemon's mean outcome under `structure`, without burdens."""


class Reference(ABC):
    """A rule that gives the hegemon's reference point.

    Every rule must move with the threat in one direction only (rising or falling throughout):
    the search for critical threats encloses the reference between its values at the ends.
    """

    example: ClassVar[str] = "games.ConstantReference(0.5)"

    @abstractmethod
    def point(self, threat: float, mean: Mean) -> float:
        """Return the reference point.

        Parameters
        ----------
        threat : float
            The threat that frames the choice, in [0, 1].
        mean : callable
            Gives the mean outcome of a structure under that threat, or under another one.
        """

    def structures(self) -> tuple[AllianceStructure, ...]:
        """Return the structures that the rule names, which must be the game's."""
        return ()


@dataclass(frozen=True)
class ThreatReference(Reference):
    """r = base + slope * threat: the security that the threat demands (after He & Feng 2012).

    The article gives the rule in words; the linear form is this project's.

    Examples
    --------
    >>> ThreatReference().point(0.7, lambda structure: 0.0)
    0.7
    """

    base: float = 0.0
    slope: float = 1.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "base", checks.number("base", self.base))
        object.__setattr__(self, "slope", checks.number("slope", self.slope))

    def point(self, threat: float, mean: Mean) -> float:
        return self.base + self.slope * threat


@dataclass(frozen=True)
class ConstantReference(Reference):
    """The same reference point at every threat: a status quo."""

    level: float = 0.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "level", checks.number("level", self.level))

    def point(self, threat: float, mean: Mean) -> float:
        return self.level


@dataclass(frozen=True)
class ExpectationReference(Reference):
    """The mean outcome of a named structure (expectation as reference: Koszegi & Rabin 2006)."""

    structure: AllianceStructure

    def point(self, threat: float, mean: Mean) -> float:
        return mean(self.structure)

    def structures(self) -> tuple[AllianceStructure, ...]:
        return (self.structure,)


@dataclass(frozen=True)
class StatusQuoReference(Reference):
    """r = (1 - weight) E[what stood] + weight (base + slope * threat).

    What stood is the mean outcome of the `structure` that was in force, at the `threat` that there
    was. Weight 1 is `ThreatReference` alone; with weight 0 leaders stand in a domain of losses if
    the threat has risen since, and of gains if it has fallen (the status quo as reference: Kahneman
    & Tversky 1979).

    Examples
    --------
    >>> stood = AllianceStructure("Athens")
    >>> rule = StatusQuoReference(stood, threat=0.2, weight=0.5)
    >>> round(rule.point(0.7, lambda structure, threat: 0.5), 12)
    0.6
    """

    structure: AllianceStructure
    threat: float
    weight: float = 0.0
    base: float = 0.0
    slope: float = 1.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "threat", checks.within("threat", self.threat, 0, 1))
        object.__setattr__(self, "weight", checks.within("weight", self.weight, 0, 1))
        object.__setattr__(self, "base", checks.number("base", self.base))
        object.__setattr__(self, "slope", checks.number("slope", self.slope))

    def point(self, threat: float, mean: Mean) -> float:
        asked = self.base + self.slope * threat
        return (1 - self.weight) * mean(self.structure, self.threat) + self.weight * asked

    def structures(self) -> tuple[AllianceStructure, ...]:
        return (self.structure,)
