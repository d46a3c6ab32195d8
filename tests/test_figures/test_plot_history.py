"""The figures of the historical test, read back from their artists."""

from dataclasses import replace

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex, to_rgba
from matplotlib.patches import Rectangle

import games
import solver
from games import AllianceStructure, Form
from solver import ACCOUNTS, plot
from solver.accounts import priors
from solver.accounts.accounts import Prediction
from solver.accounts.codings import Blurred, Codings, Shifted, codings
from solver.accounts.priors import Region
from solver.figures import history
from solver.figures.alliance import INK
from solver.figures.look import COLOURS

# no treaty at all, the calibration sample, a long name with treaties in force, and a hit
LONGEST = "french-eastern-treaties-1926"
NAMES = ("pacific-pact-1949", "asia-1951", LONGEST, "soviet-baltic-1939")
ORDER = ("asia-1951", "pacific-pact-1949", LONGEST, "soviet-baltic-1939")
COLUMNS = ("sought", "signed", *(account.name for account in ACCOUNTS))
STRUCTURES = (
    AllianceStructure("H"),
    AllianceStructure("H", spokes=["a"]),
    AllianceStructure("H", spokes=["a", "b"]),
    AllianceStructure("H", bloc=["a", "b"], spokes=["c"]),
    AllianceStructure("H", bloc=["a", "b", "c"]),
    AllianceStructure("H", blocs=[["a", "b"], ["c", "d"]]),
)


@pytest.fixture(scope="module")
def found():
    return solver.history(games.load_cases(NAMES), draws=0)


@pytest.fixture(scope="module")
def drawn(found):
    return rendered(history.figure(found))


@pytest.fixture(scope="module")
def cases(found):
    by_name = {case.scenario.name: case for case in found.cases}
    return [by_name[name] for name in ORDER]


def rendered(figure):
    FigureCanvasAgg(figure)
    figure.canvas.draw()
    return figure


def tiles(figure):
    """Return the tiles by row and column."""
    (axes,) = figure.axes
    found = [patch for patch in axes.patches if isinstance(patch, Rectangle)]
    columns = len(axes.get_xticks())
    return [found[start : start + columns] for start in range(0, len(found), columns)]


def labels(ticks):
    return [label.get_text() for label in ticks]


def framed(tile):
    return tile.get_linewidth() > 0 and to_rgba(tile.get_edgecolor()) == to_rgba(INK)


def forms(case):
    return [case.sought, case.recorded_form, *(p.form for p in case.predictions.values())]


# --- cases down, accounts across


def test_one_row_for_each_case_and_one_column_for_each_account(found, drawn):
    rows = tiles(drawn)
    assert len(rows) == len(found.cases)
    assert {len(row) for row in rows} == {len(COLUMNS)}
    (axes,) = drawn.axes
    assert labels(axes.get_xticklabels()) == [name.replace("_", " ") for name in COLUMNS]


def test_the_calibration_sample_stands_first_and_is_marked(drawn):
    (axes,) = drawn.axes
    names = labels(axes.get_yticklabels())
    assert names == ["asia-1951 (calibration)", *ORDER[1:]]
    top, bottom = axes.get_ylim()
    assert (top, bottom) == (len(names), 0)  # the first row is at the top


def test_tiles_have_the_colour_of_their_form(cases, drawn):
    for row, case in zip(tiles(drawn), cases, strict=True):
        colours = [to_hex(tile.get_facecolor()) for tile in row]
        assert colours == [COLOURS[form].lower() for form in forms(case)]


def test_what_was_sought_and_signed_stands_on_the_left(cases, drawn):
    seen = {
        case.scenario.name: [to_hex(tile.get_facecolor()) for tile in row[:2]]
        for row, case in zip(tiles(drawn), cases, strict=True)
    }
    grey, blue, yellow = (
        COLOURS[form].lower() for form in (Form.NONE, Form.HUB_AND_SPOKE, Form.MIXED)
    )
    assert seen["pacific-pact-1949"] == [grey, grey]
    assert seen["asia-1951"] == [blue, yellow]
    # two spokes beside the three that were in force
    assert seen[LONGEST] == [blue, blue]
    assert seen["soviet-baltic-1939"] == [blue, blue]


def test_hits_are_framed_and_nothing_else_is(found, cases, drawn):
    for row, case in zip(tiles(drawn), cases, strict=True):
        assert not any(map(framed, row[:2]))
        hits = [prediction.form is case.sought for prediction in case.predictions.values()]
        assert [framed(tile) for tile in row[2:]] == hits
        assert framed(row[2]) is case.sought_hit
    frames = sum(framed(tile) for row in tiles(drawn) for tile in row)
    samples = (found.scores["calibration"], found.scores["held-out"])
    assert frames == sum(score.hits for scores in samples for score in scores)
    assert 0 < frames < len(cases) * len(ACCOUNTS)


def test_tiles_stand_on_their_ticks_and_apart(drawn):
    (axes,) = drawn.axes
    places = axes.get_xticks()
    for number, row in enumerate(tiles(drawn)):
        for tile, place in zip(row, places, strict=True):
            assert tile.get_x() + tile.get_width() / 2 == pytest.approx(place)
            assert tile.get_y() + tile.get_height() / 2 == pytest.approx(number + 0.5)
    assert np.diff(places) == pytest.approx([1, 1.25, *[1] * (len(COLUMNS) - 3)])
    assert places[-1] + 0.5 < axes.get_xlim()[1]


def test_the_legend_names_the_forms_that_appear(cases, drawn):
    (legend,) = drawn.legends
    used = {form for case in cases for form in forms(case)}
    assert labels(legend.get_texts()) == [
        *(str(form) for form in Form if form in used),
        "as sought",
    ]
    *patches, frame = legend.get_patches()
    for patch, text in zip(patches, legend.get_texts(), strict=False):
        assert to_hex(patch.get_facecolor()) == COLOURS[Form(text.get_text())].lower()
    assert framed(frame)


def test_title(drawn):
    assert drawn.get_suptitle() == "Form predicted by each account, case by case"


@pytest.mark.parametrize("number", [1, 2, pytest.param(37, marks=pytest.mark.long)])
def test_nothing_leaves_the_figure(found, number):
    """The longest name of a case, marked as one of the calibration sample; every form in use."""
    case = next(c for c in found.cases if c.scenario.name == LONGEST)
    assert len(LONGEST) == max(map(len, games.case_names()))
    assert case.scenario.case is not None
    coded = replace(case.scenario.case, sample="calibration")
    marked = replace(case, game=replace(case.game, scenario=replace(case.scenario, case=coded)))
    said = dict(case.predictions)
    said |= {n: Prediction({}, s, s.form) for n, s in zip(said, STRUCTURES, strict=False)}
    many = replace(found, cases=(replace(marked, predictions=said),) * number)
    figure = rendered(history.figure(many))
    (axes,) = figure.axes
    (legend,) = figure.legends
    assert labels(legend.get_texts()) == [*map(str, Form), "as sought"]
    renderer = figure.canvas.get_renderer()
    artists = [*axes.get_xticklabels(), *axes.get_yticklabels(), *axes.patches, legend]
    for artist in artists:
        box = artist.get_window_extent(renderer)
        assert box.x0 >= 0
        assert box.y0 >= 0
        assert box.x1 <= figure.bbox.width
        assert box.y1 <= figure.bbox.height
    assert figure.get_figwidth() == 8


def test_the_height_grows_with_the_number_of_cases(found, drawn):
    one = history.figure(replace(found, cases=found.cases[:1]))
    assert one.get_figwidth() == drawn.get_figwidth() == 8
    assert drawn.get_figheight() - one.get_figheight() == pytest.approx(0.24 * 3)


def test_fewer_accounts_fewer_columns():
    short = solver.history(games.load_cases(["rok-1953"]), ACCOUNTS[:2], draws=0)
    figure = rendered(history.figure(short))
    names = ["sought", "signed", "prospect theory", "expected utility"]
    assert labels(figure.axes[0].get_xticklabels()) == names
    assert [len(row) for row in tiles(figure)] == [4]


def test_the_file_has_300_dots_to_the_inch(found, tmp_path):
    path = plot.save(history.figure(found), tmp_path / "history.png")
    header = path.read_bytes()[:24]
    assert int.from_bytes(header[16:20], "big") == 2400


# --- the map of two parameters


def region(hits, cases=2):
    hits = np.array(hits)
    x = tuple(np.linspace(1, 3, hits.shape[1]).tolist())
    y = tuple(np.linspace(0.3, 0.9, hits.shape[0]).tolist())
    return Region(("loss_aversion", x), ("k_bloc", y), hits, cases)


def lines(figure):
    """Return the corners of the lines around where all cases are predicted."""
    _, *contours = figure.axes[0].collections
    paths = [path.vertices for contour in contours for path in contour.get_paths()]
    return [corners for corners in paths if len(corners)]


def test_the_map_shows_the_number_of_cases():
    found = region([[0, 1, 2], [2, 1, 0]])
    figure = rendered(history.region_figure(found))
    axes, bar = figure.axes
    mesh = axes.collections[0]
    assert mesh.get_array().tolist() == found.hits.tolist()
    assert mesh.get_clim() == (0, 2)
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("loss aversion", "k bloc")
    assert bar.get_ylabel() == "cases predicted"


def test_a_line_goes_round_where_all_cases_are_predicted():
    figure = rendered(history.region_figure(region([[0, 0, 0], [0, 2, 1], [0, 0, 0]])))
    (axes, _) = figure.axes
    assert axes.get_title() == "Cases predicted of 2; all of them inside the dark line"
    (corners,) = lines(figure)
    assert corners.min(axis=0) == pytest.approx([1.5, 0.45])
    assert corners.max(axis=0) == pytest.approx([2.5, 0.75])
    assert to_hex(axes.collections[1].get_edgecolor()[0]) == INK.lower()


def test_no_line_where_no_point_predicts_all_cases():
    figure = rendered(history.region_figure(region([[0, 1], [1, 1]])))
    axes = figure.axes[0]
    assert axes.get_title() == "Cases predicted of 2; all of them nowhere on this map"
    assert len(axes.collections) == 1


def test_a_line_is_promised_only_where_one_is_drawn():
    figure = rendered(history.region_figure(region([[2, 2], [2, 2]])))
    assert lines(figure) == []
    assert "inside the dark line" not in figure.axes[0].get_title()


def test_the_map_of_some_cases():
    found = priors.region(games.load_cases(["soviet-baltic-1939", "five-power-1971"]), points=3)
    figure = rendered(history.region_figure(found))
    axes = figure.axes[0]
    # the pact of five of 1971 needs a cohesion at which a bloc pays
    assert found.hits.min() == 1
    assert found.hits.max() == 2
    assert axes.get_title() == "Cases predicted of 2; all of them inside the dark line"
    assert axes.collections[0].get_array().tolist() == found.hits.tolist()
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("loss aversion", "cohesion")
    assert figure.get_figwidth() == 8


# --- other codings


def noisy(cases=9):
    """Return hits of both accounts at two shifts and two noises."""
    return Codings(
        tuple(
            Shifted(account, shift, hits, cases)
            for account, counts in (("prospect_theory", (3, 4)), ("expected_utility", (5, 2)))
            for shift, hits in zip((-0.05, 0.0), counts, strict=True)
        ),
        tuple(
            Blurred(account, noise, low, low + 1.5, low + 2, cases)
            for account, lows in (("prospect_theory", (1, 2)), ("expected_utility", (3, 4)))
            for noise, low in zip((0.05, 0.2), lows, strict=True)
        ),
    )


def test_hits_by_shift_are_a_line_for_each_account():
    left, _ = rendered(history.codings_figure(noisy())).axes
    seen = {line.get_label(): line.get_xydata().tolist() for line in left.lines}
    assert seen == {
        "prospect theory": [[-0.05, 3], [0, 4]],
        "expected utility": [[-0.05, 5], [0, 2]],
    }
    assert left.get_ylim() == (0, 9)
    assert left.get_ylabel() == "hits of 9"
    assert left.get_xlabel() == "all threats moved by"
    assert labels(left.get_legend().get_texts()) == ["prospect theory", "expected utility"]
    styles = [(line.get_linestyle(), line.get_marker()) for line in left.lines]
    assert len(set(styles)) == 2


def test_blurred_hits_have_their_ends():
    _, right = rendered(history.codings_figure(noisy())).axes
    for bars, lows in zip(right.containers, ((1, 2), (3, 4)), strict=True):
        means, _, (sticks,) = bars.lines
        (first, second) = means.get_xydata().tolist()
        # the two accounts stand a little apart, so that neither hides the other
        assert [first[0], second[0]] == pytest.approx([0.05, 0.2], abs=0.005)
        assert [first[1], second[1]] == [low + 1.5 for low in lows]
        ends = [segment[:, 1].tolist() for segment in sticks.get_segments()]
        assert ends == [[low, low + 2] for low in lows]
    places = [bars.lines[0].get_xydata()[0, 0] for bars in right.containers]
    assert places[0] != places[1]
    assert right.get_xlabel() == "standard deviation of the noise"


def test_codings_of_some_cases_as_a_figure(tmp_path):
    cases = games.load_cases(["soviet-baltic-1939", "soviet-asia-1950"])
    found = codings(cases, 20)
    figure = rendered(history.codings_figure(found))
    left, right = figure.axes
    assert {len(line.get_xdata()) for line in left.lines} == {13}
    assert left.get_ylim() == right.get_ylim() == (0, 2)
    assert figure.get_suptitle().startswith("Hits on the held-out cases under other codings")
    header = plot.save(figure, tmp_path / "codings.png").read_bytes()[:24]
    assert int.from_bytes(header[16:20], "big") == 2400
