"""Which theatres an explorer offers: the one that was asked for, and what is embedded."""

from __future__ import annotations

import games
from games import AllianceGame
from solver.explorer.asked import MOST_CANDIDATES

# what stands first in the list, as it tells most
FIRST = ("europe-1949", "southeast-asia-1954", "asia-1951", "classic-athens", "us-east-asia-2016")


def embedded() -> dict[str, AllianceGame]:
    """Return the embedded scenarios, then the cases, that are small enough to be explored."""
    names = dict.fromkeys((*FIRST, *games.scenario_names(), *games.case_names()))
    found = {name: games.load(name) for name in names}
    return {name: one for name, one in found.items() if len(one.candidates) <= MOST_CANDIDATES}


def beginning_with(
    name: str, game: AllianceGame, known: dict[str, AllianceGame]
) -> dict[str, AllianceGame]:
    """Return theatres of which a game is the first, whatever else bears its name."""
    return {name: game} | {other: one for other, one in known.items() if other != name}
