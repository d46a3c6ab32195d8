"""What structures are worth to a candidate at many threats, without burdens.

For the certificates of many levels: `games.payoffs.candidate_prospect` for a row of threats in the
place of one; tests hold the two together. The search has arrays of its own, see `solver.stage`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from games import AllianceGame, AllianceStructure
from games.payoffs import affinity, security

Array = NDArray[np.float64]


def candidate_values(
    game: AllianceGame, name: str, structure: AllianceStructure, threats: Array
) -> Array:
    """Return what `structure` is worth to the candidate `name` at each threat.

    Parameters
    ----------
    game : AllianceGame
        Without burdens; its threat is not used.
    threats : ndarray, shape (levels,)

    Returns
    -------
    ndarray, shape (levels,)

    Examples
    --------
    >>> import games
    >>> athens = games.load("classic-athens")
    >>> spoke = athens.structure(spokes=["Samos"])
    >>> found = candidate_values(athens, "Samos", spoke, np.array([0.3, 0.5]))
    >>> float(found[1]) == athens.at(0.5).candidate_value("Samos", spoke)
    True
    """
    outcomes, odds = _prospects(game, name, structure, threats)
    taste = game.candidate_preference
    return taste.weighted_value(outcomes - game.candidate_reference, taste.rank_weights(odds))


def _prospects(
    game: AllianceGame, name: str, structure: AllianceStructure, threats: Array
) -> tuple[Array, Array]:
    """Return a candidate's outcomes, shape (levels, m), least first, and their chances, (m,)."""
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
