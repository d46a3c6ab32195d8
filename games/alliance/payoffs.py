"""The payoffs of the alliance game without burdens: the hegemon's prospect, and the candidates'.

These functions state the model (docs/model.md) and are what certificates are computed from. The
compiled kernel in `solver` states it a second time, for speed; tests hold the two together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, overload

import numpy as np

from games.alliance.parameters import Parameters
from games.alliance.specification import Specification
from games.alliance.structures import AllianceStructure
from games.arrays import Array, Ints
from games.errors import NotApplicableError
from games.prospects.prospect import Prospect

BATCH_ATOMS = 2**20
# a prospect lists every state of its treaties
MOST_TREATIES = 20


class Pledges(NamedTuple):
    """The treaties of a structure as independent sources of aid."""

    aid: list[float]
    probability: list[float]


def security(own: Array | float, opposed: Array | float) -> Array:
    """Return own / (own + opposed), the ratio contest success function (Tullock 1980).

    Two powers of nothing are equally secure as one unopposed: 1.
    """
    a, b = np.broadcast_arrays(np.asarray(own, float), np.asarray(opposed, float))
    total = a + b
    share: Array = np.divide(a, total, out=np.ones_like(total), where=total > 0)
    return share


def projected_power(game: Specification, threat: float) -> float:
    """Return the power that the adversary projects at a threat."""
    return threat * game.parameters.adversary


def pledges(game: Specification, structure: AllianceStructure) -> Pledges:
    """Return the aid of each treaty if it is honoured, and the probability that it is."""
    shared = game.parameters
    worth = {
        name: game.capabilities[name] + game.basings.get(name, shared.basing)
        for name in structure.allies
    }
    aid = [shared.pledge_bilateral * worth[name] for name in structure.spokes]
    odds = [game.reliabilities.get(name, shared.reliability) for name in structure.spokes]
    aid += [
        shared.pledge_multilateral * sum(worth[name] for name in bloc) for bloc in structure.blocs
    ]
    return Pledges(aid, odds + [shared.cohesion] * len(structure.blocs))


@overload
def autonomy_given_up(shared: Parameters, spokes: int, blocs: Iterable[int]) -> float: ...
@overload
def autonomy_given_up(shared: Parameters, spokes: Ints, blocs: Iterable[Ints | int]) -> Array: ...
def autonomy_given_up(shared: Parameters, spokes: Any, blocs: Iterable[Any]) -> Any:
    """Return the freedom of action that the hegemon gives up, in units of security.

    Parameters
    ----------
    spokes : int, or array of int
        How many bilateral treaties there are.
    blocs : iterable of int, or of arrays of int
        How many candidates each bloc has; 0 for none.
    """
    each = [shared.k_bloc * (size > 0) + shared.k_multilateral * size for size in blocs]
    return shared.k_bilateral * spokes + sum(each)


def autonomy_cost(shared: Parameters, structure: AllianceStructure) -> float:
    """Return `autonomy_given_up` of a structure."""
    return autonomy_given_up(shared, len(structure.spokes), map(len, structure.blocs))


def honoured_states(number: int) -> Array:
    """Return every state of `number` treaties: 1 honoured, 0 not; shape (2^number, number)."""
    states = np.arange(2**number)[:, np.newaxis] >> np.arange(number)
    return (states & 1).astype(np.float64)


def prospect(game: Specification, structure: AllianceStructure, threat: float) -> Prospect:
    """Return the hegemon's prospect: security less autonomy, over all states of its treaties."""
    shared = game.parameters
    if len(structure.treaties) > MOST_TREATIES:
        raise NotApplicableError(
            f"a prospect lists up to {MOST_TREATIES} treaties, 2^{MOST_TREATIES} states; got"
            f" {len(structure.treaties)}: use solver.solve_types"
        )
    aid, odds = (np.array(part) for part in pledges(game, structure))
    states = honoured_states(aid.size)
    chance = np.where(states == 1, odds, 1 - odds).prod(axis=1)
    secured = security(shared.deployment + states @ aid, projected_power(game, threat))
    return Prospect(secured - autonomy_cost(shared, structure), chance)


def reference_point(game: Specification) -> float:
    """Return the hegemon's reference point r."""
    framed = game.threat if game.frame is None else game.frame
    return game.reference.point(
        framed, lambda structure: prospect(game, game.check(structure), framed).mean
    )


def levels_of(games: Sequence[Specification]) -> tuple[Array, Array]:
    """Return the adversary's projected power and the reference point in each of `games`."""
    return (
        np.array([projected_power(game, game.threat) for game in games]),
        np.array([reference_point(game) for game in games]),
    )


def values_at(
    game: Specification,
    structures: Sequence[AllianceStructure],
    power: Array,
    reference: Array,
    received: Array | None = None,
) -> Array:
    """Return the hegemon's value of many structures at any levels.

    More aid is more security, so the atoms of a prospect are ranked by aid once for all levels,
    and their decision weights with them. Structures are valued in batches of equally many treaties.

    Parameters
    ----------
    game : AllianceGame
        Its threat, frame and reference are not used.
    power, reference : ndarray, shape (levels,)
        The adversary's projected power and the reference point.
    received : ndarray, shape (levels, len(structures)), optional
        The burdens that the hegemon receives; none by default.

    Returns
    -------
    ndarray, shape (levels, len(structures))
    """
    found = np.empty((power.size, len(structures)))
    groups: dict[int, list[int]] = defaultdict(list)
    sources = _sources(game, structures)
    for place, source in enumerate(sources):
        groups[len(source.aid)].append(place)
    for number, places in groups.items():
        step = max(1, BATCH_ATOMS >> number)
        for start in range(0, len(places), step):
            batch = places[start : start + step]
            total, chance = _ranked([sources[place] for place in batch])
            own = game.parameters.deployment + total
            weights = game.preference.rank_weights(chance)
            lost = np.array(
                [[autonomy_cost(game.parameters, structures[place])] for place in batch]
            )
            levels = max(1, step // len(batch))
            for first in range(0, power.size, levels):
                some = slice(first, first + levels)
                secured = security(own, power[some, np.newaxis, np.newaxis])
                gains = secured - lost - reference[some, np.newaxis, np.newaxis]
                if received is not None:
                    gains += received[some, batch][..., np.newaxis]
                # sums run along memory, so that they do not depend on the number of levels
                gains = np.ascontiguousarray(gains)
                found[some, batch] = game.preference.weighted_value(gains, weights)
    return found


def _sources(game: Specification, structures: Sequence[AllianceStructure]) -> list[Pledges]:
    """Return `pledges` of each structure; a spoke pledges the same in all of them."""
    names = sorted(game.candidates)
    alone = pledges(game, AllianceStructure(game.hegemon, spokes=names))
    by_name = dict(zip(names, zip(*alone, strict=True), strict=True))
    found = []
    for structure in structures:
        if structure.blocs:
            found.append(pledges(game, structure))
        else:
            each = [by_name[name] for name in structure.spokes]
            found.append(Pledges([aid for aid, _ in each], [odds for _, odds in each]))
    return found


def _ranked(sources: Sequence[Pledges]) -> tuple[Array, Array]:
    """Return the aid in each state of each row's treaties, least first, and its probability."""
    total, chance = np.zeros((len(sources), 1)), np.ones((len(sources), 1))
    for gift, p in zip(
        np.array([source.aid for source in sources]).T[..., np.newaxis],
        np.array([source.probability for source in sources]).T[..., np.newaxis],
        strict=True,
    ):
        total = np.concatenate([total, total + gift], axis=1)
        chance = np.concatenate([chance * (1 - p), chance * p], axis=1)
    order = np.argsort(total, axis=1)
    return np.take_along_axis(total, order, axis=1), np.take_along_axis(chance, order, axis=1)


def candidate_prospect(game: Specification, name: str, structure: AllianceStructure) -> Prospect:
    """Return a candidate's prospect: its security less what alignment costs it."""
    outcomes, odds = candidate_outcomes(game, name, structure, np.array([game.threat]))
    return Prospect(outcomes[0], odds)


def candidate_outcomes(
    game: Specification, name: str, structure: AllianceStructure, threats: Array
) -> tuple[Array, Array]:
    """Return a candidate's outcomes at each threat, worst first, and their probabilities.

    Parameters
    ----------
    threats : ndarray, shape (levels,)

    Returns
    -------
    ndarray, shape (levels, m), and ndarray, shape (m,)
    """
    shared = game.parameters
    own = game.capabilities[name]
    exposure = game.exposures.get(name, shared.exposure)
    opposed = (exposure * shared.adversary * threats)[:, np.newaxis]
    sure = np.ones(1)
    if name not in structure.allies:
        return security(own + shared.shelter * shared.deployment, opposed), sure
    if name in structure.spokes:
        guarded = security(own + shared.guarantee_bilateral * shared.deployment, opposed)
        return guarded - shared.ally_cost_bilateral, sure
    partners = structure.partners(name)
    close = [affinity(game, name, other) for other in partners]
    help_ = sum(a * game.capabilities[other] for a, other in zip(close, partners, strict=True))
    cost = shared.ally_cost_multilateral + shared.friction * sum(1 - a for a in close)
    protection = shared.guarantee_multilateral * shared.deployment
    secured = security(own + np.array([protection, protection + help_]), opposed)
    return secured - cost, np.array([1 - shared.cohesion, shared.cohesion])


def affinity(game: Specification, one: str, other: str) -> float:
    """Return the affinity of two candidates, in [0, 1]."""
    return game.affinity.get((min(one, other), max(one, other)), game.parameters.affinity)
