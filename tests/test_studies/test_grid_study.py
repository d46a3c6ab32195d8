"""Studies: axes, designs and rows as asked for, and what they found as frames and files."""

import json
from itertools import product

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from known_games import ATHENS

import games
from games import (
    ConstantReference,
    CumulativeProspectTheory,
    ExpectedUtility,
    InvalidGameError,
    MissingDependencyError,
    NotApplicableError,
    OutputError,
    ThreatReference,
    UnknownNameError,
    tables,
)
from solver import solve, sweep
from solver.studies.grid import Study, solving, study
from solver.studies.grid.keys import MODEL
from solver.studies.grid.plan import design_points, plan_of
from solver.studies.outcome import COLUMNS, MEANINGS

THREATS = [0.6, 0.2]  # out of order on purpose
AVERSIONS = [1.0, 2.25, 4.0]


@pytest.fixture(scope="module")
def found() -> Study:
    return study(ATHENS, threat=THREATS, cohesion=[0.4, 0.55], loss_aversion=AVERSIONS)


def test_rows_stand_in_the_order_of_the_axes(found):
    table = found.to_dataframe()
    assert list(table.columns) == ["threat", "cohesion", "loss_aversion", *COLUMNS]
    cells = list(product(THREATS, [0.4, 0.55], AVERSIONS))
    assert list(zip(table.threat, table.cohesion, table.loss_aversion, strict=True)) == cells
    assert len(found) == len(table) == 12
    assert repr(found) == f"<Study: {found}>"
    assert str(found) == "12 cells over threat (2), cohesion (2), loss_aversion (3)"
    for (threat, cohesion, aversion), row in zip(cells, table.itertuples(), strict=True):
        taste = CumulativeProspectTheory(loss_aversion=aversion)
        game = ATHENS.with_preference(taste).with_parameters(cohesion=cohesion)
        best = solve(game.at(threat)).preferred
        assert row.structure == str(best.structure)
        assert row.value == pytest.approx(best.appraisal.value, rel=1e-13)
        assert row.tied_pairs == best.structure.tied_pairs
        assert row.multilateral_share == best.structure.multilateral_share


def test_the_order_of_axes_changes_no_cell(found):
    other = study(ATHENS, loss_aversion=AVERSIONS[::-1], threat=THREATS, cohesion=[0.55, 0.4])
    names = ["threat", "cohesion", "loss_aversion"]
    tables_ = [one.to_dataframe().sort_values(names) for one in (found, other)]
    left, right = (table[found.to_dataframe().columns].reset_index(drop=True) for table in tables_)
    pd.testing.assert_frame_equal(left, right, check_exact=True)


def test_columns_are_those_of_a_sweep(found):
    path = sweep(ATHENS, threat=THREATS).to_dataframe()
    mine = study(ATHENS, threat=THREATS).to_dataframe()
    assert path.columns.tolist() == mine.columns.tolist() == ["threat", *COLUMNS]
    pd.testing.assert_frame_equal(mine, path, rtol=1e-11, atol=1e-13)


def test_types_of_a_frame(found):
    kinds = found.to_dataframe().dtypes
    assert {str(kinds[name]) for name in ("threat", "value", "regret")} == {"float64"}
    assert {str(kinds[name]) for name in ("allies", "equilibria")} == {"int64"}
    portions = list(found.frames(5))
    assert [len(portion) for portion in portions] == [5, 5, 2]
    pd.testing.assert_frame_equal(tables.joined(portions), found.to_dataframe())


def test_a_dataset_has_documented_axes(found):
    data = found.to_xarray()
    assert dict(data.sizes) == {"threat": 2, "cohesion": 2, "loss_aversion": 3}
    assert data.threat.values.tolist() == THREATS
    assert data.cohesion.attrs == {
        "long_name": "probability that a bloc acts",
        "units": "probability",
    }
    assert set(data.data_vars) == set(COLUMNS)
    assert all(data[name].attrs["units"] == MEANINGS[name].unit for name in COLUMNS)
    assert data.attrs == {"model_version": MODEL, "tolerance": 1e-9, "concept": "subgame_perfect"}
    row = found.to_dataframe().set_index(["threat", "cohesion", "loss_aversion"])
    for cell in product(THREATS, [0.4, 0.55], AVERSIONS):
        place = dict(zip(data.sizes, cell, strict=True))
        assert float(data.value.sel(place)) == row.value[cell]
        assert str(data.form.sel(place).values) == row.form[cell]


@pytest.mark.parametrize("suffix", [".csv", ".json", ".parquet", ".nc"])
def test_files_hold_every_cell(found, tmp_path, suffix):
    path = found.write(tmp_path / f"study{suffix}")
    expected = found.to_dataframe()
    if suffix == ".nc":
        with xr.open_dataset(path) as data:
            assert data.value.values.ravel().tolist() == expected.value.tolist()
            assert data.structure.values.ravel().tolist() == expected.structure.tolist()
        return
    read = {
        ".csv": lambda: pd.read_csv(path, dtype=str),
        ".json": lambda: pd.DataFrame(json.loads(path.read_text())),
        ".parquet": lambda: pd.read_parquet(path),
    }[suffix]()
    assert list(read.columns) == list(expected.columns)
    exact = suffix != ".json"  # which holds 15 digits
    for name in ("value", "regret", "threat", "allies"):
        pair = [float(value) for value in read[name]], expected[name].tolist()
        assert pair[0] == (pair[1] if exact else pytest.approx(pair[1], rel=1e-14, abs=1e-14))
    assert read.structure.tolist() == expected.structure.tolist()


def test_files_that_cannot_be_written(found, tmp_path, monkeypatch):
    with pytest.raises(InvalidGameError, match=r"`out` must end in one of \.csv"):
        found.write(tmp_path / "study.txt")
    with pytest.raises(OutputError, match="there is no directory"):
        found.write(tmp_path / "no" / "study.csv")
    monkeypatch.setattr(tables, "find_spec", lambda name: None)
    with pytest.raises(MissingDependencyError, match="xarray"):
        found.to_xarray()
    assert list(tmp_path.iterdir()) == []


# --- kinds of axes


def test_scenarios_concepts_and_labelled_preferences():
    tastes = {"prospect": CumulativeProspectTheory(), "expected": ExpectedUtility()}
    mixed = study(
        scenario=["classic-athens", "asia-1951"],
        concept=["nash", "subgame_perfect"],
        preference=tastes,
        threat=[0.6],
    )
    table = mixed.to_dataframe()
    assert len(table) == 8
    for row in table.itertuples():
        game = games.load(row.scenario).with_preference(tastes[row.preference])
        best = solve(game.at(0.6), row.concept).preferred
        assert row.structure == str(best.structure)
        assert row.value == pytest.approx(best.appraisal.value, rel=1e-13)
    assert table.security_level.isna().tolist() == (table.concept == "nash").tolist()
    data = mixed.to_xarray()
    assert data.preference.values.tolist() == ["prospect", "expected"]
    assert "concept" not in data.attrs
    assert data.scenario.attrs["units"] == "name"


def test_a_reference_axis_and_single_candidates():
    rules = {"threat": ThreatReference(), "status quo": ConstantReference(0.3)}
    several = study(ATHENS, reference=rules, **{"capabilities.Samos": [0.1, 0.3]}, frame=[0.2])
    table = several.to_dataframe()
    assert table.reference_rule.tolist() == ["threat", "threat", "status quo", "status quo"]
    assert table.reference.tolist() == [0.2, 0.2, 0.3, 0.3]
    unnamed = study(ATHENS, reference=list(rules.values()), slope=0.5)
    assert unnamed.to_dataframe().reference_rule[0] == "ThreatReference(base=0.0, slope=1.0)"
    assert unnamed.tally()["failed"] == 1  # a constant has no slope


def test_whole_rules_come_before_their_parts():
    mine = {"a": CumulativeProspectTheory(loss_aversion=9.0)}
    one = study(ATHENS, loss_aversion=[1.5], preference=mine, threat=0.6).to_dataframe()
    two = study(ATHENS, loss_aversion=[1.5], threat=0.6).to_dataframe()
    assert one.value.tolist() == two.value.tolist()


def test_combinations_that_suit_no_game_are_rows():
    tastes = ["prospect-theory", "expected-utility"]
    found = study(ATHENS, preference=tastes, loss_aversion=[1.5, 2.0], base=[0.0])
    assert found.tally() == {"failed": 2, "mixed": 2} or found.tally()["failed"] == 2
    table = found.to_dataframe()
    assert table.status.tolist() == ["solved", "solved", "failed", "failed"]
    assert table.allies.isna().sum() == 2
    assert table.error[3].startswith("`loss_aversion` is a quantity of CumulativeProspectTheory")
    data = found.to_xarray()
    assert np.isnan(data.value.sel(preference="expected-utility")).all()
    assert data.form.sel(preference="expected-utility").values.tolist() == [[""], [""]]
    elsewhere = study(
        scenario=["classic-athens", "asia-1951"], **{"capabilities.Samos": [0.1, 0.2]}, threat=0.5
    )
    assert elsewhere.to_dataframe().status.tolist() == ["solved", "solved", "failed", "failed"]


@pytest.mark.parametrize(
    ("axes", "kind", "message"),
    [
        ({}, InvalidGameError, "a study must have an axis"),
        ({"threat": [1.4]}, InvalidGameError, r"`threat` must lie in \[0, 1\]; got 1.4"),
        ({"thret": [0.4]}, UnknownNameError, r"unknown parameter 'thret' \(did you mean 'threat'"),
        ({"threat": []}, InvalidGameError, "`threat` must have at least one value; got none"),
        ({"threat": [0.5, 0.5]}, InvalidGameError, "`threat` must have each value once; got 0.5"),
        ({"threat": ["high"]}, InvalidGameError, "`threat` must be a number; got 'high'"),
        ({"threat": [None]}, InvalidGameError, "`threat` must be a number; got None"),
        ({"cohesion": [0.5, -1]}, InvalidGameError, "`cohesion` must lie in"),
        ({"preference": ["mine"]}, UnknownNameError, "unknown preference 'mine'"),
        ({"preference": [3]}, InvalidGameError, "`preference` must be a Preference; got 3"),
        ({"preference": [3], "alpha": [1]}, InvalidGameError, "`preference` must be a Preference"),
        ({"threat": [0.5], "concept": ["best"]}, UnknownNameError, "unknown concept 'best'"),
        ({"threat": [0.5], "concept": "best"}, UnknownNameError, "unknown concept 'best'"),
        ({"threat": [0.5], "tolerance": 2}, InvalidGameError, "`tolerance` must lie in"),
        ({"threat": [0.5], "workers": 0}, InvalidGameError, "`workers` must be a whole number"),
        (
            {"scenario": ["classic-athens"]},
            InvalidGameError,
            "`game` must be None where `scenario`",
        ),
        ({"threat": (0, 1), "design": "dice", "size": 2}, InvalidGameError, "`design` must be one"),
        ({"threat": (0, 1), "design": "sobol"}, InvalidGameError, "`size` must be given"),
        ({"threat": (0, 1), "design": "sobol", "size": 3}, InvalidGameError, "a power of 2"),
        ({"threat": 0.5, "design": "sobol", "size": 2}, InvalidGameError, r"a range \(low, high\)"),
        ({"threat": (1, 0), "design": "sobol", "size": 2}, InvalidGameError, "low first"),
        ({"threat": (0, 2), "design": "latin_hypercube", "size": 50}, InvalidGameError, "`threat`"),
        (
            {"preference": ["expected-utility"], "design": "sobol", "size": 2},
            InvalidGameError,
            "a range",
        ),
        (
            {"rows": [{"threat": 1}], "design": "sobol"},
            InvalidGameError,
            "`rows` must not be given",
        ),
        ({"rows": [{"threat": 1}], "threat": [1]}, InvalidGameError, "`threat` must not be given"),
        ({"rows": []}, InvalidGameError, "`rows` must hold at least one row"),
        ({"rows": 3}, InvalidGameError, "`rows` must be a list of mappings"),
        ({"rows": [{"threat": 1}, {"frame": 1}]}, InvalidGameError, "row 1 holds frame"),
    ],
)
def test_questions_that_are_none(axes, kind, message, tmp_path):
    with pytest.raises(kind, match=message) as caught:
        study(ATHENS, store=tmp_path / "s.sqlite", **axes)
    assert "\n" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_no_game():
    with pytest.raises(InvalidGameError, match="`game` must be an AllianceGame"):
        study(threat=[0.5])


# --- designs and rows


@pytest.mark.parametrize("design", ["sobol", "latin_hypercube"])
def test_designs(design):
    found = study(
        ATHENS,
        design=design,
        size=16,
        seed=4,
        threat=(0, 1),
        cohesion=(0.4, 0.8),
        preference=["prospect-theory", "expected-utility"],
    )
    table = found.to_dataframe()
    assert len(table) == 32
    expected = design_points(design, 16, {"threat": (0, 1), "cohesion": (0.4, 0.8)}, 4)
    assert table[["threat", "cohesion"]].to_numpy()[::2].tolist() == expected.tolist()
    assert table.cohesion.between(0.4, 0.8).all()
    row = table.iloc[7]
    game = ATHENS.with_preference(ExpectedUtility()).with_parameters(cohesion=row.cohesion)
    wanted = solve(game.at(row.threat)).preferred.appraisal.value
    assert row.value == pytest.approx(wanted, rel=1e-13)
    data = found.to_xarray()
    assert dict(data.sizes) == {"point": 16, "preference": 2}
    assert data.cohesion.dims == ("point",)
    again = study(
        ATHENS,
        design=design,
        size=16,
        seed=4,
        threat=(0, 1),
        cohesion=(0.4, 0.8),
        preference=["prospect-theory", "expected-utility"],
    )
    pd.testing.assert_frame_equal(again.to_dataframe(), table, check_exact=True)
    other = design_points(design, 16, {"threat": (0, 1), "cohesion": (0.4, 0.8)}, 5)
    assert (other != expected).any()


def test_a_design_of_levels_and_tastes_is_one_group():
    plan = plan_of(
        ATHENS,
        {"threat": (0, 1), "loss_aversion": (1, 4)},
        concept="nash",
        tolerance=0.0,
        design="sobol",
        size=8,
    )
    ((positions, values),) = next(plan.groups()).chunks(100)
    assert len(list(plan.groups())) == 1
    assert positions.tolist() == list(range(8))
    assert values.shape == (8, 2)


def test_rules_that_a_game_does_not_take_are_told_apart():
    rules = {
        name: games.ExpectationReference(games.AllianceStructure("USA", spokes=[name]))
        for name in ("FRN", "PAK", "PHI")  # the first two are of one theatre only
    }
    theatres = ["southeast-asia-1954", "asia-1951"]
    found = study(scenario=theatres, reference=rules, threat=[0.2]).to_dataframe()
    assert found.status.tolist() == ["solved"] * 3 + ["failed"] * 2 + ["solved"]
    for row, name in ((3, "FRN"), (4, "PAK")):
        assert found.error[row].startswith(f"unknown candidate {name!r}")


def test_rows():
    rows = [
        {"threat": 0.6, "cohesion": 0.5, "preference": "expected-utility"},
        {"threat": 0.2, "cohesion": 0.5, "preference": "prospect-theory"},
        {"threat": 0.6, "cohesion": 0.5, "preference": "expected-utility"},  # again
        {"threat": 1.6, "cohesion": 0.5, "preference": "expected-utility"},
        {"threat": float("nan"), "cohesion": 0.5, "preference": "expected-utility"},
    ]
    found = study(ATHENS, rows=rows[:-1], ratification=["open", "unanimous"]).to_dataframe()
    assert found.status.tolist() == ["solved"] * 6 + ["failed"] * 2
    assert found.error[6] == "`threat` must lie in [0, 1]; got 1.6"
    assert found.value[0] == found.value[4]
    frame = pd.DataFrame(rows[:3])
    same = study(ATHENS, rows=frame).to_dataframe()
    assert same.value.tolist() == found.value.tolist()[0:6:2]
    with pytest.raises(InvalidGameError, match="`threat` must be finite; got nan"):
        study(ATHENS, rows=rows)
    bare = study(rows=[{"scenario": "classic-athens", "threat": 0.6}]).to_dataframe()
    assert bare.structure[0] == str(solve(ATHENS.at(0.6)).preferred.structure)


def test_many_batches_are_one_batch(monkeypatch, found):
    monkeypatch.setattr(solving, "CELLS", 5)
    other = study(ATHENS, threat=THREATS, cohesion=[0.4, 0.55], loss_aversion=AVERSIONS)
    pd.testing.assert_frame_equal(other.to_dataframe(), found.to_dataframe(), check_exact=True)


def test_a_rule_that_tells_no_quantities():
    class Secret(games.Preference):
        alpha = beta = loss_aversion = 1.0
        weighting_gains = weighting_losses = games.Linear()

    with pytest.raises(InvalidGameError, match="make Secret a dataclass"):
        study(ATHENS, preference={"mine": Secret()})


def test_a_method_that_does_not_answer_is_an_error_of_the_cell():
    assert issubclass(NotApplicableError, games.AllianceError)
    found = study(ATHENS, concept=["coalition_proof"], burden_sharing=["nash_in_nash"], threat=0.5)
    assert "is not searched with burden_sharing" in found.to_dataframe().error[0]
