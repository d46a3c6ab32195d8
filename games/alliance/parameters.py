"""The parameters of the alliance game that all candidates share."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from functools import cache
from typing import ClassVar, NamedTuple, cast

from games import checks
from games.records import brief

CALIBRATED = "project default, calibrated in hindsight on three theatres (docs/model.md)"


class Meaning(NamedTuple):
    """What a parameter is: one line, and its unit."""

    text: str
    unit: str


def _parameter(default: float, text: str, unit: str = "utility", high: float = 0.0) -> float:
    metadata = {"meaning": Meaning(text, unit), "high": high}
    value: float = field(default=default, metadata=metadata)
    return value


_POWER = "hegemon's capability = 1"
_SHARE = "share, 0 to 1"


@checks.known_fields
@dataclass(frozen=True, kw_only=True)
class Parameters:
    """Shared parameters; see `docs/model.md` for the formulas they enter.

    Shares and probabilities lie in [0, 1], all others are at least 0.

    Raises
    ------
    InvalidGameError
        If a value is out of range.

    Examples
    --------
    >>> Parameters(cohesion=0.5).cohesion
    0.5
    """

    __repr__ = brief
    example: ClassVar[str] = "games.Parameters(cohesion=0.5)"

    deployment: float = _parameter(0.3, "power that the hegemon deploys to the theatre", _POWER)
    adversary: float = _parameter(0.75, "the adversaries' capability", _POWER)
    projection: float = _parameter(
        2.0, "power that the adversary projects at threat 1, per unit of its capability", "ratio"
    )
    pledge_bilateral: float = _parameter(0.3, "share of its power a spoke pledges", _SHARE, 1)
    pledge_multilateral: float = _parameter(1.0, "share of its power a member pledges", _SHARE, 1)
    basing: float = _parameter(0.02, "worth of a candidate's bases to the hegemon", _POWER)
    reliability: float = _parameter(0.9, "probability that a spoke honours", "probability", 1)
    common_reliability: float = _parameter(
        1.0, "probability that spokes can honour at all, a shock that they share", "probability", 1
    )
    cohesion: float = _parameter(0.7, "probability that a bloc acts", "probability", 1)
    entrapment: float = _parameter(
        0.7, "probability that a bloc draws the hegemon into quarrels not its own", "probability", 1
    )
    entrapment_share: float = _parameter(
        0.5, "share of the deployment that such quarrels tie down", _SHARE, 1
    )
    k_bilateral: float = _parameter(0.003, "autonomy lost to each spoke", "security")
    k_multilateral: float = _parameter(0.002, "autonomy lost to each bloc member", "security")
    k_bloc: float = _parameter(0.02, "autonomy lost to having a bloc", "security")
    shelter: float = _parameter(0.2, "share of the deployment that outsiders enjoy", _SHARE, 1)
    guarantee_bilateral: float = _parameter(0.6, "share of it that a spoke is promised", _SHARE, 1)
    guarantee_multilateral: float = _parameter(0.8, "share that a member is promised", _SHARE, 1)
    exposure: float = _parameter(1.0, "adversary's power against a candidate, per unit", "ratio")
    ally_cost_bilateral: float = _parameter(0.02, "a spoke's cost of alignment", "security")
    ally_cost_multilateral: float = _parameter(0.03, "a member's cost of alignment", "security")
    friction: float = _parameter(
        0.1, "a member's cost of each partner without affinity", "security"
    )
    affinity: float = _parameter(1.0, "affinity of two candidates", _SHARE, 1)

    def __post_init__(self) -> None:
        for name in names():
            object.__setattr__(self, name, in_range(name, getattr(self, name)))

    @property
    def full_power(self) -> float:
        """What the adversary projects at threat 1, in units of the hegemon's capability."""
        return self.projection * self.adversary

    @property
    def tied_down(self) -> float:
        """The deployment that one bloc's quarrels tie down, if they do; 0 if none ever does."""
        return self.entrapment_share * self.deployment if self.entrapment else 0.0


def edition_1() -> Parameters:
    """Return the defaults of the first edition of the model.

    There autonomy was a sure cost alone, spokes failed one by one, and every theatre had the same
    adversary: no bloc entraps, and `adversary` times `projection` is 1.5.

    Examples
    --------
    >>> edition_1().cohesion, edition_1().entrapment
    (0.55, 0.0)
    """
    return Parameters(
        pledge_bilateral=0.4, cohesion=0.55, entrapment=0.0, entrapment_share=0.0, k_bloc=0.04
    )


@cache
def names() -> tuple[str, ...]:
    """Return the names of all shared parameters."""
    return tuple(item.name for item in fields(Parameters))


def in_range(name: str, value: object) -> float:
    """Return a value of the parameter `name` as a float, of all candidates or of one.

    Raises
    ------
    InvalidGameError
        If it is no number that the parameter can have.

    Examples
    --------
    >>> in_range("cohesion", 1)
    1.0
    """
    high = highest(name)
    return checks.within(name, value, 0, high) if high else checks.at_least(name, value, 0)


def meaning(name: str) -> Meaning:
    """Return what the parameter `name` means, with its unit."""
    found: Meaning = Parameters.__dataclass_fields__[name].metadata["meaning"]
    return found


def default(name: str) -> float:
    """Return the default of the parameter `name`."""
    return cast(float, Parameters.__dataclass_fields__[name].default)


def highest(name: str) -> float | None:
    """Return the highest value that the parameter `name` may have, None if there is none."""
    found: float = Parameters.__dataclass_fields__[name].metadata["high"]
    return found or None
