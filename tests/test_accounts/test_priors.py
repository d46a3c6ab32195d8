"""The parameter prior: the share of it that predicts each case, and the region that does.

Predictions are checked against the slow one: of all structures that extend the status quo and that
all whom they change accept by `game.candidate_value`, the one that is worth most by `game.value`.
"""

from dataclasses import replace

import numpy as np
import pytest
from invented_cases import best_beside, case

import games
from games import (
    CumulativeProspectTheory,
    ExpectedUtility,
    Form,
    Parameters,
    TverskyKahneman,
    UnknownNameError,
)
from solver.accounts.choices import FORMS, status_quo_of
from solver.accounts.estimation import BOUNDS
from solver.accounts.priors import PRIOR, predict, prior_shares, region, thin, with_values

SMALL = ("soviet-asia-1950", "dual-alliance-1879", "little-entente-1933")


@pytest.fixture(scope="module")
def small():
    return games.load_cases(SMALL)


def predicted(game):
    """Return the form of what is new in the best structure."""
    before = status_quo_of(game)
    return best_beside(game, before).form_beside(before)


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
    game = games.load_case("rio-1947")
    thinned = thin(game)
    floor = sorted(game.capabilities.values())[-7]
    strongest = [name for name in game.candidates if game.capabilities[name] >= floor]
    assert list(thinned.candidates) == strongest
    assert len(strongest) == 7
    assert thinned.scenario is game.scenario


def test_thin_keeps_five_who_are_bound_to_one_another_and_seven_others():
    game = games.load_case("nato-1955")
    bound = status_quo_of(game).bloc
    thinned = thin(game)
    # by CINC of 1953: Belgium 0.00796 and the Netherlands 0.00730 are the fifth and the sixth
    assert [name for name in thinned.candidates if name in bound] == [
        "UKG",
        "FRN",
        "ITA",
        "CAN",
        "BEL",
    ]
    others = [name for name in game.candidates if name not in bound]
    assert [name for name in thinned.candidates if name not in bound] == others
    assert thinned.scenario is game.scenario
    assert status_quo_of(thinned).bloc == ("BEL", "CAN", "FRN", "ITA", "UKG")
    # spokes that stand are not bound to one another: they count among the seven
    warsaw = thin(games.load_case("warsaw-pact-1955"))
    assert set(warsaw.candidates) == {"POL", "GDR", "CZE", "ROM", "YUG", "HUN", "BUL"}


def test_thin_leaves_small_games_whole(small):
    for game in (*small, *games.load_cases(["rok-1953", "southeast-asia-1954"])):
        assert thin(game) == game


FEW = (
    *(*SMALL, "balkan-alliance-1954", "muenchengraetz-1833", "south-german-treaties-1866"),
    *("french-eastern-treaties-1926", "five-power-1971", "bilateral-agreements-1959"),
)


@pytest.mark.parametrize(
    "name",
    [
        *FEW[:-3],
        *(pytest.param(name, marks=pytest.mark.long) for name in FEW[-3:]),
    ],
)
def test_predict_that_of_the_best_accepted_structure(name):
    game = games.load_case(name)
    rows = [{"threat": 0.3}, {"threat": 0.8}, {"loss_aversion": 3.5, "cohesion": 0.6}]
    wanted = [predicted(with_values(game, row)) for row in [{}, *rows]]
    assert [FORMS[place] for place in predict(game, [{}, {}])] == wanted[:1] * 2
    assert [FORMS[place] for place in predict(game, rows[:2])] == wanted[1:3]
    assert [FORMS[place] for place in predict(game, rows[2:])] == wanted[3:]


@pytest.mark.parametrize(
    "before",
    [
        "Samos+Naxos",
        *(pytest.param(b, marks=pytest.mark.long) for b in ("", "Samos", "Melos Samos")),
    ],
)
def test_predict_in_games_of_either_kind_beside_any_status_quo(before):
    """Of all figures that change from row to row, none is mixed up with another row's."""
    sizes = {"Samos": 0.3, "Chios": 0.25, "Naxos": 0.1, "Melos": 0.05}
    rng = np.random.default_rng(len(before))
    rows = [
        {name: float(rng.uniform(*ends)) for name, ends in PRIOR.items()}
        | {"threat": float(rng.uniform())}
        for _ in range(12)
    ]
    for family in ("bloc_and_spokes", "blocs"):
        groups = [group.split("+") for group in before.split()]
        game = case(sizes, 0.6, "none", status_quo=groups, family=family)
        wanted = [predicted(with_values(game, row)) for row in rows]
        assert [FORMS[place] for place in predict(game, rows)] == wanted
        assert len(set(wanted)) > 1


def test_predict_with_more_candidates_than_are_numbered():
    """Twelve isles are bound to one another; the two others are free."""
    many = {f"isle {number}": 0.02 for number in range(12)} | {"Samos": 0.3, "Chios": 0.02}
    game = case(many, 0.5, "none", status_quo=[[n for n in many if n.startswith("isle")]])
    before = status_quo_of(game)
    rows = [{"threat": level} for level in (0.0, 0.4, 0.9)]
    places = predict(game, rows)
    for row, place in zip(rows, places, strict=True):
        other = with_values(game, row)
        extensions = [
            game.structure(bloc, spokes)
            for bloc in (before.bloc, *((*before.bloc, name) for name in ("Samos", "Chios")))
            for spokes in ((), ("Samos",), ("Chios",), ("Samos", "Chios"))
            if not set(bloc) & set(spokes)
        ]
        extensions.append(game.structure(list(many)))
        accepted = [
            one
            for one in extensions
            if all(
                other.candidate_value(name, one) >= other.candidate_value(name, before)
                for treaty in set(one.treaties) - set(before.treaties)
                for name in treaty - {"Athens"}
            )
        ]
        assert FORMS[place] is max(accepted, key=other.value).form_beside(before)


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
