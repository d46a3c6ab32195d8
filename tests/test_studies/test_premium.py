"""The framing premium: by hand, against the plain model, and where its signs hold."""

import plain_model as model
import pytest
from known_games import ATHENS, TRIO

import games
from games import (
    AllianceStructure,
    ExpectedUtility,
    InvalidGameError,
    NotApplicableError,
    UnknownNameError,
)
from solver import framing_premium, sign_pattern
from solver.studies.premium import signs_hold

EUROPE = games.load("europe-1949").strongest(6)
SOUTHEAST = games.load("southeast-asia-1954").strongest(6)


@pytest.mark.parametrize(
    ("game", "expected"),
    [(EUROPE, (-0.064, 0.0034, 0.0004)), (SOUTHEAST, (-0.060, 0.0018, 0.0012))],
)
def test_premiums_of_an_independent_program(game, expected):
    found = framing_premium(game, threat=[0.2, 0.6, 0.7])
    assert found.premiums() == pytest.approx(expected, abs=6e-4)
    assert found.holds(0.2, 0.6)
    assert not found.holds(0.2, 0.95) or game is SOUTHEAST


def test_premiums_are_those_of_the_plain_model():
    found = framing_premium(TRIO, threat=[0.3, 0.7])
    for level in found.by_channel["prospect"]:
        expected = 0.0
        for sign, structure in ((1, found.risky), (-1, found.safe)):
            prospect = model.hegemon_prospect(TRIO, model.treaties_of(structure), level.threat)
            value = model.value_of(TRIO.preference, prospect, level.threat)
            sure = level.threat + TRIO.preference.inverse_utility(value)
            expected += sign * (sure - model.mean(prospect))
        assert level.premium == pytest.approx(expected, abs=1e-12)


def test_expected_utility_has_none():
    calm = TRIO.with_preference(ExpectedUtility())
    assert framing_premium(calm, threat=[0.0, 0.4, 1.0]).premiums() == pytest.approx(0, abs=1e-14)


def test_any_two_structures_and_the_signs_they_change():
    two, one = ATHENS.structure(bloc=["Samos", "Chios"]), ATHENS.structure(spokes=["Samos"])
    found = framing_premium(ATHENS, risky=two, safe=one)
    assert len(found.threats) == 101
    assert list(found.by_channel) == [
        *("prospect", "no curvature", "no loss aversion", "no weighting", "no reference")
    ]
    assert framing_premium(ATHENS, risky=one, safe=two).premiums() == pytest.approx(
        -found.premiums(), abs=1e-15
    )
    for zero in found.zeros():
        around = framing_premium(ATHENS, risky=two, safe=one, threat=[zero - 1e-8, zero + 1e-8])
        low, high = around.premiums()
        assert low * high < 0
    rows = found.to_dataframe()
    assert len(rows) == 5 * 101
    assert {"preference", "threat", "premium", "risky_domain", "safe_mean"} <= set(rows)
    assert found.to_xarray()["premium"].attrs["units"] == "security"


def test_the_pattern_is_the_premium_at_each_point():
    found = sign_pattern(EUROPE, x_range=(0.2, 0.8), y_range=(0.6, 0.9), resolution=(3, 2))
    for j, cohesion in enumerate(found.y.values):
        for i, entrapment in enumerate(found.x.values):
            there = EUROPE.with_parameters(cohesion=cohesion, entrapment=entrapment)
            low, high = framing_premium(there, threat=[0.2, 0.6]).premiums()
            assert (found.at_low[j, i], found.at_high[j, i]) == (low, high)
            assert found.holds[j, i] == signs_hold(low, high)
    assert found.share == found.holds.mean()
    assert len(found.to_dataframe()) == 6
    assert found.to_xarray()["at_high"].dims == ("cohesion", "entrapment")


def test_progress_counts_rows():
    seen = []
    sign_pattern(TRIO, resolution=2, progress=lambda *told: seen.append(told))
    assert seen == [("rows", 1, 2), ("rows", 2, 2)]


@pytest.mark.parametrize(
    ("ask", "error", "words"),
    [
        (lambda: framing_premium(TRIO, threat=[2]), InvalidGameError, "`threat` must lie in"),
        (lambda: framing_premium("x"), InvalidGameError, "`game` must be"),
        (
            lambda: framing_premium(TRIO, risky=AllianceStructure("Athens", spokes=["Paros"])),
            UnknownNameError,
            "unknown candidate 'Paros'",
        ),
        (
            lambda: framing_premium(TRIO, threat=[0.5]).premiums("none"),
            InvalidGameError,
            "`channel` must be",
        ),
        (
            lambda: framing_premium(TRIO, threat=[0.5]).zeros("none"),
            InvalidGameError,
            "`channel` must be",
        ),
        (
            lambda: framing_premium(TRIO, threat=[0.5]).holds(0.7, 0.2),
            InvalidGameError,
            "`low` must be below",
        ),
        (lambda: sign_pattern(TRIO, "threat"), InvalidGameError, "must differ from 'threat'"),
        (lambda: sign_pattern(TRIO, low=-1), InvalidGameError, "`low` must lie in"),
        (lambda: sign_pattern(TRIO, "cohesion", "cohesion"), NotApplicableError, "independent"),
        (lambda: sign_pattern(TRIO, "cohesoin"), UnknownNameError, "cohesoin"),
    ],
)
def test_bad_arguments(ask, error, words):
    with pytest.raises(error, match=words):
        ask()


def test_pictures(tmp_path):
    from solver.figures import look, premium

    line = premium.premium_figure(framing_premium(TRIO, threat=[0.1, 0.4, 0.6, 0.9]))
    areas = premium.pattern_figure(sign_pattern(TRIO, resolution=(6, 5)))
    for number, figure in enumerate((line, areas)):
        assert look.save(figure, tmp_path / f"{number}.png").stat().st_size > 10_000
    (above, below) = line.axes
    assert above.get_ylabel() == "premium of the risky alliance (security)"
    assert [text.get_text() for text in below.get_yticklabels()] == ["safe", "risky"]
    words = " ".join(text.get_text() for text in areas.legends[0].get_texts())
    assert "at the low threat" in words
    assert areas.axes[0].get_xlabel() == "entrapment (probability)"
    # a single point has no lines of equal premium
    premium.pattern_figure(sign_pattern(TRIO, resolution=(2, 2)))
