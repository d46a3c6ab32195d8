"""The payoffs of the alliance game without burdens: the hegemon's prospect, and the candidates'.

These functions state the model (docs/model.md) and are what certificates are computed from. The
compiled kernel in `solver` states it a second time, for speed; tests hold the two together.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from math import comb, prod
from typing import Any, NamedTuple, overload

import numpy as np

from games.alliance.parameters import Parameters
from games.alliance.references import Reference
from games.alliance.specification import Specification
from games.alliance.structures import AllianceStructure
from games.arrays import Array, Ints
from games.errors import NotApplicableError
from games.prospects.prospect import Prospect

BATCH_ATOMS = 2**20
# a prospect lists every state of its treaties
MOST_TREATIES = 20
# spokes that are alike and counted together, where there are more treaties
MOST_ALIKE = 1_000


class Pledges(NamedTuple):
    """What the treaties of a structure bring if they are honoured: spokes first, then blocs."""

    spokes: list[float]
    reliability: list[float]
    blocs: list[float]


class States(NamedTuple):
    """The states of nature under a structure.

    Attributes
    ----------
    own : ndarray, shape (..., states)
        What stands against the adversary: the deployment that is free, and aid.
    chance : ndarray, shape (..., states)
    """

    own: Array
    chance: Array


def security(own: Array | float, opposed: Array | float) -> Array:
    """Return own / (own + opposed), the ratio contest success function (Tullock 1980).

    Two powers of nothing are equally secure as one unopposed: 1.
    """
    a, b = np.broadcast_arrays(np.asarray(own, float), np.asarray(opposed, float))
    total = a + b
    share: Array = np.divide(a, total, out=np.ones_like(total), where=total > 0)
    return share


def projected_power(game: Specification, threat: float) -> float:
    """Return the power that the adversary projects at a threat: A(tau)."""
    return threat * game.parameters.full_power


def pledges(game: Specification, structure: AllianceStructure) -> Pledges:
    """Return the aid of each treaty if it is honoured, and how reliable each spoke is."""
    shared = game.parameters
    worth = {
        name: game.capabilities[name] + game.basings.get(name, shared.basing)
        for name in structure.allies
    }
    return Pledges(
        [shared.pledge_bilateral * worth[name] for name in structure.spokes],
        [game.reliabilities.get(name, shared.reliability) for name in structure.spokes],
        [
            shared.pledge_multilateral * sum(worth[name] for name in bloc)
            for bloc in structure.blocs
        ],
    )


def expected_aid(game: Specification, structure: AllianceStructure) -> float:
    """Return the aid that the hegemon can expect, in units of its capability."""
    found = pledges(game, structure)
    return float(
        np.dot(found.spokes, found.reliability) + game.parameters.cohesion * sum(found.blocs)
    )


def free_deployment(shared: Parameters, blocs: int) -> States:
    """Return the deployment that quarrels of so many blocs leave free, least first.

    Each bloc entraps independently with probability `entrapment`, so that the number of those that
    do is binomial; each ties down `entrapment_share` of the deployment, until none is left. Where
    none can, there is one state.
    """
    if not shared.tied_down:
        blocs = 0
    entrapping = np.arange(blocs, -1, -1)
    ways = np.array([float(comb(blocs, int(number))) for number in entrapping])
    p = shared.entrapment
    free = shared.deployment * np.maximum(0.0, 1.0 - shared.entrapment_share * entrapping)
    return States(free, ways * p**entrapping * (1 - p) ** (blocs - entrapping))


def by_common_shock(reliability: Array, common: float) -> Array:
    """Return how reliable spokes are while their common shock spares them.

    A spoke honours with probability `reliability` in all, and none does without the `common` event.
    """
    return reliability / common if common > 0 else np.zeros_like(reliability)


def struck(chance: Array, common: float) -> Array:
    """Return the chances of the spokes' states, the first without aid, with their common shock.

    Parameters
    ----------
    chance : ndarray, shape (..., states)
        While the shock spares them, which it does with probability `common`.
    """
    found = common * chance
    found[..., 0] += 1 - common
    return found


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
    """Return the hegemon's prospect: security less autonomy, over all states of nature."""
    return _prospect(game, structure, states_of(game, structure), threat)


def _prospect(
    game: Specification, structure: AllianceStructure, states: States, threat: float
) -> Prospect:
    secured = security(states.own, projected_power(game, threat))
    return Prospect(secured - autonomy_cost(game.parameters, structure), states.chance)


def states_of(game: Specification, structure: AllianceStructure) -> States:
    """Return every state of nature under a structure.

    A state says which spokes honour, which blocs act and how many of them entrap. Spokes honour
    independently while a common shock spares them (with probability `common_reliability`), none
    does otherwise; a bloc acts as one, and entraps, independently of all else.

    With more than 20 treaties spokes that are alike are counted: how many of them honour is
    binomial.

    Raises
    ------
    NotApplicableError
        If these are more than 2^20 states.
    """
    shared = game.parameters
    found = pledges(game, structure)
    if len(structure.treaties) > MOST_TREATIES:
        return _beside_blocs(shared, found, *_counted(found, shared.common_reliability))
    aid, odds = np.array(found.spokes), np.array(found.reliability)
    honours, common = honoured_states(aid.size), shared.common_reliability
    spared = by_common_shock(odds, common)
    chance = struck(np.where(honours == 1, spared, 1 - spared).prod(axis=1), common)
    return _beside_blocs(shared, found, honours @ aid, chance)


def _counted(found: Pledges, common: float) -> tuple[Array, Array]:
    """Return the aid of the spokes and its chance by how many of each that are alike honour."""
    groups = Counter(zip(found.spokes, found.reliability, strict=True))
    states = prod(number + 1 for number in groups.values()) << len(found.blocs)
    alike = max(groups.values(), default=0)
    if states > 1 << MOST_TREATIES or alike > MOST_ALIKE:
        raise NotApplicableError(
            f"a prospect lists up to 2^{MOST_TREATIES} states, and {MOST_ALIKE} spokes that are"
            f" alike; got {len(found.spokes)} spokes, {len(groups)} of them different, and"
            f" {len(found.blocs)} blocs (solver.solve bounds what spokes beside one bloc are worth)"
        )
    own, chance = np.zeros(1), np.ones(1, np.float64)
    for (aid, reliability), number in groups.items():
        p = float(by_common_shock(np.array(reliability), common))
        odds = np.ones(1)
        for _ in range(number):
            odds = np.convolve(odds, [1 - p, p])
        own = np.add.outer(own, aid * np.arange(number + 1)).ravel()
        chance = np.multiply.outer(chance, odds).ravel()
    return own, struck(chance, common)


def rounded_prospect(
    game: Specification, structure: AllianceStructure, threat: float, places: int
) -> Prospect:
    """Return a prospect like the hegemon's, with the spokes' aid rounded down to a grid.

    The true one dominates it by the first order, so that no preference that respects this values
    it less.

    Parameters
    ----------
    places : int
        Of the grid, from no aid to that of all spokes.
    """
    shared, found = game.parameters, pledges(game, structure)
    step = sum(found.spokes) / places or 1.0
    common = shared.common_reliability
    spared = by_common_shock(np.array(found.reliability), common)
    chance = np.zeros(places + 1)
    chance[0] = 1.0
    for aid, p in zip(found.spokes, spared.tolist(), strict=True):
        offset, before = int(aid / step), chance.copy()
        chance *= 1 - p
        chance[offset:] += p * before[: chance.size - offset]
    grid: Array = np.arange(places + 1, dtype=np.float64) * step
    states = _beside_blocs(shared, found, grid, struck(chance, common))
    return _prospect(game, structure, states, threat)


def _beside_blocs(shared: Parameters, found: Pledges, own: Array, chance: Array) -> States:
    """Return states of the spokes' aid together with what the blocs do."""
    acts = honoured_states(len(found.blocs))
    acting = np.where(acts == 1, shared.cohesion, 1 - shared.cohesion).prod(axis=1)
    free = free_deployment(shared, len(found.blocs))
    for more, odds_of_more in ((acts @ np.array(found.blocs), acting), free):
        own = np.add.outer(own, more).ravel()
        chance = np.multiply.outer(chance, odds_of_more).ravel()
    return States(own, chance)


def reference_point(game: Specification, threat: float | None = None) -> float:
    """Return the hegemon's reference point r, at the game's threat or at another."""
    level = game.threat if threat is None else threat
    return point_of(game, game.reference, level if game.frame is None else game.frame)


def point_of(game: Specification, rule: Reference, framed: float) -> float:
    """Return the point that a rule gives where the choice is framed by a threat."""

    def mean(structure: AllianceStructure, threat: float = framed) -> float:
        return prospect(game, game.check(structure), threat).mean

    return rule.point(framed, mean)


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
    groups: dict[tuple[int, int], list[int]] = defaultdict(list)
    sources = _sources(game, structures)
    for place, source in enumerate(sources):
        groups[len(source.spokes), len(source.blocs)].append(place)
    for (spokes, blocs), places in groups.items():
        free = free_deployment(game.parameters, blocs)
        step = max(1, BATCH_ATOMS // (free.own.size << spokes + blocs))
        for start in range(0, len(places), step):
            batch = places[start : start + step]
            own, chance = _ranked(game.parameters, [sources[place] for place in batch], free)
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
    by_name = dict(zip(names, zip(alone.spokes, alone.reliability, strict=True), strict=True))
    found = []
    for structure in structures:
        if structure.blocs:
            found.append(pledges(game, structure))
        else:
            each = [by_name[name] for name in structure.spokes]
            found.append(Pledges([aid for aid, _ in each], [odds for _, odds in each], []))
    return found


def _ranked(shared: Parameters, sources: Sequence[Pledges], free: States) -> States:
    """Return `states_of` each row's treaties, least own power first; shape (rows, states)."""
    own, chance = np.zeros((len(sources), 1)), np.ones((len(sources), 1))

    def draw(gifts: list[list[float]], odds: list[Array]) -> None:
        nonlocal own, chance
        for gift, p in zip(np.array(gifts).T[..., np.newaxis], odds, strict=True):
            own = np.concatenate([own, own + gift], axis=1)
            chance = np.concatenate([chance * (1 - p), chance * p], axis=1)

    common = shared.common_reliability
    reliability = by_common_shock(np.array([source.reliability for source in sources]), common)
    draw([source.spokes for source in sources], list(reliability.T[..., np.newaxis]))
    chance = struck(chance, common)
    blocs = len(sources[0].blocs)
    draw([source.blocs for source in sources], [np.full((1, 1), shared.cohesion)] * blocs)
    own = (own[..., np.newaxis] + free.own).reshape(len(sources), -1)
    chance = (chance[..., np.newaxis] * free.chance).reshape(len(sources), -1)
    order = np.argsort(own, axis=1)
    return States(np.take_along_axis(own, order, axis=1), np.take_along_axis(chance, order, axis=1))


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
    opposed = (exposure * shared.full_power * threats)[:, np.newaxis]
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
