"""What the game says of the three theatres, against a table computed by an independent program.

The table gives the form of the hegemon's preferred structure under prospect theory with the threat
as the reference, under expected utility, and with one channel of the psychology switched off. The
parameters were chosen in hindsight so that the theatres come out: agreement shows that two programs
state one model, and is no test of the theory.
"""

import functools

import pytest

import games
from games import ExpectedUtility, Form
from solver import acceptance_equilibria, solve, sweep

EUROPE, SOUTHEAST, ASIA = "europe-1949", "southeast-asia-1954", "asia-1951"
THEATRES = {EUROPE: 11, SOUTHEAST: 7, ASIA: 6}
HUB, MIXED, MULTILATERAL = Form.HUB_AND_SPOKE, Form.MIXED, Form.MULTILATERAL


def percent(low, high, step=2):
    return [level / 100 for level in range(low, high + 1, step)]


@functools.cache
def swept(name, off=None):
    """Return the levels of a sweep, by threat: at steps of 0.02, of 0.01 in the smaller theatres.

    `off` is a channel that is switched off, or "all" for expected utility.
    """
    game = games.load(name)
    if off == "all":
        game = game.with_preference(ExpectedUtility())
    elif off:
        game = game.without(off)
    whole = name != EUROPE or off in (None, "all")
    levels = percent(0, 100, 2 if name == EUROPE else 1) if whole else percent(46, 100, 6)
    return {level.threat: level for level in sweep(game, threat=levels).levels}


def forms(name, levels, off=None):
    path = swept(name, off)
    return {path[threat].form for threat in levels}


def allies_in(name, levels, kind):
    path = swept(name)
    return {len(getattr(path[threat].preferred.structure, kind)) for threat in levels}


def multilateral(name, off):
    return [t for t, level in swept(name, off).items() if level.form is MULTILATERAL]


def test_numbers_of_candidates():
    assert {name: len(games.load(name).candidates) for name in THEATRES} == THEATRES


# --- prospect theory, the threat as reference


@pytest.mark.long
def test_europe_turns_from_hub_and_spoke_to_one_bloc_of_all():
    assert forms(EUROPE, percent(2, 48)) == {HUB}
    assert forms(EUROPE, percent(50, 52)) == {MIXED}
    assert forms(EUROPE, percent(60, 100)) == {MULTILATERAL}
    assert allies_in(EUROPE, percent(60, 100), "bloc") == {11}
    game = games.load(EUROPE)
    assert solve(game.at(0.49)).preferred.form is MIXED


def test_southeast_asia_turns_earlier():
    assert forms(SOUTHEAST, percent(2, 46, 1)) == {HUB}
    assert forms(SOUTHEAST, [0.47]) == {MIXED}
    assert forms(SOUTHEAST, percent(48, 100, 1)) == {MULTILATERAL}
    assert allies_in(SOUTHEAST, percent(48, 100, 1), "bloc") == {7}


def test_asia_stays_hub_and_spoke():
    assert MULTILATERAL not in forms(ASIA, percent(0, 100, 1))
    assert forms(ASIA, percent(6, 100, 1)) == {HUB}
    assert allies_in(ASIA, percent(6, 100, 1), "spokes") == {6}


@pytest.mark.parametrize("name", THEATRES)
def test_without_a_threat_there_is_no_alliance(name):
    assert forms(name, [0.0]) == {Form.NONE}


# --- the nested null, and one channel off at a time


@pytest.mark.long
@pytest.mark.parametrize("name", THEATRES)
def test_under_expected_utility_no_theatre_turns(name):
    assert forms(name, percent(2, 100), "all") == {HUB}


@pytest.mark.parametrize("name", THEATRES)
def test_without_weighting_no_theatre_turns_for_good(name):
    assert swept(name, "weighting")[1.0].form is HUB
    assert multilateral(name, "weighting") == []


@pytest.mark.long
def test_without_loss_aversion_they_turn_earlier():
    assert forms(SOUTHEAST, percent(44, 100, 1), "loss_aversion") == {MULTILATERAL}
    assert forms(SOUTHEAST, percent(44, 46, 1)) == {HUB}
    assert forms(EUROPE, percent(52, 100, 6), "loss_aversion") == {MULTILATERAL}
    assert forms(EUROPE, [0.52]) == {MIXED}


@pytest.mark.long
def test_without_curvature_they_turn_later():
    assert forms(SOUTHEAST, percent(48, 52, 1), "curvature") == {HUB}
    assert min(multilateral(SOUTHEAST, "curvature")) > min(multilateral(SOUTHEAST, None))
    assert forms(EUROPE, [0.52], "curvature") == {HUB}
    assert forms(EUROPE, [0.52]) == {MIXED}
    assert forms(EUROPE, percent(64, 100, 6), "curvature") == {MULTILATERAL}


@pytest.mark.parametrize("off", ["curvature", "loss_aversion", "weighting", "reference"])
def test_asia_has_no_channel_that_makes_a_bloc(off):
    assert multilateral(ASIA, off) == []


@pytest.mark.parametrize("name", [SOUTHEAST, ASIA])
def test_without_the_moving_reference_no_theatre_turns(name):
    assert multilateral(name, "reference") == []


# --- the coordination trap


@pytest.mark.long
@pytest.mark.parametrize("name", [SOUTHEAST, EUROPE])
def test_candidates_who_wait_for_each_other(name):
    game = games.load(name).at(0.8)
    found = {concept: solve(game, concept) for concept in ("subgame_perfect", "coalition_proof")}
    equilibria = found["subgame_perfect"].equilibria
    trap = equilibria[[s.form for s in equilibria.structures].index(HUB)]
    assert trap.regret <= found["subgame_perfect"].tolerance
    assert trap.values[game.hegemon] == pytest.approx(found["subgame_perfect"].security_level)
    assert found["coalition_proof"].equilibria.forms[HUB] == 0
    best = found["subgame_perfect"].preferred
    assert best.form is MULTILATERAL
    assert found["coalition_proof"].preferred.structure == best.structure
    assert all(best.values[player] > trap.values[player] for player in game.players)


@pytest.mark.parametrize("name", [SOUTHEAST, EUROPE])
def test_the_trap_is_self_fulfilling(name):
    # Nobody signs a bloc who expects no other to sign: it may come to nothing though all want it.
    game = games.load(name).at(0.8)
    game = game.strongest(5)
    bloc = game.structure(bloc=game.candidates)
    outcomes = acceptance_equilibria(game, bloc)
    assert bloc in outcomes
    assert game.structure() in outcomes
