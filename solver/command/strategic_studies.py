"""What the command needs to solve a game file: reading it, and who values outcomes how."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from games import InvalidGameError, NormalForm, Preference
from games.prospects.preferences import preference_named


def read_game(
    path: str | Path, preferences: Sequence[str] = (), references: Sequence[str] = ()
) -> NormalForm:
    """Return the game in a file, its players given preferences and reference points.

    Parameters
    ----------
    path : str or Path
        Of a Gambit .nfg file.
    preferences : sequence of str
        Each a name in `PREFERENCES` for all players, or "player=name" for one.
    references : sequence of str
        Each a number for all players, or "player=number" for one.

    Raises
    ------
    InvalidGameError
        If the file is malformed, or a reference is no number.
    UnknownNameError
        If there is no such player or preference.

    """
    game = NormalForm.read(path)
    tastes: list[Preference] = list(game.preferences)
    for places, name in assignments(game, preferences):
        for place in places:
            tastes[place] = preference_named(name)
    points = list(game.references)
    for places, text in assignments(game, references):
        for place in places:
            points[place] = _number(text)
    return game.replace(preferences=tastes, references=points)


def assignments(game: NormalForm, given: Sequence[str]) -> list[tuple[Sequence[int], str]]:
    """Return, for each text "value" or "player=value", the players it is for and the value."""
    found: list[tuple[Sequence[int], str]] = []
    for text in given:
        name, equals, value = text.rpartition("=")
        found.append(((game.player(name),) if equals else range(len(game.players)), value))
    return found


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise InvalidGameError(f"`--reference` must be a number; got {text!r}") from None
