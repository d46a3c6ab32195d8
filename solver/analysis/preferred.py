"""What the hegemon prefers at many threats, by the fast route: structures without certificates."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from games import AllianceGame, AllianceStructure, Form, checks
from solver.concept import Concept
from solver.solution import preference_order
from solver.solving import concept_named, solve
from solver.stage import Stage, stage_of
from solver.valuer import by_blocks

Choice = AllianceStructure | None
FORMS = tuple(Form)
NO_FORM = -1


def preferred_structures(
    game: AllianceGame,
    threats: Sequence[float],
    concept: str = "subgame_perfect",
    *,
    tolerance: float = 0.0,
) -> list[Choice]:
    """Return the preferred structure of `game` at each threat, None where there is none.

    The hegemon's values are computed for many threats together, so a further one costs a small part
    of the first.

    Parameters
    ----------
    threats : sequence of float, shape (levels,)
    concept : str
        As in `solver.solve`.
    tolerance : float
        As in `solver.solve`, but 0 by default: values that differ by more than rounding are no
        ties, so that a change of form lies where two values cross.

    Examples
    --------
    >>> import games
    >>> athens = games.load("classic-athens")
    >>> [str(found.form) for found in preferred_structures(athens, [0.3, 0.9])]
    ['hub-and-spoke', 'multilateral']
    """
    wanted = concept_named(concept)
    checks.within("tolerance", tolerance, 0, 1)
    if game.family == "blocs" or game.sharing.is_bargained:
        solutions = (solve(game.at(level), concept, tolerance=tolerance) for level in threats)
        return [found.equilibria.structures[0] if found.equilibria else None for found in solutions]
    return [
        _best(stage_of(game.at(float(level)), row, tolerance), wanted)
        for block, values in by_blocks(game, threats)
        for level, row in zip(block, values, strict=True)
    ]


def preferred_at(game: AllianceGame, concept: str = "subgame_perfect") -> Choice:
    """Return the preferred structure of `game` at its own threat."""
    return preferred_structures(game, [game.threat], concept)[0]


def form_of(found: Choice) -> Form | None:
    """Return the form of a structure, None for none."""
    return found.form if found else None


def code_of(form: Form | None) -> int:
    """Return the place of a form in `FORMS`, -1 for none."""
    return NO_FORM if form is None else FORMS.index(form)


def name_of(form: Form | None) -> str:
    """Return the name of a form."""
    return "no equilibrium" if form is None else str(form)


def _best(stage: Stage, concept: Concept) -> Choice:
    """Return the hegemon's best structure, ties decided as in `solver.solve`."""
    found = np.flatnonzero(concept.search(stage))
    if not found.size:
        return None
    worth = stage.hegemon[found]
    tied = found[worth >= worth.max() - stage.tolerance]
    return min((stage.structure(int(number)) for number in tied), key=preference_order)
