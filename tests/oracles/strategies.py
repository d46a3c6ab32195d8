"""Random structures, preferences and games, and what makes every run of a test the same.

Strategies are built once and kept: hypothesis checks each new one, which takes longer than a draw.
"""

import sys
from dataclasses import fields
from functools import cache
from itertools import product

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from numba.core.registry import CPUDispatcher

from games import (
    AllianceGame,
    AllianceStructure,
    ConstantReference,
    CumulativeProspectTheory,
    ExpectationReference,
    ExpectedUtility,
    GoldsteinEinhorn,
    Linear,
    Parameters,
    Prelec,
    Prelec2,
    StatusQuoReference,
    ThreatReference,
    TverskyKahneman,
)
from games.prospects.weighting import FAMILIES

NAMES = ("Samos", "Chios", "Naxos", "Melos", "Thera", "Paros", "Delos")
SHARES = (
    "pledge_bilateral",
    "pledge_multilateral",
    "reliability",
    "cohesion",
    "entrapment",
    "entrapment_share",
    "shelter",
    "guarantee_bilateral",
    "guarantee_multilateral",
    "affinity",
)
POWERS = {"deployment": 2.0, "adversary": 2.0, "projection": 3.0, "basing": 0.5, "exposure": 5.0}
COSTS = {
    "k_bilateral": 0.2,
    "k_multilateral": 0.1,
    "k_bloc": 0.4,
    "ally_cost_bilateral": 0.4,
    "ally_cost_multilateral": 0.4,
    "friction": 1.0,
}
FAMOUS = (ExpectedUtility(), CumulativeProspectTheory())


# of every family one function for each choice of parameters below and above 1
EACH_WEIGHTING = [
    family(*values)
    for family in FAMILIES
    for values in product((0.6, 1.4), repeat=len(fields(family)))
]


def fixed(examples):
    """Return settings under which a test always sees the same `examples` examples.

    In the short run it sees the share of them that other tests see of theirs.
    """
    profiles = settings.get_current_profile_name(), "long"
    seen, whole = (settings.get_profile(name).max_examples for name in profiles)
    return settings(
        max_examples=max(2, examples * seen // whole),
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )


def uncompiled(monkeypatch):
    """Let every compiled function of `solver` run as plain Python; return how many there were."""
    found = [
        (module, name, function)
        for path, module in sorted(sys.modules.items())
        if path.split(".")[0] == "solver"
        for name, function in vars(module).items()
        if isinstance(function, CPUDispatcher)
    ]
    for module, name, function in found:
        monkeypatch.setattr(module, name, function.py_func)
    return len(found)


@cache
def number(low, high):
    """Draw a number; ones next to 0 are 0, as products of such odds would underflow."""
    return st.floats(low, high).map(lambda drawn: drawn if abs(drawn) > 1e-12 else 0.0)


@cache
@st.composite
def alliances(draw, most=7):
    """Draw a structure of either family, with some candidates left outside.

    Place 0 is outside, 1 a spoke, 2 and above one bloc each.
    """
    candidates = NAMES[: draw(st.integers(0, most))]
    return draw(placements(candidates, draw(st.sampled_from([1, 3]))))


@cache
@st.composite
def placements(draw, candidates, blocs):
    places: dict[int, list[str]] = {place: [] for place in range(2 + blocs)}
    for name in candidates:
        places[draw(st.sampled_from(sorted(places)))].append(name)
    return AllianceStructure(
        "Athens", spokes=places[1], blocs=[places[2 + i] for i in range(blocs) if places[2 + i]]
    )


@cache
def weightings():
    """Draw a probability weighting of any kind."""
    return st.one_of(
        st.just(Linear()),
        st.builds(TverskyKahneman, number(0.28, 1.5)),
        st.builds(Prelec, number(0.2, 2)),
        st.builds(Prelec2, number(0.2, 2), number(0.3, 3)),
        st.builds(GoldsteinEinhorn, number(0.3, 3), number(0.2, 2)),
        st.sampled_from(EACH_WEIGHTING),
    )


@cache
def theories():
    """Draw a cumulative prospect theory."""
    return st.builds(
        CumulativeProspectTheory,
        alpha=number(0.5, 1.5),
        beta=number(0.5, 1.5),
        loss_aversion=number(0.5, 4),
        weighting_gains=weightings(),
        weighting_losses=weightings(),
    )


@cache
def preferences():
    return st.one_of(st.just(ExpectedUtility()), theories(), theories(), theories())


@cache
@st.composite
def parameters(draw):
    """Draw shared parameters: shares in [0, 1], powers and costs small or large."""
    scale = draw(few(1, 0.2, 0.05))
    values = {name: draw(number(0, 1)) for name in SHARES}
    values |= {name: draw(number(0, high)) for name, high in POWERS.items()}
    values |= {name: scale * draw(number(0, high)) for name, high in COSTS.items()}
    common = draw(perhaps(1.0, number(0, 1)))
    values |= {"common_reliability": common, "reliability": common * values["reliability"]}
    # most games are without one of the two: no bloc entraps, no shock is common
    if draw(st.booleans()):
        values["entrapment"] = draw(few(0, 1))
    return Parameters(**values)


@cache
def few(*values):
    return one_from(tuple(float(value) for value in values))


@cache
def one_from(items):
    return st.sampled_from(items)


@cache
def some_of(items):
    """Draw a set of some of `items`, a tuple."""
    return st.sets(one_from(items))


@cache
def perhaps(value, strategy):
    """Draw `value`, or else from `strategy`."""
    return either(st.just(value), strategy)


@cache
def either(*strategies):
    return st.one_of(*strategies)


@cache
def constants(levels):
    return st.builds(ConstantReference, levels)


@cache
def references(candidates, blocs):
    return st.one_of(
        st.builds(ThreatReference, base=number(-1, 1), slope=number(-2, 2)),
        st.just(ThreatReference()),
        constants(number(-1, 2)),
        st.builds(ExpectationReference, placements(candidates, blocs)),
        st.builds(
            StatusQuoReference,
            placements(candidates, blocs),
            number(0, 1),
            number(0, 1),
            number(-1, 1),
            number(-2, 2),
        ),
    )


@cache
@st.composite
def games(draw, most=5, family="bloc_and_spokes", least=1):
    """Draw a game with every kind of figure anywhere in its range."""
    names = NAMES[: draw(st.integers(least, most))]

    def overrides(high):
        return {name: draw(number(0, high)) for name in sorted(draw(some_of(names)))}

    pairs = {(a, b): draw(number(0, 1)) for a in names for b in names if a < b}
    named = [pair for pair in pairs if draw(st.booleans())]
    shared = draw(parameters())
    return AllianceGame(
        hegemon="Athens",
        capabilities={name: draw(number(0, 1.5)) for name in names},
        threat=draw(number(0, 1)),
        preference=draw(preferences()),
        reference=draw(references(names, 1 if family == "bloc_and_spokes" else 2)),
        parameters=shared,
        exposures=overrides(5),
        reliabilities=overrides(shared.common_reliability),
        basings=overrides(0.5),
        affinity={pair: pairs[pair] for pair in named},
        family=family,
        ratification=draw(one_from(("open", "unanimous"))),
        frame=draw(perhaps(None, number(0, 1))),
        candidate_preference=draw(perhaps(ExpectedUtility(), preferences())),
        candidate_reference=draw(perhaps(0.0, number(-1, 1))),
    )


@cache
@st.composite
def ties(draw, most=5, family="bloc_and_spokes", least=1):
    """Draw a game in which many payoffs are equal: candidates alike, costs 0, sure treaties."""
    names = NAMES[: draw(st.integers(least, most))]
    sizes = few(*draw(one_from(((1,), (1, 1, 0), (1, 2, 3)))))
    chances = few(*draw(one_from(((1,), (0.5,), (1, 0), (1, 0.5, 0)))))
    shares = few(*draw(one_from(((1,), (1, 0.5), (1, 0.5, 0)))))
    costs = {name: draw(few(0, high / 16)) for name, high in COSTS.items()}
    values = {name: draw(shares) for name in SHARES}
    values |= {name: cost * draw(few(1, 1, 0)) for name, cost in costs.items()}
    values |= {"reliability": draw(chances), "cohesion": draw(chances)}
    values |= {"deployment": draw(few(1, 2, 0)), "adversary": draw(few(4, 2, 1, 0))}
    values |= {"projection": draw(few(1, 1, 2))}
    values |= {"entrapment": draw(few(0, 0.5, 1)), "entrapment_share": draw(few(0.5, 1, 0))}
    reliabilities = {name: draw(chances) for name in sorted(draw(some_of(names)))}
    most = max([values["reliability"], *reliabilities.values()])
    values |= {"common_reliability": draw(perhaps(1.0, one_from((1.0, most))))}
    values |= {"basing": draw(few(0, 1)), "exposure": draw(few(1, 1, 2, 0))}
    return AllianceGame(
        hegemon="Athens",
        capabilities={name: draw(sizes) for name in names},
        threat=draw(few(1, 1, 0.5, 0)),
        preference=draw(either(one_from(FAMOUS), theories())),
        reference=draw(perhaps(ThreatReference(), constants(few(0, 0.5, 1)))),
        parameters=Parameters(**values),
        reliabilities=reliabilities,
        affinity={(a, b): draw(few(1, 1, 0)) for a in names for b in names if a < b},
        family=family,
        ratification=draw(one_from(("open", "unanimous"))),
        candidate_preference=draw(one_from((ExpectedUtility(), *FAMOUS))),
        candidate_reference=draw(few(0, 0.5)),
    )


@cache
@st.composite
def theatres(draw, most=5, family="bloc_and_spokes", least=1):
    """Draw a game near the default parameters, where treaties of every kind pay for somebody."""
    names = NAMES[: draw(st.integers(least, most))]
    default = Parameters()
    values = {name: draw(number(0.5, 1)) for name in SHARES}
    values |= {name: draw(number(0.5, 2)) * getattr(default, name) for name in POWERS}
    values |= {name: draw(number(0, 1)) * getattr(default, name) for name in COSTS}
    values["k_bilateral"] *= draw(few(1, 5, 20))  # dear spokes: worth it with the strong alone
    pairs = [(a, b) for a in names for b in names if a < b]
    return AllianceGame(
        hegemon="Athens",
        capabilities={name: draw(number(0.05, 0.5)) for name in names},
        threat=draw(number(0.3, 1)),
        preference=draw(perhaps(CumulativeProspectTheory(), preferences())),
        parameters=Parameters(**values),
        exposures={names[0]: draw(number(0.5, 3))},
        reliabilities={names[-1]: draw(number(0.3, 1))},
        affinity={pair: draw(number(0.2, 1)) for pair in pairs if draw(st.booleans())},
        family=family,
        ratification=draw(one_from(("open", "unanimous"))),
        candidate_preference=draw(one_from(FAMOUS)),
    )


@cache
def any_games(most=5, family="bloc_and_spokes", least=1):
    """Draw from all three: wide, near the defaults, tied."""
    return st.one_of(
        games(most, family, least), theatres(most, family, least), ties(most, family, least)
    )
