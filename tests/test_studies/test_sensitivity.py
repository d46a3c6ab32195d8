"""Sobol indices against published and derived ones; what they are taken of; critical surfaces."""

import math
from dataclasses import replace

import numpy as np
import pytest
from known_games import ATHENS_1 as ATHENS

import games
from games import Form, InvalidGameError
from solver.alliance.solve import solve
from solver.studies import sensitivity as sobol
from solver.studies.critical import critical_threats
from solver.studies.preferred import form_of, look, multilateral_spans
from solver.studies.sensitivity import multilateral_share, sensitivity
from solver.studies.surface import critical_surface

CIRCLE = (-math.pi, math.pi)


def test_ishigami_has_its_published_indices() -> None:
    """Ishigami & Homma (1990) with a = 7, b = 0.1; indices as in SALib's own documentation."""
    ranges = {"x1": CIRCLE, "x2": CIRCLE, "x3": CIRCLE}
    x = sobol.design(ranges, 1024, seed=0)
    assert x.shape == (1024 * 5, 3)
    values = np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])
    found = sobol.indices(ranges, values, seed=0, level=0.95)
    first, total = (0.3139, 0.4424, 0.0), (0.5576, 0.4424, 0.2437)
    assert [item.name for item in found] == list(ranges)
    for item, one, all_of_it in zip(found, first, total, strict=True):
        assert item.first == pytest.approx(one, abs=0.02)
        assert item.total == pytest.approx(all_of_it, abs=0.02)
        assert abs(item.first - one) < 2 * item.first_margin + 1e-3
        assert 0 < item.first_margin < 0.15


def test_a_sum_has_the_indices_that_its_variances_give() -> None:
    """3 a + 4 b with equal ranges: 9/25 and 16/25, and no interaction."""

    def total(game):
        return 3 * game.parameters.cohesion + 4 * game.parameters.reliability

    done = []
    found = sensitivity(
        ATHENS,
        {"cohesion": (0.2, 0.8), "reliability": (0.3, 0.9), "shelter": (0, 1)},
        128,
        quantity=total,
        progress=lambda *report: done.append(report),
    )
    assert [item.first for item in found.indices] == pytest.approx([0.36, 0.64, 0], abs=0.02)
    assert [item.total for item in found.indices] == pytest.approx([0.36, 0.64, 0], abs=0.02)
    assert found.interactions == pytest.approx(0, abs=0.03)
    assert found.mean == pytest.approx(3 * 0.5 + 4 * 0.6, abs=0.01)
    assert found.variance == pytest.approx(25 * 0.6**2 / 12, rel=0.02)
    assert found.at_zero == 0
    assert done[-1] == ("draws", 640, 640)
    twice = [sensitivity(ATHENS, found.ranges, 4, quantity=total).records() for _ in range(2)]
    assert twice[0] == twice[1]


def test_the_same_in_every_draw_leaves_nothing_to_explain() -> None:
    found = sensitivity(ATHENS, {"cohesion": (0.2, 0.3)}, 4, quantity=lambda game: 0.0)
    assert math.isnan(found.indices[0].first)
    assert found.at_zero == 1


def test_tables_of_indices() -> None:
    found = sensitivity(ATHENS, {"cohesion": (0.5, 0.6)}, 8, quantity=lambda game: game.threat)
    assert found.values.shape == (24,)
    frame = found.to_dataframe()
    assert frame["parameter"].tolist() == ["cohesion"]
    data = found.to_xarray()
    assert data["high"].sel(parameter="cohesion") == 0.6


def test_without_salib_the_way_out_is_named(monkeypatch) -> None:
    monkeypatch.setattr("games.tables.find_spec", lambda library: None)
    with pytest.raises(games.MissingDependencyError, match=r"`SALib`.*\[sensitivity\]"):
        sensitivity(ATHENS, {"cohesion": (0.2, 0.3)}, 4)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"size": 12}, "`size` must be a power of 2"),
        ({"size": 1}, "`size` must be a whole number, at least 2"),
        ({"seed": -1}, "`seed` must be a whole number"),
        ({"level": 0.0}, "`level` must lie between 0 and 1"),
        ({"ranges": {}}, "`ranges` must map names to pairs"),
    ],
)
def test_bad_questions_are_refused(options, message) -> None:
    with pytest.raises(games.InvalidGameError, match=message):
        sensitivity(ATHENS, **({"ranges": {"cohesion": (0.4, 0.6)}} | options))


# what indices are taken of


@pytest.mark.parametrize("cohesion", [0.3, 0.88])
def test_the_share_is_the_length_of_the_multilateral_spans(cohesion) -> None:
    game = ATHENS.with_parameters(cohesion=cohesion)
    known = critical_threats(game, resolution=0.02)
    expected = sum(high - low for low, high, form in known.spans() if form is Form.MULTILATERAL)
    assert multilateral_share(game) == pytest.approx(expected, abs=4e-6)
    own = multilateral_spans(game, look(game, np.linspace(0, 1, 33).tolist()))
    assert np.array(own) == pytest.approx(np.array(known.multilateral.spans), abs=2e-6)


def test_one_turn_makes_the_share_one_less_the_critical_threat() -> None:
    found = look(ATHENS, [0.0, 0.5, 1.0])
    [(turn, end)] = multilateral_spans(ATHENS, found)
    assert end == 1
    assert multilateral_share(ATHENS) == pytest.approx(1 - turn, abs=4e-6)
    assert multilateral_spans(ATHENS, look(ATHENS, [0.8, 0.9])) == [(0.8, 0.9)]
    assert multilateral_spans(ATHENS, look(ATHENS, [0.1, 0.2])) == []


# critical surfaces


@pytest.mark.long
def test_a_surface_has_the_critical_threats_of_each_point() -> None:
    found = critical_surface(
        ATHENS, {"cohesion": [0.3, 0.6], "loss_aversion": [1.0, 3.0]}, levels=17
    )
    assert found.multilateral_from.shape == (2, 2)
    assert np.isnan(found.multilateral_from[0]).all()
    game = games.settings.with_value(ATHENS.with_parameters(cohesion=0.6), "loss_aversion", 3.0)
    known = critical_threats(game, resolution=0.02)
    assert found.multilateral_from[1, 1] == pytest.approx(known.multilateral_from, abs=2e-9)
    assert found.crossings.shape[:2] == (2, 2)
    own = found.crossings[1, 1]
    assert own[~np.isnan(own)] == pytest.approx([item.threat for item in known], abs=2e-9)
    assert (found.proved, found.resolution) == (False, pytest.approx(1 / 16))
    rows = found.records()
    assert (rows[3]["cohesion"], rows[3]["loss_aversion"]) == (0.6, 3.0)
    assert (rows[0]["multilateral_from"], rows[0]["last"]) == (None, "hub-and-spoke")
    assert rows[3]["last"] == str(solve(game.at(1.0)).preferred.form)
    lines = [row for row in found.crossing_records() if row["loss_aversion"] == 3.0]
    assert {row["above"] for row in lines} >= {"hub-and-spoke", "multilateral"}
    assert len(found.to_dataframe()) == 4
    data = found.to_xarray()["multilateral_from"]
    assert data.dims == ("cohesion", "loss_aversion")
    assert bool(np.isnan(data.sel(cohesion=0.3, loss_aversion=1.0)))


def test_a_surface_can_be_proved() -> None:
    done = []
    found = critical_surface(
        ATHENS, {"cohesion": [0.6]}, resolution=0.05, progress=lambda *report: done.append(report)
    )
    assert found.proved
    assert found.resolution <= 0.05
    assert done == [("critical threats", 1, 1)]


@pytest.mark.parametrize(
    "axes",
    [{}, {"threat": [0.1]}, {"alpha": [1.0], "beta": [1.0], "cohesion": [0.5]}, ["cohesion"]],
)
def test_bad_axes_of_a_surface(axes) -> None:
    with pytest.raises(games.InvalidGameError, match=r"`axes` must map (one or two )?names"):
        critical_surface(ATHENS, axes)


SPANS = {"cohesion": (0.4, 0.6), "deployment": (0.1, 0.3)}


def test_a_forgotten_return_is_told() -> None:
    with pytest.raises(InvalidGameError, match="must give a number; got None in draw 1 of 16"):
        sensitivity(ATHENS, SPANS, 4, quantity=lambda game: None)


def test_draws_without_a_number_are_counted() -> None:
    def quantity(game):
        return math.nan if game.parameters.cohesion > 0.5 else 1.0

    with pytest.raises(InvalidGameError, match=r"must be finite; it is not in \d+ of 16 draws"):
        sensitivity(ATHENS, SPANS, 4, quantity=quantity)


def test_what_moves_in_its_last_bit_is_constant() -> None:
    found = sensitivity(
        ATHENS, SPANS, 4, quantity=lambda game: 0.1 + 1e-17 * game.parameters.cohesion + 0.2
    )
    assert all(math.isnan(item.first) and math.isnan(item.total) for item in found.indices)
    rng = np.random.default_rng(0)
    found = sensitivity(ATHENS, SPANS, 4, quantity=lambda game: 3.0 + 4e-16 * rng.integers(2))
    assert all(math.isnan(item.first) for item in found.indices)


def test_no_window_between_levels_is_missed() -> None:
    # the bloc is preferred from .506 to .527 alone: between two of 33 even levels
    europe = replace(games.load("europe-1949"), parameters=games.edition_1())
    europe = europe.strongest(6).with_parameters(cohesion=0.5105)
    levels = ((np.arange(400) + 0.5) / 400).tolist()
    share = np.mean([form_of(found) is Form.MULTILATERAL for _, found in look(europe, levels)])
    assert share > 0
    assert multilateral_share(europe) == pytest.approx(share, abs=3e-3)
