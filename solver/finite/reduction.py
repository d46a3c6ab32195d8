"""Games that only look large: players of one action are left out, and put back."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TypeVar

import numpy as np

from games import NormalForm
from games.arrays import Array, Fractions
from solver.finite.certificate import Coverage
from solver.finite.solution import Candidate, Component, ProfileSolution, solution_of

Item = TypeVar("Item")


def choosing(game: NormalForm) -> tuple[int, ...]:
    """Return the players who have a choice, by number."""
    return tuple(player for player, m in enumerate(game.shape) if m > 1)


def among(game: NormalForm, players: Sequence[int]) -> NormalForm:
    """Return the game of some players, the others taking their first actions."""
    if len(players) == game.number_of_players:
        return game
    place = tuple(slice(None) if j in players else 0 for j in range(game.number_of_players))
    return NormalForm(
        np.stack([game.as_given[i][place] for i in players]),
        players=[game.players[i] for i in players],
        actions=[game.actions[i] for i in players],
        preferences=[game.preferences[i] for i in players],
        references=[game.references[i] for i in players],
    )


def lifted(
    game: NormalForm, players: Sequence[int], found: ProfileSolution, concept: str
) -> ProfileSolution:
    """Return the solution of `game` that one of the game among some players comes to.

    Everything is certified anew, in the whole game and by the `concept` asked for.
    """
    if (len(players), concept) == (game.number_of_players, found.concept):
        return found
    place = {player: number for number, player in enumerate(players)}

    def spread(own: Sequence[Item], sure: Item) -> tuple[Item, ...]:
        numbers = range(game.number_of_players)
        return tuple(own[place[i]] if i in place else sure for i in numbers)

    alone = np.ones(1)
    candidates = []
    for one in found.equilibria:
        exact = one.certificate.exact
        candidates.append(
            Candidate(spread(one.profile, alone), exact=exact and spread(exact, (Fraction(1),)))
        )
    sets = [Component(spread(one.strategies, (alone,))) for one in found.components]
    return solution_of(game, concept, candidates, found.coverage, components=sets)


def one_chooses(game: NormalForm, concept: str) -> ProfileSolution:
    """Return all equilibria of a game in which one player at most has a choice.

    They are the mixtures of that player's best actions: with the others' play certain, each action
    has one outcome, and value functions rise.
    """
    player = next(iter(choosing(game)), 0)
    own: Fractions = np.moveaxis(game.exact_payoffs[player], player, 0).ravel()
    best = [action for action, worth in enumerate(own) if worth == own.max()]
    candidates, mixed = [], []
    for action in best:
        places = [0] * game.number_of_players
        places[player] = action
        profile = game.pure(*places)
        exact = tuple(tuple(Fraction(int(p)) for p in mixing.tolist()) for mixing in profile)
        candidates.append(Candidate(profile, exact=exact))
        mixed.append(profile[player])
    sides: list[tuple[Array, ...]] = [(mixing,) for mixing in candidates[0].profile]
    sides[player] = tuple(mixed)
    coverage = Coverage(
        "one player alone has a choice, and its best actions are compared exactly",
        complete=True,
        share_empty=float(len(best) == 1),
    )
    return solution_of(game, concept, candidates, coverage, components=[Component(tuple(sides))])
