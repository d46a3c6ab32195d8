"""Bounds from binned aid, and the search that rests on them, against exact values."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import plain_model
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import any_games, fixed, theatres, uncompiled

import solver.alliance.binned.search
from games import (
    AllianceGame,
    CumulativeProspectTheory,
    InvalidGameError,
    NotApplicableError,
    edition_1,
)
from games import Preference as AnyPreference
from games.alliance.structures import count
from solver import solve
from solver.alliance.binned import solve as binned
from solver.alliance.binned.kernel import Bounds, Nodes, bound_nodes, split
from solver.alliance.binned.search import Interval, all_bounds, bounds, setting_of
from solver.alliance.hegemon import frame_of, hegemon_values
from solver.alliance.lattice import bits, to_structure
from solver.alliance.stage import stage_of

# the branch and bound is long to compile
pytestmark = pytest.mark.long

NAMES = [f"c{number:02}" for number in range(17)]
CAPABILITIES = [0.26, 0.13, 0.07, 0.05, 0.04, 0.03, 0.025, 0.02, 0.015, 0.01, 0.008, 0.006, 0.003]
RELIABILITIES = [0.62, 0.9, 0.71, 0.95, 0.8, 0.99, 0.65, 0.97, 0.85, 0.93, 0.75, 0.88, 0.91]


def mixed(n, threat=0.55):
    """Return a game whose strong candidates are not always the reliable ones."""
    return AllianceGame(
        hegemon="Athens",
        capabilities=dict(zip(NAMES[:n], CAPABILITIES, strict=False)),
        reliabilities=dict(zip(NAMES[:n], RELIABILITIES, strict=False)),
        threat=threat,
    )


def crowd(n, **changes):
    return AllianceGame(
        hegemon="Athens", capabilities=dict.fromkeys(NAMES[:n], 0.1), threat=0.5, **changes
    )


def exact(game):
    return hegemon_values(game, frame_of(game, [game.threat]))[0]


def coarse(monkeypatch):
    """Let the search start with one bin, cut nodes early and go on in small steps."""
    monkeypatch.setattr(solver.alliance.binned.search, "LADDER", (1, 2, 65536))
    monkeypatch.setattr(solver.alliance.binned.search, "SPLIT_AT", 0)
    monkeypatch.setattr(solver.alliance.binned.search, "BATCH", 3)


def agrees(game):
    """Check the answer against the exact solver, and return it."""
    wanted, found = solve(game), binned.solve(game)
    best = wanted.preferred.values[game.hegemon]
    close = max(wanted.tolerance, 3e-11 * max(1, abs(best)))
    assert found.status is binned.Proof.PROVED
    assert found.proved
    assert found.value.lower <= game.value(found.preferred) <= found.value.upper
    assert found.value.lower == pytest.approx(best, abs=close + found.value.width)
    assert found.regret_bound <= 3 * close
    low, high = found.security_level
    assert low - close <= wanted.security_level <= high + close
    assert found.unsettled == 0
    return found


# --- bounds on every structure


@pytest.mark.parametrize("bins", [1, 3, 16])
@given(game=any_games(most=6))
@fixed(10)
def test_values_lie_within_their_bounds(bins, game):
    lower, upper = all_bounds(game, bins)
    values = exact(game)
    assert (lower <= values).all()
    assert (values <= upper).all()


@given(any_games(most=4))
@fixed(10)
def test_the_plain_model_lies_within_the_bounds(game):
    for structure in game.structures():
        value = plain_model.hegemon_value(game, plain_model.treaties_of(structure))
        for bins in (1, 4, 64):
            low, high = bounds(game, structure, bins)
            assert low - 1e-9 * abs(low) <= value <= high + 1e-9 * abs(high)


def test_as_many_bins_as_states_leave_rounding_only():
    game = mixed(7)
    lower, upper = all_bounds(game, 2**7)
    assert (upper - lower).max() < 1e-11
    widths = [np.subtract(*all_bounds(game, bins)[::-1]).max() for bins in (1, 4, 16, 64)]
    assert widths == sorted(widths, reverse=True)
    assert widths[0] > 0.1 > widths[2] > 1e-3


def test_one_bin_is_all_or_nothing():
    # derived: one bin has the aid of no spoke from below, and of all of them from above
    game = replace(mixed(4), reliabilities={}).with_parameters(k_bilateral=0)
    hub = game.structure(spokes=game.candidates)
    never, always = (game.with_parameters(reliability=p) for p in (0, 1))
    assert bounds(game, hub, 1) == pytest.approx((never.value(hub), always.value(hub)), abs=1e-11)


def test_bounds_of_one_structure_are_those_of_all():
    game = mixed(5)
    lower, upper = all_bounds(game, 8)
    grid = stage_of(game, lower, 1e-9)
    for number in range(0, lower.size, 7):
        assert bounds(game, grid.structure(number), 8) == (lower[number], upper[number])
    assert Interval(1.0, 3.0).width == 2


# --- bounds on sets of structures


def values_of_node(game, bloc, chosen, free, extra):
    """Return the structures of a node and their values, from the game."""
    structures = [
        to_structure(game.hegemon, game.candidates, bloc, chosen | sum(1 << i for i in more))
        for more in combinations(bits(free), extra)
    ]
    return structures, game.hegemon_values(structures)


@st.composite
def nodes(draw):
    """Draw a game and a node: a place for each candidate, and how many of the free join."""
    game = draw(theatres(most=6, least=3) | any_games(most=6, least=3))
    odds = {name: draw(st.sampled_from([0.2, 0.4, 0.6, 0.8, 0.95])) for name in game.candidates}
    game = replace(game.with_parameters(common_reliability=1.0), reliabilities=odds)
    places = [draw(st.sampled_from([0, 1, 2, 3, 3, 3])) for _ in game.candidates]
    bloc, chosen, free = (
        sum(1 << i for i, own in enumerate(places) if own == place) for place in (1, 2, 3)
    )
    if bloc.bit_count() == 1:
        bloc, chosen = 0, chosen | bloc
    if free.bit_count() < 2:
        return game, (bloc, chosen, 0, 0)
    return game, (bloc, chosen, free, draw(st.integers(1, free.bit_count() - 1)))


@given(nodes())
@fixed(40)
def test_no_structure_of_a_node_is_worth_more_than_its_bound(drawn):
    game, node = drawn
    structures, values = values_of_node(game, *node)
    arrays = Nodes(*(np.array([part]) for part in node))
    for bins in (2, 64):
        found = Bounds(np.empty(1), np.empty(1), np.zeros(1, np.int64), np.zeros(1, np.bool_))
        bound_nodes(arrays, bins, -np.inf, setting_of(game), found)
        assert values.max() <= found.upper[0]
        named = to_structure(game.hegemon, game.candidates, node[0], int(found.spokes[0]))
        assert found.lower[0] <= values[structures.index(named)]
        if found.real[0]:
            assert values[structures.index(named)] >= values.max() - 1e-12


@pytest.mark.long
@given(nodes())
@fixed(40)
def test_halves_keep_a_best_structure(drawn):
    game, node = drawn
    if not node[2]:
        return
    best = values_of_node(game, *node)[1].max()
    halves = split(Nodes(*(np.array([part]) for part in node)), setting_of(game))
    assert 1 <= halves.bloc.size <= 2
    left = [values_of_node(game, *map(int, half))[1] for half in zip(*halves, strict=True)]
    assert max(values.max() for values in left) >= best - 1e-12


def test_only_who_is_outdone_in_aid_and_reliability_is_dropped():
    # derived: c00 promises most, c01 aids more and is less reliable, c02 is less of both than c00
    game = replace(mixed(3), capabilities=dict(zip(NAMES, (0.5, 0.9, 0.4), strict=False)))
    game = replace(game, reliabilities=dict(zip(NAMES, (0.9, 0.4, 0.8), strict=False)))
    halves = split(Nodes(*(np.array([part]) for part in (0, 0, 0b111, 1))), setting_of(game))
    assert halves.chosen.tolist() == [0b001, 0b010]
    assert halves.extra.tolist() == [0, 0]


# --- the search


@given(any_games(most=6))
@fixed(30)
def test_the_preferred_structure_is_that_of_the_exact_solver(game):
    agrees(game)


@pytest.mark.parametrize("threat", [0.2, 0.55, 0.8])
def test_small_steps_change_nothing(threat, monkeypatch):
    game = mixed(8, threat)
    found = agrees(game)
    coarse(monkeypatch)
    again = agrees(game)
    assert again.preferred == found.preferred == solve(game).preferred.structure
    assert again.bounded != found.bounded


def test_what_was_searched_is_told():
    game = mixed(7, 0.7).with_parameters(friction=0.2, affinity=0.8, shelter=0.5)
    found = binned.solve(game)
    rational = stage_of(game, exact(game), 1e-9).individually_rational()
    assert found.structures == count(7) == rational.size
    assert 0 < found.refused == count(7) - rational.sum() < count(7)
    assert 0 < found.bounded < found.states
    assert found.form is found.preferred.form
    assert str(found).endswith("proved")
    assert str(found.preferred) in str(found)
    assert found.bounds(found.preferred, 128) == pytest.approx(found.value, abs=1e-11)
    lower, upper = found.all_bounds()
    assert np.array_equal((lower, upper), all_bounds(game))


def test_without_work_nothing_is_proved_and_the_regret_is_honest(monkeypatch):
    game = replace(mixed(8), parameters=edition_1())
    coarse(monkeypatch)
    found = binned.solve(game, work=1)
    assert found.status is binned.Proof.OPEN
    assert not found.proved
    assert found.unsettled > 0
    best = solve(game).preferred.values["Athens"]
    assert found.value.lower <= game.value(found.preferred) <= found.value.upper
    assert found.value.lower <= best <= found.value.lower + found.regret_bound
    assert found.security_level.lower <= solve(game).security_level <= found.security_level.upper
    assert "`work`" in found.status.value


def test_candidates_alike_are_ties():
    game = crowd(8)
    found = agrees(game)
    assert len(found.preferred.allies) == len(solve(game).preferred.structure.allies)


def test_thirteen_candidates():
    # No other solver of this package takes 13: look at the neighbours of what was found.
    game = mixed(13)
    found = binned.solve(game)
    assert found.proved
    best = game.value(found.preferred)
    assert found.value.lower <= best <= found.value.upper < found.value.lower + 1e-10
    bloc, spokes = set(found.preferred.bloc), set(found.preferred.spokes)
    moves = []
    for name in game.candidates:
        moves += [(bloc - {name}, spokes - {name}), (bloc | {name}, spokes - {name})]
        moves += [(bloc - {name}, spokes | {name})]
        moves += [(bloc, spokes - {other} | {name}) for other in spokes if name not in bloc]
    near = [game.structure(bloc=b, spokes=s) for b, s in moves]
    accepted = [
        all(
            game.candidate_value(name, s) >= game.candidate_value(name, game.structure())
            for name in s.allies
        )
        for s in near
    ]
    assert sum(accepted) > 30
    assert game.hegemon_values(near)[accepted].max() <= best + found.tolerance + 1e-12


def test_another_attitude_to_risk():
    for preference in (CumulativeProspectTheory(0.5, 1.3, 1.5), mixed(2).preference.without()):
        agrees(mixed(7).with_preference(preference))


# --- limits


def test_too_many_candidates():
    with pytest.raises(NotApplicableError, match=r"17 candidates .* game\.strongest\(16\), or"):
        binned.solve(crowd(17))
    with pytest.raises(NotApplicableError, match=r"limit here is 13 .* game\.strongest\(13\)"):
        all_bounds(crowd(14))
    assert bounds(crowd(16), crowd(16).structure(spokes=NAMES[:16])).width < 1e-2


def test_other_games():
    with pytest.raises(NotApplicableError, match="got 'blocs': use"):
        binned.solve(crowd(3, family="blocs"))
    with pytest.raises(NotApplicableError, match=r"'split'.*burden_sharing='none'"):
        bounds(crowd(3, burden_sharing="split"), crowd(3).structure())

    class Own(AnyPreference):
        def utility(self, gain):
            return np.asarray(gain) * 2

    with pytest.raises(NotApplicableError, match="own"):
        binned.solve(crowd(3).with_preference(Own()))


@pytest.mark.parametrize("bins", [0, 2.5, 65537])
def test_bad_bins(bins):
    with pytest.raises(InvalidGameError, match="`bins` must be"):
        bounds(crowd(3), crowd(3).structure(), bins)


def test_bad_options():
    with pytest.raises(InvalidGameError, match="`work` must be above 0"):
        binned.solve(crowd(3), work=0)
    with pytest.raises(InvalidGameError, match="`tolerance` must lie in"):
        binned.solve(crowd(3), tolerance=2)


@pytest.mark.parametrize("threat", [0.3, 0.5])
def test_compiled_and_plain_python_agree(threat, monkeypatch):
    game = mixed(4, threat)
    compiled, every = binned.solve(game), all_bounds(game, 3)
    coarse(monkeypatch)
    monkeypatch.setattr(solver.alliance.binned.search, "LADDER", (1, 2, 16))
    assert uncompiled(monkeypatch) > 10
    again = binned.solve(game)
    assert again.preferred == compiled.preferred
    assert again.value == pytest.approx(compiled.value, abs=1e-12)
    assert np.allclose(all_bounds(game, 3), every, atol=1e-12)
