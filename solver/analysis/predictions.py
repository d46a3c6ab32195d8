"""What a game predicts, as something that a draw of its figures keeps or not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from games import AllianceGame, Form, InvalidGameError, checks
from games.cases import coding_of
from solver.analysis.preferred import form_of, name_of, preferred_structures
from solver.sweeping import threat_levels

KINDS = ("forms", "sequence", "sought")
SEQUENCE_LEVELS = 41

Forms = tuple[Form | None, ...]


@dataclass(frozen=True)
class Prediction:
    """Forms that are predicted.

    Attributes
    ----------
    label : str
    places : tuple of int
        Which of the threats looked at it is about.
    expected : tuple of Form or None
        The form at each of these; for a sequence, the forms met one after the other.
    in_sequence : bool
        Whether only the order in which forms are met counts, not where they change.
    """

    label: str
    places: tuple[int, ...]
    expected: Forms
    in_sequence: bool = False

    def keeps(self, forms: Forms) -> bool:
        """Return whether a draw with these forms at the threats looked at keeps it."""
        own = tuple(forms[place] for place in self.places)
        return (order(own) if self.in_sequence else own) == self.expected

    def __str__(self) -> str:
        return (" -> " if self.in_sequence else ", ").join(map(name_of, self.expected))


def order(forms: Forms) -> Forms:
    """Return forms without those that repeat the one before."""
    return tuple(form for form, _ in groupby(forms))


def predictions_of(
    game: AllianceGame, kind: str, threats: Sequence[float] | None
) -> tuple[tuple[float, ...], tuple[Prediction, ...]]:
    """Return the threats to look at, and what `game` predicts there.

    Raises
    ------
    InvalidGameError
        If there is no such kind of prediction, a threat is out of range, or "sought" is asked of a
        game that is no case.
    """
    checks.one_of("prediction", kind, KINDS)
    if kind == "sought":
        if threats is not None:
            raise InvalidGameError("`threats` must not be given for 'sought': the threat is coded")
        wanted = coding_of(game).preferred.form
        return (game.threat,), (Prediction("as sought", (0,), (wanted,)),)
    if kind == "sequence":
        levels = threat_levels(np.linspace(0, 1, SEQUENCE_LEVELS) if threats is None else threats)
        if levels != sorted(levels):
            raise InvalidGameError(f"`threats` must rise for a sequence; got {levels}")
        forms = tuple(map(form_of, preferred_structures(game, levels)))
        whole = Prediction("sequence of forms", tuple(range(len(levels))), order(forms), True)
        return tuple(levels), (whole,)
    levels = threat_levels([game.threat] if threats is None else threats)
    forms = tuple(map(form_of, preferred_structures(game, levels)))
    single = [
        Prediction(f"threat {level:g}", (place,), (form,))
        for place, (level, form) in enumerate(zip(levels, forms, strict=True))
    ]
    if len(single) > 1:
        single.append(Prediction("all of these", tuple(range(len(levels))), forms))
    return tuple(levels), tuple(single)
