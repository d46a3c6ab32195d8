"""Across all threats: what is preferred at each level, by how much, and where the form changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import groupby, pairwise
from typing import Any

import numpy as np

from games import AllianceGame, AllianceStructure, Form, NotApplicableError
from games.arrays import Array, Ints, spaced
from solver.alliance.concepts.concept import Concept, valuations
from solver.alliance.concepts.registry import TOLERANCE, concept_named
from solver.alliance.lattice import lattice
from solver.alliance.solution import Solution
from solver.alliance.solve import solutions
from solver.alliance.stage import Stage, stage_of
from solver.results import name_of
from solver.studies.critical import CriticalThreats, changes_on_grid, crossings_between

THREATS = tuple(spaced(0.0, 1.0, 101))
# forms by the codes of `Lattice.form_codes`
CODED = (Form.NONE, Form.BILATERAL, Form.HUB_AND_SPOKE, Form.MULTILATERAL, Form.MIXED)

Facts = dict[str, Any]
Values = Callable[[Sequence[AllianceGame]], Array]
# the hegemon's best value among the structures of a form that all their members accept
Envelope = dict[Form, float]


def across(
    game: AllianceGame, concept: str, values: Values, threats: Sequence[float] = THREATS
) -> Iterator[tuple[Solution, Envelope | None]]:
    """Yield the solution at each threat, with the best value of each form there.

    Parameters
    ----------
    concept : str
    values : callable
        Returns the hegemon's value of every structure in each of some games, which differ in their
        threat alone, shape (games, structures).

    Yields
    ------
    Solution
    dict of Form to float, or None
        None for games whose structures are not numbered: other families, bargained burdens.
    """
    wanted = concept_named(concept)
    levels = [game.at(threat) for threat in threats]
    if is_staged(game):
        yield from _staged(levels, wanted, values(levels))
    else:
        yield from ((one, None) for one in solutions(levels, wanted, TOLERANCE))


def is_staged(game: AllianceGame) -> bool:
    """Return whether arrays hold all structures of a game, each candidate's payoff by its own."""
    return game.family == "bloc_and_spokes" and not game.sharing.is_bargained


def _staged(
    games: Sequence[AllianceGame], concept: Concept, values: Array
) -> Iterator[tuple[Solution, Envelope]]:
    stages = [stage_of(game, row, TOLERANCE) for game, row in zip(games, values, strict=True)]
    peers = valuations(games, [stage.tolerance for stage in stages])
    for stage, certifier in zip(stages, peers, strict=True):
        yield concept.solution(stage, certifier, concept.search(stage)), envelope(stage)


def envelope(stage: Stage) -> Envelope:
    """Return the best value of each form among the structures that all their members accept.

    The greatest of them is what the hegemon prefers: the upper envelope over threats changes hands
    at the critical threats.
    """
    worth = np.where(stage.individually_rational(), stage.hegemon, -np.inf)
    best = [float(worth[some].max(initial=-np.inf)) for some in _places(stage.grid.n)]
    return {form: value for form, value in zip(CODED, best, strict=True) if value > -np.inf}


@lru_cache(maxsize=2)
def _places(n: int) -> list[Ints]:
    """Return the numbers of the structures of each form."""
    codes = lattice(n).form_codes
    return [np.flatnonzero(codes == code) for code in range(len(CODED))]


def band(preferred: Sequence[AllianceStructure | None]) -> Facts:
    """Return the forms across `THREATS`, given what is preferred at each.

    Returns
    -------
    dict
        `forms` at each level; `spans`: stretches with one form, each from the middle between two
        levels to the next such middle; `moves`: middles where the preferred structure changes
        within a form.
    """
    forms = [name_of(found.form if found else None) for found in preferred]
    middles = [(low + high) / 2 for low, high in pairwise(THREATS)]
    ends = [THREATS[0], *middles, THREATS[-1]]
    spans = []
    for form, group in groupby(range(len(forms)), key=forms.__getitem__):
        levels = list(group)
        spans.append({"form": form, "low": ends[levels[0]], "high": ends[levels[-1] + 1]})
    moves = [
        middle
        for middle, (one, other) in zip(middles, pairwise(preferred), strict=True)
        if one != other and one is not None and other is not None and one.form is other.form
    ]
    return {"forms": forms, "spans": spans, "moves": moves}


def rows_of(envelopes: Sequence[Envelope | None]) -> Facts:
    """Return the best value of each form across levels, and how far it is behind the best of all.

    Returns
    -------
    dict
        `envelope` and `behind`, by form: None at levels where nobody accepts such a structure; both
        are None as a whole for games whose structures are not numbered.
    """
    found = [one for one in envelopes if one is not None]
    if len(found) < len(envelopes):
        return {"envelope": None, "behind": None}
    forms = [form for form in CODED if any(form in one for one in found)]
    best = [max(one.values()) for one in found]
    return {
        "envelope": {str(form): [one.get(form) for one in found] for form in forms},
        "behind": {
            str(form): [
                most - one[form] if form in one else None
                for one, most in zip(found, best, strict=True)
            ]
            for form in forms
        },
    }


def located(
    game: AllianceGame,
    concept: str,
    preferred: Sequence[AllianceStructure | None],
    heed: Callable[[], None],
) -> Facts:
    """Return the critical threats of a row: located to 1e-9 where that can be done.

    Parameters
    ----------
    preferred : sequence
        At each of `THREATS`.
    heed : callable
        Called now and then; what it raises ends the work.

    Returns
    -------
    dict
        `changes`: `threat`, `below`, `above`, `cause` and `width` of each; `spans` between them;
        `note`: how fine they are.
    """
    found: CriticalThreats
    try:
        if concept != "subgame_perfect":
            raise NotApplicableError("changes of form are located for subgame_perfect alone")
        forms = [one.form if one else None for one in preferred]
        found = crossings_between(game, THREATS, forms, progress=lambda share: heed())
        note = "located to 1e-9 between levels 0.01 apart"
    except NotApplicableError as error:
        found = changes_on_grid(THREATS, preferred)
        note = f"no finer than the levels, 0.01 apart: {error}"
    return {
        "changes": [
            {
                "threat": one.threat,
                "below": name_of(one.below),
                "above": name_of(one.above),
                "cause": one.cause,
                "width": one.width,
            }
            for one in found
        ],
        "spans": [
            {"form": name_of(form), "low": low, "high": high} for low, high, form in found.spans()
        ],
        "note": note,
    }
