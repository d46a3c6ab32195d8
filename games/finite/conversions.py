"""Games of other libraries: nashpy, pygambit and QuantEcon.

Those libraries know expected utility only. So a game is handed to them with its *utilities* as
payoffs, and only if no player weights probabilities; what they hand back are outcomes valued by
expected utility, to which preferences can be given with `replace`.
"""

from __future__ import annotations

import io
from importlib import import_module
from typing import Any

import numpy as np

from games import checks
from games.arrays import Fractions
from games.errors import InvalidGameError, MissingDependencyError, NotApplicableError
from games.finite import nfg
from games.finite.exact import fractions_of
from games.finite.normal_form import NormalForm


def to_nashpy(game: NormalForm) -> Any:
    """Return a game of two players as a `nashpy.Game`.

    Raises
    ------
    NotApplicableError
        If there are not two players, or one of them weights probabilities.
    """
    checks.kind("game", game, NormalForm)
    _check_linear(game, "nashpy")
    if game.number_of_players != 2:
        raise NotApplicableError(
            f"nashpy's games have two players; this one has {game.number_of_players}"
        )
    return import_module("nashpy").Game(*game.utilities)


def from_nashpy(game: Any) -> NormalForm:
    """Return a `nashpy.Game` as a normal form.

    Raises
    ------
    InvalidGameError
        If it is no such game.

    Examples
    --------
    >>> import nashpy
    >>> from_nashpy(nashpy.Game([[1, -1], [-1, 1]])).payoffs[1].tolist()
    [[-1.0, 1.0], [1.0, -1.0]]
    """
    matrices = getattr(game, "payoff_matrices", None)
    if matrices is None:
        raise InvalidGameError(f"`game` must be a nashpy.Game; got {type(game).__name__}")
    return NormalForm(np.stack(matrices))


def to_pygambit(game: NormalForm) -> Any:
    """Return a game as a `pygambit.Game`, by way of the text of a strategic game file.

    Utilities are handed over exactly; with a curved value function they are the floats that they
    are. Names and the title go with them.

    Raises
    ------
    MissingDependencyError
        If pygambit is not installed.
    NotApplicableError
        If a player weights probabilities, or pygambit does not take a name.
    OutputError
        If the game cannot be written as such a file.
    """
    checks.kind("game", game, NormalForm)
    pygambit = _pygambit()
    _check_linear(game, "pygambit")
    table = nfg.Table(_utilities(game), game.players, game.actions, game.title)
    try:
        return pygambit.read_nfg(io.BytesIO(nfg.text_of(table).encode()))
    except ValueError as error:
        # its version 16 takes ASCII names only
        raise NotApplicableError(f"pygambit does not take this game: {error}") from None


def from_pygambit(game: Any) -> NormalForm:
    """Return a `pygambit.Game` as a normal form, that of a game tree too; numbers are exact.

    Raises
    ------
    MissingDependencyError
        If pygambit is not installed.
    InvalidGameError
        If it is no such game, or larger than a strategic game file may be.
    """
    pygambit = _pygambit()
    if not isinstance(game, pygambit.Game):
        raise InvalidGameError(f"`game` must be a pygambit.Game; got {type(game).__name__}")
    table = nfg.parse(game.to_nfg(), "`game`")
    return NormalForm(
        table.payoffs, players=table.players, actions=table.actions, title=table.title
    )


def to_quantecon(game: NormalForm) -> Any:
    """Return a game as a `quantecon.game_theory.NormalFormGame`, which knows no names.

    Raises
    ------
    MissingDependencyError
        If quantecon is not installed.
    NotApplicableError
        If a player weights probabilities.
    """
    checks.kind("game", game, NormalForm)
    theory = _quantecon()
    _check_linear(game, "quantecon")
    n = game.number_of_players
    # a player's own action comes first there, then those of the players after it, in a circle
    return theory.NormalFormGame(
        [
            theory.Player(own.transpose([*range(i, n), *range(i)]))
            for i, own in enumerate(game.utilities)
        ]
    )


def from_quantecon(game: Any) -> NormalForm:
    """Return a `quantecon.game_theory.NormalFormGame` as a normal form.

    Raises
    ------
    MissingDependencyError
        If quantecon is not installed.
    InvalidGameError
        If it is no such game.
    """
    theory = _quantecon()
    if not isinstance(game, theory.NormalFormGame):
        raise InvalidGameError(
            f"`game` must be a quantecon NormalFormGame; got {type(game).__name__}"
        )
    n = game.N
    return NormalForm(
        np.stack(
            [
                player.payoff_array.transpose([*range(n - i, n), *range(n - i)])
                for i, player in enumerate(game.players)
            ]
        )
    )


def _pygambit() -> Any:
    try:
        return import_module("pygambit")
    except ImportError:
        raise MissingDependencyError("pygambit", "gambit") from None


def _quantecon() -> Any:
    try:
        return import_module("quantecon.game_theory")
    except ImportError:
        raise MissingDependencyError("quantecon", "quantecon") from None


def _check_linear(game: NormalForm, library: str) -> None:
    if not game.weighs_linearly:
        raise NotApplicableError(
            f"{library} knows expected utility only, and a player of this game weights"
            " probabilities"
        )


def _utilities(game: NormalForm) -> Fractions:
    exact = game.exact_utilities
    return fractions_of(game.utilities) if exact is None else exact
