"""Build a game from types of candidates and how many there are of each."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import Any

from games import AllianceGame, InvalidGameError, UnknownNameError, checks


def game_of_types(
    hegemon: str,
    types: Mapping[str, tuple[float, int]],
    threat: float,
    *,
    exposures: Mapping[str, float] | None = None,
    reliabilities: Mapping[str, float] | None = None,
    basings: Mapping[str, float] | None = None,
    affinity: Mapping[tuple[str, str], float] | None = None,
    **fields: Any,
) -> AllianceGame:
    """Return the game of candidates `small-1`, `small-2`, ... for each type `small`.

    Parameters
    ----------
    types : mapping of str to (float, int)
        Of each type the capability, in units of the hegemon's, and the number of candidates.
    exposures, reliabilities, basings : mapping of str to float, optional
        Values of single types that differ from those in `parameters`.
    affinity : mapping of pairs of types to float, optional
        In [0, 1]; `("small", "small")` is the affinity of two candidates of one type. Pairs not
        named have `parameters.affinity`.
    **fields
        The other fields of `AllianceGame`.

    Raises
    ------
    InvalidGameError
        If a value is out of range.
    UnknownNameError
        If a mapping names no type.

    Examples
    --------
    >>> game = game_of_types("Athens", {"large": (0.2, 2), "small": (0.02, 1)}, threat=0.5,
    ...                      affinity={("large", "small"): 0.5})
    >>> game.candidates
    ('large-1', 'large-2', 'small-1')
    >>> game.affinity["large-2", "small-1"]
    0.5
    """
    members: dict[str, list[str]] = {}
    capabilities: dict[str, float] = {}
    for kind, figures in types.items():
        checks.label("type", kind)
        if not isinstance(figures, tuple) or len(figures) != 2:
            raise InvalidGameError(
                f"`types[{kind!r}]` must be a pair (capability, number); got {figures!r}"
            )
        number = checks.whole(f"types[{kind!r}]", figures[1], 1)
        members[kind] = [f"{kind}-{place + 1}" for place in range(number)]
        capabilities |= dict.fromkeys(members[kind], figures[0])

    def known(kind: str) -> list[str]:
        if kind not in members:
            raise UnknownNameError("type", kind, members)
        return members[kind]

    def single(values: Mapping[str, float] | None) -> dict[str, float]:
        return {name: value for kind, value in (values or {}).items() for name in known(kind)}

    ties = {
        (one, other): value
        for (first, second), value in (affinity or {}).items()
        for one, other in product(known(first), known(second))
        if one != other
    }
    return AllianceGame(
        hegemon=hegemon,
        capabilities=capabilities,
        threat=threat,
        exposures=single(exposures),
        reliabilities=single(reliabilities),
        basings=single(basings),
        affinity=ties,
        **fields,
    )
