"""More candidates than can be searched one by one: against the full search, and plain payoffs."""

from dataclasses import replace
from itertools import product
from math import comb

import numpy as np
import plain_model
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import any_games, fixed, number, uncompiled

import solver.alliance.bounded.search
from games import (
    AllianceGame,
    AllianceStructure,
    CumulativeProspectTheory,
    ExpectedUtility,
    InvalidGameError,
    NotApplicableError,
    Parameters,
    UnknownNameError,
    edition_1,
    game_of_kinds,
)
from games.alliance.payoffs import rounded_prospect
from games.alliance.structures import count
from solver import Status, solve, sweep
from solver.alliance.bounded.aid import new_room
from solver.alliance.bounded.boxes import HIGH, LOW, tighten
from solver.alliance.bounded.exact import value_bounds
from solver.alliance.bounded.kinds import kinds_of
from solver.alliance.bounded.neighbours import worth_of
from solver.alliance.bounded.problem import accepts, binomials, problem_of
from solver.alliance.bounded.relaxation import bound_boxes
from solver.alliance.bounded.solve import LargeValuation, solve_bounded
from solver.alliance.concepts.subgame_perfect import SUBGAME_PERFECT
from solver.alliance.hegemon import EXACT_LIMIT

# the branch and bound is long to compile
pytestmark = pytest.mark.long

NAMES = [f"c{place:02}" for place in range(40)]
CAPABILITIES = [0.26, 0.13, 0.07, 0.05, 0.04, 0.03, 0.025, 0.02, 0.015, 0.01, 0.008, 0.006, 0.003]
RELIABILITIES = [0.62, 0.9, 0.71, 0.95, 0.8, 0.99, 0.65, 0.97, 0.85, 0.93, 0.75, 0.88, 0.91]
# per-candidate costs of a game among many small candidates, as those of a theatre among few
SMALL = Parameters(k_bilateral=0.001, k_multilateral=0.0006, basing=0.004, friction=0.01)


def mixed(n, threat=0.55):
    """Return a game whose strong candidates are not always the reliable ones."""
    return AllianceGame(
        hegemon="Athens",
        capabilities=dict(zip(NAMES[:n], CAPABILITIES, strict=False)),
        reliabilities=dict(zip(NAMES[:n], RELIABILITIES, strict=False)),
        threat=threat,
    )


def drawn(n, seed, close=True):
    """Return a game of candidates that differ in everything."""
    random, names = np.random.default_rng(seed), NAMES[:n]

    def each(low, high):
        return dict(zip(names, random.uniform(low, high, n).tolist(), strict=True))

    capabilities = {name: float(np.exp(log)) for name, log in each(-5.8, -1.4).items()}
    pairs = [(a, b) for a in names for b in names if a < b]
    affinity = dict(zip(pairs, random.uniform(0.5, 1, len(pairs)).tolist(), strict=True))
    return AllianceGame(
        hegemon="Athens",
        capabilities=capabilities,
        threat=float(random.uniform(0.1, 1)),
        reliabilities=each(0.5, 1),
        exposures=each(0.5, 1.5),
        basings=each(0, 0.04),
        affinity={} if close else affinity,
    )


def bounded(game, **options):
    return solve_bounded(game, SUBGAME_PERFECT, 1e-9, **options)


def spread(structure, sizes):
    """Return a structure over copies: of each ally of `structure`, one spoke or all in the bloc."""
    return AllianceStructure(
        structure.hegemon,
        bloc=[f"{name}-{i + 1}" for name in structure.bloc for i in range(sizes[name])],
        spokes=[f"{name}-1" for name in structure.spokes],
    )


@st.composite
def games_of_kinds(draw, most=7, kinds=3):
    """Draw a game of any kind over a few candidates, and copy each of these."""
    base = draw(any_games(most=kinds))
    names = base.candidates
    sizes, left = {}, most - len(names)
    for name in names:
        sizes[name] = 1 + draw(st.integers(0, left))
        left -= sizes[name] - 1
    alike = {(name, name): draw(number(0, 1)) for name in names if draw(st.booleans())}
    reference = base.reference
    if reference.structures():
        reference = replace(reference, structure=spread(reference.structure, sizes))
    fields = ("preference", "parameters", "ratification", "frame", "candidate_preference")
    return game_of_kinds(
        base.hegemon,
        {name: (base.capabilities[name], sizes[name]) for name in names},
        base.threat,
        exposures=base.exposures,
        reliabilities=base.reliabilities,
        basings=base.basings,
        affinity={**base.affinity, **alike},
        reference=reference,
        candidate_reference=base.candidate_reference,
        **{field: getattr(base, field) for field in fields},
    )


def agrees(game, found=None):
    """Check the answer against the full search, and return it."""
    found = found or bounded(game)
    # ties are a share of the range over three structures here, and over all there
    scale = solve(game, tolerance=1.0).tolerance
    full = solve(game, tolerance=min(1.0, found.tolerance / scale) if scale else 1e-9)
    best, preferred = full.preferred, found.preferred
    worth, close = best.values[game.hegemon], 3e-10 * max(1.0, scale)
    assert found.status is Status.PROVED
    assert preferred.values[game.hegemon] == game.value(preferred.structure)
    assert abs(preferred.values[game.hegemon] - worth) <= found.tolerance + close
    assert found.security_level == pytest.approx(full.security_level, abs=found.tolerance + close)
    assert preferred.regret <= found.tolerance + close
    assert found.gap <= found.tolerance
    assert len(preferred.structure.allies) == len(best.structure.allies)
    assert len(preferred.structure.blocs) == len(best.structure.blocs)
    return found, full


# --- bounds on one structure


@given(any_games(most=5), st.sampled_from([1, 3, 16, 256]))
@fixed(25)
def test_values_lie_within_their_bounds(game, bins):
    kinds = kinds_of(game)
    problem = problem_of(kinds, 0.0)
    room = new_room(problem, bins)
    for structure in list(game.structures())[::3]:
        spokes, bloc = counts_of(kinds, structure)
        low, high = (worth_of(problem, spokes, bloc, up, bins, room) for up in (False, True))
        value = plain_model.hegemon_value(game, plain_model.treaties_of(structure))
        rounding = 1e-12 * max(1.0, abs(value))
        assert low - rounding <= value <= high + rounding
        least, most = value_bounds(problem, spokes, bloc)
        assert least <= game.value(structure) <= most
        assert most - least <= 3e-11 * max(1.0, abs(value))


def counts_of(kinds, structure):
    spokes, bloc = set(structure.spokes), set(structure.bloc)
    return tuple(
        np.array([len(part.intersection(names)) for names in kinds.members])
        for part in (spokes, bloc)
    )


def test_finer_grids_are_tighter():
    game = mixed(13)
    problem = problem_of(kinds_of(game), 0.0)
    bloc = np.array([0, 1] * 6 + [0])
    widths = []
    for bins in (16, 256, 4096, 65536):
        room = new_room(problem, bins)
        low, high = (worth_of(problem, 1 - bloc, bloc, up, bins, room) for up in (False, True))
        widths.append(high - low)
    assert widths == sorted(widths, reverse=True)
    assert widths[0] > 0.02 > 1e-4 > widths[-1] > 0


def test_a_chance_of_hundreds_of_spokes_is_precise():
    table = binomials(300, 0.9)
    for j in (0, 150, 270, 300):
        exact = comb(300, j) * 9**j / 10**300  # whole numbers until the division
        assert table[300, j] == pytest.approx(exact, rel=1e-13)
    assert table.sum(axis=1) == pytest.approx(np.ones(301), abs=1e-13)


# --- bounds on boxes of structures


@st.composite
def boxes(draw):
    """Draw a game and a box: for each candidate and for all the fewest and most treaties."""
    game = draw(any_games(most=4, least=2) | games_of_kinds(most=6, kinds=2))
    kinds = kinds_of(game)
    size = len(kinds)
    box = np.zeros((2, 2 * size + 2), np.int32)
    for place, most in enumerate([*kinds.sizes.tolist()] * 2 + [len(game.candidates)] * 2):
        ends = sorted((draw(st.integers(0, most)), draw(st.integers(0, most))))
        box[:, place] = draw(st.sampled_from([ends, [0, most]]))
    if draw(st.booleans()):
        box[:, size:-2], box[:, -1] = 0, 0
    else:  # the search parts structures with and without a bloc
        box[LOW, -1], box[HIGH, -1] = max(box[LOW, -1], 2), max(box[HIGH, -1], 2)
    return game, kinds, box


def inside(game, kinds, problem, box):
    """Return the accepted structures of a box, as counts, and their values."""
    ranges = [range(size + 1) for size in kinds.sizes]
    found = []
    for spokes, bloc in product(product(*ranges), product(*ranges)):
        counts = np.array([*spokes, *bloc, sum(spokes), sum(bloc)])
        fits = (np.add(spokes, bloc) <= kinds.sizes).all() and sum(bloc) != 1
        if not fits or (counts < box[LOW]).any() or (counts > box[HIGH]).any():
            continue
        if accepts(problem, np.array(bloc)) and problem.willing[np.array(spokes) > 0].all():
            found.append((counts, game.value(kinds.structure(np.array(spokes), np.array(bloc)))))
    return found


@given(boxes(), st.sampled_from([8, 64, 2048]))
@fixed(60)
def test_a_box_keeps_its_best_structure_and_is_worth_no_less(case, bins):
    game, kinds, box = case
    problem = problem_of(kinds, 1e-9)
    problem = problem._replace(yields=np.zeros_like(problem.yields))
    box[HIGH, : len(kinds)][~problem.willing] = 0
    found, kept = inside(game, kinds, problem, box), box.copy()
    upper, cut = np.empty(1), np.empty(1, np.int64)
    spokes, blocs = (np.empty((1, len(kinds)), np.int64) for _ in range(2))
    shrunk = box[np.newaxis].copy()
    bound_boxes(problem, shrunk, np.array([bins]), 0, 1, upper, cut, spokes, blocs)
    for counts, value in found:
        assert value <= upper[0] + 1e-12 * abs(value)
        assert (shrunk[0, LOW] <= counts).all()
        assert (counts <= shrunk[0, HIGH]).all()
    if np.isfinite(upper[0]) and cut[0] < 0:
        chosen = np.array([*spokes[0], *blocs[0]])
        best = max(value for _, value in found)
        worth = [value for counts, value in found if (counts[:-2] == chosen).all()]
        assert worth[0] >= best - 1e-12 * abs(best)
    assert (kept == box).all()


@given(any_games(most=4, least=2))
@fixed(40)
def test_no_ally_yields_to_a_candidate_left_out_in_some_best_structure(game):
    kinds = kinds_of(game)
    problem = problem_of(kinds, 1e-9)
    size = len(kinds)
    box = np.zeros((2, 2 * size + 2), np.int32)
    box[HIGH] = [*np.where(problem.willing, kinds.sizes, 0), *kinds.sizes, *[kinds.sizes.sum()] * 2]
    found = inside(game, kinds, problem, box)
    best = max(value for _, value in found)

    def canonical(counts):
        single = np.repeat(counts[np.newaxis].astype(np.int32), 2, axis=0)
        return tighten(problem, single, np.empty((3, size, 2)))

    kept = [value for counts, value in found if canonical(counts)]
    assert max(kept) >= best - 1e-12 * max(1.0, abs(best))


# --- the search


@given(any_games(most=6))
@fixed(60)
def test_the_preferred_structure_is_that_of_the_full_search(game):
    agrees(game)


@given(games_of_kinds())
@fixed(30)
def test_so_it_is_where_candidates_are_alike(game):
    agrees(game)


@pytest.mark.parametrize("seed", range(24))
def test_so_it_is_where_all_differ(seed):
    game = drawn(4 + seed % 6, seed, close=seed % 3 > 0)
    found, full = agrees(game)
    assert found.preferred.structure == full.preferred.structure


@pytest.mark.parametrize("threat", [0.2, 0.55, 0.8])
def test_coarse_grids_and_small_steps_change_nothing(threat, monkeypatch):
    game = mixed(8, threat)
    found, full = agrees(game)
    search = solver.alliance.bounded.search
    for name, setting in {"LADDER": (8, 32, 128), "FEWEST": 1, "PIECE": 3, "TRIED": 0}.items():
        monkeypatch.setattr(search, name, setting)
    monkeypatch.setattr(search.Search, "_improve", lambda *_: None)
    again, _ = agrees(game)
    assert again.preferred.structure == found.preferred.structure == full.preferred.structure


@pytest.mark.parametrize("taste", [CumulativeProspectTheory(0.5, 1.3, 1.5), ExpectedUtility()])
def test_another_attitude_to_risk(taste):
    agrees(mixed(7).with_preference(taste))
    agrees(mixed(7, 0.8).with_preference(taste))


def test_what_is_found_without_work_says_how_far_it_may_be_off(monkeypatch):
    game = replace(mixed(9), parameters=edition_1())
    monkeypatch.setattr(solver.alliance.bounded.search.Search, "_improve", lambda *_: None)
    monkeypatch.setattr(solver.alliance.bounded.search, "TRIED", 0)
    found = bounded(game, budget=1)
    best = solve(game).preferred.values["Athens"]
    assert found.status is Status.BOUNDED
    assert found.gap > found.tolerance
    reached = found.preferred.values["Athens"]
    assert reached <= best <= reached + found.gap
    assert "`budget`" in found.meaning
    assert f"{found.gap:.3g}" in found.meaning


def test_a_gap_that_is_enough_ends_the_search():
    game = drawn(20, 3)
    full, found = solve(game), solve(game, gap=0.01)
    width = full.tolerance / 1e-9
    assert full.status is Status.PROVED
    assert found.gap <= 0.01 * width
    loss = full.preferred.values["Athens"] - found.preferred.values["Athens"]
    assert -1e-9 <= loss <= found.gap + 1e-9


@pytest.mark.parametrize(("n", "seed"), [(13, 0), (16, 1), (20, 9)])
def test_no_neighbour_is_better(n, seed):
    """One candidate elsewhere, or two exchanged: none of these beats what the search returns."""
    game = drawn(n, seed)
    found = solve(game)
    assert found.status is Status.PROVED
    assert found.searched == count(n)
    assert len(found.equilibria) == 1
    assert found.preferred.regret <= found.tolerance
    best, alone = found.preferred.values["Athens"], game.structure()
    bloc, spokes = set(found.preferred.structure.bloc), set(found.preferred.structure.spokes)
    moves = []
    for name in game.candidates:
        moves += [(bloc - {name}, spokes - {name}), (bloc | {name}, spokes - {name})]
        moves += [(bloc - {name}, spokes | {name})]
        moves += [(bloc, spokes - {other} | {name}) for other in spokes if name not in bloc]
    near = [game.structure(bloc=b, spokes=s) for b, s in moves if len(b) != 1]
    accepted = [
        one
        for one in near
        if all(game.candidate_value(i, one) >= game.candidate_value(i, alone) for i in one.allies)
    ]
    assert len(accepted) > 20
    values = LargeValuation(game, 0.0)
    assert max(values.hegemon(one) for one in accepted) <= best + found.tolerance + 1e-12


def test_hundreds_are_solved_and_certified():
    sizes = {"large": (0.01, 120), "middle": (0.004, 80), "small": (0.001, 4)}
    game = game_of_kinds("Athens", sizes, 0.7)
    found = solve(game)
    assert found.status is Status.PROVED
    assert found.preferred.regret <= found.tolerance
    assert found.preferred.values["Athens"] == game.value(found.preferred.structure)


def test_expected_utility_of_spokes_without_adversary_costs_is_derived():
    """With EU and a linear stretch of security the mean aid decides: all or none of a kind.

    Against a power far above all aid, security is aid / power but for 1e-6. A spoke of worth c
    brings 0.9 * 0.4 c / power and costs k: it pays just if c > k power / 0.36.
    """
    shared = Parameters(
        adversary=1e6,
        projection=1.0,
        pledge_bilateral=0.4,
        basing=0.0,
        k_bilateral=3.6e-8,
        ally_cost_bilateral=0.0,
        cohesion=0.0,
    )
    kinds = {"large": (0.11, 60), "small": (0.09, 60)}
    game = game_of_kinds("Athens", kinds, 1.0, preference=ExpectedUtility(), parameters=shared)
    found = solve(game, tolerance=0.0).preferred
    assert set(found.structure.spokes) == {f"large-{place}" for place in range(1, 61)}
    assert not found.structure.blocs
    assert found.regret <= 1e-10


def test_a_prospect_with_too_many_states_is_bounded_from_below():
    game = replace(drawn(25, 4), threat=0.3).with_parameters(k_bilateral=0.0, shelter=0.0)
    found = solve(game)
    structure = found.preferred.structure
    assert len(structure.spokes) > 20
    with pytest.raises(NotApplicableError, match=r"lists up to 2\^20 states"):
        game.prospect(structure)
    kinds = kinds_of(game)
    low, high = value_bounds(problem_of(kinds, 0.0), *counts_of(kinds, structure))
    worth = found.preferred.values["Athens"]
    assert high - 1e-3 < worth <= high
    assert low < high < low + 1e-4
    assert found.gap >= high - low - 1e-12


def test_levels_with_too_many_states_are_told_and_read_back(tmp_path):
    game = drawn(25, 4).with_parameters(k_bilateral=0.0, shelter=0.0)
    near = sweep(game, threat=[0.3, 0.6])
    assert len(near.levels[0].structure.spokes) > 20
    kept = sweep(game, threat=[0.3, 0.6], store=tmp_path / "a.sqlite", workers=1)
    for one, other in zip(near.levels, kept.levels, strict=True):
        assert one.structure == other.structure
        assert one.preferred.values == other.preferred.values
        assert one.preferred.appraisal == other.preferred.appraisal
    (change,) = near.changes()
    assert change.gains["Athens"] > 0
    assert str(change) == str(kept.changes()[0])


def test_aid_rounded_down_is_dominated_and_comes_near():
    game = mixed(9)
    for structure in (
        game.structure(spokes=game.candidates),
        game.structure(bloc=NAMES[:4], spokes=NAMES[4:9]),
    ):
        exact, below = game.prospect(structure), []
        for places in (4, 64, 4096):
            seen = rounded_prospect(game, structure, game.threat, places)
            for outcome in exact.outcomes:
                at_least = seen.probabilities[seen.outcomes >= outcome - 1e-12].sum()
                assert (
                    at_least <= exact.probabilities[exact.outcomes >= outcome - 1e-12].sum() + 1e-9
                )
            below.append(exact.mean - seen.mean)
        assert below == sorted(below, reverse=True)
        assert 0 <= below[-1] < 1e-3


INTERPRETED = (
    (0.7, {"affinity": {("large", "middle"): 0.2, ("large", "small"): 0.1}}, {}),
    (0.3, {"reliabilities": {"small": 1.0}}, {"k_bilateral": 0, "k_multilateral": 0, "k_bloc": 0}),
    (0.6, {"affinity": {("large", "large"): 0.0}}, {"friction": 0.05, "affinity": 0.3}),
    (0.6, {}, {"pledge_bilateral": 0.0, "cohesion": 0.9, "friction": 0.0}),
    (0.5, {"preference": ExpectedUtility()}, {"pledge_multilateral": 0.2, "k_bloc": 0.0}),
    (0.9, {"affinity": {("large", "middle"): 0.5}}, {"friction": 0.1, "k_multilateral": 0.01}),
)


@pytest.mark.parametrize(("threat", "fields", "shared"), INTERPRETED)
def test_compiled_code_runs_as_plain_python(monkeypatch, threat, fields, shared):
    """The same functions, interpreted, on coarse grids: the same answers."""
    monkeypatch.setattr(solver.alliance.bounded.search, "LADDER", (16, 64, 128))
    game = game_of_kinds(
        "Athens",
        {"large": (0.1, 3), "middle": (0.06, 2), "small": (0.03, 2)},
        threat,
        parameters=replace(SMALL, **shared),
        **({"reliabilities": {"large": 0.6}} | fields),
    )
    compiled = bounded(game)
    wanted = solve(game).preferred
    assert uncompiled(monkeypatch) > 15
    plain = bounded(game)
    assert plain.preferred.structure == compiled.preferred.structure
    assert plain.gap == pytest.approx(compiled.gap, abs=1e-10)
    assert compiled.preferred.values["Athens"] == pytest.approx(wanted.values["Athens"], abs=1e-9)


# --- kinds


def test_kinds_are_who_can_be_exchanged():
    names = [f"c{i}" for i in range(6)]
    game = AllianceGame(
        hegemon="Athens",
        capabilities=dict(zip(names, (0.2, 0.1, 0.2, 0.2, 0.1, 0.2), strict=True)),
        threat=0.5,
        reliabilities={"c5": 0.5},
        affinity={("c0", "c1"): 0.5, ("c1", "c2"): 0.5, ("c0", "c2"): 0.25},
    )
    kinds = kinds_of(game)
    # c3 has no quarrel with c1, and c4 none with c0
    assert kinds.members == (("c0", "c2"), ("c3",), ("c5",), ("c1",), ("c4",))
    assert kinds.affinity[0].tolist() == [0.25, 1.0, 1.0, 0.5, 1.0]
    one = game_of_kinds("Athens", {"a": (0.1, 3), "b": (0.1, 2)}, 0.5, reliabilities={"a": 0.9})
    assert kinds_of(one).sizes.tolist() == [5]
    placed = kinds.structure(np.array([1, 0, 1, 0, 0]), np.array([1, 1, 0, 0, 0]))
    assert placed == game.structure(bloc=["c0", "c3"], spokes=["c2", "c5"])


class Own(ExpectedUtility):
    def value(self, prospect, reference=0.0):
        return 0.0


MANY = {f"t{i}": (0.1, EXACT_LIMIT) for i in range(2)}
REFUSED = {
    "family 'blocs'": lambda: solve(game_of_kinds("H", MANY, 0.5, family="blocs")),
    "own value functions": lambda: solve(game_of_kinds("H", MANY, 0.5, preference=Own())),
    "ask for subgame_perfect": lambda: solve(game_of_kinds("H", MANY, 0.5), "nash"),
    "up to 64 candidates that differ": lambda: solve(
        game_of_kinds("H", {f"t{i}": (0.01 * i, 1) for i in range(65)}, 0.5)
    ),
    "1000 that are alike": lambda: solve(game_of_kinds("H", {"a": (0.1, 1001)}, 0.5)),
}
INVALID = {
    "must be a pair": lambda: game_of_kinds("H", {"a": 0.5}, 0.5),
    "at least 1": lambda: game_of_kinds("H", {"a": (0.5, 0)}, 0.5),
    "keyed by two kinds": lambda: game_of_kinds("H", {"a": (0.5, 1)}, 0.5, affinity={"a": 1}),
    "tolerance": lambda: solve(mixed(13), tolerance=2),
    "budget": lambda: solve(mixed(13), budget=0),
    "gap": lambda: solve(mixed(13), gap=-1),
}


@pytest.mark.parametrize("words", REFUSED)
def test_what_bounds_do_not_reach_is_refused(words):
    with pytest.raises(NotApplicableError, match=words) as refused:
        REFUSED[words]()
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("words", INVALID)
def test_bad_input_is_named(words):
    with pytest.raises(InvalidGameError, match=words):
        INVALID[words]()


def test_unknown_kinds_are_named():
    with pytest.raises(UnknownNameError, match="unknown kind 'tiny'"):
        game_of_kinds("H", {"a": (0.5, 2)}, 0.5, basings={"tiny": 0.1})
