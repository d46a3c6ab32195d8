"""Reference points: the outcome that divides gains from losses."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass

from games import checks
from games.alliance.structures import AllianceStructure


class Reference(ABC):
    """A rule that gives the hegemon's reference point.

    Every rule must move with the threat in one direction only (rising or falling throughout):
    the search for critical threats encloses the reference between its values at the ends.
    """

    @abstractmethod
    def point(self, threat: float, mean: Callable[[AllianceStructure], float]) -> float:
        """Return the reference point.

        Parameters
        ----------
        threat : float
            The threat that frames the choice, in [0, 1].
        mean : callable
            Gives the mean outcome of a structure under that threat.
        """


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

    def point(self, threat: float, mean: Callable[[AllianceStructure], float]) -> float:
        return self.base + self.slope * threat


@dataclass(frozen=True)
class ConstantReference(Reference):
    """The same reference point at every threat: a status quo."""

    level: float = 0.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "level", checks.number("level", self.level))

    def point(self, threat: float, mean: Callable[[AllianceStructure], float]) -> float:
        return self.level


@dataclass(frozen=True)
class ExpectationReference(Reference):
    """The mean outcome of a named structure (expectation as reference: Koszegi & Rabin 2006)."""

    structure: AllianceStructure

    def point(self, threat: float, mean: Callable[[AllianceStructure], float]) -> float:
        return mean(self.structure)
