"""Network measures: values derived by hand, Freeman's extremes, and identities on random cases."""

import errno
import itertools
import json
import os
import pickle
import sys
from functools import cache
from types import ModuleType

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import NAMES, alliances

from games import AllianceStructure, Form, InvalidGameError, MissingDependencyError
from games.alliance.structures import from_groups
from games.errors import OutputError, UnknownNameError
from solver import network
from solver.alliance.network import Remainder

MIXED = AllianceStructure("Athens", bloc=("Samos", "Chios"), spokes=("Naxos",))
EMPTY = AllianceStructure("Athens")


def renamed(structure, names):
    blocs = [[names[n] for n in bloc] for bloc in structure.blocs]
    spokes = [names[n] for n in structure.spokes]
    return AllianceStructure(names[structure.hegemon], blocs=blocs, spokes=spokes)


def spread(degrees):
    return sum(max(degrees) - degree for degree in degrees)


@cache
def greatest_spread(n):
    """Return the largest sum of degree differences over every graph on `n` nodes, one by one."""
    pairs = list(itertools.combinations(range(n), 2))
    found = 0
    for chosen in itertools.product((0, 1), repeat=len(pairs)):
        kept = list(itertools.compress(pairs, chosen))
        found = max(found, spread([sum(i in pair for pair in kept) for i in range(n)]))
    return found


@pytest.mark.parametrize("n", [2, 3, 5, 11])
def test_star_is_the_most_central_graph(n):
    # Published: a star has centralization 1 and its centre betweenness 1 (Freeman 1979).
    got = network.measures(AllianceStructure("Hub", spokes=[f"s{i}" for i in range(n)]))
    assert (got.allies, got.treaties, got.hegemon_degree) == (n, n, n)
    assert (got.tied_pairs, got.multilateral_share) == (0, 0)
    assert got.centralization == 1
    assert got.hegemon_betweenness == pytest.approx(1, abs=1e-12)
    assert got.density == pytest.approx(2 / (n + 1))
    assert got.clustering == got.transitivity == 0


@pytest.mark.parametrize("n", [2, 3, 5, 11])
def test_clique_has_no_centre(n):
    # Published: a complete graph has centralization 0 (Freeman 1979), clustering and density 1.
    got = network.measures(AllianceStructure("Hub", bloc=[f"s{i}" for i in range(n)]))
    assert (got.allies, got.treaties, got.hegemon_degree) == (n, 1, n)
    assert (got.tied_pairs, got.multilateral_share) == (1, 1)
    assert got.centralization == got.hegemon_betweenness == 0
    assert got.density == got.clustering == got.transitivity == 1


def test_mixed_by_hand():
    # Derived: degrees 3, 2, 2, 1 give (0 + 1 + 1 + 2) / (3 * 2); one triangle and 3 + 1 + 1
    # triples; local clustering 1/3, 1, 1, 0; Chios-Samos is the one of three pairs not through
    # Athens; 4 of 6 possible ties.
    got = network.measures(MIXED)
    assert (got.allies, got.treaties, got.hegemon_degree) == (3, 2, 3)
    assert got.tied_pairs == pytest.approx(1 / 3)
    assert got.multilateral_share == pytest.approx(2 / 3)
    assert got.centralization == pytest.approx(2 / 3)
    assert got.density == pytest.approx(2 / 3)
    assert got.transitivity == pytest.approx(3 / 5)
    assert got.clustering == pytest.approx(7 / 12)
    assert got.hegemon_betweenness == pytest.approx(2 / 3)
    assert got.remaining == {
        "Athens": Remainder(0, 1, Form.NONE),
        "Chios": Remainder(1, 2, Form.BILATERAL),
        "Naxos": Remainder(3, 3, Form.MULTILATERAL),
        "Samos": Remainder(1, 2, Form.BILATERAL),
    }


def test_two_blocs_by_hand():
    # Derived: two triangles that share Athens (a bow tie): degrees 4, 2, 2, 2, 2; six triples at
    # Athens and one at each ally; Athens closes 2 of its 6 pairs and each ally its only one.
    got = network.measures(from_groups("Athens", [("Samos", "Chios"), ("Naxos", "Melos")]))
    assert got.centralization == pytest.approx(8 / 12)
    assert got.transitivity == pytest.approx(6 / 10)
    assert got.clustering == pytest.approx((1 / 3 + 4) / 5)
    assert got.remaining["Melos"] == Remainder(3, 3, Form.MULTILATERAL)


def test_fewer_than_three_players_give_zero_and_not_nan():
    nobody = network.measures(EMPTY)
    assert nobody.remaining == {"Athens": Remainder(0, 0, Form.NONE)}
    one = network.measures(AllianceStructure("Athens", spokes=["Samos"]))
    assert one.remaining == dict.fromkeys(("Athens", "Samos"), Remainder(0, 1, Form.NONE))
    for got, density in ((nobody, 0), (one, 1)):
        assert got.density == density
        assert got.centralization == got.clustering == got.transitivity == 0
        assert got.hegemon_betweenness == 0


@given(alliances())
def test_centralization_and_betweenness_are_one_minus_tied_pairs(structure):
    got = network.measures(structure)
    if got.allies >= 2:
        assert got.centralization == pytest.approx(1 - got.tied_pairs, abs=1e-12)
        assert got.hegemon_betweenness == pytest.approx(1 - got.tied_pairs, abs=1e-12)


@given(alliances(most=4))
def test_centralization_agrees_with_its_definition(structure):
    # Freeman: the sum of differences as a share of the largest such sum among all graphs.
    players = (structure.hegemon, *structure.allies)
    together = [{b for t in structure.treaties if a in t for b in t} - {a} for a in players]
    largest = greatest_spread(len(players))
    expected = spread([len(ties) for ties in together]) / largest if largest else 0
    assert network.measures(structure).centralization == pytest.approx(expected)


@given(alliances())
def test_density_counts_each_treaty_s_pairs(structure):
    n = len(structure.allies) + 1
    ties = sum(len(t) * (len(t) - 1) // 2 for t in structure.treaties)
    expected = 2 * ties / (n * (n - 1)) if n > 1 else 0
    assert network.measures(structure).density == pytest.approx(expected)


@given(alliances(), st.permutations(("Athens", *NAMES)))
def test_relabelling_relabels(structure, order):
    names = dict(zip(("Athens", *NAMES), order, strict=True))
    here, there = network.measures(structure), network.measures(renamed(structure, names))
    for key, value in here.to_dict().items():
        if key != "remaining":
            assert getattr(there, key) == pytest.approx(value)
    assert {names[name]: rest for name, rest in here.remaining.items()} == there.remaining


@given(alliances())
def test_edge_exactly_where_a_treaty_holds_both(structure):
    got = network.graph(structure, candidates=NAMES)
    assert set(got) == {"Athens", *NAMES}
    for a, b in itertools.combinations(got, 2):
        shared = [t for t in structure.treaties if {a, b} <= t]
        assert got.has_edge(a, b) == bool(shared)
        if shared:
            assert set(got.edges[a, b]["treaty"].split(", ")) == shared[0]
            kind = "multilateral" if len(shared[0]) > 2 else "bilateral"
            assert got.edges[a, b]["kind"] == kind


@given(alliances())
def test_remainder_agrees_with_the_parts_of_the_rest(structure):
    for name, rest in network.measures(structure).remaining.items():
        if name != "Athens":
            left = structure.without(name)
            parts = network.graph(left, candidates=set(structure.allies) - {name})
            largest = max(map(len, nx.connected_components(parts)))
            assert rest == Remainder(parts.number_of_edges(), largest, left.form)


@given(alliances())
def test_incidence(structure):
    got = network.hypergraph(structure)
    assert got.players[0] == "Athens"
    assert got.matrix.shape == (len(got.players), len(got.treaties))
    assert got.matrix.dtype == np.int8
    assert got.matrix.sum(axis=0).tolist() == [len(t) for t in got.treaties]
    assert (got.matrix[0] == 1).all()
    assert (got.matrix[1:].sum(axis=1) == 1).all()
    assert got == network.hypergraph(structure)
    assert hash(got) == hash(network.hypergraph(structure))


@given(alliances())
def test_projection_of_the_bipartite_graph_is_the_graph(structure):
    incidence = network.hypergraph(structure)
    two_mode = incidence.bipartite()
    assert nx.is_bipartite(two_mode)
    assert {n for n, mode in two_mode.nodes(data="bipartite") if mode == 0} == set(
        incidence.players
    )
    tied = nx.bipartite.projected_graph(two_mode, incidence.players)
    assert nx.utils.edges_equal(tied.edges(), network.graph(structure).edges())


def test_incidence_matrix_cannot_be_written():
    with pytest.raises(ValueError, match="read-only"):
        network.hypergraph(MIXED).matrix[0, 0] = 0


class FakeHypergraph:
    def __init__(self):
        self.nodes, self.edges = [], []

    def add_nodes_from(self, nodes):
        self.nodes += nodes

    def add_edge(self, members):
        self.edges.append(set(members))


def test_to_xgi_hands_over_players_and_treaties(monkeypatch):
    fake = ModuleType("xgi")
    fake.Hypergraph = FakeHypergraph
    monkeypatch.setitem(sys.modules, "xgi", fake)
    got = network.hypergraph(MIXED).to_xgi()
    assert got.nodes == ["Athens", "Chios", "Naxos", "Samos"]
    assert got.edges == [set(treaty) for treaty in MIXED.treaties]


def test_to_xgi_with_xgi_itself():
    xgi = pytest.importorskip("xgi")
    incidence = network.hypergraph(MIXED)
    got = incidence.to_xgi()
    assert isinstance(got, xgi.Hypergraph)
    assert got.edges.members(dtype=dict) == dict(enumerate(map(set, MIXED.treaties)))
    assert (xgi.incidence_matrix(got, sparse=False) == incidence.matrix).all()


def test_to_xgi_without_xgi(monkeypatch):
    monkeypatch.setitem(sys.modules, "xgi", None)
    with pytest.raises(MissingDependencyError, match=r"alliance-solver\[hypergraph\]"):
        network.hypergraph(MIXED).to_xgi()


def test_graph_marks_roles_and_capabilities():
    sizes = {"Samos": 0.2, "Chios": np.float64(0.3), "Naxos": 0, "Melos": 0.4, "Thera": 0.5}
    got = network.graph(MIXED, sizes, candidates=["Melos", "Samos"])
    assert dict(got.nodes(data="role")) == {
        "Athens": "hegemon",
        "Chios": "ally",
        "Naxos": "ally",
        "Samos": "ally",
        "Melos": "outsider",
    }
    held = dict(got.nodes(data="capability"))
    assert held == {"Athens": 1, "Samos": 0.2, "Chios": 0.3, "Naxos": 0, "Melos": 0.4}
    assert {type(value) for value in held.values()} == {float}
    assert network.graph(EMPTY, {"Athens": 5}).nodes["Athens"]["capability"] == 5


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"candidates": "Melos"}, "`candidates` must be a list; got 'Melos'"),
        ({"candidates": ["Melos", "Athens"]}, "must not name the hegemon; got 'Athens'"),
        ({"candidates": [" Melos"]}, "`candidates` must be a non-empty name; got ' Melos'"),
        ({"capabilities": {"Samos": 1}}, r"name every player; got none of \['Chios', 'Naxos'\]"),
        (
            {"capabilities": {"Samos": 1, "Chios": -1, "Naxos": 1}},
            "`capabilities` must be at least 0; got -1",
        ),
    ],
)
def test_graph_refuses(options, text):
    with pytest.raises(InvalidGameError, match=text):
        network.graph(MIXED, **options)


def test_only_members_can_leave():
    with pytest.raises(UnknownNameError, match=r"unknown member 'Melos' .*known: Athens, Chios"):
        network.without(MIXED, "Melos")


@given(alliances())
def test_measures_turn_into_plain_values(structure):
    got = network.measures(structure)
    plain = got.to_dict()
    assert json.loads(json.dumps(plain, allow_nan=False)) == plain
    scalars = [v for k, v in plain.items() if k != "remaining"]
    assert {type(value) for value in scalars} == {int, float}
    assert {Form(rest["form"]) for rest in plain["remaining"].values()} <= set(Form)
    assert pickle.loads(pickle.dumps(got)) == got
    assert hash(got) == hash(network.measures(structure))


@pytest.mark.parametrize("suffix", [".graphml", ".graphml.gz", ".bz2", ""])
def test_graphml_comes_back(tmp_path, suffix):
    path = tmp_path / f"athens{suffix}"
    sizes = {name: 0.1 * i for i, name in enumerate(NAMES)}
    odd = AllianceStructure("Ἀθῆναι & <Co>", bloc=("Samos", "Chios"), spokes=('"Naxos"',))
    for structure in (EMPTY, MIXED, odd):
        network.write_graphml(structure, path, {**sizes, '"Naxos"': 0.5}, NAMES)
        back = nx.read_graphml(path)
        wanted = network.graph(structure, {**sizes, '"Naxos"': 0.5}, NAMES)
        assert dict(back.nodes(data=True)) == dict(wanted.nodes(data=True))
        assert nx.utils.edges_equal(back.edges(data=True), wanted.edges(data=True))
    network.write_graphml(MIXED, str(path))
    assert nx.utils.nodes_equal(nx.read_graphml(path), network.graph(MIXED))
    assert os.listdir(tmp_path) == [path.name]


def test_graphml_follows_a_link(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path / "real.graphml")
    network.write_graphml(MIXED, tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert len(nx.read_graphml(tmp_path / "real.graphml")) == 4


def test_graphml_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "athens.graphml"
    path.write_text("old")
    for trouble, seen in (
        (OSError(errno.ENOSPC, "No space left on device"), OutputError),
        (OSError("odd"), OutputError),
        (KeyboardInterrupt(), KeyboardInterrupt),
    ):

        def half(_, target, trouble=trouble):
            with open(target, "w") as file:
                file.write("<graphml>")
            raise trouble

        monkeypatch.setattr(nx, "write_graphml_xml", half)
        with pytest.raises(seen, match=r"No space left|odd|^$"):
            network.write_graphml(MIXED, path)
        assert path.read_text() == "old"
        assert os.listdir(tmp_path) == [path.name]


def test_graphml_to_a_bad_path(tmp_path):
    (tmp_path / "file").write_text("")
    for path in (tmp_path / "nowhere" / "a.graphml", tmp_path, tmp_path / "file" / "a.graphml"):
        with pytest.raises(OutputError, match="cannot write '") as caught:
            network.write_graphml(MIXED, path)
        assert str(path) in str(caught.value)
        assert "\n" not in str(caught.value)
    assert os.listdir(tmp_path) == ["file"]
