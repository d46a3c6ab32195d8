"""The model once more, slow and literal: an oracle that shares no code with what it checks.

It was written from the formulas of the model alone. The game is read as a bag of numbers and the
preferences as bags of constants: none of their methods is called. A structure is a frozenset of
treaties, and a treaty the frozenset of its candidates; the hegemon is in every treaty and goes
without saying. A treaty of one candidate is a spoke, a larger one a bloc.
"""

import itertools
import math

from games import (
    AllianceStructure,
    ConstantReference,
    ExpectationReference,
    ExpectedUtility,
    GoldsteinEinhorn,
    Linear,
    Prelec,
    Prelec2,
    StatusQuoReference,
    ThreatReference,
    TverskyKahneman,
)

NOBODY = frozenset()


def treaties_of(structure):
    """Return an `AllianceStructure` in the notation of this file."""
    groups = [*structure.blocs, *((name,) for name in structure.spokes)]
    return frozenset(frozenset(group) for group in groups)


def structure_of(game, treaties):
    """Return treaties in the notation of the package."""
    return AllianceStructure(game.hegemon, blocs=[sorted(treaty) for treaty in treaties])


def all_structures(game):
    """Return every structure of the game's family: each candidate is put in each place in turn."""
    names = list(game.capabilities)
    if game.family == "bloc_and_spokes":
        placed = itertools.product(("out", "spoke", "bloc"), repeat=len(names))
    else:
        placed = itertools.product(("out", *range(len(names))), repeat=len(names))
    found = set()
    for places in placed:
        groups = {}
        for name, place in zip(names, places, strict=True):
            if place != "out":
                groups.setdefault((place, name) if place == "spoke" else place, set()).add(name)
        found.add(frozenset(frozenset(group) for group in groups.values()))
    return found


def own(game, overrides, single, name):
    """Return a candidate's own value of a parameter, or the one that all share."""
    given = getattr(game, overrides)
    return given[name] if name in given else getattr(game.parameters, single)


def contest(power, opposed):
    """Return the ratio contest: power over all power. Nobody against nobody is safe: 1."""
    return power / (power + opposed) if opposed > 0 else 1.0


def hegemon_prospect(game, treaties, threat):
    """Return (outcome, probability) of each state of nature.

    The common shock strikes or not, every treaty is honoured or not, every bloc entraps or not.
    """
    par = game.parameters
    treaties = sorted(treaties, key=sorted)
    blocs = [treaty for treaty in treaties if len(treaty) > 1]
    autonomy = par.k_bilateral * (len(treaties) - len(blocs))
    for bloc in blocs:
        autonomy += par.k_bloc + par.k_multilateral * len(bloc)
    power = threat * par.projection * par.adversary
    quarrels = par.entrapment_share > 0 and par.entrapment > 0 and par.deployment > 0
    states = []
    for struck, *acts in itertools.product((False, True), repeat=1 + len(treaties)):
        if struck and par.common_reliability == 1:
            continue
        shock, aid = 1 - par.common_reliability if struck else par.common_reliability, []
        for treaty, honoured in zip(treaties, acts, strict=True):
            if len(treaty) > 1:
                chance, pledge = par.cohesion, par.pledge_multilateral
            else:
                (ally,) = treaty
                chance = own(game, "reliabilities", "reliability", ally)
                chance = 0.0 if struck or not chance else chance / par.common_reliability
                pledge = par.pledge_bilateral
            shock *= chance if honoured else 1 - chance
            if honoured:
                for name in treaty:
                    basing = own(game, "basings", "basing", name)
                    aid.append(pledge * (game.capabilities[name] + basing))
        for entraps in itertools.product((False, True), repeat=len(blocs) if quarrels else 0):
            tied = min(1.0, par.entrapment_share * sum(entraps))
            chance = shock
            for entrapping in entraps:
                chance *= par.entrapment if entrapping else 1 - par.entrapment
            security = contest(par.deployment * (1 - tied) + math.fsum(aid), power)
            states.append((security - autonomy, chance))
    return states


def reference_point(game, threat):
    """Return the hegemon's reference point, taken at the frame if there is one."""
    at = threat if game.frame is None else game.frame
    match game.reference:
        case ThreatReference(base=base, slope=slope):
            return base + slope * at
        case ConstantReference(level=level):
            return level
        case ExpectationReference(structure=structure):
            return mean(hegemon_prospect(game, treaties_of(structure), at))
        case StatusQuoReference(structure=structure, threat=then, weight=w, base=base, slope=slope):
            stood = mean(hegemon_prospect(game, treaties_of(structure), then))
            return (1 - w) * stood + w * (base + slope * at)
    raise TypeError(game.reference)


def mean(prospect):
    return math.fsum(x * p for x, p in prospect)


def weight(weighting, p, q):
    """Return w(p), where q = 1 - p is given beside p because w is steep at both ends."""
    if p <= 0:
        return 0.0
    if q <= 0:
        return 1.0
    minus_log = -math.log(p) if p < q else -math.log1p(-q)
    match weighting:
        case Linear():
            return p
        case TverskyKahneman(gamma=g):
            return p**g / (p**g + q**g) ** (1 / g)
        case Prelec(alpha=a):
            return math.exp(-(minus_log**a))
        case Prelec2(alpha=a, beta=b):
            return math.exp(-b * minus_log**a)
        case GoldsteinEinhorn(delta=d, gamma=g):
            return d * p**g / (d * p**g + q**g)
        case _:  # a family that is not stated here yet
            return float(weighting(p))


def value_of(preference, prospect, reference):
    """Return the worth of a prospect: cumulative prospect theory as the textbook has it."""
    if isinstance(preference, ExpectedUtility):
        return math.fsum(p * (x - reference) for x, p in prospect)
    merged = {}
    for x, p in prospect:
        merged.setdefault(x, []).append(p)
    outcomes = sorted(merged)
    odds = [math.fsum(merged[x]) for x in outcomes]
    total = []
    for i, x in enumerate(outcomes):
        at_most, at_least = math.fsum(odds[: i + 1]), math.fsum(odds[i:])
        worse, better = math.fsum(odds[:i]), math.fsum(odds[i + 1 :])
        if x >= reference:
            w = preference.weighting_gains
            decision = weight(w, at_least, worse) - weight(w, better, at_most)
            total.append(decision * (x - reference) ** preference.alpha)
        else:
            w = preference.weighting_losses
            decision = weight(w, at_most, better) - weight(w, worse, at_least)
            loss = preference.loss_aversion * (reference - x) ** preference.beta
            total.append(-decision * loss)
    return math.fsum(total)


def hegemon_value(game, treaties, threat=None):
    """Return what the treaties are worth to the hegemon."""
    at = game.threat if threat is None else threat
    prospect = hegemon_prospect(game, treaties, at)
    return value_of(game.preference, prospect, reference_point(game, at))


def candidate_prospect(game, name, treaties):
    """Return (outcome, probability) pairs of a candidate, which depend on its own treaty alone."""
    par = game.parameters

    def secure(protection):
        power = game.threat * par.projection * par.adversary
        opposed = own(game, "exposures", "exposure", name) * power
        return contest(game.capabilities[name] + protection, opposed)

    (treaty,) = [t for t in treaties if name in t] or [NOBODY]
    if not treaty:
        return [(secure(par.shelter * par.deployment), 1.0)]
    if len(treaty) == 1:
        promised = par.guarantee_bilateral * par.deployment
        return [(secure(promised) - par.ally_cost_bilateral, 1.0)]
    promised = par.guarantee_multilateral * par.deployment
    others = treaty - {name}
    affinity = {j: game.affinity.get((min(name, j), max(name, j)), par.affinity) for j in others}
    help_given = math.fsum(affinity[j] * game.capabilities[j] for j in others)
    cost = par.ally_cost_multilateral + par.friction * math.fsum(1 - affinity[j] for j in others)
    return [
        (secure(promised + help_given) - cost, par.cohesion),
        (secure(promised) - cost, 1 - par.cohesion),
    ]


def candidate_value(game, name, treaties):
    """Return what the treaties are worth to a candidate."""
    prospect = candidate_prospect(game, name, treaties)
    return value_of(game.candidate_preference, prospect, game.candidate_reference)


def values(game, treaties):
    """Return what the treaties are worth to each player, by name."""
    worth = {game.hegemon: hegemon_value(game, treaties)}
    return worth | {name: candidate_value(game, name, treaties) for name in game.capabilities}
