"""The alliance game as a cooperative game of material payoffs.

Cooperative values let members hand worth to each other. Security and burdens are in one unit, so
material payoffs can be handed on; what a prospect-theory player makes of them cannot: a unit given
up in the domain of losses is not worth to the giver what it is worth to who receives it. So the
worth of a coalition is the sum of its members' *expected outcomes*, whatever their preferences.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from games import AllianceGame, CharacteristicFunction, ConstantReference, ExpectedUtility
from solver.alliance.hegemon import frame_of, hegemon_values
from solver.alliance.lattice import lattice, subset_sums
from solver.alliance.stage import all_masks, outcomes_of, willingness_of


def material(game: AllianceGame) -> CharacteristicFunction:
    """Return what each coalition of players can make sure of by treaties of its own.

    A coalition with the hegemon forms the structure among its members that is worth most to them
    in all; one without it forms nothing. Players outside neither help nor harm: what they get
    depends on their own treaty alone.

    Parameters
    ----------
    game : AllianceGame
        Of the family `bloc_and_spokes`, with up to 12 candidates; its preferences and its rule of
        burden sharing are not used.

    Returns
    -------
    CharacteristicFunction
        Of the hegemon (bit 0) and the candidates, in units of security.

    Raises
    ------
    NotApplicableError
        If there are too many candidates.

    Examples
    --------
    >>> from solver import values
    >>> game = AllianceGame(hegemon="Athens", capabilities={"Samos": 0.2, "Chios": 0.1}, threat=0.7)
    >>> worth = material(game)
    >>> round(worth.worth(["Athens", "Samos"]), 4), round(worth.worth(["Samos"]), 4)
    (0.4976, 0.1985)
    >>> values.shapley(worth).round(4).tolist()
    [0.3414, 0.2809, 0.2129]
    """
    plain = replace(
        game,
        preference=ExpectedUtility(),
        reference=ConstantReference(0.0),
        candidate_preference=ExpectedUtility(),
        candidate_reference=0.0,
        burden_sharing="none",
    )
    n = len(game.candidates)
    own = hegemon_values(plain, frame_of(plain, [game.threat]))[0]
    masks = all_masks(n)
    willing = willingness_of(plain, masks)
    grid = lattice(n)
    gains = willing.bloc.sum(axis=1)[grid.bloc_masks] + subset_sums(willing.spoke)[grid.spoke_masks]
    best = np.full(1 << n, -np.inf)
    np.maximum.at(best, grid.bloc_masks | grid.spoke_masks, own + gains)
    for i in range(n):
        members = masks[masks >> i & 1 == 1]
        best[members] = np.maximum(best[members], best[members - (1 << i)])
    outside = subset_sums(outcomes_of(plain, masks[:1]).outside)
    worth = np.empty(2 << n)
    worth[0::2], worth[1::2] = outside, outside + best
    return CharacteristicFunction(worth, [game.hegemon, *game.candidates])
