"""Where the preferred form changes along a line through the space of a game's figures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from games import AllianceGame, ConvergenceError, Form
from solver.analysis.preferred import Choice, form_of
from solver.optimise import crossing

Line = Callable[[float], AllianceGame]
Prefer = Callable[[AllianceGame], Choice]


@dataclass(frozen=True)
class Switch:
    """A change of the preferred form between two places on a line.

    Attributes
    ----------
    place : float
        The middle of the bracket, in units of the line.
    below, above : AllianceStructure or None
        What is preferred at the two ends of the bracket.
    width : float
        Of the bracket.
    """

    place: float
    below: Choice
    above: Choice
    width: float

    @property
    def forms(self) -> tuple[Form | None, Form | None]:
        """The forms at the two ends of the bracket."""
        return form_of(self.below), form_of(self.above)


def switches(
    line: Line,
    ends: tuple[float, float],
    found: tuple[Choice, Choice],
    prefer: Prefer,
    accuracy: float,
) -> list[Switch]:
    """Return changes of the preferred form between two places, each in a bracket of `accuracy`.

    1. Where the structures preferred at the ends cross in value is a guess that costs little:
       only two structures are valued. What is preferred on either side of it, half of `accuracy`
       away, confirms it, or gives two new ends.
    2. After a guess that failed, and where the two do not cross, the interval is halved.

    Every change of form between places that were looked at is followed up, so a third form that
    turns up on the way is found with both its ends. A form that lies between two places of equal
    form is not looked for.

    Parameters
    ----------
    line : callable
        Returns the game at a place.
    ends : pair of float
        The places, rising.
    found : pair of AllianceStructure or None
        What is preferred there.
    prefer : callable
        Returns what is preferred in a game.
    accuracy : float
        Above 0, in units of the line.

    Returns
    -------
    list of Switch
        In rising order.
    """
    result: list[Switch] = []
    pending = [(*ends, *found, False)]
    while pending:
        low, high, below, above, halve = pending.pop()
        if form_of(below) == form_of(above):
            continue
        if high - low <= accuracy:
            result.append(Switch((low + high) / 2, below, above, high - low))
            continue
        guess = None if halve else _guess(line, low, high, below, above)
        middle = (low + high) / 2
        places = [middle] if guess is None else [guess - 0.49 * accuracy, guess + 0.49 * accuracy]
        inside = [place for place in places if low < place < high] or [middle]
        points = [(low, below), *((place, prefer(line(place))) for place in inside), (high, above)]
        pending += [
            (before[0], after[0], before[1], after[1], guess is not None)
            for before, after in pairwise(points)
        ]
    result.sort(key=lambda item: item.place)
    return result


def _guess(line: Line, low: float, high: float, below: Choice, above: Choice) -> float | None:
    """Return where two structures cross in value, None if they do not."""
    if below is None or above is None:
        return None

    def advantage(place: float) -> float:
        values = line(place).hegemon_values([below, above])
        return float(values[0] - values[1])

    try:
        return crossing(advantage, low, high, accuracy=1e-14)
    except ConvergenceError:
        return None
