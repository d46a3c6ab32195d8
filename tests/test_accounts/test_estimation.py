"""Maximum likelihood: against a slow likelihood, on simulated choices, and where it must warn."""

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import chi2

import games
from games import (
    AllianceGame,
    AllianceStructure,
    ExpectedUtility,
    InvalidGameError,
    Parameters,
    UnknownNameError,
)
from solver.accounts.estimation import (
    BOUNDS,
    PRECISION,
    PRECISION_BOUNDS,
    Likelihood,
    estimate,
    profile_at,
    simulate,
)
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


def slow_likelihood(cases, chosen, values, precision):
    """Return the sum of log P(chosen), P by the logit rule over all structures of a case."""
    total = 0.0
    for case, structure in zip(cases, chosen, strict=True):
        game = with_values(case, values)
        odds = [math.exp(precision * game.value(other)) for other in game.structures()]
        total += math.log(math.exp(precision * game.value(structure)) / math.fsum(odds))
    return total


@pytest.mark.parametrize("precision", [0.5, 20.0, 150.0])
def test_the_likelihood_is_what_it_says(precision):
    cases = [*invented(3, 1), *invented(3, 3), replace(invented(1, 3)[0], family="blocs"), SIX]
    chosen = [best_of(case) for case in cases[:-1]] + [AllianceStructure("Athens")]
    free = {"cohesion": 0.7, "alpha": 0.8, "deployment": 0.4}
    likelihood = Likelihood(cases, list(free), chosen)
    found = likelihood(likelihood.point(free | {"precision": precision}))
    assert found == pytest.approx(slow_likelihood(cases, chosen, free, precision))


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


def test_a_lower_level_is_a_narrower_interval(cases, chosen):
    narrow, wide = (
        estimate(cases, [], chosen, level=level, starts=1).intervals["precision"]
        for level in (0.5, 0.9)
    )
    assert wide.low < narrow.low < narrow.high < wide.high


def test_estimates_depend_on_the_seed_alone(cases, chosen):
    one, other = (estimate(cases, [], chosen, starts=2, seed=4) for _ in "ab")
    assert one == other


def test_the_precision_alone_can_be_estimated(cases, chosen):
    found = estimate(cases, [], chosen, starts=1)
    assert set(found.values) == {"precision"}
    assert found.intervals["precision"].contains(SHARP)


@pytest.mark.parametrize("free", ["pledge_multilateral", "cohesion"])
def test_no_bloc_says_nothing_of_blocs(free):
    """One candidate alone can form no bloc."""
    cases = invented(15, 1)
    chosen = simulate(cases, 30.0, np.random.default_rng(0))
    found = estimate(cases, [free], chosen, starts=1)
    assert f"`{free}` is not identified: its interval is its whole range" in found.warnings
    low, high = BOUNDS[free]
    assert found.intervals[free] == Interval(pytest.approx(low), pytest.approx(high), True, True)


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


def test_simulated_frequencies_are_the_logit_probabilities():
    (game,) = invented(1, 2, seed=5)
    number, precision = 3000, 15.0
    drawn = simulate([game] * number, precision, np.random.default_rng(0))
    structures = list(game.structures())
    odds = np.exp(precision * game.hegemon_values(structures))
    for structure, chance in zip(structures, odds / odds.sum(), strict=True):
        margin = 4 * np.sqrt(chance * (1 - chance) / number)
        assert abs(drawn.count(structure) / number - chance) < margin


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
    chosen = simulate(cases, 60.0, np.random.default_rng(1))
    found = estimate(cases, ["delta"], chosen, starts=1)
    interval = found.intervals["delta"]
    assert len(interval.gaps) == 1
    assert interval.gaps[0] == pytest.approx((0.798, 1.284), abs=2e-3)
    assert str(interval).endswith(" or 1.284 to 1.5")
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
    chosen = simulate(cases, 60.0, np.random.default_rng(8))
    for seed in (0, 8):
        found = estimate(cases, ["delta"], chosen, starts=1, seed=seed)
        assert found.values["delta"] == 1.5
