"""Decision weights that are kept: the same values, the same solutions, and no false reuse."""

import threading
from collections import Counter
from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import any_games, fixed, number, parameters, theories

import games
from games import (
    AllianceGame,
    ConstantReference,
    CumulativeProspectTheory,
    ExpectedUtility,
    NotApplicableError,
    Parameters,
    Prelec,
    ThreatReference,
    TverskyKahneman,
)
from solver import solve
from solver.alliance.concepts.registry import CONCEPTS
from solver.alliance.hegemon import Valuer, frame_at
from solver.alliance.kept import KeptWeights
from solver.alliance.solve import solve_with
from solver.alliance.tasks import in_threads

GAME = AllianceGame(
    hegemon="Athens",
    capabilities={"Samos": 0.3, "Chios": 0.2, "Naxos": 0.1},
    threat=0.7,
    reliabilities={"Samos": 0.8},
    basings={"Chios": 0.05},
    exposures={"Naxos": 2},
    affinity={("Samos", "Chios"): 0.4},
    parameters=Parameters(common_reliability=0.95, reliability=0.7),
)
FREE = GAME.with_parameters(entrapment=0)


def bits(game):
    """What `Valuer` makes of every structure, as bytes."""
    return Valuer(game)(frame_at([game]))[0].tobytes()


def taste(**changes):
    return GAME.with_preference(replace(GAME.preference, **changes))


def halved(game, name):
    return game.with_parameters(**{name: getattr(game.parameters, name) / 2})


# what weights do not hang on
ADMITTED = {
    "threat": GAME.at(0.2),
    "no threat": GAME.at(0),
    "frame": replace(GAME, frame=0.1),
    "slope": GAME.with_reference(ThreatReference(0.2, 0.5)),
    "constant": GAME.with_reference(ConstantReference(0.6)),
    "expectation": GAME.with_reference(
        games.ExpectationReference(GAME.structure(spokes=["Samos", "Chios"]))
    ),
    "status quo": GAME.with_reference(games.StatusQuoReference(GAME.structure(), threat=0.2)),
    "alpha": taste(alpha=0.5),
    "beta": taste(beta=0.7),
    "no curvature": taste(alpha=1, beta=1),
    "loss aversion": taste(loss_aversion=1.2),
    "candidates' taste": replace(GAME, candidate_preference=CumulativeProspectTheory()),
    "candidates' reference": replace(GAME, candidate_reference=0.3),
    "exposures": replace(GAME, exposures={"Samos": 3}),
    "affinity": replace(GAME, affinity={}),
    "ratification": replace(GAME, ratification="unanimous"),
    **{
        name: halved(GAME, name)
        for name in (
            *("adversary", "projection", "k_bilateral", "k_multilateral", "k_bloc", "shelter"),
            *("guarantee_bilateral", "guarantee_multilateral", "exposure", "affinity"),
            *("ally_cost_bilateral", "ally_cost_multilateral", "friction"),
        )
    },
}
# what they do
REFUSED = {
    "gamma of gains": taste(weighting_gains=TverskyKahneman(0.7)),
    "gamma of losses": taste(weighting_losses=TverskyKahneman(0.7)),
    "family of weighting": taste(weighting_gains=Prelec(0.61)),
    "expected utility": GAME.with_preference(ExpectedUtility()),
    "a capability": replace(GAME, capabilities={**GAME.capabilities, "Naxos": 0.11}),
    "a reliability": replace(GAME, reliabilities={"Samos": np.nextafter(0.8, 1)}),
    "a base": replace(GAME, basings={"Chios": 0.04}),
    "order": replace(GAME, capabilities={"Samos": 0.2, "Chios": 0.3, "Naxos": 0.1}),
    "fewer": GAME.strongest(2),
    "burdens": replace(GAME, burden_sharing="split"),
    "several blocs": replace(GAME, family="blocs"),
    **{
        name: halved(GAME, name)
        for name in (
            *("pledge_bilateral", "pledge_multilateral", "basing", "reliability", "cohesion"),
            *("entrapment", "entrapment_share", "deployment"),
        )
    },
    "common_reliability": GAME.with_parameters(common_reliability=0.9),
}


def test_every_quantity_of_a_game_is_turned():
    own = {item.name for item in fields(Parameters)}
    assert own <= ADMITTED.keys() | REFUSED.keys()
    assert not ADMITTED.keys() & REFUSED.keys()


@pytest.fixture(scope="module")
def kept():
    return KeptWeights(GAME)


@pytest.mark.parametrize("name", ADMITTED)
def test_what_weights_do_not_hang_on_is_admitted(kept, name):
    turned = ADMITTED[name]
    assert turned != GAME
    assert kept.suits(turned)
    assert kept.values([turned])[0].tobytes() == bits(turned)


@pytest.mark.parametrize("name", REFUSED)
def test_what_weights_hang_on_is_refused(kept, name):
    turned = REFUSED[name]
    assert not kept.suits(turned)
    with pytest.raises(NotApplicableError, match="another game's"):
        kept.values([GAME, turned])
    with pytest.raises(NotApplicableError, match="another game's"):
        solve_with(kept, turned)


def test_where_no_bloc_entraps_the_deployment_is_free():
    kept = KeptWeights(FREE)
    for turned in (halved(FREE, "deployment"), halved(FREE, "entrapment_share")):
        assert kept.suits(turned)
        assert kept.values([turned])[0].tobytes() == bits(turned)
    # what nothing comes of is the same nothing
    assert kept.suits(GAME.with_parameters(entrapment_share=0, deployment=0.1))
    assert not kept.suits(GAME)


@fixed(60)
@given(
    any_games(4),
    st.lists(st.tuples(number(0, 1), parameters(), theories()), max_size=20),
)
def test_values_are_those_of_the_valuer(game, turns):
    kept = KeptWeights(game)
    shared = game.parameters
    turned = [game]
    for threat, other, theory in turns:
        terms = {name: getattr(other, name) for name in ("k_bloc", "k_bilateral", "adversary")}
        if not shared.tied_down:
            terms["deployment"] = other.deployment
        preference = replace(
            theory,
            weighting_gains=game.preference.weighting_gains,
            weighting_losses=game.preference.weighting_losses,
        )
        one = game.at(threat).with_preference(preference)
        # every other game has its own terms, so that some share them and some do not
        turned.append(one.with_parameters(**terms) if len(turned) % 2 else one)
    turned = [one for one in turned if kept.suits(one)]
    values = kept.values(turned)
    assert values.shape == (len(turned), Valuer(game).grid.size)
    for one, row in zip(turned, values, strict=True):
        assert row.tobytes() == bits(one)


@fixed(60)
@given(any_games(4), any_games(4))
def test_no_game_suits_that_is_valued_otherwise(game, other):
    # whatever is the same in the two by chance
    kept = KeptWeights(game)
    if kept.suits(other):
        assert kept.values([other])[0].tobytes() == bits(other)


@fixed(60)
@given(any_games(4), number(0, 1), st.sampled_from(sorted(CONCEPTS)))
def test_solutions_are_those_of_solve(game, threat, concept):
    turned = game.at(threat)
    found, wanted = solve_with(KeptWeights(game), turned, concept), solve(turned, concept)
    assert found == wanted
    assert list(found.equilibria.structures) == list(wanted.equilibria.structures)
    assert [one.regret for one in found.equilibria] == [one.regret for one in wanted.equilibria]
    counted = Counter(structure.form for structure in wanted.equilibria.structures)
    assert list(found.equilibria.forms.items()) == list(counted.items())


def test_more_than_a_block_of_levels_and_no_level(kept):
    turned = [GAME.at(threat) for threat in np.linspace(0, 1, 37).tolist()]
    for one, row in zip(turned, kept.values(turned), strict=True):
        assert row.tobytes() == bits(one)
    assert kept.values([]).shape == (0, Valuer(GAME).grid.size)


@pytest.mark.parametrize(
    "game", [replace(GAME, burden_sharing="split"), replace(GAME, family="blocs")], ids=str
)
def test_games_whose_weights_are_not_kept(game):
    assert not KeptWeights.covers(game)
    with pytest.raises(NotApplicableError, match="decision weights are kept"):
        KeptWeights(game)


def test_too_many_candidates():
    many = AllianceGame(
        hegemon="Athens", capabilities={f"C{i}": 0.1 for i in range(12)}, threat=0.7
    )
    assert not KeptWeights.covers(many)
    assert KeptWeights.covers(many.strongest(11))


@pytest.mark.long
def test_europe():
    game = games.load("europe-1949")
    kept = KeptWeights(game)
    assert kept.size < 310e6
    for turned in (game, game.at(0.4), replace(game, frame=0.2)):
        assert kept.values([turned])[0].tobytes() == bits(turned)
    for concept in ("subgame_perfect", "pairwise"):
        found, wanted = solve_with(kept, game.at(0.6), concept), solve(game.at(0.6), concept)
        structures = list(wanted.equilibria.structures)
        assert len(structures) > 500
        assert list(found.equilibria.structures) == structures
        assert found.equilibria.forms == Counter(structure.form for structure in structures)
        assert found.tolerance == wanted.tolerance
        assert found.security_level == wanted.security_level
        assert found.preferred == wanted.preferred


# being told to stop


class Told(Exception):
    """A newer question has come."""


class Stop:
    """Says to stop when it is asked for the time `last`, and from then on."""

    def __init__(self, last):
        self.asked, self.last, self.lock = 0, last, threading.Lock()

    def __call__(self):
        with self.lock:
            self.asked += 1
            if self.asked >= self.last:
                raise Told


@pytest.fixture(scope="module")
def large():
    """A game whose work is shared by threads."""
    return AllianceGame(
        hegemon="Athens", capabilities={f"C{i}": 0.1 + i / 50 for i in range(8)}, threat=0.7
    )


@pytest.mark.parametrize("last", [1, 3])
def test_work_ends_when_told(large, last):
    kept = KeptWeights(large)
    works = (
        lambda heed: KeptWeights(large, heed),
        lambda heed: kept.values([large], heed),
        lambda heed: solve_with(kept, large, heed=heed),
        lambda heed: Valuer(large)(frame_at([large]), heed=heed),
        lambda heed: Valuer(shared)(frame_at([shared]), heed=heed),
    )
    shared = replace(large, burden_sharing="split")
    before = threading.active_count()
    for work in works:
        stop = Stop(last)
        with pytest.raises(Told):
            work(stop)
        assert last <= stop.asked < last + 8  # each thread asks once more at most
        assert threading.active_count() == before
    # nothing is left undone in what was there before
    assert kept.values([large])[0].tobytes() == bits(large)


@pytest.mark.parametrize("worthwhile", [False, True])
def test_parts_are_done_once_each_and_not_after_a_failure(worthwhile):
    done = []
    in_threads(done.append, range(100), worthwhile)
    assert sorted(done) == list(range(100))
    done.clear()

    def fails(part):
        if part == 3:
            raise IndexError(part)
        done.append(part)

    with pytest.raises(IndexError):
        in_threads(fails, range(10_000), worthwhile)
    assert len(done) < 10_000 - 1
    assert len(set(done)) == len(done)
