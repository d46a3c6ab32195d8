"""Alliance structures as networks: graph, treaty hypergraph, measures and GraphML export.

An edge says that a treaty holds both players. The hegemon is in every treaty and an ally in one, so
the allied graph is a star of cliques that meet in the hegemon.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from itertools import combinations
from typing import Any

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from games import checks, labels
from games.alliance.structures import AllianceStructure, Form, Treaty
from games.errors import InvalidGameError, MissingDependencyError, UnknownNameError
from games.files import replace_whole
from games.records import FrozenMapping, Record
from games.tabled import Tabled


def graph(
    structure: AllianceStructure,
    capabilities: Mapping[str, float] | None = None,
    candidates: Iterable[str] = (),
    burdens: Mapping[str, float] | None = None,
) -> nx.Graph[str]:
    """Return the graph of who is tied to whom.

    Nodes carry `role` ("hegemon", "ally" or "outsider") and, if given, `capability`; edges carry
    `treaty`, its members joined, and `kind` ("bilateral" or "multilateral").

    Parameters
    ----------
    capabilities : mapping of str to float, optional
        Of every player in the graph, others are passed over; the hegemon's is 1 unless named.
    candidates : iterable of str
        Those of them without a treaty become isolated nodes.
    burdens : mapping of str to float, optional
        What each ally pays, such as `Equilibrium.burdens`: the `burden` of its edge to the hegemon.

    Examples
    --------
    >>> athens = AllianceStructure("Athens", bloc=("Samos", "Chios"), spokes=("Naxos",))
    >>> network = graph(athens, candidates=["Samos", "Melos"])
    >>> network.nodes["Melos"], network.edges["Chios", "Samos"]["treaty"]
    ({'role': 'outsider'}, 'Athens, Chios, Samos')
    """
    checks.kind("structure", structure, AllianceStructure)
    candidates = tuple(
        checks.label("candidates", name) for name in checks.listed("candidates", candidates)
    )
    hegemon, allies = structure.hegemon, structure.allies
    outsiders = [checks.label("candidates", name) for name in candidates if name not in allies]
    if hegemon in outsiders:
        raise InvalidGameError(f"`candidates` must not name the hegemon; got {hegemon!r}")
    network: nx.Graph[str] = nx.Graph()
    network.add_node(hegemon, role="hegemon")
    network.add_nodes_from(allies, role="ally")
    network.add_nodes_from(outsiders, role="outsider")
    for treaty in structure.treaties:
        kind = "multilateral" if len(treaty) > 2 else "bilateral"
        members = _ordered(hegemon, treaty)
        network.add_edges_from(combinations(members, 2), treaty=", ".join(members), kind=kind)
    if capabilities is not None:
        given = labels.mapping("capabilities", capabilities, "players to numbers")
        sizes = {hegemon: 1.0, **given}
        if missing := [name for name in network if name not in sizes]:
            raise InvalidGameError(f"`capabilities` must name every player; got none of {missing}")
        for name, attributes in network.nodes.items():
            attributes["capability"] = checks.at_least("capabilities", sizes[name], 0)
    if burdens is not None:
        paid = labels.mapping("burdens", burdens, "allies to numbers")
        if missing := [name for name in allies if name not in paid]:
            raise InvalidGameError(f"`burdens` must name every ally; got none of {missing}")
        for name in allies:
            network.edges[hegemon, name]["burden"] = checks.number("burdens", paid[name])
    return network


@dataclass(frozen=True, eq=False)
class Incidence(Record):
    """Which player is in which treaty: a hypergraph whose edges are the treaties.

    Unlike the graph it tells one treaty among three from three treaties between two (Seidman 1981,
    Mathematical Social Sciences 1(4), 381-396). `players` has the hegemon first; `matrix`, shape
    (players, treaties) and read-only, is 1 where the player is a member: columns sum to treaty
    sizes, rows to memberships.
    """

    players: tuple[str, ...]
    treaties: tuple[Treaty, ...]
    matrix: NDArray[np.int8] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        rows = [[name in treaty for treaty in self.treaties] for name in self.players]
        matrix = np.array(rows, dtype=np.int8).reshape(len(self.players), len(self.treaties))
        object.__setattr__(self, "matrix", matrix)
        super().__post_init__()

    def bipartite(self) -> nx.Graph[str | Treaty]:
        """Return the two-mode graph: players have `bipartite` 0, treaties (the sets) have 1."""
        network: nx.Graph[str | Treaty] = nx.Graph()
        network.add_nodes_from(self.players, bipartite=0)
        network.add_nodes_from(self.treaties, bipartite=1)
        network.add_edges_from((name, treaty) for treaty in self.treaties for name in treaty)
        return network

    def to_xgi(self) -> Any:
        """Return an `xgi.Hypergraph` whose edge ids are the columns of `matrix`; it needs xgi."""
        try:
            xgi = importlib.import_module("xgi")
        except ImportError as error:
            raise MissingDependencyError("xgi", "hypergraph") from error
        network = xgi.Hypergraph()
        network.add_nodes_from(self.players)
        for treaty in self.treaties:
            network.add_edge(_ordered(self.players[0], treaty))
        return network


def hypergraph(structure: AllianceStructure) -> Incidence:
    """Return the incidence of players and treaties.

    Examples
    --------
    >>> athens = AllianceStructure("Athens", bloc=("Samos", "Chios"), spokes=("Naxos",))
    >>> hypergraph(athens).matrix.tolist()  # rows: Athens, Chios, Naxos, Samos
    [[1, 1], [1, 0], [0, 1], [1, 0]]
    """
    checks.kind("structure", structure, AllianceStructure)
    return Incidence((structure.hegemon, *structure.allies), structure.treaties)


@dataclass(frozen=True)
class Remainder:
    """What is left when a member leaves: ties, players in the largest connected part, form."""

    ties: int
    largest_part: int
    form: Form


@dataclass(frozen=True, eq=False)
class Measures(Tabled, Record):
    """Network measures of a structure, over the hegemon and its allies only; see `measures`."""

    allies: int
    treaties: int
    tied_pairs: float
    multilateral_share: float
    centralization: float
    density: float
    clustering: float
    transitivity: float
    hegemon_degree: int
    hegemon_betweenness: float
    remaining: Mapping[str, Remainder]

    _subject = "network measures"
    _asked = ()
    _units = dict.fromkeys(
        (
            *("tied_pairs", "multilateral_share", "centralization", "density", "clustering"),
            *("transitivity", "hegemon_betweenness"),
        ),
        "share, 0 to 1",
    )

    def records(self) -> list[dict[str, object]]:
        """Return the measures as one row, without what is left when a member leaves."""
        return [{name: value for name, value in vars(self).items() if name != "remaining"}]

    def to_dict(self) -> dict[str, Any]:
        """Return plain numbers and strings, ready for JSON; `remaining` is nested by member."""
        rest = {name: asdict(r) | {"form": str(r.form)} for name, r in self.remaining.items()}
        return {**vars(self), "remaining": rest}


def measures(structure: AllianceStructure) -> Measures:
    """Return network measures of the allied graph: the hegemon and its allies, N players.

    - `tied_pairs` P and `multilateral_share` mu are the structure's own;
    - `centralization` is sum(max d - d) / ((N - 1)(N - 2)) over degrees d (Freeman 1979, Social
      Networks 1(3), 215-239): 1 - P with two allies or more, set to 0 below, where it is undefined;
    - `density` is ties / (N (N - 1) / 2), 0 for the hegemon alone;
    - `clustering` is the mean share of a player's pairs of neighbours that are tied, by Watts &
      Strogatz (1998, Nature 393, 440-442), 0 for a player with fewer than two neighbours;
    - `transitivity` is 3 * triangles / connected triples, 0 without triples;
    - `hegemon_betweenness` is the share of shortest paths between others that pass through the
      hegemon (Freeman 1979), 0 below three players. It is 1 - P too: two allies without a common
      treaty meet in the hegemon only;
    - `remaining` gives `without` for each member.

    Examples
    --------
    >>> star = measures(AllianceStructure("Athens", spokes=("Samos", "Chios", "Naxos")))
    >>> star.centralization, star.density, star.hegemon_betweenness
    (1.0, 0.5, 1.0)
    """
    network, hegemon = graph(structure), structure.hegemon
    n, degrees = len(network), [degree for _, degree in network.degree()]
    spread = sum(max(degrees) - degree for degree in degrees)
    return Measures(
        allies=len(structure.allies),
        treaties=len(structure.treaties),
        tied_pairs=structure.tied_pairs,
        multilateral_share=structure.multilateral_share,
        centralization=spread / ((n - 1) * (n - 2)) if n > 2 else 0.0,
        density=float(nx.density(network)),
        clustering=float(nx.average_clustering(network)),
        transitivity=float(nx.transitivity(network)),
        hegemon_degree=len(network[hegemon]),
        hegemon_betweenness=float(nx.betweenness_centrality(network)[hegemon]),
        remaining=FrozenMapping({name: without(structure, name) for name in network}),
    )


def without(structure: AllianceStructure, name: str) -> Remainder:
    """Return what is left among the other members when `name` leaves its treaties.

    A bloc left with one candidate lapses. When the hegemon leaves every treaty ends, since it is a
    party to each; to delete its node alone would keep the ties inside a bloc.

    Examples
    --------
    >>> without(AllianceStructure("Athens", bloc=("Samos", "Chios")), "Samos")
    Remainder(ties=0, largest_part=1, form=<Form.NONE: 'none'>)
    """
    checks.kind("structure", structure, AllianceStructure)
    if name == structure.hegemon:
        return Remainder(0, min(len(structure.allies), 1), Form.NONE)
    if name not in structure.allies:
        raise UnknownNameError("member", name, (structure.hegemon, *structure.allies))
    rest = structure.without(name)
    # Every treaty has the hegemon in it, so only the hegemon's part of the rest has ties.
    return Remainder(graph(rest).number_of_edges(), len(rest.allies) + 1, rest.form)


def write_graphml(
    structure: AllianceStructure,
    path: str | os.PathLike[str],
    capabilities: Mapping[str, float] | None = None,
    candidates: Iterable[str] = (),
    burdens: Mapping[str, float] | None = None,
) -> None:
    """Write `graph(...)` as GraphML, compressed if the path ends in .gz or .bz2.

    The file appears whole or not at all; `OutputError` says why it could not be written.
    """
    network = graph(structure, capabilities, candidates, burdens)
    # networkx compresses by suffix, which the file that is filled has in common with `path`
    replace_whole(path, lambda target: nx.write_graphml_xml(network, target))


def _ordered(hegemon: str, treaty: Treaty) -> tuple[str, ...]:
    return (hegemon, *sorted(treaty - {hegemon}))
