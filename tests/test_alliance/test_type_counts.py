"""Identical candidates by type counts: against the full kernel, the plain payoffs, and itself."""

from dataclasses import replace
from itertools import product
from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import any_games, fixed, number, uncompiled

import solver
from games import (
    AllianceGame,
    AllianceStructure,
    ConvergenceError,
    ExpectedUtility,
    InvalidGameError,
    NotApplicableError,
    Parameters,
    UnknownNameError,
)
from games.alliance.structures import count
from solver.alliance.types import boxes
from solver.alliance.types import search as types
from solver.alliance.types.boxes import HIGH, LOW, relax
from solver.alliance.types.kernel import binned_spokes
from solver.alliance.types.payoffs import (
    TypeValuer,
    binomials,
    bloc_table,
    bloc_values,
    hegemon_value,
    prospect,
    treaty_values,
)
from solver.alliance.types.search import TypeSearch
from solver.alliance.types.solve import list_structures, solve_types, sweep_types
from solver.alliance.types.types import TypeCounts, game_of_types, types_of

# the branch and bound is long to compile
pytestmark = pytest.mark.long

# per-candidate costs of a game among many small candidates, as those of a theatre among few
SMALL = Parameters(k_bilateral=0.001, k_multilateral=0.0006, basing=0.004, friction=0.01)


def spread(structure, sizes):
    """Return a structure over copies: of each ally of `structure`, one spoke or all in the bloc."""
    return AllianceStructure(
        structure.hegemon,
        bloc=[f"{name}-{i + 1}" for name in structure.bloc for i in range(sizes[name])],
        spokes=[f"{name}-1" for name in structure.spokes],
    )


def one_of_each(types, counts):
    """Return a spoke and a bloc member of each type that has one, as `types.structure` places."""
    placed = list(zip(types.members, counts.spokes, counts.bloc, strict=True))
    spokes = [names[m] for names, k, m in placed if k]
    return spokes + [names[0] for names, _, m in placed if m]


@st.composite
def typed_games(draw, most=7, types=3):
    """Draw a game of any kind over at most `types` candidates, and copy each of these."""
    base = draw(any_games(most=types))
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
    return game_of_types(
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


def check_against_the_full_kernel(game):
    """Return the solution by search after comparing both ways of solution with `solver.solve`."""
    full = solver.solve(game)
    best, close = full.preferred, 1e-12 * max(1.0, abs(full.preferred.values[game.hegemon]))
    listed = solve_types(game)
    assert listed.equilibria is not None
    assert listed.value == pytest.approx(best.values[game.hegemon], abs=close)
    assert listed.security_level == pytest.approx(full.security_level, abs=close)
    assert listed.tolerance == pytest.approx(full.tolerance, rel=1e-9)
    assert listed.equilibria.labelled == len(full.equilibria)
    assert listed.regret <= listed.tolerance
    assert listed.preferred.order == listed.types.counts(best.structure).order
    searched = solve_types(game, most_atoms=0)
    # the search bounds the hegemon's range: compare at the tolerance that comes of it
    ratio = searched.tolerance / full.tolerance if full.tolerance else 1.0
    wider = solver.solve(game, tolerance=1e-9 * ratio)
    best = wider.preferred
    assert searched.value == pytest.approx(best.values[game.hegemon], abs=close)
    assert searched.security_level == pytest.approx(wider.security_level, abs=close)
    assert searched.regret <= searched.tolerance
    assert searched.preferred.order == searched.types.counts(best.structure).order
    return listed, searched, best


@fixed(15)
@given(typed_games())
def test_both_ways_equal_the_full_kernel(game):
    listed, _, best = check_against_the_full_kernel(game)
    assert listed.structure == best.structure


@fixed(12)
@given(typed_games(most=6))
def test_payoffs_are_those_of_the_game(game):
    types = types_of(game)
    listing = list_structures(TypeValuer(types))
    outside, spoke = treaty_values(types)
    members = bloc_values(types, listing.blocs)
    step = max(1, len(listing.values) // 12)
    for place in range(0, len(listing.values), step):
        counts = TypeCounts(tuple(listing.spokes[place]), tuple(listing.blocs[place]))
        structure = types.structure(counts)
        close = 1e-13 * max(1.0, abs(game.value(structure)))
        assert listing.values[place] == pytest.approx(game.value(structure), abs=close)
        assert hegemon_value(types, counts) == pytest.approx(game.value(structure), abs=close)
        seen = prospect(types, counts, game.threat)
        assert seen.mean == pytest.approx(game.prospect(structure).mean, abs=1e-13)
        assert types.counts(structure) == counts
        assert counts.form is structure.form
        for t, names in enumerate(types.members):
            for name in names:
                worth = outside[t]
                if name in structure.spokes:
                    worth = spoke[t]
                elif name in structure.bloc:
                    worth = members[place, t]
                assert worth == pytest.approx(game.candidate_value(name, structure), abs=1e-13)


@fixed(12)
@given(typed_games(), st.randoms(use_true_random=False), st.sampled_from([16, 64, 1024]))
def test_a_relaxation_is_worth_no_less_than_any_structure_in_its_box(game, random, bins):
    types = types_of(game)
    valuer, table = TypeValuer(types), bloc_table(types)
    listing = list_structures(valuer)
    search = TypeSearch(valuer, table, 0.0)
    accepted = table.accepted(0.0)[np.ravel_multi_index(tuple(listing.blocs.T), table.shape)]
    rank = search._rank
    counts = np.hstack([listing.spokes[:, rank], listing.blocs[:, rank]])
    n = len(types)
    sums = np.stack([counts[:, :n].sum(axis=1), counts[:, n:].sum(axis=1)], axis=1)
    whole = np.hstack([counts, sums])
    for _ in range(20):
        ends = whole[random.choices(range(len(whole)), k=2)]
        box = np.sort(ends, axis=0)
        if box[LOW, -1] == 0 < box[HIGH, -1]:  # the search parts structures with and without bloc
            continue
        inside = np.all((whole >= box[LOW]) & (whole <= box[HIGH]), axis=1) & accepted
        if inside.any():
            empty = [np.zeros(n, dtype=np.int64) for _ in range(3)]
            bound = relax(search._problem, valuer.level, box, bins, *empty)
            assert bound >= listing.values[inside].max() - 1e-12 * abs(bound)


@pytest.mark.parametrize("friction", [0.0, 0.02, 0.2])
def test_boxes_shrink_without_loss(monkeypatch, friction):
    """No accepted structure of a box is lost, and an empty box is known as such by its limits."""
    game = game_of_types(
        "Athens",
        {"large": (0.3, 3), "small": (0.1, 3)},
        0.7,
        parameters=Parameters(friction=friction, affinity=0.4),
    )
    valuer, table = TypeValuer(types_of(game)), bloc_table(types_of(game))
    listing = list_structures(valuer)
    whole = np.hstack([listing.spokes, listing.blocs])
    whole = np.hstack([whole, whole[:, :2].sum(axis=1)[:, None], whole[:, 2:].sum(axis=1)[:, None]])
    accepted = table.accepted(0.0)[np.ravel_multi_index(tuple(listing.blocs.T), table.shape)]
    problem = TypeSearch(valuer, table, 0.0)._problem
    uncompiled(monkeypatch)
    random = np.random.default_rng(0)
    empty = 0
    for _ in range(150):
        ends = random.integers(0, [4, 4, 4, 4, 7, 7], size=(2, 6))
        box = np.sort(ends, axis=0)
        if box[LOW, -1] < 2 and box[HIGH, -1] > 0:
            continue
        inside = np.all((whole >= box[LOW]) & (whole <= box[HIGH]), axis=1) & accepted
        before = box.copy()
        possible = boxes.tighten(problem, box)
        empty += not possible
        assert possible or not inside.any()
        if possible:
            assert (box[LOW] >= before[LOW]).all()
            assert (box[HIGH] <= before[HIGH]).all()
            assert (whole[inside] >= box[LOW]).all()
            assert (whole[inside] <= box[HIGH]).all()
    assert empty > 10


def test_atoms_on_a_grid_dominate_and_close_in():
    """P(aid >= x) is never less than that of the exact atoms, and the mean comes near."""
    odds = np.stack([binomials(40, p) for p in (0.5, 0.9)])
    numbers, unit, kinds = np.array([40, 7]), np.array([0.01, 0.03]), np.array([1, 0])
    aid = np.add.outer(0.01 * np.arange(41), 0.03 * np.arange(8)).ravel()
    chance = np.multiply.outer(odds[1, 40], odds[0, 7, :8]).ravel()
    excess = []
    for bins in (16, 256, 4096):
        grid = binned_spokes(numbers, unit, kinds, odds, bins, 1.0)
        assert grid.odds.sum() == pytest.approx(1.0, abs=1e-13)
        for x in np.linspace(0, 0.6, 61):
            assert grid.odds[grid.aid >= x - 1e-12].sum() >= chance[aid >= x].sum() - 1e-12
        excess.append(float(grid.aid @ grid.odds - aid @ chance))
    assert excess[0] > excess[1] > excess[2] > 0
    assert excess[2] < 2e-4


def test_every_labelled_structure_is_counted_once():
    game = game_of_types("Athens", {"large": (0.2, 3), "small": (0.05, 2), "tiny": (0.0, 2)}, 0.5)
    types = types_of(game)
    listing = list_structures(TypeValuer(types))
    found = [
        TypeCounts(tuple(k), tuple(m)) for k, m in zip(listing.spokes, listing.blocs, strict=True)
    ]
    assert len(set(found)) == len(found) == types.structures
    assert sum(counts.multiplicity(types.sizes) for counts in found) == count(7)


def test_types_are_who_can_be_exchanged():
    names = [f"c{i}" for i in range(6)]
    game = AllianceGame(
        hegemon="Athens",
        capabilities=dict(zip(names, (0.2, 0.1, 0.2, 0.2, 0.1, 0.2), strict=True)),
        threat=0.5,
        reliabilities={"c5": 0.5},
        affinity={("c0", "c1"): 0.5, ("c1", "c2"): 0.5, ("c0", "c2"): 0.25},
    )
    types = types_of(game)
    # c3 has no quarrel with c1, and c4 none with c0
    assert types.members == (("c0", "c2"), ("c1",), ("c3",), ("c4",), ("c5",))
    assert types.affinity[0].tolist() == [0.25, 0.5, 1.0, 1.0, 1.0]
    one = game_of_types("Athens", {"a": (0.1, 3), "b": (0.1, 2)}, 0.5, reliabilities={"a": 0.9})
    assert types_of(one).sizes == (5,)


def test_a_chance_of_hundreds_of_spokes_is_precise():
    table = binomials(300, 0.9)
    for j in (0, 150, 270, 300):
        exact = comb(300, j) * 9**j / 10**300  # whole numbers until the division
        assert table[300, j] == pytest.approx(exact, rel=1e-13)
    assert table.sum(axis=1) == pytest.approx(np.ones(301), abs=1e-13)


def test_expected_utility_of_spokes_without_adversary_costs_is_derived():
    """With EU and a linear stretch of security the mean aid decides: all or none of a type.

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
    game = game_of_types(
        "Athens",
        {"large": (0.11, 60), "small": (0.09, 60)},
        1.0,
        preference=ExpectedUtility(),
        parameters=shared,
    )
    for most_atoms in (0, 10**9):
        solution = solve_types(game, tolerance=0.0, most_atoms=most_atoms)
        assert solution.preferred == TypeCounts(spokes=(60, 0), bloc=(0, 0))
        assert solution.regret == 0.0


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"reliabilities": {"large": 0.5, "small": 0.95}},
        {"affinity": {("large", "large"): 0.3, ("large", "small"): 0.6}},
        {"preference": ExpectedUtility()},
    ],
)
def test_search_equals_listing_for_dozens(fields):
    sizes = {"large": (0.06, 6), "middle": (0.03, 4), "small": (0.01, 4)}
    for threat in (0.6, 0.9):
        game = game_of_types("Athens", sizes, threat, parameters=SMALL, **fields)
        listed, searched = solve_types(game), solve_types(game, most_atoms=0)
        assert (str(listed.status), str(searched.status)) == ("listed", "proved")
        assert searched.preferred == listed.preferred
        assert searched.assured == listed.assured
        assert searched.value == pytest.approx(listed.value, abs=1e-13)
        assert searched.valued < listed.valued == listed.structures == searched.structures
        assert searched.pruned == searched.structures - searched.valued


def test_hundreds_are_solved_and_certified():
    sizes = {"large": (0.01, 120), "middle": (0.004, 80), "small": (0.001, 4)}
    solution = solve_types(game_of_types("Athens", sizes, 0.7))
    assert solution.status.name == "PROVED"
    assert solution.equilibria is None
    assert solution.structures > 3e8
    assert solution.regret <= solution.tolerance
    assert solution.value == pytest.approx(solution.appraisal.value, abs=1e-12)
    structure = solution.structure
    assert structure.form is solution.form
    assert solution.types.counts(structure) == solution.preferred
    assert str(solution.form) in str(solution)
    placed = zip((120, 80, 4), solution.preferred.spokes, solution.preferred.bloc, strict=True)
    ways = [comb(size, k) * comb(size - k, m) for size, k, m in placed]
    assert solution.multiplicity == ways[0] * ways[1] * ways[2]


def test_no_better_neighbour():
    """One candidate more, less, or elsewhere: none of these beats what the search returns."""
    sizes = {"large": (0.02, 40), "small": (0.008, 40)}
    game = game_of_types("Athens", sizes, 0.6, parameters=SMALL)
    solution = solve_types(game, most_atoms=0)
    types, best, alone = solution.types, solution.preferred, AllianceStructure("Athens")
    tried = 0
    for change in product((-1, 0, 1), repeat=4):
        moved = np.array([*best.spokes, *best.bloc]) + change
        spokes, bloc = moved[:2], moved[2:]
        if (moved < 0).any() or (spokes + bloc > 40).any() or bloc.sum() == 1:
            continue
        counts = TypeCounts(tuple(spokes), tuple(bloc))
        structure = types.structure(counts)
        if all(
            game.candidate_value(name, structure) >= game.candidate_value(name, alone)
            for name in one_of_each(types, counts)
        ):
            tried += 1
            assert hegemon_value(types, counts) <= solution.value + solution.tolerance
    assert tried > 5


def test_a_sweep_is_one_solution_for_each_threat():
    game = game_of_types("Athens", {"large": (0.1, 4), "small": (0.02, 6)}, threat=0.0)
    threats = [0.2, 0.8]
    for threat, solution in zip(threats, sweep_types(game, threats), strict=True):
        alone = solve_types(game.at(threat))
        assert (solution.preferred, solution.value) == (alone.preferred, alone.value)
        assert solution.types.game.threat == threat


def test_equilibria_are_read_as_a_list():
    found = solve_types(game_of_types("Athens", {"large": (0.2, 3)}, 0.9)).equilibria
    assert found is not None
    assert list(found) == found[:]
    assert found[0].value >= found[-1].value
    assert repr(found) == f"<{len(found)} equilibria up to relabelling>"


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
    for name, bins in (("COARSE", 16), ("FINE", 64), ("FINEST", 256)):
        monkeypatch.setattr(types, name, bins)
    game = game_of_types(
        "Athens",
        {"large": (0.1, 4), "middle": (0.06, 2), "small": (0.03, 3)},
        threat,
        parameters=replace(SMALL, **shared),
        **({"reliabilities": {"large": 0.6}} | fields),
    )
    compiled = solve_types(game, most_atoms=0)
    assert uncompiled(monkeypatch) > 15
    plain = solve_types(game, most_atoms=0)
    assert (plain.preferred, plain.bounded) == (compiled.preferred, compiled.bounded)
    listed = solve_types(game)
    assert plain.preferred == listed.preferred
    assert plain.value == pytest.approx(listed.value, abs=1e-13)
    assert compiled.value == pytest.approx(listed.value, abs=1e-13)


class Own(ExpectedUtility):
    def value(self, prospect, reference=0.0):
        return 0.0


GAME = game_of_types("Athens", {"large": (0.2, 2), "small": (0.02, 3)}, threat=0.5)
TYPES = types_of(GAME)
REFUSED = {
    "family": lambda: types_of(game_of_types("H", {"a": (0.1, 2)}, 0.5, family="blocs")),
    "own value functions": lambda: solve_types(GAME.with_preference(Own())),
    "concept": lambda: solve_types(GAME, "nash"),
    "at most 6 types": lambda: solve_types(
        game_of_types("H", {f"t{i}": (0.1 * i, 1) for i in range(7)}, 0.5)
    ),
    "at most 1000 candidates": lambda: solve_types(game_of_types("H", {"a": (0.1, 1001)}, 0.5)),
    "at most 5000000 states": lambda: solve_types(
        game_of_types("H", {f"t{i}": (0.1 * i, 50) for i in range(4)}, 0.5)
    ),
}
INVALID = {
    "`bloc` must have": lambda: TypeCounts((1,), (1,)),
    "as many counts": lambda: TypeCounts((1,), (1, 1)),
    "whole number": lambda: TypeCounts((-1,), (0,)),
    "fit the sizes": lambda: TYPES.structure(TypeCounts((1, 2), (2, 0))),
    "each of 2 types": lambda: TYPES.structure(TypeCounts((1,), (0,))),
    "must be a pair": lambda: game_of_types("H", {"a": 0.5}, 0.5),
    "at least 1": lambda: game_of_types("H", {"a": (0.5, 0)}, 0.5),
    "tolerance": lambda: solve_types(GAME, tolerance=2),
    "budget": lambda: solve_types(GAME, budget=0),
    "most_atoms": lambda: solve_types(GAME, most_atoms=-1),
}


@pytest.mark.parametrize("words", REFUSED)
def test_what_is_not_exact_here_is_refused(words):
    with pytest.raises(NotApplicableError, match=words) as refused:
        REFUSED[words]()
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("words", INVALID)
def test_bad_input_is_named(words):
    with pytest.raises(InvalidGameError, match=words):
        INVALID[words]()


def test_burden_sharing_is_refused():
    game = GAME.at(0.5)
    object.__setattr__(game, "burden_sharing", "equal")
    with pytest.raises(NotApplicableError, match="burden_sharing"):
        types_of(game)


def test_unknown_types_and_concepts_are_named():
    with pytest.raises(UnknownNameError, match="unknown type 'tiny'"):
        game_of_types("H", {"a": (0.5, 2)}, 0.5, basings={"tiny": 0.1})
    with pytest.raises(UnknownNameError, match="unknown concept"):
        solve_types(GAME, "walras")


def test_a_spent_budget_is_told():
    game = game_of_types("H", {"a": (0.02, 30), "b": (0.01, 30)}, 0.7, parameters=SMALL)
    with pytest.raises(ConvergenceError, match="`budget` must allow more than 5 bounds"):
        solve_types(game, most_atoms=0, budget=5)
