"""Maximum likelihood: against a slow likelihood, on simulated choices, and where it must warn."""

import math
from dataclasses import replace
from itertools import pairwise

import invented_cases
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from plain_logit import nested_logit
from scipy.stats import chi2
from strategies import any_games, fixed

import games
from games import (
    AllianceGame,
    AllianceStructure,
    ExpectedUtility,
    InvalidGameError,
    Parameters,
    ThreatReference,
    UnknownNameError,
)
from solver.accounts import estimation
from solver.accounts.choices import FORMS, choice_of, status_quo_of
from solver.accounts.estimation import (
    BOUNDS,
    PRECISION,
    PRECISION_BOUNDS,
    Design,
    Likelihood,
    climb,
    estimate,
    groups_of,
    log_chances,
    profile_at,
    simulate,
)
from solver.accounts.nested_logit import structure_chances
from solver.accounts.priors import with_values
from solver.results import Interval

TRUTH, SHARP = 2.25, 100.0
SIX = AllianceGame(
    hegemon="Athens",
    capabilities={f"ally {i}": size for i, size in enumerate((0.05, 0.3, 0.1, 0.02, 0.2, 0.15))},
    threat=0.6,
    parameters=Parameters(k_bilateral=0.02),
)


def invented(number, candidates, seed=0):
    """Return games of random size and threat."""
    rng = np.random.default_rng(seed)
    return [
        AllianceGame(
            hegemon="Athens",
            capabilities={f"ally {i}": float(rng.uniform(0.02, 0.4)) for i in range(candidates)},
            threat=float(rng.uniform(0.1, 0.9)),
        )
        for _ in range(number)
    ]


def best_of(game):
    return max(game.structures(), key=game.value)


@pytest.fixture(scope="module")
def cases():
    return invented(80, 2)


@pytest.fixture(scope="module")
def chosen(cases):
    return simulate(cases, SHARP, np.random.default_rng(3))


@pytest.fixture(scope="module")
def recovered(cases, chosen):
    return estimate(cases, ["loss_aversion"], chosen, starts=2)


@pytest.fixture(scope="module")
def likelihood(cases, chosen):
    return Likelihood(cases, ["loss_aversion"], chosen)


def accepted(case):
    """Return what extends the status quo and is accepted, each with its form beside that."""
    before = status_quo_of(case)
    found = {}
    for structure in case.structures():
        new = set(structure.treaties) - set(before.treaties)
        if structure.extends(before) and all(
            case.candidate_value(name, structure) >= case.candidate_value(name, before)
            for treaty in new
            for name in treaty - {case.hegemon}
        ):
            found[structure] = structure.form_beside(before)
    return found


def slow_chances(case, values, precision, nesting):
    """Return the chance of each structure, by the nested logit of forms with equal base rates.

    Who accepts is asked at the case's own parameters, what a structure is worth at `values`. One
    choice in a hundred falls on all structures alike.
    """
    forms = accepted(case)
    game = with_values(case, values)
    worth = [game.value(structure) for structure in forms]
    base = dict.fromkeys(forms.values(), 1.0)
    _, chances = nested_logit(worth, list(forms.values()), base, precision, nesting)
    kept = dict(zip(forms, chances, strict=True))
    every = list(case.structures())
    return {one: 0.99 * kept.get(one, 0.0) + 0.01 / len(every) for one in every}


def slow_likelihood(cases, chosen, values, precision, nesting=0.5):
    return sum(
        math.log(slow_chances(case, values, precision, nesting)[structure])
        for case, structure in zip(cases, chosen, strict=True)
    )


@pytest.mark.parametrize(
    "precision", [20.0, *(pytest.param(p, marks=pytest.mark.long) for p in (0.5, 150.0))]
)
def test_the_likelihood_is_what_it_says(precision):
    cases = [*invented(3, 1), *invented(3, 3), replace(invented(1, 3)[0], family="blocs"), SIX]
    chosen = [best_of(case) for case in cases[:-1]] + [AllianceStructure("Athens")]
    free = {"cohesion": 0.7, "alpha": 0.8, "deployment": 0.4}
    likelihood = Likelihood(cases, list(free), chosen)
    found = likelihood(likelihood.point(free | {"precision": precision}))
    assert found == pytest.approx(slow_likelihood(cases, chosen, free, precision))


@pytest.mark.parametrize("nesting", [0.1, 0.5, 1.0])
def test_the_nesting_can_be_free(nesting):
    cases = [*invented(2, 3, seed=4), replace(invented(1, 3)[0], family="blocs")]
    chosen = [list(accepted(case))[-1] for case in cases]
    likelihood = Likelihood(cases, ["cohesion", "nesting"], chosen)
    assert likelihood.names == ("cohesion", "nesting", "precision")
    values = {"cohesion": 0.6, "nesting": nesting, "precision": 30.0}
    wanted = slow_likelihood(cases, chosen, {"cohesion": 0.6}, 30.0, nesting)
    assert likelihood(likelihood.point(values)) == pytest.approx(wanted)
    # with the nesting held, it is that of the choice rule
    held = Likelihood(cases, ["cohesion"], chosen)
    fixed_nesting = held(held.point({"cohesion": 0.6, "precision": 30.0}))
    wanted = slow_likelihood(cases, chosen, {"cohesion": 0.6}, 30.0)
    assert fixed_nesting == pytest.approx(wanted)


def test_what_nobody_accepts_is_chosen_by_a_lapse_alone():
    dear = Parameters(ally_cost_multilateral=2.0)
    game = replace(invented(1, 2)[0], parameters=dear)
    bloc = game.structure(bloc=game.candidates)
    assert bloc not in accepted(game)
    for precision in (1.0, 300.0):
        likelihood = Likelihood([game], [], [bloc])
        found = likelihood(likelihood.point({"precision": precision}))
        assert found == pytest.approx(math.log(0.01 / 5))
    # and it adds to the chance of what is accepted
    (alone,) = [one for one in game.structures() if not one.allies]
    likelihood = Likelihood([game], [], [alone])
    found = likelihood(likelihood.point({"precision": 0.1}))
    assert found == pytest.approx(slow_likelihood([game], [alone], {}, 0.1))


def test_treaties_in_force_stand_in_the_likelihood():
    bound = [
        invented_cases.case({"a": 0.3, "b": 0.25, "c": 0.1}, threat, "none", status_quo=before)
        for threat in (0.3, 0.7)
        for before in ([["a"]], [["a", "b"]], [["a"], ["c"]])
    ]
    chosen = [list(accepted(game))[-1] for game in bound]
    likelihood = Likelihood(bound, ["cohesion"], chosen)
    found = likelihood(likelihood.point({"cohesion": 0.7, "precision": 25.0}))
    assert found == pytest.approx(slow_likelihood(bound, chosen, {"cohesion": 0.7}, 25.0))
    # without a status quo the same structures compete with more others
    free = [replace(game, scenario=None) for game in bound]
    apart = Likelihood(free, ["cohesion"], chosen)
    assert apart(apart.point({"cohesion": 0.7, "precision": 25.0})) < found


@fixed(40)
@given(
    st.lists(any_games(most=3), min_size=1, max_size=4),
    st.floats(0.1, 60),
    st.floats(0.05, 1),
)
def test_many_cases_at_once_have_the_chances_of_each_alone(drawn, precision, nesting):
    design = Design(
        [
            replace(
                game.with_preference(ExpectedUtility()),
                reference=ThreatReference(),
                reliabilities={},
                basings={},
            )
            for game in drawn
        ]
    )
    groups = groups_of(design)
    values = design.values(lambda game: game)[groups.rows]
    found = np.exp(log_chances(precision * values, groups, nesting))
    ends = [*groups.starts[groups.first].tolist(), groups.rows.size]
    for game, (start, end) in zip(design.games, pairwise(ends), strict=True):
        choice = choice_of(game)
        forms = choice.forms
        base = np.zeros(len(FORMS))
        base[forms] = 1.0
        wanted = structure_chances(
            choice.values(game), forms, base / base.sum(), precision, nesting
        )
        order = np.argsort(forms, kind="stable")
        assert found[start:end] == pytest.approx(wanted[order], rel=1e-6, abs=1e-12)
        assert found[start:end].sum() == pytest.approx(1)


def test_the_groups_are_the_accepted_structures_by_case_and_form():
    cases = [*invented(2, 3, seed=1), SIX]
    design = Design(cases)
    groups = groups_of(design)
    assert groups.sizes.sum() == groups.rows.size
    assert groups.starts.tolist() == [0, *np.cumsum(groups.sizes)[:-1].tolist()]
    runs = [rows.tolist() for rows in np.split(groups.rows, groups.starts[1:])]
    ends = [*groups.first.tolist(), len(runs)]
    for index, game in enumerate(cases):
        own = runs[ends[index] : ends[index + 1]]
        found = [
            [design.structure(index, row - design.starts[index]) for row in rows] for rows in own
        ]
        wanted = accepted(game)
        # a run holds one form, and all runs together what is accepted
        assert [len({one.form for one in run}) for run in found] == [1] * len(found)
        assert len({run[0].form for run in found}) == len(found)
        assert {one for run in found for one in run} == set(wanted)


def test_points_of_the_cube_and_back(likelihood):
    values = {"loss_aversion": 1.7, "precision": 44.0}
    assert likelihood.natural(likelihood.point(values)) == pytest.approx(values)
    assert likelihood.natural(np.zeros(2)) == pytest.approx(
        {"loss_aversion": BOUNDS["loss_aversion"][0], "precision": PRECISION_BOUNDS[0]}
    )
    assert likelihood.natural(np.full(2, 1.5)) == pytest.approx(
        {"loss_aversion": BOUNDS["loss_aversion"][1], "precision": PRECISION_BOUNDS[1]}
    )


@pytest.mark.long
def test_loss_aversion_is_recovered(recovered):
    assert abs(recovered.values["loss_aversion"] - TRUTH) < 1
    assert recovered.intervals["loss_aversion"].contains(TRUTH)
    assert recovered.intervals["precision"].contains(SHARP)
    assert set(recovered.values) == set(recovered.intervals) == {"loss_aversion", "precision"}
    assert recovered.starts_that_agree == 2
    assert recovered.warnings == ()
    assert recovered.level == 0.9


@pytest.mark.long
def test_estimates_lie_in_their_intervals(recovered):
    for name, interval in recovered.intervals.items():
        assert interval.low < recovered.values[name] < interval.high
        assert (interval.low_is_open, interval.high_is_open) == (False, False)


@pytest.mark.long
def test_the_maximum_is_no_less_than_any_point(recovered, likelihood):
    assert likelihood(likelihood.point(recovered.values)) == pytest.approx(recovered.log_likelihood)
    truth = likelihood.point({"loss_aversion": TRUTH, "precision": SHARP})
    grid = np.random.default_rng(0).uniform(size=(50, 2))
    for point in (truth, *grid):
        assert likelihood(point) <= recovered.log_likelihood + 1e-6


@pytest.mark.long
def test_the_profile_lies_below_the_maximum_and_above_the_likelihood(recovered, likelihood):
    top = likelihood.point(recovered.values)
    for value in (0.5, 1.5, 2.25, 4.0, 7.0):
        profile = profile_at(likelihood, "loss_aversion", value, top)
        held = likelihood.point(recovered.values | {"loss_aversion": value})
        assert likelihood(held) - 1e-9 <= profile <= recovered.log_likelihood + 1e-6


def test_the_profile_of_the_only_parameter_is_the_likelihood(cases, chosen):
    likelihood = Likelihood(cases, [], chosen)
    point = likelihood.point({"precision": 30.0})
    assert profile_at(likelihood, "precision", 30.0, np.array([0.9])) == likelihood(point)


@pytest.mark.long
def test_the_interval_ends_where_the_likelihood_ratio_is_the_quantile(recovered, likelihood):
    top = likelihood.point(recovered.values)
    for name, interval in recovered.intervals.items():
        for end in (interval.low, interval.high):
            lost = recovered.log_likelihood - profile_at(likelihood, name, end, top)
            assert 2 * lost == pytest.approx(chi2.ppf(0.9, 1), abs=0.02)


@pytest.mark.long
def test_a_lower_level_is_a_narrower_interval(cases, chosen):
    narrow, wide = (
        estimate(cases, [], chosen, level=level, starts=1).intervals["precision"]
        for level in (0.5, 0.9)
    )
    assert wide.low < narrow.low < narrow.high < wide.high


@pytest.mark.long
def test_estimates_depend_on_the_seed_alone(cases, chosen):
    one, other = (estimate(cases, [], chosen, starts=2, seed=4) for _ in "ab")
    assert one == other


def test_the_precision_alone_can_be_estimated(cases, chosen):
    found = estimate(cases, [], chosen, starts=1)
    assert set(found.values) == {"precision"}
    assert found.intervals["precision"].contains(SHARP)


@pytest.mark.parametrize(
    "free", ["cohesion", pytest.param("pledge_multilateral", marks=pytest.mark.long)]
)
def test_no_bloc_says_nothing_of_blocs(free):
    """One candidate alone can form no bloc."""
    cases = invented(15, 1)
    chosen = simulate(cases, 30.0, np.random.default_rng(0))
    found = estimate(cases, [free], chosen, starts=1)
    assert f"`{free}` is not identified: its interval is its whole range" in found.warnings
    low, high = BOUNDS[free]
    assert found.intervals[free] == Interval(pytest.approx(low), pytest.approx(high), True, True)


@pytest.mark.long
def test_expected_utility_says_nothing_of_loss_aversion():
    cases = [game.with_preference(ExpectedUtility()) for game in invented(10, 2)]
    chosen = simulate(cases, 50.0, np.random.default_rng(0))
    found = estimate(cases, ["loss_aversion"], chosen, starts=1)
    assert any(text.startswith("`loss_aversion` is not identified") for text in found.warnings)


def test_choices_without_error_have_no_upper_bound_on_precision():
    cases = invented(15, 2)
    found = estimate(cases, [], [best_of(case) for case in cases], starts=1)
    assert found.warnings == ("`precision` is identified on one side only: unbounded above",)
    assert found.intervals["precision"].high_is_open
    assert not found.intervals["precision"].low_is_open


def test_choices_of_the_worst_have_no_lower_bound_on_precision():
    cases = invented(15, 2)
    worst = [min(case.structures(), key=case.value) for case in cases]
    found = estimate(cases, [], worst, starts=1)
    assert found.warnings == ("`precision` is identified on one side only: unbounded below",)
    assert found.intervals["precision"].low_is_open


@pytest.mark.long
def test_the_record_is_what_was_chosen_by_default():
    cases = games.load_cases(["rok-1953", "soviet-asia-1950"])
    record = [case.scenario.recorded(case.candidates) for case in cases]
    assert estimate(cases, [], starts=1) == estimate(cases, [], record, starts=1)


def test_cases_without_a_record_need_the_choices():
    for game in (invented(1, 2)[0], games.load("classic-athens")):
        with pytest.raises(InvalidGameError, match="without a record"):
            estimate([game], ["cohesion"])


@pytest.mark.parametrize("name", ["loss_avversion", "precision", "friction"])
def test_what_cannot_be_free(cases, chosen, name):
    with pytest.raises(UnknownNameError, match=f"unknown parameter '{name}'"):
        estimate(cases, [name], chosen)


def test_as_many_choices_as_cases(cases, chosen):
    with pytest.raises(InvalidGameError, match="one structure for each case; got 3 for 80"):
        estimate(cases, ["cohesion"], chosen[:3])
    with pytest.raises(InvalidGameError, match="one structure for each case; got 0 for 0"):
        estimate([], ["cohesion"], [])


@pytest.mark.parametrize(
    "wrong", [{"level": 0.0}, {"level": 1.0}, {"level": "high"}, {"starts": 0}, {"starts": 1.5}]
)
def test_wrong_options(cases, chosen, wrong):
    with pytest.raises(InvalidGameError, match=f"`{next(iter(wrong))}` must"):
        estimate(cases, ["cohesion"], chosen, **wrong)


def test_a_choice_that_the_case_does_not_have(cases, chosen):
    stranger = AllianceStructure("Athens", spokes=["Corinth"])
    with pytest.raises(UnknownNameError, match="'Corinth'"):
        estimate(cases, ["cohesion"], [stranger, *chosen[1:]])


def test_an_interval_contains_its_ends():
    interval = Interval(1.0, 2.0, False, True)
    assert [interval.contains(value) for value in (0.9, 1.0, 1.5, 2.0, 2.1)] == [
        False,
        True,
        True,
        True,
        False,
    ]


def test_simulation_depends_on_the_generator_alone(cases):
    drawn = [simulate(cases, 20.0, np.random.default_rng(seed)) for seed in (1, 1, 2)]
    assert drawn[0] == drawn[1] != drawn[2]
    for case, structure in zip(cases, drawn[0], strict=True):
        assert case.check(structure) == structure


@pytest.mark.parametrize("nesting", [0.3, pytest.param(1.0, marks=pytest.mark.long)])
def test_simulated_frequencies_are_the_chances_of_the_choice_rule(nesting):
    (game,) = invented(1, 2, seed=5)
    number, precision = 1000, 15.0
    drawn = simulate([game] * number, precision, np.random.default_rng(0), nesting)
    for structure, chance in slow_chances(game, {}, precision, nesting).items():
        margin = 4 * np.sqrt(chance * (1 - chance) / number)
        assert abs(drawn.count(structure) / number - chance) < margin


def test_simulated_choices_lapse_onto_what_nobody_accepts(monkeypatch):
    game = replace(invented(1, 2)[0], parameters=Parameters(ally_cost_multilateral=2.0))
    bloc = game.structure(bloc=game.candidates)
    monkeypatch.setattr(estimation, "LAPSE", 0.5)
    drawn = simulate([game] * 500, 50.0, np.random.default_rng(1))
    # one lapse in five falls on it: 50 expected, give or take 4 standard deviations
    assert abs(drawn.count(bloc) - 50) < 4 * math.sqrt(45)


@pytest.mark.parametrize("threat", [0.1, 0.2, 0.3, 0.4])
def test_simulation_without_error_draws_the_best(threat):
    for game in (SIX.at(threat), *invented(4, 3)):
        assert simulate([game], 1e7, np.random.default_rng(0)) == [best_of(game)]


@pytest.mark.parametrize("rule", ["ultimatum", "split", "nash_in_nash"])
def test_burdens_are_refused_and_not_ignored(rule):
    shared = replace(invented(1, 2)[0], burden_sharing=rule)
    with pytest.raises(games.NotApplicableError, match="estimation knows no burdens"):
        estimate([shared], ["loss_aversion"], [best_of(shared)])
    with pytest.raises(games.NotApplicableError, match="estimation knows no burdens"):
        simulate([shared], 1.0, np.random.default_rng(0))


@pytest.mark.long
def test_an_interval_of_two_peaks_is_a_union():
    # weighting of losses, drawn at its usual value: steep and shallow w both explain the choices
    cases = [
        replace(games.load(name), parameters=games.edition_1()).strongest(3).at(threat)
        for name in ("europe-1949", "asia-1951")
        for threat in (0.3, 0.5, 0.7, 0.9)
    ]
    chosen = simulate(cases, 60.0, np.random.default_rng(3))
    found = estimate(cases, ["delta"], chosen, starts=1)
    interval = found.intervals["delta"]
    assert len(interval.gaps) == 1
    assert interval.gaps[0] == pytest.approx((0.947, 1.086), abs=2e-3)
    assert str(interval).endswith(" or 1.086 to 1.5")
    likelihood = Likelihood(cases, ["delta"], chosen)
    least = found.log_likelihood - chi2.ppf(0.9, 1) / 2
    starts = [likelihood.point(found.values | {PRECISION: sharp}) for sharp in (10.0, 60.0)]
    for value in np.linspace(0.28, 1.5, 26).tolist():
        height = max(profile_at(likelihood, "delta", value, start) for start in starts)
        assert height <= found.log_likelihood + 1e-4
        assert interval.contains(value) == (height >= least)


@pytest.mark.long
def test_one_start_is_enough_for_the_higher_peak():
    cases = [
        replace(games.load(name), parameters=games.edition_1()).strongest(3).at(threat)
        for name in ("europe-1949", "asia-1951")
        for threat in (0.3, 0.5, 0.7, 0.9)
    ]
    chosen = simulate(cases, 60.0, np.random.default_rng(1))
    likelihood = Likelihood(cases, ["delta"], chosen)
    reached = set()
    for seed in (0, 1):
        start = np.random.default_rng(seed).uniform(size=2)
        reached.add(round(likelihood.natural(climb(likelihood, start, ())[0])["delta"], 2))
        found = estimate(cases, ["delta"], chosen, starts=1, seed=seed)
        assert found.values["delta"] == 1.5
    # the other peak is where the second search ends by itself
    assert reached == {1.5, 0.67}
