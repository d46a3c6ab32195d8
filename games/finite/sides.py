"""What each player of a normal form brings: names, a preference, a reference point."""

from __future__ import annotations

from collections.abc import Sequence

from games import checks
from games.errors import InvalidGameError
from games.preferences import ExpectedUtility, Preference


def numbered(size: int) -> tuple[str, ...]:
    """Return the names "1", "2", ... that stand in where none are given."""
    return tuple(str(place + 1) for place in range(size))


def player_names(given: Sequence[str] | None, n: int) -> tuple[str, ...]:
    """Return the names of `n` players.

    Raises
    ------
    InvalidGameError
        If they are not `n` different names.
    """
    return numbered(n) if given is None else _distinct("players", given, n)


def action_names(
    given: Sequence[Sequence[str]] | None, shape: Sequence[int]
) -> tuple[tuple[str, ...], ...]:
    """Return the names of each player's actions.

    Raises
    ------
    InvalidGameError
        If a player's are not as many different names as it has actions.
    """
    if given is None:
        return tuple(map(numbered, shape))
    if isinstance(given, str) or len(given) != len(shape):
        raise InvalidGameError(
            f"`actions` must be one list of names for each of {len(shape)} players"
        )
    return tuple(_distinct("actions", own, m) for own, m in zip(given, shape, strict=True))


def preferences_of(
    given: Preference | Sequence[Preference] | None, n: int
) -> tuple[Preference, ...]:
    """Return the preference of each of `n` players; expected utility by default."""
    chosen = ExpectedUtility() if given is None else given
    each = (chosen,) * n if isinstance(chosen, Preference) else tuple(chosen)
    if len(each) != n or not all(isinstance(one, Preference) for one in each):
        raise InvalidGameError(
            f"`preferences` must be one Preference, or one for each of {n} players; got {given!r}"
        )
    return each


def references_of(given: float | Sequence[float] | None, n: int) -> tuple[float, ...]:
    """Return the reference point of each of `n` players; 0 by default."""
    if given is None or isinstance(given, (int, float)):
        return (checks.number("references", given or 0.0),) * n
    each = tuple(checks.number("references", one) for one in given)
    if len(each) != n:
        raise InvalidGameError(
            f"`references` must be one number, or one for each of {n} players; got {len(each)}"
        )
    return each


def _distinct(what: str, given: Sequence[str], size: int) -> tuple[str, ...]:
    if isinstance(given, str):
        raise InvalidGameError(f"`{what}` must be a list of names; got {given!r}")
    names = tuple(checks.label(what, name) for name in given)
    if len(names) != size or len(set(names)) != size:
        raise InvalidGameError(f"`{what}` must be {size} different names; got {list(names)}")
    return names
