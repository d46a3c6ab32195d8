"""The framing premium: what the frame adds to a risky alliance beside a safe one.

With CE(X) = r + v^-1(V(X)) the certainty equivalent of a prospect against the reference r,

    premium = [CE(risky) - E(risky)] - [CE(safe) - E(safe)]

is what risk attitudes alone add to the risky structure, in security: below 0 they hold the hegemon
back from it, above 0 they push it there. Expected utility has a premium of 0 everywhere. The
article's claim (He & Feng 2012) is that it is below 0 under a low threat and above 0 under a high
one; whether it is hangs on no calibration of what the structures are worth on average.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from games import AllianceGame, AllianceStructure, Appraisal, InvalidGameError, checks
from games.alliance import settings
from games.arrays import Array
from games.records import FrozenMapping, Record
from games.tabled import Dimensions, Tabled
from solver.numerics.roots import crossing
from solver.studies.axes import Axis, axis, dimensions_of
from solver.studies.comparison import variants
from solver.studies.levels import DIMENSIONS, threat_levels
from solver.studies.outcome import THREAT
from solver.studies.plane import check_names

LOW, HIGH = 0.2, 0.6
POINTS = 25
_SECURITY = "security"


@dataclass(frozen=True)
class PremiumLevel:
    """The premium at one threat.

    Attributes
    ----------
    threat : float
    risky, safe : Appraisal
        How the hegemon sees the two structures.
    """

    threat: float
    risky: Appraisal
    safe: Appraisal

    @property
    def premium(self) -> float:
        """What the frame adds to the risky structure, in units of security."""
        return self.safe.risk_premium - self.risky.risk_premium


@dataclass(frozen=True, eq=False)
class FramingPremium(Tabled, Record):
    """What the frame adds to a risky structure beside a safe one, across threat.

    Attributes
    ----------
    game : AllianceGame
        Its own threat is not used.
    risky, safe : AllianceStructure
    by_channel : mapping of str to tuple of PremiumLevel
        Under the game's own preference ("prospect"), and with each channel of it switched off.
    """

    game: AllianceGame
    risky: AllianceStructure
    safe: AllianceStructure
    by_channel: Mapping[str, tuple[PremiumLevel, ...]] = field(repr=False)

    _units = {  # noqa: RUF012
        "threat": THREAT,
        **dict.fromkeys(("premium", "reference"), _SECURITY),
        **dict.fromkeys(("risky_mean", "safe_mean"), _SECURITY),
        **dict.fromkeys(("risky_certainty_equivalent", "safe_certainty_equivalent"), _SECURITY),
        **dict.fromkeys(("risky_mass_below", "safe_mass_below"), "probability"),
    }
    _subject = "the framing premium"
    _asked = ("game", "risky", "safe", "threats")

    def __str__(self) -> str:
        low, high = float(self.premiums().min()), float(self.premiums().max())
        return (
            f"premium of {self.risky} over {self.safe}: {low:+.4g} to {high:+.4g} of security over"
            f" {len(self.threats)} threats"
        )

    @property
    def threats(self) -> tuple[float, ...]:
        """The threat levels."""
        return tuple(level.threat for level in self.by_channel["prospect"])

    def premiums(self, channel: str = "prospect") -> Array:
        """Return the premium at each threat, shape (levels,)."""
        name = checks.one_of("channel", channel, self.by_channel)
        return np.array([level.premium for level in self.by_channel[name]])

    def zeros(self, channel: str = "prospect") -> tuple[float, ...]:
        """Return the threats at which the premium changes sign, to 1e-9.

        Each lies between two of the threats asked for; two changes between the same two are not
        seen.
        """
        game = variants(self.game)[checks.one_of("channel", channel, self.by_channel)]
        found = self.premiums(channel)
        places = np.flatnonzero(np.sign(found[:-1]) * np.sign(found[1:]) < 0)
        levels = self.threats
        return tuple(
            crossing(
                lambda threat: level_at(game, self.risky, self.safe, threat).premium,
                levels[place],
                levels[place + 1],
            )
            for place in places.tolist()
        )

    def holds(self, low: float = LOW, high: float = HIGH, channel: str = "prospect") -> bool:
        """Return whether the premium is below 0 at a low threat and above 0 at a high one."""
        game = variants(self.game)[checks.one_of("channel", channel, self.by_channel)]
        return signs_hold(*_ends(game, self.risky, self.safe, low, high))

    def records(self) -> list[dict[str, object]]:
        """Return one flat row of plain values for each channel and threat."""
        return [
            {
                "preference": channel,
                "threat": level.threat,
                "premium": level.premium,
                "reference": level.risky.reference,
                **_told("risky", level.risky),
                **_told("safe", level.safe),
            }
            for channel, levels in self.by_channel.items()
            for level in levels
        ]

    def _dimensions(self) -> Dimensions:
        return DIMENSIONS


def _told(which: str, seen: Appraisal) -> dict[str, object]:
    return {
        f"{which}_mean": seen.mean,
        f"{which}_certainty_equivalent": seen.certainty_equivalent,
        f"{which}_mass_below": seen.mass_below,
        f"{which}_domain": str(seen.domain),
    }


def framing_premium(
    game: AllianceGame,
    *,
    risky: AllianceStructure | None = None,
    safe: AllianceStructure | None = None,
    threat: ArrayLike | None = None,
) -> FramingPremium:
    """Return what the frame adds to a risky structure beside a safe one, by channel and threat.

    Parameters
    ----------
    game : AllianceGame
        Its own threat is not used.
    risky : AllianceStructure, optional
        By default one bloc of all candidates.
    safe : AllianceStructure, optional
        By default spokes to all candidates.
    threat : array_like, shape (levels,), optional
        As in `sweep`.

    Returns
    -------
    FramingPremium

    Raises
    ------
    InvalidGameError, UnknownNameError
        If a structure is not one of the game's, or a threat lies outside [0, 1].
    NotApplicableError
        If a structure has more treaties than a prospect lists.

    Examples
    --------
    >>> import games
    >>> europe = games.load("europe-1949").strongest(6)
    >>> found = framing_premium(europe, threat=[0.2, 0.6, 0.7])
    >>> found.premiums().round(4).tolist(), found.holds(low=0.2, high=0.6)
    ([-0.064, 0.0034, 0.0004], True)
    """
    checks.kind("game", game, AllianceGame)
    pair = _pair(game, risky, safe)
    levels = threat_levels(threat)
    found = {
        channel: tuple(level_at(variant, *pair, level) for level in levels)
        for channel, variant in variants(game).items()
        if channel != "expected"
    }
    return FramingPremium(game, *pair, FrozenMapping(found))


def _pair(
    game: AllianceGame, risky: AllianceStructure | None, safe: AllianceStructure | None
) -> tuple[AllianceStructure, AllianceStructure]:
    bloc = AllianceStructure(game.hegemon, blocs=[game.candidates]) if risky is None else risky
    spokes = AllianceStructure(game.hegemon, spokes=game.candidates) if safe is None else safe
    return game.check(bloc), game.check(spokes)


def level_at(
    game: AllianceGame, risky: AllianceStructure, safe: AllianceStructure, threat: float
) -> PremiumLevel:
    """Return the premium of `game` at a threat."""
    there = game.at(threat)
    return PremiumLevel(there.threat, there.appraise(risky), there.appraise(safe))


def signs_hold(at_low: float, at_high: float) -> bool:
    """Return whether the article's signs hold: against risk at low threat, for it at high."""
    return at_low < 0 < at_high


def _ends(
    game: AllianceGame,
    risky: AllianceStructure,
    safe: AllianceStructure,
    low: float,
    high: float,
) -> tuple[float, float]:
    if not low < high:
        raise InvalidGameError(f"`low` must be below `high`; got {low:g} and {high:g}")
    return (
        level_at(game, risky, safe, low).premium,
        level_at(game, risky, safe, high).premium,
    )


@dataclass(frozen=True, eq=False)
class SignPattern(Tabled, Record):
    """Where over two quantities the premium has the signs that the article claims.

    Attributes
    ----------
    game : AllianceGame
    risky, safe : AllianceStructure
    x, y : Axis
    low, high : float
        The two threats.
    at_low, at_high : ndarray, shape (values of y, values of x)
        The premium at each; NaN where no game has such figures.
    """

    game: AllianceGame
    risky: AllianceStructure
    safe: AllianceStructure
    x: Axis
    y: Axis
    low: float
    high: float
    at_low: Array = field(repr=False)
    at_high: Array = field(repr=False)

    _units = {"at_low": _SECURITY, "at_high": _SECURITY}  # noqa: RUF012
    _subject = "where the framing premium has the claimed signs"
    _asked = ("game", "risky", "safe", "x", "y", "low", "high")

    def __str__(self) -> str:
        return f"the signs hold at {self.share:.1%} of {self.x.name} by {self.y.name}"

    @property
    def holds(self) -> NDArray[np.bool_]:
        """Whether the premium is below 0 at the low threat and above 0 at the high one."""
        pattern: NDArray[np.bool_] = (self.at_low < 0) & (self.at_high > 0)
        return pattern

    @property
    def share(self) -> float:
        """The share of the grid's points at which the pattern holds."""
        return float(self.holds.mean())

    def records(self) -> list[dict[str, object]]:
        """Return one flat row of plain values for each point of the grid."""
        return [
            {
                self.x.name: a,
                self.y.name: b,
                "at_low": float(self.at_low[j, i]),
                "at_high": float(self.at_high[j, i]),
                "holds": bool(self.holds[j, i]),
            }
            for j, b in enumerate(self.y.values)
            for i, a in enumerate(self.x.values)
        ]

    def _dimensions(self) -> Dimensions:
        return dimensions_of(self.y, self.x)


def sign_pattern(
    game: AllianceGame,
    x: str = "entrapment",
    y: str = "cohesion",
    x_range: Sequence[float] | None = None,
    y_range: Sequence[float] | None = None,
    *,
    low: float = LOW,
    high: float = HIGH,
    risky: AllianceStructure | None = None,
    safe: AllianceStructure | None = None,
    resolution: int | tuple[int, int] = POINTS,
    progress: Callable[[str, int, int], object] | None = None,
) -> SignPattern:
    """Return where over two quantities the framing premium is below 0 at `low`, above 0 at `high`.

    Parameters
    ----------
    game : AllianceGame
    x, y : str
        Names that `games.settings.with_value` knows, but "threat".
    x_range, y_range : pair of float, optional
        0 to 1 by default, for shares and probabilities.
    low, high : float
        Threats in [0, 1].
    risky, safe : AllianceStructure, optional
        As in `framing_premium`.
    resolution : int or pair of int
        Points of the grid along x and y.
    progress : callable, optional
        Called with the numbers of rows done and to do.

    Returns
    -------
    SignPattern

    Raises
    ------
    InvalidGameError, UnknownNameError, NotApplicableError
        As `framing_premium`, or if an axis is no quantity of the game.

    Examples
    --------
    >>> import games
    >>> europe = games.load("europe-1949").strongest(6)
    >>> found = sign_pattern(europe, x_range=(0.3, 0.9), y_range=(0.6, 0.8), resolution=(3, 2))
    >>> found.holds.tolist()
    [[True, True, True], [False, False, False]]
    """
    checks.kind("game", game, AllianceGame)
    check_names((x, y))
    if "threat" in (x, y):
        raise InvalidGameError("`x` and `y` must differ from 'threat', which `low` and `high` give")
    for name, level in (("low", low), ("high", high)):
        checks.within(name, level, 0, 1)
    pair = _pair(game, risky, safe)
    across, down = resolution if isinstance(resolution, tuple) else (resolution, resolution)
    along_x, along_y = axis(game, x, x_range, across), axis(game, y, y_range, down)
    rows = []
    for number, b in enumerate(along_y.values, start=1):
        line = settings.with_value(game, y, b)
        points = [settings.with_value(line, x, a) for a in along_x.values]
        rows.append([_ends(point, *pair, low, high) for point in points])
        if progress:
            progress("rows", number, down)
    at_low, at_high = np.moveaxis(np.array(rows), -1, 0)
    return SignPattern(game, *pair, along_x, along_y, float(low), float(high), at_low, at_high)
