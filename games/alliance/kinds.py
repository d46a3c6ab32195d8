"""A game built from kinds of candidates: how many there are of each that are alike."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import Any

from games import checks, labels
from games.alliance.game import AllianceGame
from games.errors import InvalidGameError, UnknownNameError


def game_of_kinds(
    hegemon: str,
    kinds: Mapping[str, tuple[float, int]],
    threat: float,
    *,
    exposures: Mapping[str, float] | None = None,
    reliabilities: Mapping[str, float] | None = None,
    basings: Mapping[str, float] | None = None,
    affinity: Mapping[tuple[str, str], float] | None = None,
    **fields: Any,
) -> AllianceGame:
    """Return the game of candidates `small-1`, `small-2`, ... for each kind `small`.

    Parameters
    ----------
    kinds : mapping of str to (float, int)
        Of each kind the capability, in units of the hegemon's, and the number of candidates.
    exposures, reliabilities, basings : mapping of str to float, optional
        Values of single kinds that differ from those in `parameters`.
    affinity : mapping of pairs of kinds to float, optional
        In [0, 1]; `("small", "small")` is the affinity of two candidates of one kind. Pairs not
        named have `parameters.affinity`.
    **fields
        The other fields of `AllianceGame`.

    Raises
    ------
    InvalidGameError
        If a value is out of range.
    UnknownNameError
        If a mapping names no kind.

    Examples
    --------
    >>> game = game_of_kinds("Athens", {"large": (0.2, 2), "small": (0.02, 1)}, threat=0.5,
    ...                      affinity={("large", "small"): 0.5})
    >>> game.candidates
    ('large-1', 'large-2', 'small-1')
    >>> game.affinity["large-2", "small-1"]
    0.5
    """
    members: dict[str, list[str]] = {}
    capabilities: dict[str, float] = {}
    for kind, figures in labels.mapping("kinds", kinds, "kinds to pairs").items():
        checks.label("kind", kind)
        if not isinstance(figures, tuple | list) or len(figures) != 2:
            raise InvalidGameError(
                f"`kinds[{kind!r}]` must be a pair (capability, number); got {figures!r}"
            )
        number = checks.whole(f"kinds[{kind!r}]", figures[1], 1)
        members[kind] = [f"{kind}-{place + 1}" for place in range(number)]
        capability: float = figures[0]
        capabilities |= dict.fromkeys(members[kind], capability)

    def known(kind: str) -> list[str]:
        if kind not in members:
            raise UnknownNameError("kind", kind, members)
        return members[kind]

    def single(name: str, values: Mapping[str, float] | None) -> dict[str, float]:
        given = {} if values is None else labels.mapping(name, values, "kinds to numbers")
        return {name: value for kind, value in given.items() for name in known(kind)}

    pairs = {} if affinity is None else labels.mapping("affinity", affinity, "pairs to numbers")
    for pair in pairs:
        if not isinstance(pair, tuple) or len(pair) != 2:
            raise InvalidGameError(f"`affinity` must be keyed by two kinds; got {pair!r}")
    ties = {
        (one, other): value
        for (first, second), value in pairs.items()
        for one, other in product(known(first), known(second))
        if one != other
    }
    return AllianceGame(
        hegemon=hegemon,
        capabilities=capabilities,
        threat=threat,
        exposures=single("exposures", exposures),
        reliabilities=single("reliabilities", reliabilities),
        basings=single("basings", basings),
        affinity=ties,
        **fields,
    )
