"""Loading a user's own copies: layouts, codes and missing values."""

import gzip
import pickle
from itertools import pairwise
from pathlib import Path

import data_extracts as extracts
import pytest

from games.errors import InvalidGameError, UnknownNameError
from games.measures import states
from games.measures.datasets import load_alliances, load_disputes, load_nmc
from games.measures.records import Pledges, Quarrel


def test_nmc_is_read_by_year_and_state(tmp_path: Path) -> None:
    text = extracts.NMC.replace("ICE,395,1949,0,0", "ICE,395,1949,-9,0")
    nmc = load_nmc(extracts.write(tmp_path, text))
    assert set(nmc.system(1949)) == {"USA", "UKG", "RUS", "ICE"}
    assert nmc.system(1950) == {}
    iceland = nmc.system(1949)["ICE"]
    assert (iceland.milex, iceland.milper, iceland.upop) == (None, 0, 0)
    assert iceland.cinc == 1.2436592e-05
    assert nmc.source.endswith("data.csv")
    assert hash(nmc.years) == hash(load_nmc(tmp_path / "data.csv").years)


def test_columns_may_stand_in_any_order_and_others_are_ignored(tmp_path: Path) -> None:
    lines = [line.split(",") for line in extracts.NMC.strip().splitlines()]
    turned = "\n".join(",".join([*reversed(line), "a note"]) for line in lines)
    turned = turned.replace("a note", "remark", 1)
    nmc = load_nmc(extracts.write(tmp_path, turned, "turned.csv"))
    assert nmc.years == load_nmc(extracts.write(tmp_path, extracts.NMC)).years


def test_names_in_latin_1_are_no_fault(tmp_path: Path) -> None:
    head, *lines = extracts.NMC.strip().splitlines()
    named = "\n".join([f"{head},name", *(f"{line},C\u00f4te" for line in lines)]).encode("latin-1")
    (tmp_path / "latin.csv").write_bytes(named)
    plain = load_nmc(extracts.write(tmp_path, extracts.NMC))
    assert load_nmc(tmp_path / "latin.csv").years == plain.years


@pytest.mark.parametrize("missing", ["-9", "-9.0", "", "NA", "."])
def test_ways_to_say_missing(tmp_path: Path, missing: str) -> None:
    text = extracts.NMC.replace("USA,2,1949,13503000", f"USA,2,1949,{missing}")
    assert load_nmc(extracts.write(tmp_path, text)).system(1949)["USA"].milex is None


def test_a_byte_order_mark_windows_lines_and_blank_lines_are_no_fault(tmp_path: Path) -> None:
    text = "\ufeff" + extracts.NMC.replace("\n", "\r\n").replace("JPN", "\r\nJPN") + "\r\n,,,\r\n"
    text = text.replace("\r\n,,,\r\n", "\r\n\r\n")
    nmc = load_nmc(extracts.write(tmp_path, text))
    assert nmc.years == load_nmc(extracts.write(tmp_path, extracts.NMC)).years


def test_gzip_is_known_by_its_bytes(tmp_path: Path) -> None:
    packed = gzip.compress(extracts.NMC.encode())
    for name in ("nmc.csv.gz", "nmc.csv"):
        assert len(load_nmc(extracts.write(tmp_path, packed, name)).system(1949)) == 4


@pytest.mark.parametrize("version", ["6", "6.0", "7", "2021", "2025"])
def test_versions_from_six_on(tmp_path: Path, version: str) -> None:
    text = extracts.NMC.replace(",2021\n", f",{version}\n")
    assert load_nmc(extracts.write(tmp_path, text)).system(1949)


def test_states_by_abbreviation_or_gleditsch_ward_number(tmp_path: Path) -> None:
    body = ",1,1,1,1,1,1,0.1\n"
    head = "{},year,milex,milper,irst,pec,tpop,upop,cinc\n"
    text = head.format("stateabb") + "USA,1949" + body
    assert set(load_nmc(extracts.write(tmp_path, text)).system(1949)) == {"USA"}
    text = head.format("gwcode") + "".join(
        f"{number},{year}{body}"
        for number, year in ((260, 1960), (260, 2000), (678, 1980), (678, 2000), (340, 2010))
    )
    nmc = load_nmc(extracts.write(tmp_path, text))
    found = [(year, *nmc.system(year)) for year in (1960, 1980, 2000, 2010)]
    assert found == [(1960, "GFR"), (1980, "YAR"), (2000, "GMY", "YEM"), (2010, "YUG")]


def test_the_nearest_year(tmp_path: Path) -> None:
    nmc = load_nmc(extracts.write(tmp_path, extracts.NMC))
    assert nmc.find("JPN", 1951) is None
    assert nmc.find("JPN", 1951, 4).year == 1952
    assert nmc.find("JPN", 1948, 4).year == 1952
    assert nmc.find("JPN", 1957, 4) is None
    both = extracts.NMC + "JPN,740,1950,-9,0,1,1,1,1,0.02,2021\n"
    assert load_nmc(extracts.write(tmp_path, both)).find(740, 1951, 4).year == 1950
    without = extracts.NMC.replace("0.029540982", "-9")
    assert load_nmc(extracts.write(tmp_path, without)).find("JPN", 1952, 4) is None


COW = """version4id,ccode1,state_name1,ccode2,state_name2,dyad_st_year,dyad_end_year,\
defense,neutrality,nonaggression,entente,year,version
210,2,United States of America,20,Canada,1949,,1,0,1,1,1949,4.1
300,2,United States of America,20,Canada,1940,,0,0,0,1,1949,4.1
211,365,Russia,710,China,1945,1949,0,1,,0,1949,4.1
"""
ATOP = """dyad,mem1,mem2,year,atopally,defense,offense,neutral,nonagg,consul
2020,2,20,1949,1,0,1,0,1,1
365710,365,710,1949,1,0,.,1,0,0
"""
COMPACT = """state1,state2,year,cow_defense,cow_neutral,cow_nonagg,cow_entente
USA,CAN,1949,1,0,1,1
CHN,RUS,1949,0,1,0,0
"""
PEACESCIENCER = """gwcode1,gwcode2,year,atop_defense,atop_neutral,atop_nonagg,atop_consul
2,20,1949,1,0,1,1
20,2,1949,1,0,1,1
365,710,1949,0,1,0,0
"""


@pytest.mark.parametrize("text", [COW, ATOP, COMPACT, PEACESCIENCER])
def test_layouts_of_alliances(tmp_path: Path, text: str) -> None:
    found = load_alliances(extracts.write(tmp_path, text))
    assert found.between("CAN", 2, 1949) == Pledges(True, False, True, True)
    assert found.between("RUS", "CHN", 1949) == Pledges(neutrality=True)
    assert found.between("RUS", "USA", 1949) == Pledges()
    assert found.between("USA", "CAN", 1950) == Pledges()


DYADIC = """disno,dyindex,statea,namea,stateb,nameb,strtyr,year,endyear,hihost
10,1,365,RUS,2,USA,1949,1949,1950,3
10,2,2,USA,365,RUS,1949,1949,1950,3
11,1,365,RUS,2,USA,1949,1949,1949,4
10,1,365,RUS,2,USA,1949,1950,1950,-9
"""


def test_dyadic_disputes_count_each_dispute_once(tmp_path: Path) -> None:
    found = load_disputes(extracts.write(tmp_path, DYADIC))
    assert found.between("USA", "RUS", 1949) == Quarrel(2, 4)
    assert found.between("USA", "RUS", 1950) == Quarrel(1, None)
    assert found.between("USA", "CHN", 1950) == Quarrel(0)


def test_counted_disputes(tmp_path: Path) -> None:
    text = "state1,state2,year,disputes,onsets,highest_hostility\nRUS,USA,1949,2,1.0,4.0\n"
    path = extracts.write(tmp_path, text + "USA,RUS,1949,1,0.0,5.0\n")
    # both orders tell of the same pair: the larger count stands
    assert load_disputes(path).between("RUS", "USA", 1949) == Quarrel(2, 5)
    path = extracts.write(tmp_path, "state1,state2,year,disputes\nRUS,USA,1949,1\n")
    assert load_disputes(path).between(365, "2", 1949) == Quarrel(1)


def test_tables_can_be_sent_to_workers(tmp_path: Path) -> None:
    nmc = load_nmc(extracts.write(tmp_path, extracts.NMC))
    assert dict(pickle.loads(pickle.dumps(nmc)).system(1949)) == dict(nmc.system(1949))


def test_the_table_of_states() -> None:
    table = states.table()
    assert len(table) == 217
    assert len({state.ccode for state in table.values()}) == 217
    assert [states.find(x).name for x in ("ROK", 732, " 732 ")] == ["Republic of Korea"] * 3
    for state in table.values():
        untils = [city.until for city in state.capitals]
        assert None not in untils[:-1]
        assert all(city.until is None or city.since <= city.until for city in state.capitals)
        for before, after in pairwise(state.capitals):
            assert before.until is not None
            # no state has two at once; Lithuania was no state from 1940 to 1990
            gap = after.since - before.until - 1
            assert gap == (50 if state.abbreviation == "LIT" else 0)
        # a state that is no more has a last year
        gone = state.abbreviation in ("AUH", "BAD", "BAV", "HSG", "SAX", "WRT")
        assert untils[-1:] in ([], [{"AUH": 1918}.get(state.abbreviation, 1871) if gone else None])


@pytest.mark.parametrize(
    ("number", "year", "name"),
    [
        (970, 2000, "KIR"),
        (971, 2000, "NAU"),
        (972, 2000, "TON"),
        (973, 2000, "TUV"),
        (2, 1949, "USA"),
    ],
)
def test_gleditsch_ward_numbers(number: int, year: int, name: str) -> None:
    assert states.find_gw(number, year).abbreviation == name


def test_unknown_states() -> None:
    with pytest.raises(UnknownNameError, match=r"unknown state 'UKK' .*did you mean"):
        states.find("UKK")
    with pytest.raises(UnknownNameError, match="unknown state 999; known: the abbreviations"):
        states.find(999)
    with pytest.raises(InvalidGameError, match="an abbreviation or a number; got True"):
        states.find(True)
    with pytest.raises(InvalidGameError, match=r"an abbreviation or a number; got 2\.0"):
        states.find(2.0)


def test_major_powers() -> None:
    assert states.major_powers(1944) == ()
    assert "CHN" not in states.major_powers(1949)
    assert len(states.major_powers(2016)) == 7
