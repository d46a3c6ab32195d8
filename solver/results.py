"""What any solver says of its result."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from games import Form


@dataclass(frozen=True)
class Interval:
    """A profile-likelihood interval; an end at the parameter's bound is open."""

    low: float
    high: float
    low_is_open: bool
    high_is_open: bool

    def contains(self, value: float) -> bool:
        """Whether `value` lies in the interval."""
        return self.low <= value <= self.high


class Status(Enum):
    """How a search ended; the text says what to do about it."""

    SOLVED = "every structure was searched and the equilibria found are all there are"
    EMPTY = (
        "every structure was searched and none satisfies the concept;"
        " try a weaker one (nash, subgame_perfect)"
    )
    COMPLETE = "it is proved that the equilibria found are all there are"
    PARTIAL = (
        "there may be more equilibria than those listed; see what was not settled, allow more work"
        " (`budget`, `limit`), or ask for a smaller game (dominated actions removed)"
    )

    def __str__(self) -> str:
        return self.name.lower()


def name_of(form: Form | None) -> str:
    """Return the name of a form; None is that of no equilibrium."""
    return "no equilibrium" if form is None else str(form)
