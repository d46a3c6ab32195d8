"""Deviations from a structure, generated in one place; each solution concept admits some of them.

Every treaty needs the consent of all its members. Who withdraws ends its treaty: what then remains
of a bloc depends on the game's ratification (`open`: the treaty among the others, if there are two
or more of them; `unanimous`: nothing).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum

from games import AllianceGame, AllianceStructure, Treaty
from games.families import subsets


class Kind(Enum):
    """What deviators do."""

    LEAVE = "leave treaties"
    SPOKE = "sign a bilateral treaty"
    ACCESSION = "accede to a bloc"
    PROPOSAL = "propose another structure"
    REGROUP = "form treaties of their own and end others"


@dataclass(frozen=True)
class Deviation:
    """A change of structure, and the players without whose consent it does not come about."""

    kind: Kind
    deviators: tuple[str, ...]
    outcome: AllianceStructure


def departures(game: AllianceGame, structure: AllianceStructure) -> Iterator[Deviation]:
    """Yield every way in which one player leaves treaties it is in."""
    for name in structure.allies:
        yield Deviation(Kind.LEAVE, (name,), after_leaving(game, structure, name))
    treaties = structure.treaties
    for kept in subsets(treaties):
        if len(kept) < len(treaties):
            outcome = structure.restricted_to(kept)
            yield Deviation(Kind.LEAVE, (game.hegemon,), outcome)


def after_leaving(game: AllianceGame, structure: AllianceStructure, name: str) -> AllianceStructure:
    """Return what is in force after the candidate `name` has left its treaty."""
    partners = () if game.ratification == "open" else structure.partners(name)
    return structure.without(name, *partners)


def spoke_offers(game: AllianceGame, structure: AllianceStructure) -> Iterator[Deviation]:
    """Yield each bilateral treaty of the hegemon with a candidate that has none."""
    for name in outsiders(game, structure):
        yield Deviation(Kind.SPOKE, (game.hegemon, name), structure.with_treaty([name]))


def accessions(game: AllianceGame, structure: AllianceStructure) -> Iterator[Deviation]:
    """Yield each accession of a candidate without treaty to a bloc, by consent of all members."""
    for name in outsiders(game, structure):
        for bloc in structure.blocs:
            deviators = (game.hegemon, name, *bloc)
            yield Deviation(Kind.ACCESSION, deviators, structure.with_treaty([*bloc, name]))


def regroupings(
    game: AllianceGame, structure: AllianceStructure, agreeable: Callable[[Treaty], bool]
) -> Iterator[Deviation]:
    """Yield every move to another structure that the hegemon makes with a smallest coalition.

    The hegemon ends treaties alone; a treaty that is not in force yet needs all its members.

    Parameters
    ----------
    agreeable : callable
        Whether the candidates in a new treaty would have it; moves with others are left out.
    """
    standing = set(structure.treaties)

    def admits(group: tuple[str, ...]) -> bool:
        treaty = frozenset((game.hegemon, *group))
        return treaty in standing or agreeable(treaty)

    for outcome in game.structures(admits):
        if outcome != structure:
            fresh = frozenset[str]().union(*(set(outcome.treaties) - standing))
            deviators = (game.hegemon, *sorted(fresh - {game.hegemon}))
            yield Deviation(Kind.REGROUP, deviators, outcome)


def outsiders(game: AllianceGame, structure: AllianceStructure) -> list[str]:
    """Return the candidates without a treaty."""
    return [name for name in game.candidates if name not in structure.allies]
