"""The figure of a comparison, read back from its artists."""

import struct
from itertools import pairwise

import matplotlib as mpl
import numpy as np
import pytest
from known_games import ATHENS_1 as ATHENS
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex, to_rgba
from matplotlib.figure import Figure
from matplotlib.patches import Polygon
from matplotlib.transforms import Bbox

import games
from games import AllianceGame, AllianceStructure, ExpectedUtility, Form, InvalidGameError
from solver import Comparison, compare, plot
from solver.figures.alliance import BLOC_FILL, FAINT, INK, SPOKE_LINE, draw, fitted
from solver.figures.look import sheet
from solver.studies.critical import CriticalThreat, CriticalThreats

PALETTE = {to_hex(colour) for colour in plot.COLOURS.values()}


@pytest.fixture(scope="module")
def study():
    pair = {"prospect": ATHENS.preference, "expected": ExpectedUtility()}
    return compare(ATHENS, pair, threat=np.linspace(0, 1, 21))


@pytest.fixture(scope="module")
def drawn(study):
    return rendered(plot.figure(study))


def rendered(figure):
    FigureCanvasAgg(figure)
    figure.canvas.draw()
    return figure


def texts(axes):
    return [text.get_text() for text in axes.texts]


def labels(axes):
    """Return the labels of critical threats."""
    return [text for text in axes.texts if text.get_text()[:1].isdigit()]


def boxes(axes, artists):
    renderer = axes.figure.canvas.get_renderer()
    return [artist.get_window_extent(renderer) for artist in artists]


def apart(axes):
    """Whether no two labels of critical threats overlap, and none leaves the figure."""
    found = boxes(axes, labels(axes))
    width = axes.figure.bbox.width
    inside = all(box.x0 >= 0 and box.x1 <= width for box in found)
    return inside and not any(
        one.overlaps(other) for place, one in enumerate(found) for other in found[place + 1 :]
    )


# --- the whole figure


def test_title(drawn):
    title = drawn.get_suptitle()
    assert title == "Athens and the islands: preferred alliance of Athens across threat levels"


def test_axes_have_labels_and_units(drawn):
    bands, losses, *_ = drawn.axes
    assert losses.get_xlabel() == "threat (share of the adversary's full power)"
    assert losses.get_ylabel() == "probability\nof a loss"
    assert (
        losses.get_title(loc="left") == "prospect: chance of an outcome below the reference point"
    )
    assert bands.get_xlim() == losses.get_xlim() == (0, 1)
    assert [label.get_text() for label in bands.get_yticklabels()] == ["prospect", "expected"]


def test_legend_names_the_forms_that_appear(drawn):
    legend = drawn.axes[0].get_legend()
    assert legend.get_title().get_text() == "form of the hegemon's preferred alliance"
    assert [text.get_text() for text in legend.get_texts()] == [
        *("none", "bilateral", "hub-and-spoke", "mixed", "multilateral"),
    ]
    wanted = [plot.COLOURS[Form(text.get_text())] for text in legend.get_texts()]
    assert [to_hex(patch.get_facecolor()) for patch in legend.get_patches()] == [
        colour.lower() for colour in wanted
    ]


def test_the_palette_is_fixed_and_tells_forms_apart():
    assert set(plot.COLOURS) == set(Form)
    assert len(PALETTE) == len(Form)
    assert plot.COLOURS[Form.MULTILATERAL] == "#D55E00"


def test_bands_follow_the_critical_threats(study, drawn):
    bands = drawn.axes[0]
    spans = [
        (row, low, high, form)
        for row, critical in enumerate(study.critical.values())
        for low, high, form in critical.spans()
    ]
    assert len(bands.collections) == len(spans)
    for collection, (row, low, high, form) in zip(bands.collections, spans, strict=True):
        assert to_hex(collection.get_facecolor()[0]) == plot.COLOURS[form].lower()
        (path,) = collection.get_paths()
        (x0, y0), (x1, y1) = path.get_extents().get_points()
        assert (x0, x1, y0, y1) == pytest.approx((low, high, row - 0.3, row + 0.3))
    for critical in study.critical.values():
        spans = critical.spans()
        assert (spans[0][0], spans[-1][1]) == (0, 1)
        assert all(one[1] == other[0] for one, other in pairwise(spans))


def test_critical_threats_are_marked_and_labelled(study, drawn):
    bands = drawn.axes[0]
    marks = [line.get_xdata()[0] for line in bands.lines if line.get_linestyle() == "-"]
    wanted = [item.threat for critical in study.critical.values() for item in critical]
    assert marks == pytest.approx(wanted)
    written = ", ".join(text.get_text() for text in labels(bands)).split(", ")
    assert written == [f"{threat:.3f}" for threat in wanted]
    assert apart(bands)


def test_coded_threat_is_marked(drawn):
    bands = drawn.axes[0]
    (line,) = [line for line in bands.lines if line.get_linestyle() == "--"]
    assert list(line.get_xdata()) == [0.6, 0.6]
    assert texts(bands)[-1].strip() == "coded threat 0.60 (invented)"


@pytest.mark.long
def test_what_was_signed_is_told():
    southeast = games.load("southeast-asia-1954")
    pair = {"prospect": southeast.preference, "expected": ExpectedUtility()}
    figure = rendered(plot.figure(compare(southeast, pair, threat=np.linspace(0, 1, 11))))
    bands = figure.axes[0]
    coded = southeast.scenario.threat
    wanted = f"coded threat {coded.value:.2f} ({coded.coding}); signed: multilateral"
    assert texts(bands)[-1].strip() == wanted
    assert apart(bands)
    (box,) = boxes(bands, bands.texts[-1:])
    assert box.x0 >= 0
    assert box.x1 <= figure.bbox.width
    assert not any(box.overlaps(other) for other in boxes(bands, labels(bands)))


def test_losses_are_those_of_the_first_preference(study, drawn):
    (line,) = drawn.axes[1].lines
    levels = study.sweeps["prospect"].levels
    assert list(line.get_xdata()) == [level.threat for level in levels]
    assert list(line.get_ydata()) == [level.preferred.appraisal.mass_below for level in levels]


def test_alliances_stand_in_the_widest_bands(study, drawn):
    panels = drawn.axes[2:]
    assert [panel.get_title() for panel in panels] == [
        "threat 0.26: hub-and-spoke",
        "threat 0.76: multilateral",
    ]
    for panel in panels:
        assert not panel.axison
        assert set(ATHENS.players) <= set(texts(panel))


@pytest.mark.parametrize(
    "threats", [[0.5], pytest.param([0.0, 0.3, 0.52, 0.9], marks=pytest.mark.long)]
)
def test_alliances_at_chosen_threats(study, threats):
    panels = plot.figure(study, threats=threats).axes[2:]
    assert [panel.get_title().split(":")[0] for panel in panels] == [
        f"threat {threat:.2f}" for threat in threats
    ]


@pytest.mark.long
def test_height_grows_with_the_number_of_preferences(study):
    single = compare(ATHENS, {"prospect": ATHENS.preference}, threat=[0, 1])
    one, two = plot.figure(single), plot.figure(study)
    assert one.get_figwidth() == two.get_figwidth() == 8
    assert one.get_figheight() < two.get_figheight()


def test_the_state_of_pyplot_is_not_touched(study):
    before = dict(mpl.rcParams)
    assert isinstance(plot.figure(study), Figure)
    assert dict(mpl.rcParams) == before


@pytest.mark.long
def test_all_channels_side_by_side():
    figure = rendered(plot.figure(compare(ATHENS, threat=np.linspace(0, 1, 21))))
    bands = figure.axes[0]
    assert len(bands.get_yticklabels()) == 6
    assert apart(bands)


# --- games of a user's own


def mine(**options):
    return AllianceGame(
        hegemon="Athens", capabilities={"Samos": 0.3, "Chios": 0.25}, threat=0.5, **options
    )


@pytest.mark.long
def test_a_game_without_scenario():
    game = mine()
    figure = rendered(plot.figure(compare(game, {"mine": game.preference}, threat=[0, 0.5, 1])))
    assert figure.get_suptitle() == "Preferred alliance of Athens across threat levels"
    assert not any("coded" in text for text in texts(figure.axes[0]))
    assert not [line for line in figure.axes[0].lines if line.get_linestyle() == "--"]


def test_a_game_with_one_form_has_one_panel():
    game = mine().with_parameters(k_bloc=5, k_multilateral=5, k_bilateral=5)
    figure = rendered(plot.figure(compare(game, {"mine": game.preference}, threat=[0, 0.5, 1])))
    assert [panel.get_title() for panel in figure.axes[2:]] == ["threat 0.50: none"]
    assert labels(figure.axes[0]) == []


@pytest.mark.long
def test_several_blocs():
    game = mine(family="blocs")
    figure = rendered(plot.figure(compare(game, {"mine": game.preference}, threat=[0, 0.5, 1])))
    assert len(figure.axes) >= 3


def test_bands_end_where_the_sweep_ends():
    found = compare(ATHENS, {"prospect": ATHENS.preference}, threat=[0.7, 0.8])
    bands = plot.figure(found).axes[0]
    extents = [c.get_paths()[0].get_extents() for c in bands.collections]
    assert min(extent.x0 for extent in extents) == pytest.approx(0.7)
    assert max(extent.x1 for extent in extents) == pytest.approx(0.8)


def crossings(*threats):
    kinds = [Form.HUB_AND_SPOKE, Form.MIXED] * len(threats)
    items = [
        CriticalThreat(threat, *kinds[place : place + 2], None, None, "value", 1e-9)
        for place, threat in enumerate(threats)
    ]
    return CriticalThreats(items, 1e-4, kinds[0], kinds[len(threats)])


@pytest.mark.parametrize(
    "threats",
    [
        (0.5, 0.51, 0.52, 0.53),
        (0.001, 0.002, 0.003),
        (0.2, 0.27, 0.34, 0.41),
        (0.9, 0.97),
        (0.997, 0.998, 0.999),
        (0.3, 0.302, 0.304, 0.306, 0.37),
        (0.004, 0.005, 0.094, 0.096),
        (0.003, 0.004, 0.1, 0.114, 0.185, 0.233),
    ],
)
def test_labels_never_overlap(study, threats):
    critical = {"prospect": crossings(*threats)}
    figure = Figure(figsize=(8, 5), dpi=100, layout="constrained")
    axes = figure.add_subplot()
    plot.forms(Comparison(ATHENS, study.sweeps, critical), axes)
    rendered(figure)
    written = ", ".join(text.get_text() for text in labels(axes)).split(", ")
    assert written == [f"{threat:.3f}" for threat in threats]
    assert apart(axes)


def test_a_level_without_equilibrium_leaves_a_gap(study):
    item = CriticalThreat(0.5, Form.NONE, None, None, None, "not located", 0.1)
    figure = Figure()
    axes = figure.add_subplot()
    critical = {"prospect": CriticalThreats([item], 0.1, Form.NONE, None)}
    plot.forms(Comparison(ATHENS, study.sweeps, critical), axes)
    assert len(axes.collections) == 1


def test_a_panel_without_equilibrium():
    # Derived, as in the tests of `solve`: one useless spoke costs the hegemon less than the
    # tolerance, which is 1e-9 of a range of about 1.6, and two together cost it more.
    game = AllianceGame(
        hegemon="Athens",
        capabilities={"Samos": 0.2, "Chios": 0.2},
        threat=1,
        preference=ExpectedUtility(),
    ).with_parameters(
        adversary=1,
        deployment=1,
        reliability=0,
        k_bilateral=1.2e-9,
        shelter=0,
        guarantee_bilateral=1,
        ally_cost_bilateral=0,
        ally_cost_multilateral=1.5,
    )
    found = compare(game, {"mine": game.preference}, threat=[0, 1], concept="pairwise")
    assert found.sweeps["mine"].forms == (Form.NONE, None)
    figure = rendered(plot.figure(found, threats=[0, 1]))
    titles = [panel.get_title() for panel in figure.axes[2:]]
    assert titles == ["threat 0.00: none", "threat 1.00: no equilibrium"]
    assert texts(figure.axes[3]) == []


@pytest.mark.parametrize(
    ("threats", "groups"),
    [
        ([], []),
        ([0.5], [[0.5]]),
        ([0.1, 0.15, 0.2, 0.9], [[0.1, 0.15, 0.2], [0.9]]),
        ([0.1, 0.17], [[0.1], [0.17]]),
    ],
)
def test_clusters(threats, groups):
    assert plot.clusters(threats) == groups


# --- files


def png_size(path):
    header = path.read_bytes()[:24]
    assert header[:8] == b"\x89PNG\r\n\x1a\n"
    return struct.unpack(">II", header[16:24])


def test_png_has_300_dots_to_the_inch(tmp_path):
    figure = pact()
    path = plot.save(figure, tmp_path / "out.png")
    assert path == (tmp_path / "out.png").resolve()
    width, height = png_size(path)
    assert (width, height) == (2400, round(300 * figure.get_figheight()))
    small = plot.save(figure, tmp_path / "small.png", dpi=100)
    assert png_size(small)[0] == 800


def pact():
    """Return a small figure."""
    return AllianceStructure("Athens", bloc=["Samos", "Chios"]).plot()


@pytest.mark.parametrize("suffix", [".svg", pytest.param(".pdf", marks=pytest.mark.long)])
def test_the_same_figure_is_the_same_file(tmp_path, suffix):
    one = plot.save(pact(), tmp_path / f"one{suffix}").read_bytes()
    other = plot.save(pact(), tmp_path / f"other{suffix}").read_bytes()
    assert one == other
    assert b"Date" not in one.replace(b"Dates", b"")
    if suffix == ".pdf":
        assert b"/TrueType" in one or b"/CIDFontType2" in one
        assert b"/Type3" not in one
    else:
        assert b"<!-- Samos -->" in one


@pytest.mark.parametrize(
    ("suffix", "start"),
    [
        (".svg", b"<?xml"),
        (".PNG", b"\x89PNG"),
        pytest.param(".pdf", b"%PDF", marks=pytest.mark.long),
    ],
)
def test_other_kinds_of_file(tmp_path, suffix, start):
    path = plot.save(pact(), str(tmp_path / f"out{suffix}"))
    assert path.read_bytes().startswith(start)
    assert [file.name for file in tmp_path.iterdir()] == [f"out{suffix}"]


@pytest.mark.parametrize("name", ["out.jpg", "out", "png"])
def test_other_suffixes_are_refused(tmp_path, name):
    with pytest.raises(InvalidGameError, match=r"`plot` must end in one of \.png, \.svg, \.pdf"):
        plot.save(pact(), tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_a_missing_folder_is_told(tmp_path):
    with pytest.raises(games.OutputError, match="there is no directory"):
        plot.save(pact(), tmp_path / "nowhere" / "out.png")


# --- one alliance

STRUCTURES = {
    Form.NONE: AllianceStructure("Athens"),
    Form.BILATERAL: AllianceStructure("Athens", spokes=["a"]),
    Form.HUB_AND_SPOKE: AllianceStructure("Athens", spokes=["a", "b", "c"]),
    Form.MIXED: AllianceStructure("Athens", bloc=["a", "b"], spokes=["c", "d"]),
    Form.MULTILATERAL: AllianceStructure("Athens", bloc=["a", "b", "c"]),
    Form.BLOCS: AllianceStructure("Athens", blocs=[["a", "b"], ["c", "d", "e"]]),
}


@pytest.mark.parametrize("form", Form)
def test_an_alliance_of_each_form(form):
    structure = STRUCTURES[form]
    assert structure.form is form
    axes = Figure().add_subplot()
    draw(structure, axes, candidates="abcdef", capabilities=dict.fromkeys("abcdef", 0.2))
    rendered(axes.figure)

    hulls = [patch for patch in axes.patches if isinstance(patch, Polygon)]
    assert len(hulls) == len(structure.blocs)
    assert [text.get_text() for text in axes.texts] == [*"abcdef", "Athens"]
    dots = [collection.get_offsets()[0] for collection in axes.collections]
    places = dict(zip([*"abcdef", "Athens"], map(np.array, dots), strict=True))
    assert np.allclose(places["Athens"], 0)
    for hull, bloc in zip(hulls, structure.blocs, strict=True):
        inside = {name for name in "abcdef" if hull.get_path().contains_point(places[name])}
        assert inside == set(bloc)
        assert hull.get_path().contains_point((0, 0))
        assert to_hex(hull.get_facecolor()) == BLOC_FILL.lower()

    ends = {
        (tuple(np.round(line.get_xydata()[1], 9)), line.get_color())
        for line in axes.lines
        if np.allclose(line.get_xydata()[0], 0)
    }
    members = [name for bloc in structure.blocs for name in bloc]
    wanted = {(tuple(np.round(places[name], 9)), BLOC_FILL) for name in members}
    wanted |= {(tuple(np.round(places[name], 9)), SPOKE_LINE) for name in structure.spokes}
    assert ends == wanted
    ties = sum(len(bloc) * (len(bloc) - 1) // 2 for bloc in structure.blocs)
    assert len(axes.lines) == len(structure.allies) + ties

    colours = {text.get_text(): text.get_color() for text in axes.texts}
    for name in "abcdef":
        assert colours[name] == (INK if name in structure.allies else FAINT)


LONG = (
    *("United Kingdom", "Federal Republic of Germany", "Netherlands", "New Zealand"),
    *("Czechoslovakia", "Saudi Arabia", "Luxembourg", "Liechtenstein", "Switzerland"),
    *("Papua New Guinea", "Trinidad and Tobago", "Iceland"),
)


def overlapping(axes):
    """Return which labels lie on a node, an outline or one another, or run out of the figure."""
    figure = axes.figure
    rendered(figure)
    boxes = {
        text.get_text(): text.get_window_extent()
        for text in axes.texts
        if text.get_text() != "Athens"
    }
    dots = []
    for collection in axes.collections:
        x, y = axes.transData.transform(collection.get_offsets()[0])
        radius = (float(collection.get_sizes()[0]) / np.pi) ** 0.5 * figure.dpi / 72
        dots.append(Bbox.from_extents(x - radius, y - radius, x + radius, y + radius))
    hulls = [patch.get_path().transformed(axes.transData) for patch in axes.patches]
    found = []
    for name, box in boxes.items():
        found += [name for dot in dots if box.overlaps(dot)]
        found += [name for hull in hulls if hull.intersects_bbox(box, filled=True)]
        found += [name for other in boxes if other != name and box.overlaps(boxes[other])]
        if not (box.x0 >= 0 and box.x1 <= figure.bbox.x1 and box.y1 <= figure.bbox.y1):
            found.append(name)
    return found


@pytest.mark.parametrize(
    "count", [2, *(pytest.param(n, marks=pytest.mark.long) for n in (1, *range(3, 13)))]
)
def test_labels_lie_on_no_node_no_outline_and_no_other_label(count):
    names = LONG[:count]
    sizes = dict.fromkeys(names, 1.0)
    for structure in (
        AllianceStructure("Athens", bloc=names),
        AllianceStructure("Athens", bloc=names[::2], spokes=names[1::2]),
        AllianceStructure("Athens", spokes=names),
    ):
        figure = structure.plot(candidates=names, capabilities=sizes)
        assert not overlapping(figure.axes[0])


@pytest.mark.long
@pytest.mark.parametrize("panels", [3, 5])
def test_labels_of_panels_overlap_nothing_and_stand_where_they_stood(panels):
    figure = sheet(3.4 * -(-panels // 2))
    axes = figure.subplots(-(-panels // 2), 2).flat[:panels]
    for place, own in enumerate(axes):
        structure = AllianceStructure("Athens", bloc=LONG[: 2 * place + 2], spokes=LONG[10:])
        draw(structure, own, candidates=LONG, capabilities=dict.fromkeys(LONG, 0.2))
    fitted(figure, axes)
    for own in axes:
        assert not overlapping(own)
    places = [{text.get_text(): text.get_position() for text in own.texts} for own in axes]
    for other in places[1:]:
        assert other == {name: pytest.approx(at) for name, at in places[0].items()}


@pytest.mark.long
def test_long_names_have_two_alliances_side_by_side():
    capabilities = {"Czechoslovakia": 0.2, "b": 0.1}
    game = AllianceGame(hegemon="Athens", capabilities=capabilities, threat=0.5)
    study = compare(game, {"prospect": game}, threat=[0.2, 0.5, 0.8])
    figure = plot.figure(study, threats=[0.2, 0.5, 0.8])
    columns = {axes.get_subplotspec().colspan.start for axes in figure.axes[2:]}
    assert columns == {0, 1}
    for axes in figure.axes[2:]:
        assert not overlapping(axes)


def test_an_outline_holds_no_outsider():
    for count in range(3, 13):
        names = [f"c{i}" for i in range(count)]
        bloc = names[:1] + names[2::3]
        axes = Figure().add_subplot()
        draw(AllianceStructure("Athens", bloc=bloc), axes, candidates=names)
        for hull in axes.patches:
            dots = [collection.get_offsets()[0] for collection in axes.collections[:-1]]
            inside = {
                name
                for name, dot in zip(names, dots, strict=True)
                if hull.get_path().contains_point(dot)
            }
            assert inside == (set(bloc) if len(bloc) > 1 else set())


def test_areas_grow_with_capabilities():
    axes = Figure().add_subplot()
    sizes = {"a": 0.0, "b": 0.1, "c": 1.0}
    draw(STRUCTURES[Form.HUB_AND_SPOKE], axes, capabilities=sizes)
    small, middle, large, _ = [float(dots.get_sizes()[0]) for dots in axes.collections]
    assert small < middle < large
    equal = Figure().add_subplot()
    draw(STRUCTURES[Form.HUB_AND_SPOKE], equal)
    assert len({float(dots.get_sizes()[0]) for dots in equal.collections[:3]}) == 1


def test_only_allies_without_candidates_named():
    axes = Figure().add_subplot()
    draw(STRUCTURES[Form.BILATERAL], axes)
    assert texts(axes) == ["a", "Athens"]
    assert to_rgba(axes.texts[0].get_color()) == to_rgba(INK)
