"""What the pictures of results show: the values of the result, at their places."""

from itertools import pairwise

import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

import games
import solver
from games import Form, InvalidGameError, NotApplicableError
from solver.figures.look import COLOURS, LINES, borders, line_look, tiles
from solver.figures.study import MARKS
from solver.results import Interval

ATHENS = games.load("classic-athens")
THREATS = [0.0, 0.2, 0.5, 1.0]


@pytest.fixture(scope="module")
def study():
    return solver.sweep(ATHENS, threat=THREATS, cohesion=[0.4, 0.9])


@pytest.fixture(scope="module")
def path():
    return solver.sweep(ATHENS, threat=THREATS)


def words(figure):
    return [text.get_text() for legend in figure.legends for text in legend.get_texts()]


def colours_at(axes, points):
    """Return the colour of the patch that holds each point."""
    found = []
    for point in points:
        [patch] = [p for p in axes.patches if p.get_path().transformed(p.get_patch_transform())
                   .contains_point(point)]  # fmt: skip
        found.append(to_hex(patch.get_facecolor()).upper())
    return found


def test_tiles_have_the_form_of_their_cell(study):
    figure = study.plot(x="threat", y="cohesion")
    [axes] = figure.axes
    rows = study.to_dataframe()
    wanted = {
        (row.threat, row.cohesion): COLOURS[Form(row.form)].upper() for row in rows.itertuples()
    }
    places = {
        (threat, cohesion): (THREATS.index(threat), [0.4, 0.9].index(cohesion))
        for threat, cohesion in wanted
    }
    assert colours_at(axes, places.values()) == [wanted[cell] for cell in places]
    assert [tick.get_text() for tick in axes.get_xticklabels()] == ["0", "0.2", "0.5", "1"]
    assert axes.get_ylabel() == "cohesion (probability)"
    assert set(words(figure)) == set(rows.form)


def test_the_axes_can_be_turned_and_the_rest_is_held(study):
    figure = study.plot(x="cohesion", y="threat")
    assert figure.axes[0].get_xlabel() == "cohesion (probability)"
    wide = solver.sweep(ATHENS, threat=[0.2, 0.8], cohesion=[0.4, 0.9], reliability=[0.8, 0.9])
    figure = wide.plot()
    assert "(reliability 0.8)" in " ".join(figure.get_suptitle().split())
    with pytest.raises(InvalidGameError, match="`x` and `y` must be two columns"):
        study.plot(x="threat", y="threat")
    with pytest.raises(InvalidGameError, match="`x` must be one of"):
        study.plot(x="luck")


def test_a_band_turns_half_way_between_levels(path):
    [axes] = path.plot().axes
    spans = [collection.get_paths()[0].get_extents() for collection in axes.collections]
    assert [(box.x0, box.x1) for box in spans] == list(pairwise([0.0, 0.1, 0.35, 0.75, 1.0]))
    shown = [to_hex(collection.get_facecolor()[0]).upper() for collection in axes.collections]
    assert shown == [COLOURS[form].upper() for form in path.forms]


def test_words_stand_on_a_band_of_words():
    study = solver.sweep(ATHENS, preference=["prospect-theory", "expected-utility"])
    [axes] = study.plot().axes
    names = [tick.get_text() for tick in axes.get_xticklabels()]
    assert names == ["prospect-theory", "expected-utility"]


def test_points_of_a_design_are_marked_by_form():
    study = solver.sweep(ATHENS, design="sobol", size=8, threat=(0.0, 1.0), cohesion=(0.4, 0.9))
    [axes] = study.plot().axes
    rows = study.to_dataframe()
    for dots in axes.collections:
        own = rows[rows.form == dots.get_label()]
        assert np.asarray(dots.get_offsets()) == pytest.approx(own[["threat", "cohesion"]].values)
    assert sum(len(dots.get_offsets()) for dots in axes.collections) == 8
    assert len(MARKS) == len(Form) + 1


def test_payoffs_are_those_of_the_preferred_alliance(path):
    figure = path.plot(kind="payoffs")
    above, below = figure.axes
    worth = [level.preferred.values for level in path.levels]
    assert above.lines[0].get_ydata().tolist() == [row["Athens"] for row in worth]
    for line in below.lines[:-1]:
        assert line.get_ydata().tolist() == [row[line.get_label()] for row in worth]
    assert [line.get_label() for line in below.lines[:-1]] == list(ATHENS.candidates)
    own = Figure().add_subplot()
    assert path.plot(ax=own, kind="payoffs") is own.figure
    assert len(own.lines) == len(ATHENS.candidates) + 1


def test_payoffs_need_levels_and_few_candidates(study):
    with pytest.raises(InvalidGameError, match="the threat alone varies"):
        study.plot(kind="payoffs")
    with pytest.raises(InvalidGameError, match="`kind` must be one of"):
        study.plot(kind="lines")


def test_no_two_lines_look_alike():
    looks = [line_look(place) for place in range(LINES)]
    assert len(set(looks)) == LINES
    assert all(one[0] != other[0] and one[1] != other[1] for one, other in pairwise(looks))


def test_borders_lie_half_way():
    assert borders([2.0]) == [1.5, 2.5]
    assert borders([0.0, 1.0, 4.0]) == [-0.5, 0.5, 2.5, 5.5]


def test_tiles_without_equilibrium_are_white():
    axes = Figure().add_subplot()
    tiles(axes, [0, 1], [0], [[None, Form.MIXED]])
    assert colours_at(axes, [(0, 0), (1, 0)]) == ["#FFFFFF", COLOURS[Form.MIXED].upper()]


def ends(axes):
    """Return the ends of the bars of each row, the first above."""
    [bars] = [c for c in axes.collections if hasattr(c, "get_segments")]
    return [(seg[0][0], seg[1][0]) for seg in bars.get_segments()]


def test_shares_stand_with_their_intervals():
    found = solver.robustness(ATHENS, {"cohesion": (0.4, 0.7)}, draws=20, threats=[0.3, 0.9])
    [axes] = found.plot().axes
    wanted = [(one.low, one.high) for one in found.shares]
    assert np.array(ends(axes)) == pytest.approx(np.array(wanted))
    assert axes.lines[0].get_xdata().tolist() == [one.share for one in found.shares]
    named = [tick.get_text() for tick in axes.get_yticklabels()]
    assert named[0].startswith("threat 0.3: ")


def test_an_estimate_is_drawn_within_its_bounds():
    intervals = {
        "cohesion": Interval(0.5, 0.9, False, False, gaps=((0.6, 0.7),)),
        "precision": Interval(10.0, 2000.0, False, True),
    }
    values = {"cohesion": 0.75, "precision": 100.0}
    found = solver.Estimate(values, intervals, 0.9, -1.0, 1, ())
    [axes] = found.plot().axes
    spans = [line.get_xdata() for line in axes.lines if line.get_marker() == "None"]
    low, high = 0.01, 0.99
    scaled = [(x - low) / (high - low) for x in (0.5, 0.6, 0.7, 0.9)]
    precision = np.log(np.array([10.0, 2000.0]) / 0.1) / np.log(20_000)
    assert np.concatenate(spans) == pytest.approx([*precision, *scaled])
    assert any("or" in text.get_text() for text in axes.texts)


def test_a_surface_over_one_quantity_and_over_two():
    found = solver.critical_surface(ATHENS, {"cohesion": (0.5, 0.7)})
    [axes] = found.plot().axes
    assert np.asarray(axes.lines[0].get_ydata()) == pytest.approx(found.multilateral_from)
    both = solver.critical_surface(ATHENS, {"cohesion": (0.5, 0.7), "loss_aversion": (1.0, 2.0)})
    axes, bar = both.plot().axes
    mesh = axes.collections[0]
    shown = np.asarray(mesh.get_array()).reshape(2, 2)
    assert shown == pytest.approx(both.multilateral_from.T)
    assert "threat" in bar.get_ylabel()


def test_mixed_strategies_are_bars():
    battle = games.NormalForm([[[2, 0], [0, 1]], [[1, 0], [0, 2]]])
    found = solver.solve(battle)
    for place, one in enumerate(found.equilibria):
        [axes] = found.plot(equilibrium=place).axes
        assert [bar.get_width() for bar in axes.patches] == pytest.approx(
            np.concatenate(one.profile)
        )
    none = solver.solve(games.NormalForm([[[1, -1], [-1, 1]], [[-1, 1], [1, -1]]]), "pure_nash")
    with pytest.raises(NotApplicableError, match="no equilibrium to draw"):
        none.plot()


def test_the_branch_is_drawn_action_by_action():
    battle = games.NormalForm([[[2, 0], [0, 1]], [[1, 0], [0, 2]]])
    found = solver.branch(battle, to=5)
    [axes] = found.plot().axes
    columns = found.table()
    for line in axes.lines:
        assert line.get_ydata().tolist() == columns[line.get_label()].tolist()


def test_a_level_without_equilibrium_has_no_picture():
    level = solver.Level(0.3, 0.1, None, 0, solver.Status.EMPTY)
    with pytest.raises(NotApplicableError, match="no equilibrium to draw"):
        level.plot()
    with pytest.raises(NotApplicableError, match="there is no equilibrium 99 to draw"):
        solver.solve(ATHENS).plot(equilibrium=99)


def test_a_solution_has_the_names_of_its_scenario():
    game = games.load("europe-1949").strongest(4)
    [axes] = solver.solve(game).plot().axes
    assert "France" in {text.get_text() for text in axes.texts}
    [axes] = solver.solve(game).plot(labels={}).axes
    assert "FRN" in {text.get_text() for text in axes.texts}


def test_one_rule_of_burdens_alone():
    found = solver.burdens(ATHENS.strongest(3), threat=[0.4, 0.7], rules=["ultimatum", "split"])
    assert len(found.plot().axes) == 2
    [axes] = found.plot(rule="split").axes
    assert axes.get_title(loc="left") == "split"
    with pytest.raises(InvalidGameError, match="`rule` must be one of"):
        found.plot(rule="luck")
