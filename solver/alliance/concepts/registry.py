"""The solution concepts of the alliance game, by name."""

from __future__ import annotations

from games import UnknownNameError
from solver.alliance.concepts import coalition_proof, nash, pairwise, subgame_perfect
from solver.alliance.concepts.concept import Concept

CONCEPTS: dict[str, Concept] = {
    module.CONCEPT.name: module.CONCEPT
    for module in (subgame_perfect, nash, pairwise, coalition_proof)
}


TOLERANCE = 1e-9


def concept_named(name: str) -> Concept:
    """Return the solution concept `name`; raise `UnknownNameError` if there is none."""
    if not isinstance(name, str) or name not in CONCEPTS:
        raise UnknownNameError("concept", name, CONCEPTS)
    return CONCEPTS[name]
