"""Every public result is a line, a table, a card, a picture where it has one, and a file.

The walk goes over `games.__all__` and `solver.__all__`, so that a new public class has to be named
here: as a result, of which an example is made and all abilities are asked, or as none.
"""

import copy
import inspect
import json
import pickle
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import invented_powers
import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

import games
import solver
from games import table_files
from games.citation import version
from games.measures.threat import OPERATIONALISATIONS
from games.tabled import Tabled
from solver.results import Interval

ATHENS = games.load("classic-athens")
PRISONERS = games.NormalForm([[[3, 0], [5, 1]], [[3, 5], [0, 1]]])
SPAN = {"cohesion": (0.4, 0.7)}
HUB = ATHENS.structure(spokes=["Samos", "Chios"])
PACT = ATHENS.structure(bloc=["Samos", "Chios"])


@cache
def compared() -> solver.Comparison:
    both = {"prospect": ATHENS, "expected/utility": ATHENS.with_preference(games.ExpectedUtility())}
    return solver.compare(ATHENS, both, threat=[0.05, 0.2, 0.7])


@cache
def solved() -> solver.Solution:
    return solver.solve(ATHENS)


@cache
def tree() -> Any:
    ends = [games.Terminal([2.0, 1.0]), games.Terminal([1.0, 0.0])]
    ask = games.Decision("Melos", ["yield", "fight"], ends)
    root = games.Decision("Athens", ["ask", "leave"], [ask, games.Terminal([1.5, 2.0])])
    return solver.solve(games.ExtensiveForm(root, players=["Athens", "Melos"]))


@cache
def prior() -> solver.PriorPredictive:
    wanted = [solver.Condition(ATHENS, 0.7, games.Form.MULTILATERAL)]
    return solver.prior_predictive(wanted, prior=SPAN, draws=20)


def estimated() -> solver.Estimate:
    """Return an estimate as `solver.estimate` would, which takes seconds."""
    intervals = {
        "cohesion": Interval(0.55, 0.9, False, False, gaps=((0.6, 0.65),)),
        "precision": Interval(18.4, 2000.0, False, True),
    }
    values = {"cohesion": 0.7, "precision": 105.0}
    return solver.Estimate(values, intervals, 0.9, -12.5, 3, ("the precision has no upper end",))


@cache
def powers() -> solver.Powers:
    from tempfile import TemporaryDirectory

    options = {"candidates": 3, "structural": 1, "folds": 2, "simulations": 0}
    with TemporaryDirectory() as folder:
        return solver.powers(invented_powers.write(Path(folder)), **options)


# an example of each result; what makes it is called when it is asked
RESULTS: dict[str, Callable[[], Any]] = {
    "BurdenStudy": lambda: solver.burdens(ATHENS.strongest(3), threat=[0.4, 0.7], rules=["split"]),
    "Certificate": lambda: solver.solve(PRISONERS).equilibria[0].certificate,
    "Change": lambda: compared().sweeps["prospect"].changes()[0],
    "Comparison": compared,
    "CriticalSurface": lambda: solver.critical_surface(ATHENS, {"cohesion": (0.5, 0.7)}),
    "CriticalThreat": lambda: solver.critical_threats(ATHENS)[0],
    "CriticalThreats": lambda: solver.critical_threats(ATHENS),
    "Dominance": lambda: games.dominated(PRISONERS, 0)[0],
    "Elimination": lambda: games.eliminate(PRISONERS),
    "Equilibrium": lambda: solved().preferred,
    "EquilibriumSet": lambda: solved().equilibria,
    "Estimate": estimated,
    "FramingEffect": lambda: compared().framing_effects[1],
    "FramingMap": lambda: solver.framing_map(ATHENS.strongest(3), y_range=(1, 3), resolution=5),
    "FramingPremium": lambda: solver.framing_premium(ATHENS, threat=[0.2, 0.5, 0.8]),
    "History": lambda: solver.history([games.load_case("rok-1953")], draws=0),
    "Level": lambda: compared().sweeps["prospect"].levels[1],
    "LogitFit": lambda: solver.fit_precision(PRISONERS, [[3, 7], [2, 8]]),
    "PhaseDiagram": lambda: solver.phase_diagram(ATHENS.strongest(3), resolution=5),
    "Powers": powers,
    "PriorPredictive": prior,
    "PriorShare": lambda: prior().shares[0],
    "ProfileEquilibrium": lambda: solver.solve(PRISONERS).equilibria[0],
    "ProfileSolution": lambda: solver.solve(PRISONERS),
    "Robustness": lambda: solver.robustness(ATHENS, SPAN, draws=5, threats=[0.3, 0.7]),
    "Sensitivity": lambda: solver.sensitivity(ATHENS.strongest(3), SPAN, size=4),
    "SignPattern": lambda: solver.sign_pattern(ATHENS, resolution=3),
    "Solution": solved,
    "Study": lambda: compared().sweeps["prospect"],
    "ThreatMeasure": lambda: games.ThreatMeasure("stake", 0.3, 0.3, False, {"Samos": 0.1}),
    "TreeEquilibrium": lambda: tree().equilibria[0],
    "TreeSolution": tree,
    # no names of `solver`, but results of its modules
    "Branch": lambda: solver.branch(PRISONERS, to=3),
    "CorrelatedEquilibrium": lambda: solver.correlated.solve(PRISONERS),
    "Measures": lambda: solver.network.measures(PACT),
}
# results of which there is nothing to see but the table
WITHOUT_PICTURE = {
    *("Certificate", "Change", "CorrelatedEquilibrium", "CriticalThreat", "Dominance"),
    *("Elimination", "FramingEffect", "Measures", "PriorShare", "ThreatMeasure"),
    *("TreeEquilibrium", "TreeSolution"),
}
# what a user makes or is told by: games, preferences, words, errors
NOUNS = {
    *("AllianceGame", "AllianceStructure", "Alliances", "Appraisal", "BargainingProblem"),
    *("BurdenProblem", "BurdenSharing", "Chance", "CharacteristicFunction", "CodedCase"),
    *("CodedForm", "CodedThreat", "Condition", "ConstantReference", "CumulativeProspectTheory"),
    *("Decision", "Described", "Disputes", "Domain", "ExpectationReference", "ExpectedUtility"),
    *("ExtensiveForm", "Figure", "Form", "GoldsteinEinhorn", "JointLottery", "Linear"),
    *("NationalCapabilities", "NormalForm", "Operationalisation", "Parameters", "Plan"),
    *("Preference", "Prelec", "Prelec2", "Prospect", "Reference", "Scenario", "SignedTreaty"),
    *("Status", "StatusQuoReference", "Terminal", "ThreatReference", "TverskyKahneman"),
    "Weighting",
}
# these take seconds to make
LONG = {"Powers", "Sensitivity"}
NAMES = [pytest.param(name, marks=pytest.mark.long) if name in LONG else name for name in RESULTS]
FORMATS = (".csv", ".json", ".parquet", ".nc", ".dta", ".xlsx", ".tex")
LONGEST = 400


CASE = games.load_case("rok-1953")
LINEAR = games.ExpectedUtility()
LEAF = games.Terminal([1.0])
NOUN_EXAMPLES: dict[str, Any] = {
    "AllianceGame": games.load("nato-2024"),
    "AllianceStructure": PACT,
    "Alliances": games.Alliances("made up", {1949: {}}),
    "Appraisal": ATHENS.appraise(PACT),
    "BargainingProblem": games.BargainingProblem([LINEAR] * 20, [0] * 20, 10),
    "BurdenProblem": games.BurdenProblem([abs, abs], [0, 0]),
    "BurdenSharing": ATHENS.sharing,
    "Chance": games.Chance(["rain"], [1.0], [LEAF]),
    "CharacteristicFunction": games.glove(2, 8),
    "CodedCase": CASE.scenario.case,
    "CodedForm": CASE.scenario.case.preferred,
    "CodedThreat": CASE.scenario.threat,
    "Condition": solver.Condition(ATHENS, 0.7, games.Form.MULTILATERAL),
    "ConstantReference": games.ConstantReference(0.1),
    "CumulativeProspectTheory": games.CumulativeProspectTheory(),
    "Decision": games.Decision("Melos", ["go"], [LEAF]),
    "Described": ATHENS.describe()[0],
    "Disputes": games.Disputes("made up", {1949: {}}),
    "Domain": games.Domain.LOSSES,
    "ExpectationReference": games.ExpectationReference(PACT),
    "ExpectedUtility": LINEAR,
    "ExtensiveForm": tree().game,
    "Figure": next(iter(CASE.scenario.figures.values())),
    "Form": games.Form.MIXED,
    "GoldsteinEinhorn": games.GoldsteinEinhorn(0.6, 0.8),
    "JointLottery": games.JointLottery(((0.0, 1.0),) * 50, (0.02,) * 50),
    "Linear": games.Linear(),
    "NationalCapabilities": games.NationalCapabilities("made up", {1949: {}}),
    "NormalForm": PRISONERS,
    "Operationalisation": OPERATIONALISATIONS["stake"],
    "Parameters": games.Parameters(cohesion=0.5),
    "Plan": tree().equilibria[0].strategies["Athens"],
    "Preference": LINEAR,
    "Prelec": games.Prelec(0.6),
    "Prelec2": games.Prelec2(0.6, 0.9),
    "Prospect": games.Prospect([0.1] * 40 + [0.2], [0.01] * 40 + [0.6]),
    "Reference": games.StatusQuoReference(PACT, 0.3),
    "Scenario": CASE.scenario,
    "SignedTreaty": CASE.scenario.treaties[0],
    "Status": solver.Status.SOLVED,
    "StatusQuoReference": games.StatusQuoReference(PACT, 0.3),
    "Terminal": LEAF,
    "ThreatReference": games.ThreatReference(),
    "TverskyKahneman": games.TverskyKahneman(0.61),
    "Weighting": games.Linear(),
}


@cache
def example(name: str) -> Any:
    return RESULTS[name]()


def classes() -> dict[str, type]:
    found = {}
    for package in (games, solver):
        for name in package.__all__:
            value = getattr(package, name)
            if inspect.isclass(value) and not issubclass(value, Exception):
                found[name] = value
    return found


def test_every_public_class_is_a_result_or_a_noun() -> None:
    public = classes()
    assert set(public) <= set(RESULTS) | NOUNS
    assert not set(RESULTS) & NOUNS
    assert {name for name in public if issubclass(public[name], Tabled)} <= set(RESULTS)


@pytest.mark.parametrize("name", NAMES)
def test_it_is_what_it_is_called(name) -> None:
    assert type(example(name)).__name__ == name
    assert isinstance(example(name), Tabled)


@pytest.mark.parametrize("name", NAMES)
def test_a_frame_has_the_rows_and_says_what_it_is(name) -> None:
    found = example(name)
    frame = found.to_dataframe()
    rows = found.records()
    assert rows
    assert len(frame) == len(rows)
    assert set(rows[0]) <= set(frame.columns)
    assert frame.attrs["title"] == found.title
    assert frame.attrs["version"] == f"alliance-solver {version()}"
    assert len(frame.attrs["question"]) == 64
    for row in rows:
        assert all(isinstance(v, str | bool | int | float | None) for v in row.values())
    assert [dict(row) for row in found.head(2)] == rows[:2] or name == "Powers"


@pytest.mark.parametrize("name", NAMES)
def test_every_column_of_numbers_has_a_unit(name) -> None:
    found = example(name)
    frame, units = found.to_dataframe(), found.units()
    numbers = [column for column in frame if frame[column].dtype.kind == "f"]
    bare = {column for column in numbers if not {column, column.partition("[")[0]} & set(units)}
    assert not bare
    assert all(text.strip() == text != "" for text in units.values())


@pytest.mark.parametrize("name", NAMES)
def test_its_repr_is_short_and_one_line(name) -> None:
    text = repr(example(name))
    assert text.lstrip("<").startswith(name)
    assert len(text) < LONGEST
    assert "\n" not in text


@pytest.mark.parametrize("name", sorted(NOUNS))
def test_nouns_are_short_and_pickled_too(name) -> None:
    found = NOUN_EXAMPLES[name]
    assert isinstance(found, classes()[name])
    text = repr(found)
    assert len(text) < LONGEST
    assert "\n" not in text
    assert copy.deepcopy(found) == found
    assert pickle.loads(pickle.dumps(found)) == found


# maps and comparisons take a second each to draw, and their pictures are asked for below
@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=pytest.mark.long)
        if name in LONG | {"Comparison", "CriticalSurface", "FramingMap", "PhaseDiagram"}
        else name
        for name in RESULTS
    ],
)
def test_a_notebook_shows_a_card(name) -> None:
    found = example(name)
    html = found._repr_html_()
    assert "<table>" in html
    assert ("data:image/png" in html) is (name not in WITHOUT_PICTURE)
    assert html.count("<tr>") <= 13 + 1
    if found.caveat:
        assert "<em>" in html


@pytest.mark.parametrize("name", NAMES)
def test_its_picture_is_drawn_where_it_is_asked(name) -> None:
    found = example(name)
    if name in WITHOUT_PICTURE:
        with pytest.raises(games.NotApplicableError, match=f"no picture of {name}"):
            found.plot()
        return
    figure = found.plot()
    assert isinstance(figure, Figure)
    assert figure.get_size_inches()[0] == 8
    mine = Figure()
    axes = mine.add_subplot()
    assert found.plot(ax=axes) is mine
    assert axes.has_data() or axes.patches
    with pytest.raises(games.InvalidGameError, match="`ax`"):
        found.plot(ax="here")


@pytest.mark.parametrize("name", NAMES)
def test_it_is_pickled_and_copied_and_stays_read_only(name) -> None:
    found = example(name)
    again = pickle.loads(pickle.dumps(found))
    assert again.to_dataframe().equals(found.to_dataframe())
    assert again == found
    assert copy.deepcopy(found) == found
    assert copy.copy(found) == found
    for part in vars(again).values():
        if isinstance(part, np.ndarray):
            assert not part.flags.writeable
        if isinstance(part, dict) and part and type(part) is not dict:
            with pytest.raises(TypeError):
                part["new"] = 1


def plain(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame with what formats tell differently told alike: nothing, truth, counts."""
    found = {}
    for name in frame:
        column = frame[name]
        if column.dtype == object or column.dtype.kind in "OU":
            held = [v for v in column if v is not None and v == v and v != ""]
            if held and all(isinstance(v, str) for v in held):
                found[name] = ["" if v is None or v != v else v for v in column]
            else:
                empty = [np.nan if v is None or v == "" else v for v in column]
                found[name] = np.array(empty, dtype=float)
        else:
            found[name] = column.to_numpy(dtype=float, na_value=np.nan)
    return pd.DataFrame(found)


def read(path: Path) -> pd.DataFrame:
    """Return what is read back, of csv and spreadsheets as texts."""
    if path.suffix == ".csv":
        return pd.read_csv(path, dtype=str, keep_default_na=False)
    if path.suffix == ".json":
        return pd.DataFrame.from_records(json.loads(path.read_text("utf-8")))
    if path.suffix == ".parquet":
        return pd.read_parquet(path)
    if path.suffix == ".dta":
        return pd.read_stata(path)
    return pd.read_excel(path, dtype=str, keep_default_na=False)


def number(value: Any) -> float:
    words = {"True": 1.0, "False": 0.0, "": np.nan, "inf": np.inf, None: np.nan}
    return words[value] if value in words else float(value)


@pytest.mark.parametrize(
    "suffix",
    [
        *(".csv", ".dta"),
        *(pytest.param(one, marks=pytest.mark.long) for one in (".json", ".parquet", ".xlsx")),
    ],
)
@pytest.mark.parametrize("name", NAMES)
def test_it_is_written_and_read_back_equal(name, suffix, tmp_path) -> None:
    found = example(name)
    path = found.write(tmp_path / f"rows{suffix}")
    wanted, got = plain(found.to_dataframe()), read(path)
    if suffix == ".dta":
        assert len(set(got.columns)) == len(wanted.columns)
        got.columns = wanted.columns
    assert list(got.columns) == list(wanted.columns)
    for column in wanted:
        one, other = wanted[column], got[column].tolist()
        if one.dtype.kind == "f":
            # a spreadsheet and pandas' json hold 15 digits
            off = 1e-14 if suffix in (".xlsx", ".json") else 0
            np.testing.assert_allclose(list(map(number, other)), one, rtol=off)
        else:
            texts = ["" if text is None or text != text else text for text in other]
            assert [text.lstrip("'") for text in texts] == [text.lstrip("'") for text in one]


@pytest.mark.parametrize("name", NAMES)
def test_netcdf_holds_the_same_numbers(name, tmp_path) -> None:
    import xarray as xr

    found = example(name)
    path = found.write(tmp_path / "rows.nc")
    with xr.open_dataset(path) as data:
        assert data.attrs["title"] == found.title
        assert data.attrs["question"] == found.about()["question"]
        whole = data.load()
    frame = plain(found.to_dataframe())
    sums = {
        c: float(np.nansum(frame[c]))
        for c in frame
        if frame[c].notna().any() and frame[c].dtype.kind == "f"
    }
    names = {whole[n].attrs.get("name", n): n for n in whole.variables}
    for column, total in sums.items():
        held = whole[names[column]]
        if names[column] in whole.dims:
            assert set(held.values.tolist()) == set(frame[column])
        else:
            assert float(np.nansum(held.values.astype(float))) == pytest.approx(total)


@pytest.mark.parametrize("name", NAMES)
def test_latex_is_a_booktabs_table(name, tmp_path) -> None:
    found = example(name)
    text = found.write(tmp_path / "rows.tex").read_text("utf-8")
    assert text.startswith("% title: ")
    assert "\\toprule" in text
    assert "\\bottomrule" in text
    body = text.split("\\midrule\n")[1].split("\\bottomrule")[0].strip().splitlines()
    assert len(body) == len(found.records())
    assert all(line.endswith("\\\\") for line in body)


@pytest.mark.parametrize("suffix", FORMATS)
def test_files_say_what_they_are(suffix, tmp_path) -> None:
    found = compared()
    path = found.write(tmp_path / f"rows{suffix}")
    about = found.about()
    if suffix in (".csv", ".json"):
        told = json.loads(Path(f"{path}-metadata.json").read_text("utf-8"))
        assert told == about
    elif suffix == ".parquet":
        assert pd.read_parquet(path).attrs == about
    elif suffix == ".xlsx":
        sheet = pd.read_excel(path, sheet_name="about")
        assert dict(zip(sheet["what"], sheet["is"], strict=True)) == about
    elif suffix == ".dta":
        with pd.io.stata.StataReader(path) as reader:
            label = reader.data_label
        assert version() in label
        assert str(about["question"])[:12] in label
    else:
        assert str(about["question"]).encode() in path.read_bytes()


@pytest.mark.parametrize("suffix", FORMATS)
def test_names_with_slashes_and_blanks_survive(suffix, tmp_path) -> None:
    names = ("A/B", "United Kingdom", "=sum", "a_b")
    game = games.AllianceGame(hegemon="H", capabilities=dict.fromkeys(names, 0.2), threat=0.6)
    found = solver.solve(game)
    columns = {f"payoff[{name}]" for name in names}
    path = found.write(tmp_path / f"rows{suffix}")
    if suffix == ".nc":
        import xarray as xr

        with xr.open_dataset(path) as data:
            assert columns <= {data[n].attrs.get("name", n) for n in data.variables}
            assert set(data["structure"].values) == set(found.to_dataframe()["structure"])
    elif suffix == ".tex":
        text = path.read_text("utf-8")
        assert all(f"payoff[{name.replace('_', ' ')}]" in text for name in names)
    elif suffix == ".dta":
        with pd.io.stata.StataReader(path) as reader:
            labels = reader.variable_labels()
            rows = reader.read()
        assert columns <= {labels[n] or n for n in rows}
        assert rows["structure"].tolist() == found.to_dataframe()["structure"].tolist()
    else:
        rows = read(path)
        assert columns <= set(rows.columns)
        assert rows["structure"].tolist() == found.to_dataframe()["structure"].tolist()


def test_the_digest_is_of_the_question() -> None:
    one, same, other = solved(), solver.solve(ATHENS), solver.solve(ATHENS.at(0.3))
    assert one.about()["question"] == same.about()["question"] != other.about()["question"]
    nash = solver.solve(ATHENS, "nash")
    assert nash.about()["question"] != one.about()["question"]


def test_results_that_hold_no_question_are_told_apart_by_their_rows() -> None:
    one = example("Estimate")
    other = replace(one, values=one.values | {"cohesion": 0.71})
    assert one.about()["question"] != other.about()["question"]
    assert one.about()["question"] == replace(one).about()["question"]
    ends = [games.Terminal([2.0, 1.0]), games.Terminal([1.0, 2.0])]
    trees = [
        solver.solve(
            games.ExtensiveForm(games.Decision(mover, ["ask", "go"], ends), players=["A", "B"])
        )
        for mover in ("A", "B")
    ]
    assert trees[0].about()["question"] != trees[1].about()["question"]


def test_the_digest_of_a_comparison_knows_no_answers() -> None:
    found = compared()
    sweeps = {name: replace(path, computed=0) for name, path in found.sweeps.items()}
    again = solver.Comparison(found.game, sweeps, {})
    assert again.about()["question"] == found.about()["question"]


def test_an_unknown_suffix_names_all() -> None:
    with pytest.raises(games.InvalidGameError, match=r"\.dta, \.xlsx, \.tex") as caught:
        solved().write("rows.sav")
    assert "\n" not in str(caught.value)


def test_what_spreadsheets_take_for_formulas_is_text(tmp_path) -> None:
    rows = [{"=name": "=1+1", "n": 1.0}]
    path = table_files.write(rows, dict, tmp_path / "rows.xlsx")
    read_back = pd.read_excel(path)
    assert read_back.iloc[0, 0] == "'=1+1"
    assert read_back.columns[0] == "'=name"


def test_stata_takes_what_is_missing_everywhere_and_long_names(tmp_path) -> None:
    rows = [
        {"nothing": None, "a very long name of a column / one": 1.5, "text": "x" * 3000},
        {"nothing": None, "a very long name of a column / two": 2.5, "text": None},
    ]
    path = table_files.write(rows, dict, tmp_path / "rows.dta")
    back = pd.read_stata(path)
    assert back["text"].tolist() == ["x" * 3000, ""]
    first, second = [name for name in back if name.startswith("a_very")]
    assert len(first) <= 32
    assert back[first].tolist()[0] == 1.5
    assert back[second].tolist()[1] == 2.5
    with pd.io.stata.StataReader(path) as reader:
        assert "a very long name of a column / one" in reader.variable_labels().values()


def test_no_picture_without_matplotlib(monkeypatch) -> None:
    monkeypatch.setattr("games.tables.find_spec", lambda name: None)
    with pytest.raises(games.MissingDependencyError, match="plot"):
        solved().plot()
    assert "<img" not in solved()._repr_html_()
    assert "<table>" in solved()._repr_html_()


def test_a_structure_is_drawn_too() -> None:
    figure = PACT.plot(candidates=ATHENS.candidates, capabilities=ATHENS.capabilities)
    texts = {text.get_text() for text in figure.axes[0].texts}
    assert {"Samos", "Chios", "Naxos", "Athens"} <= texts
    assert "data:image/png" in PACT._repr_html_()


def test_summaries_are_texts() -> None:
    for found, words in (
        (example("Estimate"), ("cohesion", "precision", "90% interval", "log likelihood")),
        (example("LogitFit"), ("precision", "95% interval", "standard error")),
        (example("History"), ("prospect_theory", "base_rate", "recorded")),
    ):
        text = found.summary()
        assert all(word in text for word in words), text
