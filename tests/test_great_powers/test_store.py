"""What was worked out is kept, whole lines only, and for its own question."""

import json

import pytest

from games.errors import InvalidGameError, OutputError
from solver.great_powers.store import Kept


def test_what_was_put_is_found_again(tmp_path) -> None:
    path = tmp_path / "kept.jsonl"
    first = Kept(path, "one")
    assert first.put("fit", {"a": 1.5}) == {"a": 1.5}
    first.put("other", [1, 2])
    again = Kept(path, "one")
    assert again.get("fit") == {"a": 1.5}
    assert again.resumed == 2
    assert again.get("nothing") is None


def test_without_a_path_it_is_kept_in_memory() -> None:
    kept = Kept(None, "one")
    kept.put("x", 1)
    assert (kept.get("x"), kept.resumed) == (1, 0)


@pytest.mark.parametrize("cut", [1, 5, 17])
def test_a_line_that_was_cut_is_dropped_and_the_file_goes_on(tmp_path, cut) -> None:
    path = tmp_path / "kept.jsonl"
    kept = Kept(path, "one")
    kept.put("first", 1)
    kept.put("second", "x" * 30)
    path.write_bytes(path.read_bytes()[:-cut])
    again = Kept(path, "one")
    assert (again.get("first"), again.get("second")) == (1, None)
    again.put("third", 3)
    assert Kept(path, "one").resumed == 2


def test_a_damaged_line_ends_what_counts(tmp_path) -> None:
    path = tmp_path / "kept.jsonl"
    kept = Kept(path, "one")
    for name in ("first", "second", "third"):
        kept.put(name, 1)
    lines = path.read_text("utf-8").splitlines()
    lines[2] = lines[2][:-2] + "!"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    again = Kept(path, "one")
    assert (again.get("first"), again.get("second"), again.get("third")) == (1, None, None)
    assert len(path.read_text("utf-8").splitlines()) == 2


def test_another_question_is_refused_and_nothing_is_lost(tmp_path) -> None:
    path = tmp_path / "kept.jsonl"
    Kept(path, "one").put("x", 1)
    before = path.read_bytes()
    with pytest.raises(InvalidGameError, match="answers to another question"):
        Kept(path, "two")
    assert path.read_bytes() == before


@pytest.mark.parametrize("text", ["a,b\n1,2\n", "no line", json.dumps({"kind": "x"}) + "\n"])
def test_another_kind_of_file_is_refused_and_nothing_is_lost(tmp_path, text) -> None:
    path = tmp_path / "kept.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidGameError, match="another kind of file"):
        Kept(path, "one")
    assert path.read_text("utf-8") == text


def test_what_cannot_be_read_or_written(tmp_path) -> None:
    binary = tmp_path / "binary"
    binary.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(OutputError, match="cannot be read as a store"):
        Kept(binary, "one")
    with pytest.raises(OutputError, match="cannot be written"):
        Kept(tmp_path / "no folder" / "kept.jsonl", "one")
