"""What is agreed when candidates sign some treaties of a structure, in sure outcomes.

A structure is a lottery over outcomes for its players. Here the *certainty equivalent* stands for
it: the sure outcome that a player values as highly, by its own preference and reference point. So
whoever compares structures by it compares them as the alliance game does.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from games.preferences import Preference
from games.structures import AllianceStructure

if TYPE_CHECKING:
    from games.alliance import AllianceGame


def in_force(
    game: AllianceGame, structure: AllianceStructure, signers: Collection[str]
) -> AllianceStructure:
    """Return what enters into force of a structure if just these candidates sign their treaties.

    Spokes stand each alone. A bloc enters into force among those who sign, if they are two or
    more (`open` ratification), or if all its members sign (`unanimous`).

    Examples
    --------
    >>> from games.alliance import AllianceGame
    >>> game = AllianceGame(hegemon="H", capabilities=dict.fromkeys("ABCD", 0.2), threat=0.7)
    >>> print(in_force(game, game.structure(bloc=["A", "B", "C"], spokes=["D"]), ["B", "C"]))
    H: bloc {B, C}
    """
    blocs = [[name for name in bloc if name in signers] for bloc in structure.blocs]
    return AllianceStructure(
        structure.hegemon,
        blocs=[
            kept
            for kept, bloc in zip(blocs, structure.blocs, strict=True)
            if len(kept) > 1 and (len(kept) == len(bloc) or game.ratification == "open")
        ],
        spokes=[name for name in structure.spokes if name in signers],
    )


class Outcomes:
    """The certainty equivalents of structures, computed once each.

    Attributes
    ----------
    preferences : list of Preference
    references : list of float
        Of the hegemon and of each candidate, under which they hold.
    """

    def __init__(self, game: AllianceGame) -> None:
        self.game = game
        others = len(game.candidates)
        self.preferences: list[Preference] = [
            game.preference,
            *[game.candidate_preference] * others,
        ]
        self.references = [game.reference_point, *[game.candidate_reference] * others]
        self._known: dict[AllianceStructure, tuple[float, ...]] = {}

    def of(self, structure: AllianceStructure) -> tuple[float, ...]:
        """Return the certainty equivalent of each player, the hegemon's first, in outcomes."""
        if structure not in self._known:
            game = self.game
            prospects = game.prospects(structure).values()
            self._known[structure] = tuple(
                preference.certainty_equivalent(prospect, reference)
                for preference, prospect, reference in zip(
                    self.preferences, prospects, self.references, strict=True
                )
            )
        return self._known[structure]
