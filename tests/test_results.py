"""Results over all subjects are those that `results.json` keeps: a change of form changes none.

Where a change of a result is meant, `python tests/oracles/results.py --write` keeps the new ones.
"""

import json
import math
import shutil
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import results

import games
import solver

# other machines round differently in the last bits
RELATIVE, ABSOLUTE = 1e-9, 1e-12


@cache
def kept() -> dict[str, Any]:
    return json.loads(results.VALUES.read_text("utf-8"))


def first_difference(expected: Any, found: Any, path: str) -> str | None:
    """Return where and how plain data first differ, None if they agree up to rounding."""
    if type(expected) is not type(found):
        return f"{path}: expected {expected!r}, found {found!r}"
    if isinstance(expected, dict):
        if list(expected) != list(found):
            return f"{path}: expected the keys {list(expected)}, found {list(found)}"
        pairs = ((expected[key], found[key], f"{path} / {key}") for key in expected)
    elif isinstance(expected, list):
        if len(expected) != len(found):
            return f"{path}: expected {len(expected)} entries, found {len(found)}"
        pairs = (
            (one, other, f"{path} / {place}")
            for place, (one, other) in enumerate(zip(expected, found, strict=True))
        )
    else:
        same = (
            math.isclose(expected, found, rel_tol=RELATIVE, abs_tol=ABSOLUTE)
            if isinstance(expected, float)
            else expected == found
        )
        return None if same else f"{path}: expected {expected!r}, found {found!r}"
    return next(filter(None, (first_difference(*pair) for pair in pairs)), None)


def test_the_same_groups_are_kept() -> None:
    assert list(kept()) == list(results.GROUPS)


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[pytest.mark.long] if name in results.LONG else [])
        for name in results.GROUPS
    ],
)
def test_results_are_those_kept(name: str) -> None:
    difference = first_difference(kept()[name], results.GROUPS[name](), name)
    assert difference is None, difference


def test_differences_are_told_by_their_path() -> None:
    expected = {"a": [1, {"b": 0.5}], "c": "text"}
    assert first_difference(expected, {"a": [1, {"b": 0.5 + 1e-12}], "c": "text"}, "g") is None
    message = "g / a / 1 / b: expected 0.5, found 0.6"
    assert first_difference(expected, {"a": [1, {"b": 0.6}], "c": "text"}, "g") == message
    assert first_difference(expected, {"a": [1], "c": "text"}, "g") is not None
    assert first_difference(expected, {"c": "text", "a": []}, "g") is not None
    assert first_difference(1, 1.0, "g") is not None


def test_the_digest_tells_the_last_bit() -> None:
    assert results.digest([0.1]) != results.digest([math.nextafter(0.1, 1)])
    assert results.digest([0.1]) == results.digest(json.loads(json.dumps([0.1])))


def test_a_store_of_the_first_edition_is_refused_and_can_be_read(tmp_path: Path) -> None:
    # written by the first edition: 20 cells
    store = tmp_path / "store-1.sqlite"
    shutil.copy(Path(__file__).with_name("data") / "store-1.sqlite", store)
    athens, axes = games.load("classic-athens"), {"threat": [0.0, 0.2, 0.5, 0.6, 0.9]}
    axes["loss_aversion"] = [1.0, 1.5, 2.25, 3.0]
    words = r"must be of version 2 of the model; '.*' is of version 1: name another file \(solver"
    with pytest.raises(games.InvalidGameError, match=words):
        solver.sweep(athens, store=store, workers=1, **axes)
    found = solver.read_store(store)
    assert dict(found.form.value_counts()) == {
        "multilateral": 8,
        "hub-and-spoke": 7,
        "none": 4,
        "mixed": 1,
    }
    assert set(found.model) == {1}
    assert found.index.str.len().unique().tolist() == [64]
    # the same answers with the parameters of the first edition, to rounding
    old = games.AllianceGame(**vars(athens) | {"parameters": games.edition_1()})
    again = solver.sweep(old, store=tmp_path / "store-2.sqlite", workers=1, **axes).to_dataframe()
    for column in ("value", "certainty_equivalent", "security_level"):
        assert sorted(again[column]) == pytest.approx(sorted(found[column]), rel=1e-12)
    assert set(solver.read_store(tmp_path / "store-2.sqlite").model) == {2}
