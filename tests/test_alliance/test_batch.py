"""Values of some structures in many games at once: those of each game alone."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from strategies import any_games, fixed, one_from

from games import ExpectedUtility
from solver.alliance.batch import value_table
from solver.alliance.columns import figures_of
from solver.alliance.lattice import lattice, to_structure
from solver.alliance.outcomes import ROOM


def tolerance_of(game):
    """Return the error by rounding: steep value functions magnify it at the reference point."""
    taste = game.preference
    return 1e-6 if min(taste.alpha, taste.beta) < 0.8 else 1e-11


def valued(games, n, numbers):
    """Return the values, worked out in room that holds what a power would warn of."""
    for name, bad in (("gains", 0.0), ("exponents", -1.0)):
        ROOM.floats(name, 2**14)[:] = bad
    return value_table(np.stack(list(map(figures_of, games))), n, np.array(numbers))


@st.composite
def several(draw):
    """Draw games of the same candidates, some of them alike, and structures in any order."""
    n = draw(st.integers(1, 4))
    shaped = any_games(most=n, least=n)
    games = draw(st.lists(shaped, min_size=1, max_size=4))
    # some share all but the threat or the preference: these are valued together
    games += [games[0].at(draw(one_from((0.0, 0.3, 1.0))))] * draw(st.integers(0, 2))
    games.append(games[-1].with_preference(ExpectedUtility()))
    numbers = draw(st.permutations(range(lattice(n).size)))
    return n, draw(st.permutations(games)), numbers[: draw(st.integers(1, len(numbers)))]


@fixed(40)
@given(several())
def test_values_are_those_of_each_game(drawn):
    n, games, numbers = drawn
    found = valued(games, n, numbers)
    assert found.shape == (len(games), len(numbers))
    for game, row in zip(games, found, strict=True):
        structures = [
            to_structure(game.hegemon, game.candidates, *lattice(n).masks(number))
            for number in numbers
        ]
        wanted = game.hegemon_values(structures)
        assert row == pytest.approx(wanted, rel=1e-9, abs=tolerance_of(game))


@fixed(20)
@given(several())
def test_some_structures_are_valued_as_among_all(drawn):
    n, games, numbers = drawn
    assume(len(numbers) < lattice(n).size)
    everything = valued(games, n, range(lattice(n).size))
    assert np.array_equal(valued(games, n, numbers), everything[:, numbers])
