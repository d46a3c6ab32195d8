"""Many games as arrays: the same values as the games themselves give, one by one."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import fixed, number, one_from, weightings
from strategies import games as random_games

from games import (
    AllianceError,
    AllianceGame,
    AllianceStructure,
    CumulativeProspectTheory,
    ExpectationReference,
    ExpectedUtility,
    InvalidGameError,
    NotApplicableError,
    Parameters,
    ThreatReference,
    UnknownNameError,
)
from solver.accounts.design import Design

SIX = AllianceGame(
    hegemon="Athens",
    capabilities={f"ally {i}": size for i, size in enumerate((0.05, 0.3, 0.1, 0.02, 0.2, 0.15))},
    threat=0.6,
)
TWO = AllianceGame(hegemon="Athens", capabilities={"Samos": 0.2, "Chios": 0.1}, threat=0.4)


@st.composite
def designed(draw):
    """Draw a game that a design takes: shared reliability and basing, a plain reference."""
    family = draw(one_from(("bloc_and_spokes", "blocs")))
    game = replace(draw(random_games(most=4, family=family)), reliabilities={}, basings={})
    if game.reference.structures():
        game = replace(game, reference=ThreatReference())
    return game


def gentle():
    """Draw a theory whose value function does not magnify rounding at the reference point."""
    exponent = number(0.8, 1.5)
    return st.builds(
        CumulativeProspectTheory, exponent, exponent, number(0.5, 4), weightings(), weightings()
    )


def assert_values(games, changed=lambda game: game, tolerance=1e-11):
    design = Design(games)
    values = design.values(changed)
    assert values.shape == (design.size,)
    for index, game in enumerate(games):
        listed = list(game.structures())
        places = [design.place(index, structure) for structure in listed]
        assert sorted(places) == list(range(design.starts[index], design.starts[index + 1]))
        wanted = changed(game).hegemon_values(listed)
        assert values[places] == pytest.approx(wanted, rel=1e-9, abs=tolerance)


@fixed(20)
@given(st.lists(designed(), min_size=1, max_size=3), gentle())
def test_values_are_those_of_the_games(games, taste):
    assert_values([game.with_preference(taste) for game in games])
    assert_values([game.with_preference(ExpectedUtility()) for game in games])
    assert_values(games, tolerance=1e-6)


@fixed(12)
@given(st.lists(designed(), min_size=1, max_size=3), gentle(), number(0, 1), number(0, 1))
def test_values_under_changed_parameters(games, taste, cohesion, pledge):
    def changed(game):
        other = game.with_parameters(cohesion=cohesion, pledge_multilateral=pledge, k_bloc=0.1)
        return other.with_preference(taste)

    assert_values(games, changed)


def test_a_large_game_among_small_ones():
    games = [TWO, SIX, TWO.at(0.9), replace(TWO, parameters=Parameters(k_bloc=0.2))]
    assert_values(games)
    assert_values(games, lambda game: game.with_parameters(cohesion=0.8, adversary=2.0))
    design = Design(games)
    assert design.starts == [0, 5, 5 + 3**6 - 6 * 2**5, 547, 552]
    assert design.structures[1] is None


def test_several_blocs_in_one_structure():
    names = ("Samos", "Chios", "Naxos", "Melos")
    game = AllianceGame(
        hegemon="Athens",
        capabilities=dict(zip(names, (0.1, 0.2, 0.3, 0.4), strict=True)),
        threat=0.5,
        family="blocs",
    )
    assert_values([game])
    both = AllianceStructure("Athens", blocs=[names[:2], names[2:]])
    design = Design([game])
    value = design.values(lambda game: game)[design.place(0, both)]
    assert value == pytest.approx(game.value(both))


def test_a_frame_apart_from_the_threat():
    assert_values([replace(TWO, frame=0.9), replace(SIX, frame=0.1)])


@pytest.mark.parametrize(
    "changes",
    [
        {"reference": ExpectationReference(AllianceStructure("Athens"))},
        {"reliabilities": {"Samos": 0.5}},
        {"basings": {"Samos": 0.1}},
    ],
)
def test_what_a_design_does_not_take(changes):
    with pytest.raises(NotApplicableError, match="estimation is for games whose"):
        Design([TWO, replace(TWO, **changes)])


def test_a_large_game_of_several_blocs_is_refused():
    with pytest.raises(AllianceError):
        Design([replace(SIX, family="blocs")])


@pytest.mark.parametrize("index", [0, 1])
def test_place_checks_the_structure(index):
    design = Design([TWO, SIX])
    with pytest.raises(InvalidGameError, match="must have the hegemon 'Athens'"):
        design.place(index, AllianceStructure("Sparta"))
    with pytest.raises(UnknownNameError, match="unknown candidate 'Corinth'"):
        design.place(index, AllianceStructure("Athens", spokes=["Corinth"]))


def test_a_design_of_nothing():
    design = Design([])
    assert design.size == 0
    assert np.array_equal(design.values(lambda game: game), [])
