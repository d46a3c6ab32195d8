"""Phase diagrams: forms, boundaries and areas against enumeration and against known pictures."""

import math
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
import strategies
from hypothesis import given
from hypothesis import strategies as st
from known_games import ATHENS_1 as ATHENS

import games
from games import AllianceStructure, Form, table_files
from games.alliance.parameters import Meaning
from solver import plot
from solver.alliance.concepts.registry import CONCEPTS
from solver.alliance.solve import solve
from solver.figures import phase
from solver.studies.axes import Axis, axis, axis_at, span_of
from solver.studies.critical import critical_threats
from solver.studies.framing import expected_aid, framing_map
from solver.studies.phase import drawn, phase_diagram
from solver.studies.plane import (
    Edge,
    Plane,
    RimPoint,
    Segment,
    Tile,
    joined,
    paired,
    pairing,
    starred,
)
from solver.studies.preferred import preferred_at, preferred_structures, switches

RANGES = (0.3, 0.9), (0.5, 0.6)
H, MIX, MULTI = Form.HUB_AND_SPOKE, Form.MIXED, Form.MULTILATERAL
SHOWN = {
    H: AllianceStructure("Athens", spokes=["Samos", "Chios"]),
    MULTI: AllianceStructure("Athens", bloc=["Samos", "Chios"]),
    MIX: AllianceStructure("Athens", bloc=["Samos", "Chios"], spokes=["Naxos"]),
    None: None,
}


@cache
def diagram():
    return phase_diagram(ATHENS, "threat", "cohesion", *RANGES, **options(5, 3))


def options(across, down):
    return {"resolution": (across, down), "line_resolution": 0.02}


def form_at(threat, cohesion):
    """The preferred form, by the solver that knows nothing of diagrams."""
    point = ATHENS.with_parameters(cohesion=cohesion).at(threat)
    return solve(point, tolerance=0.0).equilibria.structures[0].form


# what is preferred, and where it changes along a line


@strategies.fixed(7)
@given(strategies.games(most=3), st.sampled_from(["subgame_perfect", "nash", "pairwise"]))
def test_preferred_structures_are_those_of_solve(game, concept) -> None:
    threats = [0.0, game.threat]
    for tolerance in (0.0, 1e-9):
        found = preferred_structures(game, threats, concept, tolerance=tolerance)
        for threat, structure in zip(threats, found, strict=True):
            best = solve(game.at(threat), concept, tolerance=tolerance).preferred
            assert structure == (best.structure if best else None)


@strategies.fixed(8)
@given(strategies.games(most=3))
def test_nobody_does_better_by_a_structure_that_all_accept(game) -> None:
    [found] = preferred_structures(game, [game.threat])

    def accepted(structure):
        return all(
            game.candidate_value(name, structure)
            >= game.candidate_value(name, structure.without(name))
            for name in structure.allies
        )

    best = max(game.value(s) for s in game.structures() if accepted(s))
    assert game.value(found) == pytest.approx(best, rel=1e-9, abs=1e-9)


def test_families_of_several_blocs_are_enumerated() -> None:
    game = replace(ATHENS.strongest(3), family="blocs")
    found = preferred_structures(game, [0.2, 0.9])
    assert found == [solve(game.at(threat)).preferred.structure for threat in (0.2, 0.9)]


def test_no_equilibrium_is_none(monkeypatch) -> None:
    concept = replace(
        CONCEPTS["nash"],
        search=lambda stage: np.zeros(stage.grid.size, dtype=bool),
    )
    monkeypatch.setitem(CONCEPTS, "nash", concept)
    assert preferred_structures(ATHENS, [0.2, 0.9], "nash") == [None, None]
    assert preferred_structures(ATHENS, [0.2]) != [None]


def test_switches_between_two_threats_are_critical_threats() -> None:
    """Those that `critical_threats` proves complete, but for a narrow band that ends between."""
    low, high = preferred_structures(ATHENS, [0.3, 0.9])
    asked = []

    def prefer(game):
        asked.append(game)
        return preferred_at(game)

    found = switches(ATHENS.at, (0.3, 0.9), (low, high), prefer, 1e-9)
    assert len(asked) < 20  # two times halving would take 58
    assert [switch.place for switch in found] == pytest.approx([0.50958772, 0.529163017], abs=2e-9)
    assert [switch.forms for switch in found] == [(H, MIX), (MIX, MULTI)]
    assert all(switch.width <= 1e-9 for switch in found)


def test_switches_by_acceptance_and_into_no_equilibrium() -> None:
    """Values do not cross there, so the interval is halved: the place is known exactly."""

    def prefer(game):
        if game.threat < 0.3:
            return SHOWN[H]
        return None if game.threat < 0.7 else SHOWN[MULTI]

    found = switches(ATHENS.at, (0.0, 1.0), (SHOWN[H], SHOWN[MULTI]), prefer, 1e-9)
    assert [switch.place for switch in found] == pytest.approx([0.3, 0.7], abs=1e-9)
    assert [switch.forms for switch in found] == [(H, None), (None, MULTI)]
    assert switches(ATHENS.at, (0.0, 0.1), (SHOWN[H], SHOWN[H]), prefer, 1e-9) == []


# tiles

SQUARE = ((0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0))


def tile(bottom, right, top, left):
    """A unit tile; each edge is the forms along it, changing at equal steps."""
    corners = SQUARE

    def edge(forms, start, end):
        steps = [number / len(forms) for number in range(1, len(forms))]
        points = tuple(
            (start[0] + t * (end[0] - start[0]), start[1] + t * (end[1] - start[1])) for t in steps
        )
        return Edge(start, end, tuple(forms), points)

    return Tile(
        edge(bottom, corners[0], corners[1]),
        edge(right, corners[1], corners[3]),
        edge(top, corners[2], corners[3]),
        edge(left, corners[0], corners[2]),
    )


def area(polygon):
    x, y = np.array(polygon).T
    return abs(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2


def areas(drawing):
    found: dict[Form | None, float] = {}
    for piece in drawing.pieces:
        found[piece.form] = found.get(piece.form, 0.0) + area(piece.polygon)
    return found


def test_a_cell_of_one_form_is_one_piece() -> None:
    rim = tile([H], [H], [H], [H]).rim()
    drawing = paired(rim, pairing(rim))
    assert areas(drawing) == {H: 1.0}
    assert (drawing.segments, drawing.junction) == ([], None)


def test_a_boundary_across_a_cell() -> None:
    rim = tile([H], [H, MULTI], [MULTI], [H, MULTI]).rim()
    drawing = paired(rim, pairing(rim))
    assert areas(drawing) == {H: 0.5, MULTI: 0.5}
    [segment] = drawing.segments
    assert {segment.start, segment.end} == {(0.0, 0.5), (1.0, 0.5)}


def test_a_band_across_a_cell_is_two_boundaries() -> None:
    rim = tile([H], [H, MIX, MULTI], [MULTI], [H, MIX, MULTI]).rim()
    drawing = paired(rim, pairing(rim))
    assert areas(drawing) == pytest.approx({H: 1 / 3, MIX: 1 / 3, MULTI: 1 / 3})
    assert {segment.forms for segment in drawing.segments} == {
        frozenset((H, MIX)),
        frozenset((MIX, MULTI)),
    }


def test_where_the_rim_leaves_it_open_nothing_is_paired() -> None:
    three = tile([H, MIX], [MIX, MULTI], [H, MULTI], [H]).rim()
    saddle = tile([H, MIX], [MIX, H], [MIX, H], [H, MIX]).rim()
    crossed = [
        RimPoint((float(place), 0.0), before, after)
        for place, (before, after) in enumerate([(H, MIX), (MULTI, None), (MIX, H), (None, MULTI)])
    ]
    for rim in (three, saddle, crossed):
        assert pairing(rim) is None
    drawing = starred(three)
    assert drawing.junction == pytest.approx((2 / 3, 0.5))
    assert sum(areas(drawing).values()) == pytest.approx(1)
    # the left half under the diagonal to (2/3, 1/2), worked out by hand
    assert areas(drawing)[MIX] == pytest.approx(area([(0.5, 0), (1, 0), (1, 0.5), (2 / 3, 0.5)]))


def test_segments_are_joined_into_lines() -> None:
    pair, other = frozenset((H, MULTI)), frozenset((H, None))
    ring = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0)]
    lines = joined(
        [
            *(Segment(a, b, pair) for a, b in zip(ring, [*ring[1:], ring[0]], strict=True)),
            Segment((5.0, 0.0), (6.0, 0.0), other),
            Segment((7.0, 0.0), (6.0, 0.0), other),
            Segment((7.0, 0.0), (7.0, 0.0), other),
        ]
    )
    assert {(line.forms, len(line.points), line.closed) for line in lines} == {
        ((H, MULTI), 4, True),
        ((None, H), 3, False),
    }
    assert "no equilibrium | hub-and-spoke: 3 points" in map(str, lines)


def test_a_side_is_split_where_its_forms_change() -> None:
    edge = Edge((0.0, 0.0), (1.0, 0.0), (H, MIX, MULTI), ((0.2, 0.0), (0.7, 0.0)))
    before, after = edge.split((0.5, 0.0))
    assert (before.forms, after.forms) == ((H, MIX), (MIX, MULTI))
    assert (before.points, after.points) == (((0.2, 0.0),), ((0.7, 0.0),))


# whole diagrams with known answers


class Painted(Plane):
    """A plane of which every point has the form that a function says."""

    def __init__(self, form_at):
        super().__init__(ATHENS, ("threat", "cohesion"), (1.0, 1.0), "nash", 1e-3)
        self.form_at = form_at

    def look(self, points):
        self._found |= {point: SHOWN[self.form_at(*point)] for point in points}

    def _searched(self, start, end, axis):
        def locate(low, high):
            one, other = self.form_at(*low), self.form_at(*high)
            if one is other:
                return []
            if high[axis] - low[axis] < 1e-9:
                return [(low, other)]
            middle = ((low[0] + high[0]) / 2, (low[1] + high[1]) / 2)
            return locate(low, middle) + locate(middle, high)

        found = locate(start, end)
        forms = (self.form_at(*start), *(form for _, form in found))
        return Edge(start, end, forms, tuple(point for point, _ in found))


def painted(form_at, points):
    line = Axis("threat", tuple(np.linspace(0, 1, points).tolist()), Meaning("", ""))
    return drawn(Painted(form_at), line, replace(line, name="cohesion"), None)


def test_three_regions_that_meet_in_a_point() -> None:
    """Sectors of a third each around (0.37, 0.41), in a grid that does not know of it."""

    def sector(x, y):
        turn = math.atan2(y - 0.41, x - 0.37) % (2 * math.pi)
        return (H, MULTI, MIX)[int(3 * turn / (2 * math.pi))]

    found = painted(sector, 6)
    [junction] = found.junctions
    assert np.abs(junction - [0.37, 0.41]).max() < max(found.blur)
    assert found.blur == pytest.approx((0.2 / 16, 0.2 / 16))
    assert len(found.boundaries) == 3
    assert {line.forms for line in found.boundaries} == {(H, MIX), (H, MULTI), (MIX, MULTI)}
    assert all(np.all(line.points == junction, axis=1).any() for line in found.boundaries)
    # where the rays at 120 and 240 degrees leave the square, by hand
    top, bottom = 0.37 - 0.59 / math.sqrt(3), 0.37 - 0.41 / math.sqrt(3)
    expected = area([(0.37, 0.41), (top, 1), (0, 1), (0, 0), (bottom, 0)])
    assert found.shares()[MULTI] == pytest.approx(expected, abs=1e-3)
    assert sum(found.shares().values()) == pytest.approx(1)


def test_a_disc_has_one_closed_boundary() -> None:
    found = painted(lambda x, y: MULTI if math.hypot(x - 0.5, y - 0.45) < 0.3 else H, 21)
    [line] = found.boundaries
    assert line.closed
    distances = np.hypot(line.points[:, 0] - 0.5, line.points[:, 1] - 0.45)
    assert np.abs(distances - 0.3).max() < 1e-8
    assert found.shares()[MULTI] == pytest.approx(math.pi * 0.09, rel=5e-3)
    assert len(found.junctions) == 0
    assert found.proved is None


def test_a_saddle_is_resolved_by_looking_inside() -> None:
    """Two corners of one form, joined or not: the middle of the tile decides."""
    apart = painted(lambda x, y: MULTI if (x - 0.5) * (y - 0.5) > 0.01 else H, 2)
    together = painted(lambda x, y: MULTI if (x - 0.5) * (y - 0.5) > -0.01 else H, 2)
    assert len(apart.boundaries) == len(together.boundaries) == 2
    assert len(apart.junctions) == len(together.junctions) == 0
    assert apart.shares()[MULTI] < 0.5 < together.shares()[MULTI]


def test_an_island_is_unseen_until_points_or_lines_meet_it() -> None:
    found = painted(lambda x, y: MIX if math.hypot(x - 0.5, y - 0.5) < 0.2 else H, 2)
    assert found.shares() == {H: pytest.approx(1)}
    hits = found.unseen(200, seed=1)
    assert len(hits) == pytest.approx(200 * math.pi * 0.04, abs=15)
    assert all(math.hypot(x - 0.5, y - 0.5) < 0.2 and form is MIX for x, y, form in hits)
    finer = found.refined(2)
    assert finer.shares()[MIX] == pytest.approx(math.pi * 0.04, rel=0.4)
    assert finer.x.values == (0, 0.25, 0.5, 0.75, 1)
    assert found.unseen(200, seed=1) == hits


def test_what_a_finer_look_finds_on_the_rim_is_drawn_inside_its_cell() -> None:
    """A saddle whose tile has an island of a third form right in the middle of one edge."""

    def form_of(x, y):
        if math.hypot(x - 0.5, y) < 0.1 or math.hypot(x - 0.5, y - 1) < 0.1:
            return MIX
        return MULTI if (x - 0.4) * (y - 0.5) > 0 else H

    found = painted(form_of, 2)
    assert MIX in found.shares()
    assert sum(found.shares().values()) == pytest.approx(1)


# diagrams of games


def test_the_grid_has_the_forms_of_solve() -> None:
    found = diagram()
    expected = [[form_at(a, b) for a in found.x.values] for b in found.y.values]
    assert [list(row) for row in found.forms] == expected
    assert found.codes.shape == (3, 5)
    assert tuple(Form)[found.codes[0, 0]] is expected[0][0]


def test_corners_lie_where_the_form_changes_along_any_ray() -> None:
    """Found again by halving on the form that `solve` prefers, in random directions."""
    rng = np.random.default_rng(7)
    found = diagram()
    lengths = np.array([found.x.length, found.y.length])
    checked = 0
    for line in found.boundaries:
        inner = [
            point
            for point in line.points.tolist()
            if 0.3 < point[0] < 0.9
            and 0.5 < point[1] < 0.6
            and not np.any(np.all(found.junctions == point, axis=1))
        ]
        for point in inner[:3]:
            angle = rng.uniform(0, 2 * math.pi)
            step = lengths * [math.cos(angle), math.sin(angle)]
            low, high = -1e-5, 1e-5
            below, above = (form_at(*(np.array(point) + end * step)) for end in (low, high))
            if {below, above} != set(line.forms):
                continue  # the ray touches the boundary, or meets another
            while high - low > 1e-8:
                middle = (low + high) / 2
                form = form_at(*(np.array(point) + middle * step))
                low, high = (middle, high) if form is below else (low, middle)
            assert abs(low + high) / 2 < 1e-6
            checked += 1
    assert checked >= 5


def test_lines_along_the_threat_have_every_critical_threat() -> None:
    found = diagram()
    corners = np.concatenate([line.points for line in found.boundaries])
    cohesion = found.y.values[1]
    known = critical_threats(ATHENS.with_parameters(cohesion=cohesion), resolution=0.02)
    inside = [item.threat for item in known if 0.3 < item.threat < 0.9]
    own = np.unique(corners[corners[:, 1] == cohesion][:, 0])
    assert own == pytest.approx(inside, abs=2e-9)
    assert len(own) > 1
    assert 0 < found.proved <= 0.02


def test_axes_can_change_places() -> None:
    turned = phase_diagram(ATHENS, "cohesion", "threat", *RANGES[::-1], **options(2, 5))
    assert np.array_equal(turned.codes, diagram().codes[::2].T)
    assert turned.shares() == pytest.approx(diagram().shares(), abs=0.02)
    assert turned.proved == diagram().proved


def test_refining_keeps_what_was_found() -> None:
    done = []
    finer = diagram().refined(1, lambda *report: done.append(report))
    assert np.array_equal(finer.codes[::2, ::2], diagram().codes)
    assert finer.shares() == pytest.approx(diagram().shares(), abs=0.02)
    assert ("lines proved", 5, 5) in done


def test_other_concepts_and_axes_without_the_threat() -> None:
    """Nash outcomes agree on what the hegemon prefers (docs/model.md, fact 5): no new picture."""
    ranges = {"x_range": (0.5, 0.6), "y_range": (1.0, 3.0), "resolution": 2}
    one = phase_diagram(ATHENS.at(0.53), "cohesion", "loss_aversion", **ranges)
    two = phase_diagram(ATHENS.at(0.53), "cohesion", "loss_aversion", concept="nash", **ranges)
    assert np.array_equal(one.codes, two.codes)
    assert (one.proved, two.proved) == (None, None)
    for i, cohesion in enumerate(one.x.values):
        for j, aversion in enumerate(one.y.values):
            game = games.settings.with_value(ATHENS.at(0.53), "loss_aversion", aversion)
            best = solve(game.with_parameters(cohesion=cohesion)).preferred
            assert one.forms[j][i] is best.form


@pytest.mark.parametrize("rule", ["split", "ultimatum"])
def test_with_burden_sharing_nothing_is_proved_but_all_is_searched(rule) -> None:
    game = replace(ATHENS.strongest(2), burden_sharing=rule)
    found = phase_diagram(game, "threat", "cohesion", (0.2, 0.9), (0.5, 0.8), resolution=2)
    assert found.proved is None
    for j, cohesion in enumerate(found.y.values):
        for i, threat in enumerate(found.x.values):
            point = game.with_parameters(cohesion=cohesion).at(threat)
            best = solve(point, tolerance=0.0).preferred
            assert found.structures[j][i] == best.structure


def test_tables_of_a_diagram(tmp_path) -> None:
    found = diagram()
    frame = found.to_dataframe()
    assert list(frame.columns) == ["threat", "cohesion", "form", "structure"]
    assert len(frame) == 15
    data = found.to_xarray()
    assert data["form"].dims == ("cohesion", "threat")
    assert data["form"].sel(cohesion=0.5, threat=0.9).item() == str(found.forms[0][-1])
    assert data["cohesion"].attrs["units"] == "probability"
    rows = found.boundary_records()
    assert sum(len(line.points) for line in found.boundaries) == len(rows)
    assert set(rows[0]) == {"boundary", "one", "other", "threat", "cohesion"}
    for name in ("rows.csv", "rows.nc"):
        assert table_files.write(
            frame.to_dict("records"), found.to_xarray, tmp_path / name
        ).exists()


# axes


def test_current_values_are_those_that_set_them() -> None:
    game = ATHENS
    for name in games.settings.names(game):
        try:
            value = games.settings.current(game, name)
        except (games.InvalidGameError, games.NotApplicableError):
            continue
        same = games.settings.with_value(game, name, value)
        assert (
            replace(same, scenario=None) == replace(game, scenario=None)
            or name
            in (
                "frame",
                "exposures.Samos",
            )
            or name.split(".")[0] in ("exposures", "reliabilities", "basings")
        )
        assert games.settings.current(same, name) == value
    assert games.settings.current(game.at(frame=0.2), "frame") == 0.2
    constant = game.with_reference(games.ConstantReference(0.4))
    assert games.settings.current(constant, "level") == 0.4


@pytest.mark.parametrize("name", ["level", "gamma", "curvature", "slope"])
def test_what_a_game_has_not_is_said(name) -> None:
    taste = games.CumulativeProspectTheory(
        alpha=0.7, weighting_gains=games.Linear(), weighting_losses=games.Linear()
    )
    game = ATHENS.with_preference(taste).with_reference(games.ThreatReference())
    if name == "slope":
        game = game.with_reference(games.ConstantReference(0.4))
    with pytest.raises(games.NotApplicableError, match=f"`{name}` is no number of this game"):
        games.settings.current(game, name)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda g: axis(g, "adversary", None, 3), ValueError, "`adversary` must have a range"),
        (lambda g: axis(g, "cohesion", (0.2, 1.2), 3), ValueError, "`cohesion` must lie in"),
        (lambda g: axis(g, "cohesion", (0.2, 0.8), 1), ValueError, "`points` must be a whole"),
        (lambda g: axis(g, "cohesion", (0.2, 0.8), 9999), ValueError, "`points` must be at most"),
        (lambda g: axis(g, "family", None, 3), ValueError, "`family` must be a quantity"),
        (lambda g: axis(g, "cohesio", None, 3), LookupError, "unknown parameter 'cohesio'"),
        (lambda g: axis_at(g, "cohesion", [0.5, 0.4]), ValueError, "values that rise"),
        (lambda g: axis_at(g, "cohesion", []), ValueError, "values that rise"),
        (lambda g: span_of(g, "cohesion", (0.5, 0.4)), ValueError, "must rise; got 0.5 to 0.4"),
        (lambda g: span_of(g, "cohesion", "0.5"), ValueError, "must be two numbers"),
        (lambda g: phase_diagram(g, "threat", "threat"), NotImplementedError, "independent"),
        (lambda g: framing_map(g, "alpha", "curvature"), NotImplementedError, "independent"),
        (lambda g: phase_diagram(g, concept="nashh"), LookupError, "unknown concept"),
    ],
)
def test_bad_axes_are_refused_in_one_line(call, error, message) -> None:
    with pytest.raises(error, match=message) as caught:
        call(ATHENS)
    assert isinstance(caught.value, games.AllianceError)
    assert "\n" not in str(caught.value)


# maps of the framing effect


@cache
def framing():
    return framing_map(ATHENS, y_range=(1.0, 3.0), resolution=(5, 2))


def test_framing_map_by_hand() -> None:
    found = framing()
    for j, aversion in enumerate(found.y.values):
        for i, threat in enumerate(found.x.values):
            game = games.settings.with_value(ATHENS, "loss_aversion", aversion).at(threat)
            blind = game.with_preference(games.ExpectedUtility())
            own, null = solve(game).preferred.structure, solve(blind).preferred.structure
            assert found.structures[j][i] == own
            assert found.baseline_structures[j][i] == null
            assert found.differs[j, i] == (own.form is not null.form)
            one, two = game.appraise(own), game.appraise(null)
            gain = one.certainty_equivalent - two.certainty_equivalent
            assert found.certainty_gain[j, i] == pytest.approx(gain)
            assert found.mean_loss[j, i] == pytest.approx(two.mean - one.mean)
    assert (found.certainty_gain >= -1e-9).all()
    assert (found.mean_loss >= -1e-9).all()
    assert found.differs.any()
    assert sum(found.pairs().values()) == 10


def test_expected_aid_is_the_mean_of_aid_over_states() -> None:
    structure = ATHENS.structure(bloc=["Samos", "Chios"], spokes=["Naxos"])
    shared, power = ATHENS.parameters, ATHENS.capabilities
    bloc = sum(power[name] + shared.basing for name in ("Samos", "Chios"))
    spoke = power["Naxos"] + shared.basing
    expected = shared.cohesion * shared.pledge_multilateral * bloc
    expected += shared.reliability * shared.pledge_bilateral * spoke
    assert expected_aid(ATHENS, structure) == pytest.approx(expected)


def test_framing_effects_are_the_shifts_of_critical_threats() -> None:
    for aversion, effect in zip(framing().y.values, framing().effects, strict=True):
        game = games.settings.with_value(ATHENS, "loss_aversion", aversion)
        turn = critical_threats(game, resolution=0.02).multilateral_from
        assert effect.multilateral_from == pytest.approx(turn, abs=2e-6)
        assert effect.shift is None  # expected utility never turns
    strict = games.CumulativeProspectTheory(loss_aversion=1.2)
    same = framing_map(
        ATHENS, "threat", "cohesion", (0.3, 1), (0.5, 0.6), resolution=(4, 2), baseline=strict
    )
    assert same.effects[0].multilateral_from is None
    one = ATHENS.with_parameters(cohesion=0.6)
    turn, base = (
        critical_threats(game, resolution=0.05).multilateral_from
        for game in (one, one.with_preference(strict))
    )
    assert same.effects[1].shift == pytest.approx(turn - base, abs=4e-6)


def test_framing_without_the_threat_and_without_an_equilibrium(monkeypatch) -> None:
    game = ATHENS.at(0.6)
    found = framing_map(game, "cohesion", "loss_aversion", (0.5, 0.6), (1, 3), resolution=(3, 2))
    assert found.effects == ()
    for i, cohesion in enumerate(found.x.values):
        point = game.with_parameters(cohesion=cohesion)
        point = games.settings.with_value(point, "loss_aversion", 3.0)
        assert found.structures[1][i] == solve(point).preferred.structure
    monkeypatch.setattr("solver.studies.framing.preferred_at", lambda game, concept: None)
    empty = framing_map(game, "cohesion", "loss_aversion", (0.5, 0.6), (1, 3), resolution=2)
    assert np.isnan(empty.certainty_gain).all()
    assert not empty.differs.any()
    assert phase.framing_figure(empty).axes


def test_tables_of_a_framing_map() -> None:
    assert len(framing().to_dataframe()) == 10
    data = framing().to_xarray()
    assert data["extra_aid"].attrs["units"] == "hegemon's capability = 1"
    assert data["certainty_gain"].sel(loss_aversion=3.0, threat=1.0) == pytest.approx(
        framing().certainty_gain[1, 4]
    )


# pictures


def texts(figure):
    labels = [text.get_text() for legend in figure.legends for text in legend.get_texts()]
    return labels, figure.axes[0].get_xlabel(), figure.axes[0].get_ylabel()


def test_picture_of_a_phase_diagram(tmp_path) -> None:
    figure = phase.phase_figure(diagram())
    labels, across, up = texts(figure)
    assert across == "threat (share, 0 to 1)"
    assert up == "cohesion (probability)"
    assert any(label.startswith("multilateral, ") for label in labels)
    assert labels[-1].startswith("the game itself: threat")
    assert plot.save(figure, tmp_path / "phase.png").stat().st_size > 5_000


def test_the_game_is_marked_only_where_it_is_in_the_plane() -> None:
    outside = replace(diagram(), game=ATHENS.with_parameters(cohesion=0.9))
    assert "game itself" not in "".join(texts(phase.phase_figure(outside))[0])
    none = replace(diagram(), y=replace(diagram().y, name="level"))
    assert "game itself" not in "".join(texts(phase.phase_figure(none))[0])


def test_picture_of_no_equilibrium() -> None:
    found = painted(lambda x, y: None if x < 0.3 else H, 3)
    labels, *_ = texts(phase.phase_figure(found))
    assert labels[0] == "no equilibrium, 30.0% of the plane"


def test_picture_of_a_framing_map() -> None:
    figure = phase.framing_figure(framing())
    assert "expected utility" in figure.axes[0].get_title(loc="left")
    assert figure.axes[1].lines[0].get_xdata() == pytest.approx(
        [effect.multilateral_from for effect in framing().effects]
    )
    other = replace(framing(), baseline=games.CumulativeProspectTheory())
    title = phase.framing_figure(other).axes[0].get_title(loc="left")
    assert "baseline CumulativeProspectTheory" in title
