"""Compare preferences on one game: what framing changes, and what each channel contributes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from numpy.typing import ArrayLike

from games import (
    AllianceGame,
    CumulativeProspectTheory,
    ExpectedUtility,
    InvalidGameError,
    NotApplicableError,
    Preference,
    checks,
    labels,
)
from games.alliance.specification import ALL_CHANNELS
from games.records import Record
from games.tabled import Dimensions, Tabled
from solver.alliance.solve import is_bounded
from solver.results import Progress
from solver.studies.critical import (
    CriticalThreats,
    Multilateral,
    changes_on_grid,
    critical_threats,
    crossings_between,
)
from solver.studies.grid.plan import StudyPlan
from solver.studies.grid.study import Study
from solver.studies.levels import DIMENSIONS, UNITS
from solver.studies.sweeping import named_progress, sweep


@dataclass(frozen=True)
class FramingEffect(Tabled):
    """How far a preference moves the threats at which the alliance is multilateral.

    One refusal at the top of the scale makes `multilateral_from` None, so that the share and the
    first threat stand beside it.

    Attributes
    ----------
    preference : str
    multilateral_from : float or None
        The threat from which on the preferred form is multilateral to the end of the scale; None if
        it is not at its end.
    shift : float or None
        `multilateral_from` less that of the first preference compared; None if either is None.
    first : float or None
        The lowest threat at which it is multilateral; None if there is none.
    first_shift : float or None
        Likewise.
    share : float
        The share of the threats looked at in which it is multilateral.
    share_shift : float
        Likewise.
    """

    preference: str
    multilateral_from: float | None
    shift: float | None
    first: float | None
    first_shift: float | None
    share: float
    share_shift: float

    _asked = ()
    _subject = "the framing effect"
    _units = dict.fromkeys(
        ("multilateral_from", "shift", "first", "first_shift"), UNITS["threat"]
    ) | dict.fromkeys(("share", "share_shift"), "share of the threats looked at")

    @classmethod
    def between(cls, preference: str, own: Multilateral, base: Multilateral) -> FramingEffect:
        """Return the effect of a preference, against where the first one is multilateral."""
        return cls(
            preference,
            own.to_the_end,
            _less(own.to_the_end, base.to_the_end),
            own.first,
            _less(own.first, base.first),
            own.share,
            own.share - base.share,
        )

    def records(self) -> list[dict[str, object]]:
        """Return the effect as one row."""
        return [asdict(self)]


def _less(one: float | None, other: float | None) -> float | None:
    return None if one is None or other is None else one - other


@dataclass(frozen=True, eq=False)
class Comparison(Tabled, Record):
    """Sweeps of one game under several preferences.

    Attributes
    ----------
    game : AllianceGame
    sweeps : dict of str to Study
        By the preference's name, in the order given.
    critical : dict of str to CriticalThreats
        Likewise.
    """

    game: AllianceGame
    sweeps: dict[str, Study] = field(repr=False)
    critical: dict[str, CriticalThreats]

    _units = UNITS
    _subject = "preferences compared across threat"
    _asked = ("game", "plans")

    def __str__(self) -> str:
        effects = self.framing_effects
        told = ", ".join(f"{one.preference} {_level(one.multilateral_from)}" for one in effects)
        return f"multilateral from: {told}"

    @property
    def plans(self) -> dict[str, StudyPlan]:
        """What was asked of each preference."""
        return {name: path.plan for name, path in self.sweeps.items()}

    @property
    def framing_effects(self) -> tuple[FramingEffect, ...]:
        """The framing effect of each preference, against the first."""
        found = {name: critical.multilateral for name, critical in self.critical.items()}
        base = next(iter(found.values()))
        return tuple(FramingEffect.between(name, own, base) for name, own in found.items())

    def records(self) -> list[dict[str, object]]:
        """Return one flat row of plain values for each preference and level."""
        return [
            {"preference": name} | level.record()
            for name, path in self.sweeps.items()
            for level in path.levels
        ]

    def _dimensions(self) -> Dimensions:
        return DIMENSIONS


def _level(threat: float | None) -> str:
    return "never" if threat is None else f"{threat:.4g}"


def variants(game: AllianceGame) -> dict[str, AllianceGame]:
    """Return `game`, its expected-utility null, and it with each channel switched off alone."""
    checks.kind("game", game, AllianceGame)
    result = {"prospect": game, "expected": game.with_preference(ExpectedUtility())}
    if isinstance(game.preference, CumulativeProspectTheory):
        result |= {
            f"no {channel.replace('_', ' ')}": game.without(channel) for channel in ALL_CHANNELS
        }
    return result


def compare(
    game: AllianceGame,
    preferences: Mapping[str, Preference | AllianceGame] | None = None,
    *,
    threat: ArrayLike | None = None,
    concept: str = "subgame_perfect",
    resolution: float | None = None,
    progress: Progress | None = None,
) -> Comparison:
    """Return what each preference prefers at each threat level, and where its form changes.

    Parameters
    ----------
    preferences : mapping of str to Preference or AllianceGame, optional
        By name; a whole game where more than the preference differs. `variants(game)` by default:
        prospect theory, expected utility, and each channel switched off alone.
    threat : array_like, shape (levels,), optional
        As in `sweep`.
    concept : str
        As in `solve`. Changes of form are located to 1e-9 for `subgame_perfect` in the family
        `bloc_and_spokes` with up to 12 candidates, and between levels of the sweep otherwise.
    resolution : float, optional
        Prove that no change of form wider than this is missed, as in `critical_threats`. By default
        only changes between the threat levels of the sweep are located.
    progress : callable, optional
        Called with the preference's name and the numbers of levels done and to do.

    Returns
    -------
    Comparison

    Examples
    --------
    >>> import games
    >>> athens = games.load("classic-athens")
    >>> found = compare(athens, {"prospect": athens.preference, "expected": ExpectedUtility()})
    >>> [effect.shift for effect in found.framing_effects]
    [0.0, -0.2609448152780532]
    """
    checks.kind("game", game, AllianceGame)
    given = variants(game) if preferences is None else preferences
    entries: Mapping[str, Preference | AllianceGame] = labels.mapping(
        "preferences", given, "names to preferences"
    )
    sweeps: dict[str, Study] = {}
    critical: dict[str, CriticalThreats] = {}
    for name, entry in entries.items():
        if not isinstance(entry, Preference | AllianceGame):
            raise InvalidGameError(
                f"`preferences[{name!r}]` must be a Preference or an AllianceGame; got {entry!r}"
            )
        variant = entry if isinstance(entry, AllianceGame) else game.with_preference(entry)
        report = named_progress(progress, name) if progress else None
        path = sweep(variant, threat=threat, concept=concept, progress=report)
        sweeps[name] = path
        critical[name] = _critical(path, resolution)
    return Comparison(game, sweeps, critical)


def _critical(path: Study, resolution: float | None) -> CriticalThreats:
    game = path.game
    default = game.family == "bloc_and_spokes" and game.burden_sharing == "none"
    located = path.concept == "subgame_perfect" and default and not is_bounded(game)
    if resolution is not None:
        if not located:
            raise NotApplicableError(
                "`resolution` is for the concept 'subgame_perfect' in the family 'bloc_and_spokes'"
                " without burden sharing, and up to 12 candidates"
            )
        return critical_threats(path.game, resolution=resolution)
    if located:
        return crossings_between(path.game, path.threats, path.forms)
    found = [level.preferred.structure if level.preferred else None for level in path.levels]
    return changes_on_grid(path.threats, found)
