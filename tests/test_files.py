"""Files are written whole or not at all, and bad places are refused before any work."""

import os
from pathlib import Path
from typing import Any

import pytest

from games.errors import InvalidGameError, OutputError
from games.files import as_path, check_writable, replace_whole


def fill(path: Path) -> None:
    path.write_text("new")


def refused(path: Any) -> str:
    with pytest.raises(OutputError) as caught:
        replace_whole(path, fill)
    text = str(caught.value)
    assert isinstance(caught.value, OSError)
    assert caught.value.__cause__ is None
    assert text.isprintable()
    return text


@pytest.mark.parametrize("kind", [str, Path])
def test_a_new_file_and_nothing_beside_it(tmp_path: Path, kind: type) -> None:
    target = tmp_path / "a.csv"
    assert replace_whole(kind(target), fill) == target.resolve()
    assert target.read_text() == "new"
    assert os.listdir(tmp_path) == ["a.csv"]


def test_an_old_file_is_replaced(tmp_path: Path) -> None:
    target = tmp_path / "a.csv"
    target.write_text("old and longer")
    replace_whole(target, fill)
    assert target.read_text() == "new"


def test_a_relative_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    replace_whole("a.csv", fill)
    assert (tmp_path / "a.csv").read_text() == "new"


def test_the_file_is_filled_under_its_own_suffix(tmp_path: Path) -> None:
    seen: list[Path] = []

    def look(path: Path) -> None:
        seen.append(path)
        fill(path)

    replace_whole(tmp_path / "a.parquet", look)
    assert seen[0].name == "a.parquet"
    assert seen[0].parent.parent == tmp_path.resolve()
    assert not seen[0].parent.exists()


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, MemoryError])
@pytest.mark.parametrize("old", ["old", None])
def test_a_fault_halfway_leaves_what_was(
    tmp_path: Path, error: type[BaseException], old: str | None
) -> None:
    target = tmp_path / "a.csv"
    if old:
        target.write_text(old)

    def stumble(path: Path) -> None:
        path.write_text("ha")
        raise error

    with pytest.raises(error):
        replace_whole(target, stumble)
    assert os.listdir(tmp_path) == (["a.csv"] if old else [])
    assert not old or target.read_text() == old


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (OSError(28, "No space left on device"), "No space left on device"),
        (OSError("no reason\nin two lines"), "no reason in two lines"),
    ],
)
def test_a_full_disk_is_told_in_one_line(tmp_path: Path, error: OSError, reason: str) -> None:
    target = tmp_path / "a.csv"
    target.write_text("old")

    def stumble(path: Path) -> None:
        path.write_text("ha")
        raise error

    with pytest.raises(OutputError) as caught:
        replace_whole(target, stumble)
    assert str(caught.value) == f"cannot write {str(target)!r}: {reason}"
    assert target.read_text() == "old"
    assert os.listdir(tmp_path) == ["a.csv"]


def test_a_link_is_followed(tmp_path: Path) -> None:
    real, link = tmp_path / "real.csv", tmp_path / "link.csv"
    real.write_text("old")
    link.symlink_to(real)
    assert replace_whole(link, fill) == real.resolve()
    assert link.is_symlink()
    assert real.read_text() == "new"


def test_a_link_to_a_file_yet_to_be(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    real, link = tmp_path / "there" / "real.csv", tmp_path / "link.csv"
    link.symlink_to(real)
    replace_whole(link, fill)
    assert link.is_symlink()
    assert real.read_text() == "new"


def test_a_directory(tmp_path: Path) -> None:
    assert refused(tmp_path) == f"cannot write {str(tmp_path)!r}: it is a directory"
    link = tmp_path / "link.csv"
    link.symlink_to(tmp_path)
    assert refused(link) == f"cannot write {str(link)!r}: it is a directory"


def test_a_missing_directory(tmp_path: Path) -> None:
    target = tmp_path / "no" / "a.csv"
    assert refused(target) == (
        f"cannot write {str(target)!r}: there is no directory {str(target.resolve().parent)!r}"
    )
    assert not target.parent.exists()


def test_a_file_where_a_directory_should_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("old")
    assert "there is no directory" in refused(tmp_path / "file" / "a.csv")


def test_a_read_only_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # permission bits do not stop an administrator, who may be running this
    monkeypatch.setattr(os, "access", lambda *_: False)
    target = tmp_path / "a.csv"
    assert refused(target) == f"cannot write {str(target)!r}: the directory is read-only"
    assert os.listdir(tmp_path) == []


def test_a_name_too_long_for_the_disk(tmp_path: Path) -> None:
    assert "cannot write" in refused(tmp_path / ("x" * 300 + ".csv"))
    assert os.listdir(tmp_path) == []


def test_a_name_that_no_file_can_have(tmp_path: Path) -> None:
    for path in (f"{tmp_path}/a\0.csv", "\ud800", b"a.csv", None, 3):
        with pytest.raises(InvalidGameError, match="`path` must name a file; got"):
            replace_whole(path, print)
        with pytest.raises(InvalidGameError, match="`path` must name a file; got"):
            as_path(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_or_a_device_is_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "a.csv"
    os.mkfifo(pipe)
    assert "cannot write" in refused(pipe)
    assert pipe.is_fifo()


def test_checking_writes_nothing(tmp_path: Path) -> None:
    check_writable(tmp_path / "a.csv")
    assert os.listdir(tmp_path) == []
