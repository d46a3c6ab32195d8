"""Whether the burdens of a structure are bargains that hold at once, and which others would.

The search for burdens is `games.alliance.negotiation` (and its compiled twin); here they are
checked apart from it, one treaty at a time with the others' burdens as given, and searched for from
many starts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from games import AllianceGame, AllianceStructure, InvalidGameError, checks
from games.alliance import negotiation
from games.alliance.burden_sharing import is_linear
from games.alliance.negotiation import bargain, paid_elsewhere, willingness
from games.records import Record

# burdens that differ by less are one fixed point
SAME = 1e-6


def bargaining_regret(
    game: AllianceGame, structure: AllianceStructure, burdens: Mapping[str, float]
) -> float:
    """Return how far the worst treaty of a structure is from its own bargain.

    Parameters
    ----------
    burdens : mapping of str to float
        Of every ally.

    Returns
    -------
    float
        For "nash_in_nash" the largest share by which a treaty's members could raise the geometric
        mean of their gains (and of the hegemon's), the other burdens as given. For the other rules
        the largest change that a treaty's total would still make, in units of security.

    Examples
    --------
    >>> game = AllianceGame(
    ...     hegemon="Athens", capabilities={"Samos": 0.2, "Chios": 0.2}, threat=0.7,
    ...     burden_sharing="nash_in_nash")
    >>> hub = game.structure(spokes=["Samos", "Chios"])
    >>> bargaining_regret(game, hub, game.burdens(hub)) < 1e-9
    True
    >>> round(bargaining_regret(game, hub, {"Samos": 0.0, "Chios": 0.0}), 2)
    0.01
    """
    worst = 0.0
    for treaty in structure.treaties:
        talks = bargain(game, structure, treaty, paid_elsewhere(structure, treaty, burdens))
        keeps = talks.willing - np.array([burdens[name] for name in talks.members])
        best = negotiation.kept(game, talks)
        if game.sharing.rule != "nash_in_nash" or talks.most_kept <= 0:
            even = np.full(keeps.size, best / keeps.size)
            worst = max(worst, float(np.abs(keeps - even).sum()))
            continue
        now = np.append(keeps, talks.gain(np.array([keeps.sum()])))
        most = np.append(np.full(keeps.size, best / keeps.size), talks.gain(np.array([best])))
        ratio = np.maximum(now, 0.0) / most
        worst = max(worst, 1.0 - float(np.prod(ratio) ** (1 / ratio.size)))
    return worst


@dataclass(frozen=True, eq=False)
class FixedPoints(Record):
    """Burdens at which every treaty's bargain holds, given the others.

    Attributes
    ----------
    burdens : tuple of dict
        Each fixed point found, those of the highest burdens first.
    regrets : tuple of float
        The `bargaining_regret` of each.
    starts : int
        From how many burdens the search set out.
    unsettled : int
        From how many of them it did not settle.
    complete : bool
        Whether it is proved that there are no others.
    method : str
        What was searched.
    """

    burdens: tuple[dict[str, float], ...]
    regrets: tuple[float, ...]
    starts: int
    unsettled: int
    complete: bool
    method: str


def fixed_points(
    game: AllianceGame, structure: AllianceStructure, *, starts: int = 12, seed: int = 0
) -> FixedPoints:
    """Return the burdens of a structure at which all bargains hold at once, from many starts.

    The first two starts are all that the allies are willing to pay and nothing; the others are
    drawn evenly between subsidies and burdens of twice what they are willing to pay.

    Parameters
    ----------
    game : AllianceGame
        Its rule of burden sharing is a bargain.
    structure : AllianceStructure
    starts : int
        At least 1.
    seed : int

    Raises
    ------
    InvalidGameError
        If the rule is no bargain, or `starts` is out of range.

    Notes
    -----
    Complete only where it is proved: without treaties; or with a hegemon who values each unit of
    outcome alike and the Nash or Kalai-Smorodinsky rule, as what it gains by one treaty then does
    not depend on its burdens under the others, and each bargain has one solution.
    """
    checks.whole("starts", starts, 1)
    if not game.sharing.is_bargained:
        raise InvalidGameError(
            f"`burden_sharing` must be a bargain, such as 'nash_in_nash'; got '{game.sharing}'"
        )
    willing = {name: willingness(game, name, structure) for name in structure.allies}
    draws = np.random.default_rng(seed).uniform(-2, 2, (starts, len(willing)))
    found: list[dict[str, float]] = []
    unsettled = 0
    for number in range(starts):
        scales = [1.0] * len(willing) if number == 0 else draws[number].tolist()
        if number == 1:
            scales = [0.0] * len(willing)
        start = {
            name: scale * most for (name, most), scale in zip(willing.items(), scales, strict=True)
        }
        ended = negotiation.negotiate(game, structure, start)
        if ended.residual > SAME:
            unsettled += 1
        elif not any(_same(ended.burdens, other) for other in found):
            found.append(ended.burdens)
    found.sort(key=lambda burdens: -sum(burdens.values()))
    linear = is_linear(game.preference) and game.sharing.rule != "rubinstein"
    complete = not structure.allies or linear
    method = (
        "each bargain has one solution that does not depend on the others"
        if complete
        else f"bargains in turn from {starts} starts; others are not excluded"
    )
    return FixedPoints(
        tuple(found),
        tuple(bargaining_regret(game, structure, burdens) for burdens in found),
        starts,
        unsettled,
        complete,
        method,
    )


def _same(one: Mapping[str, float], other: Mapping[str, float]) -> bool:
    return all(abs(one[name] - other[name]) <= SAME for name in one)
