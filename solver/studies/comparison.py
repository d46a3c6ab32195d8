"""Compare preferences on one game: what framing changes, and what each channel contributes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

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
from solver.alliance.solve import is_bounded
from solver.output.tables import Dimensions, Tabled
from solver.results import Progress
from solver.studies.critical import (
    CriticalThreats,
    changes_on_grid,
    critical_threats,
    crossings_between,
)
from solver.studies.grid.study import Study
from solver.studies.levels import DIMENSIONS, UNITS
from solver.studies.sweeping import named_progress, sweep


@dataclass(frozen=True)
class FramingEffect:
    """How far a preference moves the threat from which on the alliance is multilateral.

    Attributes
    ----------
    preference : str
    multilateral_from : float or None
        None if the preferred form is not multilateral up to threat 1.
    shift : float or None
        `multilateral_from` less that of the first preference compared; None if either is None.
    """

    preference: str
    multilateral_from: float | None
    shift: float | None


@dataclass(frozen=True, eq=False)
class Comparison(Tabled):
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

    @property
    def framing_effects(self) -> tuple[FramingEffect, ...]:
        """The framing effect of each preference, against the first."""
        turns = {name: found.multilateral_from for name, found in self.critical.items()}
        base = next(iter(turns.values()))
        return tuple(
            FramingEffect(name, turn, None if turn is None or base is None else turn - base)
            for name, turn in turns.items()
        )

    def records(self) -> list[dict[str, object]]:
        """Return one flat row of plain values for each preference and level."""
        return [
            {"preference": name} | level.record()
            for name, path in self.sweeps.items()
            for level in path.levels
        ]

    def _dimensions(self) -> Dimensions:
        return DIMENSIONS


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
