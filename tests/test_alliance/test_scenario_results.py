"""What the game says of the three theatres, against a table computed by an independent program.

The table gives the hegemon's best structure that all its members accept, at the default parameters,
under prospect theory with the threat as the reference and under expected utility. The parameters
were chosen in hindsight so that the theatres come out under prospect theory: agreement shows that
two programs state one model, and is no test of the theory.
"""

import functools

import pytest

import games
from games import ExpectedUtility, Form, edition_1
from solver import acceptance_equilibria, solve, sweep

EUROPE, SOUTHEAST, ASIA = "europe-1949", "southeast-asia-1954", "asia-1951"
THEATRES = {EUROPE: 11, SOUTHEAST: 7, ASIA: 6}
HUB, MIXED, MULTILATERAL = Form.HUB_AND_SPOKE, Form.MIXED, Form.MULTILATERAL
LEVELS = (0.1, 0.2, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.7, 0.8, 0.9, 1.0)

# computed by an independent program: spokes and members of the bloc at each of `LEVELS`
TABLE = {
    (EUROPE, "prospect"): [(6, 0), *[(10, 0)] * 5, (2, 9), *[(0, 11)] * 6],
    (EUROPE, "expected"): [(6, 0), (1, 10), *[(0, 11)] * 11],
    (SOUTHEAST, "prospect"): [*[(7, 0)] * 4, *[(0, 7)] * 9],
    (SOUTHEAST, "expected"): [(6, 0), *[(0, 7)] * 12],
    (ASIA, "prospect"): [*[(6, 0)] * 9, *[(5, 0)] * 4],
    (ASIA, "expected"): [*[(6, 0)] * 9, *[(5, 0)] * 4],
}


def percent(low, high, step=2):
    return [level / 100 for level in range(low, high + 1, step)]


@functools.cache
def theatre(name, taste="prospect"):
    game = games.load(name)
    return game.with_preference(ExpectedUtility()) if taste == "expected" else game


def forms(game, levels):
    return [level.form for level in sweep(game, threat=levels).levels]


def test_numbers_of_candidates():
    assert {name: len(games.load(name).candidates) for name in THEATRES} == THEATRES


@pytest.mark.parametrize(("name", "taste"), TABLE)
def test_every_entry_of_the_table(name, taste):
    path = sweep(theatre(name, taste), threat=LEVELS)
    found = [level.preferred for level in path.levels]
    shapes = [(len(best.structure.spokes), len(best.structure.bloc)) for best in found]
    assert shapes == TABLE[name, taste]
    assert max(best.regret for best in found) <= 1e-9


@pytest.mark.parametrize("name", THEATRES)
def test_the_adversary_is_that_of_the_file(name):
    expected = {EUROPE: 0.615, SOUTHEAST: 1.003, ASIA: 0.873}[name]
    assert theatre(name).parameters.adversary == pytest.approx(expected, abs=5e-4)


@pytest.mark.parametrize("name", THEATRES)
def test_without_a_threat_there_is_no_alliance(name):
    assert solve(theatre(name).strongest(6).at(0.0)).preferred.form is Form.NONE


@pytest.mark.long
@pytest.mark.parametrize(("name", "change"), [(EUROPE, (0.49, 0.55)), (SOUTHEAST, (0.37, 0.4))])
def test_each_theatre_turns_once(name, change):
    before, after = change
    found = forms(theatre(name), percent(2, 100))
    levels = percent(2, 100)
    assert {form for level, form in zip(levels, found, strict=True) if level < before} == {HUB}
    assert {form for level, form in zip(levels, found, strict=True) if level >= after} == {
        MULTILATERAL
    }


@pytest.mark.long
def test_asia_stays_hub_and_spoke_whatever_is_switched_off():
    for off in ((), ("curvature",), ("loss_aversion",), ("weighting",), ("reference",)):
        assert MULTILATERAL not in forms(theatre(ASIA).without(*off), percent(0, 100, 10))


@pytest.mark.parametrize("name", [SOUTHEAST])
def test_the_risk_of_a_bloc_is_what_holds_prospect_theory_back(name):
    # without quarrels that are not its own the hegemon forms the bloc at .3 as well
    game = theatre(name).at(0.3)
    assert solve(game).preferred.form is HUB
    assert solve(game.with_parameters(entrapment=0)).preferred.form is MULTILATERAL
    # and with a loss aversion of 1 it does so with them
    calm = game.without("loss_aversion", "curvature", "weighting")
    assert solve(calm).preferred.form is MULTILATERAL


# --- the first edition, whose numbers an independent program gave as well


def first_edition(name):
    """Return a theatre with the parameters of the first edition, the same adversary in all."""
    return games.AllianceGame(**vars(theatre(name)) | {"parameters": edition_1()})


def test_the_first_edition_keeps_its_numbers():
    southeast = first_edition(SOUTHEAST)
    assert forms(southeast, [0.2, 0.46, 0.47, 0.48, 1.0]) == [HUB, HUB, MIXED, *[MULTILATERAL] * 2]
    assert forms(first_edition(ASIA), [0.06, 0.5, 1.0]) == [HUB] * 3
    null = southeast.with_preference(ExpectedUtility())
    assert forms(null, [0.02, 0.5, 1.0]) == [HUB] * 3
    # computed by the first edition itself
    europe = first_edition(EUROPE).strongest(6).at(0.7)
    best = solve(europe).preferred
    assert best.form is MULTILATERAL
    assert best.values["USA"] == pytest.approx(-0.9504942739150359, abs=1e-12)


@pytest.mark.long
def test_the_first_edition_of_europe():
    europe = first_edition(EUROPE)
    assert set(forms(europe, percent(2, 48, 6))) == {HUB}
    assert forms(europe, [0.49, 0.5, 0.52]) == [MIXED] * 3
    assert set(forms(europe, percent(60, 100, 8))) == {MULTILATERAL}
    null = europe.with_preference(ExpectedUtility())
    assert set(forms(null, percent(2, 100, 14))) == {HUB}


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
