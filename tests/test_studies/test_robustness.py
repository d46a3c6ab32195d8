"""Shares of draws that keep a prediction: against enumeration and known intervals."""

from collections import Counter
from functools import cache

import numpy as np
import pytest
from scipy.stats import binom

import games
from games import Form
from solver.alliance.solve import solve
from solver.studies.axes import VARIED, spread_ranges
from solver.studies.robustness import (
    Prediction,
    clopper_pearson,
    form_rows,
    order,
    predictions_of,
    robustness,
)

H, MIX, MULTI = Form.HUB_AND_SPOKE, Form.MIXED, Form.MULTILATERAL
RANGES = {"cohesion": (0.4, 0.7), "loss_aversion": (1.0, 3.0)}


@cache
def athens():
    return games.load("classic-athens").strongest(3)


@cache
def found():
    return robustness(athens(), RANGES, draws=8, seed=3, threats=[0.3, 0.6, 0.9])


def test_draws_by_hand() -> None:
    values = np.random.default_rng(3).uniform([0.4, 1.0], [0.7, 3.0], size=(8, 2))
    assert np.array_equal(found().values, values)
    for row, (cohesion, aversion) in enumerate(values.tolist()):
        game = athens().with_parameters(cohesion=cohesion)
        game = games.settings.with_value(game, "loss_aversion", aversion)
        forms = tuple(solve(game.at(threat)).preferred.form for threat in (0.3, 0.6, 0.9))
        assert found().forms[row] == forms
        base = tuple(solve(athens().at(threat)).preferred.form for threat in (0.3, 0.6, 0.9))
        kept = [one is other for one, other in zip(forms, base, strict=True)]
        assert found().kept[row].tolist() == [*kept, all(kept)]
    shares = found().shares
    assert [share.kept for share in shares] == found().kept.sum(axis=0).tolist()
    assert 0 < shares[-1].share < 1
    for share in shares:
        assert (share.low, share.high) == clopper_pearson(share.kept, 8)
        assert share.low <= share.share <= share.high
    assert found().count(0.9) == Counter(row[2] for row in found().forms)
    assert sum(row["draws"] for row in form_rows(found())) == 24


def test_the_seed_decides_everything() -> None:
    again = robustness(athens(), RANGES, draws=8, seed=3, threats=[0.3, 0.6, 0.9])
    other = robustness(athens(), RANGES, draws=8, seed=4, threats=[0.3, 0.6, 0.9])
    assert again.records() == found().records()
    assert not np.array_equal(other.values, found().values)


def test_tables_of_shares() -> None:
    assert found().to_dataframe()["kept"].tolist() == [share.kept for share in found().shares]
    data = found().to_xarray()
    assert data["share"].sel(prediction="threat 0.9") == pytest.approx(found().shares[2].share)
    rows = found().draw_records()
    assert list(rows[0]) == [
        "draw",
        *RANGES,
        "threat 0.3",
        "threat 0.6",
        "threat 0.9",
        "all of these",
    ]
    assert [row["threat 0.9"] for row in rows] == found().kept[:, 2].tolist()


@pytest.mark.parametrize(
    ("hits", "draws", "low", "high"),
    [
        (8, 10, 0.4439, 0.9748),  # computed by R's binom.test
        (0, 10, 0.0, 0.3085),  # 1 - 0.025^(1/10)
        (10, 10, 0.6915, 1.0),
    ],
)
def test_known_intervals(hits, draws, low, high) -> None:
    assert clopper_pearson(hits, draws) == pytest.approx((low, high), abs=5e-5)


def test_intervals_turn_binomial_tails() -> None:
    """The definition (Clopper & Pearson 1934): at the ends the tails weigh half of what is left."""
    for hits in range(1, 30):
        low, high = clopper_pearson(hits, 30, 0.9)
        assert binom.sf(hits - 1, 30, low) == pytest.approx(0.05)
        assert binom.cdf(hits, 30, high) == pytest.approx(0.05) or hits == 30


def test_intervals_cover_the_truth_at_least_as_often_as_they_say() -> None:
    for truth in (0.05, 0.3, 0.5, 0.9):
        ends = [clopper_pearson(hits, 40, 0.9) for hits in range(41)]
        covered = sum(
            binom.pmf(hits, 40, truth)
            for hits, (low, high) in enumerate(ends)
            if low <= truth <= high
        )
        assert covered >= 0.9


def test_a_sequence_counts_the_order_of_forms_alone() -> None:
    forms = (H, H, MIX, MULTI, MULTI)
    assert order(forms) == (H, MIX, MULTI)
    one = Prediction("sequence of forms", (0, 1, 2, 3, 4), order(forms), True)
    assert one.keeps((H, MIX, MIX, MIX, MULTI))
    assert not one.keeps((H, H, MULTI, MULTI, MULTI))
    assert str(one) == "hub-and-spoke -> mixed -> multilateral"
    levels, [whole] = predictions_of(athens(), "sequence", None)
    assert len(levels) == 41
    swept = [solve(athens().at(level)).preferred.form for level in levels]
    assert whole.expected == order(tuple(swept))
    kept = robustness(athens(), RANGES, draws=3, prediction="sequence", threats=[0.2, 0.5, 0.9])
    assert kept.shares[0].prediction.in_sequence


def test_what_was_sought_is_held_against_the_coded_threat() -> None:
    game = games.load_case("baghdad-pact-1955")
    sought = game.scenario.case.preferred.form
    kept = robustness(game, spread=0.1, draws=5, prediction="sought")
    assert kept.threats == (game.threat,)
    assert kept.shares[0].prediction.expected == (sought,)
    assert kept.shares[0].kept == sum(row == (sought,) for row in kept.forms)


def test_a_relative_spread_ends_where_shares_do() -> None:
    ranges = spread_ranges(athens())
    assert tuple(ranges) == VARIED
    assert ranges["projection"] == pytest.approx((1.6, 2.4))
    assert ranges["pledge_multilateral"] == pytest.approx((0.8, 1.0))
    blind = athens().with_preference(games.ExpectedUtility())
    assert "loss_aversion" in VARIED
    with pytest.raises(games.NotApplicableError):
        spread_ranges(blind, 0.2, ["loss_aversion"])
    assert spread_ranges(blind, 0.1, ["cohesion"]) == {"cohesion": pytest.approx((0.63, 0.77))}
    plain = athens().with_parameters(k_bloc=0.0).without("weighting")
    assert {"k_bloc", "gamma", "delta"}.isdisjoint(spread_ranges(plain))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"ranges": {"threat": (0.2, 0.4)}}, "`ranges` must not name 'threat'"),
        ({"ranges": {}}, "`ranges` must map names"),
        ({"spread": 0.0}, "`spread` must be above 0"),
        ({"spread": 0.2, "names": "cohesion"}, "`names` must be a list"),
        ({"spread": 0.2, "names": []}, "`names` must name at least one"),
        ({"spread": 0.2, "names": ["candidate_reference"]}, "must not be 0 for a relative spread"),
        ({"prediction": "luck"}, "`prediction` must be one of forms, sequence, sought"),
        ({"prediction": "sought", "threats": [0.5]}, "`threats` must not be given"),
        ({"prediction": "sequence", "threats": [0.5, 0.2]}, "`threats` must rise"),
        ({"draws": 0}, "`draws` must be a whole number, at least 1"),
        ({"level": 1.0}, "`level` must lie between 0 and 1"),
        ({"threats": [1.5]}, "`threat` must lie in"),
    ],
)
def test_bad_questions_are_refused_in_one_line(options, message) -> None:
    with pytest.raises(games.InvalidGameError, match=message) as caught:
        robustness(athens(), **options)
    assert "\n" not in str(caught.value)


def test_a_case_with_treaties_in_force_is_refused() -> None:
    game = games.load_case("rok-1953")
    with pytest.raises(games.InvalidGameError, match="treaties in force") as caught:
        robustness(game, RANGES, prediction="sought")
    assert str(game.scenario.case.standing(game.hegemon, game.candidates)) in str(caught.value)


def test_a_game_without_a_case_has_no_sought_form() -> None:
    with pytest.raises(games.InvalidGameError, match="coded case"):
        robustness(athens(), RANGES, prediction="sought")


def test_intervals_need_counts_that_fit() -> None:
    with pytest.raises(
        games.InvalidGameError, match="`hits` must be at most `draws`; got 11 of 10"
    ):
        clopper_pearson(11, 10)
