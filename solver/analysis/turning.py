"""How much of all threats the multilateral form takes, and from which threat on: quickly."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from games import AllianceGame, Form
from solver.analysis.lines import Switch, switches
from solver.analysis.preferred import Choice, form_of, preferred_at, preferred_structures

LEVELS = 33
ACCURACY = 1e-6

Found = Sequence[tuple[float, Choice]]


def multilateral_share(
    game: AllianceGame, *, levels: int = LEVELS, accuracy: float = ACCURACY
) -> float:
    """Return the share of all threats in [0, 1] at which the preferred form is multilateral.

    This stands for the critical threat where one number is needed for every game. The critical
    threat itself is undefined where the form never turns, and to fill in a number for "never" (1,
    or more) makes every index or average depend on that number. The share is defined for every
    game, and where there is one turn from which on the form is multilateral it is 1 less the
    critical threat, so that both have the same variance and the same sensitivity indices.

    Parameters
    ----------
    levels : int
        Evenly spaced threats that are looked at. What starts and ends between two is missed.
    accuracy : float
        To which changes between them are located.

    Returns
    -------
    float
        In [0, 1].

    Examples
    --------
    >>> import games
    >>> round(multilateral_share(games.load("classic-athens")), 4)
    0.4708
    """
    found = look(game, np.linspace(0, 1, levels).tolist())
    total = 0.0
    for low, high in pairwise(found):
        ends = [low[0], high[0]]
        inside: list[Switch] = []
        if _multilateral(low) != _multilateral(high):
            inside = between(game, low, high, accuracy)
        places = [ends[0], *(switch.place for switch in inside), ends[1]]
        forms = [form_of(low[1]), *(switch.forms[1] for switch in inside)]
        total += sum(
            after - before
            for (before, after), form in zip(pairwise(places), forms, strict=True)
            if form is Form.MULTILATERAL
        )
    return min(1.0, total)


def multilateral_from(game: AllianceGame, found: Found, accuracy: float = ACCURACY) -> float | None:
    """Return the threat from which on to the last level the form is multilateral, or None.

    Parameters
    ----------
    found : sequence of (float, AllianceStructure or None)
        Threats, rising, with what is preferred there.
    """
    if not _multilateral(found[-1]):
        return None
    for low, high in reversed(list(pairwise(found))):
        if not _multilateral(low):
            return between(game, low, high, accuracy)[-1].place
    return found[0][0]


def look(
    game: AllianceGame, threats: Sequence[float], concept: str = "subgame_perfect"
) -> list[tuple[float, Choice]]:
    """Return threats with what is preferred at each."""
    return list(zip(threats, preferred_structures(game, threats, concept), strict=True))


def between(
    game: AllianceGame, low: tuple[float, Choice], high: tuple[float, Choice], accuracy: float
) -> list[Switch]:
    """Return the changes of form between two threats."""
    return switches(game.at, (low[0], high[0]), (low[1], high[1]), preferred_at, accuracy)


def _multilateral(level: tuple[float, Choice]) -> bool:
    return form_of(level[1]) is Form.MULTILATERAL
