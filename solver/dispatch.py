"""One word, `solve`, for every kind of game."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast, overload

from games import (
    AllianceGame,
    BargainingProblem,
    BurdenProblem,
    ExtensiveForm,
    InvalidGameError,
    NormalForm,
    UnknownNameError,
    checks,
)

if TYPE_CHECKING:
    from solver.alliance.solution import Solution
    from solver.bargaining.axiomatic import BargainingSolution, Rule
    from solver.finite.solution import ProfileSolution
    from solver.finite.trees.solve import TreeSolution


@overload
def solve(
    game: AllianceGame,
    concept: str = "subgame_perfect",
    *,
    tolerance: float = ...,
    gap: float = ...,
    budget: int = ...,
) -> Solution: ...
@overload
def solve(game: NormalForm, concept: str | None = None, **options: Any) -> ProfileSolution: ...
@overload
def solve(
    game: ExtensiveForm, concept: str = "subgame_perfect", **options: Any
) -> TreeSolution: ...
@overload
def solve(
    game: BargainingProblem | BurdenProblem, concept: str | None = None, **options: Any
) -> BargainingSolution: ...
def solve(
    game: AllianceGame | NormalForm | ExtensiveForm | BargainingProblem | BurdenProblem,
    concept: str | None = None,
    **options: Any,
) -> Solution | ProfileSolution | TreeSolution | BargainingSolution:
    """Return what satisfies a solution concept in a game.

    Parameters
    ----------
    game : AllianceGame, NormalForm, ExtensiveForm, BargainingProblem or BurdenProblem
        An alliance game at one threat level, any finite game, or a bargain.
    concept : str, optional
        For an `AllianceGame` one of `solver.CONCEPTS`, "subgame_perfect" by default. For a
        `NormalForm` one of `solver.NOTIONS`, "nash" by default, "cpt_nash" if a player weights
        probabilities. For an `ExtensiveForm` "subgame_perfect". For a bargain a rule of
        `solver.bargaining`, "nash" by default.
    **options
        What the concept takes: `tolerance`, `gap` and `budget` for an alliance game, `budget` for
        the searches of mixed profiles, `precision` for "logit".

    Returns
    -------
    Solution, ProfileSolution, TreeSolution or BargainingSolution

    Raises
    ------
    UnknownNameError
        If there is no such concept.
    NotApplicableError
        If the concept is not defined for the players, or the game is too large for it.
    InvalidGameError
        If `game` is no game.

    Examples
    --------
    >>> import games
    >>> game = games.AllianceGame(
    ...     hegemon="Athens", capabilities={"Samos": 0.2, "Chios": 0.2, "Naxos": 0.1}, threat=0.7)
    >>> print(solve(game).preferred.structure)
    Athens: bloc {Chios, Naxos, Samos}
    >>> print(solve(games.NormalForm([[[9, 0], [0, 1]], [[0, 1], [1, 0]]])))
    nash, complete: 1: 1 0.5, 2 0.5; 2: 1 0.1, 2 0.9 (regret 0.0e+00)
    """
    if isinstance(game, AllianceGame):
        from solver.alliance import solve as alliance

        return alliance.solve(game, "subgame_perfect" if concept is None else concept, **options)
    if isinstance(game, NormalForm):
        from solver.finite.notions import default_notion, solve_profiles

        return solve_profiles(game, default_notion(game) if concept is None else concept, options)
    if isinstance(game, ExtensiveForm):
        from solver.finite.trees import solve as trees

        if concept not in (None, "subgame_perfect"):
            raise UnknownNameError("concept", concept, ["subgame_perfect"])
        return trees.subgame_perfect(game, **options)
    if isinstance(game, BargainingProblem | BurdenProblem):
        from solver.bargaining import axiomatic

        rule = "nash" if concept is None else concept
        return axiomatic.solve(game, cast("Rule", rule), **options)
    name = game if isinstance(game, str) else "europe-1949"
    raise InvalidGameError(
        f"`game` must be a game or a bargain that is known; got {checks.shown(game)}"
        f" (games.load({checks.shown(name)}) is one)"
    )
