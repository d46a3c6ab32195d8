"""The large test from end to end, on an invented Concert of Europe."""

import json

import invented_powers
import numpy as np
import pytest

import solver
from games import Form
from games.errors import InvalidGameError, MissingDependencyError
from solver.command.app import main
from solver.figures import powers as pictures
from solver.great_powers import reduced
from solver.great_powers.cells import FORMS, cells_of
from solver.great_powers.data import load_powers_data
from solver.great_powers.model import Outcomes, base_rate
from solver.great_powers.reduced import holm, logits
from solver.great_powers.validation import folds_of

pytestmark = pytest.mark.long

OPTIONS = {"years": 5, "candidates": 3, "structural": 2, "folds": 2, "simulations": 1}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return invented_powers.write(tmp_path_factory.mktemp("files"))


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    return tmp_path_factory.mktemp("store") / "powers.jsonl"


@pytest.fixture(scope="module")
def found(folder, store):
    return solver.powers(folder, store=store, **OPTIONS)


def test_every_account_and_the_base_rate_are_scored(found) -> None:
    names = [account.name for account in solver.ACCOUNTS] + ["base_rate"]
    assert sorted(one.name for one in found.models) == sorted(names)
    scores = [one.log_score for one in found.models]
    assert scores == sorted(scores, reverse=True)


def test_scores_are_those_of_the_chances_out_of_fold(found) -> None:
    form = np.array([FORMS.index(cell.form) for cell in found.cells])
    rows = np.arange(form.size)
    base = np.log(found.chances["base_rate"][rows, form])
    linear = np.log(found.chances["expected_utility"][rows, form])
    for one in found.models:
        own = np.log(found.chances[one.name][rows, form])
        assert one.log_score == pytest.approx(own.mean())
        assert one.over_base_rate.mean == pytest.approx((own - base).mean())
        assert one.over_expected_utility.mean == pytest.approx((own - linear).mean())
        assert found.chances[one.name].sum(axis=1) == pytest.approx(1)


def test_the_base_rate_is_that_of_the_other_folds(found) -> None:
    form = np.array([FORMS.index(cell.form) for cell in found.cells])
    blocks = np.array([("UKG", "RUS").index(cell.leader) for cell in found.cells])
    fold = folds_of(blocks, 2, 0)
    for number in range(2):
        wanted = np.exp(base_rate(form, fold != number))
        assert np.all(found.chances["base_rate"][fold == number] == wanted)


def test_a_rival_fits_no_worse_than_what_it_is_nested_in(found) -> None:
    nested = found.model("expected_utility").fit.log_likelihood
    for one in found.models:
        if one.name not in ("base_rate", "prospect_theory", "expected_utility"):
            assert one.fit.log_likelihood >= nested - 1e-3, one.name
            assert "strength" in one.fit.values


def test_estimates_lie_in_their_intervals(found) -> None:
    for name in ("prospect_theory", "expected_utility"):
        one = found.model(name)
        assert set(one.intervals) == {
            *(f"slope_{measure}" for measure in OPTIONS_MEASURES),
            "precision",
            "nesting",
        }
        for parameter, interval in one.intervals.items():
            assert interval.low - 1e-6 <= one.fit.values[parameter] <= interval.high + 1e-6


OPTIONS_MEASURES = ("leader_hostility", "pool_hostility", "pool_gradient")


def test_what_is_kept_is_not_worked_out_again(found, folder, store, monkeypatch) -> None:
    monkeypatch.setattr("solver.great_powers.model.Model.fit", None)
    again = solver.powers(folder, store=store, **OPTIONS)
    assert again.models == found.models
    assert again.power == found.power
    assert again.records() == found.records()


def test_a_store_of_another_question_is_refused(found, folder, store) -> None:
    with pytest.raises(InvalidGameError, match="another question"):
        solver.powers(folder, store=store, **OPTIONS | {"seed": 1})


def test_power_of_each_pair(found) -> None:
    pairs = {(one.truth, one.rejected) for one in found.power}
    names = {"prospect_theory", "expected_utility", "base_rate"}
    assert pairs == {(one, other) for one in names for other in names if one != other}
    assert all(0 <= one.share <= 1 and one.data_sets == 1 for one in found.power)


def test_primary_tests_are_corrected_together(found) -> None:
    assert len(found.primary) == 5
    raw = [one.p if np.isfinite(one.p) else 1.0 for one in found.primary]
    assert [one.corrected for one in found.primary] == pytest.approx(slow_holm(raw))


def slow_holm(raw):
    order = sorted(range(len(raw)), key=lambda place: raw[place])
    found, most = [0.0] * len(raw), 0.0
    for rank, place in enumerate(order):
        most = max(most, min(1.0, (len(raw) - rank) * raw[place]))
        found[place] = most
    return found


def test_holm_by_hand() -> None:
    assert holm([0.01, 0.04, 0.03, float("nan")]) == pytest.approx([0.04, 0.09, 0.09, 1.0])


def test_answers_are_three_sentences(found) -> None:
    assert len(found.answers) == 3
    assert all(line.endswith(".") for line in found.answers)
    assert all(line in found.paragraph for line in found.answers)
    assert found.paragraph.isprintable()


def test_rows_of_cells(found) -> None:
    frame = found.to_dataframe()
    assert len(frame) == len(found.cells)
    row = frame.iloc[0]
    cell = found.cells[0]
    assert (row["leader"], row["first"], row["form"]) == ("UKG", 1817, str(cell.form))
    form = FORMS.index(cell.form)
    assert row["p_base_rate"] == found.chances["base_rate"][0, form]
    assert row["threat_prospect_theory"] == found.threats["prospect_theory"][0]
    assert found.to_xarray()["leader_hostility"].size == len(found.cells)


# The reduced forms.


@pytest.fixture(scope="module")
def many(folder):
    return cells_of(load_powers_data(folder), years=1, candidates=3).cells


def test_a_logit_of_a_share_by_hand(many) -> None:
    # one measure of two values: the coefficient is the logarithm of the odds ratio
    size = len(many)
    measure = (np.arange(size) % 2 == 0).astype(float)[:, np.newaxis]
    signed = np.array([cell.form is not Form.NONE for cell in many])
    flat = np.zeros((size, 4))
    found = reduced._logit(
        "any", signed, Outcomes(measure, ("x",), np.zeros(size, int)), flat, np.arange(size) % 7
    )
    odds = [signed[measure[:, 0] == value].mean() for value in (0.0, 1.0)]
    wanted = np.log(odds[1] / (1 - odds[1])) - np.log(odds[0] / (1 - odds[0]))
    assert found.coefficients[0].value == pytest.approx(wanted, rel=1e-5)
    assert found.wald == pytest.approx(
        (found.coefficients[0].value / found.coefficients[0].se) ** 2
    )
    assert [one.name for one in found.coefficients] == ["x"]  # flat controls are left out


def test_a_question_that_is_separated_has_no_estimate(many) -> None:
    size = len(many)
    happened = np.arange(size) < 5
    measure = happened.astype(float)[:, np.newaxis]
    outcomes = Outcomes(measure, ("x",), np.zeros(size, int))
    found = reduced._logit("any", happened, outcomes, np.zeros((size, 4)), np.arange(size) % 7)
    assert found.coefficients == ()
    assert np.isnan(found.wald_p)
    assert "separate" in found.note


def test_without_statsmodels_the_extra_is_named(many, monkeypatch) -> None:
    import sys

    for name in ("statsmodels.discrete.discrete_model", "statsmodels.stats.multitest"):
        monkeypatch.setitem(sys.modules, name, None)
    outcomes = Outcomes(np.zeros((len(many), 1)), ("x",), np.zeros(len(many), int))
    with pytest.raises(MissingDependencyError, match=r"alliance-solver\[powers\]"):
        logits(many, outcomes)
    with pytest.raises(MissingDependencyError, match=r"alliance-solver\[powers\]"):
        holm([0.5])


# Wrong questions.


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"structural": 0}, "`structural` must be a whole number, at least 1"),
        ({"folds": 1}, "`folds` must be a whole number, at least 2"),
        ({"simulations": -1}, "`simulations` must be a whole number, at least 0"),
        ({"measures": []}, "`measures` must name one at least"),
        ({"measures": "pool_gradient"}, "`measures` must be a list"),
        ({"measures": ["gradient"]}, "`measures` must be one of leader_hostility"),
        ({"pledges": ["war"]}, "`pledges` must be one of defense"),
        ({"pledges": []}, "`pledges` must name one at least"),
        ({"pledges": ["neutral"]}, "must give cells of two forms at least"),
    ],
)
def test_wrong_options(folder, options, message) -> None:
    with pytest.raises(InvalidGameError, match=message):
        solver.powers(folder, **OPTIONS | options)


# The command and the pictures.


def test_the_command_prints_json(found, folder, store, tmp_path, capsys) -> None:
    out, plot = tmp_path / "rows.csv", tmp_path / "plot.png"
    options = [part for name, value in OPTIONS.items() for part in (f"--{name}", str(value))]
    asked = ["powers", "--data", str(folder), *options, "--store", str(store), "--json"]
    assert main([*asked, "--out", str(out), "--plot", str(plot)]) == 0
    told = json.loads(capsys.readouterr().out)
    assert {"cells", "models", "answers"} <= set(told)
    assert {"name", "log_score", "se", "difference"} <= set(told["models"][0])
    assert len(told["models"]) == len(solver.ACCOUNTS) + 1
    assert out.read_text("utf-8").count("\n") == len(told["cells"]) + 1
    assert plot.stat().st_size > 10_000
    assert told["models"] == json.loads(json.dumps(found.model_records()))
    assert main([*asked[:-1], "--quiet"]) == 0  # as tables
    shown = capsys.readouterr().out
    assert "Models, out of fold" in shown
    assert "6 treaties with a major power" in " ".join(shown.split())


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (["--measures", "x"], "`measures` must be one of"),
        (["--out", "rows.txt"], "`out` must end in one of"),
        (["--plot", "plot.txt"], "`plot` must end in one of"),
        (["--store", "no folder/kept.jsonl"], "no folder"),
        (["--candidates", "12"], "candidates"),
    ],
)
def test_the_command_complains_in_one_line(folder, more, message, capsys) -> None:
    assert main(["powers", "--data", str(folder), *more]) == 2
    said = capsys.readouterr().err
    assert message in said
    assert said.count("\n") == 1


def test_pictures_show_what_they_say(found) -> None:
    scores = pictures.figure(found).axes[0]
    ticks = [text.get_text() for text in scores.get_yticklabels()]
    models = [one for one in found.models if one.fit is not None]
    assert ticks == [one.name.replace("_", " ") for one in models][::-1]
    points = scores.containers[0].lines[0].get_xdata()
    assert list(points) == [one.over_base_rate.mean for one in models][::-1]
    forms = pictures.forms_over_time(found).axes[0]
    assert [text.get_text() for text in forms.get_yticklabels()] == ["UKG", "RUS"]
    assert len(forms.patches) == sum(cell.form is not Form.NONE for cell in found.cells)
    panels = pictures.threat_and_form(found).axes
    assert len(panels) == 2 * 3
    assert len(pictures.calibration(found).axes) == 2


def test_bins_hold_equally_many_and_their_shares() -> None:
    where = np.array([5.0, 1.0, 3.0, 2.0, 4.0, 0.0, 6.0, 7.0, 8.0, 9.0])
    happened = where >= 6
    across, share, spread = pictures._binned(where, happened)
    assert across.tolist() == [0.5, 2.5, 4.5, 6.5, 8.5]
    assert share.tolist() == [0, 0, 0, 1, 1]
    assert spread.tolist() == [0, 0, 0, 0, 0]
