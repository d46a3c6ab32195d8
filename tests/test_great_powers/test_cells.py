"""Cells: who could be asked, what stood, what was signed, and that nothing looks ahead."""

import invented_powers
import pytest

from games import AllianceStructure, Form, InvalidGameError
from games.measures.theatre import distance
from solver.great_powers.cells import Cells, cells_of, theatre_of
from solver.great_powers.data import load_powers_data

WEST, EAST = "West and North Europe", "East and South Europe"


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return load_powers_data(invented_powers.write(tmp_path_factory.mktemp("files")))


@pytest.fixture(scope="module")
def made(data) -> Cells:
    return cells_of(data, last=1846)


def cell(made, leader, theatre, first):
    (found,) = [
        one
        for one in made.cells
        if (one.leader, one.theatre, one.window.first) == (leader, theatre, first)
    ]
    return found


def test_windows_follow_each_other_and_the_last_is_whole(made) -> None:
    windows = sorted({one.window for one in made.cells})
    assert windows == [(first, first + 4) for first in range(1817, 1846, 5)]


def test_the_pool_has_neighbours_first_and_then_the_strongest(made) -> None:
    assert cell(made, "UKG", WEST, 1817).pool == ("BEL", "NTH", "FRN", "SPN", "SWD")
    assert cell(made, "RUS", WEST, 1817).pool == ("SWD", "FRN", "SPN", "BEL", "NTH")


def test_rivals_and_the_stronger_are_no_candidates(data) -> None:
    every = cells_of(data, last=1846, candidates=9)
    for one in every.cells:
        assert all(0 < share <= 1 for share in one.capabilities.values())
        assert not {"RUS", "UKG"} & set(one.pool)  # rivals of each other
        assert one.leader != "RUS" or "TUR" not in one.pool


def test_few_candidates_are_the_first_of_many(data, made) -> None:
    few = cells_of(data, last=1846, candidates=2)
    assert cell(few, "UKG", WEST, 1817).pool == ("BEL", "NTH")
    assert made.counts["cells_too_small"] == few.counts["cells_too_small"]


def test_capabilities_are_those_of_the_year_before_over_the_leaders(made) -> None:
    found = cell(made, "UKG", WEST, 1822)  # 1821: five steps of .0001 after 1816
    assert found.capabilities["FRN"] == pytest.approx(0.1205 / 0.3005)
    assert found.adversary == "RUS"
    assert found.opposed == pytest.approx(0.2005 / 0.3005)


def test_forms_of_what_was_signed(made) -> None:
    # by hand from the list of treaties
    forms = {
        ("UKG", WEST, 1822): Form.BILATERAL,  # with France
        ("UKG", WEST, 1827): Form.MULTILATERAL,  # with Belgium and the Netherlands
        ("UKG", WEST, 1837): Form.MULTILATERAL,  # Spain accedes
        ("UKG", WEST, 1842): Form.NONE,  # France again is nobody new
        ("RUS", EAST, 1832): Form.MIXED,  # a pact with two, a treaty with Italy
    }
    for one in made.cells:
        key = one.leader, one.theatre, one.window.first
        assert one.form is forms.get(key, Form.NONE), one.name


def test_partners_and_treaties_of_a_cell(made) -> None:
    found = cell(made, "RUS", EAST, 1832)
    assert found.partners == ("ROM", "ITA", "GRC")
    assert found.treaties == (40, 45)
    assert cell(made, "UKG", WEST, 1837).partners == ("SPN",)


def test_a_second_spoke_makes_a_hub(tmp_path) -> None:
    more = invented_powers.texts()["atop_alliances.csv"] + "\n80,1838,0,0,1,0,0,0,0"
    whose = invented_powers.texts()["atop_members.csv"] + "\n80,200,1838,0\n80,380,1838,0"
    folder = invented_powers.write(tmp_path, atop_alliances=more, atop_members=whose)
    found = cell(cells_of(load_powers_data(folder), last=1846), "UKG", WEST, 1837)
    assert found.standing.spokes == ("FRN",)
    # Spain's accession and a treaty with Sweden, beside France's
    assert found.form is Form.MIXED
    assert found.partners == ("SPN", "SWD")


def test_the_status_quo_is_what_stood_the_year_before(made) -> None:
    assert cell(made, "UKG", WEST, 1832).standing == AllianceStructure(
        "UKG", ["BEL", "NTH"], ["FRN"]
    )
    assert cell(made, "UKG", WEST, 1827).standing == AllianceStructure("UKG", spokes=["FRN"])
    assert cell(made, "RUS", EAST, 1837).standing == AllianceStructure(
        "RUS", ["GRC", "ROM"], ["ITA"]
    )
    assert frozenset(("BEL", "NTH")) in cell(made, "UKG", WEST, 1822).allied


def test_what_is_signed_outside_every_pool_is_counted(data) -> None:
    # Turkey is a rival of Russia, and consultation is no defence
    few = cells_of(data, last=1846, candidates=2)
    assert 10 in cell(few, "UKG", WEST, 1822).outside
    assert few.counts["outside_pools"] == 2  # both treaties with France
    every = cells_of(data, last=1846)
    assert every.counts == {
        "treaties": 6,  # 70 has no major power, 50 pledges no defence
        "multilateral": 2,
        "counted": 4,
        "outside_pools": 0,
        "nobody_new_or_no_cell": 2,  # Turkey, and France again
        "cells_too_small": 6,
    }


def test_consultation_counts_if_it_is_asked_for(data) -> None:
    every = cells_of(data, last=1846, pledges=("defense", "consul"))
    assert cell(every, "UKG", WEST, 1822).partners == ("FRN", "SWD")
    assert cell(every, "UKG", WEST, 1822).form is Form.HUB_AND_SPOKE


def test_measures_by_hand(made) -> None:
    found = cell(made, "UKG", WEST, 1822).measures
    # one dispute of hostility 4 with the rival in 1821, over five years
    assert found["leader_hostility"] == pytest.approx(4 / 5)
    assert found["pool_hostility"] == 0
    sites, pool = invented_powers.SITES, cell(made, "UKG", WEST, 1822).pool
    reach = [0.2005 / (1 + distance(sites["RUS"], sites[name]) / 5000) for name in pool]
    assert found["pool_gradient"] == pytest.approx(sum(reach) / 5, rel=1e-12)
    order = list(invented_powers.CINC)
    sums = [0.1 + 0.02 * order.index(name) for name in pool]
    assert found["pool_dissimilar"] == pytest.approx(sum(sums) / 5)


def test_disputes_within_the_pool_are_no_threat_to_it(made) -> None:
    # France with Spain in 1822, Belgium with the Netherlands in 1828
    for first in (1827, 1832):
        assert cell(made, "UKG", WEST, first).measures["pool_hostility"] == 0


def test_likeness_in_democracy(made) -> None:
    found = cell(made, "UKG", WEST, 1817)
    order = list(invented_powers.CINC)
    apart = 0.05 * abs(order.index("BEL") - order.index("SWD"))
    assert found.likeness["BEL", "SWD"] == pytest.approx(1 - apart)


def test_a_theatre_out_of_reach_has_no_cell(made) -> None:
    # the East comes into British reach by the dispute with Russia of 1821
    firsts = {one.window.first for one in made.cells if (one.leader, one.theatre) == ("UKG", EAST)}
    assert firsts == {1822, 1827, 1832, 1837}


def told(one):
    """Return all that a model is told of a cell."""
    return (
        one.capabilities,
        one.adversary,
        one.opposed,
        one.standing,
        one.measures,
        one.affinity,
        one.likeness,
        one.allied,
    )


def test_nothing_that_happens_in_a_window_or_later_is_told(data, made, tmp_path) -> None:
    texts = invented_powers.texts()

    def until(name: str, column: int) -> str:
        head, *rows = texts[name].split("\n")
        return "\n".join([head, *(row for row in rows if int(row.split(",")[column]) < 1832)])

    kept = [row for row in invented_powers.TREATIES if row[1] < 1832]
    alliances = texts["atop_alliances.csv"].split("\n")
    members = texts["atop_members.csv"].split("\n")
    numbers = {str(row[0]) for row in kept}
    folder = invented_powers.write(
        tmp_path,
        my_nmc=until("my_nmc.csv", 1),
        disputes=until("disputes.csv", 3),
        leeds_savun=until("leeds_savun.csv", 1),
        democracy=until("democracy.csv", 1),
        atop_alliances="\n".join(
            [alliances[0], *(r for r in alliances[1:] if r.split(",")[0] in numbers)]
        ),
        atop_members="\n".join(
            [members[0], *(r for r in members[1:] if r.split(",")[0] in numbers)]
        ),
    )
    blind = cells_of(load_powers_data(folder), last=1836)
    for one in blind.cells:
        if one.window.first == 1832:
            assert told(one) == told(cell(made, one.leader, one.theatre, 1832))
            assert one.form is Form.NONE
    assert {one.name for one in blind.cells} == {
        one.name for one in made.cells if one.window.last <= 1836
    }


def test_theatres_are_told_apart() -> None:
    names = ("USA", "BRA", "FRN", "RUS", "EGY", "NIG", "IND", "JPN")
    assert len({theatre_of(name) for name in names}) == len(names)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"candidates": 10}, "`candidates` must lie in"),
        ({"candidates": 1}, "`candidates` must be a whole number, at least 2; got 1"),
        ({"years": 0}, "`years` must be a whole number, at least 1; got 0"),
        ({"last": 1818}, "`last` must leave a whole window after 1817; got 1818"),
    ],
)
def test_wrong_options(data, options, message) -> None:
    with pytest.raises(InvalidGameError, match=message):
        cells_of(data, **options)
