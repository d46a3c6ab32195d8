"""The parameter prior: the share of it that predicts each case, and the region that does.

Predictions are checked against the slow one: of all structures that everyone accepts by
`game.candidate_value`, the one that is worth most by `game.value`.
"""

from dataclasses import replace

import numpy as np
import pytest

import games
from games import (
    CumulativeProspectTheory,
    ExpectedUtility,
    Form,
    Parameters,
    TverskyKahneman,
    UnknownNameError,
)
from solver.accounts.choices import FORMS
from solver.accounts.estimation import BOUNDS
from solver.accounts.priors import PRIOR, predict, prior_shares, region, thin, with_values

SMALL = ("soviet-asia-1950", "asia-pacific-september-1951", "rok-1953")


@pytest.fixture(scope="module")
def small():
    return games.load_cases(SMALL)


def predicted(game):
    """Return the form of the best structure that everyone accepts."""
    alone = game.structure()
    accepted = [
        structure
        for structure in game.structures()
        if all(
            game.candidate_value(name, structure) >= game.candidate_value(name, alone)
            for name in structure.allies
        )
    ]
    return max(accepted, key=game.value).form


def is_hit(game):
    return predicted(game) is game.scenario.case.preferred.form


def settings_of(game):
    """Return the prior's quantities of a game, by name."""
    taste = game.preference
    values = {
        "alpha": taste.alpha,
        "loss_aversion": taste.loss_aversion,
        "gamma": taste.weighting_gains.gamma,
        "delta": taste.weighting_losses.gamma,
    }
    return values | {n: getattr(game.parameters, n) for n in PRIOR if n not in values}


def test_the_defaults_lie_inside_the_prior_and_within_the_bounds(small):
    defaults = settings_of(small[0])
    assert small[0].parameters == Parameters(adversary=small[0].scenario.opposed())
    for name, (low, high) in PRIOR.items():
        assert low <= defaults[name] <= high
        assert BOUNDS[name][0] <= defaults[name] <= BOUNDS[name][1]


@pytest.mark.parametrize("name", PRIOR)
def test_with_values_changes_what_it_names_and_nothing_else(small, name):
    game = small[1]
    value = sum(PRIOR[name]) / 2
    changed = with_values(game, {name: value})
    assert settings_of(changed) == settings_of(game) | {name: value}
    kept = replace(changed, preference=game.preference, parameters=game.parameters)
    assert kept == game
    assert kept.scenario is game.scenario


def test_with_values_by_hand(small):
    values = {"alpha": 0.7, "gamma": 0.5, "delta": 0.9, "loss_aversion": 3.0, "k_bloc": 0.01}
    changed = with_values(small[0], values)
    assert changed.parameters == replace(small[0].parameters, k_bloc=0.01)
    assert changed.preference == CumulativeProspectTheory(
        0.7, 0.7, 3.0, TverskyKahneman(0.5), TverskyKahneman(0.9)
    )
    assert with_values(small[0], {}) == small[0]


def test_with_values_leaves_expected_utility_alone(small):
    game = small[0].with_preference(ExpectedUtility())
    assert with_values(game, {"loss_aversion": 3.0, "alpha": 0.7}) == game
    assert with_values(game, {"cohesion": 0.4}) == game.with_parameters(cohesion=0.4)


def test_with_values_refuses_a_stranger(small):
    with pytest.raises(UnknownNameError, match="unknown parameter 'cohesoin'"):
        with_values(small[0], {"cohesoin": 0.5})


def test_thin_keeps_the_seven_strongest_in_their_order():
    game = games.load_case("nato-1952")
    thinned = thin(game)
    floor = sorted(game.capabilities.values())[-7]
    strongest = [name for name in game.candidates if game.capabilities[name] >= floor]
    assert list(thinned.candidates) == strongest
    assert len(strongest) == 7
    assert thinned.scenario is game.scenario


def test_thin_leaves_small_games_whole(small):
    for game in (*small, games.load_case("warsaw-pact-1955")):
        assert thin(game) == game


def test_predict_that_of_the_best_accepted_structure():
    for game in games.load_cases([*SMALL, "brussels-pact-1948", "pacific-pact-1949"]):
        form = predicted(game)
        assert [FORMS[place] for place in predict(game, [{}, {}])] == [form, form]


def test_prior_shares_are_shares_of_draws(small):
    found = prior_shares(small, 4)
    assert all(type(share) is float for share in found)
    assert all(4 * share in range(5) for share in found)


def test_prior_shares_are_those_of_the_draws_by_hand(small):
    rng = np.random.default_rng(7)
    hits = np.zeros(len(small))
    for _ in range(3):
        drawn = {name: rng.uniform(low, high) for name, (low, high) in PRIOR.items()}
        hits += [is_hit(with_values(game, drawn)) for game in small]
    assert prior_shares(small, 3, seed=7) == pytest.approx((hits / 3).tolist())


def test_prior_shares_depend_on_the_seed_alone(small):
    assert prior_shares(small, 5, seed=1) == prior_shares(small, 5, seed=1)
    assert len({tuple(prior_shares(small, 5, seed=seed)) for seed in range(4)}) > 1
    assert prior_shares(small[:1], 5, seed=1) == prior_shares(small, 5, seed=1)[:1]


def test_prior_shares_say_how_far_they_are(small):
    done = []
    prior_shares(small[:1], 2, progress=lambda *report: done.append(report))
    assert done == [("prior draws", 2, 2)]


def test_region_counts_hits_over_the_grid(small):
    found = region(small, "projection", "cohesion", points=3)
    assert found.x == ("projection", (1.0, 2.0, 3.0))
    assert found.y[0] == "cohesion"
    assert found.y[1] == pytest.approx((0.5, 0.75, 1.0))
    assert found.hits.shape == (3, 3)
    assert found.cases == len(small)
    assert np.all((found.hits >= 0) & (found.hits <= found.cases))
    for column, row in ((0, 2), (2, 0), (1, 1)):
        point = {"projection": found.x[1][column], "cohesion": found.y[1][row]}
        assert found.hits[row, column] == sum(is_hit(with_values(game, point)) for game in small)


def test_region_runs_over_loss_aversion_and_cohesion_unless_told(small):
    found = region(small[:1], points=2)
    assert found.x == ("loss_aversion", (1.0, 3.5))
    assert found.y == ("cohesion", (0.5, 1.0))
    assert found.hits.shape == (2, 2)


def test_region_refuses_a_stranger(small):
    with pytest.raises(UnknownNameError, match="'cohesoin'"):
        region(small, "cohesoin", points=2)


def test_the_form_sought_may_be_none():
    game = games.load_case("baghdad-pact-1955")
    assert game.scenario.case.preferred.form is Form.NONE
    (share,) = prior_shares([game], 2)
    assert 0 <= share <= 1
