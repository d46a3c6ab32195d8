"""Families of structures: every structure once, as many as the closed forms say, and lazily."""

from itertools import islice

import pytest

from games import AllianceGame, AllianceStructure, InvalidGameError
from games.alliance.structures import FAMILIES, count, partitions, structures, subsets

NAMES = tuple(f"C{i:02}" for i in range(30))
# derived: partitions of n + 1 things (the players left out stand with the hegemon)
BELL = [1, 1, 2, 5, 15, 52, 203, 877]


@pytest.mark.parametrize("n", range(7))
def test_bloc_and_spokes_count(n: int) -> None:
    # derived: choose out, spoke or bloc for each of n; blocs of one are spokes counted twice
    found = list(structures("H", NAMES[:n]))
    assert len(found) == len(set(found)) == count(n) == 3**n - (n * 2**n) // 2
    assert all(len(structure.blocs) <= 1 for structure in found)


@pytest.mark.parametrize("n", range(7))
def test_blocs_count(n: int) -> None:
    found = list(structures("H", NAMES[:n], "blocs"))
    assert len(found) == len(set(found)) == count(n, "blocs") == BELL[n + 1]


@pytest.mark.parametrize("n", range(6))
def test_one_family_holds_the_other(n: int) -> None:
    narrow, wide = (set(structures("H", NAMES[:n], family)) for family in FAMILIES)
    assert narrow == {structure for structure in wide if len(structure.blocs) <= 1}


@pytest.mark.parametrize("family", FAMILIES)
def test_the_empty_structure_comes_first(family: str) -> None:
    assert next(structures("H", NAMES[:3], family)) == AllianceStructure("H")
    assert list(structures("H", [], family)) == [AllianceStructure("H")]


@pytest.mark.parametrize("family", FAMILIES)
def test_thirty_candidates_give_their_first_structures_at_once(family: str) -> None:
    first = list(islice(structures("H", NAMES, family), 40))
    assert len(set(first)) == 40
    assert first[1].spokes == ("C00",)


@pytest.mark.parametrize("family", FAMILIES)
def test_admits_filters_treaties_and_not_candidates(family: str) -> None:
    def admits(group: tuple[str, ...]) -> bool:
        return len(group) != 2 and "C03" not in group

    everything = set(structures("H", NAMES[:4], family))
    found = list(structures("H", NAMES[:4], family, admits))
    expected = {
        structure
        for structure in everything
        if all(admits(tuple(sorted(treaty - {"H"}))) for treaty in structure.treaties)
    }
    assert len(found) == len(expected)
    assert set(found) == expected


@pytest.mark.parametrize("family", FAMILIES)
def test_admitting_nothing_leaves_the_empty_structure(family: str) -> None:
    found = structures("H", NAMES[:4], family, lambda group: False)
    assert list(found) == [AllianceStructure("H")]


def test_a_game_lists_its_own_family() -> None:
    capabilities = dict.fromkeys(NAMES[:4], 0.1)
    for family in FAMILIES:
        game = AllianceGame(hegemon="H", capabilities=capabilities, threat=0.5, family=family)
        assert list(game.structures()) == list(structures("H", NAMES[:4], family))
        spokes = list(game.structures(lambda group: len(group) == 1))
        assert len(spokes) == 2**4


def test_an_unknown_family() -> None:
    message = "`family` must be one of bloc_and_spokes, blocs; got 'rings'"
    with pytest.raises(InvalidGameError) as counted:
        count(3, "rings")
    with pytest.raises(InvalidGameError) as listed:
        next(structures("H", NAMES[:3], "rings"))
    assert str(counted.value) == str(listed.value) == message


@pytest.mark.parametrize("n", range(6))
def test_subsets_and_partitions(n: int) -> None:
    names = NAMES[:n]
    assert len(set(subsets(names))) == 2**n
    sizes = [len(subset) for subset in subsets(names)]
    assert sizes == sorted(sizes)
    found = list(partitions(names, lambda group: True))
    assert len(found) == BELL[n]
    assert all(
        sorted(name for group in groups for name in group) == list(names) for groups in found
    )
