"""Cases: scenarios that say what the hegemon sought, so that an account can be right or wrong.

The three theatres on which the default parameters were calibrated are marked so. All other
embedded cases are held out: nothing in them was chosen by looking at a prediction. Affinities,
where a held-out case sets any, are inferred on one scale:

- 0.2 for two candidates with a war, rule or occupation of the last decade unsettled between them;
- 0.5 for two with an open dispute or rivalry, or with such a past that was settled and still
  weighed on them;
- 1, the default, for all others.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterable
from functools import cache

from games import checks
from games.alliance.game import AllianceGame
from games.alliance.scenario import CodedCase
from games.errors import InvalidGameError, UnknownNameError
from games.files import one_line
from games.scenarios import loading


@cache
def case_names() -> tuple[str, ...]:
    """Return the names of the embedded cases, by year and then by name.

    Examples
    --------
    >>> case_names()[:3]
    ('muenchengraetz-1833', 'quadruple-alliance-1834', 'crimean-coalition-1854')
    >>> "classic-athens" in case_names()
    False
    """
    found = []
    for name, file in loading.embedded().items():
        document = tomllib.loads(file.read_text("utf-8"))
        if "case" in document:
            found.append((document["year"], name))
    return tuple(name for _, name in sorted(found))


def load_case(name_or_path: str | os.PathLike[str]) -> AllianceGame:
    """Return the game of a case, at its coded threat and in its family of structures.

    Parameters
    ----------
    name_or_path : str or path
        As `games.load` reads it.

    Returns
    -------
    AllianceGame
        Its `scenario.case` is a `CodedCase`, and `scenario.recorded` gives what was signed.

    Raises
    ------
    UnknownNameError
        If nothing embedded has that name.
    InvalidGameError
        As `games.load` does; or if the scenario has no table `[case]`.

    Examples
    --------
    >>> game = load_case("pacific-pact-1949")
    >>> game.scenario.case.preferred.form
    <Form.NONE: 'none'>
    >>> print(game.scenario.recorded(game.candidates))
    USA: no alliance
    """
    is_name = isinstance(name_or_path, str) and not loading.is_path(name_or_path)
    if is_name and name_or_path not in loading.embedded():
        meant = loading.meant_by(str(name_or_path))
        raise UnknownNameError("case", name_or_path, case_names(), meant)
    game = loading.load(name_or_path)
    if game.scenario is None or game.scenario.case is None:
        label = one_line(os.fspath(name_or_path))
        raise InvalidGameError(f"{label}: `case` must be given for a case; got nothing")
    return game


def load_cases(names: Iterable[str | os.PathLike[str]] | None = None) -> tuple[AllianceGame, ...]:
    """Return the games of several cases, in the order of `names`; of all embedded ones without.

    Raises as `load_case` does.

    Examples
    --------
    >>> len(load_cases(["europe-1949", "warsaw-pact-1955"]))
    2
    """
    asked = case_names() if names is None else checks.listed("names", names)
    return tuple(load_case(name) for name in asked)


def coding_of(game: AllianceGame) -> CodedCase:
    """Return what makes `game` a case: its sample, and the form that was sought.

    Raises
    ------
    InvalidGameError
        If it is no case.

    Examples
    --------
    >>> str(coding_of(load_case("europe-1949")).preferred.form)
    'multilateral'
    """
    if game.scenario is None or game.scenario.case is None:
        raise InvalidGameError(
            f"`cases` must hold games with a coded case (games.load_cases()); got {game.hegemon}'s"
        )
    return game.scenario.case
