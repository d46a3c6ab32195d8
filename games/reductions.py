"""The alliance game in normal form, for solvers of any finite game.

Entries are certainty equivalents, see `games.agreements`: comparisons of pure profiles are those
of the alliance game. A mixture over structures is then valued in two stages, each structure by its
certainty equivalent first (Segal 1990, compound independence), and not as one reduced lottery.
Without probability weighting both agree.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import compress, product
from typing import TYPE_CHECKING, Literal

import numpy as np

from games import checks, families
from games.agreements import Outcomes, in_force
from games.errors import InvalidGameError, NotApplicableError
from games.finite.normal_form import NormalForm
from games.structures import AllianceStructure

if TYPE_CHECKING:
    from games.alliance import AllianceGame

FormName = Literal["announcement", "two_player"]
MAX_PROFILES = 500_000


def normal_form(game: AllianceGame, form: FormName) -> NormalForm:
    """Return `announcement` or `two_player` of a game, by name."""
    forms: dict[str, Callable[[AllianceGame], NormalForm]] = {
        "announcement": announcement,
        "two_player": two_player,
    }
    return forms[checks.one_of("form", form, forms)](game)


def two_player(game: AllianceGame) -> NormalForm:
    """Return the game of the hegemon against the candidates acting as one.

    The hegemon offers nothing, a spoke to each candidate, or one bloc of all; the candidates refuse
    all treaties, take spokes only, or take either. What is offered and taken enters into force.
    The candidates' outcome is the one whose utility is the mean of their utilities.

    Returns
    -------
    NormalForm
        Of the hegemon, with the actions "none", "bilateral", "multilateral", and the candidates,
        with "refuse", "bilateral only", "either".

    Raises
    ------
    InvalidGameError
        If there is one candidate only: it forms no bloc.

    Examples
    --------
    >>> from games.alliance import AllianceGame
    >>> game = AllianceGame(hegemon="Athens", capabilities={"Samos": 0.2, "Chios": 0.2}, threat=0.7)
    >>> print(two_player(game).utilities[0].round(4))
    [[-1.1746 -1.1746 -1.1746]
     [-1.1746 -1.0187 -1.0187]
     [-1.1746 -1.1746 -1.027 ]]
    """
    if len(game.candidates) < 2:
        raise InvalidGameError(
            f"`capabilities` must name two candidates or more; got {list(game.candidates)}"
        )
    taste, point = game.candidate_preference, game.candidate_reference

    def outcome(structure: AllianceStructure) -> tuple[float, float]:
        values = [game.candidate_value(name, structure) for name in game.candidates]
        return (
            game.appraise(structure).certainty_equivalent,
            point + taste.inverse_utility(float(np.mean(values))),
        )

    nothing = outcome(game.structure())
    spokes = outcome(game.structure(spokes=game.candidates))
    bloc = outcome(game.structure(bloc=game.candidates))
    rows = [[nothing] * 3, [nothing, spokes, spokes], [nothing, nothing, bloc]]
    return NormalForm(
        np.moveaxis(np.array(rows), -1, 0),
        players=[game.hegemon, "candidates" if game.hegemon != "candidates" else "the candidates"],
        actions=[["none", "bilateral", "multilateral"], ["refuse", "bilateral only", "either"]],
        preferences=[game.preference, taste],
        references=[game.reference_point, point],
        title=f"{game.hegemon} against its candidates acting as one",
    )


def announcement(game: AllianceGame) -> NormalForm:
    """Return the announcement game (Myerson 1991, 9.5; Hart & Kurz 1983).

    All at once, the hegemon announces a structure of the family, and each candidate one treaty that
    it would sign, by its members, or none. A treaty of the structure enters into force among the
    candidates in it who announce just that treaty: a spoke by its one candidate; a bloc with
    `open` ratification by two or more of them, with `unanimous` ratification by all.

    That candidates name the members of a bloc matters: if they signed whatever bloc is proposed,
    the hegemon could leave out members one by one, and fewer structures would be equilibria than
    the concept `nash` has. So named, both have the same.

    Returns
    -------
    NormalForm
        Of the hegemon, whose actions are structures as text, and each candidate, with "refuse",
        "spoke" and each bloc that it may be in, such as "bloc {Chios, Samos}".

    Raises
    ------
    NotApplicableError
        If there are more than 500,000 profiles: with five candidates or more.

    Examples
    --------
    >>> from games.alliance import AllianceGame
    >>> game = AllianceGame(hegemon="Athens", capabilities={"Samos": 0.2, "Chios": 0.2}, threat=0.7)
    >>> form = announcement(game)
    >>> form.shape, form.actions[1]
    ((5, 3, 3), ('refuse', 'spoke', 'bloc {Chios, Samos}'))
    """
    n = len(game.candidates)
    own = 2 ** (n - 1) + 1
    if families.count(n, game.family) * own**n > MAX_PROFILES:
        raise NotApplicableError(
            f"the announcement game of {n} candidates has more than {MAX_PROFILES:,} profiles; take"
            " game.strongest(4), or solver.solve(game, 'nash') for the same outcomes up to 12"
        )
    subsets = list(families.subsets(sorted(game.candidates)))
    treaties = [[treaty for treaty in subsets if name in treaty] for name in game.candidates]
    structures = list(game.structures())
    outcomes = Outcomes(game)
    table = np.empty((n + 1, len(structures), *[own] * n))
    for row, structure in enumerate(structures):
        results = [
            outcomes.of(in_force(game, structure, tuple(compress(game.candidates, signs))))
            for signs in product((False, True), repeat=n)
        ]
        by_signs = np.array(results).T.reshape(n + 1, *[2] * n)
        # of each announcement of each candidate, whether it signs the structure: refusal first
        proposed = {frozenset(treaty - {game.hegemon}) for treaty in structure.treaties}
        signs = [[0, *(int(frozenset(t) in proposed) for t in mine)] for mine in treaties]
        table[:, row] = by_signs[np.ix_(range(n + 1), *signs)]
    names = [
        ["spoke" if len(treaty) == 1 else f"bloc {{{', '.join(treaty)}}}" for treaty in mine]
        for mine in treaties
    ]
    return NormalForm(
        table,
        players=game.players,
        actions=[
            [str(structure) for structure in structures],
            *(["refuse", *own] for own in names),
        ],
        preferences=outcomes.preferences,
        references=outcomes.references,
        title=f"announcements of {game.hegemon} and its candidates",
    )
