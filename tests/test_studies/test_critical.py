"""Critical threats: every change of form is found, lies where it is said to lie, and has its cause.

The preferred forms on a fine grid are computed by `Oracle`, which states the game once more with
the levels of threat along an axis and uses nothing of `solver`.
"""

from dataclasses import replace
from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from known_games import ATHENS_1 as ATHENS
from strategies import fixed, number, theatres
from strategies import games as wide_games

import games
import solver.studies.critical
from games import (
    AllianceGame,
    AllianceStructure,
    ConstantReference,
    CumulativeProspectTheory,
    ExpectationReference,
    ExpectedUtility,
    Form,
    InvalidGameError,
    NotApplicableError,
    Parameters,
    ThreatReference,
)
from games.alliance.payoffs import autonomy_cost, security, states_of
from solver import compare, critical_threats, solve, sweep
from solver.accounts.choices import Choice
from solver.alliance.hegemon import frame_of, hegemon_values
from solver.alliance.lattice import lattice, to_structure
from solver.studies.critical import (
    CriticalThreat,
    CriticalThreats,
    changes_on_grid,
    crossings_between,
)
from solver.studies.enclosure import Enclosure, End

NAMES = ("Samos", "Chios", "Naxos", "Melos")
FINE = 1e-3
GRID = np.linspace(0, 1, 1001)
REFERENCES = {
    "rising": ThreatReference(),
    "falling": ThreatReference(base=1, slope=-0.8),
    "constant": ConstantReference(0.4),
    "expectation": ExpectationReference(AllianceStructure("Athens", spokes=["Samos"])),
    "frame apart": ThreatReference(base=0.1, slope=0.9),
}


def theatre(seed):
    """Return a random game of two to four candidates near the default parameters, without ties."""
    rng = np.random.default_rng(seed)
    default = Parameters()
    names = NAMES[: rng.integers(2, 5)]
    shares = [
        *("pledge_bilateral", "pledge_multilateral", "reliability", "cohesion", "shelter"),
        *("entrapment", "entrapment_share"),
        *("guarantee_bilateral", "guarantee_multilateral", "affinity"),
    ]
    powers = ["deployment", "adversary", "projection", "basing", "exposure"]
    costs = [
        *("k_bilateral", "k_multilateral", "k_bloc", "friction"),
        *("ally_cost_bilateral", "ally_cost_multilateral"),
    ]
    values = {name: rng.uniform(0.5, 1) for name in shares}
    values |= {name: rng.uniform(0.5, 2) * getattr(default, name) for name in powers}
    values |= {name: rng.uniform(0, 1) * getattr(default, name) for name in costs}
    return AllianceGame(
        hegemon="Athens",
        capabilities={name: rng.uniform(0.05, 0.5) for name in names},
        threat=0.5,
        parameters=Parameters(**values),
        exposures={"Samos": rng.uniform(0.5, 2)},
        affinity={("Samos", "Chios"): rng.uniform(0.3, 1)},
    )


class Oracle:
    """Payoffs of all structures of a game at every level of `threats`."""

    def __init__(self, game, threats):
        self.game, self.threats = game, np.asarray(threats)
        self.by_treaty = {}
        self.structures = list(game.structures())
        framed = self.threats if game.frame is None else np.full(self.threats.size, game.frame)
        rule = game.reference
        if isinstance(rule, ThreatReference):
            self.points = rule.base + rule.slope * framed
        elif isinstance(rule, ConstantReference):
            self.points = np.full(self.threats.size, rule.level)
        else:
            outcomes, odds = self.outcomes(rule.structure, framed)
            self.points = outcomes @ odds
        rows = [self.hegemon(structure) for structure in self.structures]
        agreed = [self.agreed(structure) for structure in self.structures]
        self.worth = np.where(np.array(agreed) > 0, np.array(rows), -np.inf)
        self.doubt = np.abs(np.array(agreed)).min(axis=0)

    def outcomes(self, structure, threats):
        shared = self.game.parameters
        states = states_of(self.game, structure)
        order = np.argsort(states.own)
        secured = security(states.own[order], threats[:, np.newaxis] * shared.full_power)
        return secured - autonomy_cost(shared, structure), states.chance[order]

    def hegemon(self, structure):
        outcomes, odds = self.outcomes(structure, self.threats)
        return self.game.preference.values(
            outcomes, np.broadcast_to(odds, outcomes.shape), self.points
        )

    def candidate(self, name, structure):
        """What a structure is worth to a candidate hangs on its own treaty, so is kept by that."""
        treaty = name, name in structure.spokes, structure.partners(name)
        if treaty not in self.by_treaty:
            self.by_treaty[treaty] = self.candidate_values(name, structure)
        return self.by_treaty[treaty]

    def candidate_values(self, name, structure):
        game, shared = self.game, self.game.parameters
        opposed = shared.full_power * game.exposures.get(name, shared.exposure) * self.threats
        own, cost, help_ = game.capabilities[name], 0.0, 0.0
        guarantee = shared.shelter
        if name in structure.spokes:
            guarantee, cost = shared.guarantee_bilateral, shared.ally_cost_bilateral
        elif name in structure.allies:
            guarantee, cost = shared.guarantee_multilateral, shared.ally_cost_multilateral
            for other in structure.partners(name):
                close = game.affinity.get(tuple(sorted((name, other))), shared.affinity)
                help_ += close * game.capabilities[other]
                cost += shared.friction * (1 - close)
        own += guarantee * shared.deployment
        outcomes = np.stack([security(own, opposed), security(own + help_, opposed)], -1) - cost
        odds = np.broadcast_to([1 - shared.cohesion, shared.cohesion], outcomes.shape)
        point = np.full(self.threats.size, game.candidate_reference)
        return game.candidate_preference.values(outcomes, odds, point)

    def agreed(self, structure):
        """Return the least that an ally gains by its treaty; infinite without allies."""
        alone = AllianceStructure("Athens")
        gains = [
            self.candidate(name, structure) - self.candidate(name, alone)
            for name in structure.allies
        ]
        return np.min(gains, axis=0) if gains else np.full(self.threats.size, np.inf)

    @property
    def forms(self):
        """The form of the best structure that all its members accept, at each level."""
        return [self.structures[place].form for place in self.worth.argmax(axis=0)]

    @property
    def clear(self):
        """Whether the best form is better than any other, and who accepts beyond doubt."""
        kinds = np.array([structure.form.value for structure in self.structures])
        best = kinds[self.worth.argmax(axis=0)]
        rivals = np.where(kinds[:, np.newaxis] == best, -np.inf, self.worth).max(axis=0)
        return (self.worth.max(axis=0) - rivals > 1e-9) & (self.doubt > 1e-9)


def form_at(found, threat):
    """Return the form that the critical threats `found` say is preferred at `threat`."""
    below = [item for item in found if item.threat < threat]
    return below[-1].above if below else found.first


@cache
def exactly():
    """Return the critical threats of the invented case at the default resolution."""
    return critical_threats(ATHENS)


def accepts(game, structure):
    alone = AllianceStructure("Athens")
    return all(
        game.candidate_value(name, structure) >= game.candidate_value(name, alone)
        for name in structure.allies
    )


def check_located(game, found):
    """Each critical threat is a bracket whose ends prefer what is stated, for the stated cause."""
    ends = [0.0, *(item.threat for item in found), 1.0]
    for place, item in enumerate(found):
        assert 0 < item.width <= 1e-9
        room = min(item.threat - ends[place], ends[place + 2] - item.threat)
        step = min(1e-8, room / 2)
        below, above = game.at(item.threat - step), game.at(item.threat + step)
        assert item.below is item.below_structure.form is not item.above
        assert item.above is item.above_structure.form
        assert solve(below, tolerance=0).preferred.structure == item.below_structure
        assert solve(above, tolerance=0).preferred.structure == item.above_structure
        both = (item.below_structure, item.above_structure)
        agreed = all(accepts(level, s) for level in (below, above) for s in both)
        assert item.cause == ("value" if agreed else "acceptance")
        if item.cause == "value":
            gap = [np.diff([level.value(s) for s in both])[0] for level in (below, above)]
            assert gap[0] < 0 < gap[1]


def check_complete(game, found, threats=GRID):
    """The forms between critical threats are those of the oracle wherever they are clear."""
    oracle = Oracle(game, threats)
    clear, forms = oracle.clear, oracle.forms
    assert clear.mean() > 0.9
    stated = [form_at(found, threat) for threat in threats]
    wrong = [
        (threat, told, form)
        for threat, told, form, sure in zip(threats, stated, forms, clear, strict=True)
        if sure and told is not form
    ]
    assert wrong == []
    levels = zip(threats, forms, clear, strict=True)
    levels = [(threat, form) for threat, form, sure in levels if sure]
    for (low, before), (high, after) in pairwise(levels):
        if before is not after:
            assert any(low < item.threat < high for item in found)


# --- random games


@pytest.mark.parametrize("rule", REFERENCES)
@pytest.mark.parametrize("block", [0, pytest.param(1, marks=pytest.mark.long)])
def test_every_change_of_form_is_located(rule, block):
    changes = 0
    for seed in range(3 * block, 3 * block + 3):
        game = theatre(100 * list(REFERENCES).index(rule) + seed)
        game = game.with_reference(REFERENCES[rule])
        if rule == "frame apart":
            game = game.at(frame=0.6)
        found = critical_threats(game, resolution=FINE)
        assert found.resolution <= FINE
        assert [item.threat for item in found] == sorted(item.threat for item in found)
        for one, other in pairwise(found):
            assert one.above is other.below
        check_located(game, found)
        check_complete(game, found)
        changes += len(found)
    assert changes > 0


@pytest.mark.parametrize("seed", [0, 4, 9, 13])
def test_candidates_with_prospect_theory(seed):
    game = replace(
        theatre(seed), candidate_preference=CumulativeProspectTheory(), candidate_reference=0.3
    )
    found = critical_threats(game, resolution=FINE)
    check_located(game, found)
    check_complete(game, found)


@pytest.mark.parametrize("seed", range(8))
def test_oracle_agrees_with_sweeps(seed):
    game = theatre(seed)
    threats = np.linspace(0, 1, 33)
    oracle = Oracle(game, threats)
    for form, level, sure in zip(
        oracle.forms, sweep(game, threat=threats).levels, oracle.clear, strict=True
    ):
        assert not sure or level.form is form


# --- examples


@pytest.mark.long
def test_a_window_that_a_sweep_misses():
    # Derived by this program: there is no other source for the figures of this invented case.
    found = exactly()
    assert [(str(item.below), str(item.above)) for item in found] == [
        ("none", "bilateral"),
        ("bilateral", "hub-and-spoke"),
        ("hub-and-spoke", "mixed"),
        ("mixed", "hub-and-spoke"),
        ("hub-and-spoke", "mixed"),
        ("mixed", "multilateral"),
    ]
    wanted = [0.006487174, 0.006913671, 0.508753253, 0.509130690, 0.509587720, 0.529163017]
    assert [item.threat for item in found] == pytest.approx(wanted, abs=1e-9)
    check_located(ATHENS, found)
    check_complete(ATHENS, found)
    check_complete(ATHENS, found, np.linspace(0.508, 0.510, 401))

    path = sweep(ATHENS)
    seen = [form for before, form in pairwise([None, *path.forms]) if form is not before]
    assert [str(form) for form in seen] == ["none", "hub-and-spoke", "mixed", "multilateral"]
    assert solve(ATHENS.at(0.509)).preferred.form is Form.MIXED
    assert solve(ATHENS.at(0.5094)).preferred.form is Form.HUB_AND_SPOKE


def test_a_change_of_acceptance_by_hand():
    # Derived: one ally of power 0.2 and a deployment of 1 against 2 tau. Unprotected its security
    # is 0.2 / (0.2 + 2 tau), in a spoke 1.2 / (1.2 + 2 tau) - 0.2. It signs once
    # 2 tau / ((0.2 + 2 tau) (1.2 + 2 tau)) = 0.2, at 2 tau = x: x^2 - 3.6 x + 0.24 = 0.
    game = AllianceGame(
        hegemon="Athens", capabilities={"Samos": 0.2}, threat=0.5, preference=ExpectedUtility()
    ).with_parameters(
        adversary=1,
        deployment=1,
        shelter=0,
        guarantee_bilateral=1,
        ally_cost_bilateral=0.2,
        k_bilateral=0,
    )
    (only,) = critical_threats(game)
    assert only.threat == pytest.approx((3.6 - np.sqrt(3.6**2 - 4 * 0.24)) / 4, abs=1e-9)
    assert (only.below, only.above, only.cause) == (Form.NONE, Form.BILATERAL, "acceptance")
    assert str(only) == f"{only.threat:.9f}: none -> bilateral (acceptance)"
    check_located(game, [only])


def test_a_crossing_of_values_by_hand():
    # Derived: one sure ally that raises the hegemon's power from 1 to 2 against x = 2 tau, and
    # costs it 1/6 of autonomy: x / ((1 + x) (2 + x)) = 1/6 at x = 1 and at x = 2.
    game = AllianceGame(
        hegemon="Athens", capabilities={"Samos": 1}, threat=0.5, preference=ExpectedUtility()
    ).with_parameters(
        adversary=2,
        deployment=1,
        pledge_bilateral=1,
        basing=0,
        reliability=1,
        k_bilateral=1 / 6,
        ally_cost_bilateral=0,
    )
    found = critical_threats(game)
    assert [item.threat for item in found] == pytest.approx([0.25, 0.5], abs=1e-9)
    assert [(item.below, item.above) for item in found] == [
        (Form.NONE, Form.BILATERAL),
        (Form.BILATERAL, Form.NONE),
    ]
    assert {item.cause for item in found} == {"value"}
    assert (found.first, found.last, found.multilateral_from) == (Form.NONE, Form.NONE, None)


def test_causes_in_southeast_asia():
    game = games.load("southeast-asia-1954")
    found = critical_threats(game, resolution=1e-2)
    assert [item.cause for item in found] == ["value", "acceptance", "value"]
    assert found.multilateral_from == found[-1].threat == pytest.approx(0.3889, abs=1e-4)


def test_a_game_without_change():
    game = theatre(0).with_parameters(k_bloc=5, k_multilateral=5, k_bilateral=5)
    found = critical_threats(game)
    assert (len(found), found.first, found.last) == (0, Form.NONE, Form.NONE)
    assert found.resolution <= 1e-9
    assert found.multilateral_from is None
    assert str(found) == "[]"


def test_structures_of_equal_worth_make_no_change():
    # Sure treaties that pledge as much and cost nothing: a bloc is worth just what spokes are. Sums
    # of aid differ by rounding, and that is not a change of what is preferred.
    game = AllianceGame(
        hegemon="Athens", capabilities={"Samos": 0.3, "Chios": 0.21, "Naxos": 0.17}, threat=0.5
    ).with_parameters(
        reliability=1,
        cohesion=1,
        pledge_bilateral=0.7,
        pledge_multilateral=0.7,
        k_bilateral=0,
        k_multilateral=0,
        k_bloc=0,
        ally_cost_bilateral=0,
        ally_cost_multilateral=0,
    )
    assert {str(form) for form in sweep(game).forms} == {"none", "hub-and-spoke"}
    found = critical_threats(game, resolution=0.1)
    assert [(str(item.below), str(item.above)) for item in found] == [("none", "hub-and-spoke")]


# --- arguments and what is promised


@pytest.mark.parametrize("resolution", [0, 1e-10, 0.2, float("nan"), "fine", None])
def test_resolution_must_be_in_range(resolution):
    with pytest.raises(InvalidGameError, match="`resolution` must"):
        critical_threats(ATHENS, resolution=resolution)


@pytest.mark.parametrize("resolution", [0.1, 1e-2, 1e-3])
def test_what_was_proved_is_as_fine_as_what_was_asked(resolution):
    found = critical_threats(ATHENS, resolution=resolution)
    assert found.resolution <= resolution
    assert missed(found) <= found.resolution


def missed(found):
    """Return the width of the widest interval on which `found` states a wrong form."""
    exact = exactly()
    ends = sorted({0.0, 1.0, *(item.threat for item in (*exact, *found))})
    widths = [
        high - low
        for low, high in pairwise(ends)
        if high - low > 1e-8
        and form_at(exact, (low + high) / 2) is not form_at(found, (low + high) / 2)
    ]
    return max(widths, default=0.0)


def test_a_cap_on_cells_widens_the_stated_resolution(monkeypatch):
    exactly()
    monkeypatch.setattr(solver.studies.critical, "MOST_STRETCHES", 1)
    found = critical_threats(ATHENS)
    assert 1e-4 < found.resolution <= 1 / 64
    assert [item for item in found if item.width > 1e-9] == []
    assert missed(found) <= found.resolution
    check_located(ATHENS, found)


def test_several_blocs_are_not_searched():
    game = replace(theatre(0), family="blocs")
    for attempt in (
        lambda: critical_threats(game),
        lambda: crossings_between(game, [0, 1], [Form.NONE, Form.NONE]),
    ):
        with pytest.raises(NotApplicableError, match="sweep a game of the family 'blocs'"):
            attempt()


def crossing(threat, below, above):
    return CriticalThreat(threat, below, above, None, None, "value", 1e-9)


def test_critical_threats_are_a_sequence():
    items = [
        crossing(0.2, Form.NONE, Form.MULTILATERAL),
        crossing(0.4, Form.MULTILATERAL, Form.MIXED),
        crossing(0.6, Form.MIXED, Form.MULTILATERAL),
    ]
    found = CriticalThreats(items, 1e-4, Form.NONE, Form.MULTILATERAL)
    assert (list(found), len(found), found[-1]) == (items, 3, items[2])
    assert list(found[:2]) == items[:2]
    assert items[1] in found
    assert found.interval == (0, 1)
    assert found.spans() == [
        (0.0, 0.2, Form.NONE),
        (0.2, 0.4, Form.MULTILATERAL),
        (0.4, 0.6, Form.MIXED),
        (0.6, 1.0, Form.MULTILATERAL),
    ]
    assert found.multilateral_from == 0.6
    assert str(found).startswith("[0.200000000: none -> multilateral (value), ")


@pytest.mark.parametrize(
    ("items", "first", "last", "wanted"),
    [
        ([], Form.MULTILATERAL, Form.MULTILATERAL, 0.0),
        ([], Form.MIXED, Form.MIXED, None),
        ([], None, None, None),
        ([crossing(0.3, Form.MULTILATERAL, Form.MIXED)], Form.MULTILATERAL, Form.MIXED, None),
        ([crossing(0.3, Form.NONE, Form.MULTILATERAL)], Form.NONE, Form.MULTILATERAL, 0.3),
    ],
)
def test_multilateral_from(items, first, last, wanted):
    assert CriticalThreats(items, 1e-4, first, last).multilateral_from == wanted


def test_progress_is_the_share_that_is_settled():
    shares = []
    critical_threats(ATHENS, resolution=1e-3, progress=shares.append)
    assert shares == sorted(shares)
    assert 0 < shares[0] <= shares[-1] == pytest.approx(1, abs=1e-6)


# --- between the levels of a sweep


def test_crossings_between_levels():
    exact = exactly()
    threats = [0.0, 0.3, 0.509, 0.52, 1.0]
    found = crossings_between(ATHENS, threats, sweep(ATHENS, threat=threats).forms)
    wanted = [exact[place].threat for place in (0, 1, 2, 5)]
    assert [item.threat for item in found] == pytest.approx(wanted, abs=2e-9)
    assert found.resolution == pytest.approx(0.48)
    assert (found.first, found.last) == (Form.NONE, Form.MULTILATERAL)
    check_located(ATHENS, found)


def test_crossings_between_levels_in_any_order():
    threats = [0.9, 0.0, 0.515, 0.3]
    path = sweep(ATHENS, threat=threats)
    found = crossings_between(ATHENS, path.threats, path.forms)
    same = sweep(ATHENS, threat=sorted(threats))
    again = crossings_between(ATHENS, same.threats, same.forms)
    assert list(found) == list(again)
    assert found.resolution == again.resolution == pytest.approx(0.385)
    assert found.multilateral_from == found[-1].threat


def test_crossings_between_levels_without_change():
    found = crossings_between(ATHENS, [0.2, 0.4], [Form.HUB_AND_SPOKE] * 2)
    assert (len(found), found.resolution) == (0, pytest.approx(0.2))
    single = crossings_between(ATHENS, [0.2], [Form.HUB_AND_SPOKE])
    assert (len(single), single.resolution) == (0, 0.0)


def test_a_sweep_says_nothing_below_its_lowest_level():
    threats = [0.7, 0.8, 1.0]
    path = sweep(ATHENS, threat=threats)
    found = crossings_between(ATHENS, path.threats, path.forms)
    assert found.interval == (0.7, 1.0)
    assert found.multilateral_from == 0.7
    assert found.spans() == [(0.7, 1.0, Form.MULTILATERAL)]


def structures():
    hub = AllianceStructure("Athens", spokes=["Samos", "Chios"])
    other = AllianceStructure("Athens", spokes=["Samos", "Naxos"])
    bloc = AllianceStructure("Athens", bloc=["Samos", "Chios"])
    return hub, other, bloc


def test_changes_on_a_grid():
    hub, other, bloc = structures()
    found = changes_on_grid([1.0, 0.0, 0.5, 0.2, 0.6], [None, hub, bloc, other, bloc])
    assert [(item.below, item.above) for item in found] == [
        (Form.HUB_AND_SPOKE, Form.MULTILATERAL),
        (Form.MULTILATERAL, None),
    ]
    assert [item.threat for item in found] == pytest.approx([0.35, 0.8])
    assert [item.width for item in found] == pytest.approx([0.3, 0.4])
    assert {item.cause for item in found} == {"not located"}
    assert [item.below_structure for item in found] == [other, bloc]
    assert [item.above_structure for item in found] == [bloc, None]
    assert (found.first, found.last) == (Form.HUB_AND_SPOKE, None)
    assert found.interval == (0.0, 1.0)
    assert found.spans()[-1] == (pytest.approx(0.8), 1.0, None)
    assert found.resolution == pytest.approx(0.4)
    assert found.multilateral_from is None


def test_changes_on_a_grid_of_one_level():
    found = changes_on_grid([0.5], [structures()[2]])
    assert (len(found), found.resolution, found.first) == (0, 0.0, Form.MULTILATERAL)
    assert (found.interval, found.multilateral_from) == ((0.5, 0.5), 0.5)


# --- enclosures


def parts(game, low, high):
    """Return the enclosure's bounds on values, and who may and who must accept, on a cell."""
    enclosure = Enclosure(game)
    everything = np.arange(lattice(len(game.candidates)).size)
    ends = [End(game, end, lattice(len(game.candidates)).blocs) for end in (low, high)]
    powers = [end.power for end in ends]
    references = [end.reference for end in ends]
    corners = solver.studies.enclosure._corners(*ends)
    assert corners[2:] == ((powers[0], min(references)), (powers[1], max(references)))
    frame = solver.alliance.hegemon.Frame(*(np.array(part) for part in zip(*corners, strict=True)))
    _, _, upper, lower = solver.alliance.hegemon.Valuer(game)(frame)
    possible = enclosure._accepted(everything, *ends)
    certain = enclosure._accepted(everything, *ends[::-1])
    return lower, upper, possible, certain


@given(wide_games(most=3) | theatres(most=3), st.data())
@fixed(20)
def test_enclosures_enclose(game, data):
    low, high = sorted(data.draw(st.tuples(number(0, 1), number(0, 1))))
    lower, upper, possible, certain = parts(game, low, high)
    assert not (certain & ~possible).any()
    (stretch,) = Enclosure(game).stretches([(low, high)])
    assert stretch.width == high - low
    grid = lattice(len(game.candidates))
    shares = data.draw(st.lists(number(0, 1), min_size=3, max_size=3))
    for threat in [low, high, *(low + share * (high - low) for share in shares)]:
        level = game.at(min(max(threat, low), high))
        worth = hegemon_values(game, frame_of(game, [level.threat]))[0]
        slack = 1e-12 * np.maximum(1, np.abs(worth))
        assert (lower - slack <= worth).all()
        assert (worth <= upper + slack).all()
        found = [to_structure("Athens", game.candidates, *grid.masks(i)) for i in range(grid.size)]
        least = np.array([least_gain(level, structure) for structure in found])
        assert possible[least >= 1e-12].all()
        assert not certain[least < -1e-12].any()
        surely = least >= 1e-12
        best = np.argmax(np.where(surely, worth, -np.inf))
        rivals = np.delete(np.where(least >= -1e-12, worth, -np.inf), best)
        if worth[best] > rivals.max(initial=-np.inf) + slack[best]:
            assert best in stretch.alive


def least_gain(game, structure):
    alone = AllianceStructure("Athens")
    gains = [
        game.candidate_value(name, structure) - game.candidate_value(name, alone)
        for name in structure.allies
    ]
    return min(gains, default=np.inf)


@pytest.mark.parametrize("n", range(5))
def test_codes_of_forms(n):
    grid = lattice(n)
    names = NAMES[:n]
    forms = [to_structure("Athens", names, *grid.masks(i)).form for i in range(grid.size)]
    codes = grid.form_codes
    pairs = set(zip(forms, codes.tolist(), strict=True))
    assert len(pairs) == len(set(forms)) == len(set(codes.tolist()))


INDIFFERENT = AllianceGame(
    hegemon="H",
    capabilities={"A": 0.3, "B": 0.25},
    threat=0.5,
    # a spoke leaves its ally exactly as safe as no treaty does
    parameters=Parameters(
        ally_cost_bilateral=0,
        ally_cost_multilateral=0,
        friction=0,
        affinity=0,
        shelter=0.8,
        guarantee_bilateral=0.8,
        cohesion=0.625,
    ),
)


@pytest.mark.long
def test_exact_indifference_is_not_decided_by_rounding():
    found = critical_threats(INDIFFERENT)
    forms = [(item.below, item.above) for item in found]
    assert forms == [
        (Form.NONE, Form.BILATERAL),
        (Form.BILATERAL, Form.HUB_AND_SPOKE),
        (Form.HUB_AND_SPOKE, Form.MULTILATERAL),
    ]
    levels = sweep(INDIFFERENT, threat=np.linspace(0, 1, 201)).levels
    first = next(level.threat for level in levels if level.preferred.form is Form.MULTILATERAL)
    assert first - 0.005 <= found.multilateral_from <= first
    compared = compare(INDIFFERENT, threat=[0.0, 0.25, 0.5, 0.75, 1.0])
    located = compared.critical["prospect"].multilateral_from
    assert located == pytest.approx(found.multilateral_from, abs=2e-9)
    # history asks the same of the same candidates
    choice = Choice(INDIFFERENT)
    alone = AllianceStructure("H")
    assert {choice.structure(place) for place in range(len(choice))} == {
        structure
        for structure in INDIFFERENT.structures()
        if all(
            INDIFFERENT.candidate_value(name, structure)
            >= INDIFFERENT.candidate_value(name, alone) - 1e-12
            for name in structure.allies
        )
    }
