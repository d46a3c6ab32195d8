"""Critical threats as objects: where the preferred form changes, and how surely."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from games import AllianceStructure, Form


@dataclass(frozen=True)
class CriticalThreat:
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

    def __str__(self) -> str:
        return f"{self.threat:.9f}: {self.below} -> {self.above} ({self.cause})"


class CriticalThreats(Sequence[CriticalThreat]):
    """Every critical threat of a game, in rising order.

    Attributes
    ----------
    resolution : float
        Proved: no other form is preferred anywhere on an interval longer than this, except between
        the critical threats that are listed.
    first, last : Form
        The form at the two ends of `interval`.
    interval : tuple of float
        The threats covered: from 0 to 1, or from the lowest to the highest level of a sweep.
    """

    def __init__(
        self,
        found: Sequence[CriticalThreat],
        resolution: float,
        first: Form | None,
        last: Form | None,
        interval: tuple[float, float] = (0.0, 1.0),
    ) -> None:
        self._found = tuple(found)
        self.resolution, self.first, self.last = resolution, first, last
        self.interval = interval

    def __getitem__(self, index: int | slice) -> CriticalThreat:  # type: ignore[override]
        return self._found[index]  # type: ignore[return-value]

    def __len__(self) -> int:
        return len(self._found)

    def __repr__(self) -> str:
        return f"[{', '.join(map(str, self))}]"

    @property
    def multilateral_from(self) -> float | None:
        """The threat from which on, to the end of `interval`, the form is multilateral; or None."""
        if self.last is not Form.MULTILATERAL:
            return None
        return self[-1].threat if self else self.interval[0]

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
