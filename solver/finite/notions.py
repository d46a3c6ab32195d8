"""Solution concepts of normal forms, by name, each imported when it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from inspect import Parameter, signature
from typing import Any, NamedTuple

from games import InvalidGameError, NormalForm, UnknownNameError
from solver.finite import reduction
from solver.finite.faces import solve as faces
from solver.finite.solution import ProfileSolution
from solver.finite.two_player import solve as two_player

# Equilibria of any number of players: the right engine for each.


def solve(
    game: NormalForm,
    concept: str = "nash",
    *,
    budget: int | None = None,
    seconds: float = faces.SECONDS,
) -> ProfileSolution:
    """Return the equilibria of a game in which every action used is worth most.

    If two players choose who do not weight probabilities: all extreme equilibria and the sets that
    they span, in exact arithmetic. Else all isolated equilibria, each proved, by branch and prune.
    Players of one action do not count.

    Parameters
    ----------
    game : NormalForm
    concept : {"nash", "cpt_nash"}
        They are one where no player weights probabilities.
    budget : int, optional
        Bases (two players) or boxes (others) to examine at most.
    seconds : float
        How long to look for equilibria of three players or more at most.

    Raises
    ------
    NotApplicableError
        For `nash`, if a player weights probabilities.
    """
    faces.check(game, concept)
    players = reduction.choosing(game) if game.number_of_players > 2 else (0, 1)
    if len(players) == 2 and game.number_of_players > 1 and game.weighs_linearly:
        most = two_player.BUDGET if budget is None else budget
        found = two_player.solve(reduction.among(game, players), budget=most)
        return reduction.lifted(game, players, found, concept)
    most = faces.BUDGET if budget is None else budget
    return faces.solve(game, concept, budget=most, seconds=seconds)


class Notion(NamedTuple):
    """A solution concept of normal forms.

    Attributes
    ----------
    home : str
        The module whose `solve` finds its profiles.
    meaning : str
        What it asks of a profile.
    """

    home: str
    meaning: str


NOTIONS = {
    "pure_nash": Notion("pure_nash", "pure profiles from which nobody gains by another action"),
    "nash": Notion("notions", "mixed profiles of players who do not weight probabilities"),
    "cpt_nash": Notion(
        "notions",
        "each action used is worth most, as a lottery over the others' mixing (Keskin 2016)",
    ),
    "loss_aversion_equilibrium": Notion(
        "loss_aversion.solve",
        "each player's reference point is its own expected value (Shalev 2000)",
    ),
    "logit": Notion(
        "logit.solve",
        "actions are taken with chances that rise with their worth (McKelvey & Palfrey 1995)",
    ),
}
"""The solution concepts for normal forms that `solve` takes by name, and what each asks."""


def default_notion(game: NormalForm) -> str:
    """Return the default concept: `nash`, or `cpt_nash` if a player weights probabilities."""
    return "nash" if game.weighs_linearly else "cpt_nash"


def solve_profiles(game: NormalForm, concept: str, options: dict[str, Any]) -> ProfileSolution:
    """Return the profiles of `game` that satisfy `concept`.

    Raises
    ------
    UnknownNameError
        If there is no such concept.
    InvalidGameError
        If the concept does not take an option that is given, or needs one that is not.
    """
    if not isinstance(concept, str) or concept not in NOTIONS:
        raise UnknownNameError("concept", concept, NOTIONS)
    run: Callable[..., ProfileSolution] = import_module(
        f"solver.finite.{NOTIONS[concept].home}"
    ).solve
    known = dict(list(signature(run).parameters.items())[1:])
    for name in options:
        if name not in known or name == "concept":
            raise InvalidGameError(f"the concept {concept!r} takes no option `{name}`")
    for name, option in known.items():
        if option.default is Parameter.empty and name not in options:
            raise InvalidGameError(f"the concept {concept!r} needs the option `{name}`")
    asked = {"concept": concept} if "concept" in known else {}
    return run(game, **asked, **options)
