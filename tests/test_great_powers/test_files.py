"""Wrong and hostile files: each a single clear line that names the file and what is wrong."""

import gzip
import re

import invented_powers
import pytest

from games.errors import InvalidGameError, OutputError
from games.measures.spells import load_capitals, load_contiguity, load_rivalries
from games.measures.treaties import load_treaties
from solver.great_powers.data import find_files, load_powers_data

TEXTS = invented_powers.texts()
HUGE = "1" * 400


def with_line(name: str, line: str) -> str:
    return f"{TEXTS[name + '.csv']}\n{line}"


def without_column(name: str, column: str) -> str:
    rows = [row.split(",") for row in TEXTS[name + ".csv"].split("\n")]
    place = rows[0].index(column)
    return "\n".join(",".join(row[:place] + row[place + 1 :]) for row in rows)


WRONG = {
    "no columns of pledges": ("atop_alliances", without_column("atop_alliances", "defense")),
    "no members": ("atop_members", "atopid,member,yrent,yrexit"),
    "member without a treaty's line": (
        "atop_alliances",
        with_line("atop_alliances", "99,1840,0,0,1,0,0,0,0"),
    ),
    "treaty twice": ("atop_alliances", with_line("atop_alliances", "10,1840,0,0,1,0,0,0,0")),
    "treaty that ends before it begins": (
        "atop_alliances",
        TEXTS["atop_alliances.csv"].replace("30,1829,1845", "30,1829,1820"),
    ),
    "year in words": ("atop_members", with_line("atop_members", "10,200,soon,0")),
    "member that leaves before it joins": (
        "atop_members",
        with_line("atop_members", "10,230,1840,1830"),
    ),
    "number of a treaty that is none": ("atop_members", with_line("atop_members", "x,200,1840,0")),
    "capabilities without a total": ("my_nmc", without_column("my_nmc", "cinc")),
    "share above one": ("my_nmc", with_line("my_nmc", "2,1816,1,1,1,1,1,1,1.5")),
    "state twice in a year": ("my_nmc", with_line("my_nmc", "200,1816,1,1,1,1,1,1,.5")),
    "dispute of a state with itself": ("disputes", with_line("disputes", "9,200,200,1830,4,4")),
    "hostility of six": ("disputes", with_line("disputes", "9,200,220,1830,6,1")),
    "rivalry that ends before it begins": (
        "rivalries",
        with_line("rivalries", "200,220,1830,1820"),
    ),
    "rival that is no state": ("rivalries", with_line("rivalries", "200,999999,1830,1840")),
    "major power that is no state": ("majors", with_line("majors", "0,1816,1840")),
    "contiguity of type nine": (
        "contiguity",
        with_line("contiguity", "200,220,9,1816-01-01,1851-12-01"),
    ),
    "date in another order": (
        "contiguity",
        with_line("contiguity", "200,220,4,1-1-1816,1851-12-01"),
    ),
    "year without end": ("rivalries", with_line("rivalries", "200,220,1830,inf")),
    "capital that falls before it rises": (
        "capitals",
        with_line("capitals", "2,1840-01-01,1820-12-31,9,0"),
    ),
    "latitude beyond the pole": (
        "capitals",
        with_line("capitals", "2,1816-01-01,1851-12-31,99,0"),
    ),
    "longitude in words": ("capitals", with_line("capitals", "2,1816-01-01,1851-12-31,9,east")),
    "threat that is no number": ("leeds_savun", with_line("leeds_savun", "2,1816,much")),
    "threat twice": ("leeds_savun", with_line("leeds_savun", "200,1816,0.5")),
    "threat under another name": (
        "leeds_savun",
        TEXTS["leeds_savun.csv"].replace("lsthreat", "threat"),
    ),
    "empty file": ("rivalries", ""),
    "header alone": ("majors", "ccode,styear,endyear"),
    "semicolons": ("majors", "ccode;styear;endyear"),
    "a cell too many": ("democracy", with_line("democracy", "2,1816,0.5,7")),
    "number without end": ("democracy", with_line("democracy", f"2,1816,{HUGE}")),
    "no text": ("disputes", "dispnum,ccode1\0"),
    "line that never ends": ("capitals", "ccode," + "x" * (1 << 21)),
}


def complaint(call, *arguments) -> str:
    with pytest.raises((InvalidGameError, OutputError)) as caught:
        call(*arguments)
    found = str(caught.value)
    assert found.isprintable()
    assert len(found) < 500
    return found


@pytest.mark.parametrize("kind", WRONG)
def test_a_wrong_file_is_told_in_one_line(kind, tmp_path) -> None:
    name, text = WRONG[kind]
    folder = invented_powers.write(tmp_path, **{name: text})
    found = complaint(load_powers_data, folder)
    assert f"{name}.csv" in found
    assert re.search(r"must|got", found)


def test_there_are_twenty_kinds() -> None:
    assert len(WRONG) >= 20


def test_a_folder_that_is_none(tmp_path) -> None:
    assert "must be a folder" in complaint(find_files, tmp_path / "nowhere")


def test_a_file_that_is_missing_is_named(tmp_path) -> None:
    invented_powers.write(tmp_path)
    (tmp_path / "rivalries.csv").unlink()
    assert complaint(find_files, tmp_path).endswith(
        "must hold a file *rivalries*.csv[.gz]; got none"
    )


def test_two_files_of_one_kind_are_named(tmp_path) -> None:
    invented_powers.write(tmp_path)
    (tmp_path / "old_rivalries.csv").write_text("x\n", encoding="utf-8")
    found = complaint(find_files, tmp_path)
    assert "old_rivalries.csv, rivalries.csv" in found


def test_democracy_may_be_missing_and_files_may_be_packed(tmp_path) -> None:
    whole = load_powers_data(invented_powers.write(tmp_path))
    (tmp_path / "democracy.csv").unlink()
    text = (tmp_path / "my_nmc.csv").read_bytes()
    (tmp_path / "my_nmc.csv").unlink()
    (tmp_path / "NMC_packed.CSV.gz").write_bytes(gzip.compress(text))
    found = load_powers_data(tmp_path)
    assert found.democracy is None
    assert found.nmc.years == whole.nmc.years


def test_members_that_are_no_states_are_left_out(tmp_path) -> None:
    text = with_line("atop_members", "10,8152,1823,0")
    folder = invented_powers.write(tmp_path, atop_members=text)
    assert set(load_powers_data(folder).treaties.treaties[0].joined) == {"UKG", "FRN"}


def test_a_treaty_by_year(tmp_path) -> None:
    phases = TEXTS["atop_members.csv"] + "\n20,230,1838,1840\n20,230,1840,1844"
    folder = invented_powers.write(tmp_path, atop_members=phases.replace("20,230,1838,0\n", ""))
    treaties = {one.number: one for one in load_powers_data(folder).treaties.treaties}
    pact, war = treaties[20], treaties[30]
    assert pact.members(1829) == ()
    assert pact.members(1830) == ("UKG", "BEL", "NTH")
    assert "SPN" in pact.members(1843)  # two phases are one membership
    assert "SPN" not in pact.members(1844)
    assert war.members(1844) == ("RUS", "TUR")
    assert war.members(1845) == ()
    assert treaties[50].pledges == ("consul",)


def test_who_is_said_to_have_joined_before_signature_joined_with_it(tmp_path) -> None:
    members = TEXTS["atop_members.csv"].replace("10,220,1823,0", "10,220,1820,0")
    folder = invented_powers.write(tmp_path, atop_members=members)
    found = load_treaties(folder / "atop_alliances.csv", folder / "atop_members.csv")
    assert found.treaties[0].joined["FRN"] == 1823
    assert [one.number for one in found.of("FRN")] == [10, 60]


def test_spells_hold_to_the_end_of_the_file_and_beyond(tmp_path) -> None:
    folder = invented_powers.write(tmp_path, rivalries=with_line("rivalries", "200,230,1820,1830"))
    found = load_rivalries(folder / "rivalries.csv")
    old, ended = frozenset(("UKG", "RUS")), frozenset(("UKG", "SPN"))
    assert found.holds(old, 1816)
    assert found.holds(old, 1999)
    assert [found.holds(ended, year) for year in (1819, 1820, 1830, 1831)] == [
        False,
        True,
        True,
        False,
    ]
    assert found.keys_in(1825)[-1] == ended


def test_what_ended_before_1816_and_what_is_not_contiguous_is_left_out(tmp_path) -> None:
    folder = invented_powers.write(
        tmp_path,
        rivalries=with_line("rivalries", "1,2,1500,1700"),
        contiguity=with_line("contiguity", "200,220,0,1816-01-01,1851-12-01"),
    )
    assert len(load_rivalries(folder / "rivalries.csv").spans) == 2
    near = load_contiguity(folder / "contiguity.csv")
    assert not near.holds(frozenset(("UKG", "FRN")), 1820)
    assert near.holds(frozenset(("UKG", "BEL")), 1820)


def test_capitals_move(tmp_path) -> None:
    text = (
        "ccode,stdate,enddate,lat,lng\n200,1816-01-01,1829-12-31,1,2\n"
        "200,1830-01-01,1851-12-31,3,4\n"
    )
    folder = invented_powers.write(tmp_path, capitals=text)
    found = load_capitals(folder / "capitals.csv")
    assert found.at(1829) == {"UKG": (1.0, 2.0)}
    assert found.at(1830) == found.at(1999) == {"UKG": (3.0, 4.0)}
