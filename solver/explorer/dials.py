"""The dials of the explorer: which quantities a game has, over which range, from which source."""

from __future__ import annotations

from math import ceil
from typing import NamedTuple

from games import AllianceError, AllianceGame, settings
from games.alliance import parameters
from games.alliance.description import Described
from solver.explorer.words import called

# name: where the dial ends and how far a step goes; a share or probability needs no entry
RANGES = {
    "loss_aversion": (1.0, 5.0, 0.05),
    "curvature": (0.3, 1.2, 0.01),
    "alpha": (0.3, 1.2, 0.01),
    "beta": (0.3, 1.2, 0.01),
    "gamma": (0.3, 1.0, 0.01),
    "delta": (0.3, 1.0, 0.01),
    "base": (-0.5, 0.5, 0.01),
    "slope": (0.0, 2.0, 0.01),
    "level": (0.0, 1.0, 0.01),
    "deployment": (0.0, 1.0, 0.01),
    "adversary": (0.0, 3.0, 0.01),
    "projection": (0.0, 4.0, 0.05),
    "basing": (0.0, 0.2, 0.005),
    "k_bilateral": (0.0, 0.05, 0.001),
    "k_multilateral": (0.0, 0.05, 0.001),
    "k_bloc": (0.0, 0.2, 0.005),
    "exposure": (0.0, 3.0, 0.05),
    "ally_cost_bilateral": (0.0, 0.2, 0.005),
    "ally_cost_multilateral": (0.0, 0.2, 0.005),
    "friction": (0.0, 0.5, 0.01),
    "candidate_reference": (-0.5, 0.5, 0.01),
}
SHARE = (0.0, 1.0, 0.01)
CAPABILITY = (0.0, 1.0, 0.005)

GROUPS = {
    "Preference": ("loss_aversion", "curvature", "alpha", "beta", "gamma", "delta"),
    "Reference point": ("frame", "base", "slope", "level", "weight"),
    "Power": ("deployment", "adversary", "projection"),
    "What treaties bring": (
        *("pledge_bilateral", "pledge_multilateral", "basing", "reliability"),
        *("common_reliability", "cohesion", "entrapment", "entrapment_share"),
    ),
    "What they cost the hegemon": ("k_bilateral", "k_multilateral", "k_bloc"),
    "The candidates' side": (
        *("shelter", "guarantee_bilateral", "guarantee_multilateral", "exposure"),
        *("ally_cost_bilateral", "ally_cost_multilateral", "friction", "affinity"),
        "candidate_reference",
    ),
}
CAPABILITIES = "Capabilities"
# only prospect theory has them; `curvature` stands for both exponents while they are equal
PSYCHOLOGY = ("loss_aversion", "curvature", "gamma", "delta")
# where `description` tells the source of a quantity that it calls otherwise
TOLD = {
    **{name: f"preference.{name}" for name in ("loss_aversion", "alpha", "beta")},
    "curvature": "preference.alpha",
    "gamma": "preference.weighting_gains",
    "delta": "preference.weighting_losses",
    **dict.fromkeys(("base", "slope", "level", "weight"), "reference"),
}


class Dial(NamedTuple):
    """One dial.

    Attributes
    ----------
    name : str
        As in `games.settings`.
    label, group, unit, meaning, source : str
    low, high, step : float
        The range, which holds `value` and `default`, and the width of a step.
    value, default : float
        Now, and in the game as it was loaded.
    off : str
        Why it cannot be turned; empty if it can.
    """

    name: str
    label: str
    group: str
    low: float
    high: float
    step: float
    value: float
    default: float
    unit: str
    meaning: str
    source: str
    off: str


def dials_of(game: AllianceGame, base: AllianceGame) -> list[Dial]:
    """Return the dials of `game`, that of the threat first.

    Parameters
    ----------
    base : AllianceGame
        The game as it was loaded: its values are the defaults, its sources are told.

    Examples
    --------
    >>> import games
    >>> athens = games.load("classic-athens")
    >>> dial = dials_of(athens.with_parameters(cohesion=0.5), athens)[-1]
    >>> [dial.name for dial in dials_of(athens, athens)][:3], dial.group
    (['threat', 'loss_aversion', 'curvature'], 'Capabilities')
    """
    told = {item.name: item for item in base.describe()}
    found = [_dial("threat", "Threat", game, base, told)]
    for group, names in GROUPS.items():
        found += [_dial(name, group, game, base, told) for name in names]
    singles = (f"capabilities.{name}" for name in game.candidates)
    found += [_dial(name, CAPABILITIES, game, base, told) for name in singles]
    return [dial for dial in found if dial is not None]


def _dial(
    name: str, group: str, game: AllianceGame, base: AllianceGame, told: dict[str, Described]
) -> Dial | None:
    """Return a dial, None if the game has no such quantity and shows no place for it."""
    value, default = _number(game, name), _number(base, name)
    if name in ("alpha", "beta") and _number(game, "curvature") is not None:
        return None
    off = ""
    if name in PSYCHOLOGY and game.preference.weighs_linearly and game.preference.alpha == 1:
        off = "a quantity of prospect theory; the preference is expected utility"
        value = default
    if value is None:
        return None
    if default is None:
        default = value
    low, high, step = _range(name, value, default)
    meaning, unit = settings.describe(game, name)
    single = name.partition(".")[2]
    label = called(game, single) if single else name.replace("_", " ")
    item = told.get(f"capability[{single}]" if single else TOLD.get(name, name))
    source = item.source if item else ""
    return Dial(name, label, group, low, high, step, value, default, unit, meaning, source, off)


def _number(game: AllianceGame, name: str) -> float | None:
    try:
        return settings.current(game, name)
    except AllianceError:
        return None


def _range(name: str, *inside: float) -> tuple[float, float, float]:
    """Return the ends of a dial, wide enough for some values, and its step."""
    if (name in parameters.names() and parameters.highest(name)) or name in ("threat", "frame"):
        return SHARE
    low, high, step = CAPABILITY if "." in name else RANGES.get(name, SHARE)
    for value in inside:
        if value > high:
            high = float(ceil(2 * value))
        if value < low:
            low = min(low, 2 * value) if value < 0 else 0.0
    return low, high, step
