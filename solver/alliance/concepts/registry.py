"""The solution concepts of the alliance game, by name."""

from __future__ import annotations

from games import UnknownNameError
from solver.alliance.concepts.coalition_proof import COALITION_PROOF
from solver.alliance.concepts.concept import Concept
from solver.alliance.concepts.nash import NASH
from solver.alliance.concepts.pairwise import PAIRWISE
from solver.alliance.concepts.subgame_perfect import SUBGAME_PERFECT

CONCEPTS: dict[str, Concept] = {
    concept.name: concept for concept in (SUBGAME_PERFECT, NASH, PAIRWISE, COALITION_PROOF)
}
"""The solution concepts for alliance games that `solve` takes by name."""
TOLERANCE = 1e-9


def concept_named(name: str) -> Concept:
    """Return the solution concept `name`; raise `UnknownNameError` if there is none."""
    if not isinstance(name, str) or name not in CONCEPTS:
        raise UnknownNameError("concept", name, CONCEPTS)
    return CONCEPTS[name]
