"""Burdens of a whole structure: every treaty's bargain at once, each taking the others as given.

For bilateral treaties with the Nash rule this is the Nash-in-Nash solution (Horn & Wolinsky 1988;
Collard-Wexler, Gowrisankaran & Lee 2019); a multilateral treaty is one bargain of all its members.
The rules, with Z what the allies of a treaty keep in all, evenly, m their number, G(Z) what the
hegemon gains, which falls, and Z* where it is 0:

- nash_in_nash: Z makes G(Z) Z^m greatest (Nash 1950, of m + 1 players).
- kalai_smorodinsky: G(Z) / G(0) = (Z / m) / Z*, equal shares of each player's ideal gain (Kalai &
  Smorodinsky 1975): G(0) for the hegemon, Z* for an ally.
- rubinstein: the hegemon offers first, who refuses offers next, all must agree, a gain is worth
  `patience` of it one offer later (Rubinstein 1982; for many players Chatterjee, Dutta, Ray &
  Sengupta 1993). In the stationary equilibrium an ally is offered patience times what it would keep
  as proposer, and so is the hegemon: G(Z (1 + (1/patience - 1)/m)) = patience G(Z).

A prospect-theory hegemon's G has kinks where outcomes cross its reference point. Then the Nash
product can have several peaks (the highest is taken; of equal ones that with the highest burdens),
the last equation several roots (the one with the highest burdens is taken), and the bargains need
not settle: then `residual` is not small.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from games.arrays import Array
from games.errors import InvalidGameError
from games.structures import AllianceStructure
from games.treaty_bargains import (
    TreatyBargain,
    bargain,
    first_fall,
    paid_elsewhere,
    willingness,
)

if TYPE_CHECKING:
    from games.alliance import AllianceGame


_SWEEPS, _SETTLED = 100, 1e-8
_GRID = 513
_ZOOM, _ZOOMS = 33, 13


@dataclass(frozen=True)
class Negotiation:
    """The outcome of all bargains of a structure.

    Attributes
    ----------
    burdens : dict of str to float
        What each ally pays, in units of security.
    residual : float
        By how much any treaty's total would still change, given the others': about 1e-8 or less
        if the bargains settle, the accuracy of the search.
    """

    burdens: dict[str, float]
    residual: float


def burdens(game: AllianceGame, structure: AllianceStructure) -> dict[str, float]:
    """Return what each ally pays under the game's rule of burden sharing; nothing with `none`."""
    sharing = game.sharing
    if sharing.is_bargained:
        return negotiate(game, structure).burdens
    if sharing.share is None:
        return dict.fromkeys(structure.allies, 0.0)
    return {name: sharing.share * willingness(game, name, structure) for name in structure.allies}


def negotiate(
    game: AllianceGame,
    structure: AllianceStructure,
    start: Mapping[str, float] | None = None,
) -> Negotiation:
    """Return the burdens that the bargains of `structure` settle on.

    The treaties bargain in turn until none changes.

    Parameters
    ----------
    start : mapping of str to float, optional
        Burdens to begin with; by default all that the allies are willing to pay.

    Raises
    ------
    InvalidGameError
        If the game's rule is no bargain.
    """
    if not game.sharing.is_bargained:
        raise InvalidGameError(
            f"`burden_sharing` must be a bargain, such as 'nash_in_nash'; got '{game.sharing}'"
        )
    bargains = [(treaty, bargain(game, structure, treaty, 0.0)) for treaty in structure.treaties]
    paid = {name: burden for _, talks in bargains for name, burden in talks.burdens(0.0).items()}
    paid |= {} if start is None else {name: float(start[name]) for name in paid}
    moved = 0.0
    for _ in range(_SWEEPS):
        moved = 0.0
        for treaty, terms in bargains:
            talks = replace(terms, elsewhere=paid_elsewhere(structure, treaty, paid))
            agreed = talks.burdens(kept(game, talks))
            before = sum(paid[name] for name in talks.members)
            moved = max(moved, abs(sum(agreed.values()) - before))
            paid |= agreed
        if moved <= _SETTLED:
            break
    return Negotiation({name: paid[name] for name in structure.allies}, moved)


def kept(game: AllianceGame, problem: TreatyBargain) -> float:
    """Return what the allies of one treaty keep of their gains in all, under the game's rule."""
    most = problem.most_kept
    if most <= 0:
        return 0.0
    members = len(problem.members)
    sharing = game.sharing
    if sharing.rule == "nash_in_nash":
        return _peak(lambda z: problem.gain(z) * (z / most) ** members, most)
    if sharing.rule == "kalai_smorodinsky":
        best = problem.gain(np.zeros(1))[0]
        return first_fall(lambda z: problem.gain(z) / best - z / (members * most), 0.0, most)
    later = 1 + (1 / sharing.patience - 1) / members
    return first_fall(
        lambda z: problem.gain(z * later) - sharing.patience * problem.gain(z), 0.0, most
    )


def _peak(function: Callable[[Array], Array], high: float) -> float:
    """Return where `function` is greatest on [0, high], the first such point of a grid, zoomed."""
    low, step, top = 0.0, _GRID, high
    for _ in range(_ZOOMS):
        grid = np.linspace(low, top, step)
        best = int(np.argmax(function(grid)))
        low, top = float(grid[max(best - 1, 0)]), float(grid[min(best + 1, step - 1)])
        step = _ZOOM
    return (low + top) / 2
